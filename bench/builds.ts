/** The builds that take part, each instantiated from build/<name>.wasm. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { hasRelaxedSimd, Runtime } from "../src/runtime.js";

const FOLDER = join(import.meta.dirname, "..", "build");

/** What is written for a build without its guard. */
export const UNGUARDED = "unguarded-";

const NAMES = ["simd", `${UNGUARDED}simd`, "relaxed", `${UNGUARDED}relaxed`] as const;

/** What Node 20 has relaxed SIMD behind, to be set before the first module is compiled. */
export const RELAXED_FLAG = "--experimental-wasm-relaxed-simd";

export function enableRelaxedSimd(): boolean {
  if (!hasRelaxedSimd()) setFlagsFromString(RELAXED_FLAG);
  return hasRelaxedSimd();
}

/**
 * Code is optimized when it is compiled, and not while it is being timed: on a busy machine, or under a
 * real-time priority, the thread that would do it in the background comes too late.
 */
function optimizeAtOnce(): void {
  for (const flag of ["--no-liftoff", "--no-wasm-tier-up"]) setFlagsFromString(flag);
}

export function loadBuilds(relaxed = enableRelaxedSimd()): Runtime[] {
  optimizeAtOnce();
  return NAMES.filter((name) => relaxed || !name.endsWith("relaxed")).map(load);
}

function load(name: string): Runtime {
  const module = new WebAssembly.Module(readFileSync(join(FOLDER, `${name}.wasm`)));
  return new Runtime({ name, base64: "", guarded: !name.startsWith(UNGUARDED) }, module);
}
