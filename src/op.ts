/**
 * What an op is on this side: a record of its shape rule, its kernels, and where to look when one of
 * its elements goes bad. `apply` is the one path through which every op runs.
 */
import { aside } from "./diagnosis/aside.js";
import { optionsTold } from "./diagnosis/code.js";
import {
  allMet,
  holdsInfinity,
  holdsSteep,
  isAmplified,
  isChosen,
  isDead,
  isDomain,
  isLost,
  isOutgrown,
  isSteep,
  isUndone,
  isWrittenSigmoid,
  NEXT_TO_0,
  type Saturates,
  saturationOf,
  undoes,
  undoesRoot,
  unmet,
} from "./diagnosis/dead.js";
import type { Absorbs, Explanation, Located, Producer } from "./diagnosis/diagnose.js";
import {
  firstBad,
  hasMetPole,
  hasOverflown,
  leapOf,
  nextBad,
  placeOf,
} from "./diagnosis/diagnose.js";
import type { Lost } from "./diagnosis/lost.js";
import { lostInto } from "./diagnosis/matters.js";
import { hangsOnParameter } from "./diagnosis/reach.js";
import { hasSlope, isLeftOutOf, movesEvenly } from "./diagnosis/slope.js";
import { InputTypeError } from "./errors.js";
import { type GuardEvent, guard, joinPast, note, observe, policy, worthALook } from "./guard.js";
import { guardMemory } from "./memory.js";
import type { Kernels } from "./runtime.js";
import { runtime } from "./runtime.js";
import type { Shape } from "./shape.js";
import { captureSite, type Site } from "./site.js";
import { record, siteOf } from "./tape.js";
import {
  type AnyTensor,
  type DType,
  FORGOTTEN,
  HUGE_BITS,
  INFINITY_BITS,
  isDouble,
  overwritten,
  Tensor,
} from "./tensor.js";

/**
 * One application of an op. Its tensors are all of one type: `Tensor` stands for either here, and an op with
 * kernels for both asks `isDouble`.
 */
export interface Call<A = unknown> {
  readonly op: Op<A>;
  readonly inputs: readonly Tensor[];
  readonly attrs: A;
  readonly out: Tensor;
  /** `overwritten()` when it ran: its operands are what they were while that stands. */
  readonly age: number;
  /** Where the user called it: known once a number has gone bad there. */
  site?: Site;
  /**
   * Whether its slopes, all next to 0, have taken the whole gradient away, and whether anybody wanted it; `"faded"`: what came to it was
   * so small that its product with any slope is 0.
   */
  cut?: "met" | "lost" | "faded";
  /** The function that it is the last op of, as the user called it. */
  composed?: Composed;
  /** Whether it brought an ∞ to a limit, and gave its cotangent no way back. */
  undoes?: true;
}

/** A call of a function that is several ops. */
export interface Composed {
  readonly name: string;
  readonly operands: readonly unknown[];
  /** As code, "" where all of them are left out. */
  readonly options: string;
}

/** Without a tape calls are remembered so far back: a tensor that feeds itself must not hold all its past. */
const REMEMBERED = 64;

/** The way back: the gradient of one input. */
export interface Backward<A> {
  /** Writes dx (shape of the input) from dy (shape of the output). Gives dx's peak word. */
  run(kernels: Kernels, call: Call<A>, dy: Tensor, dx: Tensor): number;
  /** The operands of element `flat` of dx. */
  locate(call: Call<A>, dy: Tensor, flat: number): Located;
}

export interface Op<A = unknown> {
  readonly name: string;
  /** What it means to do with a NaN or ∞ that does not come through; left out: its limit is a number. */
  readonly absorbs?: Absorbs | undefined;
  /**
   * Whether each NaN and ∞ of its operands makes an element of its output one: then their peaks are asked for only
   * where it is, or huge.
   */
  readonly carries?: boolean;
  /** How its slope can be next to 0 where nobody meant it: not so of safe functions, which count that. */
  readonly saturates?: Saturates | undefined;
  /**
   * What of dy asks for a change, where that is not all of it: of a softmax what is beside the row's mean. At a limit that the loss
   * wants to be neared nothing is asked, unless `beyond` it too, as by a pole there.
   */
  readonly asked?: ((call: Call<A>, dy: Tensor, beyond: boolean) => ArrayLike<number>) | undefined;
  /** Whether a call is one that saturates so; left out: each is. */
  isBound?(call: Call<A>): boolean;
  /** What was lost in it, or before it, although nothing overflowed: asked after it has run, and on the way back. */
  loses?(call: Call<A>, dy?: Tensor): Lost | undefined;
  /** The options of a call as code, "" where there are none; left out: it has none, or they are not told. */
  written?(call: Call<A>): string;
  /** The output's shape. @throws ShapeError */
  shape(inputs: readonly Tensor[], attrs: A): Shape;
  /** Writes `out` and gives its peak word. */
  forward(kernels: Kernels, call: Call<A>): number;
  /** The operands of element `flat` of the output. */
  locate(call: Call<A>, flat: number): Located;
  /** Per input; `null` where it has no gradient. */
  readonly backward: readonly (Backward<A> | null)[];
  /** Whether it has kernels for float64 too. Default: float32 alone. */
  readonly float64?: boolean;
  /** The type of the output; default: that of the inputs. */
  readonly dtype?: DType;
}

