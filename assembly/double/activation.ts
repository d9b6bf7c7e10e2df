/** Activations of doubles   y = f(x). Edges and slopes as in kernels/activation.ts. */
import { map, mapGrad, zip, zipGradA, zipGradB } from "./loops";
import { Gate, Hyperbolic, Normal, Stable } from "./math";
import { Binary, Unary } from "./op";
import { Power, Twice } from "./twice";

/** x within ±800, where x eˣ is 0 or ∞: a slope there is a limit, and ∞ · 0 no number. */
class Limit {
  @inline static of(x: f64): f64 {
    return x > 800 ? 800 : x < -800 ? -800 : x;
  }
}

/** gelu's tanh form: x σ(u), u = 2√(2/π) (x + 0.044715 x³). Half an ULP of 600 is 500 ULP of e^−600. */
class Cubic {
  /** 2√(2/π), and 0.044715 times it. */
  @inline static linear(): v128 {
    return Twice.of(1.5957691216057308, -9.96930880911092e-17);
  }
  @inline static cubic(): v128 {
    return Twice.of(0.07135481627260025, -6.175149918155315e-19);
  }

  static of(x: f64): v128 {
    const c = Twice.mul(Cubic.cubic(), Twice.product(x, x));
    return Twice.times(Twice.add(Cubic.linear(), c), x);
  }

  /** x u′ */
  static rise(x: f64): v128 {
    const c = Twice.mul(Cubic.cubic(), Twice.product(x, x));
    return Twice.times(Twice.add(Cubic.linear(), Twice.times(c, 3)), x);
  }
}

/** y = max(x, 0)      dx = x > 0 ? dy : 0 */
@final
class Relu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x < 0 ? 0 : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x > 0 ? dy : x === x ? 0 : x;
  }
}

/** y = 1 / (1 + e⁻ˣ)      dx = dy · σ(x) σ(−x) */
@final
class Sigmoid extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Stable.sigmoid(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Gate.times(Gate.slope(x), dy, 1);
  }
}

/** y = tanh x      dx = dy (1 − tanh² x) */
@final
class Tanh extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Hyperbolic.tanh(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Gate.times(Gate.slope(2 * x), 4, dy);
  }
}

/** y = min(max(x, 0), 6)      dx = 0 < x < 6 ? dy : 0 */
@final
class Relu6 extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x < 0 ? 0 : x > 6 ? 6 : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x > 0 && x < 6 ? dy : x === x ? 0 : x;
  }
}

/** y = min(max(x, s), t)      dx = s < x < t ? dy : 0 */
@final
class HardTanh extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x < s ? s : x > t ? t : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x > s && x < t ? dy : x === x ? 0 : x;
  }
}

/** A line that bends at 0, from slope s to slope 1. As in parts.ts. */
class Bend {
  @inline static slope(x: f64, s: f64): f64 {
    if (x === 0) return s > 0 ? (s < 1 ? s : 1) : 0;
    return x < 0 ? s : 1;
  }
}

/** y = x < 0 ? s x : x      dx = x < 0 ? s dy : dy, the slope of least norm at 0; 0 · ∞ is 0 for s = 0 */
@final
class LeakyRelu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x < 0 ? (s === 0 ? 0 : s * x) : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x === x ? Bend.slope(x, s) * dy : x;
  }
}

/** y = x < 0 ? s (eˣ − 1) : x      dx = x > 0 ? dy : s eˣ dy */
@final
class Elu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x < 0 ? Twice.rounded(Stable.grown(Twice.of(x, 0)), s, 0) : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x > 0 ? dy : Gate.times(Power.exp(Twice.of(x, 0)), s, dy);
  }
}

/** y = λ (x < 0 ? α (eˣ − 1) : x)      dx = λ (x > 0 ? 1 : α eˣ) dy */
@final
class Selu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    if (!(x < 0)) return Twice.rounded(Selu.scale(), x, 0);
    return Twice.rounded(Twice.mul(Selu.below(), Stable.grown(Twice.of(x, 0))), 1, 0);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    if (x > 0) return Twice.rounded(Selu.scale(), dy, 0);
    return Twice.rounded(Twice.mul(Selu.below(), Power.exp(Twice.of(x, 0))), dy, Power.power);
  }

  /** λ */
  @inline static scale(): v128 {
    return Twice.of(1.0507009873554805, 3.9874847667154144e-17);
  }
  /** λ α */
  @inline static below(): v128 {
    return Twice.of(1.7580993408473768, 1.41535193800845e-17);
  }
}

/** y = x < 0 ? s (e^(x/s) − 1) : x      dx = x < 0 ? e^(x/s) dy : dy */
@final
class Celu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    // Below 2^−53 they are one, and x / s may be subnormal.
    const q = x / s;
    return q < -1.1102230246251565e-16 ? Twice.rounded(Stable.grown(Celu.pair(x, s, q)), s, 0) : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    if (x >= 0) return dy;
    return Twice.rounded(Power.exp(Celu.pair(x, s, x / s)), dy, Power.power);
  }

  /** x / s: half an ULP of 700 is 300 ULP of e^−700. Below −750 it is 0, and products of the halves of huge numbers overflow. */
  @inline static pair(x: f64, s: f64, q: f64): v128 {
    return Twice.of(q, q > -750 && s < 1e290 ? Stable.rest(x, s, q) : 0);
  }
}

