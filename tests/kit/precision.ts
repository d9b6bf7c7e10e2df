/** The two types of number, as tests/every-op.test.ts runs its rows in both. */
import * as assert from "uvu/assert";
import { type DType, type Tensor, tensor } from "../../src/index.js";
import { bitEqual, bits, ulp, withinUlp } from "./assert.js";
import type { Nd } from "./reference.js";
import type { Spec } from "./spec.js";

export interface Precision {
  readonly dtype: DType;
  /** Put into every lane and the tail. */
  readonly specials: readonly number[];
  /** Floats that blocks start past their alignment. */
  readonly offsets: readonly number[];
  /** What a value must be, where the row's reference and its bound are what is known. */
  near(actual: number, expected: number, spec: Spec, what: string, scale?: number): void;
  /** What a decided edge must be; `reference` is what the row's function gives there. */
  decided(actual: number, wanted: number, reference: number, spec: Spec, what: string): void;
  /** What a gradient at a decided edge must be. */
  slope(actual: number, wanted: number, what: string): void;
  /** How far a gradient may be off: `bound` ULP at `size`, and what its own reference may be off. */
  allowed(bound: number, size: number, slack: number): number;
  /** The peak word that belongs to these values. */
  peak(values: readonly number[]): { readonly least: number; readonly most: number };
}

/** Numbers as a tensor of that type. Typed `Tensor`, as rows call their ops. */
export function upload({ dtype }: Precision, x: Nd): Tensor {
  return tensor(Float64Array.from(x.data), { shape: x.shape, dtype }) as Tensor;
}

const INFINITE = 0x7f800000;

export const single: Precision = {
  dtype: "float32",
  specials: [NaN, Infinity, -Infinity, 0, -0, 1e-40, -1e-40, 3.4028234663852886e38, 1.2e-38].map(
    Math.fround,
  ),
  offsets: [0, 1, 2, 3],
  near: (actual, expected, spec, what, scale) => withinUlp(actual, expected, spec.ulp, what, scale),
  decided: (actual, wanted, _reference, spec, what) => {
    const scale = spec.scale === undefined ? undefined : 1;
    if (wanted === 0 || Number.isNaN(wanted)) bitEqual(actual, wanted, what);
    else withinUlp(actual, wanted, Math.max(spec.ulp, 0.5), what, scale);
  },
  slope: (actual, wanted, what) =>
    withinUlp(actual, wanted, 4, what, Math.max(Math.abs(wanted), 1e-6)),
  allowed: (bound, size, slack) => bound * ulp(size) + slack,
  peak: (values) => {
    const largest = values.reduce((most, v) => Math.max(most, bits(v) & 0x7fffffff), 0);
    return largest > INFINITE
      ? { least: INFINITE + 1, most: 0xffffffff }
      : { least: largest, most: largest };
  },
};

/** References of rows are JavaScript's: good to a few ULP, so 1e-13 here; tests/float64.test.ts has an oracle. */
const RELATIVE = 1e-13;

function nearDouble(actual: number, expected: number, what: string, scale = 0): void {
  const size = Math.max(Math.abs(expected), scale);
  const exact = !Number.isFinite(expected) || !Number.isFinite(actual);
  if (exact && Object.is(actual, expected)) return;
  if (!exact && Math.abs(actual - expected) <= RELATIVE * size + 1e-15) return;
  assert.unreachable(`${what}: expected ${expected} within ${RELATIVE} of it, got ${actual}`);
}

const word = new DataView(new ArrayBuffer(8));

/** The word of a finite double on the scale of floats: its high word, less the distance of the infinities. */
function wordOf(value: number): number {
  word.setFloat64(0, Math.abs(value));
  return Math.max(word.getUint32(0) - (0x7ff00000 - INFINITE), 0);
}

export const double: Precision = {
  dtype: "float64",
  specials: [
    ...[NaN, Infinity, -Infinity, 0, -0, Number.MIN_VALUE, -Number.MIN_VALUE],
    ...[Number.MAX_VALUE, 2.3e-308],
  ],
  // Views of doubles need 8 bytes: two floats.
  offsets: [0, 2],
  near: (actual, expected, _spec, what, scale) => nearDouble(actual, expected, what, scale),
  decided: (actual, wanted, reference, _spec, what) => {
    // Where an edge is the end of float32's range, or a rounding to it, the function itself is what holds.
    const range = Object.is(Math.fround(reference), Math.fround(wanted));
    const want = range ? reference : wanted;
    if (want === 0 || Number.isNaN(want)) {
      assert.ok(Object.is(actual, want), `${what}: expected ${want}, got ${actual}`);
    } else {
      nearDouble(actual, want, what);
    }
  },
  slope: single.slope,
  // Differences, and closed forms of rounded exponents, are no better for doubles.
  allowed: single.allowed,
  peak: (values) => {
    if (values.some(Number.isNaN)) return { least: INFINITE + 1, most: 0xffffffff };
    const largest = values.reduce((most, v) => Math.max(most, wordOf(v)), 0);
    return { least: largest, most: largest };
  },
};
