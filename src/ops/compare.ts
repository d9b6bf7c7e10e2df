/** Comparisons, which give 1 or 0 and have no gradient, and selection. */
import { firstBad, operand } from "../diagnose.js";
import { InputRangeError } from "../errors.js";
import { apply, type Backward, type Op } from "../op.js";
import { showNumber } from "../report.js";
import type { Kernels } from "../runtime.js";
import { broadcastShapes, operandIndex, unflatten } from "../shape.js";
import { INFINITY_BITS, isDouble, Tensor, type Tensor64 } from "../tensor.js";
import {
  asTensor,
  binary,
  define,
  dtypeAmong,
  eachMatrix,
  type Operandish,
  setWalk,
  sumTo,
  walk,
} from "./define.js";
import { equation, explainLongSum, findIn } from "./explain.js";

// A comparison gives 0 or 1, whatever it is given: there is nothing to explain.
const never = {
  slopes: null,
  explain: (_a: number, _b: number, y: number) => explainLongSum("a comparison", y),
};

/** a > b as 1 or 0; NaN is not greater than anything. */
export const greater = binary("greater", "greater", never);
/** a ≥ b as 1 or 0. */
export const greaterEqual = binary("greater_equal", "greaterEqual", never);
/** a < b as 1 or 0. */
export const less = binary("less", "less", never);
/** a ≤ b as 1 or 0. */
export const lessEqual = binary("less_equal", "lessEqual", never);
/** a = b as 1 or 0; NaN equals nothing. */
export const equal = binary("equal", "equal", never);
/** a ≠ b as 1 or 0; NaN differs from everything. */
export const notEqual = binary("not_equal", "notEqual", never);

/** 1 where both a and b are not 0, else 0. */
export const logicalAnd = binary("logical_and", "logicalAnd", never);
/** 1 where a or b is not 0, else 0. */
export const logicalOr = binary("logical_or", "logicalOr", never);
/** 1 where one of a and b is not 0, else 0. */
export const logicalXor = binary("logical_xor", "logicalXor", never);

type Where = Kernels["where_forward_f32"];
type WhereGrad = (
  d: number,
  dy: number,
  c: number,
  rows: number,
  cols: number,
  rowC: number,
  colC: number,
) => number;

const BACKWARD = [
  {
    float32: (k: Kernels): WhereGrad => k.where_backward_a_f32,
    float64: (k: Kernels): WhereGrad => k.where_backward_a_f64,
  },
  {
    float32: (k: Kernels): WhereGrad => k.where_backward_b_f32,
    float64: (k: Kernels): WhereGrad => k.where_backward_b_f64,
  },
] as const;

function whereBackward(which: 0 | 1): Backward<undefined> {
  const full = (k: Kernels, c: Tensor, dy: Tensor, to: Tensor): number => {
    const plan = walk(dy.shape, [c]);
    const [row, col] = [
      [plan.cols, ...plan.row],
      [1, ...plan.col],
    ];
    setWalk(k, dy.dtype, { ...plan, row, col });
    return eachMatrix(plan, dy.dtype, (at, [atC = 0]) =>
      BACKWARD[which][dy.dtype](k)(
        to.at + at,
        dy.at + at,
        c.at + atC,
        plan.rows,
        plan.cols,
        plan.row[0] ?? 0,
        plan.col[0] ?? 0,
      ),
    );
  };
  return {
    run: (k, { inputs }, dy, dx) => {
      const c = inputs[2] as Tensor;
      if (dx.size === dy.size) return full(k, c, dy, dx);
      const wide = new Tensor(dy.shape, "where backward", "op", undefined, dy.dtype) as Tensor;
      wide.peak = full(k, c, dy, wide) >>> 0;
      const peak = sumTo(k, wide, dx);
      wide.release();
      return peak;
    },
    locate: ({ inputs }, dy, flat) => {
      const own = inputs[which] as Tensor;
      const mine = (i: number) => operandIndex(i, dy.shape, own.shape) === flat;
      const at = findIn(
        dy.size,
        (i) => i,
        (i) => mine(i) && !Number.isFinite(dy.raw[i]),
      );
      const dyAt = operand("dy", dy, at >= 0 ? at : findIn(dy.size, (i) => i, mine));
      return { operands: [dyAt], explain: (d) => explainLongSum("a sum of cotangents", d) };
    },
  };
}

const whereOp: Op<undefined> = {
  name: "where",
  float64: true,
  shape: (inputs) =>
    inputs.reduce<readonly number[]>((shape, t) => broadcastShapes("where", shape, t.shape), []),
  forward: (k, { inputs, out }) => {
    const [a, b, c] = inputs as readonly [Tensor, Tensor, Tensor];
    const plan = walk(out.shape, [a, b, c]);
    const [rowA = 0, rowB = 0, rowC = 0] = plan.row;
    const [colA = 0, colB = 0, colC = 0] = plan.col;
    const run: Where = isDouble(out) ? k.where_forward_f64 : k.where_forward_f32;
    setWalk(k, out.dtype, plan);
    return eachMatrix(plan, out.dtype, (at, [atA = 0, atB = 0, atC = 0]) =>
      run(
        out.at + at,
        a.at + atA,
        b.at + atB,
        c.at + atC,
        plan.rows,
        plan.cols,
        rowA,
        colA,
        rowB,
        colB,
        rowC,
        colC,
      ),
    );
  },
  locate: ({ inputs, out }, flat) => {
    const [a, b, c] = inputs as readonly [Tensor, Tensor, Tensor];
    const on = operand("condition", c, operandIndex(flat, out.shape, c.shape)).value !== 0;
    const [role, from] = on ? (["a", a] as const) : (["b", b] as const);
    const chosen = operand(role, from, operandIndex(flat, out.shape, from.shape));
    return {
      operands: [chosen],
      explain: (y) => ({
        expression: equation(`where(…, ${showNumber(chosen.value)})`, y),
        cause: "bad-input",
        fix: ["mask-before"],
      }),
    };
  },
  backward: [whereBackward(0), whereBackward(1), null],
};

/** Numbers, and tensors of one type. */
export interface WhereOp {
  (condition: Operandish, a: Operandish, b: Operandish): Tensor;
  (condition: Tensor64 | number, a: Tensor64 | number, b: Tensor64 | number): Tensor64;
}

/**
 * condition ≠ 0 ? a : b, elementwise with broadcasting. What is not chosen is not there: its NaN or ∞
 * reaches neither the value nor any gradient.
 *
 * @throws InputRangeError when the condition holds a NaN.
 */
export const where = define("where", ((condition: unknown, x: unknown, y: unknown): Tensor => {
  const dtype = dtypeAmong(condition, x, y);
  const mask = asTensor("where", "condition", condition, dtype);
  mask.use("where");
  if (mask.peak > INFINITY_BITS) {
    const at = firstBad(mask, 2);
    throw new InputRangeError(
      `where: condition[${unflatten(at, mask.shape).join(", ")}] is NaN, expected 0 or another number, got NaN`,
    );
  }
  const [a, b] = [asTensor("where", "a", x, dtype), asTensor("where", "b", y, dtype)];
  return apply(whereOp, [a, b, mask], undefined);
}) as WhereOp);
