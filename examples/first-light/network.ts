/** 784 pixels → 128, normalised, relu → 10 logits. */
import {
  adam,
  crossEntropy,
  kaiming,
  layerNorm,
  linear,
  type Optimizer,
  ones,
  type Parameter,
  parameter,
  relu,
  scope,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "../../src/index.js";
import { random } from "../../src/nn/init.js";
import { batches, CLASSES, type Digits, PIXELS, shuffled, take } from "./data.js";

const HIDDEN = 128;
const BATCH = 50;
const LEARNING_RATE = 3e-3;
const SEED = 1;

/** What each layer gives. */
type Outputs = Readonly<Record<"fc1" | "norm" | "relu" | "fc2", Tensor>>;

export interface Network {
  readonly params: readonly Parameter[];
  /** From images `[rows, 784]`; `fc2` are the logits `[rows, 10]`. */
  forward(x: Tensor): Outputs;
}

export function network(): Network {
  const w1 = parameter("fc1.weight", kaiming([PIXELS, HIDDEN], { seed: 1 }));
  const b1 = parameter("fc1.bias", zeros([HIDDEN]));
  const gamma = parameter("norm.gamma", ones([HIDDEN]));
  const beta = parameter("norm.beta", zeros([HIDDEN]));
  const w2 = parameter("fc2.weight", kaiming([HIDDEN, CLASSES], { seed: 2 }));
  const b2 = parameter("fc2.bias", zeros([CLASSES]));
  return {
    params: [w1, b1, gamma, beta, w2, b2],
    forward(x) {
      const fc1 = linear(x, w1, b1);
      const norm = layerNorm(fc1, gamma, beta);
      const hidden = relu(norm);
      return { fc1, norm, relu: hidden, fc2: linear(hidden, w2, b2) };
    },
  };
}

/** Images as a tensor `[rows, 784]`. */
export function images({ pixels }: Digits): Tensor {
  return tensor(pixels, { shape: [pixels.length / PIXELS, PIXELS], name: "images" });
}

/** A network in training. */
export interface Training {
  /** Goes once through the digits, in an order of its own; gives the mean loss. */
  epoch(digits: Digits, onBatch?: (seen: number) => void): number;
  /** Frees the network and what the optimizer remembers of it. */
  dispose(): void;
}

/** Adam, with a learning rate that falls to 0 over this many digits. */
export function training(net: Network, digitsInAll: number): Training {
  const step = adam({ lr: LEARNING_RATE, clip: { globalNorm: 1 } });
  const next = random(SEED);
  return {
    epoch(digits, onBatch) {
      let [total, seen] = [0, 0];
      for (const positions of batches(shuffled(digits.labels.length, next), BATCH)) {
        step.lr = LEARNING_RATE * Math.max(0, 1 - (step.steps * BATCH) / digitsInAll);
        total += learn(net, step, take(digits, positions, next)) * positions.length;
        seen += positions.length;
        onBatch?.(seen);
      }
      return total / seen;
    },
    dispose() {
      step.dispose();
      for (const param of net.params) param.dispose();
    },
  };
}

/** One step on one batch; gives the loss before it. */
function learn({ params, forward }: Network, step: Optimizer, batch: Digits): number {
  const { loss, grads } = valueAndGrad(
    params,
    () => crossEntropy(forward(images(batch)).fc2, batch.labels),
    step.steps + 1,
  );
  step(params, grads);
  return loss;
}

/** The share of digits that the network reads right. */
export function accuracy({ forward }: Network, digits: Digits): number {
  const logits = scope(() => forward(images(digits)).fc2.toArray());
  const right = digits.labels.filter((label, row) => {
    const scores = logits.subarray(row * CLASSES, (row + 1) * CLASSES);
    return scores.indexOf(Math.max(...scores)) === label;
  });
  return right.length / digits.labels.length;
}
