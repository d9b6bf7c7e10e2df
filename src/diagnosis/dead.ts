/**
 * Gradients that have died: what a slope next to 0 took, whether somebody wanted it, and which parameters nothing reaches
 * for it. All of this is asked only where peak words say that a gradient was lost.
 */

import type { Call } from "../op.js";
import { callsOf } from "../tape.js";
import { INFINITY_BITS, isDouble, octaveOf, type Tensor } from "../tensor.js";
import { rootOf } from "./began.js";
import { isAlike, isKeeping, operand, taintAt } from "./diagnose.js";

/**
 * How a slope comes to be next to 0. `"clamp"`: y is x, held within bounds; `"gate"`: so is it on one side, as of relu and
 * maximum, which are there for that, and shut for a row or a batch in good order; `"flat"`: it is 0 everywhere; `"smooth"`: little by little, as
 * where a function that has learnt nears its limit; `"quotient"`: so is it in a divisor that grows, where what is divided still has
 * its gradient.
 */
export type Saturates = "clamp" | "gate" | "flat" | "smooth" | "quotient";

/** A slope that is next to 0: what is left of a cotangent whose gradient has died. */
export const NEXT_TO_0 = 2 ** -20;

/** How a call saturates, if it can. */
export const saturationOf = (call: Call): Saturates | undefined =>
  call.op.isBound?.(call) === false ? undefined : call.op.saturates;

/** Whether it is x, held within bounds. */
export function holds(call: Call): boolean {
  const how = saturationOf(call);
  return how === "clamp" || how === "gate";
}

/**
 * Whether a clamp holds element `at` on the side where the loss wants it: a hinge or a penalty that is met. Moving x back
 * within bounds would move y away from there.
 */
function isMet(call: Call, index: number, dy: Tensor, at: number): boolean {
  if (!holds(call)) return false;
  const [x = 0, y = 0] = [call.inputs[index]?.raw[at], call.out.raw[at]];
  const g = dy.raw[at] ?? 0;
  return g * (y - x) > 0 || (call.op.name === "relu" && x === 0 && g > 0);
}

/** What of dy a bound does not hold where the loss wants it. A pole behind it wants more than it can have. */
export function unmet(call: Call, index: number, dy: Tensor): ArrayLike<number> {
  if (!holds(call) || isSteep(call, dy) || hasTarget(call)) return dy.raw;
  return dy.raw.map((g, i) => (isMet(call, index, dy, i) ? 0 : g));
}

/** Ops that compare with a target. */
const ERRORS: ReadonlySet<string> = new Set(["abs", "mse", "square", "squaredDifference"]);

/** Ops after which a target is still one. */
const SHIFTING: ReadonlySet<string> = new Set(["add", "clone", "mul", "neg", "sub"]);

/** Whether what comes out is wanted at a number, which may be beyond the bound, and not only as large or small as it gets. */
function hasTarget({ out }: Call): boolean {
  const behind = new Set<Tensor>([out]);
  for (const { op, inputs, out: next } of callsOf(out)) {
    if (!inputs.some((input) => behind.has(input))) continue;
    if (ERRORS.has(op.name)) return true;
    if (SHIFTING.has(op.name)) behind.add(next);
  }
  return false;
}

/** Whether all that it was told is met. */
export function allMet(call: Call, index: number, dy: Tensor): boolean {
  if (!holds(call) || hasTarget(call)) return false;
  const { raw } = dy;
  for (let i = 0; i < raw.length; i++) if (raw[i] !== 0 && !isMet(call, index, dy, i)) return false;
  return true;
}

/** Whether an op can hold back all of what comes. */
function saturates(call: Call): boolean {
  const how = saturationOf(call);
  return how !== undefined && how !== "quotient";
}

const CHOICES: ReadonlySet<string> = new Set(["maximum", "minimum", "where"]);

