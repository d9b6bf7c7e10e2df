/**
 * Every loop over doubles, and their peak word. Kernels are one-line calls of these.
 *
 * The peak word has the scale of the one of floats, so that policy need not know of types: below
 * 0x7f800000 all is finite, equal: ∞ and no NaN, above: NaN. It is gathered from all 64 bits, shifted
 * left by 1, so that a NaN whose payload lies in the low word alone is seen; of the largest it
 * keeps the high word, less the distance of the two infinities (2^-1016 and below become 0).
 *
 * Operands of ops with broadcasting are walked as `set_walk_f64` says: the steps are the same for every
 * matrix of a plan, and an export needs three arguments instead of nine.
 */
import { Cotangent } from "../loops";
import {
  Binary,
  BinaryLanes,
  Fold,
  Predicate,
  Reduction,
  Scan,
  Term,
  Unary,
  UnaryLanes,
} from "./op";
import { Pair } from "./twice";

/** The high word of a double's ∞, less the word of a float's. */
const SCALE: u32 = 0x7ff00000 - 0x7f800000;
/** The bits of ∞, shifted left by 1. */
const INFINITE: u64 = 0xffe0000000000000;
/** The word of NaN. */
const NAN: u32 = 0x7fc00000;

/** The peak word of doubles while it is being gathered. */
export class Peak {
  @inline static of(acc: u64, y: f64): u64 {
    return GUARD ? max<u64>(acc, reinterpret<u64>(y) << 1) : acc;
  }

  @inline static word(acc: u64): u32 {
    return GUARD ? Peak.fold(acc) : 0;
  }

  @inline static fold(acc: u64): u32 {
    return acc > INFINITE ? NAN : max<u32>(<u32>(acc >> 33), SCALE) - SCALE;
  }

  /** Integer tests, out of reach of fast-math. */
  @inline static isFinite(x: f64): bool {
    return reinterpret<u64>(x) << 1 < INFINITE;
  }

  @inline static isNaN(x: f64): bool {
    return reinterpret<u64>(x) << 1 > INFINITE;
  }
}

/** The same of two elements at once: magnitudes are gathered, whose bits are no negative numbers. */
class PeakLanes {
  @inline static of(acc: v128, y: v128): v128 {
    if (!GUARD) return acc;
    const size = f64x2.abs(y);
    return v128.bitselect(size, acc, i64x2.gt_s(size, acc));
  }

  @inline static word(acc: v128): u32 {
    return Peak.word(
      max<u64>(i64x2.extract_lane(acc, 0) << 1, (<u64>i64x2.extract_lane(acc, 1)) << 1),
    );
  }
}

/** Two elements of a run, or the last one alone. */
class Two {
  @inline static load(x: usize, step: usize, alone: bool): v128 {
    const first = v128.load64_splat(x);
    return alone ? first : v128.load_lane<u64>(x + step, first, 1);
  }

  /** Beside a cotangent that is alone stands a 1, which annihilates nothing. */
  @inline static cotangent(x: usize, step: usize, alone: bool): v128 {
    const first = v128.load64_splat(x);
    return alone ? f64x2.replace_lane(first, 1, 1) : v128.load_lane<u64>(x + step, first, 1);
  }

  /** Stores it, and gives what is there. */
  @inline static store(y: usize, v: v128, alone: bool): v128 {
    if (!alone) {
      v128.store(y, v);
      return v;
    }
    v128.store_lane<u64>(y, v, 0);
    return i64x2.shuffle(v, v, 0, 0);
  }
}

export class Zero {
  /** dx where dy is not zero, else 0. Counts where that replaced a NaN. */
  @inline static annihilate(dx: f64, dy: f64): f64 {
    if (reinterpret<u64>(dy) << 1 || !Cotangent.annihilating()) return dx;
    if (Peak.isNaN(dx)) Cotangent.count(1);
    return 0;
  }
}

/** y = op.forward(x) for n elements. */
export function map<Op extends Unary>(y: usize, x: usize, n: usize, s: f64, t: f64): u32 {
  const op = changetype<Op>(0);
  let acc: u64 = 0;
  for (const end = x + (n << 3); x < end; x += 8) {
    const v = op.forward(load<f64>(x), s, t);
    store<f64>(y, v);
    acc = Peak.of(acc, v);
    y += 8;
  }
  return Peak.word(acc);
}

