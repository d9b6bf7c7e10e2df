/** Decisions about single elements. Each case is tried in every lane and tail position. */

import { greater, where } from "../../ops/compare.js";
import { log, sqrt } from "../../ops/elementary.js";
import { given, type Row } from "./case.js";
import { ZEROS_IN_PRODUCTS } from "./rows.js";

const SMALLEST = 2 ** -149;
const TINY = 1e-40;

export const ELEMENTWISE: readonly Row[] = [
  {
    id: 1,
    title: "`maximum` and `minimum` with a NaN, on either side",
    others: "tfjs wasm: `maximum(1, NaN)` is 1 (executed)",
    cases: [
      { op: "maximum", inputs: [NaN, 1], value: NaN, gradient: [NaN, NaN] },
      { op: "maximum", inputs: [1, NaN], value: NaN, gradient: [NaN, NaN] },
      { op: "minimum", inputs: [NaN, 1], value: NaN, gradient: [NaN, NaN] },
      { op: "minimum", inputs: [1, NaN], value: NaN, gradient: [NaN, NaN] },
      { op: "maximum", inputs: [NaN, -Infinity], value: NaN, gradient: [NaN, NaN] },
      { op: "minimum", inputs: [Infinity, NaN], value: NaN, gradient: [NaN, NaN] },
    ],
  },
  {
    id: 2,
    title: "a tie in `maximum` or `minimum`",
    note: "The subgradient of least norm among those from (1, 0) to (0, 1).",
    others: "TensorFlow, tfjs: 1 and 0",
    cases: [
      { op: "maximum", inputs: [2, 2], value: 2, gradient: [0.5, 0.5] },
      { op: "minimum", inputs: [-3, -3], value: -3, gradient: [0.5, 0.5] },
      { op: "maximum", inputs: [2, 1], value: 2, gradient: [1, 0] },
    ],
  },
  {
    id: 4,
    title: "`relu`, `relu6`, `clip` of NaN",
    others: "tfjs wasm: `relu6(NaN)` and `clip(NaN)` are 0 (executed)",
    cases: [
      { op: "relu", inputs: [NaN], value: NaN, gradient: [NaN] },
      { op: "relu6", inputs: [NaN], value: NaN, gradient: [NaN] },
      { op: "hardTanh", inputs: [NaN], value: NaN, gradient: [NaN] },
      { op: "clip", inputs: [NaN], options: { min: -1, max: 1 }, value: NaN, gradient: [NaN] },
    ],
  },
  {
    id: 5,
    title: "`relu`, `leakyRelu`, `elu`, `selu` at 0, `clip` at a bound",
    note: "Where a line bends, the slope of least norm. Where elu and selu are neither convex nor concave, that of the left.",
    others:
      "PyTorch: the same, but for a slope of leakyRelu below 0 or above 1; JAX: 1 for leakyRelu",
    cases: [
      { op: "relu", inputs: [0], value: 0, gradient: [0], eitherZero: true },
      { op: "leakyRelu", inputs: [0], value: 0, gradient: [0.01] },
      { op: "leakyRelu", inputs: [0], options: { slope: 2 }, value: 0, gradient: [1] },
      { op: "leakyRelu", inputs: [-0], options: { slope: -0.5 }, value: -0, gradient: [0] },
      { op: "prelu", inputs: [0, 0.25], value: 0, gradient: [0.25, 0] },
      { op: "elu", inputs: [0], options: { alpha: 0.5 }, value: 0, gradient: [0.5] },
      { op: "selu", inputs: [0], value: 0, gradient: [1.7580993408473768] },
      { op: "clip", inputs: [-1], options: { min: -1, max: 1 }, value: -1, gradient: [1] },
      { op: "clip", inputs: [1], options: { min: -1, max: 1 }, value: 1, gradient: [1] },
      { op: "clip", inputs: [1.5], options: { min: -1, max: 1 }, value: 1, gradient: [0] },
    ],
  },
  {
    id: 8,
    title: "`sign` of NaN",
    note: "The slope of a step is 0 wherever it has one.",
    others: "tfjs: 0 (executed)",
    cases: [
      { op: "sign", inputs: [NaN], value: NaN, gradient: [0] },
      { op: "sign", inputs: [-0], value: 0, gradient: [0], eitherZero: true },
    ],
  },
  {
    id: 13,
    title: "`xlogy(0, y)`",
    note: "There is no logarithm below 0 to multiply by 0, so that is NaN. Where y is 0 the slope by x is -∞: 0 stands for it.",
    others: "three libraries, three answers",
    cases: [
      { op: "xlogy", inputs: [0, 0], value: 0, gradient: [0, 0] },
      { op: "xlogy", inputs: [0, 2], value: 0, gradient: [Math.LN2, 0] },
      { op: "xlogy", inputs: [0, Infinity], value: 0, gradient: [null, 0] },
      { op: "xlogy", inputs: [0, NaN], value: NaN },
      { op: "xlogy", inputs: [0, -1], value: NaN },
      { op: "xlogy", inputs: [2, 4], value: 2 * Math.log(4), gradient: [Math.log(4), 0.5] },
    ],
  },
  {
    id: 14,
    title: "`sqrt` at 0 and below",
    note: "The infinite slope is true. `safeSqrt` has slope 0 there, and says how often it was asked.",
    others: "∞ everywhere",
    cases: [
      { op: "sqrt", inputs: [0], value: 0, gradient: [Infinity] },
      { op: "sqrt", inputs: [-1], value: NaN, gradient: [NaN] },
      { op: "safeSqrt", inputs: [0], value: 0, gradient: [0], guarded: 1 },
      { op: "safeSqrt", inputs: [-1], value: 0, gradient: [0], guarded: 1 },
    ],
  },
  {
    id: 17,
    title: "`abs` at 0",
    others: "tfjs: -1 (executed), JAX: 1",
    cases: [
      { op: "abs", inputs: [0], value: 0, gradient: [0] },
      { op: "abs", inputs: [-0], value: 0, gradient: [0] },
      { op: "abs", inputs: [NaN], value: NaN, gradient: [NaN] },
    ],
  },
  {
    id: 18,
    title: "`pow(0, 0)`, and the slopes of x⁰ and 0ʸ",
    others: "tfjs: NaN (executed)",
    cases: [
      { op: "pow", inputs: [0, 0], value: 1, gradient: [0, 0] },
      { op: "pow", inputs: [0, 2], value: 0, gradient: [0, 0] },
      { op: "pow", inputs: [3, 0], value: 1, gradient: [0, Math.log(3)] },
      { op: "pow", inputs: [NaN, 0], value: 1 },
      { op: "pow", inputs: [1, NaN], value: 1 },
    ],
  },
  {
    id: 19,
    title: "`where(condition, a, b)`: what is not chosen is not there",
    others: "every framework leaks 0 · ∞ through the branch that was not chosen",
    cases: [
      { op: "where", inputs: [1, 2, NaN], value: 2, gradient: [null, 1, 0] },
      { op: "where", inputs: [0, Infinity, 3], value: 3, gradient: [null, 0, 1] },
      {
        op: "where",
        says: "where(1, x, sqrt(y)) at y = -1",
        call: (x, y) => where(1, given(x), sqrt(given(y))),
        inputs: [5, -1],
        value: 5,
        gradient: [1, 0],
      },
    ],
  },
  {
    id: 31,
    title: "`log1p` and `expm1` near 0",
    others: "tfjs wasm: `log1p(1e-10)` is 0 (executed)",
    cases: [
      { op: "log1p", inputs: [1e-10], value: 1e-10, gradient: [1] },
      { op: "expm1", inputs: [1e-10], value: 1e-10, gradient: [1] },
      { op: "log1p", inputs: [-0], value: -0, gradient: [1] },
      { op: "expm1", inputs: [-0], value: -0, gradient: [1] },
    ],
  },
  {
    id: 37,
    title: "`atan2(0, 0)`, `acos` and `asin` at ±1",
    note: "The slopes of acos and asin are infinite by continuity; `safeAcos` and `safeAsin` stay 1e-6 away.",
    others: "tfjs: NaN (executed)",
    cases: [
      { op: "atan2", inputs: [0, 0], value: 0, gradient: [0, 0] },
      { op: "acos", inputs: [1], value: 0, gradient: [-Infinity] },
      { op: "acos", inputs: [-1], value: Math.PI, gradient: [-Infinity] },
      { op: "asin", inputs: [1], value: Math.PI / 2, gradient: [Infinity] },
      { op: "asin", inputs: [-1], value: -Math.PI / 2, gradient: [Infinity] },
      {
        op: "safeAcos",
        inputs: [1],
        value: Math.acos(Math.fround(1 - 1e-6)),
        gradient: [0],
        guarded: 1,
      },
      {
        op: "safeAsin",
        inputs: [-1],
        value: -Math.asin(Math.fround(1 - 1e-6)),
        gradient: [0],
        guarded: 1,
      },
    ],
  },
  {
    id: 38,
    title: "`divNoNan(x, 0)`",
    note: "It is for a divisor of 0, not for hiding a NaN that came in.",
    others: "TensorFlow and tfjs hide the NaN; tfjs has no gradient (executed)",
    cases: [
      { op: "divNoNan", inputs: [1, 0], value: 0, gradient: [0, 0] },
      { op: "divNoNan", inputs: [0, 0], value: 0, gradient: [0, 0] },
      { op: "divNoNan", inputs: [NaN, 0], value: NaN },
      { op: "divNoNan", inputs: [6, 3], value: 2, gradient: [1 / 3, -2 / 3] },
    ],
  },
  {
    id: 39,
    title: "`mulNoNan(x, 0)`",
    note: "0 even for ∞ and NaN: that is its purpose.",
    others: "TensorFlow: the same value",
    cases: [
      { op: "mulNoNan", inputs: [Infinity, 0], value: 0, gradient: [0, 0], eitherZero: true },
      { op: "mulNoNan", inputs: [NaN, 0], value: 0, gradient: [0, 0], eitherZero: true },
      { op: "mulNoNan", inputs: [3, 0], value: 0, gradient: [0, 3], eitherZero: true },
    ],
  },
  {
    id: 41,
    title: "subnormal numbers",
    note: "They are kept, and `health` counts them.",
    others: "XLA flushes them to 0",
    cases: [
      { op: "add", inputs: [TINY, 0], value: TINY, gradient: [1, 1] },
      { op: "mul", inputs: [TINY, 1], value: TINY, gradient: [1, TINY] },
      { op: "maximum", inputs: [SMALLEST, 0], value: SMALLEST, gradient: [1, 0], ulp: 0 },
      { op: "relu", inputs: [SMALLEST], value: SMALLEST, gradient: [1], ulp: 0 },
      { op: "sqrt", inputs: [2 ** -148], value: 2 ** -74, gradient: [2 ** 73] },
    ],
  },
  {
    id: 42,
    title: "-0",
    note: "Kept through copies; `relu(-0)` may be either.",
    others: "not the same everywhere",
    cases: [
      { op: "clone", inputs: [-0], value: -0 },
      { op: "neg", inputs: [0], value: -0, gradient: [-1] },
      { op: "add", inputs: [-0, -0], value: -0, gradient: [1, 1] },
      { op: "relu", inputs: [-0], value: 0, gradient: [0], eitherZero: true },
    ],
  },
  {
    id: 48,
    title: "a cotangent of exactly 0 meets an infinite or NaN slope",
    note: "It gives 0, counted as a masked singularity; the policy `strict` gives IEEE's NaN.",
    others: "NaN everywhere",
    cases: [
      { op: "sqrt", inputs: [0], cotangent: 0, value: 0, gradient: [0], masked: 1 },
      { op: "sqrt", inputs: [0], cotangent: 0, policy: "strict", value: 0, gradient: [NaN] },
      { op: "log", inputs: [0], cotangent: 0, value: -Infinity, gradient: [0], masked: 1 },
      { op: "div", inputs: [1, 0], cotangent: 0, value: Infinity, gradient: [0, 0] },
      { op: "acos", inputs: [1], cotangent: 0, value: 0, gradient: [0], masked: 1 },
      { op: "relu", inputs: [NaN], cotangent: 0, value: NaN, gradient: [0] },
      ...ZEROS_IN_PRODUCTS,
    ],
  },
  {
    id: 49,
    title: "`where(x > 0, log(x), 0)` at x = 0",
    note: "The -∞ was selected away: there is nothing to report.",
    others:
      "the gradient is NaN everywhere; JAX's and TensorFlow's debug modes stop at the harmless -∞",
    cases: [
      {
        op: "where",
        says: "where(greater(x, 0), log(x), 0)",
        call: (x) => where(greater(given(x), 0), log(given(x)), 0),
        inputs: [0],
        value: 0,
        gradient: [0],
        masked: 1,
        quiet: true,
      },
    ],
  },
  {
    id: 50,
    title: "`logSigmoid` and `logNdtr` at ±∞ and far out",
    note: "The logarithm of a number that is rounded to 1 is what is left of it, -0 at ∞. Far to the left they go as x and −x²/2, so that their slopes at -∞ are 1 and ∞.",
    others: "SciPy's `log_ndtr`: the same values (executed, float32)",
    cases: [
      { op: "logSigmoid", inputs: [Infinity], value: -0, gradient: [0] },
      { op: "logSigmoid", inputs: [-Infinity], value: -Infinity, gradient: [1] },
      { op: "logNdtr", inputs: [Infinity], value: -0, gradient: [0] },
      { op: "logNdtr", inputs: [14], value: -6 * SMALLEST, gradient: [78 * SMALLEST] },
      { op: "logNdtr", inputs: [-1000], value: -500007.8, gradient: [1000.001] },
      { op: "logNdtr", inputs: [-1e19], value: -5e37, gradient: [1e19] },
      { op: "logNdtr", inputs: [-3e19], value: -Infinity, gradient: [3e19] },
      { op: "logNdtr", inputs: [-Infinity], value: -Infinity, gradient: [Infinity] },
      { op: "logNdtr", inputs: [NaN], value: NaN, gradient: [NaN] },
    ],
  },
];
