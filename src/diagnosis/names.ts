/**
 * The names of a case: what its operands, calls and neighbours are called in the code of a fix.
 */

import type { Around } from "./around.js";
import {
  BOUNDS,
  badNumberIn,
  beginning,
  guiltyAt,
  guiltyIn,
  isByMask,
  largeFactorIn,
  largestIn,
  readBy,
  rootOf,
  standIn,
  zeroOf,
} from "./began.js";
import { inCode, nameInCode } from "./code.js";
import type { Limit, NearLimit } from "./limit.js";
import { type BirthReport, chainOf, isOutside, type OperandReport, showNumber } from "./report.js";
import { acrossIn, BASES, optionsIn, raisedIn, readCall, type Shapes } from "./written.js";

/** What the code of a fix is written in. */
export interface Names {
  /** The op that began it, and what it read: the operand to blame, and the first two. */
  readonly op: string;
  readonly x: string;
  readonly a: string;
  readonly b: string;
  /** The operand to blame, or the input that it was computed from where it has no name. */
  readonly leaf: string;
  /** What a fused form takes in place of the operand to blame: that input, where nothing stands between. */
  readonly argument: string;
  /** The same as `leaf`, of the largest operand. */
  readonly scaled: string;
  /** Its largest magnitude, where that is far from 1; twice that of what has to leave a limit. */
  readonly most: number | undefined;
  /** How the maximum is taken that it may be divided by, where nothing changes so. */
  readonly scaleFree: () => string | undefined;
  /** Whether the 0 it began at is one that has cancelled, or become too small, and none in float64. */
  readonly rounded: () => boolean;
  /** What was raised less its maximum, where nothing changes so; undefined where something does. */
  readonly shifted: () => string | undefined;
  /** The one that is 0 where a product is, and what is left where it is not. */
  readonly mask: string;
  readonly masked: string;
  /** Whether a call is beyond float32 in whatever form. */
  readonly isBeyond: (call: string) => boolean;
  /** Whether a quotient is within its type, but its slope or its divisor is not. */
  readonly sloped: boolean;
  /** Whether one that is 0 / 0 is. */
  readonly within: boolean;
  /** What was raised: the operand to blame of an exponential, those in its code of another op. */
  readonly raised: readonly string[];
  /** The calls that are known as code: the one where it began, the one where it surfaced, and those after it. */
  readonly calls: readonly string[];
  /** The same, and what they read. */
  readonly codes: readonly string[];
  /** What is known of shapes. */
  readonly shapeOf: Shapes;
  /** Letters that nothing in the program is called by: for one operand, and for two. */
  readonly free: readonly [string, string, string];
  /** The options of the first sum after it, as a further argument. */
  readonly across: string;
  /** Whether what began it went into several calls: each of them has to be given what is meant. */
  readonly shared: boolean;
  /** The op where it began, and the one where it surfaced. */
  readonly began: string;
  readonly met: string;
  /** Whether something went bad on the other side of that op, too. */
  readonly isPair: boolean;
  /** Whether it is left in float64, which alone holds it. */
  readonly isLeft?: boolean;
  /** Its name, and whether an overflow was lost in it. */
  readonly compares: string;
  readonly lost: boolean;
  /** Whether a NaN was taken for a number. */
  readonly hidden: boolean;
  /** What that is selected by: `mask`, unless something in the program is called so. */
  readonly choice: string;
  /** Whether the program has one. */
  readonly isChosen: boolean;
  /** The op that began it, its argument selected first. */
  readonly safe: string;
  /** The same with an epsilon added to it. */
  readonly away: string;
  /** The same with it bounded. */
  readonly bounded: string;
  /** The input that came in bad, or else the leaf. */
  readonly input: string;
  /** The number in the code that is to blame. */
  readonly number: string;
  /** The parameter that it was computed from, and whether an optimizer has written to it. */
  readonly parameter: string;
  readonly stepped: boolean;
  /** Whether a function has no value where it began. */
  readonly outside: boolean;
  /** Whether what is to blame is a norm. */
  readonly normed: boolean;
  /** The sum that a product is of logarithms. */
  readonly adds: string;
  /** What took the step behind it, and whether that made a parameter too large, not a state. */
  readonly optimizer: string | undefined;
  readonly strides: boolean;
  /** The op that comes next. */
  readonly next: string | undefined;
  /** The value of the second operand, and the number in the code that is so large that its product overflows. */
  readonly exponent: number;
  readonly factor: string;
  /** The ops from there to a logarithm, that among them; none where there is none. */
  readonly logged: readonly string[];
  /** What a quotient tends to where it is 0 / 0; null where it has no limit. */
  readonly limit: Limit | null | undefined;
  /** What it is next to there, where its digits cancel. */
  readonly near: NearLimit | undefined;
  /** What stands in a cell of a table for a missing value. */
  readonly stand: number | undefined;
  /** Whether it is an ∞ that came in. */
  readonly endless: boolean;
  /** Whether that is a number in the code, as a mask is. */
  readonly isCoded: boolean;
}

