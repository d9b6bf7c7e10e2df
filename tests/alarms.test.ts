/**
 * What is finite and wrong is told, and what looks like it and is right is not: each alarm beside its look-alikes.
 */
import * as assert from "uvu/assert";
import {
  abs,
  acos,
  add,
  argmax,
  cast,
  clip,
  collected,
  cos,
  div,
  elu,
  equal,
  exp,
  gelu,
  greater,
  greaterEqual,
  guard,
  hardSwish,
  less,
  linear,
  log,
  log1mexp,
  logSigmoid,
  logSoftmax,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mish,
  mse,
  mul,
  NonFiniteError,
  nanMean,
  nanSum,
  ndtr,
  neg,
  norm2,
  type Parameter,
  parameter,
  pow,
  prod,
  reciprocal,
  relu,
  safePow,
  safeSqrt,
  scope,
  selu,
  sgd,
  sigmoid,
  sign,
  silu,
  softmax,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  trainStep,
  valueAndGrad,
  where,
} from "../src/index.js";
import { suite } from "./kit/suite.js";

const test = suite("alarms");

const NAN = Number.NaN;

/** What is told of a loss, or of what is read out: its code and op. */
function told(program: () => Tensor, ...parameters: readonly Parameter[]): readonly string[] {
  collected();
  return scope(() =>
    guard({ onAlarm: "collect", onNonFinite: "collect" }, () => {
      if (parameters.length === 0) program().toArray();
      else valueAndGrad(parameters, program);
      return collected().map(({ code, op }) => `${code} ${op}`);
    }),
  );
}

const w = (...data: number[]): Parameter => parameter("w", data);
const t = (name: string, ...data: number[]): Tensor => tensor(data, { name });

const OPS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  elu: (x) => elu(x),
  gelu: (x) => gelu(x),
  hardSwish: (x) => hardSwish(x),
  mish: (x) => mish(x),
  selu: (x) => selu(x),
  silu: (x) => silu(x),
  softplus: (x) => softplus(x),
};