/** dx = op.backward(x, y, dy), zero wherever dy is zero. */
export function mapGrad<Op extends Unary>(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
  t: f64,
): u32 {
  const op = changetype<Op>(0);
  let acc: u64 = 0;
  for (let i: usize = 0; i < n << 3; i += 8) {
    const g = load<f64>(dy + i);
    const v = Zero.annihilate(op.backward(load<f64>(x + i), load<f64>(y + i), g, s, t), g);
    store<f64>(dx + i, v);
    acc = Peak.of(acc, v);
  }
  return Peak.word(acc);
}

/** y = op.forward(x) for n elements, two at once. */
export function mapLanes<Op extends UnaryLanes>(y: usize, x: usize, n: usize, s: f64): u32 {
  const op = changetype<Op>(0);
  const scalar = f64x2.splat(s);
  let acc = i64x2.splat(0);
  for (let i: usize = 0; i < n << 3; i += 16) {
    const alone = i + 16 > n << 3;
    const v = op.forward(Two.load(x + i, 8, alone), scalar);
    acc = PeakLanes.of(acc, Two.store(y + i, v, alone));
  }
  return PeakLanes.word(acc);
}

/** dx = op.backward(x, y, dy), zero wherever dy is zero, two at once. */
export function mapGradLanes<Op extends UnaryLanes>(
  dx: usize,
  dy: usize,
  y: usize,
  x: usize,
  n: usize,
  s: f64,
): u32 {
  const op = changetype<Op>(0);
  const scalar = f64x2.splat(s);
  let acc = i64x2.splat(0);
  for (let i: usize = 0; i < n << 3; i += 16) {
    const alone = i + 16 > n << 3;
    const g = Two.cotangent(dy + i, 8, alone);
    const v = op.backward(Two.load(x + i, 8, alone), Two.load(y + i, 8, alone), g, scalar);
    acc = PeakLanes.of(acc, Two.store(dx + i, Cotangent.annihilate64(v, g), alone));
  }
  return PeakLanes.word(acc);
}

/** How the operands of the next kernel are walked. */
class Walk {
  static rows: usize = 0;
  static cols: usize = 0;
  /** Bytes from row to row, and from column to column. */
  static rowA: usize = 0;
  static colA: usize = 0;
  static rowB: usize = 0;
  static colB: usize = 0;
  static rowC: usize = 0;
  static colC: usize = 0;
}

/** Steps in elements: a row step of 0 repeats the row, a column step of 0 one element along it. */
export function set_walk_f64(
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
  rowC: usize,
  colC: usize,
): void {
  Walk.rows = rows;
  Walk.cols = cols;
  Walk.rowA = rowA << 3;
  Walk.colA = colA << 3;
  Walk.rowB = rowB << 3;
  Walk.colB = colB << 3;
  Walk.rowC = rowC << 3;
  Walk.colC = colC << 3;
}

/** One step of a loop over up to three operands; `arity` says how many are read. */
export abstract class Step {
  abstract arity(): i32;
  abstract at(a: f64, b: f64, c: f64): f64;
}

/** y[rows, cols] = op(a, b, c), walked as set_walk_f64 said. */
export function broadcast<Op extends Step>(y: usize, a: usize, b: usize, c: usize): u32 {
  const op = changetype<Op>(0);
  const cols = Walk.cols;
  const stepA = Walk.colA;
  const stepB = Walk.colB;
  const stepC = Walk.colC;
  let acc: u64 = 0;
  for (let r: usize = 0; r < Walk.rows; r++) {
    let fromA = a;
    let fromB = b;
    let fromC = c;
    for (const end = y + (cols << 3); y < end; y += 8) {
      const vb = op.arity() > 1 ? load<f64>(fromB) : 0;
      const vc = op.arity() > 2 ? load<f64>(fromC) : 0;
      const v = op.at(load<f64>(fromA), vb, vc);
      store<f64>(y, v);
      acc = Peak.of(acc, v);
      fromA += stepA;
      if (op.arity() > 1) fromB += stepB;
      if (op.arity() > 2) fromC += stepC;
    }
    a += Walk.rowA;
    b += Walk.rowB;
    c += Walk.rowC;
  }
  return Peak.word(acc);
}

