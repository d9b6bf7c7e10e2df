/**
 * The monitor: looks on while training runs, records a frame for each step, warns early, and gives a report the
 * steps that came before it. It never throws into the training, whatever the numbers are.
 */
import { InputRangeError, InputTypeError } from "../errors.js";
import { fixCode } from "../fixes.js";
import { policy } from "../guard.js";
import type { StepResult } from "../optim/optimizer.js";
import { isAlarm, type Report } from "../report.js";
import type { StepHealth } from "../tape.js";
import { type AnyTensor, Tensor } from "../tensor.js";
import { type Differentiated, type Trained, type Watcher, watch } from "../watch.js";
import type { Failure, Frame, GuardCounts, Layer, Recording, Sink } from "./frame.js";
import { growthOf, layersGrown, Ring, recordOf, Thinned } from "./recording.js";
import { buildName, glance, Past, type Stats, survey } from "./stats.js";
import {
  type AdamState,
  isSwallowed,
  Lookout,
  THRESHOLDS,
  type Thresholds,
  type Warning,
} from "./warnings.js";

export interface MonitorOptions {
  /** Reads the tensors of every n-th step; of the others it takes what costs nothing. Default 1. */
  readonly every?: number;
  /** How many of the last frames are kept whole, and told in a report. Default 16. */
  readonly ring?: number;
  /** How many frames are kept of the whole run, thinned out evenly; at least 16. Default 2000. */
  readonly keep?: number;
  /** Whether to keep a copy of the parameters, to tell how far a step moves them. Default true. */
  readonly updates?: boolean;
  /** When to warn; see THRESHOLDS. */
  readonly thresholds?: Partial<Thresholds>;
  /** Where frames, warnings and failures go. */
  readonly sinks?: readonly Sink[];
}

/** Failures that are kept whole; later ones are in the frames. */
const FAILURES = 16;
const WARNINGS_KEPT = 1000;
const NOTHING: GuardCounts = { births: 0, absorbed: 0, masked: 0, guarded: 0 };

/** A frame in the making. */
interface Draft {
  readonly sampled: boolean;
  readonly layers: Map<string, Layer>;
  /** By name: for a frame that ends without a step, whose parameters nobody has looked at yet. */
  readonly params: Map<string, Tensor>;
  differentiated: boolean;
  loss?: number;
  gradientNorm?: number;
  step?: number;
  guard: GuardCounts;
  absorbers: readonly string[];
  report?: Report;
}

/** What a monitor has seen, and how to go on. */
export interface Monitor {
  /** Records the output of a layer inside the loss function: `relu(watch.layer("fc1", linear(x, w, b)))`. Gives x. */
  layer<T extends AnyTensor>(name: string, x: T): T;
  /** The last frames, whole; the oldest first. */
  readonly ring: readonly Frame[];
  /** The latest 1000. */
  readonly warnings: readonly Warning[];
  /** The first 16. */
  readonly failures: readonly Failure[];
  /** Everything that was kept. */
  recording(): Recording;
  /** Looks away until `resume()`: for an evaluation, or another model. */
  pause(): void;
  resume(): void;
  /** Ends it: closes the sinks, frees the copies. */
  stop(): void;
  [Symbol.dispose](): void;
}

/**
 * Watches all training from here on, until `stop()`: every `valueAndGrad` and every step of an optimizer.
 *
 * @throws InputRangeError when an option is out of range.
 */
export function monitor(options: MonitorOptions = {}): Monitor {
  return new Watch(options);
}

function whole(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new InputRangeError(
    `monitor: ${name} out of range, expected a whole number from ${least}, got ${String(value)}`,
  );
}

function checkThresholds(given: Partial<Thresholds>): void {
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(THRESHOLDS, name) && typeof value === "number" && value >= 0) continue;
    throw new InputRangeError(
      `monitor: thresholds.${name} out of range, expected one of ${Object.keys(THRESHOLDS).join(", ")} from 0, got ${String(value)}`,
    );
  }
}

/** Parameters that no step has looked at: what costs nothing to know of them. */
function addValues({ layers, params }: Draft): void {
  for (const [name, p] of params) {
    const layer = layers.get(name);
    if (layer !== undefined && layer.value === undefined && !p.disposed) {
      layers.set(name, { ...layer, value: glance(p) });
    }
  }
}

function countsOf({ events, maskedSingularities, guardedElements }: StepHealth): GuardCounts {
  if (events.length === 0) return NOTHING;
  let [births, absorbed] = [0, 0];
  for (const { kind, count } of events) {
    if (kind === "birth") births += count;
    else if (kind === "absorbed") absorbed += count;
  }
  return { births, absorbed, masked: maskedSingularities, guarded: guardedElements };
}

