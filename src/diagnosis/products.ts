/** Products of all factors but one, written as a quotient by that: where it is 0 they are still there. */

import { inPlaceOf } from "./names.js";
import { isNumber, onlyOf, optionsIn, partsOf, type Shapes } from "./written.js";

/** What is reduced, and the axis along which, if that is named. */
interface Whole {
  readonly x: string;
  readonly axis: string | undefined;
}

/** What an op along an axis, or a row, is of. */
export function alongIn(code: string, name: string, shapeOf: Shapes): Whole | undefined {
  const [op, x] = partsOf(code);
  const axis = /\baxis: (-?\d+)/.exec(optionsIn(code) ?? "")?.[1];
  const isRow = axis !== undefined || shapeOf(x)?.length === 1;
  return op === name && isRow ? { x, axis } : undefined;
}

/** For each element the product of those before it, or after it. */
export function besideOf(x: string, axis: string | undefined, isAfter = false): string {
  const along = axis === undefined ? "" : `axis: ${axis}, `;
  return `cumprod(${x}, { ${along}${isAfter ? "reverse: true, " : ""}exclusive: true })`;
}

/** For each element the product of all others. */
const othersOf = (x: string, axis: string | undefined): string =>
  `mul(${besideOf(x, axis)}, ${besideOf(x, axis, true)})`;

/** What is divided by x in some code, whatever is divided: "1" for its reciprocal. */
function over(code: string, x: string): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "reciprocal") return a === x ? "1" : undefined;
  return op === "div" && b === x ? a : undefined;
}

const times = (a: string, b: string): string => (a === "1" ? b : `mul(${a}, ${b})`);

/** The same of each term of a sum. */
function overEach(code: string, x: string): ((others: string) => string) | undefined {
  const own = over(code, x);
  if (own !== undefined) return (others) => times(own, others);
  const [op, terms] = partsOf(code);
  const each = op === "sum" ? over(terms, x) : undefined;
  const options = optionsIn(code);
  return each === undefined
    ? undefined
    : (others) => `sum(${times(each, others)}${options ? `, ${options}` : ""})`;
}

/** A quotient of a product by one of its factors, written as the product of the others. */
function exclusive(code: string, shapeOf: Shapes): string | undefined {
  const [op, a, b] = partsOf(code);
  if (op === "mul") {
    for (const [whole, rest] of [
      [a, b],
      [b, a],
    ] as const) {
      const product = alongIn(whole, "prod", shapeOf);
      const form = product && overEach(rest, product.x);
      if (product && form) return form(othersOf(product.x, product.axis));
    }
    return undefined;
  }
  if (op === "div") {
    const product = alongIn(a, "prod", shapeOf);
    if (product === undefined) return undefined;
    const { x, axis } = product;
    if (b === x) return othersOf(x, axis);
    // One of them, that a one-hot row picks.
    const [sum, picked] = partsOf(b);
    const [mul, p, q] = partsOf(picked);
    const one = p === x ? q : q === x ? p : undefined;
    const isPick = sum === "sum" && mul === "mul" && one !== undefined && !isNumber(one);
    return isPick ? b.replace(picked, `mul(${one}, ${othersOf(x, axis)})`) : undefined;
  }
  // e^(Σ log x − log x)
  const [less, total = "", own = ""] = op === "exp" ? partsOf(a) : [];
  const logs = less === "sub" ? alongIn(total, "sum", shapeOf) : undefined;
  const x = onlyOf(own, "log");
  return x !== undefined && logs?.x === own ? othersOf(x, logs.axis) : undefined;
}

/** The first such quotient among some calls, and what to write in its place. */
export function exclusiveIn(calls: readonly string[], shapeOf: Shapes): string | undefined {
  for (const call of calls) {
    const form = exclusive(call, shapeOf);
    if (form !== undefined) return inPlaceOf(form, call);
  }
  return undefined;
}
