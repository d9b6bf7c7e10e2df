/**
 * Everything a table can come from, read in one way: rows, columns, cells. Nothing is copied, and nothing is
 * converted: a cell is whatever stands there.
 */
import { typeName } from "../check.js";
import { InputTypeError, ShapeError } from "../errors.js";
import { show } from "../shape.js";
import { Tensor } from "../tensor.js";
import { Table } from "./table.js";

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

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
  readonly ids?: ArrayLike<RowId> | undefined;
}

function source({ ids, ...parts }: Parts, firstRow: number): Source {
  return {
    ...{ extra: [], numeric: false, flat: undefined, flaw: () => undefined },
    ...parts,
    id: (row) => ids?.[row] ?? firstRow + row,
  };
}

/**
 * @internal Reads `x`, whose rows are numbered from `firstRow` unless they have names.
 *
 * @throws InputTypeError for what is no data; ShapeError where columns are missing.
 */
export function openSource(op: string, x: unknown, wanted: Wanted, firstRow = 0): Source {
  return source(partsOf(op, x, wanted), firstRow);
}

function partsOf(op: string, x: unknown, wanted: Wanted): Parts {
  if (x instanceof Table) return ofTable(op, x, wanted);
  if (x instanceof Tensor) return ofTensor(op, x, wanted);
  if (isTyped(x)) return ofTyped(op, x, wanted);
  if (Array.isArray(x)) return ofArray(op, x, wanted);
  if (isObject(x)) return ofColumns(op, x, wanted);
  throw new InputTypeError(
    `${op}: x is no data, expected a table, a tensor, an array, records or columns, got ${typeName(x)}`,
  );
}

function isTyped(x: unknown): x is TypedArray {
  return (
    ArrayBuffer.isView(x) &&
    !(x instanceof DataView || x instanceof BigInt64Array || x instanceof BigUint64Array)
  );
}

function isObject(x: unknown): x is Record<string, unknown> {
  return (
    x !== null &&
    typeof x === "object" &&
    !Array.isArray(x) &&
    !(x instanceof Date) &&
    !ArrayBuffer.isView(x)
  );
}

const quoted = (columns: readonly string[]) => columns.map((c) => `"${c}"`).join(", ");

/** The positions of the columns wanted among those there are. @throws ShapeError */
function pick(op: string, there: readonly string[], wanted: Wanted): readonly number[] {
  return (wanted ?? there).map((name) => {
    const at = there.indexOf(name);
    if (at >= 0) return at;
    throw new ShapeError(
      `${op}: column "${name}" is not there, expected ${quoted(wanted ?? there)}, got ${quoted(there)}`,
    );
  });
}

const beyond = (there: readonly string[], wanted: Wanted): readonly string[] =>
  wanted === undefined ? [] : there.filter((name) => !wanted.includes(name));

/** Names for `width` columns that have none of their own. @throws ShapeError */
function nameColumns(op: string, width: number, wanted: Wanted): readonly string[] {
  if (wanted === undefined) {
    return width === 1 ? ["value"] : Array.from({ length: width }, (_, i) => `${i}`);
  }
  if (wanted.length === width) return wanted;
  throw new ShapeError(
    `${op}: columns do not fit, expected ${wanted.length}: ${quoted(wanted)}, got ${width}`,
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
  return { columns, length, at, numeric: true, ids: x.labels?.rows, ...flat };
}

/** A fresh view of a tensor. @throws DisposedError */
function live(op: string, x: Tensor): Tensor["raw"] {
  x.use(op);
  return x.raw;
}

function ofTyped(op: string, x: TypedArray, wanted: Wanted): Parts {
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
  return { columns, length, at, numeric: true, ...flat };
}

/** What the first element that is there looks like decides what the array is. */
function ofArray(op: string, x: readonly unknown[], wanted: Wanted): Parts {
  const first = x.find((element) => element !== null && element !== undefined);
  if (Array.isArray(first) || isTyped(first)) return ofRows(op, x, first.length, wanted);
  if (isObject(first)) return ofRecords(op, x as readonly object[], first, wanted);
  const columns = nameColumns(op, x.length === 0 ? (wanted?.length ?? 1) : 1, wanted);
  return { columns, length: x.length, at: (r) => x[r] };
}

function ofRows(op: string, x: readonly unknown[], width: number, wanted: Wanted): Parts {
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
      if (row.length === width) return undefined;
      return `is ragged, expected ${width} numbers, got ${row.length}`;
    },
  };
}

function ofRecords(op: string, x: readonly object[], first: object, wanted: Wanted): Parts {
  const there = Object.keys(first);
  const somewhere = (name: string) =>
    x.some((record) => isObject(record) && Object.hasOwn(record, name));
  const found = wanted?.filter((name) => !there.includes(name) && somewhere(name)) ?? [];
  pick(op, [...there, ...found], wanted);
  const columns = wanted ?? there;
  return {
    columns,
    length: x.length,
    extra: beyond(there, wanted),
    at: (r, c) => (x[r] as Record<string, unknown>)[columns[c] as string],
    flaw: (r) =>
      isObject(x[r]) ? undefined : `is no object, expected a record, got ${typeName(x[r])}`,
  };
}

function ofColumns(op: string, x: Record<string, unknown>, wanted: Wanted): Parts {
  const there = Object.keys(x);
  const lists = pick(op, there, wanted).map((at) => {
    const list = x[there[at] as string];
    if (Array.isArray(list) || isTyped(list)) return list as ArrayLike<unknown>;
    throw new InputTypeError(
      `${op}: column "${there[at]}" is no array, expected numbers, got ${typeName(list)}`,
    );
  });
  const columns = wanted ?? there;
  const length = lists[0]?.length ?? 0;
  const odd = lists.findIndex((list) => list.length !== length);
  if (odd >= 0) {
    throw new InputTypeError(
      `${op}: column "${columns[odd]}" is ragged, expected ${length} values as in "${columns[0]}", got ${lists[odd]?.length}`,
    );
  }
  return {
    columns,
    length,
    extra: beyond(there, wanted),
    numeric: lists.every(isTyped),
    at: (r, c) => lists[c]?.[r],
  };
}
