/** Running a case on whatever build is active. */
import { checkWhole, hasFields } from "../../check.js";
import { scope, tensor } from "../../create.js";
import { showNumber } from "../../diagnosis/report.js";
import { guard } from "../../guard.js";
import * as finigrad from "../../index.js";
import { mul } from "../../ops/arithmetic.js";
import { sum } from "../../ops/reduce.js";
import { valueAndGrad } from "../../tape.js";
import { Tensor } from "../../tensor.js";
import { sameFloat } from "../compare.js";
import { checkGiven, fail } from "../failure.js";
import {
  type Case,
  flatten,
  isElementwise,
  isFilled,
  isRefusal,
  type Numbers,
  shapeOf,
} from "./case.js";
import { codeOf } from "./programs.js";

/** Ordinary numbers, which have ordinary results under every op. */
const ORDINARY = [0.5, 0.75, 0.25, 0.625, 0.875];

/** What came of a case. */
export interface Outcome {
  readonly values: readonly number[];
  /** By each input; undefined where no gradient was asked for. */
  readonly gradients: readonly (readonly number[])[] | undefined;
  readonly masked: number;
  readonly guarded: number;
}

/** How the docs, and failures, write a case. */
export function showCase({ op, says, inputs, options }: Case): string {
  if (says !== undefined) return says;
  const args = inputs.map(showNumbers);
  if (options !== undefined) args.push(showOptions(options));
  return `${op}(${args.join(", ")})`;
}

function showOptions(options: Readonly<Record<string, unknown>>): string {
  const { labels, ...rest } = options;
  const named = Object.entries(rest).map(([key, value]) => `${key}: ${value}`);
  const shown = named.length === 0 ? [] : [`{ ${named.join(", ")} }`];
  return [...(labels === undefined ? [] : [showNumbers(labels as number[])]), ...shown].join(", ");
}

/** Numbers as the docs write them. */
export function showNumbers(numbers: Numbers): string {
  if (typeof numbers === "number") return showNumber(numbers);
  if (isFilled(numbers)) return `[${numbers.shape.join(" × ")} times ${showNumber(numbers.fill)}]`;
  return `[${numbers.map(showNumbers).join(", ")}]`;
}

type Callable = (...args: unknown[]) => unknown;

/** Calls what the case is about. `labels` is what a loss takes in second place. */
function call({ op, call: own, options }: Case, inputs: readonly Tensor[]): unknown {
  if (own !== undefined) return own(...inputs);
  const callable = (finigrad as unknown as Record<string, Callable | undefined>)[op];
  if (callable === undefined) throw new Error(`no function "${op}"`);
  const { labels, ...rest } = options ?? {};
  const args: unknown[] = labels === undefined ? [...inputs] : [...inputs, labels];
  return options === undefined ? callable(...args) : callable(...args, rest);
}

function upload(data: Numbers, i: number): Tensor {
  return tensor(Float32Array.from(flatten(data)), { shape: shapeOf(data), name: `x${i}` });
}

/** Runs a case with other numbers in place of its own, and without judging it. */
function run(it: Case, data: readonly Numbers[], cotangent: Numbers | undefined): Outcome {
  return scope(() => {
    const inputs = data.map(upload);
    let values: readonly number[] = [];
    const body = () => {
      const out = call(it, inputs);
      if (!(out instanceof Tensor)) {
        values = out as readonly number[];
        return undefined;
      }
      values = [...out.raw];
      return out;
    };
    if (it.gradient === undefined) {
      body();
      return { values, gradients: undefined, masked: 0, guarded: 0 };
    }
    const params = Object.fromEntries(inputs.map((x, i) => [`x${i}`, x]));
    const { grads, health } = valueAndGrad(params, () => {
      const out = body() as Tensor;
      const weights = cotangent === undefined ? undefined : Float32Array.from(flatten(cotangent));
      return sum(weights === undefined ? out : mul(out, tensor(weights, out.shape)));
    });
    const gradients = inputs.map((_, i) => [...(grads[`x${i}`] as Tensor).raw]);
    const { maskedSingularities: masked, guardedElements } = health;
    return { values, gradients, masked, guarded: guardedElements };
  });
}

/** Under the policy that the case asks for, from whatever policy is in force. */
function underPolicy<T>({ policy, quiet }: Case, body: () => T): T {
  const onNonFinite = quiet ? "throw" : "ignore";
  return guard({ policy: policy ?? "subgradient", at: "sink", onNonFinite }, body);
}

/** Runs a case as it stands. */
export function runCase(it: Case): Outcome {
  return underPolicy(it, () => run(it, it.inputs, it.cotangent));
}

