/** Validation: what is wrong is refused with its place, or repaired as the schema says and counted. */
import fc from "fast-check";
import * as assert from "uvu/assert";
import {
  type DataInput,
  Imputer,
  inspect,
  type Policy,
  type Problem,
  Profile,
  type Schema,
  Table,
  ValidationReport,
  validate,
} from "../src/data/index.js";
import { limitsOf } from "../src/data/scan.js";
import { mse, mul, parameter, scope, type Tensor, tensor, valueAndGrad } from "../src/index.js";
import { random } from "../src/nn/init.js";
import { runtime } from "../src/runtime.js";
import { holed, reportOf, throwsCode } from "./kit/assert.js";
import { BUILDS, onRuntime, WatchedRuntime } from "./kit/builds.js";
import { suite } from "./kit/suite.js";

const test = suite("validation");
const anything = (value: unknown): DataInput => value as DataInput;
const ab: Schema = { columns: ["a", "b"] };

test("what is no number is refused with row and column, in every kind of input", () => {
  const refused: readonly (readonly [unknown, Schema, string, RegExp])[] = [
    [
      [{ a: 1 }, { a: null }],
      {},
      "BAD_TYPE",
      /^validate: row 1, column "a" is missing, expected a number, got null$/,
    ],
    [[{ a: 1 }, {}], {}, "BAD_TYPE", /row 1, column "a" is missing.*got undefined/],
    [[[1, ""]], ab, "BAD_TYPE", /row 0, column "b" is no number, expected a number, got string ""/],
    [
      [
        [1, 2],
        [3, true],
      ],
      {},
      "BAD_TYPE",
      /row 1, column "1" is no number.*got boolean true/,
    ],
    [[1, [5]], {}, "BAD_TYPE", /row 1, column "value" is no number.*got an array/],
    [[new Date(0)], {}, "BAD_TYPE", /row 0, column "value" is no number.*got Date/],
    [{ a: [1, 2], b: ["x", 3] }, {}, "BAD_TYPE", /row 0, column "b" is no number.*got string "x"/],
    [[1, 2n], {}, "BAD_TYPE", /row 1, column "value".*got bigint/],
    [[[1, 2], [3]], {}, "BAD_TYPE", /row 1 is ragged, expected 2 numbers, got 1/],
    [[[1, 2], 3], {}, "BAD_TYPE", /row 1 is no row, expected 2 numbers, got number/],
    [[{ a: 1 }, null], {}, "BAD_TYPE", /row 1 is no object, expected a record, got null/],
    [
      { a: [1, 2], b: [3] },
      {},
      "BAD_TYPE",
      /row 1 is ragged, expected a value in each column, got none in "b"/,
    ],
    [
      { a: [1], b: "xy" },
      {},
      "BAD_TYPE",
      /column "b" is no array, expected numbers, got string "xy"/,
    ],
    ["12", {}, "BAD_TYPE", /x is no data.*got string "12"/],
    [new BigInt64Array(2), {}, "BAD_TYPE", /x is no data/],
    [[1, NaN], {}, "BAD_VALUE", /row 1, column "value" is NaN, expected a number, got NaN/],
    [
      new Float32Array([1, -Infinity]),
      {},
      "BAD_VALUE",
      /row 1, column "value" is infinite.*got -Infinity/,
    ],
    [
      [{ a: 1e39 }],
      {},
      "BAD_VALUE",
      /row 0, column "a" is too large for float32, expected at most 3.4028235e38, got 1e\+39/,
    ],
    [
      new Float64Array([0, -1e300]),
      {},
      "BAD_VALUE",
      /row 1, column "value" is too large for float32/,
    ],
    [
      [[1, 11]],
      { columns: { a: {}, b: { min: 0, max: 10 } } },
      "BAD_VALUE",
      /row 0, column "b" is out of range, expected 0 … 10, got 11/,
    ],
    [
      [1.5],
      { every: { type: "integer" } },
      "BAD_TYPE",
      /is no integer, expected an integer, got 1.5/,
    ],
    [
      [2 ** 24 + 1],
      { every: { type: "integer" } },
      "BAD_VALUE",
      /is not exact in float32.*got 16777217/,
    ],
    [[{ a: 1 }], ab, "BAD_SHAPE", /column "b" is not there, expected "a", "b", got "a"/],
    [{ a: [1] }, ab, "BAD_SHAPE", /column "b" is not there/],
    [
      new Float32Array(5),
      ab,
      "BAD_SHAPE",
      /the last row is not whole, expected a multiple of 2 numbers, got 5/,
    ],
    [[[1, 2, 3]], ab, "BAD_SHAPE", /columns do not fit, expected 2: "a", "b", got 3/],
    [[7, 7, 7], { constant: "raise" }, "BAD_VALUE", /column "value" is constant.*got 7 throughout/],
    [
      [
        [1, 1],
        [2, 2],
      ],
      { ...ab, duplicate: "raise" },
      "BAD_VALUE",
      /column "b" is a duplicate.*got those of "a"/,
    ],
  ];
  for (const [x, schema, code, message] of refused) {
    throwsCode(() => validate(anything(x), schema), code, message);
  }
});

test("a schema that is no schema is refused with the path of what is wrong", () => {
  const bad: readonly (readonly [unknown, string, RegExp])[] = [
    [{ colums: [] }, "BAD_VALUE", /schema\.colums is unknown, expected columns, /],
    [{ columns: { a: { typo: 1 } } }, "BAD_VALUE", /columns\.a\.typo is unknown/],
    [{ columns: ["a", "a"] }, "BAD_TYPE", /columns\[1\] is there twice/],
    [{ columns: [1] }, "BAD_TYPE", /columns\[0\] is no name/],
    [{ every: { type: "float" } }, "BAD_TYPE", /every\.type is not one of its values/],
    [{ every: { min: "0" } }, "BAD_TYPE", /every\.min is no number.*got string "0"/],
    [
      { every: { min: 2, max: 1 } },
      "BAD_VALUE",
      /every has no range, expected min ≤ max, got 2 > 1/,
    ],
    [
      { every: { policy: { missing: "clip" } } },
      "BAD_TYPE",
      /every\.policy\.missing does not help there/,
    ],
    [
      { every: { policy: { type: "keep" } } },
      "BAD_TYPE",
      /every\.policy\.type does not help there/,
    ],
    [
      { every: { policy: { nan: NaN } } },
      "BAD_TYPE",
      /every\.policy\.nan does not help there.*got NaN/,
    ],
    [{ every: { policy: { nan: null } } }, "BAD_TYPE", /policy\.nan does not help there.*got null/],
    [{ every: { policy: { nan: "a number" } } }, "BAD_TYPE", /does not help there/],
    [
      { every: { max: 1, policy: { nan: 2 } } },
      "BAD_VALUE",
      /every\.policy\.nan is itself not allowed.*got 2/,
    ],
    [{ every: { policy: null } }, "BAD_TYPE", /every\.policy is no object.*got null/],
    [{ columns: { value: { policy: null } } }, "BAD_TYPE", /value\.policy is no object.*got null/],
    [{ every: { missingValues: "NA" } }, "BAD_TYPE", /every\.missingValues is no array/],
    [{ ragged: "clip" }, "BAD_TYPE", /ragged is not one of its values/],
    [{ constant: "throw" }, "BAD_TYPE", /constant is not one of its values/],
    [{ columns: holed(["a", "b"]) }, "BAD_TYPE", /columns\[1\] is no name.*got undefined/],
  ];
  for (const [schema, code, message] of bad) {
    throwsCode(() => validate([1], schema as Schema), code, message);
  }
});

