/** Initial weights. Seeded: the same seed gives the same weights on every engine. */
import { checkOptions, checkRange, checkShape, FLOAT32_LIMIT } from "../check.js";
import { tensor } from "../create.js";
import { ShapeError } from "../errors.js";
import { type Shape, show, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";

export interface InitialOptions {
  /** Default 1. */
  readonly seed?: number | undefined;
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

/** The seed: one that is no whole number would be cut to another, "a" to 0. @throws InputTypeError, InputRangeError */
function seedOf(op: string, options: InitialOptions): number {
  checkOptions(op, options, ["seed"]);
  const { seed = 1 } = options;
  return checkRange(op, "seed", seed, Number.isSafeInteger, "a whole number");
}

/**
 * A tensor of numbers drawn evenly from [low, high).
 *
 * @throws ShapeError; InputRangeError for bounds that are not finite in float32, or in the wrong order, and for a seed
 * that is no whole number.
 */
export function uniform(
  shape: Shape,
  low: number,
  high: number,
  options: InitialOptions = {},
): Tensor {
  checkShape("uniform", shape);
  const fits = (bound: number) => Math.abs(bound) < FLOAT32_LIMIT;
  checkRange("uniform", "low", low, fits, "a number within float32");
  checkRange("uniform", "high", high, (v) => fits(v) && v >= low, `${low} … 3.4028235e38`);
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
 * @throws ShapeError when the shape has fewer than two axes; InputRangeError for a seed that is no whole number.
 */
export function kaiming(shape: Shape, options: InitialOptions = {}): Tensor {
  checkShape("kaiming", shape);
  const seed = seedOf("kaiming", options);
  if (shape.length < 2) {
    throw new ShapeError(`kaiming: no fan-in, expected [in, …, out], got ${show(shape)}`);
  }
  const bound = Math.sqrt(6 / sizeOf(shape.slice(0, -1)));
  return sizeOf(shape) === 0 ? tensor([], shape) : uniform(shape, -bound, bound, { seed });
}
