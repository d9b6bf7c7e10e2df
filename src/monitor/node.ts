/**
 * `finigrad/monitor/node`: sinks that need Node.
 */
/// <reference types="node" />
import { channel } from "node:diagnostics_channel";
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { showValue } from "../check.js";
import { InputRangeError, InputTypeError } from "../errors.js";
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

/**
 * Makes a folder and those above it, one by one: Node's own `recursive` tries again and again where a folder that is there says
 * that it is not, as /proc does of what cannot be made in it.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(path)) throw error;
  }
}

/**
 * Makes the file, and the folders that it is in, and begins it anew where `anew` says so. What is wrong with the path is told
 * here, not when a page is to be written after hours of training. @throws InputTypeError, InputRangeError
 */
function makeFile(op: string, path: unknown, anew: boolean): void {
  if (typeof path !== "string" || path === "") {
    throw new InputTypeError(`${op}: path is none, expected a string, got ${showValue(path)}`);
  }
  try {
    makeFolder(dirname(path));
    writeFileSync(path, "", { flag: anew ? "w" : "a" });
  } catch (error) {
    throw new InputRangeError(
      `${op}: path cannot be written to, expected a file in a folder that is there or can be made, got ${showValue(path)}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/**
 * JSON lines in a file, which is begun anew; folders that are missing are made. Written line by line: a crash loses nothing.
 *
 * @throws InputTypeError, InputRangeError where the path is none, or cannot be written to.
 */
export function jsonLinesFile(path: string): Sink {
  makeFile("jsonLinesFile", path, true);
  return jsonLines((line) => appendFileSync(path, line));
}

/**
 * The HTML report in a file: written at each failure, and when the monitor stops. The file, and folders that are missing, are made
 * at once; one that is there stays as it is until then.
 *
 * @throws InputTypeError, InputRangeError where the path is none, or cannot be written to.
 */
export function htmlFile(path: string, options?: HtmlOptions): Sink {
  titleOf("htmlFile", options);
  makeFile("htmlFile", path, false);
  const write: NonNullable<Sink["close"]> = (recording) =>
    writeFileSync(path, renderHtml(recording(), options));
  return { failure: (_, recording) => write(recording), close: write };
}
