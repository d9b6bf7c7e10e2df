/**
 * TensorFlow.js's tests of its ops, recorded: expressions over constants, with the numbers they expect. An
 * expression that needs an op, or an option, which is not there is skipped with that reason.
 */
import * as finigrad from "../../src/index.js";
import {
  type Nested,
  type ReduceOptions,
  type ScanOptions,
  Tensor,
  tensor,
} from "../../src/index.js";
import {
  type Case,
  type CaseSuite,
  compare,
  load,
  opNamed,
  readNumber,
  rejectedBy,
  Skip,
  type Written,
} from "./case.js";

/** What an expression is made of. */
type Node = null | Written | readonly Node[] | Constant | Call | Gradient | Options;

interface Constant {
  readonly c: number;
  readonly d: string;
  /** A recording of `tensor1d(values, dtype)` has the dtype's letters here. */
  readonly s: readonly (number | string)[];
  readonly v: readonly Written[];
}

interface Call {
  readonly op: string;
  readonly args: readonly Node[];
}

interface Gradient {
  readonly op: "grad";
  /** The constant to differentiate by. */
  readonly wrt: number;
  /** null: ones. */
  readonly dy: Node;
  readonly of: Node;
}

interface Options {
  readonly obj: Readonly<Record<string, Node>>;
}

interface FileCase {
  readonly name: string;
  readonly expr: Node;
  readonly expect: readonly Written[];
  readonly tol?: number;
  readonly exact?: number;
}

/** The absolute tolerance of TensorFlow.js's own comparison. */
const TOLERANCE = 1e-3;

// ── Arguments ────────────────────────────────────────────────────────────────────────────────────

/** What an op gets: operands are tensors once `operand` has read them. */
type Value = Tensor | Node | readonly Value[] | { readonly obj: Readonly<Record<string, Value>> };
type Values = readonly Value[];

const isCall = (node: Node): node is Call | Gradient =>
  typeof node === "object" && node !== null && "op" in node;
const isConstant = (node: Node): node is Constant =>
  typeof node === "object" && node !== null && "c" in node;

function nested(value: Value): Nested {
  if (Array.isArray(value)) return value.map(nested);
  if (typeof value === "object" || value === undefined) throw new Skip("the case was not recorded");
  return readNumber(value);
}

/** An operand: a tensor, or numbers that become one. */
function operand(value: Value | undefined): Tensor {
  if (value instanceof Tensor) return value;
  if (value === null || value === undefined) throw new Skip("the recording has no operand");
  return tensor(nested(value));
}

function number(value: Value | undefined, otherwise: number): number {
  return value === undefined || value === null ? otherwise : readNumber(value as Written);
}

const given = (value: Value | undefined): boolean =>
  value !== undefined && value !== null && value !== false;

/** `axis` and `keepDims` as they follow the operand. */
function reduceOptions(axis: Value | undefined, keepDims: Value | undefined): ReduceOptions {
  return {
    ...(given(axis) ? { axis: axis as number | readonly number[] } : {}),
    ...(given(keepDims) ? { keepDims: true } : {}),
  };
}

// ── Ops ──────────────────────────────────────────────────────────────────────────────────────────

type Adapter = (...args: Values) => Tensor;
type Reduction = (x: Tensor, options?: ReduceOptions) => Tensor;

const reduction =
  (op: Reduction): Adapter =>
  (x, axis, keepDims) =>
    op(operand(x), reduceOptions(axis, keepDims));

/** Along one axis, the first when none is named. */
const index =
  (op: Reduction): Adapter =>
  (x, axis) =>
    op(operand(x), { axis: number(axis, 0) });

const scan =
  (op: (x: Tensor, options: ScanOptions) => Tensor): Adapter =>
  (x, axis, exclusive, reverse) => {
    const flags = { exclusive: given(exclusive), reverse: given(reverse) };
    return op(operand(x), { axis: number(axis, 0), ...flags });
  };

function matMul(a: Value, b: Value, transposeA: Value, transposeB: Value): Tensor {
  if (given(transposeA) || given(transposeB)) throw new Skip("no op transpose");
  const [left, right] = [operand(a), operand(b)];
  if (left.shape.length !== 2 || right.shape.length !== 2) throw new Skip("no batched matmul");
  return finigrad.matmul(left, right);
}

