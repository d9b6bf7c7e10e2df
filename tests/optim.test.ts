/** Optimizers against their formulas in f64; clipping; steps that would leave float32. */
import * as assert from "uvu/assert";
import {
  type AdamOptions,
  adam,
  collected,
  type DType,
  globalNorm,
  guard,
  type Optimizer,
  type Parameter,
  parameter,
  type SgdOptions,
  scope,
  sgd,
  showReport,
  square,
  sum,
  type Tensor,
  tensor,
  trainStep,
  valueAndGrad,
} from "../src/index.js";
import { random } from "../src/nn/init.js";
import { holed, reportOf, throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("optimizers");

/** Runs the same gradients through the optimizer and through a formula in f64. */
function follow(
  step: Optimizer,
  formula: (p: number[], g: number[], t: number) => void,
  bound: number,
  dtype: DType,
): void {
  const next = random(5);
  const start = Array.from({ length: 37 }, () => Math.fround(next() * 2 - 1));
  const w = parameter("w", start, { dtype: dtype as "float64" });
  const p = [...start];
  for (let t = 1; t <= 50; t++) {
    scope(() => {
      const g = Array.from(start, () => Math.fround(next() * 2 - 1));
      step([w], { w: tensor(g, { dtype }) as Tensor });
      formula(p, g, t);
    });
  }
  w.toArray().forEach((v, i) => {
    assert.ok(Math.abs(v - (p[i] ?? 0)) <= bound, `element ${i}: ${v}, expected ${p[i]}`);
  });
  step.dispose();
  w.dispose();
}

/** Rounding of 50 steps, beside the bounds for float32. */
const ROUNDING = { float32: 1, float64: 2 ** -28 } as const;

for (const dtype of ["float32", "float64"] as const) {
  test(`sgd, and sgd with momentum, follow their formulas for 50 steps in ${dtype}`, () => {
    follow(
      sgd({ lr: 0.1 }),
      (p, g) => {
        for (const [i, v] of g.entries()) p[i] = (p[i] ?? 0) - 0.1 * v;
      },
      2e-6 * ROUNDING[dtype],
      dtype,
    );
    const m = new Array<number>(37).fill(0);
    follow(
      sgd({ lr: 0.1, momentum: 0.9 }),
      (p, g) =>
        g.forEach((v, i) => {
          m[i] = 0.9 * (m[i] ?? 0) + v;
          p[i] = (p[i] ?? 0) - 0.1 * (m[i] ?? 0);
        }),
      2e-5 * ROUNDING[dtype],
      dtype,
    );
  });

  for (const weightDecay of [0, 0.1]) {
    test(`adam with weight decay ${weightDecay} follows its formula for 50 steps in ${dtype}`, () => {
      const [m, v] = [new Array<number>(37).fill(0), new Array<number>(37).fill(0)];
      follow(
        adam({ lr: 0.01, weightDecay }),
        (p, g, t) =>
          g.forEach((gi, i) => {
            m[i] = 0.9 * (m[i] ?? 0) + 0.1 * gi;
            v[i] = 0.999 * (v[i] ?? 0) + 0.001 * gi * gi;
            const root = Math.sqrt((v[i] ?? 0) / (1 - 0.999 ** t)) + 1e-8;
            p[i] =
              (p[i] ?? 0) * (1 - 0.01 * weightDecay) - (0.01 * (m[i] ?? 0)) / (1 - 0.9 ** t) / root;
          }),
        2e-6 * ROUNDING[dtype],
        dtype,
      );
    });
  }
}

test("a parameter and its gradient are of one type", () => {
  const w = parameter("w", [1, 2], { dtype: "float64" });
  for (const step of [sgd({ lr: 0.1 }), adam({ lr: 0.1 })]) {
    scope(() => {
      const g = tensor([1, 1]);
      throwsCode(
        () => step([w], { w: g }),
        "BAD_TYPE",
        /gradient of "w" is of another type, expected float64, got float32/,
      );
    });
    assert.is(step.steps, 0);
  }
  assert.equal([...w.toArray()], [1, 2]);
  w.dispose();
});

test("doubles: steps beyond float32, clipping of 1e200, and a step that would leave float64", () => {
  const w = parameter("w", [1, 2], { dtype: "float64" });
  const give = (...g: number[]) => ({ w: tensor(g, { dtype: "float64" }) });
  scope(() => {
    const norms = [tensor([3e200, 4e200], { dtype: "float64" }), tensor([1])];
    assert.ok(Math.abs(globalNorm(norms) / 5e200 - 1) < 1e-15);
    const clipped = sgd({ lr: 1, clip: { globalNorm: 5 } })([w], give(3e200, 4e200));
    assert.ok(Math.abs((clipped.norm ?? 0) / 5e200 - 1) < 1e-15);
    for (const [i, v] of [-2, -2].entries()) {
      assert.ok(Math.abs((w.raw[i] ?? 0) - v) < 1e-14);
    }
    sgd({ lr: 1 })([w], give(-1e300, 0));
    assert.is(w.raw[0], 1e300);
    const before = [...w.raw];
    const step = adam({ lr: 0.1 });
    const report = reportOf(() => step([w], give(1e160, 1)));
    assert.is(report.code, "STATE_INF");
    assert.is(report.cause, "overflow-square");
    assert.equal([...w.raw], before, "nothing is written");
    assert.is(step.state(w, "v")?.dtype, "float64");
    step.dispose();
  });
  w.dispose();
});

test("doubles: bad elements count as 0, and a rollback is bit for bit", () => {
  const w = parameter("w", [0.1, 0.2], { dtype: "float64" });
  const give = (...g: number[]) => ({ w: tensor(g, { dtype: "float64" }) });
  scope(() => {
    const zeroing = sgd({ lr: 1, onBadStep: "zero" });
    assert.is(zeroing([w], give(Number.NaN, 0.1)).action, "zeroed");
    assert.equal([...w.raw], [0.1, 0.2 - 0.1]);
    const back = adam({ lr: 1 / 3, onBadStep: "rollback" });
    back([w], give(1 / 3, 1 / 7));
    const state = back.state(w, "v");
    const good = [...w.raw, ...(state?.raw ?? [])];
    back([w], give(0.7, 0.9));
    assert.is(back([w], give(Number.POSITIVE_INFINITY, 0)).action, "rolled back");
    assert.equal([...w.raw, ...(state?.raw ?? [])], good);
    // A state that was written to from outside is tried on copies.
    (state as Tensor<"float64">).data[0] = Number.NaN;
    assert.is(back([w], give(1, 1)).action, "rolled back");
    back.dispose();
  });
  w.dispose();
});

test("a hundred gradients of 1e20 have the norm 1e21, and are clipped to 0.1 each", () => {
  scope(() => {
    const g = tensor(new Float32Array(100).fill(1e20));
    assert.ok(Math.abs(globalNorm([g]) / 1e21 - 1) < 1e-7);
    const w = parameter("w", new Float32Array(100));
    const result = sgd({ lr: 1, clip: { globalNorm: 1 } })([w], { w: g });
    assert.ok(Math.abs((result.norm ?? 0) / 1e21 - 1) < 1e-7);
    for (const v of w.data) assert.ok(Math.abs(v + 0.1) < 1e-7, `${v}`);
    w.dispose();
  });
});

test("a norm of gradients by name is refused: it takes a list", () => {
  for (const none of [{ w: tensor([1]) }, null, 5, [5], tensor([1])]) {
    throwsCode(
      () => globalNorm(none as never),
      "BAD_TYPE",
      /^globalNorm: (tensors are no list|x is no tensor)/,
    );
  }
  assert.is(globalNorm(Object.values({ w: tensor([3, 4]) })), 5);
});

test("clipping by norm leaves zeros zero, and small gradients alone", () => {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const step = sgd({ lr: 1, clip: { globalNorm: 1 } });
    const { applied, norm, scale } = step([w], { w: tensor([0, 0]) });
    assert.equal({ applied, norm, scale }, { applied: true, norm: 0, scale: 1 });
    assert.is(step([w], { w: tensor([0.5, 0]) }).scale, 1);
    assert.equal([...w.data], [0.5, 2]);
    w.dispose();
  });
});

