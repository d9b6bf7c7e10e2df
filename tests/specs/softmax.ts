import { logSoftmax, softmax, type Tensor } from "../../src/index.js";
import { draw, type Nd, nd } from "../kit/reference.js";
import type { Spec } from "../kit/spec.js";

export function softmaxRow(row: readonly number[]): number[] {
  const max = row.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = row.map((x) => Math.exp(x - max));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / total);
}

function logSoftmaxRow(row: readonly number[]): number[] {
  const max = row.reduce((a, b) => Math.max(a, b), -Infinity);
  const first = row.indexOf(max);
  const rest = row.reduce((sum, x, i) => (i === first ? sum : sum + Math.exp(x - max)), 0);
  return row.map((x) => (Number.isFinite(max) ? x - max - Math.log1p(rest) : Number.NaN));
}

export function rowsOf(x: Nd): number[][] {
  const cols = x.shape.at(-1) ?? 1;
  return Array.from({ length: x.data.length / cols }, (_, r) =>
    x.data.slice(r * cols, r * cols + cols),
  );
}

export const soft = {
  softmax: {
    call: (x) => softmax(x as Tensor),
    reference: (x) => rowsOf(x as Nd).flatMap(softmaxRow),
    inputs: (n, seed) => [draw([1 + (n % 3), Math.max(n, 1)], -20, 20, seed)],
    ulp: 3,
    gradientUlp: 8,
    float64: true,
    limits: [
      { inputs: [nd([2], [1000, 1000])], value: [0.5, 0.5], gradient: [[0, 0]] },
      { inputs: [nd([2], [3e38, -3e38])], value: [1, 0], gradient: [[0, 0]] },
      // Exactly 1: what rounding would leave of it hides that the gradient has died.
      { inputs: [nd([3], [70, -1000, -1000])], value: [1, 0, 0], gradient: [[0, 0, 0]] },
      { inputs: [nd([2], [-1000, 90])], value: [0, 1], gradient: [[0, 0]] },
      { inputs: [nd([2], [-Infinity, 0])], value: [0, 1], gradient: [[0, 0]] },
      { inputs: [nd([2], [-Infinity, -Infinity])], value: [NaN, NaN] },
      { inputs: [nd([2, 2], [Infinity, 0, 1, 1])], value: [NaN, NaN, 0.5, 0.5] },
    ],
  },
  logSoftmax: {
    call: (x) => logSoftmax(x as Tensor),
    reference: (x) => rowsOf(x as Nd).flatMap(logSoftmaxRow),
    inputs: (n, seed) => [draw([1 + (n % 3), Math.max(n, 1)], -20, 20, seed)],
    ulp: 0.51,
    gradientUlp: 4,
    float64: true,
    limits: [
      // log(softmax) is -∞ for the second; the first's own logarithm is not lost beside its 1.
      { inputs: [nd([2], [0, -200])], value: [-0, -200], gradient: [[-1, 1]] },
      { inputs: [nd([2], [0, -40])], value: [-Math.exp(-40), -40], gradient: [[-1, 1]] },
      {
        inputs: [nd([2], [1000, 1000])],
        value: [-Math.LN2, -Math.LN2],
        gradient: [[0, 0]],
      },
      { inputs: [nd([2], [3e38, -3e38])], value: [-0, -Infinity], gradient: [[-1, 1]] },
      { inputs: [nd([2], [-Infinity, 0])], value: [-Infinity, -0], gradient: [[1, -1]] },
      { inputs: [nd([1], [7])], value: [0], gradient: [[0]] },
      { inputs: [nd([2], [-Infinity, -Infinity])], value: [NaN, NaN] },
      { inputs: [nd([2, 2], [Infinity, 0, 1, 1])], value: [NaN, NaN, -Math.LN2, -Math.LN2] },
      { inputs: [nd([2], [NaN, 0])], value: [NaN, NaN], gradient: [[NaN, NaN]] },
    ],
  },
} satisfies Record<string, Spec>;
