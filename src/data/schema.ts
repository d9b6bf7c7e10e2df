/**
 * What a table should look like, and what to do where it does not. A schema is plain data: it can be
 * written to JSON as it is, but for the missing values `undefined` and NaN.
 */
import { FLOAT32_LIMIT, hasFields, reading, showValue } from "../check.js";
import { InputRangeError, InputTypeError } from "../errors.js";

/** What can be wrong with a value: a closed catalogue, in the order in which it is asked. */
export const PROBLEMS = {
  missing: "null, undefined, or what the schema says stands for a missing value",
  nan: "NaN",
  infinite: "∞ or −∞",
  tooLarge: "a finite double that would be ∞ in float32",
  type: "no number, or no integer where one is asked for",
  range: "below `min` or above `max`",
  inexact: "an integer that float32 rounds to another one",
} as const;

export type Problem = keyof typeof PROBLEMS;

/** What a missing value is replaced by: a statistic of the column's other values, the value above it, or a number. */
export type ImputeWith = "mean" | "median" | "forwardFill" | number;

/**
 * What is done about a value: `raise` an error, `drop` its row, `keep` it as it is (missing: as NaN), `clip`
 * it to the column's range, or replace it.
 */
export type Remedy = "raise" | "drop" | "keep" | "clip" | ImputeWith;

/** A remedy for each problem, of those that help there; `raise` where nothing is said. */
export type Policy = { readonly [P in Problem]?: RemedyFor<P> };

/** What a problem can be answered with. */
export type RemedyFor<P extends Problem> =
  | Exclude<(typeof REMEDIES)[P][number], "a number">
  | number;

export interface ColumnSchema {
  /** Default `"number"`. */
  readonly type?: "number" | "integer" | undefined;
  /** The smallest and the largest value allowed. Rounded to float32 where the data is float32. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** What stands for a missing value beside null and undefined: `""`, `"NA"`, -999, NaN. */
  readonly missingValues?: readonly (string | number | boolean)[] | undefined;
  readonly policy?: Policy | undefined;
}

/** What to do about a finding that concerns no single value. */
export type Attention = "report" | "raise" | "ignore";

export interface Schema {
  /** The columns wanted, in this order. Default: those of the data. */
  readonly columns?: Readonly<Record<string, ColumnSchema>> | readonly string[] | undefined;
  /** What holds for every column unless it says otherwise. */
  readonly every?: ColumnSchema | undefined;
  /** Rows that are no rows, or of another length than the others. Default `"raise"`. */
  readonly ragged?: "raise" | "drop" | undefined;
  /** Columns with one value throughout. Default `"report"`. */
  readonly constant?: Attention | undefined;
  /** Columns that are equal to another. Default `"report"`. */
  readonly duplicate?: Attention | undefined;
  /**
   * Rows that are equal to an earlier one, as they come. Default `"ignore"`: to look takes time and memory for every row.
   * `"drop"` leaves the first.
   */
  readonly repeated?: Attention | "drop" | undefined;
}

/** @internal What is asked of one column, with every default filled in. */
export interface Rule {
  readonly integer: boolean;
  readonly min: number;
  readonly max: number;
  readonly missing: ReadonlySet<unknown>;
  readonly remedies: Readonly<Record<Problem, Remedy>>;
  /** Whether every number between the bounds is sound: a fraction may be, and none of them stands for what is missing. */
  readonly bounded: boolean;
}

/** @internal */
export function ruleOf(asked: Omit<Rule, "bounded">): Rule {
  const { integer, missing, min, max, remedies } = asked;
  let bounded = !integer;
  for (const value of missing) {
    if (typeof value === "number" && value >= min && value <= max) bounded = false;
  }
  return { integer, min, max, missing, remedies, bounded };
}

/** @internal A schema that has been checked. */
export interface Plan {
  /** The columns wanted; undefined: those of the data. */
  readonly columns: readonly string[] | undefined;
  readonly ragged: "raise" | "drop";
  readonly constant: Attention;
  readonly duplicate: Attention;
  readonly repeated: Attention | "drop";
  rule(column: string): Rule;
}

