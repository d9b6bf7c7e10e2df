/** Trainings as users write them, nothing of which is wrong: no alarm, and no warning of a monitor, is due. */
import {
  type AnyTensor,
  abs,
  adam,
  add,
  argmax,
  cast,
  clip,
  crossEntropy,
  cumprod,
  customOp,
  div,
  divNoNan,
  equal,
  exp,
  expm1,
  gelu,
  greater,
  layerNorm,
  log,
  logSigmoid,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  minimum,
  mse,
  mul,
  ndtr,
  neg,
  noGrad,
  norm2,
  type Optimizer,
  type Parameter,
  parameter,
  pow,
  prod,
  relu,
  relu6,
  round,
  safeSqrt,
  scope,
  sgd,
  sigmoid,
  sin,
  softmax,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  sumSquares,
  type Tensor,
  tanh,
  tensor,
  trainStep,
  uniform,
  valueAndGrad,
  variance,
  where,
  xlogy,
} from "../src/index.js";
import { random } from "../src/nn/init.js";
import { dense, layer, of, type Weights, weightsOf } from "./networks.js";

/** A training in short: what is left out is 60 steps of Adam at 1e-2. */
export interface Training {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Values to begin with, where kaiming's and zeros are not meant. */
  readonly start?: Readonly<Record<string, number | readonly number[]>>;
  readonly optimizer?: () => Optimizer;
  readonly steps?: number;
  readonly loss: (w: Weights, step: number) => AnyTensor;
  /** Between two steps. */
  readonly between?: (w: Weights, step: number, update: Optimizer) => void;
}

/** Trains, by `trainStep` and in two calls in turns. */
export function train(training: Training): void {
  const { optimizer = () => adam({ lr: 1e-2 }), steps = 60, start = {}, loss } = training;
  const w = weightsOf(training, 1);
  for (const [name, value] of Object.entries(start)) {
    const { data } = of(w, name);
    typeof value === "number" ? data.fill(value) : data.set(value);
  }
  const params = Object.values(w);
  const update = optimizer();
  for (let i = 0; i < steps; i++) {
    scope(() => {
      if (i % 2 === 0) trainStep(update, params, () => loss(w, i));
      else update(params, valueAndGrad(params, () => loss(w, i), i + 1).grads);
      training.between?.(w, i, update);
    });
  }
  for (const gone of [update, ...params]) gone.dispose();
}

const of2 = (rows: number, cols: number, f: (r: number, c: number) => number): Tensor =>
  tensor(Array.from({ length: rows }, (_, r) => Array.from({ length: cols }, (__, c) => f(r, c))));

/** Features of 16 rows. */
const features = (cols: number, seed = 1, size = 1): Tensor =>
  uniform([16, cols], -size, size, { seed });

/** ±1, by which a line separates. */
const sides = (x: Tensor): Tensor => {
  const raw = x.toArray();
  const cols = x.shape[1] ?? 1;
  return of2(x.shape[0] ?? 0, 1, (r) =>
    (raw[r * cols] ?? 0) + (raw[r * cols + 1] ?? 0) > 0 ? 1 : -1,
  );
};
/** Two clouds far apart, and their sides as 0 and 1. */
const clouds = (): readonly [Tensor, Tensor] => {
  const near = features(2).toArray();
  return [
    of2(16, 2, (r, c) => (r % 2 === 0 ? 5 : -5) + (near[2 * r + c] ?? 0)),
    of2(16, 1, (r) => 1 - (r % 2)),
  ];
};
const labels = Array.from({ length: 16 }, (_, r) => r % 3);
const oneHot = (classes: readonly number[], n: number): Tensor =>
  of2(classes.length, n, (r, c) => Number(classes[r] === c));
const rows = { axis: 1, keepDims: true } as const;
const columns = { axis: 0, keepDims: true } as const;
const mlp = { ...layer("fc1", 4, 8), ...layer("fc2", 8, 1) };
const net = (w: Weights, x: Tensor): Tensor => dense(w, "fc2", relu(dense(w, "fc1", x)));
const curve = (x: Tensor): Tensor => sum(sin(mul(x, 2)), rows);
const causal = (n: number): Tensor => of2(n, n, (r, c) => (c <= r ? 0 : Number.NEGATIVE_INFINITY));
const bce = (z: Tensor, y: Tensor): Tensor => mean(sub(softplus(z), mul(z, y)));

/** So many layers of eight, and one of one. */
const deep = (layers: number) => ({
  ...Object.assign(
    {},
    ...Array.from({ length: layers }, (_, i) => layer(`deep${i}`, i === 0 ? 4 : 8, 8)),
  ),
  ...layer("out", 8, 1),
});
/** Through all of them: `f` makes of what a layer gives, and was given, what the next one is. */
function through(w: Weights, f: (h: Tensor, x: Tensor, i: number) => Tensor): Tensor {
  let x = features(4);
  for (let i = 0; w[`deep${i}`] !== undefined; i++) {
    const h = dense(w, `deep${i}`, x);
    x = f(h, i === 0 ? h : x, i);
  }
  return dense(w, "out", x);
}

/** Runs of the same training on twenty different streams of samples, of which each step sees one. */
const oneByOne = (
  what: string,
  training: (sample: (step: number) => Tensor) => Training,
): Readonly<Record<string, () => void>> =>
  Object.fromEntries(
    Array.from({ length: 20 }, (_, stream) => [
      `${what}, one sample a step, stream ${stream + 1}`,
      () => train(training((step) => uniform([1, 3], -2, 2, { seed: 1 + 1000 * stream + step }))),
    ]),
  );
/** What is to be learnt of a sample: a line, and noise. */
const line = (x: Tensor): Tensor => {
  const [a = 0, b = 0, c = 0] = x.toArray();
  return tensor([[a - 2 * b + c / 2 + Math.sin(1e4 * a) / 10]]);
};

