/**
 * sigmoid, silu and tanh of ordinary arguments: x = j/64 + r, the value at j/64 from a table as head and tail, and what r
 * changes of it in f32, so small that its roundings hardly count. The last addition is the only one that rounds at the
 * size of the result.
 *
 * The tables are filled at the first use, in f64: 17 and 9 KB that no one downloads. An index is masked, so that
 * whatever stands in a lane reads within memory.
 *
 * Source: σ(a + r) = σ(a) / (1 − (1 − σ(a)) (1 − e^−r)), and the addition theorem of tanh.
 */
import { F32, F64 } from "../simd";
import { Wide } from "./wide";

/** Largest |j|: up to |x| = 17 and 9. */
const SIGMOID_END: i32 = 1088;
const TANH_END: i32 = 576;
const SIGMOID: usize = memory.data(17416, 16);
const TANH: usize = memory.data(9224, 16);
/** What the first half hands to the second where there is one vector. */
const ALONE: usize = memory.data(48, 16);

/**
 * 64; 1.5 · 2^23 and the largest j: added, it rounds to an integer, of which j + end stands in the lowest bits; 1/64; the
 * bits of an address within the table; a place that no one reads; 1; then for sigmoid 1/2, 1/6 and, for silu, the bits of
 * half a fourth digit, for tanh −1/3 and the sign; places that no one reads.
 */
const SIGMOID_CONSTANTS: usize = memory.data<f32>(
  [
    64.0, 12584000.0, 0.015625, 4.5906537691281007e-41, 0, 1.0, 0.5, 0.1666666716337204,
    7.346839692639297e-40, 0, 0, 0,
  ],
  4,
);
const TANH_CONSTANTS: usize = memory.data<f32>(
  [
    64.0, 12583488.0, 0.015625, 4.5906537691281007e-41, 0, 1.0, -0.3333333432674408, -0.0, 0, 0, 0,
    0,
  ],
  4,
);

let filled: bool = false;

export class Grid {
  /** Where the constants of `sigmoid` stand. */
  static sigmoidConstants(): usize {
    if (!filled) Grid.fill();
    return SIGMOID_CONSTANTS;
  }

  static tanhConstants(): usize {
    if (!filled) Grid.fill();
    return TANH_CONSTANTS;
  }

  static fill(): void {
    for (let j = -SIGMOID_END; j <= SIGMOID_END; j++) {
      const e = f64x2.extract_lane(Wide.expFine(f64x2.splat(<f64>j / -64)), 0);
      Grid.put(SIGMOID + ((<usize>(j + SIGMOID_END)) << 3), 1 / (1 + e));
    }
    for (let j = -TANH_END; j <= TANH_END; j++) {
      const e = f64x2.extract_lane(Wide.expm1Fine(f64x2.splat(<f64>j / 32)), 0);
      Grid.put(TANH + ((<usize>(j + TANH_END)) << 3), e / (e + 2));
    }
    filled = true;
  }

  /** y as head and tail. */
  @inline static put(at: usize, y: f64): void {
    const head = <f32>y;
    store<f32>(at, head);
    store<f32>(at, <f32>(y - <f64>head), 4);
  }

  /** j + end in the lowest bits of 64 x, rounded. */
  @inline static nearest(x: v128, perUnit: v128, round: v128): v128 {
    return F32.madd(x, perUnit, round);
  }

  /** r = x − j/64 */
  @inline static rest(x: v128, t: v128, round: v128, step: v128): v128 {
    return F32.nmadd(f32x4.sub(t, round), step, x);
  }

  /** Eight times j + end: where in a table to read. */
  @inline static places(t: v128, mask: v128): v128 {
    return v128.and(i32x4.shl(t, 3), mask);
  }

