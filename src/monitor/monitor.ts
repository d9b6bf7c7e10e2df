/**
 * The monitor: looks on while training runs, records a frame for each step, warns early, and gives a report the
 * steps that came before it. It never throws into the training, whatever the numbers are.
 */
import { checkFlag, checkOptions, checkRange, checkWhole, showValue, typeName } from "../check.js";
import { fixCode } from "../diagnosis/fixes.js";
import { isAlarm, type Report } from "../diagnosis/report.js";
import { InputRangeError, InputTypeError } from "../errors.js";
import { eventsSince, type GuardEvent, nextEvent, policy } from "../guard.js";
import type { StepResult } from "../optim/optimizer.js";
import { isRecording, type StepHealth } from "../tape.js";
import { type AnyTensor, Tensor } from "../tensor.js";
import { type Differentiated, type Trained, type Watcher, watch } from "../watch.js";
import type { Failure, Frame, GuardCounts, Layer, Recording, Sink } from "./frame.js";
import { growthOf, layersGrown, Ring, recordOf, Thinned } from "./recording.js";
import {
  afterStep,
  buildName,
  glance,
  isKnown,
  joined,
  ratioOf,
  type Stats,
  survey,
} from "./stats.js";
import {
  type AdamState,
  isSwallowed,
  Lookout,
  THRESHOLDS,
  type Thresholds,
  type Warning,
} from "./warnings.js";

export interface MonitorOptions {
  /** Reads the tensors of every n-th frame; of the others it takes what costs nothing. Default 1. */
  readonly every?: number | undefined;
  /** How many of the last frames are kept whole, and told in a report. Default 16. */
  readonly ring?: number | undefined;
  /** How many frames are kept of the whole run, thinned out evenly; at least 16. Default 2000. */
  readonly keep?: number | undefined;
  /** Whether to measure how far a step moves the parameters. Default true. */
  readonly updates?: boolean | undefined;
  /** When to warn; see THRESHOLDS. */
  readonly thresholds?: Partial<Thresholds> | undefined;
  /** Where frames, warnings and failures go. */
  readonly sinks?: readonly Sink[] | undefined;
}

/** Failures that are kept whole; later ones are in the frames. */
const FAILURES = 16;
const WARNINGS_KEPT = 1000;
const NOTHING: GuardCounts = { births: 0, absorbed: 0, masked: 0, guarded: 0 };
const NONE: readonly Warning[] = [];
const NO_OPS: readonly string[] = [];
const NOBODY: ReadonlyMap<string, Tensor> = new Map();

/** A frame before it has been looked at for warnings. */
type Drawn = Omit<Frame, "warnings"> & { warnings: readonly Warning[] };

/** A layer in the making. All of one shape, and each made once: of a frame in good order they are most of the cost. */
type Making = { -readonly [part in keyof Layer]-?: Layer[part] };

/** A frame in the making. */
interface Draft {
  readonly sampled: boolean;
  /** The first event that is its own. */
  readonly began: number;
  readonly layers: Making[];
  readonly named: Map<string, Making>;
  /** Elements of each watched output, in all calls of that name. */
  sizes: Map<string, number> | undefined;
  /** By name: for a frame that ends without a step, whose parameters nobody has looked at yet. */
  params: ReadonlyMap<string, Tensor>;
  differentiated: boolean;
  loss: number | undefined;
  gradientNorm: number | undefined;
  /** The step that `valueAndGrad` was told. */
  step: number | undefined;
  guard: GuardCounts;
  absorbers: readonly string[];
  died: boolean;
  report: Report | undefined;
  /** Whether a report was thrown, and nobody inside the pass is known to have caught it. */
  thrown: boolean;
  /** Tells the sinks of what was thrown, once the frame is there. */
  tell: (() => void) | undefined;
}

