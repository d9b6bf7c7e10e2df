/**
 * Matrix products   C[m, n] = A[m, k] · B[k, n] (+ bias[n])
 *
 *   dA[m, k] = dC · Bᵀ        dB[k, n] = Aᵀ · dC
 *
 * All three are one blocked product of two strided matrices: packing makes a transpose free. B is
 * packed in panels of 8 columns, A in panels of 4 rows, and a 4 × 8 tile of C lives in 8 registers
 * with two for B, four for A and one for a product: all of the 15 that V8 has on x86. What a panel has too many is
 * never stored. Where A has few rows, packing would cost more than the product: B is read as it lies.
 *
 * K runs in one fixed order, whatever the path: from 0 up within a block of KC, then block after
 * block. An element of C has the same bits for every m and n.
 *
 * The loop over k is not unrolled: many constant offsets in one loop halve its speed on Node 20,
 * and buy nothing on Node 24. Nor is the tile larger: V8 loads a whole step of A and B before it computes, and for
 * 6 × 8 keeps four sums on the stack, where each takes up to twice as long, as the addresses happen to fall.
 *
 * Tried and rejected with tiles of 6 × 8 and MC 120, on one AMD EPYC, medians of one run each: KC 128 and 384, MC 60 and 240, NC 1024
 * (0.94–1.05× on 512³ and 1024³, no better on both Nodes and builds); reading B's columns unpacked for
 * 4 rows (0.8–0.9× simd, 0.5–0.6× relaxed); reading B's rows unpacked for 12 rows (1.2–1.3× simd,
 * 0.76× relaxed at 12×784×128), or where they are short (at 8×128×10 0.8× simd, 0.7× relaxed).
 */
import { Cotangent, lanes, Peak, peakOf, Tail } from "../loops";
import { workspace } from "../memory";
import { Plus } from "../parts";
import { F32 } from "../simd";

const MR: usize = 4;
const NR: usize = 8;
const MC: usize = 128;
const KC: usize = 256;
const NC: usize = 512;
// Up to so many rows of A, B is not packed; up to the second number where B's rows are long.
const DIRECT: usize = 2;
const DIRECT_LONG: usize = 8;
const LONG: usize = 32;

// A tile that hangs over the edge of C is computed here first.
const edge: usize = memory.data(4 * 8 * 4, 16);

class Size {
  @inline static least(a: usize, b: usize): usize {
    return a < b ? a : b;
  }

  /** The next multiple of `unit`. */
  @inline static padded(n: usize, unit: usize): usize {
    return ((n + unit - 1) / unit) * unit;
  }
}

/** Rows or columns that run along k. */
class Line {
  /** Where line i of `count` starts; lines that are not there repeat the last one. */
  @inline static at(from: usize, step: usize, i: usize, count: usize): usize {
    return from + step * Size.least(i, count - 1);
  }

  @inline static low(a: v128, b: v128): v128 {
    return i32x4.shuffle(a, b, 0, 4, 1, 5);
  }

  @inline static high(a: v128, b: v128): v128 {
    return i32x4.shuffle(a, b, 2, 6, 3, 7);
  }

  @inline static lowPair(a: v128, b: v128): v128 {
    return i64x2.shuffle(a, b, 0, 2);
  }

  @inline static highPair(a: v128, b: v128): v128 {
    return i64x2.shuffle(a, b, 1, 3);
  }

  /** Four lines of four elements as four columns, `step` bytes apart. */
  @inline static transpose(to: usize, step: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
    const low01 = Line.low(r0, r1);
    const low23 = Line.low(r2, r3);
    const high01 = Line.high(r0, r1);
    const high23 = Line.high(r2, r3);
    v128.store(to, Line.lowPair(low01, low23));
    v128.store(to + step, Line.highPair(low01, low23));
    v128.store(to + step * 2, Line.lowPair(high01, high23));
    v128.store(to + step * 3, Line.highPair(high01, high23));
  }

  /** Element p of four lines. */
  @inline static gather(r0: usize, r1: usize, r2: usize, r3: usize): v128 {
    const two = v128.load_lane<u32>(r1, v128.load32_zero(r0), 1);
    return v128.load_lane<u32>(r3, v128.load_lane<u32>(r2, two, 2), 3);
  }
}

