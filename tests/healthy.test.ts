/** Trainings that are right raise nothing; those that are finite and wrong are told, with the op or the layer. */
import * as assert from "uvu/assert";
import { collected, guard, type Report } from "../src/index.js";
import { monitor } from "../src/monitor/index.js";
import { HEALTHY } from "./healthy.js";
import { suite } from "./kit/suite.js";
import { WRONG } from "./wrong.js";

/** All that is said of a run: alarms as `CODE op`, warnings as `CODE layer`, and with their fixes. */
function said(run: () => void, onAlarm: "throw" | "collect"): ReadonlySet<string> {
  collected();
  const watch = monitor();
  try {
    guard({ onNonFinite: "throw", onAlarm }, run);
  } finally {
    watch.stop();
  }
  return new Set([
    ...collected().map(({ code, op }: Report) => `${code} ${op}`),
    ...watch.warnings.flatMap(({ code, layer, fix }) => {
      const told = layer === undefined ? code : `${code} ${layer}`;
      return [told, `${told} → ${fix.join(", ")}`];
    }),
  ]);
}

const healthy = suite("healthy trainings");

for (const [name, run] of Object.entries(HEALTHY)) {
  healthy(name, () => assert.equal([...said(run, "throw")], []));
}

healthy.run();

const wrong = suite("finite and wrong");

for (const [name, { run, says }] of Object.entries(WRONG)) {
  wrong(`${name}: ${says.join(", ")}`, () => {
    const all = said(run, "collect");
    for (const one of says) assert.ok(all.has(one), `expected ${one}, got ${[...all].join(", ")}`);
  });
}

wrong.run();