/** y = x Φ(x)      dx = dy (Φ(x) + x φ(x)) */
@final
class Gelu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Normal.gelu(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Normal.dGelu(x, dy);
  }
}

/** y = x σ(u)      dx = dy σ(u) (1 + x u′ σ(−u)) */
@final
class GeluTanh extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x === -Infinity ? -0.0 : Gate.times(Gate.of(Cubic.of(Limit.of(x))), x, 1);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    const z = Limit.of(x);
    return Twice.rounded(Gate.product(Cubic.rise(z), Cubic.of(z)), dy, Power.power);
  }
}

/** y = ln σ(x)      dx = dy · σ(−x) */
@final
class LogSigmoid extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return -Stable.softplus(-x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Gate.times(Gate.of(Twice.of(-x, 0)), dy, 1);
  }
}

/** y = x σ(x)      dx = dy σ(x) (1 + x σ(−x)) */
@final
class Silu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x === -Infinity ? -0.0 : Gate.times(Gate.of(Twice.of(x, 0)), x, 1);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    const z = Twice.of(Limit.of(x), 0);
    return Twice.rounded(Gate.product(z, z), dy, Power.power);
  }
}

/** y = x tanh(ln(1 + eˣ))      dx = dy · y′ */
@final
class Mish extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x === -Infinity ? -0.0 : Gate.times(Gate.mish(x), x, 1);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Twice.rounded(Gate.dMish(Limit.of(x)), dy, Power.power);
  }
}

/** y = ln(1 + eˣ)      dx = dy · σ(x) */
@final
class Softplus extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Stable.softplus(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Gate.times(Gate.of(Twice.of(x, 0)), dy, 1);
  }
}

/** y = x / (1 + |x|), ±1 at ±∞      dx = dy / (1 + |x|)² */
@final
class Softsign extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Softsign.of(x);
  }
  static of(x: f64): f64 {
    const a = Math.abs(x);
    // 1 is nothing beside it.
    if (a > 1e16) return copysign<f64>(1, x);
    return a < 1e-290 ? x : Twice.value(Twice.div(Twice.of(x, 0), Twice.sum(1, a)));
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    const root = Twice.sum(1, Math.abs(x));
    // Of a root beyond 2^54 the tail is nothing, and none is what it was rounded to.
    const h = Twice.head(root);
    const q = dy / h / h;
    return h < 1e16 ? q - q * ((2 * Twice.tail(root)) / h) : q;
  }
}

/** f (x + 3) / 6 */
class Sixth {
  @inline static of(x: f64, f: f64): f64 {
    return Twice.rounded(Twice.div(Twice.sum(x, 3), Twice.of(6, 0)), f, 0);
  }
}

/** y = min(max(x + 3, 0), 6) / 6      dx = −3 < x < 3 ? dy / 6 : 0 */
@final
class HardSigmoid extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x <= -3 ? 0 : x >= 3 ? 1 : Sixth.of(x, 1);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Math.abs(x) < 3 ? dy / 6 : x === x ? 0 : x;
  }
}

/** y = x min(max(x + 3, 0), 6) / 6      dx = x ≤ −3 ? 0 : x ≥ 3 ? dy : dy (2x + 3) / 6 */
@final
class HardSwish extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x <= -3 ? 0 : x >= 3 ? x : Sixth.of(x, x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x <= -3 ? 0 : x >= 3 ? dy : dy * ((x + x + 3) / 6);
  }
}

/** y = x > s ? x : 0      dx = x > s ? dy : 0 */
@final
class ThresholdedRelu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x <= s ? 0 : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x > s ? dy : x === x ? 0 : x;
  }
}

/** y = x > s ? x − s : x < −s ? x + s : 0      dx = |x| > s ? dy : 0 */
@final
class SoftShrink extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.abs(x) <= s ? 0 : x > 0 ? x - s : x + s;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Math.abs(x) > s ? dy : x === x ? 0 : x;
  }
}

/** y = |x| > s ? x : 0      dx = |x| > s ? dy : 0 */
@final
class HardShrink extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.abs(x) <= s ? 0 : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Math.abs(x) > s ? dy : x === x ? 0 : x;
  }
}

/** y = x − tanh x      dx = dy tanh² x */
@final
class TanhShrink extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Hyperbolic.tanhShrink(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    const h = Hyperbolic.tanh(x);
    return dy * (h * h);
  }
}

/** y = a < 0 ? b a : a      da = a < 0 ? b dy : dy      db = a < 0 ? a dy : 0 */
@final
class Prelu extends Binary {
  @inline forward(a: f64, b: f64): f64 {
    return a < 0 ? a * b : a;
  }
  @inline backwardA(a: f64, b: f64, dy: f64): f64 {
    return a === a ? Bend.slope(a, b) * dy : a;
  }
  @inline backwardB(a: f64, b: f64, dy: f64): f64 {
    return a >= 0 ? 0 : a * dy;
  }
}

