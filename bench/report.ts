/** Rows for people and for programs. */
import { cpus } from "node:os";
import { UNGUARDED } from "./builds.js";
import { type Case, RATES, type Rate } from "./case.js";
import { median, ratio, type Times } from "./measure.js";

/** The name of the load loop among a case's contenders. */
export const LOAD = "load";
/** How the names of loops in plain JavaScript begin. */
export const PLAIN = "js ";

/** What one build did in one case. */
export type Row = {
  readonly workload: string;
  readonly size: string;
  readonly build: string;
  /** Milliseconds a call: the median over rounds of the median of a round. */
  readonly ms: number;
  /** Time over that of the same build without its guard: what the guard costs. */
  readonly guardRatio?: number;
  /** Speed over that of a loop that only loads the same bytes. */
  readonly loadRatio?: number;
  /** Time of the fastest plain JavaScript loop over that of this build. */
  readonly plainRatio?: number;
} & Partial<Readonly<Record<Rate, number>>>;

export interface Machine {
  readonly engine: string;
  readonly cpu: string;
  readonly date: string;
}

export function machine(): Machine {
  const [first] = cpus();
  return {
    engine: `Node ${process.versions.node}, V8 ${process.versions.v8}`,
    cpu: `${cpus().length} × ${first?.model.trim() ?? "unknown"}`,
    date: new Date().toISOString(),
  };
}

/** One row for each build. */
export function rowsOf({ workload, size, rate, work }: Case, times: Times): Row[] {
  return [...times].map(([build, seconds]) => {
    const guardRatio = ratio(times, build, `${UNGUARDED}${build}`);
    const loadRatio = build === LOAD ? undefined : ratio(times, LOAD, build);
    const plainRatio = build.startsWith(PLAIN) ? undefined : overPlain(times, build);
    const speed = work / median(seconds) / RATES[rate].scale;
    return {
      workload,
      size,
      build,
      ms: digits(median(seconds) * 1e3),
      [rate]: digits(speed),
      ...(guardRatio === undefined ? {} : { guardRatio: digits(guardRatio) }),
      ...(loadRatio === undefined ? {} : { loadRatio: digits(loadRatio) }),
      ...(plainRatio === undefined ? {} : { plainRatio: digits(plainRatio) }),
    };
  });
}

function overPlain(times: Times, build: string): number | undefined {
  const ratios = [...times.keys()]
    .filter((name) => name.startsWith(PLAIN) && build !== LOAD)
    .map((name) => ratio(times, name, build) ?? Number.NaN);
  return ratios.length === 0 ? undefined : Math.min(...ratios);
}

/** Four digits are more than the noise leaves. */
export function digits(value: number): number {
  return Number(value.toPrecision(4));
}

const COLUMNS = [-32, -20, -8, 10, 19, 8, 8, 8] as const;

function line(cells: readonly string[]): string {
  const padded = cells.map((cell, i) => {
    const width = COLUMNS[i] ?? 0;
    return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
  });
  return padded.join(" ").trimEnd();
}

export const HEADER = line([
  "workload",
  "size",
  "build",
  "ms",
  "speed",
  "guard",
  "of load",
  "of js",
]);

/** A line for each build that users get: the one without a guard is its ratio. */
export function lines({ rate }: Case, rows: readonly Row[]): string[] {
  return rows
    .filter(({ build }) => !build.startsWith(UNGUARDED))
    .map((row) => {
      const speed = `${(row[rate] ?? Number.NaN).toPrecision(3)} ${RATES[rate].unit}`;
      const guard = row.guardRatio === undefined ? "" : `${row.guardRatio.toFixed(2)}×`;
      const load = row.loadRatio === undefined ? "" : `${Math.round(row.loadRatio * 100)} %`;
      const plain = row.plainRatio === undefined ? "" : `${row.plainRatio.toFixed(2)}×`;
      const ms = row.ms >= 1 ? row.ms.toFixed(2) : row.ms.toPrecision(3);
      return line([row.workload, row.size, row.build, ms, speed, guard, load, plain]);
    });
}
