/** Where a monitor's findings go: console, JSON lines, files, diagnostics_channel, OpenTelemetry. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import * as assert from "uvu/assert";
import {
  adam,
  collected,
  log,
  mul,
  parameter,
  scope,
  square,
  sum,
  tensor,
  trainStep,
} from "../src/index.js";
import {
  consoleTable,
  type Failure,
  type Frame,
  jsonLines,
  monitor,
  renderHtml,
  type Sink,
  type Warning,
} from "../src/monitor/index.js";
import { CHANNELS, diagnosticsChannel, htmlFile, jsonLinesFile } from "../src/monitor/node.js";
import { openTelemetry } from "../src/monitor/opentelemetry.js";
import { readExample } from "./consumer/readme.js";
import { throwsCode } from "./kit/assert.js";
import { suite } from "./kit/suite.js";

const test = suite("monitor's sinks");

/** Five steps: one of them with a NaN, one with a gradient of 1e20. */
function eventful(sinks: readonly Sink[]): ReturnType<typeof monitor> {
  const watch = monitor({ sinks });
  scope(() => {
    const w = parameter("fc.weight", [1, 2]);
    const step = adam({ lr: 0.1, onBadStep: "skip", clip: { globalNorm: 1 } });
    for (const x of [1, 1, -1, 1e20, 1]) {
      const data = tensor([1, x], { name: "features" });
      trainStep(step, [w], () =>
        x < 0 ? sum(mul(log(data), w)) : sum(watch.layer("scaled", mul(data, square(w)))),
      );
    }
    w.dispose();
    step.dispose();
  });
  watch.stop();
  collected();
  return watch;
}

const folder = () => mkdtempSync(join(tmpdir(), "finigrad-monitor-"));

test("jsonLines writes a line for each frame, warning and failure; NaN and ∞ are strings", () => {
  const lines: string[] = [];
  eventful([jsonLines((line) => lines.push(line))]);
  assert.ok(lines.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1));
  const parsed = lines.map((line) => JSON.parse(line));
  const of = (type: string) => parsed.filter((one) => one.type === type);
  assert.is(of("frame").length, 5);
  assert.is(of("failure").length, 1);
  assert.ok(of("warning").some(({ code }) => code === "HEADROOM"));
  const bad = of("frame")[2];
  assert.is(bad.loss, "NaN");
  assert.is(bad.action, "skipped");
  assert.is(bad.layers[0].gradient.nan, 1);
  assert.is(of("failure")[0].report.cause, "log-of-negative");
  assert.is(of("failure")[0].report.history.length, 2);
});

test("jsonLines takes what has a write, and a file", () => {
  const written: string[] = [];
  const stream = { write: (line: string) => written.push(line) > 0 };
  const made = folder();
  try {
    const path = join(made, "deeper/run.jsonl");
    eventful([jsonLines(stream), jsonLinesFile(path)]);
    const lines = readFileSync(path, "utf8").trim().split("\n");
    assert.is(lines.length, written.length);
    assert.is(lines.filter((line) => JSON.parse(line).type === "frame").length, 5);
  } finally {
    rmSync(made, { recursive: true });
  }
});

/** What the console is warned of meanwhile. */
async function warnings(body: () => Promise<void>): Promise<string[]> {
  const { warn } = console;
  const said: string[] = [];
  console.warn = (...words: unknown[]) => void said.push(format(...words));
  try {
    await body();
  } finally {
    console.warn = warn;
  }
  return said.filter((line) => /^finigrad/.test(line));
}

const soon = () => new Promise((done) => setTimeout(done, 5));

test("a stream that fails is written to no more, with one warning, and ends neither the training nor the process", async () => {
  let calls = 0;
  const stream = new Writable({
    write(_line, _encoding, done) {
      calls++;
      done(new Error("disk full"));
    },
  });
  let frames = 0;
  const said = await warnings(async () => {
    eventful([jsonLines(stream), { frame: () => void frames++ }]);
    // Other sinks on it, and what fails after the end, say nothing new.
    eventful([jsonLines(stream)]);
    await soon();
    eventful([jsonLines(stream), { frame: () => void frames++ }]);
    stream.emit("error", new Error("again"));
    await soon();
  });
  assert.is(said.length, 1);
  assert.match(said[0] ?? "", /^finigrad jsonLines: the stream failed.*disk full/);
  assert.is(calls, 1);
  assert.is(frames, 10);
  assert.is(stream.listenerCount("error"), 1);
});

test("a write that is asynchronous and rejects leaves its sink out, and is no unhandled rejection", async () => {
  const write = async () => {
    throw new Error("the line is dead");
  };
  const said = await warnings(async () => {
    eventful([jsonLines({ write })]);
    await soon();
    eventful([jsonLines(write)]);
    await soon();
  });
  assert.is(said.length, 2);
  assert.ok(said.every((line) => /a sink failed and is left out.*the line is dead/.test(line)));
});

