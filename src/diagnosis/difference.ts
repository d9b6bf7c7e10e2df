/**
 * Differences of numbers that are next to each other, written in code, and the forms that have the digits which those lose: Higham,
 * Accuracy and Stability of Numerical Algorithms, §1.7–1.8.
 */

import { show } from "../shape.js";
import { distanceIn, signedTerms } from "./statistics.js";
import {
  besideOne,
  difference,
  negative,
  onlyOf,
  partsOf,
  product,
  reducedBy,
  type Shapes,
  squaredIn,
} from "./written.js";

/** What is next to 0, of numbers next to each other: with the digits that their difference has lost. */
export function withDigits(code: string, shapeOf: Shapes): string | undefined {
  const [op, x] = partsOf(code);
  if (op === "log") {
    const more = moreThanOne(x);
    return more && `log1p(${more})`;
  }
  const [a, b] = sidesOf(code) ?? [];
  if (a === undefined || b === undefined) return undefined;
  const left = leftOf(a, b);
  const [whole, part] = [code, left].map((one) => one && shapeOf(one));
  // What is left may have been repeated along the rest.
  const isOther = whole && part && show(whole) !== show(part);
  return (
    squareLeft(code) ??
    (isOther ? undefined : left) ??
    mirrored(a, b, shapeOf) ??
    (b === "1" ? lessOne(a) : a === "1" ? oneLess(b) : undefined) ??
    halvesOf(a, b) ??
    updated(a, b)
  );
}

/** What is taken from what: neither has to stand first. */
function sidesOf(code: string): readonly [string, string] | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "sub") return [a, b];
  const [left, right] = [onlyOf(a, "neg"), onlyOf(b, "neg")];
  if (op !== "add") return undefined;
  return right !== undefined ? [a, right] : left !== undefined ? [b, left] : undefined;
}

/** a − b where terms of the two are the same: what is left without them. */
function leftOf(a: string, b: string): string | undefined {
  const [plus, minus] = [signedTerms(a), signedTerms(b, -1)];
  const rest = [...plus];
  for (const [sign, term] of minus) {
    const same = rest.findIndex(([other, code]) => code === term && other === -sign);
    if (same >= 0) rest.splice(same, 1);
    else rest.push([sign, term]);
  }
  const isShorter = rest.length < plus.length + minus.length;
  return isShorter && rest.length > 0 ? sumOf(rest) : undefined;
}

function sumOf(terms: ReturnType<typeof signedTerms>): string | undefined {
  const [first, ...others] = [...terms].sort(([a], [b]) => b - a);
  if (first === undefined) return undefined;
  const [sign, code] = first;
  return others.reduce(
    (sum, [by, term]) => (by === 1 ? `add(${sum}, ${term})` : `sub(${sum}, ${term})`),
    sign === 1 ? code : negative(code),
  );
}

/** a² + b² − 2 a b, of numbers or added up. */
function squareLeft(code: string): string | undefined {
  const distance = distanceIn(code);
  if (distance !== undefined) return distance.replace(/^norm2/, "sumSquares");
  const terms = signedTerms(code);
  const squares = terms.flatMap(([sign, term]) => (sign === 1 ? (squaredIn(term) ?? []) : []));
  const [a, b] = squares;
  const isTwice = terms.some(([sign, term]) => {
    const [times, by, both] = partsOf(term);
    const [mul, x, y] = partsOf(both);
    const isBoth = mul === "mul" && ((x === a && y === b) || (x === b && y === a));
    return times === "mul" && Number(by) * sign === -2 && isBoth;
  });
  return terms.length === 3 && squares.length === 2 && isTwice
    ? `square(sub(${a}, ${b}))`
    : undefined;
}

/** f(z) − 1 */
function lessOne(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "exp") return `expm1(${a})`;
  if (op === "cosh") return `mul(2, square(sinh(mul(0.5, ${a}))))`;
  const raised = raisedOf(code);
  if (raised !== undefined) return `expm1(${raised})`;
  const [base, power] = op === "pow" ? [a, b] : (overRoot(code) ?? []);
  const more = base && moreThanOne(base);
  return more && `expm1(mul(${power}, log1p(${more})))`;
}

/** What stands beside 1, with its sign. */
function moreThanOne(code: string): string | undefined {
  const [op, one, less] = partsOf(code);
  return op === "sub" && one === "1" ? negative(less) : besideOne(code);
}

