/**
 * The logistic family: sigmoid, silu, mish and the derivatives whose textbook forms cancel.
 * With E = e^−x every one is a quotient of short polynomials in E, so one exponential and one division, in f64:
 * nothing overflows for |x| ≤ 110, and beyond that the f32 result no longer changes.
 *
 * Rejected: sigmoid in f32 as 1 / (1 + e^−x) with e as head and tail and a division with an exact 12-bit
 * head: less accurate and no faster; a polynomial of five terms in f64 instead of the table: slower.
 */
import { F64 } from "../simd";
import { Table } from "./table";
import { Wide } from "./wide";

const SIGN: usize = memory.data<u32>([0x80000000], 4);
const LOW: usize = memory.data<f32>([-110.0], 4);
const HIGH: usize = memory.data<f32>([110.0], 4);
/** Beyond 40, mish(x) = x and its derivative is 1; e⁴ of it is still finite in f64. */
const MISH_HIGH: usize = memory.data<f32>([40.0], 4);
const ONE: usize = memory.data<f64>([1.0], 8);
const TWO: usize = memory.data<f64>([2.0], 8);
const FOUR: usize = memory.data<f64>([4.0], 8);

export class Sigmoid {
  /** [−110, 110]; the variable first: pmin and pmax then keep its NaN. */
  @inline static clamp(x: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, v128.load_splat<f32>(0, LOW)), v128.load_splat<f32>(0, HIGH));
  }

  @inline static negate(x: v128): v128 {
    return v128.xor(x, v128.load_splat<u32>(0, SIGN));
  }

  /** −|x|, not below −110 */
  @inline static minusMagnitude(x: v128): v128 {
    return f32x4.pmax(v128.or(x, v128.load_splat<u32>(0, SIGN)), v128.load_splat<f32>(0, LOW));
  }

  /**
   * Computes σ(x) = 1 / (1 + e^−x), one f64 division. The kernel takes it beyond ±17 only (grid.ts).
   * Error 0.70 ULP at -65.8736573. Range all f32; σ(−∞) = 0, σ(∞) = 1, subnormal results kept.
   */
  @inline static sigmoid(x: v128): v128 {
    const z = Sigmoid.clamp(x);
    const t = Table.stepsBack(z);
    const p = Table.lineBack(z, t);
    const raise = Table.raise(t);
    const low = Sigmoid.logistic(Table.low(t, raise), F64.low(p));
    return F64.join(low, Sigmoid.logistic(Table.high(t, raise), F64.high(p)));
  }
  /** 1 / (1 + s (1 + p)), the sum as (1 + s) + s p: one addition less to wait for. */
  @inline static logistic(s: v128, p: v128): v128 {
    const one = v128.load_splat<f64>(0, ONE);
    return f64x2.div(one, F64.madd(s, p, f64x2.add(one, s)));
  }

  /**
   * Computes silu(x) = x σ(x) = x / (1 + e^−x). The kernel takes it beyond ±17 only (grid.ts).
   * Error 0.71 ULP at -84.8479843. Range all f32; silu(−∞) = −0, silu(∞) = ∞.
   */
  @inline static silu(x: v128): v128 {
    const a = f32x4.pmax(x, v128.load_splat<f32>(0, LOW));
    const z = Sigmoid.negate(f32x4.pmin(a, v128.load_splat<f32>(0, HIGH)));
    const t = Table.steps(z);
    const p = Table.line(z, t);
    const raise = Table.raise(t);
    const low = Sigmoid.gated(F64.low(a), Table.low(t, raise), F64.low(p));
    return F64.join(low, Sigmoid.gated(F64.high(a), Table.high(t, raise), F64.high(p)));
  }
  @inline static gated(x: v128, s: v128, p: v128): v128 {
    return f64x2.div(x, f64x2.add(v128.load_splat<f64>(0, ONE), Table.grow(s, p)));
  }

  /**
   * Computes mish(x) = x tanh(softplus(x)) = x w / (w + 2), w = e^x (e^x + 2): one exponential, no logarithm.
   * Error 0.70 ULP at -65.8842621. Range all f32; mish(−∞) = −0, mish(∞) = ∞.
   * Source: tanh(ln u) = (u² − 1) / (u² + 1) with u = 1 + e^x.
   */
  @inline static mish(x: v128): v128 {
    const a = f32x4.pmax(x, v128.load_splat<f32>(0, LOW));
    const c = f32x4.pmin(a, v128.load_splat<f32>(0, MISH_HIGH));
    const t = Table.steps(c);
    const p = Table.line(c, t);
    const raise = Table.raise(t);
    const low = Sigmoid.mishHalf(F64.low(a), Table.low(t, raise), F64.low(p));
    return F64.join(low, Sigmoid.mishHalf(F64.high(a), Table.high(t, raise), F64.high(p)));
  }
  @inline static mishHalf(x: v128, s: v128, p: v128): v128 {
    const two = v128.load_splat<f64>(0, TWO);
    const e = Table.grow(s, p);
    const w = f64x2.mul(e, f64x2.add(e, two));
    return f64x2.div(f64x2.mul(x, w), f64x2.add(w, two));
  }

  /**
   * Computes σ′(x) = E / (1 + E)², E = e^−|x|; y (1 − y) loses everything for x > 17.
   * Error 0.66 ULP at 84.8163147. Range all f32; σ′(±∞) = 0.
   */
  @inline static dSigmoid(x: v128): v128 {
    return Sigmoid.bell(Sigmoid.minusMagnitude(x), v128.load_splat<f64>(0, ONE));
  }

  /**
   * Computes tanh′(x) = 4 σ′(2x); 1 − y² loses everything for |x| > 9.
   * Error 0.66 ULP at -42.6411934. Range all f32; tanh′(±∞) = 0.
   */
  @inline static dTanh(x: v128): v128 {
    return Sigmoid.bell(Sigmoid.minusMagnitude(f32x4.add(x, x)), v128.load_splat<f64>(0, FOUR));
  }
  /** k E / (1 + E)², E = e^z, z ≤ 0 */
  @inline static bell(z: v128, k: v128): v128 {
    const t = Table.steps(z);
    const p = Table.line(z, t);
    const raise = Table.raise(t);
    const low = Sigmoid.bellHalf(Table.low(t, raise), F64.low(p), k);
    return F64.join(low, Sigmoid.bellHalf(Table.high(t, raise), F64.high(p), k));
  }
  @inline static bellHalf(s: v128, p: v128, k: v128): v128 {
    const e = Table.grow(s, p);
    const d = f64x2.add(v128.load_splat<f64>(0, ONE), e);
    return f64x2.div(f64x2.mul(k, e), f64x2.mul(d, d));
  }

  /**
   * Computes silu′(x) = (1 + E (1 + x)) / (1 + E)², E = e^−x.
   * Error 0.50 ULP at 5.960465e-8. Range all f32; silu′(−∞) = −0, silu′(∞) = 1. Fine exponential: the numerator cancels
   * at the root x = −1.2785.
   */
  @inline static dSilu(x: v128): v128 {
    const z = Sigmoid.clamp(x);
    return F64.join(Sigmoid.dSiluHalf(F64.low(z)), Sigmoid.dSiluHalf(F64.high(z)));
  }
  @inline static dSiluHalf(x: v128): v128 {
    const one = v128.load_splat<f64>(0, ONE);
    const e = Wide.expFine(f64x2.neg(x));
    const d = f64x2.add(one, e);
    return f64x2.div(F64.madd(e, f64x2.add(one, x), one), f64x2.mul(d, d));
  }

  /**
   * Computes mish′(x) = e ((e + 2) D + 4x (1 + e)) / D², e = e^x, D = e (e + 2) + 2.
   * Error 0.50 ULP at 5.494824e-7. Range all f32; mish′(−∞) = −0, mish′(∞) = 1. Fine exponential for the root x = −1.1925.
   * Source: t + x σ(x) (1 − t²) with t = tanh(softplus(x)), brought to one denominator.
   */
  @inline static dMish(x: v128): v128 {
    const z = f32x4.pmin(
      f32x4.pmax(x, v128.load_splat<f32>(0, LOW)),
      v128.load_splat<f32>(0, MISH_HIGH),
    );
    return F64.join(Sigmoid.dMishHalf(F64.low(z)), Sigmoid.dMishHalf(F64.high(z)));
  }
  @inline static dMishHalf(x: v128): v128 {
    const two = v128.load_splat<f64>(0, TWO);
    const e = Wide.expFine(x);
    const e2 = f64x2.add(e, two);
    const d = F64.madd(e, e2, two);
    const x4 = f64x2.mul(v128.load_splat<f64>(0, FOUR), x);
    const top = F64.madd(x4, f64x2.add(v128.load_splat<f64>(0, ONE), e), f64x2.mul(e2, d));
    return f64x2.div(f64x2.mul(e, top), f64x2.mul(d, d));
  }
}
