/**
 * The build: wasm, its types, the inlined binaries, dist. Each step is skipped while its output is
 * newer than everything it is made from.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const at = (...parts) => join(root, ...parts);
const bin = (name) => at("node_modules", ".bin", name);

/** So many compilers at once at the most: one takes up to two gigabytes. */
const COMPILERS = 4;

/** What users get inlined; the others are for tests and benches. */
const INLINED = ["simd", "relaxed", "threads"];
export const TARGETS = Object.keys(JSON.parse(readFileSync(at("asconfig.json"), "utf8")).targets);

function files(folder) {
  return readdirSync(at(folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function newest(paths) {
  return Math.max(...paths.map((path) => statSync(path).mtimeMs));
}

function stale(output, inputs) {
  return !existsSync(output) || statSync(output).mtimeMs < newest(inputs);
}

export function run(command, args, options = {}) {
  execFileSync(command, args, { cwd: root, stdio: "inherit", ...options });
}

/** node_modules as package-lock.json has it. */
export function install() {
  if (!stale(at("node_modules", ".package-lock.json"), [at("package-lock.json")])) return;
  console.log("installing dependencies …");
  // Not `npm ci`: it refuses a lock file without the entries of optional packages for other platforms,
  // which npm itself leaves out where the registry lacks them.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
    shell: process.platform === "win32",
  });
  // npm leaves the file alone when nothing was missing; it is up to date from now on.
  const now = new Date();
  utimesSync(at("node_modules", ".package-lock.json"), now, now);
}

/** build/<target>.wasm for each target: as many at once as there are processors. */
export async function buildWasm(targets) {
  const inputs = [...files("assembly"), at("asconfig.json"), at("package-lock.json")];
  const waiting = targets.filter((target) => stale(at("build", `${target}.wasm`), inputs));
  const work = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      console.log(`compiling kernels: ${target} …`);
      await compile(target);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), COMPILERS) }, work));
}

async function compile(target) {
  const asc = at("node_modules/assemblyscript/bin/asc.js");
  const args = [asc, "--config", "asconfig.json", "--target", target];
  const compiler = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  const [code, signal] = await once(compiler, "close");
  if (code !== 0) throw new Error(`asc: no ${target}.wasm, it ended by ${signal ?? code}`);
}

const ABI_HEADER = "// Emitted by asc from assembly/index.ts (npm run build). Not to be edited.\n";

/** The declarations that asc emitted, as src/abi.d.ts has them. */
export function abi() {
  return ABI_HEADER + readFileSync(at("build", "simd.d.ts"), "utf8");
}

/** src/abi.d.ts and src/binaries/<target>.ts */
export function generate() {
  if (!existsSync(at("src/abi.d.ts")) || readFileSync(at("src/abi.d.ts"), "utf8") !== abi()) {
    writeFileSync(at("src/abi.d.ts"), abi());
  }
  mkdirSync(at("src/binaries"), { recursive: true });
  for (const target of INLINED) {
    const wasm = at("build", `${target}.wasm`);
    const output = at("src/binaries", `${target}.ts`);
    if (!stale(output, [wasm])) continue;
    const shared = target === "threads" ? "export const shared = true;\n" : "";
    const base64 = readFileSync(wasm).toString("base64");
    writeFileSync(
      output,
      `/** build/${target}.wasm */\nexport const base64 =\n  "${base64}";\n${shared}`,
    );
  }
}

/** src/monitor/assets.ts: the report page of page/ with uPlot, bundled, as two strings. */
export function generatePage() {
  const output = at("src/monitor/assets.ts");
  if (!stale(output, [...files("page"), at("src/monitor/html.ts"), at("package-lock.json")]))
    return;
  const bundle = (...args) =>
    execFileSync(bin("esbuild"), [...args, "--bundle", "--minify", "--log-level=warning"], {
      cwd: root,
      encoding: "utf8",
    });
  const licence = readFileSync(at("node_modules/uplot/LICENSE"), "utf8").trim();
  const script = bundle("page/main.ts", "--format=iife", "--target=es2022");
  const style = bundle("node_modules/uplot/dist/uPlot.min.css") + bundle("page/style.css");
  const banner = `/*! With uPlot.\n\n${licence}\n*/\n`;
  // Inside an HTML script element nothing may look like its end.
  const inline = (text) => JSON.stringify(text.trim().replaceAll("</", "<\\/"));
  writeFileSync(
    output,
    `/** Made from page/ by npm run build. Not to be edited. */\n` +
      `export const script =\n  ${inline(banner + script)};\n` +
      `export const style =\n  ${inline(style)};\n`,
  );
}

/** dist: ES modules with types, and one file for browsers without a bundler. */
export function buildDist() {
  const inputs = [...files("src"), at("tsconfig.build.json"), at("package-lock.json")];
  if (!stale(at("dist/finigrad.min.js"), inputs)) return;
  console.log("compiling dist …");
  rmSync(at("dist"), { recursive: true, force: true });
  run(process.execPath, [at("node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"]);
  copyFileSync(at("src/abi.d.ts"), at("dist/abi.d.ts"));
  run(bin("esbuild"), [
    "dist/index.js",
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--outfile=dist/finigrad.min.js",
    "--log-level=warning",
    "--banner:js=/* finigrad, MIT; with @assemblyscript/loader, Apache-2.0 */",
  ]);
}

/** What `npm start` needs, or everything. */
export async function build(targets = TARGETS) {
  install();
  mkdirSync(at("build"), { recursive: true });
  await buildWasm(targets);
  generate();
  generatePage();
}
