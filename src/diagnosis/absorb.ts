/**
 * What became of a bad number: where an op took one in and gave a finite one, whether that was meant, and whether anything was
 * lost by it. Runs only when something went bad.
 */

import { ravel, unflatten } from "../shape.js";
import type { AnyTensor as Tensor } from "../tensor.js";
import { rootOf } from "./began.js";
import {
  describe,
  type Explanation,
  firstBad,
  HUGE,
  isSame,
  isVariable,
  kindOf,
  kindOfPeak,
  type Located,
  nextBad,
  type Operand,
  operand,
  operandsOf,
  type Place,
  type Producer,
  reportOperand,
  type Taint,
  taintAt,
} from "./diagnose.js";
import type { Fix } from "./fixes.js";
import { magnitudeOf } from "./magnitude.js";
import { EXPONENTIALS } from "./names.js";
import { inDouble, isFelt, UNFELT } from "./replay.js";
import type { BirthReport, Cause, Phase } from "./report.js";
import { showNumber } from "./report.js";
import { MASKED_ROWS, ORDERINGS } from "./rules.js";

/** How many that did no harm are looked at for one beside them that did. */
const BESIDE = 4;

/** How many bad elements are tried until one is found that did not come through. */
const TRIED = 16;

/** How many elements of a quotient are looked through for one that is wrong. */
const LOOKED_THROUGH = 4096;

/** The element of `out` that a bad element of an operand went into and did not spoil. */
function absorbedAt(
  producer: Producer,
  tensor: Tensor,
  flat: number,
  out: Tensor,
): { readonly at: number; readonly located: Located; readonly operand: Operand } | undefined {
  const ratio = Math.max(1, Math.floor(out.size / tensor.size));
  const fold = Math.max(1, Math.floor(tensor.size / out.size));
  for (const at of new Set([flat, flat * ratio, Math.floor(flat / fold), flat % out.size, 0])) {
    if (!(at < out.size) || kindOf(out.raw[at] ?? Number.NaN) > 0) continue;
    const located = producer.locate(at);
    const mine = located.operands.find((o) => o.tensor === tensor && o.flat === flat);
    if (mine !== undefined) return { at, located, operand: mine };
  }
  return undefined;
}

/** Ops after which an overflowed exponential is still what stands for a very large number. */
const GROWING = new Set(["exp", "exp2", "expm1", "add", "sub", "sum", "mean"]);

/** Divided by more than 2¹²⁸ this is below 1e-29. */
const SMALL = 1e9;

/** 1 / (1 + ∞) of an overflowed exponential is 0 to the last bit: nothing was lost. */
function isLogistic(by: string, from: Taint, operands: readonly Operand[]): boolean {
  const root = rootOf(from.birth);
  if (by === "pow" && !((operands[1]?.value ?? 0) <= -1)) return false;
  const ops = from.trail.slice(from.trail.lastIndexOf(root.op) + 1);
  const others = operands.filter((o) => kindOf(o.value) === 0);
  return (
    root.cause === "overflow-exp" &&
    ops.every((op) => GROWING.has(op)) &&
    others.every((o) => Math.abs(o.value) <= SMALL)
  );
}

/** Ops that leave an exponential at least as large as it is, but for a factor. */
const FACTORED = new Set([
  ...GROWING,
  "abs",
  "div",
  "logcumsumexp",
  "logsumexp",
  "max",
  "maximum",
  "mul",
  "neg",
  "norm1",
  "norm2",
  "relu",
  "softplus",
  "square",
  "sumSquares",
  "where",
]);

const isExponential = (op: string): boolean => op === "exp" || op === "expm1";

/** The least that float32 and float64 tell from 0, as powers of e. */
const LEAST = { float32: 104, float64: 746 };

/**
 * Whether what was divided by is an exponential of a number so large, that the quotient is 0 to the last bit whatever it was
 * multiplied with on the way.
 */