/** Inputs that the tape follows, and to which there is a way back, each once. */
const followed = ({ op, inputs, out: { tape } }: Call): readonly Tensor[] => [
  ...new Set(inputs.filter((input, index) => input.tape === tape && op.backward[index])),
];

/**
 * Whether what an op holds back had another way to the loss, and something chose between the two: the other side of a
 * maximum, or min(r A, clip(r) A) of a clipped objective. No gradient is then what was asked for.
 */
export function isChosen(call: Call): boolean {
  if (CHOICES.has(call.op.name)) return followed(call).length > 1;
  if (!holds(call)) return false;
  const past = new Set<Tensor>();
  for (let at: Call | undefined = call; at !== undefined; ) {
    const [from, ...others] = followed(at);
    if (from === undefined || others.length > 0) break;
    past.add(from);
    const { call: made } = from;
    at = made && from.tape === made.out.tape && !saturates(made) ? made : undefined;
  }
  const held = new Set<Tensor>([call.out]);
  for (const other of callsOf(call.out)) {
    if (other === call) continue;
    const ways = followed(other);
    const ofHeld = ways.some((input) => held.has(input));
    const ofPast = ways.some((input) => past.has(input) && !held.has(input));
    if (ofHeld && ofPast && CHOICES.has(other.op.name)) return true;
    if (ofHeld) held.add(other.out);
    else if (ofPast && !saturates(other)) past.add(other.out);
  }
  return false;
}

/** The least magnitude in a tensor. */
export const smallest = (x: Tensor): number =>
  x.raw.reduce((a: number, b) => Math.min(a, Math.abs(b)), Infinity);

/** Tensors that one was computed from, a few ops before, itself among them; no numbers of the code. */
export const madeFrom = (tensor: Tensor, far = 5): readonly Tensor[] =>
  tensor.written !== undefined
    ? []
    : [
        tensor,
        ...(far === 0 ? [] : (tensor.call?.inputs ?? [])).flatMap((input) =>
          madeFrom(input, far - 1),
        ),
      ];

/** Whether two were computed from the same, which did not come in, a few ops before. */
function areKin(a: Tensor, b: Tensor): boolean {
  const before = new Set(madeFrom(a));
  return madeFrom(b).some((one) => one.call !== undefined && before.has(one));
}

/**
 * How steep a call can be in one of its inputs because of the size of its numbers; 1 where it can be so only next to a pole.
 */
function steepnessOf({ op, inputs, out }: Call, input: Tensor): number {
  const [a = input, b = a] = inputs;
  const other = input === a ? b : a;
  switch (op.name) {
    case "mul":
      // Each element is a factor of so many of the product's.
      return (other.magnitude * out.size) / input.size;
    case "matmul":
    case "linear":
      return input === inputs[2] ? 1 : other.magnitude * Math.max(...out.shape);
    case "div":
      // What is divided by its own norm, or total, and an epsilon is as steep where all of it is 0.
      return input === a && (b.tape !== out.tape || areKin(a, b)) ? 1 / smallest(b) : 1;
    case "square":
    case "sumSquares":
      return 2 * a.magnitude;
    case "mse":
    case "squaredDifference":
      return 2 * (a.magnitude + b.magnitude);
    case "exp":
      return out.magnitude;
    case "entr":
    case "klDiv":
    case "relEntr":
    case "xlogx":
    case "xlogy":
      // A logarithm alone: at the least number of its type it is this.
      return input === a ? (isDouble(out) ? 745 : 104) : 1;
    default:
      return 1;
  }
}

/** How large a cotangent of it may be for the size of the numbers on the way to the loss. */
function factorOf(from: Tensor): number {
  const factors = new Map<Tensor, number>();
  for (const call of callsOf(from).toReversed()) {
    const after = factors.get(call.out) ?? 1;
    for (const input of followed(call)) {
      const factor = Math.max(1, steepnessOf(call, input)) * after;
      factors.set(input, Math.max(factor, factors.get(input) ?? 1));
    }
    if (call.out === from) break;
  }
  return factors.get(from) ?? 1;
}

