/** Losses: one number each, the mean over elements or rows. */

import { checkOptions, checkRange, parseLabels } from "../check.js";
import { HUGE, type Located, operand } from "../diagnosis/diagnose.js";
import { showNumber } from "../diagnosis/report.js";
import { ShapeError } from "../errors.js";
import { apply, type Backward, type Op } from "../op.js";
import { sameShape, show } from "../shape.js";
import { type AnyTensor, type DType, isDouble, Tensor, type Tensor64 } from "../tensor.js";
import {
  asTensor,
  define,
  dtypeAmong,
  kernelOf,
  type LikeThem,
  NO_OPTIONS,
  type Operandish,
} from "./define.js";
import { equation, explainLongSum, explainProduct, findIn } from "./explain.js";
import {
  explainSoftmaxRow,
  loudest,
  type Rows,
  rowStats,
  rowsOf,
  spoiling,
  statsOf,
} from "./rows.js";

// ── Mean squared error ───────────────────────────────────────────────────────────────────────────

function locateSquare(p: Tensor, target: Tensor): Located {
  const bad = (i: number) => {
    const d = (p.raw[i] ?? 0) - (target.raw[i] ?? 0);
    return !Number.isFinite(isDouble(p) ? d * d : Math.fround(d * d));
  };
  const at = Math.max(
    0,
    findIn(p.size, (i) => i, bad),
  );
  const [a, b] = [operand("prediction", p, at), operand("target", target, at)];
  const stats = [statsOf("prediction", p.raw), statsOf("target", target.raw)];
  return {
    operands: [a, b],
    explain: (y) => {
      const d = `${showNumber(a.value)} − ${showNumber(b.value)}`;
      if (Number.isNaN(y)) {
        const expression = equation(d, y);
        const stage = "prediction − target";
        return { expression, cause: "inf-minus-inf", fix: ["scale-input"], stage, stats };
      }
      return {
        expression: equation(`(${d})²`, y),
        cause: "overflow-square",
        fix: ["scale-input", "lower-lr"],
        stage: "(prediction − target)²",
        stats,
      };
    },
  };
}

function mseBackward(of: 0 | 1): Backward<undefined> {
  return {
    run: (k, { inputs }, dy, dx) => {
      const [own, other] = [inputs[of] as Tensor, inputs[1 - of] as Tensor];
      return kernelOf(k, "mse", "backward", dx.dtype)(dx.at, dy.at, own.at, other.at, own.size);
    },
    locate: ({ inputs }, dy, flat) => {
      const [own, other] = [inputs[of] as Tensor, inputs[1 - of] as Tensor];
      const [g, a, b] = [
        operand("dy", dy, 0),
        operand(of === 0 ? "prediction" : "target", own, flat),
        operand(of === 0 ? "target" : "prediction", other, flat),
      ];
      return {
        operands: [g, a, b],
        explain: (d) => explainProduct(g.value, (2 / own.size) * (a.value - b.value), d),
      };
    },
  };
}

const mseOp: Op<undefined> = {
  name: "mse",
  float64: true,
  shape: () => [],
  forward: (k, { inputs, out }) => {
    const [p, target] = inputs as readonly [Tensor, Tensor];
    return kernelOf(k, "mse", "forward", out.dtype)(out.at, p.at, target.at, p.size);
  },
  locate: ({ inputs }) => locateSquare(inputs[0] as Tensor, inputs[1] as Tensor),
  backward: [mseBackward(0), mseBackward(1)],
};

/** Of tensors of one type, either. */
export interface Mse {
  (prediction: Operandish, target: Operandish): Tensor;
  (prediction: Tensor64 | number, target: Tensor64 | number): Tensor64;
  <T extends AnyTensor>(prediction: T, target: T | number): LikeThem<T>;
}

/**
 * Mean squared error: the mean of `(prediction − target)²` over all elements, both of the same shape.
 *
 * @throws ShapeError when the shapes differ, or there is nothing to average.
 */
export const mse = define("mse", ((
  prediction: Operandish,
  target: Operandish,
  options: unknown = NO_OPTIONS,
): Tensor => {
  checkOptions("mse", options, []);
  const dtype = dtypeAmong(prediction, target);
  const p = asTensor("mse", "prediction", prediction, dtype);
  const t = asTensor("mse", "target", target, dtype);
  if (!sameShape(p.shape, t.shape) || p.size === 0) {
    throw new ShapeError(
      `mse: shapes do not fit, expected target ${show(p.shape)} of at least one element, got ${show(t.shape)}`,
    );
  }
  return apply(mseOp, [p, t], undefined);
}) as Mse);

// ── Cross entropy ────────────────────────────────────────────────────────────────────────────────

export interface CrossEntropyOptions {
  /** Rows with this label are neither read nor counted. */
  readonly ignoreIndex?: number | undefined;
}

interface Attrs extends Rows {
  /** Class of each row, -1 where the row is ignored. */
  readonly labels: Int32Array;
  readonly count: number;
}

