/**
 * Code, taken apart again: the one call that a logarithm or a quotient that is written out stands for.
 */

import type { Shape } from "../shape.js";
import { meanIn, normOf, scaledRootOf, termsOf } from "./statistics.js";
import {
  axesIn,
  BASES,
  beside,
  besideOne,
  callsIn,
  difference,
  EPSILON,
  inBase,
  isNumber,
  LN,
  lessOne,
  naturalLog,
  negative,
  onlyOf,
  ownOptions,
  partsOf,
  product,
  raisedIn,
  readCall,
  reducedBy,
  type Shapes,
  squaredIn,
  total,
  unbounded,
} from "./written.js";

/** The logarithm of some code, where it cancels. */
export function cancelled(code: string, shapeOf: Shapes): string | undefined {
  const [op, a, b] = partsOf(code);
  const logOf = (one: string): string => cancelled(one, shapeOf) ?? naturalLog(one);
  switch (op) {
    case "abs":
      return logarithmOf(code, shapeOf) ?? cancelled(a, shapeOf);
    case "sqrt":
      return `mul(0.5, ${logOf(a)})`;
    case "mul":
      if (a === b) return `mul(2, log(abs(${a})))`;
      return logarithmOf(code, shapeOf) ?? `add(${logOf(a)}, ${logOf(b)})`;
    case "div":
      return (
        logarithmOf(code, shapeOf) ?? (cancelled(a, shapeOf) && `sub(${logOf(a)}, ${logOf(b)})`)
      );
    default:
      return logarithmOf(code, shapeOf);
  }
}

/** Ops whose result can be below 0, or whose logarithm is of something else there. */
const SIGNED: ReadonlySet<string> = new Set(["expm1", "neg", "sinh", "sub"]);

/** What has been found, for the length of a report: quotients in quotients are asked for again and again. */
const FOUND = new WeakMap<Shapes, Map<string, string | undefined>>();

/**
 * The logarithm of what is made of exponentials, powers and products, with no exponential in it that can overflow or underflow;
 * undefined where the code is something else.
 *
 * @param again whether it is to be raised again: then only of what is made of exponentials, and above 0.
 */
function logarithmOf(code: string, shapeOf: Shapes, again = false): string | undefined {
  const found = FOUND.get(shapeOf) ?? new Map<string, string | undefined>();
  FOUND.set(shapeOf, found);
  const key = `${again} ${code}`;
  if (!found.has(key)) found.set(key, logarithmIn(code, shapeOf, again));
  return found.get(key);
}

const isAbout = (code: string, number: number): boolean =>
  isNumber(code) && Math.abs(Number(code) - number) < 1e-6;

/** √2 x, by which the error function is that of the normal distribution. */
function bySqrt2(x: string): string {
  const [op, a, b] = partsOf(x);
  if (op === "div" && isAbout(b, Math.SQRT2)) return a;
  if (op === "mul" && isAbout(b, Math.SQRT1_2)) return a;
  return op === "mul" && isAbout(a, Math.SQRT1_2) ? b : `mul(Math.SQRT2, ${x})`;
}

/** x of 2 Φ(x), an area of the normal distribution that an error function stands for. */
function twiceAreaIn(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "erfc") return negative(bySqrt2(a));
  const of = (one: string): string | undefined => {
    const x = onlyOf(one, "erf");
    return x && bySqrt2(x);
  };
  if (op === "sub" && a === "1") {
    const x = of(b);
    return x && negative(x);
  }
  return of(besideOne(code) ?? "");
}

/** x of Φ(x), the distribution's own function, or written by an error function, or what one leaves of 1. */
function areaIn(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "ndtr") return a;
  if (op === "mul" && isAbout(a, 0.5)) return twiceAreaIn(b);
  if ((op === "mul" && isAbout(b, 0.5)) || (op === "div" && b === "2")) return twiceAreaIn(a);
  if (op !== "add" && op !== "sub") return undefined;
  const [one, other] = isAbout(b, 0.5) ? [b, a] : [a, b];
  // ½ ± ½ erf.
  const half = isAbout(one, 0.5) && (op === "add" || one === a) ? partsOf(other) : undefined;
  const whole = half?.[0] === "mul" && (isAbout(half[1], 0.5) ? half[2] : half[1]);
  if (whole) return twiceAreaIn(`${op}(1, ${whole})`);
  const x = op === "sub" && a === "1" ? areaIn(b) : undefined;
  return x && negative(x);
}

/** The logarithm of what has a name: of what an error function, or a distribution, leaves of 1, and the areas'. */
function namedLog(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  const area = areaIn(code);
  if (area !== undefined) return `logNdtr(${area})`;
  const twice = twiceAreaIn(code);
  if (twice !== undefined) return `add(logNdtr(${twice}), Math.LN2)`;
  const under = op === "add" ? onlyOf(b, "sqrt") : undefined;
  if (under === undefined) return undefined;
  const [takes, square, one] = partsOf(under);
  if (takes === "sub" && one === "1" && squaredIn(square) === a) return `acosh(${a})`;
  const beside = besideOne(under);
  return beside !== undefined && squaredIn(beside) === a ? `asinh(${a})` : undefined;
}

/** The same of a logarithm. */
export function namedLogIn(call: string): string | undefined {
  const of = onlyOf(call, "log");
  return of && (namedLog(of) ?? namedLog(unbounded(of)));
}

function logarithmIn(code: string, shapeOf: Shapes, again: boolean): string | undefined {
  if (readCall(code) === undefined) return undefined;
  const log = logSigmoidIn(code);
  if (log !== undefined) return log;
  const fused = fusedQuotient(code, shapeOf);
  if (fused !== undefined) {
    const [op, z] = partsOf(fused);
    if (op === "sigmoid") return `logSigmoid(${z})`;
    if (op === "softmax") return `logSoftmax(${z})`;
    if (op === "exp") return logarithmOfShare(code, shapeOf, { again }) ?? z;
  }
  const [op, a, b] = partsOf(code);
  const known = again ? undefined : (namedLog(code) ?? namedLog(unbounded(code)));
  if (known !== undefined) return known;
  const logOf = (one: string): string | undefined => logarithmOf(one, shapeOf, again);
  const across = ownOptions(code);
  switch (op) {
    case "exp":
      return a;
    case "exp2":
      return `mul(${a}, Math.LN2)`;
    case "softmax":
      return `logSoftmax(${a})`;
    case "ndtr":
      return `logNdtr(${a})`;
    case "cosh":
      return `logcosh(${a})`;
    case "sinh":
      return again ? undefined : `sub(logsubexp(${a}, ${negative(a)}), Math.LN2)`;
    case "expm1":
      return again ? undefined : `logexpm1(${a})`;
    case "abs":
      return magnitudesOf(a) ?? logOf(a) ?? (again ? undefined : magnitudesOfTwo(a, logOf));
    case "sqrt":
    case "rsqrt": {
      const log = logOf(a);
      return log && product(op === "sqrt" ? "0.5" : "-0.5", log);
    }
    case "reciprocal": {
      const log = logOf(a);
      return log && negative(log);
    }
    // The order stays.
    case "max":
    case "min": {
      const log = logOf(a);
      return log && `${op}(${log}${across})`;
    }
    case "maximum":
    case "minimum": {
      // A number is a bound.
      if (isNumber(a) || isNumber(b)) return logarithmOfTwo(code, shapeOf, again);
      const [x, y] = [logOf(a), logOf(b)];
      return x && y && `${op}(${x}, ${y})`;
    }
    case "cumsum": {
      const log = /\bexclusive:/.test(across) ? undefined : logarithmOf(a, shapeOf, true);
      return log && `logcumsumexp(${log}${across})`;
    }
    case "sum":
    case "sumSquares":
    case "mean": {
      const log =
        logarithmOf(a, shapeOf, true) ?? (again ? undefined : logarithmOfProduct(a, shapeOf));
      if (log === undefined || op === "sumSquares") {
        const terms = op === "mean" ? termsOf(code, shapeOf) : "1";
        const norm = again ? undefined : normOf(op === "mean" ? `sum${code.slice(4)}` : code);
        if (norm === undefined || terms === undefined) return undefined;
        return difference(`mul(2, log(${norm}))`, naturalLog(terms));
      }
      const all = `logsumexp(${log}${across})`;
      return op === "sum" ? all : `sub(${all}, Math.log(${termsOf(code, shapeOf) ?? "n"}))`;
    }
    case "where":
      return logarithmOfChoice(code, shapeOf, again);
    case "matmul":
      return again ? undefined : logarithmOfProduct(code, shapeOf);
    case "prod":
    case "cumprod": {
      const less = partsOf(a)[0] === "sub" && partsOf(a)[1] === "1" ? partsOf(a)[2] : undefined;
      const each = logOf(a) ?? (less === undefined ? undefined : `log1p(${negative(less)})`);
      if (again && logOf(a) === undefined) return undefined;
      return `${op === "prod" ? "sum" : "cumsum"}(${each ?? `log(${a})`}${across})`;
    }
    default:
      return logarithmOfTwo(code, shapeOf, again);
  }
}

