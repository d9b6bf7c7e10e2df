/**
 * How a family defines its ops: one record each. The kernels are named by their stem, and the compiler
 * checks the name and the signature against the ABI.
 */

import { checkNumber, checkOptions, showValue, typeName } from "../check.js";
import { tensor } from "../create.js";
import { writtenOptions } from "../diagnosis/code.js";
import { NEXT_TO_0, type Saturates } from "../diagnosis/dead.js";
import { type Absorbs, type Explanation, type Located, operand } from "../diagnosis/diagnose.js";
import { InputRangeError, InputTypeError } from "../errors.js";
import { apply, type Backward, type Call, type Op } from "../op.js";
import type { Kernels } from "../runtime.js";
import {
  broadcastShapes,
  operandIndex,
  type Plan,
  planBroadcast,
  repeatedAxes,
  repeatsOf,
  type Shape,
  sameShape,
  sizeOf,
} from "../shape.js";
import { type AnyTensor, bytesOf, type DType, isDouble, Tensor, type Tensor64 } from "../tensor.js";
import { type ArrayKernel, dtypeOfArrays, onArrays } from "./arrays.js";
import { explainSlope, explainValue, locateSum, owedToCotangent } from "./explain.js";
import { inOrder, orderOf } from "./order.js";

type Forward = Extract<keyof Kernels, `${string}_forward_f32`>;

/** Every op that the wasm module has a forward kernel for. */
export type Stem = Forward extends `${infer S}_forward_f32` ? S : never;

/** Stems whose forward kernel takes these parameters. */
type StemOf<F extends number> = {
  [S in Stem]: Parameters<Kernels[`${S}_forward_f32`]>["length"] extends F ? S : never;
}[Stem];

/** Every op that has a forward kernel for float64. */
export type Stem64 =
  Extract<keyof Kernels, `${string}_forward_f64`> extends `${infer S}_forward_f64` ? S : never;

/** By stem and part: to put a name together, and look it up as a new string, takes as long as a small kernel. */
const names = new Map<string, Map<string, Readonly<Record<DType, string>>>>();

function namesOf(stem: string, part: string): Readonly<Record<DType, string>> {
  const parts = names.get(stem) ?? new Map<string, Readonly<Record<DType, string>>>();
  names.set(stem, parts);
  const made = { float32: `${stem}_${part}_f32`, float64: `${stem}_${part}_f64` };
  parts.set(part, made);
  return made;
}

/** A kernel by its name, for numbers of a type. */
export function kernelOf(k: Kernels, stem: string, part: string, dtype: DType): Kernel {
  const known = names.get(stem)?.get(part) ?? namesOf(stem, part);
  return k[known[dtype] as keyof Kernels] as Kernel;
}

/** The type of the tensor among operands that may be numbers. */
export function dtypeAmong(...operands: readonly unknown[]): DType {
  return operands.find((value) => value instanceof Tensor)?.dtype ?? "float32";
}

/** An op as users call it, with the kernel it stands for. */
export type OpFunction<S extends Stem, F> = F & { readonly stem?: S };

/** Ties a function to its kernel. */
export function define<S extends Stem, F>(stem: S, call: F): OpFunction<S, F> {
  return Object.assign(call as F & object, { stem });
}

/** Ties a function to the kernels that it chooses from. */
export function defineMany<S extends Stem, F>(_stems: readonly S[], call: F): OpFunction<S, F> {
  return call as OpFunction<S, F>;
}

/** What an op takes for an operand: a tensor, or a number that becomes one. */
export type Operandish = Tensor | number;

/**
 * The result of operands that are tensors of one type, whichever. They are inferred as tensors and not by their type:
 * of two types that would be the union, and let them meet.
 */
export type LikeThem<T extends AnyTensor> = Tensor<T["dtype"]>;

/** An operand as a tensor; a number becomes one of `dtype`. @throws InputTypeError */
export function asTensor(
  op: string,
  role: string,
  value: unknown,
  dtype: DType = "float32",
): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value === "number") {
    checkNumber(op, role, value, [], dtype);
    const made = tensor(value, { dtype }) as Tensor;
    made.constant = true;
    made.written = value;
    return made;
  }
  throw new InputTypeError(
    `${op}: ${role} is no tensor, expected a Tensor or a number, got ${typeName(value)}`,
  );
}

// ── Unary ────────────────────────────────────────────────────────────────────────────────────────

/** Where the results of a function on arrays go. */
export interface OutOption {
  /** Written and returned; of the inputs' length. May be an input itself. Default: a new array. */
  readonly out?: Float32Array | undefined;
}

