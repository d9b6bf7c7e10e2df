/**
 * Whether a number that was lost is of any matter to what is looked at: it is lost for good only where another one in its place
 * would change that. What comes after it is run once more, with others there. Asked before an alarm, and not while all is well.
 */
import { aside } from "./aside.js";
import { kindOf, nextBad } from "./diagnose.js";
import type { GuardEvent } from "./guard.js";
import type { Call } from "./op.js";
import { runtime } from "./runtime.js";
import { callsBefore } from "./tape.js";
import { type AnyTensor, INFINITY_BITS, type Tensor } from "./tensor.js";

/** Ops that are run again at the most, elements that are, and those that are looked at one by one. */
const MOST_CALLS = 4096;
const MOST_ELEMENTS = 2 ** 22;
const LOOKED_AT = 4096;

/** By event: the output in which a number was lost. */
const lostTo = new WeakMap<GuardEvent, { readonly out: WeakRef<Tensor>; readonly at: Elements }>();

type Elements = readonly number[] | undefined;

/** Remembers where a number was lost, and in which elements, if that is known. Gives the event back. */
export function lostInto(out: AnyTensor, event: GuardEvent, at?: Elements): GuardEvent {
  if (event.alarm === true) lostTo.set(event, { out: new WeakRef(out as Tensor), at });
  return event;
}

/** The elements in which an ∞ or a NaN is lost; undefined where they are too many to tell. */
function lostIn(call: Call): Elements {
  const { op, inputs, out } = call;
  const isLost = (at: number): boolean =>
    op.locate(call, at).operands.some(({ value }) => kindOf(value) > 0);
  if (out.size <= LOOKED_AT) return Array.from({ length: out.size }, (_, i) => i).filter(isLost);
  const bad = inputs.filter(({ peak }) => peak >= INFINITY_BITS);
  if (bad.length === 0 || bad.some(({ size }) => size !== out.size)) return undefined;
  const found: number[] = [];
  for (const tensor of bad)
    for (let at = nextBad(tensor, 0); at >= 0; at = nextBad(tensor, at + 1)) found.push(at);
  return found;
}

/** A number that could stand there as well: on one side, or the other. */
function other(op: string, value: number, size: number, side: 1 | -1): number {
  const isIndex = /^(arg|equal|greater|less|logical|notEqual|any|all)/.test(op);
  return isIndex ? (value === 0 ? 1 : 0) : value + side * Math.max(1, size);
}

/** Elements that are tried one by one, too: two that are others may make up for each other. */
const ALONE = 4;

const isSame = (a: Tensor, b: Tensor): boolean => a.raw.every((v, i) => Object.is(v, b.raw[i]));

/** Whether the tensor at the end changes where those elements are others; undefined where that cannot be told. */
function changes(
  calls: readonly Call[],
  from: Tensor,
  at: readonly number[],
  side: 1 | -1,
  end: AnyTensor,
): boolean | undefined {
  return aside((copy) => {
    const first = copy(from);
    if (first === undefined) return undefined;
    first.raw.set(from.raw);
    const { maker, raw, magnitude } = from;
    for (const flat of at) first.raw[flat] = other(maker, raw[flat] ?? 0, magnitude, side);
    first.use("again");
    const changed = new Map<AnyTensor, Tensor>([[from, first]]);
    let [ran, elements] = [0, 0];
    for (const call of calls) {
      const { op, inputs, out } = call;
      if (!inputs.some((input) => changed.has(input))) continue;
      elements += out.size;
      const isCheap = ++ran <= MOST_CALLS && elements <= MOST_ELEMENTS;
      // What a user wrote is not run twice.
      if (!isCheap || op.absorbs === "unknown") return undefined;
      if (!out.readable || !inputs.every(({ readable }) => readable)) return undefined;
      const next = copy(out);
      if (next === undefined) return undefined;
      const others = inputs.map((input) => changed.get(input) ?? input);
      next.peak = op.forward(runtime().kernels, { ...call, inputs: others, out: next }) >>> 0;
      if (!isSame(next, out)) changed.set(out, next);
    }
    return changed.has(end);
  });
}

/** Whether what an event tells of is lost to a tensor that came of it. */
export function matters(event: GuardEvent, end: AnyTensor): boolean {
  const lost = lostTo.get(event);
  const from = lost?.out.deref();
  const call = from?.call;
  if (from === undefined || call === undefined || from === end) return true;
  if (!/^(hidden-nan|lost-(over|under)flow)$/.test(event.place?.cause ?? "")) return true;
  if (!from.readable || !call.inputs.every(({ readable }) => readable)) return true;
  const at = lost?.at ?? lostIn(call);
  if (at === undefined || at.length === 0) return true;
  const calls = callsBefore(end);
  if (calls?.includes(call) !== true) return true;
  const sets = [at, ...(at.length > 1 ? at.slice(0, ALONE).map((one) => [one]) : [])];
  const sides = [1, -1] as const;
  return sets.some((set) => sides.some((side) => changes(calls, from, set, side, end) !== false));
}
