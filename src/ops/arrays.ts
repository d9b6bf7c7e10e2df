/**
 * Elementwise functions on numbers, Float32Arrays and Float64Arrays: no tensor, no lifecycle, no guard. What goes in
 * passes through a small buffer in wasm memory that stays in the cache, so that a number, an array and a
 * tensor give the same bits.
 */

import { checkAttached, checkNumber, typeName } from "../check.js";
import { InputTypeError, ShapeError } from "../errors.js";
import { type Kernels, runtime } from "../runtime.js";
import { bytesOf, type DType } from "../tensor.js";

/** Numbers that pass at a time: up to three buffers of this size lie in the L1 and L2 caches. */
const CHUNK = 4096;

/** Either type of array: the kernels of that type serve it. */
export type Floats = Float32Array | Float64Array;

/** Runs a kernel on addresses: result, operands, how many, and each operand's step (0 repeats it). */
export type ArrayKernel = (
  kernels: Kernels,
  y: number,
  operands: readonly number[],
  n: number,
  steps: readonly number[],
  dtype: DType,
) => number;

/** The type that a function on arrays computes in: float64 where there is a Float64Array, else float32. */
export function dtypeOfArrays(operands: Readonly<Record<string, unknown>>): DType {
  return Object.values(operands).some((value) => value instanceof Float64Array)
    ? "float64"
    : "float32";
}

/** Part of an array, whatever its class makes of subarray(). */
export function partOf<T extends Floats>(array: T, from: number, n: number): T {
  const { buffer, byteOffset, BYTES_PER_ELEMENT: bytes } = array as Float32Array<ArrayBuffer>;
  const Kind = array instanceof Float64Array ? Float64Array : Float32Array;
  return new Kind(buffer, byteOffset + from * bytes, n) as Floats as T;
}

/**
 * An operand that stays as it is while the result is written: a copy of one that lies a little before the result in
 * the same memory, of which a chunk would be overwritten before it is read.
 */
function ahead(operand: Floats, result: Floats): Floats {
  const distance = result.byteOffset - operand.byteOffset;
  const overlaps = distance > 0 && distance < operand.byteLength;
  if (operand.length <= CHUNK || operand.buffer !== result.buffer || !overlaps) return operand;
  return operand instanceof Float64Array ? new Float64Array(operand) : new Float32Array(operand);
}

/**
 * The function on numbers, arrays of one length, or both: a number if there are only numbers, computed in
 * float32.
 *
 * @throws InputTypeError for anything else, InputRangeError for a number beyond the type, ShapeError when lengths differ.
 */
export function onArrays(
  op: string,
  operands: Readonly<Record<string, unknown>>,
  out: unknown,
  run: ArrayKernel,
): number | Floats {
  const dtype = dtypeOfArrays(operands);
  const given = Object.entries(operands).map(([role, value]) =>
    checkOperand(op, role, value, dtype),
  );
  const arrays = given.filter((value) => typeof value !== "number");
  const length = arrays[0]?.length ?? 1;
  const result = checkOut(op, out, arrays, length, dtype);
  const values = given.map((value) => (typeof value === "number" ? value : ahead(value, result)));
  const home = runtime();
  const buffer = home.scratch;
  const bytes = bytesOf(dtype);
  // Nothing here makes the memory grow.
  const numbers = dtype === "float64" ? home.doubles : home.floats;
  const addresses = values.map((_, i) => buffer + (i + 1) * CHUNK * bytes);
  const steps = values.map((value) => (typeof value === "number" ? 0 : 1));
  values.forEach((value, i) => {
    if (typeof value === "number") numbers[(addresses[i] ?? 0) / bytes] = value;
  });
  for (let from = 0; from < length; from += CHUNK) {
    const n = Math.min(CHUNK, length - from);
    values.forEach((value, i) => {
      if (typeof value !== "number") {
        numbers.set(partOf(value, from, n), (addresses[i] ?? 0) / bytes);
      }
    });
    run(home.kernels, buffer, addresses, n, steps, dtype);
    result.set(numbers.subarray(buffer / bytes, buffer / bytes + n), from);
  }
  return arrays.length === 0 ? (result[0] ?? Number.NaN) : result;
}

/** @throws InputTypeError for what is neither a number nor an array, InputRangeError for a number beyond the type. */
export function checkOperand(
  op: string,
  role: string,
  value: unknown,
  dtype: DType,
): number | Floats {
  if (typeof value === "number") return checkNumber(op, role, value, [], dtype);
  if (value instanceof Float32Array || value instanceof Float64Array) {
    checkAttached(op, role, value);
    return value;
  }
  throw new InputTypeError(
    `${op}: ${role} is no operand, expected a number, a Float32Array, a Float64Array or a Tensor, got ${typeName(value)}`,
  );
}

function checkOut(
  op: string,
  out: unknown,
  arrays: readonly Floats[],
  length: number,
  dtype: DType,
): Floats {
  const lengths = arrays.map((array) => array.length);
  if (lengths.some((n) => n !== length)) {
    throw new ShapeError(
      `${op}: arrays do not fit, expected one length, got ${lengths.join(" and ")}`,
    );
  }
  const Kind = dtype === "float64" ? Float64Array : Float32Array;
  const other = arrays.find((array) => !(array instanceof Kind));
  if (other !== undefined) {
    throw new InputTypeError(
      `${op}: arrays of two types, expected ${Kind.name} for all, got ${typeName(other)}`,
    );
  }
  if (out === undefined) return new Kind(length);
  if (!(out instanceof Kind)) {
    throw new InputTypeError(
      `${op}: out is no array of that type, expected a ${Kind.name}, got ${typeName(out)}`,
    );
  }
  checkAttached(op, "out", out);
  if (arrays.length === 0) {
    throw new InputTypeError(
      `${op}: out is for arrays, expected an array among the operands, got numbers alone`,
    );
  }
  if (out.length !== length) {
    throw new ShapeError(`${op}: out does not fit, expected ${length} elements, got ${out.length}`);
  }
  return out;
}
