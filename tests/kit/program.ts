/** Programs as code, as a report writes them. */

import { inCode } from "../../src/diagnosis/code.js";
import { callAt } from "../../src/diagnosis/written.js";
import type { Tensor } from "../../src/index.js";
import * as finigrad from "../../src/index.js";

const functions = Object.entries(finigrad).filter(([, value]) => typeof value === "function");

/** Code as a function of its tensors, which go by these names. */
export function compiled(
  code: string,
  names: readonly string[],
): (...inputs: readonly Tensor[]) => Tensor {
  const used = functions.filter(([name]) => !names.includes(name));
  const made = new Function(...used.map(([name]) => name), ...names, `return ${code};`);
  return (...inputs) => made(...used.map(([, value]) => value), ...inputs);
}

/** Code with the spaces and the numbers of a report. */
export const tidied = (code: string): string =>
  code
    .replace(/\s+/g, "")
    .replace(/,/g, ", ")
    .replace(/:/g, ": ")
    .replace(/\{/g, "{ ")
    .replace(/\}/g, " }")
    .replace(/(?<![\w.$])(\d+\.?\d*|\.\d+)(e[+-]?\d+)?(?![\w.])/g, (number) =>
      inCode(Number(number)),
    );

/** All calls of an op in some code, as they stand there. */
export function callsOf(op: string, code: string): readonly string[] {
  return [...code.matchAll(new RegExp(`\\b${op}\\(`, "g"))].flatMap(
    ({ index }) => callAt(code.slice(index)) ?? [],
  );
}
