/**
 * Validation of tables: is every number within the limits of its column? Numbers are compared as bits, with
 * integers: those of the largest positive are on top where they are signed, those of the most negative where they
 * are not, and a NaN of either sign is above its ∞. So a range with 0 in it, or at its end, is two upper limits. Any other
 * range has one, for unsigned bits less the lowest that it has: what is below it comes out on top as well.
 *
 *   limits [vectors, 3, 4]   for each four elements in a row the signed limits, the unsigned ones, and what is taken
 *                            off first; the first four follow the last: 4 · vectors is a multiple of the number of
 *                            columns, and of 8
 */
import { Quarter } from "../loops";

/** What is compared of an element. */
abstract class Compared {
  /** What is taken off, from where it stands. */
  abstract shift(at: usize): v128;
  abstract bits(x: v128, shift: v128): v128;
}

/** Ranges that all have 0 in them: nothing is taken off, nor loaded. */
@final
class Plain extends Compared {
  @inline shift(at: usize): v128 {
    return i32x4.splat(0);
  }
  @inline bits(x: v128, shift: v128): v128 {
    return x;
  }
}

/** Any ranges. */
@final
class Shifted extends Compared {
  @inline shift(at: usize): v128 {
    return v128.load(at);
  }
  @inline bits(x: v128, shift: v128): v128 {
    return i32x4.sub(x, shift);
  }
}

/** Bytes of the limits of four elements, and where two of their parts begin. */
const STEP: usize = 48;
const UNSIGNED: usize = 16;
const SHIFT: usize = 32;

class Limits {
  /** Whether the element at x is within limits that stand a vector apart. */
  @inline static hold(x: usize, at: usize): bool {
    const bits = load<u32>(x) - load<u32>(at, SHIFT);
    return <i32>bits <= load<i32>(at) && bits <= load<u32>(at, UNSIGNED);
  }

  /** All ones in lanes in which the largest bits there were are within the limits. */
  @inline static within(signed: v128, unsigned: v128, at: usize): v128 {
    const above = i32x4.gt_s(signed, v128.load(at));
    return v128.andnot(i32x4.ge_u(v128.load(at, UNSIGNED), unsigned), above);
  }
}

/** 1 if all of x [n] is within one vector of limits, else 0; `shifted` says whether they take something off. */
export function within_f32(x: usize, n: usize, limits: usize, shifted: u32): u32 {
  return <u32>(shifted ? within<Shifted>(x, n, limits) : within<Plain>(x, n, limits));
}

function within<C extends Compared>(x: usize, n: usize, limits: usize): bool {
  const c = changetype<C>(0);
  const shift = c.shift(limits + SHIFT);
  let a = i32x4.splat(0);
  let b = a;
  let d = a;
  let e = a;
  const last = x + (n << 2);
  const part = Quarter.bytes(n);
  for (const end = x + part; x < end; x += 32) {
    const y = x + part;
    const z = y + part;
    const w = z + part;
    let p = c.bits(v128.load(x), shift);
    let q = c.bits(v128.load(y), shift);
    let r = c.bits(v128.load(z), shift);
    let s = c.bits(v128.load(w), shift);
    a = i32x4.max_s(i32x4.max_s(a, p), r);
    b = i32x4.max_s(i32x4.max_s(b, q), s);
    d = i32x4.max_u(i32x4.max_u(d, p), r);
    e = i32x4.max_u(i32x4.max_u(e, q), s);
    p = c.bits(v128.load(x, 16), shift);
    q = c.bits(v128.load(y, 16), shift);
    r = c.bits(v128.load(z, 16), shift);
    s = c.bits(v128.load(w, 16), shift);
    a = i32x4.max_s(i32x4.max_s(a, p), r);
    b = i32x4.max_s(i32x4.max_s(b, q), s);
    d = i32x4.max_u(i32x4.max_u(d, p), r);
    e = i32x4.max_u(i32x4.max_u(e, q), s);
  }
  x += 3 * part;
  let ok = i32x4.all_true(Limits.within(i32x4.max_s(a, b), i32x4.max_u(d, e), limits));
  for (; x < last; x += 4) ok = ok && Limits.hold(x, limits);
  return ok;
}

/** 1 if every element of x [n] is within the limits of its column, else 0; `shifted` as above. */
export function within_columns_f32(
  x: usize,
  n: usize,
  limits: usize,
  vectors: usize,
  shifted: u32,
): u32 {
  return <u32>(
    (shifted ? columns<Shifted>(x, n, limits, vectors) : columns<Plain>(x, n, limits, vectors))
  );
}

function columns<C extends Compared>(x: usize, n: usize, limits: usize, vectors: usize): bool {
  // Bytes of a part, elements of the four.
  const part = (n / (vectors << 4)) * (vectors << 4);
  let ok = sideBySide<C>(x, part, part, limits, vectors);
  // What is left, less than four times through the limits, goes beside itself.
  x += part << 2;
  const rest = n - part;
  const whole = rest & ~7;
  ok = ok && sideBySide<C>(x, whole << 2, 0, limits, vectors);
  const at = limits + ((whole >> 2) % vectors) * STEP;
  for (let i = whole; i < rest; i++) {
    ok = ok && Limits.hold(x + (i << 2), at + ((i & 7) >> 2) * STEP + ((i & 3) << 2));
  }
  return ok;
}

/**
 * Whether four parts of `bytes` each are within limits, `apart` bytes from one to the next: of four elements of a
 * column only the largest is compared. Two vectors of each a turn: Node 20 loads all that a turn reads before it
 * does anything else, and has no registers for more.
 */
function sideBySide<C extends Compared>(
  x: usize,
  bytes: usize,
  apart: usize,
  limits: usize,
  vectors: usize,
): bool {
  const c = changetype<C>(0);
  const stop = limits + vectors * STEP;
  let ok = i32x4.splat(-1);
  let at = limits;
  for (const end = x + bytes; x < end; x += 32) {
    const y = x + apart;
    const z = y + apart;
    const w = z + apart;
    let shift = c.shift(at + SHIFT);
    let p = c.bits(v128.load(x), shift);
    let q = c.bits(v128.load(y), shift);
    let r = c.bits(v128.load(z), shift);
    let s = c.bits(v128.load(w), shift);
    let signed = i32x4.max_s(i32x4.max_s(p, q), i32x4.max_s(r, s));
    let unsigned = i32x4.max_u(i32x4.max_u(p, q), i32x4.max_u(r, s));
    ok = v128.and(ok, Limits.within(signed, unsigned, at));
    at += STEP;
    shift = c.shift(at + SHIFT);
    p = c.bits(v128.load(x, 16), shift);
    q = c.bits(v128.load(y, 16), shift);
    r = c.bits(v128.load(z, 16), shift);
    s = c.bits(v128.load(w, 16), shift);
    signed = i32x4.max_s(i32x4.max_s(p, q), i32x4.max_s(r, s));
    unsigned = i32x4.max_u(i32x4.max_u(p, q), i32x4.max_u(r, s));
    ok = v128.and(ok, Limits.within(signed, unsigned, at));
    at += STEP;
    if (at === stop) at = limits;
  }
  return i32x4.all_true(ok);
}
