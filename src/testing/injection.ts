/**
 * Fault injection: one element of a run is spoiled, and what becomes of it is judged. The run is watched
 * once untouched, which tells where there is something to spoil and that nothing cries wolf; then it is
 * run again with one number changed.
 */
import {
  checkDone,
  checkFlag,
  checkFunction,
  checkList,
  checkOneOf,
  checkOptions,
  checkRange,
  checkWhole,
  hasFields,
} from "../check.js";
import {
  type BirthReport,
  chainOf,
  isAlarm,
  type Report,
  showNumber,
} from "../diagnosis/report.js";
import { isFinigradError, NonFiniteError, TrainingStoppedError } from "../errors.js";
import { collected, guard } from "../guard.js";
import { random } from "../nn/init.js";
import { type Probe, probing } from "../op.js";
import { show, unflatten } from "../shape.js";
import { type Tensor, UNKNOWN } from "../tensor.js";
import { watch } from "../watch.js";
import { checkGiven, fail } from "./failure.js";

/** What was spoiled. */
export type Target = "input" | "weight" | "gradient" | "state" | "intermediate";

/**
 * How. `write`: through a fresh view; `held`: through a view taken before the tensor was last looked at;
 * `kernel`: as if the op itself had computed it.
 */
export type Manner = "write" | "held" | "kernel";

/** One fault. */
export interface Injection {
  readonly seed: number;
  readonly target: Target;
  readonly manner: Manner;
  readonly value: number;
  /** The tensor's name, where it has one. */
  readonly name: string | undefined;
  /** The op, or optimizer, that made it, or that was about to read it. */
  readonly op: string;
  readonly phase: "forward" | "backward" | "optimizer";
  readonly index: readonly number[];
}

/** What became of a fault. */
export type Verdict =
  /** A report names the place. */
  | "named"
  /** Every loss, gradient, parameter and state stayed finite: there is nothing to report. */
  | "absorbed"
  /** A report names another place. */
  | "misnamed"
  /** A loss, gradient, parameter or state went bad, and nothing was said. */
  | "missed"
  /** Another error than the guard's ended the run. */
  | "crashed";

export interface Trial extends Injection {
  readonly verdict: Verdict;
  readonly report?: Report;
  readonly error?: unknown;
}

export interface InjectionOptions {
  /** How many faults. Default 100. */
  readonly runs?: number | undefined;
  /** Of the faults; fault i is put into `run(seed + i)`. Default 1. */
  readonly seed?: number | undefined;
  /** What is put in. Default NaN, ∞, -∞, 1e38. */
  readonly values?: readonly number[] | undefined;
  /** What it is put into. Default: everything. */
  readonly targets?: readonly Target[] | undefined;
  /** Whether a fault that was not named, or a false alarm, is an error. Default true. */
  readonly throws?: boolean | undefined;
}

export interface InjectionReport {
  readonly runs: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Seeds of untouched runs that were reported as bad. */
  readonly falseAlarms: readonly number[];
  readonly trials: readonly Trial[];
}

const VALUES = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e38];
const VERDICTS: readonly Verdict[] = ["named", "absorbed", "misnamed", "missed", "crashed"];
const TARGETS: readonly Target[] = ["input", "weight", "gradient", "state", "intermediate"];

/** A moment of a run at which a number can be spoiled. */
interface Moment {
  readonly at: number;
  readonly target: Target;
  readonly manner: "kernel" | "write";
  readonly op: string;
  readonly phase: Injection["phase"];
  readonly tensor: Tensor;
}

/** Tells `visit` of each moment, in the same order for the same run. */
function moments(visit: (moment: Moment) => void, arrives: Probe["arrives"]): Probe {
  let at = 0;
  const tell = (moment: Omit<Moment, "at">) => {
    if (moment.tensor.size > 0) visit({ ...moment, at });
    at++;
  };
  return {
    reads: (op, tensors) => {
      for (const tensor of tensors) {
        const target = targetOf(tensor);
        const phase = target === "gradient" || target === "state" ? "optimizer" : "forward";
        if (target !== "intermediate") tell({ target, manner: "write", op, phase, tensor });
      }
    },
    wrote: (op, phase, tensor) => {
      const target = phase === "backward" ? "gradient" : "intermediate";
      tell({ target, manner: "kernel", op, phase, tensor });
    },
    gives: (op, tensor) =>
      tell({ target: "intermediate", manner: "write", op, phase: "forward", tensor }),
    ...(arrives && { arrives }),
  };
}

