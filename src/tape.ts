/**
 * Reverse-mode differentiation: a list of calls, walked backwards.
 */
import { InputTypeError } from "./errors.js";
import { eventsSince, type GuardEvent, nextEvent, note, observe, policy, sink } from "./guard.js";
import { inScope } from "./memory.js";
import { applyBackward, type Call } from "./op.js";
import { runtime } from "./runtime.js";
import { show } from "./shape.js";
import { INFINITY_BITS, type Parameter, Tensor } from "./tensor.js";
import { watching } from "./watch.js";

class Tape {
  readonly calls: Call[] = [];
  readonly #pinned: Tensor[] = [];

  pin(tensor: Tensor): void {
    tensor.pin();
    this.#pinned.push(tensor);
  }

  /** Lets go of everything: the tensors' memory, and the way back through them. */
  close(): void {
    for (const tensor of this.#pinned) {
      tensor.tape = undefined;
      tensor.producer = undefined;
      tensor.unpin();
    }
  }
}

let recording: Tape | undefined;

/** @internal Puts a call on the tape if one follows any of its inputs. */
export function record(call: Call): boolean {
  const tape = recording;
  if (tape === undefined || !call.inputs.some((input) => input.tape === tape)) return false;
  tape.calls.push(call);
  for (const input of call.inputs) tape.pin(input);
  tape.pin(call.out);
  call.out.tape = tape;
  return true;
}

/** Runs `body` without recording: for evaluation inside a function that is differentiated. */
export function noGrad<T>(body: () => T): T {
  const before = recording;
  recording = undefined;
  try {
    return body();
  } finally {
    recording = before;
  }
}

/** What to differentiate by: named parameters, or any tensors under names. */
export type Params = readonly Parameter[] | Readonly<Record<string, Tensor>>;

/** Gradients by name. They live until the next `valueAndGrad` over the same tensors, unless kept. */
export type Gradients<P extends Params = Params> = P extends readonly unknown[]
  ? Readonly<Record<string, Tensor>>
  : { readonly [K in keyof P]: Tensor };

/** What the guard saw during one call of `valueAndGrad`. */
export interface StepHealth {
  /** Whether the loss and every gradient are finite. */
  readonly finite: boolean;
  /** The largest magnitude in each gradient. */
  readonly absMax: Readonly<Record<string, number>>;
  /** Elements where a zero cotangent met an infinite or NaN slope, and gave 0. */
  readonly maskedSingularities: number;
  /** Elements that safe functions changed. */
  readonly guardedElements: number;
  /** Births, absorptions, masked singularities, in order. */
  readonly events: readonly GuardEvent[];
}

export interface ValueAndGrad<P extends Params = Params> {
  readonly loss: number;
  readonly grads: Gradients<P>;
  readonly health: StepHealth;
}

/**
 * The value of `loss()` and its gradient by each of `params`. Everything made inside is freed before
 * it returns; the gradients live until the next call over the same tensors (`keep` them to hold on).
 * A tensor that the loss does not depend on has a gradient of zeros.
 *
 * @param loss builds the loss, a tensor of one element, from ops on the parameters.
 * @param step is named in reports.
 * @throws NonFiniteError when the loss or a gradient is NaN or infinite, as the policy says.
 * @throws InputTypeError when `loss` gives something that is not a tensor of one element.
 */
export function valueAndGrad<const P extends Params>(
  params: P,
  loss: () => Tensor,
  step?: number,
): ValueAndGrad<P> {
  const named = nameParams(params);
  const from = nextEvent();
  return inScope(
    () => differentiate(named, loss, from, step) as ValueAndGrad<P>,
    ({ grads }) => {
      for (const [name, tensor] of named) {
        const gradient = (grads as Readonly<Record<string, Tensor>>)[name] as Tensor;
        gradient.hoist();
        tensor.replaceGradient(gradient);
      }
    },
  );
}

function nameParams(params: Params): Map<string, Tensor> {
  const named = new Map<string, Tensor>();
  const entries = Array.isArray(params)
    ? params.map((p: Tensor, i) => [p instanceof Tensor ? p.name : undefined, p, i] as const)
    : Object.entries(params).map(([name, p], i) => [name, p, i] as const);
  for (const [name, tensor, i] of entries) {
    if (!(tensor instanceof Tensor)) {
      throw new InputTypeError(
        `valueAndGrad: params ${name ?? i} is no tensor, expected parameter(name, …), got ${typeof tensor}`,
      );
    }
    if (name === undefined) {
      throw new InputTypeError(
        `valueAndGrad: params[${i}] has no name, expected parameter(name, …) or { name: tensor }`,
      );
    }
    if (named.has(name)) {
      throw new InputTypeError(
        `valueAndGrad: two parameters are called "${name}", expected each once`,
      );
    }
    tensor.use("valueAndGrad");
    named.set(name, tensor);
  }
  return named;
}

