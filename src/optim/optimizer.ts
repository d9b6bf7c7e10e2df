/**
 * Optimizers: check everything, then write. A gradient that is not finite, or a step that would leave
 * the range of its type, stops the whole step before the first parameter is touched.
 */
import { checkOneOf, checkOptions, showValue } from "../check.js";
import { firstBad, HUGE, leafTaint, leapOf } from "../diagnosis/diagnose.js";
import { fixCode } from "../diagnosis/fixes.js";
import type { BirthReport, Cause, Fix, Report } from "../diagnosis/report.js";
import { headline, isAlarm, isReport, showNumber } from "../diagnosis/report.js";
import { NOTHING, propose } from "../diagnosis/rules.js";
import { DisposedError, InputRangeError, InputTypeError, ShapeError } from "../errors.js";
import {
  deliver,
  deliverOnce,
  inspect,
  makeReport,
  note,
  policy,
  quietly,
  type SinkKind,
  sink,
  withLost,
} from "../guard.js";
import { probed } from "../op.js";
import { statsOf } from "../ops/rows.js";
import { sameShape, show, unflatten } from "../shape.js";
import { type Gradients, nameParams, type Params, type ParamsOf } from "../tape.js";
import {
  type DType,
  HUGE_BITS,
  INFINITY_BITS,
  isDouble,
  LARGEST,
  overwrite,
  Tensor,
  UNKNOWN,
} from "../tensor.js";
import { type Trained, watching } from "../watch.js";
import { clipScale, globalNorm, limitOf } from "./clip.js";
import { frozenIn, tellFrozen } from "./frozen.js";
import { decaying, hugeAt, jumpOf, largest, leapAfter, STAGE } from "./jumps.js";
import {
  type BadStep,
  checkRecovery,
  like,
  type RecoveryOptions,
  Snapshot,
  Streak,
  type Trouble,
} from "./recover.js";
import { type Found, foundIn, scaleOf, slotOf } from "./survey.js";

export interface ClipOptions {
  /** Scale all gradients together so that the norm over all of them is at most this. */
  readonly globalNorm?: number | undefined;
}

/**
 * A learning rate for each step: it is given the number of steps taken so far. Skipped steps do not count, so
 * that a schedule does not advance on them.
 */
export type Schedule = (steps: number) => number;

export interface OptimizerOptions extends RecoveryOptions {
  /** Learning rate, or a schedule of it. */
  readonly lr: number | Schedule;
  readonly clip?: ClipOptions | undefined;
}

/** What a step did. */
export interface StepResult {
  /** False when nothing was written, or what was written was undone. */
  readonly applied: boolean;
  readonly action: "applied" | "zeroed" | "skipped" | "rolled back";
  /** Steps taken by now: what schedules count. */
  readonly steps: number;
  readonly lr: number;
  /** The gradients' global norm before clipping; undefined when no clipping was asked for. */
  readonly norm: number | undefined;
  /** What the gradients were multiplied by. */
  readonly scale: number;
  /** Bad steps in a row, this one included; 0 in good order. */
  readonly badInARow: number;
  /** As `frozen` of the optimizer. */
  readonly frozen: number;
  /** Why the step was not taken as it stood. */
  readonly reason?: string;
  /** Where it was born, and what to write instead; absent where the policy is to ignore. */
  readonly report?: Report;
}

