/**
 * Early warnings: what is wrong while every number is still finite. Each threshold is a constant with its
 * reason, and can be set; tests/monitor.test.ts trains healthy networks and expects not one.
 */

import { rootOf } from "../diagnosis/began.js";
import type { Cut } from "../diagnosis/dead.js";
import type { Fix } from "../diagnosis/report.js";
import { showBrief } from "../diagnosis/report.js";
import type { GuardEvent } from "../guard.js";
import { LARGEST } from "../tensor.js";
import type { Frame, Layer } from "./frame.js";
import type { Stats } from "./stats.js";

export const WARNINGS = {
  HEADROOM: "magnitudes near overflow",
  NORM_OVERFLOW: "a gradient norm whose square is beyond float32",
  EXPLODING: "a norm that grows from step to step",
  VANISHING: "gradients that fade from layer to layer, until the first have next to none",
  FROZEN: "an Adam state so large that it stops its parameter",
  DEAD: "a loss that is high and has no gradient",
  DEAD_LAYER: "a layer to which no gradient comes",
  UPDATE: "steps larger than the parameter they change",
  UNMOVED: "steps that rounding takes: the parameter stays as it was, bit for bit",
  ABSORBED: "a NaN or ∞ that was swallowed: the result is finite, and does not tell",
} as const;

export type WarningCode = keyof typeof WARNINGS;

export interface Warning {
  readonly code: WarningCode;
  /** Index of the frame. */
  readonly index: number;
  readonly step?: number;
  readonly layer?: string;
  readonly message: string;
  /** What was measured, and the threshold it crossed. */
  readonly value: number;
  readonly threshold: number;
  readonly fix: readonly Fix[];
}

export interface Thresholds {
  /**
   * Powers of two below overflow from which on downwards a gradient, a parameter or a watched output is told. 64: from 2⁶⁴ on a
   * square is beyond float32, and the next variance, norm or Adam step takes one. Healthy values lie above 100.
   */
  readonly headroom: number;
  /** Largest gradient norm. 2⁶⁴: its square is the largest that fits, elsewhere clipping gives 0 from here on. */
  readonly norm: number;
  /**
   * By how much the gradient norm may grow within `growthSteps`, beyond the largest of as many steps before those. 100: batches
   * differ by less than 10, a learning rate that is too high doubles the norm with every step.
   */
  readonly growth: number;
  /** 16: doubling for so long is a factor of 65,536, far from overflow still. */
  readonly growthSteps: number;
  /**
   * Largest gradient norm among the first third of the parameters beside the largest among the last third, the middle third
   * between them. 1e-8 is below the rounding of float32 (6e-8): at a rate that suits the last layers the first stay as they are.
   */
  readonly vanishing: number;
  /** Steps in a row, from the first on. 10: what begins at 0, and so hands nothing on, has grown by then. */
  readonly vanishingSteps: number;
  /**
   * By how much √v of Adam may exceed the largest gradient of the last 8 steps. 1e6: the parameter then moves
   * at a millionth of its learning rate, and v forgets half of itself in 700 steps only.
   */
  readonly frozen: number;
  /**
   * Least Σ ‖g‖ ‖p‖ / |loss|: how much of the loss a relative change of the parameters could win. 1e-8 is below
   * the rounding of float32 (6e-8): nothing can be learnt from such a gradient.
   */
  readonly slope: number;
  /** Steps in a row in which every way from a parameter to the loss may be cut. 20: no batch lacks a class for so long. */
  readonly deadSteps: number;
  /** Largest ‖Δp‖ / ‖p‖, for `updateSteps` in a row. 1: the step replaces the parameter; about 1e-3 is healthy. */
  readonly update: number;
  /** 10: what begins at 0, as biases do, has grown larger than its steps by then. */
  readonly updateSteps: number;
  /**
   * Steps in a row, from the first on, that change no bit of a parameter whose gradient matters. 20: a rate that warms
   * up from 0 has come above the rounding by then.
   */
  readonly unmovedSteps: number;
}

