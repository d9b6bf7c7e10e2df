/** Shapes: sizes, indices, broadcasting. */
import { InputTypeError, ShapeError } from "./errors.js";

export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}

export function show(shape: readonly unknown[]): string {
  return `[${shape.join(", ")}]`;
}

/** Where the flat index lies: `[row, column]` for a matrix. */
export function unflatten(flat: number, shape: Shape): number[] {
  const index = new Array<number>(shape.length);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const side = shape[axis] ?? 1;
    index[axis] = rest % side;
    rest = Math.floor(rest / side);
  }
  return index;
}

/** The flat index of what lies there. */
export const ravel = (index: readonly number[], shape: Shape): number =>
  index.reduce((flat, at, axis) => flat * (shape[axis] ?? 1) + at, 0);

/** The shape that two shapes broadcast to, aligned at their last axes (NumPy's rule). */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const out: number[] = [];
  for (let i = rank; i > 0; i--) {
    const sideA = a[a.length - i] ?? 1;
    const sideB = b[b.length - i] ?? 1;
    if (sideA !== sideB && sideA !== 1 && sideB !== 1) {
      throw new ShapeError(
        `${op}: shapes do not broadcast, expected equal sides or 1, got ${show(a)} and ${show(b)}`,
      );
    }
    out.push(sideA === 1 ? sideB : sideA);
  }
  return out;
}

/** Whether one shape is repeated where it meets another, and that one is not. */
export const isWithin = (own: Shape, whole: Shape): boolean =>
  own.length <= whole.length &&
  own.every((side, i) => side === 1 || side === whole[whole.length - own.length + i]);

/** Elements to step along each axis of `out` in an operand of shape `from`: 0 where it repeats. */
function strides(from: Shape, out: Shape): number[] {
  const steps = new Array<number>(out.length).fill(0);
  let step = 1;
  for (let i = 1; i <= from.length; i++) {
    const side = from[from.length - i] ?? 1;
    if (side !== 1) steps[out.length - i] = step;
    step *= side;
  }
  return steps;
}

/** One axis of a plan: its length and each operand's step. */
interface Axis {
  readonly side: number;
  readonly steps: readonly number[];
}

/** A broadcast as the kernels take it: matrices [rows, cols], repeated over outer axes. */
export interface Plan {
  readonly rows: number;
  readonly cols: number;
  /** Per operand: elements from row to row, and from column to column (0 or 1). */
  readonly row: readonly number[];
  readonly col: readonly number[];
  /** Per matrix: where it starts in the output and in each operand (elements). */
  readonly starts: readonly { readonly out: number; readonly operands: readonly number[] }[];
}

/** Neighbouring axes along which every operand keeps stepping evenly are one axis. */
function mergeAxes(out: Shape, operands: readonly Shape[]): Axis[] {
  const steps = operands.map((shape) => strides(shape, out));
  const merged: Axis[] = [];
  out.forEach((side, axis) => {
    if (side === 1) return;
    const here = steps.map((s) => s[axis] ?? 0);
    const last = merged.at(-1);
    if (last?.steps.every((step, i) => step === (here[i] ?? 0) * side)) {
      merged[merged.length - 1] = { side: last.side * side, steps: here };
    } else {
      merged.push({ side, steps: here });
    }
  });
  return merged;
}

/** How operands of these shapes are walked to fill `out`. */
export function planBroadcast(out: Shape, operands: readonly Shape[]): Plan {
  const axes = mergeAxes(out, operands);
  const none = operands.map(() => 0);
  const inner = axes.pop() ?? { side: sizeOf(out), steps: operands.map(() => 1) };
  const outer = axes.pop() ?? { side: 1, steps: none };
  let starts = [{ out: 0, operands: none }];
  for (const { side, steps } of axes) {
    starts = starts.flatMap((start) =>
      Array.from({ length: side }, (_, i) => ({
        out: start.out * side + i,
        operands: start.operands.map((at, k) => at + i * (steps[k] ?? 0)),
      })),
    );
  }
  const matrix = outer.side * inner.side;
  return {
    rows: outer.side,
    cols: inner.side,
    row: outer.steps,
    col: inner.steps,
    starts: starts.map((start) => ({ ...start, out: start.out * matrix })),
  };
}

/** The element of an operand of shape `from` that element `flat` of `out` is made of. */
export function operandIndex(flat: number, out: Shape, from: Shape): number {
  const steps = strides(from, out);
  return unflatten(flat, out).reduce((at, i, axis) => at + i * (steps[axis] ?? 0), 0);
}

/** One axis to sum away: x[outer, mid, inner] → y[outer, inner]. */
export interface Fold {
  readonly outer: number;
  readonly mid: number;
  readonly inner: number;
}

/** The axes of `full` along which a tensor of shape `target` was repeated. */
export function repeatedAxes(full: Shape, target: Shape): Set<number> {
  const before = full.length - target.length;
  const axes = full.map((_, axis) => axis);
  return new Set(axes.filter((axis) => full[axis] !== (target[axis - before] ?? 1)));
}

/** An axis counted from the front; a negative one counts from the back. */
export function normalizeAxis(op: string, axis: unknown, rank: number): number {
  if (typeof axis !== "number") {
    throw new InputTypeError(
      `${op}: axis is no number, expected a number, got ${axis === null ? "null" : typeof axis}`,
    );
  }
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const expected = rank === 0 ? "none: there are no axes" : `${-rank} … ${rank - 1}`;
    throw new ShapeError(`${op}: axis outside rank ${rank}, expected ${expected}, got ${axis}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** Where an element of an operand was repeated to, along the axes that it was broadcast over. */
export function repeatsOf(shape: Shape, own: Shape, flat: number): number[] {
  const places: number[] = [];
  for (let i = 0; i < sizeOf(shape); i++) if (operandIndex(i, shape, own) === flat) places.push(i);
  return places;
}
