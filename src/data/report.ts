/** What validation says: how many of what in which column, the first places, and what was done about it. */
import { checkMade, checkWhole, MADE, showNames, showValue } from "../check.js";
import { InputTypeError } from "../errors.js";
import type { Filler } from "./fillers.js";
import { PROBLEMS, type Problem } from "./schema.js";
import type { RowId } from "./source.js";
import { split } from "./twins.js";

/** Where something is wrong. */
export interface Place {
  readonly row: RowId;
  readonly problem: Problem;
  /** What stands there, as an error would say it. */
  readonly got: string;
}

/** What was done about the cells of a column. */
export interface Repairs {
  /** Cells whose row was dropped on their account. */
  dropped: number;
  kept: number;
  clipped: number;
  imputed: number;
}

export interface ColumnReport {
  /** Cells with each problem, in the order of `PROBLEMS`; those that do not occur are left out. */
  readonly counts: Partial<Record<Problem, number>>;
  readonly first: Place[];
  readonly repairs: Repairs;
  /** What cells were imputed with; with `forwardFill`, what gaps of later data begin with. */
  filler?: Filler;
}

/** A row that is none, or of another length than the others. */
export interface RaggedRow {
  readonly row: RowId;
  readonly what: string;
}

/** A row that is equal to an earlier one. */
export interface RepeatedRow {
  readonly row: RowId;
  readonly of: RowId;
}

interface Contents {
  readonly rows: number;
  readonly dropped: number;
  readonly columns: Readonly<Record<string, ColumnReport>>;
  readonly ragged: Rows<RaggedRow>;
  readonly repeated: Rows<RepeatedRow>;
  readonly constant: Readonly<Record<string, string>>;
  readonly equal: readonly (readonly string[])[];
  readonly extra: readonly string[];
}

export class ValidationReport implements Contents {
  /** Rows looked at. */
  readonly rows: number;
  /** Rows left out, on account of a cell, of being ragged, or of their label. */
  readonly dropped: number;
  readonly columns: Readonly<Record<string, ColumnReport>>;
  readonly ragged: Contents["ragged"];
  /** Rows that are equal to an earlier one, where the schema has them looked for; of chunks, within each. */
  readonly repeated: Contents["repeated"];
  /** Columns that were there and not asked for. */
  readonly extra: readonly string[];
  /** A chunk of one row has nothing but constant columns, some of them equal, which counts when it is merged with others. */
  readonly #constant: Contents["constant"];
  readonly #equal: Contents["equal"];

  private constructor(made: typeof MADE, contents: Contents) {
    checkMade("ValidationReport", made, "inspect(…)");
    this.rows = contents.rows;
    this.dropped = contents.dropped;
    this.columns = contents.columns;
    this.ragged = contents.ragged;
    this.repeated = contents.repeated;
    this.#constant = contents.constant;
    this.#equal = contents.equal;
    this.extra = contents.extra;
  }

  /** @internal */
  static of(contents: Contents): ValidationReport {
    return new ValidationReport(MADE, contents);
  }

  /** Columns with one value throughout, with that value: of one row that cannot be said. Of repaired data, after that. */
  get constant(): Readonly<Record<string, string>> {
    return this.#compared < 2 ? {} : this.#constant;
  }

  /** Groups of columns that are equal, constant ones among them: of one row that cannot be said. Of repaired data, after that. */
  get equal(): Contents["equal"] {
    return this.#compared < 2 ? [] : this.#equal;
  }

