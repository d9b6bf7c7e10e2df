/**
 * Products of matrices of doubles, two lanes at a time: C[m, n] = Σ over p of L(i, p) R(p, j).
 *
 * One kernel serves the three products of a layer (A B, dC Bᵀ, Aᵀ dC): element (i, p) of L lies at
 * i·rowL + p·colL, element (p, j) of R at p·rowR + j·colR. It exists for gradient checks, not for speed:
 * no tiles, no packing.
 */
import { Cotangent } from "../loops";
import { Peak } from "./loops";

/** c[0 … n) += s · r[0 … n), r's elements `step` bytes apart. */
class Row {
  @inline static add(c: usize, s: f64, r: usize, step: usize, n: usize): void {
    const end = c + (n << 3);
    if (step === 8) {
      const vs = f64x2.splat(s);
      for (; c + 8 < end; c += 16) {
        v128.store(c, f64x2.add(v128.load(c), f64x2.mul(vs, v128.load(r))));
        r += 16;
      }
    }
    for (; c < end; c += 8) {
      store<f64>(c, load<f64>(c) + s * load<f64>(r));
      r += step;
    }
  }

  static peak(c: usize, n: usize): u64 {
    let acc: u64 = 0;
    for (const end = c + (n << 3); c < end; c += 8) acc = Peak.of(acc, load<f64>(c));
    return acc;
  }
}

/** `bias` has n elements for every row of c to start from; 0: none. */
export function matmul_f64(
  c: usize,
  left: usize,
  right: usize,
  bias: usize,
  m: usize,
  k: usize,
  n: usize,
  rowL: usize,
  colL: usize,
  rowR: usize,
  colR: usize,
): u32 {
  let acc: u64 = 0;
  for (let i: usize = 0; i < m; i++) {
    if (bias) memory.copy(c, bias, n << 3);
    else memory.fill(c, 0, n << 3);
    for (let p: usize = 0; p < k; p++) {
      const s = load<f64>(left + ((i * rowL + p * colL) << 3));
      Row.add(c, s, right + ((p * rowR) << 3), colR << 3, n);
    }
    acc = max<u64>(acc, Row.peak(c, n));
    c += n << 3;
  }
  return Peak.word(acc);
}

/** The same without the terms whose cotangent is exactly zero; `cotangentLeft` says which factor it is. */
export function matmul_annihilate_f64(
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
  let acc: u64 = 0;
  for (let i: usize = 0; i < m; i++) {
    for (let j: usize = 0; j < n; j++) {
      let sum: f64 = 0;
      for (let p: usize = 0; p < k; p++) {
        const l = load<f64>(left + ((i * rowL + p * colL) << 3));
        const r = load<f64>(right + ((p * rowR + j * colR) << 3));
        const dy = cotangentLeft ? l : r;
        const slope = cotangentLeft ? r : l;
        if (dy !== 0) sum += l * r;
        else if (!Peak.isFinite(slope)) Cotangent.count(1);
      }
      store<f64>(c, sum);
      acc = Peak.of(acc, sum);
      c += 8;
    }
  }
  return Peak.word(acc);
}
