/** Ordinary pages that run the README's example: no bundler, nothing else to host, no init call. */
import type { Page } from "./server.js";

const BUNDLE = "/node_modules/finigrad/dist/finigrad.min.js";
const MODULES = "/node_modules/finigrad/dist/index.js";
const LOADER = "/node_modules/@assemblyscript/loader/index.js";

/** Set when the example has run to its end, top-level awaits too. */
export const DONE = "html[data-done]";
const MARK = 'document.documentElement.dataset.done = "";';

export interface PageCase {
  readonly title: string;
  readonly path: string;
  readonly page: Page;
  /** All that the page may request besides itself; undefined: whatever it likes of this server. */
  readonly requests?: readonly string[];
}

const page = (head: string, policy?: string): Page => ({
  html: `<!doctype html>\n<html lang="en">\n<title>finigrad</title>\n${head}\n</html>\n`,
  ...(policy === undefined ? {} : { policy }),
});

const script = (code: string) => `<script type="module">\n${code}\n${MARK}\n</script>`;

/** The example with its import pointing at the one-file build. */
const bundled = (code: string) => code.replaceAll(/(["'])finigrad\1/g, JSON.stringify(BUNDLE));

/** The module that the page with a content policy loads, since it may have no inline script. */
export const EXTERNAL = "/example.browser.mjs";
export const externalModule = (code: string) => `${bundled(code)}\n${MARK}\n`;

export function pagesFor(code: string): PageCase[] {
  const imports = { finigrad: MODULES, "@assemblyscript/loader": LOADER };
  return [
    {
      title: "one module script, one file",
      path: "/",
      page: page(script(bundled(code))),
      requests: [BUNDLE],
    },
    {
      title: "the example as it stands, with an import map",
      path: "/map",
      page: page(
        `<script type="importmap">${JSON.stringify({ imports })}</script>\n${script(code)}`,
      ),
    },
    {
      title: "content policy script-src 'self' 'wasm-unsafe-eval'",
      path: "/policy",
      page: page(
        `<script type="module" src="${EXTERNAL}"></script>`,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
      ),
      requests: [EXTERNAL, BUNDLE],
    },
  ];
}
