/**
 * Other programs of the kinds in the list of real bugs: softmax, losses, statistics, optimizers, data. In networks, batches,
 * inference, doubles, without names.
 */
import {
  adam,
  add,
  argmax,
  clip,
  crossEntropy,
  div,
  divNoNan,
  equal,
  exp,
  greater,
  layerNorm,
  linear,
  log,
  logSigmoid,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  noGrad,
  norm2,
  parameter,
  relu,
  relu6,
  rsqrt,
  sgd,
  sigmoid,
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
  trainStep,
  valueAndGrad,
  where,
  xlogx,
} from "../../src/index.js";
import { monitor } from "../../src/monitor/index.js";
import {
  COLUMNS,
  gradientsOf,
  INF,
  matrix,
  type NanCase,
  outcomeOf,
  ROWS,
  step,
  valuesOf,
} from "./case.js";

const { exp: e, log: ln, log1p: ln1p } = Math;
const EYE = [
  [1, 0],
  [0, 1],
];
const wide = (data: number[][] | number[]) => tensor(data, { dtype: "float64" });
const soft = (x: number): number => Math.max(x, 0) + ln1p(e(-Math.abs(x)));

const attend = (mask: number[][], score: (scores: Tensor, mask: Tensor) => Tensor) => {
  const w = parameter("query.weight", EYE);
  const x = matrix("tokens", [1, 0], [0, 1], [1, 1]);
  const masks = tensor(mask, { name: "mask" });
  const keys = tensor([
    [1, 0, 0],
    [0, 1, 0],
  ]);
  return valueAndGrad([w], () => sum(matmul(score(matmul(matmul(x, w), keys), masks), x)));
};
const PAD = [
  [0, -INF, -INF],
  [-INF, -INF, -INF],
  [0, 0, -INF],
];

