/** What is refused before it is computed. */
import { adam, crossEntropy, parameter, tensor, variance } from "../../src/index.js";
import type { NanCase } from "./case.js";

type Loose = Parameters<typeof tensor>[0];

export const boundary: readonly NanCase[] = [
  {
    id: "48a",
    name: "null among the numbers",
    source: "brain.js#385",
    outcome: "refused",
    naive: () =>
      tensor([
        [1, 2],
        [null, 4],
      ] as unknown as Loose),
    says: { op: "tensor", place: "data[1, 0]", value: "null" },
    fixed: () => [
      ...tensor([
        [1, 2],
        [3, 4],
      ]).toArray(),
    ],
    good: [1, 2, 3, 4],
  },
  {
    id: "48b",
    name: "an empty string among the numbers",
    source: "brain.js#406",
    outcome: "refused",
    naive: () => tensor([1, ""] as unknown as Loose),
    says: { op: "tensor", place: "data[1]", value: 'string ""' },
    fixed: () => [...tensor([1, 0]).toArray()],
    good: [1, 0],
  },
  {
    id: "48c",
    name: "rows of different lengths",
    source: "brain.js#505",
    outcome: "refused",
    naive: () => tensor([[1, 2], [3]] as unknown as Loose),
    says: { op: "tensor", place: "data[1]", value: "1" },
    fixed: () => [
      ...tensor([
        [1, 2],
        [3, 4],
      ]).toArray(),
    ],
    good: [1, 2, 3, 4],
  },
  {
    id: "50",
    name: "the variance of one sample, without bias",
    source: "pytorch#4320",
    outcome: "refused",
    naive: () => variance(tensor([3]), { ddof: 1 }),
    says: { op: "variance", value: "1" },
    fixed: () => [variance(tensor([3])).item()],
    good: [0],
  },
  {
    id: "own-label",
    name: "a NaN for a label",
    source: "mxnet, pytorch forums",
    outcome: "refused",
    naive: () => crossEntropy(tensor([[1, 2]]), [Number.NaN]),
    says: { op: "crossEntropy", place: "labels[0]", value: "NaN" },
    fixed: () => [crossEntropy(tensor([[0, 0]]), [1]).item()],
    good: [Math.LN2],
  },
  {
    id: "45-eps",
    name: "an epsilon of Adam that is 0 in float32",
    source: "optax#1754; tf#2288",
    outcome: "refused",
    naive: () => adam({ lr: 0.1, eps: 1e-46 }),
    says: { op: "adam", place: "eps", value: "1e-46" },
    fixed: () => {
      const w = parameter("w", [1]);
      const step = adam({ lr: 0.1, eps: 2 ** -65 });
      step([w], { w: tensor([0]) });
      const after = [...w.toArray()];
      step.dispose();
      w.dispose();
      return after;
    },
    good: [1],
  },
  {
    id: "own-narrowing",
    name: "a double beyond float32",
    source: "numpy casts to ∞ with a warning",
    outcome: "refused",
    naive: () => tensor(new Float64Array([1, 1e39])),
    says: { op: "tensor", place: "data[1]", value: "1e+39" },
    fixed: () => [...tensor(new Float64Array([1, 1e38])).toArray()],
    good: [1, 1e38],
  },
];
