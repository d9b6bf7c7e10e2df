/**
 * Stable functions: the same mathematics in a better formula, no epsilon, elementwise.
 *
 * logaddexp(a, b) = ln(eᵃ + eᵇ)      da = dy σ(a − b), ½ where a = b
 * logsubexp(a, b) = ln|eᵃ − eᵇ|      da = dy / (1 − e^(b−a))
 * xlogy(a, b) = a ln b, 0 where a = 0 and b ≥ 0      da = dy ln b, 0 where b = 0      db = dy a / b, 0 where a = 0
 * relEntr(a, b) = a ln(a / b)      klDiv(a, b) = a ln(a / b) − a + b
 */
import { map, mapGrad, zip, zipGradA, zipGradB } from "../loops";
import { Entropy } from "../math/entropy";
import { Exp } from "../math/exp";
import { Hyperbolic } from "../math/hyperbolic";
import { Log } from "../math/log";
import { Wide } from "../math/wide";
import { Binary, Unary } from "../op";
import { Ratio } from "../parts";
import { F32, F64 } from "../simd";

/** (eˣ (x − 1) + 1) / x² = ½ + x/3 + x²/8 + x³/30 + … : Σ xᵏ / (k! (k + 2)), up to 1/4. */
class Relative {
  @inline static slope(x: v128): v128 {
    return F64.join(Relative.half(F64.low(x)), Relative.half(F64.high(x)));
  }
  @inline static half(x: v128): v128 {
    let p = f64x2.splat((2.48015873015873e-5 / 10) * 8);
    p = F64.madd(p, x, f64x2.splat(0.0013888888888888889 / 8));
    p = F64.madd(p, x, f64x2.splat(0.008333333333333333 / 7));
    p = F64.madd(p, x, f64x2.splat(0.041666666666666664 / 6));
    p = F64.madd(p, x, f64x2.splat(0.16666666666666666 / 5));
    p = F64.madd(p, x, f64x2.splat(0.125));
    p = F64.madd(p, x, f64x2.splat(0.3333333333333333));
    const near = F64.madd(p, x, f64x2.splat(0.5));
    const z = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-700)), f64x2.splat(100));
    const e = Wide.expFine(z);
    const top = f64x2.add(f64x2.mul(e, f64x2.sub(z, f64x2.splat(1))), f64x2.splat(1));
    const far = f64x2.div(top, f64x2.mul(x, x));
    const bounded = F64.select(f64x2.gt(x, f64x2.splat(100)), f64x2.splat(Infinity), far);
    return F64.select(f64x2.lt(f64x2.abs(x), f64x2.splat(0.25)), near, bounded);
  }
}

/** ln cosh x = |x| + ln(1 + e^−2|x|) − ln 2, and x²/2 − x⁴/12 + x⁶/45 − 17x⁸/2520 up to 1/8. */
class Catenary {
  @inline static of(x: v128): v128 {
    return F64.join(Catenary.half(F64.low(x)), Catenary.half(F64.high(x)));
  }
  @inline static half(x: v128): v128 {
    const z = f64x2.mul(x, x);
    let p = f64x2.splat(-0.006746031746031746);
    p = F64.madd(p, z, f64x2.splat(0.022222222222222223));
    p = F64.madd(p, z, f64x2.splat(-0.08333333333333333));
    p = F64.madd(p, z, f64x2.splat(0.5));
    const near = f64x2.mul(z, p);
    const a = f64x2.abs(x);
    const e = Wide.expFine(f64x2.pmax(f64x2.mul(a, f64x2.splat(-2)), f64x2.splat(-700)));
    const far = f64x2.add(a, f64x2.sub(Wide.log1p(e), f64x2.splat(0.6931471805599453)));
    const y = F64.select(f64x2.lt(a, f64x2.splat(0.125)), near, far);
    return F64.select(f64x2.lt(a, f64x2.splat(Infinity)), y, a);
  }
}

