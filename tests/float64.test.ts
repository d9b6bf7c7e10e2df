/** Tensors of doubles: their type, what may meet, the way between types, births, and the oracle of 60 digits. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import * as finigrad from "../src/index.js";
import {
  type AnyTensor,
  add,
  allFinite,
  atan2,
  cast,
  clipToFinite,
  clone,
  crossEntropy,
  div,
  exp,
  firstNonFinite,
  full,
  greater,
  guard,
  guardedElements,
  health,
  linear,
  log,
  matmul,
  mean,
  memory,
  mse,
  mul,
  nanToNum,
  noGrad,
  ones,
  parameter,
  safeAtan2,
  safeDiv,
  safeLog,
  scope,
  sigmoid,
  sub,
  sum,
  type Tensor,
  type Tensor64,
  tanh,
  tensor,
  valueAndGrad,
  where,
  zeros,
} from "../src/index.js";
import { reportOf, throwsCode, ulp } from "./kit/assert.js";
import { BUILDS, onRuntime, WatchedRuntime } from "./kit/builds.js";
import {
  BOUND64,
  type Columns,
  notScaled,
  SLOPE_BOUND64,
  SLOPE_SCALE,
  ulp64,
  worstOf,
} from "./kit/doubles.js";
import { double, type Precision, single, upload } from "./kit/precision.js";
import { draw, type Nd } from "./kit/reference.js";
import type { Spec } from "./kit/spec.js";
import { suite } from "./kit/suite.js";
import { specs } from "./specs/index.js";

const float64 = { dtype: "float64" } as const;
const of = (...x: number[]): Tensor64 => tensor(x, float64);
const matrix = (rows: readonly (readonly number[])[]): Tensor64 => tensor(rows, float64);
const quietly = <T>(body: () => T): T => guard({ onNonFinite: "ignore" }, body);
/** For calls that do not compile, as JavaScript makes them. */
const untyped = finigrad as unknown as Record<string, (...args: unknown[]) => AnyTensor>;

// ── Oracle ───────────────────────────────────────────────────────────────────────────────────────

/** A run of numbers, and dx of Σ w · f(x). */
interface Run {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly f: readonly number[];
  readonly dx: readonly number[];
}

