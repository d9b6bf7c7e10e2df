/** Between the two types of number. */
import { checkDType } from "../check.js";
import { type Explanation, operand } from "../diagnosis/diagnose.js";
import { showNumber } from "../diagnosis/report.js";
import { apply, type Op } from "../op.js";
import type { Kernels } from "../runtime.js";
import type { DType, Tensor } from "../tensor.js";
import { asTensor } from "./define.js";
import { equation } from "./explain.js";

type Convert = (y: number, x: number, n: number) => number;

/** Both ways change the type, so that the gradient goes through the other one. */
const to = (k: Kernels, dtype: DType): Convert =>
  dtype === "float64" ? k.widen_f32 : k.narrow_f64;

function explain(dtype: DType, x: number, y: number): Explanation {
  const expression = equation(`${dtype}(${showNumber(x)})`, y);
  return { expression, cause: "narrowing", fix: ["cast-range", "scale-input"] };
}

function castOp(dtype: DType): Op<undefined> {
  const other = dtype === "float64" ? "float32" : "float64";
  return {
    name: "cast",
    float64: true,
    dtype,
    shape: ([x]) => (x as Tensor).shape,
    written: () => `"${dtype}"`,
    forward: (k, { inputs: [x], out }) => to(k, dtype)(out.at, (x as Tensor).at, out.size),
    locate: ({ inputs: [x] }, flat) => {
      const element = operand("x", x as Tensor, flat);
      return { operands: [element], explain: (y) => explain(dtype, element.value, y) };
    },
    backward: [
      {
        run: (k, _, dy, dx) => to(k, other)(dx.at, dy.at, dx.size),
        locate: (_, dy, flat) => {
          const element = operand("dy", dy, flat);
          return { operands: [element], explain: (dx) => explain(other, element.value, dx) };
        },
      },
    ],
  };
}

const OPS = { float32: castOp("float32"), float64: castOp("float64") };

/**
 * x with its numbers as `dtype`; x itself where they are that already. To float64 exactly; to float32 rounded
 * to nearest, where what is too large becomes ∞, a birth with the cause `narrowing`. The gradient
 * goes the other way, in the type of x.
 *
 * @throws InputTypeError when there is no such type.
 */
export function cast<D extends DType>(x: Tensor<DType>, dtype: D): Tensor<D> {
  checkDType("cast", dtype);
  const from = asTensor("cast", "x", x);
  from.use("cast");
  return (
    from.dtype === (dtype as DType) ? from : apply(OPS[dtype], [from], undefined)
  ) as Tensor<D>;
}
