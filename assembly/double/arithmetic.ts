/** Arithmetic on doubles   y = a ∘ b with broadcasting. Edges and slopes as in kernels/arithmetic.ts. */
import { Peak, zip, zipGradA, zipGradB } from "./loops";
import { Stable } from "./math";
import { Binary } from "./op";
import { Bits, Twice } from "./twice";

/** aᵇ by IEEE 754: 1 for a = 1 or b = 0, NaN or not, and for (−1)^±∞, where JavaScript has NaN. */
class Powers {
  static of(a: f64, b: f64): f64 {
    if (a === 1 || b === 0 || (a === -1 && Math.abs(b) === Infinity)) return 1;
    return a ** b;
  }

  /** b aᵇ⁻¹, by aᵇ where it has all its digits: half an ULP of b − 1 = 60 is 100 ULP of 9 to that. */
  static slope(a: f64, b: f64): f64 {
    const y = Powers.of(a, b);
    const size = Math.abs(y);
    // From 2^53 on b − 1 is b, which is even where b − 1 is odd.
    const whole = (size > 1e-290 && size < Infinity) || Math.abs(b) >= 9007199254740992;
    if (whole && Math.abs(a) < Infinity) {
      const q = y / a;
      return Math.abs(q) < Infinity ? b * q : (b / a) * y;
    }
    if (!(size <= 1e-290) || a === 0 || Math.abs(a) === Infinity) {
      return y === y ? b * Powers.of(a, b - 1) : y;
    }
    // A power next to 0 has few digits, its root has all.
    const root = Powers.of(Math.abs(a), 0.5 * b);
    return copysign<f64>(b * root, y) * (root / a) * (b < 0 ? -1 : 1);
  }
}

/** What the chosen operand gets: all of dy, half in a tie, NaN where either operand is. */
class Choice {
  @inline static share(mine: bool, a: f64, b: f64, dy: f64): f64 {
    return mine ? dy : a === b ? dy * 0.5 : Peak.isNaN(a) || Peak.isNaN(b) ? a + b : 0;
  }
}

class Remainder {
  /** From the exact remainder with the sign of a. */
  static of(a: f64, b: f64): f64 {
    if (b === 0) return NaN;
    const r = NativeMath.mod(a, b);
    if (r === 0) return copysign<f64>(0, b);
    return r < 0 !== b < 0 && r === r ? r + b : r;
  }

  /** ⌊a/b⌋, also where a/b is rounded to a whole number. */
  static times(a: f64, b: f64): f64 {
    const q = a / b;
    const part = Remainder.of(a, b) / b;
    return Math.abs(q) < 2251799813685248 && part >= 0 && Math.abs(b) < Infinity
      ? nearest<f64>(q - part)
      : Math.floor(q);
  }
}

/** Directions of the point (a, b), 0 at the origin; scaled by a power of two to a length of 1 … 3. */
class Ray {
  static power: i32 = 0;

  /** x times 2^−power of the larger one of a and b. */
  @inline static scaled(x: f64): f64 {
    return Bits.scale(x, -Ray.power);
  }
  /** Whether it has a power: finite, and not the origin. */
  static find(a: f64, b: f64): bool {
    const m = max<f64>(Math.abs(a), Math.abs(b));
    if (!Bits.isOrdinary(m)) return false;
    Bits.mantissa(m);
    Ray.power = Bits.power;
    return true;
  }

  /** a / r */
  static cosine(a: f64, b: f64): f64 {
    if (!Ray.find(a, b)) return a === 0 ? 0 : a / Math.hypot(a, b);
    const x = Ray.scaled(a);
    return x / Math.hypot(x, Ray.scaled(b));
  }

  /** dy a / r² */
  static turn(a: f64, b: f64, dy: f64): f64 {
    if (!Ray.find(a, b)) {
      const r = Math.hypot(a, b);
      return dy * (r === 0 ? 0 : a / r / r);
    }
    if (!Bits.isOrdinary(a)) return dy * a;
    const x = Ray.scaled(a);
    const y = Ray.scaled(b);
    // By the mantissa of a: the quotient may be subnormal where the slope is not.
    const m = Bits.mantissa(a);
    return Bits.scale(dy * (m / (x * x + y * y)), Bits.power - 2 * Ray.power);
  }
}

/** y = a + b */
@final
class Add extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return a + b;
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return dy;
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return dy;
  }
}

/** y = a − b */
@final
class Sub extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return a - b;
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return dy;
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return -dy;
  }
}

/** y = a · b      da = dy b      db = dy a */
@final
class Mul extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return a * b;
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return dy * b;
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return dy * a;
  }
}

/** y = a / b      da = dy / b      db = −dy a / b² */
@final
class Div extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return a / b;
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return dy / b;
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return Stable.turned(a, b, dy);
  }
}

