/** The HTML report in Chromium: from a file, in light and dark, with NaN, with nothing, with much. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import * as assert from "uvu/assert";
import {
  adam,
  collected,
  kaiming,
  linear,
  log,
  matmul,
  mean,
  mul,
  parameter,
  relu,
  scope,
  sgd,
  square,
  sum,
  tensor,
  trainStep,
  uniform,
  valueAndGrad,
  zeros,
} from "../src/index.js";
import {
  type Frame,
  type Monitor,
  monitor,
  type Recording,
  renderHtml,
} from "../src/monitor/index.js";
import { launch } from "./consumer/browser.js";
import { NotRun } from "./consumer/outcome.js";
import { reportOf } from "./kit/assert.js";
import { notRun, suite } from "./kit/suite.js";

const test = suite("monitor's page");

/** A mask by multiplication, which meets a 0 after 30 steps. */
function masked(watch: Monitor): void {
  scope(() => {
    const w = parameter("fc1.weight", [
      [1, 1],
      [1, 1],
    ]);
    const step = sgd({ lr: 0.01 });
    const one = (zero: number) => {
      const x = tensor(
        [
          [0.5, zero],
          [1, 2],
        ],
        { name: "features" },
      );
      const loss = () => sum(matmul(watch.layer("masked", mul(log(x), x)), w));
      step([w], valueAndGrad([w], loss, step.steps + 1).grads);
    };
    for (let i = 0; i < 30; i++) one(1);
    assert.is(reportOf(() => one(0)).op, "mul");
    w.dispose();
  });
}

/** A gradient norm of 1 to 1e35 within four steps, and a square beyond float32. */
function exploded(watch: Monitor): void {
  scope(() => {
    const w = parameter("w", [1]);
    const step = sgd({ lr: 0, onBadStep: "skip" });
    for (const size of [1, 1e5, 1e17, 1e10]) {
      trainStep(step, [w], () => {
        const y = watch.layer("y", mul(mul(w, size), size));
        return size === 1e10 ? mean(square(y)) : mean(y);
      });
    }
    for (const gone of [w, step]) gone.dispose();
  });
  collected();
}

/** Fifty steps of twelve layers, every seventh with a NaN that is skipped. */
function wide(watch: Monitor): void {
  scope(() => {
    const params = Array.from({ length: 12 }, (_, i) =>
      parameter(`layer${i}.weight`, kaiming([8, 8], { seed: i })),
    );
    const bias = parameter("bias", zeros([8]));
    const x = uniform([4, 8], -1, 1, { seed: 7 });
    const step = adam({ lr: (steps) => 1e-3 / (1 + steps), onBadStep: "skip" });
    for (let i = 0; i < 50; i++) {
      const data = i % 7 === 6 ? tensor(new Float32Array(32).fill(NaN), [4, 8]) : x;
      trainStep(step, [...params, bias], () => {
        let h = data;
        for (const w of params) h = relu(linear(h, w, bias));
        return mean(square(watch.layer("out", h)));
      });
    }
    for (const gone of [...params, bias, step]) gone.dispose();
  });
  collected();
}

interface Seen {
  readonly troubles: readonly string[];
  readonly page: Page;
}

let browser: Browser | undefined;
try {
  browser = await launch();
} catch (error) {
  if (!(error instanceof NotRun)) throw error;
  notRun.push({ name: "the monitor's page in Chromium", why: error.message });
}

/** The page of a recording, opened from a file. */
async function open(
  body: (watch: Monitor) => void,
  look: (seen: Seen) => Promise<void>,
  recordingOf: (watch: Monitor) => Recording = (watch) => watch.recording(),
) {
  if (browser === undefined) return;
  const watch = monitor();
  try {
    body(watch);
  } finally {
    watch.stop();
  }
  const folder = mkdtempSync(join(tmpdir(), "finigrad-page-"));
  const file = join(folder, "report.html");
  writeFileSync(file, renderHtml(recordingOf(watch), { title: "A <b>run</b>" }));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const troubles: string[] = [];
  page.on("console", (message) => troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) troubles.push(`asks for ${request.url()}`);
  });
  try {
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector("html[data-ready]", { timeout: 30_000 });
    await look({ page, troubles });
    assert.equal(troubles, []);
  } finally {
    await page.close();
    rmSync(folder, { recursive: true });
  }
}

