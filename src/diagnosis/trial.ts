/**
 * Advice that is tried before it is given: the program is run once more with it, value and gradients, and what comes of that compared
 * with what float64 makes of the program as it stands. Asked when a report is written, and not while all is well.
 */
import { type GuardOptions, overheard } from "../guard.js";
import { lossOf, type Rehearsal } from "../tape.js";
import { type AnyTensor, isDouble } from "../tensor.js";
import { bodyOf, replacementsIn } from "./advice.js";
import {
  isAlike,
  isAsNeared,
  isOfValue,
  isSteeper,
  isStill,
  isUnchanged,
  NEXT_TO_0,
  type Neared,
  nearedBy,
} from "./alike.js";
import { codeOf, type Writing } from "./code.js";
import type { Fix } from "./fixes.js";
import { direction } from "./limit.js";
import { isFelt, once } from "./replay.js";
import { type Limits, type Others, type Ran, type Replacement, rerunOf } from "./rerun.js";

/**
 * What came of advice: value and gradients are those that are meant; all is finite, and there is nothing to compare it with; it is, and
 * there is something to be told of it still; it is another number, or none; undefined where it could not be run.
 */
export type Verdict = "heals" | "finite" | "told" | "fails" | undefined;

/** Ops that hold a number at a bound. */
const BOUNDS: ReadonlySet<string> = new Set(["clip", "maximum", "minimum"]);

/** From the best on. */
const VERDICTS = ["heals", "finite", "told", "fails"] as const;

/** What is known of a line. */
export interface Kind {
  /** Whether it is another form of the same, and not another number. */
  readonly isForm: boolean;
  /** Whether it takes something off an input, which is to change nothing. */
  readonly isShift: boolean;
  /** Whether a NaN is selected away after it is there. */
  readonly selects: boolean;
  /** Whether it is what a quotient tends to, where float64 has only what rounding leaves of it. */
  readonly isLimit: boolean;
  /** Whether it selects by what the rest of it is made of, too: that is no mask, and the product may have a limit other than 0. */
  readonly isKin: boolean;
  /** Whether it is to be another number than float64 gives: a gradient that is clipped. */
  readonly isOther: boolean;
  /** Whether it is the same in float64, which is right where that is what was meant. */
  readonly isWide: boolean;
}

/** What came of a line, and the call that it has to stand for so that this comes of it, where it does not say so. */
export interface Found {
  readonly verdict: Verdict;
  readonly call?: string | undefined;
}

/** What finds out what comes of a line of advice: of what is written in it, or of one of the calls that it may stand for. */
export interface Trial {
  verdict(line: string, calls: readonly string[], kind: Kind): Found;
  /**
   * What is to be written besides, where something else goes bad with it; undefined where that does not mend it either, or mends
   * what the line has made in the way in which the line has.
   */
  rest(line: string, fix: Fix, calls: readonly string[]): Rest | undefined;
  /** Whether the program comes to something else with other numbers in a tensor; false where it comes to none. */
  hangsOn(of: AnyTensor, one: ArrayLike<number>, other: ArrayLike<number>): boolean;
}

/** What a line has to stand for, and what is to be written besides. */
export interface Rest {
  readonly call: string;
  readonly more: string;
}

/** Lines that are put together at the most. */
const MOST_LINES = 4;

/** How many are being put together. */
let joined = 1;

/** What answers a symptom is not worth a second line. */
const LAST: ReadonlySet<Fix | undefined> = new Set<Fix>([
  "clip-input",
  "clip-norm",
  "lower-lr",
  "scale-input",
]);

const HEARD: GuardOptions = { onNonFinite: "collect", onAlarm: "collect" };

/** How far beside a place the program is looked at where it has no value: of a number, and of 0. */
const ASIDE = 2 ** -9;
const LEAST = 2 ** -15;

const BESIDE: readonly Others[] = [1, -1].map(
  (side) => (at, value) =>
    value + side * Math.max(Math.abs(value) * ASIDE, LEAST) * (1.5 + Math.sin(at + 1) / 2),
);

/** How far beside a place without a value what the program tends to is looked for, and how often, each time by a quarter of that. */
const FAR = 2 ** -11;
const TURNS = [0, 1, 2];

/** A number is taken as far aside as one of this size at the least. */
const SMALL = 2 ** -3;

const towards =
  (turn: number, side: 1 | -1, way = turn): Others =>
  (at, value, leaf) =>
    value + side * FAR * 4 ** -turn * Math.max(Math.abs(value), SMALL) * direction(way, leaf, at);

