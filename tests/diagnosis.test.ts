/** The catalogues are closed: every cause is produced, every fix heals; and what a report says beside them. */
import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { Table } from "../src/data/index.js";
import {
  abs,
  acos,
  adam,
  add,
  argmax,
  atan,
  atan2,
  CAUSES,
  type Cause,
  cast,
  cbrt,
  clip,
  collected,
  cosh,
  crossEntropy,
  cumprod,
  customOp,
  div,
  divNoNan,
  equal,
  exp,
  expm1,
  FIXES,
  type Fix,
  type GuardEvent,
  globalNorm,
  greater,
  guard,
  hypot,
  kaiming,
  keep,
  layerNorm,
  leakyRelu,
  less,
  linear,
  log,
  log1mexp,
  log1p,
  logcosh,
  logcumsumexp,
  logexpm1,
  logit,
  logSoftmax,
  logsubexp,
  logsumexp,
  matmul,
  max,
  mean,
  min,
  mse,
  mul,
  NonFiniteError,
  neg,
  noGrad,
  norm2,
  notEqual,
  ones,
  parameter,
  plainReport,
  pow,
  prod,
  type Report,
  relEntr,
  relu,
  round,
  rsqrt,
  safeAcos,
  safeDiv,
  safeLog,
  safeNorm,
  safePow,
  safeSqrt,
  scope,
  sgd,
  showReport,
  sigmoid,
  sin,
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
  trainStep,
  uniform,
  valueAndGrad,
  variance,
  where,
  xlogy,
  zeros,
} from "../src/index.js";
import { monitor, type Warning } from "../src/monitor/index.js";
import { reportOf } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("diagnosis");

const t = (name: string, ...values: number[]): Tensor => tensor(values, { name });
const step = (x: Tensor, loss: () => Tensor) => valueAndGrad({ x }, loss);
const chain = (report: { readonly cause: Cause; readonly from?: Report["from"] }): Cause[] => [
  report.cause,
  ...(report.from === undefined ? [] : chain(report.from)),
];

/** Causes of what reaches a sink. */
function thrown(body: () => unknown): Cause[] {
  return chain(reportOf(body));
}

/** Causes of what did not: of the events of a step. */
function told(
  body: () => { readonly health: { readonly events: readonly GuardEvent[] } },
): Cause[] {
  const { health } = guard({ onAlarm: "ignore" }, body);
  return health.events.flatMap(({ place }) => (place === undefined ? [] : chain(place)));
}

/** A case in which each cause is the one. */
const PRODUCES: Record<Cause, () => Cause[]> = {
  "bad-input": () => thrown(() => add(t("x", Number.NaN), 1).item()),
  "bad-parameter": () => {
    const w = parameter("w", [Number.NaN]);
    try {
      return thrown(() => valueAndGrad([w], () => sum(w)));
    } finally {
      w.dispose();
    }
  },
  "bad-label": () => thrown(() => mse(t("p", 1), t("y", Number.NaN)).item()),
  "bad-state": () => {
    const w = parameter("w", [1]);
    const update = adam({ lr: 0.1 });
    try {
      update([w], { w: t("g", 1) });
      const m = update.state(w, "m");
      if (m !== undefined) m.data[0] = Number.NaN;
      return thrown(() => {
        update([w], { w: t("g", 1e30) });
      });
    } finally {
      update.dispose();
      w.dispose();
    }
  },
  "huge-value": () => thrown(() => square(exp(t("x", 60))).item()),
  narrowing: () => thrown(() => norm2(t("x", 3e38, 3e38)).item()),
  "overflow-exp": () => thrown(() => exp(t("x", 100)).item()),
  "overflow-square": () => thrown(() => square(t("x", 1e20)).item()),
  "overflow-product": () => thrown(() => mul(t("x", 1e20), 1e20).item()),
  "overflow-quotient": () => thrown(() => div(t("x", 1e20), 1e-20).item()),
  "overflow-sum": () => thrown(() => sum(t("x", 3e38, 3e38)).item()),
  "overflow-pow": () => thrown(() => pow(t("x", 1e20), 2).item()),
  "overflow-value": () => thrown(() => leakyRelu(t("x", -3e38), { slope: 2 }).item()),
  "outside-domain": () => thrown(() => sin(t("x", Number.POSITIVE_INFINITY)).item()),
  "outside-unit": () => thrown(() => acos(t("x", 1.0000001)).item()),
  "own-op": () => thrown(() => steps(1)(t("x", 1)).item()),
  "pow-of-negative": () => thrown(() => pow(t("x", -1), 0.5).item()),
  "zero-over-zero": () => thrown(() => div(t("x", 0), 0).item()),
  "division-by-zero": () => thrown(() => div(t("x", 1), 0).item()),
  "inf-over-inf": () =>
    thrown(() => {
      const e = exp(t("x", 100));
      return div(e, add(1, e)).item();
    }),
  "inf-minus-inf": () => thrown(() => sub(exp(t("x", 100)), exp(t("y", 100))).item()),
  "zero-times-inf": () => thrown(() => mul(log(t("x", 0)), 0).item()),
  "one-to-inf": () => {
    const x = t("x", 1, 4);
    return told(() => step(x, () => pow(mean(pow(x, 0)), div(1, t("p", 0)))));
  },
  "log-of-zero": () => thrown(() => log(t("x", 0)).item()),
  "log-of-negative": () => thrown(() => log(t("x", -1)).item()),
  "sqrt-of-negative": () => thrown(() => sqrt(t("x", -1)).item()),
  "singular-slope": () => {
    const x = t("x", 0);
    return thrown(() => step(x, () => sum(sqrt(x))));
  },
  "empty-row": () => {
    const x = tensor([[-Infinity, -Infinity]], { name: "x" });
    return thrown(() => softmax(x).toArray());
  },
  "zero-variance": () =>
    thrown(() => layerNorm(tensor([[5, 5]]), ones([2]), zeros([2]), { eps: 0 }).toArray()),
  "selected-away": () => {
    const x = t("x", 0, 1);
    return told(() => step(x, () => sum(where(greater(x, 0), log(x), 0))));
  },
  "finite-limit": () => {
    const x = t("x", Number.NEGATIVE_INFINITY);
    return told(() => step(x, () => sum(exp(x))));
  },
  "lost-overflow": () => {
    const x = t("x", 1e30);
    return told(() => step(x, () => sum(div(x, sqrt(square(x))))));
  },
  "lost-slope": () => {
    const x = t("x", 0, 2);
    return told(() => step(x, () => exp(sum(log(x)))));
  },
  "hidden-nan": () => {
    const x = t("x", Number.NaN);
    return told(() => step(x, () => sum(where(greater(x, 0), x, 0))));
  },
  frozen: () => {
    const spikes = () => trained(() => adam({ lr: 0.1 }), 1e18, 1);
    return thrown(() => guard({ onAlarm: "throw" }, spikes));
  },
  "lost-underflow": () => {
    const x = t("x", -200, -150);
    return told(() => step(x, () => mul(sum(x), argmax(exp(x)))));
  },
  underflow: () => {
    const x = t("x", 1e-30, 1e-30);
    return told(() => step(x, () => neg(log(add(prod(x), 1e-8)))));
  },
  swamped: () => {
    const x = t("x", 1e-18);
    return told(() => step(x, () => neg(sum(log(add(square(x), 1e-8))))));
  },
  cancellation: () => {
    const x = t("x", 1000, 1000.01, 1000.02);
    return told(() => step(x, () => sub(mean(square(x)), square(mean(x)))));
  },
  saturated: () => {
    const x = t("x", -50);
    return told(() => step(x, () => sum(log(clip(sigmoid(x), { min: 1e-7 })))));
  },
};

for (const [cause, produce] of Object.entries(PRODUCES)) {
  test(`cause ${cause}: ${CAUSES[cause as Cause]}`, () => {
    scope(() => {
      const causes = produce();
      assert.ok(causes.includes(cause as Cause), causes.join(", "));
    });
    collected();
  });
}

/** Differences of neighbours, by an op of one's own that reads up to `beyond` elements too far. */
const steps = (beyond: number) =>
  customOp({
    name: "steps",
    forward: ({ inputs: [x] }) =>
      x.map((v, i) => (i + 1 < x.length + beyond ? (x[i + 1] as number) - v : v)),
  });

/** A case in which a fix is proposed, and the same with the fix in it. */
interface Healing {
  readonly naive: () => unknown;
  readonly fixed: () => number | readonly number[];
  readonly good: number | readonly number[];
}

const values = (x: Tensor): number[] => [...x.toArray()];
const gradientOf = (x: Tensor, loss: () => Tensor): number[] => values(step(x, loss).grads.x);

/** What an optimizer leaves of a weight of 1 after these gradients. */
function trained(make: () => ReturnType<typeof adam>, ...gradients: number[]): number {
  const w = parameter("w", [1]);
  const update = make();
  try {
    for (const g of gradients) update([w], { w: t("g", g) });
    return w.toArray()[0] ?? Number.NaN;
  } finally {
    update.dispose();
    w.dispose();
  }
}

const masked = (loss: (x: Tensor) => Tensor, ...at: number[]) => {
  const x = t("x", ...at);
  return guard({ policy: "strict" }, () => step(x, () => loss(x)));
};

/** The gradients of an angle of 5 above 0. */
const steep = (angle: (y: Tensor, x: Tensor) => Tensor): number[] => {
  const [y, x] = [t("y", 5), t("x", 0)];
  const { grads } = guard({ policy: "strict" }, () => valueAndGrad({ y, x }, () => angle(y, x)));
  return [...values(grads.y), ...values(grads.x)];
};

/** What two factors have come to, which learn to be 3 together. */
function product(start: (index: number) => number): number {
  const [a, b] = ["a", "b"].map((name, i) => parameter(name, [start(i)])) as [Tensor, Tensor];
  const update = sgd({ lr: 0.02 });
  try {
    for (let i = 0; i < 100; i++) {
      const { grads } = valueAndGrad({ a, b }, () => sum(square(sub(mul(a, b), 3))));
      update({ a, b }, grads);
    }
    return mul(a, b).toArray()[0] ?? Number.NaN;
  } finally {
    update.dispose();
    a.dispose();
    b.dispose();
  }
}

