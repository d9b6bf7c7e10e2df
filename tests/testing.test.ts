/** The test kit: that it lets right ops pass, and finds what is wrong with the others. */
import * as assert from "uvu/assert";
import * as finigrad from "../src/index.js";
import {
  abs,
  add,
  type CustomOpSpec,
  cast,
  clip,
  crossEntropy,
  customOp,
  exp,
  greater,
  kaiming,
  keep,
  layerNorm,
  linear,
  log,
  logsumexp,
  matmul,
  max,
  minimum,
  mul,
  neg,
  norm2,
  relu,
  scope,
  sin,
  softmax,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  uniform,
  where,
} from "../src/index.js";
import * as activation from "../src/ops/activation.js";
import * as arithmetic from "../src/ops/arithmetic.js";
import * as compare from "../src/ops/compare.js";
import * as elementary from "../src/ops/elementary.js";
import * as stable from "../src/ops/stable.js";
import * as trigonometry from "../src/ops/trigonometry.js";
import {
  assertFinite,
  checkCase,
  checkLanes,
  edgeCases,
  gradcheck,
  KitAssertionError,
  nanInjection,
  showElement,
  showInjection,
} from "../src/testing/index.js";
import { throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const check = suite("gradcheck");

const kitError =
  (message: RegExp) =>
  (error: unknown): boolean => {
    if (!(error instanceof KitAssertionError)) throw error;
    assert.match(error.message, message);
    assert.is(error.name, "AssertionError");
    assert.is(error.code, "ERR_ASSERTION");
    assert.ok("actual" in error && "expected" in error);
    return true;
  };

/** An op y = x³ whose slope is multiplied by `by`. */
const cube = (by: number) =>
  customOp({
    name: "cube",
    elementwise: true,
    forward: ({ inputs: [x] }) => x.map((v) => v ** 3),
    backward: ({ inputs: [x], dy }) => [x.map((v, i) => by * 3 * v * v * (dy[i] as number))],
  });

check("the smooth elementwise ops of the package pass", () => {
  const names = [
    "exp",
    "log",
    "sqrt",
    "tanh",
    "sigmoid",
    "gelu",
    "softplus",
    "sin",
    "atan",
    "mish",
  ];
  for (const name of [
    ...names,
    "square",
    "reciprocal",
    "log1p",
    "erf",
    "cbrt",
    "logcosh",
  ] as const) {
    const op = (finigrad as unknown as Record<string, (x: finigrad.Tensor) => finigrad.Tensor>)[
      name
    ];
    scope(() => {
      const x = uniform([17], 0.2, 3, { seed: 3 });
      const { checked, unclear, worst } = gradcheck((v) => op?.(v) as finigrad.Tensor, [x]);
      assert.is(checked, 17);
      assert.is(unclear, 0, name);
      assert.ok(worst < 1, `${name}: ${worst}`);
    });
  }
});

check("layers with their parameters by name, matrices, losses", () => {
  scope(() => {
    const x = uniform([3, 5], -1, 1, { seed: 1 });
    const weight = kaiming([5, 4], { seed: 2 });
    const bias = uniform([4], -1, 1, { seed: 3 });
    const gamma = uniform([4], 0.5, 2, { seed: 4 });
    const beta = uniform([4], -1, 1, { seed: 5 });
    const layer = () => layerNorm(linear(x, weight, bias), gamma, beta);
    const { elements, unclear } = gradcheck(layer, { weight, bias, gamma, beta });
    assert.equal(
      new Set(elements.map(({ input }) => input)),
      new Set(["weight", "bias", "gamma", "beta"]),
    );
    assert.is(unclear, 0);
    gradcheck(() => crossEntropy(layer(), [0, 3, 1]), { x, weight });
  });
});

check("a slope that is 1 % off, in one element of many, is found and named", () => {
  scope(() => {
    const x = uniform([4, 4], 0.5, 2, { seed: 1 });
    x.name = "x";
    gradcheck(cube(1), [x]);
    assert.throws(
      () => gradcheck(cube(1.01), [x]),
      kitError(/^gradcheck: d\/d x \[\d, \d\] at .*analytic .*numeric .*off by .*tolerance/),
    );
    const odd = customOp({
      name: "odd",
      elementwise: true,
      forward: ({ inputs: [v] }) => v,
      backward: ({ dy }) => [dy.map((g, i) => (i === 9 ? 0.99 * g : g))],
    });
    const { wrong } = gradcheck(odd, [x], { throws: false });
    assert.equal(
      wrong.map(({ index, input }) => [input, index]),
      [["x", [2, 1]]],
    );
  });
});

check("the smallest wrong factor that is found is below 0.1 % for float32", () => {
  scope(() => {
    const x = uniform([8], 0.5, 2, { seed: 1 });
    assert.is(gradcheck(cube(1.001), [x], { throws: false }).wrong.length, 8);
    assert.is(gradcheck(cube(0.999), [x], { throws: false }).wrong.length, 8);
  });
});

check("at a kink any slope between the two is right, and none beyond", () => {
  scope(() => {
    const x = tensor([-1, 0, 1], { name: "x" });
    const { kinks, checked } = gradcheck((v) => relu(v), [x]);
    assert.equal([kinks, checked], [1, 3]);
    const steep = customOp({
      name: "steep",
      elementwise: true,
      forward: ({ inputs: [v] }) => v.map((a) => Math.max(a, 0)),
      backward: ({ inputs: [v], dy }) => [
        v.map((a, i) => (a > 0 ? 1 : a === 0 ? 2 : 0) * (dy[i] as number)),
      ],
    });
    assert.throws(() => gradcheck(steep, [x]), kitError(/x \[1\] at 0: .*between/));
  });
});

/** max(a, b), whose gradients at a tie are those given. */
const tied = (p: number, q: number) =>
  customOp({
    name: "tied",
    elementwise: true,
    forward: ({ inputs: [a, b = a] }) => a.map((v, i) => Math.max(v, b[i] as number)),
    backward: ({ inputs: [a, b = a], dy }) => {
      const by = (v: number, other: number, even: number) =>
        v > other ? 1 : v === other ? even : 0;
      return [
        dy.map((d, i) => d * by(a[i] as number, b[i] as number, p)),
        dy.map((d, i) => d * by(b[i] as number, a[i] as number, q)),
      ];
    },
  });

const ties = () =>
  [tensor([1, 2, 3, 0], { name: "a" }), tensor([1, 0, 5, 0], { name: "b" })] as const;

check("of a tie the gradients must be right together, not each alone", () => {
  scope(() => {
    const [a, b] = ties();
    const summed = (op: ReturnType<typeof tied>) => (x: Tensor, y: Tensor) => sum(op(x, y));
    const wrong = [
      [1, 1],
      [0, 0],
      [0.5, 0],
      [1, 0.01],
    ] as const;
    for (const [p, q] of wrong) {
      const off = kitError(/^gradcheck: d\/d a \[\d\] \+ d\/d b \[\d\] at [01]: analytic/);
      assert.throws(() => gradcheck(tied(p, q), [a, b]), off);
      assert.throws(() => gradcheck(summed(tied(p, q)), [a, b]), off);
    }
    for (const [p, q] of [
      [1, 0],
      [0, 1],
      [0.5, 0.5],
      [0.25, 0.75],
    ] as const) {
      assert.is(gradcheck(tied(p, q), [a, b]).kinks, 4);
      // Sums, with other kinks, and what bends the other way: a slope along which no piece agrees says nothing.
      gradcheck(summed(tied(p, q)), [a, b]);
      const op = tied(p, q);
      gradcheck((x, y) => sum(add(op(x, y), relu(mul(-3, x)))), [a, b]);
      gradcheck((x, y) => sum(op(mul(-1, square(x)), mul(-1, square(y)))), [a, b]);
      gradcheck((x, y, z) => sum(sub(op(x, y), mul(0.5, op(x, z)))), [a, b, tensor([1, 2, 3, 0])]);
    }
    const [found] = gradcheck(tied(1, 1), [a, b], { throws: false }).wrong;
    assert.equal(found?.with, [{ input: "b", index: [0], by: 1 }]);
    // Of large inputs the places are the same, so that ties are found.
    const x = uniform([500], -2, 2, { seed: 1 });
    const { wrong: all } = gradcheck(tied(0, 0), [x, tensor(x.toArray())], { throws: false });
    assert.is(all.length, 64);
    gradcheck(summed(tied(1, 0)), [x, tensor(x.toArray())]);
  });
});

check("where kinks meet, what is right stays so", () => {
  const norm = (at0: number) =>
    customOp({
      name: "norm",
      shape: () => [],
      forward: ({ inputs: [x] }) => [Math.hypot(...x)],
      backward: ({ inputs: [x], output: [y], dy: [d = 0] }) => [
        x.map((v) => d * (y === 0 ? at0 : v / (y as number))),
      ],
    });
  const step = customOp({
    name: "step",
    elementwise: true,
    forward: ({ inputs: [x] }) => x.map((v) => Number(v > 0)),
    backward: ({ dy }) => [dy.map(() => 0)],
  });
  const sorted = customOp({
    name: "sorted",
    forward: ({ inputs: [x] }) => x.slice().sort(),
    backward: ({ inputs: [x], dy }) => {
      const order = [...x.keys()].sort((i, j) => (x[i] as number) - (x[j] as number));
      return [x.map((_, i) => dy[order.indexOf(i)] as number)];
    },
  });
  for (const dtype of ["float32", "float64"] as const) {
    scope(() => {
      const t = (numbers: number[] | number[][]) => tensor(numbers as number[], { dtype });
      const w = t([1, -2, 3, -4, 5, 6]);
      const zeros = t([0, -0, 0, 0, 0, 0]);
      gradcheck((x) => sum(mul(w, relu(x))), [zeros]);
      gradcheck((x) => sum(mul(w, abs(x))), [zeros]);
      gradcheck((x) => max(x), [t([1, 3, 3, 3])]);
      gradcheck((x) => sum(mul(w, clip(x, { min: -1, max: 1 }))), [t([-1, 1, 0, 1, -1, 2])]);
      gradcheck((x, y) => sum(add(relu(x), minimum(y, 0))), [zeros, t([0, -0, 0, 0, 0, 0])]);
      gradcheck((x) => sum(mul(w, where(greater(x, 0), add(x, 1), x))), [zeros]);
      gradcheck((x, y) => sum(abs(sub(x, y))), [w, tensor(w.toArray(), { dtype })]);
      const ratio = t([0.75, 1.25, 1, 0.75, 1.25, 1.25]);
      const gain = t([1, -1, 1, -1, 1, 2]);
      gradcheck(
        (r, a) => sum(minimum(mul(r, a), mul(clip(r, { min: 0.75, max: 1.25 }), a))),
        [ratio, gain],
      );
    });
  }
  scope(() => {
    const zeros = tensor([0, 0, 0]);
    for (const at0 of [0, 0.57]) gradcheck(norm(at0), [zeros]);
    assert.throws(() => gradcheck(norm(0.8), [zeros]), kitError(/between/));
    gradcheck((x) => sum(mul(tensor([1, -1, 1]), step(mul(tensor([1, -1, 1]), x)))), [zeros]);
    const x = tensor([3, 1, 2, 1, 3, 5]);
    gradcheck(sorted, [x]);
    gradcheck((x) => sum(mul(tensor([1, -2, 3, -4, 5, 6]), sorted(x))), [x]);
    // Beside numbers so large that rounding hides on which side of a kink a step is, nothing is called wrong.
    for (let seed = 1; seed <= 10; seed++) {
      const mixed = uniform([40], -2, 2, { seed }).toArray();
      const rounded = tensor([...mixed].map((v, i) => (i % 3 === 0 ? Math.round(v) : v)));
      gradcheck((v) => sum(mul(relu(v), uniform([40], -2, 2, { seed: 9 }))), [rounded], { seed });
    }
  });
});

check("where not even the widest step moves the output, nothing is said of the gradient", () => {
  scope(() => {
    const x = uniform([20], 0.5, 1, { seed: 1 });
    const from = (start: number, slope: number) =>
      customOp({
        name: "from",
        elementwise: true,
        forward: ({ inputs: [v] }) => v.map((a) => start + slope * a),
        backward: ({ dy }) => [dy],
      });
    for (const start of [3e6, 1e7, 1e8]) {
      assert.throws(() => gradcheck(from(start, 1), [x]), kitError(/too noisy to tell/));
    }
    // One that does not move because it does not depend on x is wrong still.
    assert.is(gradcheck(from(1, 0), [x], { throws: false }).wrong.length, 20);
  });
});

check("a wide step that agrees with none of the finer ones says nothing", () => {
  const sine = (slope: number) =>
    customOp({
      name: "sine",
      elementwise: true,
      forward: ({ inputs: [x] }) => x.map((v) => Math.sin(v)),
      backward: ({ inputs: [x], dy }) => [dy.map((d, i) => d * slope * Math.cos(x[i] ?? 0))],
    });
  scope(() => {
    const x = tensor([1000, 300, -2000]);
    const narrow = (y: Tensor) => exp(neg(square(mul(1000, sub(y, 1)))));
    gradcheck(sin, [x]);
    gradcheck(sine(1), [x]);
    gradcheck((y) => sin(mul(100, y)), [tensor([3, 1, 2])]);
    gradcheck(narrow, [tensor([1.0005])]);
    for (const slope of [0, 0.99])
      assert.throws(() => gradcheck(sine(slope), [x]), kitError(/off by/));
  });
});

check("inputs are as they were, nothing leaks, and noise alone is no pass", () => {
  scope(() => {
    const x = tensor([0.3, 0.7]);
    const before = [...x.toArray()];
    const { tensors } = finigrad.memory();
    gradcheck((v) => sum(log(v)), [x]);
    assert.equal([...x.toArray()], before);
    assert.is(finigrad.memory().tensors, tensors);
    let call = 0;
    const noisy = customOp({
      name: "noisy",
      elementwise: true,
      forward: ({ inputs: [v] }) => v.map((a) => a + 1e4 + (call++ % 2)),
      backward: ({ dy }) => [dy],
    });
    assert.throws(() => gradcheck(noisy, [x]), kitError(/^gradcheck: /));
  });
});

check.run();

const finite = suite("assertFinite");

finite("passes numbers, arrays, tensors, and objects of them", () => {
  scope(() => {
    assertFinite(1);
    assertFinite([1, 2]);
    assertFinite({ a: Float32Array.of(1), b: { c: tensor([1]) } });
    assertFinite(new Float64Array(3));
  });
});

finite("names the place, the count, the size of the others, and the origin", () => {
  scope(() => {
    const x = tensor(
      [
        [1, 2],
        [0, 4],
      ],
      { name: "x" },
    );
    assert.throws(
      () => assertFinite(log(x), "logits"),
      kitError(
        /^assertFinite: logits: 1 of 4 not finite, the first \[1, 0\] = -∞, the others reach 1.38629\n {2}born in {3}log \(forward\) at \[1, 0\]: {2}log\(0\) = -∞\n {2}line {6}\S*testing\.test\.ts:.*\n {2}because[\s\S]*instead {3}.*log\(where\(mask, x, 1\)\)/,
      ),
    );
    assertFinite([x, cast(x, "float64")]);
    assert.throws(() => assertFinite([x, log(x)]), kitError(/^assertFinite: 1: 1 of 4 not finite/));
    x.data[3] = NaN;
    assert.throws(
      () => assertFinite(x),
      kitError(/^assertFinite: x: 1 of 4 .*\n {2}born in {3}input "x"\[1, 1\]/),
    );
    assert.throws(
      () => assertFinite({ w: { m: [1, NaN, Infinity] } }),
      kitError(/w\.m: 2 of 3 not finite, the first \[1\] = NaN, the others reach 1/),
    );
    assert.throws(() => assertFinite(Float32Array.of(NaN)), kitError(/no other is/));
    assert.throws(
      () => assertFinite(-Infinity, "loss"),
      kitError(/loss: 1 of 1 not finite, the first -∞/),
    );
  });
});

finite("fails for nothing, whatever it is that holds nothing", () => {
  scope(() => {
    const nothing = [[], {}, new Float32Array(0), new Float64Array(0), tensor([])];
    for (const none of [...nothing, ...nothing.map((a) => ({ a }))]) {
      assert.throws(() => assertFinite(none), kitError(/^assertFinite: (x|a) holds no numbers/));
    }
  });
});

finite("takes a name that is a string", () => {
  for (const name of [Symbol("x"), {}, 5, null]) {
    const named = () => assertFinite(1, name as never);
    throwsCode(named, "BAD_TYPE", /^assertFinite: name is none, expected a string, got /);
  }
});

finite("sees what was written through a view that someone held", () => {
  scope(() => {
    const x = tensor([1, 2]);
    const view = x.data;
    assertFinite(x);
    view[1] = NaN;
    assert.throws(() => assertFinite(x, "held"), kitError(/held: 1 of 2/));
  });
});

finite.run();

const edges = suite("edgeCases");

const ELEMENTWISE = {
  ...activation,
  ...arithmetic,
  ...compare,
  ...elementary,
  ...stable,
  ...trigonometry,
};

/** Made to stop a NaN, or to say something else than a number of it. */
const STOPS_NAN = new Set(["nanToNum", "equal", "greater", "greaterEqual", "less", "lessEqual"]);
const TRUTH = ["notEqual", "logicalNot", "logicalAnd", "logicalOr", "logicalXor"];
/** Those that do not read every operand. */
const DECIDED = ["prelu", "where"];

edges("every elementwise op of the package", () => {
  const ops = { ...ELEMENTWISE };
  assert.ok(Object.keys(ops).length > 70);
  let table = 0;
  for (const [name, op] of Object.entries(ops)) {
    const nan = !STOPS_NAN.has(name) && !TRUTH.includes(name) && !DECIDED.includes(name);
    const { tableCases } = edgeCases(op as (x: Tensor) => Tensor, { nan, sizes: [0, 1, 5, 9] });
    table += tableCases;
  }
  assert.ok(table > 50, `${table} cases of the table`);
});

edges("rows, reductions and losses, with the shapes they take", () => {
  const elementwise = false;
  edgeCases(softmax, { elementwise, shapes: (n) => [[3, n]], sizes: [1, 2, 5, 9] });
  edgeCases(logsumexp, { elementwise, arity: 1 });
  edgeCases(norm2, { elementwise, arity: 1 });
  edgeCases(layerNorm, { elementwise, shapes: (n) => [[3, n], [n], [n]], sizes: [1, 2, 5] });
  edgeCases(matmul, {
    elementwise,
    shapes: (n) => [
      [2, n],
      [n, 3],
    ],
    sizes: [1, 2, 5],
  });
});

edges("an own op has the name it was given; sizes are whole numbers; one tensor is no list", () => {
  assert.is(edgeCases(cube(1), { arity: 1, sizes: [1] }).name, "cube");
  throwsCode(
    () => edgeCases(relu, { sizes: [-1] }),
    "BAD_VALUE",
    /^edgeCases: a size out of range/,
  );
  scope(() => {
    const x = tensor([1]);
    throwsCode(
      () => gradcheck(relu, x as never),
      "BAD_TYPE",
      /^gradcheck: inputs are none.*Tensor/,
    );
  });
});

edges("an own op passes; with singular points of its own", () => {
  const { checks, failures } = edgeCases(cube(1), { arity: 1, name: "cube", points: [0, 2] });
  assert.equal(failures, []);
  assert.ok(checks > 1000, `${checks}`);
});

const faulty: Readonly<Record<string, readonly [CustomOpSpec, string]>> = {
  "hides a NaN": [
    {
      name: "a",
      elementwise: true,
      forward: ({ inputs: [x] }) => x.map((v) => Math.max(0, v || 0)),
      backward: ({ dy }) => [dy],
    },
    "nan",
  ],
  "is always refused": [
    { name: "e", forward: ({ inputs: [x] }) => x.slice(1), backward: ({ dy }) => [dy] },
    "takes",
  ],
  "lets one number spoil its neighbours": [
    {
      name: "b",
      elementwise: true,
      forward: ({ inputs: [x] }) => {
        const t = x.reduce((a, v) => a + v, 0);
        return x.map((v) => v + t);
      },
      backward: ({ dy }) => [dy],
    },
    "neighbours",
  ],
  "lets one number spoil the gradients of its neighbours": [
    {
      name: "c",
      elementwise: true,
      forward: ({ inputs: [x] }) => x.slice(),
      backward: ({ inputs: [x], dy }) => [dy.map((d) => (x.includes(Infinity) ? d * 2 : d))],
    },
    "neighbours",
  ],
  throws: [
    {
      name: "d",
      elementwise: true,
      forward: ({ inputs: [x] }) => {
        if (x.includes(0)) throw new Error("a zero");
        return x;
      },
    },
    "survives",
  ],
};

edges("what is wrong with an op is found, by property", () => {
  for (const [what, [spec, property]] of Object.entries(faulty)) {
    const { failures } = edgeCases(customOp(spec), { arity: 1, throws: false, sizes: [1, 5] });
    assert.ok(
      failures.some((failure) => failure.property === property),
      `${what}: ${property}`,
    );
  }
  const [spec] = faulty.throws as readonly [CustomOpSpec, string];
  assert.throws(
    () => edgeCases(customOp(spec), { arity: 1, name: "d" }),
    kitError(
      /^edgeCases: d: .*checks failed\n {2}survives: .*\n {4}d with 0 at 0 of input 0.*a zero/,
    ),
  );
});

edges(
  "the same without a random source, inputs untouched, nothing kept: each is told apart",
  () => {
    let calls = 0;
    const moody = (x: Tensor) => add(x, calls++);
    const of = (op: (x: Tensor) => Tensor) =>
      new Set(
        edgeCases(op, { throws: false, sizes: [3] }).failures.map(({ property }) => property),
      );
    assert.ok(of(moody).has("same"));
    assert.ok(
      of((x) => {
        const y = add(x, 1);
        x.data[0] = 9;
        return y;
      }).has("inputs"),
    );
    assert.ok(of((x) => keep(add(x, 1))).has("leaks"));
    assert.ok(
      of((x) => {
        const y = add(x, 1);
        y.raw[0] = NaN;
        return y;
      }).has("noticed"),
    );
  },
);

edges.run();

const calls = suite("calls of the kit");

calls("a check that can say nothing is refused", () => {
  const loosely = <T>(make: T) => make as unknown as (...given: unknown[]) => unknown;
  const [grad, edge, inject, finite] = [gradcheck, edgeCases, nanInjection, assertFinite].map(
    (it) => loosely(it),
  ) as [Loose, Loose, Loose, Loose];
  scope(() => {
    const x = tensor([1, 2]);
    const typed: readonly (readonly [() => unknown, string, RegExp])[] = [
      [() => grad(null, [x]), "BAD_TYPE", /^gradcheck: fn is no function.*got null/],
      [() => grad(square), "BAD_TYPE", /^gradcheck: inputs are none.*got undefined/],
      [() => grad(square, [x], { rtoll: 1 }), "BAD_VALUE", /no option "rtoll"/],
      [() => grad(square, [x], { rtol: "1" }), "BAD_VALUE", /rtol out of range/],
      [() => grad(square, [x], { samples: 0 }), "BAD_VALUE", /samples out of range.*got 0/],
      [
        () => grad(square, [null]),
        "BAD_TYPE",
        /^gradcheck: input 0 is no tensor, expected a Tensor, got null/,
      ],
      [() => edge(square, { arity: 0 }), "BAD_VALUE", /^edgeCases: arity out of range.*got 0/],
      [() => edge(square, { sizes: [] }), "BAD_TYPE", /^edgeCases: sizes are none.*an empty one/],
      [() => edge(square, { points: ["a"] }), "BAD_VALUE", /a point out of range.*string "a"/],
      [() => edge(square, { points: [NaN] }), "BAD_VALUE", /a point out of range.*got NaN/],
      [() => edge(square, { points: 5 }), "BAD_TYPE", /^edgeCases: points is no list.*got 5/],
      [() => edge(square, { domain: 5 }), "BAD_TYPE", /^edgeCases: domain is no list.*got 5/],
      [() => edge(square, { name: 5 }), "BAD_TYPE", /^edgeCases: no name, expected .*got 5/],
      [() => edge(square, { nan: "no" }), "BAD_TYPE", /^edgeCases: nan is no boolean/],
      [
        () => edge(square, { shapes: () => 5 }),
        "BAD_TYPE",
        /^edgeCases: shapes of size 1 are none/,
      ],
      [
        () => edge(square, { shapes: () => [5] }),
        "BAD_TYPE",
        /^edgeCases: shape 0 of size 1 is none/,
      ],
      [
        () => edge(square, { shapes: () => [["n"]] }),
        "BAD_VALUE",
        /^edgeCases: shape 0 of size 1 out of range/,
      ],
      [() => grad(square, [x], { throws: "no" }), "BAD_TYPE", /^gradcheck: throws is no boolean/],
      [() => edge(square, { domain: [3, 1] }), "BAD_VALUE", /domain\[1\] out of range.*got 1/],
      [() => grad(mul, [x, x]), "BAD_TYPE", /is the same tensor as/],
      [() => edge(null), "BAD_TYPE", /^edgeCases: op is no function/],
      [() => edge(square, { size: [1] }), "BAD_VALUE", /no option "size"/],
      [() => inject(null), "BAD_TYPE", /^nanInjection: run is no function/],
      [() => inject(() => {}, { run: 1 }), "BAD_VALUE", /no option "run"/],
      [() => inject(() => {}, { runs: NaN }), "BAD_VALUE", /runs out of range.*got NaN/],
      [() => inject(() => {}, { targets: ["wieght"] }), "BAD_TYPE", /no such target.*"wieght"/],
      [
        () => inject(async () => sum(x)),
        "BAD_TYPE",
        /^nanInjection: .*expected a synchronous function, got a Promise/,
      ],
      [() => inject(() => {}, { values: [] }), "BAD_TYPE", /values are none.*an empty one/],
      [() => inject(() => {}, { values: ["NaN"] }), "BAD_VALUE", /a value out of range.*"NaN"/],
      [() => inject(() => {}, { throws: "no" }), "BAD_TYPE", /^nanInjection: throws is no boolean/],
    ];
    for (const [body, code, message] of typed) throwsCode(body, code, message);
    for (const show of [checkCase, checkLanes, showElement, showInjection].map(loosely)) {
      for (const junk of [undefined, null, 5, "x", {}, [1], { index: 5, op: 5 }]) {
        throwsCode(() => show(junk), "BAD_TYPE", /what it is to take is none, expected .+, got /);
      }
    }
    const cycle: unknown[] = [1];
    cycle.push({ a: cycle });
    const nothing = customOp({ name: "nothing", shape: () => [0], forward: () => [] });
    const forgetful = customOp({
      name: "forgetful",
      shape: () => [],
      forward: ({ inputs: [v] }) => [v.reduce((total, one) => total + one * one, 0)],
      backward: ({ inputs: [v] }) => [v.map((one) => 2 * one)],
    });
    const failing: readonly (readonly [() => unknown, RegExp])[] = [
      [() => grad(() => x, []), /nothing to check by/],
      [() => grad(square, [tensor([])]), /nothing to check by/],
      [() => grad(nothing, [x]), /gives no elements/],
      [() => grad(forgetful, [x]), /does not follow the cotangent: with -0.75 in place of 1/],
      [() => grad(log, [tensor([1e-9])]), /unclear|too noisy/],
      [() => grad(() => 5, [x]), /the function gives no tensor/],
      [() => grad((y: Tensor) => mul(y, Math.random()), [x]), /differs between two calls/],
      [() => edge(() => 5, { sizes: [1], arity: 1 }), /it gave 5, and no tensor/],
      [() => edge(square, { sizes: [0] }), /takes: .*\n {4}no call had an element/],
      [() => finite(new Array(2).fill(1, 0, 1)), /^assertFinite: 1 holds no numbers/],
      [() => finite(new Array(3), "w"), /^assertFinite: w\.0 holds no numbers/],
      [() => finite({}), /^assertFinite: x holds no numbers/],
      [() => finite([]), /^assertFinite: x holds no numbers/],
      [() => finite({ a: [[1], []] }, "w"), /^assertFinite: w\.a\.1 holds no numbers/],
      [() => finite(cycle, "w"), /^assertFinite: w\.1\.a holds itself/],
      [() => finite(null, "w"), /^assertFinite: w holds no numbers/],
      [() => finite(undefined), /x holds no numbers/],
      [() => finite("5"), /x holds no numbers/],
      [() => finite(new Map([["a", NaN]])), /x holds no numbers/],
      [() => finite(5n), /x holds no numbers/],
      [() => finite(["5"]), /0 holds no numbers/],
      [
        () =>
          finite({
            a: [
              [1, 2],
              [3, NaN],
            ],
          }),
        /a\.1: 1 of 2 not finite, the first \[1\] = NaN/,
      ],
      [() => finite({ a: null }, "w"), /w\.a holds no numbers/],
    ];
    for (const [body, message] of failing) assert.throws(body, kitError(message));
    const { wrong } = gradcheck(forgetful, [x], { throws: false });
    assert.is(wrong.length, 1);
    assert.match(
      showElement(wrong[0] as never),
      /^d\/d input 0 \[0\] does not follow the cotangent/,
    );
    finite(Int32Array.of(1, 2));
    finite([[1], [2]]);
    // One part twice is no cycle.
    finite([x, x]);
  });
});

type Loose = (...given: unknown[]) => unknown;

calls.run();
