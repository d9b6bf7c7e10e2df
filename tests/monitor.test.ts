/** The monitor: what it records, what a report learns from it, early warnings with and without cause. */
import * as assert from "uvu/assert";
import { loadDigits, shuffled, take } from "../examples/first-light/data.js";
import { network, training } from "../examples/first-light/network.js";
import type { Growth } from "../src/diagnosis/report.js";
import {
  type AnyTensor,
  adam,
  add,
  allowNonFinite,
  atan,
  cast,
  clip,
  clipToFinite,
  collected,
  crossEntropy,
  div,
  elu,
  erf,
  erfc,
  exp,
  gelu,
  greater,
  guard,
  hardSigmoid,
  hardTanh,
  kaiming,
  linear,
  log,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  memory,
  min,
  minimum,
  mse,
  mul,
  type NonFiniteError,
  nanToNum,
  neg,
  noGrad,
  type Optimizer,
  type Parameter,
  parameter,
  prod,
  type Report,
  relu,
  relu6,
  safeLog,
  scope,
  sgd,
  showReport,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  trainStep,
  uniform,
  valueAndGrad,
  where,
  zeros,
} from "../src/index.js";
import type { Frame } from "../src/monitor/frame.js";
import { type Monitor, type MonitorOptions, monitor, renderHtml } from "../src/monitor/index.js";
import { growthOf } from "../src/monitor/recording.js";
import { survey } from "../src/monitor/stats.js";
import { random } from "../src/nn/init.js";
import { scaleOf } from "../src/optim/survey.js";
import { watching } from "../src/watch.js";
import { reportOf, throwsCode } from "./kit/assert.js";
import { BUILDS, onRuntime, WatchedRuntime } from "./kit/builds.js";
import { suite } from "./kit/suite.js";

/** ‖x‖ and the mean in f64, one by one. */
function wanted(x: Float32Array) {
  const values = [...x];
  return {
    min: Math.min(...values),
    max: Math.max(...values),
    mean: values.reduce((a, b) => a + b, 0) / x.length,
    meanSize: values.reduce((a, b) => a + Math.abs(b), 0) / x.length,
    norm: Math.hypot(...values),
  };
}

const BOUND = 2 ** -18;

function close(actual: number | undefined, expected: number, scale: number, what: string): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= BOUND * Math.abs(scale),
    `${what}: expected ${expected} within 2⁻¹⁸ of ${scale}, got ${actual}`,
  );
}

function samples(n: number, size: number): Float32Array {
  const next = random(n + 1);
  return Float32Array.from({ length: n }, () => (next() * 2 - 1) * size);
}

/** Steps of two parameters that are the same, one of them watched. */
function measured(make: (data: Float32Array) => AnyTensor, n: number, size: number): void {
  const data = samples(n, size);
  const descents = [() => sgd({ lr: 1e-3 }), () => sgd({ lr: 1e-3, momentum: 0.9 })];
  const lr = 1e-3 * size;
  const adams = [() => adam({ lr }), () => adam({ lr, weightDecay: 0.1 / size })];
  // A square beyond float32 that Adam would have to hold is refused.
  for (const rule of size > 1e18 ? descents : [...descents, ...adams]) {
    scope(() => {
      const [p, q] = [make(data), make(data)] as [Tensor, Tensor];
      const g = cast(tensor(samples(n + 5, size).subarray(0, n)), p.dtype) as Tensor;
      const [free, watched] = [rule(), rule()];
      const watch = monitor();
      watch.pause();
      for (let i = 0; i < 2; i++) {
        const before = q.toArray();
        free({ p }, { p: g });
        watch.resume();
        watched({ p: q }, { p: g });
        watch.pause();
        const after = q.toArray();
        assert.equal(after, p.toArray());
        const { value, updateRatio } = watch.ring.at(-1)?.layers[0] ?? {};
        const norm = Math.hypot(...after);
        const ratio = Math.hypot(...after.map((v, j) => v - (before[j] as number))) / norm;
        close(updateRatio, ratio, ratio, `update of ${n} ${size}`);
        close(value?.norm, norm, norm, `norm of ${n} ${size}`);
        assert.is(value?.min, Math.min(...after));
        assert.is(value?.max, Math.max(...after));
      }
      watch.stop();
      for (const gone of [p, q, free, watched]) gone.dispose();
    });
  }
}

for (const build of BUILDS) {
  const test = suite(`monitor's kernels, ${build.name}`);
  const on = (offset: number, body: () => void) => () => {
    const runtime = new WatchedRuntime(build, offset);
    onRuntime(runtime, body);
    assert.equal(runtime.trespasses, []);
  };

  for (const offset of [0, 1]) {
    test(
      `min, max exact; mean and norm within 2⁻¹⁸, sizes 1e-44 to 3e38, lengths 1 to 1100, offset ${offset}`,
      on(offset, () => {
        for (const size of [1, 1e-44, 1e-30, 1e-12, 1e10, 1e19, 1e30, 3e38]) {
          for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 511, 512, 513, 1100]) {
            scope(() => {
              const x = samples(n, size);
              const { min, max, mean: average, norm } = survey(tensor(x));
              const expected = wanted(x);
              assert.is(min, expected.min);
              assert.is(max, expected.max);
              // The mean of subnormals is no more exact than they are.
              if (size > 1e-40)
                close(average, expected.mean, expected.meanSize, `mean ${n} ${size}`);
              if (size > 1e-40) close(norm, expected.norm, expected.norm, `norm ${n} ${size}`);
            });
          }
        }
      }),
    );

    test(
      `how far a step goes is within 2⁻¹⁸, and the step the same to the bit, offset ${offset}`,
      on(offset, () => {
        for (const n of [1, 3, 4, 7, 8, 17, 33, 512, 1100]) {
          for (const size of [1e-20, 1, 1e18, 1e25]) {
            measured((data) => parameter("p", data), n, size);
            // The kit's offset is no place for doubles.
            if (offset === 0)
              measured((data) => parameter("p", data, { dtype: "float64" }), n, size);
          }
        }
      }),
    );
  }

  test.run();
}

const test = suite("monitor");

/** Runs `body` under a monitor, which is stopped; gives it for questions. */
function watched(body: (watch: Monitor) => void, options: MonitorOptions = {}): Monitor {
  const watch = monitor(options);
  try {
    body(watch);
  } finally {
    watch.stop();
    collected();
  }
  return watch;
}

const codes = (watch: Monitor) => watch.warnings.map(({ code }) => code);

test("scales are powers of two that bring magnitudes near 1 whose squares would be in danger", () => {
  for (const [most, dtype, scale] of [
    [0, "float32", 2 ** 126],
    [2 ** -149, "float32", 2 ** 126],
    [2 ** -41, "float32", 2 ** 41],
    [1e-3, "float32", 1],
    [1.999, "float32", 1],
    [2 ** 41, "float32", 2 ** -41],
    [3.4e38, "float32", 2 ** -126],
    [5e-324, "float64", 2 ** 1022],
    [3.4e38, "float64", 1],
    [1.7e308, "float64", 2 ** -1022],
  ] as const) {
    scope(() => assert.is(scaleOf(most, tensor([], { dtype })), scale));
  }
});

test("a frame holds loss, lr, norms, stats of every parameter and watched layer, and the update ratio", () => {
  scope(() => {
    const w = parameter("w", [3, 4]);
    const step = sgd({ lr: 0.1, clip: { globalNorm: 1e9 } });
    const watch = watched((watch) => {
      const { grads } = valueAndGrad([w], () => sum(square(watch.layer("double", mul(w, 2)))), 1);
      step([w], grads);
    });
    const [frame, ...others] = watch.ring;
    assert.is(others.length, 0);
    assert.is(frame?.loss, 100);
    assert.is(frame?.lr, 0.1);
    assert.is(frame?.step, 1);
    assert.is(frame?.action, "applied");
    assert.ok(Math.abs((frame?.gradientNorm ?? 0) - 40) < 1e-4);
    const [layer, param] = frame?.layers ?? [];
    assert.is(layer?.name, "double");
    assert.is(layer?.kind, "activation");
    assert.is(layer?.value?.max, 8);
    assert.is(layer?.value?.headroom, 125);
    assert.is(param?.name, "w");
    assert.is(param?.gradient?.min, 24);
    assert.is(param?.gradient?.mean, 28);
    // From [3, 4] to [0.6, 0.8]: moved by 4, and 1 is left.
    assert.ok(Math.abs((param?.value?.norm ?? 0) - 1) < 1e-5);
    assert.ok(Math.abs((param?.updateRatio ?? 0) - 4) < 1e-4);
    w.dispose();
    step.dispose();
  });
});

