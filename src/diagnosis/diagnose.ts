/**
 * Births: finding the element, its operands, the cause. Runs only when something went bad, so it may
 * read elements one at a time; while all is well nothing here is called.
 */

import { type Call, recompute } from "../op.js";
import { unflatten } from "../shape.js";
import { type Site, showSite } from "../site.js";
import { callsOf } from "../tape.js";
import { INFINITY_BITS, isDouble, overwritten, type AnyTensor as Tensor } from "../tensor.js";
import { happenedIn } from "./around.js";
import { beginning, isRead, mirrored, rootOf } from "./began.js";
import { codeOf, literal } from "./code.js";
import type { BirthReport, Cause, Fix, OperandReport, OperandStats, Phase } from "./report.js";
import { showNumber } from "./report.js";
import {
  type Background,
  DIFFERENCE,
  EMPTIED,
  EPSILON,
  NOTHING,
  propose,
  UNDERFLOW,
  UNIT,
  type Way,
  ZERO_SQUARE,
} from "./rules.js";

/** How bad a value is: 0 finite, 1 infinite, 2 NaN. */
export type Kind = 0 | 1 | 2;

export function kindOf(value: number): Kind {
  return Number.isFinite(value) ? 0 : Number.isNaN(value) ? 2 : 1;
}

export function kindOfPeak(peak: number): Kind {
  return peak < INFINITY_BITS ? 0 : peak === INFINITY_BITS ? 1 : 2;
}

/** An element that an op read. */
export interface Operand {
  readonly role: string;
  readonly tensor: Tensor;
  readonly flat: number;
  readonly value: number;
}

export function operand(role: string, tensor: Tensor, flat: number): Operand {
  return { role, tensor, flat, value: tensor.raw[flat] ?? Number.NaN };
}

/** Why these operands gave that value. */
export interface Explanation {
  readonly expression: string;
  readonly cause: Cause;
  readonly fix: readonly Fix[];
  /** Inside a fused op: which of its steps. */
  readonly stage?: string;
  /** Of what a fused op read. */
  readonly stats?: readonly OperandStats[];
}

/** The operands of one element, and why they gave what they gave. */
export interface Located {
  readonly operands: readonly Operand[];
  /** The one that the element owes its value to, where that is not to be seen from their values. */
  readonly owed?: Operand;
  explain(result: number): Explanation;
}

/**
 * What an op means to do with what is not finite: leave it out, turn it into a truth value, or neither. Of one that is unknown: a
 * limit that is not 0 is as good as reached, but a 0 may have been divided by ∞.
 */
export type Absorbs = "selects" | "compares" | "divides" | "unknown";

/** What made a tensor: enough to follow one of its elements back. */
export interface Producer {
  readonly op: string;
  readonly phase: Phase;
  readonly absorbs?: Absorbs | undefined;
  /** The options it was called with, as code. */
  readonly options?: string | undefined;
  /** Where the user called it. */
  readonly site?: Site | undefined;
  /** Whether its operands are still in memory; left out: they are kept with it. */
  readable?(): boolean;
  /** The output of its call, where that is not what it makes: it goes back. */
  readonly out?: Tensor;
  /** What it computes for an element, once more; undefined where that cannot be told. */
  again?(flat: number): number | undefined;
  locate(flat: number): Located;
}

/** Whether a tensor is infinite because a finite number left the range of its type, not for a pole. */
export function hasOverflown(tensor: Tensor): boolean {
  // Not taken apart among the parameters: the published type of a tensor has no taint.
  const { taint } = tensor;
  return taint !== undefined && rootOf(taint.birth).cause.startsWith("overflow");
}

/** Whether it is infinite for a logarithm of 0, and not because an input is. */
export function hasMetPole(tensor: Tensor): boolean {
  const { taint } = tensor;
  return taint !== undefined && rootOf(taint.birth).cause === "log-of-zero";
}

/** Why a tensor is not finite. */
export interface Taint extends Background {
  readonly birth: BirthReport;
  /** From the origin to here. */
  readonly trail: Way;
}

/** A place where a NaN or ∞ ended, or was kept from arising. */
export interface Place {
  readonly report: BirthReport;
  readonly trail: readonly string[];
  /** Whether a number was lost that nobody meant to lose. */
  readonly alarm: boolean;
  /** Whether what is left is right all the same: of an alarm, and of what is none. */
  readonly mild?: true;
  readonly right?: true;
}

/** What a path or a report calls a tensor. */
export function title(tensor: Tensor): string {
  return tensor.name ?? (tensor.origin === "op" ? tensor.maker : tensor.origin);
}

/** The index of the first NaN or ∞, -1 where there is none. */
export function firstBad(tensor: Tensor, kind: Kind = 1): number {
  let flat = nextBad(tensor, 0);
  const first = flat;
  while (flat >= 0 && kindOf(tensor.raw[flat] ?? 0) < kind) flat = nextBad(tensor, flat + 1);
  return flat >= 0 ? flat : first;
}

/** The index of the first NaN or ∞ from there on, -1 where there is none. */
export function nextBad(tensor: Tensor, from: number): number {
  const { kernels } = tensor.home;
  const scan = isDouble(tensor) ? kernels.first_non_finite_f64 : kernels.first_non_finite_f32;
  return scan(tensor.at, tensor.size, from);
}

/** How many elements are not finite. */
export function countBad(tensor: Tensor): number {
  const { kernels } = tensor.home;
  const count = isDouble(tensor) ? kernels.count_non_finite_f64 : kernels.count_non_finite_f32;
  return count(tensor.at, tensor.size);
}

