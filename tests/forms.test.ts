/** Every stable and every safe function serves a number, a Float32Array with `out`, and a tensor, with the same bits. */
import * as assert from "uvu/assert";
import * as finigrad from "../src/index.js";
import { guard, leaks, scope, tensor, valueAndGrad } from "../src/index.js";
import * as gated from "../src/ops/gated.js";
import * as safe from "../src/ops/safe.js";
import * as stable from "../src/ops/stable.js";
import { type Build, Runtime } from "../src/runtime.js";
import { bitEqual, throwsCode } from "./kit/assert.js";
import { BUILDS, onRuntime } from "./kit/builds.js";
import { draw } from "./kit/reference.js";
import { suite } from "./kit/suite.js";

const { Tensor } = finigrad;
type Value = number | Float32Array | finigrad.Tensor;
type Options = { readonly out?: Float32Array };
type Call = (...operands: (Value | Options)[]) => Value;

/** What the families export and is no such function, and what is a reduction. */
const OTHERS = ["atLeast", "awayFromZero", "within", "guardedElements", "safeNorm"];
const TWO = new Set([
  ...["logaddexp", "logsubexp", "xlogy", "xlog1py", "relEntr", "klDiv", "glu", "swiglu"],
  ...["safeDiv", "safePow", "safeAtan2", "divNoNan", "mulNoNan"],
]);

const functions = Object.entries({ ...stable, ...safe, ...gated })
  .filter(([name, f]) => typeof f === "function" && !OTHERS.includes(name))
  .map(([name, f]) => [name, f as unknown as Call] as const);

const EDGES = [0, -0, 1, -1, NaN, Infinity, -Infinity, 1e-40, 3.4028234663852886e38, 1e-13];
const LEFT = Float32Array.of(...draw([40], -2, 2, 1).data, ...EDGES, ...EDGES);
const RIGHT = Float32Array.of(...draw([40], -2, 2, 2).data, ...EDGES, ...EDGES.slice().reverse());

const test = suite("one name, three forms");

test("all stable, safe and gated functions are here, and public", () => {
  assert.is(functions.length, 14 + 14 + 2);
  const exported = new Map<string, unknown>(Object.entries(finigrad));
  for (const [name, call] of functions) assert.is(exported.get(name), call, name);
});

for (const [name, call] of functions) {
  const operands = TWO.has(name) ? [LEFT, RIGHT] : [LEFT];
  test(`${name}: a number, an array with out, and a tensor have the same bits`, () => {
    guard({ onNonFinite: "ignore" }, () =>
      scope(() => {
        const plain = call(...operands) as Float32Array;
        assert.instance(plain, Float32Array);
        const out = new Float32Array(LEFT.length);
        assert.is(call(...operands, { out }), out);
        const tensors = call(...operands.map((x) => tensor(x))) as finigrad.Tensor;
        assert.instance(tensors, Tensor);
        plain.forEach((value, i) => {
          const what = `${name}(${operands.map((x) => x[i]).join(", ")})`;
          bitEqual(call(...operands.map((x) => x[i] ?? 0)) as number, value, `${what}, number`);
          bitEqual(out[i] ?? 0, value, `${what}, out`);
          bitEqual(tensors.raw[i] ?? 0, value, `${what}, tensor`);
        });
        const inPlace = LEFT.slice();
        call(inPlace, ...operands.slice(1), { out: inPlace });
        inPlace.forEach((value, i) => {
          bitEqual(value, plain[i] ?? 0, `${name}, in place, ${i}`);
        });
      }),
    );
  });
}

