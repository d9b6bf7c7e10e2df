/**
 * Functions of doubles that asc's `Math` lacks, or has with more than an ULP. Formulas that cancel in f32 cancel here too, so
 * the rearranged ones stand here again; what still cancels has twice the digits.
 */
import { Bits, Logarithm, Pair, Power, poly, Twice } from "./twice";

// Rational approximations of FreeBSD's s_erf.c (Sun Microsystems, 1993): erf(x) / x − 1 below 0.84375 (here below 0.8), and from 1.25 on
// ln(x e^(x²) erfc(x)) + 0.5625 in 1/x² up to 1/0.35 and from there on. Between them erf's own series at 1.
const PP: usize = memory.data<f64>([
  1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
  -5.77027029648944159157e-3, -2.37630166566501626084e-5,
]);
const QQ: usize = memory.data<f64>([
  1.0, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
  1.32494738004321644526e-4, -3.9602282787753681232e-6,
]);
/** erf(1 + s) from s² on: its Taylor series. */
const MIDDLE: usize = memory.data<f64>([
  -0.4151074974205947, 0.1383691658068649, 0.06918458290343245, -0.06918458290343245,
  0.0046123055268954966, 0.015154718159799489, -0.004777030724284622, -0.0018851883701199847,
  0.0012262875805634853, 8.552399137172747e-5, -0.0002000551471321796, 1.871663923714299e-5,
  2.3707092917618642e-5, -5.478243913614475e-6, -2.081047017853699e-6, 8.490471396314434e-7,
  1.2328726086225257e-7, -9.738580157459114e-8,
]);
const RA: usize = memory.data<f64>([
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
  -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2,
  -8.12874355063065934246e1, -9.81432934416914548592,
]);
const SA: usize = memory.data<f64>([
  1.0, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2,
  6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2,
  6.57024977031928170135, -6.04244152148580987438e-2,
]);
const RB: usize = memory.data<f64>([
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
  -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3,
  -4.83519191608651397019e2,
]);
const SB: usize = memory.data<f64>([
  1.0, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3,
  3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2,
  -2.24409524465858183362e1,
]);

/** The normal distribution and the error function. Values of pairs are times 2^`Power.power` where it is said. */
export class Normal {
  /** 2/√π */
  @inline static bell(): v128 {
    return Twice.of(1.1283791670955126, 1.533545961316588e-17);
  }
  /** 1/√(2π) */
  @inline static height(): v128 {
    return Twice.of(0.3989422804014327, -2.49232720227773e-17);
  }
  /** √½ */
  @inline static root(): v128 {
    return Twice.of(0.7071067811865476, -4.833646656726457e-17);
  }

  /** c e^(−h x²) / 2^power, h = 1 or ½: half an ULP of 700 is 300 ULP of e^−700. From 50 on it is 0. */
  static decay(x: f64, h: f64, c: v128): v128 {
    const z: f64 = Math.abs(x) > 50 ? 50 : x;
    return Twice.mul(c, Power.exp(Twice.scaled(Twice.product(z, z), -h)));
  }

  /** x e^(x²) erfc(x) for x ≥ 1.25 */
  static tail(x: f64): v128 {
    const s = 1 / (x * x);
    const log = x < 1 / 0.35 ? poly(s, RA, 7) / poly(s, SA, 8) : poly(s, RB, 6) / poly(s, SB, 7);
    return Power.whole(Twice.sum(-0.5625, log));
  }

  /** erf(u) for |u| < 0.8 */
  static near(u: v128): v128 {
    const z = Twice.head(u) * Twice.head(u);
    return Twice.add(u, Twice.times(u, poly(z, PP, 4) / poly(z, QQ, 5)));
  }

  /** erfc(x) for 0.8 ≤ x < 1.25 */
  static middle(x: f64): v128 {
    const s = x - 1;
    const straight = Twice.times(Twice.of(0.4151074974205947, -1.4333923293314243e-17), s);
    const bent = Twice.plus(straight, s * s * poly(s, MIDDLE, 17));
    return Twice.sub(Twice.of(0.15729920705028513, -2.954563826510312e-18), bent);
  }

  /** erfc(x) / 2^power for x from 0.8 to 50 */
  static upper(x: f64): v128 {
    if (x >= 1.25) return Normal.decay(x, 1, Twice.div(Normal.tail(x), Twice.of(x, 0)));
    Power.power = 0;
    return Normal.middle(x);
  }

  static erf(x: f64): f64 {
    const a = Math.abs(x);
    if (a < 1e-290) return x * 1.1283791670955126;
    if (a < 0.8) return Twice.value(Normal.near(Twice.of(x, 0)));
    if (a < 6) return copysign<f64>(1 - Twice.rounded(Normal.upper(a), 1, Power.power), x);
    return a >= 6 ? copysign<f64>(1, x) : x;
  }

