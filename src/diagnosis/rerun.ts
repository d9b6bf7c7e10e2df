/**
 * A program that is run once more as it was recorded, in float32 or float64, value and gradients: as it stands, with some code in it
 * written in another way, or from other numbers.
 */
import { ShapeError } from "../errors.js";
import type { GuardOptions } from "../guard.js";
import { apply, type Call } from "../op.js";
import { show } from "../shape.js";
import { callsBefore, lossOf, noGrad, type Rehearsal, rehearse } from "../tape.js";
import { type AnyTensor, type DType, Tensor, UNKNOWN as UNMEASURED } from "../tensor.js";
import { callCode, codeOf, type Writing } from "./code.js";
import { type Known, leftOf, logitOf } from "./complement.js";
import { direction } from "./limit.js";
import { UNKNOWN } from "./names.js";
import { isAtHand, neededFor, once } from "./replay.js";
import { EPSILON, readApplied, readCall } from "./written.js";

/** How long a program may be that is run again, and how large. */
export interface Limits {
  readonly calls: number;
  /** Of a tensor, and of all together. */
  readonly elements: number;
  readonly total: number;
}

/** For a report, which is made once. */
const REPORTED: Limits = { calls: 256, elements: 2 ** 14, total: 2 ** 17 };

/** What code is evaluated to. */
type Value = AnyTensor | number | string | object;
type Form = (...args: readonly Value[]) => Value;

let forms: Readonly<Record<string, unknown>> = {};

/** Lets code be run that is written in these functions. */
export function know(functions: Readonly<Record<string, unknown>>): void {
  forms = functions;
}

/** Code that cannot be run: a name that nothing has, or what is no code. */
class Unknown extends Error {}

