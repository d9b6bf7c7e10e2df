/**
 * What an op is: lane mathematics and nothing else. A class says the formula, forward beside
 * backward; the loops of loops.ts take the class as a type argument and reach its methods through
 * a null instance, so that nothing is left of the call. Scalars arrive splatted as `s` and `t`.
 */

/** dx from the cotangent dy, for a y = f(x) that is made in passes. */
export abstract class Derivative {
  abstract backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128;
}

/** y = f(x), and dx. */
export abstract class Unary extends Derivative {
  abstract forward(x: v128, s: v128, t: v128): v128;
}

/**
 * A shorter formula, in two halves, for elements where the words that `first` gives are at most `bound`, unsigned.
 * The first half stores what the second takes: `vectors` of them for each vector of x. To the second, x is the address.
 */
export interface Staged {
  bound(): u32;
  /** Where the twelve f32 constants stand: they come splatted, the first six as a to f, the last seven as f to l. */
  constants(): usize;
  vectors(): i32;
  first(to: usize, x: v128, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128;
  second(
    from: usize,
    x: usize,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128;
}

/**
 * One of the loops over a chunk that a long formula is made of. `slot` is the place of four elements on the stage, four
 * vectors; x and y are addresses. The last pass gives y, what the others give is not looked at.
 */
export abstract class Pass {
  /** Whether the constants are f64. */
  abstract wide(): bool;
  /** Where they stand: up to twelve come splatted. */
  abstract constants(): usize;
  abstract at(
    slot: usize,
    x: usize,
    a: v128,
    b: v128,
    c: v128,
    d: v128,
    e: v128,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128;
}

/** y = f(x) over n elements, a multiple of eight; takes the gathered peak and hands it on. */
export abstract class Chunk {
  abstract run(y: usize, x: usize, n: usize, acc: v128): v128;
}

/** y = f(a, b) with broadcasting, and the cotangents of either operand at the full shape. */
export abstract class Binary {
  abstract forward(a: v128, b: v128): v128;
  abstract backwardA(a: v128, b: v128, dy: v128): v128;
  abstract backwardB(a: v128, b: v128, dy: v128): v128;
}

/** y = f(a, b), 1 or 0, whose derivative is zero wherever it exists. */
export abstract class Predicate {
  abstract forward(a: v128, b: v128): v128;
}

/** One step of a loop over up to three operands; `arity` says how many are read. */
export abstract class Lanes {
  abstract arity(): i32;
  abstract at(a: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128;
}

/** One term of a sum in f64: two promoted lanes of up to three operands. */
export abstract class Term {
  abstract arity(): i32;
  abstract at(a: v128, b: v128, c: v128, s: v128, t: v128): v128;
}

/** Which of two numbers an extreme is: the larger, or the smaller. */
export abstract class Choice {
  /** What every number is chosen over. */
  abstract last(): f32;
  /** Of two, the one to keep. A NaN in b is passed over: one instruction where `either` is eight on x86. */
  abstract keep(a: v128, b: v128): v128;
  /** The same, where NaN wins. */
  abstract either(a: v128, b: v128): v128;
}

/** One run of n numbers to one number, and the gradient back over the run. `s` is the op's scalar. */
export abstract class Reduction {
  abstract forward(x: usize, n: usize, s: f64): f32;
  /** Writes dx; takes the gathered peak and hands it on. */
  abstract backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128;
}

/** One run of n numbers to as many: each from those up to it. Takes the gathered peak and hands it on. */
export abstract class Scan {
  /** Bytes of scratch for each element that the way back takes. */
  abstract scratch(): usize;
  abstract forward(y: usize, x: usize, n: usize, acc: v128): v128;
  abstract backward(dx: usize, dy: usize, x: usize, n: usize, scratch: usize, acc: v128): v128;
}

/** Whether a monitor wants to know what a step does, and by a scale other than 1: decided when compiled. */
export abstract class Measure {
  abstract on(): bool;
  abstract scaled(): bool;
}

/** One step of an optimizer over parameter p, states m and v, gradient g; its hyperparameters come splatted. */
export abstract class Update {
  /** How many state vectors there are: 0, 1 (m) or 2 (m and v). */
  abstract states(): i32;
  /** keep · m + fresh g */
  abstract first(m: v128, g: v128, keep: v128, fresh: v128): v128;
  /** keep · v + (fresh g)² */
  abstract second(v: v128, g: v128, keep: v128, fresh: v128): v128;
  abstract step(
    p: v128,
    m: v128,
    v: v128,
    g: v128,
    rate: v128,
    root: v128,
    eps: v128,
    decay: v128,
  ): v128;
}
