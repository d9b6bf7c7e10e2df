/**
 * Optimizers, in place over n elements. `scale` multiplies the gradient first (clipping).
 *
 * sgd    m ← μ m + g        p ← p − lr (m or g)
 * adam   m ← β₁ m + (1 − β₁) g      v ← β₂ v + (1 − β₂) g²
 *        p ← p − lr · (m / c₁) / (√v / √c₂ + ε) − lr λ p,   c = 1 − βᵗ   (Kingma & Ba 2015; λ as AdamW)
 *
 * The bias corrections come in as c, computed in f64: 1 − βᵗ cancels in f32. √v · √(1 / c₂), not
 * √(v / c₂): after one gradient of 1e20 the quotient is ∞ on the first steps, and the update 0.
 */
import { update } from "../loops";
import { Update } from "../op";
import { F32 } from "../simd";

// Hyperparameters, splatted: a loop body reads them from L1, which costs less than spilling them.
const h: usize = memory.data(9 * 16, 16);

class Hyper {
  @inline static set(slot: usize, value: f64): void {
    v128.store(h + (slot << 4), f32x4.splat(<f32>value));
  }
}

@final
class Sgd extends Update {
  @inline states(): i32 {
    return 0;
  }
  @inline first(m: v128, g: v128, h: usize): v128 {
    return m;
  }
  @inline second(v: v128, g: v128, h: usize): v128 {
    return v;
  }
  @inline step(p: v128, m: v128, v: v128, g: v128, h: usize): v128 {
    return F32.nmadd(v128.load(h), f32x4.mul(g, v128.load(h, 16)), p);
  }
}

@final
class Momentum extends Update {
  @inline states(): i32 {
    return 1;
  }
  @inline first(m: v128, g: v128, h: usize): v128 {
    return F32.madd(m, v128.load(h, 32), f32x4.mul(g, v128.load(h, 16)));
  }
  @inline second(v: v128, g: v128, h: usize): v128 {
    return v;
  }
  @inline step(p: v128, m: v128, v: v128, g: v128, h: usize): v128 {
    return F32.nmadd(v128.load(h), m, p);
  }
}

@final
class Adam extends Update {
  @inline states(): i32 {
    return 2;
  }
  @inline first(m: v128, g: v128, h: usize): v128 {
    const fresh = f32x4.mul(f32x4.mul(g, v128.load(h, 16)), v128.load(h, 48));
    return F32.madd(m, v128.load(h, 32), fresh);
  }
  // (1 − β₂) g · g, not (1 − β₂) · g²: the square alone would overflow a factor of 30 earlier.
  @inline second(v: v128, g: v128, h: usize): v128 {
    const scaled = f32x4.mul(g, v128.load(h, 16));
    return F32.madd(v, v128.load(h, 64), f32x4.mul(f32x4.mul(scaled, v128.load(h, 80)), scaled));
  }
  @inline step(p: v128, m: v128, v: v128, g: v128, h: usize): v128 {
    const root = F32.madd(f32x4.sqrt(v), v128.load(h, 96), v128.load(h, 112));
    const decayed = F32.nmadd(p, v128.load(h, 128), p);
    return f32x4.sub(decayed, f32x4.div(f32x4.mul(m, v128.load(h)), root));
  }
}

export function sgd_step_f32(p: usize, g: usize, n: usize, lr: f64, scale: f64): u32 {
  Hyper.set(0, lr);
  Hyper.set(1, scale);
  return update<Sgd>(p, 0, 0, g, n, h);
}

export function sgd_momentum_step_f32(
  p: usize,
  m: usize,
  g: usize,
  n: usize,
  lr: f64,
  momentum: f64,
  scale: f64,
): u32 {
  Hyper.set(0, lr);
  Hyper.set(1, scale);
  Hyper.set(2, momentum);
  return update<Momentum>(p, m, 0, g, n, h);
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
): u32 {
  Hyper.set(0, lr / c1);
  Hyper.set(1, scale);
  Hyper.set(2, beta1);
  Hyper.set(3, 1 - beta1);
  Hyper.set(4, beta2);
  Hyper.set(5, 1 - beta2);
  Hyper.set(6, 1 / sqrt<f64>(c2));
  Hyper.set(7, eps);
  Hyper.set(8, lr * decay);
  return update<Adam>(p, m, v, g, n, h);
}
