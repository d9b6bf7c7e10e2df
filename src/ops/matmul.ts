/** Matrix products. */
import { checkOptions } from "../check.js";
import { type Explanation, type Located, type Operand, operand } from "../diagnosis/diagnose.js";
import { showNumber } from "../diagnosis/report.js";
import { ShapeError } from "../errors.js";
import { policy } from "../guard.js";
import { apply, type Backward, type Call, type Op } from "../op.js";
import type { Kernels } from "../runtime.js";
import { show } from "../shape.js";
import { type AnyTensor, INFINITY_BITS, isDouble, type Tensor } from "../tensor.js";
import { asTensor, define, dtypeAmong, type LikeThem, NO_OPTIONS } from "./define.js";
import { explainLongSum, explainProduct, explainSum, locateSum } from "./explain.js";

/** One element of a product: Σ over p of left[i, p] · right[p, j], with where to find each factor. */
interface Dot {
  readonly k: number;
  readonly left: readonly [role: string, tensor: Tensor, at: (p: number) => number];
  readonly right: readonly [role: string, tensor: Tensor, at: (p: number) => number];
}

/** Two factors and their product. */
interface Term {
  readonly factors: readonly [Operand, Operand];
  readonly value: number;
}

/** Whether one is the larger; where both are 0, whether an op has made it that, as of what was too small, and no number that came in. */
function isMore({ value, factors }: Term, most: Term): boolean {
  if (value !== 0 || most.value !== 0) return Math.abs(value) > Math.abs(most.value);
  const isGiven = (one: Operand): boolean => one.value === 0 && one.tensor.call === undefined;
  return most.factors.some(isGiven) && !factors.some(isGiven);
}

/**
 * The factors to blame for a sum of products: of a NaN; else of the infinities of either sign; else of the
 * largest.
 */
function locateDot({ k, left, right }: Dot, extra: readonly Operand[] = []): Located {
  const rounded = isDouble(left[1]) ? Number : Math.fround;
  const term = (p: number): Term => {
    const l = operand(left[0], left[1], left[2](p));
    const r = operand(right[0], right[1], right[2](p));
    return { factors: [l, r], value: rounded(l.value * r.value) };
  };
  let [most, up, down]: (Term | undefined)[] = [];
  let nan: Term | undefined;
  for (let p = 0; p < k && nan === undefined; p++) {
    const here = term(p);
    if (Number.isNaN(here.value)) nan = here;
    else if (here.value === Infinity) up ??= here;
    else if (here.value === -Infinity) down ??= here;
    else if (most === undefined || isMore(here, most)) most = here;
  }
  const infinite = [up, down].filter((one) => one !== undefined);
  const blamed = nan !== undefined ? [nan] : infinite.length > 0 ? infinite : [most ?? term(0)];
  const [a, b] = blamed as [Term, Term?];
  return {
    operands: [...blamed.flatMap(({ factors }) => factors), ...extra],
    explain: (y) => {
      if (b !== undefined && Number.isNaN(y)) return explainTerms(a, b, y);
      if (Number.isFinite(a.value)) {
        return explainLongSum(k === 1 ? "a product" : `a sum of ${k} products`, y);
      }
      // A fused multiply-add never rounds a finite product to ∞: the other may have decided.
      const [l, r] = (b?.value === y ? b : a).factors;
      return explainProduct(l.value, r.value, y);
    },
  };
}

/** Two infinite terms of either sign. Where their factors are finite it is their size that is to blame. */
function explainTerms(a: Term, b: Term, y: number): Explanation {
  const explained = explainSum(a.value, b.value, y);
  if (![...a.factors, ...b.factors].every(({ value }) => Number.isFinite(value))) return explained;
  const [left, right] = [a, b].map(({ factors: [l, r] }) => product(l, r));
  const expression = `${left} + ${right} = ${explained.expression}`;
  return { ...explained, expression, fix: ["scale-input", "clip-norm"] };
}

const product = (l: Operand, r: Operand): string =>
  `${showNumber(l.value)} · ${showNumber(r.value)}`;

