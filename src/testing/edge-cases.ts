/** An op at every point where ops go wrong, in every lane and tail position. */
import {
  checkFlag,
  checkFunction,
  checkList,
  checkOptions,
  checkRange,
  checkWhole,
  showValue,
} from "../check.js";
import { tensor } from "../create.js";
import { showNumber } from "../diagnosis/report.js";
import { type FinigradError, InputTypeError, isFinigradError } from "../errors.js";
import { guard } from "../guard.js";
import * as finigrad from "../index.js";
import { inScope, memory } from "../memory.js";
import { mul } from "../ops/arithmetic.js";
import { sum } from "../ops/reduce.js";
import { type Shape, sizeOf } from "../shape.js";
import { valueAndGrad } from "../tape.js";
import { INFINITY_BITS, Tensor } from "../tensor.js";
import { fail } from "./failure.js";
import { semantics } from "./semantics/index.js";
import { checkCase, checkLanes } from "./semantics/run.js";

/** What must hold of every op. */
export const PROPERTIES = {
  takes: "ordinary numbers are taken, of one size at least",
  survives: "nothing but a typed error of this package is thrown",
  empty: "no elements in, no elements out, or a typed error",
  nan: "a NaN among the inputs is a NaN in the output",
  neighbours: "what stands beside a special number comes out as without it",
  zeroCotangent: "a cotangent of zeros gives a gradient of zeros",
  inputs: "inputs are left as they were",
  same: "the same call gives the same bits",
  noticed: "the guard knows of every NaN and infinity in the output",
  leaks: "nothing stays allocated",
  table: "the decisions of the table (docs/semantics.md) hold",
} as const;

export type Property = keyof typeof PROPERTIES;

export interface EdgeCasesOptions {
  /** What failures call it. Default: the name under which the package exports it, else the function's own. */
  readonly name?: string | undefined;
  /** How many tensors it takes. Default: as many as it has parameters. */
  readonly arity?: number | undefined;
  /** The inputs' shapes for size n. Default: `[n]` each. */
  readonly shapes?: ((n: number) => readonly Shape[]) | undefined;
  /** Whether element i of the output depends on element i of the inputs alone. Default true. */
  readonly elementwise?: boolean | undefined;
  /** Singular points of the op: they and their neighbours are tried too. */
  readonly points?: readonly number[] | undefined;
  /** Whether a NaN goes through; false for what is made to stop it. Default true. */
  readonly nan?: boolean | undefined;
  /** The numbers beside the special one, from low to high. Default 0.25 to 0.875. */
  readonly domain?: readonly [low: number, high: number] | undefined;
  /** Default 0 to 9, 15 to 17, 31 to 33: every lane, and every tail. */
  readonly sizes?: readonly number[] | undefined;
  /** Whether a failure is an error. Default true. */
  readonly throws?: boolean | undefined;
}

const OPTIONS = [
  ...["name", "arity", "shapes", "elementwise", "points", "nan", "domain", "sizes", "throws"],
] as const;

export interface EdgeFailure {
  readonly property: Property;
  readonly detail: string;
}

export interface EdgeReport {
  readonly name: string;
  /** How many calls were judged. */
  readonly checks: number;
  /** Cases of the table among them. */
  readonly tableCases: number;
  readonly failures: readonly EdgeFailure[];
}

const SIZES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33];
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** NaN, infinities, zeros, subnormals, the ends of the range, what overflows when squared, 1 and beside it. */
const SPECIALS: readonly number[] = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0],
  ...[2 ** -149, -(2 ** -149), 1e-40, -1e-40, 2 ** -126, -(2 ** -126)],
  ...[LARGEST, -LARGEST, 1e38, -1e38, 1e20, -1e20, 1e-30, -1e-30],
  ...[1, -1, 1 - 2 ** -24, 1 + 2 ** -23],
];

const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/** A float and the two beside it. */
function around(point: number): number[] {
  float[0] = point;
  const here = float[0] ?? point;
  if (!Number.isFinite(here)) return [here];
  const beside = [1, -1].map((step) => {
    float[0] = here;
    // From 0 the next floats are the smallest of either sign.
    if (here === 0) return step * 2 ** -149;
    word[0] = (word[0] ?? 0) + step;
    return float[0];
  });
  return [here, ...(beside as number[])];
}

