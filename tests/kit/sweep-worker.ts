/** One thread of a sweep: it is told a function and which of its points, and tells what it has found so far. */
import { parentPort } from "node:worker_threads";
import { SWEPT } from "./subjects.js";
import { type Found, type Sampling, Sweep } from "./sweep.js";
import { sweptBuilds } from "./sweep-builds.js";

/** A part of a function's points. */
export interface Piece {
  readonly fn: string;
  readonly sampling: Sampling;
  readonly from: number;
  readonly to: number;
}

/** What this thread has found in all pieces of `fn` that it was given, build by build. */
export interface Answer {
  readonly fn: string;
  readonly found: readonly Found[];
}

const builds = sweptBuilds();
let current: { fn: string; sweep: Sweep } | undefined;

function sweepOf(fn: string, sampling: Sampling): Sweep {
  if (current?.fn !== fn) {
    const subject = SWEPT.find((one) => one.fn === fn);
    if (subject === undefined) throw new Error(`sweep: no such function, got ${fn}`);
    current = { fn, sweep: new Sweep(subject, builds) };
    current.sweep.scout(sampling);
  }
  return current.sweep;
}

parentPort?.on("message", ({ fn, sampling, from, to }: Piece) => {
  const sweep = sweepOf(fn, sampling);
  sweep.run(sampling, from, to);
  parentPort?.postMessage({ fn, found: sweep.found } satisfies Answer);
});
