import {
  add,
  atan2,
  div,
  hypot,
  maximum,
  minimum,
  mod,
  mul,
  pow,
  squaredDifference,
  sub,
} from "../../src/index.js";
import { BINARY_SLOPES } from "../kit/slopes.js";
import { binarySpec, pair } from "../kit/spec.js";

export const arithmetic = {
  add: binarySpec({
    slopes: BINARY_SLOPES.add,
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
    slopes: BINARY_SLOPES.sub,
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
    slopes: BINARY_SLOPES.mul,
    call: mul,
    f: (a, b) => a * b,
    domain: [-2, 2],
    ulp: 0.5,
    gradientUlp: 4,
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
    slopes: BINARY_SLOPES.div,
    call: div,
    f: (a, b) => a / b,
    domain: [0.5, 3],
    ulp: 0.5,
    gradientUlp: 4,
    limits: [
      pair([0, 1, -1, Infinity], [0, 0, 0, Infinity], [NaN, Infinity, -Infinity, NaN]),
      // 1 / b² is beyond float32, a / b² is not.
      pair([1e-30], [1e-20], [1e-10], [[1e20], [-1e10]]),
    ],
  }),
  pow: binarySpec({
    slopes: BINARY_SLOPES.pow,
    call: pow,
    f: (a, b) => (a === 1 ? 1 : a ** b),
    domain: [0.5, 3],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair(
        [0, 0, 2, NaN, 1, -8, -2, Infinity],
        [0, 2, 0, 0, NaN, 1 / 3, 3, -1],
        [1, 0, 1, 1, 1, NaN, -8, 0],
        [
          [0, 0, 0, 0, NaN, NaN, 12, -0],
          [0, 0, Math.log(2), NaN, 0, NaN, NaN, 0],
        ],
      ),
    ],
  }),
  maximum: binarySpec({
    slopes: BINARY_SLOPES.maximum,
    call: maximum,
    f: (a, b) =>
      Number.isNaN(a + b) && (Number.isNaN(a) || Number.isNaN(b)) ? NaN : Math.max(a, b),
    domain: [-2, 2],
    ulp: 0,
    gradientUlp: 4,
    limits: [
      pair(
        [NaN, 1, 2, -Infinity],
        [1, NaN, 2, 3],
        [NaN, NaN, 2, 3],
        [
          [NaN, NaN, 0.5, 0],
          [NaN, NaN, 0.5, 1],
        ],
      ),
    ],
  }),
  minimum: binarySpec({
    slopes: BINARY_SLOPES.minimum,
    call: minimum,
    f: (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? NaN : Math.min(a, b)),
    domain: [-2, 2],
    ulp: 0,
    gradientUlp: 4,
    limits: [
      pair(
        [NaN, 1, 2, -Infinity],
        [1, NaN, 2, 3],
        [NaN, NaN, 2, -Infinity],
        [
          [NaN, NaN, 0.5, 1],
          [NaN, NaN, 0.5, 0],
        ],
      ),
    ],
  }),
  mod: binarySpec({
    slopes: BINARY_SLOPES.mod,
    call: mod,
    f: (a, b) => {
      const r = a % b;
      return b === 0 || Number.isNaN(r)
        ? NaN
        : Math.abs(b) === Infinity
          ? a === 0
            ? 0 * b
            : a < 0 === b < 0
              ? a
              : b
          : r !== 0 && r < 0 !== b < 0
            ? r + b
            : r === 0
              ? b < 0
                ? -0
                : 0
              : r;
    },
    domain: [1, 2],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair([-3, 3, 5, 1, NaN], [2, -2, 0, Infinity, 1], [1, -1, NaN, 1, NaN]),
      pair(
        [-3, 3, 3, -3, 0],
        [Infinity, Infinity, -Infinity, -Infinity, Infinity],
        [Infinity, 3, -Infinity, -3, 0],
        [
          [1, 1, 1, 1, 1],
          [1, 0, 1, 0, 0],
        ],
      ),
    ],
  }),
  hypot: binarySpec({
    slopes: BINARY_SLOPES.hypot,
    call: hypot,
    f: Math.hypot,
    domain: [0.5, 3],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair(
        [0, 3e38, 1e-40, Infinity, NaN],
        [0, 0, 1e-40, NaN, 1],
        [0, Math.fround(3e38), Math.fround(1e-40) * Math.SQRT2, Infinity, NaN],
        [
          [0, 1, Math.SQRT1_2, NaN, NaN],
          [0, 0, Math.SQRT1_2, NaN, NaN],
        ],
      ),
    ],
  }),
  atan2: binarySpec({
    slopes: BINARY_SLOPES.atan2,
    call: atan2,
    f: Math.atan2,
    domain: [0.5, 3],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair(
        [0, 0, -0, 1, NaN],
        [0, -0, -1, 0, 1],
        [0, Math.PI, -Math.PI, Math.PI / 2, NaN],
        [
          [0, 0, -1, 0, NaN],
          [0, 0, 0, -1, NaN],
        ],
      ),
    ],
  }),
  squaredDifference: binarySpec({
    slopes: BINARY_SLOPES.squaredDifference,
    call: squaredDifference,
    f: (a, b) => (a - b) ** 2,
    domain: [-2, 2],
    ulp: 0.51,
    gradientUlp: 4,
    limits: [
      pair(
        [1e20, 3],
        [0, 1],
        [Infinity, 4],
        [
          [2e20, 4],
          [-2e20, -4],
        ],
      ),
    ],
  }),
};
