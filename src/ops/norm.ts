/** Normalisation along the last axis. */
import { checkOptions, checkRange } from "../check.js";
import { writtenOptions } from "../diagnosis/code.js";
import { type Located, type Operand, operand } from "../diagnosis/diagnose.js";
import { showNumber } from "../diagnosis/report.js";
import { ShapeError } from "../errors.js";
import { apply, type Call, type Op } from "../op.js";
import { show } from "../shape.js";
import { type AnyTensor, isDouble, Tensor, type Tensor64 } from "../tensor.js";
import {
  asTensor,
  define,
  dtypeAmong,
  kernelOf,
  type LikeThem,
  type Operandish,
} from "./define.js";
import { equation, explainProduct, locateSum } from "./explain.js";
import { rowStats as describeRow, guilty, type Rows, rowsOf, spoiled } from "./rows.js";

/** PyTorch's. */
const EPSILON = 1e-5;

export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number | undefined;
}

interface Attrs extends Rows {
  readonly eps: number;
}

/** Per row doubles, as the kernel leaves them: of float32 mean and reciprocal deviation; of float64 as in double/norm.ts. */
function statsOf({ out }: Call<Attrs>): Tensor64 {
  return out.saved?.[0] as Tensor64;
}

const perRow = (out: Tensor): number => (isDouble(out) ? 5 : 2);

/** Mean and reciprocal deviation of a row, as the kernel had them. */
function rowStats(call: Call<Attrs>, row: number): { mean: number; r: number } {
  const size = perRow(call.out);
  const stats = statsOf(call).raw.subarray(size * row, size * (row + 1));
  const [mean = Number.NaN, r = Number.NaN, scale = 1, , trueR = Number.NaN] = stats;
  return isDouble(call.out) ? { mean: mean / scale, r: trueR } : { mean, r };
}

function locateRow(call: Call<Attrs>, flat: number): Located {
  const [x, gamma, beta] = call.inputs as readonly [Tensor, Tensor, Tensor];
  const { cols } = call.attrs;
  const [row, col] = [Math.floor(flat / cols), flat % cols];
  const element = guilty("x", x, flat, cols);
  return {
    operands: [element, operand("gamma", gamma, col), operand("beta", beta, col)],
    explain: (y) => {
      const { mean, r } = rowStats(call, row);
      const moments = `row ${row}: mean ${showNumber(mean)}, deviation ${showNumber(1 / r)}`;
      const stats = describeRow("x", x, row, cols);
      if (!Number.isFinite(element.value)) {
        const expression = `${equation("∞ − mean(… ∞ …)", y)} (${moments})`;
        const stage = "x − mean";
        return { expression, cause: "inf-minus-inf", fix: ["scale-input"], stage, stats };
      }
      if (r === Infinity) {
        const expression = `${equation("0 · 1/√0 = 0 · ∞", y)} (${moments})`;
        const stage = "1/√(variance + eps)";
        return { expression, cause: "zero-variance", fix: ["epsilon"], stage, stats };
      }
      const scaled = explainProduct(
        (element.value - mean) * r,
        operand("gamma", gamma, col).value,
        y,
      );
      return { ...scaled, stage: "(x − mean)/deviation · gamma + beta", stats };
    },
  };
}

function locateGradient(call: Call<Attrs>, dy: Tensor, flat: number): Located {
  const [x, gamma] = call.inputs as readonly [Tensor, Tensor];
  const { cols } = call.attrs;
  const row = Math.floor(flat / cols);
  const g = guilty("dy", dy, flat, cols);
  const element = guilty("x", x, flat, cols);
  const scale = spoiled("gamma", gamma, 0, cols) ?? operand("gamma", gamma, flat % cols);
  return {
    operands: [g, element, scale],
    explain: (d) => ({
      ...explainProduct(g.value * scale.value, rowStats(call, row).r, d),
      stage: "dy gamma / deviation",
      stats: [...describeRow("dy", dy, row, cols), ...describeRow("x", x, row, cols)],
    }),
  };
}

const column = ({ attrs: { rows, cols } }: Call<Attrs>, dy: Tensor, col: number): Operand[] =>
  Array.from({ length: rows }, (_, row) => operand("dy", dy, row * cols + col));

