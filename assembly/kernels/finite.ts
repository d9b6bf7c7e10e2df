/**
 * Finite-value checks. What decides is an integer test on bits, which no fast-math can reason away.
 *
 *   health  { nan, +∞, −∞, zeros, subnormals, first, min, max, mean, absMax }   of x [n]
 *   census  the same without the mean, which is a third of the work in the cache
 *
 * All of them run over blocks that stay in the first-level cache: a cheap pass that is certain of ordinary
 * blocks, and only where it is not, exact passes over the same block.
 */
import { Peak, peakOf, Quarter, Tail } from "../loops";
import { F64 } from "../simd";

const INFINITE: u32 = 0x7f800000;
const SMALLEST_NORMAL: u32 = 0x00800000;
/** The smallest normal number of both signs, in memory: a constant would be made anew in each turn of a loop. */
const SMALLEST: usize = memory.data<u32>([0x00800000, 0x80800000], 4);
const MAGNITUDE: usize = memory.data<u32>([0x7fffffff], 4);

/** Elements of a block: 16 KB, and 128 KB where it is looked at again only if huge numbers stand in it. */
const BLOCK: usize = 4096;
const SUMMED: usize = 32768;

/** Whether a report has a mean: decided when compiled. */
abstract class Mean {
  abstract on(): bool;
}

@final
class WithMean extends Mean {
  @inline on(): bool {
    return true;
  }
}

@final
class WithoutMean extends Mean {
  @inline on(): bool {
    return false;
  }
}

// What a block is: not ordinary, or ordinary with numbers of both signs or of one.
const NOT: u32 = 0;
const BOTH: u32 = 1;
const POSITIVE: u32 = 2;
const NEGATIVE: u32 = 3;

/**
 * What two words of the bits of ordinary numbers, less those of the smallest normal one, tell the range: `left` and
 * the largest unsigned one.
 */
abstract class Signs {
  abstract start(): v128;
  abstract left(acc: v128, bits: v128): v128;
  abstract kind(out: usize, p: usize, count: usize, left: v128, right: v128, base: usize): u32;
}

/** How many words, less those of the smallest normal number, are finite and normal. */
const UNUSUAL: u32 = INFINITE - SMALLEST_NORMAL;

/**
 * Of both signs: as signed integers the largest positive is on top, as unsigned ones the most negative. A positive zero
 * or subnormal, −∞ and a negative NaN then stand above all of them unsigned, a negative zero or subnormal, ∞ and a
 * positive NaN above all of them signed. If all turn out to be of one sign, one end is known by that, and the other
 * is the smallest magnitude.
 */
@final
class OfBoth extends Signs {
  @inline start(): v128 {
    return i32x4.splat(i32.MIN_VALUE);
  }

  @inline left(acc: v128, bits: v128): v128 {
    return i32x4.max_s(acc, bits);
  }

  @inline kind(out: usize, p: usize, count: usize, left: v128, right: v128, base: usize): u32 {
    const top = Peak.top(left);
    const bottom = Peak.largest(right);
    if (top >= <i32>UNUSUAL || bottom >= (0x80000000 | UNUSUAL)) return NOT;
    const negative = <i32>bottom < 0;
    const positive = top >= 0;
    const low = negative ? bottom + SMALLEST_NORMAL : Peak.least(p, count);
    const high = positive ? <u32>top + SMALLEST_NORMAL : Peak.least(p, count);
    Census.widen(out, reinterpret<f32>(low), reinterpret<f32>(high));
    return negative && positive ? BOTH : positive ? POSITIVE : NEGATIVE;
  }
}

/** Of one sign, less the smallest normal number of that: all others are larger than these, unsigned. */
@final
class OfOne extends Signs {
  @inline start(): v128 {
    return i32x4.splat(-1);
  }

  @inline left(acc: v128, bits: v128): v128 {
    return i32x4.min_u(acc, bits);
  }

  @inline kind(out: usize, p: usize, count: usize, left: v128, right: v128, base: usize): u32 {
    const largest = Peak.largest(right);
    if (largest >= UNUSUAL) return NOT;
    const smallest = ~Peak.largest(v128.not(left));
    const one = reinterpret<f32>(smallest + load<u32>(base));
    const other = reinterpret<f32>(largest + load<u32>(base));
    Census.widen(out, min(one, other), max(one, other));
    return base === SMALLEST ? POSITIVE : NEGATIVE;
  }
}

