/**
 * Every loop over n, every tail and the peak word. Kernels are one-line calls of these.
 *
 * The peak word is the largest magnitude among the outputs as f32 bits: `max_u` over `bits << 1`,
 * shifted back at the end. Integer instructions on purpose: asc hands Binaryen fast-math, and no
 * pass may reason about NaN in an integer. Bits are shifted by adding them to themselves: an addition has twice as
 * many execution ports, and a shift shares one with divisions and roots. Not `and 0x7fffffff`: V8 rebuilds the
 * constant in every iteration.
 *
 * Tails read and write exactly: partial loads fill with zeros, so a sum needs no mask.
 */
import { workspace } from "./memory";
import {
  Binary,
  Choice,
  Chunk,
  Derivative,
  Lanes,
  Measure,
  Pass,
  Predicate,
  Reduction,
  Scan,
  Staged,
  Term,
  Unary,
  Update,
} from "./op";
import { F32, F64 } from "./simd";

/** The peak word while it is being gathered. `GUARD` is 0 only in the build benches compare with. */
export class Peak {
  @inline static of(acc: v128, y: v128): v128 {
    return GUARD ? Peak.more(acc, y) : acc;
  }

  /** The same in every build. */
  @inline static more(acc: v128, y: v128): v128 {
    return i32x4.max_u(acc, i32x4.add(y, y));
  }

  @inline static word(acc: v128): u32 {
    return GUARD ? Peak.fold(acc) : 0;
  }

  @inline static fold(acc: v128): u32 {
    return Peak.largest(acc) >>> 1;
  }

  /** The largest of four signed words. */
  @inline static top(words: v128): i32 {
    const a = i32x4.max_s(words, i64x2.shuffle(words, words, 1, 0));
    return i32x4.extract_lane(i32x4.max_s(a, i32x4.shuffle(a, a, 1, 0, 3, 2)), 0);
  }

  /** The largest of four words. */
  @inline static largest(words: v128): u32 {
    const a = i32x4.max_u(words, i64x2.shuffle(words, words, 1, 0));
    return <u32>i32x4.extract_lane(i32x4.max_u(a, i32x4.shuffle(a, a, 1, 0, 3, 2)), 0);
  }

  /** The least bits, as unsigned numbers, of 16 k elements: of those of one sign the smallest magnitude. */
  static least(x: usize, n: usize): u32 {
    let acc = i32x4.splat(-1);
    for (const end = x + (n << 2); x < end; x += 64) {
      const left = i32x4.min_u(v128.load(x), v128.load(x, 16));
      const right = i32x4.min_u(v128.load(x, 32), v128.load(x, 48));
      acc = i32x4.min_u(acc, i32x4.min_u(left, right));
    }
    return ~Peak.largest(v128.not(acc));
  }
}

/**
 * Four parts of n elements that are read side by side, two vectors of each a turn; n & 31 are left. What a processor
 * fetches ahead ends with a page: at four places it waits a quarter as often for the next one.
 */
export class Quarter {
  @inline static bytes(n: usize): usize {
    return (n >>> 5) << 5;
  }
}