/** Both as they stand in the program, to be found and replaced. */
export const inPlaceOf = (fused: string, written: string): string =>
  `${fused} instead of ${written}`;

/** What an operand is written as where its code is not known: what stands at that line. */
export const UNKNOWN = "…";

const callName = (operand: OperandReport): string => writtenAs(operand) ?? UNKNOWN;

/** Operands as they are written; undefined where that is not known of one. */
const writtenAs = ({ tensor, kind, value, code }: OperandReport): string | undefined =>
  tensor === undefined ? (kind === "number" ? inCode(value) : code) : nameInCode(tensor);

/** An op as it is written. */
function callOf(birth: BirthReport): string | undefined {
  // Two elements of one tensor are one argument.
  const args = [...new Map(readBy(birth).map((one) => [one.name, writtenAs(one)])).values()];
  if (birth.options) args.push(birth.options);
  return args.every((one) => one !== undefined) ? `${birth.op}(${args.join(", ")})` : undefined;
}

/** Calls as code: where it began, where it surfaced, and what came of it. */
function callsIn(
  begin: BirthReport,
  birth: BirthReport,
  { own, onward }: Around,
): readonly string[] {
  const known = [own ?? callOf(begin), birth === begin ? undefined : callOf(birth), ...onward];
  return [...new Set(known)].filter((one) => one !== undefined);
}

/** Its own name, or that of the input or parameter that it was computed from. */
const leafName = (operand: OperandReport | undefined, { origin }: BirthReport): string =>
  operand?.tensor ?? origin?.tensor ?? (operand === undefined ? UNKNOWN : callName(operand));

/** A name as it stands in code, or else as it is. */
const inCodeToo = (name: string): string => nameInCode(name) ?? name;

/** Whose argument is what was raised. */
export const EXPONENTIALS: ReadonlySet<string> = new Set(["cosh", "exp", "exp2", "expm1", "sinh"]);

/** What it is divided by to be about 1. */
function mostOf(most: number | undefined, { cause }: BirthReport): number | undefined {
  if (most === undefined || !Number.isFinite(most) || most === 0) return undefined;
  const by = cause === "saturated" ? 2 * most : most;
  return by < 2 && by > 0.5 ? undefined : by;
}

/** What to scale: the largest operand, or what it was computed from; where that is not known, what it meets. */
function scaledIn(begin: BirthReport): string {
  const largest = largestIn(begin);
  const named = (birth: BirthReport): string | undefined =>
    readBy(birth).find(({ tensor }) => tensor !== undefined)?.tensor;
  return (
    largest?.tensor ??
    begin.origin?.tensor ??
    named(begin) ??
    (begin.from && named(begin.from)) ??
    leafName(largest, begin)
  );
}

/** What an op takes without harm where an element is selected away; 1 where it has no pole there. */
export const NEUTRAL: Readonly<Record<string, string>> = {
  acos: "0",
  acosh: "2",
  asin: "0",
  atanh: "0",
  log1mexp: "-1",
  logit: "0.5",
};

/** What an op reads, where it is chosen, and a number that it has an answer to elsewhere. */
export const chosen = (op: string, x: string, choice: string): string =>
  `where(${choice}, ${x}, ${NEUTRAL[op] ?? "1"})`;