/** A panel of B from `width` columns that lie `step` bytes apart, each contiguous along k. */
function columnsAlong(to: usize, from: usize, step: usize, width: usize, k: usize): void {
  const j1 = Line.at(0, step, 1, width);
  const j2 = Line.at(0, step, 2, width);
  const j3 = Line.at(0, step, 3, width);
  const j4 = Line.at(0, step, 4, width);
  const j5 = Line.at(0, step, 5, width);
  const j6 = Line.at(0, step, 6, width);
  const j7 = Line.at(0, step, 7, width);
  const end = from + ((k & ~3) << 2);
  while (from < end) {
    const b0 = v128.load(from);
    const b1 = v128.load(from + j1);
    const b2 = v128.load(from + j2);
    const b3 = v128.load(from + j3);
    Line.transpose(to, NR << 2, b0, b1, b2, b3);
    const b4 = v128.load(from + j4);
    const b5 = v128.load(from + j5);
    const b6 = v128.load(from + j6);
    const b7 = v128.load(from + j7);
    Line.transpose(to + 16, NR << 2, b4, b5, b6, b7);
    from += 16;
    to += NR << 4;
  }
  for (let rest = k & 3; rest; rest--) {
    for (let j: usize = 0; j < NR; j++) {
      store<f32>(to + (j << 2), load<f32>(Line.at(from, step, j, width)));
    }
    from += 4;
    to += NR << 2;
  }
}

/** A panel of B from k rows that lie `step` bytes apart, each contiguous over `width` columns. */
function columnsAcross(to: usize, from: usize, step: usize, width: usize, k: usize): void {
  const end = to + k * (NR << 2);
  if (width === NR) {
    while (to < end) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += step;
      to += NR << 2;
    }
    return;
  }
  const right = width & 3;
  while (to < end) {
    const tail = right ? Tail.load(from + ((width & 4) << 2), right) : i32x4.splat(0);
    v128.store(to, width & 4 ? v128.load(from) : tail);
    v128.store(to, width & 4 ? tail : i32x4.splat(0), 16);
    from += step;
    to += NR << 2;
  }
}

/** A panel of A from `height` rows that lie `step` bytes apart, each contiguous along k. */
function rowsAlong(to: usize, from: usize, step: usize, height: usize, k: usize): void {
  const i1 = Line.at(0, step, 1, height);
  const i2 = Line.at(0, step, 2, height);
  const i3 = Line.at(0, step, 3, height);
  const end = from + ((k & ~3) << 2);
  while (from < end) {
    const a0 = v128.load(from);
    const a1 = v128.load(from + i1);
    const a2 = v128.load(from + i2);
    const a3 = v128.load(from + i3);
    Line.transpose(to, MR << 2, a0, a1, a2, a3);
    from += 16;
    to += MR << 4;
  }
  for (let rest = k & 3; rest; rest--) {
    v128.store(to, Line.gather(from, from + i1, from + i2, from + i3));
    from += 4;
    to += MR << 2;
  }
}

/** A panel of A from k columns that lie `step` bytes apart, each contiguous over `height` rows. */
function rowsAcross(to: usize, from: usize, step: usize, height: usize, k: usize): void {
  const end = to + k * (MR << 2);
  while (to < end) {
    v128.store(to, height === MR ? v128.load(from) : Tail.load(from, height));
    from += step;
    to += MR << 2;
  }
}

/** Panels of NR columns of B[k, n], element (p, j) at b + p·rowB + j·colB (in bytes). */
function packB(to: usize, b: usize, k: usize, n: usize, rowB: usize, colB: usize): void {
  for (let j: usize = 0; j < n; j += NR) {
    const width = Size.least(n - j, NR);
    if (colB === 4) columnsAcross(to, b + j * 4, rowB, width, k);
    else columnsAlong(to, b + j * colB, colB, width, k);
    to += k * (NR << 2);
  }
}

/** Panels of MR rows of A[m, k], element (i, p) at a + i·rowA + p·colA (in bytes). */
function packA(to: usize, a: usize, m: usize, k: usize, rowA: usize, colA: usize): void {
  for (let i: usize = 0; i < m; i += MR) {
    const height = Size.least(m - i, MR);
    if (colA === 4) rowsAlong(to, a + i * rowA, rowA, height, k);
    else rowsAcross(to, a + i * 4, colA, height, k);
    to += k * (MR << 2);
  }
}