/** The peak word of n elements that are there already. */
export function peakOf(x: usize, n: usize): u32 {
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const part = Quarter.bytes(n);
  let p = x;
  for (const end = x + part; p < end; p += 32) {
    const q = p + part;
    const r = q + part;
    const s = r + part;
    a = Peak.more(a, v128.load(p));
    b = Peak.more(b, v128.load(q));
    c = Peak.more(c, v128.load(r));
    d = Peak.more(d, v128.load(s));
    a = Peak.more(a, v128.load(p, 16));
    b = Peak.more(b, v128.load(q, 16));
    c = Peak.more(c, v128.load(r, 16));
    d = Peak.more(d, v128.load(s, 16));
  }
  p = x + 4 * part;
  for (const end = x + ((n & ~3) << 2); p < end; p += 16) a = Peak.more(a, v128.load(p));
  if (n & 3) b = Peak.more(b, Tail.load(p, n & 3));
  return Peak.fold(i32x4.max_u(i32x4.max_u(a, b), i32x4.max_u(c, d)));
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

  /** The same over a row whose slopes are all made of one number: NaN where that is not finite. */
  static clearRow(dx: usize, n: usize, slope: f64): void {
    if (!Wider.isFinite(slope)) Cotangent.count(<u32>n);
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

let guarded: u32 = 0;

/** What safe functions changed. */
export class Guarded {
  @inline static count(mask: v128): void {
    if (v128.any_true(mask)) guarded += popcnt(i32x4.bitmask(mask));
  }

  @inline static add(elements: u32): void {
    guarded += elements;
  }
}

/** How many elements safe functions changed since the last call. */
export function take_guarded(): u32 {
  const count = guarded;
  guarded = 0;
  return count;
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

// The last, incomplete vectors of a run are gathered here, so that the lane mathematics stands in the
// module once: with tails of their own the modules were twice as large.
/** Bytes of the longest turn. */
const LONGEST: usize = 32;
const restY: usize = memory.data(32, 16);
const restA: usize = memory.data(32, 16);
const restB: usize = memory.data(32, 16);
const restC: usize = memory.data(32, 16);

/** How many vectors one turn of a loop takes: more of them hide one another's latencies, and lengthen the code. */
abstract class Turn {
  abstract vectors(): i32;
  /** What is gathered of the results, with one more in it. */
  abstract peak(acc: v128, y: v128): v128;
  /** What was gathered, as `Peak.of` gathers it. */
  abstract gathered(acc: v128): v128;
}

abstract class Signed extends Turn {
  @inline peak(acc: v128, y: v128): v128 {
    return Peak.of(acc, y);
  }
  @inline gathered(acc: v128): v128 {
    return acc;
  }
}

/** For three operands, whose loads are what costs, and for halves that have registers for one vector. */
@final
export class One extends Signed {
  @inline vectors(): i32 {
    return 1;
  }
}

@final
export class Two extends Signed {
  @inline vectors(): i32 {
    return 2;
  }
}

/**
 * The same for results that are never −0 or below: their bits are their magnitude, and only the peak itself has to
 * lose the sign of a NaN.
 */
@final
export class Positive extends Turn {
  @inline vectors(): i32 {
    return 2;
  }
  @inline peak(acc: v128, y: v128): v128 {
    return GUARD ? i32x4.max_u(acc, y) : acc;
  }
  @inline gathered(acc: v128): v128 {
    return GUARD ? i32x4.shl(acc, 1) : acc;
  }
}

/** For results that are worked on: nothing is gathered yet. */
@final
export class Unseen extends Turn {
  @inline vectors(): i32 {
    return 2;
  }
  @inline peak(acc: v128, y: v128): v128 {
    return acc;
  }
  @inline gathered(acc: v128): v128 {
    return acc;
  }
}

let filler: f32 = 0.5;

/**
 * What the lanes that no one reads are filled with: 0.5 looks neither like a zero cotangent nor like the edge of a
 * domain. Kernels that count elements set one that they don't count, and set 0.5 again.
 */
export function fillRests(value: f32): void {
  filler = value;
}

class Loop {
  /** Bytes a turn. */
  @inline static turn<T extends Turn>(): usize {
    return (<usize>changetype<T>(0).vectors()) << 4;
  }

  /** `count` < 8 elements in full vectors. */
  static gather(into: usize, from: usize, step: usize, count: usize): usize {
    for (let i: usize = 0; i < LONGEST; i += 16) v128.store(into + i, f32x4.splat(filler));
    for (let i: usize = 0; i < count; i++) {
      store<f32>(into + (i << 2), load<f32>(from));
      if (step) from += 4;
    }
    return into;
  }

  /** Writes the first `count` < 8 results, and clears the others. */
  static scatter(y: usize, from: usize, count: usize): void {
    for (let i: usize = 0; i < count; i++) store<f32>(y + (i << 2), load<f32>(from + (i << 2)));
    for (let i = count; i < LONGEST >>> 2; i++) store<f32>(from + (i << 2), 0);
  }

  /**
   * y[i] = op(a[i], b[i], c[i]); an operand with step 0 repeats its first turn.
   *
   * The outer loop comes round twice at most: over the whole turns, then over the one that holds the rest. So
   * the lane mathematics stands here once, and the inner loop tests nothing but its end: with a test for the
   * rest in every turn, add in cache took more than twice as long. A turn loads before it stores: the
   * engine, which cannot know that y is no operand, would not move a load over a store.
   */
  @inline static run<Op extends Lanes, T extends Turn>(
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
    const turn = changetype<T>(0);
    const rest = n & ((Loop.turn<T>() >>> 2) - 1);
    let to = y;
    let end = y + ((n - rest) << 2);
    let whole = acc;
    while (true) {
      while (to < end) {
        const a0 = v128.load(a);
        const b0 = op.arity() > 1 ? v128.load(b) : a0;
        const c0 = op.arity() > 2 ? v128.load(c) : a0;
        if (changetype<T>(0).vectors() === 1) {
          const y0 = op.at(a0, b0, c0, s, t, u);
          v128.store(to, y0);
          acc = turn.peak(acc, y0);
        } else {
          const a1 = v128.load(a, 16);
          const b1 = op.arity() > 1 ? v128.load(b, 16) : a1;
          const y0 = op.at(a0, b0, c0, s, t, u);
          const y1 = op.at(a1, b1, a1, s, t, u);
          v128.store(to, y0);
          v128.store(to, y1, 16);
          acc = turn.peak(turn.peak(acc, y0), y1);
        }
        to += Loop.turn<T>();
        a += stepA;
        if (op.arity() > 1) b += stepB;
        if (op.arity() > 2) c += stepC;
      }
      if (!rest || end === restY + Loop.turn<T>()) break;
      y = to;
      whole = acc;
      a = Loop.gather(restA, a, stepA, rest);
      if (op.arity() > 1) b = Loop.gather(restB, b, stepB, rest);
      if (op.arity() > 2) c = Loop.gather(restC, c, stepC, rest);
      to = restY;
      end = restY + Loop.turn<T>();
    }
    return rest ? Loop.settle<T>(y, rest, whole) : acc;
  }

  /** Writes the first `count` results of the last turn, and takes them into the peak. */
  static settle<T extends Turn>(y: usize, count: usize, acc: v128): v128 {
    Loop.scatter(y, restY, count);
    for (let i: usize = 0; i < Loop.turn<T>(); i += 16) {
      acc = changetype<T>(0).peak(acc, v128.load(restY + i));
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
class Backward<Op extends Derivative> extends Lanes {
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
  return Peak.word(
    Loop.run<Forward<Op>, Two>(y, x, 0, 0, 32, 0, 0, n, vs, f32x4.splat(t), none, none),
  );
}

/** Elements that stay in the first cache from one loop over them to the next. */
const CHUNK: usize = 512;
/** What a loop hands to the next: four vectors for each of x at most. */
const STAGE: usize = memory.data(8192, 64);

/**
 * y = f(x), chunk by chunk, each in several loops. In one loop a long formula has more constants than Node 20 has
 * registers, and its steps, which wait for one another, more results on the way than the processor holds. The
 * constants of a loop are loaded just before it: live from the start of all, they would go to the stack.
 */
export function mapChunks<C extends Chunk>(y: usize, x: usize, n: usize): u32 {
  return Peak.word(chunks<C>(y, x, n, i32x4.splat(0)));
}

/** The same for a caller that gathers peaks over several runs. */
export function chunks<C extends Chunk>(y: usize, x: usize, n: usize, acc: v128): v128 {
  while (n) {
    const short = n < 8;
    const m = short ? n : min(n & ~7, CHUNK);
    const whole = acc;
    const from = short ? Loop.gather(restA, x, 4, m) : x;
    acc = changetype<C>(0).run(short ? restY : y, from, short ? 8 : m, acc);
    if (short) acc = Loop.settle<Two>(y, m, whole);
    n -= m;
    x += m << 2;
    y += m << 2;
  }
  return acc;
}

/** A chunk in one loop. */
@final
export class Whole<Op extends Unary> extends Chunk {
  @inline run(y: usize, x: usize, n: usize, acc: v128): v128 {
    const none = i32x4.splat(0);
    return Loop.run<Forward<Op>, Two>(y, x, 0, 0, 32, 0, 0, n, none, none, none, acc);
  }
}

/** The short formula of a function where all elements lie within its bound, the long one, L, for the chunk where not. */
@final
export class Short<Op extends Staged, T extends Turn, L extends Chunk> extends Chunk {
  @inline run(y: usize, x: usize, n: usize, acc: v128): v128 {
    const op = changetype<Op>(0);
    const turn = changetype<T>(0);
    const table = op.constants();
    const width = (<usize>op.vectors()) << 4;
    const end = x + (n << 2);
    const a = v128.load32_splat(table);
    const b = v128.load32_splat(table, 4);
    const c = v128.load32_splat(table, 8);
    const d = v128.load32_splat(table, 12);
    const e = v128.load32_splat(table, 16);
    const f = v128.load32_splat(table, 20);
    let seen = i32x4.splat(0);
    for (let p = x, to = STAGE; p < end; p += 32, to += 2 * width) {
      seen = i32x4.max_u(seen, op.first(to, v128.load(p), a, b, c, d, e, f));
      seen = i32x4.max_u(seen, op.first(to + width, v128.load(p, 16), a, b, c, d, e, f));
    }
    if (Peak.largest(seen) > op.bound()) return changetype<L>(0).run(y, x, n, acc);
    const g = v128.load32_splat(table, 24);
    const h = v128.load32_splat(table, 28);
    const i = v128.load32_splat(table, 32);
    const j = v128.load32_splat(table, 36);
    const k = v128.load32_splat(table, 40);
    const l = v128.load32_splat(table, 44);
    let found = i32x4.splat(0);
    if (turn.vectors() === 1) {
      for (let p = x, from = STAGE; p < end; p += 16, from += width, y += 16) {
        const y0 = op.second(from, p, f, g, h, i, j, k, l);
        v128.store(y, y0);
        found = turn.peak(found, y0);
      }
    } else {
      for (let p = x, from = STAGE; p < end; p += 32, from += 2 * width, y += 32) {
        const y0 = op.second(from, p, f, g, h, i, j, k, l);
        const y1 = op.second(from + width, p + 16, f, g, h, i, j, k, l);
        v128.store(y, y0);
        v128.store(y, y1, 16);
        found = turn.peak(turn.peak(found, y0), y1);
      }
    }
    return i32x4.max_u(acc, turn.gathered(found));
  }
}

/** A pass over a chunk, and the last one, which stores y. */
export class Passes {
  @inline static over<P extends Pass>(x: usize, n: usize): void {
    Passes.run<P>(0, x, n, false, i32x4.splat(0));
  }

  @inline static last<P extends Pass>(y: usize, x: usize, n: usize, acc: v128): v128 {
    return Passes.run<P>(y, x, n, true, acc);
  }

  @inline static constant<P extends Pass>(i: usize): v128 {
    const pass = changetype<P>(0);
    const table = pass.constants();
    return pass.wide() ? v128.load64_splat(table + (i << 3)) : v128.load32_splat(table + (i << 2));
  }

  @inline static run<P extends Pass>(y: usize, x: usize, n: usize, last: bool, acc: v128): v128 {
    const pass = changetype<P>(0);
    const a = Passes.constant<P>(0);
    const b = Passes.constant<P>(1);
    const c = Passes.constant<P>(2);
    const d = Passes.constant<P>(3);
    const e = Passes.constant<P>(4);
    const f = Passes.constant<P>(5);
    const g = Passes.constant<P>(6);
    const h = Passes.constant<P>(7);
    const i = Passes.constant<P>(8);
    const j = Passes.constant<P>(9);
    const k = Passes.constant<P>(10);
    const l = Passes.constant<P>(11);
    let slot = STAGE;
    for (const end = x + (n << 2); x < end; x += 16) {
      const v = pass.at(slot, x, a, b, c, d, e, f, g, h, i, j, k, l);
      if (last) {
        v128.store(y, v);
        acc = Peak.of(acc, v);
        y += 16;
      }
      slot += 64;
    }
    return acc;
  }
}

/** dx = op.backward(x, y, dy), zero wherever dy is zero. */
export function mapGrad<Op extends Derivative>(
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
    Loop.run<Backward<Op>, One>(dx, x, y, dy, 16, 16, 16, n, vs, f32x4.splat(t), none, none),
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
  return changetype<Op>(0).arity() < 3
    ? Loop.run<Op, Two>(y, a, b, c, 32, 32, 32, n, s, t, u, acc)
    : Loop.run<Op, One>(y, a, b, c, 16, 16, 16, n, s, t, u, acc);
}

// A broadcast operand is read from here with step 0: one loop serves vectors and scalars alike.
const splatA: usize = memory.data(32, 16);
const splatB: usize = memory.data(32, 16);
const splatC: usize = memory.data(32, 16);

/** One turn of a repeated element. */
function repeat(into: usize, from: usize): void {
  const v = v128.load32_splat(from);
  v128.store(into, v);
  v128.store(into, v, 16);
}

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
    if (!colA) repeat(splatA, a);
    if (!colB && op.arity() > 1) repeat(splatB, b);
    if (!colC && op.arity() > 2) repeat(splatC, c);
    const fromA = colA ? a : splatA;
    const fromB = colB ? b : splatB;
    const fromC = colC ? c : splatC;
    if (op.arity() < 3) {
      acc = Loop.run<Op, Two>(
        y,
        fromA,
        fromB,
        fromC,
        colA << 5,
        colB << 5,
        0,
        cols,
        none,
        none,
        none,
        acc,
      );
    } else {
      acc = Loop.run<Op, One>(
        y,
        fromA,
        fromB,
        fromC,
        colA << 4,
        colB << 4,
        colC << 4,
        cols,
        none,
        none,
        none,
        acc,
      );
    }
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

class Fold {
  /** op at two elements, `at` bytes on. */
  @inline static term<Op extends Term>(
    a: usize,
    b: usize,
    c: usize,
    at: usize,
    s: v128,
    t: v128,
  ): v128 {
    const op = changetype<Op>(0);
    const none = f64x2.splat(0);
    const vb = op.arity() > 1 ? F64.load(b + at) : none;
    return op.at(F64.load(a + at), vb, op.arity() > 2 ? F64.load(c + at) : none, s, t);
  }
}

/**
 * Σ op(a[i], b[i], c[i]) in f64. A sum of f32 terms cannot overflow there (2⁹²⁶ of the largest
 * would have to meet), and keeps 29 bits more than the result has. Four accumulators, so that one
 * addition need not wait for the last, in a fixed order.
 */
export function fold<Op extends Term>(a: usize, b: usize, c: usize, n: usize, s: f64, t: f64): f64 {
  const op = changetype<Op>(0);
  const none = f64x2.splat(0);
  const vs = f64x2.splat(s);
  const vt = f64x2.splat(t);
  let low = none;
  let high = none;
  let low1 = none;
  let high1 = none;
  const end = a + ((n & ~3) << 2);
  while (a + 16 < end) {
    low = f64x2.add(low, Fold.term<Op>(a, b, c, 0, vs, vt));
    high = f64x2.add(high, Fold.term<Op>(a, b, c, 8, vs, vt));
    low1 = f64x2.add(low1, Fold.term<Op>(a, b, c, 16, vs, vt));
    high1 = f64x2.add(high1, Fold.term<Op>(a, b, c, 24, vs, vt));
    a += 32;
    if (op.arity() > 1) b += 32;
    if (op.arity() > 2) c += 32;
  }
  low = f64x2.add(low, low1);
  high = f64x2.add(high, high1);
  if (a < end) {
    low = f64x2.add(low, Fold.term<Op>(a, b, c, 0, vs, vt));
    high = f64x2.add(high, Fold.term<Op>(a, b, c, 8, vs, vt));
    a += 16;
    if (op.arity() > 1) b += 16;
    if (op.arity() > 2) c += 16;
  }
  for (let rest = n & 3; rest; rest--) {
    const va = f64x2.promote_low_f32x4(v128.load32_zero(a));
    const vb = op.arity() > 1 ? f64x2.promote_low_f32x4(v128.load32_zero(b)) : none;
    const vc = op.arity() > 2 ? f64x2.promote_low_f32x4(v128.load32_zero(c)) : none;
    const last = op.at(va, vb, vc, vs, vt);
    low = f64x2.add(low, f64x2.replace_lane(none, 0, f64x2.extract_lane(last, 0)));
    a += 4;
    if (op.arity() > 1) b += 4;
    if (op.arity() > 2) c += 4;
  }
  return F64.sum(f64x2.add(low, high));
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

/** The same for four rows of `n` at once, of a term with one operand: a quarter of the traffic. */
function accumulateFour<Op extends Term>(into: usize, a: usize, n: usize): void {
  const op = changetype<Op>(0);
  const none = f64x2.splat(0);
  const b = a + (n << 2);
  const c = b + (n << 2);
  const d = c + (n << 2);
  let i: usize = 0;
  for (const end = (n & ~3) << 2; i < end; i += 16) {
    const va = v128.load(a + i);
    const vb = v128.load(b + i);
    const vc = v128.load(c + i);
    const vd = v128.load(d + i);
    const low = f64x2.add(
      f64x2.add(
        op.at(F64.low(va), none, none, none, none),
        op.at(F64.low(vb), none, none, none, none),
      ),
      f64x2.add(
        op.at(F64.low(vc), none, none, none, none),
        op.at(F64.low(vd), none, none, none, none),
      ),
    );
    const high = f64x2.add(
      f64x2.add(
        op.at(F64.high(va), none, none, none, none),
        op.at(F64.high(vb), none, none, none, none),
      ),
      f64x2.add(
        op.at(F64.high(vc), none, none, none, none),
        op.at(F64.high(vd), none, none, none, none),
      ),
    );
    const to = into + (i << 1);
    v128.store(to, f64x2.add(v128.load(to), low));
    v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
  }
  if (!(n & 3)) return;
  const to = into + (i << 1);
  accumulate<Op>(to, a + i, 0, 0, n & 3, 0, 0);
  accumulate<Op>(to, b + i, 0, 0, n & 3, 0, 0);
  accumulate<Op>(to, c + i, 0, 0, n & 3, 0, 0);
  accumulate<Op>(to, d + i, 0, 0, n & 3, 0, 0);
}

/**
 * Σ over rows of op(x[rows, cols]), one operand, in f64. Gives the address of `cols` doubles in the
 * workspace. Where there are few columns several rows count as one, so that vectors are full.
 */
export function columnSums<Op extends Term>(x: usize, rows: usize, cols: usize): usize {
  const most: usize = cols < 32 ? 64 / max<usize>(cols, 1) : 1;
  const group = max<usize>(min<usize>(most, rows), 1);
  const wide = group * cols;
  const sums = workspace(wide << 3);
  memory.fill(sums, 0, wide << 3);
  let turns = rows / group;
  const rest = (rows - turns * group) * cols;
  for (; turns >= 4; turns -= 4) {
    accumulateFour<Op>(sums, x, wide);
    x += wide << 4;
  }
  for (; turns; turns--) {
    accumulate<Op>(sums, x, 0, 0, wide, 0, 0);
    x += wide << 2;
  }
  accumulate<Op>(sums, x, 0, 0, rest, 0, 0);
  for (let i = cols; i < wide; i++) {
    const at = sums + ((i % cols) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(sums + (i << 3)));
  }
  return sums;
}

/** x[i] ← √x[i] for doubles. */
export function roots(x: usize, n: usize): void {
  for (const end = x + (n << 3); x < end; x += 8) store<f64>(x, sqrt<f64>(load<f64>(x)));
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
  let a = m;
  let b = m;
  let c = m;
  const end = x + ((n & ~3) << 2);
  for (; x + 48 < end; x += 64) {
    m = f32x4.pmax(m, v128.load(x));
    a = f32x4.pmax(a, v128.load(x, 16));
    b = f32x4.pmax(b, v128.load(x, 32));
    c = f32x4.pmax(c, v128.load(x, 48));
  }
  for (; x < end; x += 16) m = f32x4.pmax(m, v128.load(x));
  m = f32x4.pmax(f32x4.pmax(m, a), f32x4.pmax(b, c));
  const rest = n & 3;
  if (rest) m = f32x4.pmax(m, v128.bitselect(Tail.load(x, rest), m, Tail.mask(rest)));
  m = f32x4.pmax(m, i64x2.shuffle(m, m, 1, 0));
  m = f32x4.pmax(m, i32x4.shuffle(m, m, 1, 0, 3, 2));
  return f32x4.extract_lane(m, 0);
}

/** The extreme element; NaN where there is one. `op.last()` of none. */
export function extreme<Op extends Choice>(x: usize, n: usize): f32 {
  const op = changetype<Op>(0);
  let a = f32x4.splat(op.last());
  let b = a;
  let c = a;
  let d = a;
  let p = i32x4.splat(0);
  let q = p;
  for (const end = x + ((n & ~15) << 2); x < end; x += 64) {
    const v0 = v128.load(x);
    const v1 = v128.load(x, 16);
    const v2 = v128.load(x, 32);
    const v3 = v128.load(x, 48);
    a = op.keep(a, v0);
    b = op.keep(b, v1);
    c = op.keep(c, v2);
    d = op.keep(d, v3);
    p = Peak.more(Peak.more(p, v0), v1);
    q = Peak.more(Peak.more(q, v2), v3);
  }
  for (const end = x + ((n & 12) << 2); x < end; x += 16) {
    const v = v128.load(x);
    a = op.keep(a, v);
    p = Peak.more(p, v);
  }
  if (n & 3) {
    const v = v128.bitselect(Tail.load(x, n & 3), a, Tail.mask(n & 3));
    a = op.keep(a, v);
    p = Peak.more(p, v);
  }
  if (Peak.fold(i32x4.max_u(p, q)) > 0x7f800000) return NaN;
  a = op.keep(op.keep(a, b), op.keep(c, d));
  a = op.keep(a, i64x2.shuffle(a, a, 1, 0));
  return f32x4.extract_lane(op.keep(a, i32x4.shuffle(a, a, 1, 0, 3, 2)), 0);
}

@final
class Either<Op extends Choice> extends Lanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(a: v128, b: v128, c: v128, s: v128, t: v128, u: v128): v128 {
    return changetype<Op>(0).either(a, b);
  }
}

/** y[cols] = the extreme of each column of x[rows, cols], rows > 0; NaN where there is one. */
export function columnExtremes<Op extends Choice>(
  y: usize,
  x: usize,
  rows: usize,
  cols: usize,
): void {
  const none = i32x4.splat(0);
  memory.copy(y, x, cols << 2);
  for (let r: usize = 1; r < rows; r++) {
    x += cols << 2;
    lanes<Either<Op>>(y, y, x, 0, cols, none, none, none, none);
  }
}

/** Lanes that are `value`, or that are NaN where it is. */
class Equal {
  @inline static mask(x: v128, value: v128, nan: bool): v128 {
    return nan ? Cotangent.isNaN(x) : f32x4.eq(x, value);
  }
  @inline static isNaN(x: f32): bool {
    return reinterpret<u32>(x) << 1 > 0xff000000;
  }
}

/** The index of the first element that equals `value` (NaN: that is NaN), n where there is none. */
export function firstOf(x: usize, n: usize, value: f32): usize {
  const nan = Equal.isNaN(value);
  const v = f32x4.splat(value);
  const whole = n & ~3;
  for (let i: usize = 0; i < whole; i += 4) {
    const mask = Equal.mask(v128.load(x + (i << 2)), v, nan);
    if (v128.any_true(mask)) return i + ctz(i32x4.bitmask(mask));
  }
  if (n & 3) {
    const mask = Equal.mask(Tail.load(x + (whole << 2), n & 3), v, nan);
    const found = i32x4.bitmask(v128.and(mask, Tail.mask(n & 3)));
    if (found) return whole + ctz(found);
  }
  return n;
}

/** How many elements equal `value`, or are NaN where it is. */
export function countOf(x: usize, n: usize, value: f32): usize {
  const nan = Equal.isNaN(value);
  const v = f32x4.splat(value);
  let count = i32x4.splat(0);
  for (const end = x + ((n & ~3) << 2); x < end; x += 16) {
    count = i32x4.sub(count, Equal.mask(v128.load(x), v, nan));
  }
  if (n & 3) {
    const mask = Equal.mask(Tail.load(x, n & 3), v, nan);
    count = i32x4.sub(count, v128.and(mask, Tail.mask(n & 3)));
  }
  const a = i32x4.add(count, i64x2.shuffle(count, count, 1, 0));
  return <usize>(i32x4.extract_lane(a, 0) + i32x4.extract_lane(a, 1));
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

/** Copies runs of `bytes` whose starts are a step apart. */
export function copyRows(
  y: usize,
  x: usize,
  rows: usize,
  bytes: usize,
  stepY: usize,
  stepX: usize,
): void {
  for (; rows; rows--) {
    if (bytes === 4) store<u32>(y, load<u32>(x));
    else memory.copy(y, x, bytes);
    y += stepY;
    x += stepX;
  }
}

/**
 * Columns are brought into runs before they are reduced, 16 at a time: a cache line of each row. Runs lie
 * an odd number of lines apart, so that they don't all fall into one set of the cache.
 */
class Strip {
  @inline static width(): usize {
    return 16;
  }

  /** Bytes from run to run. */
  @inline static stride(n: usize): usize {
    return (((n << 2) + 63) & ~63) | 64;
  }

  /** to[j][m] = from[m][j] for 4 × 4 elements; rows are `across` bytes apart, runs `stride`. */
  @inline static block(to: usize, from: usize, across: usize, stride: usize): void {
    const a = v128.load(from);
    const b = v128.load(from + across);
    const c = v128.load(from + across * 2);
    const d = v128.load(from + across * 3);
    const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
    const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
    const ef = i32x4.shuffle(a, b, 2, 6, 3, 7);
    const gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
    v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
    v128.store(to + stride, i64x2.shuffle(ab, cd, 1, 3));
    v128.store(to + stride * 2, i64x2.shuffle(ef, gh, 0, 2));
    v128.store(to + stride * 3, i64x2.shuffle(ef, gh, 1, 3));
  }

  /** to[j][m] = from[m][j] for [rows, cols]; rows of `from` lie `across` bytes apart, those of `to` `stride`. */
  static turn(
    to: usize,
    from: usize,
    rows: usize,
    cols: usize,
    across: usize,
    stride: usize,
  ): void {
    const whole = cols & ~3;
    for (let m: usize = 0; m < rows; m++) {
      const inBlock = m < (rows & ~3);
      if (inBlock && !(m & 3)) {
        for (let j: usize = 0; j < whole; j += 4) {
          Strip.block(to + j * stride + (m << 2), from + (j << 2), across, stride);
        }
      }
      for (let j = inBlock ? whole : 0; j < cols; j++) {
        store<u32>(to + j * stride + (m << 2), load<u32>(from + (j << 2)));
      }
      from += across;
    }
  }
}

/** y[outer, inner] = op over mid of x[outer, mid, inner]. */
export function reduce<Op extends Reduction>(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  s: f64,
): u32 {
  const op = changetype<Op>(0);
  const across = inner << 2;
  const stride = Strip.stride(mid);
  const runs: usize = inner === 1 ? 0 : workspace(stride * Strip.width());
  let acc = i32x4.splat(0);
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < inner; i += Strip.width()) {
      const width = min(Strip.width(), inner - i);
      if (inner > 1) Strip.turn(runs, x + (i << 2), mid, width, across, stride);
      for (let j: usize = 0; j < width; j++) {
        const v = op.forward(inner === 1 ? x : runs + j * stride, mid, s);
        store<f32>(y, v);
        acc = Peak.of(acc, f32x4.splat(v));
        y += 4;
      }
    }
    x += mid * across;
  }
  return Peak.word(acc);
}

/** dx over one run; where its cotangent is zero, zero. */
class Run {
  @inline static backward<Op extends Reduction>(
    dx: usize,
    x: usize,
    n: usize,
    y: f32,
    dy: f32,
    s: f64,
    acc: v128,
  ): v128 {
    const after = changetype<Op>(0).backward(dx, x, n, y, dy, s, acc);
    if (reinterpret<u32>(dy) << 1 || !Cotangent.annihilating()) return after;
    Cotangent.clear(dx, dx, n);
    return acc;
  }
}

/** dx[outer, mid, inner] from dy, y[outer, inner]. */
export function reduceGrad<Op extends Reduction>(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  s: f64,
): u32 {
  const across = inner << 2;
  const stride = Strip.stride(mid);
  const strip = stride * Strip.width();
  const runs: usize = inner === 1 ? 0 : workspace(2 * strip);
  let acc = i32x4.splat(0);
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < inner; i += Strip.width()) {
      const width = min(Strip.width(), inner - i);
      if (inner > 1) Strip.turn(runs + strip, x + (i << 2), mid, width, across, stride);
      for (let j: usize = 0; j < width; j++) {
        const to = inner === 1 ? dx : runs + j * stride;
        const from = inner === 1 ? x : to + strip;
        acc = Run.backward<Op>(to, from, mid, load<f32>(y), load<f32>(dy), s, acc);
        y += 4;
        dy += 4;
      }
      if (inner > 1) Strip.turn(dx + (i << 2), runs, width, mid, stride, across);
    }
    x += mid * across;
    dx += mid * across;
  }
  return Peak.word(acc);
}

/** y[outer, mid, inner] = op along mid of x. */
export function scan<Op extends Scan>(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  const op = changetype<Op>(0);
  const across = inner << 2;
  const stride = Strip.stride(mid);
  const runs: usize = inner === 1 ? 0 : workspace(stride * Strip.width());
  let acc = i32x4.splat(0);
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < inner; i += Strip.width()) {
      const width = min(Strip.width(), inner - i);
      if (inner > 1) Strip.turn(runs, x + (i << 2), mid, width, across, stride);
      for (let j: usize = 0; j < width; j++) {
        const run = runs + j * stride;
        acc = op.forward(inner === 1 ? y : run, inner === 1 ? x : run, mid, acc);
      }
      if (inner > 1) Strip.turn(y + (i << 2), runs, width, mid, stride, across);
    }
    x += mid * across;
    y += mid * across;
  }
  return Peak.word(acc);
}

/** dx[outer, mid, inner] from dy, along mid. */
export function scanGrad<Op extends Scan>(
  dx: usize,
  dy: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
): u32 {
  const op = changetype<Op>(0);
  const across = inner << 2;
  const stride = Strip.stride(mid);
  const strip: usize = inner === 1 ? 0 : stride * Strip.width();
  const scratch = workspace(2 * strip + mid * op.scratch());
  const runs = scratch + mid * op.scratch();
  let acc = i32x4.splat(0);
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < inner; i += Strip.width()) {
      const width = min(Strip.width(), inner - i);
      if (inner > 1) {
        Strip.turn(runs, dy + (i << 2), mid, width, across, stride);
        Strip.turn(runs + strip, x + (i << 2), mid, width, across, stride);
      }
      for (let j: usize = 0; j < width; j++) {
        const run = runs + j * stride;
        const to = inner === 1 ? dx : run;
        const from = inner === 1 ? dy : run;
        acc = op.backward(to, from, inner === 1 ? x : run + strip, mid, scratch, acc);
      }
      if (inner > 1) Strip.turn(dx + (i << 2), runs, width, mid, stride, across);
    }
    x += mid * across;
    dy += mid * across;
    dx += mid * across;
  }
  return Peak.word(acc);
}

