/** Every function with an oracle: at most 1 ULP from the true value and no wrong special, on every build. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import { Runtime } from "../src/runtime.js";
import { measure, on, showSample, Tally } from "./kit/accuracy.js";
import { BUILDS } from "./kit/builds.js";
import { interpolate, SEGMENT, SLACK } from "./kit/interpolant.js";
import {
  errorUlp,
  gridInputs,
  loadOracle,
  type Oracle,
  Oracles,
  oracleOf,
  type Reference,
  ulpOf,
} from "./kit/oracle.js";
import { SUBJECTS, type Subject, SWEPT, truthOf } from "./kit/subjects.js";
import { suite } from "./kit/suite.js";
import { Sweep, sizeOf } from "./kit/sweep.js";

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

/** A folder as scripts/oracle.py writes it: sqrt at four grid points and 4, and x + y at one pair. */
function writeOracles(folder: string): void {
  const file = (name: string, ...planes: readonly (Uint32Array | Float32Array | Int16Array)[]) => {
    const bytes = planes.map(({ buffer }) => new Uint8Array(buffer as ArrayBuffer));
    writeFileSync(join(folder, name), gzipSync(Buffer.concat(bytes)));
    return name;
  };
  const index = (name: string, fns: object) =>
    writeFileSync(join(folder, name), JSON.stringify({ seed: 9, fns }));
  const one = [Uint32Array.of(1), Float32Array.of(4)];
  const results = [Float32Array.of(0, 1, 2, 3, 2), Int16Array.of(0, 0, 0, 0, -16384)];
  const root = file("root.bin.gz", ...one, ...results);
  index("index.json", { root: { file: root, n_extra: 1, grid_step: 16_384 } });
  const [x, y, z] = [Float32Array.of(1), Float32Array.of(2), Float32Array.of(3)];
  const sum = file("sum.bin2.gz", Uint32Array.of(1), x, y, z, Int16Array.of(8192));
  index("index2.json", { sum: { file: sum } });
}

