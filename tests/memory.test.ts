/** Memory: who frees what, what a view may do, what happens when there is no more. */
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as assert from "uvu/assert";
import {
  adam,
  add,
  allowNonFinite,
  collected,
  crossEntropy,
  greater,
  guard,
  keep,
  layerNorm,
  leaks,
  linear,
  log,
  mean,
  memory,
  mul,
  neg,
  noGrad,
  ones,
  parameter,
  relu,
  scope,
  sigmoid,
  softmax,
  square,
  sub,
  sum,
  Tensor,
  tensor,
  trainStep,
  uniform,
  valueAndGrad,
  where,
  zeros,
} from "../src/index.js";
import { throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("memory");

test("a number that an op was called with is freed with its result, where no scope frees it", () => {
  const x = ones([4]);
  const [before, listed] = [memory(), leaks().length];
  const y = mul(add(x, 1), 2);
  assert.equal(Array.from(y.toArray()), [4, 4, 4, 4]);
  assert.is(leaks().length, listed + 2, "the sum and the product");
  y.dispose();
  const sum = leaks().length;
  assert.is(sum, listed + 1);
  const z = add(x, 1);
  z.dispose();
  assert.is(memory().tensors, before.tensors + 2, "the sum that was forgotten, with its number");
  x.dispose();
});

test("scope frees what was made inside, also when it throws", () => {
  const before = memory();
  const kept = scope(() => add(ones([4]), 1));
  assert.is(memory().tensors, before.tensors + 1);
  kept.dispose();
  assert.throws(() =>
    scope(() => {
      ones([100]);
      throw new Error("mine");
    }),
  );
  assert.is(memory().tensors, before.tensors);
  assert.is(memory().bytes, before.bytes);
});

test("scope hands out tensors in arrays and objects, and leaves those of outer scopes where they are", () => {
  const before = memory().tensors;
  scope(() => {
    const outer = ones([2]);
    const { a, list } = scope(() => ({ a: ones([1]), list: [ones([1]), outer] }));
    const passed = scope(() => scope(() => outer));
    assert.is(passed, outer);
    for (const t of [a, ...list]) assert.not(t.disposed);
  });
  assert.is(memory().tensors, before);
});

test("an asynchronous body is refused, and what becomes of it ends nothing", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  const late = async (): Promise<never> => {
    await null;
    throw new Error("after the refusal");
  };
  const p = parameter("p", [1]);
  const refused = {
    scope,
    noGrad,
    allowNonFinite,
    valueAndGrad: (body: () => unknown) => valueAndGrad([p], body as never),
  };
  for (const [name, call] of Object.entries(refused)) {
    throwsCode(
      () => call(late),
      "BAD_TYPE",
      new RegExp(`^${name}: .*expected a synchronous function, got a Promise`),
    );
  }
  await new Promise((done) => setTimeout(done, 10));
  process.off("unhandledRejection", note);
  p.dispose();
  assert.equal(unhandled, []);
});

test("a result that holds itself is gone through once", () => {
  const before = memory().tensors;
  const { tensors } = scope(() => {
    const made = { tensors: [tensor([1]), tensor([2])], self: undefined as unknown };
    made.self = made;
    return made;
  });
  assert.is(memory().tensors, before + 2);
  for (const left of tensors) left.dispose();
});

test("a tensor as JSON, and as console.log shows it, is its numbers", () => {
  scope(() => {
    const x = tensor([[1, 2.5]], { name: "x" });
    const saved = JSON.stringify({ x, y: tensor([1 / 3], { dtype: "float64" }) });
    assert.is(
      saved,
      `{"x":{"dtype":"float32","shape":[1,2],"data":[1,2.5]},"y":{"dtype":"float64","shape":[1],"data":[${1 / 3}]}}`,
    );
    const { data, shape, dtype } = JSON.parse(saved).x;
    assert.equal(tensor(data, { shape, dtype }).toArray(), x.toArray());
    assert.is(inspect(x), "Tensor(x [1, 2]) Float32Array(2) [ 1, 2.5 ]");
    assert.match(inspect(log(tensor([-1]))), /NaN/);
    x.dispose();
    assert.is(inspect(x), "Tensor(x [1, 2], disposed)");
  });
});

test("using disposes at the end of the block", () => {
  const before = memory().tensors;
  {
    using t = ones([3]);
    assert.is(t.size, 3);
  }
  assert.is(memory().tensors, before);
});

test("keep outlives every scope, and is not a leak", () => {
  const kept = scope(() => keep(tensor([7])));
  assert.is(kept.item(), 7);
  assert.not(leaks().some(({ label }) => label === kept.label));
  kept.dispose();
});

test("leaks lists what was made outside every scope, by name or by op", () => {
  const before = leaks().length;
  const named = tensor([1, 2], { name: "forgotten" });
  const made = add(named, 1);
  assert.equal(
    leaks()
      .slice(before)
      .map(({ label }) => label),
    ["forgotten [2]", "add [2]"],
  );
  named.dispose();
  made.dispose();
});

test("use after dispose, and a second dispose, say so", () => {
  const t = tensor([1], { name: "gone" });
  t.dispose();
  throwsCode(() => t.data, "DISPOSED", /^data: gone \[1\] is disposed, expected a live tensor/);
  throwsCode(() => add(t, 1), "DISPOSED", /^add: gone/);
  throwsCode(() => t.dispose(), "DISPOSED", /^dispose: gone \[1\] is disposed already/);
});

