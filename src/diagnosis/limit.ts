/**
 * The limit of a quotient that is 0 / 0: its program is run once more, in float64, with other numbers in its leaves. Asked when a
 * report is written, and not while all is well.
 */

import type { Call } from "../op.js";
import { operandIndex } from "../shape.js";
import { callsBefore, callsOf } from "../tape.js";
import type { AnyTensor } from "../tensor.js";
import { codeOf, inCode } from "./code.js";
import { gathered } from "./gather.js";
import { ALIKE, type Program, programOf, valuesAt } from "./replay.js";
import { isName } from "./written.js";

/** Leaves that may move it at the most, and places that must agree. */
const MOST_LEAVES = 4;
const MOST_PLACES = 256;

/** How far beside the place. */
const ASIDE = 2 ** -9;

/** How far away the limit is looked for once more, where it is 0 / 0 there too. */
const SHIFT = 0.37;

/** Leaves of a magnitude beyond this are not moved by so little. */
const ORDINARY = 1e4;

/** The limit at one place: how it grows with each leaf there, and what it would be were they all 0. */
interface Line {
  readonly rest: number;
  readonly slopes: readonly number[];
}

/** A number between ½ and 1½ or its negative, another for each element of each leaf of each run. */
export function direction(run: number, leaf: number, at: number): number {
  const turn = Math.sin(12.9898 * (run + 1) + 78.233 * (leaf + 1) + 37.719 * (at + 1)) * 43758.5453;
  const part = turn - Math.floor(turn);
  return part < 0.5 ? 0.5 + 2 * part : 0.5 - 2 * part;
}

/**
 * The value that both sides of a place tend to, and the change from one to the other, by two distances; an ∞ where they do not come closer
 * to each other.
 */
function between(near: Pair, far: Pair): Near {
  const gap = ([up, down]: Pair): number => Math.abs(up - down);
  if (gap(near) > 0.75 * gap(far) + ALIKE) return [Infinity, NaN];
  const mean = ([up, down]: Pair): number => (up + down) / 2;
  const slope = ([up, down]: Pair, by: number): number => (up - down) / (2 * by);
  return [(4 * mean(near) - mean(far)) / 3, (4 * slope(near, ASIDE / 2) - slope(far, ASIDE)) / 3];
}

type Pair = readonly [number, number];

/** The value that is neared, and the change there. */
type Near = readonly [value: number, change: number];

/**
 * How far beside the place, where only one side of it has a value, as that of acos 1 or of a root of 0: once, twice, and four times. And
 * how far where it comes nearer in a root of that.
 */
const CLOSE = 2 ** -14;
const CLOSER = 2 ** -24;
const TIMES = [1, 2, 4];

/**
 * What three numbers tend to that come nearer by halves, and the change from there: a parabola where they do so evenly, else by
 * whatever power of the distance that is (Aitken's Δ²), which has no slope. An ∞ where they do not come nearer.
 */
function tendency([a = NaN, b = NaN, c = NaN]: readonly number[], side: 1 | -1): Near {
  const [near, far] = [b - a, c - b];
  if (Math.abs(near) > 0.9 * Math.abs(far) + ALIKE) return [Infinity, NaN];
  const bend = far - 2 * near;
  if (Math.abs(bend) <= 0.1 * Math.abs(near) + ALIKE * CLOSE) {
    const slope = near - bend / 2;
    return [a - slope - bend / 6, (side * slope) / CLOSE];
  }
  return [a - near ** 2 / (far - near), NaN];
}

/** By how much a leaf is taken elsewhere. */
type Shift = (leaf: number) => number;

const isAlike = (a: number, b: number): boolean =>
  Math.abs(a - b) <= ALIKE * Math.max(1, Math.abs(a), Math.abs(b));

/** A number without the digits that extrapolation leaves: the shortest that is as near as that. */
function rounded(value: number, within: number): number {
  if (Math.abs(value) < 1e-6) return 0;
  const near = [1, 2, 3, 4, 5, 6, 7, 8].map((digits) => Number(value.toPrecision(digits)));
  return near.find((one) => Math.abs(one - value) <= within * Math.abs(value)) ?? value;
}