/** Which kind of leaf a tensor is, by where it came from and by what it was to the op that read it. */
function leafKind(tensor: Tensor, role: string): readonly [Phase, Cause, Fix] {
  if (tensor.origin === "parameter") return ["parameter", "bad-parameter", "restore-parameter"];
  if (role === "state") return ["state", "bad-state", "restore-state"];
  if (
    /^(y|target|label)s?$/i.test(role) ||
    /^(y|y_?true|targets?|labels?)$/i.test(tensor.name ?? "")
  ) {
    return ["input", "bad-label", "fix-labels"];
  }
  return ["input", "bad-input", "impute"];
}

/**
 * A NaN or ∞ that was there before any op: in an input, a parameter, or written through a view.
 *
 * @param role what it was to the op that read it.
 */
export function leafTaint(tensor: Tensor, flat: number, role = ""): Taint {
  const [phase, cause, fix] = leafKind(tensor, role);
  const name = leafName(tensor);
  const element = reportOperand({
    role: phase,
    tensor,
    flat,
    value: tensor.raw[flat] ?? Number.NaN,
  });
  const birth: BirthReport = {
    op: phase,
    phase,
    ...(name === undefined ? {} : { name }),
    index: element.index,
    operands: [element],
    expression: showNumber(element.value),
    cause,
    fix: [fix],
    ...labelsOf(tensor, element.index),
  };
  return { birth, trail: [name ?? phase], ...NOTHING };
}

/** What a value that no op made stands in; an op's output can be written to through a view. */
function leafName(tensor: Tensor): string | undefined {
  if (tensor.name !== undefined) return tensor.name;
  return tensor.origin === "op" ? `the output of ${tensor.maker}` : undefined;
}

/** The names of an element's row and column, of a tensor that has them. */
function labelsOf(
  { labels }: Tensor,
  index: readonly number[],
): { readonly column?: string; readonly row?: number | string } {
  const column = labels?.columns?.[index.at(-1) ?? 0];
  const row = labels?.rows?.[index[0] ?? 0];
  return { ...(column === undefined ? {} : { column }), ...(row === undefined ? {} : { row }) };
}

/** An operand as a report gives it. */
export function reportOperand(operand: Operand): OperandReport {
  const { role, tensor, flat, value } = operand;
  const kind = operandKind(operand);
  const own = tensor.name;
  const index = unflatten(flat, tensor.shape);
  const isMade = tensor.origin === "op";
  const code = own !== undefined ? undefined : isMade ? codeOf(tensor) : literal(tensor);
  return {
    name: own === undefined || own === role ? role : `${role} "${own}"`,
    value,
    index,
    ...(own === undefined ? {} : { tensor: own }),
    ...(code === undefined ? {} : { code }),
    ...(kind === undefined ? {} : { kind }),
    ...(tensor.moved ? { stepped: true } : {}),
    ...(tensor.decays ? { decays: true } : {}),
    ...labelsOf(tensor, index),
  };
}

/** What an operand is, where that says what to write in its place. */
function operandKind({ tensor, value }: Operand): OperandReport["kind"] {
  const { origin, name, shape } = tensor;
  if (origin === "parameter") return "parameter";
  if (origin === "input" && name === undefined && shape.length === 0) return "number";
  return value === 0 && isMask(tensor) ? "mask" : undefined;
}

/** Ops that make a mask of anything. */
const COMPARES = /^(equal|notEqual|(greater|less)(Equal)?|logical.*|is[A-Z].*)$/;

/** Ops that make a mask of masks, as of a 1 that one is taken from. */
const OF_MASKS: ReadonlySet<string> = new Set([
  "cast",
  "clone",
  "max",
  "maximum",
  "min",
  "minimum",
  "mul",
  "prod",
  "sub",
  "where",
]);

/** Whether it is all 0 and 1, and came in so or from a comparison: a factor that happens to be 0 is no mask. */
export function isMask(tensor: Tensor, depth = SHALLOW): boolean {
  const { origin, call, maker, tape, readable } = tensor;
  if (!readable || depth === 0 || !tensor.raw.every((v) => v === 0 || v === 1)) return false;
  if (origin === "input") return tape === undefined;
  return (
    COMPARES.test(maker) ||
    (call !== undefined &&
      OF_MASKS.has(call.op.name) &&
      call.inputs.every((input) => isMask(input, depth - 1)))
  );
}

/**
 * The taint of an element that is known to be bad, followed back as far as memory reaches. What counts
 * is the elements themselves, not peaks: a view that someone held may have changed one since.
 */
export function trace(tensor: Tensor, flat: number, made = spoilerOf(tensor)): Taint {
  const trail: string[] = [];
  let at = { tensor, flat, role: "" };
  let entered: Entrance | undefined;
  for (let producer = made; ; producer = spoilerOf(at.tensor)) {
    if (producer === undefined) {
      return finish(enteredBy(known(at.tensor, at.flat, at.role), entered), trail);
    }
    const value = at.tensor.raw[at.flat] ?? Number.NaN;
    if (isOverwritten(at.tensor, at.flat, producer))
      return finish(leafTaint(at.tensor, at.flat, at.role), trail);
    const located = producer.locate(at.flat);
    trail.unshift(label(producer));
    const heir = heirsIn(located).find((o) => kindOf(o.value) >= kindOf(value));
    if (heir === undefined || isForeign(heir, value, at.flat, producer)) {
      trail.shift();
      const { taint } = at.tensor;
      if (taint !== undefined && isOutdated(located, value, at.flat, producer)) {
        return finish(taint, trail);
      }
      return finish(birth(producer, at.tensor, at.flat, located), trail);
    }
    entered = { producer, index: unflatten(at.flat, at.tensor.shape) };
    at = heir;
  }
}