export function relu_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Relu>(y, x, n, 0, 0);
}
export function relu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Relu>(dx, dy, y, x, n, 0, 0);
}
export function sigmoid_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Sigmoid>(y, x, n, 0, 0);
}
export function sigmoid_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Sigmoid>(dx, dy, y, x, n, 0, 0);
}
export function tanh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Tanh>(y, x, n, 0, 0);
}
export function tanh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Tanh>(dx, dy, y, x, n, 0, 0);
}
export function relu6_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Relu6>(y, x, n, 0, 0);
}
export function relu6_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Relu6>(dx, dy, y, x, n, 0, 0);
}
export function hard_tanh_forward_f64(y: usize, x: usize, n: usize, s: f64, t: f64): u32 {
  return map<HardTanh>(y, x, n, s, t);
}
export function hard_tanh_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
  t: f64,
): u32 {
  return mapGrad<HardTanh>(dx, dy, y, x, n, s, t);
}
export function leaky_relu_forward_f64(y: usize, x: usize, n: usize, s: f64): u32 {
  return map<LeakyRelu>(y, x, n, s, 0);
}
export function leaky_relu_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
): u32 {
  return mapGrad<LeakyRelu>(dx, dy, y, x, n, s, 0);
}
export function elu_forward_f64(y: usize, x: usize, n: usize, s: f64): u32 {
  return map<Elu>(y, x, n, s, 0);
}
export function elu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize, s: f64): u32 {
  return mapGrad<Elu>(dx, dy, y, x, n, s, 0);
}
export function selu_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Selu>(y, x, n, 0, 0);
}
export function selu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Selu>(dx, dy, y, x, n, 0, 0);
}
export function celu_forward_f64(y: usize, x: usize, n: usize, s: f64): u32 {
  return map<Celu>(y, x, n, s, 0);
}
export function celu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize, s: f64): u32 {
  return mapGrad<Celu>(dx, dy, y, x, n, s, 0);
}
export function gelu_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Gelu>(y, x, n, 0, 0);
}
export function gelu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Gelu>(dx, dy, y, x, n, 0, 0);
}
export function gelu_tanh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<GeluTanh>(y, x, n, 0, 0);
}
export function gelu_tanh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<GeluTanh>(dx, dy, y, x, n, 0, 0);
}
export function log_sigmoid_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<LogSigmoid>(y, x, n, 0, 0);
}
export function log_sigmoid_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<LogSigmoid>(dx, dy, y, x, n, 0, 0);
}
export function silu_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Silu>(y, x, n, 0, 0);
}
export function silu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Silu>(dx, dy, y, x, n, 0, 0);
}
export function mish_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Mish>(y, x, n, 0, 0);
}
export function mish_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Mish>(dx, dy, y, x, n, 0, 0);
}
export function softplus_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Softplus>(y, x, n, 0, 0);
}
export function softplus_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Softplus>(dx, dy, y, x, n, 0, 0);
}
export function softsign_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Softsign>(y, x, n, 0, 0);
}
export function softsign_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Softsign>(dx, dy, y, x, n, 0, 0);
}
export function hard_sigmoid_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<HardSigmoid>(y, x, n, 0, 0);
}
export function hard_sigmoid_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<HardSigmoid>(dx, dy, y, x, n, 0, 0);
}
export function hard_swish_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<HardSwish>(y, x, n, 0, 0);
}
export function hard_swish_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<HardSwish>(dx, dy, y, x, n, 0, 0);
}
export function thresholded_relu_forward_f64(y: usize, x: usize, n: usize, s: f64): u32 {
  return map<ThresholdedRelu>(y, x, n, s, 0);
}
export function thresholded_relu_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
): u32 {
  return mapGrad<ThresholdedRelu>(dx, dy, y, x, n, s, 0);
}
export function soft_shrink_forward_f64(y: usize, x: usize, n: usize, s: f64): u32 {
  return map<SoftShrink>(y, x, n, s, 0);
}
export function soft_shrink_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
): u32 {
  return mapGrad<SoftShrink>(dx, dy, y, x, n, s, 0);
}
export function hard_shrink_forward_f64(y: usize, x: usize, n: usize, s: f64): u32 {
  return map<HardShrink>(y, x, n, s, 0);
}
export function hard_shrink_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
): u32 {
  return mapGrad<HardShrink>(dx, dy, y, x, n, s, 0);
}
export function tanh_shrink_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<TanhShrink>(y, x, n, 0, 0);
}
export function tanh_shrink_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<TanhShrink>(dx, dy, y, x, n, 0, 0);
}
export function prelu_forward_f64(y: usize, a: usize, b: usize): u32 {
  return zip<Prelu>(y, a, b);
}
export function prelu_backward_a_f64(da: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradA<Prelu>(da, dy, a, b);
}
export function prelu_backward_b_f64(db: usize, dy: usize, a: usize, b: usize): u32 {
  return zipGradB<Prelu>(db, dy, a, b);
}
