/** npm run bench: checks and times every kernel on every build, or beside its peers. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { hasRelaxedSimd, type Runtime } from "../src/runtime.js";
import { loadBuilds, RELAXED_FLAG } from "./builds.js";
import type { Case, Ready } from "./case.js";
import { allCases, untimed } from "./cases/index.js";
import { type Contender, type Effort, FULL, QUICK, race } from "./measure.js";
import { monitorCost, monitorLine } from "./monitor.js";
import type { PeerRow } from "./peers/compare.js";
import { installPeers } from "./peers/install.js";
import { FULL as PEERS_FULL, QUICK as PEERS_QUICK } from "./peers/race.js";
import { allWorkloads } from "./peers/workload.js";
import { HEADER, LOAD, lines, machine, type Row, rowsOf } from "./report.js";
import { limitsOn } from "./roofline.js";

const HELP = `npm run bench -- [options]

Checks every kernel against f64 JavaScript, then times it on the builds simd and relaxed, each with
and without its guard, in turn.

  --only PARTS      only cases whose "workload size" contains one of these, parted by commas
  --peers           beside other packages and plain JavaScript instead: see bench/peers/README.md
  --build NAME      with --peers: only this build, simd or relaxed, in this process
  --monitor         training steps under a monitor instead, over the same steps alone
  --quick           fewer and shorter rounds: a look, not a record
  --json FILE       also write what was measured
  --help            this

guard    time over that of the same build without the guard: 1.02× is a price of 2 %
of load  speed as a share of a loop that only loads the same bytes
of js    time of the fastest plain JavaScript loop that does the same over that of finigrad
ahead    with --peers: time of the fastest peer in WebAssembly over that of finigrad`;

/** What the user asked for that cannot be done. */
class UsageError extends Error {}

interface Options {
  readonly only: string;
  readonly peers: boolean;
  readonly build: string | undefined;
  readonly monitor: boolean;
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
        peers: { type: "boolean" },
        build: { type: "string" },
        monitor: { type: "boolean" },
        quick: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        json: { type: "string" },
      },
    });
    const { only = "", peers = false, monitor = false, quick = false, help = false } = values;
    const json = values.json === undefined ? undefined : target(values.json);
    return { only, peers, build: values.build, monitor, quick, help, json };
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

function select<T extends { readonly workload: string; readonly size: string }>(
  cases: readonly T[],
  only: string,
): T[] {
  const wanted = only.toLowerCase().split(",");
  const chosen = cases.filter((c) => {
    const name = `${c.workload} ${c.size}`.toLowerCase();
    return wanted.some((part) => name.includes(part.trim()));
  });
  if (chosen.length > 0) return chosen;
  const names = [...new Set(cases.map(({ workload }) => workload))].join("\n  ");
  throw new UsageError(`--only: no case contains "${only}", expected part of\n  ${names}`);
}

