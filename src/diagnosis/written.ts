/**
 * Code, taken apart and put together: calls, their arguments and options, and small sums and products of them.
 */

import { type Shape, sizeOf } from "../shape.js";
import { inCode } from "./code.js";

/** A call, taken apart. */
interface Written {
  readonly op: string;
  readonly args: readonly string[];
}

/** The outermost call of some code, and its arguments; undefined where it is none. */
export function readCall(code: string): Written | undefined {
  const open = code.indexOf("(");
  if (open <= 0 || !code.endsWith(")")) return undefined;
  const args: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < code.length; at++) {
    const char = code[at];
    if (char === "(" || char === "{" || char === "[") depth++;
    else if (char === ")" || char === "}" || char === "]") depth--;
    if (depth === 0 && at < code.length - 1) return undefined;
    if ((char === "," && depth === 1) || depth === 0) {
      args.push(code.slice(from, at).trim());
      from = at + 1;
    }
  }
  return { op: code.slice(0, open), args };
}

/** The call that some text starts with; undefined where it starts with none. */
export function callAt(text: string): string | undefined {
  if (!/^\w+\(/.test(text)) return undefined;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return text.slice(0, at + 1);
  }
  return undefined;
}

/** A function that is called where it stands: what it is called with by name, and what it gives. */
interface Applied {
  readonly names: readonly string[];
  readonly body: string;
  readonly args: readonly string[];
}

/** Where the bracket that some text starts with is closed. */
function closingIn(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return at;
  }
  return -1;
}

/** `((x) => f(x))(y)` that some text starts with; undefined where it starts with none. */
export function appliedAt(text: string): string | undefined {
  if (!text.startsWith("((")) return undefined;
  const end = closingIn(text);
  const last = text[end + 1] === "(" ? closingIn(text.slice(end + 1)) : -1;
  return last < 0 ? undefined : text.slice(0, end + 2 + last);
}

/** The same, taken apart. */
export function readApplied(code: string): Applied | undefined {
  if (appliedAt(code) !== code) return undefined;
  const end = closingIn(code);
  const [, names = "", body = ""] = /^\(([^()]*)\) => (.*)$/s.exec(code.slice(1, end)) ?? [];
  const { args = [] } = readCall(`f${code.slice(end + 1)}`) ?? {};
  return body === "" ? undefined : { names: names.split(", "), body, args };
}

/** A call as its op and first two arguments, each "" where there is none. */
export function partsOf(code: string): readonly [string, string, string] {
  const { op = "", args: [a = "", b = ""] = [] } = readCall(code) ?? {};
  return [op, a, b];
}

/** What stands beside a term in a sum. */
export function beside(sum: string, term: string): string | undefined {
  const [op, a, b] = partsOf(sum);
  if (op !== "add") return undefined;
  return a === term ? b : b === term ? a : undefined;
}

/** The same beside 1. */
export const besideOne = (code: string): string | undefined => beside(code, "1");

/** x of e^x − 1. */
export function lessOne(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "expm1") return a;
  return op === "sub" && b === "1" ? raisedIn(a)[0] : undefined;
}

/** The arguments of all exponentials in some code. */
export function raisedIn(code: string): readonly string[] {
  const written = readCall(code);
  if (written === undefined) return [];
  return written.op === "exp" ? written.args : written.args.flatMap(raisedIn);
}

/** The options of a call as a further argument: `, { axis: 1 }`. */
export function ownOptions(code: string): string {
  const options = optionsIn(code);
  return options === undefined ? "" : `, ${options}`;
}

/** The options of a call. */
export function optionsIn(code: string | undefined): string | undefined {
  const last = readCall(code ?? "")?.args.at(-1);
  return last?.startsWith("{") ? last : undefined;
}

/** Those of the outermost call in some code that has any; what an exponential is of has its own. */
export function acrossIn(code: string): string {
  const own = ownOptions(code);
  const { op, args = [] } = readCall(code) ?? {};
  if (own !== "" || op === "exp") return own;
  return args.map(acrossIn).find((options) => options !== "") ?? "";
}

/** Every call in some code, the outermost first. */
export function callsIn(code: string): readonly string[] {
  const written = readCall(code);
  return written === undefined ? [] : [code, ...written.args.flatMap(callsIn)];
}

/** The argument of the first call of an op in some code: the logits of a softmax. */
export function argumentOf(op: string, codes: readonly string[]): string | undefined {
  const call = codes.flatMap(callsIn).find((one) => readCall(one)?.op === op);
  return call && readCall(call)?.args[0];
}

/** The one argument of a call that has no options; undefined where it is of another op. */
export function onlyOf(code: string, op: string): string | undefined {
  const written = readCall(code);
  return written?.op === op && written.args.length === 1 ? written.args[0] : undefined;
}

/** What a reduction is of, over whichever axes. */
export function reducedBy(code: string, op: string): string | undefined {
  const written = readCall(code);
  return written?.op === op ? written.args[0] : undefined;
}

/** What is squared. */
export function squaredIn(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "squaredDifference") return `sub(${a}, ${b})`;
  const isSquare = op === "square" || (op === "mul" && a === b) || (op === "pow" && b === "2");
  return isSquare ? a : undefined;
}

