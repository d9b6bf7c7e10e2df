/**
 * What to write instead: a closed catalogue, each entry as code in the names of the case, and the rules
 * that choose from it. Rules look at what an explanation of one op cannot know: which ops the operands
 * came from, and which the bad value went through.
 */
import type { BirthReport, Cause, OperandReport, Phase } from "./report.js";

/** What the code of a fix is written in. */
interface Names {
  readonly op: string;
  /** The operand to blame; the two that met. */
  readonly x: string;
  readonly a: string;
  readonly b: string;
  /** The one that is 0 where a product is, and the other. */
  readonly mask: string;
  readonly masked: string;
  /** The op that began it, its argument selected first. */
  readonly safe: string;
  /** The same with an epsilon added to it. */
  readonly away: string;
  /** The same with it bounded. */
  readonly bounded: string;
}

const CODE = {
  impute: () => 'fill or drop missing values before training: table.impute("median")',
  "restore-parameter": () =>
    "restore the parameter from the last good step, and lower the learning rate",
  "restore-state": () =>
    "start the optimizer afresh: step.dispose(), and a new one with a lower rate",
  "fix-labels": ({ x }) => `drop the rows without a label, or select them away first: ${x}`,
  "cast-range": ({ x }) => `scale ${x} before it becomes float32, or keep it in a Float64Array`,
  "select-not-multiply": ({ mask, masked }) =>
    `select instead of multiplying by a mask: where(${mask}, ${masked}, 0)`,
  "mask-before": ({ safe }) => `select before the op, not after: ${safe}`,
  "double-where": ({ safe }) => `select on both sides of the op: where(mask, ${safe}, 0)`,
  "epsilon-inside": ({ away }) => `keep the argument away from the singularity: ${away}`,
  logits: () =>
    "feed logits z, not probabilities: crossEntropy(z, labels); with two classes mean(sub(softplus(z), mul(z, y)))",
  "log-softmax": () => "take the logarithm of softmax in one: logSoftmax(z) of the logits z",
  logsumexp: ({ x }) => `use the fused form: logsumexp(${x}) instead of log(sum(exp(${x})))`,
  log1p: ({ x }) => `use the fused form: log1p(x) instead of log(add(1, x)) for ${x}`,
  expm1: ({ x }) => `use the fused form: expm1(x) instead of sub(exp(x), 1) for ${x}`,
  softplus: ({ x }) => `use the fused form: softplus(${x}) instead of log(add(1, exp(${x})))`,
  xlogy: ({ mask, x }) => `use the fused form: xlogy(${mask}, ${x}) is 0 where ${mask} is`,
  sigmoid: ({ x }) =>
    `use the fused form: sigmoid(${x}) instead of div(exp(${x}), add(1, exp(${x})))`,
  softmax: ({ x }) =>
    `use the fused form: softmax(${x}), which subtracts the row's maximum before exp`,
  "clip-input": ({ bounded }) => `bound the argument: ${bounded}`,
  "log-sum": ({ x }) => `add logarithms instead of multiplying: sum(log(${x}))`,
  "scale-input": ({ x }) => `scale the inputs to about 1 before they meet: ${x}`,
  "divide-where": ({ a, b }) =>
    `keep zeros out of the divisor: div(${a}, where(equal(${b}, 0), 1, ${b}))`,
  "safe-div": ({ a, b }) => `use the safe form: safeDiv(${a}, ${b}), or divNoNan(${a}, ${b})`,
  "safe-sqrt": ({ x }) => `use the safe form: safeSqrt(${x}), whose gradient at 0 is 0`,
  "safe-log": ({ x }) => `use the safe form: safeLog(${x})`,
  "safe-norm": ({ x }) => `use the fused form: norm2(x) or safeNorm(x), exact at 0, for ${x}`,
  "safe-acos": ({ op, x }) => `use the safe form: ${op === "asin" ? "safeAsin" : "safeAcos"}(${x})`,
  "safe-pow": ({ a, b }) => `use the safe form: safePow(${a}, ${b})`,
  "exclusive-product": ({ b }) =>
    `let prod differentiate itself: it never divides by a factor, as div(prod, ${b}) does`,
  "f64-statistics": () =>
    "use the fused form, whose sums run in f64: layerNorm, variance, std, norm2, globalNorm",
  "clip-norm": () => "clip the gradient: adam({ clip: { globalNorm: 1 } })",
  "lower-lr": () => "lower the learning rate: the values grew from step to step",
  "finite-mask": () =>
    "mask with a large negative number, or leave at least one element of the row unmasked",
  epsilon: () => "use an epsilon above 0: layerNorm(x, gamma, beta, { eps: 1e-5 })",
  "default-policy": () =>
    "use the default policy: a cotangent of exactly 0 gives a gradient of exactly 0",
} as const satisfies Record<string, (names: Names) => string>;

export type Fix = keyof typeof CODE;

const GENERIC: Names = {
  op: "f",
  x: "x",
  a: "a",
  b: "b",
  mask: "mask",
  masked: "x",
  safe: "f(where(mask, x, 1))",
  away: "f(add(x, 1e-12))",
  bounded: "f(clip(x, { max: 80 }))",
};

