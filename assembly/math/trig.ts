/**
 * Circular functions and their inverses.
 *
 *   d sin = cos          d cos = −sin          d tan = 1 + tan²
 *   d asin = 1/√((1−x)(1+x))   d acos = −d asin   d atan = 1/(1+x²)   d atan2(y, x) = (x, −y)/(x²+y²)
 *
 * A reduction of x by multiples of π/2 needs π to as many bits as x has integer bits: up to 2^20 a
 * two-part π/2 in f64 is enough; beyond, a vector that holds such a lane takes a rare path (Payne–Hanek
 * in integers), so that every f32 gets its true sine.
 */

import { F64 } from "../simd";
import { K32, K64, Poly } from "./f64core";

/** Up to here n P0 below is exact (n has 20 bits, P0 has 32) and n P1 is right to 2^-65. */
const REDUCED_END: f32 = 1048576;

const BOUND: usize = memory.data<f32>([REDUCED_END, 2.0]);
const BITS: usize = memory.data<u64>([1, 2]);

const REDUCE: usize = memory.data<f64>([
  0.6366197723675814, // 2/π
  6755399441055744.0, // 1.5 · 2^52: adding it rounds to an integer, which sits in the low bits
  -1.5707963267341256, // −P0: π/2 cut to 32 bits
  -6.077100506506192e-11, // −P1 = P0 − π/2
]);

/** sin r = r (1 + r² p(r²)) on |r| ≤ π/4, relative error 2^-28.0 */
const SIN: usize = memory.data<f64>([
  1.0, -0.16666654589750282, 0.008332155042206024, -0.00019514083831474304,
]);

/** cos r = 1 − r²/2 + r⁴ p(r²) on |r| ≤ π/4, relative error 2^-33.2 */
const COS: usize = memory.data<f64>([
  1.0, -0.5, 0.04166664626821827, -0.0013887337064347948, 2.4434844183355635e-5,
]);

/** asin s = s p(s²) on s ≤ 1/2, relative error 2^-27.8 */
const ASIN: usize = memory.data<f64>([
  0.999999995584767, 0.16666790109281088, 0.07494434791195878, 0.045550179411999306,
  0.0238582026417929, 0.04263558464248597,
]);

/** atan q = q p(q²) on q ≤ 1, relative error 2^-28.6 */
const ATAN: usize = memory.data<f64>([
  0.9999999976315065, -0.33333283650292816, 0.1999826610590703, -0.14261933033759758,
  0.1094202827322526, -0.08377304875842784, 0.057551880022740615, -0.030804347246630923,
  0.010726798780291038, -0.00175389584303869,
]);

const ANGLE: usize = memory.data<f64>([
  1.5707963267948966, // π/2
  Math.PI,
]);

/** The bits of 2/π behind 32 zeros: the word k holds those of weight 2^(31 − 32 k) … 2^(−32 k). */
const TWO_OVER_PI: usize = memory.data<u32>([
  0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561,
]);

/** One period: angles reduced to r + n π/2, n modulo 4 in the low bits of `turns`. */
class Turn {
  @inline static turns(x: v128): v128 {
    return F64.madd(x, K64.at(REDUCE, 0), K64.at(REDUCE, 1));
  }

  /** r = x − n π/2. The first product and difference are exact, fused or not. */
  @inline static rest(x: v128, turns: v128): v128 {
    const n = f64x2.sub(turns, K64.at(REDUCE, 1));
    return F64.madd(n, K64.at(REDUCE, 3), F64.madd(n, K64.at(REDUCE, 2), x));
  }

  /** r (1 + …) rather than r + …: it keeps -0. */
  @inline static sine(r: v128, rr: v128): v128 {
    return f64x2.mul(r, F64.madd(Poly.p2(rr, SIN + 8), rr, K64.at(SIN, 0)));
  }

  @inline static cosine(rr: v128): v128 {
    return Poly.p4(rr, COS);
  }

  /** Lanes whose n is odd. */
  @inline static odd(turns: v128): v128 {
    return i64x2.neg(v128.and(turns, K64.at(BITS, 0)));
  }

