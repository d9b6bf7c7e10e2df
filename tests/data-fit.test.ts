/** Scalers, imputers and outliers: fitted, applied to other data, saved and read again. Streams: as if at once. */
import fc from "fast-check";
import * as assert from "uvu/assert";
import {
  Imputer,
  Outliers,
  Profile,
  quantileSketches,
  Scaler,
  type ScalingKind,
  Table,
  Valid,
  ValidationReport,
  validate,
} from "../src/data/index.js";
import { missing } from "../src/data/sketch.js";
import { Moments, quantile } from "../src/data/statistics.js";
import { MissingPackageError } from "../src/index.js";
import { random } from "../src/nn/init.js";
import { holed, throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("fitting");
const KINDS: readonly ScalingKind[] = ["standard", "robust", "minMax"];

/** Columns with names a, b, c … */
function tableOf(...columns: readonly (readonly number[])[]): Table {
  const names = columns.map((_, c) => String.fromCharCode(97 + c));
  const keep = { missing: "keep", nan: "keep", infinite: "keep" } as const;
  return validate(Object.fromEntries(columns.map((values, c) => [names[c], values])), {
    every: { policy: keep },
  }).table;
}

const rowsOf = (table: Table) =>
  [...table.rows.keys()].map((r) => table.columns.map((name) => table.column(name)[r] as number));

function close(actual: number, expected: number, bound: number, what: string): void {
  const off = Math.abs(actual - expected);
  assert.ok(
    off <= bound * Math.max(1, Math.abs(expected)),
    `${what}: expected ${expected}, got ${actual}`,
  );
}

// StandardScaler, RobustScaler, MinMaxScaler and MinMaxScaler(feature_range=(-1, 3)) of scikit-learn 1.9.1 on this.
const X = [
  [1.5, 2.25, -3, 1000, 0.1, 42, -0.001],
  [-200, 1e6, 0.125, 3, -7.5, 11, 64],
  [7, 7, 7, 7, 7, 7, 7],
];
const SKLEARN: readonly (readonly [
  ScalingKind,
  readonly [number, number] | undefined,
  readonly number[][],
])[] = [
  [
    "standard",
    undefined,
    [
      [
        -0.4241163300883732, -0.4219594909448626, -0.43705736494943637, 2.4473555163053216,
        -0.42814242982292616, -0.30764701633880415, -0.4284328841609189,
      ],
      [
        -0.40875819720592554, 2.449489683498222, -0.40818630472729533, -0.4081780889078022,
        -0.4082080945094293, -0.40815522749703875, -0.4080037706507307,
      ],
      [0, 0, 0, 0, 0, 0, 0],
    ],
  ],
  [
    "robust",
    undefined,
    [
      [
        0, 0.03397431541754434, -0.203845892505266, 45.23113859255736, -0.06341872211274942,
        1.834613032547394, -0.06799392992231205,
      ],
      [
        -4.928679817905918, 24279.13808801214, -0.06980273141122914, 0, -0.2549317147192716,
        0.19423368740515934, 1.4810318664643398,
      ],
      [0, 0, 0, 0, 0, 0, 0],
    ],
  ],
  [
    "minMax",
    undefined,
    [
      [
        0.004486540378863409, 0.0052342971086739775, 0, 1, 0.0030907278165503487,
        0.044865403788634094, 0.002990029910269192,
      ],
      [
        0, 1, 0.0002000849830033993, 0.0002029594081183763, 0.0001924615076984603,
        0.00021095780843831234, 0.0002639472105578884,
      ],
      [0, 0, 0, 0, 0, 0, 0],
    ],
  ],
  [
    "minMax",
    [-1, 3],
    [
      [
        -0.9820538384845464, -0.9790628115653041, -1, 3, -0.9876370887337986, -0.8205383848454636,
        -0.9880398803589232,
      ],
      [
        -1, 3, -0.9991996600679863, -0.9991881623675265, -0.9992301539692061, -0.9991561687662467,
        -0.9989442111577684,
      ],
      [-1, -1, -1, -1, -1, -1, -1],
    ],
  ],
];

test("scaled values are those of scikit-learn, to 1e-14", () => {
  const table = tableOf(...X);
  for (const [kind, range, expected] of SKLEARN) {
    const scaler = Scaler.fit(table, kind, range === undefined ? {} : { range });
    const scaled = scaler.apply(table);
    expected.forEach((column, c) => {
      const values = scaled.column(table.columns[c] as string);
      column.forEach((value, r) => {
        close(values[r] as number, value, 1e-14, `${kind} ${c} ${r}`);
      });
    });
    assert.equal(scaler.flat, ["c"], "the column without spread is named");
  }
});

test("a column of equal numbers whose mean is rounded is scaled to zeros", () => {
  const table = tableOf([0.1, 0.1, 0.1]);
  assert.equal([...Scaler.fit(table, "standard").apply(table).column("a")], [0, 0, 0]);
});

test("what is missing or infinite is left out of the fit and stays what it is", () => {
  const table = tableOf([1, NaN, 3, Infinity, 5]);
  for (const kind of KINDS) {
    const scaler = Scaler.fit(table, kind);
    assert.equal(scaler.scalings, Scaler.fit(tableOf([1, 3, 5]), kind).scalings);
    assert.ok(Number.isNaN(scaler.apply(table).column("a")[1]));
    assert.is(scaler.apply(table).column("a")[3], Infinity);
  }
  throwsCode(() => Scaler.fit(tableOf([NaN]), "standard"), "BAD_VALUE", /column "a" is empty/);
  throwsCode(() => Scaler.fit(table, "minMax", { range: [1, 1] }), "BAD_VALUE", /range is empty/);
  throwsCode(
    () => Scaler.fit(table, "robust").apply(tableOf([1], [2])),
    "BAD_VALUE",
    /no scaling for column b/,
  );
});

test("a number that scaling takes beyond float32 is an error with its place, not ∞", () => {
  const scaler = Scaler.fit(tableOf([0, 1e-300, 2e-300]), "minMax");
  throwsCode(
    () => scaler.apply(tableOf([0, 1e30])),
    "BAD_VALUE",
    /^Table: row 1, column "a" is scaled beyond float32, expected at most 3.4028235e38, got Infinity/,
  );
  const wide = Scaler.fit(tableOf([0, 1e30]), "minMax");
  throwsCode(
    () => wide.invert(tableOf([1, 1e10])),
    "BAD_VALUE",
    /row 1, column "a" is scaled beyond/,
  );
});

/** Columns of one order of magnitude, which is any. */
const numbers = fc
  .tuple(
    fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 30 }),
    fc.integer({ min: -30, max: 30 }),
  )
  .map(([values, power]) => values.map((value) => value * 10 ** power));