/** The same for float64. */
export interface OutOption64 {
  /** Written and returned; of the inputs' length. May be an input itself. Default: a new array. */
  readonly out?: Float64Array | undefined;
}

/** As a default, and no optional argument: the length of a function is how many operands it takes. */
export const NO_OPTIONS = {} as const;

/**
 * The options of an elementwise call, all known: its scalars, and `out` where there is no tensor to be written anew. A
 * function without scalars passes over a number, so that it can be handed to map() and reduce(), which count.
 *
 * @throws InputTypeError, InputRangeError
 */
export function optionsOf<O extends object>(
  op: string,
  options: O,
  scalars: readonly string[],
  onTensor: boolean,
): O {
  if (options === NO_OPTIONS) return options;
  if (typeof options === "number" && scalars.length === 0) return NO_OPTIONS as O;
  checkOptions(op, options, onTensor ? scalars : [...scalars, "out"]);
  return options;
}

/** The scalars that a function takes, by name; all have defaults. */
export type Scalars = Readonly<Record<string, number>>;

type Given<P> = { readonly [K in keyof P]?: P[K] | undefined };

/**
 * A function of one variable: on a number, on an array, on a tensor (with a gradient). The result has the
 * type of x; numbers alone are computed in float32, so that they give the bits that tensors give.
 */
export interface Elementwise<P extends Scalars> {
  (x: number, options?: Given<P>): number;
  (x: Float32Array, options?: Given<P> & OutOption): Float32Array;
  (x: Float64Array, options?: Given<P> & OutOption64): Float64Array;
  <D extends DType>(x: Tensor<D>, options?: Given<P>): Tensor<D>;
}

export interface UnarySpec<P extends Scalars = Scalars> {
  /** dy/dx as a formula, and as a function of x that is no NaN, for reports; `null` for an op without gradient. */
  readonly slope: { readonly text: string; readonly of: (x: number, p: P) => number } | null;
  /** Why a finite or infinite x gave a worse y. Default: overflow. */
  explain?(x: number, y: number, p: P): Explanation;
  /** Scalar arguments with their defaults, in the order in which the kernel takes them. */
  readonly scalars?: P;
  /** Defaults that are others for float64. */
  readonly scalars64?: Partial<P>;
  /** As in `Op`. */
  readonly absorbs?: Absorbs;
  readonly saturates?: Saturates;
  readonly loses?: Op["loses"];
  /** What is wrong with them: `expected …, got …`; undefined when nothing is. */
  check?(p: P, dtype: DType): string | undefined;
}

type UnaryStem = StemOf<3 | 4 | 5 | 6> & Stem64;
type Sloped = keyof { [S in Stem as `${S}_backward_f32` extends keyof Kernels ? S : never]: 1 };
type Kernel = (...operands: number[]) => number;

/** An op y = f(x), elementwise. */
export function unary<S extends UnaryStem, P extends Scalars = Record<never, never>>(
  stem: S,
  name: string,
  spec: UnarySpec<P> & (S extends Sloped ? unknown : { readonly slope: null }),
): OpFunction<S, Elementwise<P>> {
  const defaults = spec.scalars ?? ({} as P);
  const defaults64: P = { ...defaults, ...spec.scalars64 };
  const keys = Object.keys(defaults);
  const values = (p: P) => keys.map((key) => p[key] as number);
  const op: Op<P> = {
    float64: true,
    ...(keys.length > 0 && {
      written: ({ attrs, out }: Call<P>) => {
        const usual = isDouble(out) ? defaults64 : defaults;
        return writtenOptions(
          Object.fromEntries(
            keys.map((key) => [key, attrs[key] === usual[key] ? undefined : attrs[key]]),
          ),
        );
      },
    }),
    ...unaryOp(name, spec, {
      forward: (k, dtype, y, x, n, p) => kernelOf(k, stem, "forward", dtype)(y, x, n, ...values(p)),
      backward: (k, dtype, dx, dy, y, x, n, p) =>
        kernelOf(k, stem, "backward", dtype)(dx, dy, y, x, n, ...values(p)),
    }),
  };
  const call = (x: unknown, given: Given<P> & OutOption = NO_OPTIONS): unknown => {
    const options = optionsOf(name, given, keys, x instanceof Tensor);
    const dtype = x instanceof Tensor ? x.dtype : dtypeOfArrays({ x });
    const p = scalarsOf(name, dtype === "float64" ? defaults64 : defaults, options);
    const wrong = spec.check?.(p, dtype);
    if (wrong !== undefined) throw new InputRangeError(`${name}: ${wrong}`);
    if (x instanceof Tensor) return apply(op, [x], p);
    return onArrays(name, { x }, options.out, (k, y, [at = 0], n) =>
      kernelOf(k, stem, "forward", dtype)(y, at, n, ...values(p)),
    );
  };
  return define(stem, call as Elementwise<P>);
}

