import {
  all,
  any,
  logsumexp,
  mean,
  nanMean,
  nanSum,
  norm1,
  norm2,
  prod,
  std,
  sum,
  sumSquares,
  variance,
} from "../../src/index.js";
import { nd } from "../kit/reference.js";
import { at } from "../kit/spec.js";
import { product, reductionSpec, total } from "./folds.js";

type Parts = readonly number[];

const squares = (parts: Parts): number => total(parts.map((v) => v * v));
const numbers = (parts: Parts): number[] => parts.filter((v) => !Number.isNaN(v));

function deviations(parts: Parts): number[] {
  const middle = total(parts) / parts.length;
  return parts.map((v) => v - middle);
}

/** √Σ v², of parts of the largest, so that no square leaves f64. */
function length(parts: Parts): number {
  const most = parts.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  if (most === 0 || !Number.isFinite(most)) return Math.sqrt(squares(parts));
  return most * Math.sqrt(squares(parts.map((v) => v / most)));
}

function logarithm(parts: Parts): number {
  const most = parts.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!Number.isFinite(most)) return most;
  return most + Math.log(total(parts.map((v) => Math.exp(v - most))));
}

const [huge, tiny] = [2 ** 100, 2 ** -100];
const f = Math.fround;
const repeat = (n: number, value: number): number[] => new Array<number>(n).fill(value);

