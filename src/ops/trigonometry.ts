/** Circular and hyperbolic functions, in radians. Elementwise: the output has the shape of the input. */
import { unary } from "./define.js";
import { explainDomain, explainPole } from "./explain.js";

/** Sine of x in radians, for every float32: also of 1e38. */
export const sin = unary("sin", "sin", {
  slope: { text: "cos x", of: Math.cos },
});

/** Cosine of x in radians, for every float32. */
export const cos = unary("cos", "cos", {
  slope: { text: "(−sin x)", of: (x) => -Math.sin(x) },
});

/** Tangent of x in radians, for every float32. */
export const tan = unary("tan", "tan", {
  slope: { text: "(1 + tan² x)", of: (x) => 1 + Math.tan(x) ** 2 },
});

/** Arc sine, in −π/2 … π/2; NaN outside −1 … 1. The gradient at ±1 is ∞. */
export const asin = unary("asin", "asin", {
  slope: { text: "1/√(1 − x²)", of: (x) => 1 / Math.sqrt((1 - x) * (1 + x)) },
  explain: (x, y) => explainDomain("asin", x, y, "outside-unit", ["safe-acos"]),
});

/** Arc cosine, in 0 … π; NaN outside −1 … 1. The gradient at ±1 is -∞. */
export const acos = unary("acos", "acos", {
  slope: { text: "(−1/√(1 − x²))", of: (x) => -1 / Math.sqrt((1 - x) * (1 + x)) },
  explain: (x, y) => explainDomain("acos", x, y, "outside-unit", ["safe-acos"]),
});

/** Arc tangent, in −π/2 … π/2. */
export const atan = unary("atan", "atan", {
  saturates: "smooth",
  slope: { text: "1/(1 + x²)", of: (x) => 1 / (1 + x * x) },
});

/** Hyperbolic sine: ±∞ beyond ±89.42. */
export const sinh = unary("sinh", "sinh", {
  slope: { text: "cosh x", of: Math.cosh },
  explain: (x, y) => explainPole("sinh", x, y, "overflow-exp"),
});

/** Hyperbolic cosine: ∞ beyond ±89.42. */
export const cosh = unary("cosh", "cosh", {
  slope: { text: "sinh x", of: Math.sinh },
  explain: (x, y) => explainPole("cosh", x, y, "overflow-exp"),
});

/** Inverse hyperbolic sine. */
export const asinh = unary("asinh", "asinh", {
  slope: { text: "1/√(1 + x²)", of: (x) => 1 / Math.hypot(1, x) },
});

/** Inverse hyperbolic cosine; NaN below 1. The gradient at 1 is ∞. */
export const acosh = unary("acosh", "acosh", {
  slope: { text: "1/√(x² − 1)", of: (x) => 1 / (Math.sqrt(x - 1) * Math.sqrt(x + 1)) },
  explain: (x, y) => explainDomain("acosh", x, y, "outside-domain", ["mask-before"]),
});

/** Inverse hyperbolic tangent: ±∞ at ±1, NaN outside. The gradient at ±1 is ∞. */
export const atanh = unary("atanh", "atanh", {
  slope: { text: "1/(1 − x²)", of: (x) => 1 / ((1 - x) * (1 + x)) },
  explain: (x, y) =>
    explainDomain("atanh", x, y, Number.isNaN(y) ? "outside-unit" : "log-of-zero", [
      "mask-before",
      "clip-input",
    ]),
});
