/** Lane steps and terms that more than one family is made of. */
import { Choice, Lanes, Term } from "./op";
import { F32, F64 } from "./simd";

/** Slopes of quotients in f64: a product or square of f32 stays inside, and there is one rounding. */
export class Ratio {
  /** dy a / b */
  @inline static of(dy: v128, a: v128, b: v128): v128 {
    const low = f64x2.div(f64x2.mul(F64.low(dy), F64.low(a)), F64.low(b));
    return F64.join(low, f64x2.div(f64x2.mul(F64.high(dy), F64.high(a)), F64.high(b)));
  }

  /** dy a / (1 + b) */
  @inline static ofNext(dy: v128, a: v128, b: v128): v128 {
    const one = f64x2.splat(1);
    const low = f64x2.div(f64x2.mul(F64.low(dy), F64.low(a)), f64x2.add(F64.low(b), one));
    const high = f64x2.div(f64x2.mul(F64.high(dy), F64.high(a)), f64x2.add(F64.high(b), one));
    return F64.join(low, high);
  }

  /** −dy a / b² */
  @inline static byDivisor(dy: v128, a: v128, b: v128): v128 {
    const low = Ratio.byDivisorHalf(F64.low(dy), F64.low(a), F64.low(b));
    return F64.join(low, Ratio.byDivisorHalf(F64.high(dy), F64.high(a), F64.high(b)));
  }
  @inline static byDivisorHalf(dy: v128, a: v128, b: v128): v128 {
    return f64x2.neg(f64x2.div(f64x2.mul(dy, a), f64x2.mul(b, b)));
  }
}

/** A line that bends at 0, from slope s to slope 1. */
export class Bend {
  /** dy times the slope; at 0 the one of least norm between both, and 0 where s is NaN */
  @inline static slope(x: v128, s: v128, dy: v128): v128 {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    const least = f32x4.pmin(one, f32x4.pmax(zero, s));
    const right = F32.select(f32x4.gt(x, zero), one, least);
    return f32x4.mul(F32.select(f32x4.lt(x, zero), s, right), dy);
  }
}

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

/** y = x / s */
@final
export class Divided extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return f32x4.div(x, s);
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
