/** npm run accuracy: how far every elementwise function is from the truth, on every build. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { enableRelaxedSimd } from "../bench/builds.js";
import { Runtime } from "../src/runtime.js";
import { measure, shown, showSample, Tally } from "./kit/accuracy.js";
import { oracleOf } from "./kit/oracle.js";
import { SKIPPED, SUBJECTS, type Subject, truthOf } from "./kit/subjects.js";

const HELP = `npm run accuracy -- [options]

Measures every elementwise function on the builds simd and relaxed at the points of its oracle
(tests/data/oracles), or where it has none on a grid against f64, and writes the table into
docs/accuracy.md.

  --only NAME    only this function; the document stays as it is
  --exhaustive   all 2³² floats against f64, one argument only; minutes for each function; the
                 document stays as it is
  --json FILE    also write rows {fn, dtype, build, points, maxUlp, at, wrongSpecials}
  --help         this

ulp     distance of the result from the true value, in units in the last place of the rounded one
wrong   results that are NaN, ∞ or a zero where the truth is another, and the reverse`;

const DOCUMENT = join(import.meta.dirname, "..", "docs", "accuracy.md");
const [BEGIN, END] = ["<!-- accuracy: begin -->", "<!-- accuracy: end -->"];

/** What the user asked for that cannot be done. */
class UsageError extends Error {}

interface Options {
  readonly only: string | undefined;
  readonly exhaustive: boolean;
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

function parse(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: "string" },
        exhaustive: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        json: { type: "string" },
      },
    });
    const { only, exhaustive = false, help = false, json } = values;
    return { only, exhaustive, help, json: json === undefined ? undefined : target(json) };
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

function load(name: string): Runtime {
  const file = join(import.meta.dirname, "..", "build", `${name}.wasm`);
  return new Runtime({ name, base64: "" }, new WebAssembly.Module(readFileSync(file)));
}

/** The functions asked for. */
function select(only: string | undefined, exhaustive: boolean): readonly Subject[] {
  const fit = exhaustive
    ? SUBJECTS.filter(({ arity, reference }) => arity === 1 && reference !== undefined)
    : SUBJECTS;
  if (only === undefined) return fit;
  const skipped = SKIPPED.find(({ fn }) => fn === only);
  if (skipped !== undefined) throw new UsageError(`--only: ${only} is skipped: ${skipped.why}`);
  const chosen = fit.filter(({ fn, oracle }) => fn === only || oracle === only);
  if (chosen.length > 0) return chosen;
  const names = fit.map(({ fn }) => fn).join(" ");
  throw new UsageError(`--only: no such function "${only}", expected one of\n${names}`);
}

function rowOf(subject: Subject, build: string, tally: Tally, against: Row["against"]): Row {
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
function print(subject: Subject, row: Row, tally: Tally): void {
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
function sample(subject: Subject, builds: readonly Runtime[]): Row[] {
  const truth = truthOf(subject);
  const against = subject.oracle === undefined ? "f64" : "oracle";
  return builds.map((build) => {
    const tally = measure(subject, truth, build);
    const row = rowOf(subject, build.name, tally, against);
    print(subject, row, tally);
    return row;
  });
}

const FLOATS = 2 ** 32;
const CHUNK = 2 ** 18;
const PROGRESS_MS = 5000;

/** A function on every build, at every float there is. */
function exhaust(subject: Subject, builds: readonly Runtime[]): Row[] {
  const { fn, reference = Number } = subject;
  const tallies = builds.map((build) => ({ build, tally: new Tally(subject) }));
  const words = new Uint32Array(CHUNK);
  const x = new Float32Array(words.buffer);
  let told = Date.now();
  for (let from = 0; from < FLOATS; from += CHUNK) {
    for (let i = 0; i < CHUNK; i++) words[i] = from + i;
    const truth = oracleOf(fn, [x], reference);
    for (const { build, tally } of tallies) measure(subject, truth, build, tally);
    if (Date.now() - told < PROGRESS_MS) continue;
    told = Date.now();
    const state = tallies.map(({ build, tally }) => `${build.name} ${tally.maxUlp.toFixed(4)}`);
    const share = ((100 * (from + CHUNK)) / FLOATS).toFixed(1);
    console.log(`  … ${fn}: ${share} % of 2³² floats, max ulp so far: ${state.join(", ")}`);
  }
  return tallies.map(({ build, tally }) => {
    const row = rowOf(subject, build.name, tally, "f64");
    print(subject, row, tally);
    return row;
  });
}

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

/** Puts the table between the document's markers. */
function writeDocument(rows: readonly Row[], builds: readonly string[]): void {
  const text = readFileSync(DOCUMENT, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`docs/accuracy.md: no place for the table, expected ${BEGIN} … ${END}`);
  }
  const middle = `${BEGIN}\n\n${table(rows, builds)}\n\n${leftOut(rows)}\n\n`;
  writeFileSync(DOCUMENT, text.slice(0, begin) + middle + text.slice(end));
  console.log("\nwritten to docs/accuracy.md");
}

function summarize(rows: readonly Row[]): void {
  const worst = rows.reduce((a, b) => (b.maxUlp > a.maxUlp ? b : a));
  const wrong = rows.reduce((sum, { wrongSpecials }) => sum + wrongSpecials, 0);
  console.log(`\nlargest error: ${worst.maxUlp.toFixed(4)} ulp, ${worst.fn} on ${worst.build}`);
  console.log(`wrong specials: ${wrong}`);
}

function main({ only, exhaustive, help, json }: Options): void {
  if (help) {
    console.log(HELP);
    return;
  }
  const subjects = select(only, exhaustive);
  const relaxed = enableRelaxedSimd();
  const names = relaxed ? ["simd", "relaxed"] : ["simd"];
  const builds = names.map(load);
  printHeader();
  const rows = subjects.flatMap((one) => (exhaustive ? exhaust : sample)(one, builds));
  for (const { fn, why } of SKIPPED) console.log(`skipped: ${fn} (${why})`);
  summarize(rows);
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify({ rows, skipped: SKIPPED }, null, 2)}\n`);
  }
  if (!relaxed) console.log("not run: relaxed (this engine has no relaxed SIMD)");
  if (only === undefined && !exhaustive && relaxed) writeDocument(rows, names);
}

try {
  main(parse(process.argv.slice(2)));
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(`accuracy: ${error instanceof Error ? error.message : String(error)}`);
  if (usage) console.error("\nnpm run accuracy -- --help says what there is");
  process.exitCode = usage ? 2 : 1;
}
