/**
 * For people who write ops and layers of their own: checks that any test runner can call. Each throws an
 * error with `actual` and `expected`, or returns what it found.
 */
export {
  type EdgeCasesOptions,
  type EdgeFailure,
  type EdgeReport,
  edgeCases,
  PROPERTIES,
  type Property,
} from "./edge-cases.js";
export { KitAssertionError } from "./failure.js";
export { assertFinite, type Numbered } from "./finite.js";
export {
  type GradcheckElement,
  type GradcheckOptions,
  type GradcheckReport,
  gradcheck,
  showElement,
} from "./gradcheck.js";
export {
  type Injection,
  type InjectionOptions,
  type InjectionReport,
  type Manner,
  nanInjection,
  showInjection,
  type Target,
  type Trial,
  type Verdict,
} from "./injection.js";
export {
  type Case,
  type Filled,
  type Numbers,
  type Refusal,
  type Row,
  semantics,
} from "./semantics/index.js";
export { checkCase, checkLanes } from "./semantics/run.js";
