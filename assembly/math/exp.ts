/**
 * Exponentials on four f32 lanes: e^x = 2^n e^r, n = x / ln 2 rounded, |r| ≤ 0.406.
 *
 * e^r = 1 + r + (r²/2 + r³ slope(r) + lost): summed from the smallest term on, so that only the last two
 * additions round at the size of the result; `lost` is what rounding r itself threw away. These steps are
 * plain mul, add and sub where they must be exact: madd is fused in one build and not in the other.
 *
 * Tried and rejected: Horner instead of pairs (same error, slower: latency is what such a loop waits for); a slope of
 * lower degree (above 1 ULP without the skew, and for expm1); r² (1/2 + r slope) in one product (expm1 above 1 ULP).
 */
import { F32, F64 } from "../simd";
import { Wide } from "./wide";

const ONE: usize = memory.data<f32>([1.0], 4);
const HALF: usize = memory.data<f32>([0.5], 4);
const SIGN: usize = memory.data<u32>([0x80000000], 4);
const EXPONENT: usize = memory.data<u32>([0xff800000], 4);
const LOG2E: usize = memory.data<f32>([1.4426950408889634], 4);
/** ln 2 in two pieces, the first with 15 bits: n times it is exact. */
const LN2_HEAD: usize = memory.data<f32>([0.693145751953125], 4);
const LN2_TAIL: usize = memory.data<f32>([1.4286068203094172e-6], 4);
/** 1.5 · 2^23: added, it rounds to an integer, which then stands in the lowest bits. */
const ROUND: usize = memory.data<f32>([12582912.0], 4);

/** Where results have become 0, ∞ or −1, so that n stays small. */
const EXP_LOW: usize = memory.data<f32>([-104.0], 4);
const EXP_LOWER: usize = memory.data<f32>([-105.0], 4);
const EXP_HIGH: usize = memory.data<f32>([89.0], 4);
const EXP2_LOW: usize = memory.data<f32>([-151.0], 4);
const EXP2_HIGH: usize = memory.data<f32>([129.0], 4);
const EXPM1_LOW: usize = memory.data<f32>([-18.5], 4);
const EXPREL_HIGH: usize = memory.data<f32>([110.0], 4);
const EXPREL_LOW: usize = memory.data<f64>([-110.0], 8);

/** (e^r − 1 − r − r²/2) / r³ on [−0.3475, 0.406]: 2^-30.3 relative to e^r − 1. */
const SLOPE: usize = memory.data<f32>(
  [
    0.1666666865348816, 0.04166644066572189, 0.008332569152116776, 0.0013937510084360838,
    0.00020409829448908567,
  ],
  4,
);
/**
 * What e^(x − m) takes: the lowest x − s, s, and ROUND less the turns of m − s; then what e^x takes: log₂ e; the skew, which
 * moves r from ±0.347 to [−0.289, 0.406], so that e^r − 1 < 1/2 both ways and rounds at most a quarter ULP of e^r; ROUND;
 * ln 2 in two pieces, (e^r − 1 − r) / r² on [−0.2895, 0.4066] (2^-28.3 relative to e^r), 1; a place that no one reads.
 */
const SHIFTED: usize = memory.data<f32>(
  [
    0.0, 0.0, 12582912.0, 1.4426950408889634, -0.084, 12582912.0, 0.693145751953125,
    1.4286068203094172e-6, 0.5000001788139343, 0.1666657030582428, 0.041658464819192886,
    0.008360445499420166, 0.0014635904226452112, 1.0, 0.0,
  ],
  4,
);
const EXP: usize = SHIFTED + 12;
/** The polynomial, and 1. */
const GROWTH: usize = EXP + 20;
/** ln 2 − 1/2, then (2^r − 1 − r ln 2) / r² on ±1/2: 2^-31.8 relative to 2^r − 1. */
const EXP2: usize = memory.data<f32>(
  [
    0.1931471805599453, 0.24022650718688965, 0.05550410971045494, 0.009618083946406841,
    0.0013333405368030071, 0.0001545345294289291, 1.5322601029765792e-5,
  ],
  4,
);
/**
 * What elu takes: log₂ e; the skew for r in [−0.443, 0.2505]; ROUND; ln 2 in two pieces; (e^r − 1 − r) / r² there (2^-31.3
 * relative to e^r − 1); 1.
 */
