/** NumPy's validation sets: correctly rounded results for every input, within NumPy's own bound. */
import { tensor } from "../../src/index.js";
import { type Case, type CaseSuite, load, Mismatch, NO_FLOAT64, opNamed, Skip } from "./case.js";

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

/** A float's place in the order of all floats: neighbours differ by 1, and 0 is -0. */
function place(value: number): number {
  const word = new Int32Array(Float32Array.of(value).buffer)[0] ?? 0;
  return word < 0 ? -(word & 0x7fffffff) : word;
}

function checkOne(got: number, want: number, bound: number): void {
  if (Number.isNaN(got) && Number.isNaN(want)) return;
  const off = Math.abs(place(got) - place(want));
  if (Number.isNaN(got) || Number.isNaN(want) || off > bound) {
    throw new Mismatch(`expected ${want} within ${bound} ULP, got ${got}, ${off} ULP off`);
  }
}

/** The cases of one function: all inputs go through the op at once, as lanes of one tensor. */
function float32Cases(fn: string, table: Table): Case[] {
  const [inputs, wanted] = [floats(table.in), floats(table.out)];
  let results: Float32Array | undefined;
  const evaluate = (): Float32Array => opNamed(NAMES[fn] ?? fn)(tensor(inputs)).toArray();
  return table.in.map((hex, i) => ({
    name: `${fn} f32 ${hex}`,
    check: () => {
      results ??= evaluate();
      checkOne(results[i] ?? Number.NaN, wanted[i] ?? Number.NaN, table.max_ulp);
    },
  }));
}

function float64Cases(fn: string, table: Table): Case[] {
  const check = (): never => {
    throw new Skip(NO_FLOAT64);
  };
  return table.in.map((hex) => ({ name: `${fn} f64 ${hex}`, check }));
}

function cases(): Case[] {
  const { fns } = load("numpy_umath") as File;
  return Object.entries(fns).flatMap(([fn, tables]) =>
    Object.entries(tables).flatMap(([dtype, table]) =>
      dtype === "f32" ? float32Cases(fn, table) : float64Cases(fn, table),
    ),
  );
}

export const numpyUmath: CaseSuite = { suite: "numpy_umath", cases };