/** The logarithm of one of two: of a probability and what it leaves of 1 that of the logit, or of its negative. */
function logarithmOfChoice(code: string, shapeOf: Shapes, again: boolean): string | undefined {
  const [condition = "", one = "", other = ""] = readCall(code)?.args ?? [];
  if (other === "0") {
    const log = logarithmOf(one, shapeOf, true);
    return log && `where(${condition}, ${log}, -Infinity)`;
  }
  if (isNumber(one) && isNumber(other)) return undefined;
  const [a, b] = [one, other].map(
    (each) => logOrNumber(each, shapeOf, again) ?? logOfActivation(each, shapeOf),
  );
  if (a === undefined || b === undefined) return undefined;
  const [x, y] = [onlyOf(a, "logSigmoid"), onlyOf(b, "logSigmoid")];
  return x && y ? `logSigmoid(where(${condition}, ${x}, ${y}))` : `where(${condition}, ${a}, ${b})`;
}

/** The same of a term, which may be a number. */
const logOrNumber = (code: string, shapeOf: Shapes, again = false): string | undefined =>
  isNumber(code) && Number(code) > 0 ? naturalLog(code) : logarithmOf(code, shapeOf, again);

/** The logarithm of a / (a + b), or of what that leaves of 1: by the ratio of the two, of which neither is lost in the other. */
function logarithmOfShare(
  code: string,
  shapeOf: Shapes,
  { isRest = false, again = false },
): string | undefined {
  const [op, over, under] = partsOf(code);
  const rest = op === "div" ? beside(under, over) : undefined;
  const [part, other] = isRest ? [rest ?? "", over] : [over, rest ?? ""];
  // The other may be 0, where the share is 1: only what is made of exponentials is not.
  const less = logOrNumber(other, shapeOf, true) ?? logarithmOfWeighted(other, shapeOf);
  const log = less === undefined ? undefined : logOrNumber(part, shapeOf, again);
  if (log !== undefined && less !== undefined) return `logSigmoid(${difference(log, less)})`;
  if (!isRest) return undefined;
  const share = op === "clip" && isKeptFromPole(code) ? over : code;
  const z = sigmoidIn(share) ?? onlyOf(fusedQuotient(share, shapeOf) ?? "", "sigmoid");
  if (z !== undefined) return `logSigmoid(${negative(z)})`;
  return rest === undefined ? undefined : logarithmOf(`div(${rest}, ${under})`, shapeOf, again);
}

/** The logarithm of what is an exponential, or a softmax, of each element; or a product of such. */
function logOfEach(code: string, shapeOf: Shapes): string | undefined {
  const z = onlyOf(code, "softmax");
  return (
    onlyOf(code, "exp") ??
    (z && `logSoftmax(${z})`) ??
    (partsOf(code)[0] === "mul" ? logarithmOf(code, shapeOf) : logarithmOfProduct(code, shapeOf))
  );
}

/** The logarithm of a matrix product of exponentials by weights, none of which is below 0. */
const logarithmOfWeighted = (code: string, shapeOf: Shapes): string | undefined =>
  partsOf(code)
    .slice(1)
    .every((one) => logOfEach(one, shapeOf) !== undefined || shapeOf.below0?.(one) === false)
    ? logarithmOfProduct(code, shapeOf)
    : undefined;

/**
 * To which power of a factor some code grows, where all of what is raised grows by it: 0 where that cancels, as in a share; undefined
 * where it does so to none, as beside 1.
 */
export function degreeIn(code: string, raised: string): number | undefined {
  if (code === raised) return 1;
  if (!callsIn(code).includes(raised)) return 0;
  const [op, a, b] = partsOf(code);
  const [left, right] = [a, b].map((one) => degreeIn(one, raised));
  if (left === undefined) return undefined;
  switch (op) {
    case "abs":
    case "cumsum":
    case "max":
    case "mean":
    case "min":
    case "neg":
    case "norm1":
    case "norm2":
    case "sum":
      return left;
    case "square":
    case "sumSquares":
      return 2 * left;
    case "sqrt":
      return left / 2;
    case "reciprocal":
      return -left;
    case "pow":
      return isNumber(b) ? Number(b) * left : undefined;
    case "mul":
    case "matmul":
      return right === undefined ? undefined : left + right;
    case "div":
      return right === undefined ? undefined : left - right;
    case "add":
    case "maximum":
    case "minimum":
    case "sub":
      return left === right ? left : undefined;
    default:
      return undefined;
  }
}

/** The logarithm of a matrix product of exponentials: the largest of each row, or column, is taken out of it. */
function logarithmOfProduct(code: string, shapeOf: Shapes): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op !== "matmul") return undefined;
  const [x, y] = [logOfEach(a, shapeOf), logOfEach(b, shapeOf)];
  if (x === undefined && y === undefined) return undefined;
  const isColumn = shapeOf(b)?.[1] === 1;
  // Where a matrix leaves out the largest of a row, or column, its rows have each a maximum of their own.
  const other = x === undefined ? a : y === undefined ? b : undefined;
  if (isColumn && other !== undefined && shapeOf.has0?.(other)) {
    if (shapeOf.below0?.(other)) return undefined;
    const [left, right] = [x ?? `log(${a})`, y ?? `log(${b})`];
    return `logsumexp(add(${left}, sum(${right}, { axis: 1 })), { axis: 1, keepDims: true })`;
  }
  const most = (z: string, axis: number): string => `max(${z}, { axis: ${axis}, keepDims: true })`;
  const [m, n] = [x && most(x, 1), y && most(y, 0)];
  const shifted = (z: string | undefined, by: string | undefined, side: string): string =>
    z === undefined ? side : `exp(sub(${z}, ${by}))`;
  const largest = m && n ? `add(${m}, ${n})` : (m ?? n);
  const whole = `add(${largest}, log(matmul(${shifted(x, m, a)}, ${shifted(y, n, b)})))`;
  return whole.length > LONGEST ? undefined : whole;
}

/** What stands in it three times makes a power of it of each step of a recurrence: nobody would write that out. */
const LONGEST = 600;

/** Whether it is a probability by the way it is written, or what one leaves of 1. */
function isProbability(code: string): boolean {
  const { op, args = [] } = readCall(code) ?? {};
  const [a = "", b = ""] = args;
  if (op === "where") return args.slice(1).every(isProbability);
  if (op === "sub") return a === "1" && (onlyOf(b, "exp") !== undefined || isProbability(b));
  if (op === "div" && beside(b, a) !== undefined) return true;
  if (op === "mul") return isProbability(a) && isProbability(b);
  // Of some classes, as that of a label which a one-hot row picks.
  if (op === "sum")
    return (
      partsOf(a)[0] === "mul" &&
      partsOf(a)
        .slice(1)
        .some((one) => onlyOf(one, "softmax"))
    );
  // What survives a hazard.
  if (op === "exp") return onlyOf(a, "neg") !== undefined;
  return op === "softmax" || sigmoidIn(code) !== undefined;
}

/** A bound that keeps a rate from overflowing holds none of the usual ones. */
const FAR = 100;

