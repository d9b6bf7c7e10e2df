/** Steps over one row, or over rows, that more than one family takes. */
import { columnSums, fold, lanes, narrow, roots } from "./loops";
import { Exp } from "./math/exp";
import { Lanes, Term } from "./op";
import { Scaled, Value } from "./parts";
import { F32 } from "./simd";

/**
 * y = e^(x − m)
 *
 * The difference is rounded to f32 first, and e^ turns that into a relative error of |x − m| half ULPs: 13
 * ULP at 27. Knuth's two-sum gives what was rounded away, e^(d + r) = e^d (1 + r) puts it back.
 */
@final
class ExpShifted extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, m: v128, t: v128, u: v128): v128 {
    const d = f32x4.sub(x, m);
    const back = f32x4.sub(d, x);
    const rest = f32x4.sub(f32x4.sub(x, f32x4.sub(d, back)), f32x4.add(m, back));
    const y = Exp.exp(d);
    // Where d is -∞ or e^d is 0 the rest is NaN or nothing.
    return F32.madd(y, v128.and(rest, f32x4.gt(d, f32x4.splat(-104))), y);
  }
}

export class Row {
  /** y = e^(x − max) over a row, and its sum in f64, which is at least 1. */
  @inline static expSum(y: usize, x: usize, cols: usize, max: f32): f64 {
    const none = i32x4.splat(0);
    lanes<ExpShifted>(y, x, 0, 0, cols, f32x4.splat(max), none, none, none);
    return fold<Value>(y, 0, 0, cols, 0, 0);
  }

  /** y ← y / sum over a row; takes the gathered peak and hands it on. */
  @inline static divide(y: usize, cols: usize, sum: f64, acc: v128): v128 {
    const none = i32x4.splat(0);
    return lanes<Scaled>(y, y, 0, 0, cols, f32x4.splat(<f32>(1 / sum)), none, none, acc);
  }

  /** y[cols] = scale · Σ over rows of op(x[rows, cols]), in f64, or its root; hands the gathered peak on. */
  @inline static sum<Op extends Term>(
    y: usize,
    x: usize,
    rows: usize,
    cols: usize,
    scale: f64,
    root: bool,
    acc: v128,
  ): v128 {
    const sums = columnSums<Op>(x, rows, cols);
    if (root) roots(sums, cols);
    return narrow(y, sums, cols, scale, acc);
  }
}
