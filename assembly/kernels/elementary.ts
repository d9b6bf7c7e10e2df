/**
 * Elementary functions   y = f(x), elementwise over n.
 *
 * log, log1p and sqrt have slopes that are infinite at the edge of their domain. The formulas say
 * the slope as it is; that a zero cotangent makes it zero is the business of the loop.
 */
import { map, mapChunks, mapGrad, Positive, Short, Two, Whole } from "../loops";
import { Erf } from "../math/erf";
import { Exp } from "../math/exp";
import { Exp2 } from "../math/f64core";
import { Log } from "../math/log";
import { Power } from "../math/power";
import { Wide } from "../math/wide";
import { Derivative, Staged, Unary } from "../op";
import { ErfcPasses, ErfPasses, LogNdtrPasses, NdtrPasses } from "../passes";
import { F32, F64 } from "../simd";

/** y = eˣ      dx = dy · y */
@final
class ExpOp extends Unary implements Staged {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Exp.exp(x);
  }
  @inline bound(): u32 {
    return Exp.bound();
  }
  @inline constants(): usize {
    return Exp.constants();
  }
  @inline vectors(): i32 {
    return 2;
  }
  @inline first(to: usize, x: v128, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
    Exp.first(to, x, a, b, c, d, e);
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
    return Exp.second(from, f, g, h, i, j, k);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, y);
  }
}

/** y = ln x, NaN below 0      dx = dy / x, NaN below 0 */
@final
class LogOp extends Unary implements Staged {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.log(x);
  }
  @inline bound(): u32 {
    return Log.bound();
  }
  @inline constants(): usize {
    return Log.constants();
  }
  @inline vectors(): i32 {
    return 2;
  }
  @inline first(to: usize, x: v128, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
    Log.first(to, x, a, b);
    return Log.look(x);
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
    return Log.second(from, f, g, h, i, j, k, l);
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

/** 2/√π · e^(−x²): the square in f64, for half an ULP of 81 is 32 ULP of e^−81. */
class Bell {
  @inline static of(x: v128): v128 {
    return F64.join(Bell.half(F64.low(x)), Bell.half(F64.high(x)));
  }
  // Beyond 12 it is below the smallest float; pmin hands NaN on.
  @inline static half(x: v128): v128 {
    const square = f64x2.pmin(f64x2.mul(x, x), f64x2.splat(144));
    return f64x2.mul(Wide.exp(f64x2.neg(square)), f64x2.splat(1.1283791670955126));
  }
}

/** y = |x|      dx = dy · sign(x), 0 at 0 */
@final
class Abs extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.abs(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    // The sign of x laid over dy; NaN comes through as itself.
    const signed = v128.xor(dy, v128.and(x, i32x4.splat(0x80000000)));
    const slope = v128.andnot(signed, f32x4.eq(x, f32x4.splat(0)));
    return F32.select(f32x4.eq(x, x), slope, x);
  }
}

/** y = −x      dx = −dy */
@final
class Neg extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.neg(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.neg(dy);
  }
}

/** y = sign(x), NaN at NaN      dx = 0 */
@final
class Sign extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    // Twice by 2^127 every number but 0 is beyond ±1; x first keeps a NaN and the sign of a zero.
    const far = f32x4.splat(1.7014118346046923e38);
    const wide = f32x4.mul(f32x4.mul(x, far), far);
    return f32x4.pmin(f32x4.pmax(wide, f32x4.splat(-1)), f32x4.splat(1));
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.splat(0);
  }
}

/** y = x²      dx = 2x dy */
@final
class SquareOp extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.mul(x, x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(f32x4.add(dy, dy), x);
  }
}

