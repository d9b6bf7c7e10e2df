/** Optimizer steps, in place. */
import { type Case, kernelCase } from "../case.js";
import { at, short, spread } from "../data.js";

const SIZES = [1 << 14, 1 << 20];
const LR = 1e-3;
const SCALE = 0.5;
const MOMENTUM = 0.9;
const [BETA1, BETA2, EPS, DECAY] = [0.9, 0.999, 1e-8, 0.01];

/** Parameter, gradient, and the state before the step. */
function before(n: number) {
  return {
    p: spread(n, -1, 1, 1),
    g: spread(n, -1, 1, 2),
    m: spread(n, -1, 1, 3),
    v: spread(n, 0, 1, 4),
  };
}

function cases(n: number): Case[] {
  const common = { size: short(n), rate: "gelems", work: n } as const;
  return [
    kernelCase({
      ...common,
      kernel: "sgd_step_f32",
      problem: () => {
        const { p, g } = before(n);
        return { inputs: { g }, out: p, want: (i) => at(p, i) - LR * SCALE * at(g, i) };
      },
      call: (k, p, { g }) => k.sgd_step_f32(p, g, n, LR, SCALE),
    }),
    kernelCase({
      ...common,
      kernel: "sgd_momentum_step_f32",
      problem: () => {
        const { p, g, m } = before(n);
        const want = (i: number) => at(p, i) - LR * (MOMENTUM * at(m, i) + SCALE * at(g, i));
        return { inputs: { g, m }, out: p, want };
      },
      call: (k, p, { g, m }) => k.sgd_momentum_step_f32(p, m, g, n, LR, MOMENTUM, SCALE),
    }),
    kernelCase({
      ...common,
      kernel: "adam_step_f32",
      problem: () => {
        const { p, g, m, v } = before(n);
        const want = (i: number) => {
          const first = BETA1 * at(m, i) + (1 - BETA1) * SCALE * at(g, i);
          const second = BETA2 * at(v, i) + (1 - BETA2) * (SCALE * at(g, i)) ** 2;
          const [mean, root] = [first / (1 - BETA1), Math.sqrt(second / (1 - BETA2))];
          return at(p, i) - (LR * mean) / (root + EPS) - LR * DECAY * at(p, i);
        };
        return { inputs: { g, m, v }, out: p, want };
      },
      call: (k, p, { g, m, v }) =>
        k.adam_step_f32(
          ...([p, m, v, g, n, LR, BETA1, BETA2, EPS, DECAY, SCALE] as const),
          ...([1 - BETA1, 1 - BETA2] as const),
        ),
    }),
  ];
}

export function optimizers(): Case[] {
  return SIZES.flatMap(cases);
}
