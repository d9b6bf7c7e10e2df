/**
 * Births inside of larger programs: what stands somewhere upstream of one, or comes after it, is not what made it, and
 * what helps against that does not help here.
 */
import {
  abs,
  acos,
  adam,
  add,
  clip,
  crossEntropy,
  cumprod,
  customOp,
  div,
  divNoNan,
  exp,
  greater,
  linear,
  log,
  log10,
  matmul,
  max,
  mean,
  minimum,
  mul,
  neg,
  norm2,
  pow,
  relu,
  safeAcos,
  safeDiv,
  safeLog,
  safePow,
  safeSqrt,
  sgd,
  sigmoid,
  softmax,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  where,
} from "../../src/index.js";
import {
  COLUMNS,
  fit,
  gradientsOf,
  INF,
  matrix,
  type NanCase,
  outcomeOf,
  own,
  ROWS,
  step,
  valuesOf,
  vector,
} from "./case.js";

/** One head of attention of x to itself. */
const attended = (x: Tensor): Tensor =>
  matmul(softmax(matmul(x, matrix("key", [1, 0], [0, 1]))), x);

/** A layer norm written out. */
const normed = (x: Tensor): Tensor => {
  const centred = sub(x, mean(x, ROWS));
  return div(centred, sqrt(add(mean(square(centred), ROWS), 1e-5)));
};

/** An exponential linear unit written out. */
const unit = (x: Tensor): Tensor => where(greater(x, 0), x, sub(exp(minimum(x, 0)), 1));

