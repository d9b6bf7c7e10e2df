/**
 * Whether an element hangs on a parameter at all: what a bound holds back at one that does not is lost to nobody. Asked before an
 * alarm, and not while all is well.
 */
import { unlogged } from "../guard.js";
import { applyBackward, type Call } from "../op.js";
import { callsOf } from "../tape.js";
import { Tensor } from "../tensor.js";

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

const newTensor = (like: Tensor, fill: (raw: Tensor["raw"]) => void): Tensor => {
  const made = new Tensor(like.shape, "reach", "op", undefined, like.dtype);
  fill(made.raw.fill(0));
  made.use("reach");
  return made;
};

/** Whether a change of element `at` of a tensor could come from one of a parameter. Where that is not known, it could. */
export function hangsOnParameter(x: Tensor, at: number): boolean {
  const calls = callsOf(x);
  const before = calls.findLastIndex(({ out }) => out === x);
  if (before < 0) return true;
  return unlogged(() => comesFromOne(x, at, calls.slice(0, before + 1).toReversed()));
}

/** Whether a mask of −∞ has made all that is asked 0. */
const isMasked = ({ op, inputs: [x] }: Call, dy: Tensor): boolean =>
  op.name === "softmax" &&
  dy.raw.every((v: number, i: number) => v === 0 || x?.raw[i] === -Infinity);

function comesFromOne(x: Tensor, at: number, calls: readonly Call[]): boolean {
  const asked = new Map<Tensor, Tensor>();
  const made: Tensor[] = [];
  const ask = (of: Tensor, by: Tensor): void => {
    made.push(by);
    const known = asked.get(of);
    if (known === undefined) {
      asked.set(of, by);
      return;
    }
    // Magnitudes: what comes by two ways must not cancel.
    by.raw.forEach((v: number, i: number) => {
      known.raw[i] = Math.abs(known.raw[i] ?? 0) + Math.abs(v);
    });
  };
  try {
    ask(
      x,
      newTensor(x, (raw) => raw.fill(1, at, at + 1)),
    );
    for (const call of calls) {
      const dy = asked.get(call.out);
      if (dy?.raw.some((v: number) => v !== 0) !== true) continue;
      for (const [index, input] of call.inputs.entries()) {
        if (input.tape !== x.tape || !call.op.backward[index]) continue;
        if (isMasked(call, dy)) continue;
        const isAlone = input.size === dy.size && call.inputs.length === 1;
        if (!isAlone && !LINEAR.has(call.op.name)) return true;
        const dx = LINEAR.has(call.op.name)
          ? applyBackward(call, index, dy)
          : newTensor(input, (raw) => raw.set(dy.raw));
        if (dx === undefined) return true;
        ask(input, dx);
        if (input.call === undefined && dx.raw.some((v: number) => v !== 0)) return true;
      }
    }
    return false;
  } finally {
    for (const tensor of made) tensor.release();
  }
}
