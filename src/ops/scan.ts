/** Running sums and products along one axis: of float32 in f64 inside, sums of float64 compensated. */
import { checkFlag, checkOptions } from "../check.js";
import { writtenOptions } from "../diagnosis/code.js";
import { type Explanation, type Located, type Operand, operand } from "../diagnosis/diagnose.js";
import { apply, type Op } from "../op.js";
import type { Kernels } from "../runtime.js";
import { type Fold, normalizeAxis, type Shape, sizeOf } from "../shape.js";
import { bytesOf, isDouble, Tensor } from "../tensor.js";
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
  readonly axis?: number | undefined;
  /** Go from the last element to the first. Default false. */
  readonly reverse?: boolean | undefined;
  /** Leave each element out of its own result, which starts with 0, or with 1 of a product. Default false. */
  readonly exclusive?: boolean | undefined;
}

/** A run along one axis of x[outer, mid, inner], and how it is gone along. */
interface Way extends Fold {
  /** As it was given. */
  readonly axis: number | undefined;
  readonly reverse: boolean;
  readonly exclusive: boolean;
}

interface ScanSpec {
  /** Of the elements up to here, those to blame. */
  blame(upTo: readonly Operand[]): Operand[];
  explain(blamed: readonly Operand[], y: number, count: number): Explanation;
  /** Of one term of the gradient: its cotangent, and the number to blame among the other elements. */
  term(g: number, other: number, d: number): Explanation | undefined;
}

/** x[outer, mid, inner] along one axis; a number is one element. @throws ShapeError */
function foldAlong(op: string, shape: Shape, axis: number): Fold {
  if (shape.length === 0 && (axis === -1 || axis === 0)) return { outer: 1, mid: 1, inner: 1 };
  const at = normalizeAxis(op, axis, shape.length);
  const [before, after] = [shape.slice(0, at), shape.slice(at + 1)];
  return { outer: sizeOf(before), mid: shape[at] ?? 1, inner: sizeOf(after) };
}

/** Of the run that `flat` is in: what goes into it, what it goes into, or all other elements. */
function run(
  { mid, inner, reverse, exclusive }: Way,
  role: string,
  tensor: Tensor,
  flat: number,
  which: "before" | "after" | "others",
): Operand[] {
  const m = Math.floor(flat / inner) % mid;
  const start = flat - m * inner;
  const back = which === "after" ? !reverse : reverse;
  const chosen = (i: number): boolean => {
    if (i === m) return which !== "others" && !exclusive;
    return which === "others" || (back ? i > m : i < m);
  };
  const members = Array.from({ length: mid }, (_, i) => i).filter(chosen);
  return members.map((i) => operand(role, tensor, start + i * inner));
}

// ── Backwards, and without oneself ───────────────────────────────────────────────────────────────

/**
 * Brings x into the order in which it is gone along, or back from it (`home`): turned round, and one member later where
 * each is left out of its own result. What that leaves free is `fill`.
 */
function turn(
  k: Kernels,
  { outer, mid, inner, reverse }: Way,
  { to, from, later, fill, home }: Turn,
): void {
  const words = (bytesOf(to.dtype) / 4) * inner;
  const rows = mid - Number(later);
  if (later) to.raw.fill(fill);
  if (rows <= 0) return;
  const own = reverse ? { first: 4 * words * (mid - 1), step: -words } : { first: 0, step: words };
  const along = { first: 4 * words * Number(later), step: words };
  const [y, x] = home ? [own, along] : [along, own];
  for (let o = 0; o < outer; o++) {
    const at = 4 * words * mid * o;
    k.copy_rows_f32(to.at + at + y.first, from.at + at + x.first, rows, words, y.step, x.step);
  }
}

interface Turn {
  readonly to: Tensor;
  readonly from: Tensor;
  readonly later: boolean;
  readonly fill: number;
  readonly home: boolean;
}

/** Runs `body` with tensors like x that are freed after. */
function besides<T>(op: string, x: Tensor, count: number, body: (...made: Tensor[]) => T): T {
  const made: Tensor[] = [];
  try {
    for (let i = 0; i < count; i++) {
      made.push(new Tensor(x.shape, op, "op", undefined, x.dtype) as Tensor);
    }
    return body(...made);
  } finally {
    for (const tensor of made) tensor.release();
  }
}

/** What a run starts with. */
const NEUTRAL = { cumsum: 0, cumprod: 1, logcumsumexp: -Infinity } as const;

function runForward(k: Kernels, name: ScanName, way: Way, out: Tensor, x: Tensor): number {
  const kernel = kernelOf(k, name, "forward", out.dtype);
  const { outer, mid, inner, reverse, exclusive: later } = way;
  if (!reverse && !later) return kernel(out.at, x.at, outer, mid, inner);
  return besides(name, x, 2, (from, to) => {
    turn(k, way, { to: from as Tensor, from: x, later, fill: NEUTRAL[name], home: false });
    const peak = kernel((to as Tensor).at, (from as Tensor).at, outer, mid, inner);
    turn(k, way, { to: out, from: to as Tensor, later: false, fill: 0, home: true });
    return peak;
  });
}

