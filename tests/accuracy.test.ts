/** Every function with an oracle: at most 1 ULP from the true value and no wrong special, on every build. */
import * as assert from "uvu/assert";
import { Runtime } from "../src/runtime.js";
import { measure, showSample, Tally } from "./kit/accuracy.js";
import { BUILDS } from "./kit/builds.js";
import { errorUlp, loadOracle } from "./kit/oracle.js";
import { SUBJECTS, type Subject, truthOf } from "./kit/subjects.js";
import { suite } from "./kit/suite.js";

const BOUND = 1;

function holds(subject: Subject, build: Runtime): void {
  const { fn } = subject;
  const { maxUlp, worst, wrongSpecials, wrong, points } = measure(subject, truthOf(subject), build);
  assert.ok(points > 1000, `${fn}: ${points} points`);
  assert.is(wrongSpecials, 0, wrong.map((sample) => showSample(fn, sample)).join("\n"));
  assert.ok(maxUlp <= BOUND, `${maxUlp} ULP: ${worst && showSample(fn, worst)}`);
}

for (const build of BUILDS.filter(({ name }) => name === "simd" || name === "relaxed")) {
  const home = new Runtime(build);
  const test = suite(`accuracy, ${build.name}`);
  for (const subject of SUBJECTS.filter(({ oracle }) => oracle !== undefined)) {
    test(subject.fn, () => holds(subject, home));
  }
  test.run();
}

const test = suite("accuracy, the judge");

test("an error is told from the true value, not from the rounded one", () => {
  assert.is(errorUlp(1, 1, 0.25), 0.25);
  assert.is(errorUlp(1 + 2 ** -23, 1, 0.25), 0.75);
  assert.is(errorUlp(1 + 2 ** -23, 1, -0.25), 1.25);
  assert.is(errorUlp(2 ** -149, 0, 0), 1);
});

test("the references in f64 agree with the oracles", () => {
  for (const subject of SUBJECTS) {
    const { fn, arity, oracle, reference } = subject;
    if (arity === 2 || oracle === undefined || reference === undefined) continue;
    const truth = loadOracle(oracle);
    const tally = new Tally(subject);
    tally.add(
      truth,
      (truth.inputs[0] ?? new Float32Array(0)).map((x) => reference(x, 0)),
    );
    const { maxUlp, worst, wrong } = tally;
    assert.is(tally.wrongSpecials, 0, wrong.map((sample) => showSample(fn, sample)).join("\n"));
    assert.ok(maxUlp < 0.501, `${maxUlp} ULP: ${worst && showSample(fn, worst)}`);
  }
});

test("left out of the oracles: x = 0 with y outside the logarithm's domain, and nothing else", () => {
  for (const [fn, edge, count] of [
    ["xlogy", 0, 14],
    ["xlog1py", -1, 10],
  ] as const) {
    const subject = SUBJECTS.find((one) => one.fn === fn) as Subject;
    const { inputs, rounded, points } = loadOracle(fn);
    const [x, y] = inputs as readonly [Float32Array, Float32Array];
    const results = subject.call(x, y);
    const differ = Array.from({ length: points }, (_, i) => i).filter(
      (i) => Number.isNaN(results[i]) && !Number.isNaN(rounded[i]),
    );
    assert.is(differ.length, count);
    for (const i of differ) {
      assert.is(rounded[i], 0);
      assert.ok(x[i] === 0 && (y[i] ?? 0) < edge);
    }
    const out = Array.from({ length: points }, (_, i) => i).filter((i) =>
      subject.excluded?.at(x[i] ?? 0, y[i] ?? 0),
    );
    assert.equal(out, differ, fn);
  }
});

test("NaN, ∞ and the sign of a zero are right or wrong", () => {
  assert.is(errorUlp(NaN, NaN, 0), 0);
  assert.is(errorUlp(NaN, 1, 0), Infinity);
  assert.is(errorUlp(1, NaN, 0), Infinity);
  assert.is(errorUlp(-0, 0, 0), Infinity);
  assert.is(errorUlp(-Infinity, Infinity, 0), Infinity);
  assert.is(errorUlp(1, Infinity, 0), Infinity);
  assert.is(errorUlp(Infinity, 3.4028234663852886e38, 0), 1);
});

test.run();
