/** What is said of an op in its spec row; tests/every-op.test.ts reads it. */
import type { Tensor } from "../../src/index.js";
import { broadcastAt, draw, type Nd, nd } from "./reference.js";
import type { Slopes2 } from "./slopes.js";

export interface Limit {
  readonly inputs: readonly Nd[];
  readonly value: readonly number[];
  /** Per input, by the sum of the output; left out where it is not the point. */
  readonly gradient?: readonly (readonly number[] | null)[];
}

/** A sum and what its rounding is measured by: the sum of the sizes of its terms, alone where there is one. */
export interface Sum {
  readonly value: number;
  readonly size: number;
}

export interface Spec {
  /** The op on tensors. */
  readonly call: (...inputs: Tensor[]) => Tensor;
  /** The same in f64, written to share nothing with the kernel. */
  readonly reference: (...inputs: Nd[]) => readonly number[];
  /** Ordinary inputs for the n-th size; n runs from 0 to 33. */
  readonly inputs: (n: number, seed: number) => readonly Nd[];
  /** Bound on the error of a value in ULP, at the scale below. */
  readonly ulp: number;
  /** Bound on the error of a gradient in ULP, at its scale; null: it has none. */
  readonly gradientUlp: number | null;
  /**
   * The gradient by input `which` of Σ weights · op(inputs) in closed form; without it, differences of `reference` are
   * taken instead.
   */
  readonly gradient?: (
    inputs: readonly Nd[],
    which: number,
    weights: readonly number[],
  ) => readonly Sum[];
  /** What the errors of a value are measured against: the size of what was added up. Default: itself. */
  readonly scale?: (...inputs: Nd[]) => number;
  /** Inputs that are differentiated by; default all. */
  readonly differentiable?: readonly boolean[];
  /** Specials are put into these inputs; default all. */
  readonly special?: readonly boolean[];
  /** Decided edges: limits, ties, poles. */
  readonly limits: readonly Limit[];
  /** Whether the op has kernels for float64; the row is run in both types then. Default false. */
  readonly float64?: boolean;
}

/** A row of one number each way. */
export const at = (
  x: readonly number[],
  value: readonly number[],
  gradient?: readonly number[],
): Limit => ({
  inputs: [nd([x.length], x)],
  value,
  ...(gradient === undefined ? {} : { gradient: [gradient] }),
});

interface UnarySpec {
  readonly call: (x: Tensor) => Tensor;
  readonly f: (x: number) => number;
  /** f′ in closed form. */
  readonly slope?: (x: number) => number;
  readonly domain: readonly [number, number];
  readonly ulp: number;
  readonly gradientUlp: number | null;
  readonly limits: readonly Limit[];
}

/** A row for y = f(x). */
export function unarySpec({
  call,
  f,
  slope,
  domain: [low, high],
  ulp,
  gradientUlp,
  limits,
}: UnarySpec): Spec {
  const gradient: Spec["gradient"] = ([x], _, weights) =>
    (x as Nd).data.map((v, i) => {
      const value = (weights[i] ?? 0) * (slope as (x: number) => number)(v);
      return { value, size: Math.abs(value) };
    });
  return {
    call: (x) => call(x as Tensor),
    reference: (x) => (x as Nd).data.map((v) => f(v)),
    inputs: (n, seed) => [draw([n], low, high, seed)],
    ulp,
    gradientUlp,
    limits,
    float64: true,
    ...(slope === undefined ? {} : { gradient }),
  };
}

interface BinarySpec {
  readonly call: (a: Tensor, b: Tensor) => Tensor;
  readonly f: (a: number, b: number) => number;
  /** ∂f/∂a and ∂f/∂b in closed form. */
  readonly slopes?: Slopes2;
  readonly domain: readonly [number, number];
  readonly ulp: number;
  readonly gradientUlp: number | null;
  readonly limits: readonly Limit[];
}

/** Pairs of shapes that take every path of broadcasting, for size n. */
function pairs(n: number): readonly (readonly [number[], number[]])[] {
  return [
    [[n], [n]],
    [[n], []],
    [[], [n]],
    [[3, n], [n]],
    [
      [3, 1],
      [1, n],
    ],
    [
      [2, 1, n],
      [3, 1],
    ],
  ];
}

/** The shape that two broadcast to. */
function broadcastShape(left: Nd, right: Nd): number[] {
  const rank = Math.max(left.shape.length, right.shape.length);
  return Array.from({ length: rank }, (_, i) => {
    const [l, r] = [left.shape.at(i - rank) ?? 1, right.shape.at(i - rank) ?? 1];
    return l === 1 ? r : l;
  });
}

/** The flat index in x of element `flat` of its broadcast to `shape`. */
function ownIndex(x: Nd, shape: readonly number[], flat: number): number {
  return broadcastAt({ shape: x.shape, data: x.data.map((_, i) => i) }, shape, flat);
}

/** Σ weights · slope over the elements that each element of an operand was repeated to. */
function binaryGradient(slopes: Slopes2): NonNullable<Spec["gradient"]> {
  return ([a, b], which, weights) => {
    const [left, right] = [a as Nd, b as Nd];
    const own = which === 0 ? left : right;
    const shape = broadcastShape(left, right);
    const sums = own.data.map(() => ({ value: 0, size: 0 }));
    weights.forEach((weight, i) => {
      const slope = slopes[which === 0 ? 0 : 1];
      const term = weight * slope(broadcastAt(left, shape, i), broadcastAt(right, shape, i));
      const sum = sums[ownIndex(own, shape, i)];
      if (sum === undefined) return;
      sum.value += term;
      sum.size += Math.abs(term);
    });
    return sums;
  };
}

/** A row for y = f(a, b) with broadcasting: size n also picks the pair of shapes. */
export function binarySpec(spec: BinarySpec): Spec {
  const [low, high] = spec.domain;
  return {
    call: (a, b) => spec.call(a as Tensor, b as Tensor),
    reference: (a, b) => {
      const [left, right] = [a as Nd, b as Nd];
      const shape = broadcastShape(left, right);
      const size = shape.reduce((p, s) => p * s, 1);
      return Array.from({ length: size }, (_, i) =>
        spec.f(broadcastAt(left, shape, i), broadcastAt(right, shape, i)),
      );
    },
    inputs: (n, seed) => {
      const [a, b] = pairs(n)[(n + seed) % 6] as readonly [number[], number[]];
      return [draw(a, low, high, seed), draw(b, low, high, seed + 1)];
    },
    ulp: spec.ulp,
    gradientUlp: spec.gradientUlp,
    limits: spec.limits,
    float64: true,
    ...(spec.slopes === undefined ? {} : { gradient: binaryGradient(spec.slopes) }),
  };
}

/** A decided edge of a binary op. */
export const pair = (
  a: readonly number[],
  b: readonly number[],
  value: readonly number[],
  gradient?: readonly (readonly number[])[],
): Limit => ({
  inputs: [nd([a.length], a), nd([b.length], b)],
  value,
  ...(gradient === undefined ? {} : { gradient }),
});