function isBeyond(by: string, from: Taint, bad: Operand, operands: readonly Operand[]): boolean {
  const root = rootOf(from.birth);
  const ops = from.trail.slice(from.trail.lastIndexOf(root.op) + 1);
  // What has overflown before the exponential is taken is beyond it.
  const last = ops.findLastIndex(isExponential);
  if (last < 0 && !isExponential(root.op)) return false;
  const exponent = last < 0 ? (root.operands[0]?.value ?? 0) : Infinity;
  const rest = ops.slice(last + 1);
  const scales = rest.filter((op) => op === "mul" || op === "div").length;
  const others = operands.filter((o) => kindOf(o.value) === 0).map((o) => Math.abs(o.value));
  // A root takes half of the exponent.
  const least = LEAST[bad.tensor.dtype] * (by === "rsqrt" ? 2 : 1);
  return (
    root.cause.startsWith("overflow") &&
    rest.every((op) => FACTORED.has(op)) &&
    exponent > least * (scales + 1) + Math.log(Math.max(1, ...others))
  );
}

/** Whether two finite numbers have both overflown, so that neither is the larger any more: of a minimum it is not known which it is. */
function isUndecided(
  op: string,
  [one, other]: readonly Operand[],
  isWrong: () => boolean,
): boolean {
  if (!ORDERINGS.has(op) || one?.value !== other?.value || !one || !other) return false;
  const [a, b] = [rootOf(taintAt(one).birth), rootOf(taintAt(other).birth)];
  const isOverflown = [a, b].every(({ cause }) => /^(overflow|narrowing)/.test(cause));
  return isOverflown && (!isSame(a, b) || isWrong());
}

/** Powers of two: from where on a type has ∞, below where it has 0, and where e^−x is 0. */
const ENDS = {
  float32: { top: 128, least: -126, deep: Math.log2(104) },
  float64: { top: 1024, least: -1022, deep: Math.log2(746) },
};

/** log₂ of what is divided by an ∞, by the number that it stands for; undefined where that cannot be told. */
function quotientOf(op: string, bad: Operand, operands: readonly Operand[]): number | undefined {
  const size = magnitudeOf(bad);
  if (size === undefined) return undefined;
  if (/^(safeR|r)sqrt$/.test(op)) return -size / 2;
  const others = operands.filter((o) => kindOf(o.value) === 0).map((o) => Math.abs(o.value));
  if (/^(safeP|p)ow$/.test(op)) return -size * (others[0] ?? 1);
  return Math.log2(Math.max(Number.MIN_VALUE, ...(others.length > 0 ? others : [1]))) - size;
}

/** Where they are at their limit at ∞ to the last bit: others are that nowhere sooner than e^−x is 0. */
const NEARED: Readonly<Record<string, { readonly float32: number; readonly float64: number }>> = {
  erf: { float32: Math.log2(4), float64: Math.log2(6) },
  logNdtr: { float32: Math.log2(14.2), float64: Math.log2(38.6) },
  ndtr: { float32: Math.log2(5.5), float64: Math.log2(8.3) },
  sigmoid: { float32: Math.log2(17.4), float64: Math.log2(37.5) },
  tanh: { float32: Math.log2(9.1), float64: Math.log2(19.1) },
};

/** Ops whose limit is neared little by little. */
const SMOOTH: ReadonlySet<string> = new Set([
  "celu",
  "elu",
  "erf",
  "erfc",
  "exp",
  "exp2",
  "expm1",
  "gelu",
  "logNdtr",
  "logSigmoid",
  "mish",
  "ndtr",
  "selu",
  "sigmoid",
  "silu",
  "softmax",
  "softplus",
  "tanh",
]);

/** Whether an element that is not finite may become a number in it. */
export const mayAbsorb = ({ op, absorbs }: Producer): boolean =>
  absorbs === "selects" || absorbs === "divides" || SMOOTH.has(op) || TAKING.has(op);

/** What has a limit on both sides, or takes the largest of a row for all of it. */
const TAKING: ReadonlySet<string> = new Set(["atan", "logaddexp", "logcumsumexp", "logsumexp"]);

/**
 * Whether an ∞ has been taken for a limit, or compared with another number, that stands for one that is below it: clip(log ∞) to
 * at most 1000, exp(−½ log ∞).
 */
function isMisjudged(
  op: string,
  bad: Operand,
  operands: readonly Operand[],
  result: number,
): boolean {
  const size = magnitudeOf(bad);
  const { top, deep } = ENDS[bad.tensor.dtype];
  if (size === undefined || !(size < top)) return false;
  if (SMOOTH.has(op))
    return size < (bad.value > 0 ? (NEARED[op]?.[bad.tensor.dtype] ?? deep) : deep);
  const others = [result, ...operands.map(({ value }) => value)].filter((v) => kindOf(v) === 0);
  return size < Math.log2(Math.max(Number.MIN_VALUE, ...others.map(Math.abs)));
}

