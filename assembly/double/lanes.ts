/**
 * Two numbers of twice the digits at once, and their exponential and logarithm: heads in the lanes of one vector, tails in
 * those of another. What a function gives is its heads; their tails are left in a static.
 *
 * Heads that are multiplied are cut to 26 bits, so that their products are exact and no product needs to be taken apart; a
 * tail has what the cut took, and the digits beyond: 79 bits in all.
 *
 * Computes: e^x, ln x and ln(1 + x) to 2^-66 of the result, e^x − 1 to 2^-60. Source: the reduction to 64ths of an octave is Tang's
 * (1989), the logarithm is reduced by the same table, and sums are those of Knuth and Dekker. No lane depends on the other,
 * and nothing here on the build: no multiplication may be fused with an addition.
 */

/** 2^(j/64) for j = 0 … 63, cut to 26 bits, and the rest. */
const STEPS: usize = memory.data<f64>([
  1, 0, 1.0108892619609833, 2.4090717183653223e-8, 1.0218971371650696, 1.1489047098156355e-8,
  1.0330248773097992, 1.7114292281641707e-9, 1.0442737638950348, 1.8532379050282905e-8,
  1.0556451678276062, 1.0532950957636466e-8, 1.0671404004096985, 2.671251318413961e-10,
  1.0787607729434967, 2.4813623089639116e-8, 1.0905077159404755, 1.6724782195339823e-8,
  1.1023825705051422, 1.2802698731642352e-8, 1.1143867373466492, 5.249243366386938e-9,
  1.1265216171741486, 1.4340933402244862e-9, 1.1387886106967926, 2.4059899051164766e-8,
  1.1511892080307007, 2.192228202222401e-8, 1.1637248396873474, 1.9090230101704197e-8,
  1.1763969659805298, 2.5669751491128395e-8, 1.1892071068286896, 8.174031491522187e-9,
  1.2021567225456238, 8.907079362799523e-9, 1.2152473330497742, 2.6930694708194645e-8,
  1.2284805178642273, 1.8242642710772135e-8, 1.241857796907425, 1.5166059121835866e-8,
  1.2553807497024536, 7.322237476298141e-9, 1.2690509557724, 1.419333320210669e-9,
  1.2828699946403503, 2.1438427938929795e-8, 1.2968395352363586, 1.941465102335563e-8,
  1.3109611868858337, 2.4638930601688617e-8, 1.3252366185188293, 2.4640911948926412e-8,
  1.3396674990653992, 2.4987903835438155e-8, 1.3542555272579193, 1.9678973416774576e-8,
  1.3690024018287659, 2.1145824742788976e-8, 1.3839098811149597, 8.488722380757845e-10,
  1.398979663848877, 8.689434187084528e-9, 1.4142135381698608, 2.420323420895794e-8,
  1.429613322019577, 1.6372392984867878e-8, 1.4451808035373688, 3.4396778456229436e-9,
  1.4609177708625793, 2.331806764294818e-8, 1.4768261313438416, 1.4595657758652532e-8,
  1.492907702922821, 2.536844380427877e-8, 1.509164422750473, 4.842949717305082e-9,
  1.5255981385707855, 1.2173752784390317e-8, 1.5422108173370361, 8.070904690799792e-9,
  1.55900439620018, 4.03765691332279e-9, 1.5759808421134949, 2.994391613408395e-9,
  1.5931421220302582, 2.931200871922631e-8, 1.610490322113037, 9.836217198804521e-9,
  1.6280274093151093, 1.254223851391853e-8, 1.6457554697990417, 8.354923096471882e-9,
  1.6636765599250793, 2.0401657089343212e-8, 1.681792825460434, 5.046995126101313e-9,
  1.7001063525676727, 1.150850740009175e-9, 1.7186192870140076, 1.110847034726997e-8,
  1.7373338341712952, 1.102411082978577e-9, 1.7562521398067474, 2.0566552046588722e-8,
  1.7753764688968658, 2.3629655407823997e-8, 1.7947090566158295, 1.8387277718654265e-8,
  1.8142521679401398, 7.560258985742023e-9, 1.8340080678462982, 1.8563044245713647e-8,
  1.8539791107177734, 1.4365612130892453e-8, 1.8741676211357117, 1.2974588231408124e-8,
  1.8945759534835815, 2.810338409837147e-8, 1.9152065515518188, 9.845328446216361e-9,
  1.9360617697238922, 2.3768402238683992e-8, 1.9571441113948822, 1.2780518066869885e-8,
  1.9784560203552246, 6.0327263588832495e-9,
]);

