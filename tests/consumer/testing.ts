/** The examples of docs/testing.md, run by the runners they are written for, on the packed package. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { command } from "./command.js";

export const RUNNERS = ["node:test", "uvu", "vitest"] as const;
export type Runner = (typeof RUNNERS)[number];

const BLOCK = /^```js\n(.*?)^```$/gms;

/** The example that imports this runner. @throws Error when there is none. */
export function exampleFor(runner: Runner, repository: string): string {
  const page = readFileSync(join(repository, "docs/testing.md"), "utf8");
  const blocks = [...page.matchAll(BLOCK)].map(([, code = ""]) => code);
  const found = blocks.find((code) => code.includes(`from "${runner}"`));
  if (found === undefined) throw new Error(`docs/testing.md: no example for ${runner}`);
  return found;
}

/** Where this runner's `test` comes from: vitest is not installed here, and its `test` is called like Node's. */
function sourceOf(runner: Runner): string {
  if (runner === "uvu") return import.meta.resolve("uvu");
  return "node:test";
}

/** Runs the example in a folder that has the package installed; gives how many tests passed. */
export function runExample(runner: Runner, repository: string, folder: string): string {
  const code = exampleFor(runner, repository).replace(
    `from "${runner}"`,
    `from ${JSON.stringify(sourceOf(runner))}`,
  );
  const file = join(folder, `${runner.replace(":", "-")}.test.mjs`);
  writeFileSync(file, code);
  const args = runner === "uvu" ? [file] : ["--test", "--test-reporter=tap", file];
  const { stdout } = command(process.execPath, args, folder);
  const passed = runner === "uvu" ? /Passed: +(\d+)/.exec(stdout) : /^# pass (\d+)/m.exec(stdout);
  if (!passed || passed[1] === "0") throw new Error(`${runner}: nothing was run\n${stdout}`);
  return `${passed[1]} passed`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = "."] = process.argv.slice(2);
  const repository = fileURLToPath(new URL("../..", import.meta.url));
  for (const runner of RUNNERS) console.log(`${runner}: ${runExample(runner, repository, folder)}`);
}