function loaded<T>(name: string): Record<string, T> {
  const file = new URL(`data/oracles/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString());
}

const oracle = loaded<Columns>("float64");
const runs = loaded<readonly Run[]>("float64-runs");

/** 2^20 π/2 … 2^22, where asc's own reduction takes any quarter; the last one is next to a multiple of π/2. */
const FAR_ANGLES = [
  1647099.5, -1675622.8218538926, 2030651.122084284, -2097151.75, 2097152.5, 4194303.875,
  2929723.6450316976,
];
const FAR_SINES = [
  0.1700049719114738, 0.8265703923179654, 0.8567979368646746, -0.4110923774830721,
  0.9221693097510237, 0.9398886604597138, -7.233409922266023e-15,
];
const FAR_COSINES = [
  0.9854432046167749, -0.5628333559263565, 0.5156523008621574, 0.911593690837818,
  0.38678645807902895, 0.34148104770139853, 1.0,
];

/** Points of random differential runs at which a simpler formula is wrong. Values: mpmath at 2500 bits. */
const HARD_POINTS: Readonly<Record<string, Columns>> = {
  sin: { x: FAR_ANGLES, f: FAR_SINES, dx: FAR_COSINES },
  cos: { x: FAR_ANGLES, f: FAR_COSINES, dx: FAR_SINES.map((y) => -y) },
  tan: {
    x: FAR_ANGLES,
    f: [
      0.17251625574665802, -1.4685881417911508, 1.661580750114235, -0.45096009506740836,
      2.38418199626473, 2.7523889445295984, -7.233409922266023e-15,
    ],
    dx: [
      1.0297618584968462, 3.156751130209585, 3.7608505891501838, 1.203365007343206,
      6.684323791312875, 8.575644901968756, 1,
    ],
  },
  // x² is beyond a double, 1 / x² is not.
  atan: {
    x: [1e155, -8e160],
    f: [1.5707963267948966, -1.5707963267948966],
    dx: [1e-310, 1.6e-322],
  },
  tanh: { x: [13.166009737575088], f: [0.9999999999926688], dx: [1.466254087780697e-11] },
  erfc: { x: [17.044028466388646], f: [2.275288502309715e-128], dx: [-7.769320313494145e-127] },
  ndtr: {
    x: [-13.164103484793186, -1.4612567454261338],
    f: [7.0601876713779365e-40, 0.0719724977441724],
    dx: [9.347134393913818e-39, 0.13716452363279932],
  },
  gelu: { x: [-1.4612567454261338], f: [-0.10517029781383912], dx: [-0.12846008764741795] },
  // e^x is subnormal, x e^x has more digits.
  silu: { x: [-745.1, -751.5], f: [-1.9e-321, -5e-324], dx: [-1.9e-321, -5e-324] },
  mish: { x: [-745.1, -751.5], f: [-1.9e-321, -5e-324], dx: [-1.9e-321, -5e-324] },
  // x / alpha is rounded, or subnormal.
  "celu, alpha 0.3": {
    x: [-137.6110563929683, -183.13377413744774],
    f: [-0.3, -0.3],
    dx: [6.131854844433e-200, 7.70385570872721e-266],
  },
  "celu, alpha 1000": {
    x: [-2.2250738585072014e-308, -568824.5570568903],
    f: [-2.2250738585072014e-308, -1000],
    dx: [1, 9.175583655840881e-248],
  },
  // b − 1 is rounded; aᵇ is subnormal; so is a.
  pow: {
    x: [8.859210348926766, 3, 6.369086707139352e-302, 5e-324],
    y: [-63.72066897992432, 40.25, 1.0437829527036335, 5e-324],
    f: [4.279134646124355e-61, 1.600038756883496e19, 4.13837953e-315, 1],
    dx: [-3.07780616518771e-60, 2.146718665485357e20, 6.782086981895148e-14, 1],
    dy: [9.334750946015629e-61, 1.7578222406574545e19, -2.870087217927e-312, -744.4400719213812],
  },
  "div, times 8": { x: [1e308, 3], y: [10, 2], f: [8e307, 12], dx: [0.8, 4], dy: [-8e306, -6] },
  // Scaled down, b would have few digits.
  klDiv: {
    x: [1.242985214948384e303, 1.5e308],
    y: [4.463976426473766e-307, 1.4e308],
    f: [1.743036156642028e306, 3.4893072304271745e305],
    dx: [1403.298382699917, 0.06899287148695142],
  },
  // a / b is 0, or rounded to a whole number.
  mod: {
    x: [5e-324, 2.9999999999999996, -1e-17],
    y: [-4503599627370497, 0.9999999999999999, 1],
    f: [-4503599627370497, 0.9999999999999998, 1],
    dx: [1, 1, 1],
    dy: [1, -2, 1],
  },
  swiglu: {
    x: [5e-324],
    y: [1.7976931348623157e308],
    f: [4.440892098500626e-16],
    dx: [8.988465674311579e307],
    dy: [0],
  },
};

function checkOracle(fn: string, columns: Columns): void {
  for (const { column, ulp: off, at, got, want } of worstOf(fn, columns)) {
    const bound = column === "f" ? BOUND64 : SLOPE_BOUND64;
    const what = `${column} of ${fn} at ${at}: expected ${want}, got ${got}`;
    assert.ok(off <= bound, `${what}, ${off.toFixed(3)} ULP off`);
  }
}

const largest = (x: readonly number[]): number => x.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

interface RunScale {
  readonly value?: (run: Run, i: number) => number;
  readonly slope?: (run: Run, i: number) => number;
}

/** Sums that cancel, of runs. */
const RUN_SCALE: Readonly<Record<string, RunScale>> = {
  logsumexp: { value: ({ x }) => largest(x) },
  logcumsumexp: { value: ({ x }, i) => largest(x.slice(0, i + 1)) },
  // y (dy − Σ dy y)
  softmax: { slope: ({ f, w }, i) => (f[i] ?? 0) * largest(w) },
  // dy − e^y Σ dy
  logSoftmax: { slope: ({ f, w }, i) => Math.exp(f[i] ?? 0) * w.reduce((a, b) => a + b, 0) },
};

function checkRun(
  what: string,
  { x }: Run,
  actual: ArrayLike<number>,
  expected: readonly number[],
  bound: number,
  scale: (i: number) => number,
): void {
  expected.forEach((want, i) => {
    // Beyond a double: what that becomes is decided in the spec rows.
    if (Math.abs(want) === Number.MAX_VALUE) return;
    const got = actual[i] ?? Number.NaN;
    const off = Math.abs(got - want) / ulp64(Math.max(Math.abs(want), scale(i)));
    assert.ok(
      off <= bound,
      `${what}[${i}] of [${x}]: expected ${want}, got ${got}, ${off} ULP off`,
    );
  });
}

function checkRuns(fn: string): void {
  const call = untyped[fn] as (x: Tensor64) => Tensor64;
  for (const run of runs[fn] ?? []) {
    const x = of(...run.x);
    const w = of(...run.w);
    let y: readonly number[] = [];
    const { grads } = valueAndGrad({ x }, () => {
      const out = call(x);
      y = [...out.raw];
      return sum(mul(out, out.size === 1 ? (run.w[0] ?? 0) : w));
    });
    const scales = { value: notScaled, slope: notScaled, ...RUN_SCALE[fn] } as Required<RunScale>;
    checkRun(fn, run, y, run.f, 2, (i) => scales.value(run, i));
    checkRun(`${fn} d/dx`, run, grads.x.raw, run.dx, 3, (i) => scales.slope(run, i));
  }
}

// ── Float32's gradients against float64's ────────────────────────────────────────────────────────

/** Gradients of Σ op(inputs), element by element. */
function slopes(spec: Spec, as: Precision, inputs: readonly Nd[]): number[][] {
  return scope(() => {
    const named = Object.fromEntries(inputs.map((x, i) => [`x${i}`, upload(as, x)]));
    const { grads } = valueAndGrad(named, () => sum(spec.call(...Object.values(named))));
    return Object.values(grads).map(({ raw }) => [...raw]);
  });
}

/** Seeds for which a row's two operands have the same shape, so that no gradient is a sum. */
const SEEDS = Array.from({ length: 8 }, (_, i) => 4 + 6 * i);

/** The oracle's points as floats, where they are ordinary ones. */
function oracleInputs(name: string): Nd[] {
  const { x, y } = oracle[name] ?? {};
  const asFloats = (v: ArrayLike<number>): Nd => {
    const ordinary = (u: number) => Math.abs(u) < 1e38 && Math.abs(u) > 1e-37;
    const data = Array.from(v, (u) => (ordinary(u) ? Math.fround(u) : 0.5));
    return { shape: [v.length], data };
  };
  return [x, y].flatMap((v) => (v === undefined ? [] : [asFloats(v)]));
}

/** The worst distance in ULP of float32, and where: over the row's inputs and the oracle's. */
function furthest(name: string, spec: Spec): { off: number; at: string } {
  let worst = { off: 0, at: "" };
  const least = SLOPE_SCALE[name] ?? notScaled;
  const drawn = SEEDS.map((seed) => spec.inputs(32, seed));
  for (const inputs of name in oracle ? [...drawn, oracleInputs(name)] : drawn) {
    const exact = slopes(spec, double, inputs);
    slopes(spec, single, inputs).forEach((gradient, which) => {
      gradient.forEach((value, i) => {
        const want = exact[which]?.[i] ?? Number.NaN;
        if (Object.is(Math.fround(want), value)) return;
        const off =
          Math.abs(value - want) /
          ulp(Math.max(Math.abs(want), least(inputs[0]?.data[i] ?? 0, inputs[1]?.data[i] ?? 0)));
        if (off <= worst.off) return;
        worst = { off, at: `d/dx${which} at ${inputs.map(({ data }) => data[i])}` };
      });
    });
  }
  return worst;
}

/** Rows of one or two operands that are all differentiated, elementwise. */
const ELEMENTWISE = Object.entries(specs as Readonly<Record<string, Spec>>).filter(
  ([name, spec]) => {
    if (!spec.float64 || spec.gradientUlp === null || spec.differentiable !== undefined)
      return false;
    if (name in runs) return false;
    const inputs = spec.inputs(32, 4);
    return inputs.every(({ data }) => data.length === spec.reference(...inputs).length);
  },
);

for (const build of BUILDS) {
  const test = suite(`float64, ${build.name}`);
  const on = (body: () => void) => (): void => {
    const runtime = new WatchedRuntime(build);
    onRuntime(runtime, () => scope(body));
    assert.equal(runtime.trespasses, []);
  };
  for (const [fn, points] of Object.entries(oracle)) {
    test(
      `${fn}: within ${BOUND64} ULP, its gradients within ${SLOPE_BOUND64}`,
      on(() => quietly(() => checkOracle(fn, points))),
    );
  }

  for (const [fn, points] of Object.entries(HARD_POINTS)) {
    test(
      `${fn}: as exact where a simpler formula is not`,
      on(() => quietly(() => checkOracle(fn, points))),
    );
  }

  test(
    "2ˣ is beyond a double before its slope is",
    on(() => {
      const x = of(1024, 1025);
      const { grads } = quietly(() => valueAndGrad({ x }, () => sum(finigrad.exp2(x))));
      assert.equal([...grads.x.raw], [1.2460659279417838e308, Infinity]);
    }),
  );

  test(
    "softmax: a quotient of pairs, where one of rounded numbers is 2.2 ULP off",
    on(() => {
      const [y = 0] = finigrad.softmax(of(-2, -5e-324, 0, -3, -6)).raw;
      // mpmath: 0.061864698734469195386
      assert.ok(Math.abs(y - 0.061864698734469196) <= ulp64(y));
    }),
  );

  test(
    "layerNorm: a row of subnormal elements has a mean between them",
    on(() => {
      const tiny = 2 ** -1060;
      const [x, gamma, beta] = [matrix([[tiny, 2 * tiny, 2 * tiny]]), of(1, 1, 1), of(0, 0, 0)];
      const y = finigrad.layerNorm(x, gamma, beta, { eps: 2 ** -20 });
      assert.equal(
        [...y.raw],
        [-2, 1, 1].map((v) => (v / 3) * 2 ** -1050),
      );
    }),
  );

  test(
    "cumsum: what comes later takes no digit of what came before",
    on(() => {
      const tiny = Number.MIN_VALUE;
      const cases = [
        [
          [tiny, 1e308, 1e308, -1e308, -1e308, 3],
          [tiny, 1e308, Infinity, 1e308, 0, 3],
        ],
        [
          [tiny, Infinity],
          [tiny, Infinity],
        ],
        [
          [tiny, NaN],
          [tiny, NaN],
        ],
      ] as const;
      for (const [x, y] of cases) assert.equal([...finigrad.cumsum(of(...x)).raw], [...y]);
      // From the end, as the gradient goes.
      const x = of(1, 2);
      const w = of(1e308, tiny);
      const { grads } = valueAndGrad({ x }, () => sum(mul(finigrad.cumsum(x), w)));
      assert.equal([...grads.x.raw], [1e308, tiny]);
    }),
  );

  test(
    "losses: a mean is in range where its sum is not, and a slope where its difference is not",
    on(() => {
      const huge = 1.7e308;
      const rows = matrix([
        [0, huge],
        [0, huge],
      ]);
      const entropy = quietly(() => valueAndGrad({ rows }, () => crossEntropy(rows, [0, 0])));
      assert.equal(entropy.loss, huge);
      assert.equal([...entropy.grads.rows.raw], [-0.5, 0.5, -0.5, 0.5]);
      const [p, t] = [of(huge, 0, 0, 0), of(-huge, 0, 0, 0)];
      const { grads } = quietly(() => valueAndGrad({ p, t }, () => mse(p, t)));
      assert.equal([...grads.p.raw], [huge, 0, 0, 0]);
      assert.equal([...grads.t.raw], [-huge, 0, 0, 0]);
    }),
  );

  test(
    "crossEntropy: the gradient of a label that leads is as exact as the others'",
    on(() => {
      const x = matrix([[50, 0, -3]]);
      const { grads } = valueAndGrad({ x }, () => crossEntropy(x, [0]));
      const [own = 0, a = 0, b = 0] = grads.x.raw;
      assert.equal(own, -(a + b));
      assert.ok(a > 1.92e-22);
    }),
  );

  test(
    "what underflows below 0 is -0",
    on(() =>
      assert.ok([...finigrad.log1pmx(of(1e-171, -1e-200)).raw].every((y) => Object.is(y, -0))),
    ),
  );

  test(
    "a look at masked singularities stays within its memory, and finds as many as in float32",
    on(() => {
      const lookAt = (x: AnyTensor, dead: AnyTensor) => {
        const { health: found } = valueAndGrad({ x: x as Tensor64 }, () =>
          sum(where(dead as Tensor64, log(x as Tensor64), 0)),
        );
        return found.events.map(({ kind, op, count, place }) => [kind, op, count, place?.index]);
      };
      const numbers = Array.from({ length: 33 }, (_, i) => i % 3);
      const doubles = lookAt(of(...numbers), of(...numbers));
      assert.equal(doubles, lookAt(tensor(numbers), tensor(numbers)));
      assert.ok(doubles.some(([kind]) => kind === "masked"));
    }),
  );

  for (const fn of Object.keys(runs)) {
    test(
      `${fn}: runs of any size within 2 ULP, their gradients within 3`,
      on(() => quietly(() => checkRuns(fn))),
    );
  }

  for (const [name, spec] of ELEMENTWISE) {
    test(
      `${name}: gradients of float32 within 4 ULP of float64's`,
      on(() => {
        const { off, at } = quietly(() => furthest(name, spec));
        assert.ok(off <= 4, `${off.toFixed(2)} ULP, ${at}`);
      }),
    );
  }

  test(
    "a look at a masked singularity, and at what was absorbed, counts doubles",
    on(() => {
      const x = tensor(
        Float64Array.from({ length: 64 }, (_, i) => i % 2),
        float64,
      );
      const { grads, health } = valueAndGrad({ x }, () => sum(where(x, log(x), 0)));
      assert.equal(
        [...grads.x.raw],
        [...x.raw].map((v) => (v === 0 ? 0 : 1 / v)),
      );
      const seen = health.events.map(({ kind, op, count, place }) => [
        kind,
        op,
        count,
        place?.index,
      ]);
      assert.equal(seen, [
        ["birth", "log", 32, [0]],
        ["absorbed", "where", 32, [0]],
        ["masked", "log", 32, [0]],
      ]);
    }),
  );

  test(
    "the peak word: largest high word, and NaNs with nothing in it",
    on(() => {
      const x = of(1, -3.5, 2);
      const { kernels } = x.home;
      const peakOf = (...words: bigint[]): number => {
        const t = zeros([words.length], "float64");
        new BigUint64Array(kernels.memory.buffer, t.at, words.length).set(words);
        return kernels.peak_f64(t.at, t.size);
      };
      x.use("test");
      assert.is(x.peak, 0x400c0000 - 0x700000);
      assert.is(x.absMax, 3.5);
      assert.is(peakOf(0x7ff0000000000000n, 1n), 0x7f800000, "∞");
      assert.is(peakOf(0xfff0000000000000n), 0x7f800000, "-∞");
      assert.ok(peakOf(0n, 0x7ff0000000000001n) > 0x7f800000, "NaN in the low word alone");
      assert.ok(peakOf(0xfff0000000000001n, 0x7ff0000000000000n) > 0x7f800000, "and negative");
      assert.is(peakOf(0x7fefffffffffffffn), 0x7f7fffff, "the largest double is finite");
      assert.is(peakOf(1n, 0x8000000000000001n), 0, "subnormals");
      assert.is(of(2 ** -1060, 0.1, -0.3).absMax, 0.3, "absMax has every digit");
      assert.ok(Number.isNaN(quietly(() => of(1, Number.NaN).absMax)));
    }),
  );
  test.run();
}

