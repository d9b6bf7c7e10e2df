/** Sinks that need nothing but JavaScript: a table on the console, and JSON lines. */
import { checkFunction, checkOptions, checkWhole, showValue } from "../check.js";
import { showBrief, showReport, toJson } from "../diagnosis/report.js";
import { InputTypeError } from "../errors.js";
import type { Frame, Sink } from "./frame.js";
import type { Stats } from "./stats.js";

export interface ConsoleTableOptions {
  /** A table for every n-th frame. Default 100. */
  readonly every?: number | undefined;
  /** Default: the console. */
  readonly console?: ConsoleLike | undefined;
}

/** What of a console is used, of a browser's or Node's: the types of neither are needed. */
export interface ConsoleLike {
  log(text: string): void;
  table(rows: readonly object[]): void;
  warn(...data: readonly unknown[]): void;
}

/** A number with four digits; a blank where there is none. */
function cell(value: number | undefined): string {
  return value === undefined ? "" : showBrief(value);
}

function cells(prefix: string, stats: Stats | undefined): Record<string, string> {
  if (stats === undefined) return {};
  const { min, mean, max, norm, headroom, nan, infinite } = stats;
  return {
    [`${prefix}min`]: cell(min),
    [`${prefix}mean`]: cell(mean),
    [`${prefix}max`]: cell(max),
    [`${prefix}norm`]: cell(norm),
    [`${prefix}headroom`]: cell(headroom),
    ...(nan + infinite > 0 ? { [`${prefix}bad`]: String(nan + infinite) } : {}),
  };
}

/** A frame as the line above its table. */
export function headline(frame: Frame): string {
  const { index, step, loss, lr, gradientNorm, action, reason, guard } = frame;
  const parts = [
    `step ${step ?? index}`,
    loss === undefined ? "" : `loss ${cell(loss)}`,
    lr === undefined ? "" : `lr ${cell(lr)}`,
    gradientNorm === undefined ? "" : `‖g‖ ${cell(gradientNorm)}`,
    action === undefined || action === "applied" ? "" : `${action}: ${reason ?? ""}`,
    guard.masked > 0 ? `${guard.masked} masked singularities` : "",
    guard.guarded > 0 ? `${guard.guarded} guarded elements` : "",
  ];
  return parts.filter((part) => part !== "").join("  ");
}

/** Prints a table of all layers now and then, and every warning and failure at once. */
export function consoleTable(options: ConsoleTableOptions = {}): Sink {
  checkOptions("consoleTable", options, ["every", "console"]);
  const { every = 100, console: out = console } = options;
  checkWhole("consoleTable", "every", every, 1);
  for (const method of ["log", "table", "warn"] as const) {
    checkFunction(
      "consoleTable",
      `console.${method}`,
      (out as Partial<ConsoleLike> | null)?.[method],
    );
  }
  return {
    frame(frame) {
      if ((frame.index - 1) % every !== 0) return;
      out.log(headline(frame));
      const rows = frame.layers.map(({ name, value, gradient, updateRatio }) => [
        name,
        {
          ...cells("", value),
          ...cells("∇ ", gradient),
          ...(updateRatio === undefined ? {} : { "‖Δ‖/‖p‖": cell(updateRatio) }),
        },
      ]);
      out.table(Object.fromEntries(rows));
    },
    warning({ code, step, index, message }) {
      out.warn(`step ${step ?? index}: [${code}] ${message}`);
    },
    failure({ report }) {
      out.warn(`[${report.code}]: ${showReport(report)}`);
    },
  };
}

/** What takes lines: a Node stream, `process.stdout`, or anything with `write`. */
export interface LineWriter {
  write(line: string): unknown;
}

/** Streams that are listened to, and whether each has failed. */
const streams = new WeakMap<object, { failed: boolean }>();

/**
 * What is known of a stream. One that fails says so later, by an event, and where nobody listens that ends the process. Each is
 * listened to once, and on: what it still has to write may fail after the monitor has stopped.
 */
function listenTo(to: LineWriter & { readonly on?: unknown }): { readonly failed: boolean } {
  const known = streams.get(to);
  if (known !== undefined) return known;
  const state = { failed: false };
  streams.set(to, state);
  if (typeof to.on === "function") {
    to.on("error", (error: unknown) => {
      if (!state.failed)
        console.warn("finigrad jsonLines: the stream failed, no more is written:", error);
      state.failed = true;
    });
  }
  return state;
}

/**
 * One JSON object a line: `{"type":"frame",…}`, `{"type":"warning",…}`, `{"type":"failure",…}`. NaN and ∞ are
 * strings. A stream that fails is written to no more, and does not end the process: the console is told of it once.
 */
export function jsonLines(to: LineWriter | ((line: string) => unknown)): Sink {
  if (typeof to !== "function" && typeof to?.write !== "function") {
    throw new InputTypeError(
      `jsonLines: nothing to write to, expected a function or a stream, got ${showValue(to)}`,
    );
  }
  const stream = typeof to === "function" ? undefined : listenTo(to);
  // What writes may be asynchronous: its promise goes back to the monitor, which leaves out a sink whose promise rejects.
  const write = (type: string, value: object): unknown => {
    if (stream?.failed) return undefined;
    const line = `${toJson({ type, ...value })}\n`;
    return typeof to === "function" ? to(line) : to.write(line);
  };
  return {
    frame: (frame) => write("frame", frame),
    warning: (warning) => write("warning", warning),
    failure: ({ report, index }) => write("failure", { index, report }),
  };
}