/** The same of two elements at once. */
export abstract class StepLanes {
  abstract arity(): i32;
  abstract at(a: v128, b: v128, dy: v128): v128;
}

/** y[rows, cols] = op(a, b, dy), walked as set_walk_f64 said, two columns at once. */
function broadcastLanes<Op extends StepLanes>(y: usize, a: usize, b: usize, dy: usize): u32 {
  const op = changetype<Op>(0);
  const cols = Walk.cols;
  const stepA = Walk.colA;
  const stepB = Walk.colB;
  const stepC = Walk.colC;
  let acc = i64x2.splat(0);
  for (let r: usize = 0; r < Walk.rows; r++) {
    let fromA = a;
    let fromB = b;
    let fromC = dy;
    for (let left = <isize>cols; left > 0; left -= 2) {
      const alone = left === 1;
      const g = op.arity() > 2 ? Two.cotangent(fromC, stepC, alone) : i64x2.splat(0);
      const v = op.at(Two.load(fromA, stepA, alone), Two.load(fromB, stepB, alone), g);
      acc = PeakLanes.of(acc, Two.store(y, v, alone));
      y += alone ? 8 : 16;
      fromA += stepA << 1;
      fromB += stepB << 1;
      if (op.arity() > 2) fromC += stepC << 1;
    }
    a += Walk.rowA;
    b += Walk.rowB;
    dy += Walk.rowC;
  }
  return PeakLanes.word(acc);
}

@final
class LanesForward<Op extends BinaryLanes> extends StepLanes {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(a: v128, b: v128, dy: v128): v128 {
    return changetype<Op>(0).forward(a, b);
  }
}

@final
class LanesBackwardA<Op extends BinaryLanes> extends StepLanes {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(a: v128, b: v128, dy: v128): v128 {
    return Cotangent.annihilate64(changetype<Op>(0).backwardA(a, b, dy), dy);
  }
}

@final
class LanesBackwardB<Op extends BinaryLanes> extends StepLanes {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(a: v128, b: v128, dy: v128): v128 {
    return Cotangent.annihilate64(changetype<Op>(0).backwardB(a, b, dy), dy);
  }
}

/** y = op.forward(a, b), broadcast, two at once. */
export function zipLanes<Op extends BinaryLanes>(y: usize, a: usize, b: usize): u32 {
  return broadcastLanes<LanesForward<Op>>(y, a, b, 0);
}

/** As `zipGradA`, two at once. */
export function zipGradALanes<Op extends BinaryLanes>(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
): u32 {
  return broadcastLanes<LanesBackwardA<Op>>(da, a, b, dy);
}

/** As `zipGradB`, two at once. */
export function zipGradBLanes<Op extends BinaryLanes>(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
): u32 {
  return broadcastLanes<LanesBackwardB<Op>>(db, a, b, dy);
}

@final
class ZipForward<Op extends Binary> extends Step {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(a: f64, b: f64, c: f64): f64 {
    return changetype<Op>(0).forward(a, b);
  }
}

@final
class ZipBackwardA<Op extends Binary> extends Step {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(a: f64, b: f64, dy: f64): f64 {
    return Zero.annihilate(changetype<Op>(0).backwardA(a, b, dy), dy);
  }
}

@final
class ZipBackwardB<Op extends Binary> extends Step {
  @inline arity(): i32 {
    return 3;
  }
  @inline at(a: f64, b: f64, dy: f64): f64 {
    return Zero.annihilate(changetype<Op>(0).backwardB(a, b, dy), dy);
  }
}

@final
class Holds<Op extends Predicate> extends Step {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(a: f64, b: f64, c: f64): f64 {
    return changetype<Op>(0).forward(a, b) ? 1 : 0;
  }
}

/** y = op.forward(a, b), broadcast. */
export function zip<Op extends Binary>(y: usize, a: usize, b: usize): u32 {
  return broadcast<ZipForward<Op>>(y, a, b, 0);
}

/** The cotangent of a at the full shape, before it is summed to a's own. dy is operand C of the walk. */
export function zipGradA<Op extends Binary>(da: usize, dy: usize, a: usize, b: usize): u32 {
  return broadcast<ZipBackwardA<Op>>(da, a, b, dy);
}

