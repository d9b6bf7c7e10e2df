import { F32, F64 } from "../simd";
import { Exp } from "./exp";
import { Wide } from "./wide";

const LN2_HEAD: usize = memory.data<f32>([0.693145751953125], 4);
const LN2_TAIL_MINUS: usize = memory.data<f32>([-1.42860682030941723e-6], 4);
const LOG10_2_HEAD: usize = memory.data<f32>([0.301025390625], 4);
const LOG10_2_TAIL: usize = memory.data<f32>([4.6050389811952137e-6], 4);
const LOG2E_HEAD: usize = memory.data<f32>([1.5], 4);
const LOG2E_TAIL: usize = memory.data<f32>([-0.0573049591110366], 4);
const LOG10E_HEAD: usize = memory.data<f32>([0.375], 4);
const LOG10E_TAIL: usize = memory.data<f32>([0.0592944819032518], 4);
const ONE: usize = memory.data<f32>([1.0], 4);
/** Bits of 1.5: a significand above it belongs to the next power of two. */
const SPLIT: usize = memory.data<u32>([0x3fc00000], 4);
/** The same for 4/3. */
const SPLIT_LOW: usize = memory.data<u32>([0x3faaaaaa], 4);
const SPLIT_ROOT: usize = memory.data<u32>([0x3fb504f2], 4);
const NORMAL: usize = memory.data<u32>([0x7f800000], 4);
const RARE: usize = memory.data<u32>([0xfeffffff], 4);

/** (log_b(1 + f) − f log_b e) / f² for b = e, 2, 10, lowest degree first; errors 2^-27.6, -27.1, -28.8. */
const LOG1P: usize = memory.data<f32>(
  [
    -0.5, 0.33333447575569153, -0.2500019371509552, 0.19991113245487213, -0.1664377599954605,
    0.14467467367649078, -0.13186383247375488, 0.10583049803972244, -0.046175796538591385,
  ],
  4,
);
const NATURAL: usize = memory.data<f32>(
  [
    -0.5, 0.33333224058151245, -0.24999688565731049, 0.2001003473997116, -0.16685475409030914,
    0.14011040329933167, -0.12114991247653961, 0.13961954414844513, -0.13192230463027954,
  ],
  4,
);
const BINARY: usize = memory.data<f32>(
  [
    -0.5, 0.48089656233787537, -0.3606669306755066, 0.28869327902793884, -0.2407725602388382,
    0.20200476050376892, -0.17430581152439117, 0.20200009644031525, -0.19187119603157043,
    -0.22134755551815033,
  ],
  4,
);
const DECIMAL: usize = memory.data<f32>(
  [
    -0.25, 0.1447647213935852, -0.10858023166656494, 0.08687187731266022, -0.07214117050170898,
    0.06151258945465088, -0.05736759677529335, 0.056474264711141586, -0.03396604210138321,
    0.03285280615091324,
  ],
  4,
);

export class Log {
  /** (log1p(f) − f) for f in [−1/4, 1/2]. */
  @inline static curve(table: usize, f: v128, rest: v128): v128 {
    const z = f32x4.mul(f, f);
    const a = F32.madd(v128.load_splat<f32>(table, 8), f, v128.load_splat<f32>(table, 4));
    const b = F32.madd(v128.load_splat<f32>(table, 16), f, v128.load_splat<f32>(table, 12));
    const c = F32.madd(v128.load_splat<f32>(table, 24), f, v128.load_splat<f32>(table, 20));
    const d = F32.madd(v128.load_splat<f32>(table, 32), f, v128.load_splat<f32>(table, 28));
    const p = F32.madd(F32.madd(F32.madd(d, z, c), z, b), z, a);
    return F32.madd(v128.load_splat<f32>(table, 0), z, F32.madd(f32x4.mul(z, f), p, rest));
  }

  /** −k, where 2^k is the power of two that brings x into [3/4, 3/2). */
  @inline static power(x: v128, split: usize): v128 {
    return i32x4.shr_s(i32x4.sub(v128.load_splat<f32>(split), x), 23);
  }