  static erfc(x: f64): f64 {
    const a = Math.abs(x);
    if (a < 1e-290) return 1;
    if (a < 0.8) return Twice.value(Twice.sub(Twice.of(1, 0), Normal.near(Twice.of(x, 0))));
    if (!(a < 28)) return x < 0 ? 2 : x > 0 ? 0 : x;
    const y = Twice.rounded(Normal.upper(a), 1, Power.power);
    return x < 0 ? 2 - y : y;
  }

  /** Φ(x) / 2^power */
  static cdf(x: f64): v128 {
    const a: f64 = Math.abs(x) > 50 ? 50 : Math.abs(x);
    const u = Twice.times(Normal.root(), a);
    if (Twice.head(u) < 0.8) {
      Power.power = 0;
      const off = a < 1e-290 ? Twice.of(0, 0) : Twice.scaled(Normal.near(u), 0.5);
      return Twice.add(Twice.of(0.5, 0), x < 0 ? f64x2.neg(off) : off);
    }
    const lower = Normal.lower(a, u);
    if (x < 0) return lower;
    const part = Twice.rounded(lower, 1, Power.power);
    Power.power = 0;
    return Twice.sum(1, -part);
  }

  /** Φ(−a) / 2^power for u = a √½ from 0.8 on */
  private static lower(a: f64, u: v128): v128 {
    const head = Twice.head(u);
    if (head >= 1.25) return Normal.decay(a, 0.5, Normal.mills(a, head));
    // With what u has beside its head.
    const lost = Twice.tail(u) * (1.1283791670955126 * Math.exp(-head * head));
    Power.power = 0;
    return Twice.scaled(Twice.add(Normal.middle(head), Twice.of(-lost, 0)), 0.5);
  }

  /** Φ(−a) e^(a²/2) for u = a √½ from 1.25 on */
  @inline private static mills(a: f64, u: f64): v128 {
    return Twice.div(Twice.mul(Normal.tail(u), Normal.root()), Twice.of(a, 0));
  }

  /** x Φ(x) */
  static gelu(x: f64): f64 {
    return x < -50 ? -0.0 : Twice.rounded(Normal.cdf(x), x, Power.power);
  }

  /** dy (Φ(x) + x φ(x)); far to the left the exponential is taken out, since it is subnormal before the slope is. */
  static dGelu(x: f64, dy: f64): f64 {
    const z: f64 = x > 50 ? 50 : x < -50 ? -50 : x;
    const u = -z * Math.SQRT1_2;
    if (u >= 1.25) {
      const sum = Twice.add(Normal.mills(-z, u), Twice.times(Normal.height(), z));
      return Twice.rounded(Normal.decay(z, 0.5, sum), dy, Power.power);
    }
    const density = Power.unfolded(Normal.decay(z, 0.5, Normal.height()));
    return Twice.rounded(Twice.add(Normal.cdf(z), Twice.times(density, z)), dy, 0);
  }
}

/** Σ c[k] xᵏ of the atanh series 1/3, 1/5, …, for ln(1 + x) − x. */
const ODD: usize = memory.data<f64>([
  0.3333333333333333, 0.2, 0.14285714285714285, 0.1111111111111111, 0.09090909090909091,
  0.07692307692307693, 0.06666666666666667, 0.058823529411764705, 0.05263157894736842,
  0.047619047619047616, 0.043478260869565216, 0.04, 0.037037037037037035, 0.034482758620689655,
  0.03225806451612903, 0.030303030303030304, 0.02857142857142857,
]);

/** 1 / (k! (k + 2)): the slope of (eˣ − 1) / x. */
const RELATIVE: usize = memory.data<f64>([
  0.5, 0.3333333333333333, 0.125, 0.03333333333333333, 0.006944444444444444, 0.0011904761904761906,
  0.00017361111111111112, 2.2045855379188714e-5, 2.48015873015873e-6, 2.505210838544172e-7,
  2.296443268665491e-8, 1.9270852604185937e-9, 1.4911969277048643e-10,
]);

/** Of x − tanh x, from x⁵ on: −2/15, 17/315, … */
const SHRINK: usize = memory.data<f64>([
  -0.13333333333333333, 0.05396825396825397, -0.021869488536155203, 0.008863235529902197,
  -0.003592128036572481, 0.0014558343870513183, -0.000590027440945586, 0.00023912911424355248,
  -9.691537956929451e-5, 3.927832388331683e-5,
]);

/** 1 / (2k)! from k = 2 on: of cosh x − 1 − x²/2. */
const COSH: usize = memory.data<f64>([
  0.041666666666666664, 0.001388888888888889, 2.48015873015873e-5, 2.755731922398589e-7,
  2.08767569878681e-9, 1.1470745597729725e-11, 4.779477332387385e-14, 1.5619206968586225e-16,
]);

