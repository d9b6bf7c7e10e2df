/**
 * Running sums and products   y[outer, m, inner] = Σ or Π over k ≤ m of x[outer, k, inner], in f64.
 *
 *   cumsum        dx[i] = Σ over j ≥ i of dy[j]
 *   cumprod       dx[i] = Σ over j ≥ i of dy[j] Π over k ≤ j, k ≠ i, of x[k]
 *   logcumsumexp  dx[i] = Σ over j ≥ i of dy[j] e^(x[i] − y[j])
 */
import { Peak, runningProduct, runningProductGrad, runningSum, scan, scanGrad } from "../loops";
import { Wide } from "../math/wide";
import { Scan } from "../op";
import { Row } from "../rows";
import { Kind, Running } from "../running";

@final
class Cumsum extends Scan {
  @inline scratch(): usize {
    return 0;
  }
  forward(y: usize, x: usize, n: usize, acc: v128): v128 {
    return runningSum(y, x, n, false, acc);
  }
  backward(dx: usize, dy: usize, x: usize, n: usize, scratch: usize, acc: v128): v128 {
    return runningSum(dx, dy, n, true, acc);
  }
}

@final
class Cumprod extends Scan {
  @inline scratch(): usize {
    return 16;
  }
  forward(y: usize, x: usize, n: usize, acc: v128): v128 {
    return runningProduct(y, x, n, acc);
  }
  backward(dx: usize, dy: usize, x: usize, n: usize, scratch: usize, acc: v128): v128 {
    return runningProductGrad(dx, dy, x, n, scratch, acc);
  }
}

@final
class Narrow extends Kind {
  static acc: v128 = i32x4.splat(0);
  @inline get(at: usize): f64 {
    return <f64>load<f32>(at);
  }
  @inline put(at: usize, v: f64): void {
    const y = <f32>v;
    store<f32>(at, y);
    Narrow.acc = Peak.of(Narrow.acc, f32x4.splat(y));
  }
  @inline shifted(x: f64, m: f64): f64 {
    return f64x2.extract_lane(Wide.expFine(Row.shift(f64x2.splat(x), f64x2.splat(m))), 0);
  }
  @inline log1p(z: f64): f64 {
    return f64x2.extract_lane(Wide.log1p(f64x2.splat(z)), 0);
  }
}

@final
class Logcumsumexp extends Scan {
  @inline scratch(): usize {
    return 16;
  }
  forward(y: usize, x: usize, n: usize, acc: v128): v128 {
    Narrow.acc = acc;
    Running.forward<Narrow>(y, x, n, 4);
    return Narrow.acc;
  }
  backward(dx: usize, dy: usize, x: usize, n: usize, scratch: usize, acc: v128): v128 {
    Narrow.acc = acc;
    Running.backward<Narrow>(dx, dy, x, n, 4, scratch);
    return Narrow.acc;
  }
}

export function cumsum_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scan<Cumsum>(y, x, outer, mid, inner);
}

export function cumsum_backward_f32(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scanGrad<Cumsum>(dx, dy, x, outer, mid, inner);
}

export function cumprod_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scan<Cumprod>(y, x, outer, mid, inner);
}

export function cumprod_backward_f32(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scanGrad<Cumprod>(dx, dy, x, outer, mid, inner);
}

export function logcumsumexp_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scan<Logcumsumexp>(y, x, outer, mid, inner);
}

export function logcumsumexp_backward_f32(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return scanGrad<Logcumsumexp>(dx, dy, x, outer, mid, inner);
}
