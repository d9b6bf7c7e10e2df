/** What is measured: every elementwise function on arrays, with its oracle or its reference in f64. */
import * as finigrad from "../../src/index.js";
import { GUARDS } from "../../src/ops/safe.js";
import { runtime } from "../../src/runtime.js";
import { gridInputs, loadOracle, ORACLES, type Oracle, type Oracles, oracleOf } from "./oracle.js";
import { BINARY_REFERENCES, UNARY_REFERENCES } from "./references.js";

type OnArrays = (x: Float32Array, y: Float32Array) => Float32Array;
/** With room for the result, which not every function takes. */
type InPlace = (x: Float32Array, y: Float32Array, out?: Float32Array) => Float32Array;

export interface Subject {
  /** The facade's name; `d…` is the slope, by the backward kernel. */
  readonly fn: string;
  readonly arity: 1 | 2;
  readonly call: InPlace;
  /** The oracle's name, where there is one. */
  readonly oracle?: string;
  /** In f64. */
  readonly reference?: (x: number, y: number) => number;
  /** Its kernel has a short formula for chunks of ordinary elements, so that every float has two. */
  readonly chunked?: boolean;
  /** Points where this package decided against the oracle. */
  readonly excluded?: { readonly why: string; at(x: number, y: number): boolean };
}

type UnaryOp = (x: Float32Array, options?: { readonly out?: Float32Array }) => Float32Array;

const { abs, neg, sign, square, sqrt, rsqrt, cbrt, reciprocal, exp, exp2, expm1 } = finigrad;
const { log, log2, log10, log1p, floor, ceil, round, trunc, clip, erf, erfc } = finigrad;
const { sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh } = finigrad;
const { relu, relu6, hardTanh, leakyRelu, elu, celu, selu, gelu, sigmoid, logSigmoid } = finigrad;
const { silu, mish, softplus, softsign, hardSigmoid, hardSwish, thresholdedRelu } = finigrad;
const { softShrink, hardShrink, tanhShrink } = finigrad;
const { log1mexp, logexpm1, log1pmx, logit, xlogx, entr, exprel, logcosh } = finigrad;
const { add, sub, mul, div, mod, maximum, minimum, squaredDifference, prelu, pow } = finigrad;
const { atan2, hypot, logaddexp, logsubexp, xlogy, xlog1py } = finigrad;
const { ndtr, logNdtr, relEntr, klDiv, glu, swiglu } = finigrad;

const elementary = {
  ...{ abs, neg, sign, square, sqrt, rsqrt, cbrt, reciprocal, exp, exp2, expm1 },
  ...{ log, log2, log10, log1p, floor, ceil, round, trunc, erf, erfc, ndtr, logNdtr },
  ...{ sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh },
  ...{ relu, relu6, hardTanh, leakyRelu, elu, celu, selu, sigmoid, logSigmoid, silu, mish },
  ...{ softplus, softsign, hardSigmoid, hardSwish, thresholdedRelu },
  ...{ softShrink, hardShrink, tanhShrink },
  ...{ log1mexp, logexpm1, log1pmx, logit, xlogx, entr, exprel, logcosh },
} satisfies Record<string, UnaryOp>;

const UNARY: Readonly<Record<string, UnaryOp>> = {
  ...elementary,
  clip: (x) => clip(x, { min: -1, max: 1 }),
  gelu: (x) => gelu(x),
  geluTanh: (x) => gelu(x, { approximate: "tanh" }),
  dLogNdtr: slope("log_ndtr"),
  dSigmoid: slope("sigmoid"),
  dTanh: slope("tanh"),
  dSilu: slope("silu"),
  dMish: slope("mish"),
  dGelu: slope("gelu"),
  dGeluTanh: slope("gelu_tanh"),
};

const BINARY: Readonly<Record<string, OnArrays>> = {
  ...{ add, sub, mul, div, mod, maximum, minimum, squaredDifference, prelu, pow, atan2, hypot },
  ...{ logaddexp, logsubexp, xlogy, xlog1py, relEntr, klDiv, glu, swiglu },
};

type Sloped = "log_ndtr" | "sigmoid" | "tanh" | "silu" | "mish" | "gelu" | "gelu_tanh";

/** dy/dx: the backward kernel with a cotangent of 1. */
function slope(stem: Sloped): UnaryOp {
  return (input) => {
    const home = runtime();
    const n = input.length;
    const block = home.kernels.alloc(16 * n) >>> 0;
    const [dx = 0, dy = 0, y = 0, x = 0] = [0, 1, 2, 3].map((plane) => block + 4 * n * plane);
    home.floats.set(input, x / 4);
    home.floats.fill(1, dy / 4, dy / 4 + n);
    home.kernels[`${stem}_forward_f32`](y, x, n);
    home.kernels[`${stem}_backward_f32`](dx, dy, y, x, n);
    const result = home.floats.slice(dx / 4, dx / 4 + n);
    home.kernels.free(block);
    return result;
  };
}

const DECIDED_NAN = "x = 0 and y outside the logarithm's domain is NaN here, 0 in the oracle";

const EITHER_ZERO = {
  why: "of -0 either zero is right",
  at: (x: number) => Object.is(x, -0),
};

