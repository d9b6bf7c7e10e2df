/**
 * Quantiles of a stream, by DDSketch (Masson, Rim, Lee 2019) in its authors' package. Its error is relative, so that
 * 1e6 ± 1 would have no quartiles: here it is fed distances from a center, and the error is relative to those.
 *
 *   |estimate − value| ≤ relativeAccuracy · |value − center|      of the value at that rank, in f64
 */
import { checkOptions, showValue } from "../check.js";
import { InputRangeError, MissingPackageError } from "../errors.js";
import { Bins } from "./bins.js";
import { interpolate } from "./statistics.js";

const PACKAGE = "@datadog/sketches-js";

/** What rounding adds: to the distance, to its logarithm, to the way back. */
const ROUNDED = 2 ** -44;

/** Distances below this, as those between subnormal numbers, are 0 to the package. */
const UNSEEN = 2 ** -1020;

/** What is used of the package. */
export interface Sketch {
  readonly count: number;
  accept(value: number): void;
  merge(other: Sketch): void;
  getValueAtQuantile(q: number): number;
}

interface Package {
  readonly DDSketch: new (options: { readonly relativeAccuracy: number }) => Sketch;
}

/** Sketches are made of this: see `quantileSketches`. */
export interface QuantileSketches {
  readonly relativeAccuracy: number;
  /** A new sketch that holds nothing yet. */
  make(): Sketch;
}

export interface SketchOptions {
  /** The error of a quantile, relative to its distance from the center. Default 0.001. */
  readonly relativeAccuracy?: number | undefined;
}

/** @internal */
export function missing(cause: unknown): never {
  throw new MissingPackageError(
    `quantileSketches: a package is not there, expected ${PACKAGE}: npm install ${PACKAGE}, got none`,
    { cause },
  );
}

/** A module under ES rules, or a CommonJS one whose names were not found. */
function named(found: object): Package {
  const { DDSketch, default: all } = found as Package & { readonly default?: Package };
  return DDSketch === undefined ? (all as Package) : { DDSketch };
}

/**
 * Loads `@datadog/sketches-js`, which a `Profile` with quantiles needs and nothing else does.
 *
 * @throws MissingPackageError when it is not installed; InputRangeError for an accuracy outside 1e-4 … 0.5.
 */
export async function quantileSketches(options: SketchOptions = {}): Promise<QuantileSketches> {
  checkOptions("quantileSketches", options, ["relativeAccuracy"]);
  const { relativeAccuracy = 1e-3 } = options;
  const bounded = relativeAccuracy >= 1e-4 && relativeAccuracy <= 0.5;
  if (typeof relativeAccuracy !== "number" || !bounded) {
    throw new InputRangeError(
      `quantileSketches: bad relativeAccuracy, expected 1e-4 … 0.5, got ${showValue(relativeAccuracy)}`,
    );
  }
  // The catch beside the import tells bundlers that it may be missing.
  const { DDSketch } = named(await import("@datadog/sketches-js").catch(missing));
  const make = () => Object.assign(new DDSketch({ relativeAccuracy }), { store: new Bins() });
  return { relativeAccuracy, make };
}

/**
 * The quantiles of one column. Two sketches, of distances above and below the center: the package's own merge leaves
 * out negative numbers.
 */
export class ColumnSketch {
  readonly center: number;
  readonly #accuracy: number;
  readonly #above: Sketch;
  readonly #below: Sketch;

  constructor(sketches: QuantileSketches, center: number) {
    this.center = center;
    this.#accuracy = sketches.relativeAccuracy;
    this.#above = sketches.make();
    this.#below = sketches.make();
  }

  add(value: number): void {
    const distance = value - this.center;
    if (distance < 0) this.#below.accept(-distance);
    else this.#above.accept(distance);
  }

  /** @throws InputRangeError when the two do not go together. */
  check(other: ColumnSketch): void {
    if (other.center !== this.center || other.#accuracy !== this.#accuracy) {
      throw new InputRangeError(
        `Profile: sketches do not fit, expected center ${this.center} and accuracy ${this.#accuracy}, got ${other.center} and ${other.#accuracy}`,
      );
    }
  }

  /** Both have been checked. */
  merge(other: ColumnSketch): void {
    this.#above.merge(other.#above);
    this.#below.merge(other.#below);
  }

  quantile(q: number): number {
    return interpolate(this.#below.count + this.#above.count, q, (rank) => this.#at(rank));
  }

  /** The most by which `quantile(q)` may be off. */
  error(q: number): number {
    const count = this.#below.count + this.#above.count;
    // The accuracy is a part of the true distance, which is larger than the estimate by as much at most.
    const part = this.#accuracy / (1 - this.#accuracy);
    let size = 0;
    const off = interpolate(count, q, (rank) => {
      const value = this.#at(rank);
      const distance = Math.abs(value - this.center);
      // The center itself is held as it is.
      if (distance > 0) size = Math.max(size, Math.abs(value), distance);
      return part * distance;
    });
    return off + ROUNDED * size + UNSEEN;
  }

  #at(rank: number): number {
    const below = this.#below.count;
    if (rank < below) return this.center - atRank(this.#below, below - 1 - rank);
    return this.center + atRank(this.#above, rank - below);
  }
}

/** The package turns a quantile into a rank again: half a rank more, and rounding cannot miss it. */
function atRank(sketch: Sketch, rank: number): number {
  const last = sketch.count - 1;
  return sketch.getValueAtQuantile(last === 0 ? 0 : Math.min(1, (rank + 0.5) / last));
}
