/**
 * What to write instead: a closed catalogue, each entry as code in the names of the case. Which of them a case
 * calls for is said in rules.ts.
 */
import {
  acrossIn,
  argumentOf,
  besideOne,
  cancelled,
  comparedBefore,
  fusedLessOne,
  fusedQuotient,
  inCode,
  lessOne,
  logitIn,
  normOf,
  raisedIn,
  readCall,
  sigmoidIn,
  statisticIn,
} from "./code.js";
import { type BirthReport, chainOf, type OperandReport, type Phase, showNumber } from "./report.js";

/** What the code of a fix is written in. */
interface Names {
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
  /** The one that is 0 where a product is, and what is left where it is not. */
  readonly mask: string;
  readonly masked: string;
  /** The first two, where each is written more than once: by role where their code is long. */
  readonly briefA: string;
  readonly briefB: string;
  /** What was raised: the operand to blame of an exponential, those in its code of another op. */
  readonly raised: readonly string[];
  /** All that is known as code, what began first: the op where it began, and what it and the op where it surfaced read. */
  readonly codes: readonly string[];
  /** The op where it began, and the one where it surfaced. */
  readonly began: string;
  readonly met: string;
  /** Its name. */
  readonly compares: string;
  /** What that is selected by: `mask`, unless something in the program is called so. */
  readonly choice: string;
  /** The op that began it, its argument selected first. */
  readonly safe: string;
  /** The same with an epsilon added to it. */
  readonly away: string;
  /** The same with it bounded. */
  readonly bounded: string;
  /** The number in the code that is to blame. */
  readonly number: string;
  /** The parameter that it was computed from, and whether an optimizer has written to it. */
  readonly parameter: string;
  readonly stepped: boolean;
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
  /** What stands in a cell of a table for a missing value. */
  readonly stand: number | undefined;
}

/** By the op that began it, where its name is not the rule. */
type ByOp = Readonly<Record<string, (names: Names) => string>>;

const SAFE_LOG: ByOp = {
  log2: ({ x }) => `mul(safeLog(${x}), Math.LOG2E)`,
  log10: ({ x }) => `mul(safeLog(${x}), Math.LOG10E)`,
  log1p: ({ x }) => `safeLog(add(1, ${x}))`,
};

const XLOGY: ByOp = {
  log2: ({ mask, x }) => `mul(xlogy(${mask}, ${x}), Math.LOG2E)`,
  log10: ({ mask, x }) => `mul(xlogy(${mask}, ${x}), Math.LOG10E)`,
  log1p: ({ mask, x }) => `xlog1py(${mask}, ${x})`,
};

const SAFE_DIV: ByOp = { reciprocal: ({ x }) => `safeReciprocal(${x})` };

/** Functions that are next to their argument near 0. */
const LIKE_ITSELF = /^(asin|asinh|atan|atanh|expm1|log1p|sin|sinh|tan|tanh)$/;

const ofIndex = ({ op, x }: Names): string =>
  `softmax(${x}) instead of ${op}(${x}), or crossEntropy(z, labels) of logits z`;

const straightThrough = ({ op, x }: Names): string =>
  `add(${x}, noGrad(() => sub(${op}(${x}), ${x}))) instead of ${op}(${x})`;

const distance = ({ op, a, b }: Names): string =>
  `square(sub(${a}, ${b})) instead of ${op}(${a}, ${b}), or crossEntropy(z, labels) of logits z`;

const below = ({ op, a, b }: Names): string =>
  `sigmoid(sub(${b}, ${a})) instead of ${op}(${a}, ${b}), or crossEntropy(z, labels) of logits z`;

const SLOPED: ByOp = {
  argmax: ofIndex,
  argmin: ofIndex,
  ceil: straightThrough,
  equal: distance,
  less: below,
  lessEqual: below,
  notEqual: distance,
  floor: straightThrough,
  round: straightThrough,
  sign: ({ x }) => `tanh(${x}) instead of sign(${x})`,
  trunc: straightThrough,
};

const SAFE_SQRT: ByOp = { rsqrt: ({ x }) => `safeRsqrt(${x})` };

/** What the table has for the op that began it, else `usual`. */
const forOp = (table: ByOp, names: Names, usual: string): string => {
  const special = Object.hasOwn(table, names.op) ? table[names.op] : undefined;
  return special === undefined ? usual : special(names);
};

/** Ops with a pole at 0. */
const POLES: ReadonlySet<string | undefined> = new Set([
  "div",
  "log",
  "log10",
  "log2",
  "reciprocal",
  "rsqrt",
]);

const insteadOf = (fused: string, written: string): string =>
  `use the fused form: ${fused} instead of ${written}`;

/** What turns a natural logarithm into another. */
const BASES: Readonly<Record<string, string>> = { log2: "Math.LOG2E", log10: "Math.LOG10E" };

