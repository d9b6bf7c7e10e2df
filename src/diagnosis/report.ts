/**
 * What is told of a number that went bad: where it was born, why, the way it took, what to write
 * instead. Plain data; `showReport` is for people, `plainReport` keeps NaN and ∞ as strings.
 */
import { showValue } from "../check.js";
import { InputTypeError } from "../errors.js";
import type { Fix } from "./fixes.js";

export { FIXES, type Fix } from "./fixes.js";

/** Why a NaN or ∞ came to be, or what became of it: a closed catalogue. */
export const CAUSES = {
  "bad-input": "the value came in from outside",
  "bad-parameter": "a parameter held it",
  "bad-label": "a label or target held it",
  "bad-state": "the optimizer's state held it",
  "huge-value": "from here on the magnitude is so large that its square is beyond float32",
  narrowing: "a float64 beyond float32",
  "overflow-exp":
    "the exponential of a number above 88.72 (of base 2: 128) is beyond float32, above 709.78 (1024) beyond float64",
  "overflow-square":
    "the square of a magnitude above 1.8e19 is beyond float32, above 1.3e154 beyond float64",
  "overflow-product": "a product beyond the largest number of its type",
  "overflow-quotient": "a quotient beyond the largest number of its type",
  "overflow-sum": "a sum beyond the largest number of its type",
  "overflow-pow": "a power beyond the largest number of its type",
  "overflow-value":
    "the value of the function is infinite, or beyond the largest number of its type",
  "outside-domain": "the function has no real value there",
  "outside-unit": "the function has no real value beyond ±1, which rounding can reach",
  "own-op": "an op of one's own gave it: what it computes there is not known here",
  "pow-of-negative": "a fractional power of a negative number has no real value",
  "zero-over-zero": "0 / 0 has no value",
  "division-by-zero": "a number other than 0 divided by 0",
  "inf-over-inf": "∞ / ∞ has no value",
  "inf-minus-inf": "∞ − ∞ has no value",
  "zero-times-inf": "0 · ∞ has no value",
  "one-to-inf": "1^∞ was taken as 1: what it tends to is another number for each way there",
  "log-of-zero":
    "a logarithm has a pole where it is of 0: log at 0, log1p at −1, atanh at ±1, logit at 0 and 1",
  "log-of-negative": "the logarithm has no real value below 0",
  "sqrt-of-negative": "the root has no real value below 0",
  "singular-slope": "the derivative is infinite here, or as large as next to a pole",
  "empty-row": "every element of the row is −∞, which leaves nothing to normalise by",
  "zero-variance": "a row without spread, and no epsilon",
  "selected-away": "it was not chosen, on purpose: a mask, where(), a repair",
  "finite-limit": "the function's limit at ∞ is a number",
  "lost-overflow":
    "an ∞ that stood for a finite number was divided away, or compared with another: what is left is wrong",
  "lost-underflow":
    "a 0 that stood for a small number was divided, compared with another, or multiplied by a huge one: what is left is wrong",
  "lost-slope": "a pole has come to a limit: the slope there is not the 0 that 0 · ∞ is taken as",
  "hidden-nan": "a NaN was turned into a number",
  frozen: "an earlier gradient was so large that the optimizer's state keeps every step next to 0",
  underflow: "a number too small for its type became 0, and its gradient with it",
  swamped: "a number is lost beside one so large that their sum does not feel it",
  cancellation: "two numbers are equal but for their last digits: their difference has none left",
  saturated: "the slope is next to 0 where the cotangent is largest: the gradient died",
} as const;

export type Cause = keyof typeof CAUSES;

/** Whether it is that a function has no real value there. */
export const isOutside = (cause: Cause): boolean =>
  /^(log-of-negative|outside-.*|pow-of-negative|sqrt-of-negative)$/.test(cause);

/** forward, backward, optimizer: an op. input, parameter, state: it was there from the start. */
export type Phase = "forward" | "backward" | "optimizer" | "input" | "parameter" | "state";

