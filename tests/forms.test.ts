/** Every stable and every safe function serves a number, a Float32Array with `out`, and a tensor, with the same bits. */
import * as assert from "uvu/assert";
import * as finigrad from "../src/index.js";
import { guard, leaks, scope, tensor, valueAndGrad } from "../src/index.js";
import * as gated from "../src/ops/gated.js";
import * as safe from "../src/ops/safe.js";
import * as stable from "../src/ops/stable.js";
import { bitEqual, throwsCode } from "./kit/assert.js";
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