/** Whether a bound does nothing else than to keep from a pole at 0: one at 1 holds no probability. */
function isKeptFromPole(clip: string): boolean {
  const options = ownOptions(clip);
  const [min = 0, max] = ["min", "max"].map((name) => {
    const bound = new RegExp(`\\b${name}: ([^ ,}]+)`).exec(options)?.[1];
    return bound === undefined ? undefined : Number(bound);
  });
  const isOpen =
    max === undefined || max >= FAR || (max >= 1 - EPSILON && isProbability(partsOf(clip)[1]));
  return min <= EPSILON && isOpen;
}

/** The logarithm of the magnitude of a product. */
function magnitudesOf(code: string): string | undefined {
  const x = reducedBy(code, "prod");
  return x && `sum(log(abs(${x}))${ownOptions(code)})`;
}

/** The same of two factors, or of a quotient, of which either may be below 0. */
function magnitudesOfTwo(
  code: string,
  logOf: (one: string) => string | undefined,
): string | undefined {
  const [op, a, b] = partsOf(code);
  if ((op !== "mul" && op !== "div") || [a, b].some(isNumber)) return undefined;
  const [x, y] = [a, b].map((one) => logOf(one) ?? `log(abs(${one}))`) as [string, string];
  return op === "mul" ? total(x, y) : difference(x, y);
}

/** The logarithm of what is made of exponentials and something else that is not below 0. */
function besideRaised(
  code: string,
  logs: readonly (string | undefined)[],
  shapeOf: Shapes,
): string | undefined {
  const sides = partsOf(code).slice(1);
  const other = logs.indexOf(undefined);
  const [one = "", raised = ""] = other === 0 ? sides : sides.toReversed();
  const isKnown = raisedIn(raised).length > 0 && shapeOf.below0?.(one) === false;
  if (!isKnown || logs.every((log) => log === undefined)) return undefined;
  const [a, b] = logs.map((log) => log ?? `log(${one})`);
  return `logaddexp(${a}, ${b})`;
}

/** The logarithm of what a share leaves of 1: of the sum of the others, which is a number where the share is 1 to the last digit. */
function logarithmOfOthers(log: string, shapeOf: Shapes): string | undefined {
  const z = onlyOf(log, "logSoftmax");
  const axis = (z === undefined ? 0 : (shapeOf(z)?.length ?? 0)) - 1;
  if (z === undefined || axis < 0) return undefined;
  const before = (reverse: string): string =>
    `cumsum(softmax(${z}), { axis: ${axis}, ${reverse}exclusive: true })`;
  return `log(add(${before("")}, ${before("reverse: true, ")}))`;
}

/** The logarithm of Φ(a) − Φ(b), in the tail that both may be in. */
function logarithmOfTails(one: string, other: string, shapeOf: Shapes): string | undefined {
  const [a, b] = [onlyOf(one, "ndtr"), onlyOf(other, "ndtr")];
  if (a === undefined || b === undefined) return undefined;
  const of = (left: string, right: string): string =>
    `logsubexp(logNdtr(${left}), logNdtr(${right}))`;
  const far = of(negative(b), negative(a));
  return shapeOf.below0?.(b) === false ? far : `where(greater(${b}, 0), ${far}, ${of(a, b)})`;
}

/** The logarithm of σ(a) − σ(b), which is σ(a) σ(−b) (1 − e^(b − a)). */
function logarithmOfGates(one: string, other: string): string | undefined {
  const [a, b] = [sigmoidIn(one), sigmoidIn(other)];
  return a !== undefined && b !== undefined
    ? `add(add(logSigmoid(${a}), logSigmoid(${negative(b)})), log1mexp(${difference(b, a)}))`
    : undefined;
}

function logarithmOfTwo(code: string, shapeOf: Shapes, again: boolean): string | undefined {
  const [op, a, b] = partsOf(code);
  const logOf = (one: string): string | undefined => logarithmOf(one, shapeOf, again);
  const squared = squaredIn(code);
  if (op === "pow" && Number(a) > 0) return product(LN[a] ?? `Math.log(${a})`, b);
  if (squared !== undefined || op === "pow") {
    const [of, power] = squared === undefined ? [a, b] : [squared, "2"];
    const even = squared === undefined ? undefined : magnitudesOf(of);
    const [made, x, y] = partsOf(of);
    const isSigned =
      SIGNED.has(made) || (made === "matmul" && [x, y].some((one) => shapeOf.below0?.(one)));
    const log = even ?? (isSigned ? undefined : logOf(of));
    if (log !== undefined) return product(power, log);
    const isEven = Number(power) % 2 === 0;
    return again ? undefined : `mul(${power}, log(${isEven ? `abs(${of})` : of}))`;
  }
  const isPositive = (one: string): boolean => isNumber(one) && Number(one) > 0;
  const [left, right] = [a, b].map((one) =>
    isPositive(one)
      ? naturalLog(one)
      : (logarithmOf(one, shapeOf, again || op === "add" || op === "sub") ??
        (op === "add" && !again ? logarithmOfWeighted(one, shapeOf) : undefined)),
  );
  switch (op) {
    case "mul":
    case "div": {
      const share = op === "div" ? logarithmOfShare(code, shapeOf, { again }) : undefined;
      if (share !== undefined) return share;
      if ((left === undefined || isPositive(a)) && (right === undefined || isPositive(b)))
        return undefined;
      // There is no logarithm of what is below 0.
      if ([a, b].some((one, i) => [left, right][i] === undefined && shapeOf.below0?.(one)))
        return undefined;
      const [l, r] = [
        left ?? logarithmOfFactor(a, shapeOf),
        right ?? logarithmOfFactor(b, shapeOf),
      ];
      return op === "mul" ? total(l, r) : difference(l, r);
    }
    case "add": {
      const less = onlyOf(b, "neg");
      if (less !== undefined) return logarithmOf(`sub(${a}, ${less})`, shapeOf, again);
      const held = again ? code : unbounded(code);
      const [takes, one, other] = partsOf(held);
      const gates =
        takes === "sub" && held !== code
          ? (logarithmOfGates(one, other) ?? logarithmOfTails(one, other, shapeOf))
          : undefined;
      if (gates !== undefined && shapeOf.below0?.(held) === false) return gates;
      const product = held === code ? undefined : logarithmOfProduct(held, shapeOf);
      if (product !== undefined) return product;
      // An epsilon was to keep it from a pole.
      const isEpsilon = (one: string): boolean => isPositive(one) && Number(one) <= EPSILON;
      if (isEpsilon(a) !== isEpsilon(b)) {
        const whole = logOf(isEpsilon(a) ? b : a);
        if (whole !== undefined) return whole;
      }
      if (left === undefined || right === undefined) {
        const norm = again ? undefined : normOf(code);
        return norm
          ? `mul(2, log(${norm}))`
          : again
            ? undefined
            : besideRaised(code, [left, right], shapeOf);
      }
      if (isPositive(a) && isPositive(b)) return undefined;
      return left === "0"
        ? `softplus(${right})`
        : right === "0"
          ? `softplus(${left})`
          : `logaddexp(${left}, ${right})`;
    }
    case "clip":
      return /^s(igmoid|oftmax)$/.test(partsOf(a)[0]) || isKeptFromPole(code) ? left : undefined;
    case "maximum":
      return unbounded(code) === a ? left : unbounded(code) === b ? right : undefined;
    case "sub": {
      const gates = again ? undefined : (logarithmOfGates(a, b) ?? logarithmOfTails(a, b, shapeOf));
      if (gates !== undefined) return gates;
      const [takes, one, rest] = partsOf(b);
      if (a === "1" && takes === "sub" && one === "1") return logOf(rest);
      if (a === "1" && takes === "ndtr") return `logNdtr(${negative(one)})`;
      const tanh = a === "1" ? onlyOf(squaredIn(b) ?? "", "tanh") : undefined;
      if (tanh !== undefined) return `mul(-2, logcosh(${tanh}))`;
      const share =
        a === "1" && !again ? logarithmOfShare(b, shapeOf, { isRest: true }) : undefined;
      if (share !== undefined) return share;
      // What is left of 1 by chances that are all missed.
      const missed = a === "1" && !again ? logarithmOf(b, shapeOf) : undefined;
      if (missed !== undefined && partsOf(b)[0] === "prod") return `log1mexp(${missed})`;
      if (again || left === undefined || right === undefined) return undefined;
      if (isPositive(a) && isPositive(b)) return undefined;
      const few = left === "0" ? onlyOf(onlyOf(right, "neg") ?? "", "exp") : undefined;
      if (few !== undefined) return nearItself(few, (x) => `log1mexp(neg(exp(${x})))`);
      const others = left === "0" ? logarithmOfOthers(right, shapeOf) : undefined;
      if (others !== undefined) return others;
      return left === "0"
        ? `log1mexp(${right})`
        : right === "0"
          ? `logexpm1(${left})`
          : `logsubexp(${left}, ${right})`;
    }
    default:
      return undefined;
  }
}

