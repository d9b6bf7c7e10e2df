/**
 * What has been fitted, as JSON: `{ format: "finigrad/scaler", version: 1, … }`. On the way back everything is
 * checked, so that a file of another kind, age or make is refused instead of scaling by `undefined`.
 */
import { FLOAT32_LIMIT, hasFields, showValue } from "../check.js";
import { InputTypeError } from "../errors.js";

export type Fitted = "imputer" | "scaler" | "outliers";

const VERSION = 1;

export interface Saved<C> {
  readonly format: `finigrad/${Fitted}`;
  readonly version: number;
  readonly columns: Readonly<Record<string, C>>;
}

export function save<C>(kind: Fitted, columns: Readonly<Record<string, C>>): Saved<C> {
  return { format: `finigrad/${kind}`, version: VERSION, columns };
}

function refuse(kind: Fitted, path: string, expected: string, got: unknown): never {
  throw new InputTypeError(
    `${kind}.fromJSON: ${path} is not as saved, expected ${expected}, got ${showValue(got)}`,
  );
}

/** A field of one column that is being read. */
export class Field {
  readonly #kind: Fitted;
  readonly #path: string;
  readonly #value: unknown;

  constructor(kind: Fitted, path: string, value: unknown) {
    this.#kind = kind;
    this.#path = path;
    this.#value = value;
  }

  get(key: string): Field {
    return new Field(this.#kind, `${this.#path}.${key}`, this.object()[key]);
  }

  has(key: string): boolean {
    return this.object()[key] !== undefined;
  }

  object(): Readonly<Record<string, unknown>> {
    const value = this.#value;
    return hasFields(value) ? value : refuse(this.#kind, this.#path, "an object", value);
  }

  /** A field that nobody reads was not saved by this package. */
  only(keys: readonly string[]): this {
    const odd = Object.keys(this.object()).find((key) => !keys.includes(key));
    if (odd === undefined) return this;
    return refuse(this.#kind, `${this.#path}.${odd}`, keys.join(", "), odd);
  }

  finite(): number {
    const value = this.#value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    return refuse(this.#kind, this.#path, "a finite number", value);
  }

  /** A number that fits a table, and a tensor of it. */
  float(): number {
    const value = this.finite();
    if (Math.abs(value) < FLOAT32_LIMIT) return value;
    return refuse(this.#kind, this.#path, "a number within float32", value);
  }

  floatFrom(low: number): number {
    const value = this.float();
    return value >= low ? value : refuse(this.#kind, this.#path, `${low} or more`, value);
  }

  yes(): true {
    return this.#value === true ? true : refuse(this.#kind, this.#path, "true", this.#value);
  }

  positive(): number {
    const value = this.finite();
    return value > 0 ? value : refuse(this.#kind, this.#path, "a number above 0", value);
  }

  oneOf<T extends string>(allowed: readonly T[]): T {
    const value = this.#value as T;
    if (allowed.includes(value)) return value;
    return refuse(this.#kind, this.#path, allowed.map((a) => `"${a}"`).join(" or "), value);
  }
}

/**
 * The columns of what was saved, each read by `read`.
 *
 * @throws InputTypeError with the path of what does not fit.
 */
export function load<C>(
  kind: Fitted,
  json: unknown,
  read: (column: Field) => C,
): Readonly<Record<string, C>> {
  const whole = new Field(kind, "JSON", json).only(["format", "version", "columns"]);
  whole.get("format").oneOf([`finigrad/${kind}`]);
  const { version } = whole.object();
  if (version !== VERSION) refuse(kind, "JSON.version", `${VERSION}`, version);
  const columns = whole.get("columns");
  return Object.fromEntries(
    Object.keys(columns.object()).map((name) => [name, read(columns.get(name))]),
  );
}
