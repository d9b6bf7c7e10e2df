/** Where tensors come from. */

import {
  checkDType,
  checkFunction,
  checkOptions,
  checkShape,
  ownShape,
  parseData,
  showValue,
  type TensorData,
  typeName,
} from "./check.js";
import { InputTypeError, ShapeError } from "./errors.js";
import { sinkRead } from "./guard.js";
import { inScope } from "./memory.js";
import { runtime } from "./runtime.js";
import type { Shape } from "./shape.js";
import {
  type AnyTensor,
  type DType,
  type Labels,
  Parameter,
  Tensor,
  type Tensor64,
  UNKNOWN,
} from "./tensor.js";

export interface TensorOptions<D extends DType = DType> extends Labels {
  /**
   * What the numbers are kept as. Default `"float32"`, whatever the data is: a Float64Array too is rounded,
   * and refused where a number of it is too large.
   */
  readonly dtype?: D | undefined;
  /** Default: as the data is nested, `[length]` for a typed array. */
  readonly shape?: Shape | undefined;
  /** What reports call it. */
  readonly name?: string | undefined;
}

/** Options that ask for float64. */
type Typed64<O> = O & { readonly dtype: "float64" };

/**
 * Writes numbers into a new tensor. They have been checked: nothing can fail half-way. Their peak is found at the first
 * use that asks for it: a matrix product does only where its result is not finite, or huge.
 */
function fill(tensor: AnyTensor, data: ArrayLike<number>): void {
  tensor.raw.set(data);
  tensor.peak = UNKNOWN;
}

/** Numbers that outlive the next allocation: of a view of wasm memory, which is gone when that grows, a copy. */
function lasting(data: ArrayLike<number>): ArrayLike<number> {
  return ArrayBuffer.isView(data) && runtime().holds(data) ? (data as Float32Array).slice() : data;
}

/**
 * A tensor from numbers: nested arrays, whose rows may be typed ones, a typed array with a `shape`, or one number. NaN and ∞ are taken
 * as they are, and traced from here; everything that is no number is refused.
 *
 * `columns` and `rows` name the features and samples of a matrix: a report then says
 * `column "Horsepower", row 32`.
 *
 * @throws InputTypeError for null, strings, booleans, ragged arrays, with the place.
 * @throws InputRangeError for a double beyond float32.
 * @throws ShapeError when data and shape do not fit.
 * @throws OutOfMemoryError
 */
export function tensor(data: TensorData, options?: Shape | TensorOptions<"float32">): Tensor;
export function tensor(data: TensorData, options: Typed64<TensorOptions>): Tensor64;
export function tensor(data: TensorData, options: TensorOptions): AnyTensor;
export function tensor(data: TensorData, options: Shape | TensorOptions = {}): AnyTensor {
  if (!isShape(options)) checkOptions("tensor", options, TENSOR_OPTIONS);
  const {
    shape,
    name,
    columns,
    rows,
    dtype = "float32",
  } = isShape(options) ? ({ shape: options } as TensorOptions) : options;
  checkDType("tensor", dtype);
  if (name !== undefined && typeof name !== "string") {
    throw new InputTypeError(`tensor: name is none, expected a string, got ${showValue(name)}`);
  }
  const parsed = parseData("tensor", data, shape, dtype);
  checkLabels("columns", columns, parsed.shape.at(-1) ?? 1);
  checkLabels("rows", rows, parsed.shape[0] ?? 1);
  const numbers = lasting(parsed.data);
  const made: AnyTensor = new Tensor(parsed.shape, "tensor", "input", name, dtype);
  if (columns !== undefined || rows !== undefined) made.labels = { columns, rows };
  fill(made, numbers);
  return made;
}

const TENSOR_OPTIONS = ["shape", "name", "columns", "rows", "dtype"] as const;

/** Names for rows or columns: one too few would name the wrong ones. @throws InputTypeError, ShapeError */
function checkLabels(what: string, labels: unknown, side: number): void {
  if (labels === undefined) return;
  if (!Array.isArray(labels)) {
    throw new InputTypeError(
      `tensor: ${what} are no array, expected names, got ${showValue(labels)}`,
    );
  }
  if (labels.length === side) return;
  throw new ShapeError(`tensor: ${what} do not fit, expected ${side} names, got ${labels.length}`);
}

function isShape(options: Shape | object): options is Shape {
  return Array.isArray(options);
}

/** A tensor of zeros. @throws ShapeError, OutOfMemoryError */
export function zeros(shape: Shape, dtype?: "float32"): Tensor;
export function zeros<D extends DType>(shape: Shape, dtype: D): Tensor<D>;
export function zeros(shape: Shape, dtype: DType = "float32"): AnyTensor {
  return filled("zeros", shape, 0, dtype);
}

