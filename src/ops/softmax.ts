/** Softmax and its logarithm along the last axis. */
import { checkOptions } from "../check.js";
import { NEXT_TO_0 } from "../diagnosis/dead.js";
import { kindOf, operand } from "../diagnosis/diagnose.js";
import { showNumber } from "../diagnosis/report.js";
import { InputTypeError } from "../errors.js";
import { apply, type Op } from "../op.js";
import type { DType, Tensor } from "../tensor.js";
import { asTensor, define, kernelOf, NO_OPTIONS, type Operandish } from "./define.js";
import { equation, explainProduct, explainSum } from "./explain.js";
import {
  explainSoftmaxRow,
  guilty,
  highest,
  type Rows,
  rowStats,
  rowsOf,
  spoiled,
  spoiling,
} from "./rows.js";

/** A function along the last axis, of tensors of either type. */
export interface AlongRows {
  (x: number): Tensor;
  <D extends DType>(x: Tensor<D>): Tensor<D>;
}

/** An axis that nobody hears of would be the last one. @throws InputTypeError, InputRangeError */
function checkLast(op: string, options: unknown): void {
  if (typeof options === "number") {
    throw new InputTypeError(
      `${op}: it has no choice of axis, expected x alone, whose last axis it runs along, got ${options} too`,
    );
  }
  checkOptions(op, options, []);
}

const along = (op: Op<Rows>) =>
  ((x: Operandish, options: object = NO_OPTIONS): Tensor => {
    if (options !== NO_OPTIONS) checkLast(op.name, options);
    const from = asTensor(op.name, "x", x);
    return apply(op, [from], rowsOf(op.name, from));
  }) as AlongRows;

/** A cotangent that is the same all along a row may differ by so much for rounding. */
const ROUNDED = 2 ** -20;

/**
 * What of dy is beside the mean of its row: all that moves a softmax, whose rows sum to 1. Where that is nothing the loss asks for no
 * change, as at an optimum; nor does it where it wants a 0 to be smaller. Of one column, which is 1 whatever comes, all is asked.
 */
function askedOf(
  y: ArrayLike<number>,
  dy: ArrayLike<number>,
  cols: number,
  beyond: boolean,
): ArrayLike<number> {
  if (cols === 1) return dy;
  const asked = Float64Array.from(dy);
  for (let from = 0; from < asked.length; from += cols) {
    const row = asked.subarray(from, from + cols);
    let [sum, weight, most] = [0, 0, 0];
    row.forEach((g, c) => {
      const p = y[from + c] ?? 0;
      sum += g * p;
      weight += p;
      most = Math.max(most, Math.abs(g));
    });
    const mean = weight > 0 ? sum / weight : 0;
    row.forEach((g, c) => {
      const rest = g - mean;
      const isGiven = !beyond && (y[from + c] ?? 0) <= NEXT_TO_0 && rest > 0;
      row[c] = isGiven || Math.abs(rest) <= ROUNDED * most ? 0 : rest;
    });
  }
  return asked;
}

/** From here on down a logit is a mask, and up to here one is in good order. */
const MASK = -1e8;
const ORDINARY = 1e4;

function isMasked({ raw }: Tensor, flat: number, cols: number): boolean {
  const value = raw[flat] ?? 0;
  if (value > MASK) return false;
  if (value === -Infinity) return true;
  const from = flat - (flat % cols);
  const most = raw.subarray(from, from + cols).reduce((a, b) => Math.max(a, b), -Infinity);
  return Math.abs(most) < ORDINARY;
}

/** `y · (dy − Σ dy y) = 0`, with the numbers of one element. */
function rowGradient(dy: Tensor, { raw }: Tensor, flat: number, cols: number, d: number): string {
  const from = flat - (flat % cols);
  const row = raw.subarray(from, from + cols);
  const total = row.reduce((sum: number, y, i) => sum + y * (dy.raw[from + i] ?? 0), 0);
  const [y, g] = [raw[flat] ?? 0, dy.raw[flat] ?? 0].map(showNumber);
  return equation(`${y} · (${g} − ${showNumber(total)})`, d);
}

