/** Cases in which it counts which fix stands first, and that none is proposed which gives another number in silence. */
import {
  add,
  cumsum,
  div,
  exp,
  exp2,
  log,
  log1mexp,
  logSigmoid,
  logsumexp,
  matmul,
  mean,
  mul,
  neg,
  norm2,
  sinh,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  where,
  xlogy,
} from "../../src/index.js";
import { gradientsOf, matrix, type NanCase, own, step, valuesOf, vector } from "./case.js";

/** From each row on. */
const TO_THE_END = { reverse: true } as const;

export const chosen: readonly NanCase[] = [
  // ── Exponentials ───────────────────────────────────────────────────────────────────────────────
  {
    ...own,
    id: "chosen-1",
    name: "a partial likelihood: a risk that is held at 40 has another likelihood",
    outcome: "throws",
    naive: () => {
      const [risk, event] = [vector("risk", 100, 0, 2), vector("event", 0, 1, 1)];
      return step(risk, () => neg(sum(mul(event, sub(risk, log(cumsum(exp(risk), TO_THE_END)))))));
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "exp(100)",
      fix: ["shift-exp"],
      not: ["clip-input", "mask-before", "logsumexp"],
      code: "add(max(risk), log(cumsum(exp(sub(risk, max(risk)))",
    },
    fixed: () => {
      const risk = vector("risk", 3, 0, 2);
      const most = 3;
      return valuesOf(add(most, log(cumsum(exp(sub(risk, most)), TO_THE_END))));
    },
    good: [Math.log(Math.exp(3) + 1 + Math.exp(2)), Math.log(1 + Math.exp(2)), 2],
  },
  {
    ...own,
    id: "chosen-2",
    name: "the logarithm of mixed exponentials",
    outcome: "throws",
    naive: () => {
      const [s, mix] = [matrix("s", [100, 2]), matrix("mix", [0.5, 0.5], [0.1, 0.9])];
      return step(s, () => sum(log(matmul(exp(s), mix))));
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0, 0],
      operands: [100],
      pair: "exp(100)",
      fix: ["shift-exp"],
      not: ["clip-input", "mask-before"],
      code: "add(max(s), log(matmul(exp(sub(s, max(s))), …)))",
    },
    fixed: () => {
      const [s, mix] = [matrix("s", [100, 2]), matrix("mix", [0.5, 0.5], [0.1, 0.9])];
      return valuesOf(add(100, log(matmul(exp(sub(s, 100)), mix))));
    },
    good: [100 - Math.LN2, 100 - Math.LN2],
  },
  {
    ...own,
    id: "chosen-3",
    name: "the logarithm of a hyperbolic sine",
    outcome: "throws",
    naive: () => {
      const u = vector("u", 100, 2);
      return step(u, () => sum(log(sinh(u))));
    },
    says: {
      op: "sinh",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "sinh(100)",
      fix: ["shift-exp"],
      not: ["clip-input"],
      code: "sub(add(u, log1mexp(mul(-2, u))), Math.LN2) instead of log(sinh(u))",
    },
    fixed: () => {
      const u = vector("u", 100, 2);
      return valuesOf(sub(add(u, log1mexp(mul(-2, u))), Math.LN2));
    },
    good: [100 - Math.LN2, Math.log(Math.sinh(2))],
  },
  {
    ...own,
    id: "chosen-4",
    name: "the logarithm of powers of two, and of their sum",
    outcome: "throws",
    naive: () => {
      const u = vector("u", 200, 3);
      return step(u, () => log(sum(exp2(u))));
    },
    says: {
      op: "exp2",
      phase: "forward",
      index: [0],
      operands: [200],
      pair: "exp2(200)",
      fix: ["shift-exp"],
      not: ["clip-input"],
      code: "logsumexp(mul(u, Math.LN2))",
    },
    fixed: () => [logsumexp(mul(vector("u", 200, 3), Math.LN2)).item()],
    good: [200 * Math.LN2],
  },
  {
    ...own,
    id: "chosen-5",
    name: "a ratio of exponentials of which only the divisor overflows",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const [a, b] = [vector("a", 80, 1), vector("b", 120, 2)];
      return step(a, () => sum(div(exp(a), exp(b))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [Math.exp(80), Number.POSITIVE_INFINITY],
      pair: "/ ∞",
      fix: ["exp-sub"],
      not: ["clip-input", "mask-before", "f64-statistics"],
      absorbed: ["div forward"],
      code: "exp(sub(a, b)) instead of div(exp(a), exp(b))",
    },
    fixed: () => valuesOf(exp(sub(vector("a", 80, 1), vector("b", 120, 2)))),
    good: [Math.exp(-40), Math.exp(-1)],
  },
  {
    ...own,
    id: "chosen-6",
    name: "a softmax of which only the sum overflows",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const x = vector("x", 88, 88.5, 88);
      return step(x, () => {
        const e = exp(x);
        return sum(mul(div(e, sum(e)), vector("k", 1, 2, 3)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [Math.exp(88), Number.POSITIVE_INFINITY],
      pair: "/ ∞",
      fix: ["softmax"],
      not: ["clip-input", "f64-statistics"],
      absorbed: ["div forward"],
      code: "softmax(x)",
    },
    fixed: () => [sum(mul(softmax(vector("x", 88, 88.5, 88)), vector("k", 1, 2, 3))).item()],
    good: [2],
  },
  {
    ...own,
    id: "chosen-7",
    name: "the logarithm of a share of two exponentials, of which the other overflows",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("a", 50), vector("b", 100)];
      return step(a, () => neg(log(sum(div(exp(a), add(exp(a), exp(b)))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["sigmoid"],
      not: ["logsumexp", "softplus", "safe-log", "epsilon-inside", "mask-before"],
      absorbed: ["div forward"],
      code: "sigmoid(sub(",
    },
    fixed: () => {
      const [a, b] = [vector("a", 50), vector("b", 100)];
      return gradientsOf(step(a, () => neg(sum(logSigmoid(sub(a, b))))));
    },
    good: [-1],
  },
  {
    ...own,
    id: "chosen-8",
    name: "the logarithm of a ratio of exponentials of which the divisor overflows",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("a", 50), vector("b", 89.5)];
      return step(a, () => log(sum(div(exp(a), exp(b)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["exp-sub"],
      not: ["logsumexp", "softplus", "safe-log", "epsilon-inside", "mask-before"],
      absorbed: ["div forward"],
    },
    fixed: () => [log(sum(exp(sub(vector("a", 50), vector("b", 89.5))))).item()],
    good: [-39.5],
  },
  // ── Factors and masks ──────────────────────────────────────────────────────────────────────────
  {
    ...own,
    id: "chosen-9",
    name: "a Beta density at α = 1 and 2: the factor α − 1 is 0 and 1, and no mask",
    outcome: "throws",
    naive: () => {
      const [a, x] = [vector("a", 1, 2), vector("x", 0, 0.5)];
      return step(a, () => sum(mul(sub(a, 1), log(x))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, Number.NEGATIVE_INFINITY],
      pair: "0 · -∞",
      fix: ["xlogy"],
      code: "where(sub(a, 1), mul(sub(a, 1), log(x)), 0)",
    },
    fixed: () => [sum(xlogy(sub(vector("a", 1, 2), 1), vector("x", 0, 0.5))).item()],
    good: [Math.log(0.5)],
  },
  {
    ...own,
    id: "chosen-10",
    name: "a mask that a comparison has made",
    outcome: "throws",
    naive: () => {
      const [x, seen] = [vector("x", 0, 0.5), vector("seen", 1, 0)];
      return step(x, () => sum(mul(sub(1, seen), div(1, x))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, Number.POSITIVE_INFINITY],
      pair: "0 · ∞",
      fix: ["select-not-multiply"],
      code: "where(sub(1, seen), div(1, x), 0)",
    },
    fixed: () => valuesOf(where(vector("seen", 1, 0), vector("x", 0.25, 0.5), 0)),
    good: [0.25, 0],
  },
  // ── Squares ────────────────────────────────────────────────────────────────────────────────────
  {
    ...own,
    id: "chosen-11",
    name: "x² / (1 + x²) of 1e20: no statistic is taken",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 1e20, 1);
      return step(x, () => sum(div(square(x), add(1, square(x)))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [Number.POSITIVE_INFINITY],
      pair: "1e+20²",
      fix: ["scale-input"],
      not: ["f64-statistics"],
    },
    fixed: () => valuesOf(sub(1, div(1, add(1, square(vector("x", 1e10, 1)))))),
    good: [1, 0.5],
  },
  {
    ...own,
    id: "chosen-12",
    name: "the root of a mean of squares of 1e20",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const x = vector("x", 1e20, 1e20);
      return step(x, () => sum(div(x, sqrt(mean(square(x))))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [1e20, Number.POSITIVE_INFINITY],
      pair: "1e+20²",
      fix: ["f64-statistics"],
      absorbed: ["div forward"],
      code: "norm2(x)",
    },
    fixed: () => {
      const x = vector("x", 1e20, 1e20);
      return valuesOf(div(x, div(norm2(x), Math.SQRT2)));
    },
    good: [1, 1],
  },
];
