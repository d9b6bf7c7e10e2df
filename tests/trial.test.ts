/** Advice is tried before it is told: what came of it, in which order it stands, and that nobody sees the trials. */
import * as assert from "uvu/assert";
import {
  abs,
  add,
  all,
  atanh,
  cast,
  collected,
  div,
  exp,
  guard,
  guardedElements,
  leaks,
  less,
  log,
  matmul,
  mean,
  memory,
  mul,
  ndtr,
  neg,
  norm2,
  parameter,
  type Report,
  scope,
  showReport,
  sigmoid,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
} from "../src/index.js";
import { watch } from "../src/watch.js";
import { reportOf } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("trial");

const t = (name: string, data: number[] | number[][]): Tensor => tensor(data, { name });

/** The report on a loss of one input. */
const report = (data: number[] | number[][], loss: (x: Tensor) => Tensor): Report =>
  scope(() => {
    const x = t("x", data);
    return reportOf(() => guard({ onAlarm: "throw" }, () => valueAndGrad({ x }, () => loss(x))));
  });

/** a d − b c of numbers whose products agree in all digits of float32: 1 is left. */
const determinant = (x: Tensor): Tensor =>
  sub(mul(t("a", [4097]), x), mul(t("b", [4096]), t("c", [4098])));

test("a line that heals stands first, and has a tick", () => {
  const { instead, tried, fix, ...rest } = report([4097], (x) => sum(log(determinant(x))));
  assert.is(tried.length, instead.length);
  assert.is(fix.length, instead.length);
  assert.is(tried[0], "heals");
  assert.match(instead[0] ?? "", 'cast(x, "float64")');
  assert.ok(
    tried.slice(1).every((one) => one !== "heals"),
    tried.join(),
  );
  const lines = showReport({ instead, tried, fix, ...rest }).split("\n");
  const marks = lines.filter((line) => line.startsWith("  instead")).map((line) => line[10]);
  assert.equal(marks, ["✓", ...tried.slice(1).map(() => " ")]);
});

test("what gives another number than the right one fails, and stands behind", () => {
  const { instead, tried } = report([4097], (x) => sum(log(determinant(x))));
  const safe = instead.findIndex((line) => line.includes("safeLog("));
  assert.ok(safe > 0);
  assert.is(tried[safe], "fails", "log 1 is 0, not that of an epsilon");
});

