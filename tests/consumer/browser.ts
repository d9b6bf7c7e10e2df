/** Headless Chromium: opens a page and listens to its console. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { formatWithOptions } from "node:util";
import { type Browser, type ConsoleMessage, chromium, type Page } from "playwright-core";
import { NotRun } from "./outcome.js";
import { DONE, type PageCase } from "./pages.js";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @throws NotRun when this machine has no Chromium. */
export async function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new NotRun(`no Chromium at ${executablePath} (.ci/run installs it, CHROMIUM names one)`);
  }
  return chromium.launch({ executablePath, args: FLAGS });
}

/** What Node's console would have printed for the same call. */
async function textOf(message: ConsoleMessage): Promise<string> {
  const values = await Promise.all(message.args().map((argument) => argument.jsonValue()));
  return formatWithOptions({ colors: false }, ...values);
}

interface Heard {
  readonly lines: Promise<string>[];
  /** Errors and warnings on the console, uncaught errors, requests that failed. */
  readonly troubles: string[];
  readonly requests: string[];
}

function listen(page: Page): Heard {
  const heard: Heard = { lines: [], troubles: [], requests: [] };
  page.on("console", (message) => {
    if (/^(error|warning|assert)$/.test(message.type())) heard.troubles.push(message.text());
    else heard.lines.push(textOf(message));
  });
  page.on("pageerror", (error) => heard.troubles.push(String(error)));
  page.on("requestfailed", (request) => heard.troubles.push(`no answer: ${request.url()}`));
  page.on("request", (request) => heard.requests.push(request.url()));
  return heard;
}

function checkRequests(heard: Heard, origin: string, { path, requests }: PageCase): void {
  const strangers = heard.requests.filter((url) => !url.startsWith(`${origin}/`));
  assert.deepEqual(strangers, [], "the page asks other servers");
  if (requests === undefined) return;
  const paths = heard.requests.map((url) => new URL(url).pathname);
  assert.deepEqual(paths.sort(), [path, ...requests].sort(), "the page needs these files");
}

/** Runs a page to its end. Gives what it printed. */
export async function visit(browser: Browser, origin: string, target: PageCase): Promise<string> {
  const page = await browser.newPage();
  try {
    const heard = listen(page);
    const uncaught = new Promise<void>((resolve) => page.once("pageerror", () => resolve()));
    await page.goto(origin + target.path);
    const done = page.waitForSelector(DONE, { state: "attached", timeout: 30_000 }).catch(() => {
      heard.troubles.push("the example did not run to its end");
    });
    await Promise.race([done, uncaught]);
    const lines = await Promise.all(heard.lines);
    assert.deepEqual(heard.troubles, [], "the console has errors");
    checkRequests(heard, origin, target);
    return lines.join("\n").trim();
  } finally {
    await page.close();
  }
}
