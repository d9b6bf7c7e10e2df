/** What missing values are filled with: learnt from one column, applied to another. */
import { FLOAT32_LIMIT, showValue } from "../check.js";
import { InputRangeError, InputTypeError } from "../errors.js";
import type { ImputeWith } from "./schema.js";
import { Moments, quantile, sortedFinite } from "./statistics.js";

/** A number that fills every gap; with `forwardFill`, the last value seen, for gaps with nothing above them. */
export interface Filler {
  readonly how: "mean" | "median" | "forwardFill" | "constant";
  readonly value: number;
}

/**
 * What fills the gaps of columns like this one.
 *
 * @throws InputRangeError when the column has no value to take a statistic of.
 */
export function fillerOf(op: string, name: string, values: Float64Array, how: ImputeWith): Filler {
  checkWay(op, name, how);
  if (typeof how === "number") return { how: "constant", value: how + 0 };
  if (how === "forwardFill") return { how, value: lastFinite(op, name, values) + 0 };
  const sorted = sortedFinite(op, name, values);
  const value = how === "median" ? quantile(sorted, 0.5) : Moments.of(sorted).mean;
  return { how, value: value + 0 }; // JSON knows no -0
}

/** Also where there is nothing to fill. @throws InputTypeError; InputRangeError for what would put a gap, or an ∞, back */
export function checkWay(op: string, name: string, how: unknown): asserts how is ImputeWith {
  if (how === "mean" || how === "median" || how === "forwardFill") return;
  if (typeof how !== "number") {
    throw new InputTypeError(
      `${op}: no way to fill column "${name}", expected "mean", "median", "forwardFill" or a number, got ${showValue(how)}`,
    );
  }
  if (Math.abs(how) < FLOAT32_LIMIT) return;
  throw new InputRangeError(
    `${op}: column "${name}" cannot be filled with that, expected a number within float32, got ${how}`,
  );
}

function lastFinite(op: string, name: string, values: Float64Array): number {
  const last = values.findLast(Number.isFinite);
  return last ?? (sortedFinite(op, name, values)[0] as number);
}

/**
 * Fills `values` at those positions, which ascend. `start` is what a gap takes that has no value above it when
 * values are carried forward; without it, that is an error.
 *
 * @throws InputRangeError
 */
export function fill(
  values: Float64Array,
  positions: Iterable<number>,
  filler: Filler,
  start: number | undefined,
  noneAbove: (position: number) => string,
): void {
  for (const i of positions) {
    const value = filler.how === "forwardFill" ? above(values, i, start) : filler.value;
    if (value === undefined) {
      throw new InputRangeError(
        `${noneAbove(i)} has nothing above it to carry forward, expected a value, got none`,
      );
    }
    values[i] = value;
  }
}

/** The nearest finite value above: gaps in between have been filled already, or are kept on purpose. */
function above(values: Float64Array, i: number, start: number | undefined): number | undefined {
  for (let j = i - 1; j >= 0; j--) {
    const value = values[j] as number;
    if (Number.isFinite(value)) return value;
  }
  return start;
}
