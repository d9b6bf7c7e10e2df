/**
 * Programs whose report has a whole line to copy: with the axes, the base of the logarithm and the expression that stand there, and
 * no letter that something in the program is called by.
 */
import {
  abs,
  add,
  clip,
  cumprod,
  div,
  divNoNan,
  equal,
  exp,
  exp2,
  exprel,
  hypot,
  log,
  log1mexp,
  log1p,
  log2,
  log10,
  logaddexp,
  logcosh,
  logSigmoid,
  logSoftmax,
  logsubexp,
  logsumexp,
  matmul,
  max,
  mean,
  mul,
  neg,
  norm2,
  pow,
  prod,
  reciprocal,
  relu,
  safeDiv,
  safeLog,
  safeNorm,
  sigmoid,
  sin,
  sinh,
  softmax,
  softplus,
  sqrt,
  square,
  std,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  where,
  xlog1py,
  xlogy,
} from "../../src/index.js";
import { type Diagnosis, INF, matrix, type NanCase, own, ROWS, vector } from "./case.js";

const { exp: e, log: ln, log1p: ln1p, LN2 } = Math;

/** One input, a program, the same mended, and its value. */
function one(
  id: number,
  name: string,
  x: () => Tensor,
  program: (x: Tensor) => Tensor,
  says: Omit<Diagnosis, "phase"> & Partial<Pick<Diagnosis, "phase">>,
  mended: (x: Tensor) => Tensor,
  good: number,
): NanCase {
  return {
    id: `written-${id}`,
    ...own,
    name,
    outcome: "throws",
    naive: () => {
      const input = x();
      return valueAndGrad({ [input.name ?? "x"]: input }, () => program(input));
    },
    says: { phase: "forward", ...says },
    fixed: () => [mended(x()).item()],
    good: [good],
  };
}

const overflow = (at: number, index: readonly number[]) =>
  ({ op: "exp", index, operands: [at], pair: `exp(${at}) = ∞` }) as const;
const quotient = (index: readonly number[]) =>
  ({ op: "div", index, operands: [INF], pair: "∞ / ∞ = NaN" }) as const;

const zeros = (index: readonly number[]) =>
  ({ op: "div", index, operands: [0, 0], pair: "0 / 0 = NaN" }) as const;

const z = (): Tensor => matrix("x", [100, 1], [2, 3]);
const COLUMN = { axis: 0 } as const;
const ROW = { axis: 1 } as const;

const sums: readonly NanCase[] = [
  one(
    1,
    "the logarithm of the sums of rows of exponentials, of an input that is called x",
    z,
    (x) => sum(log(sum(exp(x), ROW))),
    {
      ...overflow(100, [0, 0]),
      fix: ["logsumexp"],
      code: "logsumexp(x, { axis: 1 }) instead of log(sum(exp(x), { axis: 1 }))",
    },
    (x) => sum(logsumexp(x, ROW)),
    103 + ln1p(e(-1)),
  ),
  one(
    2,
    "shares of the sum of a column",
    z,
    (x) => sum(square(div(exp(x), sum(exp(x), COLUMN)))),
    {
      ...quotient([0, 0]),
      absorbed: ["div forward"],
      fix: ["softmax"],
      code: "exp(sub(x, logsumexp(x, { axis: 0 }))) instead of div(exp(x), sum(exp(x), { axis: 0 }))",
    },
    (x) => sum(square(exp(sub(x, logsumexp(x, COLUMN))))),
    1 + (1 / (1 + e(2))) ** 2 + (1 / (1 + e(-2))) ** 2,
  ),
  one(
    3,
    "shares of the sum of all of a matrix",
    z,
    (x) => sum(square(div(exp(x), sum(exp(x))))),
    {
      ...quotient([0, 0]),
      absorbed: ["div forward"],
      fix: ["softmax"],
      code: "exp(sub(x, logsumexp(x))) instead of div(exp(x), sum(exp(x)))",
    },
    (x) => sum(square(exp(sub(x, logsumexp(x))))),
    1,
  ),
  one(
    4,
    "shares of the sum of a row",
    z,
    (x) => sum(square(div(exp(x), sum(exp(x), ROWS)))),
    {
      ...quotient([0, 0]),
      absorbed: ["div forward"],
      fix: ["softmax"],
      code: "softmax(x) instead of div(exp(x), sum(exp(x), { axis: 1, keepDims: true }))",
    },
    (x) => sum(square(softmax(x))),
    1 + (1 / (1 + e(1))) ** 2 + (1 / (1 + e(-1))) ** 2,
  ),
  one(
    5,
    "a softplus in base 2",
    () => vector("a", 100, 0),
    (a) => sum(log2(add(1, exp(a)))),
    {
      ...overflow(100, [0]),
      fix: ["softplus"],
      code: "mul(softplus(a), Math.LOG2E) instead of log2(add(1, exp(a)))",
    },
    (a) => sum(mul(softplus(a), Math.LOG2E)),
    100 / LN2 + 1,
  ),
  one(
    6,
    "the logarithm of a sum of powers of 2",
    () => vector("x", 200, 199),
    (x) => log2(sum(exp2(x))),
    {
      op: "exp2",
      index: [0],
      operands: [200],
      pair: "exp2(200) = ∞",
      fix: ["shift-exp", "cancel-log", "logsumexp"],
      code: "mul(logsumexp(mul(x, Math.LN2)), Math.LOG2E) instead of log2(sum(exp2(x)))",
    },
    (x) => mul(logsumexp(mul(x, LN2)), Math.LOG2E),
    200 + Math.log2(1.5),
  ),
  one(
    7,
    "the logarithm of a difference of two exponentials of one number",
    () => vector("u", 100),
    (u) => sum(log(sub(exp(u), exp(neg(u))))),
    {
      ...overflow(100, [0]),
      fix: ["logsubexp"],
      code: "logsubexp(u, neg(u)) instead of log(sub(exp(u), exp(neg(u))))",
    },
    (u) => sum(logsubexp(u, neg(u))),
    100,
  ),
  one(
    8,
    "the logarithm of a sum of two exponentials of one number",
    () => vector("u", 100),
    (u) => sum(log(add(exp(u), exp(neg(u))))),
    {
      ...overflow(100, [0]),
      fix: ["softplus"],
      code: "logaddexp(u, neg(u)) instead of log(add(exp(u), exp(neg(u))))",
    },
    (u) => sum(logaddexp(u, neg(u))),
    100,
  ),
];

