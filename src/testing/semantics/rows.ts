/** Decisions about rows, sums and losses: what goes over many elements. */
import { greater, where } from "../../ops/compare.js";
import { matmul } from "../../ops/matmul.js";
import { sum } from "../../ops/reduce.js";
import { type Case, given, type Row } from "./case.js";

const repeat = (n: number, value: number): number[] => new Array<number>(n).fill(value);

/** 2⁻¹⁰ from the mean of 1000, normalised. */
const SPREAD = 2 ** -10 / Math.sqrt(2 ** -20 + 1e-5);

/** The slope of a row without spread: 1/√eps. */
const STEEP = 1 / Math.sqrt(1e-5);

export const ROWS: readonly Row[] = [
  {
    id: 3,
    title: "a tie in `max` or `min` over elements",
    others: "tfjs: the full gradient to each (executed)",
    cases: [
      { op: "max", inputs: [[1, 3, 3]], value: 3, gradient: [[0, 0.5, 0.5]] },
      { op: "min", inputs: [[1, 1, 3, 1]], value: 1, gradient: [[1 / 3, 1 / 3, 0, 1 / 3]] },
    ],
    sized: (n) =>
      n === 0
        ? null
        : { op: "max", inputs: [repeat(n, 2)], value: 2, gradient: [repeat(n, 1 / n)] },
  },
  {
    id: 6,
    title: "`argmax` and `argmin` with a NaN",
    note: "The index of the first NaN.",
    others: "onnxruntime ignores a NaN unless it is the first (executed)",
    cases: [
      { op: "argmax", inputs: [[1, NaN, 3, NaN]], value: 1 },
      { op: "argmin", inputs: [[1, NaN, 3, NaN]], value: 1 },
    ],
    sized: (n) =>
      n === 0 ? null : { op: "argmax", inputs: [[...repeat(n - 1, 5), NaN]], value: n - 1 },
  },
  {
    id: 7,
    title: "a max-pool window with a NaN",
    note: "The value is NaN, and the index is that of an element in the window.",
    others: "tfjs wasm: -∞ (executed); onnxruntime's maximum ignores NaN (executed)",
    cases: [],
    waiting: ["maxPool", "maxPool1d", "maxPool2d"],
  },
  {
    id: 9,
    title: "softmax of a row that is all -∞",
    note: "Nothing is left to normalise by: NaN, reported as an empty row. A masked softmax is to give 0 there.",
    others: "PyTorch, JAX, onnxruntime: NaN",
    cases: [
      { op: "softmax", inputs: [[-Infinity, -Infinity]], value: [NaN, NaN] },
      {
        op: "softmax",
        inputs: [[-Infinity, -Infinity]],
        cotangent: [0, 0],
        value: [NaN, NaN],
        gradient: [[0, 0]],
        masked: 2,
      },
      { op: "softmax", inputs: [[0, -Infinity]], value: [1, 0], gradient: [[0, 0]] },
    ],
    waiting: ["maskedSoftmax", "attention"],
  },
  {
    id: 10,
    title: "softmax with +∞",
    note: "Reported as ∞ − ∞.",
    others: "NaN everywhere",
    cases: [{ op: "softmax", inputs: [[Infinity, 0]], value: [NaN, NaN], gradient: [[NaN, NaN]] }],
  },
  {
    id: 11,
    title: "`logsumexp` and `logcumsumexp` of -∞ alone",
    others: "tfjs: NaN (executed); PyTorch, JAX: a NaN gradient",
    cases: [
      { op: "logsumexp", inputs: [[-Infinity, -Infinity]], value: -Infinity, gradient: [[0, 0]] },
      { op: "logcumsumexp", inputs: [[-Infinity, 1]], value: [-Infinity, 1], gradient: [[0, 1]] },
    ],
    sized: (n) => ({
      op: "logsumexp",
      inputs: [repeat(n, -Infinity)],
      value: -Infinity,
      gradient: [repeat(n, 0)],
    }),
  },
  {
    id: 12,
    title: "`logsumexp` and `logcumsumexp` with +∞",
    others: "tfjs: NaN (executed)",
    cases: [
      { op: "logsumexp", inputs: [[Infinity, 0]], value: Infinity, gradient: [[1, 0]] },
      { op: "logcumsumexp", inputs: [[0, Infinity]], value: [0, Infinity], gradient: [[1, 1]] },
    ],
  },
  {
    id: 15,
    title: "the norm of zeros",
    others: "TensorFlow, JAX, tfjs: a NaN gradient",
    cases: [{ op: "norm2", inputs: [[0, 0, 0]], value: 0, gradient: [[0, 0, 0]] }],
    sized: (n) => ({ op: "norm2", inputs: [repeat(n, 0)], value: 0, gradient: [repeat(n, 0)] }),
  },
  {
    id: 16,
    title: "the norm of huge and of tiny values",
    note: "Squares are summed in f64: nothing overflows or vanishes.",
    others: "tfjs: ∞ for [1e20, 1e20], 0 for [1e-30, 1e-30] (executed)",
    cases: [
      {
        op: "norm2",
        inputs: [[1e20, 1e20]],
        value: Math.SQRT2 * Math.fround(1e20),
        gradient: [[Math.SQRT1_2, Math.SQRT1_2]],
      },
      {
        op: "norm2",
        inputs: [[1e-30, 1e-30]],
        value: Math.SQRT2 * Math.fround(1e-30),
        gradient: [[Math.SQRT1_2, Math.SQRT1_2]],
      },
    ],
    sized: (n) =>
      n === 0
        ? null
        : {
            op: "norm2",
            inputs: [repeat(n, 1e20)],
            value: Math.sqrt(n) * Math.fround(1e20),
            gradient: [repeat(n, 1 / Math.sqrt(n))],
          },
  },
  {
    id: 20,
    title: "masked reductions, and losses with rows that do not count",
    note: "What is masked is not read, whatever it is.",
    others: "tfjs: a weighted loss is NaN (executed)",
    cases: [
      {
        op: "sum",
        says: "sum(where(mask, x, 0))",
        call: (x) => sum(where(greater(given(x), 1), given(x), 0)),
        inputs: [[-Infinity, 2, 3]],
        value: 5,
        gradient: [[0, 1, 1]],
        quiet: true,
      },
      {
        op: "nanSum",
        inputs: [[NaN, 2, 3]],
        value: 5,
        gradient: [[0, 1, 1]],
        quiet: true,
      },
      {
        op: "crossEntropy",
        inputs: [
          [
            [0, 0],
            [NaN, Infinity],
          ],
        ],
        options: { labels: [0, -1], ignoreIndex: -1 },
        value: Math.LN2,
        gradient: [
          [
            [-0.5, 0.5],
            [0, 0],
          ],
        ],
        quiet: true,
      },
    ],
    waiting: ["maskedSum", "maskedMean", "weightedMean"],
  },
  {
    id: 21,
    title: "a mean over nothing",
    note: "A loss in which every label is ignored is 0; `mean` of no elements is refused.",
    others: "PyTorch: NaN; tfjs wasm: uninitialised memory (executed)",
    cases: [
      {
        op: "mean",
        inputs: [[]],
        value: { code: "BAD_SHAPE", message: /^mean: nothing to reduce/ },
      },
      {
        op: "crossEntropy",
        inputs: [[[1, 2]]],
        options: { labels: [9], ignoreIndex: 9 },
        value: 0,
        gradient: [[[0, 0]]],
      },
    ],
  },
  {
    id: 22,
    title: "binary cross entropy of logits",
    note: "Exact: σ(x) − y, however large the logit.",
    others: "on clamped probabilities PyTorch's gradient is -2.4e-11 where it should be -0.125",
    cases: [],
    waiting: ["binaryCrossEntropyWithLogits"],
  },
  {
    id: 23,
    title: "binary cross entropy of probabilities",
    note: "With an explicit eps, and a count of the elements that it changed.",
    others: "tfjs: -1.19e-7 for a perfect prediction (executed)",
    cases: [],
    waiting: ["binaryCrossEntropy"],
  },
  {
    id: 24,
    title: "cross entropy with a logit of -∞ off the target",
    others: "tfjs: NaN (executed)",
    cases: [
      {
        op: "crossEntropy",
        inputs: [[[0, -Infinity]]],
        options: { labels: [0] },
        value: 0,
        gradient: [[[0, 0]]],
      },
      {
        op: "crossEntropy",
        inputs: [[[0, -Infinity, 0]]],
        options: { labels: [2] },
        value: Math.LN2,
        gradient: [[[0.5, 0, -0.5]]],
      },
    ],
    waiting: ["softCrossEntropy"],
  },
  {
    id: 25,
    title: "the logarithm of a softmax",
    note: "Exact where softmax is 0 or 1 in float32. The logarithm of what is just below 1 rounds to -0.",
    others: "`log(softmax(x))` is -∞ below -103",
    cases: [
      {
        op: "logSoftmax",
        inputs: [[0, -200]],
        value: [-0, -200],
        gradient: [[-1, 1]],
        quiet: true,
      },
      { op: "logSoftmax", inputs: [[1e30, 1e30]], value: [-Math.LN2, -Math.LN2], quiet: true },
      { op: "logSoftmax", inputs: [[NaN, 0]], value: [NaN, NaN] },
      {
        op: "logSoftmax",
        inputs: [[-Infinity, -Infinity]],
        cotangent: [0, 0],
        value: [NaN, NaN],
        gradient: [[0, 0]],
        masked: 2,
      },
    ],
  },
  {
    id: 26,
    title: "layer normalisation of a row without spread",
    others: "finite with any epsilon above 0",
    cases: [
      {
        op: "layerNorm",
        inputs: [[[5, 5, 5]], [1, 2, 3], [0.5, -0.5, 4]],
        value: [[0.5, -0.5, 4]],
        gradient: [[[-STEEP, 0, STEEP]], [0, 0, 0], [1, 1, 1]],
        ulp: 4,
      },
    ],
    sized: (n) =>
      n === 0
        ? null
        : {
            op: "layerNorm",
            inputs: [[repeat(n, 7)], repeat(n, 1), repeat(n, 0.25)],
            value: [repeat(n, 0.25)],
            gradient: [null, repeat(n, 0), repeat(n, 1)],
          },
  },
  {
    id: 27,
    title: "layer normalisation where the mean is far above the spread",
    note: "1000 ± 2⁻¹⁰. Two passes in f64: nothing cancels.",
    others: "fused layer norms have shipped with E[x²] − E[x]²",
    cases: [
      {
        op: "layerNorm",
        inputs: [[[1000 + 2 ** -10, 1000 - 2 ** -10]], [1, 1], [0, 0]],
        value: [[SPREAD, -SPREAD]],
        gradient: [null, [SPREAD, -SPREAD], [1, 1]],
      },
    ],
  },
  {
    id: 28,
    title: "layer normalisation of values around 1e30",
    note: "The statistics cannot overflow.",
    others: "zeros, without a word",
    cases: [
      {
        op: "layerNorm",
        inputs: [[[1e30, -1e30]], [1, 1], [0, 0]],
        value: [[1, -1]],
        gradient: [null, [1, -1], [1, 1]],
      },
    ],
  },
  {
    id: 29,
    title: "the mean of numbers whose sum is beyond float32",
    others: "tfjs wasm, PyTorch, NumPy in float32: ∞ (executed)",
    cases: [
      {
        op: "mean",
        inputs: [repeat(4, 3e38)],
        value: 3e38,
        gradient: [repeat(4, 0.25)],
        quiet: true,
      },
    ],
    sized: (n) =>
      n === 0
        ? null
        : { op: "mean", inputs: [repeat(n, 3e38)], value: 3e38, gradient: [repeat(n, 1 / n)] },
  },
  {
    id: 30,
    title: "the sum of 2²⁴ + 8 ones",
    others: "tfjs wasm: 2²⁴ (executed)",
    cases: [{ op: "sum", inputs: [{ fill: 1, shape: [2 ** 24 + 8] }], value: 2 ** 24 + 8, ulp: 0 }],
  },
  {
    id: 36,
    title: "`prod` and `cumprod` with zeros",
    note: "The gradient is the product of the others, not the product divided by one.",
    others: "several: NaN",
    cases: [
      { op: "prod", inputs: [[0, 2, 3]], value: 0, gradient: [[6, 0, 0]] },
      { op: "prod", inputs: [[0, 2, 0]], value: 0, gradient: [[0, 0, 0]] },
      { op: "cumprod", inputs: [[2, 0, 3]], value: [2, 0, 0], gradient: [[1, 8, 0]] },
    ],
    sized: (n) =>
      n === 0
        ? { op: "prod", inputs: [[]], value: 1, gradient: [[]] }
        : {
            op: "prod",
            inputs: [[0, ...repeat(n - 1, 2)]],
            value: 0,
            gradient: [[2 ** (n - 1), ...repeat(n - 1, 0)]],
          },
  },
  {
    id: 40,
    title: "the deviation of a constant, and of one sample with ddof 1",
    others: "NaN",
    cases: [
      { op: "std", inputs: [[2, 2, 2]], value: 0, gradient: [[0, 0, 0]] },
      {
        op: "std",
        inputs: [[2]],
        options: { ddof: 1 },
        value: { code: "BAD_VALUE", message: /^std: ddof out of range/ },
      },
    ],
    sized: (n) =>
      n === 0 ? null : { op: "std", inputs: [repeat(n, 3)], value: 0, gradient: [repeat(n, 0)] },
  },
];

/** Row 48 inside sums of products: the term is left out. */
export const ZEROS_IN_PRODUCTS: readonly Case[] = [zeroRow("x"), zeroRow("w")];

/** x · w with an ∞ in one of them, and a cotangent that is 0 where it counts. */
function zeroRow(where: "x" | "w"): Case {
  const bad = [
    [1, Infinity],
    [1, 1],
  ];
  const ones = [
    [1, 1],
    [1, 1],
  ];
  return where === "w"
    ? {
        op: "matmul",
        says: "matmul(x, w), w[0, 1] = ∞, by x",
        call: (x, w) => matmul(given(x), given(w)),
        inputs: [ones, bad],
        cotangent: [
          [1, 0],
          [1, 0],
        ],
        value: [
          [2, Infinity],
          [2, Infinity],
        ],
        gradient: [ones, null],
      }
    : {
        op: "matmul",
        says: "matmul(x, w), x[0, 1] = ∞, by w",
        call: (x, w) => matmul(given(x), given(w)),
        inputs: [bad, ones],
        cotangent: [
          [0, 0],
          [1, 1],
        ],
        value: [
          [Infinity, Infinity],
          [2, 2],
        ],
        gradient: [null, ones],
      };
}
