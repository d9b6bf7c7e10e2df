/** Steps over one row, or over rows, that more than one family takes. */
import { columnSums, countOf, fold, lanes, narrow, roots } from "./loops";
import { Wide } from "./math/wide";
import { Term } from "./op";
import { Divided, Scaled, Value } from "./parts";

/** Σ e^(x − m) over the x that are not m, each to 2^-49: where a logarithm of it is near m the two cancel. */
@final
class ExpTerm extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, m: v128, t: v128): v128 {
    return v128.andnot(Wide.expFine(Row.shift(x, m)), f64x2.eq(x, m));
  }
}

export class Row {
  /** Σ e^(x − m) over a row, m its maximum, without one maximum's own 1: beside it the rest would be lost. */
  @inline static expRest(x: usize, cols: usize, m: f32): f64 {
    return fold<ExpTerm>(x, 0, 0, cols, <f64>m, 0) + <f64>(countOf(x, cols, m) - 1);
  }

  /** x − m in f64, not below −700: e^−700 is nothing beside 1. A NaN stays. */
  @inline static shift(x: v128, m: v128): v128 {
    return f64x2.pmax(f64x2.sub(x, m), f64x2.splat(-700));
  }

  @inline static isFinite(x: f32): bool {
    return reinterpret<u32>(x) << 1 < 0xff000000;
  }

  /** The sum of a row in f64. */
  @inline static total(y: usize, cols: usize): f64 {
    return fold<Value>(y, 0, 0, cols, 0, 0);
  }

  /**
   * y ← y / sum over a row whose largest element is `top`; takes the gathered peak and hands it on. One that is all of the
   * sum is 1: by the rounded inverse it may be 1 − 2⁻²⁴, and what that leaves of a gradient hides that it has died.
   */
  @inline static divide(y: usize, cols: usize, sum: f64, top: f32, acc: v128): v128 {
    const none = i32x4.splat(0);
    if (<f32>sum === top)
      return lanes<Divided>(y, y, 0, 0, cols, f32x4.splat(top), none, none, acc);
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