const ELU: usize = memory.data<f32>(
  [
    1.4426950408889634, 0.139, 12582912.0, 0.693145751953125, 1.4286068203094172e-6, 0.5,
    0.166666641831398, 0.04166672006249428, 0.008334650658071041, 0.0013893223367631435,
    0.00018350010213907808, 1.0,
  ],
  4,
);
/** λα and λ − 1 of selu */
const SELU_BELOW: usize = memory.data<f64>([1.7580993408473766], 8);
const SELU_ABOVE: usize = memory.data<f32>([0.05070098735548049], 4);

export class Exp {
  /** z / ln 2 rounded to an integer n, left in the lowest bits of a float: for `whole`, `power` and `scale`. */
  @inline static turns(z: v128): v128 {
    return F32.madd(z, v128.load_splat<f32>(0, LOG2E), v128.load_splat<f32>(0, ROUND));
  }

  @inline static whole(t: v128): v128 {
    return f32x4.sub(t, v128.load_splat<f32>(0, ROUND));
  }

  /** r = z − n ln 2 */
  @inline static rest(z: v128, n: v128): v128 {
    const a = F32.nmadd(n, v128.load_splat<f32>(0, LN2_HEAD), z);
    return f32x4.sub(a, f32x4.mul(n, v128.load_splat<f32>(0, LN2_TAIL)));
  }

  /** What rounding took from r. */
  @inline static lost(z: v128, n: v128, r: v128): v128 {
    const a = F32.nmadd(n, v128.load_splat<f32>(0, LN2_HEAD), z);
    return f32x4.sub(f32x4.sub(a, r), f32x4.mul(n, v128.load_splat<f32>(0, LN2_TAIL)));
  }

  /** (e^r − 1 − r − r²/2) / r³ */
  @inline static slope(r: v128, r2: v128): v128 {
    const low = F32.madd(v128.load_splat<f32>(SLOPE, 4), r, v128.load_splat<f32>(SLOPE, 0));
    const high = F32.madd(v128.load_splat<f32>(SLOPE, 12), r, v128.load_splat<f32>(SLOPE, 8));
    return F32.madd(F32.madd(v128.load_splat<f32>(SLOPE, 16), r2, high), r2, low);
  }

  /** e^r − 1 − r + lost */
  @inline static bend(z: v128, n: v128, r: v128): v128 {
    const r2 = f32x4.mul(r, r);
    const cubic = F32.madd(f32x4.mul(r2, r), Exp.slope(r, r2), Exp.lost(z, n, r));
    return F32.madd(v128.load_splat<f32>(0, HALF), r2, cubic);
  }

  /** Bits that add ⌊n/2⌋ to an exponent, and those that add the rest. */
  @inline static halfTurns(t: v128): v128 {
    return v128.and(i32x4.shl(t, 22), v128.load_splat<u32>(0, EXPONENT));
  }
  @inline static otherTurns(t: v128, half: v128): v128 {
    return i32x4.sub(i32x4.shl(t, 23), half);
  }

  /** m 2^n in two steps: subnormals and the last binade come out right, and NaN stays NaN. */
  @inline static scale(m: v128, t: v128): v128 {
    const one = v128.load_splat<f32>(0, ONE);
    const half = Exp.halfTurns(t);
    const step = f32x4.mul(m, i32x4.add(one, half));
    return f32x4.mul(step, i32x4.add(one, Exp.otherTurns(t, half)));
  }

  /** The turns of z, for r = z − n ln 2 in [−0.289, 0.406]. */
  @inline static skewed(z: v128, log2e: v128, skew: v128, round: v128): v128 {
    return f32x4.add(F32.madd(z, log2e, skew), round);
  }

  /** z − n ln 2 */
  @inline static reduced(z: v128, t: v128, round: v128, ln2Head: v128, ln2Tail: v128): v128 {
    const n = f32x4.sub(t, round);
    return F32.nmadd(n, ln2Tail, F32.nmadd(n, ln2Head, z));
  }

  /** e^r */
  @inline static grown(r: v128, g0: v128, g1: v128, g2: v128, g3: v128, g4: v128, one: v128): v128 {
    const r2 = f32x4.mul(r, r);
    const q = F32.madd(F32.madd(g4, r2, F32.madd(g3, r, g2)), r2, F32.madd(g1, r, g0));
    return f32x4.add(one, F32.madd(r2, q, r));
  }

