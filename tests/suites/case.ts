/** What the suites of other projects have in common: cases, their outcomes, their numbers. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as finigrad from "../../src/index.js";

/** One case: `check` throws Skip when it cannot be asked here, Mismatch when the answer is wrong. */
export interface Case {
  readonly name: string;
  check(): void;
}

/** A suite under its name. */
export interface CaseSuite {
  readonly suite: string;
  cases(): readonly Case[];
}

export interface SkippedCase {
  readonly name: string;
  readonly why: string;
}

/** What came of a suite; `run` is what passed and what failed. */
export interface SuiteResult {
  readonly suite: string;
  readonly run: number;
  readonly passed: number;
  readonly skipped: readonly SkippedCase[];
  readonly failed: readonly SkippedCase[];
}

/** The case asks for something that is not there, or that was decided otherwise. */
export class Skip extends Error {}

/** The answer is wrong. */
export class Mismatch extends Error {}

/** Why a case is skipped whose edge was decided otherwise, with the row of the table of edges. */
export function rejectedBy(row: number, what: string): string {
  return `semantics row ${row}: ${what}`;
}

/** Runs every case of a suite on the runtime in force. */
export function runSuite({ suite, cases }: CaseSuite): SuiteResult {
  const skipped: SkippedCase[] = [];
  const failed: SkippedCase[] = [];
  let passed = 0;
  for (const { name, check } of cases()) {
    try {
      finigrad.scope(() => finigrad.allowNonFinite(check));
      passed++;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      (error instanceof Skip ? skipped : failed).push({ name, why });
    }
  }
  return { suite, run: passed + failed.length, passed, skipped, failed };
}

/** The parsed file of a suite: its first half; `<suite>_more` has what was taken from the sources since. */
export function load(file: string): unknown {
  const url = new URL(`../data/suites/${file}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(url)).toString("utf8"));
}

type OnTensors = (...inputs: finigrad.Tensor[]) => finigrad.Tensor;

/** The package's function of that name. @throws Skip when there is none. */
export function opNamed(name: string): OnTensors {
  const exported: Readonly<Record<string, unknown>> = finigrad;
  const op = exported[name];
  if (typeof op !== "function") throw new Skip(`no op ${name}`);
  return op as OnTensors;
}

/** A number as the files write it: NaN, infinities and -0 are strings. */
export type Written = number | string | boolean;

export function readNumber(written: Written): number {
  return Number(written);
}

/** Whether two numbers are the same: NaN is NaN, 0 is -0. */
export function same(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** Every number of `actual` within the tolerance that `allowed` gives for its partner. */
export function compare(
  actual: ArrayLike<number>,
  expected: readonly number[],
  allowed: (expected: number) => number,
): void {
  if (actual.length !== expected.length) {
    throw new Mismatch(`expected ${expected.length} numbers, got ${actual.length}`);
  }
  expected.forEach((want, i) => {
    const got = actual[i] ?? Number.NaN;
    if (same(got, want) || Math.abs(got - want) <= allowed(want)) return;
    throw new Mismatch(`[${i}]: expected ${want}, got ${got}`);
  });
}
