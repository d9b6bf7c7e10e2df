/**
 * What to write instead: a closed catalogue, each entry as code in the names of the case. Which of them a case
 * calls for is said in rules.ts.
 */

import { sizeOf } from "../shape.js";
import { type Around, NOWHERE } from "./around.js";
import { badNumberIn, beginning, NOT_WRITTEN } from "./began.js";
import { inCode, unmarked } from "./code.js";
import { withDigits } from "./difference.js";
import { EXACT, OF_LOGS, OF_QUOTIENTS, OTHER, SQUARABLE } from "./kinds.js";
import { chosen, inPlaceOf, type Names, NEUTRAL, namesIn, UNKNOWN } from "./names.js";
import { type Line, tried } from "./order.js";
import { alongIn, besideOf, exclusiveIn } from "./products.js";
import { waysAcross } from "./replay.js";
import { type BirthReport, type Cause, chainOf, isOutside, type Report } from "./report.js";
import {
  activatedLog,
  cancelled,
  comparedBefore,
  crossEntropyIn,
  degreeIn,
  divergenceIn,
  dividedUp,
  entropyOfError,
  fusedLog,
  fusedQuotient,
  loggedPart,
  logSigmoidIn,
  namedLogIn,
  relativeIn,
  sharedOut,
  shiftless,
  sigmoidIn,
} from "./rewrite.js";
import { distanceIn, normOf, statisticIn } from "./statistics.js";
import {
  acrossIn,
  argumentOf,
  BASES,
  besideOne,
  callAt,
  callsIn,
  inBase,
  isName,
  isNumber,
  lessOne,
  NAMES,
  optionsIn,
  partsOf,
  readCall,
  unbounded,
} from "./written.js";

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

/** Longer rows are not written out. */
const LONGEST_ROW = 8;

/** The mean of the indices by a softmax, which has a slope; of a loss over classes its logits. */
function ofIndex({ op, x, began, shapeOf }: Names): string {
  const call = began || `${op}(${x})`;
  const shape = shapeOf(x) ?? [];
  const side = shape.at(-1) ?? 0;
  const { args: [, options = ""] = [] } = readCall(call) ?? {};
  const along = /\baxis: (-?\d+)/.exec(options)?.[1];
  const isLast = along === undefined ? shape.length === 1 : Number(along) === shape.length - 1;
  const indices = Array.from({ length: side }, (_, i) => i).join(", ");
  const scores = op === "argmin" ? `neg(${x})` : x;
  const soft =
    isLast && side > 0 && side <= LONGEST_ROW
      ? `sum(mul(softmax(${scores}), tensor([${indices}]))${options ? `, ${options}` : ""})`
      : `softmax(${scores})`;
  return `${inPlaceOf(soft, call)}, or crossEntropy(logits, labels)`;
}

const straightThrough = ({ op, x }: Names): string =>
  inPlaceOf(`add(${x}, noGrad(() => sub(${op}(${x}), ${x})))`, `${op}(${x})`);

/** Of whether it is the largest of its row, as one-hot codes are, the softmax; of another number how far it is from that. */
function distance({ op, a, b, shapeOf }: Names): string {
  const call = `${op}(${a}, ${b})`;
  const side = shapeOf(a)?.length ?? 0;
  const isRow = [
    `max(${a}, { axis: ${side - 1}, keepDims: true })`,
    `max(${a}, { axis: -1, keepDims: true })`,
  ];
  if (op === "equal" && side > 0 && [...isRow, ...(side === 1 ? [`max(${a})`] : [])].includes(b))
    return inPlaceOf(`softmax(${a})`, call);
  return `${inPlaceOf(`square(sub(${a}, ${b}))`, call)}, or crossEntropy(logits, labels)`;
}

const below = ({ op, a, b }: Names): string =>
  `${inPlaceOf(`sigmoid(sub(${b}, ${a}))`, `${op}(${a}, ${b})`)}, or crossEntropy(logits, labels)`;

/** What is held at a bound: the logarithm of what needs none, else with the slope that it has where nothing is held. */
const unheld = ({ a, b, x, began, shared, calls, shapeOf }: Names): string => {
  const free = Number.isFinite(Number(x)) ? (x === a ? b : a) : x;
  if (began === "" || free === "")
    return "add(x, noGrad(() => sub(f(x), x))) instead of f(x) that holds x";
  const log = shared ? undefined : logOf(began, calls);
  return log !== undefined && shapeOf.below0?.(free) === false && shapeOf.has0?.(free) === false
    ? inPlaceOf(`${log}(${free})`, `${log}(${began})`)
    : inPlaceOf(`add(${free}, noGrad(() => sub(${began}, ${free})))`, began);
};

/** Where two poles meet, the op in which they do with both of them kept away; undefined where only one is written. */
function bothSafe({ began, met, choice, isPair }: Names): string | undefined {
  const [op, a, b] = partsOf(met);
  if (!isPair || a === b || !/^(add|div|mul|sub)$/.test(op)) return undefined;
  if (a !== began && b !== began) return undefined;
  const [one, other] = [a, b].map((side) => keptFrom(side, choice));
  return one && other && `${op}(${one}, ${other})`;
}

/** A call with what it has a pole in kept away from there. */
function keptFrom(call: string, choice: string): string | undefined {
  const { op = "", args = [] } = readCall(call) ?? {};
  if (!(POLES.has(op) || op === "pow" || Object.hasOwn(NEUTRAL, op))) return undefined;
  const at = op === "div" ? 1 : 0;
  return `${op}(${args.map((arg, i) => (i === at ? chosen(op, arg, choice) : arg)).join(", ")})`;
}

/** From here on 2 (1 − c) is the square of an angle of cosine c, to 2e-5 of it. */
const CLOSE_TO_1 = "0.9999";

/** The square of an angle by its cosine, which goes straight through 0, and on where that has been rounded beyond 1. */
function squaredAngle({ began, calls, op }: Names): string | undefined {
  const squares = [`square(${began})`, `mul(${began}, ${began})`, `pow(${began}, 2)`];
  const call = op === "acos" ? calls.find((one) => squares.includes(one)) : undefined;
  const cosine = readCall(began)?.args[0];
  if (call === undefined || cosine === undefined) return undefined;
  const own = call.replaceAll(began, `acos(minimum(${cosine}, ${CLOSE_TO_1}))`);
  return `write what it is next to 1: ${inPlaceOf(`where(greater(${cosine}, ${CLOSE_TO_1}), mul(2, sub(1, ${cosine})), ${own})`, call)}`;
}

/** Functions with a slope that is infinite at an end of their domain, or a value. */
const ENDING = /^(acos|acosh|asin|atanh|cbrt|logit|pow|r?sqrt)$/;

/** What is kept in a domain by a function that ends nowhere, and has a slope there: by softplus above a bound, by tanh between two. */
function softly(held: string): string | undefined {
  const { op, args: [x = "", bound = ""] = [] } = readCall(held) ?? {};
  const [, min, max] = /^\{ min: (\S+?)(?:, max: (\S+))? \}$/.exec(bound) ?? [];
  if (op === "clip" && min === "-1" && max === "1") return inPlaceOf(`tanh(${x})`, held);
  const least =
    op === "relu" ? "0" : op === "maximum" ? bound : max === undefined ? min : undefined;
  if (least === undefined || !Number.isFinite(Number(least))) return undefined;
  const soft = least === "0" ? `softplus(${x})` : `add(${least}, softplus(sub(${x}, ${least})))`;
  return inPlaceOf(soft, held);
}

/** The same of what one of those reads. */
function softlyIn({ calls }: Names): string | undefined {
  const read = calls.map(partsOf).map(([op, x]) => (ENDING.test(op) ? softly(x) : undefined));
  return read.find((one) => one !== undefined);
}

/** A function of what is multiplied by its sign: of the magnitude it was meant. */
function signedIn({ calls, began }: Names): string | undefined {
  const { op, args: [held = "", ...others] = [] } = readCall(began) ?? {};
  for (const call of calls) {
    const [product, ...factors] = partsOf(call);
    if (product !== "mul" || !factors.includes(began)) continue;
    const x = signOf(factors.find((one) => one !== began) ?? "");
    if (x === undefined) continue;
    const free = isName(x)
      ? held.replaceAll(NAMES, (name) => (name === x ? `abs(${x})` : name))
      : held.replaceAll(x, `abs(${x})`);
    if (free !== held) return inPlaceOf(`${op}(${[free, ...others].join(", ")})`, began);
  }
  return undefined;
}

/** What some code is the sign of. */
function signOf(code: string): string | undefined {
  const [op, x, size] = partsOf(code);
  return op === "sign" || (op === "div" && size === `abs(${x})`) ? x : undefined;
}

