/**
 * Optimizers: check everything, then write. A gradient that is not finite, or a step that would leave
 * float32, stops the whole step before the first parameter is touched.
 */
import { firstBad, leafTaint } from "../diagnose.js";
import { InputRangeError, InputTypeError, ShapeError } from "../errors.js";
import { fixCode, propose } from "../fixes.js";
import { deliver, makeReport, note, policy, sink } from "../guard.js";
import { watched } from "../op.js";
import { statsOf } from "../ops/rows.js";
import type { BirthReport, Cause, Fix, Report } from "../report.js";
import { showNumber } from "../report.js";
import { sameShape, show, unflatten } from "../shape.js";
import type { Gradients, Params } from "../tape.js";
import { INFINITY_BITS, Tensor, UNKNOWN } from "../tensor.js";
import { checkLimit, clipScale, globalNorm } from "./clip.js";

export interface ClipOptions {
  /** Scale all gradients together so that the norm over all of them is at most this. */
  readonly globalNorm?: number;
}

export interface OptimizerOptions {
  /** Learning rate. */
  readonly lr: number;
  readonly clip?: ClipOptions;
}

/** What a step did. */
export interface StepResult {
  /** False when it was skipped: nothing was written then. */
  readonly applied: boolean;
  /** The gradients' global norm before clipping; undefined when no clipping was asked for. */
  readonly norm: number | undefined;
  /** What the gradients were multiplied by. */
  readonly scale: number;
}

/** A function that takes one optimization step. Hold on to it: it carries the state. */
export interface Optimizer {
  /**
   * Updates every parameter in place.
   *
   * @throws NonFiniteError when a gradient is not finite or the step would not be, as the policy says:
   * under any other policy than `"throw"` the step is skipped. Nothing has been written in either case.
   * @throws ShapeError, InputTypeError when gradients and parameters do not belong together.
   */
  (params: Params, grads: Gradients): StepResult;
  /** May be changed between steps: a schedule. */
  lr: number;
  /** Steps taken; skipped ones do not count. */
  readonly steps: number;
  /** Steps skipped. */
  readonly skipped: number;
  /** A state of a parameter: `m` or `v`; undefined before its first step. */
  state(parameter: Tensor, which: "m" | "v"): Tensor | undefined;
  /** Frees the state. */
  dispose(): void;
}

/** The states of one parameter, and how large their elements can be by now. */
export interface State {
  readonly m: Tensor | undefined;
  readonly v: Tensor | undefined;
  bounds: Readonly<Record<"m" | "v", number>>;
}

/** What an optimizer is made of. */
export interface Rule {
  readonly name: string;
  readonly states: readonly ("m" | "v")[];
  /** Upper bounds of what one step may make of p, m and v, from their peaks; step counts from 1. */
  bounds(at: Magnitudes, lr: number, step: number): Record<"p" | "m" | "v", number>;
  /** Runs the kernel; gives p's peak word. */
  run(p: Tensor, state: State, g: Tensor, lr: number, scale: number, step: number): number;
}

/** The largest magnitudes before a step; g is scaled already. */
export interface Magnitudes {
  readonly p: number;
  readonly m: number;
  readonly v: number;
  readonly g: number;
}

const FLOAT32_MAX = 3.4028234663852886e38;

interface Entry {
  readonly name: string;
  readonly p: Tensor;
  readonly g: Tensor;
}

interface Ready extends Entry {
  readonly state: State;
}