/** ln 2, and what its double lacks. */
const LN2: f64 = 0.6931471805599453;
const LN2_TAIL: f64 = 2.3190468138462996e-17;

/** Hyperbolic functions and their inverses, of e^x − 1 and ln(1 + x) with twice the digits. */
export class Hyperbolic {
  /** e^2|x| − 1 up to |x| = 20, where tanh is told from 1 no longer. */
  @inline private static twofold(x: f64): v128 {
    const a = Math.abs(x);
    return Power.expm1(Twice.of(a > 20 ? 40 : 2 * a, 0));
  }

  /** |tanh x| */
  private static size(x: f64): v128 {
    const e = Hyperbolic.twofold(x);
    return Twice.div(e, Twice.plus(e, 2));
  }

  /** tanh x; below 1e-290 it is x, and products have no tails. */
  static tanh(x: f64): f64 {
    return Math.abs(x) < 1e-290 ? x : copysign<f64>(Twice.value(Hyperbolic.size(x)), x);
  }

  /** x − tanh x: up to ¼ x³ (⅓ − 2x²/15 + …). */
  static tanhShrink(x: f64): f64 {
    const a = Math.abs(x);
    if (a < 0.25) {
      const z = x * x;
      const p = Twice.add(
        Twice.of(0.3333333333333333, 1.850371707708594e-17),
        Twice.of(z * poly(z, SHRINK, 9), 0),
      );
      return Twice.rounded(Twice.times(Twice.times(p, x), x), x, 0);
    }
    return a < 40
      ? copysign<f64>(Twice.value(Twice.sub(Twice.of(a, 0), Hyperbolic.size(x))), x)
      : x - copysign<f64>(1, x);
  }

  /** sinh x = (e + e / (1 + e)) / 2, e = e^|x| − 1 */
  static sinh(x: f64): f64 {
    const a = Math.abs(x);
    if (a < 1e-290) return x;
    if (!(a < 20)) return copysign<f64>(Hyperbolic.far(a), x);
    const e = Power.expm1(Twice.of(a, 0));
    const twice = Twice.add(e, Twice.div(e, Twice.plus(e, 1)));
    return copysign<f64>(0.5 * Twice.value(twice), x);
  }

  static cosh(x: f64): f64 {
    const a = Math.abs(x);
    if (!(a < 20)) return Hyperbolic.far(a);
    const e = Power.whole(Twice.of(a, 0));
    return 0.5 * Twice.value(Twice.add(e, Twice.div(Twice.of(1, 0), e)));
  }

  /** e^a / 2 from 20 on, beside which e^−a is nothing. */
  private static far(a: f64): f64 {
    const e = Power.exp(Twice.of(a, 0));
    return Twice.rounded(e, 0.5, Power.power);
  }

  /** ln cosh x, by cosh x − 1 = x²/2 + x⁴ (1/24 + x²/720 + …) up to 1 */
  static logcosh(x: f64): f64 {
    const a = Math.abs(x);
    if (a < 1) {
      const z = x * x;
      const square = Twice.scaled(Twice.product(x, x), 0.5);
      return Twice.value(
        Logarithm.plusOne(Twice.add(square, Twice.of(z * z * poly(z, COSH, 7), 0))),
      );
    }
    if (!(a < 40)) return a - LN2;
    const log = Logarithm.plusOne(Power.whole(Twice.of(-2 * a, 0)));
    return Twice.value(Twice.add(Twice.sum(a, -LN2), Twice.add(log, Twice.of(-LN2_TAIL, 0))));
  }

  /** ln(x + √(x² + 1)) = ln(1 + x + x² / (1 + √(x² + 1))) */
  static asinh(x: f64): f64 {
    const a = Math.abs(x);
    if (!(a > 1e-290 && a < 1e150)) return a > 1 ? copysign<f64>(Hyperbolic.doubled(a), x) : x;
    const square = Twice.product(a, a);
    const root = Twice.root(Twice.plus(square, 1));
    const more = Twice.div(square, Twice.plus(root, 1));
    return copysign<f64>(Twice.value(Logarithm.plusOne(Twice.plus(more, a))), x);
  }

  /** ln(x + √(x² − 1)) = ln(1 + t + √(2t + t²)), t = x − 1 */
  static acosh(x: f64): f64 {
    if (x < 1) return NaN;
    if (!(x < 1e150)) return Hyperbolic.doubled(x);
    const t = Twice.sum(x, -1);
    const square = Twice.mul(t, Twice.plus(t, 2));
    return Twice.value(Logarithm.plusOne(Twice.add(t, Twice.root(square))));
  }

  /** ln 2x, for an x beside whose square 1 is nothing. */
  private static doubled(x: f64): f64 {
    return x < Infinity
      ? Twice.value(Twice.add(Logarithm.of(Twice.of(x, 0)), Twice.of(LN2, LN2_TAIL)))
      : x;
  }