/** Readies, checks and times one case on every build. */
function measure(one: Case, builds: readonly Runtime[], effort: Effort): Row[] {
  const ready = one.setup();
  const entries: { readonly build: Runtime; readonly ready: Ready }[] = [];
  try {
    for (const build of builds) entries.push({ build, ready: ready(build) });
    for (const entry of entries) check(entry.build.name, entry.ready);
    const contenders: Contender[] = entries.map((e) => ({ name: e.build.name, run: e.ready.run }));
    if (one.roofline) contenders.push(...limits(one, entries[0]));
    contenders.push(...beside(entries[0]?.ready));
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

function limits(
  { kernel }: Case,
  entry: { readonly build: Runtime; readonly ready: Ready } | undefined,
): Contender[] {
  if (entry?.ready.input === undefined) return [];
  const { at, bytes } = entry.ready.input;
  const { load, least } = limitsOn(entry.build.kernels.memory);
  const loading = { name: LOAD, run: () => void load(at, at + bytes) };
  if (kernel !== "health_f32") return [loading];
  return [loading, { name: "least", run: () => void least(at, at + bytes, 0x80) }];
}

function beside(ready: Ready | undefined): Contender[] {
  return Object.entries(ready?.beside ?? {}).map(([name, run]) => ({ name, run }));
}

async function main(options: Options): Promise<void> {
  if (options.help) console.log(HELP);
  else if (options.peers) await besidePeers(options);
  else if (options.monitor) underMonitor(options);
  else everyKernel(options);
}

/**
 * Its rows name a workload by its function, whatever the size. An engine that has relaxed SIMD behind a flag is
 * measured as it is first, then with the flag, in a process of its own: packages ask for the feature at import.
 */
async function besidePeers(options: Options): Promise<void> {
  const { only, build, quick, json } = options;
  const chosen = select(
    allWorkloads().map((one) => ({ workload: one.op, size: one.size, one })),
    only,
  );
  installPeers();
  const { measure, openBuilds, openPeers, PEER_HEADER, peerLine } = await import(
    "./peers/compare.js"
  );
  const builds = openBuilds(build);
  if (builds.length === 0) {
    throw new UsageError(`--build: this engine has no such build, got "${build}"`);
  }
  const peers = await openPeers();
  const about = machine();
  console.log(`${about.engine} · ${about.cpu} · ${about.date}\n\n${PEER_HEADER}`);
  const rows: PeerRow[] = [];
  try {
    for (const { one } of chosen) {
      const measured = await measure({ builds, peers }, one, quick ? PEERS_QUICK : PEERS_FULL);
      rows.push(...measured);
      console.log(measured.map(peerLine).join("\n"));
    }
  } finally {
    for (const peer of peers) peer.close?.();
  }
  if (build === undefined && !hasRelaxedSimd()) rows.push(...relaxedRows(options));
  write(json, { ...about, quick, rows });
}

/** The same on the build `relaxed`, with the engine's flag set for everyone. */
function relaxedRows({ only, quick }: Options): PeerRow[] {
  console.log(`\nwith ${RELAXED_FLAG}:`);
  const folder = mkdtempSync(join(tmpdir(), "finigrad-bench-"));
  try {
    const file = join(folder, "rows.json");
    const args = ["--peers", "--build", "relaxed", "--json", file, ...(quick ? ["--quick"] : [])];
    const { status } = spawnSync(
      process.execPath,
      [RELAXED_FLAG, ...process.execArgv, import.meta.filename, "--only", only, ...args],
      { stdio: "inherit" },
    );
    if (status !== 0) throw new Error(`${RELAXED_FLAG}: expected exit code 0, got ${status}`);
    return JSON.parse(readFileSync(file, "utf8")).rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function underMonitor({ quick, json }: Options): void {
  const about = machine();
  console.log(`${about.engine} · ${about.cpu} · ${about.date}\n`);
  const rows = monitorCost(quick ? QUICK : FULL);
  console.log(rows.map(monitorLine).join("\n"));
  write(json, { ...about, quick, rows });
}

function write(json: string | undefined, record: object): void {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(record, null, 2)}\n`);
}

function everyKernel({ only, quick, json }: Options): void {
  const builds = loadBuilds();
  const every = allCases(builds[0] as Runtime);
  const missing = untimed(every, builds[0] as Runtime);
  if (missing.length > 0) {
    throw new Error(`no case for ${missing.length} kernels, expected none: ${missing.join(", ")}`);
  }
  const cases = select(every, only).filter((one) => !quick || !one.thorough);
  const about = machine();
  console.log(`${about.engine} · ${about.cpu} · ${about.date}`);
  console.log(`\n${HEADER}`);
  const rows: Row[] = [];
  for (const one of cases) {
    const measured = measure(one, builds, quick ? QUICK : FULL);
    rows.push(...measured);
    console.log(lines(one, measured).join("\n"));
  }
  write(json, { ...about, quick, rows });
}

try {
  await main(parse(process.argv.slice(2)));
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  if (usage) console.error("\nnpm run bench -- --help says what there is");
  process.exitCode = usage ? 2 : 1;
}