const quotients: readonly NanCase[] = [
  one(
    9,
    "a share of two exponentials of one number",
    () => vector("u", 100),
    (u) => sum(div(exp(u), add(exp(u), exp(neg(u))))),
    {
      ...quotient([0]),
      fix: ["sigmoid"],
      code: "sigmoid(mul(2, u)) instead of div(exp(u), add(exp(u), exp(neg(u))))",
    },
    (u) => sum(sigmoid(mul(2, u))),
    1,
  ),
  one(
    10,
    "a sigmoid as a product with a reciprocal",
    () => vector("u", 100),
    (u) => sum(mul(exp(u), reciprocal(add(1, exp(u))))),
    {
      op: "mul",
      index: [0],
      operands: [INF, 0],
      pair: "∞ · 0 = NaN",
      absorbed: ["reciprocal forward"],
      fix: ["exp-sub"],
      code: "sigmoid(u) instead of mul(exp(u), reciprocal(add(1, exp(u))))",
    },
    (u) => sum(sigmoid(u)),
    1,
  ),
  one(
    11,
    "a tangent whose two halves are written out",
    () => vector("x", 100),
    (x) => sum(div(sub(exp(x), exp(neg(x))), add(exp(x), exp(neg(x))))),
    {
      ...quotient([0]),
      fix: ["tanh"],
      code: "tanh(x) instead of div(sub(exp(x), exp(neg(x))), add(exp(x), exp(neg(x))))",
    },
    (x) => sum(tanh(x)),
    1,
  ),
  one(
    12,
    "what is discounted, at a rate of 0",
    () => vector("x", 0, 1),
    (x) => sum(div(sub(1, exp(neg(x))), x)),
    {
      op: "div",
      index: [0],
      operands: [0],
      pair: "0 / 0 = NaN",
      fix: ["expm1"],
      code: "exprel(neg(x)) instead of div(sub(1, exp(neg(x))), x)",
    },
    (x) => sum(exprel(neg(x))),
    2 - e(-1),
  ),
  one(
    13,
    "Planck's law at a frequency of 0",
    () => vector("x", 0, 1),
    (x) => sum(div(square(x), sub(exp(x), 1))),
    {
      op: "div",
      index: [0],
      operands: [0],
      pair: "0 / 0 = NaN",
      fix: ["expm1"],
      code: "div(x, exprel(x)) instead of div(square(x), sub(exp(x), 1))",
    },
    (x) => sum(div(x, exprel(x))),
    1 / (Math.E - 1),
  ),
  one(
    14,
    "a weight that saturates, x² / (1 + x²)",
    () => vector("x", 1e25, 1),
    (x) => sum(div(square(x), add(1, square(x)))),
    {
      ...quotient([0]),
      fix: ["exp-sub", "f64-statistics"],
      code: "square(div(x, hypot(1, x))) instead of div(square(x), add(1, square(x)))",
    },
    (x) => sum(square(div(x, hypot(1, x)))),
    1.5,
  ),
  one(
    15,
    "the logarithm of a softmax of scores that are scaled, which has a name",
    () => vector("s", 1, 0),
    (s) => {
      const p = div(exp(div(s, 0.005)), sum(exp(div(s, 0.005))));
      p.name = "p";
      return neg(sum(log(p)));
    },
    {
      ...quotient([0]),
      absorbed: ["div forward"],
      fix: ["log-softmax"],
      code: "logSoftmax(div(s, 0.005)) instead of log(div(exp(div(s, 0.005)), sum(exp(div(s, 0.005)))))",
    },
    (s) => neg(sum(logSoftmax(div(s, 0.005)))),
    200,
  ),
];