/** dx of the functions whose slope leaves f32 on the way to it, in f64. */
class Slope {
  /** −dy / (2 x √x) */
  @inline static rsqrt(x: v128, dy: v128): v128 {
    const d = f64x2.mul(x, f64x2.sqrt(x));
    return f64x2.div(f64x2.mul(dy, f64x2.splat(-0.5)), d);
  }
  /** dy ln 2 · 2ˣ: at 128, where 2ˣ is ∞, it is still a float */
  @inline static exp2(x: v128, dy: v128): v128 {
    const c = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-300)), f64x2.splat(300));
    return f64x2.mul(f64x2.mul(dy, f64x2.splat(0.6931471805599453)), Exp2.of(f64x2.neg(c)));
  }
  /** dy e^(−x²/2) / √(2π); beyond 40 it is 0 for every dy */
  @inline static ndtr(x: v128, dy: v128): v128 {
    const square = f64x2.pmin(f64x2.mul(x, x), f64x2.splat(1300));
    const e = Wide.exp(f64x2.mul(square, f64x2.splat(-0.5)));
    return f64x2.mul(f64x2.mul(dy, f64x2.splat(0.3989422804014327)), e);
  }
}

/** y = 1 / √x      dx = −dy / (2 x √x) */
@final
class Rsqrt extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Power.rsqrt(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const low = Slope.rsqrt(F64.low(x), F64.low(dy));
    return F64.join(low, Slope.rsqrt(F64.high(x), F64.high(dy)));
  }
}

/** y = ∛x      dx = dy / 3y², as dy / 3 · y / x: in y² the error of y counts twice */
@final
class Cbrt extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Power.cbrt(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const q = f32x4.div(y, x);
    // NaN at 0, where it is ∞, and at ∞, where it is 0.
    const infinite = f32x4.splat(Infinity);
    const limit = F32.select(f32x4.eq(x, f32x4.splat(0)), infinite, q);
    const slope = v128.andnot(limit, f32x4.eq(f32x4.abs(x), infinite));
    return f32x4.mul(f32x4.div(dy, f32x4.splat(3)), slope);
  }
}

/** y = 1 / x      dx = −dy · y · y, which overflows only where the slope does */
@final
class Reciprocal extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Power.reciprocal(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.neg(f32x4.mul(f32x4.mul(dy, y), y));
  }
}

/** y = 2ˣ      dx = dy · 2ˣ ln 2 */
@final
class Exp2Op extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Exp.exp2(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const low = Slope.exp2(F64.low(x), F64.low(dy));
    return F64.join(low, Slope.exp2(F64.high(x), F64.high(dy)));
  }
}

/** y = eˣ − 1      dx = dy · eˣ: y + 1 would lose what expm1 is for */
@final
class Expm1 extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Exp.expm1(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Exp.exp(x));
  }
}

/** y = log₂ x      dx = dy / (x ln 2) */
@final
class Log2 extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.log2(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const slope = f32x4.div(f32x4.mul(dy, f32x4.splat(1.4426950408889634)), f32x4.abs(x));
    return F32.select(f32x4.eq(y, y), slope, y);
  }
}

/** y = log₁₀ x      dx = dy / (x ln 10) */
@final
class Log10 extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return Log.log10(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const slope = f32x4.div(f32x4.mul(dy, f32x4.splat(0.4342944819032518)), f32x4.abs(x));
    return F32.select(f32x4.eq(y, y), slope, y);
  }
}

/** y = ⌊x⌋      dx = 0 */
@final
class Floor extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.floor(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.splat(0);
  }
}

/** y = ⌈x⌉      dx = 0 */
@final
class Ceil extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.ceil(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.splat(0);
  }
}

/** y = x to the nearest integer, ties to even      dx = 0 */
@final
class Round extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.nearest(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.splat(0);
  }
}

/** y = x without its fraction      dx = 0 */
@final
class Trunc extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.trunc(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.splat(0);
  }
}

/** y = min(max(x, s), t)      dx = s ≤ x ≤ t ? dy : 0 */
@final
class Clip extends Unary {
  @inline forward(x: v128, s: v128, t: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, s), t);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const inside = v128.and(f32x4.ge(x, s), f32x4.le(x, t));
    return F32.select(f32x4.eq(x, x), v128.and(dy, inside), x);
  }
}

/** y = erf x      dx = dy · 2/√π · e^(−x²), the square in f64 */
@final
class ErfOp extends Derivative {
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.mul(dy, Bell.of(x));
  }
}

/** y = 1 − erf x      dx = −dy · 2/√π · e^(−x²) */
@final
class Erfc extends Derivative {
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return f32x4.neg(f32x4.mul(dy, Bell.of(x)));
  }
}