const op: Op<Rows> = {
  name: "softmax",
  float64: true,
  saturates: "smooth",
  shape: ([x]) => (x as Tensor).shape,
  forward: (k, { inputs: [x], out, attrs: { rows, cols } }) =>
    kernelOf(k, "softmax", "forward", out.dtype)(out.at, (x as Tensor).at, rows, cols),
  asked: ({ inputs: [x], out, attrs: { cols } }, dy, beyond) =>
    // A −∞ is a mask, of which nothing is asked; so is what stands for it beside logits in good order.
    Float64Array.from(askedOf(out.raw, dy.raw, cols, beyond), (g, i) =>
      x && isMasked(x, i, cols) ? 0 : g,
    ),
  locate: ({ inputs: [x], attrs: { cols }, out }, flat) => {
    const from = x as Tensor;
    const row = Math.floor(flat / cols);
    // A mask beside others makes a 0, and nothing that is infinite.
    const isMade = Number.isFinite(out.raw[flat]);
    const bad = (isMade ? spoiled : spoiling)("x", from, row, cols);
    // A 0 is owed to the row's maximum as much as to its own logit: to the larger one.
    const [own, most] = [operand("x", from, flat), highest("x", from, row, cols)];
    return {
      operands: bad ? [bad] : [own, most],
      owed: bad ?? (Math.abs(own.value) > Math.abs(most.value) ? own : most),
      explain: (y) => explainSoftmaxRow(from, row, cols, y, own.value),
    };
  },
  backward: [
    {
      run: (k, { out, attrs: { rows, cols } }, dy, dx) =>
        kernelOf(k, "softmax", "backward", dx.dtype)(dx.at, dy.at, out.at, rows, cols),
      locate: ({ inputs: [x], out, attrs: { cols } }, dy, flat) => {
        const row = Math.floor(flat / cols);
        const g = guilty("dy", dy, flat, cols);
        // The sum over the row takes an ∞ times its own y: where that is 0 it is a NaN there.
        const beside = operand("y", out, g.flat);
        const y =
          kindOf(g.value) === 1 && beside.value === 0 ? beside : guilty("y", out, flat, cols);
        const from = operand("x", x as Tensor, flat);
        return {
          // What came in does no harm here, but says what the row was computed from; a mask says nothing.
          operands: [g, y, ...(from.value === -Infinity ? [] : [from])],
          explain: (d) => ({
            // An ∞ is in the sum too, and what it is taken from.
            ...(y.value !== 0 && kindOf(g.value) === 1 && Number.isNaN(d)
              ? explainSum(g.value, g.value, d, "−")
              : explainProduct(g.value, y.value, d)),
            ...(Number.isFinite(d) ? { expression: rowGradient(dy, out, flat, cols, d) } : {}),
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
export const softmax = define("softmax", along(op));

const logOp: Op<Rows> = {
  ...op,
  name: "logSoftmax",
  saturates: undefined,
  asked: undefined,
  locate: ({ inputs: [x], attrs: { cols } }, flat) => {
    const from = x as Tensor;
    const row = Math.floor(flat / cols);
    const [own, most] = [operand("x", from, flat), highest("x", from, row, cols)];
    const bad = spoiling("x", from, row, cols);
    return {
      operands: bad ? [bad] : [own, most],
      explain: (y) =>
        bad ? explainSoftmaxRow(from, row, cols, y) : explainSum(own.value, most.value, y, "−"),
    };
  },
  forward: (k, { inputs: [x], out, attrs: { rows, cols } }) =>
    kernelOf(k, "log_softmax", "forward", out.dtype)(out.at, (x as Tensor).at, rows, cols),
  backward: [
    {
      run: (k, { inputs: [x], attrs: { rows, cols } }, dy, dx) =>
        kernelOf(k, "log_softmax", "backward", dx.dtype)(
          dx.at,
          dy.at,
          (x as Tensor).at,
          rows,
          cols,
        ),
      locate: ({ inputs: [x], attrs: { cols } }, dy, flat) => {
        const g = guilty("dy", dy, flat, cols);
        const row = Math.floor(flat / cols);
        const bad = spoiling("x", x as Tensor, row, cols);
        const from = bad ?? operand("x", x as Tensor, flat);
        return {
          operands: [g, from],
          ...(bad === undefined ? { owed: g } : {}),
          // The softmax that is taken from dy is computed anew.
          explain: (d) =>
            bad !== undefined && Number.isFinite(g.value)
              ? explainSoftmaxRow(x as Tensor, row, cols, d)
              : explainSum(g.value, from.value, d, "−"),
        };
      },
    },
  ],
};

/**
 * ln softmax(x) along the last axis of `x [..., cols]`, exact where softmax itself is rounded to 0 or 1: -200 for the second
 * of [0, -200]. A row of -∞ alone, or with +∞, is NaN.
 *
 * @throws ShapeError when the last axis is empty.
 */
export const logSoftmax = define("log_softmax", along(logOp));
