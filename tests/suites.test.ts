/** The suites of other projects, on the builds that users get. */
import * as assert from "uvu/assert";
import { BUILDS, onRuntime, WatchedRuntime } from "./kit/builds.js";
import { suite } from "./kit/suite.js";
import { runSuite, type SuiteResult } from "./suites/case.js";
import { KNOWN, SUITES, surprises } from "./suites/index.js";

const test = suite("suites of other projects");

function checkResult(result: SuiteResult): void {
  const unexpected = surprises(result).map(({ name, why }) => `${name}: ${why}`);
  assert.equal(unexpected, [], "cases that fail");
  assert.ok(result.passed > 0, "something ran");
  assert.is(result.run, result.passed + result.failed.length);
  assert.ok(
    result.skipped.every(({ name, why }) => name !== "" && why !== ""),
    "every skipped case has a reason",
  );
}

for (const build of BUILDS.filter(({ name }) => name === "simd" || name === "relaxed")) {
  const failing = new Set<string>();
  for (const one of SUITES) {
    test(`${one.suite} on ${build.name}`, () => {
      const runtime = new WatchedRuntime(build);
      const result = onRuntime(runtime, () => runSuite(one));
      for (const { name } of result.failed) failing.add(name);
      checkResult(result);
      assert.equal(runtime.trespasses, []);
    });
  }
  test(`what is known to fail fails on ${build.name}`, () => {
    const healed = Object.keys(KNOWN).filter((name) => !failing.has(name));
    assert.equal(healed, [], "these pass now: take them out of KNOWN");
  });
}

test.run();
