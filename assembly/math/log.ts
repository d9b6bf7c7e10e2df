/**
 * Logarithms: ln, log₂, log₁₀ and log1p on four f32 lanes; in f64 (wide.ts) what has a root that a difference
 * must hit exactly, or a product with the logarithm.
 *
 * x = 2^k (1 + f); ln x = k ln 2 + f − f²/2 + s (f²/2 + R(s)), s = f / (2 + f). k ln 2 + f is kept as head and
 * tail, the rest is added from the smallest term on. f = x 2^−k − 1 is exact.
 *
 * Tried and rejected: a polynomial of nine terms in f instead of the division (slower, and 0.91 ULP for log1p); for log₂ f within ±√2 (1.14 ULP); log₁₀ in f32 with its own
 * polynomial, five arrangements, 1.01–1.38 ULP. Special values need eight instructions more: they are
 * behind one test per vector (any lane ≤ 0, subnormal, ∞ or NaN), the only branch in this file.
 * Source: the form of the series is FreeBSD's e_log.c; own fit.
 */
import { F32, F64 } from "../simd";
import { Double } from "./double";
import { Exp } from "./exp";
import { Wide } from "./wide";

const ZERO: usize = memory.data<f32>([0.0], 4);
const ONE: usize = memory.data<f32>([1.0], 4);
const HALF: usize = memory.data<f32>([0.5], 4);
const MINUS_ONE: usize = memory.data<f32>([-1.0], 4);
const SIGN: usize = memory.data<u32>([0x80000000], 4);
const INFINITE: usize = memory.data<u32>([0x7f800000], 4);
const NOT_A_NUMBER: usize = memory.data<u32>([0x7fc00000], 4);

/** x is a positive normal number exactly when its bits + INFINITE, as a signed number, are at most RARE. */
const RARE: usize = memory.data<u32>([0xfeffffff], 4);
const SMALLEST: usize = memory.data<f32>([1.1754943508222875e-38], 4);
const LIFT: usize = memory.data<f32>([8388608.0], 4);
const LIFTED: usize = memory.data<u32>([23], 4);
/**
 * What ln takes: the largest number below 4/3, whose bits are the largest that still belong to the lower power of
 * two (f is within ±1/3 then); 1; three places that no one reads; ln 2 in two pieces, of which k times the first is
 * exact; 1/2; 2; three coefficients for `curve`: (ln(1 + f) − 2s) / s³ in s², |s| ≤ 1/5, 2^-28.3 relative to the result.
 */
const LN: usize = memory.data<f32>(
  [
    1.3333332538604736, 1.0, 0.0, 0.0, 0.0, 0.693145751953125, -1.4286068203094172e-6, 0.5, 2.0,
    0.666669487953186, 0.3995758891105652, 0.3036668598651886,
  ],
  4,
);
const THIRD: usize = LN;
const LN2_HEAD: usize = LN + 20;
const MINUS_LN2_TAIL: usize = LN + 24;
/** For log1p 3/2: there x ≥ 1/2 wherever k > 0, and x 2^−k − (1 − 2^−k) is exact. */
const MIDDLE: usize = memory.data<u32>([0x3fc00000], 4);

/** log₂ e in two pieces: f times the first is exact. */
const LOG2E_HEAD: usize = memory.data<f32>([1.5], 4);
const LOG2E_TAIL: usize = memory.data<f32>([-0.0573049591110366], 4);
const LOG10_2: usize = memory.data<f64>([0.3010299956639812], 8);
const LOG10_E: usize = memory.data<f64>([0.4342944819032518], 8);

/**
 * (log₂(1 + f) − f log₂ e) / f², lowest degree first, on ±1/3 (2^-27.1), its first coefficient split into −1/2, exact,
 * and the last entry.
 */
const BINARY: usize = memory.data<f32>(
  [
    -0.5, 0.48089656233787537, -0.3606669306755066, 0.28869327902793884, -0.2407725602388382,
    0.20200476050376892, -0.17430581152439117, 0.20200009644031525, -0.19187119603157043,
    -0.22134755551815033,
  ],
  4,
);

