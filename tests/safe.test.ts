/** Safe functions: what is changed, by how much, counted; on numbers, arrays and tensors alike. */
import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import * as finigrad from "../src/index.js";
import {
  add,
  clipToFinite,
  div,
  exp,
  gelu,
  guardedElements,
  leakyRelu,
  log,
  pow,
  safeAcos,
  safeAsin,
  safeAtan2,
  safeDiv,
  safeLog,
  safeNorm,
  safePow,
  safeReciprocal,
  safeRsqrt,
  safeSqrt,
  scope,
  sub,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  xlogy,
} from "../src/index.js";
import { GUARDS } from "../src/ops/safe.js";
import { throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("safe functions");
const near = (actual: number, expected: number): void => {
  assert.ok(
    Math.abs(actual - expected) <= 1e-6 * Math.max(1, Math.abs(expected)),
    `${actual}, expected ${expected}`,
  );
};

test("at the singularity the value is that of eps, and one element is counted", () => {
  const cases: readonly (readonly [() => number, number])[] = [
    [() => safeLog(0), Math.log(1e-12)],
    [() => safeLog(-5, { eps: 1e-3 }), Math.log(1e-3)],
    [() => safeSqrt(-1), 0],
    [() => safeRsqrt(0), 1e6],
    [() => safeReciprocal(0), 1e12],
    [() => safeReciprocal(-0), -1e12],
    [() => safeDiv(1, 0), 1e12],
    [() => safeDiv(3, -1e-20), -3e12],
    [() => safePow(0, -1), 1e12],
    [() => safeAsin(1.5), Math.asin(Math.fround(1 - 1e-6))],
    [() => safeAcos(-1), Math.acos(Math.fround(1e-6 - 1))],
    [() => clipToFinite(Infinity), 3.4028234663852886e38],
  ];
  for (const [call, expected] of cases) {
    near(call() / expected || 0, expected === 0 ? 0 : 1);
    assert.is(guardedElements(), 1, call.toString());
  }
});

test("away from it they are the plain functions, bit for bit, and nothing is counted", () => {
  const x = Float32Array.from({ length: 37 }, (_, i) => 0.01 + i / 40);
  const pairs = [
    [safeLog(x), log(x)],
    [safeDiv(2, x), div(2, x)],
    [safePow(x, 2.5), pow(x, 2.5)],
  ] as const;
  for (const [safe, plain] of pairs) assert.equal([...safe], [...plain]);
  assert.is(guardedElements(), 0);
});

test("docs/safe.md shows the table that the code reads its defaults from", () => {
  const cells = (row: readonly unknown[]): string =>
    `| ${row.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  const table = [
    cells(["function", "moves", "default eps", "because", "gradient"]),
    cells(["---", "---", "---", "---", "---"]),
    ...Object.entries(GUARDS).map(([name, { moves, eps, because, gradient }]) =>
      cells([`\`${name}\``, moves, eps === 0 ? 0 : eps.toExponential(), because, gradient]),
    ),
  ].join("\n");
  const page = readFileSync(new URL("../docs/safe.md", import.meta.url), "utf8");
  // As it reads, whatever its columns are filled up with.
  const plain = page.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");
  assert.ok(plain.includes(`\n${table}\n`), `docs/safe.md lacks this table:\n${table}`);
});

test("what a safe function refuses it refuses in its own name, with nothing written", () => {
  const named = finigrad as unknown as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  const [x, out] = [new Float32Array(3), new Float32Array(2).fill(7)];
  for (const name of [...Object.keys(GUARDS), "clipToFinite"]) {
    const two = ["safeDiv", "safePow", "safeAtan2"].includes(name);
    const call = named[name] as (...args: unknown[]) => unknown;
    const refused = new RegExp(`^${name}: .+, expected .+, got .+`);
    for (const junk of [null, "1", [1], true]) {
      throwsCode(() => call(junk, ...(two ? [1] : [])), "BAD_TYPE", refused);
      if (two) throwsCode(() => call(1, junk), "BAD_TYPE", new RegExp(`^${name}: b is no operand`));
    }
    throwsCode(() => call(x, ...(two ? [x] : []), { out }), "BAD_SHAPE", refused);
    assert.equal([...out], [7, 7], name);
    scope(() => {
      const gone = tensor([1]);
      gone.dispose();
      throwsCode(() => call(gone, ...(two ? [1] : [])), "DISPOSED", new RegExp(`^${name}: `));
    });
  }
});

