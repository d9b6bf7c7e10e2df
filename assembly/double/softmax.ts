/** Softmax of doubles and its logarithm along rows. Edges and slopes as in kernels/softmax.ts. */
import { fold, Peak, total } from "./loops";
import { Stable } from "./math";
import { Term } from "./op";
import { Exponentials, Extreme, Largest, Row, Value } from "./runs";

/** Σ a b */
@final
class Product extends Term {
  @inline arity(): i32 {
    return 2;
  }
  @inline at(a: f64, b: f64, c: f64, s: f64): f64 {
    return a * b;
  }
}

export function softmax_forward_f64(y: usize, x: usize, rows: usize, cols: usize): u32 {
  let acc: u64 = 0;
  for (; rows; rows--) {
    const m = Extreme.of<Largest>(x, cols, 8);
    acc = Peak.isFinite(m)
      ? Row.softmax(y, x, cols, m, Exponentials.rest(x, cols, 8, m), acc)
      : Row.spoil(y, cols, acc);
    x += cols << 3;
    y += cols << 3;
  }
  return Peak.word(acc);
}

export function softmax_backward_f64(
  dx: usize,
  dy: usize,
  y: usize,
  rows: usize,
  cols: usize,
): u32 {
  const row = cols << 3;
  let acc: u64 = 0;
  for (; rows; rows--) {
    if (!Row.annihilates(dx, dy, load<f64>(y), cols)) {
      const s = fold<Product>(y, dy, 0, cols, 8, 0);
      for (let i: usize = 0; i < row; i += 8) {
        const v = load<f64>(y + i) * (load<f64>(dy + i) - s);
        store<f64>(dx + i, v);
        acc = Peak.of(acc, v);
      }
    }
    dx += row;
    dy += row;
    y += row;
  }
  return Peak.word(acc);
}

export function log_softmax_forward_f64(y: usize, x: usize, rows: usize, cols: usize): u32 {
  const row = cols << 3;
  let acc: u64 = 0;
  for (; rows; rows--) {
    const m = Extreme.of<Largest>(x, cols, 8);
    if (Peak.isFinite(m)) {
      const log = Math.log1p(Exponentials.rest(x, cols, 8, m));
      for (let i: usize = 0; i < row; i += 8) {
        // Beside others a logarithm of 1 is rounded to −0; alone it is 0.
        const v = cols > 1 ? -(m - load<f64>(x + i) + log) : 0;
        store<f64>(y + i, v);
        acc = Peak.of(acc, v);
      }
    } else {
      acc = Row.spoil(y, cols, acc);
    }
    x += row;
    y += row;
  }
  return Peak.word(acc);
}

export function log_softmax_backward_f64(
  dx: usize,
  dy: usize,
  x: usize,
  rows: usize,
  cols: usize,
): u32 {
  const row = cols << 3;
  let acc: u64 = 0;
  for (; rows; rows--) {
    const m = Extreme.of<Largest>(x, cols, 8);
    if (!Row.annihilates(dx, dy, m, cols)) {
      if (Peak.isFinite(m)) {
        const rest = Exponentials.rest(x, cols, 8, m);
        const t = total<Value>(dy, cols, 8, 1) / (1 + rest);
        // Of one that is nearly all, the difference with the others is taken before it is nearly none.
        const isAlone = rest < 0.5 && Peak.isFinite(t);
        let others: f64 = 0;
        if (isAlone) {
          for (let i: usize = 0; i < row; i += 8)
            if (load<f64>(x + i) !== m) others += load<f64>(dy + i);
        }
        for (let i: usize = 0; i < row; i += 8) {
          const own = load<f64>(dy + i);
          const v =
            isAlone && load<f64>(x + i) === m
              ? (own * rest - others) / (1 + rest)
              : own - t * Stable.expShifted(load<f64>(x + i), m);
          store<f64>(dx + i, v);
          acc = Peak.of(acc, v);
        }
      } else {
        acc = Row.spoil(dx, cols, acc);
      }
    }
    dx += row;
    dy += row;
    x += row;
  }
  return Peak.word(acc);
}