/** From here on ln(e^x − 1) = x in f32. */
const LOGEXPM1_HIGH: usize = memory.data<f32>([30.0], 4);
const LOW: usize = memory.data<f32>([-110.0], 4);
/** 2^-18 */
const CANCELLED: usize = memory.data<f32>([3.814697265625e-6], 4);
const LOW64: usize = memory.data<f64>([-110.0], 8);
const ONE64: usize = memory.data<f64>([1.0], 8);

/** For the passes of softplus. The sign, −104, and what `Exp.turns` and `Exp.rest` take. */
const DECAYING: usize = memory.data<f32>(
  [-0.0, -104.0, 1.4426950408889634, 12582912.0, 0.693145751953125, 1.4286068203094172e-6],
  4,
);
/** What `Exp.bend` takes, 1, 2^64 and 2^-64. */
const GROWING: usize = memory.data<f32>(
  [
    0.1666666865348816, 0.04166644066572189, 0.008332569152116776, 0.0013937510084360838,
    0.00020409829448908567, 0.5, 1.0, 18446744073709551616.0, 5.421010862427522e-20,
  ],
  4,
);
/** 1/2, −1, ln 2 in two pieces, the slope of a tail, 1, and what `Log.curveOf` takes. */
const SUMMING: usize = memory.data<f32>(
  [
    0.5, -1.0, 0.693145751953125, -1.4286068203094172e-6, 0.65, 1.0, 2.0, 0.666669487953186,
    0.3995758891105652, 0.3036668598651886,
  ],
  4,
);

export class Log {
  /**
   * ln(1 + f) − f + rest = s (f²/2 + R) − f²/2 + rest, s = f / (2 + f): 2s + s R is the logarithm, and in this form
   * the roundings of s count by a tenth at most.
   */
  @inline static curveOf(
    f: v128,
    rest: v128,
    half: v128,
    two: v128,
    c0: v128,
    c1: v128,
    c2: v128,
  ): v128 {
    const square = f32x4.mul(half, f32x4.mul(f, f));
    const s = f32x4.div(f, f32x4.add(two, f));
    const z = f32x4.mul(s, s);
    const series = f32x4.mul(z, F32.madd(F32.madd(c2, z, c1), z, c0));
    return f32x4.sub(F32.madd(s, f32x4.add(square, series), rest), square);
  }

  @inline static curve(f: v128, rest: v128): v128 {
    return Log.curveOf(
      f,
      rest,
      v128.load_splat<f32>(LN, 28),
      v128.load_splat<f32>(LN, 32),
      v128.load_splat<f32>(LN, 36),
      v128.load_splat<f32>(LN, 40),
      v128.load_splat<f32>(LN, 44),
    );
  }

  /** f − big + tail, where big = 0 or |big| ≥ |f|. −k and −big, so that f = −0 comes through. */
  @inline static sum(big: v128, f: v128, tail: v128): v128 {
    const head = f32x4.sub(f, big);
    return f32x4.add(head, f32x4.add(f32x4.sub(f, f32x4.add(head, big)), tail));
  }

  /** k ln 2 + ln(1 + f) */
  @inline static natural(minusK: v128, f: v128): v128 {
    const curve = Log.curve(f, f32x4.mul(minusK, v128.load_splat<f32>(0, MINUS_LN2_TAIL)));
    return Log.sum(f32x4.mul(minusK, v128.load_splat<f32>(0, LN2_HEAD)), f, curve);
  }

  /** −k as an integer */
  @inline static power(x: v128, split: usize): v128 {
    return i32x4.shr_s(i32x4.sub(v128.load_splat<u32>(split), x), 23);
  }

  /** 2^−k x − 1 */
  @inline static fraction(x: v128, minusK: v128): v128 {
    return f32x4.sub(i32x4.add(x, i32x4.shl(minusK, 23)), v128.load_splat<f32>(0, ONE));
  }