test("data is fresh after memory has grown, and writing through it is noticed", () => {
  scope(() => {
    const t = tensor([1, 2, 3]);
    const old = t.data;
    const reserved = memory().reservedBytes;
    zeros([Math.ceil(reserved / 4)]);
    assert.ok(memory().reservedBytes > reserved, "memory grew");
    assert.is(old.length, 0, "the old view is detached");
    assert.equal([...t.data], [1, 2, 3]);
    t.data[1] = 1e20;
    assert.is(t.absMax, Math.fround(1e20));
  });
});

test("a tensor larger than the memory left throws, and the next small one works", () => {
  throwsCode(() => zeros([2 ** 29]), "OUT_OF_MEMORY", /^zeros: out of memory/);
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const most = Number(
    /at most 1 GiB less 16 bytes: ([\d,]+) floats/.exec(readme)?.[1]?.replaceAll(",", ""),
  );
  throwsCode(
    () => new Tensor([most + 1], "test"),
    "OUT_OF_MEMORY",
    /at most 1073741808 bytes in one tensor, got 1073741812$/,
  );
  scope(() => assert.is(new Tensor([most], "test").size, 2 ** 28 - 4));
  const before = memory();
  scope(() => {
    const block = 2 ** 30 - 64;
    const taken: Tensor[] = [];
    throwsCode(
      () => {
        for (;;) taken.push(new Tensor([block / 4], "test"));
      },
      "OUT_OF_MEMORY",
      /^test: out of memory, expected room for 1073741760 bytes/,
    );
    assert.ok(taken.length >= 1);
    assert.is(add(tensor([1]), 1).item(), 2);
  });
  assert.is(memory().bytes, before.bytes);
  scope(() => assert.is(zeros([1000]).size, 1000));
});

test("tensors fill the memory to its end, and what is freed serves as before", () => {
  const small = 2 ** 12;
  scope(() => {
    for (let size = 2 ** 28 - 16; size >= 1; size >>= 1) {
      throwsCode(
        () => {
          for (;;) {
            const taken = size > small ? new Tensor([size], "zeros") : zeros([size]);
            if (size <= small) assert.is(taken.absMax, 0);
          }
        },
        "OUT_OF_MEMORY",
        /^zeros: out of memory/,
      );
    }
  });
  const p = parameter("p", zeros([3000]));
  const step = adam({ lr: 0.1 });
  for (let i = 0; i < 20; i++) trainStep(step, [p], () => mean(square(sub(p, 1))));
  assert.ok((p.data[0] ?? 0) > 0.5);
  for (const one of [p, step]) one.dispose();
});

test("10,000 training steps keep memory flat", () => {
  scope(() => {
    const x = uniform([8, 6], -1, 1);
    const labels = [0, 1, 2, 0, 1, 2, 0, 1];
    const params = [
      parameter("w1", uniform([6, 5], -1, 1)),
      parameter("b1", zeros([5])),
      parameter("gamma", ones([5])),
      parameter("beta", zeros([5])),
      parameter("w2", uniform([5, 3], -1, 1)),
      parameter("b2", zeros([3])),
    ] as const;
    const [w1, b1, gamma, beta, w2, b2] = params;
    const step = adam({ lr: 1e-3, clip: { globalNorm: 1 } });
    const train = (): number => {
      const { loss, grads } = valueAndGrad(params, () =>
        crossEntropy(linear(layerNorm(relu(linear(x, w1, b1)), gamma, beta), w2, b2), labels),
      );
      step(params, grads);
      return loss;
    };
    const first = train();
    const flat = memory();
    let last = first;
    for (let i = 1; i < 10_000; i++) last = train();
    assert.equal(memory(), { ...flat, peakBytes: memory().peakBytes });
    assert.is(memory().peakBytes, flat.peakBytes);
    assert.ok(last < first / 2, `it learns: ${first} → ${last}`);
    assert.is(step.steps, 10_000);
    step.dispose();
    for (const p of params) p.dispose();
  });
});

test("what is met on the way keeps nothing: the heap stays flat in a loop without a pause", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const mask = tensor([0, -Infinity, 0, 0]);
  const p = parameter("p", [0.5, 1, 2, 3]);
  const step = adam({ lr: 1e-6, onBadStep: "skip", stopAfter: Infinity });
  const loops: readonly (() => unknown)[] = [
    () => trainStep(step, [p], () => mean(square(softmax(add(p, mask))))),
    () => trainStep(step, [p], () => mean(log(neg(square(p))))),
    () => scope(() => where(greater(p, 1), log(sub(p, 0.5)), 0).toArray()),
    () => trainStep(step, [p], () => mean(square(sigmoid(mul(p, 100))))),
  ];
  const heapAfter = (turns: number, loop: () => unknown): number => {
    for (let turn = 0; turn < turns; turn++) loop();
    collected();
    collect();
    return process.memoryUsage().heapUsed;
  };
  guard({ onAlarm: "ignore" }, () => {
    for (const loop of loops) {
      const before = heapAfter(2000, loop);
      const grown = heapAfter(2000, loop) - before;
      assert.ok(grown < 2000 * 256, `${Math.round(grown / 2000)} bytes a turn: ${loop}`);
    }
  });
  for (const one of [mask, p, step]) one.dispose();
});

test("a parameter that is disposed of takes its last gradient with it", () => {
  const before = memory().tensors;
  const w = parameter("w", [1, 2]);
  valueAndGrad([w], () => sum(mul(w, w)));
  w.dispose();
  assert.is(memory().tensors, before);
});

test("an inner scope does not free what the backward pass needs", () => {
  scope(() => {
    const w = tensor([3, 4]);
    const { grads } = valueAndGrad({ w }, () =>
      scope(() => {
        using square = mul(w, w);
        return sum(mul(square, w));
      }),
    );
    assert.equal([...grads.w.data], [27, 48]);
  });
});

test.run();
