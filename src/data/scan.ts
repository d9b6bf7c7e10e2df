/**
 * Where float32 data needs a closer look. The kernels only say "all is well" or "not here": counting and naming
 * is left to the one loop that does it for every kind of data, and runs over suspicious pieces alone.
 */
import { Block } from "../memory.js";
import { CHUNK, chunks, PIECE } from "../ops/finite.js";
import { runtime } from "../runtime.js";
import { INFINITY_BITS, Tensor } from "../tensor.js";
import type { Rule } from "./schema.js";

/** From this element up to, not including, that one. */
export type Piece = readonly [from: number, to: number];

/** Elements that share one block of bounds in the kernel. */
const LANES = 16;
const MAX = 3.4028234663852886e38;

/** Whether a kernel can judge by bounds alone: it sees neither fractions nor stand-ins for missing values. */
function boundsSuffice({ integer, missing, min, max }: Rule): boolean {
  if (integer) return false;
  return [...missing].every(
    (value) => typeof value !== "number" || Number.isNaN(value) || value < min || value > max,
  );
}

type Check = (at: number, n: number) => boolean;

interface Checker {
  readonly check: Check;
  /** Elements a piece: whole periods of the bounds. */
  readonly size: number;
  /** Whether it asks no more than that all is finite. */
  readonly finiteOnly: boolean;
  free(): void;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

function checkerFor(op: string, rules: readonly Rule[]): Checker | undefined {
  if (!rules.every(boundsSuffice)) return undefined;
  const lows = rules.map(({ min }) => Math.max(Math.fround(min), -MAX));
  const highs = rules.map(({ max }) => Math.min(Math.fround(max), MAX));
  const [low = -MAX, high = MAX] = [lows[0], highs[0]];
  const uniform = lows.every((v) => v === low) && highs.every((v) => v === high);
  return uniform ? sameForAll(low, high) : perColumn(op, lows, highs);
}

function sameForAll(low: number, high: number): Checker {
  const { kernels } = runtime();
  const finiteOnly = low === -MAX && high === MAX;
  const check: Check = finiteOnly
    ? (at, n) => kernels.all_finite_f32(at, n) === 1
    : (at, n) => kernels.within_f32(at, n, low, high) !== 0;
  return { check, size: PIECE, finiteOnly, free: () => {} };
}

/** The bounds of 16 elements in a row, block after block, until the pattern of columns repeats. */
function perColumn(
  op: string,
  lows: readonly number[],
  highs: readonly number[],
): Checker | undefined {
  const blocks = lows.length / gcd(lows.length, LANES);
  const period = blocks * LANES;
  if (period > CHUNK) return undefined; // over 4096 columns with ranges of their own: no such table is fast
  const table = new Float32Array(2 * period);
  for (let i = 0; i < period; i++) {
    const at = 2 * LANES * Math.floor(i / LANES) + (i % LANES);
    table[at] = lows[i % lows.length] as number;
    table[at + LANES] = highs[i % lows.length] as number;
  }
  const block = new Block(table.byteLength, op);
  const home = block.runtime;
  home.floats.set(table, block.at / 4);
  return {
    check: (at, n) => home.kernels.within_columns_f32(at, n, block.at, blocks) !== 0,
    size: period * Math.max(1, Math.floor(PIECE / period)),
    finiteOnly: false,
    free: () => block.free(),
  };
}

/** Pieces of [0, size) in which a value may break its column's rule; everything where no kernel can tell. */
export function suspicious(
  op: string,
  x: Float32Array | Tensor,
  rules: readonly Rule[],
): readonly Piece[] {
  const length = x instanceof Tensor ? x.size : x.length;
  if (length === 0) return [];
  const checker = checkerFor(op, rules);
  if (checker === undefined) return [[0, length]];
  try {
    if (checker.finiteOnly && x instanceof Tensor && knownFinite(op, x)) return [];
    return piecesOf(op, x, checker);
  } finally {
    checker.free();
  }
}

/** A tensor carries the peak of its last write. */
function knownFinite(op: string, x: Tensor): boolean {
  x.use(op);
  return x.home.guarded && x.peak < INFINITY_BITS;
}

function piecesOf(op: string, x: Float32Array | Tensor, { check, size }: Checker): Piece[] {
  const found: Piece[] = [];
  const look = (at: number, n: number, offset: number) => {
    if (check(at, n)) return;
    if (n <= size) {
      found.push([offset, offset + n]);
      return;
    }
    for (let i = 0; i < n; i += size) look(at + 4 * i, Math.min(size, n - i), offset + i);
  };
  const visit = (at: number, n: number, offset: number) => {
    look(at, n, offset);
    return true;
  };
  chunks(op, x, visit, size);
  return found;
}
