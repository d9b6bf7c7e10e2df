/**
 * Everything a table can come from, read in one way: rows, columns, cells. Nothing is copied, and nothing is
 * converted: a cell is whatever stands there.
 */
import {
  checkAttached,
  hasFields,
  isTyped,
  reading,
  showNames,
  showValue,
  type TypedArray,
  typeName,
  unreadable,
} from "../check.js";
import { InputTypeError, ShapeError } from "../errors.js";
import { show } from "../shape.js";
import { Tensor } from "../tensor.js";
import { Table } from "./table.js";

/**
 * What can be validated: a Table; a Tensor [rows, columns] or [rows]; a typed array, row by row; an array of
 * numbers, of rows, or of records; or an object with an array for each column.
 */
export type DataInput =
  | Table
  | Tensor
  | TypedArray
  | readonly unknown[]
  | Readonly<Record<string, ArrayLike<unknown>>>;

/** An object with an array for each column whose type is an interface, which has no index signature. A function is none. */
export type ColumnsOf<T> = { readonly [K in keyof T]: ArrayLike<unknown> } & {
  readonly bind?: never;
};

/** What a row is called: its number, or the name that a tensor's labels give it. */
export type RowId = number | string;

/** @internal */
export interface Source {
  readonly columns: readonly string[];
  readonly length: number;
  /** Columns that are there and were not asked for. */
  readonly extra: readonly string[];
  /** Whether every cell is a number, without looking. */
  readonly numeric: boolean;
  /** The cells in one run, row by row, where they are float32. */
  readonly flat: Float32Array | Tensor | undefined;
  at(row: number, column: number): unknown;
  /** Checks that it can be read still, as long as it was. @throws DisposedError, InputTypeError */
  live(): void;
  /** What is wrong with a row as such, if anything is. */
  flaw(row: number): string | undefined;
  id(row: number): RowId;
}

type Wanted = readonly string[] | undefined;

interface Parts {
  readonly columns: readonly string[];
  readonly length: number;
  readonly at: Source["at"];
  readonly extra?: readonly string[];
  readonly numeric?: boolean;
  readonly flat?: Float32Array | Tensor;
  readonly flaw?: Source["flaw"];
  readonly live?: Source["live"];
  readonly ids?: ArrayLike<RowId> | undefined;
}

const nothing = () => undefined;

/** Field by field, for spreads are slow: a few numbers are validated, too. */
function source(op: string, parts: Parts, firstRow: number): Source {
  const { columns, length, extra = [], numeric = false, flat, ids } = parts;
  const { live = nothing } = parts;
  const id = (row: number) => ids?.[row] ?? firstRow + row;
  const { at, flaw = nothing } = numeric ? parts : placed(op, parts, id);
  return { columns, length, at, extra, numeric, flat, flaw, live, id };
}

/** What reads cells and rows that may be a getter's or a proxy's: one that throws has a place. Its words are not made before. */
function placed(
  op: string,
  { columns, at, flaw = nothing }: Parts,
  id: Source["id"],
): Pick<Parts, "at" | "flaw"> {
  return {
    at: (row, column) => {
      try {
        return at(row, column);
      } catch (error) {
        throw unreadable(`${op}: row ${id(row)}, column "${columns[column]}"`, error);
      }
    },
    flaw: (row) => {
      try {
        return flaw(row);
      } catch (error) {
        throw unreadable(`${op}: row ${id(row)}`, error);
      }
    },
  };
}

/**
 * @internal Reads `x`, whose rows are numbered from `firstRow` unless they have names.
 *
 * @throws InputTypeError for what is no data; ShapeError where columns are missing.
 */
export function openSource(op: string, x: unknown, wanted: Wanted, firstRow = 0): Source {
  const parts = reading(`${op}: x`, () => partsOf(op, x, wanted, firstRow));
  checkNames(op, parts.columns);
  return source(op, parts, firstRow);
}

/** @internal Columns are told apart by their names. @throws InputTypeError */
export function checkNames(op: string, columns: unknown): void {
  if (!Array.isArray(columns)) {
    throw new InputTypeError(
      `${op}: columns are no array, expected names, got ${showValue(columns)}`,
    );
  }
  const seen = new Set<unknown>();
  // Not by forEach(), which passes holes over.
  for (const [i, name] of (columns as readonly unknown[]).entries()) {
    if (typeof name !== "string") {
      throw new InputTypeError(
        `${op}: column ${i} has no name, expected a string, got ${showValue(name)}`,
      );
    }
    if (seen.has(name)) {
      throw new InputTypeError(
        `${op}: column "${name}" is there twice, expected different names, got ${quoted(columns)}`,
      );
    }
    seen.add(name);
  }
}

