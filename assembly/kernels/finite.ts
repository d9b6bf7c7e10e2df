/**
 * Finite-value checks: integer tests on the bits, which no fast-math can reason away.
 *
 *   health  { nan, +∞, −∞, zeros, subnormals, first, min, max, mean, absMax }   of x [n]
 */
import { peakOf, Tail } from "../loops";
import { F64 } from "../simd";

const INFINITE: u32 = 0x7f800000;

/** The largest |x| as bits: below 0x7f800000 all n elements are finite. */
export function peak_f32(x: usize, n: usize): u32 {
  return peakOf(x, n);
}

/** The index of the first NaN or ∞ at or after `from`, −1 if there is none. */
export function first_non_finite_f32(x: usize, n: usize, from: usize): i32 {
  const bound = i32x4.splat(0xfeffffff);
  let i = from;
  for (; i + 4 <= n; i += 4) {
    const bad = i32x4.gt_u(i32x4.shl(v128.load(x + (i << 2)), 1), bound);
    if (v128.any_true(bad)) return <i32>i + ctz(i32x4.bitmask(bad));
  }
  for (; i < n; i++) {
    if ((load<u32>(x + (i << 2)) & 0x7fffffff) >= INFINITE) return <i32>i;
  }
  return -1;
}

/** How many elements are NaN or ∞. */
export function count_non_finite_f32(x: usize, n: usize): u32 {
  const bound = i32x4.splat(0xfeffffff);
  let count = i32x4.splat(0);
  const end = x + ((n & ~3) << 2);
  for (; x < end; x += 16) {
    count = i32x4.sub(count, i32x4.gt_u(i32x4.shl(v128.load(x), 1), bound));
  }
  if (n & 3) count = i32x4.sub(count, i32x4.gt_u(i32x4.shl(Tail.load(x, n & 3), 1), bound));
  return (
    i32x4.extract_lane(count, 0) +
    i32x4.extract_lane(count, 1) +
    i32x4.extract_lane(count, 2) +
    i32x4.extract_lane(count, 3)
  );
}

// Health runs in blocks. A block of ordinary numbers (finite, no zero, no subnormal) costs six and a half
// instructions a vector: smallest magnitude, minimum, maximum, sum. The smallest magnitude tells of
// zeros and subnormals, a sum that is not finite of NaN and ∞; only such a block is counted through, in
// vectors too. Sums of four run in f32, sums of those in f64.
const BLOCK: usize = 1024;

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

  @inline static range(out: usize, low: f32, high: f32): void {
    if (<f64>low < load<f64>(out + MIN)) store<f64>(out + MIN, <f64>low);
    if (<f64>high > load<f64>(out + MAX)) store<f64>(out + MAX, <f64>high);
  }

  @inline static rangeOf(out: usize, low: v128, high: v128): void {
    Census.range(out, f32x4.extract_lane(low, 0), f32x4.extract_lane(high, 0));
    Census.range(out, f32x4.extract_lane(low, 1), f32x4.extract_lane(high, 1));
    Census.range(out, f32x4.extract_lane(low, 2), f32x4.extract_lane(high, 2));
    Census.range(out, f32x4.extract_lane(low, 3), f32x4.extract_lane(high, 3));
  }

  @inline static sum(v: v128): f64 {
    return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
  }

  @inline static lanes(v: v128): f64 {
    return <f64>(
      (i32x4.extract_lane(v, 0) +
        i32x4.extract_lane(v, 1) +
        i32x4.extract_lane(v, 2) +
        i32x4.extract_lane(v, 3))
    );
  }

  /** Takes a block of 16 k elements if all are ordinary; false, and nothing taken, if not. */
  static ordinary(out: usize, p: usize, count: usize): bool {
    let low0 = f32x4.splat(Infinity);
    let low1 = low0;
    let high0 = f32x4.splat(-Infinity);
    let high1 = high0;
    let least = i32x4.splat(-1);
    let even = f64x2.splat(0);
    let odd = even;
    for (const end = p + (count << 2); p < end; p += 64) {
      const a = v128.load(p);
      const b = v128.load(p, 16);
      const c = v128.load(p, 32);
      const d = v128.load(p, 48);
      least = i32x4.min_u(least, i32x4.min_u(i32x4.shl(a, 1), i32x4.shl(b, 1)));
      least = i32x4.min_u(least, i32x4.min_u(i32x4.shl(c, 1), i32x4.shl(d, 1)));
      low0 = f32x4.pmin(low0, f32x4.pmin(a, b));
      low1 = f32x4.pmin(low1, f32x4.pmin(c, d));
      high0 = f32x4.pmax(high0, f32x4.pmax(a, b));
      high1 = f32x4.pmax(high1, f32x4.pmax(c, d));
      const four = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
      even = f64x2.add(even, F64.low(four));
      odd = f64x2.add(odd, F64.high(four));
    }
    const total = Census.sum(f64x2.add(even, odd));
    const finite = reinterpret<u64>(total) << 1 < 0xffe0000000000000;
    const small = v128.any_true(i32x4.gt_u(i32x4.splat(0x01000000), least));
    if (!finite || small) return false;
    Census.rangeOf(out, f32x4.pmin(low0, low1), f32x4.pmax(high0, high1));
    Census.add(out + MEAN, total);
    return true;
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
    Census.range(out, v, v);
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
      const isBad = i32x4.gt_u(bits, i32x4.splat(0xfeffffff));
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
    Census.rangeOf(out, low, high);
    Census.add(out + MEAN, Census.sum(f64x2.add(even, odd)));
  }
}

/**
 * Writes ten f64 to `out`: NaN, +∞, −∞, zeros, subnormals, first non-finite index (−1), then over
 * the finite elements min, max, mean and largest magnitude (NaN each where there is none). The mean is
 * within 2⁻²² of the mean magnitude.
 */
export function health_f32(out: usize, x: usize, n: usize): void {
  memory.fill(out, 0, 80);
  store<f64>(out + FIRST, -1);
  store<f64>(out + MIN, Infinity);
  store<f64>(out + MAX, -Infinity);
  const whole = n & ~15;
  for (let at: usize = 0; at < whole; at += BLOCK) {
    const count = whole - at < BLOCK ? whole - at : BLOCK;
    const p = x + (at << 2);
    if (!Census.ordinary(out, p, count)) Census.vectors(out, p, count, at);
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
  store<f64>(out + MEAN, finite ? load<f64>(out + MEAN) / finite : NaN);
  store<f64>(out + ABS_MAX, finite ? (-min > max ? -min : max) : NaN);
}
