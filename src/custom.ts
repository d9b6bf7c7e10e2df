/**
 * Ops of one's own, in JavaScript: guarded, differentiated and reported like the others. What is born
 * inside one carries its name.
 */
import {
  checkFlag,
  checkFunction,
  checkOneOf,
  checkOptions,
  checkShape,
  ownShape,
  showValue,
  typeName,
} from "./check.js";
import {
  type Explanation,
  kindOf,
  type Located,
  type Operand,
  operand,
} from "./diagnosis/diagnose.js";
import { CAUSES, FIXES, showNumber } from "./diagnosis/report.js";
import { InputTypeError, ShapeError } from "./errors.js";
import { note, policy } from "./guard.js";
import { apply, type Backward, type Call, type Op } from "./op.js";
import { asTensor, type Operandish } from "./ops/define.js";
import { equation } from "./ops/explain.js";
import { type Shape, sameShape, show } from "./shape.js";
import { type Tensor, UNKNOWN } from "./tensor.js";

/** What a function of an own op gives: as many numbers as its tensor has elements. */
export type Result = Float32Array | Float64Array | readonly number[];

export interface ForwardContext {
  /** The inputs' numbers, row-major: copies, so that nothing written to them does harm. */
  readonly inputs: readonly [Float32Array, ...Float32Array[]];
  readonly shapes: readonly Shape[];
  /** The shape of the output. */
  readonly shape: Shape;
}

export interface BackwardContext extends ForwardContext {
  /** What `forward` gave. */
  readonly output: Float32Array;
  /** The gradient of the loss by the output, of its shape. */
  readonly dy: Float32Array;
}

export interface CustomOpSpec {
  /** What reports call it. */
  readonly name: string;
  /** The output's shape. Default: that of the first input. */
  readonly shape?: ((...shapes: Shape[]) => Shape) | undefined;
  readonly forward: (context: ForwardContext) => Result;
  /**
   * The gradient by each input, of its shape; null where there is none. Left out: the op cannot be
   * differentiated, and its inputs get no gradient through it.
   */
  readonly backward?: ((context: BackwardContext) => readonly (Result | null)[]) | undefined;
  /**
   * Whether element i of the output depends on element i of the inputs alone, all of one shape. Then a
   * report names the operands, and a cotangent of exactly 0 gives a gradient of 0 element by element.
   * Otherwise only a cotangent that is 0 everywhere does. Default false.
   */
  readonly elementwise?: boolean | undefined;
  /** Why these operands gave this result, for reports. */
  readonly explain?:
    | ((operands: readonly number[], result: number) => Partial<Explanation>)
    | undefined;
}

/** An op of one's own: tensors in, a tensor out. A number becomes a tensor. */
export type CustomOp = (...inputs: [Operandish, ...Operandish[]]) => Tensor;

/** @throws InputTypeError, ShapeError when a function gave something that does not fill the tensor. */
function fill(op: string, what: string, result: unknown, to: Tensor): number {
  const list = Array.isArray(result) || result instanceof Float32Array;
  if (!list && !(result instanceof Float64Array)) {
    throw new InputTypeError(
      `${op}: ${what} gave no array, expected ${to.size} numbers, got ${typeName(result)}`,
    );
  }
  if (result.length !== to.size) {
    throw new ShapeError(
      `${op}: ${what} does not fit, expected ${to.size} numbers for ${show(to.shape)}, got ${result.length}`,
    );
  }
  // A typed array would make 5 of "5" and 0 of null.
  const odd = Array.isArray(result) ? result.findIndex((v) => typeof v !== "number") : -1;
  if (odd >= 0) {
    throw new InputTypeError(
      `${op}: ${what} gave no number at ${odd}, expected a number, got ${showValue(result[odd])}`,
    );
  }
  to.raw.set(result);
  to.peak = UNKNOWN;
  to.use(op);
  return to.peak;
}