/** The op that read an element first, and the element that it made of it. */
interface Entrance {
  readonly producer: Producer;
  readonly index: readonly number[];
}

/** What came in without a name, as a number in the code does, is known by the op that read it. */
function enteredBy(taint: Taint, entrance: Entrance | undefined): Taint {
  const { birth } = taint;
  if (entrance === undefined || birth.phase !== "input" || birth.name !== undefined) return taint;
  const { producer, index } = entrance;
  const site = showSite(producer.site);
  const at = index.length === 0 ? "" : ` at [${index.join(", ")}]`;
  return {
    ...taint,
    birth: {
      ...birth,
      expression: `${birth.expression}, read by ${label(producer)}${at}`,
      ...(site === undefined ? {} : { site }),
    },
  };
}

/** The operands that can have handed an element its ∞ or NaN. */
function heirsIn({ owed, operands }: Located): readonly Operand[] {
  return owed === undefined ? operands : [owed];
}

/** Whether an ∞ has not the sign that its op gives it from that operand: then it was not handed on. */
function isForeign(heir: Operand, value: number, flat: number, { again }: Producer): boolean {
  if (kindOf(value) !== 1 || heir.value === value || heir.tensor.viewed) return false;
  const made = again?.(flat);
  return made !== undefined && made !== value;
}

/** What a path calls an op: where it goes back, it says so. */
function label({ op, phase }: Producer): string {
  return phase === "backward" ? `${op} backward` : op;
}

function finish(taint: Taint, trail: readonly string[]): Taint {
  return trail.length === 0 ? taint : { ...taint, trail: along(taint.trail, ...trail) };
}

/** How many ops of a way are kept, and how many of them from its start: a state that feeds itself has no end of them. */
const KEPT = 512;
const FROM_START = 384;

/** A way, and what comes after it; of one that is long the middle is left out. */
export function along(way: Way, ...next: readonly string[]): Way {
  const all = [...way, ...next];
  return all.length <= KEPT
    ? all
    : [...all.slice(0, FROM_START), "…", ...all.slice(FROM_START + 1 - KEPT)];
}

/** What is known of a bad element whose producer is gone or never was. */
function known(tensor: Tensor, flat: number, role: string): Taint {
  return tensor.origin === "op" && tensor.taint !== undefined
    ? tensor.taint
    : leafTaint(tensor, flat, role);
}

/**
 * What made a tensor that was not finite when it was made: under a tape, or without one while its operands can be read
 * there.
 */
function spoilerOf(tensor: Tensor): Producer | undefined {
  if (tensor.producer !== undefined) return tensor.producer;
  return tensor.taint === undefined ? undefined : makerOf(tensor);
}

/** Whether somebody has written an element of an output through a view: its op gives another number there. */
function isOverwritten({ viewed, raw }: Tensor, flat: number, { again }: Producer): boolean {
  if (!viewed) return false;
  const made = again?.(flat);
  return made !== undefined && !Object.is(made, raw[flat]);
}

/** Whether somebody has written an operand through a view since: what is there now does not give that element. */
function isOutdated(
  { operands }: Located,
  value: number,
  flat: number,
  { again }: Producer,
): boolean {
  if (!operands.some(({ tensor }) => tensor.viewed)) return false;
  const made = again?.(flat);
  return made !== undefined && kindOf(made) < kindOf(value);
}

/**
 * What has been found, for as long as one place is asked for: nothing changes meanwhile, and where infinities meet again and again each
 * meeting has several ways back to the one before.
 */
let found: Map<Tensor, Map<string, unknown>> | undefined;

function once<T>(what: string, { tensor, flat, role }: Operand, find: () => T): T {
  const isFirst = found === undefined;
  found ??= new Map();
  try {
    const here = found.get(tensor) ?? new Map<string, unknown>();
    found.set(tensor, here);
    const key = `${what} ${role} ${flat}`;
    if (!here.has(key)) here.set(key, find());
    return here.get(key) as T;
  } finally {
    if (isFirst) found = undefined;
  }
}

/** The taint of one element of a tensor that is not finite. */
export function taintAt(element: Operand): Taint {
  return once("taint", element, () => {
    const { tensor, flat, role } = element;
    const made = spoilerOf(tensor);
    return made === undefined ? known(tensor, flat, role) : trace(tensor, flat, made);
  });
}

/** The taint of what was born in `producer` at this element. */
function birth(producer: Producer, tensor: Tensor, flat: number, located: Located): Taint {
  const value = tensor.raw[flat] ?? Number.NaN;
  const lesser = heirsIn(located).find((o) => kindOf(o.value) > 0);
  const unmet =
    Number.isNaN(value) && tensor.readable && tensor.raw.some((v) => Math.abs(v) === Infinity);
  const index = unflatten(flat, tensor.shape);
  return describe(producer, index, located, located.explain(value), lesser, {
    unmet,
    made: tensor,
  });
}

