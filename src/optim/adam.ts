/** Adam and AdamW (Kingma & Ba 2015; Loshchilov & Hutter 2019). */
import { checkRange } from "../check.js";
import { LARGEST } from "../tensor.js";
import { checkOptimizer, type Optimizer, type OptimizerOptions, optimizer } from "./optimizer.js";

const KERNEL = { float32: "adam_step_f32", float64: "adam_step_f64" } as const;

export interface AdamOptions extends OptimizerOptions {
  /** Decay of the mean. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the uncentred variance. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root, at least 2⁻¹²⁶: a gradient whose square underflows would be divided by 0. Default 1e-8. */
  readonly eps?: number | undefined;
  /** Decoupled: each step takes `lr · weightDecay · p` from p. Default 0. */
  readonly weightDecay?: number | undefined;
}

/**
 * Adam, with decoupled weight decay when asked for.
 *
 * @throws InputRangeError when an option is out of range.
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
  return optimizer(
    {
      name: "adam",
      states: ["m", "v"],
      bounds: ({ p, m, v, g }, lr, step) => {
        // What the kernel multiplies by: beyond its type it is ∞, however short the step would be.
        const rate = lr / (1 - beta1 ** step);
        return {
          p: p * (1 + lr * weightDecay) + (rate <= LARGEST.float32 ? lr : rate) * ratio,
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
