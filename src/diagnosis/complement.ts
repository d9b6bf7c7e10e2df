/**
 * What doubles round away: what is left of 1 by a number that has been rounded to it, in double as well: 1 − σ(40) is σ(−40).
 * Known of the functions that never reach it, and of what is made of them.
 */
import type { Call } from "../op.js";
import type { Attrs } from "../ops/folds.js";
import { operandIndex } from "../shape.js";
import type { AnyTensor } from "../tensor.js";

/** What a program's tensors are now, and a function of a number by its name. */
export interface Known {
  valuesOf(of: AnyTensor): ArrayLike<number>;
  functionOf(name: string): ((x: number) => number) | undefined;
}

/** Functions of one number. */
const OF_ONE: Readonly<Record<string, (x: number, known: Known) => number | undefined>> = {
  cos: (x) => 2 * Math.sin(x / 2) ** 2,
  erf: (x, { functionOf }) => functionOf("erfc")?.(x),
  exp: (x) => -Math.expm1(x),
  ndtr: (x, { functionOf }) => functionOf("ndtr")?.(-x),
  sigmoid: (x) => 1 / (1 + Math.exp(x)),
  tanh: (x) => 2 / (1 + Math.exp(2 * x)),
};

/** Of odd functions that are next to −1, too. */
const ODD: ReadonlySet<string> = new Set(["erf", "tanh"]);

/** What an element of a difference from 1 is; undefined where that is not known, or it is none. */
export function leftOf({ op, inputs, out }: Call, at: number, known: Known): number | undefined {
  const [a, b] = inputs;
  if (a === undefined || b === undefined) return undefined;
  const there = (of: AnyTensor): number => operandIndex(at, out.shape, of.shape);
  if (op.name === "sub" && a.written === 1) return complement(b, there(b), known);
  if (op.name !== "add") return undefined;
  const [other] = a.written === 1 ? [b] : b.written === 1 ? [a] : [];
  const { call } = other ?? {};
  if (other === undefined || call === undefined) return undefined;
  const [x] = call.inputs;
  if (call.op.name === "neg" && x !== undefined) return complement(x, there(other), known);
  return ODD.has(call.op.name)
    ? OF_ONE[call.op.name]?.(-valueAt(x, there(other), known), known)
    : undefined;
}

const valueAt = (of: AnyTensor | undefined, at: number, { valuesOf }: Known): number =>
  (of && valuesOf(of)[at]) ?? Number.NaN;

/** 1 less an element of a tensor. */
function complement(of: AnyTensor, at: number, known: Known): number | undefined {
  const { call } = of;
  if (call === undefined) return undefined;
  const { op, inputs } = call;
  const [a, b] = inputs;
  if (a === undefined) return undefined;
  const there = (one: AnyTensor): number => operandIndex(at, of.shape, one.shape);
  const value = (one: AnyTensor): number => valueAt(one, there(one), known);
  if (Object.hasOwn(OF_ONE, op.name)) return OF_ONE[op.name]?.(value(a), known);
  const rest = (one: AnyTensor): number | undefined => complement(one, there(one), known);
  switch (op.name) {
    case "square": {
      const left = rest(a);
      return left && left * (1 + value(a));
    }
    case "sqrt": {
      const left = rest(a);
      return left && left / (1 + Math.sqrt(value(a)));
    }
    case "mul": {
      const [one, other] = [rest(a), b && rest(b)];
      return one === undefined || other === undefined ? undefined : one + value(a) * other;
    }
    case "sub":
      return a.written === 1 && b !== undefined ? value(b) : undefined;
    case "div": {
      const others = b?.call?.op.name === "add" ? b.call.inputs : [];
      const left = others.find((_, i) => isSame(a, others[1 - i]));
      return (
        left && b && valueAt(left, operandIndex(there(b), b.shape, left.shape), known) / value(b)
      );
    }
    case "softmax":
      return restOf(of, Math.floor(at / (of.shape.at(-1) ?? 1)), (i) => Number(i === at), known);
    case "sum":
      return restOfChosen(of, at, known);
    default:
      return undefined;
  }
}

const isShares = (of: AnyTensor | undefined): boolean => of?.call?.op.name === "softmax";

/** The shares of a row, each by what is left of 1 by its weight. */
function restOf(
  shares: AnyTensor,
  row: number,
  weight: (at: number) => number,
  { valuesOf }: Known,
): number {
  const cols = shares.shape.at(-1) ?? 0;
  const values = valuesOf(shares);
  let sum = 0;
  for (let at = row * cols; at < (row + 1) * cols; at++)
    sum += (1 - weight(at)) * (values[at] ?? 0);
  return sum;
}

/** What a sum of shares, each with a weight, as one that chooses some, leaves of its row. */
function restOfChosen(sum: AnyTensor, row: number, known: Known): number | undefined {
  const { op, inputs = [], out } = sum.call?.inputs[0]?.call ?? {};
  const shares = inputs.find(isShares);
  const weights = inputs.find((input) => input !== shares);
  if (op?.name !== "mul" || !out || !shares || !weights || shares.size !== out.size)
    return undefined;
  // Along the row, and not across.
  const fold = sum.call?.attrs as Attrs | undefined;
  if (fold?.mid !== shares.shape.at(-1) || fold?.inner !== 1) return undefined;
  const by = known.valuesOf(weights);
  return restOf(shares, row, (at) => by[operandIndex(at, out.shape, weights.shape)] ?? 0, known);
}

/**
 * What a quotient is the sigmoid of, as e^x / (1 + e^x): written out, the two parts of its slope cancel where it is next to 1.
 */
export function logitOf({ op, inputs: [a, b] }: Call): AnyTensor | undefined {
  if (op.name !== "div" || a?.call?.op.name !== "exp" || b?.call?.op.name !== "add")
    return undefined;
  const terms = b.call.inputs;
  const isLogit = terms.some((one, i) => one.written === 1 && isSame(a, terms[1 - i]));
  return isLogit ? a.call.inputs[0] : undefined;
}

/** Whether two are one, or computed by the same op from the same. */
const isSame = (a: AnyTensor, b: AnyTensor | undefined): boolean =>
  a === b ||
  (a.call !== undefined &&
    a.call.op === b?.call?.op &&
    a.call.inputs.every((input, i) => input === b.call?.inputs[i]));