/**
 * A logarithm in one: of any base, of what is made of exponentials, powers and products; or one that is written as a shifted one.
 *
 * @param raised whether it is to be of exponentials alone, which are not 0.
 */
export function fusedLog(code: string, shapeOf: Shapes, raised = false): string | undefined {
  const [op, x] = partsOf(code);
  if (op === "add") return unshifted(code, shapeOf);
  const base = BASES[op];
  if (op !== "log" && op !== "log1p" && base === undefined) return undefined;
  const less = onlyOf(x, "neg");
  const of = op !== "log1p" ? x : less === undefined ? `add(1, ${x})` : `sub(1, ${less})`;
  if (raised && !isOfRaised(of, shapeOf)) return undefined;
  const natural = logarithmOf(of, shapeOf) ?? logarithmOfBounded(of, shapeOf);
  return natural && inBase(natural, base);
}

/** The logarithm of what is made of probabilities that are kept from their poles, by what they are of. */
function logarithmOfBounded(code: string, shapeOf: Shapes): string | undefined {
  const open = withoutBounds(code);
  return open === code ? undefined : logarithmOf(open, shapeOf);
}

function withoutBounds(code: string): string {
  const { op, args } = readCall(code) ?? {};
  if (op === undefined || args === undefined) return code;
  if (op === "clip" && isKeptFromPole(code) && isProbability(args[0] ?? ""))
    return withoutBounds(args[0] ?? "");
  return `${op}(${args.map(withoutBounds).join(", ")})`;
}

/** What is next to x, in all digits, where e^x is below 2e-9. */
const nearItself = (x: string, of: (x: string) => string): string =>
  `where(less(${x}, -20), ${x}, ${of(`where(less(${x}, -20), -20, ${x})`)})`;

/** The logarithm of an activation that is an exponential below 0, or nearly; also of what it is multiplied with, or divided by. */
export const activatedLog = (call: string, shapeOf: Shapes): string | undefined =>
  logOfActivation(unbounded(onlyOf(call, "log") ?? ""), shapeOf);

function logOfActivation(code: string, shapeOf: Shapes): string | undefined {
  const x = onlyOf(code, "softplus");
  if (x !== undefined) return nearItself(x, (z) => `log(softplus(${z}))`);
  const z = onlyOf(besideOne(code) ?? "", "elu");
  if (z !== undefined) return `add(minimum(${z}, 0), log1p(relu(${z})))`;
  const [op, ...factors] = partsOf(code);
  if (op !== "mul" && op !== "div") return undefined;
  const logs = factors.map((one) => logOfActivation(one, shapeOf));
  const isKnown = (one: string): boolean => Number(one) > 0 || shapeOf.below0?.(one) === false;
  const isWhole = factors.every((one, i) => logs[i] !== undefined || isKnown(one));
  if (!isWhole || logs.every((log) => log === undefined)) return undefined;
  const [a = "", b = ""] = factors.map((one, i) => logs[i] ?? ordinaryLog(one, shapeOf));
  return op === "mul" ? total(a, b) : difference(a, b);
}

/** The logarithm of any number that is not below 0. */
function ordinaryLog(code: string, shapeOf: Shapes): string {
  const term = besideOne(code);
  return logOrNumber(code, shapeOf) ?? (term === undefined ? `log(${code})` : `log1p(${term})`);
}

/** Whether something is made of exponentials, and no 0 but where they have become one. */
function isOfRaised(code: string, shapeOf: Shapes): boolean {
  const isProduct = (one: string): boolean => logarithmOfProduct(one, shapeOf) !== undefined;
  const [op, a, b] = partsOf(code);
  return (
    logarithmOf(code, shapeOf, true) !== undefined ||
    isLogOfDifference(code, shapeOf) ||
    (op === "div" && isProduct(b)) ||
    (op === "add" && [a, b].every((one) => isNumber(one) || isProduct(one)))
  );
}

/** Whether it is a difference of exponentials, whose logarithm is a number where they are not alike. */
function isLogOfDifference(code: string, shapeOf: Shapes): boolean {
  const [op, a, b] = partsOf(code);
  const isRaised = (one: string): boolean =>
    one === "1" || logarithmOf(one, shapeOf, true) !== undefined;
  return op === "sub" && isRaised(a) && isRaised(b);
}

/** The logarithm of a sum, of one that is written as the largest of its terms, or one of two, and the logarithm of what is left. */
function unshifted(code: string, shapeOf: Shapes): string | undefined {
  const [, ...sides] = partsOf(code);
  for (const [shift, rest] of [sides, sides.toReversed()]) {
    const [op, of, and] = partsOf((rest && fusedLog(rest, shapeOf)) ?? "");
    const [takes, z, from] = partsOf(of);
    // max(x, y) + log(1 + e^−|x − y|)
    const [largest, x, y] = partsOf(shift ?? "");
    const apart = op === "softplus" ? onlyOf(onlyOf(of, "neg") ?? "", "abs") : undefined;
    if (largest === "maximum" && (apart === `sub(${x}, ${y})` || apart === `sub(${y}, ${x})`))
      return `logaddexp(${x}, ${y})`;
    if (takes !== "sub" || from !== shift || rest === undefined) continue;
    const [takesToo, other, fromToo] = partsOf(and);
    if (op === "logaddexp" && takesToo === "sub" && fromToo === shift)
      return `logaddexp(${z}, ${other})`;
    if (op === "softplus") return `logaddexp(${shift}, ${z})`;
    if (op === "logsumexp" && reducedBy(shift, "max") === z)
      return `logsumexp(${z}${ownOptions(fusedLog(rest, shapeOf) ?? "")})`;
  }
  return undefined;
}

/** Whether a total goes over the last axis, one row of it, so that a softmax is what is divided by it. */
function isLast(sum: string, shape: Shape | undefined): boolean {
  const options = ownOptions(sum);
  const axis = axesIn(options);
  // A sum over all is that of the row where there is one.
  if (axis === undefined)
    return shape?.slice(0, -1).every((side) => side === 1) === true && shape.length > 0;
  if (shape?.length === 1) return true;
  return (
    options.includes("keepDims") && (axis === "-1" || Number(axis) === (shape?.length ?? 0) - 1)
  );
}

/** A quotient, also one that is written as a product with a reciprocal. */
function quotientIn(code: string): readonly [string, string] | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "reciprocal") return ["1", a];
  if (op === "div") return [a, b];
  if (op !== "mul") return undefined;
  const under = (one: string): string | undefined =>
    onlyOf(one, "reciprocal") ??
    (partsOf(one)[0] === "div" && partsOf(one)[1] === "1" ? partsOf(one)[2] : undefined);
  const [left, right] = [under(a), under(b)];
  return right !== undefined ? [a, right] : left !== undefined ? [b, left] : undefined;
}

