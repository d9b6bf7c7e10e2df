/**
 * Validation, in bytes read, beside a loop that only loads and loops in plain JavaScript. A tensor is scanned where it
 * is; an array of JavaScript's must be copied into wasm memory first, piece by piece: the loop `copy` is that alone.
 */
import { type DataInput, type Schema, validate } from "../../src/data/index.js";
import { type Limits, limitsOf } from "../../src/data/scan.js";
import { type Tensor, tensor } from "../../src/index.js";
import { activate, type Runtime } from "../../src/runtime.js";
import { UNKNOWN } from "../../src/tensor.js";
import { Arena, type Case, kernelCase, type Ready } from "../case.js";
import { short, spread } from "../data.js";
import { PLAIN } from "../report.js";

const COLUMNS = 10;
const SIZES = [1 << 14, 1 << 20, 1 << 24];
const RANGE = { min: -4, max: 4 };

const names = Array.from({ length: COLUMNS }, (_, c) => `c${c}`);
const column = (c: number) => ({ min: -4 - c, max: 4 + c });

const SCHEMAS = {
  finite: { columns: names },
  range: { columns: names, every: RANGE },
  columns: { columns: Object.fromEntries(names.map((name, c) => [name, column(c)])) },
} as const satisfies Record<string, Schema>;

/** Whole rows, and whole steps of the loop that loads. */
const whole = (n: number) => n - (n % 160);
const numbers = (n: number) => spread(whole(n), -3, 3);

/** Sums of finite floats cannot overflow in f64: one bad element spoils them. */
function sums(x: Float32Array): () => boolean {
  return () => {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < x.length; i += 4) {
      a += x[i] as number;
      b += x[i + 1] as number;
      c += x[i + 2] as number;
      d += x[i + 3] as number;
    }
    return Number.isFinite(a + b + c + d);
  };
}

/** An exponent of ones carries into the sign. */
function masks(x: Float32Array): () => boolean {
  const words = new Int32Array(x.buffer);
  return () => {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < words.length; i += 4) {
      a |= ((words[i] as number) & 0x7f800000) + 0x00800000;
      b |= ((words[i + 1] as number) & 0x7f800000) + 0x00800000;
      c |= ((words[i + 2] as number) & 0x7f800000) + 0x00800000;
      d |= ((words[i + 3] as number) & 0x7f800000) + 0x00800000;
    }
    return ((a | b | c | d) & 0x80000000) === 0;
  };
}

function range(x: Float32Array): () => boolean {
  const { min, max } = RANGE;
  return () => {
    let ok = true;
    for (let i = 0; i < x.length; i++)
      ok = ok && (x[i] as number) >= min && (x[i] as number) <= max;
    return ok;
  };
}

function ranges(x: Float32Array): () => boolean {
  const low = Float64Array.from(names, (_, c) => column(c).min);
  const high = Float64Array.from(names, (_, c) => column(c).max);
  return () => {
    let ok = true;
    for (let i = 0; i < x.length; ) {
      for (let c = 0; c < COLUMNS; c++, i++) {
        ok =
          ok && (x[i] as number) >= (low[c] as number) && (x[i] as number) <= (high[c] as number);
      }
    }
    return ok;
  };
}

const LOOPS: Readonly<
  Record<keyof typeof SCHEMAS, readonly ((x: Float32Array) => () => boolean)[]>
> = {
  finite: [sums, masks],
  range: [range],
  columns: [ranges],
};

/** @throws Error when bad data passes, or good data does not. */
function expectSound(x: Float32Array, hand: (x: Float32Array) => DataInput, schema: Schema): void {
  validate(hand(x), schema);
  const spoiled = x.slice();
  spoiled[x.length - 7] = Number.NaN;
  let passed = true;
  try {
    validate(hand(spoiled), schema);
  } catch {
    passed = false;
  }
  if (passed) throw new Error("validate: expected a NaN to be found, got none");
}

interface Facade {
  readonly of: string;
  readonly kind: keyof typeof SCHEMAS;
  readonly n: number;
}

function facadeCase({ of, kind, n }: Facade): Case {
  const isTensor = of === "Tensor";
  return {
    workload: `validate(${of}) ${kind}`,
    size: short(n),
    rate: "gbps",
    work: whole(n) * 4,
    roofline: true,
    setup: () => {
      const x = numbers(n);
      return (runtime) => readyFacade(runtime, x, isTensor, kind);
    },
  };
}

function readyFacade(
  runtime: Runtime,
  x: Float32Array,
  isTensor: boolean,
  kind: keyof typeof SCHEMAS,
): Ready {
  activate(runtime);
  const arena = new Arena(runtime);
  const shape = [x.length / COLUMNS, COLUMNS];
  const t: Tensor | undefined = isTensor ? tensor(x, shape) : undefined;
  const schema = SCHEMAS[kind];
  const plain = LOOPS[kind].map((loop) => [`${PLAIN}${loop.name}`, loop(x)] as const);
  return {
    input: { at: t?.at ?? arena.put(x), bytes: x.byteLength },
    beside: Object.fromEntries([
      ...plain,
      ...(isTensor ? [] : [["copy", copies(runtime, x)] as const]),
    ]),
    run: () => {
      activate(runtime);
      // As if it had just been written to: a tensor that carries its peak is not read at all.
      if (t !== undefined && kind === "finite") t.peak = UNKNOWN;
      validate(t ?? x, schema);
    },
    check: () => {
      activate(runtime);
      expectSound(x, (data) => data, schema);
    },
    dispose: () => {
      arena.free();
      t?.dispose();
    },
  };
}

/** What it costs to bring an array into wasm memory, 4 KB at a time. */
function copies(runtime: Runtime, x: Float32Array): () => void {
  const at = new Arena(runtime).alloc(4096) / 4;
  return () => {
    for (let i = 0; i < x.length; i += 1024) runtime.floats.set(x.subarray(i, i + 1024), at);
  };
}

function kernelCases(n: number): Case[] {
  const length = whole(n);
  const common = { size: short(n), rate: "gbps", work: length * 4, roofline: true } as const;
  const own = names.map((_, c) => column(c));
  const same = limitsOf([RANGE.min], [RANGE.max], 4);
  const each = limitsOf(
    own.map(({ min }) => min),
    own.map(({ max }) => max),
    40,
  );
  const problem =
    ({ table }: Limits) =>
    () => ({
      inputs: { x: numbers(n), limits: new Int32Array(table.buffer) },
      out: 0,
      want: () => 0,
      returns: 1,
    });
  return [
    kernelCase({
      ...common,
      kernel: "within_f32",
      problem: problem(same),
      call: (k, _, { x, limits }) => k.within_f32(x, length, limits, same.shifted),
    }),
    kernelCase({
      ...common,
      kernel: "within_columns_f32",
      problem: problem(each),
      call: (k, _, { x, limits }) =>
        k.within_columns_f32(x, length, limits, each.vectors, each.shifted),
    }),
  ];
}

export function data(): Case[] {
  const kinds = Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[];
  return SIZES.flatMap((n) => [
    ...kernelCases(n),
    ...["Float32Array", "Tensor"].flatMap((of) => kinds.map((kind) => facadeCase({ of, kind, n }))),
  ]);
}
