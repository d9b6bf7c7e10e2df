/** Lines of advice in the order in which they are told, by what came of them when they were tried. */

import { bodyOf, formOf, withoutOther } from "./advice.js";
import type { Around } from "./around.js";
import { unmarked } from "./code.js";
import type { Fix } from "./fixes.js";
import { EXACT, OTHER, PROSE, SQUARABLE } from "./kinds.js";
import { inPlaceOf } from "./names.js";
import type { Verdict } from "./trial.js";
import { NAMES, partsOf, readCall } from "./written.js";

/** A line of advice, as it is told and with its marks, and what came of it. */
export interface Line {
  readonly fix: Fix;
  readonly text: string;
  readonly marked: string;
}

interface Judged extends Line {
  readonly verdict: Verdict;
}

/** How often the same advice is tried, and how much of it is remembered: a loop may go bad at each step. */
const TRIALS = 8;
const REMEMBERED = 256;

const trials = new Map<string, { times: number; readonly lines: readonly Judged[] }>();

/** Lines with what came of them, in the order in which they are told. */
export function tried(
  lines: readonly Line[],
  spare: (isGood: boolean) => readonly Line[],
  program: Around,
  calls: readonly string[],
): readonly Judged[] {
  const key = lines.map(({ marked }) => marked).join("\n");
  const before = trials.get(key);
  if (before !== undefined && before.times >= TRIALS) return before.lines;
  const judged = triedNow(lines, spare, program, calls);
  if (trials.size >= REMEMBERED) trials.clear();
  trials.set(key, { times: (before?.times ?? 0) + 1, lines: judged });
  return judged;
}

/** What selects a NaN away after it is there. */
const SELECTS: ReadonlySet<Fix> = new Set<Fix>(["fix-labels", "limit", "select-not-multiply"]);

/** A slope, or a number, where there is none: they have nothing to be compared with. */
const MADE_UP: ReadonlySet<Fix> = new Set<Fix>(["fix-labels", "impute", "slope"]);

/** Whether it keeps an argument from its pole: there it is another number, as a norm is that is never 0. */
const isSafe = (text: string): boolean => /\bsafe[A-Z]/.test(text.split(" instead of ")[0] ?? "");

/** Whether what a choice goes by is made of something that what it chooses is made of, too. */
function isOfItself(line: string): boolean {
  const { op, args: [by = "", chosen = ""] = [] } = readCall(formOf(line) ?? "") ?? {};
  const [times, a, b] = partsOf(chosen);
  const rest = times === "mul" ? (a === by ? b : a) : chosen;
  const names = new Set(rest.match(NAMES) ?? []);
  return op === "where" && (by.match(NAMES) ?? []).some((name) => names.has(name));
}

/** A line with the call that its code stands for, and without what else it says of that. */
function standingFor(call: string, line: string): string {
  const body = bodyOf(line);
  const form = formOf(line) ?? body;
  return `${line.slice(0, line.length - body.length)}${inPlaceOf(form, call)}`;
}

/** The same: what heals before the first line that does not, unless that one does with another; float64 where nothing does. */
function triedNow(
  lines: readonly Line[],
  spare: (isGood: boolean) => readonly Line[],
  program: Around,
  calls: readonly string[],
): readonly Judged[] {
  const judge = (line: Line): Judged => {
    const { verdict, call } = program.tried(line.marked, calls, {
      isForm: EXACT.has(line.fix) && !MADE_UP.has(line.fix) && !isSafe(line.text),
      isShift: line.fix === "shift-input",
      selects: SELECTS.has(line.fix),
      isLimit: line.fix === "limit",
      isKin: line.fix === "select-not-multiply" && isOfItself(line.marked),
      isOther: line.fix === "clip-norm" && !line.text.includes(SQUARABLE),
      isWide: line.fix === "float64",
    });
    const own = MADE_UP.has(line.fix) && verdict === "heals" ? "finite" : verdict;
    if (call === undefined) return { ...line, verdict: own };
    const marked = standingFor(call, line.marked);
    return { ...line, text: unmarked(marked), marked, verdict: own };
  };
  const judged = lines.map(judge);
  const own = withRest(judged, program, calls);
  // Where what stands first does not help, the limit of one quotient with that of another may, or a form with what its empty rows are.
  const form = judged.slice(1).find(({ fix }) => fix === "limit" || EXACT.has(fix));
  const others = judged.filter((one) => one !== form);
  const both =
    own === undefined && form !== undefined && judged[0]?.verdict === "fails"
      ? withRest([form, ...others], program, calls)
      : undefined;
  const joined = own ?? both;
  const left = both === undefined ? judged.slice(1) : others;
  // Two forms are what a reader would write; of other numbers float64 needs none.
  if (joined !== undefined && EXACT.has(joined.fix)) return [joined, ...left];
  const isHealing = ({ verdict }: Judged): boolean => verdict === "heals";
  const isGood = ({ verdict }: Judged): boolean => verdict === "heals" || verdict === "finite";
  // What has grown from step to step is beyond float64, too, some steps later.
  const isDone = lines.some(({ fix }) => fix === "lower-lr") || judged.some(isHealing);
  const hasGood = judged.some(isGood);
  const exact = isDone ? undefined : firstHealing(spare(hasGood), judge, hasGood);
  if (exact !== undefined) return [exact, ...judged.filter(({ text }) => text !== exact.text)];
  return joined === undefined ? ordered(judged) : [joined, ...left];
}

