/**
 * First light: a network on real digits, a regression on a table with holes, and the four ways in which a
 * NaN reaches a gradient. `npm start`, `npm start -- --help`.
 */

import { scope } from "../../src/index.js";
import { type Arguments, HELP, parseArguments, UsageError } from "./arguments.js";
import { playCars } from "./cars.js";
import { playCases } from "./cases.js";
import { playDigits } from "./digits.js";
import { writeRecord } from "./record.js";
import { heading } from "./show.js";

const FULL = { digits: { epochs: 15, rounds: 25 }, cars: { epochs: 300 } };
const QUICK = { digits: { epochs: 6, rounds: 3 }, cars: { epochs: 100 } };

function run({ quick, json }: Arguments): void {
  const started = performance.now();
  const effort = quick ? QUICK : FULL;
  heading("a. Ten thousand handwritten digits, with the guard on");
  const digits = scope(() => playDigits(effort.digits));
  heading("b. Miles per gallon, from a table with holes");
  const cars = scope(() => playCars(effort.cars));
  heading("c. Four ways in which a NaN reaches a gradient");
  const cases = scope(playCases);
  if (json !== undefined) writeRecord(json, { digits, cars, cases });
  const seconds = (performance.now() - started) / 1000;
  console.log(`\ndone in ${seconds.toFixed(1)} s${json === undefined ? "" : `; written: ${json}`}`);
}

try {
  const args = parseArguments(process.argv.slice(2));
  if (args.help) console.log(HELP);
  else run(args);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
