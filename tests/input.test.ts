/** Bad input: refused with its place, before anything is written. */
import * as assert from "uvu/assert";
import * as finigrad from "../src/index.js";
import {
  add,
  clip,
  clone,
  crossEntropy,
  full,
  gelu,
  isFinigradError,
  kaiming,
  keep,
  layerNorm,
  linear,
  matmul,
  mean,
  memory,
  mse,
  ones,
  parameter,
  relu,
  scope,
  softmax,
  sum,
  type TensorData,
  tensor,
  where,
  zeros,
} from "../src/index.js";
import { type Build, Runtime } from "../src/runtime.js";
import { throwsCode } from "./kit/assert.js";
import { BUILDS, onRuntime } from "./kit/builds.js";
import { suite } from "./kit/suite.js";

const { Tensor } = finigrad;
const test = suite("input");
const anything = (value: unknown): TensorData => value as TensorData;

const REFUSED: readonly (readonly [unknown, string, RegExp])[] = [
  [[1, null, 3], "BAD_TYPE", /^tensor: data\[1\] is no number, expected a number, got null$/],
  [
    [
      [1, 2],
      [3, undefined],
    ],
    "BAD_TYPE",
    /data\[1, 1\] is no number.*got undefined/,
  ],
  [
    [
      [1, ""],
      [3, 4],
    ],
    "BAD_TYPE",
    /data\[0, 1\].*got string ""/,
  ],
  [[true], "BAD_TYPE", /data\[0\].*got boolean true/],
  [[Float32Array.of(1, 2), Float32Array.of(3)], "BAD_TYPE", /ragged array at data\[1\].*got 1/],
  [[Float32Array.of(1), new BigInt64Array(1)], "BAD_TYPE", /data\[1\].*got BigInt64Array/],
  [[Float64Array.of(1e39)], "BAD_VALUE", /data\[0, 0\] is too large for float32/],
  [[1, [5]], "BAD_TYPE", /data\[1\].*got an array/],
  [[new Date(0)], "BAD_TYPE", /data\[0\].*got Date/],
  [[[1, 2], [3]], "BAD_TYPE", /^tensor: ragged array at data\[1\], expected 2 elements, got 1/],
  [[[1, 2], 3], "BAD_TYPE", /ragged array at data\[1\], expected 2 elements, got number/],
  ["12", "BAD_TYPE", /data is no array.*got string "12"/],
  [null, "BAD_TYPE", /data is no array.*got null/],
  [{ length: 2 }, "BAD_TYPE", /data is no array.*got Object/],
  [new BigInt64Array(2), "BAD_TYPE", /data is bigint/],
  [
    [1, 1e39],
    "BAD_VALUE",
    /data\[1\] is too large for float32, expected at most 3.4028235e38, got 1e\+39/,
  ],
  [new Float64Array([0, -1e300]), "BAD_VALUE", /data\[1\] is too large for float32/],
];

test("what is no number is refused with its row and column", () => {
  const before = memory();
  for (const [data, code, message] of REFUSED) {
    throwsCode(() => tensor(anything(data)), code, message);
  }
  assert.equal(memory(), before);
});

test("numbers of every kind come in as they are", () => {
  scope(() => {
    const cases: readonly (readonly [unknown, number[], number[]])[] = [
      [3, [], [3]],
      [[], [0], []],
      [
        [[1], [2]],
        [2, 1],
        [1, 2],
      ],
      [new Uint8Array([255]), [1], [255]],
      [new Int16Array([-3]), [1], [-3]],
      [new Float64Array([0.1]), [1], [Math.fround(0.1)]],
      [[3.4028235e38], [1], [3.4028234663852886e38]],
      [
        [Float32Array.of(1, 2), [3, 4], new Uint8Array([5, 6])],
        [3, 2],
        [1, 2, 3, 4, 5, 6],
      ],
      [[[Float64Array.of(0.1)]], [1, 1, 1], [Math.fround(0.1)]],
      [[new Float32Array(0)], [1, 0], []],
    ];
    for (const [data, shape, values] of cases) {
      const t = tensor(anything(data));
      assert.equal(t.shape, shape);
      assert.equal([...t.raw], values);
    }
    const special = tensor([NaN, Infinity, -0, 1e-40]).toArray();
    assert.ok(Number.isNaN(special[0]) && special[1] === Infinity && Object.is(special[2], -0));
    assert.is(special[3], Math.fround(1e-40));
  });
});

