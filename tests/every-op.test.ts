/**
 * What must hold of every op on every build, read from its spec row: values, specials in every lane and
 * tail, peaks, gradients, decided edges, zero cotangents, and that nothing is written past an output. Rows
 * whose op has kernels for float64 are run in both types.
 */
import * as assert from "uvu/assert";
import { guard, mul, scope, sum, type Tensor, tensor, valueAndGrad, where } from "../src/index.js";
import type { Build } from "../src/runtime.js";
import { throwsCode } from "./kit/assert.js";
import { BUILDS, onRuntime, WatchedRuntime } from "./kit/builds.js";
import { double, type Precision, single, upload } from "./kit/precision.js";
import { draw, type Nd, numericGradient, replace } from "./kit/reference.js";
import type { Spec, Sum } from "./kit/spec.js";
import { suite } from "./kit/suite.js";
import { specs } from "./specs/index.js";

const SIZES = Array.from({ length: 34 }, (_, n) => n);
/** Lengths at which every lane and every tail occurs. */
const LANES = [1, 2, 3, 4, 5, 7, 8, 9, 33];

/** The op's values, and the peak word that came with them. */
function evaluate(
  spec: Spec,
  as: Precision,
  inputs: readonly Nd[],
): { values: number[]; peak: number } {
  return scope(() => {
    const out = spec.call(...inputs.map((x) => upload(as, x)));
    return { values: [...out.raw], peak: out.peak };
  });
}

/** Gradients of Σ weights · op(inputs) by the inputs that have one. */
function gradients(
  spec: Spec,
  as: Precision,
  inputs: readonly Nd[],
  weights: Nd,
): (number[] | null)[] {
  return scope(() => {
    const tensors = inputs.map((x) => upload(as, x));
    const wanted = tensors.map((_, i) => spec.differentiable?.[i] ?? true);
    const named = Object.fromEntries(tensors.flatMap((t, i) => (wanted[i] ? [[`x${i}`, t]] : [])));
    const by = upload(as, weights);
    const { grads } = valueAndGrad(named, () => {
      const out = spec.call(...tensors);
      // The cotangent of the op is exactly `weights`: where() hands nothing else back.
      return weighted(out, by);
    });
    return tensors.map((_, i) => (wanted[i] ? [...(grads[`x${i}`] as Tensor).raw] : null));
  });
}

/** A scalar whose gradient by x is `weights`, zeros included, whatever x holds. */
function weighted(x: Tensor, weights: Tensor): Tensor {
  return scope(() => {
    const flat = weights.raw;
    const { dtype } = weights;
    const dead = tensor(
      Float32Array.from(flat, (w) => Number(w !== 0)),
      { shape: x.shape, dtype },
    );
    const live = where(dead, x, 0);
    return sum(scaleBy(live, weights));
  });
}

function scaleBy(x: Tensor, weights: Tensor): Tensor {
  const by = tensor(weights.raw.slice(), { shape: x.shape, dtype: weights.dtype });
  return mul(x, by);
}

const quietly = <T>(body: () => T): T => guard({ onNonFinite: "ignore" }, body);

function checkValues(spec: Spec, as: Precision, inputs: readonly Nd[], what: string): void {
  const { values, peak } = evaluate(spec, as, inputs);
  const expected = spec.reference(...inputs);
  assert.is(values.length, expected.length, `${what}: size`);
  const scale = spec.scale?.(...inputs);
  values.forEach((value, i) => {
    const where = `${what}, element ${i} of [${inputs[0]?.shape}]`;
    as.near(value, expected[i] ?? NaN, spec, where, scale);
  });
  const { least, most } = as.peak(values);
  assert.ok(peak >= least && peak <= most, `${what}: peak ${peak}, expected ${least} … ${most}`);
}

function checkGradients(
  spec: Spec,
  as: Precision,
  inputs: readonly Nd[],
  seed: number,
  what: string,
): void {
  const size = spec.reference(...inputs).length;
  const weights = draw([size], 0.5, 2, seed);
  const actual = gradients(spec, as, inputs, weights);
  actual.forEach((gradient, which) => {
    if (gradient === null) return;
    const bound = spec.gradientUlp ?? 0;
    const expected =
      spec.gradient?.(inputs, which, weights.data) ?? differences(spec, inputs, which, weights);
    gradient.forEach((value, i) => {
      const { value: want, size, slack = 0 } = expected[i] as Sum & { readonly slack?: number };
      const off = Math.abs(value - want);
      assert.ok(
        off <= as.allowed(bound, size, slack),
        `${what}: d/dx${which}[${i}] expected ${want}, got ${value}, off by ${off}`,
      );
    });
  });
}