const squares: readonly NanCase[] = [
  one(
    16,
    "rows that are divided by their norms, one of them 0, of what a layer gives",
    () => matrix("x", [-1, -1], [3, 4]),
    (x) => {
      const h = relu(matmul(x, matrix("w", [1, 0], [0, 1])));
      return sum(div(h, norm2(h, ROWS)));
    },
    {
      op: "div",
      index: [0, 0],
      operands: [0],
      pair: "0 / 0 = NaN",
      fix: ["safe-norm"],
      code: "safeNorm(relu(matmul(x, w)), { axis: 1, keepDims: true }) instead of norm2(relu(matmul(x, w)), { axis: 1, keepDims: true })",
    },
    (x) => sum(div(relu(x), safeNorm(relu(x), ROWS))),
    1.4,
  ),
  one(
    17,
    "a loss that is square near 0 and linear far away, far away",
    () => vector("pred", 1e25, 0),
    (pred) => sum(sqrt(add(1, square(div(sub(pred, vector("y", 0, 0)), 0.5))))),
    {
      op: "square",
      index: [0],
      operands: [2e25],
      pair: "2e+25² = ∞",
      fix: ["safe-norm"],
      code: "hypot(1, div(sub(pred, y), 0.5)) instead of sqrt(add(1, square(div(sub(pred, y), 0.5))))",
    },
    (pred) => sum(hypot(1, div(pred, 0.5))),
    2e25,
  ),
  one(
    18,
    "a spread over columns that is written out, of an outlier",
    () => matrix("x", [1e25, 2], [3e25, 2]),
    (x) => sum(sqrt(mean(square(sub(x, mean(x, { axis: 0, keepDims: true }))), COLUMN))),
    {
      op: "square",
      index: [0, 0],
      operands: [-1e25],
      pair: "= ∞",
      fix: ["f64-statistics"],
      code: "std(x, { axis: 0 }) instead of sqrt(mean(square(sub(x, mean(x, { axis: 0, keepDims: true }))), { axis: 0 }))",
    },
    (x) => sum(std(x, COLUMN)),
    1e25,
  ),
  one(
    19,
    "the logarithm of a heavy tail",
    () => vector("x", 1e20),
    (x) => sum(log(add(1, div(square(x), 4)))),
    {
      op: "square",
      index: [0],
      operands: [1e20],
      pair: "1e+20² = ∞",
      fix: ["cancel-log"],
      code: "mul(2, log(hypot(1, div(x, 2)))) instead of log(add(1, div(square(x), 4)))",
    },
    (x) => sum(mul(2, log(hypot(1, div(x, 2))))),
    2 * ln(5e19),
  ),
  one(
    20,
    "the logarithm of a square of what is below 0",
    () => vector("x", -1e25),
    (x) => sum(log(pow(x, 2))),
    {
      op: "pow",
      index: [0],
      operands: [-1e25],
      pair: "= ∞",
      fix: ["cancel-log"],
      code: "mul(2, log(abs(x))) instead of log(pow(x, 2))",
    },
    (x) => sum(mul(2, log(neg(x)))),
    2 * ln(1e25),
  ),
  one(
    21,
    "the density of what a tangent has squashed: all that it was of",
    () => vector("mu", 20),
    (mu) => sum(log(sub(1, square(tanh(add(mu, mul(exp(vector("logstd", 0)), vector("z", 1)))))))),
    {
      op: "log",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logcosh"],
      code: "mul(-2, logcosh(add(mu, mul(exp(logstd), z)))) instead of log(sub(1, square(tanh(add(mu, mul(exp(logstd), z))))))",
    },
    (mu) => sum(mul(-2, logcosh(add(mu, 1)))),
    -2 * (21 - LN2),
  ),
  one(
    26,
    "the logarithm of a hyperbolic sine",
    () => vector("u", 100),
    (u) => sum(log(sinh(u))),
    {
      op: "sinh",
      index: [0],
      operands: [100],
      pair: "sinh(100) = ∞",
      fix: ["cancel-log"],
      code: "sub(logsubexp(u, neg(u)), Math.LN2) instead of log(sinh(u))",
    },
    (u) => sum(sub(logsubexp(u, neg(u)), LN2)),
    100 - LN2,
  ),
  one(
    27,
    "the logarithm of base 2 of 1 and a power of 2",
    () => vector("x", 200, 1),
    (x) => sum(log2(add(1, pow(2, x)))),
    {
      op: "pow",
      index: [0],
      operands: [2, 200],
      pair: "pow(2, 200) = ∞",
      fix: ["cancel-log"],
      code: "mul(softplus(mul(Math.LN2, x)), Math.LOG2E) instead of log2(add(1, pow(2, x)))",
    },
    (x) => sum(mul(softplus(mul(Math.LN2, x)), Math.LOG2E)),
    200 + Math.log2(3),
  ),
  one(
    28,
    "pooling by the fourth power, of large numbers",
    () => matrix("x", [1e10, 2e10], [1, 2]),
    (x) => sum(pow(mean(pow(x, 4), ROW), 0.25)),
    {
      op: "pow",
      index: [0, 0],
      operands: [1e10, 4],
      pair: "pow(1e+10, 4) = ∞",
      fix: ["f64-statistics"],
      code: "mul(max(abs(x), { axis: 1 }), pow(mean(pow(div(x, max(abs(x), { axis: 1, keepDims: true })), 4), { axis: 1 }), 0.25)) instead of",
    },
    (x) => {
      const most = max(abs(x), { axis: 1, keepDims: true });
      return sum(mul(max(abs(x), ROW), pow(mean(pow(div(x, most), 4), ROW), 0.25)));
    },
    8.5 ** 0.25 * (1e10 + 1),
  ),
  one(
    29,
    "rows divided by their 3-norm, of small numbers",
    () => matrix("x", [1e-20, -2e-20]),
    (x) => sum(div(x, pow(sum(pow(abs(x), 3), ROWS), 1 / 3))),
    {
      op: "div",
      index: [0, 0],
      operands: [0],
      pair: "1e-20 / 0 = ∞",
      fix: ["f64-statistics"],
      not: ["safe-div", "divide-where"],
      code: "mul(max(abs(x), { axis: 1, keepDims: true }), pow(sum(pow(div(abs(x), max(abs(x), { axis: 1, keepDims: true })), 3), { axis: 1, keepDims: true }), 0.3333333333333333)) instead of",
    },
    (x) => {
      const most = max(abs(x), ROWS);
      return sum(div(x, mul(most, pow(sum(pow(div(abs(x), most), 3), ROWS), 1 / 3))));
    },
    -1 / Math.cbrt(9),
  ),
];

