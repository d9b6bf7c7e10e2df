/**
 * The error function and what a normal distribution gives to neural networks.
 *
 *   erf x = 2/√π ∫₀ˣ e^(−t²) dt          erfc x = 1 − erf x          Φ(x) = ndtr x = erfc(−x/√2) / 2
 *   gelu x = x Φ(x)                      d gelu = Φ(x) + x φ(x),  φ(x) = e^(−x²/2) / √(2π)
 *   geluTanh x = x σ(2u),  u = √(2/π) (x + 0.044715 x³)
 *   logNdtr x = ln Φ(x)                  d logNdtr = φ(x) / Φ(x), the inverse of Mills' ratio
 *
 * Everything is made of one tail, Φ(−a) for a ≥ 0, which keeps its relative accuracy down to the last
 * subnormal: 1 − erf or 1 + erf never is (there 0.5 x (1 + erf) is wrong by 6.5e5 ULP at x = -5).
 */

import { F64 } from "../simd";
import { Exp2, K32, K64, Poly } from "./f64core";
import { Wide } from "./wide";

/**
 * For Φ: |x| beyond which every tail is far below the smallest f32 (2^-189) and the exponent of 2^n still in range;
 * √(log₂ e / 2), for e^(−x²/2) = 2^(−z²); 3.6, for u = 1 / (z + 3.6); 1.
 */
const NORMAL: usize = memory.data<f64>([16.0, 0.8493218002880191, 3.6, 1.0]);

/** The same for erf and erfc (2^-178, √(log₂ e)), then 1/2 and erf(z / s) = z p(z²) for z ≤ 1/2; relative error 2^-32. */
const ERROR: usize = memory.data<f64>([
  11.0, 1.2011224087864498, 3.6, 1.0, 0.5, 0.9394372784919782, -0.21705605903384245,
  0.045134226824494895, -0.007434114927268146, 0.0009354286106327613,
]);

/** erfcx(z / s) / 2 = u q(u), u = 1 / (z + 3.6), z = s x with s = √(log₂ e); relative error 2^-28.8. */
const TAIL: usize = memory.data<f64>([
  0.338784344816712, 1.2235829230908075, 4.009960344099553, 16.012082154172887, 0.8530855383407334,
  429.0594977937607, -1684.1612801437227, 7432.50794218822, -14678.278551205167, 10115.223124115539,
]);

/** x beyond which φ(x) is 0 whatever it is times, as x²; −1/2; 1/√(2π); where the series of φ / Φ begins; 74, 10 and 2 of it. */
const MILLS: usize = memory.data<f64>([1300.0, -0.5, 0.3989422804014327, -14.0, 74.0, 10.0, 2.0]);

/** Where tanh-GELU ends, e^-142, and its floor. */
const TANH_END: usize = memory.data<f64>([12.0]);
const TANH_FLOOR: usize = memory.data<f32>([-12.0]);

/**
 * (Φ(−a) − a φ(a)) e^(a²/2) = (a₀ − a) q(u), u = 1 / (z + 3), z = a √(log₂ e / 2); relative error
 * 2^-27.8. Dividing the root out before fitting is what keeps the relative accuracy next to it.
 */
const D_GELU: usize = memory.data<f64>([
  3.0,
  0.7517915246935645, // a₀; the next bits, -1.5e-17, would change the nearest f32's result by 2^-30
  0.39894359937958607,
  0.2546029018547455,
  0.6438220463936551,
  1.3671284694146082,
  4.0590709772621425,
  -3.4548667820920422,
  41.96589707959443,
  -96.87134084135916,
  65.15035597135078,
]);

/** 2u = x (K0 + K1 x²); its log₂ e fold; the derivative 2u' = K0 + 3 K1 x²; its root r and E = e^(−2u(r)). */
const TANH: usize = memory.data<f64>([
  2.3022081981443248, // K0 log₂ e = 2 √(2/π) log₂ e
  0.1029432395800235, // K1 log₂ e, K1 = 0.044715 K0
  -1.5957691216057308, // −K0
  -0.21406444881780073, // −3 K1
  0.7524614220710163, // r
  0.5661981917051361, // r²
  0.29195521191476714, // E
]);

