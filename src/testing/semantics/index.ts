/**
 * What each op does at the edge: one table, which drives the tests on every build, the page
 * docs/semantics.md, and `edgeCases`.
 *
 * Derivatives where none exists, in this order: differentiable, then that; convex, then the subgradient
 * of least norm; concave, the supergradient of least norm; defined, by continuity, which may be ∞;
 * undefined, then NaN and a report. (The order that PyTorch's documentation states.)
 */

import type { Row } from "./case.js";
import { ELEMENTWISE } from "./elementwise.js";
import { PROGRAMS } from "./programs.js";
import { ROWS } from "./rows.js";

/** Rows under one number are one row. */
function merged(rows: readonly Row[]): Row[] {
  const byId = new Map<number, Row>();
  for (const row of rows) {
    const known = byId.get(row.id);
    byId.set(row.id, known ? { ...known, cases: [...known.cases, ...row.cases] } : row);
  }
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/** Every decision, by number. */
export const semantics: readonly Row[] = merged([...ELEMENTWISE, ...ROWS, ...PROGRAMS]);

export type { Case, Filled, Numbers, Refusal, Row } from "./case.js";
