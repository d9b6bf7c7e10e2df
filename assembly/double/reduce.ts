/**
 * Reductions of doubles   y[outer, inner] = op over mid of x[outer, mid, inner]. Edges and slopes as in kernels/reduce.ts.
 *
 * There is no wider type to add up in. Sums are compensated; a sum that leaves the range on the way is taken again with
 * terms of 2^-64 their size; what is squared is scaled first, by a power of two.
 */
import { largest, Peak, reduce, reduceGrad, total } from "./loops";
import { Stable } from "./math";
import { Fold, Reduction, Term } from "./op";
import { Product } from "./product";
import {
  Exponentials,
  Extreme,
  Largest,
  Moments,
  Present,
  Scale,
  Square,
  Sum,
  Value,
} from "./runs";

// ── Sums ─────────────────────────────────────────────────────────────────────────────────────────

@final
class ScaledSum extends Fold {
  forward(x: usize, n: usize, step: usize, scale: f64): f64 {
    return Sum.of<Value>(x, n, step, scale);
  }
}

export function sum_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  scale: f64,
): u32 {
  return reduce<ScaledSum>(y, x, outer, mid, inner, scale);
}

export function sum_backward_f64(
  dx: usize,
  dy: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  scale: f64,
): u32 {
  let acc: u64 = 0;
  for (let o: usize = 0; o < outer; o++) {
    for (let m: usize = 0; m < mid; m++) {
      for (let i: usize = 0; i < inner; i++) {
        const v = scale * load<f64>(dy + (i << 3));
        store<f64>(dx, v);
        acc = Peak.of(acc, v);
        dx += 8;
      }
    }
    dy += inner << 3;
  }
  return Peak.word(acc);
}

/** What the slope of the run at hand is made of. */
class Found {
  static scale: f64 = 1;
  static value: f64 = 0;
}

/** Σ s |x| */
@final
class Magnitude extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: f64, b: f64, c: f64, s: f64): f64 {
    return Math.abs(x) * s;
  }
}

@final
class Norm1 extends Reduction {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    return total<Magnitude>(x, n, step, 1);
  }
  look(x: usize, n: usize, step: usize, y: f64, s: f64): void {}
  @inline at(x: f64, dy: f64): f64 {
    return x > 0 ? dy : x < 0 ? -dy : x === x ? 0 : x;
  }
}

/** The norm is taken again scaled: y may be ∞, or subnormal. */
@final
class Norm2 extends Reduction {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    const scale = Scale.of(x, n, step);
    return Math.sqrt(total<Square>(x, n, step, scale)) / scale;
  }
  look(x: usize, n: usize, step: usize, y: f64, s: f64): void {
    Found.scale = Scale.of(x, n, step);
    Found.value = Math.sqrt(total<Square>(x, n, step, Found.scale));
  }
  @inline at(x: f64, dy: f64): f64 {
    return Found.value === 0 ? 0 : dy * ((x * Found.scale) / Found.value);
  }
}

@final
class SumSquares extends Reduction {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    return total<Square>(x, n, step, 1);
  }
  look(x: usize, n: usize, step: usize, y: f64, s: f64): void {}
  @inline at(x: f64, dy: f64): f64 {
    return 2 * (dy * x);
  }
}

// ── Sums without the NaNs ────────────────────────────────────────────────────────────────────────

/** How many elements are no NaN. */
@final
class PresentCount extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: f64, b: f64, c: f64, s: f64): f64 {
    return x === x ? 1 : 0;
  }
}

@final
class NanSum extends Reduction {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    return Sum.of<Present>(x, n, step, 1);
  }
  look(x: usize, n: usize, step: usize, y: f64, s: f64): void {}
  @inline at(x: f64, dy: f64): f64 {
    return x === x ? dy : 0;
  }
}

/** 0 · ∞ where there is no number: NaN. */
@final
class NanMean extends Reduction {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    return Sum.of<Present>(x, n, step, 1 / total<PresentCount>(x, n, step, 0));
  }
  look(x: usize, n: usize, step: usize, y: f64, s: f64): void {
    Found.value = total<PresentCount>(x, n, step, 0);
  }
  @inline at(x: f64, dy: f64): f64 {
    return x === x ? dy / Found.value : 0;
  }
}

// ── Spread ───────────────────────────────────────────────────────────────────────────────────────

@final
class Variance extends Reduction {
  forward(x: usize, n: usize, step: usize, ddof: f64): f64 {
    const variance = Moments.read(x, n, step, Scale.of(x, n, step)) / (<f64>n - ddof);
    return variance / Moments.scale / Moments.scale;
  }
  look(x: usize, n: usize, step: usize, y: f64, ddof: f64): void {
    Moments.read(x, n, step, Scale.of(x, n, step));
    Found.value = 0.5 * (<f64>n - ddof);
  }
  @inline at(x: f64, dy: f64): f64 {
    return dy * (Moments.deviation(x) / Found.value / Moments.scale);
  }
}

