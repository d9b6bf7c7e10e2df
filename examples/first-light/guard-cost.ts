/**
 * What the guard costs: the same epochs on two builds of the same kernels, one of them without peak words.
 * Each epoch is cut into legs; the builds take turns at each leg, in the order ABBA, so that a machine
 * that slows down slows both. Each leg starts at another depth of the stack: where a register that a kernel
 * keeps there lies across the end of a page, that kernel takes up to twice as long, on the one build or the other.
 */
import { readFileSync } from "node:fs";
import { scope } from "../../src/index.js";
import { random } from "../../src/nn/init.js";
import { activate, Runtime, runtime } from "../../src/runtime.js";
import { batches, type Digits, shuffled, take } from "./data.js";
import { network, type Training, training } from "./network.js";
import { progress } from "./show.js";

/** Digits in a leg: ten batches. */
const LEG = 500;
const WARM_UP = 2;
const SEED = 2;
/** Frames that take about a page. */
const DEPTHS = 40;

export interface GuardCost {
  /** Median over all legs of: time with the guard / time without. */
  readonly ratio: number;
  /** Between these lies the middle half of all legs. */
  readonly spread: readonly [number, number];
  /** Median seconds of an epoch. */
  readonly guarded: number;
  readonly unguarded: number;
  /** Whether both builds had the same losses, bit for bit. */
  readonly sameLoss: boolean;
  readonly build: string;
}

interface Leg {
  readonly seconds: number;
  readonly loss: number;
}

type Pair = readonly [guarded: Leg, unguarded: Leg];

export function guardCost(train: Digits, rounds: number): GuardCost {
  const before = runtime();
  const builds = [load(before.name, true), load(`unguarded-${before.name}`, false)] as const;
  const order = shuffled(train.labels.length, random(SEED));
  const legs = [...batches(order, LEG)].map((positions) => take(train, positions));
  const bar = progress("guard on and off", rounds);
  // The first epochs are for the engine's compilers.
  for (let i = 0; i < WARM_UP; i++) race(builds, legs);
  const epochs = Array.from({ length: rounds }, (_, round) => {
    const pairs = race(builds, legs);
    bar.update(round + 1);
    return pairs;
  });
  bar.stop();
  activate(before);
  return { ...evaluate(epochs), build: before.name };
}

function load(name: string, guarded: boolean): Runtime {
  const bytes = readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url));
  return new Runtime({ name, base64: "", guarded }, new WebAssembly.Module(bytes));
}

/** One epoch on each build, from the same weights, leg by leg. */
function race(builds: readonly [Runtime, Runtime], legs: readonly Digits[]): Pair[] {
  const digits = legs.reduce((n, leg) => n + leg.labels.length, 0);
  const [guarded, unguarded] = builds.map((build) => {
    activate(build);
    return { build, training: training(network(), digits) };
  }) as [Runner, Runner];
  const pairs = legs.map((leg, i): Pair => {
    const depth = Math.floor(DEPTHS * draw());
    if (i % 2 === 0) return [run(guarded, leg, depth), run(unguarded, leg, depth)];
    const second = run(unguarded, leg, depth);
    return [run(guarded, leg, depth), second];
  });
  for (const runner of [guarded, unguarded]) runner.training.dispose();
  return pairs;
}

interface Runner {
  readonly build: Runtime;
  readonly training: Training;
}

const draw = random(SEED);

function run({ build, training }: Runner, leg: Digits, depth: number): Leg {
  activate(build);
  const started = performance.now();
  const loss = deeper(depth, () => scope(() => training.epoch(leg)));
  return { seconds: (performance.now() - started) / 1000, loss };
}

function deeper<T>(frames: number, body: () => T): T {
  return frames === 0 ? body() : deeper(frames - 1, body);
}

function evaluate(epochs: readonly (readonly Pair[])[]): Omit<GuardCost, "build"> {
  const pairs = epochs.flat();
  const ratios = pairs.map(([on, off]) => on.seconds / off.seconds);
  const epoch = (which: 0 | 1) =>
    median(epochs.map((legs) => legs.reduce((sum, pair) => sum + pair[which].seconds, 0)));
  return {
    ratio: median(ratios),
    spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    guarded: epoch(0),
    unguarded: epoch(1),
    sameLoss: pairs.every(([on, off]) => on.loss === off.loss),
  };
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * q)] ?? Number.NaN;
}

export function showGuardCost(cost: GuardCost): void {
  const { ratio, spread, sameLoss, build } = cost;
  const [on, off] = [cost.guarded, cost.unguarded].map((s) => `${(1000 * s).toFixed(0)} ms`);
  const [low, high] = spread.map((r) => r.toFixed(3));
  console.log(`one epoch (${build} build): ${on} with the guard, ${off} with it compiled out`);
  console.log(`time with / without: ${ratio.toFixed(3)} (median; middle half ${low} … ${high})`);
  console.log(sameLoss ? "both have the same losses, bit for bit" : "the losses differ");
}
