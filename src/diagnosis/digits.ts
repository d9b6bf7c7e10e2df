/**
 * Digits that are lost wherever: a program in which nothing happened is reckoned once more in float64, value and gradients. Where that
 * gives another number, by far more than other digits of its inputs would, the op is looked for in which it became another. Asked of
 * the first step of a training, and seldom after it.
 */

import { type GuardEvent, policy } from "../guard.js";
import { type Call, probed } from "../op.js";
import { runtime } from "../runtime.js";
import { callsBefore, isRehearsing } from "../tape.js";
import { type AnyTensor, FORGOTTEN, isDouble } from "../tensor.js";
import { madeFrom } from "./dead.js";
import type { Operand } from "./diagnose.js";
import { direction } from "./limit.js";
import type { Lost } from "./lost.js";
import { once, UNFELT } from "./replay.js";
import { showNumber } from "./report.js";
import { type Limits, type Others, type Ran, type Rerun, type Running, rerunOf } from "./rerun.js";

/** Of a program with leaves of its own the first is looked at, and one in so many; of one like others so many of the first. */
const EVERY = 2048;
const FIRST = 16;

/** Programs that are told apart. */
const MOST_FORMS = 1024;

const steps = new WeakMap<AnyTensor, number>();
const forms = new Map<string, number>();

/**
 * Whether a program is to be looked at.
 *
 * @param first what a training is known by.
 * @param form its ops, asked where that is new.
 */
function isDue(first: AnyTensor | undefined, form: () => string): boolean {
  // A number that is put in from outside is not in what is recorded.
  const isAlone = probed() === undefined && !isRehearsing();
  if (!runtime().guarded || policy().onAlarm === "ignore" || !isAlone) return false;
  const step = (first && steps.get(first)) ?? 0;
  if (first !== undefined) steps.set(first, step + 1);
  if (step > 0) return step % EVERY === 0;
  const key = form();
  const times = forms.get(key) ?? 0;
  if (times === 0 && forms.size >= MOST_FORMS) forms.clear();
  forms.set(key, times + 1);
  return times < FIRST || times % EVERY === 0;
}

/** What is reckoned twice: of a loss, and of what is read out. */
const TRAINED: Limits = { calls: 256, elements: 2 ** 14, total: 2 ** 17 };
const READ: Limits = { calls: 96, elements: 2 ** 12, total: 2 ** 14 };

/** A number is another one from this part of it on. */
const FELT = 2 ** -4;

/** So far inputs are moved, and in so many ways: what changes with them by so many times less than that is known no better. */
const ROUNDED = 2 ** -22;
/** The same of a double, which float32 would have rounded. */
const ROUNDED_DOUBLE = 2 ** -51;
const WAYS = 4;
const TIMES = 4;

const roundingOf = (value: number): number =>
  Math.fround(value) === value ? ROUNDED : ROUNDED_DOUBLE;

/**
 * By value: what is the same twice stays the same, and what picks a number, with a sign, or is none, as it is; so does a whole number
 * alone, which is as good as one in the code.
 */
const jitter = ({ given }: Rerun): readonly Others[] => {
  const inputs = given.filter(({ written }) => written === undefined);
  const isKept = (value: number, leaf: number): boolean =>
    !Number.isFinite(value) ||
    (Number.isInteger(value) && (Math.abs(value) <= 1 || inputs[leaf]?.size === 1));
  return Array.from(
    { length: WAYS },
    (_, way): Others =>
      (_at, value, leaf) =>
        isKept(value, leaf)
          ? value
          : value * (1 + roundingOf(value) * direction(way, 0, value % PRIME)),
  );
};

/** What numbers are told apart by. */
const PRIME = 8191;

/** The value that a program came to, and each gradient. */
type Outcome = readonly ArrayLike<number>[];

const outcomeOf = ({ value, gradients }: Ran): Outcome => [value, ...gradients];

const largest = (of: ArrayLike<number>): number => {
  let most = 0;
  for (let at = 0; at < of.length; at++) most = Math.max(most, Math.abs(of[at] ?? 0));
  return most;
};

