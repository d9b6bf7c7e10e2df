/** npm run inject: faults in the training of networks, and what the guard said of each. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadDigits, shuffled, take } from "../examples/first-light/data.js";
import { accuracy, network, training } from "../examples/first-light/network.js";
import { plainReport } from "../src/index.js";
import { random } from "../src/nn/init.js";
import {
  type InjectionReport,
  nanInjection,
  placeOf,
  showInjection,
} from "../src/testing/injection.js";
import { NETWORKS, runOf, type SmallNetwork } from "./networks.js";

const HELP = `npm run inject -- [options]

Puts a NaN, ∞ or 1e38 into one element of the training of a network, over and over, and counts which were named at
their origin. Fails where one was missed or misnamed, or where a clean run raised an alarm.

  --runs N        faults in each network, and clean runs beside them; default 1000
  --seed N        which ones; default 1
  --network NAME  digits (examples/first-light; the default), one of tests/networks.ts, or all
  --json FILE     also write what was said of each
  --help          this`;

/** What the user asked for that cannot be done. */
class UsageError extends Error {}

/** Two batches, and so two steps: the second has an optimizer's state to read. */
const DIGITS = 100;

/** Training on digits that the seed picks, then reading digits: a run for `nanInjection`. */
export function digitsRun(): (seed: number) => void {
  const all = loadDigits();
  return (seed) => {
    const order = shuffled(all.labels.length, random(seed));
    const some = take(all, order.slice(0, DIGITS));
    const net = network();
    const { epoch, dispose } = training(net, 2 * DIGITS);
    try {
      epoch(some);
      accuracy(net, some);
    } finally {
      dispose();
    }
  };
}

function showScore({ runs, counts, falseAlarms, trials }: InjectionReport): void {
  const targets = [...new Set(trials.map(({ target }) => target))].sort();
  const rows = targets.map((target) => {
    const mine = trials.filter((trial) => trial.target === target);
    const count = (verdict: string) => mine.filter((trial) => trial.verdict === verdict).length;
    const row = Object.fromEntries(Object.keys(counts).map((verdict) => [verdict, count(verdict)]));
    return [target, row];
  });
  console.table(Object.fromEntries([...rows, ["all", counts]]));
  const surfaced = trials.length - counts.absorbed;
  console.log(
    `${counts.named} of ${surfaced} faults that reached a sink were named at their origin`,
  );
  console.log(`${falseAlarms.length} false alarms in ${runs} clean runs`);
}

/** The runs to spoil, by name. */
export function runsOf(network: string): [string, (seed: number) => void][] {
  const small = Object.entries<SmallNetwork>(NETWORKS).map(
    ([name, net]) => [name, runOf(net)] as [string, (seed: number) => void],
  );
  const all = (): typeof small => [["digits", digitsRun()], ...small];
  if (network === "all") return all();
  const found =
    network === "digits" ? all().slice(0, 1) : small.filter(([name]) => name === network);
  if (found.length > 0) return found;
  const names = ["digits", ...Object.keys(NETWORKS), "all"].join(", ");
  throw new UsageError(`--network: no such network, expected ${names}, got "${network}"`);
}

function showWrong({ trials }: InjectionReport): void {
  for (const trial of wrongOf(trials)) {
    const said = trial.report ? placeOf(trial.report) : String(trial.error ?? "nothing");
    console.log(`${trial.verdict}: ${showInjection(trial)}\n    said: ${said}`);
  }
}

const wrongOf = (trials: InjectionReport["trials"]): InjectionReport["trials"] =>
  trials.filter(({ verdict }) => verdict !== "named" && verdict !== "absorbed");

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly network: string;
  readonly json: string | undefined;
  readonly help: boolean;
}

function parse(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        runs: { type: "string", default: "1000" },
        seed: { type: "string", default: "1" },
        network: { type: "string", default: "digits" },
        json: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const { network, json, help } = values;
    return {
      runs: count("runs", values.runs, 1),
      seed: count("seed", values.seed, 0),
      network,
      json,
      help,
    };
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

function count(option: string, text: string, least: number): number {
  const n = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(n) && n >= least) return n;
  throw new UsageError(`--${option}: expected a whole number from ${least}, got "${text}"`);
}

function main({ runs, seed, network, json, help }: Options): void {
  if (help) {
    console.log(HELP);
    return;
  }
  const reports = runsOf(network).map(([name, run]) => {
    const report = nanInjection(run, { runs, seed, throws: false });
    if (network === "all") console.log(`\n${name}`);
    showScore(report);
    showWrong(report);
    return { network: name, ...report };
  });
  const all = together(reports);
  if (reports.length > 1) {
    console.log(`\nall ${reports.length} networks`);
    showScore(all);
  }
  if (json !== undefined) {
    const rows = reports.flatMap(({ network, trials }) =>
      trials.map(({ report: said, error, ...trial }) => ({
        network,
        ...trial,
        value: String(trial.value),
        ...(said && { report: plainReport(said) }),
        ...(error === undefined ? {} : { error: String(error) }),
      })),
    );
    const { counts, falseAlarms } = all;
    const record = { runs: all.runs, counts, falseAlarms, trials: rows };
    writeFileSync(json, `${JSON.stringify(record, null, 1)}\n`);
  }
  if (wrongOf(all.trials).length > 0 || all.falseAlarms.length > 0) process.exitCode = 1;
}

/** Several reports as one. */
function together(reports: readonly InjectionReport[]): InjectionReport {
  const counts = Object.fromEntries(
    Object.keys(reports[0]?.counts ?? {}).map((verdict) => [
      verdict,
      reports.reduce((n, { counts: one }) => n + one[verdict as keyof typeof one], 0),
    ]),
  ) as InjectionReport["counts"];
  return {
    runs: reports.reduce((n, { runs }) => n + runs, 0),
    counts,
    falseAlarms: reports.flatMap(({ falseAlarms }) => falseAlarms),
    trials: reports.flatMap(({ trials }) => trials),
  };
}

function run(): void {
  try {
    main(parse(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`inject: ${error.message}\n\nnpm run inject -- --help says what there is`);
    process.exitCode = 2;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run();