/** What a tensor that is about to be read is. */
function targetOf({ origin, maker, name }: Tensor): Target {
  if (origin === "parameter") return "weight";
  if (origin === "input") return "input";
  if (maker === "adam" || maker === "sgd") return "state";
  return name?.startsWith("gradient of ") ? "gradient" : "intermediate";
}

interface Site {
  readonly at: number;
  readonly target: Target;
  /** What is there, and the bits of all its numbers as one. */
  readonly what: string;
}

/** FNV-1a of what a tensor holds. */
function digest({ raw }: Tensor): number {
  const words = new Uint32Array(raw.slice().buffer);
  let sum = 0x811c9dc5;
  for (const word of words) sum = Math.imul(sum ^ word, 0x01000193);
  return sum;
}

const siteOf = ({ at, target, op, phase, tensor }: Moment): Site => {
  return { at, target, what: `${op} ${phase} ${show(tensor.shape)} ${digest(tensor)}` };
};

/** What becomes of a fault says nothing where the run is another each time. @throws KitAssertionError */
function checkSame(run: (seed: number) => unknown, seed: number, sites: readonly Site[]): void {
  const again = rehearse(run, seed).sites;
  const length = Math.max(sites.length, again.length);
  for (let i = 0; i < length; i++) {
    const [one, two] = [sites[i]?.what, again[i]?.what];
    if (one === two) continue;
    const what = `the run is not the same each time it gets the same seed ${seed}: place ${i} differs`;
    fail("nanInjection", what, two ?? "its end", one ?? "its end");
  }
}

/** The default policy, but for alarms: an untouched run must not raise one, of a spoiled one they are judged. */
const strictly = <T>(onAlarm: "throw" | "collect", body: () => T): T =>
  guard({ onNonFinite: "throw", onAlarm, at: "sink", policy: "subgradient" }, body);

interface Outcome {
  readonly error: unknown;
  /** What was reported on the way, thrown or not: a run may gather it, skip its step, or catch what is thrown. */
  readonly told: readonly Report[];
}

function attempt(body: () => unknown): Outcome {
  const told: Report[] = [];
  const end = watch({
    reporting: (report) => {
      told.push(report);
      return report;
    },
  });
  let error: unknown;
  try {
    body();
  } catch (thrown) {
    error = thrown ?? new Error("thrown: nothing");
  } finally {
    end();
    // What it gathered is judged here, and is no news for whoever asks next.
    collected();
  }
  return { error, told };
}

/** Whether it is the package's word on a number that went bad. */
const isStop = (error: unknown): boolean =>
  error instanceof NonFiniteError || error instanceof TrainingStoppedError;

/** The run as it is: where it can be spoiled, and whether it is clean. */
function rehearse(run: (seed: number) => unknown, seed: number) {
  const sites: Site[] = [];
  const watcher = moments((moment) => sites.push(siteOf(moment)), undefined);
  const { error, told } = attempt(() => strictly("throw", () => probing(watcher, () => run(seed))));
  if (error !== undefined && !isStop(error)) throw error;
  return { sites, alarm: error !== undefined || told.length > 0 };
}

function pick<T>(list: readonly T[], next: () => number): T {
  return list[Math.floor(next() * list.length)] as T;
}

/** Spoils one element. */
function spoil(moment: Moment, seed: number, value: number, next: () => number): Injection {
  const { tensor, target, op, phase } = moment;
  const flat = Math.floor(next() * tensor.size);
  const manner = moment.manner === "kernel" ? "kernel" : pick(["write", "held"] as const, next);
  tensor.raw[flat] = value;
  if (manner !== "held") tensor.ceiling = undefined;
  if (manner === "kernel") {
    tensor.peak = UNKNOWN;
    tensor.use("nanInjection");
  } else {
    tensor.viewed = true;
    if (manner === "write") tensor.peak = UNKNOWN;
  }
  const index = unflatten(flat, tensor.shape);
  return { seed, target, manner, value, name: tensor.name, op: tensor.maker || op, phase, index };
}