test("an error carries the report on everything, and inspect gives it without an error", () => {
  const x = [
    [1, null, 3],
    [NaN, 5, "x"],
    [7, Infinity, 1e300],
  ];
  let cause: unknown;
  try {
    validate(x);
  } catch (error) {
    cause = (error as Error).cause;
  }
  assert.instance(cause, ValidationReport);
  assert.equal(cause, inspect(x));
  const report = inspect(x);
  assert.not(report.ok);
  assert.is(report.problems, 5);
  assert.equal(report.columns["0"]?.counts, { nan: 1 });
  assert.equal(report.columns["1"]?.counts, { missing: 1, infinite: 1 });
  assert.equal(report.columns["2"]?.counts, { type: 1, tooLarge: 1 });
  assert.equal(report.columns["2"]?.first, [
    { row: 1, problem: "type", got: 'string "x"' },
    { row: 2, problem: "tooLarge", got: "1e+300" },
  ]);
  assert.equal(report.columns["0"]?.repairs, { dropped: 0, kept: 0, clipped: 0, imputed: 0 });
  assert.match(report.toString(), /^3 rows\n {2}0: 1 nan; row 1: NaN\n/);
  assert.equal(JSON.parse(JSON.stringify(report)).columns["1"].counts, { missing: 1, infinite: 1 });
});

test("every remedy does what it says, and is counted", () => {
  const records = [
    { a: 1, b: 10 },
    { a: null, b: 20 },
    { a: -999, b: 300 },
    { a: 4, b: Infinity },
    { a: "NA", b: 50 },
  ];
  const schema: Schema = {
    columns: {
      a: { missingValues: [-999, "NA"], policy: { missing: "mean" } },
      b: { max: 100, policy: { range: "clip", infinite: "drop" } },
    },
  };
  const { table, report, rows, imputer, align } = { ...spread(validate(records, schema)) };
  assert.equal([...table.column("a")], [1, 1, 1, 1], "the dropped 4 is not in the mean");
  assert.equal([...table.column("b")], [10, 20, 100, 50]);
  assert.equal(rows, [0, 1, 2, 4]);
  assert.equal(table.rows, [0, 1, 2, 4]);
  assert.equal(align(["p", "q", "r", "s", "t"]), ["p", "q", "r", "t"]);
  assert.is(report.dropped, 1);
  assert.equal(report.columns.a?.counts, { missing: 3 });
  assert.equal(report.columns.a?.repairs, { dropped: 0, kept: 0, clipped: 0, imputed: 3 });
  assert.equal(report.columns.b?.repairs, { dropped: 1, kept: 0, clipped: 1, imputed: 0 });
  assert.equal(imputer.fillers, { a: { how: "mean", value: 1 } });

  const filled = (how: "median" | "forwardFill" | number) => [
    ...validate([3, null, NaN, 9, 4], { every: { policy: { missing: how, nan: how } } }).values(),
  ];
  assert.equal(filled("median"), [3, 4, 4, 9, 4]);
  assert.equal(filled("forwardFill"), [3, 3, 3, 9, 4]);
  assert.equal(filled(0.5), [3, 0.5, 0.5, 9, 4]);
  const clip = {
    every: { min: -1, policy: { infinite: "clip", tooLarge: "clip", range: "clip" } },
  } as const;
  assert.equal(
    [...validate([-5, Infinity, -1e300], clip).values()],
    [-1, 3.4028234663852886e38, -1],
  );
  const keep = {
    every: {
      max: 1,
      missingValues: [-9],
      policy: { missing: "keep", range: "keep", infinite: "keep" },
    },
  } as const;
  assert.equal([...validate([-9, 2, -Infinity], keep).table.column("value")], [NaN, 2, -Infinity]);
});

const spread = (valid: ReturnType<typeof validate>) => ({
  table: valid.table,
  report: valid.report,
  rows: valid.rows,
  imputer: valid.imputer,
  align: <T>(list: T[]) => valid.align(list),
});

test("nothing is made up: an empty column, and a gap with nothing above it, are errors", () => {
  const policy = { missing: "mean" } as const;
  throwsCode(
    () => validate([null, null], { every: { policy } }),
    "BAD_VALUE",
    /column "value" is empty/,
  );
  throwsCode(
    () => validate([null, 2], { every: { policy: { missing: "forwardFill" } } }),
    "BAD_VALUE",
    /row 0, column "value" has nothing above it to carry forward/,
  );
  const integer = validate([1, 2, null], {
    every: { type: "integer", policy: { missing: "mean" } },
  });
  assert.equal([...integer.values()], [1, 2, 2], "an integer column is filled with integers");
});

test("what broke a rule tells nothing of the mean, whatever was done about it", () => {
  const filled = (x: readonly number[], policy: Policy) => {
    const { table, imputer } = validate(x, { every: { max: 10, policy } });
    return [[...table.column("value")], imputer.fillers.value?.value];
  };
  const x = [1, 3, 1000, NaN];
  assert.equal(filled(x, { range: "keep", nan: "mean" }), [[1, 3, 1000, 2], 2]);
  assert.equal(filled(x, { range: "clip", nan: "mean" }), [[1, 3, 10, 2], 2]);
  assert.equal(filled(x, { range: "median", nan: "mean" }), [[1, 3, 2, 2], 2]);
  assert.equal(filled([1, 3, Infinity, NaN], { infinite: "clip", nan: "median" }), [
    [1, 3, 10, 2],
    2,
  ]);
  // A value out of range that is kept would not itself be allowed as a filler; one that is clipped is.
  assert.equal(filled(x, { range: "keep", nan: "forwardFill" }), [[1, 3, 1000, 3], 3]);
  assert.equal(filled(x, { range: "clip", nan: "forwardFill" }), [[1, 3, 10, 10], 10]);
  throwsCode(() => filled([99, NaN], { range: "clip", nan: "mean" }), "BAD_VALUE", /is empty/);
  throwsCode(
    () => filled([99, NaN], { range: "keep", nan: "forwardFill" }),
    "BAD_VALUE",
    /column "value" is empty/,
  );
});

test("what a gap was filled with is carried forward, whichever gap comes first", () => {
  const every = { max: 100, policy: { missing: "forwardFill", nan: 5, range: "mean" } } as const;
  const filled = (x: unknown[]) => [...validate(x, { every }).values()];
  assert.equal(filled([1, NaN, null]), [1, 5, 5]);
  assert.equal(filled([1, null, NaN, null]), [1, 1, 5, 5]);
  assert.equal(filled([1, null, 200, null, 3]), [1, 1, 2, 2, 3]);
  assert.equal(filled([NaN, null]), [5, 5], "there is something above");
  throwsCode(() => filled([null, NaN]), "BAD_VALUE", /row 0, .* nothing above it/);
  // In chunks as in one.
  const { imputer } = validate([1, null, NaN], { every });
  assert.equal(imputer.fillers.value, { how: "forwardFill", value: 5 });
  assert.equal([...validate([null, 7], { every }, { imputer }).values()], [5, 7]);
  // What an imputer carries it carries into gaps of any kind, from the top down.
  assert.equal(
    [...validate([null, 200, 7, 200, null], { every }, { imputer }).values()],
    [5, 5, 7, 7, 7],
  );
});

type ResizableBuffer = new (
  bytes: number,
  options: { readonly maxByteLength: number },
) => ArrayBuffer & { resize(bytes: number): void };