/** What a limit is known to, and one that is neared in a root; and its slope. */
const VALUE = 5e-8;
const ROOT = 1e-6;
const SLOPE = 1e-5;

/** c + s₁ x₁ + s₂ x₂ … as code. */
function linear(constant: number, terms: readonly (readonly [number, string])[]): string {
  const parts = terms
    .filter(([slope]) => slope !== 0)
    .map(([slope, x]) => (slope === 1 ? x : slope === -1 ? `neg(${x})` : `mul(${slope}, ${x})`));
  const all = constant === 0 && parts.length > 0 ? parts : [inCode(constant), ...parts];
  return all.reduce((sum, part) => `add(${sum}, ${part})`);
}

/** A quotient that can be run again, and where it is 0 / 0. */
interface Quotient {
  readonly program: Program;
  readonly halves: readonly [AnyTensor, AnyTensor];
  readonly places: readonly number[];
  /** What a number in a leaf is taken for: where it is not quite 0 / 0, one that is next to 0 for 0. Left out: itself. */
  readonly base?: (value: number) => number;
  /** The element of a tensor, in one of its halves or leaves, that a place is computed from. */
  at(of: AnyTensor, place: number): number;
}

/** @param isNear whether one half of it is 0, or next to it. */
function quotientOf(
  { call, shape, size }: AnyTensor,
  isNear: (value: number) => boolean = (value) => value === 0,
): Quotient | undefined {
  const [a, b] = call?.inputs ?? [];
  if (call?.op.name !== "div" || a === undefined || b === undefined) return undefined;
  const program = programOf(call.out);
  if (program === undefined) return undefined;
  const at = (of: AnyTensor, place: number): number => operandIndex(place, shape, of.shape);
  const isZero = (of: AnyTensor, place: number): boolean => isNear(of.raw[at(of, place)] ?? NaN);
  const places = Array.from({ length: size }, (_, i) => i).filter(
    (i) => isZero(a, i) && isZero(b, i),
  );
  return { program, halves: [a, b], places: places.slice(0, MOST_PLACES), at };
}

/** What its halves are at each place, where its leaves are moved. */
function halvesAt(
  { program, halves, places, at, base = (value) => value }: Quotient,
  moved: (leaf: number, at: number) => number,
): readonly (readonly [number, number])[] | undefined {
  const found = valuesAt(program, halves, (leaf, i, value) => base(value) + moved(leaf, i));
  return (
    found &&
    places.map((i) => {
      const [over, under] = halves.map((half, h) => found[h]?.[at(half, i)] ?? Number.NaN);
      return [over ?? Number.NaN, under ?? Number.NaN];
    })
  );
}

/**
 * By place: the limit, and the change, along a direction in which one leaf may go twice as far, from where some leaves are shifted.
 */
function along(quotient: Quotient, run: number, twice = -1, shift: Shift = () => 0) {
  const at = (by: number) =>
    halvesAt(
      quotient,
      (leaf, at) => shift(leaf) + by * direction(run, leaf, at) * (leaf === twice ? 2 : 1),
    )?.map(
      // A half that is 0 everywhere, as behind a relu or a comparison, tells nothing of what was meant.
      ([over, under]) => (over === 0 ? undefined : over / under),
    );
  const sides = [ASIDE / 2, -ASIDE / 2, ASIDE, -ASIDE].map(at);
  const known = new Map<number, readonly ReturnType<typeof at>[]>();
  const close = (by: number, p: number): readonly number[] => {
    const those = known.get(by) ?? TIMES.map((times) => at(times * by));
    known.set(by, those);
    return those.map((values) => values?.[p] ?? NaN);
  };
  const isSingle = quotient.program.leaves.length === 1;
  let ofOne: boolean | undefined;
  const isOfOne = (): boolean => {
    ofOne ??= isSingle || vanishesInOne(quotient);
    return ofOne;
  };
  return quotient.places.map((_, p): Near => {
    const [n, m, f, g] = sides.map((side) => side?.[p]);
    const isOut = (...values: readonly unknown[]): boolean => values.every(Number.isNaN);
    const [up, down] = [isOut(n, f), isOut(m, g)];
    if (up === down || !isOfOne()) return between([n ?? NaN, m ?? NaN], [f ?? NaN, g ?? NaN]);
    const side = up ? -1 : 1;
    const near = tendency(close(side * CLOSE, p), side);
    if (!Number.isNaN(near[1])) return near;
    // Of several leaves each may come nearer in a power of its own.
    return isSingle ? [tendency(close(side * CLOSER, p), side)[0], NaN] : [NaN, NaN];
  });
}

