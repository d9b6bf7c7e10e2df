/**
 * Norms and statistics that are written out in code, and the one call that each stands for.
 */

import { sizeOf } from "../shape.js";
import { inCode } from "./code.js";
import {
  axesIn,
  callsIn,
  countOf,
  EPSILON,
  isName,
  isNumber,
  negative,
  onlyOf,
  ownOptions,
  partsOf,
  raisedTo,
  readCall,
  reducedBy,
  rootOfNumber,
  type Shapes,
  squaredIn,
} from "./written.js";

/** What a square that is scaled is the square of. */
function scaledRoot(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  const root = (one: string): string | undefined =>
    rootOfNumber(one) ?? (isNumber(one) || one === "" ? undefined : `sqrt(${one})`);
  const [x, by] = [squaredIn(a), root(b)];
  if (x && by && x !== b && (op === "div" || op === "mul")) return `${op}(${x}, ${by})`;
  const [y, factor] = [squaredIn(b), root(a)];
  return op === "mul" && y && factor && y !== a ? `mul(${factor}, ${y})` : undefined;
}

/** The terms of a sum, with their signs. */
export function signedTerms(
  code: string,
  sign: 1 | -1 = 1,
): readonly (readonly [1 | -1, string])[] {
  const [op, a, b] = partsOf(code);
  const other = sign === 1 ? -1 : 1;
  if (op === "add") return [...signedTerms(a, sign), ...signedTerms(b, sign)];
  if (op === "sub") return [...signedTerms(a, sign), ...signedTerms(b, other)];
  return op === "neg" ? signedTerms(a, other) : [[sign, code]];
}

/** What is between two, of Σ x² + Σ y² − 2 Σ x y: its digits cancel where the two are near. */
export function distanceIn(code: string): string | undefined {
  const terms = signedTerms(code);
  const squares = terms.flatMap(([sign, term]) => {
    const x = reducedBy(term, "sumSquares") ?? squaredIn(reducedBy(term, "sum") ?? "");
    return sign === 1 && x !== undefined ? [[x, ownOptions(term)] as const] : [];
  });
  const [[x, options], [y, others]] = [squares[0] ?? ["", ""], squares[1] ?? ["", "?"]];
  const crossed = terms.some(([sign, term]) => {
    const [op, by, product] = partsOf(term);
    const [times, a, b] = partsOf(reducedBy(product, "sum") ?? "");
    const isTwice = op === "mul" && Number(by) * sign === -2 && ownOptions(product) === options;
    return isTwice && times === "mul" && ((a === x && b === y) || (a === y && b === x));
  });
  return terms.length === 3 && options === others && crossed
    ? `norm2(sub(${x}, ${y})${options})`
    : undefined;
}

/** The norm that the root of some code is: of one square the magnitude. */
export function normOf(code: string): string | undefined {
  const distance = distanceIn(code);
  if (distance !== undefined) return distance;
  const all = reducedBy(code, "sumSquares") ?? squaredIn(reducedBy(code, "sum") ?? "");
  if (all !== undefined) return `norm2(${all}${ownOptions(code)})`;
  const [op, a, b] = partsOf(code);
  if (op !== "add") {
    const one = squaredIn(code);
    return one && `abs(${one})`;
  }
  const [x, y] = [a, b].map(
    (one) => squaredIn(one) ?? rootOfNumber(one) ?? scaledRoot(one) ?? normOf(one),
  );
  return x && y && `hypot(${x}, ${y})`;
}

/**
 * What a mean is of, and over what: also of a sum by the number of its terms.
 *
 * @param less by how many less than those.
 */
export function meanIn(
  code: string,
  shapeOf: Shapes,
  less = 0,
): readonly [string, string] | undefined {
  const of = reducedBy(code, "mean");
  if (of !== undefined) return less === 0 ? [of, ownOptions(code)] : undefined;
  const [op, a, b] = partsOf(code);
  const [sum, by] = op === "mul" && isNumber(a) ? [b, a] : [a, b];
  const squares = reducedBy(sum, "sumSquares");
  const terms = squares === undefined ? reducedBy(sum, "sum") : `square(${squares})`;
  const [whole, left] = [shapeOf(squares ?? terms ?? ""), shapeOf(sum)].map(
    (shape) => shape && sizeOf(shape),
  );
  if (terms === undefined || !/^(div|mul)$/.test(op) || whole === undefined) return undefined;
  const count = less + (op === "div" ? Number(by) : 1 / Number(by));
  return Math.abs(count * (left ?? 1) - whole) < 1e-3 * whole
    ? [terms, ownOptions(sum)]
    : undefined;
}

/** A mean of squares: what is squared, and over what. */
function meanSquareIn(
  code: string,
  shapeOf: Shapes,
  less = 0,
): readonly [string | undefined, string] {
  const [of = "", options = ""] = meanIn(code, shapeOf, less) ?? [];
  return [squaredIn(of), options];
}

