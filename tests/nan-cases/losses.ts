/**
 * Numbers that are lost although nothing overflows: products that become 0, sums that an epsilon stands for, slopes and digits
 * that cancel.
 */
import {
  add,
  clip,
  div,
  exp,
  log,
  logit,
  logSigmoid,
  logSoftmax,
  logsumexp,
  max,
  mean,
  mul,
  neg,
  norm2,
  notEqual,
  parameter,
  pow,
  prod,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  variance,
  where,
} from "../../src/index.js";
import { INF, type NanCase, outcomeOf, ROWS, valuesOf, vector } from "./case.js";

const of = (start: readonly number[] | readonly (readonly number[])[]) =>
  parameter("p", start as number[]);

const likelihood = (start: readonly number[], log_: (p: Tensor) => Tensor) => {
  const p = of(start);
  return valueAndGrad({ p }, () => neg(log_(p)));
};

const EPS = 1e-8;

const rows = (log_: (p: Tensor) => Tensor) => {
  const p = of([
    [0.5, 0.25],
    [1e-30, 1e-30],
  ]);
  return valueAndGrad({ p }, () => neg(mean(log_(p))));
};

const gate = (loss: (z: Tensor) => Tensor, at: number) => {
  const z = parameter("z", [at]);
  return valueAndGrad({ z }, () => sum(loss(z)));
};

const written = (z: Tensor): Tensor => {
  const e = exp(z);
  return div(e, add(1, e));
};

const ranked = (loss: (z: Tensor) => Tensor) => {
  const z = parameter("z", [[0, 200]]);
  return valueAndGrad({ z }, () => neg(sum(mul(loss(z), tensor([[1, 0]])))));
};

const softmaxOf = (z: Tensor): Tensor => {
  const e = exp(sub(z, max(z, ROWS)));
  return div(e, sum(e, ROWS));
};

const near = (loss: (d: Tensor) => Tensor) => {
  const c = parameter("c", [0, 1]);
  return valueAndGrad({ c }, () => neg(loss(square(sub(vector("y", 20, 31), c)))));
};

const level = (n: number) => Array.from({ length: n }, (_, i) => 1000 + i / 1024);

const spread = (of_: (x: Tensor) => Tensor) => valuesOf(of_(vector("x", ...level(16))));

const squares = level(16).map((v) => (v - 1000 - 7.5 / 1024) ** 2);
const varianceOfLevel = squares.reduce((a, b) => a + b, 0) / 16;

const unit = (x: Tensor): Tensor => mul(x, exp(mul(-0.5, log(sum(square(x))))));

