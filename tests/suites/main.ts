/**
 * Runs the suites of other projects and says what came of them.
 *
 *     npm run suites -- --json FILE
 *
 * FILE gets a list with one record a suite: { suite, run, passed, skipped: [{ name, why }], failed }.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { SuiteResult } from "./case.js";
import { KNOWN, runSuites, surprises } from "./index.js";

/** Skipped cases, counted by reason. */
function reasons({ skipped }: SuiteResult): string[] {
  const counts = new Map<string, number>();
  for (const { why } of skipped) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([why, count]) => `  ${count} skipped: ${why}`);
}

function summary(result: SuiteResult): string {
  const { suite, run, passed, skipped, failed } = result;
  return [
    `${suite}: ${run} run, ${passed} passed, ${skipped.length} skipped`,
    ...reasons(result),
    ...failed.map(({ name, why }) => `  ${name in KNOWN ? "known" : "FAILED"}: ${name}: ${why}`),
  ].join("\n");
}

const { values } = parseArgs({ options: { json: { type: "string" } } });
const results = runSuites();
for (const result of results) console.log(summary(result));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
if (results.some((result) => surprises(result).length > 0)) process.exitCode = 1;