/** −dy / (e^(a−b) − 1) in f64: half an ULP of a − b = 60 would be 32 ULP of the quotient. */
class Quotient {
  @inline static of(dy: v128, a: v128, b: v128): v128 {
    const low = Quotient.half(F64.low(dy), f64x2.sub(F64.low(a), F64.low(b)));
    return F64.join(low, Quotient.half(F64.high(dy), f64x2.sub(F64.high(a), F64.high(b))));
  }
  // ±300: far beyond where it is −dy, or 0 for every dy.
  @inline static half(dy: v128, z: v128): v128 {
    const c = f64x2.pmin(f64x2.pmax(z, f64x2.splat(-300)), f64x2.splat(300));
    return f64x2.neg(f64x2.div(dy, Wide.expm1Fine(c)));
  }
}

/** dy (ln x + 1) in f64, since it cancels at 1/e. */
class Entropic {
  @inline static slope(x: v128, dy: v128): v128 {
    const low = Entropic.half(F64.low(x), F64.low(dy));
    const usual = F64.join(low, Entropic.half(F64.high(x), F64.high(dy)));
    const inside = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, f32x4.splat(Infinity)));
    return F32.select(inside, usual, f32x4.mul(dy, Log.log(x)));
  }
  @inline static half(x: v128, dy: v128): v128 {
    return f64x2.mul(dy, f64x2.add(Wide.log(x), f64x2.splat(1)));
  }
}

/** y = ln(1 − eˣ) for x < 0      dx = −dy / (e^−x − 1) */
@final
class Log1mexp extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.log1mexp(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.eq(y, y), Quotient.of(dy, f32x4.splat(0), x), y);
  }
}

/** y = ln(eˣ − 1) for x > 0      dx = dy / (1 − e^−x) */
@final
class Logexpm1 extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.logexpm1(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const zero = f32x4.splat(0);
    // At either 0 it is the slope from above, ∞: the quotient has the sign of the one from below.
    const pole = f32x4.mul(dy, f32x4.splat(Infinity));
    const slope = F32.select(f32x4.eq(x, zero), pole, Quotient.of(dy, zero, x));
    return F32.select(f32x4.eq(y, y), slope, y);
  }
}

/** y = ln(1 + x) − x      dx = −dy · x / (1 + x) */
@final
class Log1pmx extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.log1pmx(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const slope = f32x4.div(x, f32x4.add(x, f32x4.splat(1)));
    const whole = F32.select(f32x4.eq(x, f32x4.splat(Infinity)), f32x4.splat(1), slope);
    return F32.select(f32x4.eq(y, y), f32x4.neg(f32x4.mul(dy, whole)), y);
  }
}

/** y = ln(x / (1 − x))      dx = dy / (x (1 − x)) */
@final
class Logit extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.logit(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const slope = f32x4.div(f32x4.div(dy, f32x4.abs(x)), f32x4.sub(f32x4.splat(1), x));
    return F32.select(f32x4.eq(y, y), slope, y);
  }
}

/** y = x ln x, 0 at 0      dx = dy (ln x + 1) */
@final
class Xlogx extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.xlogx(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return Entropic.slope(x, dy);
  }
}

/** y = −x ln x, 0 at 0, -∞ below      dx = −dy (ln x + 1) */
@final
class Entr extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.entr(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.neg(Entropic.slope(x, dy));
  }
}

/** y = (eˣ − 1) / x, 1 at 0      dx = dy (eˣ (x − 1) + 1) / x², by its series near 0 */
@final
class Exprel extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Exp.exprel(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Relative.slope(x));
  }
}

/** y = ln cosh x, by its series near 0      dx = dy tanh x */
@final
class Logcosh extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Catenary.of(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Hyperbolic.tanh(x));
  }
}

/** dy eᵃ / (eᵃ + eᵇ) = dy σ(a − b) in f64, ½ where both are the same infinity, 0 where both are -∞. */
class Share {
  @inline static of(a: v128, b: v128, dy: v128): v128 {
    const low = Share.half(f64x2.sub(F64.low(b), F64.low(a)), F64.low(dy));
    const share = F64.join(low, Share.half(f64x2.sub(F64.high(b), F64.high(a)), F64.high(dy)));
    const half = f32x4.mul(dy, f32x4.splat(0.5));
    const tied = F32.select(f32x4.eq(a, b), half, share);
    return v128.andnot(tied, v128.and(f32x4.eq(a, b), f32x4.eq(a, f32x4.splat(-Infinity))));
  }
  @inline static half(z: v128, dy: v128): v128 {
    const c = f64x2.pmin(f64x2.pmax(z, f64x2.splat(-300)), f64x2.splat(300));
    return f64x2.div(dy, f64x2.add(f64x2.splat(1), Wide.exp(c)));
  }
}

