/** Real data that ships through npm, and ways to deal it out. */
import { readFileSync } from "node:fs";

const WIDTH = 28;
export const PIXELS = WIDTH * WIDTH;
export const CLASSES = 10;

/** Images in one array, `PIXELS` numbers from 0 to 1 each, with what they show. */
export interface Digits {
  readonly pixels: Float32Array;
  readonly labels: Uint8Array;
}

/** A record of the cars; what is not known is null. */
export interface Car {
  readonly Name: string;
  readonly Year: string;
  readonly [column: string]: string | number | null;
}

function readJson(url: URL): unknown {
  return JSON.parse(readFileSync(url, "utf8"));
}

/** The ten thousand digits of the package `mnist`, sorted by what they show. */
export function loadDigits(): Digits {
  const folder = new URL("digits/", import.meta.resolve("mnist"));
  const files = Array.from({ length: CLASSES }, (_, digit) => {
    const { data } = readJson(new URL(`${digit}.json`, folder)) as { readonly data: number[] };
    return { digit, images: Float32Array.from(data) };
  });
  const size = files.reduce((n, { images }) => n + images.length / PIXELS, 0);
  const [pixels, labels] = [new Float32Array(size * PIXELS), new Uint8Array(size)];
  let at = 0;
  for (const { digit, images } of files) {
    pixels.set(images, at * PIXELS);
    labels.fill(digit, at, at + images.length / PIXELS);
    at += images.length / PIXELS;
  }
  return { pixels, labels };
}

/** The 406 cars of the package `vega-datasets`. */
export function loadCars(): readonly Car[] {
  return readJson(new URL("../data/cars.json", import.meta.resolve("vega-datasets"))) as Car[];
}

/**
 * The images at these positions. With a source of random numbers, each is moved by up to one pixel each
 * way: no two epochs are the same, and the network learns shapes, not places.
 */
export function take(from: Digits, positions: readonly number[], next?: () => number): Digits {
  const pixels = new Float32Array(positions.length * PIXELS);
  positions.forEach((position, i) => {
    const image = from.pixels.subarray(position * PIXELS, (position + 1) * PIXELS);
    const by = next === undefined ? 0 : pixelEachWay(next) + WIDTH * pixelEachWay(next);
    // The margins are empty: what leaves one row enters the next as a 0.
    const part = image.subarray(Math.max(0, -by), PIXELS - Math.max(0, by));
    pixels.set(part, i * PIXELS + Math.max(0, by));
  });
  return { pixels, labels: Uint8Array.from(positions, (i) => from.labels[i] ?? 0) };
}

/** −1, 0 or 1. */
function pixelEachWay(next: () => number): number {
  return Math.floor(3 * next()) - 1;
}

/** 0 … n − 1 in random order (Fisher and Yates). */
export function shuffled(n: number, next: () => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}

/** A list in pieces of `size`. */
export function* batches(list: readonly number[], size: number): Generator<number[]> {
  for (let i = 0; i < list.length; i += size) yield list.slice(i, i + size);
}
