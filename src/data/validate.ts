/**
 * Input hygiene: is a table what its schema says, where is it not, and what is done about that. Nothing is repaired
 * that the schema does not allow to be, and nothing is repaired without being counted.
 */
import { typeName } from "../check.js";
import { tensor } from "../create.js";
import { InputRangeError, InputTypeError, ShapeError } from "../errors.js";
import { showNumber } from "../report.js";
import { Tensor } from "../tensor.js";
import { type Filler, fill, fillerOf } from "./fillers.js";
import { type Finding, Findings } from "./findings.js";
import { Imputer } from "./imputer.js";
import { type ColumnReport, emptyColumn, ValidationReport } from "./report.js";
import {
  type ImputeWith,
  type Plan,
  type Problem,
  planOf,
  type Rule,
  type Schema,
} from "./schema.js";
import { type DataInput, openSource, type RowId, type Source } from "./source.js";
import { Table } from "./table.js";
import { NO_TWINS, type Twins, twinsOf } from "./twins.js";

export interface ValidateOptions {
  /** Fills gaps with what was learnt before, from the training data, instead of from this. */
  readonly imputer?: Imputer;
  /** What belongs to each row: dropped with it, and it with them. */
  readonly labels?: DataInput;
  readonly labelSchema?: Schema;
  /** The number of the first row, where this is a chunk of something longer. Default 0. */
  readonly firstRow?: number;
  /** How many places a column's report names. Default 5. */
  readonly places?: number;
}

/** Data that is as its schema asks. */
export class Valid {
  readonly report: ValidationReport;
  /** What gaps were filled with: for the data that comes later. */
  readonly imputer: Imputer;
  readonly labels: Valid | undefined;
  readonly #source: Source;
  /** Positions of the rows kept; undefined: all of them. */
  readonly #kept: readonly number[] | undefined;
  readonly #untouched: boolean;
  #table: Table | undefined;

  /** @internal */
  constructor(
    source: Source,
    report: ValidationReport,
    repaired: Repaired | undefined,
    labels: Valid | undefined,
  ) {
    this.#source = source;
    this.report = report;
    this.#untouched = repaired === undefined;
    this.#table = repaired?.table;
    this.#kept = repaired?.kept;
    this.imputer = new Imputer(repaired?.fillers ?? {});
    this.labels = labels;
  }

  /** What the rows kept were called in the data. */
  get rows(): RowId[] {
    const { id, length } = this.#source;
    return this.#kept?.map(id) ?? Array.from({ length }, (_, row) => id(row));
  }

  /** The data, as a table: made when first asked for. */
  get table(): Table {
    this.#table ??= tableOf(this.#source, this.rows, undefined, new Set());
    return this.#table;
  }

