/** What a case of a bad number is, and how a diagnosis of it is scored. */
import {
  type BirthReport,
  collected,
  type Fix,
  type GuardEvent,
  guard,
  isFinigradError,
  NonFiniteError,
  type Optimizer,
  type Parameter,
  parameter,
  type Report,
  type StepHealth,
  scope,
  Tensor,
  type TensorData,
  tensor,
  type ValueAndGrad,
  valueAndGrad,
} from "../../src/index.js";

/**
 * throws: the bad value reaches a sink. masked: under the default policy the gradient is right and the place
 * is listed; under the strict one it throws. alarm: all is finite, and wrong. silent: harmless. refused: a
 * typed error before anything is computed.
 */
export type Outcome = "throws" | "masked" | "alarm" | "silent" | "refused";

/** What the diagnosis has to say. What is left out does not apply. */
export interface Diagnosis {
  readonly op: string;
  readonly phase: BirthReport["phase"];
  readonly index: readonly number[];
  /** Values that must be among the operands. */
  readonly operands: readonly number[];
  /** Part of the expression of the birth, or of what it came from. */
  readonly pair: string;
  /** `where forward`: every place where a bad value was absorbed, no other. */
  readonly absorbed?: readonly string[];
  /** One of these must be proposed. */
  readonly fix: readonly Fix[];
  /** What would not help here: none of these may be. */
  readonly not?: readonly Fix[];
  /** Part of one of them, as code in the names of the program. */
  readonly code?: string;
  /** How the element begins that the operands were computed from: `input "x"[1]`. */
  readonly origin?: string;
  /** The step inside a fused op. */
  readonly stage?: string;
}

/** What a typed error has to say. */
export interface Refusal {
  readonly op: string;
  /** As the message writes it: `data[1, 0]`. */
  readonly place?: string;
  /** What it got. */
  readonly value: string;
}

interface Common {
  readonly id: string;
  readonly name: string;
  /** Who met it first. */
  readonly source: string;
  /** As it is written by people who do not know. */
  naive(): unknown;
  /** As it should be: what comes out, and what should. */
  fixed(): readonly number[];
  readonly good: readonly number[];
  /** Relative; default 1e-5. */
  readonly tolerance?: number;
  /** Every output is finite, or would be elsewhere: the eighth point applies. */
  readonly finite?: boolean;
}

export type NanCase = Common &
  (
    | { readonly outcome: "throws" | "masked" | "alarm"; readonly says: Diagnosis }
    | { readonly outcome: "refused"; readonly says: Refusal }
    | { readonly outcome: "silent" }
  );

/** A case whose op does not exist yet. */
export interface Waiting {
  readonly id: string;
  readonly name: string;
  readonly why: string;
}

/** true, false, or null where a point does not apply. */
export type Point = boolean | null;

export interface Scored {
  readonly id: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly points: readonly Point[];
  readonly healed: boolean;
  /** What was said, for a reader. */
  readonly said: string;
}

export const POINTS = [
  "the op and phase of the birth, and the user's line",
  "the element's index",
  "the operands' values",
  "the pair that met",
  "every place where a bad value was absorbed",
  "a fix of the catalogue",
  "silent where it is harmless",
  "caught where every output is finite",
] as const;

export const INF = Number.POSITIVE_INFINITY;
export const own = { source: "own" } as const;
export const ROWS = { axis: 1, keepDims: true } as const;
export const COLUMNS = { axis: 0, keepDims: true } as const;

export const vector = (name: string, ...values: number[]): Tensor => tensor(values, { name });
export const matrix = (name: string, ...rows: number[][]): Tensor => tensor(rows, { name });
export const step = (x: Tensor, loss: () => Tensor) => valueAndGrad({ x }, loss);

