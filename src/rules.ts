/**
 * Which fixes a case calls for. Rules look at what an explanation of one op cannot know: which ops the operands came
 * from, which the bad value went through, where it began. What would not help there is left out.
 */
import { beginning, type Fix, guiltyIn, isBoundable, readBy, rootOf, zeroOf } from "./fixes.js";
import { type BirthReport, type Cause, chainOf } from "./report.js";

/** What a rule may look at. */
export interface Context {
  readonly birth: BirthReport;
  /** The ops that the operands were computed by, as far as memory reaches. */
  readonly before: ReadonlySet<string>;
  /** The ops that the bad value went through. */
  readonly after: readonly string[];
}

/** The same, with where it began: in an op, and before any. */
interface Known extends Context {
  readonly begin: BirthReport;
  readonly root: BirthReport;
}

interface Rule {
  readonly when: (known: Known) => boolean;
  readonly fix: readonly Fix[];
}

const has = (set: ReadonlySet<string>, ...names: readonly string[]): boolean =>
  names.some((name) => set.has(name));

/** What a difference that cancelled to 0 runs into. */
const isPole = (cause: Cause): boolean =>
  cause === "log-of-zero" || cause === "division-by-zero" || cause === "zero-over-zero";

const isDivisionByZero = ({ cause }: BirthReport): boolean =>
  cause === "division-by-zero" || cause === "zero-over-zero";

const overflowed = ({ cause }: BirthReport): boolean => cause.startsWith("overflow");

const LOGS: readonly string[] = ["log", "log2", "log10", "log1p"];
const isLog = ({ op }: BirthReport): boolean => LOGS.includes(op);

const through = (after: readonly string[], first: string, ...then: readonly string[]): boolean => {
  const at = after.indexOf(first);
  return at >= 0 && then.some((op) => after.indexOf(op, at + 1) > at);
};

const SQUARES: ReadonlySet<string> = new Set(["square", "sumSquares", "squaredDifference"]);

/**
 * What stands under a root, or is divided by: the ops between the squares and the op where it began. Undefined where
 * there are no squares.
 */
function overSquares({ after, begin }: Known): readonly string[] | undefined {
  const end = after.findIndex((op) => op === begin.op || op === `${begin.op} backward`);
  const before = after.slice(0, end < 0 ? after.length : end);
  const at = before.findLastIndex((op) => SQUARES.has(op));
  return at < 0 ? undefined : before.slice(at + 1);
}

/** A spread, as √(mean((x − mean)²)) or E[x²] − E[x]²; else squares that are only added make a norm. */
const isSpread = (ops: readonly string[]): boolean => ops.includes("mean") || ops.includes("sub");

/** A root of squares with an infinite slope, a division by it, or by its square. */
function hasRootOfSquares({ begin, before }: Known): boolean {
  if (!has(before, ...SQUARES)) return false;
  const ofRoot = /^(sqrt|rsqrt|pow|reciprocal)$/.test(begin.op);
  if (ofRoot) return begin.phase === "backward" || begin.cause === "division-by-zero";
  return begin.op === "div" && isDivisionByZero(begin) && has(before, "sqrt");
}

/** A square, also one that is written as a product. */
const isSquare = (begin: BirthReport): boolean => {
  const [a, b] = readBy(begin);
  return (
    begin.cause === "overflow-square" ||
    begin.cause === "overflow-sum" ||
    (begin.cause === "overflow-product" && a !== undefined && a.value === b?.value)
  );
};

/** Ops along a row, in which −∞ is how an element is masked. */
const MASKED_ROWS = ["softmax", "logSoftmax", "logsumexp", "crossEntropy", "max", "exp"];

