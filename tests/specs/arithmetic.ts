import { add, div, mul, sub } from "../../src/index.js";
import { binarySpec, pair } from "../kit/spec.js";

export const arithmetic = {
  add: binarySpec({
    call: add,
    f: (a, b) => a + b,
    domain: [-2, 2],
    ulp: 0.5,
    gradientUlp: 1,
    limits: [
      pair(
        [Infinity, 3e38, -0],
        [-Infinity, 3e38, -0],
        [NaN, Infinity, -0],
        [
          [1, 1, 1],
          [1, 1, 1],
        ],
      ),
    ],
  }),
  sub: binarySpec({
    call: sub,
    f: (a, b) => a - b,
    domain: [-2, 2],
    ulp: 0.5,
    gradientUlp: 1,
    limits: [
      pair(
        [Infinity, 1],
        [Infinity, 1],
        [NaN, 0],
        [
          [1, 1],
          [-1, -1],
        ],
      ),
    ],
  }),
  mul: binarySpec({
    call: mul,
    f: (a, b) => a * b,
    domain: [-2, 2],
    ulp: 0.5,
    gradientUlp: 8,
    limits: [
      pair(
        [0, 1e20, -0],
        [Infinity, 1e20, 5],
        [NaN, Infinity, -0],
        [
          [Infinity, 1e20, 5],
          [0, 1e20, -0],
        ],
      ),
    ],
  }),
  div: binarySpec({
    call: div,
    f: (a, b) => a / b,
    domain: [0.5, 3],
    ulp: 0.5,
    gradientUlp: 8,
    limits: [
      pair([0, 1, -1, Infinity], [0, 0, 0, Infinity], [NaN, Infinity, -Infinity, NaN]),
      // 1 / b² is beyond float32, a / b² is not.
      pair([1e-30], [1e-20], [1e-10], [[1e20], [-1e10]]),
    ],
  }),
};
