/** The guard: births, taints, absorption, sinks, policies, reports. */
import * as assert from "uvu/assert";
import {
  type AnyTensor,
  adam,
  add,
  allowNonFinite,
  collected,
  crossEntropy,
  div,
  exp,
  greater,
  guard,
  layerNorm,
  linear,
  log,
  logNdtr,
  logSoftmax,
  matmul,
  mse,
  mul,
  NonFiniteError,
  neg,
  noGrad,
  ones,
  parameter,
  plainReport,
  relu,
  scope,
  showReport,
  softmax,
  sqrt,
  sub,
  sum,
  type Tensor,
  tensor,
  uniform,
  valueAndGrad,
  where,
  zeros,
} from "../src/index.js";
import { reportOf, throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("guard");

test("a birth in the forward pass is named with op, index, operands, cause, path and fix", () => {
  scope(() => {
    const features = tensor(
      [
        [1, 2],
        [3, 0],
      ],
      { name: "features" },
    );
    const w = parameter("w", [
      [1, 1],
      [1, 1],
    ]);
    const report = reportOf(() =>
      valueAndGrad([w], () =>
        sum(
          mul(
            log(features),
            mul(
              w,
              tensor(
                [
                  [1, 1],
                  [1, 0],
                ],
                { name: "mask" },
              ),
            ),
          ),
        ),
      ),
    );
    assert.is(report.code, "LOSS_NAN");
    assert.is(report.op, "mul");
    assert.is(report.phase, "forward");
    assert.equal(report.index, [1, 1]);
    assert.is(report.expression, "-∞ · 0 = NaN");
    assert.is(report.cause, "zero-times-inf");
    assert.is(report.from?.op, "log");
    assert.is(report.from?.expression, "log(0) = -∞");
    assert.equal(report.path, ["features", "log", "mul", "sum", "the loss"]);
    assert.ok(report.fix.includes("select-not-multiply"));
    w.dispose();
  });
});

test("a NaN in an input is named with its column and row", () => {
  scope(() => {
    const x = tensor(
      [
        [1, 2],
        [3, NaN],
      ],
      { name: "cars", columns: ["Weight", "Horsepower"], rows: [17, 38] },
    );
    const w = parameter("w", [[1], [1]]);
    const report = reportOf(() => valueAndGrad([w], () => sum(matmul(x, w))));
    assert.is(report.phase, "input");
    assert.is(report.column, "Horsepower");
    assert.is(report.row, 38);
    assert.is(report.cause, "bad-input");
    assert.equal(report.path, ["cars", "matmul", "sum", "the loss"]);
    w.dispose();
  });
});

test("a NaN written into a weight through a view is named as that weight", () => {
  scope(() => {
    const x = ones([2, 3]);
    const w = parameter("fc.weight", new Float32Array(6).fill(0.5), [3, 2]);
    const b = parameter("fc.bias", [0, 0]);
    w.data[3] = NaN;
    const report = reportOf(() => valueAndGrad([w, b], () => sum(relu(linear(x, w, b)))));
    assert.is(report.phase, "parameter");
    assert.is(report.name, "fc.weight");
    assert.equal(report.index, [1, 1]);
    w.dispose();
    b.dispose();
  });
});

test("a NaN written through a view that was taken before is found by its element", () => {
  scope(() => {
    const x = tensor([1, 2, 3], { name: "held" });
    const view = x.data;
    add(x, 1);
    view[2] = NaN;
    const report = reportOf(() => add(x, 1).toArray());
    assert.is(report.phase, "input");
    assert.is(report.name, "held");
    assert.equal(report.index, [2]);
  });
});

test("∞ / ∞ after an overflow names both: where the NaN was born, and where the ∞ was", () => {
  scope(() => {
    const x = tensor([1, 1000], { name: "logits" });
    const report = reportOf(() => valueAndGrad({ x }, () => sum(div(exp(x), add(1, exp(x))))));
    assert.is(report.op, "div");
    assert.is(report.cause, "inf-over-inf");
    assert.is(report.from?.op, "exp");
    assert.is(report.from?.cause, "overflow-exp");
    assert.equal(report.from?.index, [1]);
  });
});

test("a value selected away is no error, and its gradient is zero and counted", () => {
  scope(() => {
    const x = tensor([0, 1]);
    const { loss, grads, health } = valueAndGrad({ x }, () => sum(where(greater(x, 0), log(x), 0)));
    assert.is(loss, 0);
    assert.equal([...grads.x.data], [0, 1]);
    assert.is(health.maskedSingularities, 1);
    assert.ok(health.finite);
    assert.ok(health.events.some(({ kind, op }) => kind === "absorbed" && op === "where"));
  });
});

for (const dtype of ["float32", "float64"] as const) {
  test(`rows without a softmax that nobody reads are counted, all of them: ${dtype}`, () => {
    const rows = [
      [-Infinity, -Infinity, -Infinity],
      [Infinity, 0, 1],
      [Number.NaN, 0, 1],
      [-Infinity, 0, 1],
      [1, 2, 3],
    ];
    const read = [[0], [0], [0], [0], [1]];
    const flat = (size: number) =>
      tensor(
        Array.from({ length: size }, () => 1),
        { dtype },
      );
    const masked = (op: (x: AnyTensor) => AnyTensor) =>
      scope(() => {
        const x = tensor(rows, { dtype });
        const { loss, grads, health } = valueAndGrad({ x }, () =>
          sum(where(tensor(read, { dtype }), op(x), 0)),
        );
        assert.ok(Number.isFinite(loss));
        assert.ok(grads.x.toArray().every(Number.isFinite));
        return health.maskedSingularities;
      });
    assert.is(masked(softmax), 9);
    assert.is(masked(logSoftmax), 9);
    // There −∞ spoils a row.
    assert.is(
      masked((x) => layerNorm(x, flat(3), flat(3))),
      12,
    );
    assert.is(
      scope(() => {
        const x = tensor(
          [
            [2, 2],
            [2, 3],
          ],
          { dtype },
        );
        const y = () => layerNorm(x, flat(2), flat(2), { eps: 0 });
        return valueAndGrad({ x }, () => sum(where(tensor([[0], [1]], { dtype }), y(), 0))).health
          .maskedSingularities;
      }),
      2,
    );
  });
}

test("strict gives IEEE's NaN for the same, and the report says 0 · ∞ in the backward pass of log", () => {
  scope(() => {
    const x = tensor([0, 1], { name: "x" });
    const report = reportOf(() =>
      guard({ policy: "strict" }, () =>
        valueAndGrad({ x }, () => sum(where(greater(x, 0), log(x), 0))),
      ),
    );
    assert.is(report.code, "GRAD_NAN");
    assert.is(report.op, "log");
    assert.is(report.phase, "backward");
    assert.equal(report.index, [0]);
    assert.match(report.expression, /0 · ∞ = NaN/);
    assert.ok(report.fix.includes("default-policy"));
  });
});

test("a zero cotangent annihilates an infinite weight in a matrix product", () => {
  scope(() => {
    const x = ones([2, 2]);
    const w = tensor([
      [1, Infinity],
      [1, 1],
    ]);
    const { grads, health } = allowNonFinite(() =>
      valueAndGrad({ x }, () =>
        sum(
          where(
            tensor([
              [1, 0],
              [1, 0],
            ]),
            matmul(x, w),
            0,
          ),
        ),
      ),
    );
    assert.equal([...grads.x.data], [1, 1, 1, 1]);
    assert.ok(health.maskedSingularities > 0);
    const report = reportOf(() =>
      guard({ policy: "strict" }, () =>
        valueAndGrad({ x }, () =>
          sum(
            where(
              tensor([
                [1, 0],
                [1, 0],
              ]),
              matmul(x, w),
              0,
            ),
          ),
        ),
      ),
    );
    assert.is(report.op, "matmul");
    assert.is(report.phase, "backward");
  });
});

test("reading out is a sink, for what ops made; what the user put in comes back as it is", () => {
  scope(() => {
    const x = tensor([0, NaN]);
    assert.ok(Number.isNaN(x.data[1]));
    const report = reportOf(() => log(tensor([0])).item());
    assert.is(report.code, "READ_INF");
    assert.is(report.op, "log");
    assert.is(
      allowNonFinite(() => log(tensor([0])).item()),
      -Infinity,
    );
  });
});

test("at birth, the throw comes from the op itself", () => {
  scope(() => {
    const report = reportOf(() => guard({ at: "birth" }, () => log(tensor([-1]))));
    assert.is(report.code, "BORN_NAN");
    assert.is(report.cause, "log-of-negative");
  });
});

test("collect gathers reports and goes on; warn writes to the console; ignore does neither", () => {
  scope(() => {
    const x = tensor([-1], { name: "x" });
    const run = () => valueAndGrad({ x }, () => sum(sqrt(x)));
    collected();
    const { health, loss } = guard({ onNonFinite: "collect" }, run);
    assert.not(health.finite);
    assert.ok(Number.isNaN(loss));
    const [first, ...others] = collected();
    assert.is(first?.code, "LOSS_NAN");
    assert.is(first?.cause, "sqrt-of-negative");
    assert.equal(
      others.map(({ code }) => code),
      ["GRAD_NAN"],
    );
    allowNonFinite(run);
    assert.is(collected().length, 0);
    const said: unknown[] = [];
    const { warn } = console;
    console.warn = (line: unknown) => said.push(line);
    try {
      guard({ onNonFinite: "warn" }, run);
    } finally {
      console.warn = warn;
    }
    assert.is(said.length, 1, "the loss and its gradient have it from one place");
    assert.match(String(said[0]), /LOSS_NAN.*\n.*born in {3}sqrt/);
    collected();
  });
});

test("warn tells of a place once, and then how often; collected() has every report", () => {
  const w = parameter("w", [-1, 2]);
  const step = adam({ lr: 0.1 });
  const x = tensor([NaN, 1], { name: "x of a warning" });
  const said: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => said.push(line);
  collected();
  try {
    guard({ onNonFinite: "warn" }, () => {
      for (let i = 0; i < 12; i++) {
        const { grads } = valueAndGrad([w], () => sum(log(w)), i);
        assert.not(step([w], grads).applied);
      }
      const told = [...said];
      assert.equal(
        told.map((line) => line.split(" at step")[0]),
        ["[LOSS_NAN]: the loss is NaN", '[GRAD_NAN]: the gradient of parameter "w" is NaN'],
        "neither the gradients, nor the optimizer, nor the steps after the first are news",
      );
      assert.match(told[0] ?? "", /\n {2}instead/);
      assert.match(
        told[1] ?? "",
        /^.* at step \d+: report 10 of what is born in log \(forward\) .*\.ts:\d+:\d+$/,
      );
      assert.is(
        collected().length,
        24,
        "a loss and a gradient a step: the optimizer has nothing to add",
      );
      for (let i = 0; i < 3; i++) valueAndGrad([w], () => sum(mul(w, x)), i);
      assert.is(said.length, 3, "another place is");
      assert.match(said[2] ?? "", /x of a warning/);
    });
  } finally {
    console.warn = warn;
    for (const gone of [w, step, x]) gone.dispose();
    collected();
  }
});

test("a gradient is told once: by its valueAndGrad, and not again by the optimizer, which has the report all the same", () => {
  const w = parameter("w", [-1, 2]);
  const step = adam({ lr: 0.1 });
  const own = tensor([NaN, 1]);
  const codes = (): string[] => collected().map(({ code }) => code);
  guard({ onNonFinite: "collect" }, () => {
    collected();
    const { grads } = valueAndGrad([w], () => sum(log(w)));
    const { report } = step([w], grads);
    assert.equal([report?.code, report?.step], ["GRAD_NAN", 1]);
    assert.equal(codes(), ["LOSS_NAN", "GRAD_NAN"]);
    step([w], grads);
    assert.equal(codes(), ["GRAD_NAN"], "one that is handed over again");
    const { grads: changed } = valueAndGrad([w], () => sum(log(w)));
    if (changed.w !== undefined) changed.w.data[1] = NaN;
    assert.is(step([w], changed).report?.count, 2);
    const all = ["LOSS_NAN", "GRAD_NAN", "READ_NAN", "GRAD_NAN"];
    assert.equal(codes(), all, "one that was written to");
    for (let i = 0; i < 2; i++) step([w], { w: own });
    assert.equal(codes(), ["GRAD_NAN", "GRAD_NAN"], "one's own");
    const { grads: thrown } = valueAndGrad([w], () => sum(log(w)));
    guard({ onNonFinite: "throw" }, () => throwsCode(() => step([w], thrown), "GRAD_NAN", /"w"/));
  });
  collected();
  for (const gone of [w, step, own]) gone.dispose();
});

test("guard puts the policy back when its body throws", () => {
  scope(() => {
    assert.throws(() =>
      guard({ onNonFinite: "ignore" }, () => {
        throw new Error("mine");
      }),
    );
    assert.throws(
      () => log(tensor([0])).item(),
      (e: unknown) => e instanceof NonFiniteError,
    );
  });
});

test("policies nest, the innermost holds: allowNonFinite inside throw, throw inside allowNonFinite", () => {
  scope(() => {
    const bad = () => log(tensor([0])).item();
    guard({ onNonFinite: "collect" }, () => {
      assert.is(allowNonFinite(bad), -Infinity);
      assert.is(collected().length, 0);
      allowNonFinite(() =>
        assert.is(reportOf(() => guard({ onNonFinite: "throw" }, bad)).op, "log"),
      );
      bad();
      assert.is(collected().length, 1);
    });
    const born = () => guard({ at: "birth" }, () => allowNonFinite(bad));
    assert.is(born(), -Infinity, "allowed at birth too");
  });
});

test("what is no report is refused", () => {
  for (const none of [undefined, null, 1, "report", {}, new Error("none")]) {
    throwsCode(() => showReport(none as never), "BAD_TYPE", /^showReport: report is none/);
    throwsCode(() => plainReport(none as never), "BAD_TYPE", /^plainReport: report is none/);
  }
});

test("a policy that does not exist, and a body that is asynchronous, are refused", () => {
  throwsCode(
    () => guard({ onNonFinite: "thorw" as "throw" }),
    "BAD_VALUE",
    /^guard: onNonFinite unknown, expected throw, warn, collect, ignore, got string "thorw"/,
  );
  throwsCode(
    () => guard({ onNonfinite: "warn" } as object),
    "BAD_VALUE",
    /^guard: no option "onNonfinite", expected onNonFinite, at, policy, onAlarm, sites, got string "warn"/,
  );
  throwsCode(
    () => allowNonFinite(async () => 1),
    "BAD_TYPE",
    /^allowNonFinite: .* expected a synchronous function, got a Promise/,
  );
  const unguarded = () => scope(() => log(tensor([0])).item());
  assert.throws(unguarded, undefined, "the policy is as it was");
});

test("a body that has not run when it returns is refused, whoever runs it", () => {
  const w = parameter("w", [1, 2]);
  const later: readonly (() => unknown)[] = [
    // biome-ignore lint/correctness/useYield: what it gives is of no interest
    function* () {
      return log(tensor([0])).item();
    },
    // biome-ignore lint/correctness/useYield: what it gives is of no interest
    async function* () {
      return 1;
    },
  ];
  for (const body of later) {
    const refused: Readonly<Record<string, () => unknown>> = {
      guard: () => guard({ onNonFinite: "ignore" }, body),
      allowNonFinite: () => allowNonFinite(body),
      noGrad: () => noGrad(body),
      scope: () => scope(body as () => number),
      valueAndGrad: () => valueAndGrad([w], body as () => Tensor),
    };
    for (const [name, run] of Object.entries(refused)) {
      throwsCode(run, "BAD_TYPE", new RegExp(`^${name}.* got a (Async)?Generator$`));
    }
  }
  assert.equal([...guard({}, () => new Map([[1, 2]]).keys())], [1], "one of what is there is none");
  w.dispose();
});

test("each op that can make a NaN or ∞ of finite numbers explains how", () => {
  const big = 3e38;
  const one = (x: number) => tensor([x]);
  const cases: readonly (readonly [() => unknown, string, string])[] = [
    [() => exp(tensor([100])).item(), "exp", "overflow-exp"],
    [() => add(one(big), big).item(), "add", "overflow-sum"],
    [() => sub(one(big), -big).item(), "sub", "overflow-sum"],
    [() => mul(one(big), 2).item(), "mul", "overflow-product"],
    [() => div(one(0), 0).item(), "div", "zero-over-zero"],
    [() => div(one(1), 0).item(), "div", "division-by-zero"],
    [() => div(one(big), 0.1).item(), "div", "overflow-quotient"],
    [() => sum(tensor([big, big])).item(), "sum", "overflow-sum"],
    [() => matmul(tensor([[1e20]]), tensor([[1e20]])).item(), "matmul", "overflow-product"],
    [() => matmul(tensor([[1e19, 1e19, 1e19, 1e19]]), full4()).item(), "matmul", "overflow-sum"],
    [
      () => linear(tensor([[1e20]]), tensor([[1e20]]), tensor([0])).item(),
      "linear",
      "overflow-product",
    ],
    [() => mse(tensor([1e20]), tensor([0])).item(), "mse", "overflow-square"],
    [() => logNdtr(tensor([-3e19])).item(), "logNdtr", "overflow-square"],
    [
      () => layerNorm(tensor([5, 5]), ones([2]), zeros([2]), { eps: 0 }).toArray(),
      "layerNorm",
      "zero-variance",
    ],
  ];
  scope(() => {
    for (const [body, op, cause] of cases) {
      const report = reportOf(body);
      assert.is(report.op, op);
      assert.is(report.cause, cause, report.expression);
      assert.ok(report.fix.length > 0);
    }
  });
});

const full4 = () => tensor([[1e19], [1e19], [1e19], [1e19]]);

test("softmax and cross entropy name the row and what was in it", () => {
  scope(() => {
    const masked = tensor(
      [
        [1, 2],
        [-Infinity, -Infinity],
      ],
      { name: "scores" },
    );
    const empty = reportOf(() => softmax(masked).toArray());
    assert.is(empty.op, "softmax");
    assert.is(empty.cause, "empty-row");
    assert.match(empty.expression, /row 1: min -∞, max -∞/);
    const off = reportOf(() => crossEntropy(tensor([[0, -Infinity]]), [1]).item());
    assert.is(off.code, "READ_INF");
    assert.equal([off.phase, off.index], ["input", [0, 1]]);
  });
});

test("a sum of gradients that overflows is born in the backward pass", () => {
  scope(() => {
    const x = tensor([1]);
    const report = reportOf(() => valueAndGrad({ x }, () => sum(add(mul(x, 3e38), mul(x, 3e38)))));
    assert.ok(report.code === "LOSS_INF" || report.phase === "backward");
    const y = tensor([0]);
    const backward = reportOf(() =>
      valueAndGrad({ y }, () => sum(add(mul(y, 3e38), mul(y, 3e38)))),
    );
    assert.is(backward.code, "GRAD_INF");
    assert.is(backward.cause, "overflow-sum");
  });
});

test("a NaN gradient handed to an optimizer skips the step and touches nothing", () => {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const step = adam({ lr: 0.1 });
    const { grads } = valueAndGrad([w], () => sum(mul(w, w)));
    step([w], grads);
    const before = [w, step.state(w, "m"), step.state(w, "v")].map((t) => [
      ...(t?.toArray() ?? []),
    ]);
    const bad = { w: tensor([NaN, 1], { name: "bad" }) };
    const report = reportOf(() => step([w], bad));
    assert.is(report.code, "GRAD_NAN");
    assert.match(report.sink, /parameter "w"/);
    const result = guard({ onNonFinite: "collect" }, () => step([w], bad));
    assert.not(result.applied);
    assert.is(step.skipped, 1);
    assert.is(step.steps, 1);
    const after = [w, step.state(w, "m"), step.state(w, "v")].map((t) => [...(t?.toArray() ?? [])]);
    assert.equal(after, before);
    collected();
    step.dispose();
    w.dispose();
  });
});