/** By what is told of it, "" where nothing is. */
const PROGRAMS: readonly (readonly [string, string, () => readonly string[]])[] = [
  [
    "a NaN label chooses a branch that the loss does not feel yet, but its gradient",
    "LOST_NAN greater",
    () => {
      const s = w(0);
      const label = t("label", NAN);
      return told(() => sum(where(greater(label, 0), softplus(neg(s)), softplus(s))), s);
    },
  ],
  ...Object.entries(OPS).map(([name, op]): readonly [string, string, () => readonly string[]] => [
    `${name} is shut for the only parameter, and wanted open`,
    `DEAD_GRAD ${name}`,
    () => {
      const s = w(-120);
      return told(() => sum(square(sub(op(s), 2))), s);
    },
  ]),
  [
    "a bound by where that the loss wants left, alone",
    "DEAD_GRAD where",
    () => {
      const lp = w(-80);
      return told(() => neg(sum(where(less(lp, -18), -18, lp))), lp);
    },
  ],
  [
    "a rectifier that is shut for a row: it may be open for the next",
    "",
    () => {
      const s = w(-2);
      return told(() => sum(square(sub(relu(s), 2))), s);
    },
  ],
  [
    "a scale at its least, which is added to it",
    "",
    () => {
      const s = w(-120);
      return told(() => sum(square(sub(add(softplus(s), 0.5), 2))), s);
    },
  ],
  [
    "a gradient that eighty sigmoids have each made smaller",
    "DEAD_GRAD sigmoid",
    () => {
      const s = w(0.5);
      const loss = (): Tensor => {
        let h: Tensor = s;
        for (let i = 0; i < 80; i++) h = sigmoid(h);
        return sum(square(h));
      };
      return told(loss, s);
    },
  ],
  [
    "a norm that is kept from 0 where it divides: what is divided has its own way",
    "",
    () => {
      const x = w(1e-20, 1e-20);
      return told(() => sum(div(x, maximum(norm2(x), 1e-12))), x);
    },
  ],
  [
    "a series that is chosen where the quotient beside it has lost its digits",
    "",
    () => {
      const x = w(1e-4, 0.5);
      const quotient = (): Tensor => div(sub(1, cos(x)), square(x));
      const series = (): Tensor => sub(0.5, div(square(x), 24));
      return told(() => sum(where(less(x, 0.01), series(), quotient())), x);
    },
  ],
  [
    "a logarithm at its floor for a row of zeros, on which no parameter hangs",
    "",
    () => {
      const x = tensor([
        [0, 0],
        [1, 2],
      ]);
      const v = parameter("v", [[1], [0.5]]);
      return told(() => neg(mean(log(maximum(square(matmul(x, v)), 1e-10)))), v);
    },
  ],
  [
    "a share that a mask has made 0, at its floor",
    "",
    () => {
      const z = w(1, 2, 3);
      const shares = (): Tensor => softmax(add(z, t("mask", 0, 0, -Infinity)));
      const smoothed = t("smoothed", 0.9, 0.05, 0.05);
      return told(() => neg(sum(mul(smoothed, log(maximum(shares(), 1e-9))))), z);
    },
  ],
  [
    "the same of a row that a parameter could move",
    "DEAD_GRAD maximum",
    () => {
      const x = tensor([
        [1e-6, 0],
        [1, 2],
      ]);
      const v = parameter("v", [[1], [0.5]]);
      return told(() => neg(mean(log(maximum(square(matmul(x, v)), 1e-10)))), v);
    },
  ],
  [
    "the same bound of another number",
    "DEAD_GRAD maximum",
    () => {
      const x = w(1e-20);
      return told(() => sum(div(t("a", 3), maximum(x, 1e-6))), x);
    },
  ],
  [
    "an infinite logarithm is left out by its own value",
    "",
    () => {
      const x = w(-1, -2);
      const loss = (): Tensor => {
        const l = log(mul(exp(x), t("hit", 0, 1)));
        return neg(sum(where(equal(l, -Infinity), 0, l)));
      };
      return told(loss, x);
    },
  ],
  [
    "a bound that is NaN, a number in the code",
    "LOST_NAN greater",
    () => {
      const z = w(1, 2);
      return told(() => sum(where(greater(z, NAN), z, mul(z, 2))), z);
    },
  ],
  [
    "a bound that is a NaN of the data",
    "LOST_NAN less",
    () => {
      const z = w(1, 2);
      return told(() => sum(where(less(z, t("bound", NAN, 1)), z, mul(z, 2))), z);
    },
  ],
  [
    "the same where the program leaves the row out",
    "",
    () => {
      const s = w(0, 0);
      const [label, ok] = [t("label", NAN, 1), t("ok", 0, 1)];
      const loss = () => sum(where(ok, where(greater(label, 0), softplus(neg(s)), softplus(s)), 0));
      return told(loss, s);
    },
  ],
  [
    "two overflown numbers are compared, as a factor of what is 0 still",
    "LOST_INF less",
    () => {
      const s = w(0);
      return told(() => sum(mul(sub(mul(2, less(exp(t("a", 100)), exp(t("b", 200)))), 1), s)), s);
    },
  ],
  [
    "the index of a NaN that two indices are as far from",
    "LOST_NAN argmax",
    () => {
      const s = w(0.5);
      return told(() => sum(square(sub(s, argmax(t("x", 0.1, NAN, 0.3))))), s);
    },
  ],
  [
    "a missing label that is no class, and is not counted",
    "",
    () => {
      const classes = parameter("w", [[0, 0.5]]);
      const of = equal(tensor([[1], [NAN]], { name: "y" }), tensor([[0, 1]]));
      const x = tensor([[1], [2]]);
      const loss = () => neg(div(sum(mul(of, logSoftmax(matmul(x, classes)))), sum(of)));
      return told(loss, classes);
    },
  ],
  [
    "a nan-function over acos(1.2)",
    "LOST_NAN nanMean",
    () => told(() => nanMean(acos(t("x", 1.2, 0.5)))),
  ],
  [
    "one over log(−1), in a loss",
    "LOST_NAN nanSum",
    () => {
      const x = w(-1, 2);
      return told(() => nanSum(log(x)), x);
    },
  ],
  [
    "one over the mean of an empty group",
    "",
    () => told(() => nanMean(div(t("s", 0, 1), t("n", 0, 2)))),
  ],
  ["one over what is missing", "", () => told(() => nanMean(t("x", NAN, 1)))],
  [
    "the sign of a difference of products that have become 0",
    "LOST_ZERO sign",
    () =>
      told(() => sign(sub(mul(t("a", 1e-25), t("b", 9e-25)), mul(t("c", 2e-25), t("d", 3e-25))))),
  ],
  [
    "whether a difference of exponentials is above 0, both of which are 0",
    "LOST_ZERO greater",
    () => told(() => greater(sub(exp(t("a", -120)), exp(t("b", -130))), 0)),
  ],
  [
    "whether one of two numbers is",
    "",
    () => told(() => greater(sub(exp(t("a", -2)), exp(t("b", -130))), 0)),
  ],
  [
    "two probabilities are compared that have both become 0",
    "LOST_ZERO greater",
    () => told(() => greater(softmax(t("a", 0, -200)), softmax(t("b", 0, -300)))),
  ],
  [
    "two of which one has",
    "",
    () => told(() => greater(softmax(t("a", 0, -20)), softmax(t("b", 0, -300)))),
  ],
  [
    "a share of products that have become 0, with an epsilon",
    "LOST_ZERO div",
    () => told(() => div(prod(exp(t("p", -60, -60))), add(prod(exp(t("q", -61, -61))), 1e-20))),
  ],
  [
    "a variance of doubles in one row, beside one that has its digits",
    "LOST_DIGITS sub",
    () =>
      told(() => {
        const rows = [
          [1, 2, 3],
          [1e9, 1e9 + 1, 1e9 + 2],
        ];
        const x = tensor(rows, { dtype: "float64" });
        const centre = mean(x, { axis: 1 });
        return cast(sub(mean(square(x), { axis: 1 }), square(centre)), "float32");
      }),
  ],
  [
    "one that overflowed and is held at a bound rightly, beside one that is not",
    "LOST_INF minimum",
    () => {
      const a = w(1e20, 2e19);
      return told(() => sum(minimum(div(square(a), 1e38), 50)), a);
    },
  ],
  [
    "the same of a limit: the mean of what is ∞ in total is beyond all but one",
    "LOST_INF relu",
    () => {
      const [a, x] = [w(1, 1, 1, 1), t("x", 1e38, 1e38, 1e38, 2e38)];
      return told(() => sum(mul(a, mul(1e-37, relu(sub(x, div(sum(x), 4)))))), a);
    },
  ],
  [
    "the same where all are beyond it",
    "",
    () => {
      const [a, x] = [w(1, 1), t("x", 1e20, 2e20)];
      return told(() => sum(mul(a, minimum(div(square(x), 1e38), 50))), a);
    },
  ],
  [
    "a gate that opens on one side of a parameter, under a weight of 0",
    "LOST_NAN greaterEqual",
    () => {
      const [clicks, weight] = [w(0, 3), parameter("v", [0, 0])];
      const rate = () => div(clicks, t("views", 0, 4));
      return told(
        () => mean(square(sub(1, mul(greaterEqual(rate(), 0.1), weight)))),
        clicks,
        weight,
      );
    },
  ],
  [
    "a root that is kept from below 0, and wanted elsewhere",
    "DEAD_GRAD relu",
    () => {
      const a = w(-1, -3);
      return told(() => mse(sqrt(relu(a)), t("y", 2, 2)), a);
    },
  ],
  [
    "an angle that is kept from beyond 1, and wanted elsewhere",
    "DEAD_GRAD clip",
    () => {
      const a = w(1.2);
      return told(() => mse(acos(clip(a, { min: -1, max: 1 })), t("y", 0.5)), a);
    },
  ],
  [
    "a root of which some rows are kept from below 0, as by a gate",
    "",
    () => {
      const a = w(-1, 3);
      return told(() => mse(sqrt(relu(a)), t("y", 2, 2)), a);
    },
  ],
  [
    "a distance that is 0, where the loss wants it smaller, but for rounding",
    "",
    () => {
      const a = w(-1e-7, -2e-7);
      return told(() => sum(sqrt(maximum(a, 0))), a);
    },
  ],
  [
    "a NaN label in a comparison that is left out with its row, beside one that turns where a parameter is moved",
    "",
    () => {
      const [z, y] = [w(1, 2, 3), t("label", 1.5, NAN, 2)];
      const huber = () => {
        const r = sub(z, y);
        return where(less(abs(r), 1), mul(0.5, square(r)), 0.5);
      };
      return told(() => div(sum(where(equal(y, y), huber(), 0)), sum(equal(y, y))), z);
    },
  ],
  [
    "two variances that have both cancelled, and are multiplied",
    "LOST_DIGITS sub",
    () => {
      const variance = (x: Tensor): Tensor => sub(mean(square(x)), square(mean(x)));
      const [x, y] = [t("x", 10000.1, 10000.2, 10000.3), t("y", 10000.2, 10000.1, 10000.5)];
      return told(() => mul(variance(x), variance(y)));
    },
  ],
  [
    "a variance by means that are kept up from step to step",
    "LOST_DIGITS sub",
    () =>
      told(() => {
        let m: Tensor = t("x0", 9000.1);
        let q: Tensor = square(m);
        for (const v of [9000.3, 9000.2]) {
          const x = t("x", v);
          m = add(mul(0.5, m), mul(0.5, x));
          q = add(mul(0.5, q), mul(0.5, square(x)));
        }
        return sub(q, square(m));
      }),
  ],
  [
    "the logarithm of 1 − e^−x with an epsilon",
    "LOST_DIGITS log",
    () => told(() => log(add(sub(1, exp(neg(t("x", 1e-9)))), 1e-12))),
  ],
  [
    "the same where x is not next to 0",
    "",
    () => told(() => log(add(sub(1, exp(neg(t("x", 0.1)))), 1e-12))),
  ],
  [
    "a sigmoid next to 0 beside an epsilon",
    "DEAD_GRAD sigmoid",
    () => {
      const z = w(-30, 1);
      return told(() => neg(mean(log(add(sigmoid(z), 1e-8)))), z);
    },
  ],
  [
    "one beside another, which has the gradient",
    "",
    () => {
      const [a, b] = [w(-40), parameter("b", [-75])];
      return told(() => neg(sum(log(add(sigmoid(a), sigmoid(b))))), a, b);
    },
  ],
  [
    "an interval of the normal distribution, far away",
    "",
    () => {
      const m = w(12);
      return told(() => neg(sum(log(sub(ndtr(sub(1, m)), ndtr(sub(0, m)))))), m);
    },
  ],
  [
    "a softplus that has become 0, beside an epsilon",
    "DEAD_GRAD softplus",
    () => {
      const x = w(-200, 1);
      return told(() => neg(mean(log(add(softplus(x), 1e-8)))), x);
    },
  ],
  [
    "a power whose number has been freed, taken from another tensor",
    "",
    () => told(() => sub(t("w", 1, 2), mul(safePow(t("g", 2, 0.5), -0.25), t("h", 3, 4)))),
  ],
  [
    "a variance whose square of the mean has been freed before it is taken away",
    "LOST_DIGITS add",
    () => {
      const x = t("x", 9000.1, 9000.2, 9000.3);
      return told(() => {
        const less = scope(() => neg(square(mean(x))));
        return add(mean(square(x)), less);
      });
    },
  ],
  [
    "one whose sums are scaled by numbers that have been freed",
    "LOST_DIGITS sub",
    () => {
      const x = t("x", 9000.1, 9000.2, 9000.3, 9000.4);
      return told(() => {
        const squares = scope(() => mul(0.25, sum(square(x))));
        return sub(squares, square(mean(x)));
      });
    },
  ],
  [
    "the first step of a running mean of squares that have become 0",
    "LOST_ZERO div",
    () => {
      const g = t("g", 1e-25, 1);
      return told(() =>
        div(g, add(sqrt(add(mul(0.9, tensor([0, 0])), mul(0.1, square(g)))), 1e-30)),
      );
    },
  ],
  [
    "one of squares that are 0 themselves",
    "",
    () => {
      const g = t("g", 0, 1);
      return told(() =>
        div(g, add(sqrt(add(mul(0.9, tensor([0, 0])), mul(0.1, square(g)))), 1e-30)),
      );
    },
  ],
  [
    "one whose epsilon is larger than what became 0",
    "",
    () => {
      const g = t("g", 1e-25, 1);
      return told(() =>
        div(g, add(sqrt(add(mul(0.9, tensor([0, 0])), mul(0.1, square(g)))), 1e-8)),
      );
    },
  ],
  [
    "one that a where leaves out for a 0",
    "",
    () => {
      const g = t("g", 1e-25, 1);
      return told(() => div(g, add(sqrt(where(t("on", 0, 1), square(g), 0)), 1e-30)));
    },
  ],
  [
    "the magnitude of a product that has become 0, beside an epsilon",
    "DEAD_GRAD mul",
    () => {
      const [a, b] = [w(1e-23, 1e-22), parameter("b", [-1e-24, 1e-23])];
      return told(() => neg(sum(log(add(abs(mul(a, b)), 1e-30)))), a, b);
    },
  ],
  [
    "that of one that is 0 itself",
    "",
    () => {
      const a = w(0, 1);
      return told(() => neg(sum(log(add(abs(mul(a, t("b", 3, 2))), 1e-5)))), a);
    },
  ],
  [
    "that of one that the loss wants as small",
    "",
    () => {
      const a = w(1e-23, 1e-22);
      return told(() => sum(log(add(abs(mul(a, t("b", 1e-24, 1e-23))), 1e-30))), a);
    },
  ],
  [
    "that of a sigmoid next to 0, beside an epsilon",
    "DEAD_GRAD sigmoid",
    () => {
      const z = w(-60, 1);
      return told(() => neg(sum(log(add(abs(sigmoid(z)), 1e-12)))), z);
    },
  ],
  [
    "that of one that is written out, beside a row in good order",
    "DEAD_GRAD div",
    () => {
      const z = w(-60, 1);
      return told(() => neg(sum(log(add(div(1, add(1, exp(neg(z)))), 1e-7)))), z);
    },
  ],
  [
    "that of one that the loss wants next to 0",
    "",
    () => {
      const z = w(-60, 1);
      return told(() => sum(log(add(div(1, add(1, exp(neg(z)))), 1e-7))), z);
    },
  ],
  [
    "a gradient that each step of a recurrence makes smaller, until it is 0",
    "DEAD_GRAD matmul",
    () => {
      const u = parameter("u", [
        [0.01, 0.02],
        [0.015, 0.01],
      ]);
      return told(() => {
        let h = tensor([[0.5, -0.25]]);
        for (let i = 0; i < 40; i++) h = matmul(h, u);
        return mean(square(sub(h, 1)));
      }, u);
    },
  ],
  [
    "a share of two exponentials that have both become 0, beside an epsilon",
    "LOST_ZERO div",
    () =>
      told(() => {
        const [a, b] = [exp(t("la", 0, -110)), exp(t("lb", 1, -108))];
        return div(a, add(add(a, b), 1e-30));
      }),
  ],
  [
    "a saturation curve at what is next to nothing",
    "",
    () => {
      const s = exp(t("s", -300, 0));
      return told(() => div(s, add(s, 1e-5)));
    },
  ],
  [
    "two numbers that are both ∞ in float32",
    "LOST_INF less",
    () => {
      const narrow = (v: number): Tensor => cast(tensor([v, 1], { dtype: "float64" }), "float32");
      return told(() => less(narrow(1e40), narrow(3e40)));
    },
  ],
  [
    "a root of a power of numbers in good order, that is next to nothing beside the others",
    "",
    () => told(() => div(1, sqrt(add(1, pow(div(t("f", 10, 1000, 1e6), 100), 12))))),
  ],
  [
    "a nan-function over the difference of two exponentials that have overflown",
    "LOST_NAN nanSum",
    () => {
      const x = w(89.5, 1);
      return told(() => nanSum(sub(exp(x), exp(t("y", 89, 0)))), x);
    },
  ],
  [
    "one behind a value that is missing",
    "LOST_NAN nanMean",
    () => {
      const x = w(1, 100, 1);
      return told(() => nanMean(div(mul(t("c", NAN, 1, 1), exp(x)), exp(t("y", 0, 97, 0)))), x);
    },
  ],
  [
    "the mean of p log p at 0, of which one is not counted",
    "LOST_NAN nanMean",
    () => {
      const p = w(0, 2);
      return told(() => nanMean(mul(p, log(p))), p);
    },
  ],
  [
    "their sum, which is right",
    "",
    () => {
      const p = w(0, 2);
      return told(() => neg(nanSum(mul(p, log(p)))), p);
    },
  ],
  [
    "the sum of a divergence, where both are 0",
    "",
    () => {
      const q = w(0, 0.5);
      const p = t("p", 0, 1);
      return told(() => nanSum(mul(p, sub(log(p), log(q)))), q);
    },
  ],
  [
    "a sum of products of a number that has become 0 and one that has overflown",
    "LOST_NAN nanSum",
    () => told(() => nanSum(mul(exp(t("x", -150, 2)), exp(t("y", 149, 2))))),
  ],
  [
    "a nan-function over the difference of two infinities that came in",
    "",
    () => told(() => nanMean(sub(t("x", Infinity, 1), t("y", Infinity, 2)))),
  ],
  [
    "one over a row that is masked whole, less its maximum",
    "",
    () =>
      told(() => {
        const z = where(t("on", 0, 0), t("z", 1, 2), -Infinity);
        return nanSum(sub(z, max(z)));
      }),
  ],
  [
    "one over shares of empty groups, by their reciprocals",
    "",
    () => told(() => nanMean(mul(t("s", 0, 1), reciprocal(t("n", 0, 2))))),
  ],
  [
    "the square of a root's distance from that of a target, where both are 0",
    "LOST_INF sqrt",
    () => {
      const x = w(0, 0.25);
      return told(() => mean(square(sub(sqrt(t("y", 0, 0.16)), sqrt(x)))), x);
    },
  ],
  [
    "one that has the weight 0, beside another that is met",
    "",
    () => {
      const x = w(0, 0.25);
      const loss = () => sum(mul(t("m", 0, 1), square(sub(sqrt(t("y", 0.16, 0.25)), sqrt(x)))));
      return told(loss, x);
    },
  ],
  [
    "one without weight, and one with it",
    "LOST_INF sqrt",
    () => {
      const x = w(0, 0);
      const loss = () => sum(mul(t("m", 0, 1), square(sub(sqrt(t("y", 0.16, 0)), sqrt(x)))));
      return told(loss, x);
    },
  ],
  [
    "its fourth power",
    "",
    () => {
      const x = w(0, 0.25);
      return told(() => sum(square(square(sub(sqrt(t("y", 0, 0.16)), sqrt(x))))), x);
    },
  ],
  [
    "a safe root at 0 that a where leaves out, under the strict policy",
    "",
    () => {
      const x = w(0, 4);
      const loss = () => sum(where(t("m", 0, 1), safeSqrt(x), 0));
      return guard({ policy: "strict" }, () => told(loss, x));
    },
  ],
  [
    "a root that is none",
    "LOST_NAN abs",
    () => {
      const x = w(0, 4);
      const loss = () => sum(where(t("m", 0, 1), sqrt(abs(x)), 0));
      return guard({ policy: "strict" }, () => told(loss, x));
    },
  ],
  [
    "the logarithm of a safe root, which has a NaN of its own",
    "LOST_NAN atLeast",
    () => {
      const x = w(0, 4);
      const loss = () => sum(where(t("m", 0, 1), log(safeSqrt(x)), 0));
      return guard({ policy: "strict" }, () => told(loss, x));
    },
  ],
  [
    "the logarithm of what a softmax that is 1 leaves of it, beside an epsilon",
    "DEAD_GRAD softmax",
    () => {
      const z = parameter("z", [[40, 1, 0]]);
      const of = tensor([[1, 0, 0]]);
      return told(() => neg(sum(mul(of, log(add(sub(1, softmax(z)), 1e-8))))), z);
    },
  ],
  [
    "the square of an angle at 0, of magnitudes",
    "LOST_INF acos",
    () => {
      const x = w(1, 0.3);
      return told(() => sum(square(acos(abs(x)))), x);
    },
  ],
  [
    "that of what has been brought to length 1, whose cosine has no slope there",
    "",
    () => {
      const q = w(1, 0, 0, 0);
      const unit = (): Tensor => div(q, norm2(q));
      return told(() => square(acos(abs(sum(mul(unit(), t("e", 1, 0, 0, 0)))))), q);
    },
  ],
  [
    "a share of two exponentials beside an epsilon, in one row of two",
    "DEAD_GRAD div",
    () => {
      const [a, b] = [w(-20, 0.3), t("b", 15, 0.1)];
      const share = (): Tensor => div(exp(a), add(exp(a), exp(b)));
      return told(() => neg(mean(log(add(share(), 1e-8)))), a);
    },
  ],
  [
    "a product, more factors of which than one have become 0",
    "DEAD_GRAD prod",
    () => {
      const m = w(0);
      const x = t("x", 20, 21, 19);
      const shares = (): Tensor => exp(mul(-0.5, square(sub(x, m))));
      return told(() => neg(log(add(prod(shares()), 1e-20))), m);
    },
  ],
  [
    "one by another, where both have",
    "DEAD_GRAD mul",
    () => {
      const m = w(200);
      return told(() => neg(log(add(mul(exp(neg(m)), sigmoid(neg(m))), 1e-12))), m);
    },
  ],
  [
    "what sigmoids leave of 1, two of which are it",
    "DEAD_GRAD prod",
    () => {
      const z = w(80, 160);
      return told(() => neg(log(add(prod(sub(1, sigmoid(z))), 1e-8))), z);
    },
  ],
  [
    "a product of which a mask has made two factors 0",
    "",
    () => {
      const z = w(1, 2, 3);
      return told(() => square(sub(prod(mul(z, t("m", 0, 0, 1))), 1)), z);
    },
  ],
  [
    "the root of what a shut rectifier gives, squared",
    "",
    () => {
      const z = parameter("z", [
        [1, 2],
        [-1, -2],
      ]);
      return told(() => mean(sqrt(sum(square(relu(z)), { axis: 1 }))), z);
    },
  ],
  [
    "a distance that has cancelled under the root of a rectifier",
    "LOST_DIGITS sub",
    () => {
      const a = w(3000, 2000);
      const b = t("b", 3000.0625, 2000);
      const apart = (): Tensor => sub(add(sum(square(a)), sum(square(b))), mul(2, sum(mul(a, b))));
      return told(() => sqrt(relu(apart())), a);
    },
  ],
  [
    "the square of its error, where every row has chosen wrongly",
    "DEAD_GRAD softmax",
    () => {
      const z = parameter("z", [
        [0, 100],
        [90, 0],
      ]);
      const of = tensor([
        [1, 0],
        [0, 1],
      ]);
      return told(() => mean(square(sub(softmax(z), of))), z);
    },
  ],
  [
    "what a product of small numbers leaves of 1, in float64: all of it has come through one of the terms",
    "",
    () => {
      const z = w(-150, -140);
      const all = () => sum(logSigmoid(neg(cast(z, "float64"))));
      return told(() => neg(cast(log1mexp(all()), "float32")), z);
    },
  ],
  [
    "that of the softmax itself",
    "",
    () => {
      const z = parameter("z", [
        [40, 1, 0],
        [1, 2, 3],
      ]);
      const of = tensor([
        [1, 0, 0],
        [0, 0, 1],
      ]);
      return told(() => neg(sum(mul(of, log(add(softmax(z), 1e-8))))), z);
    },
  ],
  [
    "large weights on the square of its error",
    "",
    () => {
      const z = parameter("z", [
        [40, 1, 0],
        [1, 2, 3],
      ]);
      const of = tensor([
        [0.9, 0.1, 0],
        [0, 0, 1],
      ]);
      return told(() => sum(mul(1e8, square(sub(softmax(z), of)))), z);
    },
  ],
  [
    "the logarithm of what e^−u leaves of 1, for a rate u that is next to 0, beside an epsilon",
    "DEAD_GRAD exp",
    () => {
      const x = w(-30, 0);
      return told(() => neg(sum(log(add(sub(1, exp(neg(exp(x)))), 1e-9)))), x);
    },
  ],
  [
    "one that is larger than the epsilon",
    "",
    () => {
      const x = w(-10, 0);
      return told(() => neg(sum(log(add(sub(1, exp(neg(exp(x)))), 1e-9)))), x);
    },
  ],
  [
    "one that has no weight",
    "",
    () => {
      const x = w(-30, 0);
      const loss = () => neg(sum(mul(t("y", 0, 1), log(add(sub(1, exp(neg(exp(x)))), 1e-9)))));
      return told(loss, x);
    },
  ],
  [
    "which of two squares is the larger, one of which has overflown",
    "",
    () =>
      told(() => {
        const squares = square(t("x", 5e19, 3));
        return equal(squares, max(squares));
      }),
  ],
  [
    "a norm with an epsilon of squares of which the first is 0 itself, and another has become it",
    "LOST_ZERO div",
    () => {
      const x = tensor([
        [0, 1],
        [3e-24, 2],
      ]);
      return told(() => div(x, add(sqrt(sum(square(x), { axis: 0 })), 1e-30)));
    },
  ],
  [
    "one of squares that are all 0",
    "",
    () => {
      const x = tensor([
        [0, 1],
        [0, 2],
      ]);
      return told(() => div(x, add(sqrt(sum(square(x), { axis: 0 })), 1e-30)));
    },
  ],
  [
    "one of a single number",
    "LOST_INF sqrt",
    () => {
      const x = tensor([0], { name: "x" });
      collected();
      return guard({ onAlarm: "collect" }, () => {
        valueAndGrad({ x }, () => mean(square(sub(sqrt(t("y", 0)), sqrt(x)))));
        return collected().map(({ code, op }) => `${code} ${op}`);
      });
    },
  ],
];

