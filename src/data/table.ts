/**
 * Tables of numbers with named columns: what real data looks like before it is a tensor. A missing value
 * is refused, or becomes a NaN that keeps its column and row; it is never a number by accident.
 */
import { checkNumber, typeName } from "../check.js";
import { tensor } from "../create.js";
import { InputRangeError, InputTypeError, ShapeError } from "../errors.js";
import type { Tensor } from "../tensor.js";

export interface FromRecordsOptions {
  /** `null`, `undefined` and NaN: refused (default), or kept as NaN. */
  readonly missing?: "raise" | "nan";
}

/** What a missing value is replaced by: a statistic of the column's other values, or a number. */
export type ImputeWith = "mean" | "median" | number;

/** How a column was scaled: `(x − center) / scale`. */
export interface Scaling {
  readonly center: number;
  readonly scale: number;
}

export class Table {
  readonly columns: readonly string[];
  /** Position of each row in the records that the table was made from. */
  readonly rows: readonly number[];
  readonly #values: readonly Float64Array[];

  private constructor(
    columns: readonly string[],
    rows: readonly number[],
    values: readonly Float64Array[],
  ) {
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
    { missing = "raise" }: FromRecordsOptions = {},
  ): Table {
    if (!Array.isArray(records)) {
      throw new InputTypeError(
        `Table: records are no array, expected objects, got ${typeName(records)}`,
      );
    }
    const values = columns.map((column) =>
      Float64Array.from(records, (record: unknown, row) => cell(record, row, column, missing)),
    );
    return new Table(
      [...columns],
      records.map((_, row) => row),
      values,
    );
  }

  get length(): number {
    return this.rows.length;
  }

  /** A copy of one column. @throws InputRangeError when there is none of that name. */
  column(name: string): Float64Array {
    return this.#column(name).slice();
  }

  #column(name: string): Float64Array {
    const values = this.#values[this.columns.indexOf(name)];
    if (values === undefined) {
      throw new InputRangeError(
        `Table: no such column, expected ${this.columns.join(", ")}, got ${name}`,
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

  /** The rows at these positions of this table. */
  take(positions: readonly number[]): Table {
    return new Table(
      this.columns,
      positions.map((i) => this.rows[i] as number),
      this.#values.map((values) => Float64Array.from(positions, (i) => values[i] as number)),
    );
  }

  /** The rows whose value in this column is there. */
  dropMissing(name: string): Table {
    const values = this.#column(name);
    return this.take([...values.keys()].filter((i) => !Number.isNaN(values[i])));
  }

  /** These columns only. */
  select(columns: readonly string[]): Table {
    return new Table(
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
    const values = this.columns.map((name) => {
      const own = this.#column(name);
      if (!own.some(Number.isNaN)) return own;
      const filler = typeof how === "number" ? how : statistic(how, name, fitted.#column(name));
      return own.map((value) => (Number.isNaN(value) ? filler : value));
    });
    return new Table(this.columns, this.rows, values);
  }

  /** Median and interquartile range of each column, missing values left out; a range of 0 counts as 1. */
  robustScaling(): Record<string, Scaling> {
    return Object.fromEntries(
      this.columns.map((name) => {
        const sorted = present(name, this.#column(name));
        const range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
        return [name, { center: quantile(sorted, 0.5), scale: range === 0 ? 1 : range }];
      }),
    );
  }

  /** Each column scaled; missing values stay missing. */
  scale(scalings: Readonly<Record<string, Scaling>>): Table {
    const values = this.columns.map((name) => {
      const scaling = scalings[name];
      if (scaling === undefined) {
        throw new InputRangeError(
          `Table: no scaling for column ${name}, expected one for each column`,
        );
      }
      return this.#column(name).map((value) => (value - scaling.center) / scaling.scale);
    });
    return new Table(this.columns, this.rows, values);
  }

  /** The table as a tensor [rows, columns] whose reports name column and row. */
  tensor(name: string): Tensor {
    const width = this.columns.length;
    if (width === 0 || this.length === 0) {
      throw new ShapeError(
        `Table: nothing in "${name}", expected rows and columns, got [${this.length}, ${width}]`,
      );
    }
    const data = new Float64Array(this.length * width);
    this.#values.forEach((values, c) => {
      for (const [r, value] of values.entries()) data[r * width + c] = value;
    });
    const { columns, rows } = this;
    return tensor(data, { shape: [this.length, width], name, columns, rows });
  }
}

function cell(record: unknown, row: number, column: string, missing: "raise" | "nan"): number {
  if (record === null || typeof record !== "object") {
    throw new InputTypeError(
      `Table: row ${row} is no object, expected a record, got ${typeName(record)}`,
    );
  }
  const value = (record as Record<string, unknown>)[column];
  const absent = value === null || value === undefined || Number.isNaN(value);
  if (absent && missing === "nan") return Number.NaN;
  if (absent) {
    throw new InputTypeError(
      `Table: row ${row}, column "${column}" is missing, expected a number, got ${value}: { missing: "nan" } keeps it`,
    );
  }
  return checkNumber("Table", column, value, [row]);
}

/** The values that are there, sorted. */
function present(name: string, values: Float64Array): Float64Array {
  const there = values.filter((value) => !Number.isNaN(value)).sort();
  if (there.length === 0) {
    throw new InputRangeError(
      `Table: column "${name}" is empty, expected at least one value, got none`,
    );
  }
  return there;
}

function statistic(how: "mean" | "median", name: string, values: Float64Array): number {
  const there = present(name, values);
  return how === "median" ? quantile(there, 0.5) : there.reduce((a, b) => a + b, 0) / there.length;
}

/** Linear interpolation between the neighbours (NumPy's default). */
function quantile(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const [low = Number.NaN, high = low] = sorted.slice(Math.floor(at), Math.floor(at) + 2);
  return low + (high - low) * (at - Math.floor(at));
}