export const HEALTHY: Readonly<Record<string, () => void>> = {
  ...oneByOne("a line by SGD", (sample) => ({
    shapes: layer("fc", 3, 1),
    start: { fc: 0 },
    optimizer: () => sgd({ lr: 0.02 }),
    steps: 100,
    loss: (w, i) => mse(dense(w, "fc", sample(i)), line(sample(i))),
  })),
  ...oneByOne("a relu network by Adam", (sample) => ({
    shapes: { ...layer("fc1", 3, 16), ...layer("fc2", 16, 1) },
    optimizer: () => adam({ lr: 1e-3 }),
    loss: (w, i) => mse(net(w, sample(i)), line(sample(i))),
  })),
  ...oneByOne("an embedding", (sample) => ({
    shapes: { table: [50, 4], out: [4, 1] },
    loss: (w, i) => {
      const id = Math.abs(Math.trunc(1e6 * (sample(i).toArray()[0] ?? 0))) % 37;
      const row = matmul(oneHot([id], 50), of(w, "table"));
      return mse(matmul(row, of(w, "out")), tensor([[Math.sin(id)]]));
    },
  })),
  "relu with half of its units dead": () => {
    train({
      shapes: mlp,
      start: { "fc1.bias": [-100, -100, -100, -100, 0, 0, 0, 0] },
      loss: (w) => mse(net(w, features(4)), curve(features(4))),
    });
  },
  "squared error of a sigmoid, saturated the right way": () => {
    const [x, y] = clouds();
    train({
      shapes: layer("fc", 2, 1),
      start: { fc: 20 },
      loss: (w) => mse(sigmoid(dense(w, "fc", x)), y),
    });
  },
  "clouds told apart until nothing is left to learn": () => {
    const [x, y] = clouds();
    train({
      shapes: layer("fc", 2, 1),
      optimizer: () => sgd({ lr: 5 }),
      steps: 200,
      loss: (w) => bce(dense(w, "fc", x), y),
    });
  },
  "probabilities clipped before the logarithm, all of them right": () => {
    const [x, y] = clouds();
    train({
      shapes: layer("fc", 2, 1),
      steps: 200,
      optimizer: () => adam({ lr: 0.1 }),
      loss: (w) => {
        const p = clip(sigmoid(dense(w, "fc", x)), { min: 1e-7, max: 1 - 1e-7 });
        return neg(mean(add(mul(y, log(p)), mul(sub(1, y), log(sub(1, p))))));
      },
    });
  },
  "probabilities of exactly 0 and 1, all of them right from the start, and logarithms held at −100":
    () => {
      const [x, y] = clouds();
      train({
        shapes: layer("fc", 2, 1),
        start: { fc: 200 },
        loss: (w) => {
          const p = sigmoid(dense(w, "fc", x));
          const [yes, no] = [maximum(log(p), -100), maximum(log(sub(1, p)), -100)];
          return neg(mean(add(mul(y, yes), mul(sub(1, y), no))));
        },
      });
    },
  "an entropy that is at its largest from the start": () => {
    train({
      shapes: layer("fc", 4, 3),
      start: { fc: 0 },
      loss: (w) => {
        const p = softmax(dense(w, "fc", features(4)));
        return mean(sum(mul(p, log(p)), rows));
      },
    });
  },
  "a policy that has chosen, and rightly": () => {
    train({
      shapes: { z: [16, 3] },
      start: { z: labels.flatMap((label) => [0, 1, 2].map((c) => (c === label ? 200 : 0))) },
      loss: (w) => neg(mean(mul(oneHot(labels, 3), softmax(of(w, "z"))))),
    });
  },
  "a hinge loss that comes to be 0": () => {
    const x = features(2);
    train({
      shapes: layer("fc", 2, 1),
      optimizer: () => sgd({ lr: 1 }),
      steps: 300,
      loss: (w) => mean(relu(sub(1, mul(sides(x), dense(w, "fc", x))))),
    });
  },
  "a hinge loss of 0 with weight decay": () => {
    const [x, y] = clouds();
    const side = sub(mul(2, y), 1);
    train({
      shapes: layer("fc", 2, 1),
      optimizer: () => adam({ lr: 0.05, weightDecay: 0.1 }),
      steps: 120,
      loss: (w) => mean(relu(sub(1, mul(side, dense(w, "fc", x))))),
    });
  },
  "a triplet loss, met from the first step on": () => {
    train({
      shapes: layer("fc", 4, 3),
      loss: (w) => {
        const [a, p, n] = [features(4), add(features(4), 0.01), add(features(4), 40)].map((x) =>
          dense(w, "fc", x),
        ) as [Tensor, Tensor, Tensor];
        const apart = (u: Tensor, v: Tensor) => sum(square(sub(u, v)), { axis: 1 });
        return mean(relu(add(sub(apart(a, p), apart(a, n)), 1)));
      },
    });
  },
  "a model fitted to the last bit": () => {
    const x = of2(4, 1, (r) => r - 1.5);
    train({
      shapes: { w: [1, 1] },
      optimizer: () => sgd({ lr: 0.25 }),
      steps: 150,
      loss: (w) => mse(matmul(x, of(w, "w")), mul(x, 2)),
    });
  },
  "a model that begins at its optimum": () => {
    const x = features(1);
    train({
      shapes: { w: [1, 1] },
      start: { w: 2 },
      loss: (w) => mse(matmul(x, of(w, "w")), mul(x, 2)),
    });
  },
  "a mean, found in one step": () => {
    const y = of2(8, 1, (r) => r % 4);
    train({
      shapes: { bias: [1] },
      optimizer: () => sgd({ lr: 0.5 }),
      loss: (w) => mean(square(sub(y, of(w, "bias")))),
    });
  },
  "a mean that is known already, and a loss with a large constant": () => {
    const y = of2(8, 1, (r) => r % 4);
    train({
      shapes: { bias: [1] },
      start: { bias: 1.5 },
      loss: (w) => add(1e5, sum(square(sub(y, of(w, "bias"))))),
    });
  },
  "least squares, the rate next to best": () => {
    const x = of2(16, 2, (r, c) => ((r >> c) & 1 ? 1 : -1));
    const y = features(1, 5, 3);
    train({
      shapes: { w: [2, 1] },
      optimizer: () => sgd({ lr: 0.45 }),
      steps: 100,
      loss: (w) => mse(matmul(x, of(w, "w")), y),
    });
  },
  "a median, where as many pull up as down": () => {
    const y = of2(8, 1, (r) => r - 3.5);
    train({
      shapes: { bias: [1] },
      start: { bias: 3 },
      optimizer: () => sgd({ lr: 0.5 }),
      loss: (w) => {
        const e = sub(y, of(w, "bias"));
        return mean(maximum(mul(0.5, e), mul(-0.5, e)));
      },
    });
  },
  "quantile loss": () => {
    train({
      shapes: mlp,
      loss: (w) => {
        const e = sub(curve(features(4)), net(w, features(4)));
        return mean(maximum(mul(0.9, e), mul(-0.1, e)));
      },
    });
  },
  "a layer that is frozen half way": () => {
    const x = features(4);
    train({
      shapes: mlp,
      loss: (w, i) => {
        const h = () => relu(dense(w, "fc1", x));
        return mse(dense(w, "fc2", i < 20 ? h() : noGrad(h)), curve(x));
      },
    });
  },
  "two tasks, each for some time": () => {
    const x = features(4);
    train({
      shapes: { ...layer("trunk", 4, 8), ...layer("one", 8, 1), ...layer("two", 8, 1) },
      steps: 150,
      loss: (w, i) => {
        const h = tanh(dense(w, "trunk", x));
        return mse(dense(w, i % 60 < 30 ? "one" : "two", h), curve(x));
      },
    });
  },
  "an auxiliary loss whose weight goes to 0": () => {
    const x = features(4);
    train({
      shapes: { ...mlp, ...layer("aux", 8, 3) },
      steps: 120,
      loss: (w, i) => {
        const h = relu(dense(w, "fc1", x));
        const beta = Math.max(0, 1 - i / 30);
        return add(
          mse(dense(w, "fc2", h), curve(x)),
          mul(beta, crossEntropy(dense(w, "aux", h), labels)),
        );
      },
    });
  },
  "nothing but weight decay": () => {
    train({
      shapes: layer("fc", 4, 4),
      optimizer: () => adam({ lr: 0.1, weightDecay: 0.5 }),
      steps: 100,
      loss: (w) => mul(0, sum(of(w, "fc"))),
    });
  },
  "an L2 penalty alone, at a high rate": () => {
    train({
      shapes: { w: [4, 4] },
      optimizer: () => sgd({ lr: 0.3 }),
      steps: 60,
      loss: (w) => sumSquares(of(w, "w")),
    });
  },
  "class weights of 0": () => {
    const x = features(4);
    const weight = tensor(labels.map((label) => [label === 1 ? 0 : 1]));
    train({
      shapes: layer("fc", 4, 3),
      loss: (w) => {
        const each = sum(mul(oneHot(labels, 3), logSoftmax(dense(w, "fc", x))), rows);
        return div(neg(sum(mul(weight, each))), sum(weight));
      },
    });
  },
  "padded rows, whose loss a mask leaves out": () => {
    const x = of2(16, 4, (r, c) => (r < 10 ? Math.sin(3 * r + c) : 0));
    const mask = of2(16, 1, (r) => Number(r < 10));
    train({
      shapes: mlp,
      loss: (w) => div(sum(mul(mask, square(sub(net(w, x), curve(x))))), sum(mask)),
    });
  },
  "causal attention written out, with a mask of −∞": () => {
    const x = features(4);
    train({
      shapes: { q: [4, 4], k: [4, 4], v: [4, 4], ...layer("out", 4, 3) },
      loss: (w) => {
        const [q, v] = [matmul(x, of(w, "q")), matmul(x, of(w, "v"))];
        const transposed = of2(4, 16, (r, c) => Math.sin(c + 3 * r));
        const scores = mul(0.5, matmul(add(q, matmul(x, of(w, "k"))), transposed));
        return crossEntropy(dense(w, "out", matmul(softmax(add(scores, causal(16))), v)), labels);
      },
    });
  },
  "attention that selects scores by where, −∞ elsewhere, exponentials by hand": () => {
    const x = features(4);
    const seen = of2(16, 16, (r, c) => Number(c <= r));
    const keys = of2(4, 16, (r, c) => Math.sin(c + 3 * r));
    train({
      shapes: { q: [4, 4], v: [4, 4], ...layer("out", 4, 3) },
      loss: (w) => {
        const scores = where(seen, matmul(matmul(x, of(w, "q")), keys), Number.NEGATIVE_INFINITY);
        const e = exp(sub(scores, max(scores, rows)));
        const p = div(e, sum(e, rows));
        return crossEntropy(dense(w, "out", matmul(p, matmul(x, of(w, "v")))), labels);
      },
    });
  },
  "an embedding by one-hot rows, most of which never come": () => {
    const words = oneHot(
      Array.from({ length: 16 }, (_, i) => (i * 7) % 5),
      200,
    );
    train({
      shapes: { embedding: [200, 8], ...layer("fc", 8, 3) },
      loss: (w) => crossEntropy(dense(w, "fc", matmul(words, of(w, "embedding"))), labels),
    });
  },
  "inputs that are almost all 0": () => {
    const x = of2(16, 100, (r, c) => (c === (r * 13) % 100 ? 1 : 0));
    train({
      shapes: { ...layer("fc1", 100, 8), ...layer("fc2", 8, 1) },
      loss: (w) => mse(net(w, x), curve(features(4))),
    });
  },
  "batches some of which are all 0": () => {
    train({
      shapes: mlp,
      steps: 120,
      optimizer: () => sgd({ lr: 0.05 }),
      loss: (w, i) => {
        const x = i % 30 < 25 ? mul(features(4), 0) : features(4);
        return mse(net(w, x), curve(x));
      },
    });
  },
  "features that are constant, standardised by the batch": () => {
    const x = of2(16, 4, (r, c) => (c < 2 ? 7 : Math.sin(r * c)));
    train({
      shapes: mlp,
      loss: (w) => {
        const centred = sub(x, mean(x, columns));
        return mse(net(w, div(centred, sqrt(add(variance(x, columns), 1e-5)))), curve(x));
      },
    });
  },
  "batch norm written out": () => {
    const x = features(4);
    train({
      shapes: { ...mlp, gain: [8], "shift.bias": [8] },
      loss: (w) => {
        const h = dense(w, "fc1", x);
        const centred = sub(h, mean(h, columns));
        const spread = sqrt(add(mean(square(centred), columns), 1e-5));
        const scaled = add(mul(div(centred, spread), of(w, "gain")), of(w, "shift.bias"));
        return mse(dense(w, "fc2", relu(scaled)), curve(x));
      },
    });
  },
  "layer norm of rows that are almost constant": () => {
    const x = of2(16, 4, (r, c) => 1 + 1e-4 * Math.sin(r + c));
    train({
      shapes: { ...mlp, gain: [8], "shift.bias": [8] },
      start: { fc1: 0.1 },
      loss: (w) => {
        const h = layerNorm(dense(w, "fc1", x), of(w, "gain"), of(w, "shift.bias"));
        return mse(dense(w, "fc2", gelu(h)), curve(features(4)));
      },
    });
  },
  "a regression in units of 1e6": () => {
    train({
      shapes: mlp,
      optimizer: () => adam({ lr: 1e-2 }),
      loss: (w) => mse(net(w, features(4)), mul(1e6, curve(features(4)))),
    });
  },
  "a regression in units of 1e6, at a rate that fits": () => {
    train({
      shapes: layer("fc", 4, 1),
      optimizer: () => sgd({ lr: 0.3 }),
      loss: (w) => mse(dense(w, "fc", features(4)), mul(1e6, curve(features(4)))),
    });
  },
  "a regression in units of 1e-6": () => {
    train({
      shapes: mlp,
      steps: 200,
      loss: (w) => mse(net(w, features(4)), mul(1e-6, curve(features(4)))),
    });
  },
  "inputs in units of 1e6, scaled by the first layer": () => {
    train({
      shapes: layer("fc", 4, 1),
      start: { fc: 0 },
      optimizer: () => adam({ lr: 1e-7 }),
      loss: (w) => mse(dense(w, "fc", features(4, 1, 1e6)), curve(features(4))),
    });
  },
  "a sum over 1e5 elements": () => {
    const y = uniform([1000, 100], -1, 1, { seed: 3 });
    train({
      shapes: { row: [1, 100], column: [1000, 1] },
      optimizer: () => sgd({ lr: 1e-4 }),
      steps: 30,
      loss: (w) => sum(square(sub(add(of(w, "row"), of(w, "column")), y))),
    });
  },
  "a log-likelihood of −1e5": () => {
    const y = uniform([2000, 1], -300, 300, { seed: 3 });
    train({
      shapes: { "mean.bias": [1], "scale.bias": [1] },
      start: { "scale.bias": 5 },
      optimizer: () => adam({ lr: 0.05 }),
      steps: 200,
      loss: (w) => {
        const s = of(w, "scale.bias");
        const z = mul(sub(y, of(w, "mean.bias")), exp(neg(s)));
        return sum(add(add(mul(0.5, square(z)), s), 0.9189385));
      },
    });
  },
  "a GAN with the hinge loss, two optimizers in turns": () => gan("hinge"),
  "a GAN with the logistic loss": () => gan("logistic"),
  "a GAN whose critic wins": () => gan("hinge", 1e-5),
  "a variational autoencoder": () => {
    const x = sigmoid(features(6, 2, 4));
    train({
      shapes: { ...layer("mu", 6, 2), ...layer("s", 6, 2), ...layer("out", 2, 6) },
      steps: 120,
      loss: (w, i) => {
        const [mu, s] = [dense(w, "mu", x), dense(w, "s", x)];
        const z = add(mu, mul(uniform([16, 2], -1.7, 1.7, { seed: i }), exp(mul(0.5, s))));
        const kl = mul(-0.5, mean(sub(sub(add(s, 1), square(mu)), exp(s))));
        return add(mul(6, bce(dense(w, "out", z), x)), mul(Math.min(1, i / 40), kl));
      },
    });
  },
  "a contrastive loss at temperature 0.07": () => {
    const x = features(6);
    const other = add(x, mul(0.05, features(6, 9)));
    const same = Array.from({ length: 16 }, (_, i) => i);
    train({
      shapes: { w: [6, 4] },
      steps: 120,
      loss: (w) => {
        const unit = (of6: Tensor) => {
          const h = matmul(of6, of(w, "w"));
          return div(h, add(norm2(h, rows), 1e-8));
        };
        const [a, b] = [unit(x), unit(other)];
        // a bᵀ, without a transpose: a·b = (‖a + b‖² − ‖a − b‖²) / 4 for all pairs.
        const pairs = (i: number) =>
          sum(mul(a, matmul(oneHot(new Array(16).fill(i), 16), b)), rows);
        const scores = same
          .map((i) => mul(pairs(i), oneHot([i], 16)))
          .reduce((total, one) => add(total, one));
        return crossEntropy(div(scores, 0.07), same);
      },
    });
  },
  "a mixture density": () => {
    const x = features(2);
    const y = curve(x);
    train({
      shapes: { ...layer("pi", 2, 3), ...layer("mu", 2, 3), ...layer("s", 2, 3) },
      steps: 100,
      optimizer: () => adam({ lr: 0.02 }),
      loss: (w) => {
        const s = dense(w, "s", x);
        const z = mul(sub(y, dense(w, "mu", x)), exp(neg(s)));
        const parts = sub(logSoftmax(dense(w, "pi", x)), add(s, mul(0.5, square(z))));
        return neg(mean(logsumexp(parts, { axis: 1 })));
      },
    });
  },
  "clipped ratios of a policy, all of them beyond the clip": () => ppo(0.5),
  "clipped ratios of a policy, some of them": () => ppo(0.01),
  "values that a clip holds, most of them": () => {
    const x = features(4, 1, 50);
    train({
      shapes: mlp,
      loss: (w) => mse(net(w, clip(x, { min: -1, max: 1 })), curve(features(4))),
    });
  },
  "outputs that a clip holds, as their targets are": () => {
    const [x, y] = clouds();
    train({
      shapes: layer("fc", 2, 1),
      start: { fc: 3 },
      loss: (w) => mse(clip(dense(w, "fc", x), { min: 0, max: 1 }), y),
    });
  },
  "a hard threshold as a gate": () => {
    const x = features(4);
    train({
      shapes: mlp,
      loss: (w) => {
        const h = dense(w, "fc1", x);
        return mse(dense(w, "fc2", mul(h, greater(h, 0.5))), curve(x));
      },
    });
  },
  "bits by a straight-through estimator": () => {
    const x = features(4);
    train({
      shapes: mlp,
      loss: (w) => {
        const p = sigmoid(dense(w, "fc1", x));
        const bits = add(
          p,
          noGrad(() => sub(round(p), p)),
        );
        return mse(dense(w, "fc2", bits), curve(x));
      },
    });
  },
  "dropout by where": () => {
    const x = features(4);
    train({
      shapes: mlp,
      loss: (w, i) => {
        const next = random(i);
        const kept = of2(16, 8, () => Number(next() < 0.5));
        const h = where(kept, mul(relu(dense(w, "fc1", x)), 2), 0);
        return mse(dense(w, "fc2", h), curve(x));
      },
    });
  },
  "gated units, most of whose gates are shut or open for good": () => {
    const x = features(4);
    train({
      shapes: { ...mlp, ...layer("gate", 4, 8) },
      start: { "gate.bias": [-40, -40, -40, -40, 40, 40, 0, 0] },
      loss: (w) => {
        const h = mul(sigmoid(dense(w, "gate", x)), tanh(dense(w, "fc1", x)));
        return mse(dense(w, "fc2", h), curve(x));
      },
    });
  },
  "an LSTM over twelve steps, its forget gate open": () => {
    train({
      shapes: {
        ...layer("i", 6, 4),
        ...layer("f", 6, 4),
        ...layer("g", 6, 4),
        ...layer("h", 4, 2),
        ...layer("out", 4, 1),
      },
      start: { "f.bias": 5 },
      steps: 30,
      loss: (w) => {
        const into = of2(2, 6, (r, c) => Number(r === c));
        const from = of2(4, 6, (r, c) => Number(r === c - 2));
        let [h, c] = [features(4), mul(features(4), 0)];
        for (let t = 0; t < 12; t++) {
          const both = add(matmul(features(2, t + 1), into), matmul(h, from));
          c = add(
            mul(sigmoid(dense(w, "f", both)), c),
            mul(sigmoid(dense(w, "i", both)), tanh(dense(w, "g", both))),
          );
          h = tanh(c);
        }
        return mse(dense(w, "out", h), curve(features(4)));
      },
    });
  },
  "focal loss of easy examples": () => {
    const [x, y] = clouds();
    train({
      shapes: layer("fc", 2, 1),
      start: { fc: 1 },
      steps: 120,
      loss: (w) => {
        const z = mul(sub(mul(2, y), 1), dense(w, "fc", x));
        return mean(mul(square(sigmoid(neg(z))), neg(logSigmoid(z))));
      },
    });
  },
  "label smoothing": () => {
    const soft = add(mul(0.9, oneHot(labels, 3)), 0.1 / 3);
    train({
      shapes: layer("fc", 4, 3),
      steps: 200,
      optimizer: () => adam({ lr: 0.1 }),
      loss: (w) => neg(mean(sum(mul(soft, logSoftmax(dense(w, "fc", features(4)))), rows))),
    });
  },
  "Huber with outliers of 1e4": () => {
    const y = of2(16, 1, (r) => (r === 3 ? 1e4 : Math.sin(r)));
    train({
      shapes: mlp,
      loss: (w) => {
        const far = sub(net(w, features(4)), y);
        const near = clip(far, { min: -1, max: 1 });
        return mean(mul(near, sub(far, mul(0.5, near))));
      },
    });
  },
  "Poisson with counts of 0": () => {
    const y = of2(16, 1, (r) => (r % 4 === 0 ? 3 : 0));
    train({
      shapes: layer("fc", 4, 1),
      steps: 200,
      loss: (w) => {
        const z = dense(w, "fc", features(4));
        return mean(sub(exp(z), mul(y, z)));
      },
    });
  },
  "Poisson by its rate, all counts 0": () => {
    train({
      shapes: layer("fc", 4, 1),
      optimizer: () => adam({ lr: 0.3 }),
      steps: 200,
      loss: (w) => {
        const rate = exp(dense(w, "fc", features(4)));
        return mean(sub(rate, xlogy(mul(rate, 0), rate)));
      },
    });
  },
  "survival times, censored, with a Weibull hazard": () => {
    const time = of2(16, 1, (r) => 0.1 + r);
    const seen = of2(16, 1, (r) => Number(r % 3 > 0));
    train({
      shapes: { ...layer("fc", 4, 1), "shape.bias": [1] },
      steps: 120,
      loss: (w) => {
        const [z, k] = [dense(w, "fc", features(4)), softplus(add(of(w, "shape.bias"), 0.5))];
        const hazard = add(add(z, log(k)), mul(sub(k, 1), log(time)));
        return mean(sub(mul(exp(z), pow(time, k)), mul(seen, hazard)));
      },
    });
  },
  "probabilities of exactly 0 and 1, by xlogy": () => {
    const p = oneHot(labels, 3);
    train({
      shapes: layer("fc", 4, 3),
      loss: (w) => {
        const q = softmax(dense(w, "fc", features(4)));
        return mean(sum(sub(xlogy(p, p), xlogy(p, q)), rows));
      },
    });
  },
  "an entropy of probabilities of 0, selected on both sides": () => {
    const open = of2(16, 3, (r, c) => (c === r % 3 ? Number.NEGATIVE_INFINITY : 0));
    train({
      shapes: layer("fc", 4, 3),
      loss: (w) => {
        const p = softmax(add(dense(w, "fc", features(4)), open));
        const some = greater(p, 0);
        const entropy = sum(where(some, mul(p, log(where(some, p, 1))), 0), rows);
        return add(mean(entropy), mean(square(p)));
      },
    });
  },
  "cosine similarity with rows of zeros": () => {
    const x = of2(16, 4, (r, c) => (r % 5 === 0 ? 0 : Math.sin(r + 2 * c)));
    train({
      shapes: { w: [4, 4] },
      loss: (w) => {
        const h = matmul(x, of(w, "w"));
        const apart = mul(norm2(h, rows), norm2(x, rows));
        return mean(sub(1, div(sum(mul(h, x), rows), maximum(apart, 1e-8))));
      },
    });
  },
  "distances of all pairs, 0 on the diagonal": () => {
    train({
      shapes: { w: [8, 1] },
      loss: (w) => {
        const p = of(w, "w");
        const row = matmul(
          of2(1, 8, () => 1),
          mul(
            p,
            of2(8, 8, (r, c) => Number(r === c)),
          ),
        );
        const wanted = of2(8, 8, (r, c) => Math.abs(r - c));
        return mse(safeSqrt(square(sub(p, row))), wanted);
      },
    });
  },
  "running products that come to be 0": () => {
    const alpha = of2(16, 40, (r, c) => (c > 20 ? 40 : Math.sin(r + c)));
    train({
      shapes: { "shift.bias": [40], color: [40, 1] },
      loss: (w) => {
        const through = cumprod(sigmoid(neg(add(alpha, of(w, "shift.bias")))), { axis: 1 });
        return mse(matmul(through, of(w, "color")), curve(features(4)));
      },
    });
  },
  "a softmax so sharp that its rows are one-hot": () => {
    const x = features(4);
    train({
      shapes: layer("fc", 4, 5),
      loss: (w) => {
        const h = dense(w, "fc", x);
        return mse(sum(mul(h, softmax(mul(1e4, h))), rows), curve(x));
      },
    });
  },
  "a temperature that falls to 0.01": () => {
    const x = features(4);
    train({
      shapes: { ...layer("key", 4, 5), value: [5, 1] },
      steps: 200,
      loss: (w, i) => {
        const t = Math.max(0.01, 5 * 0.95 ** i);
        return mse(matmul(softmax(div(dense(w, "key", x), t)), of(w, "value")), curve(x));
      },
    });
  },
  "a classifier by probabilities and squares, converged but for one wrong label": () => {
    const [x, y] = clouds();
    const wrong = where(
      of2(16, 1, (r) => Number(r === 3)),
      sub(1, y),
      y,
    );
    train({
      shapes: layer("fc", 2, 1),
      start: { fc: 0.3 },
      steps: 300,
      loss: (w) => mse(sigmoid(dense(w, "fc", x)), wrong),
    });
  },
  "a rate that warms up from 0 and falls to 0": () => {
    const rate = (i: number) => 1e-2 * Math.min(i / 20, Math.max(0, (100 - i) / 80));
    train({
      shapes: mlp,
      steps: 130,
      optimizer: () => adam({ lr: rate }),
      loss: (w) => mse(net(w, features(4)), curve(features(4))),
    });
  },
  "gradients of four batches added up": () => {
    const w = weightsOf({ shapes: mlp }, 1);
    const params = Object.values(w);
    const update = adam({ lr: 1e-2 });
    for (let i = 0; i < 40; i++) {
      scope(() => {
        const total: Record<string, Tensor> = {};
        for (let k = 0; k < 4; k++) {
          const x = features(4, k + 1);
          const { grads } = valueAndGrad(params, () => mse(net(w, x), curve(x)));
          for (const [name, g] of Object.entries(grads)) {
            const before = total[name];
            total[name] = before === undefined ? mul(g, 0.25) : add(before, mul(g, 0.25));
          }
        }
        update(params, total);
      });
    }
    for (const gone of [update, ...params]) gone.dispose();
  },
  "an evaluation under noGrad between the steps": () => {
    train({
      shapes: mlp,
      loss: (w) => mse(net(w, features(4)), curve(features(4))),
      between: (w) => {
        noGrad(() => mse(net(w, features(4, 7)), curve(features(4, 7))).item());
      },
    });
  },
  "one row at a time, for some of which every unit is off": () => {
    const x = features(4).toArray();
    train({
      shapes: { fc1: [4, 3], fc2: [3, 1] },
      optimizer: () => sgd({ lr: 0.05 }),
      steps: 100,
      loss: (w, i) => {
        const row = tensor(x.subarray(4 * (i % 16), 4 * (i % 16) + 4), [1, 4]);
        return mse(matmul(relu(matmul(row, of(w, "fc1"))), of(w, "fc2")), curve(row));
      },
    });
  },
  ...Object.fromEntries(
    Object.entries({ relu6: (h: Tensor) => relu6(h), maximum: (h: Tensor) => maximum(h, 0) }).map(
      ([name, gate]) => [
        `one row at a time, and ${name} for a gate`,
        () => {
          const x = features(4).toArray();
          train({
            shapes: { fc1: [4, 3], fc2: [3, 1] },
            optimizer: () => sgd({ lr: 0.05 }),
            steps: 100,
            loss: (w, i) => {
              const row = tensor(x.subarray(4 * (i % 16), 4 * (i % 16) + 4), [1, 4]);
              return mse(matmul(gate(matmul(row, of(w, "fc1"))), of(w, "fc2")), curve(row));
            },
          });
        },
      ],
    ),
  ),
  "a residual branch whose factor begins at 0": () => {
    const x = features(4);
    train({
      shapes: { ...mlp, factor: [1, 1], branch: [4, 4] },
      start: { factor: 0 },
      loss: (w) => {
        const more = mul(of(w, "factor"), tanh(matmul(x, of(w, "branch"))));
        return mse(net(w, add(x, more)), curve(x));
      },
    });
  },
  "weights that a threshold sets to 0 after each step": () => {
    train({
      shapes: layer("fc", 4, 1),
      steps: 100,
      optimizer: () => sgd({ lr: 0.1 }),
      loss: (w) => mse(dense(w, "fc", features(4)), curve(features(4))),
      between: (w) => {
        const fc = of(w, "fc");
        const shrunk = fc.toArray().map((v) => Math.sign(v) * Math.max(0, Math.abs(v) - 0.05));
        fc.data.set(shrunk);
      },
    });
  },
  "an RMSE in units of 1e6 behind gates that are open": () => {
    const x = features(4);
    train({
      shapes: mlp,
      steps: 100,
      loss: (w) => {
        const z = dense(w, "fc1", x);
        const out = dense(w, "fc2", mul(sigmoid(add(z, 40)), tanh(z)));
        return sqrt(mean(square(sub(mul(1e6, out), mul(1e6, curve(x))))));
      },
    });
  },
  "a value held to what it was, for every row": () => {
    const [x, y] = [features(4), curve(features(4))];
    train({
      shapes: mlp,
      start: { "fc2.bias": 9 },
      optimizer: () => adam({ lr: 1e-3 }),
      loss: (w) => {
        const value = net(w, x);
        const held = clip(value, { min: -0.2, max: 0.2 });
        return mean(maximum(square(sub(value, sub(y, 20))), square(sub(held, sub(y, 60)))));
      },
    });
  },
  "weights kept within bounds after each step": () => {
    train({
      shapes: layer("fc", 4, 1),
      optimizer: () => sgd({ lr: 0.1 }),
      loss: (w) => mean(mul(sides(features(4)), dense(w, "fc", features(4)))),
      between: (w) => {
        const fc = of(w, "fc");
        fc.data.set(fc.toArray().map((v) => Math.max(-0.01, Math.min(0.01, v))));
      },
    });
  },
  doubles: () => {
    const x = cast(features(2), "float64");
    const y = cast(curve(features(2)), "float64");
    const w = parameter("w", [[0.5], [-0.5]], { dtype: "float64" });
    const update = adam({ lr: 0.05 });
    for (let i = 0; i < 200; i++) trainStep(update, [w], () => mse(tanh(matmul(x, w)), y));
    for (const gone of [update, w]) gone.dispose();
  },
  "an op of one's own": () => {
    const cube = customOp({
      name: "cube",
      elementwise: true,
      forward: ({ inputs: [x] }) => x.map((v) => v ** 3),
      backward: ({ inputs: [x], dy }) => [x.map((v, i) => 3 * v * v * (dy[i] ?? 0))],
    });
    train({
      shapes: mlp,
      loss: (w) => mse(dense(w, "fc2", cube(dense(w, "fc1", features(4)))), curve(features(4))),
    });
  },
  ...Object.fromEntries(
    (["skip", "zero", "rollback"] as const).map((onBadStep) => [
      `recovery by ${onBadStep}, never needed`,
      () => {
        train({
          shapes: mlp,
          optimizer: () => adam({ lr: 1e-2, onBadStep, clip: { globalNorm: 1 } }),
          loss: (w) => mse(net(w, features(4)), curve(features(4))),
        });
      },
    ]),
  ),
  "a softmax regression from weights of 0": () => {
    train({
      shapes: layer("fc", 4, 3),
      start: { fc: 0 },
      loss: (w) => crossEntropy(dense(w, "fc", features(4)), labels),
    });
  },
  "an adapter of low rank, one of whose factors begins at 0": () => {
    const [x, fixed] = [features(4), uniform([4, 4], -1, 1, { seed: 8 })];
    train({
      shapes: { a: [4, 2], b: [2, 4] },
      start: { b: 0 },
      loss: (w) =>
        crossEntropy(add(matmul(x, fixed), matmul(matmul(x, of(w, "a")), of(w, "b"))), labels),
    });
  },
  "biases that begin, and stay, at 0": () => {
    const x = of2(16, 2, (r, c) => ((r >> c) & 1 ? 1 : -1));
    train({
      shapes: layer("fc", 2, 1),
      optimizer: () => adam({ lr: 0.05 }),
      steps: 200,
      loss: (w) => mse(dense(w, "fc", x), sum(mul(x, tensor([[0.5, 0]])), rows)),
    });
  },
  "a policy gradient whose advantages are 0 for a while": () => {
    const x = features(4);
    train({
      shapes: layer("fc", 4, 3),
      steps: 100,
      loss: (w, i) => {
        const advantage = mul(features(1, i), i % 40 < 30 ? 0 : 1);
        return neg(
          mean(mul(advantage, sum(mul(oneHot(labels, 3), logSoftmax(dense(w, "fc", x))), rows))),
        );
      },
    });
  },
  "an actor squashed by tanh, at the bound that is best": () => {
    train({
      shapes: layer("fc", 4, 1),
      optimizer: () => adam({ lr: 0.1 }),
      steps: 300,
      loss: (w) => neg(mean(mul(100, tanh(dense(w, "fc", add(features(4), 1)))))),
    });
  },
  "a constraint by maximum, met, with a weight of 1e4": () => {
    train({
      shapes: mlp,
      loss: (w) => {
        const h = net(w, features(4));
        return add(mse(h, curve(features(4))), mul(1e4, mean(maximum(sub(h, 50), 0))));
      },
    });
  },
  "a rectifier by where, and probabilities that are held by one": () => {
    const [x, y] = clouds();
    train({
      shapes: { ...layer("fc1", 2, 8), ...layer("fc2", 8, 1) },
      start: { "fc1.bias": [-100, -100, 0, 0, 0, 0, 0, 0] },
      steps: 200,
      optimizer: () => adam({ lr: 0.1 }),
      loss: (w) => {
        const h = dense(w, "fc1", x);
        const p = sigmoid(dense(w, "fc2", where(greater(h, 0), h, 0)));
        const right = where(y, p, sub(1, p));
        return neg(mean(log(where(greater(right, 1e-7), right, 1e-7))));
      },
    });
  },
  "thirty layers of relu": () => {
    train({
      shapes: deep(30),
      loss: (w) =>
        mse(
          through(w, (h) => relu(h)),
          curve(features(4)),
        ),
    });
  },
  "thirty layers of sigmoid, each beside what it is given": () => {
    train({
      shapes: deep(30),
      optimizer: () => adam({ lr: 1e-3 }),
      loss: (w) =>
        mse(
          through(w, (h, x) => (x === h ? sigmoid(h) : add(x, sigmoid(h)))),
          curve(features(4)),
        ),
    });
  },
  "twelve layers of tanh": () => {
    train({
      shapes: deep(12),
      loss: (w) =>
        mse(
          through(w, (h) => tanh(h)),
          curve(features(4)),
        ),
    });
  },
  "twelve layers, the first eight of which are frozen": () => {
    train({
      shapes: deep(12),
      loss: (w) =>
        mse(
          through(w, (h, _, i) => (i < 8 ? noGrad(() => sigmoid(h)) : sigmoid(h))),
          curve(features(4)),
        ),
    });
  },
  "a constraint by clip, met, a thousand times over a step of 0.01": () => {
    train({
      shapes: mlp,
      loss: (w) => {
        const h = net(w, features(4));
        const beyond = sum(clip(sub(h, 50), { min: 0 }));
        return add(mse(h, curve(features(4))), div(mul(beyond, 1e3), 0.01));
      },
    });
  },
  "a margin that is met by one encoder, beside the loss of another": () => {
    const x = features(4);
    train({
      shapes: { ...mlp, ...layer("far", 4, 2) },
      loss: (w) => {
        const apart = sum(square(sub(dense(w, "far", x), dense(w, "far", add(x, 40)))), rows);
        return add(mse(net(w, x), curve(x)), mean(relu(sub(1, apart))));
      },
    });
  },
  "gates that are open, and outputs in units of 1e6": () => {
    const x = features(4);
    train({
      shapes: mlp,
      steps: 200,
      optimizer: () => adam({ lr: 3e-2 }),
      loss: (w) => {
        const z = dense(w, "fc1", x);
        const h = mul(sigmoid(add(z, 40)), tanh(z));
        return mse(mul(1e6, dense(w, "fc2", h)), mul(1e6, curve(x)));
      },
    });
  },
  "a loss scaled by 65536": () => {
    const [x, y] = clouds();
    train({
      shapes: layer("fc", 2, 1),
      optimizer: () => adam({ lr: 0.1 }),
      steps: 200,
      loss: (w) => mul(65536, mse(sigmoid(dense(w, "fc", x)), y)),
    });
  },
  "paths through states, forbidden ones at −∞": () => {
    const step = of2(3, 3, (r, c) => (c < r ? Number.NEGATIVE_INFINITY : 0));
    train({
      shapes: { emit: [3, 6], move: [3, 3] },
      loss: (w) => {
        let a: Tensor = tensor([[0], [Number.NEGATIVE_INFINITY], [Number.NEGATIVE_INFINITY]]);
        for (let t = 0; t < 6; t++) {
          const here = matmul(
            logSoftmax(of(w, "emit")),
            of2(6, 1, (r) => Number(r === t)),
          );
          const moved = add(add(a, step), logSoftmax(of(w, "move")));
          const arrived = logsumexp(moved, { axis: 0, keepDims: true });
          a = sum(
            where(
              of2(3, 3, (r, c) => Number(r === c)),
              add(arrived, here),
              0,
            ),
            rows,
          );
        }
        return neg(logsumexp(a));
      },
    });
  },
  "two models whose parameters have the same names, in turns": () => {
    const [one, two] = [weightsOf({ shapes: mlp }, 1), weightsOf({ shapes: mlp }, 2)];
    const [stepOne, stepTwo] = [adam({ lr: 1e-2 }), adam({ lr: 1e-2 })];
    for (let i = 0; i < 60; i++) {
      scope(() => {
        trainStep(stepOne, Object.values(one), () =>
          mse(net(one, features(4)), curve(features(4))),
        );
        trainStep(stepTwo, Object.values(two), () =>
          mul(1e-4, mse(net(two, features(4)), curve(features(4)))),
        );
      });
    }
    for (const gone of [stepOne, stepTwo, ...Object.values(one), ...Object.values(two)])
      gone.dispose();
  },
  "experts of which one is never chosen": () => {
    const x = features(4);
    train({
      shapes: { ...layer("one", 4, 1), ...layer("two", 4, 1) },
      loss: (w) =>
        mse(
          where(
            of2(16, 1, () => 1),
            dense(w, "one", x),
            dense(w, "two", x),
          ),
          curve(x),
        ),
    });
  },
  "the larger of two branches, always the same one": () => {
    const x = features(4);
    train({
      shapes: { ...layer("one", 4, 1), ...layer("two", 4, 1) },
      start: { "two.bias": -50 },
      loss: (w) => mse(maximum(dense(w, "one", x), dense(w, "two", x)), curve(x)),
    });
  },
  "light along rays, some of which meet nothing": () => {
    const seen = of2(16, 1, (r) => Number(r % 4 !== 0));
    const depths = of2(1, 8, (_, c) => c + 1);
    train({
      shapes: { ...layer("fc1", 3, 8), ...layer("fc2", 8, 8) },
      start: { "fc2.bias": [-40, -40, -40, 0, 0, 0, 0, 0] },
      loss: (w) => {
        const density = mul(softplus(dense(w, "fc2", relu(dense(w, "fc1", features(3))))), seen);
        const opaque = neg(expm1(mul(density, -0.5)));
        const through = cumprod(sub(1, opaque), { axis: 1, exclusive: true });
        const weights = mul(opaque, through);
        const depth = divNoNan(sum(mul(weights, depths), rows), sum(weights, rows));
        return mse(depth, mul(3, seen));
      },
    });
  },
  "an oscillator by its equation, with weights of 1e4 on where it starts": () => {
    const t = of2(16, 1, (r) => r / 8);
    train({
      shapes: { ...layer("fc1", 1, 16), ...layer("fc2", 16, 1) },
      steps: 120,
      loss: (w) => {
        const u = (at: Tensor) => dense(w, "fc2", tanh(dense(w, "fc1", at)));
        const [now, next, last] = [u(t), u(add(t, 0.05)), u(sub(t, 0.05))];
        const bend = div(add(sub(next, mul(2, now)), last), 0.05 ** 2);
        const start = mean(square(sub(u(tensor([[0]])), 1)));
        return add(mean(square(add(bend, mul(25, now)))), mul(1e4, start));
      },
    });
  },
  "an affine flow, and its log-determinant": () => {
    const [x, y] = [features(1, 1, 3), features(1, 2, 30)];
    train({
      shapes: { ...layer("s", 1, 1), ...layer("t", 1, 1) },
      loss: (w) => {
        const s = mul(2, tanh(dense(w, "s", x)));
        const z = mul(sub(y, dense(w, "t", x)), exp(neg(s)));
        return mean(add(mul(0.5, square(z)), s));
      },
    });
  },
  "a forecast scored by how far its distribution is off, once by 200": () => {
    const y = of2(16, 1, (r) => (r === 3 ? 200 : Math.sin(r)));
    train({
      shapes: { ...layer("fc1", 4, 8), ...layer("mu", 8, 1), ...layer("s", 8, 1) },
      loss: (w) => {
        const h = relu(dense(w, "fc1", features(4)));
        const s = add(softplus(dense(w, "s", h)), 1e-3);
        const z = div(sub(y, dense(w, "mu", h)), s);
        const density = mul(exp(mul(-0.5, square(z))), 1 / Math.sqrt(2 * Math.PI));
        const inner = add(mul(z, sub(mul(2, ndtr(z)), 1)), mul(2, density));
        return mean(mul(s, sub(inner, 1 / Math.sqrt(Math.PI))));
      },
    });
  },
  "a code book of which some entries are never next": () => {
    const x = features(4);
    train({
      shapes: { ...layer("encoder", 4, 2), book: [5, 2], ...layer("decoder", 2, 4) },
      loss: (w) => {
        const [z, book] = [dense(w, "encoder", x), of(w, "book")];
        const [points, entries] = noGrad(() => [z.toArray(), book.toArray()]);
        const far = (r: number, k: number) =>
          Math.hypot(...[0, 1].map((i) => (points[2 * r + i] ?? 0) - (entries[2 * k + i] ?? 0)));
        const next = labels.map((_, r) =>
          [0, 1, 2, 3, 4].reduce((best, k) => (far(r, k) < far(r, best) ? k : best), 0),
        );
        const coded = matmul(oneHot(next, 5), book);
        const fixed = (t: Tensor) => tensor(t.toArray(), [16, 2]);
        const through = add(z, fixed(sub(coded, z)));
        const near = add(
          mean(square(sub(coded, fixed(z)))),
          mul(0.25, mean(square(sub(z, fixed(coded))))),
        );
        return add(mse(dense(w, "decoder", through), x), near);
      },
    });
  },
  "twenty rounds of scaling to given marginals, in logarithms": () => {
    const far = of2(4, 4, (r, c) => (r - c) ** 2);
    train({
      shapes: { cost: [4, 4] },
      loss: (w) => {
        const kernel = div(neg(of(w, "cost")), 0.01);
        let [f, g] = [of2(4, 1, () => 0), of2(1, 4, () => 0)];
        for (let i = 0; i < 20; i++) {
          f = neg(logsumexp(add(kernel, g), rows));
          g = neg(logsumexp(add(kernel, f), columns));
        }
        return sum(mul(exp(add(add(kernel, f), g)), far));
      },
    });
  },
  "overlaps with a smoothing term, of masks half of which are empty": () => {
    const truth = of2(16, 8, (r, c) => (r % 2 === 0 ? 0 : Number(c < 3)));
    train({
      shapes: layer("fc", 4, 8),
      optimizer: () => adam({ lr: 0.1 }),
      steps: 150,
      loss: (w) => {
        const z = dense(w, "fc", features(4));
        const p = sigmoid(z);
        const both = add(mul(2, sum(mul(p, truth), rows)), 1);
        const overlap = div(both, add(add(sum(p, rows), sum(truth, rows)), 1));
        const missed = square(sub(1, where(truth, p, sub(1, p))));
        return add(mean(sub(1, overlap)), mean(mul(missed, sub(softplus(z), mul(z, truth)))));
      },
    });
  },
  "gates stretched beyond 0 and 1, and held there": () => {
    train({
      shapes: { gates: [8], ...layer("fc", 8, 1) },
      start: { gates: [9, 9, -9, -9, 0, 0, 1, -1] },
      loss: (w) => {
        const open = sigmoid(of(w, "gates"));
        const held = clip(sub(mul(1.2, open), 0.1), { min: 0, max: 1 });
        const fit = mse(dense(w, "fc", mul(features(8), held)), sum(features(8), rows));
        return add(fit, mul(0.01, mean(open)));
      },
    });
  },
  "a bound on norms by min(1, 1 / n), for rows of zeros too": () => {
    const x = mul(
      features(4),
      of2(16, 1, (r) => Number(r % 3 !== 0)),
    );
    train({
      shapes: layer("fc", 4, 4),
      loss: (w) => {
        const h = matmul(x, of(w, "fc"));
        return mse(mul(h, minimum(1, div(1, norm2(h, rows)))), mul(x, 0.5));
      },
    });
  },
  "a value function clipped to what it was": () => {
    const [x, y] = [features(4), curve(features(4))];
    let old: Float32Array = new Float32Array(16);
    train({
      shapes: mlp,
      optimizer: () => adam({ lr: 0.1 }),
      loss: (w, i) => {
        const value = net(w, x);
        if (i % 10 === 0) old = value.toArray();
        const before = tensor(old, [16, 1]);
        const held = add(before, clip(sub(value, before), { min: -0.2, max: 0.2 }));
        return mean(maximum(square(sub(value, y)), square(sub(held, y))));
      },
    });
  },
  "a teacher that is an average of its pupil, and agrees with it at first": () => {
    const x = features(4);
    let average: Float32Array | undefined;
    train({
      shapes: { fc: [4, 3] },
      loss: (w) => {
        const z = matmul(x, of(w, "fc"));
        const taught = average === undefined ? z : matmul(x, tensor(average, [4, 3]));
        return neg(
          mean(
            sum(
              mul(
                noGrad(() => softmax(taught)),
                logSoftmax(z),
              ),
              rows,
            ),
          ),
        );
      },
      between: (w) => {
        const now = of(w, "fc").toArray();
        average = (average ?? now).map((v, i) => 0.9 * v + 0.1 * (now[i] ?? 0));
      },
    });
  },
  "norms that are all beyond a bound, and then below it": () => {
    train({
      shapes: layer("fc", 4, 3),
      loss: (w) => {
        const h = dense(w, "fc", features(4));
        return mean(square(mul(h, minimum(1, div(0.5, add(norm2(h, rows), 1e-6))))));
      },
    });
  },
  "pairs that are all ranked rightly from the start": () => {
    const x = features(4);
    const apart = add(mul(2, where(greater(x, 0), x, neg(x))), 1);
    train({
      shapes: { w: [4, 1] },
      start: { w: 5 },
      loss: (w) => neg(mean(logSigmoid(matmul(apart, of(w, "w"))))),
    });
  },
  "gradients at weights moved for a moment": () => {
    const [x, y] = [features(4), curve(features(4))];
    const p = parameter("w", uniform([4, 1], -1, 1, { seed: 2 }));
    const update = sgd({ lr: 0.1 });
    for (let i = 0; i < 60; i++) {
      scope(() => {
        const slope = () => valueAndGrad([p], () => mse(matmul(x, p), y)).grads.w?.toArray() ?? [];
        const back = p.toArray();
        slope().forEach((g, k) => {
          p.data[k] = (back[k] ?? 0) + 0.01 * g;
        });
        const there = tensor([...slope()], [4, 1]);
        p.data.set(back);
        update([p], { w: there });
      });
    }
    for (const gone of [update, p]) gone.dispose();
  },
  "an attack on the input between the steps": () => {
    const [x, y] = [features(4), curve(features(4))];
    train({
      shapes: mlp,
      loss: (w) => mse(net(w, x), y),
      between: (w) => {
        const there = tensor(x.toArray(), [16, 4]);
        valueAndGrad({ there }, () => mse(net(w, there), y));
      },
    });
  },
  "targets that are missing in other rows of each batch": () => {
    const [x, y] = [features(4), curve(features(4))];
    train({
      shapes: layer("fc", 4, 1),
      loss: (w, i) => {
        const some = of2(16, 1, (r) => ((r + i) % 5 === 0 ? Number.NaN : (y.toArray()[r] ?? 0)));
        const known = equal(some, some);
        return mean(where(known, square(sub(dense(w, "fc", x), where(known, some, 0))), 0));
      },
    });
  },
  "normalised by E[x²] − E[x]², with features that are next to constant": () => {
    const x = of2(16, 4, (r, c) => (c === 0 ? 1 : c === 1 ? 0.1 + 1e-7 * r : Math.sin(r * c) + c));
    const y = curve(features(4));
    train({
      shapes: layer("fc", 4, 1),
      loss: (w) => {
        const centre = mean(x, { axis: 0 });
        const spread = sub(mean(square(x), { axis: 0 }), square(centre));
        return mse(dense(w, "fc", div(sub(x, centre), sqrt(add(spread, 1e-5)))), y);
      },
    });
  },
  "what a comparison made of a NaN, a pole or a small number, and a where leaves out": () => {
    const x = of2(16, 1, (r) => (r % 5 === 0 ? Number.NaN : r - 8));
    train({
      shapes: { w: [1] },
      loss: (w) => {
        const known = equal(x, x);
        const weight = where(greater(x, 0), 2, 1);
        const off = square(sub(mul(of(w, "w"), where(known, x, 0)), 1));
        return mean(where(known, mul(weight, off), 0));
      },
    });
    train({
      shapes: { w: [1] },
      loss: (w) => {
        const far = of2(16, 2, (r, c) => (r < 4 ? -200 - 50 * c : -c));
        const near = exp(far);
        const total = sum(near, { axis: 1, keepDims: true });
        const mixed = sum(
          mul(
            near,
            of2(16, 2, (_, c) => c),
          ),
          { axis: 1, keepDims: true },
        );
        const at = where(greater(total, 1e-6), div(mixed, add(total, 1e-12)), 0);
        const masked = exp(
          add(
            far,
            of2(16, 2, (r) => (r === 9 ? -1e9 : 0)),
          ),
        );
        const share = div(masked, add(sum(masked, { axis: 1, keepDims: true }), 1e-9));
        return mse(
          mul(of(w, "w"), where(greater(total, 1e-6), add(at, share), 0)),
          of2(16, 2, (r) => r / 16),
        );
      },
    });
  },
  "an annuity whose last payments are worth nothing": () => {
    train({
      shapes: { r: [1] },
      start: { r: 0.05 },
      optimizer: () => adam({ lr: 1e-5 }),
      loss: (w) => {
        const growth = pow(add(1, of(w, "r")), 3000);
        return square(sub(div(sub(1, div(1, growth)), of(w, "r")), 25));
      },
    });
  },
  "bounds that are met, one batch that is beyond one, quotients at 0": () => {
    train({
      shapes: { w: [2] },
      start: { w: [0.5, 1.1] },
      loss: (w) => add(6.5, mul(10, sum(clip(sub(abs(of(w, "w")), 1), { min: 0 })))),
    });
    train({
      shapes: { w: [2] },
      start: { w: [0.5, 2] },
      loss: (w) => neg(mean(clip(of(w, "w"), { min: -1, max: 1 }))),
    });
    train({
      shapes: { w: [1] },
      start: { w: 0.5 },
      optimizer: () => adam({ lr: 0.02 }),
      loss: (w, i) => {
        const [seen, wanted] =
          i % 10 === 5
            ? [
                [3, 4],
                [0.9, 0.9],
              ]
            : [
                [0.2, 0.5],
                [0.18, 0.45],
              ];
        return mse(clip(mul(of(w, "w"), tensor(seen)), { min: 0, max: 1 }), tensor(wanted));
      },
    });
    train({
      shapes: { w: [1] },
      start: { w: 0.9 },
      optimizer: () => sgd({ lr: 0.1 }),
      loss: (w) => add(1, mean(relu(sub(1, of(w, "w"))))),
    });
    train({
      shapes: { w: [2] },
      start: { w: 0 },
      optimizer: () => sgd({ lr: 1 }),
      loss: (w) => mean(relu(sub(1, of(w, "w")))),
    });
    train({
      shapes: { w: [1] },
      start: { w: 30 },
      optimizer: () => sgd({ lr: 0.1 }),
      loss: (w) => {
        const p = sigmoid(mul(of(w, "w"), tensor([1, -1, 2])));
        const held = clip(p, { min: 1e-7, max: 1 - 1e-7 });
        const y = tensor([1, 0, 1]);
        return neg(mean(add(mul(y, log(held)), mul(sub(1, y), log(sub(1, held))))));
      },
    });
    train({
      shapes: { w: [1] },
      start: { w: 1e10 },
      loss: (w) => add(1, sum(div(1, square(of(w, "w"))))),
    });
  },
  "a choice that is made sharper in each step, and sigmoids written out": () => {
    train({
      shapes: { w: [3] },
      start: { w: [0, 0.5, 1] },
      optimizer: () => adam({ lr: 0.05 }),
      steps: 200,
      loss: (w, i) => {
        const sharp = softmax(div(of(w, "w"), Math.max(0.01, Math.exp(-i / 40))));
        return sub(1, sum(mul(sharp, tensor([0.1, 0.2, 0.95]))));
      },
    });
    train({
      shapes: { z: [2] },
      start: { z: [-100, 1] },
      loss: (w) => mse(div(1, add(1, exp(neg(of(w, "z"))))), tensor([0.5, 0.5])),
    });
  },
  "roots of squares, and the likeliest class beside a loss": () => {
    const y = curve(features(4));
    train({
      shapes: { p: [16, 1] },
      start: { p: 0.25 },
      loss: (w) => {
        const p = of(w, "p");
        const root = sqrt(mul(p, p));
        return mse(add(root, mul(p, sqrt(square(p)))), add(square(y), 1));
      },
    });
    train({
      shapes: layer("fc", 4, 6),
      loss: (w) => {
        const p = softmax(mul(40, dense(w, "fc", features(4))));
        const likeliest = equal(argmax(p, { axis: 1 }), tensor(labels));
        return mul(
          add(
            1,
            noGrad(() => mean(likeliest)),
          ),
          crossEntropy(dense(w, "fc", features(4)), labels),
        );
      },
    });
  },
  "products that are to be 0, and are, beside a constant": () => {
    train({
      shapes: { p: [8] },
      start: { p: 1e-30 },
      loss: (w) => add(1, sum(square(of(w, "p")))),
    });
    train({
      shapes: { z: [1] },
      start: { z: 60 },
      loss: (w) => {
        const e = exp(of(w, "z"));
        return add(1, sum(sub(1, div(e, add(1, e)))));
      },
    });
    train({
      shapes: { p: [3, 8] },
      start: { p: 1e-10 },
      loss: (w) => add(30, mean(log(add(prod(square(of(w, "p")), { axis: 1 }), 1e-8)))),
    });
  },
  "rows of a softmax that are masked away, and left out by where": () => {
    const x = features(4);
    const valid = of2(16, 1, (r) => Number(r < 12));
    train({
      shapes: { q: [4, 6] },
      loss: (w) => {
        const scores = where(valid, matmul(x, of(w, "q")), Number.NEGATIVE_INFINITY);
        return mse(where(valid, softmax(scores), 0), oneHot(labels, 6));
      },
    });
  },
};

