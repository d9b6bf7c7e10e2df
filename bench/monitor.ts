/**
 * What a monitor costs: training steps of the digits network, alone and watched, in turn. A leg is 100 steps and
 * begins and ends its own monitor, so that the price of that is in it too.
 */

import { images, network } from "../examples/first-light/network.js";
import { adam, crossEntropy, scope, valueAndGrad } from "../src/index.js";
import { monitor } from "../src/monitor/index.js";
import { labels, spread } from "./data.js";
import { type Contender, type Effort, median, race, ratio } from "./measure.js";
import { digits } from "./report.js";

const STEPS = 100;
const PIXELS = 784;
const CLASSES = 10;
const BATCHES = [50, 128] as const;

export interface MonitorRow {
  readonly workload: string;
  readonly batch: number;
  readonly watched: string;
  /** Milliseconds a step. */
  readonly ms: number;
  /** Time over that of the same steps alone: the median over rounds. */
  readonly ratio: number;
}

const ALONE = "alone";

/** What is compared. The second "alone" says how much of a ratio is noise. */
const WATCHED: Readonly<Record<string, (leg: () => void) => void>> = {
  [ALONE]: (leg) => leg(),
  "alone again": (leg) => leg(),
  "every step": (leg) => under(leg, 1),
  "every 10th step": (leg) => under(leg, 10),
};

function under(leg: () => void, every: number): void {
  const watch = monitor({ every });
  try {
    leg();
  } finally {
    watch.stop();
  }
  const { steps, warnings } = watch.recording();
  if (steps !== STEPS || warnings.length > 0) {
    throw new Error(
      `monitor: expected ${STEPS} frames and no warning, got ${steps}, ${warnings.length}`,
    );
  }
}

/** A leg on one batch, as examples/first-light takes them. */
function legs(batch: number): { readonly leg: () => void; readonly dispose: () => void } {
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
    leg: () =>
      scope(() => {
        for (let i = 0; i < STEPS; i++) one();
      }),
    dispose: () => {
      for (const gone of [...params, step]) gone.dispose();
    },
  };
}

function measure(batch: number, effort: Effort): MonitorRow[] {
  const { leg, dispose } = legs(batch);
  const contenders: Contender[] = Object.entries(WATCHED).map(([name, watched]) => ({
    name,
    run: () => watched(leg),
  }));
  for (const { run } of contenders) run();
  const times = race(contenders, { ...effort, rounds: 3 * effort.rounds, samples: 1 });
  dispose();
  return contenders.map(({ name }) => ({
    workload: "training step, digits network",
    batch,
    watched: name,
    ms: digits((median(times.get(name) ?? []) / STEPS) * 1e3),
    ratio: digits(ratio(times, name, ALONE) ?? Number.NaN),
  }));
}

export function monitorCost(effort: Effort): MonitorRow[] {
  return BATCHES.flatMap((batch) => measure(batch, effort));
}

export function monitorLine({ workload, batch, watched, ms, ratio }: MonitorRow): string {
  const size = `batch ${batch}`.padEnd(10);
  return `${workload}, ${size} ${watched.padEnd(16)} ${ms.toFixed(3).padStart(8)} ms  ${ratio.toFixed(3)}×`;
}