const HEALS: Record<Fix, Healing> = {
  logit: {
    naive: () => {
      const p = t("p", 1, 0.5);
      return log(div(p, sub(1, p))).toArray();
    },
    fixed: () => values(logit(clip(t("p", 0.9, 0.5), { min: 1e-6, max: 0.999999 }))),
    good: [Math.log(9), 0],
  },
  impute: {
    naive: () => add(t("x", Number.NaN), 1).item(),
    fixed: () => {
      const table = Table.fromRecords([{ a: 1 }, { a: null }, { a: 3 }], ["a"], { missing: "nan" });
      return values(add(table.impute("median").tensor("x"), 1));
    },
    good: [2, 3, 4],
  },
  "restore-parameter": {
    naive: () => {
      const w = parameter("w", [Number.NaN]);
      try {
        return valueAndGrad([w], () => sum(w));
      } finally {
        w.dispose();
      }
    },
    fixed: () => {
      const w = parameter("w", [2]);
      const last = w.toArray();
      w.data[0] = Number.NaN;
      w.data.set(last);
      const { loss } = valueAndGrad([w], () => sum(w));
      w.dispose();
      return loss;
    },
    good: 2,
  },
  "restore-state": {
    naive: () => PRODUCES["bad-state"](),
    fixed: () => {
      const w = parameter("w", [1]);
      const update = adam({ lr: 0.1 });
      update([w], { w: t("g", 1) });
      const m = update.state(w, "m");
      if (m !== undefined) m.data[0] = Number.NaN;
      update.dispose();
      w.data[0] = 1;
      const again = adam({ lr: 0.1 });
      again([w], { w: t("g", 1) });
      const after = w.item();
      again.dispose();
      w.dispose();
      return after;
    },
    good: 0.9,
  },
  "fix-labels": {
    naive: () => mse(t("p", 1, 2), t("y", Number.NaN, 4)).item(),
    fixed: () => mse(t("p", 2), t("y", 4)).item(),
    good: 4,
  },
  "cast-range": {
    naive: () => norm2(t("x", 3e38, 3e38)).item(),
    fixed: () => norm2(mul(t("x", 3e38, 3e38), 2 ** -10)).item(),
    good: Math.fround(3e38) * Math.SQRT2 * 2 ** -10,
  },
  "select-not-multiply": {
    naive: () => mul(log(t("x", 0)), t("mask", 0)).item(),
    fixed: () => where(t("mask", 0), log(t("x", 0)), 0).item(),
    good: 0,
  },
  "mask-before": {
    naive: () => masked((x) => sum(where(greater(x, 0), log(x), 0)), 0, 1),
    fixed: () => {
      const x = t("x", 0, 1);
      return gradientOf(x, () => sum(log(where(greater(x, 0), x, 1))));
    },
    good: [0, 1],
  },
  "double-where": {
    naive: () => masked((x) => sum(where(greater(x, 0), log(x), 5)), 0, 1),
    fixed: () => {
      const x = t("x", 0, 1);
      const on = greater(x, 0);
      return guard({ policy: "strict" }, () =>
        gradientOf(x, () => sum(where(on, log(where(on, x, 1)), 5))),
      );
    },
    good: [0, 1],
  },
  "epsilon-inside": {
    naive: () => {
      const x = t("x", 0);
      return step(x, () => sum(sqrt(x)));
    },
    fixed: () => {
      const x = t("x", 0);
      return gradientOf(x, () => sum(sqrt(add(x, 1e-12))));
    },
    good: [5e5],
  },
  logits: {
    naive: () => {
      const x = t("x", -50);
      return guard({ onAlarm: "throw" }, () =>
        step(x, () => sum(log(clip(sigmoid(x), { min: 1e-7 })))),
      );
    },
    fixed: () => {
      const [z, y] = [t("z", -50), t("y", 1)];
      return gradientOf(z, () => mean(sub(softplus(z), mul(z, y))));
    },
    good: [-1],
  },
  "log-softmax": {
    naive: () => log(softmax(t("z", 0, -200))).toArray(),
    fixed: () => values(logSoftmax(t("z", 0, -200))),
    good: [0, -200],
  },
  logsumexp: {
    naive: () => {
      const x = t("x", 100, 0);
      return step(x, () => log(sum(exp(x))));
    },
    fixed: () => logsumexp(t("x", 100, 0)).item(),
    good: 100,
  },
  log1p: {
    naive: () => {
      const x = t("x", 1e-9);
      return step(x, () => sum(div(x, log(add(1, x)))));
    },
    fixed: () => div(t("x", 1e-9), log1p(t("x", 1e-9))).item(),
    good: 1,
  },
  expm1: {
    naive: () => {
      const x = t("x", 1e-9);
      return step(x, () => sum(div(x, sub(exp(x), 1))));
    },
    fixed: () => div(t("x", 1e-9), expm1(t("x", 1e-9))).item(),
    good: 1,
  },
  softplus: {
    naive: () => {
      const x = t("x", 100);
      return step(x, () => sum(log(add(1, exp(x)))));
    },
    fixed: () => softplus(t("x", 100)).item(),
    good: 100,
  },
  logsubexp: {
    naive: () => log(sub(exp(t("x", 100)), 1)).item(),
    fixed: () => [logexpm1(t("x", 100)).item(), logsubexp(t("a", 100), t("b", 99)).item()],
    good: [100, 100 + Math.log1p(-Math.exp(-1))],
  },
  logcosh: {
    naive: () => log(cosh(t("x", 100))).item(),
    fixed: () => logcosh(t("x", 100)).item(),
    good: 100 - Math.LN2,
  },
  "exp-sub": {
    naive: () => div(exp(t("a", 101)), exp(t("b", 100))).item(),
    fixed: () => exp(sub(t("a", 101), t("b", 100))).item(),
    good: Math.E,
  },
  "cancel-log": {
    naive: () => log(mul(3, exp(t("x", -200)))).item(),
    fixed: () => [add(Math.log(3), t("x", -200)).item(), mul(10, log(t("x", 1e-5))).item()],
    good: [Math.log(3) - 200, 10 * Math.log(1e-5)],
  },
  atan2: {
    naive: () => steep((y, x) => sum(atan(div(y, x)))),
    fixed: () => steep((y, x) => sum(atan2(y, x))),
    good: [0, -0.2],
  },
  cbrt: {
    naive: () => pow(t("x", -8), 1 / 3).item(),
    fixed: () => cbrt(t("x", -8)).item(),
    good: -2,
  },
  tanh: {
    naive: () => {
      const e = exp(mul(2, t("x", 50)));
      return div(sub(e, 1), add(e, 1)).item();
    },
    fixed: () => tanh(t("x", 50)).item(),
    good: 1,
  },
  xlogy: {
    naive: () => mul(t("t", 0), log(t("x", 0))).item(),
    fixed: () => xlogy(t("t", 0), t("x", 0)).item(),
    good: 0,
  },
  sigmoid: {
    naive: () => {
      const x = t("x", 100);
      return div(exp(x), add(1, exp(x))).item();
    },
    fixed: () => sigmoid(t("x", 100)).item(),
    good: 1,
  },
  softmax: {
    naive: () => {
      const x = t("x", 100, 100);
      return step(x, () => {
        const e = exp(x);
        return sum(square(div(e, sum(e))));
      });
    },
    fixed: () => values(softmax(t("x", 100, 100))),
    good: [0.5, 0.5],
  },
  "clip-input": {
    naive: () => exp(t("x", 100)).item(),
    fixed: () => log(exp(clip(t("x", 100), { max: 40 }))).item(),
    good: 40,
  },
  "log-sum": {
    naive: () => {
      const p = t("p", ...new Array<number>(40).fill(0.01));
      return step(p, () => log(prod(p)));
    },
    fixed: () => sum(log(t("p", ...new Array<number>(40).fill(0.01)))).item(),
    good: 40 * Math.log(Math.fround(0.01)),
  },
  "scale-input": {
    naive: () => square(t("x", 1e20)).item(),
    fixed: () => square(mul(t("x", 1e20), 1e-20)).item(),
    good: 1,
  },
  "shift-input": {
    naive: () => {
      const x = t("x", 17000, 17000.0625, 17000.25);
      const spread = (y: Tensor) => sqrt(sub(mean(square(y)), square(mean(y))));
      return guard({ onAlarm: "throw" }, () => div(sub(x, mean(x)), spread(x)).toArray());
    },
    fixed: () => {
      const x = t("x", 17000, 17000.0625, 17000.25);
      const y = sub(x, min(x));
      return values(div(sub(y, mean(y)), sqrt(sub(mean(square(y)), square(mean(y))))));
    },
    good: [-5, -2, 7].map((v) => v / Math.sqrt(26)),
  },
  "divide-where": {
    naive: () => div(t("a", 0), t("b", 0)).item(),
    fixed: () => {
      const b = t("b", 0);
      return div(t("a", 0), where(greater(b, 0), b, 1)).item();
    },
    good: 0,
  },
  "safe-div": {
    naive: () => div(t("a", 0), t("b", 0)).item(),
    fixed: () => safeDiv(t("a", 0), t("b", 0)).item(),
    good: 0,
  },
  "div-no-nan": {
    naive: () => div(t("a", 0), t("b", 0)).item(),
    fixed: () => divNoNan(t("a", 0), t("b", 0)).item(),
    good: 0,
  },
  limit: {
    naive: () => {
      const x = t("x", 0, 1);
      return step(x, () => sum(div(sin(x), x)));
    },
    fixed: () => {
      const x = t("x", 0, 1);
      const sinc = () => {
        const at0 = equal(x, 0);
        return sum(where(at0, 1, div(sin(x), where(at0, 1, x))));
      };
      return [sinc().item(), ...gradientOf(x, sinc)];
    },
    good: [1 + Math.sin(1), 0, Math.cos(1) - Math.sin(1)],
  },
  "safe-sqrt": {
    naive: () => {
      const x = t("x", 0);
      return step(x, () => sum(sqrt(x)));
    },
    fixed: () => {
      const x = t("x", 0);
      return gradientOf(x, () => sum(safeSqrt(x)));
    },
    good: [0],
  },
  "safe-log": {
    naive: () => log(t("x", 0)).item(),
    fixed: () => safeLog(t("x", 0)).item(),
    good: Math.log(1e-12),
  },
  prod: {
    naive: () => {
      const x = t("x", 0, 2);
      return guard({ onAlarm: "throw" }, () => step(x, () => exp(sum(log(x)))));
    },
    fixed: () => {
      const x = t("x", 0, 2);
      return gradientOf(x, () => prod(x));
    },
    good: [2, 0],
  },
  "rel-entr": {
    naive: () => {
      const [p, q] = [t("p", 0, 1), t("q", 0, 0.5)];
      return step(q, () => sum(mul(p, log(div(p, q)))));
    },
    fixed: () => sum(relEntr(t("p", 0, 1), t("q", 0, 0.5))).item(),
    good: Math.LN2,
  },
  "log-hypot": {
    naive: () => {
      const x = t("x", 1e25, 0);
      return step(x, () => sum(log(add(1, square(x)))));
    },
    fixed: () => {
      const x = t("x", 1e25, 0);
      const loss = () => sum(mul(2, log(hypot(1, x))));
      return [loss().item(), ...gradientOf(x, loss)];
    },
    good: [50 * Math.LN10, 2e-25, 0],
  },
  "log-domain": {
    naive: () => {
      const cost = tensor([[200, 210]], { name: "cost" });
      const v = tensor([[1], [3]], { name: "v" });
      return step(cost, () => sum(log(div(t("u", 0.5), matmul(exp(neg(cost)), v)))));
    },
    fixed: () => {
      const cost = tensor([[200, 210]], { name: "cost" });
      return sub(Math.log(0.5), logsumexp(add(neg(cost), log(t("v", 1, 3))), { axis: 1 })).item();
    },
    good: Math.log(0.5) + 200 - Math.log1p(3 * Math.exp(-10)),
  },
  "log-weights": {
    naive: () => {
      const x = tensor([[1e-30], [3e-30]], { name: "x" });
      const pairs = () => prod(doubled(x), { axis: 1 });
      return step(x, () => sum(div(pairs(), sum(pairs()))));
    },
    fixed: () => {
      const x = tensor([[1e-30], [3e-30]], { name: "x" });
      return values(softmax(sum(log(doubled(x)), { axis: 1 })));
    },
    good: [0.1, 0.9],
  },
  "fixed-exponent": {
    naive: () => {
      const [x, p] = [t("x", -2, 3), t("p", 2)];
      return step(p, () => sum(pow(x, p)));
    },
    fixed: () => {
      const [x, p] = [t("x", -2, 3), t("p", 2)];
      return [...gradientOf(x, () => sum(pow(x, 2))), ...gradientOf(p, () => sum(pow(abs(x), p)))];
    },
    good: [-4, 6, 4 * Math.LN2 + 9 * Math.log(3)],
  },
  "smaller-factor": {
    naive: () => {
      const x = t("x", 3);
      return step(x, () => sum(mul(square(x), 1.7e38)));
    },
    fixed: () => {
      const x = t("x", 3);
      return gradientOf(x, () => sum(mul(square(x), 1.7e30)));
    },
    good: [1.02e31],
  },
  "skip-connection": {
    naive: () => {
      const w = t("w", 0.5);
      return guard({ onAlarm: "throw" }, () =>
        step(w, () => {
          let h: Tensor = w;
          for (let i = 0; i < 80; i++) h = sigmoid(h);
          return sum(square(h));
        }),
      );
    },
    fixed: () => {
      const w = t("w", 0.5);
      return gradientOf(w, () => {
        let h: Tensor = w;
        for (let i = 0; i < 3; i++) h = add(h, sigmoid(h));
        return sum(square(h));
      });
    },
    good: [8.95866820890062],
  },
  "keep-size": {
    naive: () => {
      const [x, w] = [
        tensor([[1, 0.5]], { name: "x" }),
        tensor(
          [
            [90, 5],
            [5, 90],
          ],
          { name: "w" },
        ),
      ];
      return step(x, () => sum(square(turned(x, w, 12, (h) => h))));
    },
    fixed: () => {
      const [x, w] = [
        tensor([[1, 0.5]], { name: "x" }),
        tensor(
          [
            [90, 5],
            [5, 90],
          ],
          { name: "w" },
        ),
      ];
      return sum(square(turned(x, w, 12, (h) => div(h, norm2(h))))).item();
    },
    good: 1,
  },
  "chosen-infinity": {
    naive: () => {
      const x = tensor([[2, 3]], { name: "x" });
      return step(x, () => sum(min(where(greater(x, 5), x, Infinity), { axis: 1 })));
    },
    fixed: () => {
      const x = tensor([[2, 3]], { name: "x" });
      const least = min(where(greater(x, 5), x, 1e9), { axis: 1 });
      return sum(where(less(least, 1e9), least, 0)).item();
    },
    good: 0,
  },
  factors: {
    naive: () => {
      const [c, d] = [t("c", 1e30, 4), t("d", 1e25, 9)];
      return step(c, () => sum(sqrt(mul(c, d))));
    },
    fixed: () => {
      const [a, b] = [t("a", 1e-30, 4), t("b", 1e-25, 9)];
      const [c, d] = [t("c", 1e30, 4), t("d", 1e25, 9)];
      return [
        ...values(add(log(a), log(b))),
        ...gradientOf(a, () => sum(mul(1e-30, add(log(a), log(b))))),
        ...values(mul(1e-25, mul(sqrt(c), sqrt(d)))),
      ];
    },
    good: [-126.642, Math.log(36), 1, 2.5e-31, Math.sqrt(1e55) * 1e-25, 6e-25],
  },
  "shift-exp": {
    naive: () => {
      const x = tensor([[100, 98]], { name: "x" });
      const ones = () => tensor([[1], [1]], { name: "ones" });
      return step(x, () => sum(log(matmul(exp(x), ones()))));
    },
    fixed: () => {
      const [x, u] = [tensor([[100, 98]], { name: "x" }), t("u", 100)];
      const mended = () => {
        const most = max(x, { axis: 1, keepDims: true });
        return add(most, log(matmul(exp(sub(x, most)), tensor([[1], [1]]))));
      };
      return [
        ...values(mended()),
        ...gradientOf(x, () => sum(mended())),
        sub(add(u, log1mexp(mul(-2, u))), Math.LN2).item(),
        mul(logsumexp(mul(t("x", 200, 200), Math.LN2)), Math.LOG2E).item(),
      ];
    },
    good: [100.126928, 0.880797, 0.119203, 100 - Math.LN2, 201],
  },
  "safe-norm": {
    naive: () => {
      const x = t("x", 0, 0);
      return step(x, () => sqrt(sum(square(x))));
    },
    fixed: () => {
      const x = t("x", 0, 0);
      return [...gradientOf(x, () => norm2(x)), ...gradientOf(x, () => safeNorm(x))];
    },
    good: [0, 0, 0, 0],
  },
  magnitude: {
    naive: () => {
      const x = t("x", 0, -2);
      return step(x, () => sum(sqrt(square(x))));
    },
    fixed: () => {
      const x = t("x", 0, -2);
      return gradientOf(x, () => sum(abs(x)));
    },
    good: [0, -1],
  },
  "safe-acos": {
    naive: () => acos(t("x", 1.0000001)).item(),
    fixed: () => Math.cos(safeAcos(t("x", 1.0000001)).item()),
    good: 1,
  },
  "safe-pow": {
    naive: () => pow(t("x", 0), -1).item(),
    fixed: () => safePow(t("x", 0), -1).item(),
    good: 1e12,
  },
  "exclusive-product": {
    naive: () => {
      const x = t("x", 0, 2, 3);
      return step(x, () => sum(div(prod(x), x)));
    },
    fixed: () => {
      const x = t("x", 0, 2, 3);
      return gradientOf(x, () => prod(x));
    },
    good: [6, 0, 0],
  },
  "f64-statistics": {
    naive: () => {
      const x = t("x", 1e30, 3e30);
      return guard({ onAlarm: "throw" }, () =>
        step(x, () => sum(div(sub(x, mean(x)), sqrt(mean(square(sub(x, mean(x)))))))),
      );
    },
    fixed: () => {
      const x = t("x", 1e30, 3e30);
      const row = tensor([[1e30, 3e30]]);
      return [
        ...values(div(sub(x, mean(x)), std(x))),
        ...values(layerNorm(row, ones([2]), zeros([2]))),
        globalNorm([t("g", 3e30, 4e30)]),
      ];
    },
    good: [-1, 1, -1, 1, 5e30],
  },
  "compare-before": {
    naive: () => {
      const x = t("x", 100, 200);
      return guard({ onAlarm: "throw" }, () => argmax(exp(x)).item());
    },
    fixed: () => argmax(t("x", 100, 200)).item(),
    good: 1,
  },
  float64: {
    naive: () => {
      const x = t("x", 1e-4);
      return guard({ onAlarm: "throw" }, () =>
        div(sub(sqrt(add(1, square(x))), 1), square(x)).item(),
      );
    },
    fixed: () => {
      const x = cast(t("x", 1e-4), "float64");
      return cast(div(sub(sqrt(add(1, square(x))), 1), square(x)), "float32").item();
    },
    good: 0.5,
  },
  slope: {
    naive: () => {
      const x = t("x", 0.4, 3);
      return guard({ onAlarm: "throw" }, () => step(x, () => mean(notEqual(greater(x, 1), 1))));
    },
    fixed: () => {
      const [x, w] = [t("x", 0), t("w", 1.6)];
      const passed = () =>
        sum(
          add(
            w,
            noGrad(() => sub(round(w), w)),
          ),
        );
      return [...gradientOf(x, () => sum(sigmoid(sub(x, 0)))), ...gradientOf(w, passed)];
    },
    good: [0.25, 1],
  },
  "clip-norm": {
    naive: () => trained(() => adam({ lr: 0.1 }), 1e25),
    fixed: () => trained(() => adam({ lr: 0.1, clip: { globalNorm: 1 } }), 1e25),
    good: 0.9,
  },
  "lower-lr": {
    naive: () => trained(() => sgd({ lr: 1e20 }), 1e25),
    fixed: () => trained(() => sgd({ lr: 1e-26 }), 1e25),
    good: 0.9,
  },
  "lower-decay": {
    naive: () => trained(() => adam({ lr: 0.1, weightDecay: 1e40 }), 1),
    fixed: () => trained(() => adam({ lr: 0.1, weightDecay: 1 }), 1),
    good: 0.8,
  },
  "check-number": {
    naive: () => div(sum(t("x", 4)), t("x", 4).size - 1).item(),
    fixed: () => div(sum(t("x", 4)), Math.max(1, t("x", 4).size - 1)).item(),
    good: 4,
  },
  "check-op": {
    naive: () => steps(1)(t("x", 1, 4, 9)).toArray(),
    fixed: () => values(steps(0)(t("x", 1, 4, 9))),
    good: [3, 5, 9],
  },
  "finite-mask": {
    naive: () => softmax(tensor([[-Infinity, -Infinity]])).toArray(),
    fixed: () => values(softmax(tensor([[-1e9, -1e9]]))),
    good: [0.5, 0.5],
  },
  epsilon: {
    naive: () => layerNorm(tensor([[5, 5]]), ones([2]), zeros([2]), { eps: 0 }).toArray(),
    fixed: () => values(layerNorm(tensor([[5, 5]]), ones([2]), zeros([2]), { eps: 1e-5 })),
    good: [0, 0],
  },
  "random-start": {
    naive: () => product(() => 0),
    fixed: () => product((i) => uniform([1], 0.5, 1, { seed: i + 1 }).toArray()[0] ?? 0),
    good: 3,
  },
  "default-policy": {
    naive: () => masked((x) => sum(where(greater(x, 0), log(x), 0)), 0, 1),
    fixed: () => {
      const x = t("x", 0, 1);
      return gradientOf(x, () => sum(where(greater(x, 0), log(x), 0)));
    },
    good: [0, 1],
  },
};