  /**
   * Computes e^x.
   * Error 0.97 ULP (simd, at 5.25684786), 1.00 (relaxed, 0.9957 at -27.3209476). Range all f32; 0 below −103.97, ∞ above 88.72, subnormal results kept.
   * Source: Cody–Waite reduction in two pieces, minimax polynomial fitted for the skewed range.
   */
  @inline static exp(x: v128): v128 {
    const z = f32x4.pmin(
      f32x4.pmax(x, v128.load_splat<f32>(0, EXP_LOW)),
      v128.load_splat<f32>(0, EXP_HIGH),
    );
    const t = Exp.turnsOf(z);
    return Exp.scale(Exp.mantissa(z, t), t);
  }

  /**
   * s e^x with the product before the powers of two: e^x may be subnormal where s e^x has all its digits, or half a unit of
   * it is s of them. From −105 on it is 0 for |s| < 2.
   */
  @inline static times(s: v128, x: v128): v128 {
    const least = v128.load_splat<f32>(0, EXP_LOWER);
    const z = f32x4.pmin(f32x4.pmax(x, least), v128.load_splat<f32>(0, EXP_HIGH));
    const t = Exp.turnsOf(z);
    return Exp.scale(f32x4.mul(s, Exp.mantissa(z, t)), t);
  }

  @inline private static turnsOf(z: v128): v128 {
    const round = v128.load_splat<f32>(EXP, 8);
    return Exp.skewed(z, v128.load_splat<f32>(EXP, 0), v128.load_splat<f32>(EXP, 4), round);
  }

  /** e^z without its turns. */
  @inline private static mantissa(z: v128, t: v128): v128 {
    const r = Exp.reduced(
      z,
      t,
      v128.load_splat<f32>(EXP, 8),
      v128.load_splat<f32>(EXP, 12),
      v128.load_splat<f32>(EXP, 16),
    );
    return Exp.grown(
      r,
      v128.load_splat<f32>(EXP, 20),
      v128.load_splat<f32>(EXP, 24),
      v128.load_splat<f32>(EXP, 28),
      v128.load_splat<f32>(EXP, 32),
      v128.load_splat<f32>(EXP, 36),
      v128.load_splat<f32>(EXP, 40),
    );
  }

  /** The bits of 87 without their sign, shifted: up to there e^±x is normal, and n fits into the exponent of e^r. */
  @inline static bound(): u32 {
    return 0x855c0000;
  }

  @inline static constants(): usize {
    return EXP;
  }

  /** For |x| ≤ 87 the first half of e^x: r, and the bits that n adds to an exponent. */
  @inline static first(
    to: usize,
    x: v128,
    log2e: v128,
    skew: v128,
    round: v128,
    ln2Head: v128,
    ln2Tail: v128,
  ): void {
    const t = Exp.skewed(x, log2e, skew, round);
    v128.store(to, Exp.reduced(x, t, round, ln2Head, ln2Tail));
    v128.store(to, i32x4.shl(t, 23), 16);
  }

  /** The second half: the bits that `exp` has, in fewer steps. */
  @inline static second(
    from: usize,
    g0: v128,
    g1: v128,
    g2: v128,
    g3: v128,
    g4: v128,
    one: v128,
  ): v128 {
    const y = Exp.grown(v128.load(from), g0, g1, g2, g3, g4, one);
    return i32x4.add(y, v128.load(from, 16));
  }

  /** Where the constants of e^(x − m) stand; from the third on those of its halves. */
  @inline static shifted(): usize {
    return SHIFTED;
  }
  @inline static growth(): usize {
    return GROWTH;
  }

  /** Whether n times the first piece of ln 2 is exact for all x from m − 105 to m. */
  @inline static isNear(m: f32): bool {
    return abs(m) < 240;
  }

  /**
   * For e^(x − m) as e^(x − s) / 2^N, without a rounding before the exponential: N, the turns of m − s, leaves the largest
   * power its e^r. s is 0 where m is near, and else m: then all x within 105 of it are multiples of 2^-16, so that x − s
   * is exact. Gives the largest power, e^(m − s) / 2^N.
   */
  static shiftBy(m: f32): f32 {
    const near = Exp.isNear(m);
    const z: f32 = near ? m : 0;
    const top = f32x4.splat(z);
    const turns = Exp.turnsOf(top);
    const round = f32x4.extract_lane(v128.load32_splat(EXP, 8), 0);
    // Below, e^(x − m) is 0 for any e^r of m.
    store<f32>(SHIFTED, z - 105);
    store<f32>(SHIFTED, near ? 0 : m, 4);
    store<f32>(SHIFTED, round - (f32x4.extract_lane(turns, 0) - round), 8);
    return f32x4.extract_lane(Exp.mantissa(top, turns), 0);
  }

