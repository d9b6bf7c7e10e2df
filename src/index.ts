/**
 * finigrad: tensors, ops, gradients and optimizers in WebAssembly, with a guard that tells where a
 * NaN was born.
 */
import "./forms.js";

export type { Nested, TensorData } from "./check.js";
export {
  full,
  keep,
  ones,
  type ParameterOptions,
  parameter,
  scope,
  type TensorOptions,
  tensor,
  zeros,
} from "./create.js";
export {
  type BackwardContext,
  type CustomOp,
  type CustomOpSpec,
  customOp,
  type ForwardContext,
  type Result,
} from "./custom.js";
export {
  type BirthReport,
  CAUSES,
  type Cause,
  FIXES,
  type Fix,
  type Growth,
  type OperandReport,
  type OperandStats,
  type Phase,
  plainReport,
  type Report,
  type StepRecord,
  showReport,
} from "./diagnosis/report.js";
export {
  DisposedError,
  type FinigradError,
  InputRangeError,
  InputTypeError,
  isFinigradError,
  MissingPackageError,
  NonFiniteError,
  OutOfMemoryError,
  RuntimeError,
  ShapeError,
  TrainingStoppedError,
} from "./errors.js";
export {
  allowNonFinite,
  collected,
  type Guard,
  type GuardEvent,
  type GuardOptions,
  guard,
} from "./guard.js";
export { type Leak, leaks, type MemoryCounters, memory } from "./memory.js";
export { type InitialOptions, kaiming, uniform } from "./nn/init.js";
export * from "./ops/activation.js";
export * from "./ops/arithmetic.js";
export { cast } from "./ops/cast.js";
export { clone } from "./ops/clone.js";
export * from "./ops/compare.js";
export type {
  Elementwise,
  Elementwise2,
  Operandish,
  OutOption,
  OutOption64,
} from "./ops/define.js";
export * from "./ops/elementary.js";
export * from "./ops/extreme.js";
export {
  allFinite,
  type Checkable,
  firstNonFinite,
  type Health,
  type HealthOptions,
  health,
} from "./ops/finite.js";
export * from "./ops/gated.js";
export * from "./ops/loss.js";
export * from "./ops/matmul.js";
export * from "./ops/norm.js";
export * from "./ops/reduce.js";
export {
  clipToFinite,
  divNoNan,
  guardedElements,
  mulNoNan,
  nanToNum,
  reciprocalNoNan,
  type Safe2,
  type SafeOptions,
  safeAcos,
  safeAsin,
  safeAtan2,
  safeDiv,
  safeLog,
  safeNorm,
  safePow,
  safeReciprocal,
  safeRsqrt,
  safeSqrt,
} from "./ops/safe.js";
export * from "./ops/scan.js";
export * from "./ops/softmax.js";
export * from "./ops/stable.js";
export * from "./ops/trigonometry.js";
export { type AdamOptions, adam } from "./optim/adam.js";
export { globalNorm } from "./optim/clip.js";
export type {
  ClipOptions,
  Optimizer,
  OptimizerOptions,
  Schedule,
  StepResult,
} from "./optim/optimizer.js";
export type { BadStep, RecoveryOptions } from "./optim/recover.js";
export { type SgdOptions, sgd } from "./optim/sgd.js";
export { type TrainResult, trainStep } from "./optim/train.js";
export { type Build, hasRelaxedSimd, type InitOptions, init } from "./runtime.js";
export type { Shape } from "./shape.js";
export {
  type Gradients,
  noGrad,
  type Params,
  type ParamsOf,
  type StepHealth,
  type ValueAndGrad,
  valueAndGrad,
} from "./tape.js";
export {
  type AnyTensor,
  type ArrayOf,
  type DType,
  type Labels,
  Parameter,
  Tensor,
  type Tensor64,
} from "./tensor.js";
