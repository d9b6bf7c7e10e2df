/**
 * Whether a number that was lost is of any matter to what is looked at: it is lost for good only where another one in its place
 * would change that. What comes after it is run once more, with others there. Asked before an alarm, and not while all is well.
 */

import type { GuardEvent } from "../guard.js";
import type { Call } from "../op.js";
import { runtime } from "../runtime.js";
import { callsBefore, isRehearsing } from "../tape.js";
import { type AnyTensor, INFINITY_BITS, type Loan, type Tensor } from "../tensor.js";
import { isOrdinary } from "./absorb.js";
import { aside, type Copy } from "./aside.js";
import { rootOf } from "./began.js";
import { kindOf, nextBad } from "./diagnose.js";
import { inDouble, isFelt } from "./replay.js";
import type { BirthReport } from "./report.js";
import { isRight } from "./trial.js";

/** Other limits at ∞, as of pow(0.5, x) or mod(1, x), may be right to the last bit. */
const DIVISIONS: ReadonlySet<string> = new Set([
  "div",
  "divNoNan",
  "reciprocal",
  "reciprocalNoNan",
  "rsqrt",
  "safeDiv",
  "safeReciprocal",
  "safeRsqrt",
]);

/** Whether an op divides: so does a power below 0. */
export const isDivision = (op: string, { operands: [, b] }: BirthReport): boolean =>
  DIVISIONS.has(op) || (/^(safeP|p)ow$/.test(op) && (b?.value ?? 0) < 0);

/** Ops that are run again at the most, elements that are, and those that are looked at one by one. */
const MOST_CALLS = 4096;
const MOST_ELEMENTS = 2 ** 22;
const LOOKED_AT = 4096;

/** By event: the output in which a number was lost. */
const lostTo = new WeakMap<GuardEvent, Spoilt>();

/** An output in which numbers were lost, in which elements, and what all of it should be, as far as that is known. */
interface Spoilt {
  readonly out: Loan;
  readonly at: Elements;
  readonly exact?: ArrayLike<number> | undefined;
}

type Elements = readonly number[] | undefined;

/** Remembers where a number was lost, in which elements, and what should stand there, if that is known. Gives the event back. */
export function lostInto(
  out: AnyTensor,
  event: GuardEvent,
  at?: Elements,
  exact?: ArrayLike<number>,
): GuardEvent {
  if (event.alarm === true) lostTo.set(event, { out: out.loan, at, exact });
  return event;
}

/** The elements in which an ∞ or a NaN is lost; undefined where they are too many to tell. */
function lostIn(call: Call): Elements {
  const { op, inputs, out } = call;
  const isLost = (at: number): boolean =>
    op.locate(call, at).operands.some(({ value }) => kindOf(value) > 0);
  if (out.size <= LOOKED_AT) return Array.from({ length: out.size }, (_, i) => i).filter(isLost);
  const bad = inputs.filter(({ peak }) => peak >= INFINITY_BITS);
  if (bad.length === 0 || bad.some(({ size }) => size !== out.size)) return undefined;
  const found: number[] = [];
  for (const tensor of bad)
    for (let at = nextBad(tensor, 0); at >= 0; at = nextBad(tensor, at + 1)) found.push(at);
  return found;
}

/** A number that could stand there as well: on one side, or the other. */
function other(op: string, value: number, size: number, side: 1 | -1): number {
  const isIndex = op.startsWith("arg");
  if (!isIndex && !/^(equal|greater|less|logical|notEqual|any|all)/.test(op))
    return value + side * Math.max(1, size);
  return isIndex && side < 0 ? value + 1 : value === 0 ? 1 : 0;
}

/** Elements that are tried one by one, too: two that are others may make up for each other. */
const ALONE = 4;

const isSame = (a: Tensor, b: Tensor): boolean => a.raw.every((v, i) => Object.is(v, b.raw[i]));

/** A tensor in which numbers were lost, its elements that are others, and what they are if that is known. */
interface Start {
  readonly from: Tensor;
  readonly at: readonly number[];
  readonly exact?: ArrayLike<number>;
}

const areOther = (a: AnyTensor, b: AnyTensor): boolean =>
  a.raw.some((v, i) => !Object.is(v, b.raw[i]) && isFelt(v, b.raw[i] ?? Number.NaN));

/** Copies of tensors that are others now, by the ones that they stand for. */
type Others = Map<AnyTensor, Tensor>;

/** A copy with other elements. */
function otherwise(
  from: AnyTensor,
  copy: Copy,
  element: (value: number, at: number) => number,
): Tensor | undefined {
  const made = copy(from);
  if (made === undefined) return undefined;
  from.raw.forEach((value, at) => {
    made.raw[at] = element(value, at);
  });
  made.use("again");
  return made;
}