  /** Head and tail of two lanes. */
  @inline static sigmoidPair(at: i64): v128 {
    const first = v128.load64_zero(<usize>at, SIGMOID);
    return v128.load64_lane(<usize>(at >>> 32), first, 1, SIGMOID);
  }
  @inline static tanhPair(at: i64): v128 {
    return v128.load64_lane(<usize>(at >>> 32), v128.load64_zero(<usize>at, TANH), 1, TANH);
  }

  @inline static heads(low: v128, high: v128): v128 {
    return i32x4.shuffle(low, high, 0, 2, 4, 6);
  }
  @inline static tails(low: v128, high: v128): v128 {
    return i32x4.shuffle(low, high, 1, 3, 5, 7);
  }

  /** The bits of 17 and of 9 without their sign, shifted. */
  @inline static sigmoidBound(): u32 {
    return 0x83100000;
  }
  @inline static tanhBound(): u32 {
    return 0x82200000;
  }

  /** Of σ(x), |x| ≤ 17, the first half: r, and head and tail of the value at j/64. */
  @inline static sigmoidFirst(
    to: usize,
    x: v128,
    perUnit: v128,
    round: v128,
    step: v128,
    mask: v128,
  ): void {
    const t = Grid.nearest(x, perUnit, round);
    const at = Grid.places(t, mask);
    const low = Grid.sigmoidPair(i64x2.extract_lane(at, 0));
    const high = Grid.sigmoidPair(i64x2.extract_lane(at, 1));
    v128.store(to, Grid.rest(x, t, round, step));
    v128.store(to, low, 16);
    v128.store(to, high, 32);
  }

  /**
   * Computes σ(x) = h + (tail + h q / (1 − q)), q = (1 − h) (1 − e^−r).
   * Error 0.52 ULP. Range |x| ≤ 17.
   */
  @inline static sigmoidSecond(from: usize, one: v128, half: v128, sixth: v128): v128 {
    const r = v128.load(from);
    const low = v128.load(from, 16);
    const high = v128.load(from, 32);
    const h = Grid.heads(low, high);
    return f32x4.add(h, Grid.sigmoidTail(r, h, Grid.tails(low, high), one, half, sixth));
  }
  /** σ(x) − h */
  @inline static sigmoidTail(
    r: v128,
    h: v128,
    tail: v128,
    one: v128,
    half: v128,
    sixth: v128,
  ): v128 {
    const w = F32.nmadd(f32x4.mul(r, r), F32.nmadd(r, sixth, half), r);
    const q = f32x4.mul(f32x4.sub(one, h), w);
    return F32.madd(h, f32x4.div(q, f32x4.sub(one, q)), tail);
  }

  /**
   * Computes x σ(x) = a k + r k + x (σ(x) − k), a = x − r = j/64, k h to four digits: a has 11, so that a k is exact. The sum
   * of the first two as head and tail: near 0 it is no larger than they are.
   * Error below the 0.71 ULP of `Sigmoid.silu` beyond. Range |x| ≤ 17; silu(−0) = −0.
   */
  @inline static siluSecond(
    from: usize,
    x: v128,
    one: v128,
    half: v128,
    sixth: v128,
    digit: v128,
  ): v128 {
    const r = v128.load(from);
    const low = v128.load(from, 16);
    const high = v128.load(from, 32);
    const h = Grid.heads(low, high);
    const k = i32x4.shl(i32x4.shr_u(i32x4.add(h, digit), 20), 20);
    const tail = Grid.sigmoidTail(r, h, Grid.tails(low, high), one, half, sixth);
    const rk = f32x4.mul(r, k);
    // With −a: the zero of −0 keeps its sign.
    const minusAk = f32x4.mul(f32x4.sub(r, x), k);
    const head = f32x4.sub(rk, minusAk);
    const lost = f32x4.sub(rk, f32x4.add(head, minusAk));
    return f32x4.add(head, F32.madd(x, f32x4.add(f32x4.sub(h, k), tail), lost));
  }

