/** Programs as users write them, in which every number is right: nothing is said of them, however large or small they are. */
import * as assert from "uvu/assert";
import * as finigrad from "../src/index.js";
import { collected, scope, type Tensor, tensor } from "../src/index.js";
import { monitor } from "../src/monitor/index.js";
import { random as generator } from "../src/nn/init.js";
import programs from "./healthy-programs/programs.json" with { type: "json" };
import { suite } from "./kit/suite.js";

const test = suite("healthy programs");

type Options = Readonly<Record<string, unknown>>;

function gauss(seed: number): () => number {
  const next = generator(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function build(shape: readonly number[], of: (i: number) => number, options: Options = {}): Tensor {
  const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => of(i));
  return tensor(data, { ...options, shape } as { readonly shape: readonly number[] });
}

/** What the programs are written with, beside the package. */
const KIT = {
  rng: generator,
  gauss,
  build,
  monitor,
  normal: (shape: readonly number[], seed: number, scale = 1, shift = 0, options?: Options) => {
    const next = gauss(seed);
    return build(shape, () => shift + scale * next(), options);
  },
  oneHot: (labels: readonly number[], classes: number, options?: Options) =>
    build(
      [labels.length, classes],
      (i) => Number(labels[Math.floor(i / classes)] === i % classes),
      options,
    ),
  must: (holds: boolean, what: string) => assert.ok(holds, what),
};

const known = Object.entries({ ...finigrad, ...KIT });

for (const { name, code } of programs as readonly { name: string; code: readonly string[] }[]) {
  test(name, () => {
    const said: string[] = [];
    const { warn, error } = console;
    console.warn = console.error = (line: unknown) => said.push(String(line));
    collected();
    try {
      const body = code.join("\n");
      // A program may call its own variables as it likes: they are declared within.
      const run = new Function(...known.map(([key]) => key), "note", `{ ${body} }`);
      scope(() => run(...known.map(([, value]) => value), () => undefined));
      said.push(...collected().map((report) => finigrad.showReport(report)));
    } finally {
      console.warn = warn;
      console.error = error;
      collected();
    }
    assert.equal(said, []);
  });
}

test.run();
