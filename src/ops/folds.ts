/**
 * What the reductions have in common: which axes, in which form the kernels take them, and where the
 * operands of an element are.
 */
import { checkFlag, checkOptions } from "../check.js";
import { writtenOptions } from "../diagnosis/code.js";
import {
  type Absorbs,
  type Explanation,
  type Located,
  type Operand,
  operand,
} from "../diagnosis/diagnose.js";
import { InputTypeError, ShapeError } from "../errors.js";
import { apply, type Op } from "../op.js";
import type { Kernels } from "../runtime.js";
import { type Fold, normalizeAxis, type Shape, show } from "../shape.js";
import type { DType, Tensor } from "../tensor.js";
import { kernelOf, type Stem64 } from "./define.js";
import { explainSlope, owedToCotangent } from "./explain.js";
import { inOrder, intoOrder, type Order, orderOf } from "./order.js";
import { isWritten } from "./rows.js";

export interface ReduceOptions {
  /** The axis, or axes, to reduce; all of them when left out. Negative ones count from the back. */
  readonly axis?: number | readonly number[] | undefined;
  /** Keep the reduced axes with length 1. Default false. */
  readonly keepDims?: boolean | undefined;
}

/** A function over axes, of tensors of either type. */
export interface Reduce<O = ReduceOptions> {
  (x: number, options?: O): Tensor;
  <D extends DType>(x: Tensor<D>, options?: O): Tensor<D>;
}

/** A reduction of one shape to another. */
export interface Axes extends Order {
  /** Of the output. */
  readonly shape: Shape;
  /** As they were given. */
  readonly axis: ReduceOptions["axis"];
  readonly keepDims: boolean;
}

/** The axes to reduce, counted from the front. @throws ShapeError, InputTypeError */
function reducedAxes(op: string, rank: number, axis: ReduceOptions["axis"]): Set<number> {
  if (axis === undefined) return new Set(Array.from({ length: rank }, (_, i) => i));
  const list: readonly unknown[] = Array.isArray(axis) ? axis : [axis];
  const axes = new Set<number>();
  for (const one of list) {
    if (typeof one !== "number") {
      throw new InputTypeError(
        `${op}: axis is no number, expected a number or an array of them, got ${one === null ? "null" : typeof one}`,
      );
    }
    const at = normalizeAxis(op, one, rank);
    if (axes.has(at)) {
      throw new ShapeError(
        `${op}: axis ${at} twice, expected each once, got ${show(list as Shape)}`,
      );
    }
    axes.add(at);
  }
  return axes;
}

/** How to reduce a tensor of this shape; `more` are options that the op itself takes. @throws ShapeError, InputTypeError, InputRangeError */
export function axesOf(
  op: string,
  x: Shape,
  options: ReduceOptions,
  more: readonly string[] = [],
): Axes {
  checkOptions(op, options, ["axis", "keepDims", ...more]);
  const { axis, keepDims = false } = options;
  checkFlag(op, "keepDims", keepDims);
  const axes = reducedAxes(op, x.length, axis);
  const shape = keepDims
    ? x.map((side, i) => (axes.has(i) ? 1 : side))
    : x.filter((_, i) => !axes.has(i));
  return { ...orderOf(x, axes), shape, axis, keepDims };
}

/** @throws ShapeError when there is nothing to reduce. */
export function atLeastOne(op: string, { mid }: Fold): void {
  if (mid === 0) {
    throw new ShapeError(`${op}: nothing to reduce, expected at least one element, got 0`);
  }
}

// ── Elements ─────────────────────────────────────────────────────────────────────────────────────

/** Members that are looked at. */
const LOOKED_AT = 64;

/** The elements of x that one element of the output is made of. */
export class Group {
  readonly x: Tensor;
  readonly count: number;
  readonly #axes: Axes;
  readonly #flat: number;

  constructor(axes: Axes, x: Tensor, flat: number) {
    this.x = x;
    this.count = axes.mid;
    this.#axes = axes;
    this.#flat = flat;
  }

