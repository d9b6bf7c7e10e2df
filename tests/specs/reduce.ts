import { mean, type ReduceOptions, sum, type Tensor } from "../../src/index.js";
import { draw, type Nd, nd } from "../kit/reference.js";
import type { Limit, Spec } from "../kit/spec.js";

/** Shapes and axes that take every path: all, last, first, middle. */
function variant(n: number): { shape: number[]; options: ReduceOptions } {
  return [
    { shape: [n], options: {} },
    { shape: [3, n], options: { axis: -1 } },
    { shape: [3, n], options: { axis: 0, keepDims: true } },
    { shape: [2, 3, n], options: { axis: 1 } },
  ][n % 4] as { shape: number[]; options: ReduceOptions };
}

function optionsOf(shape: readonly number[]): ReduceOptions {
  return variant(shape.at(-1) ?? 0).options;
}

function folded(x: Nd, of: (parts: number[]) => number): number[] {
  const { axis } = optionsOf(x.shape);
  if (axis === undefined) return [of([...x.data])];
  const at = axis < 0 ? axis + x.shape.length : axis;
  const inner = x.shape.slice(at + 1).reduce((a, b) => a * b, 1);
  const mid = x.shape[at] ?? 1;
  const groups = new Map<number, number[]>();
  x.data.forEach((v, i) => {
    const key = Math.floor(i / (inner * mid)) * inner + (i % inner);
    groups.set(key, [...(groups.get(key) ?? []), v]);
  });
  const outer = x.shape.slice(0, at).reduce((a, b) => a * b, 1);
  return Array.from({ length: outer * inner }, (_, key) => of(groups.get(key) ?? []));
}

const total = (parts: number[]): number => parts.reduce((a, b) => a + b, 0);

function reduction(
  call: (x: Tensor, o: ReduceOptions) => Tensor,
  of: (p: number[]) => number,
  least: number,
  limits: Limit[],
): Spec {
  return {
    call: (x) => call(x as Tensor, optionsOf((x as Tensor).shape)),
    reference: (x) => folded(x as Nd, of),
    inputs: (n, seed) => [draw(variant(Math.max(n, least)).shape, -2, 2, seed)],
    ulp: 0.51,
    gradientUlp: 2,
    limits,
  };
}

export const reduce = {
  sum: reduction(sum, total, 0, [
    // 2²⁴ + 8 ones, in one long run: f32 sums stop counting at 2²⁴. (n ≡ 0 mod 4: everything.)
    { inputs: [nd([8], [16777216, 1, 1, 1, 1, 1, 1, 2])], value: [16777224] },
    { inputs: [nd([4], [3e38, 3e38, -3e38, -3e38])], value: [0], gradient: [[1, 1, 1, 1]] },
    { inputs: [nd([4], [Infinity, -Infinity, 1, 1])], value: [NaN] },
  ]),
  mean: reduction(mean, (p) => total(p) / p.length, 1, [
    {
      inputs: [nd([4], [3e38, 3e38, 3e38, 3e38])],
      value: [Math.fround(3e38)],
      gradient: [[0.25, 0.25, 0.25, 0.25]],
    },
  ]),
};
