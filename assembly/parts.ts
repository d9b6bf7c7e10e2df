/** Lane steps and terms that more than one family is made of. */
import { Lanes, Term } from "./op";

/** y = x · s */
@final
export class Scaled extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return f32x4.mul(x, s);
  }
}

/** y = s */
@final
export class Fill extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return s;
  }
}

/** y = a + b */
@final
export class Plus extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(a: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return f32x4.add(a, b);
  }
}

/** Σ x */
@final
export class Value extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128): v128 {
    return x;
  }
}

/** Σ x² */
@final
export class Square extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128): v128 {
    return f64x2.mul(x, x);
  }
}

/** Σ a · b */
@final
export class Product extends Term {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(a: v128, b: v128, c: v128, s: v128, t: v128): v128 {
    return f64x2.mul(a, b);
  }
}
