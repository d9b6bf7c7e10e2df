/** What is in the tarball, read from where npm unpacked it. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { Tarball } from "./install.js";

const REQUIRED = ["LICENSE", "README.md", "dist", "docs", "package.json"];
const ALLOWED = [...REQUIRED, "CHANGELOG.md"];
const IN_DIST = /\.(js|d\.ts)$/;

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll(sep, "/"));
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** dist and the papers, no sources, no tests, no build. */
export function checkFiles(tarball: Tarball, installed: string): string {
  const files = filesOf(installed);
  const top = new Set(files.map((path) => path.replace(/\/.*/, "")));
  assert.deepEqual(
    REQUIRED.filter((name) => !top.has(name)),
    [],
    "the tarball lacks these",
  );
  const strays = files.filter(
    (path) =>
      !ALLOWED.includes(path.replace(/\/.*/, "")) ||
      (path.startsWith("dist/") && !IN_DIST.test(path)) ||
      (path.startsWith("docs/") && !path.endsWith(".md")),
  );
  assert.deepEqual(strays, [], "the tarball has these, which nobody needs");
  const unpacked = files.reduce((sum, path) => sum + statSync(join(installed, path)).size, 0);
  return `${kilobytes(tarball.bytes)} packed, ${kilobytes(unpacked)} in ${files.length} files`;
}

/** Every relative path below a value of package.json. */
function pathsIn(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("./") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(pathsIn);
}

/** `exports`, `main`, `types` and the CDNs' fields point at files that are there. */
export function checkExports(installed: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const paths = [...new Set(pathsIn(manifest))];
  assert.ok(paths.length > 0, "package.json names no path");
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(installed, path))),
    [],
    "package.json names these, the tarball lacks them",
  );
  return `${paths.length} paths`;
}

/** The loader comes along, nothing else. */
export function checkDependencies(folder: string): string {
  const modules = join(folder, "node_modules");
  const packages = readdirSync(modules)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@")
        ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`)
        : [name],
    );
  assert.deepEqual(packages.sort(), ["@assemblyscript/loader", "finigrad"]);
  return packages.join(", ");
}
