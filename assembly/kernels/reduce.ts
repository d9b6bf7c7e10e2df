/**
 * Reductions   y[outer, inner] = scale · Σ over mid of x[outer, mid, inner].
 *
 * One form serves all: everything (outer = inner = 1), the last axis (inner = 1), the rows
 * (outer = 1). Sums run in f64, so that f32 inputs neither overflow nor cancel on the way: the
 * mean of four 3e38 is 3e38, and 2²⁴ + 8 ones are counted.
 *
 *   dx[o, m, i] = scale · dy[o, i]
 */
import { fold, lanes, Peak } from "../loops";
import { Fill, Scaled, Square, Value } from "../parts";
import { Row } from "../rows";

export function sum_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  scale: f64,
): u32 {
  let acc = i32x4.splat(0);
  const stride = (mid * inner) << 2;
  for (let o: usize = 0; o < outer; o++) {
    if (inner === 1) {
      const v = <f32>(fold<Value>(x, 0, 0, mid, 0, 0) * scale);
      store<f32>(y, v);
      acc = Peak.of(acc, f32x4.splat(v));
    } else {
      acc = Row.sum(y, x, mid, inner, scale, acc);
    }
    x += stride;
    y += inner << 2;
  }
  return Peak.word(acc);
}

export function sum_backward_f32(
  dx: usize,
  dy: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  scale: f32,
): u32 {
  const none = i32x4.splat(0);
  const s = f32x4.splat(scale);
  let acc = none;
  for (let o: usize = 0; o < outer; o++) {
    if (inner === 1) {
      const v = f32x4.mul(v128.load32_splat(dy), s);
      acc = lanes<Fill>(dx, dx, 0, 0, mid, v, none, none, acc);
      dx += mid << 2;
    } else {
      for (let m: usize = 0; m < mid; m++) {
        acc = lanes<Scaled>(dx, dy, 0, 0, inner, s, none, none, acc);
        dx += inner << 2;
      }
    }
    dy += inner << 2;
  }
  return Peak.word(acc);
}

/** Σ x² in f64: cannot overflow, and loses nothing of 1e-30 either. */
export function sum_squares_f32(x: usize, n: usize): f64 {
  return fold<Square>(x, 0, 0, n, 0, 0);
}
