/** Keeps frames of a run of any length in bounded memory: evenly thinned out, and the last ones whole. */
import type { Growth, StepRecord } from "../diagnosis/report.js";
import type { Frame } from "./frame.js";

/** Every frame at first; every second once there are too many; then every fourth … */
export class Thinned {
  readonly #limit: number;
  #stride = 1;
  #frames: Frame[] = [];
  #last: Frame | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(frame: Frame): void {
    this.#last = frame;
    const telling = frame.warnings.length > 0 || frame.report !== undefined;
    if (telling || (frame.index - 1) % this.#stride === 0) this.#frames.push(frame);
    if (this.#frames.length + Number(this.#isApart()) <= this.#limit) return;
    this.#stride *= 2;
    const kept = this.#frames.filter(({ index }) => (index - 1) % this.#stride === 0);
    // A run that only warns must not grow without bound either.
    const special = this.#frames
      .filter((f) => f.warnings.length > 0 || f.report !== undefined)
      .slice(-Math.floor(this.#limit / 4));
    this.#frames = [...new Set([...kept, ...special])].sort((a, b) => a.index - b.index);
  }

  /** Whether the last one takes a place of its own. */
  #isApart(): boolean {
    return this.#last !== this.#frames.at(-1);
  }

  /** The last one always, so that nothing ends before the run did. */
  get frames(): readonly Frame[] {
    const last = this.#last;
    return last !== undefined && this.#isApart() ? [...this.#frames, last] : this.#frames;
  }
}

/** The last n frames. */
export class Ring {
  readonly #limit: number;
  #frames: Frame[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(frame: Frame): void {
    this.#frames.push(frame);
    if (this.#frames.length > this.#limit) this.#frames.shift();
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }
}

/** A frame in the short form of reports. */
export function recordOf({ step, index, loss, gradientNorm, lr, layers }: Frame): StepRecord {
  let [headroom, closest]: [number, string | undefined] = [Infinity, undefined];
  for (const { name, value, gradient } of layers) {
    for (const [stats, what] of [
      [value, name] as const,
      [gradient, `gradient of ${name}`] as const,
    ]) {
      if (stats === undefined || !(stats.headroom < headroom)) continue;
      [headroom, closest] = [stats.headroom, what];
    }
  }
  return {
    step: step ?? index,
    loss,
    norm: gradientNorm,
    lr,
    ...(closest === undefined ? {} : { headroom, closest }),
  };
}

/** Growth below this is what batches differ by. */
const NOTABLE = 10;
/** The share of steps that must have gone upwards for it to be growth and not one outlier. */
const UPWARDS = 2 / 3;

/** A single step that is so much of it, in powers, is a bad batch where some were in good order before. */
const AT_ONCE = 0.9;
const BEFORE = 3;

/** How far a series grew up to its last value: from its least, mostly upwards. */
function growthIn(what: string, series: readonly (number | undefined)[]): Growth | undefined {
  const values = series.flatMap((v) =>
    v !== undefined && Number.isFinite(v) ? [Math.abs(v)] : [],
  );
  const last = values.at(-1);
  if (last === undefined) return undefined;
  const least = Math.min(...values);
  const from = values.lastIndexOf(least);
  const steps = values.length - 1 - from;
  const factor = last / least;
  const ups = values.slice(from + 1).filter((v, i) => v > (values[from + i] ?? 0));
  const notable = factor >= NOTABLE && Number.isFinite(factor);
  const jump = Math.max(...values.slice(1).map((v, i) => v / (values[i] ?? Number.NaN)));
  const isJump = values.length > BEFORE && Math.log(jump) > AT_ONCE * Math.log(factor);
  return steps > 0 && notable && !isJump && ups.length >= UPWARDS * steps
    ? { what, factor, steps }
    : undefined;
}

const fastest = (found: readonly (Growth | undefined)[]): Growth[] =>
  found.filter((one) => one !== undefined).toSorted((a, b) => b.factor - a.factor);

/** What grew most over the last steps: the norm of the gradients, or the loss. */
export function growthOf(frames: readonly Frame[]): Growth | undefined {
  const [most] = fastest([
    growthIn(
      "the norm of the gradients",
      frames.map(({ gradientNorm }) => gradientNorm),
    ),
    growthIn(
      "the loss",
      frames.map(({ loss }) => loss),
    ),
  ]);
  return most;
}

/** The layers that grew, by the largest magnitude of value and gradient; the fastest first. */
export function layersGrown(frames: readonly Frame[]): Growth[] {
  const names = [...new Set(frames.flatMap(({ layers }) => layers.map(({ name }) => name)))];
  const series = (name: string, part: "value" | "gradient") =>
    frames.map(({ layers }) => layers.find((layer) => layer.name === name)?.[part]?.absMax);
  return fastest(
    names.flatMap((name) => [
      growthIn(`the gradient of ${name}`, series(name, "gradient")),
      growthIn(name, series(name, "value")),
    ]),
  );
}
