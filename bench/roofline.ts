/**
 * The limits of a finite check. A loop that loads its input at four places, which is the fastest that is known, and does
 * next to nothing with it; and the least that tells NaN, ∞, zeros, subnormals, the largest and the smallest number and a
 * sum: of the upper 16 bits of two vectors in one, the exact ends still to be looked for, the sums in f32. Both run on
 * the memory of the build they are compared with.
 */
import { execFileSync } from "node:child_process";

const SOURCE = `
export function load(x: usize, end: usize): i32 {
  let a = i32x4.splat(0), b = a, c = a, d = a;
  const part = (end - x) >> 2;
  for (end = x + part; x < end; x += 32) {
    const y = x + part, z = y + part, w = z + part;
    a = v128.or(a, v128.load(x));
    b = v128.or(b, v128.load(y));
    c = v128.or(c, v128.load(z));
    d = v128.or(d, v128.load(w));
    a = v128.or(a, v128.load(x, 16));
    b = v128.or(b, v128.load(y, 16));
    c = v128.or(c, v128.load(z, 16));
    d = v128.or(d, v128.load(w, 16));
  }
  return v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)));
}
@inline function tops(a: v128, b: v128, smallest: v128): v128 {
  return i16x8.sub(i16x8.shuffle(a, b, 8, 1, 10, 3, 12, 5, 14, 7), smallest);
}
export function least(x: usize, end: usize, normal: i32): i32 {
  const smallest = i16x8.splat(<i16>normal);
  let up = i16x8.splat(i16.MIN_VALUE), down = i16x8.splat(0), left = f32x4.splat(0), right = left;
  for (; x < end; x += 64) {
    const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x, 32), d = v128.load(x, 48);
    left = f32x4.add(left, f32x4.add(a, b));
    right = f32x4.add(right, f32x4.add(c, d));
    const e = tops(b, v128.load(x, 2), smallest), f = tops(d, v128.load(x, 34), smallest);
    up = i16x8.max_s(up, i16x8.max_s(e, f));
    down = i16x8.max_u(down, i16x8.max_u(e, f));
  }
  return v128.any_true(v128.xor(v128.xor(up, down), f32x4.add(left, right)));
}`;

export interface Limits {
  load(x: number, end: number): number;
  /** `normal`: the upper 16 bits of the smallest normal number; a constant would be made anew in each turn. */
  least(x: number, end: number, normal: number): number;
}

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

/** The loops over `memory`, which must hold a multiple of 128 bytes from x to end. */
export function limitsOn(memory: WebAssembly.Memory): Limits {
  compiled ??= compile();
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return exports as unknown as Limits;
}