/** What came of a run. */
export interface Ran extends Rehearsal {
  /** What was replaced, and what came in its place. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** What comes of code that does not fit where it is to stand. */
const UNFIT: Ran = {
  value: [],
  gradients: [],
  finite: false,
  masked: 0,
  alarms: [],
  events: [],
  before: [],
  after: [],
};

/** What is to be written, and instead of what. */
export interface Replacement {
  readonly form: string;
  readonly old: string;
}

/** What an element of a leaf is instead, by the leaf's place among them. */
export type Others = (at: number, value: number, leaf: number) => number;

/** How a program is run. */
export interface Running {
  readonly dtype: DType;
  readonly with?: Replacement | undefined;
  readonly others?: Others | undefined;
  /** Whether others stand for all that came in, not for what it is differentiated by alone. */
  readonly wholly?: boolean | undefined;
  /** What its epsilons are multiplied with; left out: 1. */
  readonly epsilons?: number | undefined;
  /** What stands in tensors that it makes, whatever it makes of them. */
  readonly instead?: ReadonlyMap<AnyTensor, ArrayLike<number>> | undefined;
  /** What each op gives in float64 is off by some units in its last place, as if it had been rounded otherwise: in this way. */
  readonly shaken?: number | undefined;
  /** Is told what each tensor is. */
  readonly sees?: ((of: AnyTensor, values: ArrayLike<number>) => void) | undefined;
  /** Left out: nothing is told of it. */
  readonly told?: GuardOptions | undefined;
}

const UNTOLD: GuardOptions = { onNonFinite: "ignore", onAlarm: "ignore" };

/** Runs a program again; gives undefined where what is to be replaced is not in it, or code cannot be run. */
export interface Rerun {
  (how: Running): Ran | undefined;
  /** What it is differentiated by, in the order of the gradients. */
  readonly leaves: readonly AnyTensor[];
  /** All that came in. */
  readonly given: readonly AnyTensor[];
}

/** A way to run again what ended in a tensor; undefined where that is too long, too large, or gone. */
export function rerunOf(
  end: AnyTensor,
  unnamed: Writing["unnamed"],
  most: Limits = REPORTED,
): Rerun | undefined {
  const loss = lossOf(end);
  const out = loss ?? end;
  const known = callsBefore(out);
  if (known === undefined || known.length > most.calls) return undefined;
  const calls = neededFor(out, known);
  if (calls.length === 0) return undefined;
  const all = new Set<AnyTensor>(calls.flatMap((call) => [call.out, ...call.inputs]));
  const made = new Set(calls.map((call) => call.out as AnyTensor));
  const canRun =
    calls.every(({ op }) => op.absorbs !== "unknown") &&
    [...all].every((one) => (isAtHand(one) || made.has(one)) && one.size <= most.elements) &&
    [...all].reduce((sum, { size }) => sum + size, 0) <= most.total;
  if (!canRun) return undefined;
  const codesOfAll = once(() => byCode(all, unnamed));
  const given = [...all].filter((one) => !made.has(one));
  const leaves = given.filter((one) => loss && one.tape === loss.tape);
  // What is only read out is a function of all that came in, but for numbers in the code.
  const inputs = given.filter(({ written }) => written === undefined);
  const small = epsilonsIn(calls);
  const rerun = ({ dtype, with: replaced, others, wholly, epsilons = 1, ...how }: Running) => {
    const { instead, sees, shaken, told = UNTOLD } = how;
    const codes = replaced === undefined ? NO_CODES : codesOfAll();
    const old = new Set(replaced && codes.get(replaced.old));
    if (replaced !== undefined && old.size === 0) return undefined;
    const form = replaced?.form;
    const program = new Program({
      ...{ dtype, form, old, codes, made, end: out, leaves, others, instead, sees, shaken },
      moved: leaves.length > 0 && wholly !== true ? leaves : inputs,
      shrunk: epsilons === 1 ? NONE : small,
      by: epsilons,
    });
    try {
      const ran = rehearse(
        () => program.leaves(),
        () => program.valueOf(out),
        told,
      );
      return { ...ran, before: program.before, after: program.after };
    } catch (error) {
      // Code that cannot be run, no kernel for the type, no memory: then nothing is known of it.
      return error instanceof ShapeError ? UNFIT : undefined;
    }
  };
  return Object.assign(rerun, { leaves, given });
}

/** All tensors by what they are written as: by name, and as the calls that made them. */
function byCode(
  tensors: Iterable<AnyTensor>,
  unnamed: Writing["unnamed"],
): ReadonlyMap<string, readonly AnyTensor[]> {
  const known = new Map<string, AnyTensor[]>();
  for (const tensor of tensors as Iterable<Tensor>) {
    const isLeaf = tensor.call === undefined && tensor.origin === "input";
    const written = [false, true].map((whole) =>
      callCode(tensor, { whole, ...(unnamed && { unnamed }) }),
    );
    const unwritten = isLeaf ? [unnamed?.(tensor), unnamed?.(tensor, true)] : [];
    const own = codeOf(tensor);
    const codes = [...(own === undefined ? unwritten : [own]), ...written];
    for (const code of new Set(codes)) {
      if (code === undefined) continue;
      const those = known.get(code);
      if (those === undefined) known.set(code, [tensor]);
      else those.push(tensor);
    }
  }
  return known;
}

interface Parts {
  readonly dtype: DType;
  /** What stands for `old`. */
  readonly form: string | undefined;
  readonly old: ReadonlySet<AnyTensor>;
  readonly codes: ReadonlyMap<string, readonly AnyTensor[]>;
  /** What the calls of the program have made. */
  readonly made: ReadonlySet<AnyTensor>;
  /** What all of it comes to. */
  readonly end: AnyTensor;
  /** What it is differentiated by. */
  readonly leaves: readonly AnyTensor[];
  /** What others stand for. */
  readonly moved: readonly AnyTensor[];
  readonly others: Others | undefined;
  /** Numbers in the code that are multiplied by another. */
  readonly shrunk: ReadonlySet<AnyTensor>;
  readonly by: number;
  readonly instead: Running["instead"];
  readonly sees: Running["sees"];
  readonly shaken: Running["shaken"];
}

/** By how much of itself: four units in the last place of a double, as less may be rounded away. */
const SHAKEN = 2 ** -50;

/** What is handed on, as the largest of some is, has not been rounded, and is recognised by what it is. */
function shake(made: AnyTensor, inputs: readonly AnyTensor[], which: number, way: number): void {
  const handed = new Set(inputs.flatMap((input): readonly number[] => Array.from(input.raw)));
  made.raw.forEach((value: number, at: number) => {
    if (!handed.has(value)) made.raw[at] = value * (1 + SHAKEN * direction(which, way, at));
  });
}

/** From here on a difference from 1 has few digits left. */
const FEW = 2 ** -10;

/** What was written into a tensor has another magnitude. */
function measureAgain(tensor: AnyTensor): void {
  tensor.peak = UNMEASURED;
  tensor.use("again");
}

const NONE: ReadonlySet<AnyTensor> = new Set();
const NO_CODES: Parts["codes"] = new Map();

/** Small numbers in the code that are added, or a bound, so that something is not 0: not a step that is divided by, too. */
function epsilonsIn(calls: readonly Call[]): ReadonlySet<AnyTensor> {
  const isKeeping = ({ op }: Call): boolean => op.name === "add" || op.name === "maximum";
  const steps = new Set(
    calls.flatMap((call) => (isKeeping(call) ? [] : call.inputs.map(({ written }) => written))),
  );
  const isSmall = ({ written = 0 }: AnyTensor): boolean =>
    written > 0 && written <= EPSILON && !steps.has(written);
  return new Set(calls.filter(isKeeping).flatMap(({ inputs }) => inputs.filter(isSmall)));
}

/** One run, with tensors of its own. */
class Program {
  readonly #parts: Parts;
  readonly #isWide: boolean;
  readonly #new = new Map<AnyTensor, AnyTensor>();
  /** What is replaced, as it was: the new form may be made of it. */
  readonly #kept = new Map<AnyTensor, AnyTensor>();
  /** By name, what a function in the new form was called with. */
  readonly #given = new Map<string, Value>();
  #replacing: AnyTensor | undefined;
  #isInForm = false;
  before: readonly number[] = [];
  after: readonly number[] = [];
  readonly #known: Known = {
    valuesOf: (of) => this.#new.get(of)?.raw ?? [],
    functionOf: (name) => forms[name] as ((x: number) => number) | undefined,
  };

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#isWide = parts.dtype === "float64";
  }

  leaves(): ReadonlyMap<string, Tensor> {
    const { leaves } = this.#parts;
    return this.#inForm(
      () => new Map(leaves.map((leaf, i) => [String(i), this.valueOf(leaf) as Tensor])),
    );
  }

  /** What a tensor of the program is now. */
  valueOf(of: AnyTensor): AnyTensor {
    const known = this.#isInForm && this.#parts.old.has(of) ? this.#kept : this.#new;
    const ready = known.get(of);
    if (ready !== undefined) return ready;
    const value = this.#anew(of);
    const values = this.#parts.instead?.get(of);
    if (values !== undefined) {
      value.raw.set(values);
      measureAgain(value);
    }
    if (values === undefined && this.#isWide && of.call !== undefined)
      this.#exactly(of.call, value);
    const { shaken, made } = this.#parts;
    if (shaken !== undefined && this.#isWide && made.has(of)) {
      const inputs = of.call?.inputs.map((input) => this.valueOf(input)) ?? [];
      shake(value, inputs, this.#new.size, shaken);
    }
    this.#parts.sees?.(of, value.raw);
    known.set(of, value);
    return value;
  }

  /** Puts what doubles have rounded away as well in its place: what a number next to 1 leaves of that. */
  #exactly(call: Call, value: AnyTensor): void {
    if (!/^(add|sub)$/.test(call.op.name) || !call.inputs.some(({ written }) => written === 1))
      return;
    let isOther = false;
    for (let at = 0; at < value.size; at++) {
      if (!(Math.abs(value.raw[at] ?? 1) < FEW)) continue;
      const left = leftOf(call, at, this.#known);
      if (left === undefined || !Number.isFinite(left)) continue;
      value.raw[at] = left;
      isOther = true;
    }
    if (isOther) measureAgain(value);
  }

  #inForm<T>(body: () => T): T {
    const before = this.#isInForm;
    this.#isInForm = true;
    try {
      return body();
    } finally {
      this.#isInForm = before;
    }
  }

  #anew(of: AnyTensor): AnyTensor {
    const { form, old, made } = this.#parts;
    if (form !== undefined && old.has(of) && !this.#isInForm) return this.#replaced(of, form);
    const { call, tape } = of;
    if (call === undefined || !made.has(of)) return this.#copy(of);
    const inputs = call.inputs.map((input) => this.valueOf(input) as Tensor);
    if (call.op.name === "cast" && this.#isWide) return inputs[0] as Tensor;
    const logit = this.#isWide ? logitOf(call) : undefined;
    const run = (): AnyTensor =>
      logit === undefined
        ? apply(call.op, inputs, call.attrs)
        : ((forms.sigmoid as Form)(this.valueOf(logit)) as AnyTensor);
    // What was not recorded had no gradient.
    return tape === undefined ? noGrad(run) : run();
  }

  #replaced(of: AnyTensor, form: string): AnyTensor {
    const outer = this.#replacing;
    this.#replacing = of;
    const value = this.#inForm(() => this.#evaluate(form));
    this.#replacing = outer;
    const dtype = this.#isWide ? "float64" : of.dtype;
    // What it goes into has been planned for this shape, and this type.
    const isOfType = (made: AnyTensor): boolean => of === this.#parts.end || made.dtype === dtype;
    if (!(value instanceof Tensor) || !isOfType(value)) throw new Unknown();
    if (show(value.shape) !== show(of.shape)) throw new ShapeError("");
    this.before = of.readable ? Array.from(of.raw) : [];
    this.after = Array.from(value.raw);
    return value;
  }

  #copy(of: AnyTensor): AnyTensor {
    const { moved, others, shrunk, by } = this.#parts;
    const origin = of.origin === "op" ? "input" : of.origin;
    const dtype = this.#isWide ? "float64" : of.dtype;
    const copy = new Tensor(of.shape, "again", origin, of.name, dtype);
    // A number in the code is a double before it meets a tensor.
    const isCode = of.written !== undefined && (this.#isWide || !of.readable);
    const from = isCode ? [of.written as number] : of.raw;
    const leaf = moved.indexOf(of);
    const change = shrunk.has(of)
      ? (_at: number, value: number) => value * by
      : leaf < 0
        ? undefined
        : others;
    copy.raw.set(from);
    if (change === undefined) copy.written = of.written;
    else
      copy.raw.forEach((value: number, at: number) => {
        copy.raw[at] = change(at, value, leaf);
      });
    return copy;
  }

  #applied({ names, body, args }: NonNullable<ReturnType<typeof readApplied>>): Value {
    const values = args.map((arg) => this.#evaluate(arg));
    names.forEach((name, i) => {
      this.#given.set(name, values[i] as Value);
    });
    try {
      return this.#evaluate(body);
    } finally {
      this.#given.clear();
    }
  }

  /** Of several that are written alike, as in the turns of a loop, the one that is nearest to what is replaced. */
  #nearest(all: readonly AnyTensor[]): AnyTensor | undefined {
    if (all.length < 2 || this.#replacing === undefined) return all[0];
    const before = new Set([this.#replacing]);
    for (const one of before) {
      if (all.includes(one)) return one;
      for (const input of one.call?.inputs ?? []) before.add(input);
    }
    return all[0];
  }

  /** What is read by the call that is replaced, and has no code: the one that is so. */
  #unnamed(): AnyTensor | undefined {
    const [own, ...others] =
      this.#replacing?.call?.inputs.filter((input) => codeOf(input) === undefined) ?? [];
    return others.length === 0 ? own : undefined;
  }

  #evaluate(code: string): Value {
    const { codes } = this.#parts;
    // A number is of whatever type it meets.
    const number = numberIn(code, (name) => codes.get(name)?.[0]?.size);
    if (number !== undefined) return number;
    const given = this.#given.get(code);
    if (given !== undefined) return given;
    // What is made of what was given is not what the program has made.
    const known = this.#given.size > 0 ? undefined : this.#nearest(codes.get(code) ?? []);
    if (known !== undefined) return this.valueOf(known);
    const unnamed = code === UNKNOWN ? this.#unnamed() : undefined;
    if (unnamed !== undefined) return this.valueOf(unnamed);
    const applied = readApplied(code);
    if (applied !== undefined) return this.#applied(applied);
    if (/^[[{"]/.test(code)) return literalIn(code);
    if (code.startsWith("() => ")) return () => this.#evaluate(code.slice(6));
    const { op = "", args = [] } = readCall(code) ?? {};
    if (op === "cast" && this.#isWide) return this.#evaluate(args[0] ?? "");
    const form = Object.hasOwn(forms, op) ? forms[op] : undefined;
    if (typeof form !== "function") throw new Unknown();
    const values = args.map((arg) => this.#evaluate(arg));
    if (op === "tensor" && this.#isWide && args.length === 1) values.push({ dtype: "float64" });
    if (op === "zeros" && this.#isWide && args.length === 1) values.push("float64");
    return (form as Form)(...values);
  }
}

/** A number as code: itself, one of `Math`, or how many elements something has. */
function numberIn(code: string, sizeOf: (name: string) => number | undefined): number | undefined {
  if (code !== "" && !Number.isNaN(Number(code))) return Number(code);
  const [, name] = /^(\w+)\.size$/.exec(code) ?? [];
  if (name !== undefined) return sizeOf(name);
  const [, constant] = /^Math\.([A-Z0-9]+)$/.exec(code) ?? [];
  if (constant !== undefined) return Math[constant as "PI"];
  const [, f, of = ""] = /^Math\.(log|sqrt)\((.*)\)$/.exec(code) ?? [];
  const inner = f === undefined ? undefined : numberIn(of, sizeOf);
  return inner === undefined ? undefined : Math[f as "log" | "sqrt"](inner);
}

/** Options, an array, or a text as code. */
function literalIn(code: string): Value {
  try {
    return JSON.parse(code.replace(/(\w+):/g, '"$1":'));
  } catch {
    throw new Unknown();
  }
}
