/**
 * Policy: what happens when a number goes bad. Peaks tell in O(1) whether an op made, handed on or
 * swallowed a NaN or ∞; births are located at once; nothing is thrown before a sink.
 */
import {
  firstBad,
  kindOf,
  kindOfPeak,
  leafTaint,
  type Producer,
  type Taint,
  trace,
} from "./diagnose.js";
import { InputRangeError, InputTypeError, NonFiniteError } from "./errors.js";
import type { Report } from "./report.js";
import { showReport } from "./report.js";
import { unflatten } from "./shape.js";
import type { Tensor } from "./tensor.js";
import { watching } from "./watch.js";

export interface GuardOptions {
  /** What a NaN or ∞ at a sink does. Default `"throw"`. */
  readonly onNonFinite?: "throw" | "warn" | "collect" | "ignore";
  /**
   * Where it is noticed: at a sink (a loss, a parameter's gradient, optimizer state, what is read
   * out), or already at its birth, for debugging. Default `"sink"`.
   */
  readonly at?: "sink" | "birth";
  /**
   * What a cotangent of exactly 0 gives where the slope is infinite or NaN: `"subgradient"` 0 (the
   * default), `"strict"` IEEE's NaN.
   */
  readonly policy?: "subgradient" | "strict";
}

export type Guard = Required<GuardOptions>;

const CHOICES = {
  onNonFinite: ["throw", "warn", "collect", "ignore"],
  at: ["sink", "birth"],
  policy: ["subgradient", "strict"],
} as const satisfies { readonly [K in keyof Guard]: readonly Guard[K][] };

/** The options that are given, checked: a misspelt policy must not be a silent one. */
function checked(options: GuardOptions): GuardOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const choices: readonly unknown[] | undefined = Object.hasOwn(CHOICES, name)
      ? CHOICES[name as keyof Guard]
      : undefined;
    if (choices?.includes(value)) continue;
    throw new InputRangeError(
      choices === undefined
        ? `guard: no option "${name}", expected ${Object.keys(CHOICES).join(", ")}, got ${String(value)}`
        : `guard: ${name} unknown, expected ${choices.join(", ")}, got ${String(value)}`,
    );
  }
  return Object.fromEntries(given);
}

/** Something that happened to a number, in the order it happened. */
export interface GuardEvent {
  /** Counted up from the start of the program. */
  readonly id: number;
  readonly kind: "birth" | "absorbed" | "masked" | "guarded";
  readonly op: string;
  readonly phase: "forward" | "backward" | "optimizer";
  /** How many elements, for masked singularities and safe functions; else 1. */
  readonly count: number;
}

const DEFAULT: Guard = { onNonFinite: "throw", at: "sink", policy: "subgradient" };

/** Events that are kept; older ones go. */
const KEPT = 1024;

let current: Guard = DEFAULT;
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
  const before = current;
  current = { ...current, ...checked(options) };
  if (body === undefined) return undefined;
  try {
    const result = body();
    if (result instanceof Promise) {
      throw new InputTypeError(
        "guard: the policy ends when its body returns, expected a synchronous function, got a Promise",
      );
    }
    return result;
  } finally {
    current = before;
  }
}

