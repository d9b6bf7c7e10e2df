/**
 * Advice that is tried before it is given: the program is run once more with it, value and gradients, and what comes of that compared
 * with what float64 makes of the program as it stands. Asked when a report is written, and not while all is well.
 */
import { type GuardOptions, overheard } from "../guard.js";
import type { Rehearsal } from "../tape.js";
import { type AnyTensor, isDouble } from "../tensor.js";
import type { Writing } from "./code.js";
import { type Others, type Replacement, rerunOf } from "./rerun.js";
import { callAt } from "./written.js";

/**
 * What came of advice: value and gradients are those that are meant; all is finite, and there is nothing to compare it with; something
 * is bad still; undefined where it could not be run.
 */
export type Verdict = "heals" | "finite" | "fails" | undefined;

/** What finds out what comes of a line of advice: of what is written in it, or of one of the calls that it may stand for. */
export interface Trial {
  /** @param isForm whether it is another form of the same, and not another number. */
  verdict(line: string, calls: readonly string[], isForm: boolean): Verdict;
  /** What is to be written besides, where something else goes bad with it; undefined where that does not mend it either. */
  rest(line: string, calls: readonly string[]): string | undefined;
}

/** Lines that are put together at the most. */
const MOST_LINES = 4;

/** How many are being put together. */
let joined = 1;

const HEARD: GuardOptions = { onNonFinite: "collect", onAlarm: "collect" };

/** How far beside a place the program is looked at where it has no value: of a number, and of 0. */
const ASIDE = 2 ** -9;
const LEAST = 2 ** -15;

const beside =
  (side: 1 | -1): Others =>
  (at, value) =>
    value + side * Math.max(Math.abs(value) * ASIDE, LEAST) * (1.5 + Math.sin(at + 1) / 2);

/** A change that no result hangs on but one of rounding. */
const next: Others = (at, value) => value * (1 + 2 ** -32 * (1.5 + Math.sin(at)));

/** A number of about 1 in place of any, of the same sign. */
const ordinary: Others = (at, value) => {
  const size = 0.25 + Math.abs(value) / (1 + Math.abs(value)) + Math.sin(at) / 32;
  return value < 0 ? -size : size;
};

/** @param end what the program came to: a loss, or what is read out. */
export function trialOf(end: AnyTensor, unnamed: Writing["unnamed"]): Trial | undefined {
  const run = rerunOf(end, unnamed);
  if (run === undefined) return undefined;

  /** What float64 gives where that is what is meant: float32 has lost it, and it does not hang on the last digits of a double. */
  const exactly = (): Rehearsal | undefined => {
    const exact = run({ dtype: "float64" });
    if (!isWell(exact) || exact.masked > 0) return undefined;
    const own = run({ dtype: "float32" });
    if (own === undefined || (own.finite && isAlike(own, exact))) return undefined;
    const moved = run({ dtype: "float64", others: next });
    return moved?.finite && isAlike(moved, exact) ? exact : undefined;
  };

  let known: Rehearsal | undefined | null = null;
  const exact = (): Rehearsal | undefined => {
    if (known === null) known = exactly();
    return known;
  };

  /** Whether it is the same as the program from these numbers on, in float64; undefined where that has no value there. */
  const isSame = (replaced: Replacement, others: Others): boolean | undefined => {
    const own = run({ dtype: "float64", others });
    if (!own?.finite) return undefined;
    const other = run({ dtype: "float64", others, with: replaced });
    return other !== undefined && isAlike(other, own);
  };

  /** Whether float32 has all of a form that is the same where all is ordinary: what float64 gives of the program is rounding then. */
  const isBetter = (replaced: Replacement, got: Rehearsal): boolean => {
    const own = run({ dtype: "float64", with: replaced });
    return own?.finite === true && isAlike(got, own) && isSame(replaced, ordinary) === true;
  };

  const verdictOn = (replaced: Replacement, isForm: boolean): Verdict => {
    const got = run({ dtype: "float32", with: replaced });
    if (got === undefined) return undefined;
    if (!isWell(got)) return "fails";
    if (isDouble(end)) return "finite";
    const meant = exact();
    if (meant !== undefined) {
      const isMeant = isAlike(got, meant) || (isForm && isBetter(replaced, got));
      return isMeant ? "heals" : "fails";
    }
    const isSameBeside = isSame(replaced, beside(1)) ?? isSame(replaced, beside(-1));
    return isSameBeside === true ? "heals" : "finite";
  };

  return {
    verdict: (line, calls, isForm) => {
      const verdicts = replacementsIn(line, calls).map((one) => verdictOn(one, isForm));
      return (["heals", "finite", "fails"] as const).find((one) => verdicts.includes(one));
    },
    rest: (line, calls) => {
      if (joined >= MOST_LINES) return undefined;
      joined++;
      try {
        for (const replaced of replacementsIn(line, calls)) {
          const { told } = overheard(() => run({ dtype: "float32", with: replaced, told: HEARD }));
          const [{ instead: [more] = [], tried: [came] = [] } = {}] = told;
          if (more !== undefined && (came === "heals" || came === "finite")) return bodyOf(more);
        }
        return undefined;
      } finally {
        joined--;
      }
    },
  };
}

const isWell = (run: Rehearsal | undefined): run is Rehearsal =>
  run?.finite === true && run.alarms.length === 0;

/** A line of advice without what it is for. */
function bodyOf(line: string): string {
  const at = line.indexOf(": ");
  return at < 0 ? line : line.slice(at + 2);
}

/** The call, name or number that some text starts with. */
const expressionAt = (text: string): string | undefined =>
  callAt(text) ?? /^(-?[\w$.]+|…[\ue000-\uf8ff]?)/.exec(text)?.[0];

/** The code in a line of advice; where it does not say what it stands for, that is one of the calls. */
function replacementsIn(line: string, calls: readonly string[]): readonly Replacement[] {
  const [text = "", written] = bodyOf(line).split(" instead of ");
  const form = expressionAt(text);
  const old = written === undefined ? undefined : expressionAt(written);
  if (form === undefined || (written !== undefined && old === undefined)) return [];
  return (old === undefined ? calls : [old]).map((one) => ({ form, old: one }));
}

/** By how much two numbers may differ that are the same but for rounding; and what is next to nothing beside the largest. */
const ALIKE = 5e-3;
const NOTHING = 1e-2;

function areAlike(got: readonly number[], exact: readonly number[], least: number): boolean {
  const scale = Math.max(least, NOTHING * Math.max(...exact.map(Math.abs)));
  return exact.every(
    (v, i) => Math.abs((got[i] ?? NaN) - v) <= ALIKE * Math.max(Math.abs(v), scale),
  );
}

/** A gradient below this is none. */
const STILL = 1e-30;

/** Whether two runs gave the same but for rounding. A gradient that has died is not what is meant. */
function isAlike(got: Rehearsal, exact: Rehearsal): boolean {
  const isStill = exact.gradients.every((gradient) => gradient.every((v) => Math.abs(v) < STILL));
  return (
    areAlike(got.value, exact.value, 1e-5) &&
    (isStill || exact.gradients.every((g, i) => areAlike(got.gradients[i] ?? [], g, 1e-6)))
  );
}