/** A value that took part in a birth. */
export interface OperandReport {
  /** What it is to the op: `x`, `dy`, `weight`; with the tensor's name where it has one. */
  readonly name: string;
  readonly value: number;
  readonly index: readonly number[];
  /** The tensor's own name. */
  readonly tensor?: string;
  /** What computed it, as code, where that is short: `sub(logp, logp_old)`. */
  readonly code?: string;
  /** A number in the code, a parameter, or a 0 of a tensor of 0 and 1; left out for all else. */
  readonly kind?: "number" | "parameter" | "mask";
  /** Of a parameter that an optimizer has written to. */
  readonly stepped?: true;
  /** Of a parameter: weight decay takes it further from 0 with each step, as lr · weightDecay is above 2. */
  readonly decays?: true;
  /** Name of the feature column, and id of the row, of an input that has them. */
  readonly column?: string;
  readonly row?: number | string;
}

/** What a fused kernel read when a number went bad inside it. */
export interface OperandStats {
  /** Which operand, which part: `x, row 3`. */
  readonly of: string;
  /** Over the finite elements; NaN where there is none. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly nonFinite: number;
  readonly count: number;
}

/** The place where a NaN or ∞ came to be, or was absorbed. */
export interface BirthReport {
  readonly op: string;
  readonly phase: Phase;
  /** Inside a fused op: which of its steps. */
  readonly stage?: string;
  /** The tensor's name, where it has one. */
  readonly name?: string;
  readonly index: readonly number[];
  readonly operands: readonly OperandReport[];
  readonly stats?: readonly OperandStats[];
  /** The numbers that met: `-∞ · 0 = NaN`. */
  readonly expression: string;
  readonly cause: Cause;
  readonly fix: readonly Fix[];
  /** Name of the feature column, and id of the row, of an input that has them. */
  readonly column?: string;
  readonly row?: number | string;
  /** The element of an input or parameter that the operands were computed from, where a tape knows. */
  readonly origin?: OperandReport;
  /** The options that the op was called with, as code. */
  readonly options?: string;
  /** The user's source line that called the op: `train.ts:12:20`. */
  readonly site?: string;
  /** The earlier NaN or ∞ that made this one, or the place where the number behind it became huge. */
  readonly from?: BirthReport;
  /** Where two met, as in ∞ − ∞: what the second came from. */
  readonly with?: BirthReport;
  /** How many NaN and ∞ were absorbed there, where it is not this one alone. */
  readonly nonFinite?: number;
}

/** A birth and all that it came from, the nearest first. */
export function chainOf(birth: BirthReport): BirthReport[] {
  const { from, with: second } = birth;
  return [birth, ...(from ? chainOf(from) : []), ...(second ? chainOf(second) : [])];
}

/** A birth, and the place where it surfaced. */
export interface Report extends BirthReport {
  readonly code: string;
  /** Where it arrived: `the gradient of parameter "fc1.weight"`. */
  readonly sink: string;
  /** The ops from the origin to the sink. */
  readonly path: readonly string[];
  /** How many elements at the sink are bad, of how many, and the first of them. */
  readonly count: number;
  readonly size: number;
  readonly first: readonly (readonly number[])[];
  /** Every place on the way where a NaN or ∞ was absorbed. */
  readonly absorbed: readonly BirthReport[];
  /** What to write instead, in the names of this report; one for each of `fix`. */
  readonly instead: readonly string[];
  /**
   * What came of each when the program was run once more with it: it `"heals"`, value and gradients are what float64 gives; all is
   * `"finite"`, and there is nothing to compare it with; there is something to be `"told"` of it still; it `"fails"`, as another number
   * than the right one does; or it is `"untried"`, as what is no code.
   */
  readonly tried: readonly ("heals" | "finite" | "told" | "fails" | "untried")[];
  readonly step?: number;
  /** The steps before, when a monitor was there: the last is the one before this. */
  readonly history?: readonly StepRecord[];
  /** What had been growing over these steps: the loss, or the norm of all gradients. */
  readonly growth?: Growth;
  /** The same of each layer, value and gradient, the fastest first. */
  readonly grown?: readonly Growth[];
}

/** Whether it has what is told of a report: what is handed in by hand may be anything. */
export function isReport(x: unknown): x is Report {
  if (x === null || typeof x !== "object") return false;
  const { code, sink, op, expression, cause, ...lists } = x as Readonly<Record<string, unknown>>;
  if (![code, sink, op, expression, cause].every((text) => typeof text === "string")) return false;
  const { index, operands, path, first, absorbed, fix, instead } = lists;
  return [index, operands, path, first, absorbed, fix, instead].every(Array.isArray);
}

/** A step of training, in short. */
export interface StepRecord {
  readonly step?: number | undefined;
  readonly loss?: number | undefined;
  /** Global norm of the gradients. */
  readonly norm?: number | undefined;
  readonly lr?: number | undefined;
  /** Least powers of two below overflow, and of what. */
  readonly headroom?: number | undefined;
  readonly closest?: string | undefined;
}

/** A quantity that grew `factor`-fold over the last `steps` steps. */
export interface Growth {
  readonly what: string;
  readonly factor: number;
  readonly steps: number;
}

/** A number as reports write it: six digits, and as many as it takes not to look like a whole number. */
export function showNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (Object.is(value, -0)) return "-0";
  let digits = 6;
  while (digits < 17 && !Number.isInteger(value) && Number.isInteger(+value.toPrecision(digits))) {
    digits++;
  }
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) < 1e9 ? String(rounded) : rounded.toExponential().replace(/\.?0+e/, "e");
}

