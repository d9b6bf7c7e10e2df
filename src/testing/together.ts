/**
 * Elements at kinks, moved together.
 *
 * Of one element at a kink anything between the slopes to the two sides is right. Of several that is too little:
 * max(a, b) at a = b rises by 1 with both, and gradients of (1, 1) or (0, 0) lie between the slopes 0 and 1 of each. So
 * elements that move the same outputs are moved together too: pairs, those of one value, all, and all with signs drawn at
 * random. What a gradient says of such a direction must lie between the slopes to its two sides as well.
 *
 * That holds of what is convex or concave. Of what is neither, as a difference of maxima or a median, the gradient of one of
 * the smooth pieces that meet there is right, and may lie beyond: so a gradient that is off is compared with slopes at points
 * nearby, and where an output bends both ways only a direction counts along which all these agree.
 */
import type { GradcheckElement, Probe } from "./gradcheck.js";

/** An element at a kink. */
export interface Kinked {
  readonly element: GradcheckElement;
  /** A step that belongs to its size: a power of two, so that what was equal stays equal. */
  readonly scale: number;
  /** What its gradient may be off. */
  readonly room: number;
  readonly write: (value: number) => void;
}

/** By how many scales each is moved. */
type Direction = ReadonlyMap<Kinked, number>;

/** The longest way that the elements of one direction go together, as a part of their size. */
const REACH = 2 ** -5;
/** How many pairs of a group are moved, those nearest in value first; how many sets of one value; how many draws of signs. */
const [PAIRS, VALUES, DRAWS] = [24, 8, 4];
/** How many points nearby are asked before a gradient is called wrong. */
const POINTS = 64;
/** How often a group may be found right by those points: then it is no group to be judged so. */
const PARDONS = 3;
/** What is no bend but curvature, as a part of the slopes. */
const BENT = 0.1;

/** Along one direction, of one group. */
interface Along {
  readonly low: number;
  readonly high: number;
  readonly slack: number;
}

/** Elements that move the same outputs, directly or by others. */
interface Group {
  readonly members: readonly Kinked[];
  readonly outputs: readonly number[];
  readonly directions: readonly Direction[];
  pardons: number;
  /** What is wrong, by the element that it is told of. */
  found: readonly [GradcheckElement, GradcheckElement] | undefined;
}

class Together {
  readonly #run: () => Probe;
  readonly #home: Probe;
  readonly #ulp: number;
  readonly #next: () => number;
  /** Whether an output has been seen to bend up, and down. */
  readonly #up: Uint8Array;
  readonly #down: Uint8Array;

  constructor(run: () => Probe, ulp: number, next: () => number) {
    this.#run = run;
    this.#home = run();
    this.#ulp = ulp;
    this.#next = next;
    this.#up = new Uint8Array(this.#home.outputs.length);
    this.#down = new Uint8Array(this.#home.outputs.length);
  }