export const THRESHOLDS: Thresholds = {
  headroom: 64,
  norm: 2 ** 64,
  growth: 100,
  growthSteps: 16,
  vanishing: 1e-8,
  vanishingSteps: 10,
  frozen: 1e6,
  slope: 1e-8,
  deadSteps: 20,
  update: 1,
  updateSteps: 10,
  unmovedSteps: 20,
};

/** Ops whose finite result of any ∞ is worth a look even where it is the right limit, and so no alarm: x / ∞ = 0. */
const SWALLOWING: ReadonlySet<string> = new Set(["div", "reciprocal", "rsqrt", "layerNorm"]);

/** What is there to bound a number: clipToFinite, and within the safe functions. */
const BOUNDING: ReadonlySet<string> = new Set(["within", "atLeast"]);

/** Ops in which −∞ is a mask: two large negative ones that were added are as good as one. */
const MASKED: ReadonlySet<string> = new Set([
  "exp",
  "exp2",
  "softmax",
  "logSoftmax",
  "logcumsumexp",
  "logsumexp",
  "crossEntropy",
]);

/**
 * Whether what an op made of an ∞ is worth a look, although no alarm. Of an ∞ that stands for a number beyond float32
 * it is whatever op that was, tanh, sigmoid, clip, minimum or softmax: what comes out no longer depends on the
 * number. Not where that one is known to be at the limit too, and is what numbers in good order come to, as e¹⁰⁰. An ∞ that came in, or
 * a pole such as log(0), has these limits by intention; so has −∞ as a mask. What selects or repairs by its name is asked for.
 */
export function isSwallowed({
  op,
  place,
  right,
}: Pick<GuardEvent, "op" | "place" | "right">): boolean {
  if (right === true || place?.cause === "selected-away" || BOUNDING.has(op)) return false;
  if (place === undefined || SWALLOWING.has(op)) return SWALLOWING.has(op);
  const { cause } = rootOf(place);
  const masked = cause === "overflow-sum" && MASKED.has(op);
  return (cause.startsWith("overflow") || cause === "narrowing") && !masked;
}

/** A loss has been learnt from when it is below this share of the first. */
const LEARNT = 0.5;
/** A loss so much below the first explains why gradients are small beside an Adam state. */
const CONVERGED = 1e-3;
/** A gradient matters where so much of the loss hangs on a relative change of its parameter: ‖g‖ ‖p‖ / |loss|. */
const MATTERS = 1e-3;
/** A loss above this is high, as for the alarm `DEAD_GRAD`. */
const HIGH = 1e-3;
/** A loss below this is none. */
const NOTHING = 1e-12;
/** What was so large that an Adam state remembers it has left at least this. */
const SPIKE = 1;
/** Frames without a finding after which it is news again. */
const QUIET = 16;
/** Dead on arrival: within the first steps. Later it must have died at once, to be told from convergence. */
const EARLY = 8;
const SUDDEN = 1e-4;
/** Frames in a row without a gradient, where no alarm has told why: a relu shuts for a row, or a small batch, in good order. */
const STILL = 8;
const FROZEN_WINDOW = 8;
/** Fewer parameters have no thirds to speak of. */
const DEEP = 9;
/** From one third to the next a gradient that fades has lost this much: two tasks of different weights lose it once. */
const FADED = 1e-3;
/** An exploding norm is also this much above the first ones: a small one may well grow a hundredfold. */
const ABOVE_START = 10;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** What an optimizer's step told beside the frame. */
export interface AdamState {
  readonly name: string;
  /** Upper bound of v. */
  readonly bound: number;
  /** Its largest magnitude is measured when the bound is alarming. */
  readonly v: { readonly absMax: number };
}

type Draft = Omit<Warning, "index" | "step">;
type Looked = Omit<Frame, "warnings">;