/** y[i] = Σ x[0 … i] in f64, each rounded once; `back`: Σ x[i … n − 1]. x and y may be one. */
export function runningSum(y: usize, x: usize, n: usize, back: bool, acc: v128): v128 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const at = (back ? n - 1 - i : i) << 2;
    sum += <f64>load<f32>(x + at);
    const v = <f32>sum;
    store<f32>(y + at, v);
    acc = Peak.of(acc, f32x4.splat(v));
  }
  return acc;
}

/** Products in f64 with a power of two beside them: mantissa · 2^e, the mantissa in 2^±400 if it is finite. */
class Wider {
  /** What to take from the mantissa's exponent, and add to e, after a multiplication by a float. */
  @inline static excess(mantissa: f64): i32 {
    const e = <i32>((reinterpret<u64>(mantissa) >> 52) & 0x7ff);
    if (e === 0 || e === 0x7ff) return 0;
    return e > 1023 + 400 ? 400 : e < 1023 - 400 ? -400 : 0;
  }

  /** 2^e, |e| ≤ 1000 */
  @inline static power(e: i32): f64 {
    return reinterpret<f64>((<u64>(1023 + e)) << 52);
  }

  /** mantissa · 2^e, right wherever it is in a float's range, and beyond it ∞ or 0 as a float. */
  @inline static value(mantissa: f64, e: i32): f64 {
    return e ? mantissa * Wider.power(max(min(e, 1000), -1000)) : mantissa;
  }

