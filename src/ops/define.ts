/**
 * How a family defines its ops: one record each. The kernels are named by their stem, and the compiler
 * checks the name and the signature against the ABI.
 */

import { tensor } from "../create.js";
import { type Explanation, type Located, operand } from "../diagnose.js";
import { InputTypeError } from "../errors.js";
import { apply, type Backward, type Call, type Op } from "../op.js";
import type { Kernels } from "../runtime.js";
import {
  broadcastShapes,
  foldsTo,
  operandIndex,
  type Plan,
  planBroadcast,
  type Shape,
  sameShape,
  sizeOf,
} from "../shape.js";
import { Tensor } from "../tensor.js";
import { explainLongSum, explainSlope } from "./explain.js";

type Forward = Extract<keyof Kernels, `${string}_forward_f32`>;

/** Every op that the wasm module has a forward kernel for. */
export type Stem = Forward extends `${infer S}_forward_f32` ? S : never;

/** Stems whose forward kernel takes these parameters. */
type StemOf<F> = {
  [S in Stem]: Parameters<Kernels[`${S}_forward_f32`]>["length"] extends F ? S : never;
}[Stem];

/** An op as users call it, with the kernel it stands for. */
export type OpFunction<S extends Stem, F> = F & { readonly stem: S };

/** Ties a function to its kernel. */
export function define<S extends Stem, F>(stem: S, call: F): OpFunction<S, F> {
  return Object.assign(call as F & object, { stem });
}

/** What an op takes for an operand: a tensor, or a number that becomes one. */
export type Operandish = Tensor | number;

/** An operand as a tensor. @throws InputTypeError */
export function asTensor(op: string, role: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value === "number") return tensor(value);
  const got = value === null ? "null" : typeof value;
  throw new InputTypeError(
    `${op}: ${role} is no tensor, expected a Tensor or a number, got ${got}`,
  );
}

// ── Unary ────────────────────────────────────────────────────────────────────────────────────────

export interface UnarySpec {
  /** dy/dx as a formula, and as a function of x, for reports. */
  readonly slope: { readonly text: string; readonly of: (x: number) => number };
  /** Why a finite or infinite x gave a worse y. */
  explain(x: number, y: number): Explanation;
}

type UnaryStem = StemOf<3> &
  keyof { [S in Stem as `${S}_backward_f32` extends keyof Kernels ? S : never]: 1 };

/** An op y = f(x), elementwise. */
export function unary<S extends UnaryStem>(stem: S, name: string, spec: UnarySpec) {
  type Elementwise = (y: number, x: number, n: number) => number;
  type ElementwiseGrad = (dx: number, dy: number, y: number, x: number, n: number) => number;
  const forward = (k: Kernels) => k[`${stem}_forward_f32`] as Elementwise;
  const backward = (k: Kernels) => k[`${stem}_backward_f32` as keyof Kernels] as ElementwiseGrad;
  const op: Op<undefined> = {
    name,
    shape: ([x]) => (x as Tensor).shape,
    forward: (k, { inputs: [x], out }) => forward(k)(out.at, (x as Tensor).at, out.size),
    locate: ({ inputs: [x] }, flat) => {
      const element = operand("x", x as Tensor, flat);
      return { operands: [element], explain: (y) => spec.explain(element.value, y) };
    },
    backward: [
      {
        run: (k, { inputs: [x], out }, dy, dx) =>
          backward(k)(dx.at, dy.at, out.at, (x as Tensor).at, dx.size),
        locate: ({ inputs: [x], out }, dy, flat) => {
          const g = operand("dy", dy, flat);
          const element = operand("x", x as Tensor, flat);
          return {
            operands: [g, element, operand("y", out, flat)],
            explain: (dx) =>
              explainSlope(g.value, spec.slope.text, spec.slope.of(element.value), dx),
          };
        },
      },
    ],
  };
  return define(stem, (x: Operandish): Tensor => apply(op, [asTensor(name, "x", x)], undefined));
}

// ── Binary ───────────────────────────────────────────────────────────────────────────────────────

export interface BinarySpec {
  explain(a: number, b: number, y: number): Explanation;
  /** The slopes by a and by b; `null` for an op without gradient. */
  readonly slopes: readonly [BinarySlope, BinarySlope] | null;
}

export interface BinarySlope {
  readonly text: string;
  readonly of: (a: number, b: number) => number;
}

type BinaryStem = StemOf<9>;
type Zip = (
  y: number,
  a: number,
  b: number,
  rows: number,
  cols: number,
  rowA: number,
  colA: number,
  rowB: number,
  colB: number,
) => number;
type ZipGrad = (
  d: number,
  dy: number,
  a: number,
  b: number,
  rows: number,
  cols: number,
  rowA: number,
  colA: number,
  rowB: number,
  colB: number,
) => number;

/** How operands are walked: one run where nothing is broadcast, a plan otherwise. */
export function walk(out: Shape, operands: readonly Tensor[]): Plan {
  const shapes = operands.map((t) => t.shape);
  if (!shapes.every((shape) => sameShape(shape, out))) return planBroadcast(out, shapes);
  const none = operands.map(() => 0);
  return {
    rows: 1,
    cols: sizeOf(out),
    row: none,
    col: operands.map(() => 1),
    starts: [{ out: 0, operands: none }],
  };
}

/** Runs a kernel once for each matrix of a plan; the peak is the largest. */
export function eachMatrix(
  { starts }: Plan,
  run: (out: number, operands: readonly number[]) => number,
): number {
  return starts.reduce(
    (peak, at) =>
      Math.max(
        peak,
        run(
          at.out * 4,
          at.operands.map((o) => o * 4),
        ) >>> 0,
      ),
    0,
  );
}

