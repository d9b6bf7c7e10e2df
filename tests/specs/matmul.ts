import { linear, matmul, type Tensor } from "../../src/index.js";
import { draw, type Nd, nd } from "../kit/reference.js";
import type { Spec } from "../kit/spec.js";

function product(a: Nd, b: Nd, bias?: Nd): number[] {
  const [m = 0, k = 0] = a.shape;
  const n = b.shape[1] ?? 0;
  return Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = bias?.data[j] ?? 0;
    for (let p = 0; p < k; p++) sum += (a.data[i * k + p] ?? 0) * (b.data[p * n + j] ?? 0);
    return sum;
  });
}

/** Sides around the tile's 6 × 8, for size n. */
const sides = (n: number): [number, number, number] => [1 + (n % 7), 1 + ((n * 5) % 11), n];

const scale = (a?: Nd): number => 4 * Math.sqrt(a?.shape[1] ?? 1);

export const matrix = {
  matmul: {
    call: (a, b) => matmul(a as Tensor, b as Tensor),
    reference: (a, b) => product(a as Nd, b as Nd),
    inputs: (n, seed) => {
      const [m, k, cols] = sides(n);
      return [draw([m, k], -2, 2, seed), draw([k, cols], -2, 2, seed + 1)];
    },
    ulp: 4,
    gradientUlp: 8,
    scale,
    float64: true,
    limits: [
      { inputs: [nd([1, 2], [1e20, 1]), nd([2, 1], [1e20, 1])], value: [Infinity] },
      { inputs: [nd([1, 2], [0, 1]), nd([2, 1], [Infinity, 1])], value: [NaN] },
      { inputs: [nd([2, 0], []), nd([0, 2], [])], value: [0, 0, 0, 0] },
    ],
  },
  linear: {
    call: (x, w, b) => linear(x as Tensor, w as Tensor, b as Tensor),
    reference: (x, w, b) => product(x as Nd, w as Nd, b as Nd),
    inputs: (n, seed) => {
      const [m, k, cols] = sides(n);
      return [
        draw([m, k], -2, 2, seed),
        draw([k, cols], -2, 2, seed + 1),
        draw([cols], -2, 2, seed + 2),
      ];
    },
    ulp: 4,
    gradientUlp: 8,
    scale,
    float64: true,
    limits: [{ inputs: [nd([2, 0], []), nd([0, 2], []), nd([2], [1, 2])], value: [1, 2, 1, 2] }],
  },
} satisfies Record<string, Spec>;
