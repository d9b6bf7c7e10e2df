/** How far a function is from the truth: the largest error in ULP, and the wrong specials. */
import { activate, type Runtime } from "../../src/runtime.js";
import { errorUlp, type Oracle } from "./oracle.js";
import type { Subject } from "./subjects.js";

/** A point and what went wrong there. */
export interface Sample {
  readonly inputs: readonly number[];
  readonly actual: number;
  readonly expected: number;
}

/** How many wrong specials are kept to be shown. */
const SAMPLES = 5;

/** Errors, point by point. */
export class Tally {
  points = 0;
  excluded = 0;
  maxUlp = 0;
  wrongSpecials = 0;
  /** Where `maxUlp` occurs. */
  worst: Sample | undefined;
  readonly wrong: Sample[] = [];
  readonly #subject: Subject;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** Judges every point of `truth`. */
  add(truth: Oracle, results: Float32Array): void {
    const { excluded } = this.#subject;
    const [x = results, y = x] = truth.inputs;
    for (let i = 0; i < truth.points; i++) {
      if (excluded?.at(x[i] as number, y[i] as number)) {
        this.excluded++;
        continue;
      }
      this.points++;
      const actual = results[i] ?? NaN;
      const expected = truth.rounded[i] as number;
      const error = errorUlp(actual, expected, truth.residual(i));
      if (error <= this.maxUlp) continue;
      const inputs = truth.inputs.map((values) => values[i] as number);
      this.found(error, { inputs, actual, expected });
    }
  }

  /** An error above `maxUlp`. */
  found(error: number, sample: Sample): void {
    if (error === Infinity) {
      this.wrongSpecials++;
      if (this.wrong.length < SAMPLES) this.wrong.push(sample);
      return;
    }
    this.maxUlp = error;
    this.worst = sample;
  }
}

/** Runs `body` on that build. */
export function on<T>(build: Runtime, body: () => T): T {
  const before = activate(build);
  try {
    return body();
  } finally {
    if (before !== undefined) activate(before);
  }
}

/** Measures a function on a build, over every point of `truth`. */
export function measure(
  subject: Subject,
  truth: Oracle,
  build: Runtime,
  tally: Tally = new Tally(subject),
): Tally {
  const [x = new Float32Array(0), y = x] = truth.inputs;
  tally.add(
    truth,
    on(build, () => subject.call(x, y)),
  );
  return tally;
}

/** A number as people read it: -0 and ∞ too. */
export function shown(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value).replace("Infinity", "∞");
}

/** f(inputs) = actual, expected … */
export function showSample(fn: string, { inputs, actual, expected }: Sample): string {
  return `${fn}(${inputs.map(shown).join(", ")}) = ${shown(actual)}, expected ${shown(expected)}`;
}