const ALWAYS = ["raise", "drop"] as const;
const IMPUTE = ["mean", "median", "forwardFill", "a number"] as const;

/** What each problem can be answered with; "a number" is any. */
const REMEDIES = {
  missing: [...ALWAYS, "keep", ...IMPUTE],
  nan: [...ALWAYS, "keep", ...IMPUTE],
  infinite: [...ALWAYS, "keep", "clip", ...IMPUTE],
  tooLarge: [...ALWAYS, "clip", ...IMPUTE],
  type: [...ALWAYS, ...IMPUTE],
  range: [...ALWAYS, "keep", "clip", ...IMPUTE],
  inexact: [...ALWAYS, "keep", ...IMPUTE],
} as const satisfies Readonly<Record<Problem, readonly (Remedy | "a number")[]>>;

const names = Object.keys as <K extends string>(of: Readonly<Partial<Record<K, unknown>>>) => K[];

function refuse(path: string, what: string, expected: string, got: unknown): never {
  throw new InputTypeError(`schema: ${path} ${what}, expected ${expected}, got ${showValue(got)}`);
}

function object(path: string, value: unknown): Readonly<Record<string, unknown>> {
  return hasFields(value) ? value : refuse(path, "is no object", "a plain object", value);
}

/** A misspelt key would be a check that is never made. */
function onlyKeys(path: string, value: unknown, known: readonly string[]): void {
  for (const key of Object.keys(object(path, value))) {
    if (known.includes(key)) continue;
    throw new InputRangeError(
      `schema: ${path}.${key} is unknown, expected ${known.join(", ")}, got ${showValue(key)}`,
    );
  }
}

function oneOf<T extends string>(path: string, value: unknown, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) {
    refuse(path, "is not one of its values", allowed.map((a) => `"${a}"`).join(", "), value);
  }
  return value as T;
}

function bound(path: string, value: unknown): number {
  if (typeof value !== "number" || Number.isNaN(value)) {
    refuse(path, "is no number", "a number", value);
  }
  return value;
}

function remedy(path: string, problem: Problem, value: unknown): Remedy {
  const allowed: readonly string[] = REMEDIES[problem];
  const isNumber = typeof value === "number" && Number.isFinite(value);
  if (!isNumber && (value === "a number" || !allowed.includes(value as string))) {
    refuse(path, "does not help there", allowed.join(", "), value);
  }
  return value as Remedy;
}

const COLUMN_KEYS = ["type", "min", "max", "missingValues", "policy"] as const;

const readRule = (path: string, schema: () => ColumnSchema): Rule =>
  reading(`schema: ${path}`, () => ruleIn(path, schema()));

function ruleIn(path: string, schema: ColumnSchema): Rule {
  onlyKeys(path, schema, COLUMN_KEYS);
  const {
    type = "number",
    min = -Infinity,
    max = Infinity,
    missingValues = [],
    policy = {},
  } = schema;
  if (!Array.isArray(missingValues)) {
    refuse(`${path}.missingValues`, "is no array", "an array of values", missingValues);
  }
  for (const value of missingValues) {
    if (value !== null && ["object", "function", "symbol"].includes(typeof value)) {
      refuse(`${path}.missingValues`, "has no plain value", "strings, numbers or booleans", value);
    }
  }
  const integer = oneOf(`${path}.type`, type, ["number", "integer"]) === "integer";
  const range = [bound(`${path}.min`, min), bound(`${path}.max`, max)] as const;
  // Between integers there is nothing: a value clipped to 0.5 would be none.
  const [low, high] = integer ? [Math.ceil(range[0]), Math.floor(range[1])] : range;
  if (low > high) {
    const within = integer ? " with an integer between" : "";
    const got = range.join(range[0] > range[1] ? " > " : " … ");
    throw new InputRangeError(
      `schema: ${path} has no range, expected min ≤ max${within}, got ${got}`,
    );
  }
  const rule = ruleOf({
    integer,
    ...{ min: low, max: high },
    missing: new Set<unknown>([null, undefined, ...missingValues]),
    remedies: remediesOf(`${path}.policy`, policy),
  });
  checkFillers(path, rule);
  return rule;
}

