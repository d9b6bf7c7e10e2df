/** Trainings that are finite and wrong, and what has to be said of them. */
import {
  type AnyTensor,
  adam,
  add,
  clip,
  crossEntropy,
  div,
  exp,
  greater,
  layerNorm,
  log,
  matmul,
  maximum,
  mean,
  mse,
  mul,
  neg,
  noGrad,
  ones,
  relu,
  round,
  sgd,
  sigmoid,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  uniform,
  where,
} from "../src/index.js";
import { type Training, train } from "./healthy.js";
import { dense, layer, of, type Weights } from "./networks.js";

export interface Wrong {
  readonly run: () => void;
  /** An alarm with its op, or a warning with its layer: either is one of `CODE subject`, of a warning also `CODE subject → fixes`. */
  readonly says: readonly string[];
}

const x = uniform([16, 4], -1, 1, { seed: 1 });
const y = mean(square(x), { axis: 1, keepDims: true });
const labels = Array.from({ length: 16 }, (_, r) => r % 3);
const mlp = { ...layer("fc1", 4, 8), ...layer("fc2", 8, 1) };
const wrong = (
  says: readonly string[],
  loss: (w: Weights, step: number) => AnyTensor,
  training: Partial<Training> = {},
): Wrong => ({ says, run: () => train({ shapes: mlp, steps: 40, loss, ...training }) });

const squares = (h: (w: Weights) => AnyTensor) => (w: Weights) =>
  mse(dense(w, "fc2", h(w) as typeof x), y);

/** So many layers of eight, and one of one. */
const deep = (layers: number): Partial<Training> => ({
  shapes: {
    ...Object.assign(
      {},
      ...Array.from({ length: layers }, (_, i) => layer(`deep${i + 1}`, i === 0 ? 4 : 8, 8)),
    ),
    ...layer("out", 8, 1),
  },
});

const deepOf =
  (f: (x: Tensor) => Tensor, scale = 1) =>
  (w: Weights) => {
    const layers = Object.keys(w).filter((name) => /^deep\d+$/.test(name));
    const h = layers.reduce((h, name) => f(mul(scale, dense(w, name, h))), x);
    return mse(dense(w, "out", h), y);
  };

