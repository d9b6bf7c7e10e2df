/** Contenders in turn, in short rounds: a noisy moment falls on all of them. */
import type { Times } from "../measure.js";
import type { Prepared } from "./contender.js";

export interface Effort {
  readonly rounds: number;
  /** Of one sample. */
  readonly seconds: number;
  /** Before the first: engines compile hot code again, better. */
  readonly warmUp: number;
}

export const FULL: Effort = { rounds: 21, seconds: 0.008, warmUp: 0.2 };
export const QUICK: Effort = { rounds: 5, seconds: 0.004, warmUp: 0.1 };

/** How many calls one sample has. */
async function warm({ time }: Prepared, { seconds, warmUp }: Effort): Promise<number> {
  const end = performance.now() + warmUp * 1e3;
  let calls = 1;
  let each = await time(calls);
  while (performance.now() < end) {
    calls = Math.max(1, Math.ceil(seconds / Math.max(each, 1e-8)));
    each = await time(calls);
  }
  return calls;
}

/** Seconds a call, one number for each round. Who goes first changes from round to round. */
export async function race(
  contenders: ReadonlyMap<string, Prepared>,
  effort: Effort,
): Promise<Times> {
  const entries: { prepared: Prepared; calls: number; known: number[] }[] = [];
  const times = new Map<string, number[]>();
  for (const [name, prepared] of contenders) {
    const known: number[] = [];
    times.set(name, known);
    entries.push({ prepared, calls: await warm(prepared, effort), known });
  }
  for (let round = 0; round < effort.rounds; round++) {
    const first = round % entries.length;
    for (const { prepared, calls, known } of [
      ...entries.slice(first),
      ...entries.slice(0, first),
    ]) {
      known.push(await prepared.time(calls));
    }
  }
  return times;
}
