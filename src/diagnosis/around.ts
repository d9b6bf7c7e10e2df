/**
 * The program around a birth, as code: the call where it began, what its output went into, the names in it. Kept beside a report,
 * which is plain data, for the length of the step.
 */

import type { Call } from "../op.js";
import { isWithin, operandIndex, ravel } from "../shape.js";
import { callsBefore, callsOf, lossOf } from "../tape.js";
import { isDouble, type Loan, type AnyTensor as Tensor } from "../tensor.js";
import { callCode, codeOf, ellipses, type Writing } from "./code.js";
import { isMask, kindOfPeak } from "./diagnose.js";
import type { Fix } from "./fixes.js";
import { type Limit, limitOf, type NearLimit, nearDifferenceOf, nearLimitOf } from "./limit.js";
import { inDouble, isZeroOfRounding, once, scaleFreeBy, shiftFreeBy } from "./replay.js";
import type { BirthReport } from "./report.js";
import { type Found, type Kind, type Rest, trialOf } from "./trial.js";
import type { Shapes } from "./written.js";

/** What of a program the code of a fix is written from. */
export interface Around {
  /** The call where it began. */
  readonly own: string | undefined;
  /** The calls that its output went into, directly or by others, the nearest first. */
  readonly onward: readonly string[];
  /** Whether its output went into several calls. */
  readonly isShared: boolean;
  /** The names of all tensors. */
  readonly names: ReadonlySet<string>;
  /** The shape of what some code stands for, where that is known. */
  readonly shapeOf: Shapes;
  /** What the program itself leaves out by: a mask that its output is multiplied with further on, or selected by. */
  mask(): string | undefined;
  /** Whether that leaves out the element where it began. */
  isLeftOut(): boolean;
  /** Whether an element beside the one where it began is ∞. */
  isBesideInfinity(): boolean;
  /** The limit of the quotient where it began, if it is 0 / 0; null where it has none. */
  limit(): Limit | null | undefined;
  /** What the quotient where it began is next to 0, where its digits cancel. */
  nearLimit(): NearLimit | undefined;
  /** What a sum or difference of two ∞ comes to. */
  nearDifference(met: BirthReport): NearLimit | undefined;
  /** Whether the 0 that it began at is none in float64. */
  isRounded(): boolean;
  /** Whether what it should have given is a number of float32 other than 0. */
  isWithin(): boolean;
  /** Whether all that the op of another birth should have given is a number of float32. */
  isHeld(met: BirthReport): boolean;
  /** The first call after it that float32 holds all of, where it is reckoned in float64 from the start. */
  heldLater(): string | undefined;
  /** What all of it came to, where float64 holds that and float32 does not. */
  heldByDouble(): string | undefined;
  /** Whether an element of what some code stands for is beyond float32, but not float64. */
  isBeyond(code: string): boolean;
  /** How the maximum is taken that an input may be divided by, so that nothing changes in the end; undefined where something does. */
  scaleFreeBy(name: string): string | undefined;
  /** How the maximum is taken that some code may be less, so that nothing changes in the end; undefined where something does. */
  shiftFreeBy(code: string): string | undefined;
  /** The largest magnitude of what some code stands for. */
  mostOf(code: string): number | undefined;
  /** What comes of a line of advice. */
  tried(line: string, calls: readonly string[], kind: Kind): Found;
  /** What is to be written besides. */
  rest(line: string, fix: Fix, calls: readonly string[]): Rest | undefined;
}

const UNTRIED: Found = { verdict: undefined };

/** Where nothing is known. */
export const NOWHERE: Around = {
  own: undefined,
  onward: [],
  isShared: false,
  names: new Set(),
  shapeOf: () => undefined,
  mask: () => undefined,
  isLeftOut: () => false,
  isBesideInfinity: () => false,
  limit: () => undefined,
  nearLimit: () => undefined,
  nearDifference: () => undefined,
  isRounded: () => false,
  isWithin: () => false,
  isHeld: () => false,
  heldLater: () => undefined,
  heldByDouble: () => undefined,
  isBeyond: () => false,
  scaleFreeBy: () => undefined,
  shiftFreeBy: () => undefined,
  mostOf: () => undefined,
  tried: () => UNTRIED,
  rest: () => undefined,
};