const limits: readonly NanCase[] = [
  one(
    30,
    "a difference of roots by the difference of what they are of",
    () => vector("x", 0, 3),
    (x) => sum(div(sub(sqrt(add(1, x)), 1), x)),
    {
      ...zeros([0]),
      fix: ["limit"],
      not: ["div-no-nan", "divide-where", "epsilon-inside", "safe-div"],
      code: "where(equal(x, 0), add(0.5, mul(-0.125, x)), div(sub(sqrt(add(1, x)), 1), where(equal(x, 0), 1, x)))",
    },
    (x) => {
      const slope = div(sub(sqrt(add(1, x)), 1), where(equal(x, 0), 1, x));
      return sum(where(equal(x, 0), add(0.5, mul(-0.125, x)), slope));
    },
    0.5 + 1 / 3,
  ),
  one(
    31,
    "weights between two directions that are one",
    () => matrix("w", [0], [1]),
    (w) => sum(div(sin(mul(w, vector("t", 0.25, 0.5))), sin(w))),
    {
      ...zeros([0, 0]),
      fix: ["limit"],
      code: "where(equal(sin(w), 0), t, div(sin(mul(w, t)), where(equal(sin(w), 0), 1, sin(w))))",
    },
    (w) => {
      const t = vector("t", 0.25, 0.5);
      const ratio = div(sin(mul(w, t)), where(equal(sin(w), 0), 1, sin(w)));
      return sum(where(equal(sin(w), 0), t, ratio));
    },
    0.75 + (Math.sin(0.25) + Math.sin(0.5)) / Math.sin(1),
  ),
  one(
    32,
    "the logarithmic mean of two numbers that are one",
    () => vector("a", 1, 2, 5),
    (a) => {
      const b = vector("b", 1, 2, 4);
      return sum(div(sub(a, b), sub(log(a), log(b))));
    },
    {
      ...zeros([0]),
      fix: ["limit"],
      not: ["div-no-nan", "divide-where", "epsilon-inside", "safe-div"],
      code: "where(equal(sub(log(a), log(b)), 0), add(mul(0.5, b), mul(0.5, a)), div(",
    },
    (a) => {
      const b = vector("b", 1, 2, 4);
      const under = sub(log(a), log(b));
      const mean = div(sub(a, b), where(equal(under, 0), 1, under));
      return sum(where(equal(under, 0), add(mul(0.5, b), mul(0.5, a)), mean));
    },
    3 + 1 / ln(1.25),
  ),
  one(
    33,
    "a transformation of Box and Cox whose power is 0",
    () => vector("lambda", 0),
    (lambda) => sum(div(sub(pow(vector("x", 2, 3), lambda), 1), lambda)),
    {
      ...zeros([0]),
      fix: ["expm1"],
      not: ["div-no-nan", "divide-where", "epsilon-inside", "safe-div"],
      code: "mul(log(x), exprel(mul(lambda, log(x)))) instead of div(sub(pow(x, lambda), 1), lambda)",
    },
    (lambda) => {
      const x = log(vector("x", 2, 3));
      return sum(mul(x, exprel(mul(lambda, x))));
    },
    ln(6),
  ),
  one(
    35,
    "a limit that is another number at each place, and no straight line",
    () => vector("x", 1, 2),
    (x) => {
      const y = vector("y", 1, 1);
      return sum(div(sub(x, y), sub(exp(x), exp(y))));
    },
    {
      ...zeros([0]),
      fix: ["limit"],
      not: ["div-no-nan", "divide-where", "epsilon-inside", "safe-div"],
      code: "where(equal(sub(exp(x), exp(y)), 0), limit, div(sub(x, y), where(equal(sub(exp(x), exp(y)), 0), 1, sub(exp(x), exp(y)))))",
    },
    (x) => {
      const y = vector("y", 1, 1);
      const under = sub(exp(x), exp(y));
      const ratio = div(sub(x, y), where(equal(under, 0), 1, under));
      return sum(where(equal(under, 0), exp(neg(x)), ratio));
    },
    e(-1) + 1 / (e(2) - e(1)),
  ),
  one(
    34,
    "what has no limit: it depends on the way",
    () => vector("x", 0, 1),
    (x) => sum(div(x, vector("y", 0, 2))),
    { ...zeros([0]), fix: ["div-no-nan"], not: ["limit"] },
    (x) => sum(divNoNan(x, vector("y", 0, 2))),
    0.5,
  ),
];

