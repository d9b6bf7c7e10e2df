/**
 * `finigrad/monitor/opentelemetry`: metrics for OpenTelemetry. Needs `@opentelemetry/api`, an optional peer, and
 * an SDK that the application has set up.
 *
 * | metric | kind | attributes |
 * |---|---|---|
 * | `finigrad.loss`, `finigrad.lr`, `finigrad.gradient.norm` | gauge | |
 * | `finigrad.layer.norm`, `finigrad.layer.abs_max`, `finigrad.layer.headroom` | gauge | layer, of: value, gradient |
 * | `finigrad.layer.update_ratio` | gauge | layer |
 * | `finigrad.steps` | counter | action: applied, zeroed, skipped, rolled back |
 * | `finigrad.guard` | counter | kind: births, absorbed, masked, guarded |
 * | `finigrad.non_finite` | counter | layer, of |
 * | `finigrad.warnings`, `finigrad.failures` | counter | code, layer |
 *
 * NaN and ∞ are left out: a gauge that is one breaks most back ends. They are counted instead.
 */
import { type Attributes, type Meter, metrics } from "@opentelemetry/api";
import { checkOptions, hasFields, showValue } from "../check.js";
import { InputTypeError } from "../errors.js";
import type { Frame, Layer, Sink } from "./frame.js";
import type { Stats } from "./stats.js";

export interface OpenTelemetryOptions {
  /** Default: the global meter called "finigrad". */
  readonly meter?: Meter | undefined;
  /** Put on every metric: the name of the run, of the model. */
  readonly attributes?: Attributes | undefined;
}

function instruments(meter: Meter) {
  const gauge = (name: string, description: string) =>
    meter.createGauge(`finigrad.${name}`, { description });
  const counter = (name: string, description: string) =>
    meter.createCounter(`finigrad.${name}`, { description });
  return {
    loss: gauge("loss", "Loss before the step"),
    lr: gauge("lr", "Learning rate"),
    gradientNorm: gauge("gradient.norm", "Norm over all gradients, before clipping"),
    norm: gauge("layer.norm", "Euclidean norm of a layer"),
    absMax: gauge("layer.abs_max", "Largest magnitude in a layer"),
    headroom: gauge("layer.headroom", "Powers of two between the largest magnitude and overflow"),
    ratio: gauge("layer.update_ratio", "Norm of a step over the norm of the parameter"),
    steps: counter("steps", "Training steps by what became of them"),
    guard: counter("guard", "What the guard had to do"),
    nonFinite: counter("non_finite", "Elements that were NaN or infinite"),
    warnings: counter("warnings", "Early warnings"),
    failures: counter("failures", "NaN or infinity at a sink"),
  };
}

/** Hands every frame to OpenTelemetry. */
export function openTelemetry(options: OpenTelemetryOptions = {}): Sink {
  checkOptions("openTelemetry", options, ["meter", "attributes"]);
  const { meter = metrics.getMeter("finigrad"), attributes = {} } = options;
  if (typeof meter?.createGauge !== "function") {
    throw new InputTypeError(
      `openTelemetry: meter is none, expected one of @opentelemetry/api from 1.9 on, got ${showValue(meter)}`,
    );
  }
  if (!hasFields(attributes) || Array.isArray(attributes)) {
    throw new InputTypeError(
      `openTelemetry: attributes are no object, expected a value for each name, got ${showValue(attributes)}`,
    );
  }
  const made = instruments(meter);
  type Gauge = (typeof made)["loss"];
  const record = (gauge: Gauge, value: number | undefined, more: Attributes = {}): void => {
    if (value !== undefined && Number.isFinite(value))
      gauge.record(value, { ...attributes, ...more });
  };
  const stats = (layer: string, of: string, found: Stats | undefined): void => {
    if (found === undefined) return;
    record(made.norm, found.norm, { layer, of });
    record(made.absMax, found.absMax, { layer, of });
    record(made.headroom, found.headroom, { layer, of });
    const bad = found.nan + found.infinite;
    if (bad > 0) made.nonFinite.add(bad, { ...attributes, layer, of });
  };
  const layer = ({ name, value, gradient, updateRatio }: Layer): void => {
    stats(name, "value", value);
    stats(name, "gradient", gradient);
    record(made.ratio, updateRatio, { layer: name });
  };
  return {
    frame({ loss, lr, gradientNorm, action, guard, layers }: Frame) {
      record(made.loss, loss);
      record(made.lr, lr);
      record(made.gradientNorm, gradientNorm);
      if (action !== undefined) made.steps.add(1, { ...attributes, action });
      for (const [kind, count] of Object.entries(guard)) {
        if (count > 0) made.guard.add(count, { ...attributes, kind });
      }
      for (const one of layers) layer(one);
    },
    warning: ({ code, layer: name }) =>
      made.warnings.add(1, { ...attributes, code, ...(name === undefined ? {} : { layer: name }) }),
    failure: ({ report }) => made.failures.add(1, { ...attributes, code: report.code }),
  };
}