/** What a monitor has seen, and how to go on. */
export interface Monitor {
  /**
   * Records the output of a layer inside the loss function: `relu(watch.layer("fc1", linear(x, w, b)))`. Gives x. All calls of one
   * name in one `valueAndGrad`, as of a layer that is shared, are recorded as one tensor with the elements of all. Only what is
   * to be differentiated is recorded: not under `noGrad`, nor between two passes.
   */
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
 * Watches all training from here on, until `stop()`: every `valueAndGrad` and every step of an optimizer. Each `valueAndGrad` has a
 * frame of its own, into which the step that follows goes; where the next one begins before a step, the frame ends without
 * one. So each call that gradients are accumulated over has a frame, and the last of them has the step.
 *
 * @throws InputRangeError when an option is out of range.
 */
export function monitor(options: MonitorOptions = {}): Monitor {
  return new Watch(options);
}

const OPTIONS = ["every", "ring", "keep", "updates", "thresholds", "sinks"] as const;

/** @throws InputTypeError */
function checkSinks(sinks: unknown): void {
  if (!Array.isArray(sinks)) {
    throw new InputTypeError(
      `monitor: sinks are no array, expected sinks, got ${showValue(sinks)}`,
    );
  }
  sinks.forEach((sink: unknown, i) => {
    if (isSink(sink)) return;
    throw new InputTypeError(
      `monitor: sinks[${i}] is no sink, expected an object with any of ${TOLD.join(", ")}, got ${showValue(sink)}`,
    );
  });
}

const TOLD = ["frame", "warning", "failure", "close"] as const satisfies readonly (keyof Sink)[];

/** Whether there is something that it is told of: a misspelt one would hear nothing. */
function isSink(sink: unknown): sink is Sink {
  if (sink === null || typeof sink !== "object") return false;
  const methods = TOLD.map((name) => (sink as Sink)[name]).filter((what) => what !== undefined);
  return methods.length > 0 && methods.every((what) => typeof what === "function");
}

function checkThresholds(given: Partial<Thresholds>): void {
  if (given === null || typeof given !== "object") {
    throw new InputTypeError(
      `monitor: thresholds are no object, expected some of ${Object.keys(THRESHOLDS).join(", ")}, got ${showValue(given)}`,
    );
  }
  for (const [name, value] of Object.entries(given)) {
    const known = Object.hasOwn(THRESHOLDS, name);
    if (known && name.endsWith("Steps")) {
      const counts = (steps: number) =>
        (Number.isInteger(steps) && steps >= 0) || steps === Infinity;
      checkRange("monitor", `thresholds.${name}`, value, counts, "a whole number from 0 or ∞");
    }
    if (known && typeof value === "number" && value >= 0) continue;
    const expected = known ? "a number" : `one of ${Object.keys(THRESHOLDS).join(", ")}`;
    throw new InputRangeError(
      `monitor: thresholds.${name} out of range, expected ${expected} from 0, got ${showValue(value)}`,
    );
  }
}

function add({ layers, named }: Draft, name: string, kind: Layer["kind"]): Making {
  const layer: Making = {
    name,
    kind,
    value: undefined,
    gradient: undefined,
    updateRatio: undefined,
    cut: undefined,
  };
  layers.push(layer);
  named.set(name, layer);
  return layer;
}

/** A parameter keeps its name: a watched output that is called the same steps aside. */
function parameterIn(draft: Draft, name: string): Making {
  const known = draft.named.get(name);
  if (known?.kind === "parameter") return known;
  if (known !== undefined) known.name = `${name} (output)`;
  return add(draft, name, "parameter");
}

/** Parameters that no step has looked at, as of one that was refused: what costs nothing to know of them. */
function addValues(draft: Draft): void {
  for (const [name, p] of draft.params) {
    if (!p.disposed) parameterIn(draft, name).value ??= glance(p);
  }
}

function countsOf(events: readonly GuardEvent[]): GuardCounts {
  if (events.length === 0) return NOTHING;
  const counts = { birth: 0, absorbed: 0, masked: 0, guarded: 0, saturated: 0, lost: 0 };
  for (const { kind, count } of events) counts[kind] += count;
  const { birth: births, absorbed, masked, guarded } = counts;
  return { births, absorbed, masked, guarded };
}

/** Alarms, and ops whose limit at ∞ nobody may have meant. What is allowed is no news. */
function absorbersOf({ events }: StepHealth): readonly string[] {
  if (events.length === 0) return NO_OPS;
  const { onNonFinite, onAlarm } = policy();
  return events.flatMap((event) => {
    if (event.kind !== "absorbed" || event.phase !== "forward") return [];
    const told = event.alarm === true && onAlarm !== "ignore";
    return told || (onNonFinite !== "ignore" && isSwallowed(event)) ? [event.op] : [];
  });
}

/** The norm over all gradients. */
function normOf(layers: readonly Layer[]): number {
  let squares = 0;
  for (const { gradient } of layers) {
    if (gradient !== undefined) squares += (gradient.norm ?? Number.NaN) ** 2;
  }
  // Of doubles a square is beyond their type, too.
  return squares === Infinity
    ? Math.hypot(...layers.map(({ gradient }) => gradient?.norm ?? 0))
    : Math.sqrt(squares);
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
    tried: [report.tried[at] ?? "untried", ...others(report.tried)],
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
  readonly #warnings: Warning[] = [];
  readonly #failures: Failure[] = [];
  readonly #watcher: Watcher;
  #end: (() => void) | undefined;
  #frames = 0;
  /** Those of the losses that are being computed, one inside the other. */
  readonly #passes: Draft[] = [];
  /** That of the last pass, until it is known whether a step follows; or of what was seen since. */
  #waiting: Draft | undefined;
  /** The first event after the last frame. */
  #since = 0;
  /** Steps that the optimizer which was last seen has taken. */
  #taken: number | undefined;
  #troubled = false;
  #stopped = false;
  /** What is being told, one inside the other. */
  #depth = 0;
  #closed = false;

  constructor(options: MonitorOptions) {
    checkOptions("monitor", options, OPTIONS);
    const { every = 1, ring = 16, keep = 2000, updates = true, thresholds = {} } = options;
    this.#every = checkWhole("monitor", "every", every, 1);
    this.#ring = new Ring(checkWhole("monitor", "ring", ring, 1));
    this.#kept = new Thinned(checkWhole("monitor", "keep", keep, 16));
    checkFlag("monitor", "updates", updates);
    this.#updates = updates;
    checkThresholds(thresholds);
    this.#lookout = new Lookout(thresholds);
    const { sinks = [] } = options;
    checkSinks(sinks);
    this.#sinks = [...sinks];
    this.#watcher = {
      trains: (taken) => {
        this.#taken = taken;
      },
      begins: (event, params) => this.#watching(() => this.#begins(event, params)),
      computed: (loss) =>
        this.#watching(() => {
          this.#pass().loss = loss;
        }),
      differentiated: (event) => this.#watching(() => this.#differentiated(event)),
      ends: () => this.#watching(() => this.#ends()),
      measures: () => this.#end !== undefined && this.#updates && this.#next().sampled,
      stepped: (trained, result) => this.#watching(() => this.#stepped(trained, result)),
      reporting: (report, thrown) => {
        let told = report;
        this.#watching(() => {
          told = this.#reporting(report, thrown);
        });
        return told;
      },
    };
    this.resume();
  }

  layer<T extends AnyTensor>(name: string, x: T): T {
    if (typeof name !== "string" || name === "") {
      throw new InputTypeError(
        `monitor: a layer has no name, expected a string, got ${showValue(name)}`,
      );
    }
    if (!(x instanceof Tensor)) {
      throw new InputTypeError(
        `monitor: layer "${name}" is no tensor, expected a Tensor, got ${typeName(x)}`,
      );
    }
    if (this.#end === undefined) return x;
    x.use("monitor");
    if (!isRecording()) return x;
    this.#safely(() => {
      const draft = this.#pass();
      draft.sizes ??= new Map();
      const size = draft.sizes.get(name) ?? 0;
      const layer = draft.named.get(name) ?? add(draft, name, "activation");
      const read = this.#read(x as Tensor, draft);
      layer.value = layer.value === undefined ? read : joined(layer.value, size, read, x.size);
      draft.sizes.set(name, size + x.size);
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
    this.#passes.length = 0;
    this.#safely(() => this.#settle());
  }

  resume(): void {
    if (this.#stopped || this.#end !== undefined) return;
    this.#end = watch(this.#watcher);
    this.#since = nextEvent();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#safely(() => this.pause());
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** Told of something, unless a sink that was told before has stopped it. */
  #watching(body: () => void): void {
    if (this.#end !== undefined) this.#safely(body);
  }

  /**
   * A monitor must not be what stops a training. Where a sink stops the monitor, all sinks are told what there is to tell before
   * they are closed.
   */
  #safely(body: () => void): void {
    this.#depth++;
    try {
      body();
    } catch (error) {
      if (!this.#troubled) console.warn("finigrad monitor: a frame is incomplete:", error);
      this.#troubled = true;
    }
    this.#depth--;
    if (this.#depth > 0 || !this.#stopped || this.#closed) return;
    this.#closed = true;
    this.#tell((sink) => sink.close?.(() => this.recording()));
  }

  #tell(what: (sink: Sink) => unknown): void {
    for (const sink of [...this.#sinks]) {
      const drop = (error: unknown): void => {
        const at = this.#sinks.indexOf(sink);
        if (at < 0) return;
        this.#sinks.splice(at, 1);
        console.warn("finigrad monitor: a sink failed and is left out from here on:", error);
      };
      try {
        const told = what(sink);
        // One that is asynchronous fails later, where nobody would catch it.
        if (told instanceof Promise) told.catch(drop);
      } catch (error) {
        drop(error);
      }
    }
  }

  #draft(began: number, params: ReadonlyMap<string, Tensor> = NOBODY): Draft {
    return {
      sampled: this.#frames % this.#every === 0,
      began,
      layers: [],
      named: new Map(),
      sizes: undefined,
      params,
      differentiated: false,
      loss: undefined,
      gradientNorm: undefined,
      step: undefined,
      guard: NOTHING,
      absorbers: NO_OPS,
      died: false,
      report: undefined,
      thrown: false,
      tell: undefined,
    };
  }

  /** The innermost pass. One that was under way already when the monitor began is none of those that it has heard of. */
  #pass(): Draft {
    const known = this.#passes.at(-1);
    if (known !== undefined) return known;
    const draft = this.#draft(nextEvent());
    this.#passes.push(draft);
    return draft;
  }

  /** The frame that the next step goes into. */
  #next(): Draft {
    this.#waiting ??= this.#draft(this.#since);
    return this.#waiting;
  }

  /** No step follows what was seen. */
  #settle(): void {
    const draft = this.#waiting;
    this.#waiting = undefined;
    if (draft === undefined) return;
    if (!draft.differentiated) {
      // A loss that stopped by an error of its own is no step.
      if (draft.report === undefined) return;
      draft.guard = countsOf(eventsSince(draft.began));
    }
    this.#close(draft);
  }

  #read(x: Tensor, { sampled }: Draft): Stats {
    return sampled ? survey(x) : glance(x);
  }

  #begins(event: number, params: ReadonlyMap<string, Tensor>): void {
    this.#settle();
    // A sink may have been told of a frame by that, and have stopped the monitor.
    if (this.#end !== undefined) this.#passes.push(this.#draft(event, params));
  }

  #differentiated({ params, gradients, health, step, cuts }: Differentiated): void {
    const draft = this.#pass();
    draft.differentiated = true;
    // The loss came to its end: what was thrown in it, as by what reads a number out, was caught there.
    draft.thrown = false;
    draft.step = step;
    draft.params = params;
    for (const [name, g] of gradients) {
      const layer = parameterIn(draft, name);
      layer.gradient = this.#read(g, draft);
      layer.cut = cuts.get(name);
    }
    if (draft.sampled) draft.gradientNorm = normOf(draft.layers);
    draft.guard = countsOf(health.events);
    draft.absorbers = absorbersOf(health);
    draft.died = health.alarms.some(
      ({ kind, place }) =>
        kind === "saturated" || (kind === "lost" && place?.cause !== "cancellation"),
    );
  }

  /** The frame waits for a step, unless none can follow. */
  #ends(): void {
    const draft = this.#passes.pop();
    if (draft === undefined) return;
    this.#settle();
    this.#waiting = draft;
    if (draft.thrown || !draft.differentiated) this.#settle();
    draft.tell?.();
  }

  #stepped(trained: readonly Trained[], result: StepResult): void {
    const draft = this.#next();
    this.#waiting = undefined;
    this.#taken = result.steps;
    for (const { name, p, g, found } of trained) {
      const layer = parameterIn(draft, name);
      layer.gradient ??= this.#read(g, draft);
      if (found !== undefined) layer.value = afterStep(p, found);
      else if (draft.sampled || isKnown(p)) layer.value = this.#read(p, draft);
      layer.updateRatio = found && ratioOf(found);
    }
    if (result.norm !== undefined) draft.gradientNorm = result.norm;
    else if (draft.sampled) draft.gradientNorm ??= normOf(draft.layers);
    const adam: AdamState[] = [];
    for (const { name, v, vBound: bound } of trained) {
      if (v !== undefined && bound !== undefined) adam.push({ name, bound, v });
    }
    this.#close(draft, result, adam);
  }

  /** Gives the report what went before it. Nothing follows what is thrown: the frame ends there, or where its pass does. */
  #reporting(report: Report, thrown: boolean): Report {
    const pass = this.#passes.at(-1);
    const draft = pass ?? this.#next();
    const before = this.#ring.frames;
    const told = withPast(report, before);
    // An alarm that is gathered stops nothing: it is a warning of the frame.
    if (isAlarm(report) && !thrown) return told;
    const first = draft.report === undefined;
    draft.report ??= told;
    const failure: Failure = { report: told, index: this.#frames + 1, before: [...before] };
    if (first && this.#failures.length < FAILURES) this.#failures.push(failure);
    const tell = (): void => this.#tell((sink) => sink.failure?.(failure, () => this.recording()));
    if (thrown && pass !== undefined) {
      pass.step = report.step;
      pass.thrown = true;
      if (first) pass.tell = tell;
      return told;
    }
    if (thrown) {
      // An optimizer tells which step it does not take; what is read out between a pass and its step ends no frame.
      if (report.step !== undefined) this.#taken = report.step - 1;
      if (report.step !== undefined || !draft.differentiated) this.#settle();
    }
    if (first) tell();
    return told;
  }

  #close(draft: Draft, result?: StepResult, adam: readonly AdamState[] = []): void {
    this.#frames++;
    this.#since = nextEvent();
    if (result?.applied !== true) addValues(draft);
    const frame: Drawn = {
      index: this.#frames,
      step: this.#taken ?? draft.step,
      seconds: (performance.now() - this.#clock) / 1000,
      sampled: draft.sampled,
      loss: draft.loss,
      lr: result?.lr,
      gradientNorm: draft.gradientNorm,
      scale: result?.scale,
      action: result?.action,
      reason: result?.reason,
      badInARow: result?.badInARow,
      layers: draft.layers,
      guard: draft.guard,
      absorbers: draft.absorbers,
      died: draft.died,
      warnings: NONE,
      report: draft.report,
    };
    frame.warnings = this.#lookout.look(frame, adam);
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