  /** ln(1 + 2x / (1 − x)) / 2 */
  static atanh(x: f64): f64 {
    const a = Math.abs(x);
    if (!(a > 1e-290 && a < 1)) return a === 1 ? x / 0 : a > 1 ? NaN : x;
    const q = Twice.div(Twice.of(2 * a, 0), Twice.sum(1, -a));
    return copysign<f64>(0.5 * Twice.value(Logarithm.plusOne(q)), x);
  }
}

/** The logistic function, and what is gated by it. Pairs are times 2^`Power.power`. */
export class Gate {
  /** e^−|u| / 2^power */
  @inline private static decay(u: v128): v128 {
    return Power.exp(Twice.head(u) > 0 ? f64x2.neg(u) : u);
  }

  /** σ(u) */
  static of(u: v128): v128 {
    const m = Gate.decay(u);
    const d = Twice.plus(Power.unfolded(m), 1);
    if (Twice.head(u) < 0) return Twice.div(m, d);
    Power.power = 0;
    return Twice.div(Twice.of(1, 0), d);
  }

  /** σ(u) σ(−u) = e / (1 + e)² */
  static slope(u: f64): v128 {
    const m = Gate.decay(Twice.of(u, 0));
    const d = Twice.plus(Power.unfolded(m), 1);
    return Twice.div(Twice.div(m, d), d);
  }

  /** σ(u) (1 + v σ(−u)): the slope of x σ(u), v = x u′ */
  static product(v: v128, u: v128): v128 {
    const m = Gate.decay(u);
    const e = Power.unfolded(m);
    const d = Twice.plus(e, 1);
    if (Twice.head(u) < 0) {
      return Twice.div(Twice.div(Twice.mul(m, Twice.add(d, v)), d), d);
    }
    Power.power = 0;
    return Twice.div(Twice.div(Twice.add(d, Twice.mul(v, e)), d), d);
  }

  /** tanh(ln(1 + e^x)) = w / (w + 2), w = e (e + 2); for x > 0 in e^−x */
  static mish(x: f64): v128 {
    const m = Gate.decay(Twice.of(x, 0));
    const e = Power.unfolded(m);
    if (!(x > 0)) {
      const more = Twice.plus(e, 2);
      return Twice.div(Twice.mul(m, more), Twice.plus(Twice.mul(e, more), 2));
    }
    Power.power = 0;
    const top = Twice.plus(Twice.scaled(e, 2), 1);
    return Twice.div(top, Twice.add(top, Twice.scaled(Twice.mul(e, e), 2)));
  }

  /** The slope of x w / (w + 2): with d = w + 2 it is e ((e + 2) d + 4x (1 + e)) / d². */
  static dMish(x: f64): v128 {
    const m = Gate.decay(Twice.of(x, 0));
    const e = Power.unfolded(m);
    const steep = Twice.times(Twice.plus(e, 1), 4 * x);
    if (!(x > 0)) {
      const more = Twice.plus(e, 2);
      const d = Twice.plus(Twice.mul(e, more), 2);
      const sum = Twice.add(Twice.mul(more, d), steep);
      return Twice.div(Twice.div(Twice.mul(m, sum), d), d);
    }
    Power.power = 0;
    const square = Twice.mul(e, e);
    const top = Twice.plus(Twice.scaled(e, 2), 1);
    const d = Twice.add(top, Twice.scaled(square, 2));
    const sum = Twice.add(Twice.mul(top, d), Twice.mul(square, steep));
    return Twice.div(Twice.div(sum, d), d);
  }

  /** f x p 2^power, rounded once. Where the gate is not 0 it lets ∞ through. */
  static times(p: v128, f: f64, x: f64): f64 {
    const power = Power.power;
    const v = Twice.value(p);
    // A 0 has its sign by plain products.
    if (f === 0 || v === 0 || !(Math.abs(f) < Infinity && Math.abs(x) < Infinity)) return f * v * x;
    return Twice.rounded(Twice.times(p, Bits.mantissa(f)), x, power + Bits.power);
  }
}

/** Logarithms and exponentials in the formula that does not cancel. */
export class Stable {
  /** e^x − 1 */
  static expm1(x: f64): f64 {
    return Math.abs(x) < 1e-290 ? x : Twice.value(Stable.grown(Twice.of(x, 0)));
  }

  /** e^p − 1, with what the double before lost; from 60 on 1 is nothing beside it. */
  static grown(p: v128): v128 {
    const x = Twice.head(p);
    if (x > 60) return Power.whole(p);
    return x < -60 ? Twice.of(-1, 0) : Power.expm1(p);
  }

