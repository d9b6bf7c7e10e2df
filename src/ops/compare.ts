/** Comparisons, which give 1 or 0 and have no gradient, and selection. */
import { checkAttached } from "../check.js";
import { holds } from "../diagnosis/dead.js";
import { type Explanation, isAlike, type Located, operand } from "../diagnosis/diagnose.js";
import { orderLost } from "../diagnosis/lost.js";
import { showNumber } from "../diagnosis/report.js";
import { InputRangeError } from "../errors.js";
import { apply, type Backward, type Call, type Op } from "../op.js";
import type { Kernels } from "../runtime.js";
import { broadcastShapes, operandIndex, repeatsOf, unflatten } from "../shape.js";
import { type AnyTensor, INFINITY_BITS, isDouble, Tensor, type Tensor64 } from "../tensor.js";
import { onArrays } from "./arrays.js";
import {
  asTensor,
  binary,
  define,
  dtypeAmong,
  eachMatrix,
  type LikeThem,
  NO_OPTIONS,
  type Operandish,
  type OutOption,
  type OutOption64,
  optionsOf,
  setWalk,
  sumTo,
  unary,
  walk,
} from "./define.js";
import { equation, explainSlope, locateSum } from "./explain.js";

/** A comparison gives 0 or 1, whatever it is given. */
const comparing = (name: string) => ({
  absorbs: "compares" as const,
  slopes: null,
  loses: orderLost,
  explain: (a: number, b: number, y: number): Explanation => ({
    expression: equation(`${name}(${showNumber(a)}, ${showNumber(b)})`, y),
    cause: "hidden-nan",
    fix: [],
  }),
});

/** a > b as 1 or 0; NaN is not greater than anything. */
export const greater = binary("greater", "greater", comparing("greater"));
/** a ≥ b as 1 or 0. */
export const greaterEqual = binary("greater_equal", "greaterEqual", comparing("greaterEqual"));
/** a < b as 1 or 0. */
export const less = binary("less", "less", comparing("less"));
/** a ≤ b as 1 or 0. */
export const lessEqual = binary("less_equal", "lessEqual", comparing("lessEqual"));
/** a = b as 1 or 0; NaN equals nothing. */
export const equal = binary("equal", "equal", comparing("equal"));
/** a ≠ b as 1 or 0; NaN differs from everything. */
export const notEqual = binary("not_equal", "notEqual", comparing("notEqual"));

/** 1 where both a and b are not 0, else 0. */
export const logicalAnd = binary("logical_and", "logicalAnd", comparing("logicalAnd"));
/** 1 where a or b is not 0, else 0. */
export const logicalOr = binary("logical_or", "logicalOr", comparing("logicalOr"));
/** 1 where one of a and b is not 0, else 0. */
export const logicalXor = binary("logical_xor", "logicalXor", comparing("logicalXor"));

/** 1 where x is 0, else 0; NaN is not 0. */
export const logicalNot = unary("logical_not", "logicalNot", {
  absorbs: "compares",
  slope: null,
  explain: (x, y) => ({
    expression: equation(`logicalNot(${showNumber(x)})`, y),
    cause: "hidden-nan",
    fix: [],
  }),
});

type WhereKernel = Kernels["where_forward_f32"];
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

function chosenAt(inputs: readonly Tensor[], which: 0 | 1, dy: Tensor, flat: number): Located {
  const [own, c] = [inputs[which], inputs[2]] as readonly [Tensor, Tensor];
  const on = c.raw[operandIndex(flat, dy.shape, c.shape)] !== 0;
  const role = which === 0 ? "a" : "b";
  const [g, x] = [operand("dy", dy, flat), operand(role, own, flat)];
  return {
    operands: [g, x],
    owed: g,
    explain: (d) =>
      explainSlope(g.value, `[${role} is chosen]`, Number(on === (which === 0)), d, []),
  };
}

/** What a bound that is written as a choice may be beside the number that is compared with. */
const BESIDE = 1e-3;

const TURNS: ReadonlySet<string> = new Set(["logicalNot"]);

/** Whether two constants are as good as one, wherever both are read. */
function isBeside(a: Tensor, b: Tensor): boolean {
  if (a === b) return true;
  if (!a.readable || !b.readable || (a.size !== b.size && a.size > 1 && b.size > 1)) return false;
  for (let i = 0; i < Math.max(a.size, b.size); i++) {
    const [one = 0, other = 0] = [a.raw[i % a.size], b.raw[i % b.size]];
    // Nothing but itself is beside ∞: whether it is that is no bound.
    const isNear = Math.abs(one - other) <= BESIDE * Math.max(1, Math.abs(other));
    if (!isNear || Math.abs(other) === Infinity) return false;
  }
  return true;
}

/**
 * Whether a choice is between x and a constant next to the one that x is compared with: maximum(x, 1e-7), or clip, in other words. One
 * by a mask, or a constant from elsewhere, is meant to leave x out.
 */
function isBound({ inputs: [a, b, condition], out: { tape } }: Call<undefined>): boolean {
  if (a === undefined || b === undefined || (a.tape === tape) === (b.tape === tape)) return false;
  const [x, constant] = a.tape === tape ? [a, b] : [b, a];
  let compared = condition?.call;
  while (compared && TURNS.has(compared.op.name)) compared = compared.inputs[0]?.call;
  const [left, right] = compared?.inputs ?? [];
  if (compared?.op.absorbs !== "compares" || left === undefined || right === undefined)
    return false;
  const [of, by] = left.tape === tape ? [left, right] : [right, left];
  return by.tape !== tape && isBeside(constant, by) && isHeld(x, of);
}