/** A place in `producer`, with all that is known of its operands. */
export function describe(
  producer: Producer,
  index: readonly number[],
  { operands }: Located,
  explanation: Explanation,
  bad: Operand | undefined,
  {
    unmet = false,
    out,
    made = out,
    zero,
  }: {
    readonly unmet?: boolean;
    readonly out?: Tensor;
    readonly made?: Tensor | undefined;
    /** An element that became 0, and is no operand. */
    readonly zero?: Operand | undefined;
  } = {},
): Taint {
  const from = bad && taintAt(bad);
  const source = zero ?? culprit(operands, explanation.cause);
  const past = source === undefined ? undefined : descend(source);
  // A sum of gradients stands on no line: what it adds up does.
  const site = "site" in producer ? showSite(producer.site) : from?.birth.site;
  const earlier = from?.birth ?? past?.leap ?? (zero && cancelledAt(zero));
  const other = bad && partner(operands, bad, explanation.cause);
  const second = other && comingFrom(other);
  const origin = from === undefined ? past?.origin : second?.origin;
  const report: BirthReport = {
    op: producer.op,
    phase: producer.phase,
    index,
    operands: operands.map(reportOperand),
    ...explanation,
    ...(producer.options ? { options: producer.options } : {}),
    ...(site === undefined ? {} : { site }),
    ...(origin === undefined ? {} : { origin }),
    ...(earlier === undefined ? {} : { from: earlier }),
    ...(second?.leap === undefined || isSame(second.leap, earlier) ? {} : { with: second.leap }),
  };
  const wayTo = (one: Operand): Way => {
    if (one === bad) return from?.trail ?? [];
    if (one === other) return second?.trail ?? [];
    return kindOf(one.value) === 0 ? descend(one).way : [];
  };
  const ofOp = operands.filter((one) => isRead(reportOperand(one)));
  const onward = onwardFrom(operands.find(({ role }) => role === "y")?.tensor ?? out);
  const read = ofOp.map(wayTo);
  const readApart = areApart(ofOp);
  const toward = operands.find(({ role }) => role === "dy")?.tensor.producer?.op;
  const own = upstream(operands.map(({ tensor }) => tensor));
  /** What is behind a birth that began here, or in what that one came from. */
  const behind = (birth: BirthReport, known: Background | undefined): Background => ({
    before: known === undefined ? own : new Set([...own, ...known.before]),
    read,
    readApart,
    unmet,
    onward,
    ...(beginning(birth) === birth
      ? {
          began: read,
          beganApart: readApart,
          ...(past?.underflown && { underflown: past.underflown }),
          ...(toward === undefined ? {} : { toward }),
        }
      : {
          began: known?.began ?? [],
          beganApart: known?.beganApart === true,
          ...(known?.underflown && { underflown: known.underflown }),
        }),
  });
  const here = behind(report, from);
  const trail = along(from?.trail ?? past?.trail ?? [], label(producer));
  const twin = mirrored(report);
  const met = second?.taint;
  const known = proposed(report, () => propose({ ...here, birth: report, after: trail }));
  const output = producer.out ?? made;
  if (output !== undefined) happenedIn(known, output);
  return {
    birth: known,
    trail,
    ...here,
    ...(twin &&
      met && {
        also: propose({
          ...behind(twin, met),
          birth: twin,
          after: along(met.trail, label(producer)),
        }),
      }),
  };
}

/** A birth with its fixes, found when somebody asks: of most that stand behind another one nobody does. */
function proposed(report: BirthReport, find: () => readonly Fix[]): BirthReport {
  let found: readonly Fix[] | undefined;
  const get = (): readonly Fix[] => {
    found ??= find();
    return found;
  };
  return Object.defineProperty({ ...report }, "fix", { get, enumerable: true });
}

/** The ops that an output went into, one after the other, the nearest first: under a tape. */
function onwardFrom(y: Tensor | undefined): Way {
  const way: string[] = [];
  let at = y;
  for (const { op, inputs, out } of y === undefined ? [] : callsOf(y)) {
    if (way.length >= FAR || !inputs.some((input) => input === at)) continue;
    way.push(
      synonym(
        op.name,
        inputs.map((input) => operand("", input, 0)),
      ),
    );
    at = out;
  }
  return way;
}

/** The operand that met the bad one: the ∞ it was taken from or divided by, the 0 it was multiplied with. */
function partner(operands: readonly Operand[], bad: Operand, cause: Cause): Operand | undefined {
  const others = operands.filter(
    ({ role, tensor, flat }) => role !== "y" && !(tensor === bad.tensor && flat === bad.flat),
  );
  return others.find(({ value }) => (cause === "zero-times-inf" ? value === 0 : kindOf(value) > 0));
}

/** Whether two are one: the same op at the same element, of the same operands. Without names a line tells them apart. */
export function isSame(a: BirthReport, b: BirthReport | undefined): boolean {
  const told = ({ op, phase, index, name, site, operands }: BirthReport): string => {
    const line = operands.every(({ tensor }) => tensor !== undefined) ? undefined : site;
    return JSON.stringify([op, phase, index, name, line, operands.map((o) => [o.name, o.index])]);
  };
  return b !== undefined && told(a) === told(b);
}

/** Where an element came from: of a NaN or ∞ its birth, of another what is behind it. */
function comingFrom(element: Operand): Descent & { readonly taint?: Taint } {
  if (kindOf(element.value) === 0) return descend(element);
  const taint = taintAt(element);
  return { trail: taint.trail, way: taint.trail, leap: taint.birth, taint };
}

// ── What came before ─────────────────────────────────────────────────────────────────────────────

/** How far back healthy values are followed, and one of them alone: through a loop. */
const FAR = 64;
const DEEP = 2048;

