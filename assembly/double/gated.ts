/** Gated linear units of doubles   y[rows, cols] = a ∘ b with broadcasting. Edges and slopes as in kernels/gated.ts. */
import { Lanes } from "./lanes";
import { set_walk_f64, zipGradALanes, zipGradBLanes, zipLanes } from "./loops";
import { Gate } from "./math";
import { BinaryLanes } from "./op";

/** y = a σ(b)      da = dy σ(b)      db = dy a σ(b) σ(−b) */
@final
class Glu extends BinaryLanes {
  @inline forward(a: v128, b: v128): v128 {
    return Gate.times(Gate.of(b, f64x2.splat(0)), a);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return Gate.times(Gate.of(b, f64x2.splat(0)), dy);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    // At either end the gate has no slope: a · 0, whatever dy is.
    const end = f64x2.eq(f64x2.abs(b), f64x2.splat(Infinity));
    return Gate.both(Gate.slope(b), a, v128.bitselect(Lanes.one(), dy, end));
  }
}

/** y = silu(a) b      da = dy b silu′(a)      db = dy silu(a),  silu(a) = a σ(a), −0 at −∞ */
@final
class Swiglu extends BinaryLanes {
  @inline forward(a: v128, b: v128): v128 {
    return Swiglu.silu(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    const z = f64x2.pmin(Swiglu.above(a), f64x2.splat(1500));
    const none = f64x2.splat(0);
    const slope = Gate.both(Gate.product(z, none, a, none), dy, b);
    // At −∞ the gate is shut: 0, whose product with ∞ is no number.
    const shut = f64x2.mul(dy, f64x2.mul(f64x2.splat(-0.0), b));
    return v128.bitselect(shut, slope, f64x2.eq(a, f64x2.splat(-Infinity)));
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return Swiglu.silu(a, dy);
  }

  /** silu(a) x */
  @inline static silu(a: v128, x: v128): v128 {
    return Gate.both(Gate.of(a, f64x2.splat(0)), Swiglu.above(a), x);
  }
  /** a from −1500 on: below, the gate is 0, and ∞ · 0 no number. */
  @inline static above(a: v128): v128 {
    return f64x2.pmax(a, f64x2.splat(-1500));
  }
}

class Halves {
  @inline static backward<Op extends BinaryLanes>(
    dx: usize,
    dy: usize,
    x: usize,
    outer: usize,
    n: usize,
  ): u32 {
    const bytes = n << 3;
    let peak: u32 = 0;
    set_walk_f64(1, n, 0, 1, 0, 1, 0, 1);
    for (let o: usize = 0; o < outer; o++) {
      const b = x + bytes;
      peak = max(peak, zipGradALanes<Op>(dx, dy, x, b));
      peak = max(peak, zipGradBLanes<Op>(dx + bytes, dy, x, b));
      dx += bytes << 1;
      x += bytes << 1;
      dy += bytes;
    }
    return peak;
  }
}

export function glu_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zipLanes<Glu>(y, a, b);
}
export function glu_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradALanes<Glu>(da, dy, a, b);
}
export function glu_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradBLanes<Glu>(db, dy, a, b);
}
/** dx [outer, 2, n] of x's two halves. */
export function glu_halves_backward_f64(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  n: usize,
): u32 {
  return Halves.backward<Glu>(dx, dy, x, outer, n);
}
export function swiglu_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zipLanes<Swiglu>(y, a, b);
}
export function swiglu_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradALanes<Swiglu>(da, dy, a, b);
}
export function swiglu_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradBLanes<Swiglu>(db, dy, a, b);
}
/** dx [outer, 2, n] of x's two halves. */
export function swiglu_halves_backward_f64(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  n: usize,
): u32 {
  return Halves.backward<Swiglu>(dx, dy, x, outer, n);
}
