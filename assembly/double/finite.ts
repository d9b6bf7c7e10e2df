/** Finite-value checks of doubles, and the way between the two types of number. */
import { Peak as FloatPeak } from "../loops";
import { Peak } from "./loops";

/** The peak word of n elements: below 0x7f800000 all are finite. */
export function peak_f64(x: usize, n: usize): u32 {
  let acc: u64 = 0;
  for (const end = x + (n << 3); x < end; x += 8) acc = max<u64>(acc, load<u64>(x) << 1);
  return Peak.fold(acc);
}

/** The largest |x|, exactly: NaN where there is one, 0 of nothing. */
export function abs_max_f64(x: usize, n: usize): f64 {
  let acc: u64 = 0;
  for (const end = x + (n << 3); x < end; x += 8) acc = max<u64>(acc, load<u64>(x) << 1);
  return reinterpret<f64>(acc >> 1);
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
