/**
 * Special functions: tables and cases gathered from SciPy, Boost, LogExpFunctions.jl, Stan, JAX, PyTorch
 * and optax. Tables for f64 are run in float64, and their rows whose arguments are floats in float32 too.
 */
import * as finigrad from "../../src/index.js";
import { type DType, type Tensor, tensor } from "../../src/index.js";
import {
  type Case,
  type CaseSuite,
  compare,
  load,
  Mismatch,
  opNamed,
  readNumber,
  Skip,
  type Written,
} from "./case.js";

type Argument = Written | readonly Written[];

interface FileCase {
  readonly src: string;
  readonly fn: string;
  readonly args: readonly Argument[];
  readonly expect: Argument;
  readonly tol?: number;
  readonly note?: string;
}

interface File {
  readonly tables: Readonly<Record<string, readonly (readonly Written[])[]>>;
  readonly cases: readonly FileCase[];
}

/** The relative tolerance, unless the source's own is wider. */
const TOLERANCE = { float32: 1e-6, float64: 1e-14 };

/** Their names where ours differ: functions of tensors, nothing else. */
const NAMES: Readonly<Record<string, string>> = {
  expit: "sigmoid",
  log_expit: "logSigmoid",
  log_sigmoid: "logSigmoid",
  log_softmax: "logSoftmax",
  log_mix: "logMix",
  hardsigmoid: "hardSigmoid",
  hardswish: "hardSwish",
};

type Call = (...inputs: Tensor[]) => Tensor;

/** Functions that are ours with an argument more, or after one step. */
const CALLS: Readonly<Record<string, Call>> = {
  log1mexp_neg: (x) => finigrad.log1mexp(finigrad.neg(x)),
  log1mlogistic: (x) => finigrad.logSigmoid(finigrad.neg(x)),
  log_cosh: (a, b) => finigrad.logcosh(finigrad.sub(a, b)),
  log_diff_exp: (a, b) =>
    finigrad.where(finigrad.greaterEqual(a, b), finigrad.logsubexp(a, b), Number.NaN),
  hardshrink: (x, lambda) => finigrad.hardShrink(x, { lambda: lambda.item() }),
  standardize: (x) => finigrad.layerNorm(x, finigrad.ones(x.shape), finigrad.zeros(x.shape)),
  norm_p: (x, p) => normNamed(p.item())(x),
  pow_x: (x, y) => finigrad.pow(x, y),
};

function normNamed(p: number): Call {
  return opNamed(p === 1 ? "norm1" : p === 2 ? "norm2" : `norm of order ${p}`);
}

function callFor(fn: string): Call {
  return CALLS[fn] ?? opNamed(NAMES[fn] ?? fn);
}

/** Decided otherwise, by the name of the case. */
const REJECTED: Readonly<Record<string, string>> = {
  "xsref:exprel:f64(Infinity)": "the table divides ∞ by ∞; the limit is ∞",
  "xsref:exprel:f64(Infinity) in float64": "the table divides ∞ by ∞; the limit is ∞",
};

const listed = (argument: Argument): readonly Written[] =>
  Array.isArray(argument) ? argument : [argument as Written];

function upload(argument: Argument, dtype: DType): Tensor {
  const data = Array.isArray(argument) ? argument.map(readNumber) : readNumber(argument as Written);
  return tensor(data, { dtype }) as Tensor;
}

/** d Σf / d(first argument). */
function gradient(fn: string, inputs: readonly Tensor[]): Float32Array {
  const [x] = inputs;
  if (x === undefined) throw new Mismatch("no argument to differentiate by");
  const { grads } = finigrad.valueAndGrad({ x }, () => finigrad.sum(callFor(fn)(...inputs)));
  return grads.x.toArray();
}

function evaluate(fn: string, args: readonly Argument[], dtype: DType): Float32Array {
  const inputs = args.map((argument) => upload(argument, dtype));
  if (fn.startsWith("grad:")) return gradient(fn.slice("grad:".length), inputs);
  return callFor(fn)(...inputs).toArray();
}

function isFloat(written: Written): boolean {
  const value = readNumber(written);
  return Object.is(Math.fround(value), value);
}

/** Compares at the precision of the type, relative to each number, or absolutely where the source does. */
function checkNumbers(
  actual: Float32Array,
  { expect, tol = 0, note = "" }: Pick<FileCase, "expect" | "tol" | "note">,
  dtype: DType,
): void {
  if (expect === "finite") {
    if (!actual.every(Number.isFinite)) throw new Mismatch(`expected finite, got ${actual}`);
    return;
  }
  const expected = listed(expect).map((v) =>
    dtype === "float32" ? Math.fround(readNumber(v)) : readNumber(v),
  );
  const bound = Math.max(tol, TOLERANCE[dtype]);
  const least = note.includes("tol also absolute") ? tol : 0;
  compare(actual, expected, (want) =>
    Number.isFinite(want) ? Math.max(bound * Math.abs(want), least) : 0,
  );
}

function makeCase(
  fn: string,
  name: string,
  given: Omit<FileCase, "fn" | "src">,
  dtype: DType = "float32",
): Case {
  return {
    name,
    check: () => {
      const why = REJECTED[name];
      if (why !== undefined) throw new Skip(why);
      checkNumbers(evaluate(fn, given.args, dtype), given, dtype);
    },
  };
}

function tableCases(key: string, rows: readonly (readonly Written[])[]): Case[] {
  const fn = key.split(":")[1] ?? key;
  return rows.flatMap((row) => {
    const args = row.slice(0, -1);
    const name = `${key}(${args.join(", ")})`;
    const given = { args, expect: row.at(-1) ?? "NaN" };
    const floats = args.every(isFloat) ? [makeCase(fn, name, given)] : [];
    if (!key.endsWith(":f64")) return floats;
    return [...floats, makeCase(fn, `${name} in float64`, given, "float64")];
  });
}

const shown = (args: readonly Argument[]): string =>
  args.map((a) => (Array.isArray(a) ? `[${a.join(", ")}]` : String(a))).join(", ");

function cases(): Case[] {
  const file = load("special") as File;
  return [
    ...Object.entries(file.tables).flatMap(([key, rows]) => tableCases(key, rows)),
    ...file.cases.map((c) => makeCase(c.fn, `${c.src} :: ${c.fn}(${shown(c.args)})`, c)),
  ];
}

export const special: CaseSuite = { suite: "special", cases };
