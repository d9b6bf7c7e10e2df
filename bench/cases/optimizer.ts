/** Optimizer steps, in place, of either type. */
import { type Case, kernelCase } from "../case.js";
import { at, short, spread } from "../data.js";

const SIZES = [1 << 14, 1 << 20];
const LR = 1e-3;
const SCALE = 0.5;
const MOMENTUM = 0.9;
const [BETA1, BETA2, EPS, DECAY] = [0.9, 0.999, 1e-8, 0.01];

type Type = "f32" | "f64";

/** Parameter, gradient, and the state before the step. */
function before(n: number, type: Type) {
  const drawn = (low: number, high: number, seed: number) => {
    const x = spread(n, low, high, seed);
    return type === "f64" ? Float64Array.from(x) : x;
  };
  return { p: drawn(-1, 1, 1), g: drawn(-1, 1, 2), m: drawn(-1, 1, 3), v: drawn(0, 1, 4) };
}

function cases(n: number, type: Type): Case[] {
  const common = { size: short(n), rate: "gelems", work: n } as const;
  const doubles = type === "f64";
  return [
    kernelCase({
      ...common,
      kernel: `sgd_step_${type}`,
      problem: () => {
        const { p, g } = before(n, type);
        const want = (i: number) => at(p, i) - LR * SCALE * at(g, i);
        return { inputs: { g }, out: p, doubles, want, returns: "nothing" };
      },
      call: (k, p, { g }) => k[`sgd_step_${type}`](p, g, n, LR, SCALE, 0, 1),
    }),
    kernelCase({
      ...common,
      kernel: `sgd_momentum_step_${type}`,
      problem: () => {
        const { p, g, m } = before(n, type);
        const want = (i: number) => at(p, i) - LR * (MOMENTUM * at(m, i) + SCALE * at(g, i));
        return { inputs: { g, m }, out: p, doubles, want, returns: "nothing" };
      },
      call: (k, p, { g, m }) =>
        k[`sgd_momentum_step_${type}`](p, m, g, n, LR, MOMENTUM, SCALE, 0, 1),
    }),
    kernelCase({
      ...common,
      kernel: `adam_step_${type}`,
      problem: () => {
        const { p, g, m, v } = before(n, type);
        const want = (i: number) => {
          const first = BETA1 * at(m, i) + (1 - BETA1) * SCALE * at(g, i);
          const second = BETA2 * at(v, i) + (1 - BETA2) * (SCALE * at(g, i)) ** 2;
          const [mean, root] = [first / (1 - BETA1), Math.sqrt(second / (1 - BETA2))];
          return at(p, i) - (LR * mean) / (root + EPS) - LR * DECAY * at(p, i);
        };
        return { inputs: { g, m, v }, out: p, doubles, want, returns: "nothing" };
      },
      call: (k, p, { g, m, v }) =>
        k[`adam_step_${type}`](
          ...([p, m, v, g, n, LR, BETA1, BETA2, EPS, DECAY, SCALE] as const),
          ...([1 - BETA1, 1 - BETA2, 0, 1] as const),
        ),
    }),
  ];
}

export function optimizers(): Case[] {
  return SIZES.flatMap((n) => [...cases(n, "f32"), ...cases(n, "f64")]);
}
