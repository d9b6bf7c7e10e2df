/**
 * Every loop over n, every tail and the peak word. Kernels are one-line calls of these.
 *
 * The peak word is the largest magnitude among the outputs as f32 bits: `max_u` over `bits << 1`,
 * shifted back at the end. Integer instructions on purpose: asc hands Binaryen fast-math, and no
 * pass may reason about NaN in an integer. `shl 1` rather than `and 0x7fffffff`: V8 rebuilds the
 * constant of the latter in every iteration (22 → 33 GB/s from L1 on Node 24).
 *
 * Tails read and write exactly: partial loads fill with zeros, so a sum needs no mask.
 */
import { Binary, Lanes, Predicate, Term, Unary, Update } from "./op";
import { F64 } from "./simd";

/** The peak word while it is being gathered. `GUARD` is 0 only in the build benches compare with. */
export class Peak {
  @inline static of(acc: v128, y: v128): v128 {
    return GUARD ? i32x4.max_u(acc, i32x4.shl(y, 1)) : acc;
  }

  @inline static word(acc: v128): u32 {
    return GUARD ? Peak.fold(acc) : 0;
  }

  @inline static fold(acc: v128): u32 {
    const a = i32x4.max_u(acc, i64x2.shuffle(acc, acc, 1, 0));
    const b = i32x4.max_u(a, i32x4.shuffle(a, a, 1, 0, 3, 2));
    return <u32>i32x4.extract_lane(b, 0) >>> 1;
  }
}

/** The peak word of n elements that are there already. */
export function peakOf(x: usize, n: usize): u32 {
  let a = i32x4.splat(0);
  let b = a;
  const end = x + ((n & ~7) << 2);
  while (x < end) {
    a = i32x4.max_u(a, i32x4.shl(v128.load(x), 1));
    b = i32x4.max_u(b, i32x4.shl(v128.load(x, 16), 1));
    x += 32;
  }
  if (n & 4) {
    a = i32x4.max_u(a, i32x4.shl(v128.load(x), 1));
    x += 16;
  }
  if (n & 3) b = i32x4.max_u(b, i32x4.shl(Tail.load(x, n & 3), 1));
  return Peak.fold(i32x4.max_u(a, b));
}

/** The last 1–3 elements of a run of f32. */
export class Tail {
  @inline static load(p: usize, count: usize): v128 {
    if (count === 1) return v128.load32_zero(p);
    const two = v128.load64_zero(p);
    return count === 2 ? two : v128.load_lane<u32>(p, two, 2, 8);
  }

  @inline static store(p: usize, y: v128, count: usize): void {
    if (count === 1) {
      v128.store_lane<u32>(p, y, 0);
    } else {
      v128.store_lane<u64>(p, y, 0);
      if (count === 3) v128.store_lane<u32>(p, y, 2, 8);
    }
  }

  /** The same, filled with ones: lanes that no one reads must not look like a zero cotangent. */
  @inline static loadOnes(p: usize, count: usize): v128 {
    return v128.bitselect(Tail.load(p, count), f32x4.splat(1), Tail.mask(count));
  }

  /** All ones in the first `count` lanes: what the rest computed from zeros must not count. */
  @inline static mask(count: usize): v128 {
    return i32x4.gt_s(
      i32x4.splat(<i32>count),
      v128(0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0),
    );
  }
}

let masked: u32 = 0;
let strict: i32 = 0;

/** A cotangent of exactly zero gives a gradient of exactly zero, whatever the slope: ∞, NaN. */
export class Cotangent {
  /** dx where dy is not zero, else 0. Counts where that replaced a NaN: the masked singularities. */
  @inline static annihilate(dx: v128, dy: v128): v128 {
    const zero = v128.andnot(f32x4.eq(dy, f32x4.splat(0)), i32x4.splat(strict));
    const hidden = v128.and(zero, Cotangent.isNaN(dx));
    if (v128.any_true(hidden)) Cotangent.count(popcnt(i32x4.bitmask(hidden)));
    return v128.andnot(dx, zero);
  }

