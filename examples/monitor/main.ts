/**
 * A training that goes wrong under a monitor: a learning rate that is too high, first undone step by step, then
 * let through. Writes the report page. `node --import tsx examples/monitor/main.ts [FILE]`
 */
import {
  adam,
  kaiming,
  linear,
  mse,
  NonFiniteError,
  type Optimizer,
  parameter,
  relu,
  scope,
  sgd,
  TrainingStoppedError,
  tensor,
  trainStep,
  uniform,
  zeros,
} from "../../src/index.js";
import { type Monitor, monitor } from "../../src/monitor/index.js";
import { htmlFile } from "../../src/monitor/node.js";

const STEPS = 300;
const ROWS = 64;

/** y = |x₀| + x₁², from 64 points. */
function data() {
  const x = uniform([ROWS, 2], -1, 1, { seed: 1 });
  x.name = "points";
  const y = Array.from({ length: ROWS }, (_, r) => {
    const [a = 0, b = 0] = x.data.subarray(2 * r, 2 * r + 2);
    return [Math.abs(a) + b * b];
  });
  return { x, y: tensor(y, { name: "target" }) };
}

/** Trains 2-32-1; gives the loss at the end. */
function train(step: Optimizer, watch: Monitor): number {
  return scope(() => {
    const { x, y } = data();
    const params = [
      parameter("fc1.weight", kaiming([2, 32], { seed: 2 })),
      parameter("fc1.bias", zeros([32])),
      parameter("fc2.weight", kaiming([32, 1], { seed: 3 })),
      parameter("fc2.bias", zeros([1])),
    ] as const;
    const [w1, b1, w2, b2] = params;
    let last = Number.NaN;
    try {
      for (let i = 0; i < STEPS; i++) {
        const { loss, applied, action } = trainStep(step, params, () =>
          mse(linear(watch.layer("hidden", relu(linear(x, w1, b1))), w2, b2), y),
        );
        last = loss;
        if (!applied) {
          step.lr /= 100;
          console.log(`  ${action} at step ${step.steps + 1}: the learning rate is ${step.lr} now`);
        }
      }
    } finally {
      for (const gone of [...params, step]) gone.dispose();
    }
    return last;
  });
}

function attempt(title: string, step: Optimizer, file?: string): void {
  console.log(title);
  using watch = monitor({ sinks: file === undefined ? [] : [htmlFile(file, { title })] });
  try {
    console.log(`  loss ${train(step, watch).toPrecision(3)} after ${STEPS} steps`);
  } catch (error) {
    if (!(error instanceof NonFiniteError || error instanceof TrainingStoppedError)) throw error;
    console.log(error.message.replaceAll(/^/gm, "  "));
  }
  for (const { index, code, message } of watch.warnings) {
    console.log(`  warned at step ${index}: [${code}] ${message}`);
  }
}

const [file = "monitor-report.html"] = process.argv.slice(2);
attempt("Adam, as it should be", adam({ lr: 0.01 }));
attempt("SGD, a rate of 5: rolled back", sgd({ lr: 5, onBadStep: "rollback", snapshotEvery: 20 }));
attempt("SGD, a rate of 5", sgd({ lr: 5 }), file);
console.log(`\nwritten: ${file}`);