test("shapes that do not fit are refused before anything is allocated", () => {
  scope(() => {
    const [a, b] = [ones([2, 3]), ones([4])];
    const before = memory();
    const refused: readonly (readonly [() => unknown, RegExp])[] = [
      [
        () => tensor([1, 2, 3], [2, 2]),
        /^tensor: data does not fit the shape, expected 4 numbers for \[2, 2\], got 3/,
      ],
      [() => zeros([-1]), /bad shape, expected whole numbers ≥ 0, got \[-1\]/],
      [() => zeros([1.5]), /bad shape/],
      [() => zeros([2 ** 30, 2 ** 30]), /shape is too large/],
      [
        () => add(a, b),
        /^add: shapes do not broadcast, expected equal sides or 1, got \[2, 3\] and \[4\]/,
      ],
      [
        () => matmul(a, a),
        /^matmul: shapes do not fit, expected b \[3, n\], got \[2, 3\] and \[2, 3\]/,
      ],
      [() => matmul(b, a), /^matmul: shapes do not fit/],
      [() => linear(a, ones([3, 2]), b), /^linear: bias does not fit, expected \[2\], got \[4\]/],
      [
        () => layerNorm(a, b, b),
        /^layerNorm: gamma or beta does not fit, expected \[3\], got \[4\]/,
      ],
      [() => mse(a, b), /^mse: shapes do not fit, expected target \[2, 3\]/],
      [() => sum(a, { axis: 2 }), /^sum: axis outside rank 2, expected -2 … 1, got 2$/],
      [() => mean(zeros([0])), /^mean: nothing to reduce, expected at least one element, got 0/],
      [() => softmax(tensor(1)), /^softmax: nothing to go along/],
      [() => crossEntropy(a, [0]), /labels do not fit, expected one for each of 2 rows, got 1/],
      [() => kaiming([3]), /^kaiming: no fan-in/],
    ];
    for (const [body, message] of refused) {
      scope(() => throwsCode(body, "BAD_SHAPE", message));
      assert.is(memory().bytes, before.bytes);
    }
  });
});

test("labels, indices and masks that are NaN or outside are refused with their place", () => {
  scope(() => {
    const logits = zeros([3, 10]);
    const refused: readonly (readonly [unknown, string, RegExp])[] = [
      [
        [0, 10, 2],
        "BAD_VALUE",
        /^crossEntropy: labels\[1\] is no class, expected an integer 0 … 9, got 10$/,
      ],
      [[0, 1, NaN], "BAD_VALUE", /labels\[2\].*got NaN/],
      [[0, -1, 2], "BAD_VALUE", /labels\[1\].*got -1/],
      [[0, 1.5, 2], "BAD_VALUE", /labels\[1\].*got 1.5/],
      [[0, "1", 2], "BAD_TYPE", /labels\[1\] is no number.*got string "1"/],
      [[0, null, 2], "BAD_TYPE", /labels\[1\].*got null/],
      [null, "BAD_TYPE", /labels are no array.*got null/],
      ["abc", "BAD_TYPE", /labels are no array/],
    ];
    for (const [labels, code, message] of refused) {
      throwsCode(() => crossEntropy(logits, labels as number[]), code, message);
    }
    const mask = tensor([
      [1, 0],
      [NaN, 1],
    ]);
    throwsCode(() => where(mask, 1, 2), "BAD_VALUE", /^where: condition\[1, 0\] is NaN/);
  });
});

test("ignored labels are neither read nor counted; when all are, the loss is 0", () => {
  scope(() => {
    const logits = tensor([
      [0, 0],
      [NaN, NaN],
    ]);
    const half = crossEntropy(logits, [1, -100], { ignoreIndex: -100 }).item();
    assert.ok(Math.abs(half - Math.LN2) < 1e-7);
    assert.is(crossEntropy(logits, [-100, -100], { ignoreIndex: -100 }).item(), 0);
  });
});

test("operands that are no tensors, options out of range, names that are none", () => {
  scope(() => {
    const x = ones([2, 2]);
    throwsCode(
      () => relu("x" as unknown as number),
      "BAD_TYPE",
      /^relu: x is no operand, expected a number, a Float32Array, a Float64Array or a Tensor, got string "x"/,
    );
    throwsCode(
      () => add(x, null as unknown as number),
      "BAD_TYPE",
      /^add: b is no tensor.*got null/,
    );
    throwsCode(
      () => layerNorm(x, ones([2]), ones([2]), { eps: -1 }),
      "BAD_VALUE",
      /^layerNorm: eps out of range/,
    );
    throwsCode(() => layerNorm(x, ones([2]), ones([2]), { eps: NaN }), "BAD_VALUE", /got NaN/);
    throwsCode(() => full([2], 1e300), "BAD_VALUE", /too large for float32/);
    throwsCode(() => parameter("", [1]), "BAD_TYPE", /^parameter: no name/);
    throwsCode(() => parameter("w", anything([null])), "BAD_TYPE", /data\[0\].*got null/);
  });
});

