/** Programs of the kinds of the cases 1 to 31, with other ops, in networks, batches, doubles and without names. */
import {
  abs,
  acos,
  acosh,
  adam,
  add,
  atan,
  atan2,
  cosh,
  div,
  divNoNan,
  elu,
  equal,
  exp,
  expm1,
  greater,
  greaterEqual,
  guard,
  layerNorm,
  less,
  lessEqual,
  linear,
  log,
  log2,
  logcosh,
  logSigmoid,
  logSoftmax,
  matmul,
  max,
  mean,
  mul,
  nanMean,
  neg,
  norm2,
  parameter,
  pow,
  prelu,
  prod,
  reciprocal,
  relu,
  rsqrt,
  safeAcos,
  safeAtan2,
  safePow,
  safeSqrt,
  sigmoid,
  softmax,
  softplus,
  sqrt,
  square,
  squaredDifference,
  std,
  sub,
  sum,
  sumSquares,
  tensor,
  trainStep,
  valueAndGrad,
  variance,
  where,
  xlogx,
  zeros,
} from "../../src/index.js";
import {
  gradientsOf,
  INF,
  matrix,
  type NanCase,
  outcomeOf,
  own,
  ROWS,
  type Tensor,
  valuesOf,
  vector,
} from "./case.js";

const { exp: e, log: ln, LN2, sqrt: root } = Math;

const weights = (...rows: number[][]) => parameter("w", rows);
/** A batch of three, the second of which a weight of [1, 2] takes to 0. */
const batch = () => matrix("x", [1, 2], [2, -1], [3, 1]);

const squares = (safe: boolean) => {
  const [x, w] = [batch(), weights([1], [2])];
  return valueAndGrad([w], () => {
    const h = square(matmul(x, w));
    const alive = greater(h, 0);
    return mean(where(alive, log2(safe ? where(alive, h, 1) : h), 0));
  });
};

const inverses = (safe: boolean) => {
  const x = tensor([4, 0, 9], { dtype: "float64" });
  return valueAndGrad({ x }, () => {
    const alive = greater(x, 0);
    return sum(
      where(alive, rsqrt(safe ? where(alive, x, tensor([1, 1, 1], { dtype: "float64" })) : x), x),
    );
  });
};

const eluByHand = (safe: boolean) => {
  const [x, w] = [matrix("x", [1], [95], [-1]), weights([1, 0.5])];
  return valueAndGrad([w], () => {
    const z = matmul(x, w);
    const below = lessEqual(z, 0);
    return sum(where(below, expm1(safe ? where(below, z, 0) : z), z));
  });
};

const logcoshes = (safe: boolean) => {
  const x = matrix("error", [1, 100, -2]);
  return valueAndGrad({ x }, () =>
    safe ? sum(logcosh(x)) : sum(where(less(abs(x), 20), log(cosh(x)), sub(abs(x), LN2))),
  );
};

const selected = (safe: boolean) => {
  const a = parameter("a", [[1], [2], [3]]);
  const b = matrix("b", [2], [0], [4]);
  const pick = matrix("pick", [1, 0, 0], [0, 0, 1]);
  return valueAndGrad([a], () =>
    sum(matmul(pick, safe ? div(a, where(equal(b, 0), 1, b)) : div(a, b))),
  );
};

const averages = (safe: boolean) => {
  const w = weights([1, 2], [3, 4]);
  const [x, count] = [matrix("x", [1, 1], [2, 1], [1, 0]), matrix("count", [2], [0], [4])];
  return valueAndGrad([w], () => {
    const there = greater(count, 0);
    const by = safe ? where(there, count, 1) : count;
    return sum(where(there, div(matmul(x, w), by), 0));
  });
};

const acoshes = (safe: boolean) => {
  const [x, w] = [matrix("x", [2], [0.25], [3]), weights([2])];
  return valueAndGrad([w], () => {
    const z = matmul(x, w);
    const real = greaterEqual(z, 1);
    return mean(where(real, acosh(safe ? where(real, z, 2) : z), 0));
  });
};

const excess = (safe: boolean) => {
  const x = vector("x", 1, 2, 3);
  return valueAndGrad({ x }, () => {
    const over = greater(x, 2);
    const d = sub(x, 2);
    return sum(where(over, pow(safe ? where(over, d, 1) : d, 0.5), 0));
  });
};

const padded = (safe: boolean) => {
  const [x, w] = [matrix("x", [1, 2], [50, 40], [0, 1]), weights([1], [1])];
  const valid = tensor([[1], [0], [1]]);
  return valueAndGrad([w], () => {
    const z = matmul(x, w);
    return sum(where(valid, safe ? softplus(z) : log(add(exp(z), 1)), 0));
  });
};

