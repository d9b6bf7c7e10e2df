/**
 * Gated linear units   y[rows, cols] = a ∘ b with broadcasting.
 *
 * glu(a, b) = a σ(b)         da = dy σ(b)            db = dy a σ(b) σ(−b)
 * swiglu(a, b) = silu(a) b   da = dy b silu′(a)      db = dy silu(a)
 *
 * In f64 with one rounding: σ(b) may be subnormal where a σ(b) is not. Beyond ±300 the gate is 0 or 1 beside any f32.
 *
 * The halves of one tensor, x [outer, 2, n], are the same kernels: a and b are rows of x, 2n apart.
 */
import { zip, zipGradA, zipGradB } from "../loops";
import { Sigmoid } from "../math/sigmoid";
import { Wide } from "../math/wide";
import { Binary } from "../op";
import { F32, F64 } from "../simd";

class Gate {
  @inline static clamp(x: v128): v128 {
    return f64x2.pmin(f64x2.pmax(x, f64x2.splat(-300)), f64x2.splat(300));
  }

  /** x σ(g) */
  @inline static of(x: v128, g: v128): v128 {
    const e = Wide.exp(f64x2.neg(Gate.clamp(g)));
    return f64x2.div(x, f64x2.add(f64x2.splat(1), e));
  }

  /** x σ(g) σ(−g) */
  @inline static slope(x: v128, g: v128): v128 {
    const e = Wide.exp(f64x2.neg(f64x2.abs(Gate.clamp(g))));
    const d = f64x2.add(f64x2.splat(1), e);
    return f64x2.div(f64x2.mul(x, e), f64x2.mul(d, d));
  }

  /** y, but the NaN of 0 · ∞ where the gate is shut at −∞ and the factor is ∞ */
  @inline static limit(y: v128, gate: v128, factor: v128): v128 {
    const shut = f32x4.eq(gate, f32x4.splat(-Infinity));
    const product = f32x4.mul(factor, f32x4.splat(0));
    return F32.select(v128.andnot(shut, f32x4.eq(product, product)), product, y);
  }
}

@final
class Glu extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    const y = F64.join(Gate.of(F64.low(a), F64.low(b)), Gate.of(F64.high(a), F64.high(b)));
    return Gate.limit(y, b, a);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return F64.join(Gate.of(F64.low(dy), F64.low(b)), Gate.of(F64.high(dy), F64.high(b)));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    const low = Gate.slope(f64x2.mul(F64.low(dy), F64.low(a)), F64.low(b));
    const y = F64.join(low, Gate.slope(f64x2.mul(F64.high(dy), F64.high(a)), F64.high(b)));
    // ∞ · 0: the gate has no slope at either end.
    const flat = f32x4.eq(f32x4.abs(b), f32x4.splat(Infinity));
    return F32.select(flat, f32x4.mul(a, f32x4.splat(0)), y);
  }
}

@final
class Swiglu extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    const low = f64x2.mul(Swiglu.silu(F64.low(a)), F64.low(b));
    const y = F64.join(low, f64x2.mul(Swiglu.silu(F64.high(a)), F64.high(b)));
    return Gate.limit(y, a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    const low = Swiglu.slope(F64.low(a), f64x2.mul(F64.low(b), F64.low(dy)));
    const y = F64.join(low, Swiglu.slope(F64.high(a), f64x2.mul(F64.high(b), F64.high(dy))));
    return Gate.limit(y, a, b);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    const low = f64x2.mul(Swiglu.silu(F64.low(a)), F64.low(dy));
    return F64.join(low, f64x2.mul(Swiglu.silu(F64.high(a)), F64.high(dy)));
  }

  /** silu(a), −0 at −∞ */
  @inline static silu(a: v128): v128 {
    return Gate.of(f64x2.pmax(a, f64x2.splat(-300)), a);
  }
  @inline static slope(a: v128, g: v128): v128 {
    return f64x2.mul(Sigmoid.dSiluHalf(Gate.clamp(a)), g);
  }
}

class Halves {
  @inline static backward<Op extends Binary>(
    dx: usize,
    dy: usize,
    x: usize,
    outer: usize,
    n: usize,
  ): u32 {
    const bytes = n << 2;
    let peak: u32 = 0;
    for (let o: usize = 0; o < outer; o++) {
      const b = x + bytes;
      peak = max(peak, zipGradA<Op>(dx, dy, x, b, 1, n, 0, 1, 0, 1));
      peak = max(peak, zipGradB<Op>(dx + bytes, dy, x, b, 1, n, 0, 1, 0, 1));
      dx += bytes << 1;
      x += bytes << 1;
      dy += bytes;
    }
    return peak;
  }
}

export function glu_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<Glu>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function glu_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<Glu>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function glu_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<Glu>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
/** dx [outer, 2, n] of x's two halves. */
export function glu_halves_backward_f32(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  n: usize,
): u32 {
  return Halves.backward<Glu>(dx, dy, x, outer, n);
}
export function swiglu_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<Swiglu>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function swiglu_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<Swiglu>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function swiglu_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<Swiglu>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
/** dx [outer, 2, n] of x's two halves. */
export function swiglu_halves_backward_f32(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  n: usize,
): u32 {
  return Halves.backward<Swiglu>(dx, dy, x, outer, n);
}
