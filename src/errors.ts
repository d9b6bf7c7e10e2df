/**
 * Every error this package throws. The message reads `op: what is wrong, expected …, got …`; `code`
 * is stable and is what programs should test.
 *
 * | code | class | when |
 * |---|---|---|
 * | `BAD_TYPE` | InputTypeError | a value of the wrong kind: null, a string, a boolean, a ragged array |
 * | `BAD_VALUE` | InputRangeError | a number outside what the op takes: label 10 of 10, too large for float32 |
 * | `BAD_SHAPE` | ShapeError | shapes that do not fit, an axis that does not exist |
 * | `DISPOSED` | DisposedError | use after dispose, or a second dispose |
 * | `OUT_OF_MEMORY` | OutOfMemoryError | wasm memory cannot hold it; everything that was there still is |
 * | `WRONG_RUNTIME` | RuntimeError | tensors of two builds in one op, or a build the engine lacks |
 * | `MISSING_PACKAGE` | MissingPackageError | an optional package that the call needs is not installed |
 * | `STOPPED` | TrainingStoppedError | as many bad training steps in a row as `stopAfter` allows |
 * | `LOSS_…`, `GRAD_…`, `STATE_…`, `READ_…`, `BORN_…` + `NAN` or `INF` | NonFiniteError | a NaN or ∞ arrived where it matters: see the report |
 * | `LOST_NAN`, `LOST_INF` | NonFiniteError | what arrived is finite and wrong: a NaN or ∞ was lost on the way |
 * | `LOST_ZERO`, `LOST_DIGITS` | NonFiniteError | what arrived is finite and wrong: a number became 0, or its digits cancelled, on the way |
 * | `DEAD_GRAD`, `FROZEN` | NonFiniteError | all is finite, and nothing is learnt: the gradient died, Adam's state stands still |
 */
import type { Report } from "./diagnosis/report.js";

/** A value of the wrong kind where a number was expected. */
export class InputTypeError extends TypeError {
  override readonly name = "InputTypeError";
  readonly code = "BAD_TYPE";
}

/** A number outside the range that an op takes. */
export class InputRangeError extends RangeError {
  override readonly name = "InputRangeError";
  readonly code = "BAD_VALUE";
}

/** Shapes that do not fit together, or an axis that is not there. */
export class ShapeError extends RangeError {
  override readonly name = "ShapeError";
  readonly code = "BAD_SHAPE";
}

/** A tensor was used, or disposed of, after it had been freed. */
export class DisposedError extends Error {
  override readonly name = "DisposedError";
  readonly code = "DISPOSED";
}

/** WebAssembly memory cannot hold the tensor. Nothing was lost, smaller ones still fit. */
export class OutOfMemoryError extends RangeError {
  override readonly name = "OutOfMemoryError";
  readonly code = "OUT_OF_MEMORY";
}

/** The build asked for does not run here, or tensors of two builds met. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly code = "WRONG_RUNTIME";
}

/** A package that only some calls need is not installed: the message says which. */
export class MissingPackageError extends Error {
  override readonly name = "MissingPackageError";
  readonly code = "MISSING_PACKAGE";
}

/** A NaN or ∞ reached a loss, a gradient, an optimizer's state, or was read out. */
export class NonFiniteError extends Error {
  override readonly name = "NonFiniteError";
  readonly code: string;
  /** Where it was born, why, the way it took, and what to write instead. */
  readonly report: Report;

  constructor(message: string, report: Report) {
    super(message);
    this.code = report.code;
    this.report = report;
  }
}

/** Too many training steps in a row were bad. Parameters and states are whole: as the last step that was taken left them. */
export class TrainingStoppedError extends Error {
  override readonly name = "TrainingStoppedError";
  readonly code = "STOPPED";
  readonly badInARow: number;
  /** Why the last of them was bad; undefined where the guard's policy is to ignore. */
  readonly report: Report | undefined;

  constructor(message: string, badInARow: number, report?: Report) {
    super(message);
    this.badInARow = badInARow;
    this.report = report;
  }
}

export type FinigradError =
  | InputTypeError
  | InputRangeError
  | ShapeError
  | DisposedError
  | OutOfMemoryError
  | RuntimeError
  | MissingPackageError
  | NonFiniteError
  | TrainingStoppedError;

const CLASSES = [
  InputTypeError,
  InputRangeError,
  ShapeError,
  DisposedError,
  OutOfMemoryError,
  RuntimeError,
  MissingPackageError,
  NonFiniteError,
  TrainingStoppedError,
] as const;

/** What a call is refused with. */
const REFUSALS = [
  InputTypeError,
  InputRangeError,
  ShapeError,
  DisposedError,
  OutOfMemoryError,
  RuntimeError,
] as const;

/** Runs what an op is made of: the refusals of its parts are in its own name. */
export function refusingAs<T>(op: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    const Refusal = REFUSALS.find((type) => error instanceof type);
    if (Refusal === undefined) throw error;
    const { message } = error as Error;
    throw new Refusal(message.replace(/^\w+:/, `${op}:`), { cause: error });
  }
}

/** Whether an error is one of this package's own. */
export function isFinigradError(error: unknown): error is FinigradError {
  return CLASSES.some((type) => error instanceof type);
}