/** Runs what comes after those that are others, to which that is added; false where that cannot be told. */
function rerun(calls: readonly Call[], others: Others, copy: Copy): boolean {
  let [ran, elements] = [0, 0];
  for (const call of calls) {
    const { op, inputs, out } = call;
    if (others.has(out) || !inputs.some((input) => others.has(input))) continue;
    elements += out.size;
    const isCheap = ++ran <= MOST_CALLS && elements <= MOST_ELEMENTS;
    // What a user wrote is not run twice.
    if (!isCheap || op.absorbs === "unknown") return false;
    if (!out.readable || !inputs.every(({ readable }) => readable)) return false;
    const next = copy(out);
    if (next === undefined) return false;
    const read = inputs.map((input) => others.get(input) ?? input);
    next.peak = op.forward(runtime().kernels, { ...call, inputs: read, out: next }) >>> 0;
    if (!isSame(next, out)) others.set(out, next);
  }
  return true;
}

/** What stands in those elements instead; in the rest of them what it came to. */
function startWith(
  starts: readonly Start[],
  side: 1 | -1,
  others: Others,
  copy: Copy,
  made: Others = others,
): Others | undefined {
  for (const { from, at, exact } of starts) {
    const { maker, magnitude } = from;
    const spoilt = new Set(at);
    const first = otherwise(made.get(from) ?? from, copy, (value, flat) =>
      spoilt.has(flat) ? (exact?.[flat] ?? other(maker, value, magnitude, side)) : value,
    );
    if (first === undefined) return undefined;
    others.set(from, first);
  }
  return others;
}

/** Whether the tensor at the end changes where those elements are others; undefined where that cannot be told. */
const changes = (
  calls: readonly Call[],
  starts: readonly Start[],
  side: 1 | -1,
  end: AnyTensor,
): boolean | undefined =>
  aside((copy) => {
    const others = startWith(starts, side, new Map(), copy);
    if (others === undefined || !rerun(calls, others, copy)) return undefined;
    const last = others.get(end);
    return last !== undefined && (starts[0]?.exact === undefined || areOther(last, end));
  });

/** How far parameters are moved, and how much further each of their elements is than the one before. */
const ASIDE = 2 ** -6;
const UNEVEN = 0.37;

/** Whether it changes beside the place that its parameters are at: its gradient is another then, though it is the same number. */
function changesBeside(
  calls: readonly Call[],
  starts: readonly Start[],
  side: 1 | -1,
  end: AnyTensor,
): boolean {
  const leaves = new Set(calls.flatMap(({ inputs }) => inputs));
  const moved = [...leaves].filter(
    ({ call, tape, readable }) => call === undefined && tape === end.tape && readable,
  );
  if (end.tape === undefined || moved.length === 0) return false;
  const by = (at: number): number => ASIDE * (1 + ((UNEVEN * (at + 1)) % 1));
  const isChanged = (way: 1 | -1): boolean =>
    aside((copy) => {
      const others: Others = new Map();
      for (const leaf of moved) {
        const made = otherwise(leaf, copy, (v, at) => v + way * by(at) * Math.max(1, Math.abs(v)));
        if (made === undefined) return false;
        others.set(leaf, made);
      }
      const leaves = new Map(others);
      if (!rerun(calls, others, copy)) return false;
      const spoilt = startWith(starts, side, leaves, copy, others);
      if (spoilt === undefined || !rerun(calls, spoilt, copy)) return false;
      return areOther(others.get(end) ?? end, spoilt.get(end) ?? end);
    });
  // What has no value at its place may have on one side what stands there instead.
  return WAYS.some(isChanged);
}

const WAYS = [1, -1] as const;

/** Where an event lost numbers, among some calls; undefined where that cannot be told. */
function startOf(event: GuardEvent, calls: readonly Call[]): Start | undefined {
  const lost = lostTo.get(event);
  const from = lost?.out.tensor as Tensor | undefined;
  const call = from?.call;
  if (!from?.readable || !call?.inputs.every(({ readable }) => readable)) return undefined;
  const at = calls.includes(call) ? (lost?.at ?? lostIn(call)) : undefined;
  return at === undefined || at.length === 0 ? undefined : { from, at };
}

/** The same where it is known what should stand there; undefined where it is not. */
function exactlyOf(event: GuardEvent): Start | undefined {
  const { out, exact } = lostTo.get(event) ?? {};
  const from = out?.tensor as Tensor | undefined;
  if (exact === undefined || from?.readable !== true) return undefined;
  return { from, at: Array.from(exact, (_, flat) => flat), exact };
}

