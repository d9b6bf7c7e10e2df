/** The package as a stranger gets it: packed, then installed into an empty folder. */
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.js";
import { NotRun } from "./outcome.js";

export interface Tarball {
  readonly path: string;
  readonly bytes: number;
}

/** `npm pack`, whose prepack builds what is stale. */
export function pack(repository: string, destination: string): Tarball {
  mkdirSync(destination);
  const quiet = ["--foreground-scripts=false", "--loglevel=error"];
  command("npm", ["pack", "--pack-destination", destination, ...quiet], repository);
  const [name, ...others] = readdirSync(destination);
  if (name === undefined || others.length > 0) throw new Error("npm pack: expected one tarball");
  const path = join(destination, name);
  return { path, bytes: statSync(path).size };
}

/** What npm says when there is no network, as opposed to something wrong with the package. */
const OFFLINE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ENOTCACHED)\b/;

/** `npm install <tarball>` in an empty folder. */
export function install({ path }: Tarball, folder: string): void {
  mkdirSync(folder);
  // --prefix: otherwise npm takes a folder further up if that has a package.json
  const where = ["--prefix", folder, "--prefer-offline"];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  try {
    command("npm", ["install", path, ...where, ...quiet], folder);
  } catch (thrown) {
    if (OFFLINE.test(String(thrown))) throw new NotRun("the npm registry does not answer");
    throw thrown;
  }
}
