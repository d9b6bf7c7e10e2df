/**
 * The order in which kernels reduce: what is kept, what is reduced, what is kept after. A tensor whose axes stand otherwise is
 * copied, so that every sum is one sum, rounded once.
 */
import type { Kernels } from "../runtime.js";
import type { Fold, Shape } from "../shape.js";
import { bytesOf, Tensor } from "../tensor.js";

/** Neighbouring axes with the same fate, as one: its length, and its step in x and in the kernels' order. */
interface Part {
  readonly side: number;
  readonly reduced: boolean;
  readonly from: number;
  readonly to: number;
}

/** x as the kernels take it, [outer, mid, inner], after a copy where the axes are no neighbours. */
export interface Order extends Fold {
  /** In x's order; null where x is in the kernels' order as it stands. */
  readonly parts: readonly Part[] | null;
}

/** Runs of neighbouring axes that are all reduced or all kept; axes of length 1 go with any. */
function groups(shape: Shape, axes: ReadonlySet<number>): { side: number; reduced: boolean }[] {
  const merged: { side: number; reduced: boolean }[] = [];
  shape.forEach((side, axis) => {
    if (side === 1) return;
    const reduced = axes.has(axis);
    const last = merged.at(-1);
    if (last?.reduced === reduced) last.side *= side;
    else merged.push({ side, reduced });
  });
  return merged;
}

const product = (sides: readonly { readonly side: number }[]): number =>
  sides.reduce((size, { side }) => size * side, 1);

/** How to reduce these axes, counted from the front, of a tensor of this shape. */
export function orderOf(shape: Shape, axes: ReadonlySet<number>): Order {
  const merged = groups(shape, axes);
  const tail = merged.at(-1)?.reduced === false ? merged.slice(-1) : [];
  const mid = merged.filter((part) => part.reduced);
  const outer = merged.filter((part) => !part.reduced && part !== tail[0]);
  const fold = { outer: product(outer), mid: product(mid), inner: product(tail) };
  const order = [...outer, ...mid, ...tail];
  if (order.every((part, i) => part === merged[i])) return { ...fold, parts: null };
  const stepIn = (list: typeof merged, part: (typeof merged)[number]): number =>
    product(list.slice(list.indexOf(part) + 1));
  const parts = merged.map((part) => ({
    ...part,
    from: stepIn(merged, part),
    to: stepIn(order, part),
  }));
  return { ...fold, parts };
}

/** Copies between x's order and the kernels'. The last part is contiguous in both. */
function reorder(
  k: Kernels,
  parts: readonly Part[],
  to: Tensor,
  from: Tensor,
  back: boolean,
): void {
  // A copy moves words of 32 bits: a double is two.
  const words = bytesOf(to.dtype) / 4;
  const steps = parts.map(({ side, from: x, to: y }) => (back ? [side, x, y] : [side, y, x]));
  const [cols = 1] = steps.pop() ?? [];
  steps.sort(([a = 0], [b = 0]) => a - b);
  const [rows = 1, stepTo = 0, stepFrom = 0] = steps.pop() ?? [];
  const walk = (depth: number, at: number, source: number): void => {
    const step = steps[depth];
    if (step === undefined) {
      const [y, x] = [to.at + 4 * words * at, from.at + 4 * words * source];
      k.copy_rows_f32(y, x, rows, words * cols, words * stepTo, words * stepFrom);
      return;
    }
    const [side = 0, a = 0, b = 0] = step;
    for (let i = 0; i < side; i++) walk(depth + 1, at + i * a, source + i * b);
  };
  walk(0, 0, 0);
}

/** Runs `body` with x in the kernels' order: x itself, or a copy that is freed after. */
export function inOrder<T>(k: Kernels, { parts }: Order, x: Tensor, body: (x: Tensor) => T): T {
  if (parts === null) return body(x);
  const copy = new Tensor([x.size], "reduce", "op", undefined, x.dtype) as Tensor;
  try {
    if (x.size > 0) reorder(k, parts, copy, x, false);
    return body(copy);
  } finally {
    copy.release();
  }
}

/** Runs `body` on the place where dx is to be written in the kernels' order, and brings it to x's. */
export function intoOrder<T>(k: Kernels, { parts }: Order, dx: Tensor, body: (dx: Tensor) => T): T {
  if (parts === null) return body(dx);
  const copy = new Tensor([dx.size], "reduce", "op", undefined, dx.dtype) as Tensor;
  try {
    const result = body(copy);
    if (dx.size > 0) reorder(k, parts, dx, copy, true);
    return result;
  } finally {
    copy.release();
  }
}