// ── The facade, on the build that users get ──────────────────────────────────────────────────────

const test = suite("float64 tensors");

test("data is float32 unless float64 is asked for", () => {
  scope(() => {
    const rounded: Tensor = tensor(Float64Array.of(0.1));
    assert.is(rounded.dtype, "float32");
    assert.is(rounded.item(), Math.fround(0.1));
    const exact: Tensor64 = tensor(Float64Array.of(0.1, 1e300), float64);
    assert.is(exact.dtype, "float64");
    assert.ok(exact.data instanceof Float64Array);
    assert.ok(exact.toArray() instanceof Float64Array);
    assert.equal([...exact.toArray()], [0.1, 1e300]);
    assert.is(of(1 / 3).item(), 1 / 3);
    assert.is(exact.bytes, 16);
    assert.match(String(exact), /float64/);
    throwsCode(() => tensor([1e300]), "BAD_VALUE", /too large for float32/);
    throwsCode(
      () => tensor([1], { dtype: "float16" } as never),
      "BAD_TYPE",
      /no such dtype, expected "float32" or "float64", got string "float16"/,
    );
  });
});

test("zeros, ones, full, clone and parameter have the type that is asked for", () => {
  scope(() => {
    assert.is(zeros([2], "float64").dtype, "float64");
    assert.is(ones([2]).dtype, "float32");
    assert.is(full([1], 1e300, "float64").item(), 1e300);
    const copy: Tensor64 = clone(of(0.1));
    assert.is(copy.item(), 0.1);
    const w = parameter("w", [0.1, 0.2], float64);
    const v = parameter("v", [0.1, 0.2, 0.3, 0.4], { shape: [2, 2], dtype: "float64" });
    const u = parameter("u", of(0.1));
    assert.equal([...w.raw, v.shape, u.raw[0]], [0.1, 0.2, [2, 2], 0.1]);
    for (const p of [w, v, u]) p.dispose();
  });
});