const RAISE = Object.fromEntries(names(PROBLEMS).map((problem) => [problem, "raise"])) as Readonly<
  Record<Problem, "raise">
>;

function remediesOf(path: string, policy: Policy): Readonly<Record<Problem, Remedy>> {
  onlyKeys(path, policy, names(PROBLEMS));
  const said = names(policy).map((problem) => [
    problem,
    remedy(
      `${path}.${problem}`,
      problem,
      policy[problem] === undefined ? "raise" : policy[problem],
    ),
  ]);
  return said.length === 0 ? RAISE : { ...RAISE, ...Object.fromEntries(said) };
}

function checkFillers(path: string, rule: Rule): void {
  if (rule.remedies === RAISE) return;
  for (const [problem, filler] of Object.entries(rule.remedies)) {
    if (typeof filler === "number") checkFiller(`schema: ${path}.policy.${problem}`, filler, rule);
  }
}

/** @internal A number that stands in for others must itself be allowed. @throws InputRangeError */
export function checkFiller(what: string, filler: number, { integer, min, max }: Rule): void {
  const fits = filler >= min && filler <= max && Math.abs(filler) < FLOAT32_LIMIT;
  if (fits && (!integer || Number.isInteger(filler))) return;
  throw new InputRangeError(
    `${what} is itself not allowed, expected ${integer ? "an integer" : "a number"} ${min} … ${max} within float32, got ${filler}`,
  );
}

const SCHEMA_KEYS = ["columns", "every", "ragged", "constant", "duplicate", "repeated"] as const;
const ATTENTION = ["report", "raise", "ignore"] as const;

function columnSchemas(columns: Schema["columns"]): ReadonlyMap<string, ColumnSchema> | undefined {
  if (columns === undefined) return undefined;
  if (!Array.isArray(columns)) return new Map(Object.entries(object("columns", columns) as object));
  const map = new Map<string, ColumnSchema>();
  // Not by forEach(), which passes holes over.
  for (const [i, name] of (columns as readonly unknown[]).entries()) {
    if (typeof name !== "string") refuse(`columns[${i}]`, "is no name", "a string", name);
    if (map.has(name)) refuse(`columns[${i}]`, "is there twice", "different names", name);
    map.set(name, {});
  }
  return map;
}

/**
 * @internal Checks a schema and fills in its defaults.
 *
 * @throws InputTypeError, InputRangeError with the path of what is wrong.
 */
export function planOf(schema: Schema): Plan {
  return reading("schema: it", () => planIn(schema));
}

function planIn(schema: Schema): Plan {
  onlyKeys("schema", schema, SCHEMA_KEYS);
  const { every = {}, ragged = "raise", repeated = "ignore" } = schema;
  const { constant = "report", duplicate = "report" } = schema;
  const columns = columnSchemas(schema.columns);
  const general = readRule("every", () => every);
  const rules = new Map(
    [...(columns ?? [])].map(([name, own]) => [
      name,
      readRule(`columns.${name}`, () => merged(every, own, name)),
    ]),
  );
  return {
    columns: columns && [...columns.keys()],
    ragged: oneOf("ragged", ragged, ["raise", "drop"]),
    constant: oneOf("constant", constant, ATTENTION),
    duplicate: oneOf("duplicate", duplicate, ATTENTION),
    repeated: oneOf("repeated", repeated, [...ATTENTION, "drop"]),
    rule: (column) => rules.get(column) ?? general,
  };
}

function merged(every: ColumnSchema, own: ColumnSchema, name: string): ColumnSchema {
  object(`columns.${name}`, own);
  if (own.policy !== undefined) object(`columns.${name}.policy`, own.policy);
  return { ...every, ...own, policy: { ...every.policy, ...own.policy } };
}