class Store {
  /** One row of the tile. */
  @inline static put(c: usize, left: v128, right: v128): void {
    v128.store(c, left);
    v128.store(c, right, 16);
  }
}

/** C[4, 8] (+)= the product of two panels of depth k; the peaks of the last sum are gathered. */
function tile(
  c: usize,
  rowC: usize,
  a: usize,
  b: usize,
  k: usize,
  add: bool,
  last: bool,
  acc: v128,
): v128 {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00;
  const end = b + k * (NR << 2);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let v = v128.load32_splat(a);
    c00 = F32.madd(v, b0, c00);
    c01 = F32.madd(v, b1, c01);
    v = v128.load32_splat(a, 4);
    c10 = F32.madd(v, b0, c10);
    c11 = F32.madd(v, b1, c11);
    v = v128.load32_splat(a, 8);
    c20 = F32.madd(v, b0, c20);
    c21 = F32.madd(v, b1, c21);
    v = v128.load32_splat(a, 12);
    c30 = F32.madd(v, b0, c30);
    c31 = F32.madd(v, b1, c31);
    a += MR << 2;
    b += NR << 2;
  }
  const second = c + rowC;
  const third = second + rowC;
  const fourth = third + rowC;
  if (add) {
    c00 = f32x4.add(v128.load(c), c00);
    c01 = f32x4.add(v128.load(c, 16), c01);
    c10 = f32x4.add(v128.load(second), c10);
    c11 = f32x4.add(v128.load(second, 16), c11);
    c20 = f32x4.add(v128.load(third), c20);
    c21 = f32x4.add(v128.load(third, 16), c21);
    c30 = f32x4.add(v128.load(fourth), c30);
    c31 = f32x4.add(v128.load(fourth, 16), c31);
  }
  Store.put(c, c00, c01);
  Store.put(second, c10, c11);
  Store.put(third, c20, c21);
  Store.put(fourth, c30, c31);
  if (!GUARD || !last) return acc;
  acc = Peak.of(Peak.of(acc, c00), c01);
  acc = Peak.of(Peak.of(acc, c10), c11);
  acc = Peak.of(Peak.of(acc, c20), c21);
  return Peak.of(Peak.of(acc, c30), c31);
}

/** The left half of a tile, for panels of four columns or fewer: C[4, 4] of 8. */
function narrowTile(c: usize, a: usize, b: usize, k: usize): void {
  let c0 = f32x4.splat(0),
    c1 = c0,
    c2 = c0,
    c3 = c0;
  const end = b + k * (NR << 2);
  while (b < end) {
    const v = v128.load(b);
    c0 = F32.madd(v128.load32_splat(a), v, c0);
    c1 = F32.madd(v128.load32_splat(a, 4), v, c1);
    c2 = F32.madd(v128.load32_splat(a, 8), v, c2);
    c3 = F32.madd(v128.load32_splat(a, 12), v, c3);
    a += MR << 2;
    b += NR << 2;
  }
  v128.store(c, c0);
  v128.store(c, c1, 32);
  v128.store(c, c2, 64);
  v128.store(c, c3, 96);
}

/** The part [height, width] of the edge tile that lies inside C. */
function putEdge(c: usize, rowC: usize, height: usize, width: usize, add: bool, acc: v128): v128 {
  let from = edge;
  for (let i: usize = 0; i < height; i++) {
    for (let j: usize = 0; j < width; j += 4) {
      const rest = Size.least(width - j, 4);
      const at = c + (j << 2);
      let v = v128.load(from + (j << 2));
      if (rest === 4) {
        if (add) v = f32x4.add(v128.load(at), v);
        v128.store(at, v);
        acc = Peak.of(acc, v);
      } else {
        if (add) v = f32x4.add(Tail.load(at, rest), v);
        Tail.store(at, v, rest);
        acc = Peak.of(acc, v128.and(v, Tail.mask(rest)));
      }
    }
    c += rowC;
    from += NR << 2;
  }
  return acc;
}