function judge(
  what: string,
  it: Case,
  actual: readonly number[],
  expected: readonly number[],
  signs: boolean,
): void {
  if (actual.length !== expected.length) {
    fail(
      "semantics",
      `${what} has ${actual.length} elements, expected ${expected.length}`,
      actual,
      expected,
    );
  }
  actual.forEach((value, i) => {
    const wanted = expected[i] ?? NaN;
    if (sameFloat(value, wanted, it.ulp ?? 1, signs)) return;
    fail(
      "semantics",
      `${what}[${i}] is ${showNumber(value)}, expected ${showNumber(wanted)}`,
      actual,
      expected,
    );
  });
}

function judgeCount(what: string, actual: number, expected: number | undefined): void {
  if (expected === undefined || actual === expected) return;
  fail("semantics", `${what}: ${actual} counted, expected ${expected}`, actual, expected);
}

function checkRefusal(it: Case): void {
  const { value } = it;
  if (!isRefusal(value)) return;
  let thrown: unknown;
  try {
    runCase(it);
  } catch (error) {
    thrown = error;
  }
  const code = codeOf(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (code !== value.code || !value.message.test(message)) {
    const expected = `${value.code} ${value.message}`;
    fail(
      "semantics",
      `${showCase(it)} ends in ${code ?? "no error of this package"}: ${message}`,
      message,
      expected,
    );
  }
}

/** @throws InputTypeError */
function checkIs(op: string, it: unknown): void {
  const isOne = hasFields(it) && typeof it.op === "string" && Array.isArray(it.inputs);
  checkGiven(op, it, isOne && it.value !== undefined, "a case, as those of semantics");
}

/** @throws KitAssertionError when the case does not hold on the active build; InputTypeError for what is no case. */
export function checkCase(it: Case): void {
  checkIs("checkCase", it);
  if (isRefusal(it.value)) {
    checkRefusal(it);
    return;
  }
  const what = showCase(it);
  const outcome = runCase(it);
  judge(what, it, outcome.values, flatten(it.value), it.eitherZero !== true);
  it.gradient?.forEach((expected, i) => {
    if (expected === null) return;
    judge(`${what}, gradient ${i}`, it, outcome.gradients?.[i] ?? [], flatten(expected), false);
  });
  judgeCount(`${what}, masked singularities`, outcome.masked, it.masked);
  judgeCount(`${what}, guarded elements`, outcome.guarded, it.guarded);
}

// ── Lanes ────────────────────────────────────────────────────────────────────────────────────────

const ordinary = (n: number, which: number): number[] =>
  Array.from({ length: n }, (_, i) => ORDINARY[(i + 2 * which) % ORDINARY.length] as number);

const replaced = (list: readonly number[], at: number, value: number): number[] =>
  list.map((old, i) => (i === at ? value : old));

/** The case at element `at` of `n`, among ordinary numbers. */
function checkLane(it: Case, n: number, at: number, plain: Outcome): void {
  const data = it.inputs.map((x, which) => replaced(ordinary(n, which), at, x as number));
  const weights = replaced(new Array<number>(n).fill(1), at, (it.cotangent as number) ?? 1);
  const outcome = underPolicy(it, () => run(it, data, weights));
  const what = `${showCase(it)} as element ${at} of ${n}`;
  judge(
    what,
    it,
    outcome.values,
    replaced(plain.values, at, it.value as number),
    it.eitherZero !== true,
  );
  it.gradient?.forEach((expected, i) => {
    if (expected === null) return;
    const others = plain.gradients?.[i] ?? [];
    judge(
      `${what}, gradient ${i}`,
      it,
      outcome.gradients?.[i] ?? [],
      replaced(others, at, expected as number),
      false,
    );
  });
  judgeCount(`${what}, masked singularities`, outcome.masked, it.masked);
  judgeCount(`${what}, guarded elements`, outcome.guarded, it.guarded);
}

/**
 * A case of one element, put at every place of every length up to `longest`: every lane, and every
 * element of the tail. What stands beside it must come out as without it.
 *
 * @throws KitAssertionError; InputTypeError for what is no case.
 */
export function checkLanes(it: Case, longest = 33): void {
  checkIs("checkLanes", it);
  checkWhole("checkLanes", "longest", longest, 0);
  if (!isElementwise(it)) return;
  for (let n = 0; n <= longest; n++) {
    const data = it.inputs.map((_, which) => ordinary(n, which));
    const plain = underPolicy(it, () => run(it, data, new Array<number>(n).fill(1)));
    if (n === 0 && plain.values.length !== 0) {
      fail(
        "semantics",
        `${showCase(it)} of no elements has ${plain.values.length}`,
        plain.values,
        [],
      );
    }
    for (let at = 0; at < n; at++) checkLane(it, n, at, plain);
  }
}