const upstream: readonly NanCase[] = [
  {
    ...own,
    id: "model-1",
    name: "a logarithm of a relu, behind attention",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, 2], [-3, -4]);
      return step(x, () => mean(log(sum(relu(attended(x)), { axis: 1 }))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
      not: ["log-softmax", "logits", "logsumexp"],
      code: "safeLog(",
    },
    fixed: () => {
      const x = matrix("x", [2, 2], [2, 2]);
      return valuesOf(safeLog(sum(relu(attended(x)), { axis: 1 })));
    },
    good: [Math.log(4), Math.log(4)],
  },
  {
    ...own,
    id: "model-2",
    name: "a root of a sum that is 0, behind a layer norm",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, 2]);
      return fit(sgd({ lr: 0.1 }), { gate: [[1], [1]] }, 1, ({ gate }) =>
        sum(sqrt(matmul(normed(x), gate))),
      );
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0, 0],
      operands: [1, 0],
      pair: "1 · ∞",
      fix: ["safe-sqrt"],
      not: ["safe-norm", "f64-statistics"],
      code: "safeSqrt(",
    },
    fixed: () => {
      const gate = matrix("gate", [1], [1]);
      return gradientsOf(
        step(gate, () => sum(safeSqrt(matmul(normed(matrix("x", [1, 2])), gate)))),
      );
    },
    good: [0, 0],
  },
  {
    ...own,
    id: "model-3",
    name: "a sigmoid written out, behind a mean over time",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [100, 300], [1, 1]);
      return step(x, () => {
        const e = exp(mean(x, { axis: 1 }));
        return mean(div(e, add(1, e)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [INF, INF],
      pair: "∞ / ∞",
      fix: ["sigmoid"],
      not: ["softmax", "tanh", "logsumexp", "safe-div"],
      code: "sigmoid(mean(x, { axis: 1 }))",
    },
    fixed: () => valuesOf(sigmoid(mean(matrix("x", [100, 300], [0, 0]), { axis: 1 }))),
    good: [1, 0.5],
  },
  {
    ...own,
    id: "model-4",
    name: "a column without spread, behind a unit with e^x − 1",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [-1, 2], [-1, 3]);
      return step(x, () => {
        const h = unit(x);
        const centred = sub(h, mean(h, COLUMNS));
        return sum(square(div(centred, max(abs(centred), COLUMNS))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["expm1", "softmax", "log1p", "safe-norm"],
      code: "safeDiv(",
    },
    fixed: () => {
      const h = unit(matrix("x", [-1, 2], [-1, 4]));
      const centred = sub(h, mean(h, COLUMNS));
      return valuesOf(safeDiv(centred, max(abs(centred), COLUMNS)));
    },
    good: [0, -1, 0, 1],
  },
  {
    ...own,
    id: "model-5",
    name: "a root of b² − 4ac",
    outcome: "throws",
    naive: () => {
      const [a, b, c] = [vector("a", 1, 1), vector("b", 3, 1), vector("c", 2, 1)];
      return step(b, () => {
        const root = sqrt(sub(square(b), mul(4, mul(a, c))));
        return mean(div(sub(root, b), mul(2, a)));
      });
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [1],
      operands: [-3],
      pair: "sqrt(-3) = NaN",
      fix: ["mask-before", "safe-sqrt"],
      not: ["f64-statistics", "safe-norm"],
      code: "safeSqrt(",
    },
    fixed: () => valuesOf(safeSqrt(vector("discriminant", 1, -3))),
    good: [1, 0],
  },
  {
    ...own,
    id: "model-6",
    name: "a softplus written out in a hidden layer, under a logarithm of a mean",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, 2]);
      return fit(adam({ lr: 0.1 }), { "hidden.w": [[40], [30]] }, 1, (p) => {
        const hidden = log(add(1, exp(matmul(x, p["hidden.w"]))));
        return log(mean(hidden));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0, 0],
      operands: [100],
      pair: "exp(100) = ∞",
      fix: ["softplus"],
      not: ["logsumexp", "logsubexp", "log-softmax"],
      code: "softplus(matmul(x, hidden.w))",
    },
    fixed: () => valuesOf(softplus(matrix("z", [100]))),
    good: [100],
  },
  {
    ...own,
    id: "model-7",
    name: "a price on a logarithmic scale that is −∞ in the table, in a network that ends in a softmax",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [1, 2],
          [3, -INF],
        ],
        { name: "x", columns: ["age", "log_price"], rows: [11, 12] },
      );
      const start = {
        w: [
          [0.1, 0.2],
          [0.3, -0.4],
        ],
        b: [0, 0],
      };
      return fit(sgd({ lr: 0.1 }), start, 1, ({ w, b }) => crossEntropy(linear(x, w, b), [0, 1]));
    },
    says: {
      op: "input",
      phase: "input",
      index: [1, 1],
      operands: [-INF],
      pair: "-∞",
      fix: ["impute"],
      not: ["finite-mask", "restore-parameter", "log-softmax"],
    },
    fixed: () => [
      crossEntropy(
        linear(matrix("x", [1, 2]), matrix("w", [0, 0], [0, 0]), vector("b", 0, 0)),
        [0],
      ).item(),
    ],
    good: [Math.LN2],
  },
  {
    ...own,
    id: "model-8",
    name: "a mean over what is left of nothing, behind vectors of length 1",
    outcome: "throws",
    naive: () => {
      const [x, kept] = [matrix("x", [3, 4], [0, 2]), vector("kept", 0, 0)];
      return step(x, () => {
        const direction = div(x, norm2(x, ROWS));
        return div(sum(mul(sum(direction, { axis: 1 }), kept)), sum(kept));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["safe-norm", "f64-statistics"],
      code: "divNoNan(",
    },
    fixed: () => [divNoNan(sum(vector("x", 0, 0)), sum(vector("kept", 0, 0))).item()],
    good: [0],
  },
  {
    ...own,
    id: "model-9",
    name: "the time to double at a rate of 0",
    outcome: "throws",
    naive: () => div(Math.LN2, log(add(1, vector("rate", 0.5, 0)))).toArray(),
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "/ 0 = ∞",
      fix: ["safe-div"],
      // The logarithm is exactly 0 there, and rightly so; the time is no 0.
      not: ["log1p", "expm1", "div-no-nan", "divide-where"],
      code: "safeDiv(",
      origin: 'input "rate"[1]',
    },
    fixed: () => valuesOf(safeDiv(Math.LN2, log(add(1, vector("rate", 1, 0))))),
    good: [1, Math.LN2 * 1e12],
  },
];

