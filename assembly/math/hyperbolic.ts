import { F32, F64 } from "../simd";
import { Exp } from "./exp";
import { Quotient } from "./quotient";
import { Wide } from "./wide";

const ONE: usize = memory.data<f32>([1.0], 4);
const TWO: usize = memory.data<f32>([2.0], 4);
const SIGN: usize = memory.data<u32>([0x80000000], 4);
const TANH_LOW: usize = memory.data<f32>([-18.5], 4);
/** ROUND − 24: below it 2^n − 1 is no longer exact. */
const TANH_TURNS: usize = memory.data<f32>([12582888.0], 4);

export class Hyperbolic {
  /** tanh(x) = −E / (2 + E), E = e^(−2|x|) − 1 */
  @inline static tanh(x: v128): v128 {
    const sign = v128.load_splat<f32>(0, SIGN);
    const negative = v128.or(x, sign);
    const z = f32x4.pmax(f32x4.add(negative, negative), v128.load_splat<f32>(0, TANH_LOW));
    const t = f32x4.pmax(Exp.turns(z), v128.load_splat<f32>(0, TANH_TURNS));
    const n = Exp.whole(t);
    const r = Exp.rest(z, n);
    const u = Exp.bend(z, n, r);
    const s = Exp.power(t);
    const e = Exp.less(s, r, u);
    const eTail = Exp.lessTail(s, r, u);
    const two = v128.load_splat<f32>(0, TWO);
    const d = f32x4.add(two, e);
    const dHead = Quotient.head(d);
    const dTail = f32x4.add(f32x4.sub(e, f32x4.sub(dHead, two)), eTail);
    const inverse = f32x4.div(v128.load_splat<f32>(0, ONE), d);
    const y = Quotient.refine(f32x4.mul(e, inverse), e, eTail, dHead, dTail, inverse);
    return v128.xor(v128.or(y, sign), v128.andnot(sign, x));
  }

  @inline static signed(y: v128, x: v128): v128 {
    return v128.or(y, v128.and(x, v128.load_splat<f32>(0, SIGN)));
  }
  @inline static magnitude(x: v128): v128 {
    return v128.andnot(x, v128.load_splat<f32>(0, SIGN));
  }

  /** (E + E / (1 + E)) / 2, E = e^|x| − 1 */
  @inline static sinh(x: v128): v128 {
    const a = f32x4.pmin(Hyperbolic.magnitude(x), f32x4.splat(110));
    return Hyperbolic.signed(
      F64.join(Hyperbolic.sinhHalf(F64.low(a)), Hyperbolic.sinhHalf(F64.high(a))),
      x,
    );
  }
  @inline static sinhHalf(a: v128): v128 {
    const e = Wide.expm1(a);
    return f64x2.mul(f64x2.splat(0.5), f64x2.add(e, f64x2.div(e, f64x2.add(e, f64x2.splat(1)))));
  }
  /** (E + 1 / E) / 2, E = e^|x| */
  @inline static cosh(x: v128): v128 {
    const a = f32x4.pmin(Hyperbolic.magnitude(x), f32x4.splat(110));
    return F64.join(Hyperbolic.coshHalf(F64.low(a)), Hyperbolic.coshHalf(F64.high(a)));
  }
  @inline static coshHalf(a: v128): v128 {
    const e = Wide.exp(a);
    return f64x2.mul(f64x2.splat(0.5), f64x2.add(e, f64x2.div(f64x2.splat(1), e)));
  }

  /** log1p(a + a² / (1 + √(1 + a²))), a = |x| */
  @inline static asinh(x: v128): v128 {
    const a = Hyperbolic.magnitude(x);
    const y = F64.join(Hyperbolic.asinhHalf(F64.low(a)), Hyperbolic.asinhHalf(F64.high(a)));
    return Hyperbolic.signed(F32.select(f32x4.lt(a, f32x4.splat(Infinity)), y, a), x);
  }
  @inline static asinhHalf(a: v128): v128 {
    const one = f64x2.splat(1),
      a2 = f64x2.mul(a, a);
    return Wide.log1p(f64x2.add(a, f64x2.div(a2, f64x2.add(one, f64x2.sqrt(f64x2.add(one, a2))))));
  }
  /** log1p(d + √(d (d + 2))), d = x − 1 */
  @inline static acosh(x: v128): v128 {
    const y = F64.join(Hyperbolic.acoshHalf(F64.low(x)), Hyperbolic.acoshHalf(F64.high(x)));
    const inside = v128.and(f32x4.ge(x, f32x4.splat(1)), f32x4.lt(x, f32x4.splat(Infinity)));
    return F32.select(inside, y, f32x4.sqrt(f32x4.sub(x, f32x4.splat(1))));
  }
  @inline static acoshHalf(x: v128): v128 {
    const d = f64x2.sub(x, f64x2.splat(1));
    return Wide.log1p(f64x2.add(d, f64x2.sqrt(f64x2.mul(d, f64x2.add(d, f64x2.splat(2))))));
  }
  /** log1p(2a / (1 − a)) / 2, a = |x| */
  @inline static atanh(x: v128): v128 {
    const a = Hyperbolic.magnitude(x),
      one = f32x4.splat(1);
    const y = F64.join(Hyperbolic.atanhHalf(F64.low(a)), Hyperbolic.atanhHalf(F64.high(a)));
    return Hyperbolic.signed(
      F32.select(f32x4.lt(a, one), y, f32x4.div(a, f32x4.sqrt(f32x4.sub(one, a)))),
      x,
    );
  }
  @inline static atanhHalf(a: v128): v128 {
    return f64x2.mul(
      f64x2.splat(0.5),
      Wide.log1p(f64x2.div(f64x2.add(a, a), f64x2.sub(f64x2.splat(1), a))),
    );
  }
}
