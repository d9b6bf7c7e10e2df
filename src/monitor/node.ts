/**
 * `finigrad/monitor/node`: sinks that need Node.
 */
/// <reference types="node" />
import { channel } from "node:diagnostics_channel";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { showValue } from "../check.js";
import { InputTypeError } from "../errors.js";
import type { Sink } from "./frame.js";
import { type HtmlOptions, renderHtml, titleOf } from "./html.js";
import { jsonLines } from "./sinks.js";

/** The channels of `node:diagnostics_channel`: what is published on each is the frame, warning or failure. */
export const CHANNELS = {
  frame: "finigrad:frame",
  warning: "finigrad:warning",
  failure: "finigrad:failure",
} as const;

/** Publishes everything on `node:diagnostics_channel`, for tools that listen; costs nothing while none does. */
export function diagnosticsChannel(): Sink {
  const [frames, warnings, failures] = [
    channel(CHANNELS.frame),
    channel(CHANNELS.warning),
    channel(CHANNELS.failure),
  ];
  return {
    frame: (frame) => frames.publish(frame),
    warning: (warning) => warnings.publish(warning),
    failure: (failure) => failures.publish(failure),
  };
}

/** What is wrong is told here, not when the page is to be written. @throws InputTypeError */
function checkPath(op: string, path: unknown): void {
  if (typeof path === "string" && path !== "") return;
  throw new InputTypeError(`${op}: path is none, expected a string, got ${showValue(path)}`);
}

/** JSON lines in a file, which is begun anew. Written line by line: a crash loses nothing. */
export function jsonLinesFile(path: string): Sink {
  checkPath("jsonLinesFile", path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  return jsonLines((line) => appendFileSync(path, line));
}

/** The HTML report in a file: written at each failure, and when the monitor stops. */
export function htmlFile(path: string, options?: HtmlOptions): Sink {
  checkPath("htmlFile", path);
  titleOf("htmlFile", options);
  const write: NonNullable<Sink["close"]> = (recording) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, renderHtml(recording(), options));
  };
  return { failure: (_, recording) => write(recording), close: write };
}
