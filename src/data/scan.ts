/**
 * Where float32 data needs a closer look. The kernels only say "all is well" or "not here": counting and naming
 * is left to the one loop that does it for every kind of data, and runs over suspicious pieces alone.
 */
import { Block } from "../memory.js";
import { CHUNK, chunks, PIECE } from "../ops/finite.js";
import { type Runtime, runtime } from "../runtime.js";
import { INFINITY_BITS, LARGEST, Tensor } from "../tensor.js";
import type { Rule } from "./schema.js";

/** From this element up to, not including, that one. */
export type Piece = readonly [from: number, to: number];

const MAX = LARGEST.float32;

/** Elements that share limits in the kernels: a vector, of which columns are read two at a time. */
const LANES = 4;
const TURN = 2 * LANES;
const SIGN = 0x80000000;
const ANY = 0x7fffffff;

/** What kernels compare bits with, for each vector: see assembly/kernels/data.ts. */
export interface Limits {
  /** [vectors, 3, 4]: the largest bits signed, the largest unsigned, and what is taken off before. */
  readonly table: Uint32Array<ArrayBuffer>;
  readonly vectors: number;
  /** Whether something is taken off anywhere. */
  readonly shifted: 0 | 1;
}

/** The limits of ranges low ≤ high that take turns, over `period` elements. */
export function limitsOf(
  lows: readonly number[],
  highs: readonly number[],
  period: number,
): Limits {
  const vectors = period / LANES;
  const table = new Uint32Array(3 * period);
  const each = lows.map((low, c) => limitOf(low, highs[c] as number));
  for (let i = 0; i < period; i++) {
    const at = 3 * LANES * Math.floor(i / LANES) + (i % LANES);
    const limit = each[i % each.length] as Limit;
    limit.forEach((part, k) => {
      table[at + k * LANES] = part;
    });
  }
  return { table, vectors, shifted: each.some(([, , shift]) => shift !== 0) ? 1 : 0 };
}

type Limit = readonly [signed: number, unsigned: number, shift: number];

function limitOf(low: number, high: number): Limit {
  const [a = 0, b = 0] = new Uint32Array(Float32Array.of(low, high).buffer);
  // Either zero admits both.
  if (low <= 0 && high >= 0) return [high === 0 ? 0 : b, low === 0 ? SIGN : a, 0];
  return low > 0 ? [ANY, b - a, a] : [ANY, a - b, b];
}

type Check = (at: number, n: number) => boolean;

interface Checker {
  readonly check: Check;
  /** Elements that are copied at a time, and those of a piece that is doubted: whole periods of the limits. */
  readonly size: number;
  readonly grain: number;
  /** Whether it asks no more than that all is finite. */
  readonly finiteOnly: boolean;
  free(): void;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** @returns undefined where no kernel can tell; nor is there anything to tell where a range is empty in float32. */
function checkerFor(op: string, rules: readonly Rule[]): Checker | undefined {
  // A kernel sees neither fractions nor stand-ins for missing values.
  if (!rules.every(({ bounded }) => bounded)) return undefined;
  const lows = rules.map(({ min }) => Math.max(Math.fround(min), -MAX));
  const highs = rules.map(({ max }) => Math.min(Math.fround(max), MAX));
  if (lows.some((low, c) => low > (highs[c] as number))) return undefined;
  const [low = -MAX, high = MAX] = [lows[0], highs[0]];
  const uniform = lows.every((v) => v === low) && highs.every((v) => v === high);
  if (!uniform) return perColumn(op, lows, highs);
  return low === -MAX && high === MAX ? finiteOnly() : sameForAll(op, low, high);
}

function finiteOnly(): Checker {
  const { all_finite_f32 } = runtime().kernels;
  const check = (at: number, n: number) => all_finite_f32(at, n) === 1;
  return { check, size: PIECE, grain: PIECE, finiteOnly: true, free: () => {} };
}

function sameForAll(op: string, low: number, high: number): Checker {
  const limits = limitsOf([low], [high], LANES);
  const { at: table, home, free } = placed(op, limits);
  const { within_f32 } = home.kernels;
  const { shifted } = limits;
  const check = (at: number, n: number) => within_f32(at, n, table, shifted) === 1;
  return { check, size: PIECE, grain: PIECE, finiteOnly: false, free };
}

/** The limits of the columns, until their pattern repeats. */
function perColumn(
  op: string,
  lows: readonly number[],
  highs: readonly number[],
): Checker | undefined {
  const period = (lows.length / gcd(lows.length, TURN)) * TURN;
  if (period > CHUNK) return undefined; // over 8192 columns with ranges of their own: no such table is fast
  const limits = limitsOf(lows, highs, period);
  const { at: table, home, free } = placed(op, limits);
  const { within_columns_f32 } = home.kernels;
  const { vectors, shifted } = limits;
  const check = (at: number, n: number) => within_columns_f32(at, n, table, vectors, shifted) === 1;
  const periods = (elements: number) => Math.max(1, Math.floor(elements / period));
  // Four periods go side by side.
  const size = period * Math.min(periods(CHUNK), 4 * Math.max(1, Math.floor(periods(PIECE) / 4)));
  return { check, size, grain: period * periods(PIECE), finiteOnly: false, free };
}

/** Limits in wasm memory. */
function placed(op: string, { table }: Limits): { at: number; home: Runtime; free(): void } {
  const block = new Block(table.byteLength, op);
  const { at, runtime: home } = block;
  new Uint32Array(home.kernels.memory.buffer, at, table.length).set(table);
  return { at, home, free: () => block.free() };
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

function piecesOf(op: string, x: Float32Array | Tensor, { check, size, grain }: Checker): Piece[] {
  const found: Piece[] = [];
  const narrow = (at: number, n: number, offset: number) => {
    if (n <= grain) {
      found.push([offset, offset + n]);
      return;
    }
    for (let i = 0; i < n; i += grain) visit(at + 4 * i, Math.min(grain, n - i), offset + i);
  };
  const visit = (at: number, n: number, offset: number) => {
    if (!check(at, n)) narrow(at, n, offset);
    return true;
  };
  chunks(op, x, visit, size);
  return found;
}