/** tanh of a quotient of a difference of two exponentials and their sum. */
function tanhIn(over: string, under: string): string | undefined {
  const sinh = onlyOf(over, "sinh");
  if (sinh !== undefined && onlyOf(under, "cosh") === sinh) return `tanh(${sinh})`;
  const [joins, one, other] = partsOf(under);
  const [c, d] = joins === "add" ? [exponentOf(one), exponentOf(other)] : [];
  const [takes, from, what] = partsOf(over);
  if (takes !== "sub" || c === undefined || d === undefined) return undefined;
  const [x, y] =
    from === one && what === other ? [c, d] : from === other && what === one ? [d, c] : [];
  if (x === undefined || y === undefined) return undefined;
  const twice = difference(x, y);
  const half = /^mul\((-?)2, (.+)\)$/.exec(twice);
  if (half === null) return `tanh(mul(0.5, ${twice}))`;
  return half[1] === "-" ? `neg(tanh(${half[2]}))` : `tanh(${half[2]})`;
}

/** e^x / (1 − e^x), by what is left where e^x is large. */
function oddsIn(over: string, under: string): string | undefined {
  const x = onlyOf(over, "exp");
  if (x === undefined) return undefined;
  const odds = `reciprocal(expm1(${negative(x)}))`;
  if (lessOne(under) === x) return negative(odds);
  const [op, a, b] = partsOf(under);
  return op === "sub" && a === "1" && onlyOf(b, "exp") === x ? odds : undefined;
}

/** What x is multiplied with in some code; undefined where that is no product with it. */
function factorBeside(code: string, x: string): string | undefined {
  if (code === x) return "1";
  const [op, a, b] = partsOf(code);
  if (op === "neg") {
    const factor = factorBeside(a, x);
    return factor && negative(factor);
  }
  if (op !== "mul") return undefined;
  const [left, right] = [factorBeside(a, x), factorBeside(b, x)];
  if (left !== undefined) return left === "1" ? b : `mul(${left}, ${b})`;
  return right === undefined ? undefined : right === "1" ? a : `mul(${a}, ${right})`;
}

/** (e^x − 1) / x, in any of its forms. */
function exprelIn(over: string, under: string): string | undefined {
  const less = (one: string): string | undefined => {
    const x = lessOne(one);
    if (x !== undefined) return x;
    const [op, a, b] = partsOf(one);
    const left = op === "sub" && a === "1" ? onlyOf(b, "exp") : undefined;
    const turned = onlyOf(one, "neg");
    return left ?? (turned === undefined ? undefined : lessOne(turned));
  };
  const sign = (one: string): boolean => lessOne(one) !== undefined;
  // (xᵖ − 1) / p, the transformation of Box and Cox.
  const [op, raised, one] = partsOf(over);
  const [power, base, exponent] = op === "sub" && one === "1" ? partsOf(raised) : [];
  if (power === "pow" && exponent === under)
    return `mul(log(${base}), exprel(mul(${under}, log(${base}))))`;
  const x = less(over);
  if (x !== undefined) {
    // (1 − e^x) / x is −exprel(x), and (1 − e^(−x)) / x exprel(−x).
    if (x === under) return sign(over) ? `exprel(${x})` : `neg(exprel(${x}))`;
    if (negative(x) === under) return sign(over) ? `neg(exprel(${x}))` : `exprel(${x})`;
    const factor = factorBeside(x, under);
    return factor && sign(over) ? `mul(${factor}, exprel(${x}))` : undefined;
  }
  const z = less(under);
  if (z === undefined) return undefined;
  // x / (1 − e^(−x))
  if (!sign(under)) return negative(z) === over ? `reciprocal(exprel(${z}))` : undefined;
  if (z === over) return `reciprocal(exprel(${z}))`;
  return squaredIn(over) === z ? `div(${z}, exprel(${z}))` : undefined;
}

/** A square by a sum with other squares: what is squared, by the norm of them. */
function squareIn(over: string, under: string): string | undefined {
  const [x, norm] = [squaredIn(over), normOf(under)];
  return x && norm && !norm.startsWith("abs(") ? `square(div(${x}, ${norm}))` : undefined;
}

/** A power by its sum with one of another number, as of Hill: by the ratio of the two. */
function hillIn(over: string, under: string): string | undefined {
  const other = beside(under, over) ?? "";
  const [[pow, x, n], [raised, k, power]] = [partsOf(over), partsOf(other)];
  if (pow !== "pow") return undefined;
  if (other === "1") return `sigmoid(mul(${n}, log(${x})))`;
  return raised === pow && power === n ? `sigmoid(mul(${n}, log(div(${x}, ${k}))))` : undefined;
}

/** What a number is the exponential of. */
const exponentOf = (code: string): string | undefined => (code === "1" ? "0" : onlyOf(code, "exp"));

/** The same of a quotient whose numerator or divisor has a factor that is no exponential: that one stays. */
function partIn(over: string, under: string, shapeOf: Shapes): string | undefined {
  const isRaised = (one: string): boolean => logarithmOf(one, shapeOf, true) !== undefined;
  const split = (code: string): readonly [string, string] | undefined => {
    const [op, a, b] = partsOf(code);
    if (op !== "mul" || isRaised(a) === isRaised(b)) return undefined;
    return isRaised(a) ? [b, a] : [a, b];
  };
  const minus = onlyOf(over, "neg");
  if (minus !== undefined) {
    const rest = fusedQuotient(`div(${minus}, ${under})`, shapeOf);
    return rest && negative(rest);
  }
  const [top, bottom] = [split(over), split(under)];
  // One that leaves out stays with what it leaves out, which may be large.
  if (top !== undefined && shapeOf.has0?.(top[0]) === true) return undefined;
  if (top !== undefined) {
    const rest = fusedQuotient(`div(${top[1]}, ${under})`, shapeOf);
    return rest && `mul(${top[0]}, ${rest})`;
  }
  const rest = bottom && fusedQuotient(`div(${over}, ${bottom[1]})`, shapeOf);
  return rest && `div(${rest}, ${bottom[0]})`;
}

/** The same of groups, each a row of a matrix that has what belongs to it: A (e^z v) / A e^z. */
function groupMean(over: string, under: string, shapeOf: Shapes): string | undefined {
  const [times, groups, raised] = partsOf(under);
  const [op, same, product] = partsOf(over);
  const z = onlyOf(raised, "exp");
  const isColumn =
    times === "matmul" && op === times && groups === same && shapeOf(raised)?.[1] === 1;
  if (!z || !isColumn || shapeOf.below0?.(groups)) return undefined;
  const [mul, a, b] = partsOf(product);
  const values = mul !== "mul" ? undefined : a === raised ? b : b === raised ? a : undefined;
  return values && `matmul(softmax(add(log(${groups}), sum(${z}, { axis: 1 }))), ${values})`;
}

/** A mean that is weighted by exponentials along the last axis: Σ w e^z / Σ e^z, or a product of e^z and a matrix. */
function weightedMean(over: string, under: string, shapeOf: Shapes): string | undefined {
  const groups = groupMean(over, under, shapeOf);
  if (groups !== undefined) return groups;
  const raised = reducedBy(under, "sum");
  const z = raised && logarithmOf(raised, shapeOf, true);
  const shape = raised && (shapeOf(raised) ?? shapeOf(z ?? ""));
  if (!raised || !z || !shape) return undefined;
  const shares = `softmax(${shiftless(z)})`;
  const [op, left, right] = partsOf(over);
  if (op === "matmul")
    return left === raised && isLast(under, shape) ? `matmul(${shares}, ${right})` : undefined;
  const axis = axesIn(ownOptions(under));
  const isRow = shape.length === 1 || axis === "-1" || Number(axis ?? -1) === shape.length - 1;
  if (!isRow) return undefined;
  const [mul, a, b] = partsOf(reducedBy(over, "sum") ?? "");
  if (mul !== "mul" || ownOptions(over) !== ownOptions(under)) return undefined;
  const weight = a === raised ? b : b === raised ? a : undefined;
  return weight && `sum(mul(${weight}, ${shares})${ownOptions(over)})`;
}

/** The powers that roots are. */
const ROOTS: Readonly<Record<string, string>> = { sqrt: "0.5", rsqrt: "-0.5" };

