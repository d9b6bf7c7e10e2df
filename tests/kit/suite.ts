/** uvu's suites, with counts of what really ran: uvu keeps its own to itself. */
import { suite as uvuSuite } from "uvu";

export const counts = { registered: 0, passed: 0, failed: 0 };
export const notRun: NotRun[] = [];

/** What this machine cannot run, and why. */
export interface NotRun {
  readonly name: string;
  readonly why: string;
}

export interface Suite {
  (title: string, body: () => void | Promise<void>): void;
  run(): void;
}

/** A suite whose tests are counted. */
export function suite(name: string): Suite {
  const inner = uvuSuite(name);
  const add = (title: string, body: () => void | Promise<void>): void => {
    counts.registered++;
    inner(title, async () => {
      try {
        await body();
      } catch (error) {
        counts.failed++;
        throw error;
      }
      counts.passed++;
    });
  };
  return Object.assign(add, { run: () => inner.run() });
}
