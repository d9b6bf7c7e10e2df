/** What fixes are: forms of the same, other numbers, or no code. */

import type { Fix } from "./fixes.js";

/** Fixes whose code stands for a logarithm, for a quotient, and for a statistic. */
export const OF_LOGS: ReadonlySet<Fix> = new Set<Fix>([
  "cancel-log",
  "expm1",
  "log-softmax",
  "log-sum",
  "log1p",
  "logcosh",
  "logits",
  "logsubexp",
  "logsumexp",
  "softplus",
  "xlogy",
]);

export const OF_QUOTIENTS: ReadonlySet<Fix> = new Set<Fix>([
  ...OF_LOGS,
  "exp-sub",
  "f64-statistics",
  "sigmoid",
  "softmax",
  "tanh",
]);

/** What makes another number of an element that has one. */
export const OTHER: ReadonlySet<Fix> = new Set<Fix>([
  "safe-pow",
  "scale-input",
  "clip-input",
  "div-no-nan",
  "divide-where",
  "double-where",
  "epsilon-inside",
  "keep-size",
  "mask-before",
  "safe-div",
  "safe-log",
  "safe-sqrt",
]);

/** Bounds within which a square is a number. */
export const SQUARABLE = "{ min: -1e18, max: 1e18 }";

/** What gives the number that was lost. */
export const EXACT: ReadonlySet<Fix> = new Set<Fix>([
  ...OF_QUOTIENTS,
  "atan2",
  "cbrt",
  "compare-before",
  "exclusive-product",
  "factors",
  "finite-mask",
  "fixed-exponent",
  "impute",
  "log-domain",
  "log-hypot",
  "log-weights",
  "magnitude",
  "prod",
  "rel-entr",
  "restore-state",
  "safe-norm",
  "select-not-multiply",
  "shift-input",
]);

/** Advice that is none of code. */
export const PROSE: ReadonlySet<Fix> = new Set<Fix>([
  "cast-range",
  "check-number",
  "check-op",
  "chosen-infinity",
  "clip-norm",
  "default-policy",
  "epsilon",
  "fix-labels",
  "impute",
  "keep-size",
  "lower-decay",
  "lower-lr",
  "random-start",
  "restore-parameter",
  "restore-state",
  "skip-connection",
  "smaller-factor",
]);
