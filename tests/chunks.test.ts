/**
 * exp, log, sigmoid, silu, tanh, elu and softmax have a short formula for chunks of ordinary elements: which one an element goes
 * through depends on its neighbours, what it comes to must not.
 */
import * as assert from "uvu/assert";
import { elu, exp, log, sigmoid, silu, softmax, tanh, tensor } from "../src/index.js";
import { random } from "../src/nn/init.js";
import { ulp } from "./kit/assert.js";
import { BUILDS, onRuntime, WatchedRuntime } from "./kit/builds.js";
import { suite } from "./kit/suite.js";
import { softmaxRow } from "./specs/softmax.js";

/** Each with the ends of its short formula, and an element beyond them. */
const FUNCTIONS = [
  { name: "exp", of: exp, low: -87, high: 87, beyond: 200, value: Math.exp },
  { name: "log", of: log, low: 2 ** -126, high: 3.4e38, beyond: -1, value: Math.log },
  { name: "sigmoid", of: sigmoid, low: -17, high: 17, beyond: -90, value: logistic },
  {
    name: "silu",
    of: silu,
    low: -17,
    high: 17,
    beyond: -90,
    value: (x: number) => x * logistic(x),
  },
  { name: "elu", of: elu, low: -87, high: 87, beyond: -200, value: unit },
  { name: "tanh", of: tanh, low: -9, high: 9, beyond: 50, value: Math.tanh },
] as const;

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function unit(x: number): number {
  return x < 0 ? Math.expm1(x) : x;
}

/** Several whole chunks of 512, and a rest. */
const N = 3 * 512 + 77;

/** The ends first, then whatever lies between; the signs of both zeros for functions that have them. */
function ordinary(low: number, high: number, seed: number): Float32Array {
  const next = random(seed);
  const x = Float32Array.from({ length: N }, (_, i) =>
    low > 0 ? 2 ** (-126 + 253 * next()) : (low + (high - low) * next()) * (i % 3 ? 1 : 2 ** -20),
  );
  x.set(low > 0 ? [low, high, 1] : [low, high, 0, -0, 2 ** -149, -(2 ** -130)]);
  return x;
}

for (const build of BUILDS) {
  const test = suite(`short formulas, ${build.name}`);
  const on = (body: () => void) => () => onRuntime(new WatchedRuntime(build), body);

  for (const { name, of, low, high, beyond, value } of FUNCTIONS) {
    test(
      `${name}: the same bits whatever stands in the same chunk`,
      on(() => {
        const x = ordinary(low, high, 7);
        const alone = of(x);
        for (const at of [100, 511, 512, N - 5, N - 1]) {
          const mixed = x.slice();
          mixed[at] = beyond;
          const beside = of(mixed);
          beside[at] = alone[at] ?? 0;
          const different = beside.findIndex((y, i) => !Object.is(y, alone[i]));
          const detail = `${x[different]} is ${alone[different]}, beside ${beyond} at ${at} it is ${beside[different]}`;
          assert.is(different, -1, detail);
        }
      }),
    );

    test(
      `${name}: right in every place of whole chunks and their rest`,
      on(() => {
        const x = ordinary(low, high, 8);
        for (const [i, y] of of(x).entries()) {
          const wanted = value(x[i] ?? 0);
          const close = Math.abs(y - wanted) <= 2 ** -23 * Math.abs(wanted) + 2 ** -149;
          assert.ok(close || Object.is(y, wanted), `${name}(${x[i]}) at ${i}: ${y}, not ${wanted}`);
        }
      }),
    );

    test(
      `${name}: in place`,
      on(() => {
        const x = ordinary(low, high, 9);
        const y = of(x);
        assert.equal(of(x, { out: x }), y);
      }),
    );
  }

  /** Largest elements on both sides of the 240 up to which rows have a short formula, and far beyond. */
  for (const most of [0, 1e-30, 3, -100, 239.99, 240, -239.99, -240, 1e6, -1e6]) {
    test(
      `softmax below ${most}: right, and the same bits whatever stands far below`,
      on(() => {
        const next = random(11);
        const x = Float32Array.from({ length: N }, () => most - 86 * next() * next());
        x[200] = most;
        const rowOf = (row: Float32Array) => softmax(tensor(row)).toArray();
        const alone = rowOf(x);
        for (const [i, wanted] of softmaxRow([...x]).entries()) {
          const y = alone[i] ?? Number.NaN;
          assert.ok(
            Math.abs(y - wanted) <= 3 * ulp(wanted),
            `${x[i]} at ${i}: ${y}, not ${wanted}`,
          );
        }
        for (const [at, below] of [
          [0, -90],
          [100, -103],
          [512, -1e6],
          [N - 5, -3e38],
          [N - 1, -Infinity],
        ] as const) {
          const [near, far] = [x.slice(), x.slice()];
          near[at] = Math.fround(most - 80);
          far[at] = Math.fround(most + below);
          const [one, other] = [rowOf(near), rowOf(far)];
          other[at] = one[at] ?? 0;
          assert.equal(other, one, `${far[at]} at ${at}`);
        }
      }),
    );
  }
  test.run();
}
