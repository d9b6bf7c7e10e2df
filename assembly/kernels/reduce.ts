/**
 * Reductions   y[outer, inner] = op over mid of x[outer, mid, inner].
 *
 * One form serves all: everything (outer = inner = 1), the last axis (inner = 1), the rows
 * (outer = 1). Everything is added up, and multiplied, in f64, so that f32 inputs neither overflow nor
 * cancel on the way: the mean of four 3e38 is 3e38, 2²⁴ + 8 ones are counted, the norm of 1e-30s is not 0.
 *
 * | y                      | dx / dy                                                            |
 * |------------------------|--------------------------------------------------------------------|
 * | scale Σ x              | scale                                                              |
 * | Σ abs(x)               | sign(x), 0 at 0                                                    |
 * | Σ x²                   | 2 x                                                                |
 * | √Σ x²                  | x / y, 0 where y = 0                                               |
 * | Σ (x − μ)² / (n − δ)   | 2 (x − μ) / (n − δ)                                                |
 * | its root σ             | (x − μ) / (n − δ) σ, 0 where σ = 0                                 |
 * | ln Σ e^x               | e^(x − y), 0 where y = -∞; where it is ∞, 1/k at each of k ∞       |
 * | Π x                    | the product of the others                                          |
 * | Σ x without the NaNs   | 1 for a number, 0 for a NaN; / how many numbers, for the mean      |
 */
import {
  allZero,
  Cotangent,
  copyRows,
  countOf,
  exclusive,
  extreme,
  Factors,
  fold,
  lanes,
  Peak,
  reduce,
  reduceGrad,
} from "../loops";
import { Double } from "../math/double";
import { Wide } from "../math/wide";
import { Lanes, Reduction, Term } from "../op";
import {
  Deviation,
  Fill,
  Largest,
  Magnitude,
  Present,
  PresentCount,
  Scaled,
  Square,
  Value,
  Where,
} from "../parts";
import { Row } from "../rows";
import { F32, F64 } from "../simd";

// ── Sums ─────────────────────────────────────────────────────────────────────────────────────────

/** y = scale · Σ op(x), or its root. */
class Total {
  @inline static forward<Op extends Term>(
    y: usize,
    x: usize,
    outer: usize,
    mid: usize,
    inner: usize,
    scale: f64,
    root: bool,
  ): u32 {
    let acc = i32x4.splat(0);
    for (let o: usize = 0; o < outer; o++) {
      if (inner === 1) {
        const sum = fold<Op>(x, 0, 0, mid, 0, 0) * scale;
        const v = <f32>(root ? sqrt<f64>(sum) : sum);
        store<f32>(y, v);
        acc = Peak.of(acc, f32x4.splat(v));
      } else {
        acc = Row.sum<Op>(y, x, mid, inner, scale, root, acc);
      }
      x += (mid * inner) << 2;
      y += inner << 2;
    }
    return Peak.word(acc);
  }
}

export function sum_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  scale: f64,
): u32 {
  return Total.forward<Value>(y, x, outer, mid, inner, scale, false);
}

export function sum_backward_f32(
  dx: usize,
  dy: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  scale: f32,
): u32 {
  const none = i32x4.splat(0);
  const s = f32x4.splat(scale);
  let acc = none;
  for (let o: usize = 0; o < outer; o++) {
    if (inner === 1) {
      const v = f32x4.mul(v128.load32_splat(dy), s);
      acc = lanes<Fill>(dx, dx, 0, 0, mid, v, none, none, acc);
      dx += mid << 2;
    } else {
      for (let m: usize = 0; m < mid; m++) {
        acc = lanes<Scaled>(dx, dy, 0, 0, inner, s, none, none, acc);
        dx += inner << 2;
      }
    }
    dy += inner << 2;
  }
  return Peak.word(acc);
}

/** Σ x² in f64: cannot overflow, and loses nothing of 1e-30 either. */
export function sum_squares_f32(x: usize, n: usize): f64 {
  return fold<Square>(x, 0, 0, n, 0, 0);
}

