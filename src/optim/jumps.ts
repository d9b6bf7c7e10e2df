/**
 * Parameters that a step made huge. An element that overflows later is traced to the step, and to what that read for this
 * very element: gradients and states, which are gone by then.
 */
import {
  eachLeap,
  HUGE,
  leapAt,
  leapBefore,
  leapOf,
  type Operand,
  operand,
} from "../diagnosis/diagnose.js";
import { type BirthReport, chainOf, showNumber } from "../diagnosis/report.js";
import { unflatten } from "../shape.js";
import type { ArrayOf, DType, Tensor } from "../tensor.js";
import type { Ready, Rule } from "./optimizer.js";

/** Steps that are looked back on: each holds copies of what it read. */
const KEPT = 8;

/** What a step read of a tensor. */
interface Read {
  readonly name: string;
  readonly numbers: ArrayOf<DType>;
  from(flat: number): BirthReport | undefined;
}

/** How a step of any rule is written. */
export const STAGE = "p ← p − update";

/** How an expression names weight decay, where that is what takes a parameter so far. */
export const decaying = (decay: number): string => `, with lr · weightDecay = ${showNumber(decay)}`;

/** A step that may make elements of a parameter huge, before it is taken. */
export interface Jump {
  readonly rule: Rule;
  readonly name: string;
  readonly step: number;
  /** What of an element weight decay takes away. */
  readonly decay: number;
  readonly p: Read;
  readonly read: readonly Read[];
  readonly earlier: BirthReport | undefined;
}

/** Index of the element of largest magnitude, NaN before all. */
export function largest(tensor: Tensor): number {
  const { raw } = tensor;
  let at = 0;
  raw.forEach((value, i) => {
    if (Number.isNaN(value) && !Number.isNaN(raw[at])) at = i;
    else if (Math.abs(value) > Math.abs(raw[at] ?? 0)) at = i;
  });
  return at;
}

/** Where an element got its magnitude from, if it is huge: of a tensor without a tape it is known of the largest alone. */
export function hugeAt(tensor: Tensor, flat: number): BirthReport | undefined {
  const element = operand("", tensor, flat);
  if (!isHuge(element.value)) return undefined;
  return tensor.leap === undefined || flat === largest(tensor) ? leapAt(element) : undefined;
}

const isHuge = (value = 0): boolean => Math.abs(value) >= HUGE && Math.abs(value) < Infinity;

/** To be called before the step: what it reads is written over by it. */
export function jumpOf(rule: Rule, entry: Ready, lr: number, step: number): Jump {
  const { name, p, g, state } = entry;
  p.look();
  const states = [state.m, state.v].filter((tensor) => tensor !== undefined);
  return {
    rule,
    name,
    step,
    decay: lr * (rule.decay ?? 0),
    p: readOf(p, name),
    read: [g, ...states].map((tensor) => readOf(tensor, "gradient")),
    // What was huge before is known as it was then: the step moves it.
    earlier: p.leap ?? (p.absMax >= HUGE && p.absMax < Infinity ? leapOf(p) : undefined),
  };
}

/** Whether what one element owes its size to may be behind others: it stands elsewhere than that one. */
function isShared(known: BirthReport | undefined, { shape }: Tensor, most: number): boolean {
  const own = String(unflatten(most, shape));
  return known !== undefined && chainOf(known).some(({ index }) => String(index) !== own);
}

function readOf(tensor: Tensor, other: string): Read {
  const most = tensor.absMax >= HUGE ? largest(tensor) : -1;
  const known = most < 0 ? undefined : leapOf(tensor);
  const numbers: ArrayOf<DType> = tensor.raw.slice();
  return {
    name: tensor.name ?? other,
    numbers,
    // It is known of the largest alone; of another only where it is not the same element all the way.
    from: (flat) =>
      flat === most || (isHuge(numbers[flat]) && isShared(known, tensor, most)) ? known : undefined,
  };
}

/** How many jumps are known behind one, itself included. */
const depths = new WeakMap<BirthReport, number>();

/** After the step: where the largest element became huge, from which others have theirs; undefined where none is. */
export function leapAfter(p: Tensor, jump: Jump): BirthReport | undefined {
  const { earlier, p: before } = jump;
  if (p.absMax < HUGE) return undefined;
  const isNew = (value: number, flat: number): boolean =>
    isHuge(value) && !isHuge(before.numbers[flat]);
  if (p.raw.findIndex(isNew) < 0) return earlier;
  const depth = (earlier && depths.get(earlier)) ?? 0;
  const known = depth > 0 && depth < KEPT ? earlier : undefined;
  // Not what it is when somebody asks: a view may have written there since.
  const after: ArrayOf<DType> = p.raw.slice();
  const leapIn = (at: Operand): BirthReport => {
    if (isNew(after[at.flat] ?? 0, at.flat)) return birthIn(jump, p, at.flat);
    return leapBefore(at, isHuge(before.numbers[at.flat]) ? known : undefined);
  };
  const leap = { ...leapIn(operand("", p, largest(p))) };
  depths.set(leap, known === undefined ? 1 : depth + 1);
  // What others are made of it has the leap of the largest.
  return eachLeap(leap, (at) => (at.tensor === p ? leapIn(at) : leap));
}

function birthIn(
  { rule, step, decay, p: before, read, name }: Jump,
  { shape }: Tensor,
  flat: number,
): BirthReport {
  const index = unflatten(flat, shape);
  const readIn = ({ numbers }: Read): number => numbers[flat] ?? Number.NaN;
  const decays = decay * Math.abs(readIn(before)) >= HUGE / 2;
  const operands = (decays ? [before] : read).map((one) => ({
    name: one.name,
    value: readIn(one),
    index,
  }));
  const from = decays ? undefined : sourceIn(read, flat);
  const all = operands.map((o) => `${o.name} = ${showNumber(o.value)}`).join(", ");
  return {
    op: rule.name,
    phase: "optimizer",
    stage: STAGE,
    name,
    index,
    operands,
    expression: `step ${step} from ${all}${decays ? decaying(decay) : ""}`,
    cause: "huge-value",
    fix: decays ? ["lower-decay", "lower-lr"] : ["clip-norm", "lower-lr"],
    ...(from && { from }),
  };
}

/** The gradient, or the momentum that has gathered more. */
function sourceIn([g, m]: readonly Read[], flat: number): BirthReport | undefined {
  const size = (one: Read | undefined): number => Math.abs(one?.numbers[flat] ?? 0);
  return (size(m) > size(g) ? m : g)?.from(flat);
}