const names: readonly NanCase[] = [
  one(
    22,
    "a mask of the program is the one to select by",
    () => vector("x", 0, 1),
    (x) => sum(mul(vector("mask", 0, 1), log(mul(x, 2)))),
    {
      op: "mul",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞ = NaN",
      fix: ["mask-before"],
      code: "log(where(mask, mul(x, 2), 1))",
    },
    (x) => sum(log(where(vector("mask", 0, 1), mul(x, 2), 1))),
    LN2,
  ),
  one(
    37,
    "a mean with weights whose sum overflows: their scale says nothing",
    () => vector("weights", 3e38, 3e38),
    (weights) => div(sum(mul(weights, vector("x", 1, 2))), sum(weights)),
    {
      op: "div",
      index: [],
      operands: [INF, INF],
      pair: "∞ / ∞ = NaN",
      fix: ["scale-input"],
      code: "div(weights, max(abs(weights))) instead of weights",
    },
    (weights) => {
      const scaled = div(weights, max(abs(weights)));
      return div(sum(mul(scaled, vector("x", 1, 2))), sum(scaled));
    },
    1.5,
  ),
  one(
    38,
    "what a sigmoid leaves of 1, by log1p",
    () => vector("z", 60, 1),
    (z) => sum(log1p(neg(sigmoid(z)))),
    {
      op: "log1p",
      index: [0],
      operands: [-1],
      pair: "log1p(-1) = -∞",
      fix: ["logits"],
      not: ["safe-log", "double-where"],
      code: "logSigmoid(neg(z)) instead of log1p(neg(sigmoid(z)))",
    },
    (z) => sum(logSigmoid(neg(z))),
    -60 - ln1p(e(1)),
  ),
  one(
    39,
    "one or more of chances that are next to 0",
    () => vector("p", 1e-9, 2e-9),
    (p) => log(sub(1, prod(sub(1, p)))),
    {
      op: "log",
      index: [],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["log-sum"],
      not: ["safe-log"],
      code: "log1mexp(sum(log1p(neg(p)))) instead of log(sub(1, prod(sub(1, p))))",
    },
    (p) => log1mexp(sum(log1p(neg(p)))),
    ln(3e-9),
  ),
  one(
    40,
    "a quotient of squares that overflow",
    () => vector("a", 3e25, 1),
    (a) => sum(div(square(a), square(vector("b", 1e25, 2)))),
    {
      op: "div",
      index: [0],
      operands: [INF, INF],
      pair: "∞ / ∞ = NaN",
      fix: ["factors"],
      not: ["scale-input"],
      code: "square(div(a, b)) instead of div(square(a), square(b))",
    },
    (a) => sum(square(div(a, vector("b", 1e25, 2)))),
    9.25,
  ),
  one(
    41,
    "bits of a binary cross entropy",
    () => vector("z", 200, -3),
    (z) => {
      const y = vector("y", 0, 1);
      const [p, q] = [sigmoid(z), sub(1, sigmoid(z))];
      return neg(sum(add(mul(y, log2(p)), mul(sub(1, y), log2(q)))));
    },
    {
      op: "log2",
      index: [0],
      operands: [0],
      pair: "log2(0) = -∞",
      fix: ["logits"],
      not: ["safe-log", "double-where"],
      code: "mul(sub(mul(y, z), softplus(z)), Math.LOG2E) instead of add(mul(y, log2(sigmoid(z))), mul(sub(1, y), log2(sub(1, sigmoid(z)))))",
    },
    (z) => neg(sum(mul(sub(mul(vector("y", 0, 1), z), softplus(z)), Math.LOG2E))),
    (203 + ln1p(e(-3))) * Math.LOG2E,
  ),
  one(
    42,
    "the logarithm of base 10 of a sigmoid",
    () => vector("z", -200, 1),
    (z) => sum(log10(sigmoid(z))),
    {
      op: "log10",
      index: [0],
      operands: [0],
      pair: "log10(0) = -∞",
      fix: ["logits"],
      not: ["safe-log", "double-where"],
      code: "mul(logSigmoid(z), Math.LOG10E) instead of log10(sigmoid(z))",
    },
    (z) => sum(mul(logSigmoid(z), Math.LOG10E)),
    -(200 + ln1p(e(-1))) * Math.LOG10E,
  ),
  one(
    43,
    "the products of all others, of rows with a 0 in them",
    () => matrix("x", [0, 2, 3], [1, 4, 5]),
    (x) => sum(div(prod(x, ROWS), x)),
    {
      op: "div",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0 = NaN",
      fix: ["exclusive-product"],
      code: "mul(cumprod(x, { axis: 1, exclusive: true }), cumprod(x, { axis: 1, reverse: true, exclusive: true })) instead of div(prod(x, { axis: 1, keepDims: true }), x)",
    },
    (x) => {
      const others = { axis: 1, exclusive: true } as const;
      return sum(mul(cumprod(x, others), cumprod(x, { ...others, reverse: true })));
    },
    6 + 20 + 5 + 4,
  ),
  one(
    44,
    "rows of a masked softmax, one of them masked as a whole",
    () => matrix("s", [1, 2], [3, 4]),
    (s) => {
      const shares = mul(exp(s), matrix("m", [1, 1], [0, 0]));
      return sum(square(div(shares, sum(shares, ROWS))));
    },
    {
      op: "div",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0 = NaN",
      fix: ["div-no-nan"],
      not: ["softmax"],
      code: "divNoNan(mul(exp(s), m), sum(mul(exp(s), m), { axis: 1, keepDims: true }))",
    },
    (s) => {
      const shares = mul(exp(s), matrix("m", [1, 1], [0, 0]));
      return sum(square(divNoNan(shares, sum(shares, ROWS))));
    },
    (1 + e(2)) / (1 + e(1)) ** 2,
  ),
  one(
    45,
    "the ratio of products, each too small for its type",
    () => matrix("p", [1e-30, 1e-30], [0.5, 0.5]),
    (p) => sum(div(prod(p, ROW), prod(matrix("q", [1e-30, 2e-30], [0.5, 0.25]), ROW))),
    {
      op: "div",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0 = NaN",
      fix: ["log-weights"],
      not: ["div-no-nan", "safe-div"],
      code: "exp(sub(sum(log(p), { axis: 1 }), sum(log(q), { axis: 1 }))) instead of div(prod(p, { axis: 1 }), prod(q, { axis: 1 }))",
    },
    (p) => {
      const q = matrix("q", [1e-30, 2e-30], [0.5, 0.25]);
      return sum(exp(sub(sum(log(p), ROW), sum(log(q), ROW))));
    },
    2.5,
  ),
  one(
    46,
    "counts of 0 that are inflated, by logits",
    () => vector("a", -200, 0),
    (a) => {
      const missed = mul(sub(1, sigmoid(a)), exp(neg(exp(vector("b", 5.5, 1)))));
      return sum(log(add(sigmoid(a), missed)));
    },
    {
      op: "log",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logits"],
      code: "logaddexp(logSigmoid(a), sub(logSigmoid(neg(a)), exp(b))) instead of log(add(sigmoid(a), mul(sub(1, sigmoid(a)), exp(neg(exp(b))))))",
    },
    (a) => sum(logaddexp(logSigmoid(a), sub(logSigmoid(neg(a)), exp(vector("b", 5.5, 1))))),
    -200 + ln(0.5 * (1 + e(-e(1)))),
  ),
  one(
    47,
    "logits beyond float32, beside a row in good order: float64 holds both",
    () => matrix("q", [3e20, 1], [1, 2]),
    (q) =>
      sum(mul(softmax(matmul(q, matrix("k", [1e19, 0], [0, 1]))), matrix("t", [1, 2], [3, 4]))),
    {
      op: "softmax",
      index: [0, 0],
      operands: [INF],
      pair: "∞ − ∞ = NaN",
      fix: ["float64"],
      code: 'cast(softmax(matmul(cast(q, "float64"), cast(k, "float64"))), "float32") instead of softmax(matmul(q, k))',
    },
    (q) => sum(mul(softmax(clip(q, { max: 2 })), matrix("t", [1, 2], [3, 4]))),
    (e(2) + 2 * e(1)) / (e(2) + e(1)) + (3 * e(1) + 4 * e(2)) / (e(1) + e(2)),
  ),
  one(
    36,
    "both terms of a binary cross entropy whose probabilities are 0 and 1",
    () => vector("p", 0, 1, 0.5),
    (p) => {
      const y = vector("y", 0, 1, 1);
      return sum(sub(neg(mul(y, log(p))), mul(sub(1, y), log(sub(1, p)))));
    },
    {
      op: "mul",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞ = NaN",
      fix: ["xlogy"],
      code: "neg(add(xlogy(y, p), xlog1py(sub(1, y), neg(p)))) instead of sub(neg(mul(y, log(p))), mul(sub(1, y), log(sub(1, p))))",
    },
    (p) => {
      const y = vector("y", 0, 1, 1);
      return sum(neg(add(xlogy(y, p), xlog1py(sub(1, y), neg(p)))));
    },
    LN2,
  ),
  one(
    23,
    "a quotient whose divisor has the role of another's name",
    () => vector("x", 0, 1),
    (x) => sum(mul(vector("b", 0, 2), div(4, mul(x, 2)))),
    {
      op: "mul",
      index: [0],
      operands: [0, INF],
      pair: "0 · ∞ = NaN",
      fix: ["safe-div"],
      code: "safeDiv(4, mul(x, 2))",
    },
    (x) => sum(mul(vector("b", 0, 2), safeDiv(4, mul(x, 2)))),
    4,
  ),
  one(
    24,
    "a bound whose numbers are part of it",
    () => vector("x", -1, 1),
    (x) => sum(log(clip(x, { min: 0, max: 0.5 }))),
    {
      op: "log",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
      code: "safeLog(clip(x, { min: 0, max: 0.5 }))",
    },
    (x) => sub(sum(safeLog(clip(x, { min: 0, max: 0.5 }))), ln(1e-12)),
    -LN2,
  ),
  one(
    25,
    "a product of what gates leave, over rows",
    () => matrix("z", [-200, 0], [0, 0]),
    (z) => sum(log(prod(sub(1, sigmoid(neg(z))), ROW))),
    {
      op: "log",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["cancel-log", "log-sum"],
      code: "sum(logSigmoid(z), { axis: 1 }) instead of log(prod(sub(1, sigmoid(neg(z))), { axis: 1 }))",
    },
    (z) => sum(logSigmoid(z)),
    -200 - 3 * LN2,
  ),
];

