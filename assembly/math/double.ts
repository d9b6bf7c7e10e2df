/**
 * Pairs of f64, head + tail, about 2^-104: for the few results in which f64 itself cancels. On two lanes,
 * rarely taken, written to be short.
 *
 * Sums and products are error-free transforms: they must not be fused, so nothing here goes through F64.madd.
 * Source: Dekker 1971 (split and product), Knuth (two-sum).
 */
import { F64 } from "../simd";
import { Wide } from "./wide";

/** 2^27 + 1: the upper half of an f64's bits is what is left of a product with it. */
const SPLITTER: f64 = 134217729;
/** e^z is taken at z / 256, and squared eight times. */
const STEP: f64 = 1 / 256;
const SQUARINGS = 8;
/** |z| ≤ 110 / 256: 0.43^23 / 23! < 2^-102. */
const TERMS = 23;

/** A pair of f64 vectors. Results are left in `head` and `tail`: a method may return one v128 only. */
export class Double {
  static head: v128 = f64x2.splat(0);
  static tail: v128 = f64x2.splat(0);

  /** head + tail = a + b, exactly */
  @inline static twoSum(a: v128, b: v128): void {
    const s = f64x2.add(a, b);
    const back = f64x2.sub(s, a);
    Double.tail = f64x2.add(f64x2.sub(a, f64x2.sub(s, back)), f64x2.sub(b, back));
    Double.head = s;
  }

  /** head + tail = a · b, exactly */
  static twoProduct(a: v128, b: v128): void {
    const splitter = f64x2.splat(SPLITTER);
    const ca = f64x2.mul(a, splitter);
    const cb = f64x2.mul(b, splitter);
    const a1 = f64x2.sub(ca, f64x2.sub(ca, a));
    const b1 = f64x2.sub(cb, f64x2.sub(cb, b));
    const a2 = f64x2.sub(a, a1);
    const b2 = f64x2.sub(b, b1);
    const p = f64x2.mul(a, b);
    const high = f64x2.add(f64x2.sub(f64x2.mul(a1, b1), p), f64x2.mul(a1, b2));
    Double.tail = f64x2.add(f64x2.add(high, f64x2.mul(a2, b1)), f64x2.mul(a2, b2));
    Double.head = p;
  }

  /** ← (a + at) + (b + bt) */
  static add(a: v128, at: v128, b: v128, bt: v128): void {
    Double.twoSum(a, b);
    const head = Double.head;
    const low = f64x2.add(Double.tail, f64x2.add(at, bt));
    Double.twoSum(head, low);
  }

  /** ← (a + at)(b + bt) */
  static mul(a: v128, at: v128, b: v128, bt: v128): void {
    Double.twoProduct(a, b);
    const head = Double.head;
    const low = f64x2.add(Double.tail, f64x2.add(f64x2.mul(a, bt), f64x2.mul(at, b)));
    Double.twoSum(head, low);
  }

  /** ← (a + at) / k, k a small integer */
  static divide(a: v128, at: v128, k: f64): void {
    const by = f64x2.splat(k);
    const q = f64x2.div(a, by);
    Double.twoProduct(q, by);
    const rest = f64x2.add(f64x2.sub(f64x2.sub(a, Double.head), Double.tail), at);
    const more = f64x2.div(rest, by);
    Double.twoSum(q, more);
  }

  /** ← e^(z/256) − 1, |z| ≤ 110, for z = head + tail as they stand: z (1 + z/2 (1 + z/3 (…))) */
  static series(): void {
    const step = f64x2.splat(STEP);
    const one = f64x2.splat(1);
    const none = f64x2.splat(0);
    const z = f64x2.mul(Double.head, step);
    const zt = f64x2.mul(Double.tail, step);
    Double.head = one;
    Double.tail = none;
    for (let k = TERMS; k > 1; k--) {
      Double.mul(Double.head, Double.tail, z, zt);
      Double.divide(Double.head, Double.tail, <f64>k);
      Double.add(one, none, Double.head, Double.tail);
    }
    Double.mul(Double.head, Double.tail, z, zt);
  }

  /** ← e^z − 1 for z = head + tail as they stand, |z| ≤ 110: p ← p (2 + p) doubles the exponent, and keeps a small p */
  static expm1(): void {
    Double.series();
    for (let i = 0; i < SQUARINGS; i++) {
      const p = Double.head;
      const pt = Double.tail;
      Double.add(f64x2.splat(2), f64x2.splat(0), p, pt);
      Double.mul(Double.head, Double.tail, p, pt);
    }
  }

  /** ← e^z for z = head + tail as they stand, |z| ≤ 110, to 2^-90 of itself */
  static exp(): void {
    Double.series();
    Double.add(f64x2.splat(1), f64x2.splat(0), Double.head, Double.tail);
    for (let i = 0; i < SQUARINGS; i++) {
      Double.mul(Double.head, Double.tail, Double.head, Double.tail);
    }
  }

  /**
   * m + log1p(t), t = head + tail as they stand, where the two cancel: l ≈ log1p(t) in f64, and what is missing to it,
   * log1p(d) with d = (t − (e^l − 1)) / e^l, is small.
   */
  static plusLog1p(m: v128): v128 {
    const t = Double.head;
    const tt = Double.tail;
    const none = f64x2.splat(0);
    const l = Wide.log1p(t);
    Double.head = l;
    Double.tail = none;
    Double.expm1();
    const e = f64x2.add(f64x2.splat(1), Double.head);
    Double.add(t, tt, f64x2.neg(Double.head), f64x2.neg(Double.tail));
    const d = f64x2.div(f64x2.add(Double.head, Double.tail), e);
    const missing = F64.nmadd(f64x2.mul(d, f64x2.splat(0.5)), d, d);
    Double.twoSum(m, l);
    return f64x2.add(Double.head, f64x2.add(Double.tail, missing));
  }

  /** larger + log1p(sign · e^(smaller − larger)), two lanes of f32 numbers as f64 */
  static logOfSum(larger: v128, smaller: v128, sign: f64): v128 {
    Double.twoSum(smaller, f64x2.neg(larger));
    Double.exp();
    const by = f64x2.splat(sign);
    Double.head = f64x2.mul(Double.head, by);
    Double.tail = f64x2.mul(Double.tail, by);
    return Double.plusLog1p(larger);
  }
}
