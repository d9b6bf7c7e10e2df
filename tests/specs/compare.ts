import {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  type Tensor,
  where,
} from "../../src/index.js";
import { broadcastAt, draw, type Nd, nd } from "../kit/reference.js";
import { at, binarySpec, pair, type Spec, unarySpec } from "../kit/spec.js";

function comparison(
  call: (a: Tensor, b: Tensor) => Tensor,
  f: (a: number, b: number) => boolean,
): Spec {
  return binarySpec({
    call,
    f: (a, b) => Number(f(a, b)),
    domain: [-2, 2],
    ulp: 0,
    gradientUlp: null,
    limits: [
      pair(
        [NaN, 1, NaN, 0, 1, Infinity],
        [1, NaN, NaN, -0, 1, Infinity],
        [f(NaN, 1), f(1, NaN), f(NaN, NaN), f(0, 0), f(1, 1), f(1, 1)].map(Number),
      ),
    ],
  });
}

export const compare = {
  greater: comparison(greater, (a, b) => a > b),
  greaterEqual: comparison(greaterEqual, (a, b) => a >= b),
  less: comparison(less, (a, b) => a < b),
  lessEqual: comparison(lessEqual, (a, b) => a <= b),
  equal: comparison(equal, (a, b) => a === b),
  notEqual: comparison(notEqual, (a, b) => a !== b),
  logicalAnd: comparison(logicalAnd, (a, b) => a !== 0 && b !== 0),
  logicalOr: comparison(logicalOr, (a, b) => a !== 0 || b !== 0),
  logicalXor: comparison(logicalXor, (a, b) => (a !== 0) !== (b !== 0)),
  logicalNot: unarySpec({
    call: logicalNot,
    f: (x) => Number(x === 0),
    domain: [-2, 2],
    ulp: 0,
    gradientUlp: null,
    limits: [at([0, -0, 1, NaN, -Infinity, 1e-45], [1, 1, 0, 0, 0, 0])],
  }),
  where: {
    call: (c, a, b) => where(c as Tensor, a as Tensor, b as Tensor),
    reference: (c, a, b) => {
      const [mask, left, right] = [c as Nd, a as Nd, b as Nd];
      return left.data.map((x, i) =>
        broadcastAt(mask, left.shape, i) !== 0 ? x : broadcastAt(right, left.shape, i),
      );
    },
    inputs: (n, seed) => [
      { shape: [n], data: draw([n], -1, 1, seed).data.map((v) => Number(v > 0)) },
      draw([2, n], -2, 2, seed + 1),
      draw(n % 2 ? [n] : [], -2, 2, seed + 2),
    ],
    ulp: 0,
    gradientUlp: 1,
    differentiable: [false, true, true],
    special: [false, true, true],
    float64: true,
    limits: [
      {
        inputs: [nd([2], [1, 0]), nd([2], [1, NaN]), nd([2], [Infinity, 2])],
        value: [1, 2],
        gradient: [null, [1, 0], [0, 1]],
      },
    ],
  } satisfies Spec,
};
