/** Optimizers on doubles, in place over n elements. Formulas as in kernels/optimizer.ts. */
import { Found } from "../kernels/monitor";
import { summary_f64 } from "./monitor";

/** The hyperparameters of the step at hand. */
class Hyper {
  static lr: f64 = 0;
  static scale: f64 = 1;
  static beta1: f64 = 0;
  static beta2: f64 = 0;
  static root: f64 = 1;
  static eps: f64 = 0;
  static decay: f64 = 0;
}

/** One step of a rule: states from the scaled gradient g, then the parameter. */
abstract class Update {
  /** How many state vectors there are: 0, 1 (m) or 2 (m and v). */
  abstract states(): i32;
  abstract first(m: f64, g: f64): f64;
  abstract second(v: f64, g: f64): f64;
  abstract step(p: f64, m: f64, v: f64): f64;
}

@final
class Sgd extends Update {
  @inline states(): i32 {
    return 0;
  }
  @inline first(m: f64, g: f64): f64 {
    return g;
  }
  @inline second(v: f64, g: f64): f64 {
    return v;
  }
  @inline step(p: f64, m: f64, v: f64): f64 {
    return p - Hyper.lr * m;
  }
}

@final
class Momentum extends Update {
  @inline states(): i32 {
    return 1;
  }
  @inline first(m: f64, g: f64): f64 {
    return m * Hyper.beta1 + g;
  }
  @inline second(v: f64, g: f64): f64 {
    return v;
  }
  @inline step(p: f64, m: f64, v: f64): f64 {
    return p - Hyper.lr * m;
  }
}

@final
class Adam extends Update {
  @inline states(): i32 {
    return 2;
  }
  @inline first(m: f64, g: f64): f64 {
    return m * Hyper.beta1 + g * (1 - Hyper.beta1);
  }
  // (1 − β₂) g · g, not (1 − β₂) · g²: the square alone would overflow a factor of 30 earlier.
  @inline second(v: f64, g: f64): f64 {
    return v * Hyper.beta2 + g * (1 - Hyper.beta2) * g;
  }
  @inline step(p: f64, m: f64, v: f64): f64 {
    return p - p * Hyper.decay - Hyper.lr * (m / (Math.sqrt(v) * Hyper.root + Hyper.eps));
  }
}

/**
 * p, m, v ← op(p, m, v, g), in place. With a place `out` for it, also what a monitor wants to know: min, max, Σ s p,
 * Σ (s p)², Σ (s Δp)².
 */
function update<Op extends Update>(
  p: usize,
  m: usize,
  v: usize,
  g: usize,
  n: usize,
  out: usize,
  s: f64,
): void {
  const op = changetype<Op>(0);
  let moved: f64 = 0;
  for (let i: usize = 0; i < n << 3; i += 8) {
    const vg = load<f64>(g + i) * Hyper.scale;
    const vm = op.first(op.states() > 0 ? load<f64>(m + i) : 0, vg);
    const vv = op.states() > 1 ? op.second(load<f64>(v + i), vg) : 0;
    const before = load<f64>(p + i);
    const vp = op.step(before, vm, vv);
    if (out) {
      const change = s * vp - s * before;
      moved += change * change;
    }
    if (op.states() > 0) store<f64>(m + i, vm);
    if (op.states() > 1) store<f64>(v + i, vv);
    store<f64>(p + i, vp);
  }
  if (out) {
    Found.moved(out, moved);
    summary_f64(out, p, n, s);
  }
}

export function sgd_step_f64(
  p: usize,
  g: usize,
  n: usize,
  lr: f64,
  scale: f64,
  out: usize,
  s: f64,
): void {
  Hyper.lr = lr;
  Hyper.scale = scale;
  update<Sgd>(p, 0, 0, g, n, out, s);
}

export function sgd_momentum_step_f64(
  p: usize,
  m: usize,
  g: usize,
  n: usize,
  lr: f64,
  momentum: f64,
  scale: f64,
  out: usize,
  s: f64,
): void {
  Hyper.lr = lr;
  Hyper.scale = scale;
  Hyper.beta1 = momentum;
  update<Momentum>(p, m, 0, g, n, out, s);
}

/** c1 = 1 − β₁ᵗ, c2 = 1 − β₂ᵗ for step t, counted from 1. */
export function adam_step_f64(
  p: usize,
  m: usize,
  v: usize,
  g: usize,
  n: usize,
  lr: f64,
  beta1: f64,
  beta2: f64,
  eps: f64,
  decay: f64,
  scale: f64,
  c1: f64,
  c2: f64,
  out: usize,
  s: f64,
): void {
  Hyper.lr = lr / c1;
  Hyper.scale = scale;
  Hyper.beta1 = beta1;
  Hyper.beta2 = beta2;
  Hyper.root = 1 / Math.sqrt(c2);
  Hyper.eps = eps;
  Hyper.decay = lr * decay;
  update<Adam>(p, m, v, g, n, out, s);
}