  @inline static isFinite(mantissa: f64): bool {
    return reinterpret<u64>(mantissa) << 1 < 0xffe0000000000000;
  }
}

/** y[i] = Π x[0 … i], whatever the products on the way. x and y may be one. */
export function runningProduct(y: usize, x: usize, n: usize, acc: v128): v128 {
  let product: f64 = 1;
  let power: i32 = 0;
  for (let i: usize = 0; i < n; i++) {
    product *= <f64>load<f32>(x + (i << 2));
    const excess = Wider.excess(product);
    // A branch, so that the next product need not wait for a factor of 1.
    if (excess) {
      product *= Wider.power(-excess);
      power += excess;
    }
    const v = <f32>Wider.value(product, power);
    store<f32>(y + (i << 2), v);
    acc = Peak.of(acc, f32x4.splat(v));
  }
  return acc;
}

/** before[i] = Π x[0 … i − 1], as mantissa and power, 16 bytes each. */
function exclusiveProducts(before: usize, x: usize, n: usize): void {
  let product: f64 = 1;
  let power: i32 = 0;
  for (let i: usize = 0; i < n; i++) {
    store<f64>(before + (i << 4), product);
    store<i32>(before + (i << 4), power, 8);
    product *= <f64>load<f32>(x + (i << 2));
    const excess = Wider.excess(product);
    // A branch, so that the next product need not wait for a factor of 1.
    if (excess) {
      product *= Wider.power(-excess);
      power += excess;
    }
  }
}