test("where: numbers, arrays with out, tensors that broadcast, and mixtures", () => {
  const { where } = finigrad;
  assert.is(where(1, 2, 3), 2);
  bitEqual(where(-0, 2, NaN), NaN, "0 is no");
  const condition = Float32Array.from({ length: 9001 }, (_, i) => i % 3);
  const a = condition.map((_, i) => i);
  const expected = a.map((v, i) => (i % 3 ? v : -1));
  const out = new Float32Array(9001);
  assert.is(where(condition, a, -1, { out }), out);
  assert.equal(out, expected);
  assert.equal(
    where(
      condition,
      a,
      a.map(() => -1),
    ),
    expected,
  );
  assert.equal(where(1, a, NaN), a);
  assert.equal(where(0, Infinity, a), a);
  scope(() => {
    assert.equal(where(tensor(condition), tensor(a), -1).toArray(), expected);
    const wide = where(tensor([[1], [0]]), tensor([1, 2]), tensor([[5]]));
    assert.equal(wide.shape, [2, 2]);
    assert.equal([...wide.toArray()], [1, 2, 5, 5]);
  });
  throwsCode(() => where(NaN, 1, 2), "BAD_VALUE", /^where: condition is NaN/);
  const bad = Float32Array.of(Infinity, NaN);
  throwsCode(() => where(bad, 1, 2), "BAD_VALUE", /^where: condition\[1\] is NaN/);
  scope(() => throwsCode(() => where(tensor(bad), 1, 2), "BAD_VALUE", /condition\[1\] is NaN/));
  throwsCode(() => where(condition, a.subarray(1), 2), "BAD_SHAPE", /^where: arrays do not fit/);
});

test("the length of a function is how many operands it takes", () => {
  for (const [name, call] of functions) {
    // A gated unit takes one that it halves, or two.
    if (name.endsWith("glu")) continue;
    assert.is(call.length, TWO.has(name) ? 2 : 1, name);
  }
  assert.equal(
    [finigrad.relu, finigrad.add, finigrad.where, finigrad.sum, finigrad.softmax].map(
      (f) => f.length,
    ),
    [1, 2, 3, 1, 1],
  );
});

test("out may be the operand, or lie across it in the same memory, however long", () => {
  for (const Kind of [Float32Array, Float64Array]) {
    for (const shift of [-5000, -1, 0, 1, 5000]) {
      const n = 10_000;
      const all = new Kind(n + 10_000).map((_: number, i: number) => i) as Float32Array;
      const x = all.subarray(5000, 5000 + n);
      const out = all.subarray(5000 + shift, 5000 + shift + n);
      finigrad.mul(x, 2, { out });
      assert.is(
        out.findIndex((v, i) => v !== 2 * (5000 + i)),
        -1,
        `${Kind.name}, ${shift} elements on`,
      );
    }
  }
});

test("arrays of classes of one's own, and in shared or resizable memory, are read as they lie", () => {
  class Odd extends Float32Array {
    static get [Symbol.species](): never {
      throw new Error("no part of this");
    }
  }
  const numbers = [-1, 2, -3, 4];
  const shared = new Float32Array(new SharedArrayBuffer(16));
  const resizable = new Float32Array(
    new (ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer)(16, {
      maxByteLength: 64,
    }),
  );
  for (const x of [new Odd(4), shared, resizable]) {
    x.set(numbers);
    assert.equal([...finigrad.abs(x as Float32Array)], [1, 2, 3, 4]);
    assert.equal(
      [...finigrad.glu(x as Float32Array)],
      [...finigrad.glu(Float32Array.from(numbers))],
    );
  }
});

test("views of tensors may be operands, out, and data, also when that makes the memory grow", () => {
  for (const make of [
    (view: Float32Array) => finigrad.safeNorm(view),
    (view: Float32Array) => {
      const copy = tensor(view);
      // One of the two has made it grow.
      const other = view.length > 0 ? tensor(view) : copy;
      return Math.sqrt((finigrad.sum(copy).item() + finigrad.sum(other).item()) / 2);
    },
    (view: Float32Array) => Math.sqrt(finigrad.sum(finigrad.parameter("w", view)).item()),
  ]) {
    onRuntime(new Runtime(BUILDS[0] as Build), () =>
      scope(() => {
        const n = 2 ** 20;
        assert.is(make(finigrad.ones([n]).data.subarray(0, n)), 2 ** 10);
      }),
    );
  }
  onRuntime(new Runtime(BUILDS[0] as Build), () =>
    scope(() => {
      const view = finigrad.ones([8]).data;
      assert.is(finigrad.neg(view, { out: view }), view);
      assert.equal([...view], new Array(8).fill(-1));
    }),
  );
});

