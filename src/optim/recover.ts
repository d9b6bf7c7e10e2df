/**
 * What becomes of a step that cannot be taken: skipped, taken without the bad elements, or undone up to the
 * last parameters that are known to be good. Nothing is ever half-applied.
 */
import { checkRange, checkWhole, type Filled, showValue } from "../check.js";
import { type Report, showReport } from "../diagnosis/report.js";
import { InputRangeError, TrainingStoppedError } from "../errors.js";
import { overwrite, Tensor, UNKNOWN } from "../tensor.js";
import type { State } from "./optimizer.js";

const BAD_STEPS = ["guard", "skip", "zero", "rollback"] as const;

/**
 * What becomes of a step whose gradients are not finite, or whose result would not be.
 *
 * | | |
 * |---|---|
 * | `"guard"` | as the guard's policy says: thrown under `"throw"`, skipped under the others |
 * | `"skip"` | nothing is written: parameters, states and the count of steps stay as they are |
 * | `"zero"` | elements of gradients that are not finite count as 0, the rest of the step is taken; skipped where that does not help, and where it is the one that `stopAfter` stops at |
 * | `"rollback"` | parameters, states and the count of steps go back, bit for bit, to where the loss and all gradients were last finite; with `snapshotEvery`, to the last copy |
 */
export type BadStep = (typeof BAD_STEPS)[number];

export interface RecoveryOptions {
  /** What becomes of a step that cannot be taken. Default `"guard"`. */
  readonly onBadStep?: BadStep | undefined;
  /**
   * Training stops with TrainingStoppedError after so many bad steps in a row. Default 10 (float32 heals by
   * itself in one step or not at all; ten leave room for a run of bad batches). None under `"guard"`: its policy decides on
   * each step, and what it throws out of `valueAndGrad` no optimizer could count.
   */
  readonly stopAfter?: number | undefined;
  /**
   * With `"rollback"`: how many steps lie between two copies of parameters and states. Default 1. What explodes
   * is huge for some steps before it is infinite: 20 or more go back to before that, and cost less.
   */
  readonly snapshotEvery?: number | undefined;
}

/** Why a step was not taken as it stood. */
export interface Trouble {
  readonly reason: string;
  /** Absent where the guard's policy is to ignore. */
  readonly report?: Report | undefined;
}

const STOP_AFTER = 10;

/** @throws InputRangeError */
export function checkRecovery(
  op: string,
  { onBadStep = "guard", stopAfter, snapshotEvery }: RecoveryOptions,
): Filled<RecoveryOptions> {
  if (!BAD_STEPS.includes(onBadStep)) {
    throw new InputRangeError(
      `${op}: onBadStep unknown, expected ${BAD_STEPS.join(", ")}, got ${showValue(onBadStep)}`,
    );
  }
  const limit = stopAfter ?? (onBadStep === "guard" ? Infinity : STOP_AFTER);
  const some = (n: number) => n === Infinity || (Number.isInteger(n) && n > 0);
  checkRange(op, "stopAfter", limit, some, "a whole number above 0 or ∞");
  if (limit < Infinity && onBadStep === "guard") {
    throw new InputRangeError(
      `${op}: stopAfter is for "skip", "zero" and "rollback", expected none with "guard", got ${showValue(stopAfter)}`,
    );
  }
  if (snapshotEvery !== undefined && onBadStep !== "rollback") {
    throw new InputRangeError(
      `${op}: snapshotEvery is for "rollback", expected none with "${onBadStep}", got ${showValue(snapshotEvery)}`,
    );
  }
  const every = checkWhole(op, "snapshotEvery", snapshotEvery ?? 1, 1);
  return { onBadStep, stopAfter: limit, snapshotEvery: every };
}

/** Counts bad steps in a row. */
export class Streak {
  length = 0;
  /** The count of steps at which the furthest of the streak's bad steps stood. */
  #at = 0;

  /** One on the way back to where training stumbled is no place to be past. */
  bad(steps: number): void {
    this.#at = this.length === 0 ? steps : Math.max(this.#at, steps);
    this.length++;
  }