/** Both sides of a place, ever nearer. */
const SIDES = TURNS.flatMap((turn) => [towards(turn, 1), towards(turn, -1)]);

/** The ways to a place that comes no nearer than by so many turns. */
const waysTo = (turn: number): readonly Others[] =>
  [0, 1].flatMap((way) => [towards(turn, 1, way), towards(turn, -1, way)]);
const [WIDE, CLOSE] = [waysTo(0), waysTo(2)];

/** By how much an input is shifted, to see whether that changes anything. */
const SHIFT = 8;

/** What has a limit comes together this far at the least, where it is so much nearer. */
const CLOSER = 0.6;

/** By how much epsilons are made smaller, to see what hangs on them. */
const LESS = 2 ** -400;

/** By how many times more something may change without its epsilons that are of the size of what they are added to: by four times itself. */
const OF_ITS_SIZE = 40000;

/** A value of about this size is known well enough where it is to a part of it. */
const KNOWN = 1e-3;

/** By how many times more a run may be off that is rounded otherwise, and in which ways it is. */
const SHAKEN = 32;
const SHAKINGS = [0, 1, 2];

/** A change that no result hangs on but one of rounding. */
const next: Others = (at, value, leaf) => value * (1 + 2 ** -48 * direction(leaf, leaf, at));

/** A number of about 1 in place of any, of the same sign. */
const ordinary: Others = (at, value) => {
  const size = 0.25 + Math.abs(value) / (1 + Math.abs(value)) + Math.sin(at) / 32;
  return value < 0 ? -size : size;
};

