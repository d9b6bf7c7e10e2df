/** Activations of doubles   y = f(x). Edges and slopes as in kernels/activation.ts. */

import { ExpLanes, Lanes } from "./lanes";
import { map, mapGrad, mapGradLanes, mapLanes, zip, zipGradA, zipGradB } from "./loops";
import { Gate, Hyperbolic, Normal, Stable } from "./math";
import { Binary, Unary, UnaryLanes } from "./op";
import { Twice } from "./twice";

const LINEAR_HEAD: f64 = 1.5957691073417664;
const LINEAR_TAIL: f64 = 1.426396435433791e-8;
/** The first of 24 bits: three times it has 26. */
const CUBIC_HEAD: f64 = 0.07135481387376785;
const CUBIC_TAIL: f64 = 2.3988323959931355e-9;

/** gelu's tanh form: x σ(u), u = 2√(2/π) (x + 0.044715 x³). Half an ULP of 600 is 500 ULP of e^−600. */
class Cubic {
  static tail: v128 = i64x2.splat(0);

  /** u, and with 3 for `times` x u′: the head, its tail left. 2√(2/π) and 0.044715 times it in two parts, the first of 26 bits. */
  static of(x: v128, times: f64): v128 {
    const a = Lanes.cut(x);
    const b = f64x2.sub(x, a);
    const square = f64x2.mul(a, a);
    const squareTail = Lanes.beside(a, b, a, b);
    const h = Lanes.cut(f64x2.add(square, squareTail));
    const l = f64x2.add(f64x2.sub(square, h), squareTail);
    const c = f64x2.splat(CUBIC_HEAD * times);
    const bent = f64x2.mul(h, c);
    const first = f64x2.splat(LINEAR_HEAD);
    const s = f64x2.add(first, bent);
    const more = f64x2.add(
      Lanes.error(first, bent, s),
      f64x2.add(f64x2.splat(LINEAR_TAIL), Lanes.beside(h, l, c, f64x2.splat(CUBIC_TAIL * times))),
    );
    const p = Lanes.cut(f64x2.add(s, more));
    const q = f64x2.add(f64x2.sub(s, p), more);
    const u = f64x2.mul(p, a);
    const v = Lanes.beside(p, q, a, b);
    const sum = f64x2.add(u, v);
    Cubic.tail = Lanes.lost(u, v, sum);
    return sum;
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
class Sigmoid extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Gate.times(Gate.of(x, f64x2.splat(0)), Lanes.one());
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return Gate.times(Gate.slope(x), dy);
  }
}

/** y = tanh x      dx = dy (1 − tanh² x) */
@final
class Tanh extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Hyperbolic.tanh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const slope = Gate.slope(f64x2.add(x, x));
    const four = f64x2.splat(4);
    return Lanes.scaled(f64x2.mul(slope, four), f64x2.mul(Gate.tail, four), Gate.power, dy);
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
class Elu extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    const e = ExpLanes.minusOne(Gate.below(x), f64x2.splat(0));
    return v128.bitselect(Lanes.times(e, ExpLanes.tail, s), x, f64x2.lt(x, f64x2.splat(0)));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const e = ExpLanes.of(Gate.below(x), f64x2.splat(0));
    const slope = Lanes.both(e, ExpLanes.tail, ExpLanes.power, s, dy);
    return v128.bitselect(dy, slope, f64x2.gt(x, f64x2.splat(0)));
  }
}

/** λ and λ α, each in two parts. */
const SCALE_HEAD: f64 = 1.0507009625434875;
const SCALE_TAIL: f64 = 2.481199294459121e-8;
const BELOW_HEAD: f64 = 1.7580993175506592;
const BELOW_TAIL: f64 = 2.3296717680252718e-8;

