import { F32, F64 } from "../simd";
import { Wide } from "./wide";

const LOG2E: usize = memory.data<f32>([1.4426950408889634], 4);
const ROUND: usize = memory.data<f32>([12582912.0], 4);
const LN2_HEAD: usize = memory.data<f32>([0.693145751953125], 4);
const LN2_TAIL: usize = memory.data<f32>([1.42860682030941723e-6], 4);
const ONE: usize = memory.data<f32>([1.0], 4);
const SIGN: usize = memory.data<u32>([0x80000000], 4);
const SKEW: usize = memory.data<f32>([-0.084], 4);
const EXPONENT: usize = memory.data<u32>([0xff800000], 4);
const EXP_LOW: usize = memory.data<f32>([-104.0], 4);
const EXP_HIGH: usize = memory.data<f32>([89.0], 4);
const EXP2_LOW: usize = memory.data<f32>([-151.0], 4);
const EXP2_HIGH: usize = memory.data<f32>([129.0], 4);
const EXPM1_LOW: usize = memory.data<f32>([-18.0], 4);

const Q0: usize = memory.data<f32>([0.5], 4);
const Q1: usize = memory.data<f32>([0.1666666865348816], 4);
const Q2: usize = memory.data<f32>([0.04166644066572189], 4);
const Q3: usize = memory.data<f32>([0.008332569152116776], 4);
const Q4: usize = memory.data<f32>([0.0013937510084360838], 4);
const Q5: usize = memory.data<f32>([0.00020409829448908567], 4);

/** ln 2 − 1/2 and the rest of 2^r = 1 + r/2 + r (ln 2 − 1/2 + r q(r)). */
const EXP2: usize = memory.data<f32>(
  [
    0.1931471805599453, 0.24022650718688965, 0.05550410971045494, 0.009618083946406841,
    0.0013333405368030071, 0.0001545345294289291, 1.5322601029765792e-5,
  ],
  4,
);
const HALF: usize = memory.data<f32>([0.5], 4);

export class Exp {
  /** Whole turns of 2 in e^z, left in the low bits of a biased float: feeds whole, power, scale. */
  @inline static turns(z: v128): v128 {
    return F32.madd(z, v128.load_splat<f32>(0, LOG2E), v128.load_splat<f32>(0, ROUND));
  }

  @inline static whole(t: v128): v128 {
    return f32x4.sub(t, v128.load_splat<f32>(0, ROUND));
  }

  /** r = z − n ln 2, rounded once. */
  @inline static rest(z: v128, n: v128): v128 {
    const a = F32.nmadd(n, v128.load_splat<f32>(0, LN2_HEAD), z);
    return f32x4.sub(a, f32x4.mul(n, v128.load_splat<f32>(0, LN2_TAIL)));
  }

  /** e^r − 1 − r, and what `rest` rounded away. */
  @inline static bend(z: v128, n: v128, r: v128): v128 {
    const a = F32.nmadd(n, v128.load_splat<f32>(0, LN2_HEAD), z);
    const lost = f32x4.sub(f32x4.sub(a, r), f32x4.mul(n, v128.load_splat<f32>(0, LN2_TAIL)));
    const r2 = f32x4.mul(r, r);
    return F32.madd(Exp.curve(r, r2), r2, lost);
  }

  /** (e^r − 1 − r) / r² for r in [−0.406, 0.406]. */
  @inline static curve(r: v128, r2: v128): v128 {
    const low = F32.madd(v128.load_splat<f32>(0, Q1), r, v128.load_splat<f32>(0, Q0));
    const middle = F32.madd(v128.load_splat<f32>(0, Q3), r, v128.load_splat<f32>(0, Q2));
    const high = F32.madd(v128.load_splat<f32>(0, Q5), r, v128.load_splat<f32>(0, Q4));
    return F32.madd(F32.madd(high, r2, middle), r2, low);
  }

  /** 2^n for −126 ≤ n ≤ 127. */
  @inline static power(t: v128): v128 {
    return i32x4.add(i32x4.shl(t, 23), v128.load_splat<f32>(0, ONE));
  }

  /** m · 2^n in two steps, so that subnormals and the last binade come out right. */
  @inline static scale(m: v128, t: v128): v128 {
    const half = v128.and(i32x4.shl(t, 22), v128.load_splat<f32>(0, EXPONENT));
    const rest = i32x4.sub(i32x4.shl(t, 23), half);
    return f32x4.mul(
      f32x4.mul(m, i32x4.add(half, v128.load_splat<f32>(0, ONE))),
      i32x4.add(rest, v128.load_splat<f32>(0, ONE)),
    );
  }

