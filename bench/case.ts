/**
 * What a case is, and how its answer is checked before it is timed: against an f64 reference of one
 * line, at a sample of places and at the end, where the tails are; and its peak word, in full.
 */
import type { Kernels, Runtime } from "../src/runtime.js";

/** A kernel: an export that is called, in the ABI's spelling. */
export type KernelName = Exclude<keyof Kernels, "memory">;

/** What a case's speed is counted in: the JSON key, the unit, and how many make one of it. */
export const RATES = {
  gflops: { unit: "GFLOP/s", scale: 1e9 },
  gbps: { unit: "GB/s", scale: 1e9 },
  gelems: { unit: "Gelem/s", scale: 1e9 },
  samples: { unit: "samples/s", scale: 1 },
} as const;

export type Rate = keyof typeof RATES;

/** Memory of a case in one runtime, freed together. */
export class Arena {
  readonly runtime: Runtime;
  readonly #blocks: number[] = [];

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  alloc(bytes: number): number {
    const block = this.runtime.kernels.alloc(bytes) >>> 0;
    this.#blocks.push(block);
    return block;
  }

  put(data: Float32Array | Int32Array | Float64Array): number {
    const block = this.alloc(data.byteLength);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    new Uint8Array(this.runtime.kernels.memory.buffer).set(bytes, block);
    return block;
  }