  /** The same for two f64 lanes: a term of a gradient that is a sum. */
  @inline static annihilate64(term: v128, dy: v128): v128 {
    const zero = v128.andnot(f64x2.eq(dy, f64x2.splat(0)), i64x2.splat(<i64>strict));
    const hidden = v128.and(zero, f64x2.ne(term, term));
    if (v128.any_true(hidden)) Cotangent.count(popcnt(i64x2.bitmask(hidden)));
    return v128.andnot(term, zero);
  }

  /** Whether zero cotangents annihilate: not under the strict policy. */
  @inline static annihilating(): bool {
    return !strict;
  }

  /** Whether a row's cotangent is zero, and so its gradient. */
  @inline static annihilates(dy: usize, n: usize): bool {
    return !strict && allZero(dy, n);
  }

  /** dx = 0 over a row, where x holds what the slope is made of: its NaNs are counted. */
  static clear(dx: usize, x: usize, n: usize): void {
    for (let i: usize = 0; i < n; i++) {
      const v = load<u32>(x + (i << 2)) << 1;
      if (v > 0xff000000) Cotangent.count(1);
    }
    memory.fill(dx, 0, n << 2);
  }

  @inline static count(elements: u32): void {
    masked += elements;
  }

  /** An integer comparison, out of reach of fast-math. */
  @inline static isNaN(x: v128): v128 {
    return i32x4.gt_u(i32x4.shl(x, 1), i32x4.splat(0xff000000));
  }
}

/** How many masked singularities there were since the last call. */
export function take_masked(): u32 {
  const count = masked;
  masked = 0;
  return count;
}

/** IEEE's 0 · ∞ = NaN in backward kernels (1), or zero (0, the default). */
export function set_strict(on: i32): void {
  strict = on ? -1 : 0;
}

class Loop {
  /** One vector of results. */
  @inline static one<Op extends Lanes>(
    a: usize,
    b: usize,
    c: usize,
    s: v128,
    t: v128,
    u: v128,
  ): v128 {
    const op = changetype<Op>(0);
    const va = v128.load(a);
    const vb = op.arity() > 1 ? v128.load(b) : va;
    const vc = op.arity() > 2 ? v128.load(c) : va;
    return op.at(va, vb, vc, s, t, u);
  }

  /**
   * y[i] = op(a[i], b[i], c[i]); an operand with step 0 repeats its first four floats.
   *
   * Two vectors a turn, so that one's latencies hide behind the other's: exp of 1M floats runs at 0.89
   * instead of 0.71 Gelem/s on Node 24, 0.65 instead of 0.49 on Node 20; four gain 10 % more on exp alone.
   */
  @inline static run<Op extends Lanes>(
    y: usize,
    a: usize,
    b: usize,
    c: usize,
    stepA: usize,
    stepB: usize,
    stepC: usize,
    n: usize,
    s: v128,
    t: v128,
    u: v128,
    acc: v128,
  ): v128 {
    const op = changetype<Op>(0);
    const none = f32x4.splat(0);
    const end = y + ((n & ~3) << 2);
    while (y + 16 < end) {
      const y0 = Loop.one<Op>(a, b, c, s, t, u);
      const y1 = Loop.one<Op>(a + stepA, b + stepB, c + stepC, s, t, u);
      v128.store(y, y0);
      v128.store(y, y1, 16);
      acc = Peak.of(Peak.of(acc, y0), y1);
      y += 32;
      a += stepA << 1;
      if (op.arity() > 1) b += stepB << 1;
      if (op.arity() > 2) c += stepC << 1;
    }
    if (y < end) {
      const last = Loop.one<Op>(a, b, c, s, t, u);
      v128.store(y, last);
      acc = Peak.of(acc, last);
      y += 16;
      a += stepA;
      if (op.arity() > 1) b += stepB;
      if (op.arity() > 2) c += stepC;
    }
    const rest = n & 3;
    if (rest) {
      const va = Tail.loadOnes(a, rest);
      const vb = op.arity() > 1 ? Tail.loadOnes(b, rest) : none;
      const vc = op.arity() > 2 ? Tail.loadOnes(c, rest) : none;
      const vy = op.at(va, vb, vc, s, t, u);
      Tail.store(y, vy, rest);
      acc = Peak.of(acc, v128.and(vy, Tail.mask(rest)));
    }
    return acc;
  }
}

