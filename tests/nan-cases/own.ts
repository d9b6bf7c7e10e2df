/** More of the same kinds, with other ops. */
import {
  abs,
  adam,
  add,
  asin,
  atanh,
  clip,
  crossEntropy,
  cumprod,
  div,
  equal,
  exp,
  greater,
  hypot,
  layerNorm,
  less,
  lessEqual,
  linear,
  log,
  log1mexp,
  log1p,
  logicalNot,
  logit,
  logSigmoid,
  logsumexp,
  matmul,
  maximum,
  mean,
  mse,
  mul,
  neg,
  norm2,
  notEqual,
  ones,
  parameter,
  pow,
  prod,
  reciprocal,
  relEntr,
  relu,
  rsqrt,
  safeDiv,
  safeNorm,
  safePow,
  safeReciprocal,
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
  tensor,
  valueAndGrad,
  where,
  xlog1py,
  xlogy,
  zeros,
} from "../../src/index.js";
import { gradientsOf, type NanCase, outcomeOf, own } from "./case.js";

const vector = (name: string, values: readonly number[]) => tensor(values, { name });
const INF = Number.POSITIVE_INFINITY;

/** One step of an optimizer on one weight. */
function stepOf(make: typeof adam | typeof sgd, lr: number, w0: number, g: number): number {
  const w = parameter("w", [w0]);
  const step = make({ lr });
  try {
    step([w], { w: tensor([g]) });
    return w.toArray()[0] ?? Number.NaN;
  } finally {
    step.dispose();
    w.dispose();
  }
}

const selections: readonly NanCase[] = [
  {
    ...own,
    id: "own-1",
    name: "where-reciprocal",
    outcome: "masked",
    naive: () => {
      const x = vector("x", [2, 0]);
      return valueAndGrad({ x }, () => sum(where(notEqual(x, 0), reciprocal(x), 0)));
    },
    says: {
      op: "reciprocal",
      phase: "backward",
      index: [1],
      operands: [0, 0],
      pair: "0 · -∞",
      absorbed: ["where forward"],
      fix: ["double-where", "safe-div"],
    },
    fixed: () => {
      const x = vector("x", [2, 0]);
      const on = notEqual(x, 0);
      return gradientsOf(
        valueAndGrad({ x }, () => sum(where(on, safeReciprocal(where(on, x, 1)), 0))),
      );
    },
    good: [-0.25, 0],
  },
  {
    ...own,
    id: "own-2",
    name: "where-pow with a negative exponent",
    outcome: "masked",
    naive: () => {
      const x = vector("x", [0, 4]);
      return valueAndGrad({ x }, () => sum(where(greater(x, 0), pow(x, -0.5), 0)));
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [0],
      operands: [0, -0.5],
      pair: "0 · -∞",
      absorbed: ["where forward"],
      fix: ["safe-pow", "double-where"],
    },
    fixed: () => {
      const x = vector("x", [0, 4]);
      return gradientsOf(valueAndGrad({ x }, () => sum(where(greater(x, 0), safePow(x, -0.5), 0))));
    },
    good: [0, -0.0625],
  },
  {
    ...own,
    id: "own-3",
    name: "where-asin at 1",
    outcome: "masked",
    naive: () => {
      const x = vector("x", [1, 0]);
      return valueAndGrad({ x }, () => sum(where(less(abs(x), 1), asin(x), 0)));
    },
    says: {
      op: "asin",
      phase: "backward",
      index: [0],
      operands: [0, 1],
      pair: "0 · ∞",
      fix: ["safe-acos", "double-where"],
    },
    fixed: () => {
      const x = vector("x", [1, 0]);
      const on = less(abs(x), 1);
      return gradientsOf(valueAndGrad({ x }, () => sum(where(on, asin(where(on, x, 0)), 0))));
    },
    good: [0, 1],
  },
  {
    ...own,
    id: "own-4",
    name: "a where in a where",
    outcome: "masked",
    naive: () => {
      const x = vector("x", [0, 2, 9]);
      return valueAndGrad({ x }, () =>
        sum(where(less(x, 5), where(greater(x, 0), rsqrt(x), x), 1)),
      );
    },
    says: {
      op: "rsqrt",
      phase: "backward",
      index: [0],
      operands: [0, 0],
      pair: "0 · -∞",
      absorbed: ["where forward"],
      fix: ["double-where"],
    },
    fixed: () => {
      const x = vector("x", [0, 2, 9]);
      const on = greater(x, 0);
      return gradientsOf(
        valueAndGrad({ x }, () => sum(where(less(x, 5), where(on, rsqrt(where(on, x, 1)), x), 1))),
      );
    },
    good: [1, -0.17677669, 0],
  },
  {
    ...own,
    id: "own-5",
    name: "log1p(−1) under a mask that multiplies",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [-1, 1]);
      return valueAndGrad({ x }, () => sum(mul(vector("mask", [0, 1]), log1p(x))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy", "select-not-multiply"],
    },
    fixed: () => {
      const x = vector("x", [-1, 1]);
      return [sum(xlog1py(tensor([0, 1]), x)).item()];
    },
    good: [Math.LN2],
  },
  {
    ...own,
    id: "own-6",
    name: "the mean over no elements of a mask",
    outcome: "throws",
    naive: () => {
      const [x, mask] = [vector("x", [1, 2]), vector("mask", [0, 0])];
      return valueAndGrad({ x }, () => div(sum(where(mask, x, 0)), sum(mask)));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
    },
    fixed: () => {
      const [x, mask] = [vector("x", [1, 2]), vector("mask", [0, 0])];
      return outcomeOf(valueAndGrad({ x }, () => safeDiv(sum(where(mask, x, 0)), sum(mask))));
    },
    good: [0, 0, 0],
  },
];

