/** Bad training steps: skipped, zeroed, rolled back, stopped; counted, visible, never half-applied. */
import * as assert from "uvu/assert";
import {
  adam,
  add,
  type BadStep,
  collected,
  div,
  exp,
  guard,
  matmul,
  memory,
  mul,
  NonFiniteError,
  type Optimizer,
  type OptimizerOptions,
  type Parameter,
  parameter,
  scope,
  sgd,
  sqrt,
  square,
  sum,
  type Tensor,
  TrainingStoppedError,
  tensor,
  trainStep,
} from "../src/index.js";
import { reportOf, throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("bad steps");

const MAKERS = {
  sgd: (options: Omit<OptimizerOptions, "lr">) => sgd({ lr: 0.1, ...options }),
  momentum: (options: Omit<OptimizerOptions, "lr">) => sgd({ lr: 0.1, momentum: 0.9, ...options }),
  adam: (options: Omit<OptimizerOptions, "lr">) => adam({ lr: 0.1, weightDecay: 0.01, ...options }),
} as const;

const GOOD = [
  [1, -2, 3],
  [0.5, 0.25, -1],
  [-3, 2, 0.125],
] as const;

/** Two parameters, of which the second has the bad gradient: the first must not have moved either. */
class Run {
  readonly a: Parameter = parameter("a", [1, 2, 3]);
  readonly b: Parameter = parameter("b", [4, 5, 6]);
  readonly step: Optimizer;

  constructor(step: Optimizer) {
    this.step = step;
  }

  take(g: readonly number[], bad?: readonly number[]) {
    return scope(() =>
      this.step([this.a, this.b], { a: tensor([...g]), b: tensor([...(bad ?? g)]) }),
    );
  }

  /** Every bit that a step may change. */
  bits(): number[] {
    const { a, b, step } = this;
    const all = [a, b].flatMap((p) => [p, step.state(p, "m"), step.state(p, "v")]);
    return all.flatMap((t) => (t === undefined ? [] : [...new Uint32Array(t.raw.slice().buffer)]));
  }

  dispose(): void {
    for (const gone of [this.a, this.b, this.step]) gone.dispose();
  }
}

function withRun(step: Optimizer, body: (run: Run) => void): void {
  const run = new Run(step);
  try {
    body(run);
  } finally {
    run.dispose();
    collected();
  }
}

/** Without what alarms write to the console. */
function quiet<T>(body: () => T): T {
  const { warn } = console;
  console.warn = () => {};
  try {
    return body();
  } finally {
    console.warn = warn;
  }
}

for (const [name, make] of Object.entries(MAKERS)) {
  for (const bad of [NaN, Infinity, -Infinity]) {
    test(`${name}: a gradient with ${bad} is skipped, no bit of any parameter or state has moved`, () => {
      withRun(make({ onBadStep: "skip" }), (run) => {
        for (const g of GOOD) assert.ok(run.take(g).applied);
        const before = run.bits();
        const result = run.take([1, 1, 1], [1, bad, 1]);
        assert.equal(run.bits(), before);
        assert.not(result.applied);
        assert.is(result.action, "skipped");
        assert.is(result.steps, 3);
        assert.is(result.badInARow, 1);
        assert.is(result.reason, 'the gradient of parameter "b" is not finite');
        assert.equal(result.report?.index, [1]);
        assert.is(run.step.steps, 3);
        assert.is(run.step.skipped, 1);
        assert.is(run.take([1, 1, 1]).badInARow, 0);
        assert.is(run.step.steps, 4);
      });
    });
  }

  test(`${name}: a run with a skipped step ends in the same bits as one without it`, () => {
    const end = (bad: boolean): number[] => {
      let bits: number[] = [];
      withRun(make({ onBadStep: "skip", clip: { globalNorm: 1 } }), (run) => {
        for (const g of GOOD) {
          run.take(g);
          if (bad) run.take([NaN, 0, 0]);
        }
        bits = run.bits();
      });
      return bits;
    };
    assert.equal(end(true), end(false));
  });

  test(`${name}: rollback puts back, bit for bit, what was there when gradients were last finite`, () => {
    withRun(make({ onBadStep: "rollback" }), (run) => {
      const at: number[][] = [];
      for (const g of GOOD) {
        at.push(run.bits());
        run.take(g);
      }
      const result = run.take([1, 1, NaN]);
      assert.is(result.action, "rolled back");
      assert.not(result.applied);
      assert.is(result.steps, 2, "the step that led here is taken back");
      assert.equal(run.bits(), at[2]);
      assert.is(run.a.absMax, Math.max(...run.a.raw.map(Math.abs)), "the peak is the old one too");
      run.take(GOOD[2]);
      const straight = run.bits();
      assert.is(run.step.steps, 3);
      withRun(make({}), (other) => {
        for (const g of GOOD) other.take(g);
        assert.equal(straight, other.bits(), "training goes on as if nothing had been");
      });
    });
  });
}

test("rollback heals a weight that was overwritten with NaN; skip alone cannot, and stops", () => {
  const train = (onBadStep: BadStep) => {
    const w = parameter("w", [1, 2]);
    const step = adam({ lr: 0.1, onBadStep, stopAfter: 3 });
    const one = () => trainStep(step, [w], () => sum(square(w)));
    try {
      for (let i = 0; i < 3; i++) assert.ok(one().applied);
      w.data[1] = NaN;
      const result = one();
      assert.not(result.applied);
      assert.is(result.report?.phase, "parameter");
      assert.is(result.report?.name, "w");
      assert.equal(result.report?.index, [1]);
      for (let i = 0; i < 5; i++) one();
      return [...w.toArray()];
    } finally {
      w.dispose();
      step.dispose();
      collected();
    }
  };
  for (const v of train("rollback")) assert.ok(Number.isFinite(v), `${v}`);
  throwsCode(() => train("skip"), "STOPPED", /^adam: 3 bad steps in a row, expected fewer than 3/);
});

test("zero takes the step without the bad elements, and counts them; the gradient itself stays as it is", () => {
  withRun(sgd({ lr: 0.5, onBadStep: "zero", clip: { globalNorm: 1 } }), (run) => {
    const { bytes } = memory();
    scope(() => {
      const [a, b] = [tensor([0, 3, 0]), tensor([NaN, 4, Infinity])];
      const result = run.step([run.a, run.b], { a, b });
      assert.ok(result.applied);
      assert.is(result.action, "zeroed");
      assert.is(result.norm, 5);
      assert.is(result.badInARow, 1);
      assert.ok(Number.isNaN(b.raw[0]));
      assert.is(result.report?.code, "GRAD_NAN");
    });
    assert.equal([...run.a.toArray()], [1, Math.fround(2 - 0.3), 3]);
    assert.equal([...run.b.toArray()], [4, Math.fround(5 - 0.4), 6]);
    assert.is(run.step.zeroed, 1);
    assert.is(run.step.skipped, 0);
    assert.is(memory().bytes, bytes, "copies are freed");
  });
});

test("zero takes no step that stops the training, nor one after it", () => {
  withRun(sgd({ lr: 0.1, onBadStep: "zero", stopAfter: 2 }), (run) => {
    assert.is(run.take([1, NaN, 1]).action, "zeroed");
    const before = run.bits();
    for (const length of [2, 3]) {
      throwsCode(
        () => run.take([1, NaN, 1]),
        "STOPPED",
        new RegExp(`${length} bad steps in a row`),
      );
      assert.equal(run.bits(), before);
    }
    const { steps, zeroed, skipped } = run.step;
    assert.equal([steps, zeroed, skipped], [1, 1, 2]);
    assert.ok(run.take([1, 1, 1]).applied, "a good one goes on");
  });
});

test("adam: a rollback takes back how many steps each parameter has taken", () => {
  const [w, same] = [parameter("w", [1, 2]), parameter("w", [1, 2])];
  const [step, straight] = [adam({ lr: 0.1, onBadStep: "rollback" }), adam({ lr: 0.1 })];
  const take = (one: Optimizer, p: Parameter, g: number) =>
    scope(() => one([p], { w: tensor([g, -g]) }));
  for (const g of [1, 2, 3]) take(step, w, g);
  assert.is(take(step, w, NaN).action, "rolled back");
  take(step, w, 5);
  for (const g of [1, 2, 5]) take(straight, same, g);
  assert.equal(w.toArray(), same.toArray());
  for (const gone of [w, same, step, straight]) gone.dispose();
  collected();
});

test("zero cannot help a loss that is bad beside gradients that are good: the step is skipped, and counts", () => {
  withRun(sgd({ lr: 0.5, onBadStep: "zero", stopAfter: 2 }), (run) => {
    const before = run.bits();
    const take = () => trainStep(run.step, [run.a], () => add(sum(run.a), NaN));
    const result = take();
    assert.is(result.action, "skipped");
    assert.is(result.reason, "the loss is not finite");
    assert.is(result.report?.code, "LOSS_NAN");
    assert.is(result.badInARow, 1);
    assert.equal(run.bits(), before);
    throwsCode(take, "STOPPED", /2 bad steps in a row/);
  });
});

test("what an optimizer keeps of parameters that are no more is freed with the next", () => {
  for (const onBadStep of ["skip", "rollback"] as const) {
    const step = adam({ lr: 0.5, onBadStep });
    const counts = Array.from({ length: 4 }, () => {
      const w = parameter("w", [1]);
      trainStep(step, [w], () => sum(w));
      const { tensors } = memory();
      w.dispose();
      return tensors;
    });
    step.dispose();
    assert.equal(counts, new Array(4).fill(counts[0]), onBadStep);
  }
});

test("zero cannot help a step that would overflow a state: it is skipped", () => {
  withRun(adam({ lr: 0.1, onBadStep: "zero" }), (run) => {
    run.take([1, 1, 1]);
    const before = run.bits();
    const result = run.take([1, 1e22, NaN], [1, 1, 1]);
    assert.is(result.action, "skipped");
    assert.is(result.reason, 'adam state v of parameter "a" would not stay finite');
    assert.is(result.report?.code, "STATE_INF");
    assert.equal(run.bits(), before);
  });
});

test("a learning rate schedule does not advance on skipped steps, and goes back with a rollback", () => {
  const seen: number[] = [];
  const lr = (steps: number) => {
    seen.push(steps);
    return 0.1 / (1 + steps);
  };
  withRun(sgd({ lr, onBadStep: "skip" }), (run) => {
    assert.is(run.take([1, 1, 1]).lr, 0.1);
    assert.is(run.take([NaN, 1, 1]).lr, 0.05);
    assert.is(run.take([Infinity, 1, 1]).lr, 0.05);
    assert.is(run.take([1, 1, 1]).lr, 0.05);
    assert.is(run.step.lr, 0.1 / 3);
    run.step.lr = 1;
    assert.is(run.take([1, 1, 1]).lr, 1, "setting it ends the schedule");
  });
  withRun(sgd({ lr, onBadStep: "rollback" }), (run) => {
    for (const expected of [0, 1, 2]) {
      assert.is(run.step.steps, expected);
      run.take([1, 1, 1]);
    }
    run.take([1, NaN, 1]);
    assert.is(run.step.lr, 0.1 / 3);
  });
  assert.ok(seen.length > 0);
  throwsCode(() => sgd({ lr: () => NaN }), "BAD_VALUE", /^sgd: lr out of range after 0 steps/);
  withRun(sgd({ lr: (steps) => 0.1 / (1 - steps) }), (run) => {
    run.take([1, 1, 1]);
    throwsCode(() => run.take([1, 1, 1]), "BAD_VALUE", /^sgd: lr out of range after 1 steps/);
  });
});

test("stopAfter throws at the n-th bad step in a row, good ones between reset the count", () => {
  withRun(adam({ lr: 0.1, onBadStep: "skip", stopAfter: 3 }), (run) => {
    const bad = () => run.take([NaN, 0, 0]);
    assert.is(bad().badInARow, 1);
    assert.is(bad().badInARow, 2);
    assert.is(run.take([1, 1, 1]).badInARow, 0);
    bad();
    bad();
    let thrown: unknown;
    try {
      bad();
    } catch (error) {
      thrown = error;
    }
    assert.instance(thrown, TrainingStoppedError);
    const { badInARow, report } = thrown as TrainingStoppedError;
    assert.is(badInARow, 3);
    // Who catches nothing reads no report.
    const { message } = thrown as TrainingStoppedError;
    assert.match(
      message,
      /got at last: the gradient of parameter "a" is not finite\n\[GRAD_NAN\]: .* at step 2\n/,
    );
    assert.match(message, /\n {2}instead {3}/);
    assert.is(report?.code, "GRAD_NAN");
    assert.is(run.step.skipped, 5);
  });
});

test("a rollback that leads straight back into the same NaN is a streak: it stops", () => {
  withRun(sgd({ lr: 0.1, onBadStep: "rollback", stopAfter: 4 }), (run) => {
    run.take([1, 1, 1]);
    assert.throws(
      () => {
        for (let i = 0; i < 100; i++) {
          run.take([NaN, 0, 0]);
          run.take([1, 1, 1]);
        }
      },
      (error: unknown) => error instanceof TrainingStoppedError,
    );
    assert.is(run.step.rolledBack, 4);
  });
});

test("one bad batch on the way back to the same NaN does not make progress of a streak", () => {
  withRun(sgd({ lr: 0.1, onBadStep: "rollback", stopAfter: 10 }), (run) => {
    let [isWall, wasWall, furthest] = [false, false, 0];
    const train = () => {
      for (let i = 0; i < 1000; i++) {
        [wasWall, isWall] = [isWall, run.step.steps === 3];
        run.take(isWall || wasWall ? [NaN, 0, 0] : [1, 1, 1]);
        furthest = Math.max(furthest, run.step.steps);
      }
    };
    assert.throws(train, (error: unknown) => error instanceof TrainingStoppedError);
    assert.is(furthest, 3);
    assert.is(run.step.skipped, 10);
  });
});

test("without a choice the guard's policy holds: throw throws, the others skip, and nothing stops", () => {
  withRun(adam({ lr: 0.1 }), (run) => {
    run.take([1, 1, 1]);
    const before = run.bits();
    assert.is(reportOf(() => run.take([1, NaN, 1])).code, "GRAD_NAN");
    for (const onNonFinite of ["collect", "ignore"] as const) {
      for (let i = 0; i < 20; i++) {
        const result = guard({ onNonFinite }, () => run.take([1, 1, NaN]));
        assert.is(result.action, "skipped");
        assert.is(result.report?.code, onNonFinite === "ignore" ? undefined : "GRAD_NAN");
      }
    }
    assert.equal(run.bits(), before);
    assert.is(run.step.badInARow, 40);
  });
});

test("trainStep: the report of a bad step is that of the NaN or ∞, not of an alarm before it", () => {
  const [w, v] = [parameter("w", [1e30]), parameter("v", [0])];
  const step = sgd({ lr: 0.1, onBadStep: "skip" });
  // The loss is finite and has lost an ∞; the root's slope at 0 is infinite.
  const loss = () => add(sum(div(w, sqrt(square(w)))), sum(sqrt(v)));
  const bad = trainStep(step, [w, v], loss);
  assert.is(collected()[0]?.code, "LOST_INF");
  assert.is(bad.action, "skipped");
  assert.is(bad.report?.code, "GRAD_INF");
  assert.is(bad.reason, 'the gradient of parameter "v" is not finite');
  for (const gone of [w, v, step]) gone.dispose();
});

test("trainStep: a number that was surely lost is a bad step, whatever becomes of it", () => {
  const made = { skip: "skipped", zero: "skipped", rollback: "rolled back" } as const;
  const x = tensor([[1, 2]]);
  const lossy = (w: Tensor) => () => sum(div(matmul(x, w), sqrt(sum(square(w)))));
  for (const [onBadStep, action] of Object.entries(made)) {
    const w = parameter("w", [[1], [2]]);
    const step = sgd({ lr: 0.1, onBadStep: onBadStep as BadStep, stopAfter: 3 });
    assert.ok(trainStep(step, [w], lossy(w)).applied);
    const good = w.toArray();
    w.data.set([1e20, 2e20]);
    const bad = quiet(() => trainStep(step, [w], lossy(w)));
    assert.is(bad.action, action);
    assert.is(bad.report?.code, "LOST_INF");
    assert.is(bad.reason, "the loss is finite, but an ∞ was lost on the way");
    assert.is(bad.loss, 0, "what was computed is told as it is");
    if (action === "rolled back") assert.equal([...w.toArray()], [1, 2]);
    else assert.not.equal(w.toArray(), good);
    w.data.set([1, 2]);
    assert.ok(trainStep(step, [w], lossy(w)).applied);
    // What the policy takes out of doubt by itself is none.
    w.data.set([1e20, 2e20]);
    for (const onAlarm of ["collect", "ignore"] as const) {
      assert.ok(guard({ onAlarm }, () => trainStep(step, [w], lossy(w))).applied, onAlarm);
    }
    quiet(() => {
      for (let i = 0; i < 2; i++) {
        w.data.set([1e20, 2e20]);
        trainStep(step, [w], lossy(w));
      }
      w.data.set([1e20, 2e20]);
      throwsCode(() => trainStep(step, [w], lossy(w)), "STOPPED", /got at last: .*∞ was lost/);
    });
    for (const gone of [w, step]) gone.dispose();
  }
  // Under the guard as the policy says; a warning, about which there is doubt, is none.
  const w = parameter("w", [[1e20], [2e20]]);
  const step = sgd({ lr: 0.1 });
  assert.is(reportOf(() => trainStep(step, [w], lossy(w))).code, "LOST_INF");
  const collect = () => trainStep(step, [w], lossy(w));
  assert.is(guard({ onNonFinite: "collect" }, collect).action, "skipped");
  const doubtful = sgd({ lr: 0.1, onBadStep: "skip" });
  const z = parameter("z", [100]);
  const one = quiet(() => trainStep(doubtful, [z], () => sum(div(1e10, exp(z)))));
  assert.equal([one.action, one.health.alarms.length > 0], ["applied", true]);
  for (const gone of [x, w, step, doubtful, z]) gone.dispose();
  collected();
});

test("a gradient on the way to which a number was lost is a bad step, which no 0 mends", () => {
  for (const onBadStep of ["skip", "zero"] as const) {
    withRun(sgd({ lr: 0.1, onBadStep }), (run) => {
      const before = run.bits();
      const result = quiet(() =>
        scope(() => {
          const g = div(tensor([1, 1, 1]), sqrt(square(tensor([1, 1e30, 1]))));
          return run.step([run.a], { a: g });
        }),
      );
      assert.is(result.action, "skipped");
      assert.is(result.report?.code, "LOST_INF");
      assert.equal(run.bits(), before);
    });
  }
});

test("trainStep: a bad loss is a bad step, told once with its origin; guard throws as valueAndGrad does", () => {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const x = tensor([1, NaN], { name: "x" });
    const loss = (by: Tensor) => () => sum(square(mul(w, by)));
    const step = adam({ lr: 0.1, onBadStep: "skip" });
    const good = trainStep(step, [w], loss(tensor([1, 1])));
    assert.ok(good.applied);
    assert.is(good.loss, 5);
    assert.equal(Object.keys(good.grads), ["w"]);
    const before = [...w.toArray()];
    const bad = trainStep(step, [w], loss(x));
    assert.is(bad.action, "skipped");
    assert.is(bad.report?.code, "LOSS_NAN");
    assert.is(bad.report?.name, "x");
    assert.is(bad.report?.step, 2);
    assert.is(bad.reason, "the loss is not finite");
    assert.equal([...w.toArray()], before);
    const strict = adam({ lr: 0.1 });
    assert.throws(
      () => trainStep(strict, [w], loss(x)),
      (error: unknown) => error instanceof NonFiniteError,
    );
    for (const gone of [w, step, strict]) gone.dispose();
  });
  collected();
});