  /**
   * A step was taken in good order. It ends the streak only once training is past the place where it stumbled:
   * after a rollback the first good step merely leads back there.
   */
  good(steps: number): void {
    if (steps > this.#at) this.length = 0;
  }

  /** Whether another bad step would reach the limit. */
  isLast(limit: number): boolean {
    return this.length + 1 >= limit;
  }

  /** @throws TrainingStoppedError once the limit is reached. */
  check(op: string, limit: number, { reason, report }: Trouble): void {
    if (this.length < limit) return;
    const told = report === undefined ? "" : `\n[${report.code}]: ${showReport(report)}`;
    throw new TrainingStoppedError(
      `${op}: ${this.length} bad steps in a row, expected fewer than ${limit}, got at last: ${reason}${told}`,
      this.length,
      report,
    );
  }
}

interface Copy {
  readonly p: Tensor;
  readonly m: Tensor | undefined;
  readonly v: Tensor | undefined;
}

/** A parameter that is about to take a step. */
interface Stepping {
  readonly p: Tensor;
  readonly state: State;
}

interface Saved {
  readonly copy: Copy;
  readonly state: State;
  readonly bounds: State["bounds"];
  readonly steps: number;
  readonly peak: number;
  readonly ceiling: number | undefined;
  readonly leap: Tensor["leap"];
}

/** Copies of parameters and states, in tensors of their own that `memory()` counts. */
export class Snapshot {
  #saved = new Map<Tensor, Saved>();
  #copies = new Map<Tensor, Copy>();
  #steps: number | undefined;

  /** Whether it is time for another: `every` steps after the last. */
  due(steps: number, every: number): boolean {
    return this.#steps === undefined || steps - this.#steps >= every;
  }

  /** Remembers these, and no others. @throws OutOfMemoryError; what was remembered before still is. */
  take(entries: readonly Stepping[], steps: number): void {
    this.#makeRoom(entries);
    this.#saved = new Map();
    this.#save(entries);
    this.#steps = steps;
  }

  /**
   * Remembers those as well that no step since has touched: what they are is what they were. So a group of
   * parameters that has its steps in turns with others goes back with them.
   *
   * @throws OutOfMemoryError; what was remembered before still is.
   */
  include(entries: readonly Stepping[]): void {
    const others = entries.filter(({ p }) => !this.#saved.has(p));
    this.#makeRoom(others);
    this.#save(others);
  }

  #makeRoom(entries: readonly Stepping[]): void {
    for (const { p, state } of entries) {
      if (this.#copies.has(p)) continue;
      this.#forget();
      this.#copies.set(p, {
        p: copyOf(p),
        m: state.m && copyOf(state.m),
        v: state.v && copyOf(state.v),
      });
    }
  }

  /** Frees what was copied of parameters that are no more. */
  #forget(): void {
    for (const [p, copy] of this.#copies) {
      if (!p.disposed) continue;
      for (const tensor of [copy.p, copy.m, copy.v]) tensor?.release();
      this.#copies.delete(p);
      this.#saved.delete(p);
    }
  }

  #save(entries: readonly Stepping[]): void {
    for (const { p, state } of entries) {
      const copy = this.#copies.get(p);
      if (copy === undefined) continue;
      copy.p.raw.set(p.raw);
      if (state.m) copy.m?.raw.set(state.m.raw);
      if (state.v) copy.v?.raw.set(state.v.raw);
      this.#saved.set(p, {
        copy,
        state,
        bounds: state.bounds,
        steps: state.steps,
        peak: p.peak,
        ceiling: p.ceiling,
        leap: p.leap,
      });
    }
  }

  /** Puts everything back. Gives the count of steps then; undefined where there is nothing to go back to. */
  restore(): number | undefined {
    overwrite();
    for (const [p, { copy, state, bounds, steps, peak, ceiling, leap }] of this.#saved) {
      if (p.disposed) continue;
      p.raw.set(copy.p.raw);
      p.peak = peak;
      p.ceiling = ceiling;
      p.leap = leap;
      p.taint = undefined;
      state.bounds = bounds;
      state.steps = steps;
      for (const [to, from] of [[state.m, copy.m] as const, [state.v, copy.v] as const]) {
        if (to === undefined || from === undefined) continue;
        to.raw.set(from.raw);
        to.peak = UNKNOWN;
        to.taint = undefined;
      }
    }
    return this.#steps;
  }

  dispose(): void {
    for (const { p, m, v } of this.#copies.values()) for (const t of [p, m, v]) t?.release();
    this.#copies.clear();
    this.#saved.clear();
    this.#steps = undefined;
  }
}

/** A tensor of that shape and type, uninitialised. */
export function like(tensor: Tensor, maker: string, name?: string): Tensor {
  return new Tensor(tensor.shape, maker, "op", name, tensor.dtype);
}

function copyOf(tensor: Tensor): Tensor {
  const copy = like(tensor, "snapshot", `snapshot of ${tensor.label}`);
  copy.detach();
  return copy;
}