/** Builds an optimizer from its rule. */
export function optimizer(rule: Rule, options: OptimizerOptions): Optimizer {
  checkRate(rule.name, options.lr);
  const limit = options.clip?.globalNorm;
  checkLimit(rule.name, limit);
  const states = new Map<Tensor, State>();
  let [lr, steps, skipped] = [options.lr, 0, 0];

  const stateOf = (entry: Entry): State => {
    const known = states.get(entry.p);
    if (known !== undefined) return known;
    const made = makeState(rule, entry);
    states.set(entry.p, made);
    return made;
  };

  const step = (params: Params, grads: Gradients): StepResult => {
    const entries = pair(rule.name, params, grads);
    const all = entries.map(({ g }) => g);
    const finite = entries.every(({ name, g }) =>
      sink("GRAD", `the gradient of parameter "${name}"`, g, steps + 1),
    );
    const norm = limit === undefined || !finite ? undefined : globalNorm(all);
    const scale = norm === undefined || limit === undefined ? 1 : clipScale(norm, limit);
    const ready = finite
      ? entries.map((entry) => ({ ...entry, state: stateOf(entry) }))
      : undefined;
    if (!ready?.every((entry) => intact(rule, entry, lr, scale, steps + 1))) {
      skipped++;
      return { applied: false, norm, scale };
    }
    steps++;
    for (const { name, p, g, state } of ready) {
      // The bound of the step is the state's from now on; fits() measures when it comes near the limit.
      const bounds = boundsOf(rule, { p, g, state }, lr, scale, steps);
      p.leap = leapOf(rule, { name, p, g, state }, bounds.p, steps);
      state.bounds = bounds;
      p.peak = rule.run(p, state, g, lr, scale, steps) >>> 0;
      for (const tensor of tensorsOf(state)) tensor.peak = UNKNOWN;
    }
    watched()?.arrives?.(ready.flatMap(({ p, state }) => [p, ...tensorsOf(state)]));
    return { applied: true, norm, scale };
  };

  return Object.defineProperties(step as Optimizer, {
    lr: {
      get: () => lr,
      set: (next: number) => {
        checkRate(rule.name, next);
        lr = next;
      },
    },
    steps: { get: () => steps },
    skipped: { get: () => skipped },
    state: { value: (p: Tensor, which: "m" | "v") => states.get(p)?.[which] },
    dispose: {
      value: () => {
        for (const { m, v } of states.values()) {
          m?.release();
          v?.release();
        }
        states.clear();
      },
    },
  });
}

function checkRate(op: string, lr: number): void {
  if (!(lr >= 0 && lr < Infinity)) {
    throw new InputRangeError(`${op}: lr out of range, expected 0 … ∞, got ${lr}`);
  }
}

