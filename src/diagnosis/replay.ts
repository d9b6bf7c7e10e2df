/**
 * Programs that are run once more, beside the one that they are of: in float64, or with other numbers in the leaves. What an ∞ or a 0
 * stands for; whether anything changes where an input is scaled, or what is raised shifted. Asked when something went bad, and not while
 * all is well.
 */

import type { Call } from "../op.js";
import { runtime } from "../runtime.js";
import { callsBefore } from "../tape.js";
import { type AnyTensor, type DType, overwritten, type Tensor } from "../tensor.js";
import { aside } from "./aside.js";
import { type Operand, operandsOf } from "./diagnose.js";

/** Calls that are run again at the most, and elements of each. */
const MOST_CALLS = 64;
const MOST_ELEMENTS = 2 ** 12;

/** By how much two numbers may differ that are the same but for rounding. */
export const ALIKE = 1e-4;

/** Whether one number is another than the exact one, and not only by what rounding leaves. */
export const isFelt = (got: number, exact: number): boolean =>
  !(Math.abs(got - exact) <= 2 ** -10 * Math.max(Math.abs(got), Math.abs(exact)));

/** What is less than this, the size of an epsilon, is not missed. */
export const UNFELT = 1e-6;

/** What something gives, found out once, and not before it is asked for. */
export function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

/** A leaf that moves: neither a number in the code nor a mask of what counts. */
const moves = ({ call, origin, name, shape }: AnyTensor): boolean =>
  call === undefined && (origin !== "input" || name !== undefined || shape.length > 0);

/** A program: its calls in their order, and the leaves that may be others. */
export interface Program {
  readonly calls: readonly Call[];
  readonly leaves: readonly AnyTensor[];
}

/** Whether it is known what a tensor holds: a number in the code is, when its tensor has been freed, too. */
export const isAtHand = ({ readable, written }: AnyTensor): boolean =>
  readable || written !== undefined;

/**
 * The calls that have to be run for a tensor: of what has been freed, or written to since, a tensor that came from it has the numbers
 * still.
 */
export function neededFor(out: AnyTensor, calls: readonly Call[]): readonly Call[] {
  const made = new Set<AnyTensor>();
  // In their order: what a call reads has been seen before it.
  for (const call of calls) {
    const isKnown = call.inputs.every((input) => isAtHand(input) || made.has(input));
    if (isKnown && call.age === overwritten() && !call.out.viewed) made.add(call.out);
  }
  const needed = new Set<AnyTensor>([out]);
  for (const { call } of needed)
    if (call && made.has(call.out)) for (const input of call.inputs) needed.add(input);
  return calls.filter((call) => needed.has(call.out) && made.has(call.out));
}

/** What a tensor came from, where all of it can be run again in float64. */
export function programOf(out: AnyTensor): Program | undefined {
  const known = callsBefore(out);
  if (known === undefined || known.length > MOST_CALLS) return undefined;
  const calls = neededFor(out, known);
  if (calls.length === 0 && known.length > 0) return undefined;
  const made = new Set(calls.map((call) => call.out as AnyTensor));
  const read = new Set([out, ...calls.flatMap(({ inputs }) => inputs)]);
  const canRun =
    calls.every(
      ({ op }) => op.name === "cast" || (op.float64 === true && op.absorbs !== "unknown"),
    ) && [...read].every((one) => (isAtHand(one) || made.has(one)) && one.size <= MOST_ELEMENTS);
  const isLeaf = (one: AnyTensor): boolean => !made.has(one) && moves(one);
  return canRun ? { calls, leaves: [...read].filter(isLeaf) } : undefined;
}

/** What an element of a leaf is instead. */
type Others = (leaf: number, at: number, value: number) => number;