function gan(kind: "hinge" | "logistic", speed = 1): void {
  const w = weightsOf(
    {
      shapes: {
        ...layer("g1", 2, 8),
        ...layer("g2", 8, 2),
        ...layer("d1", 2, 8),
        ...layer("d2", 8, 1),
      },
    },
    1,
  );
  const [g, d] = ["g", "d"].map((side) =>
    Object.values(w).filter(({ name }) => name.startsWith(side)),
  ) as [Parameter[], Parameter[]];
  const [stepG, stepD] = [adam({ lr: 1e-2 * speed }), adam({ lr: 1e-2 })];
  const made = (z: Tensor) => dense(w, "g2", relu(dense(w, "g1", z)));
  const judged = (x: Tensor) => dense(w, "d2", relu(dense(w, "d1", x)));
  for (let i = 0; i < 120; i++) {
    scope(() => {
      const [z, real] = [features(2, i), add(features(2, i + 1000), 3)];
      trainStep(stepD, d, () => {
        const [yes, no] = [judged(real), judged(made(z))];
        return kind === "hinge"
          ? add(mean(relu(sub(1, yes))), mean(relu(add(1, no))))
          : add(mean(softplus(neg(yes))), mean(softplus(no)));
      });
      trainStep(stepG, g, () => {
        const no = judged(made(z));
        return kind === "hinge" ? neg(mean(no)) : mean(softplus(neg(no)));
      });
    });
  }
  for (const gone of [stepG, stepD, ...g, ...d]) gone.dispose();
}

function ppo(lr: number): void {
  const x = features(4);
  const chosen = oneHot(labels, 3);
  const gain = of2(16, 1, (r) => (r % 3 === 0 ? 1 : -0.4));
  let old: Float32Array | undefined;
  const logp = (w: Weights) => sum(mul(chosen, logSoftmax(dense(w, "fc", x))), rows);
  train({
    shapes: layer("fc", 4, 3),
    optimizer: () => adam({ lr }),
    steps: 60,
    loss: (w, i) => {
      if (i % 20 === 0) old = noGrad(() => logp(w)).toArray();
      const ratio = exp(sub(logp(w), tensor(old as Float32Array, [16, 1])));
      const held = clip(ratio, { min: 0.8, max: 1.2 });
      return neg(mean(minimum(mul(ratio, gain), mul(held, gain))));
    },
  });
}
