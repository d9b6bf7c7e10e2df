/** The packed declarations, as a strict TypeScript project sees them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.js";

// The lines that must not compile show that nothing has become `any`.
const USAGE = `\
import {
  add, customOp, type DType, type Gradients, type Guard, guard, init, linear, mean, mse, mul, NonFiniteError,
  Parameter, parameter, safeLog, sgd, type Shape, softmax, sum, Tensor, type Tensor64, tensor, trainStep, valueAndGrad,
} from "finigrad";
import { Imputer, Profile, Scaler, type Scaling, type Schema, Table, Valid, ValidationReport, validate } from "finigrad/data";
import { type Frame, type Monitor, monitor, renderHtml } from "finigrad/monitor";
import { htmlFile } from "finigrad/monitor/node";
import { assertFinite, edgeCases, gradcheck, type GradcheckReport, nanInjection } from "finigrad/testing";
import { threads } from "finigrad/threads";

const shape: Shape = [2, 1];
const x: Tensor = tensor([1, 2], shape);
const w: Parameter = parameter("w", [[1]]);
const double: Tensor64 = add(tensor([1], { dtype: "float64" }), 2);
const numbers: Float64Array = double.toArray();
const current: Guard | undefined = undefined as ReturnType<typeof guard> extends Guard ? Guard : never;
const { loss, grads } = valueAndGrad({ w }, () => x);
const value: number = loss;
const gradient: Tensor = grads.w;
const all: Gradients = grads;
const { applied }: { readonly applied: boolean } = sgd({ lr: 0.1 })({ w }, all);
// An interface has no index signature.
interface Weights { readonly w: Parameter; readonly b: Tensor64 }
const weights: Weights = { w, b: double };
const slopes = valueAndGrad(weights, () => x).grads;
const slope: Tensor64 = slopes.b;
sgd({ lr: 0.1 })(weights, slopes);
const trained: Tensor = trainStep(sgd({ lr: 0.1 }), weights, () => x).grads.w;
const table: Table = Table.fromRecords([{ a: 1 }], ["a"]);
const scalings: Record<string, Scaling> = table.robustScaling();
const twice = customOp({
  name: "twice",
  forward: ({ inputs: [a] }) => a.map((v) => 2 * v),
  backward: ({ dy }) => [dy.map((g) => 2 * g)],
});
const checked: GradcheckReport = gradcheck((a: Tensor) => twice(a), [x], { rtol: 1e-3 });
gradcheck(() => twice(w), { w });
gradcheck(safeLog, [x]);
gradcheck(sum, [double]);
assertFinite([x, double]);
function layer<D extends DType>(a: Tensor<D>, weight: Tensor<D>, bias: Tensor<D>): Tensor<D> {
  return mean(mul(2, softmax(linear(a, weight, bias))), { axis: 0 });
}
const wide: Tensor64 = layer(double, double, double);
const narrow: Tensor = layer(x, w, x);
const error: Tensor = mse(1, 2);
// An option that is left open by another's is left open here.
const open = (o: { name?: string; lr: number; eps?: number; min?: number; clip?: { globalNorm: number } }) => [
  tensor([1], { name: o.name }), sgd({ lr: o.lr, clip: o.clip }), safeLog(x, { eps: o.eps }),
  validate([1], { every: { min: o.min } }), guard({ at: undefined }, () => 1),
];
const named: number = nanInjection(() => twice(x), { runs: 1, targets: ["input"] }).counts.named;
const failures: number = edgeCases(twice, { arity: 1, throws: false }).failures.length;
assertFinite({ loss: value, gradient }, "step");
const schema: Schema = { columns: { a: { min: 0, policy: { missing: "median" } } } };
const valid: Valid = validate([{ a: null }], schema);
const rows: number = valid.report.rows;
const scaler: Scaler = Scaler.fromJSON(new Profile().add(valid.table).scaler("standard").toJSON());
const ready: Promise<void> = init({ build: threads });
const watch: Monitor = monitor({ sinks: [htmlFile("report.html")] });
const frames: readonly Frame[] = watch.ring;
const page: string = renderHtml(watch.recording());

export const op = (error: unknown) => (error instanceof NonFiniteError ? error.message : undefined);
export {
  applied, slope, trained, checked, current, error, failures, open, frames, gradient, named, narrow, numbers, page, ready,
  wide, rows, scaler, scalings, value,
};

// @ts-expect-error
tensor("one");
// @ts-expect-error
add(double, x);
// @ts-expect-error
linear(x, w, double);
// @ts-expect-error
grads.bias;
// @ts-expect-error
slopes.bias;
// @ts-expect-error
valueAndGrad({ w: 3 }, () => x);
// @ts-expect-error
valueAndGrad([x], () => x);
// @ts-expect-error
sgd({ lr: 0.1 })(weights, { w: slopes.w });
// @ts-expect-error
customOp({ name: "none" });
// @ts-expect-error
nanInjection(() => x, { targets: ["everything"] });
// @ts-expect-error
init({ build: "fastest" });
// @ts-expect-error
Table.fromRecords(1, []);
// @ts-expect-error
validate([1], { every: { policy: { missing: "guess" } } });
// @ts-expect-error
monitor({ every: "often" });
// @ts-expect-error
threads.base64 = "";
// @ts-expect-error
new Imputer();
// @ts-expect-error
new Scaler();
// @ts-expect-error
new Valid();
// @ts-expect-error
new ValidationReport();
`;

export const RESOLUTIONS = { nodenext: "nodenext", bundler: "esnext" } as const;

/** What a program for a page, and one for Node, knows of the engine. */
const ENGINES = {
  nodenext: (repository: string) => ({
    lib: "es2022",
    types: "node",
    typeRoots: join(repository, "node_modules/@types"),
  }),
  bundler: () => ({ lib: "es2022,dom" }),
} as const;

/** tsc, strict, over the declarations too, with no types but the package's and the engine's. */
export function checkTypes(
  repository: string,
  folder: string,
  resolution: keyof typeof RESOLUTIONS,
): string {
  writeFileSync(join(folder, "usage.mts"), USAGE);
  const tsc = join(repository, "node_modules/typescript/bin/tsc");
  const options = {
    strict: "true",
    exactOptionalPropertyTypes: "true",
    skipLibCheck: "false",
    noEmit: "true",
    target: "es2022",
    ...ENGINES[resolution](repository),
    module: RESOLUTIONS[resolution],
    moduleResolution: resolution,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  command(process.execPath, [tsc, "usage.mts", ...flags], folder);
  return `tsc ${command(process.execPath, [tsc, "--version"], folder).stdout.trim()}`;
}
