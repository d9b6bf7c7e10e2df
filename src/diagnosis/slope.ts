/**
 * Whether the slope of a pole that has come to a limit is a number, and not the 0 that a zero cotangent makes of it: what comes
 * after is run once more, in float64, beside the pole. Asked where such a limit was met on the way, and not while all is well.
 */

import type { Call } from "../op.js";
import { callsOf } from "../tape.js";
import type { Tensor } from "../tensor.js";
import { rootOf } from "./began.js";
import { isStraight } from "./dead.js";
import { isAlike } from "./diagnose.js";
import { direction } from "./limit.js";
import { programOf, valuesAt } from "./replay.js";

/** How far beside the pole, for a number next to 1. */
const ASIDE = 2 ** -16;

/** A slope below this is none, and two that differ by more than this part are of no line. */
const LEAST = 1e-3;
const ALIKE = 0.1;

/**
 * What a loss is where an element is moved on its way through a call alone, and others that are the same; undefined where that cannot be
 * run again.
 */
function lossBeside(
  call: Call,
  index: number,
  flat: number,
): { readonly x: Tensor; readonly lossAt: (by: number) => number } | undefined {
  const x = call.inputs[index];
  const loss = callsOf(call.out).at(-1)?.out;
  const program = x && loss?.size === 1 ? programOf(loss) : undefined;
  if (x === undefined || loss === undefined || program === undefined) return undefined;
  // A target of the same value is no other call of it.
  const isSame = (out: Tensor): boolean => out.tape === call.out.tape && isAlike(out, call.out);
  const leaves = program.calls.map(({ out }) => out).filter(isSame);
  const after = { calls: program.calls.filter(({ out }) => !leaves.includes(out)), leaves };
  const lossAt = (by: number): number => {
    const made = valuesAt({ calls: [call], leaves: [x] }, [call.out], (_, at, value) =>
      at === flat ? value + by : value,
    )?.[0];
    const moved = made && valuesAt(after, [loss], (_, at) => made[at] ?? Number.NaN)?.[0];
    return moved?.[0] ?? Number.NaN;
  };
  return { x, lossAt };
}

const stepAt = ({ raw }: Tensor, flat: number): number =>
  ASIDE * Math.max(1, Math.abs(raw[flat] ?? 0));

/** Whether a loss hangs on an element through a call as on a straight line, although its slope there is infinite. */
export function hasSlope(call: Call, index: number, flat: number): boolean {
  const x = call.inputs[index];
  const loss = callsOf(call.out).at(-1)?.out;
  if (x === undefined || !isStraight(x)) return false;
  // A mask of −∞ has come to its limit, too, and has no pole.
  const isLimit = loss?.past?.some(
    ({ place }) => place?.cause === "finite-limit" && rootOf(place).op === call.op.name,
  );
  const { lossAt } = (isLimit && lossBeside(call, index, flat)) || {};
  if (lossAt === undefined) return false;
  const here = lossAt(0);
  const step = stepAt(x, flat);
  return [step, -step].some((by) => {
    const [far, near] = [by, by / 4].map((one) => (lossAt(one) - here) / one);
    if (far === undefined || near === undefined) return false;
    return Math.abs(near) > LEAST && Math.abs(far - near) <= ALIKE * Math.abs(near);
  });
}

/**
 * Whether an element moves as on a straight line where the parameters do: the cosine of the angle between what has been brought to
 * length 1 does not where it is 1, and its angle squared has no slope there.
 */
export function movesEvenly(x: Tensor | undefined, flat: number): boolean {
  const program = x?.call && programOf(x);
  if (x === undefined || program === undefined) return true;
  const leaves = program.leaves.filter(({ tape }) => tape === x.tape);
  const at = (by: number): number =>
    valuesAt(
      { ...program, leaves },
      [x],
      (leaf, i, value) => value + by * direction(0, leaf, i),
    )?.[0]?.[flat] ?? Number.NaN;
  const here = at(0);
  const [far = Number.NaN, near = Number.NaN] = [ASIDE, ASIDE / 4].map(
    (by) => (at(by) - here) / by,
  );
  if (Number.isNaN(far) || Number.isNaN(near)) return true;
  return far !== 0 && Math.abs(far - near) <= ALIKE * Math.abs(far);
}

/** Whether a loss is known not to hang on an element through a call at all: a mask, or a weight of 0, leaves it out. */
export function isLeftOutOf(call: Call, index: number, flat: number): boolean {
  const { x, lossAt } = lossBeside(call, index, flat) ?? {};
  if (x === undefined || lossAt === undefined) return false;
  const here = lossAt(0);
  const step = stepAt(x, flat);
  const sides = [step, -step].map(lossAt).filter((loss) => !Number.isNaN(loss));
  return sides.length > 0 && sides.every((loss) => loss === here);
}
