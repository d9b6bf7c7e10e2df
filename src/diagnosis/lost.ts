/**
 * Numbers that are lost although none overflowed: one that became 0 for being too small, one that a larger one swallows, and
 * digits that cancel. Of gradients that is asked at a logarithm with an epsilon, and where a loss has none left and no slope is to
 * blame; of values in the few ops that make another number of what is lost.
 */

import type { Call } from "../op.js";
import { type Attrs, Group, groupOf } from "../ops/folds.js";
import { callsBefore, callsOf } from "../tape.js";
import { HUGE_BITS, isDouble, type Tensor } from "../tensor.js";
import { exponentOf, madeFrom, NEXT_TO_0, smallest } from "./dead.js";
import {
  areOfOne,
  HUGE,
  hasUnderflow,
  hasUnderflown,
  isKeeping,
  type Operand,
  operand,
  operandsOf,
} from "./diagnose.js";
import { magnitudeOf } from "./magnitude.js";
import { inDouble, isRoundedToZero, NEARING, UNFELT, valuesAt } from "./replay.js";
import { type Cause, showDigits, showNumber } from "./report.js";

/** A place where a number was lost. */
export interface Lost {
  readonly call: Call;
  readonly at: number;
  readonly cause: Cause;
  /** All such elements, where they have been looked for. */
  readonly all?: readonly number[];
  /** What is to be seen there, where that is more than its operands. */
  readonly expression?: string;
  /** What all of the output is in float64, where digits were lost. */
  readonly exact?: ArrayLike<number>;
  /** The element that became 0, where it was no operand itself. */
  readonly zero?: Operand | undefined;
}

// ── Gradients ────────────────────────────────────────────────────────────────────────────────────

/** Elements of a tensor that are looked at. */
const LOOKED_AT = 64;

const isConstant = (tensor: Tensor | undefined, out: Tensor): boolean =>
  tensor !== undefined && tensor.tape !== out.tape;

/** Products, and their like: what else can underflow tells on the way back. */
const PRODUCTS: ReadonlySet<string> = new Set([
  "cumprod",
  "div",
  "mul",
  "pow",
  "prod",
  "square",
  "sumSquares",
]);

/** Ops that are 0 where all that they add up is, or its magnitudes. */
const TOTALS: ReadonlySet<string> = new Set([
  "abs",
  "cumsum",
  "linear",
  "matmul",
  "mean",
  "norm1",
  "norm2",
  "sum",
  "where",
]);

