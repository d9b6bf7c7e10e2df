/** npm run accuracy: how far every elementwise function is from the truth, on every build. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import type { Runtime } from "../src/runtime.js";
import { measure, on, shown, showSample } from "./kit/accuracy.js";
import { BOUND64, denseFunctions, SLOPE_BOUND64, worstOf } from "./kit/doubles.js";
import { Oracles } from "./kit/oracle.js";
import { SKIPPED, SUBJECTS, type Subject, SWEPT, truthOf } from "./kit/subjects.js";
import type { Found, Sampling } from "./kit/sweep.js";
import { fingerprint, kernelHashes, sweptBuilds, sweptNames } from "./kit/sweep-builds.js";
import { SweepPool } from "./kit/sweep-pool.js";

const HELP = `npm run accuracy -- [options]

Measures every elementwise function on the builds simd and relaxed at the points of its oracle
(tests/data/oracles), or where it has none on a grid against f64, and writes the table into
docs/accuracy.md. Fails where an error is above 1 ULP or a special is wrong.

  --only NAME     only this function, may be given again; the document stays as it is
  --oracles DIR   the oracles of that folder (scripts/oracle.py writes one); the document stays as it is
  --float64 DIR   instead functions of doubles and their gradients, at the points of that folder
                  (tests/data/oracles/float64.py dense); the document stays as it is
  --exhaustive    all 2³² floats against f64, one argument only; the document stays as it is but for --resume
    --stride K    every K-th float only
    --seed N      which ones: K floats are taken in turn as the first
    --jobs N      threads, as many as there are processors if not given
    --resume      leaves out what --json FILE has already and is unchanged since, and writes all of
                  FILE into docs/accuracy.md when the stride is 1
  --json FILE     also write rows {fn, dtype, build, points, maxUlp, at, wrongSpecials}; with
                  --exhaustive after each function
  --help          this

ulp     distance of the result from the true value, in units in the last place of the rounded one
wrong   results that are NaN, ∞ or a zero where the truth is another, and the reverse`;

const DOCUMENT = join(import.meta.dirname, "..", "docs", "accuracy.md");
/** What no function may exceed. */
const BOUND = 1;

/** What the user asked for that cannot be done. */
class UsageError extends Error {}

interface Options {
  readonly only: readonly string[];
  readonly oracles: Oracles | undefined;
  readonly float64: string | undefined;
  readonly exhaustive: boolean;
  readonly sampling: Sampling;
  readonly jobs: number;
  readonly resume: boolean;
  readonly help: boolean;
  readonly json: string | undefined;
}

type Argument = number | string;

/** One function on one build. */
interface Row {
  readonly fn: string;
  readonly dtype: "f32";
  readonly build: string;
  readonly points: number;
  readonly maxUlp: number;
  /** The argument, or both, where `maxUlp` occurs; ∞ as text. Null when every result is exact. */
  readonly at: Argument | readonly Argument[] | null;
  readonly wrongSpecials: number;
  /** Points that were left out, see the reason in the document. */
  readonly excluded: number;
  readonly against: "oracle" | "f64";
}

