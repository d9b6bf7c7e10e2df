import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  cos,
  cosh,
  sin,
  sinh,
  tan,
} from "../../src/index.js";
import { UNARY_SLOPES } from "../kit/slopes.js";
import { at, unarySpec } from "../kit/spec.js";

export const trigonometry = {
  sin: unarySpec({
    slope: UNARY_SLOPES.sin,
    call: sin,
    f: Math.sin,
    domain: [-50, 50],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [0, -0, Infinity, NaN, 1e22],
        [0, -0, NaN, NaN, Math.sin(Math.fround(1e22))],
        [1, 1, NaN, NaN, Math.cos(Math.fround(1e22))],
      ),
    ],
  }),
  cos: unarySpec({
    slope: UNARY_SLOPES.cos,
    call: cos,
    f: Math.cos,
    domain: [-50, 50],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([0, Infinity, NaN, 3e38], [1, NaN, NaN, Math.cos(Math.fround(3e38))])],
  }),
  tan: unarySpec({
    slope: UNARY_SLOPES.tan,
    call: tan,
    f: Math.tan,
    domain: [-1.4, 1.4],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([0, -0, Infinity, NaN, 1e30], [0, -0, NaN, NaN, Math.tan(Math.fround(1e30))])],
  }),
  asin: unarySpec({
    slope: UNARY_SLOPES.asin,
    call: asin,
    f: Math.asin,
    domain: [-0.9, 0.9],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [-1, 1, 2, NaN, -0],
        [-Math.PI / 2, Math.PI / 2, NaN, NaN, -0],
        [Infinity, Infinity, NaN, NaN, 1],
      ),
    ],
  }),
  acos: unarySpec({
    slope: UNARY_SLOPES.acos,
    call: acos,
    f: Math.acos,
    domain: [-0.9, 0.9],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([-1, 1, 2, NaN], [Math.PI, 0, NaN, NaN], [-Infinity, -Infinity, NaN, NaN])],
  }),
  atan: unarySpec({
    slope: UNARY_SLOPES.atan,
    call: atan,
    f: Math.atan,
    domain: [-20, 20],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [-Infinity, Infinity, -0, NaN, 1e30],
        [-Math.PI / 2, Math.PI / 2, -0, NaN, Math.PI / 2],
        [0, 0, 1, NaN, 0],
      ),
    ],
  }),
  sinh: unarySpec({
    slope: UNARY_SLOPES.sinh,
    call: sinh,
    f: Math.sinh,
    domain: [-20, 20],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([-Infinity, 90, -0, NaN], [-Infinity, Infinity, -0, NaN])],
  }),
  cosh: unarySpec({
    slope: UNARY_SLOPES.cosh,
    call: cosh,
    f: Math.cosh,
    domain: [-20, 20],
    ulp: 1,
    gradientUlp: 4,
    limits: [at([-Infinity, 90, 0, NaN], [Infinity, Infinity, 1, NaN])],
  }),
  asinh: unarySpec({
    slope: UNARY_SLOPES.asinh,
    call: asinh,
    f: Math.asinh,
    domain: [-20, 20],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [-Infinity, -0, NaN, 1e30],
        [-Infinity, -0, NaN, Math.asinh(Math.fround(1e30))],
        [0, 1, NaN, 1e-30],
      ),
    ],
  }),
  acosh: unarySpec({
    slope: UNARY_SLOPES.acosh,
    call: acosh,
    f: Math.acosh,
    domain: [1.1, 20],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [1, 0.5, Infinity, NaN, 1e30],
        [0, NaN, Infinity, NaN, Math.acosh(Math.fround(1e30))],
        [Infinity, NaN, 0, NaN, 1e-30],
      ),
    ],
  }),
  atanh: unarySpec({
    slope: UNARY_SLOPES.atanh,
    call: atanh,
    f: Math.atanh,
    domain: [-0.9, 0.9],
    ulp: 1,
    gradientUlp: 4,
    limits: [
      at(
        [-1, 1, 2, -0, NaN],
        [-Infinity, Infinity, NaN, -0, NaN],
        [Infinity, Infinity, NaN, 1, NaN],
      ),
    ],
  }),
};
