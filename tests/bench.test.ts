/** The bench: every kernel has a case, and a case knows a wrong answer. */
import * as assert from "uvu/assert";
import { allCases, untimed } from "../bench/cases/index.js";
import { fromSpecs } from "../bench/cases/specs.js";
import { type Build, Runtime } from "../src/runtime.js";
import { BUILDS } from "./kit/builds.js";
import { suite } from "./kit/suite.js";

const test = suite("bench");
const [build] = BUILDS as readonly [Build];

test("every kernel has a case", () => {
  const runtime = new Runtime(build);
  assert.equal(untimed(allCases(runtime), runtime), []);
});

test("cases from spec rows check answers, and free what they took", () => {
  const runtime = new Runtime(build);
  const cases = fromSpecs(["silu_forward_f32", "silu_backward_f32"], runtime, [420]);
  assert.equal(
    cases.map(({ kernel, work }) => [kernel, work]),
    [
      ["silu_forward_f32", 420],
      ["silu_backward_f32", 420],
    ],
  );
  for (const one of cases) {
    const ready = one.setup()(runtime);
    ready.run();
    ready.check();
    ready.dispose();
  }
});

test("a kernel with a wrong value or a wrong slope is found out", () => {
  for (const kernel of ["silu_forward_f32", "silu_backward_f32"] as const) {
    const runtime = new Runtime(build);
    const [one] = fromSpecs([kernel], runtime, [420]);
    const right = runtime.kernels[kernel] as (...args: number[]) => number;
    const wrong = (...args: number[]) => {
      const word = right(...args);
      for (let i = 0; i < 420; i++) runtime.floats[(args[0] ?? 0) / 4 + i] = 7;
      return word;
    };
    Object.defineProperty(runtime, "kernels", { value: { ...runtime.kernels, [kernel]: wrong } });
    const ready = one?.setup()(runtime);
    assert.throws(() => ready?.check(), /silu_(forward|backward)_f32 420: wrong/);
  }
});
test.run();
