/** The report page: what happened, charts over steps, the layers as they are now, warnings. */
import type { FailureCard, LayerSeries, Payload } from "../src/monitor/html.js";
import type { Stats } from "../src/monitor/stats.js";
import { type Chart, type Drawn, drawChart, type Line } from "./charts.js";
import { el } from "./dom.js";
import { drawPath } from "./graph.js";
import { duration, show, toNumber } from "./numbers.js";

const COLOURS = 8;
const DASHES = [undefined, [7, 4], [2, 3]] as const;

function readPayload(): Payload {
  return JSON.parse(document.getElementById("recording")?.textContent ?? "{}");
}

function look(i: number): Pick<Line, "colour"> & { dash?: readonly number[] } {
  const dash = DASHES[Math.floor(i / COLOURS) % DASHES.length];
  return { colour: `--c${i % COLOURS}`, ...(dash === undefined ? {} : { dash }) };
}

function lines(
  layers: readonly LayerSeries[],
  key: "norm" | "headroom" | "gradientNorm" | "gradientHeadroom" | "updateRatio",
): Line[] {
  return layers.flatMap((layer, i) =>
    layer[key].some((value) => value !== null)
      ? [{ label: layer.name, values: layer[key], layer: layer.name, spans: true, ...look(i) }]
      : [],
  );
}

function chartsOf({ loss, gradientNorm, lr, layers }: Payload): Chart[] {
  const positive = loss.every((v) => v === null || !(toNumber(v) <= 0));
  const whole: Line = { label: "all gradients", values: gradientNorm, colour: "--ink" };
  const charts: (Chart & { readonly optional?: boolean })[] = [
    {
      title: "Loss",
      about: "at each step, before the parameters moved",
      lines: [{ label: "loss", values: loss, colour: "--accent" }],
      log: positive,
    },
    {
      title: "Gradient norms",
      about: "‖g‖ of each parameter, and of all together before clipping",
      lines: [whole, ...lines(layers, "gradientNorm")],
      log: true,
    },
    {
      title: "Headroom of values",
      about:
        "powers of two between the largest magnitude and overflow; below 64 a square overflows",
      lines: lines(layers, "headroom"),
      log: false,
    },
    {
      title: "Headroom of gradients",
      about: "the same for ∂loss/∂p",
      lines: lines(layers, "gradientHeadroom"),
      log: false,
    },
    {
      title: "Update to weight",
      about: "‖Δp‖ / ‖p‖ of each step; the band from 10⁻⁴ to 10⁻² is where it mostly lies",
      lines: lines(layers, "updateRatio"),
      log: true,
      healthy: [1e-4, 1e-2],
    },
    {
      title: "Norms of values",
      about: "‖p‖ of parameters after the step, ‖y‖ of watched outputs",
      lines: lines(layers, "norm"),
      log: true,
    },
    {
      title: "Learning rate",
      about: "as the schedule gave it; skipped steps do not advance it",
      lines: [{ label: "lr", values: lr, colour: "--accent" }],
      log: false,
      optional: new Set(lr.filter((v) => v !== null)).size < 2,
    },
  ];
  return charts.filter(({ optional }) => optional !== true);
}

function tile(name: string, value: string, tone = ""): HTMLElement {
  return el("div", { class: `tile ${tone}` }, el("dt", {}, name), el("dd", {}, value));
}

function leastHeadroom(layers: readonly LayerSeries[]): number {
  const all = layers.flatMap(({ headroom, gradientHeadroom }) => [
    ...headroom,
    ...gradientHeadroom,
  ]);
  return all.map(toNumber).reduce((least, v) => (v < least ? v : least), Infinity);
}