  /** 1 / √x, with what the root and the quotient lost; of a mantissa, since squares next to 0 have no tails. */
  static rsqrt(x: f64): f64 {
    if (!(x > 0 && x < Infinity)) return 1 / Math.sqrt(x);
    let m = Bits.mantissa(x);
    const half = Bits.power >> 1;
    if (Bits.power & 1) m *= 2;
    return Bits.scale(Twice.value(Twice.div(Twice.of(1, 0), Twice.root(Twice.of(m, 0)))), -half);
  }

  static sigmoid(x: f64): f64 {
    return Gate.times(Gate.of(Twice.of(x, 0)), 1, 1);
  }

  /** ln(1 + eˣ) */
  static softplus(x: f64): f64 {
    const a = Math.abs(x);
    // Beyond, 1 is nothing beside the one, or e^x beside the other.
    if (a > 60) return x > 0 ? x : Math.exp(x);
    const log = Logarithm.plusOne(Power.whole(Twice.of(-a, 0)));
    return Twice.value(x > 0 ? Twice.plus(log, x) : log);
  }

  /** ln(1 − e^p) for p < 0. Source: Mächler, log1mexp. */
  static log1mexp(p: v128): v128 {
    const x = Twice.head(p);
    // Two −0 are −0, at −∞.
    if (x < -60) return Twice.of(-Math.exp(x), -0.0);
    return x > -LN2
      ? Logarithm.of(f64x2.neg(Power.expm1(p)))
      : Logarithm.plusOne(f64x2.neg(Power.whole(p)));
  }

  /** ln(e^p − 1) for p > 0: around its zero at ln 2 ln(1 + 2 (e^(p − ln 2) − 1)). */
  static logexpm1(p: v128): v128 {
    const x = Twice.head(p);
    if (x > 60) return p;
    if (x > 1) return Twice.add(p, Logarithm.plusOne(f64x2.neg(Power.whole(f64x2.neg(p)))));
    if (x < 0.4) return Logarithm.of(Power.expm1(p));
    const off = Twice.sub(p, Twice.of(LN2, LN2_TAIL));
    return Logarithm.plusOne(Twice.scaled(Power.expm1(off), 2));
  }

  /** a ln x */
  static timesLog(a: f64, x: f64): f64 {
    return x > 0 && x < Infinity
      ? Twice.rounded(Logarithm.of(Twice.of(x, 0)), a, 0)
      : a * Math.log(x);
  }

  /** a ln(1 + x) */
  static timesLog1p(a: f64, x: f64): f64 {
    if (!(x > -1 && x < Infinity) || x === 0) return a * Math.log1p(x);
    return Twice.rounded(Logarithm.plusOne(Twice.of(x, 0)), a, 0);
  }

  /** dy (ln x + 1) */
  static dXlogx(x: f64, dy: f64): f64 {
    if (!(x > 0 && x < Infinity)) return dy * (Math.log(x) + 1);
    return Twice.rounded(Twice.plus(Logarithm.of(Twice.of(x, 0)), 1), dy, 0);
  }

  /**
   * ln(1 + x) − x. Within −0.5 … 1 it is 2 atanh(s) − x with s = x / (2 + x), whose first term and x
   * make −x s.
   */
  static log1pmx(x: f64): f64 {
    if (x === 0) return 0;
    if (!(x > -1 && x < Infinity)) return x === Infinity ? -x : Math.log1p(x);
    // What underflows is -0: it is below 0.
    if (Math.abs(x) < 1e-100) return -(x * (0.5 * x));
    if (x < -0.5 || x > 1) {
      return Twice.value(Twice.plus(Logarithm.plusOne(Twice.of(x, 0)), -x));
    }
    const s = Twice.div(Twice.of(x, 0), Twice.sum(2, x));
    const h = Twice.head(s);
    const z = h * h;
    return -Twice.value(Twice.plus(Twice.times(s, x), -2 * h * z * poly(z, ODD, 16)));
  }

  /** ln(x / (1 − x)); 2x − 1 is exact from 1/4 on. */
  static logit(x: f64): f64 {
    if (!(x > 0 && x < 1)) return x === 0 ? -Infinity : x === 1 ? Infinity : NaN;
    if (x < 0.25) {
      return Twice.value(
        Twice.sub(Logarithm.of(Twice.of(x, 0)), Logarithm.plusOne(Twice.of(-x, 0))),
      );
    }
    const q = Twice.div(Twice.of(2 * x - 1, 0), Twice.sum(1, -x));
    return Twice.value(Logarithm.plusOne(q));
  }

  static xlogx(x: f64): f64 {
    return x === 0 ? 0 : Stable.timesLog(x, x);
  }

  /** (eˣ − 1) / x; eˣ overflows before the quotient does, and beside it 1 is nothing from 60 on. */
  static exprel(x: f64): f64 {
    if (Math.abs(x) < 1e-290) return 1;
    if (x < -60) return -1 / x;
    if (!(x > 60)) return Twice.value(Twice.div(Power.expm1(Twice.of(x, 0)), Twice.of(x, 0)));
    if (x > 800) return Infinity;
    const q = Twice.div(Power.exp(Twice.of(x, 0)), Twice.of(x, 0));
    return Twice.rounded(q, 1, Power.power);
  }