export const losses: readonly NanCase[] = [
  {
    id: "lost-1",
    source: "own",
    name: "a likelihood as a product of sixty, with an epsilon",
    outcome: "alarm",
    finite: true,
    naive: () => likelihood(Array(60).fill(0.0625), (p) => log(add(prod(p), EPS))),
    says: {
      op: "prod",
      phase: "forward",
      index: [],
      operands: [0.0625],
      pair: "product of 60 elements = 0",
      fix: ["log-sum"],
      code: "sum(log(p))",
    },
    fixed: () => outcomeOf(likelihood(Array(60).fill(0.0625), (p) => sum(log(p)))).slice(0, 2),
    good: [60 * Math.log(16), -16],
  },
  {
    id: "lost-2",
    source: "own",
    name: "the same by rows, of which one is lost",
    outcome: "alarm",
    finite: true,
    naive: () => rows((p) => log(add(prod(p, { axis: 1 }), EPS))),
    says: {
      op: "prod",
      phase: "forward",
      index: [1],
      operands: [1e-30],
      pair: "product of 2 elements = 0",
      fix: ["log-sum"],
      code: "sum(log(p), { axis: 1 })",
    },
    fixed: () => outcomeOf(rows((p) => sum(log(p), { axis: 1 }))).slice(0, 1),
    good: [-(Math.log(0.125) + 2 * Math.log(1e-30)) / 2],
  },
  {
    id: "lost-3",
    source: "own",
    name: "the product of three small factors, one after the other",
    outcome: "alarm",
    finite: true,
    naive: () => likelihood([1e-20], (p) => sum(log(add(mul(p, mul(p, p)), EPS)))),
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [1e-20],
      pair: "1e-20 · 9.99995e-41 = 0",
      fix: ["cancel-log"],
      code: "mul(2, log(abs(p)))",
    },
    fixed: () => outcomeOf(likelihood([1e-20], (p) => sum(mul(3, log(p))))).slice(0, 1),
    good: [-3 * Math.log(1e-20)],
  },
  {
    id: "lost-4",
    source: "own",
    name: "a geometric mean as the root of a product that has become 0",
    outcome: "throws",
    naive: () => likelihood(Array(50).fill(1e-3), (p) => pow(prod(p), 0.02)),
    says: {
      op: "pow",
      phase: "backward",
      index: [],
      operands: [0, 0.02],
      pair: "∞",
      fix: ["log-sum"],
      code: "exp(mul(0.02, sum(log(p)))) instead of pow(prod(p), 0.02)",
    },
    fixed: () =>
      outcomeOf(likelihood(Array(50).fill(1e-3), (p) => exp(mul(0.02, sum(log(p)))))).slice(0, 2),
    good: [-1e-3, -0.02],
  },
  {
    id: "lost-5",
    source: "own",
    name: "a sigmoid written as e^z / (1 + e^z), at the wrong end",
    outcome: "alarm",
    finite: true,
    naive: () => gate((z) => neg(log(add(sub(1, written(z)), EPS))), 50),
    says: {
      op: "div",
      phase: "backward",
      index: [0],
      operands: [],
      pair: "= 1",
      fix: ["logits"],
      code: "sub(softplus(z), mul(z, labels))",
    },
    fixed: () => outcomeOf(gate((z) => neg(logSigmoid(neg(z))), 50)),
    good: [50, 1],
  },
  {
    id: "lost-6",
    source: "own",
    name: "a tanh written out, where both ends are 1",
    outcome: "alarm",
    finite: true,
    naive: () =>
      gate((z) => {
        const e = exp(mul(2, z));
        return square(div(sub(e, 1), add(e, 1)));
      }, 30),
    says: {
      op: "div",
      phase: "backward",
      index: [0],
      operands: [],
      pair: "= 1",
      fix: ["scale-input"],
      not: ["logits"],
      code: "z",
    },
    fixed: () => outcomeOf(gate((z) => square(tanh(mul(1 / 30, z))), 30)),
    good: [Math.tanh(1) ** 2, (2 * Math.tanh(1) * (1 - Math.tanh(1) ** 2)) / 30],
  },
  {
    id: "lost-7",
    source: "own",
    name: "a softmax written out, its maximum taken away, under log(p + ε)",
    outcome: "alarm",
    finite: true,
    naive: () => ranked((z) => log(add(softmaxOf(z), EPS))),
    says: {
      op: "exp",
      phase: "backward",
      index: [0, 0],
      operands: [-200],
      pair: "eˣ",
      fix: ["log-softmax"],
      code: "logSoftmax(z)",
    },
    fixed: () => outcomeOf(ranked(logSoftmax)),
    good: [200, -1, 1],
  },
  {
    id: "lost-8",
    source: "own",
    name: "the logarithm of a sum of distant kernels and an epsilon",
    outcome: "alarm",
    finite: true,
    naive: () => near((d) => log(add(sum(exp(neg(d))), EPS))),
    says: {
      op: "exp",
      phase: "backward",
      index: [0],
      operands: [-400],
      pair: "eˣ",
      fix: ["logsumexp"],
      code: "logsumexp(neg(square(",
    },
    fixed: () => outcomeOf(near((d) => logsumexp(neg(d)))).slice(0, 2),
    good: [400, -40],
  },
  {
    id: "lost-9",
    source: "own",
    name: "a variance as E[x²] − E[x]²",
    outcome: "alarm",
    finite: true,
    naive: () => spread((x) => sub(mean(square(x)), square(mean(x)))),
    says: {
      op: "sub",
      phase: "forward",
      index: [],
      operands: [],
      pair: "where the variance is 0.00002",
      fix: ["f64-statistics"],
      code: "variance(x) instead of sub(mean(square(x)), square(mean(x)))",
    },
    fixed: () => spread(variance),
    good: [varianceOfLevel],
  },
  {
    id: "lost-10",
    source: "own",
    name: "the same of columns, by sums",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const x = tensor(
        level(16).map((v, i) => [i, v]),
        { name: "x" },
      );
      const by = { axis: 0 };
      const centre = div(sum(x, by), 16);
      return valuesOf(sub(div(sum(mul(x, x), by), 16), mul(centre, centre)));
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [1],
      operands: [],
      pair: "where the variance is 0.00002",
      fix: ["f64-statistics"],
      code: "variance",
    },
    fixed: () => {
      const x = tensor(level(16).map((v, i) => [i, v]));
      return valuesOf(variance(x, { axis: 0 }));
    },
    good: [21.25, varianceOfLevel],
  },
  {
    id: "lost-11",
    source: "own",
    name: "divided by a norm in logarithms that has overflown",
    outcome: "alarm",
    finite: true,
    naive: () => valuesOf(unit(vector("x", 3e20, 4e20))),
    says: {
      op: "exp",
      phase: "forward",
      index: [],
      operands: [-INF],
      pair: "exp(-∞) = 0",
      absorbed: ["exp forward"],
      fix: ["f64-statistics", "scale-input"],
    },
    fixed: () => {
      const x = vector("x", 3e20, 4e20);
      return valuesOf(div(x, norm2(x)));
    },
    good: [0.6, 0.8],
  },
  {
    id: "lost-12",
    source: "own",
    name: "log odds of a probability that is 1",
    outcome: "throws",
    naive: () => likelihood([1, 0.5], (p) => sum(log(div(p, sub(1, p))))),
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [1, 0],
      pair: "1 / 0 = ∞",
      fix: ["logit"],
      code: "logit(clip(p, { min: 1e-6, max: 0.999999 })) instead of log(div(p, sub(1, p)))",
    },
    fixed: () =>
      outcomeOf(
        likelihood([1, 0.5], (p) => sum(logit(clip(p, { min: 1e-6, max: 0.999999 })))),
      ).slice(0, 1),
    good: [-13.8155],
    tolerance: 1e-2,
  },
  {
    id: "lost-13",
    source: "own",
    name: "a loss that counts, by a where",
    outcome: "alarm",
    finite: true,
    naive: () => likelihood([1, 2], (p) => mean(where(notEqual(p, vector("y", 1, 3)), 1, 0))),
    says: {
      op: "notEqual",
      phase: "backward",
      index: [0],
      operands: [1, 1],
      pair: "no slope",
      fix: ["slope"],
      code: "square(sub(p, y))",
    },
    fixed: () =>
      outcomeOf(likelihood([1, 2], (p) => mean(square(sub(p, vector("y", 1, 3)))))).slice(0, 1),
    good: [-0.5],
  },
  {
    id: "lost-14",
    source: "own",
    name: "a weight that is ∞, behind a clip",
    outcome: "alarm",
    finite: true,
    naive: () => likelihood([INF, 1], (p) => sum(clip(mul(p, 2), { max: 5 }))),
    says: {
      op: "clip",
      phase: "forward",
      index: [0],
      operands: [INF],
      pair: "clip(∞) = 5",
      absorbed: ["clip forward"],
      fix: ["restore-parameter"],
      code: "initialize p again",
    },
    fixed: () => outcomeOf(likelihood([1, 1], (p) => sum(clip(mul(p, 2), { max: 5 })))).slice(0, 1),
    good: [-4],
  },
];
