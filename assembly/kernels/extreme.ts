/**
 * Extremes   y[outer, inner] = max, min, argmax, argmin over mid of x[outer, mid, inner].
 *
 * A NaN wins: y is NaN, the index is that of the first, and so is the gradient's. Ties share the gradient
 * evenly; the index is that of the first.
 */
import {
  columnExtremes,
  countOf,
  extreme,
  firstOf,
  lanes,
  Peak,
  peakOf,
  reduce,
  reduceGrad,
} from "../loops";
import { Choice, Reduction } from "../op";
import { Largest, Smallest, Where } from "../parts";

@final
class Extreme<Op extends Choice> extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    return extreme<Op>(x, n);
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    const none = i32x4.splat(0);
    if (reinterpret<u32>(y) << 1 > 0xff000000) {
      memory.fill(dx, 0, n << 2);
      store<f32>(dx + (firstOf(x, n, y) << 2), dy);
      return Peak.of(acc, f32x4.splat(dy));
    }
    const each = dy / <f32>countOf(x, n, y);
    return lanes<Where>(dx, x, 0, 0, n, f32x4.splat(y), f32x4.splat(each), none, acc);
  }
}

/** The index as a float, exact below 2²⁴. */
@final
class Index<Op extends Choice> extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    return <f32>firstOf(x, n, extreme<Op>(x, n));
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    memory.fill(dx, 0, n << 2);
    return acc;
  }
}

/** From 8 columns on rows are compared with rows; fewer are brought into runs. */
function forward<Op extends Choice>(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  if (inner < 8) return reduce<Extreme<Op>>(y, x, outer, mid, inner, 0);
  for (let o: usize = 0; o < outer; o++) {
    columnExtremes<Op>(y + ((o * inner) << 2), x, mid, inner);
    x += (mid * inner) << 2;
  }
  return GUARD ? peakOf(y, outer * inner) : 0;
}

export function max_forward_f32(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return forward<Largest>(y, x, outer, mid, inner);
}

export function max_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<Extreme<Largest>>(dx, dy, y, x, outer, mid, inner, 0);
}

export function min_forward_f32(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return forward<Smallest>(y, x, outer, mid, inner);
}

export function min_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<Extreme<Smallest>>(dx, dy, y, x, outer, mid, inner, 0);
}

export function argmax_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduce<Index<Largest>>(y, x, outer, mid, inner, 0);
}

export function argmin_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduce<Index<Smallest>>(y, x, outer, mid, inner, 0);
}
