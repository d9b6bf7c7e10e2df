/**
 * The limit of a finite check: a loop that loads its input and does next to nothing with it. Runs on
 * the memory of the build it is compared with.
 */
import { execFileSync } from "node:child_process";

const SOURCE = `
export function load(x: usize, end: usize): i32 {
  let a = i32x4.splat(0), b = a, c = a, d = a;
  for (; x < end; x += 64) {
    a = v128.or(a, v128.load(x));
    b = v128.or(b, v128.load(x, 16));
    c = v128.or(c, v128.load(x, 32));
    d = v128.or(d, v128.load(x, 48));
  }
  return v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)));
}`;

export type Load = (x: number, end: number) => number;

let compiled: WebAssembly.Module | undefined;

const COMPILE = `
import asc from "assemblyscript/asc";
const options = { optimizeLevel: 3, runtime: "stub", importMemory: true, enable: ["simd"] };
const { error, binary } = await asc.compileString(${JSON.stringify(SOURCE)}, options);
if (error !== null) throw error;
process.stdout.write(binary);`;

/** In a process of its own: the compiler is a large module itself, which this one would optimize first. */
function compile(): WebAssembly.Module {
  const args = ["--input-type=module", "--eval", COMPILE];
  return new WebAssembly.Module(
    new Uint8Array(execFileSync(process.execPath, args, { cwd: import.meta.dirname })),
  );
}

/** The load loop over `memory`, which must hold a multiple of 64 bytes from x to end. */
export function loadLoop(memory: WebAssembly.Memory): Load {
  compiled ??= compile();
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return exports.load as Load;
}