/** What some tensors are, in float64 or another type, with other numbers in the leaves; undefined where memory is full. */
export function valuesAt(
  { calls, leaves }: Program,
  wanted: readonly AnyTensor[],
  others: Others,
  dtype: DType = "float64",
): readonly ArrayLike<number>[] | undefined {
  return aside((copy) => {
    const made = new Map<AnyTensor, Tensor>();
    const again = (of: AnyTensor): Tensor | undefined => {
      const known = made.get(of) ?? copy(of, dtype);
      if (known !== undefined) made.set(of, known);
      return known;
    };
    const leaf = (of: AnyTensor): Tensor | undefined => {
      if (made.has(of)) return made.get(of);
      const which = leaves.indexOf(of);
      const own = again(of);
      // A number in the code is a double before it meets a tensor, and known when that has been freed.
      const written = dtype === "float64" || !of.readable ? of.written : undefined;
      const values = written === undefined ? of.raw : [written];
      values.forEach((before: number, at: number) => {
        if (own) own.raw[at] = which < 0 ? before : others(which, at, before);
      });
      return own;
    };
    for (const call of calls) {
      const inputs = call.inputs.map(leaf);
      const out = again(call.out);
      if (out === undefined || inputs.includes(undefined)) return undefined;
      if (call.op.name === "cast") out.raw.set(inputs[0]?.raw ?? []);
      else call.op.forward(runtime().kernels, { ...call, inputs, out } as unknown as Call);
    }
    return wanted.map((tensor) => leaf(tensor)?.raw.slice() ?? []);
  });
}

/** Whether an operand that is 0 is none in float64: its digits have cancelled, or it was too small. */
export function isZeroOfRounding(out: AnyTensor, flat: number): boolean {
  const { call } = out;
  if (!call?.inputs.every(({ readable }) => readable)) return false;
  const { operands } = call.op.locate(call, flat);
  // Of 0 / 0 it is the divisor that must not be 0; one that is masked does not speak for the row.
  if (call.op.name === "div" && operands[1]?.value === 0)
    return (
      inDouble(out)?.some(
        (v, i) => v !== 0 && Number.isFinite(v) && !Number.isFinite(out.raw[i]),
      ) === true
    );
  const zero = operands.find(({ value }) => value === 0);
  return zero !== undefined && isRoundedToZero(zero);
}

/** The same of an operand itself. */
export function isRoundedToZero(zero: Operand): boolean {
  const exact = inDouble(zero.tensor)?.[zero.flat];
  return exact !== undefined && Number.isFinite(exact) && (exact !== 0 || isOfLimits(zero));
}

/** Functions that never reach the limit that they are rounded to. */
export const NEARING: ReadonlySet<string> = new Set(["erf", "ndtr", "sigmoid", "tanh"]);

/** Whether it is a difference of one function at two places, which is 0 for both being next to its limit. */
function isOfLimits({ tensor, flat }: Operand): boolean {
  const { call } = tensor;
  if (call?.op.name !== "sub" || !call.inputs.every(({ readable }) => readable)) return false;
  const sides = call.op.locate(call, flat).operands.map((side) => operandsOf(side));
  const [a, b] = sides.map((side) => side?.operands[0]?.value);
  const isSame = sides[0] !== undefined && sides[0].op === sides[1]?.op;
  return isSame && NEARING.has(sides[0]?.op ?? "") && a !== b;
}

/** What a tensor is in float64; undefined where that cannot be told. */
export function inDouble(tensor: AnyTensor): readonly number[] | undefined {
  const program = tensor.dtype === "float64" ? undefined : programOf(tensor);
  const [exact] = (program && valuesAt(program, [tensor], (_leaf, _at, value) => value)) ?? [];
  return exact && Array.from(exact);
}

/** Whether other leaves give, in the type that it has, or in that one, what a tensor is in float64, which holds it. */
function isAsMeant(
  program: Program,
  out: AnyTensor,
  others: Others,
  dtype: DType = out.dtype,
): boolean {
  const [own] = valuesAt(program, [out], (_leaf, _at, value) => value) ?? [];
  const [other] = valuesAt(program, [out], others, dtype) ?? [];
  if (own === undefined || other === undefined) return false;
  return Array.from(own).every(
    (v, i) => Number.isFinite(v) && Math.abs(v - (other[i] ?? NaN)) <= ALIKE * Math.abs(v),
  );
}