/** 64 / ln 2; ln 2 / 64 in two parts, the first of 35 bits; what rounds to a whole number where it is added; 1/64; ± where e^x is clamped. */
const REDUCE: usize = memory.data<f64>([
  92.33248261689366, 0.010830424696450791, -2.0164562921995537e-13, 6755399441055744, 0.015625,
  2300, -2300,
]);
/** 1/2!, 1/3!, … */
const GROW: usize = memory.data<f64>([
  0.5, 0.16666666666666666, 0.041666666666666664, 0.008333333333333333, 0.001388888888888889,
  0.0001984126984126984,
]);
/** 64 log₂(1 + w) / w to 0.07, for w from √½ − 1 to √2 − 1. */
const PLACE: usize = memory.data<f64>([92.61223802, -48.1265415, 27.20778145]);
/** Of ln(1 + r) from r³ on. */
const SERIES: usize = memory.data<f64>([
  0.3333333333333333, -0.25, 0.2, -0.16666666666666666, 0.14285714285714285, -0.125,
  0.1111111111111111,
]);
const ONE: usize = memory.data<f64>([1]);
const HALF: usize = memory.data<f64>([0.5]);
/** Beyond them a power of two is 0 or ∞, whatever of a double's size is multiplied by it. */
const POWERS: usize = memory.data<f64>([2040, -2040]);
/** 2^52 + 1023: the exponent that is added becomes that of a double when the bits are moved to the left. */
const EXPONENT: usize = memory.data<f64>([4503599627371519]);
/** The upper 26 bits of a double's mantissa. */
const UPPER: usize = memory.data<u64>([0xfffffffff8000000]);
/** √½, as what is taken from bits to tell the octave √½ … √2; 2^10 octaves more, so that none is negative. */
const MIDDLE: usize = memory.data<u64>([0x3fe6a09e667f3bcd, 0x4000000000000000]);
/** The bits of a mantissa; those of 2^52, and it with 1024. */
const WHOLE: usize = memory.data<u64>([0x000fffffffffffff, 0x4330000000000000, 0x4330000000000400]);

/** 2^120 and 2^−120 */
const UP: f64 = 1.329227995784916e36;
const DOWN: f64 = 7.52316384526264e-37;

export class Lanes {
  @inline static one(): v128 {
    return v128.load_splat<f64>(0, ONE);
  }
  @inline static half(): v128 {
    return v128.load_splat<f64>(0, HALF);
  }
  /** The upper 26 bits. */
  @inline static cut(x: v128): v128 {
    return v128.and(x, v128.load_splat<u64>(0, UPPER));
  }
  /** What s = a + b rounds away, for |a| ≥ |b| or a = 0 (Dekker). */
  @inline static lost(a: v128, b: v128, s: v128): v128 {
    return f64x2.add(f64x2.sub(a, s), b);
  }
  /** What s = a + b rounds away (Knuth). */
  @inline static error(a: v128, b: v128, s: v128): v128 {
    const c = f64x2.sub(s, a);
    return f64x2.add(f64x2.sub(a, f64x2.sub(s, c)), f64x2.sub(b, c));
  }
  /** 2^k, for whole k from −1022 to 1023 */
  @inline static power(k: v128): v128 {
    return i64x2.shl(f64x2.add(k, v128.load_splat<f64>(0, EXPONENT)), 52);
  }
  /** x 2^k, rounded once where k is not below −2040 or above 2040. */
  @inline static scale(x: v128, k: v128): v128 {
    const within = f64x2.pmin(
      v128.load_splat<f64>(POWERS, 0),
      f64x2.pmax(v128.load_splat<f64>(POWERS, 8), k),
    );
    const half = f64x2.floor(f64x2.mul(within, Lanes.half()));
    return f64x2.mul(f64x2.mul(x, Lanes.power(half)), Lanes.power(f64x2.sub(within, half)));
  }

