/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A tensor: numbers in wasm memory, row-major and contiguous, with the peak of their last write.
 */

import { showValue } from "./check.js";
import type { Producer, Taint } from "./diagnosis/diagnose.js";
import type { BirthReport } from "./diagnosis/report.js";
import { DisposedError, InputTypeError, RuntimeError, ShapeError } from "./errors.js";
import { type GuardEvent, sinkRead } from "./guard.js";
import { Block, detach, disown, hoist, type Owned, own, unscoped } from "./memory.js";
import type { Call } from "./op.js";
import { type Runtime, runtime } from "./runtime.js";
import { type Shape, show, sizeOf } from "./shape.js";

/** The peak is not known: someone holds a writable view. */
export const UNKNOWN = -1;
/** The depth of a tensor whose past is no longer remembered. */
export const FORGOTTEN = -1;
/** The bits of ∞: peaks from here on are not finite. */
export const INFINITY_BITS = 0x7f800000;
/** The bits of 2⁶⁴: from here on a magnitude explains by itself what becomes of it, its square is beyond float32. */
export const HUGE_BITS = (127 + 64) << 23;

/** Bytes of an element. */
export function bytesOf(dtype: DType): 4 | 8 {
  return dtype === "float64" ? 8 : 4;
}

/** The largest number of a type. */
export const LARGEST: Readonly<Record<DType, number>> = {
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
};

/** Whether a tensor holds doubles. */
export function isDouble({ dtype }: { readonly dtype: DType }): boolean {
  return dtype === "float64";
}

/** How far apart two powers of two are in peak words: those of doubles are high words, with longer exponents. */
export function octaveOf(tensor: { readonly dtype: DType }): number {
  return isDouble(tensor) ? 2 ** 20 : 2 ** 23;
}

/** Names for the rows and columns of an input, which reports then use. */
export interface Labels {
  readonly columns?: readonly string[] | undefined;
  readonly rows?: ArrayLike<number | string> | undefined;
}

/** How a tensor came to be. */
export type Origin = "input" | "parameter" | "op";

let writes = 0;

/** @internal How often numbers that others were computed from have been written over. */
export function overwritten(): number {
  return writes;
}

/** @internal Parameters are about to be written in place. */
export function overwrite(): void {
  writes++;
}

const word = new DataView(new ArrayBuffer(4));

/** What the numbers of a tensor are: 32 bits, or 64 for gradient checks and careful sums. */
export type DType = "float32" | "float64";

interface Arrays {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** The typed array that a tensor of that type is read as. */
export type ArrayOf<D extends DType> = Arrays[D];

/** A tensor of doubles. */
export type Tensor64 = Tensor<"float64">;

/** A tensor of either type. */
export type AnyTensor = Tensor<DType>;

const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;
type Inspect = (value: unknown, options: object) => string;

/**
 * A tensor, while its elements are in memory. A weak reference will not do for that: an engine keeps what one is made of until its
 * job ends, and a loop without a pause is one job.
 */
export interface Loan {
  readonly tensor: AnyTensor | undefined;
}

/**
 * `Tensor` alone is one of float32. Ops that serve both types give back what they are given; a tensor
 * of the other type does not compile where one of float32 is expected.
 */
export class Tensor<D extends DType = "float32"> {
  /** @internal */ readonly origin: Origin;
  /** @internal The op, or the function, that made it. */ readonly maker: string;
  /** @internal */ labels: Labels | undefined;
  /** @internal Largest magnitude as bits, or UNKNOWN. */ peak = UNKNOWN;
  /** @internal Where the peak is unknown: no element is larger, as who wrote them can prove. */
  ceiling: number | undefined;
  /** @internal Whether an optimizer has written to it. */ stepped = false;
  /** @internal The same with a gradient that was not 0. */ moved = false;
  /** @internal Whether weight decay takes it further from 0 with each step. */ decays = false;
  /** @internal */ taint: Taint | undefined;
  /** @internal While a tape records: what made it. */ producer: Producer | undefined;
  /** @internal The call that it is the result of. Its tensors may have been freed, or written to, since. */
  call: Call | undefined;
  /** @internal How many calls can be followed back from it; FORGOTTEN where they no longer can. */ depth = 0;
  /** @internal The name of an input or parameter that it was computed from. */ ancestor:
    | string
    | undefined;
  /** @internal What was absorbed on the way to it. */ past: readonly GuardEvent[] | undefined;
  /** @internal The tape that follows it. */ tape: object | undefined;
  /** @internal Whether no scope frees it. */ kept = false;
  /** @internal Where it became huge, if it is. */ leap: BirthReport | undefined;
  /** @internal Whether a writable view was ever given out: somebody may hold it. */ viewed = false;
  /** @internal Whether it was made of a number that an op was called with: no one else has it. */ constant = false;
  /** @internal That number, as it stood in the code. */ written: number | undefined;
  /** @internal Buffers that live as long as it does. */ saved: AnyTensor[] | undefined;
  // Kernels read as far as these say: nobody else may write them, in JavaScript either.
  readonly #shape: Shape;
  readonly #size: number;
  readonly #dtype: D;
  #name: string | undefined;
  #loan: { tensor: AnyTensor | undefined } | undefined;
  #gradient: AnyTensor | undefined;
  #block: Block | undefined;
  #owner: Set<Owned>;
  #pins = 0;
  #disposed = false;

