/**
 * log Σ e^x of numbers that come one after the other. The sum is e^m (1 + rest), with the largest of them, m, and rest without one
 * maximum's own 1: beside it what is small would be lost. No exponent is above 0.
 */
import { Cotangent } from "./loops";

/** What it takes of a type. */
export abstract class Kind {
  abstract get(at: usize): f64;
  /** Takes the peak of what it writes. */
  abstract put(at: usize, v: f64): void;
  /** e^(x − m) for finite x < m */
  abstract shifted(x: f64, m: f64): f64;
  /** ln(1 + z) for z ≥ 0 */
  abstract log1p(z: f64): f64;
}

function isOrdinary(x: f64): bool {
  return reinterpret<u64>(x) << 1 < 0xffe0000000000000;
}

export class Running {
  static most: f64 = 0;
  static rest: f64 = 0;

  private static start(): void {
    Running.most = -Infinity;
    Running.rest = 0;
  }

  /** Of infinite ones, `rest` counts those that are the largest. */
  private static add<K extends Kind>(x: f64): void {
    const m = Running.most;
    if (x < m) Running.rest += Running.share<K>(x, m);
    else if (x > m) {
      Running.rest = (1 + Running.rest) * Running.share<K>(m, x);
      Running.most = x;
    } else if (x === m) {
      if (x !== -Infinity) Running.rest += 1;
    } else Running.most = NaN;
  }

  /** e^(x − m) for x ≤ m: 0 of −∞, and beside an ∞ */
  private static share<K extends Kind>(x: f64, m: f64): f64 {
    if (x < m) return x === -Infinity || m === Infinity ? 0 : changetype<K>(0).shifted(x, m);
    return x === m ? <f64>(x !== -Infinity) : NaN;
  }

  /** y[i] = log Σ e^x[0 … i], elements `step` bytes apart. x and y may be one. */
  static forward<K extends Kind>(y: usize, x: usize, n: usize, step: usize): void {
    Running.start();
    for (let i: usize = 0; i < n; i++) {
      Running.add<K>(changetype<K>(0).get(x + i * step));
      const m = Running.most;
      const v = isOrdinary(m) ? m + changetype<K>(0).log1p(Running.rest) : m;
      changetype<K>(0).put(y + i * step, v);
    }
  }

  /**
   * dx[i] = Σ over j ≥ i of dy[j] e^(x[i] − y[j]) = e^(x[i] − m[i]) q[i], with q[i] = dy[i] / (1 + rest[i]) + e^(m[i] − m[i + 1]) q[i + 1].
   * Terms with a zero cotangent are not there. `scratch` has 16 bytes an element; dx and dy may be one.
   */
  static backward<K extends Kind>(
    dx: usize,
    dy: usize,
    x: usize,
    n: usize,
    step: usize,
    scratch: usize,
  ): void {
    Running.start();
    for (let i: usize = 0; i < n; i++) {
      Running.add<K>(changetype<K>(0).get(x + i * step));
      store<f64>(scratch + (i << 4), Running.most);
      store<f64>(scratch + (i << 4), 1 + Running.rest, 8);
    }
    let live = !Cotangent.annihilating();
    let q: f64 = 0;
    let later: f64 = Running.most;
    for (let i = n; i-- > 0; ) {
      const m = load<f64>(scratch + (i << 4));
      const g = changetype<K>(0).get(dy + i * step);
      if (live && i + 1 < n) q *= Running.share<K>(m, later);
      if (g !== 0) {
        q += g / load<f64>(scratch + (i << 4), 8);
        live = true;
      }
      let v: f64 = 0;
      if (live) v = q * Running.share<K>(changetype<K>(0).get(x + i * step), m);
      else if (m !== m) Cotangent.count(1);
      changetype<K>(0).put(dx + i * step, v);
      later = m;
    }
  }
}
