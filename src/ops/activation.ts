/** Activations. Elementwise: the output has the shape of the input. */
import { showNumber } from "../report.js";
import { unary } from "./define.js";
import { equation } from "./explain.js";

// Bounded functions cannot make a NaN or ∞ out of a finite number; what their slopes can do is met
// by the cotangent. The explanation serves the case that the ABI allows and mathematics does not.
const bounded = (name: string) => (x: number, y: number) => ({
  expression: equation(`${name}(${showNumber(x)})`, y),
  cause: "bad-input" as const,
  fix: ["impute" as const],
});

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** max(x, 0). NaN stays NaN; the gradient at 0 is 0. */
export const relu = unary("relu", "relu", {
  slope: { text: "[x > 0]", of: (x) => (x > 0 ? 1 : Math.max(x, 0)) },
  explain: bounded("relu"),
});

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary("sigmoid", "sigmoid", {
  slope: { text: "σ(x)·σ(−x)", of: (x) => logistic(x) * logistic(-x) },
  explain: bounded("sigmoid"),
});

/** Hyperbolic tangent. */
export const tanh = unary("tanh", "tanh", {
  slope: { text: "(1 − tanh² x)", of: (x) => 1 / Math.cosh(x) ** 2 },
  explain: bounded("tanh"),
});
