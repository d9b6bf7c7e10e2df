/**
 * Input hygiene: is a table what its schema says, where is it not, and what is done about that. Nothing is repaired
 * that the schema does not allow to be, and nothing is repaired without being counted.
 */
import { checkMade, checkOptions, checkWhole, MADE, showValue } from "../check.js";
import { tensor } from "../create.js";
import { showNumber } from "../diagnosis/report.js";
import { InputRangeError, InputTypeError, ShapeError } from "../errors.js";
import { LARGEST, Tensor } from "../tensor.js";
import { type Filler, fill, fillerOf } from "./fillers.js";
import { type Finding, Findings, problemOf, rulesOf } from "./findings.js";
import { Imputer } from "./imputer.js";
import { Repeats } from "./repeats.js";
import {
  type ColumnReport,
  emptyColumn,
  inOrder,
  type RepeatedRow,
  ValidationReport,
} from "./report.js";
import {
  checkFiller,
  type ImputeWith,
  type Plan,
  type Problem,
  planOf,
  type Rule,
  type Schema,
} from "./schema.js";
import { type ColumnsOf, type DataInput, openSource, type RowId, type Source } from "./source.js";
import { Table } from "./table.js";
import { NO_TWINS, type Twins, twinsOf } from "./twins.js";

export interface ValidateOptions {
  /** Fills gaps with what was learnt before, from the training data, instead of from this. */
  readonly imputer?: Imputer | undefined;
  /** What belongs to each row: dropped with it, and it with them. */
  readonly labels?: DataInput | undefined;
  readonly labelSchema?: Schema | undefined;
  /** The number of the first row, where this is a chunk of something longer. Default 0. */
  readonly firstRow?: number | undefined;
  /** How many places a column's report names. Default 5. */
  readonly places?: number | undefined;
}

/** Data that is as its schema asks. */
export class Valid {
  readonly report: ValidationReport;
  /** What gaps were filled with: for the data that comes later. */
  readonly imputer: Imputer;
  readonly labels: Valid | undefined;
  readonly #source: Source;
  readonly #rules: readonly Rule[];
  /** Positions of the rows kept; undefined: all of them. */
  readonly #kept: readonly number[] | undefined;
  readonly #untouched: boolean;
  #table: Table | undefined;

  private constructor(
    made: typeof MADE,
    findings: Findings,
    report: ValidationReport,
    repaired: Repaired | undefined,
    labels: Valid | undefined,
  ) {
    checkMade("Valid", made, "validate(…)");
    this.#source = findings.source;
    this.#rules = findings.rules;
    this.report = report;
    this.#untouched = repaired === undefined;
    this.#table = repaired?.table;
    this.#kept = repaired?.kept;
    this.imputer = Imputer.of(Object.fromEntries(repaired?.fillers ?? []));
    this.labels = labels;
  }

  /** @internal */
  static of(
    findings: Findings,
    report: ValidationReport,
    repaired: Repaired | undefined,
    labels: Valid | undefined,
  ): Valid {
    return new Valid(MADE, findings, report, repaired, labels);
  }

  /** What the rows kept were called in the data. */
  get rows(): RowId[] {
    const { id, length } = this.#source;
    return this.#kept?.map(id) ?? Array.from({ length }, (_, row) => id(row));
  }