interface UnaryKernels<P> {
  forward(k: Kernels, dtype: DType, y: number, x: number, n: number, p: P): number;
  backward(
    k: Kernels,
    dtype: DType,
    dx: number,
    dy: number,
    y: number,
    x: number,
    n: number,
    p: P,
  ): number;
}

function unaryOp<P extends Scalars>(name: string, spec: UnarySpec<P>, run: UnaryKernels<P>): Op<P> {
  const { slope } = spec;
  return {
    name,
    absorbs: spec.absorbs,
    saturates: spec.saturates,
    ...(spec.loses && { loses: (call, dy) => spec.loses?.(call as Call, dy) }),
    ...(spec.saturates === "smooth" && slope ? { asked: askedOf(slope.of) } : {}),
    shape: ([x]) => (x as Tensor).shape,
    forward: (k, { inputs: [x], out, attrs }) =>
      run.forward(k, out.dtype, out.at, (x as Tensor).at, out.size, attrs),
    locate: ({ inputs: [x], attrs }, flat) => {
      const element = operand("x", x as Tensor, flat);
      return {
        operands: [element],
        explain: (y) =>
          spec.explain?.(element.value, y, attrs) ?? explainValue(name, element.value, y),
      };
    },
    backward: [slope === null ? null : unaryBackward(slope, run)],
  };
}

/**
 * What of dy does not want a function, which nears its limits away from 0, nearer to the one that it has reached.
 */
const askedOf =
  <P>(slope: (x: number, p: P) => number) =>
  ({ inputs: [x], attrs }: Call<P>, dy: Tensor, beyond: boolean): ArrayLike<number> => {
    if (beyond) return dy.raw;
    const rises = slope(0, attrs);
    return dy.raw.map((g, i) => {
      const at = x?.raw[i] ?? 0;
      return g * at * rises < 0 && Math.abs(slope(at, attrs)) <= NEXT_TO_0 ? 0 : g;
    });
  };

function unaryBackward<P extends Scalars>(
  slope: NonNullable<UnarySpec<P>["slope"]>,
  run: UnaryKernels<P>,
): Backward<P> {
  return {
    run: (k, { inputs: [x], out, attrs }, dy, dx) =>
      run.backward(k, out.dtype, dx.at, dy.at, out.at, (x as Tensor).at, dx.size, attrs),
    locate: ({ inputs: [x], out, attrs }, dy, flat) => {
      const g = operand("dy", dy, flat);
      const element = operand("x", x as Tensor, flat);
      const y = operand("y", out, flat);
      // Outside its domain a function has no slope either, whatever the formula gives.
      const isOutside = Number.isNaN(element.value) || Number.isNaN(y.value);
      const by = isOutside ? Number.NaN : slope.of(element.value, attrs);
      return {
        operands: [g, element, y],
        ...owedToCotangent(g, by),
        explain: (dx) => explainSlope(g.value, slope.text, by, dx, [element.value]),
      };
    },
  };
}

/** Scalar arguments, the defaults filled in. @throws InputTypeError */
function scalarsOf<P extends Scalars>(op: string, defaults: P, options: Given<P>): P {
  const p: Record<string, number> = {};
  for (const [key, fallback] of Object.entries(defaults)) {
    const { [key]: value = fallback } = options as Readonly<Record<string, unknown>>;
    if (typeof value !== "number" || Number.isNaN(value)) {
      throw new InputTypeError(
        `${op}: ${key} is no number, expected a number, got ${showValue(value)}`,
      );
    }
    p[key] = value;
  }
  return p as P;
}

// ── Binary ───────────────────────────────────────────────────────────────────────────────────────

export interface BinarySpec {
  /** As in `Op`. */
  readonly absorbs?: Absorbs;
  readonly saturates?: Saturates;
  readonly loses?: Op<undefined>["loses"];
  explain(a: number, b: number, y: number): Explanation;
  /** The slopes by a and by b; `null` for an op without gradient. */
  readonly slopes: readonly [BinarySlope, BinarySlope] | null;
}