const inference = (safe: boolean): number[] => {
  const d = tensor(
    [
      [2, 4],
      [0, 5],
      [1, 8],
    ],
    { name: "distance", dtype: "float64" },
  );
  const there = tensor([[1], [0], [1]], { name: "there", dtype: "float64" });
  return [
    ...(safe
      ? where(
          there,
          reciprocal(where(there, d, tensor([[1]], { dtype: "float64" }))),
          tensor([[0]], { dtype: "float64" }),
        )
      : mul(there, reciprocal(d))
    ).toArray(),
  ];
};

const tokens = (safe: boolean) => {
  const [w, b] = [weights([1], [1]), parameter("b", [0])];
  const x = matrix("x", [0, 0], [-100, -100], [1, -1]);
  const mask = matrix("mask", [1], [0], [1]);
  const step = adam({ lr: 0.1 });
  try {
    return trainStep(step, [w, b], () => {
      const z = linear(x, w, b);
      return neg(
        div(sum(safe ? where(mask, logSigmoid(z), 0) : mul(log(sigmoid(z)), mask)), sum(mask)),
      );
    });
  } finally {
    step.dispose();
  }
};

const labelled = (safe: boolean) => {
  const [w, b] = [weights([1], [1]), parameter("b", [0])];
  const [x, y] = [matrix("x", [1, 0], [1, 1], [0, 2]), matrix("y", [0], [Number.NaN], [1])];
  return valueAndGrad([w, b], () => {
    const known = equal(y, y);
    const out = linear(x, w, b);
    return sum(where(known, squaredDifference(out, safe ? where(known, y, 0) : y), 0));
  });
};

const features = (safe: boolean) => {
  const scale = parameter("scale", [1, 2, 3]);
  const x = matrix("x", [1, 2, 3], [4, 5, Number.NaN]);
  return valueAndGrad([scale], () =>
    safe ? div(sum(mul(where(equal(x, x), x, 0), scale)), 5) : nanMean(mul(x, scale)),
  );
};

const filled = (safe: boolean) => {
  const w = parameter(
    "w",
    [
      [1, 2],
      [3, 4],
    ],
    { dtype: "float64" },
  );
  const x = tensor(
    [
      [1, 2],
      [1, Number.NaN],
      [0, 1],
    ],
    { dtype: "float64" },
  );
  const zero = tensor([[0]], { dtype: "float64" });
  return valueAndGrad([w], () => {
    const missing = tensor([[0], [1], [0]], { dtype: "float64" });
    return sum(where(missing, zero, matmul(safe ? where(equal(x, x), x, zero) : x, w)));
  });
};

const normalised = (safe: boolean) => {
  const [gamma, beta] = [parameter("gamma", [1, 1]), parameter("beta", [0, 0])];
  const x = matrix("x", [1, 3], [Number.NaN, 2], [4, 2]);
  const weight = tensor([[1, 2]]);
  return valueAndGrad([gamma, beta], () => {
    const there = tensor([[1], [0], [1]]);
    const h = layerNorm(safe ? where(there, x, 0) : x, gamma, beta, { eps: 1e-30 });
    return sum(mul(where(there, h, 0), weight));
  });
};

const bent = (bend: (x: Tensor, slope: Tensor) => Tensor, safe: boolean) => {
  const [w, slope] = [weights([1, 1], [1, 2]), parameter("slope", [0.25, 0.5])];
  const x = matrix("x", [-1, 0], [Number.NaN, 1], [1, 1]);
  return valueAndGrad([w, slope], () => {
    const there = tensor([[1], [0], [1]]);
    return sum(where(there, bend(matmul(safe ? where(there, x, 0) : x, w), slope), 0));
  });
};

const constant = (safe: boolean) => {
  const [gamma, beta] = [parameter("gamma", [1, 1]), parameter("beta", [0, 0])];
  const x = matrix("x", [1, 3], [2, 2], [4, 2]);
  const weight = tensor([[1, 2]]);
  return valueAndGrad([gamma, beta], () => {
    const h = layerNorm(x, gamma, beta, { eps: safe ? 1e-5 : 0 });
    return sum(mul(where(tensor([[1], [0], [1]]), h, 0), weight));
  });
};

const norms = (norm: (x: Tensor) => Tensor) => {
  const [x, w] = [matrix("x", [3, 0], [0, 0], [0, 5]), weights([1, 0], [0, 1])];
  return valueAndGrad([w], () => mean(norm(matmul(x, w))));
};

