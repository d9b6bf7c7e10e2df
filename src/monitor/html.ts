/**
 * One HTML file that needs nothing else: the recording as JSON, and the page of `page/` with uPlot in it, which the
 * build puts into assets.ts.
 */
import { checkOptions, showValue } from "../check.js";
import {
  adviceOf,
  type BirthReport,
  beginning,
  CAUSES,
  chainOf,
  FIXES,
  headline,
  showBrief,
  showGrowth,
  toJson,
} from "../diagnosis/report.js";
import { InputTypeError } from "../errors.js";
import { script, style } from "./assets.js";
import type { Frame, Recording } from "./frame.js";
import { recordOf } from "./recording.js";
import type { Stats } from "./stats.js";

export interface HtmlOptions {
  /** What the page is called. Default "Training". */
  readonly title?: string | undefined;
}

/** A number on the page: NaN and ∞ are strings, what was not recorded is null. */
export type Plain = number | string | null;

/** One layer over all frames. */
export interface LayerSeries {
  readonly name: string;
  readonly kind: "parameter" | "activation";
  readonly norm: readonly Plain[];
  readonly headroom: readonly Plain[];
  readonly gradientNorm: readonly Plain[];
  readonly gradientHeadroom: readonly Plain[];
  readonly updateRatio: readonly Plain[];
  /** Of the last frame that was read in full. */
  readonly value: Partial<Stats> | null;
  readonly gradient: Partial<Stats> | null;
}

export interface Mark {
  /** Position in `steps`. */
  readonly at: number;
  readonly kind: "birth" | "warning" | "skipped";
  readonly label: string;
}

/** Why a number came to be, spelt out. */
export interface Birth {
  readonly op: string;
  readonly where: string;
  /** The user's line. */
  readonly site: string;
  readonly expression: string;
  readonly because: string;
  readonly operands: readonly string[];
}

export interface FailureCard {
  readonly code: string;
  readonly headline: string;
  readonly beginning: string;
  /** The birth, then what it came from. */
  readonly births: readonly Birth[];
  readonly path: readonly string[];
  readonly count: string;
  /** Layers whose magnitude grew, a sentence each. */
  readonly grown: readonly string[];
  readonly fixes: readonly string[];
  /** Step, loss, norm, lr, headroom, closest. */
  readonly before: readonly (readonly Plain[])[];
}

/** All that the page draws. */
export interface Payload {
  readonly title: string;
  readonly started: string;
  readonly build: string;
  readonly seconds: number;
  readonly total: number;
  /** What `steps` counts: after a step that was not taken frames are ahead of steps. */
  readonly unit: "step" | "frame";
  readonly steps: readonly number[];
  readonly loss: readonly Plain[];
  readonly gradientNorm: readonly Plain[];
  readonly lr: readonly Plain[];
  readonly layers: readonly LayerSeries[];
  readonly marks: readonly Mark[];
  readonly skipped: number;
  readonly guarded: number;
  readonly masked: number;
  readonly warnings: readonly {
    readonly code: string;
    readonly step: number;
    readonly layer: string;
    readonly message: string;
    readonly fixes: readonly string[];
  }[];
  readonly failures: readonly FailureCard[];
}

/** Five digits are more than a chart shows. */
function plain(value: number | undefined): Plain {
  if (value === undefined) return null;
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : String(value);
}

/** The whole recording as one page of HTML that works from a file, without a network. */
export function renderHtml(recording: Recording, options: HtmlOptions = {}): string {
  if (!Array.isArray(recording?.frames)) {
    throw new InputTypeError(
      `renderHtml: nothing is recorded, expected what recording() of a monitor gives, got ${showValue(recording)}`,
    );
  }
  const title = titleOf("renderHtml", options);
  // Inside a script element only "</" and "<!--" can do harm.
  const data = toJson(payloadOf(recording, title)).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)} · finigrad</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main id="page"></main>
<script type="application/json" id="recording">${data}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** @internal @throws InputTypeError, InputRangeError */
export function titleOf(op: string, options: HtmlOptions = {}): string {
  checkOptions(op, options, ["title"]);
  const { title = "Training" } = options;
  if (typeof title === "string") return title;
  throw new InputTypeError(`${op}: title is none, expected a string, got ${showValue(title)}`);
}

function escapeText(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
  return text.replaceAll(/[&<>]/g, (character) => entities[character] ?? character);
}

