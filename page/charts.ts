/** The charts: uPlot, one cursor for all, births and warnings marked in each. */
import uPlot from "uplot";
import type { Mark, Payload, Plain } from "../src/monitor/html.js";
import { colour, el } from "./dom.js";
import { show, toNumber } from "./numbers.js";

export interface Line {
  readonly label: string;
  readonly values: readonly Plain[];
  /** CSS variable of its colour. */
  readonly colour: string;
  readonly dash?: readonly number[];
  /** The layer that switches it on and off. */
  readonly layer?: string;
  /** Whether it goes on over steps in which it was not read. */
  readonly spans?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly about: string;
  readonly lines: readonly Line[];
  /** Powers of ten upwards, as losses and norms are read. */
  readonly log: boolean;
  /** Values that the scale always takes in, and between which all is well. */
  readonly healthy?: readonly [number, number];
}

const HEIGHT = 256;
const FONT = "11px system-ui, sans-serif";

/** uPlot draws no gap for NaN: null is one, and undefined none. A logarithm has no place for 0. */
function drawable({ values, spans }: Line, log: boolean): (number | null | undefined)[] {
  return values.map((value) => {
    if (value === null && spans === true) return undefined;
    const number = toNumber(value);
    return Number.isFinite(number) && (!log || number > 0) ? number : null;
  });
}

function axis(): uPlot.Axis {
  return {
    stroke: () => colour("--faint"),
    grid: { stroke: () => colour("--grid"), width: 1 },
    ticks: { show: false },
    font: FONT,
    size: 56,
  };
}

/** Vertical lines where something happened: births through the whole chart, the rest as ticks on top. */
function drawMarks(u: uPlot, steps: readonly number[], marks: readonly Mark[]): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(
    bbox.left,
    bbox.top - 16 * devicePixelRatio,
    bbox.width + 2,
    bbox.height + 16 * devicePixelRatio,
  );
  ctx.clip();
  for (const { at, kind } of marks) {
    const x = Math.round(u.valToPos(steps[at] ?? 0, "x", true)) + 0.5;
    const birth = kind === "birth";
    ctx.strokeStyle = colour(birth ? "--bad" : kind === "warning" ? "--warn" : "--faint");
    ctx.lineWidth = (birth ? 1.5 : 1) * devicePixelRatio;
    ctx.setLineDash(birth ? [] : [3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + (birth ? bbox.height : Math.min(bbox.height, 14 * devicePixelRatio)));
    ctx.stroke();
    if (!birth) continue;
    ctx.setLineDash([]);
    ctx.fillStyle = colour("--bad");
    const [w, y] = [4 * devicePixelRatio, bbox.top];
    ctx.beginPath();
    ctx.moveTo(x, y + w);
    ctx.lineTo(x - w, y - w);
    ctx.lineTo(x + w, y - w);
    ctx.fill();
  }
  ctx.restore();
}

function drawHealthy(u: uPlot, [low, high]: readonly [number, number]): void {
  const { ctx, bbox } = u;
  const [top, bottom] = [u.valToPos(high, "y", true), u.valToPos(low, "y", true)];
  const from = Math.max(bbox.top, Math.min(top, bottom));
  const to = Math.min(bbox.top + bbox.height, Math.max(top, bottom));
  if (!(to > from)) return;
  ctx.save();
  ctx.fillStyle = colour("--healthy");
  ctx.fillRect(bbox.left, from, bbox.width, to - from);
  ctx.restore();
}

/** What stands under the cursor: largest first, and what happened there. */
function tooltip(payload: Payload, chart: Chart): uPlot.Plugin {
  const box = el("div", { class: "tip", hidden: "" });
  const fill = (u: uPlot, at: number): void => {
    const rows = chart.lines
      .map((line, i) => ({ line, value: line.values[at] ?? null, shown: u.series[i + 1]?.show }))
      .filter(({ value, shown }) => value !== null && shown !== false)
      .sort((a, b) => toNumber(b.value) - toNumber(a.value));
    box.replaceChildren(
      el("div", { class: "tip-step" }, `${payload.unit} ${payload.steps[at] ?? ""}`),
      ...rows
        .slice(0, 10)
        .map(({ line, value }) =>
          el(
            "div",
            { class: "tip-row" },
            el("i", { style: `background: var(${line.colour})` }),
            el("span", {}, line.label),
            el("b", {}, show(value)),
          ),
        ),
      ...(rows.length > 10
        ? [el("div", { class: "tip-more" }, `and ${rows.length - 10} more`)]
        : []),
      ...payload.marks
        .filter((mark) => mark.at === at)
        .slice(0, 3)
        .map(({ kind, label }) => el("div", { class: `tip-mark ${kind}` }, label)),
    );
  };
  return {
    hooks: {
      init: (u) => void u.over.append(box),
      setCursor: (u) => {
        const { left = -1, idx } = u.cursor;
        // Only the chart under the pointer talks; the others show where it is.
        box.hidden = left < 0 || idx === null || idx === undefined || !u.over.matches(":hover");
        if (box.hidden || idx === null || idx === undefined) return;
        fill(u, idx);
        const right = left > u.over.clientWidth / 2;
        box.style.left = right ? "auto" : `${left + 14}px`;
        box.style.right = right ? `${u.over.clientWidth - left + 14}px` : "auto";
      },
    },
  };
}