test("a gradient of 1e20 leaves adam's state finite, and moves the weight", () => {
  scope(() => {
    const w = parameter("w", [1]);
    const step = adam({ lr: 0.1 });
    step([w], { w: tensor([1e20]) });
    assert.ok(Math.abs(w.toArray()[0] as number) < 0.91, "moved by about lr");
    assert.ok(Number.isFinite(step.state(w, "v")?.absMax));
    step.dispose();
    w.dispose();
  });
});

test("a step that would overflow a state or a weight is reported before it is taken", () => {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const step = adam({ lr: 0.1 });
    throwsCode(() => step([w], { w: tensor([NaN, 1]) }), "GRAD_NAN", /w/);
    assert.is(step.state(w, "v"), undefined, "no gradient has come to it");
    const huge = { w: tensor([1, 1e22]) };
    const report = reportOf(() => step([w], huge));
    assert.is(report.code, "STATE_INF");
    assert.is(report.op, "adam");
    assert.is(report.phase, "optimizer");
    assert.equal(report.index, [1]);
    assert.ok(report.fix.includes("clip-norm"));
    assert.equal([...w.toArray()], [1, 2]);
    assert.equal([...(step.state(w, "v")?.toArray() ?? [])], [0, 0]);
    const clipped = adam({ lr: 0.1, clip: { globalNorm: 1 } });
    assert.ok(clipped([w], huge).applied);
    collected();
    const run = sgd({ lr: 1e30 });
    const result = guard({ onNonFinite: "collect" }, () => run([w], { w: tensor([1e10, 0]) }));
    assert.not(result.applied);
    assert.is(collected()[0]?.code, "STATE_INF");
    // 1e38 itself is a float, but not what it is divided by at first: 1 − β₁.
    const early = reportOf(() => adam({ lr: 1e38 })([w], { w: tensor([1, 1]) }));
    assert.equal([early.op, early.stage], ["adam", "p ← p − update"]);
    assert.not(early.fix.includes("clip-norm"), "the step is as long for a small gradient");
    assert.equal(
      [...w.toArray()].map(Number.isFinite),
      [true, true],
      "nothing infinite is written",
    );
    w.dispose();
  });
});