test("a number beyond float32 is refused in every form, with its place", () => {
  const { add, log, xlogy } = finigrad;
  const beyond = /is too large for float32, expected at most 3.4028235e38, got/;
  for (const call of [
    () => log(1e39),
    () => add(1, -1e300),
    () => xlogy(Float32Array.of(1), 1e39),
    () => finigrad.safeDiv(1, 1e39),
    () => finigrad.where(1, 1e39, 0),
    () => finigrad.sum(1e39),
  ]) {
    throwsCode(call, "BAD_VALUE", beyond);
  }
  scope(() => throwsCode(() => add(tensor(1), 1e39), "BAD_VALUE", /^add: b is too large/));
  assert.is(add(Float64Array.of(0), 1e39)[0], 1e39);
  assert.is(log(Infinity), Infinity);
});

test("safeNorm: a number's size, an array's norm, a tensor's over axes; never below eps", () => {
  const { guardedElements, safeNorm } = finigrad;
  assert.is(safeNorm(-3), 3);
  assert.is(safeNorm(0, { eps: 0.5 }), 0.5);
  assert.is(guardedElements(), 1);
  assert.is(safeNorm(Float32Array.of(3, 4)), 5);
  assert.is(safeNorm(Float32Array.of(1e30, 0)), Math.fround(1e30));
  assert.is(guardedElements(), 0);
  assert.is(safeNorm(new Float32Array(0), { eps: 0.25 }), 0.25);
  assert.ok(Number.isNaN(safeNorm(Float32Array.of(1, NaN))));
  const out = new Float32Array(1);
  assert.is(safeNorm(Float32Array.of(3, 4), { out }), out);
  assert.is(out[0], 5);
  throwsCode(
    () => safeNorm(Float32Array.of(1, 2), { out: new Float32Array(2) }),
    "BAD_SHAPE",
    /out does not fit/,
  );
  scope(() => {
    const norms = safeNorm(
      tensor([
        [3, 4],
        [0, 0],
      ]),
      { axis: 1, eps: 0.125 },
    );
    assert.equal([...norms.toArray()], [5, 0.125]);
  });
});

test("safeAtan2 near the origin is 0 and counted; NaN is not moved", () => {
  const { guardedElements, safeAtan2 } = finigrad;
  assert.is(safeAtan2(1e-13, -1e-13), 0);
  assert.is(guardedElements(), 1);
  assert.is(safeAtan2(0, -1), Math.fround(Math.PI));
  assert.is(guardedElements(), 0);
  assert.ok(Number.isNaN(safeAtan2(NaN, 0)));
  assert.equal([...safeAtan2(Float32Array.of(0, 1), 0)], [0, Math.fround(Math.PI / 2)]);
});

test("the steps inside a safe function belong to no one: nothing is left over", () => {
  const before = leaks().length;
  const x = tensor([0, 2]);
  for (const made of [finigrad.safeLog(x), finigrad.safeAtan2(x, x), finigrad.safeNorm(x)]) {
    made.dispose();
  }
  assert.is(leaks().length, before + 1);
  x.dispose();
});

test("glu and swiglu halve one operand along any axis, as two operands would", () => {
  for (const f of [finigrad.glu, finigrad.swiglu]) {
    scope(() => {
      const x = tensor(draw([2, 4, 3], -3, 3, 5).data as number[], [2, 4, 3]);
      const at = (o: number, m: number, i: number) => x.raw[o * 12 + m * 3 + i] ?? 0;
      const { grads } = valueAndGrad({ x }, () => {
        const y = f(x, { axis: 1 });
        assert.equal(y.shape, [2, 2, 3]);
        y.raw.forEach((v, k) => {
          const [o, m, i] = [Math.floor(k / 6), Math.floor(k / 3) % 2, k % 3];
          bitEqual(v, f(at(o, m, i), at(o, m + 2, i)), `element ${k}`);
        });
        return finigrad.sum(y);
      });
      const [a, b] = [tensor([at(1, 0, 2)]), tensor([at(1, 2, 2)])];
      const pair = valueAndGrad({ a, b }, () => finigrad.sum(f(a, b))).grads;
      bitEqual(grads.x.raw[12 + 2] ?? 0, pair.a.item(), "first half");
      bitEqual(grads.x.raw[12 + 6 + 2] ?? 0, pair.b.item(), "second half");
      throwsCode(() => f(x), "BAD_SHAPE", /axis -1 has no halves, expected an even side, got 3/);
    });
    assert.equal([...f(Float32Array.of(1, 2, 3, 4))], [f(1, 3), f(2, 4)]);
    throwsCode(() => f(new Float32Array(3)), "BAD_SHAPE", /no halves/);
  }
});

test.run();