/** @internal Frames, turned into columns. */
export function payloadOf(recording: Recording, title: string): Payload {
  const frames = recording.frames;
  const column = (of: (frame: Frame) => number | undefined): Plain[] =>
    frames.map((frame) => plain(of(frame)));
  const total = (of: (frame: Frame) => number): number =>
    frames.reduce((sum, frame) => sum + of(frame), 0);
  return {
    title,
    started: recording.started,
    build: recording.build,
    seconds: frames.at(-1)?.seconds ?? 0,
    total: recording.steps,
    unit: isInStep(frames) ? "step" : "frame",
    steps: frames.map(({ index }) => index),
    loss: column(({ loss }) => loss),
    gradientNorm: column(({ gradientNorm }) => gradientNorm),
    lr: column(({ lr }) => lr),
    layers: layersOf(frames),
    marks: frames.flatMap(marksOf),
    skipped: total(({ action }) => Number(action === "skipped" || action === "rolled back")),
    guarded: total(({ guard }) => guard.guarded),
    masked: total(({ guard }) => guard.masked),
    warnings: recording.warnings.map(({ code, index, layer = "", message, fix }) => ({
      code,
      step: index,
      layer,
      message,
      fixes: fix.map((name) => FIXES[name]),
    })),
    failures: recording.failures.map(cardOf),
  };
}

/** Whether frames count steps. The last may be one that was not taken: it is the step that was tried, as its report says. */
function isInStep(frames: readonly Frame[]): boolean {
  return frames.every(
    ({ index, step = index }, i) =>
      step === index || (i === frames.length - 1 && step === index - 1),
  );
}

function layersOf(frames: readonly Frame[]): LayerSeries[] {
  const kinds = new Map<string, LayerSeries["kind"]>();
  for (const frame of frames) for (const { name, kind } of frame.layers) kinds.set(name, kind);
  const tables = frames.map(({ layers }) => new Map(layers.map((layer) => [layer.name, layer])));
  return [...kinds].map(([name, kind]) => {
    const of = (which: "value" | "gradient", key: keyof Stats): Plain[] =>
      tables.map((table) => plain(table.get(name)?.[which]?.[key]));
    const last = (which: "value" | "gradient"): Stats | null =>
      tables.findLast((table) => table.get(name)?.[which]?.min !== undefined)?.get(name)?.[which] ??
      null;
    return {
      name,
      kind,
      norm: of("value", "norm"),
      headroom: of("value", "headroom"),
      gradientNorm: of("gradient", "norm"),
      gradientHeadroom: of("gradient", "headroom"),
      updateRatio: tables.map((table) => plain(table.get(name)?.updateRatio)),
      value: last("value"),
      gradient: last("gradient"),
    };
  });
}

function marksOf({ report, warnings, action, reason }: Frame, at: number): Mark[] {
  const marks: Mark[] = warnings.map(({ code, message }) => ({
    at,
    kind: "warning",
    label: `${code}: ${message}`,
  }));
  if (report !== undefined) {
    const origin = originOf(report);
    marks.push({
      at,
      kind: "birth",
      label: `${report.code}: ${beginning(report)} ${whereOf(origin)}`,
    });
  } else if (action === "skipped" || action === "rolled back") {
    marks.push({ at, kind: "skipped", label: `${action}: ${reason ?? ""}` });
  }
  return marks;
}

function originOf(birth: BirthReport): BirthReport {
  return birth.from === undefined ? birth : originOf(birth.from);
}

function whereOf({ op, phase, name, index, column, row }: BirthReport): string {
  const at = index.length === 0 ? "" : ` at [${index.join(", ")}]`;
  const place = column === undefined ? "" : `, column "${column}"`;
  const sample = row === undefined ? "" : `, row ${row}`;
  const what =
    phase === "input" || phase === "parameter" ? `${phase} "${name ?? ""}"` : `${op} (${phase})`;
  return `${what}${at}${place}${sample}`;
}

function birthOf(birth: BirthReport): Birth {
  return {
    op: birth.phase === "backward" ? `${birth.op} backward` : (birth.name ?? birth.op),
    where: whereOf(birth),
    site: birth.site ?? "",
    expression: birth.expression,
    because: CAUSES[birth.cause],
    operands: birth.operands.map(
      ({ name, value, index }) =>
        `${name}${index.length === 0 ? "" : `[${index.join(", ")}]`} = ${showBrief(value)}`,
    ),
  };
}

/** Where a failure stands in the training, and in the charts if that is another number. */
function momentOf(step: number | undefined, index: number): string {
  if (step === index) return `at step ${step}`;
  return step === undefined ? `in frame ${index}` : `at step ${step}, frame ${index}`;
}

function cardOf({ report, index, before }: Recording["failures"][number]): FailureCard {
  const births = chainOf(report).map(birthOf);
  return {
    code: report.code,
    headline: `${headline(report)} ${momentOf(report.step, index)}`,
    beginning: beginning(report),
    births,
    path: report.path,
    count: `${report.count} of ${report.size} elements`,
    grown: (report.grown ?? []).map(showGrowth),
    fixes: adviceOf(report),
    before: before.map((frame) => {
      const { step, loss, norm, lr, headroom, closest } = recordOf(frame);
      return [step ?? null, ...[loss, norm, lr, headroom].map(plain), closest ?? null];
    }),
  };
}
