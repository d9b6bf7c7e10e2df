/**
 * What must hold of every op on every build, read from its spec row: values, specials in every lane and
 * tail, peaks, gradients, decided edges, zero cotangents, and that nothing is written past an output.
 */
import * as assert from "uvu/assert";
import { guard, mul, scope, sum, type Tensor, tensor, valueAndGrad, where } from "../src/index.js";
import type { Build } from "../src/runtime.js";
import { bitEqual, bits, ulp, withinUlp } from "./kit/assert.js";
import { BUILDS, onRuntime, WatchedRuntime } from "./kit/builds.js";
import { draw, type Nd, numericGradient, replace } from "./kit/reference.js";
import type { Spec, Sum } from "./kit/spec.js";
import { suite } from "./kit/suite.js";
import { specs } from "./specs/index.js";

const SIZES = Array.from({ length: 34 }, (_, n) => n);
const SPECIALS = [NaN, Infinity, -Infinity, 0, -0, 1e-40, -1e-40, 3.4028234663852886e38, 1.2e-38];
/** Lengths at which every lane and every tail occurs. */
const LANES = [1, 2, 3, 4, 5, 7, 8, 9, 33];

const upload = (x: Nd): Tensor => tensor(Float32Array.from(x.data), x.shape);

/** The op's values, and the peak word that came with them. */
function evaluate(spec: Spec, inputs: readonly Nd[]): { values: number[]; peak: number } {
  return scope(() => {
    const out = spec.call(...inputs.map(upload));
    return { values: [...out.raw], peak: out.peak };
  });
}

/** Gradients of Σ weights · op(inputs) by the inputs that have one. */
function gradients(spec: Spec, inputs: readonly Nd[], weights: Nd): (number[] | null)[] {
  return scope(() => {
    const tensors = inputs.map(upload);
    const wanted = tensors.map((_, i) => spec.differentiable?.[i] ?? true);
    const named = Object.fromEntries(tensors.flatMap((t, i) => (wanted[i] ? [[`x${i}`, t]] : [])));
    const by = upload(weights);
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
    const dead = tensor(
      Float32Array.from(flat, (w) => Number(w !== 0)),
      x.shape,
    );
    const live = where(dead, x, 0);
    return sum(scaleBy(live, weights));
  });
}

function scaleBy(x: Tensor, weights: Tensor): Tensor {
  const by = tensor(weights.raw.slice(), x.shape);
  return mul(x, by);
}

const quietly = <T>(body: () => T): T => guard({ onNonFinite: "ignore" }, body);

function checkValues(spec: Spec, inputs: readonly Nd[], what: string): void {
  const { values, peak } = evaluate(spec, inputs);
  const expected = spec.reference(...inputs);
  assert.is(values.length, expected.length, `${what}: size`);
  const scale = spec.scale?.(...inputs);
  values.forEach((value, i) => {
    withinUlp(
      value,
      expected[i] ?? NaN,
      spec.ulp,
      `${what}, element ${i} of [${inputs[0]?.shape}]`,
      scale,
    );
  });
  const largest = values.reduce((most, v) => Math.max(most, bits(v) & 0x7fffffff), 0);
  const nan = largest > 0x7f800000;
  assert.ok(
    nan ? peak > 0x7f800000 : peak === largest,
    `${what}: peak ${peak}, largest ${largest}`,
  );
}

