/** Assertions on floats. uvu/assert cannot tell NaN from NaN, nor 0 from -0. */
import * as assert from "uvu/assert";
import { isFinigradError, NonFiniteError, type Report } from "../../src/index.js";

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The bits of a number as float32; every NaN has the same. */
export function bits(value: number): number {
  float[0] = value;
  return Number.isNaN(value) ? 0x7fc00000 : (word[0] ?? 0);
}

/** The distance between neighbouring floats at this number. */
export function ulp(value: number): number {
  const size = Math.abs(Math.fround(value));
  if (!Number.isFinite(size)) return 2 ** 104;
  return 2 ** Math.max(Math.floor(Math.log2(Math.max(size, 2 ** -126))) - 23, -149);
}

/** Same float32, with NaN equal to NaN and 0 different from -0. */
export function bitEqual(actual: number, expected: number, what: string): void {
  if (bits(actual) !== bits(expected)) {
    assert.unreachable(`${what}: expected the bits of ${expected}, got ${actual}`);
  }
}

/**
 * `actual` is within `bound` ULP of `expected`, measured at `scale`. NaN and ∞ must be the same; a value
 * that rounds to ∞ may also have stopped at the largest float.
 */
export function withinUlp(
  actual: number,
  expected: number,
  bound: number,
  what: string,
  scale = expected,
): void {
  const rounded = Math.fround(expected);
  const exact = !Number.isFinite(rounded) || !Number.isFinite(actual);
  if (exact ? Object.is(rounded, actual) : true) {
    const off = exact
      ? 0
      : Math.abs(actual - expected) / ulp(Math.max(Math.abs(scale), Math.abs(expected)));
    if (off <= bound) return;
    assert.unreachable(
      `${what}: expected ${expected} within ${bound} ULP, got ${actual}, ${off.toFixed(2)} ULP off`,
    );
  }
  assert.unreachable(`${what}: expected ${rounded}, got ${actual}`);
}

const REFUSALS: ReadonlySet<string> = new Set(["BAD_TYPE", "BAD_VALUE", "BAD_SHAPE", "DISPOSED"]);

/** How every refusal reads. */
const REFUSAL = /^[^:]+: .+, expected .+, got ./;

/** Runs `body`, which must throw one of this package's errors with that code and a telling message. */
export function throwsCode(body: () => unknown, code: string, message: RegExp): void {
  let thrown: unknown;
  try {
    body();
  } catch (error) {
    thrown = error;
  }
  if (!isFinigradError(thrown)) {
    assert.unreachable(`expected a FinigradError ${code}, got ${thrown ?? "no error"}`);
    return;
  }
  assert.is(thrown.code, code, thrown.message);
  if (REFUSALS.has(code)) assert.match(thrown.message, REFUSAL);
  assert.not.match(thrown.message, "[object Object]");
  assert.match(thrown.message, message);
}

/** Runs `body`, which must throw NonFiniteError. Gives the report. */
export function reportOf(body: () => unknown): Report {
  try {
    body();
  } catch (error) {
    if (error instanceof NonFiniteError) return error.report;
    throw error;
  }
  throw new Error("expected a NonFiniteError, got none");
}

/** A list of two with a hole behind its first, to be refused. */
export function holed<T>([first]: readonly T[]): T[] {
  const list = new Array<T>(2);
  list[0] = first as T;
  return list;
}