/** A tensor of ones. @throws ShapeError, OutOfMemoryError */
export function ones(shape: Shape, dtype?: "float32"): Tensor;
export function ones<D extends DType>(shape: Shape, dtype: D): Tensor<D>;
export function ones(shape: Shape, dtype: DType = "float32"): AnyTensor {
  return filled("ones", shape, 1, dtype);
}

/** A tensor that holds one number everywhere. @throws ShapeError, OutOfMemoryError */
export function full(shape: Shape, value: number, dtype?: "float32"): Tensor;
export function full<D extends DType>(shape: Shape, value: number, dtype: D): Tensor<D>;
export function full(shape: Shape, value: number, dtype: DType = "float32"): AnyTensor {
  return filled("full", shape, value, dtype);
}

function filled(op: string, shape: Shape, value: number, dtype: DType): AnyTensor {
  checkShape(op, shape);
  checkDType(op, dtype);
  const { data } = parseData(op, value, undefined, dtype);
  const made: AnyTensor = new Tensor(ownShape(shape), op, "input", undefined, dtype);
  made.raw.fill(data[0] ?? 0);
  made.use(op);
  return made;
}

export interface ParameterOptions<D extends DType = DType> {
  /** Default: as the data is nested, `[length]` for a typed array. */
  readonly shape?: Shape | undefined;
  /** Default `"float32"`, or that of a tensor. */
  readonly dtype?: D | undefined;
}

/**
 * A trained tensor under a name. Takes data as `tensor` does, or a tensor, whose numbers and type it copies and
 * which it disposes of.
 *
 * @throws InputTypeError when the name is empty, otherwise as `tensor` does.
 */
export function parameter<D extends DType>(name: string, data: Tensor<D>): Parameter<D>;
export function parameter(
  name: string,
  data: TensorData | Tensor,
  options?: Shape | ParameterOptions<"float32">,
): Parameter;
export function parameter(
  name: string,
  data: TensorData,
  options: Typed64<ParameterOptions>,
): Parameter<"float64">;
export function parameter(
  name: string,
  data: TensorData | AnyTensor,
  options: Shape | ParameterOptions = {},
): Parameter<DType> {
  if (typeof name !== "string" || name === "") {
    throw new InputTypeError(`parameter: no name, expected "layer.weight", got ${typeName(name)}`);
  }
  if (data instanceof Tensor) {
    data.use("parameter");
    sinkRead(data);
    const adopted = new Parameter<DType>(name, data.shape, data.dtype);
    fill(adopted, data.raw);
    data.release();
    return adopted;
  }
  if (!isShape(options)) checkOptions("parameter", options, ["shape", "dtype"]);
  const { shape, dtype = "float32" }: ParameterOptions = isShape(options)
    ? { shape: options }
    : options;
  checkDType("parameter", dtype);
  const parsed = parseData("parameter", data, shape, dtype);
  const numbers = lasting(parsed.data);
  const made = new Parameter<DType>(name, parsed.shape, dtype);
  fill(made, numbers);
  return made;
}

/** Tensors in a result: itself, in an array, or in the values of an object. What refers to itself is seen once. */
function tensorsIn(value: unknown, found = new Set<Tensor>(), seen = new Set<object>()) {
  if (value instanceof Tensor) return found.add(value);
  if (value === null || typeof value !== "object" || seen.has(value)) return found;
  seen.add(value);
  if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) {
    for (const part of Object.values(value)) tensorsIn(part, found, seen);
  }
  return found;
}

/**
 * Frees every tensor made inside when it returns, also when it throws; except what it returns (a
 * tensor, or tensors in arrays and plain objects) and what was kept.
 *
 * @throws InputTypeError when `body` is asynchronous: what it made would be gone before it ran.
 */
export function scope<T>(body: () => T): T {
  checkFunction("scope", "body", body);
  return inScope(body, (result) => {
    for (const escaped of tensorsIn(result)) if (!escaped.kept) escaped.hoist();
  });
}

/** @internal @throws InputTypeError */
export function checkTensor(op: string, x: unknown): void {
  if (x instanceof Tensor) return;
  throw new InputTypeError(`${op}: x is no tensor, expected a Tensor, got ${showValue(x)}`);
}

/** Takes a tensor out of every scope: it lives until `dispose`. Gives the tensor. */
export function keep<T extends AnyTensor>(kept: T): T {
  checkTensor("keep", kept);
  kept.use("keep");
  kept.detach();
  return kept;
}
