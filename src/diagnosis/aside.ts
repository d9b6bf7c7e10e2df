/** Running something once more beside what is under way: to see what an op gives, or would give of other numbers. */
import { OutOfMemoryError } from "../errors.js";
import { runtime } from "../runtime.js";
import { type AnyTensor, type DType, Tensor } from "../tensor.js";

/** A new tensor like another one, of its type or of that one; undefined where memory is full. */
export type Copy = (like: AnyTensor, dtype?: DType) => Tensor | undefined;

/**
 * What `body` makes, on tensors of its own: they are released after it, and what it counted is forgotten. A look must not break a
 * step that is right, so that where memory is full there is nothing to be seen.
 */
export function aside<T>(body: (copy: Copy) => T): T {
  const { kernels } = runtime();
  const made: Tensor[] = [];
  try {
    return body(({ shape, dtype: own }, dtype = own) => {
      const copy = ifItFits(() => new Tensor(shape, "again", "op", undefined, dtype) as Tensor);
      if (copy !== undefined) made.push(copy);
      return copy;
    });
  } finally {
    kernels.take_guarded();
    kernels.take_masked();
    for (const copy of made) copy.release();
  }
}

/** What `body` gives; undefined where memory is full. */
export function ifItFits<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof OutOfMemoryError) return undefined;
    throw error;
  }
}
