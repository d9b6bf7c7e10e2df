/** Copies. */
import { checkTensor } from "../create.js";
import { operand } from "../diagnosis/diagnose.js";
import { apply, type Op } from "../op.js";
import { follows } from "../tape.js";
import { type DType, INFINITY_BITS, Tensor } from "../tensor.js";
import { explainValue } from "./explain.js";

/** Writes the elements of `from` into `to`, and gives their peak word. */
function copy(to: Tensor, from: Tensor): number {
  from.look();
  to.raw.set(from.raw);
  return from.peak;
}

const op: Op<undefined> = {
  name: "clone",
  float64: true,
  shape: ([x]) => (x as Tensor).shape,
  forward: (_, { inputs: [x], out }) => copy(out, x as Tensor),
  locate: ({ inputs: [x] }, flat) => {
    const element = operand("x", x as Tensor, flat);
    return { operands: [element], explain: (y) => explainValue("clone", element.value, y) };
  },
  backward: [
    {
      run: (_kernels, _call, dy, dx) => copy(dx, dy),
      locate: (_, dy, flat) => {
        const element = operand("dy", dy, flat);
        return { operands: [element], explain: (dx) => explainValue("clone", element.value, dx) };
      },
    },
  ],
};

/** A copy of what is no part of a gradient: of the same origin, and what is known of x is known of it. */
function twin<D extends DType>(x: Tensor<D>): Tensor<D> {
  const made = new Tensor<D>(x.shape, "clone", x.origin === "op" ? "op" : "input", x.name, x.dtype);
  made.raw.set(x.raw);
  made.peak = x.peak;
  made.taint = x.peak >= INFINITY_BITS ? x.taint : undefined;
  made.past = x.past;
  return made;
}

/** A copy with memory of its own. A gradient goes through it: under `noGrad` it does not. */
export function clone<D extends DType>(x: Tensor<D>): Tensor<D> {
  checkTensor("clone", x);
  x.use("clone");
  const made = follows(x) ? (apply(op, [x as Tensor], undefined) as Tensor<D>) : twin(x);
  made.name = x.name;
  made.labels = x.labels;
  return made;
}
