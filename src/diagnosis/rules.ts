/**
 * Which fixes a case calls for. Rules look at what an explanation of one op cannot know: which ops the operands came
 * from, which the bad value went through, where it began. What would not help there is left out.
 */

import {
  badNumberIn,
  beginning,
  guiltyIn,
  isBoundable,
  isByMask,
  largeFactorIn,
  largestIn,
  readBy,
  rootOf,
  standIn,
  zeroOf,
} from "./began.js";
import { HAS_POLE } from "./dead.js";
import type { Fix } from "./fixes.js";
import { OTHER } from "./kinds.js";
import { isSpread } from "./names.js";
import { type BirthReport, type Cause, chainOf, isOutside, type OperandReport } from "./report.js";
import { logSigmoidIn, sigmoidIn } from "./rewrite.js";
import { normOf, scaledNorm, statisticIn } from "./statistics.js";
import { argumentOf, besideOne, readCall } from "./written.js";

/** The way that an element took: the name at its start, and the ops in their order. */
export type Way = readonly string[];

/** What a way calls a difference of two numbers that were both computed; 1 − x is a "sub". */
export const DIFFERENCE = "difference";

/** The same of a product with a factor of 0, and of the exponential of 0: the one is rightly 0, the other rightly 1. */
export const EMPTIED = "emptied product";
export const UNIT = "exponential of 0";

/** The same of the square of 0, which did not underflow. */
export const ZERO_SQUARE = "square of 0";

/** What a way calls a quotient that is 0 although what is divided is not. */
export const UNDERFLOW = "underflow";

/** The same of a sum with a constant next to 0. */
export const EPSILON = "epsilon";

/** Where the operands of a birth came from. */
export interface Background {
  /** The ops that they were computed by, as far as memory reaches. */
  readonly before: ReadonlySet<string>;
  /** The way to each operand that was read. */
  readonly read: readonly Way[];
  /** The same of the op where it began. */
  readonly began: readonly Way[];
  /** Whether the operands that were read are of exponentials of different tensors. */
  readonly readApart?: boolean;
  /** The same of the op where it began. */
  readonly beganApart?: boolean;
  /** Whether the 0 it began at is one that a number became for being too small. */
  readonly underflown?: true;
  /** The op that the cotangent came from. */
  readonly toward?: string;
  /** The ops that its output went into, the nearest first. */
  readonly onward?: Way;
  /** Whether there is an ∞ beside the NaN that was read out of it: of a product, one that no 0 has met. */
  readonly unmet?: boolean;
  /** Where two infinities met: what to do about the second. */
  readonly also?: readonly Fix[];
}

/** Where nothing is known of them. */
export const NOTHING: Background = { before: new Set(), read: [], began: [] };

/** What a rule may look at. */
export interface Context extends Background {
  readonly birth: BirthReport;
  /** The ops that the bad value went through. */
  readonly after: Way;
}

/** The same, with where it began: in an op, and before any. */
interface Known extends Context {
  readonly begin: BirthReport;
  readonly root: BirthReport;
  /**
   * Whether it is the logarithm of 0, of a number so small that only its slope is infinite, or of what is lost beside an
   * epsilon.
   */
  readonly isLogPole: boolean;
}

interface Rule {
  readonly when: (known: Known) => boolean;
  readonly fix: readonly Fix[];
}

/** Where a function runs away to ∞ at a point: no scale keeps its argument from there. */
const isPole = (cause: Cause): boolean =>
  cause === "log-of-zero" || cause === "division-by-zero" || cause === "zero-over-zero";

const isSingular = ({ cause }: BirthReport): boolean => isPole(cause) || cause === "singular-slope";

const isDivisionByZero = ({ cause }: BirthReport): boolean =>
  cause === "division-by-zero" || cause === "zero-over-zero";

const overflowed = ({ cause }: BirthReport): boolean => cause.startsWith("overflow");

const BARE_LOGS: readonly string[] = ["log", "log2", "log10"];
const LOGS: readonly string[] = [...BARE_LOGS, "log1p"];
const isLog = ({ op }: BirthReport): boolean => LOGS.includes(op);

// ── Ways ─────────────────────────────────────────────────────────────────────────────────────────

const TOTALS: readonly string[] = ["sum", "mean"];

/** Ops that scale, bound, choose or add up: they leave what came into them recognizable. */
const PLAIN: ReadonlySet<string> = new Set([
  ...TOTALS,
  "abs",
  "add",
  "atLeast",
  "awayFromZero",
  "cast",
  "clip",
  "clone",
  "cumsum",
  DIFFERENCE,
  "div",
  EPSILON,
  "max",
  "maximum",
  "min",
  "minimum",
  "mul",
  "neg",
  "relu",
  "sub",
  UNDERFLOW,
  "where",
  "within",
]);

/** Ops that ask which of their operands is larger. */
export const ORDERINGS: ReadonlySet<string> = new Set([
  "argmax",
  "argmin",
  "equal",
  "greater",
  "greaterEqual",
  "less",
  "lessEqual",
  "notEqual",
]);

const isPlain = (op: string): boolean => PLAIN.has(op);

const isSub = (op: string): boolean => op === "sub" || op === DIFFERENCE;

/** The ops from the last of some to the end of a way, where they are plain: what is there was made by that one. */
function since(
  way: Way,
  ops: readonly string[],
  passes: (op: string) => boolean = isPlain,
): Way | undefined {
  const at = way.findLastIndex((op) => ops.includes(op));
  const rest = way.slice(at + 1);
  return at >= 0 && rest.every(passes) ? rest : undefined;
}

const isFrom = (ways: readonly Way[], ...ops: readonly string[]): boolean =>
  ways.some((way) => since(way, ops) !== undefined);

/** Whether a product with a 0 among its factors and its divisor have the same way before it. */
function isByFactor([product = [], divisor]: readonly Way[]): boolean {
  const before = product.slice(0, product.lastIndexOf(EMPTIED));
  return (
    product.includes(EMPTIED) &&
    before.length === divisor?.length &&
    before.every((op, i) => op === divisor[i])
  );
}

/** Whether it is from an op, with one of some others after it. */
const isFromBy = (ways: readonly Way[], from: string, by: readonly string[]): boolean =>
  ways.some((way) => since(way, [from])?.some((op) => by.includes(op)));

/** Whether the 0 among the factors of a product is what became of a probability, whose logarithm has a form of its own. */
function isEmptiedByRounding(way: Way): boolean {
  const before = way.slice(0, way.lastIndexOf(EMPTIED));
  return (
    since(way, [EMPTIED]) !== undefined &&
    since(before, ["exp", "sigmoid", "softmax"]) !== undefined
  );
}

/** Whether it is a product of matrices of exponentials, or a chain of them: sums of exponentials of sums. */
const isFromProducts = (ways: readonly Way[]): boolean =>
  ways.some((way) =>
    since(way, ["exp"], (op) => op === "matmul" || (isPlain(op) && !isSub(op)))?.includes("matmul"),
  );

/** Whether it is a total of exponentials: not of what is left of 1 after one of them. */
const isFromTotal = (ways: readonly Way[]): boolean =>
  ways.some((way) => {
    const rest = since(way, ["exp"]);
    return rest?.some((op) => TOTALS.includes(op)) === true && !rest.some(isSub);
  });

/** Whether it is one of some, scaled, bounded or added up: not what is left beside it, or between two of them. */
const isOf = (ways: readonly Way[], ops: readonly string[], not: readonly string[]): boolean =>
  ways.some((way) => since(way, ops)?.every((op) => !not.includes(op)) === true);

/** What a logarithm makes a factor, or a term, of. */
const POWERS: readonly string[] = ["exp", "exp2", "pow", "square"];

const isScale = (op: string): boolean =>
  /^(mul|div|abs)$/.test(op) || op === UNDERFLOW || op === EPSILON;

/** Whether it is from one of some ops, multiplied at the most. */
const isScaled = (ways: readonly Way[], ...ops: readonly string[]): boolean =>
  ways.some((way) => since(way, ops, isScale) !== undefined);

/** Whether it is from the second of two ops, the first of them right before it: not a difference of two such. */
const isFromPair = (ways: readonly Way[], first: string, second: string): boolean =>
  ways.some((way) => {
    const rest = since(way, [second], (op) => isPlain(op) && op !== DIFFERENCE);
    return rest !== undefined && way.at(-2 - rest.length) === first;
  });

/** Whether it is log(1 + e^x), written out. */
const isSoftplus = (ways: readonly Way[]): boolean =>
  ways.some((way) => since(way, ["log"]) !== undefined && /,exp,add,log(,|$)/.test(way.join()));

