import { layerNorm, type Tensor } from "../../src/index.js";
import { draw, type Nd, nd } from "../kit/reference.js";
import type { Spec } from "../kit/spec.js";
import { rowsOf } from "./softmax.js";

function normalize(row: readonly number[], gamma: Nd, beta: Nd): number[] {
  const mean = row.reduce((a, b) => a + b, 0) / row.length;
  const deviations = row.map((x) => x - mean);
  // Of parts of the largest, so that no square leaves f64.
  const most = deviations.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
  const unit = Number.isFinite(most) ? most : 1;
  const variance = deviations.reduce((a, d) => a + (d / unit) ** 2, 0) / row.length;
  const deviation = Math.sqrt(variance + 1e-5 / unit / unit);
  return deviations.map(
    (d, i) => (d / unit / deviation) * (gamma.data[i] ?? 0) + (beta.data[i] ?? 0),
  );
}

const ones = (n: number): Nd => nd([n], new Array<number>(n).fill(1));
const zeros = (n: number): Nd => nd([n], new Array<number>(n).fill(0));

/** A thousand and a thousandth: E[x²] − E[x]² is negative here in f32. */
const ramp = nd(
  [16],
  Array.from({ length: 16 }, (_, i) => 1e3 + i * 1e-3),
);

export const norm = {
  layerNorm: {
    call: (x, gamma, beta) => layerNorm(x as Tensor, gamma as Tensor, beta as Tensor),
    reference: (x, gamma, beta) =>
      rowsOf(x as Nd).flatMap((row) => normalize(row, gamma as Nd, beta as Nd)),
    inputs: (n, seed) => {
      const cols = Math.max(n, 1);
      return [
        draw([1 + (n % 4), cols], -2, 2, seed),
        draw([cols], 0.5, 2, seed + 1),
        draw([cols], -1, 1, seed + 2),
      ];
    },
    ulp: 2,
    gradientUlp: 16,
    float64: true,
    scale: () => 4,
    limits: [
      {
        inputs: [nd([3], [5, 5, 5]), ones(3), nd([3], [1, 2, 3])],
        value: [1, 2, 3],
        gradient: [
          [0, 0, 0],
          [0, 0, 0],
          [1, 1, 1],
        ],
      },
      { inputs: [ramp, ones(16), zeros(16)], value: normalize(ramp.data, ones(16), zeros(16)) },
      { inputs: [nd([4], [1e30, -1e30, 1e30, -1e30]), ones(4), zeros(4)], value: [1, -1, 1, -1] },
    ],
  },
} satisfies Record<string, Spec>;
