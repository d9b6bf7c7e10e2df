/**
 * Comparisons and selection.
 *
 * Comparisons give 1 or 0 with broadcasting and have no gradient. NaN compares false (not equal:
 * true), as everywhere. `where` selects: what is not chosen is not multiplied by zero, it is not
 * there, in the value and in the gradient.
 */
import { broadcast, lanes, Peak, test } from "../loops";
import { Lanes, Predicate } from "../op";
import { F32 } from "../simd";

/** y = c ≠ 0 ? a : b */
@final
class Where extends Lanes {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(a: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return F32.select(f32x4.ne(c, f32x4.splat(0)), a, b);
  }
}

/** da = c ≠ 0 ? dy : 0 */
@final
class WhereTrue extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(dy: v128, c: v128, b: v128, s: v128, t: v128, u: v128): v128 {
    return v128.and(dy, f32x4.ne(c, f32x4.splat(0)));
  }
}

/** db = c ≠ 0 ? 0 : dy */
@final
class WhereFalse extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(dy: v128, c: v128, b: v128, s: v128, t: v128, u: v128): v128 {
    return v128.and(dy, f32x4.eq(c, f32x4.splat(0)));
  }
}

/** y = a > b */
@final
class Greater extends Predicate {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.gt(a, b);
  }
}

/** y = a ≥ b */
@final
class GreaterEqual extends Predicate {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.ge(a, b);
  }
}

/** y = a < b */
@final
class Less extends Predicate {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.lt(a, b);
  }
}

/** y = a ≤ b */
@final
class LessEqual extends Predicate {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.le(a, b);
  }
}

/** y = a = b */
@final
class Equal extends Predicate {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.eq(a, b);
  }
}

/** y = a ≠ b */
@final
class NotEqual extends Predicate {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.ne(a, b);
  }
}

/** y = x = 0, 1 or 0 */
@final
class LogicalNot extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return v128.and(f32x4.eq(x, f32x4.splat(0)), f32x4.splat(1));
  }
}

/** y = a ≠ 0 and b ≠ 0 */
@final
class LogicalAnd extends Predicate {
  @inline forward(a: v128, b: v128): v128 {
    return v128.and(f32x4.ne(a, f32x4.splat(0)), f32x4.ne(b, f32x4.splat(0)));
  }
}

/** y = a ≠ 0 or b ≠ 0 */
@final
class LogicalOr extends Predicate {
  @inline forward(a: v128, b: v128): v128 {
    return v128.or(f32x4.ne(a, f32x4.splat(0)), f32x4.ne(b, f32x4.splat(0)));
  }
}

/** y = one of a ≠ 0, b ≠ 0 */
@final
class LogicalXor extends Predicate {
  @inline forward(a: v128, b: v128): v128 {
    return v128.xor(f32x4.ne(a, f32x4.splat(0)), f32x4.ne(b, f32x4.splat(0)));
  }
}

export function where_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  c: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
  rowC: usize,
  colC: usize,
): u32 {
  return broadcast<Where>(y, a, b, c, rows, cols, rowA, colA, rowB, colB, rowC, colC);
}
export function where_backward_a_f32(
  da: usize,
  dy: usize,
  c: usize,
  rows: usize,
  cols: usize,
  rowC: usize,
  colC: usize,
): u32 {
  return broadcast<WhereTrue>(da, dy, c, 0, rows, cols, cols, 1, rowC, colC, 0, 1);
}
export function where_backward_b_f32(
  db: usize,
  dy: usize,
  c: usize,
  rows: usize,
  cols: usize,
  rowC: usize,
  colC: usize,
): u32 {
  return broadcast<WhereFalse>(db, dy, c, 0, rows, cols, cols, 1, rowC, colC, 0, 1);
}
export function greater_forward_f32(
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
  return test<Greater>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function greater_equal_forward_f32(
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
  return test<GreaterEqual>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function less_forward_f32(
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
  return test<Less>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function less_equal_forward_f32(
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
  return test<LessEqual>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function equal_forward_f32(
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
  return test<Equal>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function not_equal_forward_f32(
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
  return test<NotEqual>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function logical_and_forward_f32(
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
  return test<LogicalAnd>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function logical_or_forward_f32(
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
  return test<LogicalOr>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function logical_xor_forward_f32(
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
  return test<LogicalXor>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function logical_not_forward_f32(y: usize, x: usize, n: usize): u32 {
  const none = i32x4.splat(0);
  return Peak.word(lanes<LogicalNot>(y, x, 0, 0, n, none, none, none, none));
}