/** Norms of vectors; those of matrices are sums and maxima of sums. */
function norm(value: Value, order: Value, axis: Value, keepDims: Value): Tensor {
  const [x, options] = [operand(value), reduceOptions(axis, keepDims)];
  if (["undefined", "euclidean", "fro", "2"].includes(String(order ?? undefined))) {
    return finigrad.norm2(x, options);
  }
  const p = number(order, 2);
  if (Array.isArray(axis) && axis.length === 2) return matrixNorm(x, p, axis as number[]);
  if (p === 1) return finigrad.norm1(x, options);
  if (p === Number.POSITIVE_INFINITY) return finigrad.max(finigrad.abs(x), options);
  if (p === Number.NEGATIVE_INFINITY) return finigrad.min(finigrad.abs(x), options);
  throw new Skip(`no norm of order ${p}`);
}

function matrixNorm(x: Tensor, p: number, [rows = 0, columns = 1]: readonly number[]): Tensor {
  if (p === 1) {
    return finigrad.max(finigrad.norm1(x, { axis: rows, keepDims: true }), { axis: columns });
  }
  const sums = finigrad.norm1(x, { axis: columns, keepDims: true });
  if (p === Number.POSITIVE_INFINITY) return finigrad.max(sums, { axis: rows });
  if (p === Number.NEGATIVE_INFINITY) return finigrad.min(sums, { axis: rows });
  throw new Skip(`no norm of order ${p}`);
}

const alongLast =
  (op: (x: Tensor) => Tensor): Adapter =>
  (logits, axis) => {
    const x = operand(logits);
    const last = x.shape.length - 1;
    if (![-1, last].includes(number(axis, -1))) throw new Skip("no softmax along another axis");
    return op(x);
  };

/** To a type whose numbers float32 holds. */
function cast(value: Value, dtype: Value): Tensor {
  const x = operand(value);
  if (dtype === "bool") return finigrad.notEqual(x, 0);
  if (dtype === "int32") return finigrad.trunc(x);
  if (dtype === "float32") return finigrad.clone(x);
  throw new Skip(`no dtype ${dtype}`);
}

/** Of a list of tensors, or of numbers nested as one. */
function addN(list: Value): Tensor {
  if (!Array.isArray(list)) throw new Skip("the recording has no operands");
  return list.map(operand).reduce((total, x) => finigrad.add(total, x));
}

function dot(left: Value, right: Value): Tensor {
  const [a, b] = [operand(left), operand(right)];
  if (b.shape.length === 1) return finigrad.sum(finigrad.mul(a, b), { axis: -1 });
  if (a.shape.length === 1) throw new Skip("no op reshape");
  return finigrad.matmul(a, b);
}

/** `{ a, b, transposeA, transposeB, bias, activation, … }`. */
function fusedMatMul(options: Value): Tensor {
  const { a, b, transposeA, transposeB, bias, activation, preluActivationWeights, leakyreluAlpha } =
    (options as { readonly obj: Readonly<Record<string, Value>> }).obj;
  const product = matMul(a ?? null, b ?? null, transposeA ?? null, transposeB ?? null);
  const y = given(bias) ? finigrad.add(product, operand(bias)) : product;
  switch (activation) {
    case undefined:
    case null:
    case "linear":
      return y;
    case "prelu":
      return finigrad.prelu(y, operand(preluActivationWeights));
    case "leakyrelu":
      return finigrad.leakyRelu(y, { slope: number(leakyreluAlpha, 0.2) });
    default:
      return opNamed(String(activation))(y);
  }
}

function meanSquaredError(labels: Value, predictions: Value, weights: Value, how: Value): Tensor {
  if (given(weights)) throw new Skip("no weights in mse");
  if (number(how, 1) === 0) throw new Skip("no mse of each element");
  return finigrad.mse(operand(predictions), operand(labels));
}

/** A chained call, `a.where(condition, b)`, is recorded in that order. */
function where(first: Value, second: Value, b: Value): Tensor {
  const [condition, a] = typeof second === "boolean" ? [second, first] : [first, second];
  return finigrad.where(operand(condition), operand(a), operand(b));
}