/** Every fix with x, a, b for operands. */
export const FIXES = Object.fromEntries(
  Object.entries(CODE).map(([fix, code]) => [fix, code(GENERIC)]),
) as Readonly<Record<Fix, string>>;

const callName = ({ tensor, name }: OperandReport): string => tensor ?? name;

/** Not a cotangent, nor the op's own output. */
const isRead = ({ name }: OperandReport): boolean => !/^(dy|y)\b/.test(name);

/** The names of a case: what each operand is called, and which of two is the mask. */
function namesIn(birth: BirthReport): Names {
  const { op, operands } = birth;
  const read = operands.filter(isRead);
  const [a = "a", b = "b"] = read.map(callName);
  const zero = read.find(({ value }) => value === 0);
  const other = read.find((o) => o !== zero);
  const source = bornFrom(birth)?.operands.find(isRead);
  return {
    op: op === "linear" ? "matmul" : op,
    x: source === undefined ? (read[0] === undefined ? "x" : a) : callName(source),
    a,
    b,
    mask: zero === undefined ? "mask" : callName(zero),
    masked: other === undefined ? "x" : callName(other),
    safe: rewritten(birth, (x) => `where(mask, ${x}, 1)`),
    away: rewritten(birth, (x) => `add(${x}, 1e-12)`),
    bounded: rewritten(birth, (x) => `clip(${x}, { max: 80 })`),
  };
}

/** The op where it began: the last of the chain that is an op. */
function beginning(birth: BirthReport): BirthReport {
  const from = bornFrom(birth);
  return from === undefined || AT_REST.has(from.phase) ? birth : beginning(from);
}

/** Whose second argument is the one with the pole. */
const SECOND: ReadonlySet<string> = new Set(["div", "mod", "xlogy", "xlog1py", "relEntr", "klDiv"]);

/** `div(a, where(mask, b, 1))`: the op where it began, the argument to blame written in another way. */
function rewritten(birth: BirthReport, change: (name: string) => string): string {
  const { op, operands } = beginning(birth);
  const read = operands.filter(isRead);
  const bad = read.findIndex(({ value }) => !Number.isFinite(value));
  const guilty = bad >= 0 ? bad : SECOND.has(op) && read.length > 1 ? 1 : 0;
  const names = read.length === 0 ? ["x"] : read.map(callName);
  return `${op}(${names.map((name, i) => (i === guilty ? change(name) : name)).join(", ")})`;
}

/** Not made by an op. */
const AT_REST: ReadonlySet<Phase> = new Set<Phase>(["input", "parameter", "state"]);

/** A fix as code in the names of the case. */
export function fixCode(fix: Fix, birth: BirthReport): string {
  return CODE[fix](namesIn(birth));
}

/**
 * The NaN or ∞ that was an operand of this one, or the step that made the parameter behind it huge. What was
 * merely huge, or became another number on the way, explains a birth and began nothing.
 */
function bornFrom({ from, operands }: BirthReport): BirthReport | undefined {
  const bad = operands.some(({ value }) => !Number.isFinite(value));
  return bad || from?.phase === "optimizer" ? from : undefined;
}

/** Where it all began. */
export function rootOf(birth: BirthReport): BirthReport {
  let root = birth;
  for (let from = bornFrom(root); from !== undefined; from = bornFrom(from)) root = from;
  return root;
}

/** What a rule may look at. */
export interface Context {
  readonly birth: BirthReport;
  /** The ops that the operands were computed by, as far as memory reaches. */
  readonly before: ReadonlySet<string>;
  /** The ops that the bad value went through. */
  readonly after: readonly string[];
}

interface Rule {
  readonly when: (context: Context & { readonly root: BirthReport }) => boolean;
  readonly fix: readonly Fix[];
}

const has = (set: ReadonlySet<string>, ...names: readonly string[]): boolean =>
  names.some((name) => set.has(name));

/** What a difference that cancelled to 0 runs into. */
const isPole = (cause: Cause): boolean =>
  cause === "log-of-zero" || cause === "division-by-zero" || cause === "zero-over-zero";

const LOGS = ["log", "log2", "log10", "log1p"];
const isLog = (op: string): boolean => LOGS.includes(op);
const through = (after: readonly string[], first: string, ...then: readonly string[]): boolean => {
  const at = after.indexOf(first);
  return at >= 0 && then.some((op) => after.indexOf(op, at + 1) > at);
};