/** The ops that these tensors were computed by: the whole graph under a tape, the last op without one. */
function upstream(tensors: readonly Tensor[]): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<Tensor>();
  const queue = [...tensors];
  for (let tensor = queue.shift(); tensor !== undefined; tensor = queue.shift()) {
    if (seen.has(tensor) || seen.size >= FAR) continue;
    seen.add(tensor);
    if (tensor.origin === "op") names.add(tensor.maker);
    queue.push(...(tensor.call?.inputs ?? []));
  }
  return names;
}

/** What the last exponentials on the ways to a tensor were taken of. */
function exponents(of: Tensor): readonly Tensor[] {
  const found = new Set<Tensor>();
  const seen = new Set<Tensor>([of]);
  for (const { call } of seen) {
    if (seen.size > FAR) break;
    const [first] = call?.inputs ?? [];
    if (call?.op.name === "exp" && first !== undefined) found.add(first);
    else for (const input of call?.inputs ?? []) seen.add(input);
  }
  return [...found];
}

/** How many ops are compared where two tensors were computed each on its own. */
const SHALLOW = 4;

/** Whether two tensors hold the same: one tensor, one number, or the same op of the same. */
export function isAlike(a: Tensor, b: Tensor, depth = SHALLOW): boolean {
  if (a === b) return true;
  if (depth === 0) return false;
  const [one, other] = [a.call, b.call];
  if (one === undefined || other === undefined) {
    const written = [a, b].every((t) => t.origin === "input" && t.size === 1 && t.readable);
    return one === other && written && a.raw[0] === b.raw[0];
  }
  return (
    one.op === other.op &&
    one.inputs.length === other.inputs.length &&
    one.inputs.every((input, i) => isAlike(input, other.inputs[i] as Tensor, depth - 1))
  );
}

/** Whether exponentials are behind two operands, and those of one are those of the other: undefined where one has none. */
function isOfSame([a, b]: readonly (Operand | undefined)[]): boolean | undefined {
  if (a === undefined || b === undefined) return undefined;
  const [ofA, ofB] = [exponents(a.tensor), exponents(b.tensor)];
  return ofA.length > 0 && ofB.length > 0
    ? ofA.some((one) => ofB.some((other) => isAlike(one, other)))
    : undefined;
}

const areApart = (operands: readonly Operand[]): boolean => isOfSame(operands) === false;

/** Whether two tensors are of one exponential. */
export const areOfOne = (...tensors: readonly Tensor[]): boolean =>
  isOfSame(tensors.map((tensor) => operand("", tensor, 0))) === true;

/** Whether a tensor is more than a constant in the code. */
export const isVariable = ({ tensor }: Operand): boolean =>
  tensor.call !== undefined || tensor.name !== undefined;

/** From here on a magnitude explains by itself what became of it: its square is beyond float32. */
export const HUGE = 2 ** 64;
/** The same of float64. */
const HUGE_DOUBLE = 2 ** 512;

const isHuge = ({ tensor, value }: Operand): boolean =>
  Math.abs(value) >= (isDouble(tensor) ? HUGE_DOUBLE : HUGE);

function largest(operands: readonly Operand[]): Operand | undefined {
  const size = (o: Operand): number => Math.abs(o.value);
  return operands.reduce<Operand | undefined>(
    (best, o) => (best === undefined || size(o) > size(best) ? o : best),
    undefined,
  );
}

/** The largest of those that are huge; a constant only where there is no other. */
function outlierOf(operands: readonly Operand[]): Operand | undefined {
  const huge = operands.filter(isHuge);
  return largest(huge.filter(isVariable)) ?? largest(huge);
}

/** The index of the largest magnitude of a finite float32 tensor: the peak word has its bits. */
function indexOfLargest({ raw, absMax }: Tensor): number {
  const at = raw.indexOf(absMax);
  return at >= 0 ? at : Math.max(0, raw.indexOf(-absMax));
}

/** Whether the operands of a call are in memory, and what they were when it ran. */
function isFresh({ inputs, out, age }: Call): boolean {
  return age === overwritten() && out.readable && inputs.every(({ readable }) => readable);
}

/** The ops that a tensor came from, and the name at their start, where its elements cannot be followed. */
function lineage(tensor: Tensor): string[] {
  const names: string[] = [];
  let at = tensor;
  for (let { call } = at; call !== undefined; { call } = at) {
    names.unshift(call.op.name);
    const next = call.inputs.find((x) => x.call !== undefined || x.name !== undefined);
    if (next === undefined) return names;
    at = next;
  }
  const start = at.origin === "op" ? at.ancestor : title(at);
  // Not known in between.
  if (at.origin === "op")
    names.unshift(...(start === undefined ? [at.maker] : [start, "…", at.maker]));
  else if (start !== undefined) names.unshift(start);
  return names;
}

/** What an element was computed from, while that can be read. */
export function operandsOf({
  tensor,
  flat,
}: Operand): (Located & { readonly op: string }) | undefined {
  const made = makerOf(tensor);
  return made?.phase === "forward" ? { op: made.op, ...made.locate(flat) } : undefined;
}

/** What made a tensor, while that can still be read there. */
function makerOf({ producer, call }: Tensor): Producer | undefined {
  if (producer !== undefined) return producer.readable?.() === false ? undefined : producer;
  if (call === undefined || !isFresh(call)) return undefined;
  const { op } = call;
  return {
    op: op.name,
    phase: "forward",
    site: call.site,
    locate: (flat) => op.locate(call, flat),
    again: (flat) => recompute(call, flat),
  };
}

