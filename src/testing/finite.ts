/** An assertion on numbers, with all that is known of where a bad one came from. */
import { hasFields, isTyped, showValue } from "../check.js";
import { firstBad, kindOfPeak } from "../diagnosis/diagnose.js";
import { details, showNumber } from "../diagnosis/report.js";
import { InputTypeError } from "../errors.js";
import { reportOn } from "../guard.js";
import { health } from "../ops/finite.js";
import { show, unflatten } from "../shape.js";
import { type AnyTensor, Tensor } from "../tensor.js";
import { fail } from "./failure.js";

/** What is looked at: a tensor, an array, one number, or several of them by name. */
export type Numbered =
  | AnyTensor
  | Float32Array
  | Float64Array
  | number
  | readonly Numbered[]
  | { readonly [name: string]: Numbered };

/** What is looked into part by part: an object of fields, and an array that holds more than numbers, or nothing. */
function holdsMore(x: unknown): boolean {
  if (Array.isArray(x)) {
    return x.length === 0 || Array.from(x).some((part) => typeof part !== "number");
  }
  return hasFields(x) && !(x instanceof Tensor);
}

/** Integers of any width but bigint, whose arrays hold no numbers, are finite as they are. */
function isNumbered(x: unknown): x is Numbers {
  return typeof x === "number" || x instanceof Tensor || Array.isArray(x) || isTyped(x);
}

const isEmpty = (x: Numbers): boolean =>
  typeof x !== "number" && (x instanceof Tensor ? x.size : x.length) === 0;

/** The numbers beside the bad ones. */
function absMaxOf(values: ArrayLike<number>): number {
  let most = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] ?? Number.NaN);
    if (Number.isFinite(size) && !(size <= most)) most = size;
  }
  return most;
}

interface Found {
  readonly count: number;
  readonly size: number;
  readonly index: readonly number[];
  readonly value: number;
  readonly absMax: number;
}

function inTensor(x: Tensor): Found | undefined {
  x.measure("assertFinite");
  if (kindOfPeak(x.peak) === 0) return undefined;
  const flat = firstBad(x);
  const { raw } = x;
  const count = raw.reduce((n: number, v: number) => n + Number(!Number.isFinite(v)), 0);
  const index = unflatten(flat, x.shape);
  return { count, size: x.size, index, value: raw[flat] ?? Number.NaN, absMax: absMaxOf(raw) };
}

function inFloats(x: Float32Array): Found | undefined {
  const seen = health(x, { mean: false });
  const at = seen.firstNonFinite;
  if (at < 0) return undefined;
  const count = seen.nan + seen.positiveInfinity + seen.negativeInfinity;
  return { count, size: seen.count, index: [at], value: x[at] ?? Number.NaN, absMax: seen.absMax };
}

function inNumbers(x: Float64Array | readonly number[]): Found | undefined {
  const values = Array.from(x);
  const at = values.findIndex((v) => !Number.isFinite(v));
  if (at < 0) return undefined;
  const count = values.filter((v) => !Number.isFinite(v)).length;
  const value = values[at] ?? Number.NaN;
  return { count, size: values.length, index: [at], value, absMax: absMaxOf(values) };
}

type Numbers = Tensor | Float32Array | Float64Array | number | readonly number[];

function find(x: Numbers) {
  if (x instanceof Tensor) return inTensor(x);
  if (typeof x === "number") {
    if (Number.isFinite(x)) return undefined;
    return { count: 1, size: 1, index: [], value: x, absMax: Number.NaN };
  }
  return x instanceof Float32Array ? inFloats(x) : inNumbers(x);
}

/**
 * Asserts that every number is finite. The message says which is not, how many are not, how large the others
 * are, and, of a tensor, where the bad number was born.
 *
 * @param name what to call it.
 * @throws KitAssertionError
 */
export function assertFinite(x: Numbered, name?: string): void {
  if (name !== undefined && typeof name !== "string") {
    throw new InputTypeError(
      `assertFinite: name is none, expected a string, got ${showValue(name)}`,
    );
  }
  look(x, name, []);
}

/** Its parts by name: holes of an array among them, which its own entries leave out. */
function partsOf(x: object): [string, unknown][] {
  return Array.isArray(x) ? Array.from(x, (part, i) => [String(i), part]) : Object.entries(x);
}

/** @param within what it is a part of, from the outermost on */
function look(x: Numbered, name: string | undefined, within: readonly unknown[]): void {
  if (within.includes(x)) {
    fail("assertFinite", `${name} holds itself`, "a cycle", "a number or several");
  }
  if (holdsMore(x)) {
    const parts = partsOf(x as object);
    if (parts.length === 0) {
      const got = Array.isArray(x) ? "[]" : "{}";
      fail("assertFinite", `${name ?? "x"} holds no numbers`, got, "a number or several");
    }
    for (const [key, inner] of parts) {
      look(inner as Numbered, name === undefined ? key : `${name}.${key}`, [...within, x]);
    }
    return;
  }
  if (!isNumbered(x)) {
    fail("assertFinite", `${name ?? "x"} holds no numbers`, showValue(x), "a number or several");
  }
  if (isEmpty(x)) {
    const got = `${showValue(x)} without elements`;
    fail("assertFinite", `${name ?? "x"} holds no numbers`, got, "a number or several");
  }
  const found = find(x);
  if (found === undefined) return;
  const { count, size, index, value, absMax } = found;
  const what = name ?? (x instanceof Tensor ? (x.name ?? x.label) : "the numbers");
  const first = index.length === 0 ? showNumber(value) : `${show(index)} = ${showNumber(value)}`;
  const others = Number.isNaN(absMax) ? "no other is" : `the others reach ${showNumber(absMax)}`;
  const message = `${what}: ${count} of ${size} not finite, the first ${first}, ${others}`;
  const provenance = x instanceof Tensor ? details(reportOn("READ", what, x)) : [];
  fail("assertFinite", [message, ...provenance].join("\n"), value, "a finite number");
}
