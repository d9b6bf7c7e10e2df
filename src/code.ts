/**
 * How an operand reads as code: `sub(logp, logp_old)`, `sum(p, { axis: 1 })`. Only where that is short, and says all: of tensors with a
 * name, numbers, and calls whose options are known.
 */
import type { Call } from "./op.js";
import type { AnyTensor as Tensor } from "./tensor.js";

/** Longer expressions are told by the name of the role: nobody reads them. */
const LONGEST = 48;

/** Ops whose call is known by its operands, although their records carry sizes. */
const BY_OPERANDS: ReadonlySet<string> = new Set(["matmul", "linear", "softmax", "logSoftmax"]);

/** The options of the call that made a tensor as code, "" where it has none; undefined where that is not known. */
function optionsOf({ call, maker }: Tensor): string | undefined {
  // Its type is no operand.
  if (call === undefined || maker === "cast") return undefined;
  const { op, attrs } = call;
  if (op.written !== undefined) return op.written(call);
  const none =
    attrs === undefined ||
    (typeof attrs === "object" && attrs !== null && Object.keys(attrs).length === 0);
  return none || BY_OPERANDS.has(maker) ? "" : undefined;
}

/** Options as code: `{ axis: 1, keepDims: true }`, "" where all of them are left out. */
export function writtenOptions(
  options: Readonly<Record<string, number | readonly number[] | true | undefined>>,
): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const parts = given.map(
    ([name, value]) => `${name}: ${Array.isArray(value) ? `[${value.join(", ")}]` : value}`,
  );
  return parts.length === 0 ? "" : `{ ${parts.join(", ")} }`;
}

/** A number as it stands in code: the shortest that rounds to it. */
export function inCode(value: number): string {
  const isSingle = Math.fround(value) === value;
  for (let digits = 1; digits < 17; digits++) {
    const short = Number(value.toPrecision(digits));
    if (short === value || (isSingle && Math.fround(short) === value)) return String(short);
  }
  return String(value);
}

/** The operands in the order in which they are written. */
function writtenOrder({ op, inputs }: Call): readonly Tensor[] {
  const [a, b, condition] = inputs;
  return op.name === "where" && a && b && condition ? [condition, a, b] : inputs;
}

/** A tensor as code; undefined where there is no short and complete way to write it. */
export function codeOf(tensor: Tensor, room = LONGEST): string | undefined {
  const { name, origin, shape, call } = tensor;
  if (name !== undefined) return name.length <= room ? name : undefined;
  if (call === undefined) {
    const isNumber = origin === "input" && shape.length === 0 && tensor.readable;
    return isNumber ? inCode(tensor.raw[0] ?? Number.NaN) : undefined;
  }
  const left = room - call.op.name.length - 2;
  const options = optionsOf(tensor);
  if (left <= 0 || options === undefined) return undefined;
  const parts: string[] = [];
  for (const input of writtenOrder(call)) {
    const part = codeOf(input, left);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  if (options !== "") parts.push(options);
  const code = `${call.op.name}(${parts.join(", ")})`;
  return code.length <= room ? code : undefined;
}

// ── Read again ───────────────────────────────────────────────────────────────────────────────────

/** A call, taken apart. */
export interface Written {
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

function partsOf(code: string): readonly [string, string, string] {
  const { op = "", args: [a = "", b = ""] = [] } = readCall(code) ?? {};
  return [op, a, b];
}

/** What stands beside 1 in a sum. */
export function besideOne(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op !== "add") return undefined;
  return a === "1" ? b : b === "1" ? a : undefined;
}

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
function ownOptions(code: string): string {
  const last = readCall(code)?.args.at(-1);
  return last?.startsWith("{") ? `, ${last}` : "";
}

/** Those of the outermost call in some code that has any; what an exponential is of has its own. */
export function acrossIn(code: string): string {
  const own = ownOptions(code);
  const { op, args = [] } = readCall(code) ?? {};
  if (own !== "" || op === "exp") return own;
  return args.map(acrossIn).find((options) => options !== "") ?? "";
}

/** The logarithm of some code, where it cancels. */
export function cancelled(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  const logOf = (one: string): string => cancelled(one) ?? `log(${one})`;
  switch (op) {
    case "exp":
      return a;
    case "abs":
      return cancelled(a);
    case "square":
      return `mul(2, log(abs(${a})))`;
    case "pow":
      return `mul(${b}, log(${a}))`;
    case "mul":
      if (a === b) return `mul(2, log(abs(${a})))`;
      return `add(${logOf(a)}, ${logOf(b)})`;
    case "div":
      return cancelled(a) && `sub(${logOf(a)}, ${logOf(b)})`;
    default:
      return undefined;
  }
}

/** Every call in some code, the outermost first. */
function callsIn(code: string): readonly string[] {
  const written = readCall(code);
  return written === undefined ? [] : [code, ...written.args.flatMap(callsIn)];
}

/** The argument of the first call of an op in some code: the logits of a softmax. */
export function argumentOf(op: string, codes: readonly string[]): string | undefined {
  const call = codes.flatMap(callsIn).find((one) => readCall(one)?.op === op);
  return call && readCall(call)?.args[0];
}

/** The one argument of a call that has no options; undefined where it is of another op. */
function onlyOf(code: string, op: string): string | undefined {
  const written = readCall(code);
  return written?.op === op && written.args.length === 1 ? written.args[0] : undefined;
}

/** What a reduction is of, over whichever axes. */
function reducedBy(code: string, op: string): string | undefined {
  const written = readCall(code);
  return written?.op === op ? written.args[0] : undefined;
}

/** What is squared. */
function squaredIn(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "squaredDifference") return `sub(${a}, ${b})`;
  const isSquare = op === "square" || (op === "mul" && a === b) || (op === "pow" && b === "2");
  return isSquare ? a : undefined;
}

