/**
 * Why two numbers gave a NaN or ∞: the arithmetic that every op's diagnosis comes down to.
 */
import { type Explanation, type Located, type Operand, TINY } from "../diagnosis/diagnose.js";
import { type Cause, type Fix, showDigits, showNumber } from "../diagnosis/report.js";

/** `log(0) = -∞` */
export function equation(left: string, result: number): string {
  return `${left} = ${showNumber(result)}`;
}

function meet(a: number, sign: string, b: number, result: number): string {
  return equation(`${showNumber(a)} ${sign} ${showNumber(b)}`, result);
}

export function explainProduct(a: number, b: number, result: number): Explanation {
  const expression = meet(a, "·", b, result);
  if (a === 0 || b === 0) {
    return { expression, cause: "zero-times-inf", fix: ["select-not-multiply", "mask-before"] };
  }
  return { expression, cause: "overflow-product", fix: ["scale-input", "clip-norm"] };
}

export function explainQuotient(a: number, b: number, result: number): Explanation {
  const expression = meet(a, "/", b, result);
  if (b === 0) {
    const cause = a === 0 ? "zero-over-zero" : "division-by-zero";
    return {
      expression,
      cause,
      fix: ["safe-div", "div-no-nan", "divide-where", "epsilon-inside"],
    };
  }
  if (!Number.isFinite(a) && !Number.isFinite(b)) {
    return { expression, cause: "inf-over-inf", fix: ["scale-input"] };
  }
  const fix: Fix[] = Math.abs(b) <= TINY ? ["safe-div", "epsilon-inside"] : [];
  return { expression, cause: "overflow-quotient", fix: [...fix, "scale-input"] };
}

export function explainSum(a: number, b: number, result: number, sign = "+"): Explanation {
  const expression = equation(`${showDigits(a, b)} ${sign} ${showDigits(b, a)}`, result);
  if (Number.isNaN(result)) return { expression, cause: "inf-minus-inf", fix: ["mask-before"] };
  return { expression, cause: "overflow-sum", fix: ["scale-input", "clip-norm"] };
}

/** Two gradients of one tensor. Where they met as ∞ − ∞, what to do is said of the ∞. */
export function explainGradients(a: Operand, b: Operand, result: number): Explanation {
  const explained = explainSum(a.value, b.value, result);
  const fix: Fix[] = explained.cause === "overflow-sum" ? ["clip-norm", "lower-lr"] : [];
  return { ...explained, fix };
}

/** A function at an end of its domain, or outside: `acos(1.0000001) = NaN`. */
export function explainDomain(
  name: string,
  x: number,
  y: number,
  cause: Cause,
  fix: readonly Fix[],
): Explanation {
  return { expression: equation(`${name}(${showNumber(x)})`, y), cause, fix };
}

/** A logarithm of `of(x)`: at its pole, or below. */
export const explainLog =
  (name: string, of: (x: number) => number) =>
  (x: number, y: number): Explanation =>
    explainDomain(name, x, y, of(x) < 0 ? "log-of-negative" : "log-of-zero", [
      "safe-log",
      "mask-before",
      "epsilon-inside",
    ]);

/** A function of one variable that left float32: what is true of it where nothing better is known. */
export function explainValue(name: string, x: number, y: number): Explanation {
  const expression = equation(`${name}(${showNumber(x)})`, y);
  if (Number.isNaN(y)) return { expression, cause: "outside-domain", fix: ["mask-before"] };
  return { expression, cause: "overflow-value", fix: ["scale-input"] };
}

/** A function at a pole, or outside its domain: `log(0) = -∞`. */
export function explainPole(name: string, x: number, y: number, cause: Cause): Explanation {
  const expression = equation(`${name}(${showNumber(x)})`, y);
  const fix: Fix[] = cause.startsWith("overflow")
    ? ["scale-input"]
    : ["mask-before", "epsilon-inside"];
  return { expression, cause, fix };
}

