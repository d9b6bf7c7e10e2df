/** Functions that Math lacks, in f64: slow, obvious, sharing nothing with the kernels. */

/** 1 − erf(x): a Taylor series near 0, a continued fraction (Lentz) away from it. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 0) return 2 - erfc(-x);
  if (x > 27) return 0;
  return x < 1.5 ? 1 - series(x) : (Math.exp(-x * x) / Math.sqrt(Math.PI)) * fraction(x);
}

export function erf(x: number): number {
  return Math.abs(x) < 2 ? series(x) : x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
}

function series(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 80; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** 1 / (x + ½/(x + 1/(x + 3⁄2/(x + …)))) */
function fraction(x: number): number {
  let f = x;
  for (let n = 120; n > 0; n--) f = x + n / 2 / f;
  return 1 / f;
}

/** The normal distribution's cumulative function. */
export function ndtr(x: number): number {
  return erfc(-x / Math.SQRT2) / 2;
}

/** Φ(−a) e^(a²/2) for a from 2.2 on. */
const mills = (a: number): number => fraction(a / Math.SQRT2) / (2 * Math.sqrt(Math.PI));

/** ln Φ(x), and its slope φ(x) / Φ(x). */
export function logNdtr(x: number): number {
  if (x > 0) return Math.log1p(-ndtr(-x));
  return x > -2.2 ? Math.log(ndtr(x)) : Math.log(mills(-x)) - (x * x) / 2;
}
export function dLogNdtr(x: number): number {
  const bell = x > -2.2 ? Math.exp((-x * x) / 2) / ndtr(x) : 1 / mills(-x);
  return bell / Math.sqrt(2 * Math.PI);
}

export function sigmoid(x: number): number {
  return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
}

/** ln(1 + eˣ) */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** ln(a/b), where a/b is beyond a double too. */
export function logRatio(a: number, b: number): number {
  const q = a / b;
  return q > 1e-300 && q < 1e300 ? Math.log(q) : Math.log(a) - Math.log(b);
}