const cosines = (safe: boolean): number[] => {
  const a = tensor(
    [
      [3, 4],
      [0, 0],
      [1, 0],
    ],
    { dtype: "float64" },
  );
  const b = tensor([[4, 3]], { dtype: "float64" });
  const dot = sum(mul(a, b), ROWS);
  const by = mul(norm2(a, ROWS), norm2(b, ROWS));
  return [...(safe ? divNoNan(dot, by) : div(dot, by)).toArray()];
};

const triplets = (safe: boolean) => {
  const w = weights([1], [1]);
  const [a, p, n] = [
    matrix("a", [1, 2], [3, 4]),
    matrix("p", [2, 2], [3, 4]),
    matrix("n", [1, 3], [3, 3]),
  ];
  const between = (x: Tensor, y: Tensor) => {
    const d = sub(matmul(x, w), matmul(y, w));
    return safe ? norm2(d, ROWS) : sqrt(sumSquares(d, ROWS));
  };
  return valueAndGrad([w], () => mean(relu(add(sub(between(a, p), between(a, n)), 2))));
};

const tiny = (safe: boolean) => {
  const w = weights([3e-25, 4e-25], [1, 1]);
  const x = matrix("x", [1, 0], [0, 3]);
  return valueAndGrad([w], () => {
    const h = matmul(x, w);
    return sum(safe ? norm2(h, ROWS) : sqrt(sum(square(h), ROWS)));
  });
};

const standard = (safe: boolean) => {
  const w = weights([1, 1], [1, 2]);
  const x = matrix("x", [1, 1], [1, 0], [0, 1]);
  const weight = tensor([[1, 3]]);
  return valueAndGrad([w], () => {
    const h = matmul(x, w);
    const c = sub(h, mean(h, ROWS));
    return sum(
      mul(
        weight,
        safe
          ? layerNorm(h, tensor([1, 1]), zeros([2]), { eps: 1e-5 })
          : div(c, sqrt(mean(square(c), ROWS))),
      ),
    );
  });
};

const collapse = (safe: boolean) => {
  const w = weights([1, -1], [2, -1]);
  const x = matrix("x", [1, 1], [2, 0], [0, 3]);
  return valueAndGrad([w], () => {
    const h = mul(matmul(x, w), tensor([[1, 0]]));
    return sum(safe ? std(h, { axis: 0 }) : sqrt(variance(h, { axis: 0 })));
  });
};

const penalty = (safe: boolean) => {
  const w = weights([1, 0], [0, 1]);
  const x = matrix("x", [3, 4], [0, 0]);
  return valueAndGrad([w], () => {
    const s = sum(square(matmul(x, w)), ROWS);
    return mean(square(sub(safe ? safeSqrt(s) : sqrt(s), 1)));
  });
};

const exponents = () => {
  const [x, p] = [
    parameter("x", [
      [0, 0, 3],
      [2, 0, 1],
    ]),
    parameter("p", [0, 1, 2]),
  ];
  return valueAndGrad([x, p], () => sum(pow(x, p)));
};

const gammas = (safe: boolean) => {
  const w = weights([1], [2]);
  const x = batch();
  return valueAndGrad([w], () => {
    const z = square(matmul(x, w));
    return sum(safe ? safePow(z, 0.45) : pow(z, 0.45));
  });
};

const cubes = () => {
  const x = parameter("x", [
    [0, 2],
    [1, 0],
  ]);
  return valueAndGrad([x], () => sum(exp(mul(3, log(x)))));
};

const priors = () => {
  const w = weights([1, 2, 0]);
  const [x, prior] = [matrix("x", [1]), vector("prior", 0, 0.5, 0.5)];
  return valueAndGrad([w], () =>
    sum(mul(softmax(add(matmul(x, w), log(prior))), tensor([1, 2, 3]))),
  );
};

const unit = Math.fround(1.0000001);
const angles = (safe: boolean): number[] => {
  const cos = matrix("cos", [0, 0.5], [unit, -0.5]);
  return [...(safe ? safeAcos(cos) : acos(cos)).toArray()];
};

const sines = (safe: boolean) => {
  const [c, w] = [matrix("cos", [0], [unit], [0.6]), weights([2])];
  return valueAndGrad([w], () => {
    const s = sub(1, square(c));
    return sum(matmul(safe ? safeSqrt(s) : sqrt(s), w));
  });
};

const headings = (safe: boolean) => {
  const w = weights([1, 0], [0, 1]);
  const [up, right] = [matrix("up", [0], [1]), matrix("right", [1], [0])];
  const x = matrix("x", [1, 1], [0, 0], [1, -1]);
  return valueAndGrad([w], () => {
    const h = matmul(x, w);
    const [a, b] = [matmul(h, up), matmul(h, right)];
    return sum(safe ? safeAtan2(a, b) : atan2(a, b));
  });
};