/** Whether the element, or any, is another number in float64: an ∞ stood for one, and what came of it is no limit. */
function isAnother(out: Tensor, only?: number): boolean {
  const known = inDouble(out) ?? [];
  return known.some((exact, flat) => (only ?? flat) === flat && isOther(out.raw[flat], exact));
}

const isOther = (got = Number.NaN, exact: number): boolean =>
  Number.isFinite(exact) && Math.abs(got - exact) > UNFELT && isFelt(got, exact);

/** Whether a quotient is rightly 0, whatever overflowed. */
function isRightly0(op: string, bad: Operand, operands: readonly Operand[]): boolean | undefined {
  const quotient = quotientOf(op, bad, operands);
  return quotient === undefined ? undefined : quotient < ENDS[bad.tensor.dtype].least;
}

/** Whether nothing is lost where a number is divided by what overflowed: it would be 0 whatever stood there. */
function isHarmless(
  { op, absorbs }: Producer,
  bad: Operand,
  from: Taint,
  operands: readonly Operand[],
): boolean {
  if (operands.some(({ value }) => value === 0) || isLogistic(op, from, operands)) return true;
  const isRight = isRightly0(op, bad, operands);
  if (isRight === undefined) return isBeyond(op, from, bad, operands);
  const root = rootOf(from.birth);
  // An op of one's own may divide by a root of it.
  if (absorbs === "unknown") return isRight && (isOfExponential(from) || isOrdinary(root));
  // The slope of 1 / Σ 1/x is none of what is next to 0.
  return isRight && root.cause !== "overflow-quotient";
}

/** Whether what overflowed is a power, or a product, of numbers in good order. */
export function isOrdinary({ origin, operands, cause }: BirthReport): boolean {
  if (cause === "overflow-quotient") return false;
  const [start = 0, ...rest] = origin ? [origin.value] : operands.map(({ value }) => value);
  return [start, ...rest].every((value) => Math.abs(value) < ORDINARY);
}

/** Numbers in good order, of which a power may well overflow, are below this. */
const ORDINARY = 1e12;

const isOfExponential = ({ trail }: Taint): boolean => trail.some((one) => EXPONENTIALS.has(one));

/** Whether it is a constant that no number in good order reaches. */
const isBeyondReach = (bound: Operand | undefined): boolean =>
  bound !== undefined && !isVariable(bound) && Math.abs(bound.value) >= HUGE;

/** Whether a NaN that the program has made of infinities is asked whether it is a mask, and not, by its magnitude, whether it is a number. */
const isLaundered = ({ tensor }: Operand, { birth }: Taint): boolean =>
  tensor.maker !== "abs" && OF_INFINITIES.test(birth.cause) && isMade(birth.phase);

/** Whether it is a parameter that is ∞: none is meant to be, but a −∞ that is a mask. */
const isBadParameter = (op: string, { value }: Operand, { birth }: Taint): boolean =>
  rootOf(birth).phase === "parameter" && !(value < 0 && MASKED_ROWS.includes(op));

/** Causes of a NaN that no count of nothing gives, as the mean of an empty group is 0 / 0. */
const OF_DOMAINS = /^(outside-|log-of-negative|pow-of-negative|sqrt-of-negative)/;

/** Causes of a NaN that the program has made of an ∞ of its own. */
const OF_INFINITIES = /^(inf-minus-inf|inf-over-inf|zero-times-inf)$/;

/** Where a place is mended: what a nan-function has left out is, or a comparison, where infinities of the program met. */
export const mendedAt = (place: BirthReport): BirthReport =>
  place.cause === "hidden-nan" &&
  /^(nan(Mean|Sum|ToNum)|(greater|less)(Equal)?)$/.test(place.op) &&
  OF_INFINITIES.test(place.from?.cause ?? "")
    ? (place.from ?? place)
    : place;

/** Whether an op leaves out what is no number. */
const isOfNumbers = (op: string): boolean => /^nan(Mean|Sum)$/.test(op);

/** How far what a NaN is weighed with is looked for. */
const WEIGHED = 4;