const isZero = (halves: readonly number[]): boolean => halves.every((half) => half === 0);

/** Whether it is 0 / 0 by what one of its leaves is there, whatever the others are: a straight line follows no other edge of a domain. */
function vanishesInOne(quotient: Quotient): boolean {
  const free = quotient.program.leaves.filter((_, own) =>
    halvesAt(quotient, (leaf) => (leaf === own ? SHIFT : 0))?.every(isZero),
  );
  return free.length === quotient.program.leaves.length - 1;
}

type Found = ReturnType<typeof along>;

/** The straight line that a limit follows at each place, by what it is along some directions: undefined where that is none. */
function lineIn(
  { program: { leaves }, places, at, base = (value) => value }: Quotient,
  first: Found,
  others: readonly Found[],
  last: Found,
): Line | undefined {
  const lines = places.map((i, p): Line | undefined => {
    const [value, change] = first[p] ?? [NaN, NaN];
    const slopes = leaves.map((leaf, l) =>
      rounded(((others[l]?.[p]?.[1] ?? NaN) - change) / direction(0, l, at(leaf, i)), SLOPE),
    );
    const sum = (of: (leaf: number) => number): number =>
      slopes.reduce((total, slope, l) => total + slope * of(l), 0);
    const told = sum((l) => direction(1, l, at(leaves[l] as AnyTensor, i)));
    const rest = value - sum((l) => base(leaves[l]?.raw[at(leaves[l] as AnyTensor, i)] ?? 0));
    return isAlike(told, last[p]?.[1] ?? NaN) ? { rest, slopes } : undefined;
  });
  const [line] = lines;
  const isLine = (one: Line | undefined): boolean =>
    one !== undefined &&
    line !== undefined &&
    isAlike(one.rest, line.rest) &&
    one.slopes.every((slope, l) => isAlike(slope, line.slopes[l] ?? NaN));
  return lines.every(isLine) ? line : undefined;
}

/** The number that a limit is at all places, of which only one side has a value, and no slope is known. */
function numberIn({ program: { leaves } }: Quotient, first: Found): Line | undefined {
  const [[rest, change] = [NaN, NaN]] = first;
  const areSame = first.every(([value]) => isAlike(value, rest));
  const slopes = leaves.map(() => 0);
  return Number.isNaN(change) && areSame ? { rest: rounded(rest, ROOT), slopes } : undefined;
}

/** Whether a line holds where it is 0 / 0 elsewhere too, as all along x = y. */
function holdsElsewhere(quotient: Quotient, { slopes }: Line, first: Found): boolean {
  const { leaves } = quotient.program;
  const each = leaves.map(
    (_, l): Shift =>
      (leaf) =>
        leaf === l ? SHIFT : 0,
  );
  return [...each, () => SHIFT].every((shift) => {
    const there = halvesAt(quotient, shift);
    if (there === undefined || !there.some(isZero)) return true;
    const found = along(quotient, 0, -1, shift);
    const moved = slopes.reduce((sum, slope, leaf) => sum + slope * shift(leaf), 0);
    return there.every(
      (halves, p) =>
        !isZero(halves) || isAlike(found[p]?.[0] ?? NaN, (first[p]?.[0] ?? NaN) + moved),
    );
  });
}

/** What is known of a limit: its code where that is a number, or grows in a straight line with what is next to it. */
export interface Limit {
  readonly code?: string;
}

/** What to put for a quotient where it is 0 / 0: null where it has no limit, undefined where it can not be told. */
export function limitOf(out: AnyTensor): Limit | null | undefined {
  const quotient = quotientOf(out);
  if (quotient === undefined) return undefined;
  if (isTurned(quotient, out)) return null;
  // Where it is a function of what its leaves come together in, a line in that is right wherever they do, and not at this place alone.
  const later = limitLater(quotient, out, false);
  if (later !== undefined) return later;
  const own = limitIn(quotient);
  if (own === null || own?.code !== undefined) return own;
  return limitLater(quotient, out, true) ?? limitOfTrained(quotient) ?? own;
}

