/** Derivatives that do not exist, or not as a formula. */
import {
  acos,
  add,
  atan,
  atan2,
  div,
  divNoNan,
  exp,
  log,
  mean,
  mul,
  norm2,
  pow,
  prod,
  safeAcos,
  sqrt,
  square,
  std,
  sub,
  sum,
  tensor,
  valueAndGrad,
  xlogy,
} from "../../src/index.js";
import { gradientsOf, type NanCase, outcomeOf } from "./case.js";

const vector = (name: string, values: readonly number[]) => tensor(values, { name });

export const singular: readonly NanCase[] = [
  {
    id: "17",
    name: "a norm at 0",
    source: "pytorch#2421; jax#3058; tf#12071; tfjs",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [0, 0]);
      return valueAndGrad({ x }, () => sqrt(sum(square(x))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [],
      operands: [1, 0],
      pair: "∞ · 0",
      fix: ["safe-norm"],
    },
    fixed: () => {
      const x = vector("x", [0, 0]);
      return outcomeOf(valueAndGrad({ x }, () => norm2(x)));
    },
    good: [0, 0, 0],
  },
  {
    id: "19",
    name: "a norm whose squares underflow",
    source: "tf#12071",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [1e-23]);
      return valueAndGrad({ x }, () => sqrt(sum(square(x))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [],
      operands: [1, 0],
      pair: "1 · ∞",
      fix: ["safe-norm"],
    },
    fixed: () =>
      [1e-19, 1e-23].flatMap((value) => {
        const x = vector("x", [value]);
        return gradientsOf(valueAndGrad({ x }, () => norm2(x)));
      }),
    good: [1, 1],
  },
  {
    id: "20",
    name: "the deviation of constants",
    source: "pytorch#4320; tfjs",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [1, 1, 1]);
      return valueAndGrad({ x }, () => sqrt(mean(square(sub(x, mean(x))))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [],
      operands: [1, 0],
      pair: "∞ · 0",
      fix: ["safe-norm", "epsilon-inside"],
    },
    fixed: () => {
      const x = vector("x", [1, 1, 1]);
      return outcomeOf(valueAndGrad({ x }, () => std(x)));
    },
    good: [0, 0, 0, 0],
  },
  {
    id: "21",
    name: "a gradient penalty at a gradient of 0",
    source: "pytorch#2534; keras-io#910",
    outcome: "throws",
    naive: () => {
      const g = vector("g", [0, 0]);
      return valueAndGrad({ g }, () => square(sub(sqrt(sum(square(g))), 1)));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [],
      operands: [-2, 0],
      pair: "-∞ · 0",
      fix: ["safe-norm", "epsilon-inside"],
    },
    fixed: () => {
      const g = vector("g", [0, 0]);
      return gradientsOf(
        valueAndGrad({ g }, () => square(sub(sqrt(add(sum(square(g)), 1e-12)), 1))),
      );
    },
    good: [0, 0],
  },
  {
    id: "22",
    name: "x⁰ at 0, by logarithms",
    source: "tfjs",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [0]);
      return valueAndGrad({ x }, () => sum(exp(mul(0, log(x)))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, Number.NEGATIVE_INFINITY],
      pair: "0 · -∞",
      fix: ["xlogy", "select-not-multiply"],
    },
    fixed: () => {
      const x = vector("x", [0]);
      return outcomeOf(valueAndGrad({ x }, () => sum(pow(x, 0))));
    },
    good: [1, 0],
  },
  {
    id: "23",
    name: "x² as a power, at 0",
    source: "tf#3937",
    outcome: "silent",
    naive: () => {
      const [x, two] = [vector("x", [0]), vector("two", [2])];
      return valueAndGrad({ x, two }, () => sum(pow(x, two)));
    },
    fixed: () => {
      const x = vector("x", [0]);
      return outcomeOf(valueAndGrad({ x }, () => sum(square(x))));
    },
    good: [0, 0],
  },
  {
    id: "25",
    name: "acos of what rounding brought above 1",
    source: "gl-matrix PR#499",
    outcome: "throws",
    naive: () => {
      const d = vector("d", [1.0000001]);
      return valueAndGrad({ d }, () => sum(acos(sub(mul(2, square(d)), 1))));
    },
    says: {
      op: "acos",
      phase: "forward",
      index: [0],
      operands: [1.0000004768371582],
      pair: "acos(1.0000005) = NaN",
      fix: ["safe-acos"],
    },
    fixed: () => {
      const d = vector("d", [1.0000001]);
      return gradientsOf(valueAndGrad({ d }, () => sum(safeAcos(sub(mul(2, square(d)), 1)))));
    },
    good: [0],
  },
  {
    id: "26",
    name: "the angle of the origin",
    source: "tfjs; kornia PR#4246",
    outcome: "throws",
    naive: () => {
      const [y, x] = [vector("y", [0]), vector("x", [0])];
      return valueAndGrad({ y, x }, () => sum(atan(div(y, x))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
    },
    fixed: () => {
      const [y, x] = [vector("y", [0]), vector("x", [0])];
      return outcomeOf(valueAndGrad({ y, x }, () => sum(atan2(y, x))));
    },
    good: [0, 0, 0],
  },
  {
    id: "27",
    name: "the gradient of a product with a 0 in it",
    source: "tinygrad#17404; pytorch#773",
    outcome: "throws",
    naive: () => {
      const x = vector("x", [0, 2, 3]);
      return valueAndGrad({ x }, () => sum(div(prod(x), x)));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["exclusive-product"],
    },
    fixed: () => {
      const x = vector("x", [0, 2, 3]);
      return gradientsOf(valueAndGrad({ x }, () => prod(x)));
    },
    good: [6, 0, 0],
  },
  {
    id: "29",
    name: "a divergence with a target of 0",
    source: "optax PR#1786; pytorch#89558; torchmetrics#1029",
    outcome: "throws",
    naive: () => {
      const [t, lp] = [vector("t", [0, 0.4, 0.6]), vector("lp", [-1, -1, -1])];
      return valueAndGrad({ lp }, () => sum(mul(t, sub(log(t), lp))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, Number.NEGATIVE_INFINITY],
      pair: "0 · -∞",
      fix: ["xlogy"],
    },
    fixed: () => {
      const [t, lp] = [vector("t", [0, 0.4, 0.6]), vector("lp", [-1, -1, -1])];
      return outcomeOf(valueAndGrad({ lp }, () => sum(sub(xlogy(t, t), mul(t, lp)))));
    },
    good: [0.3269883, 0, -0.4, -0.6],
  },
  {
    id: "30",
    name: "equal singular values: 1 / (sᵢ² − sⱼ²)",
    source: "jax#8732, #2311; pytorch#49886",
    outcome: "throws",
    naive: () => {
      const s = tensor([[2, 2, 1]], { name: "s" });
      const t = tensor([[2], [2], [1]], { name: "t" });
      return valueAndGrad({ s }, () => sum(div(1, sub(square(s), square(t)))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [1, 0],
      pair: "1 / 0",
      fix: ["safe-div", "divide-where"],
    },
    fixed: () => {
      const s = tensor([[2, 2, 1]], { name: "s" });
      const t = tensor([[2], [2], [1]], { name: "t" });
      return [sum(divNoNan(1, sub(square(s), square(t)))).item()];
    },
    good: [0],
  },
];
