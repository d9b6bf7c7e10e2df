/**
 * Arithmetic   y[rows, cols] = a ∘ b with broadcasting.
 *
 * Strides count elements: a row stride of 0 repeats a row, a column stride of 0 one element along
 * its row. The backward kernels give a cotangent at the full shape; what was broadcast is summed
 * back by sum_forward_f32.
 */
import { lanes, Peak, zip, zipGradA, zipGradB } from "../loops";
import { Power } from "../math/power";
import { Trig } from "../math/trig";
import { Binary } from "../op";
import { Bend, Plus, Ratio } from "../parts";
import { F32, F64 } from "../simd";

/** y = a + b      da = dy      db = dy */
@final
class Add extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return dy;
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return dy;
  }
}

/** y = a − b      da = dy      db = −dy */
@final
class Sub extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.sub(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return dy;
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return f32x4.neg(dy);
  }
}

/** y = a · b      da = dy · b      db = dy · a */
@final
class Mul extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.mul(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(dy, b);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(dy, a);
  }
}

/** y = a / b      da = dy / b      db = −dy a / b² */
@final
class Div extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.div(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return f32x4.div(dy, b);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return Ratio.byDivisor(dy, a, b);
  }
}

/** What the chosen operand gets: all of dy, half in a tie, NaN where either operand is. */
class Choice {
  @inline static share(mine: v128, a: v128, b: v128, dy: v128): v128 {
    const half = v128.and(f32x4.mul(dy, f32x4.splat(0.5)), f32x4.eq(a, b));
    const slope = F32.select(mine, dy, half);
    const ordered = v128.and(f32x4.eq(a, a), f32x4.eq(b, b));
    return F32.select(ordered, slope, f32x4.add(a, b));
  }
}

/**
 * Directions of the point (a, b), in f64: a² + b² neither overflows nor underflows there; 0 at the
 * origin.
 */
class Ray {
  /** a / r */
  @inline static cosine(a: v128, b: v128): v128 {
    return F64.join(
      Ray.cosineHalf(F64.low(a), F64.low(b)),
      Ray.cosineHalf(F64.high(a), F64.high(b)),
    );
  }
  @inline static cosineHalf(a: v128, b: v128): v128 {
    const square = f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b));
    return v128.andnot(f64x2.div(a, f64x2.sqrt(square)), f64x2.eq(square, f64x2.splat(0)));
  }
  /** a / r² */
  @inline static turn(a: v128, b: v128): v128 {
    return F64.join(Ray.turnHalf(F64.low(a), F64.low(b)), Ray.turnHalf(F64.high(a), F64.high(b)));
  }
  @inline static turnHalf(a: v128, b: v128): v128 {
    const square = f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b));
    return v128.andnot(f64x2.div(a, square), f64x2.eq(square, f64x2.splat(0)));
  }
}

/** y = aᵇ      da = dy b aᵇ⁻¹, 0 where b = 0      db = dy y ln a, 0 where a = 0 and b ≥ 0 */
@final
class Pow extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return Power.pow(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return Power.byBase(a, b, dy);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return Power.byExponent(a, b, dy);
  }
}

/** y = max(a, b), NaN where either is      half to each where they tie */
@final
class Maximum extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return Choice.share(f32x4.gt(a, b), a, b, dy);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return Choice.share(f32x4.gt(b, a), a, b, dy);
  }
}

/** y = min(a, b), NaN where either is      half to each where they tie */
@final
class Minimum extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.min(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return Choice.share(f32x4.lt(a, b), a, b, dy);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return Choice.share(f32x4.lt(b, a), a, b, dy);
  }
}

/** y = a − ⌊a/b⌋ b, with the sign of b      da = dy      db = −dy ⌊a/b⌋ */
@final
class Mod extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return Power.mod(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return dy;
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    const low = Mod.slope(F64.low(a), F64.low(b), F64.low(dy));
    return F64.join(low, Mod.slope(F64.high(a), F64.high(b), F64.high(dy)));
  }
  // In f64: in f32 a quotient just below an integer, or just below 0, may round to it.
  @inline static slope(a: v128, b: v128, dy: v128): v128 {
    const q = f64x2.div(a, b);
    const none = f64x2.splat(0);
    // By ∞ of the other sign a/b is just below 0, though it rounds to −0: y is b there.
    const whole = v128.and(f64x2.eq(q, none), f64x2.ne(a, none));
    const below = v128.and(whole, i64x2.lt_s(q, none));
    const times = F64.select(below, f64x2.splat(-1), f64x2.floor(q));
    return f64x2.neg(f64x2.mul(dy, times));
  }
}

