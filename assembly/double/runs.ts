/** Terms and steps over a run of doubles that more than one family takes. */
import { Cotangent } from "../loops";
import { ExpLanes, Lanes } from "./lanes";
import { largest, Peak, Rounded, total } from "./loops";
import { Stable } from "./math";
import { Choice, Term } from "./op";
import { Pair } from "./twice";

/** Σ s x */
@final
export class Value extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: f64, b: f64, c: f64, s: f64): f64 {
    return x * s;
  }
}

/** Σ (s x)² */
@final
export class Square extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: f64, b: f64, c: f64, s: f64): f64 {
    return x * s * (x * s);
  }
}

/** Σ s x over the elements that are no NaN */
@final
export class Present extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: f64, b: f64, c: f64, s: f64): f64 {
    return x === x ? x * s : 0;
  }
}

/** 2^-64 */
const DOWN: f64 = 5.421010862427522e-20;
/** 2^64 */
const UP: f64 = 1.8446744073709552e19;

export class Sum {
  /** scale · Σ op(x): where the sum alone is beyond a double, of smaller terms. */
  static of<Op extends Term>(x: usize, n: usize, step: usize, scale: f64): f64 {
    const sum = total<Op>(x, n, step, 1);
    return Peak.isFinite(sum) ? scale * sum : scale * total<Op>(x, n, step, DOWN) * UP;
  }

  /** Σ op(x) / count, in the same way. */
  static mean<Op extends Term>(x: usize, n: usize, step: usize, count: f64): f64 {
    const sum = total<Op>(x, n, step, 1);
    return Peak.isFinite(sum) ? sum / count : (total<Op>(x, n, step, DOWN) / count) * UP;
  }
}

export class Scale {
  /** A power of two that brings the largest of a run to 1 … 4; 1 where that is 0, ∞ or NaN. */
  static of(x: usize, n: usize, step: usize): f64 {
    const bits = largest(x, n, step);
    const exponent = bits >> 52;
    if (bits === 0 || exponent === 0x7ff) return 1;
    return reinterpret<f64>(max<u64>(2046 - exponent, 1) << 52);
  }
}

/**
 * Deviations from the mean, scaled. The mean is a pair: elements near it would lose their digits to its rounding, and
 * n equal doubles have a variance of exactly 0. A deviation is one too: squares of rounded ones came to 2.8 ULP of a variance.
 */
export class Moments {
  static scale: f64 = 1;
  static mean: f64 = 0;
  static rest: f64 = 0;

  /** What rounding took from the deviation asked for last. */
  static lost: f64 = 0;

  @inline static deviation(x: f64): f64 {
    const v = x * Moments.scale;
    const whole = v - Moments.mean;
    const taken = whole - v;
    const rest = v - (whole - taken) - (Moments.mean + taken) - Moments.rest;
    const d = whole + rest;
    Moments.lost = rest - (d - whole);
    return d;
  }

  /** Σ deviation², of elements times `scale` */
  static read(x: usize, n: usize, step: usize, scale: f64): f64 {
    const count = <f64>n;
    Moments.scale = scale;
    const sum = total<Value>(x, n, step, scale);
    const mean = sum / count;
    const product = Pair.product(mean, count);
    Moments.mean = mean;
    Moments.rest = (sum - product - Pair.tail + Rounded.off) / count;
    return total<Deviation2>(x, n, step, 0);
  }
}

@final
class Deviation2 extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: f64, b: f64, c: f64, s: f64): f64 {
    const d = Moments.deviation(x);
    return d * d + 2 * d * Moments.lost;
  }
}

@final
export class Largest extends Choice {
  @inline last(): f64 {
    return -Infinity;
  }
  @inline over(a: f64, b: f64): bool {
    return a > b;
  }
}

@final
export class Smallest extends Choice {
  @inline last(): f64 {
    return Infinity;
  }
  @inline over(a: f64, b: f64): bool {
    return a < b;
  }
}

