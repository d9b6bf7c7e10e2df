/** Finite checks, in bytes read, beside a loop that only loads. */
import { allFinite, health } from "../../src/index.js";
import { activate, type Runtime } from "../../src/runtime.js";
import { type Case, compare, kernelCase, type Ready } from "../case.js";
import { at, short, spread, total } from "../data.js";

const SIZES = [1 << 14, 1 << 20, 1 << 24];

const numbers = (n: number) => spread(n, -3, 3);

/** The largest magnitude as bits. */
function peakOf(x: Float32Array): number {
  const largest = x.reduce((peak, v) => Math.max(peak, Math.abs(v)), 0);
  return new Uint32Array(Float32Array.of(largest).buffer)[0] ?? 0;
}

function kernelCases(n: number): Case[] {
  const common = { size: short(n), rate: "gbps", work: n * 4, roofline: true } as const;
  const returning = (returns: (x: Float32Array) => number) => () => {
    const x = numbers(n);
    return { inputs: { x }, out: 0, want: () => 0, returns: returns(x) };
  };
  return [
    kernelCase({
      ...common,
      kernel: "peak_f32",
      problem: returning(peakOf),
      call: (k, _, { x }) => k.peak_f32(x, n),
    }),
    kernelCase({
      ...common,
      kernel: "all_finite_f32",
      problem: returning(() => 1),
      call: (k, _, { x }) => k.all_finite_f32(x, n),
    }),
    kernelCase({
      ...common,
      kernel: "first_non_finite_f32",
      problem: returning(() => -1),
      call: (k, _, { x }) => k.first_non_finite_f32(x, n, 0),
    }),
    kernelCase({
      ...common,
      kernel: "count_non_finite_f32",
      problem: returning(() => 0),
      call: (k, _, { x }) => k.count_non_finite_f32(x, n),
    }),
    ...(["health_f32", "census_f32"] as const).flatMap((kernel) => [
      census(kernel, n, undefined, numbers),
      census(kernel, n, "positive", (size) => spread(size, 0, 1)),
      census(kernel, n, "relu", (size) => numbers(size).map((v) => Math.max(v, 0))),
    ]),
  ];
}

/** Health of numbers of a kind: most of the work of it is to find out what stands there. */
function census(
  kernel: "health_f32" | "census_f32",
  n: number,
  variant: string | undefined,
  kind: (n: number) => Float32Array,
): Case {
  return kernelCase({
    kernel,
    ...(variant === undefined ? {} : { variant }),
    size: short(n),
    rate: "gbps",
    work: n * 4,
    roofline: true,
    problem: () => {
      const x = kind(n);
      const mean = kernel === "health_f32" ? total(n, (i) => at(x, i)) / n : Number.NaN;
      const [low, high] = ends(x);
      const zeros = x.filter((v) => v === 0).length;
      const report = [0, 0, 0, zeros, 0, -1, low, high, mean, Math.max(-low, high)];
      const want = (i: number) => at(report, i);
      return { inputs: { x }, out: 20, want, doubles: true, returns: "nothing" };
    },
    call: (k, out, { x }) => k[kernel](out, x, n),
  });
}

/** The smallest and the largest. */
function ends(x: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const v of x) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  return [low, high];
}

/** At the facade an array is copied into wasm memory, chunk by chunk. */
function facadeCase(
  workload: string,
  n: number,
  check: (x: Float32Array) => void,
  run: (x: Float32Array) => void,
): Case {
  return {
    workload,
    size: short(n),
    rate: "gbps",
    work: n * 4,
    setup: () => {
      const x = numbers(n);
      return (runtime: Runtime): Ready => ({
        run: () => {
          activate(runtime);
          run(x);
        },
        check: () => {
          activate(runtime);
          check(x);
        },
        dispose: () => {},
      });
    },
  };
}

function expectFinite(x: Float32Array): void {
  const spoiled = x.slice();
  spoiled[x.length - 1] = Number.NaN;
  if (!allFinite(x) || allFinite(spoiled)) {
    throw new Error(`allFinite: wrong for ${x.length} elements, expected true, then false`);
  }
}

function expectHealth(x: Float32Array): void {
  const { min, max, mean, nan } = health(x);
  const want = [...ends(x), total(x.length, (i) => at(x, i)) / x.length, 0];
  compare("health", [min, max, mean, nan], (i) => at(want, i));
}

export function finite(): Case[] {
  return SIZES.flatMap((n) => [
    ...kernelCases(n),
    facadeCase("allFinite(Float32Array)", n, expectFinite, allFinite),
    facadeCase("health(Float32Array)", n, expectHealth, health),
  ]);
}