test("scaling and back gives the numbers again, to 1e-12 of the largest", () => {
  fc.assert(
    fc.property(numbers, fc.constantFrom(...KINDS), (values, kind) => {
      const table = tableOf(values);
      const scaler = Scaler.fit(table, kind);
      const back = scaler.invert(scaler.apply(table)).column("a");
      const largest = Math.max(...values.map(Math.abs));
      values.forEach((value, i) => {
        assert.ok(
          Math.abs((back[i] as number) - value) <= 1e-12 * largest,
          `${kind}: ${value}, got ${back[i]}`,
        );
      });
    }),
  );
});

test("what was saved as JSON does the same when it is read again", () => {
  fc.assert(
    fc.property(numbers, fc.constantFrom(...KINDS), (values, kind) => {
      const [table, later] = [
        tableOf([...values, NaN]),
        tableOf([NaN, ...values.map((v) => 2 * v)]),
      ];
      const scaler = Scaler.fit(table, kind, kind === "minMax" ? { range: [-2, 5] } : {});
      const imputer = Imputer.fit(table, "median");
      const outliers = Outliers.fit(table, { method: kind === "robust" ? "mad" : "iqr" });
      const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
      assert.equal(Scaler.fromJSON(json(scaler)), scaler);
      assert.equal(rowsOf(Scaler.fromJSON(json(scaler)).apply(later)), rowsOf(scaler.apply(later)));
      assert.equal(
        rowsOf(Imputer.fromJSON(json(imputer)).apply(later)),
        rowsOf(imputer.apply(later)),
      );
      assert.equal(
        rowsOf(Outliers.fromJSON(json(outliers)).mark(later)),
        rowsOf(outliers.mark(later)),
      );
    }),
  );
});

test("JSON of another kind, version or make is refused with its path", () => {
  const good = { format: "finigrad/scaler", version: 1, columns: { a: { center: 0, scale: 1 } } };
  assert.equal(Scaler.fromJSON(good).scalings, { a: { center: 0, scale: 1 } });
  const bad: readonly (readonly [unknown, RegExp])[] = [
    [null, /^scaler\.fromJSON: JSON is not as saved, expected an object, got null/],
    ["{}", /JSON is not as saved.*got string/],
    [{}, /JSON\.format is not as saved, expected "finigrad\/scaler", got undefined/],
    [{ ...good, format: "finigrad/imputer" }, /JSON\.format/],
    [{ ...good, version: 2 }, /JSON\.version is not as saved, expected 1, got 2/],
    [{ ...good, columns: [] }, /JSON\.columns is not as saved, expected an object, got an array/],
    [
      { ...good, columns: { a: { center: 0 } } },
      /JSON\.columns\.a\.scale.*expected a finite number, got undefined/,
    ],
    [
      { ...good, columns: { a: { center: 0, scale: 0 } } },
      /JSON\.columns\.a\.scale.*expected a number above 0, got 0/,
    ],
    [{ ...good, columns: { a: { center: null, scale: 1 } } }, /JSON\.columns\.a\.center.*got null/],
  ];
  for (const [json, message] of bad) throwsCode(() => Scaler.fromJSON(json), "BAD_TYPE", message);
  const filler = {
    format: "finigrad/imputer",
    version: 1,
    columns: { a: { how: "mode", value: 1 } },
  };
  throwsCode(
    () => Imputer.fromJSON(filler),
    "BAD_TYPE",
    /columns\.a\.how.*expected "mean" or "median"/,
  );
});