/** The tiles of C that packed A [m, k] and packed B [k, n] make; `last`: with nothing to come. */
function tiles(
  c: usize,
  rowC: usize,
  packedA: usize,
  packedB: usize,
  m: usize,
  k: usize,
  n: usize,
  add: bool,
  last: bool,
  acc: v128,
): v128 {
  for (let j: usize = 0; j < n; j += NR) {
    const b = packedB + j * k * 4;
    const width = Size.least(n - j, NR);
    for (let i: usize = 0; i < m; i += MR) {
      const a = packedA + i * k * 4;
      const height = Size.least(m - i, MR);
      const at = c + i * rowC + (j << 2);
      if (height === MR && width === NR) {
        acc = tile(at, rowC, a, b, k, add, last, acc);
      } else {
        if (width > 4) tile(edge, NR << 2, a, b, k, false, false, acc);
        else narrowTile(edge, a, b, k);
        const peak = putEdge(at, rowC, height, width, add, acc);
        if (last) acc = peak;
      }
    }
  }
  return acc;
}

/** C (+)= A · B in blocks that fit the caches; strides in bytes. */
function blocked(
  c: usize,
  a: usize,
  b: usize,
  m: usize,
  k: usize,
  n: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
  add: bool,
): v128 {
  let acc = i32x4.splat(0);
  const depth = Size.least(k, KC);
  const bytesB = Size.padded(Size.least(n, NC), NR) * depth * 4;
  const bytesA = Size.padded(Size.least(m, MC), MR) * depth * 4;
  const packedB = workspace(bytesB + bytesA);
  const packedA = packedB + bytesB;
  const rowC = n << 2;
  for (let jc: usize = 0; jc < n; jc += NC) {
    const nc = Size.least(n - jc, NC);
    for (let pc: usize = 0; pc < k; pc += KC) {
      const kc = Size.least(k - pc, KC);
      packB(packedB, b + pc * rowB + jc * colB, kc, nc, rowB, colB);
      for (let ic: usize = 0; ic < m; ic += MC) {
        const mc = Size.least(m - ic, MC);
        packA(packedA, a + ic * rowA + pc * colA, mc, kc, rowA, colA);
        const at = c + ic * rowC + (jc << 2);
        const more = add || pc > 0;
        acc = tiles(at, rowC, packedA, packedB, mc, kc, nc, more, pc + kc === k, acc);
      }
    }
  }
  return acc;
}

/** y[n] += a[0 … 3] · B[0 … 3, n] in this order; elements of a lie colA bytes apart, rows of B rowB. */
function axpy4(y: usize, a: usize, colA: usize, b: usize, rowB: usize, n: usize): void {
  const a0 = v128.load32_splat(a);
  const a1 = v128.load32_splat(a + colA);
  const a2 = v128.load32_splat(a + (colA << 1));
  const a3 = v128.load32_splat(a + (colA << 1) + colA);
  const p1 = rowB;
  const p2 = rowB << 1;
  const p3 = p2 + rowB;
  const end = y + ((n & ~3) << 2);
  while (y < end) {
    let v = F32.madd(a0, v128.load(b), v128.load(y));
    v = F32.madd(a1, v128.load(b + p1), v);
    v = F32.madd(a2, v128.load(b + p2), v);
    v128.store(y, F32.madd(a3, v128.load(b + p3), v));
    y += 16;
    b += 16;
  }
  const rest = n & 3;
  if (rest) {
    let v = F32.madd(a0, Tail.load(b, rest), Tail.load(y, rest));
    v = F32.madd(a1, Tail.load(b + p1, rest), v);
    v = F32.madd(a2, Tail.load(b + p2, rest), v);
    Tail.store(y, F32.madd(a3, Tail.load(b + p3, rest), v), rest);
  }
}

/** y[n] += a · b[n] */
function axpy(y: usize, a: usize, b: usize, n: usize): void {
  const va = v128.load32_splat(a);
  const end = y + ((n & ~3) << 2);
  while (y < end) {
    v128.store(y, F32.madd(va, v128.load(b), v128.load(y)));
    y += 16;
    b += 16;
  }
  const rest = n & 3;
  if (rest) Tail.store(y, F32.madd(va, Tail.load(b, rest), Tail.load(y, rest)), rest);
}

/** sums[m, n] += A[m, k] · B[k, n] over the rows of B. */
function overRows(
  sums: usize,
  a: usize,
  b: usize,
  m: usize,
  k: usize,
  n: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
): void {
  const row = Size.padded(n, NR) << 2;
  let p: usize = 0;
  for (; p + 4 <= k; p += 4) {
    for (let i: usize = 0; i < m; i++) {
      axpy4(sums + i * row, a + i * rowA + p * colA, colA, b + p * rowB, rowB, n);
    }
  }
  for (; p < k; p++) {
    for (let i: usize = 0; i < m; i++) {
      axpy(sums + i * row, a + i * rowA + p * colA, b + p * rowB, n);
    }
  }
}

