/** Plain JavaScript over Float32Arrays, written with care: what is there without any package. */
import { at } from "../data.js";
import { type Peer, type Prepared, timed } from "./contender.js";
import { EPS, type Problem, type Workload } from "./workload.js";

type Loop = (y: Float32Array, x: Float32Array, b: Float32Array, dims: readonly number[]) => void;

/** A loop of its own for each function: one shared loop would call through a pointer. */
function loop(body: string): Loop {
  const text = `for (let i = 0, n = x.length; i < n; i++) { const v = x[i]; y[i] = ${body}; }`;
  return new Function("y", "x", "b", text) as Loop;
}

const ERF = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592]
  .map(String)
  .reduce((sum, c) => `(${sum} * t + ${c})`);

/** Abramowitz and Stegun 7.1.26. */
const gelu = new Function(
  "y",
  "x",
  `for (let i = 0, n = x.length; i < n; i++) {
    const v = x[i], z = Math.abs(v) * Math.SQRT1_2, t = 1 / (1 + 0.3275911 * z);
    const e = 1 - ${ERF} * t * Math.exp(-z * z);
    y[i] = 0.5 * v * (1 + (v < 0 ? -e : e));
  }`,
) as Loop;

function softmax(
  y: Float32Array,
  x: Float32Array,
  _b: Float32Array,
  dims: readonly number[],
): void {
  const width = at(dims, 1);
  for (let from = 0; from < x.length; from += width) {
    const end = from + width;
    let [top, sum] = [-Infinity, 0];
    for (let i = from; i < end; i++) top = (x[i] as number) > top ? (x[i] as number) : top;
    for (let i = from; i < end; i++) {
      const e = Math.exp((x[i] as number) - top);
      y[i] = e;
      sum += e;
    }
    const scale = 1 / sum;
    for (let i = from; i < end; i++) y[i] = (y[i] as number) * scale;
  }
}

function layerNorm(
  y: Float32Array,
  x: Float32Array,
  _b: Float32Array,
  dims: readonly number[],
): void {
  const width = at(dims, 1);
  for (let from = 0; from < x.length; from += width) {
    const end = from + width;
    let [sum, squares] = [0, 0];
    for (let i = from; i < end; i++) sum += x[i] as number;
    const mean = sum / width;
    for (let i = from; i < end; i++) squares += ((x[i] as number) - mean) ** 2;
    const scale = 1 / Math.sqrt(squares / width + EPS);
    for (let i = from; i < end; i++) y[i] = ((x[i] as number) - mean) * scale;
  }
}

/** Row by row: the inner loop runs along rows of both b and y. */
function gemm(y: Float32Array, x: Float32Array, b: Float32Array, dims: readonly number[]): void {
  const [m, k, n] = [at(dims, 0), at(dims, 1), at(dims, 2)];
  y.fill(0);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const v = x[i * k + p] as number;
      for (let j = 0, to = i * n, of = p * n; j < n; j++, to++, of++) {
        y[to] = (y[to] as number) + v * (b[of] as number);
      }
    }
  }
}

/** On the bits, four at a time, without a branch: the fastest of those tried. */
function allFinite(y: Float32Array, x: Float32Array): void {
  const bits = new Int32Array(x.buffer, x.byteOffset, x.length);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < bits.length; i += 4) {
    a |= ((bits[i] as number) & 0x7fffffff) + 0x800000;
    b |= ((bits[i + 1] as number) & 0x7fffffff) + 0x800000;
    c |= ((bits[i + 2] as number) & 0x7fffffff) + 0x800000;
    d |= ((bits[i + 3] as number) & 0x7fffffff) + 0x800000;
  }
  y[0] = (a | b | c | d) >= 0 ? 1 : 0;
}

const LOOPS: Readonly<Record<Exclude<Workload["op"], "health" | "census">, Loop>> = {
  exp: loop("Math.exp(v)"),
  log: loop("Math.log(v)"),
  log1p: loop("Math.log1p(v)"),
  tanh: loop("Math.tanh(v)"),
  softplus: loop("(v > 0 ? v : 0) + Math.log1p(Math.exp(v > 0 ? -v : v))"),
  sigmoid: loop("1 / (1 + Math.exp(-v))"),
  silu: loop("v / (1 + Math.exp(-v))"),
  elu: loop("v < 0 ? Math.expm1(v) : v"),
  relu: loop("v > 0 ? v : 0"),
  add: loop("v + b[i]"),
  mul: loop("v * b[i]"),
  gelu,
  gemm,
  softmax,
  layerNorm,
  allFinite,
};

function prepare({ op, dims }: Workload, { x, b, count }: Problem): Prepared | undefined {
  if (op === "health" || op === "census") return undefined;
  const y = new Float32Array(count);
  const run = LOOPS[op];
  return {
    answer: () => {
      run(y, x, b, dims);
      return y;
    },
    time: timed(() => run(y, x, b, dims)),
    dispose: () => {},
  };
}

export async function plain(): Promise<Peer> {
  return { name: "plain JavaScript", wasm: false, prepare: async (w, p) => prepare(w, p) };
}
