/**
 * The program around a birth, as code: the call where it began, what its output went into, the names in it. Kept beside a report,
 * which is plain data, for the length of the step.
 */
import { callCode, codeOf, ellipses, type Writing } from "./code.js";
import type { Call } from "./op.js";
import type { BirthReport } from "./report.js";
import type { Shape } from "./shape.js";
import { callsOf } from "./tape.js";
import type { AnyTensor as Tensor } from "./tensor.js";

/** What of a program the code of a fix is written from. */
export interface Around {
  /** The call where it began. */
  readonly own: string | undefined;
  /** The calls that its output went into, directly or by others, the nearest first. */
  readonly onward: readonly string[];
  /** The names of all tensors. */
  readonly names: ReadonlySet<string>;
  /** The shape of what some code stands for, where that is known. */
  shapeOf(code: string): Shape | undefined;
}

/** Where nothing is known. */
export const NOWHERE: Around = {
  own: undefined,
  onward: [],
  names: new Set(),
  shapeOf: () => undefined,
};

/** What was made where a number went bad: a report that is kept must not keep the program. */
const MADE = new WeakMap<BirthReport, WeakRef<Tensor>>();

/** Lets a birth know the output of the call in which it happened. */
export function happenedIn(birth: BirthReport, out: Tensor): void {
  MADE.set(birth, new WeakRef(out));
}

/** The output of that call, while it is in use. */
export const outputIn = (birth: BirthReport): Tensor | undefined => MADE.get(birth)?.deref();

/** Calls that are looked through, and those of them that are given as code. */
const LOOKED_THROUGH = 4096;
const GIVEN = 32;

/** The calls that a tensor came from, first things first. */
function callsBefore(tensor: Tensor): readonly Call[] {
  const calls = new Set<Call>();
  const queue = [tensor];
  for (const { call } of queue) {
    if (call === undefined || calls.has(call) || calls.size >= LOOKED_THROUGH) continue;
    calls.add(call);
    queue.push(...call.inputs);
  }
  return [...calls].reverse();
}

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

/** The shapes of all tensors that have code, in some calls and before them. */
function shapesIn(tensors: readonly Tensor[], writing: Writing): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  const seen = new Set(tensors);
  for (const tensor of seen) {
    const code = codeOf(tensor);
    if (code !== undefined && !shapes.has(code)) shapes.set(code, tensor.shape);
    const written = callCode(tensor, writing);
    if (written !== undefined) shapes.set(written, tensor.shape);
    if (seen.size < 4 * GIVEN) for (const input of tensor.call?.inputs ?? []) seen.add(input);
  }
  return shapes;
}

/**
 * The program around a birth.
 *
 * @param arrived what it arrived at, where that is known: without a tape the way is followed back from there.
 */
export function around(birth: BirthReport, arrived?: Tensor): Around {
  const out = outputIn(birth);
  const sink = arrived ?? out;
  if (sink === undefined) return NOWHERE;
  const recorded = [out, sink].flatMap((tensor) => (tensor ? callsOf(tensor) : []));
  const calls = [...new Set([...recorded, ...callsBefore(sink)])];
  const uses = out === undefined ? [] : usesOf(out, calls);
  const names = new Set<string>();
  for (const { inputs, out: made } of calls) {
    for (const { name } of [...inputs, made]) if (name !== undefined) names.add(name);
  }
  let shapes: ReadonlyMap<string, Shape> | undefined;
  const unnamed = ellipses();
  const writing = { whole: false, unnamed };
  return {
    own: out && callCode(out, writing),
    // As they are called; and whole, where a name hides what they were made of.
    onward: [false, true]
      .flatMap((whole) => uses.map((call) => callCode(call.out, { whole, unnamed })))
      .filter((code) => code !== undefined),
    names,
    shapeOf: (code) => {
      shapes ??= shapesIn([...(out ? [out] : []), ...uses.map((call) => call.out)], writing);
      return shapes.get(code);
    },
  };
}
