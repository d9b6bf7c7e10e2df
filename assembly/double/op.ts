/**
 * What an op on doubles is: its formula on one number, or on two at once, forward beside backward; the loops of
 * double/loops.ts take the class as a type argument, as those of loops.ts do. Scalar are those of which little is to be computed, and
 * those that are asc's own `Math` (after musl); those that need more than a double's digits take two numbers at once (lanes.ts).
 */

/** y = f(x), and dx from the cotangent dy. `s` and `t` are the op's scalars. */
export abstract class Unary {
  abstract forward(x: f64, s: f64, t: f64): f64;
  abstract backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64;
}

/** y = f(a, b), and the cotangents of either operand. */
export abstract class Binary {
  abstract forward(a: f64, b: f64): f64;
  abstract backwardA(a: f64, b: f64, dy: f64): f64;
  abstract backwardB(a: f64, b: f64, dy: f64): f64;
}

/** y = f(x), and dx, of two elements at once, none of which depends on the other. `s` is the op's scalar. */
export abstract class UnaryLanes {
  abstract forward(x: v128, s: v128): v128;
  abstract backward(x: v128, y: v128, dy: v128, s: v128): v128;
}

/** y = f(a, b), and the cotangents of either operand, of two elements at once. */
export abstract class BinaryLanes {
  abstract forward(a: v128, b: v128): v128;
  abstract backwardA(a: v128, b: v128, dy: v128): v128;
  abstract backwardB(a: v128, b: v128, dy: v128): v128;
}

/** y = f(a, b), which holds or does not. */
export abstract class Predicate {
  abstract forward(a: f64, b: f64): bool;
}

/** One term of a sum over up to three operands; `arity` says how many are read. `s` is the sum's scalar. */
export abstract class Term {
  abstract arity(): i32;
  abstract at(a: f64, b: f64, c: f64, s: f64): f64;
}

/** One run of n doubles, `step` bytes apart, to one. `s` is the op's scalar. */
export abstract class Fold {
  abstract forward(x: usize, n: usize, step: usize, s: f64): f64;
}

/** The same with a gradient: `look` takes from the run what the slope is made of, `at` gives dx of one element. */
export abstract class Reduction extends Fold {
  abstract look(x: usize, n: usize, step: usize, y: f64, s: f64): void;
  abstract at(x: f64, dy: f64): f64;
}

/** One run of n doubles, `step` bytes apart, to as many. Takes the gathered peak and hands it on. */
export abstract class Scan {
  abstract forward(y: usize, x: usize, n: usize, step: usize, acc: u64): u64;
  abstract backward(dx: usize, dy: usize, x: usize, n: usize, step: usize, acc: u64): u64;
}

/** Which of two numbers an extreme is. */
export abstract class Choice {
  /** What every number is chosen over. */
  abstract last(): f64;
  /** Whether a is chosen over b. */
  abstract over(a: f64, b: f64): bool;
}