const slopes: readonly NanCase[] = [
  {
    ...own,
    id: "own-7",
    name: "a direction of a vector of zeros, by rsqrt",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [0, 0]);
      return valueAndGrad({ x }, () => sum(mul(x, rsqrt(sum(square(x))))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["safe-norm"],
    },
    fixed: () => {
      const x = vector("x", [0, 0]);
      return [...div(x, safeNorm(x)).toArray()];
    },
    good: [0, 0],
  },
  {
    ...own,
    id: "own-8",
    name: "atanh of 1",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [0, 1]);
      return valueAndGrad({ x }, () => sum(atanh(x)));
    },
    says: {
      op: "atanh",
      phase: "forward",
      index: [1],
      operands: [1],
      pair: "atanh(1) = ∞",
      fix: ["clip-input", "mask-before"],
    },
    fixed: () => [atanh(clip(tensor([1]), { max: 0.5 })).item()],
    good: [0.5493061443340549],
  },
  {
    ...own,
    id: "own-9",
    name: "the logit of a probability of 1",
    outcome: "throws",
    naive: () => logit(vector("p", [0.5, 1])).toArray(),
    says: {
      op: "logit",
      phase: "forward",
      index: [1],
      operands: [1],
      pair: "logit(1) = ∞",
      fix: ["double-where", "epsilon-inside"],
    },
    fixed: () => [...logit(clip(tensor([0.5, 1]), { max: 0.75 })).toArray()],
    good: [0, 1.0986122886681098],
  },
  {
    ...own,
    id: "own-10",
    name: "a cosine of an embedding of zeros",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("a", [0, 0]), vector("b", [1, 2])];
      return valueAndGrad({ a }, () => div(sum(mul(a, b)), mul(norm2(a), norm2(b))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-norm", "safe-div"],
    },
    fixed: () => {
      const [a, b] = [vector("a", [0, 0]), vector("b", [1, 2])];
      return [div(sum(mul(a, b)), mul(safeNorm(a), norm2(b))).item()];
    },
    good: [0],
  },
  {
    ...own,
    id: "own-11",
    name: "a constant column, standardised",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [1, 5],
          [3, 5],
        ],
        { name: "x" },
      );
      const spread = std(x, { axis: 0 });
      return div(sub(x, mean(x, { axis: 0 })), spread).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
    },
    fixed: () => {
      const x = tensor([
        [1, 5],
        [3, 5],
      ]);
      const spread = std(x, { axis: 0 });
      const scale = where(equal(spread, 0), 1, spread);
      return [...div(sub(x, mean(x, { axis: 0 })), scale).toArray()];
    },
    good: [-1, 0, 1, 0],
  },
  {
    ...own,
    id: "own-12",
    name: "an entropy with a probability of 0",
    outcome: "throws",
    naive: () => {
      const p = vector("p", [0, 1]);
      return valueAndGrad({ p }, () => neg(sum(mul(p, log(p)))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy"],
    },
    fixed: () => [sum(xlogy(tensor([0, 1]), tensor([0, 1]))).item()],
    good: [0],
  },
  {
    ...own,
    id: "own-13",
    name: "the logarithm of 1 − x where rounding went too far",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [0.5, 1.0000001]);
      return valueAndGrad({ x }, () => sum(log(sub(1, x))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [-1.1920929e-7],
      pair: "log(-1.19209e-7) = NaN",
      fix: ["safe-log"],
    },
    fixed: () => [log1p(neg(tensor([0.5]))).item()],
    good: [-Math.LN2],
  },
  {
    ...own,
    id: "own-14",
    name: "log(1 − eˣ) near 0",
    outcome: "throws",
    naive: () => log(sub(1, exp(vector("x", [-1e-9])))).item(),
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log"],
    },
    fixed: () => [log1mexp(tensor([-1e-9])).item()],
    good: [-20.72326583],
  },
];

