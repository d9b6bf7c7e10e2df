/** What was measured, as `--json` writes it. */
import { renameSync, writeFileSync } from "node:fs";
import { plainReport, type Report } from "../../src/index.js";
import type { Layer } from "./layers.js";

export interface DigitsRecord {
  /** Share of the digits that were held out that are read right. */
  readonly accuracy: number;
  /** How long training took. */
  readonly seconds: number;
  /** Time of an epoch with the guard, over the time of the same epoch without. */
  readonly guardRatio: number;
  /** Between these lies the middle half of what that is the median of. */
  readonly guardSpread: readonly [number, number];
  readonly layers: readonly Layer[];
}

export interface CarsRecord {
  readonly report: Report;
  /** Root mean square error in miles per gallon, on cars that were held out. */
  readonly heldOutError: number;
}

/** What came of code whose numbers are finite. */
export interface Outcome {
  readonly finite: boolean;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  readonly maskedSingularities: number;
}

export interface CaseRecord {
  readonly name: string;
  /** What the naive code was stopped with. */
  readonly report: Report;
  /** The naive code where the default policy saves it. */
  readonly healed?: Outcome;
  readonly fixed: Outcome;
}

export interface FirstLight {
  readonly digits: DigitsRecord;
  readonly cars: CarsRecord;
  readonly cases: readonly CaseRecord[];
}

/** Writes the record whole or not at all. */
export function writeRecord(path: string, { digits, cars, cases }: FirstLight): void {
  const plain = {
    digits,
    cars: { ...cars, report: plainReport(cars.report) },
    cases: cases.map((one) => ({ ...one, report: plainReport(one.report) })),
  };
  const unfinished = `${path}.${process.pid}.tmp`;
  writeFileSync(unfinished, `${JSON.stringify(plain, null, 2)}\n`);
  renameSync(unfinished, path);
}
