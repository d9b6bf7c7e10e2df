/**
 * A function at all 2³² floats, or at every K-th, on several builds, against f64. What is surely nearer to the truth
 * than the worst one so far is passed over; every other point gets the judgement that an oracle's point gets.
 */
import type { Runtime } from "../../src/runtime.js";
import { on, type Sample, Tally } from "./accuracy.js";
import { interpolate, SEGMENT, SLACK } from "./interpolant.js";
import { errorUlp, ulpOf } from "./oracle.js";
import type { Subject } from "./subjects.js";

const FLOATS = 2 ** 32;
/** Floats at a time: x, f(x) and the truth lie in the second cache. */
const BLOCK = 4 * SEGMENT;

/** From one stranger to the next where a block is mixed: kernels look at chunks of 2048. */
const APART = 1024;

/** Which floats: the bit patterns `offset`, `offset` + `stride`, … */
export interface Sampling {
  readonly stride: number;
  readonly offset: number;
}

/** How many floats that is. */
export const sizeOf = ({ stride, offset }: Sampling): number =>
  Math.ceil((FLOATS - offset) / stride);

/**
 * Limits stay this much behind the worst error, in ULP: near 0, where f(x) rounds to a constant, every float is worse
 * than the one before.
 */
const STEP = 2 ** -9;

/** The largest error a build may make and be passed over, by the exponent of the true double. */
class Limits {
  #level = -STEP;
  readonly #ulps = Float64Array.from({ length: 2048 }, (_, e) => 2 ** Math.max(e - 1046, -149));
  readonly byExponent = new Float64Array(2048);
  /** Whether the float nearest to the truth is surely within. */
  passesNearest = false;

  constructor() {
    this.raise(0);
  }

  raise(maxUlp: number): void {
    if (maxUlp < this.#level + STEP) return;
    this.#level = maxUlp;
    this.byExponent.set(this.#ulps.map((ulp) => (maxUlp - SLACK) * ulp));
    this.passesNearest = maxUlp >= 0.5 + 2 * SLACK;
    // Where float32 ends ∞ is near: nothing is sure there.
    this.byExponent.fill(-1, 1150);
  }
}

/** Where two arrays differ, from `start` on. */
function firstOther(a: Int32Array, b: Int32Array, start: number): number {
  let i = start;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

/** What a worker tells of a build. */
export interface Found {
  readonly points: number;
  readonly excluded: number;
  readonly maxUlp: number;
  readonly worst: Sample | undefined;
  readonly wrongSpecials: number;
  readonly wrong: readonly Sample[];
}

/** One build's part in a sweep. */
interface Seat {
  readonly build: Runtime;
  readonly limits: Limits;
  tally: Tally;
}

/** How many floats are looked at first. */
const SCOUTED = 2 ** 18;

export class Sweep {
  readonly #subject: Subject;
  readonly #f: (x: number) => number;
  readonly #seats: readonly Seat[];
  readonly #words = new Uint32Array(BLOCK);
  readonly #x = new Float32Array(this.#words.buffer);
  readonly #y = new Float32Array(BLOCK);
  readonly #truth = new Float64Array(BLOCK);
  /** The high words of `#truth` are the odd ones. */
  readonly #high = new Uint32Array(this.#truth.buffer);
  /** The bits of the floats nearest to the truth. */
  readonly #nearest = new Float32Array(BLOCK);
  readonly #nearestBits = new Int32Array(this.#nearest.buffer);
  /** By segment: the truth is f there, not a polynomial near it. */
  readonly #exact: boolean[] = [];

  /** @throws Error when the subject is no function of one argument with a reference. */
  constructor(subject: Subject, builds: readonly Runtime[]) {
    const { fn, arity, reference } = subject;
    if (arity !== 1 || reference === undefined) {
      throw new Error(`${fn}: cannot be swept, expected one argument and a reference in f64`);
    }
    this.#subject = subject;
    this.#f = (x) => reference(x, x);
    this.#seats = builds.map((build) => ({
      ...{ build, tally: new Tally(subject), limits: new Limits() },
    }));
  }

