/**
 * The table of decisions (src/testing/semantics): every case on every build, in every lane and tail
 * position, at every length; the same bits where that is promised; and the page that is made from it.
 */
import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import * as finigrad from "../src/index.js";
import { isElementwise, isRefusal } from "../src/testing/semantics/case.js";
import { type Case, semantics } from "../src/testing/semantics/index.js";
import { checkCase, checkLanes, runCase, showCase } from "../src/testing/semantics/run.js";
import { bits } from "./kit/assert.js";
import { BUILDS, onRuntime, WatchedRuntime } from "./kit/builds.js";
import { suite } from "./kit/suite.js";
import { semanticsPage } from "./semantics.js";

const LENGTHS = Array.from({ length: 34 }, (_, n) => n);

const table = suite("the table of decisions");

table("each row has cases, or says what it waits for, or is compared across builds", () => {
  const ids = semantics.map(({ id }) => id);
  assert.equal(
    ids,
    Array.from({ length: 50 }, (_, i) => i + 1),
    "50 rows, in order",
  );
  for (const { id, cases, waiting = [] } of semantics) {
    assert.ok(cases.length + waiting.length > 0 || id === 47, `row ${id} says nothing`);
  }
});

table("what a row waits for is not there yet: a new function needs its cases", () => {
  for (const { id, waiting = [] } of semantics) {
    for (const name of waiting) assert.not(name in finigrad, `row ${id}: ${name} exists by now`);
  }
});

table("docs/semantics.md is as npm run semantics writes it", () => {
  const page = readFileSync(new URL("../docs/semantics.md", import.meta.url), "utf8");
  assert.is(page, semanticsPage());
});

table("simd, threads and debug give the same bits for every case", () => {
  const exact = BUILDS.filter(({ name }) => name !== "relaxed");
  for (const it of semantics.flatMap(({ cases }) => cases)) {
    if (isRefusal(it.value)) continue;
    const [first, ...others] = exact.map((build) =>
      onRuntime(new WatchedRuntime(build), () => allBits(it)),
    );
    for (const other of others) assert.equal(other, first, showCase(it));
  }
});

function allBits(it: Case): number[] {
  const { values, gradients = [] } = runCase(it);
  // Of sixteen million numbers the sum tells as much as the list.
  return [...(values.length > 1e6 ? [] : values), ...gradients.flat()].map(bits);
}

table.run();

for (const build of BUILDS) {
  const test = suite(`the table of decisions, ${build.name}`);
  for (const { id, title, cases, sized } of semantics) {
    if (cases.length === 0) continue;
    test(`row ${id}: ${title}`, () => {
      const runtime = new WatchedRuntime(build);
      onRuntime(runtime, () => {
        for (const it of cases) checkCase(it);
        for (const it of cases.filter(isElementwise)) checkLanes(it);
        for (const n of sized ? LENGTHS : []) {
          const it = sized?.(n);
          if (it) checkCase(it);
        }
      });
      assert.equal(runtime.trespasses, [], "written past the end");
    });
  }
  test.run();
}