test("a parameter without elements reads the same in frames that are sampled and in those that are not", () => {
  const empty = parameter("empty", zeros([0]));
  const step = sgd({ lr: 1 });
  const watch = watched(
    () => {
      for (let i = 0; i < 2; i++) trainStep(step, [empty], () => sum(empty));
    },
    { every: 2 },
  );
  const [sampled, glanced] = watch.ring.map(({ layers: [layer] }) => [
    layer?.value,
    layer?.gradient,
  ]);
  assert.equal(sampled, glanced);
  assert.ok(Number.isNaN(glanced?.[0]?.absMax), "no element has a magnitude");
  for (const gone of [empty, step]) gone.dispose();
});

test("every: 10 reads each tenth step; of the others it still has loss, magnitudes and headroom", () => {
  const watch = watched((watch) => quadratic(25, watch), { every: 10, ring: 25 });
  watch.ring.forEach((frame, i) => {
    const layer = frame.layers.find(({ name }) => name === "w");
    assert.is(frame.sampled, i % 10 === 0);
    assert.is(layer?.gradient?.norm !== undefined, i % 10 === 0);
    assert.is(layer?.updateRatio !== undefined, i % 10 === 0);
    assert.type(frame.loss, "number");
    assert.ok((layer?.gradient?.headroom ?? 0) > 100);
  });
  assert.is(watch.ring.length, 25);
});

/** A parabola, gone down for some steps. */
function quadratic(steps: number, watch?: Monitor, lr = 0.1): void {
  scope(() => {
    const w = parameter("w", [1, -2, 3]);
    const step = sgd({ lr });
    try {
      for (let i = 0; i < steps; i++) {
        const { grads } = valueAndGrad(
          [w],
          () => sum(square(watch?.layer("w again", mul(w, 1)) ?? w)),
          i + 1,
        );
        step([w], grads);
      }
    } finally {
      w.dispose();
      step.dispose();
    }
  });
}

test("the ring keeps the last n whole; the recording keeps the whole run, thinned out, in bounded memory", () => {
  const watch = watched(() => quadratic(500), { ring: 5, keep: 64 });
  assert.equal(
    watch.ring.map(({ index }) => index),
    [496, 497, 498, 499, 500],
  );
  const { frames, steps } = watch.recording();
  assert.is(steps, 500);
  assert.ok(frames.length <= 64 && frames.length > 24, `${frames.length}`);
  assert.is(frames[0]?.index, 1);
  assert.is(frames.at(-1)?.index, 500, "to the last");
});

test("what is kept is even up to the last, however long the run; all of a run that has just so many", () => {
  for (const steps of [15, 16, 17, 100, 1000]) {
    const watch = watched(() => quadratic(steps), { keep: 16 });
    const at = watch.recording().frames.map(({ index }) => index);
    const gaps = at.slice(1).map((index, i) => index - (at[i] ?? 0));
    const [stride = 0] = gaps;
    assert.ok(at.length <= 16 && at.length >= 8, `${at}`);
    assert.is(at.at(-1), steps);
    assert.ok(
      gaps.slice(0, -1).every((gap) => gap === stride) && (gaps.at(-1) ?? 0) <= stride,
      `${at}`,
    );
    if (steps <= 16) assert.is(at.length, steps);
  }
});

test("a report tells the steps before it, and what grew", () => {
  let report: Report | undefined;
  const watch = watched(() => {
    report = reportOf(() => quadratic(400, undefined, 5));
  });
  assert.is(report?.history?.length, 16);
  const last = report?.history?.at(-1);
  assert.is(last?.step, (report?.step ?? 0) - 1);
  assert.is(last?.closest, "w");
  assert.ok((last?.headroom ?? 128) < 70);
  const { growth } = report ?? {};
  assert.match(growth?.what ?? "", /loss|norm/);
  assert.is(growth?.steps, 15);
  assert.ok((growth?.factor ?? 0) > 9 ** 15 * 0.9);
  assert.is(report?.fix[0], "lower-lr");
  assert.is(report?.instead.length, report?.fix.length, "code for each fix");
  const text = showReport(report as Report);
  assert.match(
    text,
    /lower the learning rate: the (loss|norm of the gradients) grew \S+-fold over the last 15 steps/,
  );
  assert.match(text, / {2}before +step +loss +norm +lr +headroom +closest\n/);
  assert.is(watch.failures.length, 1);
  assert.is(watch.failures[0]?.before.length, 16);
  assert.is(watch.ring.at(-1)?.report, report);
});

test("what does not grow is not said to: a NaN in the data gets no advice on the learning rate", () => {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const step = sgd({ lr: 0.01 });
    watched(() => {
      const one = (x: number) =>
        step([w], valueAndGrad([w], () => sum(square(mul(w, tensor([1, x]))))).grads);
      for (let i = 0; i < 20; i++) one(1);
      const report = reportOf(() => one(NaN));
      assert.is(report.growth, undefined);
      assert.not(report.fix.includes("lower-lr"));
      assert.is(report.history?.length, 16);
    });
    w.dispose();
    step.dispose();
  });
});

test("skipped, zeroed and rolled back steps are frames of their own, with their reason", () => {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const step = adam({ lr: 0.1, onBadStep: "rollback" });
    const watch = watched(() => {
      for (const x of [1, 1, NaN, 1]) {
        trainStep(step, [w], () => sum(square(mul(w, tensor([1, x])))));
      }
    });
    assert.equal(
      watch.ring.map(({ action }) => action),
      ["applied", "applied", "rolled back", "applied"],
    );
    const bad = watch.ring[2];
    assert.is(bad?.reason, "the loss is not finite");
    assert.is(bad?.report?.code, "LOSS_NAN");
    assert.ok(Number.isNaN(bad?.loss));
    assert.is(bad?.layers[0]?.gradient?.nan, 1);
    // Back where the step before began.
    const back = watch.ring[0]?.layers[0]?.value;
    assert.is(bad?.layers[0]?.value?.absMax, back?.absMax);
    assert.is(bad?.layers[0]?.updateRatio, undefined);
    assert.is(watch.ring[3]?.badInARow, 1, "only back where it had been");
    w.dispose();
    step.dispose();
  });
});

/** What tells frames apart: loss, births, code of the report, and of each layer the largest value or gradient. */
const told = ({ ring }: Monitor) =>
  ring.map(({ loss, guard, report, layers }) => [
    loss,
    guard.births,
    report?.code,
    ...layers.map(({ name, kind, value, gradient }) => [
      name,
      kind === "activation" ? value?.max : gradient?.max,
    ]),
  ]);

test("two passes without a step between them have a frame each, with their own loss, report, layers and gradients", () => {
  const [p, q] = [parameter("p", [1, 2]), parameter("q", [5, 5])];
  const { warn } = console;
  console.warn = () => {};
  const good = [21, 0, undefined, ["A", 2], ["p", 7]];
  try {
    for (const onNonFinite of ["throw", "collect", "warn", "ignore"] as const) {
      const watch = watched((watch) => {
        guard({ onNonFinite }, () => {
          const one = () => valueAndGrad([p], () => sum(mul(watch.layer("A", p), 7)));
          one();
          try {
            valueAndGrad([q], () => sum(log(mul(watch.layer("B", q), -1))));
          } catch {}
          one();
        });
      });
      const code = onNonFinite === "ignore" ? undefined : "LOSS_NAN";
      // No gradient is there where the loss was thrown.
      const gradient = onNonFinite === "throw" ? undefined : Number.NaN;
      const bad = [Number.NaN, 2, code, ["B", 5], ["q", gradient]];
      assert.equal(told(watch), [good, bad, good], onNonFinite);
      assert.equal(
        watch.failures.map(({ index, before }) => [index, before.map(({ loss }) => loss)]),
        onNonFinite === "ignore" ? [] : [[2, [21]]],
      );
    }
  } finally {
    console.warn = warn;
  }
  for (const gone of [p, q]) gone.dispose();
});

