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

/** Veltkamp's: the upper half of a double's digits, and what is left. */
function halves(x: number): readonly [high: number, low: number] {
  const wide = x * (2 ** 27 + 1);
  const high = wide - (wide - x);
  return [high, x - high];
}

/** a · b − near, where near is about that: nothing of the product is lost (Dekker). */
function beyond(a: number, b: number, near: number): number {
  const product = a * b;
  const [[ah, al], [bh, bl]] = [halves(a), halves(b)];
  return product - near + (ah * bh - product + ah * bl + al * bh + al * bl);
}

/** A sum of which nothing is lost: that of integers is exact, in whatever order and chunks they come. */
class Sum {
  high = 0;
  /** What `high` was rounded by (Knuth's sum of two). */
  low = 0;

  add(by: number): void {
    const sum = this.high + by;
    const part = sum - this.high;
    this.low += this.high - (sum - part) + (by - part);
    this.high = sum;
  }

  merge({ high, low }: Sum): void {
    this.add(high);
    this.low += low;
  }

  /** This over a count, rounded once: a quotient alone would be off where the sum was rounded. */
  over(count: number): number {
    const sum = this.high + this.low;
    const low = this.high - sum + this.low;
    const quotient = sum / count;
    return quotient + (low - beyond(quotient, count, sum)) / count;
  }
}

/** Count, mean, sum of squared deviations, and the ends, of what has been added so far. */
export class Moments {
  count = 0;
  readonly #sum = new Sum();
  /** What the squares are taken about, the mean up to rounding: chunks of 1e15 ± 1 differ by less than a digit of it. */
  readonly #center = new Sum();
  /** Σ (x − mean)² */
  squares = 0;
  min = Infinity;
  max = -Infinity;

  static of(values: Float64Array): Moments {
    const moments = new Moments();
    moments.add(values);
    return moments;
  }

  get mean(): number {
    return this.#sum.over(this.count);
  }

  /** Adds the finite values, piece by piece: a sum of millions of squares is off by its own roundings. */
  add(values: Float64Array): void {
    for (let i = 0; i < values.length; i += PIECE) this.#addPiece(values.subarray(i, i + PIECE));
  }

  /** Two passes, then one merge. What the deviations add up to tells how far the center is off, which is a double. */
  #addPiece(values: Float64Array): void {
    const part = new Moments();
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      part.count++;
      part.#sum.add(value);
      if (value < part.min) part.min = value;
      if (value > part.max) part.max = value;
    }
    if (part.count === 0) return;
    const { mean } = part;
    let rest = 0;
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      const deviation = value - mean;
      rest += deviation;
      part.squares += deviation * deviation;
    }
    part.squares = Math.max(0, part.squares - (rest * rest) / part.count);
    part.#center.add(mean);
    part.#center.add(rest / part.count);
    this.merge(part);
  }

  /** Chan, Golub and LeVeque's update: as accurate as one pass over everything with the mean known. */
  merge(other: Moments): void {
    if (other.count === 0) return;
    const count = this.count + other.count;
    if (this.count === 0) {
      // From a center of 0, the difference would be rounded as a number of the size of the mean is.
      this.#center.merge(other.#center);
      this.squares = other.squares;
    } else {
      const [mine, theirs] = [this.#center, other.#center];
      const delta = theirs.high - mine.high + (theirs.low - mine.low);
      this.squares += other.squares + delta * delta * ((this.count * other.count) / count);
      mine.add(delta * (other.count / count));
    }
    this.#sum.merge(other.#sum);
    this.count = count;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /** @param ddof 0 divides by the count, 1 by one less. NaN where that leaves nothing. */
  variance(ddof = 0): number {
    return this.count > ddof ? this.squares / (this.count - ddof) : Number.NaN;
  }
}
