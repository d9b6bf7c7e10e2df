/** The largest and the smallest element over any axes, and where they are. A NaN wins. */
import type { Explanation, Operand } from "../diagnosis/diagnose.js";
import { indexLost } from "../diagnosis/lost.js";
import { showNumber } from "../diagnosis/report.js";
import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { isDouble, type Tensor } from "../tensor.js";
import { asTensor, define, type Operandish, type OpFunction, type Stem } from "./define.js";
import { equation } from "./explain.js";
import {
  type Attrs,
  applyReduction,
  atLeastOne,
  axesOf,
  forwardOf,
  type Group,
  kernelsOf,
  type Reduce,
  type ReduceOptions,
  reduction,
  suspects,
} from "./folds.js";

/** Above this a float does not hold every index; a double holds those of any memory. */
const LARGEST_INDEX = 2 ** 24;

function over<S extends Stem>(
  stem: S,
  name: string,
  op: Op<Attrs>,
  most = Number.POSITIVE_INFINITY,
): OpFunction<S, Reduce> {
  const call = (x: Operandish, options: ReduceOptions = {}): Tensor => {
    const from = asTensor(name, "x", x);
    const axes = axesOf(name, from.shape, options);
    atLeastOne(name, axes);
    if (axes.mid > most && !isDouble(from)) {
      throw new ShapeError(`${name}: too many elements, expected at most ${most}, got ${axes.mid}`);
    }
    return applyReduction(op, from, axes);
  };
  return define(stem, call as Reduce);
}

// An extreme is one of the elements: it is as bad as that one, never worse. Only its index hides it.
const explain = (group: Group, y: number, [bad]: readonly Operand[]): Explanation => ({
  expression: equation(`of ${group.count} elements, ${showNumber(bad?.value ?? y)} among them,`, y),
  cause: "hidden-nan",
  fix: [],
});

/** The element that was chosen: a NaN, or the extreme. */
const chosen = (of: (a: number, b: number) => number) => (group: Group) => {
  const extreme = group.values().reduce((a, b) => of(a, b));
  return Math.abs(extreme) === Infinity
    ? group.infinite(extreme)
    : group.first((v) => v === extreme || (Number.isNaN(v) && Number.isNaN(extreme)));
};

const slope = {
  text: "1/ties",
  of: (x: number, group: Group, _s: number, y: number) =>
    x === y ? 1 / group.values().filter((v) => v === y).length : 0,
};

/**
 * The largest element, of all or over some axes; NaN where there is one. Ties share the gradient evenly; a
 * NaN, the first, has it alone.
 *
 * @throws ShapeError when an axis is not there, or named twice, or there is nothing to choose from.
 */
export const max = over(
  "max",
  "max",
  reduction("max", {
    ...kernelsOf("max"),
    suspects: chosen(Math.max),
    explain,
    slope,
  }),
);

/**
 * The smallest element, of all or over some axes; NaN where there is one. Ties share the gradient evenly; a
 * NaN, the first, has it alone.
 *
 * @throws ShapeError when an axis is not there, or named twice, or there is nothing to choose from.
 */
export const min = over(
  "min",
  "min",
  reduction("min", {
    ...kernelsOf("min"),
    suspects: chosen(Math.min),
    explain,
    slope,
  }),
);

/** What an index is of: a NaN; of an infinite extreme that and the next that is as large; else the largest. */
const indexed = (of: (a: number, b: number) => number) => (group: Group) => {
  const extreme = group.values().reduce((a, b) => of(a, b));
  return Math.abs(extreme) === Infinity ? group.first((v) => v === extreme, 2) : suspects(group);
};

const index = { absorbs: "compares", explain, slope, loses: indexLost } as const;

/**
 * The index of the largest element, of all or over some axes (several count as one, row-major): of the first
 * among ties, and of the first NaN where there is one. It has no gradient.
 *
 * @throws ShapeError when an axis is not there, or named twice, or there are no elements, or of float32 more than 2²⁴.
 */
export const argmax = over(
  "argmax",
  "argmax",
  reduction("argmax", { ...index, ...forwardOf("argmax"), suspects: indexed(Math.max) }),
  LARGEST_INDEX,
);

/**
 * The index of the smallest element, of all or over some axes (several count as one, row-major): of the first
 * among ties, and of the first NaN where there is one. It has no gradient.
 *
 * @throws ShapeError when an axis is not there, or named twice, or there are no elements, or of float32 more than 2²⁴.
 */
export const argmin = over(
  "argmin",
  "argmin",
  reduction("argmin", { ...index, ...forwardOf("argmin"), suspects: indexed(Math.min) }),
  LARGEST_INDEX,
);
