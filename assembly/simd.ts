/**
 * The lane vocabulary: every operation on `v128` whose best form differs between builds, and the
 * exact partial loads and stores that tails are made of. Kernels and mathematics above this file
 * never ask which build they are in.
 *
 * Helpers live in classes because decorators on functions are not TypeScript: this way the
 * formatter, the linter and tsc read `assembly/` like any other source.
 *
 * Constants of hot loops are loaded, not written as literals: `v128.load_splat<f32>(0, NAME)` with
 * `const NAME: usize = memory.data<f32>([…], 4)`. V8 rebuilds a v128 literal at each
 * use. The address must stand in the offset: as an index it is computed at each use.
 */

/** Four f32 lanes. */
export class F32 {
  /** a · b + c. Fused where the engine has relaxed SIMD, two roundings elsewhere. */
  @inline static madd(a: v128, b: v128, c: v128): v128 {
    return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
  }

  /** c − a · b, fused where the engine has relaxed SIMD. */
  @inline static nmadd(a: v128, b: v128, c: v128): v128 {
    return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_nmadd(a, b, c) : f32x4.sub(c, f32x4.mul(a, b));
  }

  /** Per lane: mask ? a : b, for masks whose lanes are all ones or all zeros. */
  @inline static select(mask: v128, a: v128, b: v128): v128 {
    return ASC_FEATURE_RELAXED_SIMD
      ? i32x4.relaxed_laneselect(a, b, mask)
      : v128.bitselect(a, b, mask);
  }
}

/** Two f64 lanes. */
export class F64 {
  /** a · b + c. Fused where the engine has relaxed SIMD, two roundings elsewhere. */
  @inline static madd(a: v128, b: v128, c: v128): v128 {
    return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, c) : f64x2.add(f64x2.mul(a, b), c);
  }

  /** c − a · b, fused where the engine has relaxed SIMD. */
  @inline static nmadd(a: v128, b: v128, c: v128): v128 {
    return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_nmadd(a, b, c) : f64x2.sub(c, f64x2.mul(a, b));
  }

  /** Per lane: mask ? a : b, for masks whose lanes are all ones or all zeros. */
  @inline static select(mask: v128, a: v128, b: v128): v128 {
    return ASC_FEATURE_RELAXED_SIMD
      ? i64x2.relaxed_laneselect(a, b, mask)
      : v128.bitselect(a, b, mask);
  }

  /** Lanes 0 and 1 of four f32, widened. */
  @inline static low(x: v128): v128 {
    return f64x2.promote_low_f32x4(x);
  }

  /** Lanes 2 and 3 of four f32, widened. */
  @inline static high(x: v128): v128 {
    return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0));
  }

  /** Two f32 from memory, widened: a load costs less than to bring lanes 2 and 3 of a vector to the front. */
  @inline static load(x: usize): v128 {
    return f64x2.promote_low_f32x4(v128.load64_zero(x));
  }

  /** The four floats as doubles, added in pairs. */
  @inline static pairs(x: v128): v128 {
    return f64x2.add(F64.low(x), F64.high(x));
  }
  /** The sum of both lanes. */
  @inline static sum(x: v128): f64 {
    return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
  }
  /** Four f32 from two pairs of f64, each rounded once. */
  @inline static join(low: v128, high: v128): v128 {
    return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  }
}
