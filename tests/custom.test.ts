/** Ops of one's own: on the tape, under the guard, named in reports; what their functions give is checked. */
import * as assert from "uvu/assert";
import {
  type CustomOpSpec,
  collected,
  customOp,
  div,
  guard,
  mean,
  memory,
  mul,
  neg,
  parameter,
  scope,
  showReport,
  square,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  where,
} from "../src/index.js";
import { reportOf, throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("own ops");

const cube = customOp({
  name: "cube",
  elementwise: true,
  forward: ({ inputs: [x] }) => x.map((v) => v ** 3),
  backward: ({ inputs: [x], dy }) => [x.map((v, i) => 3 * v * v * (dy[i] as number))],
});

const root = customOp({
  name: "root",
  elementwise: true,
  forward: ({ inputs: [x] }) => x.map(Math.sqrt),
  backward: ({ output, dy }) => [output.map((y, i) => (dy[i] as number) / (2 * y))],
  explain: ([x], y) => ({ expression: `root of ${x} is ${y}`, cause: "sqrt-of-negative" }),
});

/** x [n] · w [n], as one number. */
const dot = customOp({
  name: "dot",
  shape: () => [],
  forward: ({ inputs: [a, b] }) => [
    a.reduce((t, v, i) => t + v * ((b as Float32Array)[i] as number), 0),
  ],
  backward: ({ inputs: [a, b], dy: [g] }) =>
    [b, a].map((other) => (other as Float32Array).map((v) => v * (g as number))),
});

test("values and gradients, alone and beside the package's own ops", () => {
  scope(() => {
    const x = tensor([1, -2, 3], { name: "x" });
    const { loss, grads } = valueAndGrad({ x }, () => sum(mul(cube(x), 2)));
    assert.is(loss, 2 * (1 - 8 + 27));
    assert.equal([...grads.x.toArray()], [6, 24, 54]);
    const both = valueAndGrad({ x }, () => dot(x, x));
    assert.is(both.loss, 14);
    assert.equal([...both.grads.x.toArray()], [2, -4, 6]);
  });
});

test("what is born inside carries the op's name, the element and its operands", () => {
  scope(() => {
    const x = tensor([1, 1e22], { name: "x" });
    const over = reportOf(() => valueAndGrad({ x }, () => sum(cube(x))));
    assert.equal([over.op, over.phase, over.index], ["cube", "forward", [1]]);
    assert.is(over.expression, "cube(1e+22) = ∞");
    assert.equal(
      over.operands.map(({ name }) => name),
      ["x"],
    );
    const y = tensor([4, -1], { name: "y" });
    const below = reportOf(() => valueAndGrad({ y }, () => sum(root(y))));
    assert.is(below.expression, "root of -1 is NaN");
    assert.is(below.cause, "sqrt-of-negative");
    const zero = tensor([0, 1], { name: "zero" });
    const slope = reportOf(() => valueAndGrad({ zero }, () => sum(root(zero))));
    assert.equal(
      [slope.code, slope.op, slope.phase, slope.index],
      ["GRAD_INF", "root", "backward", [0]],
    );
  });
});

test("what comes in bad is traced through to where it came from", () => {
  scope(() => {
    const x = tensor([1, 2, NaN], { name: "x" });
    const report = reportOf(() => valueAndGrad({ x }, () => dot(x, tensor([1, 1, 1]))));
    assert.equal([report.name, report.index, report.phase], ["x", [2], "input"]);
    assert.equal(report.path, ["x", "dot", "the loss"]);
  });
});

test("a zero cotangent gives a zero gradient, counted; strict gives what backward gave", () => {
  scope(() => {
    const x = tensor([0, 4], { name: "x" });
    const step = () => valueAndGrad({ x }, () => sum(where(tensor([0, 1]), root(x), 0)));
    const { grads, health } = step();
    assert.equal([...grads.x.toArray()], [0, 0.25]);
    assert.is(health.maskedSingularities, 1);
    assert.is(reportOf(() => guard({ policy: "strict" }, step)).op, "root");
    const a = tensor([Infinity, 1]);
    const b = tensor([1, 1]);
    const none = guard({ onNonFinite: "ignore" }, () =>
      valueAndGrad({ b }, () => sum(where(0, dot(a, b), 0))),
    );
    assert.equal([...none.grads.b.toArray()], [0, 0]);
  });
});

test("a null gradient, or no backward at all, gives zeros", () => {
  scope(() => {
    const half = customOp({
      name: "half",
      forward: ({ inputs: [x] }) => x.map((v) => v / 2),
    });
    const x = tensor([1, 2]);
    assert.equal([...valueAndGrad({ x }, () => sum(half(x))).grads.x.toArray()], [0, 0]);
    const first = customOp({
      name: "first",
      forward: ({ inputs: [a] }) => a,
      backward: ({ dy }) => [dy, null],
    });
    const { grads } = valueAndGrad({ x }, () => sum(first(tensor([3, 4]), x)));
    assert.equal([...grads.x.toArray()], [0, 0]);
  });
});

/** The element of x that comes second, as a lookup reads it. */
const second = customOp({
  name: "second",
  shape: () => [1],
  forward: ({ inputs: [x] }) => Float32Array.of(x[1] as number),
  backward: ({ inputs: [x], dy: [g] }) => [x.map((_, i) => (i === 1 ? (g as number) : 0))],
});

test("what went into an element is not claimed to be known of an op that may read any", () => {
  scope(() => {
    const e = parameter("e", [3, 0, 7]);
    const pole = reportOf(() => valueAndGrad([e], () => sum(div(1, second(e)))));
    assert.equal([pole.op, pole.cause, pole.origin], ["div", "division-by-zero", undefined]);
    assert.not(showReport(pole).includes("= 7"));
    // Of one element it is.
    const one = customOp({ name: "one", forward: ({ inputs: [x] }) => x });
    assert.is(
      reportOf(() => div(1, one(tensor([0], { name: "z" }))).item()).origin?.name,
      'input "z"',
    );
    // What it computes where it gives NaN is not, and no mask before it would help.
    const beyond = reportOf(() => second(parameter("f", [3])).item());
    assert.equal([beyond.cause, beyond.fix], ["own-op", ["check-op"]]);
  });
});

test("an ∞ that overflowed and comes out as 0 is told; a limit that is reached is not", () => {
  const each = (name: string, f: (v: number) => number) =>
    customOp({ name, elementwise: true, forward: ({ inputs: [x] }) => x.map(f) });
  const told = (of: () => Tensor): string[] => {
    guard({ onAlarm: "collect" }, () => of().toArray());
    return collected().map(({ code, op }) => `${code} ${op}`);
  };
  scope(() => {
    const x = tensor([[1e20, 2e20]]);
    const size = () => mean(square(x), { axis: 1, keepDims: true });
    const inverse = each("inverse", (v) => 1 / Math.sqrt(v + 1e-6));
    assert.equal(
      told(() => mul(x, inverse(size()))),
      ["LOST_INF inverse"],
    );
    const silent = [
      () => each("gauss", Math.exp)(neg(size())),
      () => each("gate", (v) => 1 / (1 + Math.exp(-v)))(size()),
      () => each("bound", (v) => Math.min(v, 6))(size()),
      () => each("ramp", (v) => Math.max(v, 0))(neg(size())),
      () => inverse(tensor([Infinity])),
      () => inverse(div(1, tensor([0]))),
    ];
    for (const of of silent) assert.equal(told(of), []);
    // It is not sure: a word, and no error.
    const { warn } = console;
    const words: unknown[] = [];
    console.warn = (word: unknown) => words.push(word);
    try {
      mul(x, inverse(size())).toArray();
    } finally {
      console.warn = warn;
    }
    assert.match(String(words), /LOST_INF.*inverse/s);
    collected();
  });
});

test("an explain that fails, or says nothing that can be shown, does not stand in the way of the report", () => {
  const { warn } = console;
  const words: string[] = [];
  console.warn = (...all: unknown[]) => words.push(all.join(" "));
  try {
    const explains: readonly (() => unknown)[] = [
      () => {
        throw new Error("no idea");
      },
      () => ({ fix: 5 }),
      () => ({ fix: ["pray"] }),
      () => ({ cause: "fate" }),
      () => ({ expression: 1 }),
      () => null,
    ];
    for (const explain of explains) {
      const bad = customOp({
        name: "bad",
        elementwise: true,
        forward: ({ inputs: [x] }) => x.map(() => Number.NaN),
        explain: explain as NonNullable<CustomOpSpec["explain"]>,
      });
      for (let i = 0; i < 2; i++) {
        const report = reportOf(() => scope(() => bad(tensor([2])).item()));
        assert.equal([report.op, report.expression], ["bad", "bad(2) = NaN"]);
      }
    }
    assert.is(words.length, explains.length, "once of each");
    assert.ok(words.every((word) => word.startsWith("finigrad customOp: explain of bad fails:")));
  } finally {
    console.warn = warn;
  }
});

test("writing to what it was given changes nothing but the copy", () => {
  scope(() => {
    const rude = customOp({
      name: "rude",
      forward: ({ inputs: [x] }) => x.fill(7),
    });
    const x = tensor([1, 2]);
    assert.equal([...rude(x).toArray()], [7, 7]);
    assert.equal([...x.toArray()], [1, 2]);
  });
});

test("specs and results that do not fit are refused, and nothing leaks", () => {
  const x = tensor([1, 2]);
  const before = memory().tensors;
  const gives = (result: unknown) =>
    customOp({ name: "odd", forward: () => result as number[], backward: () => [[1]] });
  throwsCode(() => gives([1])(x), "BAD_SHAPE", /^odd: forward does not fit, expected 2 numbers/);
  throwsCode(() => gives("12")(x), "BAD_TYPE", /^odd: forward gave no array/);
  throwsCode(() => gives([1, 2])(null as never), "BAD_TYPE", /^odd: x is no tensor/);
  const back = () => valueAndGrad({ x }, () => sum(gives([1, 2])(x)));
  throwsCode(back, "BAD_SHAPE", /^odd: gradient 0 of backward does not fit/);
  throwsCode(() => customOp({ name: "", forward: () => [] }), "BAD_TYPE", /^customOp: no name/);
  throwsCode(
    () => customOp({ name: "a", forward: () => [], elementwise: "no" as never }),
    "BAD_TYPE",
    /^customOp: elementwise of a is no boolean/,
  );
  throwsCode(() => customOp({ name: "a" } as never), "BAD_TYPE", /^customOp: a has no forward/);
  throwsCode(() => cube(x, tensor([1, 2, 3])), "BAD_SHAPE", /^cube: shapes do not fit/);
  assert.is(memory().tensors, before + 1);
  x.dispose();
});

test("advice for an own op is a call of it, as it is written; of two zeros the last is kept from 0", () => {
  const ratio = customOp({
    name: "ratio",
    elementwise: true,
    forward: ({ inputs: [a, b] }) => a.map((v, i) => v / ((b as Float32Array)[i] as number)),
  });
  scope(() => {
    const [a, b] = [tensor([1, 0], { name: "a" }), tensor([1, 0], { name: "b" })];
    assert.equal(reportOf(() => ratio(a, b).toArray()).instead, [
      "keep the argument away from the singularity: ratio(a, add(b, 1e-12))",
      "select on both sides of the op: where(mask, ratio(a, where(mask, b, 1)), 0)",
    ]);
  });
});

test("what an own op gives is numbers, and its parts are functions", () => {
  scope(() => {
    const x = tensor([1, 2]);
    const gives = (result: unknown) => customOp({ name: "odd", forward: () => result as number[] });
    throwsCode(
      () => gives([1, "5"])(x),
      "BAD_TYPE",
      /^odd: forward gave no number at 1.*string "5"/,
    );
    throwsCode(() => gives([null, 1])(x), "BAD_TYPE", /no number at 0.*got null/);
    throwsCode(
      () => gives(new Array(2).fill(1, 0, 1))(x),
      "BAD_TYPE",
      /no number at 1.*got undefined/,
    );
    const spec = { name: "odd", forward: () => [1, 2] };
    const make = customOp as unknown as (spec?: unknown) => (x: unknown) => unknown;
    throwsCode(() => make(), "BAD_TYPE", /^customOp: options are no object/);
    throwsCode(() => make({ ...spec, backwards: 1 }), "BAD_VALUE", /no option "backwards"/);
    throwsCode(() => make({ ...spec, backward: 5 }), "BAD_TYPE", /backward of odd is no function/);
    throwsCode(() => make({ ...spec, shape: () => 5 })(x), "BAD_SHAPE", /^odd: bad shape.*number/);
  });
});

test.run();