  /** Looks at a few of the points that are going to be judged, all of them, so that limits stand high from the start. */
  scout({ stride, offset }: Sampling): void {
    const step = Math.ceil(sizeOf({ stride, offset }) / SCOUTED);
    const few = { stride: stride * step, offset };
    this.run(few, 0, sizeOf(few));
    // What was found will be found again: limits stay below the errors that raised them.
    for (const seat of this.#seats) seat.tally = new Tally(this.#subject);
  }

  /** Judges the points number `from` … `to` of that sampling. */
  run({ stride, offset }: Sampling, from: number, to: number): void {
    for (let at = from; at < to; at += BLOCK) {
      const n = Math.min(BLOCK, to - at);
      const first = offset + at * stride;
      for (let i = 0; i < n; i++) this.#words[i] = first + i * stride;
      this.#computeTruth(n);
      for (const { build, tally, limits } of this.#seats) {
        const x = this.#x.subarray(0, n);
        const y = on(build, () => this.#subject.call(x, x, this.#y.subarray(0, n)));
        this.#count(tally, n);
        this.#judge(y, tally, limits);
        if (this.#subject.chunked) this.#judge(this.#amongStrangers(x, build), tally, limits);
      }
    }
  }

  /** What was found until now, build by build. */
  get found(): readonly Found[] {
    return this.#seats.map(({ tally }) => {
      const { points, excluded, maxUlp, worst, wrongSpecials, wrong } = tally;
      return { points, excluded, maxUlp, worst, wrongSpecials, wrong };
    });
  }

  #computeTruth(n: number): void {
    for (let from = 0; from < n; from += SEGMENT) {
      const end = from + SEGMENT - 1;
      const even =
        end < n && (this.#words[from] as number) >>> 23 === (this.#words[end] as number) >>> 23;
      const done = even && interpolate(this.#truth, this.#x, from, this.#f);
      this.#exact[from / SEGMENT] = !done;
      if (!done) this.#compute(from, Math.min(n, from + SEGMENT));
    }
    this.#nearest.set(this.#truth);
  }

  #compute(from: number, to: number): void {
    for (let i = from; i < to; i++) this.#truth[i] = this.#f(this.#x[i] as number);
  }

  /** f(x) by the formula of chunks that have a NaN in them: it stands in for elements that come in a call of their own. */
  #amongStrangers(x: Float32Array, build: Runtime): Float32Array {
    const mixed = x.slice();
    const apart: number[] = [];
    for (let i = 0; i < x.length; i += APART) {
      apart.push(x[i] as number);
      mixed[i] = Number.NaN;
    }
    const rest = Float32Array.of(...apart, Number.NaN);
    const { call } = this.#subject;
    const [y, own] = on(build, () => [call(mixed, mixed), call(rest, rest)] as const);
    apart.forEach((_, k) => {
      y[k * APART] = own[k] as number;
    });
    return y;
  }

  #count(tally: Tally, n: number): void {
    const { excluded } = this.#subject;
    let out = 0;
    if (excluded !== undefined) {
      for (let i = 0; i < n; i++) {
        if (excluded.at(this.#x[i] as number, this.#x[i] as number)) out++;
      }
    }
    tally.excluded += out;
    tally.points += n - out;
  }

  #judge(results: Float32Array, tally: Tally, limits: Limits): void {
    const [truth, high, nearest] = [this.#truth, this.#high, this.#nearestBits];
    const n = results.length;
    const bits = new Int32Array(results.buffer, results.byteOffset, n);
    this.#adoptNaN(results, bits);
    for (let i = 0; i < n; i++) {
      if (limits.passesNearest) i = firstOther(bits, nearest, i);
      if (i === n) return;
      const y = results[i] as number;
      const exact = truth[i] as number;
      // biome-ignore lint/suspicious/noSelfCompare: the fastest test for NaN, where half of all floats may be one
      if (y === exact ? y !== 0 || Object.is(y, exact) : y !== y && exact !== exact) continue;
      const exponent = ((high[2 * i + 1] as number) >>> 20) & 2047;
      if (Math.abs(y - exact) <= (limits.byExponent[exponent] as number) && y !== 0) continue;
      this.#look(i, y, tally, limits);
    }
  }

  /** Where a whole segment is NaN, the bits of the first are as good as any: NaNs of one sort are passed over fast. */
  #adoptNaN(results: Float32Array, bits: Int32Array): void {
    for (let from = 0; from < results.length; from += SEGMENT) {
      if (this.#exact[from / SEGMENT] || !Number.isNaN(this.#truth[from])) continue;
      if (!Number.isNaN(results[from])) continue;
      this.#nearestBits.fill(bits[from] as number, from, from + SEGMENT);
    }
  }

  #look(i: number, actual: number, tally: Tally, limits: Limits): void {
    const x = this.#x[i] as number;
    if (this.#subject.excluded?.at(x, x)) return;
    const exact = this.#exact[Math.floor(i / SEGMENT)] ? (this.#truth[i] as number) : this.#f(x);
    const expected = Math.fround(exact);
    const residual = Number.isFinite(expected) ? (exact - expected) / ulpOf(expected) : 0;
    const error = errorUlp(actual, expected, residual);
    if (error <= tally.maxUlp) return;
    tally.found(error, { inputs: [x], actual, expected });
    if (error < Infinity) limits.raise(error);
  }
}
