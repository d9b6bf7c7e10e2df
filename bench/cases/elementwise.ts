/** Loops over n: activations, elementary functions, arithmetic, comparison, selection. */
import { type Case, kernelCase } from "../case.js";
import { at, short, spread } from "../data.js";

const SIZES = [1 << 14, 1 << 20];

interface Unary {
  readonly from: readonly [low: number, high: number];
  y(x: number): number;
  slope(x: number): number;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const UNARY = {
  relu: { from: [-3, 3], y: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0) },
  sigmoid: { from: [-6, 6], y: sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x) },
  tanh: { from: [-3, 3], y: Math.tanh, slope: (x) => 1 / Math.cosh(x) ** 2 },
  exp: { from: [-5, 5], y: Math.exp, slope: Math.exp },
  log: { from: [0.01, 9], y: Math.log, slope: (x) => 1 / x },
  log1p: { from: [-0.9, 9], y: Math.log1p, slope: (x) => 1 / (1 + x) },
  sqrt: { from: [0.01, 9], y: Math.sqrt, slope: (x) => 0.5 / Math.sqrt(x) },
} as const satisfies Record<string, Unary>;

type UnaryName = keyof typeof UNARY;

function unaryCases([name, rule]: [UnaryName, Unary], n: number): Case[] {
  const inputs = () => {
    const x = spread(n, ...rule.from);
    return { x, y: x.map(rule.y), dy: spread(n, -1, 1, 2) };
  };
  return [
    kernelCase({
      kernel: `${name}_forward_f32`,
      size: short(n),
      rate: "gelems",
      work: n,
      problem: () => {
        const { x } = inputs();
        return { inputs: { x }, out: n, want: (i) => rule.y(at(x, i)) };
      },
      call: (k, y, { x }) => k[`${name}_forward_f32`](y, x, n),
    }),
    kernelCase({
      kernel: `${name}_backward_f32`,
      size: short(n),
      rate: "gelems",
      work: n,
      problem: () => {
        const { x, y, dy } = inputs();
        return { inputs: { x, y, dy }, out: n, want: (i) => at(dy, i) * rule.slope(at(x, i)) };
      },
      call: (k, dx, { x, y, dy }) => k[`${name}_backward_f32`](dx, dy, y, x, n),
    }),
  ];
}

interface Binary {
  y(a: number, b: number): number;
  da(a: number, b: number, dy: number): number;
  db(a: number, b: number, dy: number): number;
}

const BINARY = {
  add: { y: (a, b) => a + b, da: (_a, _b, dy) => dy, db: (_a, _b, dy) => dy },
  sub: { y: (a, b) => a - b, da: (_a, _b, dy) => dy, db: (_a, _b, dy) => -dy },
  mul: { y: (a, b) => a * b, da: (_a, b, dy) => dy * b, db: (a, _b, dy) => dy * a },
  div: { y: (a, b) => a / b, da: (_a, b, dy) => dy / b, db: (a, b, dy) => (-dy * a) / b ** 2 },
} as const satisfies Record<string, Binary>;

type BinaryName = keyof typeof BINARY;

function pair(n: number) {
  return { a: spread(n, -2, 2, 3), b: spread(n, 0.5, 2, 4), dy: spread(n, -1, 1, 5) };
}

function binaryCases([name, rule]: [BinaryName, Binary], n: number): Case[] {
  const forward = `${name}_forward_f32` as const;
  const gradient = (of: "a" | "b") => {
    const kernel = `${name}_backward_${of}_f32` as const;
    const slope = of === "a" ? rule.da : rule.db;
    return kernelCase({
      kernel,
      size: short(n),
      rate: "gelems",
      work: n,
      problem: () => {
        const { a, b, dy } = pair(n);
        return {
          inputs: { a, b, dy },
          out: n,
          want: (i) => slope(at(a, i), at(b, i), at(dy, i)),
        };
      },
      call: (k, dx, { a, b, dy }) => k[kernel](dx, dy, a, b, 1, n, n, 1, n, 1),
    });
  };
  return [
    kernelCase({
      kernel: forward,
      size: short(n),
      rate: "gelems",
      work: n,
      problem: () => {
        const { a, b } = pair(n);
        return { inputs: { a, b }, out: n, want: (i) => rule.y(at(a, i), at(b, i)) };
      },
      call: (k, y, { a, b }) => k[forward](y, a, b, 1, n, n, 1, n, 1),
    }),
    gradient("a"),
    gradient("b"),
  ];
}

