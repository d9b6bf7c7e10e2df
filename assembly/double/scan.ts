/** Running sums and products of doubles along mid of x[outer, mid, inner]. Slopes as in kernels/scan.ts. */
import { workspace } from "../memory";
import { Kind, Running } from "../running";
import { Peak, scan, scanGrad } from "./loops";
import { Stable } from "./math";
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

@final
class Broad extends Kind {
  static acc: u64 = 0;
  @inline get(at: usize): f64 {
    return load<f64>(at);
  }
  @inline put(at: usize, v: f64): void {
    store<f64>(at, v);
    Broad.acc = Peak.of(Broad.acc, v);
  }
  @inline shifted(x: f64, m: f64): f64 {
    return Stable.expShifted(x, m);
  }
  @inline log1p(z: f64): f64 {
    return Math.log1p(z);
  }
}

@final
class Logcumsumexp extends Scan {
  forward(y: usize, x: usize, n: usize, step: usize, acc: u64): u64 {
    Broad.acc = acc;
    Running.forward<Broad>(y, x, n, step);
    return Broad.acc;
  }
  backward(dx: usize, dy: usize, x: usize, n: usize, step: usize, acc: u64): u64 {
    Broad.acc = acc;
    Running.backward<Broad>(dx, dy, x, n, step, workspace(n << 4));
    return Broad.acc;
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

export function logcumsumexp_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scan<Logcumsumexp>(y, x, outer, mid, inner);
}

export function logcumsumexp_backward_f64(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scanGrad<Logcumsumexp>(dx, dy, x, outer, mid, inner);
}