/** Whether a NaN is a term that is multiplied with a 0, as p log p is: a sum is right without it. */
function isWeighedAway(bad: Operand, far = WEIGHED): boolean {
  const made = far === 0 ? undefined : operandsOf(bad);
  if (made === undefined || !/^(div|mul|neg)$/.test(made.op)) return false;
  const [a] = made.operands;
  if (made.op === "mul" && made.operands.some(({ value }) => value === 0)) return true;
  const next = made.op === "mul" ? made.operands.find(({ value }) => kindOf(value) === 2) : a;
  return next !== undefined && isWeighedAway(next, far - 1);
}

/** Whether a nan-function leaves out what an op of the program made a NaN of, and no value that was missing. */
function isDropped(op: string, bad: Operand, { birth }: Taint, isOther: () => boolean): boolean {
  const { cause, phase } = rootOf(birth);
  // What overflow has made a NaN of is a number, and not what was missing.
  if (op === "nanToNum")
    return OF_INFINITIES.test(birth.cause) && cause.startsWith("overflow") && isOther();
  if (!isOfNumbers(op)) return false;
  if (OF_DOMAINS.test(cause)) return true;
  const isMade = phase === "forward" && cause !== "division-by-zero";
  if (!isMade || !OF_INFINITIES.test(birth.cause)) return false;
  return op === "nanMean" || !isWeighedAway(bad) || isOther();
}

/** The steps of safe functions that keep an argument from a pole, with a gradient of 0 there. */
const GUARDING: ReadonlySet<string> = new Set(["atLeast", "awayFromZero", "within"]);

/** A way as it is told: without those steps, which nobody has written. */
export const toldWay = (way: readonly string[]): readonly string[] =>
  way.filter((one) => !GUARDING.has(one.replace(/ backward$/, "")));

/** Whether a safe function leaves out the slope that its own pole has: that is what it is for, whatever the policy. */
const isGuarded = ({ op, phase }: Producer, { birth, trail }: Taint): boolean =>
  GUARDING.has(op) &&
  phase === "backward" &&
  birth.cause === "zero-times-inf" &&
  trail.at(-1) === `${birth.op} ${phase}`;

const mayDivide = ({ absorbs }: Producer): boolean =>
  absorbs === "divides" || absorbs === "unknown";

/** Whether a rectifier is shut there on the way back, not only at 0: whatever the loss wants of it, nothing comes through. */
function isShutAway({ op, phase }: Producer, [, x, bound]: readonly Operand[]): boolean {
  if (phase !== "backward" || x === undefined) return false;
  const isAt0 = bound !== undefined && bound.value === 0 && !isVariable(bound);
  if (op === "minimum") return isAt0 && x.value > 0;
  if (op === "maximum" && !isAt0) return false;
  return /^(clip|maximum|relu6?)$/.test(op) && x.value < 0;
}

/** Whether it is the exponent of a 1, and has come from a pole. */
const isOneToPole = (bad: Operand, [base, exponent]: readonly Operand[]): boolean =>
  base?.value === 1 &&
  isVariable(base) &&
  exponent?.value === bad.value &&
  rootOf(taintAt(bad).birth).cause === "division-by-zero";

/** Whether x − x, or 0 · x, is compared with 0: that asks whether x is a number. */
function asksIsFinite(op: string, { tensor }: Operand, operands: readonly Operand[]): boolean {
  const [a, b] = tensor.call?.inputs ?? [];
  const isNone =
    (tensor.maker === "sub" && a === b) ||
    (tensor.maker === "mul" && (a?.written === 0 || b?.written === 0));
  return /^(equal|notEqual)$/.test(op) && isNone && operands.some(({ value }) => value === 0);
}