/** By how much each element differs from another one. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): readonly number[] =>
  Array.from(a, (v, at) => Math.abs(v - (b[at] ?? 0)));

/**
 * Whether nothing happened that is told, but that digits were lost of which the value feels nothing: its gradient may. The −∞ of a
 * mask, or a missing value that is left out, is so in float64, too.
 */
const isPlain = (events: readonly GuardEvent[]): boolean =>
  events.every(({ kind, alarm }) => kind === "saturated" || kind === "lost" || alarm !== true);

/** Where what is read out has lost its digits. One op from what was given has all of them. */
export function digitsRead(tensor: AnyTensor): Lost | undefined {
  const { call, depth, tape, size } = tensor;
  if (call === undefined || depth < 2 || tape !== undefined) return undefined;
  const [a, b] = call.inputs;
  const form = (): string => `${call.op.name} ${a?.maker} ${b?.maker} ${size}`;
  const run = isDue(undefined, form) ? programOf(tensor, READ) : undefined;
  // What somebody may have written to since is not what it was made of; nor is it known what a long loop has lost before.
  const isOpen = ({ viewed, depth: past }: AnyTensor): boolean => viewed || past === FORGOTTEN;
  return run?.given.some(isOpen) === false ? digitsLostIn(tensor, run, () => undefined) : undefined;
}

/** The same of a loss and its gradients, in a step that went well. */
export function digitsTrained(
  loss: AnyTensor,
  { calls, events, named, gradientOf }: Trained,
): Lost | undefined {
  const [first] = named.values();
  // Nor where a slope was infinite for what has become 0.
  const isWorth = ({ phase, alarm }: GuardEvent): boolean => phase === "backward" && alarm !== true;
  const isAsked =
    isPlain(events.filter((event) => !isWorth(event))) &&
    isDue(first, () => calls.map(({ op }) => op.name).join());
  const run = isAsked ? programOf(loss, TRAINED) : undefined;
  return run && digitsLostIn(loss, run, gradientOf);
}

/** What is known of a step. */
interface Trained {
  readonly calls: readonly Call[];
  readonly events: readonly GuardEvent[];
  readonly named: ReadonlyMap<string, AnyTensor>;
  readonly gradientOf: (leaf: AnyTensor) => AnyTensor | undefined;
}

const programOf = (end: AnyTensor, most: Limits): Rerun | undefined =>
  isDouble(end) || isRounded(end) ? undefined : rerunOf(end, undefined, most);

/** What a number is added to, and less by, so that it is rounded to a whole one: 2²³ and 1½ of that. */
const ROUNDING: ReadonlySet<number> = new Set([2 ** 23, 1.5 * 2 ** 23]);

const isRounded = (end: AnyTensor): boolean =>
  callsBefore(end)?.some(
    ({ op, inputs }) =>
      (op.name === "add" || op.name === "sub") &&
      inputs.some(({ written }) => ROUNDING.has(written ?? 0)),
  ) === true;

function digitsLostIn(
  end: AnyTensor,
  run: Rerun,
  gradientOf: Trained["gradientOf"],
): Lost | undefined {
  const wide = run({ dtype: "float64" });
  if (wide?.finite !== true) return undefined;
  if (wide.alarms.length > 0 || !isPlain(wide.events)) return undefined;
  const meant = outcomeOf(wide);
  const [value = []] = meant;
  const moved = once(() =>
    jitter(run).map((others) => run({ dtype: "float64", wholly: true, others })),
  );
  /** By element of a part, how well it is known. */
  const noise = meant.map((part, i) =>
    once(() => {
      const those = moved().map((one) => one && apart(part, outcomeOf(one)[i] ?? []));
      return Array.from(part, (_, at) => Math.max(...those.map((off) => off?.[at] ?? Infinity)));
    }),
  );
  // Of numbers that are too small for their type what is left is small, too.
  const isFaint = once(() =>
    (callsBefore(end) ?? []).some(
      ({ out }) => out.readable && !isDouble(out) && isTiny(out.magnitude),
    ),
  );
  const isRead = (by: number, least: number): boolean => by > least || (by > 0 && isFaint());
  const isValueOther = (got: ArrayLike<number>): boolean =>
    apart(value, got).some((by, at) => {
      const size = Math.abs(value[at] ?? 0);
      const isFelt = isRead(by, UNREAD) && by > FELT * size && size > ZERO * by;
      return isFelt && by > TIMES * (noise[0]?.()[at] ?? 0);
    });
  const isGradientOther = (got: ArrayLike<number>, i: number): boolean => {
    const gradient = meant[i] ?? [];
    const by = largest(apart(gradient, got));
    const loss = Math.max(UNFELT, largest(value));
    const isFelt = by > UNFELT && by > FELT * largest(gradient);
    return (
      isFelt &&
      by * reachOf(run.leaves[i - 1], gradient) > READABLE * loss &&
      by > TIMES * largest(noise[i]?.() ?? [])
    );
  };
  const isOther = (outcome: Outcome): boolean =>
    outcome.some((part, i) => (i === 0 ? isValueOther(part) : isGradientOther(part, i)));
  const own = [end.raw, ...run.leaves.map((leaf) => gradientOf(leaf)?.raw ?? [])];
  return isOther(own) ? whereLost(end, run, isOther, worstIn(own, meant)) : undefined;
}

