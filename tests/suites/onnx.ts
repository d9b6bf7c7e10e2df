/**
 * ONNX's node tests: one op each, with what NumPy made of its inputs. An op, an attribute or a type that is not here is
 * skipped with that reason; integers are run as floats where no op divides them.
 */
import * as finigrad from "../../src/index.js";
import {
  type DType,
  type ReduceOptions,
  type ScanOptions,
  type Tensor,
  tensor,
} from "../../src/index.js";
import { type Case, type CaseSuite, compare, load, opNamed, rejectedBy, Skip } from "./case.js";

/** Floats as base64 of little-endian bytes, all else as numbers. */
type Packed = readonly [
  dtype: string,
  shape: readonly number[],
  data: string | readonly (number | boolean)[],
];

interface FileCase {
  readonly name: string;
  readonly op: string;
  readonly opset: number;
  readonly attrs?: Readonly<Record<string, number | string | readonly number[]>>;
  readonly in?: readonly (Packed | null)[];
  readonly out?: readonly (Packed | null)[];
}

/** The tolerance of ONNX's own runner. */
const [RELATIVE, ABSOLUTE] = [1e-3, 1e-7];

const FLOATS: Readonly<Record<string, DType>> = { f32: "float32", f64: "float64" };

/** Beyond it float32 leaves integers out. */
const LARGEST_INTEGER = 2 ** 24;

function numbersIn([dtype, , data]: Packed): readonly number[] {
  if (typeof data !== "string") return data.map(Number);
  const { buffer, byteOffset, length } = Buffer.from(data, "base64");
  const bytes = buffer.slice(byteOffset, byteOffset + length);
  return [...(dtype === "f64" ? new Float64Array(bytes) : new Float32Array(bytes))];
}

// ── A node ───────────────────────────────────────────────────────────────────────────────────────

/** What an adapter asks of a case. */
class Node {
  readonly #case: FileCase;

  constructor(given: FileCase) {
    this.#case = given;
  }

  get opset(): number {
    return this.#case.opset;
  }

  get inputs(): number {
    return this.#case.in?.length ?? 0;
  }

  packed(index: number): Packed | undefined {
    return this.#case.in?.[index] ?? undefined;
  }

  /** An operand, in another shape of as many elements if that is wanted. */
  x(index = 0, shape?: readonly number[]): Tensor {
    const packed = this.packed(index);
    if (packed === undefined) throw new Skip(`no input ${index}`);
    const [dtype, own] = packed;
    const numbers = numbersIn(packed);
    if (!(dtype in FLOATS) && numbers.some((v) => Math.abs(v) > LARGEST_INTEGER)) {
      throw new Skip("no integers of that size");
    }
    const type = FLOATS[dtype] ?? "float32";
    return tensor(numbers, { shape: shape ?? own, dtype: type }) as Tensor;
  }

  all(): readonly Tensor[] {
    return Array.from({ length: this.inputs }, (_, i) => this.x(i));
  }

  /** The numbers of an input that stands for an attribute; undefined where it was left out. */
  numbers(index: number): readonly number[] | undefined {
    const packed = this.packed(index);
    return packed && numbersIn(packed);
  }