const exponentials: readonly NanCase[] = [
  {
    ...own,
    id: "own-39",
    name: "a divergence from a distribution with a 0 in it",
    outcome: "throws",
    naive: () => {
      const [p, q] = [vector("p", [0.5, 0.5]), vector("q", [0, 1])];
      return valueAndGrad({ p }, () => sum(relEntr(p, q)));
    },
    says: {
      op: "relEntr",
      phase: "forward",
      index: [0],
      operands: [0.5, 0],
      pair: "relEntr(0.5, 0) = ∞",
      fix: ["epsilon-inside", "mask-before"],
    },
    fixed: () => [sum(relEntr(tensor([0, 1]), tensor([0, 1]))).item()],
    good: [0],
  },
  {
    ...own,
    id: "own-15",
    name: "a softmax written out",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [1, 100]);
      return valueAndGrad({ x }, () => {
        const e = exp(x);
        return mean(div(e, sum(e)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [INF, INF],
      pair: "∞ / ∞",
      absorbed: ["div forward"],
      fix: ["softmax"],
    },
    fixed: () => [...softmax(tensor([1, 100])).toArray()],
    good: [1.0113e-43, 1],
    tolerance: 0.02,
  },
  {
    ...own,
    id: "own-16",
    name: "a sigmoid written out",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [1, 100]);
      return valueAndGrad({ x }, () => sum(div(exp(x), add(1, exp(x)))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [INF, INF],
      pair: "∞ / ∞",
      fix: ["sigmoid"],
    },
    fixed: () => [...sigmoid(tensor([0, 100])).toArray()],
    good: [0.5, 1],
  },
  {
    ...own,
    id: "own-17",
    name: "1 / (1 + e^−x) at −100: right by luck",
    outcome: "silent",
    naive: () => {
      const x = vector("x", [-100, 1]);
      return valueAndGrad({ x }, () => sum(div(1, add(1, exp(neg(x))))));
    },
    fixed: () => [...sigmoid(tensor([0])).toArray()],
    good: [0.5],
  },
  {
    ...own,
    id: "own-18",
    name: "a row that is masked in part",
    outcome: "silent",
    naive: () => {
      const x = tensor([[1, 2, 3]], { name: "x" });
      const mask = tensor([[0, 0, -INF]]);
      return valueAndGrad({ x }, () => sum(square(softmax(add(x, mask)))));
    },
    fixed: () => [...softmax(tensor([[1, 1, -INF]])).toArray()],
    good: [0.5, 0.5, 0],
  },
  {
    ...own,
    id: "own-19",
    name: "cross entropy of a logit of ∞",
    outcome: "throws",
    naive: () => {
      const x = tensor([[0, INF]], { name: "logits" });
      return valueAndGrad({ x }, () => crossEntropy(x, [0]));
    },
    says: {
      op: "crossEntropy",
      phase: "forward",
      index: [],
      operands: [INF],
      pair: "∞ − ∞",
      fix: ["scale-input", "impute"],
      stage: "exp(x − max)",
    },
    fixed: () => [crossEntropy(tensor([[0, 50]]), [0]).item()],
    good: [50],
  },
  {
    ...own,
    id: "own-20",
    name: "a likelihood as a product",
    outcome: "throws",
    naive: () => {
      const p = vector("p", new Array(40).fill(0.01));
      return valueAndGrad({ p }, () => log(prod(p)));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["log-sum"],
    },
    fixed: () => [sum(log(tensor(new Array(40).fill(0.01)))).item()],
    good: [-184.2068],
  },
  {
    ...own,
    id: "own-21",
    name: "a temperature of 0",
    outcome: "throws",
    naive: () => softmax(div(tensor([[1, 2]], { name: "logits" }), 0)).toArray(),
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [1, 0],
      pair: "1 / 0",
      fix: ["safe-div", "divide-where"],
    },
    fixed: () => [...softmax(div(tensor([[1, 1]]), 0.5)).toArray()],
    good: [0.5, 0.5],
  },
];

const sizes: readonly NanCase[] = [
  {
    ...own,
    id: "own-22",
    name: "a running product that overflows, and meets a 0",
    outcome: "throws",
    naive: () => mul(cumprod(vector("x", [1e30, 1e30])), vector("mask", [1, 0])).toArray(),
    says: {
      op: "cumprod",
      phase: "forward",
      index: [1],
      operands: [1e30],
      pair: "∞ · 0",
      fix: ["select-not-multiply", "mask-before"],
    },
    fixed: () => [...where(tensor([1, 0]), cumprod(tensor([1e30, 1e30])), 0).toArray()],
    good: [1e30, 0],
  },
  {
    ...own,
    id: "own-23",
    name: "a hypotenuse by squares",
    outcome: "throws",
    naive: () => {
      const [x, y] = [vector("x", [3e20]), vector("y", [4e20])];
      return valueAndGrad({ x, y }, () => sum(sqrt(add(square(x), square(y)))));
    },
    says: {
      op: "square",
      phase: "forward",
      index: [0],
      operands: [3e20],
      pair: "3e+20² = ∞",
      fix: ["safe-norm"],
      code: "hypot(x, y) instead of sqrt(add(square(x), square(y)))",
    },
    fixed: () => [hypot(tensor([3e20]), tensor([4e20])).item()],
    good: [5e20],
  },
  {
    ...own,
    id: "own-24",
    name: "a matrix product with a weight that exploded",
    outcome: "throws",
    naive: () => {
      const w = parameter("fc.weight", [
        [1, 1e20],
        [1, 1],
      ]);
      try {
        const x = tensor(
          [
            [1, 1],
            [1e20, 1],
          ],
          { name: "x" },
        );
        return valueAndGrad([w], () => sum(matmul(x, w)));
      } finally {
        w.dispose();
      }
    },
    says: {
      op: "matmul",
      phase: "forward",
      index: [1, 1],
      operands: [1e20, 1e20],
      pair: "1e+20 · 1e+20 = ∞",
      fix: ["scale-input", "clip-norm"],
    },
    fixed: () => [matmul(tensor([[1, 1]]), tensor([[1], [1]])).item()],
    good: [2],
  },
  {
    ...own,
    id: "own-25",
    name: "gradients that meet as ∞ − ∞",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [0]);
      return valueAndGrad({ x }, () => sum(sub(sqrt(x), mul(2, sqrt(x)))));
    },
    says: {
      op: "sum of gradients",
      phase: "backward",
      index: [0],
      operands: [INF, -INF],
      pair: "-∞ + ∞ = NaN",
      fix: ["safe-sqrt", "epsilon-inside"],
    },
    fixed: () => {
      const x = vector("x", [4]);
      return gradientsOf(valueAndGrad({ x }, () => sum(sub(sqrt(x), mul(2, sqrt(x))))));
    },
    good: [-0.25],
  },
  {
    ...own,
    id: "own-26",
    name: "a sum of ∞ and −∞",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [1, INF, -INF]);
      return valueAndGrad({ x }, () => sum(x));
    },
    says: {
      op: "sum",
      phase: "forward",
      index: [],
      operands: [INF, -INF],
      pair: "∞ + -∞",
      fix: ["impute"],
    },
    fixed: () => [sum(tensor([1, 2])).item()],
    good: [3],
  },
  {
    ...own,
    id: "own-27",
    name: "a layer norm of a constant row without epsilon",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [1, 2],
          [5, 5],
        ],
        { name: "x" },
      );
      return valueAndGrad({ x }, () => sum(layerNorm(x, ones([2]), zeros([2]), { eps: 0 })));
    },
    says: {
      op: "layerNorm",
      phase: "forward",
      index: [1, 0],
      operands: [5],
      pair: "0 · ∞",
      fix: ["epsilon"],
      stage: "1/√(variance + eps)",
    },
    fixed: () => [...layerNorm(tensor([[5, 5]]), ones([2]), zeros([2])).toArray()],
    good: [0, 0],
  },
];

