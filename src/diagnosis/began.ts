/**
 * Where it all began: the root of a chain of births, and the operand to blame there.
 */

import type { BirthReport, OperandReport, Phase } from "./report.js";

/**
 * The NaN or ∞ that was an operand of this one, or the step that made the parameter behind it huge. What was
 * merely huge, or became another number on the way, explains a birth and began nothing.
 */
function bornFrom({ from, operands }: BirthReport): BirthReport | undefined {
  const bad = operands.some(({ value }) => !Number.isFinite(value));
  return bad || from?.phase === "optimizer" ? from : undefined;
}

/** Where it all began. */
export function rootOf(birth: BirthReport): BirthReport {
  let root = birth;
  for (let from = bornFrom(root); from !== undefined; from = bornFrom(from)) root = from;
  return root;
}

/** The same birth as what the second of two infinities that met came to; undefined where there is none to mend. */
export function mirrored(birth: BirthReport): BirthReport | undefined {
  const { with: second, ...rest } = birth;
  const met = birth.cause === "inf-minus-inf" || birth.cause === "inf-over-inf";
  return met && second !== undefined ? { ...rest, from: second } : undefined;
}

/** Not made by an op that a user wrote. */
export const NOT_WRITTEN: ReadonlySet<Phase> = new Set<Phase>([
  "input",
  "parameter",
  "state",
  "optimizer",
]);

/** The op where it began: the last of the chain that is one. */
export function beginning(birth: BirthReport): BirthReport {
  const from = bornFrom(birth);
  return from === undefined || NOT_WRITTEN.has(from.phase) ? birth : beginning(from);
}

// ── Operands ─────────────────────────────────────────────────────────────────────────────────────

/** Not a cotangent, nor the op's own output. */
export const isRead = ({ name }: OperandReport): boolean => !/^(dy|y)\b/.test(name);

/** What an op read. */
export const readBy = ({ operands }: BirthReport): readonly OperandReport[] =>
  operands.filter(isRead);

/**
 * Whether it is divided by a mask, and what is divided is no function of that but a product or a choice: nothing tends to such a 0.
 */
export function isByMask(begin: BirthReport): boolean {
  const [a, b] = readBy(begin);
  const [over, under] = [a, b].map((one) => one?.tensor ?? one?.code);
  if (b?.kind !== "mask" || over === undefined || under === undefined) return b?.kind === "mask";
  return !over.includes(under) || /^(mul|where|linear|matmul|sum)\(/.test(over);
}

/** Whose second argument is the one with the pole. */
const SECOND: ReadonlySet<string> = new Set(["div", "mod", "xlogy", "xlog1py", "relEntr", "klDiv"]);

/** Those whose first one has one, too. */
const BOTH: ReadonlySet<string> = new Set(["relEntr", "klDiv"]);

/** One of several inputs of an op of one's own. */
const isOneOf = ({ name }: OperandReport): boolean => /^x\d/.test(name);

/** Which operand of an op is to blame: one that is not finite, or the one that has the pole. */
export function guiltyAt(op: string, read: readonly OperandReport[]): number {
  const bad = read.findIndex(({ value }) => !Number.isFinite(value));
  if (bad >= 0) return bad;
  // An op of one's own divides by what it was given last more often than by what it was given first.
  const zero = read.findLastIndex((one) => isOneOf(one) && one.value === 0);
  if (zero >= 0) return zero;
  const isFirst = BOTH.has(op) && read[0]?.value === 0 && read[1]?.value !== 0;
  return SECOND.has(op) && read.length > 1 && !isFirst ? 1 : 0;
}

/** A number in the code that an op has no answer to: one that is not finite, or the 0 it divides by. */
export function badNumberIn(begin: BirthReport): OperandReport | undefined {
  const guilty = guiltyIn(begin);
  const bad =
    guilty?.kind === "number" &&
    (!Number.isFinite(guilty.value) || (SECOND.has(begin.op) && guilty.value === 0));
  return bad ? guilty : undefined;
}

/** From here on a factor in the code is to blame for what overflows with it. */
const LARGE = 2 ** 64;

/** A factor in the code that is so large that what it meets is in good order. */
export function largeFactorIn(begin: BirthReport): OperandReport | undefined {
  const read = readBy(begin);
  // On the way back it has come with the cotangent.
  const { from } = begin;
  const met = begin.phase === "backward" && from?.cause === "huge-value" ? from.operands : [];
  const factor = [...read, ...met].find(
    ({ kind, value }) => kind === "number" && Math.abs(value) >= LARGE,
  );
  const isRest = read.every((one) => one === factor || Math.abs(one.value) < LARGE);
  return begin.cause === "overflow-product" && isRest ? factor : undefined;
}

/** From here on a number in a table is no measurement: NetCDF fills gaps with 9.97e36, others with the largest float. */
const FILLS = 1e30;

/** A cell of a table whose number can only stand for a missing one. */
export function standIn(begin: BirthReport): OperandReport | undefined {
  return [...readBy(begin), ...(begin.origin ? [begin.origin] : [])].find(
    ({ column, row, value }) =>
      (column !== undefined || row !== undefined) &&
      Math.abs(value) >= FILLS &&
      Number.isFinite(value),
  );
}

/** The operand to blame where it began. */
export function guiltyIn(begin: BirthReport): OperandReport | undefined {
  const read = readBy(begin);
  return read[guiltyAt(begin.op, read)];
}

/** The one that is 0 in a product. */
export const zeroOf = (birth: BirthReport): OperandReport | undefined =>
  readBy(birth).find(({ value }) => value === 0);

/** The largest operand that is no number in the code. */
export function largestIn(begin: BirthReport): OperandReport | undefined {
  const size = ({ kind, value }: OperandReport): number =>
    kind === "number" ? -1 : Math.abs(value);
  const [first, ...rest] = readBy(begin);
  return first && rest.reduce((a, b) => (size(b) > size(a) ? b : a), first);
}

/** Ops that end, or have no slope, at ±1, or at 0 and 1. */
export const BOUNDS: Readonly<Record<string, string>> = {
  acosh: "{ min: 1.000001 }",
  atanh: "{ min: -0.999999, max: 0.999999 }",
  logit: "{ min: 1e-6, max: 0.999999 }",
};

/** Whether a bound on its argument keeps an op out of harm; of an exponential that it divides by, see rules.ts. */
export const isBoundable = ({ op, cause }: BirthReport): boolean =>
  cause === "overflow-exp" || BOUNDS[op] !== undefined;