/** What a number above 0 is the square of. */
function rootOfNumber(code: string): string | undefined {
  const value = Number(code);
  return value > 0 && Number.isFinite(value) ? inCode(Math.sqrt(value)) : undefined;
}

/** The norm that the root of some code is: of one square the magnitude. */
export function normOf(code: string): string | undefined {
  const all = reducedBy(code, "sumSquares") ?? squaredIn(reducedBy(code, "sum") ?? "");
  if (all !== undefined) return `norm2(${all}${ownOptions(code)})`;
  const [op, a, b] = partsOf(code);
  if (op !== "add") {
    const one = squaredIn(code);
    return one && `abs(${one})`;
  }
  const [x, y] = [a, b].map((one) => squaredIn(one) ?? rootOfNumber(one));
  return x && y && `hypot(${x}, ${y})`;
}

/** The axes among some options. */
const axesIn = (options: string): string | undefined =>
  /\baxis: (-?\d+|\[[^\]]*\])/.exec(options)?.[1];

/** A mean of squares: what is squared, and over what. */
function meanSquareIn(code: string): readonly [string | undefined, string] {
  return [squaredIn(reducedBy(code, "mean") ?? ""), ownOptions(code)];
}

/** What a variance that is written out is of, with its options: mean((x − mean(x))²), or E[x²] − E[x]². */
function variedIn(code: string): string | undefined {
  const [deviation, across] = meanSquareIn(code);
  const [op, a, b] = partsOf(deviation ?? code);
  if (op !== "sub") return undefined;
  const isMeanOf = (mean: string | undefined, x: string, options: string): boolean =>
    mean !== undefined &&
    reducedBy(mean, "mean") === x &&
    axesIn(ownOptions(mean)) === axesIn(options);
  if (deviation !== undefined) return isMeanOf(b, a, across) ? `${a}${across}` : undefined;
  const [x, options] = meanSquareIn(a);
  return x !== undefined && isMeanOf(squaredIn(b), x, options) ? `${x}${options}` : undefined;
}

/** A name, of which other code can ask its size. */
const isName = (code: string): boolean => /^[A-Za-z_$][\w$.]*$/.test(code);