/** The shared cores on two lanes. The builds differ by f64 rounding errors only. */
class Tail {
  /** D = Φ(−a) − a φ(a) is the derivative at −a; the one at a is 1 − D. */
  @inline static dGelu(x: v128): v128 {
    const a = f64x2.pmin(f64x2.abs(x), K64.at(NORMAL, 0));
    const z = f64x2.mul(a, K64.at(NORMAL, 1));
    const u = f64x2.div(K64.one(), f64x2.add(z, K64.at(D_GELU, 0)));
    const toRoot = f64x2.sub(K64.at(D_GELU, 1), a);
    const scaled = f64x2.mul(toRoot, Poly.pairs8(u, D_GELU + 16));
    const d = f64x2.mul(scaled, Exp2.of(f64x2.mul(z, z)));
    return F64.select(f64x2.gt(x, f64x2.splat(0)), f64x2.sub(K64.one(), d), d);
  }

  /**
   * dy φ(x) / Φ(x): to the left of 0 both are times e^(−x²/2), which is left out, so that a tail is what `Erf.tailOf` gives
   * with 1 for it; below −14, before that fit ends, it is |x| (1 + t − 2t² + 10t³ − 74t⁴), t = x^−2.
   */
  @inline static dLogNdtr(x: v128, dy: v128): v128 {
    const one = K64.one();
    const a = f64x2.abs(x);
    const z = f64x2.mul(a, K64.at(NORMAL, 1));
    const u = f64x2.div(one, f64x2.add(z, K64.at(NORMAL, 2)));
    const square = f64x2.mul(x, x);
    const decayed = Wide.exp(f64x2.mul(f64x2.pmin(square, K64.at(MILLS, 0)), K64.at(MILLS, 1)));
    const e = F64.select(f64x2.lt(x, f64x2.splat(0)), one, decayed);
    const tail = f64x2.mul(f64x2.mul(u, Poly.pairs9(u, TAIL)), e);
    const near = f64x2.div(f64x2.mul(K64.at(MILLS, 2), e), Erf.ndtr(x, tail, one));
    const t = f64x2.div(one, square);
    const bent = F64.nmadd(t, F64.nmadd(t, K64.at(MILLS, 4), K64.at(MILLS, 5)), K64.at(MILLS, 6));
    const far = f64x2.mul(a, F64.madd(t, F64.nmadd(t, bent, one), one));
    return f64x2.mul(dy, F64.select(f64x2.lt(x, K64.at(MILLS, 3)), far, near));
  }

  /** x / (1 + e^(−2u)). */
  @inline static geluTanh(x: v128): v128 {
    const a = f64x2.pmin(x, K64.at(TANH_END, 0));
    const w = f64x2.mul(a, Poly.p1(f64x2.mul(a, a), TANH));
    return f64x2.div(x, f64x2.add(Exp2.of(w), K64.one()));
  }

  /**
   * With E(a) = e^(−2u(a)) the derivative at −a is E F / (1 + E)², F(a) = 1 + E(a) − 2a u'(a).
   * F has a root r near 0.7525 where the three terms cancel, so F is written as its difference from
   * F(r) = 0, whose two terms have one sign and vanish with a − r:
   *
   *   F(a) = E(r) (2^−s − 1) − (a − r) (K0 + 3 K1 t),   s = (a − r) (K0 + K1 t) log₂ e,   t = a² + ar + r²
   */
  @inline static dGeluTanh(x: v128): v128 {
    const one = K64.one();
    const r = K64.at(TANH, 4);
    const a = f64x2.pmin(f64x2.abs(x), K64.at(TANH_END, 0));
    const past = f64x2.sub(a, r);
    const t = F64.madd(f64x2.add(a, r), a, K64.at(TANH, 5));
    const s = f64x2.mul(past, Poly.p1(t, TANH));
    const shifted = Exp2.shifted(s);
    const power = Exp2.scale(one, shifted);
    const rest = f64x2.mul(power, Exp2.fractionM1(Exp2.fraction(s, shifted)));
    const atRoot = K64.at(TANH, 6);
    const e = f64x2.mul(atRoot, f64x2.add(power, rest));
    const m1 = f64x2.mul(atRoot, f64x2.add(f64x2.sub(power, one), rest));
    const f = F64.madd(past, Poly.p1(t, TANH + 16), m1);
    const e1 = f64x2.add(e, one);
    const d = f64x2.div(f64x2.mul(e, f), f64x2.mul(e1, e1));
    return F64.select(f64x2.gt(x, f64x2.splat(0)), f64x2.sub(one, d), d);
  }
}