test("adam: where lr times the mean is beyond its type, a step that is not is taken as it is", () => {
  for (const [dtype, lr, g] of [
    ["float32", 1e19, 5e20],
    ["float32", 1e30, 1e9],
    ["float64", 1e300, 1e9],
  ] as const) {
    const w = parameter("w", [0, 0], { dtype: dtype as "float64" });
    const step = adam({ lr });
    const grad = tensor([g, -1], { dtype: dtype as "float64" });
    assert.ok(step([w], { w: grad }).applied);
    const [a = 0, b = 0] = w.toArray();
    for (const moved of [-a, b]) assert.ok(Math.abs(moved / lr - 1) < 1e-6, `${moved} of ${lr}`);
    step.dispose();
    w.dispose();
    grad.dispose();
  }
});

test("a factor that is ∞ in float32 meets no 0: the step is refused, not NaN", () => {
  for (const step of [
    sgd({ lr: 1e39 }),
    sgd({ lr: 1e39, momentum: 0.9 }),
    adam({ lr: 1e30, weightDecay: 1e10 }),
  ]) {
    const w = parameter("w", [0]);
    scope(() => {
      const report = reportOf(() => step([w], { w: tensor([0]) }));
      assert.is(report.code, "STATE_INF");
      assert.ok(report.fix.includes("lower-lr"));
    });
    assert.equal([...w.toArray()], [0]);
    step.dispose();
    w.dispose();
  }
});

test("a step whose bound is just inside float32 is tried: roundings decide, and none writes ∞", () => {
  const LARGEST = 3.4028234663852886e38;
  const next = random(11);
  const count = { applied: 0, skipped: 0 };
  for (let i = 0; i < 4000; i++) {
    const [lr, beta1, beta2] = [10 ** (28.5 + 10 * next()), next(), next()];
    const reach = lr * Math.max(1, (1 - beta1) / Math.sqrt(1 - beta2));
    const start = Math.fround((LARGEST - reach) * (1 - 2e-7 * next()));
    if (!(start > 0 && start <= LARGEST)) continue;
    const w = parameter("w", [start]);
    const g = tensor([-(10 ** (19 * next()))]);
    const step = adam({ lr, beta1, beta2, onBadStep: "skip" });
    const { applied } = guard({ onNonFinite: "ignore" }, () => step([w], { w: g }));
    count[applied ? "applied" : "skipped"]++;
    assert.ok(Number.isFinite(w.raw[0]), `lr ${lr}, betas ${beta1} and ${beta2}, from ${start}`);
    for (const made of [w, g, step]) made.dispose();
  }
  assert.ok(count.applied > 100 && count.skipped > 0, JSON.stringify(count));
  // What stands at the limit and does not move stays there.
  const w = parameter("w", [LARGEST]);
  const still = sgd({ lr: 1 });
  scope(() => assert.ok(still([w], { w: tensor([0]) }).applied));
  still.dispose();
  w.dispose();
});

