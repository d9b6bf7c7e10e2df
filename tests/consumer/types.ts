/** The packed declarations, as a strict TypeScript project sees them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.js";

// The lines that must not compile show that nothing has become `any`.
const USAGE = `\
import {
  type Gradients, type Guard, guard, init, NonFiniteError, Parameter, parameter, sgd, type Shape,
  Tensor, tensor, valueAndGrad,
} from "finigrad";
import { type Scaling, Table } from "finigrad/data";
import { type Frame, type Monitor, monitor, renderHtml } from "finigrad/monitor";
import { htmlFile } from "finigrad/monitor/node";
import { threads } from "finigrad/threads";

const shape: Shape = [2, 1];
const x: Tensor = tensor([1, 2], shape);
const w: Parameter = parameter("w", [[1]]);
const current: Guard | undefined = undefined as ReturnType<typeof guard> extends Guard ? Guard : never;
const { loss, grads } = valueAndGrad({ w }, () => x);
const value: number = loss;
const gradient: Tensor = grads.w;
const all: Gradients = grads;
const { applied }: { readonly applied: boolean } = sgd({ lr: 0.1 })({ w }, all);
const table: Table = Table.fromRecords([{ a: 1 }], ["a"]);
const scalings: Record<string, Scaling> = table.robustScaling();
const ready: Promise<void> = init({ build: threads });
const watch: Monitor = monitor({ sinks: [htmlFile("report.html")] });
const frames: readonly Frame[] = watch.ring;
const page: string = renderHtml(watch.recording());

export const op = (error: unknown) => (error instanceof NonFiniteError ? error.message : undefined);
export { applied, current, frames, gradient, page, ready, scalings, value };

// @ts-expect-error
tensor("one");
// @ts-expect-error
grads.bias;
// @ts-expect-error
init({ build: "fastest" });
// @ts-expect-error
Table.fromRecords(1, []);
// @ts-expect-error
monitor({ every: "often" });
// @ts-expect-error
threads.base64 = "";
`;

export const RESOLUTIONS = { nodenext: "nodenext", bundler: "esnext" } as const;

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
    lib: "es2022,dom",
    module: RESOLUTIONS[resolution],
    moduleResolution: resolution,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  command(process.execPath, [tsc, "usage.mts", ...flags], folder);
  return `tsc ${command(process.execPath, [tsc, "--version"], folder).stdout.trim()}`;
}