  /** The head of (h + l) / d, `inverse` 1 / d. */
  @inline static quotient(h: v128, l: v128, inverse: v128): v128 {
    return Lanes.cut(f64x2.mul(f64x2.add(h, l), inverse));
  }
  /** The tail of (h + l) / (d + e) with the head q. */
  @inline static remainder(h: v128, l: v128, d: v128, e: v128, inverse: v128, q: v128): v128 {
    const rest = f64x2.sub(f64x2.sub(h, f64x2.mul(q, d)), f64x2.mul(q, e));
    return f64x2.mul(f64x2.add(rest, l), inverse);
  }
  /** What (a + b) (c + d) has beside a c, all but the product of the tails' lower digits. */
  @inline static beside(a: v128, b: v128, c: v128, d: v128): v128 {
    return f64x2.add(f64x2.mul(a, d), f64x2.mul(b, f64x2.add(c, d)));
  }

  /** 2^k for a k up to 1023; below −1000 it is 2^-1000, which is nothing beside 1. */
  @inline static part(k: v128): v128 {
    return Lanes.power(f64x2.pmax(k, f64x2.splat(-1000)));
  }
  /** (h + l) f, rounded once; a head that was cut. */
  static times(h: v128, l: v128, f: v128): v128 {
    const plain = f64x2.mul(f, f64x2.add(h, l));
    const size = f64x2.abs(plain);
    // Next to 0 products of parts have few digits.
    const small = f64x2.lt(size, f64x2.splat(1e-270));
    const z = f64x2.mul(f, v128.bitselect(f64x2.splat(UP), Lanes.one(), small));
    const a = Lanes.cut(z);
    const more = f64x2.add(f64x2.mul(f64x2.sub(z, a), h), f64x2.mul(z, l));
    const y = f64x2.add(f64x2.mul(a, h), more);
    const down = v128.bitselect(f64x2.splat(DOWN), Lanes.one(), small);
    // A 0 has its sign by the plain product, and ∞ has no parts.
    return v128.bitselect(f64x2.mul(y, down), plain, Lanes.isOrdinary(plain));
  }
  /** (h + l) (a + b), heads cut; what is left of it in `tail`. */
  @inline static product(h: v128, l: v128, a: v128, b: v128): v128 {
    const p = f64x2.mul(h, a);
    return Lanes.settle(p, Lanes.beside(h, l, a, b));
  }
  /** h + l, for an l that is smaller, with its head cut. */
  @inline static settle(h: v128, l: v128): v128 {
    const head = Lanes.cut(f64x2.add(h, l));
    Lanes.tail = f64x2.add(f64x2.sub(h, head), l);
    return head;
  }
  /** (h + l) + (a + b), the head cut. */
  @inline static sum(h: v128, l: v128, a: v128, b: v128): v128 {
    const s = f64x2.add(h, a);
    return Lanes.settle(s, f64x2.add(Lanes.error(h, a, s), f64x2.add(l, b)));
  }
  /** (h + l) / (d + e), d cut. */
  @inline static over(h: v128, l: v128, d: v128, e: v128): v128 {
    const inverse = f64x2.div(Lanes.one(), f64x2.add(d, e));
    const q = Lanes.quotient(h, l, inverse);
    Lanes.tail = Lanes.remainder(h, l, d, e, inverse, q);
    return q;
  }

  /** √(h + l), h cut; of 0 it is 0. */
  @inline static root(h: v128, l: v128): v128 {
    const r = f64x2.sqrt(f64x2.add(h, l));
    const c = Lanes.cut(r);
    const rest = f64x2.add(f64x2.sub(h, f64x2.mul(c, c)), l);
    const zero = f64x2.eq(r, f64x2.splat(0));
    Lanes.tail = v128.andnot(f64x2.div(rest, f64x2.add(r, c)), zero);
    return c;
  }

  static tail: v128 = i64x2.splat(0);

