/** The build: what is committed is what is compiled, the modules stand alone, the types close the gaps. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { hasRelaxedSimd, type InitOptions, init, memory, scope, tensor } from "../src/index.js";
import { activate, Runtime, runtime } from "../src/runtime.js";
import { threads } from "../src/threads.js";
import { throwsCode } from "./kit/assert.js";
import { BUILDS } from "./kit/builds.js";
import { suite } from "./kit/suite.js";

const test = suite("build");
const root = fileURLToPath(new URL("..", import.meta.url));
const wasm = (name: string) => readFileSync(join(root, `build/${name}.wasm`));

test("src/abi.d.ts is what asc emits from assembly/ now", async () => {
  const { abi } = (await import(new URL("../scripts/build.mjs", import.meta.url).href)) as {
    abi(): string;
  };
  assert.is(readFileSync(join(root, "src/abi.d.ts"), "utf8"), abi());
});

test("the simd and relaxed modules import nothing; threads imports its memory alone", () => {
  assert.equal(WebAssembly.Module.imports(new WebAssembly.Module(wasm("simd"))), []);
  if (hasRelaxedSimd()) {
    assert.equal(WebAssembly.Module.imports(new WebAssembly.Module(wasm("relaxed"))), []);
  }
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm("threads")));
  assert.equal(imports, [{ module: "env", name: "memory", kind: "memory" }]);
});

test("the probe for relaxed SIMD says what the engine does with the relaxed module", () => {
  const script = `
    import { readFileSync } from "node:fs";
    import { hasRelaxedSimd } from "./src/runtime.ts";
    const runs = WebAssembly.validate(readFileSync("build/relaxed.wasm"));
    process.stdout.write(JSON.stringify([runs, hasRelaxedSimd()]));`;
  const args = ["--import", "tsx", "--input-type=module", "-e", script];
  const [runs, said] = JSON.parse(execFileSync(process.execPath, args, { cwd: root }).toString());
  assert.is(said, runs);
});

test("every entry of the package can be the first that is imported", () => {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const entries = Object.values(exports).flatMap((to) =>
    typeof to === "string" || to.default.endsWith(".min.js") ? [] : [to.default],
  );
  assert.ok(entries.includes("./dist/monitor/index.js"));
  for (const entry of entries) {
    const source = entry.replace("/dist/", "/src/").replace(/js$/, "ts");
    const args = ["--import", "tsx", "--input-type=module", "-e", `await import("${source}");`];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    assert.is(status, 0, `${entry}: ${stderr}`);
  }
});

test("where nothing may be compiled, the first tensor says what is needed", () => {
  const script = `
    WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError("forbidden"); } };
    const { tensor } = await import(${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)});
    try { tensor([1]); } catch (error) { console.log(error.code, error.message); }`;
  const args = ["--import", "tsx", "--input-type=module", "-e", script];
  const said = execFileSync(process.execPath, args, { cwd: root }).toString();
  assert.match(
    said,
    /^WRONG_RUNTIME finigrad: build "\w+" does not run here, expected WebAssembly with SIMD, .*'wasm-unsafe-eval', got forbidden/,
  );
});

test("init chooses a build, takes a compiled module, and refuses what does not run", async () => {
  const before = runtime();
  try {
    await init({ build: "simd" });
    assert.is(runtime().name, "simd");
    await init({ build: "simd", module: new WebAssembly.Module(wasm("simd")) });
    scope(() => assert.is(tensor([2]).item(), 2));
    await init({ build: threads });
    scope(() => assert.is(tensor([3]).item(), 3));
    assert.ok(memory().reservedBytes > 0);
    const refused = [
      [
        { build: { name: "broken", base64: "AAAA" } },
        "WRONG_RUNTIME",
        /does not run here, expected/,
      ],
      [{ build: "fastest" }, "WRONG_RUNTIME", /no such build/],
      [{ module: 3 }, "BAD_TYPE", /module is none, expected a WebAssembly.Module, got 3/],
      [{ biuld: "simd" }, "BAD_VALUE", /no option "biuld"/],
      ["simd", "BAD_TYPE", /options are no object/],
    ] as const;
    for (const [bad, code, message] of refused) {
      const thrown = await init(bad as InitOptions).catch((error: unknown) => error);
      throwsCode(
        () => {
          throw thrown;
        },
        code,
        message,
      );
    }
  } finally {
    activate(before);
  }
});

test("tensors of two builds do not meet", () => {
  const [first, second] = BUILDS.slice(0, 2).map((build) => new Runtime(build));
  const before = activate(first as Runtime);
  try {
    const a = tensor([1]);
    activate(second as Runtime);
    throwsCode(() => a.data, "WRONG_RUNTIME", /^data: tensors of two builds/);
    activate(first as Runtime);
    a.dispose();
  } finally {
    if (before) activate(before);
  }
});

/** Type-checks a file put beside the project's own. Gives what the compiler says. */
function typeErrors(name: string, source: string): string {
  const folder = mkdtempSync(join(root, "tests", ".types-"));
  try {
    writeFileSync(join(folder, name), source);
    const config = { extends: "../../tsconfig.json", include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    return spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("an op without a spec row or a kernel of either type, and a kernel without an op, do not compile", () => {
  const said = typeErrors(
    "gaps.ts",
    `import { specs } from "../specs/index.js";
     import type { OpName } from "../../src/ops/index.js";
     import type { Spec } from "../kit/spec.js";
     import { unary } from "../../src/ops/define.js";
     import { kernelsOf } from "../../src/ops/folds.js";
     import type { Stem } from "../../src/ops/define.js";
     const { relu: _, ...rest } = specs;
     export const missingRow = rest satisfies Record<OpName, Spec>;
     export const noKernel = unary("nonsense", "nonsense", { slope: { text: "", of: Number }, explain: () => ({ expression: "", cause: "bad-input", fix: [] }) });
     export const inFloat32Alone = kernelsOf("linear");
     type Uncovered = Exclude<Stem, "relu">;
     export const gap = true satisfies [Uncovered] extends [never] ? true : \`no op for kernel \${Uncovered}\`;`,
  );
  assert.match(said, /Property 'relu' is missing/);
  assert.match(said, /"nonsense"' is not assignable/);
  assert.match(said, /"linear"' is not assignable/, "no kernels for float64");
  assert.match(said, /no op for kernel/);
  assert.is(said.split("error TS").length - 1, 4, said);
});

test.run();
