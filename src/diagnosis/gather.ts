/**
 * A program that begins later: where several leaves have come together in one tensor, and go on in that alone, that is a leaf of it. What
 * a quotient tends to is a function of that then, wherever the leaves are.
 */

import type { Call } from "../op.js";
import { isWithin, type Shape } from "../shape.js";
import type { AnyTensor } from "../tensor.js";
import type { Program } from "./replay.js";

/** A program, and the tensor of it that stands for one of the program that it was made of. */
export interface Gathered {
  readonly program: Program;
  same(tensor: AnyTensor): AnyTensor;
}

/** The same with one tensor for all that were made in the same way, as of one expression that is written twice. */
function shared({ calls, leaves }: Program): Gathered {
  const first = new Map<string, AnyTensor>();
  const same = new Map<AnyTensor, AnyTensor>();
  const keys = new Map<AnyTensor, number>();
  const firstOf = (tensor: AnyTensor, key: string): AnyTensor => {
    const known = first.get(key) ?? tensor;
    first.set(key, known);
    same.set(tensor, known);
    if (!keys.has(known)) keys.set(known, keys.size);
    return known;
  };
  const read = (tensor: AnyTensor): AnyTensor => {
    const isNumber = tensor.shape.length === 0 && !leaves.includes(tensor);
    const key = isNumber ? `${tensor.dtype} ${tensor.written ?? tensor.raw[0]}` : `#${keys.size}`;
    return same.get(tensor) ?? firstOf(tensor, key);
  };
  const kept: Call[] = [];
  for (const call of calls) {
    const inputs = call.inputs.map(read);
    const from = inputs.map((input) => keys.get(input)).join();
    const out = firstOf(call.out, `${call.op.name} ${from} ${JSON.stringify(call.attrs)}`);
    if (out === call.out) kept.push({ ...call, inputs, out } as unknown as Call);
  }
  return { program: { calls: kept, leaves }, same: (tensor) => same.get(tensor) ?? tensor };
}

/** By what was made: all that it came from. */
function sourcesIn(calls: readonly Call[]): ReadonlyMap<AnyTensor, ReadonlySet<AnyTensor>> {
  const sources = new Map<AnyTensor, ReadonlySet<AnyTensor>>();
  for (const { inputs, out } of calls)
    sources.set(out, new Set(inputs.flatMap((input) => [input, ...(sources.get(input) ?? [])])));
  return sources;
}

/** The first tensors in which leaves have come together, each element of them one of a shape. */
function meetings({ calls, leaves }: Program, shape: Shape, isOpen: boolean): readonly AnyTensor[] {
  const sources = sourcesIn(calls);
  const met: AnyTensor[] = [];
  for (const { out } of calls) {
    const before = sources.get(out) ?? new Set();
    const from = leaves.filter((leaf) => before.has(leaf));
    const isMet = from.length > 1 || from.some(({ size }) => size !== out.size);
    const goOn = calls.some(
      (call) =>
        call.out !== out &&
        !before.has(call.out) &&
        call.inputs.some(
          (input) => before.has(input) && (sources.has(input) || leaves.includes(input)),
        ),
    );
    if (
      isMet &&
      (isOpen || !goOn) &&
      isWithin(out.shape, shape) &&
      !met.some((one) => before.has(one))
    )
      met.push(out);
  }
  return met;
}

/**
 * The program from there on; undefined where leaves do not come together before its end.
 *
 * @param isOpen whether they may go on beside, too: what they have come together in is taken for another leaf, which needs the limit to be
 * there from more sides.
 */
export function gathered(program: Program, end: AnyTensor, isOpen: boolean): Gathered | undefined {
  const { program: own, same } = shared(program);
  const met = meetings(own, end.shape, isOpen).filter((one) => one !== same(end));
  if (met.length === 0) return undefined;
  const read = new Set([same(end)]);
  const calls = own.calls.toReversed().filter(({ inputs, out }) => {
    if (!read.has(out) || met.includes(out)) return false;
    for (const input of inputs) read.add(input);
    return true;
  });
  const leaves = [...met, ...own.leaves].filter((leaf) => read.has(leaf));
  return { program: { calls: calls.toReversed(), leaves }, same };
}
