/**
 * Loops over a chunk, as passes, of formulas that are too long for one: what each leaves on the stage for the next.
 * Every range is all of f32: the first pass caps what would leave the range of the others, the last takes the sign.
 */
import { chunks, Passes, Short, Unseen } from "./loops";
import { Erf } from "./math/erf";
import { Exp } from "./math/exp";
import { Exp2, K32 } from "./math/f64core";
import { Log } from "./math/log";
import { Chunk, Pass, Staged } from "./op";
import { F64 } from "./simd";

/** z² and u of Φ(−|x|): four f64 each. The constants say how x is scaled. */
abstract class TailStart extends Pass {
  @inline wide(): bool {
    return true;
  }
  @inline at(
    slot: usize,
    x: usize,
    end: v128,
    scale: v128,
    offset: v128,
    one: v128,
    e: v128,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    const v = v128.load(x);
    const low = Erf.scaled(F64.low(v), end, scale);
    const high = Erf.scaled(F64.high(v), end, scale);
    v128.store(slot, f64x2.mul(low, low));
    v128.store(slot, f64x2.mul(high, high), 16);
    v128.store(slot, f64x2.div(one, f64x2.add(low, offset)), 32);
    v128.store(slot, f64x2.div(one, f64x2.add(high, offset)), 48);
    return v;
  }
}

@final
class NormalStart extends TailStart {
  @inline constants(): usize {
    return Erf.normal();
  }
}

@final
class ErrorStart extends TailStart {
  @inline constants(): usize {
    return Erf.error();
  }
}

/** The same of ln Φ: 0 for z² where x < 0, whose tail is taken without its e^(−x²/2); and u of a z that is not capped. */
@final
class LogNormalStart extends Pass {
  @inline wide(): bool {
    return true;
  }
  @inline constants(): usize {
    return Erf.normal();
  }
  @inline at(
    slot: usize,
    x: usize,
    end: v128,
    scale: v128,
    offset: v128,
    one: v128,
    e: v128,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    const v = v128.load(x);
    LogNormalStart.half(slot, F64.low(v), end, scale, offset, one);
    LogNormalStart.half(slot + 16, F64.high(v), end, scale, offset, one);
    return v;
  }
  @inline static half(slot: usize, x: v128, end: v128, scale: v128, offset: v128, one: v128): void {
    const z = Erf.scaled(f64x2.pmax(x, f64x2.splat(0)), end, scale);
    v128.store(slot, f64x2.mul(z, z));
    const far = f64x2.mul(f64x2.abs(x), scale);
    v128.store(slot, f64x2.div(one, f64x2.add(far, offset)), 32);
  }
}

/** s → 2^−s, four f64. */
@final
class Decay extends Pass {
  @inline wide(): bool {
    return true;
  }
  @inline constants(): usize {
    return Exp2.constants();
  }
  @inline at(
    slot: usize,
    x: usize,
    round: v128,
    c0: v128,
    c1: v128,
    c2: v128,
    c3: v128,
    c4: v128,
    c5: v128,
    one: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    const low = Exp2.ofBy(v128.load(slot), round, c0, c1, c2, c3, c4, c5, one);
    const high = Exp2.ofBy(v128.load(slot, 16), round, c0, c1, c2, c3, c4, c5, one);
    v128.store(slot, low);
    v128.store(slot, high, 16);
    return low;
  }
}

/** 2^(−z²) and u → Φ(−|x|), four f64. */
@final
class TailEnd extends Pass {
  @inline wide(): bool {
    return true;
  }
  @inline constants(): usize {
    return Erf.tail();
  }
  @inline at(
    slot: usize,
    x: usize,
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
    k: v128,
    l: v128,
  ): v128 {
    const u = v128.load(slot, 32);
    const v = v128.load(slot, 48);
    const low = Erf.tailOf(u, v128.load(slot), c0, c1, c2, c3, c4, c5, c6, c7, c8, c9);
    const high = Erf.tailOf(v, v128.load(slot, 16), c0, c1, c2, c3, c4, c5, c6, c7, c8, c9);
    v128.store(slot, low);
    v128.store(slot, high, 16);
    return low;
  }
}

@final
class GeluEnd extends Pass {
  @inline wide(): bool {
    return true;
  }
  @inline constants(): usize {
    return Erf.normal();
  }
  @inline at(
    slot: usize,
    x: usize,
    end: v128,
    b: v128,
    c: v128,
    d: v128,
    e: v128,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    const v = v128.load(x);
    return F64.join(
      Erf.gelu(F64.low(v), v128.load(slot), end),
      Erf.gelu(F64.high(v), v128.load(slot, 16), end),
    );
  }
}

