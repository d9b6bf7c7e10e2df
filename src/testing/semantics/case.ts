/** What a row of the table is made of. */
import type { Tensor } from "../../tensor.js";

/** Numbers as a case writes them; `fill` where there are too many to write. */
export type Numbers = number | readonly Numbers[] | Filled;

/** A shape full of one number. */
export interface Filled {
  readonly fill: number;
  readonly shape: readonly number[];
}

/** The error that a case ends in. */
export interface Refusal {
  readonly code: string;
  readonly message: RegExp;
}

/** One call, and what comes of it. */
export interface Case {
  /** The function under this name of the package. */
  readonly op: string;
  /** Tensors, unless `call` takes none. All of them numbers: the case is tried in every lane. */
  readonly inputs: readonly Numbers[];
  readonly options?: Readonly<Record<string, unknown>>;
  /** In place of `op(...inputs, options)`: what to run, and how the docs write it. */
  readonly call?: (...inputs: Tensor[]) => Tensor | readonly number[];
  readonly says?: string;
  /** The values in memory order, or the error. Zeros have their sign. */
  readonly value: Numbers | Refusal;
  /** By each input, for the cotangent below; null where it is not the point. */
  readonly gradient?: readonly (Numbers | null)[];
  /** What the output is weighted with before it is summed. Default: ones. */
  readonly cotangent?: Numbers;
  /** The guard's policy for slopes without a value. Default: the package's. */
  readonly policy?: "strict";
  /** How many masked singularities `health` counts. */
  readonly masked?: number;
  /** How many elements `health` counts as changed by a safe function. */
  readonly guarded?: number;
  /** Nothing may be thrown under the guard as it is by default; else non-finite results are ignored. */
  readonly quiet?: true;
  /** How far values and gradients may be off, in ULP of float32. Default 1. */
  readonly ulp?: number;
  /** Zeros of either sign are right. */
  readonly eitherZero?: true;
}

/** One decision. */
export interface Row {
  /** Its number, which does not change. */
  readonly id: number;
  /** In words. */
  readonly title: string;
  /** Why, or what else there is to know. */
  readonly note?: string;
  /** What other libraries do there. */
  readonly others: string;
  readonly cases: readonly Case[];
  /** The case at every length from 0 to 33, for what goes over many elements. */
  readonly sized?: (n: number) => Case | null;
  /** Functions that the row is about too, and that the package does not have yet. */
  readonly waiting?: readonly string[];
}

export function isRefusal(value: Case["value"]): value is Refusal {
  return typeof value === "object" && "code" in value;
}

export function isFilled(value: Numbers): value is Filled {
  return typeof value === "object" && "shape" in value;
}

/** Whether the case is about one element, which may stand in any lane. */
export function isElementwise({ inputs, value, gradient }: Case): boolean {
  const numbers = [...inputs, ...(gradient ?? [])].every(
    (x) => typeof x === "number" || x === null,
  );
  return inputs.length > 0 && numbers && typeof value === "number";
}

/** The numbers in memory order. */
export function flatten(numbers: Numbers): number[] {
  if (typeof numbers === "number") return [numbers];
  if (isFilled(numbers)) {
    const size = numbers.shape.reduce((product, side) => product * side, 1);
    return new Array<number>(size).fill(numbers.fill);
  }
  return numbers.flatMap(flatten);
}

/** How deep they are nested. */
export function shapeOf(numbers: Numbers): readonly number[] {
  if (typeof numbers === "number") return [];
  if (isFilled(numbers)) return numbers.shape;
  const [first] = numbers;
  return [numbers.length, ...(first === undefined ? [] : shapeOf(first))];
}

/** An input that the case gives. */
export function given(input: Tensor | undefined): Tensor {
  if (input === undefined) throw new Error("the case lacks an input");
  return input;
}