/** Runs with the number at this site spoiled. */
function inject(
  run: (seed: number) => unknown,
  seed: number,
  site: Site,
  value: number,
  next: () => number,
): Trial {
  let injection: Injection | undefined;
  let reached = false;
  const watcher = moments(
    (moment) => {
      if (moment.at === site.at) injection = spoil(moment, seed, value, next);
    },
    (tensors) => {
      reached ||= tensors.some((tensor) => tensor.raw.some((v) => !Number.isFinite(v)));
    },
  );
  const outcome = attempt(() => strictly("collect", () => probing(watcher, () => run(seed))));
  if (injection === undefined) {
    fail("nanInjection", "the run is not the same each time it gets the same seed", seed, seed);
  }
  return { ...injection, ...judge(injection, outcome, reached) };
}

function judge(
  injection: Injection,
  { error, told }: Outcome,
  reached: boolean,
): Pick<Trial, "verdict" | "report" | "error"> {
  if (error !== undefined && !isStop(error)) {
    // An op that takes no NaN at all, as a condition or a label, says so itself, with the place.
    const refused = isFinigradError(error) && error.message.includes(show(injection.index));
    return { verdict: refused ? "named" : "crashed", error };
  }
  const report = error instanceof NonFiniteError ? error.report : told.find((one) => !isAlarm(one));
  if (report === undefined) return judgeAlarms(injection, told, reached);
  return { verdict: names(report, injection) ? "named" : "misnamed", report };
}

/** Of a run in which nothing arrived that is not finite: what was lost on the way must have been told, as where the fault was put. */
function judgeAlarms(
  injection: Injection,
  told: readonly Report[],
  reached: boolean,
): Pick<Trial, "verdict" | "report"> {
  const lost = told.filter(({ code }) => code.startsWith("LOST"));
  const [report] = lost;
  if (report === undefined) return { verdict: reached ? "missed" : "absorbed" };
  const found = lost.find((one) => names(one, injection));
  return found ? { verdict: "named", report: found } : { verdict: "misnamed", report };
}

/**
 * Whether a report, or what it says the birth came from, names the place of the fault.
 *
 * A NaN or ∞ is at its origin where it stands. A number that is huge and finite does no harm there: it is a
 * later op, or a later step, that overflows. Its true origin is the last element on the way back that is huge
 * while nothing it was computed from is: the op that gave it, or the tensor that came in with it. So it is
 * named where a birth, or what it came `from`, has the op, phase and index of the fault, or has the spoiled
 * number itself, with its index and its tensor's name, among the operands.
 */
export function names(report: BirthReport, injection: Injection): boolean {
  return chainOf(report).some((birth) => isPlace(birth, injection));
}

function isPlace(birth: BirthReport, injection: Injection): boolean {
  const { index, name, op, phase, manner, value } = injection;
  const here = same(birth.index, index);
  if (manner === "kernel" && here && birth.phase === phase && birth.op === makerOf(op)) return true;
  if (manner !== "kernel" && here && birth.name === (name ?? `the output of ${op}`)) return true;
  // A finite fault goes bad later: then it is to be found among the operands there, or where they came from.
  const spoiled = Math.fround(value);
  const read = birth.origin === undefined ? birth.operands : [...birth.operands, birth.origin];
  return read.some(
    (o) =>
      Object.is(o.value, spoiled) &&
      same(o.index, index) &&
      (name === undefined || o.name.includes(name)),
  );
}

/** `relu backward` was made by relu. */
function makerOf(maker: string): string {
  return maker.replace(/ backward$/, "");
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, i) => side === b[i]);
}

/** A fault as a sentence. */
export function showInjection(injection: Injection): string {
  const isOne = hasFields(injection) && Array.isArray(injection.index);
  checkGiven("showInjection", injection, isOne, "one of nanInjection(…).trials");
  const { seed, target, manner, value, name, op, phase, index } = injection;
  const what = name === undefined ? "" : ` "${name}"`;
  return `${showNumber(value)} into ${target}${what} ${show(index)} of ${op} (${phase}, ${manner}), seed ${seed}`;
}

