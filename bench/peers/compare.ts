/** npm run bench -- --peers: finigrad beside others, answers first. */
import { hasRelaxedSimd, type Runtime } from "../../src/runtime.js";
import { loadBuilds, UNGUARDED } from "../builds.js";
import { at } from "../data.js";
import { median, ratio, type Times } from "../measure.js";
import { digits, LOAD } from "../report.js";
import { limitsOn } from "../roofline.js";
import { type Peer, type Prepared, timed } from "./contender.js";
import { finigrad, type Resident } from "./finigrad.js";
import { jax } from "./jax.js";
import { numpy } from "./numpy.js";
import { numpyTs } from "./numpy-ts.js";
import { onnx } from "./onnx.js";
import { plain } from "./plain.js";
import { type Effort, race } from "./race.js";
import { tfjs } from "./tfjs.js";
import type { Problem, Workload } from "./workload.js";

/** Relative. A peer may approximate more coarsely; what no approximation explains is wrong. */
const [TOLERANCE, PEER_TOLERANCE] = [1e-5, 1e-3];

export interface PeerRow {
  readonly workload: string;
  readonly size: string;
  readonly build: string;
  /** Milliseconds a call: the median over rounds. */
  readonly ms: number;
  readonly gbps: number;
  readonly gflops?: number;
  /** Speed over that of a loop that only loads the same bytes. */
  readonly loadRatio?: number;
  /** Milliseconds a call, by name. */
  readonly peers: Readonly<Record<string, number>>;
  /** The peer's time over ours, round by round: 2 is twice as fast. */
  readonly ratioToBestWasmPeer?: number;
  /** Who was not timed, and why. */
  readonly untimed?: Readonly<Record<string, string>>;
}

/**
 * One thread for everyone: onnxruntime-web makes node's Worker global even so, and jax-js, which looks
 * for it at every kernel, would then compile for threads that its memory was not made for.
 */
function withoutWorkers(): void {
  Object.defineProperty(globalThis, "Worker", {
    configurable: true,
    get: () => undefined,
    set: () => {},
  });
}

/** Everyone, in the builds and packages of this machine. */
export async function openPeers(): Promise<Peer[]> {
  withoutWorkers();
  const others = [tfjs, onnx, jax, numpyTs, plain, numpy];
  const opened: Peer[] = [];
  for (const open of others) {
    const peer = await open();
    if (peer !== undefined) opened.push(peer);
  }
  return opened;
}

/** The builds that this engine runs as it was started, or the one of that name. */
export function openBuilds(only?: string): Runtime[] {
  const builds = loadBuilds(hasRelaxedSimd()).filter(({ name }) => !name.startsWith(UNGUARDED));
  return only === undefined ? builds : builds.filter(({ name }) => name === only);
}

/** Up to 1500 places over the answer, and the last ones. */
function* places(n: number): Generator<number> {
  const stride = Math.max(1, Math.floor(n / 1500)) | 1;
  for (let i = 0; i < n; i += stride) yield i;
  for (let i = Math.max(0, n - 9); i < n; i++) yield i;
}

/** @throws Error that says where the answer is wrong. */
async function check(prepared: Prepared, problem: Problem, tolerance: number): Promise<void> {
  const got = await prepared.answer();
  if (got.length !== problem.count) {
    throw new Error(`wrong answer: expected ${problem.count} numbers, got ${got.length}`);
  }
  for (const i of places(got.length)) {
    const [is, should] = [at(got, i), problem.want(i)];
    const allowed = tolerance * Math.max(Math.abs(should), problem.floor);
    if (!(Math.abs(is - should) <= allowed)) {
      throw new Error(`wrong answer at ${i}: expected ${should} ± ${allowed}, got ${is}`);
    }
  }
}

async function ready(peer: Peer, workload: Workload, problem: Problem, tolerance: number) {
  const spoiled = workload.spoiled?.();
  if (spoiled !== undefined) {
    const probe = await peer.prepare(workload, spoiled);
    if (probe === undefined) return undefined;
    try {
      await check(probe, spoiled, tolerance);
    } finally {
      await probe.dispose();
    }
  }
  const prepared = await peer.prepare(workload, problem);
  if (prepared === undefined) return undefined;
  try {
    await check(prepared, problem, tolerance);
    return prepared;
  } catch (error) {
    await prepared.dispose();
    throw error;
  }
}

interface Line {
  readonly builds: readonly Runtime[];
  readonly peers: readonly Peer[];
}

