/**
 * Statistics of data that comes in chunks and never is in memory as a whole. Counts, ends, mean and variance are
 * those of everything at once, up to f64 rounding; quantiles are estimates with a stated error.
 */
import {
  checkOneOf,
  checkOptions,
  FLOAT32_LIMIT,
  hasFields,
  showNames,
  showValue,
} from "../check.js";
import { InputRangeError, InputTypeError, ShapeError } from "../errors.js";
import { Imputer } from "./imputer.js";
import { sameNames } from "./report.js";
import { checkKind, Scaler, type ScalerOptions } from "./scaler.js";
import type { ScalingKind, Spread } from "./scalings.js";
import { ColumnSketch, type QuantileSketches } from "./sketch.js";
import { checkNames, type DataInput, openSource, type Source } from "./source.js";
import { Moments, quantile, sortedFinite } from "./statistics.js";

export interface ProfileOptions {
  /** Columns to look at. Default: those of the first chunk. */
  readonly columns?: readonly string[] | undefined;
  /** What `quantileSketches()` gave: without it there are no quantiles, and nothing to install. */
  readonly quantiles?: QuantileSketches | undefined;
  /**
   * Points around which quantiles are precise. Default: the medians of the first chunk. Profiles that are to be merged
   * need the same: hand `centers` of one to the others.
   */
  readonly centers?: Readonly<Record<string, number>> | undefined;
}

/** What is known of a column so far. */
export interface ColumnProfile {
  /** Finite values. Everything below but the other counts is over them. */
  readonly count: number;
  /** null and undefined */
  readonly missing: number;
  readonly nan: number;
  readonly positiveInfinity: number;
  readonly negativeInfinity: number;
  /** NaN where there is no value, as are the mean and the variance. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the population: the sum of squared deviations over the count. */
  readonly variance: number;
}

class Column {
  readonly moments = new Moments();
  missing = 0;
  nan = 0;
  up = 0;
  down = 0;
  sketch: ColumnSketch | undefined;

  /** Adds the values of a chunk: all numbers, NaN where one is missing. */
  add(values: Float64Array, missing: number): void {
    this.missing += missing;
    this.nan -= missing;
    this.moments.add(values);
    for (const value of values) {
      if (Number.isFinite(value)) this.sketch?.add(value);
      else if (Number.isNaN(value)) this.nan++;
      else if (value > 0) this.up++;
      else this.down++;
    }
  }

  merge(other: Column): void {
    if (this.sketch !== undefined && other.sketch !== undefined) this.sketch.merge(other.sketch);
    this.moments.merge(other.moments);
    this.missing += other.missing;
    this.nan += other.nan;
    this.up += other.up;
    this.down += other.down;
  }
}

export class Profile {
  #columns: ReadonlyMap<string, Column> | undefined;
  #rows = 0;
  readonly #wanted: readonly string[] | undefined;
  readonly #sketches: QuantileSketches | undefined;
  readonly #centers: Readonly<Record<string, number>> | undefined;

  /** @throws InputTypeError, InputRangeError for options that are none. */
  constructor(options: ProfileOptions = {}) {
    checkOptions("Profile", options, ["columns", "quantiles", "centers"]);
    const { columns, quantiles, centers } = options;
    if (columns !== undefined) checkNames("Profile", columns);
    if (quantiles !== undefined && typeof quantiles?.make !== "function") {
      throw new InputTypeError(
        `Profile: quantiles are none, expected await quantileSketches(), got ${showValue(quantiles)}`,
      );
    }
    if (centers !== undefined) checkCenters(centers);
    if (columns !== undefined) checkCentersOf(columns, centers);
    this.#wanted = columns;
    this.#sketches = quantiles;
    this.#centers = centers;
  }

  /** Rows added so far. */
  get rows(): number {
    return this.#rows;
  }

