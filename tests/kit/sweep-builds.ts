/** The builds that are held to the truth, from build/<name>.wasm. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { enableRelaxedSimd } from "../../bench/builds.js";
import { Runtime } from "../../src/runtime.js";
import { on } from "./accuracy.js";
import type { Subject } from "./subjects.js";

const bytesOf = (name: string): Buffer<ArrayBuffer> =>
  readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url));

/** `simd`, and `relaxed` where this engine has it. */
export function sweptNames(): readonly string[] {
  return enableRelaxedSimd() ? ["simd", "relaxed"] : ["simd"];
}

export function sweptBuilds(): readonly Runtime[] {
  return sweptNames().map(
    (name) => new Runtime({ name, base64: "" }, new WebAssembly.Module(bytesOf(name))),
  );
}

/** Bit patterns from one float of a fingerprint to the next: odd, so that every low bit occurs. */
const STEP = 16_381;

/** Tells whether a function still gives the same bits: SHA-256 of its results at 262 193 floats, cut short. */
export function fingerprint({ call }: Subject, build: Runtime): string {
  const words = Uint32Array.from({ length: Math.ceil(2 ** 32 / STEP) }, (_, i) => i * STEP);
  const x = new Float32Array(words.buffer);
  const hash = createHash("sha256").update(on(build, () => call(x, x)));
  return hash.digest("hex").slice(0, 16);
}

/** What tells one state of the kernels from another, build by build: SHA-256 of the module. */
export function kernelHashes(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sweptNames().map((name) => [name, createHash("sha256").update(bytesOf(name)).digest("hex")]),
  );
}
