import { argmax, argmin, max, min } from "../../src/index.js";
import { at } from "../kit/spec.js";
import { reductionSpec } from "./folds.js";

type Parts = readonly number[];

/** Index of the first NaN, else of the first extreme. */
function indexOf(parts: Parts, extreme: number): number {
  const nan = parts.findIndex(Number.isNaN);
  return nan >= 0 ? nan : parts.indexOf(extreme);
}

const largest = (parts: Parts): number => parts.reduce((a, b) => Math.max(a, b), -Infinity);
const smallest = (parts: Parts): number => parts.reduce((a, b) => Math.min(a, b), Infinity);

export const extreme = {
  max: reductionSpec({
    call: max,
    of: largest,
    limits: [
      at([1, 3, 3, 2, 3], [3], [0, 1 / 3, 1 / 3, 0, 1 / 3]),
      at([Infinity, 1, Infinity], [Infinity], [0.5, 0, 0.5]),
      at([-Infinity, -Infinity], [-Infinity], [0.5, 0.5]),
      at([1, NaN, 5, NaN], [NaN], [0, 1, 0, 0]),
      at([0, -0], [0], [0.5, 0.5]),
    ],
  }),
  min: reductionSpec({
    call: min,
    of: smallest,
    limits: [
      at([1, 3, 1, 2], [1], [0.5, 0, 0.5, 0]),
      at([Infinity, Infinity], [Infinity], [0.5, 0.5]),
      at([1, NaN, -5, NaN], [NaN], [0, 1, 0, 0]),
    ],
  }),
  argmax: reductionSpec({
    call: argmax,
    of: (parts) => indexOf(parts, largest(parts)),
    gradientUlp: null,
    limits: [
      at([1, 3, 3, 2], [1]),
      at([1, 9, NaN, 10, NaN], [2]),
      at([-Infinity, -Infinity], [0]),
      at([1, 2, 3, 4, 5, 5], [4]),
    ],
  }),
  argmin: reductionSpec({
    call: argmin,
    of: (parts) => indexOf(parts, smallest(parts)),
    gradientUlp: null,
    limits: [at([3, 1, 1, 2], [1]), at([1, NaN, -1], [1]), at([Infinity, Infinity], [0])],
  }),
};
