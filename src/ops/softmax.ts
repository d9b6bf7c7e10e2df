/** Softmax and its logarithm along the last axis. */
import { operand } from "../diagnose.js";
import { apply, type Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { asTensor, define, type Operandish } from "./define.js";
import { explainProduct, explainSum } from "./explain.js";
import {
  explainSoftmaxRow,
  guilty,
  highest,
  type Rows,
  rowStats,
  rowsOf,
  spoiled,
} from "./rows.js";

const op: Op<Rows> = {
  name: "softmax",
  saturates: true,
  shape: ([x]) => (x as Tensor).shape,
  forward: (k, { inputs: [x], out, attrs: { rows, cols } }) =>
    k.softmax_forward_f32(out.at, (x as Tensor).at, rows, cols),
  locate: ({ inputs: [x], attrs: { cols } }, flat) => {
    const from = x as Tensor;
    const row = Math.floor(flat / cols);
    const bad = spoiled("x", from, row, cols);
    return {
      // A 0 is owed to the row's maximum as much as to its own logit.
      operands: bad ? [bad] : [operand("x", from, flat), highest("x", from, row, cols)],
      explain: (y) => explainSoftmaxRow(from, row, cols, y),
    };
  },
  backward: [
    {
      run: (k, { out, attrs: { rows, cols } }, dy, dx) =>
        k.softmax_backward_f32(dx.at, dy.at, out.at, rows, cols),
      locate: ({ out, attrs: { cols } }, dy, flat) => {
        const row = Math.floor(flat / cols);
        const g = guilty("dy", dy, flat, cols);
        const y = guilty("y", out, flat, cols);
        return {
          operands: [g, y],
          explain: (d) => ({
            ...explainProduct(g.value, y.value, d),
            stage: "y (dy − Σ dy y)",
            stats: [...rowStats("dy", dy, row, cols), ...rowStats("y", out, row, cols)],
          }),
        };
      },
    },
  ],
};

/**
 * e^x / Σ e^x along the last axis of `x [..., cols]`; each row sums to 1. The row's maximum is
 * subtracted first, so that large logits cannot overflow.
 *
 * @throws ShapeError when the last axis is empty.
 */
export const softmax = define("softmax", (x: Operandish): Tensor => {
  const from = asTensor("softmax", "x", x);
  return apply(op, [from], rowsOf("softmax", from));
});

const logOp: Op<Rows> = {
  ...op,
  name: "logSoftmax",
  saturates: false,
  forward: (k, { inputs: [x], out, attrs: { rows, cols } }) =>
    k.log_softmax_forward_f32(out.at, (x as Tensor).at, rows, cols),
  backward: [
    {
      run: (k, { inputs: [x], attrs: { rows, cols } }, dy, dx) =>
        k.log_softmax_backward_f32(dx.at, dy.at, (x as Tensor).at, rows, cols),
      locate: ({ inputs: [x], attrs: { cols } }, dy, flat) => {
        const g = guilty("dy", dy, flat, cols);
        const from = guilty("x", x as Tensor, flat, cols);
        return { operands: [g, from], explain: (d) => explainSum(g.value, from.value, d, "−") };
      },
    },
  ],
};

/**
 * ln softmax(x) along the last axis of `x [..., cols]`, exact where softmax is 0 or 1 in float32: -200 for the second
 * of [0, -200]. A row of -∞ alone, or with +∞, is NaN.
 *
 * @throws ShapeError when the last axis is empty.
 */
export const logSoftmax = define("log_softmax", (x: Operandish): Tensor => {
  const from = asTensor("logSoftmax", "x", x);
  return apply(logOp, [from], rowsOf("logSoftmax", from));
});
