/**
 * Numbers of twice the digits, head + tail in the two lanes of a vector, and their exponential and logarithm: for terms
 * that cancel, and for the last rounding to be the only one.
 *
 * Computes: sums, products and quotients to about 2^-104, e^x to 2^-68, e^x − 1 and ln to 2^-64 of the result. Range: heads
 * of products up to 2^996. What leaves a double, and zeros of which the sign counts, callers keep away.
 * Source: Dekker 1971 (products), Knuth (sums). The exponential is reduced to an eighth of an octave, as Tang 1989 does; the
 * logarithm is a double's, corrected by one step of Newton's.
 */

/** c[0] + c[1] x + … + c[degree] xᵈ, from a table in memory. */
export function poly(x: f64, table: usize, degree: i32): f64 {
  let sum = load<f64>(table + ((<usize>degree) << 3));
  for (let i = degree - 1; i >= 0; i--) sum = sum * x + load<f64>(table + ((<usize>i) << 3));
  return sum;
}

/** 2^27 + 1: cuts a double into halves whose products are exact. */
const SPLITTER: f64 = 134217729;

/** Sums and products of which nothing is lost: the result has the head, `tail` what was rounded away. */
export class Pair {
  static tail: f64 = 0;

  /** a b, for sizes up to 2^996 (Dekker). */
  static product(a: f64, b: f64): f64 {
    const p = a * b;
    const ca = a * SPLITTER;
    const cb = b * SPLITTER;
    const ha = ca - (ca - a);
    const hb = cb - (cb - b);
    const ta = a - ha;
    const tb = b - hb;
    Pair.tail = ta * tb - (p - ha * hb - ta * hb - ha * tb);
    return p;
  }

  /** a + b (Knuth). */
  @inline static sum(a: f64, b: f64): f64 {
    const s = a + b;
    Pair.tail = Pair.lost(a, b, s);
    return s;
  }

  /** What s = a + b rounds away. */
  @inline static lost(a: f64, b: f64, s: f64): f64 {
    const c = s - a;
    return a - (s - c) + (b - c);
  }
}

/** A finite number that is not 0 taken apart: a mantissa in 1 … 2 with its sign, times a power of two. */
export class Bits {
  /** Of the last `mantissa`. */
  static power: i32 = 0;

  /** Finite, and not 0. */
  @inline static isOrdinary(x: f64): bool {
    return (reinterpret<u64>(x) << 1) - 1 < 0xffdfffffffffffff;
  }

  static mantissa(x: f64): f64 {
    const normal = Math.abs(x) < 2.2250738585072014e-308 ? x * 18014398509481984 : x;
    const bits = reinterpret<u64>(normal);
    Bits.power = <i32>((bits >> 52) & 0x7ff) - (normal === x ? 1023 : 1077);
    return reinterpret<f64>((bits & 0x800fffffffffffff) | 0x3ff0000000000000);
  }

  /** x 2^power, in steps that a double can take. */
  static scale(x: f64, power: i32): f64 {
    let p = max(min(power, 4000), -4000);
    for (; p > 1000; p -= 1000) x *= 1.0715086071862673e301;
    for (; p < -1000; p += 1000) x *= 9.332636185032189e-302;
    return x * reinterpret<f64>((<u64>(1023 + p)) << 52);
  }
}

export class Twice {
  @inline static of(head: f64, tail: f64): v128 {
    return f64x2.replace_lane(f64x2.splat(head), 1, tail);
  }
  @inline static head(p: v128): f64 {
    return f64x2.extract_lane(p, 0);
  }
  @inline static tail(p: v128): f64 {
    return f64x2.extract_lane(p, 1);
  }
  /** The double nearest to it. */
  @inline static value(p: v128): f64 {
    return Twice.head(p) + Twice.tail(p);
  }
  /** The same number, for a tail that is smaller than its head. */
  @inline static renewed(head: f64, tail: f64): v128 {
    const s = head + tail;
    return Twice.of(s, head - s + tail);
  }