/** A function that takes one optimization step. Hold on to it: it carries the state. */
export interface Optimizer {
  /**
   * Updates every parameter in place.
   *
   * @throws NonFiniteError when a gradient is not finite or the step would not be, with `onBadStep: "guard"`
   * and under the guard's policy `"throw"`. Nothing has been written then.
   * @throws TrainingStoppedError after `stopAfter` bad steps in a row.
   * @throws ShapeError, InputTypeError when gradients and parameters do not belong together.
   * @throws InputRangeError at the first step of a parameter that an option does not suit: `eps` of Adam in float32.
   * @throws DisposedError after `dispose`, as `reject`, `state` and a second `dispose` do.
   */
  (params: Params, grads: Gradients): StepResult;
  <P>(params: P & ParamsOf<P>, grads: Gradients<P>): StepResult;
  /**
   * Books a step as bad without looking at gradients: for a loss that is not finite, or a check of your own.
   * It is skipped or rolled back, counted, and visible to schedules like any other.
   *
   * @throws TrainingStoppedError after `stopAfter` bad steps in a row.
   */
  reject(reason: string, report?: Report): StepResult;
  /** That of the next step. May be changed between steps, which ends a schedule; of one that gives none, reading it throws. */
  lr: number;
  /** Steps taken; skipped ones do not count, and a rollback takes back the one it undid. */
  readonly steps: number;
  /** Steps skipped, those that were rolled back included. */
  readonly skipped: number;
  /** Steps taken without elements that were not finite. */
  readonly zeroed: number;
  /** Times that parameters and states were put back. */
  readonly rolledBack: number;
  /** Bad steps in a row up to now. */
  readonly badInARow: number;
  /**
   * Elements that Adam no longer moves, in the last step that was taken: an earlier gradient was so large that √v is
   * still a million times the largest one that came since to that parameter. They move at a millionth of the
   * learning rate; v forgets half of itself in 700 steps. Clipping keeps it at 0.
   */
  readonly frozen: number;
  /** What becomes of a bad step. */
  readonly onBadStep: BadStep;
  /** A state of a parameter: `m` or `v`; undefined before a first step with finite gradients, 0 until one is taken. */
  state<D extends DType>(parameter: Tensor<D>, which: "m" | "v"): Tensor<D> | undefined;
  /** Frees the state, and what a rollback would need. It takes no step from then on; its counts can be read. */
  dispose(): void;
}

/** The states of one parameter, and how large their elements can be by now. */
export interface State {
  readonly m: Tensor | undefined;
  readonly v: Tensor | undefined;
  bounds: Readonly<Record<"m" | "v", number>>;
  /** Steps that this parameter has taken: it may have joined later, or take turns with others. */
  steps: number;
  /** Steps in good order since v last froze the parameter; undefined where it never did. */
  thawed?: number;
  /** The largest gradient of the step before; and whether one has fallen from a spike. */
  before?: number;
  spiked?: boolean;
}

/** What an optimizer is made of. */
export interface Rule {
  readonly name: string;
  /** The states that it has, and how each is written. */
  readonly states: Readonly<Partial<Record<"m" | "v", string>>>;
  /** Weight decay: `lr · decay · p` is taken from p. */
  readonly decay?: number;
  /** Whether its options suit a parameter of that type. @throws InputRangeError where they do not */
  accepts?(name: string, dtype: DType): void;
  /** Upper bounds of what one step may make of p, m and v, from their peaks; step counts those of this parameter, from 1. */
  bounds(at: Magnitudes, lr: number, step: number): Bounds;
  /**
   * Runs the kernel. It gathers no peaks: `bounds` tells beforehand that all it writes is finite. `out` is where it writes what a
   * monitor wants to know, scaled by s; 0 if nobody does.
   */
  run(
    p: Tensor,
    state: State,
    g: Tensor,
    lr: number,
    scale: number,
    step: number,
    out: number,
    s: number,
  ): void;
}

/** Whether a step takes away more than twice of a parameter: it is further from 0 then. */
const isTooLarge = (lr: number, { decay = 0 }: Rule): boolean => lr * decay > 2;

/** Upper bounds of magnitudes. */
type Bounds = Readonly<Record<"p" | "m" | "v", number>>;

/** What a factor of a step adds to its bound: beyond float32 a kernel has ∞ for it, and where that meets 0 a NaN. */
export const beyond = (factor: number): number => (factor <= LARGEST.float32 ? 0 : factor);

/** The largest magnitudes before a step; g is scaled already. */
export interface Magnitudes {
  readonly p: number;
  readonly m: number;
  readonly v: number;
  readonly g: number;
}