export class Extreme {
  /** The extreme element; NaN where there is one. `op.last()` of none. */
  static of<Op extends Choice>(x: usize, n: usize, step: usize): f64 {
    let best = changetype<Op>(0).last();
    for (; n; n--) {
      const v = load<f64>(x);
      if (Peak.isNaN(v)) return v;
      if (changetype<Op>(0).over(v, best)) best = v;
      x += step;
    }
    return best;
  }

  /** Whether an element is the one: equal to it, or NaN where it is. */
  @inline static is(x: f64, value: f64): bool {
    return x === value || (Peak.isNaN(value) && Peak.isNaN(x));
  }

  /** How many elements equal `value`. */
  static count(x: usize, n: usize, step: usize, value: f64): usize {
    let count: usize = 0;
    for (; n; n--) {
      count += <usize>(load<f64>(x) === value);
      x += step;
    }
    return count;
  }

  /** The index of the first that is `value`, n where none is. */
  static first(x: usize, n: usize, step: usize, value: f64): usize {
    for (let i: usize = 0; i < n; i++) {
      if (Extreme.is(load<f64>(x), value)) return i;
      x += step;
    }
    return n;
  }
}

/** Σ e^(x − m) over the x that are not m */
@final
class ExpTerm extends Term {
  @inline arity(): i32 {
    return 1;
  }
  @inline at(x: f64, b: f64, c: f64, m: f64): f64 {
    return x === m ? 0 : Stable.expShifted(x, m);
  }
}

export class Exponentials {
  /** Σ e^(x − m) over a run, m its maximum, without one maximum's own 1: beside it the rest would be lost. */
  static rest(x: usize, n: usize, step: usize, m: f64): f64 {
    return total<ExpTerm>(x, n, step, m) + <f64>(Extreme.count(x, n, step, m) - 1);
  }
}

/** Rows: runs whose elements are neighbours. */
export class Row {
  /** Whether a row's cotangent is zero, and so its gradient: dx is cleared, and counted where the slopes are NaN, for what they are made of. */
  static annihilates(dx: usize, dy: usize, slope: f64, n: usize): bool {
    if (!Cotangent.annihilating() || largest(dy, n, 8)) return false;
    if (!Peak.isFinite(slope)) Cotangent.count(<u32>n);
    memory.fill(dx, 0, n << 3);
    return true;
  }

  /** y = NaN over a row; takes the gathered peak and hands it on. */
  static spoil(y: usize, n: usize, acc: u64): u64 {
    for (const end = y + (n << 3); y < end; y += 8) store<f64>(y, NaN);
    return Peak.of(acc, NaN);
  }

  /**
   * y = e^(x − m) / (1 + rest) over a row with a finite maximum m: both in pairs, two elements at once. Rounded before they are
   * divided they came to 2.3 ULP.
   */
  static softmax(y: usize, x: usize, n: usize, m: f64, rest: f64, acc: u64): u64 {
    const whole = 1 + rest;
    const lost = rest > 1 ? 1 - (whole - rest) : rest - (whole - 1);
    const sum = f64x2.splat(whole);
    const head = Lanes.cut(sum);
    const tail = f64x2.add(f64x2.sub(sum, head), f64x2.splat(lost));
    const top = f64x2.splat(m);
    for (const end = x + (n << 3); x < end; x += 16) {
      const alone = end - x === 8;
      const v = alone ? v128.load64_splat(x) : v128.load(x);
      const d = f64x2.sub(v, top);
      const e = ExpLanes.of(d, Stable.off(v, top, d));
      const q = Lanes.over(e, ExpLanes.tail, head, tail);
      const p = Lanes.scaled(q, Lanes.tail, ExpLanes.power, Lanes.one());
      const first = f64x2.extract_lane(p, 0);
      store<f64>(y, first);
      acc = Peak.of(acc, first);
      if (!alone) {
        const second = f64x2.extract_lane(p, 1);
        store<f64>(y, second, 8);
        acc = Peak.of(acc, second);
      }
      y += 16;
    }
    return acc;
  }
}