  /** Rows whose values are compared: those that are left. */
  get #compared(): number {
    return this.rows - Math.max(this.dropped, this.ragged.count);
  }

  /** Cells that broke a rule. */
  get problems(): number {
    const columns = Object.values(this.columns);
    return columns.reduce((sum, column) => sum + problemsIn(column), 0);
  }

  /** Whether every cell and every row is as the schema asks. */
  get ok(): boolean {
    return this.problems === 0 && this.ragged.count === 0;
  }

  /**
   * One report on several chunks of the same columns. Counts are exact; a column is constant, or equal to another,
   * if it is so throughout.
   *
   * @throws InputTypeError when there are none, or their columns differ.
   */
  static merge(reports: readonly ValidationReport[], places = 5): ValidationReport {
    if (!Array.isArray(reports) || reports.length === 0) {
      const got = Array.isArray(reports) ? "none" : showValue(reports);
      throw new InputTypeError(`ValidationReport: nothing to merge, expected reports, got ${got}`);
    }
    checkWhole("ValidationReport", "places", places, 0);
    for (const [i, report] of (reports as readonly unknown[]).entries()) {
      if (report instanceof ValidationReport) continue;
      throw new InputTypeError(
        `ValidationReport: reports[${i}] is no report, expected a ValidationReport, got ${showValue(report)}`,
      );
    }
    const [first, ...others]: readonly ValidationReport[] = reports;
    return others.reduce((a, b) => a.#joined(b, places), first as ValidationReport);
  }

  #joined(other: ValidationReport, places: number): ValidationReport {
    const [names, others] = [Object.keys(this.columns), Object.keys(other.columns)];
    if (!sameNames(names, others)) {
      throw new InputTypeError(
        `ValidationReport: columns differ, expected ${showNames(names)}, got ${showNames(others)}`,
      );
    }
    const columns = names.map((name) => [
      name,
      joinedColumn(
        entryOf(this.columns, name) ?? emptyColumn(),
        entryOf(other.columns, name) ?? emptyColumn(),
        places,
      ),
    ]);
    return new ValidationReport(MADE, {
      rows: this.rows + other.rows,
      dropped: this.dropped + other.dropped,
      columns: Object.fromEntries(columns),
      ragged: joinedRows(this.ragged, other.ragged, places),
      repeated: joinedRows(this.repeated, other.repeated, places),
      ...this.#alike(other),
      extra: [...new Set([...this.extra, ...other.extra])],
    });
  }

  /** What is constant, or equal, in both; a chunk of which no row is left has no say. */
  #alike(other: ValidationReport): Alike {
    const one = { constant: this.#constant, equal: this.#equal };
    const two = { constant: other.#constant, equal: other.#equal };
    if (other.#compared === 0) return one;
    if (this.#compared === 0) return two;
    const constant = Object.entries(one.constant).filter(
      ([name, value]) => entryOf(two.constant, name) === value,
    );
    return {
      constant: Object.fromEntries(constant),
      equal: commonGroups(Object.keys(this.columns), one.equal, two.equal),
    };
  }

  toJSON(): Contents {
    const { rows, dropped, columns, ragged, repeated, constant, equal, extra } = this;
    return { rows, dropped, columns, ragged, repeated, constant, equal, extra };
  }

  toString(): string {
    return [
      `${this.rows} ${this.rows === 1 ? "row" : "rows"}${this.dropped === 0 ? "" : `, ${this.rows - this.dropped} kept`}`,
      ...rowLines("ragged", this.ragged, ({ row, what }) => `row ${row} ${what}`),
      ...rowLines("repeated", this.repeated, ({ row, of }) => `row ${row} as row ${of}`),
      ...Object.entries(this.columns).flatMap(([name, column]) => columnLines(name, column)),
      ...Object.entries(this.constant).map(([name, value]) => `  ${name}: ${value} throughout`),
      ...this.equal.map((group) => `  equal columns: ${group.join(", ")}`),
      ...(this.extra.length === 0 ? [] : [`  not asked for: ${this.extra.join(", ")}`]),
    ].join("\n");
  }
}

/** @internal Whether these are the same columns in the same order: a name may well have a comma in it. */
export function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

/** What is known of a column, whatever its name: every object inherits a `constructor`. */
const entryOf = <T>(of: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

/** @internal Cells of a column that broke its rule. */
export function problemsIn({ counts }: ColumnReport): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** @internal A column of which nothing has been said yet. */
export function emptyColumn(): ColumnReport {
  return { counts: {}, first: [], repairs: { dropped: 0, kept: 0, clipped: 0, imputed: 0 } };
}

/** @internal Counts in the order of the catalogue, not in that in which chunks came. */
export function inOrder(counts: ColumnReport["counts"]): ColumnReport["counts"] {
  const problems = Object.keys(PROBLEMS) as Problem[];
  return Object.fromEntries(problems.filter((p) => p in counts).map((p) => [p, counts[p]]));
}

interface Rows<R> {
  readonly count: number;
  readonly first: readonly R[];
}

function joinedRows<R>(a: Rows<R>, b: Rows<R>, places: number): Rows<R> {
  return { count: a.count + b.count, first: [...a.first, ...b.first].slice(0, places) };
}

function rowLines<R>(what: string, { count, first }: Rows<R>, show: (row: R) => string): string[] {
  return count === 0 ? [] : [`  ${what}: ${count}, ${first.map(show).join("; ")}`];
}

/** Carried forward is another number each time. */
const shownFiller = ({ how, value }: Filler): string =>
  how === "forwardFill" ? how : `${how} ${value}`;

function columnLines(name: string, column: ColumnReport): string[] {
  if (problemsIn(column) === 0) return [];
  const counts = Object.entries(column.counts).map(([problem, count]) => `${count} ${problem}`);
  const done = Object.entries(column.repairs).filter(([, count]) => count > 0);
  const repairs = done.map(([repair, count]) =>
    repair === "imputed" && column.filler !== undefined
      ? `${count} imputed (${shownFiller(column.filler)})`
      : `${count} ${repair}`,
  );
  const places = column.first.map(({ row, got }) => `row ${row}: ${got}`).join(", ");
  return [`  ${[`${name}: ${counts.join(", ")}`, ...repairs].join(", ")}; ${places}`];
}

function joinedColumn(a: ColumnReport, b: ColumnReport, places: number): ColumnReport {
  const sums = { ...a.counts };
  for (const [problem, count] of Object.entries(b.counts) as [Problem, number][]) {
    sums[problem] = (sums[problem] ?? 0) + count;
  }
  const filler = b.filler ?? a.filler;
  return {
    counts: inOrder(sums),
    first: [...a.first, ...b.first].slice(0, places),
    repairs: {
      dropped: a.repairs.dropped + b.repairs.dropped,
      kept: a.repairs.kept + b.repairs.kept,
      clipped: a.repairs.clipped + b.repairs.clipped,
      imputed: a.repairs.imputed + b.repairs.imputed,
    },
    ...(filler === undefined ? {} : { filler }),
  };
}

type Alike = Pick<Contents, "constant" | "equal">;

/** Columns that are equal in both. */
function commonGroups(names: readonly string[], a: Alike["equal"], b: Alike["equal"]): string[][] {
  const [one, two] = [groupsOf(a), groupsOf(b)];
  const inBoth = names.filter((name) => one.has(name) && two.has(name));
  return split(inBoth, (name) => `${one.get(name)} ${two.get(name)}`);
}

/** The number of each column's group. */
function groupsOf(equal: Alike["equal"]): ReadonlyMap<string, number> {
  return new Map(equal.flatMap((group, i) => group.map((name) => [name, i] as const)));
}
