/**
 * Elementwise functions in f64, written to be good to a small part of a float32 ULP everywhere: for the
 * exhaustive measurement, and for functions without an oracle.
 */
import type { Reference } from "./oracle.js";
import { dLogNdtr, erf, erfc, logNdtr, ndtr, sigmoid, softplus } from "./special.js";

type Unary = (x: number) => number;

const LN2_LOW = 2.3190468138462996e-17;
const SELU = [1.0507009873554805, 1.7580993408473768] as const;

/** Below this x − f(x) is summed as a series: f64 would lose too much. */
const SMALL = 0.02;

/** x − x²/2 + x³/3 − …, without its first term. */
function logTail(x: number): number {
  let [power, sum] = [x, 0];
  for (let k = 2; k < 14; k++) {
    power *= -x;
    sum += power / k;
  }
  return sum;
}

function tanhShrink(x: number): number {
  if (Math.abs(x) >= SMALL) return x - Math.tanh(x);
  const z = x * x;
  return x * z * (1 / 3 + z * (-2 / 15 + z * (17 / 315 - (z * 62) / 2835)));
}

/** ln(eˣ − 1); around its zero at ln 2 with ln 2 in two parts. */
function logexpm1(x: number): number {
  if (x > 1) return x + Math.log1p(-Math.exp(-x));
  if (x > 0.4) return Math.log1p(2 * Math.expm1(x - Math.LN2 - LN2_LOW));
  return Math.log(Math.expm1(x));
}

function logit(x: number): number {
  return x < 0.25 ? Math.log(x) - Math.log1p(-x) : Math.log1p((2 * x - 1) / (1 - x));
}

function logcosh(x: number): number {
  const size = Math.abs(x);
  if (size < 1) return Math.log1p(2 * Math.sinh(x / 2) ** 2);
  return size + Math.log1p(Math.exp(-2 * size)) - Math.LN2;
}

function roundEven(x: number): number {
  if (!(Math.abs(x) < 2 ** 23)) return x;
  const away = 2 ** 52;
  return x < 0 || Object.is(x, -0) ? x - away + away || -0 : x + away - away;
}

/** The argument of the sigmoid in gelu's tanh form. */
const inner = (x: number): number => 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
const innerSlope = (x: number): number => 2 * Math.sqrt(2 / Math.PI) * (1 + 0.134145 * x * x);

/** x · gate(x), for a gate that is 0 at −∞. */
const gated =
  (gate: Unary): Unary =>
  (x) =>
    x === -Infinity ? -0 : x * gate(x);

/** A slope that comes from below 0 and has gone to 1, to the last bit of a float, before ±edge. */
const step =
  (edge: number, slope: Unary): Unary =>
  (x) =>
    x < -edge ? -0 : x > edge ? 1 : slope(x);

/** This near to a root of a slope its terms cancel in f64 to fewer digits than a float's ULP asks for. */
const NEAR = 2 ** -10;

/**
 * The slope, by its Taylor series (c₁ h + c₂ h² + …) next to its root, which stands in two doubles.
 * `python3 scripts/oracle.py --roots` prints these numbers.
 */
const rooted =
  (root: readonly [number, number], series: readonly number[], slope: Unary): Unary =>
  (x) => {
    const h = x - root[0] - root[1];
    return Math.abs(h) < NEAR ? h * series.reduceRight((sum, c) => sum * h + c, 0) : slope(x);
  };

