import { exp, log, log1p, sqrt } from "../../src/index.js";
import { at, unarySpec } from "../kit/spec.js";

export const elementary = {
  exp: unarySpec({
    call: exp,
    f: Math.exp,
    domain: [-87, 88],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at([-Infinity, Infinity, 0, -0, NaN], [0, Infinity, 1, 1, NaN], [0, Infinity, 1, 1, NaN]),
      at(
        [88.72283, 88.73, -103.9, -104],
        [Math.exp(Math.fround(88.72283)), Infinity, 2 ** -149, 0],
      ),
    ],
  }),
  log: unarySpec({
    call: log,
    f: Math.log,
    domain: [1e-3, 50],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [0, -0, 1, Infinity, -1, NaN],
        [-Infinity, -Infinity, 0, Infinity, NaN, NaN],
        [Infinity, Infinity, 1, 0, NaN, NaN],
      ),
      at([1.401298464324817e-45], [-103.27893]),
    ],
  }),
  log1p: unarySpec({
    call: log1p,
    f: Math.log1p,
    domain: [-0.9, 50],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [1e-10, -1, 0, -0, Infinity, -2],
        [1e-10, -Infinity, 0, -0, Infinity, NaN],
        [1, Infinity, 1, 1, 0, NaN],
      ),
    ],
  }),
  sqrt: unarySpec({
    call: sqrt,
    f: Math.sqrt,
    domain: [1e-2, 50],
    ulp: 0.5,
    gradientUlp: 4,
    limits: [
      at(
        [0, -0, 4, Infinity, -1, NaN],
        [0, -0, 2, Infinity, NaN, NaN],
        [Infinity, Infinity, 0.25, 0, NaN, NaN],
      ),
    ],
  }),
};
