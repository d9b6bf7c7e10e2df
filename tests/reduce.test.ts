/** Axes of reductions, what they refuse, and what they say of a NaN or ∞ that they make. */
import * as assert from "uvu/assert";
import {
  argmax,
  cumprod,
  cumsum,
  guard,
  logcumsumexp,
  logsumexp,
  max,
  mean,
  mul,
  nanMean,
  norm1,
  norm2,
  prod,
  type Report,
  scope,
  std,
  sum,
  sumSquares,
  type Tensor,
  tensor,
  valueAndGrad,
  variance,
  where,
} from "../src/index.js";
import { reportOf, throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("reductions");

type Op = (x: Tensor) => Tensor;

const counted = (shape: number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    shape,
  );

test("any axes: the shape of the output, with and without keepDims", () => {
  scope(() => {
    const x = counted([2, 3, 4, 5]);
    assert.equal(sum(x).shape, []);
    assert.equal(sum(x, { keepDims: true }).shape, [1, 1, 1, 1]);
    assert.equal(sum(x, { axis: 1 }).shape, [2, 4, 5]);
    assert.equal(sum(x, { axis: [0, -1] }).shape, [3, 4]);
    assert.equal(sum(x, { axis: [3, 1], keepDims: true }).shape, [2, 1, 4, 1]);
    assert.equal(sum(x, { axis: [] }).shape, [2, 3, 4, 5]);
    assert.equal([...sum(x, { axis: [] }).raw], [...x.raw]);
    assert.equal(sum(counted([2, 0, 3]), { axis: 1 }).toArray(), new Float32Array(6));
    assert.equal(sum(counted([2, 0, 3]), { axis: [0, 2] }).shape, [0]);
  });
});

test("the order in which axes are named does not matter, nor that they are no neighbours", () => {
  scope(() => {
    const x = counted([2, 3, 2, 3]);
    const expected = [0, 1, 2].map((b) =>
      [0, 1, 2].map((d) => [0, 1].flatMap((a) => [0, 1].map((c) => ((a * 3 + b) * 2 + c) * 3 + d))),
    );
    const sums = expected.flat().map((parts) => parts.reduce((p, q) => p + q, 0));
    assert.equal([...sum(x, { axis: [0, 2] }).raw], sums);
    assert.equal([...sum(x, { axis: [-2, 0] }).raw], sums);
    assert.equal(
      [...max(x, { axis: [0, 2] }).raw],
      expected.flat().map((p) => Math.max(...p)),
    );
    // Several axes count as one: the last of the four members.
    assert.equal([...argmax(x, { axis: [0, 2] }).raw], new Array(9).fill(3));
    const { grads } = valueAndGrad({ x }, () => sum(max(x, { axis: [0, 2] })));
    const chosen = new Set(expected.flat().map((p) => Math.max(...p)));
    assert.equal(
      [...grads.x.raw],
      [...x.raw].map((v) => Number(chosen.has(v))),
    );
  });
});

test("scans go backwards and leave each element out, along any axis, in both types", () => {
  const ways = [
    { reverse: true },
    { exclusive: true },
    { reverse: true, exclusive: true },
  ] as const;
  // y[m] as sums of products of x: which elements go into it, and what it starts with.
  const into = (m: number, n: number, { reverse = false, exclusive = false }): number[] =>
    Array.from({ length: n }, (_, i) => i).filter((i) =>
      i === m ? !exclusive : reverse ? i > m : i < m,
    );
  const product = (values: readonly number[]): number => values.reduce((p, v) => p * v, 1);
  for (const dtype of ["float32", "float64"] as const) {
    for (const n of [0, 1, 2, 5]) {
      for (const [shape, axis, step] of [
        [[n], 0, 1],
        [[2, n, 3], 1, 3],
      ] as const) {
        scope(() => {
          const size = shape.reduce((p, side) => p * side, 1);
          const data = Float64Array.from(
            { length: size },
            (_, i) => ((i * 7) % 5) - 2 + (i % 2) * 4,
          );
          const dy = Float64Array.from(data, (_, i) => (i % 4) + 1);
          const x = tensor(data, { shape: [...shape], dtype }) as Tensor;
          const by = tensor(dy, { shape: [...shape], dtype }) as Tensor;
          for (const way of ways) {
            const place = (i: number) => ({
              m: Math.floor(i / step) % n,
              at: (m: number) => i + (m - (Math.floor(i / step) % n)) * step,
            });
            for (const [name, op] of Object.entries({ cumsum, cumprod })) {
              const { grads } = valueAndGrad({ x }, () => sum(mul(op(x, { axis, ...way }), by)));
              const y = op(x, { axis, ...way });
              for (let i = 0; i < size; i++) {
                const { m, at } = place(i);
                const terms = into(m, n, way).map((j) => data[at(j)] ?? 0);
                const want = name === "cumsum" ? terms.reduce((a, b) => a + b, 0) : product(terms);
                assert.is(y.raw[i] === want, true, `${name} ${JSON.stringify(way)} [${i}]`);
                let slope = 0;
                for (let j = 0; j < n; j++) {
                  const used = into(j, n, way);
                  if (!used.includes(m)) continue;
                  const others = used.filter((o) => o !== m).map((o) => data[at(o)] ?? 0);
                  slope += (dy[at(j)] ?? 0) * (name === "cumsum" ? 1 : product(others));
                }
                assert.is(
                  grads.x.raw[i] === slope,
                  true,
                  `${name} d ${JSON.stringify(way)} [${i}]`,
                );
              }
            }
          }
        });
      }
    }
  }
  throwsCode(
    () => cumsum(1, { reverse: 1 as never }),
    "BAD_TYPE",
    /^cumsum: reverse is no boolean/,
  );
});

test("logcumsumexp goes back as it goes forth, along any axis, and has no exclusive one", () => {
  scope(() => {
    const [x, turned] = [
      tensor([
        [0, 300],
        [-200, 1],
        [5, 2],
      ]),
      tensor([
        [5, 2],
        [-200, 1],
        [0, 300],
      ]),
    ];
    const w = tensor([[1], [2], [4]]);
    const back = tensor([[4], [2], [1]]);
    const rows = (v: ArrayLike<number>) => [2, 1, 0].flatMap((r) => [v[2 * r], v[2 * r + 1]]);
    const [there, here] = [{ axis: 0 }, { axis: 0, reverse: true }] as const;
    assert.equal([...logcumsumexp(x, here).raw], rows(logcumsumexp(turned, there).raw));
    const { grads } = valueAndGrad({ x }, () => sum(mul(logcumsumexp(x, here), w)));
    const other = valueAndGrad({ turned }, () => sum(mul(logcumsumexp(turned, there), back)));
    assert.equal([...grads.x.raw], rows(other.grads.turned.raw));
    throwsCode(
      () => logcumsumexp(x, { exclusive: true } as never),
      "BAD_VALUE",
      /^logcumsumexp: no option "exclusive", expected axis, reverse/,
    );
  });
});

test("axes that are not there, twice, or no numbers are refused", () => {
  scope(() => {
    const x = counted([2, 3]);
    throwsCode(
      () => sum(x, { axis: 2 }),
      "BAD_SHAPE",
      /^sum: axis outside rank 2, expected -2 … 1, got 2$/,
    );
    throwsCode(() => max(x, { axis: [0, -2] }), "BAD_SHAPE", /^max: axis 0 twice/);
    throwsCode(
      () => mean(x, { axis: [0.5] }),
      "BAD_SHAPE",
      /^mean: axis outside rank 2, expected -2 … 1, got 0.5$/,
    );
    throwsCode(() => prod(x, { axis: "0" as never }), "BAD_TYPE", /^prod: axis is no number/);
    throwsCode(() => cumsum(x, { axis: 2 }), "BAD_SHAPE", /^cumsum: axis outside rank 2.*got 2$/);
    throwsCode(() => cumsum(x, { axis: null as never }), "BAD_TYPE", /^cumsum: axis.*got null$/);
    const none = /^sum: axis outside rank 0, expected none: there are no axes, got 1$/;
    throwsCode(() => sum(tensor(1), { axis: 1 }), "BAD_SHAPE", none);
  });
});

test("nothing to reduce, and too few for ddof, are refused", () => {
  scope(() => {
    const none = tensor(new Float32Array(0), [2, 0]);
    for (const [name, op] of Object.entries({ mean, max, argmax, nanMean })) {
      throwsCode(() => op(none), "BAD_SHAPE", new RegExp(`^${name}: nothing to reduce`));
    }
    throwsCode(() => std(tensor([1]), { ddof: 1 }), "BAD_VALUE", /^std: ddof out of range/);
    throwsCode(() => variance(none), "BAD_VALUE", /^variance: ddof out of range/);
    throwsCode(() => variance(tensor([1, 2]), { ddof: -1 }), "BAD_VALUE", /ddof/);
    throwsCode(() => variance(tensor([1, 2]), { ddof: Number.NaN }), "BAD_VALUE", /ddof/);
    for (const ddof of ["1", null, true]) {
      throwsCode(() => std(tensor([1, 2]), { ddof: ddof as never }), "BAD_VALUE", /ddof/);
    }
  });
});

test("long runs: every accumulator, every strip", () => {
  scope(() => {
    const n = 100_003;
    const x = tensor(
      Float32Array.from({ length: 3 * n }, (_, i) => (i % 7) - 2),
      [n, 3],
    );
    const data = [...x.raw];
    const columns = [0, 1, 2].map((j) => data.filter((_, i) => i % 3 === j));
    const total = (p: number[]): number => p.reduce((a, b) => a + b, 0);
    assert.equal([...sum(x, { axis: 0 }).raw], columns.map(total));
    assert.equal(
      [...sumSquares(x, { axis: 0 }).raw],
      columns.map((c) => total(c.map((v) => v * v))),
    );
    assert.is(sum(x).item(), total(data));
    assert.equal([...max(x, { axis: 0 }).raw], [4, 4, 4]);
    assert.equal(
      [...argmax(x, { axis: 0 }).raw],
      columns.map((c) => c.indexOf(4)),
    );
    assert.is(cumsum(x, { axis: 0 }).raw.at(-1), total(columns[2] as number[]));
  });
});

/** Of a birth in the forward pass. */
const born = (op: (x: Tensor) => Tensor, x: number[]): Report =>
  reportOf(() => scope(() => op(tensor(x)).toArray()));

test("a report names the elements that met, and the cause", () => {
  const cases: [(x: Tensor) => Tensor, number[], string, number[]][] = [
    [sum, [1, Infinity, 2, -Infinity], "inf-minus-inf", [Infinity, -Infinity]],
    [sum, [1, 3e38, 3e38], "overflow-sum", [3e38]],
    [sumSquares, [1, 1e20], "overflow-square", [1e20]],
    [variance, [1, -1e20], "overflow-square", [-1e20]],
    [std, [1, Infinity], "inf-minus-inf", [Infinity]],
    [norm2, [3e38, 3e38], "narrowing", [3e38]],
    [prod, [2, Infinity, 0], "zero-times-inf", [Infinity, 0]],
    [prod, [1e20, 2, 1e30], "overflow-product", [1e30]],
    [cumsum, [3e38, 3e38], "overflow-sum", [3e38]],
    [cumsum, [Infinity, -Infinity], "inf-minus-inf", [Infinity, -Infinity]],
    [cumprod, [0, Infinity], "zero-times-inf", [Infinity, 0]],
    [cumprod, [1e30, 1e20], "overflow-product", [1e30]],
  ];
  for (const [op, x, cause, operands] of cases) {
    const report = born(op, x);
    assert.is(report.cause, cause, `${report.op} of ${x}`);
    assert.equal(
      report.operands.map((o) => o.value),
      operands.map(Math.fround),
    );
  }
});

test("a NaN that was there already is followed to its input", () => {
  const ops: readonly Op[] = [
    sum,
    mean,
    max,
    norm1,
    norm2,
    sumSquares,
    prod,
    std,
    logsumexp,
    cumsum,
    cumprod,
  ];
  for (const op of ops) {
    const report = reportOf(() =>
      scope(() => {
        const x = tensor([1, Number.NaN, 2], { name: "features" });
        return valueAndGrad({ x }, () => sum(op(x)));
      }),
    );
    assert.is(report.op, "input", report.path.join());
    assert.equal(report.index, [1]);
  }
});

test("a gradient that overflows where the value does not", () => {
  const ops: readonly Op[] = [prod, cumprod];
  for (const op of ops) {
    const report = reportOf(() =>
      scope(() => {
        const x = tensor([0, 1e30, 1e30]);
        return valueAndGrad({ x }, () => sum(op(x)));
      }),
    );
    assert.is(report.code, "GRAD_INF");
    assert.is(report.phase, "backward");
    assert.is(report.cause, "overflow-product");
    assert.equal(report.index, [0]);
  }
});

test("masked singularities are counted: a zero cotangent meets a NaN", () => {
  scope(() => {
    const x = tensor([
      [1, Number.NaN],
      [1, 2],
    ]);
    const { grads, health } = valueAndGrad({ x }, () =>
      sum(where(tensor([0, 1]), norm2(x, { axis: 1 }), 0)),
    );
    assert.equal([...grads.x.raw].slice(0, 2), [0, 0]);
    assert.is(health.maskedSingularities, 2);
  });
});

test("the strict policy gives IEEE's NaN instead", () => {
  scope(() => {
    const x = tensor([
      [1, Number.NaN],
      [1, 2],
    ]);
    guard({ policy: "strict", onNonFinite: "ignore" }, () => {
      const { grads } = valueAndGrad({ x }, () =>
        sum(where(tensor([0, 1]), norm2(x, { axis: 1 }), 0)),
      );
      assert.ok(Number.isNaN(grads.x.raw[0]));
    });
  });
});

test.run();
