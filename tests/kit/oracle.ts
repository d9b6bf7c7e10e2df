/**
 * Correctly rounded results from tests/data/oracles, and how far a float is from the true value.
 * The format is described in index.json and index2.json there.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** The package's own: `scripts/oracle.py` writes others, of other seeds. */
const OWN = new URL("../data/oracles/", import.meta.url);
const PATTERNS = 65_536;
/** A residual counts in this part of an ULP. */
const PART = 1 / 65_536;

interface Entry {
  readonly file: string;
  /** How many extra inputs follow the grid; only for one argument. */
  readonly n_extra?: number;
  readonly grid_step?: number;
}

interface Index {
  readonly seed: number;
  readonly fns: Readonly<Record<string, Entry>>;
}

/** Inputs and what the function is there. */
export interface Oracle {
  readonly name: string;
  readonly points: number;
  /** One array per argument. */
  readonly inputs: readonly Float32Array[];
  /** The correctly rounded results. */
  readonly rounded: Float32Array;
  /** The true value less the rounded one, in ULP of the rounded one. */
  residual(i: number): number;
}

/** Murmur3's finalizer. */
function mix(seed: number): number {
  let h = seed;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function gridOf(seed: number, step: number): Float32Array {
  const words = Uint32Array.from({ length: PATTERNS / step }, (_, k) => {
    const i = k * step;
    return ((i << 16) | (mix(i ^ seed) & 0xffff)) >>> 0;
  });
  return new Float32Array(words.buffer);
}

/** Little-endian arrays, one after the other. */
class Planes {
  readonly #bytes: ArrayBuffer;
  #at = 0;

  constructor(file: URL) {
    const unpacked = gunzipSync(readFileSync(file));
    this.#bytes = new Uint8Array(unpacked).buffer;
  }

  count(): number {
    this.#at += 4;
    return new DataView(this.#bytes).getUint32(this.#at - 4, true);
  }

  floats(n: number): Float32Array {
    this.#at += 4 * n;
    return new Float32Array(this.#bytes, this.#at - 4 * n, n);
  }

  shorts(n: number): Int16Array {
    this.#at += 2 * n;
    return new Int16Array(this.#bytes, this.#at - 2 * n, n);
  }
}

/** Two arrays as one, to the bit: a float copied as a number may lose the payload of a NaN. */
function joined(a: Float32Array, b: Float32Array): Float32Array {
  const words = new Uint32Array(a.length + b.length);
  words.set(new Uint32Array(a.buffer, a.byteOffset, a.length));
  words.set(new Uint32Array(b.buffer, b.byteOffset, b.length), a.length);
  return new Float32Array(words.buffer);
}

function oracle(
  name: string,
  inputs: readonly Float32Array[],
  rounded: Float32Array,
  residuals: Int16Array,
): Oracle {
  const residual = (i: number) => (residuals[i] ?? 0) * PART;
  return { name, points: rounded.length, inputs, rounded, residual };
}

/** A folder of oracles. */
export class Oracles {
  readonly #folder: URL;
  readonly #unary: Index;
  readonly #binary: Index;

  /** @throws Error when there is no index in it. */
  constructor(folder: URL) {
    this.#folder = folder;
    const read = (file: string): Index => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    this.#unary = read("index.json");
    this.#binary = read("index2.json");
  }

  get names(): readonly string[] {
    return [...Object.keys(this.#unary.fns), ...Object.keys(this.#binary.fns)];
  }

  /** Every `step`-th of 65536 floats: each upper half of the bits once, the lower half random. */
  grid(step = 1): Float32Array {
    return gridOf(this.#unary.seed, step);
  }

  /** @throws Error when there is none of this name. */
  load(name: string): Oracle {
    const [one, two] = [this.#unary.fns[name], this.#binary.fns[name]];
    if (one !== undefined) return this.#loadUnary(name, one);
    if (two !== undefined) return this.#loadBinary(name, two);
    throw new Error(`no oracle "${name}", expected one of ${this.names.join(", ")}`);
  }

  #loadUnary(name: string, entry: Entry): Oracle {
    const planes = new Planes(new URL(entry.file, this.#folder));
    const x = joined(this.grid(entry.grid_step), planes.floats(planes.count()));
    return oracle(name, [x], planes.floats(x.length), planes.shorts(x.length));
  }

  #loadBinary(name: string, entry: Entry): Oracle {
    const planes = new Planes(new URL(entry.file, this.#folder));
    const n = planes.count();
    return oracle(name, [planes.floats(n), planes.floats(n)], planes.floats(n), planes.shorts(n));
  }
}

const own = new Oracles(OWN);

/** The names of all oracles. */
export const ORACLES: readonly string[] = own.names;

export const gridInputs = (step?: number): Float32Array => own.grid(step);
export const loadOracle = (name: string): Oracle => own.load(name);

/** The true values as f64 computed them, in an oracle's form. */
export function oracleOf(name: string, inputs: readonly Float32Array[], f: Reference): Oracle {
  const [x = new Float32Array(0), y = x] = inputs;
  const exact = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) exact[i] = f(x[i] as number, y[i] as number);
  const rounded = new Float32Array(exact);
  const residual = (i: number) => {
    const near = rounded[i] ?? 0;
    return Number.isFinite(near) ? ((exact[i] ?? 0) - near) / ulpOf(near) : 0;
  };
  return { name, points: x.length, inputs, rounded, residual };
}

/** A function in f64. */
export type Reference = (x: number, y: number) => number;

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The distance to the next float, by exponent. */
const DISTANCES = Float64Array.from({ length: 256 }, (_, e) => 2 ** Math.max(e - 150, -149));

/** The distance from a finite float to the next. */
export function ulpOf(value: number): number {
  float[0] = value;
  return DISTANCES[((word[0] as number) >>> 23) & 255] as number;
}

/** Floats from the largest to where ∞ stands: more of them than this is no rounding any more. */
const OVERFLOW_STEPS = 1024;

/**
 * How many ULP `actual` is from the true value, ∞ when it is a wrong special: NaN, ∞ or a zero's sign.
 * At the end of the range ∞ counts as 2¹²⁸, so that stopping one float early is 1 ULP.
 */
export function errorUlp(actual: number, rounded: number, residual: number): number {
  if (Number.isNaN(actual) || Number.isNaN(rounded)) {
    return Number.isNaN(actual) === Number.isNaN(rounded) ? 0 : Infinity;
  }
  if (actual === 0 && rounded === 0 && !Object.is(actual, rounded)) return Infinity;
  if (Number.isFinite(actual) && Number.isFinite(rounded)) {
    return Math.abs((actual - rounded) / ulpOf(rounded) - residual);
  }
  return actual === rounded ? 0 : overflowSteps(actual, rounded);
}

/** One of the two is ∞. */
function overflowSteps(a: number, b: number): number {
  const steps = (2 ** 128 - Math.min(Math.abs(a), Math.abs(b))) / 2 ** 104;
  return Math.sign(a) === Math.sign(b) && steps <= OVERFLOW_STEPS ? steps : Infinity;
}