const SLOPED: ByOp = {
  argmax: ofIndex,
  argmin: ofIndex,
  clip: unheld,
  maximum: unheld,
  minimum: unheld,
  hardSigmoid: ({ x }) => inPlaceOf(`sigmoid(${x})`, `hardSigmoid(${x})`),
  hardTanh: ({ x }) => inPlaceOf(`tanh(${x})`, `hardTanh(${x})`),
  // Behind it a logarithm needs what is above 0.
  relu: ({ x, calls }) => {
    const isKept = calls.map(readCall).some((call) => POLES.has(call?.op) || call?.op === "sqrt");
    return inPlaceOf(`${isKept ? "softplus" : "leakyRelu"}(${x})`, `relu(${x})`);
  },
  relu6: unheld,
  where: unheld,
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

const SAFE_SQRT: ByOp = {
  acosh: ({ x }) => inPlaceOf(`mul(2, asinh(safeSqrt(mul(0.5, ${besideOne(x)}))))`, `acosh(${x})`),
  rsqrt: ({ x }) => `safeRsqrt(${x})`,
};

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
  `use the fused form: ${inPlaceOf(fused, written)}`;

/** The first call that has another form, in that form. */
function rewrittenIn(
  calls: readonly string[],
  form: (call: string) => string | undefined,
): string | undefined {
  for (const call of calls) {
    const fused = form(call);
    if (fused !== undefined && fused !== call) return inPlaceOf(fused, call);
  }
  return undefined;
}

/** Ops that may hold a logarithm at a bound. */
const BOUNDING: ReadonlySet<string> = new Set(["clip", "maximum", "minimum", "where"]);

/** A logarithm of exponentials that is held at a bound, in one and without it; what has overflown is not what the bound is for. */
function heldLogIn({ op, compares, calls, shapeOf, lost }: Names): string | undefined {
  if (lost || (!BOUNDING.has(op) && !BOUNDING.has(compares))) return undefined;
  // On the way back not all of a call is read.
  const isBound = (call: string): boolean => {
    const { op: bounds = "", args = [] } = readCall(call) ?? {};
    // A choice between two logarithms is no bound of one.
    return bounds === "where"
      ? args.length === 3 && args.slice(1).some(isNumber)
      : BOUNDING.has(bounds) && args.length === 2;
  };
  return rewrittenIn(
    calls.filter(isBound),
    (call) => readCall(call)?.args.flatMap((one) => fusedLog(one, shapeOf) ?? [])[0],
  );
}

/** The first logarithm of exponentials, in one: with what it was shifted by, where it is written so. */
function logIn(names: Names): string | undefined {
  const { calls, shapeOf } = names;
  const form = (call: string): string | undefined => fusedLog(call, shapeOf);
  const held = heldLogIn(names);
  if (held !== undefined) return held;
  const isSum = (call: string): boolean => call.startsWith("add(");
  return (
    rewrittenIn(calls.filter(isSum), form) ??
    rewrittenIn(
      calls.filter((call) => !isSum(call)),
      form,
    ) ??
    rewrittenIn(calls, (call) => activatedLog(call, shapeOf))
  );
}

/** What is taken of a product, of each of its factors. */
const factorsIn = ({ op, calls, isBeyond, shapeOf, sloped, within }: Names): string | undefined =>
  rewrittenIn([...calls, ...calls.slice(0, 1).flatMap(callsIn)], (call) =>
    isBeyond(call)
      ? undefined
      : (dividedUp(call, shapeOf, sloped, within) ??
        (op === "sum" ? sharedOut(call, shapeOf) : undefined)),
  );

/** The first quotient or product of exponentials, in one: what is beyond its type in one form is so in another. */
function fusedIn({ calls, isBeyond, shapeOf, op }: Names): string | undefined {
  // Of an exponential that died in a quotient it is all of that.
  const quotients = op === "exp" ? calls.filter((call) => call.startsWith("div(")) : [];
  return rewrittenIn([...quotients, ...calls], (call) =>
    isBeyond(call) ? undefined : fusedQuotient(call, shapeOf),
  );
}

/** What a reader is told of a product that has no pole; in words, since code of its own may have a colon in it. */
const ZERO_WHERE = "use the fused form, which is 0 where its first operand is";

/** A divergence that is written out, in one call; of one way it is said where that is 0. */
function relativeTo({ calls, shapeOf }: Names): string | undefined {
  const whole = rewrittenIn(calls, (call) => relativeIn(call, shapeOf));
  const [form = "", old] = whole?.split(" instead of ") ?? [];
  const isOneWay = readCall(form)?.op === "relEntr";
  return whole && `${isOneWay ? ZERO_WHERE : "use the fused form"}: ${inPlaceOf(form, old ?? "")}`;
}

/** The first difference whose digits are gone, with them. */
const unroundedIn = ({ calls, rounded, shapeOf }: Names): string | undefined =>
  rounded() ? rewrittenIn(calls.flatMap(callsIn), (call) => withDigits(call, shapeOf)) : undefined;

/** The same: with the logarithm that is taken of it. */
const quotientIn = (names: Names): string | undefined => logIn(names) ?? fusedIn(names);

/** log(1 + x). */
function ofOneMore(call: string): string | undefined {
  const { op, args: [sum = ""] = [] } = readCall(call) ?? {};
  const term = op === "log" ? besideOne(sum) : undefined;
  return term && `log1p(${term})`;
}

const SHIFT = "subtract the maximum before exp, and add it after the logarithm";

/** Whether that has been done. */
const isShifted = (log: string): boolean => log.startsWith("add(max(");

function logSoftmaxOf(names: Names): string {
  const { op, x, a, next } = names;
  const say = "take the logarithm of softmax in one:";
  const known = logIn(names);
  if (known !== undefined) return `${say} ${known}`;
  if (op === "exp")
    return `${say} logSoftmax(${shiftless(x)}) instead of the logarithm of softmax(${shiftless(x)})`;
  const over = argumentOf("softmax", [a]);
  const z = argumentOf("softmax", [x, names.began]);
  const natural = `logSoftmax(${z ?? (x === UNKNOWN ? UNKNOWN : "logits")})`;
  if (op === "div" && a === `softmax(${over})` && x === `softmax(${z})`) {
    const ratio = `sub(logSoftmax(${over}), ${natural})`;
    return next === "log"
      ? `${say} ${inPlaceOf(ratio, `log(div(${a}, ${x}))`)}`
      : `${say} ${inPlaceOf(`exp(${ratio})`, `div(${a}, ${x})`)}`;
  }
  const base = BASES[op];
  const fused = base === undefined ? natural : `mul(${natural}, ${base})`;
  return `${say} ${fused} of the logits`;
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

/** A spread by weights, or of two, which has no call of its own. */
const IS_OF_DEVIATIONS = /^(mul\([^,]+, )?(div\()?(matmul|mean|sum)\(.*\bsub\(/;

/** Code in which a statistic may be written out. */
const A_STATISTIC =
  /\b(r?sqrt|norm[12]|variance|std|layerNorm)\(|\b(mean|sum|sumSquares)\((square|mul|pow|sub|squaredDifference)\(/;

/** What is left of scores, and those, of which −∞ leaves the others out: chosen, or as a product that is added. */
function maskedIn(code: string): readonly [string, string] | undefined {
  const { op, args = [] } = readCall(code) ?? {};
  const [mask = "", scores = "", without] = args;
  if (op === "where") return without === "-Infinity" ? [mask, scores] : undefined;
  if (op !== "add" && op !== "sub") return undefined;
  const infinity = op === "add" ? "-Infinity" : "Infinity";
  const outOf = (product: string): string | undefined => {
    const [times, a, b] = partsOf(product);
    return times !== "mul" ? undefined : b === infinity ? a : a === infinity ? b : undefined;
  };
  const sides = [args, op === "add" ? args.toReversed() : []];
  for (const [of = "", product = ""] of sides) {
    const out = outOf(product);
    if (out === undefined) continue;
    const [less, one, kept] = partsOf(out);
    return [less === "sub" && one === "1" ? kept : `equal(${out}, 0)`, of];
  }
  return undefined;
}

const IN_DOUBLE = "reckon in float64, which holds it";

const asDouble = (name: string): string => `cast(${name}, "float64")`;

/** Tensors that are written out in some code. */
const LITERALS = /\btensor\((\[[^()]*\])\)/g;

const literalsOfDoubles = (code: string): string =>
  code
    .replace(LITERALS, 'tensor($1, { dtype: "float64" })')
    .replace(/\bzeros\((\[[\d, ]*\])\)/g, 'zeros($1, "float64")');

/** Some code without what it casts, to a type or back. */
function withoutCasts(code: string): string {
  const { op, args = [] } = readCall(code) ?? {};
  if (op === undefined || !code.includes("cast(")) return code;
  return op === "cast"
    ? withoutCasts(args[0] ?? "")
    : `${op}(${args.map(withoutCasts).join(", ")})`;
}

/** Some code, of doubles: each name in it cast to them. */
const inFloat64 = (code: string): string =>
  literalsOfDoubles(withoutCasts(code).replace(NAMES, asDouble));

/**
 * The same with one cast for each name: gradients that cancel in what is read twice do so before they are rounded. Undefined where each is
 * read once, or is no name of JavaScript.
 */
function onceInFloat64(written: string, given = asDouble): string | undefined {
  const code = withoutCasts(written);
  const all = code.match(NAMES) ?? [];
  const names = [...new Set(all)];
  if (names.length === all.length || names.some((name) => !/^[\w$]+$/.test(name))) return undefined;
  return `((${names.join(", ")}) => cast(${literalsOfDoubles(code)}, "float32"))(${names.map(given).join(", ")})`;
}

/** Some code in float64, and back. */
const fromFloat64 = (code: string): string =>
  onceInFloat64(code) ?? `cast(${inFloat64(code)}, "float32")`;

/** By how much something is reckoned beside a place where it has no value: by half the digits of a double; by more where its slope has few, by less where it bends. */
const BESIDE = ["1e-6", "1e-5", "1e-7"];

/** Code in which several elements come together: where all of them are 0 there is no limit, but one for each way there. */
const GATHERS =
  /\b(cum(prod|sum)|dot|hypot|log(add|sub|sum)exp|matmul|max(imum)?|mean|min(imum)?|norm[12]|prod|std|sum(Squares)?|variance)\(/;

/** What has to be moved so that some code is no 0 any more: its one variable, or that of which another is taken off. */
function moverOf(zero: string): string | undefined {
  if (GATHERS.test(zero)) return undefined;
  const [mover, ...others] = new Set(zero.match(NAMES) ?? []);
  return others.length === 0 || zero === `sub(${mover}, ${others[0]})` ? mover : undefined;
}

/**
 * The entropy of Tsallis or Rényi, by S = (Σ p^q − 1) / (q − 1), which is Σ p (log p) exprel((q − 1) log p): as it is written the sum of
 * shares would have to be 1 to the last digit of a double.
 */
function entropyOfOrder({ met, shapeOf }: Names): string | undefined {
  const [op, over, under] = partsOf(met);
  const [less, left, right] = partsOf(under);
  const order = left === "1" ? right : left;
  if (op !== "div" || less !== "sub" || (left !== "1" && right !== "1")) return undefined;
  const [what, first, second] = partsOf(over);
  const total = what === "log" ? first : what === "sub" && first === "1" ? second : "";
  const { op: sum, args: [raised = "", ...options] = [] } = readCall(total) ?? {};
  const [power, p, by] = partsOf(raised);
  const isOrder = sum === "sum" && power === "pow" && by === order;
  if (!isOrder || shapeOf.shares?.(p) !== true || shapeOf.has0?.(p) === true) return undefined;
  const terms = `mul(mul(${p}, log(${p})), exprel(mul(sub(${order}, 1), log(${p}))))`;
  // An order of one element gives one element, where the sum over all has no axis.
  const isOne = options.length === 0 && shapeOf(order)?.length === 1 && shapeOf(p)?.length === 1;
  const across = isOne ? ["{ axis: 0, keepDims: true }"] : options;
  const s = `sum(${[terms, ...across].join(", ")})`;
  const entropy = what === "log" ? `div(${s}, exprel(log1p(mul(sub(${order}, 1), ${s}))))` : s;
  const isNegative = what === "log" ? left === "1" : right === "1";
  return isNegative ? `neg(${entropy})` : entropy;
}

/** The difference that something is in: scaled by itself it would be another. */
function differenceOf(scaled: string, codes: readonly string[]): string | undefined {
  const isNumber = (one: string): boolean => !Number.isNaN(Number(one));
  return codes.flatMap(callsIn).find((call) => {
    const [op, a, b] = partsOf(call);
    return op === "sub" && (a === scaled || b === scaled) && !isNumber(a) && !isNumber(b);
  });
}

/** Some code, right beside the place where it has no value, for something is 0 there. */
function besideIn64(code: string, zero: string, by: string): string | undefined {
  const mover = moverOf(zero);
  if (mover === undefined || code.match(NAMES)?.includes(mover) !== true) return undefined;
  const moved = onceInFloat64(code, (name) =>
    name === mover ? `add(${asDouble(name)}, ${by})` : asDouble(name),
  );
  return moved && `reckon right beside it, in float64: ${inPlaceOf(moved, code)}`;
}

/**
 * Bounds for what is divided by a root of its square. Where that is remembered, as Adam does, one that was huge would keep each step
 * next to 0 for thousands; of a sum, or of what divides something else, its squares only have to be numbers.
 */
function clipFor(leaf: string, calls: readonly string[]): string {
  const [, over = ""] = calls.map(partsOf).find(dividesByRoot) ?? [];
  const isOfSum = calls.some((call) => /\b(mean|norm2|sum(Squares)?)\(/.test(call));
  const isOfIt = over === leaf || (over.match(NAMES)?.includes(leaf) ?? false);
  return isOfIt && !isOfSum ? "{ min: -1, max: 1 }" : SQUARABLE;
}

/** A divisor with norms in it, each of which is never 0. */
function safeNorms(code: string): string {
  const norm = normIn(code);
  if (norm !== undefined && /^(norm2|sqrt)\(/.test(code))
    return norm.startsWith("norm2(")
      ? norm.replace("norm2", "safeNorm")
      : `maximum(${norm}, 1e-12)`;
  const { op, args = [] } = readCall(code) ?? {};
  return op === undefined ? code : `${op}(${args.map(safeNorms).join(", ")})`;
}

/** The norm that some code is, by name or written out. */
function normIn(code: string): string | undefined {
  if (/^norm2\(/.test(code)) return code;
  const under = /^sqrt\((.*)\)$/.exec(code)?.[1];
  const norm = under && normOf(under);
  return norm?.startsWith("abs(") === false ? norm : undefined;
}

/** The rows whose maximum is taken from what is raised: those that are added up, or multiplied. */
function rowsOf(code: string, raised: string): string {
  const axis = /\baxis: (-?\d+)/.exec(acrossIn(code))?.[1];
  const products = callsIn(code)
    .map(readCall)
    .filter((call) => call?.op === "matmul");
  for (const side of [0, 1])
    if (products.some((product) => product?.args[side] === `exp(${raised})`))
      return `, { axis: ${1 - side}, keepDims: true }`;
  return axis === undefined ? "" : `, { axis: ${axis}, keepDims: true }`;
}

/** One of one; what stands there where there are none, or more. */
const only = ({ raised, free }: Names): string =>
  raised.length === 1 ? (raised[0] ?? free[0]) : free[0];

/** Whether what a logarithm is of does not grow with all that is raised in it, nor stay what it is: no maximum can be taken out of it. */
function isUnshiftable(names: Names): boolean {
  const raise = `exp(${only(names)})`;
  const of = names.logged.length > 0 ? argumentOf(names.logged.at(-1) ?? "", names.calls) : "";
  const degree = of?.includes(raise) ? degreeIn(of, raise) : 1;
  return degree !== 0 && degree !== 1;
}

/** Two of two. */
const both = ({ raised: [a, b, c], free }: Names): readonly [string, string] =>
  a !== undefined && b !== undefined && c === undefined ? [a, b] : [free[1], free[2]];

/** The logarithm of a probability, or of what one leaves of 1, that is kept from 0, by the logits. */
function boundedLogIn(calls: readonly string[]): string | undefined {
  return rewrittenIn(calls, (call) => {
    const { p = "", rest, base } = loggedPart(call) ?? {};
    const { op, args: [z = "", ...axes] = [] } = readCall(p) ?? {};
    const isRow = op === "softmax" && axes.length === 0 && !rest;
    const log = isRow ? `logSoftmax(${z})` : logSigmoidIn(rest ? `sub(1, ${p})` : p);
    return log && inBase(log, base);
  });
}

/** The logarithm of a product of many. */
const sumOfLogs = (code: string): string | undefined => {
  const { op, args: [x] = [] } = readCall(code) ?? {};
  return op === "prod" ? `sum(log(${x})${acrossIn(code)})` : undefined;
};

/** The call that takes the logarithm of some code, of it alone or with an epsilon. */
const logOver = (code: string, calls: readonly string[]): string | undefined =>
  calls.find((call) => {
    const { op = "", args: [of = ""] = [] } = readCall(call) ?? {};
    return (op === "log" || BASES[op] !== undefined) && unbounded(of) === code && code !== "";
  });

/** The logarithm that is taken of some code in one of these calls. */
const logOf = (code: string, calls: readonly string[]): string | undefined =>
  calls
    .map(readCall)
    .find((call) => call?.args[0] === code && (call.op === "log" || BASES[call.op] !== undefined))
    ?.op;

/** Whether it divides by a root, with an epsilon or without. */
const dividesByRoot = ([op, , by]: readonly [string, string, string]): boolean =>
  op === "div" && /^(add\()?sqrt\(/.test(by);

/** How missing values, or infinities, are filled: in the data, or in a tensor, of which the rows are samples. */
function filled({ endless, input: x, shapeOf }: Names): string {
  const shape = shapeOf(x) ?? [];
  const say = endless
    ? "mend what made the ∞, as a number beyond 3.4e38 in a Float32Array does, or fill it"
    : "fill or drop missing values before training";
  // What is made of an input is no sample.
  if (sizeOf(shape) < 2 || readCall(x) !== undefined)
    return `${say}: ${endless ? 'validate(data, { every: { policy: { infinite: "median" } } })' : 'table.impute("median")'}`;
  const [along, all] = shape.length === 2 ? [", { axis: 0 }", "column"] : ["", "input"];
  const known = endless ? `less(abs(${x}), Infinity)` : `equal(${x}, ${x})`;
  const usual = endless
    ? `divNoNan(sum(where(${known}, ${x}, 0)${along}), sum(${known}${along}))`
    : `nanMean(${x}${along})`;
  const isHollow = !endless && shapeOf.hollow?.(x) === true;
  const mean = isHollow ? `where(any(${known}${along}), ${usual}, 0)` : usual;
  const how = isHollow
    ? `, without the ${all} that has nothing else, or here`
    : endless
      ? ", in a table by validate, or here"
      : ", in a table by impute, or here";
  return `${say}${how}: ${inPlaceOf(`where(${known}, ${x}, ${mean})`, x)}`;
}

/**
 * The mean that a loss is, or else the total, over what has a label: the outermost, in which a row is still one. A comparison that has
 * taken a label for another class has to be left out as it was asked.
 */
function labelled({ calls, input, hidden, shapeOf }: Names): string | undefined {
  for (const op of ["mean", "mse", "sum"]) {
    const whole = calls.findLast((call) => call.startsWith(`${op}(`));
    const args = readCall(whole ?? "")?.args;
    if (whole === undefined || args === undefined) continue;
    const [terms = "", ...options] = op === "mse" ? [`square(sub(${args.join(", ")}))`] : args;
    if (!hidden) {
      const left = op === "sum" ? "nanSum" : "nanMean";
      return inPlaceOf(`${left}(${[terms, ...options].join(", ")})`, whole);
    }
    const [own, asked] = [shapeOf(terms), shapeOf(input)];
    if (own === undefined || asked === undefined) return undefined;
    // A column of labels, for losses of rows.
    const isColumn = asked.join() === [...own, 1].join();
    if (!isColumn && own.join() !== asked.join()) return undefined;
    const labels = `equal(${input}, ${input})`;
    const known = isColumn ? `all(${labels}, { axis: ${own.length} })` : labels;
    const total = (of: string): string => `sum(${[of, ...options].join(", ")})`;
    const sum = total(`where(${known}, ${terms}, 0)`);
    return inPlaceOf(op === "sum" ? sum : `div(${sum}, ${total(known)})`, whole);
  }
  return undefined;
}

const mendedNumber = ({ number }: Names): string =>
  `mend the number in the code, which is ${number} here: ${number === "0" ? "a count by Math.max(1, n), a correction 1 − βᵗ by t from 1" : 'in JavaScript 1 / 0 is ∞, and NaN 0 / 0 and Number("1,5")'}`;

/** How one asks whether it is a NaN, where that was compared with one. */
function askedFor({ met }: Names): string | undefined {
  const { op = "", args: [a = "", b = ""] = [] } = readCall(met) ?? {};
  const asked = { equal: "notEqual", notEqual: "equal" }[op];
  const x = a === "NaN" ? b : a;
  if (asked === undefined || (a !== "NaN" && b !== "NaN")) return undefined;
  return `NaN equals nothing, not even NaN: ${inPlaceOf(`${asked}(${x}, ${x})`, met)}`;
}

const CODE = {
  impute: (names) =>
    names.stand === undefined || names.endless
      ? filled(names)
      : `take ${names.stand} for a missing value, if it stands for one: validate(data, { every: { missingValues: [${names.stand}], policy: { missing: "median" } } })`,
  "restore-parameter": ({ stepped, parameter }) =>
    stepped
      ? "restore the parameter from the last good step, and lower the learning rate"
      : `load or initialize ${parameter} again: no optimizer has written to it`,
  "restore-state": () =>
    "start the optimizer afresh: step.dispose(), and a new one with a lower rate",
  "check-number": (names) => askedFor(names) ?? mendedNumber(names),
  "check-op": ({ op }) =>
    `look at what ${op} computes there: beyond the end of an array JavaScript reads undefined, and reckons with NaN`,
  "fix-labels": (names) => {
    const left = labelled(names);
    return left === undefined
      ? `drop the rows without a label, or select them away first: where(${names.choice}, ${names.x}, 0)`
      : `drop the rows without a label, or leave them out: ${left}`;
  },
  "cast-range": ({ x }) => `scale ${x} before it becomes float32, or keep it in a Float64Array`,
  "select-not-multiply": ({ mask, masked }) =>
    `select instead of multiplying by a mask: where(${mask}, ${masked}, 0)`,
  "mask-before": ({ safe, op, a, b, exponent, leaf, choice, isChosen, began, calls }) => {
    // −∞ less −∞: the masks of two logarithms.
    if (op === "sub" && exponent === -Infinity && !isChosen && a !== UNKNOWN && b !== UNKNOWN)
      return `select where there is one: ${inPlaceOf(`where(greater(${a}, -Infinity), sub(${a}, ${b}), 0)`, `sub(${a}, ${b})`)}`;
    if (op !== "input") return `select before the op, not after: ${safe}`;
    const selected = `where(${choice}, ${leaf}, 0)`;
    // A mask that is asked of it has to go on reading it as it is.
    const reads = (call: string): boolean =>
      call !== began && readCall(call)?.args.includes(leaf) === true && !choice.includes(call);
    const reader = choice.includes(leaf) ? calls.find(reads) : undefined;
    const { op: takes = "", args = [] } = readCall(reader ?? "") ?? {};
    const mended = args.map((one) => (one === leaf ? selected : one)).join(", ");
    return `select before it is read: ${reader === undefined ? inPlaceOf(selected, leaf) : inPlaceOf(`${takes}(${mended})`, reader)}`;
  },
  "double-where": (names) => {
    const { safe, choice, met, op, a, began } = names;
    const under = zeroOfData(names);
    if (under !== undefined) {
      const [isThere, over] = [`notEqual(${under}, 0)`, op === "div" ? a : "1"];
      const form = `where(${isThere}, div(${over}, where(${isThere}, ${under}, 1)), 0)`;
      return `leave out where it divides by 0: ${inPlaceOf(form, began)}`;
    }
    const both = bothSafe(names);
    return `select on both sides of the op: ${both === undefined ? `where(${choice}, ${safe}, 0)` : inPlaceOf(`where(${choice}, ${both}, 0)`, met)}`;
  },
  "epsilon-inside": (names) =>
    squaredAngle(names) ?? `keep the argument away from the singularity: ${names.away}`,
  logits: (names) => {
    const { op, x, a, met, began, calls, shapeOf } = names;
    const say = "feed logits, not probabilities:";
    const whole =
      rewrittenIn(calls, crossEntropyIn) ??
      rewrittenIn(calls, divergenceIn) ??
      rewrittenIn(calls, entropyOfError);
    if (whole !== undefined) return `${say} ${whole}`;
    const base = BASES[op];
    const isLog = op === "log" || base !== undefined;
    const bounded = heldLogIn(names) ?? (isLog ? undefined : boundedLogIn(calls));
    if (bounded !== undefined) return `${say} ${bounded}`;
    const inverse = op === "logit" ? fusedQuotient(began, shapeOf) : undefined;
    if (inverse !== undefined) return `${say} ${inPlaceOf(inverse, began)}`;
    const of = (gate: string): string | undefined =>
      op === gate ? (x === UNKNOWN ? undefined : x) : argumentOf(gate, [x]);
    if (op === "div" && sigmoidIn(a) !== undefined && x === `sub(1, ${a})`)
      return `${say} ${inPlaceOf(sigmoidIn(a) ?? "", `log(div(${a}, ${x}))`)}`;
    const quotient = fusedQuotient(met, shapeOf) ?? "";
    // log1p(−p) is the logarithm of what p leaves of 1.
    const rest = op === "log1p" && x.startsWith("neg(") ? `sub(1, ${x.slice(4, -1)})` : undefined;
    const log = isLog || rest !== undefined ? logSigmoidIn(rest ?? x) : undefined;
    if (log !== undefined) return `${say} ${inPlaceOf(inBase(log, base), `${op}(${x})`)}`;
    const one =
      of("sigmoid") ??
      sigmoidIn(x.startsWith("neg(") && op === "exp" ? `div(1, add(1, exp(${x})))` : met) ??
      sigmoidIn(quotient);
    const row = argumentOf("softmax", [quotient]) ?? argumentOf("logsumexp", [quotient]);
    const isShare = op === "sigmoid" || op === "softmax" || one !== undefined || BOUNDING.has(op);
    const known = isLog || isShare ? logIn(names) : undefined;
    if (known !== undefined) return `${say} ${known}`;
    const many =
      of("softmax") ??
      row ??
      argumentOf("softmax", [began]) ??
      (op === "exp" && x !== UNKNOWN ? shiftless(x) : undefined);
    if (one !== undefined) return `${say} mean(sub(softplus(${one}), mul(${one}, labels)))`;
    return many === undefined
      ? "feed logits, not probabilities: crossEntropy(logits, labels); with two classes mean(sub(softplus(logits), mul(logits, labels)))"
      : `${say} crossEntropy(${many}, labels)`;
  },
  "log-softmax": (names) =>
    names.op === "log" && /^log(Softmax|Sigmoid)\(/.test(names.x)
      ? `it is a logarithm already: ${inPlaceOf(names.x, `log(${names.x})`)}`
      : logSoftmaxOf(names),
  logsumexp: (names) => {
    const known = logIn(names);
    if (known !== undefined) return `${isShifted(known) ? SHIFT : "use the fused form"}: ${known}`;
    const z = only(names);
    const across = acrossIn(names.x) || names.across;
    const fused = `logsumexp(${z}${across})`;
    return `use the fused form: ${inPlaceOf(fused, `log(sum(exp(${z})${across}))`)}, with the axes of the sum, less log(n) for a mean; with weights logsumexp(add(log(weights), ${z})${across})`;
  },
  log1p: (names) => {
    const { x, free, calls, shapeOf } = names;
    const inner = calls.slice(0, 1).flatMap(callsIn);
    const known =
      logIn(names) ??
      rewrittenIn(inner, (call) => fusedLog(call, shapeOf)) ??
      rewrittenIn(inner, ofOneMore);
    if (known !== undefined) return `use the fused form: ${known}`;
    const term = besideOne(x);
    return term === undefined
      ? `use the fused form: log1p(${free[0]}) instead of log(add(1, ${free[0]}))`
      : insteadOf(`log1p(${term})`, `log(${x})`);
  },
  expm1: (names) => {
    const { op, x, a, b, free } = names;
    const fused = (op === "log" ? logIn(names) : undefined) ?? quotientIn(names);
    if (fused !== undefined)
      return `use the fused form${/\bexprel\(/.test(fused) ? ", which has its limit at 0" : ""}: ${fused}`;
    const rest = unroundedIn(names);
    if (rest !== undefined) return `use the fused form, which has the digits: ${rest}`;
    if (lessOne(a) === b)
      return `use the fused form, which is 1 at 0: ${inPlaceOf(`exprel(${b})`, `div(${a}, ${b})`)}`;
    const less = lessOne(x) ?? lessOne(a);
    if (less !== undefined && !/^expm1\(/.test(x) && !/^expm1\(/.test(a))
      return insteadOf(`expm1(${less})`, `sub(exp(${less}), 1)`);
    const [z] = free;
    return `use the fused form: expm1(${z}) instead of sub(exp(${z}), 1), exprel(${z}) instead of div(sub(exp(${z}), 1), ${z})`;
  },
  softplus: (names) => {
    const known = logIn(names);
    if (known !== undefined) return `use the fused form: ${known}`;
    const x = only(names);
    const [a, b] = both(names);
    return `use the fused form: ${inPlaceOf(`softplus(${x})`, `log(add(1, exp(${x})))`)}, ${inPlaceOf(`logaddexp(${a}, ${b})`, `log(add(exp(${a}), exp(${b})))`)}`;
  },
  logsubexp: (names) => {
    const known = logIn(names);
    if (known !== undefined) return `use the fused form: ${known}`;
    const x = only(names);
    const [a, b] = both(names);
    return `use the fused form: ${inPlaceOf(`logexpm1(${x})`, `log(sub(exp(${x}), 1))`)}, ${inPlaceOf(`logsubexp(${a}, ${b})`, `log(sub(exp(${a}), exp(${b})))`)}`;
  },
  "shift-exp": (names) => {
    const { op, calls, logged, next } = names;
    const product = logIn(names);
    if (product && isShifted(product)) return `${SHIFT}: ${product}`;
    const same = logged.length === 0 ? names.shifted() : undefined;
    if (same !== undefined)
      return `subtract the maximum before exp, which changes nothing here: ${inPlaceOf(`exp(${same})`, `exp(${only(names)})`)}`;
    const z = only(names);
    const rows = rowsOf(argumentOf(logged.at(-1) ?? "log", calls) ?? "", z);
    const m = `max(${z}${rows})`;
    if (op === "sinh")
      return `take e^x out of it: sub(add(${z}, log1mexp(mul(-2, ${z}))), Math.LN2) instead of log(sinh(${z}))`;
    if (op === "exp2") {
      const natural = `logsumexp(mul(${z}, Math.LN2))`;
      return next === "log2" || logged.includes("log2")
        ? insteadOf(`mul(${natural}, Math.LOG2E)`, `log2(sum(exp2(${z})))`)
        : insteadOf(natural, `log(sum(exp2(${z})))`);
    }
    const log = logged.at(-1) ?? (op.startsWith("log") ? op : "log");
    const [raise, shifted] = [`exp(${z})`, `exp(sub(${z}, ${m}))`];
    const known = argumentOf(log, calls);
    const of = known?.includes(raise)
      ? known
      : logged.slice(0, -1).reduce((code, outer) => `${outer}(${code}, …)`, raise);
    const written = of === raise ? `f(${raise})` : of;
    const most = BASES[log] === undefined ? m : `mul(${m}, ${BASES[log]})`;
    const left = `${log}(${written.replaceAll(raise, shifted)})`;
    if (of === known && degreeIn(of, raise) === 0)
      return `subtract the maximum before exp, which changes nothing here: ${inPlaceOf(left, `${log}(${written})`)}`;
    return `${SHIFT}: ${inPlaceOf(`add(${most}, ${left})`, `${log}(${written})`)}`;
  },
  logcosh: (names) => {
    const known = logIn(names);
    if (known !== undefined) return `use the fused form: ${known}`;
    const { op, x } = names;
    const z = op === "tanh" ? x : (argumentOf("tanh", [x]) ?? only(names));
    return /^(log|tanh)/.test(op)
      ? insteadOf(`mul(-2, logcosh(${z}))`, `log(sub(1, square(tanh(${z}))))`)
      : insteadOf(`logcosh(${z})`, `log(cosh(${z}))`);
  },
  xlogy: (names) => {
    const { mask, x, calls } = names;
    const whole =
      rewrittenIn(calls, crossEntropyIn) ??
      rewrittenIn(calls, divergenceIn) ??
      rewrittenIn(calls, entropyOfError);
    if (whole !== undefined) return `use the fused form: ${whole}`;
    // Of a difference of logarithms one alone would be left.
    const relative = relativeTo(names);
    if (relative !== undefined && !relative.includes("log(div(")) return relative;
    return `${ZERO_WHERE}: ${forOp(XLOGY, names, `xlogy(${mask}, ${x})`)}`;
  },
  sigmoid: (names) => {
    const known = quotientIn(names);
    if (known !== undefined) return `use the fused form: ${known}`;
    const x = only(names);
    const [, a, b] = names.free;
    return `use the fused form: ${inPlaceOf(`sigmoid(${x})`, `div(exp(${x}), add(1, exp(${x})))`)}, sigmoid(sub(${a}, ${b})) instead of div(exp(${a}), add(exp(${a}), exp(${b})))`;
  },
  "exp-sub": (names) => {
    const known = quotientIn(names);
    const [, a, b] = names.free;
    return known !== undefined
      ? `use the fused form: ${known}`
      : `use the fused form: exp(sub(${a}, ${b})) instead of div(exp(${a}), exp(${b})), exp(sub(${a}, logsumexp(${b}))) instead of div(exp(${a}), sum(exp(${b})))`;
  },
  tanh: (names) => {
    const known = quotientIn(names);
    const [z] = names.free;
    return known !== undefined
      ? `use the fused form: ${known}`
      : `use the fused form: tanh(${z}) instead of div(sub(exp(mul(2, ${z})), 1), add(exp(mul(2, ${z})), 1))`;
  },
  "cancel-log": (names) => {
    const { op, x, next, began, calls, free, shapeOf } = names;
    const say = "let the logarithm cancel:";
    const known = logIn(names);
    if (known !== undefined) return `${say} ${known}`;
    if (op === "exp" && next === "log") return `${say} ${inPlaceOf(x, `log(exp(${x}))`)}`;
    const of = op === "log" ? x : began;
    const rest = cancelled(of, shapeOf);
    const over = logOver(of, calls) ?? `log(${of})`;
    if (rest !== undefined)
      return `${say} ${inPlaceOf(inBase(rest, BASES[readCall(over)?.op ?? ""]), over)}`;
    const [z, a, b] = free;
    return `${say} add(log(${a}), ${z}) instead of log(mul(${a}, exp(${z}))), mul(${b}, log(${z})) instead of log(pow(${z}, ${b})), sub(log(${a}), log(${b})) instead of log(div(${a}, ${b}))`;
  },
  factors: (names) => {
    const [, a, b] = names.free;
    return `take it of each factor: ${factorsIn(names) ?? `mul(sqrt(${a}), sqrt(${b})) instead of sqrt(mul(${a}, ${b})), add(log(${a}), log(${b})) instead of log(mul(${a}, ${b}))`}`;
  },
  // Where a row has underflown it is the divisor that is to blame, not what came into exp.
  softmax: (names) => {
    const { op, x, argument } = names;
    const known = quotientIn(names);
    if (known !== undefined) return `use the fused form: ${known}`;
    const z = op === "div" ? argument : op === "sum" ? only(names) : x;
    return `use the fused form: softmax(${z}) over the last axis, which subtracts the row's maximum before exp; with weights softmax(add(log(weights), ${z}))`;
  },
  prod: ({ op, x, calls }) => {
    const raised = calls.find((call) => /^(exp|exp2|pow)\((10, |2, )?sum\(/.test(call));
    const factor =
      op === "log1p" ? (x.startsWith("neg(") ? `sub(1, ${x.slice(4, -1)})` : `add(1, ${x})`) : x;
    const sum = readCall(raised ?? "")?.args.find((arg) => arg.startsWith(`sum(${op}(${x})`));
    if (raised !== undefined && sum !== undefined)
      return insteadOf(`prod(${factor}${acrossIn(sum)})`, raised);
    return `${insteadOf(`prod(${factor})`, `exp(sum(${op === "log1p" ? op : "log"}(${x})))`)}, cumprod(${factor}) instead of exp(cumsum(log(${x})))`;
  },
  "rel-entr": (names) => {
    const { op, x, a, b, met } = names;
    const whole = relativeTo(names);
    if (whole !== undefined) return whole;
    const [p, q] =
      op === "div" ? [a, b] : readCall(x)?.op === "div" ? (readCall(x)?.args ?? []) : logsIn(met);
    if (p === undefined || q === undefined)
      return `${ZERO_WHERE}: relEntr(p, q) instead of mul(p, log(div(p, q)))`;
    const log = /\blog(2|10)\(/.exec(met)?.[0].slice(0, -1) ?? "log";
    const isDifference = /^log(2|10)?$/.test(op) && readCall(x)?.op !== "div";
    const written = isDifference ? `sub(${log}(${p}), ${log}(${q}))` : `${log}(div(${p}, ${q}))`;
    const fused = inBase(`relEntr(${p}, ${q})`, BASES[log]);
    return `${ZERO_WHERE}: ${fused} instead of mul(${p}, ${written})`;
  },
  "log-hypot": ({ x }) => insteadOf(`mul(2, log(hypot(1, ${x})))`, `log(add(1, square(${x})))`),
  "log-domain": ({ a, b, raised }) => {
    const [z = "z"] = raised;
    const { op, args: [k = "", v = "v"] = [] } = readCall(b) ?? {};
    const terms = op === "sum" ? readCall(k) : undefined;
    const weight = terms?.op === "mul" && terms.args.find((one) => one !== `exp(${z})`);
    if (weight) {
      const total = `logsumexp(add(${z}, log(${weight}))${acrossIn(b)})`;
      return `stay in logarithms: sub(log(${a}), ${total}) instead of the logarithm of div(${a}, ${b})`;
    }
    const isColumn = op === "matmul" && k === `exp(${z})`;
    const column = isColumn ? v : "v";
    return `stay in logarithms: sub(log(${a}), logsumexp(add(${z}, sum(log(${column}), { axis: 1 })), { axis: 1, keepDims: true })) instead of the logarithm of div(${a}, matmul(exp(${z}), ${column}))`;
  },
  "log-weights": ({ a, b, x }) => {
    const [over, under] = [a, b].map(sumOfLogs);
    const { op: joins, args: terms = [] } = readCall(b) ?? {};
    const isShare = joins === "add" && terms.includes(a);
    const rest = isShare ? terms.find((one) => one !== a) : undefined;
    const others = rest && sumOfLogs(rest);
    if (over !== undefined && others !== undefined)
      return `weigh in logarithms: ${inPlaceOf(`sigmoid(sub(${over}, ${others}))`, `div(${a}, ${b})`)}`;
    if (over !== undefined && under !== undefined && a !== b)
      return `divide in logarithms: ${inPlaceOf(`exp(sub(${over}, ${under}))`, `div(${a}, ${b})`)}`;
    const of = argumentOf("prod", [a, x]) ?? "x";
    const sums = `sum(log(${of})${acrossIn(a)})`;
    const [one = "", other = ""] = readCall(a)?.op === "mul" ? (readCall(a)?.args ?? []) : [];
    const prior = other.startsWith("prod(") ? one : one.startsWith("prod(") ? other : "";
    const logs = prior === "" ? sums : `add(log(${prior}), ${sums})`;
    return `weigh in logarithms: softmax(${logs}) instead of the share of each product, exp(sub(sum(log(a)), sum(log(b)))) instead of the ratio of two`;
  },
  "fixed-exponent": ({ a, b, exponent, shapeOf }) => {
    const isOne = shapeOf(b)?.some((side) => side > 1) !== true;
    const constant = isOne ? `${exponent}` : `noGrad(() => clone(${b}))`;
    const sloped =
      exponent % 2 === 0 ? `pow(abs(${a}), ${b})` : `mul(sign(${a}), pow(abs(${a}), ${b}))`;
    return shapeOf.wanted?.(b) === true
      ? `take the magnitude, which has a slope in the exponent: ${sloped}, or keep that constant: pow(${a}, ${constant})`
      : `keep the exponent constant, which has no slope below 0: pow(${a}, ${constant}), or with a slope ${sloped}`;
  },
  "smaller-factor": ({ factor }) => `take a smaller factor than the ${factor} in the code`,
  "keep-size": () =>
    "keep its size from step to step: div(h, norm2(h)) of what a step gives, the logarithms of the norms added up where its own is taken, or smaller steps",
  "skip-connection": () =>
    "give each step a way past it, which keeps the gradient: h = add(h, step(h)) instead of h = step(h), fewer steps, or larger weights",
  "chosen-infinity": ({ number }) =>
    `take a finite number in place of ${number}, or select what it came to: where(mask, x, 0); where it is meant: allowNonFinite(() => x)`,
  "clip-input": ({ bounded }) => `bound the argument: ${bounded}`,
  "log-sum": (names) => {
    const { op, argument, x, b, adds, began, calls } = names;
    const say = "add logarithms instead of multiplying:";
    const known = logIn(names);
    if (known !== undefined) return `${say} ${known}`;
    const share = op === "div" ? fusedIn(names) : undefined;
    if (share !== undefined) return `${say} ${share}`;
    const factors = argumentOf("prod", [x]);
    const many = callsIn(x).find((call) => call.startsWith("prod(")) ?? x;
    const logs = `${adds}(log(${factors ?? argument})${acrossIn(/prod$/.test(op) ? began : many)})`;
    const raised = calls.find(
      (call) => readCall(call)?.args[0] === began && /^(pow|sqrt)\(/.test(call),
    );
    if (raised !== undefined && began !== "") {
      const by = raised.startsWith("sqrt(") ? "0.5" : (readCall(raised)?.args[1] ?? "0.5");
      return `${say} ${inPlaceOf(`exp(mul(${by}, ${logs}))`, raised)}`;
    }
    const power = op === "sqrt" ? "0.5" : b;
    const log = logOver(began, calls);
    if (log !== undefined)
      return `${say} ${inPlaceOf(inBase(logs, BASES[readCall(log)?.op ?? ""]), log)}`;
    return factors !== undefined && /^(pow|sqrt)$/.test(op)
      ? `${say} ${inPlaceOf(`exp(mul(${power}, ${logs}))`, op === "sqrt" ? `sqrt(${x})` : `pow(${x}, ${b})`)}`
      : `${say} ${logs}`;
  },
  logit: ({ a, b, began, calls }) => {
    const log = logOf(began, calls) ?? "log";
    const logit = `logit(clip(${a}, { min: 1e-6, max: 0.999999 }))`;
    return insteadOf(inBase(logit, BASES[log]), `${log}(div(${a}, ${b}))`);
  },
  "scale-input": ({ scaled, scaleFree, most, codes }) => {
    const across = scaleFree();
    if (across !== undefined)
      return `divide it by its largest magnitude first, which changes nothing here: ${inPlaceOf(`div(${scaled}, max(abs(${scaled})${across}))`, scaled)}`;
    const say = "scale the inputs to about 1 before they meet";
    if (scaled === UNKNOWN) return say;
    const by = most === undefined ? undefined : inCode(Number(most.toPrecision(1)));
    const whole = differenceOf(scaled, codes) ?? scaled;
    return `${say}: ${by === undefined ? scaled : inPlaceOf(`div(${whole}, ${by})`, whole)}`;
  },
  "shift-input": ({ scaled }) =>
    scaled === UNKNOWN
      ? "bring the inputs next to 0 before they meet"
      : `take its least off it first, which changes nothing here: ${inPlaceOf(`sub(${scaled}, min(${scaled}))`, scaled)}`,
  "divide-where": ({ op, a, b }) =>
    `keep zeros out of the divisor: ${op === "mod" ? op : "div"}(${a}, where(equal(${b}, 0), 1, ${b}))`,
  "safe-div": (names) => {
    const { a, b } = names;
    return `use the safe form: ${forOp(SAFE_DIV, names, `safeDiv(${a}, ${b})`)}`;
  },
  "div-no-nan": ({ op, x, a, b, began, calls }) => {
    if (op === "reciprocal") return `let it be 0 where it is of 0: reciprocalNoNan(${x})`;
    const [quotient, log] = [`divNoNan(${a}, ${b})`, logOf(began, calls)];
    const root = calls.find((call) => call === `rsqrt(${began})` || call === `sqrt(${began})`);
    const say = "let it be 0 where the divisor is, and what is taken of it a number";
    if (log !== undefined)
      return `${say}: ${inPlaceOf(inBase(`safeLog(${quotient})`, BASES[log]), `${log}(${began})`)}`;
    return root === undefined
      ? `let it be 0 where the divisor is: ${quotient}`
      : `${say}: ${inPlaceOf(`${root.startsWith("r") ? "safeRsqrt" : "safeSqrt"}(${quotient})`, root)}`;
  },
  limit: (names) => {
    const { a, b, limit: known, near, began, met } = names;
    const entropy = entropyOfOrder(names);
    if (entropy !== undefined)
      return `write it by what its shares leave of 1, which is 0 at that order: ${inPlaceOf(entropy, met)}`;
    if (near !== undefined) {
      const { code, variable, from } = near;
      const exact = fromFloat64(met);
      const what = began === met ? "quotient" : "difference";
      return `write the limit of the ${what} next to 0, and reckon in float64 elsewhere: ${inPlaceOf(`where(less(abs(${variable}), ${from}), ${code}, ${exact})`, met)}`;
    }
    const { op = "", args = [] } = readCall(a) ?? {};
    const limit = known?.code ?? (LIKE_ITSELF.test(op) && args[0] === b ? "1" : "limit");
    return `write the limit of the quotient where both are 0: where(equal(${b}, 0), ${limit}, div(${a}, where(equal(${b}, 0), 1, ${b})))`;
  },
  "safe-sqrt": (names) => {
    const isUnder = POLES.has(names.next);
    const code = forOp(
      SAFE_SQRT,
      names,
      isUnder ? `safeSqrt(${names.x}, { eps: 1e-12 })` : `safeSqrt(${names.x})`,
    );
    const why = isUnder ? "which is not 0 where it is divided by" : "whose gradient at 0 is 0";
    return `use the safe form${code.startsWith("safeSqrt(") ? `, ${why}` : ""}: ${code}`;
  },
  "safe-log": (names) => `use the safe form: ${forOp(SAFE_LOG, names, `safeLog(${names.x})`)}`,
  "safe-norm": ({ op, x, b, free, normed, calls }) => {
    const [z, u, v] = free;
    if (normed || op === "div" || op === "reciprocal") {
      const under = op === "div" ? b : x;
      const norm = safeNorms(under);
      return norm === under
        ? `divide by a norm that is never 0: safeNorm(${z}) instead of norm2(${z}), with its axes`
        : `divide by a norm that is never 0: ${inPlaceOf(norm, under)}`;
    }
    const root = writtenRoot(op, x, b);
    const norm = root && normOf(x);
    if (norm === undefined) {
      const known = rewrittenIn(calls, (call) => normIn(call));
      return known === undefined
        ? `use the fused form, exact at 0: norm2(${z}) instead of sqrt(sum(square(${z}))), hypot(${u}, ${v}) instead of sqrt(add(square(${u}), square(${v})))`
        : `use the fused form, exact at 0: ${known}`;
    }
    return op === "rsqrt" || b.startsWith("-")
      ? `divide by a norm that is never 0: ${inPlaceOf(`safeReciprocal(${norm})`, root ?? "")}`
      : `use the fused form, exact at 0: ${inPlaceOf(norm, root ?? "")}`;
  },
  magnitude: (names) => {
    const { op, x, a, b, free, exponent } = names;
    const signed = signedIn(names);
    if (signed !== undefined) return `take the magnitude, beside its sign: ${signed}`;
    if (op === "pow" && exponent % 1 !== 0 && exponent > 0 && exponent !== 0.5)
      return `take the magnitude: ${inPlaceOf(`pow(abs(${a}), ${b})`, `pow(${a}, ${b})`)}`;
    const root = op === "square" ? `sqrt(square(${x}))` : writtenRoot(op, x, b);
    const size = op === "square" ? `abs(${x})` : root && normOf(x);
    return size === undefined
      ? `take the magnitude: abs(${free[0]}) instead of sqrt(square(${free[0]}))`
      : `take the magnitude: ${inPlaceOf(size, root ?? "")}`;
  },
  atan2: ({ a, b }) =>
    `take the angle of both sides: ${inPlaceOf(`atan2(${a}, ${b})`, `atan(div(${a}, ${b}))`)}`,
  cbrt: ({ a, began }) =>
    `take the real root: ${inPlaceOf(`cbrt(${a})`, began.startsWith("pow(") ? began : `pow(${a}, 1 / 3)`)}`,
  "safe-acos": (names) =>
    squaredAngle(names) ??
    `use the safe form: ${names.op === "asin" ? "safeAsin" : "safeAcos"}(${names.x})`,
  "safe-pow": ({ a, b, outside, next, began }) => {
    const [op, x, power] = partsOf(began);
    // Of less an epsilon is next to nothing in a square root, and felt in a cube root.
    const isRoot = op === "pow" && Number(power) > 0 && Number(power) < (GATHERS.test(x) ? 1 : 0.5);
    const isAbove = `greater(${x}, 0)`;
    return isRoot && !outside && !POLES.has(next)
      ? `let it be 0 at 0, with a slope of 0: ${inPlaceOf(`where(${isAbove}, pow(where(${isAbove}, ${x}, 1), ${power}), 0)`, began)}`
      : `use the safe form: safePow(${a}, ${b})`;
  },
  "exclusive-product": ({ a, b, calls, shapeOf }) => {
    const others = exclusiveIn(calls, shapeOf);
    if (others !== undefined) return `multiply those before it and those after it: ${others}`;
    const before = alongIn(a, "cumprod", shapeOf);
    if (before !== undefined && before.x === b)
      return `multiply those before it: ${inPlaceOf(besideOf(b, before.axis), `div(${a}, ${b})`)}`;
    return `let prod differentiate itself: it never divides by a factor, as div(prod, ${b}) does`;
  },
  "f64-statistics": (names) => {
    const { op, x, codes, calls, began, shapeOf, free } = names;
    const [root, of] = op === "rsqrt" ? (statisticIn([`sqrt(${x})`], shapeOf) ?? []) : [];
    // Not of what is under the root alone.
    if (root !== undefined && of === `sqrt(${x})`)
      return `use the fused form, whose sums run in f64: ${inPlaceOf(`reciprocal(${root})`, `rsqrt(${x})`)}`;
    const [fused, written] = statisticIn(codes, shapeOf, began) ?? [];
    if (fused?.startsWith("mul(max("))
      return `take the largest magnitude out of the powers: ${inPlaceOf(fused, written ?? "")}`;
    if (fused !== undefined && IS_OF_DEVIATIONS.test(fused))
      return `take the mean away first: ${inPlaceOf(fused, written ?? "")}`;
    if (fused !== undefined)
      return `use the fused form, whose sums run in f64: ${inPlaceOf(fused, written ?? "")}`;
    const quotient = fusedIn(names);
    if (quotient !== undefined) return `divide before it is squared: ${quotient}`;
    // What cancels does so at any scale.
    const isDifference = op === "sub" || op === "add";
    return isDifference || calls.length === 0 || calls.some((call) => A_STATISTIC.test(call))
      ? "use the fused form, whose sums run in f64: variance and std for a spread, norm2 for a root of squares, layerNorm for what is divided by its spread"
      : `divide by the largest magnitude before it is squared: div(${free[0]}, max(abs(${free[0]})))`;
  },
  float64: ({ met, isLeft }) => {
    if (isLeft) return `reckon in float64, and leave it there: ${inPlaceOf(inFloat64(met), met)}`;
    const exact = fromFloat64(met || "f(x)");
    return `${IN_DOUBLE}: ${met ? inPlaceOf(exact, met) : exact}`;
  },
  "compare-before": ({ met, compares, free: [x, a, b] }) => {
    const say = "compare what went in, which has the same order:";
    const before = comparedBefore(met);
    if (before !== undefined) return `${say} ${inPlaceOf(before, met)}`;
    return compares.startsWith("arg")
      ? `${say} ${compares}(${x}) instead of ${compares}(exp(${x})), ${compares}(abs(${x})) instead of ${compares}(square(${x}))`
      : `${say} ${compares}(${a}, ${b}) instead of ${compares}(exp(${a}), exp(${b})), ${compares}(abs(${a}), abs(${b})) instead of ${compares}(square(${a}), square(${b}))`;
  },
  slope: (names) =>
    `give it a slope: ${softlyIn(names) ?? forOp(SLOPED, names, `${inPlaceOf(`sigmoid(sub(${names.a}, ${names.b}))`, `${names.op}(${names.a}, ${names.b})`)}, or crossEntropy(logits, labels)`)}`,
  "clip-norm": ({ optimizer, op, leaf, calls }) =>
    /^(mul|square)$/.test(op) && leaf !== UNKNOWN && calls.map(partsOf).some(dividesByRoot)
      ? `clip the gradient: ${inPlaceOf(`clip(${leaf}, ${clipFor(leaf, calls)})`, leaf)}`
      : optimizer === undefined
        ? "clip the gradient, by an option of the optimizer: clip: { globalNorm: 1 }"
        : `clip the gradient: ${optimizer}({ lr, clip: { globalNorm: 1 } })`,
  "lower-lr": ({ strides, outside, op, x, parameter }) => {
    const why = strides ? "a step was too long" : "the values grew from step to step";
    if (!outside) return `lower the learning rate: ${why}`;
    if (x !== parameter)
      return `lower the learning rate: a step took ${parameter} to where ${op}(${x}) has no value`;
    const kept = /^(log|sqrt|rsqrt|pow)/.test(op) ? `softplus(${parameter})` : `tanh(${parameter})`;
    return `lower the learning rate: a step took ${parameter} to where ${op} has no value; or train what keeps it there: ${kept} instead of ${parameter}`;
  },
  "lower-decay": () =>
    "lower weightDecay: where lr · weightDecay is above 2, each step takes a parameter further from 0",
  "finite-mask": ({ calls, choice, began, met, isCoded, shapeOf }) => {
    const soft = (call: string): string | undefined =>
      /^(crossEntropy|logSoftmax|softmax)\(/.test(call) ? call : fusedQuotient(call, shapeOf);
    const isSoft = (call: string): boolean => /[sS]oftmax|^crossEntropy/.test(soft(call) ?? "");
    const written = [began, met, ...calls].find(isSoft) ?? "";
    const { op: made = "", args: [z = UNKNOWN, ...others] = [] } =
      readCall(soft(written) ?? "") ?? {};
    if (/^(crossEntropy|logSoftmax|softmax)$/.test(made) && z !== UNKNOWN) {
      const [mask, scores] = maskedIn(z) ?? [];
      const row = mask === undefined ? `maximum(${z}, -1e9)` : `where(${mask}, ${scores}, -1e9)`;
      const finite = `${made}(${[row, ...others].join(", ")})`;
      // Of equal scores a softmax is a number, too.
      const isLeft = mask ?? `greater(${z}, -Infinity)`;
      const form = made === "softmax" ? `where(${isLeft}, ${finite}, 0)` : finite;
      return `mask with a large negative number: ${inPlaceOf(form, written)}`;
    }
    const row = calls.flatMap(callsIn).find((call) => /^(max|logsumexp)\(/.test(call));
    if (row === undefined)
      return "mask with a large negative number, or leave at least one element of the row unmasked";
    const across = optionsIn(row);
    const [scores = ""] = readCall(row)?.args ?? [];
    const { op, args: [condition = choice] = [] } = readCall(scores) ?? {};
    const asked = scores === "" ? choice : `greater(${scores}, -Infinity)`;
    const mask = op === "where" && isCoded ? condition : asked;
    // A number in place of −∞ would be the largest of its row.
    const some = `any(${mask}${across === undefined ? "" : `, ${across}`})`;
    return `leave at least one element of the row unmasked, or select the rows that have one: ${inPlaceOf(`where(${some}, ${row}, 0)`, row)}`;
  },
  epsilon: ({ began }) => {
    const { op, args = [] } = readCall(began) ?? {};
    const [x, gamma, beta] = op === "layerNorm" ? args : ["x", "gamma", "beta"];
    return `use an epsilon above 0: layerNorm(${x}, ${gamma}, ${beta}, { eps: 1e-5 })`;
  },
  "random-start": () =>
    'start one of the two from random numbers: parameter("w", kaiming(shape)) instead of parameter("w", zeros(shape))',
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
  most: undefined,
  scaleFree: () => undefined,
  rounded: () => false,
  shifted: () => undefined,
  isBeyond: () => false,
  sloped: false,
  within: false,
  raised: [],
  calls: [],
  codes: [],
  shapeOf: () => undefined,
  free: ["x", "a", "b"],
  across: "",
  shared: false,
  began: "",
  met: "",
  isPair: false,
  compares: "f",
  adds: "sum",
  mask: "mask",
  masked: "x",
  choice: "mask",
  isChosen: false,
  isCoded: false,
  input: "x",
  safe: "f(where(mask, x, 1))",
  away: "f(add(x, 1e-12))",
  bounded: "f(clip(x, { max: 40 }))",
  number: "∞",
  parameter: "w",
  stepped: true,
  outside: false,
  normed: false,
  next: undefined,
  optimizer: undefined,
  strides: false,
  exponent: 2,
  factor: "1e38",
  logged: [],
  limit: undefined,
  lost: false,
  hidden: false,
  near: undefined,
  stand: undefined,
  endless: false,
};

/** Every fix with x, a, b for operands. */
export const FIXES = Object.fromEntries(
  Object.entries(CODE).map(([fix, code]) => [fix, code(GENERIC)]),
) as Readonly<Record<Fix, string>>;

/** A fix as code in the names of the case. */
export function fixCode(fix: Fix, birth: BirthReport, program: Around = NOWHERE): string {
  return unmarked(CODE[fix](namesIn(birth, program, [], [])));
}

/** Ops whose slope is infinite where a spread or a norm is 0. */
const OF_ROOTS: ReadonlySet<string> = new Set(["div", "pow", "reciprocal", "rsqrt", "sqrt"]);

/** What a logarithm in one is called. */
const nameOf = (log: string): Fix =>
  isShifted(log) ? "shift-exp" : log.startsWith("logsumexp(") ? "logsumexp" : "cancel-log";

/** What the code of a program shows, and the ways of a birth do not: a form that is exact there, and that no fix stands for. */
function shownIn(
  fixes: readonly Fix[],
  birth: BirthReport,
  names: Names,
  underflown: boolean,
): Fix | undefined {
  const isMeant = chainOf(birth).some(
    ({ phase, operands }) =>
      phase === "optimizer" ||
      (NOT_WRITTEN.has(phase) && operands.some(({ value }) => !Number.isFinite(value))),
  );
  // A power of what is below 0 is no logarithm either.
  const isBelow = beginning(birth).cause === "pow-of-negative";
  if (isMeant || isBelow || badNumberIn(beginning(birth)) !== undefined) return undefined;
  const isLarge = birth.cause === "inf-minus-inf" || beginning(birth).cause.startsWith("overflow");
  const isPole = !isLarge && !/^(cancellation|saturated)$/.test(birth.cause) && !names.rounded();
  const raised = (call: string): string | undefined => fusedLog(call, names.shapeOf, isPole);
  // A form that has where it began in it does not heal it; an exponential next to 0 has died of an epsilon beside it.
  const isFaded = birth.cause === "saturated" && /^(exp|softplus)$/.test(names.op);
  const isInside = (form = ""): boolean =>
    !isFaded && callsIn(form.split(" instead of ")[0] ?? "").includes(names.began);
  const log = fixes.some((one) => OF_LOGS.has(one))
    ? undefined
    : (rewrittenIn(names.calls, raised) ??
      rewrittenIn(names.calls, namedLogIn) ??
      // What else is made of it would still be divided by.
      (birth.with === undefined
        ? rewrittenIn(names.calls, (call) => activatedLog(call, names.shapeOf))
        : undefined));
  if (isInside(log)) return undefined;
  if (log !== undefined) return log === logIn(names) ? nameOf(log) : "cancel-log";
  if (fixes.some((one) => OF_QUOTIENTS.has(one))) return undefined;
  if (names.op === "sqrt" && distanceIn(names.x) !== undefined) return "safe-norm";
  const isNorm = fixes.includes("safe-norm") || fixes.includes("magnitude");
  // The pole of another op is none of a spread or a norm, nor are digits that cancel in a quotient.
  const isOther =
    (beginning(birth).cause === "singular-slope" && !OF_ROOTS.has(names.op)) ||
    (birth.cause === "cancellation" && names.op === "div");
  const statistic =
    isNorm || isOther ? undefined : statisticIn(names.calls, names.shapeOf, names.began);
  const isCancelled =
    beginning(birth).cause === "sqrt-of-negative" &&
    callsIn(names.began).includes(statistic?.[1] ?? "");
  if (statistic !== undefined && (isLarge || underflown || isCancelled || names.rounded()))
    return "f64-statistics";
  if (names.sloped && factorsIn(names) !== undefined) return "factors";
  const quotient = fusedIn(names);
  // A row that is masked as a whole has no softmax either, nor one of zeros a direction.
  const isEmpty =
    beginning(birth).cause === "zero-over-zero" &&
    !underflown &&
    !names.rounded() &&
    /\b(softmax|logsumexp|norm2)\(/.test(quotient ?? "");
  if (quotient === undefined || isInside(quotient) || isEmpty) {
    const isBeyond =
      underflown || names.sloped || /^(overflow|underflow)/.test(beginning(birth).cause);
    if (unroundedIn(names) !== undefined && birth.cause !== "lost-underflow") return "expm1";
    if (isBeyond && factorsIn(names) !== undefined) return "factors";
    return isBeyond && /^(exp|div)$/.test(names.op) && names.shifted() ? "shift-exp" : undefined;
  }
  return quotient.split(" instead of ")[0]?.includes("exprel(") ? "expm1" : "exp-sub";
}

/** What is a form of one half of a quotient, and leaves it 0 / 0. */
const OF_HALVES: ReadonlySet<Fix> = new Set<Fix>(["log1p", "expm1"]);

/** What is left to do where a limit was looked for, and there is none. */
const WITHOUT_LIMIT: readonly Fix[] = ["div-no-nan", "safe-div", "epsilon-inside"];

/**
 * Where a quotient has a limit, nothing that puts another number there is worth a line: a limit of 0 is what divNoNan gives. Where it
 * has none there is none to be written.
 */
function withLimit(fixes: readonly Fix[], names: Names): readonly Fix[] {
  const { limit } = names;
  if (entropyOfOrder(names) !== undefined)
    return ["limit", ...fixes.filter((fix) => fix !== "limit")];
  if (limit === undefined) return fixes;
  const others = fixes.filter((fix) => fix !== "limit");
  if (limit === null) return others.length > 0 ? others : WITHOUT_LIMIT;
  const exact = others.filter((fix) => !OTHER.has(fix));
  const own: Fix = limit.code === "0" ? "div-no-nan" : "limit";
  const isHalf = (fix: Fix): boolean => OF_HALVES.has(fix) && !CODE[fix](names).includes("exprel(");
  // A count, or what else no training moves, is 0 by what came in, and nothing tends to it.
  const isCount = limit.code === undefined && names.shapeOf.fixed?.(names.b) === true;
  const rest = isCount ? others.filter((fix) => OTHER.has(fix)) : [];
  return [...exact.filter((fix) => !isHalf(fix)), own, ...exact.filter(isHalf), ...rest];
}

/** What came in that is 0 where it divides, and no mask is known for. */
function zeroOfData({ op, x, b, isChosen, shapeOf }: Names): string | undefined {
  const under = op === "div" ? b : op === "reciprocal" ? x : UNKNOWN;
  const isData = !isChosen && isName(under) && shapeOf.fixed?.(under) === true;
  return isData ? under : undefined;
}

/** Such a row is left out first: no epsilon makes a number of it that others can stand beside. */
const leftOut = (fixes: readonly Fix[], names: Names, cause: Cause): readonly Fix[] =>
  cause === "division-by-zero" && fixes.includes("safe-div") && zeroOfData(names) !== undefined
    ? ["double-where", ...fixes.filter((fix) => fix !== "double-where")]
    : fixes;

/** What is known of the way to a birth, and from it. */
interface Behind {
  /** The ways to the operands of the op where it began. */
  readonly began?: readonly (readonly string[])[];
  /** The ops that the bad value went through. */
  readonly after?: readonly string[];
  /** Whether the 0 it began at is one that a number became for being too small. */
  readonly underflown?: boolean;
}

/** A fused form of what is not known, and what is no code. */
const GENERAL =
  /^((softmax|logsumexp)\(…|cast\(f\(|div\((\w+), max\(abs\(\3\)\)\)$|mask with |variance and std )/;

/** Where two numbers met that were none, or one that was lost. */
const MET =
  /^(inf-minus-inf|inf-over-inf|log-of-zero|lost-(over|under)flow|zero-(over-zero|times-inf))$/;

/** Where a 0 may be one in float64, too. */
const OF_ZERO = /^(log-of-zero|zero-over-zero)$/;

/** Whether float64 holds what was lost, all of which is known as code. */
function isHeldByDouble(birth: BirthReport, { met, rounded }: Names, program: Around): boolean {
  if (birth.phase !== "forward" || !MET.test(birth.cause) || met === "" || /…/.test(met))
    return false;
  return (!OF_ZERO.test(birth.cause) || rounded()) && program.isHeld(birth);
}

/** Whether what some advice is to replace stands in the program, where that is known. */
function isWrittenIn(code: string, { calls }: Names): boolean {
  const [, written = ""] = code.split(" instead of ");
  const call = callAt(written);
  if (calls.length === 0) return true;
  return call === undefined ? !GENERAL.test(code) : calls.flatMap(callsIn).includes(call);
}

/** Whether it is the logarithm of a difference in one, where the difference is 0 indeed: of e^0 and 1, or of what float64 finds alike. */
function isPoleStill(code: string, birth: BirthReport, { rounded, shapeOf }: Names): boolean {
  if (beginning(birth).cause !== "log-of-zero") return false;
  const { op, args: [z = ""] = [] } = readCall(code.split(" instead of ")[0] ?? "") ?? {};
  if (op === "logexpm1" || op === "log1mexp") return shapeOf.has0?.(z) === true;
  return op === "logsubexp" && !rounded();
}

/** Whether something is divided by it, too: what has a logarithm of its own otherwise keeps that. */
const isDividedBy = ({ began, calls }: Names): boolean =>
  calls.some((call) => {
    const [op, over, under] = partsOf(call);
    return op === "div" ? under === began : op === "reciprocal" && over === began;
  });

/**
 * Fixes with their code in the names of the case, each code once; first a form that only the code of the program shows.
 *
 * @param program what is around the op where it began.
 */
export function fixCodes(
  fixes: readonly Fix[],
  birth: BirthReport,
  program: Around,
  { began = [], after = [], underflown = false }: Behind = {},
): Pick<Report, "fix" | "instead" | "tried"> {
  const names = namesIn(birth, program, began, after);
  // As it is told, and with what tells one unnamed input from another.
  const marked = new Map<string, string>();
  const written = (fix: Fix, by = names): readonly [string, readonly [Fix, string]] => {
    const code = CODE[fix](by);
    const text = unmarked(code);
    marked.set(text, code);
    const at = text.indexOf(": ");
    return [at < 0 ? text : text.slice(at + 2), [fix, text]];
  };
  // What has no value where the program leaves it out is left out before, too.
  const { cause, phase } = beginning(birth);
  const hasMet = birth.cause === "inf-minus-inf" && !fixes.includes("finite-mask");
  const hasNone = isOutside(cause) || cause === "zero-over-zero" || hasMet;
  const isUnread = phase === "forward" && hasNone && program.isLeftOut();
  const isMasked = phase === "input" && program.isLeftOut();
  // A variance may be beyond float32 itself.
  const isBeyond = (fix: Fix): boolean => {
    const [form = "", old = ""] = written(fix)[0].split(" instead of ");
    return form.startsWith("variance(") && names.isBeyond(old);
  };
  // A divergence has no slope where what it is of is 0.
  const isSteep = names.shapeOf.wanted?.(names.mask) === true && fixes.includes("xlogy");
  // Nor is a logarithm that is weighed by something else one.
  const isElsewhere = !isWrittenIn(written("rel-entr")[0], names);
  const within = fixes.flatMap((fix) => {
    if (isBeyond(fix) || (fix === "rel-entr" && isSteep)) return [];
    if (fix !== "rel-entr" || !isElsewhere) return fix;
    if (cause === "zero-over-zero") return WITHOUT_LIMIT;
    return fixes.length > 1 ? [] : fix;
  });
  // A bound that a logarithm shares with a quotient is to be left in both.
  const isBoth =
    names.shared && BOUNDING.has(names.op) && fixes.includes("slope") && isDividedBy(names);
  const ahead = (): Fix | undefined => {
    if (isUnread) return "double-where";
    if (isMasked) return "mask-before";
    if (isBoth) return "slope";
    if (isOutside(cause) && signedIn(names) !== undefined) return "magnitude";
    const isOfOthers =
      MET.test(birth.cause) && exclusiveIn(names.calls, names.shapeOf) !== undefined;
    return isOfOthers ? "exclusive-product" : undefined;
  };
  const first = [ahead()].filter((fix) => fix !== undefined);
  const selected = [...first, ...within.filter((fix) => !first.includes(fix))];
  const told = selected.filter((fix) => isWrittenIn(written(fix)[0], names));
  const form = isBoth ? undefined : shownIn(told, birth, names, underflown);
  const shown = form === undefined || isBeyond(form) ? undefined : form;
  const isKnown =
    shown === "factors" ||
    (shown === "f64-statistics" && underflown) ||
    (shown !== undefined && names.rounded());
  const codes = new Map(
    [...(names.near ? (["limit"] as const) : []), ...(shown ? [shown] : [])].map((fix) =>
      written(fix),
    ),
  );
  // A limit that has no code is for the reader to find.
  const isKnownFix = (fix: Fix): boolean =>
    fix === "limit" ? names.limit?.code !== undefined : EXACT.has(fix);
  const isExact = shown !== undefined || told.some(isKnownFix);
  const isDouble = !isExact && isHeldByDouble(birth, names, program);
  if (isDouble) {
    const [code, one] = written("float64");
    codes.set(code, one);
  }
  const isScaleFree = (fix: Fix): boolean =>
    fix === "scale-input" && names.scaleFree() !== undefined;
  // What is beyond float32 may come back to it.
  const isWide =
    !isExact && !isDouble && phase === "forward" && /^(inf-|overflow)/.test(birth.cause);
  const later = isWide && selected.includes("scale-input") ? program.heldLater() : undefined;
  const left = isWide && later === undefined ? program.heldByDouble() : undefined;
  // What is written there is something else, or what is shown stands for it.
  const isElse = (fix: Fix): boolean =>
    (fix === "limit" && isDouble) ||
    (fix === "shift-exp" && (shown !== undefined || isUnshiftable(names))) ||
    (fix === "log-domain" && names.calls.some((call) => fusedQuotient(call, names.shapeOf))) ||
    ((isKnown || (isDouble && birth.cause === "zero-over-zero")) &&
      OTHER.has(fix) &&
      !isScaleFree(fix)) ||
    (fix === "tanh" &&
      names.calls.length > 0 &&
      quotientIn(names) === undefined &&
      fixes.length > 1);
  const own = withLimit(leftOut(selected, names, cause), names)
    .filter((fix) => !isElse(fix))
    .flatMap((fix) =>
      fix === "scale-input" && later !== undefined
        ? [written("float64", { ...names, met: later }), written(fix)]
        : [written(fix)],
    );
  // What has been chosen for the same code is what it is called.
  for (const [code, one] of own.toReversed()) if (codes.has(code)) codes.set(code, one);
  for (const [code, one] of own) if (!codes.has(code)) codes.set(code, one);
  const isEmptyRow = cause === "empty-row" || birth.cause === "empty-row";
  // What reckons with the digits that are gone stands first; what helps in general, has the pole itself, or overflows where another scale
  // does not, last.
  const rank = ([code, [fix]]: readonly [string, readonly [Fix, string]]): number =>
    (fix === "f64-statistics" && names.rounded()) ||
    (fix === "finite-mask" && isEmptyRow) ||
    (fix === "clip-norm" && code.startsWith("clip("))
      ? 0
      : isWrittenIn(code, names) &&
          !isPoleStill(code, birth, names) &&
          !(fix === "safe-pow" && fixes.includes("cbrt")) &&
          !(
            code.startsWith("variance(") &&
            fixes.includes("scale-input") &&
            names.scaleFree() !== undefined
          )
        ? 1
        : 2;
  // An ∞ beside 0 / 0 may be right, and is none any more where a divisor is left out.
  const isLate = (fix: Fix): boolean => LEFT_OUT.has(fix) && program.isBesideInfinity();
  const all = [...codes].map((one) => [isLate(one[1][0]) ? 2 : rank(one), one[1]] as const);
  const kept = all.sort(([a], [b]) => a - b).map(([, one]) => one);
  const lines = kept.map(([fix, text]) => ({ fix, text, marked: marked.get(text) ?? text }));
  const calls = [...new Set([names.began, names.met])];
  const judged = tried(
    lines,
    isEmptyRow
      ? () => []
      : (isGood) => [
          ...shiftedLines(names, cause),
          ...(birth.cause === "saturated" ? [] : besideLines(names, cause, program)),
          ...angleLines(names),
          ...(isGood ? [] : spareLines(names, cause, left)),
        ],
    program,
    calls,
  );
  return {
    fix: judged.map(({ fix }) => fix),
    instead: judged.map(({ text }) => text),
    tried: judged.map(({ verdict }) => verdict ?? "untried"),
  };
}

const lineOf = (fix: Fix, marked: string): Line => ({ fix, text: unmarked(marked), marked });

/** What gives another number wherever the divisor is 0. */
const LEFT_OUT: ReadonlySet<Fix> = new Set<Fix>(["div-no-nan", "divide-where"]);

/** What digits that cancel come to. */
const OF_DIGITS: ReadonlySet<Cause> = new Set<Cause>(["cancellation", "sqrt-of-negative"]);

/** What brings an input next to 0 whose digits cancel: nothing changes where all is made of differences, as a spread and what is divided by it are. */
function shiftedLines(names: Names, cause: Cause): readonly Line[] {
  const { scaled, shapeOf } = names;
  const shape = shapeOf(scaled) ?? [];
  // Of one number nothing is left.
  if (!OF_DIGITS.has(cause) || !names.rounded() || Math.max(1, ...shape) === 1) return [];
  const line = CODE["shift-input"](names);
  const along = (across: string): string =>
    line.replace(`min(${scaled})`, () => `min(${scaled}${across})`);
  return waysAcross(shape).map((across) => lineOf("shift-input", along(across)));
}

/** Calls that are tried in float64 at the most. */
const MOST_WIDENED = 6;

/** What an angle is at the ends of its domain, and beyond, where rounding leads: there its slope is 0. */
const ENDS: readonly (readonly [string, string, string, string])[] = [
  ["acos", "less", "1", "0"],
  ["acos", "greater", "-1", "Math.PI"],
  ["asin", "less", "1", "1.5707963267948966"],
  ["asin", "greater", "-1", "-1.5707963267948966"],
];

function angleLines({ began, op }: Names): readonly Line[] {
  const [own, x] = partsOf(began);
  if (own !== op || x === undefined) return [];
  return ENDS.filter(([of]) => of === op).map(([, asks, end, angle]) => {
    const isWithin = `${asks}(${x}, ${end})`;
    const form = `where(${isWithin}, ${op}(where(${isWithin}, ${x}, 0)), ${angle})`;
    return lineOf(
      "safe-acos",
      `let it be what it is at ${end}, with a slope of 0: ${inPlaceOf(form, began)}`,
    );
  });
}

/** What is tried where nothing else heals: another scale, and float64, in which what it alone holds is left. */
function spareLines(names: Names, cause: Cause, left?: string): readonly Line[] {
  const scaled =
    names.scaleFree() === undefined ? [] : [lineOf("scale-input", CODE["scale-input"](names))];
  const wide = [...new Set([names.met, ...names.calls])]
    .filter((call) => readCall(call) !== undefined && !call.includes(UNKNOWN))
    .slice(0, MOST_WIDENED)
    .map((met) => lineOf("float64", CODE.float64({ ...names, met })));
  const isNone = cause === "zero-over-zero";
  const none = isNone && names.op === "div" ? [CODE["div-no-nan"](names)] : [];
  // A scale that is divided by, and multiplied with again, cancels if it is the same.
  const above =
    isNone && names.op === "div" && readCall(names.b) !== undefined
      ? [`keep what is divided by above 0: ${inPlaceOf(`maximum(${names.b}, 1e-12)`, names.b)}`]
      : [];
  const whole = left === undefined ? [] : [CODE.float64({ ...names, met: left, isLeft: true })];
  return [
    ...none.map((line) => lineOf("div-no-nan", line)),
    ...above.map((line) => lineOf("epsilon-inside", line)),
    ...whole.map((line) => lineOf("float64", line)),
    ...scaled,
    ...wide,
  ];
}

/** What has no value at a place, which what is made of it may have a limit for. */
const AT_A_PLACE: ReadonlySet<Cause> = new Set<Cause>([
  "division-by-zero",
  "zero-over-zero",
  "log-of-zero",
]);

/**
 * What comes to the limit of all that is made of a pole, where another part of it goes to 0, or to 1 in a power; first of a quotient
 * whose digits have cancelled in other elements.
 */
function besideLines(names: Names, cause: Cause, program: Around): readonly Line[] {
  if (!AT_A_PLACE.has(cause)) return [];
  const { x, b, op, met, calls } = names;
  const near = cause === "zero-over-zero" && op === "div" ? program.nearLimit() : undefined;
  const whole = [...new Set([met, ...calls])]
    .filter((call) => readCall(call) !== undefined && !call.includes(UNKNOWN))
    .slice(0, MOST_WIDENED);
  // Of what cancels there are still fewer digits.
  const steps = cause === "zero-over-zero" ? BESIDE.filter((by) => by !== "1e-5") : BESIDE;
  const beside = steps.flatMap((by) =>
    whole.flatMap((call) => besideIn64(call, op === "div" ? b : x, by) ?? []),
  );
  const lines = near === undefined ? beside : [CODE.limit({ ...names, near }), ...beside];
  return lines.map((line) => lineOf("limit", line));
}