test("a report survives JSON with its NaN and ∞", () => {
  scope(() => {
    const report = plainReport(reportOf(() => log(tensor([0], { name: "x" })).item()));
    const copy = JSON.parse(JSON.stringify(report));
    assert.equal(copy, report);
    assert.is(copy.operands[0].value, 0);
    const nan = plainReport(reportOf(() => add(tensor([NaN]), 1).item()));
    assert.is(nan.operands[0]?.value as unknown, "NaN");
  });
});

test("a NaN anywhere in a network's inputs and weights is found and named, 300 times", () => {
  scope(() => {
    const make = () => ({
      x: uniform([5, 7], -1, 1, { seed: 1 }),
      w1: uniform([7, 6], -1, 1, { seed: 2 }),
      b1: uniform([6], -1, 1, { seed: 3 }),
      gamma: ones([6]),
      beta: zeros([6]),
      w2: uniform([6, 3], -1, 1, { seed: 4 }),
      b2: zeros([3]),
    });
    const tensors = make();
    const names = Object.keys(tensors) as (keyof typeof tensors)[];
    for (const name of names) tensors[name].name = name;
    const { x, w1, b1, gamma, beta, w2, b2 } = tensors;
    const run = () =>
      valueAndGrad(tensors, () =>
        crossEntropy(
          linear(relu(layerNorm(linear(x, w1, b1), gamma, beta)), w2, b2),
          [0, 1, 2, 0, 1],
        ),
      );
    for (let i = 0; i < 300; i++) {
      assert.ok(run().health.finite, "no false alarm");
      const name = names[i % names.length] as keyof typeof tensors;
      const target = tensors[name];
      const at = (i * 7) % target.size;
      const kept = target.data[at] as number;
      target.data[at] = [NaN, Infinity, -Infinity][i % 3] as number;
      const value = target.data[at];
      if (value !== undefined && !Number.isNaN(value)) {
        // ∞ may be absorbed for good reason, as a logit of -∞ beside the label's is; not in silence.
        const { health } = guard({ onNonFinite: "collect" }, run);
        const reports = collected();
        if (health.finite) {
          assert.ok(
            health.events.some(({ kind }) => kind === "absorbed"),
            `${name} ${value}`,
          );
          target.data[at] = kept;
          continue;
        }
        assert.ok(reports.length > 0);
      }
      const report = reportOf(run);
      let origin: typeof report | NonNullable<typeof report.from> = report;
      while (origin.from !== undefined) origin = origin.from;
      assert.is(origin.name, name, report.path.join(" → "));
      const flat = origin.index.reduce((sum, v, axis) => sum * (target.shape[axis] ?? 1) + v, 0);
      assert.is(flat, at, `${name}: ${report.path.join(" → ")}`);
      target.data[at] = kept;
    }
  });
});