/** y = ln(eᵃ + eᵇ) */
@final
class Logaddexp extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return Log.logaddexp(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return Share.of(a, b, dy);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return Share.of(b, a, dy);
  }
}

/** y = ln|eᵃ − eᵇ| */
@final
class Logsubexp extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return Log.logsubexp(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return Quotient.of(dy, b, a);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return Quotient.of(dy, a, b);
  }
}

/** y = a ln b, 0 where a = 0 and b ≥ 0 */
@final
class Xlogy extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return Log.xlogy(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    // At b = 0 the subgradient of least size: 0.
    return v128.andnot(f32x4.mul(dy, Log.log(b)), f32x4.eq(b, f32x4.splat(0)));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    const none = f32x4.splat(0);
    // −0 + 0 is 0: both are the pole of ln b, from the right.
    const slope = Ratio.of(dy, a, f32x4.add(b, none));
    return v128.andnot(slope, v128.and(f32x4.eq(a, none), f32x4.ge(b, none)));
  }
}

/** y = a ln(1 + b), 0 where a = 0 and b ≥ −1 */
@final
class Xlog1py extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return Log.xlog1py(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return v128.andnot(f32x4.mul(dy, Log.log1p(b)), f32x4.eq(b, f32x4.splat(-1)));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    const slope = Ratio.ofNext(dy, a, b);
    return v128.andnot(slope, v128.and(f32x4.eq(a, f32x4.splat(0)), f32x4.ge(b, f32x4.splat(-1))));
  }
}

/** y = a ln(a / b)      da = dy (ln(a / b) + 1)      db = −dy a / b, 0 where a = 0 ≤ b */
@final
class RelEntr extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return Entropy.relative(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return Entropy.slope(a, b, dy, 1);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return Entropy.share(a, b, dy, 0);
  }
}

/** y = a ln(a / b) − a + b      da = dy ln(a / b)      db = dy (1 − a / b), dy where a = 0 ≤ b */
@final
class KlDiv extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return Entropy.divergence(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return Entropy.slope(a, b, dy, 0);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return Entropy.share(a, b, dy, 1);
  }
}

export function log1mexp_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Log1mexp>(y, x, n, 0, 0);
}
export function log1mexp_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log1mexp>(dx, dy, y, x, n, 0, 0);
}
export function logexpm1_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Logexpm1>(y, x, n, 0, 0);
}
export function logexpm1_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Logexpm1>(dx, dy, y, x, n, 0, 0);
}
export function log1pmx_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Log1pmx>(y, x, n, 0, 0);
}
export function log1pmx_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log1pmx>(dx, dy, y, x, n, 0, 0);
}
export function logit_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Logit>(y, x, n, 0, 0);
}
export function logit_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Logit>(dx, dy, y, x, n, 0, 0);
}
export function xlogx_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Xlogx>(y, x, n, 0, 0);
}
export function xlogx_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Xlogx>(dx, dy, y, x, n, 0, 0);
}
export function entr_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Entr>(y, x, n, 0, 0);
}
export function entr_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Entr>(dx, dy, y, x, n, 0, 0);
}
export function exprel_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Exprel>(y, x, n, 0, 0);
}
export function exprel_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Exprel>(dx, dy, y, x, n, 0, 0);
}
export function logcosh_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Logcosh>(y, x, n, 0, 0);
}
export function logcosh_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Logcosh>(dx, dy, y, x, n, 0, 0);
}
export function logaddexp_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<Logaddexp>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function logaddexp_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<Logaddexp>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function logaddexp_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<Logaddexp>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function logsubexp_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<Logsubexp>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function logsubexp_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<Logsubexp>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function logsubexp_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<Logsubexp>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function xlogy_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<Xlogy>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function xlogy_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<Xlogy>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function xlogy_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<Xlogy>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function xlog1py_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<Xlog1py>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function xlog1py_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<Xlog1py>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function xlog1py_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<Xlog1py>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function rel_entr_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<RelEntr>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function rel_entr_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<RelEntr>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function rel_entr_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<RelEntr>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function kl_div_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<KlDiv>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function kl_div_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<KlDiv>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function kl_div_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<KlDiv>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