/** The plain ops between an op and the next of some others; undefined where others come between. */
function between(
  way: Way,
  from: string,
  to: readonly string[],
  passes: (op: string) => boolean = isPlain,
): Way | undefined {
  for (let at = way.indexOf(from); at >= 0; at = way.indexOf(from, at + 1)) {
    const rest = way.slice(at + 1);
    const end = rest.findIndex((op) => !passes(op));
    if (end >= 0 && to.includes(rest[end] ?? "")) return rest.slice(0, end);
  }
  return undefined;
}

/** The same, with one of some ops among them. */
const leadsBy = (way: Way, from: string, by: readonly string[], to: readonly string[]): boolean =>
  between(way, from, to)?.some((op) => by.includes(op)) === true;

/** What a root is taken of. A power, there, is a square. */
const SQUARES: readonly string[] = [
  "square",
  ZERO_SQUARE,
  "sumSquares",
  "squaredDifference",
  "pow",
];

const isWeight = (op: string): boolean => op === "mul" || op === "div";

/** Whether what stands under a root is written, and no sum of squares. */
function isPartlySquare(begin: BirthReport): boolean {
  const code = guiltyIn(begin)?.code;
  const under = /^r?sqrt$/.test(begin.op) ? code : argumentOf("sqrt", code ? [code] : []);
  return under !== undefined && normOf(under) === undefined;
}

const passesRoot = (op: string): boolean => isPlain(op) || op === "sqrt";

/**
 * A root of squares with an infinite slope, a division by it, or by its square: of a spread, as √(mean((x − mean)²)) or
 * E[x²] − E[x]²; else squares that are only added make a norm. Neither where they are taken from something else, as in
 * √(1 − x²).
 */
function singularRoot({ begin, began }: Known): "spread" | "norm" | "magnitude" | undefined {
  // A power that is no square has another name there than one that is.
  const squares = SQUARES.filter((op) => op !== "pow");
  const way = began.find((one) => since(one, squares, passesRoot) !== undefined) ?? [];
  const ops = since(way, squares, passesRoot);
  const isRoot =
    /^r?sqrt$/.test(begin.op) ||
    (begin.op === "pow" && Math.abs(readBy(begin)[1]?.value ?? 0) === 0.5);
  const singular = isRoot
    ? begin.phase === "backward" || begin.cause === "division-by-zero"
    : /^(div|reciprocal)$/.test(begin.op) && isDivisionByZero(begin) && ops?.includes("sqrt");
  if (!singular || ops === undefined) return undefined;
  if (ops.includes("mean") || (ops.some(isSub) && way.includes("mean"))) return "spread";
  if (ops.some(isSub)) return undefined;
  const square = way.findLast((op) => squares.includes(op));
  if (square === "sumSquares" || ops.includes("sum")) return "norm";
  // Of each element: a decayed sum of squares is the norm of nothing.
  if (ops.includes("add")) return ops.some(isWeight) || isPartlySquare(begin) ? undefined : "norm";
  // Of each element alone: the magnitude has a slope at 0, but is 0 there all the same.
  return isRoot && begin.op !== "rsqrt" && begin.phase === "backward" ? "magnitude" : undefined;
}

/** Whether it was divided by a norm of 0. */
const isByNorm = (known: Known): boolean =>
  /^(div|reciprocal)$/.test(known.begin.op) &&
  isDivisionByZero(known.begin) &&
  (singularRoot(known) === "norm" || isFrom(known.began.slice(-1), "norm2", "norm1", "hypot"));

/** Whether it is the root of a mean square that has no call of its own: an error's, as that of a spread has one. */
const isUnwritten = ({ begin, began }: Known): boolean =>
  began.every((way) => way.indexOf("mean") >= way.findLastIndex((op) => SQUARES.includes(op))) &&
  begin.phase === "backward" &&
  statisticIn([`sqrt(${guiltyIn(begin)?.code ?? ""})`], () => undefined) === undefined;

/** Whether a norm or a spread is 0 only because its squares are too small for their type. */
const isUnderflownRoot = (known: Known): boolean =>
  known.underflown === true && singularRoot(known) !== undefined;

/** Whether a norm of higher powers is 0 only because those are too small. */
function isUnderflownPowers({ begin, underflown }: Known): boolean {
  const [under, root] = readBy(begin);
  const code = begin.op === "pow" ? `pow(${under?.code}, ${root?.value})` : guiltyIn(begin)?.code;
  return underflown === true && scaledNorm(code ?? "") !== undefined;
}

/** Whether it is the root of a variance that is below 0 for the digits that cancelled: E[x²] − E[x]², with a mean in it. */
const isCancelled = ({ begin, began }: Known): boolean =>
  begin.cause === "sqrt-of-negative" &&
  began.some((way) => way.includes("mean") && since(way, [...SQUARES, "mul"])?.some(isSub));

