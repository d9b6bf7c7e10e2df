/**
 * Derivatives in f64, in closed form: what gradients are held to. Written to be good to a small part of a float32 ULP
 * wherever the derivative is finite, and to share nothing with the kernels.
 */
import { UNARY_REFERENCES } from "./references.js";
import { sigmoid } from "./special.js";

type Slope = (x: number) => number;
type Slope2 = (a: number, b: number) => number;
/** By the first and by the second argument. */
export type Slopes2 = readonly [Slope2, Slope2];

const reference = (name: string): Slope => UNARY_REFERENCES[name] as Slope;
const orNaN =
  (inside: (x: number) => boolean, slope: Slope): Slope =>
  (x) =>
    Number.isNaN(x) ? x : Number(inside(x)) * slope(x);
const one: Slope = () => 1;
const zero: Slope = () => 0;
const bell: Slope = (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
const SELU = [1.0507009873554805, 1.7580993408473768] as const;

/** (eˣ (x − 1) + 1) / x² */
const exprel: Slope = (x) => {
  if (Math.abs(x) > 0.3) return x === Infinity ? x : (Math.exp(x) * (x - 1) + 1) / (x * x);
  let [power, sum] = [1, 0];
  for (let k = 0; k < 16; k++) {
    sum += power / (k + 2);
    power *= x / (k + 1);
  }
  return sum;
};

const elementary = {
  abs: orNaN((x) => x !== 0, Math.sign),
  neg: () => -1,
  sign: zero,
  square: (x) => 2 * x,
  sqrt: (x) => 0.5 / Math.sqrt(x),
  rsqrt: (x) => -0.5 / (x * Math.sqrt(x)),
  cbrt: (x) => 1 / (3 * Math.cbrt(x) ** 2),
  reciprocal: (x) => -1 / (x * x),
  exp: Math.exp,
  exp2: (x) => 2 ** x * Math.LN2,
  expm1: Math.exp,
  log: (x) => (x < 0 ? Number.NaN : 1 / x),
  log2: (x) => (x < 0 ? Number.NaN : 1 / (x * Math.LN2)),
  log10: (x) => (x < 0 ? Number.NaN : 1 / (x * Math.LN10)),
  log1p: (x) => (x < -1 ? Number.NaN : 1 / (1 + x)),
  floor: zero,
  ceil: zero,
  round: zero,
  trunc: zero,
  clip: orNaN((x) => x >= -1 && x <= 1, one),
  erf: bell,
  erfc: (x) => -bell(x),
  ndtr: (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI),
  logNdtr: reference("dLogNdtr"),
} satisfies Record<string, Slope>;

const trigonometry = {
  sin: Math.cos,
  cos: (x) => -Math.sin(x),
  tan: (x) => 1 / Math.cos(x) ** 2,
  asin: (x) => 1 / Math.sqrt((1 - x) * (1 + x)),
  acos: (x) => -1 / Math.sqrt((1 - x) * (1 + x)),
  atan: (x) => 1 / (1 + x * x),
  sinh: Math.cosh,
  cosh: Math.sinh,
  tanh: reference("dTanh"),
  asinh: (x) => 1 / Math.hypot(1, x),
  acosh: (x) => (x < 1 ? Number.NaN : 1 / Math.sqrt((x - 1) * (x + 1))),
  atanh: (x) => (Math.abs(x) > 1 ? Number.NaN : 1 / ((1 - x) * (1 + x))),
} satisfies Record<string, Slope>;

const activations = {
  relu: orNaN((x) => x > 0, one),
  relu6: orNaN((x) => x > 0 && x < 6, one),
  hardTanh: orNaN((x) => x > -1 && x < 1, one),
  leakyRelu: (x) => (x <= 0 ? Math.fround(0.01) : 1),
  elu: (x) => (x < 0 ? Math.exp(x) : 1),
  celu: (x) => (x < 0 ? Math.exp(x) : 1),
  selu: (x) => (x <= 0 ? SELU[1] * Math.exp(x) : SELU[0]),
  sigmoid: reference("dSigmoid"),
  logSigmoid: (x) => sigmoid(-x),
  silu: reference("dSilu"),
  mish: reference("dMish"),
  gelu: reference("dGelu"),
  geluTanh: reference("dGeluTanh"),
  softplus: sigmoid,
  softsign: (x) => 1 / (1 + Math.abs(x)) ** 2,
  hardSigmoid: orNaN(
    (x) => Math.abs(x) < 3,
    () => 1 / 6,
  ),
  hardSwish: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
  thresholdedRelu: orNaN((x) => x > 1, one),
  softShrink: orNaN((x) => Math.abs(x) > 0.5, one),
  hardShrink: orNaN((x) => Math.abs(x) > 0.5, one),
  tanhShrink: (x) => Math.tanh(x) ** 2,
} satisfies Record<string, Slope>;

const stable = {
  log1mexp: (x) => (x > 0 ? Number.NaN : -1 / Math.expm1(-x)),
  logexpm1: (x) => (x < 0 ? Number.NaN : -1 / Math.expm1(-x)),
  log1pmx: (x) => (x < -1 ? Number.NaN : x === Infinity ? -1 : -x / (1 + x)),
  logit: (x) => (x < 0 || x > 1 ? Number.NaN : 1 / (x * (1 - x))),
  xlogx: (x) => Math.log(x) + 1,
  entr: (x) => -Math.log(x) - 1,
  exprel,
  logcosh: Math.tanh,
} satisfies Record<string, Slope>;

/** By the facade's names, at the default scalars (clip: −1 … 1). */
export const UNARY_SLOPES = {
  ...elementary,
  ...trigonometry,
  ...activations,
  ...stable,
} as const;

const half =
  (wins: (a: number, b: number) => boolean): Slope2 =>
  (a, b) =>
    a === b ? 0.5 : Number(wins(a, b));
const silu = (x: number): number => x * sigmoid(x);

/** Where both are above 0. */
const above =
  (slope: Slope2): Slope2 =>
  (a, b) =>
    a > 0 && b > 0 ? slope(a, b) : Number.NaN;

export const BINARY_SLOPES = {
  add: [() => 1, () => 1],
  sub: [() => 1, () => -1],
  mul: [(_, b) => b, (a) => a],
  div: [(_, b) => 1 / b, (a, b) => -a / (b * b)],
  pow: [
    // Beyond 2⁵², b − 1 is b: with the parity it is raised by.
    (a, b) => {
      if (b === 0) return 0;
      if (a < 0 && !Number.isInteger(b)) return Number.NaN;
      return Math.abs(b) > 2 ** 52 ? (b * a ** b) / a : b * a ** (b - 1);
    },
    (a, b) => (a === 0 && b >= 0 ? 0 : a ** b * Math.log(a)),
  ],
  maximum: [half((a, b) => a > b), half((a, b) => b > a)],
  minimum: [half((a, b) => a < b), half((a, b) => b < a)],
  mod: [() => 1, (a, b) => -Math.floor(a / b)],
  hypot: [(a, b) => a / Math.hypot(a, b), (a, b) => b / Math.hypot(a, b)],
  atan2: [(a, b) => b / (a * a + b * b), (a, b) => -a / (a * a + b * b)],
  squaredDifference: [(a, b) => 2 * (a - b), (a, b) => 2 * (b - a)],
  prelu: [
    (a, b) => (a < 0 ? b : a === 0 ? Math.min(Math.max(b, 0), 1) : 1),
    (a) => (a < 0 ? a : 0),
  ],
  glu: [(_, b) => sigmoid(b), (a, b) => a * sigmoid(b) * sigmoid(-b)],
  swiglu: [(a, b) => b * reference("dSilu")(a), silu],
  logaddexp: [(a, b) => sigmoid(a - b), (a, b) => sigmoid(b - a)],
  logsubexp: [(a, b) => -1 / Math.expm1(b - a), (a, b) => -1 / Math.expm1(a - b)],
  xlogy: [(_, b) => Math.log(b), (a, b) => a / b],
  xlog1py: [(_, b) => Math.log1p(b), (a, b) => a / (1 + b)],
  relEntr: [above((a, b) => Math.log(a / b) + 1), above((a, b) => -a / b)],
  klDiv: [above((a, b) => Math.log(a / b)), above((a, b) => (b - a) / b)],
  divNoNan: [(_, b) => (b === 0 ? 0 : 1 / b), (a, b) => (b === 0 ? 0 : -a / (b * b))],
  mulNoNan: [(_, b) => b, (a) => a],
} as const satisfies Record<string, Slopes2>;
