/** Gradient clipping by global norm. */
import { InputRangeError } from "../errors.js";
import type { Tensor } from "../tensor.js";

/** √Σ x² over all tensors, in f64: a hundred gradients of 1e20 have the norm 1e21, not ∞. */
export function globalNorm(tensors: Iterable<Tensor>): number {
  let squares = 0;
  for (const x of tensors) {
    x.use("globalNorm");
    squares += x.home.kernels.sum_squares_f32(x.at, x.size);
  }
  return Math.sqrt(squares);
}

/** What gradients are multiplied by so that their global norm is at most `limit`. */
export function clipScale(norm: number, limit: number): number {
  return norm > limit ? limit / norm : 1;
}

/** @throws InputRangeError when a norm to clip to is not above 0. */
export function checkLimit(op: string, limit: number | undefined): void {
  if (limit !== undefined && !(limit > 0)) {
    throw new InputRangeError(
      `${op}: clip.globalNorm out of range, expected above 0, got ${limit}`,
    );
  }
}
