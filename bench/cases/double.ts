/** Doubles beside floats: what the same op costs for each element. */
import { type Case, kernelCase, peakOf } from "../case.js";
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

/** As `product`; and with a cotangent that is 0 at every third place, whose terms must not be there. */
function annihilating(n: number): Case {
  return kernelCase({
    kernel: "matmul_annihilate_f64",
    size: `${n} × ${n} × ${n}`,
    rate: "gflops",
    work: 2 * n ** 3,
    problem: () => {
      const a = doubles(n * n, -1, 1, 1).map((v, i) => (i % 3 === 0 ? 0 : v));
      // An ∞ that only zeros meet: a product of it would be NaN.
      const b = doubles(n * n, -1, 1, 2);
      for (let row = 0; row < n; row++) a[row * n] = 0;
      b[0] = Infinity;
      const want = (i: number) => {
        const [row, col] = [Math.floor(i / n) * n, i % n];
        return total(n, (p) => (at(a, row + p) === 0 ? 0 : at(a, row + p) * at(b, p * n + col)));
      };
      return { inputs: { a, b }, out: 2 * n * n, doubles: true, want };
    },
    call: (k, y, { a, b }) => k.matmul_annihilate_f64(y, a, b, n, n, n, n, 1, n, 1, 1),
  });
}

/** What reads, and what only moves: in bytes read. */
function scanning(n: number): Case[] {
  const common = { size: short(n), rate: "gbps", work: n * 8, roofline: true } as const;
  const numbers = () => doubles(n, -3, 3, 1);
  const returning = (returns: number) => () => {
    return { inputs: { x: numbers() }, out: 0, want: () => 0, returns };
  };
  return [
    kernelCase({
      ...common,
      kernel: "peak_f64",
      problem: () => {
        const x = numbers();
        return { inputs: { x }, out: 0, want: () => 0, returns: peakOf(x) };
      },
      call: (k, _, { x }) => k.peak_f64(x, n),
    }),
    kernelCase({
      ...common,
      kernel: "abs_max_f64",
      problem: () => {
        const x = numbers();
        const largest = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
        return { inputs: { x }, out: 0, want: () => 0, returns: largest };
      },
      call: (k, _, { x }) => k.abs_max_f64(x, n),
    }),
    kernelCase({
      ...common,
      kernel: "first_non_finite_f64",
      problem: returning(-1),
      call: (k, _, { x }) => k.first_non_finite_f64(x, n, 0),
    }),
    kernelCase({
      ...common,
      kernel: "count_non_finite_f64",
      problem: returning(0),
      call: (k, _, { x }) => k.count_non_finite_f64(x, n),
    }),
    kernelCase({
      ...common,
      kernel: "health_f64",
      problem: () => {
        const x = numbers();
        const mean = total(n, (i) => at(x, i)) / n;
        const low = x.reduce((a, b) => Math.min(a, b));
        const high = x.reduce((a, b) => Math.max(a, b));
        const report = [0, 0, 0, 0, 0, -1, low, high, mean];
        const want = (i: number) => at(report, i);
        return { inputs: { x }, out: 2 * report.length, want, doubles: true, returns: "nothing" };
      },
      call: (k, out, { x }) => k.health_f64(out, x, n),
    }),
    kernelCase({
      ...common,
      kernel: "narrow_f64",
      problem: () => {
        const x = numbers();
        return { inputs: { x }, out: n, want: (i) => Math.fround(at(x, i)) };
      },
      call: (k, y, { x }) => k.narrow_f64(y, x, n),
    }),
    kernelCase({
      ...common,
      work: n * 4,
      kernel: "widen_f32",
      problem: () => {
        const x = spread(n, -3, 3);
        return { inputs: { x }, out: 2 * n, doubles: true, want: (i) => at(x, i) };
      },
      call: (k, y, { x }) => k.widen_f32(y, x, n),
    }),
  ];
}

function accumulating(n: number): Case {
  return kernelCase({
    kernel: "accumulate_f64",
    size: short(n),
    rate: "gelems",
    work: n,
    problem: () => {
      const [x, y] = [doubles(n, -1, 1, 9), doubles(n, -1, 1, 10)];
      const out = new Float32Array(y.buffer);
      return { inputs: { x }, out, doubles: true, want: (i) => at(y, i) + at(x, i) };
    },
    call: (k, y, { x }) => k.accumulate_f64(y, x, n),
  });
}

export function double(): Case[] {
  return [
    ...SIZES.flatMap((n) => [adding(n), exponential(n), accumulating(n), ...scanning(n)]),
    product(128),
    annihilating(128),
  ];
}