/** What is remembered of a layer. */
class History {
  /** The largest magnitudes of its last gradients. */
  readonly gradients: number[] = [];
  /** Its largest magnitude in the last frame without a step. */
  most: number | undefined;
  /** Steps in a row in which no gradient came to it, and whether one ever did. */
  cuts = 0;
  alive = false;
  /** Frames from the first on in which none came because it had faded on its way back, and then next to none. */
  faded = 0;
  /** ‖p‖ as it was last measured. */
  size = 0;
  /** Frames in a row in which it was changed by more than itself. */
  big = 0;
  /** Frames in which it should have moved and did not; NaN once it has. */
  unmoved = 0;
}

/** Goes through the frames one after another. Says a thing once, and again only after it was over. */
export class Lookout {
  readonly #limits: Thresholds;
  /** The frame at which each was found last. */
  readonly #told = new Map<string, number>();
  readonly #norms: number[] = [];
  readonly #startNorms: number[] = [];
  readonly #histories = new Map<string, History>();
  #firstLoss: number | undefined;
  /** Frames in a row with a loss that is high, and no gradient. */
  #still = 0;
  /** Frames from the first on in which gradients faded; NaN since one in which they did not. */
  #faded = 0;
  #frames = 0;

  constructor(limits: Partial<Thresholds> = {}) {
    this.#limits = { ...THRESHOLDS, ...limits };
  }

  /** In plain loops: this runs with every step, and almost always finds nothing. */
  look(frame: Looked, adam: readonly AdamState[]): Warning[] {
    this.#frames++;
    const { loss, gradientNorm } = frame;
    if (this.#firstLoss === undefined && Number.isFinite(loss)) this.#firstLoss = loss;
    const found: Draft[] = [];
    if (gradientNorm !== undefined && Number.isFinite(gradientNorm)) {
      const norm = matters(gradientNorm, frame) ? gradientNorm : 0;
      keepLast(this.#norms, norm, 2 * this.#limits.growthSteps + 1);
      if (norm > 0 && this.#startNorms.length < EARLY) this.#startNorms.push(norm);
    }
    let faint = false;
    const turned = this.#hasTurned(frame);
    for (const layer of frame.layers) {
      const history = this.#historyOf(layer.name);
      this.#remember(layer, history, frame, turned);
      this.#layer(layer, history, frame, found);
      faint ||= history.faded >= this.#limits.deadSteps;
    }
    this.#norm(frame, found);
    this.#vanishing(frame, found);
    if (faint) this.#faint(frame, found);
    for (const state of adam) this.#frozen(state, frame, found);
    this.#dead(frame, found);
    for (const op of frame.absorbers) found.push(absorbed(op));
    return found.length === 0 ? [] : this.#news(found, frame);
  }

  /** Those that have not been found for a while: what stands, or comes and goes, is told once. */
  #news(found: readonly Draft[], { index, step }: Looked): Warning[] {
    const fresh = found.filter(({ code, layer = "", message }) => {
      // A gradient and its parameter share the layer's name, not the subject of the sentence.
      const key = `${code} ${code === "HEADROOM" ? message.split(":")[0] : layer}`;
      const last = this.#told.get(key) ?? -Infinity;
      this.#told.set(key, this.#frames);
      return this.#frames - last > QUIET;
    });
    return fresh.map((draft) => ({ ...draft, index, ...(step === undefined ? {} : { step }) }));
  }

  #historyOf(name: string): History {
    let history = this.#histories.get(name);
    if (history === undefined) {
      history = new History();
      this.#histories.set(name, history);
    }
    return history;
  }

  /** Whether it is a step of a training, by an optimizer or by hand, with something to learn from: where gradients are gathered, or there is no reward yet, nothing can come alive. */
  #hasTurned({ action, loss, layers }: Looked): boolean {
    if (loss !== undefined && Math.abs(loss) <= NOTHING) return false;
    if (action !== undefined) return true;
    let moved = false;
    for (const { name, kind, value } of layers) {
      if (kind !== "parameter" || value === undefined) continue;
      const history = this.#historyOf(name);
      moved ||= history.most !== undefined && history.most !== value.absMax;
      history.most = value.absMax;
    }
    return moved;
  }