  /** Lanes that are not positive normal numbers. */
  @inline static rare(x: v128): v128 {
    return i32x4.gt_s(
      i32x4.add(x, v128.load_splat<u32>(0, INFINITE)),
      v128.load_splat<u32>(0, RARE),
    );
  }

  /** Subnormals times 2^23, and the 23 to take from their k. */
  @inline static lift(x: v128): v128 {
    const tiny = f32x4.lt(x, v128.load_splat<f32>(0, SMALLEST));
    return F32.select(tiny, f32x4.mul(x, v128.load_splat<f32>(0, LIFT)), x);
  }
  @inline static lifted(x: v128): v128 {
    return v128.and(
      f32x4.lt(x, v128.load_splat<f32>(0, SMALLEST)),
      v128.load_splat<u32>(0, LIFTED),
    );
  }

  /** y, but log 0 = −∞, NaN below, log ∞ = ∞, and a NaN's own */
  @inline static limits(x: v128, y: v128): v128 {
    const zero = v128.load_splat<f32>(0, ZERO);
    const infinite = v128.load_splat<u32>(0, INFINITE);
    const negative = F32.select(f32x4.lt(x, zero), v128.load_splat<u32>(0, NOT_A_NUMBER), y);
    const atZero = F32.select(
      f32x4.eq(x, zero),
      v128.xor(infinite, v128.load_splat<u32>(0, SIGN)),
      negative,
    );
    return F32.select(f32x4.lt(x, infinite), atZero, f32x4.add(x, x));
  }

  /** Zero for the smallest normal number, and more than `bound` for what is not normal and positive. */
  @inline static look(x: v128): v128 {
    return i32x4.sub(x, v128.load_splat<f32>(0, SMALLEST));
  }
  @inline static bound(): u32 {
    return 0x7effffff;
  }

  @inline static constants(): usize {
    return LN;
  }

  /** For positive normal numbers the first half of ln x: f and −k. */
  @inline static first(to: usize, x: v128, third: v128, one: v128): void {
    const minusK = i32x4.shr_s(i32x4.sub(third, x), 23);
    v128.store(to, f32x4.sub(i32x4.add(x, i32x4.shl(minusK, 23)), one));
    v128.store(to, f32x4.convert_i32x4_s(minusK), 16);
  }

  /** The second half: the bits that `log` has, in fewer steps. */
  @inline static second(
    from: usize,
    ln2Head: v128,
    minusLn2Tail: v128,
    half: v128,
    two: v128,
    c0: v128,
    c1: v128,
    c2: v128,
  ): v128 {
    const f = v128.load(from);
    const minusK = v128.load(from, 16);
    const curve = Log.curveOf(f, f32x4.mul(minusK, minusLn2Tail), half, two, c0, c1, c2);
    return Log.sum(f32x4.mul(minusK, ln2Head), f, curve);
  }

  /**
   * Computes ln x.
   * Error 0.83 ULP at 1.28235376. Range all f32: subnormals, ln 0 = −∞, NaN below 0, ln ∞ = ∞.
   * Source: the order of terms follows Cephes' logf, with k ln 2 + f kept exactly; coefficients fitted here.
   */
  @inline static log(x: v128): v128 {
    const rare = v128.any_true(Log.rare(x));
    let z = x;
    if (rare) z = Log.lift(x);
    let minusK = Log.power(z, THIRD);
    const f = Log.fraction(z, minusK);
    if (rare) minusK = i32x4.add(minusK, Log.lifted(x));
    let y = Log.natural(f32x4.convert_i32x4_s(minusK), f);
    if (rare) y = Log.limits(x, y);
    return y;
  }