/** The page without a background of its own colour: how many colours the canvas of a chart has. */
async function colours(page: Page, title: string): Promise<string[]> {
  return page.evaluate((wanted) => {
    const cards = [...document.querySelectorAll(".chart")];
    const card = cards.find((one) => one.querySelector("h3")?.textContent === wanted);
    const canvas = card?.querySelector("canvas");
    if (canvas === null || canvas === undefined) return [];
    // A copy: Chromium warns when the canvas that is drawn on is read.
    const { width, height } = canvas;
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy?.drawImage(canvas, 0, 0);
    const pixels = copy?.getImageData(0, 0, width, height).data ?? [];
    const seen = new Set<string>();
    for (let i = 0; i < pixels.length; i += 4) {
      if (pixels[i + 3] === 255) seen.add(`${pixels[i]},${pixels[i + 1]},${pixels[i + 2]}`);
    }
    return [...seen];
  }, title);
}

/** How many pixels are drawn left of the lines, where the labels of the vertical axis stand. */
async function dark(canvas: Locator): Promise<number> {
  return canvas.evaluate((drawn) => {
    const from = drawn as HTMLCanvasElement;
    const copy = new OffscreenCanvas(from.width, from.height).getContext("2d");
    copy?.drawImage(from, 0, 0);
    const pixels = copy?.getImageData(0, 0, 50, from.height).data ?? [];
    return pixels.filter((alpha, i) => i % 4 === 3 && alpha > 0).length;
  });
}

/** A CSS variable as canvas pixels have it. */
async function variable(page: Page, name: string): Promise<string> {
  return page.evaluate((wanted) => {
    const hex = getComputedStyle(document.documentElement).getPropertyValue(wanted).trim();
    return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(",");
  }, name);
}

const TITLES = [
  "Loss",
  "Gradient norms",
  "Headroom of values",
  "Headroom of gradients",
  "Update to weight",
  "Norms of values",
];

test("a failure is told: expression, origin, path as a graph, fixes, the steps before", () =>
  open(masked, async ({ page }) => {
    const text = (selector: string) => page.locator(selector).allInnerTexts();
    assert.equal(await text("h1"), ["A <b>run</b>"], "text is text");
    assert.match(
      (await text(".failure summary"))[0] ?? "",
      /LOSS_NAN.*the loss is NaN at step 31/s,
    );
    assert.equal(await text(".expression"), ["-∞ · 0 = NaN"]);
    assert.match(
      (await text(".where")).join("\n"),
      /mul \(forward\) at \[0, 1\].*\n.*log\(0\) = -∞/,
    );
    assert.equal(await text(".node .box"), ["features", "log", "mul", "matmul", "sum", "the loss"]);
    assert.equal(await text(".node.birth .box"), ["log", "mul"]);
    assert.is(await page.locator(".edge.inf").count(), 1);
    assert.is(await page.locator(".edge.nan").count(), 3);
    assert.ok((await text(".fixes li")).some((fix) => fix.startsWith("select instead")));
    assert.ok(
      (await text(".fixes li")).some((fix) => fix.includes("log(where(mask, features, 1)")),
    );
    assert.match(
      (await text(".where .site")).join(" "),
      /^(\S*monitor-page\.test\.ts:\d+:\d+ ?){2}$/,
    );
    assert.is(await page.locator(".before tbody tr").count(), 16);
  }));

test("a number that grew is not drawn as an ∞, and an axis over many powers of ten has its labels", () =>
  open(exploded, async ({ page }) => {
    assert.equal(await page.locator(".node.birth .box").allInnerTexts(), ["mul", "square"]);
    assert.is(await page.locator(".edge.inf").count(), 2);
    const card = page.locator(".chart", { hasText: "Gradient norms" });
    assert.ok((await dark(card.locator("canvas"))) > 100, "labels left of the chart");
  }));

/** Forty steps within one decade, the last too far. */
function forty(): void {
  scope(() => {
    const w = parameter("w", [1, 2]);
    const step = sgd({ lr: 1e-3, onBadStep: "skip" });
    for (let i = 0; i < 40; i++) {
      trainStep(step, [w], () => (i === 39 ? sum(log(mul(w, -1e3))) : sum(square(w))));
    }
    for (const gone of [w, step]) gone.dispose();
  });
  collected();
}

/** The same as the end of a run of 64,040. */
function late(watch: Monitor): Recording {
  const { frames, ...rest } = watch.recording();
  const later = (frame: Frame): Frame => ({ ...frame, index: frame.index + 64_000 });
  return { ...rest, steps: 64_040, frames: frames.map(later) };
}

test("a long run within one decade: every axis has its labels, and nothing runs out of its card", () =>
  open(
    forty,
    async ({ page }) => {
      for (const title of ["Loss", "Gradient norms", "Update to weight"]) {
        const card = page.locator(".chart", { hasText: title }).first();
        assert.ok((await dark(card.locator("canvas"))) > 100, `${title}: labels left of the chart`);
      }
      const out = await page.evaluate(() =>
        [...document.querySelectorAll(".tile > *, .node > *")].flatMap((part) => {
          const card = part.closest(".card, .tile")?.getBoundingClientRect();
          const { left, right } = part.getBoundingClientRect();
          const fits = card !== undefined && left >= card.left && right <= card.right;
          return fits && part.scrollWidth <= part.clientWidth + 1 ? [] : [part.textContent];
        }),
      );
      assert.equal(out, []);
      assert.match(
        (await page.locator(".tiles").textContent()) ?? "",
        /frames, \d+ of them drawn64040/,
      );
    },
    late,
  ));