function bitsOf(x: ArrayLike<number>): string {
  return Array.from(x, (v) => (Object.is(v, -0) ? "-0" : String(v))).join();
}

type AnyOp = (...inputs: never[]) => Tensor;

interface Subject {
  readonly name: string;
  readonly call: (...inputs: Tensor[]) => Tensor;
  readonly arity: number;
  readonly shapes: (n: number) => readonly Shape[];
  readonly elementwise: boolean;
  readonly nan: boolean;
  readonly specials: readonly number[];
  readonly ordinary: (i: number) => number;
}

function subjectOf(op: AnyOp, options: EdgeCasesOptions): Subject {
  const exported = Object.entries(finigrad).find(([, value]) => value === (op as unknown))?.[0];
  const arity = options.arity ?? (op.length || 1);
  const [low, high] = options.domain ?? [0.25, 0.875];
  const { shapes: given } = options;
  const shapes = given
    ? (n: number) => checkShapes(n, given(n))
    : (n: number) => new Array<Shape>(arity).fill([n]);
  return {
    name: options.name ?? exported ?? (op.name || "the op"),
    call: op as unknown as Subject["call"],
    arity: shapes(1).length,
    shapes,
    elementwise: options.elementwise ?? true,
    nan: options.nan ?? true,
    specials: [...SPECIALS, ...(options.points ?? []).flatMap(around)],
    ordinary: (i) => low + ((high - low) * ((i * 5) % 8)) / 7,
  };
}

type Data = readonly Float32Array[];

/** What one run gave. */
interface Outcome {
  readonly values: Float32Array;
  readonly gradients: readonly Float32Array[];
  /** Whether the output's peak word says what is in it. */
  readonly noticed: boolean;
  /** Whether the inputs are as they were. */
  readonly untouched: boolean;
}

/** Values, and gradients for that cotangent everywhere. */
function perform(
  subject: Subject,
  data: Data,
  shapes: readonly Shape[],
  cotangent: number,
): Outcome {
  const body = (): Outcome => {
    const inputs = data.map((numbers, i) =>
      tensor(numbers, { shape: shapes[i] as Shape, name: `x${i}` }),
    );
    const kept: { out?: Tensor; values?: Float32Array } = {};
    const { grads } = valueAndGrad(Object.fromEntries(inputs.map((x, i) => [`x${i}`, x])), () => {
      const out: unknown = subject.call(...inputs);
      if (!(out instanceof Tensor)) throw new Error(`it gave ${showValue(out)}, and no tensor`);
      kept.out = out;
      kept.values = out.raw.slice();
      return sum(mul(out, cotangent));
    });
    const values = kept.values as Float32Array;
    const bad = values.some((v) => !Number.isFinite(v));
    return {
      values,
      gradients: inputs.map((_, i) => (grads[`x${i}`] as Tensor).raw.slice()),
      noticed: bad === (kept.out as Tensor).peak >= INFINITY_BITS,
      untouched: inputs.every((x, i) => bitsOf(x.raw) === bitsOf(data[i] ?? [])),
    };
  };
  return inScope(
    () => guard({ onNonFinite: "ignore", at: "sink", policy: "subgradient" }, body),
    () => {},
  );
}

/** The same, but an error of this package is an outcome too. */
function run(...call: Parameters<typeof perform>): Outcome | FinigradError {
  try {
    return perform(...call);
  } catch (error) {
    if (isFinigradError(error)) return error;
    throw error;
  }
}

class Collector {
  checks = 0;
  /** How many runs of ordinary numbers there were. */
  ordinary = 0;
  /** How many runs of ordinary numbers gave something, and why the first that did not was refused. */
  taken = 0;
  refused: FinigradError | undefined;
  readonly failures: EdgeFailure[] = [];

  expect(holds: boolean, property: Property, detail: () => string): void {
    if (!holds) this.failures.push({ property, detail: detail() });
  }

  /** What a run gives, undefined where it is refused; a failure where it throws another error. */
  attempt(
    detail: () => string,
    body: () => Outcome | FinigradError,
    ordinary = false,
  ): Outcome | undefined {
    this.checks++;
    if (ordinary) this.ordinary++;
    try {
      const given = body();
      const refused = given instanceof Error;
      if (ordinary && !refused) this.taken++;
      else if (ordinary && refused) this.refused ??= given;
      return refused ? undefined : given;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.failures.push({ property: "survives", detail: `${detail()}: ${message}` });
      return undefined;
    }
  }
}