  /** The numbers as float32, row by row: the array that was validated, where that was one and nothing was done to it. */
  values(): Float32Array {
    const { flat, columns } = this.#source;
    if (this.#untouched && flat !== undefined) {
      return flat instanceof Tensor ? flat.toArray() : flat;
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
   * @throws ShapeError when no row is left.
   */
  tensor(name: string): Tensor {
    const { flat, columns, length } = this.#source;
    if (!this.#untouched || flat === undefined || length === 0) return this.table.tensor(name);
    const data = this.values();
    return tensor(data, { shape: [length, columns.length], name, columns, rows: this.rows });
  }

  /**
   * Of a list with an entry for each row of the data, the entries of the rows kept.
   *
   * @throws ShapeError when there are more or fewer.
   */
  align<T>(list: ArrayLike<T>): T[] {
    const { length } = this.#source;
    if (list.length !== length) {
      throw new ShapeError(
        `align: the list does not fit, expected an entry for each of ${length} rows, got ${list.length}`,
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
export function inspect(
  x: DataInput,
  schema: Schema = {},
  options: Pick<ValidateOptions, "firstRow" | "places"> = {},
): ValidationReport {
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
export function validate(x: DataInput, schema: Schema = {}, options: ValidateOptions = {}): Valid {
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
  return data.repair(dropped, options.imputer, labels?.repair(dropped, undefined, undefined));
}

interface Repaired {
  readonly table: Table;
  readonly kept: readonly number[] | undefined;
  readonly fillers: Readonly<Record<string, Filler>>;
}

/** What has been done about the findings. */
interface Done {
  readonly dropped: ReadonlySet<number>;
  readonly fillers: Readonly<Record<string, Filler>>;
}

/** Data, and what was found in it. */
class Examined {
  readonly source: Source;
  readonly #op: string;
  readonly #plan: Plan;
  readonly #findings: Findings;
  readonly #twins: Twins;
  readonly #places: number;

  constructor(op: string, x: DataInput, schema: Schema, options: ValidateOptions) {
    const { firstRow = 0, places = 5 } = options;
    this.#op = op;
    this.#plan = planOf(schema);
    this.source = openSource(op, x, this.#plan.columns, firstRow);
    this.#findings = new Findings(op, this.source, this.#plan);
    const { constant, duplicate } = this.#plan;
    const wanted = constant !== "ignore" || duplicate !== "ignore";
    this.#twins = wanted ? twinsOf(this.source) : NO_TWINS;
    this.#places = places;
  }

  /** @throws InputTypeError, InputRangeError for the first thing that is to be raised. */
  raise(): void {
    const { ragged, constant, duplicate } = this.#plan;
    const [row] = this.#findings.ragged;
    if (row !== undefined && ragged === "raise") {
      this.#throw(InputTypeError, `row ${this.source.id(row.row)} ${row.what}`);
    }
    for (const finding of this.#findings) {
      if (finding.remedy === "raise") this.#throwCell(finding);
    }
    const report = this.report();
    const [flat] = Object.entries(report.constant);
    if (flat !== undefined && constant === "raise") {
      this.#throw(
        InputRangeError,
        `column "${flat[0]}" is constant, expected different values, got ${flat[1]} throughout`,
      );
    }
    const [twins] = report.equal;
    if (twins !== undefined && duplicate === "raise") {
      const [one, two] = twins;
      this.#throw(
        InputRangeError,
        `column "${two}" is a duplicate, expected different values, got those of "${one}"`,
      );
    }
  }

  #throwCell({ row, column, problem }: Finding): never {
    const { source } = this;
    const rule = this.#findings.rules[column] as Rule;
    const kind = problem === "missing" || problem === "type" ? InputTypeError : InputRangeError;
    const count = this.#findings.count;
    const more = count > 1 ? ` (the first of ${count} such cells: error.cause reports on all)` : "";
    this.#throw(
      kind,
      `row ${source.id(row)}, column "${source.columns[column]}" ${sentence(problem, rule)}, got ${describe(source.at(row, column))}${more}`,
    );
  }

  #throw(kind: typeof InputTypeError | typeof InputRangeError, message: string): never {
    throw new kind(`${this.#op}: ${message}`, { cause: this.report() });
  }

  /** Positions of the rows that the policy drops. */
  toDrop(): Set<number> {
    const rows = new Set(this.#findings.ragged.map(({ row }) => row));
    for (const { row, remedy } of this.#findings) if (remedy === "drop") rows.add(row);
    return rows;
  }

  repair(
    dropped: ReadonlySet<number>,
    imputer: Imputer | undefined,
    labels: Valid | undefined,
  ): Valid {
    const untouched = dropped.size === 0 && this.#findings.count === 0;
    const repaired = untouched ? undefined : this.#repaired(dropped, imputer);
    const report = this.report({ dropped, fillers: repaired?.fillers ?? {} });
    return new Valid(this.source, report, repaired, labels);
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
    const left = [...this.#findings].filter(({ row }) => !dropped.has(row));
    const table = tableOf(source, rows, kept, new Set(left.map(cellKey(source))));
    const gaps = source.columns.map((): { at: number; how: ImputeWith }[] => []);
    for (const { row, column, remedy } of left) {
      const values = table.values(column);
      const raw = source.at(row, column);
      const rule = this.#findings.rules[column] as Rule;
      const at = here(row);
      if (remedy === "clip") values[at] = clipped(raw as number, rule);
      else if (remedy === "keep") values[at] = keptValue(raw, rule);
      else gaps[column]?.push({ at, how: remedy as ImputeWith });
    }
    return { table, kept, fillers: this.#fillGaps(table, gaps, imputer) };
  }

  /** Fills in place: the table is nobody's yet. One way of filling a column is named in the imputer. */
  #fillGaps(
    table: Table,
    gaps: readonly (readonly { readonly at: number; readonly how: ImputeWith }[])[],
    imputer: Imputer | undefined,
  ): Record<string, Filler> {
    const fillers: Record<string, Filler> = {};
    for (const [c, name] of table.columns.entries()) {
      const values = table.values(c);
      const where = (i: number) => `${this.#op}: row ${table.rows[i]}, column "${name}"`;
      const learnt = values.slice();
      for (const how of new Set(gaps[c]?.map((gap) => gap.how))) {
        const at = (gaps[c] ?? []).filter((gap) => gap.how === how).map((gap) => gap.at);
        const known = typeof how === "number" ? undefined : imputer?.filler(name);
        const filler = known ?? this.#learn(c, name, learnt, how);
        fill(values, at, filler, known?.value, where);
        fillers[name] = filler;
      }
    }
    return fillers;
  }

  /** An integer column is filled with integers. */
  #learn(c: number, name: string, values: Float64Array, how: ImputeWith): Filler {
    const filler = fillerOf(this.#op, name, values, how);
    const { integer } = this.#findings.rules[c] as Rule;
    return integer ? { ...filler, value: Math.round(filler.value) } : filler;
  }

  /** @param done undefined where nothing has been repaired. */
  report(done?: Done): ValidationReport {
    const { source } = this;
    const { constant, duplicate } = this.#plan;
    const columns = source.columns.map((name): [string, ColumnReport] => {
      const filler = done?.fillers[name];
      return [name, { ...emptyColumn(), ...(filler === undefined ? {} : { filler }) }];
    });
    for (const finding of this.#findings) {
      const [, column] = columns[finding.column] as [string, ColumnReport];
      this.#count(finding, column);
      if (done !== undefined) countRepair(finding, column, done.dropped.has(finding.row));
    }
    const named = (c: number) => source.columns[c] as string;
    return new ValidationReport({
      rows: source.length,
      dropped: done?.dropped.size ?? 0,
      columns: Object.fromEntries(columns),
      ragged: {
        count: this.#findings.ragged.length,
        first: this.#findings.ragged
          .slice(0, this.#places)
          .map(({ row, what }) => ({ row: source.id(row), what })),
      },
      constant: Object.fromEntries(
        [...(constant === "ignore" ? NO_TWINS : this.#twins).constant].map(([c, value]) => [
          named(c),
          describe(value),
        ]),
      ),
      equal: (duplicate === "ignore" ? [] : this.#twins.equal).map((group) => group.map(named)),
      extra: source.extra,
    });
  }

  #count({ row, column, problem }: Finding, { counts, first }: ColumnReport): void {
    counts[problem] = (counts[problem] ?? 0) + 1;
    if (first.length >= this.#places) return;
    const got = describe(this.source.at(row, column));
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

const cellKey =
  ({ columns }: Source) =>
  ({ row, column }: Pick<Finding, "row" | "column">) =>
    row * columns.length + column;

/** The rows kept as a table, with NaN in the cells that are bad. */
function tableOf(
  source: Source,
  rows: readonly RowId[],
  kept: readonly number[] | undefined,
  bad: ReadonlySet<number>,
): Table {
  const key = cellKey(source);
  const values = source.columns.map((_, column) => {
    const own = new Float64Array(rows.length);
    for (let i = 0; i < own.length; i++) {
      const row = kept === undefined ? i : (kept[i] as number);
      const isBad = bad.size > 0 && bad.has(key({ row, column }));
      own[i] = isBad ? Number.NaN : (source.at(row, column) as number);
    }
    return own;
  });
  return Table.of(source.columns, rows, values);
}

const LARGEST = 3.4028234663852886e38;

/** Into the column's range, and float32's. */
function clipped(value: number, { min, max }: Rule): number {
  return Math.min(Math.max(value, min, -LARGEST), max, LARGEST);
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

function describe(value: unknown): string {
  if (value === undefined) return "undefined";
  return typeof value === "number" ? `${value}` : typeName(value);
}
