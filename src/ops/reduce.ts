/**
 * Sums, norms, spreads, products over any axes, which neither overflow nor cancel on the way: float32 in f64 inside,
 * float64 compensated and scaled.
 */
import { showValue } from "../check.js";
import type { Explanation, Operand } from "../diagnosis/diagnose.js";
import { showNumber } from "../diagnosis/report.js";
import { InputRangeError } from "../errors.js";
import type { Op } from "../op.js";
import { isDouble, type Tensor } from "../tensor.js";
import { asTensor, define, type Operandish, type OpFunction, type Stem } from "./define.js";
import { equation, explainLongSum, explainProduct, explainSum } from "./explain.js";
import {
  type Attrs,
  applyReduction,
  atLeastOne,
  axesOf,
  forwardOf,
  type Group,
  kernelsOf,
  type Reduce,
  type ReduceOptions,
  reduction,
  suspects,
} from "./folds.js";

export type { ReduceOptions };

export interface SpreadOptions extends ReduceOptions {
  /** What is taken from the number of elements to divide by: 0 (the default, NumPy's) or 1. */
  readonly ddof?: number | undefined;
}

/** A sum whose terms are the elements: ∞ − ∞, or only its size. */
function explainTotal(name: string) {
  return (group: Group, y: number, blamed: readonly Operand[]): Explanation => {
    const [a, b] = blamed;
    if (a !== undefined && b !== undefined) return explainSum(a.value, b.value, y);
    return explainLongSum(`${name} of ${group.count} elements`, y);
  };
}

/** A sum of squares: one that is too large alone, or all together. */
function explainSquares(name: string) {
  return (group: Group, y: number, [largest]: readonly Operand[]): Explanation => {
    const value = largest?.value ?? 0;
    if (Number.isNaN(y)) {
      return {
        expression: `${equation("∞ − mean(… ∞ …)", y)} (${name} of ${group.count} elements)`,
        cause: "inf-minus-inf",
        fix: ["mask-before", "scale-input"],
      };
    }
    const root = isDouble(group.x) ? 1.3e154 : 1.8e19;
    const cause = Math.abs(value) > root ? "overflow-square" : "overflow-sum";
    const expression = equation(
      `${name} of ${group.count} elements up to ${showNumber(Math.abs(value))}`,
      y,
    );
    return { expression, cause, fix: ["scale-input"] };
  };
}

/** An op over any axes, which takes none at all too. */
function over<S extends Stem>(stem: S, name: string, op: Op<Attrs>): OpFunction<S, Reduce> {
  const call = (x: Operandish, options: ReduceOptions = {}): Tensor => {
    const from = asTensor(name, "x", x);
    return applyReduction(op, from, axesOf(name, from.shape, options), 1);
  };
  return define(stem, call as Reduce);
}

// ── Sums and means ───────────────────────────────────────────────────────────────────────────────

function scaledSum(name: string): Op<Attrs> {
  return reduction(name, {
    forward: kernelsOf("sum").forward,
    backward: (k, dtype) => {
      const run = dtype === "float64" ? k.sum_backward_f64 : k.sum_backward_f32;
      return (dx, dy, _y, _x, outer, mid, inner, scale) => run(dx, dy, outer, mid, inner, scale);
    },
    explain: explainTotal(name),
    slope: { text: "scale", of: (_x, _group, scale) => scale },
  });
}

const meanOp = scaledSum("mean");

/**
 * The sum over all elements, or over some axes.
 *
 * @throws ShapeError when an axis is not there, or named twice.
 */
export const sum = over("sum", "sum", scaledSum("sum"));

/**
 * The mean over all elements, or over some axes.
 *
 * @throws ShapeError when an axis is not there, or named twice, or there is nothing to average.
 */
export const mean = define("sum", ((x: Operandish, options: ReduceOptions = {}): Tensor => {
  const from = asTensor("mean", "x", x);
  const axes = axesOf("mean", from.shape, options);
  atLeastOne("mean", axes);
  return applyReduction(meanOp, from, axes, 1 / axes.mid);
}) as Reduce);

/** The infinities of either sign: NaNs are not there. */
const presentSuspects = (group: Group): Operand[] => [
  ...group.infinite(Number.POSITIVE_INFINITY),
  ...group.infinite(Number.NEGATIVE_INFINITY),
];

function presentOrNaN(group: Group): Operand[] {
  const found = presentSuspects(group);
  return found.length > 0 ? found : [...group.largest(), ...group.first(Number.isNaN)].slice(0, 1);
}

