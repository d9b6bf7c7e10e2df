/**
 * Activations   y = f(x), elementwise over n.
 *
 * Sigmoid and tanh take their slope from x, not from y: 1 − y loses everything once y rounds
 * to 1 (x > 17 and x > 9), long before the slope itself vanishes.
 */
import { map, mapChunks, mapGrad, One, Positive, Short, Two, Whole } from "../loops";
import { Erf } from "../math/erf";
import { Exp } from "../math/exp";
import { Grid } from "../math/grid";
import { Hyperbolic } from "../math/hyperbolic";
import { Log } from "../math/log";
import { Power } from "../math/power";
import { Sigmoid } from "../math/sigmoid";
import { Wide } from "../math/wide";
import { Derivative, Staged, Unary } from "../op";
import { Bend } from "../parts";
import { GeluPasses, LogSigmoidPasses, SoftplusPasses } from "../passes";
import { F32, F64 } from "../simd";

/** y = max(x, 0)      dx = x > 0 ? dy : 0, NaN at NaN */
@final
class Relu extends Unary {
  // pmax with x first is one instruction and hands x's NaN on; x > 0 ? x : 0 would hide it.
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.pmax(x, f32x4.splat(0));
  }
  // x > 0 is false for NaN, so NaN is put back by a select.
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const zero = f32x4.splat(0);
    const open = F32.select(f32x4.gt(x, zero), dy, zero);
    return F32.select(f32x4.eq(x, x), open, x);
  }
}

/** What is made of σ at the next place of a grid. */
abstract class Logistic extends Unary implements Staged {
  @inline bound(): u32 {
    return Grid.sigmoidBound();
  }
  @inline constants(): usize {
    return Grid.sigmoidConstants();
  }
  @inline vectors(): i32 {
    return 3;
  }
  @inline first(to: usize, x: v128, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
    Grid.sigmoidFirst(to, x, a, b, c, d);
    return i32x4.add(x, x);
  }
  abstract second(
    from: usize,
    x: usize,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128;
}

/** y = 1 / (1 + e⁻ˣ)      dx = dy · y (1 − y) */
@final
class SigmoidOp extends Logistic {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Grid.sigmoidOr(x, Sigmoid.sigmoid(x));
  }
  @inline second(
    from: usize,
    x: usize,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    return Grid.sigmoidSecond(from, f, g, h);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Sigmoid.dSigmoid(x));
  }
}

/** y = tanh x      dx = dy (1 − y²) */
@final
class Tanh extends Unary implements Staged {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Grid.tanhOr(x, Hyperbolic.tanh(x));
  }
  @inline bound(): u32 {
    return Grid.tanhBound();
  }
  @inline constants(): usize {
    return Grid.tanhConstants();
  }
  @inline vectors(): i32 {
    return 3;
  }
  @inline first(to: usize, x: v128, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
    Grid.tanhFirst(to, x, a, b, c, d);
    return i32x4.add(x, x);
  }
  @inline second(
    from: usize,
    x: usize,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    return Grid.tanhSecond(from, v128.load(x), f, g, h);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Sigmoid.dTanh(x));
  }
}

/** s · x, where 0 · ∞ is 0: a slope of 0 makes a plain relu. */
class Slope {
  @inline static times(s: v128, x: v128): v128 {
    return v128.and(f32x4.mul(s, x), f32x4.ne(s, f32x4.splat(0)));
  }
}

/** e^(x/s) and s (e^(x/d) − 1) for x < 0: in f32 half an ULP of x/s = 80 would be 32 ULP of the result. */
class Scaled {
  /** The divisor d is in f64. */
  @inline static expm1(x: v128, s: v128, d: v128): v128 {
    const low = f64x2.mul(F64.low(s), Wide.expm1(Scaled.ratio(F64.low(x), d)));
    const high = f64x2.mul(F64.low(s), Wide.expm1(Scaled.ratio(F64.high(x), d)));
    return F64.join(low, high);
  }
  @inline static exp(x: v128, s: v128): v128 {
    const low = Wide.exp(Scaled.ratio(F64.low(x), F64.low(s)));
    return F64.join(low, Wide.exp(Scaled.ratio(F64.high(x), F64.low(s))));
  }
  @inline static ratio(x: v128, s: v128): v128 {
    return f64x2.pmin(f64x2.pmax(f64x2.div(x, s), f64x2.splat(-700)), f64x2.splat(700));
  }
}

/** min(max(x + 3, 0), 6) / 6 in f64: two roundings in f32 came to 1.75 ULP of hardSwish. */
class Gate {
  @inline static of(x: v128): v128 {
    const raised = f64x2.pmax(f64x2.add(x, f64x2.splat(3)), f64x2.splat(0));
    return f64x2.div(f64x2.pmin(raised, f64x2.splat(6)), f64x2.splat(6));
  }
}