function contextOf(call: Call<null>): ForwardContext {
  return {
    inputs: call.inputs.map((input) => input.raw.slice()) as [Float32Array, ...Float32Array[]],
    shapes: call.inputs.map(({ shape }) => shape),
    shape: call.out.shape,
  };
}

/** The worst of some elements of a tensor, else the largest. */
function worst(role: string, tensor: Tensor, from = 0, to = tensor.size): Operand {
  let at = from;
  const { raw } = tensor;
  for (let i = from + 1; i < to; i++) {
    const [here, best] = [raw[i] ?? 0, raw[at] ?? 0];
    const [a, b] = [kindOf(here), kindOf(best)];
    if (a > b || (a === b && Math.abs(here) > Math.abs(best))) at = i;
  }
  return operand(role, tensor, at);
}

/** The same, where all is finite, of the row that an element of a matrix stands in, if there are as many. */
function beside(role: string, tensor: Tensor, of: Tensor, flat: number): Operand {
  const found = worst(role, tensor);
  const [rows = 1, ...rest] = of.shape;
  const apart = rest.length > 0 && tensor.shape[0] === rows;
  if (kindOf(found.value) > 0 || !apart) return found;
  const [row, width] = [Math.floor((flat * rows) / of.size), tensor.size / rows];
  return worst(role, tensor, row * width, (row + 1) * width);
}

/** From where on a number may overflow in an op that nothing is known of: e^x does, the first of all that are common. */
const LARGE = 88;

/** Why an op that nothing is known of gave this: from small numbers an ∞ is rather a pole than an overflow. */
function guessed(
  values: readonly number[],
  result: number,
  backward: boolean,
  elementwise = false,
): Pick<Explanation, "cause" | "fix"> {
  if (Number.isNaN(result)) {
    // An op of elements may look another one up all the same, but rather has no value there.
    const cause = elementwise ? "outside-domain" : "own-op";
    if (values.includes(0)) return { cause, fix: ["epsilon-inside", "mask-before"] };
    return { cause, fix: elementwise ? ["mask-before", "check-op"] : ["check-op"] };
  }
  const large = values.some((value) => Math.abs(value) > LARGE);
  if (large) return { cause: "overflow-value", fix: ["scale-input", "mask-before"] };
  const cause = backward ? "singular-slope" : "overflow-value";
  return { cause, fix: ["epsilon-inside", "mask-before"] };
}

/** What has been said of functions that explain nothing: once of each. */
const mute = new WeakSet<object>();

/** What the op's own `explain` says. One that fails must not stand in the way of the report that it is to be part of. */
function explained(
  op: string,
  explain: NonNullable<CustomOpSpec["explain"]>,
  values: readonly number[],
  result: number,
): Partial<Explanation> {
  try {
    return checkExplanation(op, explain(values, result));
  } catch (error) {
    if (!mute.has(explain)) console.warn(`finigrad customOp: explain of ${op} fails:`, error);
    mute.add(explain);
    return {};
  }
}

