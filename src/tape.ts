/**
 * Reverse-mode differentiation: a list of calls, walked backwards.
 */

import { checkDone, checkFunction, checkWhole, hasFields, showValue, typeName } from "./check.js";
import { type Cut, cutOff, endOf, shutGate } from "./diagnosis/dead.js";
import { leapOf, operand } from "./diagnosis/diagnose.js";
import { digitsTrained } from "./diagnosis/digits.js";
import { lostBefore } from "./diagnosis/lost.js";
import { matters } from "./diagnosis/matters.js";
import { InputTypeError } from "./errors.js";
import {
  eventsSince,
  type GuardEvent,
  type GuardOptions,
  guard,
  limited,
  nextEvent,
  observe,
  policy,
  raise,
  sink,
  unlogged,
} from "./guard.js";
import { inScope } from "./memory.js";
import {
  applyBackward,
  type Call,
  noteEnd,
  noteFaded,
  noteLost,
  noteShut,
  probed,
  probing,
} from "./op.js";
import { explainGradients } from "./ops/explain.js";
import { runtime } from "./runtime.js";
import { show } from "./shape.js";
import { type Lines, Programs, type Site } from "./site.js";
import {
  type AnyTensor,
  type DType,
  INFINITY_BITS,
  isDouble,
  type Parameter,
  Tensor,
} from "./tensor.js";
import { unwatched, watching } from "./watch.js";

/** By the first parameter of a training: the lines of its steps, of each loss function that it has. */
const known = new WeakMap<Tensor, Programs>();

/**
 * Stacks that may be taken where every call has tensors of its own, so that nothing learnt is of use again: so many at
 * once, and then one a millisecond, which takes below a hundredth of it. Where one has been asked for there may be as
 * many again: a report takes longer.
 */
const MOST = 4096;
let allowance = MOST;
let counted = 0;

/** Whether a step that begins now may take stacks. */
function allowed(): boolean {
  const now = performance.now();
  allowance = Math.min(MOST, allowance + now - counted);
  counted = now;
  return allowance > 0;
}

class Tape {
  readonly calls: Call[] = [];
  /** Whether the forward pass came to its end: of half a step nothing is learnt. */
  complete = false;
  /** What is differentiated, once it is there. */
  loss: Tensor | undefined;
  readonly #pinned: Tensor[] = [];
  /** What followed its parameters before: the tape of a gradient around this one. */
  readonly #before: (readonly [Tensor, object | undefined])[] = [];
  readonly #first: Tensor | undefined;
  readonly #programs: Programs | undefined;
  readonly #lines: Lines | undefined;

  /** @param loss what is recorded, for the lines of the user. */
  constructor(first?: Tensor, loss?: () => unknown) {
    this.#first = first;
    if (first === undefined || loss === undefined) return;
    let programs = known.get(first);
    if (programs === undefined) {
      programs = new Programs();
      known.set(first, programs);
    }
    this.#programs = programs;
    this.#lines = programs.of(loss, () => first.origin === "parameter" || allowed());
  }

