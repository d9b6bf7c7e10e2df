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
  /** The only type that its arguments make sense in; default: either. */
  readonly dtype?: DType;
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
  hardsigmoid: "hardSigmoid",
  hardswish: "hardSwish",
};

type Call = (...inputs: Tensor[]) => Tensor;

/** Functions that are ours with an argument more, or in a step or two. */
const CALLS: Readonly<Record<string, Call>> = {
  cexpexp: (x) => finigrad.neg(finigrad.expm1(finigrad.neg(finigrad.exp(x)))),
  cloglog: (x) => finigrad.log(finigrad.neg(finigrad.log1p(finigrad.neg(x)))),
  cosm1: (x) => finigrad.mul(finigrad.square(finigrad.sin(finigrad.mul(x, 0.5))), -2),
  isfinite: (x) => finigrad.less(finigrad.abs(x), Infinity),
  isinf: (x) => finigrad.equal(finigrad.abs(x), Infinity),
  isnan: (x) => finigrad.notEqual(x, x),
  variance_1: (x) => finigrad.variance(x, { ddof: 1 }),
  exp10: (x) => finigrad.pow(finigrad.full(x.shape, 10, x.dtype), x),
  huber: (prediction, target, delta) => huber(finigrad.sub(prediction, target), delta),
  log1psq: (x) => finigrad.log1p(finigrad.square(x)),
  log2mexp: (x) => finigrad.log1p(finigrad.neg(finigrad.expm1(x))),
  logmxp1: (x) => finigrad.log1pmx(finigrad.sub(x, 1)),
  logsumexp_b: (x, b) => logDiffExp(weightedBy(x, b), weightedBy(x, finigrad.neg(b))),
  log_softmax_where: logSoftmaxWhere,
  "log_softmax_where[0]": (x, mask) => first(logSoftmaxWhere(x, mask)),
  softmax_where: softmaxWhere,
  "softmax_where[0]": (x, mask) => first(softmaxWhere(x, mask)),
  softplus_beta: (x, beta) => finigrad.div(finigrad.softplus(finigrad.mul(x, beta)), beta),
  log1mexp_neg: (x) => finigrad.log1mexp(finigrad.neg(x)),
  log1mlogistic: (x) => finigrad.logSigmoid(finigrad.neg(x)),
  log_cosh: (a, b) => finigrad.logcosh(finigrad.sub(a, b)),
  log_mix: logMix,
  log_diff_exp: logDiffExp,
  hardshrink: (x, lambda) => finigrad.hardShrink(x, { lambda: lambda.item() }),
  standardize: (x) => {
    const [one, zero] = [1, 0].map((value) => finigrad.full(x.shape, value, x.dtype));
    return finigrad.layerNorm(x, one as Tensor, zero as Tensor);
  },
  norm_p: (x, p) => normNamed(p.item())(x),
  pow_x: (x, y) => finigrad.pow(x, y),
};

/** log(eᵃ − eᵇ). */
function logDiffExp(a: Tensor, b: Tensor): Tensor {
  return finigrad.where(finigrad.greaterEqual(a, b), finigrad.logsubexp(a, b), Number.NaN);
}

/** log Σ b eˣ over the positive b. */
function weightedBy(x: Tensor, b: Tensor): Tensor {
  return finigrad.logsumexp(finigrad.add(x, finigrad.log(finigrad.relu(b))));
}

const hidden = (x: Tensor, mask: Tensor): Tensor => finigrad.where(mask, x, -Infinity);
const seen = (mask: Tensor): Tensor => finigrad.any(mask, { axis: -1, keepDims: true });

/** Over the elements of the mask; 0 for a row without any. */
function softmaxWhere(x: Tensor, mask: Tensor): Tensor {
  return finigrad.where(seen(mask), finigrad.softmax(hidden(x, mask)), 0);
}

function logSoftmaxWhere(x: Tensor, mask: Tensor): Tensor {
  return finigrad.where(seen(mask), finigrad.logSoftmax(hidden(x, mask)), -Infinity);
}

/** A vector with 0 for all but its first element. */
function first(x: Tensor): Tensor {
  const one = Array.from({ length: x.size }, (_, i) => (i === 0 ? 1 : 0));
  return finigrad.where(tensor(one, { dtype: x.dtype as DType }) as Tensor, x, 0);
}

function normNamed(p: number): Call {
  if (p === Number.POSITIVE_INFINITY) return (x) => finigrad.max(finigrad.abs(x));
  return opNamed(p === 1 ? "norm1" : p === 2 ? "norm2" : `norm of order ${p}`);
}

/** r² / 2 within delta, and straight on from there. */
function huber(residual: Tensor, delta: Tensor): Tensor {
  const r = finigrad.abs(residual);
  const within = finigrad.mul(finigrad.square(r), 0.5);
  const beyond = finigrad.mul(delta, finigrad.sub(r, finigrad.mul(delta, 0.5)));
  return finigrad.where(finigrad.lessEqual(r, delta), within, beyond);
}

/** log(θ eᵃ + (1 − θ) eᵇ). */
function logMix(theta: Tensor, a: Tensor, b: Tensor): Tensor {
  const [left, right] = [finigrad.log(theta), finigrad.log1p(finigrad.neg(theta))];
  return finigrad.logaddexp(finigrad.add(left, a), finigrad.add(right, b));
}

function callFor(fn: string): Call {
  return CALLS[fn] ?? opNamed(NAMES[fn] ?? fn);
}

const IN_FLOAT64 = " in float64";

interface Wrong {
  readonly why: string;
  readonly names: readonly string[];
}

const inBoth = (name: string): readonly string[] => [name, name + IN_FLOAT64];

/** Where a table is wrong. */
const WRONG: readonly Wrong[] = [
  {
    why: "the table divides ∞ by ∞; the limit is ∞",
    names: inBoth("xsref:exprel:f64(Infinity)"),
  },
  {
    why: "the table has no root of a negative number; NumPy's has",
    names: ["xsref:cbrt:f64(-1)", "xsref:cbrt:f64(-10)"].flatMap(inBoth),
  },
  {
    why: "the table rounds 1 + e^−x to 1; SciPy's own test has −e^−x",
    names: [500, 710, 725, 735].map((x) => `xsref:log_expit:f64(${x})${IN_FLOAT64}`),
  },
];

const REJECTED: Readonly<Record<string, string>> = Object.fromEntries(
  WRONG.flatMap(({ why, names }) => names.map((name) => [name, why])),
);

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
    return [...floats, makeCase(fn, `${name}${IN_FLOAT64}`, given, "float64")];
  });
}

const shown = (args: readonly Argument[]): string =>
  args.map((a) => (Array.isArray(a) ? `[${a.join(", ")}]` : String(a))).join(", ");

/** In both types: what is no float is rounded to one for float32. */
function casesOf(c: FileCase): Case[] {
  const name = `${c.src} :: ${c.fn}(${shown(c.args)})`;
  const floats = c.dtype === "float64" ? [] : [makeCase(c.fn, name, c)];
  return [...floats, makeCase(c.fn, `${name}${IN_FLOAT64}`, c, "float64")];
}

function cases(): Case[] {
  return ["special", "special_more"].flatMap((name) => {
    const file = load(name) as File;
    return [
      ...Object.entries(file.tables).flatMap(([key, rows]) => tableCases(key, rows)),
      ...file.cases.flatMap(casesOf),
    ];
  });
}

export const special: CaseSuite = { suite: "special", cases };