/** The options of a variance by one less than the number of its terms. */
const withOneLess = (options: string): string =>
  options === "" ? ", { ddof: 1 }" : options.replace(/ }$/, ", ddof: 1 }");

/** What a variance that is written out is of, with its options: mean((x − mean(x))²), or E[x²] − E[x]². */
function variedIn(code: string, shapeOf: Shapes, less = 0): string | undefined {
  const [deviation, across] = meanSquareIn(code, shapeOf, less);
  if (deviation === undefined && less === 0) {
    const known = variedIn(code, shapeOf, 1);
    if (known !== undefined) return known;
  }
  const [op, first, second] = partsOf(deviation ?? code);
  const minus = op === "add" ? [first, second].map((one) => onlyOf(one, "neg")) : [];
  const [a, b] = minus[1] ? [first, minus[1]] : minus[0] ? [second, minus[0]] : [first, second];
  if (op !== "sub" && minus.every((one) => one === undefined)) return undefined;
  const isMeanOf = (mean: string | undefined, x: string, options: string): boolean => {
    const [of, own = ""] = (mean && meanIn(mean, shapeOf)) || [];
    return of === x && axesIn(own) === axesIn(options);
  };
  if (deviation !== undefined)
    return isMeanOf(b, a, across) ? `${a}${less === 0 ? across : withOneLess(across)}` : undefined;
  if (less > 0) return undefined;
  const [x, options] = meanSquareIn(a, shapeOf);
  return x !== undefined && isMeanOf(squaredIn(b), x, options) ? `${x}${options}` : undefined;
}

/** A norm, or a mean, of powers beyond the second: the largest of them is taken out of it. */
export function scaledNorm(code: string): string | undefined {
  const [op, sum, root] = partsOf(code);
  const { op: reduction = "", args: [powers = ""] = [] } = readCall(sum) ?? {};
  const [raised, x, power] = partsOf(powers);
  const isRoot =
    op === "pow" && raised === "pow" && Math.abs(Number(power) * Number(root) - 1) < 1e-6;
  if (!isRoot || !/^(sum|mean)$/.test(reduction) || Number(power) <= 2) return undefined;
  const options = ownOptions(sum);
  const axis = axesIn(options);
  const magnitude = x.startsWith("abs(") ? x : `abs(${x})`;
  const most = `max(${magnitude}${axis === undefined ? "" : `, { axis: ${axis}, keepDims: true }`})`;
  const norm = `pow(${reduction}(pow(div(${x}, ${most}), ${power})${options}), ${root})`;
  return `mul(max(${magnitude}${options}), ${norm})`;
}

/** A sum, or a mean, of something, scaled by a number. */
interface Scaled {
  readonly of: string;
  readonly by: number;
  readonly axis: string | undefined;
  readonly options: string;
}

function scaledSum(code: string, shapeOf: Shapes): Scaled | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "mul" || op === "div") {
    const [inner, factor] = op === "mul" && isNumber(a) ? [b, a] : [a, b];
    const sum = isNumber(factor) ? scaledSum(inner, shapeOf) : undefined;
    return sum && { ...sum, by: op === "mul" ? sum.by * Number(factor) : sum.by / Number(factor) };
  }
  const options = ownOptions(code);
  const all = { axis: axesIn(options), options, by: 1 };
  if (op === "sumSquares") return { ...all, of: `square(${a})` };
  if (op === "sum") return { ...all, of: a };
  const terms = op === "mean" ? countOf(shapeOf(a), shapeOf(code)) : undefined;
  return terms === undefined ? undefined : { ...all, of: a, by: 1 / terms };
}

/** A product of two sums, scaled by a number. */
function scaledProduct(code: string, shapeOf: Shapes): readonly [Scaled, Scaled] | undefined {
  const squared = squaredIn(code);
  const [op, a, b] = partsOf(code);
  const [x, y] = squared === undefined ? [a, b] : [squared, squared];
  const two =
    squared !== undefined || op === "mul" ? [x, y].map((one) => scaledSum(one, shapeOf)) : [];
  if (two[0] && two[1]) return [two[0], two[1]];
  const [inner, factor] = op === "mul" && isNumber(a) ? [b, a] : [a, b];
  const rest = isNumber(factor) ? scaledProduct(inner, shapeOf) : undefined;
  const by = op === "mul" ? Number(factor) : 1 / Number(factor);
  return rest && [{ ...rest[0], by: rest[0].by * by }, rest[1]];
}