const softmaxes: readonly NanCase[] = [
  {
    id: "kind-31-a",
    source: "own",
    name: "attention whose middle query may look at nothing",
    outcome: "throws",
    naive: () => attend(PAD, (scores, mask) => softmax(add(scores, mask))),
    says: {
      op: "softmax",
      phase: "forward",
      index: [1, 0],
      operands: [-INF],
      pair: "-∞",
      fix: ["finite-mask"],
      not: ["clip-norm", "lower-lr", "scale-input", "log-softmax", "impute"],
    },
    fixed: () => [
      attend(PAD, (scores, mask) => softmax(add(scores, where(greater(mask, -1), 0, -1e9)))).loss,
    ],
    good: [1 + 4 / 3 + 1],
  },
  {
    id: "kind-31-b",
    source: "own",
    name: "log probabilities in inference, doubles, a row without classes",
    outcome: "throws",
    naive: () =>
      logSoftmax(
        wide([
          [0, 1],
          [-INF, -INF],
          [2, 1],
        ]),
      ).toArray(),
    says: {
      op: "logSoftmax",
      phase: "forward",
      index: [1, 0],
      operands: [-INF],
      pair: "-∞",
      fix: ["finite-mask"],
      not: ["clip-norm", "lower-lr", "scale-input", "impute"],
    },
    fixed: () => [
      ...logSoftmax(
        maximum(
          wide([
            [0, 1],
            [-INF, -INF],
            [2, 1],
          ]),
          -1e9,
        ),
      ).toArray(),
    ],
    good: [-soft(1), -soft(-1), -ln(2), -ln(2), -soft(-1), -soft(1)],
  },
  {
    id: "kind-32-a",
    source: "own",
    name: "two finite masks that add up to -∞ over one row of a batch",
    outcome: "throws",
    naive: () =>
      attend(
        [
          [0, 0, -3e38],
          [-3e38, -3e38, -3e38],
          [0, 0, 0],
        ],
        (scores, mask) => softmax(add(scores, add(mask, mask))),
      ),
    says: {
      op: "add",
      phase: "forward",
      index: [1, 0],
      operands: [-3e38],
      pair: "= -∞",
      fix: ["finite-mask", "scale-input"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () => [
      attend(
        [
          [0, 0, -1e9],
          [-1e9, -1e9, -1e9],
          [0, 0, 0],
        ],
        (scores, mask) => softmax(add(scores, maximum(add(mask, mask), -1e9))),
      ).loss,
    ],
    good: [1 + 4 / 3 + (2 * e(1) + 2) / (2 * e(1) + 1)],
    tolerance: 1e-4,
  },
  {
    id: "kind-34-a",
    source: "own",
    name: "a partition function by hand, of far negative logits",
    outcome: "throws",
    naive: () => {
      const [w, b] = [parameter("w", EYE), parameter("b", [0, 0])];
      const x = matrix("x", [1, 0], [-200, -300], [0, 1]);
      return valueAndGrad([w, b], () => mean(log(sum(exp(linear(x, w, b)), { axis: 1 }))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "log(0)",
      fix: ["logsumexp"],
      not: ["clip-norm", "lower-lr"],
    },
    fixed: () => {
      const [w, b] = [parameter("w", EYE), parameter("b", [0, 0])];
      const x = matrix("x", [1, 0], [-200, -300], [0, 1]);
      return [valueAndGrad([w, b], () => mean(logsumexp(linear(x, w, b), { axis: 1 }))).loss];
    },
    good: [(2 * soft(1) - 200) / 3],
  },
  {
    id: "kind-34-b",
    source: "own",
    name: "the maximum taken off by hand, of a row of -∞",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [0, 1], [-INF, -INF], [2, 1]);
      return step(x, () => {
        const m = max(x, ROWS);
        return sum(exp(add(log(sum(exp(sub(x, m)), ROWS)), m)));
      });
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [1, 0],
      operands: [-INF, -INF],
      pair: "-∞ − -∞",
      fix: ["logsumexp", "finite-mask"],
      not: ["clip-norm", "lower-lr", "scale-input"],
    },
    fixed: () => {
      const x = matrix("x", [0, 1], [-INF, -INF], [2, 1]);
      return outcomeOf(step(x, () => sum(exp(logsumexp(x, ROWS)))));
    },
    good: [1 + 2 * e(1) + e(2), 1, e(1), 0, 0, e(2), e(1)],
  },
  {
    id: "kind-34-c",
    source: "own",
    name: "an empty mixture whose weight is 0: exp of -∞",
    outcome: "silent",
    naive: () => {
      const x = matrix("x", [0, 1], [-INF, -INF]);
      return step(x, () => sum(exp(logsumexp(x, { axis: 1 }))));
    },
    fixed: () => {
      const x = matrix("x", [0, 1], [-INF, -INF]);
      return gradientsOf(step(x, () => sum(exp(logsumexp(x, { axis: 1 })))));
    },
    good: [1, e(1), 0, 0],
  },
  {
    id: "kind-36-a",
    source: "own",
    name: "log likelihood of one-hot targets, by multiplication, in a network",
    outcome: "throws",
    naive: () => network((z, t) => neg(mean(sum(mul(t, log(softmax(z))), { axis: 1 })))),
    says: {
      op: "mul",
      phase: "forward",
      index: [1, 0],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["log-softmax", "logits"],
      not: ["clip-norm", "lower-lr", "scale-input", "impute"],
    },
    fixed: () => [network((z, t) => neg(mean(sum(mul(t, logSoftmax(z)), { axis: 1 })))).loss],
    good: [(soft(-1) + 0 + soft(-1)) / 3],
  },
  {
    id: "kind-36-b",
    source: "own",
    name: "an entropy in inference, doubles, no names",
    outcome: "throws",
    naive: () => {
      const p = softmax(
        wide([
          [0, 1],
          [0, -800],
          [1, 1],
        ]),
      );
      return neg(sum(mul(p, log(p)), { axis: 1 })).toArray();
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [1, 1],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy", "log-softmax"],
      not: ["clip-norm", "lower-lr", "scale-input", "impute"],
    },
    fixed: () => {
      const p = softmax(
        wide([
          [0, 1],
          [0, -800],
          [1, 1],
        ]),
      );
      return [...neg(sum(xlogx(p), { axis: 1 })).toArray()];
    },
    good: [soft(1) - e(1) / (1 + e(1)), 0, ln(2)],
  },
  {
    id: "kind-36-c",
    source: "own",
    name: "the logarithm of a sigmoid, underflowed in the middle of a batch",
    outcome: "throws",
    naive: () =>
      logistic((z, y) => {
        const p = sigmoid(z);
        return neg(mean(add(mul(y, log(p)), mul(sub(1, y), log(sub(1, p))))));
      }),
    says: {
      op: "log",
      phase: "forward",
      index: [1, 0],
      operands: [0],
      pair: "log(0)",
      fix: ["logits"],
      not: ["clip-norm", "lower-lr", "scale-input", "impute"],
    },
    fixed: () => [logistic((z, y) => mean(sub(softplus(z), mul(z, y)))).loss],
    good: [(soft(-1) + 120 + soft(-2)) / 3],
  },
  {
    id: "kind-38-a",
    source: "own",
    name: "a probability from tanh, clamped, and wrong",
    outcome: "alarm",
    finite: true,
    naive: () =>
      logistic((z, y) => {
        const p = clip(mul(add(tanh(z), 1), 0.5), { min: 1e-7, max: 1 - 1e-7 });
        return neg(mean(add(mul(y, log(p)), mul(sub(1, y), log(sub(1, p))))));
      }),
    says: {
      op: "clip",
      phase: "backward",
      index: [1, 0],
      operands: [0],
      pair: "",
      fix: ["logits", "slope"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () => [
      logistic((z, y) => {
        const two = mul(2, z);
        return mean(sub(softplus(two), mul(two, y)));
      }).loss,
    ],
    good: [(soft(-2) + 240 + soft(-4)) / 3],
  },
  {
    id: "kind-38-b",
    source: "own",
    name: "softmax clamped before the logarithm, surely wrong in one row",
    outcome: "alarm",
    finite: true,
    naive: () =>
      network(
        (z, t) => neg(mean(sum(mul(t, log(clip(softmax(z), { min: 1e-7, max: 1 }))), { axis: 1 }))),
        [
          [0, 1],
          [1, 0],
          [1, 0],
        ],
      ),
    says: {
      op: "clip",
      phase: "backward",
      index: [1, 0],
      operands: [0],
      pair: "",
      fix: ["log-softmax", "logits"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () =>
      gradientsOf(
        network(
          (z, t) => neg(mean(sum(mul(t, logSoftmax(z)), { axis: 1 }))),
          [
            [0, 1],
            [1, 0],
            [1, 0],
          ],
        ),
      ).slice(-2),
    good: [(1 / (1 + e(1)) - 1 - 1 / (1 + e(1))) / 3, (1 - 0) / 3],
    tolerance: 1e-4,
  },
  {
    id: "kind-38-c",
    source: "own",
    name: "the same clamp where the network is right: nothing is lost",
    outcome: "silent",
    naive: () =>
      network((z, t) =>
        neg(mean(sum(mul(t, log(clip(softmax(z), { min: 1e-7, max: 1 }))), { axis: 1 }))),
      ),
    fixed: () => [
      network((z, t) =>
        neg(mean(sum(mul(t, log(clip(softmax(z), { min: 1e-7, max: 1 }))), { axis: 1 }))),
      ).loss,
    ],
    good: [(soft(-1) + soft(-1)) / 3],
  },
  {
    id: "kind-38-d",
    source: "own",
    name: "the clamp in doubles: some of the batch learns, one row does not",
    outcome: "alarm",
    finite: true,
    naive: () => surely((z) => neg(mean(log(clip(softmax(z), { min: 1e-12, max: 1 }))))),
    says: {
      op: "clip",
      phase: "backward",
      index: [1, 0],
      operands: [e(-50) / (1 + e(-50))],
      pair: "· 0",
      fix: ["log-softmax", "logits"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () => [surely((z) => neg(mean(logSoftmax(z)))).loss],
    good: [(soft(-1) + soft(1) + 50 + soft(-3) + soft(3)) / 6],
  },
  {
    id: "kind-38-e",
    source: "own",
    name: "an epsilon beside a probability, in doubles",
    outcome: "alarm",
    finite: true,
    naive: () => surely((z) => neg(mean(log(add(sigmoid(sum(z, { axis: 1 })), 1e-10))))),
    says: {
      op: "sigmoid",
      phase: "backward",
      index: [1],
      operands: [-50],
      pair: "σ",
      fix: ["logits"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () => [surely((z) => neg(mean(logSigmoid(sum(z, { axis: 1 }))))).loss],
    good: [(soft(-1) + 50 + soft(-3)) / 3],
  },
  {
    id: "kind-38-f",
    source: "own",
    name: "doubles: the other side, kept below 1 by a minimum",
    outcome: "alarm",
    finite: true,
    naive: () =>
      surely((z) => neg(mean(log(sub(1, minimum(sigmoid(neg(sum(z, { axis: 1 }))), 1 - 1e-9)))))),
    says: {
      op: "minimum",
      phase: "backward",
      index: [1],
      operands: [1],
      pair: "· 0",
      fix: ["logits"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () => [surely((z) => mean(softplus(neg(sum(z, { axis: 1 }))))).loss],
    good: [(soft(-1) + 50 + soft(-3)) / 3],
  },
  {
    id: "kind-38-g",
    source: "own",
    name: "doubles, the same clamp where nothing is lost",
    outcome: "silent",
    naive: () => surely((z) => neg(mean(log(clip(softmax(mul(0.1, z)), { min: 1e-12, max: 1 }))))),
    fixed: () => [
      surely((z) => neg(mean(log(clip(softmax(mul(0.1, z)), { min: 1e-12, max: 1 }))))).loss,
    ],
    good: [(soft(-0.1) + soft(0.1) + soft(-5) + soft(5) + soft(-0.3) + soft(0.3)) / 6],
  },
  {
    id: "kind-38-h",
    source: "own",
    name: "the logarithm of (1 + tanh z) / 2",
    outcome: "throws",
    naive: () => logistic((z, y) => neg(mean(mul(y, log(div(add(1, tanh(z)), 2)))))),
    says: {
      op: "log",
      phase: "forward",
      index: [1, 0],
      operands: [0],
      pair: "log(0)",
      fix: ["logits"],
      not: ["clip-norm", "lower-lr", "impute", "log1p"],
    },
    fixed: () => [logistic((z, y) => neg(mean(mul(y, logSigmoid(mul(2, z)))))).loss],
    good: [(soft(-2) + 240) / 3],
  },
  {
    id: "kind-38-i",
    source: "own",
    name: "a logarithm held at -100 in the middle of a batch that learns",
    outcome: "alarm",
    finite: true,
    naive: () => logistic((z, y) => neg(mean(mul(y, clip(log(sigmoid(z)), { min: -100 }))))),
    says: {
      op: "clip",
      phase: "backward",
      index: [1, 0],
      operands: [-INF, -100],
      pair: "· 0",
      absorbed: ["clip forward"],
      fix: ["logits"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () => [logistic((z, y) => neg(mean(mul(y, logSigmoid(z))))).loss],
    good: [(soft(-1) + 120) / 3],
  },
  {
    id: "kind-38-j",
    source: "own",
    name: "scores that a mask made -∞, held at 0 by relu: meant",
    outcome: "silent",
    naive: () => attend(PAD, (scores, mask) => relu(add(scores, mask))),
    fixed: () => [attend(PAD, (scores, mask) => neg(relu(add(scores, mask)))).loss],
    good: [-3],
  },
  {
    id: "kind-39-a",
    source: "own",
    name: "a soft target of 0 at a class that is masked with -∞",
    outcome: "throws",
    naive: () => legal((z, t) => neg(mean(sum(mul(t, logSoftmax(z)), { axis: 1 })))),
    says: {
      op: "mul",
      phase: "forward",
      index: [1, 2],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["select-not-multiply", "finite-mask"],
      not: ["clip-norm", "lower-lr", "scale-input", "impute", "log-softmax"],
    },
    fixed: () => [
      legal((z, t) => neg(mean(sum(where(t, mul(t, logSoftmax(z)), 0), { axis: 1 })))).loss,
    ],
    good: [(ln(3) + ln(2)) / 2],
  },
  {
    id: "kind-40-a",
    source: "own",
    name: "a sequence of the batch is all padding: its mean loss",
    outcome: "throws",
    naive: () =>
      padded((loss, mask) => mean(div(sum(mul(loss, mask), { axis: 1 }), sum(mask, { axis: 1 })))),
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["divide-where", "safe-div"],
      not: ["clip-norm", "lower-lr", "scale-input", "impute"],
    },
    fixed: () =>
      outcomeOf(
        padded((loss, mask) =>
          mean(divNoNan(sum(mul(loss, mask), { axis: 1 }), sum(mask, { axis: 1 }))),
        ),
      ),
    good: [(2.5 + 0 + 25) / 3, (2 * 2.5 + 2 * 25) / 3],
  },
  {
    id: "kind-40-b",
    source: "own",
    name: "accuracy where nothing counts, in inference",
    outcome: "throws",
    naive: () => {
      const right = equal(
        argmax(
          tensor([
            [1, 2],
            [2, 1],
          ]),
          { axis: 1 },
        ),
        tensor([1, 1]),
      );
      const counts = tensor([0, 0]);
      return div(sum(mul(right, counts)), sum(counts)).item();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["divide-where", "safe-div"],
      not: ["clip-norm", "lower-lr", "scale-input", "impute"],
    },
    fixed: () => {
      const right = equal(
        argmax(
          tensor([
            [1, 2],
            [2, 1],
          ]),
          { axis: 1 },
        ),
        tensor([1, 1]),
      );
      const counts = tensor([0, 0]);
      return [divNoNan(sum(mul(right, counts)), sum(counts)).item()];
    },
    good: [0],
  },
  {
    id: "kind-40-c",
    source: "own",
    name: "cross entropy of a batch that is ignored, on Adam",
    outcome: "silent",
    naive: () => {
      const w = parameter("w", EYE);
      return trainStep(adam({ lr: 0.1 }), [w], () =>
        crossEntropy(matmul(matrix("x", [1, 2], [3, 4]), w), [-1, -1], { ignoreIndex: -1 }),
      );
    },
    fixed: () => {
      const w = parameter("w", EYE);
      const { loss } = trainStep(adam({ lr: 0.1 }), [w], () =>
        crossEntropy(matmul(matrix("x", [1, 2], [3, 4]), w), [-1, -1], { ignoreIndex: -1 }),
      );
      return [loss, ...valuesOf(w)];
    },
    good: [0, 1, 0, 0, 1],
  },
];

/** Three samples, two classes; the logits of the second are far apart. */
function network(
  loss: (z: Tensor, t: Tensor) => Tensor,
  targets = [
    [0, 1],
    [0, 1],
    [1, 0],
  ],
) {
  const [w, b] = [parameter("fc.weight", EYE), parameter("fc.bias", [0, 0])];
  const x = matrix("x", [0, 1], [0, 200], [1, 0]);
  const t = tensor(targets, { name: "onehot" });
  return valueAndGrad([w, b], () => loss(linear(relu(x), w, b), t));
}

function logistic(loss: (z: Tensor, y: Tensor) => Tensor) {
  const [w, b] = [parameter("w", [[1]]), parameter("b", [0])];
  const x = matrix("x", [1], [-120], [-2]);
  const y = matrix("y", [1], [1], [0]);
  return valueAndGrad([w, b], () => loss(linear(x, w, b), y));
}

function legal(loss: (z: Tensor, t: Tensor) => Tensor) {
  const b = parameter("b", [0, 0, 0]);
  const mask = tensor([
    [0, 0, 0],
    [0, 0, -INF],
  ]);
  const t = tensor([
    [0.5, 0.25, 0.25],
    [0.5, 0.5, 0],
  ]);
  return valueAndGrad([b], () => loss(add(b, mask), t));
}

function padded(loss: (losses: Tensor64, mask: Tensor64) => Tensor64) {
  const w = tensor([1], { dtype: "float64" });
  const mask = wide([
    [1, 1],
    [0, 0],
    [0, 1],
  ]);
  const y = wide([
    [1, 2],
    [5, 6],
    [5, 5],
  ]);
  return valueAndGrad({ w }, () => loss(square(mul(w, y)), mask));
}

/** The second of three is surely wrong. */
function surely(loss: (z: Tensor64) => Tensor64) {
  const w = parameter("w", EYE, { dtype: "float64" });
  return valueAndGrad([w], () =>
    loss(
      matmul(
        wide([
          [1, 0],
          [-50, 0],
          [3, 0],
        ]),
        w,
      ),
    ),
  );
}
// ── Statistics ───────────────────────────────────────────────────────────────────────────────────

const columns = (make: (h: Tensor) => Tensor, data: number[][]) => {
  const w = parameter("w", EYE);
  const x = tensor(data, { name: "x" });
  const c = tensor([
    [1, 2],
    [3, 4],
    [5, 7],
  ]);
  return valueAndGrad([w], () => sum(mul(make(matmul(x, w)), c)));
};
const HUGE = [
  [1, 1e25],
  [2, 2e25],
  [3, 3e25],
];
const rootOf = Math.sqrt(1.5);

const statistics: readonly NanCase[] = [
  {
    id: "kind-42-a",
    source: "own",
    name: "batch normalisation by hand, one column of 1e25",
    outcome: "alarm",
    finite: true,
    naive: () =>
      columns((h) => {
        const d = sub(h, mean(h, COLUMNS));
        return div(d, sqrt(add(mean(square(d), COLUMNS), 1e-5)));
      }, HUGE),
    says: {
      op: "square",
      phase: "forward",
      index: [0, 1],
      operands: [-1e25],
      pair: "= ∞",
      absorbed: ["div forward"],
      fix: ["f64-statistics", "scale-input"],
      not: ["clip-norm", "lower-lr", "impute"],
      origin: "",
    },
    fixed: () => [columns((h) => div(sub(h, mean(h, COLUMNS)), std(h, COLUMNS)), HUGE).loss],
    good: [rootOf * 4 + rootOf * 5],
  },
  {
    id: "kind-42-b",
    source: "own",
    name: "a root mean square norm by hand in inference, rows of 1e20",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const x = tensor([
        [3, 4],
        [3e20, 4e20],
        [4, 3],
      ]);
      return mul(x, rsqrt(add(mean(square(x), ROWS), 1e-6))).toArray();
    },
    says: {
      op: "square",
      phase: "forward",
      index: [1, 0],
      operands: [3e20],
      pair: "= ∞",
      absorbed: ["rsqrt forward"],
      fix: ["f64-statistics", "scale-input"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () => {
      const x = tensor([
        [3, 4],
        [3e20, 4e20],
        [4, 3],
      ]);
      return [...div(mul(x, Math.SQRT2), norm2(x, ROWS)).toArray()];
    },
    good: [0.6, 0.8, 0.6, 0.8, 0.8, 0.6].map((v) => v * Math.SQRT2),
  },
  {
    id: "kind-42-c",
    source: "own",
    name: "layerNorm itself of rows of 1e30: right, in silence",
    outcome: "silent",
    naive: () =>
      layerNorm(
        tensor([
          [1, 3],
          [1e30, 3e30],
        ]),
        tensor([1, 1]),
        tensor([0, 0]),
      ).toArray(),
    fixed: () => [
      ...layerNorm(
        tensor([
          [1, 3],
          [1e30, 3e30],
        ]),
        tensor([1, 1]),
        tensor([0, 0]),
      ).toArray(),
    ],
    good: [-1, 1, -1, 1],
    tolerance: 1e-4,
  },
  {
    id: "kind-43-a",
    source: "own",
    name: "clipping by hand: the scale is 0",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const g = tensor([1e20, 1e20, 1e20, 1e20], { name: "g" });
      const norm = sqrt(sumSquares(g));
      return mul(g, minimum(1, div(1, norm))).toArray();
    },
    says: {
      op: "sumSquares",
      phase: "forward",
      index: [],
      operands: [1e20],
      pair: "= ∞",
      absorbed: ["div forward"],
      fix: ["f64-statistics", "safe-norm", "scale-input"],
      not: ["lower-lr", "impute"],
    },
    fixed: () => {
      const g = tensor([1e20, 1e20, 1e20, 1e20], { name: "g" });
      return [...mul(g, minimum(1, div(1, norm2(g)))).toArray()];
    },
    good: [0.5, 0.5, 0.5, 0.5],
  },
  {
    id: "kind-43-b",
    source: "own",
    name: "clipping of a gradient of 1e20 by sgd, in doubles and floats",
    outcome: "silent",
    naive: () => clipped("float32"),
    fixed: () => [...clipped("float32"), ...clipped("float64")],
    good: [-0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5],
  },
  {
    id: "kind-44-a",
    source: "own",
    name: "one spike in the middle of a layer, Adam, under a monitor",
    outcome: "alarm",
    finite: true,
    naive: () => spiked({}),
    says: {
      op: "adam",
      phase: "optimizer",
      index: [1],
      operands: [],
      pair: "",
      fix: ["clip-norm"],
      not: ["impute", "scale-input"],
    },
    fixed: () => spiked({ clip: { globalNorm: 1 } }).map((v) => (v < -0.1 ? 1 : 0)),
    good: [1, 1, 1],
  },
  {
    id: "kind-45-a",
    source: "own",
    name: "RMSprop by hand, no epsilon, a feature that is always 0",
    outcome: "throws",
    naive: () => {
      const g = tensor([0.5, 0, -0.5], { name: "g" });
      return noGrad(() => sub(1, mul(0.1, div(g, sqrt(square(g)))))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["divide-where", "safe-div", "epsilon-inside"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () => {
      const g = tensor([0.5, 0, -0.5], { name: "g" });
      return [...noGrad(() => sub(1, mul(0.1, divNoNan(g, sqrt(square(g)))))).toArray()];
    },
    good: [0.9, 1, 1.1],
  },
  {
    id: "kind-46-a",
    source: "own",
    name: "a NaN that a threshold turns into the other class",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const x = matrix("x", [4], [-1], [9]);
      const w = parameter("w", [[1]]);
      return valueAndGrad([w], () => mean(mul(w, greater(sqrt(x), 2.5))));
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [1, 0],
      operands: [-1],
      pair: "NaN",
      absorbed: ["greater forward"],
      fix: ["safe-sqrt", "mask-before", "double-where", "clip-input"],
      not: ["clip-norm", "lower-lr", "scale-input"],
    },
    fixed: () => {
      const x = matrix("x", [4], [-1], [9]);
      const w = parameter("w", [[1]]);
      return [valueAndGrad([w], () => mean(mul(w, greater(sqrt(maximum(x, 0)), 2.5)))).loss];
    },
    good: [1 / 3],
  },
  {
    id: "kind-46-b",
    source: "own",
    name: "a NaN feature through relu6, a clamp and a logarithm",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [1, 2],
          [3, NaN],
          [0, 1],
        ],
        { columns: ["age", "income"], rows: [7, 8, 9] },
      );
      const [w, b] = [parameter("w", EYE), parameter("b", [0, 0])];
      return valueAndGrad([w, b], () =>
        neg(mean(log(clip(sigmoid(relu6(linear(x, w, b))), { min: 1e-7, max: 1 })))),
      );
    },
    says: {
      op: "input",
      phase: "input",
      index: [1, 1],
      operands: [NaN],
      pair: "NaN",
      fix: ["impute"],
      not: ["clip-norm", "lower-lr", "scale-input", "safe-log"],
    },
    fixed: () => {
      const x = tensor([
        [1, 2],
        [3, 1.5],
        [0, 1],
      ]);
      const [w, b] = [parameter("w", EYE), parameter("b", [0, 0])];
      return [
        valueAndGrad([w, b], () =>
          neg(mean(log(clip(sigmoid(relu6(linear(x, w, b))), { min: 1e-7, max: 1 })))),
        ).loss,
      ];
    },
    good: [(soft(-1) + soft(-2) + soft(-3) + soft(-1.5) + soft(0) + soft(-1)) / 6],
  },
  {
    id: "kind-46-c",
    source: "own",
    name: "the largest of logarithms, doubles, inference",
    outcome: "throws",
    naive: () =>
      max(
        log(
          wide([
            [1, 2],
            [3, -1],
            [4, 5],
          ]),
        ),
        { axis: 1 },
      ).toArray(),
    says: {
      op: "log",
      phase: "forward",
      index: [1, 1],
      operands: [-1],
      pair: "log(-1)",
      fix: ["safe-log", "mask-before"],
      not: ["clip-norm", "lower-lr", "scale-input"],
    },
    fixed: () => [
      ...max(
        log(
          maximum(
            wide([
              [1, 2],
              [3, -1],
              [4, 5],
            ]),
            1,
          ),
        ),
        { axis: 1 },
      ).toArray(),
    ],
    good: [ln(2), ln(3), ln(5)],
  },
  {
    id: "kind-47-a",
    source: "own",
    name: "a mean by hand of rows of 3e38",
    outcome: "throws",
    naive: () =>
      div(
        sum(
          tensor([
            [1, 2],
            [3e38, 3e38],
          ]),
          { axis: 1 },
        ),
        2,
      ).toArray(),
    says: {
      op: "sum",
      phase: "forward",
      index: [1],
      operands: [3e38],
      pair: "= ∞",
      fix: ["factors"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () => [
      ...mean(
        tensor([
          [1, 2],
          [3e38, 3e38],
        ]),
        { axis: 1 },
      ).toArray(),
    ],
    good: [1.5, 3e38],
  },
  {
    id: "kind-48-a",
    source: "own",
    name: "a null among weights",
    outcome: "refused",
    naive: () =>
      parameter("w", [
        [1, 2],
        [null as never, 4],
      ]),
    says: { op: "parameter", place: "data[1, 0]", value: "null" },
    fixed: () => [
      ...parameter("w", [
        [1, 2],
        [3, 4],
      ]).toArray(),
    ],
    good: [1, 2, 3, 4],
  },
  {
    id: "kind-48-b",
    source: "own",
    name: "a label that was not found",
    outcome: "refused",
    naive: () =>
      crossEntropy(
        tensor([
          [1, 2],
          [2, 1],
        ]),
        [0, undefined as never],
      ),
    says: { op: "crossEntropy", place: "labels[1]", value: "undefined" },
    fixed: () => [
      crossEntropy(
        tensor([
          [1, 2],
          [2, 1],
        ]),
        [0, 1],
      ).item(),
    ],
    good: [soft(1)],
  },
  {
    id: "kind-50-a",
    source: "own",
    name: "a group of one sample, its variance by hand",
    outcome: "throws",
    naive: () => grouped((s, n) => div(s, sub(n, 1))),
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["divide-where", "safe-div"],
      not: ["clip-norm", "lower-lr", "impute", "scale-input"],
    },
    fixed: () => [grouped((s, n) => divNoNan(s, sub(n, 1))).loss],
    good: [4.5 + 12.5],
  },
  {
    id: "kind-54-a",
    source: "own",
    name: "statistics that are NaN, and that nobody uses",
    outcome: "silent",
    naive: () => {
      const w = parameter("w", [1, 2]);
      return trainStep(sgd({ lr: 0.1 }), [w], () => {
        log(neg(w));
        div(sub(w, w), sub(w, w));
        return sum(square(w));
      });
    },
    fixed: () => {
      const w = parameter("w", [1, 2]);
      trainStep(sgd({ lr: 0.1 }), [w], () => sum(square(w)));
      return valuesOf(w);
    },
    good: [0.8, 1.6],
  },
  {
    id: "kind-55-a",
    source: "own",
    name: "layerNorm without an epsilon, a constant row in the middle, in a network",
    outcome: "throws",
    naive: () => normed(0),
    says: {
      op: "layerNorm",
      phase: "forward",
      index: [1, 0],
      operands: [],
      pair: "0 · ∞",
      fix: ["epsilon"],
      not: ["clip-norm", "lower-lr", "impute", "scale-input"],
    },
    fixed: () => [normed(1e-5).loss],
    good: [4],
    tolerance: 1e-4,
  },
  {
    id: "kind-55-b",
    source: "own",
    name: "scores that overflow in a product, then a softmax",
    outcome: "throws",
    naive: () => {
      const q = tensor(
        [
          [1, 0],
          [1e20, 0],
        ],
        { name: "q" },
      );
      const k = tensor(
        [
          [1e20, 0],
          [0, 1],
        ],
        { name: "k" },
      );
      return softmax(matmul(q, k)).toArray();
    },
    says: {
      op: "matmul",
      phase: "forward",
      index: [1, 0],
      operands: [1e20],
      pair: "= ∞",
      fix: ["scale-input"],
      not: ["clip-norm", "lower-lr", "impute", "finite-mask"],
    },
    fixed: () => {
      const q = tensor(
        [
          [1e-20, 0],
          [1, 0],
        ],
        { name: "q" },
      );
      const k = tensor(
        [
          [1, 0],
          [0, 1],
        ],
        { name: "k" },
      );
      return [...softmax(matmul(q, k)).toArray()];
    },
    good: [0.5, 0.5, e(1) / (1 + e(1)), 1 / (1 + e(1))],
  },
];

function clipped(dtype: "float32" | "float64"): number[] {
  const w = parameter("w", [0, 0, 0, 0], { dtype } as never);
  const of = sgd({ lr: 1, clip: { globalNorm: 1 } });
  trainStep(of, [w], () => sum(mul(w, 1e20)) as never);
  return valuesOf(w);
}

function spiked(options: object): number[] {
  const w = parameter("spiked.weight", [0, 0, 0]);
  const watch = monitor({});
  const of = adam({ lr: 0.1, ...options });
  try {
    for (let i = 0; i < 5; i++) {
      const slope = i === 1 ? tensor([1, 1e13, 1]) : tensor([1, 1, 1]);
      trainStep(of, [w], () => sum(mul(w, slope)));
    }
    return valuesOf(w);
  } finally {
    watch.stop();
    of.dispose();
  }
}

function grouped(spread: (squares: Tensor, n: Tensor) => Tensor) {
  const w = parameter("w", [1]);
  const x = tensor([
    [1, 4],
    [5, 0],
    [2, 7],
  ]);
  const mask = tensor([
    [1, 1],
    [1, 0],
    [1, 1],
  ]);
  return valueAndGrad([w], () => {
    const n = sum(mask, { axis: 1 });
    const m = div(sum(mul(x, mask), ROWS), sum(mask, ROWS));
    return sum(spread(sum(square(mul(mul(w, sub(x, m)), mask)), { axis: 1 }), n));
  });
}

function normed(eps: number) {
  const [w, b] = [parameter("w", EYE), parameter("b", [0, 0])];
  const x = matrix("x", [1, 3], [5, 5], [3, 1]);
  const [g, c] = [parameter("g", [1, 1]), parameter("c", [0, 0])];
  return valueAndGrad([w, b, g, c], () => sum(square(layerNorm(linear(x, w, b), g, c, { eps }))));
}

export const kindsB: readonly NanCase[] = [...softmaxes, ...statistics];