/** Alarms, and ops whose limit at ∞ nobody may have meant. What is allowed is no news. */
function absorbersOf({ events }: StepHealth): readonly string[] {
  const { onNonFinite, onAlarm } = policy();
  return events.flatMap((event) => {
    if (event.kind !== "absorbed" || event.phase !== "forward") return [];
    const told = event.alarm === true && onAlarm !== "ignore";
    return told || (onNonFinite !== "ignore" && isSwallowed(event)) ? [event.op] : [];
  });
}

/** The norm over all gradients. */
function normOf(layers: Iterable<Layer>): number {
  let squares = 0;
  for (const { gradient } of layers) {
    if (gradient !== undefined) squares += (gradient.norm ?? Number.NaN) ** 2;
  }
  return Math.sqrt(squares);
}

/** A report with the steps before it, and with what had been growing, which a lower learning rate answers first. */
function withPast(report: Report, before: readonly Frame[]): Report {
  if (before.length === 0) return report;
  const grown = layersGrown(before);
  const told: Report = {
    ...report,
    history: before.map(recordOf),
    ...(grown.length > 0 ? { grown } : {}),
  };
  const growth = growthOf(before);
  if (growth === undefined) return told;
  const at = report.fix.indexOf("lower-lr");
  const others = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== at);
  return {
    ...told,
    growth,
    fix: ["lower-lr", ...others(report.fix)],
    instead: [report.instead[at] ?? fixCode("lower-lr", report), ...others(report.instead)],
  };
}

class Watch implements Monitor {
  readonly #started = new Date();
  readonly #clock = performance.now();
  readonly #every: number;
  readonly #updates: boolean;
  readonly #sinks: Sink[];
  readonly #ring: Ring;
  readonly #kept: Thinned;
  readonly #lookout: Lookout;
  readonly #pasts = new Map<Tensor, Past>();
  readonly #warnings: Warning[] = [];
  readonly #failures: Failure[] = [];
  readonly #watcher: Watcher;
  #end: (() => void) | undefined;
  #frames = 0;
  #open: Draft | undefined;
  #troubled = false;
  #stopped = false;

