/** allFinite, firstNonFinite, health: on every build, against a plain count. */
import * as assert from "uvu/assert";
import { allFinite, firstNonFinite, health, scope, tensor } from "../src/index.js";
import { random } from "../src/nn/init.js";
import { throwsCode } from "./kit/assert.js";
import { BUILDS, onRuntime, WatchedRuntime } from "./kit/builds.js";
import { suite } from "./kit/suite.js";

const POOL = [NaN, Infinity, -Infinity, 0, -0, 1e-40, -3e-42, 3.4028234663852886e38, 1, -2, 0.5];

/** Counted one by one. */
function counted(x: Float32Array) {
  const finite = [...x].filter(Number.isFinite);
  const sum = finite.reduce((a, b) => a + b, 0);
  const empty = finite.length === 0;
  return {
    count: x.length,
    nan: x.filter(Number.isNaN).length,
    positiveInfinity: x.filter((v) => v === Infinity).length,
    negativeInfinity: x.filter((v) => v === -Infinity).length,
    zeros: x.filter((v) => v === 0).length,
    subnormals: x.filter((v) => v !== 0 && Math.abs(v) < 2 ** -126).length,
    min: empty ? NaN : Math.min(...finite),
    max: empty ? NaN : Math.max(...finite),
    mean: empty ? NaN : sum / finite.length,
    absMax: empty ? NaN : Math.max(...finite.map(Math.abs)),
    firstNonFinite: x.findIndex((v) => !Number.isFinite(v)),
  };
}

function same(x: Float32Array): void {
  const { mean, ...rest } = health(x);
  assert.equal(health(x, { mean: false }), rest);
  const { headroom, ...actual } = rest;
  const { mean: wanted, ...expected } = counted(x);
  for (const [key, value] of Object.entries(expected)) {
    const got = actual[key as keyof typeof actual];
    assert.ok(
      Object.is(got, value) || got === value,
      `${key}: expected ${value}, got ${got}, n = ${x.length}`,
    );
  }
  assert.ok(
    Object.is(mean, wanted) || Math.abs(mean - wanted) <= 2 ** -22 * Math.abs(expected.absMax),
    `mean ${mean}`,
  );
  const powers = 128 - Math.log2(expected.absMax);
  assert.ok(
    Object.is(headroom, powers) || Math.abs(headroom - powers) < 1e-9,
    `headroom ${headroom}`,
  );
  assert.is(allFinite(x), expected.firstNonFinite === -1);
  assert.is(firstNonFinite(x), expected.firstNonFinite);
}

for (const build of BUILDS) {
  const test = suite(`finite checks, ${build.name}`);
  const on = (body: () => void) => () => onRuntime(new WatchedRuntime(build), body);

  test(
    "every length 0 to 33 with specials everywhere",
    on(() => {
      const next = random(1);
      for (let n = 0; n <= 33; n++) {
        for (let round = 0; round < 8; round++) {
          same(Float32Array.from({ length: n }, () => POOL[Math.floor(next() * POOL.length)] ?? 0));
          same(Float32Array.from({ length: n }, () => next() - 0.5));
        }
      }
    }),
  );

  test(
    "one bad element anywhere in a long array, across blocks and chunks",
    on(() => {
      const next = random(2);
      const x = Float32Array.from({ length: 70_001 }, () => next() - 0.5);
      same(x);
      for (const at of [0, 3, 1023, 1024, 65_535, 65_536, 69_998, 70_000]) {
        for (const bad of [NaN, Infinity, -Infinity]) {
          const kept = x[at] ?? 0;
          x[at] = bad;
          same(x);
          x[at] = kept;
        }
      }
    }),
  );

  test(
    "numbers of every size and of one sign, where the cheap pass of a block cannot tell",
    on(() => {
      const next = random(3);
      const centred = () => next() - 0.5;
      const kinds = [
        () => 1 + next(),
        () => -1 - next(),
        () => 1e-10 * centred(),
        () => 1e-30 * centred(),
        () => 1e20 * centred(),
        () => 3e38 * next(),
        () => -3e38,
        () => Math.max(centred(), 0),
        () => 2 ** (200 * centred()),
      ];
      for (const kind of kinds) {
        const x = Float32Array.from({ length: 9_000 }, kind);
        same(x);
        for (const odd of [0, -0, 1e-40, -1e-45, 2 ** 31, 2 ** -126, NaN, -Infinity]) {
          const kept = x[5_003] ?? 0;
          x[5_003] = odd;
          same(x);
          x[5_003] = kept;
        }
      }
    }),
  );

  test(
    "blocks of every kind, one after the other",
    on(() => {
      const next = random(4);
      const centred = () => next() - 0.5;
      const kinds = [
        centred,
        () => 1 + next(),
        () => -1 - next(),
        () => Math.max(centred(), 0),
        () => -Math.max(centred(), 0),
        () => 1e-39 * centred(),
        () => 3e38 + 1e37 * next(),
        () => POOL[Math.floor(20 * next())] ?? centred(),
      ];
      for (let round = 0; round < 4; round++) {
        const order = Array.from(
          { length: 24 },
          () => kinds[Math.floor(next() * kinds.length)] ?? centred,
        );
        const kindAt = (i: number) => order[i >> 12] ?? centred;
        scope(() =>
          same(tensor(Float32Array.from({ length: 98_301 }, (_, i) => kindAt(i)())).data),
        );
      }
    }),
  );

  test(
    "an array in wasm memory is read where it is",
    on(() => {
      scope(() => {
        const t = tensor(Float32Array.from({ length: 100 }, (_, i) => i - 50));
        same(t.data);
        same(t.data.subarray(3, 78));
        t.data[99] = NaN;
        same(t.data);
      });
    }),
  );

  test(
    "a tensor gives what its array gives",
    on(() => {
      scope(() => {
        const data = Float32Array.from([1, NaN, -3, Infinity, 0]);
        const t = tensor(data);
        assert.equal(health(t), health(data));
        assert.not(allFinite(t));
        assert.is(firstNonFinite(t), 1);
        t.data.fill(2);
        assert.ok(allFinite(t));
      });
    }),
  );
  test.run();
}

const test = suite("finite checks, input");
test("what is no float32 array is refused", () => {
  throwsCode(
    () => allFinite([1] as unknown as Float32Array),
    "BAD_TYPE",
    /^allFinite: x is no tensor.*got an array/,
  );
  throwsCode(() => health(null as unknown as Float32Array), "BAD_TYPE", /^health: .*got null/);
  const x = Float32Array.of(1);
  throwsCode(
    () => health(x, { mean: 0 as unknown as boolean }),
    "BAD_TYPE",
    /^health: mean is no boolean, .*got number/,
  );
  throwsCode(
    () => health(x, { means: false } as object),
    "BAD_VALUE",
    /^health: no option "means", expected mean, got boolean false/,
  );
});
test.run();