  /** sin(r + n π/2) */
  @inline static sin(r: v128, turns: v128): v128 {
    const rr = f64x2.mul(r, r);
    const y = F64.select(Turn.odd(turns), Turn.cosine(rr), Turn.sine(r, rr));
    const sign = i64x2.shl(v128.and(turns, K64.at(BITS, 1)), 62);
    return v128.xor(y, sign);
  }

  /** cos is the sine a quarter turn further. */
  @inline static cos(r: v128, turns: v128): v128 {
    return Turn.sin(r, i64x2.add(turns, K64.at(BITS, 0)));
  }

  /** tan(r + n π/2): the sine over the cosine, or −cosine over sine in odd quarters. */
  @inline static tan(r: v128, turns: v128): v128 {
    const rr = f64x2.mul(r, r);
    const s = Turn.sine(r, rr);
    const c = Turn.cosine(rr);
    const odd = Turn.odd(turns);
    const sign = v128.and(odd, K64.sign());
    return f64x2.div(F64.select(odd, c, s), v128.xor(F64.select(odd, s, c), sign));
  }

  @inline static sinHalf(x: v128): v128 {
    const turns = Turn.turns(x);
    return Turn.sin(Turn.rest(x, turns), turns);
  }

  @inline static cosHalf(x: v128): v128 {
    const turns = Turn.turns(x);
    return Turn.cos(Turn.rest(x, turns), turns);
  }

  @inline static tanHalf(x: v128): v128 {
    const turns = Turn.turns(x);
    return Turn.tan(Turn.rest(x, turns), turns);
  }

  /** Has x a lane beyond the two-part reduction? (Infinities and NaN may say yes.) */
  @inline static isFar(x: v128): bool {
    return v128.any_true(f32x4.gt(f32x4.abs(x), K32.at(BOUND, 0)));
  }
}

/**
 * Payne–Hanek: |x| = m 2^e with a 24-bit integer m. The bits of 2/π whose weight times 2^e is 4 or more
 * only add whole turns, so m times the 96 bits below them, modulo 2^96, is the angle in units of 2^-94
 * quarter turns. Its upper 64 bits are kept: r has an absolute error of 2^-61, and no f32 comes nearer
 * to a multiple of π/2 than 2^-30.
 */
class Far {
  /** (r, n) in the two lanes, for finite |x| > 2^20. */
  static reduce(x: f32): v128 {
    const bits = reinterpret<u32>(x);
    const m = <u64>((bits & 0x7fffff) | 0x800000);
    const from = ((bits >> 23) & 255) - 120; // e + 30, e = exponent − 150: the first bit kept, from the table's start
    const word = TWO_OVER_PI + ((from >> 5) << 2);
    const shift = <u64>(from & 31);
    const w0 = Far.bits(word, shift);
    const w1 = Far.bits(word + 4, shift);
    const w2 = Far.bits(word + 8, shift);
    const quarters = ((m * w0) << 32) + m * w1 + ((m * w2) >> 32);
    const n = (quarters + ((<u64>1) << 61)) >> 62;
    const rest = <f64>(<i64>(quarters - (n << 62))) * 3.4061215800304853e-19; // π/2 · 2^-62
    const negative = reinterpret<i32>(x) < 0;
    return i64x2.replace_lane(f64x2.splat(negative ? -rest : rest), 1, negative ? 0 - n : n);
  }

  /** 32 bits of the table from `shift` bits into a word on. */
  @inline static bits(word: usize, shift: u64): u64 {
    return ((((<u64>load<u32>(word)) << 32) | <u64>load<u32>(word, 4)) << shift) >> 32;
  }

  @inline static isFar(x: f32): bool {
    const a = abs(x);
    return a > REDUCED_END && a < Infinity;
  }

  /** One lane of sin(x + quarter π/2): its near result y, or the true one if the lane is far. */
  static sin(x: f32, y: f32, quarter: i64): f32 {
    if (!Far.isFar(x)) return y;
    const reduced = Far.reduce(x);
    const turns = i64x2.splat(i64x2.extract_lane(reduced, 1) + quarter);
    return <f32>f64x2.extract_lane(Turn.sin(reduced, turns), 0);
  }

  static tan(x: f32, y: f32): f32 {
    if (!Far.isFar(x)) return y;
    const reduced = Far.reduce(x);
    const turns = i64x2.splat(i64x2.extract_lane(reduced, 1));
    return <f32>f64x2.extract_lane(Turn.tan(reduced, turns), 0);
  }