test("a parameter that a step made huge is traced to the gradient that did it", () => {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const step = sgd({ lr: 1 });
    step([w], { w: tensor([0, 1e30], { name: "gradient of w" }) });
    const { from } = reportOf(() => valueAndGrad([w], () => sum(square(w))));
    assert.equal([from?.op, from?.phase, from?.index], ["sgd", "optimizer", [1]]);
    assert.is(from?.operands[0]?.name, "gradient of w");
    assert.is(from?.expression, "step 1 from gradient of w = 1e+30");
    w.data.set([1, 2]);
    step([w], { w: tensor([0, 1]) });
    w.data[1] = 1e30;
    assert.is(reportOf(() => valueAndGrad([w], () => sum(square(w)))).from, undefined);
    w.dispose();
  });
});

test("what a step made huge is told of the element that is followed, with what the step read for it", () => {
  const loss = (w: Tensor) => () => valueAndGrad([w as Parameter], () => sum(square(w)));
  scope(() => {
    const v = parameter("v", [1, 1, 1]);
    const plain = sgd({ lr: 1 });
    plain([v], { v: tensor([2e19, 1, 9e19]) });
    const first = reportOf(loss(v));
    assert.equal([first.index, first.from?.index, first.from?.cause], [[0], [0], "huge-value"]);
    assert.is(first.from?.expression, "step 1 from gradient = 2e+19");
    assert.is(first.from?.from, undefined, "what is known of the largest is not said of another");
    // Another element follows in a later step; those before it keep theirs.
    plain([v], { v: tensor([0, 3e19, 1]) });
    v.data[0] = 1;
    const second = reportOf(loss(v));
    assert.equal([second.index, second.from?.index], [[1], [1]]);
    assert.is(second.from?.expression, "step 2 from gradient = 3e+19");
    v.data[1] = 1;
    const third = reportOf(loss(v));
    assert.equal([third.index, third.from?.index], [[2], [2]]);
    assert.is(third.from?.expression, "step 1 from gradient = 9e+19");
    plain([v], { v: tensor([0, 5e19, 0]) });
    v.data[0] = 1e30;
    assert.is(reportOf(loss(v)).from?.phase, "parameter", "what was written is no step's");
    v.dispose();
    const u = parameter("u", [1, 1]);
    const heavy = sgd({ lr: 1, momentum: 0.9 });
    heavy([u], { u: tensor([1.5e19, 0]) });
    heavy([u], { u: tensor([1, 8e19]) });
    const gathered = reportOf(loss(u)).from;
    assert.is(gathered?.expression, "step 2 from gradient = 1, u.m = 1.5e+19");
    for (const gone of [u, plain, heavy]) gone.dispose();
  });
});

test("a step that would overflow says what it would do, by its own formula, and what is to blame first", () => {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const steep = reportOf(() => sgd({ lr: 1e30 })([w], { w: tensor([1e10, 1]) }));
    const text = showReport(steep);
    assert.match(text, /^parameter "w" would become infinite at step 1\n/);
    assert.not.match(text, /0 of 2 elements/);
    assert.equal(steep.instead, [
      "lower the learning rate: a step was too long",
      "clip the gradient: sgd({ lr, clip: { globalNorm: 1 } })",
    ]);
    const heavy = sgd({ lr: 1, momentum: 0.9 });
    const huge = { w: tensor([3e38, 1]) };
    heavy([w], huge);
    const gathered = reportOf(() => heavy([w], huge));
    assert.is(gathered.stage, "m ← momentum · m + g");
    assert.match(showReport(gathered), /^sgd state m of parameter "w" would become infinite at/);
    const spike = reportOf(() => adam({ lr: 0.1 })([w], { w: tensor([1e25, 1]) }));
    assert.equal(spike.instead, ["clip the gradient: adam({ lr, clip: { globalNorm: 1 } })"]);
    w.dispose();
    heavy.dispose();
  });
});