  /**
   * (h + l) 2^k f, for a k up to 0: what is subnormal on the way is so at the end. Below 2^-4000 it is 0, whose product with ∞ is
   * no number.
   */
  static scaled(h: v128, l: v128, k: v128, f: v128): v128 {
    const low = f64x2.splat(-900);
    const zero = f64x2.lt(k, f64x2.splat(-4000));
    const a = f64x2.pmax(k, low);
    const b = f64x2.pmax(f64x2.sub(k, a), low);
    const part = v128.andnot(Lanes.power(a), zero);
    const y = Lanes.times(f64x2.mul(h, part), f64x2.mul(l, part), f);
    const c = f64x2.pmax(f64x2.sub(f64x2.sub(k, a), b), low);
    return f64x2.mul(f64x2.mul(y, Lanes.power(b)), Lanes.power(c));
  }
  /** (h + l) 2^k f g, as `scaled`, of mantissas: no product of two is in range where that of all is. */
  static both(h: v128, l: v128, k: v128, f: v128, g: v128): v128 {
    const zero = f64x2.lt(k, f64x2.splat(-4000));
    h = v128.andnot(h, zero);
    l = v128.andnot(l, zero);
    const a = Lanes.mantissa(f);
    const power = f64x2.add(k, Lanes.exponent);
    const b = Lanes.mantissa(g);
    const c = Lanes.cut(a);
    const p = f64x2.mul(h, c);
    const more = Lanes.beside(h, l, c, f64x2.sub(a, c));
    const head = Lanes.cut(f64x2.add(p, more));
    const y = Lanes.times(head, f64x2.add(f64x2.sub(p, head), more), b);
    const all = Lanes.scale(y, f64x2.add(power, Lanes.exponent));
    const plain = f64x2.mul(f64x2.mul(f, f64x2.add(h, l)), g);
    const ordinary = v128.and(Lanes.isOrdinary(f), Lanes.isOrdinary(g));
    return v128.bitselect(all, plain, v128.andnot(ordinary, zero));
  }

  /** Of the last `mantissa`. */
  static exponent: v128 = i64x2.splat(0);

  /** Finite, and not 0. */
  @inline static isOrdinary(x: v128): v128 {
    const size = f64x2.abs(x);
    return v128.and(f64x2.gt(size, f64x2.splat(0)), f64x2.lt(size, f64x2.splat(Infinity)));
  }
  /** 1 … 2 with the sign of x, for a finite x that is not 0. */
  static mantissa(x: v128): v128 {
    const small = f64x2.lt(f64x2.abs(x), f64x2.splat(2.2250738585072014e-308));
    const bits = f64x2.mul(x, v128.bitselect(f64x2.splat(18014398509481984), Lanes.one(), small));
    const field = v128.and(i64x2.shr_u(bits, 52), i64x2.splat(0x7ff));
    const power = f64x2.sub(
      v128.or(field, v128.load_splat<u64>(WHOLE, 8)),
      v128.load_splat<f64>(0, EXPONENT),
    );
    Lanes.exponent = f64x2.sub(power, v128.and(f64x2.splat(54), small));
    return v128.or(v128.and(bits, i64x2.splat(0x800fffffffffffff)), Lanes.one());
  }
}

/** e^x, and what is left of it. */
export class ExpLanes {
  static tail: v128 = i64x2.splat(0);
  /** The power of two of the last `of`, as a double. */
  static power: v128 = i64x2.splat(0);

  /**
   * e^(x + t) / 2^`power`, the head cut, from 0.99 to 2. Beyond ±2300 the power is beyond all doubles, or products of two, at −∞
   * below −4000; there t must be finite.
   */
  static of(x: v128, t: v128): v128 {
    const within = f64x2.pmin(
      f64x2.pmax(x, v128.load_splat<f64>(REDUCE, 48)),
      v128.load_splat<f64>(REDUCE, 40),
    );
    const head = ExpLanes.reduced(within, t);
    const none = v128.and(f64x2.splat(1000), f64x2.eq(x, f64x2.splat(-Infinity)));
    ExpLanes.power = f64x2.sub(ExpLanes.power, none);
    return head;
  }

  /** e^(x + t) − 1, the head cut, for x up to 700. */
  static minusOne(x: v128, t: v128): v128 {
    return ExpLanes.lessOne(ExpLanes.of(x, t));
  }

  /** The last `of`, whose head was e, as it is and less 1. */
  static lessOne(e: v128): v128 {
    const scale = Lanes.part(ExpLanes.power);
    const h = f64x2.mul(e, scale);
    const one = Lanes.one();
    const s = f64x2.sub(h, one);
    const lost = Lanes.error(h, f64x2.neg(one), s);
    const l = f64x2.add(lost, f64x2.mul(ExpLanes.tail, scale));
    const near = ExpLanes.near;
    const head = Lanes.settle(
      v128.bitselect(ExpLanes.nearHead, s, near),
      v128.bitselect(ExpLanes.nearTail, l, near),
    );
    ExpLanes.tail = Lanes.tail;
    return head;
  }

