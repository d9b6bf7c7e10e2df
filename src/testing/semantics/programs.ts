/** Decisions about what is no op: optimizers, input, shapes, counters. */
import { full, parameter, tensor, zeros } from "../../create.js";
import { isFinigradError } from "../../errors.js";
import { guard } from "../../guard.js";
import { add } from "../../ops/arithmetic.js";
import { where } from "../../ops/compare.js";
import { health } from "../../ops/finite.js";
import { crossEntropy } from "../../ops/loss.js";
import { adam } from "../../optim/adam.js";
import { globalNorm } from "../../optim/clip.js";
import type { Optimizer } from "../../optim/optimizer.js";
import { sgd } from "../../optim/sgd.js";
import type { Tensor } from "../../tensor.js";
import type { Case, Refusal, Row } from "./case.js";

const HUNDRED = Array.from({ length: 100 }, (_, i) => `w${i}`);

/** A hundred parameters of one element, and gradients for them. */
function hundred(p: number, g: number) {
  const params = Object.fromEntries(HUNDRED.map((name) => [name, full([1], p)]));
  const grads = Object.fromEntries(HUNDRED.map((name) => [name, full([1], g)]));
  return { params, grads };
}

/** What each of a hundred parameters is after one step from 1. */
function afterClipping(g: number): readonly number[] {
  const { params, grads } = hundred(1, g);
  sgd({ lr: 1, clip: { globalNorm: 1 } })(params, grads);
  return [params.w0, params.w99].map((p) => (p as Tensor).toArray()[0] ?? NaN);
}

/** The code of the error that a step from 1 ends in, whether it was applied, and p, m, v after it. */
function step(rule: Optimizer, gradient: number): readonly number[] {
  using p = parameter("w", [1]);
  const grads = { w: full([1], gradient) };
  try {
    const { applied } = guard({ onNonFinite: "ignore", at: "sink" }, () => rule({ w: p }, grads));
    const state = (which: "m" | "v") => rule.state(p, which)?.toArray()[0] ?? 0;
    return [Number(applied), p.toArray()[0] ?? NaN, state("m"), state("v")];
  } finally {
    rule.dispose();
  }
}

/** The row and column that a refusal names: the message is what is tested. */
function refused(
  says: string,
  run: () => unknown,
  code: string,
  message: RegExp,
  op = "tensor",
): Case {
  const value: Refusal = { code, message };
  return {
    op,
    says,
    inputs: [],
    call: () => {
      run();
      return [];
    },
    value,
  };
}

const untyped = (data: unknown): Tensor => tensor(data as number[]);

