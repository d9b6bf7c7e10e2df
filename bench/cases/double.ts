/** Doubles beside floats: what the same op costs for each element. */
import { type Case, kernelCase } from "../case.js";
import { at, short, spread, total } from "../data.js";

const SIZES = [1 << 14, 1 << 20];

const doubles = (n: number, low: number, high: number, seed: number): Float64Array =>
  Float64Array.from(spread(n, low, high, seed));

function adding(n: number): Case {
  return kernelCase({
    kernel: "add_forward_f64",
    size: short(n),
    rate: "gelems",
    work: n,
    problem: () => {
      const [a, b] = [doubles(n, -2, 2, 3), doubles(n, -2, 2, 4)];
      return { inputs: { a, b }, out: 2 * n, doubles: true, want: (i) => at(a, i) + at(b, i) };
    },
    call: (k, y, { a, b }) => {
      k.set_walk_f64(1, n, 0, 1, 0, 1, 0, 0);
      return k.add_forward_f64(y, a, b);
    },
  });
}

function exponential(n: number): Case {
  return kernelCase({
    kernel: "exp_forward_f64",
    size: short(n),
    rate: "gelems",
    work: n,
    problem: () => {
      const x = doubles(n, -5, 5, 1);
      return { inputs: { x }, out: 2 * n, doubles: true, want: (i) => Math.exp(at(x, i)) };
    },
    call: (k, y, { x }) => k.exp_forward_f64(y, x, n),
  });
}

function product(n: number): Case {
  return kernelCase({
    kernel: "matmul_f64",
    size: `${n} × ${n} × ${n}`,
    rate: "gflops",
    work: 2 * n ** 3,
    problem: () => {
      const [a, b] = [doubles(n * n, -1, 1, 1), doubles(n * n, -1, 1, 2)];
      const want = (i: number) => {
        const [row, col] = [Math.floor(i / n) * n, i % n];
        return total(n, (p) => at(a, row + p) * at(b, p * n + col));
      };
      return { inputs: { a, b }, out: 2 * n * n, doubles: true, want };
    },
    call: (k, y, { a, b }) => k.matmul_f64(y, a, b, 0, n, n, n, n, 1, n, 1),
  });
}

export function double(): Case[] {
  return [...SIZES.flatMap((n) => [adding(n), exponential(n)]), product(128)];
}