function checkGradients(spec: Spec, inputs: readonly Nd[], seed: number, what: string): void {
  const size = spec.reference(...inputs).length;
  const weights = draw([size], 0.5, 2, seed);
  const actual = gradients(spec, inputs, weights);
  actual.forEach((gradient, which) => {
    if (gradient === null) return;
    const bound = spec.gradientUlp ?? 0;
    const expected =
      spec.gradient?.(inputs, which, weights.data) ?? differences(spec, inputs, which, weights);
    gradient.forEach((value, i) => {
      const { value: want, size, slack = 0 } = expected[i] as Sum & { readonly slack?: number };
      const off = Math.abs(value - want);
      assert.ok(
        off <= bound * ulp(size) + slack,
        `${what}: d/dx${which}[${i}] expected ${want}, got ${value}, ${off / ulp(size)} ULP off`,
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

function checkSpecials(spec: Spec): void {
  for (const n of LANES) {
    const inputs = spec.inputs(n, 7);
    inputs.forEach((input, which) => {
      if (spec.special?.[which] === false) return;
      for (const special of SPECIALS) {
        for (
          let at = 0;
          at < input.data.length;
          at += Math.max(1, Math.floor(input.data.length / 9))
        ) {
          const spoiled = inputs.map((x, i) =>
            i === which ? replace(x, at, Math.fround(special)) : x,
          );
          checkValues(spec, spoiled, `${special} in x${which}[${at}], size ${n}`);
        }
      }
    });
  }
}

function checkLimits(spec: Spec): void {
  spec.limits.forEach(({ inputs, value, gradient }, row) => {
    const { values } = evaluate(spec, inputs);
    const scale = spec.scale === undefined ? undefined : 1;
    value.forEach((want, i) => {
      const what = `limit ${row}, element ${i}`;
      const value = values[i] ?? Number.NaN;
      if (want === 0 || Number.isNaN(want)) bitEqual(value, want, what);
      else withinUlp(value, want, Math.max(spec.ulp, 0.5), what, scale);
    });
    if (gradient === undefined) return;
    const ones = { shape: [value.length], data: value.map(() => 1) };
    const actual = gradients(spec, inputs, ones);
    gradient.forEach((wanted, which) => {
      wanted?.forEach((want, i) => {
        const what = `limit ${row}, d/dx${which}[${i}]`;
        withinUlp(actual[which]?.[i] ?? NaN, want, 4, what, Math.max(Math.abs(want), 1e-6));
      });
    });
  });
}

/** Whatever the inputs are, a cotangent of zeros gives gradients of zeros, never NaN. */
function checkZeroCotangent(spec: Spec): void {
  for (const special of SPECIALS) {
    const inputs = spec.inputs(9, 3);
    inputs.forEach((input, which) => {
      if (spec.special?.[which] === false) return;
      const spoiled = inputs.map((x, i) =>
        i === which ? replace(x, Math.floor(input.data.length / 2), Math.fround(special)) : x,
      );
      const size = spec.reference(...inputs).length;
      const zeros = { shape: [size], data: new Array<number>(size).fill(0) };
      for (const gradient of gradients(spec, spoiled, zeros)) {
        for (const value of gradient ?? [])
          assert.is(Math.abs(value), 0, `${special} in x${which}`);
      }
    });
  }
}

function onEveryOffset(build: Build, body: () => void): void {
  for (const offset of [0, 1, 2, 3]) {
    const runtime = new WatchedRuntime(build, offset);
    onRuntime(runtime, () => quietly(body));
    assert.equal(runtime.trespasses, [], `written past the end, offset ${offset}`);
  }
}

for (const build of BUILDS) {
  const test = suite(`every op, ${build.name}`);
  for (const [name, spec] of Object.entries(specs)) {
    test(`${name}: decided edges hold`, () => {
      onRuntime(new WatchedRuntime(build), () => quietly(() => checkLimits(spec)));
    });
    test(`${name}: within ${spec.ulp} ULP for sizes 0 to 33 at offsets 0 to 3`, () => {
      onEveryOffset(build, () => {
        for (const n of SIZES) checkValues(spec, spec.inputs(n, n + 1), `size ${n}`);
      });
    });
    test(`${name}: NaN, infinities, zeros, subnormals in every lane and the tail`, () => {
      onRuntime(new WatchedRuntime(build), () => quietly(() => checkSpecials(spec)));
    });
    if (spec.gradientUlp === null) continue;
    test(`${name}: gradients agree with f64`, () => {
      onEveryOffset(build, () => {
        for (const n of [1, 2, 3, 5, 8, 13])
          checkGradients(spec, spec.inputs(n, n + 2), n, `size ${n}`);
      });
    });
    test(`${name}: a zero cotangent gives a zero gradient`, () => {
      onRuntime(new WatchedRuntime(build), () => quietly(() => checkZeroCotangent(spec)));
    });
  }
  test.run();
}