const FLAGS = {
  only: { type: "string", multiple: true },
  oracles: { type: "string" },
  float64: { type: "string" },
  exhaustive: { type: "boolean" },
  stride: { type: "string" },
  seed: { type: "string" },
  jobs: { type: "string" },
  resume: { type: "boolean" },
  json: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** For a sweep alone. */
const SWEEPING = ["stride", "seed", "jobs", "resume"] as const;

const flagsOf = (args: string[]) => parseArgs({ args, options: FLAGS }).values;

function flags(args: string[]): ReturnType<typeof flagsOf> {
  try {
    return flagsOf(args);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

function parse(args: string[]): Options {
  const values = flags(args);
  const {
    only = [],
    oracles,
    float64,
    exhaustive = false,
    resume = false,
    help = false,
    json,
  } = values;
  const stray = SWEEPING.find((name) => values[name] !== undefined);
  if (stray !== undefined && !exhaustive) throw new UsageError(`--${stray}: needs --exhaustive`);
  if (resume && json === undefined) throw new UsageError("--resume: needs --json FILE");
  if (oracles !== undefined && exhaustive) {
    throw new UsageError("--oracles: a sweep has no oracle, expected one of the two");
  }
  const stride = whole("stride", values.stride, 1, 2 ** 24, 1);
  return {
    ...{ only, float64, exhaustive, resume, help },
    oracles: oracles === undefined ? undefined : folder(oracles),
    sampling: { stride, offset: whole("seed", values.seed, 0, 2 ** 32, 0) % stride },
    jobs: whole("jobs", values.jobs, 1, 256, availableParallelism()),
    json: json === undefined ? undefined : target(json),
  };
}

function whole(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
  otherwise: number,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(
    `--${name}: out of range, expected a whole number from ${least} to ${most}, got "${text}"`,
  );
}

/** A folder as scripts/oracle.py writes it. */
function folder(name: string): Oracles {
  try {
    return new Oracles(pathToFileURL(`${resolve(name)}/`));
  } catch (cause) {
    throw new UsageError(
      `--oracles: no index in it, expected a folder that scripts/oracle.py wrote, got "${name}"`,
      { cause },
    );
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

/** The functions asked for. */
function select({ only, exhaustive, oracles }: Options): readonly Subject[] {
  const there = (name: string | undefined): boolean =>
    oracles === undefined || oracles.names.includes(name ?? "");
  const fit = (exhaustive ? SWEPT : SUBJECTS).filter(({ oracle }) => there(oracle));
  if (only.length === 0) return fit;
  return [...new Set(only)].flatMap((name) => {
    const skipped = SKIPPED.find(({ fn }) => fn === name);
    if (skipped !== undefined) throw new UsageError(`--only: ${name} is skipped: ${skipped.why}`);
    const chosen = fit.filter(({ fn, oracle }) => fn === name || (!exhaustive && oracle === name));
    if (chosen.length > 0) return chosen;
    const names = fit.map(({ fn }) => fn).join(" ");
    throw new UsageError(`--only: no such function "${name}", expected one of\n${names}`);
  });
}

function rowOf(subject: Subject, build: string, tally: Found, against: Row["against"]): Row {
  const { points, maxUlp, worst, wrongSpecials, excluded } = tally;
  const args: Argument[] = (worst?.inputs ?? []).map((x) => (Number.isFinite(x) ? x : shown(x)));
  const [at = null] = args.length === 2 ? [args] : args;
  return {
    ...{ fn: subject.fn, dtype: "f32", build, points, maxUlp },
    ...{ at, wrongSpecials, excluded, against },
  };
}

const where = ({ at }: Row): string =>
  at === null
    ? "–"
    : [at]
        .flat()
        .map((value) => (typeof value === "number" ? shown(value) : value))
        .join(", ");

/** A line of the printed table, with the wrong specials under it. */
function print(subject: Subject, row: Row, tally: Found): void {
  const cells = [
    row.fn.padEnd(18),
    row.build.padEnd(8),
    row.maxUlp.toFixed(4).padStart(8),
    String(row.wrongSpecials).padStart(6),
    String(row.points).padStart(11),
    row.against.padEnd(7),
    where(row),
  ];
  console.log(cells.join("  "));
  for (const sample of tally.wrong) console.log(`  wrong: ${showSample(subject.fn, sample)}`);
  if (row.excluded > 0)
    console.log(`  excluded: ${row.excluded} points (${subject.excluded?.why})`);
}

function printHeader(): void {
  const cells = ["function".padEnd(18), "build".padEnd(8), "max ulp".padStart(8)];
  cells.push("wrong".padStart(6), "points".padStart(11), "against", "at");
  console.log(cells.join("  "));
}

/** A function on every build, at its oracle's points. */
function sample(subject: Subject, builds: readonly Runtime[], oracles: Oracles | undefined): Row[] {
  const truth = truthOf(subject, oracles);
  const against = subject.oracle === undefined ? "f64" : "oracle";
  return builds.map((build) => {
    const tally = measure(subject, truth, build);
    const row = rowOf(subject, build.name, tally, against);
    print(subject, row, tally);
    return row;
  });
}

// ── All floats ───────────────────────────────────────────────────────────────────────────────────

/** A row that tells whether it is still true. */
interface SweptRow extends Row {
  /** Hash of the function's results at a quarter of a million floats: the same as long as its kernel does the same. */
  readonly bits: string;
}

/** What `--json` writes of a sweep. */
interface Swept {
  readonly date: string;
  readonly commit: string | null;
  readonly node: string;
  /** SHA-256 of the modules. */
  readonly kernels: Readonly<Record<string, string>>;
  readonly stride: number;
  readonly offset: number;
  readonly rows: readonly SweptRow[];
}

/** The last one that changed a kernel. */
function commit(): string | null {
  try {
    const args = ["log", "-1", "--format=%H", "--", "assembly", "asconfig.json"];
    return execFileSync("git", args, { encoding: "utf8" }).trim();
  } catch {
    return null;
  }
}

/** Rows of the same floats that are there already, of functions that still do the same. */
function rowsBefore(options: Options, builds: readonly Runtime[]): readonly SweptRow[] {
  const { json, resume, sampling } = options;
  if (!resume || json === undefined || !existsSync(json)) return [];
  const { stride, offset, rows = [] } = JSON.parse(readFileSync(json, "utf8")) as Partial<Swept>;
  if (stride !== sampling.stride || offset !== sampling.offset) {
    throw new UsageError(`--resume: the rows there are of other floats, in "${json}"`);
  }
  return rows.filter((row) => {
    const subject = SWEPT.find(({ fn }) => fn === row.fn);
    const build = builds.find(({ name }) => name === row.build);
    if (subject && build && fingerprint(subject, build) === row.bits) return true;
    console.error(`--resume: ${row.fn} on ${row.build} has changed`);
    return false;
  });
}

/** A moving bar on a terminal, elsewhere a line now and then; on stderr. */
function bar(fn: string, names: readonly string[]) {
  const one = new SingleBar({
    format: `${fn.padEnd(16)} {bar} {percentage} %  {duration_formatted}, {eta_formatted} left  {worst}`,
    ...{ noTTYOutput: true, notTTYSchedule: 10_000, clearOnComplete: true, hideCursor: true },
  });
  one.start(1000, 0, { worst: "" });
  return {
    update: (done: number, found: readonly Found[]): void => {
      const worst = found.map(({ maxUlp }, i) => `${names[i]} ${maxUlp.toFixed(4)}`).join(", ");
      one.update(Math.round(1000 * done), { worst });
    },
    stop: (): void => one.stop(),
  };
}

async function exhaust(
  options: Options,
  subjects: readonly Subject[],
): Promise<readonly SweptRow[]> {
  const { sampling, jobs, json } = options;
  const builds = sweptBuilds();
  const names = builds.map(({ name }) => name);
  const state = { commit: commit(), node: process.version, kernels: kernelHashes(), ...sampling };
  let rows = rowsBefore(options, builds);
  const there = (fn: string): boolean =>
    rows.filter((row) => row.fn === fn).length === names.length;
  const pool = new SweepPool(jobs);
  try {
    for (const subject of subjects.filter(({ fn }) => !there(fn))) {
      const { fn } = subject;
      const progress = bar(fn, names);
      const found = await pool.run(fn, sampling, progress.update).finally(progress.stop);
      const fresh = found.map((tally, i) => {
        const build = builds[i] as Runtime;
        const row = rowOf(subject, build.name, tally, "f64");
        print(subject, row, tally);
        return { ...row, bits: fingerprint(subject, build) };
      });
      rows = [...rows.filter((row) => row.fn !== fn), ...fresh];
      if (json !== undefined) writeSwept(json, { ...state, rows });
    }
  } finally {
    await pool.close();
  }
  return rows;
}

function writeSwept(file: string, swept: Omit<Swept, "date">): void {
  const record: Swept = { date: new Date().toISOString(), ...swept };
  writeFileSync(file, `${JSON.stringify(record, null, 1)}\n`);
}

// ── The document ─────────────────────────────────────────────────────────────────────────────────

/** Cells that Markdown reads as they are. */
const cells = (values: readonly (string | number)[]): string => `| ${values.join(" | ")} |`;

/** The document's table: a line for each function, two columns for each build. */
function table(rows: readonly Row[], builds: readonly string[]): string {
  const head = ["function", "points", "against"];
  for (const build of builds) head.push(`${build}: max ULP`, "at");
  head.push("wrong specials");
  const fns = [...new Set(rows.map(({ fn }) => fn))];
  const body = fns.map((fn) => {
    const own = rows.filter((row) => row.fn === fn);
    const [first] = own;
    const wrong = own.reduce((sum, { wrongSpecials }) => sum + wrongSpecials, 0);
    const errors = own.flatMap((row) => [row.maxUlp.toFixed(4), where(row)]);
    return cells([`\`${fn}\``, first?.points ?? 0, first?.against ?? "", ...errors, wrong]);
  });
  return [cells(head), cells(head.map(() => "---")), ...body].join("\n");
}

/** What was left out, by name and reason. */
function leftOut(rows: readonly Row[]): string {
  const points = SUBJECTS.flatMap(({ fn, excluded }) => {
    const count = rows.find((row) => row.fn === fn)?.excluded ?? 0;
    return count > 0 ? [`- \`${fn}\`: ${count} points excluded: ${excluded?.why}.`] : [];
  });
  const functions = SKIPPED.map(({ fn, why }) => `- \`${fn}\`: skipped: ${why}.`);
  return ["Left out:", "", ...points, ...functions].join("\n");
}

/** Puts text between two of the document's markers. */
function writeDocument(section: string, middle: string): void {
  const [from, to] = [`<!-- ${section}: begin -->`, `<!-- ${section}: end -->`];
  const text = readFileSync(DOCUMENT, "utf8");
  const [begin, end] = [text.indexOf(from), text.indexOf(to)];
  if (begin < 0 || end < begin) {
    throw new Error(`docs/accuracy.md: no place for the table, expected ${from} … ${to}`);
  }
  writeFileSync(DOCUMENT, `${text.slice(0, begin) + from}\n\n${middle}\n\n${text.slice(end)}`);
  console.log("\nwritten to docs/accuracy.md");
}

/** The table of all floats: functions that have been swept on every build, in their order. */
function sweptTable(all: readonly Row[]): string {
  const order = SWEPT.map(({ fn }) => fn);
  const whole = (fn: string): boolean =>
    all.filter((row) => row.fn === fn).length === sweptNames().length;
  const rows = all.filter(({ fn }) => whole(fn));
  const sorted = rows.toSorted((a, b) => order.indexOf(a.fn) - order.indexOf(b.fn));
  const day = new Date().toISOString().slice(0, 10);
  const fns = new Set(rows.map(({ fn }) => fn)).size;
  const state = `${day}, kernels as of ${commit()?.slice(0, 10) ?? "an unknown commit"}`;
  const head = `${fns} of ${SWEPT.length} functions (${state}):`;
  return `${head}\n\n${table(sorted, sweptNames())}`;
}

/** @returns whether all is within the bound. */
function summarize(rows: readonly Row[]): boolean {
  const worst = rows.reduce((a, b) => (b.maxUlp > a.maxUlp ? b : a));
  const wrong = rows.reduce((sum, { wrongSpecials }) => sum + wrongSpecials, 0);
  console.log(`\nlargest error: ${worst.maxUlp.toFixed(4)} ulp, ${worst.fn} on ${worst.build}`);
  console.log(`wrong specials: ${wrong}`);
  return worst.maxUlp <= BOUND && wrong === 0;
}

/** The sweep's table, of all that the file has by now. */
async function sweep(options: Options): Promise<boolean> {
  const rows = await exhaust(options, select(options));
  if (options.resume && options.sampling.stride === 1) writeDocument("sweep", sweptTable(rows));
  return summarize(rows);
}

/** At the points of oracles. */
function probe(options: Options): boolean {
  const { only, oracles, json } = options;
  const builds = sweptBuilds();
  const names = builds.map(({ name }) => name);
  const rows = select(options).flatMap((one) => sample(one, builds, oracles));
  for (const { fn, why } of SKIPPED) console.log(`skipped: ${fn} (${why})`);
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify({ rows, skipped: SKIPPED }, null, 2)}\n`);
  }
  const good = summarize(rows);
  if (only.length === 0 && oracles === undefined && names.length === 2) {
    writeDocument("accuracy", `${table(rows, names)}\n\n${leftOut(rows)}`);
  }
  return good;
}

/** Functions of doubles: a line for each column. */
function probeDoubles(folder: string, only: readonly string[]): boolean {
  const [build] = sweptBuilds();
  let good = true;
  for (const [fn, columns] of denseFunctions(folder)) {
    if (only.length > 0 && !only.includes(fn)) continue;
    for (const { column, ulp, at } of on(build as Runtime, () => worstOf(fn, columns()))) {
      console.log(
        [fn.padEnd(18), column.padEnd(2), ulp.toFixed(4).padStart(8), at.join(", ")].join("  "),
      );
      good &&= ulp <= (column === "f" ? BOUND64 : SLOPE_BOUND64);
    }
  }
  return good;
}

async function main(options: Options): Promise<void> {
  if (options.help) {
    console.log(HELP);
    return;
  }
  if (options.float64 !== undefined) {
    if (probeDoubles(options.float64, options.only)) return;
    console.error(
      `accuracy: above ${BOUND64} ULP, or a gradient above ${SLOPE_BOUND64}: see above`,
    );
    process.exitCode = 1;
    return;
  }
  printHeader();
  const good = await (options.exhaustive ? sweep(options) : probe(options));
  if (sweptNames().length < 2) console.log("not run: relaxed (this engine has no relaxed SIMD)");
  if (!good) {
    console.error(`accuracy: an error above ${BOUND} ULP, or a wrong special: see above`);
    process.exitCode = 1;
  }
}

try {
  await main(parse(process.argv.slice(2)));
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(`accuracy: ${error instanceof Error ? error.message : String(error)}`);
  if (usage) console.error("\nnpm run accuracy -- --help says what there is");
  process.exitCode = usage ? 2 : 1;
}