/**
 * Where the magnitude of a huge element first stood: in an op none of whose operands was huge, or in what
 * came in. A number that overflows ten ops later has its origin there.
 *
 * @param made what made the element, where its tensor does not know.
 */
export function leapAt(element: Operand, made = makerOf(element.tensor)): BirthReport {
  let at = element;
  for (let maker = made; ; maker = makerOf(at.tensor)) {
    if (kindOf(at.value) > 0) return taintAt(at).birth;
    if (maker === undefined) return leapBefore(at, at.tensor.leap);
    const { operands, explain } = maker.locate(at.flat);
    // It is finite: nothing infinite is behind it.
    const next = largest(operands.filter(({ value }) => Number.isFinite(value)));
    if (next === undefined || !isHuge(next)) return leapIn(maker, at, operands, explain(at.value));
    at = next;
  }
}

/** Of leaps that stand for a whole tensor: those of its elements, where an optimizer made them huge. */
const elementwise = new WeakMap<BirthReport, (at: Operand) => BirthReport>();

/** Makes a leap stand for others as well, each found by its element. Gives it back. */
export function eachLeap(leap: BirthReport, of: (at: Operand) => BirthReport): BirthReport {
  elementwise.set(leap, of);
  return leap;
}

const knownLeap = (at: Operand, leap: BirthReport | undefined): BirthReport | undefined =>
  leap && (elementwise.get(leap)?.(at) ?? leap);

/** Where an element became huge that no op in sight made, by the leap of its tensor. */
export function leapBefore(at: Operand, leap: BirthReport | undefined): BirthReport {
  return knownLeap(at, leap) ?? leafLeap(at);
}

/** Huge elements of a tensor, beside the largest, that are followed while what they were made of is there; of a larger one none. */
const FOLLOWED = 8;
const LOOKED_THROUGH = 4096;

/** Where the largest element of a tensor that is finite and huge came from, and others of it that are. */
export function leapOf(tensor: Tensor, made?: Producer): BirthReport {
  const most = indexOfLargest(tensor);
  const leap = leapAt(operand("", tensor, most), made);
  if (made === undefined || tensor.size > LOOKED_THROUGH) return leap;
  const others = Array.from(tensor.raw, (_, flat) => operand("", tensor, flat))
    .filter((one) => one.flat !== most && isHuge(one) && kindOf(one.value) === 0)
    .slice(0, FOLLOWED)
    .map((one) => [one.flat, leapAt(one, made)] as const);
  if (others.length === 0) return leap;
  const [known, own] = [new Map(others), new WeakRef(tensor)];
  return eachLeap(leap, (at) => (own.deref() === at.tensor && known.get(at.flat)) || leap);
}

/** An element that became huge in an op. */
function leapIn(
  { op, phase, site }: Producer,
  { tensor, flat, value }: Operand,
  operands: readonly Operand[],
  { expression, stage, stats }: Explanation,
): BirthReport {
  const line = showSite(site);
  const earlier = hugeBehind(operands);
  return {
    op,
    phase,
    index: unflatten(flat, tensor.shape),
    operands: [...operands, operand("y", tensor, flat)].map(reportOperand),
    expression: expression.endsWith(showNumber(value))
      ? expression
      : `${expression} = ${showNumber(value)}`,
    cause: "huge-value",
    fix: ["scale-input"],
    ...(stage === undefined ? {} : { stage }),
    ...(stats === undefined ? {} : { stats }),
    ...(line === undefined ? {} : { site: line }),
    ...(earlier === undefined ? {} : { from: earlier }),
  };
}

/** An element that is 0 for digits that have cancelled. */
function cancelledAt(zero: Operand): BirthReport | undefined {
  const maker = makerOf(zero.tensor);
  if (maker === undefined) return undefined;
  const { operands, explain } = maker.locate(zero.flat);
  return lostIn(maker, zero, operands, explain(zero.value), "cancellation");
}

/** An element that became 0 in an op, of numbers that are not. */
function lostIn(
  { op, phase, site }: Producer,
  { tensor, flat }: Operand,
  operands: readonly Operand[],
  { expression }: Explanation,
  cause: Cause,
): BirthReport {
  const line = showSite(site);
  return {
    op,
    phase,
    index: unflatten(flat, tensor.shape),
    operands: operands.map(reportOperand),
    expression,
    cause,
    fix: [],
    ...(line === undefined ? {} : { site: line }),
  };
}

/** Where one of these came from a huge number that had shrunk on the way, as by a root. */
function hugeBehind(operands: readonly Operand[]): BirthReport | undefined {
  for (const one of operands) {
    let at: Operand | undefined = one;
    for (let steps = 0; steps < FAR && at !== undefined; steps++) {
      if (isHuge(at)) return leapAt(at);
      const maker = makerOf(at.tensor);
      at = maker && ancestor(at.value, maker.locate(at.flat).operands);
    }
  }
  return undefined;
}

/** One that was huge from the start, or that was written there. */
function leafLeap({ tensor, flat, role }: Operand): BirthReport {
  return { ...leafTaint(tensor, flat, role).birth, cause: "huge-value", fix: ["scale-input"] };
}

/**
 * The operand that an element owes its value to: one that is huge, whatever it is; the 0 of a product that
 * is 0, or what is next to it where that is; the one that it is, as of a maximum; else the largest; a constant only where
 * there is nothing else.
 */
