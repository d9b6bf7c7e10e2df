/**
 * The f64 core: e^z, e^z − 1, ln x and ln(1 + x) on two f64 lanes, for results that are rounded to f32
 * once, at the end. An f32x4 goes in as two halves (F64.low, F64.high) and comes out by F64.join.
 *
 * Half the lanes, but no head-and-tail arithmetic, no two-step scaling (f64 exponents reach further than
 * f32 results), no special cases for subnormals. Sigmoid and tanh are faster so than in f32
 * with compensated steps, whose quotients are long; exp and the logarithms without a quotient are not, and are in f32.
 */
import { F64 } from "../simd";

const ONE: usize = memory.data<f64>([1.0], 8);
const TWO: usize = memory.data<f64>([2.0], 8);
const LOG2E: usize = memory.data<f64>([1.4426950408889634], 8);
const LN2: usize = memory.data<f64>([0.6931471805599453], 8);
/** ln 2 in two pieces, the first with 33 bits: n times it is exact. */
const LN2_HEAD: usize = memory.data<f64>([0.6931471803691238], 8);
const LN2_TAIL: usize = memory.data<f64>([1.9082149292705877e-10], 8);
/** 1.5 · 2^52: added, it rounds to an integer, which then stands in the lowest bits. */
const ROUND: usize = memory.data<f64>([6755399441055744.0], 8);

/** (e^r − 1 − r) / r² on |r| ≤ 0.3467, minimax relative to e^r − 1: 2^-26.2 and 2^-49.1. */
const EXP: usize = memory.data<f64>(
  [
    0.5000000062035819, 0.16666542860697542, 0.041666281612666854, 0.008366601608820367,
    0.0013946480980730925,
  ],
  8,
);
const EXP_FINE: usize = memory.data<f64>(
  [
    0.5000000000000006, 0.16666666666629515, 0.04166666666652244, 0.008333333363402527,
    0.0013888888946698608, 0.00019841194661644648, 2.480149082795434e-5, 2.7631288966379395e-6,
    2.763064692195698e-7,
  ],
  8,
);

/** The bits of 3/4, the exponent field, its bias, and the f64 whose last bits count from 2^52. */
const SPLIT: usize = memory.data<u64>([0x3fe8000000000000], 8);
const EXPONENT: usize = memory.data<u64>([0xfff0000000000000], 8);
const BIAS: usize = memory.data<u64>([0x3ff0000000000000], 8);
const INTEGER: usize = memory.data<u64>([0x4330000000000000], 8);
const INTEGER_BIAS: usize = memory.data<f64>([4503599627371519.0], 8);

/** (2 atanh(s) / s − 2) / s² in z = s² on [0, 0.0402]: relative 2^-54.7. */
const ATANH: usize = memory.data<f64>(
  [
    0.6666666666667318, 0.3999999999589252, 0.28571429443114943, 0.22222134647012431,
    0.18186511933747396, 0.15247109845851411, 0.15391812888949538,
  ],
  8,
);

export class Wide {
  /** z / ln 2 rounded to an integer n, left in the lowest bits of a float: for `power` and the polynomials. */
  @inline static turns(z: v128): v128 {
    return F64.madd(z, v128.load_splat<f64>(0, LOG2E), v128.load_splat<f64>(0, ROUND));
  }

  /** 2^n, |n| ≤ 1022 */
  @inline static power(t: v128): v128 {
    return i64x2.add(i64x2.shl(t, 52), v128.load_splat<f64>(0, ONE));
  }

  /** e^(z − n ln 2) − 1 to 2^-26, enough for one f32 result. ln 2 in one piece: n has 8 bits, z came from f32. */
  @inline static brief(z: v128, t: v128): v128 {
    const n = f64x2.sub(t, v128.load_splat<f64>(0, ROUND));
    const r = F64.nmadd(n, v128.load_splat<f64>(0, LN2), z);
    const r2 = f64x2.mul(r, r);
    const a = F64.madd(v128.load_splat<f64>(EXP, 8), r, v128.load_splat<f64>(EXP, 0));
    const b = F64.madd(v128.load_splat<f64>(EXP, 24), r, v128.load_splat<f64>(EXP, 16));
    return F64.madd(F64.madd(F64.madd(v128.load_splat<f64>(EXP, 32), r2, b), r2, a), r2, r);
  }

  /** e^(z − n ln 2) − 1 to 2^-49, for what is subtracted from its like afterwards. */
  @inline static fine(z: v128, t: v128): v128 {
    const n = f64x2.sub(t, v128.load_splat<f64>(0, ROUND));
    const head = F64.nmadd(n, v128.load_splat<f64>(0, LN2_HEAD), z);
    const r = F64.nmadd(n, v128.load_splat<f64>(0, LN2_TAIL), head);
    const r2 = f64x2.mul(r, r);
    const a = F64.madd(v128.load_splat<f64>(EXP_FINE, 8), r, v128.load_splat<f64>(EXP_FINE, 0));
    const b = F64.madd(v128.load_splat<f64>(EXP_FINE, 24), r, v128.load_splat<f64>(EXP_FINE, 16));
    const c = F64.madd(v128.load_splat<f64>(EXP_FINE, 40), r, v128.load_splat<f64>(EXP_FINE, 32));
    const d = F64.madd(v128.load_splat<f64>(EXP_FINE, 56), r, v128.load_splat<f64>(EXP_FINE, 48));
    const high = F64.madd(F64.madd(v128.load_splat<f64>(EXP_FINE, 64), r2, d), r2, c);
    return F64.madd(F64.madd(F64.madd(high, r2, b), r2, a), r2, r);
  }

