/** Lines of advice, read: the code in them, and what it is to stand for. */

import type { Replacement } from "./rerun.js";
import { appliedAt, callAt, callsIn, partsOf } from "./written.js";

/** A line of advice without what it is for, and without what would do as well. */
export function bodyOf(line: string): string {
  const at = line.indexOf(": ");
  return withoutOther(at < 0 ? line : line.slice(at + 2));
}

/** A line without another way that is named in it. */
export const withoutOther = (line: string): string =>
  line.replace(/, or (crossEntropy|mean)\(.*$/, "");

/** The call, name or number that some text starts with. */
const expressionAt = (text: string): string | undefined =>
  callAt(text) ?? appliedAt(text) ?? /^(-?[\w$.]+|…[\ue000-\uf8ff]?)/.exec(text)?.[0];

/** The call that a line of advice proposes. */
export const formOf = (line: string): string | undefined => callAt(bodyOf(line));

/** The code in a line of advice; where it does not say what it stands for, that is one of the calls. A name alone is an input to mend. */
export function replacementsIn(line: string, calls: readonly string[]): readonly Replacement[] {
  const [text = "", written] = bodyOf(line).split(" instead of ");
  const form = written === undefined ? callAt(text) : expressionAt(text);
  const old = written === undefined ? undefined : expressionAt(written);
  // What goes on in words is no code.
  const isCode = written === undefined ? form === text : old !== undefined;
  if (form === undefined || !isCode) return [];
  const product = callsIn(form).find((call) => /^xlog(y|1py)\(/.test(call));
  const stands = (call: string): boolean =>
    product === undefined || call.includes(product) || isProduct(product, call);
  return (old === undefined ? calledAlike(form, calls).filter(stands) : [old]).map((one) => ({
    form,
    old: one,
  }));
}

/** A function that is kept from its pole, or its argument is: a reader puts it where that function is called. */
const KEPT = /^(?:safe(?=[A-Z])|(?=(?:log|sqrt)\())(\w+)\(/;

/** The calls of the function that a form is named after; all where there is none, or it is another kind of form. */
function calledAlike(form: string, calls: readonly string[]): readonly string[] {
  const [, name] = KEPT.exec(form) ?? [];
  if (name === undefined) return calls;
  const alike = calls.filter((call) => partsOf(call)[0] === uncapitalized(name));
  return alike.length > 0 ? alike : calls;
}

const uncapitalized = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** Whether a call is the product that `xlogy` stands for. */
function isProduct(xlogy: string, call: string): boolean {
  const [, x, y] = partsOf(xlogy);
  const [op, ...factors] = partsOf(call);
  const isLog = (one: string): boolean => /^log/.test(one) && partsOf(one)[1] === y;
  return op === "mul" && factors.includes(x) && factors.some(isLog);
}