  add(call: Call): void {
    this.calls.push(call);
    if (this.#lines?.learning !== true) return;
    call.site = this.#lines.learn(call.op.name);
    if (this.#first?.origin !== "parameter") allowance--;
  }

  /** The user's line of a call, as the first step had it. Where this one ran another way, the next one learns. */
  siteOf(call: Call): Site | undefined {
    const ops = this.calls.slice(0, this.calls.indexOf(call) + 1).map(({ op }) => op.name);
    const site = this.#lines?.of(ops);
    if (site === undefined) this.#forget();
    return site;
  }

  #forget(): void {
    if (this.#lines !== undefined) this.#programs?.forget(this.#lines);
  }

  pin(tensor: Tensor): void {
    tensor.pin();
    this.#pinned.push(tensor);
  }

  /** Keeps a tensor to differentiate by. */
  follow(tensor: Tensor): void {
    this.pin(tensor);
    this.#before.push([tensor, tensor.tape]);
    tensor.tape = this;
  }

  /** Lets go of everything: the tensors' memory, and the way back through them, but for what another tape follows. */
  close(): void {
    this.#lines?.settle();
    if (!this.complete) this.#forget();
    for (const tensor of this.#pinned) {
      if (tensor.tape === this || tensor.tape === undefined) {
        tensor.tape = undefined;
        tensor.producer = undefined;
        tensor.call = undefined;
      }
      tensor.unpin();
    }
    for (const [tensor, before] of this.#before) tensor.tape = before;
  }
}

let recording: Tape | undefined;

/** @internal Whether what is computed now is to be differentiated. */
export function isRecording(): boolean {
  return recording !== undefined;
}

/** @internal Whether a gradient is being recorded through it. */
export function follows(tensor: AnyTensor): boolean {
  return recording !== undefined && tensor.tape === recording;
}

/** @internal Puts a call on the tape if one follows any of its inputs. */
export function record(call: Call): boolean {
  const tape = recording;
  if (tape === undefined || !call.inputs.some((input) => input.tape === tape)) return false;
  tape.add(call);
  for (const input of call.inputs) tape.pin(input);
  tape.pin(call.out);
  call.out.tape = tape;
  return true;
}

/** @internal The user's line of a call that is on a tape. */
export function siteOf(call: Call): Site | undefined {
  allowance = MOST;
  const { tape } = call.out;
  return call.site ?? (tape instanceof Tape ? tape.siteOf(call) : undefined);
}

/**
 * Runs `body` without recording: for evaluation inside a function that is differentiated.
 *
 * @throws InputTypeError when `body` is asynchronous: recording would go on before it ran.
 */
export function noGrad<T>(body: () => T): T {
  checkFunction("noGrad", "body", body);
  const before = recording;
  recording = undefined;
  try {
    const result = body();
    checkDone("noGrad", "recording goes on when its body returns", result);
    return result;
  } finally {
    recording = before;
  }
}

/** What to differentiate by: named parameters, or any tensors under names. */
export type Params = readonly Parameter<DType>[] | Readonly<Record<string, AnyTensor>>;

/** An object of tensors that has no index signature, as one of an interface or a class has none. */
export type ParamsOf<P> = P extends readonly unknown[]
  ? never
  : P extends object
    ? { readonly [K in keyof P]: AnyTensor }
    : never;

/** Gradients by name. They live until the next `valueAndGrad` over the same tensors, unless kept. */
export type Gradients<P = Params> = P extends readonly unknown[]
  ? Readonly<Record<string, P[number] extends Tensor<infer D> ? Tensor<D> : Tensor>>
  : { readonly [K in keyof P]: P[K] extends Tensor<infer D> ? Tensor<D> : Tensor };

/** What the guard saw during one call of `valueAndGrad`. */
export interface StepHealth {
  /** Whether the loss and every gradient are finite. */
  readonly finite: boolean;
  /** The largest magnitude in each gradient. */
  readonly absMax: Readonly<Record<string, number>>;
  /** Elements where a zero cotangent met an infinite or NaN slope, and gave 0. */
  readonly maskedSingularities: number;
  /** Elements that safe functions changed. */
  readonly guardedElements: number;
  /** Births, absorptions, masked singularities, in order, each with its first place. */
  readonly events: readonly GuardEvent[];
  /** Those of them after which a number is finite and wrong. */
  readonly alarms: readonly GuardEvent[];
}

export interface ValueAndGrad<P = Params> {
  readonly loss: number;
  readonly grads: Gradients<P>;
  readonly health: StepHealth;
}

/**
 * The value of `loss()` and its gradient by each of `params`. Everything made inside is freed before
 * it returns; the gradients live until the next call over the same tensors (`keep` them to hold on).
 * A tensor that the loss does not depend on has a gradient of zeros.
 *
 * @param loss builds the loss, a tensor of one element, from ops on the parameters.
 * @param step a whole number that is named in reports.
 * @throws NonFiniteError when the loss or a gradient is NaN or infinite, as the policy says.
 * @throws InputTypeError when `loss` gives something that is not a tensor of one element, or is asynchronous.
 * @throws InputRangeError when `step` is no whole number from 0.
 */
export function valueAndGrad<const P extends Params>(
  params: P,
  loss: () => AnyTensor,
  step?: number,
): ValueAndGrad<P>;
export function valueAndGrad<const P>(
  params: P & ParamsOf<P>,
  loss: () => AnyTensor,
  step?: number,
): ValueAndGrad<P>;
export function valueAndGrad(params: Params, loss: () => AnyTensor, step?: number): ValueAndGrad {
  const named = nameParams("valueAndGrad", params);
  checkFunction("valueAndGrad", "loss", loss);
  if (step !== undefined) checkWhole("valueAndGrad", "step", step, 0);
  const from = nextEvent();
  for (const watcher of watching()) watcher.begins?.(from, named);
  const first = named.values().next().value;
  try {
    return inScope(
      () => limited(() => differentiate(new Tape(first, loss), named, loss, from, step)),
      ({ grads }) => {
        for (const [name, tensor] of named) {
          const gradient = (grads as Readonly<Record<string, Tensor>>)[name] as Tensor;
          gradient.hoist();
          tensor.replaceGradient(gradient);
        }
      },
    );
  } finally {
    for (const watcher of watching()) watcher.ends?.();
  }
}

/** @internal By name, each once, all alive; none is a choice, of a loss without any. @throws InputTypeError, DisposedError */
export function nameParams(op: string, params: Params): Map<string, Tensor> {
  // A tensor has fields, and none of them is a parameter; what has none, as a Map, would train nothing.
  if (!(Array.isArray(params) || hasFields(params)) || params instanceof Tensor) {
    throw new InputTypeError(
      `${op}: params are none, expected parameters or { name: tensor }, got ${showValue(params)}`,
    );
  }
  const named = new Map<string, Tensor>();
  const names = new Map<AnyTensor, string>();
  const entries = Array.isArray(params)
    ? Array.from(params, (p, i) => [p instanceof Tensor ? p.name : undefined, p, i] as const)
    : Object.entries(params).map(([name, p], i) => [name, p, i] as const);
  for (const [name, tensor, i] of entries) {
    if (!(tensor instanceof Tensor)) {
      throw new InputTypeError(
        `${op}: no parameter, params ${name ?? i} is no tensor, expected parameter(name, …), got ${showValue(tensor)}`,
      );
    }
    if (name === undefined) {
      throw new InputTypeError(
        `${op}: params[${i}] has no name, expected parameter(name, …) or { name: tensor }, got a tensor without`,
      );
    }
    if (named.has(name)) {
      throw new InputTypeError(
        `${op}: two parameters are called "${name}", expected each once, got another`,
      );
    }
    const other = names.get(tensor);
    if (other !== undefined) {
      throw new InputTypeError(
        `${op}: "${name}" is the same tensor as "${other}", expected each once, got it twice`,
      );
    }
    tensor.touch(op);
    named.set(name, tensor as Tensor);
    names.set(tensor, name);
  }
  return named;
}

const NO_CUTS: ReadonlyMap<string, Cut> = new Map();

function differentiate(
  tape: Tape,
  named: ReadonlyMap<string, Tensor>,
  loss: () => AnyTensor,
  from: number,
  step: number | undefined,
): ValueAndGrad {
  const outer = recording;
  const { kernels } = runtime();
  recording = tape;
  try {
    for (const tensor of named.values()) tape.follow(tensor);
    const value: unknown = loss();
    checkDone("valueAndGrad", "what the loss is made of is recorded while it runs", value);
    if (!(value instanceof Tensor) || value.size !== 1) {
      const got = value instanceof Tensor ? `shape ${show(value.shape)}` : typeName(value);
      throw new InputTypeError(`valueAndGrad: loss is no scalar, expected one element, got ${got}`);
    }
    recording = undefined;
    tape.complete = true;
    tape.loss = value;
    value.measure("valueAndGrad");
    for (const watcher of watching()) watcher.computed?.(value.raw[0] ?? Number.NaN);
    sink("LOSS", "the loss", value, step);
    kernels.set_strict(policy().policy === "strict" ? 1 : 0);
    const gradients = walk(tape, value, new Set(named.values()));
    let finite = value.peak < INFINITY_BITS;
    const made = [...named].map(([name, tensor]) => {
      const gradient = gradients.get(tensor) ?? zerosLike(tensor);
      gradient.name = `gradient of ${name}`;
      finite = finite && gradient.peak < INFINITY_BITS;
      return [name, gradient] as const;
    });
    // Not by assignment: a parameter may be called __proto__.
    const grads: Readonly<Record<string, Tensor>> = Object.fromEntries(made);
    const absMax = Object.fromEntries(made.map(([name, gradient]) => [name, gradient.absMax]));
    const seen = eventsSince(from);
    const worth = isWorth(value);
    const still = isLasting(
      named,
      worth && isStill(value, named, absMax),
      worth && isStill(value, named, absMax, NOISE),
    );
    const told = alarmsOf(seen, value, still);
    const cotangentOf = (out: AnyTensor): Tensor | undefined =>
      unlogged(() => walk(tape, value, new Set([out as Tensor])).get(out as Tensor));
    const behind = (): GuardEvent | undefined =>
      (still ? lossBehind(seen, value, named, made, cotangentOf) : undefined) ??
      digitsBehind(value, seen, named, gradients);
    const lost = told.length === 0 ? behind() : undefined;
    const [events, alarms] =
      lost === undefined
        ? [seen, told]
        : [
            [...seen, lost],
            [...told, lost],
          ];
    const counted = (kind: GuardEvent["kind"]): number =>
      events.reduce((n, event) => n + (event.kind === kind ? event.count : 0), 0);
    const health: StepHealth = {
      finite,
      absMax,
      maskedSingularities: counted("masked"),
      guardedElements: counted("guarded"),
      events,
      alarms,
    };
    const result = { loss: value.raw[0] ?? Number.NaN, grads, health };
    if (watching().length > 0) {
      // What is cut off by slopes next to 0 has an event, or a gradient of exactly 0.
      const suspect = events.length > 0 || made.some(([, gradient]) => gradient.peak === 0);
      const cuts = suspect ? cutOff(value, named) : NO_CUTS;
      const told = { params: named, gradients: made, health, step, cuts };
      for (const watcher of watching()) watcher.differentiated?.(told);
    }
    for (const [name, tensor] of named) {
      const gradient = grads[name] as Tensor;
      // What was lost on the way has been told at the loss, or is an alarm.
      if (gradient.peak < INFINITY_BITS) continue;
      const role = tensor.origin === "parameter" ? "parameter" : "input";
      sink("GRAD", `the gradient of ${role} "${name}"`, gradient, step, events);
    }
    for (const gradient of gradients.values()) gradient.producer = undefined;
    probed()?.arrives?.([value, ...Object.values(grads)]);
    // What was lost on the way forward has been told at the loss.
    for (const event of alarms)
      if (
        value.past?.includes(event) !== true &&
        (event.phase === "backward" || event.kind === "lost")
      )
        raise(event, "the loss", step, "LOSS", events, false, value);
    return result;
  } finally {
    recording = outer;
    tape.close();
  }
}

/** A gradient below this part of the loss moves nothing. */
const STILL = 2 ** -30;

/** A gradient below this part of it may be made of rounding. */
const NOISE = 2 ** -20;

/** A loss below this is no reason to move. */
const LEFT_TO_LEARN = 1e-3;

const isWorth = ({ peak, absMax }: Tensor): boolean =>
  peak < INFINITY_BITS && absMax > LEFT_TO_LEARN;

/**
 * Whether a change by 1 of what saturated would change the loss by far more than it is: only a pole does that. Or it stands
 * at a pole itself.
 */
const outgrows = ({ place, asked = 0 }: GuardEvent, size: number): boolean =>
  place?.operands.some(({ value }) => Math.abs(value) === Infinity) === true ||
  // What a row of a softmax is asked for is beside the mean, which the others make.
  Math.max(Math.abs(place?.operands[0]?.value ?? 0), asked) >= 16 * size;

/** A gradient has not died that matters to the loss so much, whatever cotangent a pole has made of it on the way. */
const MATTERS = 1e-3;

/** Whether something of the loss hung on what saturated there, and does so no longer. */
function isLostTo({ place, asked = Infinity, through = 0 }: GuardEvent, size: number): boolean {
  const scale = (place?.operands ?? [])
    .slice(1)
    .reduce((most, { value }) => Math.max(most, Math.abs(value)), 1);
  return asked * scale >= STILL * size && through < MATTERS * size;
}

/** How many steps in a row have had no gradient, and whether one before them has had one. */
interface Still {
  readonly steps: number;
  readonly had: boolean;
}

/** By the first parameter of a training. */
const stills = new WeakMap<Tensor, Still>();

const MOVING: Still = { steps: 0, had: false };

/** Steps without a gradient in the midst of a training that are more than a batch beyond a bound; and than rectifiers that a few rows shut. */
const LASTING = 3;
const SHUT = 16;

/** Counts a step. Gives whether the gradient is gone for more than this batch: at once in what has never had one, or is no training. */
function isLasting(named: ReadonlyMap<string, Tensor>, still: boolean, faint: boolean): boolean {
  const [first] = named.values();
  if (first === undefined) return still;
  const before = stills.get(first) ?? MOVING;
  // Where there has been none but noise, there is none yet.
  const isYet = faint && !before.had;
  const { steps, had } = still
    ? { steps: before.steps + 1, had: before.had }
    : isYet
      ? before
      : { steps: 0, had: true };
  stills.set(first, { steps, had });
  return still && !(first.stepped && had && steps < LASTING);
}

/** Whether so many steps of a training have had no gradient that no batch is to blame. */
function isShut(named: ReadonlyMap<string, Tensor>): boolean {
  const [first] = named.values();
  return first?.stepped === true && (stills.get(first)?.steps ?? 0) >= SHUT;
}

/** Whether every gradient is next to nothing beside the loss. */
function isStill(
  loss: Tensor,
  named: ReadonlyMap<string, Tensor>,
  absMax: Readonly<Record<string, number>>,
  part = STILL,
): boolean {
  const least = part * loss.absMax;
  for (const [name, of] of named) {
    const gradient = absMax[name] ?? 0;
    if (!(gradient < least && (gradient === 0 || gradient * of.absMax < least))) return false;
  }
  return true;
}

/**
 * The events that say that something finite is wrong. A slope next to 0 is one when its cotangent was
 * amplified by a pole, or when no gradient is left at all although there is a loss.
 */
function alarmsOf(
  events: readonly GuardEvent[],
  loss: Tensor,
  still: boolean,
): readonly GuardEvent[] {
  if (events.length === 0) return events;
  const size = loss.absMax;
  // What is looked at beside the loss, as a measure of it, is none of its alarms.
  const isAside = (event: GuardEvent): boolean =>
    event.phase === "forward" &&
    loss.past?.includes(event) !== true &&
    !matters(event, loss, events);
  const alarms = events.flatMap((event) => {
    if (event.kind !== "saturated") return event.alarm === true && !isAside(event) ? [event] : [];
    const amplified = event.alarm === true && outgrows(event, size);
    return (still || amplified) && isLostTo(event, size) ? [{ ...event, alarm: true }] : [];
  });
  // A quotient next to 0 is what an exponential in it, or a sigmoid, has made of it.
  const isOther = ({ kind, op }: GuardEvent): boolean => kind === "saturated" && !isQuotient(op);
  return alarms.some(isOther)
    ? alarms.filter(({ kind, op }) => kind !== "saturated" || !isQuotient(op))
    : alarms;
}

const isQuotient = (op: string): boolean => op === "div" || op === "reciprocal";

/**
 * Why no parameter can change a loss, where no slope has taken its cotangent: it is for an op without a way back, or for
 * what was lost before.
 */
function lossBehind(
  events: readonly GuardEvent[],
  loss: Tensor,
  named: ReadonlyMap<string, Tensor>,
  made: readonly (readonly [string, Tensor])[],
  cotangentOf: (out: AnyTensor) => Tensor | undefined,
): GuardEvent | undefined {
  const isCut =
    made.every(([, { peak }]) => peak === 0) && !events.some(({ kind }) => kind === "saturated");
  const end = isCut ? endOf(loss, named) : undefined;
  if (end !== undefined) return noteEnd(end);
  const gate = shutGate(loss, isShut(named));
  const shut = gate && noteShut(gate, cotangentOf);
  if (shut !== undefined) return shut;
  const lost = lostBefore(loss, cotangentOf);
  if (lost !== undefined) return noteLost(lost);
  const faded = isCut ? fadedIn(callsOf(loss)) : undefined;
  return faded && noteFaded(faded);
}

/** So many ops make a gradient smaller little by little. */
const LITTLE = 8;

/** Where a gradient became 0 on a long way back, which no op has taken that is next to its limit. */
const fadedIn = (calls: readonly Call[]): Call | undefined =>
  calls.slice(0, Math.max(0, calls.length - LITTLE)).findLast(({ cut }) => cut === "faded");

/** Where digits of a loss, or of its gradients, were lost, though nothing happened. */
function digitsBehind(
  loss: Tensor,
  events: readonly GuardEvent[],
  named: ReadonlyMap<string, Tensor>,
  gradients: ReadonlyMap<AnyTensor, Tensor>,
): GuardEvent | undefined {
  const gradientOf = (leaf: AnyTensor): Tensor | undefined => gradients.get(leaf);
  const lost = digitsTrained(loss, { calls: callsOf(loss), events, named, gradientOf });
  return lost && noteLost(lost);
}

/** The calls of a tensor's tape, in order. */
export function callsOf(tensor: AnyTensor): readonly Call[] {
  // Not taken apart among the parameters: the published type of a tensor has no tape.
  const { tape } = tensor;
  return tape instanceof Tape ? tape.calls : [];
}

/** The loss that is being differentiated through it. */
export function lossOf(tensor: AnyTensor): Tensor | undefined {
  const { tape } = tensor;
  return tape instanceof Tape ? tape.loss : undefined;
}

/** What came of a program that nobody waits for. */
export interface Rehearsal {
  readonly value: readonly number[];
  /** In the order of the leaves; none where it is not differentiated. */
  readonly gradients: readonly (readonly number[])[];
  readonly finite: boolean;
  readonly masked: number;
  readonly alarms: readonly GuardEvent[];
  /** All that happened on the way. */
  readonly events: readonly GuardEvent[];
}

let rehearsals = 0;

/** Whether a program is being run for what it gives alone. */
export const isRehearsing = (): boolean => rehearsals > 0;

/**
 * What a program gives beside the one that is under way: nobody is told, and nothing of it is remembered.
 *
 * @param leaves makes what it is differentiated by; none where it is only run.
 */
export function rehearse(
  leaves: () => ReadonlyMap<string, Tensor>,
  program: () => AnyTensor,
  told: GuardOptions,
): Rehearsal {
  const ran = (): Rehearsal => {
    const named = leaves();
    const from = nextEvent();
    if (named.size > 0) {
      const { loss, grads, health } = differentiate(new Tape(), named, program, from, undefined);
      const gradients = [...named.keys()].map((name) => Array.from(grads[name]?.raw ?? []));
      const { finite, alarms, maskedSingularities: masked } = health;
      return { value: [loss], gradients, finite, masked, alarms, events: health.events };
    }
    const out = noGrad(program) as Tensor;
    out.use("again");
    if (told.onNonFinite !== "ignore") sink("READ", "what is read out", out);
    const past = out.past ?? [];
    const alarms = past.filter((event) => event.alarm === true && matters(event, out, past));
    const finite = out.peak < INFINITY_BITS;
    const events = eventsSince(from);
    return { value: Array.from(out.raw), gradients: [], finite, masked: 0, alarms, events };
  };
  const quiet = { ...told, at: "sink", sites: "event" } as const;
  const alone = (): Rehearsal =>
    inScope(
      () => limited(ran),
      () => undefined,
    );
  rehearsals++;
  try {
    return unlogged(() => unwatched(() => probing({}, () => guard(quiet, alone))));
  } finally {
    rehearsals--;
  }
}

/** Calls that are followed back at the most. */
const FOLLOWED = 4096;

/** The calls that a tensor came from, in their order, as far as memory reaches; undefined where they are too many. */
export function callsBefore(of: AnyTensor): readonly Call[] | undefined {
  const calls = new Set<Call>();
  const seen = new Set<Call>();
  const open = of.call === undefined ? [] : [of.call];
  for (let call = open.at(-1); call !== undefined; call = open.at(-1)) {
    if (seen.size > FOLLOWED) return undefined;
    seen.add(call);
    const before = call.inputs.flatMap((input) =>
      input.call === undefined || seen.has(input.call) ? [] : [input.call],
    );
    if (before.length > 0) open.push(...before);
    else {
      open.pop();
      calls.add(call);
    }
  }
  return [...calls];
}

/** From the last call to the first: each output's cotangent goes to its inputs. */
function walk(tape: Tape, value: Tensor, wanted: ReadonlySet<Tensor>): Map<Tensor, Tensor> {
  const { kernels } = runtime();
  const cotangents = new Map<Tensor, Tensor>();
  const seed = new Tensor(value.shape, "valueAndGrad", "op", undefined, value.dtype);
  seed.raw[0] = 1;
  seed.use("valueAndGrad");
  cotangents.set(value, seed);
  kernels.take_masked();
  for (const call of tape.calls.toReversed()) {
    const dy = cotangents.get(call.out);
    if (dy === undefined) continue;
    let clean = dy.peak < INFINITY_BITS;
    call.inputs.forEach((input, index) => {
      if (input.tape !== tape) return;
      const dx = applyBackward(call, index, dy);
      if (dx === undefined) return;
      clean = clean && dx.peak < INFINITY_BITS;
      add(cotangents, input, dx);
    });
    // A cotangent that is finite, and made nothing that is not, has told all it knows; another is kept
    // for the trace.
    if (!wanted.has(call.out) && clean) {
      cotangents.delete(call.out);
      dy.release();
    }
  }
  return cotangents;
}

/** Two gradients below this, 2¹²⁶, have a finite sum. */
const HALF_BITS = 0x7e800000;

/** Gradients of a tensor that is used more than once meet: in place, unless the sum could go bad. */
function add(cotangents: Map<Tensor, Tensor>, input: Tensor, dx: Tensor): void {
  const sum = cotangents.get(input);
  if (sum === undefined) {
    cotangents.set(input, dx);
  } else if (sum.peak < HALF_BITS && dx.peak < HALF_BITS) {
    if (dx.peak > sum.peak) sum.leap = dx.leap;
    sum.peak = accumulate(sum, dx);
    dx.release();
  } else {
    cotangents.set(input, addApart(sum, dx));
  }
}

/** sum += dx, in place. Gives its peak word. */
function accumulate(sum: Tensor, dx: Tensor): number {
  const { accumulate_f32, accumulate_f64 } = runtime().kernels;
  const run = isDouble(sum) ? accumulate_f64 : accumulate_f32;
  return run(sum.at, dx.at, sum.size) >>> 0;
}

/** The sum in memory of its own, so that an element can be followed into both terms. */
function addApart(sum: Tensor, dx: Tensor): Tensor {
  const total = new Tensor(sum.shape, "sum of gradients", "op", undefined, sum.dtype) as Tensor;
  total.raw.set(sum.raw);
  total.peak = accumulate(total, dx);
  const producer = {
    op: "sum of gradients",
    phase: "backward" as const,
    locate: (flat: number) => {
      const terms = [
        operand(`from ${sum.maker}`, sum, flat),
        operand(`from ${dx.maker}`, dx, flat),
      ] as const;
      return { operands: terms, explain: (d: number) => explainGradients(...terms, d) };
    },
  };
  if (total.peak < INFINITY_BITS) total.leap = leapOf(total, producer);
  if (Math.max(total.peak, sum.peak, dx.peak) >= INFINITY_BITS) {
    total.producer = producer;
    observe(producer, [sum, dx], total);
  }
  return total;
}

function zerosLike(tensor: Tensor): Tensor {
  const zeros = new Tensor(tensor.shape, "valueAndGrad", "op", undefined, tensor.dtype);
  zeros.raw.fill(0);
  zeros.peak = 0;
  return zeros;
}
