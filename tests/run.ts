/**
 * Runs every tests/*.test.ts through uvu, and the consumer test, each in a process of its own and as many at once as there are
 * processors; closes with the real counts. With arguments, the files whose names contain one of them.
 */
import { fork } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { CONSUMER, type Counts } from "./kit/job.js";

/** What takes longest, first: nothing else may wait for it at the end. The rest in the order of its names. */
const LONG = ["every-op", "semantics", "inject", "testing", "heals"];
/** A process takes up to two gigabytes. */
const MOST = 4;

const here = new URL(".", import.meta.url);
const wanted = process.argv.slice(2);
const isWanted = (job: string): boolean =>
  wanted.length === 0 || wanted.some((part) => job.includes(part));
const rankOf = (job: string): number =>
  (LONG.findIndex((name) => job.startsWith(name)) + LONG.length + 1) % (LONG.length + 1);
const jobs = [...readdirSync(here).filter((file) => file.endsWith(".test.ts")), CONSUMER]
  .filter(isWanted)
  .sort()
  .sort((a, b) => rankOf(a) - rankOf(b));

/** What a job wrote is shown when it is over: lines of two are not to be mixed. */
function run(job: string): Promise<Counts> {
  const began = performance.now();
  const child = fork(fileURLToPath(new URL("kit/job.ts", here)), [job], {
    execArgv: ["--import", "tsx"],
    silent: true,
  });
  const written: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => written.push(chunk));
  }
  let counts: Counts | undefined;
  child.on("message", (message) => {
    counts = message as Counts;
  });
  return new Promise((done) => {
    child.on("close", (code, signal) => {
      process.stdout.write(Buffer.concat(written));
      console.log(`  ${job}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
      if (counts === undefined) {
        console.log(`FAILED: ${job} did not come to its end (${signal ?? `exit code ${code}`})`);
      }
      done(counts ?? { registered: 1, passed: 0, failed: 1, notRun: [] });
    });
  });
}

const results: Counts[] = [];
async function work(): Promise<void> {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) results.push(await run(job));
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), MOST) }, work));

const total = (part: "registered" | "passed" | "failed"): number =>
  results.reduce((sum, counts) => sum + counts[part], 0);
const lost = total("registered") - total("passed") - total("failed");
if (lost > 0) console.log(`${lost} tests were registered and did not run: counted as failed`);
for (const { name, why } of results.flatMap(({ notRun }) => notRun)) {
  console.log(`not run: ${name} (${why})`);
}
const failed = total("failed") + lost;
if (failed > 0 || total("passed") === 0) process.exitCode = 1;
console.log(`\n${total("passed")} passed, ${failed} failed`);
