/**
 * What has been fitted, as JSON: `{ format: "finigrad/scaler", version: 1, … }`. On the way back everything is
 * checked, so that a file of another kind, age or make is refused instead of scaling by `undefined`.
 */
import { typeName } from "../check.js";
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
  const shown = typeof got === "number" ? `${got}` : typeName(got);
  throw new InputTypeError(
    `${kind}.fromJSON: ${path} is not as saved, expected ${expected}, got ${shown}`,
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
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
    return refuse(this.#kind, this.#path, "an object", value);
  }

  finite(): number {
    const value = this.#value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    return refuse(this.#kind, this.#path, "a finite number", value);
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
  const whole = new Field(kind, "JSON", json);
  whole.get("format").oneOf([`finigrad/${kind}`]);
  const { version } = whole.object();
  if (version !== VERSION) refuse(kind, "JSON.version", `${VERSION}`, version);
  const columns = whole.get("columns");
  return Object.fromEntries(
    Object.keys(columns.object()).map((name) => [name, read(columns.get(name))]),
  );
}