export class Erf {
  /** Where the constants of the passes stand. */
  @inline static normal(): usize {
    return NORMAL;
  }
  @inline static error(): usize {
    return ERROR;
  }
  @inline static tail(): usize {
    return TAIL;
  }

  /** z = √(log₂ e) |x| or √(log₂ e / 2) |x|, capped: here ±∞ and the range of an exponent are taken care of. NaN passes. */
  @inline static scaled(x: v128, end: v128, scale: v128): v128 {
    return f64x2.mul(f64x2.pmin(f64x2.abs(x), end), scale);
  }

  /** Φ(−a) = 2^(−z²) u q(u) for a ≥ 0, from the first of these and u. */
  @inline static tailOf(
    u: v128,
    decayed: v128,
    c0: v128,
    c1: v128,
    c2: v128,
    c3: v128,
    c4: v128,
    c5: v128,
    c6: v128,
    c7: v128,
    c8: v128,
    c9: v128,
  ): v128 {
    const q = Poly.nine(u, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9);
    return f64x2.mul(f64x2.mul(u, q), decayed);
  }

  /**
   * Computes erf x = sign(x) (1 − 2 Φ(−|x|√2)), below |x| = 0.416 an odd polynomial: there the
   * difference cancels.
   *
   * Error 0.5310 ULP at 0.556343257
   * Range all of f32, ±∞ → ±1, −0 → −0
   * Source Remez fits of this project.
   */
  @inline static erf(
    z: v128,
    tail: v128,
    one: v128,
    half: v128,
    c0: v128,
    c1: v128,
    c2: v128,
    c3: v128,
    c4: v128,
  ): v128 {
    const small = f64x2.mul(z, Poly.four(f64x2.mul(z, z), c0, c1, c2, c3, c4));
    const large = f64x2.sub(one, f64x2.add(tail, tail));
    return F64.select(f64x2.lt(z, half), small, large);
  }

  /**
   * Computes erfc x = 2 Φ(−x√2), and 2 minus that for x < 0.
   *
   * Error 0.5709 ULP at 1.54675996
   * Range all of f32, subnormal results included (x up to 10.05)
   * Source e^(−x²) times a polynomial in 1/(x + c), a Möbius map as in Schonfelder (1978) and Johnson's
   * Faddeeva package; own fit.
   */
  @inline static erfc(x: v128, tail: v128, one: v128): v128 {
    const twice = f64x2.add(tail, tail);
    const two = f64x2.add(one, one);
    return F64.select(f64x2.lt(x, f64x2.splat(0)), f64x2.sub(two, twice), twice);
  }

  /**
   * Computes Φ(x), the normal distribution: the tail itself for x ≤ 0, 1 minus the tail for x > 0.
   *
   * Error 0.5711 ULP at -2.18737769
   * Range all of f32, subnormal results included (x down to -14.2)
   * Source as erfc.
   */
  @inline static ndtr(x: v128, tail: v128, one: v128): v128 {
    return F64.select(f64x2.gt(x, f64x2.splat(0)), f64x2.sub(one, tail), tail);
  }

