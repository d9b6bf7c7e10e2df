/**
 * Circular and hyperbolic functions   y = f(x), elementwise over n, in radians.
 *
 * Slopes that are infinite at the edge of the domain are said as they are; that a zero cotangent
 * makes them zero is the business of the loop.
 */
import { map, mapGrad } from "../loops";
import { Hyperbolic } from "../math/hyperbolic";
import { Power } from "../math/power";
import { Trig } from "../math/trig";
import { Unary } from "../op";
import { F32, F64 } from "../simd";

/** √((1 − x)(1 + x)), exact where 1 − x² would cancel. */
class Circle {
  @inline static height(x: v128): v128 {
    const one = f32x4.splat(1);
    return f32x4.sqrt(f32x4.mul(f32x4.sub(one, x), f32x4.add(one, x)));
  }
}

/** y = sin x      dx = dy · cos x */
@final
class Sin extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Trig.sin(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Trig.cos(x));
  }
}

/** y = cos x      dx = −dy · sin x */
@final
class Cos extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Trig.cos(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.neg(f32x4.mul(dy, Trig.sin(x)));
  }
}

/** y = tan x      dx = dy (1 + y²) */
@final
class Tan extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Trig.tan(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, f32x4.add(f32x4.splat(1), f32x4.mul(y, y)));
  }
}

/** y = asin x      dx = dy / √((1 − x)(1 + x)) */
@final
class Asin extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Trig.asin(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.div(dy, Circle.height(x));
  }
}

/** y = acos x      dx = −dy / √((1 − x)(1 + x)) */
@final
class Acos extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Trig.acos(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.neg(f32x4.div(dy, Circle.height(x)));
  }
}

/** dy / (1 + x²) in f64, where x² does not overflow. */
class Witch {
  @inline static slope(x: v128, dy: v128): v128 {
    return f64x2.div(dy, f64x2.add(f64x2.splat(1), f64x2.mul(x, x)));
  }
}

/** y = atan x      dx = dy / (1 + x²) */
@final
class Atan extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Trig.atan(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const low = Witch.slope(F64.low(x), F64.low(dy));
    return F64.join(low, Witch.slope(F64.high(x), F64.high(dy)));
  }
}

/** y = sinh x      dx = dy · cosh x */
@final
class Sinh extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Hyperbolic.sinh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Hyperbolic.cosh(x));
  }
}

/** y = cosh x      dx = dy · sinh x */
@final
class Cosh extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Hyperbolic.cosh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Hyperbolic.sinh(x));
  }
}

/** y = asinh x      dx = dy / √(1 + x²), without the overflow of x² */
@final
class Asinh extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Hyperbolic.asinh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.div(dy, Power.hypot(x, f32x4.splat(1)));
  }
}

/** y = acosh x      dx = dy / (√(x − 1) √(x + 1)) */
@final
class Acosh extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Hyperbolic.acosh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const one = f32x4.splat(1);
    const below = f32x4.sqrt(f32x4.sub(x, one));
    return f32x4.div(dy, f32x4.mul(below, f32x4.sqrt(f32x4.add(x, one))));
  }
}

/** y = atanh x      dx = dy / ((1 − x)(1 + x)), NaN outside [−1, 1] */
@final
class Atanh extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Hyperbolic.atanh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const one = f32x4.splat(1);
    const slope = f32x4.div(dy, f32x4.mul(f32x4.sub(one, x), f32x4.add(one, x)));
    return F32.select(f32x4.eq(y, y), slope, y);
  }
}

export function sin_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Sin>(y, x, n, 0, 0);
}
export function sin_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Sin>(dx, dy, y, x, n, 0, 0);
}
export function cos_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Cos>(y, x, n, 0, 0);
}
export function cos_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Cos>(dx, dy, y, x, n, 0, 0);
}
export function tan_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Tan>(y, x, n, 0, 0);
}
export function tan_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Tan>(dx, dy, y, x, n, 0, 0);
}
export function asin_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Asin>(y, x, n, 0, 0);
}
export function asin_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Asin>(dx, dy, y, x, n, 0, 0);
}
export function acos_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Acos>(y, x, n, 0, 0);
}
export function acos_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Acos>(dx, dy, y, x, n, 0, 0);
}
export function atan_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Atan>(y, x, n, 0, 0);
}
export function atan_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Atan>(dx, dy, y, x, n, 0, 0);
}
export function sinh_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Sinh>(y, x, n, 0, 0);
}
export function sinh_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Sinh>(dx, dy, y, x, n, 0, 0);
}
export function cosh_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Cosh>(y, x, n, 0, 0);
}
export function cosh_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Cosh>(dx, dy, y, x, n, 0, 0);
}
export function asinh_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Asinh>(y, x, n, 0, 0);
}
export function asinh_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Asinh>(dx, dy, y, x, n, 0, 0);
}
export function acosh_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Acosh>(y, x, n, 0, 0);
}
export function acosh_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Acosh>(dx, dy, y, x, n, 0, 0);
}
export function atanh_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Atanh>(y, x, n, 0, 0);
}
export function atanh_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Atanh>(dx, dy, y, x, n, 0, 0);
}