/** z of z − max(z). */
function unshifted(x: string): string {
  const [z, shift] = readCall(x)?.op === "sub" ? (readCall(x)?.args ?? []) : [];
  return z !== undefined && (shift === `max(${z})` || shift?.startsWith(`max(${z}, `)) ? z : x;
}

function logSoftmaxOf(op: string, x: string, a: string, next: string | undefined): string {
  const say = "take the logarithm of softmax in one:";
  if (op === "exp")
    return `${say} logSoftmax(${unshifted(x)}) instead of the logarithm of softmax(${unshifted(x)})`;
  const [over, z] = [a, x].map((code) => argumentOf("softmax", [code]));
  const natural = `logSoftmax(${z ?? "z"})`;
  if (op === "div" && a === `softmax(${over})` && x === `softmax(${z})`) {
    const ratio = `sub(logSoftmax(${over}), ${natural})`;
    return next === "log"
      ? `${say} ${ratio} instead of log(div(${a}, ${x}))`
      : `${say} exp(${ratio}) instead of div(${a}, ${x})`;
  }
  const base = BASES[op];
  const fused = base === undefined ? natural : `mul(${natural}, ${base})`;
  return op !== "div" && x === `softmax(${z})`
    ? `${say} ${fused} instead of ${op}(${x})`
    : `${say} ${fused} of the logits ${z ?? "z"}`;
}

/** A root as it is written; undefined where an op is none. */
function writtenRoot(op: string, x: string, exponent: string): string | undefined {
  if (op === "pow") return /^-?0\.5$/.test(exponent) ? `pow(${x}, ${exponent})` : undefined;
  return /^r?sqrt$/.test(op) ? `${op}(${x})` : undefined;
}

/** Of what a difference of two logarithms is. */
function logsIn(code: string): readonly (string | undefined)[] {
  const { op, args = [] } = readCall(code) ?? {};
  return op === "sub"
    ? args.map((one) => (readCall(one)?.op === "log" ? readCall(one)?.args[0] : undefined))
    : [];
}