/** The one type of an op's inputs. @throws InputTypeError where there are two, or no kernel for it. */
function dtypeOf<A>(op: Op<A>, inputs: readonly AnyTensor[]): DType {
  const dtype = inputs[0]?.dtype ?? "float32";
  const other = inputs.find((input) => input.dtype !== dtype);
  if (other !== undefined) {
    throw new InputTypeError(
      `${op.name}: tensors of two types, expected ${dtype} as the first has, got ${other.dtype}: cast() one of them`,
    );
  }
  if (dtype === "float64" && op.float64 !== true) {
    throw new InputTypeError(
      `${op.name}: no kernel for float64, expected float32, got float64: cast(x, "float32") before it`,
    );
  }
  return dtype;
}

/** Sees numbers on their way, and may change them: for the test kit. */
export interface Probe {
  /** An op, or an optimizer, is about to read these. */
  readonly reads?: (op: string, tensors: readonly Tensor[]) => void;
  /** A kernel has written this, and nobody has looked at it. */
  readonly wrote?: (op: string, phase: "forward" | "backward", tensor: Tensor) => void;
  /** An op hands its result to the user. */
  readonly gives?: (op: string, tensor: Tensor) => void;
  /** A loss with its gradients, or what an optimizer has updated, is done. */
  readonly arrives?: (tensors: readonly Tensor[]) => void;
}

let probe: Probe | undefined;

/** The probe in force. */
export function probed(): Probe | undefined {
  return probe;
}

/** Runs `body` under a probe. */
export function probing<T>(next: Probe, body: () => T): T {
  const before = probe;
  probe = next;
  try {
    return body();
  } finally {
    probe = before;
  }
}

/**
 * Runs an op: checks, allocates, computes, classifies what became of NaN and ∞, and puts it on the
 * tape if one records.
 */
export function apply<A>(op: Op<A>, inputs: readonly Tensor[], attrs: A): Tensor {
  probe?.reads?.(op.name, inputs);
  for (const input of inputs) op.carries ? input.touch(op.name) : input.use(op.name);
  const dtype = dtypeOf(op, inputs);
  const shape = op.shape(inputs, attrs);
  // An operand's own is frozen, and elementwise it is that.
  if (shape !== inputs[0]?.shape) Object.freeze(shape);
  const out = new Tensor(shape, op.name, "op", undefined, op.dtype ?? dtype);
  const call: Call<A> = { op, inputs, attrs, out, age: overwritten() };
  try {
    out.peak = guardMemory(op.name, () => op.forward(runtime().kernels, call)) >>> 0;
  } catch (error) {
    out.release();
    throw error;
  }
  probe?.wrote?.(op.name, "forward", out);
  if (out.peak >= HUGE_BITS) for (const input of inputs) input.look();
  const recorded = record(call as Call);
  if (policy().sites === "always") call.site ??= captureSite();
  let bad = out.peak >= INFINITY_BITS;
  for (const input of inputs) {
    if (isBad(input)) bad = true;
    if (input.depth >= out.depth) out.depth = input.depth + 1;
    out.ancestor ??= input.name ?? input.ancestor;
    if (input.past !== undefined) out.past = joinPast(out.past, input.past);
  }
  if (recorded || out.depth <= REMEMBERED) out.call = call as Call;
  else out.depth = FORGOTTEN;
  if (bad) {
    call.site ??= captureSite();
    const producer: Producer & { phase: "forward" } = {
      op: op.name,
      phase: "forward",
      absorbs: op.absorbs,
      options: optionsTold(call as Call),
      site: call.site,
      locate: (flat) => op.locate(call, flat),
      again: (flat) => recompute(call as Call, flat),
    };
    if (recorded) out.producer = producer;
    observe(producer, inputs, out);
  }
  const lost = bad ? undefined : op.loses?.(call);
  if (lost !== undefined && worthALook("lost", op.name)) {
    call.site ??= captureSite();
    out.past = joinPast(out.past, [lostInto(out, noteLost(lost), lost.all, lost.exact)]);
  }
  if (out.peak >= HUGE_BITS && out.peak < INFINITY_BITS) {
    noteHuge(out, inputs, {
      op: op.name,
      phase: "forward",
      get site() {
        call.site ??= captureSite();
        return call.site;
      },
      locate: (flat) => op.locate(call as Call<A>, flat),
    });
  }
  for (const input of inputs) if (input.constant) input.belongTo(out);
  probe?.gives?.(op.name, out);
  return out;
}