test("a loss that is thrown stands in its frame with its sign", () => {
  const p = parameter("p", [0]);
  const watch = watched(() => {
    throwsCode(() => valueAndGrad([p], () => sum(log(p))), "LOSS_INF", /log/);
  });
  assert.equal(
    watch.ring.map(({ loss }) => loss),
    [-Infinity],
  );
  p.dispose();
});

test("each call that gradients are accumulated over has a frame with its layers; the last has the step", () => {
  const p = parameter("p", [1, 2]);
  const step = sgd({ lr: 0 });
  const watch = watched((watch) => {
    for (let i = 0; i < 2; i++) {
      for (const x of [1, 10]) valueAndGrad([p], () => sum(watch.layer("h", mul(p, x))));
      given(step, [p], [[11, 11]]);
    }
  });
  assert.equal(
    watch.ring.map(({ step, loss, action, layers: [h] }) => [step, loss, action, h?.value?.max]),
    [
      [undefined, 3, undefined, 2],
      [1, 30, "applied", 20],
      [1, 3, undefined, 2],
      [2, 30, "applied", 20],
    ],
  );
  for (const gone of [p, step]) gone.dispose();
});

test("an evaluation by valueAndGrad before a step that fails keeps its frame, and the failure has none of its numbers", () => {
  const p = parameter("p", [1, 2]);
  const step = sgd({ lr: 0 });
  const watch = watched(() => {
    trainStep(step, [p], () => sum(mul(p, 7)));
    valueAndGrad([p], () => sum(mul(p, 100)));
    throwsCode(() => trainStep(step, [p], () => sum(log(mul(p, -1)))), "LOSS_NAN", /log/);
  });
  assert.equal(told(watch), [
    [21, 0, undefined, ["p", 7]],
    [300, 0, undefined, ["p", 100]],
    [Number.NaN, 2, "LOSS_NAN", ["p", undefined]],
  ]);
  assert.is(watch.failures[0]?.before.length, 2);
  for (const gone of [p, step]) gone.dispose();
});

test("a loss that stops by an error of its own is no frame, and leaves nothing in the next", () => {
  const p = parameter("p", [1, 2]);
  const watch = watched((watch) => {
    const one = () => valueAndGrad([p], () => sum(watch.layer("A", p)));
    one();
    assert.throws(() =>
      valueAndGrad([p], () => {
        watch.layer("B", p);
        throw new Error("no data");
      }),
    );
    one();
  });
  const good = [3, 0, undefined, ["A", 2], ["p", 1]];
  assert.equal(told(watch), [good, good]);
  p.dispose();
});

test("a gradient inside a loss has a frame of its own, before that of the loss, with the step that follows it there", () => {
  const [p, q] = [parameter("p", [1, 2]), parameter("q", [5])];
  const [inner, outer] = [sgd({ lr: 0 }), sgd({ lr: 0 })];
  const watch = watched((watch) => {
    trainStep(outer, [p], () => {
      const x = watch.layer("A", p);
      const { grads } = valueAndGrad([q], () => sum(watch.layer("B", mul(q, 3))));
      watch.layer("C", p);
      inner([q], grads);
      valueAndGrad([q], () => sum(mul(q, 4)));
      return sum(mul(x, 7));
    });
  });
  assert.equal(told(watch), [
    [15, 0, undefined, ["B", 15], ["q", 3]],
    [20, 0, undefined, ["q", 4]],
    [21, 0, undefined, ["A", 2], ["C", 2], ["p", 7]],
  ]);
  assert.equal(
    watch.ring.map(({ action }) => action),
    ["applied", undefined, "applied"],
  );
  for (const gone of [p, q, inner, outer]) gone.dispose();
});

test("outputs that are watched under one name in one pass read as one tensor with the elements of all", () => {
  const parts = [
    [[1, -2, 3], [10]],
    [[], [4, -8], [NaN, 2]],
    [[1, Infinity, 3], [-Infinity, NaN], [5]],
    [[NaN], [Infinity]],
    [[3e200, 1e308], [1e308]],
  ];
  for (const dtype of ["float32", "float64"] as const) {
    for (const calls of dtype === "float64" ? parts : parts.slice(0, -1)) {
      for (const every of [1, 2]) {
        const p = parameter("p", [1]);
        const watch = watched(
          (watch) => {
            const twice = () =>
              valueAndGrad([p], () => {
                for (const data of calls) watch.layer("rnn", tensor(data, { dtype }));
                watch.layer("whole", tensor(calls.flat(), { dtype }));
                return sum(p);
              });
            for (let i = 0; i < 2; i++) twice();
          },
          { every },
        );
        for (const { layers, sampled } of watch.ring) {
          const [rnn, whole] = layers.map(({ value }) => value);
          const what = `${dtype} ${JSON.stringify(calls)} ${sampled ? "sampled" : "glanced at"}`;
          for (const key of ["absMax", "headroom", "nan", "infinite"] as const)
            assert.is(Object.is(rnn?.[key], whole?.[key]), true, `${key} of ${what}`);
          if (!sampled) continue;
          for (const key of ["min", "max"] as const)
            assert.is(Object.is(rnn?.[key], whole?.[key]), true, `${key} of ${what}`);
          for (const key of ["mean", "norm"] as const) {
            const [is, should] = [rnn?.[key] as number, whole?.[key] as number];
            if (Number.isFinite(should)) close(is, should, should, `${key} of ${what}`);
            else assert.not(Number.isFinite(is), `${key} of ${what}`);
          }
        }
        p.dispose();
      }
    }
  }
});

test("a layer that is shared, bad in its first call and not in its last, is counted as bad", () => {
  const p = parameter("p", [1, 2]);
  const watch = watched((watch) => {
    valueAndGrad([p], () => {
      const bad = watch.layer("rnn", log(mul(p, 0)));
      return sum(watch.layer("rnn", where(greater(p, -1e9), p, bad)));
    });
  });
  const { value } = watch.ring[0]?.layers[0] ?? {};
  assert.equal([value?.infinite, value?.min, value?.max, value?.mean], [2, 1, 2, 1.5]);
  p.dispose();
  collected();
});

test("what is watched without a gradient, in a loss or between steps, leaves the numbers of the training as they are", () => {
  const p = parameter("p", [1, 2]);
  const step = sgd({ lr: 0 });
  const watch = watched((watch) => {
    const model = (x: number) => watch.layer("h", mul(p, x));
    const evaluate = () => scope(() => noGrad(() => void model(7000)));
    trainStep(step, [p], () => sum(model(1)));
    scope(() => void model(1000));
    evaluate();
    trainStep(step, [p], () => sum(mul(p, 3)));
    trainStep(step, [p], () => {
      evaluate();
      const loss = sum(model(4));
      evaluate();
      return loss;
    });
  });
  assert.equal(
    watch.ring.map(({ layers }) =>
      layers.flatMap(({ kind, value }) => (kind === "activation" ? [value?.max] : [])),
    ),
    [[2], [], [8]],
  );
  for (const gone of [p, step]) gone.dispose();
});

test("a pass that had begun when the monitor did is recorded from there on", () => {
  const p = parameter("p", [1, 2]);
  const step = sgd({ lr: 0 });
  const late: { watch?: Monitor } = {};
  for (let i = 0; i < 2; i++) {
    trainStep(step, [p], () => {
      late.watch ??= monitor();
      return sum(late.watch.layer("A", p));
    });
  }
  const { watch } = late;
  watch?.stop();
  const good = [3, 0, undefined, ["A", 2], ["p", 1]];
  assert.equal(watch && told(watch), [good, good]);
  for (const gone of [p, step]) gone.dispose();
});