function header(payload: Payload): HTMLElement {
  const { failures, warnings, loss, layers, total, unit, steps } = payload;
  const [tone, status] =
    failures.length > 0
      ? ["bad", failures.length === 1 ? "a number went bad" : `${failures.length} failures`]
      : warnings.length > 0
        ? ["warn", `${warnings.length} warning${warnings.length === 1 ? "" : "s"}`]
        : total > 0
          ? ["good", "healthy"]
          : ["", "nothing recorded"];
  const lastLoss = loss.findLast((v) => v !== null);
  const least = leastHeadroom(layers);
  return el(
    "header",
    {},
    el(
      "div",
      { class: "title" },
      el(
        "div",
        {},
        el("h1", {}, payload.title),
        el(
          "p",
          {},
          `finigrad · ${payload.build} build · ${new Date(payload.started).toLocaleString()}`,
        ),
      ),
      el("span", { class: `pill ${tone}` }, status),
    ),
    el(
      "dl",
      { class: "tiles" },
      tile(
        `${unit}s${steps.length < total ? `, ${steps.length} of them drawn` : ""}`,
        String(total),
      ),
      tile(
        "last loss",
        show(lastLoss),
        lastLoss === undefined || Number.isFinite(toNumber(lastLoss)) ? "" : "bad",
      ),
      tile(
        "least headroom",
        Number.isFinite(least) ? `2^${least.toFixed(1)}` : "–",
        least < 64 ? "warn" : "",
      ),
      tile("skipped", String(payload.skipped), payload.skipped > 0 ? "warn" : ""),
      tile("guarded elements", String(payload.guarded)),
      tile("masked singularities", String(payload.masked)),
      tile("time", duration(payload.seconds)),
    ),
  );
}

const BEFORE = ["step", "loss", "‖g‖", "lr", "headroom", "closest to overflow"];

/** The user's line, where it is known. */
function line(site = ""): HTMLElement | null {
  return site === "" ? null : el("code", { class: "site" }, site);
}

