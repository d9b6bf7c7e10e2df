/**
 * Input from JavaScript: what is no number is refused with its place, never turned into one.
 */
import { InputRangeError, InputTypeError, isFinigradError, ShapeError } from "./errors.js";
import { type Shape, show, sizeOf } from "./shape.js";
import type { DType } from "./tensor.js";

/** Arrays of numbers of one type. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Numbers nested as deep as the tensor has axes; the innermost arrays may be typed ones. */
export type Nested = number | TypedArray | readonly Nested[];

/** Everything a tensor can be made from. */
export type TensorData = Nested;

/** Whether it is a typed array of numbers: those of bigint hold none. */
export function isTyped(x: unknown): x is TypedArray {
  return (
    ArrayBuffer.isView(x) &&
    !(x instanceof DataView || x instanceof BigInt64Array || x instanceof BigUint64Array)
  );
}

/** Above this a double rounds to ∞ as a float: the largest float, and half a step more. */
export const FLOAT32_LIMIT = 2 ** 128 - 2 ** 103;

/** As deep as arrays are nested at most. */
const MOST_AXES = 64;

/** Characters of a string that an error quotes. */
const QUOTED = 60;

function quote(text: string): string {
  if (text.length <= QUOTED) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, QUOTED))}… of ${text.length} characters`;
}

/** What to call a value in an error. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") return `string ${quote(value)}`;
  if (typeof value === "boolean") return `boolean ${value}`;
  if (typeof value !== "object") return typeof value;
  try {
    if (Array.isArray(value)) return "an array";
    // Of its prototype: data may have a field of that name.
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
    return typeof name === "string" && name !== "" ? name : "an object";
  } catch {
    return "an object that cannot be read"; // a proxy that was revoked is not even known to be an array
  }
}

/** A value in an error, where a number was expected: numbers as they are. */
export function showValue(value: unknown): string {
  return typeof value === "number" ? `${value}` : typeName(value);
}

/** A name in an error. */
export function showName(name: unknown): string {
  return typeof name === "string" ? name : showValue(name);
}

/** Names of a list that an error says: a table may have a hundred thousand columns. */
const NAMED = 12;

/** Names in an error: the first of them, and how many more there are. */
export function showNames(names: readonly string[]): string {
  const shown = names
    .slice(0, NAMED)
    .map((name) => (name.length > QUOTED ? `${name.slice(0, QUOTED)}…` : name))
    .join(", ");
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}

/**
 * Whether its fields are what it holds. A Map, a promise or a boxed number has none: to look at the fields of one
 * would be to find nothing wrong with it.
 */
export function hasFields(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return !(Array.isArray(value) || ArrayBuffer.isView(value)) && Object.keys(value).length > 0;
}

/** What an error of somebody's getter, or of a proxy, is told as: where it was, with itself as the cause. */
export function unreadable(where: string, error: unknown): Error {
  if (isFinigradError(error)) return error;
  const got = error instanceof Error ? `${typeName(error)}: ${error.message}` : showValue(error);
  return new InputTypeError(`${where} cannot be read, expected a value, got ${got}`, {
    cause: error,
  });
}

/** Reads what may be a getter's or a proxy's. @throws InputTypeError with the place of one that throws. */
export function reading<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(where, error);
  }
}

/** Options with nothing left out: what a function makes of those it is given. */
export type Filled<O> = { readonly [K in keyof O]-?: Exclude<O[K], undefined> };

/** Options by name: one that is misspelt would be a wish that nobody hears. @throws InputTypeError, InputRangeError */
export function checkOptions(op: string, options: unknown, known: readonly string[]): void {
  const expected = known.length === 0 ? "none" : known.join(", ");
  if (
    options === null ||
    typeof options !== "object" ||
    Array.isArray(options) ||
    ArrayBuffer.isView(options)
  ) {
    throw new InputTypeError(
      `${op}: options are no object, expected ${expected}, got ${showValue(options)}`,
    );
  }
  for (const name in options) {
    if (known.includes(name)) continue;
    const value = (options as Readonly<Record<string, unknown>>)[name];
    throw new InputRangeError(
      `${op}: no option "${name}", expected ${expected}, got ${showValue(value)}`,
    );
  }
}

/** A number, and one that fits: "0.1" would be compared as if it were. @throws InputRangeError */
export function checkRange(
  op: string,
  name: string,
  value: unknown,
  fits: (value: number) => boolean,
  expected: string,
): number {
  if (typeof value === "number" && fits(value)) return value;
  throw new InputRangeError(
    `${op}: ${name} out of range, expected ${expected}, got ${showValue(value)}`,
  );
}

/** @throws InputRangeError */
export function checkWhole(op: string, name: string, value: unknown, least: number): number {
  const fits = (number: number) => Number.isInteger(number) && number >= least;
  return checkRange(op, name, value, fits, `a whole number from ${least}`);
}

/** A list with something in it. @throws InputTypeError */
export function checkList(op: string, name: string, list: unknown): readonly unknown[] {
  if (Array.isArray(list) && list.length > 0) return list;
  throw new InputTypeError(
    `${op}: ${name} are none, expected a list, got ${Array.isArray(list) ? "an empty one" : showValue(list)}`,
  );
}

/** @throws InputTypeError */
export function checkFunction(op: string, name: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new InputTypeError(
    `${op}: ${name} is no function, expected a function, got ${showValue(value)}`,
  );
}

/** What runs its body when somebody asks for the next value. An iterator of an array or a map has none. */
const LAZY: ReadonlySet<string> = new Set(["Generator", "AsyncGenerator", "Iterator Helper"]);

function lazyName(value: unknown): string | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const tag: unknown = (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return typeof tag === "string" && LAZY.has(tag) ? tag : undefined;
}

/**
 * What a body gave that has to be done when it returns. A promise is refused, and with it what becomes of it: as a
 * rejection that nobody handles it would end the program after the error here was dealt with. So is a generator, whose
 * body has not even begun.
 *
 * @throws InputTypeError
 */
export function checkDone(op: string, why: string, result: unknown): void {
  const lazy = lazyName(result);
  if (lazy !== undefined) {
    throw new InputTypeError(
      `${op}: ${why}, expected a function that has run when it returns, got a ${lazy}`,
    );
  }
  if (!(result instanceof Promise)) return;
  result.catch(() => {});
  throw new InputTypeError(`${op}: ${why}, expected a synchronous function, got a Promise`);
}

/** What a class hands to its private constructor, and nobody else has. */
export const MADE: unique symbol = Symbol("made");

/** A constructor that is private, which JavaScript does not know, is called by its class. @throws InputTypeError */
export function checkMade(op: string, made: unknown, expected: string): void {
  if (made === MADE) return;
  throw new InputTypeError(
    `${op}: the constructor is private, expected ${expected}, got new ${op}(…)`,
  );
}

/** One of a few words. @throws InputTypeError */
export function checkOneOf<T extends string>(
  op: string,
  name: string,
  value: unknown,
  words: readonly T[],
): T {
  if (words.includes(value as T)) return value as T;
  throw new InputTypeError(
    `${op}: no such ${name}, expected ${words.map((word) => `"${word}"`).join(" or ")}, got ${showValue(value)}`,
  );
}

function at(name: string, index: readonly number[]): string {
  return index.length === 0 ? name : `${name}[${index.join(", ")}]`;
}

/**
 * An array that has its memory: one whose memory was handed to somebody else, or shrank, has no elements and looks
 * empty. So does a view of a tensor once wasm memory has grown.
 *
 * @throws InputTypeError
 */
export function checkAttached(op: string, name: string, array: ArrayBufferView): void {
  if (array.byteLength > 0 || array instanceof DataView) return;
  try {
    (array as Float32Array).values();
  } catch {
    throw new InputTypeError(
      `${op}: ${name} has lost its memory, expected an array with elements, got a detached ${typeName(array)}: ask a tensor for its data again`,
    );
  }
}

/** True or false: a word would be taken for yes, 0 for no. @throws InputTypeError */
export function checkFlag(op: string, name: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new InputTypeError(
    `${op}: ${name} is no boolean, expected true or false, got ${typeName(value)}`,
  );
}

/** The type that is asked for. @throws InputTypeError */
export function checkDType(op: string, dtype: unknown): asserts dtype is DType {
  if (dtype === "float32" || dtype === "float64") return;
  throw new InputTypeError(
    `${op}: no such dtype, expected "float32" or "float64", got ${typeName(dtype)}`,
  );
}

/** A number that fits the type; NaN and ∞ are numbers. */
export function checkNumber(
  op: string,
  name: string,
  value: unknown,
  index: readonly number[],
  dtype: DType = "float32",
): number {
  if (typeof value !== "number") {
    throw new InputTypeError(
      `${op}: ${at(name, index)} is no number, expected a number, got ${typeName(value)}`,
    );
  }
  if (dtype === "float32" && Number.isFinite(value) && Math.abs(value) >= FLOAT32_LIMIT) {
    throw new InputRangeError(
      `${op}: ${at(name, index)} is too large for float32, expected at most 3.4028235e38, got ${value}`,
    );
  }
  return value;
}

export interface Parsed {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** Any accepted input as numbers in memory order, with its shape. @throws InputTypeError, ShapeError */
export function parseData(
  op: string,
  data: unknown,
  shape?: Shape,
  dtype: DType = "float32",
): Parsed {
  const parsed = parseAny(op, data, dtype);
  if (shape === undefined) return { ...parsed, shape: Object.freeze(parsed.shape) };
  checkShape(op, shape);
  if (sizeOf(shape) !== parsed.data.length) {
    throw new ShapeError(
      `${op}: data does not fit the shape, expected ${sizeOf(shape)} numbers for ${show(shape)}, got ${parsed.data.length}`,
    );
  }
  return { shape: ownShape(shape), data: parsed.data };
}

function parseAny(op: string, data: unknown, dtype: DType): Parsed {
  if (typeof data === "number") {
    return { shape: [], data: [checkNumber(op, "data", data, [], dtype)] };
  }
  if (ArrayBuffer.isView(data) && !(data instanceof DataView)) return parseTyped(op, data, dtype);
  if (!Array.isArray(data)) {
    throw new InputTypeError(
      `${op}: data is no array, expected a number, nested arrays or a typed array, got ${typeName(data)}`,
    );
  }
  const shape: number[] = [];
  for (let level: unknown = data; isList(level); level = level[0]) {
    shape.push(level.length);
    // One that holds itself has no end.
    if (shape.length > MOST_AXES) {
      throw new InputTypeError(
        `${op}: data is nested too deep, expected at most ${MOST_AXES} axes, got more`,
      );
    }
  }
  const flat: number[] = [];
  flatten(op, data, { shape, dtype }, [], flat);
  return { shape, data: flat };
}

const isList = (level: unknown): level is ArrayLike<unknown> =>
  Array.isArray(level) || isTyped(level);

function parseTyped(op: string, data: ArrayBufferView, dtype: DType): Parsed {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    throw new InputTypeError(`${op}: data is bigint, expected numbers, got ${typeName(data)}`);
  }
  checkAttached(op, "data", data);
  const numbers = data as unknown as ArrayLike<number>;
  if (dtype === "float32" && data instanceof Float64Array) {
    for (let i = 0; i < numbers.length; i++) checkNumber(op, "data", numbers[i], [i]);
  }
  return { shape: [numbers.length], data: numbers };
}

function flatten(
  op: string,
  level: unknown,
  as: { readonly shape: Shape; readonly dtype: DType },
  index: number[],
  into: number[],
): void {
  const { shape, dtype } = as;
  const depth = index.length;
  if (depth === shape.length) {
    into.push(checkNumber(op, "data", level, index, dtype));
    return;
  }
  if (isTyped(level)) checkAttached(op, at("data", index), level);
  if (!isList(level) || level.length !== shape[depth]) {
    const got = isList(level) ? `${level.length}` : typeName(level);
    throw new InputTypeError(
      `${op}: ragged array at ${at("data", index)}, expected ${shape[depth]} elements, got ${got}`,
    );
  }
  for (let i = 0; i < level.length; i++) {
    index.push(i);
    flatten(op, level[i], as, index, into);
    index.pop();
  }
}

/** A shape of whole numbers ≥ 0 whose size is a safe integer. @throws ShapeError */
export function checkShape(op: string, shape: unknown): asserts shape is Shape {
  // Not by every(), which passes holes over.
  const bad = (side: unknown) => !Number.isInteger(side) || Number(side) < 0;
  if (!Array.isArray(shape) || shape.findIndex(bad) >= 0) {
    const got = Array.isArray(shape) ? show(Array.from(shape, showName)) : typeName(shape);
    throw new ShapeError(`${op}: bad shape, expected whole numbers ≥ 0, got ${got}`);
  }
  if (!Number.isSafeInteger(sizeOf(shape))) {
    throw new ShapeError(
      `${op}: shape is too large, expected fewer than 2⁵³ elements, got ${show(shape)}`,
    );
  }
}

/** A checked shape, which its giver may write to: as a tensor keeps it. */
export function ownShape(shape: Shape): Shape {
  return Object.freeze([...shape]);
}

/** Class labels as i32, ignored rows as -1. @throws InputTypeError, InputRangeError, ShapeError */
export function parseLabels(
  op: string,
  labels: unknown,
  rows: number,
  classes: number,
  ignoreIndex: number | undefined,
): Int32Array {
  if (!Array.isArray(labels) && !(ArrayBuffer.isView(labels) && "length" in labels)) {
    throw new InputTypeError(
      `${op}: labels are no array, expected ${rows} integers, got ${typeName(labels)}`,
    );
  }
  if (ArrayBuffer.isView(labels)) checkAttached(op, "labels", labels);
  const list = labels as ArrayLike<unknown>;
  if (list.length !== rows) {
    throw new ShapeError(
      `${op}: labels do not fit, expected one for each of ${rows} rows, got ${list.length}`,
    );
  }
  const parsed = new Int32Array(rows);
  for (let r = 0; r < rows; r++) {
    const label = list[r];
    if (typeof label !== "number") {
      throw new InputTypeError(
        `${op}: labels[${r}] is no number, expected an integer, got ${typeName(label)}`,
      );
    }
    if (label === ignoreIndex) {
      parsed[r] = -1;
    } else if (Number.isInteger(label) && label >= 0 && label < classes) {
      parsed[r] = label;
    } else {
      throw new InputRangeError(
        `${op}: labels[${r}] is no class, expected an integer 0 … ${classes - 1}, got ${label}`,
      );
    }
  }
  return parsed;
}
