/** Gradient clipping by global norm. */
import { checkOptions, checkRange, showValue } from "../check.js";
import { checkTensor } from "../create.js";
import { InputTypeError } from "../errors.js";
import { type AnyTensor, isDouble, Tensor } from "../tensor.js";

/** √Σ x² of doubles, whose squares may be beyond them. @internal */
export function normOfDoubles(x: AnyTensor): number {
  const norm = new Tensor([], "norm2", "op", undefined, "float64");
  try {
    x.home.kernels.norm2_forward_f64(norm.at, x.at, 1, x.size, 1);
    return norm.raw[0] ?? Number.NaN;
  } finally {
    norm.release();
  }
}

/**
 * √Σ x² over all tensors, of either type, in f64: a hundred gradients of 1e20 have the norm 1e21, not ∞; of doubles
 * a hundred of 1e200 have 1e201.
 *
 * @throws InputTypeError for what is no list of tensors.
 */
export function globalNorm(tensors: Iterable<AnyTensor>): number {
  if (typeof (tensors as Partial<Iterable<AnyTensor>> | null)?.[Symbol.iterator] !== "function") {
    throw new InputTypeError(
      `globalNorm: tensors are no list, expected a list, as Object.values(grads), got ${showValue(tensors)}`,
    );
  }
  let squares = 0;
  let doubles = 0;
  for (const x of tensors) {
    checkTensor("globalNorm", x);
    x.use("globalNorm");
    if (isDouble(x)) doubles = Math.hypot(doubles, normOfDoubles(x));
    else squares += x.home.kernels.sum_squares_f32(x.at, x.size);
  }
  const floats = Math.sqrt(squares);
  return doubles === 0 ? floats : Math.hypot(doubles, floats);
}

/** What gradients are multiplied by so that their global norm is at most `limit`. */
export function clipScale(norm: number, limit: number): number {
  return norm > limit ? limit / norm : 1;
}

/** The norm to clip to. @throws InputTypeError, InputRangeError when it is not above 0 */
export function limitOf(
  op: string,
  clip: { readonly globalNorm?: number | undefined } | undefined,
): number | undefined {
  if (clip === undefined) return undefined;
  checkOptions(`${op} clip`, clip, ["globalNorm"]);
  const { globalNorm } = clip;
  if (globalNorm === undefined) return undefined;
  return checkRange(op, "clip.globalNorm", globalNorm, (v) => v > 0, "above 0");
}
