/**
 * Further programs of the kinds in the list of real bugs, written by those who know the documentation alone: what is proposed has
 * to be right as it stands, in the names of the program.
 */
import {
  abs,
  acosh,
  add,
  argmax,
  argmin,
  asin,
  atan,
  atan2,
  cast,
  clip,
  crossEntropy,
  cumprod,
  cumsum,
  customOp,
  div,
  equal,
  exp,
  greater,
  hypot,
  linear,
  log,
  log1mexp,
  log2,
  logaddexp,
  logSigmoid,
  logSoftmax,
  logsumexp,
  max,
  maximum,
  mean,
  mse,
  mul,
  neg,
  norm2,
  parameter,
  pow,
  prod,
  reciprocal,
  relu,
  rsqrt,
  safeDiv,
  safeNorm,
  safeReciprocal,
  sigmoid,
  sin,
  softmax,
  softplus,
  sqrt,
  square,
  std,
  sub,
  sum,
  sumSquares,
  type Tensor,
  type Tensor64,
  tanh,
  tensor,
  valueAndGrad,
  where,
} from "../../src/index.js";
import {
  gradientsOf,
  INF,
  matrix,
  type NanCase,
  outcomeOf,
  step,
  valuesOf,
  vector,
} from "./case.js";

const { exp: e, log: ln, log1p: ln1p } = Math;

// ── Roots of one square ──────────────────────────────────────────────────────────────────────────

const haversine = (root: (x: Tensor) => Tensor) => {
  const lat = parameter("lat", [0.5, 0.75]);
  const home = vector("home", 0.5, 0.5);
  return valueAndGrad([lat], () => mean(mul(2, asin(root(sin(mul(0.5, sub(lat, home))))))));
};

const charbonnier = (size: (x: Tensor) => Tensor) => {
  const pred = parameter("pred", [1, 2]);
  const y = vector("y", 0, 2);
  return valueAndGrad([pred], () => mean(size(sub(pred, y))));
};

/** A step of Adagrad by hand, of the gradient of a layer whose second input is always 0. */
const adagrad = (divide: (g: Tensor, root: Tensor) => Tensor) => {
  const g = vector("g", 1, 0, -2);
  return valuesOf(divide(g, sqrt(square(g))));
};

const direction = (scaled: (v: Tensor) => Tensor) => {
  const v = parameter("v", [0, 0]);
  return valueAndGrad([v], () => sum(scaled(v)));
};

const magnitudes: readonly NanCase[] = [
  {
    id: "c-magnitude-1",
    source: "own",
    name: "the way between two places that are one",
    outcome: "throws",
    naive: () => haversine((x) => sqrt(square(x))),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [0],
      pair: "∞",
      fix: ["magnitude"],
      not: ["safe-norm", "f64-statistics"],
      code: "abs(sin(mul(0.5, sub(lat, home)))) instead of sqrt(square(sin(mul(0.5, sub(lat, home)))))",
    },
    fixed: () => outcomeOf(haversine(abs)),
    good: [0.125, 0, 0.5],
  },
  {
    id: "c-magnitude-2",
    source: "own",
    name: "an L1 loss as the root of a square, one target met",
    outcome: "throws",
    naive: () => charbonnier((x) => sqrt(square(x))),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [1],
      operands: [0],
      pair: "0.5 · ∞",
      fix: ["magnitude"],
      not: ["safe-norm", "f64-statistics"],
      code: "abs(sub(pred, y)) instead of sqrt(square(sub(pred, y)))",
      origin: 'parameter "pred"[1]',
    },
    fixed: () => outcomeOf(charbonnier(abs)),
    good: [0.5, 0.5, 0],
  },
  {
    id: "c-magnitude-3",
    source: "own",
    name: "a step divided by the roots of squares, each by its own: not by a norm",
    outcome: "throws",
    naive: () => adagrad(div),
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div"],
      not: ["safe-norm", "magnitude", "f64-statistics"],
      code: "safeDiv(g, sqrt(square(g)))",
    },
    fixed: () => adagrad(safeDiv),
    good: [1, 0, -1],
  },
  {
    id: "c-norm-1",
    source: "own",
    name: "a direction by the reciprocal root of a sum of squares",
    outcome: "throws",
    naive: () => direction((v) => mul(v, rsqrt(sum(square(v))))),
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["safe-norm"],
      code: "safeReciprocal(norm2(v)) instead of rsqrt(sum(square(v)))",
    },
    fixed: () => [direction((v) => mul(v, safeReciprocal(norm2(v)))).loss],
    good: [0],
  },
  {
    id: "c-norm-2",
    source: "own",
    name: "a direction by the power −½ of a sum of squares",
    outcome: "throws",
    naive: () => direction((v) => mul(v, pow(sum(square(v)), -0.5))),
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["safe-norm"],
      code: "safeReciprocal(norm2(v)) instead of pow(sum(square(v)), -0.5)",
    },
    fixed: () => [direction((v) => mul(v, safeReciprocal(norm2(v)))).loss],
    good: [0],
  },
  {
    id: "c-norm-3",
    source: "own",
    name: "a direction by a norm that is written out",
    outcome: "throws",
    naive: () => direction((v) => div(v, sqrt(sum(square(v))))),
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-norm"],
      code: "safeNorm(v) instead of sqrt(sum(square(v)))",
    },
    fixed: () => [direction((v) => div(v, safeNorm(v))).loss],
    good: [0],
  },
  {
    id: "c-norm-4",
    source: "own",
    name: "a penalty on the root of sumSquares",
    outcome: "throws",
    naive: () => direction((v) => square(sub(sqrt(sumSquares(v)), 1))),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [],
      operands: [0],
      pair: "-2 · ∞",
      fix: ["safe-norm"],
      code: "norm2(v) instead of sqrt(sumSquares(v))",
    },
    fixed: () => outcomeOf(direction((v) => square(sub(norm2(v), 1)))),
    good: [1, 0, 0],
  },
];