/** x − tanh x: x³/3 − 2x⁵/15 + 17x⁷/315 − 62x⁹/2835 up to 1/16, from there on without cancelling much. */
class Shrink {
  @inline static of(x: v128): v128 {
    return F64.join(Shrink.half(F64.low(x)), Shrink.half(F64.high(x)));
  }
  @inline static half(x: v128): v128 {
    const z = f64x2.mul(x, x);
    let p = f64x2.splat(-0.021869488536155203);
    p = F64.madd(p, z, f64x2.splat(0.05396825396825397));
    p = F64.madd(p, z, f64x2.splat(-0.13333333333333333));
    p = F64.madd(p, z, f64x2.splat(0.3333333333333333));
    const near = f64x2.mul(f64x2.mul(x, z), p);
    const e = Wide.expm1Fine(
      f64x2.pmax(f64x2.mul(f64x2.abs(x), f64x2.splat(-2)), f64x2.splat(-90)),
    );
    const t = f64x2.div(e, f64x2.add(e, f64x2.splat(2)));
    const sign = v128.and(x, f64x2.splat(-0.0));
    const far = f64x2.sub(x, v128.xor(f64x2.neg(t), sign));
    return F64.select(f64x2.lt(f64x2.abs(x), f64x2.splat(0.0625)), near, far);
  }
}

/** y = min(max(x, 0), 6)      dx = 0 < x < 6 ? dy : 0 */
@final
class Relu6 extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(6));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const inside = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, f32x4.splat(6)));
    return F32.select(f32x4.eq(x, x), v128.and(dy, inside), x);
  }
}

/** y = min(max(x, s), t)      dx = s < x < t ? dy : 0 */
@final
class HardTanh extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, s), t);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const inside = v128.and(f32x4.gt(x, s), f32x4.lt(x, t));
    return F32.select(f32x4.eq(x, x), v128.and(dy, inside), x);
  }
}

/** y = x < 0 ? s x : x      dx = x < 0 ? s dy : dy, the slope of least norm at 0, NaN at NaN; 0 · ∞ is 0 for s = 0 */
@final
class LeakyRelu extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.lt(x, f32x4.splat(0)), Slope.times(s, x), x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.eq(x, x), Bend.slope(x, s, dy), x);
  }
}

/** y = x < 0 ? eˣ − 1 : x      dx = x > 0 ? dy : s eˣ dy, the slope of least norm at 0 where y is convex: |s| ≤ 1 */
@final
class Elu extends Unary implements Staged {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Exp.elu(x);
  }
  @inline bound(): u32 {
    return Exp.bound();
  }
  @inline constants(): usize {
    return Exp.eluConstants();
  }
  @inline vectors(): i32 {
    return 2;
  }
  @inline first(to: usize, x: v128, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
    Exp.first(to, f32x4.pmin(x, f32x4.splat(0)), a, b, c, d, e);
    return i32x4.add(x, x);
  }
  @inline second(
    from: usize,
    x: usize,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    return Exp.dip(v128.load(x), v128.load(from), v128.load(from, 16), f, g, h, i, j, k, l);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const below = f32x4.mul(f32x4.mul(s, Exp.exp(x)), dy);
    return F32.select(f32x4.gt(x, f32x4.splat(0)), dy, below);
  }
}

/**
 * The same with any s, y = x < 0 ? s (eˣ − 1) : x, and products in f64: rounded after eˣ − 1 it came to 1.24 ULP of
 * 3 (eˣ − 1), and 3 eˣ was 4.5 ULP off where eˣ is subnormal.
 */
@final
class ScaledElu extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.lt(x, f32x4.splat(0)), Scaled.expm1(x, s, f64x2.splat(1)), x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const low = ScaledElu.slope(F64.low(x), F64.low(dy), F64.low(s));
    const below = F64.join(low, ScaledElu.slope(F64.high(x), F64.high(dy), F64.low(s)));
    return F32.select(f32x4.gt(x, f32x4.splat(0)), dy, below);
  }
  @inline static slope(x: v128, dy: v128, s: v128): v128 {
    return f64x2.mul(Wide.exp(Scaled.ratio(x, f64x2.splat(1))), f64x2.mul(s, dy));
  }
}

/** y = λ (x < 0 ? α (eˣ − 1) : x)      dx = λ (x > 0 ? 1 : α eˣ) dy */
@final
class Selu extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Exp.selu(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const below = f32x4.mul(Exp.times(f32x4.splat(1.7580993408473768), x), dy);
    const above = f32x4.mul(f32x4.splat(1.0507009873554805), dy);
    return F32.select(f32x4.gt(x, f32x4.splat(0)), above, below);
  }
}

