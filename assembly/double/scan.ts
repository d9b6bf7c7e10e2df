/** Running sums and products of doubles along mid of x[outer, mid, inner]. Slopes as in kernels/scan.ts. */
import { Peak, scan, scanGrad } from "./loops";
import { Scan } from "./op";
import { Product } from "./product";
import { Pair } from "./twice";

/** 2^960: a sum and a term below that have a sum in range. */
const LARGE: f64 = 9.745314011399999e288;
/** 2^-64 */
const DOWN: f64 = 5.421010862427522e-20;
/** 2^64 */
const UP: f64 = 1.8446744073709552e19;

@final
class Cumsum extends Scan {
  forward(y: usize, x: usize, n: usize, step: usize, acc: u64): u64 {
    return Cumsum.run(y, x, n, step, acc);
  }
  backward(dx: usize, dy: usize, x: usize, n: usize, step: usize, acc: u64): u64 {
    const last = n ? (n - 1) * step : 0;
    return Cumsum.run(dx + last, dy + last, n, -step, acc);
  }

  /**
   * A compensated sum, of terms of 2^-64 their size for as long as they or it are large: before and after, the smallest
   * keep their digits. x and y may be one.
   */
  static run(y: usize, x: usize, n: usize, way: usize, acc: u64): u64 {
    let down: f64 = 1;
    let up: f64 = 1;
    let sum: f64 = 0;
    let lost: f64 = 0;
    for (; n; n--) {
      const own = load<f64>(x);
      const large = Math.abs(own) >= LARGE || Math.abs(sum) * up >= LARGE;
      if (large !== up > 1) {
        const by = large ? DOWN : UP;
        sum *= by;
        lost *= by;
        down = large ? DOWN : 1;
        up = large ? UP : 1;
      }
      const term = own * down;
      const next = sum + term;
      lost += Pair.lost(sum, term, next);
      sum = next;
      const v = Peak.isFinite(sum) ? (sum + lost) * up : sum;
      store<f64>(y, v);
      acc = Peak.of(acc, v);
      x += way;
      y += way;
    }
    return acc;
  }
}

@final
class Cumprod extends Scan {
  forward(y: usize, x: usize, n: usize, step: usize, acc: u64): u64 {
    Product.start(1);
    for (; n; n--) {
      Product.times(load<f64>(x));
      const v = Product.value(1, 0);
      store<f64>(y, v);
      acc = Peak.of(acc, v);
      x += step;
      y += step;
    }
    return acc;
  }
  backward(dx: usize, dy: usize, x: usize, n: usize, step: usize, acc: u64): u64 {
    return Product.gradient(dx, x, n, step, dy, step, acc);
  }
}

export function cumsum_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scan<Cumsum>(y, x, outer, mid, inner);
}

export function cumsum_backward_f64(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scanGrad<Cumsum>(dx, dy, x, outer, mid, inner);
}

export function cumprod_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scan<Cumprod>(y, x, outer, mid, inner);
}

export function cumprod_backward_f64(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scanGrad<Cumprod>(dx, dy, x, outer, mid, inner);
}
