/**
 * Numbers that are lost although nothing overflows: products that become 0, sums that an epsilon stands for, slopes and digits
 * that cancel.
 */
import {
  acos,
  add,
  argmax,
  clip,
  cos,
  cosh,
  crossEntropy,
  div,
  exp,
  greater,
  log,
  log1p,
  log10,
  logit,
  logSigmoid,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  mean,
  minimum,
  mul,
  neg,
  norm2,
  notEqual,
  parameter,
  pow,
  prod,
  sin,
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

const weights = (loss: (p: Tensor) => Tensor) => {
  const p = of([[0.7, 0, 0.3]]);
  return valueAndGrad({ p }, () => loss(p));
};

const scales = (softplus_: (s: Tensor) => Tensor) => {
  const s = parameter("s", [100, 1]);
  return valueAndGrad({ s }, () => mean(clip(softplus_(s), { min: 1e-6, max: 1e6 })));
};

const cutOff = (ratio: (l: Tensor, w: Tensor) => Tensor) => {
  const [l, w] = [parameter("l", [90]), parameter("w", [-90])];
  return valueAndGrad({ l, w }, () => sum(clip(ratio(l, w), { max: 5 })));
};

const likelihoods = (): Tensor =>
  tensor(
    [
      [1e-30, 1e-30],
      [1e-25, 1e-25],
    ],
    { name: "lik" },
  );

const far = (): Tensor =>
  tensor(
    [
      [-200, -150],
      [-1, -2],
    ],
    { name: "l" },
  );

const TURNS = [
  [0.6, 0.4],
  [0.3, 0.7],
];

/** A row as a column. */
const reshaped = (a: Tensor): Tensor => sum(mul(a, tensor(UNIT)), ROWS);

const UNIT = [
  [1, 0],
  [0, 1],
];

/** −log of what that model gives, its states scaled in each turn. */
function markov(turns: number): number {
  let a = [0.5, 0.5];
  let sum_ = 0;
  for (let i = 0; i < turns; i++) {
    a = [0, 1].map(
      (j) =>
        ((a[0] ?? 0) * (TURNS[0]?.[j] ?? 0) + (a[1] ?? 0) * (TURNS[1]?.[j] ?? 0)) *
        (j === 0 ? 0.2 : 0.3),
    );
    const total = (a[0] ?? 0) + (a[1] ?? 0);
    sum_ -= Math.log(total);
    a = a.map((v) => v / total);
  }
  return sum_;
}

const waves = () => {
  const k = parameter("k", [1]);
  return valueAndGrad([k], () => {
    const at = mul(k, vector("x", -160, 1, 100));
    const front = div(1, square(add(1, exp(at))));
    return sub(sum(add(div(1, square(cosh(at))), front)), 1);
  });
};

const labelled = (loss: (z: Tensor) => Tensor) => {
  const z = parameter("z", [[0, -800]]);
  return valueAndGrad({ z }, () => loss(z));
};

const gaussian = (deviation: (ls: Tensor) => Tensor) => {
  const [mu, ls] = [parameter("mu", [0.5]), parameter("log_std", [-50])];
  const z = () => div(sub(vector("a", 1), mu), deviation(ls));
  return valueAndGrad([mu, ls], () => neg(mean(sub(mul(-0.5, square(z())), ls))));
};

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
      code: "logSigmoid(neg(z)) instead of log(add(sub(1, div(exp(z), add(1, exp(z)))), 1e-8))",
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
      pair: "where it is 0.00002",
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
      pair: "where it is 0.00002",
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
  {
    id: "lost-15",
    source: "own",
    name: "a squared angle between two directions that are one",
    outcome: "alarm",
    finite: true,
    naive: () => likelihood([1, 0.5], (p) => mean(square(acos(p)))),
    says: {
      op: "acos",
      phase: "backward",
      index: [0],
      operands: [0, 1],
      pair: "0 · -∞ = NaN, taken as 0",
      fix: ["epsilon-inside"],
      not: ["safe-acos"],
      code: "where(greater(p, 0.9999), mul(2, sub(1, p)), square(acos(minimum(p, 0.9999)))) instead of square(acos(p))",
    },
    fixed: () =>
      outcomeOf(
        likelihood([1], (p) =>
          mean(where(greater(p, 0.9999), mul(2, sub(1, p)), square(acos(minimum(p, 0.9999))))),
        ),
      ),
    good: [0, 2],
  },
  {
    id: "lost-27",
    source: "own",
    name: "a wave whose phase is a root of 0",
    outcome: "alarm",
    finite: true,
    naive: () => likelihood([0, 1], (p) => sum(cos(sqrt(p)))),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [0],
      pair: "0 · ∞ = NaN, taken as 0",
      fix: ["epsilon-inside"],
      not: ["safe-sqrt"],
      code: "sqrt(add(p, 1e-12))",
    },
    fixed: () => outcomeOf(likelihood([0], (p) => sum(cos(sqrt(add(p, 1e-12)))))),
    good: [-1, 0.5],
  },
  {
    id: "lost-28",
    source: "own",
    name: "a root of 0 times the sine of it",
    outcome: "alarm",
    finite: true,
    naive: () => likelihood([0, 1], (p) => sum(mul(sqrt(p), sin(sqrt(p))))),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [0],
      pair: "0 · ∞ = NaN, taken as 0",
      fix: ["epsilon-inside"],
    },
    fixed: () =>
      outcomeOf(
        likelihood([0], (p) => {
          const root = sqrt(add(p, 1e-12));
          return sum(mul(root, sin(root)));
        }),
      ),
    good: [-1e-12, -1],
  },
  {
    id: "lost-29",
    source: "own",
    name: "a variance with weights, of numbers far from 0",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const [x, w] = [
        vector("x", 1000, 1000.001, 1000.002, 1000.004),
        vector("w", 0.25, 0.25, 0.25, 0.25),
      ];
      return sub(sum(mul(w, square(x))), square(sum(mul(w, x)))).item();
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [],
      operands: [],
      pair: "where it is 0.00000223",
      fix: ["f64-statistics"],
    },
    fixed: () => [variance(vector("x", 1000, 1000.001, 1000.002, 1000.004)).item()],
    good: [2.2303e-6],
    tolerance: 1e-3,
  },
  {
    id: "lost-30",
    source: "own",
    name: "the same the other way round, of rows",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const x = tensor([[1000, 1000.001, 1000.002, 1000.004]], { name: "x" });
      const [squares, centre] = [
        mul(0.25, sum(square(x), { axis: 1 })),
        mul(0.25, sum(x, { axis: 1 })),
      ];
      return add(neg(square(centre)), squares).toArray();
    },
    says: {
      op: "add",
      phase: "forward",
      index: [0],
      operands: [],
      pair: "where it is 0.00000223",
      fix: ["f64-statistics"],
      code: "variance(x, { axis: 1 }) instead of add(neg(square(mul(0.25, sum(x, { axis: 1 })))), mul(0.25, sum(square(x), { axis: 1 })))",
    },
    fixed: () => [variance(vector("x", 1000, 1000.001, 1000.002, 1000.004)).item()],
    good: [2.2303e-6],
    tolerance: 1e-3,
  },
  {
    id: "lost-31",
    source: "own",
    name: "a product by logarithms of base 10, of numbers one of which is 0",
    outcome: "alarm",
    finite: true,
    naive: () => likelihood([0, 2, 3], (p) => neg(pow(10, sum(log10(p))))),
    says: {
      op: "log10",
      phase: "backward",
      index: [0],
      operands: [0],
      pair: "0 · ∞ = NaN, taken as 0",
      absorbed: ["pow forward"],
      fix: ["epsilon-inside", "prod"],
    },
    fixed: () => outcomeOf(likelihood([0, 2, 3], (p) => neg(prod(p)))),
    good: [0, 6, 0, 0],
  },
  {
    id: "lost-32",
    source: "own",
    name: "a squared angle of rotation, which is twice that of a quaternion",
    outcome: "alarm",
    finite: true,
    naive: () => likelihood([1, 0.5], (p) => sum(square(mul(2, acos(p))))),
    says: {
      op: "acos",
      phase: "backward",
      index: [0],
      operands: [0, 1],
      pair: "0 · -∞ = NaN, taken as 0",
      fix: ["epsilon-inside"],
      not: ["safe-acos"],
      code: "acos(mul(p, 0.999999))",
    },
    fixed: () => outcomeOf(likelihood([1], (p) => sum(square(mul(2, acos(mul(p, 0.999999))))))),
    good: [-8e-6, 8],
    tolerance: 5e-2,
  },
  {
    id: "lost-33",
    source: "own",
    name: "a product by the mean of logarithms, times their number",
    outcome: "alarm",
    finite: true,
    naive: () => likelihood([0, 2, 3], (p) => neg(exp(mul(3, mean(log(p)))))),
    says: {
      op: "log",
      phase: "backward",
      index: [0],
      operands: [0],
      pair: "0 · ∞ = NaN, taken as 0",
      absorbed: ["exp forward"],
      fix: ["epsilon-inside"],
      code: "log(add(p, 1e-12))",
    },
    fixed: () => outcomeOf(likelihood([0, 2, 3], (p) => neg(prod(p)))),
    good: [0, 6, 0, 0],
  },
  {
    id: "lost-16",
    source: "own",
    name: "cross entropy of the logarithm of weights, one of them 0",
    outcome: "alarm",
    finite: true,
    naive: () => weights((p) => crossEntropy(log(p), [0])),
    says: {
      op: "log",
      phase: "backward",
      index: [0, 1],
      operands: [0],
      pair: "0 · ∞ = NaN, taken as 0",
      absorbed: ["crossEntropy forward"],
      fix: ["epsilon-inside"],
      code: "log(add(p, 1e-12))",
    },
    fixed: () => outcomeOf(weights((p) => crossEntropy(log(add(p, 1e-12)), [0]))).slice(1),
    good: [-3 / 7, 1, 1],
  },
  {
    id: "lost-17",
    source: "own",
    name: "a quotient of exponentials, written as a product",
    outcome: "alarm",
    finite: true,
    naive: () => valuesOf(mul(exp(vector("a", 88.5)), exp(vector("b", -110)))),
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "· 0 = 0",
      fix: ["exp-sub"],
      code: "exp(add(a, b)) instead of mul(exp(a), exp(b))",
    },
    fixed: () => valuesOf(exp(add(vector("a", 88.5), vector("b", -110)))),
    good: [Math.exp(-21.5)],
  },
  {
    id: "lost-18",
    source: "own",
    name: "a softplus by hand, held at a bound",
    outcome: "alarm",
    finite: true,
    naive: () => scales((s) => log1p(exp(s))),
    says: {
      op: "clip",
      phase: "forward",
      index: [0],
      operands: [INF],
      pair: "clip(∞) = 1000000",
      absorbed: ["clip forward"],
      fix: ["softplus"],
      code: "softplus(s)",
    },
    fixed: () => outcomeOf(scales(softplus)),
    good: [(100 + Math.log1p(Math.E)) / 2, 0.5, 0.5 / (1 + Math.exp(-1))],
  },
  {
    id: "lost-19",
    source: "own",
    name: "a ratio of probabilities, cut off at 5, of which one factor has overflown",
    outcome: "alarm",
    finite: true,
    naive: () => cutOff((l, w) => mul(exp(l), exp(w))),
    says: {
      op: "clip",
      phase: "forward",
      index: [0],
      operands: [INF],
      pair: "clip(∞) = 5",
      absorbed: ["clip forward"],
      fix: ["exp-sub", "scale-input"],
    },
    fixed: () => outcomeOf(cutOff((l, w) => exp(add(l, w)))),
    good: [1, 1, 1],
  },
  {
    id: "lost-20",
    source: "own",
    name: "the likelier of two that have both become 0",
    outcome: "alarm",
    finite: true,
    naive: () => valuesOf(argmax(exp(vector("lp", -200, -150)))),
    says: {
      op: "argmax",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "= 0",
      origin: 'input "lp"[0]',
      fix: ["compare-before"],
      code: "argmax(lp) instead of argmax(exp(lp))",
    },
    fixed: () => valuesOf(argmax(vector("lp", -200, -150))),
    good: [1],
  },
  {
    id: "lost-21",
    source: "own",
    name: "naive Bayes by products of likelihoods",
    outcome: "alarm",
    finite: true,
    naive: () => valuesOf(argmax(prod(likelihoods(), { axis: 1 }))),
    says: {
      op: "argmax",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "= 0",
      fix: ["log-sum"],
    },
    fixed: () => valuesOf(argmax(sum(log(likelihoods()), { axis: 1 }))),
    good: [1],
  },
  {
    id: "lost-22",
    source: "own",
    name: "a hidden Markov model by probabilities, with an epsilon at the end",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const A = parameter("A", TURNS);
      return valueAndGrad([A], () => {
        let a: Tensor = tensor([[0.5, 0.5]]);
        for (let i = 0; i < 300; i++) a = mul(matmul(a, A), tensor([[0.2, 0.3]]));
        return neg(log(add(sum(a), 1e-12)));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 0],
      operands: [0.2],
      pair: "· 0.2 = 0",
      fix: ["scale-input"],
    },
    fixed: () => {
      const A = parameter("A", TURNS);
      const { loss } = valueAndGrad([A], () => {
        let a: Tensor = tensor([[Math.log(0.5), Math.log(0.5)]]);
        const by = tensor([Math.log(0.2), Math.log(0.3)]);
        for (let i = 0; i < 300; i++) {
          const next = add(reshaped(a), log(A));
          a = add(logsumexp(next, { axis: 0, keepDims: true }), by);
        }
        return neg(logsumexp(a));
      });
      return [loss];
    },
    good: [markov(300)],
  },
  {
    id: "lost-23",
    source: "own",
    name: "responsibilities with an epsilon, of a point that is far from all",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const d = exp(far());
      return valuesOf(div(d, add(sum(d, ROWS), 1e-10)));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0],
      pair: "0 / 1e-10 = 0",
      fix: ["softmax"],
      not: ["safe-div"],
    },
    fixed: () => valuesOf(softmax(far())),
    good: [Math.exp(-50), 1, 1 / (1 + Math.exp(-1)), 1 / (1 + Math.E)],
  },
  {
    id: "lost-24",
    source: "own",
    name: "a soliton and a front, rightly 0 where their exponentials overflow",
    outcome: "silent",
    naive: () => waves(),
    fixed: () => outcomeOf(waves()).slice(0, 1),
    good: [1 / Math.cosh(1) ** 2 + 1 / (1 + Math.E) ** 2],
  },
  {
    id: "lost-25",
    source: "own",
    name: "the probability of a label, chosen by a table of 0 and 1 without a name",
    outcome: "throws",
    naive: () => labelled((z) => log(sum(mul(softmax(z), tensor([[0, 1]]))))),
    says: {
      op: "log",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "log(0) = -∞",
      origin: 'parameter "z"[0, 1]',
      fix: ["log-softmax"],
      code: "logsumexp(add(logSoftmax(z), log(tensor([[0, 1]])))) instead of log(sum(mul(softmax(z), tensor([[0, 1]]))))",
    },
    fixed: () => outcomeOf(labelled((z) => logsumexp(add(logSoftmax(z), log(tensor([[0, 1]])))))),
    good: [-800, -1, 1],
  },
  {
    id: "lost-26",
    source: "own",
    name: "a Gaussian's density whose deviation is e^−50",
    outcome: "throws",
    naive: () => gaussian(exp),
    says: {
      op: "square",
      phase: "forward",
      index: [0],
      operands: [0.5 / Math.exp(-50)],
      pair: "² = ∞",
      origin: 'parameter "log_std"[0]',
      fix: ["clip-input"],
      code: "exp(clip(log_std, { min: -40 })) instead of exp(log_std)",
    },
    fixed: () => outcomeOf(gaussian((ls) => exp(clip(ls, { min: -40 })))).slice(0, 1),
    good: [0.125 * Math.exp(80) - 50],
    tolerance: 1e-4,
  },
];