/** Ops that leave out what is multiplied with 0. */
const WEIGHING: ReadonlySet<string> = new Set(["linear", "matmul", "mul"]);

/** Whether it is which class a label is, as weights, and is counted: one that is missing is none, and left out of both. */
function isOneHot(from: Tensor, calls: readonly Call[]): boolean {
  const usesOf = (of: Tensor): readonly Call[] => calls.filter(({ inputs }) => inputs.includes(of));
  // The weights of several classes are added up.
  const isMade = ({ op, inputs }: Call): boolean =>
    op.name === "add" || (op.name === "mul" && inputs.some(({ written }) => written !== undefined));
  let uses = usesOf(from);
  while (uses.length === 1 && uses.every(isMade)) uses = uses.flatMap(({ out }) => usesOf(out));
  return (
    from.maker === "equal" &&
    uses.some(({ op }) => WEIGHING.has(op.name)) &&
    uses.some(({ op }) => op.name === "sum") &&
    uses.every(({ op }) => WEIGHING.has(op.name) || op.name === "sum")
  );
}

/**
 * Whether what an event tells of is lost to a tensor that came of it.
 *
 * @param past all that was lost on the way there: of two comparisons of one NaN, each may hold the other's result.
 */
export function matters(event: GuardEvent, end: AnyTensor, past: readonly GuardEvent[]): boolean {
  const from = lostTo.get(event)?.out.tensor as Tensor | undefined;
  if (from === undefined) return true;
  if (from === end) return !(isOfOrdinary(event) && isRightAnyway(event, from, end));
  if (!/^(cancellation|hidden-nan|lost-(over|under)flow)$/.test(event.place?.cause ?? ""))
    return true;
  const calls = callsBefore(end);
  // What it was lost into is not on the way there.
  const isOnWay = from.call === undefined || calls?.includes(from.call) !== false;
  if (event.phase === "forward" && !isOnWay) return false;
  const exact = exactlyOf(event);
  if (calls !== undefined && exact !== undefined) {
    if (changes(calls, [exact], 1, end) !== false) return true;
    // Each of two factors that have cancelled leaves what the other has made of it as it is.
    const others = past.flatMap((one) => (one === event ? [] : (exactlyOf(one) ?? [])));
    return (
      others.length > 0 &&
      changes(calls, others, 1, end) === false &&
      changes(calls, [exact, ...others], 1, end) !== false
    );
  }
  const start = calls && startOf(event, calls);
  if (calls === undefined || start === undefined) return true;
  if (event.place?.cause === "hidden-nan" && isOneHot(from, calls)) return false;
  const { at } = start;
  const alone = at.length > 1 ? at.slice(0, ALONE).map((one) => [one]) : [];
  const like = past.filter(({ place }) => place?.cause === event.place?.cause);
  const together = like.flatMap((one) => startOf(one, calls) ?? []);
  const sets = [
    ...[at, ...alone].map((elements) => [{ from, at: elements }]),
    ...(together.length > 1 ? [together] : []),
  ];
  const isChanged = (by: typeof changes): boolean =>
    sets.some((set) => WAYS.some((side) => by(calls, set, side, end) !== false));
  // Digits are lost at their place alone: beside it a choice may be another, as of a series next to 0.
  const isOfPlace = event.place?.cause === "cancellation";
  const isAny = isChanged(changes) || (!isOfPlace && isChanged(changesBeside));
  return isAny && !isRightAnyway(event, from, end);
}

/** Ops in which one that is large enough gives another number. */
const BOUNDS: ReadonlySet<string> = new Set(["clip", "maximum", "minimum"]);

/** Whether what overflowed is a power, or a product, of numbers in good order. */
const isOfOrdinary = ({ place }: GuardEvent): boolean =>
  place?.from !== undefined && rootOf(place).cause !== "overflow-exp" && isOrdinary(rootOf(place));

/** What is below this part of the largest beside it is next to nothing. */
const NOTHING = 1e-6;

/** Whether an ∞ has come to what the number would have come to: what it divided to next to nothing beside all the rest, or a bound. */
function isRightAnyway(event: GuardEvent, out: AnyTensor, end: AnyTensor): boolean {
  const { place, op } = event;
  const isAsked =
    place?.cause === "lost-overflow" &&
    (isDivision(op, place) || BOUNDS.has(op)) &&
    !isRehearsing();
  const exact = isAsked ? inDouble(out) : undefined;
  if (exact === undefined) return false;
  const least = NOTHING * Math.max(...exact.map(Math.abs));
  return (
    exact.every((v, i) => Math.abs(v - (out.raw[i] ?? NaN)) <= least) &&
    isRight(end, isOfOrdinary(event) ? NOTHING : 0) === true
  );
}
