/** When two floats count as the same. */

const ULP_BITS = 23;
const SMALLEST_EXPONENT = -149;

/** The distance between neighbouring float32 at this size. */
export function ulpAt(value: number): number {
  const size = Math.abs(value);
  if (!Number.isFinite(size)) return 0;
  const exponent = Math.floor(Math.log2(Math.max(size, 2 ** -126)));
  return 2 ** Math.max(exponent - ULP_BITS, SMALLEST_EXPONENT);
}

/**
 * Whether `actual` is `expected` to within so many ULP of float32. NaN is NaN; an infinity must be that
 * infinity; the sign of a zero counts where `signs` says so.
 */
export function sameFloat(actual: number, expected: number, ulps: number, signs = false): boolean {
  const wanted = Math.fround(expected);
  if (Number.isNaN(wanted) || Number.isNaN(actual))
    return Number.isNaN(wanted) && Number.isNaN(actual);
  if (wanted === 0 && ulps === 0) return signs ? Object.is(actual, wanted) : actual === 0;
  if (wanted === 0 && actual === 0) return !signs || Object.is(actual, wanted);
  if (!Number.isFinite(wanted) || !Number.isFinite(actual)) return actual === wanted;
  return Math.abs(actual - expected) <= ulps * ulpAt(expected);
}
