/** docs/data.md: every example prints what the page says. */
import * as assert from "uvu/assert";
import { readBlocks } from "./consumer/readme.js";
import { suite } from "./kit/suite.js";

const test = suite("docs/data.md");
const source = (path: string) => new URL(`../src/${path}`, import.meta.url).href;

/** Runs a module's text with this repository as its package. Gives what it printed. */
async function outputOf(code: string): Promise<string> {
  const local = code
    .replaceAll('"finigrad/data"', `"${source("data/index.ts")}"`)
    .replaceAll('"finigrad"', `"${source("index.ts")}"`);
  const printed: string[] = [];
  const { log } = console;
  const { formatWithOptions } = await import("node:util");
  console.log = (...values: unknown[]) => {
    printed.push(formatWithOptions({ colors: false, breakLength: 120 }, ...values));
  };
  try {
    await import(`data:text/javascript,${encodeURIComponent(local)}`);
  } finally {
    console.log = log;
  }
  return printed.join("\n");
}

const blocks = readBlocks(new URL("../docs/data.md", import.meta.url));
const examples = blocks.flatMap(({ language, body }, i) =>
  language === "js" ? [{ code: body, expected: blocks[i + 1]?.body.trimEnd() }] : [],
);

test("there are examples, each with what it prints", () => {
  assert.ok(examples.length >= 5);
  assert.is(blocks.length, 2 * examples.length);
});

for (const [i, { code, expected }] of examples.entries()) {
  test(`example ${i + 1} prints what the page says`, async () => {
    assert.is(await outputOf(code), expected);
  });
}

test.run();
