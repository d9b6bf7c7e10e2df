/**
 * Programs from the field: losses, layers and data as they were reported, or as people write them who meet them for the
 * first time. Helper functions, several branches, loops, named tables, training and inference.
 */
import {
  abs,
  acos,
  acosh,
  adam,
  add,
  asin,
  atan,
  atanh,
  cast,
  clip,
  crossEntropy,
  cumsum,
  customOp,
  div,
  divNoNan,
  exp,
  greater,
  less,
  log,
  log1p,
  log10,
  logcumsumexp,
  logSigmoid,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mse,
  mul,
  neg,
  noGrad,
  norm2,
  type Operandish,
  pow,
  relu,
  rsqrt,
  safeAcos,
  safeAsin,
  safeDiv,
  safeLog,
  safeNorm,
  safePow,
  safeSqrt,
  sgd,
  sigmoid,
  softmax,
  softplus,
  sqrt,
  square,
  squaredDifference,
  std,
  sub,
  sum,
  sumSquares,
  type Tensor,
  tanh,
  tensor,
  variance,
  where,
  xlogy,
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

// ── Policies ─────────────────────────────────────────────────────────────────────────────────────

/** The clipped surrogate of a policy, of a ratio of probabilities. */
const surrogate = (ratio: Tensor): Tensor => {
  const advantage = vector("advantage", 1, 0.5);
  const clipped = mul(clip(ratio, { min: 0.8, max: 1.2 }), advantage);
  return neg(mean(minimum(mul(ratio, advantage), clipped)));
};

/** A log-ratio of 100, and one of 0. */
const logRatio = (logp: Tensor): Tensor => sub(logp, vector("old", -101, -2));

const policies: readonly NanCase[] = [
  {
    source: "THUDM/slime#2198",
    id: "field-1",
    name: "a ratio of probabilities that overflows, and is clipped after",
    outcome: "masked",
    naive: () => {
      const logp = vector("logp", -1, -2);
      return step(logp, () => surrogate(exp(logRatio(logp))));
    },
    says: {
      op: "exp",
      phase: "backward",
      index: [0],
      operands: [0, 100],
      pair: "0 · ∞",
      absorbed: ["clip forward", "minimum forward"],
      fix: ["clip-input"],
      code: "exp(clip(",
    },
    fixed: () => {
      const logp = vector("logp", -1, -2);
      return outcomeOf(step(logp, () => surrogate(exp(clip(logRatio(logp), { max: 20 })))));
    },
    good: [-0.85, 0, -0.25],
  },
  {
    source: "OpenRLHF/OpenRLHF#1335",
    id: "field-2",
    name: "a divergence estimate eᵈ − 1 − d that is capped after",
    outcome: "masked",
    naive: () => {
      const logp = vector("logp", 99, 0.5);
      return step(logp, () => {
        const d = sub(logp, vector("reference", -1, 0));
        return mean(clip(sub(sub(exp(d), 1), d), { max: 10 }));
      });
    },
    says: {
      op: "exp",
      phase: "backward",
      index: [0],
      operands: [0, 100],
      pair: "0 · ∞",
      absorbed: ["clip forward"],
      fix: ["clip-input"],
      not: ["expm1"],
      code: "exp(clip(",
    },
    fixed: () => {
      const logp = vector("logp", 99, 0.5);
      return outcomeOf(
        step(logp, () => {
          const d = clip(sub(logp, vector("reference", -1, 0)), { max: 20 });
          return mean(clip(sub(sub(exp(d), 1), d), { max: 10 }));
        }),
      );
    },
    good: [(10 + Math.exp(0.5) - 1.5) / 2, 0, (Math.exp(0.5) - 1) / 2],
  },
  {
    ...own,
    id: "field-3",
    name: "advantages normalised over a batch of one",
    outcome: "throws",
    naive: () => {
      const [reward, logp] = [vector("reward", 3), vector("logp", -1)];
      const normalised = (x: Tensor) => div(sub(x, mean(x)), std(x));
      return step(logp, () => neg(mean(mul(normalised(reward), logp))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "epsilon-inside"],
      not: ["f64-statistics", "safe-norm"],
      origin: 'input "reward"[0]',
    },
    fixed: () => {
      const [reward, logp] = [vector("reward", 3), vector("logp", -1)];
      const normalised = safeDiv(sub(reward, mean(reward)), std(reward));
      return outcomeOf(step(logp, () => neg(mean(mul(normalised, logp)))));
    },
    good: [0, 0],
  },
  {
    ...own,
    id: "field-4",
    name: "the entropy of a policy with actions that are not allowed",
    outcome: "throws",
    naive: () => {
      const legal = matrix("legal", [1, 0], [1, 1]);
      const z = matrix("logits", [1, 2], [0, 3]);
      return step(z, () => {
        const p = softmax(where(legal, z, -INF));
        return neg(sum(mul(p, log(p))));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 1],
      operands: [0, -INF],
      pair: "0 · -∞",
      absorbed: ["softmax forward", "where forward"],
      fix: ["xlogy"],
      // The logarithm stays at −∞ where the softmax is exactly 0.
      not: ["impute", "logits", "log-softmax"],
    },
    fixed: () => {
      const p = softmax(
        where(matrix("legal", [1, 0], [1, 1]), matrix("z", [1, 2], [0, Math.log(3)]), -INF),
      );
      return [neg(sum(xlogy(p, p))).item()];
    },
    good: [-(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75))],
  },
  {
    source: "cpnota/autonomous-learning-library#139",
    id: "field-5",
    name: "the correction log(1 − tanh²) of an action at its bound",
    outcome: "throws",
    naive: () => {
      const u = vector("u", 0.5, 20);
      return step(u, () => sum(log(sub(1, square(tanh(u))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logcosh"],
      not: ["safe-log", "expm1", "log1p", "f64-statistics", "clip-norm"],
      origin: 'input "u"[1]',
    },
    fixed: () => {
      const u = vector("u", 0.5, 20);
      return outcomeOf(step(u, () => sum(mul(2, sub(sub(Math.LN2, u), softplus(mul(-2, u)))))));
    },
    good: [
      Math.log(1 - Math.tanh(0.5) ** 2) + 2 * Math.LN2 - 40,
      -2 * Math.tanh(0.5),
      -2 * Math.tanh(20),
    ],
  },
  {
    source: "ray-project/ray#14878",
    id: "field-6",
    name: "an action at its bound, unsquashed",
    outcome: "throws",
    naive: () => {
      const [action, mu] = [vector("action", 2, 0.4), vector("mu", 0, 0)];
      const logp = () => mul(-0.5, square(sub(atanh(div(action, 2)), mu)));
      return step(mu, () => neg(mean(logp())));
    },
    says: {
      op: "atanh",
      phase: "forward",
      index: [0],
      operands: [1],
      pair: "atanh(1) = ∞",
      fix: ["clip-input"],
      not: ["safe-div", "clip-norm"],
      code: "atanh(clip(div(action, 2), { min: -0.999999, max: 0.999999 }))",
      origin: 'input "action"[0]',
    },
    fixed: () =>
      valuesOf(atanh(clip(div(vector("action", 2, 0.4), 2), { min: -0.999999, max: 0.999999 }))),
    good: [7.2543, Math.atanh(0.2)],
    tolerance: 1e-2,
  },
];

// ── Likelihoods ──────────────────────────────────────────────────────────────────────────────────

const likelihoods: readonly NanCase[] = [
  {
    source: "keras-team/keras#2586",
    id: "field-7",
    name: "a mixture of normal densities far from its target",
    outcome: "throws",
    naive: () => {
      const [mu, spread] = [matrix("mu", [0, 1], [0.5, 1.5]), matrix("logsigma", [0, 0])];
      const density = (y: Tensor): Tensor => {
        const sigma = exp(spread);
        const squares = square(sub(mu, y));
        return div(exp(div(neg(squares), mul(2, square(sigma)))), sigma);
      };
      const y = matrix("y", [30], [1]);
      return step(mu, () => neg(mean(log(sum(mul(0.5, density(y)), { axis: 1 })))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logsumexp"],
      not: ["safe-norm", "f64-statistics", "log-softmax", "expm1", "softmax"],
      code: "logsumexp(",
      origin: 'input "y"[0, 0]',
    },
    fixed: () => {
      const [mu, y] = [matrix("mu", [0, 1], [0.5, 1.5]), matrix("y", [30], [1])];
      const each = sub(Math.log(0.5), mul(0.5, square(sub(mu, y))));
      return [neg(mean(logsumexp(each, { axis: 1 }))).item()];
    },
    good: [(420.5 + Math.LN2 + 0.125) / 2],
  },
  {
    ...own,
    id: "field-8",
    name: "a learnt variance by softplus that underflows: −∞ of its logarithm meets ∞ of its quotient",
    outcome: "throws",
    naive: () => {
      const [raw, error] = [vector("raw", -200, 1), vector("error", 2, 1)];
      return step(raw, () => {
        const v = softplus(raw);
        return mean(mul(0.5, add(log(v), div(square(error), v))));
      });
    },
    says: {
      op: "add",
      phase: "forward",
      index: [0],
      operands: [-INF, INF],
      pair: "-∞ + ∞",
      fix: ["safe-log"],
      not: ["log1p", "safe-norm", "f64-statistics"],
      // Mending the logarithm alone leaves the ∞.
      code: "safeDiv(",
      origin: 'input "raw"[0]',
    },
    fixed: () => {
      const v = add(softplus(vector("raw", -200, 1)), 1e-6);
      return valuesOf(add(log(v), div(square(vector("error", 2, 1)), v)));
    },
    good: [
      Math.log(1e-6) + 4e6,
      Math.log(Math.log1p(Math.E) + 1e-6) + 1 / (Math.log1p(Math.E) + 1e-6),
    ],
  },
  {
    ...own,
    id: "field-9",
    name: "a Poisson likelihood with a rate by relu",
    outcome: "throws",
    naive: () => {
      const [z, count] = [vector("z", -3, 2), vector("count", 0, 3)];
      return step(z, () => {
        const rate = relu(z);
        return mean(sub(rate, mul(count, log(rate))));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy"],
      not: ["logits", "f64-statistics"],
      code: "xlogy(count, ",
    },
    fixed: () => {
      const rate = relu(vector("z", -3, 2));
      return [mean(sub(rate, xlogy(vector("count", 0, 3), rate))).item()];
    },
    good: [(2 - 3 * Math.LN2) / 2],
  },
  {
    ...own,
    id: "field-10",
    name: "a Poisson regression on a column that was not scaled",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [30, 1000],
          [40, 5000],
        ],
        { name: "x", columns: ["age", "population"], rows: ["a1", "b7"] },
      );
      const count = matrix("count", [2], [3]);
      return fit(sgd({ lr: 0.1 }), { w: [[0.1], [0.02]] }, 1, ({ w }) => {
        const eta = matmul(x, w);
        return mean(sub(exp(eta), mul(count, eta)));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [1, 0],
      operands: [104],
      pair: "exp(104) = ∞",
      fix: ["scale-input"],
      not: ["impute", "logits", "restore-parameter"],
      code: "scale the inputs to about 1 before they meet: div(x, 5000) instead of x",
      origin: 'input "x"[1, 1] (column "population", row b7)',
    },
    fixed: () => {
      const x = matrix("x", [0.3, 0.1], [0.4, 0.5]);
      return valuesOf(exp(matmul(x, matrix("w", [1], [2]))));
    },
    good: [Math.exp(0.5), Math.exp(1.4)],
  },
  {
    ...own,
    id: "field-11",
    name: "a beta likelihood at the end of its interval",
    outcome: "throws",
    naive: () => {
      const [alpha, beta] = [vector("alpha", 2, 1), vector("beta", 1, 3)];
      const share = vector("share", 1, 0.5);
      return step(alpha, () => {
        const left = mul(sub(alpha, 1), log(share));
        return neg(sum(add(left, mul(sub(beta, 1), log(sub(1, share))))));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy"],
      not: ["log1p", "safe-norm", "logits"],
      code: "xlogy(",
    },
    fixed: () => {
      const [alpha, beta] = [vector("alpha", 2, 1), vector("beta", 1, 3)];
      const share = vector("share", 1, 0.5);
      return outcomeOf(
        step(alpha, () => {
          const left = xlogy(sub(alpha, 1), share);
          return neg(sum(add(left, xlogy(sub(beta, 1), sub(1, share)))));
        }),
      );
    },
    good: [2 * Math.LN2, 0, Math.LN2],
  },
  {
    ...own,
    id: "field-12",
    name: "the divergence of an encoder whose log-variance is 121",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, 2]);
      const start = { "encoder.mu": [[1], [0]], "encoder.logvar": [[1], [60]] };
      return fit(adam({ lr: 1e-3 }), start, 1, (p) => {
        const [mu, logvar] = [matmul(x, p["encoder.mu"]), matmul(x, p["encoder.logvar"])];
        return mul(-0.5, sum(sub(sub(add(1, logvar), square(mu)), exp(logvar))));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0, 0],
      operands: [121],
      pair: "exp(121) = ∞",
      fix: ["clip-input"],
      not: ["softplus", "logsubexp", "restore-parameter"],
      code: "exp(clip(matmul(x, encoder.logvar), { max: 40 }))",
      origin: 'parameter "encoder.logvar"[1, 0]',
    },
    fixed: () => {
      const logvar = clip(matrix("logvar", [121]), { max: 10 });
      return [mul(-0.5, sum(sub(sub(add(1, logvar), 1), exp(logvar)))).item()];
    },
    good: [-0.5 * (10 - Math.exp(10))],
  },
  {
    ...own,
    id: "field-13",
    name: "a deviation as the root of a variance that underflows",
    outcome: "throws",
    naive: () => {
      const logvar = vector("logvar", -200, 0);
      const noise = vector("noise", 0.5, -1);
      return step(logvar, () => sum(mul(noise, sqrt(exp(logvar)))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [0.5, 0],
      // The gradient that the root makes meets an exponential that is 0.
      pair: "∞ · 0 = NaN",
      fix: ["exp-sub"],
      not: ["safe-norm", "f64-statistics", "clip-input", "clip-norm", "scale-input"],
      code: "exp(mul(0.5, logvar)) instead of sqrt(exp(logvar))",
      origin: 'input "logvar"[0]',
    },
    fixed: () => {
      const logvar = vector("logvar", -200, 0);
      const noise = vector("noise", 0.5, -1);
      return outcomeOf(step(logvar, () => sum(mul(noise, exp(mul(0.5, logvar))))));
    },
    good: [-1, 0, -0.5],
  },
  {
    ...own,
    id: "field-14",
    name: "the log-determinant of a flow whose scale is 0",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 1, 2);
      return fit(sgd({ lr: 0.1 }), { scale: [1, 0], shift: [0, 0] }, 1, ({ scale, shift }) => {
        const z = add(mul(x, scale), shift);
        return sub(mul(0.5, sum(square(z))), sum(log(abs(scale))));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
      not: ["restore-parameter", "impute", "f64-statistics", "log1p"],
      code: "safeLog(",
      origin: 'parameter "scale"[1]',
    },
    fixed: () => valuesOf(safeLog(abs(vector("scale", 1, 0)))),
    good: [0, Math.log(1e-12)],
  },
  {
    ...own,
    id: "field-15",
    name: "a partial likelihood with a risk of 100",
    outcome: "throws",
    naive: () => {
      const [risk, event] = [vector("risk", 100, 1, -2), vector("event", 1, 0, 1)];
      return step(risk, () => {
        const each = sub(risk, log(cumsum(exp(risk))));
        return neg(div(sum(mul(event, each)), sum(event)));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "exp(100) = ∞",
      fix: ["cancel-log"],
      // It adds up all of a row, not what came before; a risk that is held at 40 is another one.
      not: ["logsumexp", "clip-input", "shift-exp", "xlogy", "safe-log", "log-sum"],
      code: "logcumsumexp(risk) instead of log(cumsum(exp(risk)))",
    },
    fixed: () => {
      const [risk, event] = [vector("risk", 100, 1, -2), vector("event", 1, 0, 1)];
      const each = sub(risk, logcumsumexp(risk));
      return [neg(div(sum(mul(event, each)), sum(event))).item()];
    },
    good: [51],
  },
  {
    ...own,
    id: "field-16",
    name: "a discrete survival likelihood with a hazard of 1",
    outcome: "throws",
    naive: () => {
      const [z, event] = [vector("z", 30, 0), vector("event", 1, 0)];
      return step(z, () => {
        const hazard = sigmoid(z);
        const dies = mul(event, log(hazard));
        return neg(sum(add(dies, mul(sub(1, event), log(sub(1, hazard))))));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["logits"],
      not: ["safe-norm", "impute", "expm1", "log-softmax"],
      code: "softplus(",
    },
    fixed: () => {
      const [z, event] = [vector("z", 30, 0), vector("event", 1, 0)];
      return [
        neg(sum(add(mul(event, logSigmoid(z)), mul(sub(1, event), logSigmoid(neg(z)))))).item(),
      ];
    },
    good: [Math.LN2],
  },
];

// ── Losses ───────────────────────────────────────────────────────────────────────────────────────

interface Box {
  readonly left: Tensor;
  readonly top: Tensor;
  readonly right: Tensor;
  readonly bottom: Tensor;
}

const box = (name: string, ...at: readonly [number[], number[], number[], number[]]): Box => ({
  left: vector(`${name}.left`, ...at[0]),
  top: vector(`${name}.top`, ...at[1]),
  right: vector(`${name}.right`, ...at[2]),
  bottom: vector(`${name}.bottom`, ...at[3]),
});

const area = ({ left, top, right, bottom }: Box): Tensor =>
  mul(relu(sub(right, left)), relu(sub(bottom, top)));

/** The overlap of two boxes, divided by what they cover. */
const overlap = (a: Box, b: Box, quotient: (a: Tensor, b: Tensor) => Tensor): Tensor => {
  const common = area({
    left: maximum(a.left, b.left),
    top: maximum(a.top, b.top),
    right: minimum(a.right, b.right),
    bottom: minimum(a.bottom, b.bottom),
  });
  return quotient(common, sub(add(area(a), area(b)), common));
};

/** Of two pairs of boxes, the second of which have no area. */
const boxes = () =>
  [
    box("found", [0, 5], [0, 5], [2, 5], [2, 5]),
    box("truth", [1, 5], [1, 5], [3, 5], [3, 5]),
  ] as const;

/** The distance of each row of a to that of b. */
const distance = (a: Tensor, b: Tensor): Tensor => sqrt(sum(squaredDifference(a, b), { axis: 1 }));

const triplet = (near: Tensor, far: Tensor): Tensor => mean(relu(add(sub(near, far), 0.2)));

const losses: readonly NanCase[] = [
  {
    source: "fizyr/keras-retinanet#706",
    id: "field-17",
    name: "a focal loss with γ = ½ and smoothed labels, at a probability of 1",
    outcome: "throws",
    naive: () => {
      const [z, target] = [vector("z", 200, 0), vector("target", 0.9, 0.5)];
      return step(z, () => {
        const entropy = sub(softplus(z), mul(z, target));
        return mean(mul(pow(sub(1, sigmoid(z)), 0.5), entropy));
      });
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [0],
      operands: [10, 0, 0.5],
      pair: "10 · ∞",
      fix: ["safe-pow"],
      not: ["safe-norm", "f64-statistics", "logits", "clip-norm", "scale-input"],
      code: "safePow(",
      origin: 'input "z"[0]',
    },
    fixed: () => {
      const [z, target] = [vector("z", 200, 0), vector("target", 0.9, 0.5)];
      const entropy = sub(softplus(z), mul(z, target));
      return [mean(mul(safePow(sub(1, sigmoid(z)), 0.5), entropy)).item()];
    },
    good: [(2e-5 + Math.SQRT1_2 * Math.LN2) / 2],
  },
  {
    ...own,
    id: "field-18",
    name: "an overlap with squares in its divisor, of an empty mask",
    outcome: "throws",
    naive: () => {
      const [z, t] = [matrix("z", [-1, 2], [-3, -4]), matrix("t", [0, 1], [0, 0])];
      return step(z, () => {
        const p = relu(z);
        const both = mul(2, sum(mul(p, t), { axis: 1 }));
        const each = add(sum(square(p), { axis: 1 }), sum(square(t), { axis: 1 }));
        return mean(sub(1, div(both, each)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "epsilon-inside"],
      not: ["safe-norm", "f64-statistics", "softmax"],
    },
    fixed: () => {
      const [p, t] = [relu(matrix("z", [-1, 2], [-3, -4])), matrix("t", [0, 1], [0, 0])];
      const both = mul(2, sum(mul(p, t), { axis: 1 }));
      const each = add(sum(square(p), { axis: 1 }), sum(square(t), { axis: 1 }));
      return [mean(sub(1, safeDiv(both, each))).item()];
    },
    good: [0.6],
  },
  {
    source: "Zzh-tju/DIoU-pytorch-detectron#19",
    id: "field-19",
    name: "the overlap of boxes without area",
    outcome: "throws",
    naive: () => {
      const [found, truth] = boxes();
      return step(found.right, () => mean(sub(1, overlap(found, truth, div))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["log1p", "expm1", "safe-norm", "exclusive-product"],
    },
    fixed: () => {
      const [found, truth] = boxes();
      return outcomeOf(step(found.right, () => mean(sub(1, overlap(found, truth, safeDiv)))));
    },
    // d(1/7) by the right side: common grows by 1, and so does what is covered.
    good: [(6 / 7 + 1) / 2, -((7 - 1) / 49) / 2, 0],
    tolerance: 1e-2,
  },
  {
    source: "tensorflow/addons#914",
    id: "field-20",
    name: "the aspect of padded boxes, under a mask that multiplies",
    outcome: "throws",
    naive: () => {
      const [tw, th] = [vector("tw", 2, 0), vector("th", 1, 0)];
      const [w, h] = [vector("w", 1, 1), vector("h", 1, 1)];
      const aspect = (width: Tensor, height: Tensor) => atan(div(width, height));
      return step(w, () =>
        sum(mul(vector("mask", 1, 0), square(sub(aspect(tw, th), aspect(w, h))))),
      );
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["clip-norm", "scale-input"],
      code: "safeDiv(tw, th)",
    },
    fixed: () => {
      const aspect = atan(divNoNan(vector("tw", 2, 0), vector("th", 1, 0)));
      return valuesOf(mul(vector("mask", 1, 0), square(sub(aspect, Math.PI / 4))));
    },
    good: [(Math.atan(2) - Math.PI / 4) ** 2, 0],
  },
  {
    source: "facebookresearch/swav#67",
    id: "field-21",
    name: "embeddings normalised by hand, one of which is 0, in a contrastive loss",
    outcome: "throws",
    naive: () => {
      const x = matrix("emb", [3, 4], [0, 0]);
      const normalised = (v: Tensor) => div(v, sqrt(sum(square(v), ROWS)));
      const keys = matrix("keys", [1, 0], [0, 1]);
      return step(x, () => crossEntropy(div(matmul(normalised(x), keys), 0.07), [0, 1]));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-norm"],
      not: ["softmax", "finite-mask", "f64-statistics", "impute"],
      code: "safeNorm(emb, { axis: 1, keepDims: true }) instead of sqrt(sum(square(emb), { axis: 1, keepDims: true }))",
      origin: 'input "emb"[1',
    },
    fixed: () => {
      const x = matrix("emb", [3, 4], [0, 0]);
      return valuesOf(div(x, safeNorm(x, ROWS)));
    },
    good: [0.6, 0.8, 0, 0],
  },
  {
    ...own,
    id: "field-22",
    name: "a contrastive loss written out, with a learnt temperature",
    outcome: "throws",
    naive: () => {
      const sim = matrix("sim", [1, 0.2], [0.1, 0.9]);
      const scale = vector("logit_scale", Math.log(100));
      return step(scale, () => {
        const e = exp(mul(sim, exp(scale)));
        const own = sum(mul(e, matrix("eye", [1, 0], [0, 1])), { axis: 1 });
        return neg(mean(log(div(own, sum(e, { axis: 1 })))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [INF, INF],
      pair: "∞ / ∞",
      fix: ["log-softmax", "logsumexp"],
      not: ["sigmoid", "tanh", "impute", "f64-statistics", "safe-div"],
    },
    fixed: () => valuesOf(softmax(mul(matrix("sim", [1, 0.2], [0.1, 0.9]), 100))),
    good: [1, Math.exp(-80), Math.exp(-80), 1],
    tolerance: 1e-3,
  },
  {
    ...own,
    id: "field-23",
    name: "a triplet whose anchor is its positive",
    outcome: "throws",
    naive: () => {
      const a = matrix("anchor", [1, 2], [0, 1]);
      const [p, n] = [matrix("positive", [1, 2], [0, 3]), matrix("negative", [1, 2.1], [4, 1])];
      return step(a, () => triplet(distance(a, p), distance(a, n)));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [0.5, 0],
      pair: "0.5 · ∞",
      fix: ["safe-norm", "safe-sqrt"],
      not: ["f64-statistics", "impute", "restore-parameter", "clip-norm"],
    },
    fixed: () => {
      const a = matrix("anchor", [1, 2], [0, 1]);
      const [p, n] = [matrix("positive", [1, 2], [0, 3]), matrix("negative", [1, 2.1], [4, 1])];
      const length = (x: Tensor) => norm2(x, { axis: 1 });
      return [step(a, () => triplet(length(sub(a, p)), length(sub(a, n)))).loss];
    },
    good: [0.05],
    tolerance: 1e-4,
  },
  {
    ...own,
    id: "field-24",
    name: "a margin between twins, chosen by where",
    outcome: "throws",
    naive: () => {
      const [a, b] = [matrix("a", [1, 1], [0, 0]), matrix("b", [1, 1], [3, 4])];
      return step(a, () => {
        const d = sqrt(sumSquares(sub(a, b), { axis: 1 }));
        return mean(where(vector("same", 0, 1), square(d), square(relu(sub(1, d)))));
      });
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [-1, 0],
      pair: "-1 · ∞",
      fix: ["safe-norm"],
      not: ["f64-statistics", "safe-acos", "clip-norm"],
    },
    fixed: () => {
      const [a, b] = [matrix("a", [1, 1], [0, 0]), matrix("b", [1, 1], [3, 4])];
      return outcomeOf(
        step(a, () => {
          const d = norm2(sub(a, b), { axis: 1 });
          return mean(where(vector("same", 0, 1), square(d), square(relu(sub(1, d)))));
        }),
      );
    },
    good: [13, 0, 0, -3, -4],
  },
  {
    ...own,
    id: "field-25",
    name: "two networks against each other, by logarithms of probabilities",
    outcome: "throws",
    naive: () => {
      const [real, fake] = [matrix("real", [2]), matrix("fake", [30])];
      return fit(adam({ lr: 1e-3 }), { "judge.w": [[1]] }, 1, (p) => {
        const judge = (x: Tensor) => sigmoid(matmul(x, p["judge.w"]));
        return neg(add(mean(log(judge(real))), mean(log(sub(1, judge(fake))))));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logits"],
      not: ["safe-norm", "log1p", "log-softmax", "expm1"],
      code: "logSigmoid(neg(matmul(fake, judge.w))) instead of log(sub(1, sigmoid(matmul(fake, judge.w))))",
      origin: 'input "fake"[0, 0]',
    },
    fixed: () => {
      const [real, fake] = [matrix("real", [2]), matrix("fake", [30])];
      return [add(mean(softplus(neg(real))), mean(softplus(fake))).item()];
    },
    good: [Math.log1p(Math.exp(-2)) + 30],
  },
  {
    source: "KevinMusgrave/pytorch-metric-learning#107",
    id: "field-26",
    name: "the mean over triplets that still count, of which there are none",
    outcome: "throws",
    naive: () => {
      const gap = vector("gap", -1, -2);
      return step(gap, () => {
        const left = relu(gap);
        return div(sum(left), sum(greater(left, 0)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["softmax", "f64-statistics"],
      code: "divNoNan(",
    },
    fixed: () => {
      const gap = vector("gap", -1, -2);
      const left = () => relu(gap);
      return outcomeOf(step(gap, () => divNoNan(sum(left()), sum(greater(left(), 0)))));
    },
    good: [0, 0, 0],
  },
  {
    ...own,
    id: "field-27",
    name: "a cross entropy with soft labels, from a softmax that underflows",
    outcome: "throws",
    naive: () => {
      const [z, target] = [matrix("z", [0, -200]), matrix("target", [1, 0])];
      return step(z, () => neg(sum(mul(target, log(softmax(z))))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 1],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["log-softmax"],
      not: ["finite-mask", "impute"],
      code: "logSoftmax(",
    },
    fixed: () => {
      const [z, target] = [matrix("z", [0, -200]), matrix("target", [1, 0])];
      return outcomeOf(step(z, () => neg(sum(mul(target, logSoftmax(z))))));
    },
    good: [0, 0, 0],
  },
];

// ── Geometry ─────────────────────────────────────────────────────────────────────────────────────

/** What an inverse hyperbolic cosine is taken of: the distance of points of a disk. */
const stretched = (u: Tensor, v: Tensor): Tensor => {
  const shrunk = (x: Tensor) => sub(1, sum(square(x), { axis: 1 }));
  const apart = sum(square(sub(u, v)), { axis: 1 });
  return add(1, div(mul(2, apart), mul(shrunk(u), shrunk(v))));
};

const geometry: readonly NanCase[] = [
  {
    ...own,
    id: "field-28",
    name: "the hyperbolic distance of a point from itself",
    outcome: "throws",
    naive: () => {
      const [u, v] = [matrix("u", [0.1, 0.2], [0.5, 0]), matrix("v", [0.1, 0.2], [0, 0])];
      return step(u, () => sum(acosh(stretched(u, v))));
    },
    says: {
      op: "acosh",
      phase: "backward",
      index: [0],
      operands: [1, 1],
      pair: "1 · ∞",
      fix: ["clip-input", "mask-before"],
      not: ["epsilon-inside", "safe-norm", "f64-statistics", "safe-acos"],
      code: "acosh(",
    },
    fixed: () => {
      const [u, v] = [matrix("u", [0.1, 0.2], [0.5, 0]), matrix("v", [0.1, 0.2], [0, 0])];
      return [
        step(u, () => {
          const x = stretched(u, v);
          const on = greater(x, 1);
          return sum(where(on, acosh(where(on, x, 2)), 0));
        }).loss,
      ];
    },
    good: [Math.log(3)],
  },
  {
    ...own,
    id: "field-29",
    name: "a quaternion of zeros, normalised",
    outcome: "throws",
    naive: () => {
      const [w, x] = [vector("w", 1, 0), vector("x", 1, 0)];
      const [y, z] = [vector("y", 1, 0), vector("z", 1, 0)];
      const length = sqrt(add(add(mul(w, w), mul(x, x)), add(mul(y, y), mul(z, z))));
      return div(w, length).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-norm", "safe-div"],
      not: ["log1p", "expm1", "f64-statistics"],
      code: "safeDiv(w, ",
    },
    fixed: () => valuesOf(safeDiv(vector("w", 1, 0), vector("length", 2, 0))),
    good: [0.5, 0],
  },
  {
    ...own,
    id: "field-30",
    name: "an angle in doubles whose cosine is one rounding above 1",
    outcome: "throws",
    naive: () => acos(tensor([1 + 2 ** -52, 0.5], { name: "cosine", dtype: "float64" })).toArray(),
    says: {
      op: "acos",
      phase: "forward",
      index: [0],
      operands: [1],
      pair: "acos(1.0000000000000002) = NaN",
      fix: ["safe-acos"],
      not: ["scale-input", "epsilon-inside"],
      code: "safeAcos(cosine)",
    },
    fixed: () =>
      valuesOf(
        safeAcos(tensor([1 + 2 ** -52, 0.5], { name: "cosine", dtype: "float64" })) as never,
      ),
    good: [Math.acos(1 - 1e-6), Math.acos(0.5)],
  },
  {
    ...own,
    id: "field-31",
    name: "the distance of antipodes on a sphere",
    outcome: "throws",
    naive: () => {
      const [sin, cos] = [vector("sin", 0.6, 0.1), vector("cos", 0.8000002, 0.2)];
      return step(cos, () => mean(mul(2, asin(sqrt(add(square(sin), square(cos)))))));
    },
    says: {
      op: "asin",
      phase: "forward",
      index: [0],
      operands: [1.0000001],
      pair: "asin(1.00000",
      fix: ["safe-acos"],
      not: ["safe-norm", "f64-statistics", "safe-sqrt"],
      code: "safeAsin(",
    },
    fixed: () => valuesOf(safeAsin(vector("x", 1.0000001, 0.5))),
    good: [Math.asin(1 - 1e-6), Math.asin(0.5)],
    tolerance: 1e-4,
  },
  {
    ...own,
    id: "field-32",
    name: "weights by inverse squares of distances, at a known point",
    outcome: "throws",
    naive: () => {
      const [d, value] = [vector("d", 0, 2), vector("value", 5, 7)];
      const weight = pow(d, -2);
      return div(sum(mul(weight, value)), sum(weight)).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [INF, INF],
      pair: "∞ / ∞",
      fix: ["safe-pow"],
      not: ["softmax", "sigmoid", "scale-input", "f64-statistics", "safe-div"],
      code: "safePow(d, -2)",
    },
    fixed: () => {
      const weight = safePow(vector("d", 0, 2), -2);
      return [div(sum(mul(weight, vector("value", 5, 7))), sum(weight)).item()];
    },
    good: [5],
  },
  {
    ...own,
    id: "field-33",
    name: "a projection on a vector whose squares overflow",
    outcome: "alarm",
    naive: () => {
      const [u, v] = [vector("u", 1e25, 1), vector("v", 1, 1)];
      return div(sum(mul(u, v)), sumSquares(u)).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [1e25, INF],
      pair: "/ ∞ = 0",
      absorbed: ["div forward"],
      fix: ["f64-statistics", "scale-input"],
      not: ["safe-div"],
    },
    fixed: () => {
      const [u, v] = [vector("u", 1e25, 1), vector("v", 1, 1)];
      const length = norm2(u);
      return [div(div(sum(mul(u, v)), length), length).item()];
    },
    good: [1e-25],
  },
];

// ── Layers ───────────────────────────────────────────────────────────────────────────────────────

const layers: readonly NanCase[] = [
  {
    ...own,
    id: "field-34",
    name: "a batch norm with a batch of one",
    outcome: "throws",
    naive: () => {
      const x = tensor([[5, 7]], { name: "x", columns: ["age", "fare"], rows: [17] });
      const standardised = div(sub(x, mean(x, COLUMNS)), sqrt(variance(x, COLUMNS)));
      return standardised.toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "epsilon-inside"],
      not: ["f64-statistics", "safe-norm"],
      code: "safeDiv(",
      origin: 'input "x"[0, 0] (column "age", row 17)',
    },
    fixed: () => {
      const x = matrix("x", [5, 7]);
      return valuesOf(safeDiv(sub(x, mean(x, COLUMNS)), sqrt(variance(x, COLUMNS))));
    },
    good: [0, 0],
  },
  {
    ...own,
    id: "field-35",
    name: "a norm by rsqrt in inference, whose squares overflow",
    outcome: "alarm",
    naive: () => {
      const x = matrix("x", [1e20, 2e20]);
      return mul(x, rsqrt(mean(square(x), ROWS))).toArray();
    },
    says: {
      op: "rsqrt",
      phase: "forward",
      index: [0, 0],
      operands: [INF],
      pair: "rsqrt(∞) = 0",
      absorbed: ["rsqrt forward"],
      fix: ["f64-statistics", "scale-input"],
      not: ["safe-sqrt", "epsilon-inside"],
    },
    fixed: () => {
      const x = matrix("x", [1e20, 2e20]);
      return valuesOf(div(x, div(norm2(x, ROWS), Math.SQRT2)));
    },
    good: [Math.sqrt(0.4), Math.sqrt(1.6)],
  },
  {
    ...own,
    id: "field-36",
    name: "the logarithm of a padding mask, added to scores",
    outcome: "throws",
    naive: () => {
      const [scores, mask] = [matrix("scores", [1, 2], [3, 4]), matrix("mask", [1, 0], [0, 0])];
      const values = matrix("values", [1], [2]);
      return step(scores, () => sum(matmul(softmax(add(scores, log(mask))), values)));
    },
    says: {
      op: "softmax",
      phase: "forward",
      index: [1, 0],
      operands: [-INF],
      pair: "-∞ − (-∞)",
      fix: ["finite-mask"],
      not: ["impute", "log-softmax", "logits", "xlogy"],
      stage: "exp(x − max)",
    },
    fixed: () => {
      const [scores, mask] = [matrix("scores", [1, 2], [3, 4]), matrix("mask", [1, 0], [0, 0])];
      return valuesOf(softmax(where(mask, scores, -1e9)));
    },
    good: [1, 0, 0.5, 0.5],
  },
  {
    ...own,
    id: "field-37",
    name: "attention that is masked after its softmax, and normalised again",
    outcome: "throws",
    naive: () => {
      const [scores, keep] = [matrix("scores", [1, 2], [3, 4]), matrix("keep", [1, 0], [0, 0])];
      return step(scores, () => {
        const left = mul(softmax(scores), keep);
        return sum(square(div(left, sum(left, ROWS))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["softmax", "safe-norm", "exclusive-product", "f64-statistics"],
      code: "divNoNan(",
      origin: 'input "keep"[1',
    },
    fixed: () => {
      const left = mul(softmax(matrix("scores", [1, 2], [3, 4])), matrix("keep", [1, 0], [0, 0]));
      return valuesOf(divNoNan(left, sum(left, ROWS)));
    },
    good: [1, 0, 0, 0],
  },
  {
    ...own,
    id: "field-38",
    name: "a recurrent state that grows 3e9-fold a step",
    outcome: "throws",
    naive: () => {
      const start = {
        "cell.in": [[1, 1]],
        "cell.state": [
          [3e9, 0],
          [0, 3e9],
        ],
      };
      return fit(sgd({ lr: 0.1 }), start, 1, (p) => {
        let h: Operandish = tensor([[0, 0]]);
        for (let t = 0; t < 6; t++) {
          h = relu(add(matmul(tensor([[1]]), p["cell.in"]), matmul(h, p["cell.state"])));
        }
        return mean(h);
      });
    },
    says: {
      op: "matmul",
      phase: "forward",
      index: [0, 0],
      operands: [3e9],
      pair: "= ∞",
      fix: ["clip-norm", "lower-lr", "scale-input"],
      not: ["impute", "mask-before", "f64-statistics"],
    },
    fixed: () => {
      let h: Tensor = tensor([[0]]);
      for (let t = 0; t < 6; t++) h = relu(add(1, matmul(h, tensor([[0.5]]))));
      return valuesOf(h);
    },
    good: [1.96875],
  },
  {
    ...own,
    id: "field-39",
    name: "a gate that is negative, under a logarithm",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1], [2]);
      return fit(adam({ lr: 0.1 }), { w: [[-0.5]] }, 3, ({ w }) =>
        neg(mean(log(tanh(matmul(x, w))))),
      );
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 0],
      operands: [Math.tanh(-0.5)],
      pair: "log(-0.462117) = NaN",
      fix: ["safe-log", "mask-before"],
      not: ["epsilon-inside", "restore-parameter", "logits", "log-softmax"],
    },
    fixed: () => valuesOf(logSigmoid(vector("z", -0.5, -1))),
    good: [-Math.log1p(Math.exp(0.5)), -Math.log1p(Math.E)],
  },
  {
    ...own,
    id: "field-40",
    name: "a mean over neighbours, of a node that has none",
    outcome: "masked",
    naive: () => {
      const x = matrix("x", [1], [2], [3]);
      const edges = matrix("edges", [0, 1, 0], [1, 0, 0], [0, 0, 0]);
      const degree = sum(edges, ROWS);
      return step(x, () =>
        sum(square(where(greater(degree, 0), div(matmul(edges, x), degree), 0))),
      );
    },
    says: {
      op: "div",
      phase: "forward",
      index: [2, 0],
      operands: [0, 0],
      pair: "0 / 0",
      absorbed: ["where forward"],
      fix: ["double-where", "mask-before", "safe-div"],
      not: ["f64-statistics", "safe-norm"],
      code: "where(greater(sum(edges, { axis: 1, keepDims: true }), 0), div(matmul(edges, x), where(greater(",
    },
    fixed: () => {
      const x = matrix("x", [1], [2], [3]);
      const edges = matrix("edges", [0, 1, 0], [1, 0, 0], [0, 0, 0]);
      return outcomeOf(step(x, () => sum(square(safeDiv(matmul(edges, x), sum(edges, ROWS))))));
    },
    good: [5, 2, 4, 0],
  },
  {
    ...own,
    id: "field-41",
    name: "noise −log(−log u) with a u of 1, in a softmax",
    outcome: "throws",
    naive: () => {
      const [z, u] = [matrix("z", [0, 0]), matrix("u", [0.5, 1])];
      const noise = neg(log(neg(log(u))));
      return step(z, () => sum(square(softmax(div(add(z, noise), 0.5)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 1],
      operands: [0],
      pair: "= -∞",
      fix: ["safe-log"],
      not: ["finite-mask", "logits", "log-softmax", "log1p", "impute"],
      code: "safeLog(",
      origin: 'input "u"[0, 1]',
    },
    fixed: () => {
      const noise = neg(safeLog(neg(log(matrix("u", [0.5, 1])))));
      return valuesOf(softmax(noise));
    },
    good: [1e-12 / Math.LN2, 1],
    tolerance: 1e-3,
  },
  {
    ...own,
    id: "field-42",
    name: "scaling to given marginals, with a kernel that underflows",
    outcome: "throws",
    naive: () => {
      const cost = matrix("cost", [5, 6], [0, 1]);
      const kernel = exp(neg(div(cost, 1e-3)));
      const [a, b] = [matrix("a", [0.5], [0.5]), matrix("b", [0.5], [0.5])];
      let v: Tensor = b;
      let u: Tensor = a;
      for (let i = 0; i < 2; i++) {
        u = div(a, matmul(kernel, v));
        v = div(b, matmul(kernel, u));
      }
      return u.toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0.5, 0],
      pair: "0.5 / 0",
      fix: ["log-domain"],
      not: ["safe-div", "expm1", "log1p", "clip-input", "sigmoid"],
      origin: 'input "cost"[0',
      absorbed: ["div forward"],
    },
    fixed: () => {
      const [z, v] = [neg(div(matrix("cost", [5, 6], [0, 1]), 1e-3)), vector("v", 0.5, 0.5)];
      return valuesOf(sub(Math.log(0.5), logsumexp(add(z, log(v)), { axis: 1 })));
    },
    good: [5000, 0],
  },
  {
    ...own,
    id: "field-43",
    name: "an op of one's own: the log-determinant of a singular matrix",
    outcome: "throws",
    naive: () => {
      const logdet = customOp({
        name: "logdet",
        shape: () => [],
        forward: ({ inputs: [m] }) => {
          const [a = 0, b = 0, c = 0, d = 0] = m;
          return [Math.log(a * d - b * c)];
        },
      });
      return logdet(matrix("covariance", [2, 4], [1, 2])).item();
    },
    says: {
      op: "logdet",
      phase: "forward",
      index: [],
      operands: [4],
      pair: "= -∞",
      fix: ["double-where", "epsilon-inside"],
      not: ["scale-input", "clip-norm", "impute"],
      code: "covariance",
    },
    fixed: () => [log(tensor(2.1 * 2.1 - 4)).item()],
    good: [Math.log(0.41)],
  },
];

// ── Training ─────────────────────────────────────────────────────────────────────────────────────

const training: readonly NanCase[] = [
  {
    ...own,
    id: "field-44",
    name: "a learning rate that suits one column and not the other",
    outcome: "throws",
    naive: () => {
      const [x, y] = [matrix("x", [1, 0], [0, 2]), matrix("y", [3], [4])];
      return fit(sgd({ lr: 3 }), { w: [[0], [0]] }, 100, ({ w }) => mse(matmul(x, w), y));
    },
    says: {
      op: "sgd",
      phase: "optimizer",
      index: [1, 0],
      operands: [],
      pair: "from gradient of w",
      fix: ["lower-lr"],
      not: ["restore-parameter", "impute"],
    },
    fixed: () => {
      const [x, y] = [matrix("x", [1, 0], [0, 2]), matrix("y", [3], [4])];
      return fit(sgd({ lr: 0.4 }), { w: [[0], [0]] }, 60, ({ w }) => mse(matmul(x, w), y));
    },
    good: [3, 2],
  },
  {
    ...own,
    id: "field-45",
    name: "a weight decay that overshoots: each step turns the weight around, and makes it larger",
    outcome: "throws",
    naive: () =>
      fit(adam({ lr: 0.5, weightDecay: 5 }), { w: [1] }, 400, ({ w }) => mean(square(sub(w, 3)))),
    says: {
      op: "adam",
      phase: "optimizer",
      index: [0],
      operands: [],
      pair: "w",
      fix: ["lower-lr"],
      // It is not the gradient that makes it grow: Adam's step does not depend on its size.
      not: ["clip-norm", "scale-input", "impute"],
    },
    fixed: () => fit(adam({ lr: 0.05 }), { w: [1] }, 1000, ({ w }) => mean(square(sub(w, 3)))),
    good: [3],
    tolerance: 1e-2,
  },
  {
    ...own,
    id: "field-46",
    name: "a weight of ∞ in a checkpoint, beside an input of 0",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [2, 0]);
      const stored = { "fc.weight": [[1], [INF]] };
      return fit(sgd({ lr: 0.1 }), stored, 1, (p) => mean(square(matmul(x, p["fc.weight"]))));
    },
    says: {
      op: "parameter",
      phase: "parameter",
      index: [1, 0],
      operands: [INF],
      pair: "∞",
      fix: ["restore-parameter"],
      not: ["impute", "mask-before", "scale-input", "select-not-multiply"],
    },
    fixed: () => [mean(square(matmul(matrix("x", [2, 0]), matrix("fc.weight", [1], [3])))).item()],
    good: [4],
  },
  {
    ...own,
    id: "field-47",
    name: "a NaN in a row of an embedding that no token of the batch reads",
    outcome: "throws",
    naive: () => {
      const tokens = matrix("tokens", [1, 0, 0], [0, 1, 0]);
      const table = {
        embedding: [
          [1, 2],
          [3, 4],
          [Number.NaN, 5],
        ],
      };
      return fit(sgd({ lr: 0.1 }), table, 1, ({ embedding }) =>
        mean(square(matmul(tokens, embedding))),
      );
    },
    says: {
      op: "parameter",
      phase: "parameter",
      index: [2, 0],
      operands: [Number.NaN],
      pair: "NaN",
      fix: ["restore-parameter"],
      not: ["impute", "mask-before"],
    },
    fixed: () => [
      mean(
        square(matmul(matrix("tokens", [1, 0], [0, 1]), matrix("embedding", [1, 2], [3, 4]))),
      ).item(),
    ],
    good: [7.5],
  },
  {
    ...own,
    id: "field-48",
    name: "steps of x′ = x² that are too long",
    outcome: "throws",
    naive: () => {
      let x: Tensor = vector("x0", 3, 0.1);
      return noGrad(() => {
        for (let i = 0; i < 8; i++) x = add(x, mul(1, square(x)));
        return x.toArray();
      });
    },
    says: {
      op: "square",
      phase: "forward",
      index: [0],
      operands: [],
      pair: "² = ∞",
      fix: ["keep-size"],
      not: ["scale-input", "clip-norm", "lower-lr", "impute", "f64-statistics"],
      code: "or smaller steps",
      origin: 'input "x0"[0]',
    },
    fixed: () => {
      let x: Tensor = vector("x0", 3, 0.1);
      for (let i = 0; i < 2; i++) x = add(x, mul(0.01, square(x)));
      return valuesOf(x);
    },
    good: [3, 0.1].map((x) => {
      const next = x + 0.01 * x * x;
      return next + 0.01 * next * next;
    }),
  },
  {
    ...own,
    id: "field-49",
    name: "the gain of a filter whose state and sensor are certain",
    outcome: "throws",
    naive: () => {
      const R = vector("R", 0, 1);
      let P: Tensor = vector("P", 0, 1);
      for (let i = 0; i < 2; i++) {
        const gain = div(P, add(P, R));
        P = mul(sub(1, gain), P);
      }
      return sum(P).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["log1p", "expm1", "softmax", "exclusive-product"],
      code: "safeDiv(P, ",
    },
    fixed: () => {
      let P: Tensor = vector("P", 0, 1);
      for (let i = 0; i < 2; i++) P = mul(sub(1, safeDiv(P, add(P, vector("R", 0, 1)))), P);
      return [sum(P).item()];
    },
    good: [1 / 3],
  },
];

// ── Data ─────────────────────────────────────────────────────────────────────────────────────────

const data: readonly NanCase[] = [
  {
    ...own,
    id: "field-50",
    name: "a missing value in a column that is standardised, then fitted",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [20, 1],
          [30, Number.NaN],
          [40, 3],
        ],
        { name: "x", columns: ["age", "income"], rows: [3, 7, 9] },
      );
      const standardised = div(sub(x, mean(x, COLUMNS)), std(x, COLUMNS));
      const y = matrix("y", [1], [2], [3]);
      return fit(sgd({ lr: 0.1 }), { w: [[0], [0]] }, 1, ({ w }) =>
        mean(square(sub(matmul(standardised, w), y))),
      );
    },
    says: {
      op: "input",
      phase: "input",
      index: [1, 1],
      operands: [Number.NaN],
      pair: "NaN",
      fix: ["impute"],
      not: ["fix-labels", "restore-parameter", "clip-norm"],
    },
    fixed: () => {
      const x = matrix("x", [20, 1], [30, 2], [40, 3]);
      return valuesOf(div(sub(x, mean(x, COLUMNS)), std(x, COLUMNS)));
    },
    good: [-1, -1, 0, 0, 1, 1].map((v) => v * Math.sqrt(1.5)),
  },
  {
    ...own,
    id: "field-51",
    name: "a label of −1 under log1p",
    outcome: "throws",
    naive: () => {
      const [pred, label] = [vector("pred", 3, 2), vector("label", 2, -1)];
      return step(pred, () => mean(square(sub(log1p(pred), log1p(label)))));
    },
    says: {
      op: "log1p",
      phase: "forward",
      index: [1],
      operands: [-1],
      pair: "log1p(-1) = -∞",
      fix: ["safe-log"],
      not: ["expm1", "xlogy", "f64-statistics", "epsilon-inside"],
      code: "safeLog(add(1, label))",
    },
    fixed: () => {
      const [pred, label] = [vector("pred", 3, 2), vector("label", 2, -1)];
      const there = greater(label, -1);
      const error = sub(log1p(pred), log1p(where(there, label, 0)));
      return [sum(where(there, square(error), 0)).item()];
    },
    good: [Math.log(4 / 3) ** 2],
  },
  {
    source: "ml5js/ml5-next-gen#204",
    id: "field-52",
    name: "a column scaled to 0 … 1 that has one value only",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [5, 10],
          [5, 30],
        ],
        { name: "x", columns: ["hour", "temperature"], rows: [0, 1] },
      );
      const [low, high] = [min(x, COLUMNS), max(x, COLUMNS)];
      return div(sub(x, low), sub(high, low)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
      not: ["expm1", "softmax", "f64-statistics", "safe-norm"],
      code: "divNoNan(",
      origin: 'input "x"[0, 0] (column "hour", row 0)',
    },
    fixed: () => {
      const x = matrix("x", [5, 10], [5, 30]);
      const low = min(x, COLUMNS);
      return valuesOf(divNoNan(sub(x, low), sub(max(x, COLUMNS), low)));
    },
    good: [0, 0, 0, 1],
  },
  {
    source: "tensorflow/tensorflow#46145",
    id: "field-53",
    name: "changes in percent from a price of 0",
    outcome: "throws",
    naive: () => {
      const [prev, next] = [vector("prev", 2, 0), vector("next", 3, 5)];
      const change = div(sub(next, prev), prev);
      const y = vector("y", 1, 0);
      return fit(sgd({ lr: 0.1 }), { w: [1] }, 1, ({ w }) => mse(mul(change, w), y));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [5, 0],
      pair: "5 / 0",
      fix: ["safe-div"],
      // 5 of nothing is no change of 0 %.
      not: ["div-no-nan", "divide-where", "clip-norm", "lower-lr", "expm1", "f64-statistics"],
      code: "where(notEqual(prev, 0), div(sub(next, prev), where(notEqual(prev, 0), prev, 1)), 0)",
    },
    fixed: () => {
      const [prev, next] = [vector("prev", 2, 0), vector("next", 3, 5)];
      const known = greater(prev, 0);
      return valuesOf(where(known, div(sub(next, prev), where(known, prev, 1)), 0));
    },
    good: [0.5, 0],
  },
  {
    ...own,
    id: "field-54",
    name: "the logarithm of a deviation, of a column that is constant",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [1, 5],
          [3, 5],
        ],
        { name: "x", columns: ["load", "site"], rows: [8, 9] },
      );
      return mean(log(std(x, { axis: 0 }))).item();
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
      not: ["f64-statistics", "safe-norm", "log-softmax"],
      origin: 'input "x"[0, 1] (column "site", row 8)',
    },
    fixed: () => valuesOf(safeLog(std(matrix("x", [1, 5], [3, 5]), { axis: 0 }))),
    good: [0, Math.log(1e-12)],
  },
  {
    ...own,
    id: "field-55",
    name: "logarithmic returns of a price that fell below 0",
    outcome: "throws",
    naive: () => {
      const [price, next] = [vector("price", 20, -37), vector("next", -37, 10)];
      return mean(log(div(next, price))).item();
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [-1.85],
      pair: "log(-1.85) = NaN",
      fix: ["safe-log", "mask-before"],
      not: ["epsilon-inside", "safe-div", "impute"],
      origin: 'input "next"[0]',
    },
    fixed: () => valuesOf(sub(vector("next", -37, 10), vector("price", 20, -37))),
    good: [-57, 47],
  },
  {
    ...own,
    id: "field-56",
    name: "a power transform of a negative number",
    outcome: "throws",
    naive: () => {
      const [x, lambda] = [vector("x", -0.5, 2), vector("lambda", 0.3)];
      return step(lambda, () => mean(div(sub(pow(x, lambda), 1), lambda)));
    },
    says: {
      op: "pow",
      phase: "forward",
      index: [0],
      operands: [-0.5, 0.3],
      pair: "pow(-0.5, 0.3) = NaN",
      fix: ["safe-pow"],
      not: ["clip-norm", "expm1", "epsilon-inside", "safe-div"],
      code: "safePow(x, lambda)",
    },
    fixed: () => valuesOf(safePow(vector("x", -0.5, 2), 0.3)),
    good: [1e-12 ** 0.3, 2 ** 0.3],
  },
  {
    ...own,
    id: "field-57",
    name: "decibels as a power of 10",
    outcome: "throws",
    naive: () => {
      const db = vector("db", 30, 400);
      return step(db, () => sum(pow(10, div(db, 10))));
    },
    says: {
      op: "pow",
      phase: "forward",
      index: [1],
      operands: [10, 40],
      pair: "pow(10, 40) = ∞",
      fix: ["scale-input", "clip-input"],
      not: ["safe-pow", "safe-div", "clip-norm"],
      code: "db",
      origin: 'input "db"[1]',
    },
    fixed: () => valuesOf(pow(10, div(vector("db", 30), 10))),
    good: [1000],
  },
  {
    ...own,
    id: "field-58",
    name: "the level of silence, in doubles",
    outcome: "throws",
    naive: () => {
      const power = tensor([0, 100], { name: "power", dtype: "float64" });
      return mul(10, log10(power)).toArray();
    },
    says: {
      op: "log10",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log10(0) = -∞",
      fix: ["safe-log"],
      not: ["xlogy", "log-sum"],
      code: "mul(safeLog(power), Math.LOG10E)",
    },
    fixed: () => valuesOf(mul(10, mul(safeLog(vector("power", 0, 100)), Math.LOG10E))),
    good: [-120, 20],
  },
  {
    ...own,
    id: "field-59",
    name: "a double that becomes ∞ as a float, and is then divided by the largest",
    outcome: "throws",
    naive: () => {
      const far = tensor([1, 1e39], { name: "distance", dtype: "float64" });
      const near = cast(far, "float32");
      return div(near, max(near)).toArray();
    },
    says: {
      op: "cast",
      phase: "forward",
      index: [1],
      operands: [1e39],
      pair: "float32(1e+39) = ∞",
      absorbed: ["div forward"],
      fix: ["cast-range"],
      not: ["safe-div", "impute", "finite-mask", "f64-statistics"],
      code: "scale distance",
    },
    fixed: () => {
      const far = tensor([1, 1e39], { name: "distance", dtype: "float64" });
      return valuesOf(cast(div(far, max(far)), "float32"));
    },
    good: [0, 1],
  },
  {
    ...own,
    id: "field-60",
    name: "the geometric mean of a row with a 0",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const x = vector("x", 4, 0);
      return step(x, () => exp(mean(log(x))));
    },
    says: {
      op: "log",
      phase: "backward",
      index: [1],
      operands: [0, 0],
      pair: "0 · ∞",
      absorbed: ["exp forward"],
      fix: ["epsilon-inside"],
      not: ["safe-log", "double-where"],
      code: "log(add(x, 1e-12))",
    },
    fixed: () => {
      const x = vector("x", 4, 0);
      return outcomeOf(step(x, () => exp(mean(log(add(x, 1e-12))))));
    },
    good: [2e-6, 2.5e-7, 1e6],
  },
];

// ── Safe functions, and what is right as it is ───────────────────────────────────────────────────

const guarded: readonly NanCase[] = [
  {
    ...own,
    id: "field-61",
    name: "a safe division of a number so large that its epsilon does not help",
    outcome: "throws",
    naive: () => safeDiv(vector("x", 1e30, 1), vector("n", 0, 2)).toArray(),
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [1e30, 1e-12],
      pair: "1e+30 / 1e-12 = ∞",
      fix: ["scale-input", "double-where"],
      not: ["safe-div", "div-no-nan", "epsilon-inside"],
    },
    fixed: () => {
      const n = vector("n", 0, 2);
      const known = greater(n, 0);
      return valuesOf(where(known, div(vector("x", 1e30, 1), where(known, n, 1)), 0));
    },
    good: [0, 0.5],
  },
  {
    ...own,
    id: "field-62",
    name: "a division by a safe root, which is 0 at 0",
    outcome: "throws",
    naive: () => {
      const v = matrix("v", [0, 0], [3, 4]);
      return div(v, safeSqrt(sum(square(v), ROWS))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-norm"],
      not: ["safe-sqrt", "f64-statistics"],
    },
    fixed: () => {
      const v = matrix("v", [0, 0], [3, 4]);
      return valuesOf(div(v, safeNorm(v, ROWS)));
    },
    good: [0, 0, 0.6, 0.8],
  },
  {
    ...own,
    id: "field-63",
    name: "an epsilon that is 0 in float32",
    outcome: "throws",
    naive: () => {
      const p = vector("p", 0, 0.5);
      return step(p, () => neg(mean(log(add(p, 1e-46)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
      not: ["log1p", "logits"],
      code: "safeLog(",
      origin: 'input "p"[0]',
    },
    fixed: () => valuesOf(safeLog(vector("p", 0, 0.5))),
    good: [Math.log(1e-12), -Math.LN2],
  },
  {
    ...own,
    id: "field-64",
    name: "attention to the past alone: right as it is",
    outcome: "silent",
    naive: () => {
      const [scores, causal] = [
        matrix("scores", [1, 2], [3, 4]),
        matrix("causal", [0, -INF], [0, 0]),
      ];
      const values = matrix("values", [1, 2], [3, 4]);
      return step(scores, () => sum(square(matmul(softmax(add(scores, causal)), values))));
    },
    fixed: () => {
      const causal = matrix("causal", [0, -INF], [0, 0]);
      return valuesOf(softmax(add(matrix("scores", [1, 2], [4, 4]), causal)));
    },
    good: [1, 0, 0.5, 0.5],
  },
  {
    ...own,
    id: "field-65",
    name: "a robust loss whose square overflows where it is not chosen: right as it is",
    outcome: "silent",
    naive: () => {
      const error = vector("error", 1e20, 0.5);
      return step(error, () => {
        const size = abs(error);
        return mean(where(less(size, 1), mul(0.5, square(error)), sub(size, 0.5)));
      });
    },
    fixed: () => {
      const error = vector("error", 1e20, 0.5);
      return gradientsOf(
        step(error, () => {
          const size = abs(error);
          return mean(where(less(size, 1), mul(0.5, square(minimum(size, 1))), sub(size, 0.5)));
        }),
      );
    },
    good: [0.5, 0.25],
  },
];

export const field: readonly NanCase[] = [
  ...policies,
  ...likelihoods,
  ...losses,
  ...geometry,
  ...layers,
  ...training,
  ...data,
  ...guarded,
];