test("numbers take the type of the tensor that they meet, in every digit", () => {
  scope(() => {
    assert.is(add(of(0.1), 0.2).item(), 0.1 + 0.2);
    assert.is(div(1, of(3)).item(), 1 / 3);
    assert.is(where(greater(of(2), 1), 0.1, of(5)).item(), 0.1);
    assert.is(mul(of(1), 1e300).item(), 1e300);
  });
});

test("two types in one op are an error, and so is an op without kernels for float64", () => {
  scope(() => {
    const mixed = (name: string, ...args: unknown[]) =>
      throwsCode(
        () => untyped[name]?.(...args),
        "BAD_TYPE",
        /tensors of two types, expected float/,
      );
    mixed("add", tensor([1]), of(1));
    mixed("pow", of(1), tensor([1]));
    mixed("where", tensor([1]), of(1), of(2));
    mixed("matmul", tensor([[1]]), matrix([[1]]));
    const own = finigrad.customOp({ name: "own", forward: ({ inputs: [x] }) => x });
    throwsCode(() => own(of(1) as never), "BAD_TYPE", /own: no kernel for float64/);
    throwsCode(
      () => untyped.add?.(Float32Array.of(1), Float64Array.of(1)),
      "BAD_TYPE",
      /arrays of two types, expected Float64Array for all, got Float32Array/,
    );
    throwsCode(
      () => untyped.exp?.(Float64Array.of(1), { out: new Float32Array(1) }),
      "BAD_TYPE",
      /out is no array of that type, expected a Float64Array/,
    );
  });
});