test("what is read out and fails between a pass and its step stands in their frame; else in one of its own", () => {
  const p = parameter("p", [1, 2]);
  const step = sgd({ lr: 0 });
  const read = () =>
    scope(() => throwsCode(() => log(tensor([0, 0])).toArray(), "READ_INF", /log/));
  const watch = watched(() => {
    const { grads } = valueAndGrad([p], () => sum(p));
    read();
    step([p], grads);
    read();
    trainStep(step, [p], () => {
      read();
      return sum(p);
    });
  });
  assert.equal(
    watch.ring.map(({ action, loss, guard, report }) => [action, loss, guard.births, report?.code]),
    [
      ["applied", 3, 0, "READ_INF"],
      [undefined, undefined, 2, "READ_INF"],
      ["applied", 3, 2, "READ_INF"],
    ],
  );
  assert.equal(
    watch.failures.map(({ index }) => index),
    [1, 2, 3],
  );
  for (const gone of [p, step]) gone.dispose();
});

test("a bad step's frame has the steps taken, whatever becomes of it and wherever it fails", () => {
  const { warn } = console;
  console.warn = () => {};
  try {
    for (const onNonFinite of ["throw", "collect", "warn", "ignore"] as const) {
      for (const onBadStep of ["guard", "skip"] as const) {
        for (const apart of [false, true]) {
          const p = parameter("p", [1, 2]);
          const step = sgd({ lr: 0, onBadStep });
          const watch = watched(() => {
            guard({ onNonFinite }, () => {
              for (const x of [NaN, 1, NaN, 1]) {
                try {
                  if (apart) given(step, [p], [[x, 1]]);
                  else trainStep(step, [p], () => sum(mul(p, tensor([x, 1]))));
                } catch {}
              }
            });
          });
          assert.equal(
            watch.ring.map(({ step }) => step),
            [0, 1, 1, 2],
            `${onNonFinite} ${onBadStep} ${apart ? "apart" : "in one"}`,
          );
          for (const gone of [p, step]) gone.dispose();
          collected();
        }
      }
    }
  } finally {
    console.warn = warn;
  }
});

test("guard activations are counted: guarded elements, masked singularities", () => {
  scope(() => {
    const x = tensor([0, 1, 2], { name: "x" });
    const watch = watched(() => {
      valueAndGrad({ x }, () => sum(safeLog(x)));
      valueAndGrad({ x }, () => sum(where(greater(x, 0), log(x), 0)));
    });
    assert.is(watch.ring[0]?.guard.guarded, 1);
    assert.is(watch.ring[1]?.guard.masked, 1);
    assert.equal(codes(watch), [], "and that is no reason to warn");
  });
});

test("it never throws, whatever the numbers: NaN and ∞ anywhere, zero sizes, views, disposed tensors", () => {
  scope(() => {
    const w = parameter("w", [1, 2, 3]);
    const step = adam({ lr: 0.1, onBadStep: "skip", stopAfter: Infinity });
    const { warn } = console;
    const said: unknown[] = [];
    console.warn = (...words: unknown[]) => said.push(words);
    let calm: Monitor;
    try {
      calm = watched((watch) => {
        for (const bad of [NaN, Infinity, -Infinity, 1e38, 1e-45, -0]) {
          const x = tensor([1, bad, bad]);
          trainStep(step, [w], () =>
            sum(mul(watch.layer("empty", zeros([0])).size === 0 ? w : x, watch.layer("x", x))),
          );
          w.data[0] = bad;
          trainStep(step, [w], () => sum(square(w)));
          w.data.set([1, 2, 3]);
        }
        const gone = parameter("gone", [1]);
        valueAndGrad([gone], () => sum(gone));
        gone.dispose();
      });
    } finally {
      console.warn = warn;
    }
    assert.equal(said, []);
    assert.ok(calm.ring.length > 10);
    w.dispose();
    step.dispose();
  });
});

test("a sink that throws is left out, with one warning, and training goes on", () => {
  const { warn } = console;
  const said: unknown[] = [];
  console.warn = (...words: unknown[]) => said.push(words);
  let frames = 0;
  try {
    watched(() => quadratic(5), {
      sinks: [
        {
          frame() {
            throw new Error("disk full");
          },
        },
        { frame: () => frames++ },
      ],
    });
  } finally {
    console.warn = warn;
  }
  assert.is(said.length, 1);
  assert.is(frames, 5);
});

test("stop ends it: nobody watches, memory is as before, layers pass through", () => {
  watched(() => quadratic(1));
  const before = memory();
  const watch = monitor();
  quadratic(3, watch);
  assert.is(memory().bytes, before.bytes);
  watch.stop();
  watch.stop();
  assert.is(watching().length, 0);
  assert.is(memory().bytes, before.bytes);
  quadratic(3, watch);
  assert.is(watch.recording().steps, 3);
});

test("pause looks away, resume looks on: steps between are no frames, and no update of the next", () => {
  const w = parameter("w", [1, 0]);
  const step = sgd({ lr: 1 });
  const watch = watched((watch) => {
    given(step, [w], [[0.5, 0]]);
    watch.pause();
    assert.is(watching().length, 0);
    given(step, [w], [[-7.5, 0]]);
    watch.resume();
    watch.resume();
    given(step, [w], [[4, 0]]);
  });
  assert.equal(
    watch.ring.map(({ step, layers }) => [step, layers[0]?.updateRatio]),
    [
      [1, 1],
      [3, 1],
    ],
  );
  for (const gone of [w, step]) gone.dispose();
});

test("10,000 monitored steps keep memory() equal to the byte", () => {
  scope(() => {
    const w = parameter("w", [1, -2, 3]);
    const step = adam({ lr: 1e-3 });
    watched(
      () => {
        let held = 0;
        for (let i = 0; i < 10_000; i++) {
          step([w], valueAndGrad([w], () => sum(square(w))).grads);
          if (i === 10) held = memory().bytes;
        }
        assert.is(memory().bytes, held);
      },
      { keep: 100 },
    );
    w.dispose();
    step.dispose();
  });
});

test("options out of range are refused", () => {
  const bad: readonly (readonly [MonitorOptions, RegExp])[] = [
    [{ every: 0 }, /^monitor: every out of range, expected a whole number from 1, got 0/],
    [{ ring: 1.5 }, /^monitor: ring/],
    [{ keep: 3 }, /^monitor: keep/],
    [{ thresholds: { headroom: NaN } }, /^monitor: thresholds.headroom/],
    [{ thresholds: { headrom: 3 } as object }, /^monitor: thresholds.headrom/],
  ];
  for (const [options, message] of bad) throwsCode(() => monitor(options), "BAD_VALUE", message);
  assert.is(watching().length, 0);
  const watch = monitor();
  throwsCode(() => watch.layer("x", 3 as unknown as Tensor), "BAD_TYPE", /^monitor: layer "x"/);
  watch.stop();
});

// ── Early warnings: nothing here is NaN or ∞ ────────────────────────────────────────────────────

/** Steps with gradients that are given. */
function given(
  step: Optimizer,
  params: readonly Parameter[],
  g: readonly (readonly number[])[],
): void {
  scope(() => {
    const grads = Object.fromEntries(
      params.map(({ name }, i) => [name, tensor([...(g[i] ?? [])])]),
    );
    step(params, grads);
  });
}

function withParams(values: readonly (readonly number[])[], body: (p: Parameter[]) => void): void {
  const params = values.map((v, i) => parameter(`p${i}`, [...v]));
  try {
    body(params);
  } finally {
    for (const p of params) p.dispose();
  }
}

test("a gradient of 1e20: headroom and norm are told at once, before anything is not finite", () => {
  withParams([[1, 1]], (params) => {
    const watch = watched(() => {
      given(adam({ lr: 0.1 }), params, [[1, 1]]);
      given(adam({ lr: 0.1 }), params, [[1e20, 1]]);
    });
    assert.equal(codes(watch).sort(), ["HEADROOM", "NORM_OVERFLOW"]);
    assert.is(watch.warnings[0]?.index, 2);
  });
});

