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

/** The options of the outermost call in some code that has any, as a further argument: `, { axis: 1 }`. */
export function acrossIn(code: string): string {
  const { args = [] } = readCall(code) ?? {};
  const last = args.at(-1);
  if (last?.startsWith("{")) return `, ${last}`;
  return args.map(acrossIn).find((options) => options !== "") ?? "";
}

/** The logarithm of some code, where it cancels. */
export function cancelled(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  const [raisedA, raisedB] = [a, b].map((one) => {
    const [inner, x] = partsOf(one);
    return inner === "exp" ? x : undefined;
  });
  switch (op) {
    case "exp":
      return a;
    case "abs":
      return raisedA;
    case "square":
      return `mul(2, log(abs(${a})))`;
    case "pow":
      return `mul(${b}, log(${a}))`;
    case "mul":
      if (a === b) return `mul(2, log(abs(${a})))`;
      if (raisedA !== undefined) return `add(${raisedA}, log(${b}))`;
      return raisedB && `add(log(${a}), ${raisedB})`;
    case "div":
      return raisedA && `sub(${raisedA}, log(${b}))`;
    default:
      return undefined;
  }
}

/** The norm that the root of some code is. */
export function normOf(code: string): string | undefined {
  const [op, a, b] = partsOf(code);
  const [rootA, rootB] = [a, b].map((one) => {
    const [inner, x, y] = partsOf(one);
    return inner === "square" || (inner === "mul" && x === y) ? x : undefined;
  });
  if (op === "sum") return rootA && `norm2(${rootA}${acrossIn(code)})`;
  return op === "add" && rootA && rootB ? `hypot(${rootA}, ${rootB})` : undefined;
}