/** Σ xy − Σx Σy / n, scaled in whatever way: what is left of x and y without their means, multiplied. */
function deviationsIn(code: string, shapeOf: Shapes): string | undefined {
  const [op, all, less] = partsOf(code);
  const [sum, sums] = op === "sub" ? [scaledSum(all, shapeOf), scaledProduct(less, shapeOf)] : [];
  if (sum === undefined || sums === undefined) return undefined;
  const squared = squaredIn(sum.of);
  const [times, ...two] = squared === undefined ? partsOf(sum.of) : ["mul", squared, squared];
  const [{ of: p }, { of: q }] = sums;
  const areSame = (two[0] === p && two[1] === q) || (two[0] === q && two[1] === p);
  const terms = countOf(shapeOf(sum.of) ?? shapeOf(p), shapeOf(all));
  const by = sums[0].by * sums[1].by;
  const isLess = terms !== undefined && Math.abs((by * terms) / sum.by - 1) < 1e-3;
  if (times !== "mul" || !areSame || !isLess || sums.some(({ axis }) => axis !== sum.axis))
    return undefined;
  const rows = sum.axis === undefined ? "" : `, { axis: ${sum.axis}, keepDims: true }`;
  const [dx, dy] = two.map((one) => `sub(${one}, mean(${one}${rows}))`);
  const of = dx === dy ? `square(${dx})` : `mul(${dx}, ${dy})`;
  const isMean = Math.abs(sum.by * terms - 1) < 1e-3;
  const total = `${isMean ? "mean" : "sum"}(${of}${sum.options})`;
  return isMean || sum.by === 1 ? total : `mul(${inCode(sum.by)}, ${total})`;
}

/** A weighted mean: of what, by which weights, over what, and how it is written of something else. */
interface Weighted {
  readonly of: string;
  readonly by: string;
  readonly options: string;
  readonly again: (of: string, keep: boolean) => string;
}

/** What a weighted sum may be of: by shares, or divided by the sum of its weights. */
function weightedIn(code: string, shapeOf: Shapes): readonly Weighted[] {
  const [op, a, b] = partsOf(code);
  if (op === "div") {
    const weights = reducedBy(b, "sum");
    const divisor = (keep: boolean): string => (keep ? kept(b) : b);
    return addedIn(a)
      .filter(({ by, options }) => by === weights && options === ownOptions(b))
      .map((one) => ({
        ...one,
        again: (of, keep) => `div(${one.again(of, keep)}, ${divisor(keep)})`,
      }));
  }
  const isRow = (options: string, by: string): boolean => {
    const [axis, sides] = [axesIn(options), shapeOf(by)?.length];
    return axis === undefined ? sides === 1 : Number(axis) === -1 || Number(axis) + 1 === sides;
  };
  return addedIn(code).filter(
    ({ by, options }) =>
      shapeOf.shares?.(by) === true &&
      (op === "matmul" ? shapeOf(by)?.[0] === 1 : isRow(options, by)),
  );
}

/** A sum of products, or a row by a matrix: of either factor, by the other. */
function addedIn(code: string): readonly Weighted[] {
  const [op, a, b] = partsOf(code);
  if (op === "matmul") return [{ of: b, by: a, options: "", again: (of) => `matmul(${a}, ${of})` }];
  const [times, x, y] = op === "sum" ? partsOf(a) : [];
  if (times !== "mul" || x === undefined || y === undefined) return [];
  const options = ownOptions(code);
  return [
    [x, y],
    [y, x],
  ].map(([by = "", of = ""]) => ({
    of,
    by,
    options,
    again: (other, keep) => {
      const sum = `sum(mul(${by}, ${other})${options})`;
      return keep ? kept(sum) : sum;
    },
  }));
}

/** A reduction that keeps its axes, where it is over some. */
function kept(code: string): string {
  const options = ownOptions(code);
  return options === "" || options.includes("keepDims")
    ? code
    : code.replace(/ }\)$/, ", keepDims: true })");
}

/** Σ w x² − (Σ w x)², of weights that add up to 1: what is left of x without its mean, squared. */
function weightedSpread(code: string, shapeOf: Shapes): string | undefined {
  const [op, squares, less] = partsOf(code);
  const mean = op === "sub" ? squaredIn(less) : undefined;
  if (mean === undefined) return undefined;
  const means = weightedIn(mean, shapeOf);
  for (const { of, by, options, again } of weightedIn(squares, shapeOf)) {
    const x = squaredIn(of);
    const centre = means.find((one) => one.of === x && one.by === by && one.options === options);
    if (x !== undefined && centre !== undefined)
      return again(`square(sub(${x}, ${centre.again(x, true)}))`, false);
  }
  return undefined;
}

/** The root of a number, of an exponential, or of what is nowhere below 0. */
function rootIn(code: string, shapeOf: Shapes): string | undefined {
  if (isNumber(code)) return Number(code) > 0 ? `Math.sqrt(${code})` : undefined;
  const [z, x] = [onlyOf(code, "exp"), squaredIn(code)];
  if (z !== undefined) return `exp(${halfOf(z)})`;
  if (x !== undefined) return `abs(${x})`;
  return shapeOf.below0?.(code) === false ? `sqrt(${code})` : undefined;
}

