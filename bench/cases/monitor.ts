/** What a monitor reads of a tensor, in bytes, beside a loop that only loads. */
import { type Case, kernelCase } from "../case.js";
import { at, short, spread, total } from "../data.js";

/** The digits network's first layer, in cache; and far beyond. */
const SIZES = [784 * 128, 1 << 22];

/** Positive, so that the sum does not cancel. */
const numbers = (n: number) => spread(n, 0.5, 3, 1);

function kernelCases(n: number): Case[] {
  const common = { size: short(n), rate: "gbps", roofline: true } as const;
  const expected = (x: Float32Array, past: Float32Array) => {
    const ends = x.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)] as const, [
      Infinity,
      -Infinity,
    ] as readonly [number, number]);
    const sums = [
      total(n, (i) => at(x, i)),
      total(n, (i) => at(x, i) ** 2),
      total(n, (i) => (at(x, i) - at(past, i)) ** 2),
    ];
    return [...ends, ...sums];
  };
  return [
    kernelCase({
      ...common,
      kernel: "summary_f32",
      work: n * 4,
      problem: () => {
        const x = numbers(n);
        const wanted = expected(x, x);
        return {
          inputs: { x },
          out: 8,
          want: (i) => at(wanted, i),
          doubles: true,
          returns: "nothing",
        };
      },
      call: (k, out, { x }) => k.summary_f32(out, x, n, 1),
    }),
    kernelCase({
      ...common,
      kernel: "advance_f32",
      work: n * 12,
      problem: () => {
        const [x, past] = [numbers(n), spread(n, 3, 4, 2)];
        const wanted = expected(x, past);
        // The check comes first: after it the past is x.
        return {
          inputs: { x, past },
          out: 10,
          want: (i) => at(wanted, i),
          doubles: true,
          returns: "nothing",
        };
      },
      call: (k, out, { x, past }) => k.advance_f32(out, x, past, n, 1, 1),
    }),
  ];
}

export function monitorKernels(): Case[] {
  return SIZES.flatMap(kernelCases);
}