test("reject books a check of one's own like any bad step", () => {
  withRun(sgd({ lr: 0.1, onBadStep: "rollback", stopAfter: 2 }), (run) => {
    run.take([1, 1, 1]);
    const at = run.bits();
    run.take([1, 1, 1]);
    run.take([2, 2, 2]);
    const result = run.step.reject("the loss jumped");
    assert.is(result.reason, "the loss jumped");
    assert.is(result.action, "rolled back");
    assert.is(result.steps, 2);
    assert.is.not(String(run.bits()), String(at));
    throwsCode(() => run.step.reject("again"), "STOPPED", /got at last: again/);
  });
});

test("ten thousand bad steps under rollback keep memory() equal to the byte, dispose frees all", () => {
  const start = memory();
  withRun(adam({ lr: 0.001, onBadStep: "rollback", stopAfter: Infinity }), (run) => {
    run.take([1, 1, 1]);
    const held = memory();
    assert.ok(held.bytes >= start.bytes + 8 * 12, "snapshots are counted");
    for (let i = 0; i < 5000; i++) {
      run.take([1, 1, i % 3 === 0 ? NaN : 1]);
      run.take([1, i % 2 === 0 ? Infinity : 1, 1]);
      collected();
    }
    assert.is(memory().bytes, held.bytes);
    assert.is(memory().tensors, held.tensors);
  });
  assert.is(memory().bytes, start.bytes);
  assert.is(memory().tensors, start.tensors);
});

