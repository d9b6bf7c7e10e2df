/** Stochastic gradient descent. */
import { checkRange } from "../check.js";
import {
  beyond,
  checkOptimizer,
  type Optimizer,
  type OptimizerOptions,
  optimizer,
} from "./optimizer.js";

const PLAIN = { float32: "sgd_step_f32", float64: "sgd_step_f64" } as const;
const MOMENTUM = { float32: "sgd_momentum_step_f32", float64: "sgd_momentum_step_f64" } as const;

export interface SgdOptions extends OptimizerOptions {
  /** Default 0: none. `m ← momentum · m + g`, `p ← p − lr · m`. */
  readonly momentum?: number | undefined;
}

/**
 * Gradient descent with optional momentum.
 *
 * @throws InputRangeError when lr or momentum is out of range.
 */
export function sgd(options: SgdOptions): Optimizer {
  checkOptimizer("sgd", options, ["momentum"]);
  const { momentum = 0 } = options;
  checkRange("sgd", "momentum", momentum, (v) => v >= 0 && v < 1, "0 ≤ momentum < 1");
  if (momentum === 0) {
    return optimizer(
      {
        name: "sgd",
        states: {},
        bounds: ({ p, g }, lr) => ({ p: p + lr * g + beyond(lr), m: 0, v: 0 }),
        run: (p, _, g, lr, scale, __, out, s) =>
          p.home.kernels[PLAIN[p.dtype]](p.at, g.at, p.size, lr, scale, out, s),
      },
      options,
    );
  }
  return optimizer(
    {
      name: "sgd",
      states: { m: "m ← momentum · m + g" },
      bounds: ({ p, m, g }, lr) => {
        const next = momentum * m + g;
        return { p: p + lr * next + beyond(lr), m: next, v: 0 };
      },
      run: (p, { m }, g, lr, scale, _, out, s) =>
        p.home.kernels[MOMENTUM[p.dtype]](
          p.at,
          m?.at ?? 0,
          g.at,
          p.size,
          lr,
          momentum,
          scale,
          out,
          s,
        ),
    },
    options,
  );
}
