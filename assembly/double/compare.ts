/** Comparisons of doubles, 1 or 0, and selection. As in kernels/compare.ts. */
import { broadcast, map, Step, test } from "./loops";
import { Predicate, Unary } from "./op";

/** y = c ≠ 0 ? a : b */
@final
class Where extends Step {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(a: f64, b: f64, c: f64): f64 {
    return c !== 0 ? a : b;
  }
}

/** da = c ≠ 0 ? dy : 0 */
@final
class WhereTrue extends Step {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(dy: f64, c: f64, b: f64): f64 {
    return c !== 0 ? dy : 0;
  }
}

/** db = c ≠ 0 ? 0 : dy */
@final
class WhereFalse extends Step {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(dy: f64, c: f64, b: f64): f64 {
    return c !== 0 ? 0 : dy;
  }
}

/** y = a > b */
@final
class Greater extends Predicate {
  @inline forward(a: f64, b: f64): bool {
    return a > b;
  }
}

/** y = a ≥ b */
@final
class GreaterEqual extends Predicate {
  @inline forward(a: f64, b: f64): bool {
    return a >= b;
  }
}

/** y = a < b */
@final
class Less extends Predicate {
  @inline forward(a: f64, b: f64): bool {
    return a < b;
  }
}

/** y = a ≤ b */
@final
class LessEqual extends Predicate {
  @inline forward(a: f64, b: f64): bool {
    return a <= b;
  }
}

/** y = a = b */
@final
class Equal extends Predicate {
  @inline forward(a: f64, b: f64): bool {
    return a === b;
  }
}

/** y = a ≠ b */
@final
class NotEqual extends Predicate {
  @inline forward(a: f64, b: f64): bool {
    return a !== b;
  }
}

/** y = a ≠ 0 and b ≠ 0 */
@final
class LogicalAnd extends Predicate {
  @inline forward(a: f64, b: f64): bool {
    return a !== 0 && b !== 0;
  }
}

/** y = a ≠ 0 or b ≠ 0 */
@final
class LogicalOr extends Predicate {
  @inline forward(a: f64, b: f64): bool {
    return a !== 0 || b !== 0;
  }
}

/** y = one of a ≠ 0, b ≠ 0 */
@final
class LogicalXor extends Predicate {
  @inline forward(a: f64, b: f64): bool {
    return (a !== 0) !== (b !== 0);
  }
}

/** y = x = 0; it has no gradient */
@final
class LogicalNot extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x === 0 ? 1 : 0;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return 0;
  }
}

export function greater_forward_f64(y: usize, a: usize, b: usize): u32 {
  return test<Greater>(y, a, b);
}
export function greater_equal_forward_f64(y: usize, a: usize, b: usize): u32 {
  return test<GreaterEqual>(y, a, b);
}
export function less_forward_f64(y: usize, a: usize, b: usize): u32 {
  return test<Less>(y, a, b);
}
export function less_equal_forward_f64(y: usize, a: usize, b: usize): u32 {
  return test<LessEqual>(y, a, b);
}
export function equal_forward_f64(y: usize, a: usize, b: usize): u32 {
  return test<Equal>(y, a, b);
}
export function not_equal_forward_f64(y: usize, a: usize, b: usize): u32 {
  return test<NotEqual>(y, a, b);
}
export function logical_and_forward_f64(y: usize, a: usize, b: usize): u32 {
  return test<LogicalAnd>(y, a, b);
}
export function logical_or_forward_f64(y: usize, a: usize, b: usize): u32 {
  return test<LogicalOr>(y, a, b);
}
export function logical_xor_forward_f64(y: usize, a: usize, b: usize): u32 {
  return test<LogicalXor>(y, a, b);
}
export function logical_not_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<LogicalNot>(y, x, n, 0, 0);
}
export function where_forward_f64(y: usize, a: usize, b: usize, c: usize): u32 {
  return broadcast<Where>(y, a, b, c);
}
/** Operand A of the walk is dy, operand B the condition. */
export function where_backward_a_f64(da: usize, dy: usize, c: usize): u32 {
  return broadcast<WhereTrue>(da, dy, c, 0);
}
/** Operand A of the walk is dy, operand B the condition. */
export function where_backward_b_f64(db: usize, dy: usize, c: usize): u32 {
  return broadcast<WhereFalse>(db, dy, c, 0);
}
