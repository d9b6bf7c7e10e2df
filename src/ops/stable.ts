/**
 * Stable functions: the same mathematics in a better formula, without an epsilon. On numbers, arrays and
 * tensors; those of two variables broadcast.
 */

import type { Explanation } from "../diagnosis/diagnose.js";
import { showNumber } from "../diagnosis/report.js";
import { binary, unary } from "./define.js";
import { equation, explainLog, explainPole } from "./explain.js";

/** ln(1 − eˣ) for x < 0, exact near 0 and far from it: -∞ at 0, NaN above. */
export const log1mexp = unary("log1mexp", "log1mexp", {
  slope: { text: "(−1/(e^−x − 1))", of: (x) => -1 / Math.expm1(-x) },
  explain: explainLog("log1mexp", (x) => -x),
});

/** ln(eˣ − 1) for x > 0, the inverse of softplus: -∞ at 0, NaN below. */
export const logexpm1 = unary("logexpm1", "logexpm1", {
  slope: { text: "1/(1 − e^−x)", of: (x) => -1 / Math.expm1(-x) },
  explain: explainLog("logexpm1", (x) => x),
});

/** ln(1 + x) − x, without cancelling near 0. */
export const log1pmx = unary("log1pmx", "log1pmx", {
  slope: { text: "(−x/(1 + x))", of: (x) => -x / (1 + x) },
  explain: explainLog("log1pmx", (x) => 1 + x),
});

/** ln(x / (1 − x)), the inverse of sigmoid: -∞ at 0, ∞ at 1, NaN outside. */
export const logit = unary("logit", "logit", {
  slope: { text: "1/(x(1 − x))", of: (x) => 1 / (x * (1 - x)) },
  explain: (x, y) => ({
    ...explainLog("logit", (v) => v * (1 - v))(x, y),
    fix: ["clip-input", "mask-before", "epsilon-inside"],
  }),
});

/** x ln x, 0 at 0. */
export const xlogx = unary("xlogx", "xlogx", {
  slope: { text: "(ln x + 1)", of: (x) => Math.log(x) + 1 },
  explain: (x, y) =>
    x < 0 ? explainLog("xlogx", (v) => v)(x, y) : explainPole("xlogx", x, y, "overflow-product"),
});

/** −x ln x, 0 at 0, -∞ below: a term of an entropy. */
export const entr = unary("entr", "entr", {
  slope: { text: "(−ln x − 1)", of: (x) => -Math.log(x) - 1 },
  explain: (x, y) =>
    x < 0 ? explainLog("entr", (v) => v)(x, y) : explainPole("entr", x, y, "overflow-product"),
});

/** (eˣ − 1) / x, 1 at 0. */
export const exprel = unary("exprel", "exprel", {
  slope: { text: "exprel′(x)", of: (x) => (x === 0 ? 0.5 : (Math.exp(x) * (x - 1) + 1) / (x * x)) },
  explain: (x, y) => explainPole("exprel", x, y, "overflow-exp"),
});

/** ln cosh x, without overflow, exact near 0. */
export const logcosh = unary("logcosh", "logcosh", {
  slope: { text: "tanh x", of: Math.tanh },
});

/** A product with a logarithm of `of(b)`: its pole, its domain, or only its size. */
const withLog =
  (name: string, of: (b: number) => number) =>
  (a: number, b: number, y: number): Explanation => {
    const inside = of(b);
    const cause =
      inside < 0 ? "log-of-negative" : inside === 0 ? "log-of-zero" : "overflow-product";
    return {
      expression: equation(`${name}(${showNumber(a)}, ${showNumber(b)})`, y),
      cause: Number.isNaN(y) && inside >= 0 ? "zero-times-inf" : cause,
      fix: cause === "overflow-product" ? ["scale-input"] : ["mask-before", "epsilon-inside"],
    };
  };

/** A divergence of a from b: b = 0 < a is a pole, what is below 0 has no logarithm. */
const ofTwo =
  (name: string) =>
  (a: number, b: number, y: number): Explanation => {
    const explained = withLog(name, (v) => v)(a, b, y);
    return a < 0 ? { ...explained, cause: "log-of-negative" } : explained;
  };

const outside =
  (name: string) =>
  (a: number, b: number, y: number): Explanation => ({
    expression: equation(`${name}(${showNumber(a)}, ${showNumber(b)})`, y),
    cause: Number.isNaN(y) ? "outside-domain" : "overflow-value",
    fix: ["mask-before", "scale-input"],
  });

/** ln(eᵃ + eᵇ), without overflow. */
export const logaddexp = binary("logaddexp", "logaddexp", {
  slopes: [
    { text: "σ(a − b)", of: (a, b) => 1 / (1 + Math.exp(b - a)) },
    { text: "σ(b − a)", of: (a, b) => 1 / (1 + Math.exp(a - b)) },
  ],
  explain: outside("logaddexp"),
});

/** ln|eᵃ − eᵇ|: -∞ where a = b. */
export const logsubexp = binary("logsubexp", "logsubexp", {
  slopes: [
    { text: "1/(1 − e^(b−a))", of: (a, b) => -1 / Math.expm1(b - a) },
    { text: "1/(1 − e^(a−b))", of: (a, b) => -1 / Math.expm1(a - b) },
  ],
  explain: (a, b, y) =>
    a === b && Number.isFinite(a)
      ? { ...outside("logsubexp")(a, b, y), cause: "log-of-zero" }
      : outside("logsubexp")(a, b, y),
});

/** a ln b, and 0 where a = 0 and b ≥ 0: a mask that may multiply. The gradient by a is 0 where b = 0. */
export const xlogy = binary("xlogy", "xlogy", {
  slopes: [
    { text: "ln b", of: (_, b) => Math.log(b) },
    { text: "a/b", of: (a, b) => a / b },
  ],
  explain: withLog("xlogy", (b) => b),
});

/** a ln(1 + b), and 0 where a = 0 and b ≥ −1. */
export const xlog1py = binary("xlog1py", "xlog1py", {
  slopes: [
    { text: "ln(1 + b)", of: (_, b) => Math.log1p(b) },
    { text: "a/(1 + b)", of: (a, b) => a / (1 + b) },
  ],
  explain: withLog("xlog1py", (b) => 1 + b),
});

/**
 * a ln(a / b), a term of a relative entropy: 0 where a = 0 ≤ b, ∞ where a or b is below 0 or b = 0 < a (the convex
 * extension, as SciPy). The gradient by a is -∞ at a = 0 < b, both are 0 at the origin.
 */
export const relEntr = binary("rel_entr", "relEntr", {
  slopes: [
    { text: "(ln(a/b) + 1)", of: (a, b) => (a === 0 && b === 0 ? 0 : Math.log(a / b) + 1) },
    { text: "(−a/b)", of: (a, b) => (a === 0 && b >= 0 ? 0 : -a / b) },
  ],
  explain: ofTwo("relEntr"),
});

/**
 * a ln(a / b) − a + b, a term of the Kullback–Leibler divergence: never below 0, exact where a and b are close; b where
 * a = 0 ≤ b, ∞ where a or b is below 0, b = 0 < a, or one of them is ∞.
 */
export const klDiv = binary("kl_div", "klDiv", {
  slopes: [
    { text: "ln(a/b)", of: (a, b) => (a === 0 && b === 0 ? 0 : Math.log(a / b)) },
    { text: "(1 − a/b)", of: (a, b) => (a === 0 && b >= 0 ? 1 : 1 - a / b) },
  ],
  explain: ofTwo("klDiv"),
});