  /** @internal Memory is uninitialised. @throws OutOfMemoryError */
  constructor(
    shape: Shape,
    op: string,
    origin: Origin = "op",
    name?: string,
    dtype: DType = "float32",
  ) {
    this.#shape = shape;
    this.#size = sizeOf(shape);
    this.#dtype = dtype as D;
    this.#block = new Block(Math.max(this.#size, 1) * bytesOf(dtype), op);
    this.origin = origin;
    this.maker = op;
    this.#name = name;
    this.#owner = own(this);
  }

  get shape(): Shape {
    return this.#shape;
  }

  /** Number of elements. */
  get size(): number {
    return this.#size;
  }

  get dtype(): D {
    return this.#dtype;
  }

  /** What reports call it. @throws InputTypeError when it is set to what is no string */
  get name(): string | undefined {
    return this.#name;
  }

  set name(name: string | undefined) {
    if (name !== undefined && typeof name !== "string") {
      throw new InputTypeError(`name: is none, expected a string, got ${showValue(name)}`);
    }
    this.#name = name;
  }

  /** @internal Its address. */
  get at(): number {
    return (this.#block as Block).at;
  }

  get bytes(): number {
    return this.#block?.bytes ?? 0;
  }

  get label(): string {
    return `${this.name ?? this.maker} ${show(this.shape)}`;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** @internal Whether its elements are still in memory. */
  get readable(): boolean {
    return this.#block !== undefined;
  }

  /** @internal Its elements, unguarded; not to be kept. */
  get raw(): ArrayOf<D> {
    const { at, runtime: home } = this.#block as Block;
    const bytes = bytesOf(this.dtype);
    const all = this.dtype === "float64" ? home.doubles : home.floats;
    return all.subarray(at / bytes, at / bytes + this.size) as ArrayOf<D>;
  }

  /**
   * A view of the elements in wasm memory: fresh at each access, to be used at once, since the next
   * tensor may grow the memory and detach it. Writing through it is fine: the tensor is measured again
   * at its next use. Not inside a loss, after an op has read it: gradients are of the numbers that stand there at the end.
   *
   * @throws DisposedError
   * @throws NonFiniteError when an op made a NaN or ∞ in it, unless the guard's policy says otherwise.
   */
  get data(): ArrayOf<D> {
    this.use("data");
    sinkRead(this);
    this.peak = UNKNOWN;
    this.ceiling = undefined;
    this.viewed = true;
    return this.raw;
  }

  /**
   * A copy of the elements.
   *
   * @throws DisposedError, NonFiniteError as `data` does.
   */
  toArray(): ArrayOf<D> {
    this.use("toArray");
    sinkRead(this);
    return this.raw.slice() as ArrayOf<D>;
  }

  /**
   * The one element of a tensor of size 1.
   *
   * @throws DisposedError, NonFiniteError as `data` does, ShapeError when there is more than one.
   */
  item(): number {
    this.use("item");
    if (this.size !== 1) {
      throw new ShapeError(
        `item: more than one element, expected size 1, got shape ${show(this.shape)}`,
      );
    }
    sinkRead(this);
    return this.raw[0] ?? Number.NaN;
  }

  /** Frees the memory. @throws DisposedError when it is freed already. */
  dispose(): void {
    if (this.#disposed) {
      throw new DisposedError(
        `dispose: ${this.label} is disposed already, expected a live tensor, got a freed one`,
      );
    }
    this.release();
  }

  /** `using t = …` disposes of it at the end of the block. */
  [Symbol.dispose](): void {
    if (!this.#disposed) this.release();
  }

  /** @internal Frees it if it is not free: memory that a tape still needs goes when the tape does. */
  release(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.replaceGradient(undefined);
    disown(this, this.#owner);
    if (this.#pins === 0) this.#free();
  }

  /** @internal Remembers its gradient of the last `valueAndGrad`, and frees the one before. */
  replaceGradient(next: AnyTensor | undefined): void {
    if (this.#gradient?.kept === false) this.#gradient.release();
    this.#gradient = next;
  }

  /** @internal Keeps the memory readable for a tape, whatever the user does. */
  pin(): void {
    this.#pins++;
  }

  /** @internal */
  unpin(): void {
    this.#pins--;
    if (this.#pins === 0 && this.#disposed) this.#free();
  }

  /** @internal Itself while its elements are in memory, for those that must not keep it: nothing of it afterwards. */
  get loan(): Loan {
    this.#loan ??= { tensor: this.readable ? this : undefined };
    return this.#loan;
  }

  #free(): void {
    this.#block?.free();
    this.#block = undefined;
    if (this.#loan !== undefined) this.#loan.tensor = undefined;
    for (const buffer of this.saved ?? []) buffer.release();
  }

  /** @internal Checks that an op may read it. */
  touch(op: string): void {
    const block = this.#block;
    if (this.#disposed || block === undefined) {
      throw new DisposedError(
        `${op}: ${this.label} is disposed, expected a live tensor, got a freed one: keep() what outlives its scope`,
      );
    }
    if (block.runtime !== runtime()) {
      const [now, then] = [runtime().name, block.runtime.name];
      throw new RuntimeError(
        `${op}: tensors of two builds, expected ${now}, got ${then === now ? `another instance of ${then}, before init()` : then}`,
      );
    }
  }

  /** @internal As `touch`, and knows its peak afterwards. */
  use(op: string): void {
    this.touch(op);
    this.look();
  }

  /** @internal Knows its peak afterwards, where it can still be read. */
  look(): void {
    const block = this.#block;
    if (this.peak !== UNKNOWN || block === undefined) return;
    const { guarded, kernels } = block.runtime;
    const measure = this.dtype === "float64" ? kernels.peak_f64 : kernels.peak_f32;
    this.peak = guarded ? measure(block.at, this.size) : 0;
    this.ceiling = undefined;
    if (this.peak < INFINITY_BITS) this.taint = undefined;
    if (this.peak < HUGE_BITS) this.leap = undefined;
  }

  /** @internal As `use`, where it counts: a view that someone holds may have written since the last look. */
  measure(op: string): void {
    this.touch(op);
    if (this.viewed) {
      this.peak = UNKNOWN;
      this.ceiling = undefined;
    }
    if (this.ceiling === undefined) this.look();
  }

  /** @internal No element is larger; the largest magnitude itself where that is known. */
  get most(): number {
    return this.ceiling ?? this.absMax;
  }

  /** @internal Moves it to the scope outside the present one. */
  hoist(): void {
    if (!this.#disposed) this.#owner = hoist(this, this.#owner);
  }

  /**
   * The largest magnitude; NaN where there is one. Of float32 it is known from the last write without
   * looking; of float64 the peak keeps the high word alone, and the elements are read.
   */
  get absMax(): number {
    this.use("absMax");
    return this.magnitude;
  }

  /** @internal The same where only a tape keeps it, whatever the user has disposed of. */
  get magnitude(): number {
    this.look();
    if (this.dtype === "float64") return this.home.kernels.abs_max_f64(this.at, this.size);
    word.setUint32(0, this.peak);
    return word.getFloat32(0);
  }

  /** @internal Takes it out of every scope. */
  detach(): void {
    this.kept = true;
    this.#owner = detach(this, this.#owner);
  }

  /** @internal A constant lives as long as what was computed from it, where no scope frees it. */
  belongTo(out: AnyTensor): void {
    this.constant = false;
    if (!unscoped()) return;
    this.detach();
    out.saved = [...(out.saved ?? []), this];
  }

  /** @internal The runtime it belongs to. */
  get home(): Runtime {
    return (this.#block as Block).runtime;
  }

  /**
   * Its numbers, for `JSON.stringify`; `tensor(data, { shape, dtype })` brings it back. JSON has no NaN and no ∞: they
   * become null, which `tensor` refuses.
   *
   * @throws DisposedError, NonFiniteError as `data` does.
   */
  toJSON(): { readonly dtype: D; readonly shape: Shape; readonly data: readonly number[] } {
    return { dtype: this.dtype, shape: this.shape, data: Array.from(this.toArray()) };
  }

  /** @internal What `console.log` shows in Node: the numbers, which nobody has read out by that. */
  [INSPECT](_depth: number, options: object, inspect: Inspect): string {
    return this.#disposed ? `${this}` : `${this} ${inspect(this.raw.slice(), options)}`;
  }

  toString(): string {
    return `Tensor(${this.label}${this.dtype === "float64" ? ", float64" : ""}${this.#disposed ? ", disposed" : ""})`;
  }
}

/** A named tensor that is trained. It lives until it is disposed of, in no scope. */
export class Parameter<D extends DType = "float32"> extends Tensor<D> {
  /** @internal */
  constructor(name: string, shape: Shape, dtype?: D) {
    super(shape, `parameter "${name}"`, "parameter", name, dtype);
    this.detach();
  }

  /** What reports, and gradients, call it. */
  override get name(): string {
    return super.name as string;
  }
}
