import { relu, sigmoid, tanh } from "../../src/index.js";
import { at, unarySpec } from "../kit/spec.js";

const sigma = (x: number): number =>
  x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));

export const activation = {
  relu: unarySpec({
    call: relu,
    f: (x) => (x > 0 ? x : x <= 0 ? 0 : x),
    domain: [-3, 3],
    ulp: 0,
    gradientUlp: 1,
    limits: [at([0, NaN, Infinity, -Infinity], [0, NaN, Infinity, 0], [0, NaN, 1, 0])],
  }),
  sigmoid: unarySpec({
    call: sigmoid,
    f: (x) => (Number.isNaN(x) ? x : sigma(x)),
    domain: [-100, 100],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([-Infinity, Infinity, 0, NaN], [0, 1, 0.5, NaN], [0, 0, 0.25, NaN])],
  }),
  tanh: unarySpec({
    call: tanh,
    f: Math.tanh,
    domain: [-10, 10],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([-Infinity, Infinity, 0, -0, NaN], [-1, 1, 0, -0, NaN], [0, 0, 1, 1, NaN])],
  }),
};
