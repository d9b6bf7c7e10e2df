/**
 * Tables of numbers with named columns: what real data looks like before it is a tensor. A missing value
 * is refused, or becomes a NaN that keeps its column and row; it is never a number by accident.
 */
import {
  checkMade,
  checkNumber,
  checkOneOf,
  checkOptions,
  FLOAT32_LIMIT,
  hasFields,
  MADE,
  reading,
  showNames,
  showValue,
  typeName,
} from "../check.js";
import { tensor } from "../create.js";
import { InputRangeError, InputTypeError, ShapeError } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { checkWay, fill, fillerOf } from "./fillers.js";
import { checkScaling, type Scaling, scaled, scalingOf, spreadOf, unscaled } from "./scalings.js";
import type { ImputeWith } from "./schema.js";
import { checkNames, fieldOf, type RowId } from "./source.js";

export interface FromRecordsOptions {
  /** `null`, `undefined` and NaN: refused (default), or kept as NaN. */
  readonly missing?: "raise" | "nan" | undefined;
}

export class Table {
  readonly columns: readonly string[];
  /** What each row was called in the data that the table was made from: its position there, or its name. */
  readonly rows: readonly RowId[];
  readonly #values: readonly Float64Array[];
  #positions: ReadonlyMap<string, number> | undefined;

  private constructor(
    made: typeof MADE,
    columns: readonly string[],
    rows: readonly RowId[],
    values: readonly Float64Array[],
  ) {
    checkMade("Table", made, "Table.fromRecords(…) or validate(…).table");
    this.columns = columns;
    this.rows = rows;
    this.#values = values;
  }

  /**
   * Numbers from an array of objects.
   *
   * @throws InputTypeError for a missing value (unless kept), and for anything that is no number, with
   * row and column; InputRangeError for a double beyond float32.
   */
  static fromRecords(
    records: readonly object[],
    columns: readonly string[],
    options: FromRecordsOptions = {},
  ): Table {
    checkOptions("Table", options, ["missing"]);
    const missing = checkOneOf("Table", "missing", options.missing ?? "raise", ["raise", "nan"]);
    checkNames("Table", columns);
    if (!Array.isArray(records)) {
      throw new InputTypeError(
        `Table: records are no array, expected objects, got ${typeName(records)}`,
      );
    }
    const values = columns.map((column) => {
      const read = fieldOf(column);
      return Float64Array.from(records, (record: unknown, row) =>
        cell(record, row, column, read, missing),
      );
    });
    return new Table(
      MADE,
      [...columns],
      Array.from(records, (_, row) => row),
      values,
    );
  }

  /** @internal Columns that are known to fit, and to be nobody else's. */
  static of(
    columns: readonly string[],
    rows: readonly RowId[],
    values: readonly Float64Array[],
  ): Table {
    return new Table(MADE, columns, rows, values);
  }

  get length(): number {
    return this.rows.length;
  }

  /** A copy of one column. @throws InputRangeError when there is none of that name. */
  column(name: string): Float64Array {
    return this.#column(name).slice();
  }

  /** @internal Column c itself. */
  values(c: number): Float64Array {
    return this.#values[c] as Float64Array;
  }

  /** @internal A table of the same rows; `change` must not write into what it is given. */
  map(change: (values: Float64Array, name: string) => Float64Array): Table {
    const values = this.#values.map((own, c) => change(own, this.columns[c] as string));
    return new Table(MADE, this.columns, this.rows, values);
  }