const numbers = (group: Group): number => group.values().filter((v) => !Number.isNaN(v)).length;

/**
 * The sum of the elements that are no NaN, over all or over some axes; 0 where there are none. A NaN's
 * gradient is 0.
 *
 * @throws ShapeError when an axis is not there, or named twice.
 */
export const nanSum = over(
  "nan_sum",
  "nanSum",
  reduction("nanSum", {
    ...kernelsOf("nan_sum"),
    absorbs: "selects",
    suspects: presentOrNaN,
    explain: explainTotal("nanSum"),
    slope: { text: "1", of: () => 1 },
  }),
);

const nanMeanOp = reduction("nanMean", {
  ...kernelsOf("nan_mean"),
  absorbs: "selects",
  suspects: presentOrNaN,
  explain: explainTotal("nanMean"),
  slope: { text: "1/count", of: (_x, group) => 1 / numbers(group) },
});

/**
 * The mean of the elements that are no NaN, over all or over some axes. Where all are NaN it is NaN. A
 * NaN's gradient is 0.
 *
 * @throws ShapeError when an axis is not there, or named twice, or there is nothing to average.
 */
export const nanMean = define("nan_mean", ((x: Operandish, options: ReduceOptions = {}): Tensor => {
  const from = asTensor("nanMean", "x", x);
  const axes = axesOf("nanMean", from.shape, options);
  atLeastOne("nanMean", axes);
  return applyReduction(nanMeanOp, from, axes);
}) as Reduce);

// ── Norms ────────────────────────────────────────────────────────────────────────────────────────

/**
 * Σ |x| over all elements, or over some axes; the gradient is sign(x), 0 at 0.
 *
 * @throws ShapeError when an axis is not there, or named twice.
 */
export const norm1 = over(
  "norm1",
  "norm1",
  reduction("norm1", {
    ...kernelsOf("norm1"),
    explain: (group, y) => explainLongSum(`norm1 of ${group.count} elements`, y),
    slope: { text: "sign(x)", of: (x) => Math.sign(x) },
  }),
);

/** x / ‖x‖ in f64, 0 for a vector of zeros. */
function direction(x: number, group: Group): number {
  const norm = group.values().reduce((length, v) => Math.hypot(length, v), 0);
  return norm === 0 ? 0 : x / norm;
}

/**
 * √Σ x² over all elements, or over some axes: exact for huge and tiny elements. The gradient is x / y, 0
 * for a vector of zeros.
 *
 * @throws ShapeError when an axis is not there, or named twice.
 */
export const norm2 = over(
  "norm2",
  "norm2",
  reduction("norm2", {
    ...kernelsOf("norm2"),
    // Inside nothing overflows: what does not fit is the result.
    explain: (group, y) => ({
      expression: equation(`norm2 of ${group.count} elements`, y),
      ...(isDouble(group.x)
        ? { cause: "overflow-sum", fix: ["scale-input"] }
        : { cause: "narrowing", fix: ["cast-range", "scale-input"] }),
    }),
    slope: { text: "x/‖x‖", of: direction },
  }),
);

/**
 * Σ x² over all elements, or over some axes.
 *
 * @throws ShapeError when an axis is not there, or named twice.
 */
export const sumSquares = over(
  "sum_squares",
  "sumSquares",
  reduction("sumSquares", {
    ...kernelsOf("sum_squares"),
    explain: explainSquares("sumSquares"),
    slope: { text: "2x", of: (x) => 2 * x },
  }),
);

// ── Spread ───────────────────────────────────────────────────────────────────────────────────────

const varianceOp = reduction("variance", {
  ...kernelsOf("variance"),
  scalar: "ddof",
  explain: explainSquares("variance"),
  slope: {
    text: "2(x − mean)/n",
    of: (x, group, ddof) => {
      const { mean, n } = group.moments(ddof);
      return (2 * (x - mean)) / n;
    },
  },
});

const stdOp = reduction("std", {
  ...kernelsOf("std"),
  scalar: "ddof",
  explain: explainSquares("std"),
  slope: {
    text: "(x − mean)/(n std)",
    of: (x, group, ddof) => {
      const { mean, variance, n } = group.moments(ddof);
      return variance === 0 ? 0 : (x - mean) / (n * Math.sqrt(variance));
    },
  },
});

