/** What became of the checks. What could not run is neither passed nor failed. */
export interface Outcome {
  readonly passed: string[];
  readonly failed: { name: string; error: string }[];
  readonly notRun: { name: string; why: string }[];
}

/** Thrown by a check for which this machine lacks something. */
export class NotRun extends Error {}

/**
 * Runs one check and books it.
 *
 * @param name a sentence with its bound.
 * @param body throws when it does not hold.
 * @param measured what the title shows of the body's result.
 * @returns the body's result, undefined when it threw.
 */
export async function attempt<T>(
  outcome: Outcome,
  name: string,
  body: () => T | Promise<T>,
  measured: (result: T) => string = String,
): Promise<T | undefined> {
  try {
    const result = await body();
    outcome.passed.push(`${name} (${measured(result)})`);
    return result;
  } catch (thrown) {
    if (thrown instanceof NotRun) outcome.notRun.push({ name, why: thrown.message });
    else outcome.failed.push({ name, error: String(thrown) });
    return undefined;
  }
}
