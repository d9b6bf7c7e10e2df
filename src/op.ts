/**
 * What an op is on this side: a record of its shape rule, its kernels, and where to look when one of
 * its elements goes bad. `apply` is the one path through which every op runs.
 */
import type { Located, Producer } from "./diagnose.js";
import { InputTypeError } from "./errors.js";
import { observe } from "./guard.js";
import { guardMemory } from "./memory.js";
import type { Kernels } from "./runtime.js";
import { runtime } from "./runtime.js";
import type { Shape } from "./shape.js";
import { record } from "./tape.js";
import { type AnyTensor, type DType, INFINITY_BITS, Tensor } from "./tensor.js";

/**
 * One application of an op. Its tensors are all of one type: `Tensor` stands for either here, and an op with
 * kernels for both asks `isDouble`.
 */
export interface Call<A = unknown> {
  readonly op: Op<A>;
  readonly inputs: readonly Tensor[];
  readonly attrs: A;
  readonly out: Tensor;
}

/** The way back: the gradient of one input. */
export interface Backward<A> {
  /** Writes dx (shape of the input) from dy (shape of the output). Gives dx's peak word. */
  run(kernels: Kernels, call: Call<A>, dy: Tensor, dx: Tensor): number;
  /** The operands of element `flat` of dx. */
  locate(call: Call<A>, dy: Tensor, flat: number): Located;
}

export interface Op<A = unknown> {
  readonly name: string;
  /** The output's shape. @throws ShapeError */
  shape(inputs: readonly Tensor[], attrs: A): Shape;
  /** Writes `out` and gives its peak word. */
  forward(kernels: Kernels, call: Call<A>): number;
  /** The operands of element `flat` of the output. */
  locate(call: Call<A>, flat: number): Located;
  /** Per input; `null` where it has no gradient. */
  readonly backward: readonly (Backward<A> | null)[];
  /** Whether it has kernels for float64 too. Default: float32 alone. */
  readonly float64?: boolean;
  /** The type of the output; default: that of the inputs. */
  readonly dtype?: DType;
}

/** The one type of an op's inputs. @throws InputTypeError where there are two, or no kernel for it. */
function dtypeOf<A>(op: Op<A>, inputs: readonly AnyTensor[]): DType {
  const dtype = inputs[0]?.dtype ?? "float32";
  const other = inputs.find((input) => input.dtype !== dtype);
  if (other !== undefined) {
    throw new InputTypeError(
      `${op.name}: tensors of two types, expected ${dtype} as the first has, got ${other.dtype}: cast() one of them`,
    );
  }
  if (dtype === "float64" && op.float64 !== true) {
    throw new InputTypeError(
      `${op.name}: no kernel for float64, expected float32, got float64: cast(x, "float32") before it`,
    );
  }
  return dtype;
}

/**
 * Runs an op: checks, allocates, computes, classifies what became of NaN and ∞, and puts it on the
 * tape if one records.
 */
export function apply<A>(op: Op<A>, inputs: readonly Tensor[], attrs: A): Tensor {
  for (const input of inputs) input.use(op.name);
  const dtype = dtypeOf(op, inputs);
  const out = new Tensor(op.shape(inputs, attrs), op.name, "op", undefined, op.dtype ?? dtype);
  const call: Call<A> = { op, inputs, attrs, out };
  try {
    out.peak = guardMemory(op.name, () => op.forward(runtime().kernels, call)) >>> 0;
  } catch (error) {
    out.release();
    throw error;
  }
  const recorded = record(call as Call);
  if (out.peak >= INFINITY_BITS || inputs.some(isBad)) {
    const producer: Producer & { phase: "forward" } = {
      op: op.name,
      phase: "forward",
      locate: (flat) => op.locate(call, flat),
    };
    if (recorded) out.producer = producer;
    observe(producer, inputs, out);
  }
  return out;
}

/** The gradient of one input of a call. */
export function applyBackward(call: Call, index: number, dy: Tensor): Tensor | undefined {
  const input = call.inputs[index];
  const way = call.op.backward[index];
  if (input === undefined || !way) return undefined;
  const dx = new Tensor(input.shape, `${call.op.name} backward`, "op", undefined, input.dtype);
  dx.peak = guardMemory(call.op.name, () => way.run(runtime().kernels, call, dy, dx)) >>> 0;
  if (dx.peak >= INFINITY_BITS || isBad(dy) || isBad(call.out) || call.inputs.some(isBad)) {
    const producer: Producer & { phase: "backward" } = {
      op: call.op.name,
      phase: "backward",
      locate: (flat) => way.locate(call, dy, flat),
    };
    dx.producer = producer;
    observe(producer, [dy, ...call.inputs, call.out], dx);
  }
  return dx;
}

function isBad(tensor: Tensor): boolean {
  return tensor.peak >= INFINITY_BITS;
}