/** y = x < 0 ? s (e^(x/s) − 1) : x      dx = x < 0 ? e^(x/s) dy : dy; the quotient in f64 */
@final
class Celu extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.lt(x, f32x4.splat(0)), Scaled.expm1(x, s, F64.low(s)), x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.ge(x, f32x4.splat(0)), dy, f32x4.mul(Scaled.exp(x, s), dy));
  }
}

/** y = x Φ(x)      dx = dy (Φ(x) + x φ(x)) */
@final
class Gelu extends Derivative {
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Erf.dGelu(x));
  }
}

/** y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2      dx = dy · y′ */
@final
class GeluTanh extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Erf.geluTanh(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Erf.dGeluTanh(x));
  }
}

/** y = ln σ(x)      dx = dy · σ(−x) */
@final
class LogSigmoid extends Derivative {
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Sigmoid.sigmoid(f32x4.neg(x)));
  }
}

/** y = x σ(x)      dx = dy (σ(x) + x σ(x) σ(−x)) */
@final
class Silu extends Logistic {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Grid.siluOr(x, Sigmoid.silu(x));
  }
  @inline second(
    from: usize,
    x: usize,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    return Grid.siluSecond(from, v128.load(x), f, g, h, i);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Sigmoid.dSilu(x));
  }
}

/** y = x tanh(ln(1 + eˣ))      dx = dy · y′ */
@final
class Mish extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Sigmoid.mish(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Sigmoid.dMish(x));
  }
}

/** y = ln(1 + eˣ)      dx = dy · σ(x) */
@final
class Softplus extends Derivative {
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Sigmoid.sigmoid(x));
  }
}

/** y = x / (1 + |x|)      dx = dy / (1 + |x|)² */
@final
class Softsign extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Power.softsign(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const root = f32x4.add(f32x4.splat(1), f32x4.abs(x));
    return f32x4.div(f32x4.div(dy, root), root);
  }
}

/** y = min(max(x + 3, 0), 6) / 6      dx = −3 < x < 3 ? dy / 6 : 0 */
@final
class HardSigmoid extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return F64.join(Gate.of(F64.low(x)), Gate.of(F64.high(x)));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const inside = f32x4.lt(f32x4.abs(x), f32x4.splat(3));
    return F32.select(f32x4.eq(x, x), v128.and(f32x4.div(dy, f32x4.splat(6)), inside), x);
  }
}

/** y = x min(max(x + 3, 0), 6) / 6      dx = x ≤ −3 ? 0 : x ≥ 3 ? dy : dy (2x + 3) / 6 */
@final
class HardSwish extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    const low = f64x2.mul(F64.low(x), Gate.of(F64.low(x)));
    const high = f64x2.mul(F64.high(x), Gate.of(F64.high(x)));
    return v128.andnot(F64.join(low, high), f32x4.le(x, f32x4.splat(-3)));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const middle = f32x4.add(f32x4.add(x, x), f32x4.splat(3));
    const inner = f32x4.mul(dy, f32x4.div(middle, f32x4.splat(6)));
    return v128.andnot(
      F32.select(f32x4.ge(x, f32x4.splat(3)), dy, inner),
      f32x4.le(x, f32x4.splat(-3)),
    );
  }
}

/** y = x > s ? x : 0      dx = x > s ? dy : 0 */
@final
class ThresholdedRelu extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return v128.andnot(x, f32x4.le(x, s));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.eq(x, x), v128.and(dy, f32x4.gt(x, s)), x);
  }
}

/** y = x > s ? x − s : x < −s ? x + s : 0      dx = |x| > s ? dy : 0 */
@final
class SoftShrink extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    const signed = v128.or(s, v128.and(x, i32x4.splat(0x80000000)));
    return v128.andnot(f32x4.sub(x, signed), f32x4.le(f32x4.abs(x), s));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.eq(x, x), v128.and(dy, f32x4.gt(f32x4.abs(x), s)), x);
  }
}

/** y = |x| > s ? x : 0      dx = |x| > s ? dy : 0 */
@final
class HardShrink extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return v128.andnot(x, f32x4.le(f32x4.abs(x), s));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return F32.select(f32x4.eq(x, x), v128.and(dy, f32x4.gt(f32x4.abs(x), s)), x);
  }
}

/** y = x − tanh x, by its series near 0      dx = dy tanh² x */
@final
class TanhShrink extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Shrink.of(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const h = Hyperbolic.tanh(x);
    return f32x4.mul(dy, f32x4.mul(h, h));
  }
}