/** The largest |x| as bits: below 0x7f800000 all n elements are finite. */
export function peak_f32(x: usize, n: usize): u32 {
  return peakOf(x, n);
}

class Finite {
  /**
   * Whether n elements are finite. A sum that met NaN or ∞ is never finite again, and adding is all a
   * vector costs; a sum that is not finite may also have overflowed, so that then the bits decide.
   */
  static block(p: usize, n: usize): bool {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let f = a;
    let g = a;
    let h = a;
    const part = Quarter.bytes(n);
    let x = p;
    for (const end = p + part; x < end; x += 32) {
      const y = x + part;
      const z = y + part;
      const w = z + part;
      a = f32x4.add(a, v128.load(x));
      b = f32x4.add(b, v128.load(x, 16));
      c = f32x4.add(c, v128.load(y));
      d = f32x4.add(d, v128.load(y, 16));
      e = f32x4.add(e, v128.load(z));
      f = f32x4.add(f, v128.load(z, 16));
      g = f32x4.add(g, v128.load(w));
      h = f32x4.add(h, v128.load(w, 16));
    }
    const left = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
    const right = f32x4.add(f32x4.add(e, f), f32x4.add(g, h));
    const sum = f32x4.add(left, right);
    if (peakOf(p + 4 * part, n & 31) >= INFINITE) return false;
    return !v128.any_true(Finite.not(sum)) || peakOf(p, n & ~31) < INFINITE;
  }

  /** All ones where v is NaN or ∞. */
  @inline static not(v: v128): v128 {
    return i32x4.gt_u(i32x4.shl(v, 1), i32x4.splat(0xfeffffff));
  }
}

/** 1 where no element is NaN or ∞, else 0. Reads up to the first block that has one. */
export function all_finite_f32(x: usize, n: usize): i32 {
  for (let at: usize = 0; at < n; at += SUMMED) {
    if (!Finite.block(x + (at << 2), min(n - at, SUMMED))) return 0;
  }
  return 1;
}

/** The index of the first NaN or ∞ at or after `from`, −1 if there is none. */
export function first_non_finite_f32(x: usize, n: usize, from: usize): i32 {
  let i = from;
  // In short steps: callers ask again from the place they were given.
  while (i + 32 <= n && peakOf(x + (i << 2), 32) < INFINITE) i += 32;
  for (; i < n; i++) {
    if ((load<u32>(x + (i << 2)) & 0x7fffffff) >= INFINITE) return <i32>i;
  }
  return -1;
}

/** How many elements are NaN or ∞. */
export function count_non_finite_f32(x: usize, n: usize): u32 {
  let count = i32x4.splat(0);
  for (let at: usize = 0; at < n; at += SUMMED) {
    const size = min(n - at, SUMMED);
    let p = x + (at << 2);
    if (Finite.block(p, size)) continue;
    for (const end = p + ((size & ~3) << 2); p < end; p += 16) {
      count = i32x4.sub(count, Finite.not(v128.load(p)));
    }
    if (size & 3) count = i32x4.sub(count, Finite.not(Tail.load(p, size & 3)));
  }
  return <u32>Census.lanes(count);
}

// Slots of the result, in bytes.
const NAN: usize = 0;
const UP: usize = 8;
const DOWN: usize = 16;
const ZEROS: usize = 24;
const SUBNORMALS: usize = 32;
const FIRST: usize = 40;
const MIN: usize = 48;
const MAX: usize = 56;
const MEAN: usize = 64;
const ABS_MAX: usize = 72;

class Census {
  @inline static add(slot: usize, value: f64): void {
    store<f64>(slot, load<f64>(slot) + value);
  }

  @inline static widen(out: usize, low: f32, high: f32): void {
    if (<f64>low < load<f64>(out + MIN)) store<f64>(out + MIN, <f64>low);
    if (<f64>high > load<f64>(out + MAX)) store<f64>(out + MAX, <f64>high);
  }