  /** x · 2^−k by its exponent bits, minus 1. */
  @inline static fraction(x: v128, minusK: v128): v128 {
    return f32x4.sub(i32x4.add(x, i32x4.shl(minusK, 23)), v128.load_splat<f32>(0, ONE));
  }

  /** f + tail − big, where big = 0 or |big| ≥ |f|. */
  @inline static sum(big: v128, f: v128, tail: v128): v128 {
    const head = f32x4.sub(f, big);
    return f32x4.add(head, f32x4.add(f32x4.sub(f, f32x4.add(head, big)), tail));
  }

  /** ln: k ln 2 + log1p(f) */
  @inline static natural(table: usize, k: v128, f: v128): v128 {
    return Log.sum(
      f32x4.mul(k, v128.load_splat<f32>(0, LN2_HEAD)),
      f,
      Log.curve(table, f, f32x4.mul(k, v128.load_splat<f32>(0, LN2_TAIL_MINUS))),
    );
  }

  @inline static rare(x: v128): v128 {
    return i32x4.gt_s(i32x4.add(x, v128.load_splat<f32>(0, NORMAL)), v128.load_splat<f32>(0, RARE));
  }
  /** x, subnormals times 2^23. */
  @inline static lift(x: v128): v128 {
    return F32.select(
      f32x4.lt(x, f32x4.splat(1.17549435e-38)),
      f32x4.mul(x, f32x4.splat(8388608.0)),
      x,
    );
  }
  @inline static lifted(x: v128): v128 {
    return v128.and(f32x4.lt(x, f32x4.splat(1.17549435e-38)), i32x4.splat(23));
  }
  @inline static limits(x: v128, y: v128): v128 {
    y = F32.select(f32x4.lt(x, f32x4.splat(0)), f32x4.splat(NaN), y);
    y = F32.select(f32x4.eq(x, f32x4.splat(0)), f32x4.splat(-Infinity), y);
    return F32.select(f32x4.lt(x, f32x4.splat(Infinity)), y, f32x4.add(x, x));
  }

  @inline static log(x: v128): v128 {
    const rare = v128.any_true(Log.rare(x));
    let z = x;
    if (rare) z = Log.lift(x);
    let e = Log.power(z, SPLIT_LOW);
    const f = Log.fraction(z, e);
    if (rare) e = i32x4.add(e, Log.lifted(x));
    let y = Log.natural(NATURAL, f32x4.convert_i32x4_s(e), f);
    if (rare) y = Log.limits(x, y);
    return y;
  }

  @inline static log2(x: v128): v128 {
    const rare = v128.any_true(Log.rare(x));
    let z = x;
    if (rare) z = Log.lift(x);
    let e = Log.power(z, SPLIT_LOW);
    const f = Log.fraction(z, e);
    if (rare) e = i32x4.add(e, Log.lifted(x));
    let y = Log.sum(
      f32x4.convert_i32x4_s(e),
      f32x4.mul(f, v128.load_splat<f32>(0, LOG2E_HEAD)),
      Log.curve(
        BINARY,
        f,
        F32.madd(
          f32x4.mul(f, f),
          v128.load_splat<f32>(BINARY, 36),
          f32x4.mul(f, v128.load_splat<f32>(0, LOG2E_TAIL)),
        ),
      ),
    );
    if (rare) y = Log.limits(x, y);
    return y;
  }

  @inline static log10(x: v128): v128 {
    const rare = v128.any_true(Log.rare(x));
    let z = x;
    if (rare) z = Log.lift(x);
    let e = Log.power(z, SPLIT_ROOT);
    const f = Log.fraction(z, e);
    if (rare) e = i32x4.add(e, Log.lifted(x));
    const k = f32x4.convert_i32x4_s(e);
    let y = Log.sum(
      f32x4.mul(k, v128.load_splat<f32>(0, LOG10_2_HEAD)),
      f32x4.mul(f, v128.load_splat<f32>(0, LOG10E_HEAD)),
      Log.curve(
        DECIMAL,
        f,
        F32.madd(
          f32x4.mul(f, f),
          v128.load_splat<f32>(DECIMAL, 36),
          F32.nmadd(
            k,
            v128.load_splat<f32>(0, LOG10_2_TAIL),
            f32x4.mul(f, v128.load_splat<f32>(0, LOG10E_TAIL)),
          ),
        ),
      ),
    );
    if (rare) y = Log.limits(x, y);
    return y;
  }

