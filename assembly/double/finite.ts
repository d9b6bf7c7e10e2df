/** Finite-value checks of doubles, and the way between the two types of number. */
import { Peak as FloatPeak } from "../loops";
import { Peak } from "./loops";

/** The largest magnitude among n elements, as bits shifted left by one. */
function largest(x: usize, n: usize): u64 {
  let acc: u64 = 0;
  for (const end = x + (n << 3); x < end; x += 8) acc = max<u64>(acc, load<u64>(x) << 1);
  return acc;
}

/** The peak word of n elements: below 0x7f800000 all are finite. */
export function peak_f64(x: usize, n: usize): u32 {
  return Peak.fold(largest(x, n));
}

/** The largest |x|, exactly: NaN where there is one, 0 of nothing. */
export function abs_max_f64(x: usize, n: usize): f64 {
  return reinterpret<f64>(largest(x, n) >> 1);
}

/** The index of the first NaN or ∞ at or after `from`, −1 if there is none. */
export function first_non_finite_f64(x: usize, n: usize, from: usize): i32 {
  for (let i = from; i < n; i++) {
    if (!Peak.isFinite(load<f64>(x + (i << 3)))) return <i32>i;
  }
  return -1;
}

/** How many elements are NaN or ∞. */
export function count_non_finite_f64(x: usize, n: usize): u32 {
  let count: u32 = 0;
  for (const end = x + (n << 3); x < end; x += 8) count += <u32>!Peak.isFinite(load<f64>(x));
  return count;
}

/** y (f32) = x (f64), rounded to nearest: ∞ beyond the largest float. The word is a float's. */
export function narrow_f64(y: usize, x: usize, n: usize): u32 {
  let acc = i32x4.splat(0);
  for (let i: usize = 0; i < n; i++) {
    const v = <f32>load<f64>(x + (i << 3));
    store<f32>(y + (i << 2), v);
    acc = FloatPeak.of(acc, f32x4.splat(v));
  }
  return FloatPeak.word(acc);
}

/** y (f64) = x (f32), exactly. */
export function widen_f32(y: usize, x: usize, n: usize): u32 {
  let acc: u64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const v = <f64>load<f32>(x + (i << 2));
    store<f64>(y + (i << 3), v);
    acc = Peak.of(acc, v);
  }
  return Peak.word(acc);
}

class Census {
  @inline static add(slot: usize, value: f64): void {
    store<f64>(slot, load<f64>(slot) + value);
  }

  /** Counts one element; its value, or 0 where it is not finite. */
  static single(out: usize, v: f64, at: usize): f64 {
    const bits = reinterpret<u64>(v) << 1;
    if (!Peak.isFinite(v)) {
      Census.add(out + (Peak.isNaN(v) ? 0 : v > 0 ? 8 : 16), 1);
      if (load<f64>(out, 40) < 0) store<f64>(out, <f64>at, 40);
      return 0;
    }
    if (bits === 0) Census.add(out + 24, 1);
    else if (bits < 0x20000000000000) Census.add(out + 32, 1);
    if (v < load<f64>(out, 48)) store<f64>(out, v, 48);
    if (v > load<f64>(out, 56)) store<f64>(out, v, 56);
    return v;
  }
}

/**
 * { nan, +∞, −∞, zeros, subnormals, first, min, max, mean } of x, as doubles at `out`: the slots of health_f32.
 * The mean is of x / 2³⁰, since doubles have no wider type to be added up in.
 */
export function health_f64(out: usize, x: usize, n: usize): void {
  memory.fill(out, 0, 40);
  store<f64>(out, -1, 40);
  store<f64>(out, Infinity, 48);
  store<f64>(out, -Infinity, 56);
  let sum: f64 = 0;
  for (let i: usize = 0; i < n; i++) {
    sum += Census.single(out, load<f64>(x + (i << 3)), i) * 9.313225746154785e-10;
  }
  const finite = <f64>n - load<f64>(out) - load<f64>(out, 8) - load<f64>(out, 16);
  store<f64>(out, (sum / finite) * 1073741824, 64);
}