/** Ours must be right; a peer that is wrong or fails is left out, with the reason. */
async function contenders({ builds, peers }: Line, workload: Workload, problem: Problem) {
  const entries = new Map<string, Prepared>();
  const untimed: Record<string, string> = {};
  for (const build of builds) {
    const prepared = await ready(finigrad(build), workload, problem, TOLERANCE);
    if (prepared !== undefined) entries.set(build.name, prepared);
  }
  for (const peer of peers) {
    try {
      const prepared = await ready(peer, workload, problem, PEER_TOLERANCE);
      if (prepared !== undefined) entries.set(peer.name, prepared);
    } catch (error) {
      untimed[peer.name] = error instanceof Error ? error.message : String(error);
    }
  }
  return { entries, untimed };
}

/** What the loop is called that only loads what a build's finite check reads. */
const loadOf = (build: string) => `${LOAD} ${build}`;

/** It reads the very bytes that the check does: from main memory, pages of two places differ by a fifth. */
function loading(build: Runtime, { x }: Resident, { bytes }: Workload): Prepared {
  const { load } = limitsOn(build.kernels.memory);
  return { answer: () => [], time: timed(() => void load(x, x + bytes)), dispose: () => {} };
}

/** Races everyone over one workload. */
export async function measure(line: Line, workload: Workload, effort: Effort): Promise<PeerRow[]> {
  const problem = workload.setup();
  const { entries, untimed } = await contenders(line, workload, problem);
  if (["allFinite", "health", "census"].includes(workload.op)) {
    for (const build of line.builds) {
      const resident = entries.get(build.name) as Resident;
      entries.set(loadOf(build.name), loading(build, resident, workload));
    }
  }
  try {
    const times = await race(entries, effort);
    return line.builds.map(({ name }) => rowOf(line.peers, workload, times, name, untimed));
  } finally {
    for (const prepared of entries.values()) await prepared.dispose();
  }
}

function rowOf(
  peers: readonly Peer[],
  { op, size, bytes, flop }: Workload,
  times: Times,
  build: string,
  untimed: Readonly<Record<string, string>>,
): PeerRow {
  const seconds = median(times.get(build) ?? []);
  const took = peers.flatMap(({ name, wasm }) => {
    const known = times.get(name);
    return known === undefined ? [] : [{ name, wasm, seconds: median(known) }];
  });
  const best = took.filter(({ wasm }) => wasm).sort((a, b) => a.seconds - b.seconds)[0];
  const [ahead, ofLoad] = [
    best === undefined ? undefined : ratio(times, best.name, build),
    ratio(times, loadOf(build), build),
  ];
  return {
    workload: op,
    size,
    build,
    ms: digits(seconds * 1e3),
    gbps: digits(bytes / seconds / 1e9),
    ...(flop === undefined ? {} : { gflops: digits(flop / seconds / 1e9) }),
    ...(ofLoad === undefined ? {} : { loadRatio: digits(ofLoad) }),
    peers: Object.fromEntries(took.map((p) => [p.name, digits(p.seconds * 1e3)])),
    ...(ahead === undefined ? {} : { ratioToBestWasmPeer: digits(ahead) }),
    ...(Object.keys(untimed).length === 0 ? {} : { untimed }),
  };
}

const COLUMNS = [-10, -14, -8, 9, 9, 8, 8, 0] as const;

function line(cells: readonly string[]): string {
  const padded = cells.map((cell, i) => {
    const width = COLUMNS[i] ?? 0;
    return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
  });
  return padded.join(" ").trimEnd();
}

const short = (ms: number) => ms.toPrecision(3);

export const PEER_HEADER = line([
  ...["workload", "size", "build", "ms", "GB/s", "ahead", "of load"],
  " peers, ms",
]);

export function peerLine(row: PeerRow): string {
  const { ratioToBestWasmPeer: ahead, loadRatio } = row;
  const peers = Object.entries(row.peers).map(([name, ms]) => `${name} ${short(ms)}`);
  const reasons = Object.entries(row.untimed ?? {}).map(([name, why]) => `${name}: ${why}`);
  return line([
    ...[row.workload, row.size, row.build, short(row.ms), row.gbps.toFixed(2)],
    ahead === undefined ? "" : `${ahead.toFixed(2)}×`,
    loadRatio === undefined ? "" : `${Math.round(loadRatio * 100)} %`,
    ` ${[...peers, ...reasons].join(" · ")}`,
  ]);
}
