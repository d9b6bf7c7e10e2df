/**
 * Whether an element hangs on a parameter at all: what a bound holds back at one that does not is lost to nobody. Asked before an
 * alarm, and not while all is well.
 */
import { unlogged } from "../guard.js";
import { applyBackward, type Call } from "../op.js";
import { callsOf } from "../tape.js";
import type { Tensor } from "../tensor.js";
import { aside, type Copy, ifItFits } from "./aside.js";

/** Ops whose slopes hang on the other operands alone: one of 0 is there for good. */
const LINEAR: ReadonlySet<string> = new Set([
  "add",
  "clone",
  "linear",
  "matmul",
  "mean",
  "mul",
  "neg",
  "sub",
  "sum",
]);

/** Whether a change of element `at` of a tensor could come from one of a parameter. Where that is not known, it could. */
export function hangsOnParameter(x: Tensor, at: number): boolean {
  const calls = callsOf(x);
  const before = calls.findLastIndex(({ out }) => out === x);
  if (before < 0) return true;
  const way = calls.slice(0, before + 1).toReversed();
  return (
    ifItFits(() => unlogged(() => aside((copy) => comesFromOne(x, at, { way, copy })))) ?? true
  );
}

/** The calls on the way back, and what makes tensors for it. */
interface Back {
  readonly way: readonly Call[];
  readonly copy: Copy;
}

function comesFromOne(x: Tensor, at: number, { way, copy }: Back): boolean {
  const asked = new Map<Tensor, Tensor>();
  const ask = (of: Tensor, by: ArrayLike<number>): boolean => {
    const known = asked.get(of) ?? copy(of);
    if (known === undefined) return false;
    const isNew = !asked.has(of);
    asked.set(of, known);
    // Magnitudes: what comes by two ways must not cancel.
    for (let i = 0; i < by.length; i++)
      known.raw[i] = (isNew ? 0 : (known.raw[i] ?? 0)) + Math.abs(by[i] ?? 0);
    known.use("again");
    return true;
  };
  const one = new Float64Array(x.size);
  one[at] = 1;
  if (!ask(x, one)) return true;
  for (const call of way) {
    const dy = asked.get(call.out);
    if (dy === undefined || dy.raw.every((v: number) => v === 0)) continue;
    for (const [index, input] of call.inputs.entries()) {
      if (input.tape !== x.tape || !call.op.backward[index] || isMasked(call, dy)) continue;
      const isLinear = LINEAR.has(call.op.name);
      const isAlone = input.size === dy.size && call.inputs.length === 1;
      const dx = isLinear ? applyBackward(call, index, dy) : undefined;
      const by = dx?.raw ?? (isAlone && !isLinear ? dy.raw : undefined);
      const isKnown = by !== undefined && ask(input, by);
      const isOfParameter = input.call === undefined && by?.some((v: number) => v !== 0) === true;
      dx?.release();
      if (!isKnown || isOfParameter) return true;
    }
  }
  return false;
}

/** Whether a mask of −∞ has made all that is asked 0. */
const isMasked = ({ op, inputs: [x] }: Call, dy: Tensor): boolean =>
  op.name === "softmax" &&
  dy.raw.every((v: number, i: number) => v === 0 || x?.raw[i] === -Infinity);
