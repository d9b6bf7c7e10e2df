/**
 * Sums of doubles   y[outer, inner] = scale Σ over mid of x[outer, mid, inner].
 *
 * Neumaier's compensated sum: what each addition rounds away is added up beside it, so that
 * 1e100 + 1 − 1e100 is 1. A sum that is not finite is the plain one: ∞ − ∞ in the compensation would
 * make a NaN of every ∞.
 */
import { Peak } from "./loops";

class Total {
  /** Σ of n doubles that lie `step` bytes apart. */
  static of(x: usize, n: usize, step: usize): f64 {
    let sum: f64 = 0;
    let lost: f64 = 0;
    for (; n; n--) {
      const v = load<f64>(x);
      const next = sum + v;
      lost += Math.abs(sum) >= Math.abs(v) ? sum - next + v : v - next + sum;
      sum = next;
      x += step;
    }
    return Peak.isFinite(sum) ? sum + lost : sum;
  }
}

export function sum_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  scale: f64,
): u32 {
  let acc: u64 = 0;
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < inner; i++) {
      const v = scale * Total.of(x + (i << 3), mid, inner << 3);
      store<f64>(y, v);
      acc = Peak.of(acc, v);
      y += 8;
    }
    x += (mid * inner) << 3;
  }
  return Peak.word(acc);
}

export function sum_backward_f64(
  dx: usize,
  dy: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  scale: f64,
): u32 {
  let acc: u64 = 0;
  for (let o: usize = 0; o < outer; o++) {
    for (let m: usize = 0; m < mid; m++) {
      for (let i: usize = 0; i < inner; i++) {
        const v = scale * load<f64>(dy + (i << 3));
        store<f64>(dx, v);
        acc = Peak.of(acc, v);
        dx += 8;
      }
    }
    dy += inner << 3;
  }
  return Peak.word(acc);
}
