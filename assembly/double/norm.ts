/**
 * Layer norm of doubles along rows. Formulas as in kernels/norm.ts, the deviations as those of a variance: rows of 1e300 are
 * scaled before they are squared.
 *
 * The statistics of a row, five doubles: the scaled mean as a pair, the scale, and 1 / √(σ² + ε) of scaled deviations and
 * of true ones.
 */
import { workspace } from "../memory";
import { fold, Peak, total, Zero } from "./loops";
import { Term } from "./op";
import { Moments, Row, Scale, Value } from "./runs";

/** Bytes of a row's statistics. */
const STATISTICS: usize = 40;
/** 2^64 */
const UP: f64 = 1.8446744073709552e19;
/** Columns whose terms are brought into runs at a time. */
const STRIP: usize = 8;

class Normal {
  /** 1 / √(σ² + ε) for scaled deviations. */
  static r: f64 = 0;

  /** x̂ */
  @inline static of(x: f64): f64 {
    return Moments.deviation(x) * Normal.r;
  }

  static read(stats: usize, x: usize, cols: usize, eps: f64): void {
    // Beside an eps squares may vanish; scaled up by far, it would be ∞. By a little, the mean of subnormal elements is a pair too.
    const full = Scale.of(x, cols, 8);
    const scale = eps > 0 ? Math.min(full, eps < 1 ? UP : 1) : full;
    const variance = Moments.read(x, cols, 8, scale) / <f64>cols + eps * scale * scale;
    // Equal elements so large that eps, scaled, is 0: their x̂ is 0, their slope is not.
    const constant = variance === 0 && eps > 0;
    Normal.r = constant ? 0 : 1 / Math.sqrt(variance);
    store<f64>(stats, Moments.mean);
    store<f64>(stats, Moments.rest, 8);
    store<f64>(stats, scale, 16);
    store<f64>(stats, Normal.r, 24);
    store<f64>(stats, constant ? 1 / Math.sqrt(eps) : Normal.r * scale, 32);
  }

  static load(stats: usize): void {
    Moments.mean = load<f64>(stats);
    Moments.rest = load<f64>(stats, 8);
    Moments.scale = load<f64>(stats, 16);
    Normal.r = load<f64>(stats, 24);
  }
}

/** Σ dy γ */
@final
class Direct extends Term {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(dy: f64, gamma: f64, c: f64, s: f64): f64 {
    return dy * gamma;
  }
}

/** Σ dy γ x̂ */
@final
class ThroughNormal extends Term {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(dy: f64, gamma: f64, x: f64, s: f64): f64 {
    return dy * gamma * Normal.of(x);
  }
}

export function layer_norm_forward_f64(
  y: usize,
  stats: usize,
  x: usize,
  gamma: usize,
  beta: usize,
  rows: usize,
  cols: usize,
  eps: f64,
): u32 {
  const row = cols << 3;
  let acc: u64 = 0;
  for (; rows; rows--) {
    Normal.read(stats, x, cols, eps);
    for (let i: usize = 0; i < row; i += 8) {
      const v = Normal.of(load<f64>(x + i)) * load<f64>(gamma + i) + load<f64>(beta + i);
      store<f64>(y + i, v);
      acc = Peak.of(acc, v);
    }
    x += row;
    y += row;
    stats += STATISTICS;
  }
  return Peak.word(acc);
}

export function layer_norm_backward_f64(
  dx: usize,
  dy: usize,
  x: usize,
  gamma: usize,
  stats: usize,
  rows: usize,
  cols: usize,
): u32 {
  const row = cols << 3;
  const n = <f64>cols;
  let acc: u64 = 0;
  for (; rows; rows--) {
    if (!Row.annihilates(dx, dy, load<f64>(stats, 32), cols)) {
      Normal.load(stats);
      const r = load<f64>(stats, 32);
      const direct = fold<Direct>(dy, gamma, 0, cols, 8, 0) / n;
      const k = fold<ThroughNormal>(dy, gamma, x, cols, 8, 0) / n;
      for (let i: usize = 0; i < row; i += 8) {
        const g = load<f64>(dy + i) * load<f64>(gamma + i);
        const v = r * (g - direct - Normal.of(load<f64>(x + i)) * k);
        store<f64>(dx + i, v);
        acc = Peak.of(acc, v);
      }
    }
    dx += row;
    dy += row;
    x += row;
    stats += STATISTICS;
  }
  return Peak.word(acc);
}

export function layer_norm_backward_gamma_f64(
  dgamma: usize,
  dy: usize,
  x: usize,
  stats: usize,
  rows: usize,
  cols: usize,
): u32 {
  const terms = workspace((rows * STRIP) << 3);
  let acc: u64 = 0;
  for (let c: usize = 0; c < cols; c += STRIP) {
    const width = min(STRIP, cols - c);
    for (let r: usize = 0; r < rows; r++) {
      Normal.load(stats + r * STATISTICS);
      for (let j: usize = 0; j < width; j++) {
        const at = (r * cols + c + j) << 3;
        const g = load<f64>(dy + at);
        const term = Zero.annihilate(g * Normal.of(load<f64>(x + at)), g);
        store<f64>(terms + ((r * STRIP + j) << 3), term);
      }
    }
    for (let j: usize = 0; j < width; j++) {
      const v = total<Value>(terms + (j << 3), rows, STRIP << 3, 1);
      store<f64>(dgamma + ((c + j) << 3), v);
      acc = Peak.of(acc, v);
    }
  }
  return Peak.word(acc);
}