/** y = λ (x < 0 ? α (eˣ − 1) : x)      dx = λ (x > 0 ? 1 : α eˣ) dy */
@final
class Selu extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    const below = f64x2.lt(x, f64x2.splat(0));
    const e = ExpLanes.minusOne(Gate.below(x), f64x2.splat(0));
    const h = v128.bitselect(e, Lanes.one(), below);
    const f = v128.bitselect(Lanes.one(), x, below);
    return Lanes.times(Selu.by(h, v128.and(ExpLanes.tail, below), below), Selu.tail, f);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const below = v128.not(f64x2.gt(x, f64x2.splat(0)));
    const e = ExpLanes.of(Gate.below(x), f64x2.splat(0));
    const h = v128.bitselect(e, Lanes.one(), below);
    const slope = Selu.by(h, v128.and(ExpLanes.tail, below), below);
    return Lanes.scaled(slope, Selu.tail, v128.and(ExpLanes.power, below), dy);
  }

  static tail: v128 = i64x2.splat(0);

  /** h + l times λ α where x is below 0, else times λ. */
  @inline static by(h: v128, l: v128, below: v128): v128 {
    const a = v128.bitselect(f64x2.splat(BELOW_HEAD), f64x2.splat(SCALE_HEAD), below);
    const b = v128.bitselect(f64x2.splat(BELOW_TAIL), f64x2.splat(SCALE_TAIL), below);
    const p = f64x2.mul(h, a);
    const more = Lanes.beside(h, l, a, b);
    const head = Lanes.cut(f64x2.add(p, more));
    Selu.tail = f64x2.add(f64x2.sub(p, head), more);
    return head;
  }
}

/** y = x < 0 ? s (e^(x/s) − 1) : x      dx = x < 0 ? e^(x/s) dy : dy */
@final
class Celu extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    const q = Gate.below(f64x2.div(x, s));
    const e = ExpLanes.minusOne(q, Celu.rest(x, s, q));
    // Above −2^−53 they are one, and x / s may be subnormal.
    const below = f64x2.lt(q, f64x2.splat(-1.1102230246251565e-16));
    return v128.bitselect(Lanes.times(e, ExpLanes.tail, s), x, below);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const q = Gate.below(f64x2.div(x, s));
    const e = ExpLanes.of(q, Celu.rest(x, s, q));
    const slope = Lanes.scaled(e, ExpLanes.tail, ExpLanes.power, dy);
    return v128.bitselect(dy, slope, f64x2.ge(x, f64x2.splat(0)));
  }

  /** What x / s rounds away: half an ULP of 700 is 300 ULP of e^−700. Below −800 it is none, nor where s has no parts. */
  @inline static rest(x: v128, s: v128, q: v128): v128 {
    const a = Lanes.cut(q);
    const b = Lanes.cut(s);
    const p = f64x2.sub(
      f64x2.sub(x, f64x2.mul(a, b)),
      Lanes.beside(a, f64x2.sub(q, a), b, f64x2.sub(s, b)),
    );
    const within = v128.and(
      f64x2.gt(q, f64x2.splat(-800)),
      f64x2.lt(f64x2.abs(s), f64x2.splat(1e290)),
    );
    return v128.and(f64x2.div(p, s), within);
  }
}

/** y = x Φ(x)      dx = dy (Φ(x) + x φ(x)) */
@final
class Gelu extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Normal.gelu(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return Normal.dGelu(x, dy);
  }
}

/** y = x σ(u)      dx = dy σ(u) (1 + x u′ σ(−u)) */
@final
class GeluTanh extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    const u = Cubic.of(Gate.within(x), 1);
    return Gate.times(Gate.of(u, Cubic.tail), f64x2.pmax(x, f64x2.splat(-2400)));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const z = Gate.within(x);
    const u = Cubic.of(z, 1);
    const t = Cubic.tail;
    return Gate.times(Gate.product(Cubic.of(z, 3), Cubic.tail, u, t), dy);
  }
}

/** y = ln σ(x)      dx = dy · σ(−x) */
@final
class LogSigmoid extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return f64x2.neg(Stable.softplus(f64x2.neg(x)));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return Gate.times(Gate.of(f64x2.neg(x), f64x2.splat(0)), dy);
  }
}

/** y = x σ(x)      dx = dy σ(x) (1 + x σ(−x)) */
@final
class Silu extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Gate.times(Gate.of(x, f64x2.splat(0)), f64x2.pmax(x, f64x2.splat(-2400)));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const z = Gate.within(x);
    const none = f64x2.splat(0);
    return Gate.times(Gate.product(z, none, x, none), dy);
  }
}

/** y = x tanh(ln(1 + eˣ))      dx = dy · y′ */
@final
class Mish extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Gate.times(Gate.mish(x), f64x2.pmax(x, f64x2.splat(-2400)));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return Gate.times(Gate.dMish(Gate.within(x)), dy);
  }
}

