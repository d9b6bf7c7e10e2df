/** Filling gaps with what was learnt from the training data. */
import { checkMade, MADE, showName, showNames, showValue } from "../check.js";
import { InputRangeError, InputTypeError, refusingAs } from "../errors.js";
import { type Filler, fill, fillerOf } from "./fillers.js";
import { load, type Saved, save } from "./saved.js";
import type { ImputeWith } from "./schema.js";
import { checkTable, type Table } from "./table.js";

export class Imputer {
  /** What fills the gaps of each column. */
  readonly fillers: Readonly<Record<string, Filler>>;

  private constructor(made: typeof MADE, fillers: Readonly<Record<string, Filler>>) {
    checkMade("Imputer", made, "Imputer.fit(…) or Imputer.fromJSON(…)");
    this.fillers = fillers;
  }

  /** @internal What was learnt elsewhere. */
  static of(fillers: Readonly<Record<string, Filler>>): Imputer {
    return new Imputer(MADE, fillers);
  }

  /**
   * Learns what fills gaps: of the columns named, or of all in one way.
   *
   * @throws InputRangeError when a column has no value to take a statistic of.
   */
  static fit(table: Table, how: ImputeWith | Readonly<Record<string, ImputeWith>>): Imputer {
    checkTable("Imputer", table);
    if (how === null || how === undefined) {
      throw new InputTypeError(
        `Imputer: no way to fill gaps, expected "mean", "median", "forwardFill", a number, or one for each column, got ${showValue(how)}`,
      );
    }
    const hows =
      typeof how === "object"
        ? Object.entries(how)
        : table.columns.map((name) => [name, how] as const);
    return new Imputer(
      MADE,
      Object.fromEntries(
        hows.map(([name, by]) => {
          const values = refusingAs("Imputer", () => table.column(name));
          return [name, fillerOf("Imputer", name, values, by)];
        }),
      ),
    );
  }

  /** What fills gaps in that column. @throws InputRangeError when that was not learnt. */
  filler(name: string): Filler {
    const known = typeof name === "string" && Object.hasOwn(this.fillers, name);
    const filler = known ? this.fillers[name] : undefined;
    if (filler !== undefined) return filler;
    throw new InputRangeError(
      `Imputer: no filler for column "${showName(name)}", expected one of ${showNames(Object.keys(this.fillers))}, got none`,
    );
  }

  /**
   * A table whose NaNs are filled. Columns without any need no filler. Carrying forward starts with the last
   * value of the data that it was learnt from.
   *
   * @throws InputRangeError when a column with gaps was not learnt.
   */
  apply(table: Table): Table {
    checkTable("Imputer", table);
    return table.map((values, name) => {
      const gaps = [...values.keys()].filter((i) => Number.isNaN(values[i]));
      if (gaps.length === 0) return values;
      const filler = this.filler(name);
      const filled = values.slice();
      fill(filled, gaps, filler, filler.value, (i) => `Imputer: column "${name}", row ${i}`);
      return filled;
    });
  }

  toJSON(): Saved<Filler> {
    return save("imputer", this.fillers);
  }

  /** @throws InputTypeError when `json` is not what `toJSON` gave. */
  static fromJSON(json: unknown): Imputer {
    const read = load("imputer", json, (column) => ({
      how: column
        .only(["how", "value"])
        .get("how")
        .oneOf(["mean", "median", "forwardFill", "constant"]),
      value: column.get("value").float(),
    }));
    return new Imputer(MADE, read);
  }
}
