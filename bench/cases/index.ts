/** All cases, in the order they run. */
import type { Case, KernelName } from "../case.js";
import { elementwise } from "./elementwise.js";
import { finite } from "./finite.js";
import { matmul } from "./matmul.js";
import { monitorKernels } from "./monitor.js";
import { optimizers } from "./optimizer.js";
import { rows } from "./rows.js";
import { train } from "./train.js";

export function allCases(): Case[] {
  return [
    ...train(),
    ...matmul(),
    ...elementwise(),
    ...rows(),
    ...optimizers(),
    ...finite(),
    ...monitorKernels(),
  ];
}

/** Exports that do no work worth timing. */
const SERVICE: ReadonlySet<KernelName> = new Set<KernelName>([
  "alloc",
  "free",
  "take_masked",
  "set_strict",
]);

/** Kernels among `exported` that no case runs. */
export function untimed(cases: readonly Case[], exported: readonly string[]): string[] {
  const timed = new Set<string | undefined>(cases.map(({ kernel }) => kernel));
  return exported.filter((name) => !timed.has(name) && !SERVICE.has(name as KernelName));
}