// ── Statistics by name ───────────────────────────────────────────────────────────────────────────

const spread = (of: (x: Tensor) => Tensor) => {
  const x = parameter("x", [2, 2, 2, 2]);
  return valueAndGrad([x], () => square(sub(of(x), 1)));
};

const shrunk = (norm: (g: Tensor) => Tensor) => {
  const g = vector("g", 1e20, 1e20, -1e20);
  return valuesOf(mul(g, div(1, maximum(norm(g), 1))));
};

const phasor = (size: (re: Tensor, im: Tensor) => Tensor) => {
  const [re, im] = [vector("re", 3e25), vector("im", 4e25)];
  const gain = parameter("gain", [1]);
  return valueAndGrad([gain], () => sum(mul(gain, div(re, size(re, im)))));
};

const whitened = (of: (x: Tensor) => Tensor) => {
  const x = vector("x", 3383.04, 3383.09, 3383.05, 3383.09);
  const w = parameter("w", [1]);
  return valueAndGrad([w], () => mean(mul(w, square(div(sub(x, mean(x)), of(x))))));
};

const statistics: readonly NanCase[] = [
  {
    id: "c-statistic-1",
    source: "own",
    name: "a deviation that is written out, of constants",
    outcome: "throws",
    naive: () => spread((x) => sqrt(mean(square(sub(x, mean(x)))))),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [],
      operands: [0],
      pair: "-2 · ∞",
      fix: ["f64-statistics"],
      code: "std(x) instead of sqrt(mean(square(sub(x, mean(x)))))",
    },
    fixed: () => outcomeOf(spread(std)),
    good: [1, 0, 0, 0, 0],
  },
  {
    id: "c-statistic-2",
    source: "own",
    name: "clipping by a norm that is written out",
    outcome: "alarm",
    naive: () => shrunk((g) => sqrt(sum(square(g)))),
    says: {
      op: "square",
      phase: "forward",
      index: [0],
      operands: [1e20],
      pair: "1e+20² = ∞",
      absorbed: ["div forward"],
      fix: ["f64-statistics"],
      code: "norm2(g) instead of sqrt(sum(square(g)))",
    },
    fixed: () => shrunk(norm2),
    good: [1 / Math.sqrt(3), 1 / Math.sqrt(3), -1 / Math.sqrt(3)],
  },
  {
    id: "c-statistic-3",
    source: "own",
    name: "the size of a complex number, by products",
    outcome: "alarm",
    naive: () => phasor((re, im) => sqrt(add(mul(re, re), mul(im, im)))),
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [3e25],
      pair: "= ∞",
      absorbed: ["div forward"],
      fix: ["f64-statistics"],
      code: "hypot(re, im) instead of sqrt(add(mul(re, re), mul(im, im)))",
    },
    fixed: () => outcomeOf(phasor(hypot)),
    good: [0.6, 0.6],
  },
  {
    id: "c-statistic-4",
    source: "own",
    name: "a variance as a difference of means",
    outcome: "throws",
    naive: () => whitened((x) => sqrt(sub(mean(square(x)), square(mean(x))))),
    says: {
      op: "sqrt",
      phase: "forward",
      index: [],
      operands: [-1],
      pair: "sqrt(-1) = NaN",
      fix: ["f64-statistics"],
      code: "std(x) instead of sqrt(sub(mean(square(x)), square(mean(x))))",
    },
    fixed: () => [whitened(std).loss],
    good: [1],
  },
];

// ── Exponentials by name ─────────────────────────────────────────────────────────────────────────

const RIVALS = [95, 0];
const bradleyTerry = (beats: (a: Tensor, b: Tensor) => Tensor) => {
  const [a, b] = [parameter("home", RIVALS), parameter("away", [94, 1])];
  return valueAndGrad([a, b], () => neg(mean(beats(a, b))));
};
const won = 1 / (1 + e(-1));

const squashed = (of: (u: Tensor) => Tensor) => {
  const u = parameter("u", [0.5, 95]);
  return valueAndGrad([u], () => sum(of(u)));
};

const survival = (of: (d: Tensor) => Tensor) => {
  const d = parameter("d", [2, 1e-9]);
  return valueAndGrad([d], () => sum(of(d)));
};

const mixture = (of: (mu: Tensor, y: number) => Tensor) => {
  const mu = parameter("mu", [0, 10]);
  return valueAndGrad([mu], () => neg(of(mu, 40)));
};

const bits = (of: (z: Tensor) => Tensor) => {
  const z = parameter("z", [[300, -10]]);
  return valueAndGrad([z], () => neg(sum(mul(tensor([[0.5, 0.5]]), of(z)))));
};

const labelled = (of: (logits: Tensor) => Tensor) => {
  const logits = parameter("logits", [[120, 3, -9]]);
  return valueAndGrad([logits], () => of(logits));
};
const HOT = [[0, 0, 1]];