  @inline static exp(x: v128): v128 {
    const z = f32x4.pmin(
      f32x4.pmax(x, v128.load_splat<f32>(0, EXP_LOW)),
      v128.load_splat<f32>(0, EXP_HIGH),
    );
    const t = f32x4.add(
      F32.madd(z, v128.load_splat<f32>(0, LOG2E), v128.load_splat<f32>(0, SKEW)),
      v128.load_splat<f32>(0, ROUND),
    );
    const n = Exp.whole(t);
    const r = F32.nmadd(
      n,
      v128.load_splat<f32>(0, LN2_TAIL),
      F32.nmadd(n, v128.load_splat<f32>(0, LN2_HEAD), z),
    );
    const r2 = f32x4.mul(r, r);
    const p = F32.madd(Exp.curve(r, r2), r2, r);
    return Exp.scale(f32x4.add(v128.load_splat<f32>(0, ONE), p), t);
  }

  @inline static expm1(x: v128): v128 {
    const z = f32x4.pmin(
      f32x4.pmax(x, v128.load_splat<f32>(0, EXPM1_LOW)),
      v128.load_splat<f32>(0, EXP_HIGH),
    );
    const t = Exp.turns(z);
    const n = Exp.whole(t);
    const r = Exp.rest(z, n);
    const u = Exp.bend(z, n, r);
    const one = v128.load_splat<f32>(0, ONE);
    const half = v128.and(i32x4.shl(t, 22), v128.load_splat<f32>(0, EXPONENT));
    const rest = i32x4.sub(i32x4.shl(t, 23), half);
    const a = i32x4.add(one, half);
    const b = i32x4.sub(one, rest);
    const c = f32x4.sub(a, b);
    const lost = f32x4.sub(f32x4.sub(a, c), b);
    const ar = f32x4.mul(a, r);
    const head = f32x4.add(c, ar);
    const tail = f32x4.add(f32x4.sub(ar, f32x4.sub(head, c)), F32.madd(a, u, lost));
    const y = f32x4.mul(f32x4.add(head, tail), i32x4.add(one, rest));
    return v128.or(y, v128.and(x, v128.load_splat<f32>(0, SIGN)));
  }

  /** −(e^z − 1) for z ≤ 0, rounded; with `lessTail` its tail. */
  @inline static less(p: v128, r: v128, u: v128): v128 {
    const c = f32x4.sub(p, v128.load_splat<f32>(0, ONE));
    const pr = f32x4.mul(p, r);
    const head = f32x4.add(c, pr);
    return f32x4.add(head, F32.madd(p, u, f32x4.sub(pr, f32x4.sub(head, c))));
  }
  @inline static lessTail(p: v128, r: v128, u: v128): v128 {
    const c = f32x4.sub(p, v128.load_splat<f32>(0, ONE));
    const pr = f32x4.mul(p, r);
    const head = f32x4.add(c, pr);
    const tail = F32.madd(p, u, f32x4.sub(pr, f32x4.sub(head, c)));
    return f32x4.sub(tail, f32x4.sub(f32x4.add(head, tail), head));
  }

  @inline static exp2(x: v128): v128 {
    const z = f32x4.pmin(
      f32x4.pmax(x, v128.load_splat<f32>(0, EXP2_LOW)),
      v128.load_splat<f32>(0, EXP2_HIGH),
    );
    const t = f32x4.add(z, v128.load_splat<f32>(0, ROUND));
    const r = f32x4.sub(z, Exp.whole(t));
    const r2 = f32x4.mul(r, r);
    const low = F32.madd(v128.load_splat<f32>(EXP2, 4), r, v128.load_splat<f32>(EXP2, 0));
    const middle = F32.madd(v128.load_splat<f32>(EXP2, 12), r, v128.load_splat<f32>(EXP2, 8));
    const high = F32.madd(v128.load_splat<f32>(EXP2, 20), r, v128.load_splat<f32>(EXP2, 16));
    const top = F32.madd(v128.load_splat<f32>(EXP2, 24), r2, high);
    const q = F32.madd(F32.madd(top, r2, middle), r2, low);
    const p = F32.madd(r, v128.load_splat<f32>(0, HALF), f32x4.mul(r, q));
    return Exp.scale(f32x4.add(v128.load_splat<f32>(0, ONE), p), t);
  }

  /** (e^x − 1) / x */
  @inline static exprel(x: v128): v128 {
    const z = f32x4.pmin(x, f32x4.splat(110));
    const y = F64.join(Exp.exprelHalf(F64.low(z)), Exp.exprelHalf(F64.high(z)));
    return F32.select(f32x4.eq(x, f32x4.splat(0)), f32x4.splat(1), y);
  }
  @inline static exprelHalf(x: v128): v128 {
    return f64x2.div(Wide.expm1(f64x2.pmax(x, f64x2.splat(-110))), x);
  }
}
