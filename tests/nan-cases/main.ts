/** `npm run diagnose:score`: every case, its eight points, and whether the safe form heals it. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isFull, POINTS, score } from "./case.js";
import { cases, waiting } from "./index.js";

const { values } = parseArgs({
  options: { json: { type: "string" }, verbose: { type: "boolean" } },
});
const scored = cases.map(score);
const mark = (point: boolean | null) => (point === null ? "·" : point ? "✓" : "✘");
for (const [i, point] of POINTS.entries()) console.log(`${i + 1}  ${point}`);
console.log(`\n${"case".padEnd(14)} 1 2 3 4 5 6 7 8  healed`);
for (const one of scored) {
  const points = one.points.map(mark).join(" ");
  console.log(`${one.id.padEnd(14)} ${points}  ${mark(one.healed)}       ${one.name}`);
  if (values.verbose || !isFull(one)) console.log(one.said.replace(/^/gm, "    "));
}
for (const { id, name, why } of waiting) console.log(`waiting: ${id} ${name} (${why})`);
const counted = scored.flatMap(({ points }) => points).filter((point) => point !== null);
const won = counted.filter(Boolean).length;
console.log(
  `\n${won} of ${counted.length} points, ${scored.filter((one) => one.healed).length} of ${scored.length} cases healed`,
);
if (values.json !== undefined) {
  const rows = scored.map(({ id, name, outcome, points, healed }) => ({
    id,
    name,
    outcome,
    points,
    healed,
  }));
  writeFileSync(values.json, `${JSON.stringify({ cases: rows, waiting }, null, 2)}\n`);
}
process.exitCode = scored.every(isFull) ? 0 : 1;