  /** The outputs with each element so many scales from home. */
  #at(direction: Direction, by: number, shift?: Direction): ArrayLike<number> {
    try {
      for (const [kinked, step] of direction) {
        const away = by * step + (shift?.get(kinked) ?? 0);
        kinked.write(kinked.element.at + away * kinked.scale);
      }
      return this.#run().outputs;
    } finally {
      for (const { element, write } of direction.keys()) write(element.at);
    }
  }

  groups(kinks: readonly Kinked[]): Group[] {
    const group = kinks.map((_, i) => i);
    const of = (i: number): number => (group[i] === i ? i : of(group[i] as number));
    const owner = new Int32Array(this.#home.outputs.length).fill(-1);
    for (const [k, kinked] of kinks.entries()) {
      const alone = new Map([[kinked, 1]]);
      const [low, high] = [this.#at(alone, -REACH), this.#at(alone, REACH)];
      for (let i = 0; i < owner.length; i++) {
        const home = this.#home.outputs[i];
        if (low[i] === home && high[i] === home) continue;
        this.#bend(i, low[i] ?? 0, high[i] ?? 0);
        if ((owner[i] ?? -1) < 0) owner[i] = k;
        else group[of(k)] = of(owner[i] as number);
      }
    }
    const roots = new Map<number, { members: Kinked[]; outputs: number[] }>();
    for (const [k, kinked] of kinks.entries()) {
      const root = roots.get(of(k)) ?? { members: [], outputs: [] };
      root.members.push(kinked);
      roots.set(of(k), root);
    }
    owner.forEach((k, i) => {
      if (k >= 0) roots.get(of(k))?.outputs.push(i);
    });
    return [...roots.values()]
      .filter(({ members }) => members.length > 1)
      .map((found) => ({
        ...found,
        directions: directionsOf(found.members, this.#next),
        pardons: 0,
        found: undefined,
      }));
  }

  #bend(i: number, low: number, high: number): void {
    const home = this.#home.outputs[i] ?? 0;
    const [left, right] = [home - low, high - home];
    const noise = 8 * this.#noise(low, home, high);
    if (Math.abs(right - left) <= Math.max(noise, BENT * (Math.abs(left) + Math.abs(right))))
      return;
    (right > left ? this.#up : this.#down)[i] = 1;
  }

  #noise(...values: readonly number[]): number {
    return values.reduce((all, v) => all + this.#ulp * this.#home.eps * Math.abs(v), 0);
  }

  /** One direction of each group: no two of them move the same output, so that one run serves all. */
  judge(groups: readonly Group[], round: number): void {
    const open = groups.filter(
      ({ found, pardons, directions }) =>
        found === undefined && pardons < PARDONS && round < directions.length,
    );
    if (open.length === 0) return;
    const all = new Map(open.flatMap(({ directions }) => [...(directions[round] as Direction)]));
    const h = REACH / Math.max(...open.map(({ directions }) => directions[round]?.size ?? 1));
    const [left, right] = [this.#at(all, -h), this.#at(all, h)];
    const near = [this.#at(all, -h / 2), this.#at(all, h / 2)] as const;
    for (const group of open) {
      const direction = group.directions[round] as Direction;
      const sides = new Map<number, [number, number]>();
      let slack = 0;
      for (const i of group.outputs) {
        const [home, weight] = [this.#home.outputs[i] ?? 0, Math.abs(this.#home.weights[i] ?? 0)];
        const [a, b] = [left[i] ?? 0, right[i] ?? 0];
        const [c, d] = [near[0][i] ?? 0, near[1][i] ?? 0];
        this.#bend(i, a, b);
        const [wide, fine] = [
          [(home - a) / h, (b - home) / h] as const,
          [(home - c) / (h / 2), (d - home) / (h / 2)] as const,
        ];
        // Slopes of two steps: what curvature does to them cancels.
        sides.set(i, [2 * fine[0] - wide[0], 2 * fine[1] - wide[1]]);
        const moved = Math.abs(fine[0] - wide[0]) + Math.abs(fine[1] - wide[1]);
        slack += weight * (moved + (16 * this.#noise(a, b, c, d, home)) / h);
      }
      this.#compare(group, direction, h, sides, slack);
    }
  }

  #compare(
    group: Group,
    direction: Direction,
    h: number,
    sides: Map<number, [number, number]>,
    noise: number,
  ): void {
    let [analytic, room] = [0, noise];
    for (const [{ element, scale, room: own }, step] of direction) {
      analytic += element.analytic * step * scale;
      room += own * Math.abs(step) * scale;
    }
    let along = this.#along(sides, room);
    if (off(analytic, along) === 0) return;
    this.#widen(group, direction, h, sides);
    along = this.#along(sides, room);
    if (off(analytic, along) === 0) group.pardons++;
    else group.found = tell(direction, analytic, along);
  }

  /** Adds the slopes at points nearby. */
  #widen(
    group: Group,
    direction: Direction,
    h: number,
    sides: Map<number, [number, number]>,
  ): void {
    for (let point = 0; point < POINTS; point++) {
      const shift = new Map(group.members.map((it) => [it, (2 * this.#next() - 1) * 4 * h]));
      const moved = new Map(group.members.map((it) => [it, direction.get(it) ?? 0]));
      const [low, high] = [this.#at(moved, -h / 4, shift), this.#at(moved, h / 4, shift)];
      for (const [i, [a, b]] of sides) {
        const slope = ((high[i] ?? 0) - (low[i] ?? 0)) / (h / 2);
        sides.set(i, [Math.min(a, b, slope), Math.max(a, b, slope)]);
      }
    }
  }

  /** Of the weighted sum: where an output bends both ways, as a whole or not, it says nothing. */
  #along(sides: ReadonlyMap<number, readonly [number, number]>, room: number): Along {
    let [low, high, slack] = [0, 0, room];
    for (const [i, [a, b]] of sides) {
      const weight = this.#home.weights[i] ?? 0;
      low += Math.min(weight * a, weight * b);
      high += Math.max(weight * a, weight * b);
      const bothWays = this.#up[i] === 1 && this.#down[i] === 1;
      if (bothWays && Math.abs(a - b) > BENT * Math.max(Math.abs(a), Math.abs(b))) slack = Infinity;
    }
    return { low, high, slack: slack + 0.01 * (high - low) };
  }
}

const outside = (analytic: number, { low, high }: Along) =>
  Math.max(low - analytic, analytic - high, 0);

const off = (analytic: number, along: Along): number => {
  const error = outside(analytic, along);
  return error <= along.slack ? 0 : error;
};

/** As a failure of the first of its elements, in whose steps the slopes are given. */
function tell(
  direction: Direction,
  analytic: number,
  along: Along,
): [GradcheckElement, GradcheckElement] {
  const [[first, step], ...others] = [...direction] as [[Kinked, number], ...[Kinked, number][]];
  const unit = step * first.scale;
  const slopes = [along.low / Math.abs(unit), along.high / Math.abs(unit)] as const;
  const turned = unit < 0 ? ([0 - slopes[1], 0 - slopes[0]] as const) : slopes;
  const together: GradcheckElement = {
    ...first.element,
    analytic: analytic / unit,
    numeric: (turned[0] + turned[1]) / 2,
    error: outside(analytic, along) / Math.abs(unit),
    tolerance: along.slack / Math.abs(unit),
    verdict: "wrong",
    slopes: turned,
    with: others.map(([{ element, scale }, by]) => ({
      input: element.input,
      index: element.index,
      by: (by * scale) / unit,
    })),
  };
  return [first.element, together];
}

/** Pairs first: what is wrong of two is told of two. */
function directionsOf(members: readonly Kinked[], next: () => number): Direction[] {
  const all = (list: readonly Kinked[], sign: (i: number) => number): Direction =>
    new Map(list.map((it, i) => [it, sign(i)]));
  const directions: Direction[] = [];
  for (const pair of pairsOf(members)) {
    directions.push(
      all(pair, () => 1),
      all(pair, (i) => 1 - 2 * i),
    );
  }
  if (members.length === 2) return directions;
  const values = new Map<number, Kinked[]>();
  for (const it of members) {
    // ±0 are one value.
    const value = it.element.at + 0;
    values.set(value, [...(values.get(value) ?? []), it]);
  }
  const sets = [...values.values()].filter(({ length }) => length > 2 && length < members.length);
  for (const set of sets.slice(0, VALUES)) directions.push(all(set, () => 1));
  directions.push(all(members, () => 1));
  for (let i = 0; i < DRAWS; i++) directions.push(all(members, () => (next() < 0.5 ? -1 : 1)));
  return directions;
}

/** What is tied is so by its value, as a rule, whichever its sign. */
function pairsOf(members: readonly Kinked[]): (readonly [Kinked, Kinked])[] {
  const sorted = [...members].sort((a, b) => Math.abs(a.element.at) - Math.abs(b.element.at));
  const pairs: (readonly [Kinked, Kinked])[] = [];
  for (let apart = 1; apart < sorted.length; apart++) {
    for (let i = 0; i + apart < sorted.length; i++) {
      if (pairs.length === PAIRS) return pairs;
      pairs.push([sorted[i] as Kinked, sorted[i + apart] as Kinked]);
    }
  }
  return pairs;
}

/** What is wrong of elements that are right alone: one failure of each group, in the place of its first element. */
export function checkTogether(
  kinks: readonly Kinked[],
  run: () => Probe,
  ulp: number,
  next: () => number,
): ReadonlyMap<GradcheckElement, GradcheckElement> {
  const wrong = new Map<GradcheckElement, GradcheckElement>();
  if (kinks.length < 2) return wrong;
  const together = new Together(run, ulp, next);
  const groups = together.groups(kinks);
  const rounds = Math.max(0, ...groups.map(({ directions }) => directions.length));
  for (let round = 0; round < rounds; round++) together.judge(groups, round);
  for (const { found } of groups) if (found !== undefined) wrong.set(...found);
  return wrong;
}