/** What was made where a number went bad: a report that is kept must not keep the program. */
const MADE = new WeakMap<BirthReport, Loan>();

/** Lets a birth know the output of the call in which it happened. */
export function happenedIn(birth: BirthReport, out: Tensor): void {
  MADE.set(birth, out.loan);
}

/** The output of that call, while it is in use. */
export const outputIn = (birth: BirthReport): Tensor | undefined => MADE.get(birth)?.tensor;

/** Above it there is no number of float32. */
const LARGEST = 2 ** 128;

/** Shares add up to 1 but for their rounding. */
const UNIT = 1e-5;

/** Two numbers for what a mask leaves out: nothing hangs on which of them it is. */
const STAND_INS = [0.375, 0.75];

/** What a birth should have given, as far as float64 holds it. */
function exactly(birth: BirthReport): number | undefined {
  const out = outputIn(birth);
  return out && inDouble(out)?.[ravel(birth.index, out.shape)];
}

/** Whether all of a tensor is a number of float32 in float64. */
const isHeld = (tensor: Tensor | undefined): boolean =>
  (tensor && inDouble(tensor))?.every((v) => Math.abs(v) < LARGEST) === true;

/** Calls that are given as code. */
const GIVEN = 32;

/** Calls that an output went into, the nearest first. */
function usesOf(out: Tensor, calls: readonly Call[]): readonly Call[] {
  const uses = new Set<Call>();
  const reached = new Set([out]);
  for (let grown = true; grown && uses.size < GIVEN; ) {
    grown = false;
    for (const call of calls) {
      if (uses.has(call) || !call.inputs.some((input) => reached.has(input))) continue;
      uses.add(call);
      reached.add(call.out);
      grown = true;
      if (uses.size >= GIVEN) break;
    }
  }
  return [...uses];
}

/** Ops of whose rows every element depends on all of them: what is left out of one is still in the others. */
const MIXING: ReadonlySet<string> = new Set([
  "layerNorm",
  "linear",
  "logSoftmax",
  "matmul",
  "softmax",
]);

/** The mask among some calls in which all that is left out of the first of them is left out; undefined where there is none. */
function maskIn(made: Tensor, uses: readonly Call[]): Tensor | undefined {
  const reached = new Set([made]);
  // Of x log x it is not x.
  const own = made.call?.inputs ?? [];
  // What is asked of the bad value itself leaves nothing out before it is there, unless it came in so.
  const isAsked = ({ call }: Tensor): boolean =>
    made.call === undefined &&
    call?.inputs.every((input) => input === made || input.written !== undefined) === true;
  const isLate = (one: Tensor): boolean => reached.has(one) && !isAsked(one);
  let isMixed = false;
  for (const { op, inputs, out } of uses) {
    isMixed ||= MIXING.has(op.name);
    const [value, other, condition] = inputs;
    const mask =
      op.name === "mul"
        ? inputs.find((input) => !isLate(input) && !own.includes(input) && isMask(input))
        : op.name === "where" && value && reached.has(value) && !(other && reached.has(other))
          ? condition
          : undefined;
    const isWhole = !isMixed || mask?.shape.at(-1) === 1;
    if (mask && isWhole && !isLate(mask) && isWithin(mask.shape, made.shape)) return mask;
    reached.add(out);
  }
  return undefined;
}

/** Whether it is the input that came in bad: by its name, or a number in the code by its value. */
function isBegun({ name, operands: [bad] }: BirthReport, input: Tensor): boolean {
  if (input.call !== undefined) return false;
  if (input.name !== undefined || input.size !== 1)
    return input.name !== undefined && input.name === name;
  return input.readable && Object.is(input.raw[0], bad?.value);
}

