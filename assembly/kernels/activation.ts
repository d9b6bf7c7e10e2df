/**
 * Activations   y = f(x), elementwise over n.
 *
 * Sigmoid and tanh take their slope from x, not from y: 1 − y loses everything once y rounds
 * to 1 (x > 17 and x > 9), long before the slope itself vanishes.
 */
import { map, mapGrad } from "../loops";
import { Hyperbolic } from "../math/hyperbolic";
import { Sigmoid } from "../math/sigmoid";
import { Unary } from "../op";
import { F32 } from "../simd";

/** y = max(x, 0)      dx = x > 0 ? dy : 0, NaN at NaN */
@final
class Relu extends Unary {
  // pmax with x first is one instruction and hands x's NaN on; x > 0 ? x : 0 would hide it.
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.pmax(x, f32x4.splat(0));
  }
  // y carries x's NaN: where y is not ≤ 0 the slope is 1, or NaN by way of the product with y / y.
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const zero = f32x4.splat(0);
    const open = F32.select(f32x4.gt(x, zero), dy, zero);
    return F32.select(f32x4.eq(x, x), open, x);
  }
}

/** y = 1 / (1 + e⁻ˣ)      dx = dy · y (1 − y) */
@final
class SigmoidOp extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Sigmoid.sigmoid(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Sigmoid.dSigmoid(x));
  }
}

/** y = tanh x      dx = dy (1 − y²) */
@final
class Tanh extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Hyperbolic.tanh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Sigmoid.dTanh(x));
  }
}

export function relu_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Relu>(y, x, n, 0, 0);
}
export function relu_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Relu>(dx, dy, y, x, n, 0, 0);
}
export function sigmoid_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<SigmoidOp>(y, x, n, 0, 0);
}
export function sigmoid_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<SigmoidOp>(dx, dy, y, x, n, 0, 0);
}
export function tanh_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Tanh>(y, x, n, 0, 0);
}
export function tanh_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Tanh>(dx, dy, y, x, n, 0, 0);
}
