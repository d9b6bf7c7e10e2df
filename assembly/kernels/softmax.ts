/**
 * Softmax   y[r, i] = e^(x[r, i] − m) / Σ e^(x[r, j] − m),  m = max of the row.   x, y [rows, cols]
 *
 *   dx = y (dy − Σ dy · y)
 *
 * Shifting by the maximum keeps every exponent ≤ 0: the largest term is 1, nothing overflows, and
 * the sum, in f64, is at least 1. A row of -∞ alone, and a row with +∞, have no softmax: ∞ − ∞
 * makes them NaN.
 */
import { Cotangent, fold, lanes, Peak, rowMax } from "../loops";
import { Lanes } from "../op";
import { Product } from "../parts";
import { Row } from "../rows";

/** dx = y (dy − s) */
@final
class Jacobian extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(y: v128, dy: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return f32x4.mul(y, f32x4.sub(dy, s));
  }
}

export function softmax_forward_f32(y: usize, x: usize, rows: usize, cols: usize): u32 {
  let acc = i32x4.splat(0);
  for (let r: usize = 0; r < rows; r++) {
    acc = Row.divide(y, cols, Row.expSum(y, x, cols, rowMax(x, cols)), acc);
    x += cols << 2;
    y += cols << 2;
  }
  return Peak.word(acc);
}

export function softmax_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  rows: usize,
  cols: usize,
): u32 {
  const none = i32x4.splat(0);
  let acc = none;
  for (let r: usize = 0; r < rows; r++) {
    if (Cotangent.annihilates(dy, cols)) {
      Cotangent.clear(dx, y, cols);
    } else {
      const s = f32x4.splat(<f32>fold<Product>(y, dy, 0, cols, 0, 0));
      acc = lanes<Jacobian>(dx, y, dy, 0, cols, s, none, none, acc);
    }
    dx += cols << 2;
    dy += cols << 2;
    y += cols << 2;
  }
  return Peak.word(acc);
}