/** In order: what is more specific comes first. */
const RULES: readonly Rule[] = [
  { when: ({ birth }) => birth.cause === "empty-row", fix: ["finite-mask"] },
  {
    when: ({ root }) => root.phase === "input" && root.cause === "bad-label",
    fix: ["fix-labels", "impute"],
  },
  { when: ({ root }) => root.phase === "input" && root.cause === "bad-input", fix: ["impute"] },
  { when: ({ root }) => root.phase === "parameter", fix: ["restore-parameter"] },
  { when: ({ root }) => root.phase === "state", fix: ["restore-state"] },
  // Exponentials and logarithms that belong together.
  {
    when: ({ root, after }) => root.cause === "overflow-exp" && through(after, "sum", ...LOGS),
    fix: ["logsumexp"],
  },
  {
    when: ({ root, after }) => root.cause === "overflow-exp" && through(after, "add", ...LOGS),
    fix: ["softplus"],
  },
  {
    when: ({ birth, root, before }) =>
      birth.cause === "inf-over-inf" && root.cause === "overflow-exp" && has(before, "sum", "mean"),
    fix: ["softmax"],
  },
  {
    when: ({ birth, root, before }) =>
      birth.cause === "inf-over-inf" &&
      root.cause === "overflow-exp" &&
      !has(before, "sum", "mean"),
    fix: ["sigmoid"],
  },
  {
    when: ({ birth, root }) =>
      root.cause === "overflow-exp" && (birth === root || birth.op === root.op),
    fix: ["clip-input"],
  },
  {
    when: ({ birth, root }) => birth.cause === "inf-minus-inf" && root.cause === "overflow-exp",
    fix: ["clip-input", "scale-input"],
  },
  {
    when: ({ root, before }) => root.cause === "log-of-zero" && has(before, "prod", "cumprod"),
    fix: ["log-sum"],
  },
  {
    when: ({ root, after }) => root.op === "prod" && through(after, "prod", ...LOGS),
    fix: ["log-sum"],
  },
  {
    when: ({ root, before }) => root.cause === "log-of-zero" && has(before, "softmax"),
    fix: ["log-softmax"],
  },
  {
    when: ({ root, before }) =>
      root.cause === "log-of-zero" && has(before, "exp") && has(before, "sum"),
    fix: ["logsumexp"],
  },
  {
    when: ({ root, before }) => isPole(root.cause) && has(before, "log") && has(before, "add"),
    fix: ["log1p"],
  },
  {
    when: ({ root, before }) => isPole(root.cause) && has(before, "exp") && has(before, "sub"),
    fix: ["expm1"],
  },
  {
    when: ({ root, before }) =>
      (root.cause === "log-of-zero" || root.cause === "saturated") &&
      has(before, "sigmoid", "softmax", "tanh"),
    fix: ["logits"],
  },
  {
    when: ({ birth, root }) =>
      birth.cause === "zero-times-inf" && birth.phase === "forward" && isLog(root.op),
    fix: ["xlogy", "select-not-multiply", "mask-before"],
  },
  // Statistics that overflow or cancel.
  {
    when: ({ birth, root }) =>
      (birth.cause === "inf-over-inf" || birth.cause === "lost-overflow") &&
      root.cause.startsWith("overflow") &&
      root.cause !== "overflow-exp",
    fix: ["f64-statistics", "scale-input"],
  },
  {
    when: ({ root, before }) =>
      root.cause === "sqrt-of-negative" && has(before, "square", "mul") && has(before, "sub"),
    fix: ["f64-statistics"],
  },
  {
    when: ({ root, after }) =>
      root.cause === "overflow-square" && after.some((op) => op === "sqrt" || op === "rsqrt"),
    fix: ["f64-statistics"],
  },
  // Roots of sums of squares, and other singular slopes.
  {
    when: ({ root, before }) =>
      (root.phase === "backward" || root.cause === "division-by-zero") &&
      /^(sqrt|rsqrt|pow|reciprocal)$/.test(root.op) &&
      has(before, "square", "sumSquares", "squaredDifference"),
    fix: ["safe-norm"],
  },
  {
    when: ({ birth, before }) =>
      /^(div|reciprocal)$/.test(birth.op) && has(before, "norm2", "norm1", "hypot"),
    fix: ["safe-norm"],
  },
  {
    when: ({ birth, before }) => /^div/.test(birth.op) && has(before, "prod", "cumprod"),
    fix: ["exclusive-product"],
  },
  {
    when: ({ birth }) => birth.cause === "zero-times-inf" && birth.phase === "backward",
    fix: ["double-where", "mask-before"],
  },
  { when: ({ root }) => root.op === "sqrt", fix: ["safe-sqrt"] },
  { when: ({ root }) => root.op === "norm2" || root.op === "hypot", fix: ["safe-norm"] },
  { when: ({ root }) => root.op === "acos" || root.op === "asin", fix: ["safe-acos"] },
  {
    when: ({ root }) => root.op === "pow" && !root.cause.startsWith("overflow"),
    fix: ["safe-pow"],
  },
  {
    when: ({ root }) => isLog(root.op) && !root.cause.startsWith("overflow"),
    fix: ["safe-log"],
  },
  {
    when: ({ root }) =>
      /^(div|reciprocal|mod)$/.test(root.op) && !root.cause.startsWith("overflow"),
    fix: ["safe-div"],
  },
  {
    when: ({ birth }) => birth.cause === "hidden-nan",
    fix: ["impute", "mask-before"],
  },
];

/** The fixes of a birth: what the rules say first, then what the op itself proposes. */
export function propose(context: Context): Fix[] {
  const root = rootOf(context.birth);
  const chosen = RULES.filter(({ when }) => when({ ...context, root })).flatMap(({ fix }) => fix);
  return [...new Set([...chosen, ...context.birth.fix])];
}
