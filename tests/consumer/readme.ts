/** The README's example, and what the README says that it prints. */
import { readFileSync } from "node:fs";

export interface Example {
  readonly code: string;
  /** From the `text` block that follows; undefined when another block follows, or none. */
  readonly expected: string | undefined;
}

const FENCE = /^```(\w*)[^\n]*\n(.*?)^```\s*$/gms;
const IMPORTS = /\bfrom\s+["']finigrad["']/;

/** A block of a Markdown file. */
export interface Block {
  readonly language: string;
  readonly body: string;
}

export function readBlocks(file: string | URL): Block[] {
  return [...readFileSync(file, "utf8").matchAll(FENCE)].map(([, language = "", body = ""]) => ({
    language,
    body,
  }));
}

/** The first `js` or `ts` block that imports finigrad. */
export function readExample(readme: string): Example {
  const blocks = readBlocks(readme);
  const at = blocks.findIndex(
    ({ language, body }) => /^(js|ts)$/.test(language) && IMPORTS.test(body),
  );
  const [example, next] = at < 0 ? [] : blocks.slice(at);
  if (example === undefined) throw new Error(`${readme}: no js block that imports from "finigrad"`);
  return { code: example.body, expected: next?.language === "text" ? next.body.trim() : undefined };
}
