/** Tables: what is missing is refused or kept in sight, never a number by accident. */
import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { Table } from "../src/data/index.js";
import { scope } from "../src/index.js";
import { throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("tables");
const file = new URL("../node_modules/vega-datasets/data/cars.json", import.meta.url);
const cars: readonly Record<string, unknown>[] = JSON.parse(readFileSync(file, "utf8"));
const COLUMNS = ["Miles_per_Gallon", "Horsepower", "Weight_in_lbs"];
const small = [
  { a: 1, b: 10 },
  { a: NaN, b: 20 },
  { a: 3, b: 30 },
  { a: 5, b: 40 },
];

test("a missing value is refused with its row and column", () => {
  throwsCode(
    () => Table.fromRecords(cars, COLUMNS),
    "BAD_TYPE",
    /row 10, column "Miles_per_Gallon" is missing/,
  );
  throwsCode(
    () => Table.fromRecords([{ a: 1 }, {}], ["a"]),
    "BAD_TYPE",
    /row 1, column "a" is missing, expected a number, got undefined/,
  );
  throwsCode(
    () => Table.fromRecords([{ a: "1" }], ["a"]),
    "BAD_TYPE",
    /a\[0\] is no number.*got string "1"/,
  );
  throwsCode(
    () => Table.fromRecords([null as unknown as object], ["a"]),
    "BAD_TYPE",
    /row 0 is no object.*got null/,
  );
  throwsCode(
    () => Table.fromRecords([{ a: 1e39 }], ["a"]),
    "BAD_VALUE",
    /a\[0\] is too large for float32/,
  );
});

test("kept as NaN, what is missing is counted, and traced to column and row", () => {
  const table = Table.fromRecords(cars, COLUMNS, { missing: "nan" });
  assert.equal(table.missing(), { Miles_per_Gallon: 8, Horsepower: 6, Weight_in_lbs: 0 });
  const known = table.dropMissing("Miles_per_Gallon");
  assert.is(known.length, cars.length - 8);
  scope(() => {
    const x = known.select(["Horsepower"]).tensor("cars");
    assert.equal(x.shape, [398, 1]);
    assert.is(x.labels?.columns?.[0], "Horsepower");
  });
});

test("imputing takes the statistic of the values that are there, or of another table", () => {
  const table = Table.fromRecords(small, ["a", "b"], { missing: "nan" });
  assert.equal([...table.impute("median").column("a")], [1, 3, 3, 5]);
  assert.equal([...table.impute("mean").column("a")], [1, 3, 3, 5]);
  assert.equal([...table.impute(0).column("a")], [1, 0, 3, 5]);
  assert.equal([...table.take([1]).impute("median", table).column("a")], [3]);
  throwsCode(() => table.take([1]).impute("mean"), "BAD_VALUE", /column "a" is empty/);
  assert.ok(Number.isNaN(table.column("a")[1]), "the table itself is as it was");
});

test("robust scaling is by median and interquartile range; a range of 0 counts as 1", () => {
  const table = Table.fromRecords(
    [1, 2, 3, 4, 100].map((a) => ({ a, flat: 7 })),
    ["a", "flat"],
  );
  const scalings = table.robustScaling();
  assert.equal(scalings, { a: { center: 3, scale: 2 }, flat: { center: 7, scale: 1 } });
  assert.equal([...table.scale(scalings).column("a")], [-1, -0.5, 0, 0.5, 48.5]);
  assert.equal([...table.scale(scalings).column("flat")], [0, 0, 0, 0, 0]);
});

test("a scaling that is none is refused, whichever way", () => {
  const table = Table.fromRecords([{ a: 1 }], ["a"]);
  const refused: readonly (readonly [unknown, string, RegExp])[] = [
    [null, "BAD_TYPE", /options are no object, expected center, scale, offset, got null/],
    [{}, "BAD_VALUE", /center out of range, expected a finite number, got undefined/],
    [{ center: "0", scale: 1 }, "BAD_VALUE", /center out of range.*got string "0"/],
    [{ center: NaN, scale: 1 }, "BAD_VALUE", /center out of range.*got NaN/],
    [{ center: 0, scale: 0 }, "BAD_VALUE", /scale out of range, expected a number above 0, got 0/],
    [{ center: 0, scale: -1 }, "BAD_VALUE", /scale out of range.*got -1/],
    [{ center: 0, scale: 1, offset: "1" }, "BAD_VALUE", /offset out of range.*got string "1"/],
    [{ center: 0, scale: 1, ofset: 5 }, "BAD_VALUE", /no option "ofset"/],
  ];
  for (const [a, code, message] of refused) {
    for (const way of ["scale", "unscale"] as const) {
      throwsCode(() => table[way]({ a } as never), code, message);
      throwsCode(() => table[way]({ a } as never), code, /^Table: scaling of "a": /);
    }
  }
  throwsCode(() => table.unscale({}), "BAD_VALUE", /no scaling for column a.*got none/);
});

test("columns that are not there, and tables without rows, are refused", () => {
  const table = Table.fromRecords(small, ["b"]);
  throwsCode(() => table.column("a"), "BAD_VALUE", /no such column, expected b, got string "a"/);
  throwsCode(() => table.take([]).tensor("t"), "BAD_SHAPE", /nothing in "t"/);
});

test("columns, rows and options that are none are refused", () => {
  const table = Table.fromRecords(small, ["b"]);
  const from = Table.fromRecords as (...given: unknown[]) => Table;
  throwsCode(() => from(small), "BAD_TYPE", /columns are no array.*got undefined/);
  throwsCode(() => from(small, ["b", "b"]), "BAD_TYPE", /column "b" is there twice/);
  throwsCode(() => from(small, ["b", 1]), "BAD_TYPE", /column 1 has no name.*got 1/);
  throwsCode(() => from(small, ["b"], { mising: "nan" }), "BAD_VALUE", /no option "mising"/);
  throwsCode(() => from(small, ["a"], { missing: "drop" }), "BAD_TYPE", /no such missing.*"drop"/);
  throwsCode(
    () => from([{ constructor: 1 }, {}], ["constructor"]),
    "BAD_TYPE",
    /row 1, column "constructor" is missing, expected a number, got undefined/,
  );
  throwsCode(() => table.take([0, 4]), "BAD_VALUE", /positions\[1\] is no row.*below 4, got 4/);
  throwsCode(() => table.take([-1]), "BAD_VALUE", /positions\[0\] is no row.*got -1/);
  throwsCode(() => table.take([0.5]), "BAD_VALUE", /positions\[0\] is no row.*got 0.5/);
  throwsCode(() => table.select(["b", "b"]), "BAD_TYPE", /column "b" is there twice/);
  throwsCode(() => table.scale(null as never), "BAD_TYPE", /scalings are no object.*got null/);
  throwsCode(
    () => table.column({} as never),
    "BAD_VALUE",
    /no such column, expected b, got Object/,
  );
});

test.run();