function locateLogits(x: Tensor, { rows, cols, labels }: Attrs): Located {
  const worst = (holds: (v: number) => boolean) =>
    findIn(
      rows,
      (r) => r,
      (r) => (labels[r] ?? -1) >= 0 && x.raw.subarray(r * cols, r * cols + cols).some(holds),
    );
  let row = worst(Number.isNaN);
  if (row < 0) row = worst((v) => v === Infinity);
  if (row < 0)
    row = findIn(
      rows,
      (r) => r,
      (r) => x.raw[r * cols + (labels[r] ?? 0)] === -Infinity,
    );
  if (row < 0) row = worst((v) => Math.abs(v) >= HUGE && Math.abs(v) < Infinity);
  row = Math.max(row, 0);
  const label = Math.max(labels[row] ?? 0, 0);
  const target = operand("logits", x, row * cols + label);
  return {
    operands: [spoiling("logits", x, row, cols) ?? loudest("logits", x, row * cols + label, cols)],
    explain: (y) => {
      if (y === Infinity && target.value === -Infinity) {
        const expression = equation(`−log softmax(logits)[${label}] with logit -∞`, y);
        const stats = rowStats("logits", x, row, cols);
        return {
          expression,
          cause: "log-of-zero",
          fix: ["finite-mask"],
          stage: "log softmax",
          stats,
        };
      }
      return Number.isNaN(y)
        ? explainSoftmaxRow(x, row, cols, y)
        : { ...explainLongSum(`a mean of ${rows} rows`, y), stage: "mean" };
    },
  };
}

function savedOf(out: Tensor): readonly [Tensor, Tensor] {
  return out.saved as unknown as readonly [Tensor, Tensor];
}

/** More labels are not written out. */
const FEW = 8;

const crossEntropyOp: Op<Attrs> = {
  name: "crossEntropy",
  float64: true,
  written: ({ attrs: { labels } }) =>
    labels.length <= FEW && labels.every((label) => label >= 0) ? `[${labels.join(", ")}]` : "…",
  absorbs: "selects",
  shape: () => [],
  forward: (k, { inputs: [x], out, attrs: { rows, cols, labels, count } }) => {
    const probabilities = new Tensor(
      [rows, cols],
      "crossEntropy",
      "op",
      undefined,
      out.dtype,
    ) as Tensor;
    const classes = new Tensor([rows], "crossEntropy");
    out.saved = [probabilities, classes];
    classes.home.ints.set(labels, classes.at / 4);
    return kernelOf(k, "cross_entropy", "forward", out.dtype)(
      out.at,
      probabilities.at,
      (x as Tensor).at,
      classes.at,
      rows,
      cols,
      count,
    );
  },
  locate: ({ inputs: [x], attrs }) => locateLogits(x as Tensor, attrs),
  backward: [
    {
      run: (k, { out, attrs: { rows, cols, count } }, dy, dx) => {
        const [probabilities, classes] = savedOf(out);
        return kernelOf(k, "cross_entropy", "backward", dx.dtype)(
          dx.at,
          dy.at,
          probabilities.at,
          classes.at,
          rows,
          cols,
          count,
        );
      },
      locate: ({ inputs: [x], attrs: { cols } }, dy, flat) => {
        const from = x as Tensor;
        const row = Math.floor(flat / cols);
        const g = operand("dy", dy, 0);
        const bad = spoiling("logits", from, row, cols);
        const logit = bad ?? operand("logits", from, flat);
        return {
          operands: [g, logit],
          ...(bad === undefined ? { owed: g } : {}),
          explain: (d) =>
            Number.isFinite(g.value)
              ? explainSoftmaxRow(from, row, cols, d)
              : explainProduct(g.value, 1, d),
        };
      },
    },
  ],
};

/** Of logits of either type. */
export type CrossEntropy = <D extends DType>(
  logits: Tensor<D>,
  labels: ArrayLike<number>,
  options?: CrossEntropyOptions,
) => Tensor<D>;

/**
 * Cross entropy of `logits [..., classes]` with one label per row: the mean of `log Σ e^x − x[label]`. Takes
 * logits, not probabilities. Where every row is ignored the loss is 0.
 *
 * @throws InputTypeError when a label is no number; InputRangeError when it is NaN, no integer, or not
 * 0 … classes − 1, or `ignoreIndex` is no whole number; ShapeError when there are not as many labels as rows.
 */
export const crossEntropy = define("cross_entropy", ((
  logits: Operandish,
  labels: ArrayLike<number>,
  options: CrossEntropyOptions = {},
): Tensor => {
  checkOptions("crossEntropy", options, ["ignoreIndex"]);
  const { ignoreIndex } = options;
  if (ignoreIndex !== undefined) {
    checkRange("crossEntropy", "ignoreIndex", ignoreIndex, Number.isInteger, "a whole number");
  }
  const x = asTensor("crossEntropy", "logits", logits);
  const { rows, cols } = rowsOf("crossEntropy", x);
  const classes = parseLabels("crossEntropy", labels, rows, cols, ignoreIndex);
  const count = classes.reduce((n, label) => n + (label >= 0 ? 1 : 0), 0);
  return apply(crossEntropyOp, [x], { rows, cols, labels: classes, count });
}) as CrossEntropy);
