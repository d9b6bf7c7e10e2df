import { showValue } from "../check.js";
import { InputTypeError } from "../errors.js";

/**
 * What the kit throws: shaped like the AssertionError of node:assert, so that every runner prints the two
 * sides, and made without one, so that the kit runs wherever the package does.
 */
export class KitAssertionError extends Error {
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";
  readonly actual: unknown;
  readonly expected: unknown;
  readonly operator: string;
  readonly generatedMessage = false;
  /** What runners look at to print a difference. */
  readonly showDiff = true;
  /** uvu prints this as the difference. */
  readonly details: string;

  constructor(operator: string, message: string, actual: unknown, expected: unknown) {
    super(message);
    this.operator = operator;
    this.actual = actual;
    this.expected = expected;
    this.details = `\n    expected: ${show(expected)}\n    actual:   ${show(actual)}\n`;
  }
}

/** Numbers as they are: JSON would write NaN, ∞ and -0 as null, null and 0. */
function show(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).map(([key, inner]) => `${key}: ${show(inner)}`);
  return `{ ${entries.join(", ")} }`;
}

/** What the kit is given back: one of its cases, or a part of a report. @throws InputTypeError */
export function checkGiven(op: string, given: unknown, isOne: boolean, expected: string): void {
  if (isOne) return;
  throw new InputTypeError(
    `${op}: what it is to take is none, expected ${expected}, got ${showValue(given)}`,
  );
}

/** @throws KitAssertionError */
export function fail(op: string, message: string, actual: unknown, expected: unknown): never {
  throw new KitAssertionError(op, `${op}: ${message}`, actual, expected);
}
