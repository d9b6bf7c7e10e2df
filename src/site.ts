/**
 * The user's line: where in their source an op was called. A stack is taken when a number has gone bad, at
 * the ops of the first step of a training (or, under `guard({ sites: "always" })`, at every op), and read only
 * when a report is made.
 */

/** A place on the stack, not read yet; or the line that was read there. */
export type Site = Error | string;

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
export function captureSite(): Error {
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
  if (typeof site === "string") return site;
  const [innermost, ...rest] = frames(site?.stack ?? "");
  if (innermost === undefined) return undefined;
  const own = ownPrefix(innermost.file);
  const user = rest.find(({ file }) => !file.startsWith(own));
  return user && `${showFile(user.file)}:${user.line}`;
}

/** Of how many ops of a step the lines are learnt: two milliseconds at most, once. */
const LEARNT = 256;

/**
 * The lines of the ops of a training step, learnt while it runs for the first time. What is born on the way back
 * in a later step has the line of its forward op from here: steps run the same ops in the same order, and where
 * one does not, nothing is claimed.
 */
export class Lines {
  readonly #ops: string[] = [];
  readonly #sites: (Site | undefined)[] = [];
  #open = true;

  /** Whether it still takes lines down. */
  get learning(): boolean {
    return this.#open && this.#ops.length < LEARNT;
  }

  /** Takes down where the next op was called. */
  learn(op: string): Site {
    const site = captureSite();
    this.#ops.push(op);
    this.#sites.push(site);
    return site;
  }

  /** The first step is over. Stacks are read, since an unread one holds on to what its functions do. */
  settle(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#sites.forEach((site, i) => {
      this.#sites[i] = showSite(site);
    });
  }

  /** The line of the last of these ops, if the first step ran the same up to there. */
  of(ops: readonly string[]): Site | undefined {
    return ops.every((op, i) => op === this.#ops[i]) ? this.#sites[ops.length - 1] : undefined;
  }
}

/** Of how many loss functions of one parameter the lines are kept, as of the players of a game. */
const KEPT = 8;

/**
 * The lines of each program that a parameter is trained by. Programs are told apart by the text of their functions, for a function is made anew
 * with every step; two that begin with the same ops would have each other's lines.
 */
export class Programs {
  /** The last that was learnt first. */
  #known: { readonly text: string; readonly lines: Lines }[] = [];

  /** Those of this function, or new ones, if they may be learnt. */
  of(program: () => unknown, mayLearn: () => boolean): Lines | undefined {
    const text = Function.prototype.toString.call(program);
    const found = this.#known.find((one) => one.text === text);
    if (found !== undefined || !mayLearn()) return found?.lines;
    const lines = new Lines();
    this.#known = [{ text, lines }, ...this.#known].slice(0, KEPT);
    return lines;
  }

  /** What ran another way once is learnt anew. */
  forget(lines: Lines): void {
    this.#known = this.#known.filter((one) => one.lines !== lines);
  }
}
