import { crossEntropy, mse, type Tensor } from "../../src/index.js";
import { draw, type Nd, nd } from "../kit/reference.js";
import type { Spec } from "../kit/spec.js";
import { rowsOf } from "./softmax.js";

const labelOf = (row: number, cols: number): number => (row * 7 + 1) % cols;

function labels(x: Tensor): number[] {
  const cols = x.shape.at(-1) ?? 1;
  return Array.from({ length: x.size / cols }, (_, r) => labelOf(r, cols));
}

/** softmax([-10, 0])[0] */
const OFF = 1 / (1 + Math.exp(10));

export const loss = {
  mse: {
    call: (p, t) => mse(p as Tensor, t as Tensor),
    reference: (p, t) => {
      const [a, b] = [(p as Nd).data, (t as Nd).data];
      return [a.reduce((sum, v, i) => sum + (v - (b[i] ?? 0)) ** 2, 0) / a.length];
    },
    inputs: (n, seed) => [
      draw([Math.max(n, 1)], -2, 2, seed),
      draw([Math.max(n, 1)], -2, 2, seed + 1),
    ],
    ulp: 1,
    gradientUlp: 4,
    float64: true,
    limits: [
      { inputs: [nd([1], [1e20]), nd([1], [0])], value: [Infinity], gradient: [[2e20], [-2e20]] },
      {
        inputs: [nd([2], [1, 2]), nd([2], [1, 2])],
        value: [0],
        gradient: [
          [0, 0],
          [0, 0],
        ],
      },
      // p − t is beyond float32, its share of the gradient is not.
      {
        inputs: [nd([4], [3e38, 0, 0, 0]), nd([4], [-1e38, 0, 0, 0])],
        value: [Infinity],
        gradient: [
          [2e38, 0, 0, 0],
          [-2e38, 0, 0, 0],
        ],
      },
    ],
  },
  crossEntropy: {
    call: (x) => crossEntropy(x as Tensor, labels(x as Tensor)),
    reference: (x) => {
      const rows = rowsOf(x as Nd);
      const losses = rows.map((row, r) => {
        const label = labelOf(r, row.length);
        const max = row.reduce((a, b) => Math.max(a, b), -Infinity);
        if (!Number.isFinite(max)) return NaN;
        const lead = row[label] === max ? label : row.indexOf(max);
        const rest = row.reduce((sum, v, i) => sum + (i === lead ? 0 : Math.exp(v - max)), 0);
        return Math.log1p(rest) + (max - (row[label] ?? 0));
      });
      return [losses.reduce((a, b) => a + b, 0) / rows.length];
    },
    inputs: (n, seed) => [draw([1 + (n % 5), Math.max(n, 1)], -10, 10, seed)],
    ulp: 2,
    gradientUlp: 8,
    float64: true,
    limits: [
      // A confident prediction: the loss is what the others add to 1.
      { inputs: [nd([1, 2], [-40, 0])], value: [Math.fround(Math.exp(-40))] },
      // Beside 1, a probability has lost what its gradient is.
      {
        inputs: [nd([1, 2], [-10, 0])],
        value: [Math.log1p(Math.exp(-10))],
        gradient: [[OFF, -OFF]],
      },
      { inputs: [nd([1, 1], [4])], value: [0], gradient: [[0]] },
      // The label of the only row is class 1 of 2.
      { inputs: [nd([1, 2], [-Infinity, 0])], value: [0], gradient: [[0, 0]] },
      { inputs: [nd([1, 2], [0, -Infinity])], value: [Infinity] },
      { inputs: [nd([1, 2], [0, -200])], value: [200], gradient: [[1, -1]] },
      { inputs: [nd([1, 2], [-Infinity, -Infinity])], value: [NaN] },
    ],
  },
} satisfies Record<string, Spec>;
