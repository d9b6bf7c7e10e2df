/** The suites of other projects, each with what came of its cases. */
import { type CaseSuite, runSuite, type SkippedCase, type SuiteResult } from "./case.js";
import { numpyUmath } from "./numpy-umath.js";
import { onnx } from "./onnx.js";
import { special } from "./special.js";
import { tfjs } from "./tfjs.js";

export const SUITES: readonly CaseSuite[] = [numpyUmath, onnx, special, tfjs];

/** Cases that fail, by name, and why. They count as run, not as passed. */
export const KNOWN: Readonly<Record<string, string>> = {};

/** Runs every suite on the runtime in force. */
export function runSuites(): SuiteResult[] {
  return SUITES.map(runSuite);
}

/** Failures that nobody knows of. */
export function surprises({ failed }: SuiteResult): SkippedCase[] {
  return failed.filter(({ name }) => !(name in KNOWN));
}