  @inline static log1p(x: v128): v128 {
    const one = v128.load_splat<f32>(0, ONE);
    const s = f32x4.add(one, x);
    const rare = v128.any_true(Log.rare(s));
    const e = Log.power(s, SPLIT);
    const shift = i32x4.shl(e, 23);
    const c = f32x4.sub(one, i32x4.max_s(i32x4.add(one, shift), i32x4.splat(0)));
    const f = f32x4.sub(i32x4.add(x, shift), c);
    let y = Log.natural(LOG1P, f32x4.convert_i32x4_s(e), f);
    if (rare) y = Log.limits(s, y);
    return y;
  }

  /** ln(e^x − 1): in f64 for the root at ln 2. */
  @inline static logexpm1(x: v128): v128 {
    const z = f32x4.pmin(x, f32x4.splat(30));
    const y = F64.join(Log.logexpm1Half(F64.low(z)), Log.logexpm1Half(F64.high(z)));
    return F32.select(f32x4.lt(x, f32x4.splat(30)), Log.limits(x, y), f32x4.add(x, f32x4.splat(0)));
  }
  @inline static logexpm1Half(x: v128): v128 {
    return Wide.log(Wide.expm1Fine(x));
  }

  /** log1p(x) − x */
  @inline static log1pmx(x: v128): v128 {
    let y = F64.join(Log.log1pmxHalf(F64.low(x)), Log.log1pmxHalf(F64.high(x)));
    y = F32.select(f32x4.lt(x, f32x4.splat(Infinity)), y, f32x4.neg(x));
    return F32.select(
      f32x4.le(x, f32x4.splat(-1)),
      f32x4.div(f32x4.splat(-1), f32x4.sqrt(f32x4.add(x, f32x4.splat(1)))),
      y,
    );
  }
  @inline static log1pmxHalf(x: v128): v128 {
    const one = f64x2.splat(1);
    const e = Wide.exponent(f64x2.add(one, x));
    const scale = Wide.unscale(e);
    const f = f64x2.sub(f64x2.mul(x, scale), f64x2.sub(one, scale));
    return f64x2.sub(f64x2.add(f64x2.sub(f, x), Wide.bend(f)), Wide.shift(e));
  }