/**
 * dx[i] = Σ over j ≥ i of dy[j] Π over k ≤ j, k ≠ i, of x[k] = before[i] · after[i], with
 * after[i] = dy[i] + x[i + 1] after[i + 1]: no division, so that zeros are exact. Terms with a zero
 * cotangent are not there. `scratch` has 16 bytes an element; dx and dy may be one.
 */
export function runningProductGrad(
  dx: usize,
  dy: usize,
  x: usize,
  n: usize,
  scratch: usize,
  acc: v128,
): v128 {
  exclusiveProducts(scratch, x, n);
  let after: f64 = 0;
  let power: i32 = 0;
  let live = !Cotangent.annihilating();
  for (let i = n; i-- > 0; ) {
    const g = load<f32>(dy + (i << 2));
    const before = load<f64>(scratch + (i << 4));
    if (reinterpret<u32>(g) << 1) {
      // Below 0 the products are little beside a cotangent; above, it is brought to their scale.
      after = Wider.value(after, min(power, 0)) + Wider.value(<f64>g, -max(power, 0));
      power = max(power, 0);
      live = true;
    }
    let v: f32 = 0;
    if (live) {
      v = <f32>Wider.value(before * after, load<i32>(scratch + (i << 4), 8) + power);
      after *= <f64>load<f32>(x + (i << 2));
      const excess = Wider.excess(after);
      after *= Wider.power(-excess);
      power = reinterpret<u64>(after) << 1 ? power + excess : 0;
    } else if (!Wider.isFinite(before)) {
      Cotangent.count(1);
    }
    store<f32>(dx + (i << 2), v);
    acc = Peak.of(acc, f32x4.splat(v));
  }
  return acc;
}

