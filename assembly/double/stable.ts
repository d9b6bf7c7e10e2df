/** Stable functions of doubles. Edges and slopes as in kernels/stable.ts. */
import { Lanes } from "./lanes";
import { mapGradLanes, mapLanes, zipGradALanes, zipGradBLanes, zipLanes } from "./loops";
import { Entropy, Gate, Hyperbolic, Stable } from "./math";
import { BinaryLanes, UnaryLanes } from "./op";

/** dy eᵃ / (eᵃ + eᵇ) = dy σ(a − b), dy / 2 where both are the same infinity, 0 where both are -∞. */
class Share {
  @inline static of(a: v128, b: v128, dy: v128): v128 {
    const d = f64x2.sub(a, b);
    const share = Gate.times(Gate.of(d, Stable.off(a, b, d)), dy);
    const none = f64x2.eq(a, f64x2.splat(-Infinity));
    const tie = f64x2.mul(dy, v128.andnot(Lanes.half(), none));
    return v128.bitselect(tie, share, f64x2.eq(a, b));
  }
}

/** dy / (1 − e^(a−b)); −∞ where a = b, whichever zeros they are. */
class Apart {
  @inline static of(a: v128, b: v128, dy: v128): v128 {
    const d = f64x2.add(f64x2.sub(a, b), f64x2.splat(0));
    return f64x2.neg(Stable.quotient(dy, d, Stable.off(a, b, d)));
  }
}

/** y = ln(1 − eˣ) for x < 0      dx = −dy / (e^−x − 1) */
@final
class Log1mexp extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Stable.log1mexp(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    // |x|: the slope at either 0 is that from below, −∞.
    const slope = f64x2.neg(Stable.quotient(dy, f64x2.abs(x), f64x2.splat(0)));
    return v128.bitselect(slope, y, f64x2.eq(y, y));
  }
}

/** y = ln(eˣ − 1) for x > 0      dx = dy / (1 − e^−x) */
@final
class Logexpm1 extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Stable.logexpm1(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    // −|x|: the slope at either 0 is that from above, ∞.
    const z = f64x2.neg(f64x2.abs(x));
    const slope = f64x2.neg(Stable.quotient(dy, z, f64x2.splat(0)));
    return v128.bitselect(slope, y, f64x2.eq(y, y));
  }
}

/** y = ln(1 + x) − x      dx = −dy · x / (1 + x) */
@final
class Log1pmx extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Stable.log1pmx(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const one = Lanes.one();
    const end = f64x2.eq(x, f64x2.splat(Infinity));
    const q = v128.bitselect(one, f64x2.div(x, f64x2.add(x, one)), end);
    return v128.bitselect(f64x2.neg(f64x2.mul(dy, q)), y, f64x2.eq(y, y));
  }
}

/** y = ln(x / (1 − x))      dx = dy / (x (1 − x)) */
@final
class Logit extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Stable.logit(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const slope = f64x2.div(f64x2.div(dy, f64x2.abs(x)), f64x2.sub(Lanes.one(), x));
    return v128.bitselect(slope, y, f64x2.eq(y, y));
  }
}

/** y = x ln x, 0 at 0      dx = dy (ln x + 1) */
@final
class Xlogx extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Stable.xlogx(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return Stable.dXlogx(x, dy);
  }
}

/** y = −x ln x, 0 at 0 and 1, -∞ below      dx = −dy (ln x + 1) */
@final
class Entr extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    const y = Stable.xlogx(x);
    const none = f64x2.splat(0);
    const minus = v128.andnot(f64x2.neg(y), f64x2.eq(y, none));
    return v128.bitselect(f64x2.splat(-Infinity), minus, f64x2.lt(x, none));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return f64x2.neg(Stable.dXlogx(x, dy));
  }
}

/** y = (eˣ − 1) / x, 1 at 0      dx = dy (eˣ (x − 1) + 1) / x² */
@final
class Exprel extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Stable.exprel(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return Stable.dExprel(x, dy);
  }
}

/** y = ln cosh x      dx = dy tanh x */
@final
class Logcosh extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Hyperbolic.logcosh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return f64x2.mul(dy, Hyperbolic.tanh(x));
  }
}