test("Float64Arrays in, Float64Arrays out, longer than the buffer too", () => {
  const x = Float64Array.from({ length: 10_000 }, (_, i) => i / 1000 - 5);
  const out = new Float64Array(x.length);
  assert.is(exp(x, { out }), out);
  out.forEach((y, i) => {
    assert.ok(Math.abs(y / Math.exp(x[i] ?? 0) - 1) < 1e-15, `exp(${x[i]}) = ${y}`);
  });
  assert.equal([...sub(1, Float64Array.of(0.1, 0.9))], [1 - 0.1, 1 - 0.9]);
  assert.equal([...atan2(Float64Array.of(1), Float64Array.of(3))], [Math.atan2(1, 3)]);
  assert.is(exp(0.1), Math.fround(exp(0.1)), "numbers alone are float32");
  assert.is(exp(Float32Array.of(0.1))[0], exp(0.1));
});

test("a tensor, an array and its elements give the same bits", () => {
  scope(() => {
    const x = Float64Array.from({ length: 33 }, (_, i) => Math.sin(i) * 3);
    const { erf } = finigrad;
    for (const op of [exp, tanh, sigmoid, erf] as const) {
      assert.equal([...op(tensor(x, float64)).raw], [...op(x)]);
    }
  });
});

test("sums are compensated, over any axes", () => {
  scope(() => {
    assert.is(sum(of(1e100, 1, -1e100)).item(), 1);
    assert.is(sum(of(...new Array<number>(10).fill(0.1))).item(), 1);
    assert.is(mean(of(...new Array<number>(10).fill(0.1))).item(), 0.1);
    assert.is(
      quietly(() => sum(of(Number.POSITIVE_INFINITY, 1)).item()),
      Infinity,
    );
    const x = tensor(
      Array.from({ length: 24 }, (_, i) => i / 10),
      { shape: [2, 3, 4], dtype: "float64" },
    );
    const expected = [0, 1, 2].map((j) =>
      [0, 1].reduce((s, i) => s + [0, 1, 2, 3].reduce((t, l) => t + 12 * i + 4 * j + l, 0), 0),
    );
    const { grads } = valueAndGrad({ x }, () => {
      const y = sum(x, { axis: [0, 2] });
      y.raw.forEach((v, j) => {
        assert.ok(Math.abs(v - (expected[j] ?? 0) / 10) < 1e-14);
      });
      return sum(mul(y, of(1, 2, 3)));
    });
    assert.equal(
      [...grads.x.raw],
      Array.from({ length: 24 }, (_, i) => 1 + (Math.floor(i / 4) % 3)),
    );
  });
});

test("reductions neither overflow nor cancel on the way", () => {
  scope(() => {
    const { argmax, cumprod, cumsum, logsumexp, norm2, prod, safeNorm, std, variance } = finigrad;
    const huge = 1.5e308;
    assert.is(norm2(of(3e307, 4e307)).item(), 5e307);
    assert.is(norm2(of(3e-320, 4e-320)).item(), 5e-320);
    assert.is(mean(of(huge, huge)).item(), huge);
    assert.is(sum(of(huge, huge, -huge, -huge)).item(), 0);
    assert.equal([...cumsum(of(huge, -huge, huge)).raw], [huge, 0, huge]);
    assert.is(std(of(huge, -huge)).item(), huge);
    assert.is(variance(of(1e8 + 1, 1e8 + 3)).item(), 1);
    for (const n of [3, 7, 10]) {
      const same = new Array<number>(n).fill(0.1);
      assert.equal([variance(of(...same)).item(), std(of(...same)).item()], [0, 0], `${n}`);
    }
    assert.is(logsumexp(of(0, -40)).item(), Math.exp(-40));
    assert.is(logsumexp(of(huge, huge)).item(), huge);
    assert.is(prod(of(2 ** 1000, 2 ** 1000, 2 ** -1000, 2 ** -1000)).item(), 1);
    assert.ok(Object.is(prod(of(-2, 0)).item(), -0));
    assert.equal(
      [...cumprod(of(-0, 3, -1)).raw].map((y) => Object.is(y, -0)),
      [true, true, false],
    );
    assert.is(argmax(of(1, 1 + 2 ** -52)).item(), 1);
    assert.is(safeNorm(of(3 * 2 ** 600, 2 ** 602)).item(), 5 * 2 ** 600);
    assert.is(safeNorm(Float64Array.of(3 * 2 ** 600, 2 ** 602)), 5 * 2 ** 600);
    const out = new Float64Array(1);
    assert.is(safeNorm(new Float64Array(2), { out }), out);
    assert.is(out[0], 1e-12);
    const running = quietly(() => cumsum(of(huge, huge, -huge)).raw);
    assert.equal([...running], [huge, Infinity, huge], "an overflow on the way is no end");
  });
});