/** What is divided by at the least: its square, which the slope is divided by, is a number too. */
const LEAST_DIVISOR = 2 ** -60;

/**
 * Whether that is so, and what is divided by has a slope; and not at this place alone: others leave it as it is in float64, too; nor
 * because nothing hangs on it here, as with a weight of 0: what is uneven changes it.
 */
function isAsGood(
  program: Program,
  out: AnyTensor,
  others: Others,
  elsewhere: Others,
  uneven: Others,
): boolean {
  const divisors = program.calls.flatMap(({ op, inputs }) =>
    op.name === "div" ? inputs.slice(1) : [],
  );
  const under = valuesAt(program, divisors, others, out.dtype) ?? [];
  return (
    isAsMeant(program, out, others) &&
    isAsMeant(program, out, elsewhere, "float64") &&
    !isAsMeant(program, out, uneven, "float64") &&
    under.every((one) => Array.from(one).every((v) => Math.abs(v) >= LEAST_DIVISOR))
  );
}

/** Over which axes the maximum of a tensor may be taken, as an argument: all, one of a matrix. */
const ACROSS = ["", ", { axis: 1, keepDims: true }", ", { axis: 0, keepDims: true }"];

/** Those of a tensor of this shape. */
export const waysAcross = (shape: readonly number[]): readonly string[] =>
  ACROSS.slice(0, shape.length === 2 ? 3 : 1);

/** How the largest of a tensor is taken, so that what is made of each with that serves as well; undefined where it does not. */
function acrossWhere(
  z: AnyTensor,
  size: (v: number) => number,
  serves: (of: (at: number) => number) => boolean,
): string | undefined {
  const [, columns = 1] = z.shape;
  const groups = [() => 0, (at: number) => Math.floor(at / columns), (at: number) => at % columns];
  return waysAcross(z.shape).find((_, i) => {
    const groupOf = groups[i] as (at: number) => number;
    const most: number[] = [];
    z.raw.forEach((v, at) => {
      most[groupOf(at)] = Math.max(most[groupOf(at)] ?? -Infinity, size(v));
    });
    return serves((at) => most[groupOf(at)] ?? 0);
  });
}

/** How the maximum is taken that an input of that name may be divided by: where a share, a mean, or a direction stays the same. */
export function scaleFreeBy(out: AnyTensor, name: string): string | undefined {
  const program = programOf(out);
  const scaled = program?.leaves.findIndex((leaf) => leaf.name === name) ?? -1;
  const leaf = program?.leaves[scaled];
  if (program === undefined || leaf === undefined) return undefined;
  return acrossWhere(leaf, Math.abs, (most) =>
    isAsGood(
      program,
      out,
      (which, at, value) => (which === scaled ? value / most(at) : value),
      (which, at, value) => (which === scaled ? value * (1.5 + Math.sin(most(at)) / 4) : value),
      (which, at, value) => (which === scaled ? value * (1.5 + Math.sin(at + 1) / 4) : value),
    ),
  );
}

/** The same of the maximum that a tensor may be less: of exponentials that are divided by others of the same. */
export function shiftFreeBy(out: AnyTensor, z: AnyTensor): string | undefined {
  const program = programOf(out);
  if (program === undefined || !z.readable || !z.raw.every(Number.isFinite)) return undefined;
  const behind = { calls: program.calls.filter((call) => call.out !== z), leaves: [z] };
  return acrossWhere(z, Number, (most) =>
    isAsGood(
      behind,
      out,
      (_leaf, at, value) => value - most(at),
      (_leaf, at, value) => value + Math.sin(most(at)),
      (_leaf, at, value) => value + Math.sin(at + 1),
    ),
  );
}