  #remember(
    layer: Layer,
    history: History,
    { loss = Number.NaN, lr = 0, layers }: Looked,
    turned: boolean,
  ): void {
    const { gradient, value, updateRatio, cut } = layer;
    if (gradient !== undefined) {
      keepLast(history.gradients, gradient.absMax, FROZEN_WINDOW);
      // A gradient of 0 that nothing cuts off is a loss that asks for no change, or has a weight of 0.
      if (cut?.how === "hard" || cut?.how === "smooth") history.cuts += turned ? 1 : 0;
      else if (gradient.absMax > 0) {
        history.cuts = 0;
        history.alive = true;
      }
      const still = isFaded(layer) || (history.faded > 0 && this.#isFaint(gradient, layers));
      history.faded = still ? history.faded + 1 : Number.NaN;
    }
    const before = history.size;
    if (value?.norm !== undefined) history.size = value.norm;
    if (updateRatio === undefined) return;
    // Beside what it was before too: what shrinks fast towards 0 is changed by more than what is left of it.
    const shrunk = updateRatio * (value?.norm ?? 0) <= this.#limits.update * before;
    const big = updateRatio > this.#limits.update && !shrunk;
    history.big = big ? history.big + 1 : 0;
    const pull = size(gradient) * size(value);
    if (updateRatio > 0) history.unmoved = Number.NaN;
    else if (lr > 0 && Math.abs(loss) > HIGH && pull >= MATTERS * Math.abs(loss)) history.unmoved++;
  }

  #layer(layer: Layer, history: History, { loss, lr = 0 }: Looked, found: Draft[]): void {
    const { name, gradient, value, updateRatio = 0, cut } = layer;
    const { deadSteps, update, updateSteps, unmovedSteps } = this.#limits;
    this.#headroom(layer, "the gradient of ", gradient, found);
    this.#headroom(layer, "", value, found);
    if (
      cut !== undefined &&
      (cut.how === "hard" || cut.how === "smooth") &&
      history.cuts >= deadSteps &&
      !this.#settled(cut, history, loss)
    ) {
      found.push({
        code: "DEAD_LAYER",
        layer: name,
        message: `no gradient has come to ${name} for ${deadSteps} steps: ${cut.by} lets nothing through`,
        value: 0,
        threshold: deadSteps,
        fix: opening(cut),
      });
    }
    if (history.big >= updateSteps) {
      found.push({
        code: "UPDATE",
        layer: name,
        message: `${name} has been changed by more than itself in ${updateSteps} steps in a row: ‖Δp‖ / ‖p‖ = ${showBrief(updateRatio)}`,
        value: updateRatio,
        threshold: update,
        fix: ["lower-lr"],
      });
    }
    if (history.unmoved >= unmovedSteps) {
      found.push({
        code: "UNMOVED",
        layer: name,
        message: `${name} has not changed by a bit in ${unmovedSteps} steps, though its gradient is up to ${showBrief(gradient?.absMax ?? 0)}: at a rate of ${showBrief(lr)} they are below the rounding of numbers up to ${showBrief(value?.absMax ?? 0)}`,
        value: 0,
        threshold: unmovedSteps,
        fix: ["scale-input"],
      });
    }
  }

  /**
   * Whether a layer that once had a gradient may have lost it by learning: a function nears its limit, and the loss fell. Of a loss
   * of exactly 0 nothing is left to learn from the start.
   */
  #settled({ how }: Cut, { alive }: History, loss = Number.NaN): boolean {
    return Math.abs(loss) <= NOTHING || (how === "smooth" && alive && this.#learnt(loss));
  }

  /** Of losses below 0 too, as of a likelihood. */
  #learnt(loss: number): boolean {
    const first = this.#firstLoss ?? Number.NaN;
    return loss < first - (1 - LEARNT) * Math.abs(first);
  }

  #headroom(
    { name: layer, kind }: Layer,
    prefix: string,
    stats: Stats | undefined,
    found: Draft[],
  ): void {
    const { headroom: threshold } = this.#limits;
    if (stats === undefined || !(stats.headroom <= threshold)) return;
    if (kind === "activation" && isMasked(stats, threshold)) return;
    const { absMax, headroom: value } = stats;
    const message = `${prefix}${layer}: up to ${showBrief(absMax)}, ${value.toFixed(1)} powers of two below overflow`;
    found.push({
      code: "HEADROOM",
      layer,
      message,
      value,
      threshold,
      fix: ["clip-norm", "lower-lr"],
    });
  }

  #norm({ gradientNorm: now, layers }: Looked, found: Draft[]): void {
    if (now === undefined || !Number.isFinite(now)) return;
    const { norm, growth, growthSteps } = this.#limits;
    const fix = ["lower-lr", "clip-norm"] as const;
    // A double is further from overflow than any float32 that is so large.
    const isDouble = ({ gradient }: Layer): boolean =>
      gradient === undefined || gradient.absMax === 0 || gradient.headroom > OF_DOUBLES;
    if (now >= norm && !layers.every(isDouble)) {
      const message = `the gradients' norm is ${showBrief(now)}: its square is beyond float32, only the f64 sum held it`;
      found.push({ code: "NORM_OVERFLOW", message, value: now, threshold: norm, fix });
    }
    const past = this.#norms.length - 1;
    let [base, from] = [0, 0];
    for (let i = 0; i < past; i++) {
      const one = this.#norms[i] ?? 0;
      // After a gradient of 0 any is larger: that is no growth.
      if (i > past - growthSteps && base > 0 && one > base) break;
      base = Math.max(base, one);
      from = i;
    }
    const grown = now / base;
    if (past < 2 || base === 0 || !(grown >= growth) || !this.#standsOut(now)) return;
    const steps = past - from;
    const message = `the gradients' norm grew ${showBrief(grown)}-fold over the last ${steps} steps (at most ${growthSteps} are looked at)`;
    found.push({ code: "EXPLODING", message, value: grown, threshold: growth, fix });
  }

  /**
   * Whether a norm is beyond those that the run began with, and not only beyond one that was small by chance, as that of a single
   * sample which fits: it is above most, and where the first steps are all there are, above two of them.
   */
  #standsOut(now: number): boolean {
    const { growth } = this.#limits;
    const past = this.#norms.slice(0, -1).filter((one) => one > 0);
    return (
      now >= ABOVE_START * this.#startNorm() &&
      now >= (growth / 2) * Math.max(...past.slice(0, 2)) &&
      now >= Math.sqrt(growth) * median(past)
    );
  }

  /** A usual norm of the first steps; where they grew already, the first. */
  #startNorm(): number {
    return Math.min(median(this.#startNorms), this.#startNorms[0] ?? Infinity);
  }

  #vanishing({ layers, sampled, loss = Number.NaN }: Looked, found: Draft[]): void {
    const { vanishing: threshold, vanishingSteps } = this.#limits;
    if (Number.isNaN(this.#faded) || !sampled) return;
    // What is cut off is another matter.
    const deep = layers.filter(
      ({ gradient, cut }) => gradient !== undefined && (cut === undefined || cut.how === "faded"),
    );
    const third = Math.floor(deep.length / 3);
    const [first, middle, last] = [0, third, deep.length - third].map((from, i) =>
      largestOf(deep.slice(from, i === 1 ? deep.length - third : from + third)),
    ) as [number, number, number];
    const learns = deep
      .slice(-third)
      .some(({ gradient, value }) => size(gradient) * size(value) >= MATTERS * Math.abs(loss));
    const fades =
      deep.length >= DEEP &&
      Math.abs(loss) > HIGH &&
      learns &&
      // A body that is frozen has none at all.
      middle > 0 &&
      first <= threshold * last &&
      first <= FADED * middle &&
      middle <= FADED * last;
    this.#faded = fades ? this.#faded + 1 : Number.NaN;
    if (!fades || this.#faded < vanishingSteps) return;
    const layer = deep[0]?.name ?? "";
    const value = first / last;
    found.push({
      code: "VANISHING",
      layer,
      message: `gradients fade on their way back to ${layer}: those of the first ${third} parameters are ${showBrief(value)} of those of the last ${third}. relu with weights of kaiming(), layerNorm, or add(x, f(x)) around a layer keep them`,
      value,
      threshold,
      fix: [],
    });
  }

  #isFaint({ absMax }: Stats, layers: readonly Layer[]): boolean {
    return layers.some(
      ({ gradient }) =>
        gradient !== undefined && absMax <= this.#limits.vanishing * gradient.absMax,
    );
  }

  /** Parameters to which from the first step on all of the gradient is lost before it is there, while others learn. */
  #faint({ layers, loss = Number.NaN }: Looked, found: Draft[]): void {
    const { vanishing, deadSteps } = this.#limits;
    const faint = layers.filter(({ name }) => this.#historyOf(name).faded >= deadSteps);
    const [first] = faint;
    // Of a deep network that has been told in other words.
    if (first === undefined || found.some(({ code }) => code === "VANISHING")) return;
    const learns = layers.some(
      ({ gradient, value }) => size(gradient) * size(value) >= MATTERS * Math.abs(loss),
    );
    if (!learns || !(Math.abs(loss) > HIGH)) return;
    const others = faint.length === 1 ? "" : `, nor to ${faint.length - 1} more`;
    found.push({
      code: "VANISHING",
      layer: first.name,
      message: `no gradient to speak of has come to ${first.name}${others} since the start: on its way back it becomes smaller from op to op, until nothing is left. Fewer steps, larger weights, or add(h, f(h)) from one to the next keep it`,
      value: first.gradient?.absMax ?? 0,
      threshold: vanishing,
      fix: [],
    });
  }

  #frozen({ name, bound, v }: AdamState, { loss = Number.NaN }: Looked, found: Draft[]): void {
    const past = this.#histories.get(name)?.gradients;
    if (past === undefined || past.length < FROZEN_WINDOW) return;
    let recent = 0;
    for (const size of past) recent = Math.max(recent, size);
    const { frozen: threshold } = this.#limits;
    if (!(recent > 0) || !(Math.sqrt(bound) >= threshold * recent)) return;
    if (loss < CONVERGED * (this.#firstLoss ?? 0)) return;
    const value = Math.sqrt(v.absMax) / recent;
    // Smaller gradients than those before may be those of an optimum.
    if (!(value >= threshold) || Math.sqrt(v.absMax) < SPIKE) return;
    const message = `${name}: √v of Adam is ${showBrief(value)} times the largest gradient of the last ${FROZEN_WINDOW} steps: an earlier gradient was so large that elements no longer move`;
    found.push({ code: "FROZEN", layer: name, message, value, threshold, fix: ["clip-norm"] });
  }

  #dead(frame: Looked, found: Draft[]): void {
    const dead = this.#stillness(frame);
    this.#still = dead === undefined ? 0 : this.#still + 1;
    if (dead !== undefined && (frame.died || this.#still >= STILL)) found.push(dead);
  }

  /** Whether the loss is high, and its gradient as good as 0. */
  #stillness({ loss, layers, gradientNorm, died }: Looked): Draft | undefined {
    const first = this.#firstLoss;
    if (loss === undefined || first === undefined || !Number.isFinite(loss) || loss === 0) return;
    // Without a cut the gradients of the parts add up to 0: an optimum, beside a loss that cannot be 0.
    const cut = layers.find(
      ({ cut: one }) => one !== undefined && !/^(faded|met)$/.test(one.how),
    )?.cut;
    if ((cut === undefined && !died) || !(Math.abs(loss) > HIGH)) return;
    let [slope, gradients] = [0, 0];
    for (const { gradient, value } of layers) {
      if (gradient === undefined) continue;
      slope += size(gradient) * Math.max(1, size(value));
      gradients++;
    }
    const { slope: threshold } = this.#limits;
    const value = slope / Math.abs(loss);
    // Also false for NaN.
    if (gradients === 0 || !(value <= threshold)) return;
    if (this.#learnt(loss)) return;
    const last = this.#norms.slice(-(this.#limits.growthSteps + 1));
    const sudden = (gradientNorm ?? 0) <= SUDDEN * Math.max(...last);
    if (this.#frames > EARLY && !sudden) return;
    const message = `the loss is ${showBrief(loss)}, and its gradient as good as 0 (Σ ‖g‖ ‖p‖ = ${showBrief(value)} of the loss): ${whyStill(cut)}`;
    const isOfLoss = cut === undefined || cut.kind === "clamp" || cut.kind === "smooth";
    const fix: readonly Fix[] = isOfLoss ? ["logits", "lower-lr"] : opening(cut);
    return { code: "DEAD", message, value, threshold, fix };
  }
}

/** What opens a way back: a rectifier is open again, too, once its layer is back where it was. */
const OPENED: Readonly<Record<NonNullable<Cut["kind"]>, readonly Fix[]>> = {
  clamp: ["slope", "scale-input"],
  flat: ["slope"],
  gate: ["slope", "lower-lr"],
  quotient: ["scale-input"],
  smooth: ["lower-lr", "scale-input"],
  zeros: ["random-start"],
};

const opening = ({ kind }: Cut): readonly Fix[] => (kind === undefined ? [] : OPENED[kind]);

/** Powers of two below overflow that no float32 has of which the norm is beyond 2⁶⁴, of 2⁶⁰ elements at the most. */
const OF_DOUBLES = 128 - 64 + 30;

/** What is to blame for a gradient that is as good as 0; what no op holds back was lost before, which an alarm has told. */
function whyStill(cut: Cut | undefined): string {
  if (cut === undefined) return "a number was lost on the way, as an alarm has told";
  return cut.how === "unread" ? "it depends on no parameter" : `${cut.by} lets nothing through`;
}

/** Whether the largest is a number of the code that stands for a mask, and the others are in good order: where only the magnitude is known, by that. */
function isMasked({ absMax, min = -absMax, max = 0 }: Stats, threshold: number): boolean {
  const power = Math.log10(absMax);
  const isWritten =
    Object.values(LARGEST).includes(absMax) || Math.abs(power - Math.round(power)) < 1e-6;
  return min === -absMax && isWritten && max < absMax / 2 ** threshold;
}

/** Whether a gradient is more than 0 beside its loss: what comes after one that is not has not grown from there. */
function matters(norm: number, { loss, layers }: Looked): boolean {
  if (loss === undefined) return true;
  let largest = 1;
  for (const { gradient, value } of layers) {
    if (gradient !== undefined) largest = Math.max(largest, size(value));
  }
  return norm * largest >= MATTERS * Math.abs(loss);
}

/** Whether all of a parameter's gradient has become 0 on its way back, and none of it at a slope of 0. */
const isFaded = ({ gradient, cut }: Layer): boolean =>
  gradient?.absMax === 0 && cut?.how === "faded";

const largestOf = (layers: readonly Layer[]): number =>
  layers.reduce((most, { gradient }) => Math.max(most, size(gradient)), 0);

/** The norm, or where it was not taken its lower bound. */
function size(stats: Stats | undefined): number {
  return stats?.norm ?? stats?.absMax ?? 0;
}

function absorbed(op: string): Draft {
  const message = `${op} swallowed a NaN or ∞ in the forward pass: what comes out is finite, and does not tell`;
  return { code: "ABSORBED", layer: op, message, value: 1, threshold: 0, fix: ["scale-input"] };
}

function keepLast(list: number[], value: number, n: number): void {
  list.push(value);
  if (list.length > n) list.shift();
}