function differentiate(
  named: ReadonlyMap<string, Tensor>,
  loss: () => Tensor,
  from: number,
  step: number | undefined,
): ValueAndGrad {
  const tape = new Tape();
  const outer = recording;
  const { kernels } = runtime();
  recording = tape;
  try {
    for (const tensor of named.values()) {
      tape.pin(tensor);
      tensor.tape = tape;
    }
    const value = loss();
    if (!(value instanceof Tensor) || value.size !== 1) {
      const got = value instanceof Tensor ? `shape ${show(value.shape)}` : typeof value;
      throw new InputTypeError(`valueAndGrad: loss is no scalar, expected one element, got ${got}`);
    }
    recording = undefined;
    value.use("valueAndGrad");
    sink("LOSS", "the loss", value, step);
    kernels.set_strict(policy().policy === "strict" ? 1 : 0);
    const gradients = walk(tape, value, new Set(named.values()));
    const grads: Record<string, Tensor> = {};
    const absMax: Record<string, number> = {};
    let finite = value.peak < INFINITY_BITS;
    for (const [name, tensor] of named) {
      const gradient = gradients.get(tensor) ?? zerosLike(tensor);
      gradient.name = `gradient of ${name}`;
      grads[name] = gradient;
      absMax[name] = gradient.absMax;
      finite = finite && gradient.peak < INFINITY_BITS;
    }
    const events = eventsSince(from);
    const counted = (kind: GuardEvent["kind"]): number =>
      events.reduce((n, event) => n + (event.kind === kind ? event.count : 0), 0);
    const health: StepHealth = {
      finite,
      absMax,
      maskedSingularities: counted("masked"),
      guardedElements: counted("guarded"),
      events,
    };
    const result = { loss: value.raw[0] ?? Number.NaN, grads, health };
    for (const watcher of watching()) watcher.differentiated?.({ ...result, params: named, step });
    for (const [name, tensor] of named) {
      const role = tensor.origin === "parameter" ? "parameter" : "input";
      sink("GRAD", `the gradient of ${role} "${name}"`, grads[name] as Tensor, step);
    }
    for (const gradient of gradients.values()) gradient.producer = undefined;
    return result;
  } finally {
    recording = outer;
    tape.close();
  }
}

/** From the last call to the first: each output's cotangent goes to its inputs. */
function walk(tape: Tape, value: Tensor, wanted: ReadonlySet<Tensor>): Map<Tensor, Tensor> {
  const { kernels } = runtime();
  const cotangents = new Map<Tensor, Tensor>();
  const seed = new Tensor(value.shape, "valueAndGrad");
  seed.raw[0] = 1;
  seed.use("valueAndGrad");
  cotangents.set(value, seed);
  kernels.take_masked();
  for (const call of tape.calls.toReversed()) {
    const dy = cotangents.get(call.out);
    if (dy === undefined) continue;
    let clean = dy.peak < INFINITY_BITS;
    call.inputs.forEach((input, index) => {
      if (input.tape !== tape) return;
      const dx = applyBackward(call, index, dy);
      if (dx === undefined) return;
      clean = clean && dx.peak < INFINITY_BITS;
      add(cotangents, input, dx);
    });
    const masked = kernels.take_masked() >>> 0;
    if (masked > 0) note("masked", call.op.name, "backward", masked);
    // A cotangent that is finite, and made nothing that is not, has told all it knows; another is kept
    // for the trace.
    if (!wanted.has(call.out) && clean) {
      cotangents.delete(call.out);
      dy.release();
    }
  }
  return cotangents;
}

/** Gradients of a tensor that is used more than once meet in place. */
function add(cotangents: Map<Tensor, Tensor>, input: Tensor, dx: Tensor): void {
  const sum = cotangents.get(input);
  if (sum === undefined) {
    cotangents.set(input, dx);
    return;
  }
  const before = { peak: sum.peak, taint: sum.taint };
  sum.peak = runtime().kernels.accumulate_f32(sum.at, dx.at, sum.size) >>> 0;
  if (sum.peak >= INFINITY_BITS) {
    // The parts are gone, so the element cannot be followed through them: the taint is.
    sum.producer = undefined;
    sum.taint = before.taint ?? dx.taint;
    if (sum.taint === undefined) observe(accumulation(dx), [], sum);
  }
  dx.release();
}

function accumulation(dx: Tensor) {
  return {
    op: "add",
    phase: "backward" as const,
    locate: (flat: number) => ({
      operands: [{ role: "dx", tensor: dx, flat, value: dx.raw[flat] ?? Number.NaN }],
      explain: (result: number) => ({
        expression: `a sum of gradients = ${result}`,
        cause: "overflow-sum" as const,
        fix: ["clip-norm" as const, "lower-lr" as const],
      }),
    }),
  };
}

function zerosLike(tensor: Tensor): Tensor {
  const zeros = new Tensor(tensor.shape, "valueAndGrad");
  zeros.raw.fill(0);
  zeros.peak = 0;
  return zeros;
}