/** y[0 … 7] = a[k] · up to eight columns of B, which lie `step` bytes apart, contiguous along k. */
function dot8(y: usize, a: usize, b: usize, step: usize, width: usize, k: usize): void {
  const j1 = Line.at(0, step, 1, width);
  const j2 = Line.at(0, step, 2, width);
  const j3 = Line.at(0, step, 3, width);
  const j4 = Line.at(0, step, 4, width);
  const j5 = Line.at(0, step, 5, width);
  const j6 = Line.at(0, step, 6, width);
  const j7 = Line.at(0, step, 7, width);
  let left = f32x4.splat(0);
  let right = left;
  const end = b + ((k & ~3) << 2);
  while (b < end) {
    const a0 = v128.load32_splat(a);
    const a1 = v128.load32_splat(a, 4);
    const a2 = v128.load32_splat(a, 8);
    const a3 = v128.load32_splat(a, 12);
    let even = v128.load(b);
    let odd = v128.load(b + j1);
    let low = Line.low(even, odd);
    let high = Line.high(even, odd);
    even = v128.load(b + j2);
    odd = v128.load(b + j3);
    let low23 = Line.low(even, odd);
    let high23 = Line.high(even, odd);
    left = F32.madd(a0, Line.lowPair(low, low23), left);
    left = F32.madd(a1, Line.highPair(low, low23), left);
    left = F32.madd(a2, Line.lowPair(high, high23), left);
    left = F32.madd(a3, Line.highPair(high, high23), left);
    even = v128.load(b + j4);
    odd = v128.load(b + j5);
    low = Line.low(even, odd);
    high = Line.high(even, odd);
    even = v128.load(b + j6);
    odd = v128.load(b + j7);
    low23 = Line.low(even, odd);
    high23 = Line.high(even, odd);
    right = F32.madd(a0, Line.lowPair(low, low23), right);
    right = F32.madd(a1, Line.highPair(low, low23), right);
    right = F32.madd(a2, Line.lowPair(high, high23), right);
    right = F32.madd(a3, Line.highPair(high, high23), right);
    a += 16;
    b += 16;
  }
  for (let rest = k & 3; rest; rest--) {
    const v = v128.load32_splat(a);
    left = F32.madd(v, Line.gather(b, b + j1, b + j2, b + j3), left);
    right = F32.madd(v, Line.gather(b + j4, b + j5, b + j6, b + j7), right);
    a += 4;
    b += 4;
  }
  v128.store(y, left);
  v128.store(y, right, 16);
}

/** sums[m, n] = A[m, k] · B[k, n] over the columns of B; both lie contiguous along k. */
function overColumns(
  sums: usize,
  a: usize,
  b: usize,
  m: usize,
  k: usize,
  n: usize,
  rowA: usize,
  colB: usize,
): void {
  const row = Size.padded(n, NR) << 2;
  for (let j: usize = 0; j < n; j += NR) {
    const width = Size.least(n - j, NR);
    for (let i: usize = 0; i < m; i++) {
      dot8(sums + i * row + (j << 2), a + i * rowA, b + j * colB, colB, width, k);
    }
  }
}

/**
 * C (+)= A · B for few rows of A, over B as it lies: to pack it would cost more than the product.
 * Each element of C is summed in the same order as in a tile, so that what becomes of a sample does
 * not depend on the size of its batch.
 */
function direct(
  c: usize,
  a: usize,
  b: usize,
  m: usize,
  k: usize,
  n: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
  add: bool,
): v128 {
  const none = i32x4.splat(0);
  let acc = none;
  if (!add) memory.fill(c, 0, (m * n) << 2);
  const bytes = m * (Size.padded(Size.least(n, NC), NR) << 2);
  const sums = workspace(bytes);
  for (let jc: usize = 0; jc < n; jc += NC) {
    const nc = Size.least(n - jc, NC);
    const row = Size.padded(nc, NR) << 2;
    for (let pc: usize = 0; pc < k; pc += KC) {
      const kc = Size.least(k - pc, KC);
      const fromA = a + pc * colA;
      const fromB = b + pc * rowB + jc * colB;
      memory.fill(sums, 0, bytes);
      if (colB === 4) overRows(sums, fromA, fromB, m, kc, nc, rowA, colA, rowB);
      else overColumns(sums, fromA, fromB, m, kc, nc, rowA, colB);
      let peak = acc;
      for (let i: usize = 0; i < m; i++) {
        const at = c + ((i * n + jc) << 2);
        peak = lanes<Plus>(at, at, sums + i * row, 0, nc, none, none, none, peak);
      }
      if (pc + kc === k) acc = peak;
    }
  }
  return acc;
}