function absorptionCause(
  producer: Producer,
  bad: Operand,
  inputs: readonly Tensor[],
  from: Taint,
  operands: readonly Operand[],
  result: number | undefined,
  isOther: () => boolean,
  isWrong: () => boolean,
): Cause {
  const { op, absorbs } = producer;
  if (absorbs === "selects")
    return isDropped(op, bad, from, isOther) ? "hidden-nan" : "selected-away";
  // x ≠ x is how one asks for a NaN, and |x| < 1e30 whether there is a number.
  const isBound =
    /^(greater|less)(Equal)?$/.test(op) && isBeyondReach(operands[1]) && !isLaundered(bad, from);
  const asked = absorbs === "compares" && inputs.length === 2 && inputs[0] === inputs[1];
  if (asked || (isBound && kindOf(bad.value) === 2) || asksIsFinite(op, bad, operands))
    return "selected-away";
  if (isGuarded(producer, from) || isShutAway(producer, operands)) return "selected-away";
  if (kindOf(bad.value) === 2) return "hidden-nan";
  if (isUndecided(op, operands, isWrong)) return "lost-overflow";
  const { cause, phase } = rootOf(from.birth);
  // The logarithm of what became 0 on the way is no −∞, but a number of about −100.
  const overflowed =
    /^(overflow|narrowing)/.test(cause) || (cause === "log-of-zero" && from.underflown === true);
  if (isBadParameter(op, bad, from)) return "bad-parameter";
  if (/^(safeP|p)ow$/.test(op) && isOneToPole(bad, operands)) return "one-to-inf";
  // e^−∞ is 0 as well; 1 / −∞ is −0.
  const isDivided =
    absorbs === "divides" ||
    (absorbs === "unknown" && result === 0 && Object.is(result, 1 / bad.value));
  const isLost = isDivided
    ? overflowed && !isHarmless(producer, bad, from, operands)
    : cause.startsWith("overflow") && isMisjudged(op, bad, operands, result ?? 0);
  // One that came in, as that of a mask, is one in float64, too.
  return isLost || (isMade(phase) && isOther()) ? "lost-overflow" : "finite-limit";
}

const isMade = (phase: Phase): boolean => phase === "forward" || phase === "backward";

/**
 * Where, among the inputs' elements that are not finite, one did not come through to `out`, and whether
 * that was meant. Undefined where none is found.
 */
export function absorption(
  producer: Producer,
  inputs: readonly Tensor[],
  out: Tensor,
): Place | undefined {
  const misordered = misorderedIn(producer, inputs, out);
  if (misordered !== undefined) return misordered;
  for (const tensor of inputs) {
    if (kindOfPeak(tensor.peak) === 0) continue;
    let first: Place | undefined;
    let looked = 0;
    let flat = nextBad(tensor, 0);
    for (let tried = 0; flat >= 0 && tried < TRIED; tried++) {
      const found = absorbedAt(producer, tensor, flat, out);
      if (found !== undefined) {
        const place = absorbed(producer, inputs, found.operand, found.located, {
          out,
          index: unflatten(found.at, out.shape),
          result: out.raw[found.at] ?? Number.NaN,
        });
        first ??= place;
        if (place.alarm) return place;
        // One that did no harm does not speak for the others, of which a few are looked at.
        const isMixed = producer.absorbs === "compares" || mayDivide(producer);
        if (!isMixed || ++looked === BESIDE) break;
      }
      flat = nextBad(tensor, flat + 1);
    }
    const away = mayDivide(producer) ? dividedAway(producer, inputs, tensor, out) : undefined;
    if (away?.alarm || (away && !first)) return away;
    if (first !== undefined) return besideIn(producer, first, inputs, out) ?? first;
  }
  // A forward op reads all its inputs: what does not name the element among its operands has left it out.
  const whole = inputs.find((tensor) => kindOfPeak(tensor.peak) > 0);
  if (producer.phase !== "forward" || whole === undefined || kindOfPeak(out.peak) > 0)
    return undefined;
  return leftOutOf(producer, inputs, whole, out);
}

/** What an op has left out of a tensor without naming it: one that was lost, or else the first. */
function leftOutOf(
  producer: Producer,
  inputs: readonly Tensor[],
  whole: Tensor,
  out: Tensor,
): Place {
  let first: Place | undefined;
  let flat = firstBad(whole);
  for (let tried = 0; first === undefined || (flat >= 0 && tried < TRIED); tried++) {
    const bad = operand("x", whole, flat);
    const located = { operands: [bad], explain: () => leftOut(bad) };
    const place = absorbed(producer, inputs, bad, located, { out });
    if (place.alarm) return place;
    first ??= place;
    flat = nextBad(whole, flat + 1);
  }
  return first;
}

/** The first element of a comparison, or index, that overflows have made another: one that is right by chance does not show it. */
const misorderedIn = (
  producer: Producer,
  inputs: readonly Tensor[],
  out: Tensor,
): Place | undefined =>
  ORDERINGS.has(producer.op)
    ? wrongIn(producer, inputs, out, (got, exact) => got !== exact)
    : undefined;