  /** rest − f²/2 + f³ (…), the largest term last */
  @inline static binary(f: v128, f2: v128, rest: v128): v128 {
    const a = F32.madd(v128.load_splat<f32>(BINARY, 8), f, v128.load_splat<f32>(BINARY, 4));
    const b = F32.madd(v128.load_splat<f32>(BINARY, 16), f, v128.load_splat<f32>(BINARY, 12));
    const c = F32.madd(v128.load_splat<f32>(BINARY, 24), f, v128.load_splat<f32>(BINARY, 20));
    const d = F32.madd(v128.load_splat<f32>(BINARY, 32), f, v128.load_splat<f32>(BINARY, 28));
    const slope = F32.madd(F32.madd(F32.madd(d, f2, c), f2, b), f2, a);
    const cubic = F32.madd(f32x4.mul(f2, f), slope, rest);
    return F32.madd(v128.load_splat<f32>(BINARY, 0), f2, cubic);
  }

  /**
   * Computes log₂ x = k + 1.5 f + (−0.0573 f − f²/2 − 0.2213 f² + f³ slope): 1.5 f and f²/2 don't round.
   * Error 0.96 ULP (simd, at 1.18812382), 0.93 (relaxed, at 1.33334649). Range as ln; powers of two exact.
   */
  @inline static log2(x: v128): v128 {
    const rare = v128.any_true(Log.rare(x));
    let z = x;
    if (rare) z = Log.lift(x);
    let minusK = Log.power(z, THIRD);
    const f = Log.fraction(z, minusK);
    if (rare) minusK = i32x4.add(minusK, Log.lifted(x));
    const f2 = f32x4.mul(f, f);
    const linear = f32x4.mul(f, v128.load_splat<f32>(0, LOG2E_TAIL));
    const curve = Log.binary(f, f2, F32.madd(f2, v128.load_splat<f32>(BINARY, 36), linear));
    let y = Log.sum(
      f32x4.convert_i32x4_s(minusK),
      f32x4.mul(f, v128.load_splat<f32>(0, LOG2E_HEAD)),
      curve,
    );
    if (rare) y = Log.limits(x, y);
    return y;
  }

  /**
   * Computes log₁₀ x = k log₁₀ 2 + (f + w) log₁₀ e, w = ln(1 + f) − f in f32, the rest in f64.
   * Error 0.91 ULP at 1.33343208. Range as ln.
   */
  @inline static log10(x: v128): v128 {
    const rare = v128.any_true(Log.rare(x));
    let z = x;
    if (rare) z = Log.lift(x);
    let minusK = Log.power(z, THIRD);
    const f = Log.fraction(z, minusK);
    if (rare) minusK = i32x4.add(minusK, Log.lifted(x));
    const k = f32x4.convert_i32x4_s(minusK);
    const w = Log.curve(f, v128.load_splat<f32>(0, ZERO));
    const low = Log.decimal(F64.low(k), F64.low(f), F64.low(w));
    let y = F64.join(low, Log.decimal(F64.high(k), F64.high(f), F64.high(w)));
    if (rare) y = Log.limits(x, y);
    return y;
  }
  @inline static decimal(minusK: v128, f: v128, w: v128): v128 {
    const k = f64x2.mul(minusK, v128.load_splat<f64>(0, LOG10_2));
    return f64x2.sub(f64x2.mul(f64x2.add(f, w), v128.load_splat<f64>(0, LOG10_E)), k);
  }

  /**
   * Computes ln(1 + x). 1 + x is rounded only to find k; f = 2^−k x − (1 − 2^−k) is exact wherever it matters.
   * Error 0.93 ULP at 0.474357247. Range all f32: log1p(−0) = −0, log1p(−1) = −∞, NaN below −1, log1p(∞) = ∞.
   * Rejected: the division that corrects log(1 + x) (2.06 ULP in algorithms.md), Kahan's x log(u) / (u − 1).
   */
  @inline static log1p(x: v128): v128 {
    const one = v128.load_splat<f32>(0, ONE);
    const s = f32x4.add(one, x);
    const rare = v128.any_true(Log.rare(s));
    const minusK = Log.power(s, MIDDLE);
    const shift = i32x4.shl(minusK, 23);
    // 2^−k as a float; k = 128 would turn its bits negative.
    const scale = i32x4.max_s(i32x4.add(one, shift), v128.load_splat<f32>(0, ZERO));
    const f = f32x4.sub(i32x4.add(x, shift), f32x4.sub(one, scale));
    let y = Log.natural(f32x4.convert_i32x4_s(minusK), f);
    if (rare) y = Log.limits(s, y);
    return y;
  }

