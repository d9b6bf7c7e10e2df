/** What a kernel tells a monitor of a tensor: where it writes that, and by which scale its sums have to be read. */
import { Block } from "../memory.js";
import type { Runtime } from "../runtime.js";
import { type AnyTensor, isDouble } from "../tensor.js";

/** Sums of scaled numbers, so that no square leaves the range of its type. */
export interface Found {
  readonly min: number;
  readonly max: number;
  /** Σ s x */
  readonly sum: number;
  /** Σ (s x)² */
  readonly squares: number;
  /** Σ (s Δx)², of a step. */
  readonly moved: number;
  /** s */
  readonly scale: number;
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
    // When memory grows, views of before are empty; of shared memory they go on. To ask for the buffer costs more than to read from it.
    if (this.#view.length === 0) {
      const { buffer } = this.#block.runtime.kernels.memory;
      this.#view = new Float64Array(buffer, this.at, RESULT_BYTES / Float64Array.BYTES_PER_ELEMENT);
    }
    return this.#view;
  }
}

const slots = new WeakMap<Runtime, Slot>();

/** Where the kernels of this build write it. @throws OutOfMemoryError */
export function slotOf(home: Runtime): { readonly at: number; readonly view: Float64Array } {
  let slot = slots.get(home);
  if (slot === undefined) {
    slot = new Slot();
    slots.set(home, slot);
  }
  return slot;
}

/** From what the kernel wrote. By index: taking a typed array apart goes through an iterator. */
export function foundIn(home: Runtime, scale: number): Found {
  const { view } = slotOf(home);
  return {
    min: view[0] as number,
    max: view[1] as number,
    sum: view[2] as number,
    squares: view[3] as number,
    moved: view[4] as number,
    scale,
  };
}

/** Within these powers of two neither a square nor a sum of many, nor the square of a small change, is in danger. */
const SAFE = { float32: 40, float64: 400 };
const LEAST = { float32: 126, float64: 1022 };

/**
 * A power of two for numbers up to this magnitude: 1 where they can be squared as they are, else what brings it near 1.
 * Exact, also for 0, and never subnormal.
 */
export function scaleOf(most: number, x: AnyTensor): number {
  const type = isDouble(x) ? "float64" : "float32";
  const exponent = Math.floor(Math.log2(most));
  if (Math.abs(exponent) <= SAFE[type]) return 1;
  return 2 ** Math.max(-LEAST[type], Math.min(LEAST[type], -exponent));
}