/** The norm that some code is, by name or written out. */
function normIn(code: string): string | undefined {
  if (/^norm2\(/.test(code)) return code;
  const under = /^sqrt\((.*)\)$/.exec(code)?.[1];
  const norm = under && normOf(under);
  return norm?.startsWith("norm2(") === true ? norm : undefined;
}

/** Code that stands more than once in a line may be as long as this. */
const BRIEF = 20;

/** One of one; x where there are none, or more. */
const only = (all: readonly string[]): string => (all.length === 1 ? (all[0] ?? "x") : "x");

const CODE = {
  impute: ({ stand }) =>
    stand === undefined
      ? 'fill or drop missing values before training: table.impute("median")'
      : `take ${stand} for a missing value, if it stands for one: validate(data, { every: { missingValues: [${stand}], policy: { missing: "median" } } })`,
  "restore-parameter": ({ stepped, parameter }) =>
    stepped
      ? "restore the parameter from the last good step, and lower the learning rate"
      : `load or initialize ${parameter} again: no optimizer has written to it`,
  "restore-state": () =>
    "start the optimizer afresh: step.dispose(), and a new one with a lower rate",
  "check-number": ({ number }) =>
    `mend the number in the code, which is ${number} here: ${number === "0" ? "a count by Math.max(1, n), a correction 1 − βᵗ by t from 1" : 'in JavaScript 1 / 0 is ∞, and NaN 0 / 0 and Number("1,5")'}`,
  "check-op": ({ op }) =>
    `look at what ${op} computes there: beyond the end of an array JavaScript reads undefined, and reckons with NaN`,
  "fix-labels": ({ x }) => `drop the rows without a label, or select them away first: ${x}`,
  "cast-range": ({ x }) => `scale ${x} before it becomes float32, or keep it in a Float64Array`,
  "select-not-multiply": ({ mask, masked }) =>
    `select instead of multiplying by a mask: where(${mask}, ${masked}, 0)`,
  "mask-before": ({ safe }) => `select before the op, not after: ${safe}`,
  "double-where": ({ safe, choice }) =>
    `select on both sides of the op: where(${choice}, ${safe}, 0)`,
  "epsilon-inside": ({ away }) => `keep the argument away from the singularity: ${away}`,
  logits: ({ op, x, a, met }) => {
    const of = (gate: string): string | undefined =>
      op === gate ? (x === "x" ? undefined : x) : argumentOf(gate, [x]);
    if (op === "div" && sigmoidIn(a) !== undefined && x === `sub(1, ${a})`)
      return `feed logits, not probabilities: ${sigmoidIn(a)} instead of log(div(${a}, ${x}))`;
    const logit = op === "log" ? logitIn(x) : undefined;
    const one =
      logit?.z ??
      of("sigmoid") ??
      sigmoidIn(x.startsWith("neg(") && op === "exp" ? `div(1, add(1, exp(${x})))` : met) ??
      sigmoidIn(fusedQuotient(met) ?? "");
    const many = of("softmax") ?? (op === "exp" && x !== "x" ? unshifted(x) : undefined);
    if (one !== undefined) {
      const loss = `mean(sub(softplus(${one}), mul(${one}, y))) of labels y`;
      return logit === undefined
        ? `feed logits, not probabilities: ${loss}`
        : `feed logits, not probabilities: ${logit.log} instead of log(${x}), or ${loss}`;
    }
    return many === undefined
      ? "feed logits z, not probabilities: crossEntropy(z, labels); with two classes mean(sub(softplus(z), mul(z, y)))"
      : `feed logits, not probabilities: crossEntropy(${many}, labels)`;
  },
  "log-softmax": ({ op, x, a, next }) =>
    op === "log" && /^log(Softmax|Sigmoid)\(/.test(x)
      ? `it is a logarithm already: ${x} instead of log(${x})`
      : logSoftmaxOf(op, x, a, next),
  logsumexp: ({ raised, x }) => {
    const z = only(raised);
    const across = acrossIn(x);
    return `use the fused form: logsumexp(${z}${across}) instead of log(sum(exp(${z})${across})), less log(n) for a mean; with weights w logsumexp(add(log(w), ${z})${across})`;
  },
  log1p: ({ x, leaf }) => {
    const term = besideOne(x);
    return term === undefined
      ? `use the fused form: log1p(x) instead of log(add(1, x)) for ${leaf}`
      : `use the fused form: log1p(${term}) instead of log(${x})`;
  },
  expm1: ({ op, x, a, b, leaf }) => {
    if (lessOne(a) === b)
      return `use the fused form, which is 1 at 0: exprel(${b}) instead of div(${a}, ${b})`;
    const fused = op === "log" ? fusedLessOne(x) : undefined;
    return fused === undefined
      ? `use the fused form: expm1(x) instead of sub(exp(x), 1), exprel(x) instead of div(sub(exp(x), 1), x), for ${leaf}`
      : `use the fused form: ${fused} instead of log(${x})`;
  },
  softplus: ({ raised }) => {
    const x = only(raised);
    const [a, b] = raised.length === 2 ? raised : ["a", "b"];
    return `use the fused form: softplus(${x}) instead of log(add(1, exp(${x}))), logaddexp(${a}, ${b}) instead of log(add(exp(${a}), exp(${b})))`;
  },
  logsubexp: ({ raised }) => {
    const x = only(raised);
    const [a, b] = raised.length === 2 ? raised : ["a", "b"];
    return `use the fused form: logexpm1(${x}) instead of log(sub(exp(${x}), 1)), logsubexp(${a}, ${b}) instead of log(sub(exp(${a}), exp(${b})))`;
  },
  "shift-exp": ({ op, raised, codes, logged, next }) => {
    const argument = only(raised);
    // It is written three times.
    const [z, m, told] =
      argument.length <= BRIEF
        ? [argument, `max(${argument})`, ""]
        : ["z", "m", ` with z = ${argument}, m = max(z)`];
    if (op === "sinh")
      return `take e^x out of it: sub(add(${z}, log1mexp(mul(-2, ${z}))), Math.LN2) instead of log(sinh(${z}))${told.replace(/, m.*/, "")}`;
    if (op === "exp2") {
      const natural = `logsumexp(mul(${z}, Math.LN2))`;
      return next === "log2" || logged.includes("log2")
        ? insteadOf(`mul(${natural}, Math.LOG2E)`, `log2(sum(exp2(${z})))`)
        : insteadOf(natural, `log(sum(exp2(${z})))`);
    }
    const log = logged.at(-1) ?? (op.startsWith("log") ? op : "log");
    const [raise, shifted] = [`exp(${z})`, `exp(sub(${z}, ${m}))`];
    const known = argumentOf(log, codes)?.replaceAll(`exp(${argument})`, raise);
    const of = known?.includes(raise)
      ? known
      : logged.slice(0, -1).reduce((code, outer) => `${outer}(${code}, …)`, raise);
    const written = of === raise ? `f(${raise})` : of;
    const most = BASES[log] === undefined ? m : `mul(${m}, ${BASES[log]})`;
    return `subtract the maximum before exp, and add it after the logarithm: add(${most}, ${log}(${written.replaceAll(raise, shifted)})) instead of ${log}(${written})${told}`;
  },
  logcosh: ({ op, x, leaf, raised }) => {
    if (!/^(log|tanh)/.test(op)) {
      return `use the fused form: logcosh(${only(raised)}) instead of log(cosh(${only(raised)}))`;
    }
    const z = op === "tanh" ? x : leaf;
    return `use the fused form: mul(-2, logcosh(${z})) instead of log(sub(1, square(tanh(${z}))))`;
  },
  xlogy: (names) => {
    const { mask, x } = names;
    return `use the fused form: ${forOp(XLOGY, names, `xlogy(${mask}, ${x})`)} is 0 where ${mask} is`;
  },
  sigmoid: ({ met, raised }) => {
    const fused = fusedQuotient(met);
    if (fused !== undefined) return insteadOf(fused, met);
    const x = only(raised);
    return `use the fused form: sigmoid(${x}) instead of div(exp(${x}), add(1, exp(${x}))), sigmoid(sub(a, b)) instead of div(exp(a), add(exp(a), exp(b)))`;
  },
  "exp-sub": ({ met }) => {
    const fused = fusedQuotient(met);
    return fused?.startsWith("exp") === true
      ? insteadOf(fused, met)
      : "use the fused form: exp(sub(a, b)) instead of div(exp(a), exp(b)), exp(sub(a, logsumexp(b))) instead of div(exp(a), sum(exp(b)))";
  },
  tanh: ({ met }) => {
    const fused = fusedQuotient(met);
    return fused?.startsWith("tanh") === true
      ? insteadOf(fused, met)
      : "use the fused form: tanh(x) instead of div(sub(exp(mul(2, x)), 1), add(exp(mul(2, x)), 1))";
  },
  "cancel-log": ({ op, x, leaf, next, began }) => {
    if (op === "exp" && next === "log")
      return `let the logarithm cancel: ${x} instead of log(exp(${x}))`;
    if (op === "exp")
      return `let the logarithm cancel: ${x} instead of log(exp(${x})), add(log(c), ${x}) instead of log(mul(c, exp(${x})))`;
    const of = op === "log" ? x : began;
    const rest = cancelled(of);
    return rest === undefined
      ? `let the logarithm cancel: add(log(c), x) instead of log(mul(c, exp(x))), mul(n, log(x)) instead of log(pow(x, n)), sub(log(a), log(b)) instead of log(div(a, b)), for ${leaf}`
      : `let the logarithm cancel: ${rest} instead of log(${of})`;
  },
  // Where a row has underflown it is the divisor that is to blame, not what came into exp.
  softmax: ({ op, x, argument, raised }) => {
    const z = op === "div" ? argument : op === "sum" ? only(raised) : x;
    return `use the fused form: softmax(${z}), which subtracts the row's maximum before exp; with weights w softmax(add(log(w), ${z}))`;
  },
  prod: ({ x }) =>
    `${insteadOf(`prod(${x})`, `exp(sum(log(${x})))`)}, cumprod(${x}) instead of exp(cumsum(log(${x})))`,
  "rel-entr": ({ op, x, a, b, met }) => {
    const [p, q] =
      op === "div" ? [a, b] : readCall(x)?.op === "div" ? (readCall(x)?.args ?? []) : logsIn(met);
    return p === undefined || q === undefined
      ? `use the fused form: relEntr(p, q), which is 0 where p is, instead of mul(p, log(div(p, q)))`
      : `use the fused form: relEntr(${p}, ${q}), which is 0 where ${p} is, instead of mul(${p}, ${op === "log" && readCall(x)?.op !== "div" ? `sub(log(${p}), log(${q}))` : `log(div(${p}, ${q}))`})`;
  },
  "log-hypot": ({ x }) => insteadOf(`mul(2, log(hypot(1, ${x})))`, `log(add(1, square(${x})))`),
  "log-domain": ({ a, raised }) => {
    const z = raised[0] ?? "z";
    return `stay in logarithms: sub(log(${a}), logsumexp(add(${z}, log(v)), { axis: 1 })), of v as a row, instead of the logarithm of div(${a}, matmul(exp(${z}), v))`;
  },
  "log-weights": ({ a, x }) => {
    const of = argumentOf("prod", [a, x]) ?? "x";
    const logs = `sum(log(${of})${acrossIn(a)})`;
    return `weigh in logarithms: softmax(${logs}) instead of the share of each product, exp(sub(sum(log(a)), sum(log(b)))) instead of the ratio of two`;
  },
  "fixed-exponent": ({ a, b, exponent }) =>
    `keep the exponent constant, which has no slope below 0: pow(${a}, ${exponent}), or with a slope ${exponent % 2 === 0 ? `pow(abs(${a}), ${b})` : `mul(sign(${a}), pow(abs(${a}), ${b}))`}`,
  "smaller-factor": ({ factor }) => `take a smaller factor than the ${factor} in the code`,
  "keep-size": () =>
    "keep its size from step to step: div(h, norm2(h)) of what a step gives, or smaller steps",
  "chosen-infinity": ({ number }) =>
    `take a finite number in place of ${number}, or select what it came to: where(mask, x, 0); where it is meant: allowNonFinite(() => x)`,
  "clip-input": ({ bounded }) => `bound the argument: ${bounded}`,
  "log-sum": ({ op, argument, x, b, adds, began }) => {
    const say = "add logarithms instead of multiplying:";
    const factors = argumentOf("prod", [x]);
    const logs = `${adds}(log(${factors ?? argument})${acrossIn(/prod$/.test(op) ? began : x)})`;
    const power = op === "sqrt" ? "0.5" : b;
    return factors !== undefined && /^(pow|sqrt)$/.test(op)
      ? `${say} exp(mul(${power}, ${logs})) instead of ${op === "sqrt" ? `sqrt(${x})` : `pow(${x}, ${b})`}`
      : `${say} ${logs}`;
  },
  logit: ({ a, b }) =>
    insteadOf(`logit(clip(${a}, { min: 1e-6, max: 0.999999 }))`, `log(div(${a}, ${b}))`),
  "scale-input": ({ scaled }) => `scale the inputs to about 1 before they meet: ${scaled}`,
  "divide-where": ({ op, briefA: a, briefB: b }) =>
    `keep zeros out of the divisor: ${op === "mod" ? op : "div"}(${a}, where(equal(${b}, 0), 1, ${b}))`,
  "safe-div": (names) => {
    const { briefA: a, briefB: b } = names;
    return `use the safe form: ${forOp(SAFE_DIV, names, `safeDiv(${a}, ${b})`)}`;
  },
  "div-no-nan": ({ op, x, briefA: a, briefB: b }) =>
    op === "reciprocal"
      ? `let it be 0 where it is of 0: reciprocalNoNan(${x})`
      : `let it be 0 where the divisor is: divNoNan(${a}, ${b})`,
  limit: ({ a, b }) => {
    const { op = "", args = [] } = readCall(a) ?? {};
    const limit = LIKE_ITSELF.test(op) && args[0] === b ? "1" : "limit";
    return `write the limit of the quotient where both are 0: where(equal(${b}, 0), ${limit}, div(${a}, where(equal(${b}, 0), 1, ${b})))`;
  },
  "safe-sqrt": (names) =>
    `use the safe form: ${forOp(
      SAFE_SQRT,
      names,
      POLES.has(names.next)
        ? `safeSqrt(${names.x}, { eps: 1e-12 }), which is not 0 where it is divided by`
        : `safeSqrt(${names.x}), whose gradient at 0 is 0`,
    )}`,
  "safe-log": (names) => `use the safe form: ${forOp(SAFE_LOG, names, `safeLog(${names.x})`)}`,
  "safe-norm": ({ op, x, b, leaf, normed }) => {
    if (normed || op === "div" || op === "reciprocal") {
      const norm = normIn(op === "div" ? b : x);
      return norm === undefined
        ? `divide by a norm that is never 0: safeNorm(x), for ${leaf}`
        : `divide by a norm that is never 0: ${norm.replace("norm2", "safeNorm")} instead of ${op === "div" ? b : x}`;
    }
    const root = writtenRoot(op, x, b);
    const norm = root && normOf(x);
    if (norm === undefined)
      return `use the fused form: norm2(x), hypot(x, y) or safeNorm(x), exact at 0, for ${leaf}`;
    return op === "rsqrt" || b.startsWith("-")
      ? `divide by a norm that is never 0: safeReciprocal(${norm}) instead of ${root}`
      : `use the fused form, exact at 0: ${norm} instead of ${root}`;
  },
  magnitude: ({ op, x, b, leaf }) => {
    const root = op === "square" ? `sqrt(square(${x}))` : writtenRoot(op, x, b);
    const size = op === "square" ? `abs(${x})` : root && normOf(x);
    return size === undefined
      ? `take the magnitude: abs(x) instead of sqrt(square(x)), for ${leaf}`
      : `take the magnitude: ${size} instead of ${root}`;
  },
  atan2: ({ a, b }) =>
    `take the angle of both sides: atan2(${a}, ${b}) instead of atan(div(${a}, ${b}))`,
  cbrt: ({ a }) => `take the real root: cbrt(${a}) instead of pow(${a}, 1 / 3)`,
  "safe-acos": ({ op, x }) => `use the safe form: ${op === "asin" ? "safeAsin" : "safeAcos"}(${x})`,
  "safe-pow": ({ a, b }) => `use the safe form: safePow(${a}, ${b})`,
  "exclusive-product": ({ b }) =>
    `let prod differentiate itself: it never divides by a factor, as div(prod, ${b}) does`,
  "f64-statistics": ({ op, x, codes }) => {
    const [root] = op === "rsqrt" ? (statisticIn([`sqrt(${x})`]) ?? []) : [];
    const [fused, written] = root
      ? [`reciprocal(${root})`, `rsqrt(${x})`]
      : (statisticIn(codes) ?? []);
    return fused === undefined
      ? "use the fused form, whose sums run in f64: layerNorm, variance, std, norm2, globalNorm"
      : `use the fused form, whose sums run in f64: ${fused} instead of ${written}`;
  },
  "compare-before": ({ met, compares }) => {
    const say = "compare what went in, which has the same order:";
    const before = comparedBefore(met);
    if (before !== undefined) return `${say} ${before} instead of ${met}`;
    return compares.startsWith("arg")
      ? `${say} ${compares}(x) instead of ${compares}(exp(x)), ${compares}(abs(x)) instead of ${compares}(square(x))`
      : `${say} ${compares}(a, b) instead of ${compares}(exp(a), exp(b)), ${compares}(abs(a), abs(b)) instead of ${compares}(square(a), square(b))`;
  },
  slope: (names) =>
    `give it a slope: ${forOp(SLOPED, names, `sigmoid(sub(${names.a}, ${names.b})) instead of ${names.op}(${names.a}, ${names.b}), or crossEntropy(z, labels) of logits z`)}`,
  "clip-norm": ({ optimizer }) =>
    optimizer === undefined
      ? "clip the gradient, by an option of the optimizer: clip: { globalNorm: 1 }"
      : `clip the gradient: ${optimizer}({ lr, clip: { globalNorm: 1 } })`,
  "lower-lr": ({ strides }) =>
    `lower the learning rate: ${strides ? "a step was too long" : "the values grew from step to step"}`,
  "lower-decay": () =>
    "lower weightDecay: where lr · weightDecay is above 2, each step takes a parameter further from 0",
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
  leaf: "x",
  argument: "x",
  scaled: "x",
  briefA: "a",
  briefB: "b",
  raised: [],
  codes: [],
  began: "",
  met: "",
  compares: "f",
  adds: "sum",
  mask: "mask",
  masked: "x",
  choice: "mask",
  safe: "f(where(mask, x, 1))",
  away: "f(add(x, 1e-12))",
  bounded: "f(clip(x, { max: 40 }))",
  number: "∞",
  parameter: "w",
  stepped: true,
  normed: false,
  next: undefined,
  optimizer: undefined,
  strides: false,
  exponent: 2,
  factor: "1e38",
  logged: [],
  stand: undefined,
};

/** Every fix with x, a, b for operands. */
export const FIXES = Object.fromEntries(
  Object.entries(CODE).map(([fix, code]) => [fix, code(GENERIC)]),
) as Readonly<Record<Fix, string>>;

/**
 * A fix as code in the names of the case.
 *
 * @param began the ways to the operands of the op where it began, where they are known.
 * @param after the ops that the bad value went through, where they are known.
 */
export function fixCode(
  fix: Fix,
  birth: BirthReport,
  began: readonly (readonly string[])[] = [],
  after: readonly string[] = [],
): string {
  const begin = beginning(birth);
  return CODE[fix]({
    ...namesIn(birth, began),
    next: nextOf(begin, after),
    logged: loggedIn(begin, after),
  });
}

// ── Where it began ───────────────────────────────────────────────────────────────────────────────

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

/** The same birth as what the second of two infinities that met came to; undefined where there is none to mend. */
export function mirrored(birth: BirthReport): BirthReport | undefined {
  const { with: second, ...rest } = birth;
  const met = birth.cause === "inf-minus-inf" || birth.cause === "inf-over-inf";
  return met && second !== undefined ? { ...rest, from: second } : undefined;
}

/** Not made by an op that a user wrote. */
const NOT_WRITTEN: ReadonlySet<Phase> = new Set<Phase>([
  "input",
  "parameter",
  "state",
  "optimizer",
]);

/** The op where it began: the last of the chain that is one. */
export function beginning(birth: BirthReport): BirthReport {
  const from = bornFrom(birth);
  return from === undefined || NOT_WRITTEN.has(from.phase) ? birth : beginning(from);
}

// ── Names ────────────────────────────────────────────────────────────────────────────────────────

/** Not a cotangent, nor the op's own output. */
export const isRead = ({ name }: OperandReport): boolean => !/^(dy|y)\b/.test(name);

/** What an op read. */
export const readBy = ({ operands }: BirthReport): readonly OperandReport[] =>
  operands.filter(isRead);

/** Whose second argument is the one with the pole. */
const SECOND: ReadonlySet<string> = new Set(["div", "mod", "xlogy", "xlog1py", "relEntr", "klDiv"]);

/** One of several inputs of an op of one's own. */
const isOneOf = ({ name }: OperandReport): boolean => /^x\d/.test(name);

/** Which operand of an op is to blame: one that is not finite, or the one that has the pole. */
function guiltyAt(op: string, read: readonly OperandReport[]): number {
  const bad = read.findIndex(({ value }) => !Number.isFinite(value));
  if (bad >= 0) return bad;
  const zero = read.findIndex((one) => isOneOf(one) && one.value === 0);
  return zero >= 0 ? zero : SECOND.has(op) && read.length > 1 ? 1 : 0;
}

/** A number in the code that an op has no answer to: one that is not finite, or the 0 it divides by. */
export function badNumberIn(begin: BirthReport): OperandReport | undefined {
  const guilty = guiltyIn(begin);
  const bad =
    guilty?.kind === "number" &&
    (!Number.isFinite(guilty.value) || (SECOND.has(begin.op) && guilty.value === 0));
  return bad ? guilty : undefined;
}

/** From here on a factor in the code is to blame for what overflows with it. */
const LARGE = 2 ** 64;

/** A factor in the code that is so large that what it meets is in good order. */
export function largeFactorIn(begin: BirthReport): OperandReport | undefined {
  const read = readBy(begin);
  // On the way back it has come with the cotangent.
  const { from } = begin;
  const met = begin.phase === "backward" && from?.cause === "huge-value" ? from.operands : [];
  const factor = [...read, ...met].find(
    ({ kind, value }) => kind === "number" && Math.abs(value) >= LARGE,
  );
  const isRest = read.every((one) => one === factor || Math.abs(one.value) < LARGE);
  return begin.cause === "overflow-product" && isRest ? factor : undefined;
}

/** From here on a number in a table is no measurement: NetCDF fills gaps with 9.97e36, others with the largest float. */
const FILLS = 1e30;

/** A cell of a table whose number can only stand for a missing one. */
export function standIn(begin: BirthReport): OperandReport | undefined {
  return [...readBy(begin), ...(begin.origin ? [begin.origin] : [])].find(
    ({ column, row, value }) =>
      (column !== undefined || row !== undefined) &&
      Math.abs(value) >= FILLS &&
      Number.isFinite(value),
  );
}

/** The operand to blame where it began. */
export function guiltyIn(begin: BirthReport): OperandReport | undefined {
  const read = readBy(begin);
  return read[guiltyAt(begin.op, read)];
}

/** The one that is 0 in a product. */
export const zeroOf = (birth: BirthReport): OperandReport | undefined =>
  readBy(birth).find(({ value }) => value === 0);

const callName = ({ tensor, name, kind, value, code }: OperandReport): string =>
  tensor ?? (kind === "number" ? inCode(value) : (code ?? name));

/**
 * Whether what this operand is to the op is the name of another, of something in the code of one, or of what they were computed
 * from: `b` would be that one.
 */
const isTaken = ({ name }: Pick<OperandReport, "name">, begin: BirthReport): boolean =>
  begin.origin?.tensor === name ||
  readBy(begin).some(
    ({ tensor, code }) => tensor === name || code?.match(/[\w$.]+/g)?.includes(name) === true,
  );

/** Operands as they are written; undefined where that is not known of one. */
const writtenAs = ({ tensor, kind, value, code }: OperandReport): string | undefined =>
  tensor ?? (kind === "number" ? inCode(value) : code);

/** An op as it is written. */
function callOf(birth: BirthReport): string | undefined {
  // Two elements of one tensor are one argument.
  const args = [...new Map(readBy(birth).map((one) => [one.name, writtenAs(one)])).values()];
  if (birth.options !== undefined) args.push(birth.options);
  return args.every((one) => one !== undefined) ? `${birth.op}(${args.join(", ")})` : undefined;
}

/** What is known of two ops as code. */
function codesOf(begin: BirthReport, birth: BirthReport): readonly string[] {
  const known = [
    callOf(begin),
    callOf(birth),
    ...[...readBy(begin), ...readBy(birth)].map(writtenAs),
  ];
  return known.filter((one) => one !== undefined);
}

/** What an operand is called beside others. */
function nameBeside(operand: OperandReport, begin: BirthReport): string {
  const name = callName(operand);
  return name === operand.name && operand.tensor === undefined && isTaken(operand, begin)
    ? "…"
    : name;
}

/** The same, by its role where its code is long: not where another is called so. */
function briefName(operand: OperandReport, begin: BirthReport): string {
  const name = nameBeside(operand, begin);
  const short = name.length <= BRIEF || operand.tensor !== undefined || isTaken(operand, begin);
  return short ? name : operand.name;
}

/** Its own name, or that of the input or parameter that it was computed from. */
const leafName = (operand: OperandReport | undefined, { origin }: BirthReport): string =>
  operand?.tensor ?? origin?.tensor ?? (operand === undefined ? "x" : callName(operand));

/** Whose argument is what was raised. */
const EXPONENTIALS: ReadonlySet<string> = new Set(["cosh", "exp", "exp2", "expm1", "sinh"]);

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

/** The largest operand that is no number in the code. */
export function largestIn(begin: BirthReport): OperandReport | undefined {
  const size = ({ kind, value }: OperandReport): number =>
    kind === "number" ? -1 : Math.abs(value);
  const [first, ...rest] = readBy(begin);
  return first && rest.reduce((a, b) => (size(b) > size(a) ? b : a), first);
}

/** What an op takes without harm where an element is selected away; 1 where it has no pole there. */
const NEUTRAL: Readonly<Record<string, string>> = {
  acos: "0",
  acosh: "2",
  asin: "0",
  atanh: "0",
  log1mexp: "-1",
  logit: "0.5",
};

/** How an argument is moved away from a pole that is not at 0. */
const AWAY: Readonly<Record<string, (x: string) => string>> = {
  acos: (x) => `mul(${x}, 0.999999)`,
  acosh: (x) => `add(${x}, 1e-6)`,
  log1mexp: (x) => `sub(${x}, 1e-12)`,
};

/** What a fused form stands for the second half of. */
const FUSED: ReadonlySet<string | undefined> = new Set(["exp", "prod", "cumprod"]);

/** The names of a case: what each operand is called, and which of two is the mask. */
function namesIn(
  birth: BirthReport,
  began: readonly (readonly string[])[],
): Omit<Names, "logged" | "next"> {
  const begin = beginning(birth);
  const read = readBy(begin);
  const guilty = guiltyIn(begin);
  const leaf = leafName(guilty, begin);
  const way = guilty && began[read.indexOf(guilty)];
  const direct = guilty?.tensor !== undefined || (way?.[0] === leaf && FUSED.has(way[1]));
  // A number in the code is called by its value, but where it is what should be another.
  const bad = badNumberIn(begin);
  const owner = [...read, begin.origin].find((one) => one?.kind === "parameter");
  const [a = "a", b = "b"] = read.map((one) => (one === bad ? one.name : nameBeside(one, begin)));
  const [briefA = a, briefB = b] = read.map((one) =>
    one === bad ? one.name : briefName(one, begin),
  );
  const x = guilty === undefined ? "x" : nameBeside(guilty, begin);
  const { phase, name } = rootOf(birth);
  const step = chainOf(birth).find((one) => one.phase === "optimizer");
  const loaded = phase === "parameter" ? name : undefined;
  // A mask of the program may be what is added.
  const choice = isTaken({ name: "mask" }, begin) ? "valid" : "mask";
  return {
    op: begin.op,
    x,
    a,
    b,
    leaf,
    argument: direct ? leaf : "x",
    scaled: scaledIn(begin),
    briefA,
    briefB,
    raised: EXPONENTIALS.has(begin.op) ? [x] : raisedIn(x),
    codes: codesOf(begin, birth),
    began: callOf(begin) ?? "",
    met: callOf(birth) ?? "",
    compares: birth.op,
    ...maskIn(birth),
    choice,
    safe: rewritten(begin, (x) => `where(${choice}, ${x}, ${NEUTRAL[begin.op] ?? "1"})`),
    away: rewritten(begin, (x) => AWAY[begin.op]?.(x) ?? `add(${x}, 1e-12)`),
    bounded: rewritten(begin, (x, value) =>
      way?.at(-1) === "exp"
        ? `exp(clip(${way.length === 2 ? leaf : "x"}, ${boundsOf("exp", -1)}))`
        : `clip(${x}, ${boundsOf(begin.op, value)})`,
    ),
    number: showNumber(bad?.value ?? Number.POSITIVE_INFINITY),
    exponent: read[1]?.value ?? 2,
    factor: inCode(largeFactorIn(begin)?.value ?? 1e38),
    parameter: owner?.tensor ?? loaded ?? leaf,
    stepped: owner?.stepped === true,
    adds:
      [...(way ?? []), begin.op].findLast((op) => /prod$/.test(op)) === "cumprod"
        ? "cumsum"
        : "sum",
    normed: way?.some((op) => /^(norm[12]|hypot)$/.test(op)) === true,
    optimizer: step?.op,
    strides: step?.stage?.startsWith("p ←") === true,
    stand: standIn(begin)?.value,
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
  const mask = zero === undefined ? "mask" : callName(zero);
  const x = other === undefined ? "x" : callName(other);
  return { mask, masked: zero === undefined || zero.kind === "mask" ? x : `mul(${mask}, ${x})` };
}

/** Ops that end, or have no slope, at ±1, or at 0 and 1. */
const BOUNDS: Readonly<Record<string, string>> = {
  acosh: "{ min: 1.000001 }",
  atanh: "{ min: -0.999999, max: 0.999999 }",
  logit: "{ min: 1e-6, max: 0.999999 }",
};

function boundsOf(op: string, value: number): string {
  // e⁴⁰ is below 2⁶⁴, so that its square is finite.
  return BOUNDS[op] ?? (value < 0 ? "{ min: -40 }" : "{ max: 40 }");
}

/** Whether a bound on its argument keeps an op out of harm; of an exponential that it divides by, see rules.ts. */
export const isBoundable = ({ op, cause }: BirthReport): boolean =>
  cause === "overflow-exp" || BOUNDS[op] !== undefined;

/** `div(a, where(mask, b, 1))`: the op where it began, the argument to blame written in another way. */
function rewritten(begin: BirthReport, change: (name: string, value: number) => string): string {
  const { op } = begin;
  const read = readBy(begin);
  const bad = read.filter(({ value }) => !Number.isFinite(value));
  // Where two infinities met, one of them is left if only the other is written in another way.
  const guilty = bad.length > 1 ? bad : read.slice(guiltyAt(op, read)).slice(0, 1);
  if (guilty.length === 0) return `${op}(${change("x", 1)})`;
  // Two elements of one tensor are one argument.
  const args = new Map(read.map((operand) => [operand.name, nameBeside(operand, begin)]));
  for (const one of guilty) args.set(one.name, change(nameBeside(one, begin), one.value));
  return `${op}(${[...args.values()].join(", ")})`;
}
