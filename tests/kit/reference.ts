/** References in f64: arrays with a shape, random data, numerical gradients. */
import { random } from "../../src/nn/init.js";

/** Numbers in memory order with their shape. */
export interface Nd {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export function nd(shape: readonly number[], data: readonly number[]): Nd {
  return { shape, data: data.map(Math.fround) };
}

/** Evenly drawn floats. */
export function draw(shape: readonly number[], low: number, high: number, seed: number): Nd {
  const next = random(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return nd(
    shape,
    Array.from({ length: size }, () => low + (high - low) * next()),
  );
}

/** The array with one number replaced. */
export function replace(x: Nd, at: number, value: number): Nd {
  return { shape: x.shape, data: x.data.map((v, i) => (i === at ? value : v)) };
}

/** Element `flat` of the broadcast of x to `shape`. */
export function broadcastAt(x: Nd, shape: readonly number[], flat: number): number {
  let [rest, at, step] = [flat, 0, 1];
  for (let i = 1; i <= shape.length; i++) {
    const side = shape[shape.length - i] ?? 1;
    const own = x.shape[x.shape.length - i] ?? 1;
    if (own !== 1) at += (rest % side) * step;
    rest = Math.floor(rest / side);
    step *= own;
  }
  return x.data[at] ?? Number.NaN;
}

/** dL/dx for L = Σ weights · f(inputs), by central differences with Richardson's extrapolation. */
export function numericGradient(
  f: (...inputs: Nd[]) => readonly number[],
  inputs: readonly Nd[],
  which: number,
  weights: readonly number[],
): number[] {
  const x = inputs[which] as Nd;
  const value = (at: number, moved: number): number => {
    const y = f(...inputs.map((input, i) => (i === which ? replace(x, at, moved) : input)));
    return y.reduce((sum, v, i) => sum + v * (weights[i] ?? 0), 0);
  };
  const slope = (at: number, v: number, h: number): number =>
    (value(at, v + h) - value(at, v - h)) / (2 * h);
  return x.data.map((v, at) => {
    const h = 2 ** Math.round(Math.log2(1e-3 * Math.max(1, Math.abs(v))));
    return (4 * slope(at, v, h / 2) - slope(at, v, h)) / 3;
  });
}
