/** All cases, in the order they run. */
import type { Runtime } from "../../src/runtime.js";
import type { Case, KernelName } from "../case.js";
import { data } from "./data.js";
import { double } from "./double.js";
import { elementwise } from "./elementwise.js";
import { finite } from "./finite.js";
import { matmul } from "./matmul.js";
import { monitorKernels } from "./monitor.js";
import { optimizers } from "./optimizer.js";
import { rows } from "./rows.js";
import { fromSpecs } from "./specs.js";
import { train } from "./train.js";

/** Those made by hand, and for every other kernel of `runtime` one from its op's spec row. */
export function allCases(runtime: Runtime): Case[] {
  const own = [
    ...train(),
    ...matmul(),
    ...elementwise(),
    ...rows(),
    ...optimizers(),
    ...finite(),
    ...monitorKernels(),
    ...data(),
    ...double(),
  ];
  return [...own, ...fromSpecs(untimed(own, runtime), runtime)];
}

/** Exports that do no work worth timing. */
const SERVICE: ReadonlySet<KernelName> = new Set<KernelName>([
  "alloc",
  "free",
  "take_guarded",
  "take_masked",
  "set_strict",
  "set_walk_f64",
]);

/** Kernels of `runtime` that no case runs. */
export function untimed(cases: readonly Case[], { kernels }: Runtime): string[] {
  const timed = new Set<string | undefined>(cases.map(({ kernel }) => kernel));
  return Object.entries(kernels).flatMap(([name, value]) => {
    const isKernel = typeof value === "function" && !name.startsWith("__");
    return isKernel && !timed.has(name) && !SERVICE.has(name as KernelName) ? [name] : [];
  });
}