test("an array that has lost its memory is no data, before it is validated and after", () => {
  const give = (x: Float32Array | Float64Array) => structuredClone(x, { transfer: [x.buffer] });
  const gone = new Float32Array([1, NaN, 3]);
  give(gone);
  for (const [op, call] of [
    ["validate", () => validate(gone)],
    ["validate", () => validate({ a: gone })],
    ["validate", () => validate([gone, gone])],
    ["inspect", () => inspect(gone)],
    ["validate labels", () => validate([], {}, { labels: gone })],
    ["Profile", () => new Profile({ columns: ["a"] }).add(gone)],
    ["Profile", () => new Profile().add({ a: gone })],
  ] as const) {
    throwsCode(call, "BAD_TYPE", new RegExp(`^${op}: .+ has lost its memory, expected .+, got`));
  }
  assert.is(validate(new Float32Array(0)).report.rows, 0, "one without elements has them all");
  for (const kind of [Float32Array, Float64Array]) {
    for (const [wrap, name] of [
      [(x: InstanceType<typeof kind>) => x, "x"],
      [(x: InstanceType<typeof kind>) => ({ a: x }), 'column "a"'],
    ] as const) {
      const x = new kind([1, 2, 3]);
      const valid = validate(wrap(x));
      give(x);
      for (const read of [() => valid.values(), () => valid.table, () => valid.tensor("x")]) {
        throwsCode(read, "BAD_TYPE", new RegExp(`^validate: ${name} has lost its memory`));
      }
    }
    const buffer = new (ArrayBuffer as unknown as ResizableBuffer)(4 * kind.BYTES_PER_ELEMENT, {
      maxByteLength: 64,
    });
    const valid = validate(new kind(buffer));
    for (const size of [2, 8]) {
      buffer.resize(size * kind.BYTES_PER_ELEMENT);
      for (const read of [() => valid.values(), () => valid.table, () => valid.tensor("x")]) {
        const what = `x has changed since: it has another length, expected 4, got ${size}`;
        throwsCode(read, "BAD_TYPE", new RegExp(`^validate: ${what}`));
      }
    }
  }
});

test("gaps in new data are filled with what was learnt from the training data", () => {
  const schema: Schema = {
    columns: { a: { policy: { missing: "mean" } }, b: { policy: { missing: "forwardFill" } } },
  };
  const train = validate(
    [
      [1, 5],
      [null, null],
      [5, 8],
    ],
    schema,
  );
  assert.equal(train.imputer.fillers, {
    a: { how: "mean", value: 3 },
    b: { how: "forwardFill", value: 8 },
  });
  const imputer = Imputer.fromJSON(JSON.parse(JSON.stringify(train.imputer)));
  const later = validate(
    [
      [100, null],
      [null, 1],
    ],
    schema,
    { imputer },
  );
  assert.equal([...later.values()], [100, 8, 3, 1]);
  throwsCode(
    () => validate([null, 1], { every: { policy: { missing: "mean" } } }, { imputer }),
    "BAD_VALUE",
    /no filler for column "value"/,
  );
});

test("rows go together with their labels, whichever of the two is bad", () => {
  const x = [[1], [NaN], [3], [4]];
  const labels = [0, 1, 2, 12];
  const valid = validate(
    x,
    { every: { policy: { nan: "drop" } } },
    {
      labels,
      labelSchema: { every: { type: "integer", min: 0, max: 9, policy: { range: "drop" } } },
    },
  );
  assert.equal([...valid.values()], [1, 3]);
  assert.equal([...(valid.labels?.values() ?? [])], [0, 2]);
  assert.equal(valid.rows, [0, 2]);
  assert.equal(valid.labels?.rows, [0, 2]);
  assert.is(valid.report.dropped, 2);
  throwsCode(
    () => validate(x, { every: { policy: { nan: "keep" } } }, { labels: [1] }),
    "BAD_SHAPE",
    /labels do not fit, expected one for each of 4 rows, got 1/,
  );
  throwsCode(
    () => validate(x, { every: { policy: { nan: "keep" } } }, { labels: [1, 2, "3", 4] }),
    "BAD_TYPE",
    /^validate labels: row 2, column "value" is no number/,
  );
  throwsCode(() => valid.align([1, 2]), "BAD_SHAPE", /expected an entry for each of 4 rows, got 2/);
});

test("a later report names the row of the data as it came, after rows were dropped", () => {
  scope(() => {
    const records = [{ a: 1 }, { a: null }, { a: 3 }, { a: NaN }];
    const schema: Schema = { every: { policy: { missing: "drop", nan: "keep" } } };
    const x = validate(records, schema, { firstRow: 1000 }).tensor("x");
    const w = parameter("w", [[2]]);
    const report = reportOf(() => valueAndGrad([w], () => mse(mul(x, w), tensor([[1], [2], [3]]))));
    w.dispose();
    assert.is(report.column, "a");
    assert.is(report.row, 1003);
  });
});

test("constant columns and duplicates are named, and each other's copies in groups", () => {
  const rows = [
    [1, 7, 1, 0, 5, 0],
    [2, 7, 2, 0, 6, 0],
    [3, 7, 3, 1, 7, 0],
  ];
  const report = inspect(rows);
  assert.equal(report.constant, { 1: "7", 5: "0" });
  assert.equal(report.equal, [["0", "2"]]);
  assert.ok(report.ok, "they are no problems of cells");
  assert.equal(inspect(rows, { constant: "ignore", duplicate: "ignore" }).constant, {});
  assert.equal(inspect([[1, 1]]).constant, {}, "one row tells nothing");
  assert.equal(
    inspect([
      [NaN, 1],
      [NaN, 1],
    ]).constant,
    { 0: "NaN", 1: "1" },
  );
});

test("constant columns that are equal are duplicates as well", () => {
  const x = { a: [1, 1], b: [2, 3], c: [NaN, NaN], d: [1, 1], e: [NaN, NaN] };
  const report = inspect(x);
  assert.equal(Object.keys(report.constant), ["a", "c", "d", "e"]);
  assert.equal(report.equal, [
    ["a", "d"],
    ["c", "e"],
  ]);
  const schema = { every: { policy: { nan: "keep" } }, duplicate: "raise" } as const;
  for (const constant of ["report", "ignore"] as const) {
    throwsCode(
      () => validate(x, { ...schema, constant }),
      "BAD_VALUE",
      /column "d" is a duplicate, expected different values, got those of "a"/,
    );
  }
  const rows = [
    { a: 5, b: 5, c: 5 },
    { a: 6, b: 6, c: 5 },
    { a: 6, b: 6, c: 6 },
  ];
  assert.equal(inspect(rows.slice(0, 1)).equal, [], "one row tells nothing");
  const merged = ValidationReport.merge(rows.map((row) => inspect([row])));
  assert.equal(merged.equal, [["a", "b"]], "but each of them something");
  assert.equal(merged.toJSON(), { ...inspect(rows).toJSON(), columns: merged.columns });
  // Groups come by their first column, however rows split them.
  const four = [
    { a: 1, b: 2, c: 2, d: 1, e: 1 },
    { a: 3, b: 4, c: 4, d: 5, e: 5 },
  ];
  assert.equal(inspect(four).equal, [
    ["b", "c"],
    ["d", "e"],
  ]);
});

