/**
 * Births: finding the element, its operands, the cause. Runs only when something went bad, so it may
 * read elements one at a time; while all is well nothing here is called.
 */
import type { BirthReport, Cause, Fix, OperandReport, Phase } from "./report.js";
import { showNumber } from "./report.js";
import { unflatten } from "./shape.js";
import { INFINITY_BITS, isDouble, type AnyTensor as Tensor } from "./tensor.js";

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
}

/** The operands of one element, and why they gave what they gave. */
export interface Located {
  readonly operands: readonly Operand[];
  explain(result: number): Explanation;
}

/** What made a tensor: enough to follow one of its elements back. */
export interface Producer {
  readonly op: string;
  readonly phase: Phase;
  locate(flat: number): Located;
}

/** Why a tensor is not finite. */
export interface Taint {
  readonly birth: BirthReport;
  /** From the origin to here. */
  readonly trail: readonly string[];
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

/** A NaN or ∞ that was there before any op: in an input, a parameter, or written through a view. */
export function leafTaint(tensor: Tensor, flat: number): Taint {
  const index = unflatten(flat, tensor.shape);
  const phase = tensor.origin === "parameter" ? "parameter" : "input";
  const value = tensor.raw[flat] ?? Number.NaN;
  const column = tensor.labels?.columns?.[index.at(-1) ?? 0];
  const row = tensor.labels?.rows?.[index[0] ?? 0];
  const birth: BirthReport = {
    op: phase,
    phase,
    ...(tensor.name === undefined ? {} : { name: tensor.name }),
    index,
    operands: [reportOperand({ role: phase, tensor, flat, value })],
    expression: showNumber(value),
    cause: phase === "parameter" ? "bad-parameter" : "bad-input",
    fix: phase === "parameter" ? ["restore-parameter"] : ["impute"],
    ...(column === undefined ? {} : { column }),
    ...(row === undefined ? {} : { row }),
  };
  return { birth, trail: [tensor.name ?? phase] };
}

function reportOperand({ role, tensor, flat, value }: Operand): OperandReport {
  const name =
    tensor.name === undefined || tensor.name === role ? role : `${role} "${tensor.name}"`;
  return { name, value, index: unflatten(flat, tensor.shape) };
}

/**
 * The taint of an element that is known to be bad, followed back as far as memory reaches. What counts
 * is the elements themselves, not peaks: a view that someone held may have changed one since.
 */
export function trace(tensor: Tensor, flat: number, made = tensor.producer): Taint {
  const trail: string[] = [];
  let at = { tensor, flat };
  for (let producer = made; ; producer = at.tensor.producer) {
    if (producer === undefined) return finish(known(at.tensor, at.flat), trail);
    const value = at.tensor.raw[at.flat] ?? Number.NaN;
    const located = producer.locate(at.flat);
    trail.unshift(producer.op);
    const heir = located.operands.find((o) => kindOf(o.value) >= kindOf(value));
    if (heir === undefined) {
      trail.shift();
      return finish(birth(producer, at.tensor, at.flat, located), trail);
    }
    at = heir;
  }
}

function finish(taint: Taint, trail: readonly string[]): Taint {
  return trail.length === 0 ? taint : { ...taint, trail: [...taint.trail, ...trail] };
}

/** What is known of a bad element whose producer is gone or never was. */
function known(tensor: Tensor, flat: number): Taint {
  return tensor.origin === "op" && tensor.taint !== undefined
    ? tensor.taint
    : leafTaint(tensor, flat);
}

/** The taint of what was born in `producer` at this element. */
function birth(producer: Producer, tensor: Tensor, flat: number, located: Located): Taint {
  const value = tensor.raw[flat] ?? Number.NaN;
  const cause = located.explain(value);
  const lesser = located.operands.find((o) => kindOf(o.value) > 0);
  const from = lesser && trace(lesser.tensor, lesser.flat);
  const source = located.operands.find((o) => o.role !== "dy")?.tensor;
  const start = from?.trail ?? (source === undefined ? [] : [title(source)]);
  return {
    birth: {
      op: producer.op,
      phase: producer.phase,
      index: unflatten(flat, tensor.shape),
      operands: located.operands.map(reportOperand),
      ...cause,
      ...(from === undefined ? {} : { from: from.birth }),
    },
    trail: [...start, producer.phase === "backward" ? `${producer.op} backward` : producer.op],
  };
}