test("options that an op does not know, or that are none, are refused in its name", () => {
  const named = finigrad as unknown as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  const on = (name: string, ...args: unknown[]) => named[name]?.(...args);
  const array = Float32Array.of(0.5, 1);
  scope(() => {
    const x = tensor([[1, 2]]);
    const calls: readonly (readonly [string, unknown, readonly unknown[]])[] = [
      ...["relu", "gelu", "clip", "safeLog", "clipToFinite", "nanToNum"].flatMap((name) =>
        [array, x, 0.5].map((value) => [name, value, []] as const),
      ),
      ...["add", "safeDiv", "xlogy", "divNoNan", "glu"].flatMap((name) =>
        [array, x].map((value) => [name, value, [value]] as const),
      ),
      ...["sum", "mean", "max", "argmin", "variance", "cumsum", "safeNorm", "nanMean"].map(
        (name) => [name, x, []] as const,
      ),
      ["where", x, [1, 2]],
      ["where", array, [1, 2]],
      ["glu", x, []],
      ["glu", array, []],
    ];
    for (const [name, value, rest] of calls) {
      const refused = (options: unknown, code: string) =>
        throwsCode(
          () => on(name, value, ...rest, options),
          code,
          new RegExp(`^${name}: .+, expected .+, got .+`),
        );
      refused(null, "BAD_TYPE");
      refused("0", "BAD_TYPE");
      refused([0], "BAD_TYPE");
      refused({ asix: 0 }, "BAD_VALUE");
      if (value instanceof Tensor) refused({ out: array }, "BAD_VALUE");
    }
    // What other libraries take by place is a number here: ignored, it would be a sum over all axes.
    for (const name of ["sum", "clip", "leakyRelu", "cumsum", "safeLog"]) {
      throwsCode(() => on(name, x, 0), "BAD_TYPE", new RegExp(`^${name}: options are no object`));
    }
    for (const name of ["softmax", "logSoftmax"]) {
      const last = new RegExp(`^${name}: .*whose last axis it runs along, got (0|-1) too$`);
      for (const axis of [0, -1]) throwsCode(() => on(name, x, axis), "BAD_TYPE", last);
    }
    throwsCode(() => on("softmax", x, { axis: 0 }), "BAD_VALUE", /^softmax: no option "axis"/);
    throwsCode(() => on("mse", x, x, { reduction: "sum" }), "BAD_VALUE", /^mse: no option "red/);
    throwsCode(
      () => on("matmul", x, x, { transposeB: true }),
      "BAD_VALUE",
      /^matmul: no option "transposeB"/,
    );
    throwsCode(() => on("clip", array, { min: null }), "BAD_TYPE", /^clip: min is no number/);
    throwsCode(() => on("sum", x, { keepDims: 1 }), "BAD_TYPE", /^sum: keepDims is no boolean/);
    for (const axis of ["0", null, 1n, Symbol("0"), {}, Object.create(null)]) {
      for (const name of ["sum", "cumsum", "glu", "argmax"]) {
        throwsCode(() => on(name, x, { axis }), "BAD_TYPE", new RegExp(`^${name}: axis is no num`));
      }
    }
    throwsCode(() => on("nanToNum", 1, { posInf: 1e39 }), "BAD_VALUE", /^nanToNum: posInf out of/);
    throwsCode(() => on("celu", 1, { alpha: Infinity }), "BAD_VALUE", /^celu: alpha out of range/);
  });
  assert.equal([1, -2].map(named.relu as (x: number) => number), [1, 0]);
  assert.is([1, 2, 3].reduce(named.add as (a: number, b: number) => number), 6);
});

test("bounds, seeds, labels and lists that are none are refused", () => {
  const { globalNorm, uniform, valueAndGrad } = finigrad as unknown as Record<
    string,
    (...of: unknown[]) => unknown
  >;
  const nan = Number.NaN;
  for (const bounds of [
    [],
    [0],
    [nan, 1],
    [0, nan],
    ["0", 1],
    [-Infinity, 0],
    [0, 1e300],
    [1, 0],
  ]) {
    throwsCode(() => uniform?.([2], ...bounds), "BAD_VALUE", /^uniform: (low|high) out of range/);
  }
  for (const seed of ["1", nan, 0.5, null]) {
    throwsCode(() => uniform?.([2], 0, 1, { seed }), "BAD_VALUE", /^uniform: seed out of range/);
    throwsCode(
      () => kaiming([2, 2], { seed } as never),
      "BAD_VALUE",
      /^kaiming: seed out of range/,
    );
  }
  throwsCode(() => kaiming([2, 2], { sed: 3 } as never), "BAD_VALUE", /^kaiming: no option "sed"/);
  assert.equal(kaiming([0, 2]).shape, [0, 2]);
  scope(() => {
    const x = tensor([[1, 2]]);
    const one = tensor([1, 1]);
    const ce = (options: unknown) => crossEntropy(x, [0], options as never);
    throwsCode(() => ce({ ignoreIndx: 0 }), "BAD_VALUE", /^crossEntropy: no option "ignoreIndx"/);
    throwsCode(() => ce({ ignoreIndex: "0" }), "BAD_VALUE", /ignoreIndex out of range.*string "0"/);
    throwsCode(() => ce(null), "BAD_TYPE", /^crossEntropy: options are no object/);
    const norm = (options: unknown) => layerNorm(x, one, one, options as never);
    throwsCode(() => norm({ epsilon: 0 }), "BAD_VALUE", /^layerNorm: no option "epsilon"/);
    throwsCode(() => norm(null), "BAD_TYPE", /^layerNorm: options are no object/);
    throwsCode(() => globalNorm?.({ x }), "BAD_TYPE", /^globalNorm: tensors are no list/);
    throwsCode(() => globalNorm?.([1]), "BAD_TYPE", /^globalNorm: x is no tensor/);
    throwsCode(() => valueAndGrad?.(x, () => sum(x)), "BAD_TYPE", /params are none.*got Tensor/);
    const out = new Float32Array(1);
    throwsCode(() => relu(1, { out } as never), "BAD_TYPE", /^relu: out is for arrays/);
    assert.throws(() => Object.assign(x.shape, { 0: 3 }));
  });
});

test("shapes with holes, arrays that hold themselves, arrays without their memory are refused", () => {
  const holes = [2, undefined, 3];
  delete holes[1];
  throwsCode(
    () => zeros(holes as never),
    "BAD_SHAPE",
    /^zeros: bad shape.*got \[2, undefined, 3\]/,
  );
  throwsCode(() => zeros([Symbol("2")] as never), "BAD_SHAPE", /got \[symbol\]/);
  const endless: unknown[] = [];
  endless.push(endless);
  throwsCode(() => tensor(anything(endless)), "BAD_TYPE", /nested too deep, expected at most 64/);
  const gone = new Float32Array(4);
  structuredClone(gone, { transfer: [gone.buffer] });
  const before = memory();
  for (const [name, call] of Object.entries({
    tensor: () => tensor(gone),
    relu: () => relu(gone),
    add: () => add(1, gone),
    where: () => where(gone, 1, 2),
    glu: () => finigrad.glu(gone),
    safeNorm: () => finigrad.safeNorm(gone),
    safeLog: () => finigrad.safeLog(gone),
    health: () => finigrad.health(gone),
    allFinite: () => finigrad.allFinite(gone),
    neg: () => finigrad.neg(new Float32Array(0), { out: gone }),
  })) {
    throwsCode(call, "BAD_TYPE", new RegExp(`^${name}: .+ has lost its memory, expected .+, got`));
  }
  assert.equal(memory(), before);
});

test("a tensor's shape is its own", () => {
  scope(() => {
    const shape = [2, 3];
    const made = [
      zeros(shape),
      tensor([1, 2, 3, 4, 5, 6], shape),
      parameter("w", [1, 2, 3, 4, 5, 6], shape),
    ];
    shape[0] = 100;
    for (const t of made) assert.equal(t.shape, [2, 3]);
    made[2]?.dispose();
  });
});

test("what a tensor says of its memory, nobody writes: no other's is read", () => {
  scope(() => {
    const x = tensor([[1, 2]]);
    const [w, y] = [parameter("w", [1]), add(x, tensor([[1], [2]]))];
    for (const t of [x, w, y, sum(x, { axis: 0 }), matmul(x, y)] as object[]) {
      for (const [key, value] of Object.entries({ size: 64, shape: [8, 8], dtype: "float64" })) {
        assert.throws(() => Object.assign(t, { [key]: value }), TypeError);
      }
      assert.throws(() => Object.assign((t as typeof x).shape, { 0: 100 }), TypeError);
    }
    assert.equal([...y.toArray()], [2, 3, 3, 4]);
    w.dispose();
  });
});

test("a name that is set is a string, or none", () => {
  scope(() => {
    const x = tensor([0]);
    throwsCode(
      () => Object.assign(x, { name: 5 }),
      "BAD_TYPE",
      /^name: is none, expected a string, got 5$/,
    );
    x.name = "x";
    assert.is(x.name, "x");
    x.name = undefined;
    assert.is(x.name, undefined);
  });
});

test("a tensor that is gone, or of another instance, is refused under the name of the op", () => {
  scope(() => {
    const x = tensor([1]);
    x.dispose();
    throwsCode(() => finigrad.cast(x, "float32"), "DISPOSED", /^cast: /);
    const y = tensor([1]);
    onRuntime(new Runtime(BUILDS[0] as Build), () => {
      throwsCode(() => finigrad.safeAtan2(y, 1), "WRONG_RUNTIME", /^safeAtan2: tensors of two/);
    });
  });
});

test("options, names and labels of tensors that are none are refused", () => {
  scope(() => {
    const make = tensor as unknown as (data: unknown, options?: unknown) => unknown;
    const two = [[1, 2]];
    throwsCode(() => make(two, null), "BAD_TYPE", /^tensor: options are no object.*got null/);
    throwsCode(() => make(two, { dtpye: "float64" }), "BAD_VALUE", /no option "dtpye".*float64/);
    throwsCode(() => make(two, { name: {} }), "BAD_TYPE", /name is none.*got Object/);
    const { kaiming, uniform, crossEntropy, parameter } = finigrad as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    const takers = Object.entries({
      crossEntropy: (given: unknown) => crossEntropy?.(tensor(two), [0], given),
      kaiming: (given: unknown) => kaiming?.([2, 2], given),
      layerNorm: (given: unknown) =>
        layerNorm(tensor(two), ones([2]), ones([2]), given as { eps?: number }),
      parameter: (given: unknown) => parameter?.("w", two, given),
      uniform: (given: unknown) => uniform?.([2], 0, 1, given),
    });
    for (const [name, take] of takers) {
      throwsCode(() => take(null), "BAD_TYPE", new RegExp(`^${name}: options are no object`));
      throwsCode(() => take({ sed: 1 }), "BAD_VALUE", new RegExp(`^${name}: no option "sed"`));
    }
    for (const ends of [[Number.NaN, 1], [0, Infinity], ["0", 1], [0]]) {
      throwsCode(() => uniform?.([2], ...ends), "BAD_VALUE", /^uniform: (low|high) out of range/);
    }
    throwsCode(() => kaiming?.([2, 2], { seed: "1" }), "BAD_VALUE", /^kaiming: seed out of range/);
    throwsCode(
      () => crossEntropy?.(tensor(two), [0], { ignoreIndex: "0" }),
      "BAD_VALUE",
      /^crossEntropy: ignoreIndex out of range, expected a whole number/,
    );
    throwsCode(() => make(two, { columns: ["a"] }), "BAD_SHAPE", /columns do not fit, expected 2/);
    throwsCode(() => make(two, { rows: ["a", "b"] }), "BAD_SHAPE", /rows do not fit, expected 1/);
    throwsCode(() => make(two, { rows: 5 }), "BAD_TYPE", /rows are no array.*got 5/);
    throwsCode(() => clone(null as never), "BAD_TYPE", /^clone: x is no tensor.*got null/);
    throwsCode(() => keep(undefined as never), "BAD_TYPE", /^keep: x is no tensor/);
    throwsCode(() => tensor([1, 2]).item(), "BAD_SHAPE", /^item: more than one element/);
  });
  scope(() => {
    const x = tensor([[1, 2]]);
    const none = Object.create(null);
    const evil: readonly (() => unknown)[] = [
      () => layerNorm(x, ones([2]), ones([2]), { eps: {} as never }),
      () => layerNorm(x, ones([2]), ones([2]), { eps: none }),
      () => gelu(x, { approximate: none }),
      () => clip(x, { min: none }),
    ];
    for (const body of evil) {
      try {
        body();
        assert.unreachable("no error");
      } catch (error) {
        assert.ok(isFinigradError(error), `${error}`);
        assert.not.match(error.message, "[object Object]");
      }
    }
  });
  throwsCode(() => scope(undefined as never), "BAD_TYPE", /^scope: body is no function/);
});

test.run();
