/** jax-js on its wasm device: each workload jit-compiled, operands resident, results awaited. */
import { importPeer, type Peer, type Prepared, timedAsync } from "./contender.js";
import type { Op, Problem, Workload } from "./workload.js";

interface Value {
  /** A reference to give away: functions consume their arguments. */
  readonly ref: Value;
  add(other: Value): Value;
  mul(other: Value): Value;
  reshape(shape: readonly number[]): Value;
  blockUntilReady(): Promise<Value>;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

type One = (x: Value) => Value;
type Body = (x: Value, b: Value) => Value;
type Jitted = ((...args: Value[]) => Value) & { dispose?(): void };

interface Jax {
  readonly numpy: Readonly<Record<"exp" | "log" | "log1p" | "tanh" | "isfinite" | "all", One>> & {
    array(data: Float32Array): Value;
    matmul(a: Value, b: Value): Value;
  };
  readonly nn: Readonly<Record<"elu" | "relu" | "sigmoid" | "silu" | "softplus", One>> & {
    gelu(x: Value, options: { approximate: boolean }): Value;
    softmax(x: Value, axis: number): Value;
    standardize(x: Value, axis: number): Value;
  };
  jit(body: (...args: Value[]) => Value): Jitted;
  init(device: string): Promise<readonly string[]>;
  defaultDevice(device: string): unknown;
}

const PARTS = ["numpy.log1p", "numpy.isfinite", "nn.gelu", "nn.standardize", "jit", "init"];

function body({ numpy: np, nn }: Jax, op: Op): Body | undefined {
  switch (op) {
    case "exp":
    case "log":
    case "log1p":
    case "tanh":
      return (x) => np[op](x);
    case "elu":
    case "relu":
    case "sigmoid":
    case "silu":
    case "softplus":
      return (x) => nn[op](x);
    case "gelu":
      return (x) => nn.gelu(x, { approximate: false });
    case "add":
    case "mul":
      return (x, b) => x[op](b);
    case "gemm":
      return (x, b) => np.matmul(x, b);
    case "softmax":
      return (x) => nn.softmax(x, 1);
    case "layerNorm":
      return (x) => nn.standardize(x, 1);
    case "allFinite":
      return (x) => np.all(np.isfinite(x));
    case "health":
    case "census":
      return undefined;
  }
}

async function prepare(
  jax: Jax,
  { op, dims }: Workload,
  { x, b }: Problem,
): Promise<Prepared | undefined> {
  const called = body(jax, op);
  if (called === undefined) return undefined;
  const shape = op === "gemm" ? dims.slice(0, 2) : dims;
  const operands = [x, b]
    .filter(({ length }) => length > 0)
    .map((data) => jax.numpy.array(data).reshape(shape));
  for (const operand of operands) await operand.ref.blockUntilReady().then((y) => y.dispose());
  const jitted = jax.jit((first, second = first) => called(first as Value, second as Value));
  const call = () => jitted(...operands.map(({ ref }) => ref));
  const finish = async (y: Value) => {
    await y.blockUntilReady();
    y.dispose();
  };
  return {
    answer: async () => Array.from(await call().data(), Number),
    time: timedAsync(
      op === "allFinite" ? async () => void (await call().data()) : () => finish(call()),
    ),
    dispose: () => {
      for (const operand of operands) operand.dispose();
      jitted.dispose?.();
    },
  };
}

export async function jax(): Promise<Peer> {
  const module = await importPeer<Jax>("@jax-js/jax", PARTS);
  await module.init("wasm");
  module.defaultDevice("wasm");
  return { name: "jax-js", wasm: true, prepare: (w, p) => prepare(module, w, p) };
}
