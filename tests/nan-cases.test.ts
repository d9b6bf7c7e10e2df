/** Real NaN bugs, naive and fixed: no point may be lost. */
import * as assert from "uvu/assert";
import { suite } from "./kit/suite.js";
import { POINTS, score } from "./nan-cases/case.js";
import { cases } from "./nan-cases/index.js";

const test = suite("nan cases");

for (const one of cases) {
  test(`${one.id}: ${one.name}`, () => {
    const { points, healed, said } = score(one);
    const lost = POINTS.filter((_, i) => points[i] === false);
    assert.equal(lost, [], said);
    assert.ok(healed, "the safe form gives the good result, in silence");
  });
}

test.run();
