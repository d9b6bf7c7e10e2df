/**
 * Safe functions: an argument within eps of a singularity is moved to the nearest point eps away from
 * it. The value changes there, and only there; the gradient there is 0; how many elements were moved is
 * known: `guardedElements()` after a call, `health.guardedElements` for a step. NaN stays NaN.
 * `GUARDS` is the table: what is moved, the default eps and its reason, and the gradient. docs/safe.md shows it.
 */

import { checkAttached, checkOptions, type Filled, showValue } from "../check.js";
import { scope } from "../create.js";
import { writtenOptions } from "../diagnosis/code.js";
import { InputRangeError, refusingAs } from "../errors.js";
import { note } from "../guard.js";
import { Block } from "../memory.js";
import { runtime } from "../runtime.js";
import { isRehearsing } from "../tape.js";
import { type AnyTensor, type DType, LARGEST, Tensor, type Tensor64 } from "../tensor.js";
import { atan2 as angle, div as divide, hypot, pow as power } from "./arithmetic.js";
import { checkOperand, dtypeOfArrays, type Floats } from "./arrays.js";
import { lessEqual, where } from "./compare.js";
import {
  binary,
  dtypeAmong,
  type Elementwise,
  kernelOf,
  type LikeThem,
  NO_OPTIONS,
  type Operandish,
  type OutOption,
  type OutOption64,
  optionsOf,
  unary,
} from "./define.js";
import { abs, log, reciprocal, rsqrt, sqrt } from "./elementary.js";
import { explainProduct, explainQuotient } from "./explain.js";
import type { ReduceOptions } from "./folds.js";
import { norm2 } from "./reduce.js";
import { acos, asin } from "./trigonometry.js";

type Argument = number | Float32Array | Float64Array | AnyTensor;

/** How a safe function departs from the function that it guards. */
export interface GuardRow {
  readonly moves: string;
  /** The default. */
  readonly eps: number;
  readonly because: string;
  readonly gradient: string;
}

/** The safe functions with an eps: the defaults are read from here. @internal */
export const GUARDS = {
  safeLog: {
    moves: "x ≤ eps to eps",
    eps: 1e-12,
    because: "log(1e-12) = −27.6: large beside any ordinary loss, far from float32's end",
    gradient: "0 where x ≤ eps",
  },
  safeSqrt: {
    moves: "x ≤ eps to eps",
    eps: 0,
    because: "only the slope is singular: √0 = 0 stays",
    gradient: "0 where x ≤ eps",
  },
  safeRsqrt: {
    moves: "x ≤ eps to eps",
    eps: 1e-12,
    because: "1/√1e-12 = 1e6, whose slope is 5e17",
    gradient: "0 where x ≤ eps",
  },
  safeReciprocal: {
    moves: "|x| < eps to ±eps, the sign kept, 0 to +eps and -0 to −eps",
    eps: 1e-12,
    because: "1/1e-12 = 1e12, whose square, the slope, is finite",
    gradient: "0 where |x| < eps",
  },
  safeDiv: {
    moves: "a divisor |b| < eps to ±eps, the sign kept, 0 to +eps and -0 to −eps",
    eps: 1e-12,
    because: "as safeReciprocal",
    gradient: "0 by b where |b| < eps; by a as it is for the moved divisor",
  },
  safePow: {
    moves: "a base a ≤ eps to eps",
    eps: 1e-12,
    because: "powers from −3 to 3 stay finite",
    gradient: "0 by a where a ≤ eps; by b as it is for the moved base",
  },
  safeAsin: {
    moves: "x to −1 + eps … 1 − eps",
    eps: 1e-6,
    because: "the slope stays below 708; float32 resolves 6e-8 there",
    gradient: "0 where |x| > 1 − eps",
  },
  safeAcos: {
    moves: "x to −1 + eps … 1 − eps",
    eps: 1e-6,
    because: "as safeAsin",
    gradient: "0 where |x| > 1 − eps",
  },
  safeAtan2: {
    moves: "the angle of a point within eps of the origin to 0",
    eps: 1e-12,
    because: "the slope, 1/r, stays below 1e12",
    gradient: "0 to both where √(a² + b²) ≤ eps",
  },
  safeNorm: {
    moves: "a norm ≤ eps to eps",
    eps: 1e-12,
    because: "what is divided by it stays below 1e12 times itself",
    gradient: "0 where the norm is ≤ eps",
  },
} as const satisfies Readonly<Record<string, GuardRow>>;

type Guarded = keyof typeof GUARDS;

const moved = (name: string) => ({
  text: `[${name} leaves x]`,
  of: () => 1,
});

