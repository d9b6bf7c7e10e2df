/**
 * The package as its users meet it: packed, installed into an empty folder, then used from Node, from
 * TypeScript and from a page. What this machine cannot run is reported as not run, never as passed.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, visit } from "./browser.js";
import { checkBundle } from "./bundle.js";
import { checkDependencies, checkExports, checkFiles } from "./contents.js";
import { install, pack, type Tarball } from "./install.js";
import { checkOutput, MAJORS, nodeOf, outputOf, versionOf } from "./nodes.js";
import { attempt, type Outcome } from "./outcome.js";
import { EXTERNAL, externalModule, type PageCase, pagesFor } from "./pages.js";
import { type Example, readExample } from "./readme.js";
import { originOf, serve } from "./server.js";
import { RUNNERS, runExample } from "./testing.js";
import { checkTypes, type RESOLUTIONS } from "./types.js";

export type { Outcome } from "./outcome.js";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");
const EXAMPLE = "example.mjs";

/** Where the package has been installed. */
interface Consumer {
  readonly folder: string;
  readonly installed: string;
  readonly tarball: Tarball;
}

function prepare(temporary: string): Consumer {
  const tarball = pack(repository, join(temporary, "packed"));
  const folder = join(temporary, "consumer");
  install(tarball, folder);
  return { folder, tarball, installed: join(folder, "node_modules/finigrad") };
}

async function contents(outcome: Outcome, { folder, installed, tarball }: Consumer): Promise<void> {
  await attempt(
    outcome,
    "the tarball holds dist, docs, README, LICENSE and package.json only",
    () => checkFiles(tarball, installed),
  );
  await attempt(outcome, "every path in package.json is in the tarball", () =>
    checkExports(installed),
  );
  await attempt(outcome, "an install brings one dependency", () => checkDependencies(folder));
}

async function types(outcome: Outcome, { folder }: Consumer): Promise<void> {
  for (const resolution of ["nodenext", "bundler"] satisfies (keyof typeof RESOLUTIONS)[]) {
    const name = `the packed types compile strictly, moduleResolution ${resolution}`;
    await attempt(outcome, name, () => checkTypes(repository, folder, resolution));
  }
}

async function bundle(outcome: Outcome, { folder }: Consumer): Promise<void> {
  await attempt(outcome, "a bundler takes it without its optional packages", () =>
    checkBundle(folder),
  );
}

async function testKit(outcome: Outcome, { folder }: Consumer): Promise<void> {
  for (const runner of RUNNERS) {
    await attempt(outcome, `the example of docs/testing.md for ${runner} passes`, () =>
      runExample(runner, repository, folder),
    );
  }
}

async function nodes(outcome: Outcome, example: Example, { folder }: Consumer): Promise<void> {
  for (const major of MAJORS) {
    await attempt(outcome, `the README's example prints what it says in Node ${major}`, () => {
      const node = nodeOf(major, repository);
      const version = versionOf(node, major);
      checkOutput(outputOf(node, EXAMPLE, folder), example);
      return version;
    });
  }
}

async function openPage(folder: string, cases: readonly PageCase[], target: PageCase) {
  const browser = await launch();
  const server = await serve(folder, new Map(cases.map(({ path, page }) => [path, page])));
  try {
    const printed = await visit(browser, originOf(server), target);
    return { printed, version: browser.version() };
  } finally {
    server.close();
    await browser.close();
  }
}

/** A source line is the same code under another address, and at another line of the page. */
const withoutPlaces = (text: string): string =>
  text.replace(/\S+:\d+:(\d+)$/gm, "<file>:<line>:$1");

async function pages(
  outcome: Outcome,
  { code }: Example,
  printed: string,
  { folder }: Consumer,
): Promise<void> {
  const cases = pagesFor(code);
  writeFileSync(join(folder, EXTERNAL), externalModule(code));
  for (const target of cases) {
    await attempt(outcome, `the README's example runs in Chromium: ${target.title}`, async () => {
      const there = await openPage(folder, cases, target);
      assert.equal(
        withoutPlaces(there.printed),
        withoutPlaces(printed),
        "Chromium prints something else than Node",
      );
      return `Chromium ${there.version}`;
    });
  }
}

/** Books what cannot run because the check before it did not pass. */
function skip({ notRun }: Outcome, name: string): void {
  notRun.push({ name, why: "the check before it did not pass" });
}

/** What the README's example prints in this Node. */
function runHere(readme: string, { folder }: Consumer): { example: Example; printed: string } {
  const example = readExample(readme);
  writeFileSync(join(folder, EXAMPLE), example.code);
  const printed = outputOf(process.execPath, EXAMPLE, folder);
  checkOutput(printed, example);
  return { example, printed };
}

async function everywhere(outcome: Outcome, made: Consumer, readme: string): Promise<void> {
  const here = await attempt(
    outcome,
    "the README's example prints what it says in this Node",
    () => runHere(readme, made),
    () => process.version,
  );
  if (here === undefined) return skip(outcome, "the example in the other Nodes and in Chromium");
  await nodes(outcome, here.example, made);
  await pages(outcome, here.example, here.printed, made);
}

/** Runs every check. @param readme whose example to run. */
export async function consumer(readme = join(repository, "README.md")): Promise<Outcome> {
  const outcome: Outcome = { passed: [], failed: [], notRun: [] };
  const temporary = mkdtempSync(join(tmpdir(), "finigrad-"));
  try {
    const made = await attempt(
      outcome,
      "npm installs the packed tarball into an empty folder",
      () => prepare(temporary),
      ({ tarball }) => basename(tarball.path),
    );
    if (made === undefined) {
      skip(outcome, "everything that needs the installed package");
      return outcome;
    }
    await contents(outcome, made);
    await types(outcome, made);
    await bundle(outcome, made);
    await testKit(outcome, made);
    await everywhere(outcome, made, readme);
    return outcome;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
