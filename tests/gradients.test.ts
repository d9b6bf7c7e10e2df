/**
 * Gradients of elementwise functions over the whole of float32, against their derivatives in closed form.
 *
 * What is asked: |dx − dy · f′| ≤ 4 ULP of dy · f′, with no allowance for cancellation, roots of f′ included. A slope is
 * a float32: where |f′| < 2⁻¹²⁶ the distance between two of them no longer shrinks, and the bound is |dy| times that
 * distance; where |f′| is beyond the largest it may be ∞. Points at which f′ is infinite or NaN are decided, one by one,
 * in the limits of tests/specs.
 */
import * as assert from "uvu/assert";
import * as finigrad from "../src/index.js";
import {
  add,
  guard,
  mse,
  mul,
  scope,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../src/index.js";
import { Runtime } from "../src/runtime.js";
import { on } from "./kit/accuracy.js";
import { ulp } from "./kit/assert.js";
import { BUILDS } from "./kit/builds.js";
import { gridInputs, loadOracle } from "./kit/oracle.js";
import { draw } from "./kit/reference.js";
import { BINARY_SLOPES, UNARY_SLOPES } from "./kit/slopes.js";
import { suite } from "./kit/suite.js";

const BOUND = 4;
const LARGEST = 3.4028234663852886e38;
const SMALLEST = 2 ** -126;

type Of = (...inputs: Tensor[]) => Tensor;

/** Every sign, exponent and leading mantissa once, and the ranges in which functions bend. */
const GRID = Float32Array.of(
  ...gridInputs(8).filter(Number.isFinite),
  ...draw([2000], -1, 1, 1).data,
  ...draw([2000], -20, 20, 2).data,
  ...draw([1000], -110, 110, 3).data,
);

/** Pairs over the whole plane, near one another, and of ordinary sizes. */
function pairs(): readonly [Float32Array, Float32Array] {
  const [x = GRID, y = GRID] = loadOracle("hypot").inputs;
  const near = draw([1000], 0, 9, 4).data;
  const left = draw([4000], -20, 20, 5).data;
  const right = draw([4000], -20, 20, 6).data;
  const finite = [...x.keys()].filter((i) => Number.isFinite((x[i] ?? 0) + (y[i] ?? 0)));
  const pick = (from: Float32Array): number[] => finite.map((i) => from[i] ?? 0);
  return [
    Float32Array.of(...pick(x), ...near, ...left, ...left.map(Math.abs)),
    Float32Array.of(
      ...pick(y),
      ...near.map((v, i) => v * (1 + i / 4000)),
      ...right,
      ...near,
      ...near,
      ...near,
      ...near,
    ),
  ];
}

/** Cotangents between 2⁻¹⁰ and 2¹⁰, of either sign. */
function cotangents(n: number): Float32Array {
  const { data } = draw([n], -10, 10, 7);
  return Float32Array.from(data, (v, i) => (i % 2 ? -1 : 1) * 2 ** v);
}

/** dx of Σ dy · f(inputs) by each input. */
function gradientsOf(f: Of, inputs: readonly Float32Array[], dy: Float32Array): Float32Array[] {
  return guard({ onNonFinite: "ignore" }, () =>
    scope(() => {
      const tensors = inputs.map((x) => tensor(x));
      const by = tensor(dy);
      const named = Object.fromEntries(tensors.map((t, i) => [`x${i}`, t]));
      const { grads } = valueAndGrad(named, () => sum(mul(f(...tensors), by)));
      return tensors.map((_, i) => (grads[`x${i}`] as Tensor).toArray());
    }),
  );
}

/** How many ULP a gradient is off, by the measure above. */
function gradientUlp(dx: number, dy: number, slope: number): number {
  const want = dy * slope;
  if (Math.abs(want) > LARGEST) return Math.abs(dx) >= LARGEST && dx * want > 0 ? 0 : Infinity;
  if (Math.abs(slope) > LARGEST && dx === Math.sign(want) * Infinity) return 0;
  return Math.abs(dx - want) / ulp(Math.max(Math.abs(want), Math.abs(dy) * SMALLEST));
}

function check(
  what: string,
  inputs: readonly Float32Array[],
  dy: Float32Array,
  dx: Float32Array,
  slopeAt: (i: number) => number,
): void {
  let points = 0;
  dx.forEach((value, i) => {
    const slope = slopeAt(i);
    if (!Number.isFinite(slope)) return;
    points++;
    const off = gradientUlp(value, dy[i] ?? 0, slope);
    if (off <= BOUND) return;
    const at = inputs.map((x) => x[i]).join(", ");
    assert.unreachable(
      `${what} at (${at}), dy ${dy[i]}: expected ${(dy[i] ?? 0) * slope}, got ${value}, ${off} ULP off`,
    );
  });
  assert.ok(points > 1000, `${what}: ${points} points`);
}

const named = finigrad as unknown as Readonly<Record<string, Of>>;
const OPS: Readonly<Record<string, Of>> = {
  geluTanh: (x) => finigrad.gelu(x as Tensor, { approximate: "tanh" }),
  clip: (x) => finigrad.clip(x as Tensor, { min: -1, max: 1 }),
};
const opOf = (name: string): Of => OPS[name] ?? (named[name] as Of);

interface Hard {
  readonly call: Of;
  readonly x: number;
  readonly dy: number;
  readonly slope: number;
}

const elu =
  (alpha: number): Of =>
  (x) =>
    finigrad.elu(x as Tensor, { alpha });

/**
 * Found by dense runs, where simpler formulas were above the bound: a power of a rounded root, products with an eˣ that is
 * subnormal. Slopes: mpmath.
 */
const HARD: Readonly<Record<string, Hard>> = {
  cbrt: {
    call: opOf("cbrt"),
    x: 8.11966609954834,
    dy: 24.223115921020508,
    slope: 0.0825125416614453,
  },
  selu: {
    call: opOf("selu"),
    x: -88.01179504394531,
    dy: 1.9977134466171265,
    slope: 1.0519775727101436e-38,
  },
  "elu, alpha 3": {
    call: elu(3),
    x: -88.4268798828125,
    dy: 1.9791685342788696,
    slope: 1.1852644800853248e-38,
  },
  "elu, alpha 1e6": { call: elu(1e6), x: -110, dy: 1.5, slope: 1.6889118802245324e-42 },
  // 2 dy / n is subnormal, what it is multiplied by is not.
  "mse, tiny cotangent": {
    call: (p) => mse(p as Tensor, tensor([0])),
    x: 1e10,
    dy: Math.fround(1e-41),
    slope: 2e10,
  },
};

for (const build of BUILDS.filter(({ name }) => name === "simd" || name === "relaxed")) {
  const home = new Runtime(build);
  const test = suite(`gradients, ${build.name}`);
  for (const [name, slope] of Object.entries(UNARY_SLOPES)) {
    test(`${name}: within ${BOUND} ULP of its derivative on all of float32`, () => {
      const dy = cotangents(GRID.length);
      const [dx] = on(home, () => gradientsOf(opOf(name), [GRID], dy));
      check(name, [GRID], dy, dx as Float32Array, (i) => slope(GRID[i] ?? 0));
    });
  }
  for (const [name, { call, x, dy, slope }] of Object.entries(HARD)) {
    test(`${name}: as exact where a simpler formula is not`, () => {
      const [dx] = on(home, () => gradientsOf(call, [Float32Array.of(x)], Float32Array.of(dy)));
      const off = gradientUlp(dx?.[0] ?? Number.NaN, dy, slope);
      assert.ok(off <= BOUND, `${off.toFixed(2)} ULP`);
    });
  }
  for (const [name, slopes] of Object.entries(BINARY_SLOPES)) {
    test(`${name}: within ${BOUND} ULP of both derivatives over the plane`, () => {
      const inputs = pairs();
      const [a, b] = inputs;
      const dy = cotangents(a.length);
      const grads = on(home, () => gradientsOf(opOf(name), inputs, dy));
      slopes.forEach((slope, which) => {
        const dx = grads[which] as Float32Array;
        check(`${name} by ${"ab"[which]}`, inputs, dy, dx, (i) => slope(a[i] ?? 0, b[i] ?? 0));
      });
    });
  }
  test("an operand repeated along axes that are no neighbours: one sum, rounded once", () => {
    const far = 2 ** 24;
    const weights = [
      [
        [far, 1],
        [3, 0],
      ],
      [
        [-far, 0],
        [0, 4],
      ],
    ];
    const found = on(home, () =>
      scope(() => {
        const [x, dy] = [finigrad.zeros([1, 2, 1]), tensor(weights)];
        const { grads } = valueAndGrad({ x }, () =>
          sum(mul(add(x, finigrad.zeros([2, 2, 2])), dy)),
        );
        return [...grads.x.raw];
      }),
    );
    assert.equal(found, [1, 7]);
  });
  for (const dtype of ["float32", "float64"] as const)
    test(`the largest of a row of which it is nearly all: its gradient is that of what is left, ${dtype}`, () => {
      // What 1 − p is multiplied with is as large as 1 / (1 − p).
      const found = on(home, () =>
        scope(() => {
          const options = { dtype } as { readonly dtype: "float32" };
          const x = tensor([[0, 40, -1]], options);
          const e = tensor([[0, 1, 0]], options);
          const loss = () => sum(mul(e, finigrad.log1mexp(finigrad.logSoftmax(x))));
          return [...valueAndGrad({ x }, loss).grads.x.raw];
        }),
      );
      const share = 1 / (1 + Math.exp(-1));
      const exact = [share, -1, 1 - share];
      assert.ok(
        found.every((v, i) => Math.abs(v - (exact[i] ?? NaN)) < 1e-6),
        `${found}`,
      );
    });
  test.run();
}
