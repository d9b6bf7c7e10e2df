/** NumPy's validation sets: correctly rounded results for every input, within NumPy's own bound. */
import { type DType, type Tensor, tensor } from "../../src/index.js";
import { type Case, type CaseSuite, load, Mismatch, opNamed } from "./case.js";

interface Table {
  readonly max_ulp: number;
  /** Bit patterns in hex. */
  readonly in: readonly string[];
  readonly out: readonly string[];
}

interface File {
  readonly fns: Readonly<Record<string, Readonly<Record<string, Table>>>>;
}

/** NumPy's names where ours differ. */
const NAMES: Readonly<Record<string, string>> = {
  arccos: "acos",
  arccosh: "acosh",
  arcsin: "asin",
  arcsinh: "asinh",
  arctan: "atan",
  arctanh: "atanh",
};

function floats(hex: readonly string[]): Float32Array {
  return new Float32Array(Uint32Array.from(hex, (word) => Number.parseInt(word, 16)).buffer);
}

function doubles(hex: readonly string[]): Float64Array {
  return new Float64Array(BigUint64Array.from(hex, (word) => BigInt(`0x${word}`)).buffer);
}

/** What the two types of table differ in. */
interface Kind {
  readonly dtype: DType;
  read(hex: readonly string[]): Float32Array | Float64Array;
  /** A number's place in the order of all of its type: neighbours differ by 1, and 0 is -0. */
  place(value: number): bigint;
}

const KINDS: Readonly<Record<string, Kind>> = {
  f32: {
    dtype: "float32",
    read: floats,
    place: (value) => {
      const word = new Int32Array(Float32Array.of(value).buffer)[0] ?? 0;
      return BigInt(word < 0 ? -(word & 0x7fffffff) : word);
    },
  },
  f64: {
    dtype: "float64",
    read: doubles,
    place: (value) => {
      const word = new BigInt64Array(Float64Array.of(value).buffer)[0] ?? 0n;
      return word < 0n ? -(word & 0x7fffffffffffffffn) : word;
    },
  },
};

function checkOne({ place }: Kind, got: number, want: number, bound: number): void {
  if (Number.isNaN(got) && Number.isNaN(want)) return;
  const distance = place(got) - place(want);
  const off = Number(distance < 0n ? -distance : distance);
  if (Number.isNaN(got) || Number.isNaN(want) || off > bound) {
    throw new Mismatch(`expected ${want} within ${bound} ULP, got ${got}, ${off} ULP off`);
  }
}

/** The cases of one function: all inputs go through the op at once, as lanes of one tensor. */
function casesOf(fn: string, type: string, table: Table): Case[] {
  const kind = KINDS[type];
  if (kind === undefined)
    throw new Error(`numpy_umath: no such type, expected f32 or f64, got ${type}`);
  const { dtype, read } = kind;
  const [inputs, wanted] = [read(table.in), read(table.out)];
  let results: Float32Array | Float64Array | undefined;
  const evaluate = () => opNamed(NAMES[fn] ?? fn)(tensor(inputs, { dtype }) as Tensor).toArray();
  return table.in.map((hex, i) => ({
    name: `${fn} ${type} ${hex}`,
    check: () => {
      results ??= evaluate();
      checkOne(kind, results[i] ?? Number.NaN, wanted[i] ?? Number.NaN, table.max_ulp);
    },
  }));
}

function cases(): Case[] {
  const { fns } = load("numpy_umath") as File;
  return Object.entries(fns).flatMap(([fn, tables]) =>
    Object.entries(tables).flatMap(([type, table]) => casesOf(fn, type, table)),
  );
}

export const numpyUmath: CaseSuite = { suite: "numpy_umath", cases };
