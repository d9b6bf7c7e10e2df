/** What goes to the screen. A log file gets the same words, without the moving parts. */
import { SingleBar } from "cli-progress";
import { transformSync } from "esbuild";

export function heading(title: string): void {
  console.log(`\n${title}\n${"─".repeat(title.length)}`);
}

/** A block of text, set in. */
export function block(text: string): void {
  console.log(text.replaceAll(/^/gm, "    "));
}

/** A number with four digits. */
export function short(value: number): number {
  return Number(value.toPrecision(4));
}

/** The body of a function that takes nothing: what runs, not a copy of it. */
export function source(code: () => unknown): string {
  const { code: text } = transformSync(`(${code})`, { charset: "utf8" });
  return text
    .trim()
    .replace(/^\(\(\) => /, "")
    .replace(/\);$/, "");
}

export interface Progress {
  /** `done` steps are over. */
  update(done: number): void;
  /** Something worth a line in a log. */
  note(text: string): void;
  stop(): void;
}

/** A bar on a terminal, one line for each note elsewhere. */
export function progress(task: string, total: number): Progress {
  if (!process.stdout.isTTY) {
    return { update() {}, note: (text) => console.log(`${task}: ${text}`), stop() {} };
  }
  const bar = new SingleBar({
    format: `${task} {bar} {percentage}%  {note}`,
    stream: process.stdout,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
  });
  bar.start(total, 0, { note: "" });
  return {
    update: (done) => bar.update(done),
    note: (note) => bar.update({ note }),
    stop: () => bar.stop(),
  };
}
