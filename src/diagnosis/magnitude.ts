/** What an ∞ stands for, or a 0: the number that left its type, followed to the place that asks, as a power of two. */

import { type Attrs, Group } from "../ops/folds.js";
import { type Operand, operandsOf } from "./diagnose.js";

/** How far back numbers are followed, and how many of them: one that is used twice has two ways. */
const FAR = 32;
const MOST = 128;

const { LOG2E, LN2 } = Math;

/** log₂ of the magnitude of a number. */
const power = (value: number): number => Math.log2(Math.abs(value));

/** Ops that are as large as what is infinite in them. */
const PASSING: ReadonlySet<string> = new Set([
  "abs",
  "add",
  "cast",
  "clone",
  "cumsum",
  "max",
  "maximum",
  "neg",
  "relu",
  "sub",
  "sum",
  "where",
]);

/** What an exponential is of, in turns of 2. */
const EXPONENTS: Readonly<Record<string, number>> = {
  cosh: LOG2E,
  exp: LOG2E,
  exp2: 1,
  expm1: LOG2E,
  sinh: LOG2E,
};

/** What a logarithm is of, in turns of its base. */
const LOGARITHMS: Readonly<Record<string, number>> = {
  log: LN2,
  log10: Math.LOG10E * LN2,
  log1p: LN2,
  log2: 1,
};

/** log₂ of e^|x|, or the like, of log₂ |x|. */
const raised = (of: number, turns: number): number => (of > 64 ? Infinity : 2 ** of * turns);

/**
 * log₂ of the magnitude that an element would have if its type had no end; undefined where that cannot be told, Infinity where
 * it is beyond all types. A 0 that is rightly one has none.
 */
export const magnitudeOf = (element: Operand): number | undefined =>
  sizeOf(element, FAR, { left: MOST });

function sizeOf(element: Operand, far: number, budget: { left: number }): number | undefined {
  const { value, tensor } = element;
  if (Number.isNaN(value)) return undefined;
  if (Number.isFinite(value) && value !== 0) return power(value);
  const made = far > 0 && budget.left-- > 0 ? operandsOf(element) : undefined;
  if (made === undefined) return undefined;
  const { op, operands } = made;
  const [a, b] = operands;
  if (a === undefined) return undefined;
  const of = (one: Operand): number | undefined => sizeOf(one, far - 1, budget);
  const both = (by: 1 | -1): number | undefined => {
    const [left, right] = [of(a), of(b ?? a)];
    return left === undefined || right === undefined ? undefined : left + by * right;
  };
  const scaled = (by: number): number | undefined => {
    const left = of(a);
    return left === undefined ? undefined : left * by;
  };
  if (PASSING.has(op)) {
    // A 0 that is added to one that stands for a number, as a state's first is, leaves it that; what has cancelled is rightly 0.
    if (value === 0) return largestKnown(zerosIn(element, op, operands).map(of));
    const same =
      operands.find((one) => one.value === value) ??
      operands.find((one) => !Number.isFinite(one.value));
    // A sum of finite numbers is at least as large as its type reaches.
    return same === undefined ? power(largestOf(operands)) : of(same);
  }
  const exponent = EXPONENTS[op];
  if (exponent !== undefined) {
    // On either side of 0 a cosine is the exponential of the magnitude, and so is a sine.
    const sign = /^(cosh|sinh)$/.test(op) ? 1 : Math.sign(a.value);
    if (Number.isFinite(a.value)) return sign * Math.abs(a.value) * exponent;
    const size = of(a);
    return size === undefined ? undefined : sign * raised(size, exponent);
  }
  const base = LOGARITHMS[op];
  if (base !== undefined) {
    const size = of(a);
    return size === undefined ? undefined : Math.log2(Math.abs(size) * base);
  }
  switch (op) {
    case "mean": {
      const size = value === 0 ? largestKnown(zerosIn(element, op, operands).map(of)) : of(a);
      const terms = a.tensor.size / tensor.size;
      return size === undefined ? undefined : size - Math.log2(terms);
    }
    // Of a sum of products that of one, which stands for them.
    case "linear":
    case "matmul":
    case "mul":
      return both(1);
    case "div":
      return both(-1);
    case "pow":
      return b === undefined ? undefined : scaled(b.value);
    case "prod":
      return product(tensor, element.flat);
    case "reciprocal":
      return scaled(-1);
    case "rsqrt":
      return scaled(-0.5);
    case "sigmoid":
      return a.value < 0 ? a.value * LOG2E : undefined;
    case "softmax":
      return shareAt(tensor, element.flat);
    case "sqrt":
      return scaled(0.5);
    case "square":
    case "sumSquares":
      return scaled(2);
    default:
      return undefined;
  }
}

/** Of a share of a row's exponentials, the largest of which is about their total. */
function shareAt({ call, shape }: Operand["tensor"], at: number): number | undefined {
  const [x] = call?.inputs ?? [];
  const side = shape.at(-1) ?? 1;
  if (x?.readable !== true) return undefined;
  const row = x.raw.subarray(at - (at % side), at - (at % side) + side);
  const most = row.reduce((a: number, b) => Math.max(a, b), -Infinity);
  return ((x.raw[at] ?? Number.NaN) - most) * LOG2E;
}

/** Zeros of a total that are looked at. */
const ZEROS = 16;

/** The zeros that a 0 is the sum of, or the one that it is; of a total all terms have to be, or they have cancelled. */
function zerosIn(
  { tensor, flat }: Operand,
  op: string,
  operands: readonly Operand[],
): readonly Operand[] {
  const isZero = (v: number): boolean => v === 0;
  const [x] = tensor.call?.inputs ?? [];
  if ((op === "sum" || op === "mean") && tensor.call !== undefined && x?.readable) {
    const terms = new Group(tensor.call.attrs as Attrs, x, flat);
    return terms.first((v) => !isZero(v)).length > 0 ? [] : terms.first(isZero, ZEROS);
  }
  return (op === "where" ? operands.slice(0, 1) : operands).filter(({ value }) => isZero(value));
}

/** Of a product of many. */
function product({ call }: Operand["tensor"], at: number): number | undefined {
  const [x] = call?.inputs ?? [];
  if (call === undefined || x?.readable !== true) return undefined;
  const size = new Group(call.attrs as Attrs, x, at).values().reduce((sum, v) => sum + power(v), 0);
  return Number.isFinite(size) ? size : undefined;
}

/** The largest of the magnitudes that zeros stand for; undefined where none stands for a number. */
function largestKnown(sizes: readonly (number | undefined)[]): number | undefined {
  const known = sizes.filter((size) => size !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

const largestOf = (operands: readonly Operand[]): number =>
  operands.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0);