/**
 * The limit where data stay as they are, and what is differentiated by moves alone: 0, or that itself. A number would be that of these
 * data.
 */
function limitOfTrained(quotient: Quotient): Limit | undefined {
  const { calls, leaves } = quotient.program;
  const trained = leaves.filter(({ tape }) => tape !== undefined);
  if (trained.length === 0 || trained.length === leaves.length) return undefined;
  const known = limitIn({ ...quotient, program: { calls, leaves: trained } });
  const code = known?.code;
  return code !== undefined && (code === "0" || isName(code)) ? { code } : undefined;
}

/** The limit, by what its leaves come together in; undefined where that is not written. */
function limitLater(quotient: Quotient, out: AnyTensor, isOpen: boolean): Limit | undefined {
  const { program, same } = gathered(quotient.program, out, isOpen) ?? {};
  if (program === undefined || same === undefined) return undefined;
  const [a, b] = quotient.halves;
  const known = limitIn({ ...quotient, program, halves: [same(a), same(b)] });
  return known?.code === undefined ? undefined : known;
}

function limitIn(quotient: Quotient): Limit | null | undefined {
  const { leaves } = quotient.program;
  const areOrdinary = leaves.every(({ raw }) => raw.every((v) => Math.abs(v) <= ORDINARY));
  if (!areOrdinary || leaves.length === 0 || leaves.length > MOST_LEAVES) return undefined;
  const found = foundAt(quotient);
  if (!found || found.line === null) return found?.line;
  const { line, first, isZero } = found;
  // A limit of 0 along which nothing is straight, as of a product by a sum, is for others to answer.
  if (line === undefined) return isZero ? undefined : {};
  const code = codeIn(quotient, line);
  return code === undefined || !holdsElsewhere(quotient, line, first) ? {} : { code };
}

/** Whether it stands in a loop: one of the same form is before it, or after it, on its way. */
function isTurned({ program: { calls } }: Quotient, { call }: AnyTensor): boolean {
  if (call === undefined) return false;
  const isLike = (other: Call): boolean =>
    other !== call &&
    other.op === call.op &&
    other.inputs.every((input, i) => isMadeAlike(input, call.inputs[i]));
  const isAfter = (one: Call): boolean => callsBefore(one.out)?.includes(call) === true;
  return calls.some(isLike) || callsOf(call.out).some((one) => isLike(one) && isAfter(one));
}

/** Whether two are the same, or made by one op. */
const isMadeAlike = (a: AnyTensor, b: AnyTensor | undefined): boolean =>
  a === b || (a.call !== undefined && a.call.op === b?.call?.op);

/** What is found of a limit: its line, null where there is none; where nothing is straight no line is known. */
function foundAt(quotient: Quotient) {
  const { leaves } = quotient.program;
  // What float64 holds there is no 0: it has only become one.
  const here = halvesAt(quotient, () => 0);
  if (!here || here.length === 0 || here.flat().some((half) => half !== 0)) return undefined;
  const [first, last] = [along(quotient, 0), along(quotient, 1)];
  const others = leaves.map((_, leaf) => along(quotient, 0, leaf));
  const values = quotient.places.map((_, p) =>
    [first, last, ...others].map((side) => side[p]?.[0] ?? NaN),
  );
  if (values.flat().some(Number.isNaN)) return undefined;
  const isOne = ([value = 0, ...rest]: readonly number[]): boolean =>
    Number.isFinite(value) && rest.every((one) => isAlike(one, value));
  if (!values.every(isOne)) return { line: null };
  return {
    line: lineIn(quotient, first, others, last) ?? numberIn(quotient, first),
    first,
    isZero: values.every(([value = 0]) => rounded(value, VALUE) === 0),
  };
}

function codeIn({ program: { leaves } }: Quotient, { rest, slopes }: Line): string | undefined {
  const terms = leaves.map((leaf, l) => [slopes[l] ?? 0, codeOf(leaf) ?? ""] as const);
  const isWritten = terms.every(([slope, code]) => slope === 0 || code !== "");
  return isWritten ? linear(rounded(rest, VALUE), terms) : undefined;
}