/** What a number above 0 is the square of. */
export function rootOfNumber(code: string): string | undefined {
  const value = Number(code);
  return value > 0 && Number.isFinite(value) ? inCode(Math.sqrt(value)) : undefined;
}

/** The axes among some options. */
export const axesIn = (options: string): string | undefined =>
  /\baxis: (-?\d+|\[[^\]]*\])/.exec(options)?.[1];

/** A name, of which other code can ask its size. */
export const isName = (code: string): boolean => /^[A-Za-z_$][\w$.]*$/.test(code);

/** What is raised to a power. */
export function raisedTo(code: string, power: string): string | undefined {
  const [op, a, b] = partsOf(code);
  return op === "pow" && b === power ? a : undefined;
}

/** How many elements go into one. */
export const countOf = (whole: Shape | undefined, left: Shape | undefined): number | undefined =>
  whole && left && sizeOf(whole) / Math.max(1, sizeOf(left));

/**
 * The shape of what some code stands for, where that is known; whether any of it is below 0, or 0, and whether it is an input all of
 * which is above, or a whole number; whether each row of it adds up to 1;
 * whether the loss is differentiated by it.
 */
export interface Shapes {
  (code: string): Shape | undefined;
  readonly below0?: (code: string) => boolean;
  readonly has0?: (code: string) => boolean;
  readonly positive?: (code: string) => boolean;
  readonly whole?: (code: string) => boolean;
  readonly shares?: (code: string) => boolean;
  readonly wanted?: (code: string) => boolean;
  readonly fixed?: (code: string) => boolean;
  /** Whether a column, or all of what is no matrix, has no number. */
  readonly hollow?: (code: string) => boolean;
}

/** What turns a natural logarithm into another. */
export const BASES: Readonly<Record<string, string>> = {
  log2: "Math.LOG2E",
  log10: "Math.LOG10E",
};

/** The logarithms of numbers that have a name. */
export const LN: Readonly<Record<string, string>> = { 2: "Math.LN2", 10: "Math.LN10" };

/** Whether some code is a number. */
export const isNumber = (code: string): boolean => code !== "" && Number.isFinite(Number(code));

/** The logarithm of some code: a number's is one of JavaScript. */
export const naturalLog = (code: string): string =>
  isNumber(code) ? (code === "1" ? "0" : `Math.log(${code})`) : `log(${code})`;

/** A product that is 0 where one factor is. */
export const product = (factor: string, code: string): string =>
  code === "0" ? "0" : `mul(${factor}, ${code})`;

/** Some code with the other sign. */
export const negative = (code: string): string => onlyOf(code, "neg") ?? `neg(${code})`;

/** What is taken from what, where 0 is nothing. */
export function difference(a: string, b: string): string {
  if (b === "0") return a;
  if (a === "0") return negative(b);
  if (b === `neg(${a})`) return `mul(2, ${a})`;
  return a === `neg(${b})` ? `mul(-2, ${b})` : `sub(${a}, ${b})`;
}

/** A sum, where 0 is nothing and a sign makes a difference of it. */
export const total = (a: string, b: string): string =>
  a === "0"
    ? b
    : b === "0"
      ? a
      : b.startsWith("neg(")
        ? difference(a, negative(b))
        : `add(${a}, ${b})`;

/** The names of tensors in some code, but for those of options. */
export const NAMES = /(?<![\w$."])(?!Infinity\b|Math\b|NaN\b|true\b)[A-Za-z_$][\w$.]*(?![\w$.(:])/g;

/** Below this a number that is added keeps a logarithm from its pole. */
export const EPSILON = 1e-3;

/** What a bound or an epsilon is put on; of a probability one next to 1, too. */
export function unbounded(code: string): string {
  const { op = "", args = [] } = readCall(code) ?? {};
  const [a = "", b = "", c = ""] = args;
  const isSmall = (one: string): boolean => isNumber(one) && Number(one) <= EPSILON;
  const isNear1 = (one: string): boolean =>
    isNumber(one) && Number(one) >= 1 - EPSILON && Number(one) < 1;
  switch (op) {
    case "clip":
      return unbounded(a);
    case "minimum":
      return isNear1(b) ? unbounded(a) : isNear1(a) ? unbounded(b) : code;
    case "add":
    case "maximum": {
      // A bound that hands the gradient on: what it has made of x is added to x.
      const [less, held, own] = partsOf(op === "add" ? b : "");
      if (less === "sub" && own === a && held !== a && unbounded(held) === unbounded(a))
        return unbounded(a);
      return isSmall(b) ? unbounded(a) : isSmall(a) ? unbounded(b) : code;
    }
    case "where": {
      const [compares, x, bound] = partsOf(a);
      const isBound = /^(less|greater)(Equal)?$/.test(compares) && x === c && bound === b;
      return isBound && (isSmall(b) || isNear1(b)) ? unbounded(c) : code;
    }
    default:
      return code;
  }
}

/** A natural logarithm, or what is made of such, in a base. */
export const inBase = (natural: string, base: string | undefined): string =>
  base === undefined ? natural : `mul(${natural}, ${base})`;
