/**
 * Powers and roots, and the elementary functions that are little more than a division.
 *
 *   d x^p = p x^(p−1) dx + x^p log x dp     d cbrt = 1/(3 y²)     d rsqrt = −y/(2x)     d reciprocal = −y²
 *   d hypot = (x/h, y/h)     d softsign = 1/(1+|x|)²     d mod = (1, −⌊a/b⌋)
 *
 * f32 × f32 is exact in f64 and cannot overflow there: x² + y², the quotient of mod and y log₂ x need
 * no scaling and no compensated arithmetic.
 */

import { F32, F64 } from "../simd";
import { Exp2, K32, K64, Poly } from "./f64core";
import { Log } from "./log";

const LOG2: usize = memory.data<f64>([
  // 2 atanh(s) / (s ln 2) = p(s²) on the mantissas of [√½, √2): relative error 2^-37.8
  2.88539008179008,
  0.9617966733501693,
  0.5770835832594695,
  0.4116728271250312,
  0.34072800815412135,
  4503599627370496.0 + 1023.0, // 2^52 + the exponent's bias
]);

const LOG2_BITS: usize = memory.data<u64>([
  0x00095f6200000000, // 1 − √½, cut
  0x3fe6a09e00000000, // √½, cut
  0x000fffffffffffff, // the mantissa
  0x4330000000000000, // 2^52: its low bits hold an integer
]);

/** Exponents of 2 far beyond f32 and well inside f64. */
const POW_END: usize = memory.data<f64>([300.0, -300.0]);

/** The same for a slope, which is a product with two f32 more. */
const SLOPE_END: usize = memory.data<f64>([900.0, -900.0]);

/** (1 − h)^(−1/3) = p(h) for the |h| that the guess leaves: relative error 2^-18.9 */
const CBRT: usize = memory.data<f64>([
  0.9999980480242826, 0.3333151321512385, 0.22372008104222527, 0.17712238042070463,
  0.3333333333333333,
]);

/** ½ */
const POW32: usize = memory.data<f32>([0.5]);

/** The guess of cbrt: −1/(3 · 2^8), and 2^23 + C/2^8 where C makes |h| < 0.1063, the least possible. */
const GUESS: usize = memory.data<f32>([-0.0013020833333333333, 13975264.0]);

/** 2^-24 and 2^24 for x, 2^-12 and 2^12 for the result. */
const RSQRT: usize = memory.data<f32>([5.9604644775390625e-8, 16777216.0, 0.000244140625, 4096.0]);

/** ±2^100, where x / (1 + |x|) has long been ±1. */
const SOFTSIGN: usize = memory.data<f32>([1.2676506002282294e30, -1.2676506002282294e30]);

/** 2^27: beyond this quotient the floor is not certain. */
const MOD: usize = memory.data<f64>([134217728.0]);

class Half {
  /**
   * log₂ a for normal f64 a > 0. The exponent is counted from √½, so that it is 0 around a = 1, where
   * the result must keep its relative accuracy.
   */
  @inline static log2(a: v128): v128 {
    const biased = i64x2.add(a, K64.at(LOG2_BITS, 0));
    const exponent = f64x2.sub(
      v128.or(i64x2.shr_u(biased, 52), K64.at(LOG2_BITS, 3)),
      K64.at(LOG2, 5),
    );
    const m = i64x2.add(v128.and(biased, K64.at(LOG2_BITS, 2)), K64.at(LOG2_BITS, 1));
    const one = K64.one();
    const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
    return F64.madd(s, Poly.p4(f64x2.mul(s, s), LOG2), exponent);
  }

  /** a^−p = 2^(−p log₂ a), its exponent capped far beyond f32. */
  @inline static pow(a: v128, p: v128): v128 {
    const s = f64x2.mul(p, Half.log2(a));
    return Exp2.of(f64x2.pmax(f64x2.pmin(s, K64.at(POW_END, 0)), K64.at(POW_END, 1)));
  }

  /** 2^−s, its exponent capped so far out that no product with two f32 comes back. */
  @inline static power(s: v128): v128 {
    return Exp2.of(f64x2.pmax(f64x2.pmin(s, K64.at(SLOPE_END, 0)), K64.at(SLOPE_END, 1)));
  }

  /** g b a^(b−1) for a > 0 */
  @inline static byBase(a: v128, b: v128, g: v128): v128 {
    const s = f64x2.mul(f64x2.sub(K64.one(), b), Half.log2(a));
    return f64x2.mul(f64x2.mul(g, b), Half.power(s));
  }

