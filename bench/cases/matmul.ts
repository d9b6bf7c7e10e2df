/** Matrix products. A call is 2·m·k·n FLOP. */
import { type Case, kernelCase } from "../case.js";
import { at, spread, total } from "../data.js";

type Sides = readonly [m: number, k: number, n: number];

const FORWARD: readonly Sides[] = [
  [64, 64, 64],
  [128, 128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [1024, 1024, 1024],
  [1, 1024, 1024],
  [32, 784, 128],
  [128, 784, 128],
  [128, 128, 10],
];

const BACKWARD: readonly Sides[] = [
  [64, 64, 64],
  [256, 256, 256],
  [512, 512, 512],
  [1, 1024, 1024],
  [128, 784, 128],
  [128, 128, 10],
];

const show = (sides: Sides) => sides.join("×");

function matrices([m, k, n]: Sides) {
  return { a: spread(m * k, -1, 1, 1), b: spread(k * n, -1, 1, 2), dc: spread(m * n, -1, 1, 3) };
}

function forwardCase(sides: Sides): Case {
  const [m, k, n] = sides;
  return kernelCase({
    kernel: "matmul_forward_f32",
    size: show(sides),
    rate: "gflops",
    work: 2 * m * k * n,
    problem: () => {
      const { a, b } = matrices(sides);
      const want = (at_: number) => {
        const [i, j] = [Math.floor(at_ / n), at_ % n];
        return total(k, (p) => at(a, i * k + p) * at(b, p * n + j));
      };
      return { inputs: { a, b }, out: m * n, want, floor: Math.sqrt(k) };
    },
    call: (kernels, c, { a, b }) => kernels.matmul_forward_f32(c, a, b, m, k, n),
  });
}

function linearCase(sides: Sides): Case {
  const [m, k, n] = sides;
  return kernelCase({
    kernel: "linear_forward_f32",
    size: show(sides),
    rate: "gflops",
    work: 2 * m * k * n,
    problem: () => {
      const { a, b } = matrices(sides);
      const bias = spread(n, -1, 1, 4);
      const want = (at_: number) => {
        const [i, j] = [Math.floor(at_ / n), at_ % n];
        return at(bias, j) + total(k, (p) => at(a, i * k + p) * at(b, p * n + j));
      };
      return { inputs: { a, b, bias }, out: m * n, want, floor: Math.sqrt(k) };
    },
    call: (kernels, y, { a, b, bias }) => kernels.linear_forward_f32(y, a, b, bias, m, k, n),
  });
}

/** dA = dC · Bᵀ */
function byACase(sides: Sides): Case {
  const [m, k, n] = sides;
  return kernelCase({
    kernel: "matmul_backward_a_f32",
    size: show(sides),
    rate: "gflops",
    work: 2 * m * k * n,
    problem: () => {
      const { b, dc } = matrices(sides);
      const want = (at_: number) => {
        const [i, p] = [Math.floor(at_ / k), at_ % k];
        return total(n, (j) => at(dc, i * n + j) * at(b, p * n + j));
      };
      return { inputs: { b, dc }, out: m * k, want, floor: Math.sqrt(n) };
    },
    call: (kernels, da, { b, dc }) => kernels.matmul_backward_a_f32(da, dc, b, m, k, n),
  });
}

/** dB = Aᵀ · dC */
function byBCase(sides: Sides): Case {
  const [m, k, n] = sides;
  return kernelCase({
    kernel: "matmul_backward_b_f32",
    size: show(sides),
    rate: "gflops",
    work: 2 * m * k * n,
    problem: () => {
      const { a, dc } = matrices(sides);
      const want = (at_: number) => {
        const [p, j] = [Math.floor(at_ / n), at_ % n];
        return total(m, (i) => at(a, i * k + p) * at(dc, i * n + j));
      };
      return { inputs: { a, dc }, out: k * n, want, floor: Math.sqrt(m) };
    },
    call: (kernels, db, { a, dc }) => kernels.matmul_backward_b_f32(db, dc, a, m, k, n),
  });
}

/** The slow path that leaves zero cotangents out. */
function annihilateCase(): Case {
  const [m, k, n] = [64, 64, 64];
  return kernelCase({
    kernel: "matmul_annihilate_f32",
    size: show([m, k, n]),
    rate: "gflops",
    work: 2 * m * k * n,
    problem: () => {
      const { a, b } = matrices([m, k, n]);
      const want = (at_: number) => {
        const [i, j] = [Math.floor(at_ / n), at_ % n];
        return total(k, (p) => at(a, i * k + p) * at(b, p * n + j));
      };
      return { inputs: { a, b }, out: m * n, want };
    },
    call: (kernels, c, { a, b }) => kernels.matmul_annihilate_f32(c, a, b, m, k, n, k, 1, n, 1, 1),
  });
}

export function matmul(): Case[] {
  return [
    ...FORWARD.map(forwardCase),
    ...BACKWARD.map(byACase),
    ...BACKWARD.map(byBCase),
    linearCase([128, 784, 128]),
    linearCase([128, 128, 10]),
    annihilateCase(),
  ];
}