for (const [name, expected, program] of PROGRAMS) {
  test(`${name}: ${expected || "nothing"}`, () => {
    assert.equal(program(), expected === "" ? [] : [expected]);
  });
}

test("of elements whose comparison overflows one that is wrong is named", () => {
  collected();
  const squares = square(tensor([[5e19, 3e19]]));
  guard({ onAlarm: "collect" }, () =>
    greater(squares, min(squares, { axis: 1, keepDims: true })).toArray(),
  );
  assert.equal(
    collected().map(({ code, index }) => [code, index]),
    [["LOST_INF", [0, 0]]],
  );
});

test("an order that two overflown exponentials have lost leaves no doubt: it is thrown", () => {
  const s = w(0.5);
  const loss = (): Tensor => square(sub(s, argmax(exp(t("scores", 100, 200, 95)))));
  assert.throws(
    () => valueAndGrad([s], loss),
    (error: unknown) => error instanceof NonFiniteError && error.code === "LOST_INF",
  );
  collected();
});

test("rectifiers that shut for all rows of sixteen steps are told, and what has a slope there instead", () => {
  const [weight, bias] = [parameter("weight", [[-1, -2]]), parameter("bias", [-1, -1])];
  const [x, y] = [
    tensor([[1], [2]], { name: "x" }),
    tensor(
      [
        [1, 1],
        [2, 2],
      ],
      { name: "y" },
    ),
  ];
  const step = sgd({ lr: 0.1 });
  const loss = (): Tensor => mean(square(sub(relu(linear(x, weight, bias)), y)));
  const at: number[] = [];
  collected();
  for (let i = 1; i <= 17; i++) {
    guard({ onAlarm: "collect" }, () => trainStep(step, { weight, bias }, loss));
    for (const { code, op, instead } of collected()) {
      at.push(i);
      assert.is(`${code} ${op}`, "DEAD_GRAD relu");
      assert.match(instead[0] ?? "", /: leakyRelu\(linear\(x, weight, bias\)\) instead of relu\(/);
    }
  }
  assert.equal(at, [16, 17]);
});

test.run();
