/** A training step as a user writes it: 784-128-10 with layer norm, batch 128, Adam. */
import {
  adam,
  crossEntropy,
  kaiming,
  layerNorm,
  linear,
  ones,
  parameter,
  relu,
  tensor,
  valueAndGrad,
  zeros,
} from "../../src/index.js";
import { activate, type Runtime } from "../../src/runtime.js";
import { type Case, compare, type Ready } from "../case.js";
import { at, labels, spread, total } from "../data.js";

const [BATCH, INPUTS, HIDDEN, CLASSES] = [128, 784, 128, 10];
const EPS = 1e-5;

function model() {
  return [
    parameter("hidden.weight", kaiming([INPUTS, HIDDEN], { seed: 1 })),
    parameter("hidden.bias", zeros([HIDDEN])),
    parameter("norm.gamma", ones([HIDDEN])),
    parameter("norm.beta", zeros([HIDDEN])),
    parameter("out.weight", kaiming([HIDDEN, CLASSES], { seed: 2 })),
    parameter("out.bias", zeros([CLASSES])),
  ] as const;
}

interface Digits {
  readonly x: Float32Array;
  readonly y: Int32Array;
}

function stepper({ x, y }: Digits) {
  const images = tensor(x, [BATCH, INPUTS]);
  const params = model();
  const [w, b, gamma, beta, w2, b2] = params;
  const step = adam({ lr: 1e-3 });
  const gradients = () =>
    valueAndGrad(params, () => {
      const hidden = relu(layerNorm(linear(images, w, b), gamma, beta));
      return crossEntropy(linear(hidden, w2, b2), y);
    });
  return {
    params,
    gradients,
    train: () => step(params, gradients().grads),
    dispose: () => {
      const { grads } = gradients();
      for (const gone of [...Object.values(grads), ...params, images]) gone.dispose();
      step.dispose();
    },
  };
}

/** The loss in f64, by the book. */
function lossOf({ x, y }: Digits, weights: readonly (readonly number[])[]): number {
  const [w = [], b = [], gamma = [], beta = [], w2 = [], b2 = []] = weights;
  const sample = (r: number) => {
    const h = b.map(
      (v, j) => v + total(INPUTS, (p) => at(x, r * INPUTS + p) * at(w, p * HIDDEN + j)),
    );
    const mean = total(HIDDEN, (j) => at(h, j)) / HIDDEN;
    const deviation = Math.sqrt(total(HIDDEN, (j) => (at(h, j) - mean) ** 2) / HIDDEN + EPS);
    const a = h.map((v, j) => Math.max(0, ((v - mean) / deviation) * at(gamma, j) + at(beta, j)));
    const z = b2.map((v, j) => v + total(HIDDEN, (p) => at(a, p) * at(w2, p * CLASSES + j)));
    return Math.log(z.reduce((sum, v) => sum + Math.exp(v), 0)) - at(z, at(y, r));
  };
  return total(BATCH, sample) / BATCH;
}

/** Compares the loss, and for every parameter one element of its gradient, with f64 differences. */
function checker(digits: Digits) {
  let wanted: { loss: number; slopes: number[] } | undefined;
  return ({ params, gradients }: ReturnType<typeof stepper>) => {
    const { loss, grads } = gradients();
    wanted ??= reference(
      digits,
      params.map((p) => Array.from(p.toArray())),
    );
    const { loss: expected, slopes } = wanted;
    compare("training step: loss", [loss], () => expected);
    const got = params.map(({ name }) => at(grads[name]?.toArray() ?? [], PLACE));
    compare("training step: gradient", got, (i) => at(slopes, i), 1);
  };
}

const PLACE = 7;

function reference(digits: Digits, weights: number[][]): { loss: number; slopes: number[] } {
  const step = 1e-4;
  const shifted = (which: number, by: number) =>
    weights.map((w, i) => (i === which ? w.with(PLACE, at(w, PLACE) + by) : w));
  const slopes = weights.map(
    (_, which) =>
      (lossOf(digits, shifted(which, step)) - lossOf(digits, shifted(which, -step))) / (2 * step),
  );
  return { loss: lossOf(digits, weights), slopes };
}

export function train(): Case[] {
  const setup = () => {
    const digits = { x: spread(BATCH * INPUTS, 0, 1, 3), y: labels(BATCH, CLASSES, 4) };
    const check = checker(digits);
    return (runtime: Runtime): Ready => {
      activate(runtime);
      const one = stepper(digits);
      const within = (body: () => void) => () => {
        activate(runtime);
        body();
      };
      return {
        run: within(one.train),
        check: within(() => check(one)),
        dispose: within(one.dispose),
      };
    };
  };
  const size = `${INPUTS}-${HIDDEN}-${CLASSES}, batch ${BATCH}`;
  return [{ workload: "training step, Adam", size, rate: "samples", work: BATCH, setup }];
}
