/**
 * What happens near the ends of the numbers: denormal probabilities, slopes that overflow where the value does not,
 * functions at their limits; and what is lost in a comparison, or in a slope that is 0.
 */
import { Table } from "../../src/data/index.js";
import {
  acos,
  adam,
  add,
  argmax,
  atanh,
  clip,
  collected,
  crossEntropy,
  cumprod,
  div,
  divNoNan,
  equal,
  exp,
  expm1,
  greater,
  guard,
  less,
  linear,
  log,
  log1p,
  logexpm1,
  logit,
  logSoftmax,
  logsumexp,
  matmul,
  mean,
  mul,
  neg,
  norm2,
  parameter,
  pow,
  rsqrt,
  safeAcos,
  safeDiv,
  safeLog,
  safeNorm,
  safePow,
  safeRsqrt,
  safeSqrt,
  scope,
  sgd,
  sigmoid,
  sinh,
  softmax,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  tensor,
  trainStep,
  valueAndGrad,
  where,
} from "../../src/index.js";
import {
  fit,
  gradientsOf,
  INF,
  matrix,
  type NanCase,
  outcomeOf,
  own,
  step,
  valuesOf,
  vector,
} from "./case.js";

type Loose = Parameters<typeof tensor>[0];

const steep: readonly NanCase[] = [
  {
    ...own,
    id: "margin-1",
    name: "the logarithm of a probability of 1e-42, whose slope overflows",
    outcome: "throws",
    naive: () => {
      const z = matrix("z", [0, -97]);
      return step(z, () => neg(mean(log(softmax(z)))));
    },
    says: {
      op: "log",
      phase: "backward",
      index: [0, 1],
      operands: [-0.5],
      pair: "= -∞",
      fix: ["log-softmax"],
      not: ["clip-norm", "lower-lr", "scale-input"],
      code: "logSoftmax(",
    },
    fixed: () => {
      const z = matrix("z", [0, -97]);
      return outcomeOf(step(z, () => neg(mean(logSoftmax(z)))));
    },
    good: [48.5, 0.5, -0.5],
  },
  {
    ...own,
    id: "margin-2",
    name: "the logarithm of a denormal count",
    outcome: "throws",
    naive: () => {
      const p = vector("p", 1e-42, 0.5);
      return step(p, () => sum(log(p)));
    },
    says: {
      op: "log",
      phase: "backward",
      index: [0],
      operands: [1, 1e-42],
      pair: "= ∞",
      fix: ["safe-log"],
      not: ["clip-norm", "lower-lr"],
      code: "safeLog(p)",
    },
    fixed: () => {
      const p = vector("p", 1e-42, 0.5);
      return gradientsOf(step(p, () => sum(safeLog(p))));
    },
    good: [0, 2],
  },
  {
    ...own,
    id: "margin-3",
    name: "a precision by rsqrt of a variance of 1e-40",
    outcome: "throws",
    naive: () => {
      const v = vector("variance", 1e-40, 4);
      return step(v, () => mean(rsqrt(v)));
    },
    says: {
      op: "rsqrt",
      phase: "backward",
      index: [0],
      operands: [0.5, 1e-40],
      pair: "= -∞",
      fix: ["safe-sqrt"],
      not: ["clip-norm", "safe-norm"],
      code: "safeRsqrt(variance)",
    },
    fixed: () => {
      const v = vector("variance", 1e-40, 4);
      return gradientsOf(step(v, () => mean(safeRsqrt(v))));
    },
    good: [0, -1 / 32],
  },
  {
    ...own,
    id: "margin-4",
    name: "an inverse square of 1e-30",
    outcome: "throws",
    naive: () => {
      const d = vector("distance", 1e-30, 2);
      return mean(pow(d, -2)).item();
    },
    says: {
      op: "pow",
      phase: "forward",
      index: [0],
      operands: [1e-30, -2],
      pair: "pow(1e-30, -2) = ∞",
      fix: ["safe-pow"],
      not: ["clip-norm"],
      code: "safePow(distance, -2)",
    },
    fixed: () => valuesOf(safePow(vector("distance", 1e-30, 2), -2)),
    good: [1e24, 0.25],
  },
  {
    ...own,
    id: "margin-5",
    name: "a quotient that is finite, by a divisor whose square is not",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("a", 1e-5, 1), vector("b", 1e-25, 1)];
      return step(b, () => sum(div(a, b)));
    },
    says: {
      op: "div",
      phase: "backward",
      index: [0],
      operands: [1e-5, 1e-25],
      pair: "= -∞",
      fix: ["safe-div", "epsilon-inside"],
      not: ["clip-norm", "lower-lr"],
      code: "safeDiv(a, b)",
    },
    fixed: () => {
      const [a, b] = [vector("a", 1e-5, 1), vector("b", 1e-25, 1)];
      return outcomeOf(step(b, () => sum(safeDiv(a, b))));
    },
    good: [1e7 + 1, 0, -1],
  },
  {
    ...own,
    id: "margin-6",
    name: "the logit of a probability of 1e-42",
    outcome: "throws",
    naive: () => {
      const p = vector("p", 1e-42, 0.5);
      return step(p, () => sum(logit(p)));
    },
    says: {
      op: "logit",
      phase: "backward",
      index: [0],
      operands: [1, 1e-42],
      pair: "= ∞",
      fix: ["double-where"],
      not: ["clip-norm", "scale-input"],
      code: "logit(where(mask, p, 0.5))",
    },
    fixed: () => {
      const p = vector("p", 1e-42, 0.5);
      const on = greater(p, 1e-6);
      return gradientsOf(step(p, () => sum(where(on, logit(where(on, p, 0.5)), 0))));
    },
    good: [0, 4],
  },
];

