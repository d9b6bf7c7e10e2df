/** TensorFlow.js on its WebAssembly backend: resident tensors, synchronous kernels. */
import { type Peer, type Prepared, requirePeer, timed } from "./contender.js";
import { EPS, type Op, type Problem, type Workload } from "./workload.js";

interface Value {
  dataSync(): Float32Array | Int32Array | Uint8Array;
  dispose(): void;
}

type One = (x: Value) => Value;
type Two = (a: Value, b: Value | number) => Value;

interface Tf extends Record<"exp" | "log" | "log1p" | "tanh" | "softplus", One> {
  readonly sigmoid: One;
  readonly elu: One;
  readonly relu: One;
  readonly erf: One;
  readonly softmax: One;
  readonly isFinite: One;
  readonly all: One;
  readonly rsqrt: One;
  readonly add: Two;
  readonly sub: Two;
  readonly mul: Two;
  readonly matMul: (a: Value, b: Value) => Value;
  env(): { set(flag: string, value: boolean): void };
  moments(x: Value, axis: number, keepDims: boolean): { mean: Value; variance: Value };
  ready(): Promise<void>;
  setBackend(name: string): Promise<boolean>;
  tensor(data: Float32Array, shape: readonly number[]): Value;
  tidy(body: () => Value): Value;
}

const PARTS = ["add", "all", "env", "erf", "isFinite", "matMul", "moments", "softplus", "tidy"];

function gelu(tf: Tf, x: Value): Value {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

function silu(tf: Tf, x: Value): Value {
  return tf.mul(x, tf.sigmoid(x));
}

function layerNorm(tf: Tf, x: Value): Value {
  const { mean, variance } = tf.moments(x, 1, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPS)));
}

/** What is called, or nothing. Only what makes intermediates is tidied. */
function call(tf: Tf, op: Op, x: Value, b: Value): (() => Value) | undefined {
  switch (op) {
    case "gelu":
      return () => tf.tidy(() => gelu(tf, x));
    case "silu":
      return () => tf.tidy(() => silu(tf, x));
    case "layerNorm":
      return () => tf.tidy(() => layerNorm(tf, x));
    case "allFinite":
      return () => tf.tidy(() => tf.all(tf.isFinite(x)));
    case "gemm":
      return () => tf.matMul(x, b);
    case "add":
    case "mul":
      return () => tf[op](x, b);
    case "health":
    case "census":
      return undefined;
    default:
      return () => tf[op](x);
  }
}

function prepare(tf: Tf, { op, dims }: Workload, problem: Problem): Prepared | undefined {
  const shape = op === "gemm" ? dims.slice(0, 2) : dims;
  const x = tf.tensor(problem.x, shape);
  const b = problem.b.length > 0 ? tf.tensor(problem.b, shape) : x;
  const run = call(tf, op, x, b);
  const dispose = () => {
    for (const value of new Set([x, b])) value.dispose();
  };
  if (run === undefined) {
    dispose();
    return undefined;
  }
  return {
    answer: () => {
      const y = run();
      const data = y.dataSync().slice();
      y.dispose();
      return data;
    },
    // A check is done when its answer is read.
    time: timed(() => {
      const y = run();
      if (op === "allFinite") y.dataSync();
      y.dispose();
    }),
    dispose,
  };
}

export async function tfjs(): Promise<Peer> {
  const tf = requirePeer<Tf>("@tensorflow/tfjs", PARTS);
  // Spares the advice to install the native binding.
  tf.env().set("IS_TEST", true);
  requirePeer<unknown>("@tensorflow/tfjs-backend-wasm", ["setThreadsCount"]);
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs: no wasm backend, expected one");
  await tf.ready();
  return { name: "tfjs-wasm", wasm: true, prepare: async (w, p) => prepare(tf, w, p) };
}
