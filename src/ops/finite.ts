/** Is every number finite? Works on tensors and on float arrays, which need no clean-up. */
import { checkAttached, checkFlag, checkOptions } from "../check.js";
import { InputTypeError } from "../errors.js";
import { type Runtime, runtime } from "../runtime.js";
import { type AnyTensor, bytesOf, type DType, INFINITY_BITS, Tensor } from "../tensor.js";

/** What can be checked. */
export type Checkable = AnyTensor | Float32Array | Float64Array;

export interface Health {
  /** Number of elements. */
  readonly count: number;
  readonly nan: number;
  readonly positiveInfinity: number;
  readonly negativeInfinity: number;
  readonly zeros: number;
  readonly subnormals: number;
  /** Over the finite elements; NaN where there is none. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly absMax: number;
  /** Index of the first NaN or ∞ in memory order, -1 if all are finite. */
  readonly firstNonFinite: number;
  /** Powers of two between absMax and overflow: log2(3.4e38 / absMax), of float64 log2(1.8e308 / absMax). */
  readonly headroom: number;
}

export interface HealthOptions {
  /**
   * Whether to add up a mean. Default true; without it numbers in the cache take two thirds of the time, those in memory
   * the same.
   */
  readonly mean?: boolean;
}

/** Arrays from outside pass through at most this many elements of wasm memory: it stays in the L2 cache. */
export const CHUNK = 1 << 16;
/** Elements of a piece where a look is short: the least that is copied at a time. */
export const PIECE = 1 << 10;
const PAGE = 4096;
/** Bytes from the beginning of a page to that of a large array, in Node on Linux; elsewhere it does no harm. */
const HEADER = 16;

/**
 * How many pieces are copied at a time: on one machine what stays in the L1 cache is scanned soonest, on another a call costs
 * more than that. Each is timed on parts of the first arrays that are long enough, and the fastest is kept.
 */
const PACES = [1, 4, 16, 64].map((pieces) => ({ pieces, tries: 0, best: Infinity }));
const TRIES = 3;
/** Elements of such a part: some hundred microseconds, which the clocks of browsers tell, too. */
const PART = 1 << 20;

/** The next that is to be timed, or the fastest. */
function pace(isLong: boolean): (typeof PACES)[number] {
  const untried = isLong ? PACES.find(({ tries }) => tries < TRIES) : undefined;
  return untried ?? PACES.reduce((a, b) => (b.best < a.best ? b : a));
}

/**
 * Hands an array to `visit` chunk by chunk, in wasm memory, until it gives false. `size` is how many elements
 * are copied at a time, CHUNK at most; of short pieces so many as are fastest on this machine. What is in wasm memory
 * already goes whole.
 */
export function chunks(
  op: string,
  x: Checkable,
  visit: (at: number, n: number, offset: number) => boolean,
  size = CHUNK,
): void {
  if (x instanceof Tensor) {
    x.use(op);
    visit(x.at, x.size, 0);
    return;
  }
  if (!(x instanceof Float32Array || x instanceof Float64Array)) {
    const got = x === null ? "null" : Array.isArray(x) ? "an array" : typeof x;
    throw new InputTypeError(
      `${op}: x is no tensor, expected a Tensor, a Float32Array or a Float64Array, got ${got}`,
    );
  }
  checkAttached(op, "x", x);
  const home = runtime();
  if (home.holds(x)) {
    visit(x.byteOffset, x.length, 0);
    return;
  }
  // As far into a page as what is copied. A load that is next to a store but for the page waits for it: with copies
  // that begin 16 bytes further into theirs, every load does.
  const at = home.scratch + ((HEADER + x.byteOffset - home.scratch) & (PAGE - 1));
  // One view for all pieces: no visit grows the memory, and to ask for a view takes as long as to copy a piece.
  const into = x instanceof Float64Array ? home.doubles : home.floats;
  const start = at / x.BYTES_PER_ELEMENT;
  for (let offset = 0; offset < x.length; ) {
    const isTimed = size < CHUNK / 2 && x.length - offset >= PART;
    const now = pace(isTimed);
    // Whole pieces: the ranges of columns come round with them.
    const length = size * Math.min(now.pieces, Math.max(1, Math.floor(CHUNK / size)));
    const end = isTimed ? offset + PART - (PART % length) : x.length;
    const before = isTimed ? performance.now() : 0;
    for (; offset < end; offset += length) {
      const part = x.subarray(offset, Math.min(offset + length, end));
      into.set(part, start);
      if (!visit(at, part.length, offset)) return;
    }
    if (!isTimed) return;
    now.tries++;
    // A clock that stood still has told nothing.
    now.best = Math.min(now.best, performance.now() - before || Infinity);
  }
}

