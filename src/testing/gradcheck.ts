/**
 * Gradients from the tape against differences of values.
 *
 * A central difference (f(x + h) − f(x − h)) / 2h is wrong by a multiple of h² and by the rounding of f
 * divided by h. The first shrinks with h, the second grows, and for float32 they meet at an error that is
 * easily mistaken for a wrong gradient. So the step is not fixed: differences are taken over a ladder of
 * halved steps, neighbours are combined so that the h² cancels (Richardson), and the rung is kept on which
 * what the combination moved and what rounding can do are smallest together, of those that agree with all finer ones. That sum, times a margin, is
 * the bound.
 */
import {
  checkFlag,
  checkFunction,
  checkOptions,
  checkRange,
  checkWhole,
  hasFields,
  showValue,
} from "../check.js";
import { tensor } from "../create.js";
import { showNumber } from "../diagnosis/report.js";
import { InputTypeError } from "../errors.js";
import { guard } from "../guard.js";
import { inScope } from "../memory.js";
import { random } from "../nn/init.js";
import { mul } from "../ops/arithmetic.js";
import { sum } from "../ops/reduce.js";
import { show, unflatten } from "../shape.js";
import { noGrad, valueAndGrad } from "../tape.js";
import { type AnyTensor, Tensor } from "../tensor.js";
import { checkGiven, fail } from "./failure.js";
import { checkTogether, type Kinked } from "./together.js";

export interface GradcheckOptions {
  /** Allowed beside the measured error of the differences: relative to the gradient. Default 1e-4, 1e-7 in float64. */
  readonly rtol?: number | undefined;
  /** The same relative to the largest gradient of that input, for elements near 0. Default 1e-5, 1e-9 in float64. */
  readonly atol?: number | undefined;
  /** How wrong a value of `fn` may be, in ULP of the output: what rounding can do is judged by it. Default 2. */
  readonly ulp?: number | undefined;
  /** Elements to try of each input, drawn at random; all of smaller ones. Default 64. */
  readonly samples?: number | undefined;
  /** Of the draw and of the weights that make one number of many outputs. Default 1. */
  readonly seed?: number | undefined;
  /** Whether a gradient that is off is an error. Default true. */
  readonly throws?: boolean | undefined;
}

/** One element. */
export interface GradcheckElement {
  /** The input's name. */
  readonly input: string;
  readonly index: readonly number[];
  readonly at: number;
  readonly analytic: number;
  readonly numeric: number;
  /** |analytic − numeric|. */
  readonly error: number;
  /** What it may be. */
  readonly tolerance: number;
  /**
   * `kink`: the slopes to the left and right differ, and the gradient lies between them. `unclear`: the
   * differences are too noisy to tell a right gradient from one that is 10 % off.
   */
  readonly verdict: "right" | "wrong" | "kink" | "unclear";
  /** Of a gradient that does not follow its cotangent: with that in place of 1. Both gradients and the error are those then. */
  readonly cotangent?: number;
  /** Of a kink: the slopes from the left and from the right. */
  readonly slopes?: readonly [number, number];
  /**
   * Of elements at kinks that are right alone and wrong together: those that were moved with this one, and by how much for
   * a step of 1 here. The gradients, the slopes and the error are those of all of them.
   */
  readonly with?: readonly {
    readonly input: string;
    readonly index: readonly number[];
    readonly by: number;
  }[];
}

export interface GradcheckReport {
  readonly checked: number;
  readonly kinks: number;
  readonly unclear: number;
  readonly wrong: readonly GradcheckElement[];
  /** The largest error as a part of its tolerance. */
  readonly worst: number;
  readonly elements: readonly GradcheckElement[];
}

type Fn<T extends readonly AnyTensor[]> = (...inputs: T) => AnyTensor;

/** The first step, as a part of the input's size; each rung halves it. */
const FIRST = 2 ** -3;
const RUNGS = 16;
/** How many times the measured error a gradient may be off. */
const MARGIN = 4;
/** So much of it is more than noise that was taken for too little makes of a slope. */
const ELSE = 0.05;
/** An element is unclear when its bound is this part of the input's largest gradient. */
const VAGUE = 0.1;

