/**
 * onnxruntime-web on its wasm provider. Feeding and reading copy, so the operands are constants of the
 * graph, the node is there many times, and only the shapes of its results come out: the kernels alone.
 * Optimisation is off, so that nothing is computed beforehand and no node is merged with its like.
 */
import { importPeer, type Peer, type Prepared, timedAsync } from "./contender.js";
import { constant, FLOAT, INT64, model, node, value } from "./onnx-model.js";
import { EPS, type Op, type Problem, type Workload } from "./workload.js";

interface Session {
  run(
    feeds: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, { data: ArrayLike<number> }>>>;
  release(): Promise<void>;
}

interface Ort {
  readonly env: { logLevel: string; wasm: { numThreads: number } };
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<Session>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => unknown;
}

const PARTS = ["InferenceSession.create", "Tensor", "env.wasm"];

const OPTIONS = {
  executionProviders: ["wasm"],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: "disabled",
};

type Nodes = (y: string) => Uint8Array<ArrayBuffer>[];

const SAME_INPUT: Readonly<Partial<Record<Op, string>>> = {
  exp: "Exp",
  log: "Log",
  tanh: "Tanh",
  gelu: "Gelu",
  softplus: "Softplus",
  sigmoid: "Sigmoid",
  elu: "Elu",
  relu: "Relu",
  softmax: "Softmax",
};

const TWO_INPUTS: Readonly<Partial<Record<Op, string>>> = {
  add: "Add",
  mul: "Mul",
  gemm: "MatMul",
};

/** 1 where something is not finite. */
const anyNonFinite: Nodes = (y) => [
  node("IsNaN", ["x"], `nan${y}`),
  node("IsInf", ["x"], `inf${y}`),
  node("Or", [`nan${y}`, `inf${y}`], `either${y}`),
  node("Cast", [`either${y}`], `number${y}`, { to: FLOAT }),
  node("ReduceMax", [`number${y}`], y, { keepdims: 0 }),
];

const silu: Nodes = (y) => [node("Sigmoid", ["x"], `gate${y}`), node("Mul", ["x", `gate${y}`], y)];

function nodes(op: Op): Nodes | undefined {
  if (op === "allFinite") return anyNonFinite;
  if (op === "silu") return silu;
  if (op === "layerNorm") return (y) => [node("LayerNormalization", ["x", "ones", "zeros"], y)];
  const [one, two] = [SAME_INPUT[op], TWO_INPUTS[op]];
  if (one !== undefined) return (y) => [node(one, ["x"], y)];
  return two === undefined ? undefined : (y) => [node(two, ["x", "b"], y)];
}

function constants({ op, dims }: Workload, { x, b }: Problem): Uint8Array<ArrayBuffer>[] {
  const shape = op === "gemm" ? dims.slice(0, 2) : dims;
  const width = dims.at(-1) ?? 0;
  return [
    constant("x", shape, x),
    ...(b.length > 0 ? [constant("b", shape, b)] : []),
    ...(op === "layerNorm"
      ? [
          constant("ones", [width], new Float32Array(width).fill(1)),
          constant("zeros", [width], new Float32Array(width)),
        ]
      : []),
  ];
}

/** How often in one graph: some milliseconds of work, so that a run's own cost drowns. */
function repeats({ op, dims, flop }: Workload): number {
  const [n = 1, m = 1] = dims;
  const microseconds = flop === undefined ? (n * m) / (op === "allFinite" ? 100 : 500) : flop / 2e4;
  return Math.max(1, Math.min(50, Math.round(3000 / microseconds)));
}

/** layerNorm's constant is the default of its node: 1e-5. */
function checkDefault(): void {
  if (EPS !== 1e-5) throw new Error(`onnx: eps is ${EPS}, expected the default of ONNX, 1e-5`);
}

async function prepare(
  ort: Ort,
  workload: Workload,
  problem: Problem,
): Promise<Prepared | undefined> {
  const make = nodes(workload.op);
  if (make === undefined) return undefined;
  const open = (parts: readonly Uint8Array<ArrayBuffer>[], outputs: Uint8Array<ArrayBuffer>[]) =>
    ort.InferenceSession.create(
      model({
        nodes: parts,
        constants: constants(workload, problem),
        inputs: [value("unused", FLOAT, [1])],
        outputs,
      }),
      OPTIONS,
    );
  const feeds = { unused: new ort.Tensor("float32", new Float32Array(1), [1]) };
  const times = repeats(workload);
  const names = Array.from({ length: times }, (_, i) => `y${i}`);
  const session = await open(
    names.flatMap((y) => [...make(y), node("Shape", [y], `shape ${y}`)]),
    names.map((y) => value(`shape ${y}`, INT64)),
  );
  return {
    answer: async () => {
      const once = await open(make("y"), [value("y", FLOAT)]);
      const { y } = await once.run(feeds);
      const answer = Float32Array.from(y?.data ?? []);
      await once.release();
      return workload.op === "allFinite" ? answer.map((any) => 1 - any) : answer;
    },
    time: timedAsync(async () => void (await session.run(feeds)), times),
    dispose: () => session.release(),
  };
}

export async function onnx(): Promise<Peer> {
  checkDefault();
  const ort = await importPeer<Ort>("onnxruntime-web", PARTS);
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  return { name: "onnxruntime-web", wasm: true, prepare: (w, p) => prepare(ort, w, p) };
}