test("oracles of another folder have its seed and its points", () => {
  const folder = mkdtempSync(join(tmpdir(), "finigrad-oracles-"));
  try {
    writeOracles(folder);
    const oracles = new Oracles(pathToFileURL(`${folder}/`));
    assert.equal(oracles.names, ["root", "sum"]);
    const { inputs, rounded, points, residual } = oracles.load("root");
    assert.is(points, 5);
    const words = new Uint32Array((inputs[0] as Float32Array).buffer);
    assert.equal(
      [...words].slice(0, 4).map((bits) => bits >>> 16),
      [0, 0x4000, 0x8000, 0xc000],
    );
    assert.is.not(words[1], new Uint32Array(gridInputs(16_384).buffer)[1], "another seed");
    assert.equal([inputs[0]?.[4], rounded[4], residual(4)], [4, 2, -0.25]);
    const sum = oracles.load("sum");
    assert.equal(
      [...sum.inputs, sum.rounded].flatMap((v) => [...v]),
      [1, 2, 3],
    );
    assert.is(sum.residual(0), 0.125);
    assert.throws(() => oracles.load("exp"), /no oracle "exp", expected one of root, sum/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** How far f64 is from the oracle's true values, in ULP of a float. */
function unroundedError({ inputs, points, rounded, residual }: Oracle, f: Reference): number {
  let most = 0;
  for (let i = 0; i < points; i++) {
    const near = rounded[i] as number;
    const exact = f(inputs[0]?.[i] as number, 0);
    if (!Number.isFinite(near) || !Number.isFinite(Math.fround(exact))) continue;
    most = Math.max(most, Math.abs((exact - near) / ulpOf(near) - residual(i)));
  }
  return most;
}

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
    assert.ok(unroundedError(truth, reference) < 2 ** -15, fn);
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

// ── Sweeps ───────────────────────────────────────────────────────────────────────────────────────

const float = new DataView(new ArrayBuffer(4));
const floatOf = (bits: number): number => {
  float.setUint32(0, bits);
  return float.getFloat32(0);
};
const bitsOf = (value: number): number => {
  float.setFloat32(0, value);
  return float.getUint32(0);
};
const segment = (x: number): Float32Array =>
  Float32Array.from({ length: SEGMENT }, (_, i) => floatOf(bitsOf(x) + i));
const sweepable = (fn: string): Subject => SWEPT.find((one) => one.fn === fn) as Subject;

test("between nodes a polynomial stands for what it is, and for nothing else", () => {
  const out = new Float64Array(SEGMENT);
  const taken = (f: (x: number) => number, x: number): boolean =>
    interpolate(out, segment(x), 0, f);
  for (const [f, x] of [
    [Math.exp, 1.5],
    [Math.exp, -60],
    [Math.log, 2],
    [Math.sin, 1],
    [Math.sqrt, 1e-40],
    [(v: number) => v * v, 1e18],
  ] as const) {
    assert.ok(taken(f, x), `${f} at ${x}`);
    segment(x).forEach((v, i) => {
      const exact = f(v);
      const off = Math.abs((out[i] ?? 0) - exact) / ulpOf(Math.fround(exact));
      assert.ok(off < SLACK / 4, `${f} at ${v}: ${off} ULP`);
    });
  }
  assert.ok(taken(() => Number.NaN, 1) && Number.isNaN(out[77]));
  assert.ok(taken(() => -0, 1) && Object.is(out[77], -0));
  assert.not.ok(taken(Math.log, 1), "a root");
  assert.not.ok(taken(Math.sin, 1e10), "many periods");
  assert.not.ok(taken(Math.floor, 8192), "steps");
  assert.not.ok(
    taken((x) => x - 1.0002, 1),
    "a root inside",
  );
  assert.not.ok(
    taken((x) => Math.abs(x - 1.0002) + 1, 1),
    "a kink",
  );
  assert.not.ok(
    taken((x) => (x < 1.0001 ? Number.NaN : x), 1),
    "an edge",
  );
  assert.not.ok(
    taken((x) => x * 1e308, 1.7975),
    "an overflow",
  );
});

/** Where points are dense, and where they are one in each of a hundred binades. */
const RANGES = [
  { sampling: { stride: 1, offset: bitsOf(0.74) }, points: 5 * SEGMENT + 17 },
  { sampling: { stride: 1, offset: bitsOf(-Infinity) - SEGMENT }, points: 3 * SEGMENT },
  { sampling: { stride: 300_007, offset: 3 }, points: sizeOf({ stride: 300_007, offset: 3 }) },
] as const;

for (const build of BUILDS.filter(({ name }) => name === "simd" || name === "relaxed")) {
  test(`the bits of a result do not depend on what stands beside it, ${build.name}`, () => {
    const home = new Runtime(build);
    const x = gridInputs();
    // Kernels may take a shorter formula where a chunk lies within bounds: this one lies within none.
    const mixed = x.map((v, i) => (i % 1024 === 0 ? Number.NaN : v));
    for (const { fn, call } of SWEPT) {
      const [own, other] = [x, mixed].map((v) => on(home, () => call(v, v)));
      const differ = [...x.keys()].filter((i) => i % 1024 && !Object.is(own?.[i], other?.[i]));
      assert.equal(
        differ.slice(0, 3).map((i) => x[i]),
        [],
        fn,
      );
    }
  });

  test(`a sweep tells what a judgement of every point tells, ${build.name}`, () => {
    const home = new Runtime(build);
    for (const fn of ["exp", "log", "tan", "floor", "square", "dGelu", "safeLog", "relu"]) {
      for (const { sampling, points } of RANGES) {
        const { stride, offset } = sampling;
        const subject = sweepable(fn);
        const sweep = new Sweep(subject, [home]);
        if (points === sizeOf(sampling)) sweep.scout(sampling);
        sweep.run(sampling, 0, 1000);
        sweep.run(sampling, 1000, points);
        const x = Float32Array.from({ length: points }, (_, i) => floatOf(offset + i * stride));
        const all = measure(subject, oracleOf(fn, [x], subject.reference as () => number), home);
        const { maxUlp, worst, wrongSpecials, wrong, excluded } = all;
        assert.equal(
          sweep.found,
          [{ points: all.points, excluded, maxUlp, worst, wrongSpecials, wrong }],
          fn,
        );
      }
    }
  });
}

test("a sweep finds one wrong float among the right ones", () => {
  const home = new Runtime(BUILDS[0] as (typeof BUILDS)[0]);
  const spoilt = (at: number, value: number): Subject => ({
    ...{ fn: "cube", arity: 1, reference: (x) => x * x * x },
    call: (x) => x.map((v) => (v === Math.fround(at) ? value : v * v * v)),
  });
  const around = (at: number) => ({ stride: 1, offset: bitsOf(at) - 3 * SEGMENT - 1000 });
  const found = (at: number, value: number) => {
    const sweep = new Sweep(spoilt(at, value), [home]);
    sweep.run(around(at), 0, 8 * SEGMENT);
    return sweep.found[0];
  };
  const at = Math.fround(3.3);
  const cube = Math.fround(at ** 3);
  const off = found(at, cube + 2 * ulpOf(cube));
  assert.ok(Math.abs((off?.maxUlp ?? 0) - 2) <= 0.5 && off?.worst?.inputs[0] === at);
  assert.ok((found(at, cube)?.maxUlp ?? 1) <= 0.5);
  assert.is(found(at, Number.NaN)?.wrongSpecials, 1);
  assert.is(found(at, -cube)?.wrong.length, 0);
  assert.is(found(1e-30, -0)?.wrongSpecials, 1, "the sign of an underflow");
  assert.is(found(1e30, -Infinity)?.wrong[0]?.inputs[0], Math.fround(1e30));
  const shy: Subject = {
    ...{ fn: "shy", arity: 1, chunked: true, reference: (x) => x },
    call: (x) => x.map((v, i) => (x.some(Number.isNaN) && (v === at || i === 7) ? 2 * v : v)),
  };
  const sweep = new Sweep(shy, [home]);
  sweep.run({ stride: 1, offset: bitsOf(at) - 1024 }, 0, 2048);
  assert.is(sweep.found[0]?.worst?.inputs[0], at, "beside a NaN, and where the NaN stood");
  assert.throws(
    () => new Sweep(SUBJECTS.find(({ arity }) => arity === 2) as Subject, [home]),
    /cannot be swept, expected one argument and a reference in f64/,
  );
});

test.run();