test("columns that repairs made constant, or equal, are named, and refused where that is asked", () => {
  const clip: Schema = { every: { max: 10, policy: { range: "clip", nan: "mean" } } };
  const drop: Schema = { every: { max: 10, policy: { range: "drop" } } };
  const cases: readonly (readonly [object[], Schema, string])[] = [
    [[{ a: 5 }, { a: 99 }, { a: 5 }], drop, "5"],
    [[{ a: 50 }, { a: 60 }], clip, "10"],
    [[{ a: 5 }, { a: NaN }], clip, "5"],
  ];
  for (const [x, schema, value] of cases) {
    assert.equal(validate(x, schema).report.constant, { a: value });
    assert.match(`${validate(x, schema).report}`, `a: ${value} throughout`);
    assert.equal(inspect(x, schema).constant, {}, "the data themselves are not");
    const message = /column "a" is constant after the repairs, expected different values, got/;
    throwsCode(() => validate(x, { ...schema, constant: "raise" }), "BAD_VALUE", message);
    assert.equal(validate(x, { ...schema, constant: "ignore" }).report.constant, {});
  }
  const twins = [
    { a: 1, b: 1 },
    { a: 2, b: NaN },
    { a: 3, b: 3 },
  ];
  assert.equal(validate(twins, clip).report.equal, [["a", "b"]]);
  throwsCode(
    () => validate(twins, { ...clip, duplicate: "raise" }),
    "BAD_VALUE",
    /column "b" is a duplicate after the repairs/,
  );
  // Of the rows that are left: one tells nothing, and a chunk without any has no say.
  const chunks = [[5, 99], [99], [5, 99, 5], [5]].map((chunk) => validate(chunk, drop).report);
  assert.equal(chunks[0]?.constant, {});
  assert.equal(ValidationReport.merge(chunks).constant, { value: "5" });
});

test("rows that are equal to an earlier one are counted, refused or dropped, where that is asked", () => {
  const x = [
    [1, 2],
    [1, 2],
    [3, 4],
    [NaN, 0],
    [1, 2],
    [NaN, -0],
    ["NA", 4],
    ["NA", 4],
    [2, 1],
  ];
  const keep = { missing: "keep", nan: "keep" } as const;
  const every = { missingValues: ["NA"], policy: keep };
  const first = [
    { row: 11, of: 10 },
    { row: 14, of: 10 },
    { row: 15, of: 13 },
    { row: 17, of: 16 },
  ];
  const report = inspect(x, { every, repeated: "report" }, { firstRow: 10 });
  assert.equal(report.repeated, { count: 4, first });
  assert.ok(inspect([[1], [1]], { repeated: "report" }).ok, "they are no problems of cells");
  assert.match(`${report}`, "  repeated: 4, row 11 as row 10; row 14 as row 10; ");
  assert.equal(inspect(x, { every }).repeated, { count: 0, first: [] });
  const few = inspect(x, { every, repeated: "report" }, { places: 1, firstRow: 10 });
  assert.equal(few.repeated, { count: 4, first: first.slice(0, 1) });
  const both = ValidationReport.merge([few, report], 3).repeated;
  assert.equal(both, { count: 8, first: [first[0], ...first.slice(0, 2)] });

  throwsCode(
    () => validate(x, { every, repeated: "raise" }),
    "BAD_VALUE",
    /^validate: row 1 is repeated, expected different rows, got row 0 again$/,
  );
  assert.equal(validate([[1], [2]], { repeated: "raise" }).rows, [0, 1]);
  const dropped = validate(x, { every, repeated: "drop" });
  assert.equal(dropped.rows, [0, 2, 3, 6, 8]);
  assert.is(dropped.report.dropped, 4);
  // The first of a kind is gone for its label: the next one stays.
  const policy = { range: "drop" } as const;
  const labelled = validate(
    [7, 7, 7, 8, 8],
    { repeated: "drop" },
    { labels: [99, 1, 2, 3, 99], labelSchema: { every: { max: 9, policy } } },
  );
  assert.equal(labelled.rows, [1, 3]);
  assert.equal([...(labelled.labels?.values() ?? [])], [1, 3]);
  const ragged = validate([[1, 2], [1], [1], [1, 2]], { ragged: "drop", repeated: "drop" });
  assert.equal(ragged.rows, [0]);
  throwsCode(
    () => validate([1], { repeated: "keep" as never }),
    "BAD_TYPE",
    /repeated is not one of its values/,
  );
});

test("repeated rows are those that a comparison of all with all finds", () => {
  const cell = fc.constantFrom<unknown>(0, -0, 1, 2 ** -1074, 1e300, NaN, Infinity, "a", "b", null);
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 60 }), (rows) => {
      const alike = (a: unknown, b: unknown) => a === b || (Number.isNaN(a) && Number.isNaN(b));
      const wanted = rows.flatMap((row, i) => {
        const of = rows.findIndex((other) => other.every((value, c) => alike(value, row[c])));
        return of < i ? [{ row: i, of }] : [];
      });
      const { repeated } = inspect(rows, { ...ab, repeated: "report" }, { places: 60 });
      assert.equal(repeated, { count: wanted.length, first: wanted });
    }),
  );
});

test("columns are found by name, in any order; those not asked for are named", () => {
  const schema: Schema = { columns: ["b", "a"] };
  for (const x of [
    { a: [1, 2], b: [3, 4], c: [0, 0] },
    [
      { a: 1, b: 3, c: 0 },
      { b: 4, a: 2 },
    ],
  ]) {
    const { table, report } = validate(x, schema);
    assert.equal(table.columns, ["b", "a"]);
    assert.equal([...table.column("b")], [3, 4]);
    assert.equal(report.extra, ["c"]);
  }
  const table = Table.fromRecords([{ a: 1, b: 3 }], ["a", "b"]);
  assert.equal([...validate(table, schema).values()], [3, 1]);
});

test("reports on chunks merge to the report on everything", () => {
  const rows = Array.from({ length: 100 }, (_, i) => [i % 7 === 0 ? NaN : i, 3, i, i]);
  const whole = inspect(rows);
  const parts = [0, 30, 31, 70].map((from, i, all) =>
    inspect(rows.slice(from, all[i + 1] ?? 100), {}, { firstRow: from }),
  );
  assert.equal(ValidationReport.merge(parts).toJSON(), whole.toJSON());
  const seed = random(8);
  for (let round = 0; round < 60; round++) {
    const some = Array.from({ length: 2 + Math.floor(seed() * 30) }, () => ({
      a: [null, NaN, 0, 1, 2, Infinity, 0.5][Math.floor(seed() * 7)],
      b: Math.floor(seed() * 2),
      c: 1,
      d: seed() < 0.2 ? "x" : 1,
      e: seed() < 0.2 ? 1e39 : 5,
    }));
    const schema: Schema = { every: { max: 1, policy: { range: "clip" } } };
    const chunks: ValidationReport[] = [];
    for (let i = 0; i < some.length; ) {
      const chunk = some.slice(i, i + 1 + Math.floor(seed() * 5));
      chunks.push(inspect(chunk, schema, { firstRow: i }));
      i += chunk.length;
    }
    const [one, all] = [ValidationReport.merge(chunks), inspect(some, schema)];
    assert.is(`${one}`, `${all}`);
    assert.is(JSON.stringify(one), JSON.stringify(all));
  }
  throwsCode(() => ValidationReport.merge([]), "BAD_TYPE", /nothing to merge/);
  throwsCode(() => ValidationReport.merge([whole, inspect([1])]), "BAD_TYPE", /columns differ/);
});