test("float64 proves nothing where it hangs on an epsilon as well", () => {
  const weights = (x: Tensor): Tensor => {
    const e = exp(x);
    return div(e, add(sum(e), 1e-30));
  };
  const read = reportOf(() =>
    scope(() => guard({ onAlarm: "throw" }, () => weights(t("x", [-200, -201])).toArray())),
  );
  assert.match(read.instead[0] ?? "", /^use the fused form: softmax\(x\) instead of div\(/);
  assert.is(read.tried[0], "finite");
  assert.ok(!read.tried.includes("heals"), read.tried.join());
});

test("where something else goes bad with the first line, that is answered in it", () => {
  const { instead, tried } = report(
    [
      [0, 0],
      [3, 0],
    ],
    (x) =>
      sum(
        sqrt(
          sum(square(sub(div(x, norm2(x, { axis: 1, keepDims: true })), t("y", [1, 0]))), {
            axis: 1,
          }),
        ),
      ),
  );
  const [first = ""] = instead;
  assert.match(first, /^let it be 0 .*divNoNan\(x, norm2\(x, .*, then norm2\(.* instead of sqrt\(/);
  assert.is(tried[0], "finite", "a direction of 0 has no value to compare with");
});

test("where float64 is infinite as well no other number heals", () => {
  const poles: readonly ((x: Tensor) => Tensor)[] = [
    (x) => neg(sum(log(x))),
    (x) => neg(sum(log(abs(x)))),
    (x) => sum(square(atanh(sub(1, x)))),
  ];
  for (const pole of poles) {
    const { tried, instead } = report([0, 0.5], pole);
    assert.ok(!tried.includes("heals"), instead.join());
    assert.is(tried[0], "finite", instead[0]);
  }
});

test("what float64 has cancelled as well has no tick, and stands behind the form that has the digits", () => {
  for (const [of, upper, lower] of [
    [sigmoid, 36.5, 35.5],
    [ndtr, 8.1, 8],
    [tanh, 18.6, 18],
  ] as const) {
    const between = (x: Tensor): Tensor => sub(of(sub(upper, x)), of(sub(lower, x)));
    const { fix, tried } = scope(() => {
      const x = parameter("x", [0]);
      const loss = () => neg(sum(log(add(between(x), 1e-30))));
      return reportOf(() => guard({ onAlarm: "throw" }, () => valueAndGrad([x], loss)));
    });
    assert.is(tried[fix.indexOf("float64")], "told", of.name);
    assert.is.not(fix[0], "float64");
  }
});

test("what is dead in float64 as well is not healed by another scale", () => {
  const { code, fix, tried } = report([5], (x) => square(sum(add(tanh(mul(x, 10)), 1))));
  assert.is(code, "DEAD_GRAD");
  assert.is(tried[fix.indexOf("scale-input")], "finite");
});

test("inputs whose product has become 0 before it met a parameter are told, and another scale is another model", () => {
  const { code, expression, fix, tried } = scope(() => {
    const [q, w] = [t("q", [[1.6e-19, 2e-19]]), parameter("w", [[1], [2]])];
    const loss = () => sum(square(sub(matmul(mul(square(q), 8.85e-12), w), 1)));
    return reportOf(() => guard({ onAlarm: "throw" }, () => valueAndGrad([w], loss)));
  });
  assert.is(code, "DEAD_GRAD");
  assert.match(expression, "2.56e-38 · 8.85e-12 = 0");
  assert.is(tried[fix.indexOf("scale-input")], "told");
});

test("whether something is so is not found out beside it: two that are the same may be so by chance", () => {
  const near = t("r", [1e-9, -1]);
  const { tried } = reportOf(() =>
    scope(() => guard({ onAlarm: "throw" }, () => all(less(sqrt(near), 1e-3)).item())),
  );
  assert.ok(!tried.includes("heals"), tried.join());
});

test("what is read out goes on to what is to be written besides", () => {
  const [a, b] = [t("a", [1, 0]), t("b", [2, 0])];
  const { instead, tried } = reportOf(() => scope(() => sum(add(div(a, b), div(b, a))).item()));
  assert.match(
    instead[0] ?? "",
    /divNoNan\(a, b\) instead of div\(a, b\), then divNoNan\(b, a\) instead of div\(b, a\)$/,
  );
  assert.is(tried[0], "finite");
});

test("what float64 alone holds is left in it, where a program comes to it", () => {
  const [g, logs] = [t("g", [1e20, 3]), t("logs", [-200, -150.5])];
  const squares = reportOf(() => scope(() => sum(square(g)).item()));
  assert.equal(
    [squares.instead[0], squares.tried[0]],
    [
      'reckon in float64, and leave it there: sum(square(cast(g, "float64"))) instead of sum(square(g))',
      "heals",
    ],
  );
  assert.is(
    scope(() => sum(square(cast(g, "float64"))).item()),
    Math.fround(1e20) ** 2 + 9,
  );
  const perplexity = reportOf(() => scope(() => exp(neg(mean(logs))).item()));
  assert.match(perplexity.instead[0] ?? "", /leave it there: exp\(neg\(mean\(cast\(logs, /);
  // Beyond float64 nothing holds it.
  const beyond = reportOf(() => scope(() => sum(exp(g)).item()));
  assert.not.match(beyond.instead.join(), /leave it there/);
});

test("what is no code of the program is untried, and so is a program that is too long", () => {
  const { tried, instead } = scope(() => {
    const x = t("x", [Number.NaN]);
    return reportOf(() => valueAndGrad({ x }, () => sum(x)));
  });
  assert.equal([tried, instead.length], [["untried"], 1]);
  const long = report([4097], (x) => {
    let y = determinant(x);
    for (let i = 0; i < 300; i++) y = add(y, 0);
    return sum(log(y));
  });
  assert.ok(
    long.tried.every((one) => one === "untried"),
    long.tried.join(),
  );
});

test("a trial leaves no trace: memory, counts, reports, events and watchers are as they were", () => {
  collected();
  let [begun, reported] = [0, 0];
  const end = watch({
    begins: () => {
      begun++;
    },
    reporting: (report) => {
      reported++;
      return report;
    },
  });
  try {
    const before = [memory().tensors, memory().bytes, guardedElements(), leaks().length];
    const x = parameter("x", [4097]);
    const made = scope(() => reportOf(() => valueAndGrad([x], () => sum(log(determinant(x))))));
    assert.is(made.tried[0], "heals");
    x.dispose();
    assert.equal([memory().tensors, memory().bytes, guardedElements(), leaks().length], before);
    assert.equal(collected(), []);
    assert.equal([begun, reported], [1, 1]);
    const { health } = scope(() => {
      const y = t("y", [2, 3]);
      return valueAndGrad({ y }, () => mean(softmax(y)));
    });
    assert.equal(health.events, []);
  } finally {
    end();
  }
});

test.run();
