/** Cases in which it counts which fix stands first, and that none is proposed which gives another number in silence. */
import {
  add,
  cumsum,
  div,
  divNoNan,
  equal,
  exp,
  exp2,
  greater,
  log,
  logcumsumexp,
  logSigmoid,
  logSoftmax,
  logsubexp,
  logsumexp,
  matmul,
  mean,
  mse,
  mul,
  neg,
  norm2,
  prod,
  reciprocal,
  relEntr,
  rsqrt,
  safeDiv,
  safeSqrt,
  sigmoid,
  sinh,
  softmax,
  softplus,
  sqrt,
  square,
  std,
  sub,
  sum,
  tanh,
  where,
  xlogy,
} from "../../src/index.js";
import {
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
      fix: ["cancel-log"],
      not: ["clip-input", "mask-before", "logsumexp", "shift-exp"],
      code: "logcumsumexp(risk, { reverse: true }) instead of",
    },
    fixed: () => valuesOf(logcumsumexp(vector("risk", 100, 0, 2), TO_THE_END)),
    good: [100, Math.log(1 + Math.exp(2)), 2],
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
      code: "add(max(s, { axis: 1, keepDims: true }), log(matmul(exp(sub(s, max(s, { axis: 1, keepDims: true }))), mix))) instead of log(matmul(exp(s), mix))",
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
      fix: ["cancel-log"],
      not: ["clip-input"],
      code: "sub(logsubexp(u, neg(u)), Math.LN2) instead of log(sinh(u))",
    },
    fixed: () => {
      const u = vector("u", 100, 2);
      return valuesOf(sub(logsubexp(u, neg(u)), Math.LN2));
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
      fix: ["logsumexp"],
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
      operands: [Math.exp(80), INF],
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
      operands: [Math.exp(88), INF],
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
      fix: ["sigmoid", "cancel-log"],
      not: ["logsumexp", "softplus", "safe-log", "epsilon-inside", "mask-before"],
      absorbed: ["div forward"],
      code: "logsumexp(logSigmoid(sub(a, b)))",
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
      fix: ["exp-sub", "cancel-log"],
      not: ["logsumexp", "softplus", "safe-log", "epsilon-inside", "mask-before"],
      absorbed: ["div forward"],
      code: "logsumexp(sub(a, b)) instead of log(sum(div(exp(a), exp(b))))",
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
      operands: [0, -INF],
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
      operands: [0, INF],
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
      operands: [INF],
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
      operands: [1e20, INF],
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
  // ── Quotients ──────────────────────────────────────────────────────────────────────────────────
  {
    ...own,
    id: "chosen-13",
    name: "a direction whose squares underflow, by a mean of squares",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [3e-25, 4e-25]);
      return step(x, () => sum(mul(x, rsqrt(sum(square(x))))));
    },
    says: {
      op: "rsqrt",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "rsqrt(0) = ∞",
      fix: ["f64-statistics"],
      not: ["safe-norm", "safe-sqrt", "epsilon-inside", "mask-before"],
      code: "reciprocal(norm2(x)) instead of rsqrt(sum(square(x)))",
    },
    fixed: () => {
      const x = matrix("x", [3e-25, 4e-25]);
      return valuesOf(mul(x, reciprocal(norm2(x))));
    },
    good: [0.6, 0.8],
  },
  {
    ...own,
    id: "chosen-14",
    name: "deviations of 1e-25 by their own spread",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 1e-25, 2e-25, 3e-25);
      return step(x, () => {
        const off = sub(x, mean(x));
        return sum(mul(div(off, sqrt(mean(square(off)))), vector("k", 1, 2, 3)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "/ 0 = ",
      fix: ["f64-statistics"],
      not: ["safe-div", "div-no-nan", "divide-where", "epsilon-inside", "mask-before"],
      code: "std(x)",
    },
    fixed: () => {
      const x = vector("x", 1e-25, 2e-25, 3e-25);
      return valuesOf(div(sub(x, mean(x)), std(x)));
    },
    good: [-Math.sqrt(1.5), 0, Math.sqrt(1.5)],
  },
  {
    ...own,
    id: "chosen-15",
    name: "a step by a decayed sum of squares that is 0: nothing is divided by its norm",
    outcome: "throws",
    naive: () => {
      const [g, s] = [vector("g", 0, 3), vector("s", 0, 0)];
      return div(mul(0.01, g), sqrt(add(mul(0.9, s), mul(0.1, square(g))))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["epsilon-inside"],
      not: ["safe-norm", "f64-statistics", "magnitude"],
      code: "1e-12))",
    },
    fixed: () => {
      const [g, s] = [vector("g", 0, 3), vector("s", 0, 0)];
      const root = sqrt(add(mul(0.9, s), mul(0.1, square(g))));
      return valuesOf(div(mul(0.01, g), add(root, 1e-12)));
    },
    good: [0, 0.01 / Math.sqrt(0.1)],
  },
  {
    ...own,
    id: "chosen-16",
    name: "weights by the inverse of a distance of 0: they are not 0 there",
    outcome: "throws",
    naive: () => {
      const [q, k, v] = [vector("q", 1), vector("k", 1, 2, 3), vector("v", 29, 31, 50)];
      return step(q, () => {
        const weights = div(1, square(sub(q, k)));
        return div(sum(mul(weights, v)), sum(weights));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [INF],
      pair: "1 / 0",
      fix: ["safe-div"],
      not: ["div-no-nan", "divide-where"],
      code: "safeDiv(1, square(sub(q, k)))",
    },
    fixed: () => {
      const [q, k, v] = [vector("q", 1), vector("k", 1, 2, 3), vector("v", 29, 31, 50)];
      const weights = safeDiv(1, square(sub(q, k)));
      return [div(sum(mul(weights, v)), sum(weights)).item()];
    },
    good: [29],
  },
  {
    ...own,
    id: "chosen-17",
    name: "tanh(x) / x at 0, which is 1",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 0, 1);
      return step(x, () => sum(div(tanh(x), x)));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["limit"],
      not: ["safe-div", "div-no-nan", "divide-where", "epsilon-inside", "mask-before"],
      code: "where(equal(x, 0), 1, div(tanh(x), where(equal(x, 0), 1, x)))",
    },
    fixed: () => {
      const x = vector("x", 0, 1);
      const at0 = equal(x, 0);
      return valuesOf(where(at0, 1, div(tanh(x), where(at0, 1, x))));
    },
    good: [1, Math.tanh(1)],
  },
  {
    ...own,
    id: "chosen-18",
    name: "a share of nothing: p / (p + q) has no limit at 0",
    outcome: "throws",
    naive: () => {
      const [p, q] = [vector("p", 0, 1), vector("q", 0, 3)];
      return step(p, () => sum(div(p, add(p, q))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["div-no-nan"],
      not: ["limit"],
      code: "divNoNan(p, add(p, q))",
    },
    fixed: () => {
      const [p, q] = [vector("p", 0, 1), vector("q", 0, 3)];
      return gradientsOf(step(p, () => sum(divNoNan(p, add(p, q)))));
    },
    good: [0, 3 / 16],
  },
  {
    ...own,
    id: "chosen-19",
    name: "the direction of a row of padding: an epsilon leaves it a gradient of 1e12",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [0, 0], [3, 4]);
      return step(x, () => sum(div(x, norm2(x, ROWS))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["div-no-nan"],
      not: ["limit", "f64-statistics"],
      code: "divNoNan(x",
    },
    fixed: () => {
      const x = matrix("x", [0, 0], [3, 4]);
      return gradientsOf(step(x, () => sum(divNoNan(x, norm2(x, ROWS)))));
    },
    good: [0, 0, 4 / 125, -3 / 125],
  },
  {
    ...own,
    id: "chosen-20",
    name: "a cancelled variance: an epsilon below the root is no spread",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 1000.0001, 1000.0002, 1000);
      return step(x, () => sqrt(sub(mean(square(x)), square(mean(x)))));
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [],
      operands: [-0.0625],
      pair: "sqrt(-0.0625)",
      fix: ["f64-statistics"],
      not: ["safe-sqrt", "mask-before", "double-where", "epsilon-inside"],
      code: "std(x) instead of sqrt(sub(mean(square(x)), square(mean(x))))",
    },
    fixed: () => [std(vector("x", 1, 2, 3)).item()],
    good: [Math.sqrt(2 / 3)],
  },
  // ── Selections ─────────────────────────────────────────────────────────────────────────────────
  {
    ...own,
    id: "chosen-21",
    name: "the root of a mean square error that is 0: it counts",
    outcome: "throws",
    naive: () => {
      const [w, x, y] = [matrix("w", [2]), matrix("x", [1], [2]), matrix("y", [2], [4])];
      return step(w, () => sqrt(mean(square(sub(matmul(x, w), y)))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [],
      operands: [0],
      pair: "∞",
      fix: ["safe-sqrt"],
      code: "safeSqrt(mean(square(sub(matmul(x, w), y))))",
    },
    fixed: () => {
      const [w, x, y] = [matrix("w", [2]), matrix("x", [1], [2]), matrix("y", [2], [4])];
      return outcomeOf(step(w, () => safeSqrt(mean(square(sub(matmul(x, w), y))))));
    },
    good: [0, 0],
  },
  {
    ...own,
    id: "chosen-22",
    name: "a logarithm of 0 that nothing leaves out: a selection before it would put 0 for −∞",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 0, 4);
      return step(x, () => sum(log(x)));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0)",
      fix: ["safe-log"],
      not: ["mask-before"],
      code: "where(mask, log(where(mask, x, 1)), 0)",
    },
    fixed: () => {
      const x = vector("x", 0, 4);
      const seen = greater(x, 0);
      return valuesOf(where(seen, log(where(seen, x, 1)), 0));
    },
    good: [0, Math.log(4)],
  },
  {
    ...own,
    id: "chosen-23",
    name: "a clipped ratio of policies, padded with −∞: what is taken from something is no mask",
    outcome: "throws",
    naive: () => {
      const [logp, old] = [vector("logp", -1, -2), vector("old", -1, -INF)];
      const valid = vector("valid", 1, 0);
      return step(logp, () => sum(mul(valid, exp(sub(logp, old)))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [1],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["select-not-multiply"],
      not: ["finite-mask"],
      code: "where(valid, exp(sub(logp, old)), 0)",
    },
    fixed: () => {
      const [logp, old] = [vector("logp", -1, -2), vector("old", -1, -INF)];
      const valid = vector("valid", 1, 0);
      return [sum(where(valid, exp(sub(logp, where(valid, old, 0))), 0)).item()];
    },
    good: [1],
  },
  {
    ...own,
    id: "chosen-24",
    name: "a mask of 0 · −∞ that is to be added: the number in the code is meant",
    outcome: "throws",
    naive: () => {
      const [x, seen] = [vector("x", 1, 2), vector("seen", 1, 0)];
      return step(x, () => sum(softmax(add(x, mul(sub(1, seen), -INF)))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["select-not-multiply"],
      not: ["check-number"],
      code: "where(sub(1, seen), -Infinity, 0)",
    },
    fixed: () => {
      const [x, seen] = [vector("x", 1, 2), vector("seen", 1, 0)];
      return valuesOf(softmax(add(x, where(sub(1, seen), -INF, 0))));
    },
    good: [1, 0],
  },
  {
    ...own,
    id: "chosen-25",
    name: "an entropy, to which no label belongs",
    outcome: "throws",
    naive: () => {
      const z = matrix("z", [200, 0]);
      return step(z, () => neg(sum(mul(softmax(z), log(softmax(z))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 1],
      operands: [0],
      pair: "log(0)",
      fix: ["log-softmax"],
      not: ["logits", "safe-log", "epsilon-inside", "mask-before"],
      code: "logSoftmax(z) instead of log(softmax(z))",
    },
    fixed: () => {
      const z = matrix("z", [200, 0]);
      return outcomeOf(step(z, () => neg(sum(mul(softmax(z), logSoftmax(z))))));
    },
    good: [0, 0, 0],
  },
  {
    ...own,
    id: "chosen-26",
    name: "a product of what sigmoids leave of 1, one of which leaves nothing",
    outcome: "throws",
    naive: () => {
      const z = matrix("z", [100, 2]);
      return step(z, () => sum(log(prod(sub(1, sigmoid(z)), { axis: 1 }))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0)",
      fix: ["log-sum"],
      not: ["safe-log", "epsilon-inside", "mask-before", "double-where"],
      code: "sum(logSigmoid(neg(z)), { axis: 1 }) instead of log(prod(sub(1, sigmoid(z)), { axis: 1 }))",
    },
    fixed: () => [sum(logSigmoid(neg(matrix("z", [100, 2])))).item()],
    good: [-100 - Math.log1p(Math.exp(2))],
  },
  {
    ...own,
    id: "chosen-27",
    name: "a sum of divergences, of logarithms that are both −∞",
    outcome: "throws",
    naive: () => {
      const [p, q] = [vector("p", 0, 1), vector("q", 0, 0.5)];
      return step(q, () => sum(mul(p, sub(log(p), log(q)))));
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [0],
      operands: [-INF],
      pair: "-∞ − -∞",
      fix: ["rel-entr"],
      code: "relEntr(p, q) instead of mul(p, sub(log(p), log(q)))",
    },
    fixed: () => [sum(relEntr(vector("p", 0, 1), vector("q", 0, 0.5))).item()],
    good: [Math.LN2],
  },
  // ── Sizes ──────────────────────────────────────────────────────────────────────────────────────
  {
    ...own,
    id: "chosen-28",
    name: "a loss that is multiplied by 1.7e38: the factor comes with the cotangent",
    outcome: "throws",
    naive: () => {
      const [x, w, y] = [matrix("x", [300, 1]), matrix("w", [0.1], [0.2]), matrix("y", [30])];
      return step(w, () => mul(mse(matmul(x, w), y), 1.7e38));
    },
    says: {
      op: "matmul",
      phase: "backward",
      index: [0, 0],
      operands: [300],
      pair: "· 300 = ∞",
      fix: ["smaller-factor"],
      not: ["scale-input"],
      code: "1.7e38",
    },
    fixed: () => {
      const [x, w, y] = [matrix("x", [300, 1]), matrix("w", [0.1], [0.2]), matrix("y", [30])];
      return [step(w, () => mul(mse(matmul(x, w), y), 1024)).loss];
    },
    good: [1024 * 0.04],
    tolerance: 1e-4,
  },
  {
    ...own,
    id: "chosen-29",
    name: "a deviation by a spread of log(1 + e^ρ), which 1 has swallowed",
    outcome: "throws",
    naive: () => {
      const [off, rho] = [vector("off", 1, 2), vector("rho", -20, 0)];
      return step(rho, () => sum(div(off, log(add(1, exp(rho))))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [1, 0],
      pair: "1 / 0",
      fix: ["softplus"],
      not: ["log1p", "safe-div", "epsilon-inside"],
      code: "softplus(rho) instead of log(add(1, exp(rho)))",
    },
    fixed: () => valuesOf(div(vector("off", 1, 2), softplus(vector("rho", -20, 0)))),
    good: [1 / Math.log1p(Math.exp(-20)), 2 / Math.LN2],
  },
];
