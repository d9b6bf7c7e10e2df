/**
 * Elementwise functions on numbers, Float32Arrays and Float64Arrays: no tensor, no lifecycle, no guard. What goes in
 * passes through a small buffer in wasm memory that stays in the cache, so that a number, an array and a
 * tensor give the same bits.
 */

import { typeName } from "../check.js";
import { InputTypeError, ShapeError } from "../errors.js";
import { Block } from "../memory.js";
import { type Kernels, type Runtime, runtime } from "../runtime.js";
import { bytesOf, type DType } from "../tensor.js";

/** Numbers that pass at a time: up to three buffers of this size lie in the L1 and L2 caches. */
const CHUNK = 4096;
/** Operands and the result. */
const BUFFERS = 4;

const buffers = new WeakMap<Runtime, Block>();

function bufferOf(home: Runtime, op: string): number {
  let block = buffers.get(home);
  if (block === undefined) {
    block = new Block(CHUNK * BUFFERS * 8, op);
    buffers.set(home, block);
  }
  return block.at;
}

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

/**
 * The function on numbers, arrays of one length, or both: a number if there are only numbers, computed in
 * float32.
 *
 * @throws InputTypeError for anything else, ShapeError when lengths differ.
 */
export function onArrays(
  op: string,
  operands: Readonly<Record<string, unknown>>,
  out: unknown,
  run: ArrayKernel,
): number | Floats {
  const values = Object.entries(operands).map(([role, value]) => checkOperand(op, role, value));
  const arrays = values.filter((value) => typeof value !== "number");
  const length = arrays[0]?.length ?? 1;
  const dtype = dtypeOfArrays(operands);
  const result = checkOut(op, out, arrays, length, dtype);
  const home = runtime();
  const buffer = bufferOf(home, op);
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
        numbers.set(value.subarray(from, from + n), (addresses[i] ?? 0) / bytes);
      }
    });
    run(home.kernels, buffer, addresses, n, steps, dtype);
    result.set(numbers.subarray(buffer / bytes, buffer / bytes + n), from);
  }
  return arrays.length === 0 ? (result[0] ?? Number.NaN) : result;
}

/** @throws InputTypeError for what is neither a number nor an array. */
export function checkOperand(op: string, role: string, value: unknown): number | Floats {
  if (typeof value === "number" || value instanceof Float32Array) return value;
  if (value instanceof Float64Array) return value;
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
  if (out.length !== length || arrays.length === 0) {
    throw new ShapeError(
      `${op}: out does not fit, expected ${length} elements for an array, got ${out.length}`,
    );
  }
  return out;
}
