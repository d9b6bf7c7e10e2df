/** Who takes part, and how a call of theirs is timed. */
import { createRequire } from "node:module";
import type { Problem, Workload } from "./workload.js";

type Numbers = ArrayLike<number>;

/** A workload made ready: operands are where the contender keeps them. */
export interface Prepared {
  answer(): Numbers | Promise<Numbers>;
  /** Seconds a call, over so many calls. */
  time(calls: number): number | Promise<number>;
  dispose(): void | Promise<void>;
}

export interface Peer {
  readonly name: string;
  /** Whether it computes in WebAssembly. */
  readonly wasm: boolean;
  /** Nothing if it lacks the workload. */
  prepare(workload: Workload, problem: Problem): Promise<Prepared | undefined>;
  close?(): void;
}

/** Times calls that return when they are done. */
export function timed(run: () => void, perRun = 1): (calls: number) => number {
  return (calls) => {
    const runs = Math.ceil(calls / perRun);
    const start = performance.now();
    for (let i = 0; i < runs; i++) run();
    return (performance.now() - start) / 1e3 / (runs * perRun);
  };
}

/** Times calls that return a promise; a run may be several calls in one. */
export function timedAsync(run: () => Promise<void>, perRun = 1) {
  return async (calls: number): Promise<number> => {
    const runs = Math.ceil(calls / perRun);
    const start = performance.now();
    for (let i = 0; i < runs; i++) await run();
    return (performance.now() - start) / 1e3 / (runs * perRun);
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** `module` as T, of which these parts are known to be there: "nn.relu" is a part of a part. */
export function facade<T>(name: string, module: unknown, parts: readonly string[]): T {
  for (const part of parts) {
    const found = part
      .split(".")
      .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), module);
    if (found === undefined) throw new Error(`${name}: no ${part}, expected its exact version`);
  }
  return module as T;
}

/** A peer's package by its name: the compiler need not find it. */
export async function importPeer<T>(name: string, parts: readonly string[]): Promise<T> {
  return facade<T>(name, (await import(name)) as unknown, parts);
}

/** The same for CommonJS. */
export function requirePeer<T>(name: string, parts: readonly string[]): T {
  return facade<T>(name, createRequire(import.meta.url)(name) as unknown, parts);
}