/** Parameters with their gradients, all checked. */
function pair(op: string, params: Params, grads: Gradients): Entry[] {
  const named = Array.isArray(params)
    ? params.map((p: Tensor) => [p.name ?? "", p] as const)
    : Object.entries(params as Readonly<Record<string, Tensor>>);
  return named.map(([name, p]) => {
    const g = (grads as Readonly<Record<string, Tensor | undefined>>)[name];
    if (!(p instanceof Tensor) || !(g instanceof Tensor)) {
      const what = p instanceof Tensor ? "gradient" : "parameter";
      throw new InputTypeError(
        `${op}: no ${what} for "${name}", expected a Tensor, got ${typeof g}`,
      );
    }
    watched()?.reads?.(op, [p, g]);
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
  const make = (which: "m" | "v"): Tensor | undefined => {
    if (!rule.states.includes(which)) return undefined;
    const state = new Tensor(p.shape, rule.name, "op", `${name}.${which}`);
    state.detach();
    state.raw.fill(0);
    state.peak = 0;
    return state;
  };
  return { m: make("m"), v: make("v"), bounds: { m: 0, v: 0 } };
}

/** How large p, m and v can be after a step. */
function boundsOf(
  rule: Rule,
  { p, g, state }: Pick<Ready, "p" | "g" | "state">,
  lr: number,
  scale: number,
  step: number,
): Record<"p" | "m" | "v", number> {
  return rule.bounds({ ...state.bounds, p: p.absMax, g: g.absMax * scale }, lr, step);
}

function tensorsOf({ m, v }: State): Tensor[] {
  return [m, v].filter((tensor) => tensor !== undefined);
}

/** Whether what a step reads is finite, and what it writes will be; reports where not. */
function intact(rule: Rule, entry: Ready, lr: number, scale: number, step: number): boolean {
  const { p, state } = entry;
  const states = tensorsOf(state);
  watched()?.reads?.(rule.name, states);
  const written = states.filter(({ viewed }) => viewed);
  for (const tensor of written) tensor.measure(rule.name);
  // Where one of them is bad already, that is the news, not what the step would have made of it.
  const named = `parameter "${p.name ?? entry.name}"`;
  if (!sink("STATE", named, p, step)) return false;
  if (!written.every((state) => sinkState(state, step))) return false;
  return written.length > 0
    ? rehearsed(rule, entry, lr, scale, step)
    : fits(rule, entry, lr, scale, step);
}

/** A state as a sink. What is wrong with it is not remembered: it is there to be written over. */
function sinkState(state: Tensor, step: number): boolean {
  if (state.peak < INFINITY_BITS) return true;
  state.taint = leafTaint(state, firstBad(state), "state");
  try {
    return sink("STATE", `"${state.name}"`, state, step);
  } finally {
    state.taint = undefined;
  }
}

/** A step from states that belong together stays below its bound but for rounding. */
const SLACK = 2;
/** No step from an ordinary parameter leads here. */
const HUGE = 2 ** 64;

/**
 * Whether a step stays inside float32, and inside its bound, found out on copies: of a state that was
 * written to from outside nothing is known, not even that m belongs to v.
 */
function rehearsed(rule: Rule, entry: Ready, lr: number, scale: number, step: number): boolean {
  const { p, g, state } = entry;
  const copies = [p, state.m, state.v].map((tensor) => {
    if (tensor === undefined) return undefined;
    const copy = new Tensor(tensor.shape, rule.name, "op", tensor.name);
    copy.raw.set(tensor.raw);
    return copy;
  });
  const [next, m, v] = copies;
  try {
    rule.run(next as Tensor, { ...state, m, v }, g, lr, scale, step);
    for (const copy of copies) copy?.use(rule.name);
    state.bounds = { m: state.m?.absMax ?? 0, v: state.v?.absMax ?? 0 };
    const bound = SLACK * boundsOf(rule, entry, lr, scale, step).p;
    const most = Math.min(bound, Math.max(SLACK * p.absMax, HUGE));
    const spoiled = copies.find((copy) => copy !== undefined && copy.peak >= INFINITY_BITS);
    const strayed = (next as Tensor).absMax > most ? next : undefined;
    const wrong = spoiled ?? strayed;
    if (wrong === undefined) return true;
    note("birth", rule.name, "optimizer");
    if (policy().onNonFinite !== "ignore") {
      deliver(stepReport(rule, entry, wrong, copies.indexOf(wrong), step));
    }
    return false;
  } finally {
    for (const copy of copies) copy?.release();
  }
}

/** What a step would have made of an element, and what it would have read there. */
function stepReport(
  rule: Rule,
  { name, p, g, state }: Ready,
  copy: Tensor,
  spoiled: number,
  step: number,
): Report {
  const what =
    spoiled === 0
      ? `parameter "${name}"`
      : `${rule.name} state ${spoiled === 1 ? "m" : "v"} of parameter "${name}"`;
  const flat = largest(copy);
  const operands = [p, ...tensorsOf(state), g].map((tensor) => ({
    name: tensor.name ?? name,
    value: tensor.raw[flat] ?? Number.NaN,
    index: unflatten(flat, tensor.shape),
  }));
  const read = operands.map((o) => `${o.name} = ${showNumber(o.value)}`).join(", ");
  const result = copy.raw[flat] ?? Number.NaN;
  const finite = Number.isFinite(result);
  const birth: BirthReport = {
    op: rule.name,
    phase: "optimizer",
    name,
    index: unflatten(flat, copy.shape),
    operands,
    expression: `a step from ${read} gives ${showNumber(result)}`,
    cause: finite ? "bad-state" : spoiled === 0 ? "overflow-quotient" : "overflow-square",
    fix: ["restore-parameter", "clip-norm", "lower-lr"],
  };
  const report = makeReport(
    "STATE",
    what,
    copy,
    { birth, trail: [rule.name], before: new Set() },
    step,
  );
  return finite ? { ...report, first: [birth.index] } : report;
}

/** Whether a step stays inside float32, judged from bounds; reports where it does not. */
function fits(rule: Rule, entry: Ready, lr: number, scale: number, step: number): boolean {
  const { name, p, g, state } = entry;
  const over = () => {
    const bounds = boundsOf(rule, entry, lr, scale, step);
    const which = (["v", "m", "p"] as const).find((w) => !(bounds[w] <= FLOAT32_MAX));
    return which && { which, bound: bounds[which] };
  };
  if (over() === undefined) return true;
  state.bounds = { m: state.m?.absMax ?? 0, v: state.v?.absMax ?? 0 };
  const measured = over();
  if (measured === undefined) return true;
  note("birth", rule.name, "optimizer");
  if (policy().onNonFinite === "ignore") return false;
  const source = measured.which === "p" && p.absMax > g.absMax ? p : g;
  deliver(overflow(rule, name, measured, source, step));
  return false;
}

function overflow(
  rule: Rule,
  name: string,
  { which, bound }: { readonly which: "p" | "m" | "v"; readonly bound: number },
  source: Tensor,
  step: number,
): Report {
  const flat = largest(source);
  const index = unflatten(flat, source.shape);
  const value = source.raw[flat] ?? Number.NaN;
  const what =
    which === "p" ? `parameter "${name}"` : `${rule.name} state ${which} of parameter "${name}"`;
  const cause: Cause = which === "v" ? "overflow-square" : "overflow-sum";
  const fix: Fix[] = ["clip-norm", "lower-lr"];
  const birth: BirthReport = {
    op: rule.name,
    phase: "optimizer",
    stage: STAGES[which],
    name,
    index,
    operands: [{ name: source.name ?? "gradient", value, index }],
    stats: [statsOf(source.name ?? "gradient", source.raw)],
    expression: `a step from ${showNumber(value)} could make ${which} as large as ${showNumber(bound)}`,
    cause,
    fix,
  };
  const fixes = propose({ birth, before: new Set(), after: [] });
  return {
    code: "STATE_INF",
    sink: what,
    ...birth,
    fix: fixes,
    instead: fixes.map((one) => fixCode(one, birth)),
    absorbed: [],
    path: [`gradient of ${name}`, rule.name, what],
    count: 0,
    size: source.size,
    first: [index],
    step,
  };
}

/** Which line of the rule it is. */
const STAGES = {
  v: "v ← β₂ v + (1 − β₂) g²",
  m: "m ← β₁ m + (1 − β₁) g",
  p: "p ← p − update",
} as const;

/** What to say of a parameter that this step may take from ordinary numbers to huge ones. */
function leapOf(
  rule: Rule,
  { name, p, g, state }: Ready,
  bound: number,
  step: number,
): BirthReport | undefined {
  if (p.absMax >= HUGE) return p.leap;
  if (bound < HUGE) return undefined;
  const flat = largest(g.absMax >= state.bounds.m || state.m === undefined ? g : state.m);
  const index = unflatten(flat, p.shape);
  const operands = [g, ...tensorsOf(state)].map((tensor) => ({
    name: tensor.name ?? "gradient",
    value: tensor.raw[flat] ?? Number.NaN,
    index,
  }));
  const read = operands.map((o) => `${o.name} = ${showNumber(o.value)}`).join(", ");
  return {
    op: rule.name,
    phase: "optimizer",
    stage: STAGES.p,
    name,
    index,
    operands,
    expression: `step ${step} from ${read}`,
    cause: "overflow-sum",
    fix: ["clip-norm", "lower-lr"],
  };
}

/** Index of the element of largest magnitude, NaN before all. */
function largest(x: Tensor): number {
  const { raw } = x;
  let at = 0;
  raw.forEach((value, i) => {
    if (Number.isNaN(value) && !Number.isNaN(raw[at])) at = i;
    else if (Math.abs(value) > Math.abs(raw[at] ?? 0)) at = i;
  });
  return at;
}
