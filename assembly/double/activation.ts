/** Activations of doubles   y = f(x). Edges and slopes as in kernels/activation.ts. */
import { map, mapGrad, zip, zipGradA, zipGradB } from "./loops";
import { Normal, Pair, Stable } from "./math";
import { Binary, Unary } from "./op";

/** x within ±800, where x eˣ is 0 or ∞: a slope there is a limit, and ∞ · 0 no number. */
class Limit {
  @inline static of(x: f64): f64 {
    return x > 800 ? 800 : x < -800 ? -800 : x;
  }
}

/** mish: with E = eˣ, tanh(ln(1 + E)) = w / (w + 2), w = E (E + 2); for x > 0 in f = e⁻ˣ. */
class Gate {
  static tanh(x: f64): f64 {
    const e = Math.exp(-Math.abs(x));
    if (x > 0) return (1 + 2 * e) / (1 + 2 * e * (1 + e));
    if (x < -2) {
      // With v = w/2 it is v / (1 + v), here as v less a small term: one rounding instead of three.
      const v = e + 0.5 * e * e;
      return v - v * (v / (1 + v));
    }
    const w = e * (e + 2);
    return w / (w + 2);
  }

  /** The derivative of x w / (w + 2). */
  static slope(x: f64): f64 {
    // There it is that of silu.
    if (x < -700) return Stable.gated(1 + x, 1, x);
    const e = Math.exp(-Math.abs(x));
    const steep = 4 * e * (1 + e);
    const d = x > 0 ? 1 + 2 * e * (1 + e) : e * (e + 2) + 2;
    return Gate.tanh(x) + (x * (x > 0 ? e * steep : steep)) / (d * d);
  }
}

/** gelu's tanh form: x σ(u), u = 2√(2/π) (x + 0.044715 x³). */
class Cubic {
  /** What `of` rounded away: half an ULP of 600 is 500 ULP of e^−600. */
  static lost: f64 = 0;

  /** u, from constants and products in pairs. */
  static of(x: f64): f64 {
    const square = Pair.product(x, x);
    const squareTail = Pair.tail;
    const cubic = Pair.product(0.07135481627260025, square);
    const cubicTail = Pair.tail + 0.07135481627260025 * squareTail - 6.175149918155315e-19 * square;
    const sum = Pair.sum(1.5957691216057308, cubic);
    const sumTail = Pair.tail + cubicTail - 9.96930880911092e-17;
    const u = Pair.product(x, sum);
    Cubic.lost = Pair.tail + x * sumTail;
    return u;
  }

  /** x σ(u) with what u lost: σ′ = σ(u) σ(−u). */
  @inline static gated(x: f64, u: f64): f64 {
    return Stable.gated(x, 1, u) * (1 + Cubic.lost * Stable.sigmoid(-u));
  }

  @inline static slope(x: f64): f64 {
    return 1.5957691216057308 * (1 + 0.134145 * x * x);
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
    return dy * Stable.dSigmoid(x);
  }
}

/** y = tanh x      dx = dy (1 − tanh² x) */
@final
class Tanh extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.tanh(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return dy * Stable.dTanh(x);
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

/** y = x < 0 ? s x : x      dx = x < 0 ? s dy : dy; 0 · ∞ is 0 for s = 0 */
@final
class LeakyRelu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x < 0 ? (s === 0 ? 0 : s * x) : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x < 0 ? s * dy : x === x ? dy : x;
  }
}

/** y = x < 0 ? s (eˣ − 1) : x      dx = x < 0 ? s eˣ dy : dy */
@final
class Elu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x < 0 ? s * Math.expm1(x) : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x >= 0 ? dy : s * Math.exp(x) * dy;
  }
}

/** y = λ (x < 0 ? α (eˣ − 1) : x)      dx = λ (x < 0 ? α eˣ : 1) dy */
@final
class Selu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x < 0 ? 1.7580993408473768 * Math.expm1(x) : 1.0507009873554805 * x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x >= 0 ? 1.0507009873554805 * dy : 1.7580993408473768 * Math.exp(x) * dy;
  }
}

/** y = x < 0 ? s (e^(x/s) − 1) : x      dx = x < 0 ? e^(x/s) dy : dy */
@final
class Celu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    // Below 2^−53 they are one, and x / s may be subnormal.
    return x / s < -1.1102230246251565e-16 ? s * Math.expm1(x / s) : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    if (x >= 0) return dy;
    const q = x / s;
    const e = Math.exp(q);
    // Half an ULP of 700 is 300 ULP of e^−700. Below −750 it is 0, and products of the halves of huge numbers overflow.
    return q > -750 && s < 1e290 ? (e + e * Stable.rest(x, s, q)) * dy : e * dy;
  }
}

/** y = x Φ(x)      dx = dy (Φ(x) + x φ(x)) */
@final
class Gelu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Normal.gelu(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    const z = Limit.of(x);
    return dy * (Normal.cdf(z) + z * Normal.density(z));
  }
}

/** y = x σ(u)      dx = dy σ(u) (1 + x u′ σ(−u)) */
@final
class GeluTanh extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x === -Infinity ? -0.0 : Cubic.gated(x, Cubic.of(Limit.of(x)));
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    const z = Limit.of(x);
    const u = Cubic.of(z);
    return Cubic.gated(dy, u) * (1 + z * Cubic.slope(z) * Stable.sigmoid(-u));
  }
}

/** y = ln σ(x)      dx = dy · σ(−x) */
@final
class LogSigmoid extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return -Stable.softplus(-x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return dy * Stable.sigmoid(-x);
  }
}

/** y = x σ(x)      dx = dy σ(x) (1 + x σ(−x)) */
@final
class Silu extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x === -Infinity ? -0.0 : Stable.gated(x, 1, x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    const z = Limit.of(x);
    return dy * Stable.gated(1 + z * Stable.sigmoid(-z), 1, z);
  }
}

/** y = x tanh(ln(1 + eˣ))      dx = dy · y′ */
@final
class Mish extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    if (x === -Infinity) return -0.0;
    return x < -700 ? Stable.gated(x, 1, x) : x * Gate.tanh(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return dy * Gate.slope(Limit.of(x));
  }
}

/** y = ln(1 + eˣ)      dx = dy · σ(x) */
@final
class Softplus extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Stable.softplus(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return dy * Stable.sigmoid(x);
  }
}

/** y = x / (1 + |x|), ±1 at ±∞      dx = dy / (1 + |x|)² */
@final
class Softsign extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x === Infinity ? 1 : x === -Infinity ? -1 : x / (1 + Math.abs(x));
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    const root = 1 + Math.abs(x);
    return dy / root / root;
  }
}

/** y = min(max(x + 3, 0), 6) / 6      dx = −3 < x < 3 ? dy / 6 : 0 */
@final
class HardSigmoid extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return Math.abs(x) < 3 ? dy / 6 : x === x ? 0 : x;
  }
}

/** y = x min(max(x + 3, 0), 6) / 6      dx = x ≤ −3 ? 0 : x ≥ 3 ? dy : dy (2x + 3) / 6 */
@final
class HardSwish extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x <= -3 ? 0 : x >= 3 ? x : (x * (x + 3)) / 6;
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
    return Stable.tanhShrink(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    const h = Math.tanh(x);
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
    return a < 0 ? b * dy : a === a ? dy : a;
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
