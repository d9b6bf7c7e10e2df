/**
 * f32x4 mathematics in f64x2: constants and polynomials on two lanes, and 2^−s,
 * which the families of trig.ts, erf.ts and power.ts share.
 *
 * Why f64: 24-bit results within 1 ULP need about 28 correct bits before the last rounding. Without a
 * fused multiply-add a compensated f32 form costs more operations than two f64x2 halves, and its
 * error-free transforms would have to be kept away from `relaxed_madd`.
 *
 * Why tables in memory: engines rebuild a `v128.const` (or a splat of a constant) at every use inside a
 * loop; `v128.load64_splat` of a static address is one instruction.
 */

import { F64 } from "../simd";

const UNITS64: usize = memory.data<f64>([1.0, 0.5, 2.0, -2.0, -0.0]);
const UNITS32: usize = memory.data<f32>([1.0, -0.0, Infinity]);

/** Constants in both f64 lanes, loaded. */
export class K64 {
  /** The i-th f64 of a table. */
  @inline static at(table: usize, i: usize): v128 {
    return v128.load64_splat(table + (i << 3));
  }

  @inline static one(): v128 {
    return K64.at(UNITS64, 0);
  }

  @inline static half(): v128 {
    return K64.at(UNITS64, 1);
  }

  /** The sign bits. */
  @inline static sign(): v128 {
    return K64.at(UNITS64, 4);
  }
}

/** Constants in all four f32 lanes, loaded. */
export class K32 {
  /** The i-th f32 of a table. */
  @inline static at(table: usize, i: usize): v128 {
    return v128.load32_splat(table + (i << 2));
  }

  @inline static one(): v128 {
    return K32.at(UNITS32, 0);
  }

  /** The sign bits. */
  @inline static sign(): v128 {
    return K32.at(UNITS32, 1);
  }

  @inline static infinity(): v128 {
    return K32.at(UNITS32, 2);
  }
}

/**
 * Polynomials on f64x2, coefficients from a table in memory, lowest degree first: c[0] + c[1] x + …
 *
 * p… are in Horner's order: fewest operations, longest chain. pairs… are the sum of an even and an odd
 * part in x², half the chain for one more product. The two halves of a vector alone do not hide a chain
 * of nine: gelu 0.25 → 0.28 (Node 20), 0.23 → 0.26 (Node 24), d_gelu 0.25 → 0.28, 0.22 → 0.26. For
 * short ones Horner is as good or better (asin 0.65 → 0.64 relaxed); Estrin's order needs more
 * registers still.
 */
export class Poly {
  @inline static p1(x: v128, c: usize): v128 {
    return F64.madd(K64.at(c, 1), x, K64.at(c, 0));
  }

  @inline static p2(x: v128, c: usize): v128 {
    return F64.madd(Poly.p1(x, c + 8), x, K64.at(c, 0));
  }

  @inline static p3(x: v128, c: usize): v128 {
    return F64.madd(Poly.p2(x, c + 8), x, K64.at(c, 0));
  }

  @inline static p4(x: v128, c: usize): v128 {
    return F64.madd(Poly.p3(x, c + 8), x, K64.at(c, 0));
  }

  @inline static p5(x: v128, c: usize): v128 {
    return F64.madd(Poly.p4(x, c + 8), x, K64.at(c, 0));
  }

  @inline static pairs5(x: v128, c: usize): v128 {
    const xx = f64x2.mul(x, x);
    return F64.madd(Poly.every2(xx, c + 8), x, Poly.every2(xx, c));
  }

  @inline static pairs8(x: v128, c: usize): v128 {
    const xx = f64x2.mul(x, x);
    return F64.madd(Poly.every3(xx, c + 8), x, Poly.every4(xx, c));
  }

  @inline static pairs9(x: v128, c: usize): v128 {
    const xx = f64x2.mul(x, x);
    return F64.madd(Poly.every4(xx, c + 8), x, Poly.every4(xx, c));
  }

  /** The sum of halves of degree nine, and Horner's order of degree four, of constants that are there already. */
  @inline static nine(
    x: v128,
    c0: v128,
    c1: v128,
    c2: v128,
    c3: v128,
    c4: v128,
    c5: v128,
    c6: v128,
    c7: v128,
    c8: v128,
    c9: v128,
  ): v128 {
    const xx = f64x2.mul(x, x);
    return F64.madd(Poly.four(xx, c1, c3, c5, c7, c9), x, Poly.four(xx, c0, c2, c4, c6, c8));
  }

