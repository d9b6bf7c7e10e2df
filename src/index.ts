/**
 * finigrad: tensors, ops, gradients and optimizers in WebAssembly, with a guard that tells where a
 * NaN was born.
 */
export type { Nested, TensorData } from "./check.js";
export {
  clone,
  full,
  keep,
  ones,
  parameter,
  scope,
  type TensorOptions,
  tensor,
  zeros,
} from "./create.js";
export {
  DisposedError,
  type FinigradError,
  InputRangeError,
  InputTypeError,
  isFinigradError,
  NonFiniteError,
  OutOfMemoryError,
  RuntimeError,
  ShapeError,
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
export {
  celu,
  elu,
  type GeluOptions,
  gelu,
  hardShrink,
  hardSigmoid,
  hardSwish,
  hardTanh,
  leakyRelu,
  logSigmoid,
  mish,
  prelu,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softShrink,
  softsign,
  tanh,
  tanhShrink,
  thresholdedRelu,
} from "./ops/activation.js";
export {
  add,
  atan2,
  div,
  hypot,
  maximum,
  minimum,
  mod,
  mul,
  pow,
  squaredDifference,
  sub,
} from "./ops/arithmetic.js";
export {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  notEqual,
  where,
} from "./ops/compare.js";
export type { Elementwise, Elementwise2, Operandish, OutOption } from "./ops/define.js";
export {
  abs,
  cbrt,
  ceil,
  clip,
  erf,
  erfc,
  exp,
  exp2,
  expm1,
  floor,
  log,
  log1p,
  log2,
  log10,
  neg,
  reciprocal,
  round,
  rsqrt,
  sign,
  sqrt,
  square,
  trunc,
} from "./ops/elementary.js";
export { argmax, argmin, max, min } from "./ops/extreme.js";
export { allFinite, type Checkable, firstNonFinite, type Health, health } from "./ops/finite.js";
export { type CrossEntropyOptions, crossEntropy, mse } from "./ops/loss.js";
export { linear, matmul } from "./ops/matmul.js";
export { type LayerNormOptions, layerNorm } from "./ops/norm.js";
export {
  all,
  any,
  logsumexp,
  mean,
  nanMean,
  nanSum,
  norm1,
  norm2,
  prod,
  type ReduceOptions,
  type SpreadOptions,
  std,
  sum,
  sumSquares,
  variance,
} from "./ops/reduce.js";
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
export { cumprod, cumsum, type ScanOptions } from "./ops/scan.js";
export { softmax } from "./ops/softmax.js";
export {
  entr,
  exprel,
  log1mexp,
  log1pmx,
  logaddexp,
  logcosh,
  logexpm1,
  logit,
  logsubexp,
  xlog1py,
  xlogx,
  xlogy,
} from "./ops/stable.js";
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  cos,
  cosh,
  sin,
  sinh,
  tan,
} from "./ops/trigonometry.js";
export { type AdamOptions, adam } from "./optim/adam.js";
export { globalNorm } from "./optim/clip.js";
export type { ClipOptions, Optimizer, OptimizerOptions, StepResult } from "./optim/optimizer.js";
export { type SgdOptions, sgd } from "./optim/sgd.js";
export {
  type BirthReport,
  CAUSES,
  type Cause,
  FIXES,
  type Fix,
  type OperandReport,
  type Phase,
  plainReport,
  type Report,
  showReport,
} from "./report.js";
export { type Build, hasRelaxedSimd, type InitOptions, init } from "./runtime.js";
export type { Shape } from "./shape.js";
export {
  type Gradients,
  noGrad,
  type Params,
  type StepHealth,
  type ValueAndGrad,
  valueAndGrad,
} from "./tape.js";
export { type Labels, Parameter, Tensor } from "./tensor.js";
