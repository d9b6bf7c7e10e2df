/**
 * The first line of a report, copied as it stands into the program that it is about, heals it: what comes out is what the same
 * formula gives in float64, value and gradients, and nothing is said of it any more.
 */
import * as assert from "uvu/assert";
import { callAt, readCall } from "../src/diagnosis/written.js";
import {
  collected,
  guard,
  NonFiniteError,
  parameter,
  scope,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../src/index.js";
import programs from "./first-lines/programs.json" with { type: "json" };
import { callsOf, compiled, tidied } from "./kit/program.js";
import { suite } from "./kit/suite.js";

const test = suite("first lines");

type Values = Readonly<Record<string, unknown>>;

/** A program, its parameters and inputs; and the same formula, written so that float64 has it, or what it gives. */
interface Program {
  readonly code: string;
  readonly parameters: Values;
  readonly inputs?: Values;
  readonly good?: string;
  readonly loss?: number;
  readonly gradients?: Readonly<Record<string, readonly number[]>>;
}

interface Outcome {
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

/** Numbers of float32; NaN and ∞ have no JSON. */
const numbered = (values: unknown): unknown =>
  Array.isArray(values) ? values.map(numbered) : Math.fround(Number(values));

/** What a program gives, or the first line of what is said of it. */
function run(
  code: string,
  { parameters, inputs = {} }: Program,
  dtype: "float32" | "float64",
): Outcome | string {
  return scope(() => {
    const made = (make: (name: string, data: number[]) => Tensor, values: Values) =>
      Object.entries(values).map(([name, data]) => [name, make(name, numbered(data) as number[])]);
    const options = { dtype } as { readonly dtype: "float32" };
    const named: Readonly<Record<string, Tensor>> = Object.fromEntries(
      made((name, data) => parameter(name, data, options), parameters),
    );
    const given: Readonly<Record<string, Tensor>> = Object.fromEntries(
      made((name, data) => tensor(data, { name, ...options }), inputs),
    );
    const names = [...Object.keys(parameters), ...Object.keys(inputs)];
    const loss = () => compiled(code, names)(...Object.values(named), ...Object.values(given));
    const onAlarm = dtype === "float32" ? "throw" : "ignore";
    try {
      const made = guard({ onAlarm }, () => valueAndGrad(named, loss));
      const gradients = Object.entries(made.grads).map(([name, grad]) => [name, [...grad.data]]);
      return { loss: made.loss, gradients: Object.fromEntries(gradients) };
    } catch (error) {
      if (!(error instanceof NonFiniteError)) throw error;
      return error.report.instead[0] ?? "";
    } finally {
      collected();
    }
  });
}

/** Which function a safe one stands for. */
const SAFE: Readonly<Record<string, string>> = {
  divNoNan: "div",
  reciprocalNoNan: "reciprocal",
  relEntr: "mul",
  xlogy: "mul",
};

const unsafe = (op: string): string =>
  SAFE[op] ?? op.replace(/^safe(.)/, (_, first: string) => first.toLowerCase());

/** A program in which a line is followed, one part after the other: each call that it may be about, in its stead. */
const followed = (code: string, line: string): readonly string[] =>
  line
    .replace(/^[^:(]*: /, "")
    .split(", then ")
    .reduce(
      (codes: readonly string[], part) => codes.flatMap((one) => replaced(one, part)),
      [code],
    );

function replaced(code: string, advice: string): readonly string[] {
  const [form = "", written] = advice.split(" instead of ");
  if (written !== undefined) {
    const old = callAt(written);
    const what = form.replace(/, which .*$/, "");
    const [name = ""] = /^\w+/.exec(written) ?? [];
    return [
      old === undefined
        ? code.replace(new RegExp(`\\b${name}\\b`, "g"), what)
        : code.replaceAll(old, what),
    ];
  }
  const call = callAt(form) ?? "";
  const { op = "" } = readCall(call) ?? {};
  const about =
    op === "where" ? /\b(div|log|mul|pow|rsqrt|sqrt)\(/g : new RegExp(`\\b${unsafe(op)}\\(`, "g");
  const ops = new Set([...code.matchAll(about)].map(([found]) => found.slice(0, -1)));
  return [...ops].flatMap((one) => callsOf(one, code).map((old) => code.replaceAll(old, call)));
}

const isNear = (got: number, exact: number, scale: number): boolean =>
  Math.abs(got - exact) <= 3e-3 * Math.max(Math.abs(exact), scale);

/** Where an outcome is another than the exact one; undefined where it is not. */
function differs(got: Outcome, exact: Outcome): string | undefined {
  if (!isNear(got.loss, exact.loss, 1e-5)) return `loss ${got.loss}, where it is ${exact.loss}`;
  for (const [name, gradient] of Object.entries(exact.gradients)) {
    // Where all of it is 0, what is left is rounding.
    const scale = 1e-2 * Math.max(...gradient.map(Math.abs)) || 3e-5;
    const at = gradient.findIndex((v, i) => !isNear(got.gradients[name]?.[i] ?? NaN, v, scale));
    if (at >= 0)
      return `gradient ${name}[${at}] ${got.gradients[name]?.[at]}, where it is ${gradient[at]}`;
  }
  return undefined;
}

/** In a program several things may be wrong. */
const ROUNDS = 4;

/** Why a program is not healed by the first lines of its reports; undefined where it is. */
function unhealed(program: Program): string | undefined {
  const { good, loss = NaN, gradients = {} } = program;
  const exact = good === undefined ? { loss, gradients } : run(good, program, "float64");
  if (typeof exact === "string") return `the formula in float64: ${exact}`;
  let codes: readonly string[] = [tidied(program.code)];
  let why = "nothing is said of it";
  for (let round = 0; round <= ROUNDS; round++) {
    const next: string[] = [];
    for (const code of codes) {
      const got = run(code, program, "float32");
      if (typeof got !== "string") {
        const difference = differs(got, exact);
        if (difference === undefined) return round === 0 ? why : undefined;
        why = difference;
      } else {
        why = got;
        next.push(...followed(code, got));
      }
    }
    codes = next;
  }
  return why;
}

for (const program of programs as readonly Program[])
  test(program.code, () => assert.is(unhealed(program), undefined));

test.run();
