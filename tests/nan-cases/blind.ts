/**
 * Programs after reports of users, with what should be said of them written down before any was run: attention, recurrent and
 * generative models, physics, graphs, policies, detection, survival, transport, rendering.
 */
import {
  abs,
  acosh,
  add,
  argmax,
  clip,
  cos,
  crossEntropy,
  cumprod,
  div,
  divNoNan,
  elu,
  equal,
  exp,
  expm1,
  exprel,
  greater,
  hypot,
  log,
  log10,
  logcosh,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mse,
  mul,
  neg,
  noGrad,
  norm2,
  notEqual,
  pow,
  relu,
  round,
  rsqrt,
  safeNorm,
  safePow,
  safeSqrt,
  sgd,
  sigmoid,
  sin,
  softmax,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  swiglu,
  tanh,
  tensor,
  valueAndGrad,
  where,
  xlogy,
} from "../../src/index.js";
import {
  COLUMNS,
  fit,
  gradientsOf,
  INF,
  matrix,
  type NanCase,
  outcomeOf,
  ROWS,
  step,
  type Tensor,
  valuesOf,
  vector,
} from "./case.js";

const { exp: e, log: ln, sqrt: root, PI } = Math;
const soft = (x: number): number => Math.log1p(e(x));

// ── Attention ────────────────────────────────────────────────────────────────────────────────────