/** y = aᵇ      da = dy b aᵇ⁻¹, 0 where b = 0      db = dy y ln a, 0 where a = 0 and b ≥ 0 */
@final
class Pow extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Powers.of(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return b === 0 ? 0 : dy * Powers.slope(a, b);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    const y = Powers.of(a, b);
    // 0 · ln 0 and 0 · ln ∞ are 0 in the limit; 0⁰ has the subgradient 0.
    if ((y === 0 && (a === 0 || a === Infinity)) || (a === 0 && b >= 0)) return 0;
    if (y > 1e-290 || !(y >= 0)) return dy * (y * Math.log(a));
    // A power next to 0 has few digits, its root has all.
    const root = Powers.of(a, 0.5 * b);
    return dy * (root * Math.log(a) * root);
  }
}

/** y = max(a, b), NaN where either is      half to each where they tie */
@final
class Maximum extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return max<f64>(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return Choice.share(a > b, a, b, dy);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return Choice.share(b > a, a, b, dy);
  }
}

/** y = min(a, b), NaN where either is      half to each where they tie */
@final
class Minimum extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return min<f64>(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return Choice.share(a < b, a, b, dy);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return Choice.share(b < a, a, b, dy);
  }
}

/** y = a − ⌊a/b⌋ b, with the sign of b      db = −dy ⌊a/b⌋ */
@final
class Mod extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Remainder.of(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return dy;
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return -(dy * Remainder.times(a, b));
  }
}

/** y = √(a² + b²)      da = dy a / y, 0 at 0 */
@final
class Hypot extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Math.hypot(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return dy * Ray.cosine(a, b);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return dy * Ray.cosine(b, a);
  }
}

/** y = the angle of (b, a)      da = dy b / (a² + b²)      db = −dy a / (a² + b²), 0 at 0 */
@final
class Atan2 extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Math.atan2(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return Ray.turn(b, a, dy);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return -Ray.turn(a, b, dy);
  }
}

/** y = (a − b)²      da = 2 dy (a − b)      db = −da */
@final
class SquaredDifference extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    const d = a - b;
    // What d lost counts twice in its square.
    const y = d * d;
    return y < Infinity ? y + 2 * d * Stable.lost(a, b) : y;
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return (dy + dy) * (a - b);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return (dy + dy) * (b - a);
  }
}

export function add_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Add>(y, a, b);
}
export function add_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Add>(da, dy, a, b);
}
export function add_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Add>(db, dy, a, b);
}
export function sub_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Sub>(y, a, b);
}
export function sub_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Sub>(da, dy, a, b);
}
export function sub_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Sub>(db, dy, a, b);
}
export function mul_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Mul>(y, a, b);
}
export function mul_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Mul>(da, dy, a, b);
}
export function mul_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Mul>(db, dy, a, b);
}
export function div_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Div>(y, a, b);
}
export function div_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Div>(da, dy, a, b);
}
export function div_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Div>(db, dy, a, b);
}
export function pow_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Pow>(y, a, b);
}
export function pow_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Pow>(da, dy, a, b);
}
export function pow_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Pow>(db, dy, a, b);
}
export function maximum_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Maximum>(y, a, b);
}
export function maximum_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Maximum>(da, dy, a, b);
}
export function maximum_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Maximum>(db, dy, a, b);
}
export function minimum_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Minimum>(y, a, b);
}
export function minimum_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Minimum>(da, dy, a, b);
}
export function minimum_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Minimum>(db, dy, a, b);
}
export function mod_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Mod>(y, a, b);
}
export function mod_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Mod>(da, dy, a, b);
}
export function mod_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Mod>(db, dy, a, b);
}
export function hypot_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Hypot>(y, a, b);
}
export function hypot_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Hypot>(da, dy, a, b);
}
export function hypot_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Hypot>(db, dy, a, b);
}
export function atan2_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Atan2>(y, a, b);
}
export function atan2_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Atan2>(da, dy, a, b);
}
export function atan2_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Atan2>(db, dy, a, b);
}
export function squared_difference_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<SquaredDifference>(y, a, b);
}
export function squared_difference_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<SquaredDifference>(da, dy, a, b);
}
export function squared_difference_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<SquaredDifference>(db, dy, a, b);
}

/** y += x over n elements, in place: how the gradients of a tensor used twice meet. */
export function accumulate_f64(y: usize, x: usize, n: usize): u32 {
  let acc: u64 = 0;
  for (const end = y + (n << 3); y < end; y += 8) {
    const v = load<f64>(y) + load<f64>(x);
    store<f64>(y, v);
    acc = Peak.of(acc, v);
    x += 8;
  }
  return Peak.word(acc);
}