  @inline static sum(a: f64, b: f64): v128 {
    const s = Pair.sum(a, b);
    return Twice.of(s, Pair.tail);
  }
  @inline static product(a: f64, b: f64): v128 {
    const p = Pair.product(a, b);
    return Twice.of(p, Pair.tail);
  }

  static add(p: v128, q: v128): v128 {
    const s = Pair.sum(Twice.head(p), Twice.head(q));
    return Twice.renewed(s, Pair.tail + (Twice.tail(p) + Twice.tail(q)));
  }
  /** p + a */
  @inline static plus(p: v128, a: f64): v128 {
    return Twice.add(p, Twice.of(a, 0));
  }
  @inline static sub(p: v128, q: v128): v128 {
    return Twice.add(p, f64x2.neg(q));
  }
  static mul(p: v128, q: v128): v128 {
    const h = Pair.product(Twice.head(p), Twice.head(q));
    const t = Twice.head(p) * Twice.tail(q) + Twice.tail(p) * Twice.head(q);
    return Twice.renewed(h, Pair.tail + t);
  }
  /** p a */
  @inline static times(p: v128, a: f64): v128 {
    return Twice.mul(p, Twice.of(a, 0));
  }
  static div(p: v128, q: v128): v128 {
    const d = Twice.head(q);
    const h = Twice.head(p) / d;
    const back = Pair.product(h, d);
    const rest = Twice.head(p) - back - Pair.tail + (Twice.tail(p) - h * Twice.tail(q));
    return Twice.renewed(h, rest / d);
  }
  static root(p: v128): v128 {
    const h = Math.sqrt(Twice.head(p));
    if (h === 0) return p;
    const back = Pair.product(h, h);
    return Twice.renewed(h, (Twice.head(p) - back - Pair.tail + Twice.tail(p)) / (2 * h));
  }
  /** a p 2^power, rounded once; a is any number. */
  static rounded(p: v128, a: f64, power: i32): f64 {
    const v = Twice.value(p);
    if (!Bits.isOrdinary(a) || !Bits.isOrdinary(v)) return a * Bits.scale(v, power);
    const m = Bits.mantissa(a);
    power += Bits.power;
    // Of a product next to 0 the tail would be lost.
    if (Math.abs(v) > 1e-250) return Bits.scale(Twice.value(Twice.times(p, m)), power);
    return Bits.scale(Twice.value(Twice.times(Twice.scaled(p, UP), m)), power - 600);
  }
  /** p a, a power of two. */
  @inline static scaled(p: v128, a: f64): v128 {
    return f64x2.mul(p, f64x2.splat(a));
  }
}

// ln 2 in two parts (FreeBSD's e_log.c): the first has 32 bits, so that a power of two times it is exact.
const LN2_HIGH: f64 = 6.9314718036912381649e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** 2^600 */
const UP: f64 = 4.149515568880993e180;

/** An eighth of ln 2 in three parts, the first two of 37 bits: their products with 16 bits are exact. */
const EIGHTH_A: f64 = 0.08664339756978734;
const EIGHTH_B: f64 = 2.0582436978583079e-13;
const EIGHTH_C: f64 = 3.827300920023315e-25;

/** 2^(j/8) for j = 0 … 7, and what their doubles lack. */
const OCTAVE: usize = memory.data<f64>([
  1, 0, 1.0905077326652577, -3.046782079812471e-17, 1.189207115002721, 3.982015231465646e-17,
  1.2968395546510096, 2.5382502794888315e-17, 1.4142135623730951, -9.667293313452913e-17,
  1.5422108254079407, 7.949834809697621e-17, 1.681792830507429, 8.199010020581497e-17,
  1.8340080864093424, 3.283107224245627e-17,
]);

/** 1 / k! from k = 3 on. */
const FACTORIAL: usize = memory.data<f64>([
  0.16666666666666666, 0.041666666666666664, 0.008333333333333333, 0.001388888888888889,
  0.0001984126984126984, 2.48015873015873e-5, 2.7557319223985893e-6, 2.755731922398589e-7,
  2.505210838544172e-8,
]);

/** e^(x + t), t what x lacks: a number of twice the digits, times a power of two. */
export class Power {
  /** Of the last `exp`: its power of two, and what is left in eighths of an octave. */
  static power: i32 = 0;
  static eighths: i32 = 0;