/**
 * Spoils one number of a run, many times over, and asserts that each time a loss, a gradient, a parameter
 * or a state goes bad for it, a report names the very element; and that runs left alone raise no alarm.
 *
 * @param run the whole run, from its beginning: it makes what it needs from the seed, and frees it. The
 * same seed must give the same run.
 * @throws KitAssertionError with the first fault that was not named, unless `throws` is false.
 */
export function nanInjection(
  run: (seed: number) => unknown,
  options: InjectionOptions = {},
): InjectionReport {
  checkFunction("nanInjection", "run", run);
  checkOptions("nanInjection", options, OPTIONS);
  const { runs = 100, seed = 1, values = VALUES, targets = TARGETS, throws = true } = options;
  checkWhole("nanInjection", "runs", runs, 1);
  checkWhole("nanInjection", "seed", seed, 0);
  for (const target of checkList("nanInjection", "targets", targets)) {
    checkOneOf("nanInjection", "target", target, TARGETS);
  }
  for (const value of checkList("nanInjection", "values", values)) {
    checkRange("nanInjection", "a value", value, () => true, "a number");
  }
  checkFlag("nanInjection", "throws", throws);
  const whole = (seed: number): void =>
    checkDone("nanInjection", "the fault is gone when the run returns", run(seed));
  const next = random(seed);
  const trials: Trial[] = [];
  const falseAlarms: number[] = [];
  for (let i = 0; i < runs; i++) {
    const { sites, alarm } = rehearse(whole, seed + i);
    if (i === 0) checkSame(whole, seed, sites);
    if (alarm) {
      falseAlarms.push(seed + i);
      continue;
    }
    // First what, then where: there are many more intermediates than states.
    const there = targets.filter((target) => sites.some((site) => site.target === target));
    if (there.length === 0) {
      fail("nanInjection", "the run uses no tensors", sites.length, "at least one op");
    }
    const target = pick(there, next);
    const site = pick(
      sites.filter((s) => s.target === target),
      next,
    );
    trials.push(inject(whole, seed + i, site, pick(values, next), next));
  }
  const report = tally(runs, trials, falseAlarms);
  if (throws) assertNamed(report);
  return report;
}

const OPTIONS = ["runs", "seed", "values", "targets", "throws"] as const;

function tally(
  runs: number,
  trials: readonly Trial[],
  falseAlarms: readonly number[],
): InjectionReport {
  const count = (verdict: Verdict) => trials.filter((trial) => trial.verdict === verdict).length;
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, count(verdict)]));
  return { runs, counts: counts as Record<Verdict, number>, falseAlarms, trials };
}

function assertNamed({ trials, falseAlarms, counts }: InjectionReport): void {
  if (falseAlarms.length > 0) {
    const seeds = falseAlarms.join(", ");
    fail("nanInjection", `false alarm in the untouched run of seed ${seeds}`, falseAlarms, []);
  }
  const wrong = trials.find(({ verdict }) => verdict !== "named" && verdict !== "absorbed");
  if (wrong === undefined && counts.named === 0) {
    fail("nanInjection", "no fault did any harm: nothing was tested", counts, {
      ...counts,
      named: "one or more",
    });
  }
  if (wrong === undefined) return;
  const said = wrong.report
    ? `the report names ${placeOf(wrong.report)}`
    : String(wrong.error ?? "nothing was said");
  fail("nanInjection", `${wrong.verdict}: ${showInjection(wrong)}; ${said}`, counts, {
    ...counts,
    misnamed: 0,
    missed: 0,
    crashed: 0,
  });
}

/** Where a report says that the number was born, and what that came from. */
export function placeOf(report: BirthReport): string {
  const here = `${report.name ?? report.op} ${show(report.index)} (${report.phase}, ${report.cause})`;
  const { origin } = report;
  const grew =
    origin === undefined
      ? ""
      : `, grown from ${origin.name} ${show(origin.index)} = ${showNumber(origin.value)}`;
  const from = report.from === undefined ? grew : `, from ${placeOf(report.from)}`;
  return here + from + (report.with === undefined ? "" : `, and from ${placeOf(report.with)}`);
}
