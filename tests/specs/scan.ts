import { cumprod, cumsum, logcumsumexp, type ScanOptions, type Tensor } from "../../src/index.js";
import { draw, type Nd } from "../kit/reference.js";
import { at, type Limit, type Spec } from "../kit/spec.js";
import { product, total } from "./folds.js";

/** Shapes and axes that take every path: one run, the last axis, the first, a middle one. */
const VARIANTS: readonly { readonly front: readonly number[]; readonly axis: number }[] = [
  { front: [], axis: 0 },
  { front: [3], axis: -1 },
  { front: [5], axis: 0 },
  { front: [2, 4], axis: 1 },
];

function optionsOf(shape: readonly number[]): ScanOptions & { readonly axis: number } {
  const front = shape.slice(0, -1).join();
  return { axis: VARIANTS.find((v) => v.front.join() === front)?.axis ?? -1 };
}

/** Each element becomes of(the elements of its axis up to it). */
function running(x: Nd, of: (upTo: readonly number[]) => number): number[] {
  const { axis } = optionsOf(x.shape);
  const along = axis < 0 ? axis + x.shape.length : axis;
  const inner = x.shape.slice(along + 1).reduce((a, b) => a * b, 1);
  return x.data.map((_, i) => {
    const m = Math.floor(i / inner) % (x.shape[along] ?? 1);
    return of(Array.from({ length: m + 1 }, (_, k) => x.data[i - (m - k) * inner] ?? Number.NaN));
  });
}

interface ScanRow {
  readonly call: (x: Tensor, options: ScanOptions) => Tensor;
  readonly of: (upTo: readonly number[]) => number;
  readonly domain: readonly [number, number];
  readonly limits: readonly Limit[];
}

function scanSpec({ call, of, domain: [low, high], limits }: ScanRow): Spec {
  return {
    call: (x) => call(x as Tensor, optionsOf((x as Tensor).shape)),
    reference: (x) => running(x as Nd, of),
    inputs: (n, seed) => {
      const { front } = VARIANTS[n % VARIANTS.length] as (typeof VARIANTS)[number];
      return [draw([...front, n], low, high, seed)];
    },
    ulp: 0.51,
    gradientUlp: 4,
    float64: true,
    limits,
  };
}

const repeat = (n: number, value: number): number[] => new Array<number>(n).fill(value);

export const scan = {
  cumsum: scanSpec({
    call: cumsum,
    of: total,
    domain: [-2, 2],
    limits: [
      at(
        [16777216, 1, 1, 1, 1],
        [16777216, 16777216, 16777218, 16777220, 16777220],
        [5, 4, 3, 2, 1],
      ),
      at([1, NaN, 2], [1, NaN, NaN]),
      at([Infinity, 1, -Infinity], [Infinity, Infinity, NaN]),
    ],
  }),
  cumprod: scanSpec({
    call: cumprod,
    of: product,
    domain: [0.5, 1.5],
    limits: [
      at([2, 0, 3], [2, 0, 0], [1, 8, 0]),
      at([0, 0, 3], [0, 0, 0], [1, 0, 0]),
      at([2, NaN, 3], [2, NaN, NaN], [NaN, 8, NaN]),
      at([Infinity, 0], [Infinity, NaN], [1, Infinity]),
      // 2^1500 on the way, and back.
      at(
        [...repeat(15, 2 ** 100), ...repeat(15, 2 ** -100), 0.5],
        [2 ** 100, ...repeat(27, Number.POSITIVE_INFINITY), 2 ** 100, 1, 0.5],
      ),
    ],
  }),
  logcumsumexp: scanSpec({
    call: logcumsumexp,
    of: (upTo) => {
      const most = Math.max(...upTo);
      if (!Number.isFinite(most)) return most;
      return most + Math.log(total(upTo.map((v) => Math.exp(v - most))));
    },
    domain: [-4, 6],
    limits: [
      at([0, 0, Math.LN2], [0, Math.LN2, Math.log(4)], [1 + 1 / 2 + 1 / 4, 1 / 2 + 1 / 4, 1 / 2]),
      // What comes later takes no digit of what came before, and nothing overflows.
      at([-2000, 0, 3000], [-2000, 0, 3000], [1, 1, 1]),
      at([3000, 0, -2000], [3000, 3000, 3000], [3, 0, 0]),
      at([-Infinity, 1, -Infinity], [-Infinity, 1, 1], [0, 2, 0]),
      at([-Infinity, -Infinity], [-Infinity, -Infinity], [0, 0]),
      at([0, Infinity, 1], [0, Infinity, Infinity], [1, 2, 0]),
      at([Infinity, Infinity], [Infinity, Infinity], [1.5, 0.5]),
      at([1, NaN, 2], [1, NaN, NaN]),
      at([NaN, 1], [NaN, NaN], [NaN, NaN]),
    ],
  }),
};
