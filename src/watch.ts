/**
 * Who looks on. Training tells its watchers what it did, one step after another; without one this costs a
 * test of an empty list. The monitor of `finigrad/monitor` is a watcher; nothing here knows of it.
 */
import type { Cut } from "./diagnosis/dead.js";
import type { Report } from "./diagnosis/report.js";
import type { StepResult } from "./optim/optimizer.js";
import type { Found } from "./optim/survey.js";
import type { StepHealth } from "./tape.js";
import type { Tensor } from "./tensor.js";

/** What `valueAndGrad` found, before any gradient is refused. */
export interface Differentiated {
  readonly params: ReadonlyMap<string, Tensor>;
  readonly gradients: readonly (readonly [name: string, gradient: Tensor])[];
  readonly health: StepHealth;
  readonly step: number | undefined;
  /** Parameters to which no gradient comes, though the loss is made of them. */
  readonly cuts: ReadonlyMap<string, Cut>;
}

/** A parameter that an optimizer has in hand, with its gradient and states. */
export interface Trained {
  readonly name: string;
  readonly p: Tensor;
  readonly g: Tensor;
  /** Adam's v, and an upper bound of its elements that costs nothing to know. */
  readonly v?: Tensor | undefined;
  readonly vBound?: number | undefined;
  /** The parameter after the step, and how far that moved it: if it was taken, and to be measured. */
  readonly found?: Found | undefined;
}

/** Must not throw, nor keep the tensors: they are freed afterwards. */
export interface Watcher {
  /** A whole step is about to be tried, by an optimizer that has taken so many. */
  trains?(taken: number): void;
  /** A loss is about to be computed, to be differentiated by these: the events from that id on are its own. */
  begins?(event: number, params: ReadonlyMap<string, Tensor>): void;
  /** The loss is there, and may be refused. */
  computed?(loss: number): void;
  differentiated?(event: Differentiated): void;
  /** What the last `begins` told of is over, thrown or not. */
  ends?(): void;
  /** Before a step: whether to measure how it moves the parameters. */
  measures?(): boolean;
  /** After a step, also after one that was not taken. */
  stepped?(trained: readonly Trained[], result: StepResult): void;
  /** A report on its way to the user, thrown or not: what is returned goes on in its place. */
  reporting?(report: Report, thrown: boolean): Report;
}

/** A new list with each change: who is told of something may end a watch meanwhile, its own or another's. */
let watchers: readonly Watcher[] = [];

/** Begins to watch. Gives what ends it. */
export function watch(watcher: Watcher): () => void {
  watchers = [...watchers, watcher];
  return () => {
    watchers = watchers.filter((one) => one !== watcher);
  };
}

/** Those who watch now. */
export function watching(): readonly Watcher[] {
  return watchers;
}

/** Runs `body` for what it computes: nobody looks on. */
export function unwatched<T>(body: () => T): T {
  const before = watchers;
  watchers = [];
  try {
    return body();
  } finally {
    watchers = before;
  }
}