const risk = (): Tensor =>
  tensor(
    [
      [1, 1, 1],
      [0, 1, 1],
      [0, 0, 1],
    ],
    { name: "risk" },
  );
const hazards = (): Tensor => matrix("eta", [100], [-100], [-200]);
const costs = (): Tensor => matrix("c", [0, 1], [200, 210]);
const half = (): Tensor => tensor([[0.5], [0.5]], { name: "g" });

const scales: readonly NanCase[] = [
  one(
    29,
    "a Gaussian's likelihood by the logarithm of a variance that underflows",
    () => vector("lv", -110, 0),
    (lv) => sum(div(square(tensor([1e-12, 2], { name: "r" })), exp(lv))),
    {
      op: "div",
      index: [0],
      operands: [9.99999979e-25, 0],
      pair: "1e-24 / 0 = ∞",
      fix: ["factors"],
      code: "square(mul(r, exp(mul(-0.5, lv)))) instead of div(square(r), exp(lv))",
    },
    (lv) => sum(square(mul(tensor([1e-12, 2]), exp(mul(-0.5, lv))))),
    1e-24 * e(110) + 4,
  ),
  one(
    30,
    "the same by a deviation, of which only the slope is beyond float32",
    () => vector("s", -45),
    (s) => sum(square(div(tensor([0.01], { name: "r" }), exp(s)))),
    {
      op: "div",
      phase: "backward",
      index: [0],
      operands: [0.01, 2.8625186e-20],
      pair: "= -∞",
      fix: ["factors"],
      code: "mul(r, exp(neg(s))) instead of div(r, exp(s))",
    },
    (s) => sum(square(mul(tensor([0.01]), exp(neg(s))))),
    1e-4 * e(90),
  ),
  one(
    31,
    "a root of a product of exponentials that overflows",
    () => vector("a", 60),
    (a) => sum(sqrt(mul(exp(a), exp(mul(0.9, a))))),
    {
      op: "mul",
      index: [0],
      operands: [Math.fround(e(60)), Math.fround(e(54))],
      pair: "= ∞",
      fix: ["exp-sub"],
      code: "exp(mul(0.5, add(a, mul(0.9, a)))) instead of sqrt(mul(exp(a), exp(mul(0.9, a))))",
    },
    (a) => sum(exp(mul(0.5, add(a, mul(0.9, a))))),
    e(57),
  ),
  one(
    32,
    "sums of hazards over those at risk, where the largest is no more at risk",
    hazards,
    (eta) => mean(log(matmul(risk(), exp(eta)))),
    {
      op: "matmul",
      index: [1, 0],
      operands: [0, INF],
      pair: "0 · ∞ = NaN",
      fix: ["logsumexp"],
      code: "logsumexp(add(log(risk), sum(eta, { axis: 1 })), { axis: 1, keepDims: true }) instead of log(matmul(risk, exp(eta)))",
    },
    (eta) => mean(logsumexp(add(log(risk()), sum(eta, { axis: 1 })), { axis: 1, keepDims: true })),
    -200 / 3,
  ),
  one(
    33,
    "the logarithm of a quotient by a row of a kernel that has underflown",
    costs,
    (c) => sum(log(div(half(), matmul(exp(neg(c)), half())))),
    {
      op: "div",
      index: [1, 0],
      operands: [0.5, 0],
      pair: "0.5 / 0 = ∞",
      fix: ["cancel-log", "log-domain"],
      code: "sub(log(g), logsumexp(add(neg(c), sum(log(g), { axis: 1 })), { axis: 1, keepDims: true }))",
    },
    (c) =>
      sum(
        sub(
          log(half()),
          logsumexp(add(neg(c), sum(log(half()), { axis: 1 })), { axis: 1, keepDims: true }),
        ),
      ),
    200 - ln1p(e(-1)) - ln1p(e(-10)),
  ),
];

export const written: readonly NanCase[] = [
  ...sums,
  ...quotients,
  ...squares,
  ...limits,
  ...names,
  ...scales,
];