  /** Of the last `of`: where x was nearest to no step but 0, and e^x − 1 there. */
  private static near: v128 = i64x2.splat(0);
  private static nearHead: v128 = i64x2.splat(0);
  private static nearTail: v128 = i64x2.splat(0);

  @inline private static reduced(x: v128, t: v128): v128 {
    const round = v128.load_splat<f64>(REDUCE, 24);
    const bits = f64x2.add(f64x2.mul(x, v128.load_splat<f64>(REDUCE, 0)), round);
    const n = f64x2.sub(bits, round);
    const a = f64x2.sub(x, f64x2.mul(n, v128.load_splat<f64>(REDUCE, 8)));
    const b = f64x2.mul(n, v128.load_splat<f64>(REDUCE, 16));
    const whole = f64x2.sub(a, b);
    const lost = f64x2.add(f64x2.sub(f64x2.sub(a, whole), b), t);
    // e^r − 1 = r + r²/2 + …, r in two parts.
    const r = f64x2.add(whole, lost);
    const h = Lanes.cut(r);
    let p = f64x2.mul(r, v128.load_splat<f64>(GROW, 40));
    p = f64x2.mul(f64x2.add(p, v128.load_splat<f64>(GROW, 32)), r);
    p = f64x2.mul(f64x2.add(p, v128.load_splat<f64>(GROW, 24)), r);
    p = f64x2.mul(f64x2.add(p, v128.load_splat<f64>(GROW, 16)), r);
    p = f64x2.mul(f64x2.add(p, v128.load_splat<f64>(GROW, 8)), r);
    p = f64x2.mul(f64x2.add(p, v128.load_splat<f64>(GROW, 0)), r);
    const l = f64x2.add(f64x2.add(f64x2.sub(whole, h), lost), f64x2.mul(p, r));
    ExpLanes.near = f64x2.eq(n, f64x2.splat(0));
    ExpLanes.nearHead = h;
    ExpLanes.nearTail = l;
    const first = STEPS + ((<usize>i64x2.extract_lane(bits, 0) & 63) << 4);
    const second = STEPS + ((<usize>i64x2.extract_lane(bits, 1) & 63) << 4);
    const c = v128.load(first);
    const d = v128.load(second);
    const step = i64x2.shuffle(c, d, 0, 2);
    const rest = i64x2.shuffle(c, d, 1, 3);
    // (step + rest) (1 + h + l)
    const up = f64x2.mul(step, h);
    const more = f64x2.add(f64x2.mul(step, l), f64x2.add(rest, f64x2.mul(rest, f64x2.add(h, l))));
    const sum = f64x2.add(step, up);
    const tail = f64x2.add(Lanes.lost(step, up, sum), more);
    const head = Lanes.cut(f64x2.add(sum, tail));
    ExpLanes.tail = f64x2.add(f64x2.sub(sum, head), tail);
    ExpLanes.power = f64x2.floor(f64x2.mul(n, v128.load_splat<f64>(REDUCE, 32)));
    return head;
  }
}

/** Natural logarithms. */
export class LogLanes {
  static tail: v128 = i64x2.splat(0);

  /** ln(h + l) for finite h > 0, and l smaller than an ULP of it. */
  static of(h: v128, l: v128): v128 {
    return LogLanes.mixed(h, l, f64x2.sub(h, Lanes.one()), l);
  }

  /** The same of numbers h + l that are 1 + p + q, where they are nearly 1. */
  static mixed(h: v128, l: v128, p: v128, q: v128): v128 {
    // A subnormal head that was cut has nothing left.
    const s = f64x2.add(h, l);
    const rest = f64x2.add(f64x2.sub(h, s), l);
    const small = f64x2.lt(s, f64x2.splat(2.2250738585072014e-308));
    const up = v128.bitselect(f64x2.splat(18014398509481984), Lanes.one(), small);
    const off = v128.and(f64x2.splat(54), small);
    return LogLanes.sum(f64x2.mul(s, up), f64x2.mul(rest, up), p, q, off);
  }

  /** ln(1 + p), p = h + l above −1 */
  static plusOne(h: v128, l: v128): v128 {
    const one = Lanes.one();
    const s = f64x2.add(one, h);
    return LogLanes.sum(s, f64x2.add(Lanes.error(one, h, s), l), h, l, f64x2.splat(0));
  }