/** y = ln(1 + eˣ)      dx = dy · σ(x) */
@final
class Softplus extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Stable.softplus(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return Gate.times(Gate.of(x, f64x2.splat(0)), dy);
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
  @inline static of(x: v128, f: v128): v128 {
    const none = f64x2.splat(0);
    const s = Lanes.sum(x, none, f64x2.splat(3), none);
    const q = Lanes.over(s, Lanes.tail, f64x2.splat(6), none);
    return Lanes.times(q, Lanes.tail, f);
  }
  /** 0 up to −3, `above` from 3 on, else `between`. */
  @inline static within(x: v128, between: v128, above: v128): v128 {
    const inner = v128.bitselect(above, between, f64x2.ge(x, f64x2.splat(3)));
    return v128.andnot(inner, f64x2.le(x, f64x2.splat(-3)));
  }
}

/** y = min(max(x + 3, 0), 6) / 6      dx = −3 < x < 3 ? dy / 6 : 0 */
@final
class HardSigmoid extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    const one = Lanes.one();
    return Sixth.within(x, Sixth.of(x, one), one);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const inside = f64x2.lt(f64x2.abs(x), f64x2.splat(3));
    const missing = v128.andnot(x, f64x2.eq(x, x));
    return v128.bitselect(f64x2.div(dy, f64x2.splat(6)), missing, inside);
  }
}

/** y = x min(max(x + 3, 0), 6) / 6      dx = x ≤ −3 ? 0 : x ≥ 3 ? dy : dy (2x + 3) / 6 */
@final
class HardSwish extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Sixth.within(x, Sixth.of(x, x), x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const top = f64x2.add(f64x2.add(x, x), f64x2.splat(3));
    const slope = f64x2.mul(dy, f64x2.div(top, f64x2.splat(6)));
    return Sixth.within(x, slope, dy);
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
class TanhShrink extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Hyperbolic.tanhShrink(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    const h = Hyperbolic.tanh(x);
    return f64x2.mul(dy, f64x2.mul(h, h));
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
  return mapLanes<Sigmoid>(y, x, n, 0);
}
export function sigmoid_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Sigmoid>(dx, dy, y, x, n, 0);
}
export function tanh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Tanh>(y, x, n, 0);
}
export function tanh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Tanh>(dx, dy, y, x, n, 0);
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
  return mapLanes<Elu>(y, x, n, s);
}
export function elu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize, s: f64): u32 {
  return mapGradLanes<Elu>(dx, dy, y, x, n, s);
}
export function selu_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Selu>(y, x, n, 0);
}
export function selu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Selu>(dx, dy, y, x, n, 0);
}
export function celu_forward_f64(y: usize, x: usize, n: usize, s: f64): u32 {
  return mapLanes<Celu>(y, x, n, s);
}
export function celu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize, s: f64): u32 {
  return mapGradLanes<Celu>(dx, dy, y, x, n, s);
}
export function gelu_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Gelu>(y, x, n, 0);
}
export function gelu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Gelu>(dx, dy, y, x, n, 0);
}
export function gelu_tanh_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<GeluTanh>(y, x, n, 0);
}
export function gelu_tanh_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<GeluTanh>(dx, dy, y, x, n, 0);
}
export function log_sigmoid_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<LogSigmoid>(y, x, n, 0);
}
export function log_sigmoid_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<LogSigmoid>(dx, dy, y, x, n, 0);
}
export function silu_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Silu>(y, x, n, 0);
}
export function silu_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Silu>(dx, dy, y, x, n, 0);
}
export function mish_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Mish>(y, x, n, 0);
}
export function mish_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Mish>(dx, dy, y, x, n, 0);
}
export function softplus_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Softplus>(y, x, n, 0);
}
export function softplus_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Softplus>(dx, dy, y, x, n, 0);
}
export function softsign_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Softsign>(y, x, n, 0, 0);
}
export function softsign_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Softsign>(dx, dy, y, x, n, 0, 0);
}
export function hard_sigmoid_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<HardSigmoid>(y, x, n, 0);
}
export function hard_sigmoid_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<HardSigmoid>(dx, dy, y, x, n, 0);
}
export function hard_swish_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<HardSwish>(y, x, n, 0);
}
export function hard_swish_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<HardSwish>(dx, dy, y, x, n, 0);
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
  return mapLanes<TanhShrink>(y, x, n, 0);
}
export function tanh_shrink_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<TanhShrink>(dx, dy, y, x, n, 0);
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
