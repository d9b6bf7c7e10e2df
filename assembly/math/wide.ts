import { F64 } from "../simd";

const LOG2E: usize = memory.data<f64>([1.4426950408889634], 8);
const ROUND: usize = memory.data<f64>([6755399441055744.0], 8);
const LN2_HEAD: usize = memory.data<f64>([0.6931471803691238], 8);
const LN2_TAIL: usize = memory.data<f64>([1.9082149292705877e-10], 8);
const LN2: usize = memory.data<f64>([0.6931471805599453], 8);
const ONE: usize = memory.data<f64>([1.0], 8);
const TWO: usize = memory.data<f64>([2.0], 8);
/** Bits of 3/4. */
const SPLIT: usize = memory.data<u64>([0x3fe8000000000000], 8);
const EXPONENT: usize = memory.data<u64>([0xfff0000000000000], 8);
/** 1023 in the exponent field, and the float whose last bits are an integer. */
const BIAS: usize = memory.data<u64>([0x3ff0000000000000], 8);
const INTEGER: usize = memory.data<u64>([0x4330000000000000], 8);
const INTEGER_BIAS: usize = memory.data<f64>([4503599627371519.0], 8);

const EXP: usize = memory.data<f64>(
  [
    0.5000000046729332, 0.16666666818104106, 0.04166635324984029, 0.00833327277659145,
    0.0013941126344836315, 0.00019914334993792888,
  ],
  8,
);
const FINE: usize = memory.data<f64>(
  [
    0.5000000000000006, 0.16666666666629515, 0.04166666666652244, 0.008333333363402527,
    0.0013888888946698608, 0.00019841194661644648, 2.480149082795434e-5, 2.7631288966379395e-6,
    2.763064692195698e-7,
  ],
  8,
);
const LOG: usize = memory.data<f64>(
  [
    0.6666666666667318, 0.3999999999589252, 0.28571429443114943, 0.22222134647012431,
    0.18186511933747396, 0.15247109845851411, 0.15391812888949538,
  ],
  8,
);

/** The f64 core: where f32 with a compensated step can't hold the bar, or isn't faster. */
export class Wide {
  @inline static turns(z: v128): v128 {
    return F64.madd(z, v128.load_splat<f64>(0, LOG2E), v128.load_splat<f64>(0, ROUND));
  }
  @inline static rest(z: v128, t: v128): v128 {
    const n = f64x2.sub(t, v128.load_splat<f64>(0, ROUND));
    return F64.nmadd(
      n,
      v128.load_splat<f64>(0, LN2_TAIL),
      F64.nmadd(n, v128.load_splat<f64>(0, LN2_HEAD), z),
    );
  }
  @inline static power(t: v128): v128 {
    return i64x2.add(i64x2.shl(t, 52), v128.load_splat<f64>(0, ONE));
  }
  /** e^r − 1, |r| ≤ 0.347, to 2^-32. */
  @inline static brief(r: v128): v128 {
    const r2 = f64x2.mul(r, r);
    const low = F64.madd(v128.load_splat<f64>(EXP, 8), r, v128.load_splat<f64>(EXP, 0));
    const middle = F64.madd(v128.load_splat<f64>(EXP, 24), r, v128.load_splat<f64>(EXP, 16));
    const high = F64.madd(v128.load_splat<f64>(EXP, 40), r, v128.load_splat<f64>(EXP, 32));
    return F64.madd(F64.madd(F64.madd(high, r2, middle), r2, low), r2, r);
  }
  /** e^r − 1, |r| ≤ 0.347, to 2^-49. */
  @inline static fine(r: v128): v128 {
    const r2 = f64x2.mul(r, r);
    const a = F64.madd(v128.load_splat<f64>(FINE, 8), r, v128.load_splat<f64>(FINE, 0));
    const b = F64.madd(v128.load_splat<f64>(FINE, 24), r, v128.load_splat<f64>(FINE, 16));
    const c = F64.madd(v128.load_splat<f64>(FINE, 40), r, v128.load_splat<f64>(FINE, 32));
    const d = F64.madd(v128.load_splat<f64>(FINE, 56), r, v128.load_splat<f64>(FINE, 48));
    const q = F64.madd(
      F64.madd(F64.madd(F64.madd(v128.load_splat<f64>(FINE, 64), r2, d), r2, c), r2, b),
      r2,
      a,
    );
    return F64.madd(q, r2, r);
  }
  @inline static exp(z: v128): v128 {
    const t = Wide.turns(z);
    const s = Wide.power(t);
    return F64.madd(s, Wide.brief(Wide.rest(z, t)), s);
  }
  @inline static expFine(z: v128): v128 {
    const t = Wide.turns(z);
    const s = Wide.power(t);
    return F64.madd(s, Wide.fine(Wide.rest(z, t)), s);
  }
  @inline static expm1(z: v128): v128 {
    const t = Wide.turns(z);
    const s = Wide.power(t);
    return F64.madd(s, Wide.brief(Wide.rest(z, t)), f64x2.sub(s, v128.load_splat<f64>(0, ONE)));
  }
  @inline static expm1Fine(z: v128): v128 {
    const t = Wide.turns(z);
    const s = Wide.power(t);
    return F64.madd(s, Wide.fine(Wide.rest(z, t)), f64x2.sub(s, v128.load_splat<f64>(0, ONE)));
  }

