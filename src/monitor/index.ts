/**
 * `finigrad/monitor`: looks on while training runs. Records, warns early, draws.
 */
export type {
  Failure,
  Frame,
  GuardCounts,
  Layer,
  Recording,
  Sink,
} from "./frame.js";
export { type HtmlOptions, renderHtml } from "./html.js";
export { type Monitor, type MonitorOptions, monitor } from "./monitor.js";
export {
  type ConsoleLike,
  type ConsoleTableOptions,
  consoleTable,
  jsonLines,
  type LineWriter,
} from "./sinks.js";
export type { Stats } from "./stats.js";
export {
  THRESHOLDS,
  type Thresholds,
  WARNINGS,
  type Warning,
  type WarningCode,
} from "./warnings.js";