/** For values that are meant to be infinite or NaN: nothing is thrown or reported inside. */
export function allowNonFinite<T>(body: () => T): T {
  return guard({ onNonFinite: "ignore", at: "sink" }, body);
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

/** @internal Puts an event on the log; repeats are counted. */
export function note(
  kind: GuardEvent["kind"],
  op: string,
  phase: GuardEvent["phase"],
  count = 1,
): void {
  if (log.push({ id: nextEvent(), kind, op, phase, count }) > KEPT) log.shift();
}

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
  producer: Producer & { readonly phase: "forward" | "backward" },
  inputs: readonly Tensor[],
  out: Tensor,
): void {
  const worst = inputs.reduce<Tensor | undefined>(
    (a, b) => (kindOfPeak(b.peak) > (a === undefined ? 0 : kindOfPeak(a.peak)) ? b : a),
    undefined,
  );
  const { op, phase } = producer;
  const kind = kindOfPeak(out.peak);
  const kindIn = worst === undefined ? 0 : kindOfPeak(worst.peak);
  if (kind === 0) {
    note("absorbed", op, phase);
  } else if (worst !== undefined && kindIn >= kind) {
    const taint = taintOf(worst);
    out.taint = { birth: taint.birth, trail: [...taint.trail, op] };
  } else {
    note("birth", op, phase);
    // Located at once, while the operands are there: one scan to the first bad element.
    out.taint = trace(out, firstBad(out, kind), producer);
    if (current.at === "birth" && current.onNonFinite !== "ignore") {
      deliver(makeReport("BORN", `the output of ${op} (${phase})`, out, out.taint));
    }
  }
}

/** Why a tensor is not finite; found out if nobody knows yet. */
export function taintOf(tensor: Tensor): Taint {
  tensor.taint ??= leafTaint(tensor, firstBad(tensor, kindOfPeak(tensor.peak)));
  return tensor.taint;
}

/** What kind of place a bad number arrived at. */
export type SinkKind = "LOSS" | "GRAD" | "STATE" | "READ";

/**
 * Something that matters is about to be used. Gives true if it is finite; otherwise reports, and
 * throws where the policy says so.
 */
export function sink(kind: SinkKind, what: string, tensor: Tensor, step?: number): boolean {
  if (kindOfPeak(tensor.peak) === 0) return true;
  const report = inspect(kind, what, tensor, step);
  if (report !== undefined) deliver(report);
  return false;
}

/** @internal The report on a tensor that is not finite; undefined where the policy is to ignore. */
export function inspect(
  kind: SinkKind,
  what: string,
  tensor: Tensor,
  step?: number,
): Report | undefined {
  if (current.onNonFinite === "ignore") return undefined;
  const flat = firstBad(tensor, kindOfPeak(tensor.peak));
  const taint = tensor.producer === undefined ? taintOf(tensor) : trace(tensor, flat);
  return makeReport(kind, what, tensor, taint, step);
}

/** What the user reads out: only what an op made is news. */
export function sinkRead(tensor: Tensor): void {
  if (tensor.taint !== undefined && tensor.origin === "op") {
    sink("READ", tensor.name === undefined ? "what is read out" : `"${tensor.name}"`, tensor);
  }
}

/** @internal A report on a tensor that is not finite. */
export function makeReport(
  kind: string,
  what: string,
  tensor: Tensor,
  taint: Taint,
  step?: number,
): Report {
  const nan = kindOfPeak(tensor.peak) === 2;
  const first: number[][] = [];
  const { kernels } = tensor.home;
  for (let flat = -1; first.length < 3; ) {
    flat = kernels.first_non_finite_f32(tensor.at, tensor.size, flat + 1);
    if (flat < 0) break;
    if (!nan || kindOf(tensor.raw[flat] ?? 0) === 2) first.push(unflatten(flat, tensor.shape));
  }
  return {
    code: `${kind}_${nan ? "NAN" : "INF"}`,
    sink: what,
    ...taint.birth,
    path: [...taint.trail, what],
    count: kernels.count_non_finite_f32(tensor.at, tensor.size),
    size: tensor.size,
    first,
    ...(step === undefined ? {} : { step }),
  };
}

/** @internal Does with a report what the policy says. Gives it as it went out: watchers may add to it. */
export function deliver(made: Report): Report {
  const report = watching().reduce((so, watcher) => watcher.reporting?.(so) ?? so, made);
  const message = `[${report.code}]: ${showReport(report)}`;
  if (current.onNonFinite === "throw") {
    throw new NonFiniteError(message, report);
  }
  reports.push(report);
  if (reports.length > KEPT) reports.shift();
  if (current.onNonFinite === "warn") console.warn(message);
  return report;
}