  /** ln(x / (1 − x)) */
  @inline static logit(x: v128): v128 {
    const y = F64.join(Log.logitHalf(F64.low(x)), Log.logitHalf(F64.high(x)));
    const one = f32x4.splat(1);
    const inside = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, one));
    return F32.select(
      inside,
      y,
      f32x4.div(
        f32x4.sub(x, f32x4.splat(0.5)),
        f32x4.abs(f32x4.sqrt(f32x4.mul(x, f32x4.sub(one, x)))),
      ),
    );
  }
  @inline static logitHalf(x: v128): v128 {
    return Wide.log(f64x2.div(x, f64x2.sub(f64x2.splat(1), x)));
  }

  /** x ln x */
  @inline static xlogx(x: v128): v128 {
    return Log.xlogy(x, x);
  }
  /** −x ln x, −∞ below 0 */
  @inline static entr(x: v128): v128 {
    return F32.select(
      f32x4.lt(x, f32x4.splat(0)),
      f32x4.splat(-Infinity),
      f32x4.sub(f32x4.splat(0), Log.xlogx(x)),
    );
  }
  /** x ln y; 0 where x = 0, whatever y, but NaN stays */
  @inline static xlogy(x: v128, y: v128): v128 {
    const logLow = Wide.log(F64.low(y)),
      logHigh = Wide.log(F64.high(y));
    const product = F64.join(f64x2.mul(F64.low(x), logLow), f64x2.mul(F64.high(x), logHigh));
    const usual = v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, f32x4.splat(Infinity)));
    const z = F32.select(usual, product, f32x4.mul(x, Log.limits(y, y)));
    return F32.select(v128.and(f32x4.eq(x, f32x4.splat(0)), f32x4.eq(y, y)), f32x4.splat(0), z);
  }
  /** x ln(1 + y) */
  @inline static xlog1py(x: v128, y: v128): v128 {
    const logLow = Wide.log1p(F64.low(y)),
      logHigh = Wide.log1p(F64.high(y));
    const product = F64.join(f64x2.mul(F64.low(x), logLow), f64x2.mul(F64.high(x), logHigh));
    const usual = v128.and(f32x4.gt(y, f32x4.splat(-1)), f32x4.lt(y, f32x4.splat(Infinity)));
    const s = f32x4.add(y, f32x4.splat(1));
    const z = F32.select(usual, product, f32x4.mul(x, Log.limits(s, s)));
    return F32.select(v128.and(f32x4.eq(x, f32x4.splat(0)), f32x4.eq(y, y)), f32x4.splat(0), z);
  }

  /** ln(e^x + e^y) = max + log1p(e^−|x − y|) */
  @inline static logaddexp(x: v128, y: v128): v128 {
    const m = f32x4.pmax(x, y),
      l = f32x4.pmin(x, y);
    const same = f32x4.eq(x, y);
    const low = Log.addHalf(
      F64.low(m),
      F64.low(F32.select(same, f32x4.splat(0), l)),
      F64.low(F32.select(same, f32x4.splat(0), m)),
    );
    const high = Log.addHalf(
      F64.high(m),
      F64.high(F32.select(same, f32x4.splat(0), l)),
      F64.high(F32.select(same, f32x4.splat(0), m)),
    );
    const z = F64.join(low, high);
    return F32.select(v128.or(f32x4.ne(x, x), f32x4.ne(y, y)), f32x4.add(x, y), z);
  }
  @inline static addHalf(top: v128, l: v128, m: v128): v128 {
    return f64x2.add(top, Wide.log1p(Wide.expFine(f64x2.pmax(f64x2.sub(l, m), f64x2.splat(-110)))));
  }
  /** ln|e^x − e^y| = max + ln(1 − e^−|x − y|) */
  @inline static logsubexp(x: v128, y: v128): v128 {
    const m = f32x4.pmax(x, y),
      l = f32x4.pmin(x, y);
    const low = Log.subHalf(F64.low(m), F64.low(l));
    const high = Log.subHalf(F64.high(m), F64.high(l));
    const z = F32.select(f32x4.eq(x, y), f32x4.splat(-Infinity), F64.join(low, high));
    return F32.select(v128.or(f32x4.ne(x, x), f32x4.ne(y, y)), f32x4.add(x, y), z);
  }
  @inline static subHalf(m: v128, l: v128): v128 {
    return f64x2.add(m, Log.log1mexpHalf(f64x2.pmax(f64x2.sub(l, m), f64x2.splat(-110))));
  }

  /** ln(1 − e^x), x ≤ 0 */
  @inline static log1mexp(x: v128): v128 {
    const z = f32x4.pmax(x, f32x4.splat(-110));
    const y = F64.join(Log.log1mexpHalf(F64.low(z)), Log.log1mexpHalf(F64.high(z)));
    return F32.select(
      f32x4.lt(x, f32x4.splat(0)),
      y,
      f32x4.div(f32x4.splat(-1), f32x4.sqrt(f32x4.sub(f32x4.splat(0), x))),
    );
  }
  /** Of v = 1 − e^x near 0 the logarithm of v itself, elsewhere log1p(−e^x). */
  @inline static log1mexpHalf(x: v128): v128 {
    const one = f64x2.splat(1);
    const t = Wide.turns(x);
    const p = Wide.fine(Wide.rest(x, t));
    const s = Wide.power(t);
    const near = f64x2.eq(s, one);
    const minusE = f64x2.neg(F64.madd(s, p, s));
    const v = F64.select(near, f64x2.neg(p), f64x2.add(one, minusE));
    const e = Wide.exponent(v);
    const scale = Wide.unscale(e);
    const f = F64.select(
      near,
      f64x2.sub(f64x2.mul(v, scale), one),
      f64x2.add(f64x2.mul(minusE, scale), f64x2.sub(scale, one)),
    );
    return f64x2.sub(f64x2.add(f, Wide.bend(f)), Wide.shift(e));
  }
}
