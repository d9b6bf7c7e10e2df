/** Arithmetic on doubles   y = a ∘ b with broadcasting. Edges and slopes as in kernels/arithmetic.ts. */
import { Peak, zip, zipGradA, zipGradB } from "./loops";
import { Stable } from "./math";
import { Binary } from "./op";
import { Bits, Pair, poly, Twice } from "./twice";

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
    if (Math.abs(q) < 2251799813685248 && part >= 0 && Math.abs(b) < Infinity) {
      return nearest<f64>(q - part);
    }
    // By ∞ of the other sign a/b is just below 0, though it rounds to −0: the remainder is b there.
    return q === 0 && a !== 0 && a < 0 !== b < 0 ? -1 : Math.floor(q);
  }
}

/** (atan t − t) / t³ in powers of t², |t| ≤ 7/16. Source: fdlibm, s_atan.c. */
const ARC: usize = memory.data<f64>([
  -3.33333333333329318027e-1, 1.99999999998764832476e-1, -1.42857142725034663711e-1,
  1.1111110405462355788e-1, -9.09088713343650656196e-2, 7.69187620504482999495e-2,
  -6.66107313738753120669e-2, 5.83357013379057348645e-2, -4.97687799461593236017e-2,
  3.6531572744216915527e-2, -1.62858201153657823623e-2,
]);

/** The angle of the point (x, y). Every step but the last as head and tail: of −1.98 it had been 1.2 ULP. */
class Angle {
  static head: f64 = 0;
  static tail: f64 = 0;

  static of(y: f64, x: f64): f64 {
    const steep = Math.abs(y) > Math.abs(x);
    const short = steep ? Math.abs(x) : Math.abs(y);
    const long = steep ? Math.abs(y) : Math.abs(x);
    // A zero, ∞, NaN, or next to an axis, where nothing is lost.
    if (!(short > long * 8.673617379884035e-19) || !(long < Infinity)) return Math.atan2(y, x);
    const d = Bits.mantissa(long);
    Angle.below(Bits.scale(short, -Bits.power), d);
    const back = steep !== x < 0;
    const from: f64 = steep ? 1.5707963267948966 : x < 0 ? 3.141592653589793 : 0;
    const rest: f64 = steep ? 6.123233995736766e-17 : x < 0 ? 1.2246467991473532e-16 : 0;
    const sum = Pair.sum(from, back ? -Angle.head : Angle.head);
    const angle = sum + (Pair.tail + (rest + (back ? -Angle.tail : Angle.tail)));
    return copysign<f64>(angle, y);
  }

  /** atan(n / d), 0 < n ≤ d, from the nearest of 0, atan ½ and π/4. */
  private static below(n: f64, d: f64): void {
    let hi: f64 = 0;
    let lo: f64 = 0;
    let top = n;
    let base = d;
    Pair.tail = 0;
    if (n >= 0.6875 * d) {
      hi = 0.7853981633974483;
      lo = 3.061616997868383e-17;
      top = n - d;
      base = Pair.sum(d, n);
    } else if (n >= 0.4375 * d) {
      hi = 0.4636476090008061;
      lo = 2.2698777452961687e-17;
      top = 2 * n - d;
      base = Pair.sum(2 * d, n);
    }
    const baseTail = Pair.tail;
    const t = top / base;
    const p = Pair.product(t, base);
    const w = t * t;
    const off = (top - p - Pair.tail - t * baseTail) / (base * (1 + w));
    Angle.head = Pair.sum(hi, t);
    Angle.tail = Pair.tail + (lo + (off + t * w * poly(w, ARC, 10)));
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
    return Angle.of(a, b);
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
