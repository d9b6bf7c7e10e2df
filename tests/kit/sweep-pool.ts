/** A sweep on several threads: pieces of a function's points, handed out as threads become free. */
import { Worker } from "node:worker_threads";
import type { Sample } from "./accuracy.js";
import { type Found, type Sampling, sizeOf } from "./sweep.js";
import type { Answer, Piece } from "./sweep-worker.js";

/** Points in a piece: a fraction of a second. */
const PIECE = 2 ** 22;

/** `--import tsx` does not reach a thread's own entry in Node 20: it asks for tsx itself. */
const START = `import("tsx/esm/api").then(({ register }) => {
  register();
  return import(${JSON.stringify(new URL("./sweep-worker.ts", import.meta.url).href)});
});`;

const word = new DataView(new ArrayBuffer(4));

/** Where a float stands in the order of the sweep. */
function orderOf(sample: Sample | undefined): number {
  word.setFloat32(0, sample?.inputs[0] ?? 0);
  return word.getUint32(0);
}

/** The same, however the pieces were shared out: of equal errors the first one. */
function merged(a: Found, b: Found): Found {
  const later = b.maxUlp === a.maxUlp && orderOf(b.worst) >= orderOf(a.worst);
  const { maxUlp, worst } = b.maxUlp < a.maxUlp || later ? a : b;
  return {
    ...{ maxUlp, worst },
    points: a.points + b.points,
    excluded: a.excluded + b.excluded,
    wrongSpecials: a.wrongSpecials + b.wrongSpecials,
    wrong: [...a.wrong, ...b.wrong].sort((s, t) => orderOf(s) - orderOf(t)).slice(0, 5),
  };
}

/** Called after each piece with the share that is done and the worst so far, build by build. */
export type OnProgress = (done: number, found: readonly Found[]) => void;

export class SweepPool {
  readonly #workers: readonly Worker[];

  constructor(jobs: number) {
    this.#workers = Array.from({ length: jobs }, () => new Worker(START, { eval: true }));
  }

  /** Sweeps one function. */
  async run(fn: string, sampling: Sampling, onProgress: OnProgress): Promise<readonly Found[]> {
    const size = sizeOf(sampling);
    const latest = new Map<Worker, readonly Found[]>();
    let [next, done] = [0, 0];
    const together = (): readonly Found[] =>
      [...latest.values()].reduce((a, b) => a.map((found, i) => merged(found, b[i] as Found)));
    const serve = async (worker: Worker): Promise<void> => {
      while (next < size) {
        const [from, to] = [next, Math.min(size, next + PIECE)];
        next = to;
        const { found } = await this.#ask(worker, { fn, sampling, from, to });
        latest.set(worker, found);
        done += to - from;
        onProgress(done / size, together());
      }
    };
    await Promise.all(this.#workers.map(serve));
    return together();
  }

  #ask(worker: Worker, piece: Piece): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const settle = <T>(end: (value: T) => void) => {
        return (value: T): void => {
          worker.off("message", answered).off("error", failed);
          end(value);
        };
      };
      const answered = settle(resolve);
      const failed = settle(reject);
      worker.on("message", answered).on("error", failed);
      worker.postMessage(piece);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