@final
class Std extends Reduction {
  forward(x: usize, n: usize, step: usize, ddof: f64): f64 {
    return (
      Math.sqrt(Moments.read(x, n, step, Scale.of(x, n, step)) / (<f64>n - ddof)) / Moments.scale
    );
  }
  look(x: usize, n: usize, step: usize, y: f64, ddof: f64): void {
    const count = <f64>n - ddof;
    Found.value = Math.sqrt(Moments.read(x, n, step, Scale.of(x, n, step)) / count) * count;
  }
  @inline at(x: f64, dy: f64): f64 {
    return Found.value === 0 ? 0 : dy * (Moments.deviation(x) / Found.value);
  }
}

// ── Logarithm of a sum of exponentials ───────────────────────────────────────────────────────────

/** y = m + ln(1 + rest), rest = Σ e^(x − m) without one maximum's own 1; where m is ±∞ or NaN, y is m. */
@final
class LogSumExp extends Reduction {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    const m = Extreme.of<Largest>(x, n, step);
    return Peak.isFinite(m) ? m + Math.log1p(Exponentials.rest(x, n, step, m)) : m;
  }
  look(x: usize, n: usize, step: usize, y: f64, s: f64): void {
    const m = Extreme.of<Largest>(x, n, step);
    Found.scale = m;
    if (Peak.isFinite(m)) Found.value = 1 + Exponentials.rest(x, n, step, m);
    else if (m > 0) Found.value = <f64>Extreme.count(x, n, step, m);
  }
  @inline at(x: f64, dy: f64): f64 {
    const m = Found.scale;
    if (Peak.isFinite(m)) return (dy * Stable.expShifted(x, m)) / Found.value;
    if (m !== m) return m;
    return m > 0 && x === m ? dy / Found.value : 0;
  }
}

// ── Product ──────────────────────────────────────────────────────────────────────────────────────

@final
class Prod extends Fold {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    Product.start(1);
    for (; n; n--) {
      Product.times(load<f64>(x));
      x += step;
    }
    return Product.value(1, 0);
  }
}

export function prod_forward_f64(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return reduce<Prod>(y, x, outer, mid, inner, 0);
}

/** That of the last of the running products, whose others have none. */
export function prod_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  const step = inner << 3;
  let acc: u64 = 0;
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < step; i += 8) {
      acc = Product.gradient(dx + i, x + i, mid, step, dy + i, 0, acc);
    }
    dx += mid * step;
    x += mid * step;
    dy += step;
  }
  return Peak.word(acc);
}

// ── Truth ────────────────────────────────────────────────────────────────────────────────────────

/** 1 where an element is not 0. A NaN is not 0. */
@final
class AnyOf extends Fold {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    return largest(x, n, step) ? 1 : 0;
  }
}

/** 1 where no element is 0. */
@final
class AllOf extends Fold {
  forward(x: usize, n: usize, step: usize, s: f64): f64 {
    return Extreme.count(x, n, step, 0) ? 0 : 1;
  }
}

// ── Exports ──────────────────────────────────────────────────────────────────────────────────────

export function norm1_forward_f64(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return reduce<Norm1>(y, x, outer, mid, inner, 0);
}
export function norm1_backward_f64(
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
export function norm2_forward_f64(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return reduce<Norm2>(y, x, outer, mid, inner, 0);
}
export function norm2_backward_f64(
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
export function sum_squares_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduce<SumSquares>(y, x, outer, mid, inner, 0);
}
export function sum_squares_backward_f64(
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
export function nan_sum_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduce<NanSum>(y, x, outer, mid, inner, 0);
}
export function nan_sum_backward_f64(
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
export function nan_mean_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduce<NanMean>(y, x, outer, mid, inner, 0);
}
export function nan_mean_backward_f64(
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
export function variance_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  ddof: f64,
): u32 {
  return reduce<Variance>(y, x, outer, mid, inner, ddof);
}
export function variance_backward_f64(
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
export function std_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  ddof: f64,
): u32 {
  return reduce<Std>(y, x, outer, mid, inner, ddof);
}
export function std_backward_f64(
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
export function logsumexp_forward_f64(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  return reduce<LogSumExp>(y, x, outer, mid, inner, 0);
}
export function logsumexp_backward_f64(
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
export function any_forward_f64(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return reduce<AnyOf>(y, x, outer, mid, inner, 0);
}
export function all_forward_f64(y: usize, x: usize, outer: usize, mid: usize, inner: usize): u32 {
  return reduce<AllOf>(y, x, outer, mid, inner, 0);
}
