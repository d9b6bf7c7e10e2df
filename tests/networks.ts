/**
 * Small networks of many kinds, trained for a few steps and then read: what faults are put into by
 * `npm run inject -- --network NAME` (or `all`).
 */
import {
  abs,
  adam,
  add,
  clip,
  crossEntropy,
  cumprod,
  cumsum,
  div,
  elu,
  exp,
  gelu,
  glu,
  hypot,
  kaiming,
  layerNorm,
  leakyRelu,
  lessEqual,
  linear,
  log,
  log1p,
  logaddexp,
  logcumsumexp,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mish,
  mse,
  mul,
  neg,
  norm1,
  norm2,
  type Optimizer,
  ones,
  type Parameter,
  parameter,
  pow,
  prod,
  relu,
  relu6,
  rsqrt,
  safeDiv,
  safeLog,
  scope,
  sgd,
  sigmoid,
  silu,
  softmax,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  sumSquares,
  swiglu,
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

const ROWS = 4;
const WIDTH = 3;
const HIDDEN = 5;
const CLASSES = 3;
const STEPS = 3;

/** Parameters by a short name. */
export type Weights = Readonly<Record<string, Parameter>>;

/** A batch: features [4, 3], targets [4, 1], classes [4]. */
interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly labels: readonly number[];
}

export interface SmallNetwork {
  /** What it has that others do not. */
  readonly about: string;
  readonly optimizer: () => Optimizer;
  /** Shapes of the parameters: a matrix begins as kaiming's, a vector `*bias*` at 0, another at 1. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** What is read when training is over; the loss where it is left out. */
  readonly read?: (w: Weights, batch: Batch) => Tensor;
  readonly loss: (w: Weights, batch: Batch) => Tensor;
}

function batchOf(seed: number): Batch {
  const x = uniform([ROWS, WIDTH], -1, 1, { seed });
  x.name = "features";
  const raw = x.toArray();
  const rows = Array.from({ length: ROWS }, (_, r) => raw.subarray(r * WIDTH, (r + 1) * WIDTH));
  const y = tensor(
    rows.map(([a = 0, b = 0]) => [Math.abs(a) + b * b + 0.1]),
    { name: "target" },
  );
  return { x, y, labels: rows.map((row) => row.indexOf(Math.max(...row)) % CLASSES) };
}

export function weightsOf({ shapes }: Pick<SmallNetwork, "shapes">, seed: number): Weights {
  const entries = Object.entries(shapes).map(([name, shape], i) => {
    const first =
      shape.length > 1
        ? kaiming(shape, { seed: seed * 31 + i })
        : name.includes("bias")
          ? zeros(shape)
          : ones(shape);
    return [name, parameter(name, first)] as const;
  });
  return Object.fromEntries(entries);
}

/** Three steps and a reading: a run for `nanInjection`. */
export function runOf(network: SmallNetwork): (seed: number) => void {
  return (seed) => {
    const weights = weightsOf(network, seed);
    const params = Object.values(weights);
    const step = network.optimizer();
    try {
      for (let i = 0; i < STEPS; i++) {
        scope(() => {
          const batch = batchOf(seed * STEPS + i);
          // The two ways to take a step.
          if (i === 0) return trainStep(step, params, () => network.loss(weights, batch));
          const { grads } = valueAndGrad(params, () => network.loss(weights, batch), i + 1);
          return step(params, grads);
        });
      }
      scope(() => (network.read ?? network.loss)(weights, batchOf(seed)).toArray());
    } finally {
      step.dispose();
      for (const param of params) param.dispose();
    }
  };
}

const EPS = 1e-6;

export const of = (w: Weights, name: string): Parameter => {
  const found = w[name];
  if (found === undefined) throw new Error(`no parameter "${name}"`);
  return found;
};

/** `linear` by the parameters `<name>` and `<name>.bias`. */
export const dense = (w: Weights, name: string, x: Tensor): Tensor =>
  linear(x, of(w, name), of(w, `${name}.bias`));

