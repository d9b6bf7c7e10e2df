/** Runs what is expected to go wrong. */
import { NonFiniteError, type Report } from "../../src/index.js";

/** The report of the NaN that stops `body`. @throws Error when nothing does. */
export function reportOf(body: () => unknown): Report {
  try {
    body();
  } catch (error) {
    if (error instanceof NonFiniteError) return error.report;
    throw error;
  }
  throw new Error("first light: every number was finite, expected a NaN");
}
