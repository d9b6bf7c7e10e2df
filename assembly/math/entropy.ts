/**
 * Relative entropy: x ln(x/y), and what is left of it when x and y are nearly one another.
 *
 * x/y of two f32 cannot leave f64, and is either 1 or at least 2^-24 away from it: its logarithm in f64 has
 * 2^-29 of itself where it cancels most.
 */
import { F32, F64 } from "../simd";
import { Wide } from "./wide";

const ZERO: usize = memory.data<f32>([0.0], 4);
const INFINITE: usize = memory.data<f32>([Infinity], 4);

class Half {
  /** ln(x/y) for finite x, y > 0 */
  @inline static log(x: v128, y: v128): v128 {
    return Wide.log(f64x2.div(x, y));
  }

  /**
   * x ln(x/y) − x + y = y ((1 + h) ln(1 + h) − h), h = x/y − 1. Near h = 0 it is h²/2: there ln(1 + h) is h + bend(h),
   * and what remains is h² + (1 + h) bend(h), from which only a factor of two cancels.
   */
  @inline static divergence(x: v128, y: v128): v128 {
    const d = f64x2.sub(x, y);
    const h = f64x2.div(d, y);
    const bend = Wide.bend(h);
    const near = f64x2.mul(y, f64x2.add(f64x2.mul(h, h), f64x2.add(bend, f64x2.mul(h, bend))));
    const far = f64x2.sub(f64x2.mul(x, Half.log(x, y)), d);
    const close = v128.and(f64x2.ge(h, f64x2.splat(-0.25)), f64x2.le(h, f64x2.splat(0.5)));
    return F64.select(close, near, far);
  }
}

export class Entropy {
  /** Lanes in which x and y are finite and above 0. */
  @inline static inside(x: v128, y: v128): v128 {
    const zero = v128.load_splat<f32>(0, ZERO);
    const infinite = v128.load_splat<f32>(0, INFINITE);
    const positive = v128.and(f32x4.gt(x, zero), f32x4.gt(y, zero));
    return v128.and(positive, v128.and(f32x4.lt(x, infinite), f32x4.lt(y, infinite)));
  }

  /** What both are at the edge: z where x = 0 ≤ y, NaN at NaN, +∞ below 0 and at y = 0 < x; else `rest`. */
  @inline static edge(x: v128, y: v128, z: v128, rest: v128): v128 {
    const zero = v128.load_splat<f32>(0, ZERO);
    const above = v128.and(f32x4.gt(x, zero), f32x4.gt(y, zero));
    const outside = F32.select(above, rest, v128.load_splat<f32>(0, INFINITE));
    const flat = v128.and(f32x4.eq(x, zero), f32x4.ge(y, zero));
    const numbers = v128.and(f32x4.eq(x, x), f32x4.eq(y, y));
    return F32.select(numbers, F32.select(flat, z, outside), f32x4.add(x, y));
  }

  /**
   * Computes x ln(x/y) in f64.
   * Error 0.50 ULP (npm run accuracy). Range all f32: 0 where x = 0 ≤ y, ∞ where x or y is below 0 or y = 0 < x (as SciPy: the convex extension),
   * −∞ at y = ∞, NaN for two ∞.
   */
  @inline static relative(x: v128, y: v128): v128 {
    const low = f64x2.mul(F64.low(x), Half.log(F64.low(x), F64.low(y)));
    const product = F64.join(low, f64x2.mul(F64.high(x), Half.log(F64.high(x), F64.high(y))));
    // x = ∞: ∞ − ∞ is NaN for two of them.
    const infinite = v128.load_splat<f32>(0, INFINITE);
    const limit = f32x4.sub(F32.select(f32x4.eq(x, infinite), x, v128.load_splat<f32>(0, ZERO)), y);
    const usual = F32.select(Entropy.inside(x, y), product, limit);
    return Entropy.edge(x, y, v128.load_splat<f32>(0, ZERO), usual);
  }

  /**
   * Computes x ln(x/y) − x + y in f64, never below 0.
   * Error 0.50 ULP (npm run accuracy). Range as x ln(x/y), but y where x = 0 and the limit ∞ where one of them is ∞.
   */
  @inline static divergence(x: v128, y: v128): v128 {
    const low = Half.divergence(F64.low(x), F64.low(y));
    const sum = F64.join(low, Half.divergence(F64.high(x), F64.high(y)));
    const infinite = v128.load_splat<f32>(0, INFINITE);
    const both = v128.and(f32x4.eq(x, infinite), f32x4.eq(y, infinite));
    const limit = F32.select(both, f32x4.sub(x, y), infinite);
    return Entropy.edge(x, y, f32x4.abs(y), F32.select(Entropy.inside(x, y), sum, limit));
  }

  /** g (ln(x/y) + s) in f64; −∞ at x = 0 < y, ∞ at y = 0 < x, g · 0 at x = y = 0, NaN below 0 */
  @inline static slope(x: v128, y: v128, g: v128, s: f64): v128 {
    const by = f64x2.splat(s);
    const low = f64x2.mul(F64.low(g), f64x2.add(Half.log(F64.low(x), F64.low(y)), by));
    const high = f64x2.mul(F64.high(g), f64x2.add(Half.log(F64.high(x), F64.high(y)), by));
    const zero = v128.load_splat<f32>(0, ZERO);
    // Not inside, x/|y| is 0, ∞ or NaN: both zeros are the same pole.
    const q = f32x4.div(x, f32x4.abs(y));
    const minusInfinite = f32x4.neg(v128.load_splat<f32>(0, INFINITE));
    const pole = f32x4.mul(g, F32.select(f32x4.eq(q, zero), minusInfinite, q));
    const origin = v128.and(f32x4.eq(x, zero), f32x4.eq(y, zero));
    const outside = v128.or(f32x4.lt(x, zero), f32x4.lt(y, zero));
    const edge = v128.or(v128.andnot(pole, origin), outside);
    return F32.select(Entropy.inside(x, y), F64.join(low, high), edge);
  }

  /** g (s − x/y) in f64, as (s y − x) / y so that it does not cancel; g s where x = 0 ≤ y, NaN below 0 */
  @inline static share(x: v128, y: v128, g: v128, s: f64): v128 {
    const by = f64x2.splat(s);
    const z = f32x4.abs(y);
    const low = Entropy.shareHalf(F64.low(x), F64.low(z), F64.low(g), by);
    const usual = F64.join(low, Entropy.shareHalf(F64.high(x), F64.high(z), F64.high(g), by));
    const zero = v128.load_splat<f32>(0, ZERO);
    const infinite = v128.load_splat<f32>(0, INFINITE);
    const all = f32x4.mul(g, f32x4.splat(<f32>s));
    const flat = v128.and(f32x4.eq(x, zero), f32x4.ge(y, zero));
    const far = v128.and(f32x4.eq(y, infinite), f32x4.lt(x, infinite));
    const outside = v128.or(f32x4.lt(x, zero), f32x4.lt(y, zero));
    return v128.or(F32.select(v128.or(flat, far), all, usual), outside);
  }
  @inline static shareHalf(x: v128, y: v128, g: v128, s: v128): v128 {
    return f64x2.mul(g, f64x2.div(f64x2.sub(f64x2.mul(s, y), x), y));
  }
}