export interface BinarySlope {
  readonly text: string;
  readonly of: (a: number, b: number) => number;
}

/** A function of two variables: numbers, arrays of one length, tensors that broadcast, or a mixture. */
export interface Elementwise2 {
  (a: number, b: number): number;
  (a: Float32Array | number, b: Float32Array | number, options?: OutOption): Float32Array;
  (a: Float64Array | number, b: Float64Array | number, options?: OutOption64): Float64Array;
  (a: Operandish, b: Operandish): Tensor;
  (a: Tensor64 | number, b: Tensor64 | number): Tensor64;
  <T extends AnyTensor>(a: T, b: T | number): LikeThem<T>;
  <T extends AnyTensor>(a: number, b: T): LikeThem<T>;
}

type BinaryStem = StemOf<9> & Stem64;
type Zip = (
  y: number,
  a: number,
  b: number,
  rows: number,
  cols: number,
  rowA: number,
  colA: number,
  rowB: number,
  colB: number,
) => number;

/** How operands are walked: one run where nothing is broadcast, a plan otherwise. */
export function walk(out: Shape, operands: readonly Tensor[]): Plan {
  const shapes = operands.map((t) => t.shape);
  if (!shapes.every((shape) => sameShape(shape, out))) return planBroadcast(out, shapes);
  const none = operands.map(() => 0);
  return {
    rows: 1,
    cols: sizeOf(out),
    row: none,
    col: operands.map(() => 1),
    starts: [{ out: 0, operands: none }],
  };
}

/** Tells the kernels of float64 how to walk their next operands; those of float32 are told each time. */
export function setWalk(k: Kernels, dtype: DType, { rows, cols, row, col }: Plan): void {
  if (dtype === "float32") return;
  const [rowA = 0, rowB = 0, rowC = 0] = row;
  const [colA = 0, colB = 0, colC = 0] = col;
  k.set_walk_f64(rows, cols, rowA, colA, rowB, colB, rowC, colC);
}

/** The plan with one more operand, which has the shape of the output. */
export function withFull(plan: Plan): Plan {
  return { ...plan, row: [...plan.row, plan.cols], col: [...plan.col, 1] };
}

/** Runs a kernel once for each matrix of a plan, at offsets in bytes; the peak is the largest. */
export function eachMatrix(
  { starts }: Plan,
  dtype: DType,
  run: (out: number, operands: readonly number[]) => number,
): number {
  const bytes = bytesOf(dtype);
  return starts.reduce(
    (peak, at) =>
      Math.max(
        peak,
        run(
          at.out * bytes,
          at.operands.map((o) => o * bytes),
        ) >>> 0,
      ),
    0,
  );
}

/** Sums `full` over the axes along which an operand of shape dx was repeated, each element in one sum. */
export function sumTo(k: Kernels, full: Tensor, dx: Tensor): number {
  const order = orderOf(full.shape, repeatedAxes(full.shape, dx.shape));
  const { outer, mid, inner } = order;
  const sum = kernelOf(k, "sum", "forward", dx.dtype);
  return inOrder(k, order, full, (from) => sum(dx.at, from.at, outer, mid, inner, 1));
}

/** The gradient of a broadcast operand: at the full shape first, then summed to its own. */
function zipBackward(
  name: string,
  stem: string,
  which: 0 | 1,
  slope: BinarySlope,
): Backward<undefined> {
  const full = (k: Kernels, call: Call<undefined>, dy: Tensor, to: Tensor): number => {
    const [a, b] = call.inputs as readonly [Tensor, Tensor];
    const plan = walk(dy.shape, [a, b]);
    const [rowA = 0, rowB = 0] = plan.row;
    const [colA = 0, colB = 0] = plan.col;
    const kernel = kernelOf(k, stem, which === 0 ? "backward_a" : "backward_b", dy.dtype);
    setWalk(k, dy.dtype, withFull(plan));
    return eachMatrix(plan, dy.dtype, (at, [atA = 0, atB = 0]) =>
      kernel(
        to.at + at,
        dy.at + at,
        a.at + atA,
        b.at + atB,
        plan.rows,
        plan.cols,
        rowA,
        colA,
        rowB,
        colB,
      ),
    );
  };
  const withWide = <T>(call: Call<undefined>, dy: Tensor, use: (full: Tensor) => T): T => {
    const wide = new Tensor(dy.shape, `${name} backward`, "op", undefined, dy.dtype) as Tensor;
    try {
      wide.peak = full(dy.home.kernels, call, dy, wide) >>> 0;
      return use(wide);
    } finally {
      wide.release();
    }
  };
  return {
    run: (k, call, dy, dx) =>
      sizeOf(dy.shape) === dx.size
        ? full(k, call, dy, dx)
        : withWide(call, dy, (wide) => sumTo(k, wide, dx)),
    locate: (call, dy, flat) => {
      const own = call.inputs[which] as Tensor;
      if (sizeOf(dy.shape) === own.size) return zipLocated(call, dy, flat, slope);
      const { operands, explain } = withWide(call, dy, (wide) =>
        locateSum(repeatsOf(dy.shape, own.shape, flat).map((i) => operand("dy", wide, i))),
      );
      // Each term is a product itself; a single one that is bad says more than the sum.
      const terms = operands.map((term) => zipLocated(call, dy, term.flat, slope));
      const single =
        terms.length === 1 && !Number.isFinite(operands[0]?.value) ? terms[0] : undefined;
      return single ?? { operands: terms.flatMap((term) => term.operands), explain };
    },
  };
}