/** max(x, eps), with gradient 0 where x ≤ eps. @internal */
export const atLeast = unary("at_least", "atLeast", {
  slope: moved("atLeast"),
  scalars: { eps: 0 },
});

/** x, or ±eps where |x| < eps, with gradient 0 there. @internal */
export const awayFromZero = unary("away_from_zero", "awayFromZero", {
  slope: moved("awayFromZero"),
  scalars: { eps: 0 },
});

/** x within min … max, with gradient 0 outside. @internal */
export const within = unary("within", "within", {
  slope: moved("within"),
  scalars: { min: -1, max: 1 },
});

let changed = 0;

/** How many elements the last safe function changed. */
export function guardedElements(): number {
  return changed;
}

/** Runs a safe function and takes note of how many elements it changed. */
function counted<T>(name: string, body: () => T): T {
  const { kernels } = runtime();
  kernels.take_guarded();
  const result = body();
  const count = kernels.take_guarded() >>> 0;
  // What advice is tried in is nobody's last function.
  if (!isRehearsing()) changed = count;
  if (count > 0 && result instanceof Tensor) note("guarded", name, "forward", count);
  return result;
}

/** The same of one made of several: a step between, such as the moved argument, belongs to no one. Advice knows it as it was called. */
function tracked<T>(
  name: string,
  operands: readonly unknown[],
  options: Readonly<Record<string, number | readonly number[] | true | undefined>>,
  body: () => T,
): T {
  const result = counted(name, () => refusingAs(name, () => scope(body)));
  if (result instanceof Tensor && result.call !== undefined)
    result.call.composed = { name, operands, options: writtenOptions(options) };
  return result;
}

/** A safe function that is one op. */
function counting<F extends object>(name: string, f: F): F {
  const run = f as unknown as (...operands: readonly unknown[]) => unknown;
  const call = (...operands: readonly unknown[]): unknown => counted(name, () => run(...operands));
  // The kernel that it stands for comes along, and how many operands it takes.
  Object.defineProperty(call, "length", { value: (f as { length?: number }).length });
  return Object.assign(call, f) as unknown as F;
}

type Eps = { readonly eps: number };
type Step = (x: never, options?: never) => unknown;

/** @throws InputRangeError */
function checkEps(name: string, eps: unknown, least: number): void {
  if (typeof eps !== "number" || !(eps >= least && eps < 1)) {
    throw new InputRangeError(
      `${name}: eps out of range, expected ${least} … 1, got ${showValue(eps)}`,
    );
  }
}

/** f(move(x)): a function whose argument is moved first. */
function guarded(name: Guarded, move: (x: Argument, eps: number) => unknown, f: Step) {
  const { eps } = GUARDS[name];
  const call = (x: Argument, options: Partial<Eps> & OutOption = NO_OPTIONS): unknown => {
    const { eps: chosen = eps, ...rest } = optionsOf(name, options, ["eps"], x instanceof Tensor);
    checkEps(name, chosen, eps === 0 ? 0 : 2 ** -126);
    return tracked(name, [x], { eps: options.eps }, () =>
      f(move(x, chosen) as never, rest as never),
    );
  };
  return call as Elementwise<Eps>;
}

const up = (x: Argument, eps: number): unknown => atLeast(x as Tensor, { eps });
const away = (x: Argument, eps: number): unknown => awayFromZero(x as Tensor, { eps });
const inside = (x: Argument, eps: number): unknown =>
  within(x as Tensor, { min: eps - 1, max: 1 - eps });

/** log(max(x, eps)); the gradient is 0 where x ≤ eps. */
export const safeLog = guarded("safeLog", up, log);
/** √max(x, eps), eps 0 by default; the gradient is 0 where x ≤ eps. */
export const safeSqrt = guarded("safeSqrt", up, sqrt);
/** 1 / √max(x, eps); the gradient is 0 where x ≤ eps. */
export const safeRsqrt = guarded("safeRsqrt", up, rsqrt);
/** 1 / x with |x| kept ≥ eps; the gradient is 0 where |x| < eps. */
export const safeReciprocal = guarded("safeReciprocal", away, reciprocal);
/** asin x with x kept within ±(1 − eps); the gradient is 0 outside. */
export const safeAsin = guarded("safeAsin", inside, asin);
/** acos x with x kept within ±(1 − eps); the gradient is 0 outside. */
export const safeAcos = guarded("safeAcos", inside, acos);

