/** Elementary functions of doubles   y = f(x). Edges and slopes as in kernels/elementary.ts. */
import { Lanes } from "./lanes";
import { map, mapGrad, mapGradLanes, mapLanes } from "./loops";
import { Normal, Stable } from "./math";
import { Unary, UnaryLanes } from "./op";

/** y = eˣ      dx = dy · y */
@final
class Exp extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.exp(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return dy * y;
  }
}

/** y = ln x      dx = dy / |x|, NaN below 0 */
@final
class Log extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.log(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return y === y ? dy / Math.abs(x) : y;
  }
}

/** y = ln(1 + x)      dx = dy / (1 + x), NaN below −1 */
@final
class Log1p extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.log1p(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return y === y ? dy / (x + 1) : y;
  }
}

/** y = √x      dx = dy / 2|y|: √-0 = -0, where the slope is still +∞ */
@final
class Sqrt extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.sqrt(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return (dy * 0.5) / Math.abs(y);
  }
}

/** y = |x|      dx = dy · sign(x), 0 at 0 */
@final
class Abs extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.abs(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x > 0 ? dy : x < 0 ? -dy : x === x ? 0 : x;
  }
}

/** y = −x      dx = −dy */
@final
class Neg extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return -x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return -dy;
  }
}

/** y = sign(x), x itself at ±0 and NaN      dx = 0 */
@final
class Sign extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x > 0 ? 1 : x < 0 ? -1 : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return 0;
  }
}

/** y = x²      dx = 2x dy */
@final
class Square extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x * x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return (dy + dy) * x;
  }
}

/** y = 1 / √x      dx = −dy · y / 2x */
@final
class Rsqrt extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Stable.rsqrt(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return f64x2.div(f64x2.mul(f64x2.mul(dy, f64x2.splat(-0.5)), y), x);
  }
}

/** y = ∛x      dx = dy / 3y², as dy y / 3x: with y² the error of y would count twice */
@final
class Cbrt extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.cbrt(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    const q = y / x;
    // NaN at 0 and ∞.
    return q === q ? (dy * q) / 3 : dy / 3 / (y * y);
  }
}

/** y = 1 / x      dx = −dy · y · y, which overflows only where the slope does */
@final
class Reciprocal extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return 1 / x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return -(dy * y * y);
  }
}

/** y = 2ˣ      dx = dy · y ln 2 */
@final
class Exp2 extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.exp2(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    // From 1024 on 2ˣ is ∞, but not yet 2ˣ ln 2.
    return x >= 1024
      ? dy * (0.6931471805599453 * Math.exp2(x - 1)) * 2
      : dy * 0.6931471805599453 * y;
  }
}

/** y = eˣ − 1      dx = dy · eˣ */
@final
class Expm1 extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Stable.expm1(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return f64x2.mul(dy, Stable.plainExp(x));
  }
}

/** y = log₂ x      dx = dy / (|x| ln 2) */
@final
class Log2 extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.log2(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return y === y ? (dy * 1.4426950408889634) / Math.abs(x) : y;
  }
}

/** y = log₁₀ x      dx = dy / (|x| ln 10) */
@final
class Log10 extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.log10(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return y === y ? (dy * 0.4342944819032518) / Math.abs(x) : y;
  }
}

/** y = ⌊x⌋      dx = 0 */
@final
class Floor extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.floor(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return 0;
  }
}

/** y = ⌈x⌉      dx = 0 */
@final
class Ceil extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.ceil(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return 0;
  }
}

/** y = x to the nearest integer, ties to even      dx = 0 */
@final
class Round extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return nearest<f64>(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return 0;
  }
}

/** y = x without its fraction      dx = 0 */
@final
class Trunc extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return Math.trunc(x);
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return 0;
  }
}

/** y = min(max(x, s), t)      dx = s ≤ x ≤ t ? dy : 0 */
@final
class Clip extends Unary {
  @inline forward(x: f64, s: f64, t: f64): f64 {
    return x < s ? s : x > t ? t : x;
  }
  @inline backward(x: f64, y: f64, dy: f64, s: f64, t: f64): f64 {
    return x >= s && x <= t ? dy : x === x ? 0 : x;
  }
}

/** y = Φ(x)      dx = dy · φ(x) */
@final
class Ndtr extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Normal.cdf(x, Lanes.one());
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return Normal.dCdf(x, dy);
  }
}

/** y = ln Φ(x)      dx = dy · φ(x) / Φ(x) */
@final
class LogNdtr extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Normal.logCdf(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return Normal.dLogCdf(x, dy);
  }
}