test("a path that cannot be written to is refused when the sink is made, by both; a page that is there stays until the first", () => {
  const made = folder();
  try {
    const file = join(made, "report.html");
    writeFileSync(file, "an earlier run");
    for (const sink of [jsonLinesFile, htmlFile]) {
      // Below /proc nothing can be made, and it is there: made with its parents at once, it would be tried for ever.
      const never = process.platform === "linux" ? ["/proc/nope/report.html"] : [];
      for (const path of [made, join(file, "below"), join(file, "below/below"), ...never]) {
        const message = new RegExp(
          `^${sink.name}: path cannot be written to, expected a file .*, got `,
        );
        throwsCode(() => sink(path), "BAD_VALUE", message);
      }
    }
    throwsCode(() => htmlFile(join(made, "new"), { title: 5 as never }), "BAD_TYPE", /title/);
    assert.not(existsSync(join(made, "new")));
    const sink = htmlFile(file);
    assert.is(readFileSync(file, "utf8"), "an earlier run");
    eventful([sink, htmlFile(join(made, "deeper/and/../still/report.html"))]);
    assert.match(readFileSync(file, "utf8"), /LOSS_NAN/);
    assert.match(readFileSync(join(made, "deeper/still/report.html"), "utf8"), /LOSS_NAN/);
    jsonLinesFile(file);
    assert.is(readFileSync(file, "utf8"), "");
  } finally {
    rmSync(made, { recursive: true });
  }
});

test("consoleTable prints every n-th frame as a table, warnings and failures at once", () => {
  const logged: string[] = [];
  const tables: Record<string, Record<string, string>>[] = [];
  const warned: string[] = [];
  const out = {
    log: (line: string) => logged.push(line),
    table: (rows: Record<string, Record<string, string>>) => tables.push(rows),
    warn: (line: string) => warned.push(line),
  };
  eventful([consoleTable({ every: 2, console: out as unknown as Console })]);
  assert.is(tables.length, 3);
  assert.match(logged[0] ?? "", /^step 1 {2}loss 5 {2}lr 0.1 {2}‖g‖ 4.472$/);
  assert.match(logged[1] ?? "", /^step 2 {2}loss NaN {2}lr 0.1 .*skipped: the loss is not finite/);
  assert.is(tables[0]?.["fc.weight"]?.["∇ max"], "4");
  assert.is(tables[1]?.["fc.weight"]?.["∇ bad"], "1");
  assert.ok(warned.some((line) => /^\[LOSS_NAN\]: the loss is NaN/.test(line)));
  assert.ok(warned.some((line) => /\[HEADROOM\]/.test(line)));
  throwsCode(() => consoleTable({ every: 0 }), "BAD_VALUE", /^consoleTable: every/);
});

test("diagnosticsChannel publishes frames, warnings and failures to those who listen", () => {
  const heard = { frame: [] as Frame[], warning: [] as Warning[], failure: [] as Failure[] };
  const listeners = Object.entries(CHANNELS).map(([kind, name]) => {
    const listener = (message: unknown) =>
      void (heard[kind as keyof typeof heard] as unknown[]).push(message);
    subscribe(name, listener);
    return { name, listener };
  });
  try {
    eventful([diagnosticsChannel()]);
  } finally {
    for (const { name, listener } of listeners) unsubscribe(name, listener);
  }
  assert.equal(
    heard.frame.map(({ index }) => index),
    [1, 2, 3, 4, 5],
  );
  assert.is(heard.failure[0]?.report.code, "LOSS_NAN");
  assert.ok(heard.warning.length > 0);
});

test("openTelemetry exports gauges and counters, and never a NaN", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 });
  const provider = new MeterProvider({ readers: [reader] });
  try {
    const meter = provider.getMeter("test");
    eventful([openTelemetry({ meter, attributes: { run: "r1" } })]);
    await reader.forceFlush();
    const metrics = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((one) => one.metrics));
    const points = (name: string) =>
      metrics.find(({ descriptor }) => descriptor.name === `finigrad.${name}`)?.dataPoints ?? [];
    const value = (name: string, attributes: object): unknown =>
      points(name).find((point) =>
        Object.entries(attributes).every(([key, v]) => point.attributes[key] === v),
      )?.value;
    assert.is(value("lr", { run: "r1" }), 0.1);
    assert.ok(Number.isFinite(value("loss", {})));
    assert.is(value("steps", { action: "applied" }), 4);
    assert.is(value("steps", { action: "skipped" }), 1);
    assert.is(value("failures", { code: "LOSS_NAN" }), 1);
    assert.is(value("non_finite", { layer: "fc.weight", of: "gradient" }), 1);
    assert.type(value("layer.headroom", { layer: "scaled", of: "value" }), "number");
    assert.type(value("layer.update_ratio", { layer: "fc.weight" }), "number");
    assert.ok(Number(value("warnings", { code: "HEADROOM" })) > 0);
    for (const { dataPoints } of metrics) {
      for (const point of dataPoints) assert.ok(Number.isFinite(point.value), "no NaN, no ∞");
    }
  } finally {
    await provider.shutdown();
  }
});