/** @param end what the program came to: a loss, or what is read out. */
export function trialOf(end: AnyTensor, unnamed: Writing["unnamed"]): Trial | undefined {
  const run = rerunOf(end, unnamed);
  if (run === undefined) return undefined;

  const inputs = run.given.filter(({ written }) => written === undefined);
  const isMoved = inputs.map((one) => one.size === 1 || run.leaves.includes(one));

  /** Other numbers in what is differentiated by, and in single numbers that came in. */
  const alone =
    (others: Others): Others =>
    (at, value, leaf) =>
      isMoved[leaf] ? others(at, value, leaf) : value;

  /** The program as it stands; and in float64, from other numbers. */
  const plain = once(() => run({ dtype: "float32" }));
  const wides = [new Map<Others, Ran | undefined>(), new Map<Others, Ran | undefined>()] as const;
  const wideFrom = (others: Others, wholly = false): Ran | undefined => {
    const known = wides[wholly ? 1 : 0];
    if (!known.has(others)) known.set(others, run({ dtype: "float64", others, wholly }));
    return known.get(others);
  };

  const wide = once(() => run({ dtype: "float64" }));

  /** The same without its epsilons. */
  const bare = once(() => run({ dtype: "float64", epsilons: LESS }));

  /** Whether they are felt in float64 as well, by that many times more than rounding is. */
  const feels = (times: number): boolean => {
    const [own, less] = [wide(), bare()];
    return own?.finite === true && !(less?.finite === true && isAlike(less, own, 0, times));
  };

  /** Whether it hangs on one: then that is not what was meant. */
  const hangs = once(() => feels(OF_ITS_SIZE));

  /** Whether it is infinite in float64 as well: then no number is the right one. */
  const isPole = (): boolean => wide()?.value.some((v) => Math.abs(v) === Infinity) === true;

  /** What float64 gives where float32 has lost it. */
  const lost = once((): Ran | undefined => {
    const [own, exact] = [plain(), wide()];
    if (!isWell(exact) || exact.masked > 0 || own === undefined) return undefined;
    return (own.finite && isAlike(own, exact, 0)) || hangs() ? undefined : exact;
  });

  /** The same where that is what is meant: it does not hang on the last digits of a double. */
  const exact = once((): Ran | undefined => {
    const exactly = lost();
    if (exactly === undefined) return undefined;
    const moved = wideFrom(next);
    if (!moved?.finite || !isAlike(moved, exactly, KNOWN)) return undefined;
    // Nor on how an op has rounded: what float64 makes of a slope that cancels may be rounding, too, and come out alike by chance.
    const isKept = SHAKINGS.every((way) => {
      const shaken = run({ dtype: "float64", shaken: way });
      return shaken?.finite === true && isAlike(shaken, exactly, KNOWN, SHAKEN);
    });
    return isKept ? exactly : undefined;
  });

  /** What several runs beside a place come to, where more than a third of them has something. */
  const nearBy = (move: (others: Others) => Ran | undefined): Neared | undefined => {
    const near = SIDES.map(move).filter((one) => isWell(one));
    return near.length > SIDES.length / 3 ? nearedBy(near) : undefined;
  };

  /** What the program tends to where it has no value, or a gradient that is masked, from all sides that have one. */
  const neared = once((): Neared | undefined => {
    const own = plain();
    if (own === undefined || (own.finite && own.masked === 0 && !hasTaken1(own))) return undefined;
    // What it is differentiated by may have nothing to do with a place that a single number has come to, as an order of 1 is.
    return (
      nearBy((others) => wideFrom(others)) ?? nearBy((others) => wideFrom(alone(others), true))
    );
  });

  /** The same where data have to move for it. */
  const nearedWholly = once(() => nearBy((others) => wideFrom(others, true)));

  /** Whether the value has no limit: it does not come together from several ways. */
  const isOpen = once((): boolean => {
    const [wider = [], closer = []] = [WIDE, CLOSE].map((ways) =>
      ways.map((others) => wideFrom(others)).filter((one) => one?.finite === true),
    );
    if (closer.length === 0) return true;
    const [far, close] = [wider, closer].map((runs) =>
      spreadOf(runs.map((one) => one?.value ?? [])),
    );
    return close?.some((by, i) => by > CLOSER * (far?.[i] ?? 0)) === true;
  });

  /** Whether it is the same as the program from these numbers on, in float64; undefined where that has no value there. */
  const isSame = (replaced: Replacement, others: Others, wholly = false): boolean | undefined => {
    const own = wideFrom(others, wholly);
    if (!own?.finite) return undefined;
    const other = run({ dtype: "float64", others, wholly, with: replaced });
    return other !== undefined && isAlike(other, own);
  };

  /** Whether float32 has all of a form that is the same where all is ordinary: what float64 gives of the program is rounding then. */
  const isBetter = (replaced: Replacement, got: Rehearsal): boolean => {
    const own = run({ dtype: "float64", with: replaced });
    const isAlready = own?.finite === true && isAlike(got, own);
    // An input may be what is not ordinary; or be what has to stay as it is, as a mask has.
    return isAlready && [false, true].some((wholly) => isSame(replaced, ordinary, wholly));
  };

  /** Whether the program stays as it is where an input is shifted as a whole, by numbers of which no digit is lost. */
  const isShiftFree = (name: string): boolean => {
    const [here, shifted] = [0, SHIFT].map((by) =>
      run({
        dtype: "float64",
        wholly: true,
        others: (at, value, leaf) =>
          ordinary(at, value, leaf) + (inputs[leaf]?.name === name ? by : 0),
      }),
    );
    return here?.finite === true && shifted?.finite === true && isAlike(shifted, here);
  };

  /** Whether a bound that took the gradient away stands in the program still, for another use of it, where it is gone from what is replaced. */
  const isHeldStill = (replaced: Replacement, { alarms }: Ran): boolean => {
    const bounds = new Set(alarms.map(({ op }) => op).filter((op) => BOUNDS.has(op)));
    const left: AnyTensor[] = [];
    if (bounds.size > 0)
      run({
        dtype: "float32",
        with: replaced,
        sees: (of) => {
          if (bounds.has(of.maker)) left.push(of);
        },
      });
    return left.some((of) => replaced.old.includes(codeOf(of) ?? "…"));
  };

  const verdictOn = (
    replaced: Replacement,
    { isForm, isShift, selects, isLimit, isKin, isOther, isWide }: Kind,
  ): Verdict => {
    const got = run({ dtype: "float32", with: replaced });
    if (got === undefined) return undefined;
    if (!got.finite || !keeps(replaced, got)) return "fails";
    if (isShift && !isShiftFree(replaced.old)) return "fails";
    // What is told of the function itself, in float64 as well, is none of a form that brings back its number.
    const isOwn = isForm && plain()?.finite === false && isToldAlike(got, wide());
    if (isOwn && isAlike(got, wide() as Ran)) return "heals";
    if (got.alarms.length > 0 || (!selects && hidesNaN(got))) return "told";
    // What changes nothing leaves what was to be told, unless no NaN or ∞ is born in it any more.
    const own = plain();
    const isQuiet = own?.finite === true && own.events.every(({ kind }) => kind === "lost");
    if (isQuiet && isUnchanged(got, own)) return "told";
    // It has died, and not only of what was lost before.
    const wasDead =
      own?.alarms.some(({ kind }) => kind === "saturated") === true &&
      !own.alarms.some(({ place }) => place?.cause === "lost-overflow");
    if (wasDead && isStill(got, NEXT_TO_STILL)) return "told";
    if (isDouble(end)) return "finite";
    if (wasDead && isForm && isHeldStill(replaced, own)) return "finite";
    // What is dead in float64 as well is not what comes of a line after which it is not.
    const isTold = own?.alarms.some(
      ({ kind, place }) => kind === "saturated" || place?.cause === "underflow",
    );
    const asWritten = isForm || isTold !== true ? undefined : wide();
    if (asWritten && isStill(asWritten, NEXT_TO_STILL))
      return isStill(got, NEXT_TO_STILL) ? "told" : "finite";
    const meant = isLimit || isOther ? undefined : exact();
    if (meant !== undefined) {
      const least = Math.min(NEXT_TO_0, ...meant.value.map(Math.abs));
      if (isAlike(got, meant, least)) return "heals";
      if (!isForm || !isBetter(replaced, got)) return "fails";
      // Where an epsilon makes a part of it, one form may keep it and another not.
      return feels(1) ? "finite" : "heals";
    }
    if (isWide) return "told";
    // What it is beside a place that has a number says nothing of that.
    const double = isLimit ? undefined : lost();
    if (double !== undefined) {
      if (isForm && isBetter(replaced, got)) return "heals";
      // What is another number than that is no better than what has it.
      return isForm || isOther || isOfValue(got, double) ? "finite" : "told";
    }
    // Nor is what it comes to with another form.
    if (isQuiet && hangs()) return "finite";
    const near = isKin ? (neared() ?? nearedWholly()) : neared();
    if (isKin && (near === undefined || near.value.some(Number.isNaN))) return "finite";
    if (!isAsNeared(got, near)) return "fails";
    // What it tends to from all sides, value and gradients, needs no more.
    if (near && !wasDead && isAlike(got, near)) return "heals";
    // What is another from each side has no limit.
    if (near?.value.some(Number.isNaN) && (isLimit || isOpen())) return "finite";
    // What has a value farther off alone is none of this place.
    const isFar = near === undefined && own?.finite === false && isOpen();
    const side = isFar ? undefined : BESIDE.find((others) => wideFrom(others)?.finite);
    const isSide = side !== undefined && !isChoice(end) && isSame(replaced, side) === true;
    const exactly = wide();
    // Where float64 has none, as of a cosine that it does not round to 1, it is the one that was there.
    const ofValue = exactly?.value.every(Number.isFinite) === false ? own : exactly;
    const isValue = ofValue === undefined || isOfValue(got, ofValue);
    if (isSide && isValue && !isPole() && !(near && isSteeper(got, near))) return "heals";
    // What an epsilon is part of is another number without it.
    if (isForm && !hangs() && isBetter(replaced, got)) return "heals";
    if (isSide) return "finite";
    // What an epsilon swamps in float32 is another number in float64.
    const other = run({ dtype: "float64", with: replaced });
    return other?.finite === false || (other && !isAlike(got, other)) ? "told" : "finite";
  };

  return {
    verdict: (line, calls, kind) => {
      const replaced = replacementsIn(line, calls);
      const verdicts = replaced.map((one) => verdictOn(one, kind));
      const best = VERDICTS.find((one) => verdicts.includes(one));
      // Another function tells by its name what it stands for, and a choice does not: that is what it was made of, unless it heals elsewhere.
      const selects = replaced.some(({ form }) => form.startsWith("where("));
      const verdict = selects && best !== "heals" ? verdicts[0] : best;
      const { old } = replaced[verdicts.indexOf(verdict)] ?? {};
      const isOpen = selects && verdict === best && verdicts.some((one) => one !== verdict);
      // Behind another line it is not seen what one is about.
      const isUnsaid = !bodyOf(line).includes(" instead of ");
      const isBehind = joined > 1 && isUnsaid;
      // Nor by a choice on both sides, where it stands at another op than the one that is told.
      const isBoth = replaced.some(({ form }) => /^where\(.*\bwhere\(/.test(form));
      const isElsewhere = isBoth && isUnsaid && calls.length > 1 && old !== calls.at(-1);
      return { verdict, call: isOpen || isBehind || isElsewhere ? old : undefined };
    },
    hangsOn: (of, ...values) => {
      const [a, b] = values.map((one) => run({ dtype: "float32", instead: new Map([[of, one]]) }));
      return a?.finite === true && b?.finite === true && !isAlike(a, b);
    },
    rest: (line, own, calls) => {
      if (joined >= MOST_LINES) return undefined;
      joined++;
      try {
        for (const replaced of replacementsIn(line, calls)) {
          const { told } = overheard(() => run({ dtype: "float32", with: replaced, told: HEARD }));
          const [{ instead: [more] = [], tried: [came] = [], fix: [fix] = [] } = {}] = told;
          const isGood = came === "heals" || came === "finite";
          if (more === undefined || !isGood || LAST.has(fix)) continue;
          if (isAgain(replaced, more)) continue;
          if (fix !== own || !growsFrom(replaced, more))
            return { call: replaced.old, more: bodyOf(more) };
        }
        return undefined;
      } finally {
        joined--;
      }
    },
  };
}

/** By element, how far apart several are. */
function spreadOf(all: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = all;
  return first.map((_, i) => {
    const those = all.map((one) => one[i] ?? NaN);
    return Math.max(...those) - Math.min(...those);
  });
}

/** Whether a line is about what another has made, not about what it was made of. */
const growsFrom = ({ form, old }: Replacement, line: string): boolean =>
  replacementsIn(line, []).some((one) => form.includes(one.old) && !old.includes(one.old));

/** Whether a line says once more what another has said. */
const isAgain = ({ form, old }: Replacement, line: string): boolean =>
  replacementsIn(line, []).some((one) => one.form === form && one.old === old);

/** Whether it is no number, but whether something is so: two that are the same may be so by chance. */
const isChoice = (end: AnyTensor): boolean =>
  lossOf(end) === undefined && end.raw.every((v: number) => v === 0 || v === 1);

/** A gradient that had died, and is less than this part of a loss, is what rounding leaves beside it. */
const NEXT_TO_STILL = 2 ** -20;

/** Whether a NaN is born in it, and left out. */
const hidesNaN = ({ events }: Ran): boolean =>
  events.some(({ kind, place }) => kind === "birth" && place?.expression.endsWith("NaN") === true);

/** From here on a number stands for ∞. */
const ENDLESS = 1e6;

/** Whether an ∞ beside the 0 / 0 that is given another number is one still: it may be right. */
const keeps = ({ form }: Replacement, { before, after }: Ran): boolean =>
  !/^((div|reciprocal)NoNan\(|div\(.*\bwhere\(equal\()/.test(form) ||
  !before.some(Number.isNaN) ||
  before.every((v, i) => Math.abs(v) !== Infinity || (after[i] ?? 0) * Math.sign(v) >= ENDLESS);

/** Whether 1^∞ is 1 in it, which says nothing of what it tends to. */
const hasTaken1 = ({ alarms }: Ran): boolean =>
  alarms.some(({ place }) => place?.cause === "one-to-inf");

/** Whether the same is told of two, and not nothing. */
const isToldAlike = ({ alarms }: Ran, other: Ran | undefined): boolean =>
  alarms.length > 0 &&
  other?.finite === true &&
  alarms.every(({ kind, op }) => other.alarms.some((one) => one.kind === kind && one.op === op));

const isWell = (run: Ran | undefined): run is Ran =>
  run?.finite === true && run.alarms.length === 0;

/**
 * Whether what a program came to is, for all that was lost on the way, what float64 gives, value and gradients; undefined where that is
 * not known.
 *
 * @param least what is below this part of the largest beside it does not count.
 */
export function isRight(end: AnyTensor, least: number): boolean | undefined {
  const loss = lossOf(end);
  // Before it is known what is differentiated there is nothing to be remembered.
  if (loss === undefined) return isRightNow(end, least);
  const known = RIGHT.get(loss) ?? new Map<number, boolean | undefined>();
  RIGHT.set(loss, known);
  if (!known.has(least)) known.set(least, isRightNow(loss, least));
  return known.get(least);
}

/** That may be asked in each step of a training. */
const ASKED: Limits = { calls: 96, elements: 2 ** 12, total: 2 ** 14 };

const RIGHT = new WeakMap<AnyTensor, Map<number, boolean | undefined>>();

function isRightNow(end: AnyTensor, part: number): boolean | undefined {
  const run = isDouble(end) ? undefined : rerunOf(end, undefined, ASKED);
  const [own, exact] = [run?.({ dtype: "float32" }), run?.({ dtype: "float64" })];
  if (own === undefined || exact === undefined) return undefined;
  if (!own.finite || !exact.finite) return false;
  const areRight = (got: readonly number[], meant: readonly number[] = []): boolean => {
    const least = Math.max(SMALLEST, part * Math.max(...meant.map(Math.abs)));
    return meant.every(
      (v, i) => Math.abs((got[i] ?? Number.NaN) - v) <= least || !isFelt(got[i] ?? Number.NaN, v),
    );
  };
  return (
    areRight(own.value, exact.value) &&
    own.gradients.every((gradient, i) => areRight(gradient, exact.gradients[i]))
  );
}

/** Below it float32 has no number with all its digits. */
const SMALLEST = 2 ** -126;