function ordinaryData({ ordinary }: Subject, shapes: readonly Shape[]): Data {
  return shapes.map((shape, which) =>
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => ordinary(i + 3 * which)),
  );
}

function checkSize(subject: Subject, n: number, to: Collector): void {
  const shapes = subject.shapes(n);
  const data = ordinaryData(subject, shapes);
  const plain = to.attempt(
    () => `${subject.name} of ordinary numbers, size ${n}`,
    () => run(subject, data, shapes, 1),
    !isEmpty(data),
  );
  if (isEmpty(data)) {
    const empty = plain === undefined || !subject.elementwise || plain.values.length === 0;
    to.expect(empty, "empty", () => `${plain?.values.length} elements out of none`);
    return;
  }
  data.forEach((numbers, which) => {
    for (let at = 0; at < numbers.length; at++) {
      // Every place with one special, in turn: each special stands in each lane and tail at some size.
      const all =
        numbers.length <= 9
          ? subject.specials
          : subject.specials.filter((_, i) => i % 5 === at % 5);
      for (const special of all)
        checkSpecial(subject, data, shapes, plain, { which, at, special }, to);
    }
  });
}

const isEmpty = (data: Data) => data.every((numbers) => numbers.length === 0);

interface Spot {
  readonly which: number;
  readonly at: number;
  readonly special: number;
}

function checkSpecial(
  subject: Subject,
  data: Data,
  shapes: readonly Shape[],
  plain: Outcome | undefined,
  { which, at, special }: Spot,
  to: Collector,
): void {
  const here = () =>
    `${subject.name} with ${showNumber(special)} at ${at} of input ${which}, ${data.map((x) => x.length).join(" and ")} elements`;
  const spoiled = data.map((numbers, i) =>
    i === which ? numbers.map((v, j) => (j === at ? special : v)) : numbers,
  );
  const outcome = to.attempt(here, () => run(subject, spoiled, shapes, 1));
  if (outcome === undefined) return;
  const { values, noticed, untouched } = outcome;
  if (Number.isNaN(special) && subject.nan) {
    const through = subject.elementwise ? Number.isNaN(values[at]) : values.some(Number.isNaN);
    to.expect(
      through,
      "nan",
      () => `${here()} gives ${showNumber(values[subject.elementwise ? at : 0] ?? 0)}`,
    );
  }
  to.expect(noticed, "noticed", here);
  to.expect(untouched, "inputs", here);
  if (subject.elementwise && plain !== undefined) {
    const strayed = values.findIndex((v, i) => i !== at && !Object.is(v, plain.values[i]));
    to.expect(strayed < 0, "neighbours", () => `${here()} changes element ${strayed}`);
    outcome.gradients.forEach((gradient, i) => {
      const off = gradient.findIndex((v, j) => j !== at && !Object.is(v, plain.gradients[i]?.[j]));
      const what = () => `${here()} changes the gradient of input ${i} at ${off}`;
      to.expect(off < 0 || gradient.length !== values.length, "neighbours", what);
    });
  }
  const again = to.attempt(here, () => run(subject, spoiled, shapes, 0));
  if (again === undefined) return;
  to.expect(bitsOf(again.values) === bitsOf(values), "same", here);
  for (const [i, gradient] of again.gradients.entries()) {
    const bad = gradient.findIndex((v) => v !== 0);
    to.expect(
      bad < 0,
      "zeroCotangent",
      () => `${here()}: the gradient of input ${i} is ${showNumber(gradient[bad] ?? 0)} at ${bad}`,
    );
  }
}

function checkTable(name: string, to: Collector): number {
  const cases = semantics.flatMap((row) => row.cases).filter((it) => it.op === name);
  for (const it of cases) {
    to.checks++;
    try {
      checkCase(it);
      checkLanes(it);
    } catch (error) {
      to.failures.push({ property: "table", detail: (error as Error).message });
    }
  }
  return cases.length;
}

/**
 * Runs an op, forwards and backwards, at NaN, ±∞, ±0, subnormals, the largest and smallest numbers, numbers
 * whose square overflows, its singular points and the floats beside them: each in every lane and tail
 * position among ordinary numbers, and of no elements at all. Asserts `PROPERTIES`, and of the package's own
 * ops the rows of the table.
 *
 * @throws KitAssertionError with the first failure of each property, unless `throws` is false.
 */