test("outliers are what lies beyond the fences of Tukey, or 3.5 deviations by the MAD", () => {
  const table = tableOf([1, 2, 3, 4, 5, 100, -50], [7, 7, 7, 7, 7, 7, 8]);
  const tukey = Outliers.fit(table);
  // Quartiles 1.5 and 4.5.
  assert.equal(tukey.fences, { a: { low: -3, high: 9 } });
  assert.equal(tukey.find(table), {
    a: [
      { row: 5, value: 100 },
      { row: 6, value: -50 },
    ],
  });
  assert.equal(tukey.drop(table).rows, [0, 1, 2, 3, 4]);
  assert.equal([...tukey.clip(table).column("a")], [1, 2, 3, 4, 5, 9, -3]);
  assert.equal([...tukey.mark(table).column("a")], [1, 2, 3, 4, 5, NaN, NaN]);
  // Median 3, deviations 0 1 1 2 2 53 97: their median is 2.
  const { low, high } = Outliers.fit(table, { method: "mad" }).fences.a ?? { low: NaN, high: NaN };
  close(high, 3 + 3.5 * 1.482602218505602 * 2, 1e-15, "high");
  close(low, 3 - 3.5 * 1.482602218505602 * 2, 1e-15, "low");
  assert.is(Outliers.fit(table, { method: "mad" }).fences.b, undefined, "most are 7: no fence");
  const valid = validate(table, { columns: tukey.columns(), every: { policy: { range: "clip" } } });
  assert.equal(valid.table.columns, ["a", "b"], "a column without a spread is asked for as well");
  assert.equal([...valid.table.column("a")], [1, 2, 3, 4, 5, 9, -3]);
  assert.equal(tukey.flat, ["b"]);
  throwsCode(
    () => Outliers.fit(table, { k: 0 }),
    "BAD_VALUE",
    /bad k, expected a number above 0, got 0/,
  );
  throwsCode(() => Outliers.fit(table, { method: "z" as "mad" }), "BAD_TYPE", /no such method/);
});

test("a column that was never looked at has no outliers to tell of: it is refused", () => {
  const learnt = Outliers.fit(tableOf([1, 2, 3, 4], [7, 7, 7, 7]));
  const saved = JSON.parse(JSON.stringify(learnt));
  assert.equal(saved.columns, { a: { low: -0.5, high: 5.5 }, b: { flat: true } });
  const other = validate({ z: [1] }).table;
  for (const outliers of [learnt, Outliers.fromJSON(saved)]) {
    assert.equal([outliers.flat, Object.keys(outliers.columns())], [["b"], ["a", "b"]]);
    for (const of of ["find", "drop", "clip", "mark"] as const) {
      throwsCode(
        () => outliers[of](other),
        "BAD_VALUE",
        /^Outliers: no fences for column "z", expected one of a, b, got none/,
      );
      assert.not.throws(() => outliers[of](validate({ b: [77] }).table));
    }
    assert.equal(outliers.find(tableOf([9], [77])), { a: [{ row: 0, value: 9 }] });
  }
  const bad = { ...saved, columns: { b: { flat: true, low: 1 } } };
  throwsCode(() => Outliers.fromJSON(bad), "BAD_TYPE", /columns\.b\.low/);
  const report = validate({ a: [1], z: [2] }, { columns: ["a"] }).report;
  assert.match(`${report}`, /^1 row\n {2}not asked for: z$/);
});

/** An array cut at these places. */
function cut<T>(list: readonly T[], at: readonly number[]): T[][] {
  const ends = [...new Set(at.map((i) => i % (list.length + 1)))].sort((a, b) => a - b);
  return [...ends, list.length].map((end, i) =>
    list.slice(i === 0 ? 0 : (ends[i - 1] as number), end),
  );
}

