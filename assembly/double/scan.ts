/** Running sums and products of doubles along mid of x[outer, mid, inner]. Slopes as in kernels/scan.ts. */
import { largest, Peak, scan, scanGrad } from "./loops";
import { Scan } from "./op";
import { Product } from "./product";
import { Pair } from "./twice";

/** 2^960: sums of what lies below do not leave the range on the way. */
const LARGE: u64 = 0x7bf0000000000000;

@final
class Cumsum extends Scan {
  forward(y: usize, x: usize, n: usize, step: usize, acc: u64): u64 {
    return Cumsum.run(y, x, n, step, step, acc);
  }
  backward(dx: usize, dy: usize, x: usize, n: usize, step: usize, acc: u64): u64 {
    const last = n ? (n - 1) * step : 0;
    return Cumsum.run(dx + last, dy + last, n, step, -step, acc);
  }

  /** A compensated sum, of terms of 2^-64 their size where they are large. x and y may be one. */
  static run(y: usize, x: usize, n: usize, step: usize, way: usize, acc: u64): u64 {
    const large = n && largest(min(x, x + (n - 1) * way), n, step) >= LARGE;
    const down: f64 = large ? 5.421010862427522e-20 : 1;
    const up: f64 = large ? 1.8446744073709552e19 : 1;
    let sum: f64 = 0;
    let lost: f64 = 0;
    for (; n; n--) {
      const term = load<f64>(x) * down;
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
