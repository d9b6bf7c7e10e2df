/** Whether two runs of a program gave the same but for rounding, and what several of them have in common. */

import type { Rehearsal } from "../tape.js";

/** By how much two numbers may differ that are the same but for rounding; gradients have fewer digits. */
const ALIKE = 1e-4;
const ALIKE_GRADIENTS = 1e-3;

/** What is next to nothing beside the largest. */
const NOTHING = 1e-2;

/** What a run came to. */
type Came = Pick<Rehearsal, "value" | "gradients">;

/** By element: whether two are alike. */
function alikeIn(
  got: readonly number[],
  exact: readonly number[],
  least: number,
  within: number,
): readonly boolean[] {
  const sizes = exact.map(Math.abs).filter((size) => !Number.isNaN(size));
  const scale = Math.max(least, NOTHING * Math.max(...sizes));
  return exact.map(
    (v, i) => Math.abs((got[i] ?? NaN) - v) <= within * Math.max(Math.abs(v), scale),
  );
}

const areAlike = (
  got: readonly number[],
  exact: readonly number[],
  least: number,
  within: number,
): boolean => alikeIn(got, exact, least, within).every(Boolean);

/** A value below this is what rounding leaves of 0, unless there is more to be said of it. */
export const NEXT_TO_0 = 1e-5;

/** From here on a gradient is more than what rounding leaves of none. */
const FELT = 1e-12;

/** A gradient below this is none. */
const STILL = 1e-30;

/**
 * Whether two runs gave the same but for rounding. A gradient that has died is not what is meant.
 *
 * @param times by how much more they may differ.
 */
export function isAlike(got: Came, exact: Came, least = NEXT_TO_0, times = 1): boolean {
  const isStill = exact.gradients.every((gradient) => gradient.every((v) => Math.abs(v) < STILL));
  // What is felt by a parameter that is large is next to nothing, but not nothing.
  const isLost = (gradient: readonly number[], leaf: number): boolean =>
    gradient.some((v) => Math.abs(v) > FELT) && got.gradients[leaf]?.every((v) => v === 0) === true;
  if (exact.gradients.some(isLost)) return false;
  return (
    areAlike(got.value, exact.value, least, times * ALIKE) &&
    (isStill ||
      exact.gradients.every((g, i) =>
        areAlike(got.gradients[i] ?? [], g, 1e-6, times * ALIKE_GRADIENTS),
      ))
  );
}

/** Whether one came to the value of the other, where that has one. */
export const isOfValue = ({ value: got }: Rehearsal, { value }: Rehearsal): boolean =>
  !value.every(Number.isFinite) || areAlike(got, value, NEXT_TO_0, ALIKE);

/** Whether no gradient is more than this part of the value. */
export const isStill = ({ value, gradients }: Rehearsal, part: number): boolean =>
  gradients.flat().every((g) => Math.abs(g) <= part * Math.max(...value.map(Math.abs)));

/** Whether two runs gave the same to the last digits, however small. */
export const isUnchanged = (a: Rehearsal, b: Rehearsal): boolean => {
  const isSame = (x: number, y = Number.NaN): boolean =>
    Math.abs(x - y) <= UNCHANGED * Math.max(Math.abs(x), Math.abs(y));
  return (
    a.value.every((v, i) => isSame(v, b.value[i])) &&
    a.gradients.every((g, leaf) => g.every((v, i) => isSame(v, b.gradients[leaf]?.[i])))
  );
};

const UNCHANGED = 2 ** -20;

/** What value and gradients tend to: NaN where that is another from each side. */
export interface Neared extends Came {
  /** How large the value, and each gradient, is from any side. */
  readonly most: Came;
}

/** By how much they differ who come from several sides, and how near: of a slope that bends there is a part left. */
const TOGETHER = 1.5e-2;

/** What several have in common, NaN for the others. */
function common(all: readonly (readonly number[])[], least: number): readonly number[] {
  const [first = []] = all;
  const means = first.map(
    (_, i) => all.reduce((sum, one) => sum + (one[i] ?? NaN), 0) / all.length,
  );
  const alike = all.map((one) => alikeIn(one, means, least, TOGETHER));
  return means.map((mean, i) => (alike.every((one) => one[i]) ? mean : NaN));
}

/** What several runs have in common. */
export const nearedBy = (runs: readonly Rehearsal[]): Neared => ({
  value: common(
    runs.map(({ value }) => value),
    1e-5,
  ),
  gradients: (runs[0]?.gradients ?? []).map((_, leaf) =>
    common(
      runs.map(({ gradients }) => gradients[leaf] ?? []),
      1e-6,
    ),
  ),
  most: {
    value: largest(runs.map(({ value }) => value)),
    gradients: (runs[0]?.gradients ?? []).map((_, leaf) =>
      largest(runs.map(({ gradients }) => gradients[leaf] ?? [])),
    ),
  },
});

/** By element, the largest magnitude among several. */
function largest(all: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = all;
  return first.map((_, i) => Math.max(...all.map((one) => Math.abs(one[i] ?? 0))));
}

/** What is so many times those around it is none of them. */
const STEEPER = 8;

/** Whether a value, or a gradient, is beyond those from all sides, where they have none in common. */
export function isSteeper(got: Rehearsal, near: Neared): boolean {
  const isBeyond = (
    own: readonly number[],
    common: readonly number[],
    most: readonly number[] = [],
  ): boolean =>
    common.some(
      (v, i) => Number.isNaN(v) && Math.abs(own[i] ?? 0) > STEEPER * (most[i] ?? Infinity),
    );
  return (
    isBeyond(got.value, near.value, near.most.value) ||
    near.gradients.some((those, leaf) =>
      isBeyond(got.gradients[leaf] ?? [], those, near.most.gradients[leaf]),
    )
  );
}

/** By how much an outcome may differ from what is neared: not by more than that goes on changing from there. */
const NEARLY = 5e-2;
const SMALL = 2 ** -6;

/** Whether an outcome is what the program tends to, as far as that is one. */
export function isAsNeared(got: Rehearsal, near: Neared | undefined): boolean {
  if (near === undefined) return true;
  const isNear = (own: readonly number[], those: readonly number[]): boolean =>
    alikeIn(own, those, SMALL, NEARLY).every((isAlike, i) => isAlike || Number.isNaN(those[i]));
  return (
    isNear(got.value, near.value) &&
    near.gradients.every((those, leaf) => isNear(got.gradients[leaf] ?? [], those))
  );
}
