/** How far functions of doubles are from the truth, at the points of tests/data/oracles/float64.py. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as finigrad from "../../src/index.js";
import {
  type AnyTensor,
  guard,
  mul,
  scope,
  sum,
  type Tensor64,
  tensor,
  valueAndGrad,
} from "../../src/index.js";

/** Columns: arguments, values and slopes, and what rounding took from these, in ULP. */
export type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** The largest error of one column, in ULP, and where it is. */
export interface Worst {
  readonly column: "f" | "dx" | "dy";
  readonly ulp: number;
  readonly at: readonly number[];
  readonly got: number;
  readonly want: number;
}

/** What is held: results in ULP of the true value, and gradients. docs/float64.md has what was measured. */
export const BOUND64 = 1;
export const SLOPE_BOUND64 = 2.25;

const float64 = { dtype: "float64" } as const;
type Op = (...args: readonly unknown[]) => AnyTensor;
const library = finigrad as unknown as Readonly<Record<string, Op>>;

/** What the oracle knows by another name. */
const NAMED: Readonly<Record<string, Op>> = {
  geluTanh: (x) => finigrad.gelu(x as Tensor64, { approximate: "tanh" }),
  "celu, alpha 0.3": (x) => finigrad.celu(x as Tensor64, { alpha: 0.3 }),
  "celu, alpha 1000": (x) => finigrad.celu(x as Tensor64, { alpha: 1000 }),
  "div, times 8": (a, b) => mul(finigrad.div(a as Tensor64, b as Tensor64), 8),
};

const word = new DataView(new ArrayBuffer(8));

/** The distance from a double to the next larger one. */
export function ulp64(value: number): number {
  const size = Math.abs(value);
  word.setFloat64(0, size);
  word.setBigUint64(0, word.getBigUint64(0) + 1n);
  return word.getFloat64(0) - size;
}

type Scale = (x: number, y: number) => number;
export const notScaled: Scale = () => 0;

/**
 * What is left of sums that cancel is not told to every digit: below this part of what was added up, it is measured
 * against that part. Terms have 64 bits.
 */
const PART = 1 / 1024;
const VALUE_SCALE: Readonly<Record<string, Scale>> = {
  logaddexp: (x, y) => PART * Math.abs(Math.max(x, y)),
  logsubexp: (x, y) => PART * Math.max(Math.abs(x), Math.abs(y)),
};

/** 1 within 0.1 of a minimum. */
const nextTo = (x: number, minimum: number): number => Number(Math.abs(x - minimum) < 0.1);

/** Slopes next to minima. The error function has 56 bits. */
export const SLOPE_SCALE: Readonly<Record<string, Scale>> = {
  xlogx: () => PART,
  entr: () => PART,
  relEntr: () => PART,
  silu: (x) => PART * nextTo(x, -1.2785),
  mish: (x) => PART * nextTo(x, -1.1924),
  swiglu: (x, y) => PART * nextTo(x, -1.2785) * Math.abs(y),
  geluTanh: (x) => PART * nextTo(x, -0.7525),
  gelu: (x) => nextTo(x, -0.7518) / 16,
};

/** Values and gradients at all points of one function. */
function results(fn: string, columns: Columns): Columns {
  const call = (NAMED[fn] ?? library[fn]) as Op;
  const names = columns.y === undefined ? ["x"] : ["x", "y"];
  return guard({ onNonFinite: "ignore" }, () =>
    scope(() => {
      const of = (name: string): Tensor64 =>
        tensor(Float64Array.from(columns[name] ?? []), float64) as Tensor64;
      const inputs = Object.fromEntries(names.map((name) => [name, of(name)]));
      let f: ArrayLike<number> = [];
      const { grads } = valueAndGrad(inputs, () => {
        const y = call(...Object.values(inputs)) as Tensor64;
        f = y.toArray();
        return sum(y);
      });
      const slopes = names.map((name) => [`d${name}`, (grads[name] as Tensor64).toArray()]);
      return { f, ...Object.fromEntries(slopes) };
    }),
  );
}

/** The largest error of every column of one function. */
export function worstOf(fn: string, columns: Columns): Worst[] {
  const found = results(fn, columns);
  return (["f", "dx", "dy"] as const).flatMap((column) => {
    const actual = found[column];
    if (actual === undefined) return [];
    const scale = (column === "f" ? VALUE_SCALE : SLOPE_SCALE)[fn] ?? notScaled;
    return [worst(column, columns, actual, scale)];
  });
}

function worst(column: Worst["column"], columns: Columns, actual: ArrayLike<number>, scale: Scale) {
  const { x = [], y } = columns;
  const expected = columns[column] ?? [];
  const rest = columns[`rest of ${column}`] ?? [];
  let most: Worst = { column, ulp: 0, at: [], got: 0, want: 0 };
  for (let i = 0; i < expected.length; i++) {
    const [want = 0, got = 0] = [expected[i], actual[i]];
    if (Number.isNaN(want)) continue;
    const unit = ulp64(Math.max(Math.abs(want), scale(x[i] ?? 0, y?.[i] ?? 0)));
    const off = Math.abs((got - want) / unit - (rest[i] ?? 0) * (ulp64(want) / unit));
    if (off <= most.ulp) continue;
    const at = [x, y].flatMap((v) => (v === undefined ? [] : [v[i] ?? 0]));
    most = { column, ulp: Number.isNaN(off) ? Infinity : off, at, got, want };
  }
  return most;
}

/** The functions of a folder that `float64.py dense` wrote, with a way to their columns. */
export function denseFunctions(folder: string): readonly (readonly [string, () => Columns])[] {
  const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as Record<
    string,
    { points: number; columns: readonly string[] }
  >;
  return Object.entries(index).map(([name, { points, columns }]) => {
    const read = (): Columns => {
      const bytes = new Uint8Array(readFileSync(join(folder, `${name}.f64`)));
      const doubles = new Float64Array(bytes.buffer);
      const at = (i: number) => doubles.subarray(i * points, (i + 1) * points);
      return Object.fromEntries(columns.map((column, i) => [column, at(i)]));
    };
    return [name, read] as const;
  });
}
