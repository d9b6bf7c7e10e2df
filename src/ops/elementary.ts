/** Elementary functions. Elementwise: the output has the shape of the input. */
import { showNumber } from "../report.js";
import { unary } from "./define.js";
import { equation } from "./explain.js";

/** eˣ: ∞ above 88.72. */
export const exp = unary("exp", "exp", {
  slope: { text: "eˣ", of: Math.exp },
  explain: (x, y) => ({
    expression: equation(`exp(${showNumber(x)})`, y),
    cause: "overflow-exp",
    fix: ["sigmoid", "softmax", "scale-input"],
  }),
});

/** Natural logarithm: -∞ at 0, NaN below. The gradient at 0 is +∞, and 0 under a zero cotangent. */
export const log = unary("log", "log", {
  slope: { text: "1/x", of: (x) => 1 / Math.abs(x) },
  explain: (x, y) => ({
    expression: equation(`log(${showNumber(x)})`, y),
    cause: x < 0 ? "log-of-negative" : "log-of-zero",
    fix: ["select-not-multiply", "mask-before", "epsilon-inside"],
  }),
});

/** ln(1 + x), exact for small x: -∞ at -1, NaN below. */
export const log1p = unary("log1p", "log1p", {
  slope: { text: "1/(1 + x)", of: (x) => 1 / Math.abs(1 + x) },
  explain: (x, y) => ({
    expression: equation(`log1p(${showNumber(x)})`, y),
    cause: x < -1 ? "log-of-negative" : "log-of-zero",
    fix: ["select-not-multiply", "mask-before", "epsilon-inside"],
  }),
});

/** Square root: NaN below 0. The gradient at 0 is +∞, and 0 under a zero cotangent. */
export const sqrt = unary("sqrt", "sqrt", {
  slope: { text: "1/(2√x)", of: (x) => 0.5 / Math.sqrt(x) },
  explain: (x, y) => ({
    expression: equation(`sqrt(${showNumber(x)})`, y),
    cause: "sqrt-of-negative",
    fix: ["mask-before", "epsilon-inside"],
  }),
});
