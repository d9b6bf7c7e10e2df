/** Gated linear units of doubles   y[rows, cols] = a ∘ b with broadcasting. Edges and slopes as in kernels/gated.ts. */
import { set_walk_f64, zip, zipGradA, zipGradB } from "./loops";
import { Stable } from "./math";
import { Binary } from "./op";

/** y = a σ(b)      da = dy σ(b)      db = dy a σ(b) σ(−b) */
@final
class Glu extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Stable.gated(a, 1, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return Stable.gated(dy, 1, b);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    const size = Math.abs(b);
    // At either end the gate has no slope: a · 0, whatever dy is.
    return (size === Infinity ? 1 : dy) * Glu.slope(a, size);
  }

  /** a σ(b) σ(−b) for b ≥ 0, with one division */
  @inline static slope(a: f64, b: f64): f64 {
    if (b > 700) return Stable.gated(a, 1, -b);
    const e = Math.exp(-b);
    return (a * e) / (1 + e * (2 + e));
  }
}

/** y = silu(a) b      da = dy b silu′(a)      db = dy silu(a),  silu(a) = a σ(a), −0 at −∞ */
@final
class Swiglu extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return Swiglu.silu(a, b);
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    const z = Swiglu.within(a);
    return dy * Stable.gated(1 + z * Stable.sigmoid(-z), b, a);
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return Swiglu.silu(a, dy);
  }

  /** silu(a) x */
  @inline static silu(a: f64, x: f64): f64 {
    const z = a > 1500 ? a : Swiglu.within(a);
    // The smaller one last: a times its gate may be subnormal where the product is not.
    return Math.abs(a) < 1 ? Stable.gated(x, z, a) : Stable.gated(z, x, a);
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