/** What a product of exponentials, numbers and powers is the exponential of; of what may be below 0 there is none. */
function exponentsIn(code: string, shapeOf: Shapes): string | undefined {
  const [op, left, right] = partsOf(code);
  if (Number(code) > 0) return naturalLog(code);
  const of = (one: string): string | undefined => exponentsIn(one, shapeOf);
  if (shapeOf.positive?.(code)) return `log(${code})`;
  switch (op) {
    case "exp":
      return left;
    case "mul":
    case "div": {
      const [a, b] = [of(left), of(right)];
      return a && b && (op === "mul" ? total(a, b) : difference(a, b));
    }
    case "sqrt":
    case "reciprocal": {
      const z = of(left);
      return z && (op === "sqrt" ? product("0.5", z) : negative(z));
    }
    case "pow": {
      const z = of(left) ?? (shapeOf.below0?.(left) === false ? `log(${left})` : undefined);
      return z && product(right, z);
    }
    default:
      return undefined;
  }
}

/** The same of some code in which there is an exponential. */
const productOfRaised = (code: string, shapeOf: Shapes): string | undefined => {
  const z = raisedIn(code).length > 0 ? exponentsIn(code, shapeOf) : undefined;
  return z && `exp(${z})`;
};

/** The product that an exponential of a sum of logarithms is. */
function productIn(exponent: string): string | undefined {
  const [op, terms] = partsOf(exponent);
  const x = op === "sum" || op === "cumsum" ? onlyOf(terms, "log") : undefined;
  return x && `${op === "sum" ? "prod" : "cumprod"}(${x}${ownOptions(exponent)})`;
}

/** The power that an exponential of a logarithm is, where it is one of any number, or where none is below 0. */
function powerIn(exponent: string, shapeOf: Shapes): string | undefined {
  const [op, a, b] = partsOf(exponent);
  const [y, x] = onlyOf(b, "log") === undefined ? [b, onlyOf(a, "log")] : [a, onlyOf(b, "log")];
  if (op !== "mul" || x === undefined) return undefined;
  const isAny = isNumber(y) ? Number.isInteger(Number(y)) : shapeOf.whole?.(y) === true;
  return isAny || shapeOf.below0?.(x) === false ? `pow(${x}, ${y})` : undefined;
}

/** A product of exponentials, a power of one, or what undoes a function of which it is. */
function fusedCall(code: string, shapeOf: Shapes): string | undefined {
  const [op, left, right] = partsOf(code);
  switch (op) {
    case "mul":
      return productOfRaised(code, shapeOf);
    case "prod": {
      const z = onlyOf(left, "exp");
      return z && `exp(sum(${z}${ownOptions(code)}))`;
    }
    case "exp":
      return powerIn(left, shapeOf) ?? productIn(left);
    case "pow":
    case "rsqrt":
    case "sqrt": {
      const root =
        op === "sqrt" && raisedIn(left).length > 0 ? scaledRootOf(left, shapeOf) : undefined;
      if (root !== undefined) return root;
      const z = logarithmOf(left, shapeOf, true);
      return z && `exp(${product(ROOTS[op] ?? right, z)})`;
    }
    case "logit":
      return sigmoidIn(left);
    case "atanh":
      return onlyOf(left, "tanh");
    default:
      return undefined;
  }
}

/** The logarithm of a factor beside one that has an exponential in it. */
const logarithmOfFactor = (code: string, shapeOf: Shapes): string =>
  logarithmOfProduct(code, shapeOf) ?? logOfActivation(code, shapeOf) ?? `log(${code})`;

/** The logarithm of powers of what is above 0, or of products along an axis, as their shares have it; by weights, too. */
function logarithmOfPowers(code: string, shapeOf: Shapes): string | undefined {
  const [op, a, b] = partsOf(code);
  const isAbove0 = (one: string): boolean =>
    shapeOf.below0?.(one) === false && shapeOf.has0?.(one) === false;
  if (op === "prod" && isAbove0(a)) return `sum(log(${a})${ownOptions(code)})`;
  // Weights, as the chances before anything is seen.
  if (op === "mul") {
    const [[weights, log] = []] = [[a, b] as const, [b, a] as const].flatMap(([one, other]) => {
      const powers = logarithmOfPowers(other, shapeOf);
      return powers && isAbove0(one) ? [[one, powers] as const] : [];
    });
    return log && `add(log(${weights}), ${log})`;
  }
  return op === "pow" && isAbove0(a) ? `mul(${b}, log(${a}))` : undefined;
}

/** What is divided by, without an epsilon, or 1 in its place where it is 0. */
function keptFrom0(code: string): string {
  const [op, asks] = partsOf(code);
  const [, a = "", b = ""] = op === "where" ? (readCall(code)?.args ?? []) : [];
  const [compares, x, zero] = partsOf(asks);
  const isKept = x === (compares === "equal" ? b : a) && zero === "0";
  return isKept && /^(equal|greater|notEqual)$/.test(compares) ? x : unbounded(code);
}