test("reductions say where a number went bad", () => {
  scope(() => {
    const { cumprod, norm2, prod, std, sumSquares } = finigrad;
    const squares = reportOf(() => sumSquares(of(1, 1e200)).item());
    assert.is(squares.cause, "overflow-square");
    assert.equal(squares.operands[0]?.index, [1]);
    const norm = reportOf(() => norm2(of(1.7e308, 1.7e308)).item());
    assert.is(norm.cause, "overflow-sum");
    assert.is(reportOf(() => prod(of(1e200, 1e200)).item()).cause, "overflow-product");
    const x = of(0, 1e200, 1e200);
    const backward = reportOf(() => valueAndGrad({ x }, () => sum(cumprod(x))));
    assert.is(backward.code, "GRAD_INF");
    assert.equal(backward.index, [0]);
    const ops: readonly ((x: Tensor64) => Tensor64)[] = [std, norm2, prod, sumSquares];
    for (const op of ops) {
      const report = reportOf(() =>
        scope(() => {
          const bad = tensor([1, Number.NaN, 2], { name: "features", dtype: "float64" });
          return valueAndGrad({ bad }, () => op(bad));
        }),
      );
      assert.equal([report.op, report.index], ["input", [1]]);
    }
  });
});

test("gates halve one operand along any axis, as two operands would", () => {
  for (const f of [finigrad.glu, finigrad.swiglu]) {
    scope(() => {
      const x = drawn([2, 4, 3], 5, -3, 3);
      const half = (from: number): Tensor64 =>
        tensor(
          Array.from({ length: 12 }, (_, k) => x.raw[Math.floor(k / 6) * 12 + from + (k % 6)] ?? 0),
          { shape: [2, 2, 3], dtype: "float64" },
        );
      const [a, b] = [half(0), half(6)];
      let y: readonly number[] = [];
      const { grads } = valueAndGrad({ x }, () => {
        const out = f(x, { axis: 1 });
        y = [...out.raw];
        return sum(out);
      });
      assert.equal(y, [...f(a, b).raw]);
      const pair = valueAndGrad({ a, b }, () => sum(f(a, b))).grads;
      const apart = [pair.a.raw, pair.b.raw];
      grads.x.raw.forEach((v, i) => {
        const at = Math.floor(i / 12) * 6 + (i % 6);
        assert.is(v, apart[Math.floor(i / 6) % 2]?.[at], `element ${i}`);
      });
      assert.equal(f(Float64Array.of(1, 2, 3, 4)), f(Float64Array.of(1, 2), Float64Array.of(3, 4)));
    });
  }
});

test("broadcast gradients, and a tensor that is used twice", () => {
  scope(() => {
    const [a, b] = [matrix([[0.1], [0.2]]), of(1, 2, 3)];
    const { loss, grads } = valueAndGrad({ a, b }, () => sum(mul(mul(a, b), a)));
    assert.ok(Math.abs(loss - 0.3) < 1e-16);
    assert.equal(
      [...grads.a.raw].map((v) => v.toFixed(15)),
      [(1.2).toFixed(15), (2.4).toFixed(15)],
    );
    for (const v of grads.b.raw) assert.ok(Math.abs(v - 0.05) < 1e-16);
    assert.is(grads.b.dtype, "float64");
  });
});

/** Gradients of a loss against central differences, element by element. */
function checkDifferences(named: Readonly<Record<string, Tensor64>>, loss: () => Tensor64): void {
  const { grads } = valueAndGrad(named, loss);
  for (const [name, at] of Object.entries(named)) {
    (grads[name] as Tensor64).toArray().forEach((slope, i) => {
      const before = at.raw[i] ?? 0;
      const value = (v: number): number =>
        scope(() => {
          at.data[i] = v;
          return noGrad(() => loss().item());
        });
      const h = 1e-5;
      const difference = (value(before + h) - value(before - h)) / (2 * h);
      value(before);
      assert.ok(Math.abs(slope - difference) < 1e-9, `d${name}[${i}] ${slope}, ${difference}`);
    });
  }
}

/** A drawn tensor. */
const drawn = (shape: readonly number[], seed: number, low = -1, high = 1): Tensor64 =>
  tensor(draw(shape, low, high, seed).data, { shape, dtype: "float64" });

test("a network's gradient agrees with central differences to 1e-9", () => {
  scope(() => {
    const [x, w, b] = [drawn([5, 3], 1), drawn([3, 4], 2), drawn([4], 3)];
    checkDifferences({ x, w, b }, () => mean(mul(tanh(linear(x, w, b)), sigmoid(matmul(x, w)))));
  });
});