/** dγ: the sum down a column of dy · (x − mean)/deviation. */
function locateGamma(call: Call<Attrs>, dy: Tensor, col: number): Located {
  const { cols } = call.attrs;
  const x = call.inputs[0] as Tensor;
  const cotangents = column(call, dy, col);
  const terms = cotangents.map((g, row) => {
    const element = spoiled("x", x, row, cols) ?? operand("x", x, row * cols + col);
    const { mean, r } = rowStats(call, row);
    return { g, element, r, normal: (element.value - mean) * r };
  });
  const isBad = ({ normal }: (typeof terms)[number]): boolean => !Number.isFinite(normal);
  // Only where strict does a cotangent of 0 not take away what it meets.
  const term =
    terms.find((one) => !Number.isFinite(one.g.value) || (isBad(one) && one.g.value !== 0)) ??
    terms.find(isBad);
  if (term === undefined) return locateSum(cotangents);
  const { g, element, r, normal } = term;
  return {
    operands: [g, element],
    explain: (d) => {
      if (!Number.isFinite(element.value)) return explainProduct(g.value, element.value, d);
      const product = explainProduct(g.value, normal, d);
      return r === Infinity ? { ...product, cause: "zero-variance", fix: ["epsilon"] } : product;
    },
  };
}

const locateBeta = (call: Call<Attrs>, dy: Tensor, col: number): Located =>
  locateSum(column(call, dy, col));

const op: Op<Attrs> = {
  name: "layerNorm",
  float64: true,
  shape: ([x]) => (x as Tensor).shape,
  written: ({ attrs: { eps } }) => writtenOptions({ eps: eps === EPSILON ? undefined : eps }),
  forward: (k, { inputs, out, attrs: { rows, cols, eps } }) => {
    const [x, gamma, beta] = inputs as readonly [Tensor, Tensor, Tensor];
    const stats = new Tensor([rows * perRow(out)], "layerNorm", "op", undefined, "float64");
    out.saved = [stats];
    const run = kernelOf(k, "layer_norm", "forward", out.dtype);
    return run(out.at, stats.at, x.at, gamma.at, beta.at, rows, cols, eps);
  },
  locate: locateRow,
  backward: [
    {
      run: (k, call, dy, dx) => {
        const [x, gamma] = call.inputs as readonly [Tensor, Tensor];
        const { rows, cols } = call.attrs;
        const run = kernelOf(k, "layer_norm", "backward", dx.dtype);
        return run(dx.at, dy.at, x.at, gamma.at, statsOf(call).at, rows, cols);
      },
      locate: locateGradient,
    },
    {
      run: (k, call, dy, dx) => {
        const { rows, cols } = call.attrs;
        const x = call.inputs[0] as Tensor;
        const run = kernelOf(k, "layer_norm", "backward_gamma", dx.dtype);
        return run(dx.at, dy.at, x.at, statsOf(call).at, rows, cols);
      },
      locate: locateGamma,
    },
    {
      run: (k, { attrs: { rows, cols } }, dy, dx) =>
        kernelOf(k, "sum", "forward", dx.dtype)(dx.at, dy.at, 1, rows, cols, 1),
      locate: locateBeta,
    },
  ],
};

/** Of tensors of one type, either. */
export type LayerNorm = <T extends AnyTensor>(
  x: T,
  gamma: T,
  beta: T,
  options?: LayerNormOptions,
) => LikeThem<T>;

/**
 * Layer normalisation along the last axis: `(x − mean) / √(variance + eps) · gamma + beta` for each row
 * of `x [..., cols]`, with `gamma [cols]` and `beta [cols]`. Statistics are taken in f64 in two passes; those of float64 from
 * a mean that is a pair, scaled where squares would overflow.
 *
 * @throws ShapeError when gamma or beta do not fit; InputRangeError when eps is negative or not finite.
 */
export const layerNorm = define("layer_norm", ((
  x: Operandish,
  gamma: Operandish,
  beta: Operandish,
  options: LayerNormOptions = {},
): Tensor => {
  checkOptions("layerNorm", options, ["eps"]);
  const dtype = dtypeAmong(x, gamma, beta);
  const from = asTensor("layerNorm", "x", x, dtype);
  const rows = rowsOf("layerNorm", from);
  const scales = [
    asTensor("layerNorm", "gamma", gamma, dtype),
    asTensor("layerNorm", "beta", beta, dtype),
  ] as const;
  checkOptions("layerNorm", options, ["eps"]);
  const { eps = EPSILON } = options;
  for (const scale of scales) {
    if (scale.shape.length !== 1 || scale.size !== rows.cols) {
      throw new ShapeError(
        `layerNorm: gamma or beta does not fit, expected [${rows.cols}], got ${show(scale.shape)}`,
      );
    }
  }
  checkRange("layerNorm", "eps", eps, (v) => v >= 0 && v < Infinity, "0 … ∞");
  return apply(op, [from, ...scales], { ...rows, eps });
}) as LayerNorm);