test("dropped rows are those with a problem, and features stay beside their labels", () => {
  const cell = fc.oneof(
    fc.float({ noNaN: true, min: -1e3, max: 1e3 }),
    fc.constantFrom(NaN, Infinity, null, "x"),
  );
  const drop = { missing: "drop", nan: "drop", infinite: "drop", type: "drop" } as const;
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 40 }), (rows) => {
      const labels = rows.map((_, i) => i);
      const valid = validate(rows, { ...ab, every: { policy: drop } }, { labels });
      const good = labels.filter((i) => rows[i]?.every((v) => Number.isFinite(v)));
      assert.equal(valid.rows, good);
      assert.equal([...(valid.labels?.table.column("value") ?? [])], good);
      assert.equal(
        [...valid.table.column("a")],
        good.map((i) => rows[i]?.[0]),
      );
      assert.is(valid.report.dropped, rows.length - good.length);
    }),
  );
});

test("imputing leaves no NaN, and changes nothing that was good", () => {
  const column = fc.array(
    fc.oneof(fc.double({ min: -1e30, max: 1e30, noNaN: true }), fc.constantFrom(null, NaN)),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  const how = fc.constantFrom("mean" as const, "median" as const, "forwardFill" as const, 7);
  fc.assert(
    fc.property(column, how, (values, by) => {
      const x = [1, ...values];
      const out = validate(x, { every: { policy: { missing: by, nan: by } } }).table.column(
        "value",
      );
      assert.is(out.length, x.length);
      x.forEach((v, i) => {
        if (typeof v === "number" && !Number.isNaN(v)) assert.is(out[i], v);
        else assert.ok(Number.isFinite(out[i]));
      });
    }),
  );
});

/** Float32 data, and the same numbers as rows: one goes through the kernels, the other does not. */
function sameBothWays(x: Float32Array, width: number, schema: Schema): void {
  const rows = Array.from({ length: x.length / width }, (_, r) => [
    ...x.subarray(r * width, (r + 1) * width),
  ]);
  const every = schema.every ?? {};
  // The kernels' bounds are those of float32.
  const rounded: Schema = {
    ...schema,
    every: {
      ...every,
      ...(every.min === undefined ? {} : { min: Math.fround(every.min) }),
      ...(every.max === undefined ? {} : { max: Math.fround(every.max) }),
    },
  };
  const wanted = inspect(rows, rounded, { places: 100 }).toJSON();
  assert.equal(inspect(x, schema, { places: 100 }).toJSON(), wanted);
  scope(() => {
    const t: Tensor = tensor(x, [x.length / width, width]);
    assert.equal(inspect(t, schema, { places: 100 }).toJSON(), wanted);
  });
}

for (const build of BUILDS) {
  const onBuild = suite(`validation, ${build.name}`);
  // One for all: each reserves gigabytes of addresses until it is collected.
  let home: WatchedRuntime | undefined;
  const on = (body: () => void) => () => {
    home ??= new WatchedRuntime(build);
    onRuntime(home, body);
    assert.equal(home.trespasses, []);
  };

  onBuild(
    "the kernels find what a plain loop finds: every width 1 to 19, every place",
    on(() => {
      const SPECIALS: readonly number[] = [
        NaN,
        Infinity,
        -Infinity,
        11,
        -11,
        3.4028234663852886e38,
      ];
      for (let width = 1; width <= 19; width++) {
        const names = Array.from({ length: width }, (_, c) => `c${c}`);
        const columns = Object.fromEntries(
          names.map((name, c) => [name, { min: -10, max: 10 + (c % 3) }]),
        );
        for (const rows of [1, 2, 5, 33]) {
          for (let place = 0; place < rows * width; place += 1 + Math.floor((rows * width) / 23)) {
            const x = Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i) * 10);
            x[place] = SPECIALS[place % SPECIALS.length] as number;
            const problems: Problem[] =
              place % 6 < 3 ? [place % 6 === 0 ? "nan" : "infinite"] : ["range"];
            const report = inspect(x, { columns });
            const [row, column] = [Math.floor(place / width), place % width];
            const allowed = problems[0] === "range" && x[place] === 11 && column % 3 !== 0;
            assert.is(
              report.problems,
              allowed ? 0 : 1,
              `width ${width}, rows ${rows}, place ${place}`,
            );
            if (allowed) continue;
            assert.equal(report.columns[`c${column}`]?.counts, { [problems[0] as Problem]: 1 });
            assert.is(report.columns[`c${column}`]?.first[0]?.row, row);
          }
        }
      }
    }),
  );

  onBuild(
    "the kernels' limits are exact: ranges on either side of 0 or with it, at every end, to the bit",
    on(() => {
      const { kernels } = runtime();
      const place = (words: ArrayLike<number>) => {
        const at = kernels.alloc(4 * words.length) >>> 0;
        new Uint32Array(kernels.memory.buffer, at, words.length).set(words);
        return at;
      };
      const bits = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0] as number;
      const MAX = 3.4028234663852886e38;
      const ends = [-MAX, -5, -1e-45, -0, 0, 1e-45, 1, MAX].map(Math.fround);
      const words = [...ends, Infinity, -Infinity].flatMap((v) => [
        bits(v) - 1,
        bits(v),
        bits(v) + 1,
      ]);
      words.push(0x7fc00000, 0xffc00000, 0x7fffffff, 0xffffffff);
      const values = new Float32Array(Uint32Array.from(words).buffer);
      const ranges = ends.flatMap((low) =>
        ends.filter((high) => low <= high).map((high) => [low, high] as const),
      );
      for (const [r, [low, high]] of ranges.entries()) {
        const [otherLow, otherHigh] = ranges[(7 * r + 3) % ranges.length] as readonly [
          number,
          number,
        ];
        const same = limitsOf([low], [high], 4);
        const three = limitsOf([low, otherLow, low], [high, otherHigh, high], 24);
        const [atSame, atThree] = [place(same.table), place(three.table)];
        for (const [i, value] of values.entries()) {
          // Lengths 1 to 128, which are all that the loops and their ends come to.
          const n = 1 + ((37 * i + 11 * r) % 128);
          const put = (29 * i + 5 * r) % n;
          const isOther = put % 3 === 1;
          const fill = (c: number, at: number) =>
            (at === put ? words[i] : bits(c % 3 === 1 ? otherHigh : low)) as number;
          const uniform = place(Array.from({ length: n }, (_, at) => fill(0, at)));
          const mixed = place(Array.from({ length: n }, (_, at) => fill(at, at)));
          const what = `${low} … ${high}: ${value}, ${put} of ${n}`;
          const holds = (a: number, b: number) => (value >= a && value <= b ? 1 : 0);
          assert.is(kernels.within_f32(uniform, n, atSame, same.shifted), holds(low, high), what);
          assert.is(
            kernels.within_columns_f32(mixed, n, atThree, three.vectors, three.shifted),
            isOther ? holds(otherLow, otherHigh) : holds(low, high),
            `columns, ${what}, other ${otherLow} … ${otherHigh}`,
          );
          kernels.free(uniform);
          kernels.free(mixed);
        }
        kernels.free(atSame);
        kernels.free(atThree);
      }
    }),
  );

  onBuild(
    "long arrays with a few bad cells give the same report with kernels and without",
    on(() => {
      for (const width of [1, 3, 10, 16]) {
        const x = Float32Array.from({ length: 2500 * width }, (_, i) => Math.cos(i));
        for (const i of [0, 1023, 1024, 2000, x.length - 1]) x[i] = NaN;
        x[1500] = 2;
        const names = Array.from({ length: width }, (_, c) => `${c}`);
        sameBothWays(x, width, { columns: names });
        sameBothWays(x, width, { columns: names, every: { min: -1, max: 0.1 } });
        const columns = Object.fromEntries(
          names.map((name, c) => [name, { min: -1, max: c === 0 ? 1.5 : 3 }]),
        );
        sameBothWays(x, width, { columns });
        sameBothWays(x, width, {
          columns: names,
          every: { missingValues: [2], policy: { missing: "keep" } },
        });
        sameBothWays(x, width, { columns: names, every: { type: "integer" } });
      }
    }),
  );

  onBuild(
    "an array that is as it should be comes back itself",
    on(() => {
      const x = Float32Array.from({ length: 5000 }, (_, i) => i);
      assert.is(validate(x).values(), x);
      assert.is(validate(x, { columns: { a: { min: 0 }, b: { max: 5000 } } }).values(), x);
      assert.is(validate(new Float32Array(0)).values().length, 0);
      scope(() => {
        const t = validate(x, { columns: ["a", "b"] }).tensor("x");
        assert.equal(t.shape, [2500, 2]);
        assert.equal(validate(t).values(), x);
        assert.equal(validate(t).table.columns, ["a", "b"]);
      });
    }),
  );
  onBuild.run();
}

