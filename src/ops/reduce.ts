/** Sums and means, in f64 inside: neither overflows nor cancels on the way. */
import { operand } from "../diagnose.js";
import { ShapeError } from "../errors.js";
import { apply, type Call, type Op } from "../op.js";
import { type Fold, normalizeAxis, type Shape, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { asTensor, define, type Operandish } from "./define.js";
import { explainLongSum, explainSlope, findIn } from "./explain.js";

export interface ReduceOptions {
  /** The axis to sum away; all of them when left out. Negative ones count from the back. */
  readonly axis?: number;
  /** Keep the axis with length 1. Default false. */
  readonly keepDims?: boolean;
}

interface Attrs extends Fold {
  readonly shape: Shape;
  readonly scale: number;
}

/** x[outer, mid, inner] for a reduction over one axis, or all. */
function foldOf(name: string, x: Tensor, { axis, keepDims = false }: ReduceOptions): Attrs {
  if (axis === undefined) {
    const shape = keepDims ? x.shape.map(() => 1) : [];
    return { outer: 1, mid: x.size, inner: 1, shape, scale: 1 };
  }
  const at = normalizeAxis(name, axis, x.shape.length);
  const [before, after] = [x.shape.slice(0, at), x.shape.slice(at + 1)];
  const shape = [...before, ...(keepDims ? [1] : []), ...after];
  return { outer: sizeOf(before), mid: x.shape[at] ?? 1, inner: sizeOf(after), shape, scale: 1 };
}

/** Flat index in x of element m of the sum that gives element `flat` of y. */
function member({ mid, inner }: Fold, flat: number, m: number): number {
  return (Math.floor(flat / inner) * mid + m) * inner + (flat % inner);
}

function reduction(name: string): Op<Attrs> {
  const bad = (x: Tensor) => (flat: number) => !Number.isFinite(x.raw[flat]);
  return {
    name,
    shape: (_, { shape }) => shape,
    forward: (k, { inputs: [x], out, attrs: { outer, mid, inner, scale } }) =>
      k.sum_forward_f32(out.at, (x as Tensor).at, outer, mid, inner, scale),
    locate: ({ inputs: [x], attrs }, flat) => {
      const from = x as Tensor;
      const at = findIn(attrs.mid, (m) => member(attrs, flat, m), bad(from));
      return {
        operands: [operand("x", from, at >= 0 ? at : member(attrs, flat, 0))],
        explain: (y) => explainLongSum(`${name} of ${attrs.mid} elements`, y),
      };
    },
    backward: [
      {
        run: (k, { attrs: { outer, mid, inner, scale } }: Call<Attrs>, dy, dx) =>
          k.sum_backward_f32(dx.at, dy.at, outer, mid, inner, scale),
        locate: ({ attrs: { mid, inner, scale } }, dy, flat) => {
          const g = operand("dy", dy, Math.floor(flat / (mid * inner)) * inner + (flat % inner));
          return { operands: [g], explain: (d) => explainSlope(g.value, `${scale}`, scale, d) };
        },
      },
    ],
  };
}

const sumOp = reduction("sum");
const meanOp = reduction("mean");

/**
 * The sum over all elements, or over one axis.
 *
 * @throws ShapeError when the axis is not there.
 */
export const sum = define("sum", (x: Operandish, options: ReduceOptions = {}): Tensor => {
  const from = asTensor("sum", "x", x);
  return apply(sumOp, [from], foldOf("sum", from, options));
});

/**
 * The mean over all elements, or over one axis.
 *
 * @throws ShapeError when the axis is not there, or there is nothing to average.
 */
export const mean = define("sum", (x: Operandish, options: ReduceOptions = {}): Tensor => {
  const from = asTensor("mean", "x", x);
  const fold = foldOf("mean", from, options);
  if (fold.mid === 0) {
    throw new ShapeError("mean: nothing to average, expected at least one element, got 0");
  }
  return apply(meanOp, [from], { ...fold, scale: 1 / fold.mid });
});