test("snapshotEvery goes back to the last copy: far enough to heal what explodes, with a lower rate", () => {
  withRun(sgd({ lr: 0.1, onBadStep: "rollback", snapshotEvery: 3 }), (run) => {
    const at: number[][] = [];
    for (const g of [...GOOD, ...GOOD]) {
      at.push(run.bits());
      run.take(g);
    }
    assert.is(run.take([NaN, 0, 0]).steps, 3);
    assert.equal(run.bits(), at[3]);
  });
  const w = parameter("w", [1, -2, 3]);
  const step = sgd({ lr: 5, onBadStep: "rollback", snapshotEvery: 20 });
  let loss = Number.NaN;
  for (let i = 0; i < 200; i++) {
    const result = trainStep(step, [w], () => sum(square(square(w))));
    if (!result.applied) step.lr /= 100;
    loss = result.loss;
  }
  assert.is(step.rolledBack, 1);
  assert.ok(loss < 0.1, `healed: ${loss}`);
  for (const gone of [w, step]) gone.dispose();
  collected();
});

test("options that do not exist are refused", () => {
  throwsCode(
    () => sgd({ lr: 1, onBadStep: "retry" as BadStep }),
    "BAD_VALUE",
    /^sgd: onBadStep unknown, expected guard, skip, zero, rollback, got string "retry"/,
  );
  const every = (snapshotEvery: number, onBadStep: "rollback" | "skip") => () =>
    sgd({ lr: 1, onBadStep, snapshotEvery });
  throwsCode(every(0, "rollback"), "BAD_VALUE", /^sgd: snapshotEvery out of range.*got 0/);
  throwsCode(every(5, "skip"), "BAD_VALUE", /^sgd: snapshotEvery is for "rollback".*"skip", got 5/);
  for (const stopAfter of [0, -1, 1.5, NaN]) {
    throwsCode(() => adam({ lr: 1, stopAfter }), "BAD_VALUE", /^adam: stopAfter out of range/);
  }
});