/** y = erf x      dx = dy · 2/√π · e^(−x²) */
@final
class Erf extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Normal.erf(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return Normal.dErf(x, dy);
  }
}

/** y = 1 − erf x      dx = −dy · 2/√π · e^(−x²) */
@final
class Erfc extends UnaryLanes {
  @inline forward(x: v128, s: v128): v128 {
    return Normal.erfc(x);
  }
  @inline backward(x: v128, y: v128, dy: v128, s: v128): v128 {
    return f64x2.neg(Normal.dErf(x, dy));
  }
}

export function exp_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Exp>(y, x, n, 0, 0);
}
export function exp_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Exp>(dx, dy, y, x, n, 0, 0);
}
export function log_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Log>(y, x, n, 0, 0);
}
export function log_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log>(dx, dy, y, x, n, 0, 0);
}
export function log1p_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Log1p>(y, x, n, 0, 0);
}
export function log1p_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log1p>(dx, dy, y, x, n, 0, 0);
}
export function sqrt_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Sqrt>(y, x, n, 0, 0);
}
export function sqrt_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Sqrt>(dx, dy, y, x, n, 0, 0);
}
export function abs_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Abs>(y, x, n, 0, 0);
}
export function abs_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Abs>(dx, dy, y, x, n, 0, 0);
}
export function neg_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Neg>(y, x, n, 0, 0);
}
export function neg_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Neg>(dx, dy, y, x, n, 0, 0);
}
export function sign_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Sign>(y, x, n, 0, 0);
}
export function sign_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Sign>(dx, dy, y, x, n, 0, 0);
}
export function square_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Square>(y, x, n, 0, 0);
}
export function square_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Square>(dx, dy, y, x, n, 0, 0);
}
export function rsqrt_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Rsqrt>(y, x, n, 0);
}
export function rsqrt_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Rsqrt>(dx, dy, y, x, n, 0);
}
export function cbrt_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Cbrt>(y, x, n, 0, 0);
}
export function cbrt_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Cbrt>(dx, dy, y, x, n, 0, 0);
}
export function reciprocal_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Reciprocal>(y, x, n, 0, 0);
}
export function reciprocal_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Reciprocal>(dx, dy, y, x, n, 0, 0);
}
export function exp2_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Exp2>(y, x, n, 0, 0);
}
export function exp2_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Exp2>(dx, dy, y, x, n, 0, 0);
}
export function expm1_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Expm1>(y, x, n, 0);
}
export function expm1_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Expm1>(dx, dy, y, x, n, 0);
}
export function log2_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Log2>(y, x, n, 0, 0);
}
export function log2_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log2>(dx, dy, y, x, n, 0, 0);
}
export function log10_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Log10>(y, x, n, 0, 0);
}
export function log10_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Log10>(dx, dy, y, x, n, 0, 0);
}
export function floor_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Floor>(y, x, n, 0, 0);
}
export function floor_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Floor>(dx, dy, y, x, n, 0, 0);
}
export function ceil_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Ceil>(y, x, n, 0, 0);
}
export function ceil_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Ceil>(dx, dy, y, x, n, 0, 0);
}
export function round_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Round>(y, x, n, 0, 0);
}
export function round_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Round>(dx, dy, y, x, n, 0, 0);
}
export function trunc_forward_f64(y: usize, x: usize, n: usize): u32 {
  return map<Trunc>(y, x, n, 0, 0);
}
export function trunc_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGrad<Trunc>(dx, dy, y, x, n, 0, 0);
}
export function clip_forward_f64(y: usize, x: usize, n: usize, s: f64, t: f64): u32 {
  return map<Clip>(y, x, n, s, t);
}
export function clip_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
  t: f64,
): u32 {
  return mapGrad<Clip>(dx, dy, y, x, n, s, t);
}
export function ndtr_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Ndtr>(y, x, n, 0);
}
export function ndtr_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Ndtr>(dx, dy, y, x, n, 0);
}
export function log_ndtr_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<LogNdtr>(y, x, n, 0);
}
export function log_ndtr_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<LogNdtr>(dx, dy, y, x, n, 0);
}
export function erf_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Erf>(y, x, n, 0);
}
export function erf_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Erf>(dx, dy, y, x, n, 0);
}
export function erfc_forward_f64(y: usize, x: usize, n: usize): u32 {
  return mapLanes<Erfc>(y, x, n, 0);
}
export function erfc_backward_f64(dx: usize, dy: usize, y: usize, x: usize, n: usize): u32 {
  return mapGradLanes<Erfc>(dx, dy, y, x, n, 0);
}
