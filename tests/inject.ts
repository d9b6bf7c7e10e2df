/**
 * `npm run inject -- --runs 1000 --seed 1 --json FILE`: faults in the training of the digits network
 * (examples/first-light), and what the guard said of each.
 */
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

function main(): void {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      json: { type: "string" },
    },
  });
  const report = nanInjection(digitsRun(), {
    runs: Number(values.runs),
    seed: Number(values.seed),
    throws: false,
  });
  showScore(report);
  const wrong = report.trials.filter(({ verdict }) => !["named", "absorbed"].includes(verdict));
  for (const trial of wrong) {
    const said = trial.report ? placeOf(trial.report) : String(trial.error ?? "nothing");
    console.log(`${trial.verdict}: ${showInjection(trial)}\n    said: ${said}`);
  }
  if (values.json !== undefined) {
    const trials = report.trials.map(({ report: said, error, ...trial }) => ({
      ...trial,
      value: String(trial.value),
      ...(said && { report: plainReport(said) }),
      ...(error === undefined ? {} : { error: String(error) }),
    }));
    const { runs, counts, falseAlarms } = report;
    writeFileSync(
      values.json,
      `${JSON.stringify({ runs, counts, falseAlarms, trials }, null, 1)}\n`,
    );
  }
  if (wrong.length > 0 || report.falseAlarms.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