/** All tensors that have code, in some calls and before them. */
function tensorsIn(tensors: readonly Tensor[], writing: Writing): ReadonlyMap<string, Tensor> {
  const known = new Map<string, Tensor>();
  const seen = new Set(tensors);
  for (const tensor of seen) {
    const isLeaf = tensor.call === undefined && tensor.origin === "input";
    const code = codeOf(tensor) ?? (isLeaf ? writing.unnamed?.(tensor) : undefined);
    if (code !== undefined && !known.has(code)) known.set(code, tensor);
    const written = callCode(tensor, writing);
    if (written !== undefined) known.set(written, tensor);
    if (seen.size < 4 * GIVEN) for (const input of tensor.call?.inputs ?? []) seen.add(input);
  }
  return known;
}

/**
 * The program around a birth.
 *
 * @param arrived what it arrived at, where that is known: without a tape the way is followed back from there.
 * @param came what all of it came to, where that is another.
 */
export function around(birth: BirthReport, arrived?: Tensor, came?: Tensor): Around {
  const out = outputIn(birth);
  const sink = arrived ?? out;
  if (sink === undefined) return NOWHERE;
  // What has no gradient is on no tape, and what came of it may be.
  const recorded = [out, sink, came].flatMap((tensor) => (tensor ? callsOf(tensor) : []));
  const calls = [...new Set([...recorded, ...(callsBefore(sink) ?? [])])];
  const made = out ?? calls.flatMap(({ inputs }) => inputs).find((input) => isBegun(birth, input));
  const uses = made === undefined ? [] : usesOf(made, calls);
  const names = new Set<string>();
  for (const { inputs, out: made } of calls) {
    for (const { name } of [...inputs, made]) if (name !== undefined) names.add(name);
  }
  const end = arrived ?? uses.at(-1)?.out ?? out;
  let tensors: ReadonlyMap<string, Tensor> | undefined;
  const unnamed = ellipses();
  const writing = { whole: false, unnamed };
  const tensorOf = (code: string): Tensor | undefined => {
    tensors ??= tensorsIn([...(out ? [out] : []), ...uses.map((call) => call.out)], writing);
    return tensors.get(code);
  };
  const own = out && callCode(out, writing);
  const last = came?.call === undefined ? end : came;
  const [goal = last] = [came, out, arrived].flatMap((one) => (one && lossOf(one)) ?? []);
  const trials = once(() => goal && trialOf(goal, unnamed));
  // What is read elsewhere too, as the features of what a label stands beside, is not left out by that.
  const maskOf = once(() => {
    const mask = made && maskIn(made, uses);
    // One that is asked of the value itself goes with it.
    if (!mask?.readable || !made?.readable || mask.call !== undefined) return mask;
    const [one, other] = STAND_INS.map((value) =>
      made.raw.map((v: number, at: number) =>
        mask.raw[operandIndex(at, made.shape, mask.shape)] === 0 ? value : v,
      ),
    );
    return one && other && trials()?.hangsOn(made, one, other) === true ? undefined : mask;
  });
  return {
    own,
    // As they are called; and whole, where a name hides what they were made of.
    onward: [false, true]
      .flatMap((whole) => uses.map((call) => callCode(call.out, { whole, unnamed })))
      .filter((code) => code !== undefined),
    isShared: calls.filter(({ inputs }) => inputs.some((input) => input === out)).length > 1,
    names,
    mask: () => {
      const mask = maskOf();
      // A number in the code leaves out all or nothing.
      return mask && mask.size > 1 ? codeOf(mask) : undefined;
    },
    isLeftOut: () => {
      const mask = maskOf();
      const isOwn = birth.index.length === made?.shape.length;
      if (mask?.readable !== true || made === undefined || !isOwn) return false;
      const at = ravel(birth.index, made.shape);
      return mask.raw[operandIndex(at, made.shape, mask.shape)] === 0;
    },
    isBesideInfinity: () => out?.readable === true && out.raw.some((v) => Math.abs(v) === Infinity),
    limit: () => out && limitOf(out),
    nearLimit: () => out && nearLimitOf(out),
    nearDifference: (met) => {
      const sum = outputIn(met);
      return sum && nearDifferenceOf(sum);
    },
    isRounded: once(
      () => out !== undefined && isZeroOfRounding(out, ravel(birth.index, out.shape)),
    ),
    isWithin: () => {
      const exact = exactly(birth);
      return exact !== undefined && exact !== 0 && Math.abs(exact) < LARGEST;
    },
    isHeld: (met) => isHeld(outputIn(met)),
    heldLater: () => {
      const later = uses.find((call) => isHeld(call.out))?.out;
      return later && callCode(later, { whole: false, unnamed });
    },
    heldByDouble: () => {
      const exact = (goal && !isDouble(goal) && inDouble(goal)) || [];
      const isBeyond = exact.every(Number.isFinite) && exact.some((v) => Math.abs(v) >= LARGEST);
      return isBeyond && goal ? callCode(goal, { whole: true, unnamed }) : undefined;
    },
    isBeyond: (code) => {
      const tensor = tensorOf(code);
      const exact = tensor && kindOfPeak(tensor.peak) > 0 ? inDouble(tensor) : undefined;
      return exact?.some((v) => Number.isFinite(v) && Math.abs(v) >= LARGEST) === true;
    },
    mostOf: (code) => {
      const tensor = tensorOf(code);
      return tensor?.readable === true ? tensor.magnitude : undefined;
    },
    tried: (line, calls, kind) => trials()?.verdict(line, calls, kind) ?? UNTRIED,
    rest: (line, fix, calls) => trials()?.rest(line, fix, calls),
    scaleFreeBy: (name) => goal && scaleFreeBy(goal, name),
    shiftFreeBy: (code) => {
      const z = tensorOf(code);
      return z && goal && shiftFreeBy(goal, z);
    },
    shapeOf: Object.assign((code: string) => tensorOf(code)?.shape, {
      below0: (code: string) => {
        const tensor = tensorOf(code);
        return tensor?.readable !== true || tensor.raw.some((v) => v < 0);
      },
      positive: (code: string) => {
        const tensor = tensorOf(code);
        const isInput = tensor?.origin === "input" && tensor.tape === undefined;
        return isInput && tensor.readable && tensor.raw.every((v) => v > 0);
      },
      shares: (code: string) => {
        const tensor = tensorOf(code);
        const side = tensor?.shape.at(-1) ?? 0;
        if (tensor?.readable !== true || side === 0) return false;
        const totals = Array.from({ length: tensor.size / side }, () => 0);
        tensor.raw.forEach((v, i) => {
          totals[Math.floor(i / side)] = (totals[Math.floor(i / side)] ?? 0) + v;
        });
        return totals.every((total) => Math.abs(total - 1) < UNIT);
      },
      whole: (code: string) => {
        const tensor = tensorOf(code);
        const isConstant = tensor?.origin === "input" && tensor.tape === undefined;
        return isConstant && tensor.readable && tensor.raw.every(Number.isInteger);
      },
      fixed: (code: string) => {
        const tensor = tensorOf(code);
        return tensor !== undefined && tensor.tape === undefined;
      },
      hollow: (code: string) => {
        const tensor = tensorOf(code);
        if (tensor?.readable !== true) return false;
        const columns = tensor.shape.length === 2 ? (tensor.shape[1] ?? 1) : 1;
        const known = new Set<number>();
        tensor.raw.forEach((v, i) => {
          if (!Number.isNaN(v)) known.add(i % columns);
        });
        return known.size < columns;
      },
      wanted: (code: string) => {
        const tensor = tensorOf(code);
        return tensor !== undefined && tensor.call === undefined && tensor.tape !== undefined;
      },
      has0: (code: string) => {
        const tensor = tensorOf(code);
        return tensor?.readable === true && tensor.raw.includes(0);
      },
    }),
  };
}