/** A sum of many terms that are finite each: only its size can be the reason. */
export function explainLongSum(what: string, result: number): Explanation {
  const expression = equation(what, result);
  const cause = Number.isNaN(result) ? "inf-minus-inf" : "overflow-sum";
  return { expression, cause, fix: ["scale-input", "clip-norm"] };
}

/** With a slope that is finite a gradient that is not owes it to its cotangent, whatever else was read. */
export function owedToCotangent(dy: Operand, slope: number): Pick<Located, "owed"> {
  return Number.isFinite(slope) ? { owed: dy } : {};
}

/** A slope as large as that of a pole, at an operand next to 0; not one that is owed to another operand's size. */
const isSteep = (slope: number, read: readonly number[]): boolean =>
  Math.abs(slope) >= Math.max(1, ...read.map(Math.abs)) / TINY &&
  read.some((value) => Math.abs(value) <= TINY);

/**
 * A cotangent that met a slope: `0 · ∞`, where the slope says which expression it is.
 *
 * @param read the operands that the slope was taken at, where it can have a pole in them.
 */
export function explainSlope(
  dy: number,
  text: string,
  slope: number,
  result: number,
  read: readonly number[],
): Explanation {
  // A zero or an ∞ meets the slope as the kernel has it, in float32; a product is told with the slope as it is.
  const rounded = dy === 0 || (!Number.isFinite(dy) && Number.isNaN(result));
  const met = rounded ? Math.fround(slope) : slope;
  const expression = equation(`dy · ${text} = ${showNumber(dy)} · ${showNumber(met)}`, result);
  if (met === 0 && !Number.isFinite(dy)) {
    return { expression, cause: "zero-times-inf", fix: ["epsilon-inside", "mask-before"] };
  }
  if (dy === 0) {
    return {
      expression,
      cause: "zero-times-inf",
      fix: ["double-where", "mask-before", "default-policy"],
    };
  }
  if (Number.isNaN(slope)) {
    return { expression, cause: "outside-domain", fix: ["mask-before"] };
  }
  if (Number.isFinite(slope) && !isSteep(slope, read)) {
    return { expression, cause: "overflow-product", fix: ["scale-input", "clip-norm"] };
  }
  return { expression, cause: "singular-slope", fix: ["epsilon-inside", "mask-before"] };
}

/** Of the terms of a sum those to blame: a NaN; else the infinities of either sign; else the largest. */
export function blame(terms: readonly Operand[]): Operand[] {
  const nan = terms.find(({ value }) => Number.isNaN(value));
  if (nan !== undefined) return [nan];
  const infinite = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].flatMap((v) =>
    terms.filter(({ value }) => value === v).slice(0, 1),
  );
  return infinite.length > 0 ? infinite : largestOf(terms);
}

/** The one of largest magnitude, as a list; empty where there is none. */
export function largestOf(terms: readonly Operand[]): Operand[] {
  const size = ({ value }: Operand): number => Math.abs(value);
  return terms.length === 0 ? [] : [terms.reduce((a, b) => (size(b) > size(a) ? b : a))];
}

/** A sum of cotangents: the gradient of what was repeated. */
export function locateSum(terms: readonly Operand[]): Located {
  const blamed = blame(terms);
  const [a, b] = blamed;
  return {
    operands: blamed,
    explain: (d) =>
      a !== undefined && b !== undefined
        ? explainSum(a.value, b.value, d)
        : explainLongSum(`a sum of ${terms.length} cotangents`, d),
  };
}

/** The first operand that is not finite itself, put in front: it is the one to follow. */
export function badFirst(operands: readonly Operand[]): Operand[] {
  return [...operands].sort(
    (a, b) => Number(Number.isFinite(a.value)) - Number(Number.isFinite(b.value)),
  );
}

/** The flat index, within a run of elements, of the first that `holds`; -1 if none does. */
export function findIn(
  count: number,
  at: (i: number) => number,
  holds: (flat: number) => boolean,
): number {
  for (let i = 0; i < count; i++) {
    const flat = at(i);
    if (holds(flat)) return flat;
  }
  return -1;
}