  /** Of e^(x − m), m near and m − 87 ≤ x ≤ m, the first half, as `first`, and how many turns x is below m. */
  @inline static shiftedShort(
    to: usize,
    x: v128,
    from: v128,
    log2e: v128,
    skew: v128,
    round: v128,
    ln2Head: v128,
    ln2Tail: v128,
  ): v128 {
    const t = Exp.skewed(x, log2e, skew, from);
    v128.store(to, Exp.reduced(x, t, from, ln2Head, ln2Tail));
    v128.store(to, i32x4.shl(t, 23), 16);
    return i32x4.sub(round, t);
  }

  /** Up to there powers are normal. */
  @inline static lowestTurns(): u32 {
    return 125;
  }

  /** Of e^(x − m), x ≤ m, the first half: r and the turns. */
  @inline static shiftedFirst(
    to: usize,
    x: v128,
    low: v128,
    s: v128,
    from: v128,
    log2e: v128,
    skew: v128,
    ln2Head: v128,
    ln2Tail: v128,
  ): void {
    const z = f32x4.pmax(f32x4.sub(x, s), low);
    const t = Exp.skewed(z, log2e, skew, from);
    v128.store(to, Exp.reduced(z, t, from, ln2Head, ln2Tail));
    v128.store(to, t, 16);
  }

  @inline static shiftedSecond(
    from: usize,
    g0: v128,
    g1: v128,
    g2: v128,
    g3: v128,
    g4: v128,
    one: v128,
  ): v128 {
    return Exp.scale(Exp.grown(v128.load(from), g0, g1, g2, g3, g4, one), v128.load(from, 16));
  }

  /**
   * Computes 2^x = 2^n (1 + r/2 + r ((ln 2 − 1/2) + r q(r))), r = x − n exact: r/2 is exact too, so the
   * product with ln 2 rounds at a third of its size.
   * Error 0.83 ULP (simd, at 0.480678439), 0.82 (relaxed, at 0.497408837). Range all f32; integers exact.
   */
  @inline static exp2(x: v128): v128 {
    const z = f32x4.pmin(
      f32x4.pmax(x, v128.load_splat<f32>(0, EXP2_LOW)),
      v128.load_splat<f32>(0, EXP2_HIGH),
    );
    const t = f32x4.add(z, v128.load_splat<f32>(0, ROUND));
    const r = f32x4.sub(z, Exp.whole(t));
    const r2 = f32x4.mul(r, r);
    const a = F32.madd(v128.load_splat<f32>(EXP2, 4), r, v128.load_splat<f32>(EXP2, 0));
    const b = F32.madd(v128.load_splat<f32>(EXP2, 12), r, v128.load_splat<f32>(EXP2, 8));
    const c = F32.madd(v128.load_splat<f32>(EXP2, 20), r, v128.load_splat<f32>(EXP2, 16));
    const q = F32.madd(F32.madd(F32.madd(v128.load_splat<f32>(EXP2, 24), r2, c), r2, b), r2, a);
    const p = F32.madd(r, v128.load_splat<f32>(0, HALF), f32x4.mul(r, q));
    return Exp.scale(f32x4.add(v128.load_splat<f32>(0, ONE), p), t);
  }

  /**
   * Computes e^x − 1 = 2^b (2^a e^r − 2^−b), a + b = n in two steps, the difference as head and tail.
   * Error 0.83 ULP (simd, at 0.360701472), 0.84 (relaxed, at 0.368597567). Range all f32; expm1(−0) = −0, ∞ above 88.72.
   */
  @inline static expm1(x: v128): v128 {
    const one = v128.load_splat<f32>(0, ONE);
    const z = f32x4.pmin(
      f32x4.pmax(x, v128.load_splat<f32>(0, EXPM1_LOW)),
      v128.load_splat<f32>(0, EXP_HIGH),
    );
    const t = Exp.turns(z);
    const n = Exp.whole(t);
    const r = Exp.rest(z, n);
    const half = Exp.halfTurns(t);
    const other = Exp.otherTurns(t, half);
    const a = i32x4.add(one, half);
    const inverse = i32x4.sub(one, other);
    const c = f32x4.sub(a, inverse);
    const cLost = f32x4.sub(f32x4.sub(a, c), inverse);
    const ar = f32x4.mul(a, r);
    const head = f32x4.add(c, ar);
    const tail = f32x4.add(
      f32x4.sub(ar, f32x4.sub(head, c)),
      F32.madd(a, Exp.bend(z, n, r), cLost),
    );
    const y = f32x4.mul(f32x4.add(head, tail), i32x4.add(one, other));
    return v128.or(y, v128.and(x, v128.load_splat<u32>(0, SIGN)));
  }

