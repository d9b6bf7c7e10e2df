import { F32, F64 } from "../simd";
import { Exp } from "./exp";
import { Quotient } from "./quotient";
import { Wide } from "./wide";

const ONE: usize = memory.data<f32>([1.0], 4);
const SIGN: usize = memory.data<u32>([0x80000000], 4);
const SIGMOID_LOW: usize = memory.data<f32>([-43.0], 4);
const SIGMOID_HIGH: usize = memory.data<f32>([104.0], 4);
const DOWN64: usize = memory.data<f32>([5.421010862427522e-20], 4);

const ONE64: usize = memory.data<f64>([1.0], 8);
const TWO64: usize = memory.data<f64>([2.0], 8);
const FOUR64: usize = memory.data<f64>([4.0], 8);
const LOW: usize = memory.data<f32>([-110.0], 4);
const HIGH: usize = memory.data<f32>([110.0], 4);
const MISH_HIGH: usize = memory.data<f32>([40.0], 4);

export class Sigmoid {
  @inline static sigmoid(x: v128): v128 {
    const z = f32x4.pmin(
      f32x4.pmax(v128.xor(x, v128.load_splat<f32>(0, SIGN)), v128.load_splat<f32>(0, SIGMOID_LOW)),
      v128.load_splat<f32>(0, SIGMOID_HIGH),
    );
    const t = Exp.turns(z);
    const n = Exp.whole(t);
    const r = Exp.rest(z, n);
    const p = f32x4.add(r, Exp.bend(z, n, r));
    const one = v128.load_splat<f32>(0, ONE);
    const m = f32x4.add(one, p);
    const mTail = f32x4.sub(p, f32x4.sub(m, one));
    const down = v128.load_splat<f32>(0, DOWN64);
    const s = i32x4.add(i32x4.shl(t, 23), down);
    const e = f32x4.mul(m, s);
    const d = f32x4.add(e, down);
    const big = f32x4.pmax(e, down);
    const small = f32x4.pmin(e, down);
    const dHead = Quotient.head(d);
    const dTail = F32.madd(mTail, s, f32x4.sub(small, f32x4.sub(dHead, big)));
    const inverse = f32x4.div(one, d);
    const q = Quotient.head(inverse);
    const left = F32.nmadd(q, dTail, F32.nmadd(q, dHead, one));
    return f32x4.mul(F32.madd(left, inverse, q), down);
  }

  /** x / (1 + e^−x) */
  @inline static silu(x: v128): v128 {
    const z = f32x4.pmax(x, v128.load_splat<f32>(0, LOW));
    return F64.join(Sigmoid.siluHalf(F64.low(z)), Sigmoid.siluHalf(F64.high(z)));
  }
  @inline static siluHalf(x: v128): v128 {
    const e = Wide.exp(f64x2.neg(f64x2.pmin(x, f64x2.splat(110))));
    return f64x2.div(x, f64x2.add(v128.load_splat<f64>(0, ONE64), e));
  }

  /** x w / (w + 2), w = e^x (e^x + 2) */
  @inline static mish(x: v128): v128 {
    const z = f32x4.pmax(x, v128.load_splat<f32>(0, LOW));
    const c = f32x4.pmin(z, v128.load_splat<f32>(0, MISH_HIGH));
    return F64.join(
      Sigmoid.mishHalf(F64.low(z), F64.low(c)),
      Sigmoid.mishHalf(F64.high(z), F64.high(c)),
    );
  }
  @inline static mishHalf(x: v128, c: v128): v128 {
    const two = v128.load_splat<f64>(0, TWO64);
    const e = Wide.exp(c);
    const w = f64x2.mul(e, f64x2.add(e, two));
    return f64x2.div(f64x2.mul(x, w), f64x2.add(w, two));
  }

  /** E / (1 + E)², E = e^−|x| */
  @inline static dSigmoid(x: v128): v128 {
    const z = f32x4.pmax(v128.or(x, v128.load_splat<f32>(0, SIGN)), v128.load_splat<f32>(0, LOW));
    return F64.join(Sigmoid.bellHalf(F64.low(z)), Sigmoid.bellHalf(F64.high(z)));
  }
  @inline static bellHalf(z: v128): v128 {
    const e = Wide.exp(z);
    const d = f64x2.add(v128.load_splat<f64>(0, ONE64), e);
    return f64x2.div(e, f64x2.mul(d, d));
  }
  /** 4 E / (1 + E)², E = e^−2|x| */
  @inline static dTanh(x: v128): v128 {
    const n = v128.or(x, v128.load_splat<f32>(0, SIGN));
    const z = f32x4.pmax(f32x4.add(n, n), v128.load_splat<f32>(0, LOW));
    const four = v128.load_splat<f64>(0, FOUR64);
    return F64.join(
      f64x2.mul(four, Sigmoid.bellHalf(F64.low(z))),
      f64x2.mul(four, Sigmoid.bellHalf(F64.high(z))),
    );
  }

  /** (1 + E (1 + x)) / (1 + E)², E = e^−x */
  @inline static dSilu(x: v128): v128 {
    const z = f32x4.pmin(
      f32x4.pmax(x, v128.load_splat<f32>(0, LOW)),
      v128.load_splat<f32>(0, HIGH),
    );
    return F64.join(Sigmoid.dSiluHalf(F64.low(z)), Sigmoid.dSiluHalf(F64.high(z)));
  }
  @inline static dSiluHalf(x: v128): v128 {
    const one = v128.load_splat<f64>(0, ONE64);
    const e = Wide.expFine(f64x2.neg(x));
    const d = f64x2.add(one, e);
    return f64x2.div(F64.madd(e, f64x2.add(one, x), one), f64x2.mul(d, d));
  }

  /** e ((e + 2) D + 4 x (1 + e)) / D², e = e^x, D = e (e + 2) + 2 */
  @inline static dMish(x: v128): v128 {
    const z = f32x4.pmin(
      f32x4.pmax(x, v128.load_splat<f32>(0, LOW)),
      v128.load_splat<f32>(0, MISH_HIGH),
    );
    return F64.join(Sigmoid.dMishHalf(F64.low(z)), Sigmoid.dMishHalf(F64.high(z)));
  }
  @inline static dMishHalf(x: v128): v128 {
    const two = v128.load_splat<f64>(0, TWO64);
    const e = Wide.expFine(x);
    const e2 = f64x2.add(e, two);
    const d = F64.madd(e, e2, two);
    const top = F64.madd(
      e2,
      d,
      f64x2.mul(
        f64x2.mul(v128.load_splat<f64>(0, FOUR64), x),
        f64x2.add(v128.load_splat<f64>(0, ONE64), e),
      ),
    );
    return f64x2.div(f64x2.mul(e, top), f64x2.mul(d, d));
  }
}
