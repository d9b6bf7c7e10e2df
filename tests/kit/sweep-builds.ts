/** The builds that are held to the truth, from build/<name>.wasm. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { enableRelaxedSimd } from "../../bench/builds.js";
import { Runtime } from "../../src/runtime.js";

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

/** What tells one state of the kernels from another, build by build: SHA-256 of the module. */
export function kernelHashes(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sweptNames().map((name) => [name, createHash("sha256").update(bytesOf(name)).digest("hex")]),
  );
}
