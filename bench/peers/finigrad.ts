/** finigrad's kernels, as the peers are called: operands and result are in memory already. */
import type { Runtime } from "../../src/runtime.js";
import { Arena } from "../case.js";
import { at } from "../data.js";
import { type Peer, type Prepared, timed } from "./contender.js";
import { EPS, type Problem, type Workload } from "./workload.js";

/** Addresses of what a call reads and writes. */
interface Places {
  readonly y: number;
  readonly x: number;
  readonly b: number;
  /** Of layer norm: two f64 a row that it keeps for its gradient, then scale and shift. */
  readonly stats: number;
  readonly ones: number;
  readonly zeros: number;
}

/** Doubles of a health report: its kernel writes these at its end. */
const [REPORT, LOWEST] = [10, 6];

function kernelCall({ kernels: k }: Runtime, { op, dims }: Workload, p: Places): () => unknown {
  const [n, m, l] = [at(dims, 0), dims[1] ?? 0, dims[2] ?? 0];
  switch (op) {
    case "add":
    case "mul": {
      const kernel = k[`${op}_forward_f32`];
      return () => kernel(p.y, p.x, p.b, 1, n, n, 1, n, 1);
    }
    case "elu":
      return () => k.elu_forward_f32(p.y, p.x, n, 1);
    case "gemm":
      return () => k.matmul_forward_f32(p.y, p.x, p.b, n, m, l);
    case "softmax":
      return () => k.softmax_forward_f32(p.y, p.x, n, m);
    case "layerNorm":
      return () => k.layer_norm_forward_f32(p.y, p.stats, p.x, p.ones, p.zeros, n, m, EPS);
    case "allFinite":
      return () => k.all_finite_f32(p.x, n);
    case "health":
      return () => k.health_f32(p.y, p.x, n);
    case "census":
      return () => k.census_f32(p.y, p.x, n);
    default: {
      const kernel = k[`${op}_forward_f32`];
      return () => kernel(p.y, p.x, n);
    }
  }
}

function places(arena: Arena, { op, dims }: Workload, { x, b, count }: Problem): Places {
  const [rows, cols] = op === "layerNorm" ? [at(dims, 0), at(dims, 1)] : [1, 1];
  return {
    x: arena.put(x),
    b: arena.put(b),
    y: arena.alloc(Math.max(count * 4, REPORT * 8)),
    stats: arena.alloc(rows * 16),
    ones: arena.put(new Float32Array(cols).fill(1)),
    zeros: arena.put(new Float32Array(cols)),
  };
}

function answerOf(runtime: Runtime, { op }: Workload, y: number, count: number, result: unknown) {
  if (op === "allFinite") return [Number(result)];
  if (op === "health" || op === "census") {
    return new Float64Array(runtime.kernels.memory.buffer, y, REPORT).slice(LOWEST, LOWEST + count);
  }
  return runtime.floats.slice(y / 4, y / 4 + count);
}

/** With the address of its first operand. */
export interface Resident extends Prepared {
  readonly x: number;
}

export function prepareKernel(runtime: Runtime, workload: Workload, problem: Problem): Resident {
  const arena = new Arena(runtime);
  const at = places(arena, workload, problem);
  const call = kernelCall(runtime, workload, at);
  return {
    x: at.x,
    answer: () => answerOf(runtime, workload, at.y, problem.count, call()),
    time: timed(call),
    dispose: () => arena.free(),
  };
}

export function finigrad(runtime: Runtime): Peer {
  return {
    name: runtime.name,
    wasm: true,
    prepare: async (w, p) => prepareKernel(runtime, w, p),
  };
}