function ancestor(value: number, all: readonly Operand[], op = ""): Operand | undefined {
  const divisor = divisorOf(op, value, all);
  if (divisor !== undefined) return divisor;
  // A product is 0 for its factor that is, however large the other one.
  const outlier = op === "mul" && value === 0 ? undefined : outlierOf(all);
  if (outlier !== undefined) return outlier;
  const variables = all.filter(isVariable);
  const operands = variables.length > 0 ? variables : all;
  // Of a product below 0 it is the factor that is.
  const below = PRODUCTS.has(op) && value < 0 ? operands.filter((o) => o.value < 0) : [];
  if (below.length === 1 && Math.abs(value) < HUGE) return below[0];
  // Of two zeros it is the one that was a number before.
  const zeros = value === 0 ? operands.filter((o) => o.value === 0) : [];
  const became = zeros.length > 1 ? zeros.find((o) => becameZero(o)) : undefined;
  if (became !== undefined) return became;
  return (
    largest(operands.filter((o) => isSmallest(o, value))) ??
    operands.find((o) => o.value === value) ??
    largest(operands)
  );
}

/** Whether a 0 is one that a number has become a few ops before, and not 0 itself. */
function becameZero(zero: Operand, far = SHALLOW): boolean {
  const made = far === 0 ? undefined : operandsOf(zero);
  if (made === undefined) return false;
  return (
    hasUnderflown(made.op, 0, made.operands) ||
    made.operands.some((one) => one.value === 0 && becameZero(one, far - 1))
  );
}

const PRODUCTS: ReadonlySet<string> = new Set(["div", "mul"]);

/** What a quotient owes its size to, where that is more its divisor than what is divided. */
function divisorOf(op: string, value: number, [a, b]: readonly Operand[]): Operand | undefined {
  if (op !== "div" || a === undefined || b === undefined || !isVariable(b)) return undefined;
  const inverse = 1 / Math.abs(b.value);
  const isLarge = Math.abs(value) > Math.abs(a.value);
  return isLarge && inverse < Infinity && inverse > Math.abs(a.value) ? b : undefined;
}

/** What a safe division takes for 0. */
export const TINY = 1e-12;

/** Whether an operand can be why a value is 0, or next to it: it is so itself. */
const isSmallest = (o: Operand, value: number): boolean =>
  value === 0 ? o.value === 0 : Math.abs(value) <= TINY && Math.abs(o.value) <= TINY;

/** The operand that is next to 0; a constant only where there is nothing else. */
function smallest(all: readonly Operand[]): Operand | undefined {
  const variables = all.filter(isVariable);
  const [first, ...rest] = variables.length > 0 ? variables : all;
  return first && rest.reduce((a, b) => (Math.abs(b.value) < Math.abs(a.value) ? b : a), first);
}

/** Causes that a 0 stands behind, or a number next to it. */
const OF_ZERO: ReadonlySet<Cause> = new Set<Cause>([
  "division-by-zero",
  "zero-over-zero",
  "log-of-zero",
  "singular-slope",
]);

/** The operand to follow back, where none is bad itself. */
function culprit(operands: readonly Operand[], cause: Cause): Operand | undefined {
  const outlier = outlierOf(operands);
  if (outlier !== undefined) return outlier;
  const read = operands.filter(({ role }) => role !== "dy" && role !== "y");
  // Of 0 / 0 it is the divisor that must not be 0.
  if (cause === "zero-over-zero") read.reverse();
  return OF_ZERO.has(cause) ? smallest(read) : ancestor(Number.NaN, read);
}

/** What a rule knows an op by: a square that is written as a product or a power, a softmax that is written out, and the like. */
function synonym(op: string, operands: readonly Operand[], value = Number.NaN): string {
  const [a, b] = operands;
  switch (op) {
    case "exp":
      return a?.value === 0 ? UNIT : op;
    case "square":
      return a === undefined ? op : squareOf(a);
    case "prod":
    case "cumprod":
      return operands.some(({ value }) => value === 0) ? EMPTIED : op;
    default:
      return a === undefined || b === undefined ? op : synonymOfTwo(op, a, b, value);
  }
}

function synonymOfTwo(op: string, a: Operand, b: Operand, value: number): string {
  switch (op) {
    case "add":
      if (isSquashed(a, b) || isSquashed(b, a)) return "sigmoid";
      return isEpsilon(a) || isEpsilon(b) ? EPSILON : op;
    case "sub":
      if (isSquashed(a, b)) return "sigmoid";
      return [a, b].every(({ tensor }) => tensor.call !== undefined) ? DIFFERENCE : op;
    case "mul":
      return a.tensor === b.tensor ? squareOf(a) : op;
    case "pow":
      return b.value === 2 ? squareOf(a) : (ROOTS[b.value] ?? op);
    case "div": {
      const known = quotient(a, b);
      const underflown = a.value !== 0 && value === 0 && Number.isFinite(b.value);
      return known === op && underflown ? UNDERFLOW : known;
    }
    default:
      return op;
  }
}

/** Whether two make 1 ± tanh z, which is twice the sigmoid of ± 2 z. */
const isSquashed = (one: Operand, other: Operand): boolean =>
  one.value === 1 && !isVariable(one) && other.tensor.call?.op.name === "tanh";

/** From here on down a constant that is added is there to keep something from 0. */
export const EPSILONS = 1e-3;

/** From here on down it is one whatever it is. */
const TINIEST = 1e-6;