function failure(card: FailureCard, open: boolean): HTMLElement {
  const [birth, ...from] = card.births;
  const body = [
    el("p", { class: "expression" }, birth?.expression ?? ""),
    el(
      "p",
      { class: "where" },
      `${card.beginning} `,
      el("b", {}, birth?.where ?? "?"),
      `: ${birth?.because ?? ""}`,
      line(birth?.site),
    ),
    ...from.map(({ where, site, expression, because }) =>
      el(
        "p",
        { class: "where from" },
        "from ",
        el("b", {}, where),
        `: ${expression}; ${because}`,
        line(site),
      ),
    ),
    drawPath(card),
    el("p", { class: "about" }, `${card.count} at the end of the path`),
    el("h4", {}, "Write instead"),
    el("ul", { class: "fixes" }, ...card.fixes.map((fix) => el("li", {}, fix))),
  ];
  if (card.grown.length > 0) {
    body.push(
      el("h4", {}, "Layers that grew"),
      el("ul", { class: "fixes" }, ...card.grown.map((one) => el("li", {}, one))),
    );
  }
  if (card.before.length > 0) {
    body.push(
      el("h4", {}, "The steps before"),
      el(
        "div",
        { class: "scroll before", tabindex: "0" },
        el(
          "table",
          { class: "numbers" },
          el("thead", {}, el("tr", {}, ...BEFORE.map((name) => el("th", {}, name)))),
          el(
            "tbody",
            {},
            ...card.before.map((row) =>
              el(
                "tr",
                {},
                ...row.map((v, i) =>
                  el(
                    "td",
                    i === row.length - 1 ? { class: "text" } : {},
                    // A step is counted: no digit of it may be left out.
                    i === 0 || i === row.length - 1 ? String(v ?? "") : show(v),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
    );
  }
  return el(
    "details",
    { class: "card failure", ...(open ? { open: "" } : {}) },
    el("summary", {}, el("span", { class: "code" }, card.code), card.headline),
    ...body,
  );
}

/** How close a magnitude is to overflow, as a bar: full is the whole range above 1. */
function bar(headroom: number): HTMLElement {
  const used = Math.max(0, Math.min(1, (128 - headroom) / 128));
  const tone = headroom < 16 ? "bad" : headroom < 64 ? "warn" : "good";
  return el(
    "span",
    { class: `bar ${tone}` },
    el("i", { style: `width: ${Math.max(2, used * 100)}%` }),
  );
}

type Partly = Partial<Record<keyof Stats, number | string | null>> | null;

function statCells(stats: Partly): HTMLElement[] {
  const bad = toNumber(stats?.nan ?? 0) + toNumber(stats?.infinite ?? 0);
  const headroom = toNumber(stats?.headroom ?? null);
  return [
    ...(["min", "mean", "max", "norm"] as const).map((key) => el("td", {}, show(stats?.[key], 3))),
    el(
      "td",
      { class: "room" },
      ...(Number.isNaN(headroom)
        ? ["–"]
        : [bar(headroom), Number.isFinite(headroom) ? headroom.toFixed(0) : "∞"]),
    ),
    el("td", bad > 0 ? { class: "bad" } : {}, stats === null ? "–" : String(bad)),
  ];
}

function layerTable({ layers }: Payload): HTMLElement {
  const stats = ["min", "mean", "max", "norm", "headroom", "bad"];
  return el(
    "section",
    { class: "card" },
    el("h3", {}, "Layers, as they were last"),
    el("p", { class: "about" }, "finite elements; bad counts NaN and ∞"),
    el(
      "div",
      { class: "scroll" },
      el(
        "table",
        { class: "numbers layers" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th", {}),
            el("th", { colspan: "6" }, "value"),
            el("th", { colspan: "6" }, "gradient"),
            el("th", {}, ""),
          ),
          el(
            "tr",
            {},
            ...["layer", ...stats, ...stats, "‖Δp‖/‖p‖"].map((name) => el("th", {}, name)),
          ),
        ),
        el(
          "tbody",
          {},
          ...layers.map((layer, i) =>
            el(
              "tr",
              {},
              el(
                "th",
                { scope: "row" },
                el("i", { style: `background: var(${look(i).colour})` }),
                layer.name,
              ),
              ...statCells(layer.value),
              ...statCells(layer.gradient),
              el(
                "td",
                {},
                show(
                  layer.updateRatio.findLast((v) => v !== null),
                  3,
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

function warningList({ warnings, unit }: Payload): HTMLElement | null {
  if (warnings.length === 0) return null;
  return el(
    "section",
    { class: "card warnings" },
    el("h3", {}, "Early warnings"),
    ...warnings
      .slice(0, 100)
      .map(({ code, step, message, fixes }) =>
        el(
          "article",
          {},
          el("span", { class: "code" }, code),
          el("span", { class: "step" }, `${unit} ${step}`),
          el("p", {}, message, ...fixes.map((fix) => el("em", {}, fix))),
        ),
      ),
    warnings.length > 100 ? el("p", { class: "about" }, `and ${warnings.length - 100} more`) : null,
  );
}

/** One switch for each layer: the same colour everywhere. */
function switches({ layers }: Payload, charts: readonly Drawn[]): HTMLElement {
  const chips = layers.map((layer, i) => {
    const chip = el(
      "button",
      { type: "button", class: "chip", "aria-pressed": "true" },
      el("i", { style: `background: var(${look(i).colour})` }),
      layer.name,
    );
    chip.addEventListener("click", () => {
      const on = chip.getAttribute("aria-pressed") !== "true";
      chip.setAttribute("aria-pressed", String(on));
      for (const chart of charts) chart.showLayer(layer.name, on);
    });
    return chip;
  });
  return el("nav", { class: "chips", "aria-label": "layers" }, ...chips);
}

function build(): void {
  const payload = readPayload();
  const charts = chartsOf(payload).map((chart) => drawChart(payload, chart));
  const page = document.getElementById("page");
  page?.append(
    header(payload),
    ...payload.failures.map((card, i) => failure(card, i === 0)),
    switches(payload, charts),
    el("div", { class: "charts" }, ...charts.map(({ element }) => element)),
    layerTable(payload),
    ...[warningList(payload)].filter((part) => part !== null),
  );
  // The step just before the failure is the one to see.
  for (const list of document.querySelectorAll(".before")) list.scrollTop = list.scrollHeight;
  const resize = () => {
    for (const chart of charts) chart.resize();
  };
  resize();
  addEventListener("resize", resize);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const chart of charts) chart.redraw();
  });
  document.documentElement.dataset.ready = "true";
}

build();
