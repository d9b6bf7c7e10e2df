/** Gated linear units: one half of the features decides how much of the other goes through. */
import { checkAttached, checkOptions, typeName } from "../check.js";
import { type Located, operand } from "../diagnosis/diagnose.js";
import { InputTypeError, ShapeError } from "../errors.js";
import { apply, type Op } from "../op.js";
import { normalizeAxis, type Shape, show, sizeOf } from "../shape.js";
import { bytesOf, type DType, Tensor } from "../tensor.js";
import { type Floats, partOf } from "./arrays.js";
import {
  type BinarySpec,
  binary,
  define,
  type Elementwise2,
  kernelOf,
  type OutOption,
  type OutOption64,
  setWalk,
} from "./define.js";
import { explainProduct, explainSlope } from "./explain.js";

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

export interface GatedOptions {
  /** The axis that is halved; the last one when left out. Negative ones count from the back. */
  readonly axis?: number | undefined;
}

/** On two operands (numbers, arrays of one length, tensors that broadcast), or on the halves of one. */
export interface GatedUnit extends Elementwise2 {
  (x: Float32Array, options?: OutOption): Float32Array;
  (x: Float64Array, options?: OutOption64): Float64Array;
  <D extends DType>(x: Tensor<D>, options?: GatedOptions): Tensor<D>;
}

type Stem = "glu" | "swiglu";

/** x as [outer, 2, n]: n elements of a, then n of b. */
interface Halves {
  readonly shape: Shape;
  readonly outer: number;
  readonly n: number;
}

/** @throws ShapeError when the axis has no halves. */
function halvesOf(op: string, { shape }: Tensor, axis: number): Halves {
  const at = normalizeAxis(op, axis, shape.length);
  const side = shape[at] ?? 1;
  if (side % 2 !== 0) {
    throw new ShapeError(
      `${op}: axis ${axis} has no halves, expected an even side, got ${side} in ${show(shape)}`,
    );
  }
  const half = shape.map((length, i) => (i === at ? length / 2 : length));
  return { shape: half, outer: sizeOf(shape.slice(0, at)), n: sizeOf(half.slice(at)) };
}

/** Both operands of element `flat` of the output. */
function pairAt(x: Tensor, { n }: Halves, flat: number) {
  const a = Math.floor(flat / n) * 2 * n + (flat % n);
  return [operand("a", x, a), operand("b", x, a + n)] as const;
}

function halvesOp(stem: Stem, slopes: NonNullable<BinarySpec["slopes"]>): Op<Halves> {
  const backward = (x: Tensor, halves: Halves, dy: Tensor, flat: number): Located => {
    const { n } = halves;
    const which = Math.floor(flat / n) % 2;
    const from = Math.floor(flat / (2 * n)) * n + (flat % n);
    const [a, b] = pairAt(x, halves, from);
    const g = operand("dy", dy, from);
    const { text, of } = slopes[which === 0 ? 0 : 1];
    return {
      operands: [g, a, b],
      explain: (d) => explainSlope(g.value, text, of(a.value, b.value), d, [a.value, b.value]),
    };
  };
  return {
    name: stem,
    float64: true,
    shape: (_, { shape }) => shape,
    forward: (k, { inputs: [x], out, attrs: { outer, n } }) => {
      const { at, dtype } = x as Tensor;
      const [row, col] = [
        [2 * n, 2 * n],
        [1, 1],
      ];
      setWalk(k, dtype, { rows: outer, cols: n, row, col, starts: [] });
      const run = kernelOf(k, stem, "forward", dtype);
      return run(out.at, at, at + bytesOf(dtype) * n, outer, n, 2 * n, 1, 2 * n, 1);
    },
    locate: ({ inputs: [x], attrs }, flat) => {
      const [a, b] = pairAt(x as Tensor, attrs, flat);
      return { operands: [a, b], explain: (y) => explainProduct(a.value, b.value, y) };
    },
    backward: [
      {
        run: (k, { inputs: [x], attrs: { outer, n } }, dy, dx) =>
          kernelOf(k, stem, "halves_backward", dx.dtype)(dx.at, dy.at, (x as Tensor).at, outer, n),
        locate: ({ inputs: [x], attrs }, dy, flat) => backward(x as Tensor, attrs, dy, flat),
      },
    ],
  };
}

/** The halves of an array. @throws ShapeError */
function cut(op: string, x: Floats): readonly [Floats, Floats] {
  checkAttached(op, "x", x);
  const half = x.length / 2;
  if (x.length % 2 === 0) return [partOf(x, 0, half), partOf(x, half, half)];
  throw new ShapeError(`${op}: no halves, expected an even length, got ${x.length}`);
}

const isArray = (value: unknown): value is Floats =>
  value instanceof Float32Array || value instanceof Float64Array;

const isOperand = (value: unknown): boolean =>
  typeof value === "number" || isArray(value) || value instanceof Tensor;

function gated<S extends Stem>(stem: S, slopes: NonNullable<BinarySpec["slopes"]>) {
  const two = binary(stem, stem, { saturates: "smooth", slopes, explain: explainProduct });
  // Its overloads tell the operands apart.
  const onTwo = two as (a: unknown, b: unknown, options?: OutOption) => unknown;
  const op = halvesOp(stem, slopes);
  const call = (x: unknown, second?: unknown, options?: OutOption): unknown => {
    if (isOperand(second)) return onTwo(x, second, options);
    const given = second === undefined ? {} : (second as GatedOptions & OutOption);
    if (x instanceof Tensor) {
      checkOptions(stem, given, ["axis"]);
      const { axis = -1 } = given;
      x.use(stem);
      return apply(op, [x], halvesOf(stem, x, axis));
    }
    if (isArray(x)) {
      checkOptions(stem, given, ["out"]);
      return onTwo(...cut(stem, x), given);
    }
    throw new InputTypeError(
      `${stem}: x cannot be halved, expected a Float32Array, a Float64Array or a Tensor, or two operands, got ${typeName(x)}`,
    );
  };
  return define(stem, call as GatedUnit);
}

/** a σ(b), of two operands or of the halves of one along an axis (Dauphin et al. 2017). */
export const glu = gated("glu", [
  { text: "σ(b)", of: (_, b) => logistic(b) },
  { text: "a σ(b)σ(−b)", of: (a, b) => a * logistic(b) * logistic(-b) },
]);

/** silu(a) b, of two operands or of the halves of one along an axis (Shazeer 2020). */
export const swiglu = gated("swiglu", [
  { text: "b silu′(a)", of: (a, b) => b * logistic(a) * (1 + a * logistic(-a)) },
  { text: "silu(a)", of: (a) => a * logistic(a) },
]);