test("weight decay that overshoots is named, in the step that overflows and behind a loss that does", () => {
  const w = parameter("w", [1, 2]);
  const options = { lr: 0.1, weightDecay: 30 };
  const ones = () => scope(() => alone([w], { w: tensor([1, 1]) }));
  const alone = adam(options);
  const { expression, fix, instead } = reportOf(() => {
    for (let i = 0; i < 200; i++) ones();
  });
  assert.match(expression, /, with lr · weightDecay = 3, could make p as large as/);
  assert.is(fix[0], "lower-decay");
  assert.not.ok(instead.some((one) => /clip/.test(one)));
  w.data.set([1, 2]);
  const step = adam(options);
  const report = reportOf(() => {
    for (let i = 0; i < 200; i++) step([w], valueAndGrad([w], () => sum(square(w))).grads);
  });
  assert.is(report.fix[0], "lower-decay");
  assert.match(report.from?.expression ?? "", /^step \d+ from w = \S+, with lr · weightDecay = 3$/);
  for (const gone of [w, alone, step]) gone.dispose();
});

test("a state that was written to is tried on copies: what it would do is reported, nothing is written", () => {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const step = adam({ lr: 0.1 });
    const grads = { w: tensor([0.5, 0.5]) };
    step([w], grads);
    const before = [...w.toArray()];
    const m = step.state(w, "m") as Tensor;
    const kept = m.toArray();
    m.data[1] = NaN;
    const nan = reportOf(() => step([w], grads));
    assert.equal([nan.code, nan.name, nan.index], ["STATE_NAN", "w.m", [1]]);
    m.data.set([kept[0] as number, 1e38]);
    const far = reportOf(() => step([w], grads));
    assert.equal([far.code, far.op, far.index], ["STATE_INF", "adam", [1]]);
    assert.equal([far.cause, far.fix], ["bad-state", ["restore-state"]]);
    assert.match(showReport(far), /^parameter "w" would move further than a step can at step 2\n/);
    assert.ok(far.operands.some(({ name, value }) => name === "w.m" && value > 9e37));
    assert.equal([...w.toArray()], before);
    assert.is(step.steps, 1);
    m.data.set(kept);
    assert.ok(step([w], grads).applied);
    w.dispose();
    step.dispose();
  });
});

test("a view that was taken earlier does not hide what was written through it", () => {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const g = tensor([1, 1], { name: "g" });
    const step = sgd({ lr: 0.1 });
    const [weights, gradients] = [w.data, g.data];
    step([w], { w: g });
    gradients[0] = NaN;
    assert.equal([reportOf(() => step([w], { w: g })).code, step.steps], ["GRAD_NAN", 1]);
    gradients[0] = 1;
    weights[1] = Infinity;
    const report = reportOf(() => step([w], { w: g }));
    assert.equal([report.code, report.name, report.index], ["STATE_INF", "w", [1]]);
    w.dispose();
  });
});

test("adam: a parameter that joins later, or takes turns, moves as it would alone", () => {
  const all = [0, 1, 2, 3].map((i) => parameter(`p${i}`, [0, 1]));
  const [early, late, alone, turn] = all as [Parameter, Parameter, Parameter, Parameter];
  const [shared, own] = [adam({ lr: 0.1 }), adam({ lr: 0.1 })];
  const take = (step: Optimizer, p: Parameter, g: number): void => {
    scope(() => step([p], { [p.name]: tensor([g, -g]) }));
  };
  for (let i = 0; i < 50; i++) take(shared, early, 1);
  take(shared, late, 1);
  assert.ok(Math.abs((late.toArray()[0] ?? 0) + 0.1) < 1e-7, "its first step is as its rate");
  for (let i = 0; i < 20; i++) {
    take(own, alone, 1 + i);
    take(shared, turn, 1 + i);
    take(shared, early, 1);
  }
  assert.equal(turn.toArray(), alone.toArray());
  assert.is(shared.steps, 91, "the optimizer counts its own");
  for (const gone of [...all, shared, own]) gone.dispose();
});