/** y = Φ(x), the normal distribution      dx = dy · φ(x) = dy e^(−x²/2) / √(2π) */
@final
class Ndtr extends Derivative {
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    const low = Slope.ndtr(F64.low(x), F64.low(dy));
    return F64.join(low, Slope.ndtr(F64.high(x), F64.high(dy)));
  }
}

/** y = ln Φ(x)      dx = dy · φ(x) / Φ(x) */
@final
class LogNdtr extends Derivative {
  @inline backward(x: v128, y: v128, dy: v128, s: v128, t: v128): v128 {
    return Erf.dLogNdtr(x, dy);
  }
}

export function exp_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<Short<ExpOp, Positive, Whole<ExpOp>>>(y, x, n);
}
export function exp_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<ExpOp>(dx, dy, y, x, n, 0, 0);
}
export function log_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<Short<LogOp, Two, Whole<LogOp>>>(y, x, n);
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
export function abs_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Abs>(y, x, n, 0, 0);
}
export function abs_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Abs>(dx, dy, y, x, n, 0, 0);
}
export function neg_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Neg>(y, x, n, 0, 0);
}
export function neg_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Neg>(dx, dy, y, x, n, 0, 0);
}
export function sign_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Sign>(y, x, n, 0, 0);
}
export function sign_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Sign>(dx, dy, y, x, n, 0, 0);
}
export function square_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<SquareOp>(y, x, n, 0, 0);
}
export function square_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<SquareOp>(dx, dy, y, x, n, 0, 0);
}
export function rsqrt_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Rsqrt>(y, x, n, 0, 0);
}
export function rsqrt_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Rsqrt>(dx, dy, y, x, n, 0, 0);
}
export function cbrt_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Cbrt>(y, x, n, 0, 0);
}
export function cbrt_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Cbrt>(dx, dy, y, x, n, 0, 0);
}
export function reciprocal_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Reciprocal>(y, x, n, 0, 0);
}
export function reciprocal_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Reciprocal>(dx, dy, y, x, n, 0, 0);
}
export function exp2_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Exp2Op>(y, x, n, 0, 0);
}
export function exp2_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Exp2Op>(dx, dy, y, x, n, 0, 0);
}
export function expm1_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Expm1>(y, x, n, 0, 0);
}
export function expm1_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Expm1>(dx, dy, y, x, n, 0, 0);
}
export function log2_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Log2>(y, x, n, 0, 0);
}
export function log2_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log2>(dx, dy, y, x, n, 0, 0);
}
export function log10_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Log10>(y, x, n, 0, 0);
}
export function log10_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log10>(dx, dy, y, x, n, 0, 0);
}
export function floor_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Floor>(y, x, n, 0, 0);
}
export function floor_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Floor>(dx, dy, y, x, n, 0, 0);
}
export function ceil_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Ceil>(y, x, n, 0, 0);
}
export function ceil_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Ceil>(dx, dy, y, x, n, 0, 0);
}
export function round_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Round>(y, x, n, 0, 0);
}
export function round_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Round>(dx, dy, y, x, n, 0, 0);
}
export function trunc_forward_f32(y: usize, x: usize, n: usize): u32 {
  return map<Trunc>(y, x, n, 0, 0);
}
export function trunc_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Trunc>(dx, dy, y, x, n, 0, 0);
}
export function clip_forward_f32(y: usize, x: usize, n: usize, s: f32, t: f32): u32 {
  return map<Clip>(y, x, n, s, t);
}
export function clip_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
  t: f32,
): u32 {
  return mapGrad<Clip>(dx, dy, y, x, n, s, t);
}
export function erf_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<ErfPasses>(y, x, n);
}
export function erf_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<ErfOp>(dx, dy, y, x, n, 0, 0);
}
export function erfc_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<ErfcPasses>(y, x, n);
}
export function erfc_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Erfc>(dx, dy, y, x, n, 0, 0);
}
export function ndtr_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<NdtrPasses>(y, x, n);
}
export function ndtr_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Ndtr>(dx, dy, y, x, n, 0, 0);
}
export function log_ndtr_forward_f32(y: usize, x: usize, n: usize): u32 {
  return mapChunks<LogNdtrPasses>(y, x, n);
}
export function log_ndtr_backward_f32(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<LogNdtr>(dx, dy, y, x, n, 0, 0);
}
