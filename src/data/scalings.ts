/**
 * How columns are scaled: `(x − center) / scale + offset`. The conventions are those of scikit-learn: population
 * variance, quartiles by linear interpolation, and a spread of 0 that counts as 1.
 */
import { Moments, quantile, sortedFinite } from "./statistics.js";

/** How a column is scaled: `(x − center) / scale + offset`. */
export interface Scaling {
  readonly center: number;
  readonly scale: number;
  /** Default 0. */
  readonly offset?: number;
}

export type ScalingKind = "standard" | "robust" | "minMax";

/** What scalings of any kind are made from: of a column, or of a stream. */
export interface Spread {
  /** @throws InputRangeError when there is no value. */
  moments(): Moments;
  /** @throws InputRangeError when there is no value. */
  quantile(q: number): number;
}

export function spreadOf(op: string, name: string, values: Float64Array): Spread {
  const sorted = sortedFinite(op, name, values);
  return { moments: () => Moments.of(sorted), quantile: (q) => quantile(sorted, q) };
}

/** A scale of 0 would turn a constant column into 0 / 0. */
const orOne = (spread: number) => (spread === 0 ? 1 : spread);

/** @param range where `minMax` puts the smallest and the largest value. */
export function scalingOf(
  kind: ScalingKind,
  spread: Spread,
  range: readonly [number, number] = [0, 1],
): Scaling {
  if (kind === "robust") {
    const iqr = spread.quantile(0.75) - spread.quantile(0.25);
    return { center: spread.quantile(0.5), scale: orOne(iqr) };
  }
  const moments = spread.moments();
  if (kind === "standard") {
    // The mean of equal numbers may be rounded: dividing by the deviation from it would make ±1 of nothing.
    if (moments.min === moments.max) return { center: moments.min, scale: 1 };
    return { center: moments.mean, scale: orOne(Math.sqrt(moments.variance())) };
  }
  const [low, high] = range;
  const scale = orOne(moments.max - moments.min) / (high - low);
  return { center: moments.min, scale, ...(low === 0 ? {} : { offset: low }) };
}

export function scaled(value: number, { center, scale, offset = 0 }: Scaling): number {
  return (value - center) / scale + offset;
}

export function unscaled(value: number, { center, scale, offset = 0 }: Scaling): number {
  return (value - offset) * scale + center;
}