const boundaries: readonly NanCase[] = [
  {
    ...own,
    id: "own-28",
    name: "a NaN in a weight",
    outcome: "throws",
    naive: () => {
      const w = parameter("fc.weight", [[1], [Number.NaN]]);
      try {
        return valueAndGrad([w], () => sum(relu(linear(ones([3, 2]), w, zeros([1])))));
      } finally {
        w.dispose();
      }
    },
    says: {
      op: "parameter",
      phase: "parameter",
      index: [1, 0],
      operands: [Number.NaN],
      pair: "NaN",
      fix: ["restore-parameter"],
    },
    fixed: () => [...relu(linear(ones([1, 2]), ones([2, 1]), zeros([1]))).toArray()],
    good: [2],
  },
  {
    ...own,
    id: "own-29",
    name: "a NaN in a target",
    outcome: "throws",
    naive: () => {
      const [p, y] = [vector("p", [1, 2]), vector("y", [1, Number.NaN])];
      return valueAndGrad({ p }, () => mse(p, y));
    },
    says: {
      op: "input",
      phase: "input",
      index: [1],
      operands: [Number.NaN],
      pair: "NaN",
      fix: ["fix-labels"],
    },
    fixed: () => [mse(tensor([1, 2]), tensor([1, 4])).item()],
    good: [2],
  },
  {
    ...own,
    id: "own-30",
    name: "the question whether it is NaN",
    outcome: "silent",
    naive: () => {
      const x = vector("x", [1, Number.NaN]);
      return valueAndGrad({ x }, () => sum(where(notEqual(x, x), 0, x)));
    },
    fixed: () => [sum(tensor([1, 0])).item()],
    good: [1],
  },
  {
    ...own,
    id: "own-31",
    name: "a relu by where turns a NaN into 0",
    outcome: "alarm",
    naive: () => {
      const x = vector("x", [1, Number.NaN]);
      return valueAndGrad({ x }, () => sum(where(greater(x, 0), x, 0)));
    },
    says: {
      op: "greater",
      phase: "forward",
      index: [1],
      operands: [Number.NaN, 0],
      pair: "NaN",
      absorbed: ["greater forward", "where forward"],
      fix: ["impute"],
    },
    fixed: () => [...relu(tensor([1, -1])).toArray()],
    good: [1, 0],
  },
  {
    ...own,
    id: "own-32",
    name: "a clamp by maximum kills the gradient",
    outcome: "alarm",
    naive: () => {
      const x = vector("x", [-60, 2]);
      return valueAndGrad({ x }, () => neg(mean(log(maximum(sigmoid(x), 1e-6)))));
    },
    says: {
      op: "maximum",
      phase: "backward",
      index: [0],
      operands: [-500000, 1e-6],
      pair: "-500000 · 0",
      fix: ["logits"],
    },
    fixed: () => {
      const x = vector("x", [-60, -60]);
      return gradientsOf(valueAndGrad({ x }, () => mean(softplus(neg(x)))));
    },
    good: [-0.5, -0.5],
  },
  {
    ...own,
    id: "own-33",
    name: "a squared error on a sigmoid that is saturated the wrong way",
    outcome: "alarm",
    naive: () => {
      const x = vector("x", [-60, -60]);
      return valueAndGrad({ x }, () => mse(sigmoid(x), ones([2])));
    },
    says: {
      op: "sigmoid",
      phase: "backward",
      index: [0],
      operands: [-1, -60],
      pair: "-1 · 8.75651e-27",
      fix: ["logits"],
    },
    fixed: () => {
      const x = vector("x", [-60, -60]);
      return gradientsOf(valueAndGrad({ x }, () => mean(softplus(neg(x)))));
    },
    good: [-0.5, -0.5],
  },
  {
    ...own,
    id: "own-34",
    name: "the logarithm of a softmax, with an epsilon",
    outcome: "alarm",
    naive: () => {
      const x = tensor([[0, -200]], { name: "x" });
      return valueAndGrad({ x }, () => neg(sum(mul(tensor([[0, 1]]), log(add(softmax(x), 1e-7))))));
    },
    says: {
      op: "softmax",
      phase: "backward",
      index: [0, 1],
      operands: [-1e7, 0],
      pair: "0 · (-10000000 − 0)",
      fix: ["logits", "log-softmax"],
    },
    fixed: () => {
      const x = tensor([[0, -200]], { name: "x" });
      return gradientsOf(
        valueAndGrad({ x }, () => sub(logsumexp(x), sum(mul(tensor([[0, 1]]), x)))),
      );
    },
    good: [1, -1],
  },
  {
    ...own,
    id: "own-35",
    name: "a prediction that is right, and flat",
    outcome: "silent",
    naive: () => {
      const x = vector("x", [50, 60]);
      return valueAndGrad({ x }, () =>
        neg(mean(log(clip(sigmoid(x), { min: 1e-7, max: 1 - 1e-7 })))),
      );
    },
    fixed: () => {
      const x = vector("x", [50]);
      return gradientsOf(valueAndGrad({ x }, () => mean(softplus(neg(x)))));
    },
    good: [-1.9287498e-22],
  },
  {
    ...own,
    id: "own-36",
    name: "Adam's v beyond float32",
    outcome: "throws",
    finite: true,
    naive: () => stepOf(adam, 0.1, 1, 1e25),
    says: {
      op: "adam",
      phase: "optimizer",
      index: [0],
      operands: [1e25],
      pair: "v as large as",
      fix: ["clip-norm"],
      stage: "v ← β₂ v + (1 − β₂) g²",
    },
    fixed: () => [stepOf(adam, 0.1, 1, 1)],
    good: [0.9],
  },
  {
    ...own,
    id: "own-37",
    name: "a step that leaves float32",
    outcome: "throws",
    finite: true,
    naive: () => stepOf(sgd, 1e20, 1, 1e25),
    says: {
      op: "sgd",
      phase: "optimizer",
      index: [0],
      operands: [1e25],
      pair: "p as large as",
      fix: ["lower-lr"],
      stage: "p ← p − update",
    },
    fixed: () => [stepOf(sgd, 0.1, 1, 1)],
    good: [0.9],
  },
  {
    ...own,
    id: "own-38",
    name: "a NaN gradient from elsewhere",
    outcome: "throws",
    naive: () => stepOf(adam, 0.1, 1, Number.NaN),
    says: {
      op: "input",
      phase: "input",
      index: [0],
      operands: [Number.NaN],
      pair: "NaN",
      fix: ["impute"],
    },
    fixed: () => [stepOf(adam, 0.1, 1, 1)],
    good: [0.9],
  },
];