/** The first line with what else it needs; undefined where it needs nothing, another heals by itself, or nothing helps it. */
function withRest(
  [first, ...others]: readonly Judged[],
  program: Around,
  calls: readonly string[],
): Judged | undefined {
  const isShort = first?.verdict === "told" || first?.verdict === "fails";
  // Where it is code, it is tried like any other.
  if (!isShort || (PROSE.has(first.fix) && !first.text.includes(" instead of "))) return undefined;
  // A form that heals by itself is better than two, and another number as good as two of them.
  const healing = others.filter(({ verdict }) => verdict === "heals");
  const isAlone = EXACT.has(first.fix)
    ? healing.every(({ fix }) => OTHER.has(fix) && fix !== "scale-input")
    : healing.length === 0;
  const rest = isAlone ? program.rest(first.marked, first.fix, calls) : undefined;
  if (rest === undefined) return undefined;
  const own = withoutOther(first.text);
  const line = bodyOf(own).includes(" instead of ") ? own : standingFor(rest.call, own);
  const text = unmarked(`${line}, then ${rest.more}`);
  return { ...first, text, verdict: "finite" };
}

/** The first line that heals; or that leaves a number, where no other has. */
function firstHealing(
  lines: readonly Line[],
  judge: (line: Line) => Judged,
  hasGood: boolean,
): Judged | undefined {
  let good: Judged | undefined;
  for (const line of lines) {
    const judged = judge(line);
    if (judged.verdict === "heals") return judged;
    // What is reckoned beside a place, or in float64, is right where it heals, and there alone.
    const isOwn = line.fix !== "limit" && line.fix !== "float64";
    if (isOwn && judged.verdict === "finite") good ??= judged;
  }
  return hasGood ? undefined : good;
}

/** From the front on: what heals, what the reader has to fill in, what leaves something to be told, what does not heal. */
const RANKS = { heals: 0, finite: 0, untried: 1, told: 2, fails: 3 } as const;

/**
 * Lines as they are told. Where the first of them does not heal, those that do stand before it; where none does, those that leave a
 * number.
 */
function ordered(lines: readonly Judged[]): readonly Judged[] {
  const [first] = lines;
  // A slope that is made up, and another number, come after a form of the same that heals.
  const isFormed = lines.some(({ fix, verdict }) => EXACT.has(fix) && verdict === "heals");
  const rank = ({ fix, verdict }: Judged): number =>
    isFormed && fix !== "clip-norm" && (fix === "slope" || verdict === "finite")
      ? RANKS.untried
      : RANKS[verdict ?? "untried"];
  // Where a form heals, it is not the step that was too long.
  const isAnswered = isFormed && first?.fix === "lower-lr";
  const isBest = first === undefined || rank(first) === 0 || (isProse(first) && !isAnswered);
  if (isBest) return lines;
  const hasGood = lines.some((line) => rank(line) === 0);
  const key = (line: Judged): number => (hasGood ? rank(line) : line.verdict === "told" ? 0 : 1);
  return lines.toSorted((a, b) => key(a) - key(b));
}

const isProse = ({ fix, verdict }: Judged): boolean => verdict === undefined && PROSE.has(fix);
