/** Stable functions of doubles. Edges and slopes as in kernels/stable.ts. */
import { map, mapGrad, zip, zipGradA, zipGradB } from "./loops";
import { Entropy, Gate, Hyperbolic, Stable } from "./math";
import { Binary, Unary } from "./op";
import { Twice } from "./twice";

/** dy eᵃ / (eᵃ + eᵇ) = dy σ(a − b), dy / 2 where both are the same infinity, 0 where both are -∞. */
class Share {
  static of(a: f64, b: f64, dy: f64): f64 {
    if (a === b) return dy * (a === -Infinity ? 0 : 0.5);
    return Gate.times(Gate.of(Stable.apart(a, b)), dy, 1);
  }
}

/** y = ln(1 − eˣ) for x < 0      dx = −dy / (e^−x − 1) */
@final
class Log1mexp extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Twice.value(Stable.log1mexp(Twice.of(x, 0)));
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    // |x|: the slope at either 0 is that from below, −∞.
    return y === y ? -Stable.quotient(dy, Twice.of(Math.abs(x), 0)) : y;
  }
}

/** y = ln(eˣ − 1) for x > 0      dx = dy / (1 − e^−x) */
@final
class Logexpm1 extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Twice.value(Stable.logexpm1(Twice.of(x, 0)));
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    // −|x|: the slope at either 0 is that from above, ∞.
    return y === y ? -Stable.quotient(dy, Twice.of(-Math.abs(x), 0)) : y;
  }
}

/** y = ln(1 + x) − x      dx = −dy · x / (1 + x) */
@final
class Log1pmx extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Stable.log1pmx(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return y === y ? -(dy * (x === Infinity ? 1 : x / (x + 1))) : y;
  }
}

/** y = ln(x / (1 − x))      dx = dy / (x (1 − x)) */
@final
class Logit extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Stable.logit(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return y === y ? dy / Math.abs(x) / (1 - x) : y;
  }
}

/** y = x ln x, 0 at 0      dx = dy (ln x + 1) */
@final
class Xlogx extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Stable.xlogx(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Stable.dXlogx(x, dy);
  }
}

/** y = −x ln x, 0 at 0 and 1, -∞ below      dx = −dy (ln x + 1) */
@final
class Entr extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    const y = Stable.xlogx(x);
    return x < 0 ? -Infinity : y === 0 ? 0 : -y;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return -Stable.dXlogx(x, dy);
  }
}

/** y = (eˣ − 1) / x, 1 at 0      dx = dy (eˣ (x − 1) + 1) / x² */
@final
class Exprel extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Stable.exprel(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Stable.dExprel(x, dy);
  }
}

/** y = ln cosh x      dx = dy tanh x */
@final
class Logcosh extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Hyperbolic.logcosh(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return dy * Hyperbolic.tanh(x);
  }
}

/** y = ln(eᵃ + eᵇ) */
@final
class Logaddexp extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Stable.logaddexp(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return Share.of(a, b, dy);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return Share.of(b, a, dy);
  }
}

/** y = ln|eᵃ − eᵇ| */
@final
class Logsubexp extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    if (a === b) return a === Infinity ? NaN : -Infinity;
    return Stable.logsubexp(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return -Stable.quotient(dy, Stable.apart(b, a));
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return -Stable.quotient(dy, Stable.apart(a, b));
  }
}

/** y = a ln b, 0 where a = 0 and b ≥ 0      da = 0 where b = 0 */
@final
class Xlogy extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return a === 0 && b >= 0 ? 0 : Stable.timesLog(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return b === 0 ? 0 : dy * Math.log(b);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return a === 0 && b >= 0 ? 0 : dy * (a / b);
  }
}

/** y = a ln(1 + b), 0 where a = 0 and b ≥ −1      da = 0 where b = −1 */
@final
class Xlog1py extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return a === 0 && b >= -1 ? 0 : Stable.timesLog1p(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return b === -1 ? 0 : dy * Math.log1p(b);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return a === 0 && b >= -1 ? 0 : dy * (a / (b + 1));
  }
}

/** y = a ln(a / b)      da = dy (ln(a / b) + 1)      db = −dy a / b */
@final
class RelEntr extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Entropy.relative(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return Entropy.slope(a, b, dy, 1);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return Entropy.share(a, b, dy, 0);
  }
}

/** y = a ln(a / b) − a + b      da = dy ln(a / b)      db = dy (1 − a / b) */
@final
class KlDiv extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Entropy.divergence(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return Entropy.slope(a, b, dy, 0);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return Entropy.share(a, b, dy, 1);
  }
}

export function log1mexp_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Log1mexp>(y, x, n, 0, 0);
}
export function log1mexp_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log1mexp>(dx, dy, y, x, n, 0, 0);
}
export function logexpm1_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Logexpm1>(y, x, n, 0, 0);
}
export function logexpm1_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Logexpm1>(dx, dy, y, x, n, 0, 0);
}
export function log1pmx_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Log1pmx>(y, x, n, 0, 0);
}
export function log1pmx_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log1pmx>(dx, dy, y, x, n, 0, 0);
}
export function logit_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Logit>(y, x, n, 0, 0);
}
export function logit_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Logit>(dx, dy, y, x, n, 0, 0);
}
export function xlogx_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Xlogx>(y, x, n, 0, 0);
}
export function xlogx_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Xlogx>(dx, dy, y, x, n, 0, 0);
}
export function entr_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Entr>(y, x, n, 0, 0);
}
export function entr_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Entr>(dx, dy, y, x, n, 0, 0);
}
export function exprel_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Exprel>(y, x, n, 0, 0);
}
export function exprel_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Exprel>(dx, dy, y, x, n, 0, 0);
}
export function logcosh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Logcosh>(y, x, n, 0, 0);
}
export function logcosh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Logcosh>(dx, dy, y, x, n, 0, 0);
}
export function logaddexp_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Logaddexp>(y, a, b);
}
export function logaddexp_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Logaddexp>(da, dy, a, b);
}
export function logaddexp_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Logaddexp>(db, dy, a, b);
}
export function logsubexp_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Logsubexp>(y, a, b);
}
export function logsubexp_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Logsubexp>(da, dy, a, b);
}
export function logsubexp_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Logsubexp>(db, dy, a, b);
}
export function xlogy_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Xlogy>(y, a, b);
}
export function xlogy_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Xlogy>(da, dy, a, b);
}
export function xlogy_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Xlogy>(db, dy, a, b);
}
export function xlog1py_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Xlog1py>(y, a, b);
}
export function xlog1py_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Xlog1py>(da, dy, a, b);
}
export function xlog1py_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Xlog1py>(db, dy, a, b);
}
export function rel_entr_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<RelEntr>(y, a, b);
}
export function rel_entr_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<RelEntr>(da, dy, a, b);
}
export function rel_entr_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<RelEntr>(db, dy, a, b);
}
export function kl_div_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<KlDiv>(y, a, b);
}
export function kl_div_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<KlDiv>(da, dy, a, b);
}
export function kl_div_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<KlDiv>(db, dy, a, b);
}