/** Ops that are no function of one number each, or have no limit where that is 0. */
const UNLIKE =
  /\b(abs|cum\w+|equal|greater\w*|hypot|less\w*|linear|log\w*Softmax|matmul|max\w*|mean|min\w*|norm\w|prod|relu|sign|softmax|sqrt|std|sum\w*|variance|where)\(/;

const variablesIn = (code: string): readonly string[] =>
  code.match(/[A-Za-z_$][\w$.]*(?![\w$.(])/g) ?? [];

/** Whether both halves of 0 / 0 are functions of one number, so that there is a limit. */
function hasLimit({ begin, underflown }: Known): boolean {
  if (begin.cause !== "zero-over-zero" || begin.phase !== "forward") return false;
  const [a, b] = readBy(begin);
  const [over, under] = [a, b].map((one) => one?.tensor ?? one?.code);
  if (over === undefined || under === undefined || isByMask(begin)) return false;
  // A function of the divisor itself, whatever that is.
  if (over !== under && over.includes(under)) return !UNLIKE.test(over.replaceAll(under, "x"));
  const [variable, ...others] = new Set(variablesIn(under));
  return (
    variable !== undefined &&
    others.length === 0 &&
    variablesIn(over).includes(variable) &&
    // A 0 for a number too small is not there where another number makes the other half 0.
    (underflown !== true || variablesIn(over).every((one) => one === variable)) &&
    !UNLIKE.test(over) &&
    !UNLIKE.test(under)
  );
}

/** Whether a comparison of two numbers, or the index of the largest, is what was lost. */
const isOrdering = ({ op, cause }: BirthReport): boolean =>
  /^lost-(over|under)flow$/.test(cause) && ORDERINGS.has(op);

/** Whether it is a product of two that has become 0, or the root of one. */
const isUnderflownProduct = ([way = []]: readonly Way[], underflown = false): boolean =>
  underflown &&
  /^mul(,sqrt)?$/.test(way.slice(way.indexOf("mul")).join()) &&
  !/softmax|exp/.test(way.join());

/** A square, also one that is written as a product. */
const isSquare = (begin: BirthReport): boolean => {
  const [a, b] = readBy(begin);
  return (
    begin.cause === "overflow-square" ||
    begin.cause === "overflow-sum" ||
    (begin.op === "pow" && b?.value === 2) ||
    (begin.cause === "overflow-product" && a !== undefined && a.value === b?.value)
  );
};

const STATISTICS: readonly string[] = [...TOTALS, "sqrt", "rsqrt"];

/** Whether squares are added up, or a root is taken of them: before it overflowed, or of what did. */
const isStatistic = ({ begin, began, read }: Known): boolean =>
  (begin.cause !== "overflow-sum" || isFrom(began, ...SQUARES)) &&
  read.some((way) =>
    way.slice(way.lastIndexOf(begin.op) + 1).some((op) => STATISTICS.includes(op)),
  );

/** ⅓ as float32 has it, or float64. */
const isThird = (value: number): boolean => Math.abs(value - 1 / 3) < 1e-7;

/** Whether a quotient was lost to an ∞: as ∞ / ∞, or divided away. */
const isLostQuotient = ({ cause, op }: BirthReport): boolean =>
  cause === "inf-over-inf" || (cause === "lost-overflow" && op === "div");

/** Whether it was one of an exponential that has overflown, or of the sum of such. */
const isQuotientOfExps = ({ birth, begin, began }: Known): boolean =>
  isLostQuotient(birth) &&
  (begin.cause === "overflow-exp" || (begin.cause === "overflow-sum" && isFrom(began, "exp")));

/** Whether two infinities met in a difference that goes into an exponential. */
const isShift = ({ cause, op }: BirthReport, after: Way): boolean =>
  cause === "inf-minus-inf" && op === "sub" && between(after, "sub", ["exp"]) !== undefined;

/** Whether logarithms are added up and raised again: that is a product. */
const isRaised = (way: Way): boolean => /^(sum|cumsum),exp(,|$)/.test(way.join());

/** Whether it is a relative entropy, written out, of p = 0. */
function isRelEntr({ birth, begin, after }: Known): boolean {
  const [a, b] = readBy(begin);
  if (begin.op === "div" && begin.cause === "zero-over-zero")
    return /(^|,)div,log,mul(,|$)/.test(after.join());
  if (!isLog(begin) || begin.cause !== "log-of-zero" || b !== undefined) return false;
  if (birth.cause === "inf-minus-inf") return /,log,sub,mul(,|$)/.test(after.join());
  const ratio = a?.code === undefined ? undefined : readCall(a.code);
  const p = zeroOf(birth);
  return birth.op === "mul" && ratio?.op === "div" && ratio.args[0] === (p?.tensor ?? p?.code);
}

/** Whether one square, and something beside it, go into a logarithm. */
const isUnderLogOfSum = (after: Way): boolean =>
  after.some(
    (op, i) =>
      SQUARES.includes(op) &&
      (after[i + 1] === "log1p" ||
        (after[i + 1] === "add" && BARE_LOGS.includes(after[i + 2] ?? ""))),
  );

/** Whether a logarithm is taken, further on, of what an exponential has made. */
const isUnderLog = ({ begin, after }: Known): boolean =>
  begin.cause === "overflow-exp" &&
  after.slice(after.indexOf(begin.op) + 1).some((op) => LOGS.includes(op));

const passesProduct = (op: string): boolean => op === "matmul" || isPlain(op);

/** Whether a factor of e^m comes through from an exponential to a logarithm, which is of no total: that has a form of its own. */
function isShiftable({ begin, after }: Known): boolean {
  if (begin.cause !== "overflow-exp") return false;
  const way = between(after, begin.op, BARE_LOGS, passesProduct);
  if (way === undefined || way.some((op) => op === "add" || isSub(op))) return false;
  if (begin.op === "exp") return way.some((op) => op === "cumsum" || op === "matmul");
  return begin.op === "exp2" ? !way.every(isScale) : begin.op === "sinh" && way.length === 0;
}

/** Whether sums up to each element, of exponentials, have underflown before their logarithm. */
const isUnderflownRun = ({ isLogPole, began }: Known): boolean =>
  isLogPole &&
  isFromBy(began, "exp", ["cumsum"]) &&
  !isFromBy(began, "exp", ["add", "sub", DIFFERENCE]);

/** Whether one exponential has overflown and the other underflown. */
const isProductOfExps = ({ birth, read }: Known): boolean =>
  /^(zero-times-inf|lost-underflow)$/.test(birth.cause) &&
  read.length > 1 &&
  read.every((way) => since(way, ["exp"])?.length === 0);

/** Whether a logarithm is of what was divided by an exponential that has overflown. */
const isDividedAway = ({ isLogPole, begin, began }: Known): boolean =>
  isLogPole && begin.from?.cause === "overflow-exp" && isFromBy(began, "exp", ["div"]);

/** The logarithm of 0, by a 0. */
const isMaskedLog = (birth: BirthReport, begin: BirthReport): boolean =>
  birth.cause === "zero-times-inf" && birth.phase === "forward" && isLog(begin);

/** Whether it was divided by an exponential that is next to 0, or 0. */
function isByExp({ begin, began, beganApart }: Known): boolean {
  const [, b] = readBy(begin);
  return (
    begin.op === "div" &&
    b !== undefined &&
    Math.abs(b.value) <= TINIEST &&
    began[1]?.at(-1) === "exp" &&
    began[0]?.at(-1) !== "exp" &&
    beganApart !== true
  );
}

/** Whether it is so large for having been divided by an exponential that is next to 0, as by e^−50 for a deviation. */
const isOverSmallExp = ({ begin, began }: Known): boolean =>
  overflowed(begin) &&
  (begin.origin?.value ?? 0) < -15 &&
  began.some((way) => since(way, ["exp"])?.includes("div") === true);

/** Below this an exponential is of a number far beyond any bound. */
const TINIEST = 1e-34;

/** Ops along a row, in which −∞ is how an element is masked. */
export const MASKED_ROWS: readonly string[] = [
  "softmax",
  "logSoftmax",
  "logcumsumexp",
  "logsumexp",
  "crossEntropy",
  "max",
  "exp",
];

/** Whether a power of a number below 0 is a number, and only its slope by the exponent is none. */
function isByExponent(begin: BirthReport): boolean {
  const [a, b] = readBy(begin);
  return (
    begin.op === "pow" &&
    begin.phase === "backward" &&
    a !== undefined &&
    b !== undefined &&
    a.value < 0 &&
    Number.isInteger(b.value)
  );
}

/** Whether an input's −∞ came to such a row as it is: a mask. Through a matrix product it was a feature. */
function isMask({ birth, root, after, before }: Known): boolean {
  const at = after.findIndex((op) => MASKED_ROWS.includes(op));
  const way = at < 0 ? after : after.slice(0, at);
  return (
    root.cause === "bad-input" &&
    root.operands.some(({ value }) => value === Number.NEGATIVE_INFINITY) &&
    // What was taken from something is no mask any more.
    !birth.operands.some(({ value }) => value === Number.POSITIVE_INFINITY) &&
    (at >= 0 || MASKED_ROWS.some((op) => before.has(op))) &&
    !way.some((op) => op === "matmul" || op === "linear")
  );
}

/** Whether a probability is exactly 0 because its logit is −∞: its logarithm is −∞ in any form. */
const isMaskedOut = ({ begin: { from } }: Known): boolean =>
  from?.phase === "input" && from.operands[0]?.value === Number.NEGATIVE_INFINITY;

/** Whether the epsilon of a safe power has such a power itself: far below −3 it has none in float32. */
const isSafePow = (begin: BirthReport): boolean =>
  Number.isFinite(Math.fround(1e-12 ** (readBy(begin)[1]?.value ?? 1)));

/** Whether an ∞ in the code is meant: it is multiplied by a mask. */
const isMeant = (birth: BirthReport): boolean =>
  birth.cause === "zero-times-inf" && zeroOf(birth)?.kind === "mask";

/** Whether it is one that where has chosen. */
const isChosen = ({ root, after }: Known): boolean =>
  root.phase === "input" &&
  root.operands.some(({ kind, value }) => kind === "number" && Math.abs(value) === Infinity) &&
  after.includes("where");

/** What a square goes through that is kept up from step to step. */
const KEPT_UP: ReadonlySet<string> = new Set(["add", "cast", "div", "maximum", "mul"]);

/** Whether a square has overflown in the second moment of an optimizer that is written out: what is divided by the root of it is lost. */
function isMoment({ begin, after, onward = [] }: Known): boolean {
  const way = after.includes(begin.op) ? after.slice(after.indexOf(begin.op) + 1) : onward;
  const root = way.findIndex((op) => /sqrt$/i.test(op));
  const before = way.slice(0, Math.max(0, root));
  const read = readBy(begin);
  const [a, b] = read;
  const isGradient = read.some(({ tensor = "" }) => tensor.startsWith("gradient of "));
  const isSquare =
    begin.cause === "overflow-square" ||
    (begin.cause === "overflow-product" && a?.tensor !== undefined && a.tensor === b?.tensor);
  const isKept = before.includes("mul") || before.filter((op) => op === "add").length > 1;
  return (
    isSquare &&
    before.includes("add") &&
    before.every((op) => KEPT_UP.has(op)) &&
    (isGradient || isKept) &&
    way.slice(root).some((op) => /div|reciprocal|rsqrt/i.test(op))
  );
}

const isCodedNaN = ({ kind, value }: OperandReport): boolean =>
  kind === "number" && Number.isNaN(value);

/** In order: what is more specific comes first. */
const RULES: readonly Rule[] = [
  {
    // Nothing is equal to NaN.
    when: ({ birth }) => /^(notE|e)qual$/.test(birth.op) && birth.operands.some(isCodedNaN),
    fix: ["check-number"],
  },
  {
    when: (known) =>
      badNumberIn(known.begin) !== undefined && !isMeant(known.birth) && !isChosen(known),
    fix: ["check-number"],
  },
  { when: isMask, fix: ["finite-mask"] },
  { when: (known) => known.birth === known.root && isChosen(known), fix: ["chosen-infinity"] },
  {
    // An ∞ that is data, and a mask that was to leave it out.
    when: ({ birth, root }) =>
      root.phase === "input" && birth.phase === "forward" && isMeant(birth),
    fix: ["select-not-multiply"],
  },
  {
    // A −∞ that a number has become is no mask.
    when: ({ birth, root }) => birth.cause === "empty-row" && root.cause.startsWith("overflow"),
    fix: ["float64", "scale-input"],
  },
  { when: ({ birth }) => birth.cause === "empty-row", fix: ["finite-mask"] },
  {
    when: ({ root }) => root.phase === "input" && root.cause === "bad-label",
    fix: ["fix-labels", "impute"],
  },
  { when: ({ root }) => root.phase === "input" && root.cause === "bad-input", fix: ["impute"] },
  {
    when: ({ begin }) => overflowed(begin) && standIn(begin) !== undefined,
    fix: ["impute"],
  },
  { when: ({ begin }) => begin.cause === "narrowing", fix: ["cast-range"] },
  { when: ({ root }) => root.phase === "parameter", fix: ["restore-parameter"] },
  { when: ({ root }) => root.phase === "state", fix: ["restore-state"] },
  { when: ({ root }) => root.fix.includes("lower-decay"), fix: ["lower-decay"] },
  { when: isOfSpike, fix: ["clip-norm"] },
  {
    when: ({ birth, root }) => root.phase === "optimizer" && birth !== root,
    fix: ["lower-lr", "clip-norm"],
  },
  {
    when: ({ begin }) => overflowed(begin) && blamed(begin)?.decays === true,
    fix: ["lower-decay", "lower-lr"],
  },
  {
    // What steps have made that large would not be alive with another slope either.
    when: ({ begin }) =>
      begin.cause === "saturated" &&
      begin.op === "relu" &&
      blamed(begin)?.stepped === true &&
      Math.abs(blamed(begin)?.value ?? 0) >= OVERGROWN,
    fix: ["lower-lr"],
  },
  { when: ({ begin }) => begin.cause === "saturated" && begin.op === "relu", fix: ["slope"] },
  {
    when: ({ begin }) =>
      (overflowed(begin) || begin.cause === "saturated") && blamed(begin)?.stepped === true,
    fix: ["lower-lr"],
  },
  { when: (known) => isSteppedOut(known), fix: ["lower-lr"] },
  { when: isMoment, fix: ["clip-norm", "scale-input"] },
  {
    when: ({ birth, begin, began }) =>
      birth.phase === "forward" && overflowed(begin) && isOfGradients(began),
    fix: ["lower-lr"],
  },
  {
    // What is kept from a pole learns nothing of it.
    when: ({ birth, begin }) =>
      birth !== begin && isClamped(birth) && begin.cause === "singular-slope",
    fix: ["slope"],
  },
  // Exponentials and logarithms that belong together.
  {
    // e^Σ log x.
    when: ({ begin, onward = [] }) => begin.op === "log" && isRaised(onward),
    fix: ["prod"],
  },
  {
    // p log(p / q), where both are 0.
    when: isRelEntr,
    fix: ["rel-entr"],
  },
  {
    // log(c² + x²).
    when: ({ begin, after }) =>
      isSquare(begin) && begin.phase === "forward" && isUnderLogOfSum(after),
    fix: ["log-hypot"],
  },
  {
    // Sums of exponentials that have all underflown, as of a cost that is large beside its temperature.
    when: ({ begin, began }) =>
      begin.op === "div" &&
      isDivisionByZero(begin) &&
      !began[0]?.includes("exp") &&
      began.slice(1).some((way) => {
        const passed = since(way, ["exp"], passesProduct) ?? [];
        return passed.includes("matmul") || (passed.includes("mul") && passed.includes("sum"));
      }),
    fix: ["log-domain"],
  },
  {
    // log(e^x / Σ e^x): softmax alone would be 0 in float32 where its logarithm is not.
    when: (known) =>
      (isQuotientOfExps(known) || (known.birth === known.begin && isDivisionByZero(known.birth))) &&
      isFromTotal(known.read.slice(1)) &&
      !known.readApart &&
      between(known.after, "div", LOGS) !== undefined,
    fix: ["log-softmax"],
  },
  {
    when: ({ begin, after }) =>
      begin.cause === "overflow-exp" && leadsBy(after, "exp", TOTALS, LOGS),
    fix: ["logsumexp"],
  },
  {
    when: ({ begin, after }) =>
      begin.cause === "overflow-exp" &&
      (leadsBy(after, "exp", ["add"], LOGS) || between(after, "exp", ["log1p"]) !== undefined),
    fix: ["softplus"],
  },
  {
    when: ({ begin, after }) =>
      begin.cause === "overflow-exp" &&
      (leadsBy(after, "exp", ["sub"], LOGS) || between(after, "expm1", LOGS) !== undefined),
    fix: ["logsubexp"],
  },
  {
    // A chain of mixtures, as of the paths through states.
    when: ({ begin, began, after }) =>
      overflowed(begin) &&
      isFromProducts(began) &&
      between(after, begin.op, BARE_LOGS, passesProduct) !== undefined,
    fix: ["logsumexp"],
  },
  {
    // a + log1p(e^(b − a)), or what is written for a logsumexp, of −∞ and −∞.
    when: ({ birth, after }) => isShift(birth, after) && leadsBy(after, "exp", TOTALS, LOGS),
    fix: ["logsumexp"],
  },
  {
    when: ({ birth, after }) =>
      isShift(birth, after) &&
      (leadsBy(after, "exp", ["add"], LOGS) || between(after, "exp", ["log1p"]) !== undefined),
    fix: ["softplus"],
  },
  {
    when: (known) => isShiftable(known) || isUnderflownRun(known),
    fix: ["shift-exp"],
  },
  {
    when: ({ begin, after }) => begin.op === "cosh" && between(after, "cosh", LOGS) !== undefined,
    fix: ["logcosh"],
  },
  {
    // log(1 − tanh² x) is −2 log cosh x: where 1 is left of it nothing, or no slope.
    when: ({ isLogPole, begin, began, onward = [] }) =>
      isLogPole
        ? isFromPair(began, "tanh", "square") && isOf(began, ["square"], [DIFFERENCE])
        : begin.op === "tanh" &&
          begin.cause === "saturated" &&
          onward[0] === "square" &&
          between(onward, "square", LOGS)?.some(isSub) === true,
    fix: ["logcosh"],
  },
  {
    when: (known) =>
      isQuotientOfExps(known) && isFromBy(known.read, "exp", TOTALS) && !known.readApart,
    fix: ["softmax"],
  },
  {
    // The whole row has underflown, and is not masked.
    when: ({ begin, began, beganApart, underflown }) =>
      isDivisionByZero(begin) && isFromTotal(began) && !beganApart && underflown === true,
    fix: ["softmax"],
  },
  {
    when: (known) =>
      isQuotientOfExps(known) &&
      !isFromBy(known.read, "exp", TOTALS) &&
      isFromBy(known.read, "exp", ["sub"]),
    fix: ["tanh"],
  },
  {
    when: (known) =>
      isQuotientOfExps(known) &&
      isFromBy(known.read, "exp", ["add"]) &&
      !isFromBy(known.read, "exp", [...TOTALS, "sub"]),
    fix: ["sigmoid"],
  },
  {
    // One of two exponentials, by both; both have underflown.
    when: ({ begin, began: [a, b], beganApart }) =>
      begin.op === "div" &&
      isDivisionByZero(begin) &&
      !beganApart &&
      since(a ?? [], ["exp"])?.length === 0 &&
      isFromBy([b ?? []], "exp", ["add"]) &&
      isOf([b ?? []], ["exp"], [...TOTALS, "sub", DIFFERENCE]),
    fix: ["sigmoid"],
  },
  {
    // Of two exponentials, overflown or underflown, or of one and a total of others.
    when: ({ birth, begin, read, readApart }) =>
      begin.phase === "forward" &&
      birth.op === "div" &&
      (isLostQuotient(birth) || isDivisionByZero(birth)) &&
      (read.every((way) => since(way, ["exp"])?.length === 0) ||
        (readApart === true && isFromTotal(read.slice(1)))),
    fix: ["exp-sub"],
  },
  { when: (known) => isProduct(known) && isProductOfExps(known), fix: ["exp-sub"] },
  {
    // e^x / (Σ e^x + ε), all of it underflown.
    when: ({ birth, read, readApart }) =>
      birth.cause === "lost-underflow" &&
      birth.op === "div" &&
      isFromTotal(read.slice(1)) &&
      !readApart,
    fix: ["softmax"],
  },
  {
    when: ({ birth, read }) =>
      isOrdering(birth) && read.every((way) => /prod$/.test(way.at(-1) ?? "")),
    fix: ["log-sum"],
  },
  { when: (known) => isByExp(known) || isOverSmallExp(known), fix: ["clip-input"] },
  {
    // Of a power, underflown or overflown; 0 itself has no logarithm in any form.
    when: ({ isLogPole, birth, begin, began, after, underflown }) =>
      isLogPole
        ? isScaled(began, "exp") ||
          (begin.cause === "underflow" && begin.op === "mul") ||
          isUnderflownProduct(began, underflown) ||
          began[0]?.at(-1) === UNDERFLOW ||
          (begin.origin?.value !== 0 && isScaled(began, "pow", "square"))
        : POWERS.includes(begin.op) &&
          overflowed(begin) &&
          !isLostQuotient(birth) &&
          between(after, begin.op, BARE_LOGS)?.every(isScale) === true,
    fix: ["cancel-log"],
  },
  {
    // Nor is it meant to be ∞ where a 0 that it met is a mask.
    when: ({ birth, begin }) =>
      begin.cause === "overflow-exp" &&
      birth.cause === "zero-times-inf" &&
      birth.phase === "forward",
    fix: ["clip-input"],
  },
  {
    when: ({ birth, begin }) =>
      begin.cause === "overflow-exp" && (birth === begin || birth.op === begin.op),
    fix: ["clip-input"],
  },
  {
    when: ({ birth, begin }) => birth.cause === "inf-minus-inf" && begin.cause === "overflow-exp",
    fix: ["clip-input", "scale-input"],
  },
  {
    when: ({ isLogPole, began }) =>
      isLogPole && (isFrom(began, "prod", "cumprod") || began.some(isEmptiedByRounding)),
    fix: ["log-sum"],
  },
  {
    // A geometric mean.
    when: ({ begin, began }) =>
      /^(pow|sqrt)$/.test(begin.op) && began[0]?.at(-1) === "prod" && !overflowed(begin),
    fix: ["log-sum"],
  },
  {
    when: ({ begin, after }) =>
      begin.op === "prod" && between(after, "prod", [...LOGS, "pow", "sqrt"]) !== undefined,
    fix: ["log-sum"],
  },
  {
    when: ({ isLogPole, begin, began }) =>
      isLogPole && begin.op !== "log1p" && isOf(began, ["softmax"], ["sub", DIFFERENCE, "cumsum"]),
    fix: ["log-softmax"],
  },
  {
    // It is a logarithm already.
    when: ({ begin, began }) =>
      isLog(begin) && began.some((way) => /^log(Softmax|Sigmoid)$/.test(way.at(-1) ?? "")),
    fix: ["log-softmax"],
  },
  {
    // By one that has underflown: a ratio of two, or one whose logarithm is taken.
    when: ({ begin, began, after }) =>
      begin.op === "div" &&
      isDivisionByZero(begin) &&
      isOf(began.slice(1), ["softmax"], ["sub", DIFFERENCE, "cumsum"]) &&
      ((isFrom(began.slice(0, 1), "softmax") &&
        isOf(began.slice(1), ["softmax"], ["sub", DIFFERENCE, "cumsum", ...TOTALS])) ||
        between(after, "div", LOGS) !== undefined),
    fix: ["log-softmax"],
  },
  {
    // log(p / (1 − p)) where p is a probability by itself.
    when: ({ begin, began: [a = [], b = []], after }) =>
      begin.op === "div" &&
      isDivisionByZero(begin) &&
      a.length > 0 &&
      a.at(-1) !== "sigmoid" &&
      [...a, "sub"].join() === b.join() &&
      between(after, "div", LOGS) !== undefined,
    fix: ["logit"],
  },
  {
    // log(p / (1 − p)) is what p is the sigmoid of.
    when: ({ begin, began, after }) =>
      begin.op === "div" &&
      isDivisionByZero(begin) &&
      isOf(began.slice(1), ["sigmoid"], [DIFFERENCE, "cumsum"]) &&
      between(after, "div", LOGS) !== undefined,
    fix: ["logits"],
  },
  {
    // Of a quotient that is 0 for a divisor that has overflown.
    when: (known) => isDividedAway(known) && isFromBy(known.began, "exp", ["add"]),
    fix: ["sigmoid"],
  },
  {
    when: (known) => isDividedAway(known) && !isFromBy(known.began, "exp", ["add"]),
    fix: ["exp-sub"],
  },
  {
    when: (known) =>
      known.isLogPole &&
      !isDividedAway(known) &&
      (isFromBy(known.began, "exp", TOTALS) || isFromProducts(known.began)),
    fix: ["logsumexp"],
  },
  {
    // Of two exponentials, both underflown.
    when: ({ isLogPole, began, begin }) =>
      isLogPole &&
      begin.from?.cause !== "overflow-exp" &&
      isFromBy(began, "exp", ["add"]) &&
      !isFromBy(began, "exp", [...TOTALS, "sub", DIFFERENCE]),
    fix: ["softplus"],
  },
  {
    when: ({ isLogPole, began }) => isLogPole && isFromBy(began, "exp", [DIFFERENCE]),
    fix: ["logsubexp"],
  },
  {
    // Of a number that 1 swallows; the logarithm of 1 itself is rightly 0.
    when: ({ begin, began }) =>
      isPole(begin.cause) &&
      isFromPair(began, "add", "log") &&
      !isSoftplus(began) &&
      begin.origin?.value !== 0,
    fix: ["log1p"],
  },
  {
    // The same of an exponential.
    when: ({ begin, began }) => isPole(begin.cause) && isSoftplus(began),
    fix: ["softplus"],
  },
  {
    // Of a difference that 1 swallows.
    when: ({ begin, began }) => isPole(begin.cause) && isFromPair(began, "exp", "sub"),
    fix: ["expm1"],
  },
  {
    // (e^x − 1) / x at 0.
    when: ({ begin, began: [a = [], b = []] }) =>
      begin.cause === "zero-over-zero" &&
      (isFromPair([a], UNIT, "sub") || since(a, ["expm1"], isScale) !== undefined) &&
      !isFrom([b], "exp", UNIT, "expm1"),
    fix: ["expm1"],
  },
  {
    when: ({ isLogPole, begin, began }) =>
      (isLogPole || begin.cause === "saturated") &&
      (isOf(began, ["softmax"], [DIFFERENCE, "cumsum"]) ||
        isOf(began, ["sigmoid"], [DIFFERENCE, "cumsum", ...TOTALS]) ||
        /^(sigmoid|softmax)$/.test(begin.op)),
    fix: ["logits"],
  },
  {
    // Labels of −1 and 1.
    when: ({ birth, onward = [] }) =>
      birth.cause === "saturated" &&
      birth.op === "tanh" &&
      /^(mse|sub,square,mean|squaredDifference,mean)\b/.test(onward.join()),
    fix: ["logits"],
  },
  {
    // An entropy has no slope where a probability has become 0.
    when: ({ begin, began }) =>
      /^(entr|xlogx)$/.test(begin.op) &&
      begin.cause === "singular-slope" &&
      /^(sigmoid|softmax)$/.test(began[0]?.at(-1) ?? ""),
    fix: ["logits"],
  },
  {
    // e^z / Σ e^z, written out.
    when: ({ birth, read }) =>
      birth.cause === "saturated" &&
      birth.op === "div" &&
      [UNIT, "exp"].includes(read.at(-2)?.at(-1) ?? "") &&
      since(read.at(-1) ?? [], ["exp"])?.join() === "sum",
    fix: ["logits"],
  },
  {
    // 1 / (1 + e^x), written out, at either of its ends.
    when: ({ birth, read, onward = [] }) =>
      birth.cause === "saturated" &&
      (birth.op === "exp"
        ? /^add,(sigmoid|reciprocal)$/.test(onward.slice(0, 2).join())
        : /^(div|reciprocal)$/.test(birth.op) &&
          since(read.at(-1) ?? [], ["exp"])?.join() === "add" &&
          !isFromBy(read.slice(0, -1), "exp", ["sub"])),
    fix: ["logits"],
  },
  {
    // What was added to the logarithm is not in xlogy: the product has to be taken apart first.
    when: ({ birth, begin, read }) =>
      isMaskedLog(birth, begin) && !read.some((way) => LOGS.includes(way.at(-1) ?? "")),
    fix: ["select-not-multiply", "mask-before", "xlogy"],
  },
  {
    when: ({ birth, begin }) => isMaskedLog(birth, begin),
    fix: ["xlogy", "select-not-multiply", "mask-before"],
  },
  { when: ({ begin }) => isFlat(begin) || isHeld(begin), fix: ["slope"] },
  { when: ({ begin }) => largeFactorIn(begin) !== undefined, fix: ["smaller-factor"] },
  {
    when: ({ birth }) => birth.cause === "underflow" && birth.phase === "backward",
    fix: ["skip-connection"],
  },
  { when: (known) => isLoop(known), fix: ["keep-size"] },
  {
    // A product that is made smaller in each turn.
    when: ({ begin, began, underflown }) => {
      // At a pole a few factors of the formula itself are no turns.
      const least = begin.cause === "underflow" ? 3 : TURNS;
      const isLost = begin.cause === "underflow" || (underflown === true && isPole(begin.cause));
      const isTurn = (op: string): boolean => op === "matmul" || op === "mul";
      return isLost && began.some((way) => way.filter(isTurn).length >= least);
    },
    fix: ["keep-size"],
  },
  {
    // What grows from 0 on, or everywhere, leaves the order as it is.
    when: ({ birth, read }) =>
      isOrdering(birth) && read.every((way) => /^(exp|square)$/.test(way.at(-1) ?? "")),
    fix: ["compare-before"],
  },
  // Statistics that overflow or cancel.
  {
    when: (known) =>
      (known.birth.cause === "inf-over-inf" || known.birth.cause === "lost-overflow") &&
      isSquare(known.begin) &&
      isStatistic(known),
    fix: ["f64-statistics", "scale-input"],
  },
  {
    // acosh(1 + t) is 2 asinh(√(t / 2)), which needs no bound away from its pole.
    when: ({ begin }) =>
      begin.op === "acosh" &&
      begin.cause === "singular-slope" &&
      besideOne(guiltyIn(begin)?.code ?? "") !== undefined,
    fix: ["safe-sqrt"],
  },
  {
    // E[x²] − E[x]²: a difference with a mean in it.
    when: (known) => isCancelled(known),
    fix: ["f64-statistics", "safe-sqrt"],
  },
  {
    when: ({ begin, after }) =>
      isSquare(begin) &&
      SQUARES.some((op) => {
        const way = between(after, op, ["sqrt"]);
        return (
          way?.every((one) => one === "add") === true && (way.length > 0 || op === "sumSquares")
        );
      }),
    fix: ["safe-norm"],
  },
  {
    when: ({ begin, after }) =>
      isSquare(begin) && SQUARES.some((op) => between(after, op, ["sqrt"])?.length === 0),
    fix: ["magnitude"],
  },
  {
    when: ({ begin, after }) =>
      isSquare(begin) && SQUARES.some((op) => between(after, op, ["sqrt", "rsqrt"]) !== undefined),
    fix: ["f64-statistics"],
  },
  {
    when: ({ birth, begin, after, toward }) =>
      begin.op === "div" &&
      readBy(begin)[1]?.value === 0 &&
      (toward === "atan" || birth.op === "atan" || between(after, "div", ["atan"]) !== undefined),
    fix: ["atan2"],
  },
  {
    when: ({ birth: { cause, operands } }) =>
      cause === "pow-of-negative" && operands.some(({ value }) => isThird(value)),
    fix: ["cbrt"],
  },
  // Roots of sums of squares, and other singular slopes.
  {
    when: (known) =>
      singularRoot(known) === "spread" &&
      (isUnderflownRoot(known) || !isDivisionByZero(known.begin)) &&
      !isUnwritten(known),
    fix: ["f64-statistics"],
  },
  {
    // The norm itself is no 0.
    when: (known) =>
      (isUnderflownRoot(known) && isDivisionByZero(known.begin)) || isUnderflownPowers(known),
    fix: ["f64-statistics"],
  },
  {
    // What is divided is 0, too: an epsilon would leave it a gradient of 1e12.
    when: (known) => isByNorm(known) && known.begin.cause === "zero-over-zero",
    fix: ["div-no-nan", "divide-where"],
  },
  { when: (known) => singularRoot(known) === "norm", fix: ["safe-norm"] },
  { when: (known) => singularRoot(known) === "magnitude", fix: ["magnitude"] },
  {
    when: (known) => isByNorm(known),
    fix: ["safe-norm"],
  },
  {
    // By a factor, which has a name, or came the way that the factors did; not by another product.
    when: ({ birth, read }) =>
      /^div/.test(birth.op) &&
      isFrom(read.slice(0, 1), "prod", "cumprod", EMPTIED) &&
      (readBy(birth)[1]?.tensor !== undefined || isByFactor(read)),
    fix: ["exclusive-product"],
  },
  {
    when: ({ begin, began, after }) =>
      begin.op === "div" &&
      isDivisionByZero(begin) &&
      isFrom(began, "prod", "cumprod") &&
      readBy(begin)[1]?.tensor === undefined &&
      between(after, "div", LOGS) !== undefined,
    fix: ["log-sum"],
  },
  {
    // A share, or a ratio, of products that have all underflown, or overflown.
    when: ({ birth, read, after }) =>
      birth.op === "div" &&
      birth.phase === "forward" &&
      (isDivisionByZero(birth) || isLostQuotient(birth)) &&
      isFrom(read.slice(1), "prod") &&
      isFrom(read.slice(0, 1), "prod") &&
      between(after, "div", LOGS) === undefined,
    fix: ["log-weights"],
  },
  {
    when: ({ birth }) => birth.cause === "zero-times-inf" && birth.phase === "backward",
    fix: ["double-where", "mask-before"],
  },
  {
    // With the epsilon of layers that normalise: the largest number would be its gradient else.
    when: ({ begin, began }) =>
      begin.op === "rsqrt" && isDivisionByZero(begin) && began.some(isSpread),
    fix: ["epsilon-inside"],
  },
  { when: ({ begin }) => /^r?sqrt$/.test(begin.op) && !overflowed(begin), fix: ["safe-sqrt"] },
  {
    when: (known) => singularRoot(known) === "spread" && isUnwritten(known),
    fix: ["f64-statistics"],
  },
  { when: ({ begin }) => /^a(cos|sin)$/.test(begin.op), fix: ["safe-acos"] },
  { when: ({ begin }) => begin.op === "acosh", fix: ["clip-input"] },
  {
    when: (known) => isByExponent(known.begin),
    fix: ["fixed-exponent"],
  },
  {
    // An error, to a power of its size.
    when: ({ begin, began }) => begin.cause === "pow-of-negative" && isSub(began[0]?.at(-1) ?? ""),
    fix: ["magnitude"],
  },
  { when: ({ begin }) => begin.op === "pow" && !overflowed(begin), fix: ["safe-pow"] },
  {
    when: ({ begin }) =>
      begin.op === "pow" && begin.phase === "forward" && !overflowed(begin) && !isSafePow(begin),
    fix: ["mask-before"],
  },
  { when: ({ begin }) => isLog(begin) && !overflowed(begin), fix: ["safe-log"] },
  { when: hasLimit, fix: ["limit"] },
  {
    // An accumulator of squares: its root is 0 only where the gradient was.
    when: ({ begin, began }) =>
      begin.op === "div" &&
      begin.cause === "zero-over-zero" &&
      began[1]?.at(-1) === "sqrt" &&
      began[1].at(-2) !== "variance",
    fix: ["epsilon-inside"],
  },
  {
    when: ({ begin }) => begin.op === "div" && begin.cause === "zero-over-zero",
    fix: ["div-no-nan", "divide-where"],
  },
  {
    when: ({ begin }) => /^(div|reciprocal)$/.test(begin.op) && !overflowed(begin),
    fix: ["safe-div"],
  },
  {
    when: (known) => isDivisionByZero(known.begin) && isMasked(known),
    fix: ["div-no-nan", "divide-where"],
  },
  {
    // What it is to be there only its writer knows.
    when: ({ birth, begin, began }) =>
      begin.op === "div" &&
      begin.phase === "forward" &&
      (begin.cause === "division-by-zero" || isMoved(began)) &&
      birth.cause !== "zero-times-inf",
    fix: ["double-where"],
  },
  {
    when: ({ birth }) => birth.cause === "hidden-nan",
    fix: ["impute", "mask-before"],
  },
  {
    // So it was before any step: bytes that were read as something else, or a start in another unit.
    when: ({ begin }) =>
      overflowed(begin) &&
      [...readBy(begin), ...(begin.origin ? [begin.origin] : [])].some(
        ({ kind, stepped, value }) =>
          kind === "parameter" && !stepped && Math.abs(value) >= 2 ** 64,
      ),
    fix: ["restore-parameter"],
  },
  {
    // A spread of 0 is no matter of how it is added up: a fused form has an epsilon, and may be of another function.
    when: (known) => singularRoot(known) === "spread" && isDivisionByZero(known.begin),
    fix: ["f64-statistics"],
  },
];

// ── Whether one would help ───────────────────────────────────────────────────────────────────────

/** Whether a safe function has moved an operand already. */
const isMoved = (ways: readonly Way[]): boolean =>
  ways.some((way) => /^(atLeast|awayFromZero)$/.test(way.at(-1) ?? ""));

/** What an epsilon of 1e-12 can move away from a singularity at 0, and has not been moved already. */
const isNearZero = ({ begin, began }: Known): boolean => {
  const guilty = guiltyIn(begin);
  if (begin.cause === "lost-slope" && /^acosh?$/.test(begin.op)) return true;
  return guilty !== undefined && Math.abs(guilty.value) <= 1e-12 && !isMoved(began);
};

/** Whether a 0 takes it away afterwards. */
const isMasked = (known: Known): boolean =>
  known.birth.cause === "zero-times-inf" && isProduct(known) && known.unmet !== true;

/** Whether a probability is multiplied with its own logarithm: that is an entropy, which no label belongs to. */
const isWeighed = ({ birth, begin, read }: Known): boolean =>
  birth.op === "mul" &&
  birth.cause === "zero-times-inf" &&
  isLog(begin) &&
  read.some((way) => /^(sigmoid|softmax)$/.test(way.at(-1) ?? ""));

/** Whether a sigmoid opens and shuts something, and stands for no probability. */
const isGate = ({ begin, onward = [] }: Known): boolean =>
  begin.op === "sigmoid" &&
  begin.cause === "saturated" &&
  onward[0] === "mul" &&
  !onward.some((op) => LOGS.includes(op));

/** So often an op comes back on one way where it stands in a loop. */
const TURNS = 4;

/** Whether it grew in a loop from a number that is neither large nor small. */
const isLoop = ({ begin, began }: Known): boolean =>
  overflowed(begin) &&
  (begin.origin === undefined || isOrdinary(begin)) &&
  largestIn(begin)?.tensor === undefined &&
  began.some((way) => way.some((op) => way.filter((one) => one === op).length >= TURNS));

/** Whether what it was computed from is next to 1: its scale is not to blame. */
function isOrdinary(begin: BirthReport): boolean {
  const { origin } = begin;
  const size = Math.abs(origin?.value ?? Number.NaN);
  return largestIn(begin)?.tensor === undefined && size >= 1e-3 && size <= 1e3;
}

/** A product of elements: not of matrices, whose fused forms take no mask. */
const isProduct = ({ birth }: Known): boolean => birth.op === "mul" && birth.phase === "forward";

/**
 * Whether a parameter has a part in it: only then does the way it is trained. What no optimizer has written to was so
 * before any step.
 */
const isTrained = ({ birth, began }: Known): boolean =>
  birth.phase !== "forward" ||
  isOfGradients(began) ||
  chainOf(birth).some(
    ({ phase, operands, origin }) =>
      phase === "optimizer" ||
      [...operands, ...(origin ? [origin] : [])].some(
        ({ kind, stepped }) => kind === "parameter" && stepped === true,
      ),
  );

/** Whether steps by hand have made it: of gradients, which were taken from something. */
const isOfGradients = (began: readonly Way[]): boolean =>
  began.some(
    ([start = "", ...way]) =>
      start.endsWith(" backward") && way.some((op) => op === "add" || op === "sub"),
  );

/** A parameter that was read, or else what the operands were computed from. */
const blamed = (begin: BirthReport): OperandReport | undefined => {
  const guilty = guiltyIn(begin);
  return guilty?.kind === "parameter" ? guilty : begin.origin;
};

/** Whether it is the step itself that is too long, not a state that is too large. */
const isStep = ({ stage }: BirthReport): boolean => stage?.startsWith("p ←") === true;

/** Whether a step has taken a parameter to where a function of it, or of what is shifted or scaled from it, has no value. */
const isSteppedOut = ({ begin, began: [way = []] }: Known): boolean => {
  const [x] = begin.operands;
  const at = x?.kind === "parameter" ? x : begin.origin;
  const isMoved = way.slice(1).every((op) => /^(add|div|mul|neg|sub)$/.test(op));
  return isOutside(begin.cause) && at?.kind === "parameter" && at.stepped === true && isMoved;
};

/** From here on a parameter is none that weights begin with, or learn to be. */
const OVERGROWN = 1e3;

/** From here on a gradient is none of a step that was too long, where nothing before it had grown. */
const SPIKE = 1e12;

/** Whether an optimizer has taken a gradient that a batch has made so large. */
function isOfSpike({ birth }: Known): boolean {
  const isSpike = ({ phase, operands }: BirthReport): boolean =>
    phase === "optimizer" &&
    operands.some(({ name, value }) => /^gradient/.test(name) && Math.abs(value) >= SPIKE);
  const chain = chainOf(birth);
  return chain.at(-1)?.phase === "backward" && chain.some(isSpike);
}

/** The same of a number that is too large, not of a function at its pole. */
const isGrown = (known: Known): boolean => isTrained(known) && !isSingular(known.begin);

/**
 * Whether the 0 of a product can be a mask: no number in the code; nor what is divided by its own norm or spread; nor, beside a
 * number that has grown too large, a factor that happens to be 0 here.
 */
const isMaskedBy = (known: Known): boolean => {
  const zero = zeroOf(known.birth);
  return (
    zero?.kind === "mask" ||
    (zero?.kind !== "number" && singularRoot(known) === undefined && !overflowed(known.begin))
  );
};

/** Whether a 0 meets every ∞ of a product that nobody wrote: another one stays, whatever is selected. */
const isAllMet = ({ unmet, root }: Known): boolean => unmet !== true || root.phase === "input";

/** Neither a parameter nor a number that grew too large is something that could be selected away, unless it is by a mask. */
const isSelectable = (known: Known): boolean => {
  const { birth, begin, root } = known;
  if (root.phase === "parameter") return false;
  if (!overflowed(begin)) return true;
  return isProduct(known) && birth.cause === "zero-times-inf"
    ? isMaskedBy(known)
    : !/^(inf-(minus|over)-inf|zero-times-inf)$/.test(birth.cause);
};

/** Whether an ∞ or a NaN came in: no scale makes another number of it. */
const isInfinite = ({ phase, operands: [value] }: BirthReport): boolean =>
  (phase === "input" || phase === "parameter") && !Number.isFinite(value?.value);

/** Whether a missing value can be behind it, or a number for one: it came in, and does not stand in the code. */
const isData = ({ root, begin }: Known): boolean =>
  standIn(begin) !== undefined ||
  (root.phase === "input" && root.operands.every(({ kind }) => kind !== "number"));

/** Whether the operand to blame stands in the code: then another number does, and no change to its elements. */
const isWritten = ({ begin }: Known): boolean => guiltyIn(begin)?.kind === "number";

const LOSSES: readonly string[] = ["crossEntropy", "mse"];

/** Ops that are flat everywhere, or have no way back: no scale gives them a slope. */
const FLAT: ReadonlySet<string> = new Set([
  "argmax",
  "argmin",
  "ceil",
  "equal",
  "floor",
  "greater",
  "greaterEqual",
  "less",
  "lessEqual",
  "notEqual",
  "round",
  "sign",
  "trunc",
]);

/** Whether a bound has let nothing through. */
const isClamped = ({ cause, op }: BirthReport): boolean =>
  cause === "saturated" && /^(clip|maximum|relu)$/.test(op);

/** Whether a bound holds what the loss wants beyond it. */
const isHeld = (begin: BirthReport): boolean =>
  begin.cause === "saturated" &&
  /^(clip|hardSigmoid|hardTanh|maximum|minimum|relu6?|where)$/.test(begin.op);

const isFlat = ({ cause, op }: BirthReport): boolean => cause === "saturated" && FLAT.has(op);

const HELPS: Partial<Record<Fix, (known: Known) => boolean>> = {
  impute: isData,
  // What the logarithm is multiplied with before the mask is in no xlogy.
  xlogy: (known) =>
    isProduct(known) &&
    known.read.some((way) => {
      const rest = since(way, LOGS);
      return rest !== undefined && (rest.length === 0 || !rest.every(isScale));
    }),
  // The sum of logarithms is another number than the product, but to a logarithm, a power, or a comparison.
  "log-sum": ({ isLogPole, birth, begin, after }) =>
    isLogPole ||
    isOrdering(birth) ||
    /^(pow|sqrt)$/.test(begin.op) ||
    after.slice(after.indexOf(begin.op) + 1).some((op) => [...LOGS, "pow", "sqrt"].includes(op)),
  // A 0 that a number has become leaves nothing out.
  "select-not-multiply": (known) =>
    known.birth.with?.cause !== "underflow" &&
    isProduct(known) &&
    isMaskedBy(known) &&
    !isProductOfExps(known) &&
    isAllMet(known),
  "mask-before": (known) => isSelectable(known) && !isWritten(known),
  "double-where": (known) =>
    isLeftOut(known)
      ? known.birth.phase === "backward" || known.birth.cause !== "zero-times-inf"
      : isSelectable(known) && !isWritten(known),
  // What cancels to 0 in one row is below 0 in the next.
  "epsilon-inside": (known) =>
    (isNearZero(known) || known.birth.cause === "lost-slope") &&
    !isWritten(known) &&
    !(known.begin.op === "sqrt" && known.began[0]?.at(-1) === DIFFERENCE),
  "log-softmax": (known) => !isMaskedOut(known),
  logits: (known) => !isMaskedOut(known) && !isWeighed(known) && !isGate(known),
  // What is held at one bound is equal, and has no slope.
  "clip-input": (known) =>
    !isOrdering(known.birth) &&
    !isUnderLog(known) &&
    known.birth.cause !== "saturated" &&
    (isBoundable(known.begin) || isByExp(known) || isOverSmallExp(known)),
  // Neither a loss nor what training has made of a parameter is an input; nor is a mask.
  "scale-input": (known) => {
    const { birth, root, begin, began } = known;
    return (
      birth.cause !== "empty-row" &&
      root.phase !== "optimizer" &&
      !isFlat(begin) &&
      !isSingular(begin) &&
      !isInfinite(root) &&
      largeFactorIn(begin) === undefined &&
      !(begin.cause === "overflow-exp" && isOrdinary(begin)) &&
      blamed(begin)?.stepped !== true &&
      !(overflowed(begin) && isOfGradients(began)) &&
      !(begin.cause === "overflow-exp" && isFrom(began, ...LOSSES)) &&
      !isLoop(known)
    );
  },
  "smaller-factor": ({ begin }) => largeFactorIn(begin) !== undefined,
  "safe-log": ({ begin }) => isLog(begin),
  "safe-pow": ({ begin }) => isSafePow(begin),
  // What is divided by one that is only next to 0 is not the quotient.
  "safe-norm": (known) => !(isUnderflownRoot(known) && isDivisionByZero(known.begin)),
  "safe-div": ({ begin, began }) =>
    /^(div|reciprocal)$/.test(begin.op) &&
    !/^(saturated|lost-underflow)$/.test(begin.cause) &&
    !isMoved(began),
  // What is not 0 is infinite there: 0, or itself, would be another number.
  "div-no-nan": (known) =>
    (known.begin.op === "div" && known.begin.cause === "zero-over-zero" && !isWritten(known)) ||
    (/^(div|reciprocal)$/.test(known.begin.op) && isDivisionByZero(known.begin) && isMasked(known)),
  "divide-where": (known) =>
    /^(div|mod)$/.test(known.begin.op) &&
    readBy(known.begin)[1]?.value === 0 &&
    !isWritten(known) &&
    (known.begin.op === "mod" || known.begin.cause === "zero-over-zero" || isMasked(known)),
  // Adam's step is as large as its rate, however small the gradient is clipped.
  // Nor is a gradient clipped that is infinite, or was before anything grew.
  "clip-norm": (known) =>
    isMoment(known) ||
    (isGrown(known) &&
      (known.birth.phase !== "backward" || known.root.phase === "optimizer") &&
      !(known.root.op === "adam" && (known.birth !== known.root || isStep(known.root)))),
  "lower-lr": (known) => isGrown(known) || isSteppedOut(known),
};

/** An exponential that goes into its own total, too, is a softmax that is written out. */
function asWritten(op: string, onward: Way): Way {
  const at = op === "exp" ? onward.indexOf("softmax") : -1;
  return at >= 0 && onward.slice(0, at).every(isPlain) ? onward.slice(at) : [op, ...onward];
}

/**
 * Whether a logarithm has another form of that function. A question, not a set: these modules need one another, and whichever is
 * imported first, the other is not there yet.
 */
const isFading = (op: string): boolean => HAS_POLE.has(op) || /^(erfc?|ndtr)$/.test(op);

/**
 * The ops from where a number was lost up to the logarithm that an epsilon keeps from its pole; undefined where there is none.
 */
function lostBefore({ op, cause }: BirthReport, onward: Way = []): Way | undefined {
  const isLost = /^(underflow|swamped)$/.test(cause) || (cause === "saturated" && isFading(op));
  if (!isLost) return undefined;
  const [made = op, ...ways] = asWritten(op, onward);
  const rest = between([made, ...ways], made, LOGS);
  return rest && (cause === "swamped" ? rest : [made, ...rest]);
}

/** Forms that are the same function, written in another way. */
const SAME: ReadonlySet<Fix> = new Set<Fix>([
  "cancel-log",
  "exp-sub",
  "log-domain",
  "log-hypot",
  "log-softmax",
  "log-sum",
  "log-weights",
  "log1p",
  "logcosh",
  "logsubexp",
  "logsumexp",
  "fixed-exponent",
  "prod",
  "rel-entr",
  "shift-exp",
  "sigmoid",
  "softmax",
  "softplus",
  "tanh",
]);

/** The same of the logits that a logarithm is of the probability of. */
function isDirect({ begin }: Known): boolean {
  const code = guiltyIn(begin)?.code ?? "";
  const over = readBy(begin)[0]?.code ?? "";
  if (begin.op === "div") return sigmoidIn(over) !== undefined && code === `sub(1, ${over})`;
  if (begin.op === "log1p")
    return code.startsWith("neg(") && sigmoidIn(code.slice(4, -1)) !== undefined;
  return (
    BARE_LOGS.includes(begin.op) && (logSigmoidIn(code) !== undefined || /^softmax\(/.test(code))
  );
}

/** Where others are. */
const HAD: Partial<Record<Fix, (known: Known) => boolean>> = {
  "f64-statistics": (known) =>
    isCancelled(known) ||
    (isUnderflownRoot(known) && isDivisionByZero(known.begin)) ||
    isUnderflownPowers(known),
  "safe-norm": isUnderflownRoot,
  magnitude: isUnderflownRoot,
  limit: () => true,
  logits: isDirect,
};

/** What has the digits that have cancelled. */
const DIGITS: ReadonlySet<Fix> = new Set<Fix>(["f64-statistics", "float64"]);

/** What leaves a slope at a pole: a safe form and a selection have none there. */
const SLOPED: ReadonlySet<Fix> = new Set<Fix>(["atan2", "epsilon-inside", "prod"]);

const isZeroCotangent = ({ name, value }: OperandReport): boolean =>
  /^dy\b/.test(name) && value === 0;

/** Whether the program leaves the element out, or data that are missing would be. */
const isLeftOut = ({ birth, root, after, onward = [] }: Known): boolean =>
  (birth.cause === "zero-times-inf" &&
    (birth.phase === "forward" || birth.operands.some(isZeroCotangent))) ||
  // What is compared itself is not left out by that.
  (birth.cause === "hidden-nan" && !ORDERINGS.has(birth.op)) ||
  root.phase === "input" ||
  [...after, ...onward].includes("where");

/**
 * Where every element counts, a selection stands last, and says what the element becomes: before the op alone it would put
 * f(1) for it, in silence.
 */
function inOrder(known: Known, all: readonly Fix[]): readonly Fix[] {
  const selects = (fix: Fix): boolean => fix === "mask-before" || fix === "double-where";
  if (isLeftOut(known) || !all.some(selects)) return all;
  return [...all.filter((fix) => !selects(fix)), "double-where"];
}

/**
 * The fixes of a birth: what the rules say first, then what the op itself proposes, then the op where it began; of them
 * those that would help there.
 */
export function propose(context: Context): Fix[] {
  const { birth } = context;
  const begin = beginning(birth);
  const lost = lostBefore(begin, context.onward);
  const known: Known = {
    ...context,
    began: lost === undefined ? context.began : context.began.map((way) => [...way, ...lost]),
    begin,
    root: rootOf(birth),
    isLogPole:
      lost !== undefined ||
      begin.cause === "log-of-zero" ||
      (isLog(begin) && begin.cause === "singular-slope"),
  };
  const chosen = RULES.filter(({ when }) => when(known)).flatMap(({ fix }) => fix);
  const all = [...new Set([...chosen, ...birth.fix, ...known.begin.fix])];
  const help = inOrder(known, all).filter(
    (fix) =>
      (birth.cause !== "lost-slope" || SLOPED.has(fix)) &&
      (birth.cause !== "cancellation" || DIGITS.has(fix)) &&
      HELPS[fix]?.(known) !== false &&
      !(fix === "impute" && chosen.includes("finite-mask")),
  );
  // Where the number itself can be had, none that is only finite is worth a line.
  const isHad = help.some((fix) => SAME.has(fix) || HAD[fix]?.(known) === true);
  // What was loaded is rarely what is wrong where an op overflowed.
  const loaded = help.indexOf("restore-parameter");
  if (loaded >= 0 && known.root.phase !== "parameter") help.push(...help.splice(loaded, 1));
  const isOther = (fix: Fix): boolean =>
    OTHER.has(fix) && !(fix === "scale-input" && begin.cause === "saturated");
  return isHad ? help.filter((fix) => !isOther(fix)) : help;
}
