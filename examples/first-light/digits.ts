/** Trains on real digits with the guard on, then asks what the guard cost. */
import { scope } from "../../src/index.js";
import { random } from "../../src/nn/init.js";
import { type Digits, loadDigits, shuffled, take } from "./data.js";
import { guardCost, showGuardCost } from "./guard-cost.js";
import { type Layer, ranges, showLayers } from "./layers.js";
import { accuracy, images, type Network, network, training } from "./network.js";
import type { DigitsRecord } from "./record.js";
import { progress } from "./show.js";

const TRAINED = 8000;
const SEED = 1;

interface Effort {
  readonly epochs: number;
  readonly rounds: number;
}

type Trained = Omit<DigitsRecord, "guardRatio" | "guardSpread">;

interface Split {
  readonly train: Digits;
  readonly held: Digits;
}

export function playDigits({ epochs, rounds }: Effort): DigitsRecord {
  const all = loadDigits();
  const order = shuffled(all.labels.length, random(SEED));
  const train = take(all, order.slice(0, TRAINED));
  const held = take(all, order.slice(TRAINED));
  const trained = fit({ train, held }, epochs);
  showTrained(trained);
  const cost = guardCost(train, rounds);
  showGuardCost(cost);
  return { ...trained, guardRatio: cost.ratio, guardSpread: cost.spread };
}

function fit({ train, held }: Split, epochs: number): Trained {
  const net = network();
  const size = train.labels.length;
  const { epoch, dispose } = training(net, epochs * size);
  const bar = progress("digits", epochs * size);
  const started = performance.now();
  for (let e = 0; e < epochs; e++) {
    const loss = epoch(train, (seen) => bar.update(e * size + seen));
    const right = percent(accuracy(net, held));
    bar.note(`epoch ${e + 1} of ${epochs}, loss ${loss.toFixed(4)}, accuracy ${right}`);
  }
  bar.stop();
  const seconds = (performance.now() - started) / 1000;
  const trained = { accuracy: accuracy(net, held), seconds, layers: layersOf(net, held) };
  dispose();
  return trained;
}

/** What each layer gives on the digits that were held out, and what each parameter became. */
function layersOf({ params, forward }: Network, held: Digits): Layer[] {
  const weights = Object.fromEntries(params.map((param) => [param.name, param]));
  return scope(() => [...ranges(forward(images(held))), ...ranges(weights)]);
}

function showTrained({ accuracy, seconds, layers }: Trained): void {
  console.log(
    `learnt in ${seconds.toFixed(1)} s; ${percent(accuracy)} of the digits it has not seen are read right`,
  );
  showLayers(layers);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