test("the gradient at every guard is 0, and the guard is counted once", () => {
  const at: Readonly<Record<keyof typeof GUARDS, (x: Tensor) => Tensor>> = {
    safeLog: (x) => safeLog(x),
    safeSqrt: (x) => safeSqrt(x),
    safeRsqrt: (x) => safeRsqrt(x),
    safeReciprocal: (x) => safeReciprocal(x),
    safeDiv: (x) => safeDiv(1, x),
    safePow: (x) => safePow(x, 0.5),
    safeAsin: (x) => safeAsin(add(x, 1)),
    safeAcos: (x) => safeAcos(sub(x, 1)),
    safeAtan2: (x) => safeAtan2(x, x),
    safeNorm: (x) => safeNorm(x),
  };
  for (const [name, f] of Object.entries(at)) {
    scope(() => {
      const x = tensor([0]);
      const { loss, grads, health } = valueAndGrad({ x }, () => sum(f(x)));
      assert.ok(Number.isFinite(loss), name);
      assert.is(Math.abs(grads.x.item()), 0, name);
      assert.is(health.guardedElements, 1, name);
    });
  }
});

test("NaN is never moved", () => {
  for (const f of [
    safeLog,
    safeSqrt,
    safeRsqrt,
    safeReciprocal,
    safeAsin,
    safeAcos,
    clipToFinite,
  ]) {
    assert.ok(Number.isNaN(f(NaN)));
    assert.is(guardedElements(), 0);
  }
});

test("counts are exact for every length and eps, and for a number on either side", () => {
  for (let n = 0; n <= 33; n++) {
    for (const eps of [1e-6, 0.25, 0.5, 0.75, 0.99]) {
      safeLog(new Float32Array(n).fill(1), { eps });
      assert.is(guardedElements(), 0);
      safeReciprocal(new Float32Array(n).fill(1), { eps });
      assert.is(guardedElements(), 0);
      safeAsin(new Float32Array(n), { eps });
      assert.is(guardedElements(), 0);
      safeAsin(new Float32Array(n).fill(1), { eps });
      assert.is(guardedElements(), n);
    }
    safeLog(new Float32Array(n));
    assert.is(guardedElements(), n);
    safeDiv(new Float32Array(n).fill(1), 0);
    assert.is(guardedElements(), 1, "one divisor was moved");
    safeDiv(1, new Float32Array(n));
    assert.is(guardedElements(), n);
  }
});

test("those without an eps count what they changed too, exactly, whatever was counted before", () => {
  const { divNoNan, mulNoNan, nanToNum, reciprocalNoNan } = finigrad;
  for (let n = 0; n <= 33; n++) {
    for (const Kind of [Float32Array, Float64Array]) {
      const [zero, one, bad] = [0, 1, NaN].map((v) => new Kind(n).fill(v) as Float32Array) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const counts: readonly (readonly [() => unknown, number])[] = [
        [() => safeLog(new Float32Array(7)), 7],
        [() => divNoNan(one, zero), n],
        [() => divNoNan(one, 0), n],
        [() => divNoNan(one, one), 0],
        [() => divNoNan(bad, zero), 0],
        [() => mulNoNan(bad, zero), n],
        [() => mulNoNan(one, zero), 0],
        [() => reciprocalNoNan(zero), n],
        [() => nanToNum(bad), n],
        [() => nanToNum(one), 0],
      ];
      for (const [call, expected] of counts) {
        call();
        assert.is(guardedElements(), expected, `${call}, ${n} of ${Kind.name}`);
      }
    }
  }
  assert.is(divNoNan(Infinity, 0), Infinity);
  scope(() => {
    const x = tensor([0, 2, 0]);
    const { health } = valueAndGrad({ x }, () => sum(add(divNoNan(1, x), reciprocalNoNan(x))));
    assert.is(health.guardedElements, 4);
    assert.equal(
      health.events.filter(({ kind }) => kind === "guarded").map(({ op, count }) => [op, count]),
      [
        ["divNoNan", 2],
        ["reciprocalNoNan", 2],
      ],
    );
  });
});