  /** Where the constants of the passes of softplus stand. */
  @inline static decaying(): usize {
    return DECAYING;
  }
  @inline static growing(): usize {
    return GROWING;
  }
  @inline static summing(): usize {
    return SUMMING;
  }

  /** For E = e^−|x|: r, the turns, and what rounding took from r. */
  @inline static softplusFirst(
    slot: usize,
    x: v128,
    sign: v128,
    low: v128,
    log2e: v128,
    round: v128,
    ln2Head: v128,
    ln2Tail: v128,
  ): void {
    const z = f32x4.pmax(v128.or(x, sign), low);
    const t = F32.madd(z, log2e, round);
    const n = f32x4.sub(t, round);
    const a = F32.nmadd(n, ln2Head, z);
    const b = f32x4.mul(n, ln2Tail);
    const r = f32x4.sub(a, b);
    v128.store(slot, r);
    v128.store(slot, t, 16);
    v128.store(slot, f32x4.sub(f32x4.sub(a, r), b), 32);
  }

  /** E as head and tail. */
  @inline static softplusSecond(
    slot: usize,
    s0: v128,
    s1: v128,
    s2: v128,
    s3: v128,
    s4: v128,
    half: v128,
    one: v128,
    up64: v128,
    down64: v128,
  ): void {
    const r = v128.load(slot);
    const r2 = f32x4.mul(r, r);
    const slope = F32.madd(F32.madd(s4, r2, F32.madd(s3, r, s2)), r2, F32.madd(s1, r, s0));
    const cubic = F32.madd(f32x4.mul(r2, r), slope, v128.load(slot, 32));
    const p = f32x4.add(r, F32.madd(half, r2, cubic));
    const m = f32x4.add(one, p);
    const mTail = f32x4.sub(p, f32x4.sub(m, one));
    const up = i32x4.add(i32x4.shl(v128.load(slot, 16), 23), up64);
    v128.store(slot, f32x4.mul(f32x4.mul(m, up), down64));
    v128.store(slot, f32x4.mul(f32x4.mul(mTail, up), down64), 16);
  }

  /**
   * Computes softplus(x) = ln(1 + e^x) = max(x, 0) + log1p(E), E = e^−|x| as head and tail.
   * Error 0.96 ULP at -0.99460727. Range all f32; softplus(−∞) = 0, softplus(∞) = ∞, subnormal results kept.
   * E went through 2^64 so that 2^n has an exponent; k is 0 or 1; the tail of E counts with slope 1 / (1 + E),
   * for which 1 − 0.65 E is near enough up to 1/2. The last pmax mends ∞ − ∞ and NaN.
   */
  @inline static softplus(
    x: v128,
    e: v128,
    eTail: v128,
    half: v128,
    minusOne: v128,
    ln2Head: v128,
    minusLn2Tail: v128,
    tailSlope: v128,
    one: v128,
    two: v128,
    c0: v128,
    c1: v128,
    c2: v128,
  ): v128 {
    const near = f32x4.gt(e, half);
    const minusK = v128.and(near, minusOne);
    const f = F32.select(near, f32x4.sub(f32x4.mul(e, half), half), e);
    const big = f32x4.mul(minusK, ln2Head);
    const head = f32x4.sub(f, big);
    const kTail = f32x4.mul(minusK, minusLn2Tail);
    const rest = F32.madd(eTail, F32.nmadd(e, tailSlope, one), kTail);
    const curve = Log.curveOf(f, rest, half, two, c0, c1, c2);
    const tail = f32x4.add(f32x4.sub(f, f32x4.add(head, big)), curve);

    const top = f32x4.pmax(x, f32x4.splat(0));
    const larger = f32x4.pmax(top, head);
    const smaller = f32x4.pmin(top, head);
    const total = f32x4.add(larger, smaller);
    const y = f32x4.add(total, f32x4.add(f32x4.sub(smaller, f32x4.sub(total, larger)), tail));
    return f32x4.pmax(top, y);
  }

