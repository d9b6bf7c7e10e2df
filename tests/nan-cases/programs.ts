/**
 * Programs as users write them: formulas written out, tables with names, training, inference. Each says beside a fix
 * how it is written in the names of the program, and what would not help there.
 */
import {
  abs,
  acos,
  adam,
  add,
  argmax,
  atanh,
  clip,
  collected,
  cosh,
  crossEntropy,
  cumprod,
  cumsum,
  customOp,
  div,
  divNoNan,
  equal,
  exp,
  exprel,
  greater,
  guard,
  keep,
  less,
  log,
  log1p,
  log2,
  logaddexp,
  logcosh,
  logexpm1,
  logit,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  mean,
  minimum,
  mod,
  mse,
  mul,
  nanMean,
  neg,
  noGrad,
  norm2,
  notEqual,
  type Optimizer,
  parameter,
  pow,
  prod,
  reciprocal,
  relEntr,
  rsqrt,
  safeAcos,
  safeDiv,
  safeLog,
  safeReciprocal,
  safeSqrt,
  scope,
  sgd,
  sigmoid,
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
  xlogy,
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

/** Trains one weight for some steps; gives what it is then. */
const train = (optimizer: Optimizer, steps: number, loss: (w: Tensor) => Tensor): number =>
  fit(optimizer, { w: [1] }, steps, ({ w }) => loss(w))[0] ?? Number.NaN;

const masked: readonly NanCase[] = [
  {
    ...own,
    id: "prog-1",
    name: "a quotient under a mask that multiplies",
    outcome: "throws",
    naive: () => {
      const [x, n] = [vector("x", 1, 2), vector("n", 0, 2)];
      return step(x, () => sum(mul(div(x, n), vector("mask", 0, 1))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [INF, 0],
      pair: "∞ · 0",
      fix: ["safe-div"],
      code: "safeDiv(x, n)",
    },
    fixed: () => {
      const [x, n] = [vector("x", 1, 2), vector("n", 0, 2)];
      return outcomeOf(step(x, () => sum(mul(divNoNan(x, n), vector("mask", 0, 1)))));
    },
    good: [1, 0, 0.5],
  },
  {
    ...own,
    id: "prog-2",
    name: "weights of 0 beside weights of 0.3, times losses that are infinite",
    outcome: "throws",
    naive: () => {
      const [p, w] = [vector("p", 0, 0.5), vector("weight", 0, 0.3)];
      return step(p, () => neg(sum(mul(w, log(p)))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["select-not-multiply"],
      code: "where(weight, mul(weight, log(p)), 0)",
    },
    fixed: () => {
      const [p, w] = [vector("p", 0, 0.5), vector("weight", 0, 0.3)];
      return outcomeOf(step(p, () => neg(sum(where(w, mul(w, log(p)), 0)))));
    },
    good: [0.3 * Math.LN2, 0, -0.6],
  },
  {
    ...own,
    id: "prog-3",
    name: "a matrix product with logarithms of 0",
    outcome: "throws",
    naive: () => {
      const [a, p] = [matrix("a", [1, 0], [2, 1]), matrix("p", [1, 1], [0, 2])];
      return matmul(a, log(p)).toArray();
    },
    says: {
      op: "matmul",
      phase: "forward",
      index: [0, 0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["mask-before", "safe-log"],
      not: ["xlogy", "select-not-multiply"],
      code: "log(where(mask, p, 1))",
    },
    fixed: () => {
      const [a, p] = [matrix("a", [1, 0]), matrix("p", [1, 1], [0, 2])];
      return valuesOf(matmul(a, log(where(greater(p, 0), p, 1))));
    },
    good: [0, 0],
  },
  {
    ...own,
    id: "prog-4",
    name: "inference that selects the first pole away, not the second",
    outcome: "throws",
    naive: () => where(tensor([0, 1, 1]), div(1, vector("x", 0, 1, 0)), 5).toArray(),
    says: {
      op: "div",
      phase: "forward",
      index: [2],
      operands: [1, 0],
      pair: "1 / 0",
      absorbed: ["where forward"],
      fix: ["safe-div"],
      code: "safeDiv(1, x)",
    },
    fixed: () => valuesOf(where(tensor([0, 1, 1]), divNoNan(1, vector("x", 0, 1, 0)), 5)),
    good: [5, 1, 0],
  },
  {
    ...own,
    id: "prog-5",
    name: "a row that is masked altogether, and then multiplied",
    outcome: "throws",
    naive: () => {
      const [q, mask] = [matrix("q", [1, 0], [0, 1]), matrix("mask", [0, -INF], [-INF, -INF])];
      return valueAndGrad({ q }, () => sum(matmul(softmax(add(matmul(q, q), mask)), q)));
    },
    says: {
      op: "softmax",
      phase: "forward",
      index: [1, 0],
      operands: [-INF],
      pair: "-∞ − (-∞)",
      fix: ["finite-mask"],
      not: ["impute"],
      stage: "exp(x − max)",
    },
    fixed: () => {
      const [q, mask] = [matrix("q", [1, 0], [0, 1]), matrix("mask", [0, -1e9], [-1e9, -1e9])];
      return [sum(matmul(softmax(add(matmul(q, q), mask)), q)).item()];
    },
    good: [2],
  },
  {
    ...own,
    id: "prog-6",
    name: "a logarithm of a masked softmax times a target of 0",
    outcome: "throws",
    naive: () => {
      const [s, m] = [
        matrix("scores", [1, 2], [3, 4]),
        tensor([
          [1, 0],
          [1, 1],
        ]),
      ];
      const target = tensor([
        [1, 0],
        [0, 1],
      ]);
      return step(s, () => neg(mean(mul(target, logSoftmax(where(m, s, -INF))))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 1],
      operands: [0, -INF],
      pair: "0 · -∞",
      absorbed: ["where forward"],
      fix: ["select-not-multiply", "finite-mask"],
      not: ["impute"],
      code: "where(tensor([[1, 0], [0, 1]]), logSoftmax(where(tensor([[1, 0], [1, 1]]), scores, -Infinity)), 0)",
    },
    fixed: () => {
      const [s, m] = [
        matrix("scores", [1, 2], [3, 4]),
        tensor([
          [1, 0],
          [1, 1],
        ]),
      ];
      const target = tensor([
        [1, 0],
        [0, 1],
      ]);
      return [neg(mean(where(target, logSoftmax(where(m, s, -INF)), 0))).item()];
    },
    good: [Math.log1p(Math.exp(-1)) / 4],
  },
  {
    ...own,
    id: "prog-7",
    name: "a logsumexp written out, of a row of −∞",
    outcome: "throws",
    naive: () => {
      const s = matrix("s", [-INF, -INF], [3, 4]);
      return step(s, () => {
        const m = max(s, { axis: 1, keepDims: true });
        return sum(add(m, log(sum(exp(sub(s, m)), { axis: 1, keepDims: true }))));
      });
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [0, 0],
      operands: [-INF],
      pair: "-∞ − -∞",
      fix: ["finite-mask"],
      not: ["impute"],
    },
    fixed: () => valuesOf(logsumexp(matrix("s", [-1e9, -1e9], [0, 0]), { axis: 1 })),
    good: [-1e9, Math.LN2],
  },
  {
    ...own,
    id: "prog-8",
    name: "a logit of −∞ at the target",
    outcome: "throws",
    naive: () => {
      const z = matrix("z", [0, -INF], [1, 2]);
      return step(z, () => crossEntropy(z, [1, 0]));
    },
    says: {
      op: "input",
      phase: "input",
      index: [0, 1],
      operands: [-INF],
      pair: "-∞",
      fix: ["finite-mask"],
    },
    fixed: () => [crossEntropy(matrix("z", [0, -20]), [1]).item()],
    good: [20],
  },
  {
    ...own,
    id: "prog-9",
    name: "a root of doubles under where",
    outcome: "masked",
    naive: () => {
      const x = tensor([4, 0], { name: "x", dtype: "float64" });
      return valueAndGrad({ x }, () => sum(where(greater(x, 0), sqrt(x), 0)));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [1],
      operands: [0, 0],
      pair: "0 · ∞",
      fix: ["safe-sqrt", "double-where"],
      code: "safeSqrt(x)",
    },
    fixed: () => {
      const x = tensor([4, 0], { name: "x", dtype: "float64" });
      const { grads } = valueAndGrad({ x }, () => sum(safeSqrt(x)));
      return [...grads.x.toArray()];
    },
    good: [0.25, 0],
  },
  {
    ...own,
    id: "prog-10",
    name: "an elu by where, and a focal loss at a probability of 1: right as they are",
    outcome: "silent",
    naive: () => {
      const [x, p] = [vector("x", 100, -1), vector("p", 1, 0.5)];
      return valueAndGrad({ x, p }, () =>
        sub(sum(where(greater(x, 0), x, sub(exp(x), 1))), mean(mul(pow(sub(1, p), 0.5), log(p)))),
      );
    },
    fixed: () => {
      const x = vector("x", 100, -1);
      const on = greater(x, 0);
      return gradientsOf(step(x, () => sum(where(on, x, sub(exp(where(on, 0, x)), 1)))));
    },
    good: [1, Math.exp(-1)],
  },
];

const spreads: readonly NanCase[] = [
  {
    ...own,
    id: "prog-11",
    name: "a deviation as √(E[x²] − E[x]²), of constants",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 2, 2, 2);
      return step(x, () => sqrt(sub(mean(square(x)), square(mean(x)))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [],
      operands: [1, 0],
      pair: "1 · ∞",
      fix: ["f64-statistics"],
      not: ["clip-norm", "lower-lr", "safe-norm"],
    },
    fixed: () => {
      const x = vector("x", 2, 2, 2);
      return outcomeOf(step(x, () => std(x)));
    },
    good: [0, 0, 0, 0],
  },
  {
    ...own,
    id: "prog-12",
    name: "a batch norm written out, with a column that is constant",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [1, 5],
          [3, 5],
        ],
        { name: "x", columns: ["age", "site"] },
      );
      return step(x, () => {
        const c = sub(x, mean(x, { axis: 0, keepDims: true }));
        return sum(square(mul(c, rsqrt(mean(square(c), { axis: 0, keepDims: true })))));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 1],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["epsilon-inside"],
      not: ["safe-norm"],
      code: "rsqrt(add(mean(square(sub(x, mean(x, { axis: 0, keepDims: true }))), { axis: 0, keepDims: true }), 1e-5))",
    },
    fixed: () => {
      const x = matrix("x", [1, 5], [3, 5]);
      const c = sub(x, mean(x, { axis: 0, keepDims: true }));
      return valuesOf(mul(c, rsqrt(add(mean(square(c), { axis: 0, keepDims: true }), 1e-5))));
    },
    good: [-1, 0, 1, 0],
  },
  {
    ...own,
    id: "prog-13",
    name: "the direction of a vector whose squares underflow",
    outcome: "throws",
    naive: () => {
      const g = vector("g", 3e-30, 4e-30);
      return div(g, sqrt(sum(square(g)))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [3e-30, 0],
      pair: "/ 0 = ∞",
      fix: ["f64-statistics"],
      not: ["safe-norm", "safe-div", "div-no-nan", "divide-where", "epsilon-inside"],
      code: "norm2(g) instead of sqrt(sum(square(g)))",
    },
    fixed: () => {
      const g = vector("g", 3e-30, 4e-30);
      return valuesOf(div(g, norm2(g)));
    },
    good: [0.6, 0.8],
  },
  {
    ...own,
    id: "prog-14",
    name: "the angle between a vector and itself",
    outcome: "throws",
    naive: () => {
      const a = vector("a", 0.1, 0.3, 0.7);
      return step(a, () => acos(div(sum(mul(a, a)), mul(norm2(a), norm2(a)))));
    },
    says: {
      op: "acos",
      phase: "backward",
      index: [],
      operands: [1, 1],
      pair: "1 · -∞",
      fix: ["safe-acos"],
      not: ["clip-norm", "lower-lr", "epsilon-inside"],
      code: "safeAcos(div(sum(mul(a, a))",
    },
    fixed: () => {
      const a = vector("a", 0.1, 0.3, 0.7);
      return gradientsOf(step(a, () => safeAcos(div(sum(mul(a, a)), mul(norm2(a), norm2(a))))));
    },
    good: [0, 0, 0],
  },
  {
    ...own,
    id: "prog-15",
    name: "clipping by a norm that overflows",
    outcome: "alarm",
    naive: () => {
      const g = vector("g", 1e20, 1e20);
      const norm = sqrt(sum(square(g)));
      return mul(g, minimum(1, div(1, norm))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [1, INF],
      pair: "1 / ∞ = 0",
      absorbed: ["div forward"],
      fix: ["f64-statistics"],
    },
    fixed: () => {
      const g = vector("g", 1e20, 1e20);
      return valuesOf(mul(g, minimum(1, div(1, norm2(g)))));
    },
    good: [Math.SQRT1_2, Math.SQRT1_2],
  },
  {
    ...own,
    id: "prog-16",
    name: "resistors in parallel, one of which is next to 0",
    outcome: "alarm",
    naive: () => {
      const r = vector("r", 1e-39, 2);
      return step(r, () => div(1, sum(div(1, r))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [1, INF],
      pair: "1 / ∞ = 0",
      absorbed: ["div forward"],
      fix: ["safe-div"],
      not: ["f64-statistics"],
      code: "safeDiv(1, r)",
    },
    fixed: () => [div(1, sum(safeDiv(1, vector("r", 1e-39, 2)))).item()],
    good: [1e-12],
  },
  {
    ...own,
    id: "prog-17",
    name: "distances within a set: each point is 0 from itself",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, 2], [3, 4]);
      return step(x, () => {
        const lengths = sum(square(x), { axis: 1, keepDims: true });
        const inner = matmul(
          x,
          tensor([
            [1, 3],
            [2, 4],
          ]),
        );
        return sum(sqrt(sub(add(lengths, tensor([[5, 25]])), mul(2, inner))));
      });
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0, 0],
      operands: [1, 0],
      pair: "1 · ∞",
      fix: ["safe-sqrt"],
      not: ["clip-norm", "lower-lr"],
    },
    fixed: () => {
      const d = matrix("d", [0, 8], [8, 0]);
      return gradientsOf(step(d, () => sum(safeSqrt(d))));
    },
    good: [0, 0.1767767, 0.1767767, 0],
  },
  {
    ...own,
    id: "prog-18",
    name: "a Gaussian likelihood with a log-variance of −100",
    outcome: "throws",
    naive: () => {
      const v = vector("logvar", -100, 1);
      return step(v, () => mean(add(mul(0.5, v), div(4, exp(v)))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [4, 3.78351e-44],
      pair: "4 / 3.78351e-44 = ∞",
      fix: ["safe-div"],
      code: "safeDiv(4, exp(logvar))",
    },
    fixed: () => valuesOf(safeDiv(4, exp(vector("logvar", -100, 0)))),
    good: [4e12, 4],
  },
  {
    ...own,
    id: "prog-19",
    name: "a Gaussian likelihood with a deviation of 0",
    outcome: "throws",
    naive: () => {
      const [mu, s] = [vector("mu", 1, 2), vector("sigma", 0, 1)];
      return step(mu, () => mean(add(log(s), div(square(sub(mu, 1)), mul(2, square(s))))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      origin: 'input "sigma"',
    },
    fixed: () => valuesOf(safeDiv(square(vector("d", 0, 2)), vector("b", 0, 2))),
    good: [0, 2],
  },
  {
    ...own,
    id: "prog-20",
    name: "the overlap of two masks that are empty",
    outcome: "throws",
    naive: () => {
      const [p, t] = [vector("p", 0, 0), vector("t", 0, 0)];
      return step(p, () => sub(1, div(mul(2, sum(mul(p, t))), add(sum(p), sum(t)))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "epsilon-inside"],
    },
    fixed: () => {
      const [p, t] = [vector("p", 0, 0), vector("t", 0, 0)];
      return outcomeOf(step(p, () => sub(1, safeDiv(mul(2, sum(mul(p, t))), add(sum(p), sum(t))))));
    },
    good: [1, 0, 0],
  },
];

const fused: readonly NanCase[] = [
  {
    ...own,
    id: "prog-21",
    name: "a softmax written out, whose row underflows",
    outcome: "throws",
    naive: () => {
      const x = matrix("logits", [1, 2], [-200, -300]);
      return step(x, () => {
        const e = exp(x);
        return sum(square(div(e, sum(e, { axis: 1, keepDims: true }))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["softmax"],
      code: "softmax(logits)",
    },
    fixed: () => valuesOf(softmax(matrix("logits", [-200, -300]))),
    good: [1, Math.exp(-100)],
    tolerance: 1e-3,
  },
  {
    ...own,
    id: "prog-22",
    name: "the logarithm of a mean of exponentials",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, 2], [100, 3]);
      return step(x, () => mean(log(mean(exp(x), { axis: 1 }))));
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [1, 0],
      operands: [100],
      pair: "exp(100) = ∞",
      fix: ["logsumexp"],
      code: "sub(logsumexp(x, { axis: 1 }), Math.log(2)) instead of log(mean(exp(x), { axis: 1 }))",
    },
    fixed: () => valuesOf(sub(logsumexp(matrix("x", [100, 3]), { axis: 1 }), Math.LN2)),
    good: [100 - Math.LN2],
  },
  {
    ...own,
    id: "prog-23",
    name: "log(eᵃ + eᵇ)",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("a", 100, 1), vector("b", 99, 0)];
      return step(a, () => mean(log(add(exp(a), exp(b)))));
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "exp(100) = ∞",
      fix: ["softplus"],
      code: "logaddexp(a, b)",
    },
    fixed: () => valuesOf(logaddexp(vector("a", 100), vector("b", 99))),
    good: [100 + Math.log1p(Math.exp(-1))],
  },
  {
    ...own,
    id: "prog-24",
    name: "the inverse of softplus as log(eˣ − 1)",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 100, 1);
      return step(x, () => mean(log(sub(exp(x), 1))));
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "exp(100) = ∞",
      fix: ["logsubexp"],
      code: "logexpm1(x)",
    },
    fixed: () => {
      const x = vector("x", 100);
      return outcomeOf(step(x, () => mean(logexpm1(x))));
    },
    good: [100, 1],
  },
  {
    ...own,
    id: "prog-25",
    name: "the logarithm of a hyperbolic cosine",
    outcome: "throws",
    naive: () => {
      const x = vector("error", 100, 1);
      return step(x, () => mean(log(cosh(x))));
    },
    says: {
      op: "cosh",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "cosh(100) = ∞",
      fix: ["logcosh"],
      code: "logcosh(error)",
    },
    fixed: () => {
      const x = vector("error", 100);
      return outcomeOf(step(x, () => mean(logcosh(x))));
    },
    good: [100 - Math.LN2, 1],
  },
  {
    ...own,
    id: "prog-26",
    name: "a tanh written out",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 50, 1);
      return step(x, () => {
        const e = exp(mul(2, x));
        return mean(div(sub(e, 1), add(e, 1)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [INF, INF],
      pair: "∞ / ∞",
      fix: ["tanh"],
      not: ["sigmoid"],
    },
    fixed: () => valuesOf(tanh(vector("x", 50, 0))),
    good: [1, 0],
  },
  {
    ...own,
    id: "prog-27",
    name: "an entropy in bits",
    outcome: "throws",
    naive: () => {
      const p = vector("p", 0, 0.5);
      return step(p, () => neg(sum(mul(p, log2(p)))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy"],
      code: "mul(xlogy(p, p), Math.LOG2E)",
    },
    fixed: () => {
      const p = vector("p", 0, 0.5);
      return [neg(sum(mul(xlogy(p, p), Math.LOG2E))).item()];
    },
    good: [0.5],
  },
  {
    ...own,
    id: "prog-28",
    name: "log1p(−p) at a probability of 1",
    outcome: "throws",
    naive: () => {
      const p = vector("p", 1, 0);
      return step(p, () => mean(log1p(neg(p))));
    },
    says: {
      op: "log1p",
      phase: "forward",
      index: [0],
      operands: [-1],
      pair: "log1p(-1) = -∞",
      fix: ["safe-log"],
      not: ["epsilon-inside"],
      code: "safeLog(add(1, neg(p)))",
    },
    fixed: () => valuesOf(safeLog(add(1, neg(vector("p", 1, 0))))),
    good: [Math.log(1e-12), 0],
  },
  {
    ...own,
    id: "prog-29",
    name: "the inverse of tanh, of a tanh that is 1",
    outcome: "throws",
    naive: () => {
      const z = vector("z", 20, 0);
      return step(z, () => mean(atanh(tanh(z))));
    },
    says: {
      op: "atanh",
      phase: "forward",
      index: [0],
      operands: [1],
      pair: "atanh(1) = ∞",
      fix: ["clip-input"],
      not: ["logits"],
      code: "atanh(clip(tanh(z), { min: -0.999999, max: 0.999999 }))",
    },
    fixed: () => valuesOf(atanh(clip(tanh(vector("z", 20, 0)), { min: -0.999999, max: 0.999999 }))),
    good: [7.2498, 0],
    tolerance: 1e-2,
  },
  {
    ...own,
    id: "prog-30",
    name: "the logit of a sigmoid that is 1",
    outcome: "throws",
    naive: () => {
      const z = vector("z", 20, 0);
      return step(z, () => mean(logit(sigmoid(z))));
    },
    says: {
      op: "logit",
      phase: "forward",
      index: [0],
      operands: [1],
      pair: "logit(1) = ∞",
      fix: ["logits"],
      not: ["safe-log", "epsilon-inside"],
      code: "logit(where(mask, sigmoid(z), 0.5))",
    },
    fixed: () => {
      const z = vector("z", 20, 0);
      return gradientsOf(step(z, () => mean(z)));
    },
    good: [0.5, 0.5],
  },
  {
    ...own,
    id: "prog-31",
    name: "(eˣ − 1) / x at 0",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 0, 2);
      return step(x, () => sum(div(sub(exp(x), 1), x)));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["expm1"],
      code: "exprel(x)",
    },
    fixed: () => {
      const x = vector("x", 0);
      return outcomeOf(step(x, () => sum(exprel(x))));
    },
    good: [1, 0.5],
  },
  {
    ...own,
    id: "prog-32",
    name: "a cross entropy of probabilities clipped at 1 − 1e-8, which is 1",
    outcome: "throws",
    naive: () => {
      const z = vector("z", 20, 0.5);
      return step(z, () => {
        const p = clip(sigmoid(z), { min: 1e-8, max: 1 - 1e-8 });
        return neg(mean(log(sub(1, p))));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logits"],
    },
    fixed: () => {
      const z = vector("z", 20, 20);
      return outcomeOf(step(z, () => mean(softplus(z))));
    },
    good: [20, 0.5, 0.5],
  },
  {
    ...own,
    id: "prog-33",
    name: "a divergence from a softmax that underflows",
    outcome: "throws",
    naive: () => {
      const [p, z] = [matrix("p", [0.5, 0.5]), matrix("z", [0, -200])];
      return step(z, () => sum(relEntr(p, softmax(z))));
    },
    says: {
      op: "relEntr",
      phase: "forward",
      index: [0, 1],
      operands: [0.5, 0],
      pair: "relEntr(0.5, 0) = ∞",
      fix: ["log-softmax"],
      origin: 'input "z"[0, 1]',
    },
    fixed: () => {
      const [p, z] = [matrix("p", [0.5, 0.5]), matrix("z", [0, -200])];
      return [sum(mul(p, sub(log(p), logSoftmax(z)))).item()];
    },
    good: [100 - Math.LN2],
  },
  {
    ...own,
    id: "prog-34",
    name: "two likelihoods as products, normalised",
    outcome: "throws",
    naive: () => {
      const [a, b] = [new Array(60).fill(0.1), new Array(60).fill(0.05)];
      const [left, right] = [prod(vector("a", ...a)), prod(vector("b", ...b))];
      return div(left, add(left, right)).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["log-weights"],
      not: ["exclusive-product", "safe-div", "div-no-nan"],
    },
    fixed: () => {
      const total = (p: number) => sum(log(tensor(new Array(60).fill(p)))).item();
      return valuesOf(softmax(tensor([[total(0.1), total(0.05)]])));
    },
    good: [1, 2 ** -60],
    tolerance: 1e-3,
  },
  {
    ...own,
    id: "prog-35",
    name: "the logarithm of a product with a factor of 0",
    outcome: "throws",
    naive: () => log(prod(vector("p", 0.1, 0, 0.3))).item(),
    says: {
      op: "log",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
      not: ["log-sum"],
      origin: 'input "p"[1]',
    },
    fixed: () => [safeLog(prod(vector("p", 0.1, 0, 0.3))).item()],
    good: [Math.log(1e-12)],
  },
  {
    ...own,
    id: "prog-36",
    name: "a running product that is 0 from its second factor on",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 0.5, 0, 2);
      return step(x, () => sum(log(cumprod(x))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
      not: ["log-sum"],
      origin: 'input "x"[1]',
    },
    fixed: () => valuesOf(safeLog(cumprod(vector("x", 0.5, 0, 2)))),
    good: [-Math.LN2, Math.log(1e-12), Math.log(1e-12)],
  },
];

const functions: readonly NanCase[] = [
  {
    ...own,
    id: "prog-37",
    name: "a reciprocal of 0",
    outcome: "throws",
    naive: () => {
      const p = vector("p", 0, 1);
      return step(p, () => sum(reciprocal(p)));
    },
    says: {
      op: "reciprocal",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "reciprocal(0) = ∞",
      fix: ["safe-div"],
      code: "safeReciprocal(p)",
    },
    fixed: () => valuesOf(safeReciprocal(vector("p", 0, 1))),
    good: [1e12, 1],
  },
  {
    ...own,
    id: "prog-38",
    name: "a remainder by 0",
    outcome: "throws",
    naive: () => mod(vector("p", 3, 1), vector("q", 0, 2)).toArray(),
    says: {
      op: "mod",
      phase: "forward",
      index: [0],
      operands: [3, 0],
      pair: "3 / 0",
      fix: ["divide-where"],
      not: ["safe-div"],
      code: "mod(p, where(equal(q, 0), 1, q))",
    },
    fixed: () => {
      const q = vector("q", 0, 2);
      return valuesOf(mod(vector("p", 3, 1), where(equal(q, 0), 1, q)));
    },
    good: [0, 1],
  },
  {
    ...own,
    id: "prog-39",
    name: "the gradient by the exponent of a negative base",
    outcome: "throws",
    naive: () => {
      const [x, e] = [vector("x", -2, 3), vector("e", 2, 2)];
      return valueAndGrad({ e }, () => sum(pow(x, e)));
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [0],
      operands: [1, -2, 2],
      pair: "1 · NaN",
      fix: ["fixed-exponent"],
      not: ["safe-pow", "mask-before", "epsilon-inside"],
      code: "pow(abs(x), e)",
    },
    fixed: () => {
      const [x, e] = [vector("x", -2, 3), vector("e", 2, 2)];
      return gradientsOf(valueAndGrad({ e }, () => sum(pow(abs(x), e))));
    },
    good: [4 * Math.LN2, 9 * Math.log(3)],
  },
  {
    ...own,
    id: "prog-40",
    name: "an op of one's own whose slope is infinite at 0",
    outcome: "throws",
    naive: () => {
      const root = customOp({
        name: "root",
        elementwise: true,
        forward: ({ inputs: [x] }) => x.map(Math.sqrt),
        backward: ({ output, dy }) => [dy.map((d, i) => d / (2 * (output[i] ?? 0)))],
      });
      const x = vector("x", 1, 0, 4);
      return step(x, () => sum(root(x)));
    },
    says: {
      op: "root",
      phase: "backward",
      index: [1],
      operands: [1, 0],
      pair: "root backward(1, 0, 0) = ∞",
      fix: ["epsilon-inside"],
      not: ["scale-input"],
      code: "root(add(x, 1e-12))",
    },
    fixed: () => {
      const x = vector("x", 1, 0, 4);
      return gradientsOf(step(x, () => sum(safeSqrt(x))));
    },
    good: [0.5, 0, 0.25],
  },
  {
    ...own,
    id: "prog-41",
    name: "returns of prices that are 0 now and then",
    outcome: "throws",
    naive: () => {
      const [price, next] = [vector("price", 0, 1, 2), vector("next", 1, 2, 0)];
      return mean(log(div(next, price))).item();
    },
    says: {
      op: "mean",
      phase: "forward",
      index: [],
      operands: [INF, -INF],
      pair: "∞ + -∞",
      fix: ["safe-div"],
      code: "safeDiv(next, price)",
    },
    fixed: () => {
      const [price, next] = [vector("price", 0, 1, 2), vector("next", 1, 2, 0)];
      const there = mul(notEqual(price, 0), notEqual(next, 0));
      const ratio = div(where(there, next, 1), where(there, price, 1));
      return [div(sum(where(there, log(ratio), 0)), sum(there)).item()];
    },
    good: [Math.LN2],
  },
  {
    ...own,
    id: "prog-56",
    name: "a running sum of ∞ and −∞",
    outcome: "throws",
    naive: () => cumsum(vector("flow", 1, INF, -INF)).toArray(),
    says: {
      op: "cumsum",
      phase: "forward",
      index: [2],
      operands: [INF, -INF],
      pair: "∞ + -∞",
      fix: ["mask-before"],
      code: "cumsum(where(mask, flow, 1))",
    },
    fixed: () => {
      const x = vector("flow", 1, INF, -INF);
      return valuesOf(cumsum(where(less(abs(x), INF), x, 0)));
    },
    good: [1, 1, 1],
  },
  {
    ...own,
    id: "prog-57",
    // In float64: a fused multiply-add of float32 has no −∞ to add, its product is not rounded.
    name: "a matrix product that adds ∞ and −∞",
    outcome: "throws",
    naive: () =>
      matmul(
        tensor([[1e200, 1e200]], { name: "a", dtype: "float64" }),
        tensor([[1e200], [-1e200]], { name: "b", dtype: "float64" }),
      ).toArray(),
    says: {
      op: "matmul",
      phase: "forward",
      index: [0, 0],
      operands: [1e200, -1e200],
      pair: "1e+200 · 1e+200 + 1e+200 · -1e+200 = ∞ + -∞",
      fix: ["scale-input"],
      not: ["clip-norm", "lower-lr", "mask-before"],
      code: "a",
    },
    fixed: () => valuesOf(matmul(matrix("a", [1, 1]), matrix("b", [1], [-1]))),
    good: [0],
  },
  {
    ...own,
    id: "prog-58",
    name: "a temperature so small that the logits overflow",
    outcome: "throws",
    naive: () => {
      const [z, t] = [matrix("z", [1e10, 2]), vector("temperature", 1e-30)];
      return step(z, () => sum(square(softmax(div(z, t)))));
    },
    says: {
      op: "softmax",
      phase: "forward",
      index: [0, 0],
      operands: [INF],
      pair: "∞ − ∞",
      fix: ["safe-div"],
      not: ["finite-mask"],
      code: "safeDiv(z, temperature)",
      stage: "exp(x − max)",
    },
    fixed: () => valuesOf(softmax(safeDiv(matrix("z", [1e10, 2]), vector("t", 1e-30)))),
    good: [1, 0],
  },
  {
    ...own,
    id: "prog-42",
    name: "an infinite value of a teacher that has no gradient",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 0, 1);
      return step(x, () =>
        sum(
          mul(
            x,
            noGrad(() => log(x)),
          ),
        ),
      );
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy"],
    },
    fixed: () => {
      const x = vector("x", 0, 1);
      return [sum(xlogy(x, x)).item()];
    },
    good: [0],
  },
  {
    ...own,
    id: "prog-43",
    name: "a gradient that is kept, and used when its step is long over",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 0, 4);
      const quietly = guard({ onNonFinite: "collect" }, () => step(x, () => sum(sqrt(x))));
      collected();
      return mean(mul(keep(quietly.grads.x), 0)).item();
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [INF, 0],
      pair: "∞ · 0",
      fix: ["safe-sqrt"],
      not: ["select-not-multiply"],
      code: "safeSqrt(x)",
    },
    fixed: () => {
      const x = vector("x", 0, 4);
      return [mean(step(x, () => sum(safeSqrt(x))).grads.x).item()];
    },
    good: [0.125],
  },
  {
    ...own,
    id: "prog-44",
    name: "a logarithm whose input is freed before anyone looks",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 0, 2);
      const y = keep(scope(() => log(x)));
      x.dispose();
      return sum(y).item();
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
      code: "safeLog(x)",
    },
    fixed: () => [sum(safeLog(vector("x", 0, 1))).item()],
    good: [Math.log(1e-12)],
  },
];

const training: readonly NanCase[] = [
  {
    ...own,
    id: "prog-45",
    name: "a learning rate that is too large",
    outcome: "throws",
    naive: () => {
      const x = tensor([1, 2, 3], { name: "x" });
      return train(sgd({ lr: 10 }), 500, (w) => mse(mul(w, x), tensor([2, 4, 6])));
    },
    says: {
      op: "sgd",
      phase: "optimizer",
      index: [0],
      operands: [],
      pair: "from gradient of w",
      fix: ["lower-lr"],
      not: ["scale-input"],
    },
    fixed: () => {
      const x = tensor([1, 2, 3], { name: "x" });
      return [train(sgd({ lr: 0.1 }), 500, (w) => mse(mul(w, x), tensor([2, 4, 6])))];
    },
    good: [2],
  },
  {
    ...own,
    id: "prog-46",
    name: "a step so large that an exponential has no gradient any more",
    outcome: "alarm",
    naive: () => {
      const x = tensor([1, 2, 3], { name: "x" });
      return train(sgd({ lr: 1 }), 50, (w) => mean(square(sub(exp(mul(w, x)), 1))));
    },
    says: {
      op: "exp",
      phase: "backward",
      index: [0],
      operands: [0],
      pair: "· 0",
      fix: ["lower-lr"],
      not: ["logits", "scale-input"],
    },
    fixed: () => {
      const x = tensor([1, 2, 3], { name: "x" });
      return [train(sgd({ lr: 1e-3 }), 2000, (w) => mean(square(mul(w, x))))];
    },
    good: [Math.exp(2000 * Math.log1p(-0.001 * (28 / 3)))],
    tolerance: 1e-3,
  },
  {
    ...own,
    id: "prog-47",
    name: "one gradient of 1e18, after which Adam stands still",
    outcome: "alarm",
    naive: () => {
      const scale = [1, 1e18, 1, 1];
      let i = 0;
      return train(adam({ lr: 0.1 }), 4, (w) => sum(mul(w, scale[i++] ?? 1)));
    },
    says: {
      op: "adam",
      phase: "optimizer",
      index: [0],
      operands: [1],
      pair: "beside a gradient of 1",
      fix: ["clip-norm"],
      stage: "p ← p − lr m / (√v + eps)",
    },
    fixed: () => {
      const scale = [1, 1e18, 1, 1];
      let i = 0;
      const clipped = adam({ lr: 0.1, clip: { globalNorm: 1 } });
      return [train(clipped, 4, (w) => sum(mul(w, scale[i++] ?? 1)))];
    },
    good: [0.6],
  },
  {
    ...own,
    id: "prog-48",
    name: "a warm-up over 0 steps",
    outcome: "refused",
    naive: () => sgd({ lr: (steps) => (0.1 * steps) / 0 }),
    says: { op: "sgd", place: "after 0 steps", value: "NaN" },
    fixed: () => [train(sgd({ lr: (steps) => 0.1 / (1 + steps) }), 1, (w) => sum(w))],
    good: [0.9],
  },
  {
    ...own,
    id: "prog-49",
    name: "an infinite gradient that was only collected goes into a step",
    outcome: "throws",
    naive: () => {
      const w = parameter("w", [0, 4]);
      const update = sgd({ lr: 0.1 });
      try {
        const quietly = () => valueAndGrad([w], () => sum(sqrt(w)));
        const { grads } = guard({ onNonFinite: "collect" }, quietly);
        collected();
        return update([w], grads);
      } finally {
        update.dispose();
        w.dispose();
      }
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [1, 0],
      pair: "1 · ∞",
      fix: ["safe-sqrt"],
      code: "safeSqrt(w)",
    },
    fixed: () => {
      const w = vector("w", 0, 4);
      return gradientsOf(valueAndGrad({ w }, () => sum(safeSqrt(w))));
    },
    good: [0, 0.25],
  },
];

const data: readonly NanCase[] = [
  {
    ...own,
    id: "prog-50",
    name: "a feature of 1e30 in a table",
    outcome: "throws",
    naive: () => {
      const columns = ["age", "height"];
      const x = tensor(
        [
          [1, 2],
          [1e30, 4],
        ],
        { name: "table", columns, rows: [100, 205] },
      );
      const w = matrix("w", [1], [1]);
      return valueAndGrad({ w }, () => mean(square(matmul(x, w))));
    },
    says: {
      op: "square",
      phase: "forward",
      index: [1, 0],
      operands: [1e30],
      pair: "1e+30² = ∞",
      fix: ["scale-input"],
      not: ["clip-norm", "lower-lr"],
      code: "table",
      origin: 'input "table"[1, 0] (column "age", row 205)',
    },
    fixed: () => {
      const w = matrix("w", [1], [1]);
      return gradientsOf(valueAndGrad({ w }, () => mean(matmul(matrix("x", [1, 2]), w))));
    },
    good: [1, 2],
  },
  {
    ...own,
    id: "prog-51",
    name: "missing values filled with the mean of a column that has none",
    outcome: "throws",
    naive: () => {
      const columns = ["empty", "full"];
      const x = tensor(
        [
          [Number.NaN, 1],
          [Number.NaN, 3],
        ],
        { name: "x", columns },
      );
      return where(notEqual(x, x), nanMean(x, { axis: 0 }), x).toArray();
    },
    says: {
      op: "input",
      phase: "input",
      index: [0, 0],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["notEqual forward"],
      fix: ["impute"],
    },
    fixed: () => {
      const x = tensor([
        [0, 1],
        [Number.NaN, 3],
      ]);
      return valuesOf(where(notEqual(x, x), nanMean(x, { axis: 0 }), x));
    },
    good: [0, 1, 0, 3],
  },
  {
    ...own,
    id: "prog-52",
    name: "the class of logits that are NaN",
    outcome: "alarm",
    naive: () => argmax(matrix("logits", [1, 2], [Number.NaN, 0]), { axis: 1 }).toArray(),
    says: {
      op: "argmax",
      phase: "forward",
      index: [1],
      operands: [Number.NaN],
      pair: "NaN among them",
      absorbed: ["argmax forward"],
      fix: ["impute"],
    },
    fixed: () => valuesOf(argmax(matrix("logits", [1, 2], [3, 0]), { axis: 1 })),
    good: [1, 0],
  },
  {
    ...own,
    id: "prog-53",
    name: "a share of NaN that is below a threshold",
    outcome: "alarm",
    naive: () => {
      const w = matrix("w", [Number.NaN], [1]);
      return mean(less(matmul(matrix("x", [1, 2]), w), 0)).item();
    },
    says: {
      op: "less",
      phase: "forward",
      index: [0, 0],
      operands: [Number.NaN, 0],
      pair: "less(NaN, 0) = 0",
      absorbed: ["less forward"],
      fix: ["impute"],
    },
    fixed: () => [mean(less(tensor([-1, 1]), 0)).item()],
    good: [0.5],
  },
  {
    ...own,
    id: "prog-54",
    name: "a label beyond the classes",
    outcome: "refused",
    naive: () => crossEntropy(matrix("logits", [1, 2], [3, 4]), [0, 2]),
    says: { op: "crossEntropy", place: "labels[1]", value: "2" },
    fixed: () => [crossEntropy(matrix("logits", [0, 0]), [1]).item()],
    good: [Math.LN2],
  },
  {
    ...own,
    id: "prog-55",
    name: "a NaN in a condition",
    outcome: "refused",
    naive: () => where(vector("mask", 1, Number.NaN), 1, 0),
    says: { op: "where", place: "condition[1]", value: "NaN" },
    fixed: () => valuesOf(where(vector("mask", 1, 0), 1, 0)),
    good: [1, 0],
  },
];

export const programs: readonly NanCase[] = [
  ...masked,
  ...spreads,
  ...fused,
  ...functions,
  ...training,
  ...data,
];