/** The gradient that is off by most, by its size and the element in it. */
function worstIn([, ...own]: Outcome, [, ...meant]: Outcome): Worst {
  const all = own.map((part, i) => {
    const off = apart(meant[i] ?? [], part);
    const by = largest(off);
    return { size: off.length, at: Math.max(0, off.indexOf(by)), by };
  });
  return all.reduce((a, b) => (b.by > a.by ? b : a), { size: 0, at: 0, by: 0 });
}

interface Worst {
  readonly size: number;
  readonly at: number;
}

/** How far a leaf may be moved: not beyond 0 where its gradient has it there, nor by more than 1 elsewhere but for its own size. */
function reachOf(leaf: AnyTensor | undefined, gradient: ArrayLike<number>): number {
  if (leaf?.readable !== true) return 1;
  let grows = 0;
  leaf.raw.forEach((v: number, at: number) => {
    grows += v * (gradient[at] ?? 0);
  });
  return grows > 0 ? leaf.magnitude : Math.max(1, leaf.magnitude);
}

/** What a gradient comes to, as a part of a loss, is not felt below. */
const READABLE = 1e-4;

/** A value that is off by less is read as the same; and one that is 0 to this part of what is left instead, as what rounding leaves. */
const UNREAD = 1e-5;
const ZERO = 2 ** -20;

/** Places that are tried. */
const TRIED = 16;

type Found = { readonly call: Call; readonly at: number };

/** The first call after which, were its output what float64 gives, all would be right; or one that lost much. */
function whereLost(
  end: AnyTensor,
  run: Rerun,
  isOther: (outcome: Outcome) => boolean,
  worst: Worst,
): Lost | undefined {
  const exact = new Map<AnyTensor, ArrayLike<number>>();
  const sees: Running["sees"] = (of, values) => {
    exact.set(of, Array.from(values));
  };
  run({ dtype: "float64", sees });
  const calls = (callsBefore(end) ?? []).filter(
    ({ out, inputs }) => exact.has(out) && [out, ...inputs].every(({ readable }) => readable),
  );
  const meantAt = (of: AnyTensor, at: number): number => exact.get(of)?.[at] ?? Number.NaN;
  const off = calls.flatMap((call): readonly Found[] => {
    const at = worstOf(call.out.raw, exact.get(call.out) ?? []);
    return at < 0 ? [] : [{ call, at }];
  });
  // What is another for being 0, or an ∞, here is what was asked for then.
  if (off.some(({ call }) => asksForIt(call))) return undefined;
  const heals = ({ call: { out } }: Found): boolean => {
    const ran = run({ dtype: "float32", instead: new Map([[out, exact.get(out) ?? []]]) });
    return ran?.finite === true && !isOther(outcomeOf(ran));
  };
  /** The operand that became 0 for being too small. */
  const zeroOf = ({ call, at }: Found): Operand | undefined =>
    call.op
      .locate(call, at)
      .operands.find(({ value, tensor, flat }) => value === 0 && isTiny(meantAt(tensor, flat)));
  const isNumber = ({ call, at }: Found): boolean => !isTiny(meantAt(call.out, at));
  const found =
    off.slice(0, TRIED).find((one) => isNumber(one) && heals(one)) ??
    off.find((one) => isNumber(one) && zeroOf(one) !== undefined) ??
    mostCancelled(calls) ??
    off[0] ??
    lastMet(calls, worst);
  if (found === undefined) return undefined;
  const { call, at } = found;
  if (isMasked(found)) return undefined;
  const [got, meant] = [call.out.raw[at] ?? Number.NaN, meantAt(call.out, at)];
  const zero = zeroOf(found);
  if (zero !== undefined && isKept(call)) return undefined;
  const { explain } = call.op.locate(call, at);
  // Of what is right as it is, it is the slope that is not.
  const isFelt = showNumber(meant) !== showNumber(got);
  return {
    call,
    at,
    cause: zero === undefined ? "cancellation" : "lost-underflow",
    zero,
    ...(isFelt && {
      expression: `${explain(got).expression}, where it is ${showNumber(meant)}`,
    }),
  };
}