  get columns(): readonly string[] {
    return [...(this.#columns?.keys() ?? this.#wanted ?? [])];
  }

  /** The points around which quantiles are precise. */
  get centers(): Record<string, number> {
    const known = [...(this.#columns ?? [])].flatMap(([name, { sketch }]) =>
      sketch === undefined ? [] : [[name, sketch.center] as const],
    );
    return Object.fromEntries(known);
  }

  /**
   * Adds a chunk. A chunk that is refused leaves the profile as it was.
   *
   * @throws InputTypeError for what is no number, with its row, counted from the first chunk on, and its column;
   * InputRangeError for a double beyond float32, and where there is no column for one of the `centers`; ShapeError where
   * columns are missing, or, unless `columns` says which to look at, new.
   */
  add(chunk: DataInput): this {
    const wanted = this.#columns === undefined ? this.#wanted : this.columns;
    const source = openSource("Profile", chunk, wanted, this.#rows);
    // Without a row there are no names either.
    if (source.length === 0 && wanted === undefined) return this;
    this.#checkNew(source);
    const parts = source.columns.map((name, c) => ({ name, ...numbersOf(source, c) }));
    this.#columns ??= this.#open(parts);
    for (const { name, values, missing } of parts) this.#columns.get(name)?.add(values, missing);
    this.#rows += source.length;
    return this;
  }

  /** What of a column came before it turned up is not known, nor whether it is wanted. @throws ShapeError */
  #checkNew({ extra, columns }: Source): void {
    if (this.#wanted !== undefined || extra.length === 0) return;
    throw new ShapeError(
      `Profile: the columns are not those of the first chunk, expected ${showNames(columns)}, got ${showNames(extra)} too: { columns } says which to look at`,
    );
  }

  #open(parts: readonly { readonly name: string; readonly values: Float64Array }[]) {
    checkCentersOf(
      parts.map(({ name }) => name),
      this.#centers,
    );
    const opened = parts.map(({ name, values }): [string, Column] => {
      const column = new Column();
      if (this.#sketches !== undefined) {
        column.sketch = new ColumnSketch(this.#sketches, this.#centerOf(name, values));
      }
      return [name, column];
    });
    return new Map(opened);
  }

  /** The columns of another profile, of which nothing has been seen here yet. */
  #openAs(others: ReadonlyMap<string, Column>): ReadonlyMap<string, Column> {
    checkCentersOf([...others.keys()], this.#centers);
    const opened = [...others].map(([name, { sketch }]): [string, Column] => {
      const column = new Column();
      if (this.#sketches !== undefined && sketch !== undefined) {
        column.sketch = new ColumnSketch(this.#sketches, this.#given(name) ?? sketch.center);
      }
      return [name, column];
    });
    return new Map(opened);
  }

  #given(name: string): number | undefined {
    const centers = this.#centers;
    return centers !== undefined && Object.hasOwn(centers, name) ? centers[name] : undefined;
  }

  #centerOf(name: string, values: Float64Array): number {
    const given = this.#given(name);
    if (given !== undefined) return given;
    return values.some(Number.isFinite) ? quantile(sortedFinite("Profile", name, values), 0.5) : 0;
  }

  /**
   * Adds what another profile has seen, of other rows with the same columns. One that has seen nothing takes columns and
   * centers that it was not given from the other.
   *
   * @throws InputTypeError for other columns, or where only one has quantiles; InputRangeError for other centers.
   */
  merge(other: Profile): this {
    if (!(other instanceof Profile)) {
      throw new InputTypeError(
        `Profile: nothing to merge, expected a Profile, got ${showValue(other)}`,
      );
    }
    if (other.#columns === undefined) return this;
    const two = other.columns;
    const one = this.#columns === undefined ? (this.#wanted ?? two) : this.columns;
    if (!sameNames(one, two)) {
      throw new InputTypeError(
        `Profile: columns differ, expected ${showNames(one)}, got ${showNames(two)}`,
      );
    }
    const [here, there] = [this, other].map((profile) => profile.#sketches !== undefined);
    if (here !== there) {
      const said = (has: boolean | undefined) => `one made with${has ? "" : "out"} quantiles`;
      throw new InputTypeError(
        `Profile: quantiles differ, expected ${said(here)}, got ${said(there)}`,
      );
    }
    const mine = this.#columns ?? this.#openAs(other.#columns);
    for (const [name, column] of other.#columns) {
      const sketch = mine.get(name)?.sketch;
      if (sketch !== undefined && column.sketch !== undefined) sketch.check(column.sketch);
    }
    this.#columns = mine;
    for (const [name, column] of other.#columns) this.#column(name).merge(column);
    this.#rows += other.#rows;
    return this;
  }

  /** @throws InputRangeError before the first chunk: there is nothing to tell of any column. */
  #begun(): void {
    if (this.#columns !== undefined) return;
    throw new InputRangeError("Profile: nothing was added, expected at least one chunk, got none");
  }

  #column(name: string): Column {
    this.#begun();
    const column = this.#columns?.get(name);
    if (column !== undefined) return column;
    throw new InputRangeError(
      `Profile: no such column, expected ${showNames(this.columns)}, got ${showValue(name)}`,
    );
  }

  /** What is known of a column. @throws InputRangeError when there is none of that name. */
  column(name: string): ColumnProfile {
    const { moments, missing, nan, up, down } = this.#column(name);
    const some = moments.count > 0;
    return {
      count: moments.count,
      ...{ missing, nan, positiveInfinity: up, negativeInfinity: down },
      min: some ? moments.min : Number.NaN,
      max: some ? moments.max : Number.NaN,
      mean: some ? moments.mean : Number.NaN,
      variance: moments.variance(),
    };
  }

  /**
   * An estimate of a quantile, by the convention of NumPy (linear interpolation).
   *
   * @throws InputRangeError for q outside 0 … 1, and for a column without values; InputTypeError when the profile was
   * made without quantiles.
   */
  quantile(name: string, q: number): number {
    if (!(typeof q === "number" && q >= 0 && q <= 1)) {
      throw new InputRangeError(`Profile: bad quantile, expected 0 … 1, got ${showValue(q)}`);
    }
    const { min, max } = this.#spread(name).moments();
    if (q === 0 || q === 1) return q === 0 ? min : max;
    return Math.min(Math.max(this.#sketch(name).quantile(q), min), max);
  }

  /**
   * The most by which that estimate may be off: r / (1 - r) for r = relativeAccuracy, times the distances from the center of the
   * two values that it lies between, in the shares that it has of them, and what rounding adds, 2⁻⁴⁴ of their size. 0 for q = 0 and 1.
   */
  quantileError(name: string, q: number): number {
    const exact = this.#spread(name).moments().min === this.quantile(name, q);
    return q === 0 || q === 1 || (exact && this.column(name).variance === 0)
      ? 0
      : this.#sketch(name).error(q);
  }

  #sketch(name: string): ColumnSketch {
    const { sketch } = this.#column(name);
    if (sketch !== undefined) return sketch;
    throw new InputTypeError(
      "Profile: made without quantiles, expected new Profile({ quantiles: await quantileSketches() }), got none",
    );
  }

  #spread(name: string): Spread {
    const { moments } = this.#column(name);
    if (moments.count === 0) {
      throw new InputRangeError(
        `Profile: column "${name}" is empty, expected at least one value, got none`,
      );
    }
    return { moments: () => moments, quantile: (q) => this.quantile(name, q) };
  }

  /**
   * A scaler for the data seen so far. `robust` needs quantiles.
   *
   * @throws InputRangeError when nothing was added, a column has no value, or its quartiles are nearer to each other than the sketch
   * can tell.
   */
  scaler(kind: ScalingKind, options: ScalerOptions = {}): Scaler {
    checkKind("Profile", kind, options);
    this.#begun();
    if (kind === "robust") for (const name of this.columns) this.#checkQuartiles(name);
    const spreads = this.columns.map((name) => [name, this.#spread(name)] as const);
    return Scaler.from(spreads, kind, options.range);
  }

  #checkQuartiles(name: string): void {
    const iqr = this.quantile(name, 0.75) - this.quantile(name, 0.25);
    const error = this.quantileError(name, 0.25) + this.quantileError(name, 0.75);
    if (error === 0 || iqr > 2 * error) return;
    throw new InputRangeError(
      `Profile: the quartiles of column "${name}" are too near to each other, expected more than ${2 * error} between them, got ${iqr}: give a center near them, or a smaller relativeAccuracy`,
    );
  }

  /**
   * What fills gaps: with the mean, or with the median, which needs quantiles.
   *
   * @throws InputRangeError when nothing was added, or a column has no value.
   */
  imputer(how: "mean" | "median"): Imputer {
    checkOneOf("Profile", "way to fill gaps", how, ["mean", "median"]);
    this.#begun();
    // JSON knows no -0.
    const filler = (name: string) =>
      0 + (how === "mean" ? this.#spread(name).moments().mean : this.quantile(name, 0.5));
    return Imputer.of(
      Object.fromEntries(this.columns.map((name) => [name, { how, value: filler(name) }])),
    );
  }
}

/** A center that is NaN would make every quantile one. @throws InputTypeError, InputRangeError */
function checkCenters(centers: unknown): void {
  if (!hasFields(centers)) {
    throw new InputTypeError(
      `Profile: centers are no object, expected a number for each column, got ${showValue(centers)}`,
    );
  }
  for (const [name, center] of Object.entries(centers)) {
    if (Number.isFinite(center)) continue;
    throw new InputRangeError(
      `Profile: centers.${name} is no center, expected a finite number, got ${showValue(center)}`,
    );
  }
}

/** A center of no column is a name that is misspelt. @throws InputRangeError */
function checkCentersOf(columns: readonly string[], centers: object | undefined): void {
  const odd = Object.keys(centers ?? {}).find((name) => !columns.includes(name));
  if (odd === undefined) return;
  throw new InputRangeError(
    `Profile: centers.${odd} is of no column, expected ${showNames(columns)}, got "${odd}"`,
  );
}

/** A column of a chunk as numbers. @throws InputTypeError, InputRangeError */
function numbersOf(
  source: Source,
  c: number,
): { readonly values: Float64Array; readonly missing: number } {
  const values = new Float64Array(source.length);
  let missing = 0;
  for (let r = 0; r < values.length; r++) {
    const flaw = source.flaw(r);
    if (flaw !== undefined) throw new InputTypeError(`Profile: row ${source.id(r)} ${flaw}`);
    const value = source.at(r, c);
    if (value === null || value === undefined) {
      missing++;
      values[r] = Number.NaN;
    } else {
      values[r] = number(source, r, c, value);
    }
  }
  return { values, missing };
}

function number(source: Source, r: number, c: number, value: unknown): number {
  const where = `Profile: row ${source.id(r)}, column "${source.columns[c]}"`;
  if (typeof value !== "number") {
    throw new InputTypeError(`${where} is no number, expected a number, got ${showValue(value)}`);
  }
  if (Number.isFinite(value) && Math.abs(value) >= FLOAT32_LIMIT) {
    throw new InputRangeError(
      `${where} is too large for float32, expected at most 3.4028235e38, got ${value}`,
    );
  }
  return value;
}
