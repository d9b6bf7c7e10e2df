/**
 * Matrix products   C[m, n] = A[m, k] · B[k, n] (+ bias[n])
 *
 *   dA[m, k] = dC · Bᵀ        dB[k, n] = Aᵀ · dC
 *
 * All three are one blocked product of two strided matrices: packing makes a transpose free. B is
 * packed in panels of 8 columns, A in panels of 6 rows, and a 6 × 8 tile of C lives in 12 registers
 * with two for B and one for A: all of the 16 that x86 has. Panels are zero-padded; what the padding
 * computes is never stored. K runs in one fixed order, whatever the blocking.
 *
 * The loop over k is not unrolled: many constant offsets in one loop halve its speed on Node 20,
 * and buy nothing on Node 24.
 */
import { Cotangent, Peak, peakOf, Tail } from "../loops";
import { workspace } from "../memory";
import { F32 } from "../simd";

const MR: usize = 6;
const NR: usize = 8;
const MC: usize = 120;
const KC: usize = 256;
const NC: usize = 512;

// A tile that hangs over the edge of C is computed here first.
const edge: usize = memory.data(6 * 8 * 4, 16);

class Size {
  @inline static least(a: usize, b: usize): usize {
    return a < b ? a : b;
  }
}

/** Panels of NR columns of B[k, n], element (p, j) at b + p·rowB + j·colB (in bytes). */
function packB(to: usize, b: usize, k: usize, n: usize, rowB: usize, colB: usize): void {
  for (let j: usize = 0; j < n; j += NR) {
    const width = Size.least(n - j, NR);
    let from = b + j * colB;
    if (width === NR && colB === 4) {
      for (let p: usize = 0; p < k; p++) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        from += rowB;
        to += NR << 2;
      }
    } else {
      for (let p: usize = 0; p < k; p++) {
        for (let i: usize = 0; i < NR; i++) {
          store<f32>(to + (i << 2), i < width ? load<f32>(from + i * colB) : 0);
        }
        from += rowB;
        to += NR << 2;
      }
    }
  }
}

/** Panels of MR rows of A[m, k], element (i, p) at a + i·rowA + p·colA (in bytes). */
function packA(to: usize, a: usize, m: usize, k: usize, rowA: usize, colA: usize): void {
  for (let i: usize = 0; i < m; i += MR) {
    const height = Size.least(m - i, MR);
    let from = a + i * rowA;
    if (height === MR) {
      for (let p: usize = 0; p < k; p++) {
        let row = from;
        store<f32>(to, load<f32>(row));
        row += rowA;
        store<f32>(to, load<f32>(row), 4);
        row += rowA;
        store<f32>(to, load<f32>(row), 8);
        row += rowA;
        store<f32>(to, load<f32>(row), 12);
        row += rowA;
        store<f32>(to, load<f32>(row), 16);
        row += rowA;
        store<f32>(to, load<f32>(row), 20);
        from += colA;
        to += MR << 2;
      }
    } else {
      for (let p: usize = 0; p < k; p++) {
        for (let r: usize = 0; r < MR; r++) {
          store<f32>(to + (r << 2), r < height ? load<f32>(from + r * rowA) : 0);
        }
        from += colA;
        to += MR << 2;
      }
    }
  }
}

class Store {
  /** One row of the tile: added to what C holds, or in its place. */
  @inline static put(c: usize, left: v128, right: v128, add: bool, acc: v128): v128 {
    const l = add ? f32x4.add(v128.load(c), left) : left;
    const r = add ? f32x4.add(v128.load(c, 16), right) : right;
    v128.store(c, l);
    v128.store(c, r, 16);
    return Peak.of(Peak.of(acc, l), r);
  }
}

/** C[6, 8] (+)= the product of two panels of depth k. */
function tile(c: usize, rowC: usize, a: usize, b: usize, k: usize, add: bool, acc: v128): v128 {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00;
  let c30 = c00,
    c31 = c00,
    c40 = c00,
    c41 = c00,
    c50 = c00,
    c51 = c00;
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
    v = v128.load32_splat(a, 16);
    c40 = F32.madd(v, b0, c40);
    c41 = F32.madd(v, b1, c41);
    v = v128.load32_splat(a, 20);
    c50 = F32.madd(v, b0, c50);
    c51 = F32.madd(v, b1, c51);
    a += MR << 2;
    b += NR << 2;
  }
  acc = Store.put(c, c00, c01, add, acc);
  c += rowC;
  acc = Store.put(c, c10, c11, add, acc);
  c += rowC;
  acc = Store.put(c, c20, c21, add, acc);
  c += rowC;
  acc = Store.put(c, c30, c31, add, acc);
  c += rowC;
  acc = Store.put(c, c40, c41, add, acc);
  c += rowC;
  return Store.put(c, c50, c51, add, acc);
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

/**
 * C (+)= A · B with strides in elements; C is contiguous. `add` keeps what C holds. The peak is that
 * of the finished C: partial sums of earlier blocks of K do not count.
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
  const none = i32x4.splat(0);
  let acc = none;
  if (k === 0) {
    if (!add) memory.fill(c, 0, (m * n) << 2);
    return 0;
  }
  const depth = Size.least(k, KC);
  const bytesB = ((Size.least(n, NC) + NR - 1) / NR) * NR * depth * 4;
  const bytesA = ((Size.least(m, MC) + MR - 1) / MR) * MR * depth * 4;
  const packedB = workspace(bytesB + bytesA);
  const packedA = packedB + bytesB;
  rowA <<= 2;
  colA <<= 2;
  rowB <<= 2;
  colB <<= 2;
  const rowC = n << 2;
  for (let jc: usize = 0; jc < n; jc += NC) {
    const nc = Size.least(n - jc, NC);
    for (let pc: usize = 0; pc < k; pc += KC) {
      const kc = Size.least(k - pc, KC);
      const last = pc + kc === k;
      const adding = add || pc > 0;
      packB(packedB, b + pc * rowB + jc * colB, kc, nc, rowB, colB);
      for (let ic: usize = 0; ic < m; ic += MC) {
        const mc = Size.least(m - ic, MC);
        packA(packedA, a + ic * rowA + pc * colA, mc, kc, rowA, colA);
        for (let j: usize = 0; j < nc; j += NR) {
          const panelB = packedB + j * kc * 4;
          const width = Size.least(nc - j, NR);
          for (let i: usize = 0; i < mc; i += MR) {
            const panelA = packedA + i * kc * 4;
            const height = Size.least(mc - i, MR);
            const at = c + (ic + i) * rowC + ((jc + j) << 2);
            let peak = none;
            if (height === MR && width === NR) {
              peak = tile(at, rowC, panelA, panelB, kc, adding, acc);
            } else {
              tile(edge, NR << 2, panelA, panelB, kc, false, none);
              peak = putEdge(at, rowC, height, width, adding, acc);
            }
            if (last) acc = peak;
          }
        }
      }
    }
  }
  return Peak.word(acc);
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
 * C[m, n] = Σ dc · b where a term whose cotangent is exactly zero is not there: 0 · ∞ = 0. The slow
 * path of the backward products, taken only after one of them gave a NaN or ∞. Element (i, p) of the
 * cotangent at dc + i·rowD + p·colD, of the other factor at b + p·rowB + j·colB (in elements);
 * `left` says that the cotangent is the left factor.
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