test("adam: an eps that float32's v cannot do with is refused, above it tiny gradients move as they should", () => {
  const tiny = { lr: 0.1, eps: 1e-30 };
  scope(() => {
    const w = parameter("w", [1]);
    const grads = { w: tensor([1e-25]) };
    const refused = /^adam: eps is too small for "w" of float32.*at least 2\.68e-20, got 1e-30$/;
    for (const onBadStep of ["guard", "skip", "zero", "rollback"] as const) {
      throwsCode(() => adam({ ...tiny, onBadStep })([w], grads), "BAD_VALUE", refused);
    }
    throwsCode(() => adam({ ...tiny, beta2: 0 })([w], grads), "BAD_VALUE", /least 8\.47e-22/);
    assert.is(w.item(), 1);
    w.dispose();
  });
  const lr = 0.1;
  for (const beta2 of [0, 0.9, 0.999, 0.99999]) {
    const eps = 1.01 * (2 ** -70 / Math.sqrt(1 - beta2));
    for (let g = 1e-26; g < 1e-16; g *= 3) {
      const w = parameter("w", [0]);
      const step = adam({ lr, beta2, eps });
      for (let i = 0; i < 300; i++) scope(() => step([w], { w: tensor([g]) }));
      const moved = (-300 * lr * g) / (g + eps);
      assert.ok(Math.abs(w.item() / moved - 1) < 0.03, `beta2 ${beta2}, g ${g}: ${w.item()}`);
      w.dispose();
      step.dispose();
    }
  }
  const d = parameter("d", [1], { dtype: "float64" });
  const step = adam(tiny);
  scope(() => step([d], { d: tensor([1e-25], { dtype: "float64" }) }));
  assert.ok(Math.abs(d.item() - 0.900001) < 1e-9, "doubles have the range for it");
  for (const gone of [d, step]) gone.dispose();
});

test("an optimizer that was disposed of takes no step, and keeps its counts", () => {
  for (const onBadStep of ["guard", "skip", "zero", "rollback"] as const) {
    const w = parameter("w", [1, 2]);
    const step = adam({ lr: 0.1, onBadStep });
    scope(() => {
      const grads = { w: tensor([1, 1]) };
      step([w], grads);
      step.dispose();
      const before = w.toArray();
      const after: readonly (() => unknown)[] = [
        () => step([w], grads),
        () => trainStep(step, [w], () => sum(w)),
        () => step.reject("the loss jumped"),
        () => step.state(w, "m"),
        () => step.dispose(),
      ];
      for (const use of after) {
        throwsCode(use, "DISPOSED", /^adam: the optimizer is disposed, .*freed after 1 steps$/);
      }
      assert.equal(w.toArray(), before);
      assert.equal([step.steps, step.skipped], [1, 0]);
    });
    w.dispose();
  }
});

test("lr may be changed between steps, within its range", () => {
  scope(() => {
    const w = parameter("w", [1]);
    const step = sgd({ lr: 1 });
    step.lr = 0.5;
    step([w], { w: tensor([1]) });
    assert.is(w.item(), 0.5);
    throwsCode(
      () => {
        step.lr = NaN;
      },
      "BAD_VALUE",
      /^sgd: lr out of range, expected a finite number, 0 or more, got NaN/,
    );
    w.dispose();
  });
});

test("the rate of a schedule that gives none is no number, and is not read as one", () => {
  scope(() => {
    const w = parameter("w", [1]);
    for (const none of [NaN, -1, "x", Promise.resolve(1)]) {
      const lr = ((steps: number) => (steps === 0 ? 1 : none)) as (steps: number) => number;
      const step = sgd({ lr, onBadStep: "skip" });
      assert.is(step.lr, 1);
      step([w], { w: tensor([0]) });
      const broken = /^sgd: lr out of range after 1 steps, expected a finite number/;
      throwsCode(() => step.lr, "BAD_VALUE", broken);
      throwsCode(() => step.reject("the loss jumped"), "BAD_VALUE", broken);
      step.lr = 0.5;
      assert.is(step.lr, 0.5);
    }
    w.dispose();
  });
});

test("trainStep takes an optimizer, and no other function", () => {
  const w = parameter("w", [1]);
  for (const [none, got] of [
    [() => {}, "function"],
    [null, "null"],
    [[w], "an array"],
  ] as const) {
    throwsCode(
      () => trainStep(none as never, [w], () => sum(w)),
      "BAD_TYPE",
      new RegExp(`^trainStep: the optimizer is none, expected one of sgd or adam, got ${got}`),
    );
  }
  w.dispose();
});