test("where steps and frames differ, a failure says both, and the charts count frames", () =>
  open(
    () =>
      scope(() => {
        const w = parameter("w", [1, 2]);
        const step = sgd({ lr: 0.01, onBadStep: "rollback", snapshotEvery: 4 });
        for (let i = 1; i < 9; i++) {
          trainStep(step, [w], () => sum(i % 4 === 0 ? log(mul(w, -1)) : square(w)));
        }
        for (const gone of [w, step]) gone.dispose();
        collected();
      }),
    async ({ page }) => {
      const said = await page.locator(".failure summary").allInnerTexts();
      assert.match(said[0] ?? "", /the loss is NaN at step 4$/);
      assert.match(said[1] ?? "", /the loss is NaN at step 4, frame 8$/);
      const over = page.locator(".chart .u-over").first();
      await over.scrollIntoViewIfNeeded();
      await over.hover({ position: { x: 2, y: 50 } });
      assert.match((await page.locator(".tip:visible").textContent()) ?? "", /^frame 1loss5/);
    },
  ));

test("nothing recorded is not called healthy", () =>
  open(
    () => {},
    async ({ page }) => {
      assert.is(await page.locator(".pill").textContent(), "nothing recorded");
      assert.is(await page.locator(".tile.bad, .tile.warn").count(), 0);
    },
  ));

test("every chart has its lines, and the birth is marked in each, in light and in dark", () =>
  open(masked, async ({ page }) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(100);
      assert.equal(await page.locator(".chart h3").allInnerTexts(), TITLES);
      for (const title of TITLES) {
        const found = await colours(page, title);
        assert.ok(
          found.includes(await variable(page, "--bad")),
          `${title}: the birth, ${colorScheme}`,
        );
        const line = title === "Loss" ? "--accent" : title.endsWith("of values") ? "--c0" : "--c1";
        assert.ok(found.includes(await variable(page, line)), `${title}: a line, ${colorScheme}`);
      }
    }
  }));

test("steps with NaN leave gaps and break nothing; layers can be switched off", () =>
  open(wide, async ({ page }) => {
    assert.is(await page.locator(".chip").count(), 14);
    assert.is(await page.locator(".layers tbody tr").count(), 14);
    assert.is(await page.locator(".failure").count(), 7);
    assert.match((await page.locator(".tiles").textContent()) ?? "", /skipped\s*7/);
    assert.equal(await page.locator(".chart h3").allInnerTexts(), [...TITLES, "Learning rate"]);
    const purple = await variable(page, "--c3");
    assert.ok((await colours(page, "Norms of values")).includes(purple));
    for (const name of ["layer2.weight", "layer10.weight"]) {
      await page.locator(".chip", { hasText: name }).click();
    }
    await page.waitForTimeout(100);
    assert.not((await colours(page, "Norms of values")).includes(purple));
    assert.is(await page.locator('.chip[aria-pressed="false"]').count(), 2);
  }));

test("the cursor tells the values under it, and what happened there", () =>
  open(masked, async ({ page }) => {
    const over = page.locator(".chart .u-over").first();
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    if (box === null) throw new Error("no chart");
    await page.mouse.move(box.x + 3, box.y + box.height / 2);
    assert.match((await page.locator(".tip:visible").textContent()) ?? "", /^step 1loss2\.0/);
    await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2);
    assert.match(
      (await page.locator(".tip:visible").textContent()) ?? "",
      /step 31.*NaN.*LOSS_NAN: born in log/s,
    );
    assert.is(await page.locator(".tip:visible").count(), 1, "in one chart only");
  }));

test("nothing recorded, and one step, make a page too; a narrow one does not overflow", () =>
  open(
    () => {},
    async ({ page }) => {
      assert.match((await page.locator(".tiles").textContent()) ?? "", /steps\s*0/);
    },
  ).then(() =>
    open(
      () =>
        scope(() => {
          const w = parameter("w", [1]);
          trainStep(sgd({ lr: 0.1 }), [w], () => sum(square(w)));
          w.dispose();
        }),
      async ({ page }) => {
        assert.ok((await colours(page, "Loss")).includes(await variable(page, "--accent")));
        await page.setViewportSize({ width: 380, height: 800 });
        await page.waitForTimeout(100);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= 380, `${wide} px wide`);
      },
    ),
  ));

test("the browser is closed", async () => {
  await browser?.close();
});

test.run();
