/** Every build that this engine runs, each in a runtime that watches its memory. */
import { readFileSync } from "node:fs";
import v8 from "node:v8";
import {
  activate,
  type Build,
  runtime as current,
  hasRelaxedSimd,
  type Kernels,
  Runtime,
} from "../../src/runtime.js";
import { notRun } from "./suite.js";

if (process.versions.v8 !== undefined) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");

function buildOf(name: string): Build {
  const bytes = readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url));
  return { name, base64: bytes.toString("base64"), shared: name === "threads" };
}

const RED_ZONE = 48;
const RED = 0xa5;

/**
 * A runtime whose blocks end in a red zone, and start `offset` floats past their alignment: a kernel
 * that writes too far, or counts on alignment, is found out when the block is freed.
 */
export class WatchedRuntime extends Runtime {
  readonly trespasses: string[] = [];

  constructor(build: Build, offset = 0) {
    super(build);
    const { alloc, free, memory } = this.kernels;
    const sizes = new Map<number, number>();
    const bytes = () => new Uint8Array(memory.buffer);
    const watched: Pick<Kernels, "alloc" | "free"> = {
      alloc: (size) => {
        const at = (alloc(size + RED_ZONE + 16) >>> 0) + 4 * offset;
        bytes().fill(RED, at + size, at + size + RED_ZONE);
        sizes.set(at, size);
        return at;
      },
      free: (at) => {
        const size = sizes.get(at) ?? 0;
        const zone = bytes().subarray(at + size, at + size + RED_ZONE);
        if (zone.some((byte) => byte !== RED)) {
          this.trespasses.push(`${size} bytes at ${at}, offset ${offset}`);
        }
        sizes.delete(at);
        free(at - 4 * offset);
      },
    };
    Object.defineProperty(this, "kernels", { value: { ...this.kernels, ...watched } });
  }
}

/** The builds under test; those that this engine lacks are said to be not run. */
export const BUILDS: readonly Build[] = ["simd", "relaxed", "threads", "debug"]
  .filter((name) => {
    if (name !== "relaxed" || hasRelaxedSimd()) return true;
    notRun.push({
      name: "every test on the relaxed build",
      why: "this engine has no relaxed SIMD",
    });
    return false;
  })
  .map(buildOf);

/** Runs `body` on a runtime of its own, and checks that no block was overrun. */
export function onRuntime<T>(runtime: Runtime, body: () => T): T {
  // The package's own where none is active yet: a watched one, whose blocks are larger, does not stay behind.
  const before = current();
  activate(runtime);
  try {
    return body();
  } finally {
    activate(before);
  }
}