/** Whether x is another tensor, or that one with another bound to it: bounds on both sides are two choices. */
function isHeld(x: Tensor, of: Tensor): boolean {
  if (isAlike(x, of)) return true;
  const { call } = x;
  if (call === undefined || !holds(call)) return false;
  return call.inputs.some((input) => input.tape === x.tape && isHeld(input, of));
}

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
      if (own.size === dy.size) return chosenAt(inputs, which, dy, flat);
      return locateSum(repeatsOf(dy.shape, own.shape, flat).map((i) => operand("dy", dy, i)));
    },
  };
}

const whereOp: Op<undefined> = {
  name: "where",
  float64: true,
  absorbs: "selects",
  saturates: "gate",
  isBound,
  shape: (inputs) =>
    inputs.reduce<readonly number[]>((shape, t) => broadcastShapes("where", shape, t.shape), []),
  forward: (k, { inputs, out }) => {
    const [a, b, c] = inputs as readonly [Tensor, Tensor, Tensor];
    const plan = walk(out.shape, [a, b, c]);
    const [rowA = 0, rowB = 0, rowC = 0] = plan.row;
    const [colA = 0, colB = 0, colC = 0] = plan.col;
    const run: WhereKernel = isDouble(out) ? k.where_forward_f64 : k.where_forward_f32;
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
    const at = (role: string, from: Tensor) =>
      operand(role, from, operandIndex(flat, out.shape, from.shape));
    const [chosen, other] = on ? [at("a", a), at("b", b)] : [at("b", b), at("a", a)];
    return {
      operands: [chosen, other],
      owed: chosen,
      explain: (y) => ({
        expression: equation(`where(…, ${showNumber(chosen.value)})`, y),
        cause: "bad-input",
        fix: ["mask-before"],
      }),
    };
  },
  backward: [whereBackward(0), whereBackward(1), null],
};

/** Selection: numbers, arrays of one length, tensors that broadcast, or a mixture; all of one type. */
export interface Where {
  (condition: number, a: number, b: number): number;
  (
    condition: Float32Array | number,
    a: Float32Array | number,
    b: Float32Array | number,
    options?: OutOption,
  ): Float32Array;
  (
    condition: Float64Array | number,
    a: Float64Array | number,
    b: Float64Array | number,
    options?: OutOption64,
  ): Float64Array;
  (condition: Operandish, a: Operandish, b: Operandish): Tensor;
  (condition: Tensor64 | number, a: Tensor64 | number, b: Tensor64 | number): Tensor64;
  <T extends AnyTensor>(condition: T, a: T | number, b: T | number): LikeThem<T>;
}

/** @throws InputRangeError for a NaN: neither yes nor no. */
function refuseNaN(place: string): never {
  throw new InputRangeError(
    `where: condition${place} is NaN, expected 0 or another number, got NaN`,
  );
}

function whereTensors(condition: unknown, a: unknown, b: unknown): Tensor {
  const dtype = dtypeAmong(condition, a, b);
  const mask = asTensor("where", "condition", condition, dtype);
  mask.use("where");
  if (mask.peak > INFINITY_BITS) {
    refuseNaN(`[${unflatten(mask.raw.findIndex(Number.isNaN), mask.shape).join(", ")}]`);
  }
  const [left, right] = [asTensor("where", "a", a, dtype), asTensor("where", "b", b, dtype)];
  return apply(whereOp, [left, right, mask], undefined);
}

function whereArrays(condition: unknown, a: unknown, b: unknown, out: unknown): unknown {
  if (typeof condition === "number" && Number.isNaN(condition)) refuseNaN("");
  if (condition instanceof Float32Array || condition instanceof Float64Array) {
    checkAttached("where", "condition", condition);
    const at = condition.findIndex(Number.isNaN);
    if (at >= 0) refuseNaN(`[${at}]`);
  }
  return onArrays(
    "where",
    { condition, a, b },
    out,
    (k, y, [atC = 0, atA = 0, atB = 0], n, [stepC = 1, stepA = 1, stepB = 1], dtype) => {
      const run: WhereKernel = dtype === "float64" ? k.where_forward_f64 : k.where_forward_f32;
      const [row, col] = [
        [0, 0, 0],
        [stepA, stepB, stepC],
      ];
      setWalk(k, dtype, { rows: 1, cols: n, row, col, starts: [] });
      return run(y, atA, atB, atC, 1, n, 0, stepA, 0, stepB, 0, stepC);
    },
  );
}

/**
 * condition ≠ 0 ? a : b, elementwise with broadcasting. What is not chosen is not there: its NaN or ∞
 * reaches neither the value nor any gradient.
 *
 * @throws InputRangeError when the condition holds a NaN.
 */
export const where = define("where", ((
  condition: unknown,
  a: unknown,
  b: unknown,
  options: OutOption = NO_OPTIONS,
): unknown => {
  const onTensors = [condition, a, b].some((operand) => operand instanceof Tensor);
  const { out } = optionsOf("where", options, [], onTensors);
  return onTensors ? whereTensors(condition, a, b) : whereArrays(condition, a, b, out);
}) as Where);