  /**
   * Computes log1p(x) − x in f64: k ln 2 + (f − x) + (log1p(f) − f), and f = x near 0.
   * Error 0.50 ULP at -2.261005e-11. Range x ≥ −1: −∞ at −1 and ∞, NaN below.
   */
  @inline static log1pmx(x: v128): v128 {
    const one = v128.load_splat<f32>(0, ONE);
    const y = F64.join(Log.log1pmxHalf(F64.low(x)), Log.log1pmxHalf(F64.high(x)));
    const finite = F32.select(f32x4.lt(x, v128.load_splat<u32>(0, INFINITE)), y, f32x4.neg(x));
    const minusOne = v128.load_splat<f32>(0, MINUS_ONE);
    return F32.select(
      f32x4.le(x, minusOne),
      f32x4.div(minusOne, f32x4.sqrt(f32x4.add(x, one))),
      finite,
    );
  }
  @inline static log1pmxHalf(x: v128): v128 {
    const e = Wide.exponent(f64x2.add(v128.load_splat<f64>(0, ONE64), x));
    const f = Wide.fraction1p(x, e);
    return f64x2.sub(f64x2.add(f64x2.sub(f, x), Wide.bend(f)), Wide.shift(e));
  }

  /**
   * Computes ln(1 − e^x) in f64.
   * Error 0.50 ULP at -1.631423e-26. Range x ≤ 0: −∞ at 0, NaN above, −0 at −∞. −1 / √−x serves the lanes outside.
   * Source: Mächler's log1mexp, with the switch at n = 0, x > −0.347.
   */
  @inline static log1mexp(x: v128): v128 {
    const zero = v128.load_splat<f32>(0, ZERO);
    const z = f32x4.pmax(x, v128.load_splat<f32>(0, LOW));
    const y = F64.join(Log.log1mexpHalf(F64.low(z)), Log.log1mexpHalf(F64.high(z)));
    const limit = f32x4.div(v128.load_splat<f32>(0, MINUS_ONE), f32x4.sqrt(f32x4.sub(zero, x)));
    return F32.select(f32x4.lt(x, zero), y, limit);
  }
  /** v = 1 − e^x: near x = 0 the logarithm of v itself, elsewhere log1p(−e^x). */
  @inline static log1mexpHalf(x: v128): v128 {
    const one = v128.load_splat<f64>(0, ONE64);
    const t = Wide.turns(x);
    const p = Wide.fine(x, t);
    const near = f64x2.eq(Wide.power(t), one);
    const minusE = f64x2.neg(Wide.grow(p, t));
    const v = F64.select(near, f64x2.neg(p), f64x2.add(one, minusE));
    const e = Wide.exponent(v);
    return Wide.sum(e, F64.select(near, Wide.fraction(v, e), Wide.fraction1p(minusE, e)));
  }

  /**
   * Computes ln(e^x − 1) in f64: its root at ln 2 asks for e^x − 1 to 2^-49. x itself from 30 on.
   * Error 0.50 ULP at 2.442705e-14. Range x ≥ 0: −∞ at 0, NaN below, ∞ at ∞.
   */
  @inline static logexpm1(x: v128): v128 {
    const high = v128.load_splat<f32>(0, LOGEXPM1_HIGH);
    const z = f32x4.pmin(x, high);
    const low = Wide.log(Wide.expm1Fine(F64.low(z)));
    const y = F64.join(low, Wide.log(Wide.expm1Fine(F64.high(z))));
    return F32.select(f32x4.lt(x, high), Log.limits(x, y), x);
  }

