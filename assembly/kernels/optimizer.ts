/**
 * Optimizers, in place over n elements. `scale` multiplies the gradient first (clipping).
 *
 * sgd    m ← μ m + g        p ← p − lr (m or g)
 * adam   m ← β₁ m + (1 − β₁) g      v ← β₂ v + (1 − β₂) g²
 *        p ← p − lr / c₁ · (m / (√v / √c₂ + ε)) − lr λ p,   c = 1 − βᵗ   (Kingma & Ba 2015; λ as AdamW)
 *
 * The bias corrections come in as c, computed in f64: 1 − βᵗ cancels in f32. √v · √(1 / c₂), not
 * √(v / c₂): after one gradient of 1e20 the quotient is ∞ on the first steps, and the update 0. The quotient comes before the
 * rate: it is next to 1 at most, where lr · m may be ∞ although the step is not.
 */
import { update } from "../loops";
import { Measure, Update } from "../op";
import { F32 } from "../simd";
import { Found, summary_f32 } from "./monitor";

/** Hyperparameters in the order of `Hyper.set`: a loop loads each once. */
const h: usize = memory.data(8 * 4, 16);

class Hyper {
  @inline static set(
    rate: f64,
    keepFirst: f64,
    freshFirst: f64,
    keepSecond: f64,
    freshSecond: f64,
    root: f64,
    eps: f64,
    decay: f64,
  ): usize {
    store<f32>(h, <f32>rate);
    store<f32>(h, <f32>keepFirst, 4);
    store<f32>(h, <f32>freshFirst, 8);
    store<f32>(h, <f32>keepSecond, 12);
    store<f32>(h, <f32>freshSecond, 16);
    store<f32>(h, <f32>root, 20);
    store<f32>(h, <f32>eps, 24);
    store<f32>(h, <f32>decay, 28);
    return h;
  }
}

@final
class Sgd extends Update {
  @inline states(): i32 {
    return 0;
  }
  @inline first(m: v128, g: v128, keep: v128, fresh: v128): v128 {
    return m;
  }
  @inline second(v: v128, g: v128, keep: v128, fresh: v128): v128 {
    return v;
  }
  @inline step(
    p: v128,
    m: v128,
    v: v128,
    g: v128,
    rate: v128,
    root: v128,
    eps: v128,
    decay: v128,
  ): v128 {
    return F32.nmadd(g, rate, p);
  }
}

@final
class Momentum extends Update {
  @inline states(): i32 {
    return 1;
  }
  @inline first(m: v128, g: v128, keep: v128, fresh: v128): v128 {
    return F32.madd(m, keep, f32x4.mul(g, fresh));
  }
  @inline second(v: v128, g: v128, keep: v128, fresh: v128): v128 {
    return v;
  }
  @inline step(
    p: v128,
    m: v128,
    v: v128,
    g: v128,
    rate: v128,
    root: v128,
    eps: v128,
    decay: v128,
  ): v128 {
    return F32.nmadd(rate, m, p);
  }
}

/** The second moment takes (√(1 − β₂) g)²: g² alone would overflow a factor of 30 earlier. */
abstract class Moments extends Update {
  @inline states(): i32 {
    return 2;
  }
  @inline first(m: v128, g: v128, keep: v128, fresh: v128): v128 {
    return F32.madd(m, keep, f32x4.mul(g, fresh));
  }
  @inline second(v: v128, g: v128, keep: v128, fresh: v128): v128 {
    const scaled = f32x4.mul(g, fresh);
    return F32.madd(v, keep, f32x4.mul(scaled, scaled));
  }
  @inline static moved(p: v128, m: v128, v: v128, rate: v128, root: v128, eps: v128): v128 {
    return F32.nmadd(f32x4.div(m, F32.madd(f32x4.sqrt(v), root, eps)), rate, p);
  }
}

@final
class Adam extends Moments {
  @inline step(
    p: v128,
    m: v128,
    v: v128,
    g: v128,
    rate: v128,
    root: v128,
    eps: v128,
    decay: v128,
  ): v128 {
    return Moments.moved(p, m, v, rate, root, eps);
  }
}

@final
class AdamW extends Moments {
  @inline step(
    p: v128,
    m: v128,
    v: v128,
    g: v128,
    rate: v128,
    root: v128,
    eps: v128,
    decay: v128,
  ): v128 {
    return Moments.moved(F32.nmadd(p, decay, p), m, v, rate, root, eps);
  }
}

@final
class Unmeasured extends Measure {
  @inline on(): bool {
    return false;
  }
  @inline scaled(): bool {
    return false;
  }
}

@final
class Measured extends Measure {
  @inline on(): bool {
    return true;
  }
  @inline scaled(): bool {
    return false;
  }
}

@final
class MeasuredScaled extends Measure {
  @inline on(): bool {
    return true;
  }
  @inline scaled(): bool {
    return true;
  }
}

/** A step over n elements. With a place `out` for it, also what a monitor wants to know; the step is the same to the bit. */
function take<Op extends Update>(
  p: usize,
  m: usize,
  v: usize,
  g: usize,
  n: usize,
  hyper: usize,
  out: usize,
  s: f64,
): void {
  if (!out) {
    update<Op, Unmeasured>(p, m, v, g, n, hyper, 1);
    return;
  }
  const moved =
    s === 1
      ? update<Op, Measured>(p, m, v, g, n, hyper, 1)
      : update<Op, MeasuredScaled>(p, m, v, g, n, hyper, <f32>s);
  Found.moved(out, moved);
  summary_f32(out, p, n, s);
}

export function sgd_step_f32(
  p: usize,
  g: usize,
  n: usize,
  lr: f64,
  scale: f64,
  out: usize,
  s: f64,
): void {
  take<Sgd>(p, 0, 0, g, n, Hyper.set(lr * scale, 0, 0, 0, 0, 0, 0, 0), out, s);
}

export function sgd_momentum_step_f32(
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
  take<Momentum>(p, m, 0, g, n, Hyper.set(lr, momentum, scale, 0, 0, 0, 0, 0), out, s);
}

/** c1 = 1 − β₁ᵗ, c2 = 1 − β₂ᵗ for step t, counted from 1. */
export function adam_step_f32(
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
  const hyper = Hyper.set(
    lr / c1,
    beta1,
    scale * (1 - beta1),
    beta2,
    scale * sqrt<f64>(1 - beta2),
    1 / sqrt<f64>(c2),
    eps,
    lr * decay,
  );
  if (decay) take<AdamW>(p, m, v, g, n, hyper, out, s);
  else take<Adam>(p, m, v, g, n, hyper, out, s);
}
