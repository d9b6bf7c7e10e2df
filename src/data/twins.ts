/** Columns that tell nothing: one value throughout, or the same as another column. */
import type { Source } from "./source.js";

export interface Twins {
  /** Columns with one value throughout, by position, with that value. */
  readonly constant: ReadonlyMap<number, unknown>;
  /** Groups of equal columns, by position: constant ones, too. */
  readonly equal: readonly (readonly number[])[];
}

export const NO_TWINS: Twins = { constant: new Map(), equal: [] };

/** One value, NaN among them, is the same as itself. */
export const same = (a: unknown, b: unknown) => a === b || (Number.isNaN(a) && Number.isNaN(b));

/** Finds them in one pass that is over as soon as every column has differed: mostly after two rows. */
export function twinsOf({ columns, length, at, flaw }: Source): Twins {
  const first = firstWhole(length, flaw);
  if (first === undefined) return NO_TWINS;
  let constant = [...columns.keys()];
  let groups = constant.length > 1 ? [constant] : [];
  for (let r = first; r < length && (constant.length > 0 || groups.length > 0); r++) {
    if (flaw(r) !== undefined) continue;
    constant = constant.filter((c) => same(at(r, c), at(first, c)));
    if (groups.some((group) => !group.every((c) => same(at(r, c), at(r, group[0] as number))))) {
      groups = groups.flatMap((group) => split(group, (c) => at(r, c)));
    }
  }
  const equal = groups.sort(([a = 0], [b = 0]) => a - b);
  return { constant: new Map(constant.map((c) => [c, at(first, c)])), equal };
}

function firstWhole(length: number, flaw: Source["flaw"]): number | undefined {
  for (let r = 0; r < length; r++) if (flaw(r) === undefined) return r;
  return undefined;
}

/** @internal A group by value, in order; what is alone then is equal to none. */
export function split<T>(group: readonly T[], value: (one: T) => unknown): T[][] {
  const by = new Map<unknown, T[]>();
  for (const one of group) {
    const found = by.get(value(one));
    if (found === undefined) by.set(value(one), [one]);
    else found.push(one);
  }
  return [...by.values()].filter((part) => part.length > 1);
}
