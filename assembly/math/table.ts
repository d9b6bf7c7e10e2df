/**
 * e^z on four lanes through a table of 2^(j/64), half the rounding in f32, the sum in f64: for quotients of
 * exponentials, whose result is rounded to f32 once, at the end.
 *
 * z = n ln 2 / 64 + r with |r| ≤ 0.0055, so that e^r needs two or three terms, and 2^(n/64) = 2^(n >> 6) T[n & 63].
 * The four reads of the table use units that are idle otherwise, and the chain from z to e^z is shorter than a
 * polynomial's for |r| ≤ 0.35, which is what such loops wait for (bench: silu, mish).
 *
 * Source: the idea of table-driven exponentials is Tang's (1989); coefficients are minimax on |r| ≤ ln 2 / 128.
 */
import { F32, F64 } from "../simd";

/** 64 / ln 2 */
const PER_STEP: usize = memory.data<f32>([92.332482616893657], 4);
/** 1.5 · 2^23: added, it rounds to an integer, which then stands in the lowest bits. */
const ROUND: usize = memory.data<f32>([12582912.0], 4);
/** ln 2 / 64 in two pieces, the first with 10 bits: n times it is exact for |n| < 2^14; and in one f64. */
const STEP_HEAD: usize = memory.data<f32>([0.0108184814453125], 4);
const STEP_TAIL: usize = memory.data<f32>([1.1943250683543738e-5], 4);
const STEP: usize = memory.data<f64>([0.010830424696249145], 8);
/** Sign and exponent of the upper half of an f64. */
const TOP: usize = memory.data<u32>([0xfff00000], 4);
const ONE: usize = memory.data<f64>([1.0], 8);

/** e^r − 1 = r (a + b r): absolute 2^-27. */
const LINE: usize = memory.data<f32>([1.0000036656, 0.5000012], 4);
/** e^r − 1 = r + r² (a + b r): relative 2^-29. */
const CURVE: usize = memory.data<f64>([0.5000009165, 0.16666666666666666], 8);

/** 2^(j / 64) */
const POWERS: usize = memory.data<f64>(
  [
    1.0, 1.0108892860517005, 1.0218971486541166, 1.0330248790212284, 1.0442737824274138,
    1.0556451783605572, 1.0671404006768237, 1.0787607977571199, 1.0905077326652577,
    1.102382583307841, 1.1143867425958924, 1.1265216186082418, 1.1387886347566916,
    1.1511892299529827, 1.1637248587775775, 1.1763969916502812, 1.189207115002721,
    1.202156731452703, 1.215247359980469, 1.22848053610687, 1.241857812073484, 1.255380757024691,
    1.2690509571917332, 1.2828700160787783, 1.2968395546510096, 1.3109612115247644,
    1.3252366431597413, 1.339667524053303, 1.3542555469368927, 1.3690024229745905,
    1.383909881963832, 1.3989796725383112, 1.4142135623730951, 1.42961333839197, 1.4451808069770467,
    1.460917794180647, 1.4768261459394993, 1.4929077282912648, 1.5091644275934228,
    1.5255981507445384, 1.5422108254079407, 1.559004400237837, 1.5759808451078865,
    1.593142151342267, 1.6104903319492543, 1.6280274218573478, 1.645755478153965,
    1.6636765803267364, 1.681792830507429, 1.7001063537185235, 1.718619298122478,
    1.7373338352737062, 1.7562521603732995, 1.7753764925265212, 1.7947090750031072,
    1.8142521755003989, 1.8340080864093424, 1.8539791250833855, 1.8741676341103, 1.8945759815869656,
    1.9152065613971474, 1.9360617934922943, 1.9571441241754002, 1.978456026387951,
  ],
  16,
);

export class Table {
  /** z · 64 / ln 2 rounded to an integer n, left in the lowest bits of a float. |z| ≤ 110. */
  @inline static steps(z: v128): v128 {
    return F32.madd(z, v128.load_splat<f32>(0, PER_STEP), v128.load_splat<f32>(0, ROUND));
  }

  @inline static whole(t: v128): v128 {
    return f32x4.sub(t, v128.load_splat<f32>(0, ROUND));
  }

  /** e^r − 1 to 2^-27, r = z − n ln 2 / 64: enough where 1 is added to it. */
  @inline static line(z: v128, t: v128): v128 {
    const n = Table.whole(t);
    const head = F32.nmadd(n, v128.load_splat<f32>(0, STEP_HEAD), z);
    const r = f32x4.sub(head, f32x4.mul(n, v128.load_splat<f32>(0, STEP_TAIL)));
    return f32x4.mul(r, F32.madd(r, v128.load_splat<f32>(LINE, 4), v128.load_splat<f32>(LINE, 0)));
  }

  /** The steps and the line of −z: the signs are in the sums. */
  @inline static stepsBack(z: v128): v128 {
    return F32.nmadd(z, v128.load_splat<f32>(0, PER_STEP), v128.load_splat<f32>(0, ROUND));
  }
  @inline static lineBack(z: v128, t: v128): v128 {
    const n = Table.whole(t);
    const head = F32.madd(n, v128.load_splat<f32>(0, STEP_HEAD), z);
    const r = f32x4.add(head, f32x4.mul(n, v128.load_splat<f32>(0, STEP_TAIL)));
    return f32x4.mul(
      r,
      f32x4.sub(f32x4.mul(r, v128.load_splat<f32>(LINE, 4)), v128.load_splat<f32>(LINE, 0)),
    );
  }

  /** e^r − 1 to 2^-29 of itself, of two lanes. */
  @inline static curve(z: v128, n: v128): v128 {
    const r = F64.nmadd(n, v128.load_splat<f64>(0, STEP), z);
    const q = F64.madd(r, v128.load_splat<f64>(CURVE, 8), v128.load_splat<f64>(CURVE, 0));
    return F64.madd(f64x2.mul(r, r), q, r);
  }

  /** What ⌊n / 64⌋ adds to the upper half of an f64. */
  @inline static raise(t: v128): v128 {
    return v128.and(i32x4.shl(t, 14), v128.load_splat<u32>(0, TOP));
  }

  /** 2^(n/64) of lanes 0 and 1. */
  @inline static low(t: v128, raise: v128): v128 {
    const up = i32x4.shuffle(i32x4.splat(0), raise, 0, 4, 1, 5);
    return i64x2.add(Table.pair(i64x2.extract_lane(t, 0)), up);
  }

  /** 2^(n/64) of lanes 2 and 3. */
  @inline static high(t: v128, raise: v128): v128 {
    const up = i32x4.shuffle(i32x4.splat(0), raise, 2, 6, 3, 7);
    return i64x2.add(Table.pair(i64x2.extract_lane(t, 1)), up);
  }

  @inline static pair(t: i64): v128 {
    const first = v128.load64_zero((<usize>t & 63) << 3, POWERS);
    return v128.load64_lane((<usize>(t >>> 32) & 63) << 3, first, 1, POWERS);
  }

  /** s (1 + p) */
  @inline static grow(s: v128, p: v128): v128 {
    return F64.madd(s, p, s);
  }

  /** s (1 + p) − 1, exact where p is small and s = 1 */
  @inline static growLessOne(s: v128, p: v128): v128 {
    return F64.madd(s, p, f64x2.sub(s, v128.load_splat<f64>(0, ONE)));
  }
}
