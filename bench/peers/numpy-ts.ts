/** numpy-ts: eager, results freed at once so that its wasm heap never runs out. */
import { importPeer, type Peer, type Prepared, timed } from "./contender.js";
import { EPS, type Op, type Problem, type Workload } from "./workload.js";

interface Value {
  readonly data: ArrayLike<number>;
  reshape(...shape: number[]): Value;
  dispose(): void;
}

type One = (x: Value) => Value;
type Two = (a: Value, b: Value | number) => Value;
type Along = (x: Value, axis: number, keepDims: boolean) => Value;

interface NumpyTs extends Readonly<Record<"exp" | "log" | "log1p" | "tanh" | "isfinite", One>> {
  readonly negative: One;
  readonly reciprocal: One;
  readonly sqrt: One;
  readonly square: One;
  readonly add: Two;
  readonly subtract: Two;
  readonly multiply: Two;
  readonly divide: Two;
  readonly maximum: Two;
  readonly logaddexp: Two;
  readonly matmul: (a: Value, b: Value) => Value;
  readonly max: Along;
  readonly sum: Along;
  readonly mean: Along;
  all(x: Value): unknown;
  array(data: Float32Array, dtype: "float32"): Value;
}

const PARTS = ["array", "exp", "isfinite", "logaddexp", "matmul", "maximum", "mean", "reciprocal"];

/** Keeps what is made on the way, frees all but the last. */
function chain(make: (keep: (value: Value) => Value) => Value): Value {
  const kept: Value[] = [];
  const last = make((value) => {
    kept.push(value);
    return value;
  });
  for (const value of kept) value.dispose();
  return last;
}

function sigmoid(np: NumpyTs, x: Value): Value {
  return chain((keep) => np.reciprocal(keep(np.add(keep(np.exp(keep(np.negative(x)))), 1))));
}

function silu(np: NumpyTs, x: Value): Value {
  return chain((keep) => np.multiply(x, keep(sigmoid(np, x))));
}

function softmax(np: NumpyTs, x: Value): Value {
  return chain((keep) => {
    const e = keep(np.exp(keep(np.subtract(x, keep(np.max(x, 1, true))))));
    return np.divide(e, keep(np.sum(e, 1, true)));
  });
}

function layerNorm(np: NumpyTs, x: Value): Value {
  return chain((keep) => {
    const centred = keep(np.subtract(x, keep(np.mean(x, 1, true))));
    const variance = keep(np.mean(keep(np.square(centred)), 1, true));
    return np.divide(centred, keep(np.sqrt(keep(np.add(variance, EPS)))));
  });
}

function call(np: NumpyTs, op: Op, x: Value, b: Value): (() => Value) | undefined {
  switch (op) {
    case "exp":
    case "log":
    case "log1p":
    case "tanh":
      return () => np[op](x);
    case "relu":
      return () => np.maximum(x, 0);
    case "softplus":
      return () => np.logaddexp(x, 0);
    case "sigmoid":
      return () => sigmoid(np, x);
    case "silu":
      return () => silu(np, x);
    case "add":
      return () => np.add(x, b);
    case "mul":
      return () => np.multiply(x, b);
    case "gemm":
      return () => np.matmul(x, b);
    case "softmax":
      return () => softmax(np, x);
    case "layerNorm":
      return () => layerNorm(np, x);
    default:
      return undefined;
  }
}

/** A check makes no array but its mask. */
function finite(np: NumpyTs, x: Value): boolean {
  const mask = np.isfinite(x);
  const all = Boolean(np.all(mask));
  mask.dispose();
  return all;
}

function prepare(np: NumpyTs, { op, dims }: Workload, problem: Problem): Prepared | undefined {
  const shape = op === "gemm" ? dims.slice(0, 2) : dims;
  const operands = [problem.x, problem.b]
    .filter(({ length }) => length > 0)
    .map((data) => np.array(data, "float32").reshape(...shape));
  const [x, b = x] = operands;
  const dispose = () => {
    for (const operand of operands) operand.dispose();
  };
  if (x === undefined || b === undefined) return undefined;
  if (op === "allFinite") {
    return {
      answer: () => [Number(finite(np, x))],
      time: timed(() => void finite(np, x)),
      dispose,
    };
  }
  const run = call(np, op, x, b);
  if (run === undefined) {
    dispose();
    return undefined;
  }
  return {
    answer: () => {
      const y = run();
      const data = Float32Array.from(y.data);
      y.dispose();
      return data;
    },
    time: timed(() => run().dispose()),
    dispose,
  };
}

export async function numpyTs(): Promise<Peer> {
  const np = await importPeer<NumpyTs>("numpy-ts", PARTS);
  return { name: "numpy-ts", wasm: true, prepare: async (w, p) => prepare(np, w, p) };
}