test("a classifier with layer norm and gates, and a regression, to 1e-9", () => {
  scope(() => {
    const { crossEntropy, gelu, layerNorm, logSoftmax, logsumexp, mse, norm2, softmax } = finigrad;
    const { std, swiglu } = finigrad;
    const x = drawn([5, 3], 1);
    const [w, b] = [drawn([3, 8], 2), drawn([8], 3)];
    const [gamma, beta] = [drawn([8], 4, 0.5, 2), drawn([8], 5)];
    const [v, c] = [drawn([4, 3], 6), drawn([3], 7)];
    const hidden = (): Tensor64 =>
      swiglu(gelu(layerNorm(linear(x, w, b), gamma, beta), { approximate: "tanh" }), { axis: -1 });
    const named = { x, w, b, gamma, beta, v, c };
    checkDifferences(named, () => crossEntropy(linear(hidden(), v, c), [0, 2, 1, 1, 0]));
    const y = drawn([5, 3], 8);
    checkDifferences({ ...named, y }, () => {
      const out = linear(hidden(), v, c);
      const spread = mean(std(logSoftmax(out), { axis: 1, ddof: 1 }));
      return add(add(mse(softmax(out), y), spread), mean(logsumexp(norm2(out, { axis: 1 }))));
    });
  });
});

test("softmax, layer norm and losses at the ends of float64", () => {
  scope(() => {
    const { crossEntropy, layerNorm, logSoftmax, mse, softmax } = finigrad;
    assert.equal([...softmax(of(1.7e308, -1.7e308)).raw], [1, 0]);
    assert.equal([...logSoftmax(of(0, -40)).raw], [-Math.exp(-40), -40]);
    assert.ok(Math.abs(crossEntropy(matrix([[0, -70]]), [0]).item() / Math.exp(-70) - 1) < 1e-15);
    assert.is(mse(of(1e154, 1.5e154, 1e154), of(0, 0, 0)).item() > 1.4e308, true);
    for (const size of [1e300, 1, 1e-300]) {
      const rows = matrix([[size, -size, size, -size]]);
      const eps = size === 1 ? 1e-5 : 0;
      const y = layerNorm(rows, of(1, 1, 1, 1), of(0, 0, 0, 0), { eps }).raw;
      const want = 1 / Math.sqrt(1 + eps);
      y.forEach((v, i) => {
        assert.ok(Math.abs(v - (i % 2 ? -want : want)) < 1e-15, `${size}: ${v}`);
      });
    }
    const x = matrix([[1e300, 1e300, 1e300]]);
    const constant = valueAndGrad({ x }, () =>
      sum(mul(layerNorm(x, of(1, 1, 1), of(1, 2, 3)), of(1, 2, 3))),
    );
    assert.is(constant.loss, 14, "a row of equal numbers is its beta");
    const r = 1 / Math.sqrt(1e-5);
    [-r, 0, r].forEach((want, i) => {
      assert.ok(Math.abs((constant.grads.x.raw[i] ?? NaN) - want) < 1e-12, `dx[${i}]`);
    });
    const empty = reportOf(() => softmax(of(-Infinity, -Infinity)).toArray());
    assert.is(empty.cause, "empty-row");
    const pole = matrix([[1, 0]]);
    const zero = reportOf(() => crossEntropy(log(pole), [1]).item());
    assert.equal([zero.op, zero.cause, zero.index], ["log", "log-of-zero", [0, 1]]);
    const square = reportOf(() => mse(of(1, 1e200), of(0, 0)).item());
    assert.is(square.cause, "overflow-square");
    const flat = reportOf(() =>
      layerNorm(matrix([[2, 2]]), of(1, 1), of(0, 0), { eps: 0 }).toArray(),
    );
    assert.is(flat.cause, "zero-variance");
  });
});

test("products leave zero cotangents out", () => {
  scope(() => {
    const [a, b] = [matrix([[1, 2]]), matrix([[Infinity], [1]])];
    const { grads, health } = valueAndGrad({ a, b }, () =>
      sum(mul(where(greater(matmul(a, b), 1e308), 0, matmul(a, b)), 0)),
    );
    assert.equal([...grads.a.raw, ...grads.b.raw], [0, 0, 0, 0]);
    assert.ok(health.maskedSingularities > 0);
  });
});

test("cast narrows and widens, and its gradient goes the other way", () => {
  scope(() => {
    const x = of(0.1, 0.2);
    const { grads } = valueAndGrad({ x }, () => {
      const y: Tensor = cast(x, "float32");
      assert.equal([...y.raw], [Math.fround(0.1), Math.fround(0.2)]);
      return sum(mul(y, tensor([0.3, 0.4])));
    });
    assert.is(grads.x.dtype, "float64");
    assert.equal([...grads.x.raw], [Math.fround(0.3), Math.fround(0.4)]);
    const z = tensor([0.1]);
    const back = valueAndGrad({ z }, () => sum(mul(cast(z, "float64"), 1 / 3)));
    assert.is(back.grads.z.dtype, "float32");
    assert.is(back.grads.z.item(), Math.fround(1 / 3));
    assert.is(cast(x, "float64"), x, "nothing to do");
    throwsCode(() => cast(x, "int8" as never), "BAD_TYPE", /no such dtype/);
  });
});

test("narrowing beyond float32 is a birth of its own, forward and backward", () => {
  scope(() => {
    const forward = reportOf(() => cast(of(1, -1e39), "float32").toArray());
    assert.is(forward.op, "cast");
    assert.is(forward.cause, "narrowing");
    assert.equal(forward.index, [1]);
    const z = tensor([1]);
    const backward = reportOf(() => valueAndGrad({ z }, () => sum(mul(cast(z, "float64"), 1e200))));
    assert.is(backward.cause, "narrowing");
    assert.is(backward.phase, "backward");
    // The fix: what is as large as this stays in float64.
    assert.equal(backward.fix[0], "cast-range");
    const y = of(1);
    assert.is(valueAndGrad({ y }, () => sum(mul(y, 1e200))).grads.y.item(), 1e200);
  });
});