/** 0 where no pass sees it: asc hands Binaryen fast-math, and ∞ · 0 must stay NaN. */
const ZERO: usize = memory.data<f64>([0.0], 8);

/**
 * Π x taken apart: sign, size of the factors that are neither 0 nor ∞ nor NaN (magnitude · 2^power), and
 * how many of the others there are, so that one factor can be left out again without a division by 0.
 */
export class Factors {
  static magnitude: f64 = 1;
  static power: i32 = 0;
  static negative: bool = false;
  static zeros: usize = 0;
  static infinities: usize = 0;
  static nans: usize = 0;

  /** Reads a run. */
  static read(x: usize, n: usize): void {
    let low = f64x2.splat(1);
    let high = low;
    let powers = i64x2.splat(0);
    let signs = i32x4.splat(0);
    Factors.zeros = 0;
    Factors.infinities = 0;
    Factors.nans = 0;
    for (let i: usize = 0; i < n; i += 4) {
      const v = Factors.load(x + (i << 2), n - i);
      signs = v128.xor(signs, v);
      const size = Factors.ordinary(v);
      low = f64x2.mul(low, F64.low(size));
      high = f64x2.mul(high, F64.high(size));
      // Four factors within 2^±149 are still far inside a double's range.
      if ((i & 12) === 12 || i + 4 >= n) {
        powers = i64x2.add(powers, i64x2.add(i64x2.shr_u(low, 52), i64x2.shr_u(high, 52)));
        powers = i64x2.sub(powers, i64x2.splat(2046));
        low = Factors.mantissa(low);
        high = Factors.mantissa(high);
      }
    }
    const both = f64x2.mul(low, high);
    Factors.magnitude = f64x2.extract_lane(both, 0) * f64x2.extract_lane(both, 1);
    Factors.power = <i32>(i64x2.extract_lane(powers, 0) + i64x2.extract_lane(powers, 1));
    Factors.negative = !!(popcnt(i32x4.bitmask(signs)) & 1);
  }