  @inline static four(x: v128, c0: v128, c1: v128, c2: v128, c3: v128, c4: v128): v128 {
    return F64.madd(F64.madd(F64.madd(F64.madd(c4, x, c3), x, c2), x, c1), x, c0);
  }

  @inline static two(x: v128, c0: v128, c1: v128, c2: v128): v128 {
    return F64.madd(F64.madd(c2, x, c1), x, c0);
  }

  /** c[0] + c[2] x + c[4] x² */
  @inline private static every2(x: v128, c: usize): v128 {
    return F64.madd(F64.madd(K64.at(c, 4), x, K64.at(c, 2)), x, K64.at(c, 0));
  }

  @inline private static every3(x: v128, c: usize): v128 {
    return F64.madd(Poly.every2(x, c + 16), x, K64.at(c, 0));
  }

  @inline private static every4(x: v128, c: usize): v128 {
    return F64.madd(Poly.every3(x, c + 16), x, K64.at(c, 0));
  }
}

const EXP2: usize = memory.data<f64>([
  6755399441055744.0, // 1.5 · 2^52: a sum with it is rounded to an integer, which sits in the low bits
  // (2^f − 1) / f on |f| ≤ 1/2, relative error of 2^f 2^-28.4
  0.6931472062883375,
  0.24022651332449804,
  0.05550327742602359,
  0.009618005409679293,
  0.001340028310958871,
  0.00015475898177530936,
  1.0, // for `ofBy`
]);

/**
 * 2^−s = 2^n (1 + f q(f)) with n = −s rounded to the nearest integer, f = −s − n. The sign is in the
 * formula because nearly every caller decays. The parts are given out because the best last step
 * differs: `of` adds first, the derivative of tanh-GELU needs 2^−s − 1.
 *
 * Computes 2^−s in f64
 * Error 2^-28.4 relative
 * Range |s| ≤ 1000, the caller clamps (2^n is built from bits); NaN comes through f
 * Source: Cody–Waite reduction, Remez fit of (2^f − 1)/f.
 */
export class Exp2 {
  /** The constants of `ofBy`, in its order. */
  @inline static constants(): usize {
    return EXP2;
  }

  /** 2^−s as `of`, by constants that are there already. */
  @inline static ofBy(
    s: v128,
    round: v128,
    c0: v128,
    c1: v128,
    c2: v128,
    c3: v128,
    c4: v128,
    c5: v128,
    one: v128,
  ): v128 {
    const shifted = f64x2.sub(round, s);
    const f = f64x2.sub(f64x2.sub(round, shifted), s);
    const ff = f64x2.mul(f, f);
    const q = F64.madd(Poly.two(ff, c1, c3, c5), f, Poly.two(ff, c0, c2, c4));
    return Exp2.scale(f64x2.add(f64x2.mul(f, q), one), shifted);
  }

  /** 1.5 · 2^52 − s: n in its low bits. */
  @inline static shifted(s: v128): v128 {
    return f64x2.sub(K64.at(EXP2, 0), s);
  }

  /** f, exact. */
  @inline static fraction(s: v128, shifted: v128): v128 {
    return f64x2.sub(f64x2.sub(K64.at(EXP2, 0), shifted), s);
  }

  /** 2^f − 1, with relative accuracy (2^-24.7) down to f = 0. */
  @inline static fractionM1(f: v128): v128 {
    return f64x2.mul(f, Poly.pairs5(f, EXP2 + 8));
  }

  /** x · 2^n by an addition to the exponent; x and the product must be normal numbers or NaN. */
  @inline static scale(x: v128, shifted: v128): v128 {
    return i64x2.add(x, i64x2.shl(shifted, 52));
  }

  /** 2^−s */
  @inline static of(s: v128): v128 {
    const shifted = Exp2.shifted(s);
    const p = Exp2.fractionM1(Exp2.fraction(s, shifted));
    return Exp2.scale(f64x2.add(p, K64.one()), shifted);
  }
}
