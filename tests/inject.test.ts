/** Faults in the training of the digits network and of small ones: named at their origin, or harmless; `npm run inject` runs more. */
import * as assert from "uvu/assert";
import {
  type AdamOptions,
  adam,
  allowNonFinite,
  collected,
  crossEntropy,
  guard,
  kaiming,
  linear,
  parameter,
  relu,
  scope,
  sgd,
  sum,
  tensor,
  trainStep,
  uniform,
  valueAndGrad,
} from "../src/index.js";
import { KitAssertionError, nanInjection } from "../src/testing/index.js";
import { digitsRun } from "./inject.js";
import { suite } from "./kit/suite.js";
import { NETWORKS, runOf, type SmallNetwork } from "./networks.js";

const test = suite("fault injection");

test("200 faults in the digits network are named where they reach a sink, without a false alarm", () => {
  const { counts, falseAlarms, trials } = nanInjection(digitsRun(), { runs: 200, seed: 1 });
  assert.equal([counts.misnamed, counts.missed, counts.crashed, falseAlarms], [0, 0, 0, []]);
  assert.is(trials.length, 200);
  assert.ok(counts.named > 100, `${counts.named} were named`);
  for (const target of ["input", "weight", "gradient", "state", "intermediate"] as const) {
    assert.ok(
      trials.some((trial) => trial.target === target),
      target,
    );
  }
});

for (const [name, network] of Object.entries<SmallNetwork>(NETWORKS)) {
  test(`150 faults in ${network.about} (${name}) are named, without a false alarm`, () => {
    const { counts, falseAlarms } = nanInjection(runOf(network), { runs: 150, seed: 1 });
    assert.equal([counts.misnamed, counts.missed, counts.crashed, falseAlarms], [0, 0, 0, []]);
    assert.ok(counts.named > 75, `${counts.named} were named`);
  });
}

/** One step of a small network; what is done with the gradients is up to the caller. */
function small(seed: number, use: (w: ReturnType<typeof kaiming>, g: Float32Array) => void): void {
  scope(() => {
    const x = tensor(
      Float32Array.from({ length: 12 }, (_, i) => Math.sin(seed + i)),
      [3, 4],
    );
    const w = kaiming([4, 5], { seed });
    const b = tensor([0, 0, 0, 0, 0]);
    const { grads } = valueAndGrad({ w }, () => crossEntropy(relu(linear(x, w, b)), [0, 1, 2]));
    use(w, grads.w.toArray());
  });
}

test("a run that loses the news is found out: it fails with both sides and the fault", () => {
  const deaf = (seed: number) => allowNonFinite(() => small(seed, () => {}));
  assert.throws(
    () => nanInjection(deaf, { runs: 50, targets: ["weight", "input"] }),
    (error: unknown) =>
      error instanceof KitAssertionError &&
      /^nanInjection: missed: .* into (input|weight)/.test(error.message),
  );
});

/** Two steps of a small network under an optimizer that decides what becomes of a bad one. */
const trained = (options: Partial<AdamOptions>) => (seed: number) =>
  scope(() => {
    const x = uniform([8, 4], -1, 1, { seed });
    const w = parameter("w", kaiming([4, 3], { seed }));
    const b = parameter("b", [0.1, 0.1, 0.1]);
    const step = adam({ lr: 0.01, ...options });
    const loss = () => crossEntropy(relu(linear(x, w, b)), [0, 1, 2, 0, 1, 2, 0, 1]);
    try {
      for (let i = 0; i < 2; i++) trainStep(step, [w, b], loss);
    } finally {
      for (const used of [step, w, b]) used.dispose();
    }
  });

test("a report counts however it comes: thrown, caught, gathered, or of a step that is skipped", () => {
  const { counts } = nanInjection(trained({}), { runs: 60 });
  assert.ok(counts.named > 30);
  const runs = {
    ...{ skip: trained({ onBadStep: "skip" }), zero: trained({ onBadStep: "zero" }) },
    ...{
      back: trained({ onBadStep: "rollback" }),
      stop: trained({ onBadStep: "skip", stopAfter: 1 }),
    },
    collect: (seed: number) => guard({ onNonFinite: "collect" }, () => trained({})(seed)),
    caught: (seed: number) => {
      try {
        trained({})(seed);
      } catch {}
    },
  };
  for (const [name, run] of Object.entries(runs)) {
    assert.equal(nanInjection(run, { runs: 60 }).counts, counts, name);
  }
  assert.is(collected().length, 0);
  const bad = (seed: number) =>
    scope(() => {
      const step = sgd({ lr: 0.1, onBadStep: "skip" });
      const w = parameter("w", [NaN]);
      trainStep(step, [w], () => sum(w));
      for (const used of [step, w]) used.dispose();
      return seed;
    });
  assert.throws(() => nanInjection(bad, { runs: 1 }), /false alarm in the untouched run of seed 1/);
});

test("faults of which none does harm test nothing", () => {
  const unused = (seed: number) => small(seed, () => relu(tensor([1, 2])));
  assert.throws(
    () => nanInjection(unused, { runs: 20, values: [0.5], targets: ["input"] }),
    /no fault did any harm: nothing was tested/,
  );
});

test("a run that is bad by itself is a false alarm; one that is never the same is refused", () => {
  const bad = (seed: number) => small(seed, (w) => valueAndGrad({ w }, () => relu(tensor(NaN))));
  assert.throws(
    () => nanInjection(bad, { runs: 2 }),
    /false alarm in the untouched run of seed 1, 2/,
  );
  let calls = 0;
  const moody = (seed: number) => (calls++ % 2 === 0 ? small(seed, () => {}) : undefined);
  assert.throws(() => nanInjection(moody, { runs: 2 }), /not the same each time/);
  // The same ops with other numbers.
  let other = 0;
  const drawn = () => small(other++, (w) => valueAndGrad({ w }, () => sum(w)));
  const differs =
    /^nanInjection: the run is not the same each time it gets the same seed 1: place \d+/;
  assert.throws(() => nanInjection(drawn, { runs: 5 }), differs);
});

test("a fault into the state of an optimizer is named before anything is written", () => {
  const run = (seed: number) =>
    scope(() => {
      const w = kaiming([4, 5], { seed });
      const step = sgd({ lr: 0.1, momentum: 0.9 });
      const x = tensor(
        Float32Array.from({ length: 12 }, (_, i) => Math.sin(seed + i)),
        [3, 4],
      );
      const b = tensor([0, 0, 0, 0, 0]);
      try {
        for (let i = 0; i < 3; i++) {
          const { grads } = valueAndGrad({ w }, () => crossEntropy(linear(x, w, b), [0, 1, 2]));
          step({ w }, grads);
        }
      } finally {
        step.dispose();
      }
    });
  const { counts } = nanInjection(run, { runs: 60, targets: ["state"], values: [NaN, Infinity] });
  assert.is(counts.named, 60);
});

test.run();
