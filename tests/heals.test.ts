/**
 * What a report says heals: random programs whose loss or gradient goes bad are rewritten as their reports say, call by
 * call, until nothing is said any more.
 */
import * as assert from "uvu/assert";
import { readCall } from "../src/diagnosis/written.js";
import {
  type BirthReport,
  collected,
  type Fix,
  guard,
  NonFiniteError,
  type OperandReport,
  type Report,
  scope,
  type TensorData,
  tensor,
  valueAndGrad,
} from "../src/index.js";
import { random as generator } from "../src/nn/init.js";
import { compiled } from "./kit/program.js";
import { suite } from "./kit/suite.js";

const test = suite("what a report says heals");

// ── Programs ─────────────────────────────────────────────────────────────────────────────────────

const OF_ONE =
  "exp log sqrt square neg abs relu sigmoid tanh softplus reciprocal log1p rsqrt expm1";
const OF_TWO = "add sub mul div div mul pow maximum minimum";
const OF_ALL = "sum mean max logsumexp norm2";
const NUMBERS = "0 1 2 0.5 -1";
const VALUES = [0, 0, 1, -1, 1e-30, 60, -60, 120, -120, 1e12, 0.5, 2, 3];
const NAMES = ["a", "b", "c"] as const;
/** Names that advice might use for something else. */
const COLLIDING = [
  ["x", "y", "mask"],
  ["b", "a", "z"],
  ["labels", "x", "valid"],
] as const;

type Names = readonly [string, string, string];

/** A program in other names. */
const renamed = (code: string, names: Names): string =>
  code.replace(/\b[abc]\b/g, (name) => names["abc".indexOf(name)] as string);

type Random = () => number;

const pick = <T>(random: Random, all: readonly T[]): T =>
  all[Math.floor(random() * all.length)] as T;

function expression(random: Random, depth: number): string {
  const word = (words: string): string => pick(random, words.split(" "));
  const inner = (): string => expression(random, depth - 1);
  const kind = random();
  if (depth === 0 || kind < 0.08) return pick(random, NAMES);
  if (kind < 0.45) return `${word(OF_ONE)}(${inner()})`;
  if (kind < 0.55) return `${word(OF_ALL)}(${inner()})`;
  if (kind < 0.62) return `${word(OF_TWO)}(${inner()}, ${word(NUMBERS)})`;
  if (kind < 0.7) return `${word("sub div add mul")}(${word(NUMBERS)}, ${inner()})`;
  return `${word(OF_TWO)}(${inner()}, ${inner()})`;
}

/** What is said of a step of a program, if anything is. */
function said(code: string, values: readonly TensorData[], names: Names): Report | undefined {
  return scope(() => {
    const inputs = names.map((name, i) => tensor(values[i] ?? [], { name }));
    const named = Object.fromEntries(inputs.map((input, i) => [names[i], input]));
    try {
      guard({ onAlarm: "ignore" }, () =>
        valueAndGrad(named, () => compiled(`sum(${code})`, names)(...inputs)),
      );
      return undefined;
    } catch (error) {
      if (error instanceof NonFiniteError) return error.report;
      throw error;
    } finally {
      collected();
    }
  });
}

// ── Rewriting ────────────────────────────────────────────────────────────────────────────────────

/** Fixes whose code stands for a call; the others are words, or leave a mask to be chosen. */
const CALLS: ReadonlySet<Fix> = new Set<Fix>([
  "atan2",
  "cancel-log",
  "clip-input",
  "div-no-nan",
  "divide-where",
  "epsilon-inside",
  "exp-sub",
  "expm1",
  "f64-statistics",
  "factors",
  "log1p",
  "logcosh",
  "logits",
  "logsubexp",
  "logsumexp",
  "magnitude",
  "safe-div",
  "safe-log",
  "safe-norm",
  "safe-pow",
  "safe-sqrt",
  "select-not-multiply",
  "sigmoid",
  "softplus",
  "tanh",
  "xlogy",
]);

