/** Losses of doubles: one number each. Formulas as in kernels/loss.ts. */
import { Cotangent } from "../loops";
import { workspace } from "../memory";
import { fold, Peak, total } from "./loops";
import { Term } from "./op";
import { Exponentials, Extreme, Largest, Row, Sum, Value } from "./runs";

/** 2^-520 and 2^520 */
const DOWN: f64 = 2.913414348125081e-157;
const UP: f64 = 3.432398830065305e156;

/** Σ (s p − s target)² */
@final
class SquaredDifference extends Term {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(p: f64, target: f64, c: f64, s: f64): f64 {
    const d = p * s - target * s;
    return d * d;
  }
}

class Loss {
  /** 2 g (p − target) / n, also where all but the quotient is beyond a double */
  @inline static slope(p: f64, target: f64, g: f64, n: f64): f64 {
    const v = (2 * g * (p - target)) / n;
    return Peak.isFinite(v) ? v : (p / 2 - target / 2) * (g / n) * 4;
  }

  /** p[at] − 1 as what the others take from 1: beside 1 a double has lost them. Leaves 0 there. */
  @inline static without(p: usize, cols: usize, at: usize): f64 {
    store<f64>(at, 0);
    return 0 - total<Value>(p, cols, 8, 1);
  }

  /** Stores the loss and gives its peak word. */
  @inline static scalar(y: usize, loss: f64): u32 {
    store<f64>(y, loss);
    return Peak.word(Peak.of(0, loss));
  }
}

export function mse_forward_f64(y: usize, p: usize, target: usize, n: usize): u32 {
  const sum = fold<SquaredDifference>(p, target, 0, n, 8, 1);
  if (Peak.isFinite(sum)) return Loss.scalar(y, sum / <f64>n);
  // The mean may be in range where the sum is not.
  const small = fold<SquaredDifference>(p, target, 0, n, 8, DOWN);
  return Loss.scalar(y, (small / <f64>n) * UP * UP);
}

/** dp; with p and target exchanged it is the gradient of the target. */
export function mse_backward_f64(dp: usize, dy: usize, p: usize, target: usize, n: usize): u32 {
  const g = load<f64>(dy);
  const bytes = n << 3;
  if (g === 0 && Cotangent.annihilating()) {
    memory.fill(dp, 0, bytes);
    return 0;
  }
  let acc: u64 = 0;
  for (let i: usize = 0; i < bytes; i += 8) {
    const v = Loss.slope(load<f64>(p + i), load<f64>(target + i), g, <f64>n);
    store<f64>(dp + i, v);
    acc = Peak.of(acc, v);
  }
  return Peak.word(acc);
}

/**
 * Also leaves softmax(x) in p for the backward pass. `count` is the number of labels ≥ 0. A row is
 * ln(1 + rest) + (max − x[label]), so that a loss of 1e-30 is one.
 */
export function cross_entropy_forward_f64(
  y: usize,
  p: usize,
  x: usize,
  labels: usize,
  rows: usize,
  cols: usize,
  count: usize,
): u32 {
  const losses = workspace(rows << 3);
  for (let r: usize = 0; r < rows; r++) {
    const label = load<i32>(labels + (r << 2));
    let loss: f64 = 0;
    if (label >= 0) {
      const m = Extreme.of<Largest>(x, cols, 8);
      if (Peak.isFinite(m)) {
        const rest = Exponentials.rest(x, cols, 8, m);
        Row.softmax(p, x, cols, m, rest, 0);
        loss = Math.log1p(rest) + (m - load<f64>(x + ((<usize>label) << 3)));
      } else {
        Row.spoil(p, cols, 0);
        loss = NaN;
      }
    }
    store<f64>(losses + (r << 3), loss);
    x += cols << 3;
    p += cols << 3;
  }
  return Loss.scalar(y, count ? Sum.mean<Value>(losses, rows, 8, <f64>count) : 0);
}

export function cross_entropy_backward_f64(
  dx: usize,
  dy: usize,
  p: usize,
  labels: usize,
  rows: usize,
  cols: usize,
  count: usize,
): u32 {
  const row = cols << 3;
  const g = load<f64>(dy);
  const dead = g === 0 && Cotangent.annihilating();
  const s = g / <f64>count;
  let acc: u64 = 0;
  for (let r: usize = 0; r < rows; r++) {
    const label = load<i32>(labels + (r << 2));
    if (label < 0 || dead) {
      memory.fill(dx, 0, row);
    } else {
      const at = p + ((<usize>label) << 3);
      const kept = load<f64>(at);
      store<f64>(at, kept > 0.5 ? Loss.without(p, cols, at) : kept - 1);
      for (let i: usize = 0; i < row; i += 8) {
        const v = s * load<f64>(p + i);
        store<f64>(dx + i, v);
        acc = Peak.of(acc, v);
      }
      store<f64>(at, kept);
    }
    p += row;
    dx += row;
  }
  return Peak.word(acc);
}