/** The base and the power of one over a root. */
function overRoot(code: string): readonly [string, string] | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "rsqrt") return [a, "-0.5"];
  const under = op === "reciprocal" ? a : op === "div" && a === "1" ? b : "";
  const root = onlyOf(under, "sqrt");
  return root === undefined ? undefined : [root, "-0.5"];
}

/** z of a power of e^z. */
function raisedOf(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  const z = onlyOf(squaredIn(code) ?? (op === "pow" ? a : ""), "exp");
  return z && product(op === "pow" ? b : "2", z);
}

/** 1 − f(z) */
function oneLess(code: string): string | undefined {
  const [op, z, under] = partsOf(code);
  const other = op === "div" ? leftOf(under, z) : undefined;
  if (other !== undefined) return `div(${other}, ${under})`;
  if (op === "cos") return `mul(2, square(sin(mul(0.5, ${z}))))`;
  const rest = REST[op]?.(z);
  if (rest !== undefined) return rest;
  const less = op === "cosh" ? undefined : lessOne(code);
  if (less !== undefined) return negative(less);
  const of = squaredIn(code);
  const tanh = onlyOf(of ?? "", "tanh");
  if (tanh !== undefined) return `mul(4, mul(sigmoid(mul(2, ${tanh})), sigmoid(mul(-2, ${tanh}))))`;
  return of && `mul(sub(1, ${of}), add(1, ${of}))`;
}

/** What a distribution, or its like, leaves of 1. */
const REST: Readonly<Record<string, (z: string) => string>> = {
  erf: (z) => `erfc(${z})`,
  ndtr: (z) => `ndtr(${negative(z)})`,
  sigmoid: (z) => `sigmoid(${negative(z)})`,
  tanh: (z) => `mul(2, sigmoid(mul(-2, ${z})))`,
};

/** F(a) − F(b) where both are next to 1: what the one leaves of it less what the other does. */
function mirrored(one: string, other: string, shapeOf: Shapes): string | undefined {
  const [[of, a], [same, b]] = [partsOf(one), partsOf(other)];
  const rest = of === same && a !== b ? REST[of] : undefined;
  if (rest === undefined) return undefined;
  const far = `sub(${rest(b)}, ${rest(a)})`;
  return shapeOf.below0?.(b) === false
    ? far
    : `where(greater(${b}, 0), ${far}, sub(${one}, ${other}))`;
}

/** f(a) − f(b), by what is between a and b. */
function halvesOf(one: string, other: string): string | undefined {
  const [[of, a, c], [same, b, d]] = [partsOf(one), partsOf(other)];
  const between = (x: string, y: string): string => leftOf(x, y) ?? difference(x, y);
  const root = of === "sqrt" ? a : undefined;
  if (root !== undefined && same !== "sqrt") {
    // √(y² + t) − y
    const left = leftOf(root, other === "1" ? "1" : `square(${other})`);
    return left && `div(${left}, add(${one}, ${other}))`;
  }
  if (of !== same || one === other) return undefined;
  switch (of) {
    case "sqrt":
      return `div(${between(a, b)}, add(${one}, ${other}))`;
    case "exp":
      return `mul(${other}, expm1(${between(a, b)}))`;
    case "log":
      return `log1p(div(${between(a, b)}, ${b}))`;
    case "reciprocal":
      return `div(${between(b, a)}, mul(${a}, ${b}))`;
    case "div":
      return a === b ? `div(mul(${a}, ${between(d, c)}), mul(${c}, ${d}))` : undefined;
    default: {
      const [x, y] = [squaredIn(one), squaredIn(other)];
      const isMean = [x, y].some((z) => reducedBy(z ?? "", "mean") !== undefined);
      return x && y && !isMean ? `mul(${between(x, y)}, add(${x}, ${y}))` : undefined;
    }
  }
}

/** P − P² / (P + R), of a filter's update, and P − P / (P + R) · P. */
function updated(one: string, taken: string): string | undefined {
  const [op, a, b] = partsOf(taken);
  const [gain, by] = op === "mul" ? (a === one ? [b, a] : [a, b]) : [taken, one];
  const [divides, over, under] = partsOf(gain);
  const isGain =
    op === "mul" ? by === one && over === one : op === "div" && squaredIn(over) === one;
  const rest = divides === "div" && isGain ? leftOf(under, one) : undefined;
  return rest && `mul(${one}, div(${rest}, ${under}))`;
}