function zipLocated(call: Call<undefined>, dy: Tensor, at: number, slope: BinarySlope): Located {
  const [a, b] = call.inputs as readonly [Tensor, Tensor];
  const g = operand("dy", dy, at);
  const left = operand("a", a, operandIndex(at, dy.shape, a.shape));
  const right = operand("b", b, operandIndex(at, dy.shape, b.shape));
  const by = slope.of(left.value, right.value);
  const y = operand("y", call.out, at);
  const isOutside = Number.isNaN(y.value) && [left, right].every((o) => Number.isFinite(o.value));
  return {
    operands: isOutside ? [g, left, right, y] : [g, left, right],
    ...owedToCotangent(g, by),
    explain: (d) => explainSlope(g.value, slope.text, by, d, [left.value, right.value]),
  };
}

/** An op y = f(a, b) with NumPy broadcasting. */
export function binary<S extends BinaryStem>(stem: S, name: string, spec: BinarySpec) {
  const op: Op<undefined> = {
    name,
    float64: true,
    absorbs: spec.absorbs,
    saturates: spec.saturates,
    ...(spec.loses && { loses: spec.loses }),
    shape: ([a, b]) => {
      const [left, right] = [(a as Tensor).shape, (b as Tensor).shape];
      return sameShape(left, right) ? left : broadcastShapes(name, left, right);
    },
    forward: (k, { inputs, out }) => {
      const [a, b] = inputs as readonly [Tensor, Tensor];
      const plan = walk(out.shape, [a, b]);
      const [rowA = 0, rowB = 0] = plan.row;
      const [colA = 0, colB = 0] = plan.col;
      const run = kernelOf(k, stem, "forward", out.dtype) as Zip;
      setWalk(k, out.dtype, plan);
      return eachMatrix(plan, out.dtype, (at, [atA = 0, atB = 0]) =>
        run(out.at + at, a.at + atA, b.at + atB, plan.rows, plan.cols, rowA, colA, rowB, colB),
      );
    },
    locate: ({ inputs, out }, flat) => {
      const [a, b] = inputs as readonly [Tensor, Tensor];
      const left = operand("a", a, operandIndex(flat, out.shape, a.shape));
      const right = operand("b", b, operandIndex(flat, out.shape, b.shape));
      return { operands: [left, right], explain: (y) => spec.explain(left.value, right.value, y) };
    },
    backward:
      spec.slopes === null
        ? [null, null]
        : [zipBackward(name, stem, 0, spec.slopes[0]), zipBackward(name, stem, 1, spec.slopes[1])],
  };
  const onRun: ArrayKernel = (k, y, [a = 0, b = 0], n, [stepA = 1, stepB = 1], dtype) => {
    const [row, col] = [
      [0, 0],
      [stepA, stepB],
    ];
    setWalk(k, dtype, { rows: 1, cols: n, row, col, starts: [] });
    return (kernelOf(k, stem, "forward", dtype) as Zip)(y, a, b, 1, n, 0, stepA, 0, stepB);
  };
  const call = (a: unknown, b: unknown, given: OutOption = NO_OPTIONS): unknown => {
    const onTensor = a instanceof Tensor || b instanceof Tensor;
    const { out } = optionsOf(name, given, [], onTensor);
    if (!onTensor) return onArrays(name, { a, b }, out, onRun);
    const dtype = dtypeAmong(a, b);
    return apply(op, [asTensor(name, "a", a, dtype), asTensor(name, "b", b, dtype)], undefined);
  };
  return define(stem, call as Elementwise2);
}
