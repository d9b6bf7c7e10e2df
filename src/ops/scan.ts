/** Running sums and products along one axis: of float32 in f64 inside, of float64 compensated. */
import { type Explanation, type Located, type Operand, operand } from "../diagnose.js";
import { apply, type Op } from "../op.js";
import { type Fold, normalizeAxis, type Shape, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { asTensor, define, kernelOf, type Operandish } from "./define.js";
import {
  blame,
  equation,
  explainLongSum,
  explainProduct,
  explainSum,
  largestOf,
} from "./explain.js";
import type { Reduce } from "./folds.js";

export interface ScanOptions {
  /** The axis to go along; the last one when left out. Negative ones count from the back. */
  readonly axis?: number;
}

interface ScanSpec {
  /** Of the elements up to here, those to blame. */
  blame(upTo: readonly Operand[]): Operand[];
  explain(blamed: readonly Operand[], y: number, count: number): Explanation;
}

/** x[outer, mid, inner] along one axis; a number is one element. @throws ShapeError */
function foldAlong(op: string, shape: Shape, axis: number): Fold {
  if (shape.length === 0 && (axis === -1 || axis === 0)) return { outer: 1, mid: 1, inner: 1 };
  const at = normalizeAxis(op, axis, shape.length);
  const [before, after] = [shape.slice(0, at), shape.slice(at + 1)];
  return { outer: sizeOf(before), mid: shape[at] ?? 1, inner: sizeOf(after) };
}

/** The elements of `tensor` from member `first` to `last` of the run that `flat` is in. */
function run(
  { mid, inner }: Fold,
  role: string,
  tensor: Tensor,
  flat: number,
  from: "start" | "here",
): Operand[] {
  const m = Math.floor(flat / inner) % mid;
  const start = flat - m * inner;
  const [first, last] = from === "start" ? [0, m] : [m, mid - 1];
  return Array.from({ length: last - first + 1 }, (_, i) =>
    operand(role, tensor, start + (first + i) * inner),
  );
}

/** The first operand that is not finite: a NaN before an ∞. */
function worst(operands: readonly Operand[]): Operand[] {
  const nan = operands.find((o) => Number.isNaN(o.value));
  const bad = nan ?? operands.find((o) => !Number.isFinite(o.value));
  return bad === undefined ? [] : [bad];
}

function scan(name: "cumsum" | "cumprod", spec: ScanSpec): Op<Fold> {
  const forward = (fold: Fold, x: Tensor, flat: number): Located => {
    const upTo = run(fold, "x", x, flat, "start");
    const blamed = spec.blame(upTo);
    return { operands: blamed, explain: (y) => spec.explain(blamed, y, upTo.length) };
  };
  const backward = (fold: Fold, x: Tensor, dy: Tensor, flat: number): Located => {
    const after = run(fold, "dy", dy, flat, "here");
    const g = worst(after)[0] ?? largestOf(after)[0] ?? operand("dy", dy, flat);
    const whole = [
      ...run(fold, "x", x, flat, "start"),
      ...run(fold, "x", x, flat, "here").slice(1),
    ].filter((o) => o.flat !== flat);
    const [other] = spec.blame(whole);
    return {
      operands: other === undefined ? [g] : [g, other],
      explain: (d) =>
        other === undefined || name === "cumsum"
          ? explainLongSum(`a sum of ${after.length} cotangents`, d)
          : explainProduct(g.value, other.value, d),
    };
  };
  return {
    name,
    float64: true,
    shape: ([x]) => (x as Tensor).shape,
    forward: (k, { inputs: [x], out, attrs: { outer, mid, inner } }) =>
      kernelOf(k, name, "forward", out.dtype)(out.at, (x as Tensor).at, outer, mid, inner),
    locate: ({ inputs: [x], attrs }, flat) => forward(attrs, x as Tensor, flat),
    backward: [
      {
        run: (k, { inputs: [x], attrs: { outer, mid, inner } }, dy, dx) =>
          kernelOf(k, name, "backward", dx.dtype)(
            dx.at,
            dy.at,
            (x as Tensor).at,
            outer,
            mid,
            inner,
          ),
        locate: ({ inputs: [x], attrs }, dy, flat) => backward(attrs, x as Tensor, dy, flat),
      },
    ],
  };
}

const cumsumOp = scan("cumsum", {
  blame,
  explain: ([a, b], y, count) =>
    a !== undefined && b !== undefined
      ? explainSum(a.value, b.value, y)
      : explainLongSum(`a running sum of ${count} elements`, y),
});

const cumprodOp = scan("cumprod", {
  blame: (upTo) => {
    const bad = worst(upTo);
    if (bad.length === 0) return largestOf(upTo);
    return Number.isNaN(bad[0]?.value)
      ? bad
      : [...bad, ...upTo.filter((o) => o.value === 0).slice(0, 1)];
  },
  explain: ([a, b], y, count) =>
    a !== undefined && b !== undefined
      ? explainProduct(a.value, b.value, y)
      : {
          expression: equation(`a running product of ${count} elements`, y),
          cause: "overflow-product",
          fix: ["scale-input"],
        },
});

function along(op: Op<Fold>) {
  const call = (x: Operandish, { axis = -1 }: ScanOptions = {}): Tensor => {
    const from = asTensor(op.name, "x", x);
    return apply(op, [from], foldAlong(op.name, from.shape, axis));
  };
  return call as Reduce<ScanOptions>;
}

/**
 * Running sums along one axis: y[i] = x[0] + … + x[i], each rounded once.
 *
 * @throws ShapeError when the axis is not there.
 */
export const cumsum = define("cumsum", along(cumsumOp));

/**
 * Running products along one axis: y[i] = x[0] · … · x[i], whatever the products on the way. The gradient
 * divides by nothing: zeros are exact.
 *
 * @throws ShapeError when the axis is not there.
 */
export const cumprod = define("cumprod", along(cumprodOp));