/**
 * Remembers where an output that is near the end of float32 got its magnitude from: what overflows later, or
 * in another step, has its origin there.
 */
function noteHuge(out: Tensor, inputs: readonly Tensor[], producer: Producer): void {
  if (isDouble(out)) return;
  const known = inputs.find(({ peak, leap }) => peak >= HUGE_BITS && leap !== undefined)?.leap;
  const look = known === undefined || worthALook("huge", producer.op);
  out.leap = look ? leapOf(out, producer) : known;
}

/** 2⁻¹⁰⁰ as a peak word: a slope that makes it 0 is below 2⁻⁴⁹, or the cotangent is next to the least of float32. */
const FAINT_BITS = (127 - 100) * 2 ** 24;

/** The gradient of one input of a call. */
export function applyBackward(call: Call, index: number, dy: Tensor): Tensor | undefined {
  const input = call.inputs[index];
  const way = call.op.backward[index];
  if (input === undefined || !way) return undefined;
  const { kernels } = runtime();
  const dx = new Tensor(input.shape, `${call.op.name} backward`, "op", undefined, input.dtype);
  dx.peak = guardMemory(call.op.name, () => way.run(kernels, call, dy, dx)) >>> 0;
  const masked = kernels.take_masked() >>> 0;
  if (masked > 0) noteMasked(call, index, way, dy, dx, masked);
  const limit = isBad(input) ? undoes(call, index, dy, dx) : undoesRoot(call, index, dy);
  if (limit && (!isBad(call.out) || call.op.name === "logSoftmax")) call.undoes = true;
  probe?.wrote?.(call.op.name, "backward", dx);
  if (dx.peak >= HUGE_BITS) for (const tensor of call.inputs) tensor.look();
  // What a constant divides is small by intention.
  const mayLose =
    call.op.saturates !== undefined &&
    (call.op.saturates !== "quotient" || call.inputs.at(-1)?.tape === call.out.tape);
  const loses =
    dy.peak < INFINITY_BITS ? isLost(dy, dx) || hasMetPole(input) : holdsSteep(call, index, dy, dx);
  // What is next to nothing before no slope has taken.
  const isFaint = dy.peak > 0 && dy.peak < FAINT_BITS && !isDouble(dx);
  if (mayLose && loses && !isFaint) noteSaturated(call, index, way, dy, dx);
  if (isFaint && dx.peak === 0) call.cut ??= "faded";
  const lost = isBad(dy) ? undefined : call.op.loses?.(call, dy);
  if (lost !== undefined && worthALook("lost", call.op.name)) noteLost(lost);
  if (dx.peak >= INFINITY_BITS || isBad(dy) || isBad(call.out) || call.inputs.some(isBad)) {
    const producer = backwardOf(call, way, dy);
    dx.producer = producer;
    observe(producer, [dy, ...call.inputs, call.out], dx, masked > 0);
  }
  if (dx.peak >= HUGE_BITS && dx.peak < INFINITY_BITS) {
    noteHuge(dx, [dy, ...call.inputs, call.out], backwardOf(call, way, dy));
  }
  return dx;
}

function backwardOf(
  call: Call,
  way: Backward<unknown>,
  dy: Tensor,
): Producer & { phase: "backward" } {
  return {
    op: call.op.name,
    phase: "backward",
    out: call.out,
    absorbs: call.op.absorbs,
    get site() {
      return siteOf(call);
    },
    readable: () => dy.readable,
    locate: (flat) => way.locate(call, dy, flat),
  };
}

/**
 * Zero cotangents met infinite slopes: the kernel has counted them and given 0. Which ones is found by
 * running it once more the strict way, where they are NaN.
 */
