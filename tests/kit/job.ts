/** One test file in a process of its own, by fork: sends its counts to tests/run.ts when it has come to its end. */
import { fileURLToPath } from "node:url";
import type { NotRun } from "./suite.js";

/** What a job is called that is no file of uvu's. */
export const CONSUMER = "consumer: the packed package in an empty folder";

export interface Counts {
  readonly registered: number;
  readonly passed: number;
  readonly failed: number;
  readonly notRun: readonly NotRun[];
}

async function uvuFile(file: string): Promise<Counts> {
  // Before anything imports uvu: it decides at import whether to run suites by itself.
  const uvu = globalThis as unknown as {
    UVU_DEFER: number;
    UVU_INDEX: number;
    UVU_QUEUE: unknown[][];
  };
  uvu.UVU_DEFER = 1;
  const { exec } = await import("uvu");
  const { counts, notRun } = await import("./suite.js");
  uvu.UVU_QUEUE.length = 0;
  uvu.UVU_INDEX = uvu.UVU_QUEUE.push([file]) - 1;
  await import(new URL(`../${file}`, import.meta.url).href);
  await exec();
  return { ...counts, notRun };
}

async function consumerTest(): Promise<Counts> {
  const { consumer } = await import("../consumer/index.js");
  console.log(CONSUMER);
  const { passed, failed, notRun } = await consumer();
  for (const name of passed) console.log(`  passed: ${name}`);
  for (const { name, error } of failed) console.log(`  FAILED: ${name}\n${error}`);
  const registered = passed.length + failed.length;
  return { registered, passed: passed.length, failed: failed.length, notRun };
}

const [job = ""] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url) && process.send !== undefined) {
  const counts = await (job === CONSUMER ? consumerTest() : uvuFile(job));
  process.send(counts);
  process.disconnect();
}
