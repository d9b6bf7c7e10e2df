/**
 * Functions of doubles that asc's `Math` lacks. Formulas that cancel in f32
 * cancel here too, so the rearranged ones stand here again; only coefficients and series are longer.
 */

/** 2/√π */
export const BELL: f64 = 1.1283791670955126;

/** c[0] + c[1] x + … + c[degree] xᵈ, from a table in memory. */
function poly(x: f64, table: usize, degree: i32): f64 {
  let sum = load<f64>(table + ((<usize>degree) << 3));
  for (let i = degree - 1; i >= 0; i--) sum = sum * x + load<f64>(table + ((<usize>i) << 3));
  return sum;
}

// Rational approximations of FreeBSD's s_erf.c (Sun Microsystems, 1993): erf(x) / x − 1 below 0.84375,
// erf(x) − ERX up to 1.25, ln(x e^(x²) erfc(x)) + 0.5625 in 1/x² up to 1/0.35 and from there on.
const ERX: f64 = 8.45062911510467529297e-1;
const PP: usize = memory.data<f64>([
  1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
  -5.77027029648944159157e-3, -2.37630166566501626084e-5,
]);
const QQ: usize = memory.data<f64>([
  1.0, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
  1.32494738004321644526e-4, -3.9602282787753681232e-6,
]);
const PA: usize = memory.data<f64>([
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
  3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2,
  -2.166375594868790843e-3,
]);
const QA: usize = memory.data<f64>([
  1.0, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
  1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.1984499846799107417e-2,
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

/** The normal distribution and the error function. */
export class Normal {
  /** x without its low word: its square is exact. */
  @inline static head(x: f64): f64 {
    return reinterpret<f64>(reinterpret<u64>(x) & 0xffffffff00000000);
  }

  /**
   * e^(extra − h x² − 0.5625), the square without its rounding: half an ULP of 700 is 300 ULP of e^−700. One rounding
   * less than the product of two exponentials.
   */
  static decay(x: f64, h: f64, extra: f64): f64 {
    const z = Normal.head(x);
    const e = Math.exp(-z * z * h - 0.5625);
    return e + e * Math.expm1((z - x) * (z + x) * h + extra);
  }

  /** e^(−h x²), h at least ½; from 39 on it is 0, and ∞ has no head. */
  static bell(x: f64, h: f64): f64 {
    if (Math.abs(x) > 39) return 0;
    const z = Normal.head(x);
    return Math.exp(-z * z * h) * Math.exp((z - x) * (z + x) * h);
  }

  /** ln(x e^(x²) erfc(x)) + 0.5625 for x ≥ 1.25 */
  static tail(x: f64): f64 {
    const s = 1 / (x * x);
    return x < 1 / 0.35 ? poly(s, RA, 7) / poly(s, SA, 8) : poly(s, RB, 6) / poly(s, SB, 7);
  }

  /** erf(x) − x for |x| < 0.84375 */
  static near(x: f64): f64 {
    const z = x * x;
    return x * (poly(z, PP, 4) / poly(z, QQ, 5));
  }

  /** erf(x) − ERX for 0.84375 ≤ x < 1.25 */
  static middle(x: f64): f64 {
    const s = x - 1;
    return poly(s, PA, 6) / poly(s, QA, 6);
  }

  static erf(x: f64): f64 {
    const a = Math.abs(x);
    if (a < 0.84375) return x + Normal.near(x);
    if (a < 1.25) return Normal.signed(ERX + Normal.middle(a), x);
    if (a < 6) return Normal.signed(1 - Normal.decay(a, 1, Normal.tail(a)) / a, x);
    return a >= 6 ? Normal.signed(1, x) : x;
  }

  @inline static signed(size: f64, x: f64): f64 {
    return x < 0 ? -size : size;
  }

  static erfc(x: f64): f64 {
    const a = Math.abs(x);
    if (a < 0.84375) {
      if (x < 0.25) return 1 - (x + Normal.near(x));
      return 0.5 - (x - 0.5 + Normal.near(x));
    }
    if (a < 1.25) {
      const y = Normal.middle(a);
      return x < 0 ? 1 + (ERX + y) : 1 - ERX - y;
    }
    if (a >= 28) return x < 0 ? 2 : 0;
    const y = Normal.decay(a, 1, Normal.tail(a)) / a;
    return x < 0 ? 2 - y : y;
  }

  /** Φ(x): in the left tail by e^(−x²/2) itself, before it with what x/√2 rounds away. */
  static cdf(x: f64): f64 {
    const u = -x * Math.SQRT1_2;
    if (u >= 1.25) return Normal.leftGelu(x) / x;
    if (!(u > 0.25)) return 0.5 * Normal.erfc(u);
    const lost = Normal.lostOfRoot(x);
    return 0.5 * (Normal.erfc(u) - lost * (BELL * Math.exp(-u * u)));
  }

  /** What −x/√2 rounds away, for an x of ordinary size: √½ is its double and a tail. */
  static lostOfRoot(x: f64): f64 {
    Pair.product(-x, Math.SQRT1_2);
    return Pair.tail + x * 4.833646656726457e-17;
  }

  /** x Φ(x): in the left tail −e^(−x²/2) times what is left, where Φ alone may be subnormal. */
  static gelu(x: f64): f64 {
    return -x * Math.SQRT1_2 >= 1.25 ? Normal.leftGelu(x) : x * Normal.cdf(x);
  }

  /** x Φ(x) for x ≤ −1.25 √2; its factor of √½ is in the exponent. */
  static leftGelu(x: f64): f64 {
    if (x < -39) return -0.0;
    return -Normal.decay(x, 0.5, Normal.tail(-x * Math.SQRT1_2) - 0.34657359027997264);
  }

  /** φ(x) */
  @inline static density(x: f64): f64 {
    return 0.3989422804014327 * Normal.bell(x, 0.5);
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
  2.296443268665491e-8, 1.9270852604185937e-9, 1.4911969277048643e-10, 1.0706029224547743e-11,
  7.169215998581078e-13, 4.498331606952833e-14, 2.6552651846596585e-15, 1.4797143443923793e-16,
  7.809603484293113e-18,
]);

/** ln 2 less its double. */
const LN2_TAIL: f64 = 2.3190468138462996e-17;
// ln 2 in two parts (FreeBSD's e_log.c): the first has 32 bits, so that a power of two times it is exact.
const LN2_HIGH: f64 = 6.9314718036912381649e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** Logarithms and exponentials in the formula that does not cancel. */
export class Stable {
  static sigmoid(x: f64): f64 {
    const e = Math.exp(-Math.abs(x));
    // e less a small term: one rounding instead of two.
    if (x < -2) return e - e * (e / (1 + e));
    return x < 0 ? e / (1 + e) : 1 / (1 + e);
  }

  /** σ(x) σ(−x) */
  static dSigmoid(x: f64): f64 {
    const e = Math.exp(-Math.abs(x));
    return e / (1 + e * (2 + e));
  }

  /** 1 − tanh² x */
  static dTanh(x: f64): f64 {
    return 4 * Stable.dSigmoid(2 * x);
  }

  /** ln(1 + eˣ) */
  static softplus(x: f64): f64 {
    return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
  }

  /** ln(1 − eˣ) for x < 0. Source: Mächler, log1mexp. */
  static log1mexp(x: f64): f64 {
    return x > -0.6931471805599453 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
  }

  /** ln(eˣ − 1) for x > 0; around its zero at ln 2 with ln 2 in two parts. */
  static logexpm1(x: f64): f64 {
    if (x > 1) return x + Math.log1p(-Math.exp(-x));
    if (x > 0.4) return Math.log1p(2 * Math.expm1(x - 0.6931471805599453 - LN2_TAIL));
    return Math.log(Math.expm1(x));
  }

  /**
   * ln(1 + x) − x. Within −0.5 … 1 it is 2 atanh(s) − x with s = x / (2 + x), whose first term and x
   * make −x s.
   */
  static log1pmx(x: f64): f64 {
    if (x === 0) return 0;
    if (x >= -0.5 && x <= 1) {
      const s = x / (2 + x);
      const z = s * s;
      // What underflows is -0: it is below 0.
      return -(x * s - 2 * s * z * poly(z, ODD, 16));
    }
    return x === Infinity ? -x : Math.log1p(x) - x;
  }

  /** ln(x / (1 − x)); 2x − 1 is exact from 1/4 on. */
  static logit(x: f64): f64 {
    return x < 0.25 ? Math.log(x) - Math.log1p(-x) : Math.log1p((2 * x - 1) / (1 - x));
  }

  static xlogx(x: f64): f64 {
    return x === 0 ? 0 : x * Math.log(x);
  }

  /** (eˣ − 1) / x; eˣ overflows before the quotient does. */
  static exprel(x: f64): f64 {
    if (x === 0) return 1;
    if (x < 709) return Math.expm1(x) / x;
    if (x > 800) return Infinity;
    const half = Math.exp(x * 0.5);
    return (half / x) * half;
  }

  /** (eˣ (x − 1) + 1) / x² */
  static dExprel(x: f64): f64 {
    if (Math.abs(x) < 1) return poly(x, RELATIVE, 18);
    if (x > 800) return Infinity;
    if (x < -750) return 1 / x / x;
    if (x < 700) return (Math.exp(x) * (x - 1) + 1) / (x * x);
    const half = Math.exp(x * 0.5);
    return ((half * (x - 1)) / (x * x)) * half;
  }

  /** ln cosh x */
  static logcosh(x: f64): f64 {
    const a = Math.abs(x);
    if (a < 1) {
      const s = Math.sinh(0.5 * x);
      return Math.log1p(2 * s * s);
    }
    return a + Math.log1p(Math.exp(-2 * a)) - 0.6931471805599453;
  }

  /** x − tanh x = x q / (1 + q), q = x²/(3 + x²/(5 + …)): Lambert's continued fraction, all terms positive. */
  static tanhShrink(x: f64): f64 {
    if (!(Math.abs(x) < 2)) return x - Math.tanh(x);
    const z = x * x;
    let q: f64 = 31;
    for (let k: f64 = 29; k > 2; k -= 2) q = k + z / q;
    q = z / q;
    return (x * q) / (1 + q);
  }

  /**
   * f x σ(u), exact where σ(u) alone is subnormal: there each factor takes half of the exponential. Where u is finite
   * a gate lets ∞ through.
   */
  static gated(f: f64, x: f64, u: f64): f64 {
    if (!(u < -700)) return f * Stable.sigmoid(u) * x;
    // e^−1480 is 0 beside every finite x, and its half is not 0 beside ∞.
    const half = Math.exp(0.5 * (u < -1480 && u > -Infinity ? -1480 : u));
    return f * half * (x * half);
  }

  /** −dy a / b², by the factor first that neither overflows nor vanishes on the way. */
  static turned(a: f64, b: f64, dy: f64): f64 {
    return -(Math.abs(b) > 1 ? (dy / b) * (a / b) : (dy * (a / b)) / b);
  }

  /** What x / s rounds away, as q is rounded, for finite x and s. */
  static rest(x: f64, s: f64, q: f64): f64 {
    const p = Pair.product(q, s);
    return (x - p - Pair.tail) / s;
  }

  /** dy / (e^z − 1): from 700 on dy e^−z, for e^z overflows before the quotient vanishes. */
  static quotient(dy: f64, z: f64): f64 {
    return z > 700 ? dy * Math.exp(-z) : dy / Math.expm1(z);
  }

  /** What a − b rounds away (Knuth's two-sum); 0 where it is not finite. */
  static lost(a: f64, b: f64): f64 {
    const d = a - b;
    if (!(Math.abs(d) < Infinity)) return 0;
    const c = d - a;
    return a - (d - c) - (b + c);
  }

  /** e^(x − m), with what x − m rounds away. */
  static expShifted(x: f64, m: f64): f64 {
    const e = Math.exp(x - m);
    return e + e * Stable.lost(x, m);
  }

  /** σ(a − b): half an ULP of the difference would be as many ULP of the result as the difference is large. */
  static share(a: f64, b: f64): f64 {
    const s = Stable.sigmoid(a - b);
    return s + s * (1 - s) * Stable.lost(a, b);
  }

  /** dy / (e^(a − b) − 1), as exact. */
  static ratio(dy: f64, a: f64, b: f64): f64 {
    const q = Stable.quotient(dy, a - b);
    return a > b ? q * (1 - Stable.lost(a, b)) : q;
  }
}

/** 2^27 + 1: cuts a double into halves whose products are exact. */
const SPLITTER: f64 = 134217729;

/** Sums and products of which nothing is lost: the result has the head, `tail` what was rounded away. */
export class Pair {
  static tail: f64 = 0;

  /** a b, for sizes up to 2^996 (Dekker). */
  static product(a: f64, b: f64): f64 {
    const p = a * b;
    const ca = a * SPLITTER;
    const cb = b * SPLITTER;
    const ha = ca - (ca - a);
    const hb = cb - (cb - b);
    const ta = a - ha;
    const tb = b - hb;
    Pair.tail = ta * tb - (p - ha * hb - ta * hb - ha * tb);
    return p;
  }

  /** a + b (Knuth). */
  @inline static sum(a: f64, b: f64): f64 {
    const s = a + b;
    Pair.tail = Pair.lost(a, b, s);
    return s;
  }

  /** What s = a + b rounds away. */
  @inline static lost(a: f64, b: f64, s: f64): f64 {
    const c = s - a;
    return a - (s - c) + (b - c);
  }
}

// π/2 in four parts, the first three of 30 bits: their products with 23 bits are exact.
const QUARTER_A: f64 = 1.570796325802803;
const QUARTER_B: f64 = 9.920935791635221e-10;
const QUARTER_C: f64 = 5.17018297889025e-19;
const QUARTER_D: f64 = 2.9038559739793605e-28;

/**
 * sin, cos and tan. For 2^20 π/2 ≤ |x| < 2^22 asc's own take the quarter from a word before the table of 2/π, which
 * is any number: there x is reduced here.
 */
export class Circle {
  /** Of the last `rest`: quarters of a turn, and what its result rounds away. */
  static quarters: i32 = 0;
  static tail: f64 = 0;

  @inline static within(x: f64): bool {
    const a = Math.abs(x);
    return a > 1647098 && a < 4194304;
  }

  /** x − k π/2, with k the nearest. */
  static rest(x: f64): f64 {
    const k = nearest<f64>(x * 0.6366197723675814);
    Circle.quarters = <i32>k;
    const b = Pair.sum(x - k * QUARTER_A, -(k * QUARTER_B));
    const lostB = Pair.tail;
    const c = Pair.sum(b, -(k * QUARTER_C));
    const head = Pair.sum(c, lostB + Pair.tail - k * QUARTER_D);
    Circle.tail = Pair.tail;
    return head;
  }

  /** The sine of r and `tail`, moved on by quarters. */
  static turned(r: f64, quarters: i32): f64 {
    const t = Circle.tail;
    const odd = (quarters & 1) !== 0;
    const y = odd ? Math.cos(r) - t * Math.sin(r) : Math.sin(r) + t * Math.cos(r);
    return (quarters & 2) === 0 ? y : -y;
  }

  static sin(x: f64): f64 {
    return Circle.within(x) ? Circle.turned(Circle.rest(x), Circle.quarters) : Math.sin(x);
  }

  static cos(x: f64): f64 {
    return Circle.within(x) ? Circle.turned(Circle.rest(x), Circle.quarters + 1) : Math.cos(x);
  }

  static tan(x: f64): f64 {
    if (!Circle.within(x)) return Math.tan(x);
    const y = Math.tan(Circle.rest(x));
    const whole = y + Circle.tail * (1 + y * y);
    return (Circle.quarters & 1) === 0 ? whole : -1 / whole;
  }
}

/** A number above 0 taken apart: a mantissa in 1 … 2, times a power of two. */
export class Bits {
  /** Of the last `mantissa`. */
  static power: i32 = 0;

  static mantissa(x: f64): f64 {
    const normal = x < 2.2250738585072014e-308 ? x * 18014398509481984 : x;
    const bits = reinterpret<u64>(normal);
    Bits.power = <i32>(bits >> 52) - (normal === x ? 1023 : 1077);
    return reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  }

  /** x 2^power, in steps that a double can take. */
  static scale(x: f64, power: i32): f64 {
    let p = max(min(power, 4000), -4000);
    for (; p > 1000; p -= 1000) x *= 1.0715086071862673e301;
    for (; p < -1000; p += 1000) x *= 9.332636185032189e-302;
    return x * reinterpret<f64>((<u64>(1023 + p)) << 52);
  }
}

/** Relative entropy: x ln(x/y), and what is left of it where x and y are nearly one another. */
export class Entropy {
  /**
   * ln(x/y) + plus for finite x, y > 0, what it rounds away in `Pair.tail`. Mantissas within √2 of one another have an
   * exact difference, so that nothing cancels near x = y; x/y itself may be beyond a double.
   */
  static log(x: f64, y: f64, plus: f64): f64 {
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
    const k = <f64>power;
    return Pair.sum(k * LN2_HIGH + plus, k * LN2_LOW + Math.log1p((a - b) / b));
  }

  /** Whether x and y are finite and above 0. */
  @inline static inside(x: f64, y: f64): bool {
    return x > 0 && y > 0 && x < Infinity && y < Infinity;
  }

  /** x ln(x/y): 0 where x = 0 ≤ y, ∞ where x or y is below 0 or y = 0 < x, −∞ at y = ∞, NaN for two ∞. */
  static relative(x: f64, y: f64): f64 {
    if (Entropy.inside(x, y)) return x * Entropy.log(x, y, 0);
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
    const s = d / (x * down + y * down);
    return d * s * (1 + s * (1 + s) * poly(s * s, ODD, 16)) * up;
  }

  /**
   * x (ln(x/y) − 1) + y, times `down`, in pairs: at y = 2x all but a sixth cancels. The logarithm is of x and y as they
   * are: the smaller one may be subnormal times `down`.
   */
  static far(x: f64, y: f64, down: f64): f64 {
    const log = Entropy.log(x, y, -1);
    const logTail = Pair.tail;
    const p = Pair.product(x * down, log);
    const tail = Pair.tail + x * down * logTail;
    const sum = Pair.sum(p, y * down);
    return sum + (Pair.tail + tail);
  }

  /** g (ln(x/y) + s): −∞ at x = 0 < y, ∞ at y = 0 < x, 0 at x = y = 0, NaN below 0 */
  static slope(x: f64, y: f64, g: f64, s: f64): f64 {
    if (Entropy.inside(x, y)) return g * Entropy.log(x, y, s);
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
