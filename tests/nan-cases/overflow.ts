/** Overflow, cancellation, and what is finite and wrong. */
import {
  adam,
  add,
  clip,
  div,
  globalNorm,
  guard,
  layerNorm,
  log,
  max,
  mean,
  mul,
  neg,
  ones,
  parameter,
  relu6,
  sqrt,
  square,
  sub,
  sum,
  tensor,
  valueAndGrad,
  zeros,
} from "../../src/index.js";
import { gradientsOf, type NanCase } from "./case.js";

const vector = (name: string, values: readonly number[]) => tensor(values, { name });
const narrow = Array.from({ length: 16 }, (_, i) => 1e4 + i * 1e-3);
const wide = [1e30, 2e30, 3e30, 4e30];

/** Layer normalisation in float64. */
function reference(values: readonly number[], eps: number): number[] {
  const x = values.map(Math.fround);
  const m = x.reduce((a, b) => a + b, 0) / x.length;
  const v = x.reduce((a, b) => a + (b - m) ** 2, 0) / x.length;
  return x.map((one) => (one - m) / Math.sqrt(v + eps));
}

const normalise = (values: readonly number[], eps = 1e-5): number[] => {
  const n = values.length;
  return [...layerNorm(tensor([values]), ones([n]), zeros([n]), { eps }).toArray()];
};

/** The state and step of Adam, written out. */
const updateOf = (g: readonly number[]) => {
  const gradient = vector("g", g);
  const m = mul(0.1, gradient);
  const v = mul(0.001, square(gradient));
  return div(mul(0.001, m), add(sqrt(v), 1e-8));
};

export const overflow: readonly NanCase[] = [
  {
    id: "41",
    name: "a variance as E[x²] − E[x]²",
    source: "burn#5607; tf#118701; flax#1491",
    outcome: "throws",
    naive: () => {
      const x = vector("x", narrow);
      return valueAndGrad({ x }, () => {
        const m = mean(x);
        return sum(div(sub(x, m), sqrt(sub(mean(square(x)), square(m)))));
      });
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [],
      operands: [-16],
      pair: "sqrt(-16) = NaN",
      fix: ["f64-statistics"],
    },
    fixed: () => normalise(narrow),
    good: reference(narrow, 1e-5),
    tolerance: 1e-4,
  },
  {
    id: "42",
    name: "a layer norm that overflows, and gives the bias",
    source: "pytorch#162489; ORT#31626",
    outcome: "alarm",
    naive: () => {
      const x = vector("x", wide);
      return valueAndGrad({ x }, () => {
        const d = sub(x, mean(x));
        return sum(div(d, sqrt(add(mean(square(d)), 1e-5))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [-1.5e30, Infinity],
      pair: "-1.5e+30 / ∞",
      absorbed: ["div forward"],
      fix: ["f64-statistics"],
    },
    fixed: () => normalise(wide),
    good: reference(wide, 1e-5),
  },
  {
    id: "43",
    name: "a global norm that overflows, and clips to 0",
    source: "pytorch#46849",
    outcome: "alarm",
    naive: () => {
      const g = vector("g", new Array(100).fill(1e20));
      return mul(g, div(1, sqrt(sum(square(g))))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [1, Infinity],
      pair: "1 / ∞",
      absorbed: ["div forward"],
      fix: ["f64-statistics"],
    },
    fixed: () => {
      const g = vector("g", new Array(100).fill(1e20));
      const norm = globalNorm([g]);
      return [norm, mul(g, 1 / norm).toArray()[0] ?? 0];
    },
    good: [1e21, 0.1],
  },
  {
    id: "44",
    name: "Adam's v overflows, and the weight stands still",
    source: "tfjs; FeRx#1112",
    outcome: "alarm",
    naive: () => updateOf([1e20, 1, 1]).toArray(),
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [1e16, Infinity],
      pair: "1e+16 / ∞",
      absorbed: ["div forward"],
      fix: ["f64-statistics", "scale-input"],
    },
    fixed: () => {
      const w = parameter("w", [0, 0, 0]);
      const step = adam({ lr: 0.1, clip: { globalNorm: 1 } });
      const grads = [
        [1e20, 1, 1],
        [1, 1, 1],
      ].map((g) => tensor(g));
      for (const g of grads) step([w], { w: g });
      const moved = [...w.toArray()].map((value) => Number(value < -0.05));
      step.dispose();
      w.dispose();
      return moved;
    },
    good: [1, 1, 1],
  },
  {
    id: "45",
    name: "Adam's epsilon underflows",
    source: "optax#1754; tf#2288 (float16; here an epsilon below float32)",
    outcome: "throws",
    naive: () => {
      const g = vector("g", [0]);
      return div(mul(0.1, g), add(sqrt(mul(0.001, square(g))), 1e-46)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["epsilon-inside", "safe-div"],
    },
    fixed: () => {
      const w = parameter("w", [1]);
      const step = adam({ lr: 0.1 });
      step([w], { w: tensor([0]) });
      const after = [...w.toArray()];
      step.dispose();
      w.dispose();
      return after;
    },
    good: [1],
  },
  {
    id: "46",
    name: "a NaN that clip, relu6 and a maximum turn into numbers elsewhere",
    source: "tfjs-wasm; burn#5609; mxnet#11115",
    outcome: "throws",
    finite: true,
    naive: () => {
      const gen = vector("gen", [Number.NaN, 0.5]);
      return valueAndGrad({ gen }, () =>
        neg(mean(log(clip(max(relu6(gen)), { min: 1e-7, max: 1 - 1e-7 })))),
      );
    },
    says: {
      op: "input",
      phase: "input",
      index: [0],
      operands: [Number.NaN],
      pair: "NaN",
      fix: ["impute"],
    },
    fixed: () => {
      const gen = vector("gen", [0.5, 0.5]);
      return gradientsOf(valueAndGrad({ gen }, () => neg(mean(log(clip(relu6(gen)))))));
    },
    good: [-1, -1],
  },
  {
    id: "47",
    name: "the mean of numbers near the end",
    source: "tfjs-wasm; torch#44350",
    outcome: "throws",
    naive: () => div(sum(vector("x", [3e38, 3e38, 3e38, 3e38])), 4).item(),
    says: {
      op: "sum",
      phase: "forward",
      index: [],
      operands: [3e38],
      pair: "= ∞",
      fix: ["factors"],
      code: "mean(x) instead of div(sum(x), 4)",
    },
    fixed: () => [mean(tensor([3e38, 3e38, 3e38, 3e38])).item()],
    good: [3e38],
  },
  {
    id: "54",
    name: "a NaN that nothing uses",
    source: "TensorFlow's list of ops to ignore",
    outcome: "silent",
    naive: () => {
      const x = vector("x", [1, 2]);
      return valueAndGrad({ x }, () => {
        div(zeros([2]), zeros([2]));
        guard({}, () => sqrt(neg(x)));
        return sum(x);
      });
    },
    fixed: () => {
      const x = vector("x", [1, 2]);
      return gradientsOf(valueAndGrad({ x }, () => sum(x)));
    },
    good: [1, 1],
  },
];
