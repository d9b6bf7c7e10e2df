/** Terms and steps over a run of doubles that more than one family takes. */
import { largest, Peak, total } from "./loops";
import { Stable } from "./math";
import { Choice, Term } from "./op";

/** Σ s x */
@final
export class Value extends Term {
  @inline at(x: f64, s: f64): f64 {
    return x * s;
  }
}

/** Σ (s x)² */
@final
export class Square extends Term {
  @inline at(x: f64, s: f64): f64 {
    return x * s * (x * s);
  }
}

/** Σ s x over the elements that are no NaN */
@final
export class Present extends Term {
  @inline at(x: f64, s: f64): f64 {
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
  @inline at(x: f64, m: f64): f64 {
    return x === m ? 0 : Stable.expShifted(x, m);
  }
}

export class Exponentials {
  /** Σ e^(x − m) over a run, m its maximum, without one maximum's own 1: beside it the rest would be lost. */
  static rest(x: usize, n: usize, step: usize, m: f64): f64 {
    return total<ExpTerm>(x, n, step, m) + <f64>(Extreme.count(x, n, step, m) - 1);
  }
}
