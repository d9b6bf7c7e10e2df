/** What a tensor's numbers are like: one fused pass over them, or nothing but the peak word. */
import { health } from "../ops/finite.js";
import { normOfDoubles } from "../optim/clip.js";
import { type Found, foundIn, scaleOf, slotOf } from "../optim/survey.js";
import { runtime } from "../runtime.js";
import { INFINITY_BITS, isDouble, type Tensor, UNKNOWN } from "../tensor.js";

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

/** What the peak word tells, and if that is bad or of nothing, one count. */
export function glance(x: Tensor): Stats {
  x.use("monitor");
  if (isOdd(x)) return census(x);
  const { absMax } = x;
  return { absMax, headroom: limitOf(x) - Math.log2(absMax), nan: 0, infinite: 0 };
}

/** Whether a glance costs nothing: what an optimizer has just written would have to be read. */
export const isKnown = (x: Tensor): boolean => x.peak !== UNKNOWN || x.size === 0;

/** Whether its numbers have to be counted: of none, too, there is no largest magnitude. */
const isOdd = ({ peak, size }: Tensor): boolean => peak >= INFINITY_BITS || size === 0;

/** The power of two at which overflow begins. */
function limitOf(x: Tensor): number {
  return isDouble(x) ? 1024 : 128;
}

const SUMMARY = { float32: "summary_f32", float64: "summary_f64" } as const;

/** Everything, in one pass. */
export function survey(x: Tensor): Stats {
  x.use("monitor");
  if (isOdd(x)) return census(x);
  const { home } = x;
  const scale = scaleOf(x.absMax, x);
  home.kernels[SUMMARY[x.dtype]](slotOf(home).at, x.at, x.size, scale);
  return statsOf(x, foundIn(home, scale));
}

/** Everything, from what a kernel found. */
function statsOf(x: Tensor, { min, max, sum, squares, scale }: Found): Stats {
  const absMax = Math.max(-min, max);
  return {
    absMax,
    headroom: limitOf(x) - Math.log2(absMax),
    nan: 0,
    infinite: 0,
    min,
    max,
    mean: sum / x.size / scale,
    norm: Math.sqrt(squares) / scale,
  };
}

/** A parameter after a step. */
export const afterStep = (p: Tensor, found: Found): Stats =>
  p.size === 0 ? census(p) : statsOf(p, found);

/** By how much of itself a step moved a parameter: ‖Δp‖ / ‖p‖, undefined where that is 0 now. */
export const ratioOf = ({ moved, squares }: Found): number | undefined =>
  squares > 0 ? Math.sqrt(moved / squares) : undefined;

/** With NaN or ∞ in it: counted, the rest over what is finite. */
function census(x: Tensor): Stats {
  const { nan, positiveInfinity, negativeInfinity, min, max, mean, absMax, headroom } = health(x);
  const norm = isDouble(x)
    ? normOfDoubles(x)
    : Math.sqrt(x.home.kernels.sum_squares_f32(x.at, x.size));
  const infinite = positiveInfinity + negativeInfinity;
  return { absMax, headroom, nan, infinite, min, max, mean, norm };
}

/** The numbers of two tensors as those of one that has the elements of both. */
export function joined(a: Stats, sizeOfA: number, b: Stats, sizeOfB: number): Stats {
  const found = {
    absMax: either(Math.max, a.absMax, b.absMax),
    headroom: either(Math.min, a.headroom, b.headroom),
    nan: a.nan + b.nan,
    infinite: a.infinite + b.infinite,
  };
  if (!isSurveyed(a) || !isSurveyed(b)) return found;
  const finiteInA = sizeOfA - a.nan - a.infinite;
  const finiteInB = sizeOfB - b.nan - b.infinite;
  const share = finiteInB / (finiteInA + finiteInB);
  return {
    ...found,
    min: either(Math.min, a.min, b.min),
    max: either(Math.max, a.max, b.max),
    // Shares, not sums: the sum of doubles may be beyond them.
    mean: either((x, y) => x * (1 - share) + y * share, a.mean, b.mean),
    norm: Math.hypot(a.norm, b.norm),
  };
}

/** Where no element is finite there is no number: the other stands alone. */
function either(of: (x: number, y: number) => number, x: number, y: number): number {
  if (Number.isNaN(x)) return y;
  return Number.isNaN(y) ? x : of(x, y);
}

const isSurveyed = (stats: Stats): stats is Required<Stats> => stats.norm !== undefined;

/** Which build the numbers come from. */
export function buildName(): string {
  return runtime().name;
}
