/**
 * Running sums and products   y[outer, m, inner] = Σ or Π over k ≤ m of x[outer, k, inner], in f64.
 *
 *   cumsum   dx[i] = Σ over j ≥ i of dy[j]
 *   cumprod  dx[i] = Σ over j ≥ i of dy[j] Π over k ≤ j, k ≠ i, of x[k]
 */
import { runningProduct, runningProductGrad, runningSum, scan, scanGrad } from "../loops";
import { Scan } from "../op";

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
