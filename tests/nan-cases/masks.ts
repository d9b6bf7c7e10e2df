/** Values that are selected away, and come back through the gradient. */
import {
  add,
  div,
  exp,
  greater,
  lessEqual,
  linear,
  log,
  log2,
  matmul,
  mul,
  nanSum,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  tensor,
  valueAndGrad,
  where,
  zeros,
} from "../../src/index.js";
import { gradientsOf, type NanCase, outcomeOf } from "./case.js";

const vector = (name: string, values: readonly number[]) => tensor(values, { name });

export const masks: readonly NanCase[] = [
  {
    id: "1",
    name: "where-log",
    source: "jax FAQ; eqx docs; tfjs",
    outcome: "masked",
    naive: () => {
      const x = vector("x", [0, 1]);
      return valueAndGrad({ x }, () => sum(where(greater(x, 0), log(x), 0)));
    },
    says: {
      op: "log",
      phase: "backward",
      index: [0],
      operands: [0, 0],
      pair: "0 · ∞",
      absorbed: ["where forward"],
      fix: ["double-where", "safe-log"],
    },
    fixed: () => {
      const x = vector("x", [0, 1]);
      const on = greater(x, 0);
      return outcomeOf(valueAndGrad({ x }, () => sum(where(on, log(where(on, x, 1)), 0))));
    },
    good: [0, 0, 1],
  },
  {
    id: "2",
    name: "where-exp overflow",
    source: "pytorch#68425",
    outcome: "masked",
    naive: () => {
      const a = vector("a", [100]);
      return valueAndGrad({ a }, () => sum(where(lessEqual(a, 0), exp(a), add(1, a))));
    },
    says: {
      op: "exp",
      phase: "backward",
      index: [0],
      operands: [0, 100],
      pair: "0 · ∞",
      absorbed: ["where forward"],
      fix: ["double-where", "clip-input"],
    },
    fixed: () => {
      const a = vector("a", [100]);
      const low = lessEqual(a, 0);
      return gradientsOf(
        valueAndGrad({ a }, () => sum(where(low, exp(where(low, a, 0)), add(1, a)))),
      );
    },
    good: [1],
  },
  {
    id: "4",
    name: "index-mask-div",
    source: "pytorch#4132",
    outcome: "masked",
    naive: () => {
      const x = vector("x", [1, 1]);
      return valueAndGrad({ x }, () => sum(where(tensor([0, 1]), div(x, tensor([0, 1])), 0)));
    },
    says: {
      op: "div",
      phase: "backward",
      index: [0],
      operands: [0, 1],
      pair: "0 · ∞",
      absorbed: ["where forward"],
      fix: ["double-where", "safe-div"],
    },
    fixed: () => {
      const x = vector("x", [1, 1]);
      const mask = tensor([0, 1]);
      return gradientsOf(
        valueAndGrad({ x }, () => sum(where(mask, div(x, where(mask, tensor([0, 1]), 1)), 0))),
      );
    },
    good: [0, 1],
  },
  {
    id: "5",
    name: "where-sqrt of negative",
    source: "pytorch#187297",
    outcome: "masked",
    naive: () => {
      const x = vector("x", [-1, -4]);
      return valueAndGrad({ x }, () => sum(where(greater(x, 0), sqrt(x), x)));
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [0],
      operands: [-1],
      pair: "sqrt(-1) = NaN",
      absorbed: ["where forward"],
      fix: ["double-where", "safe-sqrt"],
    },
    fixed: () => {
      const x = vector("x", [-1, -4]);
      const on = greater(x, 0);
      return gradientsOf(valueAndGrad({ x }, () => sum(where(on, sqrt(where(on, x, 1)), x))));
    },
    good: [1, 1],
  },
  {
    id: "7",
    name: "where-log2",
    source: "pytorch#108618",
    outcome: "masked",
    naive: () => {
      const x = vector("x", [0, 2, 3]);
      return valueAndGrad({ x }, () => sum(where(greater(x, 2), log2(x), mul(2, x))));
    },
    says: {
      op: "log2",
      phase: "backward",
      index: [0],
      operands: [0, 0],
      pair: "0 · ∞",
      absorbed: ["where forward"],
      fix: ["double-where"],
    },
    fixed: () => {
      const x = vector("x", [0, 2, 3]);
      const on = greater(x, 2);
      return gradientsOf(
        valueAndGrad({ x }, () => sum(where(on, log2(where(on, x, 1)), mul(2, x)))),
      );
    },
    good: [2, 2, 0.48089834696298783],
  },
  {
    id: "9",
    name: "assigned over after an overflow",
    source: "pytorch#17455",
    outcome: "masked",
    naive: () => {
      const x = vector("x", [0, 100]);
      return valueAndGrad({ x }, () => sum(where(tensor([0, 0]), log(add(exp(x), 1)), 0)));
    },
    says: {
      op: "exp",
      phase: "backward",
      index: [1],
      operands: [0, 100],
      pair: "0 · ∞",
      absorbed: ["where forward"],
      fix: ["clip-input", "softplus"],
    },
    fixed: () => {
      const x = vector("x", [0, 100]);
      return gradientsOf(valueAndGrad({ x }, () => sum(where(tensor([0, 0]), softplus(x), 0))));
    },
    good: [0, 0],
  },
  {
    id: "11",
    name: "a mask that multiplies",
    source: "tfjs; WeatherGenerator#2723",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [0, 1]);
      return valueAndGrad({ x }, () => sum(mul(log(x), vector("mask", [0, 1]))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [Number.NEGATIVE_INFINITY, 0],
      pair: "-∞ · 0",
      fix: ["select-not-multiply"],
    },
    fixed: () => {
      const x = vector("x", [0, 1]);
      return outcomeOf(valueAndGrad({ x }, () => sum(where(tensor([0, 1]), log(x), 0))));
    },
    good: [0, 0, 1],
  },
  {
    id: "12",
    name: "NaN labels, masked after the loss",
    source: "pytorch#64305, #121416, #89543",
    outcome: "masked",
    naive: () => {
      const [w, y] = [vector("w", [2]), vector("y", [Number.NaN, 0])];
      const x = tensor([1, 3]);
      return valueAndGrad({ w }, () => sum(where(tensor([0, 1]), square(sub(mul(w, x), y)), 0)));
    },
    says: {
      op: "input",
      phase: "input",
      index: [0],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["where forward"],
      fix: ["impute", "mask-before"],
    },
    fixed: () => {
      const [w, y] = [vector("w", [2]), vector("y", [Number.NaN, 0])];
      const [x, there] = [tensor([1, 3]), tensor([0, 1])];
      return gradientsOf(
        valueAndGrad({ w }, () => {
          const known = where(there, y, 0);
          return sum(where(there, square(sub(mul(w, x), known)), 0));
        }),
      );
    },
    good: [36],
  },
  {
    id: "14",
    name: "the gradient of nanSum",
    source: "pytorch#67180",
    outcome: "masked",
    naive: () => {
      const [a, b] = [vector("a", [1, 2, Number.NaN]), vector("b", [1])];
      return valueAndGrad({ b }, () => nanSum(mul(a, b)));
    },
    says: {
      op: "input",
      phase: "input",
      index: [2],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["nanSum forward"],
      fix: ["impute"],
    },
    fixed: () => {
      const [a, b] = [vector("a", [1, 2, Number.NaN]), vector("b", [1])];
      const known = where(tensor([1, 1, 0]), a, 0);
      return gradientsOf(valueAndGrad({ b }, () => sum(mul(known, b))));
    },
    good: [3],
  },
  {
    id: "15",
    name: "a NaN row through a linear layer, filled after",
    source: "pytorch#23156",
    outcome: "masked",
    naive: () => {
      const x = tensor(
        [
          [1, 2],
          [3, Number.NaN],
        ],
        { name: "x" },
      );
      const w = tensor([[1], [1]], { name: "w" });
      return valueAndGrad({ w }, () => sum(where(tensor([[1], [0]]), matmul(x, w), 0)));
    },
    says: {
      op: "input",
      phase: "input",
      index: [1, 1],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["where forward"],
      fix: ["impute"],
    },
    fixed: () => {
      const x = tensor([
        [1, 2],
        [3, 0],
      ]);
      const w = tensor([[1], [1]], { name: "w" });
      return gradientsOf(
        valueAndGrad({ w }, () => sum(where(tensor([[1], [0]]), linear(x, w, zeros([1])), 0))),
      );
    },
    good: [1, 2],
  },
];
