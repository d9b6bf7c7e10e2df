/**
 * Elementary functions   y = f(x), elementwise over n.
 *
 * log, log1p and sqrt have slopes that are infinite at the edge of their domain. The formulas say
 * the slope as it is; that a zero cotangent makes it zero is the business of the loop.
 */
import { map, mapGrad } from "../loops";
import { Exp } from "../math/exp";
import { Log } from "../math/log";
import { Unary } from "../op";
import { F32 } from "../simd";

/** y = eˣ      dx = dy · y */
@final
class ExpOp extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Exp.exp(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, y);
  }
}

/** y = ln x, NaN below 0      dx = dy / x, NaN below 0 */
@final
class LogOp extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.log(x);
  }
  // Below 0 there is no function to differentiate: the NaN of y stands in for the slope. At -0
  // the slope is +∞ as at +0, which is why the divisor is |x|.
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.eq(y, y), f32x4.div(dy, f32x4.abs(x)), y);
  }
}

/** y = ln(1 + x), NaN below −1      dx = dy / (1 + x), NaN below −1 */
@final
class Log1pOp extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.log1p(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.eq(y, y), f32x4.div(dy, f32x4.add(x, f32x4.splat(1))), y);
  }
}

/** y = √x, NaN below 0      dx = dy / 2y */
@final
class Sqrt extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.sqrt(x);
  }
  // √-0 = -0, where the slope is still +∞.
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.div(f32x4.mul(dy, f32x4.splat(0.5)), f32x4.abs(y));
  }
}

export function exp_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<ExpOp>(y, x, n, 0, 0);
}
export function exp_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<ExpOp>(dx, dy, y, x, n, 0, 0);
}
export function log_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<LogOp>(y, x, n, 0, 0);
}
export function log_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<LogOp>(dx, dy, y, x, n, 0, 0);
}
export function log1p_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Log1pOp>(y, x, n, 0, 0);
}
export function log1p_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log1pOp>(dx, dy, y, x, n, 0, 0);
}
export function sqrt_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Sqrt>(y, x, n, 0, 0);
}
export function sqrt_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Sqrt>(dx, dy, y, x, n, 0, 0);
}
