/** Runs every tests/*.test.ts through uvu, then the consumer test, and closes with the real counts. */
import { readdirSync } from "node:fs";

const here = new URL(".", import.meta.url);
const wanted = process.argv.slice(2);
const files = readdirSync(here)
  .filter((file) => file.endsWith(".test.ts"))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();

// Before anything imports uvu: it decides at import whether to run suites by itself.
const uvu = globalThis as unknown as {
  UVU_DEFER: number;
  UVU_INDEX: number;
  UVU_QUEUE: unknown[][];
};
uvu.UVU_DEFER = 1;
const { exec } = await import("uvu");
const { counts, notRun } = await import("./kit/suite.js");
uvu.UVU_QUEUE.length = 0;
for (const file of files) {
  uvu.UVU_INDEX = uvu.UVU_QUEUE.push([file]) - 1;
  await import(new URL(file, here).href);
}
await exec();

if (wanted.length === 0 || wanted.includes("consumer")) {
  const { consumer } = await import("./consumer/index.js");
  console.log("consumer: the packed package in an empty folder");
  const outcome = await consumer();
  for (const name of outcome.passed) console.log(`  passed: ${name}`);
  for (const { name, error } of outcome.failed) console.log(`  FAILED: ${name}\n${error}`);
  counts.registered += outcome.passed.length + outcome.failed.length;
  counts.passed += outcome.passed.length;
  counts.failed += outcome.failed.length;
  notRun.push(...outcome.notRun);
}

const lost = counts.registered - counts.passed - counts.failed;
if (lost > 0) console.log(`${lost} tests were registered and did not run: counted as failed`);
for (const { name, why } of notRun) console.log(`not run: ${name} (${why})`);
const failed = counts.failed + lost;
if (failed > 0 || counts.passed === 0) process.exitCode = 1;
console.log(`\n${counts.passed} passed, ${failed} failed`);
