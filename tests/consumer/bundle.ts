/** A bundle for the browser of everything that runs there, made where no optional package is installed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync, version } from "esbuild";
import { command } from "./command.js";

const PROGRAM = `\
import { sum, tensor } from "finigrad";
import { quantileSketches, validate } from "finigrad/data";
import { monitor, renderHtml } from "finigrad/monitor";
import { gradcheck } from "finigrad/testing";

const watch = monitor();
gradcheck(sum, [tensor([1, 2])]);
watch.stop();
const { code } = await quantileSketches().catch((error) => error);
console.log(validate([1, 2]).rows.length, renderHtml(watch.recording()).length > 1000, code);
`;

/** esbuild refuses what it cannot find, unless the program says what is to happen without it. */
export function checkBundle(folder: string): string {
  writeFileSync(join(folder, "bundle-me.mjs"), PROGRAM);
  buildSync({
    absWorkingDir: folder,
    entryPoints: ["bundle-me.mjs"],
    outfile: "bundled.mjs",
    bundle: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
  });
  const { stdout } = command(process.execPath, ["bundled.mjs"], folder);
  if (stdout.trim() !== "2 true MISSING_PACKAGE") throw new Error(`the bundle prints ${stdout}`);
  return `esbuild ${version}`;
}
