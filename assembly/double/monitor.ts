/** What a monitor wants to know of doubles. As in kernels/monitor.ts; s keeps squares within the range. */
import { Found } from "../kernels/monitor";
import { F64 } from "../simd";

/** Writes four f64 to `out`: min, max, Σ s x, Σ (s x)². */
export function summary_f64(out: usize, x: usize, n: usize, s: f64): void {
  Found.begin(out);
  const scale = f64x2.splat(s);
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  let sum = f64x2.splat(0);
  let squares = sum;
  for (const end = x + ((n & ~1) << 3); x < end; x += 16) {
    const v = v128.load(x);
    const scaled = f64x2.mul(v, scale);
    low = f64x2.pmin(low, v);
    high = f64x2.pmax(high, v);
    sum = f64x2.add(sum, scaled);
    squares = f64x2.add(squares, f64x2.mul(scaled, scaled));
  }
  Found.range(out, f64x2.extract_lane(low, 0), f64x2.extract_lane(high, 0));
  Found.range(out, f64x2.extract_lane(low, 1), f64x2.extract_lane(high, 1));
  Found.sums(out, F64.sum(sum), F64.sum(squares));
  if (n & 1) {
    const v = load<f64>(x);
    Found.range(out, v, v);
    Found.sums(out, s * v, s * v * (s * v));
  }
}
