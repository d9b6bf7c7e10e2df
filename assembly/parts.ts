/** Lane steps and terms that more than one family is made of. */
import { Choice, Lanes, Term } from "./op";

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

/** Σ |x| */
@final
export class Magnitude extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128): v128 {
    return f64x2.abs(x);
  }
}

/** Σ (x − μ)² */
@final
export class Deviation extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, mean: v128, t: v128): v128 {
    const d = f64x2.sub(x, mean);
    return f64x2.mul(d, d);
  }
}

/** Σ x over the elements that are no NaN */
@final
export class Present extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128): v128 {
    return v128.and(x, f64x2.eq(x, x));
  }
}

/** How many elements are no NaN. */
@final
export class PresentCount extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128): v128 {
    return v128.and(f64x2.splat(1), f64x2.eq(x, x));
  }
}

/** y = t where x equals s, else 0 */
@final
export class Where extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return v128.and(f32x4.eq(x, s), t);
  }
}

@final
export class Largest extends Choice {
  @inline last(): f32 {
    return -Infinity;
  }
  @inline keep(a: v128, b: v128): v128 {
    return f32x4.pmax(a, b);
  }
  @inline either(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }
}

@final
export class Smallest extends Choice {
  @inline last(): f32 {
    return Infinity;
  }
  @inline keep(a: v128, b: v128): v128 {
    return f32x4.pmin(a, b);
  }
  @inline either(a: v128, b: v128): v128 {
    return f32x4.min(a, b);
  }
}
