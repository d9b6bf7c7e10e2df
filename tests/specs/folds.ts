/** Shapes and axes that take every path of a reduction, and the same in plain loops. */
import type { ReduceOptions, Tensor } from "../../src/index.js";
import { draw, type Nd } from "../kit/reference.js";
import type { Limit, Spec } from "../kit/spec.js";

/** What is in front of the last axis decides over the axes: [n] is reduced whole. */
const VARIANTS: readonly { readonly front: readonly number[]; readonly options: ReduceOptions }[] =
  [
    { front: [], options: {} },
    { front: [3], options: { axis: -1 } },
    { front: [4], options: { axis: 0, keepDims: true } },
    { front: [2, 3], options: { axis: 1 } },
    { front: [3, 2], options: { axis: [-1, 0] } },
    { front: [2, 1, 3], options: { axis: [0, 2], keepDims: true } },
    { front: [2, 2, 2], options: { axis: [2, 0] } },
  ];

export function optionsOf(shape: readonly number[]): ReduceOptions {
  const front = shape.slice(0, -1).join();
  return VARIANTS.find((v) => v.front.join() === front)?.options ?? {};
}

/** Which output an element belongs to: its index without the reduced axes, row-major. */
function groupOf(shape: readonly number[], reduced: ReadonlySet<number>, flat: number): number {
  let [rest, group, step] = [flat, 0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const side = shape[axis] ?? 1;
    if (!reduced.has(axis)) {
      group += (rest % side) * step;
      step *= side;
    }
    rest = Math.floor(rest / side);
  }
  return group;
}

/** of(the elements of each group), group by group. */
export function folded(x: Nd, of: (parts: readonly number[]) => number): number[] {
  const rank = x.shape.length;
  const { axis } = optionsOf(x.shape);
  const list = axis === undefined ? x.shape.map((_, i) => i) : [axis].flat();
  const reduced = new Set(list.map((a) => (a < 0 ? a + rank : a)));
  const size = x.shape.reduce((n, side, i) => (reduced.has(i) ? n : n * side), 1);
  const groups = Array.from({ length: size }, (): number[] => []);
  x.data.forEach((v, i) => {
    groups[groupOf(x.shape, reduced, i)]?.push(v);
  });
  return groups.map((parts) => of(parts));
}

export const total = (parts: readonly number[]): number => parts.reduce((a, b) => a + b, 0);

/** Pairs of large with small, so that the reference does not overflow either. */
export function product(parts: readonly number[]): number {
  const sorted = [...parts].sort((a, b) => Math.abs(a) - Math.abs(b));
  const order = sorted.map((_, i) => sorted.at(i % 2 ? -(i + 1) / 2 : i / 2) ?? Number.NaN);
  return order.reduce((a, b) => a * b, 1);
}

interface ReductionRow {
  readonly call: (x: Tensor, options: ReduceOptions) => Tensor;
  readonly of: (parts: readonly number[]) => number;
  readonly limits: readonly Limit[];
  /** The smallest length. Default 1. */
  readonly least?: number;
  readonly domain?: readonly [number, number];
  /** null: it has no gradient. Default 2. */
  readonly gradientUlp?: number | null;
  readonly ulp?: number;
}

/** A row for a reduction over any axes. */
export function reductionSpec(row: ReductionRow): Spec {
  const [low, high] = row.domain ?? [-2, 2];
  return {
    call: (x) => row.call(x as Tensor, optionsOf((x as Tensor).shape)),
    reference: (x) => folded(x as Nd, row.of),
    inputs: (n, seed) => {
      const { front } = VARIANTS[n % VARIANTS.length] as (typeof VARIANTS)[number];
      return [draw([...front, Math.max(n, row.least ?? 1)], low, high, seed)];
    },
    ulp: row.ulp ?? 0.51,
    gradientUlp: row.gradientUlp === undefined ? 2 : row.gradientUlp,
    limits: row.limits,
    float64: true,
  };
}
