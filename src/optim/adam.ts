/** Adam and AdamW (Kingma & Ba 2015; Loshchilov & Hutter 2019). */
import { checkRange } from "../check.js";
import { InputRangeError } from "../errors.js";
import {
  beyond,
  checkOptimizer,
  type Optimizer,
  type OptimizerOptions,
  optimizer,
} from "./optimizer.js";

const KERNEL = { float32: "adam_step_f32", float64: "adam_step_f64" } as const;

export interface AdamOptions extends OptimizerOptions {
  /** Decay of the mean. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the uncentred variance. Default 0.999. */
  readonly beta2?: number | undefined;
  /**
   * Added to the root. Default 1e-8, at least 2⁻¹²⁶; for parameters of float32 at least 2⁻⁷⁰ / √(1 − beta2), 2.7e-20 by
   * default: below, a gradient whose square underflows in v would be divided by next to nothing.
   */
  readonly eps?: number | undefined;
  /** Decoupled: each step takes `lr · weightDecay · p` from p. Default 0. */
  readonly weightDecay?: number | undefined;
}

/** √v below this is not to be relied on in float32: v is next to 2⁻¹⁴⁹, or 0. An eps 32 times as large hides that. */
const LEAST_ROOT = 2 ** -70;

/**
 * Adam, with decoupled weight decay when asked for.
 *
 * @throws InputRangeError when an option is out of range; at its first step with a parameter of float32, where `eps` is too
 * small for that.
 */
export function adam(options: AdamOptions): Optimizer {
  checkOptimizer("adam", options, ["beta1", "beta2", "eps", "weightDecay"]);
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay = 0 } = options;
  for (const [name, beta] of Object.entries({ beta1, beta2 })) {
    checkRange("adam", name, beta, (v) => v >= 0 && v < 1, `0 ≤ ${name} < 1`);
  }
  checkRange("adam", "weightDecay", weightDecay, (v) => v >= 0 && v < Infinity, "0 … ∞");
  checkRange("adam", "eps", eps, (v) => v >= 2 ** -126 && v < Infinity, "2⁻¹²⁶ … ∞");
  // |m̂| / √v̂ is at most this, whatever the gradients were (Kingma & Ba, section 2.1).
  const ratio = Math.max(1, (1 - beta1) / Math.sqrt(1 - beta2));
  const leastEps = LEAST_ROOT / Math.sqrt(1 - beta2);
  return optimizer(
    {
      name: "adam",
      states: { m: "m ← β₁ m + (1 − β₁) g", v: "v ← β₂ v + (1 − β₂) g²" },
      decay: weightDecay,
      accepts: (name, dtype) => {
        if (dtype === "float64" || eps >= leastEps) return;
        throw new InputRangeError(
          `adam: eps is too small for "${name}" of float32, where v is 0 for gradients below, expected at least ${leastEps.toPrecision(3)}, got ${eps}`,
        );
      },
      bounds: ({ p, m, v, g }, lr, step) => {
        const decay = lr * weightDecay;
        return {
          p: p * (1 + decay) + lr * ratio + beyond(decay) + beyond(lr / (1 - beta1 ** step)),
          m: beta1 * m + (1 - beta1) * g,
          v: beta2 * v + (1 - beta2) * g * g,
        };
      },
      run: (p, { m, v }, g, lr, scale, step, out, s) =>
        p.home.kernels[KERNEL[p.dtype]](
          p.at,
          m?.at ?? 0,
          v?.at ?? 0,
          g.at,
          p.size,
          lr,
          beta1,
          beta2,
          eps,
          weightDecay,
          scale,
          1 - beta1 ** step,
          1 - beta2 ** step,
          out,
          s,
        ),
    },
    options,
  );
}
