/**
 * Losses, each the mean over its rows or elements, as one f32.
 *
 * mse            mean((p − t)²)                          dp = 2 dy (p − t) / n
 * cross entropy  mean over rows of log Σ e^x − x[label]    dx = dy (softmax(x) − onehot) / count
 *
 * Cross entropy takes logits: the exponentials never meet a logarithm of zero. Labels are i32, a
 * negative one means the row is ignored, neither read nor counted.
 */
import { Cotangent, fold, lanes, Peak, rowMax } from "../loops";
import { Lanes, Term } from "../op";
import { Scaled } from "../parts";
import { expShifted } from "../passes";
import { Row } from "../rows";
import { F64 } from "../simd";

const SMALLEST_NORMAL: f64 = 1.1754943508222875e-38;
/** The peak word of ∞. */
const INFINITE: u32 = 0x7f800000;

@final
class SquaredDifference extends Term {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(p: v128, target: v128, c: v128, s: v128, t: v128): v128 {
    const d = f64x2.sub(p, target);
    return f64x2.mul(d, d);
  }
}

@final
class ScaledDifference extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(p: v128, target: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return f32x4.mul(f32x4.sub(p, target), s);
  }
}

/** The same in f64: p − target may be beyond f32, and s have few digits. */
@final
class WideDifference extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(p: v128, target: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    const low = f64x2.mul(f64x2.sub(F64.low(p), F64.low(target)), s);
    return F64.join(low, f64x2.mul(f64x2.sub(F64.high(p), F64.high(target)), s));
  }
}

class Loss {
  /** p[at] − 1 as what the others take from 1: beside 1 a float has lost them. Leaves 0 there. */
  @inline static without(p: usize, cols: usize, at: usize): f32 {
    store<f32>(at, 0);
    return <f32>(0 - Row.total(p, cols));
  }

  /** Stores the loss and gives its peak word. */
  @inline static scalar(y: usize, loss: f64): u32 {
    store<f32>(y, <f32>loss);
    return Peak.word(Peak.of(i32x4.splat(0), f32x4.splat(<f32>loss)));
  }
}

export function mse_forward_f32(y: usize, p: usize, target: usize, n: usize): u32 {
  return Loss.scalar(y, fold<SquaredDifference>(p, target, 0, n, 0, 0) / <f64>n);
}

/** dp; with p and target exchanged it is the gradient of the target. */
export function mse_backward_f32(dp: usize, dy: usize, p: usize, target: usize, n: usize): u32 {
  const none = i32x4.splat(0);
  const g = load<f32>(dy);
  if (g === 0 && Cotangent.annihilating()) {
    memory.fill(dp, 0, n << 2);
    return 0;
  }
  const s = (2 * <f64>g) / <f64>n;
  if (abs(s) >= SMALLEST_NORMAL) {
    const scale = f32x4.splat(<f32>s);
    const word = Peak.word(lanes<ScaledDifference>(dp, p, target, 0, n, scale, none, none, none));
    if (word < INFINITE) return word;
  }
  return Peak.word(lanes<WideDifference>(dp, p, target, 0, n, f64x2.splat(s), none, none, none));
}

/** Also leaves softmax(x) in p for the backward pass. `count` is the number of labels ≥ 0. */
export function cross_entropy_forward_f32(
  y: usize,
  p: usize,
  x: usize,
  labels: usize,
  rows: usize,
  cols: usize,
  count: usize,
): u32 {
  let loss: f64 = 0;
  const none = i32x4.splat(0);
  for (let r: usize = 0; r < rows; r++) {
    const label = load<i32>(labels);
    if (label >= 0) {
      const max = rowMax(x, cols);
      const top = expShifted(p, x, cols, max);
      const at = (<usize>label) << 2;
      const below = <f64>max - <f64>load<f32>(x + at);
      // Over the largest term the sum is 1 and what the others add to it, which is all there is to a label that leads.
      let sum: f64;
      if (below === 0) {
        const own = load<f32>(p + at);
        store<f32>(p + at, 0);
        const rest = Row.total(p, cols);
        store<f32>(p + at, own);
        sum = rest + <f64>top;
        loss += NativeMath.log1p(rest / <f64>top);
      } else {
        sum = Row.total(p, cols);
        loss += NativeMath.log(sum / <f64>top) + below;
      }
      Row.divide(p, cols, sum, top, none);
    }
    labels += 4;
    x += cols << 2;
    p += cols << 2;
  }
  return Loss.scalar(y, count ? loss / <f64>count : 0);
}

export function cross_entropy_backward_f32(
  dx: usize,
  dy: usize,
  p: usize,
  labels: usize,
  rows: usize,
  cols: usize,
  count: usize,
): u32 {
  const none = i32x4.splat(0);
  const g = load<f32>(dy);
  const dead = g === 0 && Cotangent.annihilating();
  const s: f32 = <f32>(<f64>g / <f64>count);
  let acc = none;
  for (let r: usize = 0; r < rows; r++) {
    const label = load<i32>(labels);
    if (label < 0 || dead) {
      memory.fill(dx, 0, cols << 2);
    } else {
      // p − onehot in place for the length of the product, so that the peak sees what is written.
      const at = p + ((<usize>label) << 2);
      const kept = load<f32>(at);
      store<f32>(at, kept > 0.5 ? Loss.without(p, cols, at) : kept - 1);
      acc = lanes<Scaled>(dx, p, 0, 0, cols, f32x4.splat(s), none, none, acc);
      store<f32>(at, kept);
    }
    labels += 4;
    p += cols << 2;
    dx += cols << 2;
  }
  return Peak.word(acc);
}
