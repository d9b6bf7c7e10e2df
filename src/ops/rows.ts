/** What the ops along the last axis have in common: rows, and where one goes bad. */

import { rootOf } from "../diagnosis/began.js";
import type { Explanation } from "../diagnosis/diagnose.js";
import { HUGE, type Operand, operand, taintAt } from "../diagnosis/diagnose.js";
import type { OperandStats } from "../diagnosis/report.js";
import { showNumber } from "../diagnosis/report.js";
import { ShapeError } from "../errors.js";
import { show } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { equation, largestOf } from "./explain.js";

export interface Rows {
  readonly rows: number;
  readonly cols: number;
}

/** x [..., cols] as rows × cols. @throws ShapeError when there are no columns. */
export function rowsOf(op: string, x: Tensor): Rows {
  const cols = x.shape.at(-1);
  if (cols === undefined || cols === 0) {
    throw new ShapeError(
      `${op}: nothing to go along, expected [..., cols > 0], got ${show(x.shape)}`,
    );
  }
  return { rows: x.size / cols, cols };
}

/** The element of a row that is not finite, and to blame: a NaN, else ∞, else −∞, which may be how one is masked. */
export function spoiled(
  role: string,
  tensor: Tensor,
  row: number,
  cols: number,
): Operand | undefined {
  const elements = Array.from({ length: cols }, (_, c) => operand(role, tensor, row * cols + c));
  const infinite = elements.filter(({ value }) => value === Number.NEGATIVE_INFINITY);
  return (
    elements.find(({ value }) => Number.isNaN(value)) ??
    elements.find(({ value }) => value === Number.POSITIVE_INFINITY) ??
    infinite.find((element) => !isWritten(element)) ??
    infinite[0]
  );
}

/** Whether it comes from a number in the code. */
export function isWritten(element: Operand): boolean {
  return rootOf(taintAt(element).birth).operands.some(({ kind }) => kind === "number");
}

/** The element of a row to blame for element `flat` of it: one that is not finite, one that is huge, or itself. */
export function guilty(role: string, tensor: Tensor, flat: number, cols: number): Operand {
  return spoiled(role, tensor, Math.floor(flat / cols), cols) ?? loudest(role, tensor, flat, cols);
}

/** The same among those that are finite. */
export function loudest(role: string, tensor: Tensor, flat: number, cols: number): Operand {
  const start = flat - (flat % cols);
  const all = Array.from({ length: cols }, (_, c) => operand(role, tensor, start + c));
  const [most] = largestOf(all.filter(({ value }) => Number.isFinite(value)));
  return most !== undefined && Math.abs(most.value) >= HUGE ? most : operand(role, tensor, flat);
}

/** The largest element of a row, as an operand. */
export function highest(role: string, tensor: Tensor, row: number, cols: number): Operand {
  const elements = tensor.raw.subarray(row * cols, (row + 1) * cols);
  const at = elements.reduce((best, v, c) => (v > (elements[best] ?? v) ? c : best), 0);
  return operand(role, tensor, row * cols + at);
}

/** What is not finite in a row and spoils all of it. A −∞ is as good as not there, unless there is nothing else. */
export function spoiling(role: string, x: Tensor, row: number, cols: number): Operand | undefined {
  const worst = spoiled(role, x, row, cols);
  const masks = worst?.value === -Infinity && highest(role, x, row, cols).value > -Infinity;
  return masks ? undefined : worst;
}

/** Range, mean and bad elements of one part of an operand. */
export function statsOf(of: string, elements: ArrayLike<number>): OperandStats {
  const finite = Array.from(elements).filter(Number.isFinite);
  return {
    of,
    min: finite.reduce((a, b) => Math.min(a, b), finite[0] ?? Number.NaN),
    max: finite.reduce((a, b) => Math.max(a, b), finite[0] ?? Number.NaN),
    mean: finite.reduce((a, b) => a + b, 0) / finite.length,
    nonFinite: elements.length - finite.length,
    count: elements.length,
  };
}

/** The same of one row of a matrix. */
export function rowStats(
  role: string,
  tensor: Tensor,
  row: number,
  cols: number,
): readonly OperandStats[] {
  const elements = tensor.raw.subarray(row * cols, (row + 1) * cols);
  const own = tensor.name;
  const name = own === undefined || own === role ? "" : ` "${own}"`;
  return [statsOf(`${role}${name}, row ${row}`, elements)];
}

/** Why e^(x − max) / Σ failed on a row. */
export function explainSoftmaxRow(
  x: Tensor,
  row: number,
  cols: number,
  result: number,
  own = -Infinity,
): Explanation {
  const elements = x.raw.subarray(row * cols, (row + 1) * cols);
  const max = elements.reduce((a, b) => Math.max(a, b), -Infinity);
  const min = elements.reduce((a, b) => Math.min(a, b), Infinity);
  const range = `row ${row}: min ${showNumber(min)}, max ${showNumber(max)}`;
  const inside = { stage: "exp(x − max)", stats: rowStats("x", x, row, cols) };
  if (Number.isFinite(result)) {
    const expression = `${equation(`exp(${showNumber(own)} − ${showNumber(max)})`, result)} (${range})`;
    return { expression, cause: "finite-limit", fix: [], ...inside };
  }
  if (max === -Infinity) {
    return {
      expression: `${equation("-∞ − (-∞)", result)} (${range})`,
      cause: "empty-row",
      fix: ["finite-mask"],
      ...inside,
    };
  }
  return {
    expression: `${equation("∞ − ∞", result)} (${range})`,
    cause: "inf-minus-inf",
    fix: ["scale-input"],
    ...inside,
  };
}