/** Whether a number in the code is one: a power of ten, where another may well be of a model, as the density of an outlier. */
export const isKeeping = (value: number): boolean =>
  value > 0 && value <= EPSILONS && (value <= TINIEST || /^1e-/.test(value.toExponential()));

const isEpsilon = (one: Operand): boolean => !isVariable(one) && Math.abs(one.value) <= EPSILONS;

const squareOf = ({ value }: Operand): string => (value === 0 ? ZERO_SQUARE : "square");

const ROOTS: Readonly<Record<number, string>> = { 0.5: "sqrt", [-0.5]: "rsqrt" };

/** A quotient of an exponential and of itself added up is a softmax, of 1 or one and 1 + one a sigmoid. */
function quotient(a: Operand, b: Operand): string {
  const made = b.tensor.call?.op.name;
  const ofOne = !isVariable(a) || exponents(a.tensor).length > 0;
  if (!ofOne || exponents(b.tensor).length === 0 || areApart([a, b])) return "div";
  if (made === "sum" && isVariable(a)) return "softmax";
  return made === "add" && b.tensor.call?.inputs.some(({ call }) => call === undefined)
    ? "sigmoid"
    : "div";
}

/** Ops that give 0 of numbers that are none only where theirs is too small for its type. */
const UNDERFLOWING: ReadonlySet<string> = new Set([
  "cast",
  "cumprod",
  "div",
  "erfc",
  "exp",
  "exp2",
  "mul",
  "ndtr",
  "pow",
  "prod",
  "reciprocal",
  "sigmoid",
  "softmax",
  "square",
  "sumSquares",
]);

/** Whether an op can do so. */
export const hasUnderflow = (op: string): boolean => UNDERFLOWING.has(op);

/** Sums of products, of which the largest term is known: they cancel, too. */
const OF_PRODUCTS: ReadonlySet<string> = new Set(["linear", "matmul"]);

/** Half of the least number above 0 of float32: no product of doubles is followed so far. */
const LEAST = 2 ** -150;

const isProductLost = ([a, b]: readonly Operand[]): boolean =>
  a !== undefined && b !== undefined && Math.abs(a.value * b.value) <= LEAST;

/** Whether a 0 stands for a number too small for its type, not for 0 itself or the limit of a function. */
export const hasUnderflown = (op: string, value: number, operands: readonly Operand[]): boolean =>
  value === 0 &&
  (UNDERFLOWING.has(op) || (OF_PRODUCTS.has(op) && isProductLost(operands))) &&
  operands.every((o) => o.value !== 0 && Number.isFinite(o.value));

/** The way to a finite number, and what is behind it. */
interface Descent {
  readonly trail: Way;
  /** The same, as rules read it. */
  readonly way: Way;
  readonly origin?: OperandReport;
  readonly leap?: BirthReport;
  /** Whether it is a 0 that a number became on the way. */
  readonly underflown?: true;
}

/** Where a finite element came from: the ops on the way, and the input or parameter at their start. */
const descend = (from: Operand): Descent => once("descent", from, () => descentOf(from));

function descentOf(from: Operand): Descent {
  const trail: string[] = [];
  const way: string[] = [];
  let at = from;
  let leap: BirthReport | undefined;
  let underflown: { readonly underflown?: true } = {};
  for (let steps = 0; steps < DEEP; steps++) {
    const maker = makerOf(at.tensor);
    // An ∞ that became this number on the way, as −∞ does in exp.
    if (kindOf(at.value) > 0) {
      const { birth, trail: before } = taintAt(at);
      return { trail: [...before, ...trail], way: [...before, ...way], leap: leap ?? birth };
    }
    if (maker === undefined || at.tensor.call === undefined) break;
    const { operands, owed, explain } = maker.locate(at.flat);
    trail.unshift(maker.op);
    way.unshift(synonym(maker.op, operands, at.value));
    if (hasUnderflown(maker.op, at.value, operands)) {
      underflown = { underflown: true };
      leap ??= lostIn(maker, at, operands, explain(at.value), "underflow");
    }
    const next = owed && isVariable(owed) ? owed : ancestor(at.value, operands, maker.op);
    // Nothing infinite is behind a number that is finite and huge.
    if (isHuge(at) && (next === undefined || !isHuge(next) || kindOf(next.value) > 0)) {
      leap = leapIn(maker, at, operands, explain(at.value));
    }
    if (next === undefined) return { trail, way, ...(leap && { leap }), ...underflown };
    at = next;
  }
  const start = lineage(at.tensor);
  trail.unshift(...start);
  way.unshift(...start);
  if (isHuge(at)) leap = at.tensor.origin === "op" ? leapAt(at) : knownLeap(at, at.tensor.leap);
  const grown = { ...(leap && { leap }), ...underflown };
  if (at.tensor.origin === "op" || trail.length === 1) return { trail, way, ...grown };
  return { trail, way, origin: reportOperand({ ...at, role: at.tensor.origin }), ...grown };
}

/** A place that was kept from going bad, or whose slope has died: the same words as for a birth. */
export function placeOf(
  producer: Producer,
  tensor: Tensor,
  flat: number,
  change: (explanation: Explanation) => Explanation,
  zero?: Operand,
): Place {
  const located = producer.locate(flat);
  const explanation = change(located.explain(tensor.raw[flat] ?? Number.NaN));
  const bad = located.operands.find((o) => kindOf(o.value) > 0);
  const index = unflatten(flat, tensor.shape);
  const taint = describe(producer, index, located, explanation, bad, { out: tensor, zero });
  return { report: taint.birth, trail: taint.trail, alarm: false };
}
