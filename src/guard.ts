/**
 * Policy: what happens when a number goes bad. Peaks tell in O(1) whether an op made, handed on or
 * swallowed a NaN or ∞; births are located at once; nothing is thrown before a sink.
 */

import { checkDone, checkFunction, type Filled, showValue } from "./check.js";
import { absorption, mayAbsorb, mendedAt, toldWay } from "./diagnosis/absorb.js";
import { around, happenedIn, outputIn } from "./diagnosis/around.js";
import { beginning, mirrored, rootOf } from "./diagnosis/began.js";
import {
  along,
  countBad,
  firstBad,
  kindOfPeak,
  leafTaint,
  nextBad,
  operand,
  type Place,
  type Producer,
  type Taint,
  taintAt,
  trace,
} from "./diagnosis/diagnose.js";
import { digitsRead } from "./diagnosis/digits.js";
import { fixCode, fixCodes } from "./diagnosis/fixes.js";
import { OTHER } from "./diagnosis/kinds.js";
import { isDivision, lostInto, matters } from "./diagnosis/matters.js";
import type { BirthReport, Report } from "./diagnosis/report.js";
import { isAlarm, showReport } from "./diagnosis/report.js";
import { ORDERINGS, propose } from "./diagnosis/rules.js";
import { InputRangeError, InputTypeError, NonFiniteError } from "./errors.js";
import { noteLost } from "./op.js";
import { unflatten } from "./shape.js";
import type { AnyTensor as Tensor } from "./tensor.js";
import { watching } from "./watch.js";

export interface GuardOptions {
  /**
   * What a NaN or ∞ at a sink does. Default `"throw"`. `"warn"` tells the console once for each place where one was born, and then
   * after 10, 100, … reports from there how many they are; every one is in `collected()`.
   */
  readonly onNonFinite?: "throw" | "warn" | "collect" | "ignore" | undefined;
  /**
   * Where it is noticed: at a sink (a loss, a parameter's gradient, optimizer state, what is read
   * out), or already at its birth, for debugging. Default `"sink"`.
   */
  readonly at?: "sink" | "birth" | undefined;
  /**
   * What a cotangent of exactly 0 gives where the slope is infinite or NaN: `"subgradient"` 0 (the
   * default), `"strict"` IEEE's NaN.
   */
  readonly policy?: "subgradient" | "strict" | undefined;
  /**
   * What a number does that is finite and wrong: an overflow that was divided away, a NaN that a
   * comparison turned into a 0, a loss whose gradient died. It is in `health.alarms` in any case, and in
   * `collected()` unless it is ignored.
   *
   * `"auto"`, the default, does what `onNonFinite` says where there is no doubt: a square, sum, product or quotient
   * that overflowed was divided away; or a NaN was lost on the way to a loss, a gradient or a state. Of the others
   * it warns on the console. `"warn"` does so for all. Either says a thing once for each place in the code; of a state that
   * freezes its parameter once each time.
   */
  readonly onAlarm?: "auto" | "throw" | "warn" | "collect" | "ignore" | undefined;
  /**
   * When the user's line is taken down: `"event"` (the default) where a number goes bad, and at the ops of the
   * first step of a training, from which what is born on the way back has its line; `"always"` at every op, which
   * costs a stack for each: for steps that run other ops each time.
   */
  readonly sites?: "event" | "always" | undefined;
}

export type Guard = Filled<GuardOptions>;

const CHOICES = {
  onNonFinite: ["throw", "warn", "collect", "ignore"],
  at: ["sink", "birth"],
  policy: ["subgradient", "strict"],
  onAlarm: ["auto", "throw", "warn", "collect", "ignore"],
  sites: ["event", "always"],
} as const satisfies { readonly [K in keyof Guard]: readonly Guard[K][] };