/** Each row twice, side by side. */
const doubled = (x: Tensor): Tensor => mul(x, ones([1, 2]));

/** A state, multiplied by the same matrix again and again. */
function turned(x: Tensor, w: Tensor, times: number, kept: (h: Tensor) => Tensor): Tensor {
  let h = x;
  for (let i = 0; i < times; i++) h = kept(matmul(h, w));
  return h;
}

/** The report of a naive case: thrown, or the one that stands for it. */
function fixesOf(naive: () => unknown): readonly Fix[] {
  if (naive === HEALS["restore-state"].naive) return stateReport().fix;
  if (naive === HEALS["random-start"].naive) return warned(naive).flatMap((one) => one.fix);
  return reportOf(naive).fix;
}

function warned(run: () => unknown): readonly Warning[] {
  using watch = monitor();
  run();
  return watch.warnings;
}

function stateReport(): Report {
  const w = parameter("w", [1]);
  const update = adam({ lr: 0.1 });
  try {
    update([w], { w: t("g", 1) });
    const m = update.state(w, "m");
    if (m !== undefined) m.data[0] = Number.NaN;
    return reportOf(() => update([w], { w: t("g", 1e30) }));
  } finally {
    update.dispose();
    w.dispose();
  }
}

for (const [fix, { naive, fixed, good }] of Object.entries(HEALS)) {
  test(`fix ${fix}: ${FIXES[fix as Fix]}`, () => {
    scope(() => {
      const proposed = fixesOf(naive);
      assert.ok(proposed.includes(fix as Fix), `proposed: ${proposed.join(", ")}`);
      collected();
      const [actual, expected] = [fixed(), good].map((v) => (Array.isArray(v) ? v : [v]));
      assert.is(actual?.length, expected?.length);
      actual?.forEach((value, i) => {
        const want = expected?.[i] as number;
        assert.ok(Math.abs(value - want) <= 2e-5 * Math.max(Math.abs(want), 1e-6), `${value}`);
      });
      assert.is(collected().length, 0, "healed in silence");
    });
  });
}

