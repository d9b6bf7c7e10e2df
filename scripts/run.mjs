/**
 * The one entry of every npm script. Plain Node, no dependency: it installs and builds what the
 * command needs, then runs it, so that each works on a fresh clone.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { abi, build, buildDist, root } from "./build.mjs";

const [command = "", ...args] = process.argv.slice(2);

function node(nodeArgs, env = {}) {
  const { status, signal } = spawnSync(process.execPath, nodeArgs, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (status !== 0) process.exit(status ?? (signal ? 1 : 0));
}

const tsx = (file, ...rest) => node(["--import", "tsx", file, ...rest]);

const biome = (...rest) => node(["node_modules/@biomejs/biome/bin/biome", ...rest]);
const types = (project) => node(["node_modules/typescript/bin/tsc", "-p", project]);

const commands = {
  async start() {
    await build(["simd", "relaxed", "threads", "unguarded-simd", "unguarded-relaxed"]);
    tsx("examples/first-light/main.ts", ...args);
  },
  async test() {
    await build();
    buildDist();
    tsx("tests/run.ts", ...args);
  },
  async suites() {
    await build(["simd", "relaxed", "threads"]);
    tsx("tests/suites/main.ts", ...args);
  },
  async "diagnose:score"() {
    await build(["simd", "relaxed", "threads"]);
    tsx("tests/nan-cases/main.ts", ...args);
  },
  async bench() {
    await build();
    tsx("bench/run.ts", ...args);
  },
  async accuracy() {
    await build(["simd", "relaxed", "threads"]);
    tsx("tests/accuracy.ts", ...args);
  },
  async semantics() {
    await build(["simd", "relaxed", "threads"]);
    tsx("tests/semantics.ts", ...args);
  },
  async inject() {
    await build(["simd", "relaxed", "threads"]);
    tsx("tests/inject.ts", ...args);
  },
  async build() {
    await build();
    buildDist();
  },
  async format() {
    await build(["simd", "relaxed", "threads"]);
    biome("check", "--write", ".");
  },
  async check() {
    const committed = readFileSync(join(root, "src/abi.d.ts"), "utf8");
    await build();
    if (committed !== abi()) {
      console.error("check: src/abi.d.ts differs from what asc emits now, commit the new one");
      process.exit(1);
    }
    biome("check", ".");
    types("tsconfig.json");
    await commands.test();
  },
};

if (!Object.hasOwn(commands, command)) {
  console.error(
    `run: no such command, expected ${Object.keys(commands).join(", ")}, got ${command}`,
  );
  process.exit(2);
}
await commands[command]();
