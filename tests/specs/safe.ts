import { divNoNan, mulNoNan, nanToNum, reciprocalNoNan } from "../../src/index.js";
import { atLeast, awayFromZero, within } from "../../src/ops/safe.js";
import { BINARY_SLOPES } from "../kit/slopes.js";
import { at, binarySpec, pair, unarySpec } from "../kit/spec.js";

const LARGEST = 3.4028234663852886e38;
const EPS = Math.fround(0.25);

export const safe = {
  atLeast: unarySpec({
    call: (x) => atLeast(x, { eps: EPS }),
    f: (x) => (Number.isNaN(x) ? x : Math.max(x, EPS)),
    domain: [-3, 3],
    ulp: 0,
    gradientUlp: 1,
    limits: [at([EPS, NaN, -Infinity, Infinity], [EPS, NaN, EPS, Infinity], [0, NaN, 0, 1])],
  }),
  awayFromZero: unarySpec({
    call: (x) => awayFromZero(x, { eps: EPS }),
    f: (x) => (Math.abs(x) < EPS ? (Object.is(x, -0) || x < 0 ? -EPS : EPS) : x),
    domain: [0.3, 3],
    ulp: 0,
    gradientUlp: 1,
    limits: [at([0, -0, EPS, 0.1, NaN], [EPS, -EPS, EPS, EPS, NaN], [0, 0, 1, 0, NaN])],
  }),
  within: unarySpec({
    call: (x) => within(x, { min: -1, max: 2 }),
    f: (x) => (Number.isNaN(x) ? x : Math.min(Math.max(x, -1), 2)),
    domain: [-3, 3],
    ulp: 0,
    gradientUlp: 1,
    limits: [at([-1, 2, NaN, -Infinity], [-1, 2, NaN, -1], [1, 1, NaN, 0])],
  }),
  reciprocalNoNan: unarySpec({
    call: reciprocalNoNan,
    f: (x) => (x === 0 ? 0 : 1 / x),
    domain: [0.1, 50],
    ulp: 0.5,
    gradientUlp: 4,
    limits: [at([0, -0, Infinity, NaN], [0, 0, 0, NaN], [-0, -0, -0, NaN])],
  }),
  nanToNum: unarySpec({
    call: (x) => nanToNum(x, { nan: 7, posInf: LARGEST, negInf: -5 }),
    f: (x) => (Number.isNaN(x) ? 7 : x === Infinity ? LARGEST : x === -Infinity ? -5 : x),
    domain: [-3, 3],
    ulp: 0,
    gradientUlp: 1,
    limits: [at([NaN, Infinity, -Infinity, -0], [7, LARGEST, -5, -0], [0, 0, 0, 1])],
  }),
  divNoNan: binarySpec({
    slopes: BINARY_SLOPES.divNoNan,
    call: divNoNan,
    f: (a, b) => (b === 0 && Number.isFinite(a) ? a * b : a / b),
    domain: [0.5, 3],
    ulp: 0.5,
    gradientUlp: 4,
    limits: [
      pair(
        [1, 0, NaN, 6],
        [0, 0, 0, 3],
        [0, 0, NaN, 2],
        [
          [0, 0, 0, 1 / 3],
          [0, 0, 0, -2 / 3],
        ],
      ),
    ],
  }),
  mulNoNan: binarySpec({
    slopes: BINARY_SLOPES.mulNoNan,
    call: mulNoNan,
    f: (a, b) => (b === 0 ? 0 : a * b),
    domain: [-2, 2],
    ulp: 0.5,
    gradientUlp: 4,
    limits: [
      pair(
        [Infinity, NaN, 3, 2],
        [0, 0, 0, 5],
        [0, 0, 0, 10],
        [
          [0, 0, 0, 5],
          [0, 0, 3, 2],
        ],
      ),
    ],
  }),
};
