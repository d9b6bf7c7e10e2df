/**
 * Cases of every kernel that has none by hand, from the rows of tests/specs: a row knows inputs, an f64 reference
 * and the call. The op runs once, forward and backward, its answers are checked, and the kernel call that it made is
 * what is timed.
 */
import {
  gelu,
  glu,
  guard,
  mul,
  scope,
  sum,
  swiglu,
  type Tensor,
  valueAndGrad,
} from "../../src/index.js";
import { activate, type Kernels, type Runtime } from "../../src/runtime.js";
import { double, type Precision, single, upload } from "../../tests/kit/precision.js";
import { draw, type Nd } from "../../tests/kit/reference.js";
import { type Spec, unarySpec } from "../../tests/kit/spec.js";
import { specs } from "../../tests/specs/index.js";
import { type Case, compare, type KernelName, type Ready } from "../case.js";
import { at, short, total } from "../data.js";

const SIZES = [1 << 14, 1 << 20];

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** A gated unit on the halves of one operand. */
function halves(call: Spec["call"], f: (a: number, b: number) => number): Spec {
  return {
    call,
    reference: ({ data }) => {
      const n = data.length / 2;
      return data.slice(0, n).map((a, i) => f(a, at(data, n + i)));
    },
    inputs: (n, seed) => [draw([2 * n], -4, 4, seed)],
    float64: true,
    ulp: 4,
    gradientUlp: 8,
    limits: [],
  };
}

/** The rows, and what an option of an op, or its other form, chooses: its row takes the default. */
const ROWS: readonly Spec[] = [
  ...Object.values(specs),
  unarySpec({
    call: (x) => gelu(x, { approximate: "tanh" }),
    f: (x) => x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    domain: [-4, 4],
    ulp: 4,
    gradientUlp: 8,
    limits: [],
  }),
  halves(
    (x) => glu(x as Tensor),
    (a, b) => a * logistic(b),
  ),
  halves(
    (x) => swiglu(x as Tensor),
    (a, b) => a * logistic(a) * b,
  ),
];

/** Rows choose shapes and axes by the remainder of n: by 4, 5, 6 and 7. */
const PERIOD = 420;

/** A row in one of its types, and the remainder of n at which its op takes the way that is wanted. */
interface Way {
  readonly spec: Spec;
  readonly precision: Precision;
  readonly remainder: number;
}

type Kernel = (...args: number[]) => number;

/** A kernel's call as it was made. */
interface Made {
  readonly args: readonly number[];
  readonly returned: number;
  /** The shape that kernels of doubles are told beforehand. */
  readonly walk: readonly number[] | undefined;
}

