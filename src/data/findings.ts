/** Looking at every cell that needs it, and writing down what is wrong. */
import { FLOAT32_LIMIT } from "../check.js";
import { Tensor } from "../tensor.js";
import { suspicious } from "./scan.js";
import { type Plan, PROBLEMS, type Problem, type Remedy, type Rule, ruleOf } from "./schema.js";
import type { Source } from "./source.js";

const NAMES = Object.keys(PROBLEMS) as Problem[];

/** A cell that breaks its column's rule. */
export interface Finding {
  readonly row: number;
  readonly column: number;
  readonly problem: Problem;
  readonly remedy: Remedy;
}

/** What is wrong with a number, if anything is. */
function problemOfNumber(value: number, rule: Rule): Problem | undefined {
  const within = value >= rule.min && value <= rule.max && Math.abs(value) < FLOAT32_LIMIT;
  if (within && rule.bounded) return undefined;
  if (rule.missing.has(value)) return "missing";
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return "infinite";
  if (Math.abs(value) >= FLOAT32_LIMIT) return "tooLarge";
  if (rule.integer && !Number.isInteger(value)) return "type";
  if (value < rule.min || value > rule.max) return "range";
  if (rule.integer && Math.fround(value) !== value) return "inexact";
  return undefined;
}

/** What is wrong with a cell, if anything is. */
export function problemOf(value: unknown, rule: Rule): Problem | undefined {
  if (typeof value === "number") return problemOfNumber(value, rule);
  return rule.missing.has(value) ? "missing" : "type";
}

/** A bound of 0.1 is meant to admit 0.1 in float32, which is larger; -999.1 to stand for what is missing there too. */
function ofFloats(rule: Rule): Rule {
  const missing = [...rule.missing].map((value) =>
    typeof value === "number" && Math.abs(value) < FLOAT32_LIMIT ? Math.fround(value) : value,
  );
  const [min, max] = [Math.fround(rule.min), Math.fround(rule.max)];
  return ruleOf({ ...rule, min, max, missing: new Set(missing) });
}

/** What is asked of each column of a source. */
export function rulesOf({ columns, flat }: Source, plan: Plan): readonly Rule[] {
  const rules = columns.map((name) => plan.rule(name));
  return flat === undefined ? rules : rules.map(ofFloats);
}

/** Everything that is wrong with a source. Rows and columns by position, row by row. */
export class Findings {
  readonly source: Source;
  readonly rules: readonly Rule[];
  /** Rows that are none, with what is wrong. */
  readonly ragged: { readonly row: number; readonly what: string }[] = [];
  // A table with a million bad cells is a table all the same: three numbers each, no objects.
  readonly #rows: number[] = [];
  readonly #columns: number[] = [];
  readonly #problems: number[] = [];

  constructor(op: string, source: Source, rules: readonly Rule[]) {
    this.source = source;
    this.rules = rules;
    if (source.flat !== undefined) this.#lookAtFlat(op, source.flat);
    else this.#lookAtAll();
  }

  #note(row: number, column: number, problem: Problem): void {
    this.#rows.push(row);
    this.#columns.push(column);
    this.#problems.push(NAMES.indexOf(problem));
  }

  #lookAtFlat(op: string, x: Float32Array | Tensor): void {
    const width = this.rules.length;
    const pieces = suspicious(op, x, this.rules);
    const values = x instanceof Tensor ? x.raw : x;
    for (const [from, to] of pieces) {
      let [row, column] = [Math.floor(from / width), from % width];
      for (let i = from; i < to; i++) {
        const problem = problemOfNumber(values[i] as number, this.rules[column] as Rule);
        if (problem !== undefined) this.#note(row, column, problem);
        if (++column === width) [row, column] = [row + 1, 0];
      }
    }
  }

  #lookAtAll(): void {
    const { length, flaw, at } = this.source;
    for (let row = 0; row < length; row++) {
      const what = flaw(row);
      if (what !== undefined) {
        this.ragged.push({ row, what });
        continue;
      }
      for (const [column, rule] of this.rules.entries()) {
        const problem = problemOf(at(row, column), rule);
        if (problem !== undefined) this.#note(row, column, problem);
      }
    }
  }

  /** Cells that break a rule. */
  get count(): number {
    return this.#rows.length;
  }

  *[Symbol.iterator](): Generator<Finding> {
    for (let i = 0; i < this.count; i++) {
      const column = this.#columns[i] as number;
      const problem = NAMES[this.#problems[i] as number] as Problem;
      const { remedies } = this.rules[column] as Rule;
      yield { row: this.#rows[i] as number, column, problem, remedy: remedies[problem] };
    }
  }
}