test("growth is spread over steps: what one step has made alone is a bad batch, where some were in good order before", () => {
  const grown = (...losses: number[]): Growth | undefined =>
    growthOf(losses.map((loss) => ({ loss }) as Frame));
  assert.is(grown(1.6, 3.2, 3.7, 1.7, 3.6, 2e23), undefined);
  assert.equal(grown(1, 1e4, 1e8, 1e12), { what: "the loss", factor: 1e12, steps: 3 });
  assert.equal(grown(1, 1e12), { what: "the loss", factor: 1e12, steps: 1 });
});

test("the norm of doubles is one beyond float32, and no overflow of that", () => {
  const w = parameter("w", [1e80, 2e80], { dtype: "float64" });
  const watch = watched(() => {
    const step = sgd({ lr: 1e-3 });
    for (let i = 0; i < 3; i++)
      step({ w }, valueAndGrad({ w }, () => sum(mul(square(w), 1e-30))).grads);
    step.dispose();
  });
  assert.equal(codes(watch), []);
  assert.ok(Math.abs((watch.ring[0]?.gradientNorm ?? 0) / (2e50 * Math.sqrt(5)) - 1) < 1e-12);
  const huge = parameter("huge", [1, 2], { dtype: "float64" });
  const beyond = watched(() => {
    valueAndGrad({ huge }, () => sum(mul(huge, 1e160)));
  });
  assert.ok(Math.abs((beyond.ring[0]?.gradientNorm ?? 0) / (1e160 * Math.SQRT2) - 1) < 1e-12);
  w.dispose();
  huge.dispose();
});

test("headroom is told from 2⁶⁴ on, of which the square is beyond float32, and not of the number below", () => {
  for (const [value, told] of [
    [2 ** 64, true],
    [2 ** 64 - 2 ** 40, false],
  ] as const) {
    withParams([[value]], (params) => {
      const watch = watched(() => given(sgd({ lr: 0 }), params, [[1]]));
      assert.equal(codes(watch), told ? ["HEADROOM"] : []);
    });
  }
});

test("the global norm of a hundred gradients of 1e20 is 1e21, and told to be beyond float32's squares", () => {
  withParams([new Array<number>(100).fill(0)], (params) => {
    const watch = watched(() =>
      given(sgd({ lr: 1, clip: { globalNorm: 1 } }), params, [new Array<number>(100).fill(1e20)]),
    );
    const warning = watch.warnings.find(({ code }) => code === "NORM_OVERFLOW");
    assert.ok(Math.abs((warning?.value ?? 0) / 1e21 - 1) < 1e-6);
    assert.ok(warning?.fix.includes("clip-norm"));
  });
});

test("an Adam state that a spike has frozen is told once the spike is over", () => {
  withParams([[1, 1]], (params) => {
    const step = adam({ lr: 0.1 });
    const watch = watched(() => {
      for (let i = 0; i < 30; i++) given(step, params, [[i === 5 ? 1e10 : 1, 1]]);
    });
    const frozen = watch.warnings.filter(({ code }) => code === "FROZEN");
    assert.is(frozen.length, 1);
    assert.is(frozen[0]?.layer, "p0");
    assert.is(frozen[0]?.index, 5 + 1 + 8);
    assert.ok((frozen[0]?.value ?? 0) > 1e6);
    step.dispose();
  });
});

test("a norm that doubles with every step is told after a hundredfold, far from overflow", () => {
  withParams([[1, 1]], (params) => {
    const step = sgd({ lr: 1e-9 });
    const watch = watched(() => {
      for (let i = 0; i < 30; i++) given(step, params, [[2 ** i, 0]]);
    });
    const [first, ...others] = watch.warnings;
    assert.is(first?.code, "EXPLODING");
    assert.is(first?.index, 8, "2⁷ = 128");
    assert.is(others.length, 0, "told once");
    assert.match(first?.message ?? "", /grew 128-fold over the last 7 steps/);
  });
});

test("a saturated loss whose gradient died is told at the first step; on logits it learns in silence", () => {
  // Case 38: probabilities clipped away from 0, label 1, logit −50.
  const train = (loss: (z: Tensor) => Tensor): Monitor => {
    const z = parameter("z", new Float32Array(8).fill(-50));
    const step = adam({ lr: 1 });
    const watch = watched(() => {
      for (let i = 0; i < 5; i++) step([z], valueAndGrad([z], () => loss(z)).grads);
    });
    z.dispose();
    step.dispose();
    return watch;
  };
  const saturated = train((z) => mean(neg(log(clip(sigmoid(z), { min: 1e-7, max: 1 })))));
  assert.equal(codes(saturated), ["DEAD"]);
  assert.is(saturated.warnings[0]?.index, 1);
  assert.ok(saturated.warnings[0]?.fix.includes("logits"));
  const logits = train((z) => mean(relu(neg(z))));
  assert.equal(codes(logits), []);
});

test("a gradient that dies in the middle of a run is told, one that was never there is not", () => {
  const w = parameter("w", [1]);
  const unused = parameter("unused", [1]);
  const step = sgd({ lr: 0.01 });
  const watch = watched(() => {
    for (let i = 0; i < 60; i++) {
      const { grads } = valueAndGrad([w, unused], () =>
        sum(square(sub(relu(mul(w, i < 30 ? 1 : -1)), 3))),
      );
      step([w, unused], grads);
    }
  });
  assert.equal(
    watch.warnings.map(({ code, layer, index }) => [code, layer, index]),
    [
      ["DEAD", undefined, 38],
      ["DEAD_LAYER", "w", 50],
    ],
  );
  for (const gone of [w, unused, step]) gone.dispose();
});

test("a layer behind weights of 0 is not dead while gradients are gathered, nor before there is a reward; by hand it is after steps", () => {
  const [a, b] = [parameter("a", [1]), parameter("b", [0])];
  const loss = (reward: number) => () => mul(reward, sum(square(sub(mul(a, b), 3))));
  const watch = watched(() => {
    for (let i = 0; i < 60; i++) valueAndGrad([a, b], loss(1));
    const step = sgd({ lr: 1e-3 });
    for (let i = 0; i < 60; i++) step([a, b], valueAndGrad([a, b], loss(0)).grads);
    for (let i = 0; i < 30; i++) step([a, b], valueAndGrad([a, b], loss(1)).grads);
    step.dispose();
  });
  assert.equal(codes(watch), []);
  const other = parameter("other", [1]);
  const byHand = watched(() => {
    b.data[0] = 0;
    for (let i = 0; i < 30; i++) {
      valueAndGrad([a, other], () => sum(square(sub(add(relu(neg(a)), other), 3))));
      other.data[0] = 1 + i / 100;
    }
  });
  assert.equal(
    byHand.warnings.map(({ code, layer }) => [code, layer]),
    [["DEAD_LAYER", "a"]],
  );
  for (const gone of [a, b, other]) gone.dispose();
});

test("a frame that is not sampled leaves out what its step has just written, and reads nothing for it", () => {
  withParams([[1, 2]], (params) => {
    const watch = monitor({ every: 2 });
    for (let i = 0; i < 4; i++) given(sgd({ lr: 0.1 }), params, [[1, 1]]);
    watch.stop();
    assert.equal(
      watch.ring.map(({ sampled, layers: [layer] }) => [
        sampled,
        layer?.value?.absMax !== undefined,
        layer?.gradient?.absMax,
      ]),
      [true, false, true, false].map((sampled) => [sampled, sampled, 1]),
    );
  });
});

test("a mask among watched scores has no headroom to be told of, what has grown there has", () => {
  const w = parameter("w", [1, 1]);
  const keep = tensor([1, 0]);
  const look = (mask: number, every = 1): string[] => {
    const watch = monitor({ every });
    for (let i = 0; i < 3; i++)
      valueAndGrad([w], () => sum(softmax(watch.layer("scores", where(keep, w, mask)))));
    watch.stop();
    return codes(watch);
  };
  for (const mask of [-1e30, -(2 - 2 ** -23) * 2 ** 127]) assert.equal(look(mask), []);
  assert.equal(look(-1e30, 3), []);
  assert.equal(look(-1.5e30), ["HEADROOM"]);
  assert.equal(look(1e30), ["HEADROOM"]);
  for (const gone of [w, keep]) gone.dispose();
});