/** From 16 on a cotangent may have met a pole, as that of log at a probability next to 0. Asked of the peak word. */
const isLarge = (dy: Tensor): boolean =>
  dy.peak >= INFINITY_BITS - ((isDouble(dy) ? 1024 : 128) - 4) * octaveOf(dy);

/**
 * Whether dx's peak lies so far below dy's that a slope next to 0 is worth a look: 10 powers of two for large
 * cotangents, 20 for others.
 */
export const isLost = (dy: Tensor, dx: Tensor): boolean =>
  dy.peak - dx.peak > (isLarge(dy) ? 10 : 20) * octaveOf(dy);

/**
 * Whether a quotient is next to 0 because its divisor has grown: by its own size it moves nothing then. A slope of one that is 0
 * says nothing, and a small one is small where the divisor is large.
 */
export function isOutgrown({ inputs, out }: Call, at: number): boolean {
  const [a, b = a] = inputs;
  const divided = a === b || a?.raw[a.size === b?.size ? at : 0] !== 0;
  return divided && Math.abs(out.raw[at] ?? 0) < 2 ** -30;
}

/** Whether it is a sigmoid, or another share, that is written out: what is divided by is an exponential, or a sum of such, with 1 beside them. */
export const isWrittenSigmoid = ({ inputs }: Call): boolean => {
  const under = inputs.at(-1);
  return under !== undefined && (RAISED.has(under.call?.op.name ?? "") || isSumOfRaised(under));
};

const RAISED: ReadonlySet<string> = new Set(["exp", "exp2", "pow"]);

/** Terms of a sum that are looked at, one inside the other. */
const TERMS = 8;

function isSumOfRaised({ call, maker }: Tensor, far = TERMS): boolean {
  if (call?.op.name !== "add" || far === 0) return false;
  const isTerm = (one: Tensor): boolean =>
    one.written === 1 || RAISED.has(one.maker ?? "") || isSumOfRaised(one, far - 1);
  return maker === "add" && call.inputs.every(isTerm);
}

/** Whether next to nothing at all has come through. */
export const isDead = (dy: Tensor, dx: Tensor): boolean => dy.peak - dx.peak > 20 * octaveOf(dy);

/** Whether a pole has made a cotangent so large, and not numbers of the data, of weights or of a penalty. */
export const isSteep = ({ out }: Call, dy: Tensor): boolean =>
  isLarge(dy) && dy.magnitude >= 16 * factorOf(out);

/** Whether that cotangent died. */
export const isAmplified = (call: Call, index: number, dy: Tensor, at: number): boolean =>
  call.op.saturates !== "flat" &&
  !isMet(call, index, dy, at) &&
  isSteep(call, dy) &&
  ((holds(call) && !HAS_POLE.has(call.op.name)) || isSwamped(call));

/** Functions that near 0, or −1, with a slope as small as what is left, so that a logarithm of that has one of its own. */
export const HAS_POLE: ReadonlySet<string> = new Set(["elu", "exp", "softplus"]);

/** Below this part of an epsilon a number is as good as lost beside it. */
const SWAMPED = 2 ** -10;

/** What is added without a gradient, up to here, may be what a bound has made of it. */
const HANDED = 2 ** -6;

/** Ops through which it is still a share of what comes out. */
const SHARING: ReadonlySet<string> = new Set([
  "abs",
  "add",
  "cumprod",
  "cumsum",
  "div",
  "linear",
  "matmul",
  "mean",
  "mul",
  "neg",
  "norm1",
  "norm2",
  "pow",
  "prod",
  "square",
  "sub",
  "sum",
  "where",
]);

/**
 * Whether what is made of an exponential, or of what nears a limit, is lost beside an epsilon, or at a bound: beside others, or at a
 * pole of its own, it has its share of the gradient, however small it is.
 */
