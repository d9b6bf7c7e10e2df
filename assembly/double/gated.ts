/** Gated linear units of doubles   y[rows, cols] = a ∘ b with broadcasting. Edges and slopes as in kernels/gated.ts. */
import { set_walk_f64, zip, zipGradA, zipGradB } from "./loops";
import { Gate } from "./math";
import { Binary } from "./op";
import { Twice } from "./twice";

/** y = a σ(b)      da = dy σ(b)      db = dy a σ(b) σ(−b) */
@final
class Glu extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Gate.times(Gate.of(Twice.of(b, 0)), a, 1);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return Gate.times(Gate.of(Twice.of(b, 0)), dy, 1);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    // At either end the gate has no slope: a · 0, whatever dy is.
    return Gate.times(Gate.slope(b), a, Math.abs(b) === Infinity ? 1 : dy);
  }
}

/** y = silu(a) b      da = dy b silu′(a)      db = dy silu(a),  silu(a) = a σ(a), −0 at −∞ */
@final
class Swiglu extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Swiglu.silu(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    // There the gate is shut: 0, whose product with ∞ is no number.
    if (a === -Infinity) return dy * (-0.0 * b);
    const z = Twice.of(Swiglu.within(a), 0);
    return Gate.times(Gate.product(z, z), dy, b);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return Swiglu.silu(a, dy);
  }

  /** silu(a) x */
  @inline static silu(a: f64, x: f64): f64 {
    const gate = Gate.of(Twice.of(a, 0));
    return Gate.times(gate, a > 1500 ? a : Swiglu.within(a), x);
  }
  /** a within ±1500: beyond, the gate is 0 or 1, and ∞ · 0 no number. */
  @inline static within(a: f64): f64 {
    return a > 1500 ? 1500 : a < -1500 ? -1500 : a;
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
    const bytes = n << 3;
    let peak: u32 = 0;
    set_walk_f64(1, n, 0, 1, 0, 1, 0, 1);
    for (let o: usize = 0; o < outer; o++) {
      const b = x + bytes;
      peak = max(peak, zipGradA<Op>(dx, dy, x, b));
      peak = max(peak, zipGradB<Op>(dx + bytes, dy, x, b));
      dx += bytes << 1;
      x += bytes << 1;
      dy += bytes;
    }
    return peak;
  }
}

export function glu_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Glu>(y, a, b);
}
export function glu_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Glu>(da, dy, a, b);
}
export function glu_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Glu>(db, dy, a, b);
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
  return zip<Swiglu>(y, a, b);
}
export function swiglu_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Swiglu>(da, dy, a, b);
}
export function swiglu_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Swiglu>(db, dy, a, b);
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