// ── Poles of an underflow ────────────────────────────────────────────────────────────────────────

const underflows: readonly NanCase[] = [
  {
    ...own,
    id: "own-50",
    name: "a square that underflows before a logarithm, which is divided by",
    outcome: "alarm",
    naive: () => {
      const x = vector("x", [2, 1e-30]);
      return valueAndGrad({ x }, () => sum(div(1, log(square(x)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "1 / -∞ = -0",
      absorbed: ["div forward"],
      fix: ["cancel-log"],
      not: ["scale-input"],
      code: "mul(2, log(abs(x)))",
      origin: 'input "x"[1]',
    },
    fixed: () => [sum(div(1, mul(2, log(abs(vector("x", [2, 1e-30])))))).item()],
    good: [1 / Math.log(4) + 1 / Math.log(1e-60)],
  },
  {
    ...own,
    id: "own-51",
    name: "a probability that underflows, whose logarithm is divided by",
    outcome: "alarm",
    naive: () => {
      const x = vector("x", [0, -200]);
      return valueAndGrad({ x }, () => sum(reciprocal(log(sigmoid(x)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "reciprocal(-∞) = -0",
      absorbed: ["reciprocal forward"],
      fix: ["logits"],
      not: ["scale-input"],
      origin: 'input "x"[1]',
    },
    fixed: () => [sum(reciprocal(logSigmoid(vector("x", [0, -200])))).item()],
    good: [-1 / Math.LN2 - 1 / 200],
  },
  {
    ...own,
    id: "own-52",
    name: "the logarithm of the square of 0, divided by: 0 is the limit",
    outcome: "silent",
    naive: () => {
      const x = vector("x", [2, 0]);
      return valueAndGrad({ x }, () => sum(div(1, log(square(x)))));
    },
    fixed: () => [sum(div(1, log(square(vector("x", [2, 0]))))).item()],
    good: [1 / Math.log(4)],
  },
  {
    ...own,
    id: "own-53",
    name: "the exponential of the logarithm of what underflowed: 0 to the last bit",
    outcome: "silent",
    naive: () => {
      const x = vector("x", [2, 1e-30]);
      return valueAndGrad({ x }, () => sum(exp(log(square(x)))));
    },
    fixed: () => [sum(exp(log(square(vector("x", [2, 1e-30]))))).item()],
    good: [4],
  },
];

// ── Clamps that are written as a choice ──────────────────────────────────────────────────────────

/** `maximum(p, 1e-6)` in other words. */
const CLAMPS: Readonly<Record<string, (p: Tensor) => Tensor>> = {
  "below, the bound": (p) => where(less(p, 1e-6), 1e-6, p),
  "not above, the bound": (p) => where(lessEqual(p, 1e-6), 1e-6, p),
  "above, itself": (p) => where(greater(p, 1e-6), p, 1e-6),
  "the bound below it": (p) => where(less(1e-6, p), p, 1e-6),
  "not above, the bound, as tensors": (p) =>
    where(logicalNot(greater(p, tensor([1e-6, 1e-6]))), tensor([1e-6, 1e-6]), p),
  "a second bound within": (p) =>
    where(less(p, 1e-6), 1e-6, where(greater(p, 1 - 1e-6), 1 - 1e-6, p)),
  "a clip within": (p) => where(less(p, 1e-6), 1e-6, clip(p, { min: 0, max: 1 - 1e-6 })),
};

const clamps: readonly NanCase[] = [
  ...Object.entries(CLAMPS).map(
    ([name, clamp], i): NanCase => ({
      ...own,
      id: `own-${40 + i}`,
      name: `a clamp by where kills the gradient: ${name}`,
      outcome: "alarm",
      naive: () => {
        const x = vector("x", [-60, 2]);
        return valueAndGrad({ x }, () => neg(mean(log(clamp(sigmoid(x))))));
      },
      says: {
        op: "where",
        phase: "backward",
        index: [0],
        operands: [-500000, 8.756511e-27],
        pair: "-500000 · 0",
        origin: 'input "x"[0]',
        fix: ["logits"],
      },
      fixed: () => {
        const x = vector("x", [-60, -60]);
        return gradientsOf(valueAndGrad({ x }, () => mean(softplus(neg(x)))));
      },
      good: [-0.5, -0.5],
    }),
  ),
  {
    ...own,
    id: "own-47",
    name: "logarithms held at −100 by where",
    outcome: "alarm",
    naive: () => {
      const z = vector("z", [-200, -1]);
      return valueAndGrad({ z }, () => {
        const l = log(sigmoid(z));
        return neg(mean(where(less(l, -100), -100, l)));
      });
    },
    says: {
      op: "where",
      phase: "backward",
      index: [0],
      operands: [-0.5, -INF],
      pair: "-0.5 · 0",
      absorbed: ["less forward", "where forward"],
      fix: ["logits"],
      not: ["scale-input", "log-softmax", "impute"],
    },
    fixed: () => {
      const z = vector("z", [-200, 0]);
      return gradientsOf(valueAndGrad({ z }, () => mean(softplus(neg(z)))));
    },
    good: [-0.5, -0.25],
  },
  {
    ...own,
    id: "own-48",
    name: "a 1 in place of what the logarithm must not see: no clamp",
    outcome: "silent",
    naive: () => {
      const x = vector("x", [-60, 2]);
      return valueAndGrad({ x }, () => {
        const p = sigmoid(x);
        return neg(mean(log(where(less(p, 1e-6), 1, p))));
      });
    },
    fixed: () => {
      const x = vector("x", [-60, 0]);
      return gradientsOf(
        valueAndGrad({ x }, () => neg(mean(log(where(less(sigmoid(x), 1e-6), 1, sigmoid(x)))))),
      );
    },
    good: [0, -0.25],
  },
  {
    ...own,
    id: "own-49",
    name: "a number next to 0 in place of what a mask leaves out: no clamp",
    outcome: "silent",
    naive: () => {
      const x = vector("x", [-60, 2]);
      return valueAndGrad({ x }, () => neg(mean(log(where(tensor([0, 1]), sigmoid(x), 1e-6)))));
    },
    fixed: () => {
      const x = vector("x", [-60, 0]);
      return gradientsOf(
        valueAndGrad({ x }, () => neg(mean(log(where(tensor([0, 1]), sigmoid(x), 1e-6))))),
      );
    },
    good: [0, -0.25],
  },
];

export const ownCases: readonly NanCase[] = [
  ...selections,
  ...slopes,
  ...exponentials,
  ...sizes,
  ...boundaries,
  ...underflows,
  ...clamps,
];