/** In order: what is more specific comes first. */
const RULES: readonly Rule[] = [
  { when: ({ birth }) => birth.cause === "empty-row", fix: ["finite-mask"] },
  {
    when: ({ root, after, before }) =>
      root.cause === "bad-input" &&
      root.operands.some(({ value }) => value === Number.NEGATIVE_INFINITY) &&
      MASKED_ROWS.some((op) => after.includes(op) || before.has(op)),
    fix: ["finite-mask"],
  },
  {
    when: ({ root }) => root.phase === "input" && root.cause === "bad-label",
    fix: ["fix-labels", "impute"],
  },
  { when: ({ root }) => root.phase === "input" && root.cause === "bad-input", fix: ["impute"] },
  { when: ({ root }) => root.phase === "parameter", fix: ["restore-parameter"] },
  { when: ({ root }) => root.phase === "state", fix: ["restore-state"] },
  {
    when: ({ birth, root }) => root.phase === "optimizer" && birth !== root,
    fix: ["lower-lr", "clip-norm"],
  },
  // Exponentials and logarithms that belong together.
  {
    when: ({ begin, after }) =>
      begin.cause === "overflow-exp" &&
      (through(after, "sum", ...LOGS) || through(after, "mean", ...LOGS)),
    fix: ["logsumexp"],
  },
  {
    when: ({ begin, after }) => begin.cause === "overflow-exp" && through(after, "add", ...LOGS),
    fix: ["softplus"],
  },
  {
    when: ({ begin, after }) => begin.cause === "overflow-exp" && through(after, "sub", ...LOGS),
    fix: ["logsubexp"],
  },
  {
    when: ({ begin, after }) => begin.op === "cosh" && through(after, "cosh", ...LOGS),
    fix: ["logcosh"],
  },
  {
    when: ({ birth, begin, before }) =>
      birth.cause === "inf-over-inf" &&
      begin.cause === "overflow-exp" &&
      has(before, "sum", "mean"),
    fix: ["softmax"],
  },
  {
    // The whole row has underflown.
    when: ({ begin, before, after }) =>
      isDivisionByZero(begin) && through(after, "exp", "div") && has(before, "sum", "mean"),
    fix: ["softmax"],
  },
  {
    when: ({ birth, begin, before, after }) =>
      birth.cause === "inf-over-inf" &&
      begin.cause === "overflow-exp" &&
      !has(before, "sum", "mean") &&
      through(after, "exp", "sub"),
    fix: ["tanh"],
  },
  {
    when: ({ birth, begin, before, after }) =>
      birth.cause === "inf-over-inf" &&
      begin.cause === "overflow-exp" &&
      !has(before, "sum", "mean") &&
      !through(after, "exp", "sub"),
    fix: ["sigmoid"],
  },
  {
    when: ({ birth, begin }) =>
      begin.cause === "overflow-exp" && (birth === begin || birth.op === begin.op),
    fix: ["clip-input"],
  },
  {
    when: ({ birth, begin }) => birth.cause === "inf-minus-inf" && begin.cause === "overflow-exp",
    fix: ["clip-input", "scale-input"],
  },
  {
    // A factor of 0 has no logarithm either.
    when: ({ begin, before }) =>
      begin.cause === "log-of-zero" && has(before, "prod", "cumprod") && begin.origin?.value !== 0,
    fix: ["log-sum"],
  },
  {
    when: ({ begin, after }) => begin.op === "prod" && through(after, "prod", ...LOGS),
    fix: ["log-sum"],
  },
  {
    when: ({ begin, before }) => begin.cause === "log-of-zero" && has(before, "softmax"),
    fix: ["log-softmax"],
  },
  {
    when: ({ begin, before }) =>
      begin.cause === "log-of-zero" && has(before, "exp") && has(before, "sum"),
    fix: ["logsumexp"],
  },
  {
    when: ({ begin, before }) => isPole(begin.cause) && has(before, "log") && has(before, "add"),
    fix: ["log1p"],
  },
  {
    when: ({ begin, before }) => isPole(begin.cause) && has(before, "exp") && has(before, "sub"),
    fix: ["expm1"],
  },
  {
    when: ({ begin, before }) =>
      (begin.cause === "log-of-zero" || begin.cause === "saturated") &&
      (has(before, "sigmoid", "softmax") || /^(sigmoid|softmax)$/.test(begin.op)),
    fix: ["logits"],
  },
  {
    when: ({ birth, begin }) =>
      birth.cause === "zero-times-inf" && birth.phase === "forward" && isLog(begin),
    fix: ["xlogy", "select-not-multiply", "mask-before"],
  },
  // Statistics that overflow or cancel.
  {
    when: ({ birth, begin }) =>
      (birth.cause === "inf-over-inf" || birth.cause === "lost-overflow") && isSquare(begin),
    fix: ["f64-statistics", "scale-input"],
  },
  {
    when: ({ begin, before }) =>
      begin.cause === "sqrt-of-negative" && has(before, "square", "mul") && has(before, "sub"),
    fix: ["f64-statistics"],
  },
  {
    when: ({ begin, after }) =>
      begin.cause === "overflow-square" && after.some((op) => op === "sqrt" || op === "rsqrt"),
    fix: ["f64-statistics"],
  },
  // Roots of sums of squares, and other singular slopes.
  {
    when: (known) => hasRootOfSquares(known) && isSpread(overSquares(known) ?? []),
    fix: ["f64-statistics"],
  },
  {
    when: (known) => hasRootOfSquares(known) && !isSpread(overSquares(known) ?? []),
    fix: ["safe-norm"],
  },
  {
    when: ({ begin, before }) =>
      /^(div|reciprocal)$/.test(begin.op) &&
      isDivisionByZero(begin) &&
      has(before, "norm2", "norm1", "hypot"),
    fix: ["safe-norm"],
  },
  {
    // By a factor, which has a name; not by another product.
    when: ({ birth, before }) =>
      /^div/.test(birth.op) &&
      has(before, "prod", "cumprod") &&
      readBy(birth)[1]?.tensor !== undefined,
    fix: ["exclusive-product"],
  },
  {
    when: ({ begin, before }) =>
      begin.op === "div" &&
      isDivisionByZero(begin) &&
      has(before, "prod", "cumprod") &&
      readBy(begin)[1]?.tensor === undefined &&
      begin.origin?.value !== 0,
    fix: ["log-sum"],
  },
  {
    when: ({ birth }) => birth.cause === "zero-times-inf" && birth.phase === "backward",
    fix: ["double-where", "mask-before"],
  },
  { when: ({ begin }) => /^r?sqrt$/.test(begin.op) && !overflowed(begin), fix: ["safe-sqrt"] },
  { when: ({ begin }) => /^a(cos|sin)$/.test(begin.op), fix: ["safe-acos"] },
  { when: ({ begin }) => begin.op === "pow" && !overflowed(begin), fix: ["safe-pow"] },
  { when: ({ begin }) => isLog(begin) && !overflowed(begin), fix: ["safe-log"] },
  {
    when: ({ begin }) => /^(div|reciprocal)$/.test(begin.op) && !overflowed(begin),
    fix: ["safe-div"],
  },
  {
    when: ({ birth }) => birth.cause === "hidden-nan",
    fix: ["impute", "mask-before"],
  },
];