  /** dy (eˣ (x − 1) + 1) / x² */
  static dExprel(x: f64, dy: f64): f64 {
    if (Math.abs(x) < 0.25) return dy * poly(x, RELATIVE, 12);
    if (x > 800) return dy * Infinity;
    if (x < -750) return dy / x / x;
    const square = Twice.product(x, x);
    const e = Twice.mul(Power.exp(Twice.of(x, 0)), Twice.sum(x, -1));
    if (x > 60) return Twice.rounded(Twice.div(e, square), dy, Power.power);
    return Twice.rounded(Twice.div(Twice.plus(Power.unfolded(e), 1), square), dy, 0);
  }

  /** −dy a / b², of mantissas: of numbers as they are a factor may be subnormal where the product is not. */
  static turned(a: f64, b: f64, dy: f64): f64 {
    if (!Bits.isOrdinary(a) || !Bits.isOrdinary(b) || !Bits.isOrdinary(dy)) {
      return -(Math.abs(b) > 1 ? (dy / b) * (a / b) : (dy * (a / b)) / b);
    }
    const g = Bits.mantissa(dy);
    let power = Bits.power;
    const m = Bits.mantissa(a);
    power += Bits.power;
    const d = Bits.mantissa(b);
    power -= 2 * Bits.power;
    return -Bits.scale((g * m) / (d * d), power);
  }

  /** What x / s rounds away, as q is rounded, for finite x and s. */
  static rest(x: f64, s: f64, q: f64): f64 {
    const p = Pair.product(q, s);
    return (x - p - Pair.tail) / s;
  }

  /** dy / (e^z − 1), where 1 is nothing beside e^z, or e^z beside 1, beyond 60. */
  static quotient(dy: f64, z: v128): f64 {
    const x = Twice.head(z);
    if (x > 60) {
      const e = Power.exp(f64x2.neg(z));
      return Twice.rounded(e, dy, Power.power);
    }
    if (x < -60) return -dy;
    if (Math.abs(x) < 1e-290) return dy / x;
    return Twice.rounded(Twice.div(Twice.of(1, 0), Power.expm1(z)), dy, 0);
  }

  /** What a − b rounds away (Knuth's two-sum); 0 where it is not finite. */
  static lost(a: f64, b: f64): f64 {
    const d = a - b;
    if (!(Math.abs(d) < Infinity)) return 0;
    const c = d - a;
    return a - (d - c) - (b + c);
  }

  /** a − b, without a tail where it is not finite: half an ULP of it would be as many ULP of e^(a−b) as it is large. */
  @inline static apart(a: f64, b: f64): v128 {
    return Twice.of(a - b, Stable.lost(a, b));
  }

  /** e^(x − m), with what x − m rounds away. */
  static expShifted(x: f64, m: f64): f64 {
    const e = Math.exp(x - m);
    return e + e * Stable.lost(x, m);
  }

  /** ln(eᵃ + eᵇ); beyond 750 the smaller one is nothing, and −0 stays what it is. Next to −ln 2 twice eᵃ is next to 1. */
  static logaddexp(a: f64, b: f64): f64 {
    if (a === b) {
      if (!(Math.abs(a) < 750)) return a + LN2;
      return Twice.value(Twice.add(Twice.sum(a, LN2), Twice.of(LN2_TAIL, 0)));
    }
    const more = a > b ? a : b;
    const d = a > b ? Stable.apart(b, a) : Stable.apart(a, b);
    if (Twice.head(d) < -750) return more;
    return Twice.value(Twice.plus(Logarithm.plusOne(Power.whole(d)), more));
  }

  /** ln|eᵃ − eᵇ| for a ≠ b: near one another they differ by less than the smaller, whose logarithm cancels less. */
  static logsubexp(a: f64, b: f64): f64 {
    const d = a > b ? Stable.apart(a, b) : Stable.apart(b, a);
    const more = a > b ? a : b;
    if (Twice.head(d) > 750) return more;
    if (Twice.head(d) > LN2) return Twice.value(Twice.plus(Stable.log1mexp(f64x2.neg(d)), more));
    return Twice.value(Twice.plus(Logarithm.of(Power.expm1(d)), a > b ? b : a));
  }
}

/** (−1)^k / (2k + 1)! from k = 1 on, and (−1)^k / (2k)! from k = 2 on. */
const SINE: usize = memory.data<f64>([
  -0.16666666666666666, 0.008333333333333333, -0.0001984126984126984, 2.7557319223985893e-6,
  -2.505210838544172e-8, 1.6059043836821613e-10, -7.647163731819816e-13, 2.8114572543455206e-15,
]);
const COSINE: usize = memory.data<f64>([
  0.041666666666666664, -0.001388888888888889, 2.48015873015873e-5, -2.755731922398589e-7,
  2.08767569878681e-9, -1.1470745597729725e-11, 4.779477332387385e-14, -1.5619206968586225e-16,
]);