@final
class Forward<Op extends Unary> extends Lanes {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return changetype<Op>(0).forward(x, s, t);
  }
}

@final
class Backward<Op extends Unary> extends Lanes {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(x: v128, y: v128, dy: v128, s: v128, t: v128, u: v128): v128 {
    return Cotangent.annihilate(changetype<Op>(0).backward(x, y, dy, s, t), dy);
  }
}

/** y = op.forward(x) for n elements. */
export function map<Op extends Unary>(y: usize, x: usize, n: usize, s: f32, t: f32): u32 {
  const none = i32x4.splat(0);
  const vs = f32x4.splat(s);
  return Peak.word(Loop.run<Forward<Op>>(y, x, 0, 0, 16, 0, 0, n, vs, f32x4.splat(t), none, none));
}

/** dx = op.backward(x, y, dy), zero wherever dy is zero. */
export function mapGrad<Op extends Unary>(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f32,
  t: f32,
): u32 {
  const none = i32x4.splat(0);
  const vs = f32x4.splat(s);
  return Peak.word(
    Loop.run<Backward<Op>>(dx, x, y, dy, 16, 16, 16, n, vs, f32x4.splat(t), none, none),
  );
}

/** y[i] = op(a[i], b[i], c[i]) over one run; takes the gathered peak and hands it on. */
export function lanes<Op extends Lanes>(
  y: usize,
  a: usize,
  b: usize,
  c: usize,
  n: usize,
  s: v128,
  t: v128,
  u: v128,
  acc: v128,
): v128 {
  return Loop.run<Op>(y, a, b, c, 16, 16, 16, n, s, t, u, acc);
}

// A broadcast operand is read from here with step 0: one loop serves vectors and scalars alike.
const splatA: usize = memory.data(16, 16);
const splatB: usize = memory.data(16, 16);
const splatC: usize = memory.data(16, 16);

/**
 * y[rows, cols] = op(a, b, c). Strides count elements: a row stride of 0 repeats the row, a column
 * stride of 0 repeats one element along it.
 */
export function broadcast<Op extends Lanes>(
  y: usize,
  a: usize,
  b: usize,
  c: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
  rowC: usize,
  colC: usize,
): u32 {
  const op = changetype<Op>(0);
  const none = i32x4.splat(0);
  let acc = none;
  for (let r: usize = 0; r < rows; r++) {
    if (!colA) v128.store(splatA, v128.load32_splat(a));
    if (!colB && op.arity() > 1) v128.store(splatB, v128.load32_splat(b));
    if (!colC && op.arity() > 2) v128.store(splatC, v128.load32_splat(c));
    acc = Loop.run<Op>(
      y,
      colA ? a : splatA,
      colB ? b : splatB,
      colC ? c : splatC,
      colA << 4,
      colB << 4,
      colC << 4,
      cols,
      none,
      none,
      none,
      acc,
    );
    y += cols << 2;
    a += rowA << 2;
    b += rowB << 2;
    c += rowC << 2;
  }
  return Peak.word(acc);
}

@final
class ZipForward<Op extends Binary> extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(a: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return changetype<Op>(0).forward(a, b);
  }
}

@final
class ZipBackwardA<Op extends Binary> extends Lanes {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(a: v128, b: v128, dy: v128, s: v128, t: v128, u: v128): v128 {
    return Cotangent.annihilate(changetype<Op>(0).backwardA(a, b, dy), dy);
  }
}

@final
class ZipBackwardB<Op extends Binary> extends Lanes {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(a: v128, b: v128, dy: v128, s: v128, t: v128, u: v128): v128 {
    return Cotangent.annihilate(changetype<Op>(0).backwardB(a, b, dy), dy);
  }
}

@final
class PredicateForward<Op extends Predicate> extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(a: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return v128.and(changetype<Op>(0).forward(a, b), f32x4.splat(1));
  }
}

/** y = op.forward(a, b), broadcast. */
export function zip<Op extends Binary>(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return broadcast<ZipForward<Op>>(y, a, b, 0, rows, cols, rowA, colA, rowB, colB, 0, 1);
}