const slopes: Readonly<Record<string, Unary>> = {
  dLogNdtr,
  dSigmoid: (x) => sigmoid(x) * sigmoid(-x),
  dTanh: (x) => 1 / Math.cosh(x) ** 2,
  dSilu: step(
    200,
    rooted(
      [-1.2784645427610737, -1.0946994183093437e-16],
      [
        0.2178117057198001, 0.1466487969969469, 0.018874814223782312, -0.015222655223188032,
        -0.006606589138356696,
      ],
      (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
    ),
  ),
  dMish: step(
    200,
    rooted(
      [-1.1924312145154952, -4.8484829848031044e-17],
      [
        0.2669479140495345, 0.20473126408010586, 0.04190782104360987, -0.020271822716684245,
        -0.01582112656173338,
      ],
      (x) => {
        const s = softplus(x);
        return Math.tanh(s) + (x * sigmoid(x)) / Math.cosh(s) ** 2;
      },
    ),
  ),
  dGelu: step(
    30,
    rooted(
      [-0.7517915246935645, 1.4956759177009883e-17],
      [
        0.4314939923140469, 0.388284982990552, -0.018199676398671087, -0.1140082332972217,
        -0.014771522148244337,
      ],
      (x) => ndtr(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
    ),
  ),
  dGeluTanh: step(
    16,
    rooted(
      [-0.7524614220710163, 3.635560509207687e-17],
      [
        0.4304000910248585, 0.38751844613578895, -0.01578285352184803, -0.11394448308095899,
        -0.01661932834305256,
      ],
      (x) => {
        const u = inner(x);
        return sigmoid(u) * (1 + x * innerSlope(x) * sigmoid(-u));
      },
    ),
  ),
};

const activations: Readonly<Record<string, Unary>> = {
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  hardTanh: (x) => Math.min(Math.max(x, -1), 1),
  leakyRelu: (x) => (x < 0 ? Math.fround(0.01) * x : x),
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
  celu: (x) => (x < 0 ? Math.expm1(x) : x),
  selu: (x) => (x < 0 ? SELU[1] * Math.expm1(x) : SELU[0] * x),
  gelu: gated(ndtr),
  geluTanh: gated((x) => sigmoid(inner(x))),
  sigmoid,
  logSigmoid: (x) => -softplus(-x),
  silu: gated(sigmoid),
  mish: gated((x) => Math.tanh(softplus(x))),
  softplus,
  softsign: (x) => (Math.abs(x) === Infinity ? Math.sign(x) : x / (1 + Math.abs(x))),
  hardSigmoid: (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
  hardSwish: (x) => (x <= -3 ? 0 : x >= 3 ? x : (x * (x + 3)) / 6),
  thresholdedRelu: (x) => (x <= 1 ? 0 : x),
  softShrink: (x) => (Math.abs(x) <= 0.5 ? 0 : x - Math.sign(x) * 0.5),
  hardShrink: (x) => (Math.abs(x) <= 0.5 ? 0 : x),
  tanhShrink,
};

const elementary: Readonly<Record<string, Unary>> = {
  abs: Math.abs,
  neg: (x) => -x,
  sign: Math.sign,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  cbrt: Math.cbrt,
  reciprocal: (x) => 1 / x,
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundEven,
  trunc: Math.trunc,
  clip: (x) => Math.min(Math.max(x, -1), 1),
  erf: (x) => (x === 0 ? x : erf(x)),
  erfc,
  ndtr,
  logNdtr,
};

const trigonometry: Readonly<Record<string, Unary>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
};

const stable: Readonly<Record<string, Unary>> = {
  log1mexp: (x) => (x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x))),
  logexpm1,
  log1pmx: (x) => (x === Infinity ? -x : Math.abs(x) < SMALL ? logTail(x) : Math.log1p(x) - x),
  logit,
  xlogx: (x) => (x === 0 ? 0 : x * Math.log(x)),
  entr: (x) => (x < 0 ? -Infinity : x === 0 || x === 1 ? 0 : -x * Math.log(x)),
  exprel: (x) => (x === 0 ? 1 : x === Infinity ? x : Math.expm1(x) / x),
  logcosh,
};

/** By the facade's names; `d…` is the slope. */
export const UNARY_REFERENCES: Readonly<Record<string, Unary>> = {
  ...elementary,
  ...trigonometry,
  ...activations,
  ...stable,
  ...slopes,
};

/** a − ⌊a/b⌋ b with the sign of b, from the exact remainder with the sign of a. */
function mod(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** a ln(a / b) − a + b; near a = b by its series b (h²/2 − h³/6 + h⁴/12 − …), h = a/b − 1. */
function divergence(a: number, b: number): number {
  const h = (a - b) / b;
  if (Math.abs(h) > SMALL) return a * Math.log(a / b) - a + b;
  let [power, sum] = [-h, 0];
  for (let k = 2; k < 14; k++) {
    power *= -h;
    sum += power / (k * (k - 1));
  }
  return b * sum;
}

/** f where a and b are above 0; `flat` where a is 0; ∞ outside. */
const entropic =
  (f: Reference, flat: (b: number) => number): Reference =>
  (a, b) => {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
    if (a === 0 && b >= 0) return flat(b);
    return a > 0 && b > 0 ? f(a, b) : Infinity;
  };

/** σ(b), above 0 for every number b: f64 has no e^b below −745. */
const gate = (b: number): number => (b === -Infinity ? 0 : sigmoid(Math.max(b, -700)));

/** The ones that f64 gives to within a rounding. */
export const BINARY_REFERENCES: Readonly<Record<string, Reference>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  mod,
  maximum: Math.max,
  minimum: Math.min,
  squaredDifference: (a, b) => (a - b) ** 2,
  prelu: (a, b) => (a < 0 ? a * b : a),
  glu: (a, b) => a * gate(b),
  swiglu: (a, b) => (a === -Infinity ? -0 : Math.max(a, -700) * gate(a)) * b,
  relEntr: entropic(
    (a, b) => a * Math.log(a / b),
    () => 0,
  ),
  klDiv: entropic(
    (a, b) => (a !== b && Math.max(a, b) === Infinity ? Infinity : divergence(a, b)),
    Math.abs,
  ),
};