  /** g a^b ln a for a > 0 */
  @inline static byExponent(a: v128, b: v128, g: v128): v128 {
    const l = Half.log2(a);
    const slope = f64x2.mul(f64x2.mul(g, l), f64x2.splat(0.6931471805599453));
    return f64x2.mul(slope, Half.power(f64x2.neg(f64x2.mul(b, l))));
  }

  /** x^(1/3) = x y², y → y p(h) → y (1 + h/3), h = 1 − x y³: no division. */
  @inline static cbrt(x: v128, guess: v128): v128 {
    const one = K64.one();
    const h = Half.defect(x, guess);
    const y = f64x2.mul(guess, Poly.p3(h, CBRT));
    const end = f64x2.mul(y, F64.madd(Half.defect(x, y), K64.at(CBRT, 4), one));
    return f64x2.mul(f64x2.mul(x, end), end);
  }

  /** 1 − x y³ */
  @inline static defect(x: v128, y: v128): v128 {
    return f64x2.sub(K64.one(), f64x2.mul(f64x2.mul(x, y), f64x2.mul(y, y)));
  }

  @inline static softsign(x: v128): v128 {
    return f64x2.div(x, f64x2.add(f64x2.abs(x), K64.one()));
  }

  @inline static hypot(x: v128, y: v128): v128 {
    return f64x2.sqrt(F64.madd(x, x, f64x2.mul(y, y)));
  }

  /** a − ⌊a/b⌋ b, every step exact up to |a/b| = 2^27; a quotient beyond is reduced first. */
  @inline static mod(a: v128, b: v128): v128 {
    const q = f64x2.div(a, b);
    const far = v128.any_true(f64x2.ge(f64x2.abs(q), K64.at(MOD, 0)));
    const near = far ? Half.modFar(a, b) : a;
    return Half.modNear(near, b);
  }

  @inline static modNear(a: v128, b: v128): v128 {
    return f64x2.sub(a, f64x2.mul(f64x2.floor(f64x2.div(a, b)), b));
  }

  /**
   * a minus a multiple of b, at most 2^27 |b|. A quotient cut to 26 bits times b is exact and so is the
   * difference, whose quotient is smaller by 2^25 at least: eleven rounds for any two f32.
   */
  static modFar(a: v128, b: v128): v128 {
    const infinity = f64x2.splat(Infinity);
    while (true) {
      const q = f64x2.div(a, b);
      const size = f64x2.abs(q);
      const far = v128.and(f64x2.ge(size, K64.at(MOD, 0)), f64x2.lt(size, infinity));
      if (!v128.any_true(far)) return a;
      const head = v128.and(q, i64x2.splat(~0x7ffffff));
      a = v128.bitselect(f64x2.sub(a, f64x2.mul(head, b)), a, far);
    }
  }
}

/** Whole vectors that hold a lane out of the ordinary. */
class Edge {
  /**
   * x^y from |x|^y where that is a power of a finite positive number, by IEEE 754 for the rest: x^0 =
   * 1^y = 1 (NaN or not), (±1)^±∞ = 1, powers of ±0 and ±∞, odd integers keep the sign, a negative base
   * with a broken exponent has no real power.
   */
  static pow(x: v128, y: v128, regular: v128): v128 {
    const one = K32.one();
    const zero = f32x4.splat(0);
    const infinity = K32.infinity();
    const a = f32x4.abs(x);
    // a base 0 or ∞ stays itself, or its reciprocal for y < 0: their bits differ by those of ∞
    const isEdge = v128.or(f32x4.eq(a, infinity), f32x4.eq(a, zero));
    const edge = v128.xor(a, v128.and(f32x4.lt(y, zero), infinity));
    const size = F32.select(isEdge, edge, regular);

    const half = f32x4.mul(y, K32.at(POW32, 0));
    const broken = f32x4.ne(f32x4.nearest(y), y);
    const odd = v128.andnot(f32x4.ne(f32x4.nearest(half), half), broken);
    const signed = v128.or(size, v128.and(v128.and(x, odd), K32.sign()));

    const noReal = v128.andnot(v128.and(f32x4.lt(x, zero), broken), isEdge);
    const nan = v128.or(v128.or(f32x4.ne(x, x), f32x4.ne(y, y)), noReal);
    const unit = v128.and(f32x4.eq(a, one), f32x4.eq(f32x4.abs(y), infinity));
    const isOne = v128.or(v128.or(f32x4.eq(x, one), f32x4.eq(y, zero)), unit);
    return F32.select(isOne, one, v128.or(signed, nan));
  }