function noteMasked(
  call: Call,
  index: number,
  way: Backward<unknown>,
  dy: Tensor,
  dx: Tensor,
  count: number,
): void {
  const { name } = call.op;
  if (!worthALook("masked", name)) {
    note("masked", name, "backward", count);
    return;
  }
  const { kernels } = runtime();
  aside((copy) => {
    const strict = copy(dx);
    if (strict === undefined) return note("masked", name, "backward", count);
    kernels.set_strict(1);
    try {
      guard({ policy: "strict" }, () => {
        strict.peak = way.run(kernels, call, dy, strict) >>> 0;
        const lost = maskedIn(strict).find((one) => isLostSlope(call, index, one));
        const flat = lost ?? firstBad(strict, 2);
        const alarm = lost !== undefined;
        const change = alarm ? wronglyZero : takenAsZero;
        const place =
          flat < 0 ? undefined : placeOf(backwardOf(call, way, dy), strict, flat, change);
        note("masked", name, "backward", count, place && { ...place, alarm });
      });
    } finally {
      kernels.set_strict(0);
    }
  });
}

/** Elements of which it is asked whether they had a slope. */
const ASKED = 4;

/** The first elements where a zero cotangent met an infinite slope. */
function maskedIn(strict: Tensor): readonly number[] {
  const found: number[] = [];
  for (let at = nextBad(strict, 0); at >= 0 && found.length < ASKED; at = nextBad(strict, at + 1))
    if (Number.isNaN(strict.raw[at])) found.push(at);
  return found;
}

/** Whether the 0 that is taken there stands for a slope. */
const isLostSlope = (call: Call, index: number, at: number): boolean =>
  (isUndone(call, index) ? !isLeftOutOf(call, index, at) : hasSlope(call, index, at)) &&
  movesEvenly(call.inputs[index], at);

/** What a call gives for an element now; undefined where memory is full. */
export function recompute(call: Call, flat: number): number | undefined {
  return aside((copy) => {
    const out = copy(call.out);
    if (out === undefined) return undefined;
    call.op.forward(runtime().kernels, { ...call, out });
    return out.raw[flat];
  });
}

const takenAsZero = ({ expression, fix, ...rest }: Explanation): Explanation => ({
  ...rest,
  expression: `${expression}, taken as 0`,
  // That is the policy in force.
  fix: fix.filter((one) => one !== "default-policy"),
});

const wronglyZero = (explanation: Explanation): Explanation => ({
  ...takenAsZero(explanation),
  cause: "lost-slope",
  fix: ["epsilon-inside"],
});

/**
 * The largest cotangent met a slope next to 0. It is an alarm where a pole had amplified the cotangent; whether
 * it is one otherwise is known at the end of the way back.
 */
function noteSaturated(
  call: Call,
  index: number,
  way: Backward<unknown>,
  dy: Tensor,
  dx: Tensor,
): void {
  const { name } = call.op;
  const saturates = saturationOf(call);
  if (saturates === undefined || dy.size !== dx.size) return;
  if (!worthALook("saturated", name) || isChosen(call)) return;
  // A safe function counts what it changes; nor is a pole kept from all by intention.
  if (isDomain(call) && dy.peak < INFINITY_BITS) return;
  const raw = call.op.asked?.(call, dy, isSteep(call, dy)) ?? unmet(call, index, dy);
  const x = call.inputs[index];
  const isInfinite = (i: number): boolean => Math.abs(x?.raw[i] ?? 0) === Infinity;
  // What is held back at a pole is looked at before others: they may well go on.
  const pole = x !== undefined && hasMetPole(x);
  const isHeld = (i: number): boolean => pole && holdsInfinity(call, index, dy, i);
  let at = 0;
  for (let i = 1; i < raw.length; i++) {
    const [one, most] = [Math.abs(raw[i] ?? 0), Math.abs(raw[at] ?? 0)];
    const more = one > most || (one === most && isInfinite(i) && !isInfinite(at));
    if (isHeld(i) === isHeld(at) ? more : isHeld(i)) at = i;
  }
  const asked = Math.abs(raw[at] ?? 0);
  // Of terms of one sum, of each of which the same is asked, what comes through one of them is felt.
  let left = 0;
  for (let i = 0; i < raw.length; i++)
    if (Math.abs(raw[i] ?? 0) === asked && isHeld(i) === isHeld(at))
      left = Math.max(left, Math.abs(dx.raw[i] ?? 0));
  if (asked === 0) {
    if (isDead(dy, dx) && allMet(call, index, dy)) call.cut = "met";
    return;
  }
  if (left > NEXT_TO_0 * asked) return;
  // Whether nothing at all comes through matters to who looks at many steps; of a gate it is no event of this one,
  // unless a pole is behind it.
  const isQuotient = saturates === "quotient";
  // A quotient that is next to 0 may be wanted there.
  // What a pole has divided away is told of as that.
  if (isQuotient && isInfinite(at) && x !== undefined && !hasOverflown(x)) return;
  if (isQuotient && (!isOutgrown(call, at) || (dy.raw[at] ?? 0) * (call.out.raw[at] ?? 0) > 0))
    return;
  if (isDead(dy, dx) && !isQuotient) call.cut = allMet(call, index, dy) ? "met" : "lost";
  const holdsPole = holdsInfinity(call, index, dy, at) && x !== undefined && !hasOverflown(x);
  // The slope of log(a / b) in a large b is small, and right.
  // What is asked without end may come another way.
  const isEndless = dy.peak >= INFINITY_BITS;
  const alarm =
    !isEndless &&
    (!isQuotient || isWrittenSigmoid(call)) &&
    (holdsPole || isAmplified(call, index, dy, at)) &&
    (x === undefined || hangsOnParameter(x, at));
  if (saturates === "gate" && !alarm && !isEndless) return;
  const place = placeOf(backwardOf(call, way, dy), dx, at, (explanation) => ({
    ...explanation,
    cause: "saturated",
    fix: ["scale-input"],
  }));
  note("saturated", name, "backward", 1, { ...place, alarm, asked, through: left * dx.size });
}