/** The cotangent of a at the full shape [rows, cols], before it is summed to a's own shape. */
export function zipGradA<Op extends Binary>(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return broadcast<ZipBackwardA<Op>>(da, a, b, dy, rows, cols, rowA, colA, rowB, colB, cols, 1);
}

/** The cotangent of b at the full shape [rows, cols], before it is summed to b's own shape. */
export function zipGradB<Op extends Binary>(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return broadcast<ZipBackwardB<Op>>(db, a, b, dy, rows, cols, rowA, colA, rowB, colB, cols, 1);
}

/** y = 1 where op.forward(a, b) holds, else 0, broadcast. */
export function test<Op extends Predicate>(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return broadcast<PredicateForward<Op>>(y, a, b, 0, rows, cols, rowA, colA, rowB, colB, 0, 1);
}

/**
 * Σ op(a[i], b[i], c[i]) in f64. A sum of f32 terms cannot overflow there (2⁹²⁶ of the largest
 * would have to meet), and keeps 29 bits more than the result has. Two accumulators, one for each
 * half of a vector, in a fixed order.
 */
export function fold<Op extends Term>(a: usize, b: usize, c: usize, n: usize, s: f64, t: f64): f64 {
  const op = changetype<Op>(0);
  const none = f64x2.splat(0);
  const vs = f64x2.splat(s);
  const vt = f64x2.splat(t);
  let low = none;
  let high = none;
  const end = a + ((n & ~3) << 2);
  while (a < end) {
    const va = v128.load(a);
    const vb = op.arity() > 1 ? v128.load(b) : none;
    const vc = op.arity() > 2 ? v128.load(c) : none;
    low = f64x2.add(low, op.at(F64.low(va), F64.low(vb), F64.low(vc), vs, vt));
    high = f64x2.add(high, op.at(F64.high(va), F64.high(vb), F64.high(vc), vs, vt));
    a += 16;
    if (op.arity() > 1) b += 16;
    if (op.arity() > 2) c += 16;
  }
  for (let rest = n & 3; rest; rest--) {
    const va = f64x2.promote_low_f32x4(v128.load32_zero(a));
    const vb = op.arity() > 1 ? f64x2.promote_low_f32x4(v128.load32_zero(b)) : none;
    const vc = op.arity() > 2 ? f64x2.promote_low_f32x4(v128.load32_zero(c)) : none;
    const term = op.at(va, vb, vc, vs, vt);
    low = f64x2.add(low, f64x2.replace_lane(none, 0, f64x2.extract_lane(term, 0)));
    a += 4;
    if (op.arity() > 1) b += 4;
    if (op.arity() > 2) c += 4;
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * accumulator[j] += op(a[j], b[j], c[j]) in f64, for column sums that run over rows.
 */
export function accumulate<Op extends Term>(
  into: usize,
  a: usize,
  b: usize,
  c: usize,
  n: usize,
  s: f64,
  t: f64,
): void {
  const op = changetype<Op>(0);
  const none = f64x2.splat(0);
  const vs = f64x2.splat(s);
  const vt = f64x2.splat(t);
  const end = a + ((n & ~3) << 2);
  while (a < end) {
    const va = v128.load(a);
    const vb = op.arity() > 1 ? v128.load(b) : none;
    const vc = op.arity() > 2 ? v128.load(c) : none;
    const low = op.at(F64.low(va), F64.low(vb), F64.low(vc), vs, vt);
    const high = op.at(F64.high(va), F64.high(vb), F64.high(vc), vs, vt);
    v128.store(into, f64x2.add(v128.load(into), low));
    v128.store(into, f64x2.add(v128.load(into, 16), high), 16);
    into += 32;
    a += 16;
    if (op.arity() > 1) b += 16;
    if (op.arity() > 2) c += 16;
  }
  for (let rest = n & 3; rest; rest--) {
    const va = f64x2.promote_low_f32x4(v128.load32_zero(a));
    const vb = op.arity() > 1 ? f64x2.promote_low_f32x4(v128.load32_zero(b)) : none;
    const vc = op.arity() > 2 ? f64x2.promote_low_f32x4(v128.load32_zero(c)) : none;
    store<f64>(into, load<f64>(into) + f64x2.extract_lane(op.at(va, vb, vc, vs, vt), 0));
    into += 8;
    a += 4;
    if (op.arity() > 1) b += 4;
    if (op.arity() > 2) c += 4;
  }
}

/** y[i] = f32(x[i] · scale) from f64: the end of an accumulation. */
export function narrow(y: usize, x: usize, n: usize, scale: f64, acc: v128): v128 {
  const vs = f64x2.splat(scale);
  for (let i: usize = 0; i + 2 <= n; i += 2) {
    const v = f32x4.demote_f64x2_zero(f64x2.mul(v128.load(x), vs));
    v128.store_lane<u64>(y, v, 0);
    acc = Peak.of(acc, v);
    x += 16;
    y += 8;
  }
  if (n & 1) {
    const v = <f32>(load<f64>(x) * scale);
    store<f32>(y, v);
    acc = Peak.of(acc, i32x4.replace_lane(i32x4.splat(0), 0, reinterpret<i32>(v)));
  }
  return acc;
}

/**
 * The largest element, NaN passed over: callers subtract it from every element next, and a NaN
 * there comes through by itself. `pmax` is one instruction where `max` is eight on x86.
 */
export function rowMax(x: usize, n: usize): f32 {
  let m = f32x4.splat(-Infinity);
  const end = x + ((n & ~3) << 2);
  while (x < end) {
    m = f32x4.pmax(m, v128.load(x));
    x += 16;
  }
  const rest = n & 3;
  if (rest) m = f32x4.pmax(m, v128.bitselect(Tail.load(x, rest), m, Tail.mask(rest)));
  m = f32x4.pmax(m, i64x2.shuffle(m, m, 1, 0));
  m = f32x4.pmax(m, i32x4.shuffle(m, m, 1, 0, 3, 2));
  return f32x4.extract_lane(m, 0);
}

/** Whether every element is +0 or -0: a row whose cotangent is zero has a zero gradient. */
export function allZero(x: usize, n: usize): bool {
  let any = i32x4.splat(0);
  const end = x + ((n & ~3) << 2);
  while (x < end) {
    any = v128.or(any, v128.load(x));
    x += 16;
  }
  if (n & 3) any = v128.or(any, Tail.load(x, n & 3));
  return !v128.any_true(i32x4.shl(any, 1));
}

/**
 * p, m, v ← op(p, m, v, g), in place. Gives p's peak word. The states are not measured: the facade
 * carries bounds of them (measuring them too made an Adam step 1.2 times as long).
 */
export function update<Op extends Update>(
  p: usize,
  m: usize,
  v: usize,
  g: usize,
  n: usize,
  h: usize,
): u32 {
  const op = changetype<Op>(0);
  const none = f32x4.splat(0);
  let acc = i32x4.splat(0);
  const end = p + ((n & ~3) << 2);
  while (p < end) {
    const vg = v128.load(g);
    const vm = op.states() > 0 ? op.first(v128.load(m), vg, h) : none;
    const vv = op.states() > 1 ? op.second(v128.load(v), vg, h) : none;
    const vp = op.step(v128.load(p), vm, vv, vg, h);
    if (op.states() > 0) {
      v128.store(m, vm);
      m += 16;
    }
    if (op.states() > 1) {
      v128.store(v, vv);
      v += 16;
    }
    v128.store(p, vp);
    acc = Peak.of(acc, vp);
    p += 16;
    g += 16;
  }
  const rest = n & 3;
  if (rest) {
    const vg = Tail.load(g, rest);
    const vm = op.states() > 0 ? op.first(Tail.load(m, rest), vg, h) : none;
    const vv = op.states() > 1 ? op.second(Tail.load(v, rest), vg, h) : none;
    const vp = op.step(Tail.load(p, rest), vm, vv, vg, h);
    if (op.states() > 0) {
      Tail.store(m, vm, rest);
    }
    if (op.states() > 1) {
      Tail.store(v, vv, rest);
    }
    Tail.store(p, vp, rest);
    acc = Peak.of(acc, v128.and(vp, Tail.mask(rest)));
  }
  return Peak.word(acc);
}
