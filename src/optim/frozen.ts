/** Elements that Adam no longer moves, since an earlier gradient has left a huge v behind. */

import { type BirthReport, showNumber } from "../diagnosis/report.js";
import { note, raise } from "../guard.js";
import { statsOf } from "../ops/rows.js";
import { unflatten } from "../shape.js";
import type { Tensor } from "../tensor.js";
import type { Ready } from "./optimizer.js";

/** By how much √v may exceed the gradients before an element counts as frozen. */
const FROZEN = 1e5;

/** A √v that is an alarm beside small gradients: the gradient behind it was thirty times as large. */
const SPIKED = 1e6;

/** v above which elements are frozen, with the gradients of this step. */
const limitOf = ({ g }: Ready, scale: number): number => (FROZEN * g.absMax * scale) ** 2;

/** How many elements the step could not move: looked at only where the bound of v says there may be some. */
export function frozenIn(entry: Ready, scale: number): number {
  const { v, bounds } = entry.state;
  const limit = limitOf(entry, scale);
  if (v === undefined || limit === 0 || !(bounds.v >= limit)) return 0;
  return countFrom(v, limit);
}

function countFrom(v: Tensor, limit: number): number {
  const { raw } = v;
  let count = 0;
  for (let i = 0; i < raw.length; i++) if ((raw[i] ?? 0) >= limit) count++;
  return count;
}

/** From one step to the next a gradient falls by this only from a spike. */
const FALLEN = 1e4;

/** Steps in good order after which it is news again. */
const QUIET = 16;

/** Raises the alarm, once each time that a spike freezes elements: all is finite, and they stand still. */
export function tellFrozen(op: string, entry: Ready, scale: number, step: number): void {
  const { name, state } = entry;
  const { v, bounds, thawed = QUIET, before, spiked = false } = state;
  const now = entry.g.absMax * scale;
  // Of a gradient of 0 nothing is learnt, either way.
  if (v === undefined || !(now > 0)) return;
  state.before = now;
  // A gradient that has become smaller from step to step has come to its optimum; of a state that came in nobody knows.
  state.spiked = spiked || (before === undefined ? state.steps > 1 : before >= FALLEN * now);
  if (!state.spiked) return;
  const limit = Math.max(limitOf(entry, scale), SPIKED ** 2);
  if (!(bounds.v >= limit && v.absMax >= limit)) {
    if (state.thawed !== undefined) state.thawed = thawed + 1;
    return;
  }
  state.thawed = 0;
  if (thawed < QUIET) return;
  const report = frozenReport(op, entry, v, scale);
  const place = { report, trail: [`gradient of ${name}`, op], alarm: true };
  const event = note("saturated", op, "optimizer", countFrom(v, limit), place);
  raise(event, `parameter "${name}"`, step, "STATE", [event], true);
}

function frozenReport(op: string, { name, g }: Ready, v: Tensor, scale: number): BirthReport {
  const { raw } = v;
  let at = 0;
  for (let i = 1; i < raw.length; i++) if ((raw[i] ?? 0) > (raw[at] ?? 0)) at = i;
  const index = unflatten(at, v.shape);
  const gradient = g.raw[at] ?? Number.NaN;
  const root = Math.sqrt(raw[at] ?? Number.NaN);
  return {
    op,
    phase: "optimizer",
    stage: "p ← p − lr m / (√v + eps)",
    name,
    index,
    operands: [
      { name: g.name ?? "gradient", value: gradient, index },
      { name: v.name ?? "v", value: raw[at] ?? Number.NaN, index },
    ],
    stats: [statsOf(g.name ?? "gradient", g.raw)],
    expression: `√v = ${showNumber(root)} beside a gradient of ${showNumber(gradient * scale)}`,
    cause: "frozen",
    fix: ["clip-norm", "restore-state"],
  };
}