  /** k << 52, where 2^k is the power of two that brings s into [3/4, 3/2). */
  @inline static exponent(s: v128): v128 {
    return v128.and(
      i64x2.sub(s, v128.load_splat<f64>(0, SPLIT)),
      v128.load_splat<f64>(0, EXPONENT),
    );
  }
  /** −k · ln 2, +0 for k = 0 */
  @inline static shift(e: v128): v128 {
    const k = v128.or(
      i64x2.shr_u(i64x2.add(e, v128.load_splat<f64>(0, BIAS)), 52),
      v128.load_splat<f64>(0, INTEGER),
    );
    return f64x2.mul(
      f64x2.sub(v128.load_splat<f64>(0, INTEGER_BIAS), k),
      v128.load_splat<f64>(0, LN2),
    );
  }
  /** 2^-k */
  @inline static unscale(e: v128): v128 {
    return i64x2.sub(v128.load_splat<f64>(0, ONE), e);
  }
  /** log1p(f) − f for f in [−1/4, 1/2]: s (R − f), s = f / (2 + f) */
  @inline static bend(f: v128): v128 {
    const s = f64x2.div(f, f64x2.add(f, v128.load_splat<f64>(0, TWO)));
    const z = f64x2.mul(s, s);
    const z2 = f64x2.mul(z, z);
    const a = F64.madd(v128.load_splat<f64>(LOG, 8), z, v128.load_splat<f64>(LOG, 0));
    const b = F64.madd(v128.load_splat<f64>(LOG, 24), z, v128.load_splat<f64>(LOG, 16));
    const c = F64.madd(v128.load_splat<f64>(LOG, 40), z, v128.load_splat<f64>(LOG, 32));
    const r = F64.madd(F64.madd(F64.madd(v128.load_splat<f64>(LOG, 48), z2, c), z2, b), z2, a);
    return f64x2.mul(s, F64.madd(r, z, f64x2.neg(f)));
  }
  @inline static log(x: v128): v128 {
    const e = Wide.exponent(x);
    const f = f64x2.sub(f64x2.mul(x, Wide.unscale(e)), v128.load_splat<f64>(0, ONE));
    return f64x2.sub(f64x2.add(f, Wide.bend(f)), Wide.shift(e));
  }
  @inline static log1p(x: v128): v128 {
    const one = v128.load_splat<f64>(0, ONE);
    const e = Wide.exponent(f64x2.add(one, x));
    const scale = Wide.unscale(e);
    const f = f64x2.sub(f64x2.mul(x, scale), f64x2.sub(one, scale));
    return f64x2.sub(f64x2.add(f, Wide.bend(f)), Wide.shift(e));
  }
}
