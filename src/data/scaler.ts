/** Scaling with what was learnt from the training data. */
import { InputRangeError } from "../errors.js";
import { load, type Saved, save } from "./saved.js";
import { type Scaling, type ScalingKind, scalingOf, spreadOf } from "./scalings.js";
import type { Table } from "./table.js";

export interface ScalerOptions {
  /** Where `minMax` puts the smallest and the largest value. Default [0, 1]. */
  readonly range?: readonly [number, number];
}

/** @internal @throws InputRangeError */
export function checkRange(range: readonly [number, number] | undefined): void {
  if (range === undefined || range[0] < range[1]) return;
  throw new InputRangeError(
    `Scaler: range is empty, expected [low, high] with low < high, got [${range.join(", ")}]`,
  );
}

export class Scaler {
  readonly scalings: Readonly<Record<string, Scaling>>;
  /** Columns without spread: their scale counts as 1. */
  readonly flat: readonly string[];

  /** @internal */
  constructor(scalings: Readonly<Record<string, Scaling>>, flat: readonly string[]) {
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
  static fit(table: Table, kind: ScalingKind, { range }: ScalerOptions = {}): Scaler {
    checkRange(range);
    const spreads = table.columns.map(
      (name) => [name, spreadOf("Scaler", name, table.column(name))] as const,
    );
    return Scaler.from(spreads, kind, range);
  }

  /** @internal */
  static from(
    spreads: readonly (readonly [string, Parameters<typeof scalingOf>[1]])[],
    kind: ScalingKind,
    range?: readonly [number, number],
  ): Scaler {
    const flat = spreads.filter(([, spread]) =>
      kind === "robust"
        ? spread.quantile(0.25) === spread.quantile(0.75)
        : spread.moments().min === spread.moments().max,
    );
    return new Scaler(
      Object.fromEntries(spreads.map(([name, spread]) => [name, scalingOf(kind, spread, range)])),
      flat.map(([name]) => name),
    );
  }

  /** How that column is scaled. @throws InputRangeError when that was not learnt. */
  scaling(name: string): Scaling {
    const scaling = Object.hasOwn(this.scalings, name) ? this.scalings[name] : undefined;
    if (scaling !== undefined) return scaling;
    throw new InputRangeError(
      `Scaler: no scaling for column ${name}, expected one of ${Object.keys(this.scalings).join(", ")}`,
    );
  }

  /**
   * The table, scaled; what is missing stays missing.
   *
   * @throws InputRangeError for a column not learnt, and for a result beyond float32, with its place.
   */
  apply(table: Table): Table {
    return table.scale(this.scalings);
  }

  /** The way back: a table in the units it came in. @throws InputRangeError as `apply` does. */
  invert(table: Table): Table {
    return table.unscale(this.scalings);
  }

  toJSON(): Saved<Scaling & { readonly flat?: true }> {
    const columns = Object.entries(this.scalings).map(([name, scaling]) => [
      name,
      this.flat.includes(name) ? { ...scaling, flat: true } : scaling,
    ]);
    return save("scaler", Object.fromEntries(columns));
  }

  /** @throws InputTypeError when `json` is not what `toJSON` gave. */
  static fromJSON(json: unknown): Scaler {
    const flat = new Set<Scaling>();
    const scalings = load("scaler", json, (column) => {
      const scaling: Scaling = {
        center: column.get("center").finite(),
        scale: column.get("scale").positive(),
        ...(column.has("offset") ? { offset: column.get("offset").finite() } : {}),
      };
      if (column.has("flat")) flat.add(scaling);
      return scaling;
    });
    const names = Object.entries(scalings).filter(([, scaling]) => flat.has(scaling));
    return new Scaler(
      scalings,
      names.map(([name]) => name),
    );
  }
}
