/**
 * What a monitor wants to know of a tensor, in one pass: for training loops that watch every step.
 *
 *   summary  { min, max, Σ x, Σ (s x)² }                            of x [n]
 *   advance  the same, and Σ (t (x − past))²; then past ← x         of x [n], past [n]
 *
 * s and t are powers of two that bring the largest magnitude near 1. With them squares can neither overflow
 * nor vanish in f32, so that no f64 path is needed: sums run in f32 over a block, and in f64 over blocks.
 * Numbers are finite here: where a peak word says otherwise, `health` counts.
 */

import { Peak } from "../loops";
import { F32 } from "../simd";

const BLOCK: usize = 512;

// Slots of the result, in bytes.
const MIN: usize = 0;
const MAX: usize = 8;
const SUM: usize = 16;
const SQUARES: usize = 24;
const MOVED: usize = 32;

/** Whether there is a past to compare with: decided when compiled. */
abstract class Past {
  abstract kept(): bool;
}

@final
class NoPast extends Past {
  @inline kept(): bool {
    return false;
  }
}

@final
class KeptPast extends Past {
  @inline kept(): bool {
    return true;
  }
}

class Lanes {
  @inline static sum(v: v128): f64 {
    const pair = f64x2.add(
      f64x2.promote_low_f32x4(v),
      f64x2.promote_low_f32x4(i64x2.shuffle(v, v, 1, 0)),
    );
    return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
  }

  @inline static add(slot: usize, value: f64): void {
    store<f64>(slot, load<f64>(slot) + value);
  }

  @inline static range(out: usize, low: f32, high: f32): void {
    if (<f64>low < load<f64>(out + MIN)) store<f64>(out + MIN, <f64>low);
    if (<f64>high > load<f64>(out + MAX)) store<f64>(out + MAX, <f64>high);
  }
}

class Survey {
  /** The range of 8 k elements. */
  static ends(out: usize, x: usize, count: usize): void {
    let low0 = f32x4.splat(Infinity);
    let low1 = low0;
    let high0 = f32x4.splat(-Infinity);
    let high1 = high0;
    for (const end = x + (count << 2); x < end; x += 32) {
      const a = v128.load(x);
      const b = v128.load(x, 16);
      low0 = f32x4.pmin(low0, a);
      low1 = f32x4.pmin(low1, b);
      high0 = f32x4.pmax(high0, a);
      high1 = f32x4.pmax(high1, b);
    }
    const low = f32x4.pmin(low0, low1);
    const high = f32x4.pmax(high0, high1);
    Lanes.range(out, f32x4.extract_lane(low, 0), f32x4.extract_lane(high, 0));
    Lanes.range(out, f32x4.extract_lane(low, 1), f32x4.extract_lane(high, 1));
    Lanes.range(out, f32x4.extract_lane(low, 2), f32x4.extract_lane(high, 2));
    Lanes.range(out, f32x4.extract_lane(low, 3), f32x4.extract_lane(high, 3));
  }

  /**
   * 8 k elements. Of a block with both signs the bits tell the range: as signed numbers the largest positive one is on top,
   * as unsigned ones the most negative. Integers have twice the ports of float minima, which share theirs with products.
   */
  @inline static block<P extends Past>(
    out: usize,
    x: usize,
    past: usize,
    count: usize,
    s: v128,
    t: v128,
  ): void {
    const first = x;
    let up = i32x4.splat(i32.MIN_VALUE);
    let down = i32x4.splat(0);
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let square0 = sum0;
    let square1 = sum0;
    let moved0 = sum0;
    let moved1 = sum0;
    for (const end = x + (count << 2); x < end; x += 32, past += 32) {
      const a = v128.load(x);
      const b = v128.load(x, 16);
      if (changetype<P>(0).kept()) {
        const da = f32x4.mul(f32x4.sub(a, v128.load(past)), t);
        const db = f32x4.mul(f32x4.sub(b, v128.load(past, 16)), t);
        v128.store(past, a);
        v128.store(past, b, 16);
        moved0 = F32.madd(da, da, moved0);
        moved1 = F32.madd(db, db, moved1);
      }
      up = i32x4.max_s(i32x4.max_s(up, a), b);
      down = i32x4.max_u(i32x4.max_u(down, a), b);
      const sa = f32x4.mul(a, s);
      const sb = f32x4.mul(b, s);
      sum0 = f32x4.add(sum0, sa);
      sum1 = f32x4.add(sum1, sb);
      square0 = F32.madd(sa, sa, square0);
      square1 = F32.madd(sb, sb, square1);
    }
    const top = Peak.top(up);
    const bottom = Peak.largest(down);
    if (top >= 0 && <i32>bottom < 0) {
      Lanes.range(out, reinterpret<f32>(bottom), reinterpret<f32>(top));
    } else {
      Survey.ends(out, first, count);
    }
    Lanes.add(out + SUM, Lanes.sum(f32x4.add(sum0, sum1)));
    Lanes.add(out + SQUARES, Lanes.sum(f32x4.add(square0, square1)));
    if (changetype<P>(0).kept()) Lanes.add(out + MOVED, Lanes.sum(f32x4.add(moved0, moved1)));
  }

  @inline static run<P extends Past>(
    out: usize,
    x: usize,
    past: usize,
    n: usize,
    s: f32,
    t: f32,
  ): void {
    memory.fill(out, 0, 40);
    store<f64>(out + MIN, Infinity);
    store<f64>(out + MAX, -Infinity);
    const scale = f32x4.splat(s);
    const pace = f32x4.splat(t);
    const whole = n & ~7;
    for (let at: usize = 0; at < whole; at += BLOCK) {
      const count = whole - at < BLOCK ? whole - at : BLOCK;
      Survey.block<P>(out, x + (at << 2), past + (at << 2), count, scale, pace);
    }
    for (let i = whole; i < n; i++) {
      const v = load<f32>(x + (i << 2));
      const scaled = <f64>(v * s);
      Lanes.range(out, v, v);
      Lanes.add(out + SUM, scaled);
      Lanes.add(out + SQUARES, scaled * scaled);
      if (changetype<P>(0).kept()) {
        const moved = <f64>((v - load<f32>(past + (i << 2))) * t);
        store<f32>(past + (i << 2), v);
        Lanes.add(out + MOVED, moved * moved);
      }
    }
    store<f64>(out + SUM, load<f64>(out + SUM) / <f64>s);
  }
}

/** Writes four f64 to `out`: min, max, Σ x, Σ (s x)². Sums are within 2⁻¹⁸ of Σ |x| and Σ x². */
export function summary_f32(out: usize, x: usize, n: usize, s: f32): void {
  Survey.run<NoPast>(out, x, 0, n, s, 1);
}

/** As `summary`, then Σ (t (x − past))²; x is copied to `past`. `out` has room for five. */
export function advance_f32(out: usize, x: usize, past: usize, n: usize, s: f32, t: f32): void {
  Survey.run<KeptPast>(out, x, past, n, s, t);
}
