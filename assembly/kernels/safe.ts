/**
 * What safe functions are made of: an argument moved away from a singularity, counted, with a gradient
 * of 0 where it was moved; products and quotients without NaN; repair.
 *
 * NaN is never moved: only nan_to_num turns one into a number, because that is what it is asked for.
 */
import { fillRests, Guarded, lanes, map, mapGrad, Peak, zip, zipGradA, zipGradB } from "../loops";
import { Binary, Lanes, Unary } from "../op";
import { Ratio } from "../parts";
import { F32 } from "../simd";

/** What is 0 where a guard moved x, dy elsewhere, NaN at NaN. */
class Kept {
  @inline static slope(x: v128, y: v128, dy: v128): v128 {
    return F32.select(f32x4.eq(x, x), v128.and(dy, f32x4.eq(x, y)), x);
  }
}

/** y = max(x, s), s a float above the singularity      dx = x > s ? dy : 0 */
@final
class AtLeast extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    Guarded.count(f32x4.le(x, s));
    return f32x4.pmax(x, s);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.eq(x, x), v128.and(dy, f32x4.gt(x, s)), x);
  }
}

/** y = |x| < s ? ±s with the sign of x : x      dx = |x| < s ? 0 : dy */
@final
class AwayFromZero extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    const near = f32x4.lt(f32x4.abs(x), s);
    Guarded.count(near);
    return F32.select(near, v128.or(s, v128.and(x, i32x4.splat(0x80000000))), x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return Kept.slope(x, y, dy);
  }
}

/** y = min(max(x, s), t)      dx = s ≤ x ≤ t ? dy : 0 */
@final
class Within extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    const y = f32x4.pmin(f32x4.pmax(x, s), t);
    Guarded.count(v128.and(f32x4.ne(x, y), f32x4.eq(x, x)));
    return y;
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return Kept.slope(x, y, dy);
  }
}

/** y = 1 / x, 0 at 0      dx = −dy y², 0 at 0 */
@final
class ReciprocalNoNan extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    const zero = f32x4.eq(x, f32x4.splat(0));
    Guarded.count(zero);
    return v128.andnot(f32x4.div(f32x4.splat(1), x), zero);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.neg(f32x4.mul(f32x4.mul(dy, y), y));
  }
}

/** y = a / b, 0 where b = 0 and a is finite      da = dy / b, db = −dy a / b², 0 where b = 0 */
@final
class DivNoNan extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    const moved = v128.andnot(f32x4.eq(b, f32x4.splat(0)), Finite.not(a));
    Guarded.count(moved);
    return F32.select(moved, f32x4.mul(a, b), f32x4.div(a, b));
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return v128.andnot(f32x4.div(dy, b), f32x4.eq(b, f32x4.splat(0)));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return v128.andnot(Ratio.byDivisor(dy, a, b), f32x4.eq(b, f32x4.splat(0)));
  }
}

/** y = a · b, 0 where b = 0 whatever a is      da = dy b      db = a finite ? dy a : 0 at b = 0 */
@final
class MulNoNan extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    const zero = f32x4.eq(b, f32x4.splat(0));
    Guarded.count(v128.and(zero, Finite.not(a)));
    return v128.andnot(f32x4.mul(a, b), zero);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return v128.andnot(f32x4.mul(dy, b), f32x4.eq(b, f32x4.splat(0)));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    const hidden = v128.and(f32x4.eq(b, f32x4.splat(0)), Finite.not(a));
    return v128.andnot(f32x4.mul(dy, a), hidden);
  }
}

/** y = op.forward(x), where a lane that no one reads counts for nothing: it holds `kept`, which op does not move. */
class Counted {
  @inline static map<Op extends Unary>(
    y: usize,
    x: usize,
    n: usize,
    s: f32,
    t: f32,
    kept: f32,
  ): u32 {
    fillRests(kept);
    const peak = map<Op>(y, x, n, s, t);
    fillRests(0.5);
    return peak;
  }
}

class Finite {
  @inline static not(x: v128): v128 {
    return i32x4.gt_u(i32x4.shl(x, 1), i32x4.splat(0xfeffffff));
  }
}

/** y = NaN → s, +∞ → t, −∞ → u, the rest as it is */
@final
class NanToNum extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    Guarded.count(Finite.not(x));
    const infinity = f32x4.splat(Infinity);
    const up = v128.bitselect(t, x, i32x4.eq(x, infinity));
    const down = v128.bitselect(u, up, i32x4.eq(x, f32x4.neg(infinity)));
    return v128.bitselect(s, down, i32x4.gt_u(i32x4.shl(x, 1), i32x4.splat(0xff000000)));
  }
}

/** dx = x finite ? dy : 0 */
@final
class WhereFinite extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(dy: v128, x: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return v128.andnot(dy, Finite.not(x));
  }
}

export function at_least_forward_f32(y: usize, x: usize, n: usize, s: f32): u32 {
  return Counted.map<AtLeast>(y, x, n, s, 0, Infinity);
}
export function at_least_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
): u32 {
  return mapGrad<AtLeast>(dx, dy, y, x, n, s, 0);
}
export function away_from_zero_forward_f32(y: usize, x: usize, n: usize, s: f32): u32 {
  return Counted.map<AwayFromZero>(y, x, n, s, 0, Infinity);
}
export function away_from_zero_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
): u32 {
  return mapGrad<AwayFromZero>(dx, dy, y, x, n, s, 0);
}
export function within_forward_f32(y: usize, x: usize, n: usize, s: f32, t: f32): u32 {
  return Counted.map<Within>(y, x, n, s, t, s);
}
export function within_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
  t: f32,
): u32 {
  return mapGrad<Within>(dx, dy, y, x, n, s, t);
}
export function reciprocal_no_nan_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<ReciprocalNoNan>(y, x, n, 0, 0);
}
export function reciprocal_no_nan_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
): u32 {
  return mapGrad<ReciprocalNoNan>(dx, dy, y, x, n, 0, 0);
}
export function nan_to_num_forward_f32(y: usize, x: usize, n: usize, s: f32, t: f32, u: f32): u32 {
  const none = i32x4.splat(0);
  const vs = f32x4.splat(s);
  return Peak.word(lanes<NanToNum>(y, x, 0, 0, n, vs, f32x4.splat(t), f32x4.splat(u), none));
}
export function nan_to_num_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
  t: f32,
  u: f32,
): u32 {
  const none = i32x4.splat(0);
  return Peak.word(lanes<WhereFinite>(dx, dy, x, 0, n, none, none, none, none));
}
export function div_no_nan_forward_f32(
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
  return zip<DivNoNan>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function div_no_nan_backward_a_f32(
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
  return zipGradA<DivNoNan>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function div_no_nan_backward_b_f32(
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
  return zipGradB<DivNoNan>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mul_no_nan_forward_f32(
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
  return zip<MulNoNan>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mul_no_nan_backward_a_f32(
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
  return zipGradA<MulNoNan>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mul_no_nan_backward_b_f32(
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
  return zipGradB<MulNoNan>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