  /**
   * Computes logit(x) = ln(x / (1 − x)) in f64.
   * Error 0.50 ULP at 0.0453504696. Range [0, 1]: −∞ at 0, ∞ at 1, NaN outside. (x − 1/2) / √(x (1 − x)) serves the lanes outside.
   */
  @inline static logit(x: v128): v128 {
    const one = v128.load_splat<f32>(0, ONE);
    const y = F64.join(Log.logitHalf(F64.low(x)), Log.logitHalf(F64.high(x)));
    const inside = v128.and(f32x4.gt(x, v128.load_splat<f32>(0, ZERO)), f32x4.lt(x, one));
    const root = f32x4.abs(f32x4.sqrt(f32x4.mul(x, f32x4.sub(one, x))));
    return F32.select(inside, y, f32x4.div(f32x4.sub(x, v128.load_splat<f32>(0, HALF)), root));
  }
  @inline static logitHalf(x: v128): v128 {
    return Wide.log(f64x2.div(x, f64x2.sub(v128.load_splat<f64>(0, ONE64), x)));
  }

  /**
   * Computes x ln y in f64.
   * Error 0.50 ULP at (1.1754942106924411e-38,0). Range all f32: 0 where x = 0 and y is in the domain, NaN outside it.
   */
  @inline static xlogy(x: v128, y: v128): v128 {
    const low = f64x2.mul(F64.low(x), Wide.log(F64.low(y)));
    const product = F64.join(low, f64x2.mul(F64.high(x), Wide.log(F64.high(y))));
    const zero = v128.load_splat<f32>(0, ZERO);
    const usual = v128.and(f32x4.gt(y, zero), f32x4.lt(y, v128.load_splat<u32>(0, INFINITE)));
    return Log.orZero(x, y, F32.select(usual, product, f32x4.mul(x, Log.limits(y, y))));
  }

  /**
   * Computes x ln(1 + y) in f64.
   * Error 0.50 ULP at (0.5,0). Range all f32: 0 where x = 0 and y is in the domain, NaN outside it.
   */
  @inline static xlog1py(x: v128, y: v128): v128 {
    const low = f64x2.mul(F64.low(x), Wide.log1p(F64.low(y)));
    const product = F64.join(low, f64x2.mul(F64.high(x), Wide.log1p(F64.high(y))));
    const minusOne = v128.load_splat<f32>(0, MINUS_ONE);
    const usual = v128.and(f32x4.gt(y, minusOne), f32x4.lt(y, v128.load_splat<u32>(0, INFINITE)));
    const s = f32x4.sub(y, minusOne);
    return Log.orZero(x, s, F32.select(usual, product, f32x4.mul(x, Log.limits(s, s))));
  }

  /** z, but 0 where x = 0 and the logarithm of s is defined, −∞ and +∞ included */
  @inline static orZero(x: v128, s: v128, z: v128): v128 {
    const zero = v128.load_splat<f32>(0, ZERO);
    return F32.select(v128.and(f32x4.eq(x, zero), f32x4.ge(s, zero)), zero, z);
  }

  /**
   * Computes x ln x.
   * Error 0.50 ULP at 0.99999994. Range x ≥ 0: 0 at 0, NaN below.
   */
  @inline static xlogx(x: v128): v128 {
    return Log.xlogy(x, x);
  }

  /**
   * Computes −x ln x.
   * Error 0.50 ULP at 0.99999994. Range all f32: 0 at 0, −∞ below (as SciPy: the concave extension).
   */
  @inline static entr(x: v128): v128 {
    const zero = v128.load_splat<f32>(0, ZERO);
    const minusInfinity = v128.or(v128.load_splat<u32>(0, INFINITE), v128.load_splat<u32>(0, SIGN));
    return F32.select(f32x4.lt(x, zero), minusInfinity, f32x4.sub(zero, Log.xlogx(x)));
  }