/** 64 zeros, and the bits of 2/π. */
const TURNS: usize = memory.data<u64>([
  0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
  0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
  0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
  0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
  0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
]);

/**
 * sin, cos and tan. From 2^20 π/2 on asc's own take the quarter from a word before their table of 2/π (up to 2^22), or carry
 * where there is nothing to carry: there x is reduced here.
 */
export class Circle {
  /** Quarters of a turn in the last `rest`. */
  static quarters: i32 = 0;

  @inline static within(x: f64): bool {
    const a = Math.abs(x);
    return a > 1647098 && a < Infinity;
  }

  /**
   * x − k π/2, with k the nearest. Source: Payne and Hanek 1983. Of 2/π only the 192 bits count that neither make whole turns
   * nor are less than 2^-137 of a quarter.
   */
  static rest(x: f64): v128 {
    const bits = reinterpret<u64>(x);
    const whole = (bits & 0x000fffffffffffff) | 0x0010000000000000;
    // |x| = whole 2^power; bits of 2/π up to power − 2 make multiples of four quarters.
    const from = <i32>((bits >> 52) & 0x7ff) - 1075 - 2 + 64;
    const at = TURNS + ((<usize>(from >> 6)) << 3);
    const shift = <u64>(from & 63);
    const a = Circle.word(at, shift);
    const b = Circle.word(at + 8, shift);
    const c = Circle.word(at + 16, shift);
    let p2 = whole * c;
    let p1 = whole * b;
    const carried = Circle.upper(whole, c);
    let p0 = whole * a + Circle.upper(whole, b);
    p1 += carried;
    if (p1 < carried) p0++;
    const k = (p0 + 0x2000000000000000) >> 62;
    p0 -= k << 62;
    const below = <i64>p0 < 0;
    if (below) {
      p0 = ~p0;
      p1 = ~p1;
      p2 = -p2;
      if (p2 === 0) p1++;
      if (p2 === 0 && p1 === 0) p0++;
    }
    // 117 bits from the first one on; they are not all 0, nor the first 62.
    const zeros = clz<u64>(p0);
    if (zeros > 0) {
      p0 = (p0 << zeros) | (p1 >> (64 - zeros));
      p1 = (p1 << zeros) | (p2 >> (64 - zeros));
    }
    const rest = <f64>((p0 << 53) | (p1 >> 11)) * 5.421010862427522e-20;
    const size = Twice.scaled(
      Twice.renewed(<f64>(p0 >> 11), rest),
      Bits.scale(1, -51 - <i32>zeros),
    );
    const angle = Twice.mul(size, Twice.of(1.5707963267948966, 6.123233995736766e-17));
    Circle.quarters = x < 0 ? -(<i32>k) : <i32>k;
    return below !== x < 0 ? f64x2.neg(angle) : angle;
  }

  /** 64 bits of the table from a bit on. */
  @inline private static word(at: usize, shift: u64): u64 {
    const first = load<u64>(at) << shift;
    return shift === 0 ? first : first | (load<u64>(at + 8) >> (64 - shift));
  }

  /** The upper half of a b. */
  private static upper(a: u64, b: u64): u64 {
    const low = (a & 0xffffffff) * (b & 0xffffffff);
    const cross = (a >> 32) * (b & 0xffffffff) + (low >> 32);
    const other = (a & 0xffffffff) * (b >> 32) + (cross & 0xffffffff);
    return (a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32);
  }

  /** sin r up to π/4: half an ULP of it is in r, and r³/6 is small. */
  private static sine(r: v128): v128 {
    const h = Twice.head(r);
    const z = h * h;
    return Twice.plus(r, z * (h * poly(z, SINE, 7) - 0.5 * Twice.tail(r)));
  }

  /** cos r up to π/4 */
  private static cosine(r: v128): v128 {
    const z = Twice.head(r) * Twice.head(r);
    const square = Twice.scaled(Twice.mul(r, r), -0.5);
    return Twice.plus(Twice.plus(square, 1), z * z * poly(z, COSINE, 7));
  }

  /** The sine of r, moved on by quarters. */
  private static turned(r: v128, quarters: i32): f64 {
    const y = Twice.value(quarters & 1 ? Circle.cosine(r) : Circle.sine(r));
    return quarters & 2 ? -y : y;
  }

  static sin(x: f64): f64 {
    return Circle.within(x) ? Circle.turned(Circle.rest(x), Circle.quarters) : Math.sin(x);
  }

  static cos(x: f64): f64 {
    return Circle.within(x) ? Circle.turned(Circle.rest(x), Circle.quarters + 1) : Math.cos(x);
  }

