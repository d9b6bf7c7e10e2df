import { F32 } from "../simd";

const HEAD: usize = memory.data<u32>([0xfffff000], 4);

export class Quotient {
  /** The upper 12 bits of the significand: products of two heads are exact. */
  @inline static head(x: v128): v128 {
    return v128.and(x, v128.load_splat<f32>(0, HEAD));
  }

  /** (n + nTail) / (dHead + dTail), dHead with at most 12 bits, inverse ≈ 1 / (dHead + dTail), guess ≈ n·inverse. */
  @inline static refine(
    guess: v128,
    n: v128,
    nTail: v128,
    dHead: v128,
    dTail: v128,
    inverse: v128,
  ): v128 {
    const q = Quotient.head(guess);
    const left = f32x4.add(F32.nmadd(q, dTail, F32.nmadd(q, dHead, n)), nTail);
    return F32.madd(left, inverse, q);
  }
}