test("without an SDK openTelemetry does nothing, and nothing breaks", () => {
  assert.is(eventful([openTelemetry()]).recording().steps, 5);
  throwsCode(
    () => openTelemetry({ meter: 3 as never }),
    "BAD_TYPE",
    /^openTelemetry: meter is none/,
  );
});

test("htmlFile writes at the failure already, and again at the end", () => {
  const made = folder();
  try {
    const path = join(made, "report.html");
    const watch = monitor({ sinks: [htmlFile(path, { title: "Run 7" })] });
    const x = tensor([-1], { name: "x" });
    assert.throws(() => trainStep(adam({ lr: 1 }), { x }, () => sum(log(x))));
    const early = readFileSync(path, "utf8");
    assert.match(early, /<title>Run 7 · finigrad<\/title>/);
    assert.match(early, /LOSS_NAN/);
    watch.stop();
    assert.ok(readFileSync(path, "utf8").length >= early.length);
    x.dispose();
  } finally {
    rmSync(made, { recursive: true });
  }
});

test("the example of docs/monitor.md prints what it says", async () => {
  const { code, expected } = readExample("docs/monitor.md");
  const made = folder();
  const printed: string[] = [];
  const { log: say } = console;
  const here = process.cwd();
  try {
    const entry = (path: string) => JSON.stringify(new URL(`../src/${path}`, import.meta.url).href);
    const example = join(made, "example.mts");
    const source = code
      .replace('"finigrad"', entry("index.ts"))
      .replace('"finigrad/monitor"', entry("monitor/index.ts"))
      .replace('"finigrad/monitor/node"', entry("monitor/node.ts"));
    writeFileSync(example, source);
    process.chdir(made);
    console.log = (...words: unknown[]) => void printed.push(format(...words));
    await import(pathToFileURL(example).href);
    assert.is(printed.join("\n"), expected);
    assert.match(readFileSync(join(made, "report.html"), "utf8"), /<title>A rate of 4 · finigrad/);
  } finally {
    console.log = say;
    process.chdir(here);
    rmSync(made, { recursive: true });
  }
});

test("nothing in a name can leave the page's script, or become markup", () => {
  const watch = monitor();
  const nasty = '</script><script>alert(1)</script><!-- "';
  scope(() => {
    const w = parameter(nasty, [1]);
    trainStep(adam({ lr: 1 }), [w], () => sum(square(w)));
    w.dispose();
  });
  watch.stop();
  const html = renderHtml(watch.recording(), { title: nasty });
  assert.is(html.split("<script").length, 3, "two scripts");
  assert.is(html.split("</script").length, 3);
  assert.not(html.includes("<!--"));
  assert.is(html.match(/https?:\/\/(?!www\.w3\.org)/g), null, "asks nobody");
});

test("sinks that have nowhere to write, and pages of nothing, are refused when they are made", () => {
  const loosely = <T>(make: T) => make as unknown as (...given: unknown[]) => unknown;
  const refused: readonly (readonly [() => unknown, string, RegExp])[] = [
    [() => loosely(jsonLines)({}), "BAD_TYPE", /^jsonLines: nothing to write to.*got Object/],
    [() => loosely(consoleTable)(null), "BAD_TYPE", /^consoleTable: options are no object/],
    [() => loosely(consoleTable)({ every: {} }), "BAD_VALUE", /every out of range.*got Object/],
    [() => loosely(htmlFile)(), "BAD_TYPE", /^htmlFile: path is none.*got undefined/],
    [() => loosely(htmlFile)("a", { title: 5 }), "BAD_TYPE", /^htmlFile: title is none.*got 5/],
    [() => loosely(jsonLinesFile)(""), "BAD_TYPE", /^jsonLinesFile: path is none/],
    [() => loosely(renderHtml)(null), "BAD_TYPE", /^renderHtml: nothing is recorded.*got null/],
    [() => loosely(consoleTable)({ console: {} }), "BAD_TYPE", /console.log is no function/],
    [() => loosely(consoleTable)({ console: null }), "BAD_TYPE", /console.log is no function/],
    [
      () => loosely(openTelemetry)({ attributes: 5 }),
      "BAD_TYPE",
      /attributes are no object.*got 5/,
    ],
    [() => loosely(openTelemetry)({ metre: 1 }), "BAD_VALUE", /^openTelemetry: no option "metre"/],
  ];
  for (const [body, code, message] of refused) throwsCode(body, code, message);
});

test.run();