const keepAll = { every: { policy: { missing: "keep", nan: "keep", infinite: "keep" } } } as const;

test("what has no fields is no table without columns", () => {
  const none: readonly (readonly [unknown, string])[] = [
    [new Map([["a", [1]]]), "Map"],
    [new Set([1]), "Set"],
    [Promise.resolve([1]), "Promise"],
    [new Error("x"), "Error"],
    [/x/, "RegExp"],
    [new BigInt64Array(2), "BigInt64Array"],
    [new DataView(new ArrayBuffer(8)), "DataView"],
  ];
  for (const [x, name] of none) {
    throwsCode(() => validate(anything(x)), "BAD_TYPE", new RegExp(`x is no data.*got ${name}$`));
  }
  throwsCode(() => validate([new Map([["a", 1]])]), "BAD_TYPE", /row 0, column "value".*got Map/);
  throwsCode(() => validate([new Number(5)]), "BAD_TYPE", /row 0, column "value".*got Number/);
  scope(() => {
    throwsCode(() => validate([tensor([1])]), "BAD_TYPE", /row 0, column "value".*got Tensor/);
  });
  assert.equal(validate({}).table.columns, []);
  assert.equal(validate([]).values().length, 0);
});

test("a field that only a later record has is a column too", () => {
  throwsCode(
    () => validate([{ a: 1 }, { a: 2, b: NaN }]),
    "BAD_TYPE",
    /row 0, column "b" is missing.*got undefined \(the first of 2/,
  );
  assert.equal(validate([{}, { b: 3, a: 1 }, { a: 2 }], keepAll).table.columns, ["b", "a"]);
  const { extra } = inspect([{ a: 1 }, { a: 2, b: NaN }], { columns: ["a"] });
  assert.equal(extra, ["b"]);
  const inherited = Object.create({ b: 5 });
  inherited.a = 1;
  assert.equal(validate([inherited]).table.columns, ["a"]);
});

test("numbers as tables have them: fill values, thousands, percent, dates, NaN as a word", () => {
  const fill = 9.969209968386869e36;
  const filled: Schema = { every: { missingValues: [fill], policy: { missing: "median" } } };
  assert.equal([...validate(Float32Array.of(1, fill, 4), filled).values()], [1, 2.5, 4]);
  assert.equal([...validate([[1], [fill], [4]], filled).values()], [1, 2.5, 4]);
  for (const written of ["1,234", "12%", "2024-01-01", "NaN", " 5 ", "1e3"]) {
    assert.throws(
      () => validate(anything([{ price: 5 }, { price: written }])),
      (error: Error) =>
        error.message.includes('row 1, column "price"') && error.message.includes(`"${written}"`),
      written,
    );
  }
  const words: Schema = { every: { missingValues: ["NaN", ""], policy: { missing: "drop" } } };
  assert.equal(validate(anything([{ a: "NaN" }, { a: 4 }, { a: "" }]), words).rows, [1]);
});

test("columns may be called as what every object inherits", () => {
  const parsed = JSON.parse(
    '[{"__proto__": 1, "constructor": 4}, {"__proto__": null}, {"__proto__": 3, "constructor": 8}]',
  );
  const names = ["__proto__", "constructor"];
  throwsCode(() => validate(parsed), "BAD_TYPE", /row 1, column "__proto__" is missing.*got null/);
  throwsCode(
    () => validate([{ constructor: 1 }, {}], { columns: ["constructor"] }),
    "BAD_TYPE",
    /row 1, column "constructor" is missing.*got undefined/,
  );
  const { table, report, imputer } = validate(parsed, { every: { policy: { missing: "mean" } } });
  assert.equal(table.columns, names);
  assert.equal(
    names.map((name) => [...table.column(name)]),
    [
      [1, 2, 3],
      [4, 6, 8],
    ],
  );
  assert.equal(Object.keys(imputer.fillers), names);
  assert.match(`${report}`, "__proto__: 1 missing, 1 imputed (mean 2); row 1: null");
  const saved = Imputer.fromJSON(JSON.parse(JSON.stringify(imputer)));
  assert.is(saved.filler("__proto__").value, 2);
  assert.is(
    validate([{ constructor: 1 }]).report.columns["constructor" as string]?.filler,
    undefined,
  );
  const twins = inspect([
    { constructor: 1, b: 1 },
    { constructor: 2, b: 2 },
  ]);
  assert.equal(ValidationReport.merge([twins, twins]).equal, [["constructor", "b"]]);
});

test("what is too near to 0 for float32 is no problem: it becomes 0 there, and is kept in the table", () => {
  const x = [1e-310, -(2 ** -150), 2 ** -149, 2 ** -150 * (1 + 2 ** -52)];
  const valid = validate(x);
  assert.ok(valid.report.ok);
  assert.equal([...valid.values()], [0, -0, 2 ** -149, 2 ** -149]);
  assert.equal([...valid.table.column("value")], x);
});

test("a row whose memory is gone is not ragged, and not dropped", () => {
  const gone = new Float32Array(2);
  structuredClone(gone, { transfer: [gone.buffer] });
  for (const ragged of ["raise", "drop"] as const) {
    for (const [x, row] of [
      [[[1, 2], [3, 4], gone], 12],
      [[null, gone, [3, 4]], 11],
    ] as const) {
      const message = new RegExp(`: row ${row} has lost its memory.*got a detached Float32Array`);
      throwsCode(() => validate(x, { ragged }, { firstRow: 10 }), "BAD_TYPE", message);
      throwsCode(() => inspect(x, { ragged }, { firstRow: 10 }), "BAD_TYPE", message);
    }
  }
  const later = new Float32Array([3, 4]);
  const valid = validate([[1, 2], later]);
  structuredClone(later, { transfer: [later.buffer] });
  throwsCode(() => valid.values(), "BAD_TYPE", /row 1 has lost its memory/);
});

test("what throws while it is read has a place, and its error is the cause", () => {
  const boom = new RangeError("boom");
  const fail = () => {
    throw boom;
  };
  const bad = Object.defineProperty({ a: 1, b: 2 }, "b", { get: fail, enumerable: true });
  const keys = new Proxy({}, { ownKeys: fail });
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  const { proxy: list, revoke: revokeList } = Proxy.revocable<number[]>([], {});
  revoke();
  revokeList();
  const cell = Object.defineProperty([1, 2], 1, { get: fail });
  const cases: readonly (readonly [() => unknown, RegExp])[] = [
    [
      () => validate([{ a: 1, b: 2 }, bad]),
      /^validate: row 1, column "b" cannot be read, expected/,
    ],
    [
      () => inspect([[1, 2], cell]),
      /^inspect: row 1, column "1" cannot be read.*RangeError: boom$/,
    ],
    [() => validate([{ a: 1 }, keys]), /^validate: row 1 cannot be read/],
    [
      () => validate([{ a: 1 }, revoked]),
      /^validate: row 1 cannot be read.*got TypeError: .*revoked/,
    ],
    [() => validate([[1], list]), /^validate: row 1 cannot be read/],
    [() => validate([revoked]), /^validate: row 0 cannot be read/],
    [() => validate(bad as never), /^validate: column "a" is no array/],
    [() => validate({ a: [1], b: list }), /^validate: column "b" cannot be read/],
    [() => validate(list), /^validate: x cannot be read/],
    [() => validate(revoked), /^validate: x cannot be read/],
    [
      () => validate([{ a: revoked }]),
      /row 0, column "a" is no number.*an object that cannot be r/,
    ],
    [() => new Profile().add([{ a: 1, b: 1 }, bad]), /^Profile: row 1, column "b" cannot be read/],
    [() => Table.fromRecords([bad], ["b"]), /^Table: row 0, column "b" cannot be read.*: boom$/],
    [() => validate([1], Object.defineProperty({}, "every", { get: fail })), /^schema: it cannot/],
    [() => validate([bad], { columns: { b: revoked } }), /^schema: columns.b cannot be read/],
  ];
  for (const [body, message] of cases) throwsCode(body, "BAD_TYPE", message);
  const caught = (body: () => unknown): unknown => {
    try {
      return body();
    } catch (error) {
      return (error as Error).cause;
    }
  };
  assert.is(
    caught(() => validate([bad])),
    boom,
  );
});

test("an error names some columns of many, and counts the rest", () => {
  const names = Array.from({ length: 5e4 }, (_, i) => `c${i}`);
  const message = (body: () => unknown): string => {
    try {
      body();
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  assert.is(
    message(() => validate([{ a: 1 }], { columns: names })),
    `validate: column "c0" is not there, expected ${names
      .slice(0, 12)
      .map((name) => `"${name}"`)
      .join(", ")} and 49988 more, got "a"`,
  );
  const long = "x".repeat(1e5);
  for (const body of [
    () => validate({ [long]: [1] }, { columns: ["a"] }),
    () => validate(Object.fromEntries(names.map((name) => [name, [1]])), { columns: ["a"] }),
    () => inspect([[1]], { columns: names }),
    () => inspect({ [long]: [1] }) && new Profile().add({ [long]: [1] }).column("a"),
  ]) {
    assert.ok(message(body).length < 300, message(body).slice(0, 400));
  }
});

test("reports on other columns are not merged because their names read alike", () => {
  const one = inspect({ "a,b": [1, 2] });
  throwsCode(
    () => ValidationReport.merge([one, inspect({ a: [1, 2], b: [1, 3] })]),
    "BAD_TYPE",
    /columns differ/,
  );
  const merge = ValidationReport.merge as (reports?: unknown, places?: unknown) => unknown;
  throwsCode(() => merge(), "BAD_TYPE", /nothing to merge, expected reports, got undefined/);
  throwsCode(() => merge([one, {}]), "BAD_TYPE", /reports\[1\] is no report.*got Object/);
  throwsCode(() => merge(holed([one, one])), "BAD_TYPE", /reports\[1\] is no report.*undefined/);
  throwsCode(() => merge([one], NaN), "BAD_VALUE", /places out of range.*got NaN/);
});

test("a column that is there twice is refused", () => {
  scope(() => {
    const x = tensor([[1, NaN]], { columns: ["a", "a"] });
    throwsCode(() => validate(x, keepAll), "BAD_TYPE", /column "a" is there twice.*got "a", "a"/);
  });
});

test("columns of a declared interface compile, remedies that help nowhere do not", () => {
  interface Cars {
    readonly weight: number[];
    readonly power: Float32Array;
  }
  const cars: Cars = { weight: [1, 2], power: Float32Array.of(3, 4) };
  assert.equal([...validate(cars).values()], [1, 3, 2, 4]);
  assert.ok(inspect(cars, { every: { policy: { missing: "mean", infinite: "clip" } } }).ok);
  const refused = [
    // @ts-expect-error a number that is no integer has no nearest one that was meant
    () => validate([1], { every: { policy: { type: "clip" } } }),
    // @ts-expect-error NaN is on no side of a range
    () => validate([1], { every: { policy: { nan: "clip" } } }),
    // @ts-expect-error
    () => validate({ a: 5 }),
    // @ts-expect-error
    () => validate(() => [1]),
    // @ts-expect-error
    () => validate("1"),
  ];
  for (const call of refused) throwsCode(call, "BAD_TYPE", /, expected .+, got /);
});

test("columns of different lengths are ragged rows: told of, or dropped", () => {
  const x = { a: [1, 2, 3], b: [4, 5, 6, 7], c: Float32Array.of(8, 9) };
  const { ragged, ok, rows } = inspect(x);
  assert.equal([ok, rows, ragged.count], [false, 4, 2]);
  const what = (name: string) =>
    `is ragged, expected a value in each column, got none in "${name}"`;
  assert.equal(ragged.first, [
    { row: 2, what: what("c") },
    { row: 3, what: what("a") },
  ]);
  const kept = validate(x, { ragged: "drop" });
  assert.equal([...kept.values()], [1, 4, 8, 2, 5, 9]);
  assert.equal(kept.report.dropped, 2);
  assert.equal(validate({ a: [] }).rows, []);
});

test("a report names what was filled in, and of what is carried forward no number", () => {
  const { report, imputer } = validate([1, null, 5], {
    every: { policy: { missing: "forwardFill" } },
  });
  assert.match(`${report}`, /1 imputed \(forwardFill\); row 1: null$/);
  assert.is(imputer.filler("value").value, 5);
  assert.match(`${inspect([1])}`, /^1 row\n?/);
});

test("options that are none are refused, not overheard", () => {
  const loosely = validate as (x: unknown, schema?: unknown, options?: unknown) => unknown;
  const refused: readonly (readonly [unknown, string, RegExp])[] = [
    [null, "BAD_TYPE", /options are no object.*got null/],
    [{ lables: [1] }, "BAD_VALUE", /no option "lables", expected imputer, labels,.*got an array/],
    [{ labelSchema: {} }, "BAD_TYPE", /labelSchema has nothing to check/],
    [{ firstRow: "5" }, "BAD_VALUE", /firstRow out of range, expected a whole number from 0/],
    [{ firstRow: NaN }, "BAD_VALUE", /firstRow out of range.*got NaN/],
    [{ places: -1 }, "BAD_VALUE", /places out of range.*got -1/],
    [{ imputer: {} }, "BAD_TYPE", /imputer is none, expected an Imputer, got Object/],
  ];
  for (const [options, code, message] of refused) {
    throwsCode(() => loosely([1], {}, options), code, message);
  }
  throwsCode(() => loosely([[1, 2]], { columns: [] }), "BAD_SHAPE", /expected 0: none, got 2/);
  throwsCode(() => loosely([1], { columns: new Map() }), "BAD_TYPE", /columns is no object.*Map/);
  throwsCode(
    () => loosely([1], { every: { missingValues: [{}] } }),
    "BAD_TYPE",
    /every.missingValues has no plain value.*got Object/,
  );
  throwsCode(() => validate([1, 2]).align(5 as never), "BAD_TYPE", /the list is none.*got 5/);
});

test("what stands for a missing value does so in float32 as well", () => {
  const { columns } = inspect(Float32Array.of(1, -999.1), { every: { missingValues: [-999.1] } });
  assert.equal(columns.value?.counts, { missing: 1 });
  const infinite = inspect(Float32Array.of(Infinity), { every: { missingValues: [1e39] } });
  assert.equal(infinite.columns.value?.counts, { infinite: 1 });
});

test("an integer column is clipped to, and filled with, integers that float32 holds", () => {
  const clip = { type: "integer", min: 0.5, max: 9.5, policy: { range: "clip" } } as const;
  assert.equal([...validate([0, 5, 20], { every: clip }).values()], [1, 5, 9]);
  throwsCode(
    () => validate([0], { every: { ...clip, max: 0.75 } }),
    "BAD_VALUE",
    /no range, expected min ≤ max with an integer between, got 0.5 … 0.75/,
  );
  const { table } = validate([2 ** 24, 2 ** 24 + 2, null], {
    every: { type: "integer", policy: { missing: "mean" } },
  });
  assert.is(table.column("value")[2], 2 ** 24);
});

test("what fills a gap must itself be allowed, whoever says it", () => {
  const imputer = Imputer.fit(validate([7]).table, "mean");
  const schema: Schema = { every: { max: 5, policy: { missing: "mean" } } };
  throwsCode(
    () => validate([1, null], schema, { imputer }),
    "BAD_VALUE",
    /what the imputer has for column "value" is itself not allowed, expected a number -Infinity … 5/,
  );
  throwsCode(
    () => validate([1, null], { every: { policy: { missing: 1e39 } } }),
    "BAD_VALUE",
    /every.policy.missing is itself not allowed.*got 1e\+39/,
  );
});

test("data that changes after it was looked at does not get in", () => {
  const rows: unknown[][] = [[1], [2]];
  for (const [later, got] of [
    ["7", 'string "7"'],
    [NaN, "NaN"],
    [1e39, "1e+39"],
  ] as const) {
    const valid = validate(rows as number[][]);
    rows[1] = [later];
    throwsCode(
      () => valid.table,
      "BAD_TYPE",
      new RegExp(`row 1, column "value" has changed.*got ${got.replace("+", "\\+")}`),
    );
    rows[1] = [2];
    assert.equal([...valid.values()], [1, 2]);
  }
  const x = tensor([[1], [2]]);
  const valid = validate(x);
  x.dispose();
  scope(() => {
    tensor([[5], [6]]);
    throwsCode(() => valid.table, "DISPOSED", /is disposed/);
    throwsCode(() => valid.values(), "DISPOSED", /is disposed/);
  });
});

test("what no longer follows its rule does not get in either, in any kind of data", () => {
  const schema: Schema = { every: { max: 3 } };
  for (const [later, message] of [
    [NaN, /row 1, column "\w+" has changed since: it is NaN, expected a number, got NaN/],
    [1000, /row 1, column "\w+" has changed since: it is out of range, expected .* 3, got 1000/],
  ] as const) {
    const floats = Float32Array.of(1, 2, 3);
    const doubles = Float64Array.of(1, 2, 3);
    const [list, columns, rows] = [[1, 2, 3], { a: [1, 2, 3] }, [[1], [2], [3]]];
    scope(() => {
      const x = tensor([[1], [2], [3]]);
      const valids = [x, floats, doubles, list, columns, rows].map((data) =>
        validate(data, schema),
      );
      (rows[1] as number[])[0] = later;
      for (const data of [x.data, floats, doubles, list, columns.a]) data[1] = later;
      for (const [i, valid] of valids.entries()) {
        throwsCode(() => valid.table, "BAD_TYPE", message);
        throwsCode(() => valid.tensor("x"), "BAD_TYPE", message);
        if (i !== 1) throwsCode(() => valid.values(), "BAD_TYPE", message);
      }
      assert.is(valids[1]?.values(), floats, "an array of floats is handed back as it is");
      // A number that is sound as well is as good as the one that was there.
      (rows[1] as number[])[0] = -5;
      for (const data of [x.data, floats, doubles, list, columns.a]) data[1] = -5;
      for (const valid of valids) assert.equal([...valid.tensor("x").toArray()], [1, -5, 3]);
    });
  }
  const [list, rows, records] = [
    [1, 2],
    [[1], [2]],
    [{ a: 1 }, { a: 2 }],
  ];
  const valids = [list, rows, records].map((data) => validate(data));
  for (const data of [list, rows, records]) data.pop();
  const messages = [
    /row 1, column "value" has changed since: it is missing.*got undefined/,
    /row 1 has changed since: it is no row, expected 1 numbers, got undefined/,
    /row 1 has changed since: it is no object.*got undefined/,
  ];
  for (const [i, valid] of valids.entries()) {
    throwsCode(() => valid.table, "BAD_TYPE", messages[i] as RegExp);
    throwsCode(() => valid.tensor("x"), "BAD_TYPE", messages[i] as RegExp);
  }
});

test("an error quotes what there is in a few words", () => {
  throwsCode(() => validate([[{ constructor: { name: {} } }]]), "BAD_TYPE", /got Object$/);
  throwsCode(() => validate([[new (class {})()]]), "BAD_TYPE", /got an object$/);
  throwsCode(() => validate([[Object.create(null)]]), "BAD_TYPE", /got an object$/);
  throwsCode(() => validate(["x".repeat(1e5)]), "BAD_TYPE", /got string "x{60}"… of 100000 char/);
  throwsCode(() => validate([Symbol("x")]), "BAD_TYPE", /got symbol$/);
});

test("tables with more bad cells than a set can hold are repaired", () => {
  const [rows, width] = [2 ** 20, 17];
  const x = new Float32Array(rows * width).fill(NaN);
  const { report, values } = (() => {
    const names = Array.from({ length: width }, (_, c) => `c${c}`);
    const valid = validate(x, {
      columns: names,
      every: { policy: { nan: 3 } },
      constant: "ignore",
      duplicate: "ignore",
    });
    return { report: valid.report, values: valid.values() };
  })();
  assert.is(report.problems, rows * width);
  assert.is(report.columns.c16?.repairs.imputed, rows);
  assert.ok(values.every((value) => value === 3));
});

test("ranges of wide tables stay with their columns, however long the pieces are that are copied", () => {
  const [rows, width] = [1400, 3000];
  const wide = Object.fromEntries(
    Array.from({ length: width }, (_, c) => [`c${c}`, { min: 0, max: c % 7 === 0 ? 1 : 100 }]),
  );
  const x = new Float32Array(rows * width).fill(0.5);
  // So often that each length is timed, and the fastest used.
  for (let turn = 0; turn < 8; turn++) {
    const [row, column] = [turn * 150 + 37, 7 * (turn * 50 + 3)];
    x[row * width + column] = 50;
    throwsCode(
      () => validate(x, { columns: wide }),
      "BAD_VALUE",
      new RegExp(`row ${row}, column "c${column}" is out of range`),
    );
    x[row * width + column] = 0.5;
    assert.is(validate(x, { columns: wide }).report.ok, true);
  }
});

test.run();
