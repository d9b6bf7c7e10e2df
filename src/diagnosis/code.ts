/**
 * How an operand reads as code: `sub(logp, logp_old)`, `sum(p, { axis: 1 })`. Only where that is short, and says all: of tensors with a
 * name, numbers, and calls whose options are known.
 */
import type { Call } from "../op.js";
import { show } from "../shape.js";
import type { AnyTensor as Tensor } from "../tensor.js";

/** Longer expressions are not told of an operand: nobody reads them. */
const LONGEST = 160;

/** What holds such an expression may be longer: it is what other code stands for, and what is left of it is written again. */
const WIDEST = 400;

/** Ops whose call is known by its operands, although their records carry sizes. */
const BY_OPERANDS: ReadonlySet<string> = new Set(["matmul", "linear", "softmax", "logSoftmax"]);

/** Ops that no call stands for: parts of safe functions. */
const UNWRITTEN: ReadonlySet<string> = new Set(["atLeast", "awayFromZero", "within"]);

/** The options of the call that made a tensor as code, "" where it has none; undefined where that is not known. */
const optionsOf = ({ call, maker }: Tensor): string | undefined =>
  call === undefined || UNWRITTEN.has(maker) ? undefined : knownOptions(call);

function knownOptions(call: Call): string | undefined {
  const { op, attrs } = call;
  if (op.written !== undefined) return op.written(call);
  const none =
    attrs === undefined ||
    (typeof attrs === "object" && attrs !== null && Object.keys(attrs).length === 0);
  // An op of one's own has no options.
  const isBare = none || BY_OPERANDS.has(op.name) || op.absorbs === "unknown";
  return isBare ? "" : undefined;
}

/** The same as a report has it: an ellipsis for what is not known. */
export const optionsTold = (call: Call): string | undefined => knownOptions(call) ?? "…";

/** Options as code: `{ axis: 1, keepDims: true }`, "" where all of them are left out. */
export function writtenOptions(
  options: Readonly<Record<string, number | readonly number[] | true | undefined>>,
): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const parts = given.map(([name, value]) => `${name}: ${optionInCode(value)}`);
  return parts.length === 0 ? "" : `{ ${parts.join(", ")} }`;
}

const optionInCode = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  return typeof value === "number" ? inCode(value) : String(value);
};

/** A number as it stands in code: the shortest that rounds to it, with an exponent where it is long without. */
export function inCode(value: number): string {
  const isSingle = Math.fround(value) === value;
  for (let digits = 1; digits < 17; digits++) {
    const short = Number(value.toPrecision(digits));
    if (short === value || (isSingle && Math.fround(short) === value)) return briefly(short);
  }
  return briefly(value);
}

/** An exponent is worth these many characters less: 1e-5, but 0.0001. */
const WORTH = 3;

function briefly(value: number): string {
  const [plain = "", short = ""] = [String(value), value.toExponential()].map((text) =>
    text.replace("e+", "e"),
  );
  return Number.isFinite(value) && plain.length - short.length >= WORTH ? short : plain;
}

/** The operands in the order in which they are written. */
function writtenOrder({ op, inputs }: Call): readonly Tensor[] {
  const [a, b, condition] = inputs;
  return op.name === "where" && a && b && condition ? [condition, a, b] : inputs;
}

/** A tensor as code; undefined where there is no short and complete way to write it. */
export const codeOf = (tensor: Tensor, room = LONGEST): string | undefined =>
  written(tensor, room, told(tensor, tensor.call === undefined ? { whole: false } : IN_CALLS));

/** How an expression is written. */
export interface Writing {
  /** Whether what was read is written as the calls that made that, too, whatever it is called. */
  readonly whole: boolean;
  /** What stands for an input without a name, or for what a state of a loop was before; left out: there is no code with one. */
  readonly unnamed?: (tensor: Tensor, isState?: boolean) => string | undefined;
}

/** What is read by a call is written out where it is short. */
const IN_CALLS: Writing = {
  whole: false,
  unnamed: (tensor, isState) => (isState ? undefined : literal(tensor)),
};

/** What a tensor is called in code; undefined where that is no name there. A gradient is one of those that `valueAndGrad` gives. */
export function nameInCode(name: string): string | undefined {
  const [, of] = /^gradient of (\S+)$/.exec(name) ?? [];
  if (of !== undefined) return /^[A-Za-z_$][\w$]*$/.test(of) ? `grads.${of}` : `grads["${of}"]`;
  return /\s/.test(name) ? undefined : name;
}

/** The same for one expression, in which a name stands for one tensor. */
interface Told extends Writing {
  /** What has the name of another that came later, and what was made of such alone: a state of a loop. */
  readonly outdated: ReadonlySet<Tensor>;
}

const told = (tensor: Tensor, writing: Writing): Told => ({
  ...writing,
  outdated: outdatedIn(tensor),
});

/** The tensors of an expression that are looked at: one of more is too long to be told. */
const MOST_READ = 128;

const NONE: ReadonlySet<Tensor> = new Set();

/** Tensors of an expression whose name has another that is nearer to its end, and what was made of them alone. */
function outdatedIn(end: Tensor): ReadonlySet<Tensor> {
  const latest = new Map<string, Tensor>();
  const outdated = new Set<Tensor>();
  const read = new Set([end]);
  for (const tensor of read) {
    const { name, call } = tensor;
    if (read.size > MOST_READ) break;
    if (name !== undefined && latest.has(name)) outdated.add(tensor);
    else if (name !== undefined) latest.set(name, tensor);
    for (const input of call?.inputs ?? []) read.add(input);
  }
  for (const tensor of read) if (isZeros(tensor) && isState(tensor, read)) outdated.add(tensor);
  if (outdated.size === 0) return NONE;
  // What was read comes after what was made of it.
  for (const tensor of [...read].reverse()) {
    const from = tensor.call?.inputs.filter(({ written }) => written === undefined) ?? [];
    const isOld = from.length > 0 && from.every((input) => outdated.has(input));
    if (isOld && tensor !== end) outdated.add(tensor);
  }
  return outdated;
}