test("the catalogues are closed", () => {
  assert.equal(Object.keys(PRODUCES).sort(), Object.keys(CAUSES).sort());
  assert.equal(Object.keys(HEALS).sort(), Object.keys(FIXES).sort());
});

test("docs/diagnosis.md lists every cause and every fix as they are", () => {
  const page = readFileSync(new URL("../docs/diagnosis.md", import.meta.url), "utf8");
  for (const [key, text] of [...Object.entries(CAUSES), ...Object.entries(FIXES)]) {
    assert.ok(page.includes(`- \`${key}\`: ${text}\n`), key);
  }
});

// ── What a report says ───────────────────────────────────────────────────────────────────────────

/** A line of this file. */
const here = /^tests\/diagnosis\.test\.ts:\d+:\d+$/;
const line = ({ site }: Report): number => Number(site?.split(":")[1]);

test("the user's line is that of the op, forward and back", () => {
  scope(() => {
    const x = t("x", 0, 1);
    const forward = reportOf(() => log(sub(x, 1)).toArray());
    assert.match(forward.site ?? "", here);
    const start = line(forward);
    const back = (sites: "event" | "always") =>
      reportOf(() =>
        guard({ sites }, () =>
          step(x, () => {
            const root = sqrt(x);
            return sum(root);
          }),
        ),
      );
    for (const sites of ["event", "always"] as const) {
      const report = back(sites);
      assert.match(report.site ?? "", here);
      assert.ok(line(report) > start && line(report) < start + 12);
    }
    const nested = reportOf(() => guard({ at: "birth" }, () => safeDiv(t("a", 3e38), 1e-9)));
    assert.match(nested.site ?? "", here, "ops that are made of ops are one line of the user");
  });
});