test("on tensors the gradient is 0 where the guard moved, and the step counts it", () => {
  scope(() => {
    const x = tensor([0, 1e-20, 0.5, 2]);
    const { grads, health } = valueAndGrad({ x }, () => sum(safeLog(x)));
    assert.equal([...grads.x.data], [0, 0, 2, 0.5]);
    assert.is(health.guardedElements, 2);
    const root = valueAndGrad({ x }, () => sum(safeSqrt(x)));
    assert.is(root.grads.x.toArray()[0], 0);
    const b = tensor([0, 2]);
    const quotient = valueAndGrad({ b }, () => sum(safeDiv(1, b)));
    assert.equal([...quotient.grads.b.data], [0, -0.25]);
    const edge = tensor([1, 0]);
    assert.equal([...valueAndGrad({ edge }, () => sum(safeAcos(edge))).grads.edge.data], [0, -1]);
  });
});

test("safeAtan2 and safeNorm at the origin have value 0 and eps, and gradient 0", () => {
  scope(() => {
    const [a, b] = [tensor([0, 1]), tensor([0, 0])];
    const turn = valueAndGrad({ a, b }, () => sum(safeAtan2(a, b)));
    near(turn.loss, Math.PI / 2);
    assert.equal([...turn.grads.a.data].map(Math.abs), [0, 0]);
    assert.equal([...turn.grads.b.data], [0, -1]);
    const z = tensor([0, 0]);
    const norm = valueAndGrad({ z }, () => safeNorm(z, { eps: 1e-3 }));
    near(norm.loss, 1e-3);
    assert.equal([...norm.grads.z.data], [0, 0]);
    assert.is(norm.health.guardedElements, 1);
  });
});

test("one name serves numbers, arrays with out, and tensors, with the same bits", () => {
  scope(() => {
    const x = Float32Array.from({ length: 9000 }, (_, i) => Math.sin(i) * 3);
    const out = new Float32Array(9000);
    assert.is(exp(x, { out }), out);
    const asTensor = exp(tensor(x)).toArray();
    for (const i of [0, 1, 4095, 4096, 8999]) {
      assert.is(out[i], asTensor[i]);
      assert.is(out[i], exp(x[i] as number));
    }
    assert.is(exp(out, { out }), out);
    near(leakyRelu(-2, { slope: 0.5 }), -1);
    near(gelu(1, { approximate: "tanh" }), 0.841192);
    assert.is(xlogy(0, 0), 0);
    assert.equal([...xlogy(Float32Array.of(0, 1), 2)], [0, Math.fround(Math.log(2))]);
  });
});

test("bad eps, bad scalars, out that does not fit: refused", () => {
  throwsCode(() => safeLog(1, { eps: 0 }), "BAD_VALUE", /^safeLog: eps out of range/);
  throwsCode(() => safeDiv(1, 2, { eps: NaN }), "BAD_VALUE", /^safeDiv: eps/);
  throwsCode(
    () => exp(new Float32Array(3), { out: new Float32Array(2) }),
    "BAD_SHAPE",
    /^exp: out does not fit/,
  );
  throwsCode(
    () => pow(new Float32Array(3), new Float32Array(2)),
    "BAD_SHAPE",
    /^pow: arrays do not fit/,
  );
  throwsCode(
    () => leakyRelu(1, { slope: "a" as unknown as number }),
    "BAD_TYPE",
    /^leakyRelu: slope is no number/,
  );
  throwsCode(
    () => exp([1] as unknown as Float32Array),
    "BAD_TYPE",
    /^exp: x is no operand.*got an array/,
  );
});

test.run();