  /** All ones where the bits of |x|, shifted, are at most `end`. */
  @inline static within(x: v128, end: u32): v128 {
    return i32x4.le_u(i32x4.add(x, x), i32x4.splat(end));
  }

  /** The same for |x| ≤ 17, `otherwise` beyond: what an element comes to does not depend on its neighbours. */
  @inline static sigmoidOr(x: v128, otherwise: v128): v128 {
    Grid.sigmoidAlone(x);
    const y = Grid.sigmoidSecond(
      ALONE,
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 20),
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 24),
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 28),
    );
    return F32.select(Grid.within(x, Grid.sigmoidBound()), y, otherwise);
  }
  @inline static siluOr(x: v128, otherwise: v128): v128 {
    Grid.sigmoidAlone(x);
    const y = Grid.siluSecond(
      ALONE,
      x,
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 20),
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 24),
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 28),
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 32),
    );
    return F32.select(Grid.within(x, Grid.sigmoidBound()), y, otherwise);
  }
  @inline private static sigmoidAlone(x: v128): void {
    Grid.sigmoidFirst(
      ALONE,
      x,
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 0),
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 4),
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 8),
      v128.load_splat<f32>(SIGMOID_CONSTANTS, 12),
    );
  }

  /** And for tanh, |x| ≤ 9. */
  @inline static tanhOr(x: v128, otherwise: v128): v128 {
    Grid.tanhFirst(
      ALONE,
      x,
      v128.load_splat<f32>(TANH_CONSTANTS, 0),
      v128.load_splat<f32>(TANH_CONSTANTS, 4),
      v128.load_splat<f32>(TANH_CONSTANTS, 8),
      v128.load_splat<f32>(TANH_CONSTANTS, 12),
    );
    const y = Grid.tanhSecond(
      ALONE,
      x,
      v128.load_splat<f32>(TANH_CONSTANTS, 20),
      v128.load_splat<f32>(TANH_CONSTANTS, 24),
      v128.load_splat<f32>(TANH_CONSTANTS, 28),
    );
    return F32.select(Grid.within(x, Grid.tanhBound()), y, otherwise);
  }

  /** Of tanh x, |x| ≤ 9, the first half: as for sigmoid. */
  @inline static tanhFirst(
    to: usize,
    x: v128,
    perUnit: v128,
    round: v128,
    step: v128,
    mask: v128,
  ): void {
    const t = Grid.nearest(x, perUnit, round);
    const at = Grid.places(t, mask);
    const low = Grid.tanhPair(i64x2.extract_lane(at, 0));
    const high = Grid.tanhPair(i64x2.extract_lane(at, 1));
    v128.store(to, Grid.rest(x, t, round, step));
    v128.store(to, low, 16);
    v128.store(to, high, 32);
  }

  /**
   * Computes tanh x = h + r + tail + s, s = (t − r − h t (h + r)) / (1 + h t), t = tanh r = r − r³/3. The sum h + r
   * as head and tail, for near 0 r is as large as the result.
   * Error 0.53 ULP. Range |x| ≤ 9; tanh(−0) = −0.
   */
  @inline static tanhSecond(from: usize, x: v128, one: v128, minusThird: v128, sign: v128): v128 {
    const r = v128.load(from);
    const low = v128.load(from, 16);
    const high = v128.load(from, 32);
    const h = Grid.heads(low, high);
    const bend = f32x4.mul(f32x4.mul(f32x4.mul(r, r), r), minusThird);
    const product = f32x4.mul(h, f32x4.add(r, bend));
    const sum = f32x4.add(h, r);
    const s = f32x4.div(F32.nmadd(product, sum, bend), f32x4.add(one, product));
    const rest = f32x4.sub(r, f32x4.sub(sum, h));
    const tail = f32x4.add(rest, f32x4.add(s, Grid.tails(low, high)));
    return v128.or(f32x4.add(sum, tail), v128.and(x, sign));
  }
}
