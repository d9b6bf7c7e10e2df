/** Activations. Elementwise: the output has the shape of the input. */

import { showValue } from "../check.js";
import { showNumber } from "../diagnosis/report.js";
import { InputRangeError } from "../errors.js";
import { type DType, Tensor } from "../tensor.js";
import {
  binary,
  defineMany,
  NO_OPTIONS,
  type OutOption,
  type OutOption64,
  optionsOf,
  unary,
} from "./define.js";
import { equation, explainProduct } from "./explain.js";

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
  saturates: "gate",
  slope: { text: "[x > 0]", of: (x) => (x > 0 ? 1 : Math.max(x, 0)) },
  explain: bounded("relu"),
});

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary("sigmoid", "sigmoid", {
  saturates: "smooth",
  slope: { text: "σ(x)·σ(−x)", of: (x) => logistic(x) * logistic(-x) },
  explain: bounded("sigmoid"),
});

/** Hyperbolic tangent. */
export const tanh = unary("tanh", "tanh", {
  saturates: "smooth",
  slope: { text: "(1 − tanh² x)", of: (x) => 1 / Math.cosh(x) ** 2 },
  explain: bounded("tanh"),
});

/** min(max(x, 0), 6). The gradient is 1 inside, 0 at the bounds. */
export const relu6 = unary("relu6", "relu6", {
  saturates: "gate",
  slope: { text: "[0 < x < 6]", of: (x) => Number(x > 0 && x < 6) },
});

/** x kept within `min … max`, default −1 … 1. The gradient is 1 inside, 0 at the bounds (PyTorch). */
export const hardTanh = unary("hard_tanh", "hardTanh", {
  saturates: "clamp",
  slope: {
    text: "[min < x < max]",
    of: (x, { min, max }) => Number(x > min && x < max),
  },
  scalars: { min: -1, max: 1 },
  check: ({ min, max }) =>
    min <= max ? undefined : `bounds in the wrong order, expected min ≤ max, got ${min} and ${max}`,
});

/** At 0, where a line bends from `slope` to 1: the slope of least norm between them. */
const bent = (x: number, slope: number): number => {
  if (x === 0) return slope > 0 ? Math.min(slope, 1) : 0;
  return x < 0 ? slope : 1;
};

/** x < 0 ? slope · x : x. Default slope 0.01. The gradient at 0 is the slope of least norm: 0.01. */
export const leakyRelu = unary("leaky_relu", "leakyRelu", {
  slope: {
    text: "[x < 0 ? slope : 1]",
    of: (x, { slope }) => bent(x, slope),
  },
  scalars: { slope: 0.01 },
});

/** x < 0 ? alpha (eˣ − 1) : x. Default alpha 1. The gradient at 0 is alpha. */
export const elu = unary("elu", "elu", {
  saturates: "gate",
  slope: {
    text: "[x > 0 ? 1 : alpha eˣ]",
    of: (x, { alpha }) => (x <= 0 ? alpha * Math.exp(x) : 1),
  },
  scalars: { alpha: 1 },
});

/** λ (x < 0 ? α (eˣ − 1) : x) with the constants of Klambauer et al. 2017. The gradient at 0 is λα. */
export const selu = unary("selu", "selu", {
  saturates: "gate",
  slope: {
    text: "[x > 0 ? λ : λα eˣ]",
    of: (x) => (x <= 0 ? 1.7580993408473768 * Math.exp(x) : 1.0507009873554805),
  },
});

/** x < 0 ? alpha (e^(x/alpha) − 1) : x. Default alpha 1. */
export const celu = unary("celu", "celu", {
  saturates: "gate",
  slope: {
    text: "[x < 0 ? e^(x/alpha) : 1]",
    of: (x, { alpha }) => (x < 0 ? Math.exp(x / alpha) : 1),
  },
  scalars: { alpha: 1 },
  check: ({ alpha }) =>
    alpha > 0 && alpha < Infinity
      ? undefined
      : `alpha out of range, expected above 0 and finite, got ${alpha}`,
});

/** ln σ(x), exact where σ(x) is 0 or 1 in float32. */
export const logSigmoid = unary("log_sigmoid", "logSigmoid", {
  saturates: "gate",
  slope: { text: "σ(−x)", of: (x) => 1 / (1 + Math.exp(x)) },
});

/** x σ(x), also called swish. */
export const silu = unary("silu", "silu", {
  saturates: "gate",
  slope: { text: "σ(x)(1 + x σ(−x))", of: (x) => logistic(x) * (1 + x * logistic(-x)) },
});

/** x tanh(ln(1 + eˣ)). */
export const mish = unary("mish", "mish", {
  saturates: "gate",
  slope: {
    text: "mish′(x)",
    of: (x) =>
      Math.tanh(Math.log1p(Math.exp(x))) +
      (x * logistic(x)) / Math.cosh(Math.log1p(Math.exp(x))) ** 2,
  },
});

