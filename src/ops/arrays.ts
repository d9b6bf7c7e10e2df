/**
 * Elementwise functions on numbers and Float32Arrays: no tensor, no lifecycle, no guard. What goes in
 * passes through a small buffer in wasm memory that stays in the cache, so that a number, an array and a
 * tensor give the same bits.
 */

import { typeName } from "../check.js";
import { InputTypeError, ShapeError } from "../errors.js";
import { Block } from "../memory.js";
import { type Kernels, type Runtime, runtime } from "../runtime.js";

/** Floats that pass at a time: up to three buffers of this size lie in the L1 and L2 caches. */
const CHUNK = 4096;
/** Operands and the result. */
const BUFFERS = 4;

const buffers = new WeakMap<Runtime, Block>();

function bufferOf(home: Runtime, op: string): number {
  let block = buffers.get(home);
  if (block === undefined) {
    block = new Block(CHUNK * BUFFERS * 4, op);
    buffers.set(home, block);
  }
  return block.at;
}

/** Runs a kernel on addresses: result, operands, how many, and each operand's step (0 repeats it). */
export type ArrayKernel = (
  kernels: Kernels,
  y: number,
  operands: readonly number[],
  n: number,
  steps: readonly number[],
) => number;

/**
 * The function on numbers, arrays of one length, or both: a number if there are only numbers.
 *
 * @throws InputTypeError for anything else, ShapeError when lengths differ.
 */
export function onArrays(
  op: string,
  operands: Readonly<Record<string, unknown>>,
  out: unknown,
  run: ArrayKernel,
): number | Float32Array {
  const values = Object.entries(operands).map(([role, value]) => checkOperand(op, role, value));
  const arrays = values.filter((value) => typeof value !== "number");
  const length = arrays[0]?.length ?? 1;
  const result = checkOut(op, out, arrays, length);
  const home = runtime();
  const buffer = bufferOf(home, op);
  const addresses = values.map((_, i) => buffer + (i + 1) * CHUNK * 4);
  const steps = values.map((value) => (typeof value === "number" ? 0 : 1));
  values.forEach((value, i) => {
    if (typeof value === "number") home.floats[(addresses[i] ?? 0) / 4] = value;
  });
  for (let from = 0; from < length; from += CHUNK) {
    const n = Math.min(CHUNK, length - from);
    values.forEach((value, i) => {
      if (typeof value !== "number") {
        home.floats.set(value.subarray(from, from + n), (addresses[i] ?? 0) / 4);
      }
    });
    run(home.kernels, buffer, addresses, n, steps);
    result.set(home.floats.subarray(buffer / 4, buffer / 4 + n), from);
  }
  return arrays.length === 0 ? (result[0] ?? Number.NaN) : result;
}

function checkOperand(op: string, role: string, value: unknown): number | Float32Array {
  if (typeof value === "number" || value instanceof Float32Array) return value;
  throw new InputTypeError(
    `${op}: ${role} is no operand, expected a number, a Float32Array or a Tensor, got ${typeName(value)}`,
  );
}

function checkOut(
  op: string,
  out: unknown,
  arrays: readonly Float32Array[],
  length: number,
): Float32Array {
  const lengths = arrays.map((array) => array.length);
  if (lengths.some((n) => n !== length)) {
    throw new ShapeError(
      `${op}: arrays do not fit, expected one length, got ${lengths.join(" and ")}`,
    );
  }
  if (out === undefined) return new Float32Array(length);
  if (!(out instanceof Float32Array)) {
    throw new InputTypeError(
      `${op}: out is no array, expected a Float32Array, got ${typeName(out)}`,
    );
  }
  if (out.length !== length || arrays.length === 0) {
    throw new ShapeError(
      `${op}: out does not fit, expected ${length} elements for an array, got ${out.length}`,
    );
  }
  return out;
}