interface Entry {
  readonly name: string;
  readonly p: Tensor;
  readonly g: Tensor;
}

/** A parameter that can take its step. */
export interface Ready extends Entry {
  readonly state: State;
  /** Bounds of what this step makes of it, once they are known. */
  next: Bounds | undefined;
}

/** What of an optimizer changes from step to step, beside the states. */
class Counters {
  steps = 0;
  skipped = 0;
  zeroed = 0;
  rolledBack = 0;
  frozen = 0;
  readonly streak = new Streak();
}

/** What a step did to parameters, for those who watch. */
type Moves = Map<Tensor, Found>;

/** One step under way. */
interface Attempt {
  readonly lr: number;
  norm: number | undefined;
  scale: number;
}

const COMMON = ["lr", "clip", "onBadStep", "stopAfter", "snapshotEvery"] as const;

/** Options of any optimizer, and its own by name. @throws InputTypeError, InputRangeError */
export function checkOptimizer(
  op: string,
  options: OptimizerOptions,
  own: readonly string[],
): void {
  checkOptions(op, options, [...COMMON, ...own]);
  if (typeof options.lr !== "function") checkRate(op, options.lr);
}

/** Builds an optimizer from its rule. */
export function optimizer(rule: Rule, options: OptimizerOptions): Optimizer {
  let rate = options.lr;
  /** The rate of the next step. @throws InputRangeError, which says where in a schedule it is. */
  const nextRate = (): number => {
    const lr = typeof rate === "number" ? rate : rate(count.steps);
    checkRate(rule.name, lr, typeof rate === "number" ? "" : ` after ${count.steps} steps`);
    return lr;
  };
  const limit = limitOf(rule.name, options.clip);
  const { onBadStep, stopAfter, snapshotEvery } = checkRecovery(rule.name, options);
  const states = new Map<Tensor, State>();
  const count = new Counters();
  let isDisposed = false;
  /** @throws DisposedError */
  const checkAlive = (): void => {
    if (!isDisposed) return;
    throw new DisposedError(
      `${rule.name}: the optimizer is disposed, expected one in use, got one whose state was freed after ${count.steps} steps`,
    );
  };
  nextRate();
  const snapshot = onBadStep === "rollback" ? new Snapshot() : undefined;

  const stateOf = (entry: Entry): State => {
    const known = states.get(entry.p);
    if (known !== undefined) return known;
    // What was kept of parameters that are no more.
    for (const [p, state] of states) {
      if (!p.disposed) continue;
      for (const tensor of tensorsOf(state)) tensor.release();
      states.delete(p);
    }
    const made = makeState(rule, entry);
    states.set(entry.p, made);
    return made;
  };

  const result = (
    action: StepResult["action"],
    { lr, norm, scale }: Attempt,
    trouble?: Trouble,
  ): StepResult => ({
    applied: action === "applied" || action === "zeroed",
    action,
    steps: count.steps,
    lr,
    norm,
    scale,
    badInARow: count.streak.length,
    frozen: count.frozen,
    ...(trouble === undefined ? {} : { reason: trouble.reason }),
    ...(trouble?.report === undefined ? {} : { report: trouble.report }),
  });

  /** The step is not taken: skip it, or put back what the steps before it did. */
  const refuse = (attempt: Attempt, trouble: Trouble): StepResult => {
    count.streak.bad(count.steps);
    count.skipped++;
    const back = snapshot?.restore();
    if (back === undefined) return result("skipped", attempt, trouble);
    count.rolledBack++;
    count.steps = back;
    return result("rolled back", attempt, trouble);
  };

  const write = (ready: readonly Ready[], { lr, scale }: Attempt, moves?: Moves): void => {
    if (snapshot?.due(count.steps, snapshotEvery)) snapshot.take(ready, count.steps);
    else snapshot?.include(ready);
    count.steps++;
    count.frozen = 0;
    overwrite();
    for (const entry of ready) {
      const { p, g, state } = entry;
      // The bound of the step is the state's from now on; overflowing() measures when it comes near the limit.
      const bounds = entry.next ?? boundsOf(rule, entry, lr, scale);
      state.steps++;
      const jump = bounds.p >= HUGE ? jumpOf(rule, entry, lr, count.steps) : undefined;
      if (g.peak >= HUGE_BITS) for (const tensor of tensorsOf(state)) tensor.leap = leapOf(g);
      state.bounds = bounds;
      const proven = bounds.p < HUGE && !tensorsOf(state).some(({ viewed }) => viewed);
      if (moves === undefined) rule.run(p, state, g, lr, scale, state.steps, 0, 1);
      else {
        const s = scaleOf(bounds.p, p);
        rule.run(p, state, g, lr, scale, state.steps, slotOf(p.home).at, s);
        moves.set(p, foundIn(p.home, s));
      }
      for (const tensor of [p, ...tensorsOf(state)]) tensor.peak = UNKNOWN;
      p.ceiling = proven ? ROUNDED * bounds.p : undefined;
      p.leap = jump && leapAfter(p, jump);
      p.stepped = true;
      if (g.peak !== 0) p.moved = true;
      p.decays = isTooLarge(lr, rule);
      count.frozen += frozenIn(entry, scale);
    }
    probed()?.arrives?.(ready.flatMap(({ p, state }) => [p, ...tensorsOf(state)]));
  };

  /** Takes the step if gradients and result are finite; otherwise what the recovery says. */
  const attempt = (entries: readonly Entry[], moves?: Moves): StepResult => {
    const now: Attempt = { lr: nextRate(), norm: undefined, scale: 1 };
    const bad = badGradient(entries, count.steps + 1);
    // One that ends the training is not taken either: it leaves what the last one has.
    const isZeroed = onBadStep === "zero" && !isLost(bad) && !count.streak.isLast(stopAfter);
    if (bad !== undefined && !isZeroed) return refuse(now, bad);
    const good = bad === undefined ? entries : entries.map(withoutBad);
    try {
      if (limit !== undefined) {
        now.norm = globalNorm(good.map(({ g }) => g));
        now.scale = clipScale(now.norm, limit);
      }
      const ready: Ready[] = good.map((entry) => ({
        name: entry.name,
        p: entry.p,
        g: entry.g,
        state: stateOf(entry),
        next: undefined,
      }));
      for (const entry of ready) {
        const trouble = troubleWith(rule, entry, now.lr, now.scale, count.steps + 1);
        if (trouble !== undefined) return refuse(now, trouble);
      }
      for (const entry of ready) tellFrozen(rule.name, entry, now.scale, count.steps + 1);
      write(ready, now, moves);
    } finally {
      good.forEach(({ g }, i) => {
        if (g !== entries[i]?.g) g.release();
      });
    }
    if (bad === undefined) {
      count.streak.good(count.steps);
      return result("applied", now);
    }
    count.zeroed++;
    count.streak.bad(count.steps);
    return result("zeroed", now, bad);
  };

  const finish = (done: StepResult, entries: readonly Entry[], moves?: Moves): StepResult => {
    const watchers = watching();
    if (watchers.length > 0) {
      const trained = entries.map((entry) => seen(entry, states.get(entry.p), moves));
      for (const watcher of watchers) watcher.stepped?.(trained, done);
    }
    const { reason, report } = done;
    if (reason !== undefined) count.streak.check(rule.name, stopAfter, { reason, report });
    return done;
  };

  const step = (params: Params, grads: Gradients): StepResult => {
    checkAlive();
    const entries = pair(rule.name, params, grads);
    const measured = watching().some((watcher) => watcher.measures?.());
    const moves: Moves | undefined = measured ? new Map() : undefined;
    const tried = () => attempt(entries, moves);
    return finish(onBadStep === "guard" ? tried() : quietly(tried), entries, moves);
  };

  const reject = (reason: string, report?: Report): StepResult => {
    checkAlive();
    // Without a reason it would count for nothing.
    if (typeof reason !== "string" || reason === "") {
      throw new InputTypeError(
        `${rule.name}: no reason, expected what is wrong with the step, got ${showValue(reason)}`,
      );
    }
    if (report !== undefined && !isReport(report)) {
      throw new InputTypeError(
        `${rule.name}: report is none, expected one as an error or collected() has it, got ${showValue(report)}`,
      );
    }
    return finish(refuse({ lr: nextRate(), norm: undefined, scale: 1 }, { reason, report }), []);
  };

  return Object.defineProperties(step as Optimizer, {
    lr: {
      get: nextRate,
      set: (next: number) => {
        checkRate(rule.name, next);
        rate = next;
      },
    },
    steps: { get: () => count.steps },
    skipped: { get: () => count.skipped },
    zeroed: { get: () => count.zeroed },
    rolledBack: { get: () => count.rolledBack },
    badInARow: { get: () => count.streak.length },
    frozen: { get: () => count.frozen },
    onBadStep: { value: onBadStep },
    reject: { value: reject },
    state: {
      value: (p: Tensor, which: "m" | "v") => {
        checkAlive();
        checkOneOf(rule.name, "state", which, ["m", "v"]);
        if (p instanceof Tensor) return states.get(p)?.[which];
        throw new InputTypeError(
          `${rule.name}: state of no parameter, expected a Tensor, got ${showValue(p)}`,
        );
      },
    },
    dispose: {
      value: () => {
        checkAlive();
        isDisposed = true;
        for (const { m, v } of states.values()) {
          m?.release();
          v?.release();
        }
        states.clear();
        snapshot?.dispose();
      },
    },
  });
}

