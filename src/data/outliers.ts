/**
 * Values far from the others, by two rules that outliers themselves cannot move.
 *
 *   iqr   below Q1 − k · IQR or above Q3 + k · IQR                k = 1.5: Tukey's fences
 *   mad   |x − median| > k · MAD / Φ⁻¹(¾)                         k = 3.5: Iglewicz and Hoaglin
 *
 * 1 / Φ⁻¹(¾), about 1.4826, makes the median absolute deviation of a normal distribution its standard deviation.
 */
import { checkMade, checkOneOf, checkOptions, MADE, showNames, showValue } from "../check.js";
import { InputRangeError } from "../errors.js";
import { LARGEST } from "../tensor.js";
import { load, type Saved, save } from "./saved.js";
import type { ColumnSchema } from "./schema.js";
import type { RowId } from "./source.js";
import { quantile, sortedFinite } from "./statistics.js";
import { checkTable, type Table } from "./table.js";

export interface OutlierOptions {
  readonly method?: "iqr" | "mad" | undefined;
  /** How far is too far. Default 1.5 for `iqr`, 3.5 for `mad`. */
  readonly k?: number | undefined;
}

/** What is not beyond these is no outlier. */
export interface Fences {
  readonly low: number;
  readonly high: number;
}

export interface Outlier {
  readonly row: RowId;
  readonly value: number;
}

const DEFAULT_K = { iqr: 1.5, mad: 3.5 } as const;
const MAD_TO_SIGMA = 1.482602218505602;

/** Undefined where half of the column, or more, is one value: every other would be an outlier. */
function fencesOf(sorted: Float64Array, method: "iqr" | "mad", k: number): Fences | undefined {
  if (method === "iqr") {
    const [low, high] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
    return fenced(low, high, k * (high - low));
  }
  const median = quantile(sorted, 0.5);
  const deviations = sorted.map((value) => Math.abs(value - median)).sort();
  return fenced(median, median, k * MAD_TO_SIGMA * quantile(deviations, 0.5));
}

/** Beyond float32 there are only infinite values: a fence there is as good as one at its end, and can be clipped to. */
function fenced(low: number, high: number, reach: number): Fences | undefined {
  if (reach === 0) return undefined;
  return {
    low: Math.max(low - reach, -LARGEST.float32) + 0,
    high: Math.min(high + reach, LARGEST.float32) + 0,
  };
}

/** What was learnt of a column: no fences where it has no spread. */
type Learnt = readonly (readonly [name: string, fences: Fences | undefined])[];

export class Outliers {
  /** The fences of each column that has a spread. */
  readonly fences: Readonly<Record<string, Fences>>;
  /** Columns without a spread, which have no fences: nothing in them is an outlier. */
  readonly flat: readonly string[];
  /** The columns in the order of the table. */
  readonly #learnt: ReadonlyMap<string, Fences | undefined>;

  private constructor(made: typeof MADE, learnt: Learnt) {
    checkMade("Outliers", made, "Outliers.fit(…) or Outliers.fromJSON(…)");
    const fenced = learnt.filter(
      (entry): entry is readonly [string, Fences] => entry[1] !== undefined,
    );
    this.fences = Object.fromEntries(fenced);
    this.flat = learnt.filter(([, fences]) => fences === undefined).map(([name]) => name);
    this.#learnt = new Map(learnt);
  }

  /**
   * Learns fences from the finite values of each column. A column whose spread (IQR or MAD) is 0 gets none.
   *
   * @throws InputRangeError when a column has no value, or k is not above 0.
   */
  static fit(table: Table, options: OutlierOptions = {}): Outliers {
    checkTable("Outliers", table);
    checkOptions("Outliers", options, ["method", "k"]);
    const method = checkOneOf("Outliers", "method", options.method ?? "iqr", ["iqr", "mad"]);
    const reach: unknown = options.k ?? DEFAULT_K[method];
    if (!(typeof reach === "number" && reach > 0 && reach < Infinity)) {
      throw new InputRangeError(
        `Outliers: bad k, expected a number above 0, got ${showValue(reach)}`,
      );
    }
    return new Outliers(
      MADE,
      table.columns.map((name) => {
        const sorted = sortedFinite("Outliers", name, table.column(name));
        return [name, fencesOf(sorted, method, reach)];
      }),
    );
  }

  /** A column that was never looked at may have any outlier. @throws InputTypeError, InputRangeError */
  #check(table: Table): void {
    checkTable("Outliers", table);
    const unknown = table.columns.find((name) => !this.#learnt.has(name));
    if (unknown === undefined) return;
    throw new InputRangeError(
      `Outliers: no fences for column "${unknown}", expected one of ${showNames([...this.#learnt.keys()])}, got none`,
    );
  }

  /**
   * What lies beyond the fences, by column; infinite values do. Columns with none are left out.
   *
   * @throws InputRangeError for a column not learnt, as all of these do.
   */
  find(table: Table): Record<string, Outlier[]> {
    this.#check(table);
    const found = table.columns.map((name) => {
      const values = table.column(name);
      const beyond = [...values.keys()].filter((i) => this.#beyond(name, values[i] as number));
      return [
        name,
        beyond.map((i) => ({ row: table.rows[i] as RowId, value: values[i] as number })),
      ] as const;
    });
    return Object.fromEntries(found.filter(([, list]) => list.length > 0));
  }

  #beyond(name: string, value: number): boolean {
    const fences = this.#learnt.get(name);
    return fences !== undefined && (value < fences.low || value > fences.high);
  }

  /** The table without the rows in which something lies beyond. */
  drop(table: Table): Table {
    this.#check(table);
    const columns = table.columns.map((name) => [name, table.column(name)] as const);
    const inside = [...table.rows.keys()].filter((i) =>
      columns.every(([name, values]) => !this.#beyond(name, values[i] as number)),
    );
    return table.take(inside);
  }

  /** The table with what lies beyond moved to the fence. */
  clip(table: Table): Table {
    this.#check(table);
    return table.map((values, name) => {
      const fences = this.#learnt.get(name);
      if (fences === undefined) return values;
      return values.map((value) => Math.min(Math.max(value, fences.low), fences.high));
    });
  }

  /** The table with NaN for what lies beyond: to be imputed. */
  mark(table: Table): Table {
    this.#check(table);
    return table.map((values, name) =>
      values.map((value) => (this.#beyond(name, value) ? Number.NaN : value)),
    );
  }

  /** The fences as ranges of a schema that asks for the same columns. */
  columns(): Record<string, Pick<ColumnSchema, "min" | "max">> {
    const ranges = [...this.#learnt].map(([name, fences]) => [
      name,
      fences === undefined ? {} : { min: fences.low, max: fences.high },
    ]);
    return Object.fromEntries(ranges);
  }

  toJSON(): Saved<Fences | { readonly flat: true }> {
    const columns = [...this.#learnt].map(([name, fences]) => [name, fences ?? { flat: true }]);
    return save("outliers", Object.fromEntries(columns));
  }

  /** @throws InputTypeError when `json` is not what `toJSON` gave. */
  static fromJSON(json: unknown): Outliers {
    const learnt = load("outliers", json, (column) => {
      if (column.has("flat")) {
        column.only(["flat"]).get("flat").yes();
        return undefined;
      }
      const low = column.only(["low", "high"]).get("low").float();
      return { low, high: column.get("high").floatFrom(low) };
    });
    return new Outliers(MADE, Object.entries(learnt));
  }
}