  /** e^(x + t) / 2^`power`, within 0.95 … 2; at −∞ 0, at ∞ ∞. */
  static exp(p: v128): v128 {
    const x = Twice.head(p);
    if (Math.abs(x) > 2500) {
      // A finite one is 0 or ∞ beside all finite numbers, but not beside ∞ and 0.
      Power.power = x < 0 ? -4000 : 4000;
      return Twice.of(x === -Infinity ? 0 : x === Infinity ? x : 1, 0);
    }
    const near = Power.near(Power.rest(p));
    const at = OCTAVE + ((<usize>Power.eighths) << 4);
    const whole = v128.load(at);
    return Twice.add(whole, Twice.mul(whole, near));
  }

  /** p 2^`power`; where it is less than 2^-1000 its tail is lost. */
  static unfolded(p: v128): v128 {
    return Twice.of(Bits.scale(Twice.head(p), Power.power), Bits.scale(Twice.tail(p), Power.power));
  }

  /** e^(x + t) as it is. */
  static whole(p: v128): v128 {
    return Power.unfolded(Power.exp(p));
  }

  /** e^(x + t) − 1, for x up to 709 */
  static expm1(p: v128): v128 {
    const rest = Power.rest(p);
    if (Power.power === 0 && Power.eighths === 0) return Power.near(rest);
    return Twice.plus(Power.whole(p), -1);
  }

  /** x + t less the nearest multiple of ln 2 / 8. */
  private static rest(p: v128): v128 {
    const k = nearest<f64>(Twice.head(p) * 11.541560327111707);
    const count = <i32>k;
    Power.power = count >> 3;
    Power.eighths = count & 7;
    const r = Pair.sum(Twice.head(p) - k * EIGHTH_A, -(k * EIGHTH_B));
    return Twice.renewed(r, Pair.tail + (Twice.tail(p) - k * EIGHTH_C));
  }

  /** e^r − 1 for |r| ≤ ln 2 / 16 */
  private static near(r: v128): v128 {
    const h = Twice.head(r);
    const square = Twice.scaled(Twice.product(h, h), 0.5);
    const cubic = h * h * h * poly(h, FACTORIAL, 8);
    const s = Pair.sum(h, Twice.head(square));
    const t = Pair.tail + (Twice.tail(square) + (Twice.tail(r) * (1 + h) + cubic));
    return Twice.renewed(s, t);
  }
}

/** Natural logarithms with twice the digits. */
export class Logarithm {
  /** ln p, for p above 0 */
  static of(p: v128): v128 {
    const x = Twice.head(p);
    if (!(x > 0 && x < Infinity)) return Twice.of(Math.log(x), 0);
    let m = Bits.mantissa(x);
    let power = Bits.power;
    if (m > Math.SQRT2) {
      m *= 0.5;
      power++;
    }
    const near = Logarithm.near(Twice.of(m - 1, Bits.scale(Twice.tail(p), -power)));
    return Twice.add(Logarithm.octaves(power), near);
  }

  /** k ln 2 */
  @inline static octaves(k: i32): v128 {
    return Twice.sum(<f64>k * LN2_HIGH, <f64>k * LN2_LOW);
  }

  /** ln(1 + p), for p above −1 */
  static plusOne(p: v128): v128 {
    const x = Twice.head(p);
    if (!(x < Infinity)) return Twice.of(Math.log1p(x), 0);
    return x > -0.25 && x < 0.4 ? Logarithm.near(p) : Logarithm.of(Twice.plus(p, 1));
  }

  /** ln(1 + p) within √½ … √2: with y the double that is nearest, y + (p − (e^y − 1)) / e^y. */
  private static near(p: v128): v128 {
    const y = Math.log1p(Twice.head(p));
    const e = Power.expm1(Twice.of(y, 0));
    const c =
      (Twice.head(p) - Twice.head(e) + (Twice.tail(p) - Twice.tail(e))) / (1 + Twice.head(e));
    return Twice.renewed(y, c);
  }
}