/** The options that are given, checked: a misspelt policy must not be a silent one. */
function checked(options: GuardOptions): Partial<Guard> {
  if (options === null || typeof options !== "object" || Array.isArray(options)) {
    throw new InputTypeError(
      `guard: options are no object, expected ${Object.keys(CHOICES).join(", ")}, got ${showValue(options)}`,
    );
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const choices: readonly unknown[] | undefined = Object.hasOwn(CHOICES, name)
      ? CHOICES[name as keyof Guard]
      : undefined;
    if (choices?.includes(value)) continue;
    throw new InputRangeError(
      choices === undefined
        ? `guard: no option "${name}", expected ${Object.keys(CHOICES).join(", ")}, got ${showValue(value)}`
        : `guard: ${name} unknown, expected ${choices.join(", ")}, got ${showValue(value)}`,
    );
  }
  return Object.fromEntries(given);
}

/** Something that happened to a number, in the order it happened. */
export interface GuardEvent {
  /** Counted up from the start of the program. */
  readonly id: number;
  readonly kind: "birth" | "absorbed" | "masked" | "guarded" | "saturated" | "lost";
  readonly op: string;
  readonly phase: "forward" | "backward" | "optimizer";
  /** How many elements; 1 for a saturated slope, and for an absorption that was not looked into. */
  readonly count: number;
  /** Whether a number was lost that nobody meant to lose. */
  readonly alarm?: boolean;
  /** The first element: its operands, what they gave, why, and the user's line. */
  readonly place?: BirthReport;
  /** From the origin to here. */
  readonly path?: readonly string[];
  /** @internal Whether what is left is right all the same: of an alarm, and of what is none. */
  readonly mild?: true;
  readonly right?: true;
  /** @internal Of a saturated slope: what of the cotangent was asked of it. */
  readonly asked?: number;
  /** @internal What came through there, times the number of elements. */
  readonly through?: number;
}

const DEFAULT: Guard = {
  onNonFinite: "throw",
  at: "sink",
  policy: "subgradient",
  onAlarm: "auto",
  sites: "event",
};

/** Events that are kept; older ones go. */
const KEPT = 1024;

interface InForce extends Guard {
  /** Whether it is decided what becomes of a bad step: of an alarm the console is told then, whatever its certainty. */
  readonly recovers: boolean;
}

// All policies have one shape: every op reads them.
let current: InForce = { ...DEFAULT, recovers: false };
const log: GuardEvent[] = [];
const reports: Report[] = [];

/** The policy in force. */
export function policy(): Guard {
  return current;
}

/**
 * Sets the policy from here on, or for the length of `body`.
 *
 * `guard({ at: "birth" })` sets it; `guard({ onNonFinite: "warn" }, () => …)` sets it for one call and
 * gives what the call gives. Options that are left out stay as they are. Policies nest: the innermost holds.
 *
 * @throws InputRangeError for an option or a value that does not exist.
 * @throws InputTypeError when `body` is asynchronous: the policy would be gone before it ran.
 */
export function guard(options: GuardOptions): void;
export function guard<T>(options: GuardOptions, body: () => T): T;
export function guard<T>(options: GuardOptions, body?: () => T): T | undefined {
  const given = checked(options);
  if (body !== undefined) return under("guard", given, body);
  current = { ...current, ...given };
  return undefined;
}

/** For values that are meant to be infinite or NaN: nothing is thrown or reported inside. */
export function allowNonFinite<T>(body: () => T): T {
  return under("allowNonFinite", { onNonFinite: "ignore", onAlarm: "ignore", at: "sink" }, body);
}

/** @throws InputTypeError where the body is no function, or gives a promise. */
function under<T>(op: string, given: Partial<Guard>, body: () => T): T {
  checkFunction(op, "body", body);
  const before = current;
  current = { ...current, ...given };
  try {
    const result = body();
    checkDone(op, "the policy ends when its body returns", result);
    return result;
  } finally {
    current = before;
  }
}

/**
 * @internal For a step whose recovery is decided: no NaN or ∞ throws, reports are gathered, alarms are warnings. One still
 * throws under `onAlarm: "throw"`: nothing has been written then.
 */