const probe = (of: (x: Tensor, w: Tensor, b: Tensor, y: Tensor) => Tensor) => {
  const [w, b] = [parameter("w", [[30], [30]]), parameter("b", [0])];
  const x = matrix("x", [0.1, 0.1], [2, 3]);
  return valueAndGrad([w, b], () => of(x, w, b, tensor([[1], [0]], { name: "y" })));
};

const sure = (of: (logits: Tensor) => Tensor) => {
  const logits = parameter("logits", [
    [200, -200],
    [-150, 170],
  ]);
  return valueAndGrad([logits], () => of(logits));
};

const exponentials: readonly NanCase[] = [
  {
    id: "c-exp-1",
    source: "own",
    name: "who wins: one exponential by two",
    outcome: "throws",
    naive: () => bradleyTerry((a, b) => div(exp(a), add(exp(a), exp(b)))),
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [95],
      pair: "∞ / ∞",
      fix: ["sigmoid"],
      code: "sigmoid(sub(home, away)) instead of div(exp(home), add(exp(home), exp(away)))",
    },
    fixed: () => [bradleyTerry((a, b) => sigmoid(sub(a, b))).loss],
    good: [-(won + 1 - won) / 2],
  },
  {
    id: "c-exp-2",
    source: "own",
    name: "a hyperbolic tangent of two exponentials",
    outcome: "throws",
    naive: () =>
      squashed((u) => {
        const [up, down] = [exp(u), exp(neg(u))];
        return div(sub(up, down), add(up, down));
      }),
    says: {
      op: "exp",
      phase: "forward",
      index: [1],
      operands: [95],
      pair: "∞ / ∞",
      fix: ["tanh"],
      code: "tanh(u) instead of div(sub(exp(u), exp(neg(u))), add(exp(u), exp(neg(u))))",
      not: ["sigmoid", "softmax"],
    },
    fixed: () => [squashed(tanh).loss],
    good: [Math.tanh(0.5) + 1],
  },
  {
    id: "c-exp-3",
    source: "own",
    name: "the logarithm of what is left of 1 after an exponential next to it",
    outcome: "throws",
    naive: () => survival((d) => log(sub(1, exp(neg(d))))),
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "log(0)",
      fix: ["expm1"],
      code: "log1mexp(neg(d)) instead of log(sub(1, exp(neg(d))))",
    },
    fixed: () => [survival((d) => log1mexp(neg(d))).loss],
    good: [ln1p(-e(-2)) + ln(1e-9)],
  },
  {
    id: "c-exp-4",
    source: "own",
    name: "a mixture whose components have all underflown, with weights",
    outcome: "throws",
    naive: () => mixture((mu, y) => log(sum(mul(0.5, exp(mul(-0.5, square(sub(y, mu)))))))),
    says: {
      op: "log",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "log(0)",
      fix: ["logsumexp"],
      code: "logsumexp(add(Math.log(0.5), mul(-0.5, square(sub(40, mu))))) instead of log(sum(",
    },
    fixed: () =>
      outcomeOf(mixture((mu, y) => logsumexp(add(Math.log(0.5), mul(-0.5, square(sub(y, mu))))))),
    good: [450 + Math.LN2, 0, -30],
  },
  {
    id: "c-softmax-1",
    source: "own",
    name: "a cross entropy in bits",
    outcome: "throws",
    naive: () => bits((z) => log2(softmax(z))),
    says: {
      op: "log2",
      phase: "forward",
      index: [0, 1],
      operands: [0],
      pair: "log2(0)",
      fix: ["log-softmax"],
      code: "mul(logSoftmax(z), Math.LOG2E) instead of log2(softmax(z))",
    },
    fixed: () => [bits((z) => mul(logSoftmax(z), Math.LOG2E)).loss],
    good: [155 * Math.LOG2E],
  },
  {
    id: "c-softmax-2",
    source: "own",
    name: "a cross entropy over logits that have a name",
    outcome: "throws",
    naive: () => labelled((z) => neg(sum(mul(tensor(HOT), log(add(softmax(z), 0)))))),
    says: {
      op: "log",
      phase: "forward",
      index: [0, 1],
      operands: [0],
      pair: "log(0)",
      fix: ["log-softmax", "logits"],
      code: "crossEntropy(logits, labels)",
    },
    fixed: () => [labelled((z) => crossEntropy(z, [2])).loss],
    good: [129],
  },
  {
    id: "c-softmax-3",
    source: "own",
    name: "squared errors of probabilities that are sure, and wrong",
    outcome: "alarm",
    naive: () =>
      sure((z) =>
        mse(
          softmax(z),
          tensor([
            [0, 1],
            [1, 0],
          ]),
        ),
      ),
    says: {
      op: "softmax",
      phase: "backward",
      index: [0, 1],
      operands: [-0.5, 0, -200],
      pair: "0 · (-0.5 − 0.5) = -0",
      stage: "y (dy − Σ dy y)",
      fix: ["logits"],
      code: "neg(mean(sum(mul(tensor([[0, 1], [1, 0]]), logSoftmax(logits)), { axis: -1 })))",
    },
    fixed: () => [sure((z) => crossEntropy(z, [1, 0])).loss],
    good: [360],
    finite: true,
  },
  {
    id: "c-logits-1",
    source: "own",
    name: "a probe whose probabilities are 1, in a loss of two terms",
    outcome: "throws",
    naive: () =>
      probe((x, w, b, y) => {
        const p = sigmoid(linear(x, w, b));
        const nll = neg(mean(add(mul(y, log(p)), mul(sub(1, y), log(sub(1, p))))));
        return add(nll, mul(0.1, sumSquares(w)));
      }),
    says: {
      op: "log",
      phase: "forward",
      index: [1, 0],
      operands: [0],
      pair: "log(0)",
      fix: ["logits"],
      code: "sub(mul(y, linear(x, w, b)), softplus(linear(x, w, b))) instead of add(mul(y, log(",
    },
    fixed: () => [
      probe((x, w, b, y) => {
        const bce = mean(sub(softplus(linear(x, w, b)), mul(linear(x, w, b), y)));
        return add(bce, mul(0.1, sumSquares(w)));
      }).loss,
    ],
    good: [(ln1p(e(-6)) + 150) / 2 + 180],
  },
];