/** a / Σ · x of what has a form over that sum: the scaled rows of a transport plan. */
function sharedQuotient(code: string, shapeOf: Shapes): string | undefined {
  const [op, left, right] = partsOf(code);
  if (op !== "mul") return undefined;
  for (const [scaled, x] of [
    [left, right],
    [right, left],
  ] as const) {
    const [divides, a, total] = partsOf(scaled);
    if (divides !== "div" || a === "1" || raisedIn(x).length === 0) continue;
    const share = fusedQuotient(`div(${x}, ${total})`, shapeOf);
    if (share !== undefined && /\bsoftmax\(/.test(share)) return `mul(${a}, ${share})`;
  }
  return undefined;
}

/** The fused form of a quotient of exponentials, of their sums and differences; or of what else is made of them. */
export function fusedQuotient(code: string, shapeOf: Shapes): string | undefined {
  const shared = sharedQuotient(code, shapeOf);
  if (shared !== undefined) return shared;
  const quotient = quotientIn(code);
  if (quotient === undefined) return fusedCall(code, shapeOf);
  const [over, under] = quotient;
  const turned = tanhIn(under, over);
  const known =
    tanhIn(over, under) ??
    (turned && `reciprocal(${turned})`) ??
    oddsIn(over, under) ??
    exprelIn(over, under) ??
    hillIn(over, under) ??
    squareIn(over, under);
  if (known !== undefined) return known;
  const divisor = keptFrom0(under);
  const [joins, one, other] = partsOf(under);
  const [c, d] = joins === "add" ? [exponentOf(one), exponentOf(other)] : [];
  const row =
    reducedBy(divisor, "sum") === over
      ? (logarithmOf(over, shapeOf, true) ?? logarithmOfPowers(over, shapeOf))
      : undefined;
  if (row !== undefined && isLast(divisor, shapeOf(over) ?? shapeOf(row)))
    return `softmax(${shiftless(row)})`;
  const mean = weightedMean(over, divisor, shapeOf);
  if (mean !== undefined) return mean;
  const part = row === undefined ? partIn(over, under, shapeOf) : undefined;
  if (part !== undefined) return part;
  const a = exponentOf(over);
  const isSum = c !== undefined && d !== undefined && (c !== "0" || d !== "0");
  if (isSum && a !== undefined && (a === c || a === d))
    return `sigmoid(${difference(a, a === c ? d : c)})`;
  const [top, bottom] = [
    over === "1" ? "0" : logarithmOf(over, shapeOf, true),
    // Shares of a sum need no epsilon to keep that from 0.
    logarithmOf(row === undefined ? under : divisor, shapeOf, true),
  ];
  const gate = isSum && (c === "0" ? d : d === "0" ? c : undefined);
  if (typeof gate === "string" && top === undefined)
    return `mul(${over}, sigmoid(${negative(gate)}))`;
  if (top === undefined && row !== undefined)
    return `exp(sub(${row}, logsumexp(${row}${ownOptions(divisor)})))`;
  if (top === undefined || bottom === undefined) return productOfRaised(code, shapeOf);
  return `exp(${difference(top, bottom)})`;
}

/** A logarithm or a root of a product, of each of its factors. */
function takenOfEach(code: string, shapeOf: Shapes, within = false): string | undefined {
  const [op, held] = partsOf(code);
  const isLog = op === "log" || BASES[op] !== undefined;
  // Of each factor there is no pole that an epsilon would keep the product from; its own it keeps.
  const of = isLog && !within ? unbounded(held) : held;
  if (!isLog && op !== "sqrt") return undefined;
  const has = (one: string): boolean => isNumber(one) || shapeOf.below0?.(one) !== true;
  const part = (one: string): string =>
    (readCall(one) && takenOfEach(`${op}(${one})`, shapeOf, true)) ?? `${op}(${one})`;
  const squared = squaredIn(of);
  if (squared !== undefined) {
    const magnitude = has(squared) ? squared : `abs(${squared})`;
    return isLog ? `mul(2, ${op}(${magnitude}))` : magnitude;
  }
  const sum = isLog ? loggedProducts(of, shapeOf) : undefined;
  if (sum !== undefined) return inBase(sum, BASES[op]);
  const [by, a, b] = partsOf(of);
  if ((by !== "mul" && by !== "div") || !has(a) || !has(b)) return undefined;
  if (!isLog) return `${by}(${part(a)}, ${part(b)})`;
  if (by === "div" && a === "1") return negative(part(b));
  return `${by === "mul" ? "add" : "sub"}(${part(a)}, ${part(b)})`;
}

/** The product of two roots, of the root of a product. */
function rootsIn(code: string): string {
  const [times, a, b] = partsOf(onlyOf(code, "sqrt") ?? "");
  return times === "mul" ? `mul(sqrt(${a}), sqrt(${b}))` : code;
}

/** A product of two over that of their norms: each by its own. */
function cosineIn(over: string, under: string): string | undefined {
  const [times, x, y] = partsOf(reducedBy(over, "sum") ?? "");
  const [joins, ...norms] = partsOf(rootsIn(under));
  const axis = axesIn(ownOptions(over));
  const rows = axis === undefined ? "" : `, { axis: ${axis}, keepDims: true }`;
  const isNorm = (x: string): boolean =>
    norms.some((one) => {
      const norm = reducedBy(one, "norm2") ? one : (normOf(onlyOf(one, "sqrt") ?? "") ?? "");
      return reducedBy(norm, "norm2") === x && axesIn(ownOptions(norm)) === axis;
    });
  if (times !== "mul" || joins !== "mul" || !isNorm(x) || !isNorm(y)) return undefined;
  const [u, v] = [x, y].map((one) => `div(${one}, norm2(${one}${rows}))`);
  return `sum(mul(${u}, ${v})${ownOptions(over)})`;
}

/**
 * The same function of numbers whose product is beyond their type: its logarithm, its root, or a quotient by a product that has a factor in
 * common, by what was multiplied. Of what may be below 0 there is none.
 *
 * @param sloped whether a quotient is none of them, but its divisor, or its slope; `within` of 0 / 0, which is a number where it is squared.
 */
export function dividedUp(
  code: string,
  shapeOf: Shapes,
  sloped = false,
  within = false,
): string | undefined {
  const quotient = code.startsWith("reciprocal(") ? undefined : quotientIn(code);
  if (quotient === undefined) return takenOfEach(code, shapeOf);
  const [over, under] = quotient;
  const [x, y] = [squaredIn(over), squaredIn(under)];
  // By an exponential: half of it is within range twice as far.
  const exponent = sloped || (x && within) ? logarithmOf(under, shapeOf, true) : undefined;
  if (exponent !== undefined)
    return x
      ? `square(mul(${x}, exp(${halved(exponent)})))`
      : `mul(${over}, exp(${negative(exponent)}))`;
  // Of a sum of squares what they are the norm of.
  const root = x ?? (y && normOf(over));
  if (root !== undefined && y !== undefined) return `square(div(${root}, ${y}))`;
  const cosine = cosineIn(over, under);
  const factors = (one: string, root: string | undefined) =>
    root === undefined ? partsOf(one) : (["mul", root, root] as const);
  const [by, a, b] = factors(over, x);
  const [times, c, d] = factors(under, y);
  if (cosine !== undefined) return cosine;
  const norm = y ?? normOf(under);
  const twice = norm && `div(div(${over}, ${norm}), ${norm})`;
  if (by !== "mul" || times !== "mul") return twice;
  if (a === c) return `div(${b}, ${d})`;
  if (a === d) return `div(${b}, ${c})`;
  if (b === c) return `div(${a}, ${d})`;
  return b === d ? `div(${a}, ${c})` : twice;
}

/** The natural logarithm of a sum of products, each by its own; of a matrix by a column, too. */
function loggedProducts(code: string, shapeOf: Shapes): string | undefined {
  const [op, a, b] = partsOf(code);
  const [times, x, y] = op === "matmul" ? ["mul", a, b] : partsOf(a);
  const isKnown = [x, y].every((one) => shapeOf.below0?.(one) === false);
  if (times !== "mul" || x === y || !isKnown) return undefined;
  if (op === "sum") return `logsumexp(add(log(${x}), log(${y}))${ownOptions(code)})`;
  return shapeOf(y)?.[1] === 1
    ? `logsumexp(add(log(${x}), sum(log(${y}), { axis: 1 })), { axis: 1, keepDims: true })`
    : undefined;
}

/** −z / 2 */
function halved(code: string): string {
  const [op, by, z] = partsOf(code);
  return op === "mul" && by === "2" ? negative(z) : `mul(-0.5, ${code})`;
}

/** A mean by hand, whose sum is beyond its type: each term by its share. */
export function sharedOut(code: string, shapeOf: Shapes): string | undefined {
  const mean = reducedBy(code, "mean") === undefined ? meanIn(code, shapeOf) : undefined;
  if (mean !== undefined) return `mean(${mean.join("")})`;
  const [op, a, b] = partsOf(code);
  const [total, factor] = op === "mul" && isNumber(a) ? [b, a] : [a, b];
  const terms = isNumber(factor) ? reducedBy(total, "sum") : undefined;
  const isLess = op === "div" ? Math.abs(Number(factor)) > 1 : Math.abs(Number(factor)) < 1;
  if (terms === undefined || !/^(div|mul)$/.test(op) || !isLess) return undefined;
  return `sum(${op}(${terms}, ${factor})${ownOptions(total)})`;
}

/** z of z − max(z), which is subtracted anyway. */
export function shiftless(code: string): string {
  const [op, z, shift] = partsOf(code);
  return op === "sub" && reducedBy(shift, "max") === z ? z : code;
}

/** What a sigmoid is of, by name or written out. */
export function sigmoidIn(code: string): string | undefined {
  const under = onlyOf(code, "reciprocal") ?? /^div\(1, (.+)\)$/.exec(code)?.[1];
  const raised = under && onlyOf(besideOne(under) ?? "", "exp");
  const written = raised && (onlyOf(raised, "neg") ?? `neg(${raised})`);
  // (1 + tanh z) / 2
  const [op, a, b] = partsOf(code);
  const twice =
    op === "div" && b === "2" ? a : op !== "mul" ? "" : a === "0.5" ? b : b === "0.5" ? a : "";
  const tanh = onlyOf(besideOne(twice) ?? "", "tanh");
  return onlyOf(code, "sigmoid") ?? written ?? (tanh && `mul(2, ${tanh})`);
}

/** The logarithm of a probability by its logit: of a sigmoid, or of what one leaves of 1. */
export function logSigmoidIn(code: string): string | undefined {
  const z = sigmoidIn(code);
  if (z !== undefined) return `logSigmoid(${z})`;
  const [op, a, b] = partsOf(code);
  const squashed = onlyOf(op === "sub" && a === "1" ? b : (besideOne(code) ?? ""), "tanh");
  // 1 − tanh x is twice the sigmoid of −2 x.
  if (squashed !== undefined)
    return `add(logSigmoid(mul(${op === "sub" ? "-2" : "2"}, ${squashed})), Math.LN2)`;
  const rest = op === "sub" && a === "1" ? sigmoidIn(b) : undefined;
  return rest && `logSigmoid(${negative(rest)})`;
}

/** What a logarithm is of, without a bound on it: p, or what p leaves of 1; and what makes its base of e. */
export function loggedPart(
  code: string,
): { readonly p: string; readonly rest: boolean; readonly base: string | undefined } | undefined {
  const [op, of] = partsOf(code);
  const base = BASES[op];
  const minus = op === "log1p" ? onlyOf(of, "neg") : undefined;
  if (minus !== undefined) return { p: unbounded(minus), rest: true, base };
  if (op !== "log" && base === undefined) return undefined;
  const held = unbounded(of);
  const [takes, a, b] = partsOf(held);
  return takes === "sub" && a === "1"
    ? { p: unbounded(b), rest: true, base }
    : { p: held, rest: false, base };
}

/** One of the two terms of a cross entropy: y, what its logarithm is of, and its sign. */
function entropyTerm(
  code: string,
): { y: string; p: string; rest: boolean; base: string | undefined; sign: 1 | -1 } | undefined {
  const minus = onlyOf(code, "neg");
  if (minus !== undefined) {
    const term = entropyTerm(minus);
    return term && { ...term, sign: term.sign === 1 ? -1 : 1 };
  }
  const [op, a, b] = partsOf(code);
  if (op === "xlogy") return entropyTerm(`mul(${a}, log(${b}))`);
  if (op === "xlog1py") return entropyTerm(`mul(${a}, log1p(${b}))`);
  if (op !== "mul") return undefined;
  const [by, part] = loggedPart(b) === undefined ? [b, loggedPart(a)] : [a, loggedPart(b)];
  if (part === undefined) return undefined;
  if (!part.rest) return { y: by, ...part, sign: 1 };
  const [takes, one, other] = partsOf(by);
  if (takes !== "sub") return undefined;
  if (one === "1") return { y: other, ...part, sign: 1 };
  return other === "1" ? { y: one, ...part, sign: -1 } : undefined;
}

/** y log p + (1 − y) log(1 − p), or its negative: by the logit of p, or with terms that are 0 where their weight is. */
export function crossEntropyIn(code: string): string | undefined {
  const [op, one, other] = partsOf(code);
  if (op !== "add" && op !== "sub") return undefined;
  const [a, b] = [entropyTerm(one), entropyTerm(op === "sub" ? `neg(${other})` : other)];
  if (!a || !b || a.rest === b.rest || a.sign !== b.sign || a.y !== b.y || a.p !== b.p)
    return undefined;
  const { base } = a;
  if (base !== b.base) return undefined;
  // An entropy: there the two would cancel.
  if (a.y === a.p) return undefined;
  const z = sigmoidIn(a.p);
  if (z === undefined) {
    const sum = `add(xlogy(${a.y}, ${a.p}), xlog1py(sub(1, ${a.y}), neg(${a.p})))`;
    return inBase(a.sign === 1 ? sum : `neg(${sum})`, base);
  }
  const [gain, all] = [`mul(${a.y}, ${z})`, `softplus(${z})`];
  return inBase(a.sign === 1 ? `sub(${gain}, ${all})` : `sub(${all}, ${gain})`, base);
}

/** A mean of squared differences as its two sides. */
function errorIn(code: string): readonly [string, string] | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "mse") return [a, b];
  const [square, inner, of] = op === "mean" && b === "" ? partsOf(a) : [];
  if (square === "squaredDifference" && inner && of) return [inner, of];
  const [less, one = "", other = ""] = square === "square" ? partsOf(inner ?? "") : [];
  return less === "sub" ? [one, other] : undefined;
}