/** An element that one has made 0 of numbers that are not, among those that the loss wants larger. */
function underflowIn(call: Call, isAsked: (at: number) => boolean): Lost | undefined {
  const { op, out } = call;
  if (!(PRODUCTS.has(op.name) || TOTALS.has(op.name)) || !out.readable) return undefined;
  for (let at = 0, looked = 0; at < out.size && looked < LOOKED_AT; at++) {
    if (out.raw[at] !== 0 || !isAsked(at)) continue;
    looked++;
    const lost = underflowAt(call, at);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

/** How many zeros a 0 is followed back through. */
const FAR = 2048;

/** The place where what an element is made of became 0: of a total any of its terms, of a product all of its factors that are 0. */
function underflowAt(from: Call, start: number): Lost | undefined {
  const open: (readonly [Call, number])[] = [[from, start]];
  for (let looked = 0; open.length > 0 && looked < FAR; looked++) {
    const [call, at] = open.pop() as readonly [Call, number];
    const { op, inputs } = call;
    const isTotal = TOTALS.has(op.name);
    if (!(isTotal || PRODUCTS.has(op.name)) || !inputs.every(({ readable }) => readable)) continue;
    const operands = isTotal ? termsAt(call, at) : op.locate(call, at).operands;
    if (hasUnderflown(op.name, 0, operands) || areAllLost(call, operands))
      return { call, at, cause: "underflow" };
    const zeros = operands.filter(({ value }) => value === 0);
    if (!isTotal && zeros.some(({ tensor }) => tensor.call === undefined)) continue;
    for (const { tensor, flat } of zeros.toReversed())
      if (tensor.call !== undefined) open.push([tensor.call, flat]);
  }
  return undefined;
}

/** What an element is the total of: of many its zeros. */
function termsAt(call: Call, at: number): readonly Operand[] {
  const { op, inputs, attrs } = call;
  const [x] = inputs;
  const isGroup = (op.name === "sum" || op.name === "mean") && x !== undefined;
  return isGroup
    ? new Group(attrs as Attrs, x, at).first((v) => v === 0, FAR)
    : op.locate(call, at).operands;
}

/** Products of two and more. */
const OF_SEVERAL: ReadonlySet<string> = new Set(["cumprod", "matmul", "mul", "prod"]);

/** Of one factor that is 0 the others make a gradient that tells, unless they are as good as 0 themselves. */
const TELLING = 2 ** -20;

/** Whether factors are 0, and none of them is one: the others have left none of them a gradient, which would tell. */
function areAllLost({ op, inputs: [x] }: Call, operands: readonly Operand[]): boolean {
  if (!OF_SEVERAL.has(op.name)) return false;
  const zeros = operands.filter(({ value }) => value === 0);
  if (zeros.length === 0 || !zeros.every(isNoZero)) return false;
  const factors = op.name.endsWith("prod")
    ? Array.from(x?.raw ?? [])
    : operands.map(({ value }) => value);
  const others = factors.filter((v) => v !== 0);
  const isOne = factors.length - others.length === 1;
  return !isOne || others.reduce((product, v) => product * Math.abs(v), 1) < TELLING;
}

/** Whether it is 0 for being too small, or what a function that nears 1 leaves of it. */
function isNoZero(zero: Operand): boolean {
  const made = zero.tensor.call;
  const [one, near] = made?.op.name === "sub" ? made.inputs : [];
  const isRest = one?.written === 1 && NEARING.has(near?.call?.op.name ?? "");
  return isRest || isRoundedToZero(zero);
}

/** Ops by which an epsilon stands beside a number: of a norm it is added to its square. */
const ADDED: ReadonlySet<string> = new Set(["add", "hypot"]);

/** What an epsilon is added to; undefined where nothing, or something else, is. A bound is meant to be met. */
function besideEpsilon({ call }: Tensor): Tensor | undefined {
  const [a, b] = ADDED.has(call?.op.name ?? "") ? (call?.inputs ?? []) : [];
  const isEpsilon = (one: Tensor | undefined): boolean =>
    one?.call === undefined &&
    one?.name === undefined &&
    one?.size === 1 &&
    isKeeping(one.written ?? (one.readable ? one.magnitude : 0));
  return isEpsilon(b) ? a : isEpsilon(a) ? b : undefined;
}

/**
 * What an epsilon has kept a logarithm from: the 0 that a product has become. An exponential and its like lose their
 * gradient to it, which is told on the way back.
 */
function underflowBefore({ inputs: [x] }: Call, dy: Tensor): Lost | undefined {
  const call = (x && besideEpsilon(x))?.call;
  if (call === undefined || x?.size !== dy.size) return undefined;
  return underflowIn(call, (at) => (dy.raw[call.out.size === 1 ? 0 : at] ?? 0) < 0);
}

/** What an epsilon has kept a logarithm from: on the way back a product that has become 0, on the way to it digits that cancelled. */
export const logLost = (call: Call, dy?: Tensor): Lost | undefined =>
  dy === undefined ? levelLost(call) : underflowBefore(call, dy);

/** What nothing is felt of in the sum with a constant. */
function swampedIn({ op, inputs, out }: Call): Tensor | undefined {
  if (op.name !== "add" && op.name !== "sub") return undefined;
  const [a, b] = isConstant(inputs[0], out) ? [inputs[1], inputs[0]] : inputs;
  if (a === undefined || b === undefined || isConstant(a, out) || !isConstant(b, out))
    return undefined;
  return a.peak > 0 && a.magnitude < NEXT_TO_0 * smallest(b) ? a : undefined;
}

/** Whether it is e^x / (1 + e^x), or the like, where it is 1: its slopes cancel. */
function isSquashed({ op, inputs: [a, b], out }: Call): boolean {
  if (op.name !== "div" || a === undefined || b === undefined) return false;
  if (isConstant(a, out) || isConstant(b, out)) return false;
  return areOfOne(a, b) && out.raw.every((v) => Math.abs(1 - Math.abs(v)) < NEXT_TO_0);
}

/**
 * Where what a loss hangs on was lost on the way to it, the place nearest to it.
 *
 * @param cotangentOf what the loss wants of the output of an op: it may be where it should be.
 */
export function lostBefore(
  loss: Tensor,
  cotangentOf: (out: Tensor) => Tensor | undefined,
): Lost | undefined {
  const open = new Set<Tensor>([loss]);
  for (const call of callsOf(loss).toReversed()) {
    const { op, inputs, out } = call;
    if (!open.has(out)) continue;
    const lost = lostIn(call, cotangentOf);
    if (lost !== undefined) return lost;
    inputs.forEach((input, index) => {
      if (op.backward[index] && !isConstant(input, out)) open.add(input);
    });
  }
  return undefined;
}

/** Where all that came in beside what has a gradient has become 0 before. */
function givenZero({ op, inputs, out }: Call): Lost | undefined {
  if (!/^(linear|matmul|mul)$/.test(op.name)) return undefined;
  const isZero = (input: Tensor): boolean =>
    isConstant(input, out) && input.readable && input.magnitude === 0;
  const zero = inputs.slice(0, 2).find(isZero);
  const calls = (zero && callsBefore(zero))?.toReversed() ?? [];
  for (const call of calls) {
    if (call.out.peak !== 0 || !PRODUCTS.has(call.op.name)) continue;
    const lost = underflowIn(call, () => true);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

function lostIn(call: Call, cotangentOf: (out: Tensor) => Tensor | undefined): Lost | undefined {
  const { op, out } = call;
  const wants = (): ArrayLike<number> => cotangentOf(out)?.raw ?? [];
  if (out.peak === 0 && PRODUCTS.has(op.name)) {
    const dy = wants();
    return underflowIn(call, (at) => (dy[at] ?? 0) < 0);
  }
  const given = givenZero(call);
  if (given !== undefined) return given;
  const swamped = swampedIn(call);
  if (swamped !== undefined) {
    const dy = wants();
    const sign = op.name === "sub" && swamped === call.inputs[1] ? -1 : 1;
    const at = swamped.raw.findIndex(
      (v, i) => v * sign * (dy[out.size === swamped.size ? i : 0] ?? 0) < 0,
    );
    return at < 0 ? undefined : { call, at: out.size === swamped.size ? at : 0, cause: "swamped" };
  }
  if (!isSquashed(call)) return undefined;
  const dy = wants();
  const at = out.raw.findIndex((v, i) => v * (dy[i] ?? 0) > 0);
  return at < 0 ? undefined : { call, at, cause: "saturated" };
}

// ── Values ───────────────────────────────────────────────────────────────────────────────────────

/** Elements of a tensor that are compared. */
const COMPARED = 4096;

/** log₂ of an exponential that is one of a mask: e^−10000, with a score beside it. */
const MASKED = -14000;

/** log₂ of what a product must have lost to be worth a word. */
const LEAST = -40;

/** The elements where one became 0 in vain, among the first of an output; what did, where that is known. */
function lostWhere<A>(
  call: Call<A>,
  limit: number,
  isLost: (at: number) => Operand | boolean | undefined,
): Lost | undefined {
  const all: number[] = [];
  let zero: Operand | undefined;
  for (let at = 0; at < limit; at++) {
    const lost = isLost(at);
    if (lost === undefined || lost === false) continue;
    if (all.length === 0 && lost !== true) zero = lost;
    all.push(at);
  }
  const [at] = all;
  return at === undefined
    ? undefined
    : { call: call as Call, at, all, cause: "lost-underflow", zero };
}

/**
 * A product of a 0 that stands for a number too small for its type, or for one over an overflow, and of a number that is huge:
 * what they make would be a number like others.
 */
export function productLost(call: Call<undefined>, dy?: Tensor): Lost | undefined {
  const { inputs, out } = call;
  const [a, b] = inputs;
  if (dy !== undefined || a === undefined || b === undefined) return undefined;
  const share = shareLost(call, a, inverted(b)) ?? shareLost(call, b, inverted(a));
  if (share !== undefined) return share;
  if ((a.peak < HUGE_BITS && b.peak < HUGE_BITS) || isDouble(out)) return undefined;
  // What was divided away has been told.
  if (inputs.some(({ past }) => past?.some(({ alarm }) => alarm))) return undefined;
  return lostWhere(call, Math.min(out.size, COMPARED), (at) => {
    if (out.raw[at] !== 0) return false;
    const { operands } = call.op.locate(call, at);
    const huge = operands.find(({ value }) => Math.abs(value) >= HUGE);
    const zero = operands.find(({ value }) => value === 0);
    const size = huge && zero && magnitudeOf(zero);
    return size !== undefined && size + Math.log2(Math.abs(huge?.value ?? 0)) > LEAST && zero;
  });
}

/** A quotient of 0 by an epsilon, where what was divided has become 0, and its total with it; or of two epsilons. */
export function quotientLost(call: Call<undefined>, dy?: Tensor): Lost | undefined {
  const { inputs, out } = call;
  const [a, b] = inputs;
  if (dy !== undefined || a === undefined || b === undefined) return undefined;
  if (besideEpsilon(a) !== undefined && besideEpsilon(b)?.call !== undefined) {
    const both = (at: number): readonly Operand[] => call.op.locate(call, at).operands;
    return lostWhere(call, Math.min(out.size, COMPARED), (at) => divisorOfEpsilons(both(at)));
  }
  return shareLost(call, a, b) ?? floorLost(call, b) ?? digitsLost(call, a, b);
}

/** What stands beside a small number that keeps it from 0: one that is added, or a bound. */
function aboveFloor(tensor: Tensor): readonly [Tensor, number] | undefined {
  const { call } = tensor;
  const name = call?.op.name;
  if (call === undefined || !(name === "maximum" || ADDED.has(name ?? ""))) return undefined;
  const isFloor = (one: Tensor): boolean =>
    one.call === undefined && one.name === undefined && one.size === 1;
  const [a, b] = call.inputs;
  if (a === undefined || b === undefined || isFloor(a) === isFloor(b)) return undefined;
  const [x, floor] = isFloor(b) ? [a, b] : [b, a];
  return x.call === undefined || !floor.readable ? undefined : [x, floor.raw[0] ?? 0];
}

/** A quotient by what is to keep a number from 0, where that has become 0 for being too small, and is larger than it. */
function floorLost(call: Call<undefined>, divisor: Tensor): Lost | undefined {
  const [x, floor] = aboveFloor(divisor) ?? [];
  if (x === undefined || !(floor !== undefined && floor > 0 && floor < NEAR_0)) return undefined;
  if (x.size > COMPARED || !x.readable || !x.raw.includes(0)) return undefined;
  const least = Math.log2(floor) + 1;
  return lostWhere(call, Math.min(call.out.size, COMPARED), (at) => {
    const under = call.op.locate(call, at).operands[1];
    const own = under && operandsOf(under)?.operands.find(({ tensor }) => tensor === x);
    const size = own?.value === 0 ? magnitudeOf(own) : undefined;
    return size !== undefined && size > least && own;
  });
}

/** Whose reciprocal it is. */
function inverted({ call }: Tensor): Tensor | undefined {
  const [a, b] = call?.inputs ?? [];
  if (call?.op.name === "reciprocal") return a;
  return call?.op.name === "div" && a?.call === undefined && a?.size === 1 ? b : undefined;
}

/** What has become 0, divided by an epsilon where its total has become 0, too; or times the reciprocal of that. */
function shareLost(call: Call<undefined>, over: Tensor, divisor?: Tensor): Lost | undefined {
  const { inputs, out } = call;
  const total = divisor && besideEpsilon(divisor)?.call;
  if (total === undefined || !canUnderflow(over)) return undefined;
  const { name } = total.op;
  const isSum = name === "add" && total.inputs.every(canUnderflow);
  if (!isSum && !TOTALS.has(name) && name !== "prod") return undefined;
  return lostWhere(call, Math.min(out.size, COMPARED), (at) => {
    if (out.raw[at] !== 0) return false;
    const { operands } = call.op.locate(call, at);
    const [mine, other] = inputs[0] === over ? operands : operands.toReversed();
    const under = other?.tensor === divisor ? other : other && operandsOf(other)?.operands.at(-1);
    const isLost = under && operandsOf(under)?.operands.some(({ value }) => value === 0);
    const size = mine && isLost ? magnitudeOf(mine) : undefined;
    // A logit of −1e4 is a mask.
    return size !== undefined && size > MASKED;
  });
}

/** What an epsilon stands for, and log₂ of it; undefined where it does not, or that cannot be told. */
function swallowed(element: Operand | undefined): readonly [Operand, number] | undefined {
  const beside = element && besideEpsilon(element.tensor as Tensor);
  const own = element && operandsOf(element)?.operands.find(({ tensor }) => tensor === beside);
  if (own === undefined || !(Math.abs(own.value) < NEXT_TO_0 * Math.abs(element?.value ?? 0)))
    return undefined;
  const size = magnitudeOf(own);
  return size !== undefined && size > MASKED ? [own, size] : undefined;
}

/** Where both sides of a quotient are epsilons for numbers of which one is larger, the one that is divided by. */
function divisorOfEpsilons([over, under]: readonly Operand[]): Operand | undefined {
  const [x, y] = [swallowed(over), swallowed(under)];
  return x !== undefined && y !== undefined && Math.abs(x[1] - y[1]) > 0.5 ? y[0] : undefined;
}

const canUnderflow = ({ call }: Tensor): boolean =>
  call !== undefined && (hasUnderflow(call.op.name) || TOTALS.has(call.op.name));

const isProduct = ({ call }: Tensor): boolean => call !== undefined && PRODUCTS.has(call.op.name);

/**
 * A product that has become 0, of which a sign or an angle is taken: on which side of 0 it is cannot be told any more. One that is
 * compared with 0 may be left out so. Of a difference it is which of the two was larger.
 */
export function signLost<A>(call: Call<A>, dy?: Tensor): Lost | undefined {
  const { inputs, out } = call;
  if (dy !== undefined) return undefined;
  if (inputs.length === 1 && inputs[0] && isDifference(inputs[0]))
    return lostWhere(call, Math.min(out.size, COMPARED), (at) =>
      areTied(sidesOf(call.op.locate(call, at).operands[0])),
    );
  if (!inputs.every((one) => isProduct(one) && one.size === out.size)) return undefined;
  return lostWhere(
    call,
    Math.min(out.size, COMPARED),
    (at) =>
      inputs.every(({ raw }) => raw[at] === 0) &&
      call.op.locate(call, at).operands.every((one) => magnitudeOf(one) !== undefined),
  );
}

/** Two numbers that have both become 0, so that neither is the larger any more. */
export function orderLost(call: Call<undefined>, dy?: Tensor): Lost | undefined {
  const [a, b] = call.inputs;
  if (dy !== undefined || a === undefined || b === undefined) return undefined;
  const sides = (at: number): readonly Operand[] => call.op.locate(call, at).operands;
  const limit = Math.min(call.out.size, COMPARED);
  if (canUnderflow(a) && canUnderflow(b)) return lostWhere(call, limit, (at) => areTied(sides(at)));
  // a − b > 0 asks the same as a > b.
  const difference = b.written === 0 ? a : a.written === 0 ? b : undefined;
  return difference && isDifference(difference)
    ? lostWhere(call, limit, (at) => areTied(sidesOf(sides(at)[difference === a ? 0 : 1])))
    : undefined;
}

/** Whether it is a difference of two that may have become 0. */
const isDifference = ({ call }: Tensor): boolean =>
  call?.op.name === "sub" && call.inputs.every(canUnderflow);

/** The two whose difference an element is. */
const sidesOf = (element: Operand | undefined): readonly Operand[] =>
  (element && operandsOf(element)?.operands) ?? [];

function areTied([one, other]: readonly Operand[]): boolean {
  if (one?.value !== 0 || other?.value !== 0) return false;
  const [left, right] = [magnitudeOf(one), magnitudeOf(other)];
  return left !== undefined && right !== undefined && left !== right;
}

/** The index of the largest of a group that has all become 0, or of the smallest of which several have. */
export function indexLost(call: Call<Attrs>, dy?: Tensor): Lost | undefined {
  const { inputs, attrs, out } = call;
  const [x] = inputs;
  if (dy !== undefined || x === undefined || !canUnderflow(x)) return undefined;
  const limit = Math.min(out.size, Math.ceil(COMPARED / Math.max(1, attrs.mid)));
  return lostWhere(call, limit, (at) => {
    const group = new Group(attrs, x, at);
    const chosen = group.operand(out.raw[at] ?? 0);
    const zeros = chosen.value === 0 ? group.first((v) => v === 0, LOOKED_AT) : [];
    return zeros.some((one) => areTied([chosen, one]));
  });
}

// ── Digits ───────────────────────────────────────────────────────────────────────────────────────

type Two = readonly [Tensor, Tensor];

/** What is multiplied, and added up: of a square the same twice. */
function multipliedIn({ call }: Tensor): Two | undefined {
  const [a, b] = call?.inputs ?? [];
  const name = call?.op.name;
  if (a === undefined) return undefined;
  if (name === "square" || name === "sumSquares") return [a, a];
  if (name === "pow") return exponentOf(b) === 2 ? [a, a] : undefined;
  return (name === "mul" || name === "matmul") && b !== undefined ? [a, b] : undefined;
}

/** Ops that add up, or scale, their operands. */
const LINEAR: ReadonlySet<string> = new Set(["add", "div", "matmul", "mean", "mul", "neg", "sum"]);

/** How far back a mean is looked for, and among how many tensors: it may have been kept up for many steps. */
const NEAR = 24;
const MOST_LOOKED_AT = 128;

/** Tensors that one is a sum of, scaled or weighted, itself among them, the nearest first. */
function summedIn(tensor: Tensor): readonly Tensor[] {
  const found = new Set([tensor]);
  for (const { call } of found) {
    if (call === undefined || !LINEAR.has(call.op.name)) continue;
    const [a, b] = call.inputs;
    // Not what it is divided by, nor a square.
    const from = call.op.name === "div" || a === b ? [a] : call.inputs;
    for (const input of from) if (input && found.size < MOST_LOOKED_AT) found.add(input);
  }
  return [...found];
}

const productsIn = (tensor: Tensor): readonly Two[] =>
  summedIn(tensor).flatMap((one) => {
    const two = multipliedIn(one);
    return two === undefined ? [] : [two];
  });

/** x and y of E[xy] − E[x] E[y], in whatever way the means are taken, and whichever stands first; of a variance they are one. */
function variedIn([a, b]: readonly Tensor[]): Two | undefined {
  // What is taken away is a product, too: of most differences it is not.
  const other = b === undefined ? [] : productsIn(b);
  const one = a === undefined || other.length === 0 ? [] : productsIn(a);
  const isMean = (centre: Tensor, x: Tensor): boolean =>
    centre.size < x.size && summedIn(centre).includes(x);
  const areMeans = ([p, q]: Two, [x, y]: Two): boolean =>
    (isMean(p, x) && isMean(q, y)) || (isMean(p, y) && isMean(q, x));
  const isVaried = (squares: readonly Two[], centres: readonly Two[]): Two | undefined =>
    squares.find((xy) => centres.some((centre) => areMeans(centre, xy))) ??
    (centres.some((centre) => isRunning(centre, squares)) ? centres[0] : undefined);
  return isVaried(one, other) ?? isVaried(other, one);
}

/** Whether it is the square of a mean that has been kept up from step to step, as the squares have been. */
function isRunning([p, q]: Two, products: readonly Two[]): boolean {
  const squares = products.filter((two) => two.every(({ written }) => written === undefined));
  const summed = p === q && squares.length > 1 ? summedIn(p) : [];
  return squares.length > 1 && squares.every(([x, y]) => x === y && x !== p && summed.includes(x));
}

/** So many elements are reckoned again. */
const RECKONED = 8;

/** Elements of which a difference is reckoned again at the most. */
const MOST_RECKONED = 2 ** 16;

/** What is taken from what: neither has to stand first. */
function differenceIn({ op, inputs: [a, b] }: Call<undefined>): readonly Tensor[] {
  if (a === undefined || b === undefined) return [];
  if (op.name === "sub") return [a, b];
  const [left, right] = [a, b].map(({ call }) =>
    call?.op.name === "neg" ? call.inputs[0] : undefined,
  );
  if (right !== undefined) return [a, right];
  return left === undefined ? [] : [b, left];
}

/** Ops whose result is 0 where the digits of what they read have cancelled: of what is next to 1, too. */
const CANCELLING: ReadonlySet<string> = new Set(["add", "log", "log10", "log2", "sub"]);

/** Below this a divisor makes a number like others of what is left of a difference. */
const NEAR_0 = 2 ** -10;

/** What is left of a difference of doubles below this part of them is rounding, too. */
const NOISE = 2 ** -44;

/** A quotient by a number next to 0, of what is 0 for digits that have cancelled: of e^x − 1, log(1 + x), 1 − cos x. */
function digitsLost(call: Call<undefined>, over: Tensor, under: Tensor): Lost | undefined {
  const { out } = call;
  const difference = unscaled(over);
  if (!difference.readable || !CANCELLING.has(difference.call?.op.name ?? "")) return undefined;
  // What is left of an error, divided by its deviation, is none.
  if (!areOfOneStep(difference, under)) return undefined;
  const isNear = (v: number): boolean => v !== 0 && Math.abs(v) < NEAR_0;
  if (out.size > COMPARED || !under.readable || !under.raw.some(isNear)) return undefined;
  const zeroAt = (at: number): Operand | undefined => {
    const [zero] = out.raw[at] === 0 ? call.op.locate(call, at).operands : [];
    return zero && { ...zero, tensor: difference, value: difference.raw[zero.flat] ?? Number.NaN };
  };
  const isLost = (at: number): boolean => {
    const [zero, divisor] = [zeroAt(at), call.op.locate(call, at).operands[1]];
    const read = zero?.value === 0 && isNear(divisor?.value ?? 0) ? operandsOf(zero) : undefined;
    return read?.operands.every(({ value }) => value !== 0) === true;
  };
  const all = Array.from({ length: out.size }, (_, i) => i).filter(isLost);
  const [at] = all;
  const zero = at === undefined ? undefined : zeroAt(at);
  const exact = at === undefined ? undefined : inDouble(out)?.[at];
  if (at === undefined || zero === undefined || exact === undefined) return undefined;
  const left = inDouble(difference)?.[zero.flat] ?? 0;
  const sizes = operandsOf(zero)?.operands.map(({ value }) => Math.abs(value)) ?? [];
  const isNoise = Math.abs(left) < NOISE * Math.max(...sizes);
  if (isNoise || !(Math.abs(exact) > UNFELT)) return undefined;
  const read = call.op.locate(call, at).operands.map(({ value }) => showNumber(value));
  const expression = `${read.join(" / ")} = 0, where it is ${showNumber(exact)}`;
  return { call: call as Call, at, cause: "cancellation", all, expression, zero };
}

/** Functions that are 1, or next to it, where they have a slope: those that are so in a limit lose it, which is told. */
const THROUGH_1: ReadonlySet<string> = new Set(["cos", "cosh", "exp", "exp2", "pow", "sqrt"]);

/** A logarithm with an epsilon, of what is 0 for digits that have cancelled beside a number of the code: of 1 − e^−x. */
function levelLost(call: Call): Lost | undefined {
  const { inputs, out } = call;
  const difference = inputs[0] && besideEpsilon(inputs[0]);
  const sides = difference?.call?.op.name === "sub" ? difference.call.inputs : [];
  const isRound = sides.some(({ written }) => written !== undefined);
  const isNear = sides.some((one) => THROUGH_1.has(one.call?.op.name ?? ""));
  if (difference === undefined || !isRound || !isNear || out.size > COMPARED) return undefined;
  if (difference.size !== out.size || !difference.readable || !difference.raw.includes(0))
    return undefined;
  const [exact, left] = [inDouble(out), inDouble(difference)];
  const at = difference.raw.findIndex((v, i) => {
    const off = Math.abs((exact?.[i] ?? Number.NaN) - (out.raw[i] ?? Number.NaN));
    return v === 0 && Math.abs(left?.[i] ?? 0) > NOISE && off > NEAR_0;
  });
  if (at < 0 || exact === undefined) return undefined;
  const [x = 0, y = 0, z = 0] = [inputs[0]?.raw[at], out.raw[at], exact[at]];
  const seen = `${call.op.name}(${showNumber(x)}) = ${showNumber(y)}`;
  const expression = `${seen}, where it is ${showNumber(z)}`;
  return { call, at, cause: "cancellation", expression, zero: operand("x", difference, at) };
}

/** What a number of the code scales, or a sign. */
function unscaled(tensor: Tensor): Tensor {
  const [a, b] = tensor.call?.inputs ?? [];
  const name = tensor.call?.op.name;
  const from =
    name === "neg" || ((name === "mul" || name === "div") && b?.written !== undefined)
      ? a
      : name === "mul" && a?.written !== undefined
        ? b
        : undefined;
  return from === undefined || from.size !== tensor.size ? tensor : unscaled(from);
}

/** Whether both are of the same variable, or the divisor is a number that is a step of it: f(x + h) − f(x), by h. */
function areOfOneStep(difference: Tensor, under: Tensor): boolean {
  const before = new Set(madeFrom(difference));
  const isStep = (one: Tensor): boolean =>
    one.call?.inputs.some(({ written }) => written === under.written) === true;
  return under.written === undefined
    ? madeFrom(under).some((one) => before.has(one))
    : [...before].some(isStep);
}

/** An element of E[xy] − E[x] E[y] that is wrong by more than a sixteenth. */
export function cancelledIn(call: Call<undefined>, dy?: Tensor): Lost | undefined {
  const parts = dy === undefined ? differenceIn(call) : [];
  const varied = variedIn(parts);
  const { out } = call;
  const [a, b] = parts;
  if (varied === undefined || !a || !b || a.size !== out.size) return undefined;
  // What is negated may have been freed since.
  if (![...parts, ...varied].every(({ readable }) => readable)) return undefined;
  if (varied.some(({ size }) => size > MOST_RECKONED)) return undefined;
  // So many of its digits are gone, in powers of two.
  const gone = isDouble(out) ? 2 ** -42 : 2 ** -13;
  const isGone = (got: number, at: number): boolean =>
    Math.abs(got) < gone * Math.abs(a.raw[at] ?? 0);
  if (!out.raw.some(isGone)) return undefined;
  const whole = isDouble(out) ? undefined : inDouble(out);
  const near = whole === undefined ? exactly(call as Call, varied) : undefined;
  const exact = whole ?? near?.values;
  for (let at = 0, reckoned = 0; exact && at < out.size && reckoned < RECKONED; at++) {
    const got = out.raw[at] ?? Number.NaN;
    if (!isGone(got, at)) continue;
    reckoned++;
    const variance = exact[at] ?? Number.NaN;
    const off = Math.abs(got - variance);
    if (off > Math.abs(variance) / 16 && variance !== 0 && off > UNFELT) {
      const [left = Number.NaN, right = Number.NaN] = [a, b].map(({ raw }) => raw[at]);
      const read = [showDigits(left, right), showDigits(right, left)];
      const difference = `${read.join(" − ")} = ${showNumber(got)}`;
      // What is kept up from step to step has lost digits before: what it would be without these is not what it is.
      const expression =
        near?.isKeptUp === true ? difference : `${difference}, where it is ${showNumber(variance)}`;
      return { call: call as Call, at, cause: "cancellation", expression, exact };
    }
  }
  return undefined;
}

/**
 * What a call gives in float64, of what was made of these: of doubles of them less their means, which vary alike. And whether it is made of
 * something else, too, that an op has made.
 */
function exactly(
  call: Call,
  leaves: Two,
): { readonly values: ArrayLike<number>; readonly isKeptUp: boolean } | undefined {
  const calls = new Set<Call>();
  const reaches = (tensor: Tensor, far: number): boolean => {
    if (leaves.includes(tensor)) return true;
    const { call: made } = tensor;
    if (made === undefined || far === 0) return false;
    const isReached = made.inputs.map((input) => reaches(input, far - 1)).includes(true);
    if (isReached) calls.add(made);
    return isReached;
  };
  for (const input of call.inputs) reaches(input, NEAR);
  // A factor may have been freed since, and what is made again.
  const made = new Set([...calls].map(({ out }) => out));
  const isKnown = (one: Tensor): boolean =>
    one.readable || one.written !== undefined || made.has(one);
  if (![...calls, call].every(({ inputs }) => inputs.every(isKnown))) return undefined;
  const centres = leaves.map((x) => (isDouble(x) ? centresOf(x, calls) : () => 0));
  const values = valuesAt(
    { calls: [...calls, call], leaves },
    [call.out],
    (leaf, at, value) => value - (centres[leaf]?.(at) ?? 0),
  )?.[0];
  const isState = (one: Tensor): boolean =>
    one.call !== undefined && !made.has(one) && !leaves.includes(one);
  const isKeptUp = [...calls, call].some(({ inputs }) => inputs.some(isState));
  return values && { values, isKeptUp };
}

/** What each element of a tensor is measured from: the mean of those that are added up with it. */
function centresOf(x: Tensor, calls: ReadonlySet<Call>): (at: number) => number {
  const isFold = ({ op, inputs: [from], attrs }: Call): boolean =>
    (op.name === "mean" || op.name === "sum") && from?.size === x.size && attrs !== undefined;
  const fold = [...calls].find(isFold)?.attrs as Attrs | undefined;
  if (fold === undefined) {
    const centre = x.raw.reduce((sum: number, v) => sum + v / x.size, 0);
    return () => centre;
  }
  const known = new Map<number, number>();
  return (at) => {
    const group = groupOf(fold, at);
    const centre = known.get(group) ?? new Group(fold, x, group).moments().mean;
    known.set(group, centre);
    return centre;
  };
}