function isSwamped({ out }: Call): boolean {
  const behind = new Set<Tensor>([out]);
  for (const { op, inputs, out: next } of callsOf(out)) {
    const from = inputs.find((input) => behind.has(input));
    if (from === undefined) continue;
    const constant = inputs.find((input) => input !== from && input.tape !== out.tape);
    const epsilon = constant?.magnitude ?? 0;
    // A clip that hands its gradient on, as if it were none, is an epsilon where it holds something.
    const isHanded = constant?.written === undefined && epsilon > 0 && epsilon <= HANDED;
    const isKept = isHanded || isKeeping(constant?.written ?? epsilon);
    if (op.name === "clip" || op.name === "maximum") return true;
    if (op.name === "add" && isKept) {
      if (from.raw.some((v) => Math.abs(v) < SWAMPED * epsilon)) return true;
    }
    // Next to 0 an exponential is as far from 1 as that is from 0.
    const isNear = op.name === "exp" && smallest(from) < NEXT_TO_0;
    if (isNear || SHARING.has(op.name)) behind.add(next);
  }
  return false;
}

/** Whether it keeps x where the next op has a value: as safe functions do, which count what they change. */
export function isDomain(call: Call): boolean {
  const { op, out } = call;
  if (!holds(call)) return false;
  const uses = callsOf(out).filter(({ inputs }) => inputs.includes(out));
  const isKept = (use: Call): boolean =>
    isNormed(use, out) ||
    (op.name === "clip" && /^(logit|atanh|a(cos|sin|cosh))$/.test(use.op.name));
  return uses.length > 0 && uses.every(isKept);
}

/**
 * Whether it divides by a norm, or total, of what is divided, which a small bound keeps from 0: that has a way of its own, and as much
 * of a slope as the bound leaves it.
 */
function isNormed({ op, inputs: [a, b] }: Call, held: Tensor): boolean {
  if (op.name !== "div" || b !== held || a === undefined) return false;
  const { inputs = [], attrs } = held.call ?? {};
  const bound = inputs.find(({ tape }) => tape !== held.tape)?.written ?? lowerOf(attrs);
  const before = new Set(madeFrom(a));
  return isKeeping(bound) && madeFrom(held).some((one) => one.tape && before.has(one));
}

/** The lower bound among the options of a clip; NaN where it has none. */
const lowerOf = (attrs: unknown): number =>
  (attrs as { readonly min?: number } | undefined)?.min ?? Number.NaN;

/**
 * Whether a clamp holds back an ∞ that the loss wants moved, as log(0) held at −100: what it was computed from never learns of
 * it. That is no row that a gate shuts for.
 */
export const holdsInfinity = (call: Call, index: number, dy: Tensor, at: number): boolean =>
  holds(call) &&
  Math.abs(call.inputs[index]?.raw[at] ?? 0) === Infinity &&
  dy.raw[at] !== 0 &&
  !isMet(call, index, dy, at);

/**
 * Whether a clamp holds back all that an infinite slope behind it asks for, as that of a root which is kept from below 0: of some rows
 * it may be a gate.
 */
export function holdsSteep(call: Call, index: number, dy: Tensor, dx: Tensor): boolean {
  const isHeld = (g: number, at: number): boolean => g === 0 || !isMet(call, index, dy, at);
  if (dy.peak !== INFINITY_BITS || !holds(call) || !isDead(dy, dx) || !dy.raw.every(isHeld))
    return false;
  const infinite = dy.raw.findIndex((g) => Math.abs(g) === Infinity);
  return rootOf(taintAt(operand("dy", dy, infinite)).birth).cause === "singular-slope";
}

/** What is 0 for all that a row, or a small batch, may have below a bound, in good order. */
const RECTIFIERS: ReadonlySet<string> = new Set([
  "hardShrink",
  "relu",
  "relu6",
  "softShrink",
  "thresholdedRelu",
]);

