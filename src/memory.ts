/**
 * Who owns the memory. Every tensor belongs to the scope it was made in and is freed with it; outside
 * any scope it belongs to the caller, and is reported when the caller forgets it.
 */
import { checkDone } from "./check.js";
import { OutOfMemoryError } from "./errors.js";
import { type Runtime, runtime } from "./runtime.js";

/** The largest block of the allocator: 1 GiB, less its header. */
const MAX_BYTES = 2 ** 30 - 16;

/** What a scope frees: tensors, and the buffers that an op keeps for its backward pass. */
export interface Owned {
  readonly label: string;
  readonly bytes: number;
  release(): void;
}

type Scope = Set<Owned>;

const scopes: Scope[] = [];
const loose: Scope = new Set();
const counters = { tensors: 0, bytes: 0, peakBytes: 0 };

/** A block of wasm memory, 16-byte aligned. */
export class Block {
  readonly runtime: Runtime;
  readonly at: number;
  readonly bytes: number;

  /** @throws OutOfMemoryError; nothing is lost then. */
  constructor(bytes: number, op: string) {
    this.runtime = runtime();
    this.bytes = bytes;
    if (bytes > MAX_BYTES) {
      throw new OutOfMemoryError(
        `${op}: out of memory, expected at most ${MAX_BYTES} bytes in one tensor, got ${bytes}`,
      );
    }
    this.at = guardMemory(op, () => this.runtime.kernels.alloc(bytes) >>> 0, bytes);
    counters.bytes += bytes;
    counters.peakBytes = Math.max(counters.peakBytes, counters.bytes);
  }

  free(): void {
    this.runtime.kernels.free(this.at);
    counters.bytes -= this.bytes;
  }
}

/** Runs what may allocate in wasm: the allocator's trap, its only one, becomes OutOfMemoryError. */
export function guardMemory<T>(op: string, run: () => T, bytes?: number): T {
  try {
    return run();
  } catch (cause) {
    if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
    const wanted = bytes === undefined ? "its workspace" : `${bytes} bytes`;
    throw new OutOfMemoryError(
      `${op}: out of memory, expected room for ${wanted}, got ${counters.bytes} bytes already in use`,
      { cause },
    );
  }
}

/** Registers something new with the scope it was made in. Gives its owner. */
export function own(item: Owned): Scope {
  const owner = scopes.at(-1) ?? loose;
  owner.add(item);
  counters.tensors++;
  return owner;
}

/** Whether nothing frees what is made now but its owner. */
export function unscoped(): boolean {
  return scopes.length === 0;
}

/** Takes something out of its scope because it is freed. */
export function disown(item: Owned, owner: Scope): void {
  owner.delete(item);
  counters.tensors--;
}

/** Moves something that the innermost scope owns to the one outside. Gives its new owner. */
export function hoist(item: Owned, owner: Scope): Scope {
  if (owner !== scopes.at(-1)) return owner;
  owner.delete(item);
  const outer = scopes.at(-2) ?? loose;
  outer.add(item);
  return outer;
}

/** Moves something out of every scope. */
export function detach(item: Owned, owner: Scope): Scope {
  owner.delete(item);
  const kept: Scope = new Set([item]);
  return kept;
}

/** Opens a scope, runs `body`, hands its result to `leave`, frees the rest: also when it throws. */
export function inScope<T>(body: () => T, leave: (result: T) => void): T {
  const mine: Scope = new Set();
  scopes.push(mine);
  try {
    const result = body();
    checkDone("scope", "what it made is freed when it returns", result);
    leave(result);
    return result;
  } finally {
    for (const item of [...mine]) item.release();
    scopes.pop();
  }
}

export interface MemoryCounters {
  /** Live tensors and kept buffers. */
  readonly tensors: number;
  /** Bytes they hold. */
  readonly bytes: number;
  /** The most they have held at once. */
  readonly peakBytes: number;
  /** Bytes of WebAssembly memory; it never shrinks. */
  readonly reservedBytes: number;
}

/** What is in use now. In a loop that frees what it makes, `tensors` and `bytes` stay the same. */
export function memory(): MemoryCounters {
  return { ...counters, reservedBytes: runtime().kernels.memory.buffer.byteLength };
}

export interface Leak {
  readonly label: string;
  readonly bytes: number;
}

/**
 * Tensors made outside every scope that are still alive, oldest first: dispose of them, make them in a
 * `scope`, or `keep` those that are meant to live. Parameters and kept tensors are not listed.
 */
export function leaks(): Leak[] {
  return [...loose].map(({ label, bytes }) => ({ label, bytes }));
}
