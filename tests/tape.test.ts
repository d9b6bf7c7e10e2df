/** Gradients of compositions, against f64 differences and by hand. */
import * as assert from "uvu/assert";
import {
  add,
  allowNonFinite,
  clone,
  crossEntropy,
  div,
  exp,
  guard,
  keep,
  layerNorm,
  linear,
  log,
  matmul,
  mean,
  mul,
  neg,
  noGrad,
  parameter,
  relu,
  scope,
  sigmoid,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  uniform,
  valueAndGrad,
  zeros,
} from "../src/index.js";
import { reportOf, throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("tape");

/** dL/dx at some elements by differences of the network itself, in f32: good to about 1e-3. */
function differences(x: Tensor, loss: () => Tensor): void {
  const { grads } = valueAndGrad({ x }, loss);
  const gradient = grads.x.toArray();
  for (let i = 0; i < x.size; i += Math.ceil(x.size / 7)) {
    const value = x.toArray()[i] ?? 0;
    const at = (moved: number): number => {
      x.data[i] = moved;
      return scope(() => loss().item());
    };
    const h = 2 ** -7;
    const slope = (at(value + h) - at(value - h)) / (2 * h);
    x.data[i] = value;
    const off = Math.abs(slope - (gradient[i] ?? 0));
    assert.ok(
      off < 2e-3 + 1e-2 * Math.abs(slope),
      `element ${i}: ${slope} by differences, ${gradient[i]}`,
    );
  }
}

test("a network's gradient by each of its weights agrees with differences", () => {
  scope(() => {
    const x = uniform([7, 6], -1, 1, { seed: 2 });
    const [w1, b1] = [uniform([6, 5], -1, 1, { seed: 3 }), uniform([5], -1, 1, { seed: 4 })];
    const [gamma, beta] = [uniform([5], 0.5, 1.5, { seed: 5 }), uniform([5], -1, 1, { seed: 6 })];
    const [w2, b2] = [uniform([5, 4], -1, 1, { seed: 7 }), zeros([4])];
    const loss = (): Tensor =>
      crossEntropy(
        linear(tanh(layerNorm(linear(x, w1, b1), gamma, beta)), w2, b2),
        [0, 1, 2, 3, 0, 1, 2],
      );
    for (const by of [x, w1, b1, gamma, beta, w2, b2]) differences(by, loss);
  });
});

test("a tensor used many times gathers all its gradients", () => {
  scope(() => {
    const x = tensor([2, 3]);
    const { loss, grads } = valueAndGrad({ x }, () => sum(add(mul(x, mul(x, x)), div(x, x))));
    assert.is(loss, 8 + 27 + 2);
    assert.equal([...grads.x.data], [12, 27]);
  });
});

test("gradients of broadcast operands are summed to their own shape", () => {
  scope(() => {
    const [a, b, c] = [uniform([2, 3, 4], -1, 1), uniform([3, 1], -1, 1), tensor(2)];
    const { grads } = valueAndGrad({ a, b, c }, () => sum(mul(mul(a, b), c)));
    assert.equal(grads.a.shape, [2, 3, 4]);
    assert.equal(grads.b.shape, [3, 1]);
    const dc = a
      .toArray()
      .reduce((total, v, i) => total + v * (b.toArray()[Math.floor(i / 4) % 3] ?? 0), 0);
    assert.ok(Math.abs(grads.c.item() - dc) < 1e-6);
  });
});

test("what the loss does not depend on has a gradient of zeros", () => {
  scope(() => {
    const [x, unused] = [tensor([1, 2]), tensor([[3, 4]])];
    const { grads } = valueAndGrad({ x, unused }, () => sum(x));
    assert.equal([...grads.unused.data], [0, 0]);
    assert.equal(grads.unused.shape, [1, 2]);
  });
});

test("noGrad stops the tape", () => {
  scope(() => {
    const x = tensor([2]);
    const { grads } = valueAndGrad({ x }, () =>
      sum(
        mul(
          x,
          noGrad(() => mul(x, 10)),
        ),
      ),
    );
    assert.equal([...grads.x.data], [20]);
  });
});

test("a gradient goes through a copy, but not under noGrad", () => {
  scope(() => {
    for (const dtype of ["float32", "float64"] as const) {
      const x = tensor([2, -3], { dtype }) as Tensor;
      const through = valueAndGrad({ x }, () => {
        const copy = clone(x);
        assert.is.not(copy.at, x.at);
        return sum(mul(clone(mul(copy, copy)), x));
      });
      assert.equal([...through.grads.x.raw], [12, 27]);
      assert.is(through.grads.x.dtype, dtype);
      const cut = valueAndGrad({ x }, () =>
        sum(
          mul(
            noGrad(() => clone(x)),
            x,
          ),
        ),
      );
      assert.equal([...cut.grads.x.raw], [2, -3]);
    }
  });
});

test("a birth before a copy, or after it on the way back, is followed through it", () => {
  scope(() => {
    const x = tensor([1, 0]);
    const forward = reportOf(() => valueAndGrad({ x }, () => sum(clone(log(clone(x))))));
    assert.is(forward.op, "log");
    assert.equal(forward.index, [1]);
    const root = allowNonFinite(() => valueAndGrad({ x }, () => sum(sqrt(clone(x))))).grads.x;
    assert.equal([...root.raw], [0.5, Infinity]);
    const backward = reportOf(() => valueAndGrad({ x }, () => sum(sqrt(clone(x)))));
    assert.is(backward.op, "sqrt");
    assert.is(backward.phase, "backward");
  });
});

test("gradients live until the next call over the same tensors, unless kept", () => {
  scope(() => {
    const x = tensor([2]);
    const first = valueAndGrad({ x }, () => sum(mul(x, x)));
    const second = valueAndGrad({ x }, () => sum(x));
    throwsCode(() => first.grads.x.data, "DISPOSED", /gradient of x/);
    const held = keep(second.grads.x);
    valueAndGrad({ x }, () => sum(x));
    assert.is(held.item(), 1);
    held.dispose();
  });
});

test("a loss of another size, no tensor, no name, a name twice: refused", () => {
  scope(() => {
    const x = tensor([1, 2]);
    throwsCode(
      () => valueAndGrad({ x }, () => mul(x, x)),
      "BAD_TYPE",
      /loss is no scalar, expected one element, got shape \[2\]/,
    );
    throwsCode(() => valueAndGrad({ x }, () => 3 as unknown as Tensor), "BAD_TYPE", /got number/);
    throwsCode(
      () => valueAndGrad({ x: null as unknown as Tensor }, () => sum(x)),
      "BAD_TYPE",
      /params x is no tensor/,
    );
    const [a, b] = [parameter("w", [1]), parameter("w", [2])];
    throwsCode(
      () => valueAndGrad([a, b], () => sum(x)),
      "BAD_TYPE",
      /two parameters are called "w"/,
    );
    a.dispose();
    b.dispose();
  });
});

test("rows of softmax gradients, and of layer norm by x, sum to nothing", () => {
  scope(() => {
    const x = uniform([5, 9], -4, 4, { seed: 8 });
    const by = uniform([5, 9], -1, 1, { seed: 9 });
    const [one, none] = [tensor(new Float32Array(9).fill(1)), zeros([9])];
    for (const op of [softmax, (t: Tensor) => layerNorm(t, one, none)]) {
      const { grads } = valueAndGrad({ x }, () => sum(mul(op(x), by)));
      for (const row of sum(grads.x, { axis: 1 }).toArray())
        assert.ok(Math.abs(row) < 1e-6, `${row}`);
    }
  });
});

test("the adjoint of a linear op is exact on small integers", () => {
  scope(() => {
    const whole = (shape: number[], seed: number): Tensor => {
      const drawn = uniform(shape, -4, 5, { seed });
      return tensor(drawn.toArray().map(Math.floor), shape);
    };
    const [a, b, g] = [whole([13, 29], 1), whole([29, 11], 2), whole([13, 11], 3)];
    const { loss, grads } = valueAndGrad({ a, b }, () => sum(mul(matmul(a, b), g)));
    // ⟨g, A·B⟩ = ⟨dA, A⟩ = ⟨dB, B⟩
    assert.is(sum(mul(grads.a, a)).item(), loss);
    assert.is(sum(mul(grads.b, b)).item(), loss);
  });
});

test("relu, log, exp, sub and mean through a chain, by hand", () => {
  scope(() => {
    const x = tensor([1, 2, 4]);
    const { loss, grads } = valueAndGrad({ x }, () => mean(sub(exp(log(x)), relu(sub(x, 3)))));
    assert.ok(Math.abs(loss - (1 + 2 + 4 - 1) / 3) < 1e-6);
    const expected = [1 / 3, 1 / 3, 0];
    grads.x.toArray().forEach((v, i) => {
      assert.ok(Math.abs(v - (expected[i] ?? 0)) < 1e-6, `${v}`);
    });
  });
});

test("a gradient inside the loss of another is a constant there, and leaves the other whole", () => {
  const [w, v] = [parameter("w", [2, 3]), parameter("v", [4, 5])];
  const gradientOf = (loss: () => Tensor) => [
    ...(valueAndGrad([w], loss).grads.w?.toArray() ?? []),
  ];
  // d(w² + 10 w)
  const inner = [
    () => valueAndGrad([w], () => sum(mul(w, 5))),
    () => valueAndGrad([v], () => sum(mul(w, v))),
    () => valueAndGrad({ w, v }, () => sum(mul(v, w))),
    () => assert.throws(() => valueAndGrad([w], () => sum(mul(w, tensor([1, 2, 3]))))),
  ];
  for (const run of inner) {
    const gradient = gradientOf(() => {
      const before = sum(mul(w, w));
      run();
      return add(before, sum(mul(w, 10)));
    });
    assert.equal(gradient, [14, 16]);
  }
  w.dispose();
  v.dispose();
});

test("a parameter may be called as what every object inherits", () => {
  for (const name of ["__proto__", "constructor"]) {
    const w = parameter(name, [1, 2]);
    const { grads, health } = valueAndGrad([w], () => sum(mul(w, 3)));
    assert.equal(Object.keys(grads), [name]);
    assert.equal(Object.values(health.absMax), [3]);
    w.dispose();
  }
});

test("what a loss has disposed of is looked at as long as its tape is there", () => {
  for (const dtype of ["float32", "float64"] as const) {
    for (const join of [mul, div, (a: Tensor, b: Tensor) => mul(b, a)]) {
      scope(() => {
        const x = tensor([3000, 1], { dtype, name: "x" }) as Tensor;
        const loss = (freeing: boolean) => () => {
          const [p, held] = [sigmoid(neg(x)), tensor([2, 3], { dtype }) as Tensor];
          const [away, t] = [add(p, 1e-12), square(tanh(mul(held, x)))];
          const l = log(away);
          const y = join(l, t);
          const total = neg(sum(y));
          if (freeing) for (const one of [p, held, away, t, l, y]) one.dispose();
          return total;
        };
        guard({ onAlarm: "ignore" }, () => {
          const [kept, freed] = [false, true].map((freeing) => [
            ...valueAndGrad({ x }, loss(freeing)).grads.x.raw,
          ]);
          assert.equal(freed, kept);
        });
      });
    }
  }
});

test("a step is a whole number: what is meant as options is no name for one", () => {
  const w = parameter("w", [1, 2]);
  const at = (step: unknown) => () => valueAndGrad([w], () => sum(w), step as number);
  for (const step of [{}, -1, 1.5, NaN, "3", null]) {
    throwsCode(at(step), "BAD_VALUE", /^valueAndGrad: step out of range, expected a whole number/);
  }
  for (const step of [undefined, 0, 7]) assert.is(at(step)().loss, 3);
  w.dispose();
});

test("one tensor under two names, and what is no function, is refused", () => {
  const w = parameter("w", [1, 2]);
  const loosely = valueAndGrad as unknown as (params?: unknown, loss?: unknown) => unknown;
  throwsCode(
    () => loosely({ a: w, b: w }, () => sum(w)),
    "BAD_TYPE",
    /"b" is the same tensor as "a", expected each once, got it twice/,
  );
  throwsCode(() => loosely(null, () => sum(w)), "BAD_TYPE", /params are none.*got null/);
  for (const [none, got] of [
    [new Map([["w", w]]), "Map"],
    [new Set([w]), "Set"],
    [Promise.resolve([w]), "Promise"],
    [new (class Model {})(), "Model"],
  ] as const) {
    const message = new RegExp(`^valueAndGrad: params are none, expected parameters.*got ${got}`);
    throwsCode(() => loosely(none, () => sum(w)), "BAD_TYPE", message);
  }
  for (const empty of [[], {}]) assert.equal(valueAndGrad(empty, () => sum(w)).grads, {});
  throwsCode(() => loosely([w]), "BAD_TYPE", /loss is no function.*got undefined/);
  throwsCode(
    () => loosely([w], async () => sum(tensor([1]))),
    "BAD_TYPE",
    /expected a synchronous function, got a Promise/,
  );
  throwsCode(() => (noGrad as (body?: unknown) => unknown)(), "BAD_TYPE", /body is no function/);
  w.dispose();
});

test.run();