  @inline static widenBy(out: usize, low: v128, high: v128): void {
    Census.widen(out, f32x4.extract_lane(low, 0), f32x4.extract_lane(high, 0));
    Census.widen(out, f32x4.extract_lane(low, 1), f32x4.extract_lane(high, 1));
    Census.widen(out, f32x4.extract_lane(low, 2), f32x4.extract_lane(high, 2));
    Census.widen(out, f32x4.extract_lane(low, 3), f32x4.extract_lane(high, 3));
  }

  @inline static lanes(v: v128): f64 {
    return <f64>(
      (i32x4.extract_lane(v, 0) +
        i32x4.extract_lane(v, 1) +
        i32x4.extract_lane(v, 2) +
        i32x4.extract_lane(v, 3))
    );
  }

  /** The sum of 16 elements in two parts, as doubles: sums of eight, which take three roundings in f32. */
  @inline static sum(a: v128, b: v128, c: v128, d: v128): v128 {
    const four = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
    return f64x2.promote_low_f32x4(f32x4.add(four, i64x2.shuffle(four, four, 1, 0)));
  }

  /**
   * Takes a block of 16 k elements if all are ordinary, that is finite, no zero and no subnormal, and tells its kind. At `base`
   * is the smallest normal number of the sign looked for. `range` does the same without a sum.
   */
  static ordinary<S extends Signs>(out: usize, p: usize, count: usize, base: usize): u32 {
    const signs = changetype<S>(0);
    const smallest = v128.load32_splat(base);
    let left = signs.start();
    let right = i32x4.splat(0);
    let sums = f64x2.splat(0);
    for (let x = p, end = p + (count << 2); x < end; x += 64) {
      const a = v128.load(x);
      const b = v128.load(x, 16);
      const c = v128.load(x, 32);
      const d = v128.load(x, 48);
      sums = f64x2.add(sums, Census.sum(a, b, c, d));
      const e = i32x4.sub(a, smallest);
      const f = i32x4.sub(b, smallest);
      const g = i32x4.sub(c, smallest);
      const h = i32x4.sub(d, smallest);
      left = signs.left(left, signs.left(signs.left(e, f), signs.left(g, h)));
      right = i32x4.max_u(right, i32x4.max_u(i32x4.max_u(e, f), i32x4.max_u(g, h)));
    }
    const total = F64.sum(sums);
    if (!Census.isFinite(total)) return NOT;
    const kind = signs.kind(out, p, count, left, right, base);
    if (kind !== NOT) Census.add(out + MEAN, total);
    return kind;
  }

  /** 32 k elements: turns of eight vectors, for which a sum leaves no registers. */
  static range<S extends Signs>(out: usize, p: usize, count: usize, base: usize): u32 {
    const signs = changetype<S>(0);
    const smallest = v128.load32_splat(base);
    let left0 = signs.start();
    let left1 = left0;
    let right0 = i32x4.splat(0);
    let right1 = right0;
    for (let x = p, end = p + (count << 2); x < end; x += 128) {
      const a = i32x4.sub(v128.load(x), smallest);
      const b = i32x4.sub(v128.load(x, 16), smallest);
      left0 = signs.left(left0, signs.left(a, b));
      right0 = i32x4.max_u(right0, i32x4.max_u(a, b));
      const c = i32x4.sub(v128.load(x, 32), smallest);
      const d = i32x4.sub(v128.load(x, 48), smallest);
      left1 = signs.left(left1, signs.left(c, d));
      right1 = i32x4.max_u(right1, i32x4.max_u(c, d));
      const e = i32x4.sub(v128.load(x, 64), smallest);
      const f = i32x4.sub(v128.load(x, 80), smallest);
      left0 = signs.left(left0, signs.left(e, f));
      right0 = i32x4.max_u(right0, i32x4.max_u(e, f));
      const g = i32x4.sub(v128.load(x, 96), smallest);
      const h = i32x4.sub(v128.load(x, 112), smallest);
      left1 = signs.left(left1, signs.left(g, h));
      right1 = i32x4.max_u(right1, i32x4.max_u(g, h));
    }
    const left = signs.left(left0, left1);
    return signs.kind(out, p, count, left, i32x4.max_u(right0, right1), base);
  }

