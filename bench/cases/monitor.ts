/** What a monitor reads of a tensor, in bytes, beside a loop that only loads; and a step that is measured meanwhile. */
import { type Case, kernelCase } from "../case.js";
import { at, short, spread, total } from "../data.js";

/** The digits network's first layer, in cache; and far beyond. */
const SIZES = [784 * 128, 1 << 22];

const LR = 1e-3;
/** Positive, so that the sum does not cancel. */
const numbers = (n: number) => spread(n, 0.5, 3, 1);

/** Min, max, Σ x, Σ x², Σ Δx². */
function expected(x: Float32Array, moves: (i: number) => number): (i: number) => number {
  const n = x.length;
  const ends = x.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)] as const, [
    Infinity,
    -Infinity,
  ] as readonly [number, number]);
  const sums = [
    total(n, (i) => at(x, i)),
    total(n, (i) => at(x, i) ** 2),
    total(n, (i) => moves(i) ** 2),
  ];
  const all = [...ends, ...sums];
  return (i) => at(all, i);
}

function summary(n: number, type: "f32" | "f64"): Case {
  const doubles = type === "f64";
  return kernelCase({
    kernel: `summary_${type}`,
    size: short(n),
    rate: "gbps",
    roofline: true,
    work: n * (doubles ? 8 : 4),
    problem: () => {
      const x = numbers(n);
      return {
        inputs: { x: doubles ? Float64Array.from(x) : x },
        out: 8,
        want: expected(x, () => 0),
        doubles: true,
        returns: "nothing",
      };
    },
    call: (k, out, { x }) => k[`summary_${type}`](out, x, n, 1),
  });
}

function measuredStep(n: number): Case {
  return kernelCase({
    kernel: "sgd_step_f32",
    variant: "measured",
    size: short(n),
    rate: "gbps",
    roofline: true,
    work: n * 12,
    problem: () => {
      const [p, g] = [numbers(n), spread(n, 3, 4, 2)];
      const moves = (i: number) => -LR * at(g, i);
      // The check comes first: with every step p moves on.
      const next = p.map((v, i) => v + moves(i));
      return {
        inputs: { p, g },
        out: 10,
        want: expected(next, moves),
        doubles: true,
        returns: "nothing",
      };
    },
    call: (k, out, { p, g }) => k.sgd_step_f32(p, g, n, LR, 1, out, 1),
  });
}

export function monitorKernels(): Case[] {
  return SIZES.flatMap((n) => [summary(n, "f32"), summary(n, "f64"), measuredStep(n)]);
}