const EXCLUDED: Readonly<Record<string, NonNullable<Subject["excluded"]>>> = {
  relu: EITHER_ZERO,
  relu6: EITHER_ZERO,
  xlogy: { why: DECIDED_NAN, at: (x, y) => x === 0 && y < 0 },
  xlog1py: { why: DECIDED_NAN, at: (x, y) => x === 0 && y < -1 },
};

/** Those with a short formula for chunks of ordinary elements: swept both ways. */
const CHUNKED: readonly string[] = ["exp", "log", "sigmoid", "silu", "tanh", "elu"];

/** logSigmoid → log_sigmoid */
const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

const alone =
  (call: UnaryOp): InPlace =>
  (x, _, out) =>
    call(x, out === undefined ? {} : { out });

function subject(
  fn: string,
  arity: 1 | 2,
  call: InPlace,
  reference: Subject["reference"],
): Subject {
  const excluded = EXCLUDED[fn];
  return {
    ...{ fn, arity, call },
    ...(ORACLES.includes(snake(fn)) ? { oracle: snake(fn) } : {}),
    ...(reference === undefined ? {} : { reference }),
    ...(excluded === undefined ? {} : { excluded }),
    chunked: CHUNKED.includes(fn),
  };
}

const MOVED = "what the guard moves is another number on purpose";

/** A safe function, held to the function that it guards wherever nothing is moved. */
function guarded(
  fn: string,
  of: string,
  call: OnArrays,
  at: (x: number, y: number) => boolean,
): Subject {
  const arity = of in BINARY ? 2 : 1;
  const reference = arity === 1 ? UNARY_REFERENCES[of] : BINARY_REFERENCES[of];
  return { ...subject(of, arity, call, reference), fn, excluded: { why: MOVED, at } };
}

const { safeLog, safeSqrt, safeRsqrt, safeReciprocal, safeAsin, safeAcos } = finigrad;
const { safeDiv, safePow, safeAtan2, divNoNan, mulNoNan, reciprocalNoNan } = finigrad;

const SAFE: readonly Subject[] = [
  guarded(
    "safeLog",
    "log",
    (x) => safeLog(x),
    (x) => x <= GUARDS.safeLog.eps,
  ),
  guarded(
    "safeSqrt",
    "sqrt",
    (x) => safeSqrt(x),
    (x) => x <= GUARDS.safeSqrt.eps,
  ),
  guarded(
    "safeRsqrt",
    "rsqrt",
    (x) => safeRsqrt(x),
    (x) => x <= GUARDS.safeRsqrt.eps,
  ),
  guarded(
    "safeReciprocal",
    "reciprocal",
    (x) => safeReciprocal(x),
    (x) => Math.abs(x) < GUARDS.safeReciprocal.eps,
  ),
  guarded(
    "safeAsin",
    "asin",
    (x) => safeAsin(x),
    (x) => Math.abs(x) > 1 - GUARDS.safeAsin.eps,
  ),
  guarded(
    "safeAcos",
    "acos",
    (x) => safeAcos(x),
    (x) => Math.abs(x) > 1 - GUARDS.safeAcos.eps,
  ),
  guarded("safeDiv", "div", safeDiv, (_, y) => Math.abs(y) < GUARDS.safeDiv.eps),
  guarded("safePow", "pow", safePow, (x) => x <= GUARDS.safePow.eps),
  guarded("safeAtan2", "atan2", safeAtan2, (x, y) => Math.hypot(x, y) <= GUARDS.safeAtan2.eps),
  guarded("divNoNan", "div", divNoNan, (_, y) => y === 0),
  guarded("mulNoNan", "mul", mulNoNan, (_, y) => y === 0),
  guarded(
    "reciprocalNoNan",
    "reciprocal",
    (x) => reciprocalNoNan(x),
    (x) => x === 0,
  ),
];

export const SUBJECTS: readonly Subject[] = [
  ...Object.entries(UNARY).map(([fn, call]) => subject(fn, 1, alone(call), UNARY_REFERENCES[fn])),
  ...Object.entries(BINARY).map(([fn, call]) => subject(fn, 2, call, BINARY_REFERENCES[fn])),
  ...SAFE,
];

/** The functions that a sweep over all floats can take. */
export const SWEPT: readonly Subject[] = SUBJECTS.filter(
  ({ arity, reference }) => arity === 1 && reference !== undefined,
);

/** Oracles of functions that this package does not have. */
export const SKIPPED: readonly { readonly fn: string; readonly why: string }[] = ORACLES.filter(
  (name) => SUBJECTS.every(({ oracle }) => oracle !== name),
).map((fn) => ({ fn, why: "the package has no such function" }));

/** The points of a subject: its oracle's, or those of a grid with f64 for truth. */
export function truthOf({ fn, arity, oracle, reference }: Subject, from?: Oracles): Oracle {
  if (oracle !== undefined) return from === undefined ? loadOracle(oracle) : from.load(oracle);
  if (reference === undefined) throw new Error(`${fn}: neither an oracle nor a reference`);
  return oracleOf(fn, arity === 1 ? [gridInputs()] : loadOracle("hypot").inputs, reference);
}
