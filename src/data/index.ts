/** Data on its way to a tensor. */
export type { TypedArray } from "../check.js";
export type { Filler } from "./fillers.js";
export { Imputer } from "./imputer.js";
export { type Fences, type Outlier, type OutlierOptions, Outliers } from "./outliers.js";
export { type ColumnProfile, Profile, type ProfileOptions } from "./profile.js";
export {
  type ColumnReport,
  type Place,
  type RaggedRow,
  type Repairs,
  type RepeatedRow,
  ValidationReport,
} from "./report.js";
export type { Saved } from "./saved.js";
export { Scaler, type ScalerOptions } from "./scaler.js";
export type { Scaling, ScalingKind } from "./scalings.js";
export {
  type Attention,
  type ColumnSchema,
  type ImputeWith,
  type Policy,
  PROBLEMS,
  type Problem,
  type Remedy,
  type RemedyFor,
  type Schema,
} from "./schema.js";
export { type QuantileSketches, quantileSketches, type SketchOptions } from "./sketch.js";
export type { DataInput, RowId } from "./source.js";
export { type FromRecordsOptions, Table } from "./table.js";
export { inspect, Valid, type ValidateOptions, validate } from "./validate.js";
