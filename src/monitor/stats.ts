/** What a tensor's numbers are like: one fused pass over them, or nothing but the peak word. */
import { Block } from "../memory.js";
import { health } from "../ops/finite.js";
import { normOfDoubles } from "../optim/clip.js";
import { type Runtime, runtime } from "../runtime.js";
import { INFINITY_BITS, isDouble, Tensor } from "../tensor.js";

/** Over the finite elements, except `norm`. In steps that are not sampled only what costs nothing is there. */
export interface Stats {
  /** The largest magnitude; NaN where no element is finite. */
  readonly absMax: number;
  /** Powers of two between absMax and overflow: 128 − log2(absMax), of float64 1024 − log2(absMax). ∞ for zeros. */
  readonly headroom: number;
  readonly nan: number;
  readonly infinite: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  /** √Σ x² over all elements: NaN or ∞ where one of them is. Within 2⁻¹⁸ of itself. */
  readonly norm?: number;
}

const RESULT_BYTES = 40;
/** Doubles are read from there. */
const ALIGNMENT = 8;

/** Where kernels write what they found. The view is kept: making one costs more than reading a small tensor. */
class Slot {
  readonly #block = new Block(RESULT_BYTES + ALIGNMENT, "monitor");
  readonly at = Math.ceil(this.#block.at / ALIGNMENT) * ALIGNMENT;
  #view = new Float64Array(0);

  get view(): Float64Array {
    const { buffer } = this.#block.runtime.kernels.memory;
    if (this.#view.buffer !== buffer) {
      this.#view = new Float64Array(buffer, this.at, RESULT_BYTES / Float64Array.BYTES_PER_ELEMENT);
    }
    return this.#view;
  }
}

const slots = new WeakMap<Runtime, Slot>();

function slotOf(home: Runtime): Slot {
  let slot = slots.get(home);
  if (slot === undefined) {
    slot = new Slot();
    slots.set(home, slot);
  }
  return slot;
}

/** The power of two that brings this magnitude near 1. Exact, also for 0, and never subnormal. */
export function scaleOf(most: number): number {
  const exponent = Math.floor(Math.log2(most));
  return 2 ** Math.max(-126, Math.min(126, -exponent));
}

/** What the peak word tells, and if that is bad, one count. */
export function glance(x: Tensor): Stats {
  x.use("monitor");
  if (x.peak >= INFINITY_BITS) return census(x);
  const { absMax } = x;
  const limit = isDouble(x) ? 1024 : 128;
  return { absMax, headroom: limit - Math.log2(absMax), nan: 0, infinite: 0 };
}

/** Everything, in one pass. */
export function survey(x: Tensor): Stats {
  x.use("monitor");
  if (x.peak >= INFINITY_BITS || x.size === 0 || isDouble(x)) return census(x);
  const { home } = x;
  const slot = slotOf(home);
  const scale = scaleOf(x.absMax);
  home.kernels.summary_f32(slot.at, x.at, x.size, scale);
  return summary(x, slot.view, scale);
}

/** From what the kernel wrote. By index: taking a typed array apart goes through an iterator. */
function summary(x: Tensor, found: Float64Array, scale: number): Stats {
  const [min, max] = [found[0] as number, found[1] as number];
  const absMax = Math.max(-min, max);
  return {
    absMax,
    headroom: 128 - Math.log2(absMax),
    nan: 0,
    infinite: 0,
    min,
    max,
    mean: (found[2] as number) / x.size,
    norm: Math.sqrt(found[3] as number) / scale,
  };
}

/** With NaN or ∞ in it: counted, the rest over what is finite. And of doubles, which have no fused pass. */
function census(x: Tensor): Stats {
  const { nan, positiveInfinity, negativeInfinity, min, max, mean, absMax, headroom } = health(x);
  const norm = isDouble(x)
    ? normOfDoubles(x)
    : Math.sqrt(x.home.kernels.sum_squares_f32(x.at, x.size));
  const infinite = positiveInfinity + negativeInfinity;
  return { absMax, headroom, nan, infinite, min, max, mean, norm };
}

/** A parameter as it was, to tell how far a step moved it. */
export class Past {
  readonly #copy: Tensor;
  /** No element of it is larger. */
  #most = 0;
  /** The step after which it was taken. */
  #at = Number.NaN;

  /** @throws OutOfMemoryError */
  constructor(p: Tensor) {
    const name = `monitor's copy of ${p.label}`;
    this.#copy = new Tensor(p.shape, "monitor", "op", name, p.dtype);
    this.#copy.detach();
  }

  /** Whether it can be compared with p: same build. */
  fits(p: Tensor): boolean {
    return this.#copy.home === p.home && !p.disposed;
  }

  /** Copies p, unless that was done after the step before this one. */
  catchUp(p: Tensor, step: number): void {
    if (this.#at === step - 1) return;
    this.#copy.raw.set(p.raw);
    this.#most = p.most;
  }

  /** The stats of p after `step`, and how far it is from where it was: ‖p − past‖. Then this is the past. */
  advance(p: Tensor, step: number): { readonly value: Stats; readonly moved: number } {
    p.touch("monitor");
    this.#at = step;
    const [before, most] = [this.#most, p.most];
    this.#most = most;
    if (!(Math.max(before, most) < Infinity) || p.size === 0) {
      this.#copy.raw.set(p.raw);
      return { value: survey(p), moved: Number.NaN };
    }
    if (isDouble(p)) return { value: survey(p), moved: this.#difference(p) };
    const { home } = p;
    const slot = slotOf(home);
    const [scale, pace] = [scaleOf(most), scaleOf(Math.max(before, most))];
    home.kernels.advance_f32(slot.at, p.at, this.#copy.at, p.size, scale, pace);
    const found = slot.view;
    return { value: summary(p, found, scale), moved: Math.sqrt(found[4] as number) / pace };
  }

  /** ‖p − past‖ of doubles, which have no fused pass. Then p is the past. */
  #difference(p: Tensor): number {
    const past = this.#copy.raw;
    p.raw.forEach((v, i) => {
      past[i] = v - (past[i] ?? 0);
    });
    const moved = normOfDoubles(this.#copy);
    this.#copy.raw.set(p.raw);
    return moved;
  }

  /** The parameter may have moved since: the next step copies it anew. */
  forget(): void {
    this.#at = Number.NaN;
  }

  dispose(): void {
    this.#copy.release();
  }
}

/** Which build the numbers come from. */
export function buildName(): string {
  return runtime().name;
}