/** Trains parameters for some steps; gives what they are then. */
export function fit<K extends string>(
  optimizer: Optimizer,
  data: Readonly<Record<K, TensorData>>,
  steps: number,
  loss: (parameters: Readonly<Record<K, Parameter>>) => Tensor,
): number[] {
  const trained = Object.entries<TensorData>(data).map(([name, of]) => parameter(name, of));
  const named = Object.fromEntries(trained.map((p) => [p.name, p])) as Record<K, Parameter>;
  try {
    for (let i = 0; i < steps; i++) {
      optimizer(trained, valueAndGrad(trained, () => loss(named), i).grads);
    }
    return valuesOf(...trained);
  } finally {
    optimizer.dispose();
    for (const one of trained) one.dispose();
  }
}

/** Values of a gradient, or of several. */
export const valuesOf = (...tensors: readonly Tensor[]): number[] =>
  tensors.flatMap((tensor) => [...tensor.toArray()]);

/** Loss and gradients of a step as one list. */
export const outcomeOf = ({ loss, grads }: ValueAndGrad): number[] => [
  loss,
  ...valuesOf(...(Object.values(grads) as Tensor[])),
];

/** Only the gradients. */
export const gradientsOf = ({ grads }: ValueAndGrad): number[] =>
  valuesOf(...(Object.values(grads) as Tensor[]));

const chainOf = (birth: BirthReport): BirthReport[] => {
  const chain = [birth];
  for (let from = birth.from; from !== undefined; from = from.from) chain.push(from);
  return chain;
};

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

const near = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(Math.abs(b), 1e-30);

/** Phases of ops that stand on a line of the user's. */
const WRITTEN: ReadonlySet<BirthReport["phase"]> = new Set(["forward", "backward"]);

/** The first six points, of a report and of what was absorbed. */
function judge(
  says: Diagnosis,
  birth: BirthReport,
  absorbed: readonly Pick<BirthReport, "op" | "phase">[],
): boolean[] {
  const chain = chainOf(birth);
  const here = chain.find((b) => b.op === says.op && b.phase === says.phase);
  const values = (here?.operands ?? []).map(({ value }) => value);
  const held = (value: number) => values.some((v) => near(v, value, 1e-5));
  const places = [...new Set(absorbed.map(({ op, phase }) => `${op} ${phase}`))].sort();
  return [
    here !== undefined &&
      (says.stage === undefined || here.stage === says.stage) &&
      (!WRITTEN.has(birth.phase) || birth.site?.includes("/nan-cases/") === true),
    here !== undefined && sameList(here.index, says.index),
    says.operands.every(held) &&
      originOf(chain).startsWith(says.origin ?? "") &&
      (says.stage === undefined || (here?.stats !== undefined && here.stats.length > 0)),
    chain.some(({ expression }) => expression.includes(says.pair)),
    sameList(places, [...(says.absorbed ?? [])].sort()),
    helps(says, birth),
  ];
}

/** Whether a fix is proposed that helps in this program, and none that does not. */
function helps({ fix, not = [], code }: Diagnosis, birth: BirthReport | Report): boolean {
  const proposed = fix.some((one) => birth.fix.includes(one));
  const wrong = not.some((one) => birth.fix.includes(one));
  // Only a report has code.
  const written =
    code === undefined ||
    !("instead" in birth) ||
    birth.instead.some((text) => text.includes(code));
  return proposed && !wrong && written;
}

/** `input "x"[1, 0] (column "age", row 205)`, of the first of a chain that has one. */
function originOf(chain: readonly BirthReport[]): string {
  const origin = chain.find((birth) => birth.origin !== undefined)?.origin;
  if (origin === undefined) return "";
  const { name, index, column, row } = origin;
  const labels = column === undefined ? "" : ` (column "${column}", row ${row})`;
  return `${name}[${index.join(", ")}]${labels}`;
}

const isStep = (value: unknown): value is { readonly health: StepHealth } =>
  typeof value === "object" && value !== null && "health" in value;

/** Runs `body` and gives the error it throws. */
function thrownBy(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  return undefined;
}