  /**
   * Computes ln(e^x + e^y) = max + log1p(e^−|x − y|) in f64, in pairs of f64 where the sum cancels.
   * Error 0.50 ULP at (-54.572174072265625,-55.3974494934082).
   * Range all f32: the other where one is −∞, ∞ where one is ∞, NaN where one is NaN.
   */
  @inline static logaddexp(x: v128, y: v128): v128 {
    const larger = f32x4.pmax(x, y);
    const smaller = f32x4.pmin(x, y);
    const unequal = f32x4.ne(x, y);
    const a = v128.and(larger, unequal);
    const b = v128.and(smaller, unequal);
    const low = f64x2.add(
      F64.low(larger),
      Wide.log1p(Wide.expFine(Log.gap(F64.low(a), F64.low(b)))),
    );
    const high = f64x2.add(
      F64.high(larger),
      Wide.log1p(Wide.expFine(Log.gap(F64.high(a), F64.high(b)))),
    );
    const sum = Log.mended(F64.join(low, high), larger, smaller, 1);
    const minusInfinity = v128.or(v128.load_splat<u32>(0, INFINITE), v128.load_splat<u32>(0, SIGN));
    const z = F32.select(f32x4.eq(smaller, minusInfinity), larger, sum);
    return Log.orNaN(x, y, z);
  }

  /**
   * Computes ln|e^x − e^y| = max + ln(1 − e^−|x − y|) in f64, in pairs of f64 where it cancels.
   * Error 0.50 ULP at (-35.268402099609375,-36.62294387817383).
   * Range all f32: −∞ where x = y, the other where one is −∞, NaN for two ∞ and where one is NaN.
   */
  @inline static logsubexp(x: v128, y: v128): v128 {
    const larger = f32x4.pmax(x, y);
    const smaller = f32x4.pmin(x, y);
    const low = f64x2.add(
      F64.low(larger),
      Log.log1mexpHalf(Log.gap(F64.low(larger), F64.low(smaller))),
    );
    const high = f64x2.add(
      F64.high(larger),
      Log.log1mexpHalf(Log.gap(F64.high(larger), F64.high(smaller))),
    );
    const minusInfinity = v128.or(v128.load_splat<u32>(0, INFINITE), v128.load_splat<u32>(0, SIGN));
    // + 0: a −0 from below is an exact 0 rounded. larger − ∞: −∞ for numbers, NaN for ∞ − ∞.
    const difference = Log.mended(F64.join(low, high), larger, smaller, -1);
    const usual = f32x4.add(difference, v128.load_splat<f32>(0, ZERO));
    const z = F32.select(f32x4.eq(smaller, minusInfinity), larger, usual);
    return Log.orNaN(x, y, F32.select(f32x4.eq(x, y), f32x4.add(larger, minusInfinity), z));
  }

  /**
   * z = larger + log1p(sign · e^(smaller − larger)), taken again where it is below 2^-18 of its first term: the error
   * of f64, 2^-50 of that term, would show.
   */
  @inline static mended(z: v128, larger: v128, smaller: v128, sign: f64): v128 {
    const limit = f32x4.mul(f32x4.abs(larger), v128.load_splat<f32>(0, CANCELLED));
    const lost = f32x4.lt(f32x4.abs(z), limit);
    return v128.any_true(lost) ? Log.again(z, lost, larger, smaller, sign) : z;
  }
  static again(z: v128, lost: v128, larger: v128, smaller: v128, sign: f64): v128 {
    // What is not taken again may be anything: it is kept out of the pairs.
    const a = v128.and(larger, lost);
    const b = v128.and(smaller, lost);
    const low = Double.logOfSum(F64.low(a), F64.low(b), sign);
    return F32.select(lost, F64.join(low, Double.logOfSum(F64.high(a), F64.high(b), sign)), z);
  }

  /** smaller − larger, not below −110 */
  @inline static gap(larger: v128, smaller: v128): v128 {
    return f64x2.pmax(f64x2.sub(smaller, larger), v128.load_splat<f64>(0, LOW64));
  }

  @inline static orNaN(x: v128, y: v128, z: v128): v128 {
    const numbers = v128.and(f32x4.eq(x, x), f32x4.eq(y, y));
    return F32.select(numbers, z, f32x4.add(x, y));
  }
}