function runBackward(
  k: Kernels,
  name: ScanName,
  way: Way,
  dx: Tensor,
  dy: Tensor,
  x: Tensor,
): number {
  const kernel = kernelOf(k, name, "backward", dx.dtype);
  const { outer, mid, inner, reverse, exclusive: later } = way;
  if (!reverse && !later) return kernel(dx.at, dy.at, x.at, outer, mid, inner);
  return besides(`${name} backward`, x, 3, (...made) => {
    const [from, by, to] = made as [Tensor, Tensor, Tensor];
    turn(k, way, { to: from, from: x, later, fill: NEUTRAL[name], home: false });
    turn(k, way, { to: by, from: dy, later: false, fill: 0, home: false });
    const peak = kernel(to.at, by.at, from.at, outer, mid, inner);
    turn(k, way, { to: dx, from: to, later, fill: 0, home: true });
    // The gradient of what it starts with is nobody's.
    if (!later) return peak;
    return (isDouble(dx) ? k.peak_f64 : k.peak_f32)(dx.at, dx.size);
  });
}

/** The first operand that is not finite: a NaN before an ∞. */
function worst(operands: readonly Operand[]): Operand[] {
  const nan = operands.find((o) => Number.isNaN(o.value));
  const bad = nan ?? operands.find((o) => !Number.isFinite(o.value));
  return bad === undefined ? [] : [bad];
}

type ScanName = keyof typeof NEUTRAL;

function scan(name: ScanName, spec: ScanSpec): Op<Way> {
  const forward = (way: Way, x: Tensor, flat: number): Located => {
    const upTo = run(way, "x", x, flat, "before");
    const blamed = spec.blame(upTo);
    return { operands: blamed, explain: (y) => spec.explain(blamed, y, upTo.length) };
  };
  const backward = (way: Way, x: Tensor, dy: Tensor, flat: number): Located => {
    const after = run(way, "dy", dy, flat, "after");
    const g = worst(after)[0] ?? largestOf(after)[0] ?? operand("dy", dy, flat);
    const [other] = spec.blame(run(way, "x", x, flat, "others"));
    return {
      operands: other === undefined ? [g] : [g, other],
      explain: (d) =>
        (other && spec.term(g.value, other.value, d)) ??
        explainLongSum(`a sum of ${after.length} cotangents`, d),
    };
  };
  return {
    name,
    float64: true,
    written: ({ attrs: { axis, reverse, exclusive } }) =>
      writtenOptions({ axis, reverse: reverse || undefined, exclusive: exclusive || undefined }),
    shape: ([x]) => (x as Tensor).shape,
    forward: (k, { inputs: [x], out, attrs }) => runForward(k, name, attrs, out, x as Tensor),
    locate: ({ inputs: [x], attrs }, flat) => forward(attrs, x as Tensor, flat),
    backward: [
      {
        run: (k, { inputs: [x], attrs }, dy, dx) =>
          runBackward(k, name, attrs, dx, dy, x as Tensor),
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
  term: () => undefined,
});

const cumprodOp = scan("cumprod", {
  blame: (upTo) => {
    const bad = worst(upTo);
    if (Number.isNaN(bad[0]?.value)) return bad;
    const found = [...bad, ...upTo.filter((o) => o.value === 0).slice(0, 1)];
    return found.length > 0 ? found : largestOf(upTo);
  },
  explain: ([a, b], y, count) =>
    a !== undefined && b !== undefined
      ? explainProduct(a.value, b.value, y)
      : {
          expression: equation(`a running product of ${count} elements`, y),
          cause: "overflow-product",
          fix: ["scale-input"],
        },
  term: explainProduct,
});

const logcumsumexpOp = scan("logcumsumexp", {
  blame: (upTo) => {
    const nan = upTo.find((o) => Number.isNaN(o.value));
    if (nan !== undefined || upTo.length === 0) return nan === undefined ? [] : [nan];
    return [upTo.reduce((a, b) => (b.value > a.value ? b : a))];
  },
  explain: (_blamed, y, count) => ({
    expression: equation(`logcumsumexp of ${count} elements`, y),
    cause: "empty-row",
    fix: ["finite-mask"],
  }),
  term: (g, _other, d) => explainProduct(g, 1, d),
});

const OPTIONS = ["axis", "reverse", "exclusive"] as const;

function along<O extends ScanOptions = ScanOptions>(
  op: Op<Way>,
  known: readonly string[] = OPTIONS,
) {
  const call = (x: Operandish, options: ScanOptions = {}): Tensor => {
    checkOptions(op.name, options, known);
    const { axis, reverse = false, exclusive = false } = options;
    const from = asTensor(op.name, "x", x);
    checkFlag(op.name, "reverse", reverse);
    checkFlag(op.name, "exclusive", exclusive);
    const fold = foldAlong(op.name, from.shape, axis === undefined ? -1 : axis);
    return apply(op, [from], { ...fold, axis, reverse, exclusive });
  };
  return call as Reduce<O>;
}

/**
 * Running sums along one axis: y[i] = x[0] + … + x[i], each rounded once; from the end with `reverse`, without x[i] with
 * `exclusive`.
 *
 * @throws ShapeError when the axis is not there.
 */
export const cumsum = define("cumsum", along(cumsumOp));

/**
 * Running products along one axis: y[i] = x[0] · … · x[i], whatever the products on the way. The gradient
 * divides by nothing: zeros are exact. `reverse` and `exclusive` as for sums.
 *
 * @throws ShapeError when the axis is not there.
 */
export const cumprod = define("cumprod", along(cumprodOp));

/**
 * The logarithms of running sums of exponentials along one axis: y[i] = log(e^x[0] + … + e^x[i]), with no exponential that overflows or
 * becomes 0. `reverse` as for sums; there is no `exclusive`, whose first result would be log(0).
 *
 * @throws ShapeError when the axis is not there.
 */
export const logcumsumexp = define(
  "logcumsumexp",
  along<Omit<ScanOptions, "exclusive">>(logcumsumexpOp, ["axis", "reverse"]),
);