// ── Logarithms of probabilities by name ────────────────────────────────────────────────────────

const twoRows = (of: (a: Tensor, b: Tensor) => Tensor) => {
  const [a, b] = [parameter("p", [[0, 1]]), parameter("q", [[0, -200]])];
  return valueAndGrad([a, b], () => sum(of(a, b)));
};

const binary = (of: (z: Tensor, y: Tensor) => Tensor) => {
  const z = parameter("z", [40, -120]);
  return valueAndGrad([z], () => neg(mean(of(z, vector("y", 0, 1)))));
};

const evidence = (of: (a: Tensor, b: Tensor, c: Tensor) => Tensor) => {
  const [a, b, c] = [parameter("a", [300]), parameter("b", [301]), parameter("c", [0])];
  return valueAndGrad([a, b, c], () => sum(of(a, b, c)));
};

const probabilities: readonly NanCase[] = [
  {
    id: "c-prob-1",
    source: "own",
    name: "a divergence by the logarithm of a quotient of softmaxes",
    outcome: "throws",
    naive: () => twoRows((a, b) => mul(softmax(a), log(div(softmax(a), softmax(b))))),
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [0],
      pair: "/ 0 = ∞",
      fix: ["log-softmax"],
      code: "sub(logSoftmax(p), logSoftmax(q)) instead of log(div(softmax(p), softmax(q)))",
    },
    fixed: () => [twoRows((a, b) => mul(softmax(a), sub(logSoftmax(a), logSoftmax(b)))).loss],
    good: [(e(1) * (1 + 200) + 0) / (1 + e(1)) - ln(1 + e(1))],
  },
  {
    id: "c-prob-2",
    source: "own",
    name: "a likelihood ratio of two softmaxes",
    outcome: "throws",
    naive: () => twoRows((_, b) => mul(1e-38, div(softmax(b), softmax(sub(b, mul(b, 2)))))),
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [1, 0],
      pair: "1 / 0",
      fix: ["log-softmax"],
      code: "exp(sub(logSoftmax(q), logSoftmax(sub(q, mul(q, 2))))) instead of div(",
    },
    fixed: () => [twoRows((_, b) => sub(logSoftmax(b), logSoftmax(sub(b, mul(b, 2))))).loss],
    good: [0],
  },
  {
    id: "c-prob-3",
    source: "own",
    name: "both logarithms of a binary cross entropy, each in one",
    outcome: "throws",
    naive: () =>
      binary((z, y) => add(mul(y, log(sigmoid(z))), mul(sub(1, y), log(sub(1, sigmoid(z)))))),
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0)",
      fix: ["logits"],
      code: "sub(mul(y, z), softplus(z)) instead of add(mul(y, log(sigmoid(z))), mul(sub(1, y), log(sub(1, sigmoid(z)))))",
    },
    fixed: () => outcomeOf(binary((z, y) => sub(mul(y, z), softplus(z)))),
    good: [80, 0.5, -0.5],
  },
  {
    id: "c-prob-4",
    source: "own",
    name: "the logarithm of what a sigmoid that is written out leaves",
    outcome: "throws",
    naive: () => binary((z, y) => mul(sub(1, y), log(sub(1, div(1, add(1, exp(neg(z)))))))),
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0)",
      absorbed: ["div forward"],
      fix: ["logits"],
      code: "logSigmoid(neg(z)) instead of log(sub(1, div(1, add(1, exp(neg(z))))))",
    },
    fixed: () => outcomeOf(binary((z, y) => mul(sub(1, y), logSigmoid(neg(z))))),
    good: [20, 0.5, 0],
  },
  {
    id: "c-prob-5",
    source: "own",
    name: "log odds of a sigmoid",
    outcome: "throws",
    naive: () => binary((z) => log(div(sigmoid(z), sub(1, sigmoid(z))))),
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [1, 0],
      pair: "1 / 0",
      fix: ["logits"],
      code: "z instead of log(div(sigmoid(z), sub(1, sigmoid(z))))",
    },
    fixed: () => outcomeOf(binary((z) => z)),
    good: [40, -0.5, -0.5],
  },
  {
    id: "c-prob-6",
    source: "own",
    name: "one class of three, by exponentials",
    outcome: "throws",
    naive: () => evidence((a, b, c) => div(exp(a), add(add(exp(a), exp(b)), exp(c)))),
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [300],
      pair: "∞ / ∞",
      fix: ["sigmoid"],
      code: "exp(sub(a, logaddexp(logaddexp(a, b), c))) instead of div(exp(a), add(add(exp(a), exp(b)), exp(c)))",
    },
    fixed: () => [evidence((a, b, c) => exp(sub(a, logaddexp(logaddexp(a, b), c)))).loss],
    good: [1 / (1 + e(1))],
  },
  {
    id: "c-prob-7",
    source: "own",
    name: "a product of an exponential that overflows and one that underflows",
    outcome: "throws",
    naive: () => evidence((a, b) => mul(exp(a), exp(neg(b)))),
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [300],
      pair: "∞ · 0",
      fix: ["exp-sub"],
      code: "exp(sub(a, b)) instead of mul(exp(a), exp(neg(b)))",
    },
    fixed: () => [evidence((a, b) => exp(add(a, neg(b)))).loss],
    good: [e(-1)],
  },
];

