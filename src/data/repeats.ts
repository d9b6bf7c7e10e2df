/** Rows that are equal to an earlier one, cell by cell as they come. */
import type { Source } from "./source.js";
import { same } from "./twins.js";

/** The row that each row repeats, by position: the first of its kind. */
export class Repeats {
  readonly count: number;
  readonly #of: Int32Array;

  /** Rows that are none are left out. */
  constructor({ columns, length, at, flaw }: Source) {
    const width = columns.length;
    const equal = (a: number, b: number) => {
      for (let c = 0; c < width; c++) if (!same(at(a, c), at(b, c))) return false;
      return true;
    };
    // Twice as many slots as rows, or more: a row stands in the first free one from where its hash points.
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * length + 2))).fill(-1);
    this.#of = new Int32Array(length).fill(-1);
    let count = 0;
    for (let row = 0; row < length; row++) {
      if (flaw(row) !== undefined) continue;
      let slot = hashOf(at, row, width) & (slots.length - 1);
      let there = slots[slot] as number;
      while (there >= 0 && !equal(there, row)) {
        slot = (slot + 1) & (slots.length - 1);
        there = slots[slot] as number;
      }
      if (there < 0) slots[slot] = row;
      else count++;
      this.#of[row] = there;
    }
    this.count = count;
  }

  *[Symbol.iterator](): Generator<readonly [row: number, of: number]> {
    for (let row = 0; row < this.#of.length; row++) {
      const of = this.#of[row] as number;
      if (of >= 0) yield [row, of];
    }
  }

  /** What is to be dropped beside `dropped`, so that one of a kind is left. */
  toDrop(dropped: ReadonlySet<number>): number[] {
    const left = new Set<number>();
    const found: number[] = [];
    for (const [row, of] of this) {
      if (dropped.has(row)) continue;
      if (dropped.has(of) && !left.has(of)) left.add(of);
      else found.push(row);
    }
    return found;
  }
}

const number = new Float64Array(1);
const halves = new Uint32Array(number.buffer);

/** FNV-1a, a word at a time, with its high bits mixed in: the low ones of round numbers are all 0. */
function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x01000193);
  return product ^ (product >>> 15);
}

/** Equal cells have equal hashes. */
function hashOf(at: Source["at"], row: number, width: number): number {
  let hash = 0x811c9dc5;
  for (let c = 0; c < width; c++) {
    const cell = at(row, c);
    if (typeof cell === "number") {
      number[0] = Number.isNaN(cell) ? Number.NaN : cell + 0; // either zero is the other
      hash = mixed(mixed(hash, halves[0] as number), halves[1] as number);
    } else if (typeof cell === "string") {
      for (let i = 0; i < cell.length; i++) hash = mixed(hash, cell.charCodeAt(i));
    }
  }
  return hash;
}
