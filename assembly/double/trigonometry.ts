/** Circular and hyperbolic functions of doubles   y = f(x). Edges and slopes as in kernels/trigonometry.ts. */
import { Lanes } from "./lanes";
import { map, mapGrad, mapGradLanes, mapLanes } from "./loops";
import { Circle, Hyperbolic } from "./math";
import { Unary, UnaryLanes } from "./op";

/** y = sin x      dx = dy · cos x */
@final
class Sin extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Circle.sin(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return dy * Circle.cos(x);
  }
}

/** y = cos x      dx = −dy · sin x */
@final
class Cos extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Circle.cos(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return -(dy * Circle.sin(x));
  }
}

/** y = tan x      dx = dy (1 + y²) */
@final
class Tan extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Circle.tan(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return dy * (1 + y * y);
  }
}

/** y = asin x      dx = dy / √((1 − x)(1 + x)) */
@final
class Asin extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.asin(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return dy / Math.sqrt((1 - x) * (1 + x));
  }
}

/** y = acos x      dx = −dy / √((1 − x)(1 + x)) */
@final
class Acos extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.acos(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return -(dy / Math.sqrt((1 - x) * (1 + x)));
  }
}

/** y = atan x      dx = dy / (1 + x²), without the overflow of x² */
@final
class Atan extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.atan(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Math.abs(x) > 1e150 ? dy / x / x : dy / (1 + x * x);
  }
}

/** y = sinh x      dx = dy · cosh x */
@final
class Sinh extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Hyperbolic.sinh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return f64x2.mul(dy, Hyperbolic.cosh(x));
  }
}

/** y = cosh x      dx = dy · sinh x */
@final
class Cosh extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Hyperbolic.cosh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return f64x2.mul(dy, Hyperbolic.sinh(x));
  }
}

/** y = asinh x      dx = dy / √(1 + x²), without the overflow of x² */
@final
class Asinh extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Hyperbolic.asinh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const slope = f64x2.div(dy, Hyperbolic.length(x));
    const a = f64x2.abs(x);
    return v128.bitselect(f64x2.div(dy, a), slope, f64x2.gt(a, f64x2.splat(1e150)));
  }
}

/** y = acosh x      dx = dy / √((x − 1)(x + 1)), without the overflow of x², NaN below 1 */
@final
class Acosh extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Hyperbolic.acosh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const one = Lanes.one();
    const square = f64x2.mul(f64x2.sub(x, one), f64x2.add(x, one));
    const slope = f64x2.div(dy, f64x2.sqrt(square));
    const all = v128.bitselect(f64x2.div(dy, x), slope, f64x2.gt(x, f64x2.splat(1e150)));
    return v128.bitselect(all, y, f64x2.eq(y, y));
  }
}

/** y = atanh x      dx = dy / ((1 − x)(1 + x)), NaN outside [−1, 1] */
@final
class Atanh extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Hyperbolic.atanh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const one = Lanes.one();
    const slope = f64x2.div(dy, f64x2.mul(f64x2.sub(one, x), f64x2.add(one, x)));
    return v128.bitselect(slope, y, f64x2.eq(y, y));
  }
}

export function sin_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Sin>(y, x, n, 0, 0);
}
export function sin_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Sin>(dx, dy, y, x, n, 0, 0);
}
export function cos_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Cos>(y, x, n, 0, 0);
}
export function cos_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Cos>(dx, dy, y, x, n, 0, 0);
}
export function tan_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Tan>(y, x, n, 0, 0);
}
export function tan_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Tan>(dx, dy, y, x, n, 0, 0);
}
export function asin_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Asin>(y, x, n, 0, 0);
}
export function asin_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Asin>(dx, dy, y, x, n, 0, 0);
}
export function acos_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Acos>(y, x, n, 0, 0);
}
export function acos_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Acos>(dx, dy, y, x, n, 0, 0);
}
export function atan_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Atan>(y, x, n, 0, 0);
}
export function atan_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Atan>(dx, dy, y, x, n, 0, 0);
}
export function sinh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Sinh>(y, x, n, 0);
}
export function sinh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Sinh>(dx, dy, y, x, n, 0);
}
export function cosh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Cosh>(y, x, n, 0);
}
export function cosh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Cosh>(dx, dy, y, x, n, 0);
}
export function asinh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Asinh>(y, x, n, 0);
}
export function asinh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Asinh>(dx, dy, y, x, n, 0);
}
export function acosh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Acosh>(y, x, n, 0);
}
export function acosh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Acosh>(dx, dy, y, x, n, 0);
}
export function atanh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Atanh>(y, x, n, 0);
}
export function atanh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Atanh>(dx, dy, y, x, n, 0);
}
