/** `npm run semantics`: writes docs/semantics.md from the table; prints how much of it there is. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { showNumber } from "../src/diagnosis/report.js";
import {
  type Case,
  flatten,
  isElementwise,
  isRefusal,
  type Numbers,
} from "../src/testing/semantics/case.js";
import { type Row, semantics } from "../src/testing/semantics/index.js";
import { showCase } from "../src/testing/semantics/run.js";

const PAGE = fileURLToPath(new URL("../docs/semantics.md", import.meta.url));

const HEAD = `# What each op does at the edge

Written by \`npm run semantics\` from the table in \`src/testing/semantics\`, which is also what \`npm test\` runs on every
build and what \`edgeCases\` of \`finigrad/testing\` reads. A case of single numbers is tried in every lane and every tail
position of lengths 0 to 33, among ordinary numbers.

Where a derivative does not exist: if the function is differentiable there, that; if convex, the subgradient of least norm;
if concave, the supergradient of least norm; if it is defined, by continuity, which may be ∞; else NaN, and a report. The
gradient is that of the sum of the output, unless a cotangent is given. Values and gradients are within 1 ULP of float32
unless stated.
`;

/** A pipe would end the cell. */
const cell = (text: string): string => text.replaceAll("|", "\\|");
const code = (text: string): string => `\`${text}\``;

function result(value: Case["value"]): string {
  if (isRefusal(value)) return `throws \`${value.code}\``;
  return short(value);
}

function short(numbers: Numbers): string {
  const flat = flatten(numbers);
  const shown = flat.map(nice);
  const text = typeof numbers === "number" ? (shown[0] ?? "") : `[${shown.join(", ")}]`;
  return text;
}

/** Constants by name, powers of two above the integers that a float holds as powers. */
function nice(value: number): string {
  const names = new Map([
    [Math.PI, "π"],
    [Math.PI / 2, "π/2"],
    [-Math.PI / 2, "-π/2"],
    [Math.LN2, "ln 2"],
    [2 ** 24 + 8, "2²⁴ + 8"],
    [2 ** -149, "2⁻¹⁴⁹"],
    [2 ** -74, "2⁻⁷⁴"],
    [2 ** 73, "2⁷³"],
  ]);
  return names.get(value) ?? showNumber(value);
}

function conditions(it: Case): string {
  const said = [
    it.cotangent === undefined ? "" : `cotangent ${short(it.cotangent)}`,
    it.policy === undefined ? "" : `policy ${it.policy}`,
    it.masked === undefined ? "" : `masked ${it.masked}`,
    it.guarded === undefined ? "" : `guarded ${it.guarded}`,
    it.quiet === undefined ? "" : "default guard",
    it.eitherZero === undefined ? "" : "0 or -0",
    it.ulp === undefined ? "" : `${it.ulp} ULP`,
  ];
  return said.filter((text) => text !== "").join(", ");
}

function line(it: Case): string {
  const gradient = it.gradient?.map((g) => (g === null ? "·" : short(g))).join("; ") ?? "";
  const cells = [code(showCase(it)), result(it.value), gradient, conditions(it)];
  return `| ${cells.map(cell).join(" | ")} |`;
}

function section({ id, title, note, others, cases, sized, waiting }: Row): string {
  const lines = [`## ${id}. ${title}`, ""];
  if (note !== undefined) lines.push(note, "");
  lines.push(`Elsewhere: ${others}.`, "");
  if (cases.length > 0) {
    lines.push("| call | value | gradient | |", "|---|---|---|---|", ...cases.map(line), "");
  }
  if (sized !== undefined) lines.push("Tried at every length from 0 to 33.", "");
  if (waiting !== undefined) {
    lines.push(`Waiting for: ${waiting.map(code).join(", ")}.`, "");
  }
  return lines.join("\n");
}

/** The page, as it should be. */
export function semanticsPage(): string {
  return `${HEAD}\n${semantics.map(section).join("\n")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, semanticsPage());
  const cases = semantics.flatMap((row) => row.cases);
  const waiting = semantics.flatMap((row) => row.waiting ?? []);
  console.log(
    `docs/semantics.md: ${semantics.length} rows, ${cases.length} cases, ${cases.filter(isElementwise).length} of them in every lane`,
  );
  console.log(`waiting for ${waiting.length} functions: ${waiting.join(", ")}`);
}