  /** Up to four factors, the missing ones 1. */
  @inline static load(x: usize, left: usize): v128 {
    if (left >= 4) return v128.load(x);
    return v128.bitselect(Tail.load(x, left), f32x4.splat(1), Tail.mask(left));
  }

  @inline static mantissa(x: v128): v128 {
    return v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3ff0000000000000));
  }

  /** |x|, and 1 for 0, ∞ and NaN, which are counted. */
  @inline static ordinary(x: v128): v128 {
    const size = v128.and(x, i32x4.splat(0x7fffffff));
    const odd = i32x4.ge_u(i32x4.sub(size, i32x4.splat(1)), i32x4.splat(0x7f7fffff));
    if (!v128.any_true(odd)) return size;
    const infinite = i32x4.splat(0x7f800000);
    Factors.zeros += popcnt(i32x4.bitmask(i32x4.eq(size, i32x4.splat(0))));
    Factors.infinities += popcnt(i32x4.bitmask(i32x4.eq(size, infinite)));
    Factors.nans += popcnt(i32x4.bitmask(i32x4.gt_u(size, infinite)));
    return v128.bitselect(f32x4.splat(1), size, odd);
  }

  /** Whether no factor is 0, ∞ or NaN. */
  @inline static plain(): bool {
    return !(Factors.zeros + Factors.infinities + Factors.nans);
  }

  /** s · the ordinary factors, with the sign of all of them: beyond 2^±700 no quotient by a float is one. */
  @inline static times(s: f64): f64 {
    const signed = Factors.negative ? -s : s;
    return signed * Factors.magnitude * Wider.power(max(min(Factors.power, 700), -700));
  }

  /** s · Π of all factors but this one; 1 leaves none out. */
  static without(s: f64, factor: f32): f64 {
    const bits = reinterpret<u32>(factor) << 1;
    const zeros = Factors.zeros - <usize>(bits === 0);
    const infinities = Factors.infinities - <usize>(bits === 0xff000000);
    const nans = Factors.nans - <usize>(bits > 0xff000000);
    if (nans || (zeros && infinities)) return NaN;
    const sign: f64 = reinterpret<i32>(factor) < 0 ? -1 : 1;
    if (infinities) return (Factors.negative ? -s : s) * sign * Infinity;
    if (zeros) return (Factors.negative ? -s : s) * sign * load<f64>(ZERO);
    const ordinary = bits !== 0 && bits < 0xff000000;
    return Factors.times(s) / (ordinary ? <f64>factor : sign);
  }
}