  constructor(options: MonitorOptions) {
    const { every = 1, ring = 16, keep = 2000, updates = true, thresholds = {} } = options;
    this.#every = whole("every", every, 1);
    this.#ring = new Ring(whole("ring", ring, 1));
    this.#kept = new Thinned(whole("keep", keep, 16));
    this.#updates = updates;
    checkThresholds(thresholds);
    this.#lookout = new Lookout(thresholds);
    this.#sinks = [...(options.sinks ?? [])];
    this.#watcher = {
      differentiated: (event) => this.#safely(() => this.#differentiated(event)),
      stepping: (trained) => this.#safely(() => this.#stepping(trained)),
      stepped: (trained, result) => this.#safely(() => this.#stepped(trained, result)),
      reporting: (report, thrown) => {
        let told = report;
        this.#safely(() => {
          told = this.#reporting(report, thrown);
        });
        return told;
      },
    };
    this.resume();
  }

  layer<T extends AnyTensor>(name: string, x: T): T {
    if (!(x instanceof Tensor)) {
      throw new InputTypeError(
        `monitor: layer "${name}" is no tensor, expected a Tensor, got ${typeof x}`,
      );
    }
    if (this.#end === undefined) return x;
    x.use("monitor");
    this.#safely(() => {
      const draft = this.#draft();
      if (draft.differentiated) return;
      draft.layers.set(name, { name, kind: "activation", value: this.#read(x as Tensor, draft) });
    });
    return x;
  }

  get ring(): readonly Frame[] {
    return this.#ring.frames;
  }

  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  get failures(): readonly Failure[] {
    return this.#failures;
  }

  recording(): Recording {
    return {
      started: this.#started.toISOString(),
      build: buildName(),
      steps: this.#frames,
      frames: [...this.#kept.frames],
      ring: [...this.#ring.frames],
      warnings: [...this.#warnings],
      failures: [...this.#failures],
    };
  }

  pause(): void {
    if (this.#end === undefined) return;
    this.#end();
    this.#end = undefined;
    this.#safely(() => this.#close());
  }

  resume(): void {
    if (this.#stopped || this.#end !== undefined) return;
    for (const past of this.#pasts.values()) past.forget();
    this.#end = watch(this.#watcher);
  }

  stop(): void {
    if (this.#stopped) return;
    this.pause();
    this.#stopped = true;
    this.#tell((sink) => sink.close?.(() => this.recording()));
    for (const past of this.#pasts.values()) past.dispose();
    this.#pasts.clear();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** A monitor must not be what stops a training. */
  #safely(body: () => void): void {
    try {
      body();
    } catch (error) {
      if (!this.#troubled) console.warn("finigrad monitor: a frame is incomplete:", error);
      this.#troubled = true;
    }
  }

  #tell(what: (sink: Sink) => void): void {
    for (const sink of [...this.#sinks]) {
      try {
        what(sink);
      } catch (error) {
        this.#sinks.splice(this.#sinks.indexOf(sink), 1);
        console.warn("finigrad monitor: a sink failed and is left out from here on:", error);
      }
    }
  }

  #draft(): Draft {
    this.#open ??= {
      sampled: this.#frames % this.#every === 0,
      layers: new Map(),
      params: new Map(),
      differentiated: false,
      guard: NOTHING,
      absorbers: [],
    };
    return this.#open;
  }

  #read(x: Tensor, { sampled }: Draft): Stats {
    return sampled ? survey(x) : glance(x);
  }

  #differentiated({ loss, params, grads, health, step }: Differentiated): void {
    // A second gradient before a step: the first has a frame of its own.
    if (this.#open?.differentiated) this.#close();
    const draft = this.#draft();
    draft.differentiated = true;
    draft.loss = loss;
    if (step !== undefined) draft.step = step;
    for (const [name, p] of params) {
      const g = grads[name];
      if (g === undefined) continue;
      const gradient = this.#read(g, draft);
      draft.layers.set(name, { name, kind: "parameter", gradient });
      draft.params.set(name, p);
    }
    if (draft.sampled) draft.gradientNorm = normOf(draft.layers.values());
    draft.guard = countsOf(health);
    draft.absorbers = absorbersOf(health);
  }

  #stepping(trained: readonly Trained[]): void {
    const draft = this.#draft();
    if (!draft.sampled || !this.#updates) return;
    for (const { p } of trained) {
      let past = this.#pasts.get(p);
      if (past !== undefined && !past.fits(p)) past.dispose();
      if (past?.fits(p) !== true) {
        past = new Past(p);
        this.#pasts.set(p, past);
      }
      past.catchUp(p, this.#frames);
    }
  }

  #stepped(trained: readonly Trained[], result: StepResult): void {
    const draft = this.#draft();
    draft.step = result.steps;
    for (const { name, p, g } of trained) {
      const known = draft.layers.get(name);
      const gradient = known?.gradient ?? this.#read(g, draft);
      draft.layers.set(name, {
        name,
        kind: "parameter",
        gradient,
        ...this.#moved(p, draft, result.applied),
      });
    }
    if (result.norm !== undefined) draft.gradientNorm = result.norm;
    else if (draft.sampled) draft.gradientNorm ??= normOf(draft.layers.values());
    const adam: AdamState[] = [];
    for (const { name, v, vBound: bound } of trained) {
      if (v !== undefined && bound !== undefined) adam.push({ name, bound, v });
    }
    this.#close(result, adam);
  }

  /** A parameter after a step, and by how much of itself it moved. */
  #moved(p: Tensor, draft: Draft, applied: boolean): Pick<Layer, "value" | "updateRatio"> {
    const past = draft.sampled ? this.#pasts.get(p) : undefined;
    if (past === undefined) return { value: this.#read(p, draft) };
    const { value, moved } = past.advance(p, this.#frames);
    const { norm = 0 } = value;
    return { value, ...(applied && norm > 0 ? { updateRatio: moved / norm } : {}) };
  }

  /** Gives the report what went before it. Nothing follows what is thrown: the frame ends there. */
  #reporting(report: Report, thrown: boolean): Report {
    const draft = this.#draft();
    if (report.code.startsWith("LOSS")) {
      draft.loss = report.code.endsWith("NAN") ? Number.NaN : Number.POSITIVE_INFINITY;
    }
    const before = this.#ring.frames;
    const told = withPast(report, before);
    // An alarm that is gathered stops nothing: it is a warning of the frame.
    if (isAlarm(report) && !thrown) return told;
    const first = draft.report === undefined;
    draft.report ??= told;
    const failure: Failure = { report: told, index: this.#frames + 1, before: [...before] };
    if (first && this.#failures.length < FAILURES) this.#failures.push(failure);
    if (thrown) this.#close();
    if (first) this.#tell((sink) => sink.failure?.(failure, () => this.recording()));
    return told;
  }

  #close(result?: StepResult, adam: readonly AdamState[] = []): void {
    const draft = this.#open;
    if (draft === undefined) return;
    this.#open = undefined;
    this.#frames++;
    if (result === undefined) addValues(draft);
    const { layers, params: _, differentiated: __, ...rest } = draft;
    const looked = {
      index: this.#frames,
      seconds: (performance.now() - this.#clock) / 1000,
      ...rest,
      layers: [...layers.values()],
      ...(result === undefined
        ? {}
        : {
            lr: result.lr,
            scale: result.scale,
            action: result.action,
            badInARow: result.badInARow,
            ...(result.reason === undefined ? {} : { reason: result.reason }),
          }),
    };
    const frame: Frame = { ...looked, warnings: this.#lookout.look(looked, adam) };
    this.#ring.add(frame);
    this.#kept.add(frame);
    this.#tell((sink) => sink.frame?.(frame));
    for (const warning of frame.warnings) {
      this.#warnings.push(warning);
      if (this.#warnings.length > WARNINGS_KEPT) this.#warnings.shift();
      this.#tell((sink) => sink.warning?.(warning));
    }
  }
}
