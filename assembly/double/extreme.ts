/**
 * Extremes of doubles   y[outer, inner] = max, min, argmax, argmin over mid of x[outer, mid, inner]. A NaN wins; ties and
 * slopes as in kernels/extreme.ts.
 */
import { Peak, reduce, reduceGrad } from "./loops";
import { Choice, Fold, Reduction } from "./op";
import { Extreme, Largest, Smallest } from "./runs";

/** y, and how many share its gradient: of NaNs none, once the first has it. */
class Ties {
  static value: f64 = 0;
  static count: f64 = 0;
}

@final
class Most<Op extends Choice> extends Reduction {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    return Extreme.of<Op>(x, n, step);
  }
  look(x: usize, n: usize, step: usize, y: f64, s: f64): void {
    Ties.value = y;
    Ties.count = Peak.isNaN(y) ? 1 : <f64>Extreme.count(x, n, step, y);
  }
  @inline at(x: f64, dy: f64): f64 {
    if (!Extreme.is(x, Ties.value) || Ties.count === 0) return 0;
    const each = dy / Ties.count;
    if (Peak.isNaN(x)) Ties.count = 0;
    return each;
  }
}

/** The index as a double, exact below 2⁵³. */
@final
class Index<Op extends Choice> extends Fold {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    return <f64>Extreme.first(x, n, step, Extreme.of<Op>(x, n, step));
  }
}

export function max_forward_f64(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return reduce<Most<Largest>>(y, x, outer, mid, inner, 0);
}
export function max_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<Most<Largest>>(dx, dy, y, x, outer, mid, inner, 0);
}
export function min_forward_f64(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return reduce<Most<Smallest>>(y, x, outer, mid, inner, 0);
}
export function min_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<Most<Smallest>>(dx, dy, y, x, outer, mid, inner, 0);
}
export function argmax_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduce<Index<Largest>>(y, x, outer, mid, inner, 0);
}
export function argmin_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduce<Index<Smallest>>(y, x, outer, mid, inner, 0);
}
