/** NumPy, where python3 has it: a process of its own that is asked for one timing at a time. */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Peer, Prepared } from "./contender.js";
import type { Problem, Workload } from "./workload.js";

const SCRIPT = join(import.meta.dirname, "numpy_side.py");
const ONE_THREAD = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

type Child = ChildProcessByStdio<Writable, Readable, null>;
type Ask = (request: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** One request at a time: a line there, a line back. */
function asking(child: Child): Ask {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error("numpy: the process ended, expected an answer");
    return JSON.parse(value) as unknown;
  };
}

function floatsIn(file: string): Float32Array {
  const bytes = readFileSync(file);
  return new Float32Array(new Uint8Array(bytes).buffer);
}

async function prepare(
  ask: Ask,
  folder: string,
  number: number,
  { op, dims }: Workload,
  { x, b }: Problem,
): Promise<Prepared | undefined> {
  const files = { x: join(folder, "x"), b: join(folder, "b") };
  writeFileSync(files.x, x);
  writeFileSync(files.b, b);
  const dispose = async () => void (await ask({ do: "drop", number }));
  const known = await ask({ do: "make", number, op, dims, ...files });
  if (known !== true) {
    await dispose();
    return undefined;
  }
  return {
    answer: async () => {
      const to = join(folder, "y");
      await ask({ do: "answer", number, to });
      return floatsIn(to);
    },
    time: async (calls) => Number(await ask({ do: "time", number, calls })),
    dispose,
  };
}

export async function numpy(): Promise<Peer | undefined> {
  if (spawnSync("python3", ["-c", "import numpy"]).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "numpy-"));
  const env = { ...process.env, ...ONE_THREAD };
  const child = spawn("python3", [SCRIPT], { env, stdio: ["pipe", "pipe", "inherit"] });
  const ask = asking(child);
  let number = 0;
  return {
    name: "NumPy",
    wasm: false,
    prepare: (workload, problem) => prepare(ask, folder, number++, workload, problem),
    close: () => {
      child.stdin.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