/** dx = s sign(x) */
@final
class SignTimes extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    const signed = v128.xor(s, v128.and(x, i32x4.splat(0x80000000)));
    const sloped = v128.andnot(signed, f32x4.eq(x, f32x4.splat(0)));
    return F32.select(Cotangent.isNaN(x), x, sloped);
  }
}

/** dx = (x − s) t in f64 */
@final
class Centred extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    const low = f64x2.mul(f64x2.sub(F64.low(x), s), t);
    return F64.join(low, f64x2.mul(f64x2.sub(F64.high(x), s), t));
  }
}

/** dx = 0 */
class Zero {
  @inline static fill(dx: usize, n: usize, acc: v128): v128 {
    memory.fill(dx, 0, n << 2);
    return acc;
  }
}

/** Steps of the way back that several reductions take over a run. */
class Way {
  /** dx = (x − mean) slope */
  @inline static centred(dx: usize, x: usize, n: usize, mean: f64, slope: f64, acc: v128): v128 {
    const none = i32x4.splat(0);
    return lanes<Centred>(dx, x, 0, 0, n, f64x2.splat(mean), f64x2.splat(slope), none, acc);
  }

  /** dx = value at each x that equals `chosen`, else 0 */
  @inline static chosen(dx: usize, x: usize, n: usize, chosen: f32, value: f32, acc: v128): v128 {
    const none = i32x4.splat(0);
    return lanes<Where>(dx, x, 0, 0, n, f32x4.splat(chosen), f32x4.splat(value), none, acc);
  }
}

@final
class Norm1 extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    return <f32>fold<Magnitude>(x, 0, 0, n, 0, 0);
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    const none = i32x4.splat(0);
    return lanes<SignTimes>(dx, x, 0, 0, n, f32x4.splat(dy), none, none, acc);
  }
}

/** The norm is taken again in f64: y may have been rounded to ∞, or to few bits. */
@final
class Norm2 extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    return <f32>sqrt<f64>(fold<Square>(x, 0, 0, n, 0, 0));
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    const norm = sqrt<f64>(fold<Square>(x, 0, 0, n, 0, 0));
    if (norm === 0) return Zero.fill(dx, n, acc);
    return Way.centred(dx, x, n, 0, <f64>dy / norm, acc);
  }
}

@final
class SumSquares extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    return <f32>fold<Square>(x, 0, 0, n, 0, 0);
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    return Way.centred(dx, x, n, 0, 2 * <f64>dy, acc);
  }
}

export function norm1_forward_f32(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return Total.forward<Magnitude>(y, x, outer, mid, inner, 1, false);
}

export function norm1_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<Norm1>(dx, dy, y, x, outer, mid, inner, 0);
}

export function norm2_forward_f32(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return Total.forward<Square>(y, x, outer, mid, inner, 1, true);
}

export function norm2_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<Norm2>(dx, dy, y, x, outer, mid, inner, 0);
}

export function sum_squares_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return Total.forward<Square>(y, x, outer, mid, inner, 1, false);
}

export function sum_squares_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<SumSquares>(dx, dy, y, x, outer, mid, inner, 0);
}

// ── Sums without the NaNs ────────────────────────────────────────────────────────────────────────

/** dx = s where x is a number, else 0 */
@final
class ToPresent extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return v128.andnot(s, Cotangent.isNaN(x));
  }
}

@final
class NanSum extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    return <f32>fold<Present>(x, 0, 0, n, 0, 0);
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    const none = i32x4.splat(0);
    return lanes<ToPresent>(dx, x, 0, 0, n, f32x4.splat(dy), none, none, acc);
  }
}

/** 0 / 0 where there is no number: NaN. */
@final
class NanMean extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    const count = fold<PresentCount>(x, 0, 0, n, 0, 0);
    return <f32>(fold<Present>(x, 0, 0, n, 0, 0) / count);
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    const none = i32x4.splat(0);
    const each = <f32>(<f64>dy / fold<PresentCount>(x, 0, 0, n, 0, 0));
    return lanes<ToPresent>(dx, x, 0, 0, n, f32x4.splat(each), none, none, acc);
  }
}