/** The cotangent of b at the full shape, before it is summed to b's own. dy is operand C of the walk. */
export function zipGradB<Op extends Binary>(db: usize, dy: usize, a: usize, b: usize): u32 {
  return broadcast<ZipBackwardB<Op>>(db, a, b, dy);
}

/** y = 1 where op.forward(a, b) holds, else 0, broadcast. */
export function test<Op extends Predicate>(y: usize, a: usize, b: usize): u32 {
  return broadcast<Holds<Op>>(y, a, b, 0);
}

/** What the last `fold` was rounded by: 0 where it is not finite. */
export class Rounded {
  static off: f64 = 0;
}

/**
 * Σ op(a, b, c, s) over n doubles, `step` bytes apart. A compensated sum: what each addition rounds away is added up
 * beside it, so that 1e100 + 1 − 1e100 is 1. A sum that is not finite is the plain one: ∞ − ∞ in the compensation
 * would make a NaN of every ∞.
 */
export function fold<Op extends Term>(
  a: usize,
  b: usize,
  c: usize,
  n: usize,
  step: usize,
  s: f64,
): f64 {
  const op = changetype<Op>(0);
  let sum: f64 = 0;
  let lost: f64 = 0;
  for (const end = a + n * step; a !== end; a += step) {
    const vb = op.arity() > 1 ? load<f64>(b) : 0;
    const vc = op.arity() > 2 ? load<f64>(c) : 0;
    const v = op.at(load<f64>(a), vb, vc, s);
    const next = sum + v;
    lost += Pair.lost(sum, v, next);
    sum = next;
    if (op.arity() > 1) b += step;
    if (op.arity() > 2) c += step;
  }
  if (!Peak.isFinite(sum)) lost = 0;
  const whole = sum + lost;
  Rounded.off = sum - whole + lost;
  return whole;
}

/** Σ op(x, s) over n doubles, `step` bytes apart. */
export function total<Op extends Term>(x: usize, n: usize, step: usize, s: f64): f64 {
  return fold<Op>(x, 0, 0, n, step, s);
}

/** The bits of the largest magnitude among n doubles, `step` bytes apart. */
export function largest(x: usize, n: usize, step: usize): u64 {
  let most: u64 = 0;
  for (; n; n--) {
    most = max<u64>(most, load<u64>(x) << 1);
    x += step;
  }
  return most >> 1;
}

/** y[outer, inner] = op over mid of x[outer, mid, inner]. */
export function reduce<Op extends Fold>(
  y: usize,
  x: usize,
  outer: usize,
  mid: usize,
  inner: usize,
  s: f64,
): u32 {
  const step = inner << 3;
  let acc: u64 = 0;
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < step; i += 8) {
      const v = changetype<Op>(0).forward(x + i, mid, step, s);
      store<f64>(y, v);
      acc = Peak.of(acc, v);
      y += 8;
    }
    x += mid * step;
  }
  return Peak.word(acc);
}

/** dx[outer, mid, inner] from dy, y[outer, inner], zero wherever dy is zero. */
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
  const op = changetype<Op>(0);
  const step = inner << 3;
  const run = mid * step;
  let acc: u64 = 0;
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < step; i += 8) {
      const g = load<f64>(dy);
      op.look(x + i, mid, step, load<f64>(y), s);
      for (let at = i; at < run; at += step) {
        const v = Zero.annihilate(op.at(load<f64>(x + at), g), g);
        store<f64>(dx + at, v);
        acc = Peak.of(acc, v);
      }
      y += 8;
      dy += 8;
    }
    x += run;
    dx += run;
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
  const step = inner << 3;
  let acc: u64 = 0;
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < step; i += 8) {
      acc = changetype<Op>(0).forward(y + i, x + i, mid, step, acc);
    }
    x += mid * step;
    y += mid * step;
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
  const step = inner << 3;
  let acc: u64 = 0;
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < step; i += 8) {
      acc = changetype<Op>(0).backward(dx + i, dy + i, x + i, mid, step, acc);
    }
    x += mid * step;
    dy += mid * step;
    dx += mid * step;
  }
  return Peak.word(acc);
}
