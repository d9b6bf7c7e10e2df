/** The way of a bad number: from where it was born to where it arrived, with the operands that met. */
import type { Birth, FailureCard } from "../src/monitor/html.js";
import { el } from "./dom.js";

/** Which birth stands at which place of the path: the earliest first, each after the one before. */
function placed({ births, path }: FailureCard): Map<number, Birth> {
  const places = new Map<number, Birth>();
  let from = 0;
  for (const birth of births.toReversed()) {
    const at = path.findIndex((name, i) => i >= from && name === birth.op);
    if (at < 0) continue;
    places.set(at, birth);
    from = at + 1;
  }
  return places;
}

function kindAfter(birth: Birth | undefined, before: Carried): Carried {
  if (birth === undefined) return before;
  // The row that a fused op read may stand behind it.
  const made = birth.expression.replace(/ \([^()]*\)$/, "");
  if (made.endsWith("NaN")) return "nan";
  // A birth may also be where a number became huge: what it carries is finite still.
  return made.endsWith("∞") ? "inf" : before;
}

type Carried = "none" | "inf" | "nan";

/** What flows in and out is drawn up to the box, however wide the operands above it are. */
function node(name: string, birth: Birth | undefined, place: string, flows: readonly Carried[]) {
  const [before = "none", after = "none"] = flows;
  const wire = (side: string, carried: Carried) => el("span", { class: `wire ${side} ${carried}` });
  return el(
    "div",
    { class: `node ${place}${birth === undefined ? "" : " birth"}` },
    birth === undefined || birth.operands.length === 0
      ? null
      : el("div", { class: "operands" }, ...birth.operands.map((text) => el("span", {}, text))),
    el(
      "div",
      { class: "row" },
      wire("in", before),
      el("div", { class: "box" }, name),
      wire("out", after),
    ),
    el("div", { class: "made", title: birth?.expression ?? "" }, birth?.expression ?? ""),
  );
}

export function drawPath(card: FailureCard): HTMLElement {
  const births = placed(card);
  const graph = el("div", { class: "graph", role: "img", "aria-label": card.path.join(" → ") });
  let carried: Carried = "none";
  card.path.forEach((name, i) => {
    if (i > 0) graph.append(el("div", { class: `edge ${carried}`, "aria-hidden": "true" }));
    const birth = births.get(i);
    const place = i === card.path.length - 1 ? "sink" : i === 0 ? "source" : "op";
    const before = carried;
    carried = kindAfter(birth, carried);
    graph.append(node(name, birth, place, [before, carried]));
  });
  return graph;
}
