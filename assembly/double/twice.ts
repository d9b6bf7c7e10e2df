/**
 * Numbers of twice the digits, head + tail in the two lanes of a vector: for terms that cancel, and for the last rounding to be
 * the only one. Of two numbers at once: lanes.ts.
 *
 * Computes: sums, products and quotients to about 2^-104. Range: heads of products up to 2^996. What leaves a double, and
 * zeros of which the sign counts, callers keep away. Source: Dekker 1971 (products), Knuth (sums).
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
  static add(p: v128, q: v128): v128 {
    const s = Pair.sum(Twice.head(p), Twice.head(q));
    return Twice.renewed(s, Pair.tail + (Twice.tail(p) + Twice.tail(q)));
  }
  /** p + a */
  @inline static plus(p: v128, a: f64): v128 {
    return Twice.add(p, Twice.of(a, 0));
  }
  static mul(p: v128, q: v128): v128 {
    const h = Pair.product(Twice.head(p), Twice.head(q));
    const t = Twice.head(p) * Twice.tail(q) + Twice.tail(p) * Twice.head(q);
    return Twice.renewed(h, Pair.tail + t);
  }
  static div(p: v128, q: v128): v128 {
    const d = Twice.head(q);
    const h = Twice.head(p) / d;
    const back = Pair.product(h, d);
    const rest = Twice.head(p) - back - Pair.tail + (Twice.tail(p) - h * Twice.tail(q));
    return Twice.renewed(h, rest / d);
  }
  /** p a, a power of two. */
  @inline static scaled(p: v128, a: f64): v128 {
    return f64x2.mul(p, f64x2.splat(a));
  }
}
