/**
 * Finite-value checks: integer tests on the bits, which no fast-math can reason away.
 *
 *   health  { nan, +∞, −∞, zeros, subnormals, first, min, max, mean, absMax }   of x [n]
 */
import { peakOf, Tail } from "../loops";

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

// Health runs in blocks. What every block needs costs seven instructions a vector: magnitudes
// (largest and smallest), minimum, maximum, sum. The smallest magnitude tells whether the block has
// a zero or a subnormal, the largest whether it has an ∞ or NaN; only such a block is gone through
// again, element by element.
const BLOCK: usize = 1024;

/**
 * Writes ten f64 to `out`: NaN, +∞, −∞, zeros, subnormals, first non-finite index (−1), then over
 * the finite elements min, max, mean and largest magnitude (NaN each where there is none).
 */
export function health_f32(out: usize, x: usize, n: usize): void {
  memory.fill(out, 0, 40);
  store<f64>(out, -1, 40);
  let min: f32 = Infinity;
  let max: f32 = -Infinity;
  let sum: f64 = 0;
  let finite: usize = n;
  for (let at: usize = 0; at < n; at += BLOCK) {
    const count = n - at < BLOCK ? n - at : BLOCK;
    const p = x + (at << 2);
    let low = f32x4.splat(Infinity);
    let high = f32x4.splat(-Infinity);
    let most = i32x4.splat(0);
    let least = i32x4.splat(-1);
    let even = f64x2.splat(0);
    let odd = even;
    const end = p + ((count & ~3) << 2);
    for (let q = p; q < end; q += 16) {
      const v = v128.load(q);
      const bits = i32x4.shl(v, 1);
      most = i32x4.max_u(most, bits);
      least = i32x4.min_u(least, bits);
      low = f32x4.pmin(low, v);
      high = f32x4.pmax(high, v);
      even = f64x2.add(even, f64x2.promote_low_f32x4(v));
      odd = f64x2.add(odd, f64x2.promote_low_f32x4(i64x2.shuffle(v, v, 1, 0)));
    }
    const ordinary = !v128.any_true(
      v128.or(
        i32x4.gt_u(most, i32x4.splat(0xfeffffff)),
        i32x4.gt_u(i32x4.splat(0x01000000), least),
      ),
    );
    if (ordinary && (count & 3) === 0) {
      for (let i = 0; i < 4; i++) {
        const a = Lane.lane(low, i);
        const b = Lane.lane(high, i);
        if (a < min) min = a;
        if (b > max) max = b;
      }
      const total = f64x2.add(even, odd);
      sum += f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
    } else {
      for (let i: usize = 0; i < count; i++) {
        const v = load<f32>(p + (i << 2));
        const bits = reinterpret<u32>(v);
        const magnitude = bits & 0x7fffffff;
        if (magnitude >= INFINITE) {
          const slot: usize = magnitude > INFINITE ? 0 : bits >>> 31 ? 16 : 8;
          store<f64>(out + slot, load<f64>(out + slot) + 1);
          if (load<f64>(out, 40) < 0) store<f64>(out, <f64>(at + i), 40);
          finite--;
        } else {
          if (magnitude === 0) store<f64>(out, load<f64>(out, 24) + 1, 24);
          else if (magnitude < 0x00800000) store<f64>(out, load<f64>(out, 32) + 1, 32);
          if (v < min) min = v;
          if (v > max) max = v;
          sum += v;
        }
      }
    }
  }
  store<f64>(out, finite ? <f64>min : NaN, 48);
  store<f64>(out, finite ? <f64>max : NaN, 56);
  store<f64>(out, finite ? sum / <f64>finite : NaN, 64);
  store<f64>(out, finite ? <f64>(-min > max ? -min : max) : NaN, 72);
}

class Lane {
  @inline static lane(v: v128, i: i32): f32 {
    if (i === 0) return f32x4.extract_lane(v, 0);
    if (i === 1) return f32x4.extract_lane(v, 1);
    if (i === 2) return f32x4.extract_lane(v, 2);
    return f32x4.extract_lane(v, 3);
  }
}
