/**
 * The user's line: where in their source an op was called. A stack is taken only when a number has gone
 * bad (or under `guard({ sites: "always" })`), and read only when a report is made.
 */

/** A place on the stack, not read yet. */
export type Site = Error;

interface Frame {
  readonly file: string;
  readonly line: string;
}

/** Ops call ops, and reports are made deep down: more frames than an engine keeps by default. */
const DEPTH = 48;

/** `    at f (file:///a.ts:1:2)`, `    at /a.js:1:2`, `f@https://a/b.js:1:2`. */
const FRAME = /(?:^|[\s(@])((?:[a-z][a-z+-]*:\/\/|\/|[A-Za-z]:[\\/])[^\s()]*?):(\d+:\d+)\)?$/;

function frames(stack: string): Frame[] {
  return stack.split("\n").flatMap((text) => {
    const [, file, line] = FRAME.exec(text) ?? [];
    return file === undefined || line === undefined ? [] : [{ file, line }];
  });
}

/** V8 cuts stacks at a depth that can be set; other engines keep all of it. */
const engine = Error as ErrorConstructor & { stackTraceLimit?: number };

/** The stack as it is now. */
export function captureSite(): Site {
  const { stackTraceLimit } = engine;
  if (stackTraceLimit === undefined || Object.isFrozen(Error)) return new Error("site");
  engine.stackTraceLimit = DEPTH;
  const site = new Error("site");
  engine.stackTraceLimit = stackTraceLimit;
  return site;
}

/** What this package's own frames start with: its folder, or the one file it was bundled into. */
function ownPrefix(file: string): string {
  const module = /[\\/]site\.[jt]s$/.exec(file);
  return module === null ? file : file.slice(0, module.index + 1);
}

/** The working directory, where there is one: paths are told from there. */
function workingDirectory(): string | undefined {
  const { process } = globalThis as { process?: { cwd?: () => string } };
  return process?.cwd === undefined ? undefined : `${process.cwd()}/`;
}

function showFile(file: string): string {
  const path = file.replace(/^file:\/\//, "");
  const home = workingDirectory();
  return home !== undefined && path.startsWith(home) ? path.slice(home.length) : path;
}

/** `train.ts:12:20`: the innermost frame outside this package; undefined where the engine tells none. */
export function showSite(site: Site | undefined): string | undefined {
  const [innermost, ...rest] = frames(site?.stack ?? "");
  if (innermost === undefined) return undefined;
  const own = ownPrefix(innermost.file);
  const user = rest.find(({ file }) => !file.startsWith(own));
  return user && `${showFile(user.file)}:${user.line}`;
}