/** From here on a score is one of a mask, which swallows what it is added to. */
const MASK = -1e5;

const isMasked = ({ call, at }: Found): boolean =>
  /softmax|logsumexp|crossEntropy/i.test(call.op.name) &&
  call.op.locate(call, at).operands.every(({ value }) => value <= MASK);

/** Whether it asks whether something is 0, or an ∞. */
const asksForIt = ({ op, inputs }: Call): boolean =>
  /^(equal|notEqual|(greater|less)(Equal)?)$/.test(op.name) &&
  inputs.some(
    ({ written }) =>
      (written === 0 && /qual$/.test(op.name)) || Math.abs(written ?? 0) === Infinity,
  );

/** Whether it divides by what has been kept from 0 on purpose: that is what is wanted then, whatever has become 0. */
const isKept = ({ op, inputs }: Call): boolean =>
  /NoNan$|^safe/.test(op.name) ||
  (op.name === "div" && /^(where|maximum|clip)$/.test(inputs[1]?.maker ?? ""));

/** Too small for float32 to have all its digits. */
const isTiny = (value: number): boolean => value !== 0 && Math.abs(value) < 2 ** -126;

/** The element that is off by most of itself; −1 where none is by enough. */
function worstOf(got: ArrayLike<number>, meant: ArrayLike<number>): number {
  let [at, most] = [-1, FELT / 4];
  for (let i = 0; i < meant.length; i++) {
    const [a, b] = [got[i] ?? Number.NaN, meant[i] ?? Number.NaN];
    const off = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
    if (off > most) [at, most] = [i, off];
  }
  return at;
}

/** The last quotient, or product, of two that are made of the same: where both values are right, their slopes cancel in that. */
function lastMet(calls: readonly Call[], { size, at }: Worst): Found | undefined {
  const call = calls.findLast(({ op, inputs: [a, b] }) => {
    if (!/^(div|mul)$/.test(op.name) || a === undefined || b === undefined || a === b) return false;
    const before = new Set(madeFrom(a));
    return madeFrom(b).some((one) => one.tape !== undefined && before.has(one));
  });
  return call && { call, at: call.out.size === size ? at : 0 };
}

/** Terms that are so many times what is left of them have lost digits. */
const CANCELLED = 2 ** 8;

/** The sum, or difference, whose terms are the largest beside what is left of them. */
function mostCancelled(calls: readonly Call[]): Found | undefined {
  let found: Found | undefined;
  let most = CANCELLED;
  for (const call of calls) {
    if (call.op.name !== "add" && call.op.name !== "sub") continue;
    for (let at = 0; at < call.out.size; at++) {
      const terms = call.op.locate(call, at).operands.map(({ value }) => value);
      const left = Math.abs(call.out.raw[at] ?? 0);
      const times = left === 0 ? 0 : largest(terms) / left;
      if (times > most) [found, most] = [{ call, at }, times];
    }
  }
  return found;
}