test("a loss of a product that has become 0 is dead at once, though no op holds its gradient back", () => {
  const p = parameter("p", new Float32Array(200).fill(0.5));
  const step = sgd({ lr: 0.1 });
  const watch = watched(() =>
    guard({ onAlarm: "collect" }, () => {
      for (let i = 0; i < 3; i++)
        step([p], valueAndGrad([p], () => neg(log(add(prod(p), 1e-12)))).grads);
    }),
  );
  assert.equal(codes(watch), ["DEAD"]);
  assert.is(watch.warnings[0]?.index, 1);
  collected();
  for (const gone of [p, step]) gone.dispose();
});

test("steps larger than the parameter, ten in a row, are told", () => {
  withParams([[1, 1]], (params) => {
    const step = sgd({ lr: 1 });
    const watch = watched(() => {
      for (let i = 0; i < 12; i++)
        given(step, params, [[i % 2 === 0 ? 2 : -2, i % 2 === 0 ? 2 : -2]]);
    });
    assert.equal(codes(watch), ["UPDATE"]);
    assert.is(watch.warnings[0]?.index, 10);
  });
});

test("gradients that fade from one parameter to the next are told after ten steps, from 1e-8 on", () => {
  const train = (slopes: readonly number[], options: MonitorOptions = {}): Monitor => {
    const params = slopes.map((_, i) => parameter(`p${i}`, [1]));
    const step = sgd({ lr: 1e-3 });
    const loss = () =>
      slopes.reduce<Tensor>((sum, c, i) => add(sum, mul(c, params[i] as Tensor)), sum(tensor([1])));
    const watch = watched(() => {
      for (let i = 0; i < 30; i++) step(params, valueAndGrad(params, () => sum(loss())).grads);
    }, options);
    for (const gone of [...params, step]) gone.dispose();
    return watch;
  };
  const fading = (count: number, factor: number) =>
    Array.from({ length: count }, (_, i) => factor ** (count - 1 - i));
  const told = train(fading(9, 10 ** -1.4));
  assert.equal(codes(told), ["VANISHING"]);
  assert.is(told.warnings[0]?.index, 10);
  assert.is(told.warnings[0]?.layer, "p0");
  assert.match(told.warnings[0]?.message ?? "", /the first 3 parameters are 3\.981e-9 of/);
  assert.equal(codes(train(fading(9, 10 ** -1.4), { thresholds: { vanishing: 1e-9 } })), []);
  assert.equal(codes(train(fading(9, 10 ** -1.3))), [], "1.6e-8");
  assert.equal(codes(train(fading(8, 1e-2))), [], "too few");
  assert.equal(codes(train(fading(9, 10 ** -1.4).toReversed())), []);
  assert.equal(codes(train([1e-9, 1e-9, 1e-9, 1, 1, 1, 1, 1, 1])), [], "two tasks");
  assert.equal(codes(train([0, 0, 0, 0, 0, 0, 1, 1, 1])), [], "frozen");
  assert.equal(codes(train(fading(9, 10 ** -1.4).map((c) => c * 1e-6))), [], "nothing hangs on it");
});

test("steps that rounding takes from the first on are told; a rate that warms up, or ends at 0, is not", () => {
  const train = (lr: number | ((steps: number) => number), steps: number): Monitor => {
    const w = parameter("w", [1000, 2000]);
    const step = sgd({ lr });
    const watch = watched(() => {
      for (let i = 0; i < steps; i++) {
        step([w], valueAndGrad([w], () => mean(square(sub(w, 500)))).grads);
      }
    });
    for (const gone of [w, step]) gone.dispose();
    return watch;
  };
  const still = train(1e-9, 40);
  assert.equal(codes(still), ["UNMOVED"]);
  assert.is(still.warnings[0]?.index, 20);
  assert.match(
    still.warnings[0]?.message ?? "",
    /^w has not changed by a bit in 20 steps, .* at a rate of 1e-9/,
  );
  const warming = train((steps) => 1e-10 * 10 ** Math.min(steps, 8), 40);
  assert.equal(codes(warming), []);
  const ended = train((steps) => (steps < 10 ? 0.1 : 0), 60);
  assert.equal(codes(ended), []);
  const settled = train((steps) => 0.1 * 0.1 ** steps, 60);
  assert.equal(codes(settled), []);
});

test("an ∞ that a division swallows is told; one that where selects away, or exp makes 0, is not", () => {
  const w = parameter("w", [1, 100]);
  const warned = (loss: () => Tensor) =>
    codes(
      watched(() => {
        guard({ onNonFinite: "collect" }, () => valueAndGrad([w], loss));
      }),
    );
  const swallowed = () => sum(div(w, sqrt(square(tensor([1, 1e20])))));
  assert.ok(warned(swallowed).includes("ABSORBED"));
  const right = () => sum(div(w, exp(tensor([0, 1000]))));
  assert.equal(warned(right), [], "it is 0 to the last bit");
  const allowed = watched(() => {
    allowNonFinite(() => valueAndGrad([w], swallowed));
  });
  assert.equal(codes(allowed), [], "what is allowed is no news");
  assert.equal(
    warned(() => sum(mul(w, where(tensor([1, 0]), log(tensor([1, 0])), 1)))),
    [],
  );
  assert.equal(
    warned(() => sum(mul(w, exp(tensor([0, -Infinity]))))),
    [],
  );
  w.dispose();
});

/** Ops that have a finite limit at +∞, at −∞, or at both. */
const LIMITS: readonly (readonly [string, (x: Tensor) => Tensor, readonly (1 | -1)[]])[] = [
  ["tanh", tanh, [1, -1]],
  ["sigmoid", sigmoid, [1, -1]],
  ["exp", exp, [-1]],
  ["relu", relu, [-1]],
  ["relu6", relu6, [1, -1]],
  ["hardTanh", hardTanh, [1, -1]],
  ["hardSigmoid", hardSigmoid, [1, -1]],
  ["erf", erf, [1, -1]],
  ["erfc", erfc, [1, -1]],
  ["atan", atan, [1, -1]],
  ["softsign", softsign, [1, -1]],
  ["elu", elu, [-1]],
  ["silu", silu, [-1]],
  ["gelu", gelu, [-1]],
  ["softplus", softplus, [-1]],
  ["clip", (x) => clip(x, { min: -1, max: 1 }), [1, -1]],
  ["minimum", (x) => minimum(x, 1), [1]],
  ["maximum", (x) => maximum(x, 1), [-1]],
  ["min", (x) => min(x), [1]],
  ["max", (x) => max(x), [-1]],
  ["softmax", softmax, [-1]],
  ["logsumexp", (x) => logsumexp(x), [-1]],
];

/** Ops named by ABSORBED in a step over what is made of w = [1, 1]. */
function absorbers(made: (w: Tensor) => Tensor): string[] {
  const w = parameter("w", [1, 1]);
  try {
    const watch = watched(() => {
      guard({ onNonFinite: "collect", onAlarm: "collect" }, () =>
        valueAndGrad([w], () => add(sum(w), sum(made(w)))),
      );
    });
    return watch.warnings.flatMap(({ code, layer }) =>
      code === "ABSORBED" && layer !== undefined ? [layer] : [],
    );
  } finally {
    w.dispose();
    collected();
  }
}

for (const [name, op, signs] of LIMITS) {
  test(`${name} of an ∞ that overflowed is told; of one that came in, or of a pole, it is not`, () => {
    for (const sign of signs) {
      const overflowed = (w: Tensor) => mul(square(mul(w, tensor([1e30, 1]))), sign);
      assert.equal(
        absorbers((w) => op(overflowed(w))),
        [name],
      );
      assert.equal(
        absorbers((w) => op(mul(w, tensor([sign * Infinity, 1])))),
        [],
        "it came in",
      );
      assert.equal(
        absorbers((w) => op(mul(log(mul(w, tensor([0, 1]))), -sign))),
        [],
        "a pole",
      );
    }
  });
}

