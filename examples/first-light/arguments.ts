/** What the command line may say. */
import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { parseArgs } from "node:util";

export const HELP = `Usage: npm start -- [--quick] [--json FILE]

  --quick      fewer epochs and fewer rounds of timing: ten seconds in all
  --json FILE  write what was measured to FILE
  --help       show this`;

export interface Arguments {
  readonly quick: boolean;
  readonly help: boolean;
  /** An absolute path that can be written. */
  readonly json: string | undefined;
}

/** The command line asks for what cannot be done. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "USAGE";
}

/** @throws UsageError */
export function parseArguments(args: readonly string[]): Arguments {
  const { quick, help, json } = parse(args);
  return { quick, help, json: json === undefined ? undefined : checkTarget(json) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        json: { type: "string" },
      },
    }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`start: ${why}\n\n${HELP}`, { cause: error });
  }
}

/** Refuses a file that could not be written, before a minute is spent on what should be in it. */
function checkTarget(file: string): string {
  // npm runs scripts in the package's folder; INIT_CWD is where the user stands.
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  const refuse = (why: string) =>
    new UsageError(`start: --json ${why}, expected a file in a folder that exists, got ${file}`);
  if (file === "") throw refuse("names no file");
  const folder = dirname(path);
  try {
    // With the separator, a file in the place of the folder is an error too.
    accessSync(folder + sep, constants.W_OK);
  } catch {
    throw refuse(`cannot be written to ${folder}`);
  }
  const present = statSync(path, { throwIfNoEntry: false });
  if (present !== undefined && !present.isFile()) throw refuse("is something else than a file");
  return path;
}
