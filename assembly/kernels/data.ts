/**
 * Validation of tables: is every number within the bounds of its column? NaN is within none, so that
 * finite bounds catch what is not finite in the same pass.
 *
 *   bounds [blocks, 2, 16]   lowest, then highest, of 16 elements in a row; block follows block, and the
 *                            first the last: blocks · 16 is a multiple of the number of columns
 */
import { Tail } from "../loops";

/** All ones where low ≤ x ≤ high: not where x is NaN. */
class Bounds {
  @inline static hold(x: v128, low: v128, high: v128): v128 {
    return v128.and(f32x4.ge(x, low), f32x4.le(x, high));
  }

  /** The last 1–3 elements: what lies beyond them holds. */
  @inline static holdTail(x: usize, count: usize, low: v128, high: v128): v128 {
    return v128.or(Bounds.hold(Tail.load(x, count), low, high), v128.not(Tail.mask(count)));
  }
}

/** 1 if low ≤ x ≤ high for all of x [n], else 0. */
export function within_f32(x: usize, n: usize, low: f32, high: f32): u32 {
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  let a = i32x4.splat(-1);
  let b = a;
  const end = x + ((n & ~3) << 2);
  for (; x + 48 < end; x += 64) {
    const p = Bounds.hold(v128.load(x), least, most);
    const q = Bounds.hold(v128.load(x, 16), least, most);
    const r = Bounds.hold(v128.load(x, 32), least, most);
    const s = Bounds.hold(v128.load(x, 48), least, most);
    a = v128.and(a, v128.and(p, q));
    b = v128.and(b, v128.and(r, s));
  }
  for (; x < end; x += 16) a = v128.and(a, Bounds.hold(v128.load(x), least, most));
  if (n & 3) b = v128.and(b, Bounds.holdTail(x, n & 3, least, most));
  return <u32>i32x4.all_true(v128.and(a, b));
}

/** The bounds of one block, in bytes: sixteen lowest, sixteen highest. */
const PAIR: usize = 128;

/**
 * 1 if every element of x [n] is within the bounds of its column, else 0. The first half and the second
 * go side by side: the bounds, once loaded, serve both.
 */
export function within_columns_f32(x: usize, n: usize, bounds: usize, blocks: usize): u32 {
  const last = bounds + (blocks - 1) * PAIR;
  const far = (n / (blocks << 5)) * (blocks << 6);
  let a = i32x4.splat(-1);
  let b = a;
  let from = bounds;
  for (const end = x + far; x < end; x += 64) {
    const y = x + far;
    a = v128.and(a, Bounds.hold(v128.load(x), v128.load(from), v128.load(from, 64)));
    b = v128.and(b, Bounds.hold(v128.load(y), v128.load(from), v128.load(from, 64)));
    a = v128.and(a, Bounds.hold(v128.load(x, 16), v128.load(from, 16), v128.load(from, 80)));
    b = v128.and(b, Bounds.hold(v128.load(y, 16), v128.load(from, 16), v128.load(from, 80)));
    a = v128.and(a, Bounds.hold(v128.load(x, 32), v128.load(from, 32), v128.load(from, 96)));
    b = v128.and(b, Bounds.hold(v128.load(y, 32), v128.load(from, 32), v128.load(from, 96)));
    a = v128.and(a, Bounds.hold(v128.load(x, 48), v128.load(from, 48), v128.load(from, 112)));
    b = v128.and(b, Bounds.hold(v128.load(y, 48), v128.load(from, 48), v128.load(from, 112)));
    from = from === last ? bounds : from + PAIR;
  }
  const rest = n - (far >> 1);
  const tail = restWithin(x + far, rest, bounds, last);
  return <u32>i32x4.all_true(v128.and(v128.and(a, b), tail));
}

/** What two equal halves leave over: less than two periods. */
function restWithin(x: usize, n: usize, bounds: usize, last: usize): v128 {
  let ok = i32x4.splat(-1);
  let from = bounds;
  let i: usize = 0;
  for (const end = x + ((n & ~3) << 2); x < end; x += 16) {
    ok = v128.and(ok, Bounds.hold(v128.load(x), v128.load(from + i), v128.load(from + i, 64)));
    i += 16;
    if (i === 64) {
      i = 0;
      from = from === last ? bounds : from + PAIR;
    }
  }
  if ((n & 3) === 0) return ok;
  const tail = Bounds.holdTail(x, n & 3, v128.load(from + i), v128.load(from + i, 64));
  return v128.and(ok, tail);
}