test("births are located in float64: log(0), overflow only beyond 1.8e308", () => {
  scope(() => {
    assert.is(exp(of(700)).item(), Math.exp(700));
    const overflow = reportOf(() => exp(of(1, 710)).toArray());
    assert.is(overflow.cause, "overflow-exp");
    assert.equal(overflow.index, [1]);
    const x = of(2, 0);
    const report = reportOf(() => valueAndGrad({ x }, () => sum(log(x))));
    assert.is(report.code, "LOSS_INF");
    assert.is(report.op, "log");
    assert.equal(report.index, [1]);
    assert.is(report.count, 1);
    const huge = reportOf(() => matmul(matrix([[1e200, 1]]), matrix([[1e200], [1]])).item());
    assert.is(huge.cause, "overflow-product");
    const input = reportOf(() => {
      const bad = of(1, Number.NaN);
      return valueAndGrad({ bad }, () => sum(mul(bad, 2)));
    });
    assert.is(input.cause, "bad-input");
    assert.equal(input.operands[0]?.index, [1]);
  });
});

test("writing through a view is seen", () => {
  scope(() => {
    const x = of(1, 2);
    x.data[1] = Number.NaN;
    assert.is(reportOf(() => sum(x).item()).cause, "bad-input");
    x.data[1] = 3;
    assert.is(sum(x).item(), 4);
  });
});

test("safe functions count in float64 too, at every eps and length", () => {
  scope(() => {
    for (let n = 0; n < 9; n++) {
      safeLog(zeros([n], "float64"), { eps: 0.75 });
      assert.is(guardedElements(), n);
    }
    assert.is(safeLog(of(0)).item(), Math.log(1e-12));
    assert.is(safeDiv(of(1), 0).item(), 1e12);
    assert.equal([...safeAtan2(of(0, 1e-13, 1), of(0, 0, 0)).raw], [0, 0, Math.PI / 2]);
    quietly(() => {
      const bad = of(NaN, Infinity, -Infinity, 0.1);
      const { MAX_VALUE } = Number;
      assert.equal([...nanToNum(bad).raw], [0, MAX_VALUE, -MAX_VALUE, 0.1]);
      assert.equal([...clipToFinite(Float64Array.of(Infinity, 0.1))], [MAX_VALUE, 0.1]);
    });
  });
});

test("allFinite, firstNonFinite and health read doubles", () => {
  scope(() => {
    const x = of(1e300, NaN, -Infinity, 0, 1e-310);
    quietly(() => {
      for (const data of [x, x.raw.slice()]) {
        assert.is(allFinite(data), false);
        assert.is(firstNonFinite(data), 1);
        const { mean, ...found } = health(data);
        assert.is(mean, 1e300 / 3);
        assert.equal(health(data, { mean: false }), found);
        assert.equal(
          [found.count, found.nan, found.negativeInfinity, found.zeros, found.subnormals],
          [5, 1, 1, 1, 1],
        );
        assert.equal(
          [found.min, found.max, found.absMax, found.firstNonFinite],
          [0, 1e300, 1e300, 1],
        );
        assert.ok(Math.abs(found.headroom - (1024 - Math.log2(1e300))) < 1e-9);
      }
    });
    assert.ok(allFinite(Float64Array.of(1e300)));
  });
});

test("memory is given back", () => {
  const step = (): void => {
    scope(() => {
      const [a, b] = [matrix([[0.1], [0.2]]), of(1, 2, 3)];
      valueAndGrad({ a, b }, () => sum(cast(add(matmul(a, matrix([[1, 2, 3]])), b), "float32")));
    });
  };
  step();
  const { tensors, bytes } = memory();
  for (let i = 0; i < 50; i++) step();
  assert.equal([memory().tensors, memory().bytes], [tensors, bytes]);
});

test("variance and logaddexp hold their bounds where they cancel", () => {
  // Exactly: variance in integers, of points that were 2.3 and 2.2 ULP off; ln(2eᵃ) next to −ln 2.
  for (const values of [
    [0.9663013840114496, -0.7775788301628193, -2.5367758847457997, -2.114873884894887],
    [1.4835643202251068, -0.2034959785409532, 1.5717573182376952],
    [1e6, 1e6 + 2 ** -20, 1e6 - 2 ** -19, 1e6 + 2 ** -10],
  ]) {
    const got = scope(() => finigrad.variance(tensor(values, { dtype: "float64" })).item());
    const want = exactVariance(values);
    assert.ok(Math.abs(got - want) <= 2 * ulp64(want), `variance of ${values}: ${got}, ${want}`);
  }
  const a = Float64Array.of(-0.7426710409736728, -Math.LN2);
  const [near = 0, nearest = 0] = finigrad.logaddexp(a, a);
  assert.ok(Math.abs(near - -0.04952386041372745) <= ulp64(0.05), `${near}`);
  assert.is(nearest, 2.3190468138462996e-17);
});

/** In whole numbers of the smallest unit that all values are multiples of, rounded once. */
function exactVariance(values: readonly number[]): number {
  const whole = values.map((v) => BigInt(v * 2 ** 62));
  const n = BigInt(values.length);
  const sum = whole.reduce((a, b) => a + b, 0n);
  const squares = whole.reduce((a, b) => a + (n * b - sum) ** 2n, 0n);
  // 2^-124 squares / n³
  return Number((squares << 100n) / n ** 3n) / 2 ** 100 / 2 ** 124;
}

test.run();
