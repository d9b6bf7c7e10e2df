/**
 * The WebAssembly instance: which build, compiled when, its memory. This is the only file that knows
 * the loader. Nothing happens at import; the first tensor compiles the module, synchronously.
 */
import { instantiateSync } from "@assemblyscript/loader";
import type { instantiate } from "./abi.js";
import * as relaxed from "./binaries/relaxed.js";
import * as simd from "./binaries/simd.js";
import { checkOptions, showValue } from "./check.js";
import { InputTypeError, RuntimeError } from "./errors.js";

declare global {
  // Where a program is compiled without the library that declares them, as one for Node may be.
  namespace WebAssembly {
    interface Module {}
    interface Memory {}
  }
}

/** The exports of the kernels' module, as asc describes them. */
export type Kernels = Awaited<ReturnType<typeof instantiate>>;

/** A build of the kernels. */
export interface Build {
  readonly name: string;
  /** The module as base64. */
  readonly base64: string;
  /** Whether it takes its memory from outside, shared. */
  readonly shared?: boolean;
  /** Whether its kernels return peak words. The build without them exists for benchmarks. */
  readonly guarded?: boolean;
}

// (module (func (param v128 v128 v128) (result v128)
//   local.get 0 local.get 1 local.get 2 f32x4.relaxed_madd))
const RELAXED_PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
);

/** Whether this engine runs relaxed SIMD. */
export function hasRelaxedSimd(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(RELAXED_PROBE);
}

/** Bytes of memory through which arrays from outside pass. */
const SCRATCH_BYTES = 2 ** 19 + 2 ** 13;

/** One page less than 4 GiB, as asconfig.json has it: the end of a block at the end of memory is an address, too, and not 0. */
const MOST_PAGES = 65535;

export class Runtime {
  readonly name: string;
  readonly guarded: boolean;
  readonly kernels: Kernels;
  /**
   * The address of `SCRATCH_BYTES` bytes: for one call, whatever is in them is lost after. There from the start,
   * since memory that grows takes the views away that were given out: an array to be read or written may be one.
   */
  readonly scratch: number;
  #floats = new Float32Array(0);
  #doubles = new Float64Array(0);
  #ints = new Int32Array(0);

  constructor(build: Build, module?: WebAssembly.Module) {
    this.name = build.name;
    this.guarded = build.guarded ?? true;
    const compiled = module ?? new WebAssembly.Module(decode(build.base64));
    const memory = build.shared
      ? new WebAssembly.Memory({ initial: 16, maximum: MOST_PAGES, shared: true })
      : undefined;
    const { exports } = instantiateSync<Record<string, unknown>>(
      compiled,
      memory ? { env: { memory } } : {},
    );
    const kernels = exports as unknown as Kernels;
    this.kernels = memory ? { ...kernels, memory } : kernels;
    this.scratch = this.kernels.alloc(SCRATCH_BYTES) >>> 0;
  }

  /** Whether an array is a view of this memory: when that grows, the view has no elements any more. */
  holds(array: ArrayBufferView): boolean {
    return array.buffer === this.kernels.memory.buffer;
  }

  /** All of memory as f32: fresh after every growth. Index by address / 4. */
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.kernels.memory.buffer) {
      this.#floats = new Float32Array(this.kernels.memory.buffer);
    }
    return this.#floats;
  }

  /** All of memory as f64: fresh after every growth. Index by address / 8. */
  get doubles(): Float64Array {
    if (this.#doubles.buffer !== this.kernels.memory.buffer) {
      this.#doubles = new Float64Array(this.kernels.memory.buffer);
    }
    return this.#doubles;
  }

  /** All of memory as i32: fresh after every growth. Index by address / 4. */
  get ints(): Int32Array {
    if (this.#ints.buffer !== this.kernels.memory.buffer) {
      this.#ints = new Int32Array(this.kernels.memory.buffer);
    }
    return this.#ints;
  }
}

const BUILDS = { simd: { name: "simd", ...simd }, relaxed: { name: "relaxed", ...relaxed } };

let active: Runtime | undefined;

/** The runtime that new tensors belong to, made at first use. */
export function runtime(): Runtime {
  active ??= first();
  return active;
}

function first(): Runtime {
  const build = hasRelaxedSimd() ? BUILDS.relaxed : BUILDS.simd;
  try {
    return new Runtime(build);
  } catch (cause) {
    throw doesNotRun("finigrad", build, cause);
  }
}

function doesNotRun(op: string, { name }: Build, cause: unknown): RuntimeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RuntimeError(
    `${op}: build "${name}" does not run here, expected WebAssembly with SIMD, and a content policy, if any, with 'wasm-unsafe-eval', got ${why}`,
    { cause },
  );
}

/** Makes `next` the runtime of what is created from now on; gives the one before. */
export function activate(next: Runtime): Runtime | undefined {
  const previous = active;
  active = next;
  return previous;
}

export interface InitOptions {
  /** `"simd"` gives the same bits on every engine; `"relaxed"` fuses multiply-add; or a build of your own. */
  readonly build?: "simd" | "relaxed" | Build | undefined;
  /** The build's module, compiled elsewhere: for edge workers and strict content policies. */
  readonly module?: WebAssembly.Module | undefined;
}

/**
 * Chooses a build, or hands in a compiled module. Never needed: without it the first tensor takes the
 * fastest build that the engine has. Tensors made before belong to the build before.
 *
 * @throws RuntimeError where the engine lacks what the build needs, or a content policy forbids it; InputTypeError and
 * InputRangeError for options that are none.
 */
export async function init(options: InitOptions = {}): Promise<void> {
  checkOptions("init", options, ["build", "module"]);
  const choice = options.build ?? (hasRelaxedSimd() ? "relaxed" : "simd");
  const build: Build = typeof choice === "string" ? BUILDS[choice] : choice;
  if (build === undefined) {
    throw new RuntimeError(
      `init: no such build, expected "simd" or "relaxed", got ${showValue(choice)}`,
    );
  }
  if (options.module !== undefined && !isModule(options.module)) {
    throw new InputTypeError(
      `init: module is none, expected a WebAssembly.Module, got ${showValue(options.module)}`,
    );
  }
  try {
    const module = options.module ?? (await WebAssembly.compile(decode(build.base64)));
    active = new Runtime(build, module);
  } catch (cause) {
    throw doesNotRun("init", build, cause);
  }
}

/** Also one that another realm has compiled. */
function isModule(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object WebAssembly.Module]";
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  // Uint8Array.from with a function takes twenty times as long, a tenth of a second of each start.
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