// ── Names that are taken ─────────────────────────────────────────────────────────────────────────

const inverse = (divide: (d: Tensor, det: Tensor) => Tensor) => {
  const [a, b, c, d] = [2, 4, 1, 2].map((v, i) => parameter("abcd"[i] ?? "", [v]));
  const all = [a, b, c, d] as [
    typeof a & object,
    typeof b & object,
    typeof c & object,
    typeof d & object,
  ];
  return valueAndGrad(all, () =>
    sum(divide(all[3], sub(mul(all[0], all[3]), mul(all[1], all[2])))),
  );
};

const names: readonly NanCase[] = [
  {
    id: "c-names-1",
    source: "own",
    name: "the inverse of a singular matrix whose entries are called a, b, c and d",
    outcome: "throws",
    naive: () => inverse(div),
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [2, 0],
      pair: "2 / 0",
      fix: ["safe-div"],
      code: "safeDiv(d, sub(mul(a, d), mul(b, c)))",
    },
    fixed: () => [inverse(safeDiv).loss],
    good: [2e12],
  },
  {
    id: "c-names-3",
    source: "own",
    name: "a divisor that is too long to write, of a parameter called b",
    outcome: "throws",
    naive: () => {
      const b = parameter("b", [3, 3, 3]);
      const fold = (x: Tensor) => mul(0.25, add(x, sub(x, div(x, 4))));
      return valueAndGrad([b], () => {
        const spread = sub(fold(fold(fold(b))), mean(fold(fold(fold(b)))));
        return sum(div(vector("a", 1, 2, 3), spread));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [1, 0],
      pair: "1 / 0",
      fix: ["safe-div"],
      code: "safeDiv(a, …)",
      origin: 'parameter "b"[0]',
    },
    fixed: () => valuesOf(safeDiv(vector("a", 1, 2, 3), vector("spread", 0, 0, 0))),
    good: [1e12, 2e12, 3e12],
  },
  {
    id: "c-names-2",
    source: "own",
    name: "a distance in hyperbolic space, of a point from itself",
    outcome: "throws",
    naive: () => {
      const p = parameter("p", [0, 0.2]);
      return valueAndGrad([p], () => mean(acosh(add(1, mul(2, square(p))))));
    },
    says: {
      op: "acosh",
      phase: "backward",
      index: [0],
      operands: [1],
      pair: "0.5 · ∞",
      fix: ["clip-input"],
      code: "acosh(clip(add(1, mul(2, square(p))), { min: 1.000001 }))",
      not: ["safe-norm", "magnitude"],
    },
    fixed: () => {
      const p = vector("p", 0, 0.2);
      const [first] = gradientsOf(
        step(p, () => mean(acosh(clip(add(1, mul(2, square(p))), { min: 1.000001 })))),
      );
      return [first ?? Number.NaN];
    },
    good: [0],
  },
];

// ── Quotients that have no slope left ──────────────────────────────────────────────────────────

const stuck = (z: number, of: (w: Tensor) => Tensor) => {
  const w = parameter("w", [z]);
  return valueAndGrad([w], () => mean(of(w)));
};
const quotients: readonly NanCase[] = [
  {
    id: "c-quotient-1",
    source: "own",
    name: "squared errors of a sigmoid that is written out, at -100",
    outcome: "alarm",
    naive: () => stuck(-100, (w) => square(sub(div(1, add(1, exp(neg(w)))), 1))),
    says: {
      op: "div",
      phase: "backward",
      index: [0],
      operands: [-2],
      pair: "dy · (−a/b²) = -2 · -",
      absorbed: ["div forward"],
      fix: ["logits"],
      not: ["clip-input", "safe-div"],
      code: "mean(softplus(neg(w)))",
    },
    fixed: () => outcomeOf(stuck(-100, (w) => sub(softplus(w), w))),
    good: [100, -1],
  },
  {
    id: "c-quotient-2",
    source: "own",
    name: "squared errors of a sigmoid that is written out, at -60",
    outcome: "alarm",
    naive: () => stuck(-60, (w) => square(sub(reciprocal(add(1, exp(neg(w)))), 1))),
    says: {
      op: "reciprocal",
      phase: "backward",
      index: [0],
      operands: [-2],
      pair: "dy · (−1/x²) = -2 · -",
      absorbed: [],
      fix: ["logits"],
      not: ["clip-input", "safe-div"],
      code: "mean(softplus(neg(w)))",
    },
    fixed: () => outcomeOf(stuck(-60, (w) => sub(softplus(w), w))),
    good: [60, -1],
  },
  {
    id: "c-quotient-6",
    source: "own",
    name: "squared errors of a sigmoid that is written out, at 60",
    outcome: "alarm",
    naive: () => stuck(60, (w) => square(reciprocal(add(1, exp(neg(w)))))),
    says: {
      op: "exp",
      phase: "backward",
      index: [0],
      operands: [-60],
      pair: "dy · eˣ",
      fix: ["logits"],
      not: ["clip-input"],
      code: "mean(sub(softplus(w), mul(w, labels)))",
    },
    fixed: () => outcomeOf(stuck(60, (w) => softplus(w))),
    good: [60, 1],
  },
  {
    id: "c-quotient-3",
    source: "own",
    name: "a robust loss of an outlier alone",
    outcome: "alarm",
    naive: () => stuck(1e15, (w) => sub(1, reciprocal(add(1, square(w))))),
    says: {
      op: "reciprocal",
      phase: "backward",
      index: [0],
      operands: [-1],
      pair: "dy · (−1/x²)",
      fix: ["scale-input"],
      not: ["clip-input", "safe-div"],
      code: "div(w, 2e15) instead of w",
    },
    fixed: () => [stuck(1e15, (w) => sub(1, reciprocal(add(1, square(mul(w, 1e-15)))))).loss],
    good: [0.5],
  },
  {
    id: "c-quotient-4",
    source: "own",
    name: "where nothing overlaps, and where a divisor is large and nothing is held back",
    outcome: "silent",
    naive: () => {
      stuck(0.25, (w) => sub(1, div(relu(sub(w, 1)), add(w, 1))));
      stuck(3, (w) => square(sub(div(mul(w, 1e6), add(1e6, w)), 1)));
      // At the optimum of a rate of four samples, two of which pull up.
      const views = parameter("views", [1]);
      return valueAndGrad([views], () =>
        mean(
          square(
            sub(
              div(1e4, mul(views, tensor([1e6, 1e6, 1e6, 1e6]))),
              tensor([1.01, -0.99, 1.01, -0.99]),
            ),
          ),
        ),
      );
    },
    fixed: () => [stuck(3, (w) => log(div(w, 1e6))).loss],
    good: [ln(3e-6)],
  },
  {
    id: "c-quotient-5",
    source: "own",
    name: "an angle whose tangent is far out",
    outcome: "alarm",
    naive: () => stuck(1e12, (w) => square(sub(atan(w), -1))),
    says: {
      op: "atan",
      phase: "backward",
      index: [0],
      operands: [1e12],
      pair: "dy · 1/(1 + x²)",
      fix: ["scale-input"],
    },
    fixed: () => [stuck(1e12, (w) => square(sub(atan(mul(w, 1e-12)), -1))).loss],
    good: [(Math.PI / 4 + 1) ** 2],
  },
];

// ── Poles that came to a limit ───────────────────────────────────────────────────────────────────

const POLE = {
  phase: "backward",
  fix: ["epsilon-inside"],
  not: ["safe-log", "safe-div", "mask-before"],
} as const;

const transmittance = (of: (alpha: Tensor) => Tensor) => {
  const alpha = parameter("alpha", [0.9, 0, 0.5]);
  return valueAndGrad([alpha], () => sum(of(alpha)));
};

const blended = (of: (w: Tensor) => Tensor) => {
  const w = parameter("w", [0, 1]);
  return valueAndGrad([w], () => of(w));
};

const angle = (of: (y: Tensor, x: Tensor) => Tensor) => {
  const [x, y] = [parameter("x", [0, 1]), vector("y", 2, 1)];
  return valueAndGrad([x], () => sum(of(y, x)));
};

const undone: readonly NanCase[] = [
  {
    id: "c-pole-1",
    source: "own",
    name: "light that is left behind a layer that lets nothing through, by logarithms",
    outcome: "alarm",
    naive: () => transmittance((alpha) => exp(cumsum(log(alpha)))),
    says: {
      ...POLE,
      op: "log",
      index: [1],
      operands: [0, -INF],
      pair: "0 · ∞",
      absorbed: ["exp forward"],
      fix: ["prod"],
      code: "cumprod(alpha) instead of exp(cumsum(log(alpha)))",
    },
    fixed: () => outcomeOf(transmittance(cumprod)),
    good: [0.9, 1, 1.35, 0],
  },
  {
    id: "c-pole-2",
    source: "own",
    name: "a mixture with a weight of 0",
    outcome: "alarm",
    naive: () => blended((w) => logsumexp(add(log(w), tensor([1, 2])))),
    says: {
      ...POLE,
      op: "log",
      index: [0],
      operands: [0, -INF],
      pair: "0 · ∞",
      absorbed: ["logsumexp forward"],
      code: "log(add(w, 1e-12))",
    },
    fixed: () => outcomeOf(blended((w) => logsumexp(add(log(add(w, 1e-12)), tensor([1, 2]))))),
    good: [2, e(-1), 1],
  },
  {
    id: "c-pole-3",
    source: "own",
    name: "an angle by a quotient, straight up",
    outcome: "alarm",
    naive: () => angle((y, x) => atan(div(y, x))),
    says: {
      ...POLE,
      op: "div",
      index: [0],
      operands: [2, 0],
      pair: "0 · -∞",
      absorbed: ["atan forward"],
      fix: ["atan2"],
      code: "atan2(y, x) instead of atan(div(y, x))",
    },
    fixed: () => outcomeOf(angle(atan2)),
    good: [(Math.PI * 3) / 4, -0.5, -0.5],
  },
  {
    id: "c-pole-4",
    source: "own",
    name: "resistors side by side, one of them a bridge",
    outcome: "alarm",
    naive: () => blended((w) => mul(3, reciprocal(sum(reciprocal(w))))),
    says: {
      ...POLE,
      op: "reciprocal",
      index: [0],
      operands: [0],
      pair: "0 · -∞",
      absorbed: ["reciprocal forward"],
      code: "reciprocal(add(w, 1e-12))",
    },
    fixed: () => outcomeOf(blended((w) => mul(3, div(prod(w), sum(w))))),
    good: [0, 3, 0],
  },
  {
    id: "c-pole-5",
    source: "own",
    name: "where 0 is right: squares by logarithms, two zeros in a product, tanh(1 / x), what a where leaves out, a layer that is shut",
    outcome: "silent",
    naive: () => {
      blended((w) => sum(exp(mul(2, log(w)))));
      const z = parameter("z", [0, 0, 3]);
      valueAndGrad([z], () => exp(sum(log(z))));
      blended((w) => sum(tanh(div(1, w))));
      blended((w) => sum(where(greater(w, 0), exp(mul(0.5, log(w))), 0)));
      blended((w) => sum(where(greater(w, 0), exp(log(w)), 0)));
      return blended((w) => sum(exp(log(relu(sub(w, 0.5))))));
    },
    fixed: () => outcomeOf(blended((w) => sum(square(w)))),
    good: [1, 0, 2],
  },
];

// ── Infinities that are compared ────────────────────────────────────────────────────────────────

const orders: readonly NanCase[] = [
  {
    id: "c-order-1",
    source: "own",
    name: "the class with the largest of two exponentials that have both overflown",
    outcome: "alarm",
    naive: () => argmax(exp(matrix("z", [100, 200, 1])), { axis: 1 }).item(),
    says: {
      op: "argmax",
      phase: "forward",
      index: [0],
      operands: [INF, INF],
      pair: "of 3 elements, ∞ among them, = 0",
      absorbed: ["argmax forward"],
      fix: ["compare-before"],
      not: ["clip-input"],
      code: "argmax(z, { axis: 1 }) instead of argmax(exp(z), { axis: 1 })",
    },
    fixed: () => [argmax(matrix("z", [100, 200, 1]), { axis: 1 }).item()],
    good: [1],
  },
  {
    id: "c-order-2",
    source: "own",
    name: "the nearest of two points, by squares that have both overflown, in a loss",
    outcome: "alarm",
    naive: () => {
      const d = parameter("d", [[1e25, 1e20]]);
      return valueAndGrad([d], () =>
        mul(mean(square(div(d, 1e25))), argmin(square(d), { axis: 1 })),
      );
    },
    says: {
      op: "argmin",
      phase: "forward",
      index: [0],
      operands: [INF, INF],
      pair: "of 2 elements, ∞ among them, = 0",
      absorbed: ["argmin forward"],
      fix: ["compare-before"],
      not: ["clip-input", "f64-statistics"],
      code: "argmin(abs(d), { axis: 1 }) instead of argmin(square(d), { axis: 1 })",
    },
    fixed: () => [argmin(abs(matrix("d", [1e25, 1e20])), { axis: 1 }).item()],
    good: [1],
  },
  {
    id: "c-order-3",
    source: "own",
    name: "whether one likelihood ratio is above another, both beyond float32",
    outcome: "alarm",
    naive: () => greater(exp(vector("a", 200)), exp(vector("b", 100))).item(),
    says: {
      op: "greater",
      phase: "forward",
      index: [0],
      operands: [INF, INF],
      pair: "greater(∞, ∞) = 0",
      absorbed: ["greater forward"],
      fix: ["compare-before"],
      not: ["clip-input"],
      code: "greater(a, b) instead of greater(exp(a), exp(b))",
    },
    fixed: () => [greater(vector("a", 200), vector("b", 100)).item()],
    good: [1],
  },
  {
    id: "c-order-4",
    source: "own",
    name: "a single exponential that has overflown is the largest: argmax, and where it equals the maximum",
    outcome: "silent",
    naive: () => {
      const w = parameter("w", [[1, 200, 3]]);
      const e = exp(w);
      argmax(e, { axis: 1 }).item();
      return equal(e, max(e)).toArray();
    },
    fixed: () => [argmax(exp(matrix("w", [1, 200, 3])), { axis: 1 }).item()],
    good: [1],
  },
  {
    id: "c-order-5",
    source: "own",
    name: "whether a number has overflown, and the best of masked scores",
    outcome: "silent",
    naive: () => {
      const e = exp(vector("z", 100, 1));
      equal(e, INF).toArray();
      return argmax(where(matrix("open", [0, 0]), matrix("s", [1, 2]), -INF), { axis: 1 }).item();
    },
    fixed: () => valuesOf(equal(exp(vector("z", 100, 1)), INF)),
    good: [1, 0],
  },
];

/** A row by its own norm, weighted. */
function weighed(x: Tensor, norm: (x: Tensor) => Tensor) {
  const w = parameter("w", [1, 1, 1]);
  return valueAndGrad({ w }, () => sum(mul(w, div(x, norm(x)))));
}

/** The log of what is left after each of twelve risks. */
function survived(of: (left: Tensor) => Tensor): readonly number[] {
  const hz = parameter("hz", Array(12).fill(0.9999));
  return outcomeOf(valueAndGrad({ hz }, () => neg(mean(of(sub(1, hz)))))).slice(0, 1);
}

const ahead = customOp({
  name: "ahead",
  elementwise: true,
  forward: ({ inputs: [x] }) => x.map((v, i) => (x[i + 1] as number) - v),
});

const bounded = (start: number) => {
  const w = parameter("w", [start]);
  return valueAndGrad({ w }, () => mse(tanh(w), tensor([-1])));
};

const far = (loss: (z: Tensor) => Tensor) => {
  const z = parameter("z", [[0, 80]]);
  return valueAndGrad({ z }, () => loss(z));
};

const narrowed = (of: (d: Tensor64) => Tensor): readonly number[] =>
  valuesOf(of(tensor([1, 1e39], { dtype: "float64" })));

const rows: readonly NanCase[] = [
  {
    id: "c-row-1",
    source: "own",
    name: "a row by its norm, which has overflown; the first of it is 0, and stays so rightly",
    outcome: "alarm",
    naive: () => weighed(vector("x", 0, 3e19, 4e19), (x) => sqrt(sum(square(x)))),
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [3e19, INF],
      pair: "3e+19 / ∞ = 0",
      absorbed: ["div forward"],
      fix: ["f64-statistics"],
      code: "norm2(x)",
    },
    fixed: () => outcomeOf(weighed(vector("x", 0, 3e19, 4e19), norm2)),
    good: [1.4, 0, 0.6, 0.8],
  },
  {
    id: "c-row-2",
    source: "own",
    name: "what is left after each of many risks, as products that underflow",
    outcome: "throws",
    naive: () => survived((left) => log(cumprod(left))),
    says: {
      op: "log",
      phase: "forward",
      index: [11],
      operands: [0],
      pair: "log(0)",
      fix: ["log-sum"],
      code: "cumsum(log1p(neg(hz))) instead of log(cumprod(sub(1, hz)))",
      origin: 'parameter "hz"[0]',
    },
    fixed: () => survived((left) => cumsum(log(left))),
    good: [(-13 / 2) * ln(1 - Math.fround(0.9999))],
  },
  {
    id: "c-row-3",
    source: "own",
    name: "an op of one's own that says it is of single elements, and reads the next one",
    outcome: "throws",
    naive: () => ahead(vector("x", 1, 4, 9)).toArray(),
    says: {
      op: "ahead",
      phase: "forward",
      index: [2],
      operands: [9],
      pair: "NaN",
      fix: ["mask-before", "check-op"],
      not: ["scale-input", "clip-norm", "impute", "epsilon-inside"],
    },
    fixed: () => valuesOf(sub(vector("b", 4, 9), vector("a", 1, 4))),
    good: [3, 5],
  },
  {
    id: "c-row-4",
    source: "own",
    name: "weights that were loaded with an ∞, under a tanh",
    outcome: "alarm",
    naive: () => bounded(Infinity),
    says: {
      op: "tanh",
      phase: "forward",
      index: [0],
      operands: [INF],
      pair: "tanh(∞) = 1",
      absorbed: ["tanh forward"],
      fix: ["restore-parameter"],
      code: "initialize w again",
    },
    fixed: () => outcomeOf(bounded(0)),
    good: [1, 2],
  },
  {
    id: "c-row-5",
    source: "own",
    name: "divided by a float64 that is ∞ in float32",
    outcome: "alarm",
    naive: () => narrowed((d) => div(1e20, cast(d, "float32"))),
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [1e20, INF],
      pair: "1e+20 / ∞ = 0",
      absorbed: ["div forward"],
      fix: ["cast-range"],
    },
    fixed: () => narrowed((d) => cast(div(1e20, d), "float32")).slice(1),
    good: [1e-19],
  },
  {
    id: "c-row-6",
    source: "own",
    name: "a sum of squares as large as what it is scaled by",
    outcome: "throws",
    naive: () => {
      const w = parameter("w", [1e15, 1]);
      return valueAndGrad({ w }, () => mul(sum(square(w)), 1e30));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [],
      operands: [1e30, 1e30],
      pair: "1e+30 · 1e+30 = ∞",
      origin: 'parameter "w"[0]',
      fix: ["scale-input"],
    },
    fixed: () => {
      const w = parameter("w", [1e15, 1]);
      return [valueAndGrad({ w }, () => sum(square(mul(w, 1e-15)))).loss];
    },
    good: [1],
  },
  {
    id: "c-row-7",
    source: "own",
    name: "a softmax that is written out, with an epsilon under the logarithm: the numerator learns nothing",
    outcome: "alarm",
    naive: () =>
      far((z) => {
        const all = exp(z);
        return neg(sum(mul(tensor([[1, 0]]), log(add(div(all, sum(all)), 1e-8)))));
      }),
    says: {
      op: "div",
      phase: "backward",
      index: [0, 0],
      operands: [-1e8, 1, Math.fround(e(80))],
      pair: "-100000000 · 1.80485e-35",
      origin: 'parameter "z"[0, 1]',
      fix: ["logits"],
      code: "crossEntropy(z, labels)",
    },
    fixed: () => outcomeOf(far((z) => crossEntropy(z, [0]))),
    good: [80, -1, 1],
  },
];

export const kindsC: readonly NanCase[] = [
  ...rows,
  ...orders,
  ...quotients,
  ...undone,
  ...magnitudes,
  ...statistics,
  ...exponentials,
  ...names,
  ...probabilities,
];
