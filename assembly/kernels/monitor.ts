/**
 * What a monitor wants to know of a tensor, in one pass: for training loops that watch every step.
 *
 *   summary  { min, max, Σ s x, Σ (s x)² }                          of x [n]
 *
 * and of what an optimizer's step makes of a parameter, in its own loop (`update`), with Σ (s Δp)².
 *
 * s is a power of two that brings the largest magnitude near 1. With it squares can neither overflow nor vanish
 * in f32, so that no f64 path is needed: sums run in f32 over a block, and in f64 over blocks. Numbers are finite
 * here: where a peak word says otherwise, `health` counts.
 */

import { Peak } from "../loops";
import { F32, F64 } from "../simd";

/** Elements of a block, over which sums run in f32. */
const BLOCK: usize = 512;

/** What was found up to now, five f64: min, max, Σ s x, Σ (s x)², Σ (s Δ)². */
export class Found {
  static begin(out: usize): void {
    store<f64>(out, Infinity);
    store<f64>(out, -Infinity, 8);
    memory.fill(out + 16, 0, 16);
  }

  @inline static range(out: usize, low: f64, high: f64): void {
    if (low < load<f64>(out)) store<f64>(out, low);
    if (high > load<f64>(out, 8)) store<f64>(out, high, 8);
  }

  @inline static sums(out: usize, sum: f64, squares: f64): void {
    store<f64>(out, load<f64>(out, 16) + sum, 16);
    store<f64>(out, load<f64>(out, 24) + squares, 24);
  }

  @inline static moved(out: usize, squares: f64): void {
    store<f64>(out, squares, 32);
  }
}

/** Whether s is not 1: decided when compiled. */
abstract class Scale {
  abstract on(): bool;
}

@final
class Unscaled extends Scale {
  @inline on(): bool {
    return false;
  }
}

@final
class Scaled extends Scale {
  @inline on(): bool {
    return true;
  }
}

class Survey {
  /**
   * 16 k elements. With both signs among them the bits tell the range: as signed numbers the largest positive one is on
   * top, as unsigned ones the most negative. Integers have twice the ports of float minima, which share theirs with
   * products.
   */
  static whole<S extends Scale>(out: usize, first: usize, n: usize, s: v128): void {
    const scale = changetype<S>(0);
    const end = first + (n << 2);
    let up = i32x4.splat(i32.MIN_VALUE);
    let down = i32x4.splat(0);
    let total = f64x2.splat(0);
    let power = f64x2.splat(0);
    for (let x = first; x < end; ) {
      let sum = f32x4.splat(0);
      let square0 = sum;
      let square1 = sum;
      for (const stop = min(x + (BLOCK << 2), end); x < stop; x += 64) {
        const a = v128.load(x);
        const b = v128.load(x, 16);
        const c = v128.load(x, 32);
        const d = v128.load(x, 48);
        up = i32x4.max_s(up, i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d)));
        down = i32x4.max_u(down, i32x4.max_u(i32x4.max_u(a, b), i32x4.max_u(c, d)));
        const sa = scale.on() ? f32x4.mul(a, s) : a;
        const sb = scale.on() ? f32x4.mul(b, s) : b;
        const sc = scale.on() ? f32x4.mul(c, s) : c;
        const sd = scale.on() ? f32x4.mul(d, s) : d;
        sum = f32x4.add(sum, f32x4.add(f32x4.add(sa, sb), f32x4.add(sc, sd)));
        square0 = f32x4.add(square0, F32.madd(sb, sb, f32x4.mul(sa, sa)));
        square1 = f32x4.add(square1, F32.madd(sd, sd, f32x4.mul(sc, sc)));
      }
      total = f64x2.add(total, F64.pairs(sum));
      power = f64x2.add(power, F64.pairs(f32x4.add(square0, square1)));
    }
    Found.sums(out, F64.sum(total), F64.sum(power));
    const top = Peak.top(up);
    const bottom = Peak.largest(down);
    // Of one sign only: one end is known, the other is the least magnitude.
    const low = <i32>bottom < 0 ? bottom : Peak.least(first, n);
    const high = top >= 0 ? <u32>top : Peak.least(first, n);
    Found.range(out, reinterpret<f32>(low), reinterpret<f32>(high));
  }
}

/** Writes four f64 to `out`: min, max, Σ s x, Σ (s x)². Sums are within 2⁻¹⁸ of Σ |s x| and Σ (s x)². */
export function summary_f32(out: usize, x: usize, n: usize, s: f64): void {
  const whole = n & ~15;
  Found.begin(out);
  if (whole && s === 1) Survey.whole<Unscaled>(out, x, whole, f32x4.splat(1));
  else if (whole) Survey.whole<Scaled>(out, x, whole, f32x4.splat(<f32>s));
  for (let i = whole; i < n; i++) {
    const v = load<f32>(x + (i << 2));
    const scaled = <f64>(v * <f32>s);
    Found.range(out, v, v);
    Found.sums(out, scaled, scaled * scaled);
  }
}