test("the limit of what may well overflow is none, of whatever op, where it is that of the number too; of a huge one it is", () => {
  for (const [name, op, signs] of LIMITS) {
    if (!signs.includes(1)) continue;
    const usual: readonly ((w: Tensor) => Tensor)[] = [
      (w) => exp(mul(w, tensor([100, 1]))),
      (w) => square(square(mul(w, tensor([1e11, 1])))),
    ];
    for (const made of usual) {
      assert.equal(
        absorbers((w) => op(made(w))),
        [],
        name,
      );
    }
    const huge = (w: Tensor) => mul(mul(w, tensor([1e30, 1])), 1e30);
    assert.equal(
      absorbers((w) => op(huge(w))),
      [name],
    );
  }
});

test("masks are no absorptions worth a word: -∞ in softmax, two large negative ones added, where, clipToFinite", () => {
  const mask = tensor([0, -3.4e38]);
  const cases: readonly ((w: Tensor) => Tensor)[] = [
    (w) => softmax(add(w, tensor([0, -Infinity]))),
    (w) => softmax(add(add(w, mask), mask)),
    (w) => exp(add(add(w, mask), mask)),
    (w) => where(tensor([1, 0]), square(mul(w, tensor([1, 1e30]))), 0),
    (w) => clipToFinite(square(mul(w, 1e30))),
    (w) => nanToNum(square(mul(w, 1e30))),
  ];
  for (const made of cases) assert.equal(absorbers(made), []);
});

test("a report tells which layers grew, the fastest first", () => {
  withParams([[1], [1]], (params) => {
    const [fast, slow] = params;
    const step = sgd({ lr: 1 });
    let report: Report | undefined;
    watched(() => {
      for (let i = 0; i < 8; i++) given(step, params, [[-(3 ** i)], [-(2 ** i)]]);
      report = reportOf(() => given(step, params, [[Number.NaN], [1]]));
    });
    const grown = report?.grown ?? [];
    assert.equal(
      grown.map(({ what }) => what),
      ["the gradient of p0", "p0", "the gradient of p1", "p1"].filter((what) =>
        grown.some((one) => one.what === what),
      ),
    );
    assert.is(grown[0]?.what, "the gradient of p0");
    assert.is(grown[0]?.factor, 3 ** 7);
    assert.is(grown[0]?.steps, 7);
    assert.ok(grown.some(({ what, factor }) => what === "the gradient of p1" && factor === 2 ** 7));
    assert.match(
      showReport(report as Report),
      /\n {2}layer {5}the gradient of p0 grew 2187-fold over the last 7 steps\n/,
    );
    assert.ok(fast !== undefined && slow !== undefined);
    step.dispose();
  });
});

test("a loss that is thrown leaves a frame that has its step, and counts what happened", () => {
  scope(() => {
    const [w, x] = [parameter("w", [1, 1]), tensor([0, 2])];
    const step = sgd({ lr: 0 });
    const watch = watched(() => {
      trainStep(step, [w], () => sum(mul(w, x)));
      throwsCode(() => trainStep(step, [w], () => sum(mul(w, log(mul(x, -1))))), "LOSS_NAN", /log/);
    });
    const last = watch.ring.at(-1);
    assert.is(last?.step, 1, "it is not taken");
    assert.is(last?.report?.step, 2);
    assert.equal(last?.guard, { births: 2, absorbed: 0, masked: 0, guarded: 0 });
    assert.equal(
      last?.layers.map(({ name, value }) => [name, value?.absMax]),
      [["w", 1]],
    );
    for (const gone of [w, step]) gone.dispose();
  });
});

test("a parameter that is bad itself is counted in the frame of the step that fails, thrown or skipped", () => {
  for (const onBadStep of ["guard", "skip"] as const) {
    const w = parameter("w", [1, NaN]);
    const step = sgd({ lr: 0.1, onBadStep });
    const watch = watched(() => {
      try {
        trainStep(step, [w], () => sum(square(w)));
      } catch {}
    });
    const [layer, ...others] = watch.ring.at(-1)?.layers ?? [];
    assert.equal([layer?.name, layer?.kind, layer?.value?.nan], ["w", "parameter", 1], onBadStep);
    assert.equal(others, []);
    for (const gone of [w, step]) gone.dispose();
  }
  collected();
});