/** How an argument is moved away from a pole that is not at 0. */
const AWAY: Readonly<Record<string, (x: string) => string>> = {
  acos: (x) => `mul(${x}, 0.999999)`,
  acosh: (x) => `add(${x}, 1e-6)`,
  atanh: (x) => `mul(${x}, 0.999999)`,
  log1p: (x) => `mul(${x}, 0.999999)`,
  logit: (x) => `clip(${x}, { min: 1e-6, max: 0.999999 })`,
  log1mexp: (x) => `sub(${x}, 1e-12)`,
};

/** Up to here float32 has numbers, by their powers of ten. */
const LARGEST_TEN = 37;

/** What is added, so that an op and its slope are numbers of float32: of a power far below −1 more than of what else has a pole at 0. */
function epsilonOf(begin: BirthReport): number {
  const [, exponent] = readBy(begin);
  const power = begin.op === "pow" ? Math.min(exponent?.value ?? 0, 0) : 0;
  return Number(`1e${Math.max(-12, Math.ceil(-LARGEST_TEN / (1 - power)))}`);
}

/** With an epsilon: of a spread under its root, as layers that normalise have it. */
function underRoot(begin: BirthReport, x: string, way: readonly string[] = []): string {
  if (begin.op === "rsqrt" && isSpread(way)) return `add(${x}, 1e-5)`;
  const under = /^sqrt\((.*)\)$/.exec(x)?.[1];
  return under !== undefined && way.includes("mean")
    ? `sqrt(add(${under}, 1e-5))`
    : `add(${x}, ${inCode(epsilonOf(begin))})`;
}

/** Whether it is a variance, or a mean of squares. */
export const isSpread = (way: readonly string[]): boolean =>
  /(^|,)(variance|(square|square of 0|squaredDifference|mul|pow),mean)$/.test(way.join());

/** What a fused form stands for the second half of. */
const FUSED: ReadonlySet<string | undefined> = new Set(["exp", "prod", "cumprod"]);

/** Whether an operand is of a quotient by an exponential. */
const isUnderExp = (way: readonly string[] = []): boolean =>
  way.includes("exp") && way.slice(way.lastIndexOf("exp") + 1).join() === "div";

/** What the exponential on a way is of: its start, where nothing stands between. */
const expOf = (way: readonly string[] = [], leaf: string): string =>
  way[1] === "exp" ? leaf : UNKNOWN;

const boundedExp = (way: readonly string[] | undefined, leaf: string): string =>
  `exp(clip(${expOf(way, leaf)}, ${boundsOf("exp", -1)}))`;

/** From here on a number saturates what it goes into. */
const SATURATING = 3;

/** The same; of what has saturated what it is of, where that has grown large on the way. */
function scaledFor(begin: BirthReport, x: string, program: Around): string {
  const scaled = scaledIn(begin);
  const isSmall = (program.mostOf(scaled) ?? Infinity) < SATURATING;
  const isGrown = x !== UNKNOWN && (program.mostOf(x) ?? 0) > SATURATING;
  return begin.cause === "saturated" && isSmall && isGrown ? x : scaled;
}