  @inline static block<M extends Mean, S extends Signs>(
    out: usize,
    p: usize,
    count: usize,
    base: usize,
  ): u32 {
    return changetype<M>(0).on()
      ? Census.ordinary<S>(out, p, count, base)
      : Census.range<S>(out, p, count, base);
  }

  @inline static isFinite(total: f64): bool {
    return reinterpret<u64>(total) << 1 < 0xffe0000000000000;
  }

  /**
   * Takes a block of 16 k finite elements: how many of them are zeros and subnormals; −1, and nothing taken, if one is
   * NaN or ∞ or if a sum overflows. What relu, dropout and one-hot codes make comes here.
   */
  static finite(out: usize, p: usize, count: usize): i32 {
    const smallest = v128.load32_splat(SMALLEST);
    const magnitude = v128.load32_splat(MAGNITUDE);
    const none = i32x4.splat(0);
    let zero = none;
    let small = none;
    let low = f32x4.splat(Infinity);
    let high = f32x4.splat(-Infinity);
    let sums = f64x2.splat(0);
    for (let x = p, end = p + (count << 2); x < end; x += 64) {
      const a = v128.load(x);
      const b = v128.load(x, 16);
      const c = v128.load(x, 32);
      const d = v128.load(x, 48);
      sums = f64x2.add(sums, Census.sum(a, b, c, d));
      low = f32x4.pmin(low, f32x4.pmin(f32x4.pmin(a, b), f32x4.pmin(c, d)));
      high = f32x4.pmax(high, f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d)));
      const e = v128.and(a, magnitude);
      zero = i32x4.sub(zero, i32x4.eq(e, none));
      small = i32x4.sub(small, i32x4.gt_s(smallest, e));
      const f = v128.and(b, magnitude);
      zero = i32x4.sub(zero, i32x4.eq(f, none));
      small = i32x4.sub(small, i32x4.gt_s(smallest, f));
      const g = v128.and(c, magnitude);
      zero = i32x4.sub(zero, i32x4.eq(g, none));
      small = i32x4.sub(small, i32x4.gt_s(smallest, g));
      const h = v128.and(d, magnitude);
      zero = i32x4.sub(zero, i32x4.eq(h, none));
      small = i32x4.sub(small, i32x4.gt_s(smallest, h));
    }
    const total = F64.sum(sums);
    if (!Census.isFinite(total)) return -1;
    const zeros = Census.lanes(zero);
    const unusual = Census.lanes(small);
    Census.add(out + ZEROS, zeros);
    Census.add(out + SUBNORMALS, unusual - zeros);
    Census.widenBy(out, low, high);
    Census.add(out + MEAN, total);
    return <i32>unusual;
  }

  /** The sum of four masks. */
  @inline static four(a: v128, b: v128, c: v128, d: v128): v128 {
    return i32x4.add(i32x4.add(a, b), i32x4.add(c, d));
  }

  /** Counts one element. */
  static single(out: usize, v: f32, at: usize): void {
    const magnitude = reinterpret<u32>(v) & 0x7fffffff;
    if (magnitude >= INFINITE) {
      Census.add(out + (magnitude > INFINITE ? NAN : v > 0 ? UP : DOWN), 1);
      if (load<f64>(out + FIRST) < 0) store<f64>(out + FIRST, <f64>at);
      return;
    }
    if (magnitude === 0) Census.add(out + ZEROS, 1);
    else if (magnitude < 0x00800000) Census.add(out + SUBNORMALS, 1);
    Census.widen(out, v, v);
    Census.add(out + MEAN, <f64>v);
  }

  /** Counts 4 k elements through; `at` is the index of the first. */
  static vectors(out: usize, p: usize, count: usize, at: usize): void {
    const none = i32x4.splat(0);
    const infinity = f32x4.splat(Infinity);
    let bad = none;
    let nan = none;
    let down = none;
    let zero = none;
    let tiny = none;
    let low = infinity;
    let high = f32x4.neg(infinity);
    let even = f64x2.splat(0);
    let odd = even;
    for (let i: usize = 0; i < count; i += 4) {
      const v = v128.load(p + (i << 2));
      const bits = i32x4.shl(v, 1);
      const isBad = Finite.not(v);
      bad = i32x4.sub(bad, isBad);
      nan = i32x4.sub(nan, i32x4.gt_u(bits, i32x4.splat(0xff000000)));
      down = i32x4.sub(down, i32x4.eq(v, i32x4.splat(0xff800000)));
      zero = i32x4.sub(zero, i32x4.eq(bits, none));
      tiny = i32x4.sub(tiny, i32x4.gt_u(i32x4.splat(0x01000000), bits));
      low = f32x4.pmin(low, v128.bitselect(infinity, v, isBad));
      high = f32x4.pmax(high, v128.bitselect(f32x4.neg(infinity), v, isBad));
      const good = v128.andnot(v, isBad);
      even = f64x2.add(even, F64.low(good));
      odd = f64x2.add(odd, F64.high(good));
      if (load<f64>(out + FIRST) < 0 && v128.any_true(isBad)) {
        store<f64>(out + FIRST, <f64>(at + i + ctz(i32x4.bitmask(isBad))));
      }
    }
    Census.add(out + NAN, Census.lanes(nan));
    Census.add(out + DOWN, Census.lanes(down));
    Census.add(out + UP, Census.lanes(bad) - Census.lanes(nan) - Census.lanes(down));
    Census.add(out + ZEROS, Census.lanes(zero));
    Census.add(out + SUBNORMALS, Census.lanes(tiny) - Census.lanes(zero));
    Census.widenBy(out, low, high);
    Census.add(out + MEAN, F64.sum(f64x2.add(even, odd)));
  }
}