/** Ops that take more than tensors, or are called otherwise here. */
const ADAPTERS: Readonly<Record<string, Adapter>> = {
  all: reduction(finigrad.all),
  any: reduction(finigrad.any),
  max: reduction(finigrad.max),
  mean: reduction(finigrad.mean),
  min: reduction(finigrad.min),
  prod: reduction(finigrad.prod),
  sum: reduction(finigrad.sum),
  logSumExp: reduction(finigrad.logsumexp),
  "moments.mean": reduction(finigrad.mean),
  "moments.variance": reduction(finigrad.variance),
  argMax: index(finigrad.argmax),
  argMin: index(finigrad.argmin),
  cumprod: scan(finigrad.cumprod),
  cumsum: scan(finigrad.cumsum),
  clipByValue: (x, min, max) =>
    finigrad.clip(operand(x), { min: number(min, 0), max: number(max, 0) }),
  leakyRelu: (x, alpha) => finigrad.leakyRelu(operand(x), { slope: number(alpha, 0.2) }),
  clone: (x) => finigrad.clone(operand(x)),
  where,
  "losses.meanSquaredError": meanSquaredError,
  matMul,
  norm,
  softmax: alongLast(finigrad.softmax),
  logSoftmax: alongLast(finigrad.logSoftmax),
  addN,
  cast,
  dot,
  euclideanNorm: norm,
  "fused.matMul": fusedMatMul,
  floorDiv: (a, b) => finigrad.floor(finigrad.div(operand(a), operand(b))),
  isFinite: (x) => finigrad.less(finigrad.abs(operand(x)), Infinity),
  isInf: (x) => finigrad.equal(finigrad.abs(operand(x)), Infinity),
  isNaN: (value) => {
    const x = operand(value);
    return finigrad.notEqual(x, x);
  },
};

/** Functions of one or two tensors, by the same name here. */
const ELEMENTWISE = new Set(
  `abs acos acosh add asin asinh atan atan2 atanh ceil cos cosh div divNoNan elu equal erf exp expm1 floor
  greater greaterEqual less lessEqual log log1p logSigmoid logicalAnd logicalNot logicalOr logicalXor maximum
  minimum mod mul neg notEqual pow prelu reciprocal relu relu6 round rsqrt selu sigmoid sign sin sinh softplus
  sqrt square squaredDifference sub tan tanh`.split(/\s+/),
);

function adapterFor(op: string): Adapter {
  const adapter = ADAPTERS[op];
  if (adapter !== undefined) return adapter;
  if (!ELEMENTWISE.has(op)) {
    throw new Skip(op in finigrad ? `op ${op} has no adapter in this suite yet` : `no op ${op}`);
  }
  const own = opNamed(op);
  return (...args) => own(...args.map(operand));
}

// ── Expressions ──────────────────────────────────────────────────────────────────────────────────

/** A number as a tensor of that type holds it. */
function stored(d: Constant["d"], s: Constant["s"]): (written: Written) => number {
  const dtype = s.some((side) => typeof side === "string") ? s.join("") : d;
  if (dtype === "int32") return (written) => Math.trunc(readNumber(written));
  return dtype === "bool" ? (written) => (readNumber(written) ? 1 : 0) : readNumber;
}

/** Evaluates one case; constants are made once, so that gradients meet in them. */
class Evaluation {
  readonly #constants = new Map<number, Tensor>();

  constant({ c, d, s, v }: Constant): Tensor {
    const known = this.#constants.get(c);
    if (known !== undefined) return known;
    const shape = s.some((side) => typeof side === "string") ? [v.length] : (s as number[]);
    const made = tensor(Float32Array.from(v, stored(d, s)), shape);
    this.#constants.set(c, made);
    return made;
  }

  value(node: Node): Value {
    if (isConstant(node)) return this.constant(node);
    if (isCall(node)) return this.call(node);
    if (Array.isArray(node)) return (node as readonly Node[]).map((one) => this.value(one));
    if (typeof node !== "object" || node === null || !("obj" in node)) return node;
    const entries = Object.entries(node.obj).map(([key, one]) => [key, this.value(one)] as const);
    return { obj: Object.fromEntries(entries) };
  }

  call(node: Call | Gradient): Tensor {
    if ("of" in node) return this.gradient(node);
    const adapter = adapterFor(node.op);
    return adapter(...node.args.map((argument) => this.value(argument)));
  }