  free(): void {
    for (const block of this.#blocks.splice(0)) this.runtime.kernels.free(block);
  }
}

/** A case made ready in one runtime. */
export interface Ready {
  /** Where its input is, for the loop that only loads it. */
  readonly input?: { readonly at: number; readonly bytes: number };
  run(): void;
  /** What else is to be timed beside it; names of loops in plain JavaScript that do the same begin with "js ". */
  readonly beside?: Readonly<Record<string, () => void>>;
  /** @throws Error that says what differs. */
  check(): void;
  dispose(): void;
}

export interface Case {
  /** The kernel's name, or what is called at the facade. */
  readonly workload: string;
  readonly kernel?: KernelName;
  readonly size: string;
  readonly rate: Rate;
  /** How much of it one call does: FLOP, bytes, elements, samples. */
  readonly work: number;
  /** Whether to time a loop that only loads the input beside it. */
  readonly roofline?: boolean;
  /** Whether a quick run leaves it out. */
  readonly thorough?: boolean;
  /** Makes the data, and gives what readies the case in a runtime: the data are the same for all. */
  setup(): (runtime: Runtime) => Ready;
}

type Data = Float32Array | Int32Array | Float64Array;

/** Inputs and answer of a kernel. */
export interface Problem<K extends string> {
  readonly inputs: Readonly<Record<K, Data>>;
  /** What is written: so many floats, or what is there before a kernel that works in place. */
  readonly out: number | Float32Array | Float64Array;
  /** Element i of the output. */
  want(i: number): number;
  /** Whether the output is read as f64: two floats an element. */
  readonly doubles?: boolean;
  /** Errors are relative to this where the answer is smaller. Default 1e-3. */
  readonly floor?: number;
  /** What the kernel returns, unless that is the peak word of its output. */
  readonly returns?: number | "nothing";
}

interface Spec<K extends string> {
  readonly kernel: KernelName;
  /** What sets this case apart from others of the kernel. */
  readonly variant?: string;
  readonly size: string;
  readonly rate: Rate;
  readonly work: number;
  readonly roofline?: boolean;
  problem(): Problem<K>;
  // biome-ignore lint/suspicious/noConfusingVoidType: one kernel returns nothing
  call(kernels: Kernels, y: number, at: Readonly<Record<K, number>>): number | void;
}

const TOLERANCE = 1e-5;
const PLACES = 1500;

/** A case of one kernel, called directly. */
export function kernelCase<K extends string>(spec: Spec<K>): Case {
  const { kernel, variant, size, rate, work, roofline = false } = spec;
  const workload = variant === undefined ? kernel : `${kernel} ${variant}`;
  const name = `${workload} ${size}`;
  const setup = () => {
    const problem = spec.problem();
    return (runtime: Runtime) => readyKernel(name, spec, problem, runtime);
  };
  return { workload, kernel, size, rate, work, roofline, setup };
}

function readyKernel<K extends string>(
  name: string,
  { call }: Spec<K>,
  problem: Problem<K>,
  runtime: Runtime,
): Ready {
  const arena = new Arena(runtime);
  const places = Object.entries<Data>(problem.inputs).map(
    ([key, data]) => [key, arena.put(data)] as const,
  );
  const at = Object.fromEntries(places) as Record<K, number>;
  const { out } = problem;
  const y = typeof out === "number" ? arena.alloc(Math.max(out, 1) * 4) : arena.put(out);
  const n = typeof out === "number" ? out : out.byteLength / 4;
  const run = () => call(runtime.kernels, y, at);
  const [first] = Object.values<Data>(problem.inputs);
  return {
    input: { at: places[0]?.[1] ?? y, bytes: first?.byteLength ?? 0 },
    run,
    check: () => {
      const returned = run();
      const got = runtime.floats.subarray(y / 4, y / 4 + n);
      const elements = problem.doubles ? new Float64Array(got.buffer, y, n / 2) : got;
      compare(name, elements, problem.want, problem.floor);
      checkReturned(name, returned, elements, problem.returns, runtime.guarded);
    },
    dispose: () => arena.free(),
  };
}

/** Up to PLACES indices spread over 0 … n − 1, and the last ones. */
function* places(n: number): Generator<number> {
  const stride = Math.max(1, Math.floor(n / PLACES)) | 1;
  for (let i = 0; i < n; i += stride) yield i;
  for (let i = Math.max(0, n - 9); i < n; i++) yield i;
}

/** @throws Error at the first place where got and want differ. */
export function compare(
  name: string,
  got: ArrayLike<number>,
  want: (i: number) => number,
  floor = 1e-3,
): void {
  for (const i of places(got.length)) {
    const [is, should] = [got[i] ?? Number.NaN, want(i)];
    const allowed = TOLERANCE * Math.max(Math.abs(should), floor);
    if (!(Object.is(is, should) || Math.abs(is - should) <= allowed)) {
      throw new Error(`${name}: wrong at ${i}, expected ${should} ± ${allowed}, got ${is}`);
    }
  }
}

// biome-ignore lint/suspicious/noConfusingVoidType: one kernel returns nothing
type Returned = number | void;

function checkReturned(
  name: string,
  returned: Returned,
  got: Float32Array | Float64Array,
  wanted: Problem<string>["returns"],
  guarded: boolean,
): void {
  if (wanted === "nothing") return;
  if (wanted !== undefined) {
    compare(`${name}: return value`, [Number(returned)], () => wanted, 1);
    return;
  }
  const expected = guarded ? peakOf(got) : 0;
  const peak = Number(returned) >>> 0;
  if (peak !== expected) {
    throw new Error(`${name}: wrong peak word, expected ${hex(expected)}, got ${hex(peak)}`);
  }
}

/** The peak word that belongs to these. */
export function peakOf(x: Float32Array | Float64Array): number {
  if (x instanceof Float64Array) {
    const high = new Int32Array(x.buffer, x.byteOffset, 2 * x.length).filter((_, i) => i % 2 === 1);
    const largest = high.reduce((peak, word) => Math.max(peak, word & 0x7fffffff), 0);
    // The words of both types have one scale: that of a float's ∞.
    return Math.max(largest - (0x7ff00000 - 0x7f800000), 0);
  }
  const bits = new Int32Array(x.buffer, x.byteOffset, x.length);
  return bits.reduce((peak, word) => Math.max(peak, word & 0x7fffffff), 0);
}

function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, "0")}`;
}