/** Sums `full` over the axes along which an operand of shape dx was repeated. */
export function sumTo(k: Kernels, full: Tensor, dx: Tensor): number {
  const folds = foldsTo(full.shape, dx.shape);
  let from = full;
  let peak = full.peak;
  folds.forEach(({ outer, mid, inner }, i) => {
    const last = i === folds.length - 1;
    const to = last ? dx : new Tensor([outer * inner], "sum");
    peak = k.sum_forward_f32(to.at, from.at, outer, mid, inner, 1);
    if (from !== full) from.release();
    from = to;
  });
  return peak;
}

/** The gradient of a broadcast operand: at the full shape first, then summed to its own. */
function zipBackward(
  name: string,
  kernel: (k: Kernels) => ZipGrad,
  which: 0 | 1,
  slope: BinarySlope,
): Backward<undefined> {
  const full = (k: Kernels, call: Call<undefined>, dy: Tensor, to: Tensor): number => {
    const [a, b] = call.inputs as readonly [Tensor, Tensor];
    const plan = walk(dy.shape, [a, b]);
    const [rowA = 0, rowB = 0] = plan.row;
    const [colA = 0, colB = 0] = plan.col;
    return eachMatrix(plan, (at, [atA = 0, atB = 0]) =>
      kernel(k)(
        to.at + at,
        dy.at + at,
        a.at + atA,
        b.at + atB,
        plan.rows,
        plan.cols,
        rowA,
        colA,
        rowB,
        colB,
      ),
    );
  };
  const withFull = <T>(
    call: Call<undefined>,
    dy: Tensor,
    use: (full: Tensor, k: Kernels) => T,
  ): T => {
    const wide = new Tensor(dy.shape, `${name} backward`);
    try {
      wide.peak = full(dy.home.kernels, call, dy, wide) >>> 0;
      return use(wide, dy.home.kernels);
    } finally {
      wide.release();
    }
  };
  return {
    run: (k, call, dy, dx) =>
      sizeOf(dy.shape) === dx.size
        ? full(k, call, dy, dx)
        : withFull(call, dy, (wide) => sumTo(k, wide, dx)),
    locate: (call, dy, flat) => {
      const own = call.inputs[which] as Tensor;
      const at =
        sizeOf(dy.shape) === own.size
          ? flat
          : withFull(call, dy, (wide, k) => firstBadOf(k, wide, dy.shape, own, flat));
      if (at < 0) {
        return {
          operands: [operand("dy", dy, 0)],
          explain: (d) => explainLongSum("a sum of cotangents", d),
        };
      }
      return zipLocated(call, dy, at, slope);
    },
  };
}

/** The first bad element of a full-shape gradient among those that sum to element `flat`. */
function firstBadOf(k: Kernels, wide: Tensor, shape: Shape, own: Tensor, flat: number): number {
  let at = k.first_non_finite_f32(wide.at, wide.size, 0);
  while (at >= 0 && operandIndex(at, shape, own.shape) !== flat) {
    at = k.first_non_finite_f32(wide.at, wide.size, at + 1);
  }
  return at;
}

function zipLocated(call: Call<undefined>, dy: Tensor, at: number, slope: BinarySlope): Located {
  const [a, b] = call.inputs as readonly [Tensor, Tensor];
  const g = operand("dy", dy, at);
  const left = operand("a", a, operandIndex(at, dy.shape, a.shape));
  const right = operand("b", b, operandIndex(at, dy.shape, b.shape));
  return {
    operands: [g, left, right],
    explain: (d) => explainSlope(g.value, slope.text, slope.of(left.value, right.value), d),
  };
}

/** An op y = f(a, b) with NumPy broadcasting. */
export function binary<S extends BinaryStem>(stem: S, name: string, spec: BinarySpec) {
  const kernel = (k: Kernels, suffix: string) => k[`${stem}_${suffix}` as keyof Kernels];
  const op: Op<undefined> = {
    name,
    shape: ([a, b]) => {
      const [left, right] = [(a as Tensor).shape, (b as Tensor).shape];
      return sameShape(left, right) ? left : broadcastShapes(name, left, right);
    },
    forward: (k, { inputs, out }) => {
      const [a, b] = inputs as readonly [Tensor, Tensor];
      const plan = walk(out.shape, [a, b]);
      const [rowA = 0, rowB = 0] = plan.row;
      const [colA = 0, colB = 0] = plan.col;
      const run = kernel(k, "forward_f32") as Zip;
      return eachMatrix(plan, (at, [atA = 0, atB = 0]) =>
        run(out.at + at, a.at + atA, b.at + atB, plan.rows, plan.cols, rowA, colA, rowB, colB),
      );
    },
    locate: ({ inputs, out }, flat) => {
      const [a, b] = inputs as readonly [Tensor, Tensor];
      const left = operand("a", a, operandIndex(flat, out.shape, a.shape));
      const right = operand("b", b, operandIndex(flat, out.shape, b.shape));
      return { operands: [left, right], explain: (y) => spec.explain(left.value, right.value, y) };
    },
    backward:
      spec.slopes === null
        ? [null, null]
        : [
            zipBackward(name, (k) => kernel(k, "backward_a_f32") as ZipGrad, 0, spec.slopes[0]),
            zipBackward(name, (k) => kernel(k, "backward_b_f32") as ZipGrad, 1, spec.slopes[1]),
          ],
  };
  return define(
    stem,
    (a: Operandish, b: Operandish): Tensor =>
      apply(op, [asTensor(name, "a", a), asTensor(name, "b", b)], undefined),
  );
}