export const reduce = {
  sum: reductionSpec({
    call: sum,
    of: total,
    least: 0,
    limits: [
      // 2²⁴ + 8 ones: f32 sums stop counting at 2²⁴.
      at([16777216, 1, 1, 1, 1, 1, 1, 2], [16777224]),
      at([3e38, 3e38, -3e38, -3e38], [0], [1, 1, 1, 1]),
      at([Infinity, -Infinity, 1, 1], [NaN]),
      at([], [0]),
    ],
  }),
  mean: reductionSpec({
    call: mean,
    of: (parts) => total(parts) / parts.length,
    limits: [at([3e38, 3e38, 3e38, 3e38], [f(3e38)], [0.25, 0.25, 0.25, 0.25])],
  }),
  nanSum: reductionSpec({
    call: nanSum,
    of: (parts) => total(numbers(parts)),
    least: 0,
    limits: [
      at([NaN, 1, 2, NaN, 3], [6], [0, 1, 1, 0, 1]),
      at([NaN, NaN], [0], [0, 0]),
      at([Infinity, NaN, -Infinity], [NaN]),
    ],
  }),
  nanMean: reductionSpec({
    call: nanMean,
    of: (parts) => total(numbers(parts)) / numbers(parts).length,
    limits: [
      at([NaN, 1, 2, NaN, 6], [3], [0, 1 / 3, 1 / 3, 0, 1 / 3]),
      at([NaN, NaN], [NaN], [0, 0]),
    ],
  }),
  norm1: reductionSpec({
    call: norm1,
    of: (parts) => total(parts.map(Math.abs)),
    domain: [0.1, 2],
    least: 0,
    limits: [
      at([-0, 0, -3, 1e-40], [f(3)], [0, 0, -1, 1]),
      at([-3e38, 1], [f(3e38)], [-1, 1]),
      at([NaN, 1], [NaN], [NaN, 1]),
    ],
  }),
  norm2: reductionSpec({
    call: norm2,
    of: length,
    domain: [0.5, 2],
    least: 0,
    limits: [
      at([0, -0, 0], [0], [0, 0, 0]),
      at([f(1e20), f(1e20)], [Math.SQRT2 * f(1e20)], [Math.SQRT1_2, Math.SQRT1_2]),
      at([f(1e-30), f(1e-30)], [Math.SQRT2 * f(1e-30)], [Math.SQRT1_2, Math.SQRT1_2]),
      at([1e-45, 0], [1e-45], [1, 0]),
      // The norm is beyond float32, its gradient is not.
      at([f(3e38), f(3e38)], [Infinity], [Math.SQRT1_2, Math.SQRT1_2]),
      at([Infinity, 1], [Infinity], [NaN, 0]),
      // A hundred 1e20s.
      at(repeat(100, f(1e20)), [10 * f(1e20)]),
    ],
  }),
  sumSquares: reductionSpec({
    call: sumSquares,
    of: squares,
    least: 0,
    limits: [at([1e-20, 0], [f(1e-20) ** 2], [2 * f(1e-20), 0]), at([1e20], [Infinity], [2e20])],
  }),
  variance: reductionSpec({
    call: (x, options) => variance(x, { ...options, ddof: 1 }),
    of: (parts) => squares(deviations(parts)) / (parts.length - 1),
    least: 2,
    limits: [],
  }),
  std: reductionSpec({
    call: std,
    of: (parts) => length(deviations(parts)) / Math.sqrt(parts.length),
    least: 3,
    limits: [
      at([5], [0], [0]),
      at([f(0.1), f(0.1), f(0.1), f(0.1), f(0.1)], [0], [0, 0, 0, 0, 0]),
      at([1e30, -1e30], [f(1e30)], [0.5, -0.5]),
      at([1e-30, -1e-30], [f(1e-30)], [0.5, -0.5]),
      // Mean ≫ spread: in f32, E[x²] − E[x]² is negative here.
      at([f(1e3 - 1e-3), f(1e3 + 1e-3)], [(f(1e3 + 1e-3) - f(1e3 - 1e-3)) / 2], [-0.5, 0.5]),
      at([Infinity, 1], [NaN]),
    ],
  }),
  logsumexp: reductionSpec({
    call: logsumexp,
    of: logarithm,
    least: 0,
    limits: [
      at([-Infinity, -Infinity], [-Infinity], [0, 0]),
      at([], [-Infinity]),
      at([Infinity, 0], [Infinity], [1, 0]),
      at([Infinity, -Infinity, Infinity], [Infinity], [0.5, 0, 0.5]),
      at([NaN, -Infinity], [NaN], [NaN, NaN]),
      at([1000, 1000], [1000 + Math.LN2], [0.5, 0.5]),
      at([-1000, -1000], [-1000 + Math.LN2], [0.5, 0.5]),
      at([3e38, -3e38], [f(3e38)], [1, 0]),
      // The maximum's own 1 is not in the sum: beside it the rest would be lost.
      at([0, -40], [Math.exp(-40)], [1, Math.exp(-40)]),
      at([-40, 0, -41], [Math.exp(-40) + Math.exp(-41)], [Math.exp(-40), 1, Math.exp(-41)]),
      at([2, 2, 2, -1e30], [2 + Math.log(3)], [1 / 3, 1 / 3, 1 / 3, 0]),
      // ln 2 nearly cancels: the terms are needed to more than a float's precision.
      at([f(-Math.LN2), f(-Math.LN2)], [Math.log(2) + f(-Math.LN2)], [0.5, 0.5]),
      // They cancel to less than f64's error beside them. Values: mpmath at 320 bits.
      at([-1.0986123085021973, -1.0986123085021973, -1.0986123085021973], [-1.98340875742298e-8]),
      at([-1.8119031190872192, -2.8415298461914062, -0.2506166696548462], [1.17398647029626e-15]),
      at([-2.5830675376425916e-9, -19.774288177490234, -1e30], [-4.01408387751486e-21]),
    ],
  }),
  prod: reductionSpec({
    call: prod,
    of: product,
    domain: [0.5, 1.5],
    least: 0,
    gradientUlp: 4,
    limits: [
      at([0, 2, 3], [0], [6, 0, 0]),
      at([0, 2, 0], [0], [0, 0, 0]),
      at([-2, -3, 4], [24], [-12, -8, 6]),
      at([], [1]),
      at([huge, huge, tiny, tiny], [1], [tiny, tiny, huge, huge]),
      at([...repeat(10, huge), ...repeat(10, tiny)], [1]),
      at([...repeat(10, tiny), ...repeat(10, huge)], [1]),
      at([Infinity, 0, 1], [NaN], [0, Infinity, NaN]),
      at([NaN, 2, 3], [NaN], [6, NaN, NaN]),
      at([-Infinity, 2], [-Infinity], [2, -Infinity]),
    ],
  }),
  any: reductionSpec({
    call: any,
    of: (parts) => Number(parts.some((v) => v !== 0)),
    least: 0,
    gradientUlp: null,
    limits: [at([0, -0, 0], [0]), at([0, 1e-45], [1]), at([NaN], [1]), at([], [0])],
  }),
  all: reductionSpec({
    call: all,
    of: (parts) => Number(parts.every((v) => v !== 0)),
    least: 0,
    gradientUlp: null,
    limits: [
      at([1, 2, -0], [0]),
      at([1, NaN, -Infinity], [1]),
      at([], [1]),
      { inputs: [nd([1, 0], [])], value: [1] },
    ],
  }),
};
