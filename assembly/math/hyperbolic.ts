/**
 * tanh, sinh, cosh and their inverses, each from e^x, e^x − 1 or log1p in f64. The odd ones take the sign
 * from their argument at the end, so that f(−x) = −f(x) to the bit and −0 stays −0.
 */
import { F32, F64 } from "../simd";
import { Table } from "./table";
import { Wide } from "./wide";

const SIGN: usize = memory.data<u32>([0x80000000], 4);
const ONE: usize = memory.data<f32>([1.0], 4);
const INFINITE: usize = memory.data<u32>([0x7f800000], 4);
/** tanh rounds to 1 from 9.02, sinh and cosh overflow from 89.42. */
const TANH_LOW: usize = memory.data<f32>([-20.0], 4);
const HIGH: usize = memory.data<f32>([110.0], 4);
const ONE64: usize = memory.data<f64>([1.0], 8);
const TWO64: usize = memory.data<f64>([2.0], 8);
const HALF64: usize = memory.data<f64>([0.5], 8);

export class Hyperbolic {
  /** y ≥ 0 with the sign of x */
  @inline static signed(y: v128, x: v128): v128 {
    return v128.or(y, v128.and(x, v128.load_splat<u32>(0, SIGN)));
  }

  @inline static magnitude(x: v128): v128 {
    return v128.andnot(x, v128.load_splat<u32>(0, SIGN));
  }

  /**
   * Computes tanh(x) = −E / (2 + E), E = e^−2|x| − 1. The kernel takes it beyond ±9 only (grid.ts).
   * Error 0.53 ULP at 9.21245024e-4. Range all f32; tanh(±∞) = ±1.
   * Rejected: f32 with E as head and tail and an exact 12-bit quotient head: less accurate and slower.
   */
  @inline static tanh(x: v128): v128 {
    const sign = v128.load_splat<u32>(0, SIGN);
    const negative = v128.or(x, sign);
    const z = f32x4.pmax(f32x4.add(negative, negative), v128.load_splat<f32>(0, TANH_LOW));
    const t = Table.steps(z);
    const n = Table.whole(t);
    const raise = Table.raise(t);
    const low = Hyperbolic.tanhHalf(Table.low(t, raise), Table.curve(F64.low(z), F64.low(n)));
    const high = Hyperbolic.tanhHalf(Table.high(t, raise), Table.curve(F64.high(z), F64.high(n)));
    return Hyperbolic.signed(v128.andnot(F64.join(low, high), sign), x);
  }
  @inline static tanhHalf(s: v128, p: v128): v128 {
    const e = Table.growLessOne(s, p);
    return f64x2.div(e, f64x2.add(e, v128.load_splat<f64>(0, TWO64)));
  }

  /**
   * Computes sinh(x) = ± (E + E / (1 + E)) / 2, E = e^|x| − 1: no cancellation near 0.
   * Error 0.53 ULP at 0.00194139709. Range all f32; overflows to ±∞ from 89.4160.
   * Source: FreeBSD's e_sinh.c, the form for small arguments.
   */
  @inline static sinh(x: v128): v128 {
    const a = f32x4.pmin(Hyperbolic.magnitude(x), v128.load_splat<f32>(0, HIGH));
    const t = Table.steps(a);
    const n = Table.whole(t);
    const raise = Table.raise(t);
    const low = Hyperbolic.sinhHalf(Table.low(t, raise), Table.curve(F64.low(a), F64.low(n)));
    const high = Hyperbolic.sinhHalf(Table.high(t, raise), Table.curve(F64.high(a), F64.high(n)));
    return Hyperbolic.signed(F64.join(low, high), x);
  }
  @inline static sinhHalf(s: v128, p: v128): v128 {
    const e = Table.growLessOne(s, p);
    const sum = f64x2.add(e, f64x2.div(e, f64x2.add(e, v128.load_splat<f64>(0, ONE64))));
    return f64x2.mul(v128.load_splat<f64>(0, HALF64), sum);
  }