export interface Drawn {
  readonly element: HTMLElement;
  resize(): void;
  redraw(): void;
  showLayer(layer: string, on: boolean): void;
}

/** The scale's ends: room around the data, and never a logarithm of nothing. */
function range(chart: Chart, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) {
    return chart.log ? [0.1, 10] : [0, 1];
  }
  if (chart.log)
    return [10 ** Math.floor(Math.log10(min) - 0.05), 10 ** Math.ceil(Math.log10(max) + 0.05)];
  const room = Math.max((max - min) * 0.08, Math.abs(max) * 0.02, 1e-12);
  return [min - room, max + room];
}

function optionsOf(payload: Payload, chart: Chart, width: number): uPlot.Options {
  const single = payload.steps.length === 1;
  return {
    width,
    height: HEIGHT,
    // Half of the last label stands right of the chart.
    padding: [14, 24, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: "finigrad" }, focus: { prox: 24 }, points: { size: 6 }, y: false },
    focus: { alpha: 0.35 },
    scales: {
      x: { time: false },
      y: {
        distr: chart.log ? 3 : 1,
        range: (_, min, max) => range(chart, min, max),
      },
    },
    axes: [
      {
        ...axis(),
        size: 24,
        label: payload.unit,
        labelSize: 16,
        labelFont: FONT,
        values: (_, ticks) => ticks.map((v) => (Number.isInteger(v) ? String(v) : "")),
      },
      {
        ...axis(),
        values: (_, ticks) => ticks.map((v) => (v === null ? "" : show(v, chart.log ? 3 : 4))),
        ...(chart.log
          ? {
              // uPlot looks for one among steps of up to 5e32, and draws no axis where none fits; below 5 it wants one of its own.
              incrs: (_, __, min, max) => [Math.max(max - min, 5)],
              splits: (_, __, min, max) => powers(min, max),
              filter: all,
              grid: { stroke: () => colour("--grid"), width: 1, filter: all },
            }
          : {}),
      },
    ],
    series: [
      {},
      ...chart.lines.map((line) => ({
        label: line.label,
        stroke: () => colour(line.colour),
        width: 1.6,
        points: { show: single || undefined, size: 5 },
        spanGaps: false,
        ...(line.dash === undefined ? {} : { dash: [...line.dash] }),
      })),
    ] as uPlot.Series[],
    plugins: [tooltip(payload, chart)],
    hooks: {
      drawAxes: [(u) => chart.healthy && drawHealthy(u, chart.healthy)],
      draw: [(u) => drawMarks(u, payload.steps, payload.marks)],
    },
  };
}

/** How many labels an axis has room for. */
const LABELS = 7;

/** The powers of ten between two; of many, every n-th; of few, what is twice and five times each, too. */
function powers(min: number, max: number): number[] {
  const [low, high] = [Math.ceil(Math.log10(min) - 1e-6), Math.floor(Math.log10(max) + 1e-6)];
  const every = Math.ceil((high - low + 1) / LABELS);
  const exponents = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const shown = exponents.filter((power) => power % every === 0);
  const parts = 3 * (shown.length - 1) < LABELS ? [1, 2, 5] : [1];
  const ticks = shown.flatMap((power) => parts.map((part) => Number(`${part}e${power}`)));
  return ticks.filter((tick) => tick <= max * (1 + 1e-6));
}

const all = (_: uPlot, ticks: number[]) => ticks;

export function drawChart(payload: Payload, chart: Chart): Drawn {
  const host = el("div", { class: "plot" });
  const element = el(
    "section",
    { class: "card chart" },
    el("h3", {}, chart.title),
    el("p", { class: "about" }, chart.about),
    host,
  );
  const columns = chart.lines.map((line) => drawable(line, chart.log));
  const data: uPlot.AlignedData = [[...payload.steps], ...columns];
  const empty = columns.every((values) => values.every((v) => typeof v !== "number"));
  if (empty) {
    host.append(el("p", { class: "empty" }, "nothing recorded"));
    return { element, resize() {}, redraw() {}, showLayer() {} };
  }
  let plot: uPlot | undefined;
  return {
    element,
    resize() {
      const width = host.clientWidth;
      if (plot === undefined) plot = new uPlot(optionsOf(payload, chart, width), data, host);
      else plot.setSize({ width, height: HEIGHT });
    },
    redraw: () => plot?.redraw(false, true),
    showLayer(layer, on) {
      chart.lines.forEach((line, i) => {
        if (line.layer === layer) plot?.setSeries(i + 1, { show: on });
      });
    },
  };
}