test("a policy without a body, where one belongs, does not stay in force", () => {
  throwsCode(() => allowNonFinite(undefined as never), "BAD_TYPE", /body is no function/);
  throwsCode(() => guard({ onNonFinite: "ignore" }, 5 as never), "BAD_TYPE", /body is no function/);
  throwsCode(() => guard(null as never), "BAD_TYPE", /^guard: options are no object.*got null/);
  throwsCode(() => guard([] as never, () => 1), "BAD_TYPE", /^guard: options are no object/);
  throwsCode(
    () => guard({ onNonFinite: Object.create(null) }),
    "BAD_VALUE",
    /onNonFinite unknown.*got an object/,
  );
  scope(() => {
    assert.throws(() => log(tensor([-1])).toArray(), /READ_NAN/);
  });
});

test("infinities that meet at every turn of a loop are followed once, not once for each way to them", () => {
  scope(() => {
    const cost = parameter("cost", [
      [0, 4],
      [9, 1],
    ]);
    const began = performance.now();
    guard({ onAlarm: "ignore" }, () =>
      valueAndGrad({ cost }, () => {
        const k = exp(div(neg(add(cost, 2)), 0.01));
        let [u, v] = [tensor([[1], [1]]), tensor([1, 1])];
        for (let turn = 0; turn < 7; turn++) {
          v = div(0.5, sum(where(k, mul(k, u), 0), { axis: 0 }));
          u = div(0.5, sum(where(k, mul(k, v), 0), { axis: 1, keepDims: true }));
        }
        return sum(mul(where(k, mul(where(k, mul(u, k), 0), v), 0), cost));
      }),
    );
    // Each turn had taken ten times as long as the one before: hours.
    assert.ok(performance.now() - began < 30_000);
    cost.dispose();
  });
});

test.run();