test("a stream's counts and ends are those of everything at once, its mean and variance up to rounding", () => {
  const cell = fc.oneof(
    { weight: 6, arbitrary: fc.float({ min: -1e6, max: 1e6, noNaN: true }) },
    fc.constantFrom(NaN, Infinity, -Infinity, null),
  );
  const offset = fc.constantFrom(0, 1e7);
  const cells = fc.array(cell, { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(cells, fc.array(fc.nat(60)), offset, fc.boolean(), (values, at, by, merging) => {
      const x = values.map((v) => (v === null ? null : v + by));
      const parts = cut(x, at).map((part) => ({ a: part }));
      const stream = new Profile({ columns: ["a"] });
      if (merging) for (const part of parts) stream.add({ a: [] }).merge(new Profile().add(part));
      else for (const part of parts) stream.add(part);
      const good = x.filter((v): v is number => v !== null && Number.isFinite(v));
      const known = stream.column("a");
      assert.is(stream.rows, x.length);
      assert.is(known.count, good.length);
      assert.is(known.missing, x.filter((v) => v === null).length);
      assert.is(known.nan, x.filter((v) => Number.isNaN(v)).length);
      assert.is(known.positiveInfinity, x.filter((v) => v === Infinity).length);
      assert.is(known.negativeInfinity, x.filter((v) => v === -Infinity).length);
      if (good.length === 0) {
        assert.ok([known.min, known.max, known.mean, known.variance].every(Number.isNaN));
        return;
      }
      const mean = good.reduce((sum, v) => sum + v, 0) / good.length;
      const variance = good.reduce((sum, v) => sum + (v - mean) ** 2, 0) / good.length;
      assert.is(known.min, Math.min(...good));
      assert.is(known.max, Math.max(...good));
      // Terms of either sign cancel: the sum is right to the size of the terms, not to its own.
      const size = good.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      close(known.mean - mean + size, size, 1e-14, "mean");
      // Chan, Golub and LeVeque: n · 2⁻⁵³ times the condition, which is √(1 + mean² / variance).
      const rounding = 2e-14 * Math.sqrt(variance * (variance + mean * mean)) + (1e-15 * mean) ** 2;
      assert.ok(Math.abs(known.variance - variance) <= rounding, `variance ${known.variance}`);
    }),
  );
});

test("a stream's scaler is the one of everything at once, to 1e-12", () => {
  const next = random(3);
  const rows = Array.from({ length: 1000 }, () => [next() * 100, 5, next() ** 4]);
  const stream = new Profile();
  for (const part of cut(rows, [1, 17, 500])) if (part.length > 0) stream.add(part);
  const table = validate(rows).table;
  for (const kind of ["standard", "minMax"] as const) {
    const [one, all] = [stream.scaler(kind), Scaler.fit(table, kind)];
    assert.equal(one.flat, all.flat);
    for (const name of table.columns) {
      close(one.scaling(name).center, all.scaling(name).center, 1e-12, name);
      close(one.scaling(name).scale, all.scaling(name).scale, 1e-12, name);
    }
  }
  close(
    stream.imputer("mean").filler("0").value,
    Imputer.fit(table, "mean").filler("0").value,
    1e-12,
    "mean",
  );
  throwsCode(() => stream.scaler("robust"), "BAD_TYPE", /made without quantiles/);
});

test("a stream's quantiles are within their stated error, chunk by chunk or merged", async () => {
  const quantiles = await quantileSketches({ relativeAccuracy: 0.002 });
  const next = random(5);
  const kinds: Readonly<Record<string, () => number>> = {
    even: () => next(),
    "far off": () => 1e6 + next(),
    "both signs": () => Math.tan(3 * (next() - 0.5)),
    ties: () => Math.floor(next() * 5) - 2,
    "long tail": () => Math.exp(12 * next()),
  };
  const columns = Object.keys(kinds);
  const rows = Array.from({ length: 5000 }, () => columns.map((name) => kinds[name]?.() ?? NaN));
  const chunked = new Profile({ columns, quantiles });
  for (const part of cut(rows, [400, 401, 3000])) chunked.add(part);
  const merged = new Profile({ columns, quantiles }).add(rows.slice(0, 400));
  const { centers } = merged;
  merged.merge(new Profile({ columns, quantiles, centers }).add(rows.slice(400)));
  for (const [c, name] of columns.entries()) {
    const sorted = rows.map((row) => row[c] as number).sort((a, b) => a - b);
    for (const q of [0, 0.01, 0.25, 1 / 3, 0.5, 0.75, 0.99, 1]) {
      const at = 4999 * q;
      const low = sorted[Math.floor(at)] as number;
      const exact = low + ((sorted[Math.ceil(at)] as number) - low) * (at - Math.floor(at));
      for (const profile of [chunked, merged]) {
        const bound = profile.quantileError(name, q);
        const off = Math.abs(profile.quantile(name, q) - exact);
        assert.ok(off <= bound + 1e-9, `${name}, q ${q}: off by ${off}, bound ${bound}`);
      }
    }
    assert.ok(chunked.quantileError(name, 0.5) <= 0.01 * (1 + Math.abs(sorted[4999] as number)));
  }
  const robust = Scaler.fit(validate(rows, { columns }).table, "robust");
  for (const name of columns) {
    const { scale } = chunked.scaler("robust").scaling(name);
    close(scale, robust.scaling(name).scale, 0.02, `IQR of ${name}`);
  }
});

test("quartiles that a sketch cannot tell apart are refused, not taken for a spread of 0", async () => {
  const quantiles = await quantileSketches();
  const values = Array.from({ length: 100 }, (_, i) => 1e6 + i / 100);
  const badly = new Profile({ quantiles, centers: { value: 0 } }).add(values);
  throwsCode(() => badly.scaler("robust"), "BAD_VALUE", /quartiles of column "value" are too near/);
  close(
    new Profile({ quantiles }).add(values).scaler("robust").scaling("value").scale,
    0.495,
    0.01,
    "IQR",
  );
  const constant = new Profile({ quantiles }).add([7, 7, 7]);
  assert.equal(constant.scaler("robust").flat, ["value"]);
});

test("chunks that do not fit are refused, and leave the profile as it was", async () => {
  const quantiles = await quantileSketches();
  const profile = new Profile({ quantiles }).add([
    { a: 1, b: 2 },
    { a: 2, b: 4 },
  ]);
  const refused: readonly (readonly [() => unknown, string, RegExp])[] = [
    [() => profile.add([{ a: 1, b: "2" }]), "BAD_TYPE", /^Profile: row 2, column "b" is no number/],
    [
      () => profile.add([{ a: 1e39, b: 1 }]),
      "BAD_VALUE",
      /row 2, column "a" is too large for float32/,
    ],
    [() => profile.add([{ a: 1 }]), "BAD_SHAPE", /column "b" is not there/],
    [() => profile.add([[1, 2], [3]]), "BAD_TYPE", /row 3 is ragged/],
    [
      () => profile.merge(new Profile().add([{ a: 1, b: 2 }])),
      "BAD_TYPE",
      /^Profile: quantiles differ, expected one made with quantiles, got one made without quantiles/,
    ],
    [
      () => profile.merge(new Profile({ quantiles }).add([{ a: 9, b: 3 }])),
      "BAD_VALUE",
      /sketches do not fit/,
    ],
    [
      () => new Profile().merge(profile),
      "BAD_TYPE",
      /expected one made without q.*, got .* with q/,
    ],
    [
      () => new Profile({ quantiles, columns: ["a"] }).merge(profile),
      "BAD_TYPE",
      /^Profile: columns differ, expected a, got a, b/,
    ],
    [
      () => new Profile({ quantiles, centers: { a: 99 } }).merge(profile),
      "BAD_VALUE",
      /sketches do not fit/,
    ],
    [
      () => profile.add([{ a: 1, b: 2, c: 3 }]),
      "BAD_SHAPE",
      /not those of the first chunk, expected a, b, got c too/,
    ],
    ...[
      () => new Profile({ columns: ["a", "b"], centers: { aa: 1 } }),
      () => new Profile({ centers: { aa: 1 } }).add([{ a: 1, b: 2 }]),
      () => new Profile({ quantiles, centers: { aa: 1 } }).merge(profile),
    ].map((body) => [body, "BAD_VALUE", /centers\.aa is of no column, expected a, b/] as const),
    [() => profile.column("c"), "BAD_VALUE", /no such column, expected a, b, got string "c"/],
    [() => profile.quantile("a", 2), "BAD_VALUE", /bad quantile, expected 0 … 1, got 2/],
    [
      () => new Profile({ columns: ["a"] }).add({ a: [NaN] }).scaler("standard"),
      "BAD_VALUE",
      /column "a" is empty/,
    ],
  ];
  const before = profile.column("a");
  for (const [body, code, message] of refused) throwsCode(body, code, message);
  assert.is(profile.rows, 2);
  assert.equal(profile.column("a"), before);
});

test("a profile that has seen nothing takes what another has, and goes on without it", async () => {
  const quantiles = await quantileSketches();
  const chunks = [
    [1, 2, 4],
    [3, null, 5],
  ];
  const parts = chunks.map((chunk) => new Profile({ quantiles, centers: { value: 2 } }).add(chunk));
  const whole = parts.reduce((all, part) => all.merge(part), new Profile({ quantiles }));
  const once = new Profile({ quantiles, centers: { value: 2 } });
  for (const chunk of chunks) once.add(chunk);
  assert.equal([whole.rows, whole.centers], [6, { value: 2 }]);
  assert.equal(whole.column("value"), once.column("value"));
  assert.is(whole.quantile("value", 0.5), once.quantile("value", 0.5));
  assert.equal(parts[0]?.rows, 3);
  assert.is(parts[0]?.column("value").count, 3);
});

test("constructors that are private are refused by name", () => {
  const made: readonly (readonly [object, ...unknown[]])[] = [
    [Table, ["a"], [0], [[1]]],
    [Table, Symbol("made"), ["a"], [0], [new Float64Array(1)]],
    [Scaler],
    [Scaler, {}, []],
    [Imputer, {}],
    [Outliers, []],
    [ValidationReport, { columns: {} }],
    [Valid],
  ];
  for (const [Private, ...given] of made) {
    const make = Private as new (...given: readonly unknown[]) => unknown;
    throwsCode(
      () => new make(...given),
      "BAD_TYPE",
      new RegExp(`^${make.name}: the constructor is private, expected .+, got new`),
    );
  }
});

test("without its package a sketch says which to install", async () => {
  const absent = Promise.reject(new Error("Cannot find package"));
  const error = await absent.catch(missing).catch((thrown: unknown) => thrown);
  assert.instance(error, MissingPackageError);
  throwsCode(
    () => {
      throw error;
    },
    "MISSING_PACKAGE",
    /npm install @datadog\/sketches-js/,
  );
  const bad = await quantileSketches({ relativeAccuracy: 0 }).catch((thrown: unknown) => thrown);
  assert.match((bad as Error).message, /bad relativeAccuracy, expected 1e-4 … 0.5, got 0/);
});

test("a misspelt kind, method, way or option fits nothing", () => {
  const table = tableOf([1, 2, 10]);
  const loose = <T>(x: T) => x as T & Record<string, (...given: unknown[]) => unknown>;
  const [scaler, imputer, outliers] = [Scaler, Imputer, Outliers].map((kind) =>
    (kind as unknown as { fit(...given: unknown[]): unknown }).fit.bind(kind),
  ) as [(...g: unknown[]) => unknown, (...g: unknown[]) => unknown, (...g: unknown[]) => unknown];
  const profile = loose(new Profile().add([1, 2]) as object) as Record<
    string,
    (...given: unknown[]) => unknown
  >;
  const empty = new Profile({ columns: ["a"] });
  const refused: readonly (readonly [() => unknown, string, RegExp])[] = [
    [() => scaler(table, "standrad"), "BAD_TYPE", /no such kind.*got string "standrad"/],
    [() => scaler([1], "standard"), "BAD_TYPE", /x is no table, expected a Table.*got an array/],
    [() => scaler(table, "standard", null), "BAD_TYPE", /options are no object.*got null/],
    [() => scaler(table, "minMax", { rnage: [0, 1] }), "BAD_VALUE", /no option "rnage"/],
    [() => scaler(table, "minMax", { range: null }), "BAD_TYPE", /range is no pair.*got null/],
    [() => scaler(table, "minMax", { range: [0] }), "BAD_TYPE", /range is no pair.*got 1 values/],
    [() => scaler(table, "minMax", { range: ["a", "b"] }), "BAD_VALUE", /range is empty/],
    [() => scaler(table, "minMax", { range: [0, Infinity] }), "BAD_VALUE", /\[0, Infinity\]/],
    [() => scaler(table, "robust", { range: [0, 1] }), "BAD_VALUE", /range is for "minMax"/],
    [
      () => empty.column("a"),
      "BAD_VALUE",
      /^Profile: nothing was added, expected at least one chunk/,
    ],
    [() => table.take(undefined as never), "BAD_TYPE", /^Table: positions are no array/],
    [() => table.take(holed([0, 0])), "BAD_VALUE", /^Table: positions\[1\] is no row.*undefined/],
    [() => table.select(holed(["a", "a"])), "BAD_TYPE", /column 1 has no name.*got undefined/],
    [() => table.scale({}), "BAD_VALUE", /no scaling for column a.*got none/],
    [() => Imputer.fit(table, 0).filler(Symbol("a") as never), "BAD_VALUE", /column "symbol"/],
    [() => Scaler.fit(table, "robust").scaling({} as never), "BAD_VALUE", /column Object/],
    [() => empty.scaler("standard"), "BAD_VALUE", /^Profile: nothing was added/],
    [() => empty.imputer("mean"), "BAD_VALUE", /^Profile: nothing was added/],
    [() => imputer(table, "medain"), "BAD_TYPE", /no way to fill column "a".*got string "medain"/],
    [() => imputer(table, null), "BAD_TYPE", /no way to fill gaps.*got null/],
    [
      () => imputer(table, { q: 0 }),
      "BAD_VALUE",
      /^Imputer: no such column, expected a, got .* "q"/,
    ],
    [() => imputer(table, NaN), "BAD_VALUE", /column "a" cannot be filled with that.*got NaN/],
    [() => imputer(table, 1e39), "BAD_VALUE", /cannot be filled with that.*got 1e\+39/],
    [() => table.impute("medain" as never), "BAD_TYPE", /no way to fill/],
    [() => outliers(table, { metod: "mad" }), "BAD_VALUE", /no option "metod"/],
    [() => outliers(table, { k: "3" }), "BAD_VALUE", /bad k.*got string "3"/],
    [() => outliers(table, { k: Infinity }), "BAD_VALUE", /bad k.*got Infinity/],
    [() => new Profile({ colums: ["a"] } as object), "BAD_VALUE", /no option "colums"/],
    [() => new Profile({ columns: ["a", "a"] }), "BAD_TYPE", /column "a" is there twice/],
    [() => new Profile({ centers: { a: NaN } }), "BAD_VALUE", /centers.a is no center.*got NaN/],
    [() => new Profile({ quantiles: 3 as never }), "BAD_TYPE", /quantiles are none.*got 3/],
    [() => profile.scaler?.("standrad"), "BAD_TYPE", /no such kind/],
    [() => profile.imputer?.("medain"), "BAD_TYPE", /no such way to fill gaps.*"medain"/],
    [() => profile.merge?.({}), "BAD_TYPE", /nothing to merge, expected a Profile, got Object/],
    [() => profile.column?.({}), "BAD_VALUE", /no such column, expected value, got Object/],
  ];
  for (const [body, code, message] of refused) throwsCode(body, code, message);
  for (const apply of [
    (x: never) => Scaler.fit(table, "robust").apply(x),
    (x: never) => Scaler.fit(table, "robust").invert(x),
    (x: never) => Imputer.fit(table, "mean").apply(x),
    (x: never) => Outliers.fit(table).find(x),
    (x: never) => Outliers.fit(table).drop(x),
    (x: never) => Outliers.fit(table).clip(x),
    (x: never) => Outliers.fit(table).mark(x),
  ]) {
    throwsCode(() => apply([1] as never), "BAD_TYPE", /x is no table.*got an array/);
  }
});

test("what was saved and then changed by hand is refused with its path", () => {
  const saved = (kind: string, column: object, more: object = {}) => ({
    ...{ format: `finigrad/${kind}`, version: 1, columns: { a: column } },
    ...more,
  });
  const refused: readonly (readonly [() => unknown, RegExp])[] = [
    [() => Outliers.fromJSON(saved("outliers", { low: 5, high: 1 })), /a.high.*5 or more, got 1/],
    [() => Outliers.fromJSON(saved("outliers", { low: 0, high: 1e39 })), /a.high.*within float32/],
    [() => Outliers.fromJSON(saved("outliers", { low: 0, high: 1, mid: 2 })), /a.mid/],
    [() => Imputer.fromJSON(saved("imputer", { how: "mean", value: 1e300 })), /a.value.*1e\+300/],
    [() => Scaler.fromJSON(saved("scaler", { center: 1, scale: 1, ofset: 3 })), /a.ofset.*"ofset"/],
    [() => Scaler.fromJSON(saved("scaler", { center: 1, scale: 1, flat: "no" })), /a.flat.*"no"/],
    [() => Scaler.fromJSON(saved("scaler", { center: 1, scale: 1 }, { kind: 1 })), /JSON.kind/],
  ];
  for (const [body, message] of refused) throwsCode(body, "BAD_TYPE", message);
});

test("what is saved comes back bit for bit, zeros with their sign among it", () => {
  for (const values of [
    [-0, -0],
    [-0, 0, -0, 0],
    [0.1, 0.3],
    [1e-310, 3e-310],
    [-3e38, 3e38],
  ]) {
    const table = tableOf(values);
    const gaps = tableOf([NaN, ...values]);
    for (const kind of KINDS) {
      const scaler = Scaler.fit(table, kind, kind === "minMax" ? { range: [-1, 1] } : {});
      const back = Scaler.fromJSON(JSON.parse(JSON.stringify(scaler)));
      const [one, two] = [scaler, back].map((it) => it.apply(table).column("a"));
      assert.ok(
        one?.every((value, i) => Object.is(value, two?.[i])),
        `${kind} of ${values}`,
      );
      assert.equal(back.flat, scaler.flat);
    }
    for (const how of ["mean", "median", "forwardFill", -0] as const) {
      const imputer = Imputer.fit(table, how);
      const back = Imputer.fromJSON(JSON.parse(JSON.stringify(imputer)));
      const [one, two] = [imputer, back].map((it) => it.apply(gaps).column("a")[0]);
      assert.ok(Object.is(one, two), `${how} of ${values}`);
    }
  }
});

test("a spread whose square underflows counts as 1, and is named", () => {
  const { scalings, flat } = Scaler.fit(tableOf([1e-200, 2e-200], [1, 2]), "standard");
  assert.equal(scalings.a, { center: 1.5e-200, scale: 1 });
  assert.equal(flat, ["a"]);
});

test("fences stay within float32, so that an infinite value can be clipped to one", () => {
  const table = tableOf([-3e38, -2e38, 0, 2e38, 3e38, Infinity, -Infinity]);
  const outliers = Outliers.fit(table);
  const end = 3.4028234663852886e38;
  assert.equal(outliers.fences, { a: { low: -end, high: end } });
  assert.equal([...outliers.clip(table).column("a")].slice(-2), [end, -end]);
  assert.equal(
    outliers.find(table).a?.map(({ row }) => row),
    [5, 6],
  );
});

test("quantiles are those of NumPy, bit for bit", () => {
  // np.percentile(x, [25, 50, 75, 10, 90, 33]) of NumPy 2
  const x = Float64Array.of(0.1, 0.7, 1.9, 2.3, 3.1, 8.7).sort();
  const expected = [1, 2.0999999999999996, 2.9, 0.39999999999999997, 5.8999999999999995, 1.48];
  assert.equal(
    [25, 50, 75, 10, 90, 33].map((p) => quantile(x, p / 100)),
    expected,
  );
});

test("a mean of many, and the variance of what cancels, lose nothing to rounding", () => {
  const n = 300_000;
  const near = Float64Array.from({ length: n }, (_, i) => 1e9 + (i % 7) / 8);
  const whole = Moments.of(near);
  const rest = Array.from({ length: n % 7 }, (_, i) => i);
  const sum = Math.floor(n / 7) * 21 + rest.reduce((a, b) => a + b, 0);
  assert.is(whole.mean, 1e9 + sum / 8 / n);
  const profile = new Profile();
  for (let i = 0; i < n; i += 1000) profile.add(near.subarray(i, i + 1000));
  assert.is(profile.column("value").mean, whole.mean);
  close(profile.column("value").variance / whole.variance(), 1, 1e-12, "variance of chunks");
  // A spread of 8 units in the last place.
  const far = Float64Array.from({ length: 1000 }, (_, i) => 1e15 + (i % 9) / 8);
  const chunks = new Profile();
  for (let i = 0; i < far.length; i += 7) chunks.add(far.subarray(i, i + 7));
  close(chunks.column("value").variance / Moments.of(far).variance(), 1, 1e-12, "far from 0");
});

test("a mean is the sum over the count, rounded once, in one shot and in chunks", () => {
  const next = random(5);
  const columns = Array.from({ length: 500 }, () =>
    Array.from({ length: 2 + Math.floor(next() * 50) }, () => Math.floor(next() * 1000)),
  );
  for (const x of [[1, 2, 3, 4, 5, 100], ...columns]) {
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    const table = tableOf(x);
    const [one, chunks] = [new Profile().add({ a: x }), new Profile()];
    for (const part of cut(x, [1, 3])) chunks.add({ a: part });
    assert.equal(
      [
        Imputer.fit(table, "mean").filler("a").value,
        Scaler.fit(table, "standard").scaling("a").center,
        one.column("a").mean,
        chunks.column("a").mean,
        validate([...x, null], { every: { policy: { missing: "mean" } } })
          .table.column("value")
          .at(-1),
      ],
      new Array(5).fill(mean),
    );
  }
  // A sum that is rounded does not carry that into the quotient: 0.1 · 3 / 3 is 0.1.
  for (const value of [0.1, 1e-30, -1 / 3, 3.4e38, 2 ** 53 - 1]) {
    for (const n of [3, 7, 49, 1001]) {
      assert.is(Moments.of(new Float64Array(n).fill(value)).mean, value);
    }
  }
});

test("a first chunk whose mean is rounded costs no digit of the variance", () => {
  for (const [base, steps, cuts] of [
    [1e15, [1, 0, -1, 1, 1, 0, 0, 1, -1, 1], [7]],
    [1e14, [-3, 3, 0, 1, 2, -2, 3, 3, -1, 1], [3, 6]],
    [-1e12, [1, 2, 4, -7, 9, 11, -13, 1, 0, 5], [1, 2]],
  ] as const) {
    const n = steps.length;
    const sum = steps.reduce<number>((a, d) => a + d, 0);
    const squares = steps.reduce<number>((a, d) => a + d * d, 0);
    const variance = (n * squares - sum * sum) / (n * n);
    const parts = cut(
      steps.map((d) => base + d),
      cuts,
    );
    const chunked = new Profile();
    for (const part of parts) chunked.add(part);
    const merged = new Profile().add(parts[0] ?? []);
    for (const part of parts.slice(1)) merged.merge(new Profile().add(part));
    for (const profile of [chunked, merged]) {
      close(profile.column("value").variance / variance, 1, 1e-14, `variance of ${base} …`);
      const { scale } = profile.scaler("standard").scaling("value");
      close(scale / Math.sqrt(variance), 1, 1e-14, `scale of ${base} …`);
    }
  }
});

test("numbers of any size go into one sketch, whatever its accuracy", async () => {
  for (const relativeAccuracy of [1e-4, 1e-3, 0.5]) {
    const quantiles = await quantileSketches({ relativeAccuracy });
    const x = [1e-35, 3e38, -1e-30, -1e38, 1e-20, 5e-324, 1e-300, 0, 7, -1e-300, 2];
    const [first, ...rest] = x as [number, ...number[]];
    const chunked = new Profile({ quantiles, centers: { value: 0 } }).add([first]).add(rest);
    const { centers } = chunked;
    const merged = new Profile({ quantiles, centers }).add([3e38]);
    merged.merge(new Profile({ quantiles, centers }).add(x.filter((value) => value !== 3e38)));
    const sorted = Float64Array.from(x).sort();
    for (const profile of [chunked, merged]) {
      for (let rank = 0; rank < x.length; rank++) {
        const q = rank / (x.length - 1);
        const off = Math.abs(profile.quantile("value", q) - (sorted[rank] as number));
        const bound = profile.quantileError("value", q);
        assert.ok(off <= bound, `${relativeAccuracy}, rank ${rank}: off by ${off}, bound ${bound}`);
      }
    }
  }
});

test("the error of a quantile is its accuracy of the distances that it is interpolated between", async () => {
  const quantiles = await quantileSketches({ relativeAccuracy: 0.01 });
  const profile = new Profile({ quantiles, centers: { value: 5 } }).add([5, 6, 105, 4, 5]);
  // Ranks 3 and 4 are 1 and 100 from the center.
  const [near, far] = [profile.quantileError("value", 0.75), 0.01 * 100];
  close(profile.quantileError("value", 0.875) / ((near + far / 0.99) / 2), 1, 0.02, "between");
  close(near / (0.01 / 0.99), 1, 0.02, "at one");
  assert.ok(profile.quantileError("value", 0.5) < 1e-300);
});

test("the error of a quantile counts rounding, and distances that the sketch takes for 0", async () => {
  const quantiles = await quantileSketches();
  const one = new Profile({ quantiles, centers: { value: 0 } }).add([1, 1, 2]);
  assert.ok(Math.abs(one.quantile("value", 0.5) - 1) <= one.quantileError("value", 0.5));
  const tiny = new Profile({ quantiles }).add([1e-310, 2e-310, 5e-324, 3e-310]);
  const off = Math.abs(tiny.quantile("value", 0.25) - 7.5e-311);
  assert.ok(off <= tiny.quantileError("value", 0.25));
});

test("a first chunk without rows decides nothing", () => {
  const profile = new Profile().add([]).add([{ a: 1 }]);
  assert.equal(profile.columns, ["a"]);
  assert.is(profile.column("a").count, 1);
});

test("profiles whose columns merely read alike are not merged", () => {
  const one = new Profile().add({ "a,b": [1] });
  throwsCode(
    () => one.merge(new Profile().add({ a: [1], b: [2] })),
    "BAD_TYPE",
    /columns differ, expected a,b, got a, b/,
  );
  assert.is(new Profile({ centers: {} }).add([{ constructor: 3 }]).columns[0], "constructor");
});

test("a chunk that fails half way leaves nothing behind", () => {
  const profile = new Profile().add([{ a: 1, b: 2 }]);
  const before = JSON.stringify([profile.rows, profile.column("a"), profile.column("b")]);
  const boom = {
    a: 3,
    get b(): number {
      throw new Error("the file is gone");
    },
  };
  assert.throws(() => profile.add([{ a: 5, b: 6 }, boom]), /the file is gone/);
  throwsCode(
    () =>
      profile.add([
        { a: 5, b: 6 },
        { a: 1, b: "x" },
      ]),
    "BAD_TYPE",
    /row 2, column "b"/,
  );
  assert.is(JSON.stringify([profile.rows, profile.column("a"), profile.column("b")]), before);
});

test.run();
