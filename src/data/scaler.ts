/** Scaling with what was learnt from the training data. */
import {
  checkMade,
  checkOneOf,
  checkOptions,
  FLOAT32_LIMIT,
  MADE,
  showName,
  showNames,
  showValue,
} from "../check.js";
import { InputRangeError, InputTypeError } from "../errors.js";
import { load, type Saved, save } from "./saved.js";
import {
  SCALING_KINDS,
  type Scaling,
  type ScalingKind,
  type Spread,
  scalingOf,
  spreadOf,
} from "./scalings.js";
import { checkTable, type Table } from "./table.js";

export interface ScalerOptions {
  /** Where `minMax` puts the smallest and the largest value. Default [0, 1]. */
  readonly range?: readonly [number, number] | undefined;
}

/** @internal @throws InputTypeError, InputRangeError */
export function checkKind(op: string, kind: unknown, options: ScalerOptions): void {
  checkOneOf(op, "kind", kind, SCALING_KINDS);
  checkOptions(op, options, ["range"]);
  const range: unknown = options.range;
  if (range === undefined) return;
  if (kind !== "minMax") {
    throw new InputRangeError(
      `${op}: range is for "minMax", expected none with "${kind}", got ${showValue(range)}`,
    );
  }
  if (!Array.isArray(range) || range.length !== 2) {
    throw new InputTypeError(
      `${op}: range is no pair, expected [low, high], got ${Array.isArray(range) ? `${range.length} values` : showValue(range)}`,
    );
  }
  const [low, high]: readonly unknown[] = range;
  const bounds = [low, high].every((v) => typeof v === "number" && Math.abs(v) < FLOAT32_LIMIT);
  if (bounds && (low as number) < (high as number)) return;
  throw new InputRangeError(
    `${op}: range is empty, expected [low, high] with low < high within float32, got [${range.map(showValue).join(", ")}]`,
  );
}

export class Scaler {
  readonly scalings: Readonly<Record<string, Scaling>>;
  /** Columns without spread: their scale counts as 1. */
  readonly flat: readonly string[];

  private constructor(
    made: typeof MADE,
    scalings: Readonly<Record<string, Scaling>>,
    flat: readonly string[],
  ) {
    checkMade("Scaler", made, "Scaler.fit(…) or Scaler.fromJSON(…)");
    this.scalings = scalings;
    this.flat = flat;
  }

  /**
   * Learns from the finite values of each column.
   *
   * `standard`: mean and standard deviation (of the population). `robust`: median and interquartile range.
   * `minMax`: the smallest value to 0 and the largest to 1, or to the ends of `range`.
   *
   * @throws InputRangeError when a column has no value.
   */
  static fit(table: Table, kind: ScalingKind, options: ScalerOptions = {}): Scaler {
    checkTable("Scaler", table);
    checkKind("Scaler", kind, options);
    const spreads = table.columns.map(
      (name) => [name, spreadOf("Scaler", name, table.column(name))] as const,
    );
    return Scaler.from(spreads, kind, options.range);
  }

  /** @internal */
  static from(
    spreads: readonly (readonly [string, Spread])[],
    kind: ScalingKind,
    range?: readonly [number, number],
  ): Scaler {
    const made = spreads.map(([name, spread]) => ({ name, ...scalingOf(kind, spread, range) }));
    return new Scaler(
      MADE,
      Object.fromEntries(made.map(({ name, scaling }) => [name, scaling])),
      made.filter(({ flat }) => flat).map(({ name }) => name),
    );
  }

  /** How that column is scaled. @throws InputRangeError when that was not learnt. */
  scaling(name: string): Scaling {
    const known = typeof name === "string" && Object.hasOwn(this.scalings, name);
    const scaling = known ? this.scalings[name] : undefined;
    if (scaling !== undefined) return scaling;
    throw new InputRangeError(
      `Scaler: no scaling for column ${showName(name)}, expected one of ${showNames(Object.keys(this.scalings))}, got none`,
    );
  }

  /**
   * The table, scaled; what is missing stays missing.
   *
   * @throws InputRangeError for a column not learnt, and for a result beyond float32, with its place.
   */
  apply(table: Table): Table {
    checkTable("Scaler", table);
    return table.scale(this.scalings);
  }

  /** The way back: a table in the units it came in. @throws InputRangeError as `apply` does. */
  invert(table: Table): Table {
    checkTable("Scaler", table);
    return table.unscale(this.scalings);
  }

  toJSON(): Saved<Scaling & { readonly flat?: true }> {
    const flat = new Set(this.flat);
    const columns = Object.entries(this.scalings).map(([name, scaling]) => [
      name,
      flat.has(name) ? { ...scaling, flat: true } : scaling,
    ]);
    return save("scaler", Object.fromEntries(columns));
  }

  /** @throws InputTypeError when `json` is not what `toJSON` gave. */
  static fromJSON(json: unknown): Scaler {
    const flat = new Set<Scaling>();
    const scalings = load("scaler", json, (column) => {
      column.only(["center", "scale", "offset", "flat"]);
      const scaling: Scaling = {
        center: column.get("center").finite(),
        scale: column.get("scale").positive(),
        ...(column.has("offset") ? { offset: column.get("offset").finite() } : {}),
      };
      if (column.has("flat") && column.get("flat").yes()) flat.add(scaling);
      return scaling;
    });
    const names = Object.entries(scalings).filter(([, scaling]) => flat.has(scaling));
    return new Scaler(
      MADE,
      scalings,
      names.map(([name]) => name),
    );
  }
}
