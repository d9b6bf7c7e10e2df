/** What a monitor records: a frame for each step, a layer for each parameter and each watched output. */
import type { Cut } from "../diagnosis/dead.js";
import type { Report } from "../diagnosis/report.js";
import type { StepResult } from "../optim/optimizer.js";
import type { Stats } from "./stats.js";
import type { Warning } from "./warnings.js";

export interface Layer {
  readonly name: string;
  readonly kind: "parameter" | "activation";
  /** The parameter after the step, or the output of a layer: all those of one name in one `valueAndGrad`, as one tensor. Of a step in a frame that is not sampled it is not known. */
  readonly value?: Stats | undefined;
  readonly gradient?: Stats | undefined;
  /** ‖Δp‖ / ‖p‖ of a step that was taken: about 1e-3 in good order. Only in sampled steps. */
  readonly updateRatio?: number | undefined;
  /** What lets no gradient through to it, where every way to the loss is cut. */
  readonly cut?: Cut | undefined;
}

/** How much the guard had to do, all in elements. */
export interface GuardCounts {
  /** Elements that became NaN or ∞ where what they were made of was not, or not as bad: a log of two zeros is two. */
  readonly births: number;
  /** Elements at which a NaN or ∞ was lost; at least one for each op that lost any. */
  readonly absorbed: number;
  /** Elements where a zero cotangent met an infinite or NaN slope. */
  readonly masked: number;
  /** Elements that safe functions changed. */
  readonly guarded: number;
}

/**
 * One `valueAndGrad` and the step that followed it; without a step where the next one began before, or where it failed. No
 * number in it is of another call.
 */
export interface Frame {
  /** Counts all frames from 1, those of bad steps too. */
  readonly index: number;
  /**
   * Steps that the optimizer had taken when it ended: one that was not taken does not count, whatever became of it. Where no
   * optimizer was seen, the step that `valueAndGrad` was told.
   */
  readonly step?: number | undefined;
  /** Since the monitor began. */
  readonly seconds: number;
  /** Whether the tensors were read, or only their peak words. */
  readonly sampled: boolean;
  readonly loss?: number | undefined;
  readonly lr?: number | undefined;
  /** Over all gradients, before clipping. */
  readonly gradientNorm?: number | undefined;
  /** What clipping multiplied the gradients by. */
  readonly scale?: number | undefined;
  readonly action?: StepResult["action"] | undefined;
  readonly reason?: string | undefined;
  readonly badInARow?: number | undefined;
  readonly layers: readonly Layer[];
  readonly guard: GuardCounts;
  /** Ops in the forward pass at which a NaN or ∞ was lost that nobody may have meant to lose. */
  readonly absorbers: readonly string[];
  /** Whether an alarm said that the gradient has died. */
  readonly died: boolean;
  readonly warnings: readonly Warning[];
  /** What went bad in this step. */
  readonly report?: Report | undefined;
}

/** Everything that a report page needs. */
export interface Recording {
  /** When the monitor began, ISO 8601. */
  readonly started: string;
  readonly build: string;
  /** All steps seen: more than frames where these have been thinned out. */
  readonly steps: number;
  /** From the first to the last, thinned out evenly once there are more than are kept. */
  readonly frames: readonly Frame[];
  /** The last ones, complete. */
  readonly ring: readonly Frame[];
  readonly warnings: readonly Warning[];
  /** The first failures, each with the frames before it. */
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly report: Report;
  readonly index: number;
  readonly before: readonly Frame[];
}

/** Where a monitor's findings go. One that throws is dropped, with a warning on the console. */
export interface Sink {
  frame?(frame: Frame): void;
  warning?(warning: Warning): void;
  /** A NaN or ∞ has arrived where it matters. `recording` is made when it is asked for. */
  failure?(failure: Failure, recording: () => Recording): void;
  /** The monitor stops. */
  close?(recording: () => Recording): void;
}
