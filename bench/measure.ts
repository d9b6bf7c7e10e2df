/**
 * Timing with benchmark.js. Its Suite runs one contender to the end before the next begins, so that a
 * noisy minute falls on one of them. Here they take turns in short rounds: each round gives one median
 * for each contender, and ratios are taken within a round.
 */
import Benchmark from "benchmark";

export interface Contender {
  readonly name: string;
  run(): void;
}

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  /** Seconds of one sample: many calls of a fast kernel. */
  readonly sampleSeconds: number;
  readonly samples: number;
}

export const FULL: Effort = { rounds: 7, sampleSeconds: 0.005, samples: 3 };
export const QUICK: Effort = { rounds: 3, sampleSeconds: 0.002, samples: 3 };

/** Seconds a call, one median for each round, by contender. */
export type Times = ReadonlyMap<string, readonly number[]>;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(sorted.length / 2) - 1, half + 1);
  return (low + high) / 2;
}

/** Measures the contenders in turn; who goes first changes from round to round. */
export function race(contenders: readonly Contender[], effort: Effort): Times {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < effort.rounds; round++) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const known = times.get(contender.name) ?? [];
      known.push(sample(contender, effort, known.at(-1)));
    }
  }
  return times;
}

/** The median over one short run of a Benchmark. `before` spares it looking for its count again. */
function sample({ name, run }: Contender, effort: Effort, before?: number): number {
  const bench = new Benchmark(name, () => run(), {
    async: false,
    initCount: before === undefined ? 1 : Math.max(1, Math.ceil(effort.sampleSeconds / before)),
    minTime: effort.sampleSeconds,
    minSamples: effort.samples,
    maxTime: effort.sampleSeconds,
  });
  bench.run({ async: false });
  if (bench.error !== undefined) throw bench.error;
  return median(bench.stats.sample.map(Number));
}

/** The median over the rounds of how much longer `one` takes than `other`. */
export function ratio(times: Times, one: string, other: string): number | undefined {
  const [slow, fast] = [times.get(one), times.get(other)];
  if (slow === undefined || fast === undefined) return undefined;
  return median(slow.map((seconds, round) => seconds / (fast[round] ?? Number.NaN)));
}