/** The type of what is checked; also of what is no tensor, which chunks() refuses. */
const dtypeOf = (x: Checkable): DType =>
  x instanceof Tensor
    ? x.dtype
    : bytesOf("float64") === x?.BYTES_PER_ELEMENT
      ? "float64"
      : "float32";

/** The kernels of a type. */
const scans = ({ kernels: k }: Runtime, dtype: DType) =>
  dtype === "float64"
    ? { first: k.first_non_finite_f64, health: k.health_f64, census: k.health_f64 }
    : { first: k.first_non_finite_f32, health: k.health_f32, census: k.census_f32 };

/**
 * Whether no element is NaN or infinite. For a tensor this is known already, nothing is read.
 *
 * @throws InputTypeError, DisposedError
 */
export function allFinite(x: Checkable): boolean {
  let finite = true;
  const { kernels } = runtime();
  const double = dtypeOf(x) === "float64";
  const scan = (at: number, n: number): boolean =>
    double ? kernels.peak_f64(at, n) >>> 0 < INFINITY_BITS : kernels.all_finite_f32(at, n) === 1;
  const visit = (at: number, n: number): boolean => {
    finite = x instanceof Tensor && x.home.guarded ? x.peak < INFINITY_BITS : scan(at, n);
    return finite;
  };
  chunks("allFinite", x, visit, PIECE);
  return finite;
}

/**
 * The index, in memory order, of the first NaN or ∞; -1 where there is none.
 *
 * @throws InputTypeError, DisposedError
 */
export function firstNonFinite(x: Checkable): number {
  let first = -1;
  chunks("firstNonFinite", x, (at, n, offset) => {
    const here = scans(runtime(), dtypeOf(x)).first(at, n, 0);
    if (here >= 0) first = offset + here;
    return first < 0;
  });
  return first;
}

/**
 * Counts and ranges, in one pass over the memory. `mean` is within 2⁻²² of the mean magnitude; with `{ mean: false }`
 * there is none.
 *
 * @throws InputTypeError, InputRangeError, DisposedError
 */
export function health(x: Checkable, options?: { readonly mean?: true }): Health;
export function health(
  x: Checkable,
  options: HealthOptions,
): Omit<Health, "mean"> & { readonly mean?: number };
export function health(
  x: Checkable,
  options: HealthOptions = {},
): Omit<Health, "mean"> & { readonly mean?: number } {
  checkOptions("health", options, ["mean"]);
  const { mean: wanted = true } = options;
  checkFlag("health", "mean", wanted);
  const home = runtime();
  const slot = home.scratch + CHUNK * 8 + PAGE;
  const dtype = dtypeOf(x);
  const census = scans(home, dtype)[wanted ? "health" : "census"];
  const total = { nan: 0, up: 0, down: 0, zeros: 0, subnormals: 0, first: -1 };
  let [count, finite, sum, min, max] = [0, 0, 0, Infinity, -Infinity];
  chunks("health", x, (at, n, offset) => {
    census(slot, at, n);
    const [
      nan = 0,
      up = 0,
      down = 0,
      zeros = 0,
      subnormals = 0,
      first = -1,
      low = 0,
      high = 0,
      mean = 0,
    ] = new Float64Array(home.kernels.memory.buffer, slot, 10);
    total.nan += nan;
    total.up += up;
    total.down += down;
    total.zeros += zeros;
    total.subnormals += subnormals;
    if (total.first < 0 && first >= 0) total.first = offset + first;
    const good = n - nan - up - down;
    count += n;
    if (good > 0) {
      finite += good;
      sum += mean * good;
      min = Math.min(min, low);
      max = Math.max(max, high);
    }
    return true;
  });
  const absMax = finite > 0 ? Math.max(-min, max) : Number.NaN;
  return {
    count,
    nan: total.nan,
    positiveInfinity: total.up,
    negativeInfinity: total.down,
    zeros: total.zeros,
    subnormals: total.subnormals,
    min: finite > 0 ? min : Number.NaN,
    max: finite > 0 ? max : Number.NaN,
    ...(wanted && { mean: finite > 0 ? sum / finite : Number.NaN }),
    absMax,
    firstNonFinite: total.first,
    headroom: (dtype === "float64" ? 1024 : 128) - Math.log2(absMax),
  };
}
