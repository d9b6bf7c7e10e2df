/**
 * What a monitor costs: training steps of the digits network, alone and watched, in turns of 20 steps. Time is the
 * processor's, of the whole process with its garbage collector: what else runs on the machine does not add to it.
 */
import { images, network } from "../examples/first-light/network.js";
import { adam, crossEntropy, scope, valueAndGrad } from "../src/index.js";
import { type Monitor, monitor } from "../src/monitor/index.js";
import { labels, spread } from "./data.js";
import { type Effort, median } from "./measure.js";
import { digits } from "./report.js";

const STEPS = 20;
/** Not counted, after each switch: a training has one monitor, or none, and what it reads is in the caches. */
const SETTLING = 5;
const WARM_UP = 15;
/** Turns for each round of the other benches. */
const TURNS = 6;
const PIXELS = 784;
const CLASSES = 10;
const BATCHES = [50, 128] as const;

export interface MonitorRow {
  readonly workload: string;
  readonly batch: number;
  readonly watched: string;
  /** Milliseconds of processor time a step. */
  readonly ms: number;
  /** Time over that of the same steps alone, in the same turn: the median over all turns. */
  readonly ratio: number;
  /** Between these lies the middle half. */
  readonly spread: readonly [number, number];
}

/** What is compared. The second "alone" says how much of a ratio is noise. */
const EVERY: Readonly<Record<string, number | undefined>> = {
  alone: undefined,
  "alone again": undefined,
  "every step": 1,
  "every 10th step": 10,
};

/** A leg on one batch, as examples/first-light takes them. */
function legs(batch: number): {
  readonly leg: (steps: number) => void;
  readonly dispose: () => void;
} {
  const digits = {
    pixels: spread(batch * PIXELS, 0, 1, 3),
    labels: Uint8Array.from(labels(batch, CLASSES, 4)),
  };
  const { params, forward } = network();
  // A rate of 0 for what is measured again and again: the same numbers in every leg.
  const step = adam({ lr: 0, clip: { globalNorm: 1 } });
  const one = () => {
    const { grads } = valueAndGrad(
      params,
      () => crossEntropy(forward(images(digits)).fc2, digits.labels),
      step.steps + 1,
    );
    step(params, grads);
  };
  return {
    leg: (steps) =>
      scope(() => {
        for (let i = 0; i < steps; i++) one();
      }),
    dispose: () => {
      for (const gone of [...params, step]) gone.dispose();
    },
  };
}

/** Seconds of processor time. */
function cost(body: () => void): number {
  const before = process.cpuUsage();
  body();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function turn(leg: (steps: number) => void, watch: Monitor | undefined): number {
  watch?.resume();
  leg(SETTLING);
  const seconds = cost(() => leg(STEPS));
  watch?.pause();
  return seconds;
}

function measure(batch: number, effort: Effort): MonitorRow[] {
  const { leg, dispose } = legs(batch);
  const watches = Object.entries(EVERY).map(([name, every]) => {
    const watch = every === undefined ? undefined : monitor({ every });
    watch?.pause();
    return { name, watch, seconds: [] as number[] };
  });
  for (let i = -WARM_UP; i < TURNS * effort.rounds; i++) {
    const first = Math.abs(i) % watches.length;
    for (const one of [...watches.slice(first), ...watches.slice(0, first)]) {
      const seconds = turn(leg, one.watch);
      if (i >= 0) one.seconds.push(seconds);
    }
  }
  for (const { watch } of watches) stop(watch);
  dispose();
  const [alone] = watches;
  return watches.map(({ name, seconds }) => {
    const ratios = seconds.map((s, i) => s / (alone?.seconds[i] ?? Number.NaN));
    return {
      workload: "training step, digits network",
      batch,
      watched: name,
      ms: digits((median(seconds) / STEPS) * 1e3),
      ratio: digits(median(ratios)),
      spread: [digits(quartile(ratios, 1)), digits(quartile(ratios, 3))],
    };
  });
}

/** A monitor that saw something to warn of has measured something else. */
function stop(watch: Monitor | undefined): void {
  watch?.stop();
  const found = watch?.warnings[0];
  if (found !== undefined) throw new Error(`monitor: expected no warning, got ${found.message}`);
}

function quartile(values: readonly number[], which: 1 | 3): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length * which) / 4)] ?? Number.NaN;
}

export function monitorCost(effort: Effort): MonitorRow[] {
  return BATCHES.flatMap((batch) => measure(batch, effort));
}

export function monitorLine({ workload, batch, watched, ms, ratio, spread }: MonitorRow): string {
  const name = `${workload}, ${`batch ${batch}`.padEnd(10)} ${watched.padEnd(16)}`;
  const [low, high] = spread.map((one) => one.toFixed(3));
  return `${name} ${ms.toFixed(3).padStart(8)} ms  ${ratio.toFixed(3)}×  (middle half ${low} … ${high})`;
}
