/** Statistics of a column in f64, over its finite values: what is missing or infinite is left out. */
import { InputRangeError } from "../errors.js";

/** The finite values, sorted. @throws InputRangeError when there is none. */
export function sortedFinite(op: string, name: string, values: Float64Array): Float64Array {
  const there = values.filter(Number.isFinite).sort();
  if (there.length > 0) return there;
  throw new InputRangeError(
    `${op}: column "${name}" is empty, expected at least one value, got none`,
  );
}

/** Linear interpolation between the neighbours (NumPy's default). */
export function quantile(sorted: Float64Array, q: number): number {
  return interpolate(sorted.length, q, (rank) => sorted[rank] as number);
}

/** The quantile among `count` values, given the one at each rank. */
export function interpolate(count: number, q: number, at: (rank: number) => number): number {
  const rank = (count - 1) * q;
  const low = at(Math.floor(rank));
  const part = rank - Math.floor(rank);
  if (part === 0) return low;
  const high = at(Math.floor(rank) + 1);
  // From the nearer end, as NumPy does: never beyond either.
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
}

const PIECE = 1024;

/** Count, mean, sum of squared deviations, and the ends, of what has been added so far. */
export class Moments {
  count = 0;
  mean = 0;
  /** What `mean` was rounded by: chunks of 1e15 ± 1 differ by less than that. */
  #low = 0;
  /** Σ (x − mean)² */
  squares = 0;
  min = Infinity;
  max = -Infinity;

  static of(values: Float64Array): Moments {
    const moments = new Moments();
    moments.add(values);
    return moments;
  }

  /** Adds the finite values, piece by piece: a sum of millions of squares is off by its own roundings. */
  add(values: Float64Array): void {
    for (let i = 0; i < values.length; i += PIECE) this.#addPiece(values.subarray(i, i + PIECE));
  }

  /**
   * Two passes, then one merge. The deviations from a mean that a thousand roundings went into do not add up to 0:
   * what is left tells how far off it is.
   */
  #addPiece(values: Float64Array): void {
    const part = new Moments();
    let sum = 0;
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      part.count++;
      sum += value;
      if (value < part.min) part.min = value;
      if (value > part.max) part.max = value;
    }
    if (part.count === 0) return;
    part.mean = sum / part.count;
    let rest = 0;
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      const deviation = value - part.mean;
      rest += deviation;
      part.squares += deviation * deviation;
    }
    part.squares = Math.max(0, part.squares - (rest * rest) / part.count);
    part.#add(rest / part.count);
    this.merge(part);
  }

  /** Chan, Golub and LeVeque's update: as accurate as one pass over everything with the mean known. */
  merge(other: Moments): void {
    if (other.count === 0) return;
    const count = this.count + other.count;
    if (this.count === 0) {
      // From a mean of 0, the difference would be rounded as a number of the size of the mean is.
      [this.mean, this.#low, this.squares] = [other.mean, other.#low, other.squares];
    } else {
      const delta = other.mean - this.mean + (other.#low - this.#low);
      this.squares += other.squares + delta * delta * ((this.count * other.count) / count);
      this.#add(delta * (other.count / count));
    }
    this.count = count;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /** mean + low += by, and nothing of it is lost (Knuth's sum of two). */
  #add(by: number): void {
    const term = this.#low + by;
    const sum = this.mean + term;
    const part = sum - this.mean;
    this.#low = this.mean - (sum - part) + (term - part);
    this.mean = sum;
  }

  /** @param ddof 0 divides by the count, 1 by one less. NaN where that leaves nothing. */
  variance(ddof = 0): number {
    return this.count > ddof ? this.squares / (this.count - ddof) : Number.NaN;
  }
}
