/** Arithmetic with NumPy broadcasting: shapes are aligned at their last axes, sides are equal or 1. */

import { type Explanation, TINY } from "../diagnosis/diagnose.js";
import { cancelledIn, productLost, quotientLost, signLost } from "../diagnosis/lost.js";
import { type Cause, type Fix, showNumber } from "../diagnosis/report.js";
import { binary } from "./define.js";
import { equation, explainProduct, explainQuotient, explainSum } from "./explain.js";

const one = { text: "1", of: () => 1 };

/** a + b. */
export const add = binary("add", "add", {
  slopes: [one, one],
  loses: cancelledIn,
  explain: explainSum,
});

/** a − b. */
export const sub = binary("sub", "sub", {
  slopes: [one, { text: "(−1)", of: () => -1 }],
  loses: cancelledIn,
  explain: (a, b, y) => explainSum(a, b, y, "−"),
});

/** a · b. */
export const mul = binary("mul", "mul", {
  slopes: [
    { text: "b", of: (_, b) => b },
    { text: "a", of: (a) => a },
  ],
  loses: productLost,
  explain: explainProduct,
});

/** a / b. */
export const div = binary("div", "div", {
  absorbs: "divides",
  saturates: "quotient",
  loses: quotientLost,
  slopes: [
    { text: "1/b", of: (_, b) => 1 / b },
    { text: "(−a/b²)", of: (a, b) => -a / b / b },
  ],
  explain: explainQuotient,
});

/** aᵇ with IEEE 754's special cases: pow(x, 0) = 1, NaN for a negative a and a fractional b. */
export const pow = binary("pow", "pow", {
  absorbs: "divides",
  slopes: [
    { text: "b aᵇ⁻¹", of: (a, b) => (b === 0 ? 0 : b * a ** (b - 1)) },
    { text: "aᵇ ln a", of: (a, b) => (a === 0 && b >= 0 ? 0 : a ** b * Math.log(a)) },
  ],
  explain: (a, b, y): Explanation => {
    const expression = equation(`pow(${showNumber(a)}, ${showNumber(b)})`, y);
    if (Number.isNaN(y)) return { expression, cause: "pow-of-negative", fix: ["safe-pow"] };
    if (a === 0) return { expression, cause: "division-by-zero", fix: ["safe-pow"] };
    // A pole at 0, from near by.
    const fix: Fix[] = b < 0 && Math.abs(a) <= TINY ? ["safe-pow", "scale-input"] : ["scale-input"];
    return { expression, cause: "overflow-pow", fix };
  },
});

/** A function of two variables that is named, not written as a sign. */
const named =
  (name: string, cause: Cause, fix: readonly Fix[]) =>
  (a: number, b: number, y: number): Explanation => ({
    expression: equation(`${name}(${showNumber(a)}, ${showNumber(b)})`, y),
    cause,
    fix,
  });

const half = (wins: (a: number, b: number) => boolean) => (a: number, b: number) =>
  Number.isNaN(a + b) ? Number.NaN : a === b ? 0.5 : Number(wins(a, b));

/** The larger of a and b; NaN where either is. In a tie each gets half the gradient. */
export const maximum = binary("maximum", "maximum", {
  saturates: "gate",
  slopes: [
    { text: "[a > b]", of: half((a, b) => a > b) },
    { text: "[b > a]", of: half((a, b) => b > a) },
  ],
  explain: named("maximum", "bad-input", ["impute"]),
});

/** The smaller of a and b; NaN where either is. In a tie each gets half the gradient. */
export const minimum = binary("minimum", "minimum", {
  saturates: "gate",
  slopes: [
    { text: "[a < b]", of: half((a, b) => a < b) },
    { text: "[b < a]", of: half((a, b) => b < a) },
  ],
  explain: named("minimum", "bad-input", ["impute"]),
});

/** a − ⌊a/b⌋ b: the remainder with the sign of b, as Python and NumPy have it. NaN for b = 0. */
export const mod = binary("mod", "mod", {
  absorbs: "divides",
  slopes: [one, { text: "(−⌊a/b⌋)", of: (a, b) => -Math.floor(a / b) }],
  explain: explainQuotient,
});

/** √(a² + b²), without overflow or underflow. The gradient at the origin is 0. */
export const hypot = binary("hypot", "hypot", {
  slopes: [
    { text: "a/r", of: (a, b) => a / Math.hypot(a, b) },
    { text: "b/r", of: (a, b) => b / Math.hypot(a, b) },
  ],
  explain: named("hypot", "narrowing", ["cast-range", "scale-input"]),
});

/** The angle of the point (b, a), in −π … π; 0 at the origin, and so is its gradient. */
export const atan2 = binary("atan2", "atan2", {
  absorbs: "divides",
  loses: signLost,
  slopes: [
    { text: "b/r²", of: (a, b) => b / (a * a + b * b) },
    { text: "(−a/r²)", of: (a, b) => -a / (a * a + b * b) },
  ],
  explain: named("atan2", "outside-domain", ["mask-before"]),
});

/** (a − b)². */
export const squaredDifference = binary("squared_difference", "squaredDifference", {
  slopes: [
    { text: "2(a − b)", of: (a, b) => 2 * (a - b) },
    { text: "2(b − a)", of: (a, b) => 2 * (b - a) },
  ],
  explain: (a, b, y) => ({
    expression: equation(`(${showNumber(a)} − ${showNumber(b)})²`, y),
    cause: Number.isNaN(y) ? "inf-minus-inf" : "overflow-square",
    fix: ["scale-input"],
  }),
});