const limits: readonly NanCase[] = [
  {
    ...own,
    id: "margin-7",
    name: "weights of classes, one of which does not occur",
    outcome: "throws",
    naive: () => {
      const [count, target] = [vector("count", 0, 4), matrix("target", [0, 1], [0, 1])];
      const z = matrix("z", [1, 2], [0, 3]);
      return step(z, () => {
        const each = mul(target, logSoftmax(z));
        return neg(mean(mul(div(4, count), each)));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 0],
      operands: [INF, 0],
      pair: "∞ · -0",
      fix: ["safe-div"],
      not: ["xlogy", "log-softmax", "clip-norm"],
      code: "divNoNan(4, count)",
    },
    fixed: () => valuesOf(divNoNan(4, vector("count", 0, 4))),
    good: [0, 1],
  },
  {
    ...own,
    id: "margin-8",
    name: "a mean over what is there, of a column that is missing",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [1, 0],
          [3, 0],
        ],
        { name: "x", columns: ["a", "b"], rows: [1, 2] },
      );
      const there = matrix("there", [1, 0], [1, 0]);
      return div(sum(where(there, x, 0), { axis: 0 }), sum(there, { axis: 0 })).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["safe-norm", "f64-statistics", "impute"],
      code: "divNoNan(",
      origin: 'input "there"[',
    },
    fixed: () => valuesOf(divNoNan(vector("total", 4, 0), vector("count", 2, 0))),
    good: [2, 0],
  },
  {
    ...own,
    id: "margin-9",
    name: "interest on interest over 300 periods",
    outcome: "throws",
    naive: () => {
      const rate = vector("rate", ...new Array(300).fill(0.5));
      return step(rate, () => mean(cumprod(add(1, rate))));
    },
    says: {
      op: "cumprod",
      phase: "forward",
      index: [218],
      operands: [],
      pair: "= ∞",
      fix: ["log-sum", "scale-input"],
      not: ["impute", "clip-input"],
    },
    fixed: () => {
      const rate = vector("rate", ...new Array(300).fill(0.5));
      return [sum(log(add(1, rate))).item()];
    },
    good: [300 * Math.log(1.5)],
  },
  {
    ...own,
    id: "margin-10",
    name: "a transform undone by sinh",
    outcome: "throws",
    naive: () => fit(sgd({ lr: 0.1 }), { w: [100, 1] }, 1, ({ w }) => mean(sinh(mul(w, 1)))),
    says: {
      op: "sinh",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "sinh(100) = ∞",
      fix: ["clip-input"],
      not: ["impute", "restore-parameter"],
      code: "sinh(clip(",
      origin: 'parameter "w"[0]',
    },
    fixed: () => valuesOf(sinh(clip(vector("w", 100, 1), { max: 10 }))),
    good: [Math.sinh(10), Math.sinh(1)],
  },
  {
    ...own,
    id: "margin-11",
    name: "a correlation one rounding above 1, under atanh",
    outcome: "throws",
    naive: () => atanh(vector("r", 1.0000001, 0.5)).toArray(),
    says: {
      op: "atanh",
      phase: "forward",
      index: [0],
      operands: [1.0000001],
      pair: "atanh(1.0000001) = NaN",
      fix: ["clip-input"],
      not: ["epsilon-inside", "safe-acos"],
      code: "atanh(clip(r, { min: -0.999999, max: 0.999999 }))",
    },
    fixed: () => valuesOf(atanh(clip(vector("r", 1.0000001, 0.5), { max: 0.999 }))),
    good: [Math.atanh(0.999), Math.atanh(0.5)],
    tolerance: 1e-4,
  },
  {
    ...own,
    id: "margin-12",
    name: "a pixel of 1 under log x − log(1 − x)",
    outcome: "throws",
    naive: () => {
      const x = vector("pixel", 1, 0.5);
      return step(x, () => sum(sub(log(x), log(sub(1, x)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
      not: ["log1p", "expm1", "logits", "log-softmax"],
      code: "safeLog(",
      origin: 'input "pixel"[0]',
    },
    fixed: () => {
      const x = vector("pixel", 1, 0.5);
      return valuesOf(sub(safeLog(x), safeLog(sub(1, x))));
    },
    good: [-Math.log(1e-12), 0],
  },
  {
    ...own,
    id: "margin-13",
    name: "the direction of a weight that starts at 0",
    outcome: "throws",
    naive: () => {
      const u = matrix("u", [1, 1]);
      return fit(
        adam({ lr: 0.1 }),
        {
          W: [
            [0, 0],
            [0, 0],
          ],
        },
        1,
        ({ W }) => {
          const v = matmul(u, W);
          return sum(square(div(v, norm2(v))));
        },
      );
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-norm"],
      not: ["restore-parameter", "clip-norm", "lower-lr", "f64-statistics"],
      code: "safeNorm(matmul(u, W)) instead of norm2(matmul(u, W))",
      origin: 'parameter "W"[',
    },
    fixed: () => {
      const v = matrix("v", [0, 0]);
      return valuesOf(div(v, safeNorm(v)));
    },
    good: [0, 0],
  },
  {
    ...own,
    id: "margin-14",
    name: "no evidence at all: the logarithm of a sum of nothing, read out",
    outcome: "throws",
    naive: () => logsumexp(matrix("score", [-INF, -INF], [1, 2]), { axis: 1 }).toArray(),
    says: {
      op: "input",
      phase: "input",
      index: [0, 0],
      operands: [-INF],
      pair: "-∞",
      fix: ["finite-mask"],
      not: ["impute"],
    },
    fixed: () => valuesOf(logsumexp(matrix("score", [-1e9, -1e9], [0, 0]), { axis: 1 })),
    good: [-1e9, Math.LN2],
  },
  {
    ...own,
    id: "margin-15",
    name: "a divergence of two normal distributions, one of them without width",
    outcome: "throws",
    naive: () => {
      const [s1, s2] = [vector("s1", 0, 1), vector("s2", 1, 1)];
      return step(s2, () =>
        mean(sub(add(log(div(s2, s1)), div(square(s1), mul(2, square(s2)))), 0.5)),
      );
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [1, 0],
      pair: "1 / 0 = ∞",
      fix: ["safe-div"],
      not: ["safe-log", "log1p", "safe-norm", "f64-statistics"],
      code: "safeDiv(s2, s1)",
    },
    fixed: () => valuesOf(log(safeDiv(vector("s2", 1, 1), vector("s1", 0, 1)))),
    good: [Math.log(1e12), 0],
  },
  {
    ...own,
    id: "margin-16",
    name: "a layer whose weights came out of a bad file",
    outcome: "throws",
    naive: () => {
      const start = { "fc.w": [[3e38], [3e38]], "fc.b": [0] };
      const x = matrix("x", [1, 1]);
      return fit(sgd({ lr: 0.1 }), start, 1, (p) =>
        crossEntropy(linear(x, p["fc.w"], p["fc.b"]), [0]),
      );
    },
    says: {
      op: "linear",
      phase: "forward",
      index: [0, 0],
      operands: [3e38],
      pair: "= ∞",
      fix: ["scale-input", "restore-parameter"],
      not: ["impute", "finite-mask", "safe-div"],
      code: "fc.w",
    },
    fixed: () => valuesOf(linear(matrix("x", [1, 1]), matrix("w", [3], [3]), vector("b", 0))),
    good: [6],
  },
];

const kept: readonly NanCase[] = [
  {
    ...own,
    id: "margin-17",
    name: "an activation x · tanh(log(1 + e^x)) at 100",
    outcome: "masked",
    naive: () => {
      const x = vector("x", 100, 1);
      return step(x, () => sum(mul(x, tanh(log(add(1, exp(x)))))));
    },
    says: {
      op: "exp",
      phase: "backward",
      index: [0],
      operands: [0, 100],
      pair: "0 · ∞",
      absorbed: ["tanh forward"],
      fix: ["softplus", "clip-input"],
      not: ["logsumexp", "safe-log"],
      code: "clip(x, { max: 40 })",
    },
    fixed: () => {
      const x = vector("x", 100, 0);
      return [step(x, () => sum(mul(x, tanh(softplus(x))))).loss];
    },
    good: [100],
  },
  {
    ...own,
    id: "margin-18",
    name: "an angle that is chosen only where it exists",
    outcome: "masked",
    naive: () => {
      const c = vector("cosine", 0.5, 1);
      return step(c, () => sum(where(less(c, 1), acos(c), 0)));
    },
    says: {
      op: "acos",
      phase: "backward",
      index: [1],
      operands: [0, 1],
      pair: "0 · -∞",
      fix: ["double-where", "safe-acos"],
      not: ["epsilon-inside", "scale-input"],
      code: "where(less(cosine, 1), acos(where(less(cosine, 1), cosine, 0)), 0)",
    },
    fixed: () => {
      const c = vector("cosine", 0.5, 1);
      return gradientsOf(step(c, () => sum(where(less(c, 1), safeAcos(c), 0))));
    },
    good: [-1 / Math.sqrt(0.75), 0],
  },
  {
    ...own,
    id: "margin-19",
    name: "a hand-made gelu at 1e13: right as it is",
    outcome: "silent",
    naive: () => {
      const x = vector("x", 1e13, 1);
      return step(x, () => {
        const inner = mul(0.7978845608, add(x, mul(0.044715, pow(x, 3))));
        return sum(mul(mul(0.5, x), add(1, tanh(inner))));
      });
    },
    fixed: () => [mul(vector("x", 2), 0.5).item()],
    good: [1],
  },
];

const lost: readonly NanCase[] = [
  {
    ...own,
    id: "margin-20",
    name: "the share of right answers of logits that are NaN",
    outcome: "alarm",
    naive: () => {
      const w = matrix("w", [Number.NaN, 1], [1, 1]);
      const z = matmul(matrix("x", [1, 2], [2, 1]), w);
      return mean(equal(argmax(z, { axis: 1 }), vector("label", 0, 1))).item();
    },
    says: {
      op: "argmax",
      phase: "forward",
      index: [0],
      operands: [Number.NaN],
      pair: "NaN among them",
      absorbed: ["argmax forward"],
      fix: ["impute"],
      not: ["safe-div", "scale-input"],
    },
    fixed: () => [
      mean(equal(argmax(matrix("z", [1, 2], [2, 1]), { axis: 1 }), vector("label", 1, 1))).item(),
    ],
    good: [0.5],
  },
  {
    ...own,
    id: "margin-21",
    name: "log(1 − tanh² + 1e-6) of an action at its bound: its gradient is gone",
    outcome: "alarm",
    naive: () => {
      const u = vector("u", 20, 0.5);
      return step(u, () => sum(log(add(sub(1, square(tanh(u))), 1e-6))));
    },
    says: {
      op: "tanh",
      phase: "backward",
      index: [0],
      operands: [20],
      pair: "-2000000 · ",
      fix: ["scale-input", "clip-input"],
      not: ["logits", "safe-log"],
    },
    fixed: () => {
      const u = vector("u", 20, 0);
      return gradientsOf(step(u, () => sum(mul(2, sub(sub(Math.LN2, u), softplus(mul(-2, u)))))));
    },
    good: [-2, 0],
  },
];

const people = (): Table =>
  Table.fromRecords(
    [
      { age: 20, income: 1 },
      { age: 30, income: null },
    ],
    ["age", "income"],
    { missing: "nan" },
  );

const entrances: readonly NanCase[] = [
  {
    ...own,
    id: "margin-22",
    name: "a table with a missing number, as a tensor, in a step of training",
    outcome: "throws",
    naive: () => {
      const table = people();
      const x = table.tensor("people");
      const w = parameter("w", [[1], [1]]);
      const update = adam({ lr: 0.1 });
      try {
        return trainStep(update, [w], () => mean(square(matmul(x, w))));
      } finally {
        update.dispose();
        w.dispose();
      }
    },
    says: {
      op: "input",
      phase: "input",
      index: [1, 1],
      operands: [Number.NaN],
      pair: "NaN",
      fix: ["impute"],
      not: ["restore-parameter", "clip-norm", "lower-lr"],
    },
    fixed: () => {
      const table = people();
      return valuesOf(table.impute("median").tensor("people"));
    },
    good: [20, 1, 30, 1],
  },
  {
    ...own,
    id: "margin-23",
    name: "a birth that is asked for at once, in a scope, though nothing reads it",
    outcome: "throws",
    naive: () =>
      guard({ at: "birth" }, () =>
        scope(() => {
          const ratio = div(vector("gain", 1, 2), vector("loss", 4, 0));
          return greater(ratio, 1);
        }),
      ),
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [2, 0],
      pair: "2 / 0 = ∞",
      fix: ["safe-div"],
      not: ["scale-input"],
      code: "safeDiv(gain, loss)",
    },
    fixed: () => valuesOf(greater(divNoNan(vector("gain", 1, 2), vector("loss", 4, 0)), 1)),
    good: [0, 0],
  },
  {
    ...own,
    id: "margin-24",
    name: "a field that is not there",
    outcome: "refused",
    naive: () => {
      const people: { age: number; size?: number }[] = [{ age: 20, size: 1.7 }, { age: 30 }];
      return tensor(people.map(({ age, size }) => [age, size]) as unknown as Loose);
    },
    says: { op: "tensor", place: "data[1, 1]", value: "undefined" },
    fixed: () => valuesOf(matrix("x", [20, 1.7])),
    good: [20, 1.7],
  },
  {
    ...own,
    id: "margin-25",
    name: "a number that is still a string",
    outcome: "refused",
    naive: () => tensor(["3.5", "4"] as unknown as Loose),
    says: { op: "tensor", place: "data[0]", value: 'string "3.5"' },
    fixed: () => valuesOf(vector("x", ...["3.5", "4"].map(Number))),
    good: [3.5, 4],
  },
  {
    ...own,
    id: "margin-26",
    name: "a gradient that is collected, step after step, until someone looks",
    outcome: "throws",
    naive: () => {
      const z = vector("z", -200, 1);
      guard({ onNonFinite: "collect" }, () => {
        for (let i = 0; i < 3; i++) valueAndGrad({ z }, () => mean(log(sigmoid(z))), i);
      });
      const [first] = collected();
      if (first?.step !== 0) return undefined;
      return valueAndGrad({ z }, () => mean(log(sigmoid(z))), 3);
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logits"],
      not: ["log-softmax", "expm1"],
      origin: 'input "z"[0]',
    },
    fixed: () => {
      const z = vector("z", -200, 0);
      return gradientsOf(step(z, () => mean(neg(softplus(neg(z))))));
    },
    good: [0.5, 0.25],
  },
  {
    ...own,
    id: "margin-27",
    name: "an exponential of what an op of a table gave, in two branches",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, 2], [200, 1]);
      return step(x, () => {
        const left = exp(sum(x, { axis: 1 }));
        const right = softplus(sum(x, { axis: 1 }));
        return add(mean(left), mean(right));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [1],
      operands: [201],
      pair: "exp(201) = ∞",
      fix: ["clip-input", "scale-input"],
      not: ["logsumexp", "softplus", "softmax"],
      code: "exp(clip(sum(x, { axis: 1 }), { max: 40 }))",
      origin: 'input "x"[1, 0]',
    },
    fixed: () => valuesOf(exp(clip(vector("x", 3, 201), { max: 10 }))),
    good: [Math.exp(3), Math.exp(10)],
  },
];

const written: readonly NanCase[] = [
  {
    ...own,
    id: "margin-28",
    name: "a ratio of probabilities as a quotient of two exponentials",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("a", 120, 1), vector("b", 119, 1)];
      return step(a, () => mean(div(exp(a), exp(b))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [INF, INF],
      pair: "∞ / ∞",
      fix: ["exp-sub"],
      not: ["sigmoid", "tanh", "softmax", "safe-div"],
      code: "exp(sub(a, b))",
    },
    fixed: () => valuesOf(exp(sub(vector("a", 120, 1), vector("b", 119, 1)))),
    good: [Math.E, 1],
  },
  {
    ...own,
    id: "margin-29",
    name: "a softplus as log1p(e^x)",
    outcome: "throws",
    naive: () => {
      const z = vector("z", 100, 1);
      return step(z, () => mean(log1p(exp(z))));
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "exp(100) = ∞",
      fix: ["softplus"],
      not: ["logsumexp", "logsubexp", "log1p"],
      code: "softplus(z)",
    },
    fixed: () => {
      const z = vector("z", 100, 0);
      return gradientsOf(step(z, () => mean(softplus(z))));
    },
    good: [0.5, 0.25],
  },
  {
    ...own,
    id: "margin-30",
    name: "the inverse of softplus as log(expm1(x))",
    outcome: "throws",
    naive: () => {
      const y = vector("y", 100, 1);
      return step(y, () => mean(log(expm1(y))));
    },
    says: {
      op: "expm1",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "expm1(100) = ∞",
      fix: ["logsubexp"],
      not: ["softplus", "logsumexp", "expm1"],
      code: "logexpm1(y)",
    },
    fixed: () => valuesOf(logexpm1(vector("y", 100))),
    good: [100],
  },
  {
    ...own,
    id: "margin-31",
    name: "a sine as √(1 − cos²), where the cosine is 1",
    outcome: "throws",
    naive: () => {
      const cosine = vector("cosine", 1, 0.6);
      return step(cosine, () => sum(sqrt(sub(1, square(cosine)))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [1, 0],
      pair: "1 · ∞",
      fix: ["safe-sqrt"],
      not: ["f64-statistics", "safe-norm", "clip-norm"],
      code: "safeSqrt(",
      origin: 'input "cosine"[0]',
    },
    fixed: () => {
      const cosine = vector("cosine", 1, 0.6);
      return gradientsOf(step(cosine, () => sum(safeSqrt(sub(1, square(cosine))))));
    },
    good: [0, -0.75],
  },
  {
    ...own,
    id: "margin-32",
    name: "a length by powers of 2, of a vector of zeros",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [0, 0], [3, 4]);
      return step(x, () => sum(sqrt(sum(pow(x, 2), { axis: 1 }))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [1, 0],
      pair: "1 · ∞",
      fix: ["safe-norm"],
      not: ["f64-statistics", "safe-pow", "clip-norm"],
      code: "norm2(x, { axis: 1 })",
    },
    fixed: () => {
      const x = matrix("x", [0, 0], [3, 4]);
      return gradientsOf(step(x, () => sum(norm2(x, { axis: 1 }))));
    },
    good: [0, 0, 0.6, 0.8],
  },
  {
    ...own,
    id: "margin-33",
    name: "an ∞ in a column that is standardised",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [1, 2],
          [3, INF],
        ],
        { name: "x", columns: ["a", "b"], rows: [7, 8] },
      );
      return sub(x, mean(x, { axis: 0, keepDims: true })).toArray();
    },
    says: {
      op: "input",
      phase: "input",
      index: [1, 1],
      operands: [INF],
      pair: "∞",
      fix: ["impute"],
      not: ["finite-mask", "clip-input", "scale-input"],
    },
    fixed: () => {
      const x = matrix("x", [1, 2], [3, 4]);
      return valuesOf(sub(x, mean(x, { axis: 0, keepDims: true })));
    },
    good: [-1, -1, 1, 1],
  },
  {
    ...own,
    id: "margin-34",
    name: "normal noise √(−2 log u) from a u of 0",
    outcome: "throws",
    naive: () => mul(sqrt(mul(-2, log(vector("u", 0, 0.5)))), 0.5).toArray(),
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
      not: ["safe-sqrt", "f64-statistics", "xlogy", "select-not-multiply"],
      code: "safeLog(u)",
    },
    fixed: () => valuesOf(sqrt(mul(-2, safeLog(vector("u", 0, 0.5))))),
    good: [Math.sqrt(-2 * Math.log(1e-12)), Math.sqrt(2 * Math.LN2)],
  },
  {
    ...own,
    id: "margin-35",
    name: "the mean of a batch that is empty",
    outcome: "refused",
    naive: () => mean(tensor([])),
    says: { op: "mean", value: "0" },
    fixed: () => valuesOf(sum(tensor([]))),
    good: [0],
  },
];

const others: readonly NanCase[] = [
  {
    ...own,
    id: "margin-36",
    name: "a gradient at 0 that overflows by what the 0 is multiplied with",
    outcome: "throws",
    naive: () => {
      const [x, scale] = [vector("x", 0, 1), vector("scale", 1e30, 1)];
      return step(x, () => sum(mul(mul(x, scale), 1e10)));
    },
    says: {
      op: "mul",
      phase: "backward",
      index: [0],
      operands: [1e10, 0, 1e30],
      pair: "1e+10 · 1e+30 = ∞",
      fix: ["scale-input"],
      not: ["epsilon-inside", "mask-before", "xlogy", "select-not-multiply"],
      code: "scale",
    },
    fixed: () => {
      const [x, scale] = [vector("x", 0, 1), vector("scale", 3, 1)];
      return gradientsOf(step(x, () => sum(mul(mul(x, scale), 2))));
    },
    good: [6, 2],
  },
];

export const margins: readonly NanCase[] = [
  ...steep,
  ...limits,
  ...kept,
  ...lost,
  ...entrances,
  ...written,
  ...others,
];