  /** Σ y · dy, differentiated. A constant that the expression does not have yet is made by a first pass. */
  gradient({ wrt, dy, of }: Gradient): Tensor {
    operand(this.value(of));
    const x = this.#constants.get(wrt);
    if (x === undefined) throw new Skip("the recording has no operand to differentiate by");
    const cotangent = dy === null ? undefined : operand(this.value(dy));
    const { grads } = finigrad.valueAndGrad({ x }, () => {
      const y = operand(this.value(of));
      return finigrad.sum(cotangent === undefined ? y : finigrad.mul(y, cotangent));
    });
    return grads.x;
  }
}

interface Rejection {
  readonly why: string;
  readonly names: readonly string[];
}

const UNDEFINED = "semantics, rule of derivatives (as in row 14): NaN where undefined";

const REJECTIONS: readonly Rejection[] = [
  {
    why: rejectedBy(2, "a tie gives ½ to both"),
    names: [
      ...["maximum", "minimum"].flatMap((op) =>
        ["1D", "1D#1", "2D", "2D#1"].map(
          (rank) => `binary_ops_test.ts :: ${op}: gradients: Tensor${rank}`,
        ),
      ),
    ],
  },
  {
    why: rejectedBy(3, "ties share the gradient evenly"),
    names: [
      ...["max", "min"].flatMap((op) =>
        [
          "1D, ties",
          "ties, 2D, axes=-1, keepDims=false",
          "ties, 3D, axes=[1, 2], keepDims=false",
          "ties, 4D, axes=[1, 2, 3], keepDims=false",
          "ties, 4D, axes=[2, 3], keepDims=true",
        ].map((what) => `${op}_test.ts :: ${op}: ${op} gradient: ${what}`),
      ),
    ],
  },
  {
    why: rejectedBy(6, "the index of the first NaN"),
    names: [
      "arg_max_test.ts :: argmax: 3D, ignores NaNs",
      "arg_max_test.ts :: argmax: ignores NaNs",
      "arg_min_test.ts :: argmin: 3D, ignores NaNs",
      "arg_min_test.ts :: argmin: ignores NaNs",
    ],
  },
  {
    why: rejectedBy(8, "sign(NaN) is NaN"),
    names: [
      "sign_test.ts :: sign: basic",
      "sign_test.ts :: sign: does not propagate NaNs",
      "sign_test.ts :: sign: accepts a tensor-like object",
    ],
  },
  {
    why: rejectedBy(21, "what has no elements throws: there is no index of nothing"),
    names: [
      "arg_max_test.ts :: argmax: N > than parallelization threshold",
      "arg_min_test.ts :: argmin: N > than parallelization threshold",
    ],
  },
  {
    why: UNDEFINED,
    names: [
      "arithmetic_test.ts :: pow: gradient wrt exponent with negative base",
      "arithmetic_test.ts :: pow: gradients: Tensor ^ Tensor#1",
      "log1p_test.ts :: log1p: gradients: Tensor1D",
      "log1p_test.ts :: log1p: gradients: Tensor2D",
      "log_test.ts :: log: gradients: Tensor1D",
      "log_test.ts :: log: gradients: Tensor2D",
    ],
  },
  {
    why: "no integers: their quotient is not rounded down",
    names: [
      "arithmetic_test.ts :: div: integer division broadcasts",
      "arithmetic_test.ts :: div: integer division implements floor divide",
    ],
  },
];

/** Decided otherwise, by the name of the case. */
const REJECTED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(REJECTIONS.flatMap(({ why, names }) => names.map((name) => [name, why]))),
};

function makeCase({ name, expr, expect, tol = TOLERANCE, exact }: FileCase): Case {
  return {
    name,
    check: () => {
      const why = REJECTED[name];
      if (why !== undefined) throw new Skip(why);
      const result = operand(new Evaluation().value(expr));
      compare(result.toArray(), expect.map(readNumber), () => (exact ? 0 : tol));
    },
  };
}

function cases(): Case[] {
  return ["tfjs", "tfjs_more"].flatMap((file) =>
    (load(file) as { readonly cases: readonly FileCase[] }).cases.map(makeCase),
  );
}

export const tfjs: CaseSuite = { suite: "tfjs", cases };