export function relu_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Relu>(y, x, n, 0, 0);
}
export function relu_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Relu>(dx, dy, y, x, n, 0, 0);
}
export function sigmoid_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<Short<SigmoidOp, Positive, Whole<SigmoidOp>>>(y, x, n);
}
export function sigmoid_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<SigmoidOp>(dx, dy, y, x, n, 0, 0);
}
export function tanh_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<Short<Tanh, Two, Whole<Tanh>>>(y, x, n);
}
export function tanh_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Tanh>(dx, dy, y, x, n, 0, 0);
}
export function relu6_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Relu6>(y, x, n, 0, 0);
}
export function relu6_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Relu6>(dx, dy, y, x, n, 0, 0);
}
export function hard_tanh_forward_f32(y: usize, x: usize, n: usize, s: f32, t: f32): u32 {
  return map<HardTanh>(y, x, n, s, t);
}
export function hard_tanh_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
  t: f32,
): u32 {
  return mapGrad<HardTanh>(dx, dy, y, x, n, s, t);
}
export function leaky_relu_forward_f32(y: usize, x: usize, n: usize, s: f32): u32 {
  return map<LeakyRelu>(y, x, n, s, 0);
}
export function leaky_relu_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
): u32 {
  return mapGrad<LeakyRelu>(dx, dy, y, x, n, s, 0);
}
export function elu_forward_f32(y: usize, x: usize, n: usize, s: f32): u32 {
  return s === 1 ? mapChunks<Short<Elu, One, Whole<Elu>>>(y, x, n) : map<ScaledElu>(y, x, n, s, 0);
}
export function elu_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize, s: f32): u32 {
  const usual = abs<f32>(s) <= 1;
  return usual ? mapGrad<Elu>(dx, dy, y, x, n, s, 0) : mapGrad<ScaledElu>(dx, dy, y, x, n, s, 0);
}
export function selu_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Selu>(y, x, n, 0, 0);
}
export function selu_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Selu>(dx, dy, y, x, n, 0, 0);
}
export function celu_forward_f32(y: usize, x: usize, n: usize, s: f32): u32 {
  return map<Celu>(y, x, n, s, 0);
}
export function celu_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize, s: f32): u32 {
  return mapGrad<Celu>(dx, dy, y, x, n, s, 0);
}
export function gelu_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<GeluPasses>(y, x, n);
}
export function gelu_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Gelu>(dx, dy, y, x, n, 0, 0);
}
export function gelu_tanh_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<GeluTanh>(y, x, n, 0, 0);
}
export function gelu_tanh_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<GeluTanh>(dx, dy, y, x, n, 0, 0);
}
export function log_sigmoid_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<LogSigmoidPasses>(y, x, n);
}
export function log_sigmoid_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<LogSigmoid>(dx, dy, y, x, n, 0, 0);
}
export function silu_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<Short<Silu, Two, Whole<Silu>>>(y, x, n);
}
export function silu_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Silu>(dx, dy, y, x, n, 0, 0);
}
export function mish_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Mish>(y, x, n, 0, 0);
}
export function mish_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Mish>(dx, dy, y, x, n, 0, 0);
}
export function softplus_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<SoftplusPasses>(y, x, n);
}
export function softplus_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Softplus>(dx, dy, y, x, n, 0, 0);
}
export function softsign_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Softsign>(y, x, n, 0, 0);
}
export function softsign_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Softsign>(dx, dy, y, x, n, 0, 0);
}
export function hard_sigmoid_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<HardSigmoid>(y, x, n, 0, 0);
}
export function hard_sigmoid_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<HardSigmoid>(dx, dy, y, x, n, 0, 0);
}
export function hard_swish_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<HardSwish>(y, x, n, 0, 0);
}
export function hard_swish_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<HardSwish>(dx, dy, y, x, n, 0, 0);
}
export function thresholded_relu_forward_f32(y: usize, x: usize, n: usize, s: f32): u32 {
  return map<ThresholdedRelu>(y, x, n, s, 0);
}
export function thresholded_relu_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
): u32 {
  return mapGrad<ThresholdedRelu>(dx, dy, y, x, n, s, 0);
}
export function soft_shrink_forward_f32(y: usize, x: usize, n: usize, s: f32): u32 {
  return map<SoftShrink>(y, x, n, s, 0);
}
export function soft_shrink_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
): u32 {
  return mapGrad<SoftShrink>(dx, dy, y, x, n, s, 0);
}
export function hard_shrink_forward_f32(y: usize, x: usize, n: usize, s: f32): u32 {
  return map<HardShrink>(y, x, n, s, 0);
}
export function hard_shrink_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
): u32 {
  return mapGrad<HardShrink>(dx, dy, y, x, n, s, 0);
}
export function tanh_shrink_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<TanhShrink>(y, x, n, 0, 0);
}
export function tanh_shrink_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<TanhShrink>(dx, dy, y, x, n, 0, 0);
}