function spread(name: string, op: Op<Attrs>) {
  const call = (x: Operandish, options: SpreadOptions = {}): Tensor => {
    const from = asTensor(name, "x", x);
    const axes = axesOf(name, from.shape, options, ["ddof"]);
    const { ddof = 0 } = options;
    if (typeof ddof !== "number" || !(ddof >= 0 && ddof < axes.mid)) {
      throw new InputRangeError(
        `${name}: ddof out of range, expected at least 0 and less than the ${axes.mid} elements, got ${showValue(ddof)}`,
      );
    }
    return applyReduction(op, from, axes, ddof);
  };
  return call as Reduce<SpreadOptions>;
}

/**
 * Σ (x − mean)² / (n − ddof) over all elements, or over some axes, in two passes: nothing cancels.
 *
 * @throws ShapeError when an axis is not there, or named twice; InputRangeError when ddof is not less than
 * the number of elements.
 */
export const variance = define("variance", spread("variance", varianceOp));

/**
 * The root of the variance; of a constant it is 0, and so is its gradient.
 *
 * @throws ShapeError when an axis is not there, or named twice; InputRangeError when ddof is not less than
 * the number of elements.
 */
export const std = define("std", spread("std", stdOp));

// ── Logarithm of a sum of exponentials ───────────────────────────────────────────────────────────

/**
 * ln Σ e^x over all elements, or over some axes; -∞ of none, and of -∞ alone, with gradient 0.
 *
 * @throws ShapeError when an axis is not there, or named twice.
 */
export const logsumexp = over(
  "logsumexp",
  "logsumexp",
  reduction("logsumexp", {
    ...kernelsOf("logsumexp"),
    suspects: (group) => {
      const bad = [
        ...group.first(Number.isNaN),
        ...group.infinite(Number.POSITIVE_INFINITY),
        ...suspects(group),
      ];
      return bad.slice(0, 1);
    },
    explain: (group, y) => ({
      expression: equation(`logsumexp of ${group.count} elements`, y),
      cause: "empty-row",
      fix: ["finite-mask"],
    }),
    slope: { text: "e^(x − y)", of: (x, _group, _s, y) => Math.exp(x - y) },
  }),
);

// ── Product ──────────────────────────────────────────────────────────────────────────────────────

/** A NaN; an ∞, with the 0 it met; a 0; else the largest element. */
function factors(group: Group): Operand[] {
  const nan = group.first(Number.isNaN);
  if (nan.length > 0) return nan;
  const infinite = group.first((v) => Math.abs(v) === Number.POSITIVE_INFINITY);
  const found = [...infinite, ...group.first((v) => v === 0)];
  if (found.length > 0) return found;
  // It is small for what is small in it.
  const size = group.values().reduce((sum, v) => sum + Math.log2(Math.abs(v)), 0);
  return size < 0 ? group.smallest() : group.largest();
}

/**
 * The product over all elements, or over some axes: 1 of none. No product on the way overflows, and the
 * gradient is the product of the others, zeros or not.
 *
 * @throws ShapeError when an axis is not there, or named twice.
 */
export const prod = over(
  "prod",
  "prod",
  reduction("prod", {
    ...kernelsOf("prod"),
    suspects: factors,
    explain: (group, y, [a, b]) => {
      if (a !== undefined && b !== undefined) return explainProduct(a.value, b.value, y);
      const expression = equation(`product of ${group.count} elements`, y);
      return { expression, cause: "overflow-product", fix: ["log-sum", "scale-input"] };
    },
    slope: {
      text: "the product of the others",
      of: (x, group) => {
        const values = group.values();
        const own = values.findIndex((v) => Object.is(v, x));
        return values.reduce((p, v, i) => (i === own ? p : p * v), 1);
      },
    },
  }),
);

// ── Truth ────────────────────────────────────────────────────────────────────────────────────────

const truth = {
  absorbs: "compares",
  explain: (group: Group, y: number, [bad]: readonly Operand[]): Explanation => ({
    expression: equation(
      `of ${group.count} elements, ${showNumber(bad?.value ?? y)} among them,`,
      y,
    ),
    cause: "hidden-nan",
    fix: [],
  }),
  slope: { text: "0", of: () => 0 },
} as const;

/**
 * 1 where any element is not 0, else 0, over all elements or over some axes; 0 of none. A NaN is not 0.
 *
 * @throws ShapeError when an axis is not there, or named twice.
 */
export const any = over("any", "any", reduction("any", { ...truth, ...forwardOf("any") }));

/**
 * 1 where every element is not 0, else 0, over all elements or over some axes; 1 of none. A NaN is not 0.
 *
 * @throws ShapeError when an axis is not there, or named twice.
 */
export const all = over("all", "all", reduction("all", { ...truth, ...forwardOf("all") }));
