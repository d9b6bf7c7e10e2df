/** The peers are heavy, so they are a package of their own that is installed on first use. */
import { execFileSync } from "node:child_process";
import { existsSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

const FOLDER = import.meta.dirname;
const WANTED = join(FOLDER, "package-lock.json");
/** Written by npm when it is done. */
const DONE = join(FOLDER, "node_modules", ".package-lock.json");

function installed(): boolean {
  return existsSync(DONE) && statSync(DONE).mtimeMs >= statSync(WANTED).mtimeMs;
}

/** node_modules as package-lock.json has it. */
export function installPeers(): void {
  if (installed()) return;
  console.log("installing peers …");
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  execFileSync("npm", ["install", "--no-save", "--prefix", FOLDER, ...quiet], {
    cwd: FOLDER,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  // npm leaves the file alone when nothing was missing; it is up to date from now on.
  const now = new Date();
  utimesSync(DONE, now, now);
}