test("a step is told with all its digits, however many", () => {
  const w = parameter("w", [1]);
  const step = sgd({ lr: 0 });
  const report = { text: "" };
  const watch = watched(() => {
    for (let i = 0; i < 10_003; i++) trainStep(step, [w], () => sum(w));
    try {
      trainStep(step, [w], () => log(sum(mul(w, -1))));
    } catch (error) {
      report.text = showReport((error as NonFiniteError).report);
    }
  });
  assert.match(report.text, /at step 10004/);
  for (const before of ["10000", "10001", "10002", "10003"]) assert.match(report.text, before);
  const page = renderHtml(watch.recording());
  assert.match(page, /"before":\[.*\[10002,.*\[10003,/s);
  for (const gone of [w, step]) gone.dispose();
});

test("an alarm that is gathered is a warning of its frame; one that is thrown ends the frame as a failure", () => {
  const w = parameter("w", [1e30]);
  const step = sgd({ lr: 1e-3 });
  // 1, but for the ∞ of the square that the division takes for a number: 0.
  const loss = () => sum(div(w, sqrt(square(w))));
  const gathered = watched(() => {
    guard({ onAlarm: "collect" }, () => trainStep(step, [w], loss));
    const [alarm, ...others] = collected();
    assert.is(alarm?.code, "LOST_INF");
    assert.equal(others, []);
  });
  assert.equal(
    gathered.ring.map(({ action, loss, absorbers }) => [action, loss, absorbers]),
    [["applied", 0, ["div"]]],
  );
  assert.ok(codes(gathered).includes("ABSORBED"));
  assert.equal(gathered.failures, []);
  const thrown = watched(() => {
    throwsCode(() => trainStep(step, [w], loss), "LOST_INF", /^\[LOST_INF\]/);
  });
  assert.equal(
    thrown.ring.map(({ action, report }) => [action, report?.code]),
    [[undefined, "LOST_INF"]],
  );
  assert.is(thrown.failures.length, 1);
  for (const gone of [w, step]) gone.dispose();
});

test("tensors of doubles are read as doubles", () => {
  const w = parameter("w", [3e200, -4e200], { dtype: "float64" });
  const watch = watched((watch) => {
    valueAndGrad({ w }, () => sum(mul(watch.layer("x", w), 2)));
    valueAndGrad({ w }, () => sum(mul(w, tensor([3, 4], { dtype: "float64" }))));
  });
  const [first, second] = watch.ring;
  const { value } = first?.layers.find(({ kind }) => kind === "activation") ?? {};
  assert.is(watch.ring.length, 2);
  assert.ok(Math.abs((second?.gradientNorm ?? 0) / 5 - 1) < 1e-12);
  assert.equal([first?.loss, value?.min, value?.max, value?.nan], [-2e200, -4e200, 3e200, 0]);
  assert.ok(Math.abs((value?.headroom ?? 0) - (1024 - Math.log2(4e200))) < 1e-9);
  w.dispose();
});

test("a step of doubles: how far it went, of norms beyond their squares", () => {
  const w = parameter("w", [3e200, -4e200], { dtype: "float64" });
  const step = sgd({ lr: 0.01 });
  const watch = watched(() => {
    scope(() => step([w], { w: tensor([3e200, -4e200], { dtype: "float64" }) }));
  });
  const { value, updateRatio } = watch.ring[0]?.layers[0] ?? {};
  assert.ok(Math.abs((value?.norm ?? 0) / 4.95e200 - 1) < 1e-12);
  assert.ok(Math.abs((updateRatio ?? 0) / (0.01 / 0.99) - 1) < 1e-12);
  for (const gone of [w, step]) gone.dispose();
});

test("thresholds can be set", () => {
  withParams([[1, 1]], (params) => {
    const watch = watched(() => given(sgd({ lr: 0.1 }), params, [[300, 1]]), {
      thresholds: { headroom: 120 },
    });
    assert.equal(codes(watch), ["HEADROOM"]);
    assert.is(watch.warnings[0]?.threshold, 120);
  });
});

// ── No false alarms ─────────────────────────────────────────────────────────────────────────────

test("two epochs on real digits, Adam, clipping, layer norm: not one warning in 320 steps", () => {
  const all = loadDigits();
  const order = shuffled(all.labels.length, random(1));
  const digits = take(all, order.slice(0, 8000));
  const net = network();
  const watch = watched(
    () =>
      scope(() => {
        const { epoch, dispose } = training(net, 2 * 8000);
        epoch(digits);
        const loss = epoch(digits);
        assert.ok(loss < 0.5, `it learns: ${loss}`);
        dispose();
      }),
    { keep: 2000 },
  );
  assert.is(watch.recording().steps, 320);
  assert.equal(watch.warnings, []);
});

test("xor learnt until the loss is below 2e-4: not one warning in 2,000 steps", () => {
  scope(() => {
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const params = [
      parameter("fc1.weight", kaiming([2, 16], { seed: 1 })),
      parameter("fc1.bias", zeros([16])),
      parameter("fc2.weight", kaiming([16, 2], { seed: 2 })),
      parameter("fc2.bias", zeros([2])),
    ] as const;
    const [w1, b1, w2, b2] = params;
    const step = adam({ lr: 0.05 });
    let last = 1;
    const watch = watched(() => {
      for (let i = 0; i < 2000; i++) {
        const { loss, grads } = valueAndGrad(params, () =>
          crossEntropy(linear(relu(linear(x, w1, b1)), w2, b2), [0, 1, 1, 0]),
        );
        step(params, grads);
        last = loss;
      }
    });
    assert.ok(last < 2e-4, `${last}`);
    assert.equal(watch.warnings, []);
    for (const gone of [...params, step]) gone.dispose();
  });
});

for (const [name, make] of Object.entries({
  sgd: () => sgd({ lr: 0.05 }),
  momentum: () => sgd({ lr: 0.02, momentum: 0.9 }),
  adam: () => adam({ lr: 0.02 }),
})) {
  test(`${name}: a noisy regression, run until it has long converged on a loss that stays: not one warning`, () => {
    scope(() => {
      const x = uniform([128, 4], -1, 1, { seed: 3 });
      const noise = uniform([128, 1], -3, 3, { seed: 4 });
      const y = sub(noise, matmul(x, tensor([[0.2], [-0.1], [0.1], [0]])));
      const w = parameter("w", zeros([4, 1]));
      const step = make();
      const watch = watched(() => {
        for (let i = 0; i < 1500; i++) {
          step([w], valueAndGrad([w], () => mse(matmul(x, w), y)).grads);
        }
      });
      assert.ok((watch.ring.at(-1)?.loss ?? 0) > 1, "the noise is not learnt");
      assert.equal(watch.warnings, []);
      for (const gone of [w, step]) gone.dispose();
    });
  });
}

test("options, layers and sinks that are none are refused", () => {
  const make = monitor as unknown as (options?: unknown) => { stop(): void };
  const refused: readonly (readonly [unknown, string, RegExp])[] = [
    [null, "BAD_TYPE", /^monitor: options are no object.*got null/],
    [{ evry: 3 }, "BAD_VALUE", /^monitor: no option "evry", expected every, .*got 3/],
    [{ every: {} }, "BAD_VALUE", /every out of range.*got Object/],
    [{ sinks: {} }, "BAD_TYPE", /sinks are no array.*got Object/],
    [{ sinks: [null] }, "BAD_TYPE", /sinks\[0\] is no sink.*got null/],
    [{ sinks: [{ frames() {} }] }, "BAD_TYPE", /sinks\[0\] is no sink.*any of frame, warning/],
    [{ sinks: [{ frame: 5 }] }, "BAD_TYPE", /sinks\[0\] is no sink/],
    [{ thresholds: null }, "BAD_TYPE", /thresholds are no object.*got null/],
    [{ thresholds: { growthSteps: 1.5 } }, "BAD_VALUE", /thresholds.growthSteps out of.*got 1\.5/],
    [{ updates: "no" }, "BAD_TYPE", /^monitor: updates is no boolean.*got/],
    [{ updates: null }, "BAD_TYPE", /^monitor: updates is no boolean.*got null/],
  ];
  for (const [options, code, message] of refused) throwsCode(() => make(options), code, message);
  make({ thresholds: { growthSteps: 0, deadSteps: Infinity } }).stop();
  const watch = monitor();
  scope(() => {
    const x = tensor([1]);
    throwsCode(() => watch.layer("", x), "BAD_TYPE", /a layer has no name.*got string ""/);
    throwsCode(() => watch.layer("x", null as never), "BAD_TYPE", /"x" is no tensor.*got null/);
  });
  watch.stop();
});

/** Three steps on w², under whatever watches. */
function threeSteps(loss: (w: Parameter) => Tensor = (w) => sum(square(w))): void {
  const w = parameter("w", [1]);
  const step = sgd({ lr: 0.1 });
  for (let i = 0; i < 3; i++) step([w], valueAndGrad([w], () => loss(w)).grads);
  w.dispose();
  step.dispose();
}

test("a monitor that is stopped by a sink, its own or another's, takes nothing from the others", () => {
  const actions: (string | undefined)[] = [];
  let calls = 0;
  const first = monitor({
    sinks: [
      {
        frame() {
          calls++;
          first.stop();
        },
      },
    ],
  });
  const second = monitor({ sinks: [{ frame: ({ action }) => void actions.push(action) }] });
  threeSteps();
  second.stop();
  assert.is(calls, 1);
  assert.equal(actions, ["applied", "applied", "applied"]);
});

test("what a sink that stops the monitor was told of is told to all, with its warnings; nothing after close", () => {
  for (const at of ["frame", "warning", "failure", "close"] as const) {
    const told: string[] = [];
    const stops = { [at]: () => watch.stop() };
    const watch = monitor({
      thresholds: { headroom: Infinity },
      sinks: [
        stops,
        {
          frame: ({ index }) => void told.push(`frame ${index}`),
          warning: ({ code }) => void told.push(code),
          failure: ({ report }) => void told.push(report.code),
          close: () => void told.push("close"),
        },
      ],
    });
    const w = parameter("w", [-1]);
    const step = sgd({ lr: 0.1, onBadStep: "skip" });
    for (let i = 0; i < 2; i++) trainStep(step, [w], () => sum(log(w)));
    watch.stop();
    assert.is(told.indexOf("close"), told.length - 1, `${at}: ${told.join(", ")}`);
    // What fails does so before its frame ends, which then is none any more.
    const due = at === "failure" ? ["LOSS_NAN"] : ["LOSS_NAN", "frame 1", "HEADROOM"];
    for (const one of due) assert.ok(told.includes(one), `${at}: ${told.join(", ")}`);
    step.dispose();
    w.dispose();
  }
  collected();
});

test("a sink that fails later is left out, and is no unhandled rejection", async () => {
  const { warn } = console;
  const said: unknown[] = [];
  console.warn = (...words: unknown[]) => void said.push(words[0]);
  let frames = 0;
  try {
    const late = {
      async frame() {
        frames++;
        throw new Error("the line is dead");
      },
    };
    const watch = monitor({ sinks: [late as unknown as { frame(): void }] });
    threeSteps();
    await new Promise((done) => setTimeout(done, 5));
    threeSteps();
    watch.stop();
  } finally {
    console.warn = warn;
  }
  assert.is(frames, 3);
  assert.is(said.length, 1);
  assert.match(`${said[0]}`, /a sink failed/);
});

test("a watched output that is called as a parameter is kept beside it", () => {
  const watch = monitor();
  threeSteps((w) => sum(watch.layer("w", square(w))));
  const layers = watch.ring.at(-1)?.layers ?? [];
  watch.stop();
  assert.equal(
    layers.map(({ name, kind }) => [name, kind]),
    [
      ["w (output)", "activation"],
      ["w", "parameter"],
    ].toSorted(
      ([a], [b]) =>
        layers.findIndex(({ name }) => name === a) - layers.findIndex(({ name }) => name === b),
    ),
  );
});

test.run();
