/** A whole training step, with what is to become of a bad one decided in one place: the optimizer. */
import { showValue } from "../check.js";
import { headline, isAlarm, type Report } from "../diagnosis/report.js";
import { InputTypeError } from "../errors.js";
import { quietly, withLost } from "../guard.js";
import { type Params, type ParamsOf, type ValueAndGrad, valueAndGrad } from "../tape.js";
import type { AnyTensor } from "../tensor.js";
import { watch, watching } from "../watch.js";
import type { Optimizer, StepResult } from "./optimizer.js";

export type TrainResult<P = Params> = ValueAndGrad<P> & StepResult;

/**
 * Loss, gradients and optimization step in one. A loss or a gradient that is not finite makes it a bad step, and so does an alarm
 * that leaves no doubt, as of a norm that overflowed and was divided by; of it becomes what the optimizer's `onBadStep`
 * says; with `"guard"` it throws as `valueAndGrad` does.
 *
 * @throws NonFiniteError with `onBadStep: "guard"`, under the guard's policy `"throw"`.
 * @throws TrainingStoppedError after `stopAfter` bad steps in a row.
 * @throws InputTypeError as `valueAndGrad` does.
 */
export function trainStep<const P extends Params>(
  step: Optimizer,
  params: P,
  loss: () => AnyTensor,
): TrainResult<P>;
export function trainStep<const P>(
  step: Optimizer,
  params: P & ParamsOf<P>,
  loss: () => AnyTensor,
): TrainResult<P>;
export function trainStep(step: Optimizer, params: Params, loss: () => AnyTensor): TrainResult {
  if (typeof step !== "function" || typeof step.reject !== "function") {
    throw new InputTypeError(
      `trainStep: the optimizer is none, expected one of sgd or adam, got ${showValue(step)}`,
    );
  }
  return step.onBadStep === "guard"
    ? take(step, params, loss)
    : quietly(() => take(step, params, loss));
}

function take(step: Optimizer, params: Params, loss: () => AnyTensor): TrainResult {
  for (const watcher of watching()) watcher.trains?.(step.steps);
  let first: Report | undefined;
  const end = watch({
    reporting: (report) => {
      if (!isAlarm(report)) first ??= report;
      return report;
    },
  });
  const { made, lost } = withLost(() => {
    try {
      return valueAndGrad(params, loss, step.steps + 1);
    } finally {
      end();
    }
  });
  // Where only the loss is bad, no gradient has an element to count as 0.
  const zeroed =
    step.onBadStep === "zero" && !Object.values(made.health.absMax).every(Number.isFinite);
  if (made.health.finite || zeroed) {
    if (lost !== undefined) return { ...made, ...step.reject(headline(lost), lost) };
    return { ...made, ...step(params, made.grads) };
  }
  const what = Number.isFinite(made.loss) ? "a gradient" : "the loss";
  return { ...made, ...step.reject(`${first?.sink ?? what} is not finite`, first) };
}