const isZeros = ({ name, maker, call }: Tensor): boolean =>
  maker === "zeros" && name === undefined && call === undefined;

/** Whether zeros are what a state begins with, and another later: they decay, or the same is done with what was made of them. */
function isState(zeros: Tensor, read: ReadonlySet<Tensor>): boolean {
  const calls = [...read].flatMap(({ call }) => call ?? []);
  return calls.some((first) => {
    const inputs: readonly Tensor[] = first.inputs;
    const at = inputs.indexOf(zeros);
    if (at < 0) return false;
    const others = inputs.filter((_, i) => i !== at);
    if (first.op.name === "mul" && others.some(({ written }) => written !== undefined)) return true;
    return calls.some(
      (next) =>
        next.op === first.op &&
        isMadeOf(next.inputs[at], first.out, read) &&
        others.every((other, i) => isLike(other, next.inputs.filter((_, j) => j !== at)[i])),
    );
  });
}

/** Whether a tensor is another one, or was computed from it, as far as is read. */
function isMadeOf(of: Tensor | undefined, from: Tensor, read: ReadonlySet<Tensor>): boolean {
  const before = new Set(of === undefined ? [] : [of]);
  for (const tensor of before) {
    if (tensor === from) return true;
    for (const input of tensor.call?.inputs ?? []) if (read.has(input)) before.add(input);
  }
  return false;
}

/** Whether two are one, as in each turn: made by the same op, or called the same. */
const isLike = (a: Tensor, b: Tensor | undefined): boolean =>
  a === b ||
  (b !== undefined &&
    a.written === b.written &&
    a.call?.op === b.call?.op &&
    (a.call !== undefined || a.name === b.name));

/** The call that made a tensor, whatever the tensor is called. */
export const callCode = (
  tensor: Tensor,
  writing: Writing = { whole: false },
  room = WIDEST,
): string | undefined => writtenCall(tensor, told(tensor, writing), room);

function writtenCall(tensor: Tensor, writing: Told, room: number): string | undefined {
  const { call } = tensor;
  const options = call?.composed?.options ?? optionsOf(tensor);
  if (call === undefined || options === undefined) return undefined;
  const { name, operands } = call.composed ?? {
    name: call.op.name,
    operands: writtenOrder(call),
  };
  const left = room - name.length - 2;
  if (left <= 0) return undefined;
  const parts: string[] = [];
  for (const operand of operands) {
    const part =
      typeof operand === "number" ? inCode(operand) : written(operand as Tensor, left, writing);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  if (options !== "") parts.push(options);
  const code = `${name}(${parts.join(", ")})`;
  return code.length <= room ? code : undefined;
}

function written(tensor: Tensor, room: number, writing: Told): string | undefined {
  const { origin, shape, call } = tensor;
  if (writing.outdated.has(tensor)) return writing.unnamed?.(tensor, true);
  const name = tensor.name === undefined ? undefined : nameInCode(tensor.name);
  if (name !== undefined && !(writing.whole && call !== undefined))
    return name.length <= room ? name : undefined;
  if (call !== undefined) return writtenCall(tensor, writing, room);
  const isNumber = origin === "input" && shape.length === 0;
  const value = tensor.written ?? (tensor.readable ? tensor.raw[0] : undefined);
  return isNumber && value !== undefined ? inCode(value) : writing.unnamed?.(tensor);
}

/** The first of the characters that tell one ellipsis from another, of a private use area. */
const MARKS = 0xe000;

/** An ellipsis for each input without a name that is not short: those of two are not the same code. */
export function ellipses(): (tensor: Tensor, isState?: boolean) => string {
  const known = new Map<Tensor, string>();
  return (tensor, isState = false) => {
    const code = isState ? undefined : literal(tensor);
    if (code !== undefined) return code;
    const mark = known.get(tensor) ?? `…${String.fromCharCode(MARKS + known.size)}`;
    known.set(tensor, mark);
    return mark;
  };
}

/** A tensor is written out up to so many numbers, and characters. */
const SHORT = { size: 32, code: 48 };

/** The numbers that a tensor was made of, as code; undefined where they are many. */
export function literal(tensor: Tensor): string | undefined {
  const { shape, size, dtype, readable, name, call } = tensor;
  // What has a name is called by it, and what was made as it is.
  if (name !== undefined || call !== undefined) return undefined;
  if (isZeros(tensor)) return dtype === "float32" ? `zeros(${show(shape)})` : undefined;
  if (!readable || size > SHORT.size || shape.length === 0 || dtype !== "float32") return undefined;
  const { raw } = tensor;
  const rows = (from: number, [side = 0, ...rest]: readonly number[]): string => {
    const step = rest.reduce((product, one) => product * one, 1);
    const parts = Array.from({ length: side }, (_, i) =>
      rest.length === 0 ? inCode(raw[from + i] ?? Number.NaN) : rows(from + i * step, rest),
    );
    return `[${parts.join(", ")}]`;
  };
  const code = `tensor(${rows(0, shape)})`;
  return code.length <= SHORT.code ? code : undefined;
}

/** Code as it is told. */
export const unmarked = (code: string): string => code.replace(/[\ue000-\uf8ff]/g, "");