/** The names of a case: what each operand is called, and which of two is the mask. */
export function namesIn(
  birth: BirthReport,
  program: Around,
  began: readonly (readonly string[])[],
  after: readonly string[],
): Names {
  const begin = beginning(birth);
  const read = readBy(begin);
  const guilty = guiltyIn(begin);
  const leaf = leafName(guilty, begin);
  const way = guilty && began[read.indexOf(guilty)];
  const direct = guilty?.tensor !== undefined || (way?.[0] === leaf && FUSED.has(way[1]));
  // A number in the code is called by its value, but where it is what should be another.
  const bad = badNumberIn(begin);
  const owner = [...read, begin.origin].find((one) => one?.kind === "parameter");
  // What is too long to be told alone is known of a call that is told as a whole.
  const { args = [] } = readCall(program.own ?? "") ?? {};
  const called = (one: OperandReport): string =>
    writtenAs(one) ??
    (args.length === read.length ? args[read.indexOf(one)] : undefined) ??
    UNKNOWN;
  const [a = UNKNOWN, b = UNKNOWN] = read.map((one) => (one === bad ? UNKNOWN : called(one)));
  const x = guilty === undefined ? UNKNOWN : called(guilty);
  const raised = EXPONENTIALS.has(begin.op) ? [x] : raisedIn(x);
  const scaled = scaledFor(begin, x, program);
  const taken = namesTaken(birth, program);
  const calls = callsIn(begin, birth, program);
  const { phase, name, operands: came } = rootOf(birth);
  const infinite = came.find(({ value }) => Math.abs(value) === Infinity);
  const step = chainOf(birth).find((one) => one.phase === "optimizer");
  const loaded = phase === "parameter" ? name : undefined;
  // A mask of the program may be what is added.
  const own = program.mask();
  const choice = own ?? freeName(taken, "mask", "valid", "keep");
  return {
    op: begin.op,
    x,
    a,
    b,
    leaf: inCodeToo(leaf),
    argument: direct ? inCodeToo(leaf) : UNKNOWN,
    scaled: inCodeToo(scaled),
    most: mostOf(program.mostOf(scaled), begin),
    // What is held at a bound, or at a limit, is so at other scales, too.
    scaleFree: () => (begin.cause === "saturated" ? undefined : program.scaleFreeBy(scaled)),
    rounded: () => birth.cause === "cancellation" || program.isRounded(),
    shifted: () => {
      const [z, ...others] = raised;
      const across = z && others.length === 0 ? program.shiftFreeBy(z) : undefined;
      return z && across !== undefined ? `sub(${z}, max(${z}${across}))` : undefined;
    },
    isBeyond: program.isBeyond,
    sloped:
      begin.op === "div" &&
      ((begin.phase === "backward" && begin.cause !== "saturated") ||
        (begin.cause === "division-by-zero" && program.isWithin())),
    within: begin.cause === "zero-over-zero" && program.isWithin(),
    raised,
    calls,
    codes: [...calls, ...[...readBy(begin), ...readBy(birth)].map(writtenAs)].filter(
      (one) => one !== undefined,
    ),
    shapeOf: program.shapeOf,
    free: [
      freeName(taken, "x", "u", "t"),
      ...(FREE_PAIRS.find((pair) => !pair.some((one) => taken.has(one))) ?? ["one", "other"]),
    ] as const,
    across: acrossIn(program.onward.find((call) => call.startsWith("sum(")) ?? ""),
    shared: program.isShared,
    began: program.own ?? callOf(begin) ?? "",
    met: callOf(birth) ?? "",
    isPair: birth.with !== undefined,
    compares: birth.op,
    lost: birth.cause === "lost-overflow",
    hidden: birth.cause === "hidden-nan",
    ...maskIn(birth),
    choice,
    isChosen: own !== undefined,
    safe: rewritten(begin, program, (x) => chosen(begin.op, x, choice)),
    away: rewritten(begin, program, (x) => AWAY[begin.op]?.(x) ?? underRoot(begin, x, way)),
    bounded: isUnderExp(way)
      ? inPlaceOf(boundedExp(way, leaf), `exp(${expOf(way, leaf)})`)
      : rewritten(begin, program, (x, value) =>
          way?.at(-1) === "exp"
            ? boundedExp(way, leaf)
            : `clip(${x}, ${boundsOf(begin.op, value)})`,
        ),
    number: showNumber(bad?.value ?? Number.POSITIVE_INFINITY),
    exponent: read[1]?.value ?? 2,
    factor: inCode(largeFactorIn(begin)?.value ?? 1e38),
    parameter: owner?.tensor ?? loaded ?? leaf,
    stepped: owner?.stepped === true,
    outside: isOutside(begin.cause),
    adds:
      [...(way ?? []), begin.op].findLast((op) => /prod$/.test(op)) === "cumprod"
        ? "cumsum"
        : "sum",
    normed: way?.some((op) => /^(norm[12]|hypot)$/.test(op)) === true,
    optimizer: step?.op,
    strides: step?.stage?.startsWith("p ←") === true,
    limit:
      begin.cause === "zero-over-zero" && begin.phase === "forward" && !isByMask(begin)
        ? program.limit()
        : undefined,
    near:
      begin.cause === "cancellation" && begin.op === "div"
        ? program.nearLimit()
        : birth.cause === "inf-minus-inf" && birth.phase === "forward"
          ? program.nearDifference(birth)
          : undefined,
    stand: standIn(begin)?.value,
    endless: infinite !== undefined,
    isCoded: infinite?.kind === "number",
    input: inCodeToo(phase === "input" && name !== undefined ? name : leaf),
    next: nextOf(begin, after),
    logged: loggedIn(begin, after),
  };
}