  /**
   * Computes (e^x − 1) / x in f64.
   * Error 0.73 ULP at -0.152705252. Range all f32; exprel(0) = 1, exprel(−∞) = 0, ∞ above 93.3.
   */
  @inline static exprel(x: v128): v128 {
    const z = f32x4.pmin(x, v128.load_splat<f32>(0, EXPREL_HIGH));
    const y = F64.join(Exp.exprelHalf(F64.low(z)), Exp.exprelHalf(F64.high(z)));
    return F32.select(f32x4.eq(x, f32x4.splat(0)), v128.load_splat<f32>(0, ONE), y);
  }
  @inline static exprelHalf(x: v128): v128 {
    return f64x2.div(Wide.expm1(f64x2.pmax(x, v128.load_splat<f64>(0, EXPREL_LOW))), x);
  }

  /** min(x, 0), not below −18.5 */
  @inline static below(x: v128): v128 {
    return f32x4.pmax(f32x4.pmin(x, f32x4.splat(0)), v128.load_splat<f32>(0, EXPM1_LOW));
  }

  /**
   * Computes elu(x) = x < 0 ? e^x − 1 : x, below 0 as (s − 1) + s (e^r − 1), s = 2^n. With r at most a quarter there, for
   * n = −1, rounds least. Times α for x < 0 it is elu with a slope.
   * Error 0.93 ULP (simd, at -0.4396673), 0.86 (relaxed, at -0.44687513). Range all f32; elu(−∞) = −1, elu(−0) = −0.
   */
  @inline static elu(x: v128): v128 {
    const z = Exp.below(x);
    const t = Exp.skewed(
      z,
      v128.load_splat<f32>(ELU, 0),
      v128.load_splat<f32>(ELU, 4),
      v128.load_splat<f32>(ELU, 8),
    );
    const r = Exp.reduced(
      z,
      t,
      v128.load_splat<f32>(ELU, 8),
      v128.load_splat<f32>(ELU, 12),
      v128.load_splat<f32>(ELU, 16),
    );
    return Exp.dip(
      x,
      r,
      i32x4.shl(t, 23),
      v128.load_splat<f32>(ELU, 20),
      v128.load_splat<f32>(ELU, 24),
      v128.load_splat<f32>(ELU, 28),
      v128.load_splat<f32>(ELU, 32),
      v128.load_splat<f32>(ELU, 36),
      v128.load_splat<f32>(ELU, 40),
      v128.load_splat<f32>(ELU, 44),
    );
  }

  /** elu(x) from the two halves of min(x, 0). e^x − 1 is nowhere below x, and 0 for x ≥ 0. */
  @inline static dip(
    x: v128,
    r: v128,
    turns: v128,
    c0: v128,
    c1: v128,
    c2: v128,
    c3: v128,
    c4: v128,
    c5: v128,
    one: v128,
  ): v128 {
    const r2 = f32x4.mul(r, r);
    const high = F32.madd(F32.madd(c5, r, c4), r2, F32.madd(c3, r, c2));
    const growth = F32.madd(r2, F32.madd(high, r2, F32.madd(c1, r, c0)), r);
    const s = i32x4.add(turns, one);
    return f32x4.pmax(x, F32.madd(s, growth, f32x4.sub(s, one)));
  }

  @inline static eluConstants(): usize {
    return ELU;
  }

  /**
   * Computes selu(x) = x < 0 ? λα (e^x − 1) : λx. λ and λα are not f32 numbers: the first product is
   * x + 0.0507 x, the second is made in f64.
   * Error 0.77 ULP (simd, at 4.441848e-38), 0.75 (relaxed, at -0.153306261). Range all f32; selu(−∞) = −λα, selu(−0) = −0.
   * Rejected: e^x − 1 as in elu and 2E − 0.2419 E in f32: above 1 ULP.
   */
  @inline static selu(x: v128): v128 {
    const z = Exp.below(x);
    const scale = v128.load_splat<f64>(0, SELU_BELOW);
    const low = f64x2.mul(scale, Wide.expm1(F64.low(z)));
    const below = F64.join(low, f64x2.mul(scale, Wide.expm1(F64.high(z))));
    return F32.select(
      f32x4.lt(x, f32x4.splat(0)),
      below,
      F32.madd(x, v128.load_splat<f32>(0, SELU_ABOVE), x),
    );
  }
}