  number(name: string, otherwise: number): number {
    return Number(this.#case.attrs?.[name] ?? otherwise);
  }

  flag(name: string, otherwise = false): boolean {
    return Boolean(this.#case.attrs?.[name] ?? otherwise);
  }

  text(name: string, otherwise: string): string {
    return String(this.#case.attrs?.[name] ?? otherwise);
  }

  list(name: string): readonly number[] | undefined {
    const value = this.#case.attrs?.[name];
    return typeof value === "object" ? value : undefined;
  }

  /** @throws Skip where a type of integers would be rounded otherwise. */
  floatsOnly(): this {
    for (const packed of this.#case.in ?? []) {
      if (packed && !(packed[0] in FLOATS))
        throw new Skip("no integers: quotients are not rounded");
    }
    return this;
  }
}

type Adapter = (node: Node) => Tensor | readonly Tensor[];
type Unary = (x: Tensor) => Tensor;
type Binary = (a: Tensor, b: Tensor) => Tensor;

// ── Reductions and scans ─────────────────────────────────────────────────────────────────────────

/** `axes` is an attribute up to some opset, and an input from there. None: all, or nothing to do. */
function reduceOptions(node: Node): ReduceOptions | "nothing" {
  const axes = node.list("axes") ?? node.numbers(1);
  const keepDims = node.flag("keepdims", true);
  if (axes !== undefined && axes.length > 0) return { axis: axes, keepDims };
  return node.flag("noop_with_empty_axes") ? "nothing" : { keepDims };
}

const reduction =
  (op: (x: Tensor, options: ReduceOptions) => Tensor, one: Unary = (x) => x): Adapter =>
  (node) => {
    const options = reduceOptions(node);
    return options === "nothing" ? one(node.x()) : op(node.x(), options);
  };

const index =
  (op: (x: Tensor, options: ReduceOptions) => Tensor): Adapter =>
  (node) => {
    if (node.flag("select_last_index")) throw new Skip("no index of the last of equals");
    return op(node.x(), { axis: node.number("axis", 0), keepDims: node.flag("keepdims", true) });
  };

const scan =
  (op: (x: Tensor, options: ScanOptions) => Tensor): Adapter =>
  (node) => {
    const [axis = 0] = node.numbers(1) ?? [];
    const flags = { exclusive: node.flag("exclusive"), reverse: node.flag("reverse") };
    return op(node.x(), { axis, ...flags });
  };

const product = (sides: readonly number[]): number => sides.reduce((n, side) => n * side, 1);

/** A shape as rows: what is before an axis, and what is from there on. */
function rowsFrom(shape: readonly number[], axis: number): [number, number] {
  const at = axis < 0 ? axis + shape.length : axis;
  return [product(shape.slice(0, at)), product(shape.slice(at))];
}

/** Up to opset 12 all from the axis on is one row; since then it is that axis alone. */
const alongRows =
  (op: Unary): Adapter =>
  (node) => {
    const shape = node.packed(0)?.[1] ?? [];
    const axis = node.number("axis", node.opset < 13 ? 1 : -1);
    if (node.opset < 13) return op(node.x(0, rowsFrom(shape, axis)));
    if (![-1, shape.length - 1].includes(axis)) throw new Skip("no softmax along another axis");
    return op(node.x());
  };

// ── Ops with attributes ──────────────────────────────────────────────────────────────────────────

function layerNormalization(node: Node): readonly Tensor[] {
  const eps = node.number("epsilon", 1e-5);
  const [rows, cols] = rowsFrom(node.packed(0)?.[1] ?? [], node.number("axis", -1));
  const x = node.x(0, [rows, cols]);
  const beta = node.packed(2) ? node.x(2, [cols]) : finigrad.zeros([cols]);
  return [
    finigrad.layerNorm(x, node.x(1, [cols]), beta, { eps }),
    finigrad.mean(x, { axis: -1 }),
    finigrad.rsqrt(finigrad.add(finigrad.variance(x, { axis: -1 }), eps)),
  ];
}

/** With labels for a row each; `sum` is the mean times the rows that count. */
function softmaxCrossEntropy(node: Node): readonly Tensor[] {
  const logits = node.x();
  const labels = node.numbers(1) ?? [];
  if (logits.shape.length !== 2) throw new Skip("no op transpose");
  if (node.packed(2)) throw new Skip("no weights in crossEntropy");
  const how = node.text("reduction", "mean");
  if (how === "none") throw new Skip("no crossEntropy of each row");
  const ignoreIndex = node.number("ignore_index", -1);
  const loss = finigrad.crossEntropy(logits, labels, { ignoreIndex });
  const counted = labels.filter((label) => label !== ignoreIndex).length;
  return [how === "sum" ? finigrad.mul(loss, counted) : loss, finigrad.logSoftmax(logits)];
}

function gemm(node: Node): Tensor {
  if (node.flag("transA") || node.flag("transB")) throw new Skip("no op transpose");
  const y = finigrad.mul(finigrad.matmul(node.x(0), node.x(1)), node.number("alpha", 1));
  return node.packed(2) ? finigrad.add(y, finigrad.mul(node.x(2), node.number("beta", 1))) : y;
}

function matMul(node: Node): Tensor {
  const [a, b] = [node.x(0), node.x(1)];
  if (b.shape.length === 1) return finigrad.sum(finigrad.mul(a, b), { axis: -1 });
  if (a.shape.length !== 2 || b.shape.length !== 2) throw new Skip("no batched matmul");
  return finigrad.matmul(a, b);
}

function clip(node: Node): Tensor {
  const min = node.numbers(1)?.[0] ?? node.number("min", -Infinity);
  const max = node.numbers(2)?.[0] ?? node.number("max", Infinity);
  // Where the bounds are in the wrong order ONNX has the upper one everywhere.
  if (min > max) throw new Skip("bounds in the wrong order are an error");
  return finigrad.clip(node.x(), { min, max });
}

function shrink(node: Node): Tensor {
  const [lambda, bias] = [node.number("lambd", 0.5), node.number("bias", 0)];
  if (bias === 0) return finigrad.hardShrink(node.x(), { lambda });
  if (bias === lambda) return finigrad.softShrink(node.x(), { lambda });
  throw new Skip("no shrink by another bias");
}

/** γ α (eˣ − 1) below 0, which is γ elu. */
function selu(node: Node): Tensor {
  const [alpha, gamma] = [node.number("alpha", 1.6732632), node.number("gamma", 1.0507)];
  if (Math.abs(alpha - 1.6732632) < 1e-6) return finigrad.selu(node.x());
  return finigrad.mul(finigrad.elu(node.x(), { alpha }), gamma);
}

/** max(0, min(1, α x + β)). */
function hardSigmoid(node: Node): Tensor {
  const scaled = finigrad.mul(node.x(), node.number("alpha", 0.2));
  return finigrad.clip(finigrad.add(scaled, node.number("beta", 0.5)), { min: 0, max: 1 });
}

function isInf(node: Node): Tensor {
  const x = node.x();
  if (!node.flag("detect_negative", true)) return finigrad.equal(x, Infinity);
  if (!node.flag("detect_positive", true)) return finigrad.equal(x, -Infinity);
  return finigrad.equal(finigrad.abs(x), Infinity);
}

/** The remainder has the sign of b, or with `fmod` that of a. */
function mod(node: Node): Tensor {
  const [a, b] = [node.x(0), node.x(1)];
  if (!node.flag("fmod")) return finigrad.mod(a, b);
  return finigrad.mul(finigrad.sign(a), finigrad.mod(finigrad.abs(a), finigrad.abs(b)));
}

/** Up to opset 6 the slopes are those of axis 1. */
function prelu(node: Node): Tensor {
  const x = node.x();
  const [channels = 1] = node.packed(1)?.[1] ?? [];
  const aligned = [channels, ...x.shape.slice(2).map(() => 1)];
  return finigrad.prelu(x, node.opset < 7 ? node.x(1, aligned) : node.x(1));
}

function lpNormalization(node: Node): Tensor {
  const x = node.x();
  const norm = node.number("p", 2) === 1 ? finigrad.norm1 : finigrad.norm2;
  return finigrad.divNoNan(x, norm(x, { axis: node.number("axis", -1), keepDims: true }));
}

function swiglu(node: Node): Tensor {
  if (node.number("alpha", 1) !== 1) throw new Skip("no swiglu by another slope");
  return finigrad.swiglu(node.x(0), node.x(1));
}

function dropout(node: Node): Tensor {
  const [training = 0] = node.numbers(2) ?? [];
  const [ratio = 0.5] = node.numbers(1) ?? [];
  if (training !== 0 && ratio !== 0) throw new Skip("no op dropout");
  return finigrad.clone(node.x());
}

/** To the numbers that ONNX gives the two types. */
function cast(node: Node): Tensor {
  const to = node.number("to", 0);
  if (to === 11) return finigrad.cast(node.x(), "float64") as unknown as Tensor;
  if (to === 1) return finigrad.cast(node.x(), "float32");
  throw new Skip(`no dtype ${to}`);
}

const folded =
  (op: Binary): Adapter =>
  (node) =>
    node.all().reduce(op);

const floats =
  (adapter: Adapter): Adapter =>
  (node) =>
    adapter(node.floatsOnly());

const ADAPTERS: Readonly<Record<string, Adapter>> = {
  ArgMax: index(finigrad.argmax),
  ArgMin: index(finigrad.argmin),
  Cast: cast,
  Celu: (node) => finigrad.celu(node.x(), { alpha: node.number("alpha", 1) }),
  Clip: clip,
  CumProd: scan(finigrad.cumprod),
  CumSum: scan(finigrad.cumsum),
  Div: floats((node) => finigrad.div(node.x(0), node.x(1))),
  Dropout: dropout,
  Elu: (node) => finigrad.elu(node.x(), { alpha: node.number("alpha", 1) }),
  Gelu: (node) => {
    const approximate = node.text("approximate", "none") === "tanh" ? "tanh" : "erf";
    return finigrad.gelu(node.x(), { approximate });
  },
  Gemm: gemm,
  HardSigmoid: hardSigmoid,
  Identity: (node) => finigrad.clone(node.x()),
  IsInf: isInf,
  IsNaN: (node) => {
    const x = node.x();
    return finigrad.notEqual(x, x);
  },
  LayerNormalization: layerNormalization,
  LeakyRelu: (node) => finigrad.leakyRelu(node.x(), { slope: node.number("alpha", 0.01) }),
  LogSoftmax: alongRows(finigrad.logSoftmax),
  LpNormalization: lpNormalization,
  MatMul: matMul,
  Max: folded(finigrad.maximum),
  Mean: (node) => finigrad.div(folded(finigrad.add)(node) as Tensor, node.inputs),
  Min: folded(finigrad.minimum),
  Mod: mod,
  PRelu: prelu,
  Pow: floats((node) => finigrad.pow(node.x(0), node.x(1))),
  ReduceL1: reduction(finigrad.norm1, finigrad.abs),
  ReduceL2: reduction(finigrad.norm2, finigrad.abs),
  ReduceLogSum: reduction((x, options) => finigrad.log(finigrad.sum(x, options)), finigrad.log),
  ReduceLogSumExp: reduction(finigrad.logsumexp),
  ReduceMax: reduction(finigrad.max),
  ReduceMean: reduction(finigrad.mean),
  ReduceMin: reduction(finigrad.min),
  ReduceProd: reduction(finigrad.prod),
  ReduceSum: reduction(finigrad.sum),
  ReduceSumSquare: reduction(finigrad.sumSquares, finigrad.square),
  Selu: selu,
  Shrink: shrink,
  Softmax: alongRows(finigrad.softmax),
  SoftmaxCrossEntropyLoss: softmaxCrossEntropy,
  Sum: folded(finigrad.add),
  SwiGLU: swiglu,
  ThresholdedRelu: (node) => finigrad.thresholdedRelu(node.x(), { theta: node.number("alpha", 1) }),
  Where: (node) => finigrad.where(node.x(0), node.x(1), node.x(2)),
};

/** Functions of tensors and nothing else, under ONNX's names. */
const ELEMENTWISE: Readonly<Record<string, string>> = {
  Abs: "abs",
  Acos: "acos",
  Acosh: "acosh",
  Add: "add",
  And: "logicalAnd",
  Asin: "asin",
  Asinh: "asinh",
  Atan: "atan",
  Atanh: "atanh",
  Ceil: "ceil",
  Cos: "cos",
  Cosh: "cosh",
  Equal: "equal",
  Erf: "erf",
  Exp: "exp",
  Floor: "floor",
  Greater: "greater",
  GreaterOrEqual: "greaterEqual",
  HardSwish: "hardSwish",
  Less: "less",
  LessOrEqual: "lessEqual",
  Log: "log",
  Mish: "mish",
  Mul: "mul",
  Neg: "neg",
  Not: "logicalNot",
  Or: "logicalOr",
  Reciprocal: "reciprocal",
  Relu: "relu",
  Round: "round",
  Sigmoid: "sigmoid",
  Sign: "sign",
  Sin: "sin",
  Sinh: "sinh",
  Softplus: "softplus",
  Softsign: "softsign",
  Sqrt: "sqrt",
  Sub: "sub",
  Swish: "silu",
  Tan: "tan",
  Tanh: "tanh",
  Xor: "logicalXor",
};

function adapterFor(op: string): Adapter {
  const adapter = ADAPTERS[op];
  if (adapter !== undefined) return adapter;
  const name = ELEMENTWISE[op];
  if (name === undefined) throw new Skip(`no op ${op}`);
  const own = opNamed(name);
  return (node) => own(...node.all());
}

/** Decided otherwise, by the name of the case. */
const REJECTED: Readonly<Record<string, string>> = Object.fromEntries(
  ["reduce_max_empty_set", "reduce_max_empty_set_bool", "reduce_min_empty_set"].map((name) => [
    `node/${name}`,
    rejectedBy(21, "what has no elements throws: there is no extreme of nothing"),
  ]),
);

function makeCase(given: FileCase): Case {
  return {
    name: given.name,
    check: () => {
      const why = REJECTED[given.name];
      if (why !== undefined) throw new Skip(why);
      const answer = adapterFor(given.op)(new Node(given));
      const results = Array.isArray(answer) ? (answer as readonly Tensor[]) : [answer as Tensor];
      given.out?.forEach((expected, i) => {
        const result = results[i];
        if (expected === null || result === undefined) return;
        compare(result.toArray(), numbersIn(expected), (want) =>
          Number.isFinite(want) ? ABSOLUTE + RELATIVE * Math.abs(want) : 0,
        );
      });
    },
  };
}

function cases(): Case[] {
  return (load("onnx") as { readonly cases: readonly FileCase[] }).cases.map(makeCase);
}

export const onnx: CaseSuite = { suite: "onnx", cases };