@final
class NdtrEnd extends Pass {
  @inline wide(): bool {
    return true;
  }
  @inline constants(): usize {
    return Erf.normal();
  }
  @inline at(
    slot: usize,
    x: usize,
    a: v128,
    b: v128,
    c: v128,
    one: v128,
    e: v128,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    const v = v128.load(x);
    return F64.join(
      Erf.ndtr(F64.low(v), v128.load(slot), one),
      Erf.ndtr(F64.high(v), v128.load(slot, 16), one),
    );
  }
}

@final
class LogNdtrEnd extends Pass {
  @inline wide(): bool {
    return true;
  }
  @inline constants(): usize {
    return Erf.normal();
  }
  @inline at(
    slot: usize,
    x: usize,
    a: v128,
    b: v128,
    c: v128,
    d: v128,
    e: v128,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    const v = v128.load(x);
    return F64.join(
      Erf.logNdtr(F64.low(v), v128.load(slot)),
      Erf.logNdtr(F64.high(v), v128.load(slot, 16)),
    );
  }
}

@final
class ErfcEnd extends Pass {
  @inline wide(): bool {
    return true;
  }
  @inline constants(): usize {
    return Erf.error();
  }
  @inline at(
    slot: usize,
    x: usize,
    a: v128,
    b: v128,
    c: v128,
    one: v128,
    e: v128,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    const v = v128.load(x);
    return F64.join(
      Erf.erfc(F64.low(v), v128.load(slot), one),
      Erf.erfc(F64.high(v), v128.load(slot, 16), one),
    );
  }
}

@final
class ErfEnd extends Pass {
  @inline wide(): bool {
    return true;
  }
  @inline constants(): usize {
    return Erf.error();
  }
  @inline at(
    slot: usize,
    x: usize,
    end: v128,
    scale: v128,
    c: v128,
    one: v128,
    half: v128,
    c0: v128,
    c1: v128,
    c2: v128,
    c3: v128,
    c4: v128,
    k: v128,
    l: v128,
  ): v128 {
    const v = v128.load(x);
    const z = Erf.scaled(F64.low(v), end, scale);
    const low = Erf.erf(z, v128.load(slot), one, half, c0, c1, c2, c3, c4);
    const w = Erf.scaled(F64.high(v), end, scale);
    const high = Erf.erf(w, v128.load(slot, 16), one, half, c0, c1, c2, c3, c4);
    return v128.or(F64.join(low, high), v128.and(v, K32.sign()));
  }
}

@final
export class GeluPasses extends Chunk {
  @inline run(y: usize, x: usize, n: usize, acc: v128): v128 {
    Passes.over<NormalStart>(x, n);
    Passes.over<Decay>(x, n);
    Passes.over<TailEnd>(x, n);
    return Passes.last<GeluEnd>(y, x, n, acc);
  }
}

@final
export class NdtrPasses extends Chunk {
  @inline run(y: usize, x: usize, n: usize, acc: v128): v128 {
    Passes.over<NormalStart>(x, n);
    Passes.over<Decay>(x, n);
    Passes.over<TailEnd>(x, n);
    return Passes.last<NdtrEnd>(y, x, n, acc);
  }
}

@final
export class LogNdtrPasses extends Chunk {
  @inline run(y: usize, x: usize, n: usize, acc: v128): v128 {
    Passes.over<LogNormalStart>(x, n);
    Passes.over<Decay>(x, n);
    Passes.over<TailEnd>(x, n);
    return Passes.last<LogNdtrEnd>(y, x, n, acc);
  }
}

@final
export class ErfcPasses extends Chunk {
  @inline run(y: usize, x: usize, n: usize, acc: v128): v128 {
    Passes.over<ErrorStart>(x, n);
    Passes.over<Decay>(x, n);
    Passes.over<TailEnd>(x, n);
    return Passes.last<ErfcEnd>(y, x, n, acc);
  }
}

@final
export class ErfPasses extends Chunk {
  @inline run(y: usize, x: usize, n: usize, acc: v128): v128 {
    Passes.over<ErrorStart>(x, n);
    Passes.over<Decay>(x, n);
    Passes.over<TailEnd>(x, n);
    return Passes.last<ErfEnd>(y, x, n, acc);
  }
}

@final
class SoftplusStart extends Pass {
  @inline wide(): bool {
    return false;
  }
  @inline constants(): usize {
    return Log.decaying();
  }
  @inline at(
    slot: usize,
    x: usize,
    sign: v128,
    low: v128,
    log2e: v128,
    round: v128,
    ln2Head: v128,
    ln2Tail: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    const v = v128.load(x);
    Log.softplusFirst(slot, v, sign, low, log2e, round, ln2Head, ln2Tail);
    return v;
  }
}

@final
class SoftplusGrowth extends Pass {
  @inline wide(): bool {
    return false;
  }
  @inline constants(): usize {
    return Log.growing();
  }
  @inline at(
    slot: usize,
    x: usize,
    s0: v128,
    s1: v128,
    s2: v128,
    s3: v128,
    s4: v128,
    half: v128,
    one: v128,
    up64: v128,
    down64: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    Log.softplusSecond(slot, s0, s1, s2, s3, s4, half, one, up64, down64);
    return one;
  }
}