const attention: readonly NanCase[] = [
  {
    id: "blind-1",
    source: "rotary-embedding-torch#8",
    name: "keys divided by a rotary scale that decays with the position",
    outcome: "throws",
    naive: () => {
      const [q, k] = [matrix("q", [1, 1], [1, 1]), matrix("k", [1, 2], [3, 4])];
      const base = matrix("base", [0.25, 0.6]);
      const scale = pow(base, matrix("position", [1], [100]));
      return matmul(mul(q, scale), div(k, scale)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [3, 0],
      pair: "3 / 0 = ∞",
      fix: ["safe-div", "scale-input", "divide-where"],
      not: ["impute", "clip-norm", "lower-lr", "softmax"],
      origin: 'input "position"[1, 0]',
    },
    fixed: () => {
      const [q, k] = [matrix("q", [1, 1], [1, 1]), matrix("k", [1, 2], [3, 4])];
      const scale = pow(matrix("base", [0.25, 0.6]), matrix("position", [1 / 512], [100 / 512]));
      return valuesOf(sum(mul(mul(q, scale), div(k, scale)), ROWS));
    },
    good: [3, 7],
  },
  {
    id: "blind-2",
    source: "performer-pytorch#9",
    name: "linear attention whose exponential features are all 0",
    outcome: "throws",
    naive: () => {
      const [q, k] = [matrix("q", [1, 0], [30, 0]), matrix("k", [1, 1], [0, 1])];
      return step(matrix("v", [1], [2]), () => {
        const features = (x: Tensor) => exp(sub(x, mul(0.5, sum(square(x), ROWS))));
        const weights = matmul(features(q), features(k));
        return sum(div(weights, sum(weights, ROWS)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where", "epsilon-inside"],
      not: ["impute", "lower-lr", "sigmoid", "log-softmax"],
      origin: 'input "q"[1, 0]',
    },
    fixed: () => {
      const [q, k] = [matrix("q", [1, 0], [30, 0]), matrix("k", [1, 1], [0, 1])];
      const features = (x: Tensor) => exp(sub(x, mul(0.5, sum(square(x), ROWS))));
      const weights = matmul(features(q), features(k));
      return valuesOf(sum(divNoNan(weights, sum(weights, ROWS)), ROWS));
    },
    good: [1, 0],
  },
];

// ── Recurrent and deep ───────────────────────────────────────────────────────────────────────────

const deep: readonly NanCase[] = [
  {
    id: "blind-3",
    source: "keras#2194, keras#13221",
    name: "a recurrent relu over a long sequence",
    outcome: "throws",
    naive: () => {
      const u = matrix("recurrent_kernel", [2, 1], [1, 2]);
      return valueAndGrad({ u }, () => {
        let h: Tensor = matrix("h0", [1, 0.5]);
        for (let t = 0; t < 100; t++) h = relu(matmul(h, u));
        return mean(h);
      });
    },
    says: {
      op: "matmul",
      phase: "forward",
      index: [0, 0],
      operands: [],
      pair: "= ∞",
      fix: ["keep-size"],
      not: ["scale-input", "impute", "safe-div", "fix-labels", "softmax"],
    },
    fixed: () => {
      const u = matrix("recurrent_kernel", [2, 1], [1, 2]);
      let h: Tensor = matrix("h0", [1, 0.5]);
      for (let t = 0; t < 100; t++) h = tanh(matmul(h, u));
      // h = tanh(3 h)
      return valuesOf(h);
    },
    good: [0.9948, 0.9948],
    tolerance: 1e-3,
  },
  {
    id: "blind-4",
    source: "handson-ml2#32",
    name: "a gradient through a hundred steps of a state that stays 0",
    outcome: "throws",
    naive: () => {
      const u = matrix("recurrent_kernel", [9]);
      const x = matrix("x", [0]);
      return step(x, () => {
        let h: Tensor = x;
        for (let t = 0; t < 60; t++) h = matmul(h, u);
        return sum(h);
      });
    },
    says: {
      op: "matmul",
      phase: "backward",
      index: [0, 0],
      operands: [9],
      pair: "= ∞",
      fix: ["scale-input"],
      not: ["impute", "safe-div", "epsilon-inside", "xlogy"],
    },
    fixed: () => {
      const u = matrix("recurrent_kernel", [1]);
      const x = matrix("x", [0]);
      return gradientsOf(
        step(x, () => {
          let h: Tensor = x;
          for (let t = 0; t < 60; t++) h = matmul(h, u);
          return sum(h);
        }),
      );
    },
    good: [1],
  },
  {
    id: "blind-5",
    source: "wdsr_ntire2018#36",
    name: "a tower of residual blocks that triple what they are given",
    outcome: "throws",
    naive: () => {
      const w = matrix("w", [2]);
      return valueAndGrad({ w }, () => {
        let x: Tensor = matrix("image", [1]);
        for (let block = 0; block < 90; block++) x = add(x, relu(matmul(x, w)));
        return mean(x);
      });
    },
    says: {
      op: "add",
      phase: "forward",
      index: [0, 0],
      operands: [],
      pair: "= ∞",
      fix: ["keep-size"],
      not: ["scale-input", "impute", "safe-div", "clip-input", "xlogy"],
    },
    fixed: () => {
      const w = matrix("w", [0.01]);
      return valuesOf(
        (() => {
          let x: Tensor = matrix("image", [1]);
          for (let block = 0; block < 90; block++) x = add(x, relu(matmul(x, w)));
          return x;
        })(),
      );
    },
    good: [1.01 ** 90],
  },
  {
    id: "blind-6",
    source: "ncnn#303",
    name: "a batch norm without epsilon of a dead channel",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, -1], [3, -2]);
      return step(x, () => {
        const a = relu(x);
        const centred = sub(a, mean(a, COLUMNS));
        return sum(square(mul(centred, rsqrt(mean(square(centred), COLUMNS)))));
      });
    },
    says: {
      op: "rsqrt",
      phase: "forward",
      index: [0, 1],
      operands: [0],
      pair: "= ∞",
      fix: ["epsilon-inside"],
      not: ["xlogy", "select-not-multiply", "impute", "clip-norm", "safe-log"],
      code: "add(",
      origin: 'input "x"[0, 1]',
    },
    fixed: () => {
      const x = matrix("x", [1, -1], [3, -2]);
      const a = relu(x);
      const centred = sub(a, mean(a, COLUMNS));
      return valuesOf(mul(centred, rsqrt(add(mean(square(centred), COLUMNS), 1e-12))));
    },
    good: [-1, 0, 1, 0],
  },
  {
    id: "blind-7",
    source: "mlx#1028, sparseml#1872",
    name: "activations quantised by a range that is 0",
    outcome: "throws",
    naive: () => {
      const x = vector("activations", 3, 3, 3);
      const w = vector("w", 1);
      return valueAndGrad({ w }, () => {
        const scale = div(sub(max(x), min(x)), 255);
        const zero = round(div(neg(min(x)), scale));
        const q = clip(add(round(div(x, scale)), zero), { min: 0, max: 255 });
        return mean(mul(mul(sub(q, zero), scale), w));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [3, 0],
      pair: "3 / 0 = ∞",
      fix: ["divide-where", "safe-div", "epsilon-inside"],
      not: ["impute", "clip-norm", "finite-mask", "softmax"],
      origin: 'input "activations"[0]',
    },
    fixed: () => {
      const x = vector("activations", 3, 3, 3);
      const scale = maximum(div(sub(max(x), minimum(min(x), 0)), 255), 1e-7);
      return valuesOf(mul(round(div(x, scale)), scale));
    },
    good: [3, 3, 3],
  },
];

// ── Generative models ────────────────────────────────────────────────────────────────────────────

const generative: readonly NanCase[] = [
  {
    id: "blind-8",
    source: "synthcity#331",
    name: "a latent sample where the noise is 0 and the deviation overflowed",
    outcome: "throws",
    naive: () => {
      const x = tensor([[400], [1]], { name: "x", columns: ["income"], rows: [7, 8] });
      const noise = matrix("noise", [0], [-0.7]);
      return fit(sgd({ lr: 0.1 }), { logvar_w: [[0.5]] }, 1, ({ logvar_w }) => {
        const deviation = exp(mul(0.5, matmul(x, logvar_w)));
        return mean(square(mul(noise, deviation)));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0, 0],
      operands: [100],
      pair: "exp(100) = ∞",
      fix: ["clip-input"],
      not: ["xlogy", "select-not-multiply", "softmax", "logsumexp", "impute"],
      origin: 'input "x"[0, 0] (column "income", row 7)',
      code: "clip(",
    },
    fixed: () => {
      const logvar = clip(matrix("logvar", [200], [0.5]), { min: -30, max: 20 });
      return valuesOf(mul(matrix("noise", [0], [-0.7]), exp(mul(0.5, logvar))));
    },
    good: [0, -0.7 * e(0.25)],
  },
  {
    id: "blind-9",
    source: "normalizing-flows#29",
    name: "the log determinant of a coupling layer from its scale",
    outcome: "throws",
    naive: () => {
      const s = vector("log_scale", -120, 1);
      return valueAndGrad({ s }, () => neg(sum(log(abs(exp(s))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["cancel-log"],
      not: ["log-softmax", "logits", "impute", "logsumexp"],
      origin: 'input "log_scale"[0]',
    },
    fixed: () => {
      const s = vector("log_scale", -120, 1);
      return outcomeOf(valueAndGrad({ s }, () => neg(sum(s))));
    },
    good: [119, -1, -1],
  },
  {
    id: "blind-10",
    source: "parmesan#21, pymc#2362",
    name: "a planar flow that is not invertible",
    outcome: "throws",
    naive: () => {
      const [u, w, z] = [matrix("u", [-3], [1]), matrix("w", [1, 1]), matrix("z", [0.1], [0.2])];
      return valueAndGrad({ u }, () => {
        const slope = sub(1, square(tanh(matmul(w, z))));
        return neg(sum(log(add(1, mul(slope, matmul(w, u))))));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 0],
      operands: [1 - 2 * (1 - Math.tanh(0.3) ** 2)],
      pair: "= NaN",
      fix: ["safe-log"],
      not: ["epsilon-inside", "softplus", "log-softmax", "logits", "impute"],
    },
    fixed: () => {
      const wu = vector("wu", -1.5);
      return valuesOf(log(add(1, mul(0.5, sub(softplus(wu), 1)))));
    },
    good: [Math.log1p(0.5 * (soft(-1.5) - 1))],
  },
  {
    id: "blind-11",
    source: "Min-SNR-Diffusion-Training#2, SimpleTuner#187",
    name: "weights by a ratio of signal to noise that ends at 0",
    outcome: "throws",
    naive: () => {
      const betas = vector("betas", 0.1, 0.5, 1);
      const loss = vector("mse", 1, 1, 1);
      const kept = cumprod(sub(1, betas));
      const snr = div(kept, sub(1, kept));
      return mean(mul(div(minimum(snr, 5), snr), loss)).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [2],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["limit"],
      not: ["impute", "clip-norm", "safe-div", "scale-input", "softmax"],
      code: "where(equal(div(cumprod(sub(1, betas)), sub(1, cumprod(sub(1, betas)))), 0), 1, div(",
      origin: 'input "betas"[2]',
    },
    fixed: () => {
      const kept = cumprod(sub(1, vector("betas", 0.1, 0.5, 1)));
      const snr = div(kept, sub(1, kept));
      return valuesOf(where(equal(snr, 0), 1, divNoNan(minimum(snr, 5), snr)));
    },
    good: [5 / 9, 1, 1],
  },
  {
    id: "blind-12",
    source: "MONAI#8427, improved-diffusion: the first posterior variance",
    name: "a deviation from the logarithm of a variance that is 0",
    outcome: "silent",
    naive: () => {
      const logvar = log(vector("posterior_variance", 0, 0.25));
      return add(vector("mean", 1, 1), mul(exp(mul(0.5, logvar)), vector("noise", 2, 2))).toArray();
    },
    fixed: () => {
      const deviation = sqrt(vector("posterior_variance", 0, 0.25));
      return valuesOf(add(vector("mean", 1, 1), mul(deviation, vector("noise", 2, 2))));
    },
    good: [1, 2],
  },
  {
    id: "blind-13",
    source: "HyperGAN#155",
    name: "the conjugate of a divergence, of an unbounded critic",
    outcome: "throws",
    naive: () => {
      const [real, fake] = [matrix("real", [1], [2]), matrix("fake", [190], [3])];
      return fit(sgd({ lr: 0.1 }), { w: [[0.5]] }, 1, ({ w }) => {
        const conjugate = exp(sub(matmul(fake, w), 1));
        return sub(mean(conjugate), mean(matmul(real, w)));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0, 0],
      operands: [94],
      pair: "exp(94) = ∞",
      fix: ["clip-input"],
      not: ["softmax", "logsumexp", "expm1", "impute", "logits"],
      origin: 'input "fake"[0, 0]',
      code: "clip(",
    },
    fixed: () => [mean(exp(sub(clip(vector("critic", 95, 1.5), { max: 10 }), 1))).item()],
    good: [(e(9) + e(0.5)) / 2],
  },
  {
    id: "blind-14",
    source: "mixture-density-network#4: elu + 1",
    name: "a mixture component whose deviation, elu + 1, is 0",
    outcome: "throws",
    naive: () => {
      const [y, out] = [vector("y", 1, 2), vector("sigma_out", -40, 1)];
      return valueAndGrad({ out }, () => {
        const sigma = add(elu(out), 1);
        return sum(add(mul(0.5, square(div(y, sigma))), log(sigma)));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [1, 0],
      pair: "1 / 0 = ∞",
      fix: ["safe-div", "epsilon-inside", "divide-where"],
      not: ["log-softmax", "logits", "impute", "softmax", "expm1"],
      origin: 'input "sigma_out"[0]',
    },
    fixed: () => {
      const sigma = add(elu(vector("sigma_out", -40, 1)), 1.01);
      return valuesOf(div(vector("y", 1, 2), sigma));
    },
    good: [100, 2 / 2.01],
    tolerance: 1e-4,
  },
];

// ── Contrastive learning, graphs, covariances ────────────────────────────────────────────────────

const relations: readonly NanCase[] = [
  {
    id: "blind-15",
    source: "kornia#3481, openai/CLIP#530",
    name: "a learned scale of logits that has grown to 100",
    outcome: "throws",
    naive: () => {
      const cosines = matrix("cosines", [0.9, 0], [0.1, 0.8]);
      const s = vector("logit_scale", 100);
      return valueAndGrad({ s }, () => crossEntropy(mul(exp(s), cosines), [0, 1]));
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "exp(100) = ∞",
      fix: ["clip-input"],
      not: ["softmax", "select-not-multiply", "xlogy", "log-softmax", "impute", "logsumexp"],
      code: "clip(",
    },
    fixed: () => {
      const cosines = matrix("cosines", [0.9, 0], [0.1, 0.8]);
      const s = clip(vector("logit_scale", 100), { max: ln(100) });
      return [crossEntropy(mul(exp(s), cosines), [0, 1]).item()];
    },
    good: [0],
    tolerance: 1e30,
  },
  {
    id: "blind-16",
    source: "pytorch_geometric#61",
    name: "infinite degrees that are set to 0 afterwards",
    outcome: "silent",
    naive: () => {
      const graph = matrix("adjacency", [0, 1, 0], [1, 0, 0], [0, 0, 0]);
      const w = matrix("w", [1], [1], [1]);
      return valueAndGrad({ w }, () => {
        const raw = pow(sum(graph, ROWS), -0.5);
        const scale = where(equal(raw, tensor(INF)), 0, raw);
        return sum(mul(scale, matmul(graph, mul(scale, w))));
      });
    },
    fixed: () => valuesOf(safePow(vector("degrees", 1, 4), -0.5)),
    good: [1, 0.5],
  },
  {
    id: "blind-17",
    source: "pytorch_geometric#61, learned edges",
    name: "infinite degrees that are set to 0, of edges that are learned",
    outcome: "masked",
    naive: () => {
      const edges = matrix("edges", [0, 1], [0, 0]);
      return step(edges, () => {
        const raw = pow(sum(edges, ROWS), -0.5);
        return sum(where(equal(raw, tensor(INF)), 0, raw));
      });
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [1, 0],
      operands: [0, -0.5],
      pair: "0 · ",
      absorbed: ["equal forward", "where forward"],
      fix: ["default-policy", "double-where", "mask-before", "safe-pow"],
    },
    fixed: () => {
      const edges = matrix("edges", [0, 1], [0, 0]);
      return gradientsOf(
        step(edges, () => {
          const degrees = sum(edges, ROWS);
          return sum(where(degrees, pow(where(degrees, degrees, 1), -0.5), 0));
        }),
      );
    },
    good: [-0.5, -0.5, 0, 0],
  },
  {
    id: "blind-18",
    source: "tinygp#115, Stheno.jl#121",
    name: "a Matérn kernel of a point with itself",
    outcome: "masked",
    naive: () => {
      const x = matrix("x", [1, 2], [4, 6]);
      return step(x, () => {
        const r = sqrt(sum(square(sub(x, matrix("inducing", [1, 2], [1, 2]))), ROWS));
        const a = mul(root(5), r);
        return sum(mul(add(add(1, a), div(square(a), 3)), exp(neg(a))));
      });
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0, 0],
      operands: [0],
      pair: "0 · ",
      fix: ["default-policy", "safe-norm", "safe-sqrt", "epsilon-inside"],
      not: ["clip-norm", "impute", "softmax"],
    },
    fixed: () => {
      const x = matrix("x", [1, 2]);
      return gradientsOf(
        step(x, () => {
          const r = norm2(sub(x, matrix("inducing", [1, 2])), ROWS);
          const a = mul(root(5), r);
          return sum(mul(add(add(1, a), div(square(a), 3)), exp(neg(a))));
        }),
      );
    },
    good: [0, 0],
  },
  {
    id: "blind-19",
    source: "paz#383, jaxlie#10",
    name: "Rodrigues' formula at no rotation",
    outcome: "throws",
    naive: () => {
      const omega = matrix("omega", [0, 0, 0], [0, 3, 4]);
      return step(omega, () => {
        const theta = norm2(omega, ROWS);
        return sum(mul(div(sin(theta), theta), omega));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["divide-where", "safe-div", "safe-norm"],
      not: ["impute", "clip-norm", "softmax", "scale-input"],
      origin: 'input "omega"[0, 0]',
    },
    fixed: () => {
      const omega = matrix("omega", [0, 0, 0], [0, 3, 4]);
      const theta = norm2(omega, ROWS);
      const still = equal(theta, 0);
      const ratio = where(still, 1, div(sin(theta), where(still, 1, theta)));
      return valuesOf(ratio);
    },
    good: [1, Math.sin(5) / 5],
  },
  {
    id: "blind-20",
    source: "gam#239, geomstats#273",
    name: "a hyperbolic distance of a point to itself",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [0.1, 0.2], [0.3, 0.1]);
      const centre = matrix("centre", [0.1, 0.2]);
      return step(x, () => {
        const inside = (p: Tensor) => sub(1, sum(square(p), ROWS));
        const gap = sum(square(sub(x, centre)), ROWS);
        return sum(acosh(add(1, div(mul(2, gap), mul(inside(x), inside(centre))))));
      });
    },
    says: {
      op: "acosh",
      phase: "backward",
      index: [0, 0],
      operands: [1],
      pair: "= ∞",
      fix: ["epsilon-inside", "clip-input"],
      not: ["clip-norm", "lower-lr", "impute", "scale-input", "safe-div", "safe-acos"],
    },
    fixed: () => {
      const x = matrix("x", [0.1, 0.2]);
      return gradientsOf(
        step(x, () => sum(acosh(add(1, mul(2, add(sum(square(sub(x, x)), ROWS), 1e-3)))))),
      );
    },
    good: [0, 0],
  },
];

// ── Policies ─────────────────────────────────────────────────────────────────────────────────────

const policies: readonly NanCase[] = [
  {
    id: "blind-21",
    source: "tianshou#742, trl: old and new log probabilities far apart",
    name: "a ratio of policies that overflows where the advantage is 0",
    outcome: "throws",
    naive: () => {
      const [logp, old] = [vector("logp", -1, -2), vector("logp_old", -120, -2)];
      const advantage = vector("advantage", 0, -0.7);
      return valueAndGrad({ logp }, () => {
        const ratio = exp(sub(logp, old));
        const clipped = clip(ratio, { min: 0.8, max: 1.2 });
        return neg(mean(minimum(mul(ratio, advantage), mul(clipped, advantage))));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [119],
      pair: "exp(119) = ∞",
      fix: ["clip-input"],
      not: ["xlogy", "select-not-multiply", "softmax", "logsumexp", "exp-sub", "impute"],
      absorbed: ["clip forward"],
    },
    fixed: () => {
      const ratio = exp(clip(vector("log_ratio", 119, 0), { max: 20 }));
      const advantage = vector("advantage", 0, -0.7);
      const clipped = clip(ratio, { min: 0.8, max: 1.2 });
      return valuesOf(minimum(mul(ratio, advantage), mul(clipped, advantage)));
    },
    good: [0, -0.7],
  },
];

// ── Physics, geometry, rendering, sound ──────────────────────────────────────────────────────────

const physics: readonly NanCase[] = [
  {
    id: "blind-22",
    source: "deepxde#428",
    name: "a wave speed from the root of an area that the network makes negative",
    outcome: "throws",
    naive: () => {
      const area = vector("area", 1, -0.25);
      return step(area, () => mean(square(sub(sqrt(div(area, 1)), 1))));
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [1],
      operands: [-0.25],
      pair: "= NaN",
      fix: ["safe-sqrt"],
      not: ["epsilon-inside", "impute", "clip-norm", "safe-norm"],
      origin: 'input "area"[1]',
    },
    fixed: () => valuesOf(safeSqrt(vector("area", 1, -0.25))),
    good: [1, 0],
  },
  {
    id: "blind-23",
    source: "neurodiffeq#26",
    name: "a Laplacian in polar coordinates, at the origin",
    outcome: "throws",
    naive: () => {
      const r = tensor([[0], [2]], { name: "r", columns: ["radius"], rows: [0, 1] });
      const w = matrix("w", [1]);
      return valueAndGrad({ w }, () => {
        const slope = matmul(r, w);
        return mean(square(add(w, div(slope, r))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["limit"],
      not: ["impute", "clip-norm", "lower-lr", "safe-div", "softmax"],
      code: "where(equal(r, 0), w, div(matmul(r, w), where(equal(r, 0), 1, r)))",
    },
    fixed: () => {
      const [r, w] = [matrix("r", [0], [2]), matrix("w", [3])];
      return valuesOf(where(equal(r, 0), w, div(matmul(r, w), where(equal(r, 0), 1, r))));
    },
    good: [3, 3],
  },
  {
    id: "blind-24",
    source: "nerf-pytorch#28",
    name: "the disparity of a ray that hits nothing",
    outcome: "throws",
    naive: () => {
      const raw = matrix("raw", [-1, -2], [1, 2]);
      return step(raw, () => {
        const alpha = sub(1, exp(neg(relu(raw))));
        const clear = cumprod(sub(1, alpha), { axis: 1, exclusive: true });
        const weights = mul(alpha, clear);
        const depth = sum(mul(weights, matrix("z", [2, 3])), ROWS);
        return sum(div(1, maximum(1e-10, div(depth, sum(weights, ROWS)))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
      not: ["impute", "expm1", "clip-norm", "softmax"],
      origin: 'input "raw"[0, 0]',
    },
    fixed: () => {
      const [depth, weight] = [vector("depth", 0, 2), vector("weights", 0, 0.5)];
      return valuesOf(divNoNan(depth, weight));
    },
    good: [0, 4],
  },
  {
    id: "blind-25",
    source: "DirectVoxGO, pytorch#68425: rays that miss a sphere",
    name: "where a ray enters a sphere, of rays that miss it",
    outcome: "masked",
    naive: () => {
      const b = vector("b", 3, 1);
      return step(b, () => {
        const disc = sub(square(b), 4);
        return sum(where(greater(disc, 0), sub(neg(b), sqrt(disc)), 0));
      });
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [1],
      operands: [-3],
      pair: "NaN",
      absorbed: ["where forward"],
      fix: ["default-policy", "double-where", "mask-before", "safe-sqrt"],
    },
    fixed: () => {
      const b = vector("b", 3, 1);
      return gradientsOf(
        step(b, () => {
          const disc = sub(square(b), 4);
          const hit = greater(disc, 0);
          return sum(where(hit, sub(neg(b), sqrt(where(hit, disc, 1))), 0));
        }),
      );
    },
    good: [-1 - 3 / root(5), 0],
  },
  {
    id: "blind-26",
    source: "pytorch#96543",
    name: "a magnitude by hand of a bin so quiet that its square underflows",
    outcome: "throws",
    naive: () => {
      const [re, im] = [vector("re", 3, -1e-23), vector("im", 4, 0)];
      return valueAndGrad({ re, im }, () => mean(abs(sub(sqrt(add(square(re), square(im))), 1))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [1],
      operands: [0],
      pair: "= -∞",
      fix: ["safe-norm"],
      not: ["clip-norm", "impute", "scale-input", "lower-lr"],
      code: "hypot(re, im)",
    },
    fixed: () => {
      const [re, im] = [vector("re", 3, -1e-23), vector("im", 4, 0)];
      return gradientsOf(valueAndGrad({ re, im }, () => mean(abs(sub(hypot(re, im), 1)))));
    },
    good: [0.3, 0.5, 0.4, 0],
  },
  {
    id: "blind-27",
    source: "sudo_rm_rf#1",
    name: "a ratio of signal to distortion of a silent target",
    outcome: "throws",
    naive: () => {
      const target = matrix("target", [0, 0], [1, 2]);
      const estimate = matrix("estimate", [0.5, 0], [1, 1]);
      return valueAndGrad({ estimate }, () => {
        const noise = sum(square(sub(target, estimate)), ROWS);
        return neg(mean(mul(10, log10(div(sum(square(target), ROWS), noise)))));
      });
    },
    says: {
      op: "log10",
      phase: "forward",
      index: [0, 0],
      operands: [0],
      pair: "log10(0) = -∞",
      fix: ["safe-log", "epsilon-inside"],
      not: ["log-softmax", "logits", "logsumexp", "impute", "safe-norm"],
      origin: 'input "target"[0, 0]',
    },
    fixed: () => {
      const [power, noise] = [vector("power", 0, 5), vector("noise", 0.25, 1)];
      return valuesOf(mul(10, log10(add(div(power, noise), 1e-8))));
    },
    good: [-80, 10 * Math.log10(5)],
  },
];

// ── Detection, robust losses, survival, transport, chains ────────────────────────────────────────

const losses: readonly NanCase[] = [
  {
    id: "blind-28",
    source: "kornia#918",
    name: "a focal loss with γ of ½ of a certain prediction",
    outcome: "masked",
    naive: () => {
      const logits = vector("logits", 100, 0);
      return step(logits, () => {
        const p = sigmoid(logits);
        return neg(mean(mul(pow(sub(1, p), 0.5), log(p))));
      });
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [0],
      operands: [0, 0.5],
      pair: "0 · ",
      fix: ["default-policy", "safe-pow", "epsilon-inside"],
      not: ["clip-norm", "impute", "xlogy"],
    },
    fixed: () => {
      const logits = vector("logits", 100, 0);
      return gradientsOf(
        step(logits, () => mean(mul(exp(mul(-0.5, softplus(logits))), softplus(neg(logits))))),
      );
    },
    good: [0, (-0.5 * 0.5 * ln(2) * root(0.5) - 0.5 * root(0.5)) / 2],
  },
  {
    id: "blind-29",
    source: "YOLOX#1565, Zzh-tju/DIoU-pytorch-detectron#3",
    name: "the trade-off of a complete IoU of a perfect box",
    outcome: "throws",
    naive: () => {
      const [iou, v] = [vector("iou", 0.5, 1), vector("v", 0.1, 0)];
      return valueAndGrad({ iou }, () => {
        const alpha = div(v, add(sub(1, iou), v));
        return mean(sub(1, sub(iou, mul(alpha, v))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where", "epsilon-inside"],
      not: ["impute", "xlogy", "clip-norm", "softmax", "atan2"],
      origin: 'input "iou"[1]',
    },
    fixed: () => {
      const [iou, v] = [vector("iou", 0.5, 1), vector("v", 0.1, 0)];
      return valuesOf(divNoNan(v, add(sub(1, iou), v)));
    },
    good: [0.1 / 0.6, 0],
  },
  {
    id: "blind-30",
    source: "torchmetrics#3488, MLJBase.jl#437",
    name: "log-cosh from its two exponentials",
    outcome: "throws",
    naive: () => {
      const [pred, y] = [vector("preds", 1, -100), vector("target", 0, 0)];
      return valueAndGrad({ pred }, () => {
        const error = sub(pred, y);
        return mean(log(div(add(exp(error), exp(neg(error))), 2)));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [1],
      operands: [100],
      pair: "exp(100) = ∞",
      fix: ["logcosh", "softplus"],
      not: ["softmax", "impute", "clip-norm", "expm1"],
      code: "log",
    },
    fixed: () => valuesOf(logcosh(vector("error", 1, -100))),
    good: [ln(Math.cosh(1)), 100 - ln(2)],
  },
  {
    id: "blind-31",
    source: "wtte-rnn#33, wtte-rnn#56",
    name: "a Weibull likelihood of a censored time of 0",
    outcome: "throws",
    naive: () => {
      const tte = tensor([[0], [3]], { name: "tte", columns: ["days"], rows: [12, 13] });
      const u = matrix("observed", [0], [1]);
      const [alpha, beta] = [vector("alpha", 2), vector("beta", 1.5)];
      return valueAndGrad({ alpha, beta }, () => {
        const x = div(tte, alpha);
        const hazard = add(log(beta), mul(beta, log(x)));
        return neg(mean(sub(mul(u, hazard), pow(x, beta))));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["select-not-multiply", "mask-before"],
      not: ["log-softmax", "scale-input", "impute", "softmax"],
      code: "where(observed",
    },
    fixed: () => {
      const [x, u] = [vector("x", 0, 1.5), vector("observed", 0, 1)];
      return valuesOf(where(u, log(where(u, x, 1)), 0));
    },
    good: [0, ln(1.5)],
  },
  {
    id: "blind-32",
    source: "PyTorch's poisson_nll_loss with full=True",
    name: "Stirling's formula of counts of 0, selected away",
    outcome: "silent",
    naive: () => {
      const y = vector("counts", 0, 3);
      const rate = vector("log_rate", 0, 1);
      return valueAndGrad({ rate }, () => {
        const stirling = add(sub(mul(y, log(y)), y), mul(0.5, log(mul(2 * PI, y))));
        return mean(add(sub(exp(rate), mul(y, rate)), where(greater(y, 1), stirling, 0)));
      });
    },
    fixed: () => valuesOf(xlogy(vector("counts", 0, 3), vector("counts", 0, 3))),
    good: [0, 3 * ln(3)],
  },
  {
    id: "blind-33",
    source: "pytorch-softdtw-cuda#18, TF2_soft_dtw#2",
    name: "a soft minimum with a γ that is too small",
    outcome: "throws",
    naive: () => {
      const [a, b, c] = [vector("above", 2), vector("left", 3), vector("diagonal", 2.5)];
      return valueAndGrad({ a, b, c }, () => {
        const weight = (x: Tensor) => exp(neg(div(x, 0.01)));
        return sum(mul(-0.01, log(add(add(weight(a), weight(b)), weight(c)))));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logsumexp", "softplus"],
      not: ["log-softmax", "logits", "impute", "cancel-log", "log1p"],
      code: "log",
    },
    fixed: () => {
      const all = vector("all", 2, 3, 2.5);
      return [mul(-0.01, logsumexp(neg(div(all, 0.01)))).item()];
    },
    good: [2],
  },
  {
    id: "blind-34",
    source: "MindAct#171, lstm-crf-pytorch#3",
    name: "a forward algorithm in probabilities over a long sentence",
    outcome: "throws",
    naive: () => {
      const transition = matrix("transition", [-1, -2], [-2, -1]);
      return valueAndGrad({ transition }, () => {
        const step = exp(transition);
        let alpha: Tensor = matrix("start", [0.5, 0.5]);
        for (let t = 0; t < 200; t++) alpha = matmul(alpha, step);
        return neg(log(sum(alpha)));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["logsumexp", "log-sum"],
      not: ["log-softmax", "logits", "impute", "cancel-log", "scale-input"],
    },
    fixed: () => {
      // Both states stay alike: a step adds log(e⁻¹ + e⁻²).
      const transition = matrix("transition", [-1, -2], [-2, -1]);
      let alpha: Tensor = matrix("start", [ln(0.5)], [ln(0.5)]);
      for (let t = 0; t < 200; t++) {
        alpha = logsumexp(add(transition, alpha), { axis: 0, keepDims: true });
        alpha = matmul(matrix("turn", [0.5], [0.5]), matmul(alpha, matrix("ones", [1], [1])));
      }
      return valuesOf(alpha);
    },
    good: [ln(0.5) + 200 * ln(e(-1) + e(-2)), ln(0.5) + 200 * ln(e(-1) + e(-2))],
    tolerance: 1e-4,
  },
  {
    id: "blind-35",
    source: "pytorch_neural_crf#4",
    name: "the logarithm of a likelihood that was raised just before",
    outcome: "throws",
    naive: () => {
      const [gold, total] = [vector("labeled_score", 30), vector("unlabeled_score", 250)];
      return valueAndGrad({ gold, total }, () => neg(sum(log(exp(sub(gold, total))))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["cancel-log"],
      not: ["log-softmax", "logits", "impute", "logsumexp"],
      code: "sub(labeled_score, unlabeled_score)",
    },
    fixed: () => valuesOf(sub(vector("unlabeled_score", 250), vector("labeled_score", 30))),
    good: [220],
  },
  {
    id: "blind-36",
    source: "bmild/nerf, TF: expm1(x) / x by hand",
    name: "an average of an exponential decay over an interval of no length",
    outcome: "throws",
    naive: () => {
      const rate = vector("rate", 0, 2);
      return step(rate, () => sum(div(expm1(rate), rate)));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["expm1"],
      not: ["impute", "clip-norm", "softmax", "clip-input"],
      code: "exprel(rate)",
    },
    fixed: () => {
      const rate = vector("rate", 1, 2);
      return valuesOf(div(expm1(rate), rate));
    },
    good: [e(1) - 1, (e(2) - 1) / 2],
  },
];

// ── Natural science, sequences, alarms ───────────────────────────────────────────────────────────

const sciences: readonly NanCase[] = [
  {
    id: "blind-37",
    source: "jax-md: Lennard-Jones with the diagonal masked by a product",
    name: "a potential of each particle with itself, masked by a product",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [0], [1], [3]);
      const others = matrix("others", [0, 1, 1], [1, 0, 1], [1, 1, 0]);
      return step(x, () => {
        const row = matmul(matrix("ones", [1], [1], [1]), matrix("xt", [0, 1, 3]));
        const r2 = square(sub(x, row));
        return sum(mul(others, sub(pow(r2, -6), pow(r2, -3))));
      });
    },
    says: {
      op: "pow",
      phase: "forward",
      index: [0, 0],
      operands: [0, -6],
      pair: "pow(0, -6) = ∞",
      fix: ["mask-before", "safe-pow", "double-where"],
      not: ["xlogy", "impute", "clip-norm", "scale-input"],
    },
    fixed: () => {
      const r2 = matrix("r2", [0, 1]);
      const m = greater(r2, 0);
      return valuesOf(where(m, pow(where(m, r2, 1), -6), 0));
    },
    good: [0, 1],
  },
  {
    id: "blind-38",
    source: "instant-ngp#384, nerfacc: slab test",
    name: "a ray that starts on a face of the box and runs along it",
    outcome: "throws",
    naive: () => {
      const origin = matrix("origin", [0, 0.5, 0.5]);
      const d = matrix("direction", [0, 0.6, 0.8]);
      const inv = div(1, d);
      const [t0, t1] = [mul(sub(0, origin), inv), mul(sub(1, origin), inv)];
      return max(minimum(t0, t1)).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [1, 0],
      pair: "1 / 0 = ∞",
      fix: ["safe-div", "divide-where"],
      not: ["xlogy", "impute", "clip-norm", "softmax", "scale-input"],
    },
    fixed: () => {
      const d = matrix("direction", [0, 0.6]);
      return valuesOf(mul(0, div(1, where(equal(d, 0), 1, d))));
    },
    good: [0, 0],
  },
  {
    id: "blind-39",
    source: "astropy blackbody, pytorch forum",
    name: "Planck's law at a low frequency",
    outcome: "throws",
    naive: () => {
      const nu = vector("nu", 1e-9, 1);
      return step(nu, () => sum(div(pow(nu, 3), sub(exp(nu), 1))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "/ 0",
      fix: ["expm1"],
      not: ["impute", "clip-input", "softmax", "sigmoid"],
      code: "expm1(",
      origin: 'input "nu"[0]',
    },
    fixed: () => {
      const nu = vector("nu", 1e-9, 1);
      return valuesOf(div(pow(nu, 3), expm1(nu)));
    },
    good: [1e-18, 1 / (e(1) - 1)],
  },
  {
    id: "blind-40",
    source: "astropy blackbody",
    name: "Planck's law at a high frequency: right as it is",
    outcome: "silent",
    naive: () => {
      const nu = vector("nu", 100, 1);
      return step(nu, () => sum(div(pow(nu, 3), sub(exp(nu), 1))));
    },
    fixed: () =>
      gradientsOf(
        step(vector("nu", 1), () => sum(div(vector("nu", 100, 1), expm1(vector("nu", 100, 1))))),
      ),
    good: [0],
  },
  {
    id: "blind-41",
    source: "deepxde: Hill kinetics",
    name: "Hill's function with a concentration that was not scaled",
    outcome: "throws",
    naive: () => {
      const x = tensor([[1], [1e12]], { name: "x", columns: ["concentration"], rows: [3, 4] });
      const k = vector("k", 2);
      return valueAndGrad({ k }, () => mean(div(pow(x, 4), add(pow(k, 4), pow(x, 4)))));
    },
    says: {
      op: "pow",
      phase: "forward",
      index: [1, 0],
      operands: [1e12, 4],
      pair: "= ∞",
      fix: ["scale-input"],
      not: ["impute", "softmax", "sigmoid", "safe-div", "clip-norm"],
    },
    fixed: () => {
      const r = vector("r", 0.5, 1e-12);
      return valuesOf(div(1, add(1, pow(r, 4))));
    },
    good: [1 / 1.0625, 1],
  },
  {
    id: "blind-42",
    source: "deepxde: Arrhenius at a temperature of 0",
    name: "a rate e^(−E / RT) at a temperature of 0",
    outcome: "masked",
    naive: () => {
      const energy = vector("energy", 2, 2);
      const t = vector("temperature", 0, 1);
      return valueAndGrad({ energy }, () => sum(exp(neg(div(energy, t)))));
    },
    says: {
      op: "div",
      phase: "backward",
      index: [0],
      operands: [0],
      pair: "0 · ",
      absorbed: ["exp forward"],
      fix: ["default-policy", "double-where", "mask-before"],
      not: ["clip-norm", "impute"],
    },
    fixed: () => {
      const energy = vector("energy", 2);
      return gradientsOf(valueAndGrad({ energy }, () => sum(exp(neg(energy)))));
    },
    good: [-e(-2)],
  },
  {
    id: "blind-43",
    source: "basicsr: PSNR of equal images",
    name: "a PSNR of two images that agree",
    outcome: "throws",
    naive: () => {
      const [a, b] = [matrix("a", [1, 2], [3, 4]), matrix("b", [1, 2], [3, 5])];
      return mul(10, log10(div(1, mean(square(sub(a, b)), ROWS)))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [1, 0],
      pair: "1 / 0 = ∞",
      fix: ["safe-div", "epsilon-inside", "divide-where"],
      not: ["log-softmax", "scale-input", "impute", "safe-norm", "f64-statistics"],
    },
    fixed: () => valuesOf(mul(-10, log10(add(vector("mse", 0, 0.5), 1e-10)))),
    good: [100, -10 * Math.log10(0.5)],
  },
  {
    id: "blind-44",
    source: "monodepth: invalid pixels masked after the logarithm",
    name: "a depth of 0 under a logarithm, masked by a product",
    outcome: "throws",
    naive: () => {
      const [gt, valid] = [vector("gt_depth", 2, 0), vector("valid", 1, 0)];
      const pred = vector("pred", 1, 1);
      return step(pred, () => mean(square(mul(valid, sub(log(pred), log(gt))))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [1],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["select-not-multiply", "mask-before"],
      not: ["log-softmax", "logits", "impute", "scale-input"],
      code: "where(valid, sub(log(pred), log(gt_depth)), 0)",
    },
    fixed: () => {
      const [gt, valid] = [vector("gt", 2, 0), vector("valid", 1, 0)];
      return valuesOf(where(valid, log(where(valid, gt, 1)), 0));
    },
    good: [ln(2), 0],
  },
  {
    id: "blind-45",
    source: "pytorch3d#189",
    name: "the axis of a quaternion that does not rotate",
    outcome: "throws",
    naive: () => {
      const [w, v] = [matrix("w", [1], [0.6]), matrix("v", [0, 0, 0], [0.8, 0, 0])];
      return step(v, () => sum(div(v, sqrt(sub(1, square(w))))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where", "epsilon-inside"],
      not: ["safe-acos", "impute", "clip-norm", "safe-norm", "f64-statistics"],
      origin: 'input "w"[0, 0]',
    },
    fixed: () => {
      const v = matrix("v", [0, 0, 0], [0.8, 0, 0]);
      return valuesOf(div(v, safeNorm(v, ROWS)));
    },
    good: [0, 0, 0, 1, 0, 0],
  },
  {
    id: "blind-46",
    source: "warp-ctc#115: CTC in probabilities",
    name: "a sequence likelihood as a running product of what a softmax gives",
    outcome: "throws",
    naive: () => {
      const logits = matrix("logits", [0, 4, 5]);
      return step(logits, () => {
        let alpha: Tensor = matrix("start", [1, 1, 1]);
        for (let t = 0; t < 60; t++) alpha = mul(alpha, softmax(logits));
        return neg(sum(mul(log(alpha), matrix("path", [1, 0, 0]))));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 0],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["log-softmax", "log-sum", "logsumexp"],
      not: ["impute", "cancel-log", "softplus"],
      origin: 'input "logits"',
    },
    fixed: () =>
      valuesOf(mul(60, sub(matrix("l", [0, 4, 5]), logsumexp(matrix("l", [0, 4, 5]), ROWS)))),
    good: [0, 4, 5].map((l) => 60 * (l - ln(1 + e(4) + e(5)))),
  },
  {
    id: "blind-47",
    source: "hmmlearn#230",
    name: "a filter of hidden states with an observation that no state explains",
    outcome: "throws",
    naive: () => {
      const obs = tensor([[0.1], [40]], { name: "obs", columns: ["sensor"], rows: [7, 8] });
      const means = matrix("means", [0, 1]);
      return valueAndGrad({ means }, () => {
        const likelihood = exp(mul(-0.5, square(sub(obs, means))));
        return sum(square(div(likelihood, sum(likelihood, ROWS))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["softmax"],
      not: ["impute", "sigmoid", "tanh", "log-softmax", "clip-norm"],
      origin: 'input "obs"[1, 0] (column "sensor", row 8)',
    },
    fixed: () =>
      valuesOf(softmax(mul(-0.5, square(sub(matrix("obs", [40]), matrix("means", [0, 1])))))),
    good: [e(-39.5) / (1 + e(-39.5)), 1 / (1 + e(-39.5))],
    tolerance: 1e-4,
  },
  {
    id: "blind-48",
    source: "SimCLR: sim − eye · inf",
    name: "a similarity with itself taken out by a product with ∞",
    outcome: "throws",
    naive: () => {
      const sim = matrix("sim", [1, 0.2], [0.2, 1]);
      const eye = matrix("eye", [1, 0], [0, 1]);
      return step(sim, () => crossEntropy(sub(sim, mul(eye, INF)), [1, 0]));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 1],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["select-not-multiply"],
      not: ["impute", "mask-before", "xlogy", "scale-input", "clip-norm"],
      code: "where(eye, Infinity, 0)",
    },
    fixed: () => {
      const sim = matrix("sim", [1, 0.2], [0.2, 1]);
      return [crossEntropy(where(matrix("eye", [1, 0], [0, 1]), -1e9, sim), [1, 0]).item()];
    },
    good: [0],
  },
  {
    id: "blind-49",
    source: "attention sinks: softmax with 1 in the divisor",
    name: "an off-by-one softmax written out",
    outcome: "throws",
    naive: () => {
      const s = matrix("scores", [100, 1]);
      return step(s, () => {
        const r = exp(s);
        return sum(square(div(r, add(1, sum(r, ROWS)))));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0, 0],
      operands: [100],
      pair: "exp(100) = ∞",
      absorbed: ["div forward"],
      fix: ["softmax", "clip-input", "exp-sub"],
      not: ["tanh", "impute", "logsumexp", "clip-norm"],
    },
    fixed: () => {
      const s = matrix("s", [100, 1]);
      const m = max(s);
      const r = exp(sub(s, m));
      return valuesOf(div(r, add(exp(neg(m)), sum(r, ROWS))));
    },
    good: [1, e(-99)],
    tolerance: 1e-3,
  },
  {
    id: "blind-50",
    source: "gpytorch: cholesky by hand",
    name: "a Cholesky factor of a matrix that rounding has made indefinite",
    outcome: "throws",
    naive: () => {
      const x = vector("b", 1.0000002);
      return step(x, () => {
        const l11 = sqrt(tensor([1]));
        const l21 = div(x, l11);
        return sum(log(sqrt(sub(1, square(l21)))));
      });
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [0],
      operands: [1 - Math.fround(1.0000002) ** 2],
      pair: "= NaN",
      fix: ["safe-sqrt"],
      not: ["epsilon-inside", "f64-statistics", "safe-norm", "impute", "log-softmax"],
      origin: 'input "b"[0]',
    },
    fixed: () => valuesOf(safeSqrt(vector("s", -1e-7, 4))),
    good: [0, 2],
  },
  {
    id: "blind-51",
    source: "keras: Dropout(1.0)",
    name: "dropout of everything, scaled by 1 / (1 − 1)",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 1, 2);
      const rate = 1;
      return step(x, () => sum(mul(mul(x, vector("kept", 0, 0)), 1 / (1 - rate))));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["select-not-multiply", "mask-before"],
      not: ["impute", "scale-input", "clip-norm", "xlogy"],
    },
    fixed: () => valuesOf(mul(vector("x", 1, 2), 0)),
    good: [0, 0],
  },
  {
    id: "blind-52",
    source: "llama.cpp: SwiGLU overflow",
    name: "a gated unit whose two halves are large",
    outcome: "throws",
    naive: () => {
      const w = matrix("w", [1e10, 1e10]);
      return valueAndGrad({ w }, () => mean(swiglu(matmul(matrix("x", [1e10]), w))));
    },
    says: {
      op: "swiglu",
      phase: "forward",
      index: [0, 0],
      operands: [1e20],
      pair: "= ∞",
      fix: ["scale-input"],
      not: ["impute", "select-not-multiply", "xlogy", "safe-div"],
    },
    fixed: () => valuesOf(swiglu(matrix("h", [0, 5]))),
    good: [0],
  },
  {
    id: "blind-53",
    source: "pomegranate, hmm with forbidden transitions",
    name: "states with a probability of 0, in logarithms: right as it is",
    outcome: "silent",
    naive: () => {
      const emission = matrix("emission", [-1], [-2]);
      const hard = matrix("transition", [0, -INF], [-1, -1]);
      return step(emission, () =>
        sum(
          logsumexp(add(add(hard, emission), matrix("alpha", [0], [-2])), {
            axis: 0,
            keepDims: true,
          }),
        ),
      );
    },
    fixed: () => valuesOf(logsumexp(matrix("states", [-1, -INF], [-5, -5]), { axis: 0 })),
    good: [-1 + soft(-4), -5],
  },
  {
    id: "blind-54",
    source: "sklearn rbf kernel of outliers",
    name: "a kernel of points so far apart that the square overflows: right as it is",
    outcome: "silent",
    naive: () => {
      const x = vector("x", 1e25, 1);
      return step(x, () => sum(exp(neg(square(x)))));
    },
    fixed: () =>
      gradientsOf(step(vector("x", 0, 1), () => sum(exp(neg(square(vector("d", 1e10, 1))))))),
    good: [0, 0],
  },
  {
    id: "blind-55",
    source: "running minimum from ∞",
    name: "a smallest distance that starts at ∞: right as it is",
    outcome: "silent",
    naive: () => {
      const d = vector("d", 3, 1, 2);
      return step(d, () => {
        let best: Tensor = tensor(INF);
        for (const one of [d, mul(d, 2)]) best = minimum(best, one);
        return sum(best);
      });
    },
    fixed: () => valuesOf(minimum(vector("d", 3, 1, 2), mul(vector("d", 3, 1, 2), 2))),
    good: [3, 1, 2],
  },
  {
    id: "blind-56",
    source: "straight-through estimators",
    name: "a rounding whose gradient is passed on: right as it is",
    outcome: "silent",
    naive: () => {
      const x = vector("x", 0.4, 1.6);
      return step(x, () =>
        mean(
          square(
            sub(
              add(
                x,
                noGrad(() => sub(round(x), x)),
              ),
              3,
            ),
          ),
        ),
      );
    },
    fixed: () => {
      const x = vector("x", 0.4, 1.6);
      return gradientsOf(
        step(x, () =>
          mean(
            square(
              sub(
                add(
                  x,
                  noGrad(() => sub(round(x), x)),
                ),
                3,
              ),
            ),
          ),
        ),
      );
    },
    good: [-3, -1],
  },
  {
    id: "blind-57",
    source: "gemma: logit soft-capping of 0",
    name: "scores capped by cap · tanh(s / cap), with a cap of 0",
    outcome: "throws",
    naive: () => {
      const s = matrix("scores", [1, 0]);
      const cap = 0;
      return step(s, () => sum(square(softmax(mul(cap, tanh(div(s, cap)))))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
      not: ["divide-where", "epsilon-inside", "softmax", "impute", "clip-norm", "scale-input"],
      absorbed: ["tanh forward"],
    },
    fixed: () => valuesOf(softmax(mul(50, tanh(div(matrix("s", [1, 0]), 50))))),
    good: [1 / (1 + e(-50 * Math.tanh(0.02))), 1 / (1 + e(50 * Math.tanh(0.02)))],
  },
  {
    id: "blind-58",
    source: "qk-norm without epsilon, on padding",
    name: "a key of padding, normalised by rsqrt of its mean square",
    outcome: "throws",
    naive: () => {
      const k = matrix("k", [1, 2], [0, 0]);
      return step(k, () => sum(softmax(mul(k, rsqrt(mean(square(k), ROWS))))));
    },
    says: {
      op: "rsqrt",
      phase: "forward",
      index: [1, 0],
      operands: [0],
      pair: "= ∞",
      fix: ["epsilon-inside", "safe-norm"],
      not: ["select-not-multiply", "xlogy", "impute", "clip-norm", "finite-mask"],
      origin: 'input "k"[1, 0]',
    },
    fixed: () => {
      const k = matrix("k", [0, 0], [1, 1]);
      return valuesOf(mul(k, rsqrt(add(mean(square(k), ROWS), 1e-6))));
    },
    good: [0, 0, 1, 1],
    tolerance: 1e-4,
  },
  {
    id: "blind-59",
    source: "mamba#6: discretisation by (e^ΔA − 1) / A",
    name: "a state space whose decay has underflowed to 0",
    outcome: "throws",
    naive: () => {
      const a = vector("a_log", -120, 0);
      return valueAndGrad({ a }, () => {
        const decay = neg(exp(a));
        return sum(div(sub(exp(mul(0.1, decay)), 1), decay));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / ",
      fix: ["expm1", "limit"],
      not: [
        "safe-div",
        "div-no-nan",
        "divide-where",
        "softmax",
        "exp-sub",
        "sigmoid",
        "impute",
        "tanh",
      ],
      origin: 'input "a_log"[0]',
    },
    fixed: () => valuesOf(mul(0.1, exprel(mul(0.1, neg(exp(vector("a_log", -120, 0))))))),
    good: [0.1, 1 - e(-0.1)],
  },
  {
    id: "blind-60",
    source: "RWKV-LM#72: wkv in float16",
    name: "a mean of values weighted by exponentials of keys",
    outcome: "throws",
    naive: () => {
      const [k, v] = [matrix("k", [100, 1]), matrix("v", [1, 2])];
      return valueAndGrad({ k, v }, () => {
        const w = exp(k);
        return mean(div(sum(mul(w, v), ROWS), sum(w, ROWS)));
      });
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0, 0],
      operands: [100],
      pair: "exp(100) = ∞",
      fix: ["softmax", "exp-sub"],
      not: ["tanh", "sigmoid", "logsumexp", "log-softmax", "impute"],
    },
    fixed: () => valuesOf(sum(mul(softmax(matrix("k", [100, 1])), matrix("v", [1, 2])), ROWS)),
    good: [1],
  },
  {
    id: "blind-61",
    source: "edm: c_noise = ln(σ) / 4 at σ = 0",
    name: "an embedding of the logarithm of a noise level of 0",
    outcome: "throws",
    naive: () => {
      const w = vector("w", 1);
      const sigma = vector("sigma", 1, 0);
      return valueAndGrad({ w }, () => mean(mul(cos(mul(2 * PI, div(log(sigma), 4))), w)));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "log(0) = -∞",
      fix: ["safe-log", "epsilon-inside"],
      not: ["scale-input", "log-softmax", "logits", "xlogy", "impute"],
      code: "sigma",
    },
    fixed: () => valuesOf(log(maximum(vector("sigma", 1, 0), 0.002))),
    good: [0, ln(0.002)],
  },
  {
    id: "blind-62",
    source: "pytorch: BCE pos_weight = neg / pos",
    name: "a weight of positives where there are none",
    outcome: "throws",
    naive: () => {
      const [z, y] = [vector("logits", 1, -1), vector("y", 0, 0)];
      return step(z, () => {
        const weight = div(sum(sub(1, y)), sum(y));
        return mean(
          sub(
            sub(0, mul(mul(weight, y), log(sigmoid(z)))),
            mul(sub(1, y), log(sub(1, sigmoid(z)))),
          ),
        );
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [2, 0],
      pair: "2 / 0 = ∞",
      fix: ["safe-div", "divide-where"],
      not: ["xlogy", "scale-input", "logits", "impute", "fix-labels", "log-softmax"],
    },
    fixed: () => [div(sum(vector("n", 1, 1)), maximum(sum(vector("y", 0, 0)), 1)).item()],
    good: [2],
  },
  {
    id: "blind-63",
    source: "SimCLR with a batch of one",
    name: "a row of similarities with nothing but itself in it",
    outcome: "throws",
    naive: () => {
      const sim = matrix("sim", [0.5]);
      return step(sim, () => sum(softmax(where(matrix("eye", [1]), -INF, sim))));
    },
    says: {
      op: "softmax",
      phase: "forward",
      index: [0, 0],
      operands: [-INF],
      pair: "",
      fix: ["finite-mask"],
      not: ["impute", "clip-norm", "scale-input"],
      absorbed: [],
    },
    fixed: () => valuesOf(softmax(where(matrix("eye", [1]), -1e9, matrix("sim", [0.5])))),
    good: [1],
  },
  {
    id: "blind-64",
    source: "portfolio weights w / Σw",
    name: "weights divided by a total that overflows",
    outcome: "alarm",
    naive: () => {
      const w = matrix("w", [3e38, 3e38], [1, 1]);
      const r = matrix("r", [1, 2]);
      return valueAndGrad({ r }, () => mean(mul(div(w, sum(w, ROWS)), r)));
    },
    says: {
      op: "sum",
      phase: "forward",
      index: [0, 0],
      operands: [3e38],
      pair: "= ∞",
      absorbed: ["div forward"],
      fix: ["scale-input"],
      not: ["impute", "safe-div", "softmax", "epsilon-inside"],
    },
    fixed: () => {
      const w = matrix("w", [3e38, 3e38]);
      return valuesOf(div(div(w, 3e38), sum(div(w, 3e38), ROWS)));
    },
    good: [0.5, 0.5],
  },
  {
    id: "blind-65",
    source: "binary entropy regulariser",
    name: "an entropy of a sigmoid in both directions",
    outcome: "throws",
    naive: () => {
      const z = vector("z", 0, 40);
      return step(z, () => {
        const p = sigmoid(z);
        return neg(sum(add(mul(p, log(p)), mul(sub(1, p), log(sub(1, p))))));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [1],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy", "logits"],
      not: ["impute", "scale-input", "clip-norm", "log-softmax"],
      origin: 'input "z"[1]',
      code: "xlogy(sub(1, sigmoid(z)), sub(1, sigmoid(z)))",
    },
    fixed: () =>
      valuesOf(
        add(
          softplus(vector("z", 0, 40)),
          mul(neg(vector("z", 0, 40)), sigmoid(vector("z", 0, 40))),
        ),
      ),
    good: [ln(2), 0],
  },
  {
    id: "blind-66",
    source: "KL of Bernoulli dropout",
    name: "a divergence of two Bernoulli shares, one of which is 1",
    outcome: "throws",
    naive: () => {
      const [p, q] = [vector("p", 0.5, 1), vector("q", 0.5, 0.5)];
      return step(q, () =>
        sum(add(mul(p, log(div(p, q))), mul(sub(1, p), log(div(sub(1, p), sub(1, q)))))),
      );
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [1],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy"],
      not: ["impute", "log-softmax", "logits", "scale-input", "log1p"],
      code: "xlogy(sub(1, p), div(sub(1, p), sub(1, q)))",
    },
    fixed: () => {
      const q = vector("q", 0.5, 0.5);
      const p = vector("p", 0.5, 1);
      return valuesOf(add(xlogy(p, div(p, q)), xlogy(sub(1, p), div(sub(1, p), sub(1, q)))));
    },
    good: [0, ln(2)],
  },
  {
    id: "blind-67",
    source: "pytorch forum: weights quantised without a straight-through gradient",
    name: "weights that are rounded, without a straight-through gradient",
    outcome: "alarm",
    naive: () => {
      const x = matrix("x", [1], [2]);
      return fit(sgd({ lr: 0.1 }), { w: [[0.4]] }, 1, ({ w }) =>
        mse(matmul(x, round(w)), matrix("y", [1], [2])),
      );
    },
    says: {
      op: "round",
      phase: "backward",
      index: [0, 0],
      operands: [0.4],
      pair: "-5 · 0 = 0",
      fix: ["slope"],
      not: ["impute", "scale-input", "clip-norm"],
      code: "noGrad(() => sub(round(w), w))",
    },
    fixed: () => {
      const w = matrix("w", [0.4]);
      return gradientsOf(
        valueAndGrad({ w }, () =>
          mse(
            matmul(
              matrix("x", [1], [2]),
              add(
                w,
                noGrad(() => sub(round(w), w)),
              ),
            ),
            matrix("y", [1], [2]),
          ),
        ),
      );
    },
    good: [-5],
  },
  {
    id: "blind-68",
    source: "stackoverflow 41780655: accuracy as a loss",
    name: "a loss that counts wrong answers by a comparison",
    outcome: "alarm",
    naive: () => {
      const x = matrix("x", [1, 2], [2, 1]);
      return fit(sgd({ lr: 0.1 }), { w: [[1], [-1]] }, 1, ({ w }) =>
        mean(notEqual(greater(matmul(x, w), 0), matrix("y", [1], [0]))),
      );
    },
    says: {
      op: "greater",
      phase: "backward",
      index: [0, 0],
      operands: [-1, 0],
      pair: "greater(-1, 0) = 0",
      fix: ["slope"],
      not: ["impute", "scale-input", "clip-norm"],
      code: "sigmoid(sub(matmul(x, w), 0))",
    },
    fixed: () => {
      const z = matrix("z", [-1], [1]);
      return gradientsOf(
        valueAndGrad({ z }, () => mean(sub(softplus(z), mul(z, matrix("y", [1], [0]))))),
      );
    },
    good: [-0.5 / (1 + e(-1)), 0.5 / (1 + e(-1))],
  },
  {
    id: "blind-69",
    source: "tensorflow#20355: no gradient for argmax",
    name: "a choice by argmax that feeds the loss",
    outcome: "alarm",
    naive: () => {
      const x = matrix("x", [1, 2], [2, 1]);
      return fit(
        sgd({ lr: 0.1 }),
        {
          w: [
            [1, 0],
            [0, 1],
          ],
        },
        1,
        ({ w }) => mse(argmax(matmul(x, w), { axis: 1 }), vector("y", 0, 1)),
      );
    },
    says: {
      op: "argmax",
      phase: "backward",
      index: [0],
      operands: [2],
      pair: "which has no slope",
      fix: ["slope"],
      not: ["impute", "scale-input", "clip-norm"],
      code: "softmax(matmul(x, w))",
    },
    fixed: () => {
      const z = matrix("z", [1, 2]);
      return gradientsOf(valueAndGrad({ z }, () => crossEntropy(z, [0])));
    },
    good: [-e(1) / (1 + e(1)), e(1) / (1 + e(1))],
  },
  {
    id: "blind-70",
    source: "pytorch forum: NLLLoss of log(log_softmax)",
    name: "the logarithm of what is a logarithm already",
    outcome: "throws",
    naive: () => {
      const z = matrix("logits", [1, 3]);
      return step(z, () => neg(sum(mul(log(logSoftmax(z)), matrix("y", [0, 1])))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 0],
      operands: [-2 - Math.log1p(e(-2))],
      pair: "= NaN",
      fix: ["log-softmax"],
      not: ["impute", "epsilon-inside", "softplus", "scale-input"],
      code: "logSoftmax(logits) instead of log(logSoftmax(logits))",
    },
    fixed: () => [neg(sum(mul(logSoftmax(matrix("z", [1, 3])), matrix("y", [0, 1])))).item()],
    good: [Math.log1p(e(-2))],
  },
];

export const blind: readonly NanCase[] = [
  ...attention,
  ...deep,
  ...generative,
  ...relations,
  ...policies,
  ...physics,
  ...losses,
  ...sciences,
];
