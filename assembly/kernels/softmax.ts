/**
 * Softmax and its logarithm   y[r, i] = e^(x[r, i] − m) / Σ e^(x[r, j] − m),  m = max of the row.   x, y [rows, cols]
 *
 *   dx = y (dy − Σ dy · y)
 *
 * Shifting by the maximum keeps every exponent ≤ 0: nothing overflows, and the sum, in f64, is at least the largest
 * term, which is near 1. A row of -∞ alone, and a row with +∞, have no softmax: ∞ − ∞
 * makes them NaN.
 *
 * Log-softmax   y = (x − m) − ln(1 + rest),  rest = Σ e^(x − m) without one maximum's own 1
 *
 *   dx = dy − softmax(x) Σ dy;   of the largest element, where it is nearly all,   (dy rest − Σ of the other dy) / (1 + rest)
 *
 * In f64 with one rounding: log(softmax) is -∞ below −103, and the largest element's own logarithm would be 0.
 */
import { Cotangent, extreme, fold, lanes, Peak, rowMax } from "../loops";
import { Wide } from "../math/wide";
import { Lanes } from "../op";
import { Fill, Largest, Product } from "../parts";
import { expShifted } from "../passes";
import { Row } from "../rows";
import { F64 } from "../simd";

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
    const top = expShifted(y, x, cols, rowMax(x, cols));
    acc = Row.divide(y, cols, Row.total(y, cols), top, acc);
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
      Cotangent.clearRow(dx, cols, load<f32>(y));
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

/** y = (x − s) − t */
@final
class Below extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    const low = f64x2.sub(f64x2.sub(F64.low(x), s), t);
    return F64.join(low, f64x2.sub(f64x2.sub(F64.high(x), s), t));
  }
}

/** dx = dy − t e^(x − s) */
@final
class LogJacobian extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(x: v128, dy: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    const low = LogJacobian.half(F64.low(x), F64.low(dy), s, t);
    return F64.join(low, LogJacobian.half(F64.high(x), F64.high(dy), s, t));
  }
  @inline static half(x: v128, dy: v128, s: v128, t: v128): v128 {
    return f64x2.sub(dy, f64x2.mul(Wide.expFine(Row.shift(x, s)), t));
  }
}

export function log_softmax_forward_f32(y: usize, x: usize, rows: usize, cols: usize): u32 {
  const none = i32x4.splat(0);
  let acc = none;
  for (let r: usize = 0; r < rows; r++) {
    const m = rowMax(x, cols);
    if (Row.isFinite(m)) {
      const log = Wide.log1p(f64x2.splat(Row.expRest(x, cols, m)));
      acc = lanes<Below>(y, x, 0, 0, cols, f64x2.splat(<f64>m), log, none, acc);
    } else {
      acc = lanes<Fill>(y, x, 0, 0, cols, f32x4.splat(NaN), none, none, acc);
    }
    x += cols << 2;
    y += cols << 2;
  }
  return Peak.word(acc);
}

/** 2^-24, left for all others: f64 has fewer digits of 1 − p then than f32 wants. */
const DOMINANT: f64 = 5.9604644775390625e-8;

/** The gradient of a row's largest element where p is next to 1, and dy − p Σ dy a difference of two that are the same. */
function dominant(dy: usize, x: usize, cols: usize, m: f32, rest: f64): f32 {
  let own: f64 = 0;
  let others: f64 = 0;
  for (let i: usize = 0; i < cols; i++) {
    const g = <f64>load<f32>(dy + (i << 2));
    if (load<f32>(x + (i << 2)) === m) own = g;
    else others += g;
  }
  return <f32>((own * rest - others) / (1 + rest));
}

/** Puts it there, and gives the peak with that of the row. */
function put(dx: usize, x: usize, cols: usize, m: f32, v: f32, acc: v128): v128 {
  for (let i: usize = 0; i < cols; i++) {
    if (load<f32>(x + (i << 2)) === m) store<f32>(dx + (i << 2), v);
    acc = Peak.of(acc, v128.load32_splat(dx + (i << 2)));
  }
  return acc;
}

export function log_softmax_backward_f32(
  dx: usize,
  dy: usize,
  x: usize,
  rows: usize,
  cols: usize,
): u32 {
  const none = i32x4.splat(0);
  let acc = none;
  for (let r: usize = 0; r < rows; r++) {
    const m = rowMax(x, cols);
    if (Cotangent.annihilates(dy, cols)) {
      // Which a NaN is, too.
      Cotangent.clearRow(dx, cols, extreme<Largest>(x, cols));
    } else if (Row.isFinite(m)) {
      const rest = Row.expRest(x, cols, m);
      const t = Row.total(dy, cols) / (1 + rest);
      const wide = f64x2.splat(<f64>m);
      const isAlone = rest < DOMINANT && Row.isFinite(<f32>t);
      const own = isAlone ? dominant(dy, x, cols, m, rest) : 0;
      const next = lanes<LogJacobian>(dx, x, dy, 0, cols, wide, f64x2.splat(t), none, acc);
      acc = isAlone ? put(dx, x, cols, m, own, acc) : next;
    } else {
      acc = lanes<Fill>(dx, x, 0, 0, cols, f32x4.splat(NaN), none, none, acc);
    }
    dx += cols << 2;
    dy += cols << 2;
    x += cols << 2;
  }
  return Peak.word(acc);
}