  /** ln(h + l) less `off` octaves; h + l is 1 + p + q. */
  @inline private static sum(h: v128, l: v128, p: v128, q: v128, off: v128): v128 {
    const middle = v128.load_splat<u64>(MIDDLE, 0);
    const from = i64x2.sub(h, middle);
    // 2^52 with the octave in its last bits.
    const octave = v128.or(
      i64x2.shr_u(i64x2.add(from, v128.load_splat<u64>(MIDDLE, 8)), 52),
      v128.load_splat<u64>(WHOLE, 8),
    );
    const k = f64x2.sub(octave, v128.load_splat<u64>(WHOLE, 16));
    const z = i64x2.add(v128.and(from, v128.load_splat<u64>(WHOLE, 0)), middle);
    const w = f64x2.sub(z, Lanes.one());
    const round = v128.load_splat<f64>(REDUCE, 24);
    const guess = f64x2.add(
      f64x2.mul(
        f64x2.add(f64x2.mul(v128.load_splat<f64>(PLACE, 16), w), v128.load_splat<f64>(PLACE, 8)),
        w,
      ),
      v128.load_splat<f64>(PLACE, 0),
    );
    const bits = f64x2.add(f64x2.mul(guess, w), round);
    const j = f64x2.sub(bits, round);
    // 2^(−j/64), from the table of a number below 1 half as much.
    const first = STEPS + ((<usize>-i64x2.extract_lane(bits, 0) & 63) << 4);
    const second = STEPS + ((<usize>-i64x2.extract_lane(bits, 1) & 63) << 4);
    const c = v128.load(first);
    const d = v128.load(second);
    const half = v128.bitselect(Lanes.half(), Lanes.one(), f64x2.gt(j, f64x2.splat(0)));
    const step = f64x2.mul(i64x2.shuffle(c, d, 0, 2), half);
    const rest = f64x2.mul(i64x2.shuffle(c, d, 1, 3), half);
    // What is left is 1 + r, r in two parts.
    const zh = Lanes.cut(z);
    const zl = f64x2.add(
      f64x2.sub(z, zh),
      f64x2.mul(l, Lanes.power(f64x2.pmax(f64x2.neg(k), f64x2.splat(-1022)))),
    );
    const n = f64x2.add(f64x2.mul(f64x2.sub(k, off), f64x2.splat(64)), j);
    const near = f64x2.eq(n, f64x2.splat(0));
    const a = v128.bitselect(p, f64x2.sub(f64x2.mul(zh, step), Lanes.one()), near);
    const b = v128.bitselect(q, Lanes.beside(zh, zl, step, rest), near);
    const r = f64x2.add(a, b);
    const rh = Lanes.cut(r);
    const rl = f64x2.add(f64x2.sub(a, rh), b);
    // ln(1 + r) = r − r²/2 + …
    let s = v128.load_splat<f64>(SERIES, 48);
    s = f64x2.add(f64x2.mul(s, r), v128.load_splat<f64>(SERIES, 40));
    s = f64x2.add(f64x2.mul(s, r), v128.load_splat<f64>(SERIES, 32));
    s = f64x2.add(f64x2.mul(s, r), v128.load_splat<f64>(SERIES, 24));
    s = f64x2.add(f64x2.mul(s, r), v128.load_splat<f64>(SERIES, 16));
    s = f64x2.add(f64x2.mul(s, r), v128.load_splat<f64>(SERIES, 8));
    s = f64x2.add(f64x2.mul(s, r), v128.load_splat<f64>(SERIES, 0));
    const square = f64x2.mul(r, r);
    const cubic = f64x2.mul(f64x2.mul(square, r), s);
    const bent = f64x2.mul(f64x2.mul(rh, rh), f64x2.splat(-0.5));
    const low = f64x2.sub(rl, f64x2.mul(rl, f64x2.sub(r, f64x2.mul(rl, Lanes.half()))));
    const straight = f64x2.mul(n, v128.load_splat<f64>(REDUCE, 8));
    const t = f64x2.add(straight, rh);
    const u = f64x2.add(t, bent);
    const lost = f64x2.add(Lanes.lost(straight, rh, t), Lanes.lost(t, bent, u));
    const more = f64x2.add(f64x2.add(low, cubic), f64x2.mul(n, v128.load_splat<f64>(REDUCE, 16)));
    const tail = f64x2.add(lost, more);
    const head = Lanes.cut(f64x2.add(u, tail));
    LogLanes.tail = f64x2.add(f64x2.sub(u, head), tail);
    return head;
  }
}