/** Gradients by differences in f64, which are good to about 1e-8 of the largest themselves. */
function differences(
  spec: Spec,
  inputs: readonly Nd[],
  which: number,
  weights: Nd,
): (Sum & { readonly slack: number })[] {
  const values = numericGradient(spec.reference, inputs, which, weights.data);
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
  return values.map((value) => ({
    value,
    size: Math.max(Math.abs(value), most / 8),
    slack: 1e-8 * most,
  }));
}

function checkSpecials(spec: Spec, as: Precision): void {
  for (const n of LANES) {
    const inputs = spec.inputs(n, 7);
    inputs.forEach((input, which) => {
      if (spec.special?.[which] === false) return;
      for (const special of as.specials) {
        for (
          let at = 0;
          at < input.data.length;
          at += Math.max(1, Math.floor(input.data.length / 9))
        ) {
          const spoiled = inputs.map((x, i) => (i === which ? replace(x, at, special) : x));
          checkValues(spec, as, spoiled, `${special} in x${which}[${at}], size ${n}`);
        }
      }
    });
  }
}

function checkLimits(spec: Spec, as: Precision): void {
  spec.limits.forEach(({ inputs, value, gradient }, row) => {
    const { values } = evaluate(spec, as, inputs);
    const reference = spec.reference(...inputs);
    value.forEach((want, i) => {
      const what = `limit ${row}, element ${i}`;
      as.decided(values[i] ?? Number.NaN, want, reference[i] ?? Number.NaN, spec, what);
    });
    if (gradient === undefined) return;
    const ones = { shape: [value.length], data: value.map(() => 1) };
    const actual = gradients(spec, as, inputs, ones);
    gradient.forEach((wanted, which) => {
      wanted?.forEach((want, i) => {
        as.slope(actual[which]?.[i] ?? NaN, want, `limit ${row}, d/dx${which}[${i}]`);
      });
    });
  });
}

/** Whatever the inputs are, a cotangent of zeros gives gradients of zeros, never NaN. */
function checkZeroCotangent(spec: Spec, as: Precision): void {
  for (const special of as.specials) {
    const inputs = spec.inputs(9, 3);
    inputs.forEach((input, which) => {
      if (spec.special?.[which] === false) return;
      const spoiled = inputs.map((x, i) =>
        i === which ? replace(x, Math.floor(input.data.length / 2), special) : x,
      );
      const size = spec.reference(...inputs).length;
      const zeros = { shape: [size], data: new Array<number>(size).fill(0) };
      for (const gradient of gradients(spec, as, spoiled, zeros)) {
        for (const value of gradient ?? [])
          assert.is(Math.abs(value), 0, `${special} in x${which}`);
      }
    });
  }
}

function onEveryOffset(build: Build, { offsets }: Precision, body: () => void): void {
  for (const offset of offsets) {
    const runtime = new WatchedRuntime(build, offset);
    onRuntime(runtime, () => quietly(body));
    assert.equal(runtime.trespasses, [], `written past the end, offset ${offset}`);
  }
}

function register(test: ReturnType<typeof suite>, build: Build, as: Precision): void {
  const type = as === single ? "" : `, ${as.dtype}`;
  const runQuietly = (body: () => void): void => {
    const runtime = new WatchedRuntime(build);
    onRuntime(runtime, () => quietly(body));
    assert.equal(runtime.trespasses, [], "written past the end");
  };
  for (const [name, spec] of Object.entries(specs)) {
    if (as === double && !spec.float64) {
      test(`${name}${type}: refused, there are no kernels`, () => {
        const call = () => evaluate(spec, as, spec.inputs(3, 1));
        runQuietly(() => throwsCode(call, "BAD_TYPE", /no kernel for float64/));
      });
      continue;
    }
    test(`${name}${type}: decided edges hold`, () => {
      runQuietly(() => checkLimits(spec, as));
    });
    const bound = as === single ? `${spec.ulp} ULP` : "1e-13";
    test(`${name}${type}: within ${bound} for sizes 0 to 33 at offsets ${as.offsets}`, () => {
      onEveryOffset(build, as, () => {
        for (const n of SIZES) checkValues(spec, as, spec.inputs(n, n + 1), `size ${n}`);
      });
    });
    test(`${name}${type}: NaN, infinities, zeros, subnormals in every lane and the tail`, () => {
      runQuietly(() => checkSpecials(spec, as));
    });
    if (spec.gradientUlp === null) continue;
    test(`${name}${type}: gradients agree with f64`, () => {
      onEveryOffset(build, as, () => {
        for (const n of [1, 2, 3, 5, 8, 13])
          checkGradients(spec, as, spec.inputs(n, n + 2), n, `size ${n}`);
      });
    });
    test(`${name}${type}: a zero cotangent gives a zero gradient`, () => {
      runQuietly(() => checkZeroCotangent(spec, as));
    });
  }
}

for (const build of BUILDS) {
  const test = suite(`every op, ${build.name}`);
  for (const as of [single, double]) register(test, build, as);
  test.run();
}