// ── Whether one would help ───────────────────────────────────────────────────────────────────────

/** What an epsilon of 1e-12 can move away from a singularity at 0. */
const isNearZero = (begin: BirthReport): boolean => {
  const guilty = guiltyIn(begin);
  return guilty !== undefined && Math.abs(guilty.value) <= 1e-12;
};

/** A product of elements: not of matrices, whose fused forms take no mask. */
const isProduct = ({ birth }: Known): boolean => birth.op === "mul" && birth.phase === "forward";

/** Whether a parameter has a part in it: only then does the way it is trained. */
const isTrained = ({ birth }: Known): boolean =>
  birth.phase !== "forward" ||
  chainOf(birth).some(
    ({ phase, operands, origin }) =>
      phase === "optimizer" ||
      phase === "parameter" ||
      [...operands, ...(origin ? [origin] : [])].some(({ kind }) => kind === "parameter"),
  );

/** Neither a parameter nor a number that grew too large is something that could be selected away. */
const isSelectable = ({ birth, begin, root }: Known): boolean =>
  root.phase !== "parameter" && !(overflowed(begin) && /^inf-(minus|over)-inf$/.test(birth.cause));

/** Whether a missing value can be behind it: not a number that stands in the code. */
const isData = ({ root }: Known): boolean => root.operands.every(({ kind }) => kind !== "number");

const HELPS: Partial<Record<Fix, (known: Known) => boolean>> = {
  impute: isData,
  xlogy: isProduct,
  "select-not-multiply": (known) => isProduct(known) && zeroOf(known.birth)?.kind !== "number",
  "mask-before": isSelectable,
  "epsilon-inside": ({ begin }) => isNearZero(begin),
  "clip-input": ({ begin }) => isBoundable(begin),
  "scale-input": ({ root }) => root.phase !== "optimizer",
  "safe-log": ({ begin }) => isLog(begin),
  "safe-div": ({ begin }) => /^(div|reciprocal)$/.test(begin.op),
  "divide-where": ({ begin }) => /^(div|mod)$/.test(begin.op) && readBy(begin)[1]?.value === 0,
  "clip-norm": isTrained,
  "lower-lr": isTrained,
};

/**
 * The fixes of a birth: what the rules say first, then what the op itself proposes, then the op where it began; of them
 * those that would help there.
 */
export function propose(context: Context): Fix[] {
  const { birth } = context;
  const known = { ...context, begin: beginning(birth), root: rootOf(birth) };
  const chosen = RULES.filter(({ when }) => when(known)).flatMap(({ fix }) => fix);
  const all = [...new Set([...chosen, ...birth.fix, ...known.begin.fix])];
  return all.filter(
    (fix) => HELPS[fix]?.(known) !== false && !(fix === "impute" && chosen.includes("finite-mask")),
  );
}
