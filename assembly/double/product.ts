/** Products of doubles beyond their range and their precision, and the gradients of running ones. */
import { Cotangent } from "../loops";
import { workspace } from "../memory";
import { Peak } from "./loops";
import { Bits, Pair } from "./twice";

/** Added to a number, and to a zero of either sign, it leaves it as it is. */
const NOTHING: f64 = -0.0;

/**
 * (head + tail) 2^power, the head in ±1 … 2: n factors are exact to an ULP, whatever the products on the way. A head
 * that is 0, ∞ or NaN is the value, with no tail and no power.
 */
export class Product {
  static head: f64 = 1;
  static tail: f64 = NOTHING;
  static power: i32 = 0;

  static start(x: f64): void {
    Product.tail = NOTHING;
    Product.power = 0;
    Product.head = x;
    Product.normalize();
  }

  static normalize(): void {
    const h = Product.head + Product.tail;
    if (!Bits.isOrdinary(h)) {
      Product.head = h;
      Product.tail = NOTHING;
      Product.power = 0;
      return;
    }
    const tail = Product.tail - (h - Product.head);
    Product.head = Bits.mantissa(h);
    Product.tail = Bits.scale(tail, -Bits.power);
    Product.power += Bits.power;
  }

  static times(x: f64): void {
    if (!Bits.isOrdinary(x) || !Bits.isOrdinary(Product.head)) {
      Product.head *= x;
      Product.tail = NOTHING;
      Product.power = 0;
      return;
    }
    const m = Bits.mantissa(x);
    Product.power += Bits.power;
    const p = Pair.product(Product.head, m);
    Product.tail = Product.tail * m + Pair.tail;
    Product.head = p;
    Product.normalize();
  }

  static plus(x: f64): void {
    if (!Bits.isOrdinary(x) || !Bits.isOrdinary(Product.head)) {
      // A power would be lost beside an x that is 0.
      if (reinterpret<u64>(x) << 1) Product.start(Product.head + x);
      return;
    }
    const m = Bits.mantissa(x);
    const above = Bits.power - Product.power;
    if (above < -120) return;
    if (above > 120) {
      Product.start(x);
      return;
    }
    const sum = Pair.sum(Product.head, Bits.scale(m, above));
    Product.tail += Pair.tail;
    Product.head = sum;
    Product.normalize();
  }

  /** The value times x 2^power. */
  static value(x: f64, power: i32): f64 {
    return Bits.scale(x * (Product.head + Product.tail), Product.power + power);
  }

  /** before[i] = Π x[0 … i − 1], as mantissa and power, 16 bytes each. */
  static exclusive(before: usize, x: usize, n: usize, step: usize): void {
    Product.start(1);
    for (; n; n--) {
      store<f64>(before, Product.head + Product.tail);
      store<i32>(before, Product.power, 8);
      Product.times(load<f64>(x));
      before += 16;
      x += step;
    }
  }

  /**
   * dx[i] = Σ over j ≥ i of dy[j] Π over k ≤ j, k ≠ i, of x[k] = before[i] · after[i], with
   * after[i] = dy[i] + x[i + 1] after[i + 1]: no division, so that zeros are exact. Terms with a zero cotangent are not
   * there. With a stepDy of 0 the last alone has a cotangent. dx and dy may be one.
   */
  static gradient(
    dx: usize,
    x: usize,
    n: usize,
    step: usize,
    dy: usize,
    stepDy: usize,
    acc: u64,
  ): u64 {
    const before = workspace(n << 4);
    Product.exclusive(before, x, n, step);
    Product.start(0);
    let live = !Cotangent.annihilating();
    for (let i = n; i-- > 0; ) {
      const g = stepDy || i + 1 === n ? load<f64>(dy + i * stepDy) : 0;
      if (reinterpret<u64>(g) << 1) {
        Product.plus(g);
        live = true;
      }
      const mantissa = load<f64>(before + (i << 4));
      let v: f64 = 0;
      if (live) {
        v = Product.value(mantissa, load<i32>(before + (i << 4), 8));
        Product.times(load<f64>(x + i * step));
      } else if (!Peak.isFinite(mantissa)) {
        Cotangent.count(1);
      }
      store<f64>(dx + i * step, v);
      acc = Peak.of(acc, v);
    }
    return acc;
  }
}