  /**
   * g b x^(b−1) for the vectors in which not every base is positive, from what it is for |x|: the sign of x^(b−1), which
   * is that of x^b times that of x, and IEEE 754's powers where x is 0 or ∞; 0 where b is.
   */
  static byBase(x: v128, b: v128, g: v128, size: v128, plain: v128): v128 {
    const y = Power.pow(x, b);
    const signed = v128.xor(size, v128.and(v128.xor(x, y), K32.sign()));
    const regular = F32.select(f32x4.eq(y, y), signed, y);
    const power = Power.pow(x, f32x4.sub(b, K32.one()));
    const edge = f32x4.mul(g, f32x4.mul(b, power));
    return v128.andnot(F32.select(plain, regular, edge), f32x4.eq(b, f32x4.splat(0)));
  }

  /** g x^b ln x for the vectors in which not every base is positive: 0 · ln 0 and 0 · ln ∞ are 0 in the limit; 0⁰ has the subgradient 0. */
  static byExponent(x: v128, b: v128, g: v128, regular: v128, plain: v128): v128 {
    const zero = f32x4.splat(0);
    const y = Power.pow(x, b);
    const limit = v128.and(f32x4.eq(y, zero), f32x4.ge(x, zero));
    const flat = v128.and(f32x4.eq(x, zero), f32x4.ge(b, zero));
    const edge = f32x4.mul(g, v128.andnot(f32x4.mul(y, Log.log(x)), v128.or(limit, flat)));
    return F32.select(plain, regular, edge);
  }
}

export class Power {
  /**
   * Computes x^y = 2^(y log₂ x).
   *
   * Error 0.5347 ULP at (1.0046593, 17996.5156)
   * Range the whole plane, IEEE 754's special cases in `Edge.pow`
   * Source log₂ by atanh on [√½, √2), exponent and mantissa split in integers; the sum and y log₂ x
   * keep 2^-45 of the exponent.
   *
   * Vectors of finite positive bases and finite exponents skip `Edge.pow`.
   */
  @inline static pow(x: v128, y: v128): v128 {
    const a = f32x4.abs(x);
    const p = f32x4.neg(y);
    const regular = F64.join(Half.pow(F64.low(a), F64.low(p)), Half.pow(F64.high(a), F64.high(p)));
    const plain = v128.and(Power.finite(x), f32x4.lt(f32x4.abs(y), K32.infinity()));
    return i32x4.all_true(plain) ? regular : Edge.pow(x, y, regular);
  }

  /**
   * Computes g · b x^(b−1), one rounding: in f32 b − 1 and x^(b−1) lose what b has more than 24 bits of exponent for.
   *
   * Error at most 4 ULP (npm test -- gradients)
   * Range as pow; 0 for b = 0
   * Source as pow.
   */
  @inline static byBase(x: v128, b: v128, g: v128): v128 {
    const a = f32x4.abs(x);
    const low = Half.byBase(F64.low(a), F64.low(b), F64.low(g));
    const regular = F64.join(low, Half.byBase(F64.high(a), F64.high(b), F64.high(g)));
    const plain = v128.and(Power.finite(a), f32x4.lt(f32x4.abs(b), K32.infinity()));
    const all = v128.and(plain, v128.and(f32x4.eq(a, x), f32x4.ne(b, f32x4.splat(0))));
    return i32x4.all_true(all) ? regular : Edge.byBase(x, b, g, regular, plain);
  }

  /**
   * Computes g · x^b ln x, one rounding.
   *
   * Error at most 4 ULP (npm test -- gradients)
   * Range as pow; NaN below 0
   * Source as pow.
   */
  @inline static byExponent(x: v128, b: v128, g: v128): v128 {
    const low = Half.byExponent(F64.low(x), F64.low(b), F64.low(g));
    const regular = F64.join(low, Half.byExponent(F64.high(x), F64.high(b), F64.high(g)));
    const plain = v128.and(Power.finite(x), f32x4.lt(f32x4.abs(b), K32.infinity()));
    return i32x4.all_true(plain) ? regular : Edge.byExponent(x, b, g, regular, plain);
  }