/** The first that is another beside one that has come to its limit: that does not speak for it. */
const besideIn = (
  producer: Producer,
  { report }: Place,
  inputs: readonly Tensor[],
  out: Tensor,
): Place | undefined =>
  producer.absorbs === undefined && report.cause === "finite-limit" && isMade(rootOf(report).phase)
    ? wrongIn(producer, inputs, out, isOther)
    : undefined;

/** The first element that is wrong by what it is in float64, for an ∞ that went into it. */
function wrongIn(
  producer: Producer,
  inputs: readonly Tensor[],
  out: Tensor,
  isWrong: (got: number, exact: number) => boolean,
): Place | undefined {
  const at = inDouble(out)?.findIndex((v, i) => isWrong(out.raw[i] ?? Number.NaN, v)) ?? -1;
  const located = at < 0 ? undefined : producer.locate(at);
  const bad = located?.operands.find(({ value }) => kindOf(value) === 1);
  if (located === undefined || bad === undefined) return undefined;
  const index = unflatten(at, out.shape);
  const place = absorbed(producer, inputs, bad, located, {
    out,
    index,
    result: out.raw[at] ?? NaN,
  });
  return place.alarm ? place : undefined;
}

/**
 * An element of a quotient that an overflow of its divisor has made wrong, or else one that it has made 0: a 0 divided by ∞, as the
 * first of a row may be, is right, and does not speak for what stands beside it.
 */
function dividedAway(
  producer: Producer,
  inputs: readonly Tensor[],
  tensor: Tensor,
  out: Tensor,
): Place | undefined {
  let looked = 0;
  let harmless: Place | undefined;
  for (let at = 0; at < Math.min(out.size, LOOKED_THROUGH) && looked < BESIDE; at++) {
    const result = out.raw[at] ?? Number.NaN;
    if (kindOf(result) > 0) continue;
    const located = producer.locate(at);
    const bad = located.operands.find((o) => o.tensor === tensor && kindOf(o.value) > 0);
    if (bad === undefined || located.operands.some(({ value }) => value === 0)) continue;
    const index = unflatten(at, out.shape);
    const place = absorbed(producer, inputs, bad, located, { out, index, result });
    if (place.alarm) return place;
    harmless ??= place;
    looked++;
  }
  return harmless;
}

const leftOut = (bad: Operand): Explanation => ({
  expression: `${showNumber(bad.value)} was left out`,
  cause: "selected-away",
  fix: [],
});

/** What an op made where it took a bad number in; of which element it made that, where it names it. */
interface Made {
  readonly out: Tensor;
  readonly index?: readonly number[];
  readonly result?: number;
}

/** What is proposed where it was lost. */
const FIXES_OF: Partial<Record<Cause, readonly Fix[]>> = {
  "lost-overflow": ["scale-input"],
  "one-to-inf": ["limit"],
};

function absorbed(
  producer: Producer,
  inputs: readonly Tensor[],
  bad: Operand,
  located: Located,
  { out, index, result }: Made,
): Place {
  const from = taintAt(bad);
  // Whether something has overflown may be what is asked.
  const isWrong = (): boolean => index !== undefined && isAnother(out, ravel(index, out.shape));
  const isElse = (): boolean =>
    index === undefined
      ? producer.absorbs === "selects" && isAnother(out)
      : producer.absorbs !== "compares" && isWrong();
  const { operands } = located;
  const cause = absorptionCause(producer, bad, inputs, from, operands, result, isElse, isWrong);
  const { expression } =
    cause === "selected-away" && result !== undefined
      ? { expression: `${showNumber(bad.value)} was not chosen, ${showNumber(result)} was` }
      : located.explain(result ?? 0);
  const taint = describe(
    producer,
    index ?? reportOperand(bad).index,
    located,
    { expression, cause, fix: FIXES_OF[cause] ?? [] },
    bad,
    { made: index && out },
  );
  const alarm = /^(lost-overflow|hidden-nan|bad-parameter|one-to-inf)$/.test(cause);
  const mild =
    (cause === "hidden-nan" && producer.absorbs === "selects") ||
    (cause === "lost-overflow" &&
      mayDivide(producer) &&
      isRightly0(producer.op, bad, located.operands) === true);
  const isUsual = isOfExponential(from) || isOrdinary(rootOf(from.birth));
  const right = cause === "finite-limit" && isUsual && magnitudeOf(bad) !== undefined;
  return {
    report: taint.birth,
    trail: taint.trail,
    alarm,
    ...(mild && { mild }),
    ...(right && { right }),
  };
}
