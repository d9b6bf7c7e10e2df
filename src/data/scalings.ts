/**
 * How columns are scaled: `(x − center) / scale + offset`. The conventions are those of scikit-learn: population
 * variance, quartiles by linear interpolation, and a spread of 0 that counts as 1.
 */
import { checkOptions, checkRange } from "../check.js";
import { Moments, quantile, sortedFinite } from "./statistics.js";

/** How a column is scaled: `(x − center) / scale + offset`. */
export interface Scaling {
  readonly center: number;
  readonly scale: number;
  /** Default 0. */
  readonly offset?: number;
}

export type ScalingKind = "standard" | "robust" | "minMax";

export const SCALING_KINDS: readonly ScalingKind[] = ["standard", "robust", "minMax"];

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

/** What a column is divided by, before a width of 0 counts as 1; and what is taken off. JSON knows no -0. */
function extent(
  kind: ScalingKind,
  spread: Spread,
): { readonly center: number; readonly width: number } {
  if (kind === "robust") {
    const width = spread.quantile(0.75) - spread.quantile(0.25);
    return { center: spread.quantile(0.5) + 0, width };
  }
  const moments = spread.moments();
  const { min, max, mean } = moments;
  // The mean of equal numbers may be rounded: dividing by the deviation from it would make ±1 of nothing.
  if (kind === "minMax" || min === max) return { center: min + 0, width: max - min };
  return { center: mean + 0, width: Math.sqrt(moments.variance()) };
}

/** A column's scaling, and whether it has no width: a scale of 0 would turn a constant column into 0 / 0. */
export function scalingOf(
  kind: ScalingKind,
  spread: Spread,
  [low, high]: readonly [number, number] = [0, 1],
): { readonly scaling: Scaling; readonly flat: boolean } {
  const { center, width } = extent(kind, spread);
  if (kind !== "minMax") return { scaling: { center, scale: width || 1 }, flat: width === 0 };
  const scale = width / (high - low);
  const offset = low === 0 ? {} : { offset: low };
  return { scaling: { center, scale: scale || 1 / (high - low), ...offset }, flat: scale === 0 };
}

/** @throws InputTypeError, InputRangeError for what is no scaling: of a string an offset would be an ending. */
export function checkScaling(op: string, column: string, scaling: unknown): void {
  const of = `${op}: scaling of "${column}"`;
  checkOptions(of, scaling, ["center", "scale", "offset"]);
  const { center, scale, offset = 0 } = scaling as Scaling;
  checkRange(of, "center", center, Number.isFinite, "a finite number");
  checkRange(of, "scale", scale, (v) => v > 0 && v < Infinity, "a number above 0");
  checkRange(of, "offset", offset, Number.isFinite, "a finite number");
}

export function scaled(value: number, { center, scale, offset = 0 }: Scaling): number {
  return (value - center) / scale + offset;
}

export function unscaled(value: number, { center, scale, offset = 0 }: Scaling): number {
  return (value - offset) * scale + center;
}
