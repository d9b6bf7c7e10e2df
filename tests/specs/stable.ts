import {
  entr,
  exprel,
  klDiv,
  log1mexp,
  log1pmx,
  logaddexp,
  logcosh,
  logexpm1,
  logit,
  logsubexp,
  relEntr,
  xlog1py,
  xlogx,
  xlogy,
} from "../../src/index.js";
import { BINARY_SLOPES, UNARY_SLOPES } from "../kit/slopes.js";
import { at, binarySpec, pair, unarySpec } from "../kit/spec.js";
import { logRatio } from "../kit/special.js";

export const stable = {
  log1mexp: unarySpec({
    slope: UNARY_SLOPES.log1mexp,
    call: log1mexp,
    f: (x) => (x > -0.6 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x))),
    domain: [-9, -0.01],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [0, -0, -Infinity, 1, NaN],
        [-Infinity, -Infinity, -0, NaN, NaN],
        [-Infinity, -Infinity, 0, NaN, NaN],
      ),
    ],
  }),
  logexpm1: unarySpec({
    slope: UNARY_SLOPES.logexpm1,
    call: logexpm1,
    f: (x) => x + (x < 0.6 ? Math.log(-Math.expm1(-x)) : Math.log1p(-Math.exp(-x))),
    domain: [1, 50],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [0, -0, Infinity, -1, NaN, 1000],
        [-Infinity, -Infinity, Infinity, NaN, NaN, 1000],
        [Infinity, Infinity, 1, NaN, NaN, 1],
      ),
    ],
  }),
  log1pmx: unarySpec({
    slope: UNARY_SLOPES.log1pmx,
    call: log1pmx,
    f: (x) =>
      x === Infinity
        ? -Infinity
        : Math.abs(x) < 0.01
          ? -(x ** 2) / 2 + x ** 3 / 3 - x ** 4 / 4 + x ** 5 / 5 - x ** 6 / 6
          : Math.log1p(x) - x,
    domain: [-0.9, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([0, -1, -2, NaN], [0, -Infinity, NaN, NaN])],
  }),
  logit: unarySpec({
    slope: UNARY_SLOPES.logit,
    call: logit,
    f: (x) =>
      x > 0.25 && x < 1 ? Math.log1p((2 * x - 1) / (1 - x)) : Math.log(x) - Math.log1p(-x),
    domain: [0.01, 0.99],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([0, 1, 0.5, -1, 2, NaN], [-Infinity, Infinity, 0, NaN, NaN, NaN])],
  }),
  xlogx: unarySpec({
    slope: UNARY_SLOPES.xlogx,
    call: xlogx,
    f: (x) => (x === 0 ? 0 : x * Math.log(x)),
    domain: [0.01, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([0, 1, -1, Infinity, NaN], [0, 0, NaN, Infinity, NaN])],
  }),
  entr: unarySpec({
    slope: UNARY_SLOPES.entr,
    call: entr,
    f: (x) => (x === 0 ? 0 : x < 0 ? -Infinity : -x * Math.log(x)),
    domain: [0.01, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([0, 1, -1, Infinity, NaN], [0, 0, -Infinity, -Infinity, NaN])],
  }),
  exprel: unarySpec({
    slope: UNARY_SLOPES.exprel,
    call: exprel,
    f: (x) => (x === 0 ? 1 : x === Infinity ? x : x === -Infinity ? 0 : Math.expm1(x) / x),
    domain: [-20, 20],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at([0, -0, Infinity, -Infinity, NaN], [1, 1, Infinity, 0, NaN], [0.5, 0.5, Infinity, 0, NaN]),
    ],
  }),
  logcosh: unarySpec({
    slope: UNARY_SLOPES.logcosh,
    call: logcosh,
    f: (x) =>
      Math.abs(x) < 0.02
        ? x ** 2 / 2 - x ** 4 / 12 + x ** 6 / 45
        : Math.abs(x) === Infinity
          ? Infinity
          : Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2,
    domain: [-20, 20],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [0, 1e30, Infinity, NaN, 1e-3],
        [
          0,
          Math.fround(1e30),
          Infinity,
          NaN,
          5e-7 * (Math.fround(1e-3) / 1e-3) ** 2 * (1 - 1e-6 / 6),
        ],
        [0, 1, 1, NaN, 1e-3],
      ),
    ],
  }),
  logaddexp: binarySpec({
    slopes: BINARY_SLOPES.logaddexp,
    call: logaddexp,
    f: (a, b) =>
      a === b
        ? a + Math.LN2
        : Number.isNaN(a + b)
          ? a + b
          : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))),
    domain: [-9, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair(
        [-Infinity, Infinity, Infinity, 1000, -Infinity],
        [-Infinity, -Infinity, Infinity, 1000, 0],
        [-Infinity, Infinity, Infinity, 1000 + Math.LN2, 0],
        [
          [0, 1, 0.5, 0.5, 0],
          [0, 0, 0.5, 0.5, 1],
        ],
      ),
      pair([-0, -Infinity], [-Infinity, -0], [-0, -0]),
      // The sum cancels to far less than f64's error beside its terms. Values: mpmath at 320 bits.
      pair(
        [-1.3601835462395684e-6, -2.5830675376425916e-9, 0, -0.6931471824645996],
        [-13.507891654968262, -19.774288177490234, -40, -0.6931471824645996],
        [-9.25253017920533e-14, -4.01408387751486e-21, Math.exp(-40), -1.90465429995777e-9],
      ),
    ],
  }),
  logsubexp: binarySpec({
    slopes: BINARY_SLOPES.logsubexp,
    call: logsubexp,
    f: (a, b) =>
      a === b
        ? a === Infinity
          ? NaN
          : -Infinity
        : Math.max(a, b) === Infinity
          ? Infinity
          : Math.max(a, b) + Math.log(-Math.expm1(-Math.abs(a - b))),
    domain: [-9, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair([1, -Infinity, -0], [1, -Infinity, -Infinity], [-Infinity, -Infinity, -0]),
      // Whichever zeros they are.
      pair(
        [0, 0, -0, -0],
        [0, -0, 0, -0],
        [-Infinity, -Infinity, -Infinity, -Infinity],
        [
          [-Infinity, -Infinity, -Infinity, -Infinity],
          [-Infinity, -Infinity, -Infinity, -Infinity],
        ],
      ),
      // As logaddexp: |eᵃ − eᵇ| is nearly 1. Values: mpmath at 320 bits.
      pair(
        [0.9508479237556458, 2.761200428009033],
        [0.46241432428359985, 2.6958980560302734],
        [-6.24620083966936e-13, 9.27467274505332e-13],
      ),
    ],
  }),
  xlogy: binarySpec({
    slopes: BINARY_SLOPES.xlogy,
    call: xlogy,
    f: (a, b) => (a === 0 && b >= 0 ? 0 : a * Math.log(b)),
    domain: [0.01, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair(
        [0, 0, 0, 0, 0, 2, 2],
        [0, 1, Infinity, NaN, -1, 0, -0],
        [0, 0, 0, NaN, NaN, -Infinity, -Infinity],
        [
          [0, 0, Infinity, NaN, NaN, 0, 0],
          [0, 0, 0, NaN, -0, Infinity, Infinity],
        ],
      ),
    ],
  }),
  xlog1py: binarySpec({
    slopes: BINARY_SLOPES.xlog1py,
    call: xlog1py,
    f: (a, b) => (a === 0 && b >= -1 ? 0 : a * Math.log1p(b)),
    domain: [0.01, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [pair([0, 0, 0, 0], [-1, Infinity, NaN, 1e-10], [0, 0, NaN, 0])],
  }),
  relEntr: binarySpec({
    slopes: BINARY_SLOPES.relEntr,
    call: relEntr,
    f: (a, b) =>
      Number.isNaN(a + b) && (Number.isNaN(a) || Number.isNaN(b))
        ? NaN
        : a === 0 && b >= 0
          ? 0
          : a > 0 && b > 0
            ? a * logRatio(a, b)
            : Infinity,
    domain: [0.01, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair(
        [0, 0, 2, 0, -1, 1, Infinity, Infinity, 1, NaN, 3, 2],
        [0, 5, 0, Infinity, 1, -1, 2, Infinity, Infinity, 0, 3, -0],
        [0, 0, Infinity, 0, Infinity, Infinity, Infinity, NaN, -Infinity, NaN, 0, Infinity],
        [
          [0, -Infinity, Infinity, -Infinity, NaN, NaN, Infinity, NaN, -Infinity, NaN, 1, Infinity],
          [0, 0, -Infinity, 0, NaN, NaN, -Infinity, NaN, 0, NaN, -1, -Infinity],
        ],
      ),
      // Neighbours: the logarithm of a quotient rounded to a float would be 2^-23 or 0.
      pair([1, 16777215], [1 - 2 ** -24, 16777214], [2 ** -24 + 2 ** -49, 1 + 2 ** -25]),
    ],
  }),
  klDiv: binarySpec({
    slopes: BINARY_SLOPES.klDiv,
    call: klDiv,
    f: (a, b) => {
      if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
      if (a === 0 && b >= 0) return Math.abs(b);
      if (!(a > 0 && b > 0)) return Infinity;
      if (a === Infinity || b === Infinity) return a === b ? NaN : Infinity;
      return a * logRatio(a, b) - a + b;
    },
    domain: [0.01, 9],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      pair(
        [0, 0, 2, 0, -1, 1, Infinity, Infinity, 1, NaN, 3, 2],
        [0, 5, 0, Infinity, 1, -1, 2, Infinity, Infinity, 0, 3, -0],
        [0, 5, Infinity, Infinity, Infinity, Infinity, Infinity, NaN, Infinity, NaN, 0, Infinity],
        [
          [0, -Infinity, Infinity, -Infinity, NaN, NaN, Infinity, NaN, -Infinity, NaN, 0, Infinity],
          [1, 1, -Infinity, 1, NaN, NaN, -Infinity, NaN, 1, NaN, 0, -Infinity],
        ],
      ),
      // Neighbours: (a − b)² / 2b, where three terms of size 1 cancel.
      pair([1 + 2 ** -23, 1e-30], [1, 1e-30], [2 ** -47 * (1 - 2 ** -23 / 3), 0]),
    ],
  }),
};
