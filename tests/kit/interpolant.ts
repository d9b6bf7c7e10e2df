/**
 * A function in f64 at many consecutive floats, from a few of them: within a binade floats are evenly spaced, and over
 * 4096 of them all but the wildest functions are a polynomial of degree 5 to more digits than a judge of floats needs.
 * Whether this one is, points between the nodes tell; where they do not agree, every value is computed.
 */

/** Floats that one polynomial serves. */
export const SEGMENT = 4096;
const DEGREE = 5;

/** How far the polynomial may be off where it is tested, relative to the value: 2⁻¹⁶ ULP of a float, or less. */
const TOLERANCE = 2 ** -40;
/** What a judge has to allow for, in ULP of a float: 16 times what a test lets through. */
export const SLACK = 2 ** -12;
/** Where values differ by more than this factor, there may be a root, or a pole. */
const SPREAD = 64;

const CENTER = (SEGMENT - 1) / 2;
const unit = (i: number): number => (i - CENTER) / (SEGMENT / 2);

/** Chebyshev's points, each moved to a float. */
const NODES: readonly number[] = Array.from({ length: DEGREE + 1 }, (_, j) =>
  Math.round(CENTER - CENTER * Math.cos(((2 * j + 1) * Math.PI) / (2 * DEGREE + 2))),
);
/** Where the error of such a polynomial is largest: both ends, and between the nodes. */
const TESTS: readonly number[] = [0, SEGMENT / 4, SEGMENT / 2, (3 * SEGMENT) / 4, SEGMENT - 1];

/** The coefficients of the polynomial that is 1 at node j and 0 at the others. */
function basis(j: number): Float64Array {
  const own = unit(NODES[j] ?? 0);
  const c = new Float64Array(DEGREE + 1);
  c[0] = 1;
  NODES.forEach((node, m) => {
    if (m === j) return;
    const root = unit(node);
    for (let k = DEGREE; k >= 0; k--) c[k] = ((c[k - 1] ?? 0) - root * (c[k] ?? 0)) / (own - root);
  });
  return c;
}

const BASES: readonly Float64Array[] = NODES.map((_, j) => basis(j));

function fit(values: readonly number[]): Float64Array {
  const c = new Float64Array(DEGREE + 1);
  BASES.forEach((row, j) => {
    for (let k = 0; k <= DEGREE; k++) c[k] = (c[k] ?? 0) + (row[k] ?? 0) * (values[j] ?? 0);
  });
  return c;
}

const valueAt = (c: Float64Array, i: number): number =>
  c.reduceRight((sum, term) => sum * unit(i) + term, 0);

function smooth(values: readonly number[]): boolean {
  const sizes = values.map(Math.abs);
  const least = Math.min(...sizes);
  return (
    least > 0 &&
    Math.max(...sizes) <= Math.min(SPREAD * least, Number.MAX_VALUE) &&
    values.every((v) => Math.sign(v) === Math.sign(values[0] ?? 0))
  );
}

function fill(out: Float64Array, from: number, c: Float64Array): void {
  const [c0 = 0, c1 = 0, c2 = 0, c3 = 0, c4 = 0, c5 = 0] = c;
  for (let i = 0; i < SEGMENT; i++) {
    const u = (i - CENTER) * (2 / SEGMENT);
    out[from + i] = c0 + u * (c1 + u * (c2 + u * (c3 + u * (c4 + u * c5))));
  }
}

/**
 * Writes f at SEGMENT evenly spaced x, from `from` on, into `out`.
 *
 * @returns whether it could: the x are one binade's, and a polynomial or a constant is f there.
 */
export function interpolate(
  out: Float64Array,
  x: Float32Array,
  from: number,
  f: (x: number) => number,
): boolean {
  const at = (i: number): number => f(x[from + i] as number);
  const tested = TESTS.map(at);
  const values = NODES.map(at);
  const [first = 0] = tested;
  if ([...tested, ...values].every((v) => Object.is(v, first))) {
    out.fill(first, from, from + SEGMENT);
    return true;
  }
  if (!smooth([...tested, ...values])) return false;
  const c = fit(values);
  const near = (v: number, j: number): boolean =>
    Math.abs(valueAt(c, TESTS[j] ?? 0) - v) <= TOLERANCE * Math.abs(v);
  if (!tested.every(near)) return false;
  fill(out, from, c);
  return true;
}