  /**
   * Computes ln Φ(x): −x²/2 + ln(tail) for x < 0, of a tail without its e^(−x²/2); ln(1 − tail) for x ≥ 0.
   *
   * Error 0.7170 ULP at -63.9185066
   * Range all of f32: −∞ only where −x²/2 is beyond it, −0 at ∞, subnormal results included (x up to 14.1)
   * Source as erfc, whose fit is off by up to 2^-13 beyond x = -16: nothing beside x²/2. The logarithm as in wide.ts.
   */
  @inline static logNdtr(x: v128, tail: v128): v128 {
    const left = f64x2.lt(x, f64x2.splat(0));
    const minus = f64x2.neg(tail);
    const v = F64.select(left, tail, f64x2.add(K64.one(), minus));
    const e = Wide.exponent(v);
    const f = F64.select(left, Wide.fraction(v, e), Wide.fraction1p(minus, e));
    const square = v128.and(f64x2.mul(x, f64x2.mul(x, K64.half())), left);
    return f64x2.sub(Wide.sum(e, f), square);
  }

  /**
   * Computes dy φ(x) / Φ(x).
   *
   * Error 0.5936 ULP at 0.771622539
   * Range all of f32: ∞ dy at −∞, 0 at ∞
   * Source the tail as erfc; the series of Mills' ratio (Abramowitz and Stegun 26.2.12) inverted.
   */
  @inline static dLogNdtr(x: v128, dy: v128): v128 {
    return F64.join(
      Tail.dLogNdtr(F64.low(x), F64.low(dy)),
      Tail.dLogNdtr(F64.high(x), F64.high(dy)),
    );
  }

  /**
   * Computes gelu x = x Φ(x) as max(x, 0) − |x| Φ(−|x|).
   *
   * Error 0.5757 ULP at -2.18975782
   * Range all of f32: −∞ → −0, ∞ → ∞
   * Source Hendrycks and Gimpel (2016); the tail as erfc.
   *
   * Tried and rejected: 0.5 x (1 + erf), 6.5e5 ULP at -5; one degree less in the tail (2^-26.2, about
   * 0.72 ULP) for 4 of 100 operations; Horner's order for degree 9 (slower). Not tried: f32 head
   * and tail.
   */
  @inline static gelu(x: v128, tail: v128, end: v128): v128 {
    const loss = f64x2.mul(f64x2.pmin(f64x2.abs(x), end), tail);
    return f64x2.sub(f64x2.pmax(x, f64x2.splat(0)), loss);
  }

  /**
   * Computes gelu' x = Φ(x) + x φ(x), by gelu'(x) = 1 − gelu'(−x) from its negative side.
   *
   * Error 0.6141 ULP at -0.789202034, its root x = -0.7517… included
   * Range all of f32: −∞ → −0, ∞ → 1
   * Source own fit of the derivative divided by its root.
   */
  @inline static dGelu(x: v128): v128 {
    return F64.join(Tail.dGelu(F64.low(x)), Tail.dGelu(F64.high(x)));
  }

  /**
   * Computes x σ(2u) = x / (1 + e^(−2u)), which is 0.5 x (1 + tanh u) without its cancellation.
   *
   * Error 0.5421 ULP at -5.808671
   * Range all of f32: −∞ → −0, ∞ → ∞
   * Source Hendrycks and Gimpel (2016), in its σ form.
   */
  @inline static geluTanh(x: v128): v128 {
    const floor = f32x4.pmax(x, K32.at(TANH_FLOOR, 0));
    return F64.join(Tail.geluTanh(F64.low(floor)), Tail.geluTanh(F64.high(floor)));
  }

  /**
   * Computes geluTanh' x, by the same reflection as gelu' and with its root divided out by hand.
   *
   * Error 0.6300 ULP at -0.743487418, its root x = -0.7524… included
   * Range all of f32: −∞ → −0, ∞ → 1
   * Source derived in `Tail.dGeluTanh`.
   */
  @inline static dGeluTanh(x: v128): v128 {
    return F64.join(Tail.dGeluTanh(F64.low(x)), Tail.dGeluTanh(F64.high(x)));
  }
}
