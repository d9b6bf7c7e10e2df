/** What runs over the rows of x [1024, 1024]: softmax, layer norm, losses, reductions. */
import { type Case, kernelCase } from "../case.js";
import { at, labels, spread, total } from "../data.js";

const ROWS = 1024;
const COLS = 1024;
const N = ROWS * COLS;
const EPS = 1e-5;
const COMMON = { size: `${ROWS}×${COLS}`, rate: "gelems", work: N } as const;

const row = (i: number) => Math.floor(i / COLS);
const logits = () => spread(N, -4, 4, 1);
const cotangent = () => spread(N, -1, 1, 2);

/** Softmax of x, in f64. */
function softmaxOf(x: Float32Array): Float64Array {
  const e = Float64Array.from(x, Math.exp);
  const sums = Float64Array.from({ length: ROWS }, (_, r) =>
    total(COLS, (j) => at(e, r * COLS + j)),
  );
  return e.map((v, i) => v / at(sums, row(i)));
}

function softmaxCases(): Case[] {
  return [
    kernelCase({
      ...COMMON,
      kernel: "softmax_forward_f32",
      problem: () => {
        const x = logits();
        const p = softmaxOf(x);
        return { inputs: { x }, out: N, want: (i) => at(p, i), floor: 1e-6 };
      },
      call: (k, y, { x }) => k.softmax_forward_f32(y, x, ROWS, COLS),
    }),
    kernelCase({
      ...COMMON,
      kernel: "softmax_backward_f32",
      problem: () => {
        const [p, dy] = [softmaxOf(logits()), cotangent()];
        const sums = Float64Array.from({ length: ROWS }, (_, r) =>
          total(COLS, (j) => at(p, r * COLS + j) * at(dy, r * COLS + j)),
        );
        const want = (i: number) => at(p, i) * (at(dy, i) - at(sums, row(i)));
        return { inputs: { y: Float32Array.from(p), dy }, out: N, want };
      },
      call: (k, dx, { y, dy }) => k.softmax_backward_f32(dx, dy, y, ROWS, COLS),
    }),
  ];
}

/** Per row: mean and reciprocal deviation as pairs, as the kernels keep them. */
function statsOf(x: Float32Array): Float64Array {
  const stats = new Float64Array(2 * ROWS);
  for (let r = 0; r < ROWS; r++) {
    const mean = total(COLS, (j) => at(x, r * COLS + j)) / COLS;
    const variance = total(COLS, (j) => (at(x, r * COLS + j) - mean) ** 2) / COLS;
    stats.set([mean, 1 / Math.sqrt(variance + EPS)], 2 * r);
  }
  return stats;
}

function normProblem() {
  const [x, dy] = [logits(), cotangent()];
  const [gamma, beta] = [spread(COLS, 0.5, 1.5, 3), spread(COLS, -1, 1, 4)];
  const stats = statsOf(x);
  const normal = (i: number) => (at(x, i) - at(stats, 2 * row(i))) * at(stats, 2 * row(i) + 1);
  return { x, dy, gamma, beta, stats, normal };
}

function layerNormCases(): Case[] {
  return [
    kernelCase({
      ...COMMON,
      kernel: "layer_norm_forward_f32",
      problem: () => {
        const { x, gamma, beta, stats, normal } = normProblem();
        const want = (i: number) => normal(i) * at(gamma, i % COLS) + at(beta, i % COLS);
        return { inputs: { x, gamma, beta, stats }, out: N, want };
      },
      call: (k, y, { x, gamma, beta, stats }) =>
        k.layer_norm_forward_f32(y, stats, x, gamma, beta, ROWS, COLS, EPS),
    }),
    kernelCase({
      ...COMMON,
      kernel: "layer_norm_backward_f32",
      problem: () => {
        const { x, dy, gamma, stats, normal } = normProblem();
        const scaled = (i: number) => at(dy, i) * at(gamma, i % COLS);
        const mean = (r: number, term: (i: number) => number) =>
          total(COLS, (j) => term(r * COLS + j)) / COLS;
        const direct = Float64Array.from({ length: ROWS }, (_, r) => mean(r, scaled));
        const along = Float64Array.from({ length: ROWS }, (_, r) =>
          mean(r, (i) => scaled(i) * normal(i)),
        );
        const want = (i: number) =>
          at(stats, 2 * row(i) + 1) *
          (scaled(i) - at(direct, row(i)) - normal(i) * at(along, row(i)));
        return { inputs: { x, dy, gamma, stats }, out: N, want };
      },
      call: (k, dx, { x, dy, gamma, stats }) =>
        k.layer_norm_backward_f32(dx, dy, x, gamma, stats, ROWS, COLS),
    }),
    kernelCase({
      ...COMMON,
      kernel: "layer_norm_backward_gamma_f32",
      problem: () => {
        const { x, dy, stats, normal } = normProblem();
        const want = (j: number) => total(ROWS, (r) => at(dy, r * COLS + j) * normal(r * COLS + j));
        return { inputs: { x, dy, stats }, out: COLS, want };
      },
      call: (k, dgamma, { x, dy, stats }) =>
        k.layer_norm_backward_gamma_f32(dgamma, dy, x, stats, ROWS, COLS),
    }),
  ];
}