  #column(name: string): Float64Array {
    this.#positions ??= new Map(this.columns.map((column, c) => [column, c]));
    const values = this.#values[this.#positions.get(name) ?? -1];
    if (values === undefined) {
      throw new InputRangeError(
        `Table: no such column, expected ${showNames(this.columns)}, got ${showValue(name)}`,
      );
    }
    return values;
  }

  /** How many values each column lacks. */
  missing(): Record<string, number> {
    return Object.fromEntries(
      this.columns.map((name) => [name, this.#column(name).filter(Number.isNaN).length]),
    );
  }

  /** The rows at these positions of this table. @throws InputRangeError where there is none. */
  take(positions: readonly number[]): Table {
    if (!Array.isArray(positions)) {
      throw new InputTypeError(
        `Table: positions are no array, expected whole numbers, got ${showValue(positions)}`,
      );
    }
    for (const [i, position] of (positions as readonly unknown[]).entries()) {
      if (Number.isInteger(position) && this.rows[position as number] !== undefined) continue;
      throw new InputRangeError(
        `Table: positions[${i}] is no row, expected a whole number below ${this.length}, got ${showValue(position)}`,
      );
    }
    return new Table(
      MADE,
      this.columns,
      positions.map((i) => this.rows[i] as RowId),
      this.#values.map((values) => Float64Array.from(positions, (i) => values[i] as number)),
    );
  }

  /** The rows whose value in this column is there. */
  dropMissing(name: string): Table {
    const values = this.#column(name);
    return this.take([...values.keys()].filter((i) => !Number.isNaN(values[i])));
  }

  /** These columns only. @throws InputRangeError where there is none of that name. */
  select(columns: readonly string[]): Table {
    checkNames("Table", columns);
    return new Table(
      MADE,
      columns,
      this.rows,
      columns.map((name) => this.#column(name)),
    );
  }

  /**
   * Fills missing values, column by column.
   *
   * @param fitted the table whose statistics are used: the training data. Default this one.
   * @throws InputRangeError when a column has no value to take a statistic of.
   */
  impute(how: ImputeWith, fitted: Table = this): Table {
    checkTable("Table", fitted);
    return this.map((values, name) => {
      checkWay("Table", name, how);
      const gaps = [...values.keys()].filter((i) => Number.isNaN(values[i]));
      if (gaps.length === 0) return values;
      const filler = fillerOf("Table", name, fitted.#column(name), how);
      const start = fitted === this ? undefined : filler.value;
      const filled = values.slice();
      fill(filled, gaps, filler, start, (i) => `Table: row ${this.rows[i]}, column "${name}"`);
      return filled;
    });
  }

  /** Median and interquartile range of each column, missing values left out; a range of 0 counts as 1. */
  robustScaling(): Record<string, Scaling> {
    return Object.fromEntries(
      this.columns.map((name) => [
        name,
        scalingOf("robust", spreadOf("Table", name, this.#column(name))).scaling,
      ]),
    );
  }

  /**
   * Each column scaled; what is missing stays missing.
   *
   * @throws InputTypeError, InputRangeError for a column without a scaling, or with one that is none, and where a tiny scale makes a number that float32 cannot
   * hold, with its place.
   */
  scale(scalings: Readonly<Record<string, Scaling>>): Table {
    return this.#rescale(scalings, scaled);
  }

  /** The way back from `scale`. @throws InputRangeError as `scale` does. */
  unscale(scalings: Readonly<Record<string, Scaling>>): Table {
    return this.#rescale(scalings, unscaled);
  }

  #rescale(scalings: Readonly<Record<string, Scaling>>, formula: typeof scaled): Table {
    if (!hasFields(scalings)) {
      throw new InputTypeError(
        `Table: scalings are no object, expected one for each column, got ${showValue(scalings)}`,
      );
    }
    return this.map((values, name) => {
      const scaling = Object.hasOwn(scalings, name) ? scalings[name] : undefined;
      if (scaling === undefined) {
        throw new InputRangeError(
          `Table: no scaling for column ${name}, expected one for each column, got ${showNames(Object.keys(scalings)) || "none"}`,
        );
      }
      checkScaling("Table", name, scaling);
      return values.map((value, r) => {
        const result = formula(value, scaling);
        if (Math.abs(result) < FLOAT32_LIMIT || !Number.isFinite(value)) return result;
        throw new InputRangeError(
          `Table: row ${this.rows[r]}, column "${name}" is scaled beyond float32, expected at most 3.4028235e38, got ${result}`,
        );
      });
    });
  }

  /**
   * The table as a tensor [rows, columns] whose reports name column and row.
   *
   * @throws ShapeError when there is nothing in it.
   */
  tensor(name: string): Tensor {
    const width = this.columns.length;
    if (width === 0 || this.length === 0) {
      throw new ShapeError(
        `Table: nothing in "${name}", expected rows and columns, got [${this.length}, ${width}]`,
      );
    }
    const data = new Float32Array(this.length * width);
    this.#values.forEach((values, c) => {
      for (let r = 0; r < values.length; r++) data[r * width + c] = values[r] as number;
    });
    const { columns, rows } = this;
    return tensor(data, { shape: [this.length, width], name, columns, rows });
  }
}

/** @internal @throws InputTypeError */
export function checkTable(op: string, table: unknown): asserts table is Table {
  if (table instanceof Table) return;
  throw new InputTypeError(
    `${op}: x is no table, expected a Table, as of validate(…).table, got ${showValue(table)}`,
  );
}

function cell(
  record: unknown,
  row: number,
  column: string,
  read: (record: object) => unknown,
  missing: "raise" | "nan",
): number {
  if (record === null || typeof record !== "object") {
    throw new InputTypeError(
      `Table: row ${row} is no object, expected a record, got ${typeName(record)}`,
    );
  }
  const value = reading(`Table: row ${row}, column "${column}"`, () => read(record));
  const absent = value === null || value === undefined || Number.isNaN(value);
  if (absent && missing === "nan") return Number.NaN;
  if (absent) {
    throw new InputTypeError(
      `Table: row ${row}, column "${column}" is missing, expected a number, got ${value}: { missing: "nan" } keeps it`,
    );
  }
  return checkNumber("Table", column, value, [row]);
}