@final
class SoftplusEnd extends Pass {
  @inline wide(): bool {
    return false;
  }
  @inline constants(): usize {
    return Log.summing();
  }
  @inline at(
    slot: usize,
    x: usize,
    half: v128,
    minusOne: v128,
    ln2Head: v128,
    minusLn2Tail: v128,
    tailSlope: v128,
    one: v128,
    two: v128,
    c0: v128,
    c1: v128,
    c2: v128,
    k: v128,
    l: v128,
  ): v128 {
    const e = v128.load(slot);
    const eTail = v128.load(slot, 16);
    return Log.softplus(
      v128.load(x),
      e,
      eTail,
      half,
      minusOne,
      ln2Head,
      minusLn2Tail,
      tailSlope,
      one,
      two,
      c0,
      c1,
      c2,
    );
  }
}

/** −softplus(−x) */
@final
class LogSigmoidEnd extends Pass {
  @inline wide(): bool {
    return false;
  }
  @inline constants(): usize {
    return Log.summing();
  }
  @inline at(
    slot: usize,
    x: usize,
    half: v128,
    minusOne: v128,
    ln2Head: v128,
    minusLn2Tail: v128,
    tailSlope: v128,
    one: v128,
    two: v128,
    c0: v128,
    c1: v128,
    c2: v128,
    k: v128,
    l: v128,
  ): v128 {
    const e = v128.load(slot);
    const eTail = v128.load(slot, 16);
    const minus = f32x4.neg(v128.load(x));
    return f32x4.neg(
      Log.softplus(
        minus,
        e,
        eTail,
        half,
        minusOne,
        ln2Head,
        minusLn2Tail,
        tailSlope,
        one,
        two,
        c0,
        c1,
        c2,
      ),
    );
  }
}

@final
export class SoftplusPasses extends Chunk {
  @inline run(y: usize, x: usize, n: usize, acc: v128): v128 {
    Passes.over<SoftplusStart>(x, n);
    Passes.over<SoftplusGrowth>(x, n);
    return Passes.last<SoftplusEnd>(y, x, n, acc);
  }
}

@final
export class LogSigmoidPasses extends Chunk {
  @inline run(y: usize, x: usize, n: usize, acc: v128): v128 {
    Passes.over<SoftplusStart>(x, n);
    Passes.over<SoftplusGrowth>(x, n);
    return Passes.last<LogSigmoidEnd>(y, x, n, acc);
  }
}

@final
class ShiftedStart extends Pass {
  @inline wide(): bool {
    return false;
  }
  @inline constants(): usize {
    return Exp.shifted();
  }
  @inline at(
    slot: usize,
    x: usize,
    low: v128,
    s: v128,
    from: v128,
    log2e: v128,
    skew: v128,
    round: v128,
    ln2Head: v128,
    ln2Tail: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    Exp.shiftedFirst(slot, v128.load(x), low, s, from, log2e, skew, ln2Head, ln2Tail);
    return s;
  }
}

@final
class ShiftedEnd extends Pass {
  @inline wide(): bool {
    return false;
  }
  @inline constants(): usize {
    return Exp.growth();
  }
  @inline at(
    slot: usize,
    x: usize,
    g0: v128,
    g1: v128,
    g2: v128,
    g3: v128,
    g4: v128,
    one: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    l: v128,
  ): v128 {
    return Exp.shiftedSecond(slot, g0, g1, g2, g3, g4, one);
  }
}

@final
class ShiftedHalves implements Staged {
  @inline bound(): u32 {
    return Exp.lowestTurns();
  }
  @inline constants(): usize {
    return Exp.shifted() + 8;
  }
  @inline vectors(): i32 {
    return 2;
  }
  @inline first(to: usize, x: v128, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
    return Exp.shiftedShort(to, x, a, b, c, d, e, f);
  }
  @inline second(
    from: usize,
    x: usize,
    f: v128,
    g: v128,
    h: v128,
    i: v128,
    j: v128,
    k: v128,
    one: v128,
  ): v128 {
    return Exp.second(from, g, h, i, j, k, one);
  }
}

@final
class ShiftedPasses extends Chunk {
  @inline run(y: usize, x: usize, n: usize, acc: v128): v128 {
    Passes.over<ShiftedStart>(x, n);
    return Passes.last<ShiftedEnd>(y, x, n, acc);
  }
}

/** y = e^(x − m) e^r over a run, m its largest element; gives e^r, the y of m, which is between 0.74 and 1.51. */
export function expShifted(y: usize, x: usize, n: usize, m: f32): f32 {
  const top = Exp.shiftBy(m);
  const none = i32x4.splat(0);
  if (Exp.isNear(m)) chunks<Short<ShiftedHalves, Unseen, ShiftedPasses>>(y, x, n, none);
  else chunks<ShiftedPasses>(y, x, n, none);
  return top;
}
