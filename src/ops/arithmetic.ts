/** Arithmetic with NumPy broadcasting: shapes are aligned at their last axes, sides are equal or 1. */
import { binary } from "./define.js";
import { explainProduct, explainQuotient, explainSum } from "./explain.js";

const one = { text: "1", of: () => 1 };

/** a + b. */
export const add = binary("add", "add", { slopes: [one, one], explain: explainSum });

/** a − b. */
export const sub = binary("sub", "sub", {
  slopes: [one, { text: "(−1)", of: () => -1 }],
  explain: (a, b, y) => explainSum(a, b, y, "−"),
});

/** a · b. */
export const mul = binary("mul", "mul", {
  slopes: [
    { text: "b", of: (_, b) => b },
    { text: "a", of: (a) => a },
  ],
  explain: explainProduct,
});

/** a / b. */
export const div = binary("div", "div", {
  slopes: [
    { text: "1/b", of: (_, b) => 1 / b },
    { text: "(−a/b²)", of: (a, b) => -a / b / b },
  ],
  explain: explainQuotient,
});