/** dx[i] = s Π of all elements of x but the i-th, from what Factors.read left. */
export function exclusive(dx: usize, x: usize, n: usize, s: f64, acc: v128): v128 {
  for (let i: usize = 0; i < n; i++) {
    const v = <f32>Factors.without(s, load<f32>(x + (i << 2)));
    store<f32>(dx + (i << 2), v);
    acc = Peak.of(acc, f32x4.splat(v));
  }
  return acc;
}

/**
 * p, m, v ← op(p, m, v, g), in place. No peaks: the facade proves from bounds that all of it stays finite. To gather
 * that of p alone made an Adam step 1.08 times as long, for roots and divisions share their port.
 *
 * Gives Σ (s Δp)², if it is measured: in f32 over a block, in f64 over blocks.
 */
export function update<Op extends Update, M extends Measure>(
  p: usize,
  m: usize,
  v: usize,
  g: usize,
  n: usize,
  h: usize,
  s: f32,
): f64 {
  const op = changetype<Op>(0);
  const measure = changetype<M>(0);
  const none = f32x4.splat(0);
  const rate = v128.load32_splat(h);
  const keepFirst = v128.load32_splat(h, 4);
  const freshFirst = v128.load32_splat(h, 8);
  const keepSecond = v128.load32_splat(h, 12);
  const freshSecond = v128.load32_splat(h, 16);
  const root = v128.load32_splat(h, 20);
  const eps = v128.load32_splat(h, 24);
  const decay = v128.load32_splat(h, 28);
  const scale = f32x4.splat(s);
  let total = f64x2.splat(0);
  const end = p + ((n & ~3) << 2);
  while (p < end) {
    let moved = none;
    const stop = measure.on() ? min(p + (CHUNK << 2), end) : end;
    while (p < stop) {
      const vg = v128.load(g);
      const vm = op.states() > 0 ? op.first(v128.load(m), vg, keepFirst, freshFirst) : none;
      const vv = op.states() > 1 ? op.second(v128.load(v), vg, keepSecond, freshSecond) : none;
      const vp = op.step(v128.load(p), vm, vv, vg, rate, root, eps, decay);
      if (measure.on()) {
        // Loaded again: kept, it would take a register that the loop has not.
        const change = f32x4.sub(vp, v128.load(p));
        const scaled = measure.scaled() ? f32x4.mul(change, scale) : change;
        moved = F32.madd(scaled, scaled, moved);
      }
      if (op.states() > 0) {
        v128.store(m, vm);
        m += 16;
      }
      if (op.states() > 1) {
        v128.store(v, vv);
        v += 16;
      }
      v128.store(p, vp);
      p += 16;
      g += 16;
    }
    if (measure.on()) total = f64x2.add(total, F64.pairs(moved));
  }
  const rest = n & 3;
  if (rest) {
    const vg = Tail.load(g, rest);
    const vm = op.states() > 0 ? op.first(Tail.load(m, rest), vg, keepFirst, freshFirst) : none;
    const vv = op.states() > 1 ? op.second(Tail.load(v, rest), vg, keepSecond, freshSecond) : none;
    const before = Tail.load(p, rest);
    const vp = op.step(before, vm, vv, vg, rate, root, eps, decay);
    if (op.states() > 0) {
      Tail.store(m, vm, rest);
    }
    if (op.states() > 1) {
      Tail.store(v, vv, rest);
    }
    Tail.store(p, vp, rest);
    if (measure.on()) {
      // Lanes beyond the end were 0 before, and are still.
      const change = f32x4.mul(f32x4.sub(vp, before), scale);
      total = f64x2.add(total, F64.pairs(f32x4.mul(change, change)));
    }
  }
  return F64.sum(total);
}