/** Whether packing B would not pay; strides in bytes. */
function isDirect(m: usize, n: usize, colA: usize, colB: usize): bool {
  if (m <= DIRECT) return colB === 4 || colA === 4;
  return m <= DIRECT_LONG && n >= LONG && colB === 4;
}

/**
 * C (+)= A · B with strides in elements, one of each pair being 1; C is contiguous. `add` keeps what
 * C holds. The peak is that of the finished C: partial sums of earlier blocks of K do not count.
 */
function gemm(
  c: usize,
  a: usize,
  b: usize,
  m: usize,
  k: usize,
  n: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
  add: bool,
): u32 {
  if (k === 0) {
    if (!add) memory.fill(c, 0, (m * n) << 2);
    return 0;
  }
  rowA <<= 2;
  colA <<= 2;
  rowB <<= 2;
  colB <<= 2;
  return Peak.word(
    isDirect(m, n, colA, colB)
      ? direct(c, a, b, m, k, n, rowA, colA, rowB, colB, add)
      : blocked(c, a, b, m, k, n, rowA, colA, rowB, colB, add),
  );
}

export function matmul_forward_f32(
  c: usize,
  a: usize,
  b: usize,
  m: usize,
  k: usize,
  n: usize,
): u32 {
  return gemm(c, a, b, m, k, n, k, 1, n, 1, false);
}
export function matmul_backward_a_f32(
  da: usize,
  dc: usize,
  b: usize,
  m: usize,
  k: usize,
  n: usize,
): u32 {
  return gemm(da, dc, b, m, n, k, n, 1, 1, n, false);
}
export function matmul_backward_b_f32(
  db: usize,
  dc: usize,
  a: usize,
  m: usize,
  k: usize,
  n: usize,
): u32 {
  return gemm(db, a, dc, k, m, n, 1, k, n, 1, false);
}

/** y[m, n] = x[m, k] · w[k, n] + bias[n] */
export function linear_forward_f32(
  y: usize,
  x: usize,
  w: usize,
  bias: usize,
  m: usize,
  k: usize,
  n: usize,
): u32 {
  for (let i: usize = 0; i < m; i++) memory.copy(y + ((i * n) << 2), bias, n << 2);
  const peak = gemm(y, x, w, m, k, n, k, 1, n, 1, true);
  return k || !GUARD ? peak : peakOf(y, m * n);
}

/**
 * C[m, n] = L · R without the terms whose cotangent is exactly zero: 0 · ∞ = 0. The slow path of the
 * backward products, taken only after one of them gave a NaN or ∞. Element (i, p) of L at
 * left + i·rowL + p·colL, element (p, j) of R at right + p·rowR + j·colR (in elements); `cotangentLeft`
 * says which of them the cotangent is.
 */
export function matmul_annihilate_f32(
  c: usize,
  left: usize,
  right: usize,
  m: usize,
  k: usize,
  n: usize,
  rowL: usize,
  colL: usize,
  rowR: usize,
  colR: usize,
  cotangentLeft: i32,
): u32 {
  let acc = i32x4.splat(0);
  for (let i: usize = 0; i < m; i++) {
    for (let j: usize = 0; j < n; j++) {
      let sum: f64 = 0;
      for (let p: usize = 0; p < k; p++) {
        const l = load<f32>(left + ((i * rowL + p * colL) << 2));
        const r = load<f32>(right + ((p * rowR + j * colR) << 2));
        const dy = cotangentLeft ? l : r;
        const slope = cotangentLeft ? r : l;
        if (dy !== 0) sum += <f64>l * <f64>r;
        else if ((reinterpret<u32>(slope) & 0x7fffffff) >= 0x7f800000) Cotangent.count(1);
      }
      const v = <f32>sum;
      store<f32>(c + ((i * n + j) << 2), v);
      acc = Peak.of(acc, f32x4.splat(v));
    }
  }
  return Peak.word(acc);
}