  /** The data, as a table: made when first asked for. @throws InputTypeError for what is no longer sound. */
  get table(): Table {
    if (this.#table === undefined) {
      if (this.#source.flat !== undefined) this.#lookAgain();
      this.#table = tableOf(this.#source, this.#rules, this.rows, undefined, []);
    }
    return this.#table;
  }

  /**
   * The numbers as float32, row by row: the array that was validated, as it is now, where that was one and nothing was
   * done to it.
   *
   * @throws InputTypeError for an array that has lost its memory, and for what is no longer sound in data of any other kind.
   */
  values(): Float32Array {
    const { flat, columns } = this.#source;
    if (this.#untouched && flat instanceof Float32Array) {
      this.#source.live();
      return flat;
    }
    if (this.#untouched && flat instanceof Tensor) {
      this.#lookAgain();
      return flat.toArray();
    }
    const { table } = this;
    const values = new Float32Array(table.length * columns.length);
    for (const c of columns.keys()) {
      const column = table.values(c);
      for (let r = 0; r < column.length; r++) values[r * columns.length + c] = column[r] as number;
    }
    return values;
  }

  /**
   * A new tensor [rows, columns] whose reports name the columns, and the rows as the data called them.
   *
   * @throws ShapeError when no row is left; InputTypeError for what is no longer sound.
   */
  tensor(name: string): Tensor {
    const { flat, columns, length } = this.#source;
    if (!this.#untouched || flat === undefined || length === 0) return this.table.tensor(name);
    this.#lookAgain();
    const data = flat instanceof Tensor ? flat.toArray() : flat;
    return tensor(data, { shape: [length, columns.length], name, columns, rows: this.rows });
  }

  /** Somebody may have written to the data since. */
  #lookAgain(): void {
    this.#source.live();
    const [found] = new Findings("validate", this.#source, this.#rules);
    if (found !== undefined) throw changed(this.#source, this.#rules, found);
  }

  /**
   * Of a list with an entry for each row of the data, the entries of the rows kept.
   *
   * @throws ShapeError when there are more or fewer.
   */
  align<T>(list: ArrayLike<T>): T[] {
    const { length } = this.#source;
    const there: unknown = list?.length;
    if (typeof there !== "number") {
      throw new InputTypeError(
        `align: the list is none, expected an entry for each of ${length} rows, got ${showValue(list)}`,
      );
    }
    if (there !== length) {
      throw new ShapeError(
        `align: the list does not fit, expected an entry for each of ${length} rows, got ${there}`,
      );
    }
    return this.#kept?.map((row) => list[row] as T) ?? Array.from(list);
  }
}

/**
 * Looks, and says what it finds: nothing is thrown for bad data, nothing repaired.
 *
 * @throws InputTypeError, InputRangeError, ShapeError for a bad schema, for what is no data, for missing columns.
 */
export function inspect<T extends object & ColumnsOf<T>>(
  x: DataInput | T,
  schema: Schema = {},
  options: Pick<ValidateOptions, "firstRow" | "places"> = {},
): ValidationReport {
  checkOptions("inspect", options, ["firstRow", "places"]);
  return new Examined("inspect", x, schema, options).report();
}

/**
 * Checks data against a schema, and does about each problem what its policy says. Without a policy, the first one is
 * an error that names row and column; `error.cause` is then the report on all of them.
 *
 * @throws InputTypeError for a missing value, for what is no number, for ragged rows.
 * @throws InputRangeError for NaN, ∞, what is too large for float32, out of range, or inexact; and for a column in
 * which nothing is left to impute from.
 * @throws ShapeError for missing columns, and for labels that do not fit.
 */
export function validate<T extends object & ColumnsOf<T>>(
  x: DataInput | T,
  schema: Schema = {},
  options: ValidateOptions = {},
): Valid {
  checkOptions("validate", options, ["imputer", "labels", "labelSchema", "firstRow", "places"]);
  checkTogether(options);
  const data = new Examined("validate", x, schema, options);
  const labels =
    options.labels === undefined
      ? undefined
      : new Examined("validate labels", options.labels, options.labelSchema ?? {}, options);
  if (labels !== undefined && labels.source.length !== data.source.length) {
    throw new ShapeError(
      `validate: labels do not fit, expected one for each of ${data.source.length} rows, got ${labels.source.length}`,
    );
  }
  data.raise();
  labels?.raise();
  const dropped = new Set([...data.toDrop(), ...(labels?.toDrop() ?? [])]);
  // After the others: the first of a kind may be gone.
  for (const examined of [data, labels]) {
    for (const row of examined?.repeatsToDrop(dropped) ?? []) dropped.add(row);
  }
  return data.repair(dropped, options.imputer, labels?.repair(dropped, undefined, undefined));
}

/** @throws InputTypeError */
function checkTogether({ imputer, labels, labelSchema }: ValidateOptions): void {
  if (imputer !== undefined && !(imputer instanceof Imputer)) {
    throw new InputTypeError(
      `validate: imputer is none, expected an Imputer, got ${showValue(imputer)}`,
    );
  }
  if (labelSchema !== undefined && labels === undefined) {
    throw new InputTypeError(
      "validate: labelSchema has nothing to check, expected labels with it, got none",
    );
  }
}

interface Repaired {
  readonly table: Table;
  readonly kept: readonly number[] | undefined;
  readonly fillers: ReadonlyMap<string, Filler>;
}

/** What has been done about the findings, and which columns tell nothing after that. */
interface Done {
  readonly dropped: ReadonlySet<number>;
  readonly fillers: ReadonlyMap<string, Filler>;
  readonly twins: Twins;
}

/** Data, and what was found in it. */
class Examined {
  readonly source: Source;
  readonly #op: string;
  readonly #plan: Plan;
  readonly #findings: Findings;
  readonly #twins: Twins;
  readonly #repeats: Repeats | undefined;
  readonly #places: number;

  constructor(op: string, x: unknown, schema: Schema, options: ValidateOptions) {
    const firstRow = checkWhole(op, "firstRow", options.firstRow ?? 0, 0);
    this.#places = checkWhole(op, "places", options.places ?? 5, 0);
    this.#op = op;
    this.#plan = planOf(schema);
    this.source = openSource(op, x, this.#plan.columns, firstRow);
    this.#findings = new Findings(op, this.source, rulesOf(this.source, this.#plan));
    this.#twins = this.#twinsOf(this.source);
    this.#repeats = this.#plan.repeated === "ignore" ? undefined : new Repeats(this.source);
  }

  #twinsOf(source: Source): Twins {
    const { constant, duplicate } = this.#plan;
    return constant === "ignore" && duplicate === "ignore" ? NO_TWINS : twinsOf(source);
  }

  /** @throws InputTypeError, InputRangeError for the first thing that is to be raised. */
  raise(): void {
    const [row] = this.#findings.ragged;
    if (row !== undefined && this.#plan.ragged === "raise") {
      this.#throw(InputTypeError, `row ${this.source.id(row.row)} ${row.what}`);
    }
    for (const finding of this.#findings) {
      if (finding.remedy === "raise") this.#throwCell(finding);
    }
    this.#raiseRepeats();
    this.#raiseTwins("");
  }

  #raiseRepeats(): void {
    if (this.#plan.repeated !== "raise") return;
    const [first] = this.#repeats ?? [];
    if (first === undefined) return;
    const [row, of] = first.map(this.source.id);
    this.#throw(
      InputRangeError,
      `row ${row} is repeated, expected different rows, got row ${of} again`,
    );
  }

  /** @param when the data are what they were, or have been repaired: that can make a column constant. */
  #raiseTwins(when: "" | " after the repairs", done?: Done): void {
    const { constant, duplicate } = this.#plan;
    if (constant !== "raise" && duplicate !== "raise") return;
    const report = this.report(done);
    const [flat] = Object.entries(report.constant);
    if (flat !== undefined && constant === "raise") {
      this.#throw(
        InputRangeError,
        `column "${flat[0]}" is constant${when}, expected different values, got ${flat[1]} throughout`,
        report,
      );
    }
    const [twins] = report.equal;
    if (twins !== undefined && duplicate === "raise") {
      const [one, two] = twins;
      this.#throw(
        InputRangeError,
        `column "${two}" is a duplicate${when}, expected different values, got those of "${one}"`,
        report,
      );
    }
  }

  #throwCell({ row, column, problem }: Finding): never {
    const { source } = this;
    const rule = this.#rule(column);
    const kind = problem === "missing" || problem === "type" ? InputTypeError : InputRangeError;
    const count = this.#findings.count;
    const more = count > 1 ? ` (the first of ${count} such cells: error.cause reports on all)` : "";
    this.#throw(
      kind,
      `row ${source.id(row)}, column "${source.columns[column]}" ${sentence(problem, rule)}, got ${showValue(source.at(row, column))}${more}`,
    );
  }

  #throw(
    kind: typeof InputTypeError | typeof InputRangeError,
    message: string,
    cause = this.report(),
  ): never {
    throw new kind(`${this.#op}: ${message}`, { cause });
  }

  /** Positions of the rows that the policy drops. */
  toDrop(): Set<number> {
    const rows = new Set(this.#findings.ragged.map(({ row }) => row));
    for (const { row, remedy } of this.#findings) if (remedy === "drop") rows.add(row);
    return rows;
  }

  /** Positions of rows that the policy drops because an equal one is left. */
  repeatsToDrop(dropped: ReadonlySet<number>): readonly number[] {
    return this.#plan.repeated === "drop" ? (this.#repeats?.toDrop(dropped) ?? []) : [];
  }

  repair(
    dropped: ReadonlySet<number>,
    imputer: Imputer | undefined,
    labels: Valid | undefined,
  ): Valid {
    const untouched = dropped.size === 0 && this.#findings.count === 0;
    if (untouched) return Valid.of(this.#findings, this.report(), undefined, labels);
    const repaired = this.#repaired(dropped, imputer);
    const { fillers, table } = repaired;
    const done = { dropped, fillers, twins: this.#twinsOf(openSource(this.#op, table, undefined)) };
    this.#raiseTwins(" after the repairs", done);
    return Valid.of(this.#findings, this.report(done), repaired, labels);
  }

  #repaired(dropped: ReadonlySet<number>, imputer: Imputer | undefined): Repaired {
    const { source } = this;
    const kept =
      dropped.size === 0
        ? undefined
        : Array.from({ length: source.length }, (_, row) => row).filter((r) => !dropped.has(r));
    const rows =
      kept?.map(source.id) ?? Array.from({ length: source.length }, (_, r) => source.id(r));
    const place = new Map(kept?.map((row, i) => [row, i]));
    const here = (row: number) => (kept === undefined ? row : (place.get(row) as number));
    const bad: Bad = new Array(source.columns.length);
    for (const { row, column } of this.#findings) {
      if (dropped.has(row)) continue;
      bad[column] ??= new Uint8Array(rows.length);
      bad[column][here(row)] = 1;
    }
    const table = tableOf(source, this.#findings.rules, rows, kept, bad);
    const gaps = source.columns.map((): Gaps => new Map());
    const put = (row: number, column: number, value: number) => {
      table.values(column)[here(row)] = value;
    };
    let keeps = false;
    for (const { row, column, remedy } of this.#findings) {
      if (dropped.has(row)) continue;
      if (remedy === "keep") keeps = true;
      else if (remedy !== "clip") addGap(gaps[column] as Gaps, remedy as ImputeWith, here(row));
      else put(row, column, clipped(source.at(row, column) as number, this.#rule(column)));
    }
    const fillers = this.#fillGaps(table, bad, gaps, imputer);
    // Last of all: what is kept may be out of range, and is no value to carry forward.
    for (const { row, column, remedy } of keeps ? this.#findings : []) {
      if (dropped.has(row) || remedy !== "keep") continue;
      put(row, column, keptValue(source.at(row, column), this.#rule(column)));
    }
    return { table, kept, fillers };
  }

  #rule(column: number): Rule {
    return this.#findings.rules[column] as Rule;
  }

  /**
   * Fills in place: the table is nobody's yet. One way of filling a column is named in the imputer. What was clipped
   * is carried forward, but tells nothing of the mean.
   */
  #fillGaps(
    table: Table,
    bad: Bad,
    gaps: readonly Gaps[],
    imputer: Imputer | undefined,
  ): ReadonlyMap<string, Filler> {
    const fillers = new Map<string, Filler>();
    for (const [c, name] of table.columns.entries()) {
      const values = table.values(c);
      const where = (i: number) => `${this.#op}: row ${table.rows[i]}, column "${name}"`;
      const rule = this.#rule(c);
      const learn = (how: ImputeWith): Filler => {
        const known = typeof how === "number" ? undefined : imputer?.filler(name);
        if (known === undefined) return this.#learn(c, name, from(how), how);
        checkFiller(`${this.#op}: what the imputer has for column "${name}"`, known.value, rule);
        return known;
      };
      const from = (how: ImputeWith) =>
        how === "forwardFill" ? values : values.filter((_, i) => bad[c]?.[i] !== 1);
      const carried: number[][] = [];
      let carry: Filler | undefined;
      // Last, whichever gap comes first: what the others are filled with is carried forward.
      for (const [how, at] of forwardLast(gaps[c] as Gaps)) {
        const filler = learn(how);
        fillers.set(name, filler);
        if (filler.how !== "forwardFill") {
          fill(values, at, filler, undefined, where);
          continue;
        }
        carry = filler; // an imputer may have it for a gap of any kind
        carried.push(at);
      }
      if (carry === undefined) continue;
      const at = carried.flat().sort((a, b) => a - b);
      fill(values, at, carry, imputer && carry.value, where);
    }
    return fillers;
  }

  /** An integer column is filled with integers. */
  #learn(c: number, name: string, values: Float64Array, how: ImputeWith): Filler {
    const filler = fillerOf(this.#op, name, values, how);
    const { integer } = this.#rule(c);
    return integer ? { ...filler, value: Math.fround(Math.round(filler.value)) } : filler;
  }

  /** @param done undefined where nothing has been repaired. */
  report(done?: Done): ValidationReport {
    const { source } = this;
    const { constant, duplicate } = this.#plan;
    const twins = done?.twins ?? this.#twins;
    const columns = source.columns.map((name): [string, ColumnReport] => {
      const filler = done?.fillers.get(name);
      return [name, { ...emptyColumn(), ...(filler === undefined ? {} : { filler }) }];
    });
    for (const finding of this.#findings) {
      const [, column] = columns[finding.column] as [string, ColumnReport];
      this.#count(finding, column);
      if (done !== undefined) countRepair(finding, column, done.dropped.has(finding.row));
    }
    const ordered = columns.map(([name, own]) => [name, { ...own, counts: inOrder(own.counts) }]);
    const named = (c: number) => source.columns[c] as string;
    return ValidationReport.of({
      rows: source.length,
      dropped: done?.dropped.size ?? 0,
      columns: Object.fromEntries(ordered),
      ragged: {
        count: this.#findings.ragged.length,
        first: this.#findings.ragged
          .slice(0, this.#places)
          .map(({ row, what }) => ({ row: source.id(row), what })),
      },
      repeated: { count: this.#repeats?.count ?? 0, first: this.#firstRepeats() },
      constant: Object.fromEntries(
        [...(constant === "ignore" ? NO_TWINS : twins).constant].map(([c, value]) => [
          named(c),
          showValue(value),
        ]),
      ),
      equal: (duplicate === "ignore" ? [] : twins.equal).map((group) => group.map(named)),
      extra: source.extra,
    });
  }

  #firstRepeats(): RepeatedRow[] {
    const first: RepeatedRow[] = [];
    for (const [row, of] of this.#repeats ?? []) {
      if (first.length === this.#places) break;
      first.push({ row: this.source.id(row), of: this.source.id(of) });
    }
    return first;
  }

  #count({ row, column, problem }: Finding, { counts, first }: ColumnReport): void {
    counts[problem] = (counts[problem] ?? 0) + 1;
    if (first.length >= this.#places) return;
    const got = showValue(this.source.at(row, column));
    first.push({ row: this.source.id(row), problem, got });
  }
}

/** A cell of a row that is gone has not been repaired: it counts where it is why the row went. */
function countRepair({ remedy }: Finding, { repairs }: ColumnReport, rowDropped: boolean): void {
  if (remedy === "drop") repairs.dropped++;
  else if (rowDropped) return;
  else if (remedy === "keep") repairs.kept++;
  else if (remedy === "clip") repairs.clipped++;
  else repairs.imputed++;
}

/** For each column in which something is bad, 1 at the positions where it is. */
type Bad = (Uint8Array | undefined)[];

/** The positions to fill, by what they are filled with. */
type Gaps = Map<ImputeWith, number[]>;

function addGap(gaps: Gaps, how: ImputeWith, at: number): void {
  const known = gaps.get(how);
  if (known === undefined) gaps.set(how, [at]);
  else known.push(at);
}

function forwardLast(gaps: Gaps): (readonly [ImputeWith, number[]])[] {
  const isForward = ([how]: readonly [ImputeWith, number[]]) => how === "forwardFill";
  return [...[...gaps].filter((gap) => !isForward(gap)), ...[...gaps].filter(isForward)];
}

/**
 * The rows kept as a table, with NaN in the cells that are bad. Cells are read once more, maybe long after they were
 * looked at: somebody may have written to them, and a getter says what it likes. Floats have just been scanned, much
 * faster than one by one.
 */
function tableOf(
  source: Source,
  rules: readonly Rule[],
  rows: readonly RowId[],
  kept: readonly number[] | undefined,
  bad: Bad,
): Table {
  source.live();
  const scanned = source.flat !== undefined;
  for (const row of scanned ? [] : (kept ?? rows.keys())) {
    const flaw = source.flaw(row);
    if (flaw === undefined) continue;
    throw new InputTypeError(`validate: row ${source.id(row)} has changed since: it ${flaw}`);
  }
  const values = rules.map((rule, column) => {
    const own = new Float64Array(rows.length);
    const skip = bad[column];
    for (let i = 0; i < own.length; i++) {
      if (skip?.[i] === 1) {
        own[i] = Number.NaN;
        continue;
      }
      const row = kept === undefined ? i : (kept[i] as number);
      const value = source.at(row, column);
      const problem = scanned ? undefined : problemOf(value, rule);
      if (problem !== undefined) throw changed(source, rules, { row, column, problem }, value);
      own[i] = value as number;
    }
    return own;
  });
  return Table.of(source.columns, rows, values);
}

function changed(
  source: Source,
  rules: readonly Rule[],
  { row, column, problem }: Pick<Finding, "row" | "column" | "problem">,
  value = source.at(row, column),
): InputTypeError {
  return new InputTypeError(
    `validate: row ${source.id(row)}, column "${source.columns[column]}" has changed since: it ${sentence(problem, rules[column] as Rule)}, got ${showValue(value)}`,
  );
}

/** Into the column's range, and float32's. */
function clipped(value: number, { min, max }: Rule): number {
  return Math.min(Math.max(value, min, -LARGEST.float32), max, LARGEST.float32);
}

/** What stands for a missing value is kept as NaN: -999 is no number. */
function keptValue(raw: unknown, { missing }: Rule): number {
  return typeof raw === "number" && !missing.has(raw) ? raw : Number.NaN;
}

function sentence(problem: Problem, { integer, min, max }: Rule): string {
  const wanted = integer ? "an integer" : "a number";
  const texts: Record<Problem, string> = {
    missing: `is missing, expected ${wanted}`,
    nan: `is NaN, expected ${wanted}`,
    infinite: `is infinite, expected ${wanted}`,
    tooLarge: "is too large for float32, expected at most 3.4028235e38",
    type: `is no ${integer ? "integer" : "number"}, expected ${wanted}`,
    range: `is out of range, expected ${showNumber(min)} … ${showNumber(max)}`,
    inexact: "is not exact in float32, expected an integer that is, such as any up to 2²⁴",
  };
  return texts[problem];
}