test("options out of range, gradients that are missing or do not fit: refused", () => {
  scope(() => {
    const bad: readonly (readonly [() => unknown, RegExp])[] = [
      [() => sgd({ lr: -1 }), /^sgd: lr/],
      [() => sgd({ lr: 1, momentum: 1 } satisfies SgdOptions), /^sgd: momentum/],
      [() => adam({ lr: 1, beta1: 1 } satisfies AdamOptions), /^adam: beta1/],
      [() => adam({ lr: 1, eps: NaN }), /^adam: eps/],
      [() => adam({ lr: 1, clip: { globalNorm: 0 } }), /^adam: clip.globalNorm/],
    ];
    for (const [body, message] of bad) throwsCode(body, "BAD_VALUE", message);
    const w = parameter("w", [1, 2]);
    const step = sgd({ lr: 1 });
    throwsCode(() => step([w], {}), "BAD_TYPE", /^sgd: no gradient for "w"/);
    throwsCode(
      () => step([w], { w: tensor([1]) }),
      "BAD_SHAPE",
      /gradient of "w" does not fit, expected \[2\], got \[1\]/,
    );
    throwsCode(() => step([3 as unknown as Tensor as never], {}), "BAD_TYPE", /^sgd: no parameter/);
    w.dispose();
  });
});

test("options that are none, and what is no number, are refused", () => {
  const [anySgd, anyAdam] = [sgd, adam] as unknown as ((options?: unknown) => unknown)[] as [
    (options?: unknown) => unknown,
    (options?: unknown) => unknown,
  ];
  const refused: readonly (readonly [() => unknown, string, RegExp])[] = [
    [() => anyAdam(), "BAD_TYPE", /^adam: options are no object, expected lr, .*got undefined/],
    [() => anySgd({}), "BAD_VALUE", /^sgd: lr out of range.*got undefined/],
    [() => anySgd({ lr: "0.1" }), "BAD_VALUE", /^sgd: lr out of range.*got string "0.1"/],
    [() => anySgd({ lr: () => "0.1" }), "BAD_VALUE", /^sgd: lr out of range after 0 steps/],
    [() => anySgd({ lr: 1, onBadstep: "skip" }), "BAD_VALUE", /^sgd: no option "onBadstep".*skip/],
    [() => anySgd({ lr: 1, onBadStep: Object.create(null) }), "BAD_VALUE", /got an object/],
    [() => anySgd({ lr: 1, stopAfter: {} }), "BAD_VALUE", /stopAfter out of range.*got Object/],
    [() => anyAdam({ lr: 1, beta1: "0.9" }), "BAD_VALUE", /^adam: beta1 out of range/],
    [() => anyAdam({ lr: 1, clip: 1 }), "BAD_TYPE", /^adam clip: options are no object.*got 1/],
    [() => anyAdam({ lr: 1, clip: { globalnorm: 1 } }), "BAD_VALUE", /no option "globalnorm"/],
    [() => anyAdam({ lr: 1, clip: { globalNorm: "1" } }), "BAD_VALUE", /clip.globalNorm out of/],
  ];
  for (const [body, code, message] of refused) throwsCode(body, code, message);
});

test("a state of nothing, and one that no optimizer has, is refused", () => {
  const [p, step] = [parameter("p", [1]), adam({ lr: 1 })];
  const state = step.state as unknown as (p: unknown, which: unknown) => unknown;
  throwsCode(() => state(p, "x"), "BAD_TYPE", /^adam: no such state, expected "m" or "v".*"x"/);
  throwsCode(() => state(5, "m"), "BAD_TYPE", /^adam: state of no parameter.*got 5/);
  assert.is(step.state(p, "m"), undefined);
  for (const gone of [p, step]) gone.dispose();
});

test("each parameter is stepped once, with a gradient of its own", () => {
  const [w, v] = [parameter("w", [1, 2]), parameter("w", [5, 6])];
  const step = sgd({ lr: 1 }) as unknown as (params: unknown, grads?: unknown) => unknown;
  scope(() => {
    const g = tensor([1, 1]);
    throwsCode(() => step([w, w], { w: g }), "BAD_TYPE", /two parameters are called "w"/);
    throwsCode(() => step([w, v], { w: g }), "BAD_TYPE", /two parameters are called "w"/);
    throwsCode(
      () => step({ a: w, b: w }, { a: g, b: g }),
      "BAD_TYPE",
      /"b" is the same tensor as "a"/,
    );
    throwsCode(() => step([w]), "BAD_TYPE", /no gradients, expected those.*got undefined/);
    throwsCode(() => step(null, {}), "BAD_TYPE", /params are none.*got null/);
    throwsCode(() => step([undefined], {}), "BAD_TYPE", /params 0 is no tensor.*got undefined/);
    throwsCode(() => step(holed([w]), { w: g }), "BAD_TYPE", /params 1 is no tensor.*undefined/);
    for (const none of [new Map([["w", w]]), Promise.resolve([w]), new Date(), [w].values()]) {
      throwsCode(
        () => step(none, { w: g }),
        "BAD_TYPE",
        /^sgd: params are none, expected parameters/,
      );
    }
  });
  assert.equal(
    [[...w.toArray()], [...v.toArray()]],
    [
      [1, 2],
      [5, 6],
    ],
  );
  w.dispose();
  v.dispose();
});