export const WRONG: Readonly<Record<string, Wrong>> = {
  "probabilities clipped on the wrong side before the logarithm": wrong(
    ["DEAD_GRAD clip", "DEAD"],
    (w) => neg(mean(log(clip(sigmoid(dense(w, "fc", x)), { min: 1e-7, max: 1 })))),
    { shapes: layer("fc", 4, 1), start: { "fc.bias": -60 } },
  ),
  "a squared error of a sigmoid, saturated the wrong way": wrong(
    ["DEAD_GRAD sigmoid", "DEAD"],
    (w) => mean(square(sub(1, sigmoid(dense(w, "fc", x))))),
    { shapes: layer("fc", 4, 1), start: { "fc.bias": -60 } },
  ),
  "a policy squashed to the wrong bound": wrong(
    ["DEAD_GRAD tanh", "DEAD"],
    (w) => neg(mean(tanh(dense(w, "fc", x)))),
    { shapes: layer("fc", 4, 1), start: { "fc.bias": -60 } },
  ),
  "targets beyond the bounds of a clip": wrong(
    ["DEAD_GRAD clip", "DEAD"],
    (w) => mse(clip(dense(w, "fc", x), { min: 0, max: 1 }), mul(add(y, 1), 5)),
    { shapes: layer("fc", 4, 1), start: { "fc.bias": 9 } },
  ),
  "negative targets of a relu": wrong(
    ["DEAD"],
    (w) => mse(relu(dense(w, "fc", x)), neg(add(y, 1))),
    { shapes: layer("fc", 4, 1), start: { "fc.bias": -9 } },
  ),
  "the logarithm of a relu with an epsilon, for rows where it is 0": wrong(
    ["DEAD_GRAD relu"],
    (w) => neg(mean(log(add(relu(dense(w, "fc", x)), 1e-7)))),
    { shapes: layer("fc", 4, 1), start: { "fc.bias": -9 } },
  ),
  "a hidden layer of relu, dead from the start": wrong(
    ["DEAD_LAYER fc1 → slope, lower-lr"],
    squares((w) => relu(dense(w, "fc1", x))),
    { start: { "fc1.bias": -100 } },
  ),
  "a hidden layer of maximum, dead from the start": wrong(
    ["DEAD_LAYER fc1"],
    squares((w) => maximum(dense(w, "fc1", x), 0)),
    { start: { "fc1.bias": -100 } },
  ),
  "a hidden layer of a rectifier by where, dead from the start": wrong(
    ["DEAD_LAYER fc1"],
    squares((w) => {
      const h = dense(w, "fc1", x);
      return where(greater(h, 0), h, 0);
    }),
    { start: { "fc1.bias": -100 } },
  ),
  "a hidden layer that one step has killed": wrong(
    ["DEAD_LAYER fc1"],
    squares((w) => relu(dense(w, "fc1", add(x, 3)))),
    { optimizer: () => sgd({ lr: (i) => (i === 3 ? 30 : 1e-3) }), steps: 60 },
  ),
  "a layer of one element that is normalised": wrong(
    ["DEAD_LAYER fc1"],
    (w) => mse(layerNorm(dense(w, "fc1", x), ones([1]), w["fc2.bias"] as typeof x), y),
    { shapes: { ...layer("fc1", 4, 1), ...layer("fc2", 1, 1) } },
  ),
  "weights that all begin at 0": wrong(
    ["DEAD_LAYER fc1 → random-start"],
    squares((w) => relu(dense(w, "fc1", x))),
    { start: { fc1: 0, fc2: 0 } },
  ),
  "a hidden layer that is rounded": wrong(
    ["DEAD_LAYER fc1 → slope"],
    squares((w) => round(mul(4, dense(w, "fc1", x)))),
  ),
  "saturated gates all over a hidden layer": wrong(
    ["DEAD_LAYER fc1 → lower-lr, scale-input"],
    squares((w) => tanh(dense(w, "fc1", mul(1e4, x)))),
    { start: { "fc1.bias": 1e6 } },
  ),
  "gates that are all shut, or open, from the start": wrong(
    ["DEAD_LAYER gate"],
    squares((w) => mul(sigmoid(dense(w, "gate", x)), tanh(dense(w, "fc1", x)))),
    {
      shapes: { ...mlp, ...layer("gate", 4, 8) },
      start: { "gate.bias": [-40, -40, -40, -40, 40, 40, 40, 40] },
    },
  ),
  "keys that a softmax is too sharp to learn": wrong(
    ["DEAD_LAYER key"],
    (w) => mse(matmul(softmax(mul(1e4, dense(w, "key", x))), of(w, "value")), y),
    { shapes: { ...layer("key", 4, 5), value: [5, 1] } },
  ),
  "a hidden layer behind a threshold": wrong(
    ["DEAD_LAYER fc1"],
    squares((w) => greater(dense(w, "fc1", x), 0)),
  ),
  "a loss without a way back": wrong(["DEAD"], (w) => noGrad(() => mse(dense(w, "fc", x), y)), {
    shapes: layer("fc", 4, 1),
  }),
  "scores so large that a softmax chose once and for all": wrong(
    ["DEAD_GRAD softmax", "DEAD"],
    (w) =>
      mse(
        softmax(mul(1e6, dense(w, "fc", x))),
        tensor(labels.map((l) => [0, 1, 2].map((c) => Number(c !== l) / 2))),
      ),
    { shapes: layer("fc", 4, 3) },
  ),
  "an exponential that a step has sent to 0": wrong(
    ["DEAD_GRAD exp"],
    (w) => mean(square(sub(exp(dense(w, "fc", add(x, 2))), 1))),
    { shapes: layer("fc", 4, 1), start: { fc: 0.4 }, optimizer: () => sgd({ lr: 1 }) },
  ),
  "Adam after one gradient of 1e15": wrong(["FROZEN fc1", "FROZEN adam"], (w, i) =>
    mul(i === 5 ? 1e15 : 1, squares((v) => relu(dense(v, "fc1", x)))(w)),
  ),
  "a gradient of 1e20, clipped by its norm": wrong(
    ["NORM_OVERFLOW"],
    (w, i) => mul(i === 5 ? 1e21 : 1, squares((v) => relu(dense(v, "fc1", x)))(w)),
    { optimizer: () => sgd({ lr: 1e-2, clip: { globalNorm: 1 } }) },
  ),
  "a rate at which the norm doubles": wrong(["EXPLODING"], (w) => mse(dense(w, "fc", x), y), {
    shapes: layer("fc", 4, 1),
    optimizer: () => sgd({ lr: 1.7 }),
    steps: 20,
  }),
  "a rate at which the norm grows after zeros": wrong(
    ["EXPLODING"],
    (w, i) => mul(i < 3 ? 0 : 1, mse(dense(w, "fc", x), y)),
    { shapes: layer("fc", 4, 1), optimizer: () => sgd({ lr: 1.7 }), steps: 24 },
  ),
  "steps that throw the weights from one side to the other": wrong(
    ["UPDATE fc"],
    (w) => sum(square(of(w, "fc"))),
    { shapes: { fc: [4, 4] }, optimizer: () => sgd({ lr: 0.97 }), steps: 30 },
  ),
  "thirty layers of sigmoid": wrong(["VANISHING deep1"], deepOf(sigmoid), deep(30)),
  "thirty layers of tanh, with weights a tenth of what they should be": wrong(
    ["VANISHING deep1"],
    deepOf(tanh, 0.1),
    deep(30),
  ),
  "a state at the start of a hundred steps, of which none learns from the end": wrong(
    ["VANISHING h0"],
    (w) => {
      let h: Tensor = of(w, "h0");
      for (let t = 0; t < 100; t++) h = tanh(dense(w, "fc", h));
      return mse(matmul(h, of(w, "v")), tensor([[1.5]]));
    },
    {
      shapes: { h0: [1, 4], ...layer("fc", 4, 4), v: [4, 1] },
      start: { fc: 0.04, "fc.bias": [0.5, -0.3, 0.8, -0.6] },
    },
  ),
  "an ∞ that tanh takes for a large number": wrong(
    ["ABSORBED tanh"],
    squares((w) => tanh(square(mul(1e30, dense(w, "fc1", x))))),
  ),
  "an ∞ among the scores of a softmax": wrong(
    ["ABSORBED softmax"],
    (w) =>
      crossEntropy(
        matmul(
          softmax(neg(square(mul(1e20, matmul(tensor([[0, 0, 0, 1]]), of(w, "q")))))),
          of(w, "v"),
        ),
        [1],
      ),
    {
      shapes: { q: [4, 4], v: [4, 3] },
      start: { q: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1] },
    },
  ),
  "a norm whose squares overflow, divided by": wrong(
    ["LOST_INF div", "ABSORBED div"],
    squares((w) => {
      const h = mul(1e25, dense(w, "fc1", x));
      return div(h, sqrt(sum(square(h), { axis: 1, keepDims: true })));
    }),
  ),
  "a loss that is rounded, and so depends on nothing": wrong(
    ["DEAD"],
    (w) => mean(square(sub(round(dense(w, "fc", x)), add(y, 2)))),
    { shapes: layer("fc", 4, 1) },
  ),
  "a softmax over one class": wrong(["DEAD"], (w) => mse(softmax(dense(w, "fc", x)), y), {
    shapes: layer("fc", 4, 1),
  }),
  "a rate below the rounding of the weights": wrong(
    ["UNMOVED fc1"],
    (w) => mse(dense(w, "fc2", relu(dense(w, "fc1", add(x, 2)))), add(y, 5)),
    { optimizer: () => sgd({ lr: 1e-9 }) },
  ),
  "an offset of 1e8, and steps of 1e-3": wrong(
    ["UNMOVED fc.bias"],
    (w) => mse(mul(1e-8, dense(w, "fc", x)), add(y, 2)),
    { shapes: layer("fc", 4, 1), start: { "fc.bias": 1e8 }, optimizer: () => adam({ lr: 1e-3 }) },
  ),
  "gradients clipped to next to nothing": wrong(
    ["UNMOVED fc1"],
    (w) => mse(dense(w, "fc2", relu(dense(w, "fc1", add(x, 2)))), add(y, 5)),
    { optimizer: () => sgd({ lr: 0.1, clip: { globalNorm: 1e-12 } }) },
  ),
  "a decay that turns the weights over": wrong(["UPDATE fc"], (w) => mse(dense(w, "fc", x), y), {
    shapes: layer("fc", 4, 1),
    start: { fc: 50 },
    optimizer: () => adam({ lr: 0.1, weightDecay: 19 }),
  }),
  "a NaN that a rectifier by where makes 0": wrong(["LOST_NAN greater"], (w, i) => {
    const spoilt = mul(x, i === 5 ? tensor([1, Number.NaN, 1, 1]) : 1);
    return squares((v) => relu(dense(v, "fc1", where(greater(spoilt, 0), spoilt, 0))))(w);
  }),
};