  static tan(x: f64): f64 {
    if (!Circle.within(x)) return Math.tan(x);
    const r = Circle.rest(x);
    return Circle.quarters & 1
      ? -Twice.value(Twice.div(Circle.cosine(r), Circle.sine(r)))
      : Twice.value(Twice.div(Circle.sine(r), Circle.cosine(r)));
  }
}

/** Relative entropy: x ln(x/y), and what is left of it where x and y are nearly one another. */
export class Entropy {
  /**
   * ln(x/y) for finite x, y > 0. Mantissas within √2 of one another have an exact difference, so that nothing cancels near
   * x = y; x/y itself may be beyond a double.
   */
  static log(x: f64, y: f64): v128 {
    let a = Bits.mantissa(x);
    let power = Bits.power;
    let b = Bits.mantissa(y);
    power -= Bits.power;
    if (a > Math.SQRT2 * b) {
      b *= 2;
      power++;
    } else if (b > Math.SQRT2 * a) {
      a *= 2;
      power--;
    }
    const near = Logarithm.plusOne(Twice.div(Twice.of(a - b, 0), Twice.of(b, 0)));
    return Twice.add(Logarithm.octaves(power), near);
  }

  /** Whether x and y are finite and above 0. */
  @inline static inside(x: f64, y: f64): bool {
    return x > 0 && y > 0 && x < Infinity && y < Infinity;
  }

  /** x ln(x/y): 0 where x = 0 ≤ y, ∞ where x or y is below 0 or y = 0 < x, −∞ at y = ∞, NaN for two ∞. */
  static relative(x: f64, y: f64): f64 {
    if (Entropy.inside(x, y)) return Twice.rounded(Entropy.log(x, y), x, 0);
    if (x !== x || y !== y) return x + y;
    if (x === 0 && y >= 0) return 0;
    return x > 0 && y > 0 ? (x === Infinity ? x : 0) - y : Infinity;
  }

  /** x ln(x/y) − x + y: the same, but y where x = 0, and ∞ where one of them is. */
  static divergence(x: f64, y: f64): f64 {
    if (Entropy.inside(x, y)) return Entropy.distance(x, y);
    if (x !== x || y !== y) return x + y;
    if (x === 0 && y >= 0) return Math.abs(y);
    return x === Infinity && y === Infinity ? x - y : Infinity;
  }

  /**
   * x ln(x/y) − x + y. Within a factor of two d = x − y is exact, and with s = d / (x + y) it is
   * d s (1 + s (1 + s) Σ s^2k / (2k + 3)): the first terms of ln(x/y) = 2 atanh(s) have cancelled on paper.
   */
  static distance(x: f64, y: f64): f64 {
    // Halves of what is larger would leave f64, and so would x + y.
    const large = x > 1e290 || y > 1e290;
    const down: f64 = large ? 5.551115123125783e-17 : 1;
    const up: f64 = large ? 18014398509481984 : 1;
    if (x > 2 * y || y > 2 * x) return Entropy.far(x, y, down) * up;
    const d = (x - y) * down;
    const sum = Twice.sum(x * down, y * down);
    const s = d / Twice.head(sum);
    const more = s * (1 + s) * poly(s * s, ODD, 16);
    const first = Twice.times(Twice.div(Twice.of(d, 0), sum), d);
    return Twice.value(Twice.add(first, Twice.times(first, more))) * up;
  }

  /**
   * x (ln(x/y) − 1) + y, times `down`, in pairs: at y = 2x all but a sixth cancels. The logarithm is of x and y as they
   * are: the smaller one may be subnormal times `down`.
   */
  static far(x: f64, y: f64, down: f64): f64 {
    const log = Twice.plus(Entropy.log(x, y), -1);
    return Twice.value(Twice.plus(Twice.times(log, x * down), y * down));
  }

  /** g (ln(x/y) + s): −∞ at x = 0 < y, ∞ at y = 0 < x, 0 at x = y = 0, NaN below 0 */
  static slope(x: f64, y: f64, g: f64, s: f64): f64 {
    if (Entropy.inside(x, y)) return Twice.rounded(Twice.plus(Entropy.log(x, y), s), g, 0);
    if (x < 0 || y < 0) return NaN;
    if (x === 0 && y === 0) return 0;
    // x/y is 0, ∞ or NaN.
    const q = x / y;
    return g * (q === 0 ? -Infinity : q);
  }

  /** g (s − x/y), as (s y − x) / y so that it does not cancel; g s where x = 0 ≤ y, NaN below 0 */
  static share(x: f64, y: f64, g: f64, s: f64): f64 {
    if (x < 0 || y < 0) return NaN;
    if ((x === 0 && y >= 0) || (y === Infinity && x < Infinity)) return g * s;
    return g * ((s * y - x) / y);
  }
}