/** The statistic that a call stands for. */
function statisticOf(code: string): string | undefined {
  const varied = variedIn(code);
  if (varied !== undefined) return `variance(${varied})`;
  const under = onlyOf(code, "sqrt");
  if (under === undefined) return undefined;
  const spread = variedIn(under);
  if (spread !== undefined) return `std(${spread})`;
  const x = squaredIn(onlyOf(under, "mean") ?? "");
  if (x !== undefined) return isName(x) ? `div(norm2(${x}), Math.sqrt(${x}.size))` : undefined;
  return normOf(under);
}

/** The first statistic that is written out in some code, as one call, and as it is written. */
export function statisticIn(codes: readonly string[]): readonly [string, string] | undefined {
  for (const call of codes.flatMap(callsIn)) {
    const fused = statisticOf(call);
    if (fused !== undefined) return [fused, call];
  }
  return undefined;
}

/** What a number is the exponential of. */
const exponentOf = (code: string): string | undefined => (code === "1" ? "0" : onlyOf(code, "exp"));

const difference = (a: string, b: string): string =>
  b === "0" ? a : a === "0" ? `neg(${b})` : `sub(${a}, ${b})`;

/** The logarithm of exponentials, and of their sums. */
function logTotal(code: string): string | undefined {
  const total = onlyOf(onlyOf(code, "sum") ?? "", "exp");
  if (total !== undefined) return `logsumexp(${total})`;
  const [op, a, b] = partsOf(code);
  if (op !== "add") return exponentOf(code);
  const [left, right] = [logTotal(a), logTotal(b)];
  return left && right && `logaddexp(${left}, ${right})`;
}

/** The fused form of a quotient of exponentials, of their sums and differences, or of a product of two. */
export function fusedQuotient(code: string): string | undefined {
  const [op, over, under] = partsOf(code);
  const a = exponentOf(over);
  if (op === "mul") {
    const b = exponentOf(under);
    return a && b && `exp(add(${a}, ${b}))`;
  }
  if (op !== "div") return undefined;
  const [joins, one, other] = partsOf(under);
  const [c, d] = joins === "add" ? [exponentOf(one), exponentOf(other)] : [];
  if (a !== undefined && c && d && (a === c || a === d))
    return `sigmoid(${difference(a, a === c ? d : c)})`;
  if (c && d && over === `sub(${one}, ${other})`) {
    if (d === `neg(${c})`) return `tanh(${c})`;
    const twice = d === "0" && /^mul\(2, (.+)\)$/.exec(c)?.[1];
    return twice ? `tanh(${twice})` : `tanh(mul(0.5, ${difference(c, d)}))`;
  }
  const total = a && logTotal(under);
  if (a === undefined || !total) return undefined;
  return total === `logsumexp(${a})` ? `softmax(${a})` : `exp(${difference(a, total)})`;
}

/** What a sigmoid is of, by name or written out. */
export function sigmoidIn(code: string): string | undefined {
  const under = onlyOf(code, "reciprocal") ?? /^div\(1, (.+)\)$/.exec(code)?.[1];
  const raised = under && onlyOf(besideOne(under) ?? "", "exp");
  const written = raised && (onlyOf(raised, "neg") ?? `neg(${raised})`);
  return onlyOf(code, "sigmoid") ?? written;
}

/** The logit of a probability, and its logarithm: of a sigmoid, or of what one leaves of 1. */
export function logitIn(code: string): { readonly z: string; readonly log: string } | undefined {
  const z = sigmoidIn(code);
  if (z !== undefined) return { z, log: `logSigmoid(${z})` };
  const [op, a, b] = partsOf(code);
  const rest = op === "sub" && a === "1" ? sigmoidIn(b) : undefined;
  return rest === undefined
    ? undefined
    : { z: rest, log: `logSigmoid(${onlyOf(rest, "neg") ?? `neg(${rest})`})` };
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

/** The logarithm of the difference of an exponential and 1, in one. */
export function fusedLessOne(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  const less = op === "sub" && b === "1" ? onlyOf(a, "exp") : undefined;
  if (less !== undefined) return `logexpm1(${less})`;
  const left = op === "sub" && a === "1" ? onlyOf(b, "exp") : undefined;
  return left && `log1mexp(${left})`;
}