/** Of these, those that are the same function, written in another way. */
const SAME: ReadonlySet<Fix> = new Set<Fix>([
  "cancel-log",
  "exp-sub",
  "expm1",
  "f64-statistics",
  "log1p",
  "logcosh",
  "logits",
  "logsubexp",
  "logsumexp",
  "magnitude",
  "safe-norm",
  "sigmoid",
  "softplus",
  "tanh",
]);

/** The first op of the chain that was given nothing but finite numbers. */
function beginning(birth: BirthReport): BirthReport {
  const { from, operands } = birth;
  const bad = operands.some(({ value }) => !Number.isFinite(value));
  return bad && from !== undefined && from.phase !== "input" ? beginning(from) : birth;
}

/** An operand as it stands in the program; undefined where a report does not say. */
const written = ({ tensor: name, kind, value, code }: OperandReport): string | undefined =>
  name ?? (kind === "number" ? String(value) : code);

/** The call of an op as it stands in the program. */
function callOf({ op, operands }: BirthReport): string | undefined {
  const read = operands.filter(({ name }) => !/^(dy|y)\b/.test(name)).map(written);
  return read.every((one) => one !== undefined) ? `${op}(${read.join(", ")})` : undefined;
}

/** The first part of a list, with the commas of its calls. */
function first(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(" || text[at] === "{") depth++;
    else if (text[at] === ")" || text[at] === "}") depth--;
    else if (text[at] === "," && depth === 0) return text.slice(0, at);
  }
  return text;
}

/** What a fix writes, and for what. */
function changeOf(fix: Fix, text: string, report: Report): readonly [string | undefined, string] {
  const code = text.slice(text.indexOf(": ") + 2);
  const [to = "", from] = first(code).split(" instead of ");
  if (from !== undefined) return [from, to];
  const ofProduct = fix === "xlogy" || fix === "select-not-multiply";
  return [callOf(ofProduct ? report : beginning(report)), to];
}

/** Whether some code is what a report writes, an ellipsis for anything. */
function isWritten(code: string, as: string): boolean {
  if (as === "…" || as === code) return true;
  const [one, other] = [readCall(code), readCall(as)];
  return (
    one !== undefined &&
    one.op === other?.op &&
    one.args.length === other.args.length &&
    one.args.every((arg, i) => isWritten(arg, other.args[i] as string))
  );
}

/** A program with other code in the place of some of it. */
function replaced(code: string, from: string, to: string): string {
  if (isWritten(code, from)) return to;
  const { op, args = [] } = readCall(code) ?? {};
  return op === undefined
    ? code
    : `${op}(${args.map((arg) => replaced(arg, from, to)).join(", ")})`;
}

/** The program with the first of its fixes in it that is code; undefined where there is none. */
function rewritten(code: string, report: Report): string | undefined {
  const at = report.fix.findIndex((fix) => CALLS.has(fix));
  const [fix, text] = [report.fix[at], report.instead[at]];
  if (fix === undefined || text === undefined) return undefined;
  const [from, to] = changeOf(fix, text, report);
  // Labels and weights are names of no program: what stands there is for the reader to see.
  if (from === undefined || /\b(labels|weights|n)\b|…/.test(to)) return undefined;
  const next = replaced(code, from, to);
  return next === code ? undefined : next;
}

/** Numbers of good order, at which a program has to give what it gave before it was rewritten. */
const ORDINARY = [
  [0.7, 1.3],
  [0.4, 0.9],
  [1.1, 0.6],
];

/** The same where the axes count. */
const ORDINARY_ROWS = ORDINARY.map(([a = 0, b = 0]) => [
  [a, b, a + b],
  [2 * b, a, b],
]);

/** What a program gives at those, where it gives a number. */
function ordinary(code: string, names: Names, values: readonly TensorData[]): number | undefined {
  return scope(() =>
    guard({ onNonFinite: "ignore", onAlarm: "ignore" }, () => {
      const value = compiled(`sum(${code})`, names)(...values.map((one) => tensor(one))).item();
      return Number.isFinite(value) && Math.abs(value) < 1e6 ? value : undefined;
    }),
  );
}

/** Whether a rewrite has made another function of a program. */
function changes(
  before: string,
  after: string,
  names: Names,
  values: readonly TensorData[],
): boolean {
  const [a, b] = [before, after].map((code) => ordinary(code, names, values));
  return a !== undefined && b !== undefined && Math.abs(a - b) > 1e-3 * Math.max(1, Math.abs(a));
}

/** Rewrites at the most. */
const MOST = 8;

/**
 * Whether nothing is said any more after so many rewrites; undefined where one cannot be done by a machine, and what became of
 * the program where it is another function.
 */
function heals(
  code: string,
  values: readonly TensorData[],
  report: Report,
  names: Names = NAMES,
  usual: readonly TensorData[] = ORDINARY,
): boolean | string | undefined {
  let [now, about]: readonly [string, Report] = [code, report];
  for (let i = 0; i < MOST; i++) {
    const next = rewritten(now, about);
    if (next === undefined) return undefined;
    const fix = about.fix.find((one) => CALLS.has(one));
    if (fix !== undefined && SAME.has(fix) && changes(now, next, names, usual))
      return `${fix}: ${now} became ${next}`;
    const after = said(next, values, names);
    if (after === undefined) return true;
    [now, about] = [next, after];
  }
  return false;
}

// ── What is written out ──────────────────────────────────────────────────────────────────────────

/** Forms that have one call for them, of one argument or two. */
const WRITTEN = [
  "sqrt(square(E))",
  "sqrt(squaredDifference(E, F))",
  "sqrt(mul(E, E))",
  "sqrt(sum(square(E)))",
  "sqrt(sumSquares(E))",
  "pow(sum(square(E)), 0.5)",
  "rsqrt(sum(square(E)))",
  "sqrt(add(square(E), square(F)))",
  "sqrt(add(1, square(E)))",
  "sqrt(mean(square(sub(E, mean(E)))))",
  "sqrt(sub(mean(square(E)), square(mean(E))))",
  "log(sum(exp(E)))",
  "log(mean(exp(E)))",
  "log(add(1, exp(E)))",
  "log(add(exp(E), exp(F)))",
  "log(sub(1, exp(neg(square(E)))))",
  "log(sub(exp(square(E)), 1))",
  "log(sigmoid(E))",
  "log(sub(1, sigmoid(E)))",
  "log(div(sigmoid(E), sub(1, sigmoid(E))))",
  "log(div(1, add(1, exp(neg(E)))))",
  "log(cosh(E))",
  "log(exp(E))",
  "div(1, add(1, exp(neg(E))))",
  "reciprocal(add(1, exp(E)))",
  "div(exp(E), add(1, exp(E)))",
  "div(exp(E), add(exp(E), exp(F)))",
  "div(exp(E), add(exp(F), exp(E)))",
  "div(exp(E), exp(F))",
  "div(exp(E), sum(exp(F)))",
  "div(exp(E), sum(exp(E)))",
  "mul(exp(E), exp(F))",
  "div(sub(exp(E), exp(neg(E))), add(exp(E), exp(neg(E))))",
  "div(sub(exp(mul(2, E)), 1), add(exp(mul(2, E)), 1))",
  "div(sub(exp(E), 1), E)",
  "atan(div(E, F))",
];
const ARGUMENTS = ["a", "b", "c", "mul(2, a)", "sub(a, b)", "neg(c)", "div(b, 3)"];
const PLACES = ["W", "W", "log(W)", "div(a, W)", "mul(b, W)", "square(sub(W, 1))", "sub(1, W)"];

function writtenOut(random: Random): string {
  const form = pick(random, WRITTEN)
    .replaceAll("E", pick(random, ARGUMENTS))
    .replaceAll("F", pick(random, ARGUMENTS));
  return pick(random, PLACES).replaceAll("W", form);
}

test("1,500 forms that are written out: what is proposed in their place is the same function", () => {
  const random = generator(11);
  const failed: string[] = [];
  let rewrites = 0;
  for (let i = 0; i < 1500; i++) {
    const code = writtenOut(random);
    const values = NAMES.map(() => [pick(random, VALUES), pick(random, VALUES)]);
    const report = said(code, values, NAMES);
    if (report === undefined) continue;
    const healed = heals(code, values, report);
    if (typeof healed === "string") failed.push(healed);
    if (healed === false) failed.push(`${code} of ${JSON.stringify(values)}`);
    if (healed === true) rewrites++;
  }
  assert.equal(failed, []);
  assert.ok(rewrites > 300, `${rewrites}`);
});

/** Forms with axes; over rows, columns and all. */
const ACROSS = [
  "log(sum(exp(E), O))",
  "log(mean(exp(E), O))",
  "log(sum(mul(0.5, exp(E)), O))",
  "log2(sum(exp2(E), O))",
  "log(prod(sigmoid(E), O))",
  "log(div(exp(E), sum(exp(E), K)))",
  "div(exp(E), sum(exp(E), K))",
  "div(exp(sub(E, max(E, K))), sum(exp(sub(E, max(E, K))), K))",
  "add(max(E, K), log(sum(exp(sub(E, max(E, K))), K)))",
  "div(E, sqrt(sum(square(E), K)))",
  "div(E, norm2(E, K))",
  "div(E, sqrt(mean(square(E), K)))",
  "sqrt(mean(square(sub(E, mean(E, K))), K))",
  "div(sum(mul(E, F), O), mul(norm2(E, O), norm2(F, O)))",
  "log2(add(1, exp(E)))",
  "log(mul(2, exp(E)))",
  "log(square(add(1, exp(E))))",
  "log(pow(E, 2))",
  "log(sub(1, square(tanh(E))))",
  "log(add(exp(E), sum(exp(F), K)))",
  "mul(exp(E), reciprocal(add(1, exp(E))))",
  "div(exp(E), add(exp(E), exp(neg(E))))",
  "log(sub(exp(square(E)), exp(neg(square(E)))))",
  "div(sub(1, exp(neg(E))), E)",
  "div(square(E), add(1, square(E)))",
  "log(reciprocal(add(1, exp(neg(E)))))",
];
const AXES = ["", "axis: 0", "axis: 1", "axis: -1"];
const LONG = [
  ...ARGUMENTS,
  "mul(sub(mul(2, a), b), add(div(c, 3), mul(0.5, sub(a, b))))",
  "add(mul(a, exp(mul(0.001, b))), mul(0.25, sub(c, tanh(sub(b, a)))))",
];

function acrossAxes(random: Random): string {
  const axis = pick(random, AXES);
  const [own, kept] = axis === "" ? ["", ""] : [`, { ${axis} }`, `, { ${axis}, keepDims: true }`];
  const form = pick(random, ACROSS);
  const places = form.includes(", O") ? ["W", "sub(1, W)"] : PLACES;
  return pick(random, places)
    .replaceAll("W", form)
    .replaceAll(", O", own)
    .replaceAll(", K", kept)
    .replaceAll("E", pick(random, LONG))
    .replaceAll("F", pick(random, LONG));
}

test("800 forms with axes and long operands, in names that advice might use: what is proposed is the same function", () => {
  const random = generator(23);
  const failed: string[] = [];
  let rewrites = 0;
  for (let i = 0; i < 800; i++) {
    const names = pick(random, COLLIDING);
    const code = renamed(acrossAxes(random), names);
    const row = (): number[] => [0, 1, 2].map(() => pick(random, VALUES));
    const values = names.map(() => [row(), row()]);
    const report = said(code, values, names);
    if (report === undefined) continue;
    const healed = heals(code, values, report, names, ORDINARY_ROWS);
    if (typeof healed === "string") failed.push(healed);
    if (healed === false) failed.push(`${code} of ${JSON.stringify(values)}`);
    if (healed === true) rewrites++;
  }
  assert.equal(failed, []);
  assert.ok(rewrites > 250, `${rewrites}`);
});

// ── Limits ───────────────────────────────────────────────────────────────────────────────────────

/** Functions that are 0 at 0. */
const FROM_0 =
  "sin tan tanh sinh asinh atan asin expm1 log1p square cube cosine root raised gate".split(" ");

const AS_CODE: Readonly<Record<string, (x: string) => string>> = {
  cube: (x) => `pow(${x}, 3)`,
  cosine: (x) => `sub(1, cos(${x}))`,
  root: (x) => `sub(sqrt(add(1, ${x})), 1)`,
  raised: (x) => `sub(exp(${x}), 1)`,
  gate: (x) => `sub(sigmoid(${x}), 0.5)`,
};

/** The same in JavaScript, where Math has no name for it. */
const PLAIN: Readonly<Record<string, (x: number) => number>> = {
  square: (x) => x * x,
  cube: (x) => x ** 3,
  cosine: (x) => 2 * Math.sin(x / 2) ** 2,
  root: (x) => x / (Math.sqrt(1 + x) + 1),
  raised: Math.expm1,
  gate: (x) => Math.tanh(x / 2) / 2,
};

interface Half {
  readonly code: string;
  of(x: number): number;
}

function half(random: Random): Half {
  const name = pick(random, FROM_0);
  const by = pick(random, [1, 1, 2, -3, 0.5]);
  const inner = by === 1 ? "x" : `mul(${by}, x)`;
  const code = (AS_CODE[name] ?? ((x: string) => `${name}(${x})`))(inner);
  const of = (PLAIN[name] ?? Math[name as "sin"]) as (x: number) => number;
  return { code, of: (x) => of(by * x) };
}

test("300 quotients that are 0 / 0: the limit that is written is the limit, and its slope is right", () => {
  const random = generator(29);
  const counts = { limits: 0, written: 0 };
  for (let i = 0; i < 300; i++) {
    const [over, under] = [half(random), half(random)];
    const quotient = `div(${over.code}, ${under.code})`;
    const report = said(`sum(${quotient})`, [[0, 0.25], 1, 1], ["x", "y", "z"]);
    const line = report?.instead.find((one) => one.startsWith("write the limit"));
    // What is smooth beside 0 on both sides, and has no pole there.
    const at = (x: number): number => over.of(x) / under.of(x);
    const [near, far] = [1e-3, 2e-3].map((h) => [(at(h) + at(-h)) / 2, (at(h) - at(-h)) / (2 * h)]);
    const [value = 0, slope = 0] = [0, 1].map((k) => (4 * (near?.[k] ?? 0) - (far?.[k] ?? 0)) / 3);
    const exists = Math.abs((near?.[0] ?? 0) - (far?.[0] ?? 0)) < 1e-3 && Math.abs(value) < 1e2;
    if (exists) counts.limits++;
    if (line === undefined || /\blimit,/.test(line)) continue;
    assert.ok(exists, `${quotient} has no limit, and got ${line}`);
    counts.written++;
    const mended = line.slice(line.indexOf(": ") + 2);
    scope(() => {
      const x = tensor([0, 0.25], { name: "x" });
      const y: number[] = [];
      const { grads } = valueAndGrad({ x }, () => {
        const out = compiled(`sum(${mended})`, ["x", "y", "z"])(x, tensor(1), tensor(1));
        y.push(out.item());
        return out;
      });
      const [want, got] = [value + at(0.25), y[0] ?? Number.NaN];
      assert.ok(Math.abs(got - want) < 1e-5 * (1 + Math.abs(want)), `${quotient}: ${got}, ${want}`);
      const d = grads.x.raw[0] ?? Number.NaN;
      assert.ok(Math.abs(d - slope) < 1e-4 * (1 + Math.abs(slope)), `${quotient}: ${d}, ${slope}`);
    });
  }
  assert.ok(counts.written > 150 && counts.written > 0.75 * counts.limits, JSON.stringify(counts));
});

/** What becomes 0 where x · y is 1, by how much that is more or less; and on which side. */
const EDGES: readonly { readonly code: string; readonly side: 1 | -1; of(by: number): number }[] = [
  { code: "acos(mul(x, y))", side: -1, of: (by) => 2 * Math.asin(Math.sqrt(by / 2)) },
  { code: "acosh(mul(x, y))", side: 1, of: (by) => 2 * Math.asinh(Math.sqrt(by / 2)) },
  { code: "sqrt(sub(1, mul(x, y)))", side: -1, of: Math.sqrt },
  { code: "sub(mul(x, y), 1)", side: 1, of: (by) => by },
];

test("300 quotients that are 0 / 0 where two tensors meet, most at the edge of a domain: what is written is the limit wherever they do", () => {
  const random = generator(31);
  const counts = { written: 0, sloped: 0 };
  for (let i = 0; i < 300; i++) {
    const [over, under] = [half(random), half(random)];
    const edge = pick(random, EDGES);
    const [a, b] = [over, under].map((one) => one.code.replace(/\bx\b/g, edge.code));
    const quotient = `div(${a}, ${b})`;
    const report = said(quotient, [[2, 0.5], [0.5, 2], 1], ["x", "y", "z"]);
    const line = report?.instead.find((one) => one.startsWith("write the limit"));
    if (line === undefined || /\blimit,/.test(line)) continue;
    counts.written++;
    const at = (by: number): number => over.of(edge.of(by)) / under.of(edge.of(by));
    const [near = 0, far = 0, further = 0] = [1e-6, 1e-4, 2e-4].map(at);
    const limit = near - (far - near) / 99;
    assert.ok(
      Math.abs(near - far) < 0.1 * (1 + Math.abs(near)),
      `${quotient} has no limit, and got ${line}`,
    );
    const [slope = 0, beyond = 0] = [far, further].map(
      (v, k) => (v - limit) / ((k + 1) * 1e-4 * edge.side),
    );
    const isSloped = Math.abs(slope - beyond) < 1e-2 * (1 + Math.abs(slope));
    if (isSloped) counts.sloped++;
    const mended = line.slice(line.indexOf(": ") + 2);
    for (const [x, y] of [
      [2, 0.5],
      [0.25, 4],
      [8, 0.125],
    ] as const) {
      scope(() => {
        const inputs = { x: tensor([x], { name: "x" }), y: tensor([y], { name: "y" }) };
        const { loss, grads } = valueAndGrad(inputs, () =>
          compiled(`sum(${mended})`, ["x", "y", "z"])(inputs.x, inputs.y, tensor(1)),
        );
        const say = `${mended} at ${x}, ${y}: ${loss}, ${limit}`;
        assert.ok(Math.abs(loss - limit) < (isSloped ? 1e-4 : 2e-2) * (1 + Math.abs(limit)), say);
        const d = grads.x.raw[0] ?? Number.NaN;
        const isRight = Math.abs(d - slope * y) < 2e-2 * y * (1 + Math.abs(slope));
        assert.ok(isRight || !isSloped, `${say}; ${d}, ${slope * y}`);
      });
    }
  }
  assert.ok(counts.written > 100 && counts.sloped > 60, JSON.stringify(counts));
});

test("1,500 random programs: each that can be rewritten as its reports say is healed within eight rewrites", () => {
  const random = generator(7);
  const counts = { bad: 0, healed: 0 };
  const failed: string[] = [];
  for (let i = 0; i < 1500; i++) {
    const code = expression(random, 3);
    const values = NAMES.map(() => [pick(random, VALUES), pick(random, VALUES)]);
    const report = said(code, values, NAMES);
    if (report === undefined) continue;
    counts.bad++;
    assert.ok(report.fix.length > 0, `${code}: nothing is proposed`);
    const healed = heals(code, values, report);
    if (typeof healed === "string") failed.push(healed);
    if (healed === false) failed.push(`${code} of ${JSON.stringify(values)}`);
    if (healed === true) counts.healed++;
  }
  assert.equal(failed, []);
  assert.ok(counts.healed > 0.7 * counts.bad, JSON.stringify(counts));
});

test.run();