function seen({ name, p, g }: Entry, state: State | undefined, moves: Moves | undefined): Trained {
  return { name, p, g, v: state?.v, vBound: state?.bounds.v, found: moves?.get(p) };
}

/** The first gradient that is not finite. Reports it, and throws where the guard's policy says so. */
function badGradient(entries: readonly Entry[], step: number): Trouble | undefined {
  return firstTrouble(entries, ({ name, g }) =>
    isQuiet(g) ? undefined : badAt("GRAD", `the gradient of parameter "${name}"`, g, step),
  );
}

/** Whether it is a number that was lost on the way: no element could count as 0. */
const isLost = (trouble: Trouble | undefined): boolean =>
  trouble?.report !== undefined && isAlarm(trouble.report);

/** Whether a sink has nothing to tell of it, as almost always: what it would be called need not be made then. */
const isQuiet = ({ peak, past }: Tensor): boolean => peak < INFINITY_BITS && past === undefined;

/** A sink that may end a step: as the guard's, but what a bad number does to the step is told too. */
function badAt(kind: SinkKind, what: string, tensor: Tensor, step: number): Trouble | undefined {
  if (tensor.peak < INFINITY_BITS) {
    // Tells what was lost on the way.
    const { lost } = withLost(() => sink(kind, what, tensor, step));
    return lost && { reason: headline(lost), report: lost };
  }
  const report = inspect(kind, what, tensor, step);
  return { reason: `${what} is not finite`, report: report && deliverOnce(report, tensor) };
}