  /** The flat index in x of member m. */
  index(m: number): number {
    const { mid, inner, parts } = this.#axes;
    const place = (Math.floor(this.#flat / inner) * mid + m) * inner + (this.#flat % inner);
    return parts === null
      ? place
      : parts.reduce((at, { side, from, to }) => at + (Math.floor(place / to) % side) * from, 0);
  }

  value(m: number): number {
    return this.x.raw[this.index(m)] ?? Number.NaN;
  }

  values(): number[] {
    return Array.from({ length: this.count }, (_, m) => this.value(m));
  }

  /** In two passes. */
  moments(ddof = 0): { readonly mean: number; readonly variance: number; readonly n: number } {
    const values = this.values();
    const n = values.length - ddof;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / n, n };
  }

  operand(m: number): Operand {
    return operand("x", this.x, this.index(m));
  }

  /** The first members that `holds`, one where nothing else is said. */
  first(holds: (value: number) => boolean, most = 1): Operand[] {
    const found: Operand[] = [];
    for (let m = 0; m < this.count && found.length < most; m++) {
      if (holds(this.value(m))) found.push(this.operand(m));
    }
    return found;
  }

  /** A member that is such an ∞: of several one that comes from no number in the code, which may be a mask. */
  infinite(value: number): Operand[] {
    const [first, ...others] = this.first((v) => v === value, LOOKED_AT);
    if (first === undefined || others.length === 0) return first ? [first] : [];
    return [[first, ...others].find((one) => !isWritten(one)) ?? first];
  }

  /** The member with the smallest magnitude. */
  smallest(): Operand[] {
    let best = 0;
    for (let m = 1; m < this.count; m++)
      if (Math.abs(this.value(m)) < Math.abs(this.value(best))) best = m;
    return this.count === 0 ? [] : [this.operand(best)];
  }

  /** The member with the largest magnitude that is a number. */
  largest(): Operand[] {
    let best = -1;
    for (let m = 0; m < this.count; m++) {
      const size = Math.abs(this.value(m));
      if (best < 0 ? size >= 0 : size > Math.abs(this.value(best))) best = m;
    }
    return best < 0 ? [] : [this.operand(best)];
  }
}

/** The element of the output that element `flat` of x went into. */
export function groupOf({ mid, inner, parts }: Axes, flat: number): number {
  const place =
    parts === null
      ? flat
      : parts.reduce((at, { side, from, to }) => at + (Math.floor(flat / from) % side) * to, 0);
  return Math.floor(place / (mid * inner)) * inner + (place % inner);
}

/** A NaN; else the infinities of either sign; else the largest element. */
export function suspects(group: Group): Operand[] {
  const nan = group.first(Number.isNaN);
  if (nan.length > 0) return nan;
  const infinite = [
    ...group.infinite(Number.POSITIVE_INFINITY),
    ...group.infinite(Number.NEGATIVE_INFINITY),
  ];
  if (infinite.length > 0) return infinite;
  const [largest] = group.largest();
  return largest === undefined || largest.value !== 0 ? group.largest() : unmasked(group);
}

/** Of members that are all 0 one that is so for what was computed, not for a mask: a factor of 0, or the exponential of −∞. */
function unmasked(group: Group): Operand[] {
  const { call } = group.x;
  const isMade = ({ value, tensor }: Operand): boolean => value !== 0 || tensor.call !== undefined;
  const isFit = call?.op.name === "mul" ? isMade : ({ value }: Operand) => Number.isFinite(value);
  if (call?.inputs.every(({ readable }) => readable)) {
    for (let m = 0; m < Math.min(group.count, LOOKED_AT); m++) {
      if (call.op.locate(call, group.index(m)).operands.every(isFit)) return [group.operand(m)];
    }
  }
  return group.largest();
}

// ── The op ───────────────────────────────────────────────────────────────────────────────────────

type Forward = (
  y: number,
  x: number,
  outer: number,
  mid: number,
  inner: number,
  s: number,
) => number;
type Grad = (
  dx: number,
  dy: number,
  y: number,
  x: number,
  outer: number,
  mid: number,
  inner: number,
  s: number,
) => number;

export interface Attrs extends Axes {
  /** The kernel's last argument: a scale, or degrees of freedom. */
  readonly scalar: number;
}

/** The options of a reduction as code; a number of all elements needs none. */
function written({ axis, keepDims, scalar }: Attrs, out: Tensor, ofScalar?: string): string {
  const all = out.shape.length === 0;
  return writtenOptions({
    axis: all ? undefined : axis,
    keepDims: keepDims || undefined,
    ...(ofScalar === undefined || scalar === 0 ? {} : { [ofScalar]: scalar }),
  });
}

export interface ReductionSpec {
  /** As in `Op`. */
  readonly absorbs?: Absorbs;
  readonly forward: (k: Kernels, dtype: DType) => Forward;
  readonly loses?: Op<Attrs>["loses"];
  /** The option that the scalar is, of those that have one. */
  readonly scalar?: string;
  /** null: it has no gradient. */
  readonly backward: ((k: Kernels, dtype: DType) => Grad) | null;
  /** The elements to blame for a bad result; default: `suspects`. */
  readonly suspects?: (group: Group) => Operand[];
  /** Why a result that is worse than its suspects is so. */
  explain(group: Group, y: number, blamed: readonly Operand[]): Explanation;
  /** dy/dx at x, a member of the group, as a formula and as a number. */
  readonly slope: {
    readonly text: string;
    readonly of: (x: number, group: Group, scalar: number, y: number) => number;
  };
}

/** The kernels of a stem, for either type: of one that has a gradient. */
export function kernelsOf(stem: Stem64) {
  return {
    forward: (k: Kernels, dtype: DType): Forward => kernelOf(k, stem, "forward", dtype),
    backward: (k: Kernels, dtype: DType): Grad => kernelOf(k, stem, "backward", dtype),
  };
}

/** The same of one that has none. */
export function forwardOf(stem: Stem64) {
  return { ...kernelsOf(stem), backward: null };
}

/** An op over any axes. */
export function reduction(name: string, spec: ReductionSpec): Op<Attrs> {
  const { backward } = spec;
  const blame = spec.suspects ?? suspects;
  const locate = (group: Group): Located => {
    const blamed = blame(group);
    return { operands: blamed, explain: (y) => spec.explain(group, y, blamed) };
  };
  return {
    name,
    float64: true,
    absorbs: spec.absorbs,
    ...(spec.loses && { loses: spec.loses }),
    written: ({ attrs, out }) => written(attrs, out, spec.scalar),
    shape: (_, { shape }) => shape,
    forward: (k, { inputs: [x], out, attrs }) =>
      inOrder(k, attrs, x as Tensor, (from) =>
        spec.forward(k, out.dtype)(
          out.at,
          from.at,
          attrs.outer,
          attrs.mid,
          attrs.inner,
          attrs.scalar,
        ),
      ),
    locate: ({ inputs: [x], attrs }, flat) => locate(new Group(attrs, x as Tensor, flat)),
    backward: [
      backward && {
        run: (k, { inputs: [x], out, attrs }, dy, dx) =>
          inOrder(k, attrs, x as Tensor, (from) =>
            intoOrder(k, attrs, dx, (to) =>
              backward(k, out.dtype)(
                to.at,
                dy.at,
                out.at,
                from.at,
                attrs.outer,
                attrs.mid,
                attrs.inner,
                attrs.scalar,
              ),
            ),
          ),
        locate: ({ inputs: [x], out, attrs }, dy, flat) => {
          const from = x as Tensor;
          const at = groupOf(attrs, flat);
          const group = new Group(attrs, from, at);
          const g = operand("dy", dy, at);
          const own = operand("x", from, flat);
          const others = blame(group).filter((o) => o.flat !== flat);
          const y = operand("y", out, at);
          const slope = spec.slope.of(own.value, group, attrs.scalar, y.value);
          return {
            operands: [g, own, ...others],
            ...owedToCotangent(g, slope),
            explain: (dx) => explainSlope(g.value, spec.slope.text, slope, dx, []),
          };
        },
      },
    ],
  };
}

/** Applies a reduction to checked operands. */
export function applyReduction(op: Op<Attrs>, x: Tensor, axes: Axes, scalar = 0): Tensor {
  return apply(op, [x], { ...axes, scalar });
}