const slopes = (safe: boolean): number[] => {
  const [y, x] = [matrix("y", [1], [0], [1]), matrix("x", [1], [0], [0])];
  return [...(safe ? atan2(y, x) : atan(div(y, x))).toArray()];
};

/** The product of the others, for each element of three. */
const others = (h: Tensor): Tensor => {
  const one = tensor([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
  const up = tensor([[1], [1], [1]]);
  return prod(add(mul(matmul(up, h), sub(1, one)), one), { axis: 1 });
};

const leftOut = (safe: boolean) => {
  const w = weights([1, 2, 3], [-1, 1, 1]);
  const x = matrix("x", [1, 1]);
  return valueAndGrad([w], () => {
    const h = matmul(x, w);
    return sum(safe ? others(h) : div(prod(h, ROWS), h));
  });
};

const shares = (): number[] => {
  const x = tensor([
    [1, 2],
    [0, 3],
  ]);
  return [...div(prod(x, ROWS), x).toArray()];
};

const lonely = (safe: boolean) => {
  const z = parameter("z", [
    [0, 1],
    [2, 3],
  ]);
  const [bias, there] = [
    tensor([
      [0, 0],
      [safe ? -1e9 : -INF, safe ? -1e9 : -INF],
    ]),
    tensor([[1], [0]]),
  ];
  return valueAndGrad([z], () => sum(where(there, logSoftmax(add(z, bias)), 0)));
};

const targets = (safe: boolean) => {
  const w = weights([0, 1, 2]);
  const x = matrix("x", [0], [1]);
  const t = matrix("t", [0.5, 0.25, 0.25], [0.4, 0, 0.6]);
  return valueAndGrad([w], () => {
    const lp = logSoftmax(matmul(x, w));
    return sum(safe ? sub(xlogx(t), mul(t, lp)) : mul(t, sub(log(t), lp)));
  });
};

const entropy = (safe: boolean) => {
  const w = parameter("w", [[0, 800]], { dtype: "float64" });
  const x = tensor([[0.001], [1]], { dtype: "float64" });
  return valueAndGrad([w], () => {
    const z = matmul(x, w);
    const p = softmax(z);
    return neg(sum(safe ? mul(logSoftmax(z), p) : mul(log(p), p)));
  });
};

const gaps = (safe: boolean) => {
  const s = parameter("s", [[3, 2, 2]]);
  const eye = tensor([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
  const up = tensor([[1], [1], [1]]);
  const weight = tensor([
    [0, 1, 2],
    [0, 0, 1],
    [0, 0, 0],
  ]);
  return valueAndGrad([s], () => {
    const wide = matmul(up, s);
    const s2 = square(wide);
    const column = sum(mul(s2, eye), ROWS);
    const gap = sub(column, s2);
    return sum(mul(weight, where(eye, 0, safe ? divNoNan(1, gap) : div(1, gap))));
  });
};

const attention = (safe: boolean) => {
  const v = parameter("v", [[1], [2]]);
  const scores = tensor([
    [0, 0],
    [1, 2],
    [0, 1],
  ]);
  const mask = tensor([[0, -INF], safe ? [-1e9, -1e9] : [-INF, -INF], [0, 0]]);
  return valueAndGrad([v], () => sum(matmul(softmax(add(scores, mask)), v)));
};

const policy = (safe: boolean) => {
  const w = weights([1, 2]);
  const x = matrix("x", [1], [3]);
  const legal = tensor(
    [
      [1, 1],
      [0, 0],
    ],
    { name: "legal" },
  );
  return valueAndGrad([w], () => {
    const z = where(legal, matmul(x, w), safe ? -1e9 : -INF);
    const shifted = exp(sub(z, max(z, ROWS)));
    return sum(mul(tensor([[1, 2]]), div(shifted, sum(shifted, ROWS))));
  });
};

const third = 1 / 3;
const [a5, a1] = [e(3) / (1 + e(3)), e(1) / (1 + e(1))];

export const kindsA: readonly NanCase[] = [
  {
    ...own,
    id: "kind-1",
    name: "log2 of a square, dead in the middle of a batch",
    outcome: "masked",
    naive: () => squares(false),
    says: {
      op: "log2",
      phase: "backward",
      index: [1, 0],
      operands: [0],
      pair: "0 · ∞",
      absorbed: ["where forward"],
      fix: ["double-where", "mask-before"],
    },
    fixed: () => gradientsOf(squares(true)),
    good: [(4 * 2 * third) / (5 * LN2), (3 * 2 * third) / (5 * LN2)],
  },
  {
    ...own,
    id: "kind-1b",
    name: "rsqrt of a double without a name, x itself elsewhere",
    outcome: "masked",
    naive: () => inverses(false),
    says: {
      op: "rsqrt",
      phase: "backward",
      index: [1],
      operands: [0],
      pair: "0 · -∞",
      absorbed: ["where forward"],
      fix: ["double-where", "mask-before"],
    },
    fixed: () => gradientsOf(inverses(true)),
    good: [-1 / 16, 1, -1 / 54],
  },
  {
    ...own,
    id: "kind-2",
    name: "ELU by hand",
    outcome: "masked",
    naive: () => eluByHand(false),
    says: {
      op: "expm1",
      phase: "backward",
      index: [1, 0],
      operands: [95],
      pair: "0 · ∞",
      absorbed: ["where forward"],
      fix: ["double-where", "mask-before", "clip-input"],
    },
    fixed: () => outcomeOf(eluByHand(true)),
    good: [1.5 + 95 * 1.5 + Math.expm1(-1) + Math.expm1(-0.5), 96 - e(-1), 96 - e(-0.5)],
  },
  {
    ...own,
    id: "kind-2b",
    name: "log cosh by hand, the limit chosen",
    outcome: "masked",
    naive: () => logcoshes(false),
    says: {
      op: "cosh",
      phase: "backward",
      index: [0, 1],
      operands: [100],
      pair: "0 · ∞",
      absorbed: ["where forward"],
      fix: ["logcosh", "double-where", "mask-before"],
    },
    fixed: () => gradientsOf(logcoshes(true)),
    good: [Math.tanh(1), 1, Math.tanh(-2)],
  },
  {
    ...own,
    id: "kind-4",
    name: "rows picked by a matrix product after a division",
    outcome: "throws",
    naive: () => selected(false),
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [2, 0],
      pair: "0 · ∞",
      fix: ["divide-where", "safe-div", "mask-before", "select-not-multiply"],
    },
    fixed: () => outcomeOf(selected(true)),
    good: [0.5 + 0.75, 0.5, 0, 0.25],
  },
  {
    ...own,
    id: "kind-4b",
    name: "means over groups, one of which is empty",
    outcome: "masked",
    naive: () => averages(false),
    says: {
      op: "div",
      phase: "backward",
      index: [1, 0],
      operands: [0],
      pair: "0 · ∞",
      absorbed: ["where forward"],
      fix: ["divide-where", "safe-div", "double-where", "mask-before"],
    },
    fixed: () => outcomeOf(averages(true)),
    good: [5 + 0.75, 0.75, 0.75, 0.5, 0.5],
  },
  {
    ...own,
    id: "kind-5",
    name: "acosh below 1 in the middle of a batch",
    outcome: "masked",
    naive: () => acoshes(false),
    says: {
      op: "acosh",
      phase: "forward",
      index: [1, 0],
      operands: [0.5],
      pair: "acosh(0.5) = NaN",
      absorbed: ["where forward"],
      fix: ["double-where", "mask-before"],
    },
    fixed: () => gradientsOf(acoshes(true)),
    good: [third * (2 / root(15) + 3 / root(35))],
  },
  {
    ...own,
    id: "kind-7",
    name: "a power of an excess",
    outcome: "masked",
    naive: () => excess(false),
    says: {
      op: "pow",
      phase: "forward",
      index: [0],
      operands: [-1],
      pair: "pow(-1, 0.5) = NaN",
      absorbed: ["where forward"],
      fix: ["double-where", "mask-before"],
    },
    fixed: () => gradientsOf(excess(true)),
    good: [0, 0, 0.5],
  },
  {
    ...own,
    id: "kind-9",
    name: "softplus by hand at a padded row",
    outcome: "masked",
    naive: () => padded(false),
    says: {
      op: "exp",
      phase: "backward",
      index: [1, 0],
      operands: [90],
      pair: "0 · ∞",
      absorbed: ["where forward"],
      fix: ["softplus", "double-where", "mask-before"],
    },
    fixed: () => outcomeOf(padded(true)),
    good: [Math.log1p(e(3)) + Math.log1p(e(1)), a5, 2 * a5 + a1],
  },
  {
    ...own,
    id: "kind-11",
    name: "a mask before reciprocals, doubles, read out",
    outcome: "throws",
    naive: () => inference(false),
    says: {
      op: "mul",
      phase: "forward",
      index: [1, 0],
      operands: [0, INF],
      pair: "0 · ∞",
      fix: ["select-not-multiply", "mask-before"],
    },
    fixed: () => inference(true),
    good: [0.5, 0.25, 0, 0, 1, 0.125],
  },
  {
    ...own,
    id: "kind-11b",
    name: "a mask times log sigmoid in a step of training",
    outcome: "throws",
    naive: () => tokens(false),
    says: {
      op: "mul",
      phase: "forward",
      index: [1, 0],
      operands: [-INF, 0],
      pair: "-∞ · 0",
      fix: ["select-not-multiply", "mask-before"],
    },
    fixed: () => [tokens(true).loss],
    good: [LN2],
  },
  {
    ...own,
    id: "kind-12",
    name: "a label that is missing in the middle",
    outcome: "masked",
    naive: () => labelled(false),
    says: {
      op: "input",
      phase: "input",
      index: [1, 0],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["equal forward", "where forward"],
      fix: ["fix-labels", "mask-before", "double-where", "impute"],
    },
    fixed: () => outcomeOf(labelled(true)),
    good: [2, 2, 4, 4],
  },
  {
    ...own,
    id: "kind-14",
    name: "nanMean of features times a scale",
    outcome: "masked",
    naive: () => features(false),
    says: {
      op: "input",
      phase: "input",
      index: [1, 2],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["nanMean forward"],
      fix: ["impute", "mask-before", "double-where"],
    },
    fixed: () => gradientsOf(features(true)),
    good: [1, 1.4, 0.6],
  },
  {
    ...own,
    id: "kind-15",
    name: "a missing number through matmul, filled after, doubles without names",
    outcome: "masked",
    naive: () => filled(false),
    says: {
      op: "input",
      phase: "input",
      index: [1, 1],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["where forward"],
      fix: ["impute", "mask-before", "double-where"],
    },
    fixed: () => outcomeOf(filled(true)),
    good: [7 + 10 + 3 + 4, 1, 1, 3, 3],
  },
  {
    ...own,
    id: "kind-15b",
    name: "a missing number through layerNorm, filled after",
    outcome: "masked",
    naive: () => normalised(false),
    says: {
      op: "input",
      phase: "input",
      index: [1, 0],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["where forward"],
      fix: ["impute", "mask-before", "double-where"],
    },
    fixed: () => gradientsOf(normalised(true)),
    good: [0, 0, 2, 4],
  },
  {
    ...own,
    id: "kind-15c",
    name: "a missing number through ELU, filled after",
    outcome: "masked",
    naive: () => bent((x) => elu(x), false),
    says: {
      op: "input",
      phase: "input",
      index: [1, 0],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["where forward"],
      fix: ["impute"],
    },
    fixed: () => gradientsOf(bent((x) => elu(x), true)),
    good: [1 - e(-1), 1 - e(-1), 1, 1, 0, 0],
  },
  {
    ...own,
    id: "kind-15d",
    name: "a missing number through PReLU, filled after",
    outcome: "masked",
    naive: () => bent(prelu, false),
    says: {
      op: "input",
      phase: "input",
      index: [1, 0],
      operands: [Number.NaN],
      pair: "NaN",
      absorbed: ["where forward"],
      fix: ["impute"],
    },
    fixed: () => gradientsOf(bent(prelu, true)),
    good: [0.75, 0.5, 1, 1, -1, -1],
  },
  {
    ...own,
    id: "kind-15e",
    name: "layerNorm without an epsilon of a constant row, filled after",
    outcome: "masked",
    naive: () => constant(false),
    says: {
      op: "layerNorm",
      phase: "backward",
      index: [0],
      operands: [0, 2],
      pair: "0 · NaN",
      absorbed: ["where forward"],
      fix: ["epsilon"],
      not: ["scale-input", "clip-norm"],
    },
    fixed: () => gradientsOf(constant(true)),
    good: [0, 0, 2, 4],
  },
  {
    ...own,
    id: "kind-17",
    name: "the norm of an embedding of zeros",
    outcome: "throws",
    naive: () => norms((h) => sqrt(sum(square(h), ROWS))),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [1, 0],
      operands: [0],
      pair: "∞ · 0",
      fix: ["safe-norm", "safe-sqrt"],
    },
    fixed: () => gradientsOf(norms((h) => norm2(h, ROWS))),
    good: [1, 0, 0, 5 * third],
  },
  {
    ...own,
    id: "kind-17b",
    name: "a cosine with a vector of zeros, doubles, read out",
    outcome: "throws",
    naive: () => cosines(false),
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["safe-div", "divide-where"],
    },
    fixed: () => cosines(true),
    good: [0.96, 0, 0.8],
  },
  {
    ...own,
    id: "kind-17c",
    name: "a triplet whose anchor is its positive",
    outcome: "throws",
    naive: () => triplets(false),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [1, 0],
      operands: [0],
      pair: "∞ · 0",
      fix: ["safe-norm", "safe-sqrt"],
    },
    fixed: () => outcomeOf(triplets(true)),
    good: [1.5, 0.5, -1],
  },
  {
    ...own,
    id: "kind-19",
    name: "the norm of a tiny row",
    outcome: "throws",
    naive: () => tiny(false),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [0, 0],
      operands: [0],
      pair: "∞",
      fix: ["safe-norm"],
    },
    fixed: () => gradientsOf(tiny(true)),
    good: [0.6, 0.8, 3 * root(0.5), 3 * root(0.5)],
  },
  {
    ...own,
    id: "kind-20",
    name: "normalisation by hand of a constant row",
    outcome: "throws",
    naive: () => standard(false),
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["epsilon", "epsilon-inside", "safe-div", "divide-where", "f64-statistics"],
    },
    fixed: () => [standard(true).loss],
    good: [(0.5 / root(0.25 + 1e-5)) * 4],
  },
  {
    ...own,
    id: "kind-20b",
    name: "the spread of a feature that died",
    outcome: "throws",
    naive: () => collapse(false),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [1],
      operands: [0],
      pair: "∞ · -0",
      fix: ["f64-statistics", "safe-sqrt", "epsilon-inside"],
    },
    fixed: () => gradientsOf(collapse(true)).filter((_, i) => i % 2 === 1),
    good: [0, 0],
  },
  {
    ...own,
    id: "kind-21",
    name: "a gradient penalty of a batch",
    outcome: "throws",
    naive: () => penalty(false),
    says: {
      op: "sqrt",
      phase: "backward",
      index: [1, 0],
      operands: [0],
      pair: "-∞ · 0",
      fix: ["safe-norm", "safe-sqrt", "epsilon-inside"],
    },
    fixed: () => outcomeOf(penalty(true)),
    tolerance: 1e-4,
    good: [8.5, 7.2, 9.6, 9.6, 12.8],
  },
  {
    ...own,
    id: "kind-22",
    name: "powers of 0 with exponents to be learnt",
    outcome: "silent",
    naive: exponents,
    fixed: () => gradientsOf(exponents()),
    good: [0, 1, 6, 0, 1, 2, LN2, 0, 9 * ln(3)],
  },
  {
    ...own,
    id: "kind-22b",
    name: "a gamma correction at 0",
    outcome: "throws",
    naive: () => gammas(false),
    says: {
      op: "pow",
      phase: "backward",
      index: [1, 0],
      operands: [0],
      pair: "∞",
      fix: ["safe-pow", "epsilon-inside"],
    },
    fixed: () => gradientsOf(gammas(true)),
    good: [0.9 * 5 ** -0.1 * 4, 0.9 * 5 ** -0.1 * 3],
  },
  {
    ...own,
    id: "kind-23",
    name: "cubes by exp and log",
    outcome: "silent",
    naive: cubes,
    fixed: () => gradientsOf(cubes()),
    good: [0, 12, 3, 0],
  },
  {
    ...own,
    id: "kind-23b",
    name: "a prior of 0 under a softmax",
    outcome: "silent",
    naive: priors,
    fixed: () => [priors().loss],
    good: [(2 * e(2) + 3) / (e(2) + 1)],
  },
  {
    ...own,
    id: "kind-25",
    name: "an angle, read out",
    outcome: "throws",
    naive: () => angles(false),
    says: {
      op: "acos",
      phase: "forward",
      index: [1, 0],
      operands: [unit],
      pair: "acos(1.0000001",
      fix: ["safe-acos"],
    },
    fixed: () => angles(true).filter((_, i) => i !== 2),
    good: [Math.PI / 2, Math.PI / 3, (2 * Math.PI) / 3],
  },
  {
    ...own,
    id: "kind-25b",
    name: "a sine from a cosine above 1",
    outcome: "throws",
    naive: () => sines(false),
    says: {
      op: "sqrt",
      phase: "forward",
      index: [1, 0],
      operands: [1 - unit * unit],
      pair: "sqrt(-2.38",
      fix: ["safe-sqrt", "clip-input"],
      not: ["epsilon-inside"],
    },
    fixed: () => gradientsOf(sines(true)),
    tolerance: 1e-3,
    good: [1.8],
  },
  {
    ...own,
    id: "kind-26",
    name: "headings of a network, one at rest",
    outcome: "silent",
    naive: () => headings(false),
    fixed: () => gradientsOf(headings(true)),
    good: [0, 1, -1, 0],
  },
  {
    ...own,
    id: "kind-26b",
    name: "an angle by a quotient",
    outcome: "throws",
    naive: () => slopes(false),
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["atan2"],
      absorbed: ["atan forward"],
    },
    fixed: () => slopes(true),
    good: [Math.PI / 4, 0, Math.PI / 2],
  },
  {
    ...own,
    id: "kind-27",
    name: "products of the others by division, of outputs",
    outcome: "throws",
    naive: () => leftOut(false),
    says: {
      op: "div",
      phase: "forward",
      index: [0, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["exclusive-product"],
    },
    fixed: () => outcomeOf(leftOut(true)),
    good: [12, 7, 4, 3, 7, 4, 3],
  },
  {
    ...own,
    id: "kind-27b",
    name: "products of the others by division, without a name, read out",
    outcome: "throws",
    naive: shares,
    says: {
      op: "div",
      phase: "forward",
      index: [1, 0],
      operands: [0, 0],
      pair: "0 / 0",
      fix: ["exclusive-product"],
    },
    fixed: () =>
      valuesOf(
        prod(
          tensor([
            [1, 2],
            [0, 3],
          ]),
          { axis: 1 },
        ),
      ),
    good: [2, 0],
  },
  {
    ...own,
    id: "kind-29",
    name: "a target of 0 in the middle of a divergence",
    outcome: "throws",
    naive: () => targets(false),
    says: {
      op: "mul",
      phase: "forward",
      index: [1, 1],
      operands: [0, -INF],
      pair: "0 · -∞",
      fix: ["xlogy", "select-not-multiply", "mask-before", "safe-log"],
    },
    fixed: () => gradientsOf(targets(true)),
    good: (() => {
      const s = 1 + e(1) + e(2);
      return [1 / s - 0.4, e(1) / s, e(2) / s - 0.6];
    })(),
  },
  {
    ...own,
    id: "kind-29b",
    name: "an entropy whose probability underflows, doubles",
    outcome: "throws",
    naive: () => entropy(false),
    says: {
      op: "mul",
      phase: "forward",
      index: [1, 0],
      operands: [-INF, 0],
      pair: "-∞ · 0",
      fix: ["log-softmax", "xlogy"],
    },
    fixed: () => [entropy(true).loss],
    good: [Math.log1p(e(0.8)) - (0.8 * e(0.8)) / (1 + e(0.8))],
  },
  {
    ...own,
    id: "kind-30",
    name: "gaps of squared singular values, two of them equal",
    outcome: "throws",
    naive: () => gaps(false),
    says: {
      op: "div",
      phase: "forward",
      index: [2, 1],
      operands: [1, 0],
      pair: "1 / 0",
      absorbed: ["where forward"],
      fix: ["divide-where", "safe-div", "epsilon-inside"],
    },
    fixed: () => [gaps(true).loss],
    good: [0.6],
  },
  {
    ...own,
    id: "kind-31",
    name: "attention of a row that sees nothing, without names",
    outcome: "throws",
    naive: () => attention(false),
    says: {
      op: "softmax",
      phase: "forward",
      index: [1, 0],
      operands: [-INF],
      pair: "-∞",
      fix: ["finite-mask"],
    },
    fixed: () => gradientsOf(attention(true)),
    good: [1.5 + 1 / (1 + e(1)), 0.5 + a1],
  },
  {
    ...own,
    id: "kind-31a",
    name: "logSoftmax of a row that sees nothing, filled after, strict",
    outcome: "throws",
    naive: () => guard({ policy: "strict" }, () => lonely(false)),
    says: {
      op: "logSoftmax",
      phase: "backward",
      index: [1, 0],
      operands: [-INF],
      pair: "-∞ − (-∞)",
      absorbed: ["where forward"],
      fix: ["finite-mask"],
      not: ["impute"],
      stage: "exp(x − max)",
    },
    fixed: () => gradientsOf(lonely(true)),
    good: [1 - 2 / (1 + e(1)), 1 - (2 * e(1)) / (1 + e(1)), 0, 0],
  },
  {
    ...own,
    id: "kind-31b",
    name: "a policy without a legal move, softmax by hand",
    outcome: "throws",
    naive: () => policy(false),
    says: {
      op: "sub",
      phase: "forward",
      index: [1, 0],
      operands: [-INF, -INF],
      pair: "-∞ − -∞",
      absorbed: ["where forward"],
      fix: ["finite-mask"],
    },
    fixed: () => [policy(true).loss],
    good: [1 + a1 + 1.5],
  },
];
