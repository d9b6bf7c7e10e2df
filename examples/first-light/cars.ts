/** Miles per gallon from a table in which values are missing. */
import { type Scaling, Table } from "../../src/data/index.js";
import {
  adam,
  kaiming,
  linear,
  mse,
  type Optimizer,
  type Parameter,
  parameter,
  scope,
  showReport,
  type Tensor,
  tanh,
  valueAndGrad,
  zeros,
} from "../../src/index.js";
import { random } from "../../src/nn/init.js";
import { reportOf } from "./attempt.js";
import { batches, type Car, loadCars, shuffled } from "./data.js";
import type { CarsRecord } from "./record.js";
import { block, progress } from "./show.js";

const TARGET = "Miles_per_Gallon";
const FEATURES = ["Cylinders", "Displacement", "Horsepower", "Weight_in_lbs", "Acceleration"];
const HELD_OUT = 80;
const HIDDEN = 16;
const BATCH = 32;
const SEED = 1;

export function playCars({ epochs }: { readonly epochs: number }): CarsRecord {
  const records = loadCars();
  const all = Table.fromRecords(records, [...FEATURES, TARGET], { missing: "nan" });
  const known = all.dropMissing(TARGET);
  showMissing(all, known);
  const order = shuffled(known.length, random(SEED));
  const held = known.take(order.slice(0, HELD_OUT));
  const train = known.take(order.slice(HELD_OUT));

  console.log("\nAs they come, training stops at the first bad step:");
  const report = reportOf(() => fit(train, epochs));
  block(showReport(report));
  showCar(records, report.row);

  console.log('\nWith train.impute("median"):');
  const model = fit(train.impute("median"), epochs);
  const { error, guess } = judge(model, held.impute("median", train));
  model.dispose();
  console.log(
    `on ${held.length} cars it has not seen it is off by ${error.toFixed(2)} mpg (root mean square); the median of all would be by ${guess.toFixed(2)}`,
  );
  return { report, heldOutError: error };
}

function showMissing(all: Table, known: Table): void {
  const missing = Object.entries(all.missing()).filter(([, count]) => count > 0);
  const list = missing.map(([column, count]) => `${count} × ${column}`).join(", ");
  console.log(`${all.length} cars; missing: ${list}`);
  console.log(`${all.length - known.length} without ${TARGET} have nothing to learn: dropped`);
}

function showCar(records: readonly Car[], row: number | string | undefined): void {
  const car = records[Number(row)];
  if (car !== undefined) block(`row ${row} is the ${car.Name}: ${JSON.stringify(car)}`);
}

interface Model {
  readonly scalings: Readonly<Record<string, Scaling>>;
  readonly params: readonly Parameter[];
  /** From features, scaled, to miles per gallon, scaled. */
  predict(features: Tensor): Tensor;
  dispose(): void;
}

function makeModel(scalings: Model["scalings"]): Model {
  const w1 = parameter("fc1.weight", kaiming([FEATURES.length, HIDDEN], { seed: 1 }));
  const b1 = parameter("fc1.bias", zeros([HIDDEN]));
  const w2 = parameter("fc2.weight", kaiming([HIDDEN, 1], { seed: 2 }));
  const b2 = parameter("fc2.bias", zeros([1]));
  const params = [w1, b1, w2, b2];
  return {
    scalings,
    params,
    predict: (features) => linear(tanh(linear(features, w1, b1)), w2, b2),
    dispose() {
      for (const param of params) param.dispose();
    },
  };
}

/** The mean squared error of the model on cars that are scaled. */
function lossOn({ predict }: Pick<Model, "predict">, cars: Table): Tensor {
  const features = cars.select(FEATURES).tensor("cars");
  return mse(predict(features), cars.select([TARGET]).tensor("mpg"));
}

/** @throws NonFiniteError at the first bad step. */
function fit(train: Table, epochs: number): Model {
  const model = makeModel(train.robustScaling());
  const cars = train.scale(model.scalings);
  const step = adam({ lr: 5e-3, clip: { globalNorm: 1 } });
  const next = random(SEED);
  const bar = progress("cars", epochs);
  try {
    for (let e = 1; e <= epochs; e++) {
      const loss = epoch(model, step, cars, next);
      bar.update(e);
      if (e % 100 === 0) bar.note(`epoch ${e} of ${epochs}, loss ${loss.toFixed(4)}`);
    }
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    bar.stop();
    step.dispose();
  }
}

/** Once through the cars; gives the mean loss. */
function epoch(model: Model, step: Optimizer, cars: Table, next: () => number): number {
  let total = 0;
  for (const positions of batches(shuffled(cars.length, next), BATCH)) {
    const batch = cars.take(positions);
    const { loss, grads } = valueAndGrad(model.params, () => lossOn(model, batch), step.steps + 1);
    step(model.params, grads);
    total += loss * batch.length;
  }
  return total / cars.length;
}

/** Root mean square error in miles per gallon: of the model, and of always guessing the median. */
function judge(model: Model, held: Table): { error: number; guess: number } {
  const cars = held.scale(model.scalings);
  const unit = model.scalings[TARGET]?.scale ?? 1;
  const guess = { predict: () => zeros([cars.length, 1]) };
  const rms = (by: Pick<Model, "predict">) =>
    scope(() => unit * Math.sqrt(lossOn(by, cars).item()));
  return { error: rms(model), guess: rms(guess) };
}