/** Moves x; a number beside doubles in float64, as it will be used. */
function beside(
  partner: Argument,
  x: Argument,
  eps: number,
  move: (x: Argument, eps: number) => unknown,
): unknown {
  if (typeof x !== "number" || dtypeOf(partner) === "float32") return move(x, eps);
  return (move(Float64Array.of(x), eps) as Float64Array)[0];
}

export interface SafeOptions {
  /** How near a singularity is too near. */
  readonly eps?: number | undefined;
}

/** A safe function of two variables. */
export interface Safe2 {
  (a: number, b: number, options?: SafeOptions): number;
  (
    a: Float32Array | number,
    b: Float32Array | number,
    options?: SafeOptions & OutOption,
  ): Float32Array;
  (
    a: Float64Array | number,
    b: Float64Array | number,
    options?: SafeOptions & OutOption64,
  ): Float64Array;
  (a: Operandish, b: Operandish, options?: SafeOptions): Tensor;
  (a: Tensor64 | number, b: Tensor64 | number, options?: SafeOptions): Tensor64;
  <T extends AnyTensor>(a: T, b: T | number, options?: SafeOptions): LikeThem<T>;
  <T extends AnyTensor>(a: number, b: T, options?: SafeOptions): LikeThem<T>;
}

type Two = (a: never, b: never, options?: never) => unknown;

function guarded2(
  name: Guarded,
  f: Two,
  move: (a: Argument, b: Argument, eps: number) => readonly [unknown, unknown],
) {
  const { eps } = GUARDS[name];
  const call = (
    a: Argument,
    b: Argument,
    options: SafeOptions & OutOption = NO_OPTIONS,
  ): unknown => {
    const onTensor = a instanceof Tensor || b instanceof Tensor;
    const { eps: chosen = eps, ...rest } = optionsOf(name, options, ["eps"], onTensor);
    checkEps(name, chosen, 2 ** -126);
    const dtype = onTensor ? dtypeAmong(a, b) : dtypeOfArrays({ a, b });
    for (const [role, value] of Object.entries({ a, b })) {
      if (!(value instanceof Tensor)) checkOperand(name, role, value, dtype);
    }
    return tracked(name, [a, b], { eps: options.eps }, () => {
      const [left, right] = move(a, b, chosen);
      return f(left as never, right as never, rest as never);
    });
  };
  return call as Safe2;
}

/** a / b with |b| kept ≥ eps; the gradient by b is 0 where |b| < eps. */
export const safeDiv = guarded2("safeDiv", divide, (a, b, eps) => [a, beside(a, b, eps, away)]);
/** aᵇ with a kept ≥ eps; the gradient by a is 0 where a ≤ eps. */
export const safePow = guarded2("safePow", power, (a, b, eps) => [beside(b, a, eps, up), b]);

/** where and lessEqual on whatever the operands are: their overloads tell them apart. */
const choose = where as (
  condition: unknown,
  a: unknown,
  b: unknown,
  options?: OutOption,
) => unknown;
const atMost = lessEqual as (a: unknown, b: unknown) => unknown;

/** The angle of the point (b, a); 0, with gradient 0, within eps of the origin. */
export const safeAtan2 = guarded2(
  "safeAtan2",
  (near: unknown, turn: unknown, options?: OutOption) => choose(near, 0, turn, options),
  (a, b, eps) => {
    const turn = (angle as Two)(a as never, b as never);
    const r = up((hypot as Two)(a as never, b as never) as Argument, eps);
    return [atMost(r, dtypeOf(r as Argument) === "float64" ? eps : Math.fround(eps)), turn];
  },
);

/** The Euclidean norm with a floor. */
export interface SafeNorm {
  /** Of a number: its size. */
  (x: number, options?: SafeOptions): number;
  /** Of a whole array; with `out`, an array of one element, it is written there. */
  (x: Float32Array, options?: SafeOptions): number;
  (x: Float32Array, options: SafeOptions & Filled<OutOption>): Float32Array;
  (x: Float64Array, options?: SafeOptions): number;
  (x: Float64Array, options: SafeOptions & Filled<OutOption64>): Float64Array;
  <D extends DType>(x: Tensor<D>, options?: SafeOptions & ReduceOptions): Tensor<D>;
}

/** The norm of an array, as an array of its type. */
function normOf(given: Floats): Floats {
  checkAttached("safeNorm", "x", given);
  const { dtype, bytes, Kind } =
    given instanceof Float64Array
      ? ({ dtype: "float64", bytes: 8, Kind: Float64Array } as const)
      : ({ dtype: "float32", bytes: 4, Kind: Float32Array } as const);
  // A view of memory that grows would be gone.
  const x = runtime().holds(given) ? new Kind(given) : given;
  const block = new Block(bytes * x.length + 16, "safeNorm");
  try {
    const { kernels, doubles, floats } = runtime();
    const numbers = dtype === "float64" ? doubles : floats;
    const from = block.at + 16;
    numbers.set(x, from / bytes);
    kernelOf(kernels, "norm2", "forward", dtype)(block.at, from, 1, x.length, 1);
    return Kind.of(numbers[block.at / bytes] ?? Number.NaN);
  } finally {
    block.free();
  }
}