/** Whether a number in the code is added to it, as a scale gets its least: it is meant to come to that. */
const isFloored = ({ out }: Call): boolean =>
  callsOf(out).some(
    ({ op, inputs }) =>
      op.name === "add" && inputs.includes(out) && inputs.some(({ written = 0 }) => written > 0),
  );

/** Whether it is a rectifier, or a bound of 0 that is written as one. */
const isRectifier = ({ op, inputs, out: { tape } }: Call): boolean =>
  RECTIFIERS.has(op.name) || inputs.some((input) => input.tape !== tape && input.written === 0);

/** The gate nearest to a loss that has held back all that was asked of it; a rectifier only where it has done so for long. */
export const shutGate = (loss: Tensor, forLong: boolean): Call | undefined =>
  callsOf(loss).findLast(
    (call) =>
      call.op.saturates === "gate" &&
      call.cut === "lost" &&
      (forLong || !isRectifier(call)) &&
      !isFloored(call),
  );

/** What lets no gradient through to a parameter. */
export interface Cut {
  /** The op. */
  readonly by: string;
  /**
   * `"hard"` by slopes of exactly 0, or weights; `"smooth"` by slopes next to it; `"met"` by a clamp that holds all elements
   * where the loss wants them; `"faded"` before: what comes to the op is as good as 0 already; `"unread"`: the loss depends on no
   * parameter at all.
   */
  readonly how: "hard" | "smooth" | "met" | "faded" | "unread";
  /** Whether there is no way back at all: a comparison, or the index of an extreme. */
  readonly ends?: true;
  /** How the op comes to it; `"zeros"`: it is multiplied by a parameter that is 0 all over. */
  readonly kind?: Saturates | "zeros" | undefined;
}

const PRODUCTS: ReadonlySet<string> = new Set(["mul", "matmul", "linear"]);

/** What lets nothing through a call to one of its inputs; undefined where something may come. */
function cutAt(
  { op, inputs, cut }: Call,
  index: number,
  params: ReadonlySet<Tensor>,
): Cut | undefined {
  const how = op.saturates === "smooth" ? "smooth" : "hard";
  if (cut !== undefined)
    return { by: op.name, how: cut === "lost" ? how : cut, kind: op.saturates };
  if (!op.backward[index]) return { by: op.name, how: "hard", ends: true, kind: "flat" };
  // What is normalised alone is 0 whatever it was.
  if (op.name === "layerNorm" && index === 0 && inputs[0]?.shape.at(-1) === 1)
    return { by: "layerNorm over a single element", how: "hard" };
  if (!PRODUCTS.has(op.name) || index > 1) return undefined;
  const other = inputs[1 - index];
  if (other === undefined || !params.has(other) || other.magnitude > 0) return undefined;
  const by = `${op.name} by "${other.name ?? "a parameter"}", all of it 0,`;
  return { by, how: "hard", kind: "zeros" };
}

/**
 * The parameters whose every way to the loss is cut, with what cuts the one that is nearest to the loss. Those that the loss
 * does not depend on are none, unless it depends on none of them.
 */
