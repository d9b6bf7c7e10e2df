/** Inputs: seeded, so that every build and every run gets the same. */
import { random } from "../src/nn/init.js";

/** n numbers drawn evenly from [low, high). */
export function spread(n: number, low: number, high: number, seed = 1): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: n }, () => low + (high - low) * next());
}

/** n labels of 0 … classes − 1. */
export function labels(n: number, classes: number, seed = 1): Int32Array {
  const next = random(seed);
  return Int32Array.from({ length: n }, () => Math.floor(next() * classes));
}

/** 16384 → 16K, 1048576 → 1M. */
export function short(n: number): string {
  if (n % 2 ** 20 === 0) return `${n / 2 ** 20}M`;
  return n % 1024 === 0 ? `${n / 1024}K` : `${n}`;
}

/** Element i, a number: outside the array it is NaN, which no check lets pass. */
export function at(x: ArrayLike<number>, i: number): number {
  return x[i] ?? Number.NaN;
}

/** Σ term(i) for i < n, in f64. */
export function total(n: number, term: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += term(i);
  return sum;
}