/** The same of one of two that are next to each other: with the digits in which they differ. */
export function showDigits(value: number, beside: number): string {
  const apart = Math.abs(Math.abs(value) - Math.abs(beside));
  const isNear = apart > 0 && apart < 2 ** -16 * Math.abs(value);
  const isSingle = Math.fround(value) === value;
  const exact = isSingle ? Number(value.toPrecision(9)) : value;
  return isNear && Number.isFinite(value) ? String(exact) : showNumber(value);
}

/** A number in four digits, for tables and sentences: `1.234e+20`. */
export function showBrief(value: number): string {
  const size = Math.abs(value);
  return size >= 1e6 && size < Infinity
    ? value.toExponential(3)
    : showNumber(Number(value.toPrecision(4)));
}

function showIndex(index: readonly number[]): string {
  return index.length === 0 ? "" : `[${index.join(", ")}]`;
}

/** `(column "Horsepower", row 32)`, where they are known. */
function labels({ column, row }: Pick<BirthReport, "column" | "row">): string {
  const parts = [
    ...(column === undefined ? [] : [`column "${column}"`]),
    ...(row === undefined ? [] : [`row ${row}`]),
  ];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

const AT_REST = new Set<Phase>(["input", "parameter", "state"]);

function whereBorn(birth: BirthReport): string {
  if (AT_REST.has(birth.phase)) {
    const name = birth.name === undefined ? "" : ` "${birth.name}"`;
    return `${birth.phase}${name}${showIndex(birth.index)}${labels(birth)}:  ${birth.expression}`;
  }
  const at = birth.index.length === 0 ? "" : ` at ${showIndex(birth.index)}`;
  const stage = birth.stage === undefined ? "" : `, ${birth.stage}`;
  return `${birth.op} (${birth.phase}${stage})${at}:  ${birth.expression}`;
}

function showOperand(operand: OperandReport, value = showNumber(operand.value)): string {
  const { name, index } = operand;
  return `${name}${showIndex(index)}${labels(operand)} = ${value}`;
}

/** The operands of an op; where digits have cancelled, with theirs. */
function showOperands({ cause, operands }: BirthReport): string {
  const [a, b, ...others] = operands;
  const isPair = cause === "cancellation" && a !== undefined && b !== undefined;
  if (!isPair) return operands.map((one) => showOperand(one)).join(", ");
  const pair = [
    showOperand(a, showDigits(a.value, b.value)),
    showOperand(b, showDigits(b.value, a.value)),
  ];
  return [...pair, ...others.map((one) => showOperand(one))].join(", ");
}

function showStats({ of, min, max, mean, nonFinite, count }: OperandStats): string {
  const range = `min ${showNumber(min)}, max ${showNumber(max)}, mean ${showNumber(mean)}, `;
  return `${of}: ${nonFinite < count ? range : ""}${nonFinite} of ${count} not finite`;
}

/** What an alarm says instead of "is NaN". */
const HEADLINES: Readonly<Record<string, string>> = {
  LOST_INF: "is finite, but an ∞ was lost on the way",
  LOST_NAN: "is finite, but a NaN was lost on the way",
  LOST_ZERO: "is finite, but a small number became 0 on the way",
  LOST_DIGITS: "is finite, but its digits cancelled on the way",
  DEAD_GRAD: "has lost its gradient",
  FROZEN: "no longer moves",
};

/** @internal Whether it tells of a number that is finite and wrong, not of a NaN or ∞. */
export function isAlarm({ code }: Report): boolean {
  return HEADLINES[code] !== undefined;
}

/** What a NaN or ∞ does there. A step of an optimizer is judged before it is taken: nothing is there yet. */
function arrival({ code, phase, cause }: Report): string {
  const state = code.endsWith("NAN") ? "NaN" : "infinite";
  if (phase !== "optimizer") return `is ${state}`;
  return cause === "bad-state" ? "would move further than a step can" : `would become ${state}`;
}

/** @internal What arrived where. */
export function headline(report: Report): string {
  return `${report.sink} ${HEADLINES[report.code] ?? arrival(report)}`;
}

/** @internal What happened at the place that a report names. */
export function beginning(report: Report): string {
  return isAlarm(report) ? "lost in" : "born in";
}

/** The same as lines: those with a tick have been tried, and heal it. */
function showAdvice(report: Report): string[] {
  const healing = report.instead.filter((_, i) => report.tried?.[i] === "heals");
  return adviceOf(report).map((one) => `  instead ${healing.includes(one) ? "✓" : " "} ${one}`);
}

/** @internal What to write instead, a sentence each. */
export function adviceOf({ growth, fix, instead }: Report): string[] {
  if (growth === undefined) return [...instead];
  // How far it grew, and over how long, says more than the code does.
  const code = instead.filter((_, i) => fix[i] !== "lower-lr");
  return [`lower the learning rate: ${showGrowth(growth)}`, ...code];
}

/** Lines for what a birth came from; where two met, the second after all of the first. */
function showOrigins({ from, with: second }: BirthReport, known: string | undefined): string[] {
  const line = (label: string, birth: BirthReport): string => {
    const site = birth.site === undefined || birth.site === known ? "" : `  ${birth.site}`;
    return `  ${label.padEnd(8)}  ${whereBorn(birth)}${site}`;
  };
  return [
    ...(from ? [line("from", from), ...showOrigins(from, known)] : []),
    ...(second ? [line("and from", second), ...showOrigins(second, known)] : []),
  ];
}

/** The longest round of a loop, in ops, that a path is searched for. */
const ROUND = 8;

/** The names of a path; what a loop did over and over is written once: `h → (matmul → tanh) × 60 → mean`. */
function showPath(path: readonly string[]): string {
  const parts: string[] = [];
  for (let at = 0; at < path.length; ) {
    const [length, times] = roundAt(path, at);
    const round = path.slice(at, at + length).join(" → ");
    parts.push(times === 1 ? round : `${length === 1 ? round : `(${round})`} × ${times}`);
    at += length * times;
  }
  return parts.join(" → ");
}

/** How many names are repeated from there on, and how often: the shortest round of three or more. */
function roundAt(path: readonly string[], at: number): readonly [number, number] {
  for (let length = 1; length <= ROUND; length++) {
    const isAgain = (i: number): boolean => path[i] === path[i - length];
    let end = at + length;
    while (end < path.length && isAgain(end)) end++;
    const times = Math.floor((end - at) / length);
    if (times >= 3) return [length, times];
  }
  return [1, 1];
}

/** @throws InputTypeError */
function checkReport(op: string, report: unknown): void {
  if (typeof (report as Partial<Report> | null | undefined)?.expression === "string") return;
  throw new InputTypeError(
    `${op}: report is none, expected error.report, or one of collected(), got ${showValue(report)}`,
  );
}

/** The report as a block of text. @throws InputTypeError for what is no report. */
export function showReport(report: Report): string {
  checkReport("showReport", report);
  const step = report.step === undefined ? "" : ` at step ${report.step}`;
  return [`${headline(report)}${step}`, ...details(report)].join("\n");
}

/** @internal All that is told below the headline, a line each. */
export function details(report: Report): string[] {
  const lines = [`  ${beginning(report)}   ${whereBorn(report)}`];
  if (report.site !== undefined) lines.push(`  line      ${report.site}`);
  lines.push(`  because   ${CAUSES[report.cause]}`);
  if (report.operands.length > 0) lines.push(`  operands  ${showOperands(report)}`);
  for (const stats of report.stats ?? []) lines.push(`  row       ${showStats(stats)}`);
  if (report.origin !== undefined) lines.push(`  of        ${showOperand(report.origin)}`);
  lines.push(...showOrigins(report, report.site));
  if (report.path.length > 0) lines.push(`  path      ${showPath(report.path)}`);
  for (const place of report.absorbed) {
    const many = place.nonFinite === undefined ? "" : `, the first of ${place.nonFinite}`;
    lines.push(`  absorbed  ${whereBorn(place)}${many}`);
  }
  if (report.size > 1 && report.count > 0) {
    const first = report.first.map(showIndex).join(" ");
    lines.push(
      `  ${report.count} of ${report.size} elements${first ? `; the first: ${first}` : ""}`,
    );
  }
  lines.push(...showAdvice(report));
  return [...lines, ...showHistory(report.history ?? []), ...showGrown(report.grown ?? [])];
}

/** Layers that are shown; the others are in the report. */
const SHOWN = 5;

/** A growth as a sentence. */
export function showGrowth({ what, factor, steps }: Growth): string {
  return `${what} grew ${showBrief(factor)}-fold over the last ${steps} steps`;
}

function showGrown(grown: readonly Growth[]): string[] {
  const rest = grown.length - SHOWN;
  return [
    ...grown.slice(0, SHOWN).map((one) => `  layer     ${showGrowth(one)}`),
    ...(rest > 0 ? [`            and ${rest} more`] : []),
  ];
}

const HISTORY = ["step", "loss", "norm", "lr", "headroom", "closest"] as const;

/** The steps before, a line each, in columns. */
function showHistory(history: readonly StepRecord[]): string[] {
  if (history.length === 0) return [];
  const cell = (key: (typeof HISTORY)[number], value: number | string | undefined): string =>
    typeof value === "number" && key !== "step" ? showBrief(value) : String(value ?? "");
  const rows = [
    [...HISTORY],
    ...history.map((record) => HISTORY.map((key) => cell(key, record[key]))),
  ];
  const widths = HISTORY.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row, i) => {
    const cells = row.map((text, c) =>
      c === HISTORY.length - 1 ? text : text.padStart(widths[c] ?? 0),
    );
    return `  ${i === 0 ? "before" : "      "}    ${cells.join("  ")}`.trimEnd();
  });
}

/** JSON in which every NaN and ∞ is a string. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "number" && !Number.isFinite(part) ? String(part) : part,
  );
}

/** A report with every NaN and ∞ as a string, for JSON. */
export function plainReport<T extends BirthReport>(report: T): T {
  checkReport("plainReport", report);
  return JSON.parse(toJson(report));
}
