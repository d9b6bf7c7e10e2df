/** Numbers as the page shows them. In JSON, NaN and ∞ are strings. */
import type { Plain } from "../src/monitor/html.js";

export function toNumber(value: Plain | undefined): number {
  return value === null || value === undefined ? Number.NaN : Number(value);
}

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 4 digits; powers of ten from a million up, and from a ten-thousandth down. */
export function show(value: Plain | undefined, digits = 4): string {
  if (value === null || value === undefined) return "–";
  const number = Number(value);
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  const size = Math.abs(number);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    const [mantissa = "", power = "0"] = number.toExponential(digits - 2).split("e");
    const raised = [...power.replace("+", "")]
      .map((c) => (c === "-" ? "⁻" : (SUPERSCRIPT[Number(c)] ?? "")))
      .join("");
    return Number(mantissa) === 1 ? `10${raised}` : `${mantissa}·10${raised}`.replace("-", "−");
  }
  return String(Number(number.toPrecision(digits))).replace("-", "−");
}

export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