function partsOf(op: string, x: unknown, wanted: Wanted, firstRow: number): Parts {
  if (x instanceof Table) return ofTable(op, x, wanted);
  if (x instanceof Tensor) return ofTensor(op, x, wanted);
  if (isTyped(x)) return ofTyped(op, x, wanted);
  if (Array.isArray(x)) return ofArray(op, x, wanted, firstRow);
  if (isObject(x)) return ofColumns(op, x, wanted);
  throw new InputTypeError(
    `${op}: x is no data, expected a table, a tensor, an array, records or columns, got ${typeName(x)}`,
  );
}

function isObject(x: unknown): x is Record<string, unknown> {
  if (!hasFields(x)) return false;
  return x.constructor === Object || !(x instanceof Tensor || x instanceof Table);
}

/**
 * @internal How a field of a record is read: what every object inherits, as `constructor`, is none of its fields.
 * What a class of the user's computes is.
 */
export function fieldOf(name: string): (record: object) => unknown {
  const read = (record: object) => (record as Readonly<Record<string, unknown>>)[name];
  if (!(name in Object.prototype)) return read;
  return (record) => (Object.hasOwn(record, name) ? read(record) : undefined);
}

const quoted = (columns: readonly string[]) => showNames(columns.map((c) => `"${c}"`));

/** The positions of the columns wanted among those there are. @throws ShapeError */
function pick(op: string, there: readonly string[], wanted: Wanted): readonly number[] {
  const positions = new Map(there.map((name, i) => [name, i]));
  return (wanted ?? there).map((name) => {
    const at = positions.get(name);
    if (at !== undefined) return at;
    throw new ShapeError(
      `${op}: column "${name}" is not there, expected ${quoted(wanted ?? there)}, got ${quoted(there) || "no columns"}`,
    );
  });
}

function beyond(there: readonly string[], wanted: Wanted): readonly string[] {
  if (wanted === undefined) return [];
  const asked = new Set(wanted);
  return there.filter((name) => !asked.has(name));
}

/** Names for `width` columns that have none of their own. @throws ShapeError */
function nameColumns(op: string, width: number, wanted: Wanted): readonly string[] {
  if (wanted === undefined) {
    return width === 1 ? ["value"] : Array.from({ length: width }, (_, i) => `${i}`);
  }
  if (wanted.length === width) return wanted;
  throw new ShapeError(
    `${op}: columns do not fit, expected ${wanted.length}: ${quoted(wanted) || "none"}, got ${width}`,
  );
}

function ofTable(op: string, x: Table, wanted: Wanted): Parts {
  const values = pick(op, x.columns, wanted).map((c) => x.values(c));
  return {
    columns: wanted ?? x.columns,
    length: x.length,
    extra: beyond(x.columns, wanted),
    numeric: true,
    at: (r, c) => values[c]?.[r],
    ids: x.rows,
  };
}

function ofTensor(op: string, x: Tensor, wanted: Wanted): Parts {
  x.use(op);
  const [length = 0, width = 1, ...deeper] = x.shape;
  if (x.shape.length === 0 || deeper.length > 0) {
    throw new ShapeError(
      `${op}: the tensor is no table, expected [rows] or [rows, columns], got ${show(x.shape)}`,
    );
  }
  const columns = nameColumns(op, width, wanted ?? x.labels?.columns);
  let raw = x.raw;
  const at: Parts["at"] = (r, c) => {
    if (raw.length < x.size) raw = live(op, x); // memory has grown and left the view behind
    return raw[r * width + c];
  };
  const flat = raw instanceof Float32Array ? { flat: x } : {};
  const check = () => x.touch(op);
  return { columns, length, at, live: check, numeric: true, ids: x.labels?.rows, ...flat };
}

/** A fresh view of a tensor. @throws DisposedError */
function live(op: string, x: Tensor): Tensor["raw"] {
  x.use(op);
  return x.raw;
}

/**
 * Checks that an array is as long as it was: its memory may be handed to somebody else, shrink or grow since.
 *
 * @throws InputTypeError
 */
function checkLength(op: string, name: string, list: TypedArray, length: number): void {
  if (list.length === length) return;
  checkAttached(op, name, list);
  throw new InputTypeError(
    `${op}: ${name} has changed since: it has another length, expected ${length}, got ${list.length}`,
  );
}

function ofTyped(op: string, x: TypedArray, wanted: Wanted): Parts {
  checkAttached(op, "x", x);
  const width = wanted?.length ?? 1;
  const length = x.length / width;
  if (!Number.isInteger(length)) {
    throw new ShapeError(
      `${op}: the last row is not whole, expected a multiple of ${width} numbers, got ${x.length}`,
    );
  }
  const at: Parts["at"] = (r, c) => x[r * width + c];
  const columns = nameColumns(op, width, wanted);
  const flat = x instanceof Float32Array ? { flat: x } : {};
  const size = x.length;
  const live = () => checkLength(op, "x", x, size);
  return { columns, length, at, live, numeric: true, ...flat };
}