/**
 * The Euclidean norm over all elements or some axes, eps with gradient 0 where it is at most eps.
 *
 * @throws InputRangeError for an eps outside 2⁻¹²⁶ … 1, ShapeError for an `out` that is not one element.
 */
export const safeNorm = ((
  x: Argument,
  options: SafeOptions & OutOption & ReduceOptions = {},
): unknown => {
  const known = x instanceof Tensor ? ["eps", "axis", "keepDims"] : ["eps", "out"];
  checkOptions("safeNorm", options, known);
  const { eps = GUARDS.safeNorm.eps, out, ...axes } = options;
  checkEps("safeNorm", eps, 2 ** -126);
  const told = { eps: options.eps, axis: axes.axis, keepDims: axes.keepDims || undefined };
  return tracked("safeNorm", [x], told, () => {
    if (x instanceof Tensor) return atLeast(norm2(x as Tensor, axes), { eps });
    if (x instanceof Float32Array || x instanceof Float64Array) {
      const result = atLeast(normOf(x) as Float32Array, {
        eps,
        ...(out === undefined ? {} : { out }),
      });
      return out === undefined ? result[0] : result;
    }
    return atLeast(abs(x as number), { eps });
  });
}) as SafeNorm;

const divSlopes = [
  { text: "1/b", of: (_: number, b: number) => (b === 0 ? 0 : 1 / b) },
  { text: "(−a/b²)", of: (a: number, b: number) => (b === 0 ? 0 : -a / b / b) },
] as const;

/** a / b, and 0 where b is 0 and a finite, with gradient 0 to both. NaN stays NaN. */
export const divNoNan = counting(
  "divNoNan",
  binary("div_no_nan", "divNoNan", {
    absorbs: "divides",
    slopes: divSlopes,
    explain: explainQuotient,
  }),
);

/** a · b, and 0 where b is 0, whatever a is: NaN and ∞ too, which is what it is for. */
export const mulNoNan = counting(
  "mulNoNan",
  binary("mul_no_nan", "mulNoNan", {
    absorbs: "selects",
    slopes: [
      { text: "b", of: (_, b) => b },
      { text: "a", of: (a, b) => (b === 0 && !Number.isFinite(a) ? 0 : a) },
    ],
    explain: explainProduct,
  }),
);

/** 1 / x, and 0 at 0, with gradient 0 there. */
export const reciprocalNoNan = counting(
  "reciprocalNoNan",
  unary("reciprocal_no_nan", "reciprocalNoNan", {
    absorbs: "divides",
    slope: { text: "(−1/x²)", of: (x) => (x === 0 ? 0 : -1 / (x * x)) },
  }),
);

const dtypeOf = (x: Argument): DType => (x instanceof Float64Array ? "float64" : dtypeAmong(x));

/** Numbers in place of NaN (0), +∞ and −∞ (the largest floats); the gradient there is 0. */
export const nanToNum = counting(
  "nanToNum",
  unary("nan_to_num", "nanToNum", {
    absorbs: "selects",
    slope: { text: "[x finite]", of: (x) => Number(Number.isFinite(x)) },
    scalars: { nan: 0, posInf: LARGEST.float32, negInf: -LARGEST.float32 },
    scalars64: { posInf: LARGEST.float64, negInf: -LARGEST.float64 },
    // What is to be a number must not become ∞ on the way there.
    check: (p, dtype) => {
      const [name, value] =
        Object.entries(p).find(([, v]) => Number.isFinite(v) && Math.abs(v) > LARGEST[dtype]) ?? [];
      return name && `${name} out of range, expected at most ${LARGEST[dtype]}, got ${value}`;
    },
  }),
);

/** x with ±∞ brought to the largest floats, gradient 0 there; NaN stays NaN. */
export const clipToFinite = ((x: Argument, given: OutOption = NO_OPTIONS): unknown => {
  const options = optionsOf("clipToFinite", given, [], x instanceof Tensor);
  const most = LARGEST[dtypeOf(x)];
  return tracked("clipToFinite", [x], {}, () =>
    within(x as Tensor, { min: -most, max: most, ...options }),
  );
}) as Elementwise<Record<never, never>>;