  /** sin(x + quarter π/2) for any vector x with near results y. */
  static sin4(x: v128, y: v128, quarter: i64): v128 {
    return Far.join(
      Far.sin(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0), quarter),
      Far.sin(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1), quarter),
      Far.sin(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2), quarter),
      Far.sin(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3), quarter),
    );
  }

  static tan4(x: v128, y: v128): v128 {
    return Far.join(
      Far.tan(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0)),
      Far.tan(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1)),
      Far.tan(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2)),
      Far.tan(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3)),
    );
  }

  @inline static join(a: f32, b: f32, c: f32, d: f32): v128 {
    const v = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(a), 1, b), 2, c);
    return f32x4.replace_lane(v, 3, d);
  }
}

/** Inverse functions on two lanes. */
class Arc {
  /** atan(num / den) for |num| ≤ den. */
  @inline static ratio(num: v128, den: v128): v128 {
    const q = f64x2.div(num, den);
    return f64x2.mul(q, Poly.pairs9(f64x2.mul(q, q), ATAN));
  }

  /** The legs come with the sign that the angle has in the sum quarters π/2 ± atan(num / den). */
  @inline static sum(quarters: v128, num: v128, den: v128): v128 {
    return F64.madd(quarters, K64.at(ANGLE, 0), Arc.ratio(num, den));
  }

  /** Lanes of a beyond 1/2, where asin a = π/2 − 2 asin √((1 − a)/2). */
  @inline static isBig(a: v128): v128 {
    return f64x2.gt(a, K64.half());
  }

  /** asin of a, or of √((1 − a)/2) in big lanes. a > 1 gives NaN. */
  @inline static sine(a: v128, big: v128): v128 {
    const half = K64.half();
    const zz = F64.select(big, f64x2.mul(f64x2.sub(K64.one(), a), half), f64x2.mul(a, a));
    const s = F64.select(big, f64x2.sqrt(zz), a);
    return f64x2.mul(s, Poly.p5(zz, ASIN));
  }

  /** asin |x|; the sign is put on outside. */
  @inline static asin(a: v128): v128 {
    const big = Arc.isBig(a);
    const r = Arc.sine(a, big);
    return F64.select(big, f64x2.sub(K64.at(ANGLE, 0), f64x2.add(r, r)), r);
  }

  /** π/2 − asin x, or 2 asin √((1 − x)/2), or π minus that. */
  @inline static acos(x: v128): v128 {
    const a = f64x2.abs(x);
    const big = Arc.isBig(a);
    const r = Arc.sine(a, big);
    const sign = v128.and(x, K64.sign());
    const near = f64x2.sub(K64.at(ANGLE, 0), v128.xor(r, sign));
    const base = v128.and(f64x2.lt(x, f64x2.splat(0)), K64.at(ANGLE, 1));
    return F64.select(big, f64x2.add(base, v128.xor(f64x2.add(r, r), sign)), near);
  }
}

export class Trig {
  /**
   * Computes sin x.
   *
   * Error 0.5629 ULP at 172417.141
   * Range all of f32, ±∞ → NaN, −0 → −0; vectors with a lane beyond 2^20 run at a tenth of the speed
   * Source Cody–Waite reduction in two parts, Remez fits; Payne–Hanek (1983) beyond.
   *
   * Tried and rejected: f32 with π/2 in three parts, 1.5 ULP and only to |x| = 128; degree 4 of cosine
   * split into an even and an odd part (no faster).
   */
  @inline static sin(x: v128): v128 {
    const y = F64.join(Turn.sinHalf(F64.low(x)), Turn.sinHalf(F64.high(x)));
    return Turn.isFar(x) ? Far.sin4(x, y, 0) : y;
  }

  /**
   * Computes cos x.
   *
   * Error 0.5629 ULP at 780.938416
   * Range and Source as sin.
   */
  @inline static cos(x: v128): v128 {
    const y = F64.join(Turn.cosHalf(F64.low(x)), Turn.cosHalf(F64.high(x)));
    return Turn.isFar(x) ? Far.sin4(x, y, 1) : y;
  }