/** A bias on every row, and one number everywhere. */
function broadcastCases(): Case[] {
  const [rows, cols] = [1024, 1024];
  const n = rows * cols;
  const shapes = [
    { variant: "row", count: cols, rowB: 0, colB: 1, index: (i: number) => i % cols },
    { variant: "scalar", count: 1, rowB: 0, colB: 0, index: () => 0 },
  ];
  return shapes.map(({ variant, count, rowB, colB, index }) =>
    kernelCase({
      kernel: "add_forward_f32",
      variant,
      size: `${rows}×${cols}`,
      rate: "gelems",
      work: n,
      problem: () => {
        const [a, b] = [spread(n, -2, 2, 3), spread(count, -2, 2, 4)];
        return { inputs: { a, b }, out: n, want: (i) => at(a, i) + at(b, index(i)) };
      },
      call: (k, y, { a, b }) => k.add_forward_f32(y, a, b, rows, cols, cols, 1, rowB, colB),
    }),
  );
}

const PREDICATES = {
  greater: (a, b) => a > b,
  greater_equal: (a, b) => a >= b,
  less: (a, b) => a < b,
  less_equal: (a, b) => a <= b,
  equal: (a, b) => a === b,
  not_equal: (a, b) => a !== b,
} as const satisfies Record<string, (a: number, b: number) => boolean>;

type PredicateName = keyof typeof PREDICATES;

function predicateCase(
  [name, holds]: [PredicateName, (a: number, b: number) => boolean],
  n: number,
): Case {
  const kernel = `${name}_forward_f32` as const;
  return kernelCase({
    kernel,
    size: short(n),
    rate: "gelems",
    work: n,
    problem: () => {
      const [a, b] = [spread(n, 0, 4, 6).map(Math.floor), spread(n, 0, 4, 7).map(Math.floor)];
      return { inputs: { a, b }, out: n, want: (i) => (holds(at(a, i), at(b, i)) ? 1 : 0) };
    },
    call: (k, y, { a, b }) => k[kernel](y, a, b, 1, n, n, 1, n, 1),
  });
}

function whereCases(n: number): Case[] {
  const flags = () => spread(n, 0, 2, 8).map(Math.floor);
  const gradient = (of: "a" | "b") => {
    const kernel = `where_backward_${of}_f32` as const;
    const chosen = of === "a" ? 1 : 0;
    return kernelCase({
      kernel,
      size: short(n),
      rate: "gelems",
      work: n,
      problem: () => {
        const [dy, c] = [spread(n, -1, 1, 5), flags()];
        const want = (i: number) => (at(c, i) === chosen ? at(dy, i) : 0);
        return { inputs: { dy, c }, out: n, want };
      },
      call: (k, dx, { dy, c }) => k[kernel](dx, dy, c, 1, n, n, 1),
    });
  };
  const forward = kernelCase({
    kernel: "where_forward_f32",
    size: short(n),
    rate: "gelems",
    work: n,
    problem: () => {
      const [{ a, b }, c] = [pair(n), flags()];
      return { inputs: { a, b, c }, out: n, want: (i) => (at(c, i) ? at(a, i) : at(b, i)) };
    },
    call: (k, y, { a, b, c }) => k.where_forward_f32(y, a, b, c, 1, n, n, 1, n, 1, n, 1),
  });
  return [forward, gradient("a"), gradient("b")];
}

function accumulateCase(n: number): Case {
  return kernelCase({
    kernel: "accumulate_f32",
    size: short(n),
    rate: "gelems",
    work: n,
    problem: () => {
      const [x, y] = [spread(n, -1, 1, 9), spread(n, -1, 1, 10)];
      return { inputs: { x }, out: y, want: (i) => at(y, i) + at(x, i) };
    },
    call: (k, y, { x }) => k.accumulate_f32(y, x, n),
  });
}

function entries<K extends string, V>(table: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(table) as [K, V][];
}

export function elementwise(): Case[] {
  return [
    ...SIZES.flatMap((n) => [
      ...entries<UnaryName, Unary>(UNARY).flatMap((entry) => unaryCases(entry, n)),
      ...entries<BinaryName, Binary>(BINARY).flatMap((entry) => binaryCases(entry, n)),
      ...entries<PredicateName, (a: number, b: number) => boolean>(PREDICATES).map((entry) =>
        predicateCase(entry, n),
      ),
      ...whereCases(n),
      accumulateCase(n),
    ]),
    ...broadcastCases(),
  ];
}