interface Dims {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

function dims(name: string, roleB: string, a: Tensor, b: Tensor): Dims {
  const [m, k] = a.shape;
  const [rows, n] = b.shape;
  const fits = a.shape.length === 2 && b.shape.length === 2 && k === rows;
  if (!fits || m === undefined || k === undefined || n === undefined) {
    const expected = k === undefined ? "[m, k] and [k, n]" : `${roleB} [${a.shape.at(-1)}, n]`;
    throw new ShapeError(
      `${name}: shapes do not fit, expected ${expected}, got ${show(a.shape)} and ${show(b.shape)}`,
    );
  }
  return { m, k, n };
}

/**
 * A backward product, again without the terms whose cotangent is exactly zero: taken when the fast one
 * gave a NaN or ∞, since only then 0 · ∞ can have been in it.
 */
function annihilated(peak: number, again: () => number): number {
  return peak >>> 0 < INFINITY_BITS || policy().policy === "strict" ? peak : again();
}

/** dA = dC · Bᵀ */
const byA: Backward<Dims> = {
  run: (kernels: Kernels, { inputs: [, b], attrs: { m, k, n } }, dy, dx) => {
    const right = (b as Tensor).at;
    if (isDouble(dx)) {
      return annihilated(kernels.matmul_f64(dx.at, dy.at, right, 0, m, n, k, n, 1, 1, n), () =>
        kernels.matmul_annihilate_f64(dx.at, dy.at, right, m, n, k, n, 1, 1, n, 1),
      );
    }
    return annihilated(kernels.matmul_backward_a_f32(dx.at, dy.at, right, m, k, n), () =>
      kernels.matmul_annihilate_f32(dx.at, dy.at, right, m, n, k, n, 1, 1, n, 1),
    );
  },
  locate: ({ inputs: [, b], attrs: { k, n } }, dy, flat) => {
    const [i, p] = [Math.floor(flat / k), flat % k];
    return locateDot({
      k: n,
      left: ["dy", dy, (j) => i * n + j],
      right: ["b", b as Tensor, (j) => p * n + j],
    });
  },
};

/** dB = Aᵀ · dC */
const byB: Backward<Dims> = {
  run: (kernels: Kernels, { inputs: [a], attrs: { m, k, n } }, dy, dx) => {
    const left = (a as Tensor).at;
    if (isDouble(dx)) {
      return annihilated(kernels.matmul_f64(dx.at, left, dy.at, 0, k, m, n, 1, k, n, 1), () =>
        kernels.matmul_annihilate_f64(dx.at, left, dy.at, k, m, n, 1, k, n, 1, 0),
      );
    }
    return annihilated(kernels.matmul_backward_b_f32(dx.at, dy.at, left, m, k, n), () =>
      kernels.matmul_annihilate_f32(dx.at, left, dy.at, k, m, n, 1, k, n, 1, 0),
    );
  },
  locate: ({ inputs: [a], attrs: { m, k, n } }, dy, flat) => {
    const [p, j] = [Math.floor(flat / n), flat % n];
    return locateDot({
      k: m,
      left: ["dy", dy, (i) => i * n + j],
      right: ["a", a as Tensor, (i) => i * k + p],
    });
  },
};

/** dbias = Σ rows of dy */
const byBias: Backward<Dims> = {
  run: (kernels, { attrs: { m, n } }, dy, dx) => {
    const sum = isDouble(dx) ? kernels.sum_forward_f64 : kernels.sum_forward_f32;
    return sum(dx.at, dy.at, 1, m, n, 1);
  },
  locate: ({ attrs: { m, n } }, dy, flat) =>
    locateSum(Array.from({ length: m }, (_, i) => operand("dy", dy, i * n + flat))),
};

function locateProduct(
  { inputs: [a, b, bias], attrs: { k, n } }: Call<Dims>,
  flat: number,
): Located {
  const [i, j] = [Math.floor(flat / n), flat % n];
  const roles = bias === undefined ? ["a", "b"] : ["x", "weight"];
  return locateDot(
    {
      k,
      left: [roles[0] as string, a as Tensor, (p) => i * k + p],
      right: [roles[1] as string, b as Tensor, (p) => p * n + j],
    },
    bias === undefined ? [] : [operand("bias", bias, j)],
  );
}

const matmulOp: Op<Dims> = {
  name: "matmul",
  carries: true,
  float64: true,
  shape: (_, { m, n }) => [m, n],
  forward: (kernels, { inputs: [a, b], out, attrs: { m, k, n } }) => {
    const [left, right] = [(a as Tensor).at, (b as Tensor).at];
    return isDouble(out)
      ? kernels.matmul_f64(out.at, left, right, 0, m, k, n, k, 1, n, 1)
      : kernels.matmul_forward_f32(out.at, left, right, m, k, n);
  },
  locate: locateProduct,
  backward: [byA, byB],
};

const linearOp: Op<Dims> = {
  ...matmulOp,
  name: "linear",
  forward: (kernels, { inputs: [x, w, b], out, attrs: { m, k, n } }) => {
    const [from, by, bias] = [(x as Tensor).at, (w as Tensor).at, (b as Tensor).at];
    return isDouble(out)
      ? kernels.matmul_f64(out.at, from, by, bias, m, k, n, k, 1, n, 1)
      : kernels.linear_forward_f32(out.at, from, by, bias, m, k, n);
  },
  backward: [byA, byB, byBias],
};

/**
 * The product of matrices `a [m, k]` and `b [k, n]`: `[m, n]`.
 *
 * @throws ShapeError when the inner sides differ.
 */
export const matmul = define("matmul", ((
  a: unknown,
  b: unknown,
  options: unknown = NO_OPTIONS,
): Tensor => {
  // A transposition that is asked for in vain would be another product.
  checkOptions("matmul", options, []);
  const dtype = dtypeAmong(a, b);
  const [left, right] = [asTensor("matmul", "a", a, dtype), asTensor("matmul", "b", b, dtype)];
  return apply(matmulOp, [left, right], dims("matmul", "b", left, right));
}) as Matmul);

export type Matmul = <T extends AnyTensor>(a: T, b: T) => LikeThem<T>;

export type Linear = <T extends AnyTensor>(x: T, weight: T, bias: T) => LikeThem<T>;

/**
 * A linear layer: `x [rows, in]` times `weight [in, out]`, plus `bias [out]` on every row: `[rows, out]`.
 *
 * @throws ShapeError when the sides do not fit.
 */
export const linear = define("linear", ((
  x: unknown,
  weight: unknown,
  bias: unknown,
  options: unknown = NO_OPTIONS,
): Tensor => {
  checkOptions("linear", options, []);
  const dtype = dtypeAmong(x, weight, bias);
  const from = asTensor("linear", "x", x, dtype);
  const by = asTensor("linear", "weight", weight, dtype);
  const to = asTensor("linear", "bias", bias, dtype);
  const sides = dims("linear", "weight", from, by);
  if (to.shape.length !== 1 || to.size !== sides.n) {
    throw new ShapeError(`linear: bias does not fit, expected [${sides.n}], got ${show(to.shape)}`);
  }
  return apply(linearOp, [from, by, to], sides);
}) as Linear);
