import { glu, swiglu } from "../../src/index.js";
import { BINARY_SLOPES } from "../kit/slopes.js";
import { binarySpec, pair } from "../kit/spec.js";
import { sigmoid } from "../kit/special.js";

const silu = (x: number): number => (x === -Infinity ? -0 : x * sigmoid(x));

export const gated = {
  glu: binarySpec({
    call: glu,
    f: (a, b) => a * sigmoid(b),
    slopes: BINARY_SLOPES.glu,
    domain: [-9, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair(
        [3, 3, -2, Infinity, Infinity, NaN, 1e30],
        [Infinity, -Infinity, 0, -Infinity, 5, 0, -100],
        [3, 0, -1, NaN, Infinity, NaN, Math.fround(1e30) * Math.exp(-100)],
        [
          [1, 0, 0.5, 0, sigmoid(5), 0.5, 0],
          [0, 0, -0.5, NaN, Infinity, NaN, Math.fround(1e30) * Math.exp(-100)],
        ],
      ),
    ],
  }),
  swiglu: binarySpec({
    call: swiglu,
    f: (a, b) => silu(a) * b,
    slopes: BINARY_SLOPES.swiglu,
    domain: [-9, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair(
        [0, Infinity, -Infinity, -Infinity, NaN, -100],
        [3, 2, 2, Infinity, 1, 1e30],
        [0, Infinity, -0, NaN, NaN, -100 * Math.fround(1e30) * Math.exp(-100)],
        [
          [1.5, 2, -0, NaN, NaN, -99 * Math.fround(1e30) * Math.exp(-100)],
          [0, Infinity, -0, -0, NaN, -0],
        ],
      ),
    ],
  }),
};
