/** Exponentials, logarithms, softmax and the losses on them. */
import {
  add,
  allowNonFinite,
  clip,
  crossEntropy,
  div,
  exp,
  log,
  logSoftmax,
  logsumexp,
  mean,
  mul,
  neg,
  sigmoid,
  softmax,
  softplus,
  sub,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  where,
} from "../../src/index.js";
import { gradientsOf, type NanCase, outcomeOf } from "./case.js";

const vector = (name: string, values: readonly number[]) => tensor(values, { name });
const naiveLogSoftmax = (x: Tensor) => sub(x, logsumexp(x, { axis: -1, keepDims: true }));
const LOWEST = -3.4028234663852886e38;

export const softmaxes: readonly NanCase[] = [
  {
    id: "31",
    name: "a row that is masked altogether",
    source: "pytorch#41508, PR#131060; burn PR#4697",
    outcome: "throws",
    naive: () => {
      const x = tensor([[-Infinity, -Infinity]], { name: "scores" });
      return valueAndGrad({ x }, () => sum(softmax(x)));
    },
    says: {
      op: "softmax",
      phase: "forward",
      index: [0, 0],
      operands: [-Infinity],
      pair: "-∞ − (-∞)",
      fix: ["finite-mask"],
      stage: "exp(x − max)",
    },
    fixed: () => {
      const x = tensor([[1, 2]], { name: "scores" });
      const mask = tensor([[0, 0]]);
      let y: number[] = [];
      const step = valueAndGrad({ x }, () => {
        const weights = where(mask, softmax(where(mask, x, -1e30)), 0);
        y = [...weights.toArray()];
        return sum(weights);
      });
      return [...y, ...gradientsOf(step)];
    },
    good: [0, 0, 0, 0],
  },
  {
    id: "32",
    name: "two masks that are added",
    source: "transformers PR#17306; Automodel PR#2658",
    outcome: "throws",
    naive: () => {
      const x = tensor([[1, 2]], { name: "scores" });
      const mask = tensor([[LOWEST, LOWEST]], { name: "mask" });
      return valueAndGrad({ x }, () => sum(softmax(add(x, add(mask, mask)))));
    },
    says: {
      op: "add",
      phase: "forward",
      index: [0, 0],
      operands: [LOWEST],
      pair: "-3.40282e+38 + -3.40282e+38 = -∞",
      fix: ["finite-mask"],
    },
    fixed: () => {
      const x = tensor([[1, 2]], { name: "scores" });
      const mask = tensor([[0, 0]]);
      return outcomeOf(
        valueAndGrad({ x }, () => sum(where(mask, softmax(where(mask, x, -1e30)), 0))),
      );
    },
    good: [0, 0, 0],
  },
  {
    id: "34",
    name: "the logarithm of a sum of no exponentials",
    source: "pytorch#31829, #49724; jax#6811; tfjs",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [-Infinity, -Infinity]);
      return valueAndGrad({ x }, () => log(sum(exp(x))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "log(0) = -∞",
      absorbed: ["exp forward"],
      fix: ["logsumexp"],
    },
    fixed: () => {
      const x = vector("x", [-Infinity, -Infinity]);
      return allowNonFinite(() => outcomeOf(valueAndGrad({ x }, () => logsumexp(x))));
    },
    good: [-Infinity, 0, 0],
  },
  {
    id: "36",
    name: "the logarithm of a softmax that underflows",
    source: "aymericdamien#383; GRIST",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [0, -200]);
      return valueAndGrad({ x }, () => sum(mul(tensor([0, 1]), neg(log(softmax(x))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["log-softmax"],
    },
    fixed: () => {
      const x = vector("x", [0, -200]);
      return [logSoftmax(x).toArray()[1] ?? 0];
    },
    good: [-200],
  },
  {
    id: "38",
    name: "a clamp that kills the gradient of a cross entropy",
    source: "pytorch#103316; keras#9664",
    outcome: "alarm",
    naive: () => {
      const x = vector("x", [-50, -50, -50, -50, -50, -50, -50, -50]);
      return valueAndGrad({ x }, () =>
        neg(mean(log(clip(sigmoid(x), { min: 1e-7, max: 1 - 1e-7 })))),
      );
    },
    says: {
      op: "clip",
      phase: "backward",
      index: [0],
      operands: [-1250000, 1.9287498e-22],
      pair: "-1250000 · 0",
      fix: ["logits"],
    },
    fixed: () => {
      const x = vector("x", [-50, -50, -50, -50, -50, -50, -50, -50]);
      return gradientsOf(valueAndGrad({ x }, () => mean(sub(softplus(x), x))));
    },
    good: Array.from({ length: 8 }, () => -0.125),
  },
  {
    id: "39",
    name: "a logit of -∞ beside the target",
    source: "tfjs",
    outcome: "throws",
    naive: () => {
      const x = tensor([[-Infinity, 0]], { name: "logits" });
      return valueAndGrad({ x }, () => neg(sum(mul(tensor([[0, 1]]), naiveLogSoftmax(x)))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 0],
      operands: [0, -Infinity],
      pair: "0 · -∞",
      absorbed: ["logsumexp forward"],
      fix: ["select-not-multiply"],
    },
    fixed: () => {
      const x = tensor([[-Infinity, 0]], { name: "logits" });
      return outcomeOf(valueAndGrad({ x }, () => crossEntropy(x, [1])));
    },
    good: [0, 0, 0],
  },
  {
    id: "40",
    name: "a batch in which every label is ignored",
    source: "pytorch#116349",
    outcome: "throws",
    naive: () => {
      const losses = vector("losses", [1, 2]);
      const mask = vector("mask", [0, 0]);
      return valueAndGrad({ losses }, () => div(sum(mul(losses, mask)), sum(mask)));
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
      const x = tensor([[1, 2]], { name: "logits" });
      return outcomeOf(valueAndGrad({ x }, () => crossEntropy(x, [-100], { ignoreIndex: -100 })));
    },
    good: [0, 0, 0],
  },
  {
    id: "55",
    name: "a birth inside a fused kernel",
    source: "design: scaled dot-product attention, here its softmax",
    outcome: "throws",
    naive: () => {
      const scores = tensor(
        [
          [1, 2],
          [3, Infinity],
        ],
        { name: "scores" },
      );
      return softmax(scores).toArray();
    },
    says: {
      op: "softmax",
      phase: "forward",
      index: [1, 0],
      operands: [Infinity],
      pair: "∞ − ∞",
      fix: ["scale-input", "impute"],
      stage: "exp(x − max)",
    },
    fixed: () => [...softmax(tensor([[3, 3]])).toArray()],
    good: [0.5, 0.5],
  },
];