/** ln(1 + eˣ), without overflow. */
export const softplus = unary("softplus", "softplus", {
  saturates: "gate",
  slope: { text: "σ(x)", of: logistic },
});

/** x / (1 + |x|): ±1 at ±∞. */
export const softsign = unary("softsign", "softsign", {
  saturates: "smooth",
  slope: { text: "1/(1 + |x|)²", of: (x) => 1 / (1 + Math.abs(x)) ** 2 },
});

/** min(max(x + 3, 0), 6) / 6. */
export const hardSigmoid = unary("hard_sigmoid", "hardSigmoid", {
  saturates: "smooth",
  slope: { text: "[|x| < 3] / 6", of: (x) => (Math.abs(x) < 3 ? 1 / 6 : 0) },
});

/** x min(max(x + 3, 0), 6) / 6. */
export const hardSwish = unary("hard_swish", "hardSwish", {
  saturates: "gate",
  slope: { text: "hardSwish′(x)", of: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6) },
});

/** x > theta ? x : 0. Default theta 1. */
export const thresholdedRelu = unary("thresholded_relu", "thresholdedRelu", {
  saturates: "gate",
  slope: { text: "[x > theta]", of: (x, { theta }) => Number(x > theta) },
  scalars: { theta: 1 },
});

/** x moved towards 0 by lambda, 0 within ±lambda. Default lambda 0.5. */
export const softShrink = unary("soft_shrink", "softShrink", {
  saturates: "gate",
  slope: {
    text: "[|x| > lambda]",
    of: (x, { lambda }) => Number(Math.abs(x) > lambda),
  },
  scalars: { lambda: 0.5 },
  check: ({ lambda }) =>
    lambda >= 0 ? undefined : `lambda out of range, expected 0 or more, got ${lambda}`,
});

/** x, or 0 within ±lambda. Default lambda 0.5. */
export const hardShrink = unary("hard_shrink", "hardShrink", {
  saturates: "gate",
  slope: {
    text: "[|x| > lambda]",
    of: (x, { lambda }) => Number(Math.abs(x) > lambda),
  },
  scalars: { lambda: 0.5 },
  check: ({ lambda }) =>
    lambda >= 0 ? undefined : `lambda out of range, expected 0 or more, got ${lambda}`,
});

/** x − tanh x, exact near 0. */
export const tanhShrink = unary("tanh_shrink", "tanhShrink", {
  slope: { text: "tanh² x", of: (x) => Math.tanh(x) ** 2 },
});

const geluErf = unary("gelu", "gelu", {
  saturates: "gate",
  slope: { text: "Φ(x) + x φ(x)", of: (x) => (x > 0 ? 1 : 0) },
});
const geluTanh = unary("gelu_tanh", "gelu", {
  saturates: "gate",
  slope: { text: "gelu′(x)", of: (x) => (x > 0 ? 1 : 0) },
});

export interface GeluOptions {
  /** `"erf"`: x Φ(x), the definition (default). `"tanh"`: the approximation of Hendrycks & Gimpel 2016. */
  readonly approximate?: "erf" | "tanh" | undefined;
}

export interface Gelu {
  (x: number, options?: GeluOptions): number;
  (x: Float32Array, options?: GeluOptions & OutOption): Float32Array;
  (x: Float64Array, options?: GeluOptions & OutOption64): Float64Array;
  <D extends DType>(x: Tensor<D>, options?: GeluOptions): Tensor<D>;
}

const callGelu = (x: Tensor, options: GeluOptions = NO_OPTIONS): Tensor => {
  const { approximate = "erf", ...rest } = optionsOf(
    "gelu",
    options,
    ["approximate"],
    x instanceof Tensor,
  );
  if (approximate !== "erf" && approximate !== "tanh") {
    throw new InputRangeError(
      `gelu: no such approximation, expected "erf" or "tanh", got ${showValue(approximate)}`,
    );
  }
  return approximate === "tanh" ? geluTanh(x, rest) : geluErf(x, rest);
};

/** x Φ(x), with Φ the normal distribution's cumulative function; accurate in the far left tail too. */
export const gelu = defineMany(["gelu", "gelu_tanh"], callGelu as Gelu);

/**
 * a < 0 ? slope · a : a, with slopes that are trained: a tensor that broadcasts. At 0 the gradient by a is as leakyRelu's, that by
 * the slope 0.
 */
export const prelu = binary("prelu", "prelu", {
  slopes: [
    { text: "[a < 0 ? b : 1]", of: (a, b) => (Number.isNaN(a) ? a : bent(a, b)) },
    { text: "[a < 0 ? a : 0]", of: (a) => Math.min(a, 0) },
  ],
  explain: explainProduct,
});