/** What is wrong with the first that has something wrong; the others are not looked at. */
function firstTrouble<T>(
  all: readonly T[],
  look: (one: T) => Trouble | undefined,
): Trouble | undefined {
  for (const one of all) {
    const trouble = look(one);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/** An entry whose gradient has 0 where it was not finite, in a copy that the caller frees. */
function withoutBad(entry: Entry): Entry {
  const { g } = entry;
  if (g.peak < INFINITY_BITS) return entry;
  const copy = like(g, "zeroed gradient");
  const { kernels } = g.home;
  kernels.take_guarded();
  const clean = isDouble(g) ? kernels.nan_to_num_forward_f64 : kernels.nan_to_num_forward_f32;
  copy.peak = clean(copy.at, g.at, g.size, 0, 0, 0) >>> 0;
  note("guarded", "zeroed gradient", "optimizer", kernels.take_guarded() >>> 0);
  return { ...entry, g: copy };
}

function checkRate(op: string, lr: unknown, when = ""): void {
  if (typeof lr === "number" && lr >= 0 && lr < Infinity) return;
  throw new InputRangeError(
    `${op}: lr out of range${when}, expected a finite number, 0 or more, got ${showValue(lr)}`,
  );
}

/** Parameters with their gradients, all checked. */
function pair(op: string, params: Params, grads: Gradients): Entry[] {
  const named = nameParams(op, params);
  if (grads === null || typeof grads !== "object") {
    throw new InputTypeError(
      `${op}: no gradients, expected those of valueAndGrad, got ${showValue(grads)}`,
    );
  }
  return [...named].map(([name, p]) => {
    const g = Object.hasOwn(grads, name)
      ? (grads as Readonly<Record<string, unknown>>)[name]
      : undefined;
    if (!(g instanceof Tensor)) {
      throw new InputTypeError(
        `${op}: no gradient for "${name}", expected a Tensor, got ${showValue(g)}`,
      );
    }
    if (p.dtype !== g.dtype) {
      throw new InputTypeError(
        `${op}: gradient of "${name}" is of another type, expected ${p.dtype}, got ${g.dtype}`,
      );
    }
    probed()?.reads?.(op, [p, g]);
    p.measure(op);
    g.measure(op);
    if (!sameShape(p.shape, g.shape)) {
      throw new ShapeError(
        `${op}: gradient of "${name}" does not fit, expected ${show(p.shape)}, got ${show(g.shape)}`,
      );
    }
    return { name, p, g };
  });
}

function makeState(rule: Rule, { name, p }: Entry): State {
  rule.accepts?.(name, p.dtype);
  const make = (which: "m" | "v"): Tensor | undefined => {
    if (rule.states[which] === undefined) return undefined;
    const state = like(p, rule.name, `${name}.${which}`);
    state.detach();
    state.raw.fill(0);
    state.peak = 0;
    return state;
  };
  return { m: make("m"), v: make("v"), bounds: { m: 0, v: 0 }, steps: 0 };
}

/** What the roundings of a step can add to its bound, and more. */
const ROUNDED = 1 + 2 ** -20;

/** How large p, m and v can be after a step. */
function boundsOf(
  rule: Rule,
  { p, g, state }: Pick<Ready, "p" | "g" | "state">,
  lr: number,
  scale: number,
): Bounds {
  const { m, v } = state.bounds;
  return rule.bounds({ p: p.most, m, v, g: g.absMax * scale }, lr, state.steps + 1);
}

function tensorsOf({ m, v }: State): Tensor[] {
  return [m, v].filter((tensor) => tensor !== undefined);
}

/** What keeps a step from reading and writing finite numbers alone; undefined where nothing does. Reports it. */
function troubleWith(
  rule: Rule,
  entry: Ready,
  lr: number,
  scale: number,
  step: number,
): Trouble | undefined {
  const { p, state } = entry;
  const states = tensorsOf(state);
  probed()?.reads?.(rule.name, states);
  const written = states.filter(({ viewed }) => viewed);
  for (const tensor of written) tensor.measure(rule.name);
  // Where one of them is bad already, that is the news, not what the step would have made of it.
  const bad =
    (isQuiet(p) ? undefined : badAt("STATE", `parameter "${p.name ?? entry.name}"`, p, step)) ??
    firstTrouble(written, (state) => badState(state, step));
  if (bad !== undefined) return bad;
  return written.length > 0
    ? spoiling(rule, entry, lr, scale, step)
    : overflowing(rule, entry, lr, scale, step);
}

/** A state as a sink. What is wrong with it is not remembered: it is there to be written over. */
function badState(state: Tensor, step: number): Trouble | undefined {
  if (state.peak < INFINITY_BITS) return undefined;
  state.taint = leafTaint(state, firstBad(state), "state");
  try {
    return badAt("STATE", `"${state.name}"`, state, step);
  } finally {
    state.taint = undefined;
  }
}

/** What a step writes, in the order of its copies. */
const WHICH = ["p", "m", "v"] as const;
type Which = (typeof WHICH)[number];

/** A step from states that belong together stays below its bound but for rounding. */
const SLACK = 2;

/**
 * Why a step would leave the range of its type, or its bound, found out on copies: of a state that was written to from
 * outside nothing is known, not even that m belongs to v. Undefined where it does not. Reports it.
 */
function spoiling(
  rule: Rule,
  entry: Ready,
  lr: number,
  scale: number,
  step: number,
): Trouble | undefined {
  const { name, p, g, state } = entry;
  const copies = [p, state.m, state.v].map((tensor) => {
    if (tensor === undefined) return undefined;
    const copy = like(tensor, rule.name, tensor.name);
    copy.raw.set(tensor.raw);
    return copy;
  });
  const [next, m, v] = copies;
  try {
    rule.run(next as Tensor, { ...state, m, v }, g, lr, scale, state.steps + 1, 0, 1);
    for (const copy of copies) copy?.use(rule.name);
    state.bounds = { m: state.m?.absMax ?? 0, v: state.v?.absMax ?? 0 };
    const bound = SLACK * boundsOf(rule, entry, lr, scale).p;
    const most = Math.min(bound, Math.max(SLACK * p.absMax, HUGE));
    const spoiled = copies.find((copy) => copy !== undefined && copy.peak >= INFINITY_BITS);
    const strayed = (next as Tensor).absMax > most ? next : undefined;
    const wrong = spoiled ?? strayed;
    if (wrong === undefined) return undefined;
    note("birth", rule.name, "optimizer");
    const which = WHICH[copies.indexOf(wrong)] ?? "p";
    const reason =
      spoiled === undefined
        ? `${whichOf(rule, name, which)} would move further than a step can`
        : wouldNotStay(rule, name, which);
    if (policy().onNonFinite === "ignore") return { reason };
    return { reason, report: deliver(stepReport(rule, entry, wrong, which, step)) };
  } finally {
    for (const copy of copies) copy?.release();
  }
}

/** What a step would have made of an element, and what it would have read there. */
function stepReport(
  rule: Rule,
  { name, p, g, state }: Ready,
  copy: Tensor,
  which: Which,
  step: number,
): Report {
  const flat = largest(copy);
  const operands = [p, ...tensorsOf(state), g].map((tensor) => ({
    name: tensor.name ?? (tensor === g ? "gradient" : name),
    value: tensor.raw[flat] ?? Number.NaN,
    index: unflatten(flat, tensor.shape),
  }));
  const read = operands.map((o) => `${o.name} = ${showNumber(o.value)}`).join(", ");
  const result = copy.raw[flat] ?? Number.NaN;
  const finite = Number.isFinite(result);
  // A sum of squares is no less than 0 unless it was loaded so.
  const isBelow0 = (state.v?.raw[flat] ?? 0) < 0;
  const from = hugeAt(g, flat);
  const birth: BirthReport = {
    op: rule.name,
    phase: "optimizer",
    name,
    index: unflatten(flat, copy.shape),
    operands,
    expression: `a step from ${read} gives ${showNumber(result)}`,
    cause: isBelow0
      ? "sqrt-of-negative"
      : finite
        ? "bad-state"
        : which === "p"
          ? "overflow-quotient"
          : "overflow-square",
    fix: isBelow0 || finite ? ["restore-state"] : ["restore-parameter", "clip-norm", "lower-lr"],
    ...(from && { from }),
  };
  const report = makeReport(
    "STATE",
    whichOf(rule, name, which),
    copy,
    { birth, trail: [rule.name], ...NOTHING },
    step,
  );
  return finite ? { ...report, first: [birth.index] } : report;
}

/** In the order in which they would overflow. */
const LOOKED_AT = ["v", "m", "p"] as const;

/** Why a step would leave the range of its type, judged from bounds; undefined where it does not. Reports it. */
function overflowing(
  rule: Rule,
  entry: Ready,
  lr: number,
  scale: number,
  step: number,
): Trouble | undefined {
  const { name, p, state } = entry;
  const over = () => {
    const bounds = boundsOf(rule, entry, lr, scale);
    entry.next = bounds;
    const which = LOOKED_AT.find((w) => !(ROUNDED * bounds[w] <= LARGEST[p.dtype]));
    return which && { which, bound: bounds[which] };
  };
  if (over() === undefined) return undefined;
  p.look();
  state.bounds = { m: state.m?.absMax ?? 0, v: state.v?.absMax ?? 0 };
  const measured = over();
  if (measured === undefined) return undefined;
  // So near the limit it depends on the roundings: on which side it is, the step itself shows.
  if (measured.bound <= LARGEST[p.dtype]) return spoiling(rule, entry, lr, scale, step);
  note("birth", rule.name, "optimizer");
  const reason = wouldNotStay(rule, name, measured.which);
  if (policy().onNonFinite === "ignore") return { reason };
  return { reason, report: deliver(overflow(rule, entry, measured, lr, step)) };
}

function wouldNotStay(rule: Rule, name: string, which: Which): string {
  return `${whichOf(rule, name, which)} would not stay finite`;
}

function whichOf(rule: Rule, name: string, which: Which): string {
  return which === "p"
    ? `parameter "${name}"`
    : `${rule.name} state ${which} of parameter "${name}"`;
}

/** A rate above this is none of a training in good order. */
const STEEP = 1e3;

/** What would have kept a step within range, what is to blame most first. */
function answerTo(which: Which, lr: number, step: number): Fix[] {
  // The first step of all has nothing before it that a lower rate had kept small.
  if (which !== "p") return step === 1 ? ["clip-norm"] : ["clip-norm", "lower-lr"];
  return lr > STEEP ? ["lower-lr", "clip-norm"] : ["clip-norm", "lower-lr"];
}

function overflow(
  rule: Rule,
  { name, p, g }: Entry,
  { which, bound }: { readonly which: Which; readonly bound: number },
  lr: number,
  step: number,
): Report {
  const decay = lr * (rule.decay ?? 0);
  const decays = which === "p" && decay * p.absMax >= bound / 2;
  const source = decays || (which === "p" && p.absMax > g.absMax) ? p : g;
  const flat = largest(source);
  const index = unflatten(flat, source.shape);
  const value = source.raw[flat] ?? Number.NaN;
  const what = whichOf(rule, name, which);
  const cause: Cause = which === "v" ? "overflow-square" : "overflow-sum";
  const from = hugeAt(source, flat);
  const stage = which === "p" ? STAGE : rule.states[which];
  const birth: BirthReport = {
    op: rule.name,
    phase: "optimizer",
    ...(stage === undefined ? {} : { stage }),
    name,
    index,
    operands: [{ name: source.name ?? "gradient", value, index }],
    stats: [statsOf(source.name ?? "gradient", source.raw)],
    expression: `a step from ${showNumber(value)}${decays ? `${decaying(decay)},` : ""} could make ${which} as large as ${showNumber(bound)}`,
    cause,
    fix: decays || isTooLarge(lr, rule) ? ["lower-decay", "lower-lr"] : answerTo(which, lr, step),
    ...(from && { from }),
  };
  const fixes = propose({ birth, ...NOTHING, after: [] });
  return {
    code: "STATE_INF",
    sink: what,
    ...birth,
    fix: fixes,
    instead: fixes.map((one) => fixCode(one, birth)),
    tried: fixes.map(() => "untried" as const),
    absorbed: [],
    path: [`gradient of ${name}`, rule.name, what],
    count: 0,
    size: source.size,
    first: [index],
    step,
  };
}