  /**
   * Computes tan x as a quotient of the two polynomials of sin and cos, upside down in odd quarters.
   *
   * Error 0.5630 ULP at 10.7502632
   * Range and Source as sin.
   */
  @inline static tan(x: v128): v128 {
    const y = F64.join(Turn.tanHalf(F64.low(x)), Turn.tanHalf(F64.high(x)));
    return Turn.isFar(x) ? Far.tan4(x, y) : y;
  }

  /**
   * Computes asin x; beyond 1/2 by π/2 − 2 asin √((1 − x)/2).
   *
   * Error 0.5756 ULP at 0.500045717
   * Range [-1, 1], NaN outside, −0 → −0
   * Source the half-angle identity, as in fdlibm; own fit.
   */
  @inline static asin(x: v128): v128 {
    const a = f32x4.abs(x);
    const y = F64.join(Arc.asin(F64.low(a)), Arc.asin(F64.high(a)));
    return v128.or(y, v128.and(x, K32.sign()));
  }

  /**
   * Computes acos x from the same core as asin, so that it keeps its relative accuracy up to its root
   * 1.
   *
   * Error 0.5732 ULP at 0.877653241
   * Range [-1, 1], NaN outside
   * Source as asin.
   */
  @inline static acos(x: v128): v128 {
    return F64.join(Arc.acos(F64.low(x)), Arc.acos(F64.high(x)));
  }

  /**
   * Computes atan x = quarters π/2 ± atan(min(|x|, 1) / max(|x|, 1)), with the sign of x put on last.
   *
   * Error 0.5395 ULP at 0.00389289833
   * Range all of f32, ±∞ → ±π/2, −0 → −0
   * Source Remez fit on [0, 1]. A second reduction at tan(π/8) would need degree 5 instead of 9; not
   * tried, its selects and longer quotient cost as much on paper.
   */
  @inline static atan(x: v128): v128 {
    const one = K32.one();
    const sign = K32.sign();
    const a = f32x4.abs(x);
    const over = f32x4.gt(a, one);
    const num = v128.xor(f32x4.pmin(a, one), v128.and(over, sign));
    const den = f32x4.pmax(a, one);
    const quarters = v128.and(over, one);
    const y = F64.join(
      Arc.sum(F64.low(quarters), F64.low(num), F64.low(den)),
      Arc.sum(F64.high(quarters), F64.high(num), F64.high(den)),
    );
    return v128.xor(y, v128.and(x, sign));
  }

  /**
   * Computes atan2(y, x), the angle of the point (x, y): that of (|x|, |y|) in the first octant, folded
   * out.
   *
   * Error 0.5395 ULP at (1.0039382, 16530.2598)
   * Range all pairs; zeros and infinities by IEEE 754: atan2(±0, −0) = ±π, atan2(∞, ∞) = π/4
   * Source as atan. The quotient of two f32 can neither overflow nor underflow in f64.
   */
  @inline static atan2(y: v128, x: v128): v128 {
    const one = K32.one();
    const sign = K32.sign();
    const infinity = K32.infinity();
    const ax = f32x4.abs(x);
    const ay = f32x4.abs(y);
    // in this order a NaN on either side reaches num or den
    const small = f32x4.pmin(ax, ay);
    const large = f32x4.pmax(ay, ax);
    // ∞/∞ and 0/0 are the two quotients that must not be formed: 1/1 and 0/1 are meant
    const infinite = v128.and(f32x4.eq(small, infinity), f32x4.eq(large, infinity));
    const zero = f32x4.eq(large, f32x4.splat(0));
    const steep = f32x4.gt(ay, ax);
    const left = i32x4.shr_s(x, 31);
    const leg = v128.bitselect(one, small, infinite);
    const num = v128.xor(leg, v128.and(v128.xor(left, steep), sign));
    const den = v128.bitselect(one, large, v128.or(infinite, zero));
    const quarters = v128.bitselect(one, v128.and(left, K32.at(BOUND, 1)), steep);
    const r = F64.join(
      Arc.sum(F64.low(quarters), F64.low(num), F64.low(den)),
      Arc.sum(F64.high(quarters), F64.high(num), F64.high(den)),
    );
    return v128.xor(r, v128.and(y, sign));
  }
}