/** What an op is known by where something was lost in it. */
const lossyOf = (
  call: Call,
  phase: "forward" | "backward",
): Producer & { phase: typeof phase } => ({
  op: call.op.name,
  phase,
  options: optionsTold(call),
  get site() {
    return siteOf(call);
  },
  locate: (flat) => call.op.locate(call, flat),
});

/** A number that was lost although nothing overflowed: a loss, or what is read out, hangs on it. */
export function noteLost({ call, at, cause, expression: seen, zero, exact }: Lost): GuardEvent {
  const { op, out } = call;
  // A slope that cancels does so on the way back.
  const phase = cause === "saturated" ? "backward" : "forward";
  const digits: Explanation["fix"] = [
    // All of a spread is known.
    ...(exact === undefined || op.name === "log" ? [] : (["f64-statistics"] as const)),
    ...(isDouble(out) ? [] : (["float64"] as const)),
  ];
  const change = ({ expression }: Explanation): Explanation => ({
    expression: seen ?? expression,
    cause,
    fix: cause === "cancellation" ? digits : ["scale-input"],
  });
  const place = placeOf(lossyOf(call, phase), out, at, change, zero);
  return note("lost", op.name, phase, 1, { ...place, alarm: true });
}

/** A gate has held back all that was asked of the only parameters. */
export function noteShut(
  call: Call,
  cotangentOf: (of: Tensor) => Tensor | undefined,
): GuardEvent | undefined {
  const { op, inputs, out } = call;
  const index = inputs.findIndex((input, i) => input.tape === out.tape && op.backward[i]);
  const [way, input] = [op.backward[index], inputs[index]];
  const [dy, dx] = [cotangentOf(out), input && cotangentOf(input)];
  if (!way || dy === undefined || dx === undefined) return undefined;
  const [producer, at] = [backwardOf(call, way, dy), largestIn(dy.raw)];
  const place = placeOf(producer, dx, at, (explanation) => ({
    ...explanation,
    cause: "saturated",
    fix: ["scale-input"],
  }));
  return note("saturated", op.name, "backward", 1, { ...place, alarm: true });
}

/** Where the largest magnitude stands. */
const largestIn = (raw: ArrayLike<number>): number =>
  Array.from(raw, Math.abs).reduce((most, v, i, all) => (v > (all[most] ?? 0) ? i : most), 0);

/** A gradient has become too small for its type on its way back through an op. */
export function noteFaded(call: Call): GuardEvent {
  const { op, out } = call;
  const at = Math.max(
    0,
    out.raw.findIndex((v: number) => v !== 0),
  );
  const place = placeOf(lossyOf(call, "backward"), out, at, () => ({
    expression: "dy · slope = 0: each op on the way made it smaller",
    cause: "underflow",
    fix: ["skip-connection"],
  }));
  return note("lost", op.name, "backward", 1, { ...place, alarm: true });
}

/** The loss depends on its parameters through an op without a way back: no step can make it smaller. */
export function noteEnd(call: Call): GuardEvent {
  const { op, out } = call;
  const place = placeOf(lossyOf(call, "backward"), out, 0, ({ expression }) => ({
    expression: `${expression}, which has no slope`,
    cause: "saturated",
    fix: [],
  }));
  return note("saturated", op.name, "backward", 1, { ...place, alarm: true });
}

function isBad(tensor: Tensor): boolean {
  return tensor.peak >= INFINITY_BITS;
}