const pairs: readonly NanCase[] = [
  {
    ...own,
    id: "model-10",
    name: "a log-ratio of two probabilities that are 0",
    outcome: "throws",
    naive: () => {
      const [p, q] = [vector("p", 0.5, 0), vector("q", 0.5, 0)];
      return step(p, () => mean(sub(log(p), log(q))));
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [1],
      operands: [-INF, -INF],
      pair: "-∞ − -∞",
      fix: ["safe-log"],
      not: ["impute", "finite-mask"],
      // Both have to be mended.
      code: "safeLog(q)",
    },
    fixed: () => valuesOf(sub(safeLog(vector("p", 0.5, 0)), safeLog(vector("q", 0.5, 0)))),
    good: [0, 0],
  },
  {
    ...own,
    id: "model-11",
    name: "a precision e^−s in doubles, at an error of 0",
    outcome: "throws",
    naive: () => {
      const s = tensor([-800, 0], { name: "s", dtype: "float64" });
      const error = tensor([0, 1], { name: "error", dtype: "float64" });
      return valueAndGrad({ s }, () => mean(add(mul(exp(neg(s)), square(error)), s)));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, INF],
      pair: "∞ · 0",
      fix: ["clip-input"],
      not: ["xlogy", "safe-div", "impute"],
      code: "exp(clip(",
    },
    fixed: () => valuesOf(exp(neg(clip(vector("s", -800, 0), { min: -10 })))),
    good: [Math.exp(10), 1],
  },
  {
    ...own,
    id: "model-12",
    name: "the logarithm of what a gate has left over after 60 steps",
    outcome: "throws",
    naive: () => {
      const z = vector("z", ...new Array(60).fill(-3));
      return step(z, () => mean(log(cumprod(sigmoid(z)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [34],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["log-sum"],
      not: ["log-softmax", "logsumexp", "expm1"],
      // Not of z, which is below 0.
      code: "cumsum(logSigmoid(z)) instead of log(cumprod(sigmoid(z)))",
    },
    fixed: () => [sum(log(sigmoid(vector("z", ...new Array(60).fill(-3))))).item()],
    good: [-60 * Math.log1p(Math.exp(3))],
  },
  {
    ...own,
    id: "model-13",
    name: "a missing value under a mask that multiplies",
    outcome: "throws",
    naive: () => {
      const [x, there] = [matrix("x", [1, Number.NaN], [2, 3]), matrix("there", [1, 0], [1, 1])];
      return fit(sgd({ lr: 0.1 }), { w: [[1], [1]] }, 1, ({ w }) => mean(matmul(mul(x, there), w)));
    },
    says: {
      op: "input",
      phase: "input",
      index: [0, 1],
      operands: [Number.NaN],
      pair: "NaN",
      fix: ["impute"],
      not: ["restore-parameter", "safe-div", "scale-input"],
    },
    fixed: () => {
      const [x, there] = [matrix("x", [1, Number.NaN], [2, 3]), matrix("there", [1, 0], [1, 1])];
      return valuesOf(where(there, x, 0));
    },
    good: [1, 0, 2, 3],
  },
  {
    ...own,
    id: "model-14",
    name: "a quantile loss with a target that is missing",
    outcome: "throws",
    naive: () => {
      const [prediction, y] = [vector("prediction", 1, 2), vector("y", 3, Number.NaN)];
      return step(prediction, () => {
        const error = sub(y, prediction);
        return mean(where(greater(error, 0), mul(0.9, error), mul(-0.1, error)));
      });
    },
    says: {
      op: "input",
      phase: "input",
      index: [1],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["greater forward"],
      fix: ["fix-labels"],
      not: ["restore-parameter", "safe-div"],
    },
    fixed: () => {
      const [prediction, y] = [vector("prediction", 1, 2), vector("y", 3, 1)];
      const error = sub(y, prediction);
      return [mean(where(greater(error, 0), mul(0.9, error), mul(-0.1, error))).item()];
    },
    good: [0.95],
  },
];

const slopes: readonly NanCase[] = [
  {
    ...own,
    id: "model-15",
    name: "counts to the power ¾, one of which is 0",
    outcome: "throws",
    naive: () => {
      const count = vector("count", 0, 4);
      return step(count, () => sum(pow(div(count, 4), 0.75)));
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [0],
      operands: [1, 0, 0.75],
      pair: "1 · ∞",
      fix: ["safe-pow"],
      not: ["safe-norm", "f64-statistics", "clip-norm", "scale-input", "safe-div"],
      code: "safePow(",
    },
    fixed: () => {
      const count = vector("count", 0, 4);
      return gradientsOf(step(count, () => sum(safePow(div(count, 4), 0.75))));
    },
    good: [0, 0.75 / 4],
  },
  {
    ...own,
    id: "model-16",
    name: "the root of a mean squared error that is 0",
    outcome: "throws",
    naive: () => {
      const [x, y] = [matrix("x", [1], [2]), matrix("y", [3], [6])];
      return fit(sgd({ lr: 0.01 }), { w: [[3]] }, 1, ({ w }) =>
        sqrt(mean(square(sub(matmul(x, w), y)))),
      );
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [],
      operands: [1, 0],
      pair: "1 · ∞",
      fix: ["f64-statistics", "safe-norm", "safe-sqrt"],
      not: ["clip-norm", "lower-lr", "restore-parameter", "scale-input"],
      code: "safeSqrt(",
    },
    fixed: () => {
      const w = matrix("w", [3]);
      return gradientsOf(
        step(w, () => norm2(sub(matmul(matrix("x", [1], [2]), w), matrix("y", [3], [6])))),
      );
    },
    good: [0],
  },
  {
    ...own,
    id: "model-17",
    name: "an angle of a cosine that is clipped to 1",
    outcome: "throws",
    naive: () => {
      const [a, b] = [matrix("a", [3, 4], [1, 0]), matrix("b", [3, 4], [0, 1])];
      const unitary = (x: Tensor) => div(x, norm2(x, ROWS));
      return step(a, () => {
        const cosine = sum(mul(unitary(a), unitary(b)), { axis: 1 });
        return mean(acos(clip(cosine, { min: -1, max: 1 })));
      });
    },
    says: {
      op: "acos",
      phase: "backward",
      index: [0],
      operands: [0.5, 1],
      pair: "0.5 · -∞",
      fix: ["safe-acos"],
      not: ["safe-norm", "epsilon-inside", "clip-norm", "scale-input"],
      code: "safeAcos(",
    },
    fixed: () => valuesOf(safeAcos(vector("cosine", 1, 0))),
    good: [Math.acos(1 - 1e-6), Math.PI / 2],
    tolerance: 1e-2,
  },
  {
    ...own,
    id: "model-18",
    name: "an op of one's own that is not differentiable at a vector of zeros",
    outcome: "throws",
    naive: () => {
      const direction = customOp({
        name: "direction",
        forward: ({ inputs: [x] }) => {
          const length = Math.hypot(...x);
          return x.map((v) => (length > 0 ? v / length : 0));
        },
        backward: ({ inputs: [x], dy }) => {
          const length = Math.hypot(...x);
          return [dy.map((d) => d / length)];
        },
      });
      const x = vector("x", 0, 0);
      return step(x, () => sum(mul(direction(x), vector("weight", 1, 2))));
    },
    says: {
      op: "direction",
      phase: "backward",
      index: [0],
      operands: [2, 0],
      pair: "= ∞",
      fix: ["mask-before", "epsilon-inside"],
      not: ["scale-input", "clip-norm", "impute"],
    },
    fixed: () => valuesOf(safeDiv(vector("x", 0, 0), norm2(vector("x", 0, 0)))),
    good: [0, 0],
  },
];

const readings: readonly NanCase[] = [
  {
    ...own,
    id: "model-19",
    name: "a mean that is corrected for its start, before the first step",
    outcome: "throws",
    naive: () => {
      const [m, t] = [vector("m", 0, 0.1), vector("t", 0, 1)];
      return div(m, sub(1, pow(0.9, t))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["expm1", "safe-pow", "log1p"],
      code: "safeDiv(m, ",
      origin: 'input "t"[0]',
    },
    fixed: () => valuesOf(safeDiv(vector("m", 0, 0.1), vector("left", 0, 0.1))),
    good: [0, 1],
  },
  {
    ...own,
    id: "model-20",
    name: "decibels above a noise of 0",
    outcome: "throws",
    naive: () => {
      const [signal, noise] = [vector("signal", 4, 9), vector("noise", 2, 0)];
      return mul(10, log10(div(square(signal), square(noise)))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [81, 0],
      pair: "81 / 0 = ∞",
      fix: ["safe-div"],
      not: ["safe-log", "xlogy", "scale-input", "safe-norm", "f64-statistics"],
      code: "safeDiv(",
      origin: 'input "noise"[1]',
    },
    fixed: () => valuesOf(safeDiv(vector("signal", 16, 81), vector("noise", 4, 0))),
    good: [4, 81e12],
  },
  {
    ...own,
    id: "model-21",
    name: "what a model explains of a target that does not vary",
    outcome: "throws",
    naive: () => {
      const [prediction, y] = [vector("prediction", 1, 3), vector("target", 2, 2)];
      const left = sum(square(sub(y, prediction)));
      return sub(1, div(left, sum(square(sub(y, mean(y)))))).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [2, 0],
      pair: "2 / 0 = ∞",
      fix: ["safe-div"],
      not: ["safe-norm", "f64-statistics", "scale-input"],
      origin: 'input "target"',
    },
    fixed: () => [sub(1, divNoNan(2, vector("total", 0))).item()],
    good: [1],
  },
  {
    ...own,
    id: "model-22",
    name: "a correlation with a column that is constant",
    outcome: "throws",
    naive: () => {
      const x = tensor([1, 2, 3], { name: "x" });
      const y = tensor([5, 5, 5], { name: "y" });
      const [a, b] = [sub(x, mean(x)), sub(y, mean(y))];
      const lengths = sqrt(mul(sum(square(a)), sum(square(b))));
      return div(sum(mul(a, b)), lengths).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["expm1", "exclusive-product", "fix-labels"],
      origin: 'input "y"',
    },
    fixed: () => [safeDiv(tensor(0), 0).item()],
    good: [0],
  },
  {
    ...own,
    id: "model-23",
    name: "probabilities that are sharpened until all of them are 0",
    outcome: "throws",
    naive: () => {
      const p = matrix("p", [0.2, 0.3, 0.5], [0.1, 0.1, 0.1]);
      const sharp = pow(p, 100);
      return div(sharp, sum(sharp, ROWS)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["exp-sub"],
      not: ["safe-pow", "exclusive-product", "safe-norm", "log-sum"],
      origin: 'input "p"[1',
    },
    fixed: () => valuesOf(softmax(mul(100, log(matrix("p", [0.1, 0.1]))))),
    good: [0.5, 0.5],
  },
  {
    ...own,
    id: "model-24",
    name: "a swish written out at −100: right as it is",
    outcome: "silent",
    naive: () => {
      const x = vector("x", -100, 2);
      return step(x, () => sum(div(x, add(1, exp(neg(x))))));
    },
    fixed: () => {
      const x = vector("x", -100, 0);
      return outcomeOf(step(x, () => sum(mul(x, sigmoid(x)))));
    },
    good: [0, 0, 0.5],
  },
  {
    ...own,
    id: "model-25",
    name: "clipping by a norm that is 0: right as it is",
    outcome: "silent",
    naive: () => {
      const g = vector("g", 0, 0);
      return mul(g, minimum(1, div(1, norm2(g)))).toArray();
    },
    fixed: () => {
      const g = vector("g", 3, 4);
      return valuesOf(mul(g, minimum(1, div(1, norm2(g)))));
    },
    good: [0.6, 0.8],
  },
  {
    ...own,
    id: "model-26",
    name: "an exponential of a tanh that is clipped: right as it is",
    outcome: "silent",
    naive: () => {
      const z = vector("z", 30, -0.5);
      return step(z, () => mean(mul(exp(clip(tanh(z), { min: -1, max: 1 })), vector("a", 1, 2))));
    },
    fixed: () => {
      const z = vector("z", 0, 0);
      return gradientsOf(step(z, () => mean(mul(exp(tanh(z)), vector("a", 1, 2)))));
    },
    good: [0.5, 1],
  },
];

const saturated: readonly NanCase[] = [
  {
    ...own,
    id: "model-27",
    name: "a gate that is shut, before a number of 100: right as it is",
    outcome: "silent",
    naive: () => {
      const z = vector("z", -30, 1);
      return step(z, () => sum(mul(vector("value", 100, 1), sigmoid(z))));
    },
    fixed: () => {
      const z = vector("z", -30, 0);
      return gradientsOf(step(z, () => sum(mul(vector("value", 100, 1), sigmoid(z)))));
    },
    good: [100 * Math.exp(-30), 0.25],
  },
  {
    ...own,
    id: "model-28",
    name: "attention that has decided, on numbers of about 50: right as it is",
    outcome: "silent",
    naive: () => {
      const x = matrix("x", [50, 80], [90, 10]);
      return step(x, () => mean(square(attended(x))));
    },
    fixed: () => {
      const x = matrix("x", [50, 80], [90, 10]);
      return valuesOf(attended(x));
    },
    good: [90, 10, 50, 80],
  },
];

export const models: readonly NanCase[] = [
  ...upstream,
  ...pairs,
  ...slopes,
  ...readings,
  ...saturated,
];