test("lines are told again after very many steps with tensors of their own", async () => {
  for (let i = 0; i < 1200; i++) {
    scope(() => {
      const x = t("x", 1);
      step(x, () => sum(sqrt(x)));
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  scope(() => {
    const x = t("x", 0);
    const { site } = reportOf(() => step(x, () => sum(sqrt(x))));
    assert.match(site ?? "", /^tests\/diagnosis\.test\.ts:\d+:\d+$/);
  });
});

test("two losses over one parameter that begin with the same ops have lines of their own", () => {
  const w = parameter("w", [0]);
  scope(() => {
    const real = () => {
      const s = square(w);
      return sum(s);
    };
    const between = line(reportOf(() => log(sub(w, 1)).toArray()));
    const fake = () => {
      const s = square(w);
      return sum(sqrt(s));
    };
    valueAndGrad({ w }, real);
    for (const again of [1, 2]) {
      const at = line(reportOf(() => valueAndGrad({ w }, fake)));
      assert.ok(at > between && at < between + 4, `${again}: ${at} after ${between}`);
    }
  });
  w.dispose();
});

test("what is born on the way back of a later step has the line that the first step had", () => {
  const w = parameter("w", [4]);
  try {
    scope(() => {
      const run = (another = false) => {
        w.data[0] = 3;
        return valueAndGrad([w], () => {
          const first = another ? mul(w, w) : square(w);
          return sum(sqrt(sub(first, 9)));
        });
      };
      valueAndGrad([w], () => sum(square(w)));
      const strange = reportOf(run);
      assert.equal([strange.op, strange.phase], ["sqrt", "backward"]);
      assert.match(strange.site ?? "", here, "of another function than the first step's");
      const again = reportOf(run);
      assert.is(line(again), line(strange));
      assert.is(
        reportOf(() => run(true)).site,
        undefined,
        "another branch: the next is learnt from",
      );
      assert.is(line(reportOf(run)), line(again));
    });
  } finally {
    w.dispose();
  }
});

test("labels of row and column follow an element through the ops", () => {
  scope(() => {
    const x = tensor(
      [
        [1, 2],
        [3, 500],
      ],
      { name: "cars", columns: ["Weight", "Power"], rows: [17, 38] },
    );
    const w = tensor([[1], [1]], { name: "w" });
    const report = reportOf(() => valueAndGrad({ w }, () => sum(exp(matmul(x, w)))));
    assert.is(report.op, "exp");
    assert.equal(report.origin?.index, [1, 1]);
    assert.is(report.origin?.column, "Power");
    assert.is(report.origin?.row, 38);
    assert.equal(report.path, ["cars", "matmul", "exp", "sum", "the loss"]);
  });
});

test("of a state that feeds itself the way is told from its start and to its end, and takes no more the longer it is", () => {
  guard({ onNonFinite: "collect" }, () => {
    let state = t("state", Number.NaN);
    for (let i = 0; i < 500; i++) {
      const before = state;
      state = scope(() => keep(add(mul(before, 0.5), 1)));
      before.dispose();
    }
    state.toArray();
    state.dispose();
    const [report] = collected();
    const path = report?.path ?? [];
    assert.equal(path.slice(0, 3), ["state", "mul", "add"]);
    assert.ok(path.includes("…"));
    assert.equal(path.slice(-3), ["mul", "add", "what is read out"]);
    assert.ok(path.length < 520, `${path.length}`);
  });
});

test("what a view has written over since is no operand of what was made of it", () => {
  const w = parameter("w", [1, 2]);
  scope(() => {
    w.data[1] = Number.NaN;
    const average = mul(w, 0.5);
    w.data[1] = 3;
    const report = reportOf(() => average.toArray());
    assert.equal([report.phase, report.name, report.index], ["parameter", "w", [1]]);
    assert.equal(report.expression, "NaN");
  });
  w.dispose();
});

test("an element is followed into both gradients where they meet", () => {
  scope(() => {
    const [x, p] = [t("x", 1, 0), t("p", 1, 1)];
    const report = reportOf(() => step(x, () => sum(add(mul(x, p), sqrt(x)))));
    assert.equal([report.op, report.phase, report.index], ["sqrt", "backward", [1]]);
    assert.equal(report.path.slice(-3), [
      "sqrt backward",
      "sum of gradients backward",
      'the gradient of input "x"',
    ]);
    const both = reportOf(() => step(x, () => sum(sub(mul(2, sqrt(x)), sqrt(x)))));
    assert.is(both.cause, "inf-minus-inf");
    assert.equal(
      both.operands.map(({ value }) => value).sort(),
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].sort(),
    );
  });
});

test("what was absorbed on the way is in a report, without a tape too", () => {
  scope(() => {
    const x = t("x", 0, 1);
    const mended = where(greater(x, 0), log(x), 0);
    const report = reportOf(() => log(sub(mended, 1)).toArray());
    assert.equal(
      report.absorbed.map(({ op, index, from }) => [op, index, from?.op]),
      [["where", [0], "log"]],
    );
    assert.is(report.op, "log");
    assert.equal(report.index, [0]);
    assert.equal(report.path, ["x", "log", "where", "sub", "log", "what is read out"]);
  });
});

test("events count their elements", () => {
  scope(() => {
    const x = t("x", 0, 1, 0, 0);
    const { health } = step(x, () => sum(where(greater(x, 0), log(x), 0)));
    assert.equal(
      health.events.map(({ kind, op, count }) => [kind, op, count]),
      [
        ["birth", "log", 3],
        ["absorbed", "where", 3],
        ["masked", "log", 3],
      ],
    );
  });
});

/** What is written on the console meanwhile. */
function warnings(body: () => void): string[] {
  const said: string[] = [];
  const { warn } = console;
  console.warn = (line: unknown) => said.push(String(line));
  try {
    body();
  } finally {
    console.warn = warn;
  }
  return said;
}

const isLost =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof NonFiniteError && error.code === code;

test("alarms: an overflow that was divided away is thrown, or gathered or ignored, as the policy says", () => {
  scope(() => {
    const x = t("x", 1e30);
    const run = () => step(x, () => sum(div(x, sqrt(square(x)))));
    assert.throws(run, isLost("LOST_INF"));
    assert.throws(() => guard({ onAlarm: "throw" }, run), isLost("LOST_INF"));
    collected();
    const { health } = guard({ onAlarm: "collect" }, run);
    assert.ok(health.finite);
    assert.equal(
      health.alarms.map(({ op, kind }) => [op, kind]),
      [["div", "absorbed"]],
    );
    const [alarm, ...others] = collected();
    assert.is(alarm?.code, "LOST_INF");
    assert.is(others.length, 0);
    guard({ onAlarm: "ignore" }, run);
    assert.is(collected().length, 0);
    const y = guard({ onAlarm: "ignore" }, () => div(x, sqrt(square(x))));
    assert.throws(() => y.toArray(), isLost("LOST_INF"));
    assert.is(
      warnings(() => guard({ onNonFinite: "warn" }, run)).length,
      1,
      "where a NaN would be a warning, so is this",
    );
    guard({ onNonFinite: "collect" }, run);
    assert.is(collected().length, 2);
  });
});

test("alarms: what may be right, or is only looked at, is a warning, once for each place", () => {
  scope(() => {
    const x = t("x", 100, Number.NaN);
    const y = t("y", 100);
    const said = warnings(() => {
      for (let i = 0; i < 3; i++) {
        assert.equal([...div(1e10, exp(mul(y, 1))).toArray()], [0]);
        assert.equal([...greater(x, 0).toArray()], [1, 0]);
      }
    });
    assert.equal(
      said.map((line) => line.slice(0, 10)),
      ["[LOST_INF]", "[LOST_NAN]"],
    );
    assert.match(said[0] ?? "", /instead/);
    assert.is(collected().length, 6);
    assert.throws(
      () => step(y, () => mean(mul(y, sum(greater(x, 0))))),
      isLost("LOST_NAN"),
      "on the way to a loss there is no doubt",
    );
    collected();
  });
});

test("alarms: a gradient that died is a warning, never thrown by default", () => {
  const w = parameter("w", [-50]);
  try {
    const loss = () => neg(mean(log(clip(sigmoid(w), { min: 1e-7, max: 1 }))));
    const said = warnings(() => {
      for (let i = 0; i < 3; i++) assert.is(valueAndGrad([w], loss).health.alarms.length, 1);
    });
    assert.is(said.length, 1);
    assert.match(said[0] ?? "", /^\[DEAD_GRAD\]: the loss has lost its gradient/);
  } finally {
    w.dispose();
    collected();
  }
});

const HALVES = [[0.5, 0.5]];
const entropyOf = (p: Tensor): Tensor => neg(sum(mul(p, log(p))));
const softmaxOf = (z: Tensor): Tensor => {
  const e = exp(z);
  return div(e, sum(e, { axis: 1, keepDims: true }));
};

/** Where what the parts of a loss ask for cancels, or has been given: the loss is no 0, and nothing is wrong with it. */
const STATIONARY: Readonly<Record<string, [number[][], (z: Tensor) => Tensor]>> = {
  "an entropy at its largest": [[[1, 1]], (z) => entropyOf(softmax(z))],
  "the same, negative, of two rows": [
    [
      [1, 1],
      [7, 7],
    ],
    (z) => mean(sum(mul(softmax(z), log(softmax(z))), { axis: 1 })),
  ],
  "the same of a logSoftmax": [[[1, 1]], (z) => neg(sum(mul(softmax(z), logSoftmax(z))))],
  "the same of a softmax that is written out": [[[1, 1]], (z) => entropyOf(softmaxOf(z))],
  "the same with an epsilon": [
    [[1, 1]],
    (z) => neg(sum(mul(softmax(z), log(add(softmax(z), 1e-8))))),
  ],
  "the same of weights that are 0": [
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
    (z) => entropyOf(softmax(matmul(tensor([[1, 2]]), z))),
  ],
  "a softmax, added up": [[[1, 2, 3]], (z) => mul(1000, sum(softmax(z)))],
  "a softmax that has chosen, added up": [[[200, 0]], (z) => mul(0.3, sum(softmax(z)))],
  "attention on values that are all the same": [
    [[1, 2, 3]],
    (z) => mse(matmul(softmax(z), tensor([[2], [2], [2]])), tensor([[5]])),
  ],
  "the cross entropy of equal distributions": [
    [[1, 1]],
    (z) => neg(sum(mul(tensor(HALVES), log(softmax(z))))),
  ],
  "a divergence of equal distributions, and 1": [
    [[1, 1]],
    (z) => add(1, sum(mul(tensor(HALVES), log(div(tensor(HALVES), softmax(z)))))),
  ],
  "a perfect fit, and 1": [[[1, 2]], (z) => add(1, mse(z, tensor([[1, 2]])))],
  "a perfect fit of a softmax, and 1": [[[1, 1]], (z) => add(1, mse(softmax(z), tensor(HALVES)))],
  "a fit by a saturated sigmoid, and 1": [[[-60, -40]], (z) => add(1, mean(square(sigmoid(z))))],
  "the spread of equal numbers, and 1": [[[3, 3]], (z) => add(1, std(z))],
  "a cosine of vectors that are aligned": [
    [[3, 4]],
    (z) => neg(div(sum(mul(z, tensor([[3, 4]]))), mul(norm2(z), 5))),
  ],
  "a network of weights that are all 0": [
    [[0, 0]],
    (z) => mse(matmul(tanh(matmul(tensor([[1], [2]]), z)), tensor([[0], [0]])), ones([2, 1])),
  ],
  "a sigmoid in its limit, rightly": [[[60, 40]], (z) => sub(1, mean(log(sigmoid(z))))],
  "a tanh in its limit, rightly": [[[60, -60]], (z) => mean(mul(tensor([[-1, 1]]), tanh(z)))],
  "a reward for what a softmax has chosen": [
    [[200, 0]],
    (z) => neg(sum(mul(tensor([[1, 0]]), softmax(z)))),
  ],
  "the logarithm of a softmax next to 0, whose gradient is 1": [
    [[50, 0]],
    (z) => neg(sum(mul(tensor([[0, 1]]), log(softmax(z))))),
  ],
  "the logarithm of an exponential next to 0, whose gradient is 1": [
    [[-60, -50]],
    (z) => sum(log(exp(z))),
  ],
};

for (const [name, [start, loss]] of Object.entries(STATIONARY)) {
  test(`no alarm where nothing died: ${name}`, () => {
    scope(() => {
      const z = tensor(start, { name: "z" });
      const { health } = guard({ onAlarm: "collect" }, () => step(z, () => loss(z)));
      assert.equal(health.alarms, []);
    });
  });
}

/** The same ops, where slopes have died of which the loss asks for a change. */
const DEAD: Readonly<Record<string, [number[][], (z: Tensor) => Tensor]>> = {
  softmax: [[[200, 0, 0]], (z) => mse(softmax(z), tensor([[0, 1, 0]]))],
  "softmax, asked of a number that was not chosen": [
    [[200, 0, 0]],
    (z) => sub(1, sum(mul(tensor([[0, 0, 1]]), softmax(z)))),
  ],
  "softmax, asked of the one that was chosen alone": [
    [[200, 0, 0]],
    (z) => sum(mul(tensor([[1, 0, 0]]), softmax(z))),
  ],
  "softmax of one column": [[[3]], (z) => mse(softmax(z), tensor([[0.5]]))],
  sigmoid: [[[60, 40]], (z) => mean(sigmoid(z))],
  tanh: [[[-60, -40]], (z) => neg(mean(tanh(z)))],
  exp: [[[-60, -40]], (z) => mean(square(sub(1, exp(z))))],
};

for (const [name, [start, loss]] of Object.entries(DEAD)) {
  test(`a gradient that died: ${name}`, () => {
    scope(() => {
      const z = tensor(start, { name: "z" });
      const { health } = guard({ onAlarm: "collect" }, () => step(z, () => loss(z)));
      assert.equal(
        health.alarms.map(({ op }) => op),
        [name.split(/[ ,]/)[0]],
      );
      collected();
    });
  });
}

test("alarms: a step whose recovery is decided goes on, with a warning", () => {
  const w = parameter("w", [1e30]);
  const update = sgd({ lr: 1e-3, onBadStep: "skip" });
  try {
    const loss = () => sum(div(w, sqrt(square(w))));
    const said = warnings(() => trainStep(update, [w], loss));
    assert.is(said.length, 1);
    assert.match(said[0] ?? "", /^\[LOST_INF\]/);
  } finally {
    update.dispose();
    w.dispose();
    collected();
  }
});

test("no alarm, no event in a healthy network, a hundred times", () => {
  scope(() => {
    const w = parameter("w", [
      [0.5, -0.25],
      [0.125, 1],
    ]);
    const b = parameter("b", [0, 0]);
    const update = adam({ lr: 0.05 });
    for (let i = 0; i < 100; i++) {
      scope(() => {
        const x = tensor([
          [1, 2],
          [-3, 4 + i / 100],
        ]);
        const { grads, health } = valueAndGrad([w, b], () =>
          crossEntropy(relu(linear(x, w, b)), [0, 1]),
        );
        assert.is(health.events.length, 0);
        assert.is(health.alarms.length, 0);
        update([w, b], grads);
      });
    }
    assert.is(collected().length, 0);
    for (const kept of [update, w, b]) kept.dispose();
  });
});

/** Losses that clamp, saturate and overflow where a network goes wrong; these do not go wrong. */
const HEADS: Readonly<Record<string, (h: Tensor, y: Tensor) => Tensor>> = {
  "squared error of a sigmoid": (h, y) => mse(sigmoid(h), y),
  "squared error of tanh": (h, y) => mse(tanh(h), y),
  "squared error of softmax": (h, y) => mse(softmax(h), y),
  "cross entropy of a clamped sigmoid": (h, y) =>
    neg(mean(mul(y, log(clip(sigmoid(h), { min: 1e-7, max: 1 - 1e-7 }))))),
  "cross entropy of a softmax with an epsilon": (h, y) =>
    neg(mean(mul(y, log(add(softmax(h), 1e-9))))),
  "a sigmoid written out": (h, y) => mse(div(1, add(1, exp(neg(h)))), y),
};

for (const [name, head] of Object.entries(HEADS)) {
  test(`no false alarm in 100 steps: ${name}`, () => {
    const params = [
      parameter("w1", kaiming([10, 16], { seed: 1 })),
      parameter("b1", zeros([16])),
      parameter("w2", kaiming([16, 5], { seed: 2 })),
      parameter("b2", zeros([5])),
    ] as const;
    const [w1, b1, w2, b2] = params;
    const update = adam({ lr: 0.02 });
    collected();
    for (let i = 0; i < 100; i++) {
      scope(() => {
        const x = uniform([20, 10], -1, 1, { seed: 3 + (i % 4) });
        const y = tensor(
          Array.from({ length: 100 }, (_, at) => Number(at % 5 === Math.floor(at / 5) % 5)),
          { shape: [20, 5], name: "y" },
        );
        const { grads, health } = valueAndGrad(params, () =>
          head(linear(relu(linear(x, w1, b1)), w2, b2), y),
        );
        assert.is(health.alarms.length, 0);
        update(params, grads);
      });
    }
    assert.is(collected().length, 0);
    for (const kept of [update, ...params]) kept.dispose();
  });
}

test("one place is looked into a few times a step, then counted", () => {
  scope(() => {
    const x = t("x", 0, 1);
    const { health } = step(x, () => {
      let total: Tensor = sum(x);
      for (let i = 0; i < 12; i++) total = add(total, sum(where(greater(x, 0), log(x), 0)));
      return total;
    });
    const logs = health.events.filter(({ kind }) => kind === "masked");
    assert.is(health.maskedSingularities, 12);
    assert.is(logs.length, 12);
    assert.is(logs.filter(({ place }) => place !== undefined).length, 8);
  });
});

test("causes that overflow in functions of exp say so", () => {
  scope(() => {
    assert.is(reportOf(() => cosh(t("x", 100)).item()).cause, "overflow-exp");
    assert.is(reportOf(() => cumprod(t("x", 1e30, 1e30)).toArray()).cause, "overflow-product");
  });
});

test("what an operand was computed by is code in a fix, where it is short and says all", () => {
  scope(() => {
    const [a, b] = [t("a", 1, 100), t("b", 0, 0)];
    const fixOf = (naive: () => unknown) => reportOf(naive).instead.join("\n");
    const overflow = fixOf(() => exp(mul(2, sub(a, b))).toArray());
    assert.match(overflow, /exp\(clip\(mul\(2, sub\(a, b\)\), \{ max: 40 \}\)\)/);
    assert.match(
      fixOf(() => log(mul(a, b)).toArray()),
      /safeLog\(mul\(a, b\)\)/,
    );
    // An axis is part of it; which of two is the condition is not left to their order.
    const rows = tensor([[0, 0]], { name: "rows" });
    assert.match(
      fixOf(() => log(sum(rows, { axis: 1 })).toArray()),
      /safeLog\(sum\(rows, \{ axis: 1 \}\)\)/,
    );
    assert.match(
      fixOf(() => div(rows, mean(rows, { axis: -1, keepDims: true })).toArray()),
      /div\(rows, add\(mean\(rows, \{ axis: -1, keepDims: true \}\), 1e-12\)\)/,
    );
    assert.match(
      fixOf(() => log(variance(rows, { axis: [1], ddof: 1 })).toArray()),
      /safeLog\(variance\(rows, \{ axis: \[1\], ddof: 1 \}\)\)/,
    );
    assert.match(
      fixOf(() => log(max(b, { axis: 0 })).toArray()),
      /safeLog\(max\(b\)\)/,
    );
    assert.match(
      fixOf(() => step(rows, () => sum(sqrt(sum(square(rows), { axis: 1 }))))),
      /norm2\(rows, \{ axis: 1 \}\) instead of sqrt\(sum\(square\(rows\), \{ axis: 1 \}\)\)/,
    );
    // Nor is another tensor called by the name that the program has for what it came from.
    const x = tensor([[0, 0]], { name: "x" });
    const pair = () => mul(mul(add(x, 0), add(x, 0)), mul(add(x, 0), add(x, 0)));
    const long = () => mul(mul(pair(), pair()), pair());
    assert.match(
      fixOf(() => log(mul(long(), mul(long(), long()))).toArray()),
      /safeLog\(…\)/,
    );
    assert.match(
      fixOf(() => log(where(a, b, 1)).toArray()),
      /safeLog\(where\(a, b, 1\)\)/,
    );
    const steps = (n: number) => {
      let x: Tensor = b;
      for (let i = 0; i < n; i++) x = add(x, b);
      return log(x).toArray();
    };
    assert.match(
      fixOf(() => steps(3)),
      /safeLog\(add\(add\(add\(b, b\), b\), b\)\)/,
    );
    assert.match(
      fixOf(() => steps(60)),
      /safeLog\(…\)/,
    );
  });
});

test("a path through a loop is shown once, with how often", () => {
  scope(() => {
    const x = t("x", 1);
    const report = reportOf(() =>
      step(x, () => {
        let h: Tensor = x;
        for (let i = 0; i < 70; i++) h = relu(mul(h, 4));
        return mean(h);
      }),
    );
    assert.match(showReport(report), /path {6}x → \(mul → relu\) × 70 → mean → the loss/);
    assert.is(report.path.length, 143, "the path itself is whole");
  });
});

test("an ∞ that stood for a number beyond any quotient is no loss; one beside it still is", () => {
  scope(() => {
    const alarms = (loss: (x: Tensor) => Tensor, ...at: number[]): number => {
      const x = t("x", ...at);
      return guard({ onAlarm: "ignore" }, () => step(x, () => sum(loss(x)))).health.alarms.length;
    };
    assert.is(
      alarms((x) => div(1e6, mul(3, exp(x))), 300, 1),
      0,
      "e^300 thrice",
    );
    assert.is(
      alarms((x) => div(1e6, sub(exp(x), 1)), 100, 1),
      0,
      "Planck's law",
    );
    assert.is(
      alarms((x) => div(1, exp(square(x))), 1e20, 1),
      0,
      "e^x² where x² overflows",
    );
    assert.is(
      alarms((x) => div(sub(x, 200), exp(x)), 200, 1),
      0,
      "0 / ∞",
    );
    assert.is(
      alarms((x) => rsqrt(exp(x)), 300, 1),
      0,
      "a root of it",
    );
    assert.ok(alarms((x) => div(1e10, exp(x)), 100, 1) > 0, "1e10 / e^100 is 4e-34");
    assert.ok(alarms((x) => div(1e6, mul(1e-20, exp(x))), 100) > 0, "a factor of 1e-20");
    assert.ok(alarms((x) => div(sub(x, 1e20), square(x)), 1e20, 3e20) > 0, "0 / ∞, beside another");
  });
});

test("where two infinities meet, both are followed and named", () => {
  scope(() => {
    const report = reportOf(() => sub(exp(t("a", 1, 100)), square(t("b", 1, 1e20))).toArray());
    assert.is(report.cause, "inf-minus-inf");
    assert.equal([report.from?.op, report.from?.index], ["exp", [1]]);
    assert.equal([report.with?.op, report.with?.index], ["square", [1]]);
    assert.match(showReport(report), /^ {2}from {6}exp .*\n {2}and from {2}square /m);
    assert.is(plainReport(report).with?.op, "square");
    const same = reportOf(() => {
      const e = exp(t("a", 100));
      return sub(e, e).item();
    });
    assert.is(same.from?.op, "exp");
    assert.is(same.with, undefined);
  });
});

test("in a product of matrices the two infinities that met are found", () => {
  scope(() => {
    const bad = tensor([[Infinity, 1, -Infinity]], { name: "bad" });
    const ones = tensor([[1], [1], [1]]);
    const report = reportOf(() => matmul(bad, ones).toArray());
    assert.is(report.cause, "inf-minus-inf");
    assert.equal([report.from?.name, report.from?.index], ["bad", [0, 0]]);
    assert.equal([report.with?.name, report.with?.index], ["bad", [0, 2]]);
  });
});

test("the ∞ or NaN that is the largest or smallest is the one that is followed", () => {
  scope(() => {
    for (const bad of [Infinity, Number.NaN]) {
      const report = reportOf(() => max(t("x", 1, 2, bad, 3)).item());
      assert.equal([report.name, report.index, report.cause], ["x", [2], "bad-input"]);
    }
    assert.equal(reportOf(() => min(t("x", 1, -Infinity, 3)).item()).index, [1]);
  });
});

test("of a row in which all is −∞ the one that was let through is followed, not those that a mask stands for", () => {
  scope(() => {
    const [prior, mask] = [t("prior", 0, -Infinity, -Infinity), t("mask", 0, 0, 1)];
    for (const fold of [logsumexp, max, sum]) {
      const report = reportOf(() => fold(where(mask, mul(prior, 1), -Infinity)).toArray());
      assert.equal([report.name, report.index], ["prior", [2]]);
    }
  });
});

test("of 0 · ∞ the element behind the 0 is told beside the birth of the ∞", () => {
  scope(() => {
    const [x, gate] = [t("x", 1, 0), t("gate", 1, -3)];
    const report = reportOf(() => step(x, () => sum(mul(relu(gate), log(x)))));
    assert.equal([report.cause, report.from?.op], ["zero-times-inf", "log"]);
    assert.equal([report.origin?.name, report.origin?.value], ['input "gate"', -3]);
  });
});

test("of a sum of products the largest term is followed, however small all of them are", () => {
  scope(() => {
    const x = tensor([[0.25, -0.5]], { name: "x" });
    const w = tensor([[0], [1]], { name: "w" });
    const { origin } = reportOf(() => log(relu(matmul(x, w))).toArray());
    assert.equal([origin?.name, origin?.index], ['input "x"', [0, 1]]);
  });
});

test("of a product below 0 the factor is followed that is, though the other one is larger", () => {
  scope(() => {
    const { origin } = reportOf(() => log(div(t("price", -1), t("last", 50))).toArray());
    assert.is(origin?.name, 'input "price"');
  });
});

test("a limit is told of no quotient in a loop: in each turn it is another one", () => {
  scope(() => {
    const R = t("R", 0);
    const { instead } = reportOf(() =>
      step(R, () => {
        let P = t("P", 1);
        for (let i = 0; i < 4; i++) P = mul(sub(1, div(P, add(P, R))), P);
        return sum(div(P, add(P, R)));
      }),
    );
    assert.match(instead[0] ?? "", /divNoNan/);
    assert.not.match(instead.join(" "), /0\.5/);
  });
});

test("where all sides tell the gradient of a place, a line that gives another one does not heal", () => {
  const tried = (body: (v: Tensor, n: Tensor) => Tensor): Readonly<Record<string, string>> =>
    scope(() => {
      const v = t("v", 0, 0);
      const { instead, tried = [] } = reportOf(() => step(v, () => body(v, norm2(v))));
      const forms = instead.map((line) => /: (\w+)/.exec(line)?.[1] ?? "");
      return Object.fromEntries(forms.map((form, i) => [form, tried[i] ?? ""]));
    });
  // Of log(1 + n) v / n the gradient is 1 at 0; v / n has no limit there, and what is put in its place is made up.
  const mapped = tried((v, n) => sum(mul(log1p(n), div(v, n))));
  assert.equal(Object.entries(mapped)[0], ["safeNorm", "heals"]);
  assert.is(mapped.divNoNan, "fails");
  const directed = tried((v, n) => sum(div(v, n)));
  assert.equal(Object.entries(directed)[0], ["divNoNan", "finite"]);
  assert.not(Object.values(directed).includes("heals"));
});

test("what a softmax has absorbed is counted by its own elements", () => {
  const counted = (...mask: readonly (readonly number[])[]): readonly (number | undefined)[] =>
    scope(() => {
      const s = parameter("s", mask as number[][]);
      const m = tensor(mask as number[][], { name: "m" });
      const { health } = valueAndGrad({ s }, () =>
        sum(mul(softmax(where(m, s, -Infinity)), tensor([1, 2, 3]))),
      );
      return health.events.filter(({ op }) => op === "softmax").map(({ count }) => count);
    });
  assert.equal(counted([1, 1, 0]), [1]);
  assert.equal(counted([1, 0, 0], [1, 1, 0]), [3]);
});

test("what was kept from another step is followed to numbers in the code, freed as they are", () => {
  scope(() => {
    const g = parameter("g", [1]);
    const x = t("x", 5000.1, 5000.4, 4999.8, 4999.5);
    const moved = (state: Tensor, by: Tensor) =>
      keep(scope(() => add(mul(0.9, state), mul(0.1, mean(by)))));
    const [m1, m2] = [moved(t("first", 5000), x), moved(t("second", 5000 ** 2), square(x))];
    const { cause, instead, tried } = reportOf(() =>
      valueAndGrad({ g }, () => sum(square(mul(g, div(sub(x, m1), sqrt(sub(m2, square(m1)))))))),
    );
    assert.is(cause, "sqrt-of-negative");
    assert.match(instead[0] ?? "", /^reckon in float64/);
    assert.is(tried?.[0], "heals");
    for (const used of [m1, m2]) used.dispose();
  });
});

test("what came in bad is selected by what a program asks of it to multiply it away", () => {
  scope(() => {
    const [x, w] = [t("x", Number.NaN, 1), t("w", 1, 2)];
    const line = (body: () => Tensor): string | undefined =>
      reportOf(() => step(w, body)).instead[0];
    assert.is(
      line(() => sum(mul(w, mul(x, equal(x, x))))),
      "select before it is read: mul(where(equal(x, x), x, 0), equal(x, x)) instead of mul(x, equal(x, x))",
    );
    assert.is(
      line(() => sum(mul(equal(x, x), square(sub(w, x))))),
      "select before it is read: sub(w, where(equal(x, x), x, 0)) instead of sub(w, x)",
    );
  });
});

test("each huge element of a gradient is followed to the element that made it so", () => {
  scope(() => {
    const [v, x] = [parameter("v", [1, 2]), t("x", 3e25, 4e25)];
    const { grads } = valueAndGrad({ v }, () => sum(mul(v, x)));
    for (const at of [0, 1]) {
      const one = t("one", 1 - at, at);
      const { from } = reportOf(() => sum(where(one, square(grads.v), 0)).item());
      assert.equal([from?.name, from?.index], ["x", [at]]);
    }
  });
});

test("labels are no mask of features that go another way, too", () => {
  scope(() => {
    const [w, x] = [parameter("w", [0.3]), t("x", 1, Number.NaN, 2)];
    const y = t("y", 1, 0, 1);
    const first = (loss: () => Tensor): string => reportOf(() => step(w, loss)).instead[0] ?? "";
    const logit = () => mul(w, x);
    assert.match(
      first(() => mean(sub(softplus(logit()), mul(y, logit())))),
      /impute/,
    );
    assert.match(
      first(() => neg(sum(mul(y, sub(logit(), logcumsumexp(logit())))))),
      /impute/,
    );
    assert.match(
      first(() => sum(mul(y, square(logit())))),
      /: where\(y, x, 0\) instead of x$/,
    );
  });
});

test("a safe form stands for the function that it is named after, and what goes bad beside it is told with it", () => {
  scope(() => {
    const [z, y] = [parameter("z", [1, -1]), t("y", 2, 3)];
    const { instead, tried } = reportOf(() =>
      step(z, () => mean(add(log(relu(z)), div(y, relu(z))))),
    );
    assert.is(
      instead[0],
      "use the safe form: safeLog(relu(z)) instead of log(relu(z)), then safeDiv(y, relu(z)) instead of div(y, relu(z))",
    );
    assert.is(tried[0], "finite");
  });
});

test("beside 0 / 0 another element that is ∞ stays so: a divisor that is left out comes last", () => {
  scope(() => {
    const [z, s] = [parameter("z", [1, 2]), t("s", 0)];
    const { instead } = reportOf(() =>
      step(z, () => mean(exp(neg(div(square(sub(z, t("m", 1, 0))), square(s)))))),
    );
    assert.match(instead[0] ?? "", /: safeDiv\(/);
  });
});

test("of a loop that is longer than what is remembered no number is told", () => {
  scope(() => {
    let a: Tensor = t("a", 1);
    for (let i = 0; i < 200; i++) a = add(a, 1e-9);
    sub(a, 1).toArray();
    assert.equal(collected(), []);
    let [s, squares] = [t("s", 0), t("q", 0)] as Tensor[];
    for (let i = 0; i < 50; i++) {
      const x = tensor([20000 + (i % 5) * 0.01]);
      s = add(s as Tensor, x);
      squares = add(squares as Tensor, square(x));
    }
    const spread = () => sub(div(squares as Tensor, 50), square(div(s as Tensor, 50)));
    const [report] = guard({ onAlarm: "collect" }, () => {
      spread().toArray();
      return collected();
    });
    assert.is(report?.code, "LOST_DIGITS");
    assert.not.match(report?.expression ?? "", /where it is/);
  });
});

test("scores that have grown on the way are scaled as a whole", () => {
  scope(() => {
    const [q, keys] = [
      parameter("q", [[40, 0]]),
      tensor(
        [
          [1, 0],
          [0, 1],
        ],
        { name: "keys" },
      ),
    ];
    const shares = () => softmax(mul(2, matmul(q, keys)));
    const [report] = guard({ onAlarm: "collect" }, () => {
      step(q, () => square(sub(sum(matmul(shares(), tensor([[0], [5]]))), 5)));
      return collected();
    });
    assert.match(
      report?.instead[0] ?? "",
      /: div\(mul\(2, matmul\(q, keys\)\), 200\) instead of mul\(2, matmul\(q, keys\)\)$/,
    );
  });
});

test("a gradient that one batch has made huge is clipped: its step was not too long for the others", () => {
  const w = parameter("w", [[1], [1]]);
  const update = sgd({ lr: 0.02 });
  const step = (feature: number) => {
    const x = tensor([[1, feature]], { name: "x" });
    const loss = () => sum(square(sub(matmul(x, w), 1)));
    update({ w }, valueAndGrad({ w }, loss).grads);
    x.dispose();
  };
  try {
    for (let i = 0; i < 5; i++) step(1);
    const { fix } = reportOf(() => {
      step(3e15);
      step(1);
    });
    assert.is(fix[0], "clip-norm");
    assert.ok(fix.includes("lower-lr"));
  } finally {
    update.dispose();
    w.dispose();
  }
});

test("where no step has moved anything a lower rate is no answer", () => {
  const w = parameter("w", [[-1], [-2]]);
  const update = sgd({ lr: 0.1 });
  const x = tensor([[1, 2]], { name: "x" });
  const loss = () => sum(square(sub(relu(matmul(x, w)), 1)));
  try {
    for (let i = 0; i < 20; i++) {
      const { grads } = guard({ onAlarm: "collect" }, () => valueAndGrad({ w }, loss));
      update({ w }, grads);
    }
    const told = collected().flatMap(({ fix }) => fix);
    assert.ok(told.includes("slope"));
    assert.not.ok(told.includes("lower-lr"));
  } finally {
    update.dispose();
    x.dispose();
    w.dispose();
  }
});

test("the state of a loop is not written as what it began with", () => {
  scope(() => {
    const v = parameter("v", [1, 1]);
    const turns = (n: number): string => {
      let moment: Tensor = zeros([2]);
      let gradient: Tensor = v;
      for (let i = 0; i < n; i++) {
        gradient = keep(valueAndGrad({ v }, () => sum(mul(t("x", i + 1, 0), square(v)))).grads.v);
        moment = keep(add(mul(0.9, moment), square(gradient)));
      }
      return reportOf(() => div(gradient, sqrt(moment)).toArray()).instead[0] ?? "";
    };
    for (const n of [1, 3]) assert.match(turns(n), /: divNoNan\(grads\.v, …\)$|add\(…, 1e-12\)\)$/);
  });
});

test("zeros that are no state of a loop are written out", () => {
  scope(() => {
    const [x, w] = [
      tensor([[90, -90]], { name: "x" }),
      parameter("w", [
        [1, 0],
        [0, 1],
      ]),
    ];
    const first = (loss: () => Tensor): string =>
      reportOf(() => valueAndGrad({ w }, loss)).instead[0] ?? "";
    const bias = first(() => sum(log(softmax(linear(x, w, zeros([2]))))));
    assert.match(bias, /: logSoftmax\(linear\(x, w, zeros\(\[2\]\)\)\) instead of /);
    const turns = (n: number): string =>
      first(() => {
        let h: Tensor = zeros([1, 2]);
        for (let i = 0; i < n; i++) h = add(matmul(h, w), mul(x, 2));
        return sum(log(softmax(h)));
      });
    assert.match(turns(1), /matmul\(zeros\(\[1, 2\]\), w\)/);
    assert.not.match(turns(2), /zeros/);
    w.dispose();
  });
});

test("the second moment of an optimizer that is written out: the gradient is clipped", () => {
  scope(() => {
    const v = parameter("v", [1, 1]);
    const { grads } = valueAndGrad({ v }, () => sum(mul(v, t("x", 3e25, 1))));
    const moment = add(mul(0.9, zeros([2])), mul(0.1, square(grads.v)));
    const { instead, tried } = reportOf(() => div(grads.v, add(sqrt(moment), 1e-8)).toArray());
    assert.is(
      instead[0],
      "clip the gradient: clip(grads.v, { min: -1, max: 1 }) instead of grads.v",
    );
    // Float64 is frozen, too: it is to be another number.
    assert.is(tried[0], "finite");
  });
});

test("a line is tried in each turn of a loop with what stands there in that turn", () => {
  scope(() => {
    let moment: Tensor = zeros([2]);
    let left: Tensor = t("left", 1, 1);
    for (const first of [1, 1e20, 1]) {
      const g = t("g", first, 1);
      moment = add(mul(0.9, moment), mul(0.1, square(g)));
      left = sub(left, div(mul(0.1, g), add(sqrt(div(moment, 0.5)), 1e-8)));
    }
    const { instead, tried } = reportOf(() => guard({ onAlarm: "throw" }, () => left.toArray()));
    assert.is(instead[0], "clip the gradient: clip(g, { min: -1, max: 1 }) instead of g");
    assert.is(tried[0], "finite");
  });
});

test("numbers that are next to each other are told with the digits in which they differ", () => {
  scope(() => {
    const x = t("x", 10000, 10000.5);
    const told = (): Report =>
      reportOf(() =>
        guard({ onAlarm: "throw" }, () => sub(mean(square(x)), square(mean(x))).item()),
      );
    const report = told();
    assert.match(report.expression, /^100005000 − 100004992 = 8|^1000050\d\d − 1000050\d\d = /);
    const [, a = "", b = ""] = /operands {2}a = (\d+), b = (\d+)/.exec(showReport(report)) ?? [];
    assert.is(
      Number(a) - Number(b),
      (report.operands[0]?.value ?? 0) - (report.operands[1]?.value ?? 0),
    );
  });
});

test("what a step took beyond where a function of it, shifted, has a value: a lower rate", () => {
  const v = parameter("v", [0.2]);
  const step = sgd({ lr: 0.5 });
  const { instead } = reportOf(() => {
    for (let i = 0; i < 9; i++) {
      const barrier = () => sum(sub(mul(-0.05, log(sub(1, v))), mul(2, v)));
      step({ v }, valueAndGrad({ v }, barrier).grads);
    }
  });
  assert.is(
    instead[0],
    "lower the learning rate: a step took v to where log(sub(1, v)) has no value",
  );
});

test("a line that would be told again of what it has made is not told twice in one", () => {
  scope(() => {
    const slope = tensor([[0.5], [0]], { name: "slope" });
    const far = tensor([[0, 1, -Infinity]], { name: "far" });
    const q = parameter("q", [
      [1, 2, 3],
      [1, 0, 2],
    ]);
    const { instead } = reportOf(() =>
      valueAndGrad([q], () => sum(mul(softmax(add(q, mul(slope, far))), tensor([1, 2, 3])))),
    );
    const lines = instead.join();
    assert.ok(lines.includes("softmax(maximum(add(q, mul(slope, far)), -1e9))"), lines);
    assert.ok(!/then where\(greater/.test(lines), lines);
  });
});

test("a limit of what two tensors come together in is written in that, unless they disagree", () => {
  const limit = (body: (x: Tensor, y: Tensor) => Tensor): string =>
    scope(() => {
      const [x, y] = [t("x", 2), t("y", 0.5)];
      return reportOf(() => step(x, () => sum(body(x, y)))).instead[0] ?? "";
    });
  const angle = (x: Tensor, y: Tensor): Tensor => acos(mul(x, y));
  assert.match(
    limit((x, y) => div(angle(x, y), sin(angle(x, y)))),
    /, add\(1\.33333, mul\(-0\.33333, mul\(x, y\)\)\), div/,
  );
  // Where the slope is infinite it is a number; and there is none that is another one on each side, or from each.
  assert.match(
    limit((x, y) => div(log1p(angle(x, y)), angle(x, y))),
    /, 1, div/,
  );
  for (const without of [
    (x: Tensor, y: Tensor) => div(sub(mul(x, y), 1), abs(sub(mul(x, y), 1))),
    (x: Tensor, y: Tensor) => div(sub(x, 2), sub(mul(x, y), 1)),
  ])
    assert.match(limit(without), /divNoNan/);
});

test("a number that overflows later is followed to where it became huge", () => {
  scope(() => {
    const x = t("x", 1, 2, 3);
    const report = reportOf(() =>
      step(x, () => {
        const h = relu(x);
        // What a fault, or a bug in code that writes through views, does.
        h.data[1] = 1e30;
        return sum(square(mul(add(h, 1), 2)));
      }),
    );
    assert.is(report.cause, "overflow-square");
    assert.equal(
      [report.from?.op, report.from?.index, report.from?.cause],
      ["relu", [1], "huge-value"],
    );
    assert.ok(report.from?.operands.some(({ value }) => value === Math.fround(1e30)));
    const grown = reportOf(() => step(t("x", 60), () => square(sum(exp(t("y", 60))))));
    assert.equal([grown.from?.op, grown.from?.expression], ["exp", "exp(60) = 1.14201e+26"]);
    assert.match(grown.from?.site ?? "", /diagnosis\.test\.ts/);
  });
});

test("a huge number that shrinks and grows again is followed past the place where it was small", () => {
  scope(() => {
    const report = reportOf(() => square(mul(sqrt(exp(t("x", 80))), 1e12)).item());
    const said = [report.op, report.from?.op, report.from?.expression, report.from?.from];
    assert.equal(said, ["square", "exp", "exp(80) = 5.54062e+34", undefined]);
  });
});

test("a huge gradient is followed through the step into the next loss", () => {
  const w = parameter("w", [1, 1]);
  const update = sgd({ lr: 0.1 });
  try {
    scope(() => {
      const x = t("x", 1, 2);
      const loss = () => sum(square(mul(w, x)));
      const { grads } = valueAndGrad([w], loss);
      const { w: gradient } = grads;
      if (gradient !== undefined) gradient.data[1] = 1e30;
      update([w], grads);
      const report = reportOf(() => valueAndGrad([w], loss, 2));
      const said = [report.op, report.from?.op, report.from?.from?.name, report.from?.from?.index];
      assert.equal(said, ["square", "sgd", "gradient of w", [1]]);
    });
  } finally {
    update.dispose();
    w.dispose();
  }
});

test("without a tape the ops, names and elements on the way are told, while they are there", () => {
  scope(() => {
    const [x, w] = [t("x", 1, 2), t("weight", 3, 2)];
    const live = reportOf(() => log(sub(relu(mul(x, w)), 5)).toArray());
    assert.equal(live.path, ["weight", "mul", "relu", "sub", "log", "what is read out"]);
    assert.equal([live.origin?.name, live.origin?.value], ['input "weight"', 3]);
    const freed = scope(() => relu(mul(x, w)));
    const gone = reportOf(() => log(sub(freed, 5)).toArray());
    assert.equal(gone.path, ["x", "mul", "relu", "sub", "log", "what is read out"]);
    assert.is(gone.origin, undefined);
  });
});

test("numbers that a step has written over since are not told as operands", () => {
  const w = parameter("w", [2]);
  const update = sgd({ lr: 1 });
  try {
    scope(() => {
      const before = mul(w, 3);
      const { grads } = valueAndGrad([w], () => sum(w));
      update([w], grads);
      const report = reportOf(() => log(sub(before, 6)).toArray());
      assert.equal(report.path, ["w", "mul", "sub", "log", "what is read out"]);
      assert.is(report.origin, undefined);
    });
  } finally {
    update.dispose();
    w.dispose();
  }
});

test("a tensor that feeds itself remembers a bounded past", () => {
  scope(() => {
    let h = t("h", 1);
    for (let i = 0; i < 500; i++) h = mul(h, 1);
    let calls = 0;
    for (let at: Tensor | undefined = h; at?.call !== undefined; at = at.call.inputs[0]) calls++;
    assert.ok(calls > 0 && calls <= 64, `${calls}`);
  });
});

test.run();
