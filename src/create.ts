/** Where tensors come from. */
import { checkShape, parseData, type TensorData, typeName } from "./check.js";
import { InputTypeError } from "./errors.js";
import { inScope } from "./memory.js";
import type { Shape } from "./shape.js";
import { INFINITY_BITS, type Labels, Parameter, Tensor, UNKNOWN } from "./tensor.js";

export interface TensorOptions extends Labels {
  /** Default: as the data is nested, `[length]` for a typed array. */
  readonly shape?: Shape;
  /** What reports call it. */
  readonly name?: string;
}

/** Writes numbers into a new tensor. They have been checked: nothing can fail half-way. */
function fill(tensor: Tensor, data: ArrayLike<number>): void {
  tensor.raw.set(data);
  tensor.peak = UNKNOWN;
  tensor.use("tensor");
}

/**
 * A tensor from numbers: nested arrays, a typed array with a `shape`, or one number. NaN and ∞ are taken
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
export function tensor(data: TensorData, options: Shape | TensorOptions = {}): Tensor {
  const { shape, name, columns, rows } = isShape(options)
    ? ({ shape: options } as TensorOptions)
    : options;
  const parsed = parseData("tensor", data, shape);
  const made = new Tensor(parsed.shape, "tensor", "input", name);
  if (columns !== undefined || rows !== undefined) made.labels = { columns, rows };
  fill(made, parsed.data);
  return made;
}

function isShape(options: Shape | TensorOptions): options is Shape {
  return Array.isArray(options);
}

/** A tensor of zeros. @throws ShapeError, OutOfMemoryError */
export function zeros(shape: Shape): Tensor {
  return full(shape, 0);
}

/** A tensor of ones. @throws ShapeError, OutOfMemoryError */
export function ones(shape: Shape): Tensor {
  return full(shape, 1);
}

/** A tensor that holds one number everywhere. @throws ShapeError, OutOfMemoryError */
export function full(shape: Shape, value: number): Tensor {
  checkShape("full", shape);
  const { data } = parseData("full", value);
  const made = new Tensor(shape, "full", "input");
  made.raw.fill(data[0] ?? 0);
  made.use("full");
  return made;
}

/**
 * A trained tensor under a name. Takes data as `tensor` does, or a tensor, whose numbers it copies and
 * which it disposes of.
 *
 * @throws InputTypeError when the name is empty, otherwise as `tensor` does.
 */
export function parameter(name: string, data: TensorData | Tensor, shape?: Shape): Parameter {
  if (typeof name !== "string" || name === "") {
    throw new InputTypeError(`parameter: no name, expected "layer.weight", got ${typeName(name)}`);
  }
  if (data instanceof Tensor) {
    data.use("parameter");
    const adopted = new Parameter(name, data.shape);
    fill(adopted, data.raw);
    data.release();
    return adopted;
  }
  const parsed = parseData("parameter", data, shape);
  const made = new Parameter(name, parsed.shape);
  fill(made, parsed.data);
  return made;
}

/** Tensors in a result: itself, in an array, or in the values of an object. */
function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (
    value !== null &&
    typeof value === "object" &&
    Object.getPrototypeOf(value) === Object.prototype
  ) {
    return Object.values(value).flatMap(tensorsIn);
  }
  return [];
}

/**
 * Frees every tensor made inside when it returns, also when it throws; except what it returns (a
 * tensor, or tensors in arrays and plain objects) and what was kept.
 *
 * @throws InputTypeError when `body` is asynchronous: what it made would be gone before it ran.
 */
export function scope<T>(body: () => T): T {
  return inScope(body, (result) => {
    for (const escaped of tensorsIn(result)) if (!escaped.kept) escaped.hoist();
  });
}

/** Takes a tensor out of every scope: it lives until `dispose`. Gives the tensor. */
export function keep<T extends Tensor>(kept: T): T {
  kept.use("keep");
  kept.detach();
  return kept;
}

/** A copy with memory of its own. */
export function clone(x: Tensor): Tensor {
  x.use("clone");
  const copy = new Tensor(x.shape, "clone", x.origin === "op" ? "op" : "input", x.name);
  copy.raw.set(x.raw);
  copy.peak = x.peak;
  copy.taint = x.peak >= INFINITY_BITS ? x.taint : undefined;
  copy.past = x.past;
  copy.labels = x.labels;
  return copy;
}
