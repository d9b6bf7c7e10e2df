/**
 * What is told of a number that went bad: where it was born, why, the way it took, what to write
 * instead. Plain data; `Report.toString` is for people, `toJSON` keeps NaN and ∞ as strings.
 */

/** Why a NaN or ∞ came to be: a closed catalogue. */
export const CAUSES = {
  "bad-input": "the value came in from outside",
  "bad-parameter": "a parameter held it",
  "overflow-exp": "the exponential of a number above 88.72 is beyond float32",
  "overflow-square": "the square of a magnitude above 1.8e19 is beyond float32",
  "overflow-product": "a product beyond float32",
  "overflow-quotient": "a quotient beyond float32",
  "overflow-sum": "a sum beyond float32",
  "overflow-value": "the value of the function is beyond float32",
  "outside-domain": "the function has no real value there",
  "zero-over-zero": "0 / 0 has no value",
  "division-by-zero": "a number other than 0 divided by 0",
  "inf-over-inf": "∞ / ∞ has no value",
  "inf-minus-inf": "∞ − ∞ has no value",
  "zero-times-inf": "0 · ∞ has no value",
  "log-of-zero": "the logarithm has a pole at 0",
  "log-of-negative": "the logarithm has no real value below 0",
  "sqrt-of-negative": "the root has no real value below 0",
  "singular-slope": "the derivative is infinite here",
  "empty-row": "every element of the row is −∞, which leaves nothing to normalise by",
  "zero-variance": "a row without spread, and no epsilon",
} as const;

export type Cause = keyof typeof CAUSES;

/** What to write instead: a closed catalogue. */
export const FIXES = {
  impute: 'fill or drop missing values before training: table.impute("median")',
  "restore-parameter": "restore the parameter from the last good step, and lower the learning rate",
  "select-not-multiply": "select instead of multiplying by a mask: where(mask, x, 0)",
  "mask-before": "select before the op, not after: log(where(mask, x, 1))",
  "epsilon-inside":
    "keep the argument away from the singularity: sqrt(add(x, 1e-12)), log(add(x, 1e-7))",
  logits: "feed logits, not probabilities: crossEntropy(logits, labels)",
  sigmoid: "use the fused form: sigmoid(x) instead of div(exp(x), add(1, exp(x)))",
  softmax: "use the fused form: softmax(x) subtracts the row's maximum first",
  "scale-input": "scale the inputs to about 1 before they meet",
  "divide-where": "keep zeros out of the divisor: div(a, where(equal(b, 0), 1, b))",
  "clip-norm": "clip the gradient: adam({ clip: { globalNorm: 1 } })",
  "lower-lr": "lower the learning rate: the values grew from step to step",
  "finite-mask":
    "mask with a large negative number, or leave at least one element of the row unmasked",
  epsilon: "use an epsilon above 0: layerNorm(x, gamma, beta, { eps: 1e-5 })",
  "default-policy":
    "use the default policy: a cotangent of exactly 0 gives a gradient of exactly 0",
} as const;

export type Fix = keyof typeof FIXES;

/** forward, backward, optimizer: an op. input, parameter: it was there from the start. */
export type Phase = "forward" | "backward" | "optimizer" | "input" | "parameter";

/** A value that took part in a birth. */
export interface OperandReport {
  /** What it is to the op: `x`, `dy`, `weight`; with the tensor's name where it has one. */
  readonly name: string;
  readonly value: number;
  readonly index: readonly number[];
}

/** The place where a NaN or ∞ came to be. */
export interface BirthReport {
  readonly op: string;
  readonly phase: Phase;
  /** The tensor's name, where it has one. */
  readonly name?: string;
  readonly index: readonly number[];
  readonly operands: readonly OperandReport[];
  /** The numbers that met: `-∞ · 0 = NaN`. */
  readonly expression: string;
  readonly cause: Cause;
  readonly fix: readonly Fix[];
  /** Name of the feature column, and id of the row, of an input that has them. */
  readonly column?: string;
  readonly row?: number | string;
  /** The earlier ∞ that made this NaN. */
  readonly from?: BirthReport;
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
  readonly step?: number;
  /** The steps before, when a monitor was there: the last is the one before this. */
  readonly history?: readonly StepRecord[];
  /** What had been growing over these steps. */
  readonly growth?: Growth;
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

/** A number as reports write it. */
export function showNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  return Object.is(value, -0) ? "-0" : String(Number(value.toPrecision(6)));
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

function place(birth: BirthReport): string {
  const row = birth.row === undefined ? "" : `, row ${birth.row}`;
  return birth.column === undefined ? row : ` (column "${birth.column}"${row})`;
}

function whereBorn(birth: BirthReport): string {
  if (birth.phase === "input" || birth.phase === "parameter") {
    const name = birth.name === undefined ? "" : ` "${birth.name}"`;
    return `${birth.phase}${name}${showIndex(birth.index)}${place(birth)}:  ${birth.expression}`;
  }
  const at = birth.index.length === 0 ? "" : ` at ${showIndex(birth.index)}`;
  return `${birth.op} (${birth.phase})${at}:  ${birth.expression}`;
}

function showOperand({ name, value, index }: OperandReport): string {
  return `${name}${showIndex(index)} = ${showNumber(value)}`;
}

/** The report as a block of text. */
export function showReport(report: Report): string {
  const step = report.step === undefined ? "" : ` at step ${report.step}`;
  const bad = report.code.endsWith("NAN") ? "NaN" : "infinite";
  const lines = [`${report.sink} is ${bad}${step}`];
  lines.push(`  born in   ${whereBorn(report)}`);
  lines.push(`  because   ${CAUSES[report.cause]}`);
  if (report.operands.length > 0)
    lines.push(`  operands  ${report.operands.map(showOperand).join(", ")}`);
  for (let from = report.from; from !== undefined; from = from.from) {
    lines.push(`  from      ${whereBorn(from)}`);
  }
  if (report.path.length > 0) lines.push(`  path      ${report.path.join(" → ")}`);
  const first = report.first.map(showIndex).join(" ");
  lines.push(`  ${report.count} of ${report.size} elements${first ? `; the first: ${first}` : ""}`);
  if (report.growth !== undefined) {
    const { what, factor, steps } = report.growth;
    const grew = `${what} grew ${showBrief(factor)}-fold over the last ${steps} steps`;
    lines.push(`  instead   lower the learning rate: ${grew}`);
  }
  for (const fix of report.fix) {
    if (fix !== "lower-lr" || report.growth === undefined) lines.push(`  instead   ${FIXES[fix]}`);
  }
  return [...lines, ...showHistory(report.history ?? [])].join("\n");
}

const HISTORY = ["step", "loss", "norm", "lr", "headroom", "closest"] as const;

/** The steps before, a line each, in columns. */
function showHistory(history: readonly StepRecord[]): string[] {
  if (history.length === 0) return [];
  const cell = (value: number | string | undefined): string =>
    typeof value === "number" ? showBrief(value) : (value ?? "");
  const rows = [[...HISTORY], ...history.map((record) => HISTORY.map((key) => cell(record[key])))];
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
  return JSON.parse(toJson(report));
}
