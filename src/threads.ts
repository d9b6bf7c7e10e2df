/**
 * The build with shared memory, for `init({ build: threads })`. It is not part of the main entry: an
 * engine that lacks shared memory cannot validate it.
 */
import { base64, shared } from "./binaries/threads.js";
import type { Build } from "./runtime.js";

export const threads: Build = { name: "threads", base64, shared };
