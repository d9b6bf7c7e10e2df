/**
 * Layer norm   y = (x − μ) r · γ + β,  r = 1 / √(σ² + ε),  per row.   x, y [rows, cols], γ, β [cols]
 *
 *   dx = r (dŷ − mean(dŷ) − x̂ · mean(dŷ · x̂)),  dŷ = dy · γ,  x̂ = (x − μ) r
 *   dγ = Σ rows dy · x̂        dβ = Σ rows dy
 *
 * Two passes, in f64: E[x²] − E[x]² cancels (a row of 1e3 ± 1e-3 has a negative variance in f32),
 * and squares of 1e30 overflow. The row statistics are kept for the backward pass as pairs of f64
 * (μ, r).
 */
import { accumulate, Cotangent, fold, lanes, narrow, Peak } from "../loops";
import { workspace } from "../memory";
import { Lanes, Term } from "../op";
import { Deviation, Product, Value } from "../parts";
import { F32, F64 } from "../simd";

/** y = x̂ γ + β */
@final
class Normalize extends Lanes {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(x: v128, gamma: v128, beta: v128, mean: v128, r: v128, u: v128): v128 {
    const low = f64x2.mul(f64x2.sub(F64.low(x), mean), r);
    const high = f64x2.mul(f64x2.sub(F64.high(x), mean), r);
    return F32.madd(F64.join(low, high), gamma, beta);
  }
}

/** dŷ · x̂ */
@final
class ScaledTimesNormal extends Term {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(dy: v128, gamma: v128, x: v128, mean: v128, r: v128): v128 {
    return f64x2.mul(f64x2.mul(dy, gamma), f64x2.mul(f64x2.sub(x, mean), r));
  }
}

/** dx = r dŷ − (x k + d),  k = r² mean(dŷ x̂),  d = r mean(dŷ) − μ k */
@final
class Gradient extends Lanes {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(x: v128, dy: v128, gamma: v128, r: v128, k: v128, d: v128): v128 {
    const low = Gradient.half(F64.low(x), F64.low(dy), F64.low(gamma), r, k, d);
    const high = Gradient.half(F64.high(x), F64.high(dy), F64.high(gamma), r, k, d);
    return F64.join(low, high);
  }
  @inline static half(x: v128, dy: v128, gamma: v128, r: v128, k: v128, d: v128): v128 {
    const direct = f64x2.mul(r, f64x2.mul(dy, gamma));
    return f64x2.sub(direct, f64x2.add(f64x2.mul(x, k), d));
  }
}

/** dy · x̂ */
@final
class GammaTerm extends Term {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(dy: v128, x: v128, c: v128, mean: v128, r: v128): v128 {
    const term = f64x2.mul(dy, f64x2.mul(f64x2.sub(x, mean), r));
    return Cotangent.annihilate64(term, dy);
  }
}

export function layer_norm_forward_f32(
  y: usize,
  stats: usize,
  x: usize,
  gamma: usize,
  beta: usize,
  rows: usize,
  cols: usize,
  eps: f64,
): u32 {
  const none = i32x4.splat(0);
  let acc = none;
  for (let i: usize = 0; i < rows; i++) {
    const mean = fold<Value>(x, 0, 0, cols, 0, 0) / <f64>cols;
    const variance = fold<Deviation>(x, 0, 0, cols, mean, 0) / <f64>cols;
    const r = 1 / sqrt<f64>(variance + eps);
    store<f64>(stats, mean);
    store<f64>(stats, r, 8);
    acc = lanes<Normalize>(y, x, gamma, beta, cols, f64x2.splat(mean), f64x2.splat(r), none, acc);
    x += cols << 2;
    y += cols << 2;
    stats += 16;
  }
  return Peak.word(acc);
}

export function layer_norm_backward_f32(
  dx: usize,
  dy: usize,
  x: usize,
  gamma: usize,
  stats: usize,
  rows: usize,
  cols: usize,
): u32 {
  let acc = i32x4.splat(0);
  const n = <f64>cols;
  for (let i: usize = 0; i < rows; i++) {
    if (Cotangent.annihilates(dy, cols)) {
      Cotangent.clearRow(dx, cols, load<f64>(stats, 8));
    } else {
      const mean = load<f64>(stats);
      const r = load<f64>(stats, 8);
      const direct = fold<Product>(dy, gamma, 0, cols, 0, 0) / n;
      const k = r * r * (fold<ScaledTimesNormal>(dy, gamma, x, cols, mean, r) / n);
      const d = r * direct - mean * k;
      acc = lanes<Gradient>(
        dx,
        x,
        dy,
        gamma,
        cols,
        f64x2.splat(r),
        f64x2.splat(k),
        f64x2.splat(d),
        acc,
      );
    }
    dx += cols << 2;
    dy += cols << 2;
    x += cols << 2;
    stats += 16;
  }
  return Peak.word(acc);
}

export function layer_norm_backward_gamma_f32(
  dgamma: usize,
  dy: usize,
  x: usize,
  stats: usize,
  rows: usize,
  cols: usize,
): u32 {
  const sums = workspace(cols << 3);
  memory.fill(sums, 0, cols << 3);
  for (let i: usize = 0; i < rows; i++) {
    accumulate<GammaTerm>(sums, dy, x, 0, cols, load<f64>(stats), load<f64>(stats, 8));
    dy += cols << 2;
    x += cols << 2;
    stats += 16;
  }
  return Peak.word(narrow(dgamma, sums, cols, 1, i32x4.splat(0)));
}