/** Half of some code, whose factor may be a number. */
function halfOf(code: string): string {
  const [op, factor, z] = partsOf(code);
  return op === "mul" && isNumber(factor) ? scaledBy(Number(factor) / 2, z) : `mul(0.5, ${code})`;
}

const scaledBy = (factor: number, z: string): string =>
  factor === 1 ? z : `mul(${inCode(factor)}, ${z})`;

/** The root of a weighted sum of squares: the norm of what is weighted by roots. */
function weightedNorm(code: string, shapeOf: Shapes): string | undefined {
  const [op, a, b] = partsOf(reducedBy(code, "sum") ?? "");
  const [x, w] = squaredIn(b) === undefined ? [squaredIn(a), b] : [squaredIn(b), a];
  const root = op === "mul" && x !== undefined ? rootIn(w, shapeOf) : undefined;
  return root && `norm2(mul(${root}, ${x})${ownOptions(code)})`;
}

/** The root of a norm's square, or a spread's, that is scaled. */
export function scaledRootOf(code: string, shapeOf: Shapes): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op !== "mul" && op !== "div") return undefined;
  const scaled = (one: string, by: string): string | undefined => {
    const root = statisticOf(`sqrt(${one})`, shapeOf);
    // What is divided by is within range twice as far by its reciprocal.
    const z = op === "div" ? onlyOf(by, "exp") : undefined;
    const scale = rootIn(z === undefined ? by : `exp(${negative(z)})`, shapeOf);
    return root && scale && `${z === undefined ? op : "mul"}(${root}, ${scale})`;
  };
  return (isNumber(a) ? undefined : scaled(a, b)) ?? (op === "mul" ? scaled(b, a) : undefined);
}

/** The statistic that a call stands for. */
function statisticOf(code: string, shapeOf: Shapes): string | undefined {
  const varied = variedIn(code, shapeOf);
  if (varied !== undefined) return `variance(${varied})`;
  const scaled = scaledNorm(code) ?? deviationsIn(code, shapeOf) ?? weightedSpread(code, shapeOf);
  if (scaled !== undefined) return scaled;
  const inverse = onlyOf(code, "rsqrt") ?? raisedTo(code, "-0.5");
  if (inverse !== undefined) {
    const root = statisticOf(`sqrt(${inverse})`, shapeOf);
    const [op, over, under] = partsOf(root ?? "");
    return root && (op === "div" ? `div(${under}, ${over})` : `reciprocal(${root})`);
  }
  const under = onlyOf(code, "sqrt") ?? raisedTo(code, "0.5");
  if (under === undefined) return undefined;
  const spread =
    variedIn(under, shapeOf) ?? reducedBy(under, "variance")?.concat(ownOptions(under));
  if (spread !== undefined) return `std(${spread})`;
  const [plus, held, epsilon] = partsOf(under);
  const rest = plus === "add" && Number(epsilon) <= EPSILON ? rootOfNumber(epsilon) : undefined;
  const root = rest === undefined ? undefined : statisticOf(`sqrt(${held})`, shapeOf);
  if (root !== undefined && !root.startsWith("abs(")) return `hypot(${root}, ${rest})`;
  const x = squaredIn(reducedBy(under, "mean") ?? "");
  if (x === undefined)
    return normOf(under) ?? weightedNorm(under, shapeOf) ?? scaledRootOf(under, shapeOf);
  const terms = termsOf(under, shapeOf);
  return terms && `div(norm2(${x}${ownOptions(under)}), Math.sqrt(${terms}))`;
}

/**
 * The first statistic that is written out in some code, as one call, and as it is written: a variance, which may overflow, only where
 * no root is taken of it; of several the one with the call that began it.
 */
export function statisticIn(
  codes: readonly string[],
  shapeOf: Shapes,
  began = "",
): readonly [string, string] | undefined {
  const all = codes.flatMap(callsIn).flatMap((call) => {
    const fused = statisticOf(call, shapeOf);
    return fused === undefined ? [] : [[fused, call] as const];
  });
  const guilty = all.filter(([, call]) => callsIn(call).includes(began));
  const among = guilty.length > 0 ? guilty : all;
  return among.find(([fused]) => !fused.startsWith("variance(")) ?? among[0];
}

/** How many terms a mean has, as code. */
export function termsOf(mean: string, shapeOf: Shapes): string | undefined {
  const [, squared] = partsOf(mean);
  const of = squaredIn(squared) ?? onlyOf(squared, "exp") ?? squared;
  if (isName(of) && ownOptions(mean) === "") return `${of}.size`;
  const count = countOf(shapeOf(squared), shapeOf(mean));
  return count === undefined ? undefined : `${count}`;
}