test('a limit is refused under "guard": what the policy throws would not be counted', () => {
  for (const onBadStep of ["guard", undefined] as const) {
    throwsCode(
      () => sgd({ lr: 1, onBadStep, stopAfter: 2 }),
      "BAD_VALUE",
      /^sgd: stopAfter is for "skip", "zero" and "rollback", expected none with "guard", got 2/,
    );
    sgd({ lr: 1, onBadStep, stopAfter: Infinity }).dispose();
  }
});

/** Two groups that one optimizer steps in turns. */
for (const [name, make] of Object.entries(MAKERS)) {
  test(`${name}: a rollback takes back every parameter that stepped since the copy`, () => {
    const run = new Run(make({ onBadStep: "rollback", snapshotEvery: 10 }));
    const { a, b, step } = run;
    const before = [a.toArray(), b.toArray()];
    const one = (p: Parameter, g: readonly number[]) =>
      scope(() => step([p], { [p.name]: tensor([...g]) }));
    for (const g of GOOD) {
      one(a, g);
      one(b, g);
    }
    const { action, steps } = one(a, [1, NaN, 1]);
    assert.is(action, "rolled back");
    assert.is(steps, 0);
    assert.equal([a.toArray(), b.toArray()], before);
    for (const which of ["m", "v"] as const) {
      const state = step.state(b, which);
      if (state !== undefined) assert.equal([...state.toArray()], [0, 0, 0], which);
    }
    step.dispose();
    a.dispose();
    b.dispose();
  });
}

test("a step is rejected for a reason, which counts", () => {
  const step = sgd({ lr: 1, onBadStep: "skip", stopAfter: 1 });
  throwsCode(() => step.reject(undefined as never), "BAD_TYPE", /no reason.*got undefined/);
  throwsCode(() => step.reject("x", {} as never), "BAD_TYPE", /report is none.*got/);
  assert.is(step.skipped, 0);
  assert.throws(() => step.reject("the loss jumped"), /1 bad steps in a row/);
});

test("a parameter that the loss disposed of is refused before another is written to", () => {
  for (const onBadStep of ["guard", "skip", "zero", "rollback"] as const) {
    const a = parameter("a", [1, 2]);
    const b = parameter("b", [1, 2]);
    const step = sgd({ lr: 1, momentum: 0.5, onBadStep });
    const loss = () => {
      const value = sum(mul(a, b));
      b.dispose();
      return value;
    };
    throwsCode(() => trainStep(step, [a, b], loss), "DISPOSED", /b \[2\] is disposed/);
    assert.equal([...a.toArray()], [1, 2]);
    assert.is(step.steps, 0);
    a.dispose();
    step.dispose();
  }
});

test.run();