const and = (a: readonly boolean[], b: readonly boolean[]): boolean[] =>
  a.map((value, i) => value && b[i] === true);

const nothing = [false, false, false, false, false, false];

function diagnosed(body: () => unknown, says: Diagnosis): { points: boolean[]; said: string } {
  const error = thrownBy(body);
  if (!(error instanceof NonFiniteError)) return { points: nothing, said: String(error) };
  return { points: judge(says, error.report, error.report.absorbed), said: error.message };
}

/** Whether the default policy throws, or says it on the console. */
function isLoud(naive: () => unknown): boolean {
  const { warn } = console;
  let said = 0;
  console.warn = () => said++;
  try {
    return thrownBy(naive) instanceof NonFiniteError || said > 0;
  } finally {
    console.warn = warn;
  }
}

/** The default policy lists what strict throws. */
function listed(naive: () => unknown, says: Diagnosis): boolean[] {
  const result = naive();
  if (!isStep(result) || !result.health.finite) return nothing;
  const { events } = result.health;
  const places = (kind: GuardEvent["kind"]) =>
    events.flatMap((e) => (e.kind === kind && e.place !== undefined ? [e.place] : []));
  const chains = places("masked").map((place) => judge(says, place, places("absorbed")));
  return chains.find((points) => points.every(Boolean)) ?? chains[0] ?? nothing;
}

function refused(body: () => unknown, { op, place, value }: Refusal): Point[] {
  const error = thrownBy(body);
  const message = isFinigradError(error) ? error.message : "";
  return [
    message.startsWith(`${op}:`),
    place === undefined ? null : message.includes(place),
    message.includes(`got ${value}`),
    null,
    null,
    message.includes("expected"),
    null,
    null,
  ];
}

/** Nothing thrown, nothing gathered, no alarm. */
function quiet(body: () => unknown): boolean {
  collected();
  const result = guard({ onNonFinite: "collect", onAlarm: "collect" }, body);
  const alarms = isStep(result) ? result.health.alarms.length : 0;
  return collected().length === 0 && alarms === 0 && (!isStep(result) || result.health.finite);
}

function pointsOf(one: NanCase): { points: Point[]; said: string } {
  const naive = () => one.naive();
  switch (one.outcome) {
    case "silent": {
      const silent = quiet(naive);
      return { points: [null, null, null, null, null, null, silent, null], said: `${silent}` };
    }
    case "refused":
      return {
        points: refused(naive, one.says),
        said: String((thrownBy(naive) as Error | undefined)?.message),
      };
    case "throws": {
      const { points, said } = diagnosed(naive, one.says);
      return { points: [...points, null, one.finite ? points[0] === true : null], said };
    }
    case "masked": {
      const { points, said } = diagnosed(() => guard({ policy: "strict" }, naive), one.says);
      return { points: [...and(points, listed(naive, one.says)), null, null], said };
    }
    case "alarm": {
      const { points, said } = diagnosed(() => guard({ onAlarm: "throw" }, naive), one.says);
      return { points: [...points, null, isLoud(naive) && points[0] === true], said };
    }
  }
}

function heals({ fixed, good, tolerance = 1e-5 }: NanCase): boolean {
  let values: readonly number[] = [];
  const healthy = quiet(() => {
    values = fixed();
  });
  return (
    healthy &&
    values.length === good.length &&
    values.every((value, i) => near(value, good[i] as number, tolerance))
  );
}

/** Runs a case, naive and fixed. */
export function score(one: NanCase): Scored {
  const { points, said } = scope(() => pointsOf(one));
  const healed = scope(() => heals(one));
  collected();
  return { id: one.id, name: one.name, outcome: one.outcome, points, healed, said };
}

/** Whether no point is lost. */
export const isFull = ({ points, healed }: Scored): boolean =>
  healed && points.every((point) => point !== false);

export { Tensor };