/** @throws InputTypeError, InputRangeError */
function checkExplanation(op: string, given: Partial<Explanation>): Partial<Explanation> {
  checkOptions(`explain of ${op}`, given, EXPLANATION);
  const { expression, cause, fix } = given;
  if (expression !== undefined && typeof expression !== "string") {
    throw new InputTypeError(
      `explain of ${op}: expression is no text, expected "root of -1", got ${showValue(expression)}`,
    );
  }
  const known = (name: string, value: unknown, names: object) =>
    checkOneOf(`explain of ${op}`, name, value, Object.keys(names));
  if (cause !== undefined) known("cause", cause, CAUSES);
  if (fix !== undefined && !Array.isArray(fix)) {
    throw new InputTypeError(
      `explain of ${op}: fix is no list, expected names of fixes, got ${showValue(fix)}`,
    );
  }
  for (const one of fix ?? []) known("fix", one, FIXES);
  // One that is undefined is one that is left out.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const EXPLANATION = ["expression", "cause", "fix", "stage", "stats"] as const;

const roleOf = (i: number, of: number): string => (of === 1 ? "x" : `x${i}`);

/** From here on a result is told to be huge: 2⁶⁴, whose square is beyond float32. */
const HUGE = 2 ** 64;

/**
 * Whether an operand is one that an element was made of: where nothing is known of the op, and what it gave is an ordinary number,
 * that can be said only of all that there is, or of what is not finite.
 */
const isSure = ({ value, tensor }: Operand, result: number): boolean =>
  !(Math.abs(result) < HUGE) || kindOf(value) > 0 || tensor.size === 1;

/** The operands of an element: those beside it, or the most suspicious of each input. */
function located(
  { name, elementwise, explain }: CustomOpSpec,
  what: string,
  tensors: readonly (readonly [role: string, tensor: Tensor])[],
  of: Tensor,
  flat: number,
): Located {
  const backward = what !== name;
  const operands = tensors
    .filter(([, tensor]) => tensor.size > 0)
    .map(([role, tensor]) =>
      elementwise ? operand(role, tensor, flat) : beside(role, tensor, of, flat),
    )
    .filter((one) => elementwise || isSure(one, backward ? Number.NaN : (of.raw[flat] ?? 0)));
  return {
    operands,
    explain: (result) => {
      const values = operands.map(({ value }) => value);
      const dots = elementwise ? "" : "…, ";
      const read = values.map((value) => dots + showNumber(value)).join(", ") || "…";
      return {
        expression: equation(`${what}(${read})`, result),
        ...guessed(values, result, backward, elementwise),
        ...(!backward && explain !== undefined
          ? explained(name, explain, values, result)
          : undefined),
      };
    },
  };
}

/** Zeroes what a cotangent of exactly 0 met, as every op does; gives how many were not finite. */
function annihilate(elementwise: boolean, dx: Tensor, dy: Tensor): number {
  const [gradient, cotangent] = [dx.raw, dy.raw];
  if (!elementwise && cotangent.some((value) => value !== 0)) return 0;
  let masked = 0;
  for (let i = 0; i < gradient.length; i++) {
    if (elementwise && cotangent[i] !== 0) continue;
    if (!Number.isFinite(gradient[i])) masked++;
    gradient[i] = 0;
  }
  return masked;
}

/** The gradients of one call: `backward` gives all of them at once, the tape asks for one at a time. */
function gradientsOf(spec: CustomOpSpec, run: NonNullable<CustomOpSpec["backward"]>) {
  let last:
    | { readonly call: unknown; readonly dy: Tensor; readonly all: readonly unknown[] }
    | undefined;
  return (call: Call<null>, dy: Tensor): readonly unknown[] => {
    if (last?.call === call && last.dy === dy) return last.all;
    const context = { ...contextOf(call), output: call.out.raw.slice(), dy: dy.raw.slice() };
    const all: unknown = run(context);
    if (!Array.isArray(all) || all.length !== call.inputs.length) {
      const got = Array.isArray(all) ? all.length : typeName(all);
      throw new InputTypeError(
        `${spec.name}: backward gave no list of gradients, expected ${call.inputs.length}, got ${got}`,
      );
    }
    last = { call, dy, all };
    return all;
  };
}

function backwardOf(
  spec: CustomOpSpec,
  which: number,
  gradients: (call: Call<null>, dy: Tensor) => readonly unknown[],
): Backward<null> {
  const { name, elementwise = false } = spec;
  return {
    run: (_, call, dy, dx) => {
      const own = gradients(call, dy)[which];
      if (own === null) dx.raw.fill(0);
      else fill(name, `gradient ${which} of backward`, own, dx);
      if (policy().policy !== "strict") {
        const masked = annihilate(elementwise, dx, dy);
        if (masked > 0) note("masked", name, "backward", masked);
      }
      dx.peak = UNKNOWN;
      dx.use(name);
      return dx.peak;
    },
    locate: (call, dy, flat) => {
      const { inputs } = call;
      const named = inputs.map((x, i) => [roleOf(i, inputs.length), x] as const);
      const read = [["dy", dy], ...named, ["y", call.out]] as const;
      return located(spec, `${name} backward`, read, inputs[which] ?? dy, flat);
    },
  };
}

/**
 * An op of one's own.
 *
 * ```ts
 * const cube = customOp({
 *   name: "cube",
 *   elementwise: true,
 *   forward: ({ inputs: [x] }) => x.map((v) => v ** 3),
 *   backward: ({ inputs: [x], dy }) => [x.map((v, i) => 3 * v * v * dy[i])],
 * });
 * ```
 *
 * The tape records it, the guard looks at what it gives, a report names it: `born in cube (forward) at [2]`.
 * `gradcheck` and `edgeCases` of `finigrad/testing` try it.
 *
 * @throws InputTypeError when the spec lacks a name or `forward`. The op throws InputTypeError and
 * ShapeError where its functions give something that does not fit.
 */
export function customOp(spec: CustomOpSpec): CustomOp {
  checkOptions("customOp", spec, SPEC);
  const { name, forward, backward, elementwise = false } = spec;
  if (typeof name !== "string" || name === "") {
    throw new InputTypeError(`customOp: no name, expected "cube", got ${typeName(name)}`);
  }
  if (typeof forward !== "function") {
    throw new InputTypeError(
      `customOp: ${name} has no forward, expected a function, got ${typeName(forward)}`,
    );
  }
  for (const part of ["backward", "shape", "explain"] as const) {
    if (spec[part] !== undefined) checkFunction("customOp", `${part} of ${name}`, spec[part]);
  }
  checkFlag("customOp", `elementwise of ${name}`, elementwise);
  const gradients = backward && gradientsOf(spec, backward);
  const opOf = (arity: number): Op<null> => ({
    name,
    absorbs: "unknown",
    shape: (inputs) => shapeOf(spec, inputs, elementwise),
    forward: (_, call) => fill(name, "forward", forward(contextOf(call)), call.out),
    locate: (call, flat) => {
      const named = call.inputs.map((x, i) => [roleOf(i, arity), x] as const);
      return located(spec, name, named, call.out, flat);
    },
    backward: Array.from({ length: arity }, (_, i) =>
      gradients === undefined ? null : backwardOf(spec, i, gradients),
    ),
  });
  const ops = new Map<number, Op<null>>();
  const call: CustomOp = (...inputs) => {
    if (inputs.length === 0) {
      throw new InputTypeError(`${name}: no inputs, expected at least one tensor, got 0`);
    }
    const op = ops.get(inputs.length) ?? opOf(inputs.length);
    ops.set(inputs.length, op);
    const tensors = inputs.map((input, i) => asTensor(name, roleOf(i, inputs.length), input));
    return apply(op, tensors, null);
  };
  // What calls it by its name, as edgeCases does, calls it what reports do.
  return Object.defineProperty(call, "name", { value: name });
}

const SPEC = ["name", "shape", "forward", "backward", "elementwise", "explain"] as const;

/** @throws ShapeError */
function shapeOf(spec: CustomOpSpec, inputs: readonly Tensor[], elementwise: boolean): Shape {
  const shapes = inputs.map(({ shape }) => shape);
  const [first] = shapes;
  const shape = spec.shape?.(...shapes) ?? first ?? [];
  checkShape(spec.name, shape);
  const odd = elementwise ? shapes.find((other) => !sameShape(other, shape)) : undefined;
  if (odd !== undefined) {
    throw new ShapeError(
      `${spec.name}: shapes do not fit, expected ${show(shape)} everywhere, got ${show(odd)}`,
    );
  }
  return ownShape(shape);
}
