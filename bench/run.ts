/** npm run bench: checks and times every kernel on every build. */
import { existsSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Runtime } from "../src/runtime.js";
import { loadBuilds } from "./builds.js";
import type { Case, Ready } from "./case.js";
import { allCases, untimed } from "./cases/index.js";
import { type Contender, type Effort, FULL, QUICK, race } from "./measure.js";
import { HEADER, LOAD, lines, machine, type Row, rowsOf } from "./report.js";
import { loadLoop } from "./roofline.js";

const HELP = `npm run bench -- [options]

Checks every kernel against f64 JavaScript, then times it on the builds simd and relaxed, each with
and without its guard, in turn.

  --only SUBSTRING  only cases whose "workload size" contains it
  --quick           fewer and shorter rounds: a look, not a record
  --json FILE       also write what was measured
  --help            this

guard    time over that of the same build without the guard: 1.02× is a price of 2 %
of load  speed as a share of a loop that only loads the same bytes`;

/** What the user asked for that cannot be done. */
class UsageError extends Error {}

interface Options {
  readonly only: string;
  readonly quick: boolean;
  readonly help: boolean;
  readonly json: string | undefined;
}

function parse(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: "string" },
        quick: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        json: { type: "string" },
      },
    });
    const { only = "", quick = false, help = false, json } = values;
    return { only, quick, help, json: json === undefined ? undefined : target(json) };
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

/** A file that can be written: found out before the measuring, not after. */
function target(file: string): string {
  const path = resolve(file);
  if (file === "" || !existsSync(dirname(path))) {
    throw new UsageError(`--json: no such folder, expected one that exists, got "${file}"`);
  }
  if (existsSync(path) && !statSync(path).isFile()) {
    throw new UsageError(`--json: not a file, expected one to write, got "${file}"`);
  }
  return path;
}

function select(cases: readonly Case[], only: string): Case[] {
  const wanted = only.toLowerCase();
  const chosen = cases.filter((c) => `${c.workload} ${c.size}`.toLowerCase().includes(wanted));
  if (chosen.length > 0) return chosen;
  const names = [...new Set(cases.map(({ workload }) => workload))].join("\n  ");
  throw new UsageError(`--only: no case contains "${only}", expected part of\n  ${names}`);
}

/** Readies, checks and times one case on every build. */
async function measure(one: Case, builds: readonly Runtime[], effort: Effort): Promise<Row[]> {
  const ready = one.setup();
  const entries: { readonly build: Runtime; readonly ready: Ready }[] = [];
  try {
    for (const build of builds) entries.push({ build, ready: ready(build) });
    for (const entry of entries) check(entry.build.name, entry.ready);
    const contenders: Contender[] = entries.map((e) => ({ name: e.build.name, run: e.ready.run }));
    if (one.roofline) contenders.push(...(await loading(entries[0])));
    return rowsOf(one, race(contenders, effort));
  } finally {
    for (const entry of entries) entry.ready.dispose();
  }
}

function check(build: string, ready: Ready): void {
  try {
    ready.check();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`build ${build}: ${why}`, { cause });
  }
}

async function loading(
  entry: { readonly build: Runtime; readonly ready: Ready } | undefined,
): Promise<Contender[]> {
  if (entry?.ready.input === undefined) return [];
  const { at, bytes } = entry.ready.input;
  const load = await loadLoop(entry.build.kernels.memory);
  return [{ name: LOAD, run: () => void load(at, at + bytes) }];
}

async function main({ only, quick, help, json }: Options): Promise<void> {
  if (help) {
    console.log(HELP);
    return;
  }
  const every = allCases();
  const cases = select(every, only);
  const builds = loadBuilds();
  const about = machine();
  console.log(`${about.engine} · ${about.cpu} · ${about.date}`);
  const missing = untimed(every, kernelNames(builds));
  if (missing.length > 0) console.log(`no case for: ${missing.join(", ")}`);
  console.log(`\n${HEADER}`);
  const rows: Row[] = [];
  for (const one of cases) {
    const measured = await measure(one, builds, quick ? QUICK : FULL);
    rows.push(...measured);
    console.log(lines(one, measured).join("\n"));
  }
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify({ ...about, quick, rows }, null, 2)}\n`);
  }
}

/** The exports, without what the loader adds. */
function kernelNames([build]: readonly Runtime[]): string[] {
  return Object.entries(build?.kernels ?? {}).flatMap(([name, value]) =>
    typeof value === "function" && !name.startsWith("__") ? [name] : [],
  );
}

try {
  await main(parse(process.argv.slice(2)));
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  if (usage) console.error("\nnpm run bench -- --help says what there is");
  process.exitCode = usage ? 2 : 1;
}
