/** Elementary functions. Elementwise: the output has the shape of the input. */
import { logLost, signLost } from "../diagnosis/lost.js";
import { showNumber } from "../diagnosis/report.js";
import { unary } from "./define.js";
import { equation, explainLog, explainPole } from "./explain.js";

/** eˣ: ∞ above 88.72. */
export const exp = unary("exp", "exp", {
  saturates: "smooth",
  slope: { text: "eˣ", of: Math.exp },
  explain: (x, y) => ({
    expression: equation(`exp(${showNumber(x)})`, y),
    cause: "overflow-exp",
    fix: ["clip-input", "scale-input"],
  }),
});

/** Natural logarithm: -∞ at 0, NaN below. The gradient at 0 is +∞, and 0 under a zero cotangent. */
export const log = unary("log", "log", {
  slope: { text: "1/x", of: (x) => 1 / Math.abs(x) },
  loses: logLost,
  explain: explainLog("log", (x) => x),
});

/** ln(1 + x), exact for small x: -∞ at -1, NaN below. */
export const log1p = unary("log1p", "log1p", {
  slope: { text: "1/(1 + x)", of: (x) => 1 / Math.abs(1 + x) },
  explain: explainLog("log1p", (x) => 1 + x),
});

/** Square root: NaN below 0. The gradient at 0 is +∞, and 0 under a zero cotangent. */
export const sqrt = unary("sqrt", "sqrt", {
  slope: { text: "1/(2√x)", of: (x) => 0.5 / Math.sqrt(x) },
  explain: (x, y) => ({
    expression: equation(`sqrt(${showNumber(x)})`, y),
    cause: "sqrt-of-negative",
    fix: ["safe-sqrt", "mask-before", "double-where"],
  }),
});

/** |x|. The gradient at 0 is 0. */
export const abs = unary("abs", "abs", {
  slope: { text: "sign(x)", of: Math.sign },
});

/** −x. */
export const neg = unary("neg", "neg", {
  slope: { text: "(−1)", of: () => -1 },
});

/** 1, -1, or x itself where it is 0 or NaN. The gradient is 0. */
export const sign = unary("sign", "sign", {
  saturates: "flat",
  loses: signLost,
  slope: { text: "0", of: () => 0 },
});

/** x². */
export const square = unary("square", "square", {
  slope: { text: "2x", of: (x) => 2 * x },
  explain: (x, y) => ({
    expression: equation(`${showNumber(x)}²`, y),
    cause: "overflow-square",
    fix: ["scale-input"],
  }),
});

/** 1 / √x: ∞ at 0, NaN below. */
export const rsqrt = unary("rsqrt", "rsqrt", {
  absorbs: "divides",
  saturates: "quotient",
  slope: { text: "(−1/(2x√x))", of: (x) => -0.5 / (x * Math.sqrt(x)) },
  explain: (x, y) => explainPole("rsqrt", x, y, x < 0 ? "sqrt-of-negative" : "division-by-zero"),
});

/** ∛x, of negative numbers too. The gradient at 0 is ∞. */
export const cbrt = unary("cbrt", "cbrt", {
  slope: { text: "1/(3∛x²)", of: (x) => 1 / (3 * Math.cbrt(x) ** 2) },
});

/** 1 / x: ±∞ at ±0. */
export const reciprocal = unary("reciprocal", "reciprocal", {
  absorbs: "divides",
  saturates: "quotient",
  slope: { text: "(−1/x²)", of: (x) => -1 / (x * x) },
  explain: (x, y) =>
    explainPole("reciprocal", x, y, x === 0 ? "division-by-zero" : "overflow-quotient"),
});

/** 2ˣ: ∞ from 128 on. */
export const exp2 = unary("exp2", "exp2", {
  saturates: "smooth",
  slope: { text: "2ˣ ln 2", of: (x) => 2 ** x * Math.LN2 },
  explain: (x, y) => explainPole("exp2", x, y, "overflow-exp"),
});

/** eˣ − 1, exact for small x: ∞ above 88.72. */
export const expm1 = unary("expm1", "expm1", {
  saturates: "smooth",
  slope: { text: "eˣ", of: Math.exp },
  explain: (x, y) => explainPole("expm1", x, y, "overflow-exp"),
});

/** Logarithm to base 2: -∞ at 0, NaN below. */
export const log2 = unary("log2", "log2", {
  slope: { text: "1/(x ln 2)", of: (x) => 1 / (Math.abs(x) * Math.LN2) },
  loses: logLost,
  explain: explainLog("log2", (x) => x),
});

/** Logarithm to base 10: -∞ at 0, NaN below. */
export const log10 = unary("log10", "log10", {
  slope: { text: "1/(x ln 10)", of: (x) => 1 / (Math.abs(x) * Math.LN10) },
  loses: logLost,
  explain: explainLog("log10", (x) => x),
});

/** The largest integer ≤ x. The gradient is 0. */
export const floor = unary("floor", "floor", {
  saturates: "flat",
  slope: { text: "0", of: () => 0 },
});

/** The smallest integer ≥ x. The gradient is 0. */
export const ceil = unary("ceil", "ceil", {
  saturates: "flat",
  slope: { text: "0", of: () => 0 },
});

/** The nearest integer, ties to even. The gradient is 0. */
export const round = unary("round", "round", {
  saturates: "flat",
  slope: { text: "0", of: () => 0 },
});

/** x without its fraction. The gradient is 0. */
export const trunc = unary("trunc", "trunc", {
  saturates: "flat",
  slope: { text: "0", of: () => 0 },
});

/** x kept within `min … max`; NaN stays NaN. The gradient is 1 inside and at the bounds, 0 outside. Default: no bounds. */
export const clip = unary("clip", "clip", {
  saturates: "clamp",
  slope: {
    text: "[min ≤ x ≤ max]",
    of: (x, { min, max }) => Number(x >= min && x <= max),
  },
  scalars: { min: -Infinity, max: Infinity },
  check: ({ min, max }) =>
    min <= max ? undefined : `bounds in the wrong order, expected min ≤ max, got ${min} and ${max}`,
});

/** The error function 2/√π ∫₀ˣ e^(−t²) dt. */
export const erf = unary("erf", "erf", {
  saturates: "smooth",
  slope: { text: "2/√π e^(−x²)", of: (x) => 1.1283791670955126 * Math.exp(-x * x) },
});

/** 1 − erf(x), exact for large x. */
export const erfc = unary("erfc", "erfc", {
  saturates: "smooth",
  slope: { text: "(−2/√π e^(−x²))", of: (x) => -1.1283791670955126 * Math.exp(-x * x) },
});

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Φ(x), the normal distribution's cumulative function: accurate in both tails. */
export const ndtr = unary("ndtr", "ndtr", {
  saturates: "smooth",
  slope: { text: "φ(x)", of: density },
});

/** φ(a) / Φ(−a) = a + 1/(a + 2/(a + 3/…)) for a ≥ 0, to 4e-5: as if it were 39.5 from 40 on. */
function hazard(a: number): number {
  let f = (a + Math.sqrt(a * a + 158)) / 2;
  for (let n = 39; n > 0; n--) f = a + n / f;
  return f;
}

/** ln Φ(x), exact where Φ(x) is 0 or 1: −x²/2 and little else to the left. The gradient at −∞ is ∞. */
export const logNdtr = unary("log_ndtr", "logNdtr", {
  slope: {
    text: "φ(x)/Φ(x)",
    of: (x) => (x < 0 ? hazard(-x) : density(x) / (1 - density(x) / hazard(x))),
  },
  explain: (x, y) => explainPole("logNdtr", x, y, "overflow-square"),
});