export function quietly<T>(body: () => T): T {
  const before = current;
  if (before.onNonFinite !== "throw") return body();
  current = { ...before, onNonFinite: "collect", recovers: true };
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Alarms that leave no doubt, where somebody asks for them. */
let doubtless: Report[] | undefined;

/**
 * @internal What `body` gives, and the first alarm on the way that `"auto"` has no doubt about: what would be thrown under
 * `onNonFinite: "throw"` is a bad step under the others.
 */
export function withLost<T>(body: () => T): {
  readonly made: T;
  readonly lost: Report | undefined;
} {
  const outer = doubtless;
  const mine: Report[] = [];
  doubtless = mine;
  try {
    return { made: body(), lost: mine[0] };
  } finally {
    doubtless = outer;
  }
}

/** @internal What `body` gives, and what would be told of it: nobody hears. */
export function overheard<T>(body: () => T): {
  readonly made: T;
  readonly told: readonly Report[];
} {
  const outer = reports.splice(0);
  try {
    return { made: body(), told: reports.splice(0) };
  } finally {
    reports.splice(0, reports.length, ...outer);
  }
}

/** Reports gathered under `onNonFinite: "collect"` (or `"warn"`), oldest first; the list is emptied. */
export function collected(): Report[] {
  return reports.splice(0);
}

/** @internal The id that the next event will have. */
export function nextEvent(): number {
  return (log.at(-1)?.id ?? -1) + 1;
}

/** @internal The events from that id on. */
export function eventsSince(id: number): readonly GuardEvent[] {
  return log.filter((event) => event.id >= id);
}

/** @internal Puts an event on the log. */
export function note(
  kind: GuardEvent["kind"],
  op: string,
  phase: GuardEvent["phase"],
  count = 1,
  place?: Place & Pick<GuardEvent, "asked" | "through">,
): GuardEvent {
  const event: GuardEvent = {
    id: nextEvent(),
    kind,
    op,
    phase,
    count,
    ...(place === undefined
      ? {}
      : { alarm: place.alarm, place: place.report, path: toldWay(place.trail) }),
    ...(place?.mild && { mild: true as const }),
    ...(place?.right && { right: true as const }),
    ...(place?.asked === undefined ? {} : { asked: place.asked }),
    ...(place?.through === undefined ? {} : { through: place.through }),
  };
  if (log.push(event) > KEPT) log.shift();
  return event;
}

/** @internal Runs `body` again for what it computes: nothing of it is put on the log. */
export function unlogged<T>(body: () => T): T {
  const kept = log.slice();
  try {
    return body();
  } finally {
    log.splice(0, log.length, ...kept);
  }
}

/** Places of one kind in one op that are looked into during one `valueAndGrad`; the rest is counted. */
const LOOKED_INTO = 8;

let looked: Map<string, number> | undefined;

/** @internal Runs `body` with a limit on how often one place is looked into. */
export function limited<T>(body: () => T): T {
  const before = looked;
  looked = new Map();
  try {
    return body();
  } finally {
    looked = before;
  }
}

/** @internal Whether another event of this kind in this op is worth a look. */
export function worthALook(kind: GuardEvent["kind"] | "huge", op: string): boolean {
  if (looked === undefined) return true;
  const key = `${kind} ${op}`;
  const times = (looked.get(key) ?? 0) + 1;
  looked.set(key, times);
  return times <= LOOKED_INTO;
}

/** What was absorbed on the way to a tensor: at most this much is remembered. */
const REMEMBERED = 32;

/** @internal The events behind several inputs, each once. */
export function joinPast(
  a: readonly GuardEvent[] | undefined,
  b: readonly GuardEvent[] | undefined,
): readonly GuardEvent[] | undefined {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  return [...new Set([...a, ...b])].slice(-REMEMBERED);
}

/** Looks for what did not come through, notes it, and lets the output remember it. */
function noteAbsorbed(producer: Observed, inputs: readonly Tensor[], out: Tensor): void {
  const { op, phase } = producer;
  // On the way back a value is lost where a bad cotangent, which stands first, does not come through.
  const read = phase === "backward" ? inputs.slice(0, 1) : inputs;
  const place = worthALook("absorbed", op) ? absorption(producer, read, out) : undefined;
  const finite = kindOfPeak(out.peak) === 0;
  // In an output that is bad anyway, and on the way back, only what was found counts.
  if (place === undefined && (!finite || phase === "backward")) return;
  const count = place === undefined ? 1 : Math.max(1, absorbedIn(producer, read, out));
  if (place !== undefined && count > 1) Object.assign(place.report, { nonFinite: count });
  out.past = joinPast(out.past, [lostInto(out, note("absorbed", op, phase, count, place))]);
}

/** Elements of an output that are counted one by one: a mask of infinities may come with every step. */
const COUNTED = 64;

/** At how many elements something bad did not come through; of what is no element for an element, how many fewer there are. */
function absorbedIn({ phase, locate }: Observed, read: readonly Tensor[], out: Tensor): number {
  const isEach = phase === "forward" && read.every(({ size }) => size <= out.size);
  if (!isEach || out.size > COUNTED) return badIn([...new Set(read)]) - badIn([out]);
  const isBad = (value: number): boolean => !Number.isFinite(value);
  // Of a row, as of a softmax, each element reads all: what is bad has an element of its own.
  const [own, ...others] = new Set(read);
  const isOwn = own?.size === out.size && others.length === 0;
  const hasRead = (at: number): boolean =>
    isOwn ? isBad(own.raw[at] ?? 0) : locate(at).operands.some(({ value }) => isBad(value));
  let count = 0;
  for (let at = 0; at < out.size; at++) if (!isBad(out.raw[at] ?? 0) && hasRead(at)) count++;
  return count;
}

/** How many elements of these tensors are not finite. */
function badIn(tensors: readonly Tensor[]): number {
  return tensors.reduce(
    (sum, tensor) => (kindOfPeak(tensor.peak) === 0 ? sum : sum + countBad(tensor)),
    0,
  );
}

type Observed = Producer & { readonly phase: "forward" | "backward" };

/**
 * Classifies what an op did with the non-finite numbers among its inputs and output.
 *
 * | inputs | output | |
 * |---|---|---|
 * | less bad than the output | not finite | birth: finite → ∞, finite → NaN, ∞ → NaN |
 * | as bad | not finite | inherited: the taint is handed on |
 * | not finite | finite | absorbed |
 */
export function observe(
  producer: Observed,
  inputs: readonly Tensor[],
  out: Tensor,
  masked = false,
): void {
  const worst = inputs.reduce<Tensor | undefined>(
    (a, b) => (kindOfPeak(b.peak) > (a === undefined ? 0 : kindOfPeak(a.peak)) ? b : a),
    undefined,
  );
  const { op, phase } = producer;
  const kind = kindOfPeak(out.peak);
  const kindIn = worst === undefined ? 0 : kindOfPeak(worst.peak);
  if (kind === 0) {
    // A zero cotangent that met an ∞ has been noted as that.
    if (!masked) noteAbsorbed(producer, inputs, out);
  } else if (worst !== undefined && kindIn >= kind) {
    const taint = taintOf(worst, () => roleIn(producer, worst, firstBad(out, kind)));
    out.taint = {
      ...taint,
      trail: along(taint.trail, phase === "backward" ? `${op} backward` : op),
    };
    // Beside what comes through there may be what does not.
    if (mayAbsorb(producer)) noteAbsorbed(producer, inputs, out);
  } else {
    // Beside ∞ / ∞ there may be 1 / ∞.
    if (producer.absorbs === "divides" && kindIn > 0) noteAbsorbed(producer, inputs, out);
    // Located at once, while the operands are there: one scan to the first bad element.
    out.taint = trace(out, firstBad(out, kind), producer);
    const { birth, trail } = out.taint;
    note("birth", op, phase, badIn([out]), { report: birth, trail, alarm: false });
    if (current.at === "birth" && current.onNonFinite !== "ignore") {
      deliver(makeReport("BORN", `the output of ${op} (${phase})`, out, out.taint));
    }
  }
}

/** What a tensor is to an op, judged by one element of the output. */
function roleIn(producer: Producer, tensor: Tensor, flat: number): string {
  return producer.locate(flat).operands.find((o) => o.tensor === tensor)?.role ?? "";
}

/** Why a tensor is not finite; found out if nobody knows yet. */
export function taintOf(tensor: Tensor, role: () => string = () => ""): Taint {
  tensor.taint ??= leafTaint(tensor, firstBad(tensor, kindOfPeak(tensor.peak)), role());
  return tensor.taint;
}

/** What kind of place a bad number arrived at. */
export type SinkKind = "LOSS" | "GRAD" | "STATE" | "READ";

/**
 * Something that matters is about to be used. Gives true if it is finite; otherwise reports, and
 * throws where the policy says so. What was lost on the way to a finite one is an alarm.
 *
 * @param past what was absorbed on the way, where that is not what the tensor remembers.
 */
export function sink(
  kind: SinkKind,
  what: string,
  tensor: Tensor,
  step?: number,
  past?: readonly GuardEvent[],
): boolean {
  const report = inspect(kind, what, tensor, step, past);
  if (report !== undefined) {
    const made = deliver(report);
    if (kind === "GRAD") told.set(tensor, made);
  }
  return kindOfPeak(tensor.peak) === 0;
}

/** Gradients that have been told to be bad, until an optimizer has been handed them. */
const told = new WeakMap<Tensor, Report>();

/**
 * @internal Delivers what an optimizer has to say of a gradient, unless just that has been told where the gradient was made; and gives
 * what was told. One that is handed over again is told again, and so is one that has been written to.
 */
export function deliverOnce(report: Report, gradient: Tensor): Report {
  const before = told.get(gradient);
  told.delete(gradient);
  const isSame =
    before?.code === report.code &&
    before.count === report.count &&
    before.first.join(";") === report.first.join(";");
  if (!isSame || current.onNonFinite === "throw") return deliver(report);
  return report.step === undefined ? before : { ...before, step: report.step };
}

/**
 * @internal As `sink`, but the report on a tensor that is not finite is given instead of delivered; undefined
 * where the policy is to ignore.
 */
export function inspect(
  kind: SinkKind,
  what: string,
  tensor: Tensor,
  step?: number,
  past: readonly GuardEvent[] = tensor.past ?? [],
): Report | undefined {
  if (kindOfPeak(tensor.peak) === 0) {
    for (const event of past) {
      if (event.alarm !== true) continue;
      if (matters(event, tensor, past)) raise(event, what, step, kind, past, false, tensor);
      else withdraw(event);
    }
    return undefined;
  }
  if (current.onNonFinite === "ignore") return undefined;
  return reportOn(kind, what, tensor, step, past);
}

/** What was lost has been left out since: it is no alarm any more. */
function withdraw(event: { alarm?: boolean }): void {
  event.alarm = false;
}

/** @internal Why a tensor is not finite, whatever the policy. */
export function reportOn(
  kind: SinkKind,
  what: string,
  tensor: Tensor,
  step?: number,
  past: readonly GuardEvent[] = tensor.past ?? [],
): Report {
  const flat = firstBad(tensor, kindOfPeak(tensor.peak));
  if (tensor.producer === undefined) taintOf(tensor);
  const taint = taintAt(operand("", tensor, flat));
  return makeReport(kind, what, tensor, taint, step, past);
}

/** What the user reads out: only what an op made, or lost, is news. */
export function sinkRead(tensor: Tensor): void {
  if (tensor.origin !== "op") return;
  if (tensor.taint === undefined) {
    // What is left out on purpose is so in float64, too.
    const isTold = tensor.past?.some(({ alarm }) => alarm === true) === true;
    const lost = isTold ? undefined : digitsRead(tensor);
    if (lost !== undefined) tensor.past = joinPast(tensor.past, [noteLost(lost)]);
    if (tensor.past === undefined) return;
  }
  sink("READ", tensor.name === undefined ? "what is read out" : `"${tensor.name}"`, tensor);
}

const placesOf = (events: readonly GuardEvent[]): BirthReport[] =>
  events.flatMap(({ kind, place }) => (kind === "absorbed" && place !== undefined ? [place] : []));

/**
 * A birth with the fixes that its path calls for, and their code. Where two infinities met both have to be mended: the
 * first thing to write for the second stands at the end.
 */
function answered(
  { birth, trail: after, ...behind }: Taint,
  arrived: Tensor,
): Pick<Report, "instead" | "tried"> & BirthReport {
  const met = outputIn(birth);
  // What a gradient has met is on the tape, where neither it nor what began it is.
  const came = arrived.call === undefined ? met : undefined;
  const program = around(beginning(birth), arrived, came);
  const { fix, instead, tried } = fixCodes(propose({ ...behind, birth, after }), birth, program, {
    ...behind,
    after,
  });
  const twin = mirrored(birth);
  if (twin && met) happenedIn(twin, met);
  const second = twin && around(beginning(twin), arrived, came);
  const also = behind.also?.find(
    (one) =>
      twin &&
      !instead.includes(fixCode(one, twin, second)) &&
      // A mask on both sides is one mask, and a quotient by its factors has both of them in it.
      !(one === "impute" && fix.includes("finite-mask")) &&
      !(OTHER.has(one) && fix.includes("factors")),
  );
  if (twin === undefined || also === undefined) return { ...birth, fix, instead, tried };
  return {
    ...birth,
    fix: [...fix, also],
    instead: [...instead, fixCode(also, twin, second)],
    tried: [...tried, "untried"],
  };
}

/** What came in and is in a gradient alone has been left out of a finite loss: only the strict policy lets it come back by that way. */
function leftOut(report: ReturnType<typeof answered>): ReturnType<typeof answered> {
  if (report.phase !== "input" || current.policy !== "strict") return report;
  return {
    ...report,
    fix: ["default-policy", ...report.fix],
    instead: [fixCode("default-policy", report), ...report.instead],
    tried: ["untried", ...report.tried],
  };
}

/** @internal A report on a tensor that is not finite. */
export function makeReport(
  kind: string,
  what: string,
  tensor: Tensor,
  taint: Taint,
  step?: number,
  past: readonly GuardEvent[] = tensor.past ?? [],
): Report {
  const nan = kindOfPeak(tensor.peak) === 2;
  const first: number[][] = [];
  for (let flat = -1; first.length < 3; ) {
    flat = nextBad(tensor, flat + 1);
    if (flat < 0) break;
    first.push(unflatten(flat, tensor.shape));
  }
  return {
    code: `${kind}_${nan ? "NAN" : "INF"}`,
    sink: what,
    ...(kind === "GRAD" ? leftOut(answered(taint, tensor)) : answered(taint, tensor)),
    path: [...toldWay(taint.trail), what],
    count: countBad(tensor),
    size: tensor.size,
    first,
    absorbed: placesOf(past),
    ...(step === undefined ? {} : { step }),
  };
}

const ALARM_CODES: Partial<Record<BirthReport["cause"], string>> = {
  "lost-overflow": "LOST_INF",
  "lost-slope": "LOST_INF",
  "one-to-inf": "LOST_INF",
  "lost-underflow": "LOST_ZERO",
  "hidden-nan": "LOST_NAN",
  saturated: "DEAD_GRAD",
  swamped: "DEAD_GRAD",
  underflow: "DEAD_GRAD",
  cancellation: "LOST_DIGITS",
  frozen: "FROZEN",
};

/**
 * @internal The report of an alarm: a number is finite and wrong.
 *
 * @param past what was absorbed on the way, itself among it.
 * @param came what it came to.
 */
export function alarmReport(
  event: GuardEvent,
  what: string,
  step?: number,
  past: readonly GuardEvent[] = [event],
  came?: Tensor,
): Report | undefined {
  const { place: birth, path = [] } = event;
  if (birth === undefined) return undefined;
  const mended = mendedAt(birth);
  const program = around(beginning(mended), outputIn(mended), came);
  return {
    code: ALARM_CODES[birth.cause] ?? "LOST_INF",
    sink: what,
    ...birth,
    ...fixCodes(mended.fix, mended, program),
    path: [...path, what],
    count: event.count,
    size: 0,
    first: [birth.index],
    absorbed: placesOf(past),
    ...(step === undefined ? {} : { step }),
  };
}

/**
 * Whether an alarm leaves no doubt. What overflowed in an exponential may rightly be 0 once it is divided by, as
 * 1e10 / e²⁰⁰ is; a square that overflowed was above 1.8e19, and so is not in good order either way. What underflowed before a
 * logarithm may be left out by a mask after it. A comparison that is only looked at may be meant.
 */
function isCertain(
  { op, place, mild }: GuardEvent,
  kind: SinkKind,
  past: readonly GuardEvent[] = [],
): boolean {
  if (mild === true) return false;
  if (place?.cause === "lost-overflow") {
    if (ORDERINGS.has(op)) return kind !== "READ";
    return isDivision(op, place) && !/^(overflow-exp|log-of-zero)$/.test(rootOf(place).cause);
  }
  return place?.cause === "hidden-nan" && kind !== "READ" && !isLeftOut(place, past);
}

/** Whether a where has left out the missing value that a comparison was asked of: a mask may well be written so. */
function isLeftOut(place: BirthReport, past: readonly GuardEvent[]): boolean {
  const { phase, name, index } = rootOf(place);
  const isRoot = (root: BirthReport): boolean =>
    root.phase === "input" && root.name === name && root.index.join() === index.join();
  return (
    phase === "input" &&
    past.some(
      ({ op, place: other }) =>
        /^(where|mulNoNan)$/.test(op) && other?.cause === "selected-away" && isRoot(rootOf(other)),
    )
  );
}

/** Places that have been warned of, and how often there was a reason to. */
const warned = new Map<string, number>();

/** How often there was a reason to warn of a place, this time included. */
function timesWarned(place: string): number {
  const times = (warned.get(place) ?? 0) + 1;
  if (times === 1 && warned.size >= KEPT) warned.clear();
  warned.set(place, times);
  return times;
}

/** Where no line is known, by the way there. */
const isNews = ({ code, op, phase, site, sink: what, path }: Report): boolean =>
  timesWarned(`${code} ${op} ${phase} ${site ?? [...path, what].join(" ")}`) === 1;

/**
 * Tells the console of a NaN or ∞: all about it where it is the first from a place. A loss, gradients and an optimizer that
 * all have it, step after step, are one piece of news; that they go on having it is told ever more seldom.
 */
function warn(report: Report, message: string): void {
  const { code, op, phase, site, name, sink: what } = report;
  const kind = code.startsWith("BORN") ? "BORN" : "";
  const times = timesWarned(`${kind} ${op} ${phase} ${site ?? name ?? what}`);
  if (times === 1) console.warn(message);
  else if (Number.isInteger(Math.log10(times))) {
    const [first = ""] = message.split("\n", 1);
    const place = [`${op} (${phase})`, site ?? name].filter((part) => part !== undefined);
    console.warn(`${first}: report ${times} of what is born in ${place.join("  ")}`);
  }
}

function onAlarm(
  event: GuardEvent,
  kind: SinkKind,
  past: readonly GuardEvent[] | undefined,
): Guard["onNonFinite"] {
  if (current.onAlarm !== "auto") return current.onAlarm;
  const { onNonFinite, recovers } = current;
  if (recovers) return "warn";
  return onNonFinite === "throw" && !isCertain(event, kind, past) ? "warn" : onNonFinite;
}

/**
 * @internal Does with an alarm what the policy says.
 *
 * @param isNew whether it is known to be news, wherever the like has been told before.
 * @param came what it came to.
 */
export function raise(
  event: GuardEvent,
  what: string,
  step: number | undefined,
  kind: SinkKind,
  past?: readonly GuardEvent[],
  isNew = false,
  came?: Tensor,
): void {
  const action = onAlarm(event, kind, past);
  const report = action === "ignore" ? undefined : alarmReport(event, what, step, past, came);
  if (report === undefined) return;
  const told = deliver(report, action === "warn" && !isNew && !isNews(report) ? "collect" : action);
  if (current.onAlarm === "auto" && isCertain(event, kind, past)) doubtless?.push(told);
}

/** @internal Does with a report what the policy says. Gives it as it went out: watchers may add to it. */
export function deliver(made: Report, action: Guard["onNonFinite"] = current.onNonFinite): Report {
  const thrown = action === "throw";
  const report = watching().reduce((so, watcher) => watcher.reporting?.(so, thrown) ?? so, made);
  const message = `[${report.code}]: ${showReport(report)}`;
  if (thrown) throw new NonFiniteError(message, report);
  reports.push(report);
  if (reports.length > KEPT) reports.shift();
  if (action === "warn") {
    // Whether an alarm is news has been asked.
    if (isAlarm(report)) console.warn(message);
    else warn(report, message);
  }
  return report;
}