/** What the first element that is there looks like decides what the array is. */
function ofArray(op: string, x: readonly unknown[], wanted: Wanted, firstRow: number): Parts {
  const row = x.findIndex((element) => element !== null && element !== undefined);
  const first = x[row];
  const name = (r: number) => `row ${firstRow + r}`;
  const [width, isRecord] = reading(`${op}: ${name(row)}`, () => {
    if (isTyped(first)) checkAttached(op, name(row), first);
    const whole = Array.isArray(first) || isTyped(first) ? first.length : undefined;
    return [whole, isObject(first)];
  });
  if (width !== undefined) return ofRows(op, x, width, wanted, name);
  if (isRecord) return ofRecords(op, x, wanted, name);
  const columns = nameColumns(op, x.length === 0 ? (wanted?.length ?? 1) : 1, wanted);
  return { columns, length: x.length, at: (r) => x[r] };
}

/** What a row is called that has no name of its own. */
type RowName = (row: number) => string;

function ofRows(
  op: string,
  x: readonly unknown[],
  width: number,
  wanted: Wanted,
  name: RowName,
): Parts {
  const columns = nameColumns(op, width, wanted);
  return {
    columns,
    length: x.length,
    at: (r, c) => (x[r] as ArrayLike<unknown>)[c],
    flaw: (r) => {
      const row = x[r];
      if (!Array.isArray(row) && !isTyped(row)) {
        return `is no row, expected ${width} numbers, got ${typeName(row)}`;
      }
      // It is not short: what was in it is gone, and nobody has asked for that to be dropped.
      if (row.length === 0 && isTyped(row)) checkAttached(op, name(r), row);
      if (row.length === width) return undefined;
      return `is ragged, expected ${width} numbers, got ${row.length}`;
    },
  };
}

/** The fields of all records, in the order in which they turn up: what only a later one has is a column too. */
function fieldsOf(op: string, records: readonly unknown[], rowName: RowName): string[] {
  const names: string[] = [];
  const known = new Set<string>();
  const add = (record: unknown) => {
    if (!isObject(record)) return;
    let at = 0;
    for (const name in record) {
      // Records mostly have their fields in one order.
      if (name === names[at++] || known.has(name) || !Object.hasOwn(record, name)) continue;
      names.push(name);
      known.add(name);
    }
  };
  let row = 0;
  try {
    for (; row < records.length; row++) add(records[row]);
  } catch (error) {
    throw unreadable(`${op}: ${rowName(row)}`, error);
  }
  return names;
}

function ofRecords(op: string, x: readonly unknown[], wanted: Wanted, name: RowName): Parts {
  const there = fieldsOf(op, x, name);
  pick(op, there, wanted);
  const columns = wanted ?? there;
  const fields = columns.map(fieldOf);
  return {
    columns,
    length: x.length,
    extra: beyond(there, wanted),
    at: (r, c) => fields[c]?.(x[r] as object),
    flaw: (r) =>
      isObject(x[r]) ? undefined : `is no object, expected a record, got ${typeName(x[r])}`,
  };
}

function ofColumns(op: string, x: Record<string, unknown>, wanted: Wanted): Parts {
  const there = Object.keys(x);
  const lists = pick(op, there, wanted).map((at) => {
    const name = `column "${there[at]}"`;
    return reading(`${op}: ${name}`, () => {
      const list = x[there[at] as string];
      if (isTyped(list)) checkAttached(op, name, list);
      if (Array.isArray(list) || isTyped(list)) return list as ArrayLike<unknown>;
      throw new InputTypeError(
        `${op}: ${name} is no array, expected numbers, got ${typeName(list)}`,
      );
    });
  });
  const columns = wanted ?? there;
  const lengths = lists.map((list) => list.length);
  const [length, whole] = [Math.max(0, ...lengths), Math.min(...lengths)];
  return {
    columns,
    length,
    extra: beyond(there, wanted),
    numeric: lists.every(isTyped),
    at: (r, c) => lists[c]?.[r],
    flaw: (r) => {
      if (r < whole) return undefined;
      const short = lists.findIndex((list) => list.length <= r);
      return `is ragged, expected a value in each column, got none in "${columns[short]}"`;
    },
    live: () => {
      for (const [c, list] of lists.entries()) {
        if (isTyped(list)) checkLength(op, `column "${columns[c]}"`, list, lengths[c] as number);
      }
    },
  };
}