  /** 0 < x < ∞ */
  @inline static finite(x: v128): v128 {
    return v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, K32.infinity()));
  }

  /**
   * Computes ∛x, odd.
   *
   * Error 0.5003 ULP at 1.0068244e-38
   * Range all of f32, subnormals included (they are normal in f64), ±∞ → ±∞, −0 → −0
   * Source exponent/3 by integer arithmetic as in Kahan's cbrt, then two steps for x^(−1/3) without
   * division (two Halley steps take four divisions a vector).
   */
  @inline static cbrt(x: v128): v128 {
    const a = f32x4.abs(x);
    const low = F64.low(a);
    const high = F64.high(a);
    const words = v128.shuffle<u32>(low, high, 1, 3, 5, 7);
    // the upper word of a^(−1/3) is about C − word/3; its upper 23 bits are made by adding 2^23
    const third = f32x4.mul(f32x4.convert_i32x4_s(words), K32.at(GUESS, 0));
    const guess = i32x4.shl(f32x4.add(third, K32.at(GUESS, 1)), 8);
    const zero = i32x4.splat(0);
    const y = F64.join(
      Half.cbrt(low, v128.shuffle<u32>(zero, guess, 0, 4, 1, 5)),
      Half.cbrt(high, v128.shuffle<u32>(zero, guess, 2, 6, 3, 7)),
    );
    const size = F32.select(f32x4.eq(a, K32.infinity()), a, y);
    return v128.or(size, v128.and(x, K32.sign()));
  }

  /**
   * Computes 1/√x = √(1/x), scaled by 2^±24 so that neither x nor 1/x is subnormal.
   *
   * Error 0.8499 ULP at 5.87001965e-39; at most 0.854 by analysis: ½ + √2/4
   * Range all of f32: ±0 → ±∞, ∞ → 0, x < 0 → NaN
   * Source the quotient first, since its error is halved by the root: 1/√x has 1.49 ULP.
   */
  @inline static rsqrt(x: v128): v128 {
    const large = f32x4.ge(x, K32.one());
    const scaled = f32x4.mul(x, F32.select(large, K32.at(RSQRT, 0), K32.at(RSQRT, 1)));
    const root = f32x4.sqrt(f32x4.div(K32.one(), scaled));
    const y = f32x4.mul(root, F32.select(large, K32.at(RSQRT, 2), K32.at(RSQRT, 3)));
    const zero = f32x4.eq(x, f32x4.splat(0));
    // 1/−∞ = −0 has a root: a negative x is made NaN by hand
    const negative = f32x4.lt(x, f32x4.splat(0));
    return F32.select(zero, v128.or(x, K32.infinity()), v128.or(y, negative));
  }

  /**
   * Computes 1/x.
   *
   * Error ½ ULP, correctly rounded
   * Range all of f32: ±0 → ±∞
   * Source IEEE 754 division.
   */
  @inline static reciprocal(x: v128): v128 {
    return f32x4.div(K32.one(), x);
  }

  /**
   * Computes x / (1 + |x|) in f64: in f32 the sum's own rounding makes 1.5 ULP.
   *
   * Error 0.5000 ULP at 2.98023206e-08
   * Range all of f32, ±∞ → ±1, −0 → −0
   * Source Turian et al. (2009).
   */
  @inline static softsign(x: v128): v128 {
    const a = f32x4.pmax(f32x4.pmin(x, K32.at(SOFTSIGN, 0)), K32.at(SOFTSIGN, 1));
    return F64.join(Half.softsign(F64.low(a)), Half.softsign(F64.high(a)));
  }

  /**
   * Computes √(x² + y²); squares of f32 are exact in f64 and do not overflow.
   *
   * Error 0.5000 ULP at (6.07963896, -4.61273813)
   * Range all pairs, hypot(±∞, NaN) = ∞
   * Source the formula.
   */
  @inline static hypot(x: v128, y: v128): v128 {
    const infinity = K32.infinity();
    const h = F64.join(Half.hypot(F64.low(x), F64.low(y)), Half.hypot(F64.high(x), F64.high(y)));
    const infinite = v128.or(f32x4.eq(f32x4.abs(x), infinity), f32x4.eq(f32x4.abs(y), infinity));
    return F32.select(infinite, infinity, h);
  }

  /**
   * Computes the remainder a − ⌊a/b⌋ b, which has the sign of b (Python's and NumPy's %, TensorFlow's
   * floormod).
   *
   * Error 0.5000 ULP at (0.25, -8388607)
   * Range all pairs, any quotient; b = 0 or a = ±∞ → NaN; a zero has the sign of b; b = ±∞ → a or b
   * Source exact reduction in f64.
   */
  @inline static mod(a: v128, b: v128): v128 {
    const zero = f32x4.splat(0);
    const infinity = K32.infinity();
    const sign = K32.sign();
    const r = F64.join(Half.mod(F64.low(a), F64.low(b)), Half.mod(F64.high(a), F64.high(b)));
    // ⌊a/∞⌋ is 0 or −1: a itself if it has the sign of b or is 0, else b
    const whole = v128.and(f32x4.eq(f32x4.abs(b), infinity), f32x4.lt(f32x4.abs(a), infinity));
    const opposite = v128.and(f32x4.ne(a, zero), i32x4.shr_s(v128.xor(a, b), 31));
    const y = F32.select(whole, F32.select(opposite, b, a), r);
    return v128.or(v128.and(b, sign), v128.andnot(y, sign));
  }
}