export const layer = (name: string, from: number, to: number) => ({
  [name]: [from, to],
  [`${name}.bias`]: [to],
});

const squares = (from: Tensor, to: Tensor): Tensor => mean(square(sub(from, to)));

/** Each row sees itself and those before it: the others are −∞, which is no fault. */
function causal(): Tensor {
  const rows = Array.from({ length: ROWS }, (_, r) =>
    Array.from({ length: ROWS }, (_, c) => (c <= r ? 0 : Number.NEGATIVE_INFINITY)),
  );
  return tensor(rows, { name: "causal" });
}

export const NETWORKS = {
  causal: {
    about: "attention and a log-softmax, masked with −∞",
    optimizer: () => adam({ lr: 1e-2 }),
    shapes: { query: [WIDTH, ROWS], value: [WIDTH, HIDDEN], ...layer("fc", HIDDEN, ROWS) },
    loss: (w, { x, labels }) => {
      const seen = softmax(add(matmul(x, of(w, "query")), causal()));
      const mixed = matmul(seen, matmul(x, of(w, "value")));
      const scores = add(dense(w, "fc", mixed), causal());
      // The first column is there in every row.
      const first = max(logSoftmax(scores), { axis: 1 });
      return sub(
        crossEntropy(
          scores,
          labels.map(() => 0),
        ),
        mean(first),
      );
    },
  },
  deep: {
    about: "five layers of tanh, gelu, softplus and silu",
    optimizer: () => adam({ lr: 1e-2 }),
    shapes: {
      ...layer("fc1", WIDTH, HIDDEN),
      ...layer("fc2", HIDDEN, HIDDEN),
      ...layer("fc3", HIDDEN, HIDDEN),
      ...layer("fc4", HIDDEN, HIDDEN),
      ...layer("fc5", HIDDEN, 1),
    },
    loss: (w, { x, y }) => {
      const h2 = gelu(dense(w, "fc2", tanh(dense(w, "fc1", x))));
      const h4 = silu(dense(w, "fc4", softplus(dense(w, "fc3", h2))));
      return mse(dense(w, "fc5", h4), y);
    },
  },
  residual: {
    about: "skip connections around layer normalisations",
    optimizer: () => adam({ lr: 1e-2, clip: { globalNorm: 1 } }),
    shapes: {
      ...layer("in", WIDTH, HIDDEN),
      ...layer("block1", HIDDEN, HIDDEN),
      gamma1: [HIDDEN],
      "beta1.bias": [HIDDEN],
      ...layer("block2", HIDDEN, HIDDEN),
      gamma2: [HIDDEN],
      "beta2.bias": [HIDDEN],
      ...layer("out", HIDDEN, CLASSES),
    },
    loss: (w, { x, labels }) => {
      const h0 = dense(w, "in", x);
      const n1 = layerNorm(h0, of(w, "gamma1"), of(w, "beta1.bias"));
      const h1 = add(h0, relu(dense(w, "block1", n1)));
      const n2 = layerNorm(h1, of(w, "gamma2"), of(w, "beta2.bias"));
      const h2 = add(h1, gelu(dense(w, "block2", n2)));
      return crossEntropy(dense(w, "out", h2), labels);
    },
  },
  likelihood: {
    about: "a Gaussian log-likelihood with a variance that is learnt",
    optimizer: () => sgd({ lr: 1e-2, momentum: 0.9 }),
    shapes: {
      ...layer("hidden", WIDTH, HIDDEN),
      ...layer("mean", HIDDEN, 1),
      ...layer("logVariance", HIDDEN, 1),
    },
    loss: (w, { x, y }) => {
      const h = tanh(dense(w, "hidden", x));
      const s = dense(w, "logVariance", h);
      const error = square(sub(y, dense(w, "mean", h)));
      return mean(mul(0.5, add(s, mul(error, exp(neg(s))))));
    },
  },
  counts: {
    about: "a Poisson log-likelihood with exp and log",
    optimizer: () => adam({ lr: 1e-2 }),
    shapes: { ...layer("hidden", WIDTH, HIDDEN), ...layer("rate", HIDDEN, 1) },
    loss: (w, { x, y }) => {
      const rate = exp(dense(w, "rate", elu(dense(w, "hidden", x))));
      return mean(sub(rate, mul(y, log(rate))));
    },
  },
  gated: {
    about: "swiglu and glu",
    optimizer: () => adam({ lr: 1e-2, weightDecay: 0.01 }),
    shapes: {
      ...layer("up", WIDTH, 2 * HIDDEN),
      ...layer("gate", HIDDEN, 2 * HIDDEN),
      ...layer("down", HIDDEN, 1),
    },
    loss: (w, { x, y }) => {
      const h = swiglu(dense(w, "up", x));
      return squares(dense(w, "down", glu(dense(w, "gate", h))), y);
    },
  },
  clipped: {
    about: "probabilities clipped before their logarithm, gradients clipped too",
    optimizer: () => sgd({ lr: 0.1, clip: { globalNorm: 0.5 } }),
    shapes: { ...layer("hidden", WIDTH, HIDDEN), ...layer("out", HIDDEN, CLASSES) },
    loss: (w, { x, labels }) => {
      const logits = dense(w, "out", leakyRelu(dense(w, "hidden", x)));
      const p = clip(softmax(logits), { min: EPS, max: 1 - EPS });
      const target = tensor(
        labels.map((label) => Array.from({ length: CLASSES }, (_, c) => (c === label ? 1 : 0))),
        { name: "one-hot" },
      );
      return add(crossEntropy(logits, labels), neg(mean(sum(mul(target, log(p)), { axis: 1 }))));
    },
  },
  cosine: {
    about: "division by a norm",
    optimizer: () => sgd({ lr: 0.05, momentum: 0.9 }),
    shapes: { ...layer("left", WIDTH, HIDDEN), ...layer("right", WIDTH, HIDDEN) },
    loss: (w, { x, y }) => {
      const unit = (name: string) => {
        const h = dense(w, name, x);
        return div(h, add(norm2(h, { axis: 1, keepDims: true }), EPS));
      };
      const cosine = sum(mul(unit("left"), unit("right")), { axis: 1, keepDims: true });
      return squares(cosine, y);
    },
  },
  standardised: {
    about: "batch normalisation by hand: mean, variance, root, quotient",
    optimizer: () => adam({ lr: 1e-2 }),
    shapes: {
      ...layer("hidden", WIDTH, HIDDEN),
      gain: [HIDDEN],
      "shift.bias": [HIDDEN],
      ...layer("out", HIDDEN, 1),
    },
    loss: (w, { x, y }) => {
      const h = dense(w, "hidden", x);
      const centred = sub(h, mean(h, { axis: 0, keepDims: true }));
      const deviation = sqrt(add(variance(h, { axis: 0, keepDims: true }), EPS));
      const scaled = add(mul(div(centred, deviation), of(w, "gain")), of(w, "shift.bias"));
      return squares(dense(w, "out", relu(scaled)), y);
    },
  },
  broadcast: {
    about: "biases of a row, a column and one number, and a gain of one number",
    optimizer: () => sgd({ lr: 0.05 }),
    shapes: {
      weight: [WIDTH, HIDDEN],
      row: [1, HIDDEN],
      column: [ROWS, 1],
      "one.bias": [1],
      gain: [1],
    },
    loss: (w, { x, y }) => {
      const h = add(add(matmul(x, of(w, "weight")), of(w, "row")), of(w, "column"));
      const g = mul(tanh(add(h, of(w, "one.bias"))), of(w, "gain"));
      return squares(mean(g, { axis: 1, keepDims: true }), y);
    },
  },
  recurrent: {
    about: "one weight for three steps in time",
    optimizer: () => adam({ lr: 1e-2, clip: { globalNorm: 1 } }),
    shapes: {
      ...layer("in", WIDTH, HIDDEN),
      ...layer("again", HIDDEN, HIDDEN),
      ...layer("out", HIDDEN, 1),
    },
    loss: (w, { x, y }) => {
      let h = tanh(dense(w, "in", x));
      for (let t = 0; t < 3; t++) {
        const z = sigmoid(dense(w, "again", h));
        h = add(mul(z, h), mul(sub(1, z), tanh(dense(w, "again", mul(h, z)))));
      }
      return squares(dense(w, "out", h), y);
    },
  },
  heads: {
    about: "two losses, and penalties on the weights themselves",
    optimizer: () => adam({ lr: 1e-2 }),
    shapes: {
      ...layer("trunk", WIDTH, HIDDEN),
      ...layer("class", HIDDEN, CLASSES),
      ...layer("value", HIDDEN, 1),
    },
    loss: (w, { x, y, labels }) => {
      const h = relu(dense(w, "trunk", x));
      const losses = add(crossEntropy(dense(w, "class", h), labels), mse(dense(w, "value", h), y));
      const l2 = mul(1e-3, sumSquares(of(w, "trunk")));
      return add(losses, add(l2, mul(1e-3, norm1(of(w, "class")))));
    },
  },
  attention: {
    about: "softmax of a product of two products, with a mask",
    optimizer: () => adam({ lr: 1e-2 }),
    shapes: { query: [WIDTH, WIDTH], value: [WIDTH, HIDDEN], ...layer("out", HIDDEN, CLASSES) },
    loss: (w, { x, labels }) => {
      const keys = tensor(
        Array.from({ length: WIDTH }, (_, c) =>
          Array.from({ length: ROWS }, (__, r) => Math.sin(r + 2 * c)),
        ),
        { name: "keys" },
      );
      const mask = tensor(
        Array.from({ length: ROWS }, (_, r) =>
          Array.from({ length: ROWS }, (__, c) => (c <= r ? 1 : 0)),
        ),
      );
      const scores = mul(matmul(matmul(x, of(w, "query")), keys), 1 / Math.sqrt(WIDTH));
      const weights = softmax(where(mask, scores, -1e9));
      const logits = dense(w, "out", matmul(weights, matmul(x, of(w, "value"))));
      return neg(mean(sum(mul(logSoftmax(logits), oneHot(labels)), { axis: 1 })));
    },
  },
  selecting: {
    about: "where, maximum, minimum, relu6 and sums along an axis",
    optimizer: () => sgd({ lr: 0.05, momentum: 0.9 }),
    shapes: { ...layer("left", WIDTH, HIDDEN), ...layer("right", WIDTH, HIDDEN) },
    loss: (w, { x, y }) => {
      const [a, b] = [dense(w, "left", x), dense(w, "right", x)];
      const chosen = where(tensor([1, 0, 1, 0, 1]), maximum(a, b), minimum(a, relu6(b)));
      const total = cumsum(chosen, { axis: 1 });
      return squares(mean(abs(total), { axis: 1, keepDims: true }), y);
    },
  },
  energies: {
    about: "logsumexp, logcumsumexp, logaddexp, log1p, pow and hypot",
    optimizer: () => adam({ lr: 1e-2 }),
    shapes: { ...layer("left", WIDTH, HIDDEN), ...layer("right", WIDTH, HIDDEN) },
    loss: (w, { x, y }) => {
      const [a, b] = [dense(w, "left", x), dense(w, "right", x)];
      const run = logcumsumexp(logaddexp(a, b), { axis: 1 });
      const energy = logsumexp(run, { axis: 1, keepDims: true });
      const size = mean(hypot(a, b), { axis: 1, keepDims: true });
      const bent = pow(add(softplus(sub(energy, size)), 0.5), 1.5);
      return mean(square(sub(log1p(bent), y)));
    },
  },
  safe: {
    about: "the functions that guard a singularity",
    optimizer: () => sgd({ lr: 0.05 }),
    shapes: { ...layer("hidden", WIDTH, HIDDEN), ...layer("out", HIDDEN, 1) },
    loss: (w, { x, y }) => {
      const h = sigmoid(dense(w, "hidden", x));
      const ratio = safeDiv(h, sum(h, { axis: 1, keepDims: true }));
      const entropy = neg(sum(xlogy(ratio, ratio), { axis: 1, keepDims: true }));
      const z = mul(entropy, dense(w, "out", safeLog(h)));
      return squares(z, y);
    },
  },
  rms: {
    about: "division by the root of a mean square, through rsqrt",
    optimizer: () => adam({ lr: 1e-2 }),
    shapes: { ...layer("hidden", WIDTH, HIDDEN), gain: [HIDDEN], ...layer("out", HIDDEN, 1) },
    loss: (w, { x, y }) => {
      const h = dense(w, "hidden", x);
      const scale = rsqrt(add(mean(square(h), { axis: 1, keepDims: true }), EPS));
      return mse(dense(w, "out", mul(mul(h, scale), of(w, "gain"))), y);
    },
  },
  products: {
    about: "products and running products",
    optimizer: () => sgd({ lr: 1e-2 }),
    shapes: layer("hidden", WIDTH, HIDDEN),
    loss: (w, { x, y }) => {
      const h = add(sigmoid(dense(w, "hidden", x)), 0.5);
      const running = mean(cumprod(h), { axis: 1, keepDims: true });
      return mse(mul(prod(h, { axis: 1, keepDims: true }), running), y);
    },
  },
  extremes: {
    about: "the largest and the smallest of a row",
    optimizer: () => sgd({ lr: 1e-2, momentum: 0.9 }),
    shapes: { ...layer("left", WIDTH, HIDDEN), ...layer("right", WIDTH, HIDDEN) },
    loss: (w, { x, y }) => {
      const most = max(dense(w, "left", x), { axis: 1, keepDims: true });
      return mse(sub(most, min(dense(w, "right", x), { axis: 1, keepDims: true })), y);
    },
  },
  huber: {
    about: "a loss that is a square near 0 and a magnitude elsewhere",
    optimizer: () => adam({ lr: 1e-2 }),
    shapes: { ...layer("hidden", WIDTH, HIDDEN), ...layer("out", HIDDEN, 1) },
    loss: (w, { x, y }) => {
      const error = sub(dense(w, "out", mish(dense(w, "hidden", x))), y);
      const far = abs(error);
      return mean(where(lessEqual(far, 1), mul(0.5, square(error)), sub(far, 0.5)));
    },
  },
  variational: {
    about: "an autoencoder with a divergence of Gaussians",
    optimizer: () => adam({ lr: 1e-2, weightDecay: 0.1 }),
    shapes: {
      ...layer("mean", WIDTH, 2),
      ...layer("logVariance", WIDTH, 2),
      ...layer("decoder", 2, WIDTH),
    },
    loss: (w, { x }) => {
      const [mu, s] = [dense(w, "mean", x), dense(w, "logVariance", x)];
      const z = add(mu, mul(0.3, exp(mul(0.5, s))));
      const divergence = mul(-0.5, sum(sub(sub(add(s, 1), square(mu)), exp(s))));
      return add(mse(dense(w, "decoder", z), x), mul(1e-2, divergence));
    },
  },
} as const satisfies Readonly<Record<string, SmallNetwork>>;

function oneHot(labels: readonly number[]): Tensor {
  const rows = labels.map((label) =>
    Array.from({ length: CLASSES }, (_, c) => (c === label ? 1 : 0)),
  );
  return tensor(rows, { name: "one-hot" });
}
