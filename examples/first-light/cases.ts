/** The four ways in which a NaN reaches a gradient: the naive code with its report, and what to write. */
import { Table } from "../../src/data/index.js";
import {
  add,
  allFinite,
  div,
  exp,
  greater,
  guard,
  log,
  matmul,
  mean,
  mse,
  parameter,
  showReport,
  sigmoid,
  sum,
  tensor,
  type ValueAndGrad,
  valueAndGrad,
  where,
} from "../../src/index.js";
import { reportOf } from "./attempt.js";
import type { CaseRecord, Outcome } from "./record.js";
import { block, short, source } from "./show.js";

interface Case {
  readonly name: string;
  /** Goes bad. */
  naive(): ValueAndGrad;
  /** The naive code where the default policy saves it. */
  healed?(): ValueAndGrad;
  fixed(): ValueAndGrad;
}

function inAnInput(): CaseRecord {
  using w = parameter("w", [[0.5], [0.5]]);
  const records = [
    { weight: 1.2, power: 0.9 },
    { weight: 0.8, power: null },
  ];
  const cars = Table.fromRecords(records, ["weight", "power"], { missing: "nan" });
  const mpg = tensor([[1.1], [0.7]], { name: "mpg" });
  return play({
    name: "in an input",
    naive: () => valueAndGrad([w], () => mse(matmul(cars.tensor("cars"), w), mpg)),
    fixed: () => valueAndGrad([w], () => mse(matmul(cars.impute("median").tensor("cars"), w), mpg)),
  });
}

function inAWeight(): CaseRecord {
  const lastGood = Float32Array.of(0.5, 0.25);
  using w = parameter("w", [[0.5], [Number.NaN]]);
  const x = tensor([[1, 2]], { name: "x" });
  return play({
    name: "in a weight",
    naive: () => valueAndGrad([w], () => mean(matmul(x, w))),
    fixed: () => {
      if (!allFinite(w)) w.data.set(lastGood);
      return valueAndGrad([w], () => mean(matmul(x, w)));
    },
  });
}

function byOverflow(): CaseRecord {
  using x = parameter("x", [-1, 0, 100]);
  return play({
    name: "by overflow in an activation",
    naive: () => valueAndGrad([x], () => mean(div(exp(x), add(1, exp(x))))),
    fixed: () => valueAndGrad([x], () => mean(sigmoid(x))),
  });
}

function behindAMask(): CaseRecord {
  using x = parameter("x", [0, 1, 2]);
  return play({
    name: "behind a mask, with a finite loss",
    naive: () =>
      guard({ policy: "strict" }, () =>
        valueAndGrad([x], () => sum(where(greater(x, 0), log(x), 0))),
      ),
    healed: () => valueAndGrad([x], () => sum(where(greater(x, 0), log(x), 0))),
    fixed: () =>
      guard({ policy: "strict" }, () =>
        valueAndGrad([x], () => sum(log(where(greater(x, 0), x, 1)))),
      ),
  });
}

function play({ name, naive, healed, fixed }: Case): CaseRecord {
  console.log(`\n● ${name}`);
  showSource("naive", naive);
  const report = reportOf(naive);
  block(showReport(report));
  const saved = healed && outcome("the same under the default policy", healed);
  const after = outcome("fixed", fixed);
  return { name, report, ...(saved && { healed: saved }), fixed: after };
}

/** Runs code whose numbers are finite, and shows its gradients. */
function outcome(title: string, code: () => ValueAndGrad): Outcome {
  showSource(title, code);
  const { loss, grads, health } = code();
  const gradients = Object.fromEntries(
    Object.entries(grads).map(([name, gradient]) => [name, Array.from(gradient.toArray(), short)]),
  );
  const { finite, maskedSingularities } = health;
  block(`loss ${short(loss)}, gradients ${JSON.stringify(gradients)}`);
  if (maskedSingularities > 0) {
    block(`slopes without a value that met a cotangent of 0: ${maskedSingularities}`);
  }
  return { finite, loss, gradients, maskedSingularities };
}

function showSource(title: string, code: () => unknown): void {
  console.log(`\n  ${title}`);
  block(source(code).replaceAll(/^/gm, "| "));
}

export function playCases(): CaseRecord[] {
  return [inAnInput(), inAWeight(), byOverflow(), behindAMask()];
}