/** y = ln(eᵃ + eᵇ) */
@final
class Logaddexp extends BinaryLanes {
  @inline forward(a: v128, b: v128): v128 {
    return v128.bitselect(Stable.twice(a), Stable.logaddexp(a, b), f64x2.eq(a, b));
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
class Logsubexp extends BinaryLanes {
  @inline forward(a: v128, b: v128): v128 {
    const infinite = f64x2.eq(a, f64x2.splat(Infinity));
    const tie = v128.bitselect(f64x2.splat(NaN), f64x2.splat(-Infinity), infinite);
    return v128.bitselect(tie, Stable.logsubexp(a, b), f64x2.eq(a, b));
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return Apart.of(b, a, dy);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return Apart.of(a, b, dy);
  }
}

/** y = a ln b, 0 where a = 0 and b ≥ 0      da = 0 where b = 0 */
@final
class Xlogy extends BinaryLanes {
  @inline forward(a: v128, b: v128): v128 {
    const none = f64x2.splat(0);
    const still = v128.and(f64x2.eq(a, none), f64x2.ge(b, none));
    return v128.andnot(Stable.timesLog(a, b), still);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return v128.andnot(f64x2.mul(dy, Stable.plainLog(b)), f64x2.eq(b, f64x2.splat(0)));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    const none = f64x2.splat(0);
    const still = v128.and(f64x2.eq(a, none), f64x2.ge(b, none));
    // −0 + 0 is 0: both are the pole of ln b, from the right.
    return v128.andnot(f64x2.mul(dy, f64x2.div(a, f64x2.add(b, none))), still);
  }
}

/** y = a ln(1 + b), 0 where a = 0 and b ≥ −1      da = 0 where b = −1 */
@final
class Xlog1py extends BinaryLanes {
  @inline forward(a: v128, b: v128): v128 {
    const still = v128.and(f64x2.eq(a, f64x2.splat(0)), f64x2.ge(b, f64x2.splat(-1)));
    return v128.andnot(Stable.timesLog1p(a, b), still);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return v128.andnot(f64x2.mul(dy, Stable.plainLog1p(b)), f64x2.eq(b, f64x2.splat(-1)));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    const still = v128.and(f64x2.eq(a, f64x2.splat(0)), f64x2.ge(b, f64x2.splat(-1)));
    return v128.andnot(f64x2.mul(dy, f64x2.div(a, f64x2.add(b, Lanes.one()))), still);
  }
}

/** y = a ln(a / b)      da = dy (ln(a / b) + 1)      db = −dy a / b */
@final
class RelEntr extends BinaryLanes {
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

/** y = a ln(a / b) − a + b      da = dy ln(a / b)      db = dy (1 − a / b) */
@final
class KlDiv extends BinaryLanes {
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

export function log1mexp_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Log1mexp>(y, x, n, 0);
}
export function log1mexp_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Log1mexp>(dx, dy, y, x, n, 0);
}
export function logexpm1_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Logexpm1>(y, x, n, 0);
}
export function logexpm1_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Logexpm1>(dx, dy, y, x, n, 0);
}
export function log1pmx_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Log1pmx>(y, x, n, 0);
}
export function log1pmx_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Log1pmx>(dx, dy, y, x, n, 0);
}
export function logit_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Logit>(y, x, n, 0);
}
export function logit_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Logit>(dx, dy, y, x, n, 0);
}
export function xlogx_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Xlogx>(y, x, n, 0);
}
export function xlogx_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Xlogx>(dx, dy, y, x, n, 0);
}
export function entr_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Entr>(y, x, n, 0);
}
export function entr_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Entr>(dx, dy, y, x, n, 0);
}
export function exprel_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Exprel>(y, x, n, 0);
}
export function exprel_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Exprel>(dx, dy, y, x, n, 0);
}
export function logcosh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Logcosh>(y, x, n, 0);
}
export function logcosh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Logcosh>(dx, dy, y, x, n, 0);
}
export function logaddexp_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zipLanes<Logaddexp>(y, a, b);
}
export function logaddexp_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradALanes<Logaddexp>(da, dy, a, b);
}
export function logaddexp_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradBLanes<Logaddexp>(db, dy, a, b);
}
export function logsubexp_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zipLanes<Logsubexp>(y, a, b);
}
export function logsubexp_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradALanes<Logsubexp>(da, dy, a, b);
}
export function logsubexp_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradBLanes<Logsubexp>(db, dy, a, b);
}
export function xlogy_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zipLanes<Xlogy>(y, a, b);
}
export function xlogy_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradALanes<Xlogy>(da, dy, a, b);
}
export function xlogy_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradBLanes<Xlogy>(db, dy, a, b);
}
export function xlog1py_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zipLanes<Xlog1py>(y, a, b);
}
export function xlog1py_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradALanes<Xlog1py>(da, dy, a, b);
}
export function xlog1py_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradBLanes<Xlog1py>(db, dy, a, b);
}
export function rel_entr_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zipLanes<RelEntr>(y, a, b);
}
export function rel_entr_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradALanes<RelEntr>(da, dy, a, b);
}
export function rel_entr_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradBLanes<RelEntr>(db, dy, a, b);
}
export function kl_div_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zipLanes<KlDiv>(y, a, b);
}
export function kl_div_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradALanes<KlDiv>(da, dy, a, b);
}
export function kl_div_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradBLanes<KlDiv>(db, dy, a, b);
}