/** A report, in the slots above. */
function report<M extends Mean>(out: usize, x: usize, n: usize): void {
  memory.fill(out, 0, 80);
  store<f64>(out + FIRST, -1);
  store<f64>(out + MIN, Infinity);
  store<f64>(out + MAX, -Infinity);
  const whole = n & ~31;
  // A block is tried as what the one before it was.
  let kind = BOTH;
  for (let at: usize = 0; at < whole; at += BLOCK) {
    const count = whole - at < BLOCK ? whole - at : BLOCK;
    const p = x + (at << 2);
    if (kind > BOTH) {
      kind = Census.block<M, OfOne>(out, p, count, SMALLEST + (kind === NEGATIVE ? 4 : 0));
      if (kind !== NOT) continue;
      kind = BOTH;
    }
    if (kind === BOTH) {
      kind = Census.block<M, OfBoth>(out, p, count, SMALLEST);
      if (kind !== NOT) continue;
    }
    const unusual = Census.finite(out, p, count);
    if (unusual < 0) Census.vectors(out, p, count, at);
    kind = unusual === 0 ? BOTH : NOT;
  }
  const vectors = n & ~3;
  Census.vectors(out, x + (whole << 2), vectors - whole, whole);
  for (let i = vectors; i < n; i++) Census.single(out, load<f32>(x + (i << 2)), i);
  const bad = load<f64>(out + NAN) + load<f64>(out + UP) + load<f64>(out + DOWN);
  const finite = <f64>n - bad;
  const min = load<f64>(out + MIN);
  const max = load<f64>(out + MAX);
  store<f64>(out + MIN, finite ? min : NaN);
  store<f64>(out + MAX, finite ? max : NaN);
  store<f64>(out + MEAN, changetype<M>(0).on() && finite ? load<f64>(out + MEAN) / finite : NaN);
  store<f64>(out + ABS_MAX, finite ? (-min > max ? -min : max) : NaN);
}

/**
 * Writes ten f64 to `out`: NaN, +∞, −∞, zeros, subnormals, first non-finite index (−1), then over
 * the finite elements min, max, mean and largest magnitude (NaN each where there is none). The mean is
 * within 2⁻²² of the mean magnitude.
 */
export function health_f32(out: usize, x: usize, n: usize): void {
  report<WithMean>(out, x, n);
}

/** The same, with NaN for the mean. */
export function census_f32(out: usize, x: usize, n: usize): void {
  report<WithoutMean>(out, x, n);
}