/** What running an op once leaves behind. */
interface Trace {
  readonly calls: ReadonlyMap<string, Made>;
  readonly values: Float32Array;
  readonly grads: readonly (Float32Array | undefined)[];
  /** Frees what the op allocated: until then the calls may be made again. */
  free(): void;
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Σ weights · op(inputs), forward and backward on `runtime`, with every kernel call noted. */
function traceOf(
  runtime: Runtime,
  { spec, precision }: Pick<Way, "spec" | "precision">,
  inputs: readonly Nd[],
  weights: Nd,
): Trace {
  const { kernels } = runtime;
  const calls = new Map<string, Made>();
  let walk: readonly number[] | undefined;
  const noted =
    (name: string, kernel: Kernel): Kernel =>
    (...args) => {
      if (name === "set_walk_f64") walk = args;
      const returned = kernel(...args);
      if (!calls.has(name)) calls.set(name, { args, returned, walk });
      return returned;
    };
  const blocks: number[] = [];
  const noting = Object.fromEntries(
    Object.entries(kernels).map(([name, value]) => {
      if (name === "free") return [name, (block: number) => void blocks.push(block)];
      if (typeof value !== "function") return [name, value];
      return [name, noted(name, value as Kernel)];
    }),
  ) as unknown as Kernels;
  const previous = activate(runtime);
  Object.defineProperty(runtime, "kernels", { value: noting });
  try {
    // Nor any looks in float64, which would run the kernels of doubles for a row of floats.
    const results = guard({ onNonFinite: "ignore", onAlarm: "ignore" }, () =>
      outcome(spec, precision, inputs, weights),
    );
    const free = () => {
      for (const block of blocks.splice(0)) kernels.free(block);
    };
    return { calls, ...results, free };
  } finally {
    Object.defineProperty(runtime, "kernels", { value: kernels });
    if (previous !== undefined) activate(previous);
  }
}

function outcome(
  spec: Spec,
  precision: Precision,
  inputs: readonly Nd[],
  weights: Nd,
): Pick<Trace, "values" | "grads"> {
  return scope(() => {
    const tensors = inputs.map((x) => upload(precision, x));
    if (spec.gradientUlp === null) return { values: spec.call(...tensors).raw.slice(), grads: [] };
    const wanted = tensors.map((_, i) => spec.differentiable?.[i] ?? true);
    const params = Object.fromEntries(tensors.flatMap((t, i) => (wanted[i] ? [[`x${i}`, t]] : [])));
    let values = new Float32Array(0);
    const { grads } = valueAndGrad(params, () => {
      const out = spec.call(...tensors);
      values = out.raw.slice();
      return sum(mul(out, upload(precision, { ...weights, shape: out.shape })));
    });
    return {
      values,
      grads: tensors.map((_, i) => (grads[`x${i}`] as Tensor | undefined)?.raw.slice()),
    };
  });
}

/** The n at which the row's largest input has about `elements` elements, and how many it has. */
function sizeFor({ spec, remainder }: Way, elements: number): { n: number; work: number } {
  const probe = PERIOD + remainder;
  const largest = Math.max(...spec.inputs(probe, PERIOD).map(({ shape }) => product(shape)));
  const periods = Math.max(1, Math.round((elements * probe) / largest / PERIOD));
  const n = periods * PERIOD + remainder;
  return { n, work: Math.round((largest * n) / probe) };
}

const weightsFor = (count: number): Nd => draw([count], 0.5, 2, 5);

/** The slope of Σ weights · reference(inputs) along a few elements of one input, which are returned too. */
function slopeAlong(spec: Spec, inputs: readonly Nd[], which: number, weights: Nd) {
  const x = inputs[which] as Nd;
  const step = Math.max(1, Math.floor(x.data.length / 8));
  const places = x.data.flatMap((_, i) => (i % step === step >> 1 ? [i] : []));
  const moved = (h: number): readonly number[] => {
    const data = [...x.data];
    for (const i of places) data[i] = (data[i] ?? 0) + h;
    return spec.reference(...inputs.map((input, i) => (i === which ? { ...x, data } : input)));
  };
  const h = 2 ** -11;
  // Differences before the sum: in a sum of 2¹²⁰ the few that moved would be lost.
  const difference = (by: number): number => {
    const [above, below] = [moved(by), moved(-by)];
    return (
      total(above.length, (i) => at(weights.data, i) * (at(above, i) - at(below, i))) / (2 * by)
    );
  };
  return { places, slope: (4 * difference(h / 2) - difference(h)) / 3 };
}

/** Elements from which on gradients are not compared again: f64 references in JavaScript take seconds there. */
const LARGE = 2 ** 16;

/** What the answers of a way are compared with. */
function expectation(spec: Spec, inputs: readonly Nd[], elements: number) {
  const values = spec.reference(...inputs);
  const weights = weightsFor(values.length);
  const differentiable = inputs.map(
    (x, i) =>
      spec.gradientUlp !== null &&
      x.data.length > 0 &&
      elements < LARGE &&
      (spec.differentiable?.[i] ?? true),
  );
  const slopes = inputs.map((_, i) =>
    differentiable[i] ? slopeAlong(spec, inputs, i, weights) : undefined,
  );
  return { values, weights, slopes };
}

type Expectation = ReturnType<typeof expectation>;

function checkAnswers(name: string, trace: Trace, { values, slopes }: Expectation): void {
  compare(name, trace.values, (i) => at(values, i));
  slopes.forEach((expected, which) => {
    const gradient = trace.grads[which];
    if (expected === undefined || gradient === undefined) return;
    const terms = expected.places.map((i) => at(gradient, i));
    const along = terms.reduce((a, b) => a + b, 0);
    const allowed = 1e-4 * terms.reduce((a, b) => a + Math.abs(b), 1e-2);
    if (!(Math.abs(along - expected.slope) <= allowed)) {
      throw new Error(
        `${name}: wrong gradient by input ${which}, expected ${expected.slope} ± ${allowed}, got ${along}`,
      );
    }
  });
}

function caseOf(kernel: KernelName, way: Way, elements: number): Case {
  const { spec } = way;
  const size = short(elements);
  const name = `${kernel} ${size}`;
  const { n, work } = sizeFor(way, elements);
  return {
    workload: kernel,
    kernel,
    size,
    rate: "gelems",
    work,
    thorough: elements >= LARGE,
    setup: () => {
      const given = spec.inputs(n, PERIOD);
      const expected = expectation(spec, given, elements);
      return (runtime: Runtime): Ready => {
        const trace = traceOf(runtime, way, given, expected.weights);
        const made = trace.calls.get(kernel);
        if (made === undefined) throw new Error(`${name}: not called, expected one call, got none`);
        const timed = runtime.kernels[kernel] as unknown as Kernel;
        const { args, walk } = made;
        const setWalk = runtime.kernels.set_walk_f64 as Kernel;
        const again = (): number => {
          if (walk !== undefined) setWalk(...walk);
          return timed(...args);
        };
        return {
          run: () => void again(),
          check: () => {
            checkAnswers(name, trace, expected);
            const returned = again();
            if (returned !== made.returned) {
              throw new Error(
                `${name}: another result, expected ${made.returned}, got ${returned}`,
              );
            }
          },
          dispose: () => trace.free(),
        };
      };
    },
  };
}

/** Every row in each of its types. */
const TYPED = ROWS.flatMap((spec) =>
  (spec.float64 === true ? [single, double] : [single]).map((precision) => ({ spec, precision })),
);

/** For each of `kernels` that a row calls, the first such row, at the smallest remainder. */
function waysTo(kernels: ReadonlySet<string>, runtime: Runtime): Map<KernelName, Way> {
  const ways = new Map<KernelName, Way>();
  for (let remainder = 0; remainder < 7 && ways.size < kernels.size; remainder++) {
    for (const row of TYPED) {
      const inputs = row.spec.inputs(PERIOD + remainder, PERIOD);
      const count = row.spec.reference(...inputs).length;
      const trace = traceOf(runtime, row, inputs, weightsFor(count));
      for (const name of trace.calls.keys()) {
        const kernel = name as KernelName;
        if (kernels.has(name) && !ways.has(kernel)) ways.set(kernel, { ...row, remainder });
      }
      trace.free();
    }
  }
  return ways;
}

/** Cases of those among `kernels` that the rows call, at each size. */
export function fromSpecs(kernels: readonly string[], runtime: Runtime, sizes = SIZES): Case[] {
  const ways = [...waysTo(new Set(kernels), runtime)];
  return sizes.flatMap((elements) => ways.map(([kernel, way]) => caseOf(kernel, way, elements)));
}
