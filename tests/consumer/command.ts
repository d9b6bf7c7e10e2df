/** Other programs, run to their end. */
import { spawnSync } from "node:child_process";

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

/** What an npm script hands down that would change the programs run here; certificates stay, or npm may not get out. */
const INHERITED = /^(NODE_(?!EXTRA_CA_CERTS$)|npm_config_(local_prefix|global|dry_run|json)$)/i;

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !INHERITED.test(name)));
}

/** @throws Error with everything it printed, unless it exits with 0. */
export function command(file: string, args: readonly string[], cwd: string): Ran {
  const { status, signal, error, stdout, stderr } = spawnSync(file, args, {
    cwd,
    env: environment(),
    encoding: "utf8",
    timeout: 180_000,
    shell: process.platform === "win32" && file === "npm",
  });
  if (status === 0) return { stdout, stderr };
  const end = error?.message ?? `exit code ${status ?? signal}`;
  throw new Error([`${file} ${args.join(" ")}: ${end}`, stdout, stderr].join("\n").trim());
}
