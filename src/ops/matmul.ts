/** Matrix products. */
import { type Located, operand } from "../diagnose.js";
import { ShapeError } from "../errors.js";
import { policy } from "../guard.js";
import { apply, type Backward, type Call, type Op } from "../op.js";
import type { Kernels } from "../runtime.js";
import { show } from "../shape.js";
import { INFINITY_BITS, type Tensor } from "../tensor.js";
import { asTensor, define, type Operandish } from "./define.js";
import { explainLongSum, explainProduct } from "./explain.js";

/** One element of a product: Σ over p of left[i, p] · right[p, j], with where to find each factor. */
interface Dot {
  readonly k: number;
  readonly left: readonly [role: string, tensor: Tensor, at: (p: number) => number];
  readonly right: readonly [role: string, tensor: Tensor, at: (p: number) => number];
}

/** The pair of factors that spoils a sum of products: not finite, or too large; else the sum itself. */
function locateDot({ k, left, right }: Dot, extra: readonly { value: number }[] = []): Located {
  const pair = (p: number) =>
    [operand(left[0], left[1], left[2](p)), operand(right[0], right[1], right[2](p))] as const;
  let culprit = pair(0);
  let most = -1;
  for (let p = 0; p < k; p++) {
    const here = pair(p);
    const [l, r] = here;
    if (!Number.isFinite(Math.fround(l.value * r.value)) || !Number.isFinite(l.value * r.value)) {
      culprit = here;
      break;
    }
    const size = Math.abs(l.value * r.value);
    if (size > most) [culprit, most] = [here, size];
  }
  const [l, r] = culprit;
  const spoils = !Number.isFinite(Math.fround(l.value * r.value));
  return {
    operands: [l, r, ...(extra as Located["operands"])],
    explain: (y) =>
      spoils ? explainProduct(l.value, r.value, y) : explainLongSum(`a sum of ${k} products`, y),
  };
}

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
  run: (kernels, { attrs: { m, n } }, dy, dx) => kernels.sum_forward_f32(dx.at, dy.at, 1, m, n, 1),
  locate: ({ attrs: { m, n } }, dy, flat) => {
    for (let i = 0; i < m; i++) {
      const g = operand("dy", dy, i * n + flat);
      if (!Number.isFinite(g.value))
        return { operands: [g], explain: (d) => explainLongSum("dy", d) };
    }
    const first = operand("dy", dy, flat);
    return { operands: [first], explain: (d) => explainLongSum(`a sum of ${m} cotangents`, d) };
  },
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
  shape: (_, { m, n }) => [m, n],
  forward: (kernels, { inputs: [a, b], out, attrs: { m, k, n } }) =>
    kernels.matmul_forward_f32(out.at, (a as Tensor).at, (b as Tensor).at, m, k, n),
  locate: locateProduct,
  backward: [byA, byB],
};

const linearOp: Op<Dims> = {
  ...matmulOp,
  name: "linear",
  forward: (kernels, { inputs: [x, w, bias], out, attrs: { m, k, n } }) =>
    kernels.linear_forward_f32(
      out.at,
      (x as Tensor).at,
      (w as Tensor).at,
      (bias as Tensor).at,
      m,
      k,
      n,
    ),
  backward: [byA, byB, byBias],
};

/**
 * The product of matrices `a [m, k]` and `b [k, n]`: `[m, n]`.
 *
 * @throws ShapeError when the inner sides differ.
 */
export const matmul = define("matmul", (a: Operandish, b: Operandish): Tensor => {
  const [left, right] = [asTensor("matmul", "a", a), asTensor("matmul", "b", b)];
  return apply(matmulOp, [left, right], dims("matmul", "b", left, right));
});

/**
 * A linear layer: `x [rows, in]` times `weight [in, out]`, plus `bias [out]` on every row: `[rows, out]`.
 *
 * @throws ShapeError when the sides do not fit.
 */
export const linear = define(
  "linear",
  (x: Operandish, weight: Operandish, bias: Operandish): Tensor => {
    const [from, by] = [asTensor("linear", "x", x), asTensor("linear", "weight", weight)];
    const to = asTensor("linear", "bias", bias);
    const sides = dims("linear", "weight", from, by);
    if (to.shape.length !== 1 || to.size !== sides.n) {
      throw new ShapeError(
        `linear: bias does not fit, expected [${sides.n}], got ${show(to.shape)}`,
      );
    }
    return apply(linearOp, [from, by, to], sides);
  },
);
