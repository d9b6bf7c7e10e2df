/** What safe functions of doubles are made of. As in kernels/safe.ts. */
import { Guarded } from "../loops";
import { map, mapGrad, Peak, zip, zipGradA, zipGradB } from "./loops";
import { Stable } from "./math";
import { Binary, Unary } from "./op";

/** y = max(x, s)      dx = x > s ? dy : 0 */
@final
class AtLeast extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    if (x <= s) Guarded.add(1);
    return x < s ? s : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x > s ? dy : x === x ? 0 : x;
  }
}

/** y = |x| < s ? ±s with the sign of x : x      dx = |x| < s ? 0 : dy */
@final
class AwayFromZero extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    if (!(Math.abs(x) < s)) return x;
    Guarded.add(1);
    return copysign<f64>(s, x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x === y ? dy : x === x ? 0 : x;
  }
}

/** y = min(max(x, s), t)      dx = s ≤ x ≤ t ? dy : 0 */
@final
class Within extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    if (!(x < s || x > t)) return x;
    Guarded.add(1);
    return x < s ? s : t;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x === y ? dy : x === x ? 0 : x;
  }
}

/** y = 1 / x, 0 at 0      dx = −dy y² */
@final
class ReciprocalNoNan extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    if (x !== 0) return 1 / x;
    Guarded.add(1);
    return 0;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return -(dy * y * y);
  }
}

/** y = a / b, 0 where b = 0 and a is finite      no gradient where b = 0 */
@final
class DivNoNan extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    if (b !== 0 || !Peak.isFinite(a)) return a / b;
    Guarded.add(1);
    return a * b;
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return b === 0 ? 0 : dy / b;
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return b === 0 ? 0 : Stable.turned(a, b, dy);
  }
}

/** y = a · b, 0 where b = 0 whatever a is      db = 0 where that hid a NaN or ∞ */
@final
class MulNoNan extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    if (b !== 0) return a * b;
    if (!Peak.isFinite(a)) Guarded.add(1);
    return 0;
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return b === 0 ? 0 : dy * b;
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return b === 0 && !Peak.isFinite(a) ? 0 : dy * a;
  }
}

export function at_least_forward_f64(y: usize, x: usize, n: usize, s: f64): u32 {
  return map<AtLeast>(y, x, n, s, 0);
}
export function at_least_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
): u32 {
  return mapGrad<AtLeast>(dx, dy, y, x, n, s, 0);
}
export function away_from_zero_forward_f64(y: usize, x: usize, n: usize, s: f64): u32 {
  return map<AwayFromZero>(y, x, n, s, 0);
}
export function away_from_zero_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
): u32 {
  return mapGrad<AwayFromZero>(dx, dy, y, x, n, s, 0);
}
export function within_forward_f64(y: usize, x: usize, n: usize, s: f64, t: f64): u32 {
  return map<Within>(y, x, n, s, t);
}
export function within_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
  t: f64,
): u32 {
  return mapGrad<Within>(dx, dy, y, x, n, s, t);
}
export function reciprocal_no_nan_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<ReciprocalNoNan>(y, x, n, 0, 0);
}
export function reciprocal_no_nan_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
): u32 {
  return mapGrad<ReciprocalNoNan>(dx, dy, y, x, n, 0, 0);
}
export function div_no_nan_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<DivNoNan>(y, a, b);
}
export function div_no_nan_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<DivNoNan>(da, dy, a, b);
}
export function div_no_nan_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<DivNoNan>(db, dy, a, b);
}
export function mul_no_nan_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<MulNoNan>(y, a, b);
}
export function mul_no_nan_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<MulNoNan>(da, dy, a, b);
}
export function mul_no_nan_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<MulNoNan>(db, dy, a, b);
}

/** y = NaN → s, +∞ → t, −∞ → u, the rest as it is */
export function nan_to_num_forward_f64(y: usize, x: usize, n: usize, s: f64, t: f64, u: f64): u32 {
  let acc: u64 = 0;
  for (let i: usize = 0; i < n << 3; i += 8) {
    let v = load<f64>(x + i);
    if (!Peak.isFinite(v)) {
      Guarded.add(1);
      v = Peak.isNaN(v) ? s : v > 0 ? t : u;
    }
    store<f64>(y + i, v);
    acc = Peak.of(acc, v);
  }
  return Peak.word(acc);
}
/** dx = x finite ? dy : 0 */
export function nan_to_num_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
  t: f64,
  u: f64,
): u32 {
  let acc: u64 = 0;
  for (let i: usize = 0; i < n << 3; i += 8) {
    const v = Peak.isFinite(load<f64>(x + i)) ? load<f64>(dy + i) : 0;
    store<f64>(dx + i, v);
    acc = Peak.of(acc, v);
  }
  return Peak.word(acc);
}