interface Precision {
  readonly eps: number;
  readonly rtol: number;
  readonly atol: number;
}

const PRECISIONS: Readonly<Record<string, Precision>> = {
  float32: { eps: 2 ** -24, rtol: 1e-4, atol: 1e-5 },
  float64: { eps: 2 ** -53, rtol: 1e-7, atol: 1e-9 },
};

const precisionOf = ({ dtype }: Tensor): Precision => PRECISIONS[dtype as string] as Precision;

/** Σ w · f(x) in f64, with what rounding in f's results can do to it. */
export interface Probe {
  readonly outputs: ArrayLike<number>;
  readonly weights: Float32Array;
  readonly eps: number;
}

/** f with one element of one input moved. */
class Slice {
  readonly #run: () => Probe;
  readonly #x: Tensor;
  readonly #flat: number;
  readonly #home: number;

  constructor(run: () => Probe, x: Tensor, flat: number) {
    this.#run = run;
    this.#x = x;
    this.#flat = flat;
    this.#home = x.raw[flat] ?? Number.NaN;
  }

  get home(): number {
    return this.#home;
  }

  /** f at home + by, and where that really is: the sum is rounded. */
  at(by: number): Probe & { readonly x: number } {
    this.#write(this.#home + by);
    try {
      return { ...this.#run(), x: this.#x.raw[this.#flat] ?? Number.NaN };
    } finally {
      this.#write(this.#home);
    }
  }

  #write(value: number): void {
    write(this.#x, this.#flat, value);
  }
}

function write(x: Tensor, flat: number, value: number): void {
  const { viewed } = x;
  x.data[flat] = value;
  // Nobody holds this view: the tensor need not be measured for ever.
  x.viewed = viewed;
}

interface Slope {
  readonly slope: number;
  readonly noise: number;
}

type Point = ReturnType<Slice["at"]>;

/**
 * The slope between two points. Outputs that have never moved do not depend on the input: they add no
 * noise. One that has stopped moving still does: the step has become smaller than its rounding.
 */
function between(a: Point, b: Point, ulp: number, moved: Uint8Array): Slope {
  const width = b.x - a.x;
  let [rise, noise] = [0, 0];
  for (let i = 0; i < a.outputs.length; i++) {
    const [low, high] = [a.outputs[i] ?? 0, b.outputs[i] ?? 0];
    if (low !== high) moved[i] = 1;
    if (moved[i] === 0) continue;
    const weight = a.weights[i] ?? 0;
    rise += weight * (high - low);
    noise += Math.abs(weight) * ulp * a.eps * (Math.abs(low) + Math.abs(high));
  }
  return { slope: rise / width, noise: noise / Math.abs(width) };
}

interface Estimate {
  readonly slope: number;
  readonly error: number;
}

/** The best rung of the ladder, and the slopes to either side of it. */
function differentiate(slice: Slice, scale: number, ulp: number) {
  const home = slice.at(0);
  const moved = new Uint8Array(home.outputs.length);
  const estimates: Estimate[] = [];
  let coarse: Slope | undefined;
  let sides: readonly [Slope, Slope] | undefined;
  // The sides of the widest step, while no rung has shown that they close: noise may hide a kink there.
  let widest: readonly [Slope, Slope] | undefined;
  let gap = Number.NaN;
  let kinked = 0;
  for (let rung = 0, h = FIRST * scale; rung < RUNGS; rung++, h /= 2) {
    const [left, right] = [slice.at(-h), slice.at(h)];
    if (!(left.x < home.x && home.x < right.x)) break;
    const fine = between(left, right, ulp, moved);
    const pair = [between(left, home, ulp, moved), between(home, right, ulp, moved)] as const;
    // At a kink the slopes to the two sides stay apart however small h is; elsewhere they close like h.
    const apart = Math.abs(pair[1].slope - pair[0].slope);
    const noise = pair[0].noise + pair[1].noise;
    if (apart > 0.75 * gap && apart > 8 * noise) {
      kinked++;
      sides = pair;
    } else if (!Number.isNaN(gap) && apart > 8 * noise) {
      kinked = 0;
      widest = undefined;
    }
    if (rung === 0 && apart > 4 * noise) widest = pair;
    gap = apart;
    if (coarse !== undefined) {
      const estimate = {
        slope: (4 * fine.slope - coarse.slope) / 3,
        error: Math.abs(fine.slope - coarse.slope) / 3 + (4 * fine.noise + coarse.noise) / 3,
      };
      if (!Number.isNaN(estimate.slope)) estimates.push(estimate);
    }
    coarse = fine;
  }
  return {
    best: bestOf(estimates),
    sides: kinked >= 3 ? sides : undefined,
    widest,
    hidden: moved.includes(1) ? 0 : hiddenBy(home, FIRST * scale, ulp),
  };
}

/**
 * The estimate with the least error, from the finest on: a wider step at which it comes to something else than a finer one can be has
 * left what is there, as several waves further on, however small its own error seems.
 */
function bestOf(estimates: readonly Estimate[]): Estimate {
  let best: Estimate = { slope: Number.NaN, error: Infinity };
  for (const one of estimates.toReversed()) {
    const apart = Math.abs(one.slope - best.slope);
    if (apart > MARGIN * (one.error + best.error) && apart > ELSE * Math.abs(best.slope)) break;
    if (one.error < best.error) best = one;
  }
  return best;
}

/** The slope that rounding of the outputs can hide where not even the widest step moved one. */
function hiddenBy({ outputs, weights, eps }: Probe, h: number, ulp: number): number {
  let noise = 0;
  for (let i = 0; i < outputs.length; i++) {
    noise += Math.abs(weights[i] ?? 0) * ulp * eps * Math.abs(outputs[i] ?? 0);
  }
  return noise / h;
}

function choose(size: number, samples: number, next: () => number): number[] {
  const all = Array.from({ length: size }, (_, i) => i);
  if (size <= samples) return all;
  for (let i = 0; i < samples; i++) {
    const j = i + Math.floor(next() * (size - i));
    [all[i], all[j]] = [all[j] as number, all[i] as number];
  }
  return all.slice(0, samples).sort((a, b) => a - b);
}

/** Weights of either sign around 1, which floats hold exactly: products with them lose nothing. */
function drawWeights(size: number, next: () => number): Float32Array {
  return Float32Array.from({ length: size }, () => {
    const size = 0.5 + Math.floor(next() * 64) / 64;
    return next() < 0.5 ? -size : size;
  });
}

interface Setup {
  readonly named: ReadonlyMap<string, Tensor>;
  readonly run: () => Tensor;
  readonly weights: Float32Array;
}

function analyticGradients({ named, run, weights }: Setup): Map<string, ArrayLike<number>> {
  return inScope(
    () => {
      const { grads } = valueAndGrad(Object.fromEntries(named), () => {
        const out = run();
        if (out.size === 1 && weights[0] === 1) return out;
        const options = { shape: out.shape, dtype: out.dtype };
        return sum(mul(out, tensor(weights, options)));
      });
      const all = grads as Readonly<Record<string, Tensor>>;
      return new Map([...named.keys()].map((name) => [name, (all[name] as Tensor).raw.slice()]));
    },
    () => {},
  );
}

/** The values of f, as they are. */
function evaluate({ run, weights }: Setup): Probe {
  return inScope(
    () => {
      const out = noGrad(run);
      return { outputs: out.raw.slice(), weights, eps: precisionOf(out).eps };
    },
    () => {},
  );
}

const scaleOf = (home: number): number => Math.max(Math.abs(home), 2 ** -7);

/** What a gradient of that size may be off however well it is measured. */
function roomOf(x: Tensor, size: number, largest: number, options: GradcheckOptions): number {
  const precision = precisionOf(x);
  const { rtol = precision.rtol, atol = precision.atol } = options;
  return rtol * Math.abs(size) + atol * largest;
}

/** How far a gradient is beyond the slopes to the two sides, and how far it may be. */
function outside(sides: readonly [Slope, Slope], analytic: number, room: number) {
  const slopes = [sides[0].slope, sides[1].slope] as const;
  const noise = MARGIN * (sides[0].noise + sides[1].noise);
  return {
    slopes,
    error: Math.max(Math.min(...slopes) - analytic, analytic - Math.max(...slopes), 0),
    tolerance: room + noise + 0.01 * Math.abs(slopes[1] - slopes[0]),
  };
}

function judge(
  name: string,
  x: Tensor,
  flat: number,
  analytic: number,
  largest: number,
  slice: Slice,
  options: GradcheckOptions,
): GradcheckElement {
  const { best, sides, widest, hidden } = differentiate(
    slice,
    scaleOf(slice.home),
    options.ulp ?? 2,
  );
  const element = { input: name, index: unflatten(flat, x.shape), at: slice.home, analytic };
  const size = Math.max(Math.abs(analytic), Math.abs(best.slope));
  const room = roomOf(x, size, largest, options);
  if (sides !== undefined) {
    const { slopes, error, tolerance } = outside(sides, analytic, room);
    const verdict = error <= tolerance ? "kink" : "wrong";
    const numeric = (slopes[0] + slopes[1]) / 2;
    return { ...element, numeric, error, tolerance, verdict, slopes };
  }
  const tolerance = room + MARGIN * best.error;
  const error = Math.abs(analytic - best.slope);
  const right = error <= tolerance;
  const noisy = right && MARGIN * best.error > VAGUE * Math.max(largest, Math.abs(best.slope));
  const maybeKink = widest !== undefined && outside(widest, analytic, room);
  // On a plateau of float32 any slope up to that looks like 0.
  const blurred = error <= hidden || (maybeKink && maybeKink.error <= maybeKink.tolerance);
  // Where a step of any width leaves the domain nothing is known.
  const vague = noisy || (!right && blurred) || Number.isNaN(best.slope);
  const verdict = vague ? "unclear" : right ? "right" : "wrong";
  return { ...element, numeric: best.slope, error, tolerance, verdict };
}

function nameInputs(
  inputs: readonly AnyTensor[] | Readonly<Record<string, AnyTensor>>,
): Map<string, Tensor> {
  if (!Array.isArray(inputs)) return new Map(Object.entries(inputs as Record<string, Tensor>));
  const named = new Map<string, Tensor>();
  Array.from(inputs as readonly Tensor[]).forEach((x, i) => {
    const name = x?.name ?? `input ${i}`;
    named.set(named.has(name) ? `${name} (${i})` : name, x);
  });
  return named;
}

/**
 * Compares the gradients that the tape gives for `fn` with differences of its values, element by element: of
 * inputs with more than `samples` elements, at so many drawn at random.
 * Where the output has many elements, they are weighted with random numbers and summed in f64.
 *
 * `fn` is called with the inputs, and may use other tensors: `gradcheck(() => layer(x), { weight, bias })`
 * checks a layer by its parameters. Inputs are changed in place while it runs, and put back.
 *
 * At a kink, where the slopes to the left and right differ, the gradient may be anything between them; of elements at
 * kinks that move the same outputs, so must what it says of moving several at once. An
 * element whose differences are too noisy to tell is counted as unclear; if all are, that is an error:
 * the check has said nothing. Inputs in float64 are checked about three digits tighter.
 *
 * @throws KitAssertionError with the input, the element, both gradients, the error and the tolerance.
 * @throws NonFiniteError when a value or a gradient is not finite there.
 */
export function gradcheck<const T extends readonly AnyTensor[]>(
  fn: Fn<T>,
  inputs: T | Readonly<Record<string, AnyTensor>>,
  options: GradcheckOptions = {},
): GradcheckReport {
  checkCall(fn, inputs, options);
  const named = nameInputs(inputs);
  for (const [name, x] of named) {
    if (x instanceof Tensor) continue;
    throw new InputTypeError(
      `gradcheck: ${name} is no tensor, expected a Tensor, got ${showValue(x)}`,
    );
  }
  if (![...named.values()].some(({ size }) => size > 0)) {
    fail("gradcheck", "there is nothing to check by", 0, "one input with an element, or more");
  }
  const next = random(options.seed ?? 1);
  const run = () => {
    const out: unknown = fn(...([...named.values()] as unknown as T));
    return out instanceof Tensor
      ? out
      : fail("gradcheck", "the function gives no tensor", showValue(out), "a Tensor");
  };
  const size = inScope(
    () => noGrad(run).size,
    () => {},
  );
  if (size === 0) fail("gradcheck", "the function gives no elements", 0, "one, or more");
  const setup = { named, run, weights: size === 1 ? Float32Array.of(1) : drawWeights(size, next) };
  return guard({ onNonFinite: "throw", at: "sink" }, () => checkAll(setup, options, next));
}

const OPTIONS = ["rtol", "atol", "ulp", "samples", "seed", "throws"] as const;

/** @throws InputTypeError, InputRangeError: a check that cannot fail is none */
function checkCall(fn: unknown, inputs: unknown, options: GradcheckOptions): void {
  checkFunction("gradcheck", "fn", fn);
  // A tensor has fields, and none of them is an input.
  if (inputs === null || typeof inputs !== "object" || inputs instanceof Tensor) {
    throw new InputTypeError(
      `gradcheck: inputs are none, expected tensors in a list or by name, got ${showValue(inputs)}`,
    );
  }
  checkOptions("gradcheck", options, OPTIONS);
  for (const name of ["rtol", "atol", "ulp"] as const) {
    const value = options[name];
    if (value !== undefined) {
      checkRange("gradcheck", name, value, (v) => v >= 0 && v < Infinity, "0 … ∞");
    }
  }
  checkWhole("gradcheck", "samples", options.samples ?? 1, 1);
  checkWhole("gradcheck", "seed", options.seed ?? 1, 0);
  checkFlag("gradcheck", "throws", options.throws ?? true);
}

/** Differences of something that is drawn anew each time say nothing. */
function checkSame(setup: Setup): void {
  const [one, two] = [evaluate(setup).outputs, evaluate(setup).outputs];
  const at = Array.from(one).findIndex((value, i) => !Object.is(value, two[i]));
  if (at < 0 && one.length === two.length) return;
  fail(
    "gradcheck",
    `output ${at} differs between two calls with the same inputs`,
    two[at],
    one[at],
  );
}

/** What the loss is multiplied by to see whether its gradients follow: a number that floats hold exactly. */
const TURNED = -0.75;

/** One output has a cotangent of 1: whether that is read at all is seen with another. The first element of each input that does not follow. */
function unfollowing(
  setup: Setup,
  gradients: ReadonlyMap<string, ArrayLike<number>>,
): readonly GradcheckElement[] {
  if (setup.weights.length !== 1) return [];
  const turned = analyticGradients({ ...setup, weights: Float32Array.of(TURNED) });
  return [...setup.named].flatMap(([input, x]) => {
    const own = Array.from(gradients.get(input) ?? []);
    const other = turned.get(input) ?? [];
    const largest = own.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    const elements = own.map((g, i): GradcheckElement => {
      const [analytic, numeric] = [other[i] ?? Number.NaN, TURNED * g];
      return {
        ...{ input, index: unflatten(i, x.shape), at: x.raw[i] ?? Number.NaN, cotangent: TURNED },
        ...{ analytic, numeric, error: Math.abs(analytic - numeric), verdict: "wrong" },
        tolerance: FOLLOWING * Math.max(Math.abs(numeric), 1e-3 * largest),
      };
    });
    return elements.find(({ error, tolerance }) => !(error <= tolerance)) ?? [];
  });
}

/** How well it has to. */
const FOLLOWING = 1e-3;

function checkAll(setup: Setup, options: GradcheckOptions, next: () => number): GradcheckReport {
  checkSame(setup);
  const gradients = analyticGradients(setup);
  const strays = unfollowing(setup, gradients);
  const run = () => evaluate(setup);
  const alone: GradcheckElement[] = [];
  const kinks: Kinked[] = [];
  // Inputs of one size are tried at the same places: what is tied is, as a rule, there.
  const chosen = new Map<number, readonly number[]>();
  for (const [name, x] of setup.named) {
    const analytic = gradients.get(name) as ArrayLike<number>;
    const largest = Array.from(analytic).reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    const places = chosen.get(x.size) ?? choose(x.size, options.samples ?? 64, next);
    chosen.set(x.size, places);
    for (const flat of places) {
      const slice = new Slice(run, x, flat);
      const element = judge(name, x, flat, analytic[flat] ?? Number.NaN, largest, slice, options);
      alone.push(element);
      if (element.verdict !== "kink") continue;
      kinks.push({
        element,
        scale: 2 ** Math.floor(Math.log2(scaleOf(element.at))),
        room: roomOf(x, element.analytic, largest, options),
        write: (value) => write(x, flat, value),
      });
    }
  }
  const together = checkTogether(kinks, run, options.ulp ?? 2, next);
  const elements = alone.map((element) => together.get(element) ?? element);
  const count = (verdict: GradcheckElement["verdict"]) =>
    elements.filter((e) => e.verdict === verdict);
  const report: GradcheckReport = {
    checked: elements.length,
    kinks: count("kink").length,
    unclear: count("unclear").length,
    wrong: [...strays, ...count("wrong")],
    worst: elements.reduce((most, e) => Math.max(most, e.error / e.tolerance || 0), 0),
    elements,
  };
  if (options.throws !== false) assertRight(report);
  return report;
}

function assertRight({ wrong, unclear, checked }: GradcheckReport): void {
  const stray = wrong.find(({ cotangent }) => cotangent !== undefined);
  if (stray !== undefined) fail("gradcheck", showElement(stray), stray.analytic, stray.numeric);
  const worst = wrong.reduce<GradcheckElement | undefined>(
    (a, b) => (a === undefined || b.error / b.tolerance > a.error / a.tolerance ? b : a),
    undefined,
  );
  if (worst !== undefined) {
    const others = wrong.length === 1 ? "" : ` (${wrong.length} of ${checked} elements are off)`;
    fail("gradcheck", `${showElement(worst)}${others}`, worst.analytic, worst.numeric);
  }
  if (checked > 0 && unclear === checked) {
    fail(
      "gradcheck",
      "every difference is too noisy to tell: scale the inputs or the output",
      unclear,
      0,
    );
  }
}

/** `d/dx[1, 2] at 0.5: analytic 3, numeric 2, off by 1, tolerance 1e-4` */
export function showElement(e: GradcheckElement): string {
  const isOne = hasFields(e) && Array.isArray(e.index) && typeof e.tolerance === "number";
  checkGiven("showElement", e, isOne, "an element of gradcheck(…).wrong");
  if (e.cotangent !== undefined)
    return `d/d ${e.input} ${show(e.index)} does not follow the cotangent: with ${e.cotangent} in place of 1`;
  const numeric =
    e.slopes === undefined
      ? showNumber(e.numeric)
      : `between ${showNumber(e.slopes[0])} and ${showNumber(e.slopes[1])}`;
  const others = (e.with ?? []).map(({ input, index, by }) => {
    const times = Math.abs(by) === 1 ? "" : `${showNumber(Math.abs(by))} `;
    return ` ${by < 0 ? "−" : "+"} ${times}d/d ${input} ${show(index)}`;
  });
  return `d/d ${e.input} ${show(e.index)}${shorten(others)} at ${showNumber(e.at)}: analytic ${showNumber(e.analytic)}, numeric ${numeric}, off by ${showNumber(e.error)}, tolerance ${showNumber(e.tolerance)}`;
}

/** Of many the first few. */
function shorten(terms: readonly string[]): string {
  const more = terms.length - 4;
  return terms.slice(0, 4).join("") + (more > 0 ? ` + ${more} more` : "");
}