/**
 * The cross entropy that a squared error of probabilities stands for, by their logits: it has a slope where a sigmoid, a softmax, or
 * tanh for labels of −1 and 1, is next to its end.
 */
export function entropyOfError(code: string): string | undefined {
  const sides = errorIn(code);
  if (sides === undefined) return undefined;
  for (const [p, y] of [sides, sides.toReversed()] as const) {
    const [op = "", x = ""] = partsOf(p ?? "");
    const z = sigmoidIn(p ?? "");
    if (z !== undefined)
      return `mean(${y === "1" ? `softplus(neg(${z}))` : y === "0" ? `softplus(${z})` : `sub(softplus(${z}), mul(${y}, ${z}))`})`;
    if (op === "softmax") return `neg(mean(sum(mul(${y}, logSoftmax(${x})), { axis: -1 })))`;
    if (op === "tanh") return `mean(sub(softplus(mul(2, ${x})), mul(add(${y}, 1), ${x})))`;
  }
  return undefined;
}

/** p and q of log(p / q), or of log p − log q, and what makes the base of e. */
function ratioIn(
  code: string,
): { readonly p: string; readonly q: string; readonly base: string | undefined } | undefined {
  const logOf = (one: string): string | undefined =>
    /^log(2|10)?$/.test(partsOf(one)[0]) ? partsOf(one)[1] : undefined;
  const [op, a, b] = partsOf(code);
  const [divides, over, under] = partsOf(logOf(code) ?? "");
  if (divides === "div") return { p: over, q: under, base: BASES[op] };
  const [p, q] = op === "sub" ? [logOf(a), logOf(b)] : [];
  const isOne = partsOf(a)[0] === partsOf(b)[0];
  return p && q && isOne ? { p, q, base: BASES[partsOf(a)[0]] } : undefined;
}

/**
 * p log(p / q), of both ways together (p − q) log(p / q), and −p log p: 0 where p is; where both are made of exponentials, by their
 * logarithms.
 */
export function relativeIn(code: string, shapeOf: Shapes): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op !== "mul") return undefined;
  const [by, ratio] = ratioIn(b) ? [a, ratioIn(b)] : [b, ratioIn(a)];
  if (ratio !== undefined) {
    const { p, q, base } = ratio;
    const [logP, logQ] = [p, q].map((one) => logarithmOf(one, shapeOf, true));
    // Of what has a logarithm of its own that is better than the logarithm of what it has come to.
    if (by === p && logP === undefined && logQ !== undefined)
      return inBase(`sub(xlogx(${p}), mul(${p}, ${logQ}))`, base);
    const [there = "", back = ""] =
      logP === undefined || logQ === undefined
        ? [`relEntr(${p}, ${q})`, `relEntr(${q}, ${p})`]
        : [`mul(${p}, ${difference(logP, logQ)})`, `mul(${q}, ${difference(logQ, logP)})`];
    if (by === p) return inBase(there, base);
    if (by === q) return inBase(`neg(${back})`, base);
    return by === `sub(${p}, ${q})` ? inBase(`add(${there}, ${back})`, base) : undefined;
  }
  const [of, weight] =
    onlyOf(b, "neg") === undefined ? [onlyOf(a, "neg"), b] : [onlyOf(b, "neg"), a];
  const { p, rest, base } = (of && loggedPart(of)) || {};
  return p === weight && rest === false ? inBase(`entr(${p})`, base) : undefined;
}

/** A divergence from a softmax or a sigmoid, y log p of one, or its entropy, by its logits. */
export function divergenceIn(code: string): string | undefined {
  const [op, p, other] = partsOf(code);
  const q = op === "entr" || op === "xlogx" ? p : other;
  const of = unbounded(q);
  const row = readCall(of)?.op === "softmax" ? readCall(of)?.args.join(", ") : undefined;
  const log = row === undefined ? logSigmoidIn(of) : `logSoftmax(${row})`;
  if (log === undefined) return undefined;
  const relative = `sub(xlogx(${p}), mul(${p}, ${log}))`;
  switch (op) {
    case "entr":
      return `neg(mul(${p}, ${log}))`;
    case "xlogx":
    case "xlogy":
      return `mul(${p}, ${log})`;
    case "relEntr":
      return relative;
    case "klDiv":
      return `add(${relative}, sub(${of}, ${p}))`;
    default:
      return undefined;
  }
}

/** A comparison of exponentials, or of squares, by what went into them. */
export function comparedBefore(code: string): string | undefined {
  const { op, args } = readCall(code) ?? {};
  if (op === undefined || args === undefined) return undefined;
  const read = args.filter((arg) => !arg.startsWith("{"));
  const [raised, squared] = [
    read.map((arg) => onlyOf(arg, "exp")),
    read.map((arg) => squaredIn(arg)).map((x) => x && `abs(${x})`),
  ];
  const before = [raised, squared].find((all) => all.every((one) => one !== undefined));
  return before && `${op}(${before.join(", ")}${ownOptions(code)})`;
}