export const PROGRAMS: readonly Row[] = [
  {
    id: 32,
    title: "the global norm of a hundred gradients of 1e20, clipped to 1",
    others: "PyTorch zeroes the gradients without a word",
    cases: [
      {
        op: "globalNorm",
        says: "globalNorm(a hundred [1e20])",
        inputs: [],
        call: () => [Math.fround(globalNorm(Object.values(hundred(0, 1e20).grads)))],
        value: [1e21],
      },
      {
        op: "sgd",
        says: "sgd({ lr: 1, clip: { globalNorm: 1 } }) from 1",
        inputs: [],
        call: () => afterClipping(1e20),
        value: [0.9, 0.9],
      },
    ],
  },
  {
    id: 33,
    title: "clipping gradients of 0",
    others: "optax: 0 / 0",
    cases: [
      {
        op: "sgd",
        says: "sgd({ lr: 1, clip: { globalNorm: 1 } }) from 1, gradient 0",
        inputs: [],
        call: () => afterClipping(0),
        value: [1, 1],
        quiet: true,
      },
    ],
  },
  {
    id: 34,
    title: "Adam after a gradient whose square is beyond float32",
    note: "The step is refused with a report; p, m and v stay. Of 1e19 the square is finite after its factor of 0.001: the step is taken. Given as applied, p, m, v.",
    others: "tfjs: the parameter is frozen for ever (executed)",
    cases: [
      {
        op: "adam",
        says: "adam({ lr: 0.1 }), gradient 1e21",
        inputs: [],
        call: () => step(adam({ lr: 0.1 }), 1e21),
        value: [0, 1, 0, 0],
      },
      {
        op: "adam",
        says: "adam({ lr: 0.1 }), gradient 1e19",
        inputs: [],
        call: () => step(adam({ lr: 0.1 }), 1e19),
        value: [1, 0.9, 1e18, 1e35],
        ulp: 8,
      },
    ],
  },
  {
    id: 35,
    title: "a NaN gradient in an optimizer",
    note: "The step is skipped, the parameter named; p, m and v stay. Given as applied, p, m, v.",
    others: "tfjs: every weight is NaN from the next step on (executed)",
    cases: [
      {
        op: "adam",
        says: "adam({ lr: 0.1 }), gradient NaN",
        inputs: [],
        call: () => step(adam({ lr: 0.1 }), NaN),
        value: [0, 1, 0, 0],
      },
      {
        op: "sgd",
        says: "sgd({ lr: 0.1 }), gradient ∞",
        inputs: [],
        call: () => step(sgd({ lr: 0.1 }), Infinity),
        value: [0, 1, 0, 0],
      },
      {
        op: "adam",
        says: "adam({ lr: 0.1 }), gradient NaN, under the default policy",
        inputs: [],
        call: () => {
          const p = full([1], 1);
          return [Number(adam({ lr: 0.1 })({ w: p }, { w: full([1], NaN) }).applied)];
        },
        quiet: true,
        value: { code: "GRAD_NAN", message: /the gradient of parameter "w" is NaN/ },
      },
    ],
  },
  {
    id: 41,
    title: "subnormal numbers",
    others: "XLA flushes them to 0",
    cases: [
      {
        op: "health",
        says: "health([1e-40, 1, -1e-42]).subnormals",
        inputs: [],
        call: () => [health(Float32Array.of(1e-40, 1, -1e-42)).subnormals],
        value: [2],
      },
    ],
  },
  {
    id: 43,
    title: "what is no number, in input from JavaScript",
    note: "Refused with its place.",
    others: "`Float32Array.from` turns half of it into numbers (executed)",
    cases: [
      refused(
        "tensor([[1, 2], [3, null]])",
        () =>
          untyped([
            [1, 2],
            [3, null],
          ]),
        "BAD_TYPE",
        /data\[1, 1\].*null/,
      ),
      refused(
        "tensor([1, undefined])",
        () => untyped([1, undefined]),
        "BAD_TYPE",
        /data\[1\].*undefined/,
      ),
      refused("tensor([1, ''])", () => untyped([1, ""]), "BAD_TYPE", /data\[1\].*string/),
      refused("tensor([true])", () => untyped([true]), "BAD_TYPE", /data\[0\].*boolean/),
      refused("tensor([1, [5]])", () => untyped([1, [5]]), "BAD_TYPE", /data\[1\]/),
      refused("tensor([new Date(0)])", () => untyped([new Date(0)]), "BAD_TYPE", /data\[0\].*Date/),
      refused("tensor([[1, 2], [3]])", () => untyped([[1, 2], [3]]), "BAD_TYPE", /data\[1\]/),
      refused("tensor('1')", () => untyped("1"), "BAD_TYPE", /string "1"/),
    ],
  },
  {
    id: 44,
    title: "a finite f64 beyond the range of float32",
    others: "∞, without a word",
    cases: [
      refused(
        "tensor([1, 1e39])",
        () => tensor([1, 1e39]),
        "BAD_VALUE",
        /data\[1\].*too large for float32/,
      ),
      refused(
        "tensor(Float64Array.of(-4e38))",
        () => tensor(Float64Array.of(-4e38)),
        "BAD_VALUE",
        /too large for float32/,
      ),
    ],
  },
  {
    id: 45,
    title: "NaN as a label, an index or a mask",
    others: "0, or the smallest integer",
    cases: [
      refused(
        "crossEntropy([[1, 2]], [NaN])",
        () => crossEntropy(tensor([[1, 2]]), [NaN]),
        "BAD_VALUE",
        /labels\[0\].*NaN/,
        "crossEntropy",
      ),
      refused(
        "where([1, NaN], 1, 2)",
        () => where(tensor([1, NaN]), 1, 2),
        "BAD_VALUE",
        /condition\[1\] is NaN/,
        "where",
      ),
    ],
  },
  {
    id: 46,
    title: "shapes that do not fit, tensors that were freed, sizes beyond the integers",
    note: "A typed error, before anything is allocated.",
    others: "a trap in WebAssembly",
    cases: [
      refused(
        "add([1, 2], [1, 2, 3])",
        () => add(tensor([1, 2]), tensor([1, 2, 3])),
        "BAD_SHAPE",
        /\[2\] and \[3\]/,
        "add",
      ),
      refused(
        "zeros([2 ** 40, 2 ** 40])",
        () => zeros([2 ** 40, 2 ** 40]),
        "BAD_SHAPE",
        /shape is too large/,
        "zeros",
      ),
      refused("zeros([-1])", () => zeros([-1]), "BAD_SHAPE", /bad shape/, "zeros"),
      refused(
        "add(a disposed tensor, 1)",
        () => {
          const gone = tensor([1]);
          gone.dispose();
          return add(gone, 1);
        },
        "DISPOSED",
        /is disposed/,
        "add",
      ),
    ],
  },
  {
    id: 47,
    title: "the same call on the builds simd, threads and debug",
    note: "The same bits, value and gradient: every case on this page is compared. The relaxed build fuses multiply and add, and may differ in the last bit.",
    others: "they differ",
    cases: [],
  },
];

/** The code of one of this package's errors. */
export function codeOf(error: unknown): string | undefined {
  return isFinigradError(error) ? error.code : undefined;
}