/** So near to 0 a straight line may stand for a quotient, the nearest last; and how well it has to. */
const NEAR = [1e-3, 1e-4, 1e-5];
const AS_WELL = 1e-6;

/** So far beside 0 it is seen how a quotient bends. */
const BENT = 2 ** -5;

/** The limit of a quotient of one variable, both halves of which vanish where that does. */
export interface NearLimit {
  readonly code: string;
  /** The variable, and from which magnitude of it on the quotient is as good. */
  readonly variable: string;
  readonly from: number;
}

/** What stands for a quotient where it is not quite 0 / 0, and has lost its digits. */
export function nearLimitOf(out: AnyTensor): NearLimit | undefined {
  const isNear = (value: number): boolean => Math.abs(value) < (NEAR[0] ?? 0);
  const quotient = quotientOf(out, isNear);
  const [x, ...others] = quotient?.program.leaves ?? [];
  const variable = x && codeOf(x);
  if (!quotient || !variable || others.length > 0 || x.size !== out.size) return undefined;
  // Of a square the half is next to 0 while the variable is not.
  const places = quotient.places.filter((place) => isNear(x.raw[place] ?? Number.NaN));
  const base = (value: number): number => (isNear(value) ? 0 : value);
  const beside = { ...quotient, places, base };
  const { line } = foundAt(beside) ?? {};
  const code = line ? codeIn(beside, line) : undefined;
  if (!line || code === undefined) return undefined;
  const [slope = 0] = line.slopes;
  const valuesBeside = (by: number): readonly number[] =>
    halvesAt(beside, () => by)?.map(([over, under]) => over / under) ?? [NaN];
  // What is even has a slope of 0 at 0, and none next to it.
  const bent = (by: number): number => {
    const [up = NaN, down = NaN] = [by, -by].map((side) => valuesBeside(side)[0]);
    return ((up + down) / 2 - line.rest) / by ** 2;
  };
  const bend = slope === 0 ? rounded((4 * bent(BENT / 2) - bent(BENT)) / 3, SLOPE) : 0;
  const isAsGood = (by: number): boolean =>
    valuesBeside(by).every((value) => {
      const told = line.rest + slope * by + bend * by * by;
      return Math.abs(value - told) <= AS_WELL * Math.max(1, Math.abs(told));
    });
  const from = NEAR.find((by) => isAsGood(by) && isAsGood(-by));
  if (from === undefined) return undefined;
  const isBent = Number.isFinite(bend) && bend !== 0;
  const own = isBent ? `add(${code}, mul(${inCode(bend)}, square(${variable})))` : code;
  return { code: own, variable, from };
}

/** What stands for a sum or difference next to a place where ∞ and ∞ meet: it comes to a number, and has few digits beside it. */
export function nearDifferenceOf(out: AnyTensor): NearLimit | undefined {
  const program = /^(add|sub)$/.test(out.call?.op.name ?? "") ? programOf(out) : undefined;
  const [x, ...others] = program?.leaves ?? [];
  const variable = x && codeOf(x);
  if (!program || !x || !variable || others.length > 0 || x.size !== out.size) return undefined;
  const isNear = (value: number): boolean => Math.abs(value) < (NEAR[0] ?? 0);
  const place = x.raw.findIndex(isNear);
  const at = (by: number): number => {
    const moved = valuesAt(program, [out], (_leaf, _at, v) => (isNear(v) ? by : v));
    return moved?.[0]?.[place] ?? Number.NaN;
  };
  const pair = (by: number): Pair => [at(by), at(-by)];
  const [value, change] = between(pair(ASIDE / 2), pair(ASIDE));
  if (place < 0 || !Number.isFinite(value)) return undefined;
  const [rest, slope] = [rounded(value, VALUE), rounded(change, SLOPE)];
  const isAsGood = (by: number): boolean =>
    Math.abs(at(by) - (rest + slope * by)) <= AS_WELL * Math.max(1, Math.abs(rest));
  const from = NEAR.find((by) => isAsGood(by) && isAsGood(-by));
  return from === undefined
    ? undefined
    : { code: linear(rest, [[slope, variable]]), variable, from };
}
