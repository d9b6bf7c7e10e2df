/**
 * What an op on doubles is: its formula on one number, forward beside backward. Scalar, because the
 * functions themselves are (asc's own `Math`, after musl); the loops of double/loops.ts take the class
 * as a type argument, as those of loops.ts do.
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

/** y = f(a, b), which holds or does not. */
export abstract class Predicate {
  abstract forward(a: f64, b: f64): bool;
}