export function nan_sum_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return Total.forward<Present>(y, x, outer, mid, inner, 1, false);
}

export function nan_sum_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<NanSum>(dx, dy, y, x, outer, mid, inner, 0);
}

export function nan_mean_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduce<NanMean>(y, x, outer, mid, inner, 0);
}

export function nan_mean_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<NanMean>(dx, dy, y, x, outer, mid, inner, 0);
}

// ── Spread ───────────────────────────────────────────────────────────────────────────────────────

/** Two passes: the mean of n equal floats is exact in f64, so that their variance is exactly 0. */
class Moments {
  @inline static mean(x: usize, n: usize): f64 {
    return fold<Value>(x, 0, 0, n, 0, 0) / <f64>n;
  }
  @inline static variance(x: usize, n: usize, mean: f64, ddof: f64): f64 {
    return fold<Deviation>(x, 0, 0, n, mean, 0) / (<f64>n - ddof);
  }
}

@final
class Variance extends Reduction {
  forward(x: usize, n: usize, ddof: f64): f32 {
    return <f32>Moments.variance(x, n, Moments.mean(x, n), ddof);
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, ddof: f64, acc: v128): v128 {
    return Way.centred(dx, x, n, Moments.mean(x, n), (2 * <f64>dy) / (<f64>n - ddof), acc);
  }
}

@final
class Std extends Reduction {
  forward(x: usize, n: usize, ddof: f64): f32 {
    return <f32>sqrt<f64>(Moments.variance(x, n, Moments.mean(x, n), ddof));
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, ddof: f64, acc: v128): v128 {
    const mean = Moments.mean(x, n);
    const std = sqrt<f64>(Moments.variance(x, n, mean, ddof));
    if (std === 0) return Zero.fill(dx, n, acc);
    return Way.centred(dx, x, n, mean, <f64>dy / ((<f64>n - ddof) * std), acc);
  }
}

export function variance_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  ddof: f64,
): u32 {
  return reduce<Variance>(y, x, outer, mid, inner, ddof);
}

export function variance_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  ddof: f64,
): u32 {
  return reduceGrad<Variance>(dx, dy, y, x, outer, mid, inner, ddof);
}

export function std_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  ddof: f64,
): u32 {
  return reduce<Std>(y, x, outer, mid, inner, ddof);
}

export function std_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  ddof: f64,
): u32 {
  return reduceGrad<Std>(dx, dy, y, x, outer, mid, inner, ddof);
}

// ── Logarithm of a sum of exponentials ───────────────────────────────────────────────────────────

/** dx = e^(x − m) t */
@final
class ExpTimes extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, m: v128, t: v128, u: v128): v128 {
    const low = f64x2.mul(Wide.exp(Row.shift(F64.low(x), m)), t);
    return F64.join(low, f64x2.mul(Wide.exp(Row.shift(F64.high(x), m)), t));
  }
}

/** 2^-18 */
const CANCELLED: f64 = 3.814697265625e-6;

/**
 * y = m + ln(1 + rest), rest = Σ e^(x − m) without one maximum's own 1; m = max x; where that is ±∞ or NaN, y is m.
 * With the 1 in the sum, logsumexp([0, −40]) would be 0 instead of 4.2e-18.
 */