test("a second moment that was loaded below 0 has no root: the state is to blame", () => {
  const w = parameter("w", [1, 1]);
  const step = adam({ lr: 0.1 });
  const take = () => scope(() => step([w], valueAndGrad({ w }, () => sum(square(w))).grads));
  take();
  const v = step.state(w, "v");
  assert.ok(v);
  v.data[1] = -1;
  const { op, index, cause, fix } = reportOf(take);
  assert.equal([op, index, cause, fix], ["adam", [1], "sqrt-of-negative", ["restore-state"]]);
});

test("elements that Adam no longer moves are counted, while they are, and told of once", () => {
  const w = parameter("w", [1, 1, 1]);
  const plain = adam({ lr: 0.1 });
  const clipped = adam({ lr: 0.1, clip: { globalNorm: 1 } });
  const momentum = sgd({ lr: 1e-20, momentum: 0.9 });
  const healthy = adam({ lr: 0.1 });
  const spike = (i: number) => (i === 5 ? 1e18 : 1);
  try {
    scope(() => {
      for (let i = 0; i < 40; i++) {
        const g = (first: number) => ({ w: tensor([first, 1, -1]) });
        const { frozen } = guard({ onAlarm: "collect" }, () => plain([w], g(spike(i))));
        assert.is(frozen, i > 5 ? 1 : 0, `step ${i}`);
        assert.is(plain.frozen, frozen);
        assert.is(clipped([w], g(spike(i))).frozen, 0, "clipping keeps v small");
        assert.is(momentum([w], g(spike(i))).frozen, 0);
        assert.is(healthy([w], g(1 + (i % 7))).frozen, 0);
      }
    });
    const told = collected();
    assert.equal(
      told.map(({ code, op, phase, index, step }) => [code, op, phase, index, step]),
      [["FROZEN", "adam", "optimizer", [0], 7]],
    );
    assert.equal(told[0]?.fix, ["clip-norm", "restore-state"]);
    assert.is(told[0]?.sink, 'parameter "w"');
  } finally {
    for (const used of [w, plain, clipped, momentum, healthy]) used.dispose();
  }
});

test("a gradient of 1e8 among ordinary ones stops Adam for a thousand steps, which is told; one that falls by and by is not", () => {
  const train = (scaleAt: (i: number) => number): string[] => {
    const b = parameter("b", [2]);
    const step = adam({ lr: 0.01 });
    guard({ onAlarm: "collect" }, () => {
      for (let i = 0; i < 60; i++) scope(() => step([b], { b: tensor([4 * scaleAt(i)]) }));
    });
    for (const used of [b, step]) used.dispose();
    return collected().map(({ code }) => code);
  };
  assert.equal(
    train((i) => (i === 2 ? 1e8 : 1)),
    ["FROZEN"],
  );
  assert.equal(
    train((i) => 1e8 / 10 ** (i / 4)),
    [],
  );
  assert.equal(
    train((i) => (i === 2 ? 1e5 : 1)),
    [],
  );
});

test("a parameter that freezes again is told of again, after steps in good order, whatever its name", () => {
  const said: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => said.push(line);
  /** Trains through gradients of 1e12 at some steps, which v forgets within 20. */
  const train = (spikes: readonly number[], steps: number) => {
    const w = parameter("w", [1, 1]);
    const update = adam({ lr: 0.1, beta2: 0.5 });
    for (let i = 0; i < steps; i++) {
      scope(() => {
        const usual = i % 7 === 6 ? 0 : 1;
        update([w], { w: tensor([spikes.includes(i) ? 1e12 : usual, usual]) });
      });
    }
    w.dispose();
    update.dispose();
  };
  try {
    train([5], 30);
    assert.is(said.length, 1);
    assert.match(said[0] ?? "", /^\[FROZEN\]: parameter "w" no longer moves/);
    train([5], 30);
    assert.is(said.length, 2, "another one of that name");
    train([5, 300, 320, 330], 400);
    assert.is(said.length, 4, "an episode each");
    train([], 40);
    assert.is(said.length, 4);
  } finally {
    console.warn = warn;
    collected();
  }
});

test.run();