export function cutOff(loss: Tensor, named: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Cut> {
  const params = new Set(named.values());
  const open = new Set<Tensor>([loss]);
  const closed = new Map<Tensor, Cut>();
  for (const call of callsOf(loss).toReversed()) {
    const { op, inputs, out } = call;
    const free = open.has(out);
    const before = closed.get(out);
    if (!free && before === undefined) continue;
    inputs.forEach((input, index) => {
      // A mask, or an op of one's own without a way back, is no way, and meant to be none; what a choice depends on is one that
      // is cut.
      const chooses = op.name === "where" && input.tape === out.tape;
      if (!op.backward[index] && op.absorbs !== "compares" && !chooses) return;
      const cut = free ? cutAt(call, index, params) : before;
      if (cut === undefined) open.add(input);
      else if (!closed.has(input)) closed.set(input, cut);
    });
  }
  const cuts = new Map<string, Cut>();
  let read = false;
  for (const [name, tensor] of named) {
    const cut = closed.get(tensor);
    read = read || cut !== undefined || open.has(tensor);
    if (cut !== undefined && !open.has(tensor)) cuts.set(name, cut);
  }
  if (!read) for (const name of named.keys()) cuts.set(name, { by: "", how: "unread" });
  return cuts;
}

/**
 * Where the loss depends on every parameter through ops without a way back alone, the first of them: what it reads has a slope
 * still.
 */
export function endOf(loss: Tensor, named: ReadonlyMap<string, Tensor>): Call | undefined {
  const cuts = [...cutOff(loss, named).values()];
  if (cuts.length < named.size || cuts.some(({ ends }) => ends !== true)) return undefined;
  const behind = new Set<Tensor>([loss]);
  let first: Call | undefined;
  for (const call of callsOf(loss).toReversed()) {
    if (!behind.has(call.out)) continue;
    for (const input of call.inputs) behind.add(input);
    if (call.op.absorbs === "compares") first = call;
  }
  return first;
}

// ── Poles that came to a limit ───────────────────────────────────────────────────────────────────

/**
 * What undoes a pole: x is finite in the end, and so is its slope, while the slopes of the two ops are 0 and ∞. What is
 * steeper than the pole, as tanh(1 / x), is flat there, and 0 is right.
 */
const UNDONE: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries([
  ...["log", "log2", "log10", "log1p"].map((pole) => [
    pole,
    new Set([
      "crossEntropy",
      "elu",
      "exp",
      "exp2",
      "expm1",
      "logSoftmax",
      "logaddexp",
      "logcumsumexp",
      "logsumexp",
      "sigmoid",
      "softmax",
      "softplus",
    ]),
  ]),
  ["atanh", new Set(["tanh"])],
  ["logit", new Set(["sigmoid"])],
  ...["div", "reciprocal"].map((pole) => [
    pole,
    new Set(["atan", "div", "reciprocal", "softsign"]),
  ]),
]);

/**
 * Of a root its order: where it is 0 that power of it has a slope, while its own is infinite, and that of the power 0. An angle is
 * a square root next to 0.
 */
function rootOrder({ op, inputs: [, b] }: Call): number | undefined {
  switch (op.name) {
    case "acos":
    case "acosh":
    case "sqrt":
      return 2;
    case "cbrt":
      return 3;
    case "pow": {
      const power = exponentOf(b);
      return power !== undefined && power > 0 && power < 1 ? 1 / power : undefined;
    }
    default:
      return undefined;
  }
}

/** The one exponent of a power. A number in the code is known by that, too, where its tensor has been freed. */
export const exponentOf = (b: Tensor | undefined): number | undefined =>
  b?.written ?? (b?.size === 1 && b.readable ? b.raw[0] : undefined);

/** Whether two are the same, or roots of one order. */
const areAlike = (a: Tensor, b: Tensor): boolean =>
  isAlike(a, b) ||
  (a.call !== undefined && b.call !== undefined && orderIn(a) === 2 && orderIn(b) === 2);

/** To which power an op takes one of its operands, or the difference of two. */
function powerOf({ op, inputs: [a, b] }: Call): number | undefined {
  switch (op.name) {
    // What has a summit or a hollow at 0 is a square next to it.
    case "cos":
    case "cosh":
    case "logcosh":
    case "hypot":
    case "mse":
    case "square":
    case "squaredDifference":
    case "sumSquares":
      return 2;
    case "mul":
      return a !== undefined && b !== undefined && areAlike(a, b) ? 2 : undefined;
    case "pow":
      return exponentOf(b);
    default:
      return undefined;
  }
}

/** Whether it undoes a root of that order. */
const raisesTo = (call: Call, order: number | undefined): boolean =>
  order !== undefined && Math.abs((powerOf(call) ?? 0) - order) < 1e-3;

/** Elements that are looked at. */
const LOOKED_AT = 4096;

/** Whether it raises a root, or the difference of two, that is 0 where the loss wants it moved. */
export function undoesRoot(call: Call, index: number, dy: Tensor): boolean {
  const x = call.inputs[index];
  if (x === undefined || powerOf(call) === undefined || x.size > LOOKED_AT) return false;
  if (!raisesTo(call, orderIn(x))) return false;
  return dy.size === x.size ? x.raw.some((v, i) => v === 0 && dy.raw[i] !== 0) : dy.peak > 0;
}

/** What a call multiplies with, or divides by, what is nowhere 0; its magnitude is that but for a sign. */
function scaledIn({ op, inputs: [a, b] }: Call): Tensor | undefined {
  if (op.name === "abs") return a;
  if (!/^(div|matmul|mul)$/.test(op.name) || !a || !b || a === b) return undefined;
  const isFactor = (one: Tensor): boolean =>
    one.readable &&
    one.size <= LOOKED_AT &&
    one.raw.every((v) => v !== 0 && Math.abs(v) < HUGE_FACTOR);
  if (isFactor(b)) return a;
  return op.name !== "div" && isFactor(a) ? b : undefined;
}

/** What a root is multiplied with to become another number than 0 is no factor of it. */
const HUGE_FACTOR = 1e12;

/**
 * The order of the root that a tensor is, but for a sum. The difference of two that are both 0 has no one limit, unless one of them
 * stays where it is, as that of a target does.
 */
function orderIn({ call }: Tensor, far = 5): number | undefined {
  if (call === undefined || far === 0) return undefined;
  const own = rootOrder(call);
  const scaled = scaledIn(call);
  if (own === undefined && scaled !== undefined) return orderIn(scaled, far - 1);
  if (own !== undefined || !(ADDING.has(call.op.name) || LIKE_ITSELF.has(call.op.name))) return own;
  const orders = followed(call).flatMap((input) => orderIn(input, far - 1) ?? []);
  return orders.length === 1 ? orders[0] : undefined;
}

/** Functions that are next to 0 what they are of. */
const LIKE_ITSELF: ReadonlySet<string> = new Set([
  "asin",
  "asinh",
  "atan",
  "atanh",
  "erf",
  "expm1",
  "log1p",
  "sin",
  "sinh",
  "tan",
  "tanh",
]);

const UNDOING: ReadonlySet<string> = new Set(Object.values(UNDONE).flatMap((ops) => [...ops]));

/** Ops between the two that neither raise what they are given to a power nor leave any of it out. */
const ADDING: ReadonlySet<string> = new Set([
  "add",
  "clone",
  "cumsum",
  "mean",
  "neg",
  "sub",
  "sum",
]);

/** Ops whose slope is not 0 at a 0. */
const STRAIGHT: ReadonlySet<string> = new Set([...ADDING, "div", "linear", "matmul", "mul"]);

/** Whether a call multiplies with one number, or divides by it. */
function isNumberBeside({ op, inputs: [a, b] }: Call, of: Tensor): boolean {
  const by = a === of ? b : a;
  const isScale = op.name === "mul" || (op.name === "div" && of === a);
  return isScale && by !== undefined && by !== of && by.size === 1 && by.readable;
}

/** By how much a call scales what it is given: of a mean its share. */
function scaleOf(call: Call, of: Tensor): number {
  const { op, inputs, out } = call;
  if (op.name === "mean") return out.size / of.size;
  if (!isNumberBeside(call, of)) return 1;
  const [number = 1] = inputs.find((input) => input !== of)?.raw ?? [];
  return Math.abs(op.name === "div" ? 1 / number : number);
}

/** Whether it makes no more of it: the power is one of at most 1, and the slope there a number or infinite. */
function isLessened({ op, inputs: [a, b] }: Call, of: Tensor, quotient: boolean): boolean {
  const by = a === of ? b : a;
  if (by === undefined || by === of || !by.readable) return false;
  // A quotient's pole has a limit whatever it is multiplied with.
  if (quotient) return op.name === "mul" || (op.name === "div" && of === a);
  if (op.name === "mul" && by.size === of.size)
    return of.raw.some((v, i) => Math.abs(v) === Infinity && Math.abs(by.raw[i] ?? 0) <= 1);
  if (/^(linear|matmul|mul)$/.test(op.name)) return by.raw.every((v) => Math.abs(v) <= 1);
  return op.name === "div" && of === a && smallest(by) >= 1;
}

const infinitiesIn = ({ raw }: Tensor): number =>
  raw.reduce((count: number, v) => count + (Math.abs(v) === Infinity ? 1 : 0), 0);

/** Whether an op gave a cotangent that is not 0 no way back through an ∞ that it brought to a limit. */
export function undoes({ op, inputs }: Call, index: number, dy: Tensor, dx: Tensor): boolean {
  const x = inputs[index];
  const isUndoing = UNDOING.has(op.name) || (op.name === "pow" && index === 1);
  if (x === undefined || !isUndoing || x.peak < INFINITY_BITS) return false;
  const { raw } = dy;
  // What one element of a row is wanted for, all of it are.
  const isAlone = dy.size === x.size && !/softmax$/i.test(op.name);
  const wanted = (i: number): boolean => (isAlone ? raw[i] !== 0 : dy.peak > 0);
  return x.raw.some((v, i) => Math.abs(v) === Infinity && dx.raw[i] === 0 && wanted(i));
}

/** Whether a parameter is moved by what a tensor should be moved by. */
export function isStraight(tensor: Tensor): boolean {
  const { call } = tensor;
  if (call === undefined || call.out.tape !== tensor.tape) return true;
  const [x] = call.inputs;
  const isSteep = BENT.has(call.op.name) && x?.readable === true && !x.raw.includes(0);
  return (isSteep || STRAIGHT.has(call.op.name)) && followed(call).some(isStraight);
}

/** What has a slope wherever it is not of 0. */
const BENT: ReadonlySet<string> = new Set(["abs", "sqrt", "square"]);

/**
 * Whether the zero that met the infinite slope of a pole stands for a number: the pole came to a limit without being
 * left out, alone.
 */
export function isUndone(call: Call, index: number): boolean {
  const order = rootOrder(call);
  const undoing = UNDONE[call.op.name];
  const from = call.inputs[index];
  // What is divided by 0 has no slope in the limit.
  const isOver = call.op.name === "div" && index === 0;
  if (
    (undoing === undefined && order === undefined) ||
    isOver ||
    from === undefined ||
    !isStraight(from)
  )
    return false;
  const poles = infinitiesIn(call.out);
  const isQuotient = /^(div|reciprocal)$/.test(call.op.name);
  const isLog = undoing?.has("exp") === true;
  /** What is behind the pole, and how many times it is in it: of a logarithm, the power. */
  const behind = new Map<Tensor, number>([[call.out, 1]]);
  for (const other of callsOf(call.out)) {
    const { op, inputs, out } = other;
    const at = inputs.find((input) => behind.has(input));
    if (at === undefined) continue;
    const power = (behind.get(at) ?? 1) * (isLog ? scaleOf(other, at) : 1);
    // A power of a number is an exponential.
    const isRaised = isLog && op.name === "pow" && inputs[1] === at;
    const undone = order === undefined ? isRaised || undoing?.has(op.name) : raisesTo(other, order);
    // Beyond the first power the slope is 0; below it is infinite.
    const hasSlope = power <= 1 + NEXT_TO_0;
    if (other.undoes && undone && hasSlope && infinitiesIn(at) >= poles) return true;
    const isLike = order !== undefined && (LIKE_ITSELF.has(op.name) || scaledIn(other) === at);
    const isNumber = isLog && isNumberBeside(other, at);
    if (isLike || isNumber || ADDING.has(op.name) || isLessened(other, at, isQuotient))
      behind.set(out, power);
  }
  return false;
}
