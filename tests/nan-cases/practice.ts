/**
 * Programs after reports of users, of the parts around a model: tables and what is computed from them, weights that were
 * loaded, optimizers and averages by hand, ops of one's own, inference; and healthy ones that look alarming.
 */
import {
  abs,
  acosh,
  adam,
  add,
  argmax,
  asin,
  atanh,
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
  guard,
  less,
  log,
  log1p,
  logcosh,
  logcumsumexp,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mod,
  mse,
  mul,
  nanMean,
  nanToNum,
  neg,
  noGrad,
  norm2,
  parameter,
  pow,
  reciprocal,
  relu,
  safeAsin,
  safeDiv,
  safePow,
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
  tanh,
  tensor,
  valueAndGrad,
  variance,
  where,
  zeros,
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
  valuesOf,
  vector,
} from "./case.js";

const { exp: e, log: ln, sqrt: root } = Math;
const NAN = Number.NaN;

// ── Tables, and what is computed from them ───────────────────────────────────────────────────────

const tables: readonly NanCase[] = [
  {
    id: "practice-1",
    source: "featuretools#1496, cmpt980#8",
    name: "a rate of two columns, where one row counts nothing: ∞ in a feature",
    outcome: "throws",
    naive: () => {
      const bytes = tensor([[12], [3]], { name: "bytes", columns: ["bytes"], rows: [40, 41] });
      const seconds = tensor([[4], [0]], { name: "seconds", columns: ["seconds"], rows: [40, 41] });
      const w = matrix("w", [0.5]);
      return step(w, () => mse(matmul(div(bytes, seconds), w), tensor([[1], [2]])));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [3, 0],
      pair: "3 / 0",
      fix: ["divide-where", "safe-div"],
      not: ["clip-norm", "lower-lr", "impute"],
      code: "seconds",
    },
    fixed: () => {
      const seconds = matrix("seconds", [4], [0]);
      const w = matrix("w", [0.5]);
      const rate = div(matrix("bytes", [12], [3]), where(equal(seconds, 0), 1, seconds));
      return outcomeOf(step(w, () => mse(matmul(rate, w), tensor([[1], [2]]))));
    },
    good: [0.25, 0],
  },
  {
    id: "practice-2",
    source: "deeplearning4j#1646, deepreflect#11",
    name: "columns standardised by hand, one of them constant",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1, 7], [3, 7]);
      const w = matrix("w", [1], [1]);
      return step(w, () => {
        const z = div(sub(x, mean(x, COLUMNS)), std(x, COLUMNS));
        return mse(matmul(z, w), tensor([[0], [1]]));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["divide-where", "safe-div"],
      not: ["impute", "f64-statistics", "clip-norm", "scale-input"],
    },
    fixed: () => {
      const x = matrix("x", [1, 7], [3, 7]);
      const w = matrix("w", [1], [1]);
      return outcomeOf(
        step(w, () => {
          const s = std(x, COLUMNS);
          const z = div(sub(x, mean(x, COLUMNS)), where(equal(s, 0), 1, s));
          return mse(matmul(z, w), tensor([[0], [1]]));
        }),
      );
    },
    good: [0.5, 1, 0],
  },
  {
    id: "practice-3",
    source: "tsai#942, DoppelGANger#14",
    name: "rows scaled between their smallest and largest, a row of one number",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [0, 4, 2],
          [5, 5, 5],
        ],
        { name: "series", rows: ["a", "b"] },
      );
      const w = matrix("w", [1], [1], [1]);
      return step(w, () => {
        const low = min(x, ROWS);
        return sum(matmul(div(sub(x, low), sub(max(x, ROWS), low)), w));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["divide-where", "safe-div"],
      not: ["impute", "clip-norm", "scale-input"],
      origin: 'input "series"[1, ',
    },
    fixed: () => {
      const x = matrix("x", [0, 4, 2], [5, 5, 5]);
      const w = matrix("w", [1], [1], [1]);
      return outcomeOf(
        step(w, () => {
          const low = min(x, ROWS);
          return sum(matmul(safeDiv(sub(x, low), sub(max(x, ROWS), low)), w));
        }),
      );
    },
    good: [1.5, 0, 1, 0.5],
  },
  {
    id: "practice-4",
    source: "tfjs#442",
    name: "one hot by comparing with the classes: a label that is NaN is no class at all",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const labels = tensor([[1], [NAN], [0]], {
        name: "labels",
        columns: ["kind"],
        rows: [1, 2, 3],
      });
      const w = matrix("w", [0.1, 0.2]);
      return step(w, () =>
        neg(
          mean(
            sum(
              mul(equal(labels, tensor([[0, 1]])), logSoftmax(matmul(tensor([[1], [1], [2]]), w))),
              ROWS,
            ),
          ),
        ),
      );
    },
    says: {
      op: "equal",
      phase: "forward",
      index: [1, 0],
      operands: [NAN],
      pair: "NaN",
      absorbed: ["equal forward"],
      fix: ["impute", "fix-labels"],
      not: ["scale-input", "clip-norm"],
    },
    fixed: () => {
      const w = matrix("w", [0, 0]);
      return outcomeOf(step(w, () => crossEntropy(matmul(tensor([[1], [2]]), w), [1, 0])));
    },
    good: [ln(2), (0.5 * 1 - 0.5 * 2) / 2, (-0.5 * 1 + 0.5 * 2) / 2],
  },
  {
    id: "practice-5",
    source: "anndata#722, underworld2#2",
    name: "statistics in doubles, handed to a model in float32",
    outcome: "throws",
    naive: () => {
      const totals = tensor([3, 1e25], { name: "totals", dtype: "float64" });
      const w = vector("w", 1, 1);
      return step(w, () => sum(mul(w, cast(square(totals), "float32"))));
    },
    says: {
      op: "cast",
      phase: "forward",
      index: [1],
      operands: [1e50],
      pair: "float32(1e+50)",
      fix: ["cast-range"],
      not: ["clip-norm", "lower-lr", "impute"],
      origin: 'input "totals"[1]',
    },
    fixed: () => {
      const totals = tensor([3, 1e25], { dtype: "float64" });
      const w = vector("w", 1, 1);
      return outcomeOf(step(w, () => sum(mul(w, cast(square(div(totals, 1e25)), "float32")))));
    },
    good: [1, 0, 1],
  },
  {
    id: "practice-6",
    source: "OpenSTL#137, ucla-roms#58",
    name: "NetCDF's fill value among the temperatures",
    outcome: "throws",
    naive: () => {
      const x = tensor([[0.5], [9.96921e36]], { name: "sst", columns: ["sst"], rows: [7, 8] });
      const w = matrix("w", [2]);
      return step(w, () => mse(matmul(x, w), tensor([[1], [1]])));
    },
    says: {
      op: "mse",
      phase: "forward",
      index: [],
      operands: [1.993842e37, 1],
      pair: "²",
      fix: ["impute"],
      not: ["lower-lr", "clip-norm", "f64-statistics"],
      code: "missingValues: [9.96",
      origin: 'input "sst"[1, 0] (column "sst", row 8)',
    },
    fixed: () => {
      const w = matrix("w", [2]);
      return outcomeOf(step(w, () => mse(matmul(tensor([[0.5]]), w), tensor([[1]]))));
    },
    good: [0, 0],
  },
  {
    id: "practice-7",
    source: "labels from a table that counts from 1",
    name: "classes counted from 1",
    outcome: "refused",
    naive: () => {
      const z = matrix("z", [0, 1, 2], [2, 1, 0]);
      return step(z, () => crossEntropy(z, [1, 3]));
    },
    says: { op: "crossEntropy", place: "labels[1]", value: "3" },
    fixed: () => {
      const z = matrix("z", [0, 0, 0], [0, 0, 0]);
      return [step(z, () => crossEntropy(z, [0, 2])).loss];
    },
    good: [ln(3)],
  },
  {
    id: "practice-8",
    source: "balanced-loss#12, small-text#39",
    name: "classes weighted by the inverse of their counts, one of which is 0",
    outcome: "throws",
    naive: () => {
      const counts = vector("counts", 3, 0, 1);
      const z = matrix("z", [1, 0, 0], [0, 0, 1]);
      const target = matrix("target", [1, 0, 0], [0, 0, 1]);
      return step(z, () => {
        const weights = div(4, counts);
        return neg(mean(sum(mul(mul(target, weights), logSoftmax(z)), ROWS)));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 1],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["divide-where", "safe-div", "select-not-multiply"],
      not: ["xlogy", "clip-norm", "logits"],
    },
    fixed: () => {
      const counts = vector("counts", 3, 0, 1);
      const z = matrix("z", [0, 0, 0], [0, 0, 0]);
      const target = matrix("target", [1, 0, 0], [0, 0, 1]);
      const weights = div(4, where(equal(counts, 0), 1, counts));
      return [step(z, () => neg(mean(sum(mul(mul(target, weights), logSoftmax(z)), ROWS)))).loss];
    },
    good: [(ln(3) * (4 / 3 + 4)) / 2],
  },
  {
    id: "practice-9",
    source: "keras#7917, RestrictedBoltzmannMachines.jl#143",
    name: "a batch in which every sample weighs nothing",
    outcome: "throws",
    naive: () => {
      const weights = vector("weights", 0, 0);
      const w = vector("w", 2);
      return step(w, () => {
        const errors = square(sub(mul(w, tensor([1, 2])), tensor([1, 1])));
        return div(sum(mul(weights, errors)), sum(weights));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["divide-where", "safe-div"],
      not: ["impute", "scale-input", "clip-norm"],
      origin: 'input "weights"[',
    },
    fixed: () => {
      const weights = vector("weights", 0, 0);
      const w = vector("w", 2);
      return outcomeOf(
        step(w, () => {
          const errors = square(sub(mul(w, tensor([1, 2])), tensor([1, 1])));
          return safeDiv(sum(mul(weights, errors)), sum(weights));
        }),
      );
    },
    good: [0, 0],
  },
  {
    id: "practice-10",
    source: "tabnet#438, tsai#150",
    name: "a logarithmic error of a prediction below −1",
    outcome: "throws",
    naive: () => {
      const w = matrix("w", [-0.5]);
      return step(w, () => mse(log1p(matmul(tensor([[1], [3]]), w)), log1p(tensor([[1], [2]]))));
    },
    says: {
      op: "log1p",
      phase: "forward",
      index: [1, 0],
      operands: [-1.5],
      pair: "log1p(-1.5)",
      fix: ["mask-before", "double-where", "clip-input", "safe-log"],
      not: ["epsilon-inside", "logits", "log1p", "impute"],
    },
    fixed: () => {
      const w = matrix("w", [-0.5]);
      return outcomeOf(
        step(w, () =>
          mse(log1p(maximum(matmul(tensor([[1], [3]]), w), 0)), log1p(tensor([[1], [2]]))),
        ),
      );
    },
    good: [(ln(2) ** 2 + ln(3) ** 2) / 2, 0],
  },
  {
    id: "practice-11",
    source: "darts#2517, xgboost#7586",
    name: "a percentage error where the target is 0",
    outcome: "throws",
    naive: () => {
      const y = tensor([4, 0], { name: "y" });
      const w = vector("w", 0.5);
      return step(w, () => mean(abs(div(sub(y, mul(w, tensor([2, 1]))), y))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [-0.5, 0],
      pair: "-0.5 / 0",
      fix: ["divide-where", "safe-div"],
      not: ["impute", "lower-lr", "clip-norm"],
      code: "y",
    },
    fixed: () => {
      const y = vector("y", 4, 0);
      const w = vector("w", 0.5);
      return outcomeOf(
        step(w, () => mean(abs(div(sub(y, mul(w, tensor([2, 1]))), where(equal(y, 0), 1, y))))),
      );
    },
    good: [(0.75 + 0.5) / 2, (-0.5 + 1) / 2],
  },
  {
    id: "practice-12",
    source: "causalml#1047",
    name: "a symmetric percentage error where target and prediction are 0",
    outcome: "throws",
    naive: () => {
      const y = vector("y", 2, 0);
      const w = vector("w", 1);
      return step(w, () => {
        const p = mul(w, tensor([1, 0]));
        return mean(div(abs(sub(y, p)), add(abs(y), abs(p))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["divide-where", "safe-div", "epsilon-inside"],
      not: ["impute", "safe-norm", "clip-norm"],
    },
    fixed: () => {
      const y = vector("y", 2, 0);
      const w = vector("w", 1);
      return outcomeOf(
        step(w, () => {
          const p = mul(w, tensor([1, 0]));
          return mean(safeDiv(abs(sub(y, p)), add(abs(y), abs(p))));
        }),
      );
    },
    good: [1 / 6, (-1 / 3 - 1 / 9) / 2],
  },
  {
    id: "practice-13",
    source: "AtacWorks#104",
    name: "a correlation as loss, of predictions that are all alike",
    outcome: "throws",
    naive: () => {
      const w = matrix("w", [0]);
      return step(w, () => {
        const p = matmul(tensor([[1], [2], [4]]), w);
        const y = tensor([[1], [0], [3]]);
        const [a, b] = [sub(p, mean(p)), sub(y, mean(y))];
        return sub(1, div(sum(mul(a, b)), mul(sqrt(sum(square(a))), sqrt(sum(square(b))))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where", "epsilon-inside"],
      not: ["lower-lr", "impute", "clip-norm", "scale-input"],
    },
    fixed: () => {
      const w = matrix("w", [0]);
      return outcomeOf(
        step(w, () => {
          const p = matmul(tensor([[1], [2], [4]]), w);
          const y = tensor([[1], [0], [3]]);
          const [a, b] = [sub(p, mean(p)), sub(y, mean(y))];
          return sub(1, safeDiv(sum(mul(a, b)), mul(norm2(a), norm2(b)), { eps: 0.5 }));
        }),
      );
    },
    good: [1, -22 / 3],
  },
  {
    id: "practice-14",
    source: "stable-baselines3#325, wheatley#93",
    name: "advantages of a last batch of one, its variance by hand over n − 1",
    outcome: "throws",
    naive: () => {
      const advantages = vector("advantages", 2.5);
      const p = vector("p", 0.3);
      return step(p, () => {
        const d = sub(advantages, mean(advantages));
        const spread = sqrt(div(sum(square(d)), advantages.size - 1));
        return neg(mean(mul(p, div(d, add(spread, 1e-8)))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["check-number"],
      not: ["impute", "safe-norm", "divide-where", "scale-input", "clip-norm"],
    },
    fixed: () => {
      const advantages = vector("advantages", 2.5);
      const p = vector("p", 0.3);
      return outcomeOf(
        step(p, () => {
          const d = sub(advantages, mean(advantages));
          return neg(mean(mul(p, div(d, add(std(advantages), 1e-8)))));
        }),
      );
    },
    good: [-0, -0],
  },
  {
    id: "practice-15",
    source: "heretic#348",
    name: "a divergence of two models that both forbid a token",
    outcome: "throws",
    naive: () => {
      const base = vector("base", 1, 0, -INF);
      const z = vector("z", 0, 0, -INF);
      return step(z, () => {
        const [p, q] = [logSoftmax(base), logSoftmax(z)];
        return sum(mul(exp(p), sub(p, q)));
      });
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [2],
      operands: [-INF, -INF],
      pair: "-∞ −",
      absorbed: ["exp forward"],
      fix: ["finite-mask", "mask-before", "double-where"],
      not: ["scale-input", "clip-norm", "logsumexp", "lower-lr"],
    },
    fixed: () => {
      const base = vector("base", 1, 0, -1e4);
      const z = vector("z", 0, 0, -1e4);
      return outcomeOf(
        step(z, () => {
          const [p, q] = [logSoftmax(base), logSoftmax(z)];
          return sum(mul(exp(p), sub(p, q)));
        }),
      );
    },
    good: (() => {
      const p = e(1) / (1 + e(1));
      return [p * ln(2 * p) + (1 - p) * ln(2 * (1 - p)), 0.5 - p, p - 0.5, 0];
    })(),
  },
  {
    id: "practice-16",
    source: "feature engineering: log of revenue",
    name: "the logarithm of a column with a 0",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [1, 20],
          [2, 0],
        ],
        { name: "x", columns: ["age", "revenue"], rows: [11, 12] },
      );
      const w = matrix("w", [1], [1]);
      return step(w, () => mse(matmul(log(x), w), tensor([[1], [1]])));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1, 1],
      operands: [0],
      pair: "log(0)",
      fix: ["safe-log", "epsilon-inside", "mask-before"],
      not: ["logits", "log-softmax", "scale-input", "clip-norm", "lower-lr"],
      code: "x",
    },
    fixed: () => {
      const x = matrix("x", [1, 20], [2, 0]);
      const w = matrix("w", [0], [0]);
      return outcomeOf(step(w, () => mse(matmul(log1p(x), w), tensor([[0], [0]]))));
    },
    good: [0, 0, 0],
  },
  {
    id: "practice-17",
    source: "tensorflow#18493: numbers as they come",
    name: "milliseconds since 1970 as a feature",
    outcome: "throws",
    naive: () =>
      fit(sgd({ lr: 0.01 }), { w: [[0]] }, 20, ({ w }) => {
        const x = tensor([[1.7e12], [1.6e12]], { name: "x", columns: ["time"], rows: [0, 1] });
        return mse(matmul(x, w), tensor([[1], [0]]));
      }),
    says: {
      op: "mse",
      phase: "forward",
      index: [],
      operands: [],
      pair: "²",
      fix: ["scale-input"],
      not: ["impute", "f64-statistics"],
    },
    fixed: () =>
      fit(sgd({ lr: 0.5 }), { w: [[0]] }, 1, ({ w }) =>
        mse(matmul(tensor([[1], [-1]]), w), tensor([[1], [-1]])),
      ),
    good: [1],
  },
];

// ── Weights and states ───────────────────────────────────────────────────────────────────────────

const states: readonly NanCase[] = [
  {
    id: "practice-18",
    source: "ultralytics#24307",
    name: "a checkpoint with an ∞ in it, used as it is",
    outcome: "throws",
    naive: () => {
      const w = parameter("fc.weight", [[1], [INF]]);
      return noGrad(() => relu(matmul(tensor([[1, 2]]), w)).toArray());
    },
    says: {
      op: "parameter",
      phase: "parameter",
      index: [1, 0],
      operands: [INF],
      pair: "∞",
      fix: ["restore-parameter"],
      not: ["clip-norm", "lower-lr", "scale-input", "impute"],
      code: "load",
    },
    fixed: () => valuesOf(relu(matmul(tensor([[1, 2]]), parameter("fc.weight", [[1], [2]])))),
    good: [5],
  },
  {
    id: "practice-19",
    source: "FasterTransformer#221: bytes read as another type",
    name: "weights read as what they are not, 3e38 among them, in inference",
    outcome: "throws",
    naive: () => {
      const w = parameter("fc.weight", [[0.5], [3e38]]);
      return matmul(tensor([[1, 2]]), w).toArray();
    },
    says: {
      op: "matmul",
      phase: "forward",
      index: [0, 0],
      operands: [2, 3e38],
      pair: "∞",
      fix: ["restore-parameter"],
      not: ["clip-norm", "lower-lr", "impute"],
      code: "load or initialize fc.weight again",
    },
    fixed: () => valuesOf(matmul(tensor([[1, 2]]), parameter("fc.weight", [[0.5], [3]]))),
    good: [6.5],
  },
  {
    id: "practice-20",
    source: "Flux.jl#1992, torch/nn#1271",
    name: "a running variance by hand, corrected by n / (n − 1) for a batch of one",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [3, 4]);
      const n = x.shape[0] as number;
      let running = tensor([1, 1]);
      const batch = mean(square(sub(x, mean(x, COLUMNS))), { axis: 0 });
      running = add(mul(0.9, running), mul(0.1, mul(batch, n / (n - 1))));
      return div(sub(x, mean(x, COLUMNS)), sqrt(add(running, 1e-5))).toArray();
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["check-number"],
      not: ["impute", "scale-input", "clip-norm", "xlogy"],
    },
    fixed: () => {
      const x = matrix("x", [3, 4]);
      const running = mul(0.9, tensor([1, 1]));
      return valuesOf(div(sub(x, mean(x, COLUMNS)), sqrt(add(running, 1e-5))));
    },
    good: [0, 0],
  },
  {
    id: "practice-21",
    source: "own: a term in another unit",
    name: "Adam fed with a gradient whose square is beyond float32",
    outcome: "throws",
    naive: () =>
      fit(adam({ lr: 0.1 }), { p: [1, 1] }, 3, ({ p }) => sum(mul(p, tensor([1, 1e30])))),
    says: {
      op: "adam",
      phase: "optimizer",
      index: [1],
      operands: [1e30],
      pair: "v",
      fix: ["clip-norm"],
      not: ["restore-parameter", "impute", "restore-state"],
    },
    fixed: () =>
      fit(adam({ lr: 0.1, clip: { globalNorm: 1 } }), { p: [1, 1] }, 1, ({ p }) =>
        sum(mul(p, tensor([0, 1e30]))),
      ),
    good: [1, 0.9],
  },
  {
    id: "practice-22",
    source: "mxnet#6235, FastNN#12",
    name: "centred RMSprop by hand: the mean square less the square of the mean",
    outcome: "throws",
    naive: () => {
      const square2 = tensor([4, 1e6], { name: "meanSquare" });
      const first = tensor([1, 1000.001], { name: "meanGradient" });
      const g = vector("g", 1, 1000);
      return div(g, sqrt(add(sub(square2, square(first)), 1e-8))).toArray();
    },
    says: {
      op: "sqrt",
      phase: "forward",
      index: [1],
      operands: [-1.9375],
      pair: "sqrt(-1.9375",
      fix: ["safe-sqrt", "f64-statistics", "clip-input"],
      not: ["epsilon-inside", "impute", "scale-input", "clip-norm"],
    },
    fixed: () => {
      const spread = maximum(sub(tensor([4, 1e6]), square(tensor([1, 1000.001]))), 0);
      return valuesOf(div(vector("g", 1, 1000), sqrt(add(spread, 1))));
    },
    good: [0.5, 1000],
  },
  {
    id: "practice-23",
    source: "composer#967, mlx-optimizers#36",
    name: "a trust ratio of a layer that is 0 and has no gradient",
    outcome: "throws",
    naive: () => {
      const w = parameter("head.bias", [0, 0]);
      const update = tensor([0, 0], { name: "update" });
      return sub(w, mul(0.1, mul(div(norm2(w), norm2(update)), update))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
      not: ["restore-parameter", "impute", "lower-lr"],
      origin: 'input "update"[',
    },
    fixed: () => {
      const w = parameter("head.bias", [0, 0]);
      const update = tensor([0, 0]);
      return valuesOf(sub(w, mul(0.1, mul(safeDiv(norm2(w), norm2(update)), update))));
    },
    good: [0, 0],
  },
  {
    id: "practice-24",
    source: "nanoGPT#691, DeepSpeed#8142",
    name: "a schedule whose warm-up is all there is: 0 / 0 as a rate",
    outcome: "refused",
    naive: () => {
      const [warm, all] = [1, 1];
      const lr = (steps: number) =>
        steps < warm ? 0.1 : 0.1 * (1 - (steps - warm) / (all - warm));
      return fit(sgd({ lr }), { p: [1] }, 2, ({ p }) => sum(square(p)));
    },
    says: { op: "sgd", value: "NaN" },
    fixed: () => fit(sgd({ lr: () => 0.25 }), { p: [1] }, 2, ({ p }) => sum(square(p))),
    good: [0.25],
  },
  {
    id: "practice-25",
    source: "inverse-root schedules by hand",
    name: "a schedule that divides by the root of the steps, at none",
    outcome: "refused",
    naive: () =>
      fit(adam({ lr: (steps) => 1 / root(steps) }), { p: [1] }, 1, ({ p }) => sum(square(p))),
    says: { op: "adam", value: "Infinity" },
    fixed: () =>
      fit(sgd({ lr: (steps) => 0.25 / root(steps + 1) }), { p: [1] }, 1, ({ p }) => sum(square(p))),
    good: [0.5],
  },
  {
    id: "practice-26",
    source: "tinygrad#15724",
    name: "a decay of 1, which leaves 1 − β = 0 to divide by",
    outcome: "refused",
    naive: () => adam({ lr: 0.1, beta2: 1 }),
    says: { op: "adam", place: "beta2", value: "1" },
    fixed: () => fit(adam({ lr: 0.1, beta2: 0.99 }), { p: [1] }, 1, ({ p }) => sum(p)),
    good: [0.9],
  },
  {
    id: "practice-27",
    source: "espnet#3283, mflux#447",
    name: "gradients added up over batches, one of them with a NaN",
    outcome: "throws",
    naive: () => {
      const w = parameter("w", [[1], [1]]);
      const adding = sgd({ lr: 0.1 });
      const batches = [
        tensor([[1, 2]], { name: "batch" }),
        tensor([[1, NAN]], { name: "batch", columns: ["a", "b"], rows: [17] }),
      ];
      let total = tensor([[0], [0]]);
      for (const x of batches) {
        const { grads } = guard({ onNonFinite: "collect" }, () =>
          valueAndGrad([w], () => mse(matmul(x, w), tensor([[1]]))),
        );
        total = add(total, grads.w as never);
      }
      return adding([w], { w: total });
    },
    says: {
      op: "input",
      phase: "input",
      index: [0, 1],
      operands: [NAN],
      pair: "NaN",
      fix: ["impute"],
      not: ["clip-norm", "lower-lr", "restore-parameter"],
    },
    fixed: () => {
      const w = parameter("w", [[1], [1]]);
      const { grads } = valueAndGrad([w], () => mse(matmul(tensor([[1, 2]]), w), tensor([[1]])));
      sgd({ lr: 0.1 })([w], { w: add(tensor([[0], [0]]), grads.w as never) });
      return valuesOf(w);
    },
    good: [0.6, 0.2],
  },
  {
    id: "practice-28",
    source: "ultralytics#24986",
    name: "an average over weights, one of which was NaN for a moment",
    outcome: "throws",
    naive: () => {
      const w = parameter("w", [1, 2]);
      let average = tensor([1, 2]);
      for (const value of [1.5, NAN, 1.25]) {
        w.data[1] = value;
        average = add(mul(0.9, average), mul(0.1, w));
      }
      return average.toArray();
    },
    says: {
      op: "parameter",
      phase: "parameter",
      index: [1],
      operands: [NAN],
      pair: "NaN",
      fix: ["restore-parameter"],
      not: ["clip-norm", "impute", "scale-input"],
    },
    fixed: () => valuesOf(add(mul(0.9, tensor([1, 2])), mul(0.1, parameter("w", [1, 2])))),
    good: [1, 2],
  },
  {
    id: "practice-29",
    source: "loss scaling by hand",
    name: "a scale of the loss that was doubled for too long",
    outcome: "throws",
    naive: () => {
      const p = vector("p", 30);
      const scale = 2 ** 126;
      return step(p, () => mul(sum(square(p)), scale));
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [],
      operands: [900, 2 ** 126],
      pair: "900 · 8.50706e+37",
      fix: ["smaller-factor"],
      not: ["scale-input", "lower-lr", "impute", "clip-norm"],
    },
    fixed: () => {
      const p = vector("p", 30);
      return valuesOf(div(step(p, () => mul(sum(square(p)), 1024)).grads.x, 1024));
    },
    good: [60],
  },
];

// ── Ops of one's own, geometry, sampling ─────────────────────────────────────────────────────────

const rowNorm = customOp({
  name: "rowNorm",
  shape: ([rows = 0]) => [rows, 1],
  forward: ({ inputs: [x], shapes: [[rows = 0, cols = 0] = []] }) =>
    Array.from({ length: rows }, (_, r) => Math.hypot(...x.subarray(r * cols, r * cols + cols))),
  backward: ({ inputs: [x], output, dy, shapes: [[, cols = 1] = [0, 1]] }) => [
    x.map((v, i) => {
      const r = Math.floor(i / cols);
      return ((dy[r] as number) * v) / (output[r] as number);
    }),
  ],
});

const logOdds = customOp({
  name: "logOdds",
  elementwise: true,
  forward: ({ inputs: [p] }) => p.map((v) => ln(v / (1 - v))),
  backward: ({ inputs: [p], dy }) => [p.map((v, i) => (dy[i] as number) / (v * (1 - v)))],
});

const ops: readonly NanCase[] = [
  {
    id: "practice-30",
    source: "pytorch#26799: backward passes by hand",
    name: "an op of one's own that divides by the norm it gave, which is 0",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [3, 4], [0, 0]);
      return step(x, () => sum(rowNorm(x)));
    },
    says: {
      op: "rowNorm",
      phase: "backward",
      index: [1, 0],
      operands: [1, 0],
      pair: "NaN",
      fix: ["epsilon-inside"],
      not: ["scale-input", "clip-norm", "impute", "lower-lr"],
    },
    fixed: () => {
      const x = matrix("x", [3, 4], [0, 0]);
      return outcomeOf(step(x, () => sum(norm2(x, ROWS))));
    },
    good: [5, 0.6, 0.8, 0, 0],
  },
  {
    id: "practice-31",
    source: "log odds as a feature",
    name: "an elementwise op of one's own at the end of its domain",
    outcome: "throws",
    naive: () => {
      const p = vector("p", 0.5, 1);
      return step(p, () => mean(logOdds(p)));
    },
    says: {
      op: "logOdds",
      phase: "forward",
      index: [1],
      operands: [1],
      pair: "logOdds(1)",
      fix: ["epsilon-inside", "double-where", "clip-input"],
      not: ["scale-input", "clip-norm", "lower-lr"],
    },
    fixed: () => {
      const p = vector("p", 0.5, 1);
      return [step(p, () => mean(logOdds(clip(p, { min: 0.25, max: 0.75 })))).loss];
    },
    good: [ln(3) / 2],
  },
  {
    id: "practice-32",
    source: "onnxruntime-genai#1211, gemma#562",
    name: "a temperature of 0",
    outcome: "throws",
    naive: () => {
      const logits = tensor([2, 1], { name: "logits" });
      const temperature = tensor(0, { name: "temperature" });
      return softmax(div(logits, temperature)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [2, 0],
      pair: "2 / 0",
      fix: ["safe-div", "divide-where", "epsilon-inside"],
      not: ["softmax", "logits", "log-softmax", "clip-norm", "impute"],
      code: "temperature",
    },
    fixed: () => valuesOf(softmax(div(tensor([2, 1]), 1e-2))),
    good: [1, 0],
  },
  {
    id: "practice-33",
    source: "dynet#561, SSLRec#26",
    name: "Gumbel noise of a uniform number that is 1",
    outcome: "throws",
    naive: () => {
      const u = vector("u", 0.5, 1);
      const z = vector("z", 1, 2);
      return step(z, () => {
        const noise = neg(log(neg(log(u))));
        return sum(mul(softmax(add(z, noise)), tensor([1, 2])));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "log(",
      fix: ["safe-log", "epsilon-inside", "mask-before"],
      not: ["logits", "log-softmax", "softmax", "scale-input", "clip-norm", "log-sum"],
      origin: 'input "u"[1]',
    },
    fixed: () => {
      const u = clip(vector("u", 0.5, 1), { min: 0.25, max: 0.5 });
      const z = vector("z", 1, 1);
      return outcomeOf(
        step(z, () => sum(mul(softmax(add(z, neg(log(neg(log(u)))))), tensor([1, 2])))),
      );
    },
    good: [1.5, -0.25, 0.25],
  },
  {
    id: "practice-34",
    source: "POT#54, POT#194",
    name: "Sinkhorn with a small regularisation: a row of the kernel is 0",
    outcome: "throws",
    naive: () => {
      const cost = matrix("cost", [0, 200], [200, 300]);
      return step(cost, () => {
        const k = exp(neg(cost));
        let v = tensor([[1], [1]]);
        let u = v;
        for (let i = 0; i < 2; i++) {
          u = div(tensor([[0.5], [0.5]]), matmul(k, v));
          v = div(tensor([[0.5], [0.5]]), matmul(k, u));
        }
        return sum(mul(u, v));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0.5, 0],
      pair: "0.5 / 0",
      fix: ["log-domain"],
      not: ["safe-div", "divide-where", "epsilon-inside", "impute", "clip-norm", "lower-lr"],
    },
    fixed: () => {
      const cost = matrix("cost", [0, 200], [200, 300]);
      return [step(cost, () => sum(logsumexp(neg(cost), ROWS))).loss];
    },
    good: [-200],
  },
  {
    id: "practice-35",
    source: "czsl#22, bbeh#7",
    name: "a harmonic mean with a 0 among its terms: right, and its gradient is not",
    outcome: "masked",
    naive: () => {
      const x = vector("x", 0, 4);
      return step(x, () => div(2, sum(reciprocal(x))));
    },
    says: {
      op: "reciprocal",
      phase: "backward",
      index: [0],
      operands: [0],
      pair: "0 · ",
      absorbed: ["div forward"],
      fix: ["epsilon-inside", "safe-div", "mask-before", "double-where"],
      not: ["clip-norm", "scale-input", "impute"],
    },
    fixed: () => {
      const x = matrix("x", [0, 4]);
      return outcomeOf(step(x, () => mul(2, div(sum(mul(x, tensor([[1, 0]]))), div(sum(x), 4)))));
    },
    good: [0, 2, 0],
  },
  {
    id: "practice-36",
    source: "neural-lam#537",
    name: "a scale by softplus that underflows to 0: ∞ and −∞ in one likelihood",
    outcome: "throws",
    naive: () => {
      const raw = vector("raw", 1, -120);
      return step(raw, () => {
        const s = softplus(raw);
        const z = div(tensor([0.5, 1.5]), s);
        return mean(add(log(s), mul(0.5, square(z))));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [1],
      operands: [0],
      pair: "log(0)",
      fix: ["epsilon-inside", "mask-before", "clip-input"],
      not: ["scale-input", "clip-norm", "log-sum", "logits", "impute"],
      origin: 'input "raw"[1]',
    },
    fixed: () => {
      const raw = vector("raw", -120);
      return [
        step(raw, () => {
          const s = add(softplus(raw), 0.5);
          return mean(add(log(s), mul(0.5, square(div(tensor([1.5]), s)))));
        }).loss,
      ];
    },
    good: [ln(0.5) + 4.5],
  },
  {
    id: "practice-37",
    source: "gamma regression: y e^−z as a quotient",
    name: "a gamma likelihood of a predictor of −100",
    outcome: "throws",
    naive: () => {
      const z = vector("z", 0, -100);
      return step(z, () => mean(add(z, div(tensor([1, 2]), exp(z)))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [2],
      pair: "2 / 3.",
      fix: ["clip-input"],
      not: ["impute", "logits"],
      code: "exp(clip(z, { min: -40 }))",
      origin: 'input "z"[1]',
    },
    fixed: () => {
      const z = vector("z", 0, -1);
      return outcomeOf(step(z, () => mean(add(z, mul(tensor([1, 2]), exp(neg(z)))))));
    },
    good: [(1 - 1 + 2 * e(1)) / 2, 0, (1 - 2 * e(1)) / 2],
    tolerance: 1e-5,
  },
  {
    id: "practice-38",
    source: "t-SNE on columns that were never scaled",
    name: "1 / (1 + d²) of points 1e20 apart: all far, all equally",
    outcome: "silent",
    naive: () => {
      const x = tensor([1, 1e20], { name: "x" });
      const y = vector("y", 0.5, 0.25);
      return step(y, () => sum(mul(y, reciprocal(add(1, square(x))))));
    },
    fixed: () => {
      const y = vector("y", 0.5, 0.25);
      return outcomeOf(step(y, () => sum(mul(y, reciprocal(add(1, square(tensor([1, 3]))))))));
    },
    good: [0.275, 0.5, 0.1],
  },
  {
    id: "practice-39",
    source: "ray#14878, garage#2129",
    name: "the density of a squashed action, which saturates",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const u = vector("u", 20);
      return step(u, () => neg(sum(log(add(sub(1, square(tanh(u))), 1e-6)))));
    },
    says: {
      op: "tanh",
      phase: "backward",
      index: [0],
      operands: [20],
      pair: "dy",
      fix: ["logcosh"],
      not: ["clip-norm", "impute", "logits"],
      code: "logcosh(u)",
    },
    fixed: () => {
      const u = vector("u", 20);
      return outcomeOf(step(u, () => mul(2, sum(logcosh(u)))));
    },
    good: [2 * (20 - ln(2)), 2],
  },
  {
    id: "practice-40",
    source: "p-norms by hand",
    name: "a 1.5-norm of zeros",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 0, 0);
      return step(x, () => pow(sum(pow(abs(x), 1.5)), 1 / 1.5));
    },
    says: {
      op: "pow",
      phase: "backward",
      index: [0],
      operands: [INF, 0],
      pair: "∞",
      absorbed: ["abs backward"],
      fix: ["safe-pow", "epsilon-inside"],
      not: ["safe-norm", "cbrt", "scale-input", "clip-norm", "impute"],
    },
    fixed: () => {
      const x = vector("x", 0, 0);
      return gradientsOf(step(x, () => safePow(sum(pow(abs(x), 1.5)), 1 / 1.5)));
    },
    good: [0, 0],
  },
  {
    id: "practice-41",
    source: "compounded returns in percent, not in shares",
    name: "growth compounded over rates that are a hundredfold too large",
    outcome: "throws",
    naive: () => {
      const rates = tensor(new Float32Array(24).fill(99), { name: "rates" });
      const w = vector("w", 1);
      return step(w, () => mean(mul(w, cumprod(add(1, rates)))));
    },
    says: {
      op: "cumprod",
      phase: "forward",
      index: [19],
      operands: [100],
      pair: "running product",
      fix: ["log-sum", "scale-input"],
      not: ["clip-norm", "lower-lr", "impute"],
    },
    fixed: () => {
      const rates = tensor(new Float32Array(3).fill(1));
      const w = vector("w", 1);
      return outcomeOf(step(w, () => mean(mul(w, cumprod(add(1, rates))))));
    },
    good: [14 / 3, 14 / 3],
  },
  {
    id: "practice-42",
    source: "mljar#131, colibri#369",
    name: "the class of a prediction that is NaN, in inference",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const x = tensor(
        [
          [1, 2],
          [NAN, 1],
        ],
        { name: "x", columns: ["age", "fare"], rows: [5, 6] },
      );
      const w = parameter("w", [
        [1, 0],
        [0, 1],
      ]);
      return argmax(softmax(matmul(x, w)), { axis: 1 }).toArray();
    },
    says: {
      op: "argmax",
      phase: "forward",
      index: [1],
      operands: [NAN],
      pair: "NaN",
      absorbed: ["argmax forward"],
      fix: ["impute"],
      not: ["scale-input", "clip-norm", "restore-parameter"],
    },
    fixed: () =>
      valuesOf(
        argmax(
          matmul(
            tensor([
              [1, 2],
              [3, 1],
            ]),
            parameter("w", [
              [1, 0],
              [0, 1],
            ]),
          ),
          { axis: 1 },
        ),
      ),
    good: [1, 0],
  },
  {
    id: "practice-43",
    source: "flax#2055, axon#367",
    name: "dropout of everything, scaled up by 1 / (1 − 1)",
    outcome: "throws",
    naive: () => {
      const rate = 1;
      const x = vector("x", 3, 4);
      const kept = vector("kept", 0, 0);
      return step(x, () => sum(div(mul(x, kept), 1 - rate)));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["check-number"],
      not: ["impute", "scale-input", "clip-norm", "epsilon-inside", "divide-where"],
      code: "Math.max(1, n)",
    },
    fixed: () => {
      const x = vector("x", 3, 4);
      const kept = vector("kept", 0, 0);
      return outcomeOf(step(x, () => sum(safeDiv(mul(x, kept), 0, { eps: 0.5 }))));
    },
    good: [0, 0, 0],
  },
  {
    id: "practice-44",
    source: "graph pooling by hand",
    name: "means of groups by one matrix product, one group is empty",
    outcome: "throws",
    naive: () => {
      const member = matrix("member", [1, 1, 0], [0, 0, 0], [0, 0, 1]);
      const x = matrix("x", [1, 2], [3, 4], [5, 6]);
      return step(x, () => sum(square(div(matmul(member, x), sum(member, ROWS)))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["divide-where", "safe-div"],
      not: ["impute", "scale-input", "clip-norm"],
    },
    fixed: () => {
      const member = matrix("member", [1, 1, 0], [0, 0, 0], [0, 0, 1]);
      const x = matrix("x", [1, 2], [3, 4], [5, 6]);
      const count = maximum(sum(member, ROWS), 1);
      return outcomeOf(step(x, () => sum(square(div(matmul(member, x), count)))));
    },
    good: [4 + 9 + 25 + 36, 2, 3, 2, 3, 10, 12],
  },
  {
    id: "practice-45",
    source: "siamese-triplet#18, sentence-transformers#4033",
    name: "a contrastive loss of two samples that are the same",
    outcome: "throws",
    naive: () => {
      const w = matrix("w", [1, 2]);
      return step(w, () => {
        const [a, b] = [matmul(tensor([[1], [2]]), w), matmul(tensor([[1], [3]]), w)];
        return sum(sqrt(sum(square(sub(a, b)), { axis: 1 })));
      });
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [0, 1],
      pair: "∞",
      fix: ["safe-norm", "safe-sqrt", "epsilon-inside"],
      not: ["scale-input", "clip-norm", "impute", "lower-lr"],
    },
    fixed: () => {
      const w = matrix("w", [3, 4]);
      return outcomeOf(
        step(w, () =>
          sum(
            norm2(sub(matmul(tensor([[1], [2]]), w), matmul(tensor([[1], [3]]), w)), { axis: 1 }),
          ),
        ),
      );
    },
    good: [5, 0.6, 0.8],
  },
  {
    id: "practice-46",
    source: "quantile crossing, log of a difference of two outputs",
    name: "the logarithm of a width that came out negative",
    outcome: "throws",
    naive: () => {
      const w = matrix("w", [1, 0.5]);
      return step(w, () => {
        const q = matmul(tensor([[-1], [1]]), w);
        const width = sub(matmul(q, tensor([[1], [0]])), matmul(q, tensor([[0], [1]])));
        return mean(log(width));
      });
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0, 0],
      operands: [-0.5],
      pair: "log(-0.5)",
      fix: ["safe-log", "mask-before", "softplus"],
      not: ["epsilon-inside", "logits", "log-softmax", "log1p", "scale-input", "impute"],
    },
    fixed: () => {
      const w = matrix("w", [0]);
      return outcomeOf(step(w, () => mean(log(softplus(matmul(tensor([[-1], [1]]), w))))));
    },
    good: [ln(ln(2)), 0],
  },
];

// ── Healthy, though it looks alarming ────────────────────────────────────────────────────────────

const healthy: readonly NanCase[] = [
  {
    id: "practice-47",
    source: "house prices in their own unit",
    name: "a loss of 1e11 that falls as it should",
    outcome: "silent",
    naive: () =>
      fit(adam({ lr: 100 }), { b: [0] }, 50, ({ b }) =>
        mean(square(sub(mul(b, tensor([1, 1])), tensor([250_000, 350_000])))),
      ),
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-48",
    source: "optax#896",
    name: "forbidden actions at −∞, in logits, softmax and entropy by where",
    outcome: "silent",
    naive: () => {
      const z = vector("z", 1, 2, 3);
      return step(z, () => {
        const masked = where(equal(tensor([1, 0, 1]), 1), z, -INF);
        const [p, l] = [softmax(masked), logSoftmax(masked)];
        return neg(sum(where(equal(tensor([1, 0, 1]), 1), mul(p, l), 0)));
      });
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-49",
    source: "imputing with zeros by x = x",
    name: "gaps filled by the question whether a number equals itself",
    outcome: "silent",
    naive: () => {
      const x = matrix("x", [1, NAN], [3, 4]);
      const w = matrix("w", [1], [1]);
      return step(w, () => mse(matmul(where(equal(x, x), x, 0), w), tensor([[1], [2]])));
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-50",
    source: "nearest neighbours with a mask",
    name: "∞ as the distance to what does not count, and a minimum over it",
    outcome: "silent",
    naive: () => {
      const x = matrix("x", [1, 2, 3]);
      return step(x, () => {
        const d = where(equal(tensor([[0, 1, 1]]), 1), square(x), INF);
        return sum(min(d, ROWS));
      });
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-51",
    source: "triplet mining in a batch of one class",
    name: "a hinge of the hardest pair where there is no pair",
    outcome: "silent",
    naive: () => {
      const d = matrix("d", [1, 2, 3]);
      return step(d, () => {
        const positive = max(where(equal(tensor([[0, 1, 0]]), 1), d, -INF), ROWS);
        const negative = min(where(equal(tensor([[0, 0, 0]]), 1), d, INF), ROWS);
        return add(sum(relu(add(sub(positive, negative), 0.2))), sum(d));
      });
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-52",
    source: "logistic curves by hand",
    name: "1 / (1 + e^x) far out on both sides",
    outcome: "silent",
    naive: () => {
      const x = vector("x", 200, -200, 0.5);
      return step(x, () => mean(square(sub(div(1, add(1, exp(x))), tensor([0.25, 0.5, 0.75])))));
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-53",
    source: "winsorised features",
    name: "outliers clipped on the way in",
    outcome: "silent",
    naive: () => {
      const x = matrix("x", [0.5, 1e6], [-1e7, 1]);
      const w = matrix("w", [0.5], [0.25]);
      return step(w, () => mse(matmul(clip(x, { min: -5, max: 5 }), w), tensor([[1], [2]])));
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-54",
    source: "residual blocks whose last layer begins at 0",
    name: "a layer of zeros: its gradient comes, that of the one before does not yet",
    outcome: "silent",
    naive: () =>
      fit(
        sgd({ lr: 0.1 }),
        {
          a: [
            [0.5, -0.5],
            [0.25, 1],
          ],
          b: [
            [0, 0],
            [0, 0],
          ],
        },
        20,
        ({ a, b }) => {
          const x = tensor([
            [1, 2],
            [3, -1],
          ]);
          return mse(
            add(x, matmul(relu(matmul(x, a)), b)),
            tensor([
              [2, 2],
              [3, 1],
            ]),
          );
        },
      ),
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-55",
    source: "KL annealing from 0",
    name: "a term of the loss that has a weight of 0 for now",
    outcome: "silent",
    naive: () => {
      const [mu, s] = [vector("mu", 0.5), vector("s", -1)];
      return valueAndGrad({ mu, s }, () => {
        const kl = mul(0.5, sum(sub(sub(add(exp(s), square(mu)), 1), s)));
        return add(sum(square(sub(mu, 1))), mul(0, kl));
      });
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-56",
    source: "radial basis functions",
    name: "kernels of points so far apart that they are 0",
    outcome: "silent",
    naive: () => {
      const w = vector("w", 1, 1, 1);
      return step(w, () => {
        const k = exp(neg(square(sub(tensor([0, 100, 0.5]), 0.25))));
        return square(sub(sum(mul(w, k)), 1));
      });
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-57",
    source: "sparse embeddings by one hot",
    name: "words that are not in the batch have no gradient",
    outcome: "silent",
    naive: () =>
      fit(adam({ lr: 0.1 }), { e: [[1], [2], [3]] }, 30, ({ e: table }) =>
        mse(
          matmul(
            tensor([
              [0, 1, 0],
              [0, 1, 0],
            ]),
            table,
          ),
          tensor([[1], [1.5]]),
        ),
      ),
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-58",
    source: "hinges that are met",
    name: "every margin kept: a loss of 0 and no gradient",
    outcome: "silent",
    naive: () =>
      fit(sgd({ lr: 0.1 }), { w: [5] }, 5, ({ w }) => mean(relu(sub(1, mul(w, tensor([1, 2])))))),
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-59",
    source: "doubles of astronomy",
    name: "1e150 squared, in doubles",
    outcome: "silent",
    naive: () => {
      const x = tensor([1e150, 2], { dtype: "float64", name: "x" });
      return valueAndGrad({ x }, () => mul(sum(square(x)), 1e-300)).loss;
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-60",
    source: "means over what was measured",
    name: "gaps left out by nanMean",
    outcome: "silent",
    naive: () => {
      const x = matrix("x", [1, NAN], [3, 4]);
      const w = vector("w", 2);
      return step(w, () => sum(square(sub(w, nanMean(x, { axis: 0 })))));
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-61",
    source: "gates that are open or shut",
    name: "a gate at σ(±60) beside a path that learns",
    outcome: "silent",
    naive: () =>
      fit(sgd({ lr: 0.05 }), { g: [60, -60], w: [0.5, 0.5] }, 20, ({ g, w }) =>
        mean(
          square(
            sub(add(mul(sigmoid(g), w), mul(sub(1, sigmoid(g)), tensor([1, 1]))), tensor([1, 2])),
          ),
        ),
      ),
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-62",
    source: "counting what is above a threshold, beside the loss",
    name: "an accuracy by comparisons, read out",
    outcome: "silent",
    naive: () => {
      const z = vector("z", -3, 0.2, 4);
      const accuracy = mean(equal(greater(sigmoid(z), 0.5), tensor([0, 1, 1]))).item();
      return [accuracy, step(z, () => mean(softplus(z))).loss];
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-63",
    source: "clipped double Q, at a terminal state",
    name: "the smaller of two values, their target a plain 0",
    outcome: "silent",
    naive: () => {
      const [a, b] = [vector("a", 1, 0), vector("b", 2, 0)];
      return valueAndGrad({ a, b }, () => mean(square(sub(minimum(a, b), 0))));
    },
    fixed: () => [1],
    good: [1],
  },
];

// ── Further ones of these kinds ──────────────────────────────────────────────────────────────────

const ratio = customOp({
  name: "ratio",
  elementwise: true,
  forward: ({ inputs: [a, b] }) => a.map((v, i) => (b?.[i] === 0 ? 0 : v / (b?.[i] ?? 1))),
  backward: ({ inputs: [a, b], dy }) => [
    dy.map((g, i) => g / (b?.[i] ?? 1)),
    dy.map((g, i) => (-g * (a[i] ?? 0)) / (b?.[i] ?? 1) ** 2),
  ],
});

const difference = customOp({
  name: "difference",
  forward: ({ inputs: [x] }) => x.map((v, i) => (x[i + 1] as number) - v),
});

const further: readonly NanCase[] = [
  {
    id: "practice-64",
    source: "batch norm by hand, its epsilon forgotten",
    name: "a running variance that is 0, in inference",
    outcome: "throws",
    naive: () => {
      const x = tensor([[1, 4]], { name: "x" });
      const mean = tensor([0, 1], { name: "running_mean" });
      const variance = tensor([1, 0], { name: "running_var" });
      return div(sub(x, mean), sqrt(variance)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 1],
      operands: [3, 0],
      pair: "3 / 0",
      fix: ["epsilon-inside", "safe-div", "divide-where"],
      not: ["impute", "scale-input", "clip-norm", "safe-norm", "f64-statistics"],
      origin: 'input "running_var"[1]',
    },
    fixed: () => valuesOf(div(sub(tensor([[1, 4]]), tensor([0, 1])), sqrt(add(tensor([1, 0]), 1)))),
    good: [1 / root(2), 3],
  },
  {
    id: "practice-65",
    source: "KL of two normals by their scales",
    name: "a scale of e^−60, whose square is 0",
    outcome: "throws",
    naive: () => {
      const s = vector("s", 0, -60);
      return step(s, () => {
        const scale = exp(s);
        return mean(add(s, div(tensor([1, 2]), mul(2, square(scale)))));
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [2, 0],
      pair: "2 / 0",
      fix: ["clip-input", "epsilon-inside", "safe-div", "divide-where"],
      not: ["impute", "clip-norm", "softmax", "exp-sub", "log-sum"],
      origin: 'input "s"[1]',
    },
    fixed: () => {
      const s = vector("s", 0, 0);
      return outcomeOf(step(s, () => mean(add(s, mul(tensor([0.5, 1]), exp(mul(-2, s)))))));
    },
    good: [0.75, 0, -0.5],
  },
  {
    id: "practice-66",
    source: "sampling by the inverse of a frequency",
    name: "inverse frequencies made to add up to 1, one of them 1 / 0",
    outcome: "throws",
    naive: () => {
      const counts = tensor([2, 0, 8], { name: "counts" });
      const w = div(1, counts);
      return div(w, sum(w)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [1],
      operands: [INF, INF],
      pair: "1 / 0",
      absorbed: ["div forward"],
      fix: ["safe-div", "divide-where"],
      not: ["scale-input", "f64-statistics", "softmax", "clip-norm", "impute"],
      code: "counts",
    },
    fixed: () => {
      const counts = tensor([2, 0, 8]);
      const w = div(1, maximum(counts, 1));
      return valuesOf(div(w, sum(w)));
    },
    good: [0.5 / 1.625, 1 / 1.625, 0.125 / 1.625],
  },
  {
    id: "practice-67",
    source: "running means that begin as NaN",
    name: "NaN for what has not been seen yet, asked for and replaced",
    outcome: "silent",
    naive: () => {
      let seen = tensor([NAN, 2], { name: "seen" });
      const x = tensor([1, 4]);
      for (let i = 0; i < 3; i++) {
        seen = where(equal(seen, seen), add(mul(0.9, seen), mul(0.1, x)), x);
      }
      return seen.toArray();
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-68",
    source: "huber losses by where",
    name: "a Huber loss by where, of a target that is NaN",
    outcome: "throws",
    naive: () => {
      const y = tensor([1, NAN, 2], { name: "y" });
      const w = vector("w", 1);
      return step(w, () => {
        const d = abs(sub(mul(w, tensor([1, 2, 5])), y));
        return mean(where(less(d, 1), mul(0.5, square(d)), sub(d, 0.5)));
      });
    },
    says: {
      op: "input",
      phase: "input",
      index: [1],
      operands: [NAN],
      pair: "NaN",
      absorbed: ["less forward"],
      fix: ["fix-labels"],
      not: ["scale-input", "clip-norm", "lower-lr"],
    },
    fixed: () => {
      const w = vector("w", 1);
      return outcomeOf(
        step(w, () => {
          const d = abs(sub(mul(w, tensor([1, 5])), tensor([1, 2])));
          return mean(where(less(d, 1), mul(0.5, square(d)), sub(d, 0.5)));
        }),
      );
    },
    good: [1.25, 2.5],
  },
  {
    id: "practice-69",
    source: "open_clip: a temperature that is learnt",
    name: "similarities over a temperature of e^−90",
    outcome: "throws",
    naive: () => {
      const logT = vector("logT", -90);
      return step(logT, () => {
        const similarity = tensor([
          [0.9, 0.1],
          [0.2, 0.8],
        ]);
        return crossEntropy(div(similarity, exp(logT)), [0, 1]);
      });
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0.9],
      pair: "0.9 / 8.",
      fix: ["clip-input"],
      not: ["softmax", "log-softmax", "logits", "impute", "finite-mask"],
      code: "exp(clip(logT, { min: -40 }))",
    },
    fixed: () => {
      const logT = vector("logT", 0);
      return [
        step(logT, () =>
          crossEntropy(
            div(
              tensor([
                [0.5, 0.5],
                [0.5, 0.5],
              ]),
              exp(logT),
            ),
            [0, 1],
          ),
        ).loss,
      ];
    },
    good: [ln(2)],
  },
  {
    id: "practice-70",
    source: "sparse linear models on unclean tables",
    name: "an ∞ in a column whose weight is 0",
    outcome: "throws",
    naive: () => {
      const x = tensor([[1, INF]], { name: "x", columns: ["a", "b"], rows: [31] });
      return matmul(x, parameter("w", [[1], [0]])).toArray();
    },
    says: {
      op: "matmul",
      phase: "forward",
      index: [0, 0],
      operands: [INF, 0],
      pair: "∞ · 0",
      fix: ["impute"],
      not: ["clip-norm", "lower-lr", "scale-input", "xlogy", "restore-parameter"],
    },
    fixed: () => valuesOf(matmul(tensor([[1, 2]]), parameter("w", [[1], [0]]))),
    good: [1],
  },
  {
    id: "practice-71",
    source: "deep stacks whose gain is above 1",
    name: "a hundred layers that each multiply by 2.5, in inference",
    outcome: "throws",
    naive: () => {
      const w = parameter("w", [[2.5]]);
      let h = tensor([[1]], { name: "x" });
      for (let i = 0; i < 100; i++) h = matmul(h, w);
      return h.toArray();
    },
    says: {
      op: "matmul",
      phase: "forward",
      index: [0, 0],
      operands: [2.5],
      pair: "2.5 = ∞",
      fix: ["keep-size"],
      not: ["scale-input", "clip-norm", "lower-lr", "impute", "restore-parameter"],
    },
    fixed: () => {
      const w = parameter("w", [[1]]);
      let h = tensor([[1]]);
      for (let i = 0; i < 100; i++) h = matmul(h, w);
      return valuesOf(h);
    },
    good: [1],
  },
  {
    id: "practice-72",
    source: "tensorflow#22048: clipping by a norm",
    name: "a gradient of 0 clipped by hand: 1 / 0 where the smaller of two is taken",
    outcome: "silent",
    naive: () => {
      const g = tensor([0, 0], { name: "g" });
      return mul(g, minimum(1, div(1, norm2(g)))).toArray();
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-73",
    source: "keras#14075",
    name: "a gradient of 1e20 clipped by hand: its norm is ∞, and the step 0",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const g = tensor([1e20, 1], { name: "g" });
      return mul(g, minimum(1, div(1, sqrt(sum(square(g)))))).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [1, INF],
      pair: "1 / ∞",
      absorbed: ["div forward"],
      fix: ["f64-statistics", "safe-norm"],
      not: ["clip-norm", "impute", "lower-lr"],
    },
    fixed: () => {
      const g = tensor([1e20, 1]);
      return valuesOf(mul(g, minimum(1, div(1, norm2(g)))));
    },
    good: [1, 1e-20],
  },
  {
    id: "practice-74",
    source: "initial scales by 1 / √n, of no inputs",
    name: "a factor that JavaScript made ∞",
    outcome: "throws",
    naive: () => {
      const inputs = 0;
      const x = vector("x", 1, 2);
      return step(x, () => sum(mul(x, 1 / root(inputs))));
    },
    says: {
      op: "input",
      phase: "input",
      index: [],
      operands: [INF],
      pair: "∞",
      fix: ["check-number"],
      not: ["impute", "scale-input", "clip-norm"],
    },
    fixed: () => {
      const x = vector("x", 1, 2);
      return outcomeOf(step(x, () => sum(mul(x, 1 / root(Math.max(1, 0))))));
    },
    good: [3, 1, 1],
  },
  {
    id: "practice-75",
    source: "pytorch#26799: backward passes by hand",
    name: "an op of one's own that is guarded on its way there, and not on its way back",
    outcome: "throws",
    naive: () => {
      const [a, b] = [vector("a", 1, 3), vector("b", 2, 0)];
      return valueAndGrad({ a, b }, () => sum(ratio(a, b)));
    },
    says: {
      op: "ratio",
      phase: "backward",
      index: [1],
      operands: [1, 3, 0],
      pair: "ratio backward(1, 3, 0",
      fix: ["mask-before", "epsilon-inside"],
      not: ["scale-input", "clip-norm", "impute"],
      code: "ratio(a, where(mask, b, 1))",
    },
    fixed: () => {
      const [a, b] = [vector("a", 1, 3), vector("b", 2, 0)];
      return outcomeOf(valueAndGrad({ a, b }, () => sum(safeDiv(a, b, { eps: 0.5 }))));
    },
    good: [6.5, 0.5, 2, -0.25, 0],
  },
  {
    id: "practice-76",
    source: "arrays read past their end",
    name: "an op of one's own that reads one element too far",
    outcome: "throws",
    naive: () => difference(tensor([1, 4, 9], { name: "x" })).toArray(),
    says: {
      op: "difference",
      phase: "forward",
      index: [2],
      operands: [9],
      pair: "NaN",
      fix: ["check-op"],
      not: ["scale-input", "clip-norm", "impute", "epsilon-inside"],
    },
    fixed: () => valuesOf(sub(tensor([4, 9]), tensor([1, 4]))),
    good: [3, 5],
  },
  {
    id: "practice-77",
    source: "conjugate gradients by hand",
    name: "one more step of a method that has arrived: 0 / 0",
    outcome: "throws",
    naive: () => {
      const b = tensor([1, 2], { name: "b" });
      let [x, r, p] = [tensor([0, 0]), b, b];
      for (let i = 0; i < 2; i++) {
        const rr = sum(square(r));
        const alpha = div(rr, sum(mul(p, p)));
        x = add(x, mul(alpha, p));
        const next = sub(r, mul(alpha, p));
        p = add(next, mul(div(sum(square(next)), rr), p));
        r = next;
      }
      return x.toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
      not: ["impute", "safe-norm", "scale-input", "clip-norm"],
    },
    fixed: () => {
      const b = tensor([1, 2]);
      return valuesOf(mul(safeDiv(sum(square(b)), sum(mul(b, b))), b));
    },
    good: [1, 2],
  },
  {
    id: "practice-78",
    source: "pandas: statistics of a column with a gap",
    name: "a gap in a column that is standardised: all of the column is NaN",
    outcome: "throws",
    naive: () => {
      const x = tensor(
        [
          [1, 2],
          [NAN, 3],
          [5, 4],
        ],
        { name: "x", columns: ["age", "fare"], rows: [10, 11, 12] },
      );
      const w = matrix("w", [1], [1]);
      return step(w, () => mean(square(matmul(div(sub(x, mean(x, COLUMNS)), std(x, COLUMNS)), w))));
    },
    says: {
      op: "input",
      phase: "input",
      index: [1, 0],
      operands: [NAN],
      pair: "NaN",
      fix: ["impute"],
      not: ["scale-input", "clip-norm", "f64-statistics"],
    },
    fixed: () => {
      const x = matrix("x", [1], [3], [5]);
      return [step(x, () => mean(square(div(sub(x, mean(x, COLUMNS)), std(x, COLUMNS))))).loss];
    },
    good: [1],
  },
  {
    id: "practice-79",
    source: "pandas: statistics of a column with an ∞",
    name: "an ∞ in a column that is standardised",
    outcome: "throws",
    naive: () => {
      const x = tensor([[1], [INF], [5]], { name: "x", columns: ["rate"], rows: [10, 11, 12] });
      const w = matrix("w", [1]);
      return step(w, () => mean(square(matmul(div(sub(x, mean(x, COLUMNS)), std(x, COLUMNS)), w))));
    },
    says: {
      op: "input",
      phase: "input",
      index: [1, 0],
      operands: [INF],
      pair: "∞",
      fix: ["impute"],
      not: ["scale-input", "clip-norm", "f64-statistics", "safe-div"],
    },
    fixed: () => {
      const x = matrix("x", [1], [3], [5]);
      return [step(x, () => mean(square(div(sub(x, mean(x, COLUMNS)), std(x, COLUMNS))))).loss];
    },
    good: [1],
  },
  {
    id: "practice-80",
    source: "relu by where",
    name: "a rectifier by where, which makes a NaN 0",
    outcome: "alarm",
    finite: true,
    naive: () => {
      const x = tensor([1, NAN, -2], { name: "x" });
      const w = vector("w", 1, 1, 1);
      return step(w, () => sum(mul(w, where(greater(x, 0), x, 0))));
    },
    says: {
      op: "greater",
      phase: "forward",
      index: [1],
      operands: [NAN],
      pair: "NaN",
      absorbed: ["greater forward", "where forward"],
      fix: ["impute"],
      not: ["scale-input", "clip-norm"],
    },
    fixed: () => {
      const w = vector("w", 1, 1);
      return outcomeOf(step(w, () => sum(mul(w, relu(tensor([1, -2]))))));
    },
    good: [1, 1, 0],
  },
  {
    id: "practice-81",
    source: "a rate with its exponent's sign lost",
    name: "Adam with a rate of 1e38",
    outcome: "throws",
    naive: () => fit(adam({ lr: 1e38 }), { p: [1] }, 6, ({ p }) => mul(sum(p), 1e-30)),
    says: {
      op: "adam",
      phase: "optimizer",
      index: [0],
      operands: [],
      pair: "a step from",
      fix: ["lower-lr"],
      not: ["clip-norm", "restore-parameter", "impute", "restore-state", "scale-input"],
    },
    fixed: () => fit(adam({ lr: 0.5 }), { p: [1] }, 1, ({ p }) => sum(p)),
    good: [0.5],
  },
  {
    id: "practice-82",
    source: "bodies that attract themselves",
    name: "forces by 1 / d², those of each on itself masked by a product",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [0], [2]);
      return step(x, () => {
        const d = sub(x, tensor([[0, 2]]));
        const others = tensor(
          [
            [0, 1],
            [1, 0],
          ],
          { name: "others" },
        );
        return sum(mul(div(1, square(d)), others));
      });
    },
    says: {
      op: "mul",
      phase: "forward",
      index: [0, 0],
      operands: [INF, 0],
      pair: "∞ · 0",
      fix: ["select-not-multiply", "mask-before", "divide-where"],
      not: ["xlogy", "scale-input", "clip-norm", "safe-norm", "impute"],
      code: "where(others",
    },
    fixed: () => {
      const x = matrix("x", [0], [2]);
      return outcomeOf(
        step(x, () => {
          const others = tensor([
            [0, 1],
            [1, 0],
          ]);
          const d = where(others, sub(x, tensor([[0, 2]])), 1);
          return sum(mul(div(1, square(d)), others));
        }),
      );
    },
    good: [0.5, 0.25, -0.25],
  },
  {
    id: "practice-83",
    source: "FasterTransformer#221: bytes read as another type",
    name: "a first step with weights of 1e38",
    outcome: "throws",
    naive: () => {
      const w = parameter("w", [[1e38], [1]]);
      return valueAndGrad([w], () => mse(matmul(tensor([[2, 1]]), w), tensor([[1]])), 0);
    },
    says: {
      op: "mse",
      phase: "forward",
      index: [],
      operands: [2e38, 1],
      pair: "²",
      fix: ["restore-parameter"],
      not: ["clip-norm", "lower-lr", "impute"],
      code: "load or initialize w again",
      origin: 'parameter "w"[0, 0]',
    },
    fixed: () => {
      const w = parameter("w", [[0], [1]]);
      return outcomeOf(valueAndGrad([w], () => mse(matmul(tensor([[2, 1]]), w), tensor([[1]])), 0));
    },
    good: [0, 0, 0],
  },
  {
    id: "practice-84",
    source: "log of a ratio of two small numbers",
    name: "the logarithm of a quotient that underflows",
    outcome: "throws",
    naive: () => {
      const a = tensor([1e-30, 1], { name: "a" });
      const b = tensor([1e20, 1], { name: "b" });
      const w = vector("w", 1, 1);
      return step(w, () => sum(mul(w, log(div(a, b)))));
    },
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [0],
      pair: "log(0)",
      fix: ["cancel-log"],
      not: ["logits", "log-softmax", "clip-norm", "impute"],
    },
    fixed: () => {
      const w = vector("w", 1, 1);
      const [a, b] = [tensor([1e-30, 1]), tensor([1e20, 1])];
      return [step(w, () => sum(mul(w, sub(log(a), log(b))))).loss];
    },
    good: [-50 * ln(10)],
  },
  {
    id: "practice-85",
    source: "barriers that a step jumps over",
    name: "a parameter beyond the end of a logarithm after one long step",
    outcome: "throws",
    naive: () =>
      fit(sgd({ lr: 0.1 }), { p: [0.5] }, 3, ({ p }) => sum(sub(mul(-10, p), log(sub(1, p))))),
    says: {
      op: "log",
      phase: "forward",
      index: [0],
      operands: [-0.3],
      pair: "log(-0.3)",
      fix: ["safe-log", "mask-before"],
      not: ["epsilon-inside", "logits", "log1p", "scale-input", "impute", "restore-parameter"],
      origin: 'parameter "p"[0]',
    },
    fixed: () =>
      fit(sgd({ lr: 0.01 }), { p: [0.5] }, 1, ({ p }) => sum(sub(mul(-10, p), log(sub(1, p))))),
    good: [0.58],
  },
  {
    id: "practice-86",
    source: "pytorch#94700: repairs that are meant",
    name: "gaps filled by nanToNum on the way in",
    outcome: "silent",
    naive: () => {
      const x = matrix("x", [1, NAN], [INF, 4]);
      const w = matrix("w", [1], [1]);
      return step(w, () => mse(matmul(nanToNum(x, { posInf: 3 }), w), tensor([[1], [2]])));
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-87",
    source: "classes that are sure beyond measure",
    name: "a logit of 1e30 for the right class",
    outcome: "silent",
    naive: () => {
      const z = matrix("z", [1e30, 0], [0, 1]);
      return step(z, () => crossEntropy(z, [0, 1]));
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-88",
    source: "ALiBi: a bias by distance",
    name: "attention to what is a thousand places away",
    outcome: "silent",
    naive: () => {
      const q = matrix("q", [1, 0, 2]);
      return step(q, () =>
        sum(matmul(softmax(add(q, tensor([[0, -1, -1000]]))), tensor([[1], [2], [3]]))),
      );
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-89",
    source: "batches of zeros",
    name: "a batch of zeros: the weights have no gradient, the offset has",
    outcome: "silent",
    naive: () => {
      const [w, b] = [matrix("w", [1], [1]), vector("b", 0.5)];
      return valueAndGrad({ w, b }, () =>
        mse(
          add(
            matmul(
              tensor([
                [0, 0],
                [0, 0],
              ]),
              w,
            ),
            b,
          ),
          tensor([[1], [2]]),
        ),
      );
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-90",
    source: "shortest paths by relaxation",
    name: "∞ for places that have no path yet",
    outcome: "silent",
    naive: () => {
      const x = vector("x", 1, 2);
      return step(x, () => {
        let far = minimum(INF, sum(x));
        for (const way of [tensor(5), mul(2, sum(x))]) far = minimum(far, way);
        return far;
      });
    },
    fixed: () => [1],
    good: [1],
  },
];

const rest: readonly NanCase[] = [
  {
    id: "practice-91",
    source: "gradients in doubles of weights in float32",
    name: "a loss in doubles whose gradient is too large for the weights",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 2);
      return valueAndGrad({ x }, () => sum(mul(cast(x, "float64"), 1e50)));
    },
    says: {
      op: "cast",
      phase: "backward",
      index: [0],
      operands: [1e50],
      pair: "1e+50",
      fix: ["cast-range", "scale-input", "clip-norm"],
      not: ["impute", "safe-div"],
    },
    fixed: () => {
      const x = vector("x", 2);
      const { loss, grads } = valueAndGrad({ x }, () => sum(mul(cast(x, "float64"), 1e5)));
      return [loss, ...valuesOf(grads.x)];
    },
    good: [2e5, 1e5],
  },
  {
    id: "practice-92",
    source: "pytorch#2421: two roots of one number",
    name: "slopes of ∞ and −∞ for one parameter",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 0);
      return step(x, () => sum(sub(sqrt(x), mul(2, sqrt(x)))));
    },
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0],
      operands: [0],
      pair: "∞",
      fix: ["safe-sqrt", "epsilon-inside"],
      not: ["scale-input", "clip-norm", "lower-lr", "impute"],
    },
    fixed: () => {
      const x = vector("x", 1);
      return outcomeOf(step(x, () => sum(sub(sqrt(x), mul(2, sqrt(x))))));
    },
    good: [-1, -0.5],
  },
  {
    id: "practice-93",
    source: "softmax by hand: less the maximum of the row",
    name: "a row of nothing but −∞, less its maximum",
    outcome: "throws",
    naive: () => {
      const z = matrix("z", [1, 2], [-INF, -INF]);
      return step(z, () => {
        const p = exp(sub(z, max(z, ROWS)));
        return sum(div(p, sum(p, ROWS)));
      });
    },
    says: {
      op: "sub",
      phase: "forward",
      index: [1, 0],
      operands: [-INF, -INF],
      pair: "-∞ −",
      fix: ["finite-mask"],
      not: ["scale-input", "impute", "logsumexp", "clip-norm"],
    },
    fixed: () => {
      const z = matrix("z", [1, 1], [-1e4, -1e4]);
      return [step(z, () => sum(mul(softmax(z), tensor([[1, 2]])))).loss];
    },
    good: [3],
  },
  {
    id: "practice-94",
    source: "geoopt: distances on a hyperboloid",
    name: "a hyperbolic distance of a point to itself, rounded below 1",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 2, 0.9999999);
      return step(x, () => sum(acosh(x)));
    },
    says: {
      op: "acosh",
      phase: "forward",
      index: [1],
      operands: [0.9999999],
      pair: "acosh(0.9999999",
      fix: ["mask-before", "clip-input", "double-where"],
      not: ["epsilon-inside", "scale-input", "clip-norm", "impute"],
    },
    fixed: () => {
      const x = vector("x", 2, 0.9999999);
      return [step(x, () => sum(acosh(maximum(x, 1.5)))).loss];
    },
    good: [Math.acosh(2) + Math.acosh(1.5)],
  },
  {
    id: "practice-95",
    source: "poincare embeddings at the rim",
    name: "atanh of a norm that is rounded to 1",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [0.6, 0.8]);
      return step(x, () => sum(atanh(norm2(x, ROWS))));
    },
    says: {
      op: "atanh",
      phase: "forward",
      index: [0, 0],
      operands: [1],
      pair: "atanh(1",
      fix: ["clip-input"],
      not: ["scale-input", "clip-norm", "impute", "safe-norm"],
      code: "atanh(clip(",
    },
    fixed: () => {
      const x = matrix("x", [0.3, 0.4]);
      return [step(x, () => sum(atanh(norm2(x, ROWS)))).loss];
    },
    good: [Math.atanh(0.5)],
  },
  {
    id: "practice-96",
    source: "haversine by hand",
    name: "the distance of antipodes, whose sine is rounded above 1",
    outcome: "throws",
    naive: () => {
      const a = vector("a", 0.25, 1.0000002);
      return step(a, () => sum(mul(2, asin(sqrt(a)))));
    },
    says: {
      op: "asin",
      phase: "forward",
      index: [1],
      operands: [Math.fround(root(Math.fround(1.0000002)))],
      pair: "asin(1.0000001",
      fix: ["safe-acos"],
      not: ["epsilon-inside", "scale-input", "safe-sqrt", "impute"],
      code: "safeAsin",
    },
    fixed: () => {
      const a = vector("a", 0.25, 0.75);
      return [step(a, () => sum(mul(2, safeAsin(sqrt(a))))).loss];
    },
    good: [Math.PI],
  },
  {
    id: "practice-97",
    source: "partial likelihoods of survival",
    name: "the logarithm of running sums of exponentials, at 100",
    outcome: "throws",
    naive: () => {
      const z = vector("z", 1, 100, 2);
      return step(z, () => mean(log(cumsum(exp(z)))));
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [1],
      operands: [100],
      pair: "exp(100)",
      fix: ["cancel-log"],
      code: "logcumsumexp(z) instead of log(cumsum(exp(z)))",
      not: ["clip-input", "mask-before", "softplus", "impute", "log-sum"],
    },
    fixed: () => {
      const z = vector("z", 1, 100, 2);
      return [step(z, () => mean(logcumsumexp(z))).loss];
    },
    good: [67],
  },
  {
    id: "practice-98",
    source: "padding with an ignored label",
    name: "logits that are NaN in a row whose label is ignored",
    outcome: "silent",
    naive: () => {
      const z = matrix("z", [1, 2], [NAN, NAN]);
      return step(z, () => crossEntropy(z, [0, -100], { ignoreIndex: -100 }));
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-99",
    source: "phases modulo a period",
    name: "a period of 0",
    outcome: "throws",
    naive: () => {
      const t = tensor([3, 5], { name: "time" });
      const period = tensor([2, 0], { name: "period" });
      return mod(t, period).toArray();
    },
    says: {
      op: "mod",
      phase: "forward",
      index: [1],
      operands: [5, 0],
      pair: "5",
      fix: ["divide-where"],
      not: ["scale-input", "impute"],
      code: "mod(time, where(equal(period, 0), 1, period))",
    },
    fixed: () => {
      const period = tensor([2, 0]);
      return valuesOf(mod(tensor([3, 5]), where(equal(period, 0), 1, period)));
    },
    good: [1, 0],
  },
  {
    id: "practice-100",
    source: "the best loss so far, from ∞ on",
    name: "∞ as what every loss is better than",
    outcome: "silent",
    naive: () => {
      let best = tensor(INF, { name: "best" });
      for (const loss of [3, 2, 4]) best = minimum(best, loss);
      return [best.item(), greater(tensor(INF), best).item()];
    },
    fixed: () => [1],
    good: [1],
  },
  {
    id: "practice-101",
    source: "multiplicative weights, exponentiated gradients",
    name: "weights multiplied by exponentials, and divided by their sum",
    outcome: "throws",
    naive: () => {
      const w = tensor([0.5, 0.5], { name: "w" });
      const gain = tensor([100, 1], { name: "gain" });
      const grown = mul(w, exp(gain));
      return div(grown, sum(grown)).toArray();
    },
    says: {
      op: "exp",
      phase: "forward",
      index: [0],
      operands: [100],
      pair: "exp(100)",
      absorbed: ["div forward"],
      fix: ["softmax"],
      not: ["sigmoid", "impute", "f64-statistics"],
      code: "softmax(add(log(w), gain)) instead of div(mul(w, exp(gain)), sum(mul(w, exp(gain))))",
    },
    fixed: () => valuesOf(softmax(add(log(tensor([0.5, 0.5])), tensor([100, 100])))),
    good: [0.5, 0.5],
  },
  {
    id: "practice-102",
    source: "inversion in a circle: x / ‖x‖²",
    name: "a vector of 1e-30 divided by its square",
    outcome: "throws",
    naive: () => {
      const x = matrix("x", [1e-30, 1e-30]);
      return step(x, () => sum(div(x, sum(square(x), ROWS))));
    },
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [1e-30, 0],
      pair: "1e-30 / 0",
      fix: ["factors"],
      not: ["impute", "clip-norm", "f64-statistics"],
      origin: 'input "x"[0, 0]',
    },
    fixed: () => {
      const x = matrix("x", [1e-30, 1e-30]);
      const norm = () => norm2(x, ROWS);
      return [step(x, () => sum(mul(div(div(x, norm()), norm()), 1e-30))).loss];
    },
    good: [1],
  },
  {
    id: "practice-103",
    source: "mixtures whose weights may be 0",
    name: "a weight of 0 in a mixture, in logarithms: the gradient that would revive it is 0",
    outcome: "masked",
    naive: () => {
      const w = vector("w", 1, 0);
      const p = tensor([-1, -2]);
      return step(w, () => neg(logsumexp(add(log(w), p))));
    },
    says: {
      op: "log",
      phase: "backward",
      index: [1],
      operands: [0],
      pair: "0 · ∞",
      absorbed: ["logsumexp forward"],
      fix: ["double-where", "mask-before", "safe-log", "epsilon-inside"],
      not: ["scale-input", "clip-norm", "impute"],
    },
    fixed: () => {
      const w = vector("w", 1, 0);
      return outcomeOf(step(w, () => neg(log(sum(mul(w, exp(tensor([-1, -2]))))))));
    },
    good: [1, -1, -e(-1)],
  },
  {
    id: "practice-104",
    source: "keras: sample weights from a column",
    name: "a sample weight that is NaN",
    outcome: "throws",
    naive: () => {
      const weights = tensor([1, NAN, 2], { name: "weights" });
      const w = vector("w", 1);
      return step(w, () =>
        div(sum(mul(weights, square(sub(mul(w, tensor([1, 2, 3])), 1)))), sum(weights)),
      );
    },
    says: {
      op: "input",
      phase: "input",
      index: [1],
      operands: [NAN],
      pair: "NaN",
      fix: ["impute"],
      not: ["safe-div", "divide-where", "scale-input", "clip-norm"],
    },
    fixed: () => {
      const w = vector("w", 1);
      return outcomeOf(
        step(w, () =>
          div(
            sum(mul(tensor([1, 2]), square(sub(mul(w, tensor([1, 3])), 1)))),
            sum(tensor([1, 2])),
          ),
        ),
      );
    },
    good: [8 / 3, 8],
  },
  {
    id: "practice-105",
    source: "a variance where its root was meant",
    name: "the variance of numbers whose deviation is 1e30",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 1e30, -1e30);
      return step(x, () => variance(x));
    },
    says: {
      op: "variance",
      phase: "forward",
      index: [],
      operands: [],
      pair: "∞",
      fix: ["scale-input"],
      not: ["f64-statistics", "impute", "safe-norm", "clip-norm", "lower-lr"],
    },
    fixed: () => {
      const x = vector("x", 1e30, -1e30);
      return [step(x, () => std(x)).loss];
    },
    good: [1e30],
  },
  {
    id: "practice-106",
    source: "norms by sums of squares",
    name: "the root of a sum of squares of 3e20 and 4e20",
    outcome: "throws",
    naive: () => {
      const x = vector("x", 3e20, 4e20);
      return step(x, () => sqrt(sumSquares(x)));
    },
    says: {
      op: "sumSquares",
      phase: "forward",
      index: [],
      operands: [4e20],
      pair: "∞",
      fix: ["safe-norm"],
      not: ["impute", "safe-sqrt", "clip-norm", "lower-lr"],
      code: "norm2",
    },
    fixed: () => {
      const x = vector("x", 3e20, 4e20);
      return outcomeOf(step(x, () => norm2(x)));
    },
    good: [5e20, 0.6, 0.8],
  },
  {
    id: "practice-107",
    source: "inverse-variance weighting",
    name: "measurements weighted by 1 / σ², one σ being 1e-25",
    outcome: "throws",
    naive: () => {
      const sigma = tensor([1, 1e-25], { name: "sigma" });
      const w = div(1, square(sigma));
      return div(sum(mul(w, tensor([1, 3]))), sum(w)).toArray();
    },
    says: {
      op: "div",
      phase: "forward",
      index: [],
      operands: [INF, INF],
      pair: "1 / 0",
      fix: ["safe-div", "divide-where", "epsilon-inside"],
      not: ["impute", "softmax", "clip-norm"],
    },
    fixed: () => {
      const w = div(1, square(tensor([1, 1])));
      return valuesOf(div(sum(mul(w, tensor([1, 3]))), sum(w)));
    },
    good: [2],
  },
  {
    id: "practice-108",
    source: "an average over an empty selection",
    name: "the mean of a table without rows",
    outcome: "refused",
    naive: () => mean(zeros([0, 3]), { axis: 0 }),
    says: { op: "mean", value: "" },
    fixed: () => [mean(zeros([1, 3])).item()],
    good: [0],
  },
  {
    id: "practice-109",
    source: "stable-baselines3#265",
    name: "a deviation of one number, over n − 1",
    outcome: "refused",
    naive: () => std(tensor([2.5]), { ddof: 1 }),
    says: { op: "std", value: "1" },
    fixed: () => [std(tensor([2.5])).item()],
    good: [0],
  },
];

export const practice: readonly NanCase[] = [
  ...tables,
  ...states,
  ...ops,
  ...healthy,
  ...further,
  ...rest,
];