  /** 2^n (1 + p) */
  @inline static grow(p: v128, t: v128): v128 {
    const s = Wide.power(t);
    return F64.madd(s, p, s);
  }

  /** 2^n (1 + p) − 1, exact where p is small and n = 0 */
  @inline static growLessOne(p: v128, t: v128): v128 {
    const s = Wide.power(t);
    return F64.madd(s, p, f64x2.sub(s, v128.load_splat<f64>(0, ONE)));
  }

  /** e^z, |z| ≤ 700, to 2^-28 */
  @inline static exp(z: v128): v128 {
    const t = Wide.turns(z);
    return Wide.grow(Wide.brief(z, t), t);
  }

  /** e^z, |z| ≤ 700, to 2^-49 */
  @inline static expFine(z: v128): v128 {
    const t = Wide.turns(z);
    return Wide.grow(Wide.fine(z, t), t);
  }

  /** e^z − 1, |z| ≤ 700, to 2^-26 */
  @inline static expm1(z: v128): v128 {
    const t = Wide.turns(z);
    return Wide.growLessOne(Wide.brief(z, t), t);
  }

  /** e^z − 1, |z| ≤ 700, to 2^-49 */
  @inline static expm1Fine(z: v128): v128 {
    const t = Wide.turns(z);
    return Wide.growLessOne(Wide.fine(z, t), t);
  }

  /** k << 52, where 2^k is the power of two that brings s > 0 into [3/4, 3/2) */
  @inline static exponent(s: v128): v128 {
    return v128.and(
      i64x2.sub(s, v128.load_splat<u64>(0, SPLIT)),
      v128.load_splat<u64>(0, EXPONENT),
    );
  }

  /** 2^−k */
  @inline static unscale(e: v128): v128 {
    return i64x2.sub(v128.load_splat<f64>(0, ONE), e);
  }

  /** −k ln 2, +0 for k = 0 so that a −0 beside it survives. There is no i64 → f64 in wasm SIMD: 2^52 + k by its bits. */
  @inline static shift(e: v128): v128 {
    const k = v128.or(
      i64x2.shr_u(i64x2.add(e, v128.load_splat<u64>(0, BIAS)), 52),
      v128.load_splat<u64>(0, INTEGER),
    );
    return f64x2.mul(
      f64x2.sub(v128.load_splat<f64>(0, INTEGER_BIAS), k),
      v128.load_splat<f64>(0, LN2),
    );
  }

  /**
   * log1p(f) − f for f in [−1/4, 1/2], relative 2^-50: s (R(s²) − f), s = f / (2 + f).
   * Source: 2 atanh(s) = ln((1 + s) / (1 − s)), arranged as in FreeBSD's e_log.c.
   */
  @inline static bend(f: v128): v128 {
    const s = f64x2.div(f, f64x2.add(f, v128.load_splat<f64>(0, TWO)));
    const z = f64x2.mul(s, s);
    const z2 = f64x2.mul(z, z);
    const a = F64.madd(v128.load_splat<f64>(ATANH, 8), z, v128.load_splat<f64>(ATANH, 0));
    const b = F64.madd(v128.load_splat<f64>(ATANH, 24), z, v128.load_splat<f64>(ATANH, 16));
    const c = F64.madd(v128.load_splat<f64>(ATANH, 40), z, v128.load_splat<f64>(ATANH, 32));
    const r = F64.madd(F64.madd(F64.madd(v128.load_splat<f64>(ATANH, 48), z2, c), z2, b), z2, a);
    return f64x2.mul(s, f64x2.sub(f64x2.mul(r, z), f));
  }

  /** k ln 2 + log1p(f) */
  @inline static sum(e: v128, f: v128): v128 {
    return f64x2.sub(f64x2.add(f, Wide.bend(f)), Wide.shift(e));
  }

  /** 2^−k x − 1, from x itself */
  @inline static fraction(x: v128, e: v128): v128 {
    return f64x2.sub(f64x2.mul(x, Wide.unscale(e)), v128.load_splat<f64>(0, ONE));
  }

  /** 2^−k (1 + x) − 1, without rounding 1 + x, and −0 for −0 */
  @inline static fraction1p(x: v128, e: v128): v128 {
    const scale = Wide.unscale(e);
    return f64x2.sub(f64x2.mul(x, scale), f64x2.sub(v128.load_splat<f64>(0, ONE), scale));
  }

  /** ln x for normal x > 0; garbage elsewhere, which the caller selects away */
  @inline static log(x: v128): v128 {
    const e = Wide.exponent(x);
    return Wide.sum(e, Wide.fraction(x, e));
  }

  /** ln(1 + x) for finite x > −1; garbage elsewhere, which the caller selects away */
  @inline static log1p(x: v128): v128 {
    const e = Wide.exponent(f64x2.add(v128.load_splat<f64>(0, ONE), x));
    return Wide.sum(e, Wide.fraction1p(x, e));
  }
}