function nextOf({ op, phase }: BirthReport, after: readonly string[]): string | undefined {
  const at = after.lastIndexOf(op);
  return phase === "forward" && at >= 0 ? after[at + 1] : undefined;
}

function loggedIn({ op, phase }: BirthReport, after: readonly string[]): readonly string[] {
  const rest = after.slice(after.indexOf(op) + 1);
  const log = rest.findIndex((one) => one === "log" || BASES[one] !== undefined);
  return phase === "forward" ? rest.slice(0, log + 1) : [];
}

/** What to select by where a product was 0 · ∞. Only a mask of 0 and 1 stands for the product with it. */
function maskIn(birth: BirthReport): Pick<Names, "mask" | "masked"> {
  const read = readBy(birth);
  const zero = zeroOf(birth);
  const other = read.find((o) => o !== zero);
  const mask = zero === undefined ? UNKNOWN : callName(zero);
  const x = other === undefined ? UNKNOWN : callName(other);
  return { mask, masked: zero === undefined || zero.kind === "mask" ? x : `mul(${mask}, ${x})` };
}

function boundsOf(op: string, value: number): string {
  // e⁴⁰ is below 2⁶⁴, so that its square is finite.
  return BOUNDS[op] ?? (value < 0 ? "{ min: -40 }" : "{ max: 40 }");
}

/** `div(a, where(mask, b, 1))`: the op where it began, the argument to blame written in another way. */
function rewritten(
  begin: BirthReport,
  { own }: Around,
  change: (name: string, value: number) => string,
): string {
  const { op, options = optionsIn(own) } = begin;
  const read = readBy(begin);
  const bad = read.filter(({ value }) => !Number.isFinite(value));
  // Where two infinities met, one of them is left if only the other is written in another way.
  const guilty = bad.length > 1 ? bad : read.slice(guiltyAt(op, read)).slice(0, 1);
  if (guilty.length === 0) return `${op}(${change(UNKNOWN, 1)})`;
  // A slope has not read all that its call was given.
  const values = new Map(guilty.map((one) => [callName(one), one.value]));
  const call = readCall(own ?? "");
  if (call?.op === op && [...values.keys()].every((name) => call.args.includes(name))) {
    const changed = (arg: string): string => {
      const value = values.get(arg);
      return value === undefined ? arg : change(arg, value);
    };
    return `${op}(${call.args.map(changed).join(", ")})`;
  }
  // Two elements of one tensor are one argument.
  const args = new Map(read.map((operand) => [operand.name, callName(operand)]));
  for (const one of guilty) args.set(one.name, change(callName(one), one.value));
  return `${op}(${[...args.values(), ...(options ? [options] : [])].join(", ")})`;
}

/** Pairs of letters for what is written in general. */
const FREE_PAIRS = [
  ["a", "b"],
  ["p", "q"],
  ["u", "v"],
] as const;

/** The first name that nothing in the program has. */
const freeName = (taken: ReadonlySet<string>, ...names: readonly string[]): string =>
  names.find((name) => !taken.has(name)) ?? UNKNOWN;

/** All that something in the program is called. */
function namesTaken(birth: BirthReport, { names }: Around): ReadonlySet<string> {
  const known = chainOf(birth).flatMap(({ name, operands, origin }) => [
    name ?? "",
    ...[...operands, ...(origin ? [origin] : [])].flatMap(({ tensor = "", code = "" }) => [
      tensor,
      ...(code.match(/[\w$.]+/g) ?? []),
    ]),
  ]);
  return new Set([...names, ...known]);
}
