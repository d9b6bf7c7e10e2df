/** What is computed side by side: the same inputs for everyone, and the answer in f64. */
import { at, short, spread, total } from "../data.js";

export const UNARY = [
  "exp",
  "log",
  "log1p",
  "tanh",
  "gelu",
  "softplus",
  "sigmoid",
  "silu",
  "elu",
  "relu",
] as const;
export const BINARY = ["add", "mul"] as const;

export type Unary = (typeof UNARY)[number];
export type Binary = (typeof BINARY)[number];
export type Op =
  | Unary
  | Binary
  | "allFinite"
  | "health"
  | "census"
  | "gemm"
  | "softmax"
  | "layerNorm";

export interface Problem {
  readonly x: Float32Array;
  /** The second operand of add, mul and gemm. */
  readonly b: Float32Array;
  /** How many numbers the answer has. */
  readonly count: number;
  want(i: number): number;
  /** Errors are relative to this where the answer is smaller. */
  readonly floor: number;
}

export interface Workload {
  readonly op: Op;
  readonly size: string;
  /** [n], [rows, cols], or [m, k, n] of a product. */
  readonly dims: readonly number[];
  /** Read and written once each. */
  readonly bytes: number;
  readonly flop?: number;
  setup(): Problem;
  /** Of a finite check: the same with a NaN near the end, which the answer must tell. */
  spoiled?(): Problem;
}

/** Layer norm's constant. */
export const EPS = 1e-5;

/** The array that a workload with one operand has for its second. */
export const NONE = new Float32Array(0);

const SMALL = 1 << 14;
const LARGE = 1 << 20;
const HUGE = 1 << 24;
const SIDE = 1024;

interface Rule {
  readonly from: readonly [low: number, high: number];
  y(x: number): number;
}

const RULES: Readonly<Record<Unary, Rule>> = {
  exp: { from: [-5, 5], y: Math.exp },
  log: { from: [0.01, 9], y: Math.log },
  log1p: { from: [-0.9, 9], y: Math.log1p },
  tanh: { from: [-4, 4], y: Math.tanh },
  gelu: { from: [-4, 4], y: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)) },
  softplus: { from: [-5, 5], y: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
  sigmoid: { from: [-6, 6], y: (x) => 1 / (1 + Math.exp(-x)) },
  silu: { from: [-6, 6], y: (x) => x / (1 + Math.exp(-x)) },
  elu: { from: [-5, 5], y: (x) => (x < 0 ? Math.expm1(x) : x) },
  relu: { from: [-3, 3], y: (x) => Math.max(x, 0) },
};

/** 2/√π · Σ (−1)ᵏ x²ᵏ⁺¹ / (k! (2k + 1)): in f64 good to 1e-12 for |x| < 3. */
function erf(x: number): number {
  let [sum, term] = [x, x];
  for (let k = 1; k < 60; k++) {
    term *= (-x * x) / k;
    sum += term / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function unary(op: Unary, n: number): Workload {
  const { from, y } = RULES[op];
  const setup = () => {
    const x = spread(n, ...from, 1);
    return { x, b: NONE, count: n, want: (i: number) => y(at(x, i)), floor: 1e-2 };
  };
  return { op, size: short(n), dims: [n], bytes: 8 * n, setup };
}

function binary(op: Binary, n: number): Workload {
  const y = op === "add" ? (a: number, b: number) => a + b : (a: number, b: number) => a * b;
  const setup = () => {
    const [x, b] = [spread(n, -2, 2, 1), spread(n, 0.5, 2, 2)];
    return { x, b, count: n, want: (i: number) => y(at(x, i), at(b, i)), floor: 1e-2 };
  };
  return { op, size: short(n), dims: [n], bytes: 12 * n, setup };
}

function finite(op: "allFinite" | "health" | "census", n: number): Workload {
  const problem = (x: Float32Array, answers: readonly number[]): Problem => ({
    x,
    b: NONE,
    count: answers.length,
    want: (i) => at(answers, i),
    floor: 1,
  });
  const numbers = () => spread(n, -3, 3, 1);
  const workload: Workload = {
    op,
    size: short(n),
    dims: [n],
    bytes: 4 * n,
    setup: () => {
      const x = numbers();
      return problem(x, op === "allFinite" ? [1] : extremes(x, op === "health"));
    },
  };
  if (op !== "allFinite") return workload;
  return { ...workload, spoiled: () => problem(numbers().fill(Number.NaN, n - 5, n - 4), [0]) };
}

/** Lowest, highest, and the mean if it is wanted. */
function extremes(x: Float32Array, mean: boolean): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const v of x) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  return mean ? [low, high, total(x.length, (i) => at(x, i)) / x.length] : [low, high];
}

function gemm(side: number): Workload {
  const n = side;
  const setup = () => {
    const [x, b] = [spread(n * n, -1, 1, 1), spread(n * n, -1, 1, 2)];
    const want = (place: number) => {
      const [i, j] = [Math.floor(place / n), place % n];
      return total(n, (p) => at(x, i * n + p) * at(b, p * n + j));
    };
    return { x, b, count: n * n, want, floor: Math.sqrt(n) };
  };
  const size = `${n}×${n}×${n}`;
  return { op: "gemm", size, dims: [n, n, n], bytes: 12 * n * n, flop: 2 * n ** 3, setup };
}

/** Of row r: the answer for one of its numbers. */
type RowRule = (x: Float32Array, r: number) => (v: number) => number;

const softmaxRow: RowRule = (x, r) => {
  const row = x.subarray(r * SIDE, (r + 1) * SIDE);
  const sum = total(SIDE, (j) => Math.exp(at(row, j)));
  return (v) => Math.exp(v) / sum;
};

const normRow: RowRule = (x, r) => {
  const row = x.subarray(r * SIDE, (r + 1) * SIDE);
  const mean = total(SIDE, (j) => at(row, j)) / SIDE;
  const variance = total(SIDE, (j) => (at(row, j) - mean) ** 2) / SIDE;
  return (v) => (v - mean) / Math.sqrt(variance + EPS);
};

function rows(op: "softmax" | "layerNorm"): Workload {
  const rule = op === "softmax" ? softmaxRow : normRow;
  const n = SIDE * SIDE;
  const setup = () => {
    const x = spread(n, -4, 4, 1);
    const known = new Map<number, (v: number) => number>();
    const want = (i: number) => {
      const r = Math.floor(i / SIDE);
      const of = known.get(r) ?? rule(x, r);
      known.set(r, of);
      return of(at(x, i));
    };
    return { x, b: NONE, count: n, want, floor: op === "softmax" ? 1e-6 : 1e-2 };
  };
  return { op, size: `${SIDE}×${SIDE}`, dims: [SIDE, SIDE], bytes: 8 * n, setup };
}

export function allWorkloads(): Workload[] {
  return [
    ...UNARY.map((op) => unary(op, LARGE)),
    ...BINARY.map((op) => binary(op, LARGE)),
    ...BINARY.map((op) => binary(op, SMALL)),
    unary("relu", SMALL),
    ...[SMALL, LARGE, HUGE].flatMap((n) =>
      (["allFinite", "health", "census"] as const).map((op) => finite(op, n)),
    ),
    gemm(256),
    gemm(512),
    rows("softmax"),
    rows("layerNorm"),
  ];
}