export function edgeCases(op: AnyOp, options: EdgeCasesOptions = {}): EdgeReport {
  checkFunction("edgeCases", "op", op);
  checkOptions("edgeCases", options, OPTIONS);
  checkGiven(options);
  const subject = subjectOf(op, options);
  const to = new Collector();
  // The first call may allocate what stays: a buffer, a kernel's workspace.
  to.attempt(
    () => subject.name,
    () => run(subject, ordinaryData(subject, subject.shapes(2)), subject.shapes(2), 1),
  );
  const before = memory().tensors;
  for (const n of options.sizes ?? SIZES) checkSize(subject, n, to);
  const after = memory().tensors;
  // Where every call is refused, or none has an element, all properties hold, and nothing was said.
  const tried = to.ordinary > 0;
  to.expect(
    tried && (to.taken > 0 || to.refused === undefined),
    "takes",
    () => to.refused?.message ?? "no call had an element: try a size from 1 on",
  );
  to.expect(
    after === before,
    "leaks",
    () => `${after - before} tensors of ${subject.name} are left`,
  );
  const own = (finigrad as unknown as Record<string, unknown>)[subject.name] === (op as unknown);
  const tableCases = own ? checkTable(subject.name, to) : 0;
  const { checks, failures } = to;
  const report = { name: subject.name, checks, tableCases, failures };
  if (options.throws !== false && failures.length > 0) assertNone(report);
  return report;
}

/** @throws InputTypeError */
function checkArray(name: string, list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list;
  throw new InputTypeError(
    `edgeCases: ${name} is no list, expected numbers, got ${showValue(list)}`,
  );
}

/** @throws InputTypeError, InputRangeError */
function checkShapes(n: number, shapes: unknown): readonly Shape[] {
  return checkList("edgeCases", `shapes of size ${n}`, shapes).map((shape, i) => {
    if (!Array.isArray(shape)) {
      throw new InputTypeError(
        `edgeCases: shape ${i} of size ${n} is none, expected a list of sizes, got ${showValue(shape)}`,
      );
    }
    return shape.map((size) => checkWhole("edgeCases", `shape ${i} of size ${n}`, size, 0));
  });
}

/** @throws InputTypeError, InputRangeError: a check that cannot fail is none */
function checkGiven(options: EdgeCasesOptions): void {
  const { name, arity, sizes, points, domain, shapes } = options;
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw new InputTypeError(`edgeCases: no name, expected a string, got ${showValue(name)}`);
  }
  for (const flag of ["elementwise", "nan", "throws"] as const) {
    if (options[flag] !== undefined) checkFlag("edgeCases", flag, options[flag]);
  }
  if (arity !== undefined) checkWhole("edgeCases", "arity", arity, 1);
  if (shapes !== undefined) checkFunction("edgeCases", "shapes", shapes);
  if (sizes !== undefined) {
    for (const n of checkList("edgeCases", "sizes", sizes)) checkWhole("edgeCases", "a size", n, 0);
  }
  for (const point of points === undefined ? [] : checkArray("points", points)) {
    checkRange("edgeCases", "a point", point, (v) => !Number.isNaN(v), "a number, or ±∞");
  }
  if (domain === undefined) return;
  const [low, high] = checkArray("domain", domain);
  checkRange("edgeCases", "domain[0]", low, Number.isFinite, "a finite number");
  checkRange(
    "edgeCases",
    "domain[1]",
    high,
    (v) => v >= (low as number) && v < Infinity,
    `${low} … ∞`,
  );
}

function assertNone({ name, failures, checks }: EdgeReport): never {
  const properties = [...new Set(failures.map(({ property }) => property))];
  const lines = properties.map((property) => {
    const mine = failures.filter((failure) => failure.property === property);
    const others = mine.length === 1 ? "" : `, and ${mine.length - 1} more`;
    return `\n  ${property}: ${PROPERTIES[property]}\n    ${mine[0]?.detail}${others}`;
  });
  const message = `${name}: ${failures.length} of ${checks} checks failed${lines.join("")}`;
  return fail("edgeCases", message, properties, []);
}
