/** Initial weights. Seeded: the same seed gives the same weights on every engine. */
import { checkOptions, checkRange, checkShape, FLOAT32_LIMIT } from "../check.js";
import { tensor } from "../create.js";
import { ShapeError } from "../errors.js";
import { type Shape, show, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";

export interface InitialOptions {
  /** Default 1. */
  readonly seed?: number;
}

/** Uniform numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A NaN here would be a weight, and one that nobody has written. @throws InputTypeError, InputRangeError */
function seedOf(op: string, options: InitialOptions): number {
  checkOptions(op, options, ["seed"]);
  const { seed = 1 } = options;
  return checkRange(op, "seed", seed, Number.isFinite, "a number");
}

/**
 * A tensor of numbers drawn evenly from [low, high).
 *
 * @throws ShapeError, InputTypeError; InputRangeError for an end that is not finite.
 */
export function uniform(
  shape: Shape,
  low: number,
  high: number,
  options: InitialOptions = {},
): Tensor {
  checkShape("uniform", shape);
  for (const [name, end] of Object.entries({ low, high })) {
    checkRange("uniform", name, end, (v) => Math.abs(v) < FLOAT32_LIMIT, "a number of float32");
  }
  const next = random(seedOf("uniform", options));
  return tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next()),
    shape,
  );
}

/**
 * Uniform in ±√(6 / fanIn) for a weight `[in, …, out]`: keeps the variance through layers with relu (He et
 * al. 2015).
 *
 * @throws ShapeError when the shape has fewer than two axes; InputTypeError, InputRangeError.
 */
export function kaiming(shape: Shape, options: InitialOptions = {}): Tensor {
  checkShape("kaiming", shape);
  const seed = seedOf("kaiming", options);
  if (shape.length < 2) {
    throw new ShapeError(`kaiming: no fan-in, expected [in, …, out], got ${show(shape)}`);
  }
  const bound = Math.sqrt(6 / sizeOf(shape.slice(0, -1)));
  return uniform(shape, -bound, bound, { seed });
}