@final
class LogSumExp extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    const m = extreme<Largest>(x, n);
    if (!Row.isFinite(m)) return m;
    const rest = f64x2.splat(Row.expRest(x, n, m));
    const y = <f64>m + f64x2.extract_lane(Wide.log1p(rest), 0);
    // Below 2^-18 of its first term the error of f64, 2^-50 of that term, would show.
    return <f32>(abs(y) < abs(<f64>m) * CANCELLED ? LogSumExp.again(x, n, m) : y);
  }
  /** The same in pairs of f64, where m and the logarithm cancel. */
  static again(x: usize, n: usize, m: f32): f64 {
    const none = f64x2.splat(0);
    const minusM = f64x2.splat(-(<f64>m));
    let head = f64x2.splat(<f64>(countOf(x, n, m) - 1));
    let tail = none;
    for (let i: usize = 0; i < n; i++) {
      const v = load<f32>(x + (i << 2));
      // e^−110 is nothing beside any f32.
      if (v === m || v < m - 110) continue;
      Double.twoSum(f64x2.splat(<f64>v), minusM);
      Double.exp();
      Double.add(head, tail, Double.head, Double.tail);
      head = Double.head;
      tail = Double.tail;
    }
    Double.head = head;
    Double.tail = tail;
    return f64x2.extract_lane(Double.plusLog1p(f64x2.splat(<f64>m)), 0);
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    const m = extreme<Largest>(x, n);
    const none = i32x4.splat(0);
    if (Row.isFinite(m)) {
      const t = f64x2.splat(<f64>dy / (1 + Row.expRest(x, n, m)));
      return lanes<ExpTimes>(dx, x, 0, 0, n, f64x2.splat(<f64>m), t, none, acc);
    }
    if (reinterpret<u32>(m) === 0xff800000) return Zero.fill(dx, n, acc);
    if (reinterpret<u32>(m) !== 0x7f800000) {
      return lanes<Fill>(dx, dx, 0, 0, n, f32x4.splat(m), none, none, acc);
    }
    return Way.chosen(dx, x, n, m, dy / <f32>countOf(x, n, m), acc);
  }
}

export function logsumexp_forward_f32(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduce<LogSumExp>(y, x, outer, mid, inner, 0);
}

export function logsumexp_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<LogSumExp>(dx, dy, y, x, outer, mid, inner, 0);
}

// ── Product ──────────────────────────────────────────────────────────────────────────────────────

/** dx = s / x in f64 */
@final
class Quotient extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return F64.join(f64x2.div(s, F64.low(x)), f64x2.div(s, F64.high(x)));
  }
}

/** Without a 0, ∞ or NaN the product of the others is a quotient; with one they are told apart. */
@final
class Prod extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    Factors.read(x, n);
    return <f32>Factors.without(1, 1);
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    Factors.read(x, n);
    if (!Factors.plain()) return exclusive(dx, x, n, <f64>dy, acc);
    const none = i32x4.splat(0);
    const g = f64x2.splat(Factors.times(<f64>dy));
    return lanes<Quotient>(dx, x, 0, 0, n, g, none, none, acc);
  }
}

export function prod_forward_f32(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return reduce<Prod>(y, x, outer, mid, inner, 0);
}

export function prod_backward_f32(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduceGrad<Prod>(dx, dy, y, x, outer, mid, inner, 0);
}

// ── Truth ────────────────────────────────────────────────────────────────────────────────────────

/** 1 where an element is not 0. A NaN is not 0. */
@final
class AnyOf extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    return allZero(x, n) ? 0 : 1;
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    return Zero.fill(dx, n, acc);
  }
}

/** 1 where no element is 0. */
@final
class AllOf extends Reduction {
  forward(x: usize, n: usize, s: f64): f32 {
    return countOf(x, n, 0) ? 0 : 1;
  }
  backward(dx: usize, x: usize, n: usize, y: f32, dy: f32, s: f64, acc: v128): v128 {
    return Zero.fill(dx, n, acc);
  }
}

export function any_forward_f32(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return reduce<AnyOf>(y, x, outer, mid, inner, 0);
}

export function all_forward_f32(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return reduce<AllOf>(y, x, outer, mid, inner, 0);
}

// ── Axes that are no neighbours ──────────────────────────────────────────────────────────────────

/** y[r, cols] = x[r, cols]; rows start `stepY` and `stepX` elements apart. A copy: its peak is that of x. */
export function copy_rows_f32(
  y: usize,
  x: usize,
  rows: usize,
  cols: usize,
  stepY: usize,
  stepX: usize,
): void {
  copyRows(y, x, rows, cols << 2, stepY << 2, stepX << 2);
}