function crossEntropyCases(): Case[] {
  const classes = () => labels(ROWS, COLS, 5);
  return [
    kernelCase({
      ...COMMON,
      kernel: "cross_entropy_forward_f32",
      problem: () => {
        const [x, label] = [logits(), classes()];
        const probabilities = softmaxOf(x);
        const loss =
          total(ROWS, (r) => -Math.log(at(probabilities, r * COLS + at(label, r)))) / ROWS;
        return { inputs: { x, label, p: new Float32Array(N) }, out: 1, want: () => loss };
      },
      call: (k, y, { x, label, p }) =>
        k.cross_entropy_forward_f32(y, p, x, label, ROWS, COLS, ROWS),
    }),
    kernelCase({
      ...COMMON,
      kernel: "cross_entropy_backward_f32",
      problem: () => {
        const [p, label, dy] = [softmaxOf(logits()), classes(), Float32Array.of(0.75)];
        const want = (i: number) =>
          (0.75 * (at(p, i) - (i % COLS === at(label, row(i)) ? 1 : 0))) / ROWS;
        return { inputs: { p: Float32Array.from(p), label, dy }, out: N, want, floor: 1e-6 };
      },
      call: (k, dx, { p, label, dy }) =>
        k.cross_entropy_backward_f32(dx, dy, p, label, ROWS, COLS, ROWS),
    }),
  ];
}

function mseCases(): Case[] {
  return [
    kernelCase({
      ...COMMON,
      kernel: "mse_forward_f32",
      problem: () => {
        const [p, target] = [logits(), cotangent()];
        const loss = total(N, (i) => (at(p, i) - at(target, i)) ** 2) / N;
        return { inputs: { p, target }, out: 1, want: () => loss };
      },
      call: (k, y, { p, target }) => k.mse_forward_f32(y, p, target, N),
    }),
    kernelCase({
      ...COMMON,
      kernel: "mse_backward_f32",
      problem: () => {
        const [p, target, dy] = [logits(), cotangent(), Float32Array.of(0.75)];
        const want = (i: number) => (0.75 * 2 * (at(p, i) - at(target, i))) / N;
        return { inputs: { p, target, dy }, out: N, want, floor: 1e-6 };
      },
      call: (k, dp, { p, target, dy }) => k.mse_backward_f32(dp, dy, p, target, N),
    }),
  ];
}

/** Sums of all, of each row and of each column: [outer, mid, inner]. */
const SUMS = [
  { variant: "all", outer: 1, mid: N, inner: 1 },
  { variant: "of rows", outer: ROWS, mid: COLS, inner: 1 },
  { variant: "of columns", outer: 1, mid: ROWS, inner: COLS },
] as const;

function sumCases({ variant, outer, mid, inner }: (typeof SUMS)[number]): Case[] {
  const scale = 1 / mid;
  return [
    kernelCase({
      ...COMMON,
      kernel: "sum_forward_f32",
      variant,
      problem: () => {
        const x = logits();
        const want = (i: number) => {
          const [o, j] = [Math.floor(i / inner), i % inner];
          return scale * total(mid, (m) => at(x, (o * mid + m) * inner + j));
        };
        return { inputs: { x }, out: outer * inner, want };
      },
      call: (k, y, { x }) => k.sum_forward_f32(y, x, outer, mid, inner, scale),
    }),
    kernelCase({
      ...COMMON,
      kernel: "sum_backward_f32",
      variant,
      problem: () => {
        const dy = spread(outer * inner, -1, 1, 2);
        const want = (i: number) =>
          scale * at(dy, Math.floor(i / (mid * inner)) * inner + (i % inner));
        return { inputs: { dy }, out: N, want, floor: 1e-7 };
      },
      call: (k, dx, { dy }) => k.sum_backward_f32(dx, dy, outer, mid, inner, scale),
    }),
  ];
}

export function rows(): Case[] {
  return [
    ...softmaxCases(),
    ...layerNormCases(),
    ...crossEntropyCases(),
    ...mseCases(),
    ...SUMS.flatMap(sumCases),
    kernelCase({
      ...COMMON,
      kernel: "sum_squares_f32",
      problem: () => {
        const x = logits();
        const returns = total(N, (i) => at(x, i) ** 2);
        return { inputs: { x }, out: 0, want: () => 0, returns };
      },
      call: (k, _, { x }) => k.sum_squares_f32(x, N),
    }),
  ];
}