  /**
   * Computes cosh(x) = (E + 1 / E) / 2, E = e^|x|.
   * Error 0.67 ULP at 66.5338440. Range all f32; overflows to ∞ from 89.4160.
   */
  @inline static cosh(x: v128): v128 {
    const a = f32x4.pmin(Hyperbolic.magnitude(x), v128.load_splat<f32>(0, HIGH));
    const t = Table.steps(a);
    const p = Table.line(a, t);
    const raise = Table.raise(t);
    const low = Hyperbolic.coshHalf(Table.low(t, raise), F64.low(p));
    return F64.join(low, Hyperbolic.coshHalf(Table.high(t, raise), F64.high(p)));
  }
  @inline static coshHalf(s: v128, p: v128): v128 {
    const e = Table.grow(s, p);
    const sum = f64x2.add(e, f64x2.div(v128.load_splat<f64>(0, ONE64), e));
    return f64x2.mul(v128.load_splat<f64>(0, HALF64), sum);
  }

  /**
   * Computes asinh(x) = ± log1p(a + a² / (1 + √(1 + a²))), a = |x|. a² can't overflow in f64.
   * Error 0.50 ULP at 0.00370819285. Range all f32.
   */
  @inline static asinh(x: v128): v128 {
    const a = Hyperbolic.magnitude(x);
    const y = F64.join(Hyperbolic.asinhHalf(F64.low(a)), Hyperbolic.asinhHalf(F64.high(a)));
    return Hyperbolic.signed(F32.select(f32x4.lt(a, v128.load_splat<f32>(0, INFINITE)), y, a), x);
  }
  @inline static asinhHalf(a: v128): v128 {
    const one = v128.load_splat<f64>(0, ONE64);
    const a2 = f64x2.mul(a, a);
    const root = f64x2.sqrt(f64x2.add(one, a2));
    return Wide.log1p(f64x2.add(a, f64x2.div(a2, f64x2.add(one, root))));
  }

  /**
   * Computes acosh(x) = log1p(d + √(d (d + 2))), d = x − 1.
   * Error 0.50 ULP at 3.21810675. Range x ≥ 1; NaN below; acosh(∞) = ∞. √(x − 1) serves the lanes outside: NaN, ∞ and NaN.
   */
  @inline static acosh(x: v128): v128 {
    const y = F64.join(Hyperbolic.acoshHalf(F64.low(x)), Hyperbolic.acoshHalf(F64.high(x)));
    const one = v128.load_splat<f32>(0, ONE);
    const inside = v128.and(f32x4.ge(x, one), f32x4.lt(x, v128.load_splat<f32>(0, INFINITE)));
    return F32.select(inside, y, f32x4.sqrt(f32x4.sub(x, one)));
  }
  @inline static acoshHalf(x: v128): v128 {
    const d = f64x2.sub(x, v128.load_splat<f64>(0, ONE64));
    const root = f64x2.sqrt(f64x2.mul(d, f64x2.add(d, v128.load_splat<f64>(0, TWO64))));
    return Wide.log1p(f64x2.add(d, root));
  }

  /**
   * Computes atanh(x) = ± log1p(2a / (1 − a)) / 2, a = |x|.
   * Error 0.50 ULP at 3.521130e-4. Range |x| ≤ 1; NaN beyond; atanh(±1) = ±∞. a / √(1 − a) serves the lanes outside.
   */
  @inline static atanh(x: v128): v128 {
    const a = Hyperbolic.magnitude(x);
    const one = v128.load_splat<f32>(0, ONE);
    const y = F64.join(Hyperbolic.atanhHalf(F64.low(a)), Hyperbolic.atanhHalf(F64.high(a)));
    const limit = f32x4.div(a, f32x4.sqrt(f32x4.sub(one, a)));
    return Hyperbolic.signed(F32.select(f32x4.lt(a, one), y, limit), x);
  }
  @inline static atanhHalf(a: v128): v128 {
    const t = f64x2.div(f64x2.add(a, a), f64x2.sub(v128.load_splat<f64>(0, ONE64), a));
    return f64x2.mul(v128.load_splat<f64>(0, HALF64), Wide.log1p(t));
  }
}