/** y = √(a² + b²)      da = dy a / y, 0 at 0 */
@final
class Hypot extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return Power.hypot(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(dy, Ray.cosine(a, b));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(dy, Ray.cosine(b, a));
  }
}

/** y = the angle of (b, a)      da = dy b / (a² + b²)      db = −dy a / (a² + b²), 0 at 0 */
@final
class Atan2 extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return Trig.atan2(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(dy, Ray.turn(b, a));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return f32x4.neg(f32x4.mul(dy, Ray.turn(a, b)));
  }
}

/** y = (a − b)²      da = 2 dy (a − b)      db = −da */
@final
class SquaredDifference extends Binary {
  // In f64: two roundings in f32 came to 1.83 ULP.
  @inline forward(a: v128, b: v128): v128 {
    const low = f64x2.sub(F64.low(a), F64.low(b));
    const high = f64x2.sub(F64.high(a), F64.high(b));
    return F64.join(f64x2.mul(low, low), f64x2.mul(high, high));
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(f32x4.add(dy, dy), f32x4.sub(a, b));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(f32x4.add(dy, dy), f32x4.sub(b, a));
  }
}

/** y = a < 0 ? b a : a      da = a < 0 ? b dy : dy, the slope of least norm at 0      db = a < 0 ? a dy : 0 */
@final
class Prelu extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return F32.select(f32x4.lt(a, f32x4.splat(0)), f32x4.mul(a, b), a);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return F32.select(f32x4.eq(a, a), Bend.slope(a, b, dy), a);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return v128.andnot(f32x4.mul(a, dy), f32x4.ge(a, f32x4.splat(0)));
  }
}

/** y += x over n elements, in place: how the gradients of a tensor used twice meet. */
export function accumulate_f32(y: usize, x: usize, n: usize): u32 {
  const none = i32x4.splat(0);
  return Peak.word(lanes<Plus>(y, y, x, 0, n, none, none, none, none));
}

export function add_forward_f32(
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
  return zip<Add>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function add_backward_a_f32(
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
  return zipGradA<Add>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function add_backward_b_f32(
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
  return zipGradB<Add>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function sub_forward_f32(
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
  return zip<Sub>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function sub_backward_a_f32(
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
  return zipGradA<Sub>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function sub_backward_b_f32(
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
  return zipGradB<Sub>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mul_forward_f32(
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
  return zip<Mul>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mul_backward_a_f32(
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
  return zipGradA<Mul>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mul_backward_b_f32(
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
  return zipGradB<Mul>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function div_forward_f32(
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
  return zip<Div>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function div_backward_a_f32(
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
  return zipGradA<Div>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function div_backward_b_f32(
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
  return zipGradB<Div>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function pow_forward_f32(
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
  return zip<Pow>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function pow_backward_a_f32(
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
  return zipGradA<Pow>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function pow_backward_b_f32(
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
  return zipGradB<Pow>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function maximum_forward_f32(
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
  return zip<Maximum>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function maximum_backward_a_f32(
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
  return zipGradA<Maximum>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function maximum_backward_b_f32(
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
  return zipGradB<Maximum>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function minimum_forward_f32(
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
  return zip<Minimum>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function minimum_backward_a_f32(
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
  return zipGradA<Minimum>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function minimum_backward_b_f32(
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
  return zipGradB<Minimum>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mod_forward_f32(
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
  return zip<Mod>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mod_backward_a_f32(
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
  return zipGradA<Mod>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mod_backward_b_f32(
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
  return zipGradB<Mod>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function hypot_forward_f32(
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
  return zip<Hypot>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function hypot_backward_a_f32(
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
  return zipGradA<Hypot>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function hypot_backward_b_f32(
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
  return zipGradB<Hypot>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function atan2_forward_f32(
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
  return zip<Atan2>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function atan2_backward_a_f32(
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
  return zipGradA<Atan2>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function atan2_backward_b_f32(
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
  return zipGradB<Atan2>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function squared_difference_forward_f32(
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
  return zip<SquaredDifference>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function squared_difference_backward_a_f32(
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
  return zipGradA<SquaredDifference>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function squared_difference_backward_b_f32(
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
  return zipGradB<SquaredDifference>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function prelu_forward_f32(
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
  return zip<Prelu>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function prelu_backward_a_f32(
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
  return zipGradA<Prelu>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function prelu_backward_b_f32(
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
  return zipGradB<Prelu>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
