"""Results for float64, correctly rounded from 60 digits:
python3 float64.py elementwise > float64.json && gzip -9n float64.json
python3 float64.py runs > float64-runs.json && gzip -9n float64-runs.json

{ function: { x: […], y: […] or nothing, f: […], dx: […], dy: […] or nothing } }, by the facade's names. Points
are drawn with a seed of the function's own: evenly over an interval, evenly by exponent, and of some functions pairs
that are nearly equal. Those whose result or slope is subnormal, 0 or beyond the range are left out: edges are in the spec
rows.

Runs: { function: [{ x: […], w: […], f: […], dx: […] }, …] }, dx of Σ w f, over runs of ordinary numbers, of numbers that
are nearly equal, of huge ones, tiny ones, and both.
Needs mpmath (written with 1.3.0).
"""

import json
import random
import sys

from mpmath import mp, mpf

mp.dps = 60
rng = random.Random()
HALF, TWO = mpf(1) / 2, mpf(2)


def ndtr(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def exprel(x):
    return mp.expm1(x) / x


def silu_slope(x):
    return sigmoid(x) * (1 + x * sigmoid(-x))


def gelu_tanh(x):
    """x σ(u) and its slope."""
    c, k = 2 * mp.sqrt(2 / mp.pi), mpf("0.044715")
    u, du = c * (x + k * x**3), c * (1 + 3 * k * x**2)
    return x * sigmoid(u), sigmoid(u) * (1 + x * du * sigmoid(-u))


UNARY = {
    # name: (function, derivative, interval, exponents of 2, signs)
    "exp": (mp.exp, mp.exp, (-700, 700), (-30, 9), "+-"),
    "exp2": (lambda x: TWO**x, lambda x: TWO**x * mp.log(2), (-1000, 1000), (-30, 9), "+-"),
    "expm1": (mp.expm1, mp.exp, (-30, 700), (-60, 9), "+-"),
    "log": (mp.log, lambda x: 1 / x, (0.5, 2), (-1000, 1000), "+"),
    "log2": (lambda x: mp.log(x) / mp.log(2), lambda x: 1 / (x * mp.log(2)), (0.5, 2), (-1000, 1000), "+"),
    "log10": (mp.log10, lambda x: 1 / (x * mp.log(10)), (0.5, 2), (-1000, 1000), "+"),
    "log1p": (lambda x: mp.log(1 + x), lambda x: 1 / (1 + x), (-0.99, 3), (-60, -1), "+-"),
    "sqrt": (mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), (0.1, 9), (-1000, 1000), "+"),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), lambda x: -1 / (2 * x * mp.sqrt(x)), (0.1, 9), (-600, 600), "+"),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), lambda x: 1 / (3 * mp.cbrt(abs(x)) ** 2), (-9, 9), (-1000, 1000), "+-"),
    "reciprocal": (lambda x: 1 / x, lambda x: -1 / x**2, (0.1, 9), (-500, 500), "+-"),
    "erf": (mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x), (-6, 6), (-60, 1), "+-"),
    "erfc": (mp.erfc, lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x), (-6, 26), (-60, 1), "+-"),
    "sin": (mp.sin, mp.cos, (-50, 50), (-60, 1000), "+-"),
    "cos": (mp.cos, lambda x: -mp.sin(x), (-50, 50), (-20, 1000), "+-"),
    "tan": (mp.tan, lambda x: 1 + mp.tan(x) ** 2, (-50, 50), (-60, 1000), "+-"),
    "asin": (mp.asin, lambda x: 1 / mp.sqrt(1 - x * x), (-1, 1), (-60, -1), "+-"),
    "acos": (mp.acos, lambda x: -1 / mp.sqrt(1 - x * x), (-1, 1), (-60, -1), "+-"),
    "atan": (mp.atan, lambda x: 1 / (1 + x * x), (-9, 9), (-60, 400), "+-"),
    "sinh": (mp.sinh, mp.cosh, (-30, 30), (-60, 9), "+-"),
    "cosh": (mp.cosh, mp.sinh, (-30, 30), (-20, 9), "+-"),
    "tanh": (mp.tanh, lambda x: 1 / mp.cosh(x) ** 2, (-20, 20), (-60, 8), "+-"),
    "asinh": (mp.asinh, lambda x: 1 / mp.sqrt(1 + x * x), (-9, 9), (-60, 500), "+-"),
    "acosh": (mp.acosh, lambda x: 1 / mp.sqrt(x * x - 1), (1, 9), (1, 500), "+"),
    "atanh": (mp.atanh, lambda x: 1 / (1 - x * x), (-1, 1), (-60, -1), "+-"),
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x), (-40, 40), (-30, 9), "+-"),
    "logSigmoid": (lambda x: -mp.log(1 + mp.exp(-x)), lambda x: sigmoid(-x), (-40, 40), (-30, 9), "+-"),
    "softplus": (lambda x: mp.log(1 + mp.exp(x)), sigmoid, (-40, 40), (-30, 9), "+-"),
    "silu": (lambda x: x * sigmoid(x), silu_slope, (-40, 40), (-30, 9), "+-"),
    "mish": (
        lambda x: x * mp.tanh(mp.log(1 + mp.exp(x))),
        lambda x: mp.tanh(mp.log(1 + mp.exp(x))) + x * sigmoid(x) / mp.cosh(mp.log(1 + mp.exp(x))) ** 2,
        (-40, 40),
        (-30, 9),
        "+-",
    ),
    "gelu": (lambda x: x * ndtr(x), lambda x: ndtr(x) + x * mp.npdf(x), (-9, 9), (-30, 5), "+-"),
    "geluTanh": (lambda x: gelu_tanh(x)[0], lambda x: gelu_tanh(x)[1], (-22, 9), (-30, 5), "+-"),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2, (-9, 9), (-60, 400), "+-"),
    "tanhShrink": (lambda x: x - mp.tanh(x), lambda x: mp.tanh(x) ** 2, (-9, 9), (-60, 8), "+-"),
    "log1mexp": (lambda x: mp.log(1 - mp.exp(x)), lambda x: -1 / mp.expm1(-x), (-9, -0.01), (-60, 9), "-"),
    "logexpm1": (lambda x: mp.log(mp.expm1(x)), lambda x: 1 / -mp.expm1(-x), (0.01, 9), (-60, 9), "+"),
    "log1pmx": (lambda x: mp.log(1 + x) - x, lambda x: -x / (1 + x), (-0.99, 9), (-60, -1), "+-"),
    "logit": (lambda x: mp.log(x / (1 - x)), lambda x: 1 / (x * (1 - x)), (0.001, 0.999), (-500, -1), "+"),
    "xlogx": (lambda x: x * mp.log(x), lambda x: mp.log(x) + 1, (0.01, 9), (-500, 500), "+"),
    "entr": (lambda x: -x * mp.log(x), lambda x: -mp.log(x) - 1, (0.01, 9), (-500, 500), "+"),
    "exprel": (exprel, lambda x: (mp.exp(x) * (x - 1) + 1) / x**2, (-20, 20), (-30, 9), "+-"),
    "logcosh": (lambda x: mp.log(mp.cosh(x)), mp.tanh, (-20, 20), (-60, 9), "+-"),
}

BINARY = {
    # name: (function, by a, by b, interval, exponents of 2, signs)
    "pow": (lambda a, b: a**b, lambda a, b: b * a ** (b - 1), lambda a, b: a**b * mp.log(a), (0.1, 9), (-5, 5), "+"),
    "hypot": (
        mp.hypot,
        lambda a, b: a / mp.hypot(a, b),
        lambda a, b: b / mp.hypot(a, b),
        (-9, 9),
        (-500, 500),
        "+-",
    ),
    "atan2": (
        mp.atan2,
        lambda a, b: b / (a * a + b * b),
        lambda a, b: -a / (a * a + b * b),
        (-9, 9),
        (-200, 200),
        "+-",
    ),
    "logaddexp": (
        lambda a, b: mp.log(mp.exp(a) + mp.exp(b)),
        lambda a, b: sigmoid(a - b),
        lambda a, b: sigmoid(b - a),
        (-9, 9),
        (-5, 9),
        "+-",
    ),
    "logsubexp": (
        lambda a, b: mp.log(abs(mp.exp(a) - mp.exp(b))),
        lambda a, b: -1 / mp.expm1(b - a),
        lambda a, b: -1 / mp.expm1(a - b),
        (-9, 9),
        (-5, 9),
        "+-",
    ),
    "xlogy": (lambda a, b: a * mp.log(b), lambda a, b: mp.log(b), lambda a, b: a / b, (0.1, 9), (-300, 300), "+"),
    "xlog1py": (
        lambda a, b: a * mp.log(1 + b),
        lambda a, b: mp.log(1 + b),
        lambda a, b: a / (1 + b),
        (0.1, 9),
        (-50, 50),
        "+",
    ),
    "relEntr": (
        lambda a, b: a * mp.log(a / b),
        lambda a, b: mp.log(a / b) + 1,
        lambda a, b: -a / b,
        (0.1, 9),
        (-1000, 1000),
        "+",
    ),
    "klDiv": (
        lambda a, b: a * mp.log(a / b) - a + b,
        lambda a, b: mp.log(a / b),
        lambda a, b: 1 - a / b,
        (0.1, 9),
        (-1000, 1000),
        "+",
    ),
    "glu": (
        lambda a, b: a * sigmoid(b),
        lambda a, b: sigmoid(b),
        lambda a, b: a * sigmoid(b) * sigmoid(-b),
        (-40, 40),
        (-30, 10),
        "+-",
    ),
    "swiglu": (
        lambda a, b: a * sigmoid(a) * b,
        lambda a, b: b * silu_slope(a),
        lambda a, b: a * sigmoid(a),
        (-40, 40),
        (-30, 10),
        "+-",
    ),
    "div": (lambda a, b: a / b, lambda a, b: 1 / b, lambda a, b: -a / b**2, (0.1, 9), (-300, 300), "+-"),
}


# Functions that cancel where their arguments are nearly equal.
NEAR = ("relEntr", "klDiv", "logaddexp", "logsubexp")


def pairs(name, *where):
    yield from zip(points(*where), points(*where))
    if name in NEAR:
        for a in points(*where):
            yield a, a * (1 + rng.choice((-1, 1)) * rng.uniform(1, 2) * 2.0 ** rng.randint(-50, -1))


def points(interval, exponents, signs):
    low, high = interval
    for _ in range(40):
        yield rng.uniform(low, high)
    for _ in range(40):
        x = rng.uniform(1, 2) * 2.0 ** rng.randint(exponents[0], exponents[1] - 1)
        yield -x if signs == "-" or (signs == "+-" and rng.random() < 0.5) else x


def ordinary(v):
    return v.imag == 0 and mpf(2) ** -1021 < abs(v) < mpf(2) ** 1023


def column(rows, i):
    return [row[i] for row in rows]


def mean(x):
    return mp.fsum(x) / len(x)


def variance(x, ddof):
    m = mean(x)
    return mp.fsum((v - m) ** 2 for v in x) / (len(x) - ddof)


def prefix_products(x):
    y = [mpf(1)]
    for v in x:
        y.append(y[-1] * v)
    return y


def d_cumprod(x, w):
    return [mp.fsum(w[j] * mp.fprod(x[:i] + x[i + 1 : j + 1]) for j in range(i, len(x))) for i in range(len(x))]


def logsumexp(x):
    m = max(x)
    return m + mp.log(mp.fsum(mp.exp(v - m) for v in x))


def softmax(x):
    y = logsumexp(x)
    return [mp.exp(v - y) for v in x]


def d_softmax(x, w):
    y = softmax(x)
    s = mp.fsum(a * b for a, b in zip(y, w))
    return [a * (b - s) for a, b in zip(y, w)]


RUNS = {
    # name: (values of a run, the gradient of Σ w values)
    "mean": (lambda x: [mean(x)], lambda x, w: [w[0] / len(x) for _ in x]),
    "norm1": (lambda x: [mp.fsum(map(abs, x))], lambda x, w: [w[0] * mp.sign(v) for v in x]),
    "norm2": (lambda x: [mp.norm(x)], lambda x, w: [w[0] * v / mp.norm(x) for v in x]),
    "sumSquares": (lambda x: [mp.fsum(v * v for v in x)], lambda x, w: [2 * w[0] * v for v in x]),
    "variance": (
        lambda x: [variance(x, 0)],
        lambda x, w: [2 * w[0] * (v - mean(x)) / len(x) for v in x],
    ),
    "std": (
        lambda x: [mp.sqrt(variance(x, 0))],
        lambda x, w: [w[0] * (v - mean(x)) / (len(x) * mp.sqrt(variance(x, 0))) for v in x],
    ),
    "logsumexp": (lambda x: [logsumexp(x)], lambda x, w: [w[0] * v for v in softmax(x)]),
    "prod": (
        lambda x: [mp.fprod(x)],
        lambda x, w: [w[0] * mp.fprod(x[:i] + x[i + 1 :]) for i in range(len(x))],
    ),
    "cumsum": (
        lambda x: [mp.fsum(x[: i + 1]) for i in range(len(x))],
        lambda x, w: [mp.fsum(w[i:]) for i in range(len(x))],
    ),
    "cumprod": (lambda x: prefix_products(x)[1:], d_cumprod),
    "softmax": (softmax, d_softmax),
    "logSoftmax": (
        lambda x: [v - logsumexp(x) for v in x],
        lambda x, w: [a - mp.fsum(w) * s for a, s in zip(w, softmax(x))],
    ),
}


def run(kind, n):
    if kind == "ordinary":
        return [rng.uniform(-2, 2) for _ in range(n)]
    if kind == "close":
        return [1e6 + 1e-3 * rng.uniform(-1, 1) for _ in range(n)]
    low, high = {"huge": (900, 1020), "tiny": (-1074, -1000), "both": (-500, 500), "logits": (-5, 9)}[kind]
    return [rng.choice((-1, 1)) * rng.uniform(1, 2) * 2.0 ** rng.randint(low, high) for _ in range(n)]


def runs():
    mp.dps = 800
    out = {}
    for name, (f, df) in RUNS.items():
        rng.seed(name)
        out[name] = []
        for kind in ("ordinary", "close", "huge", "tiny", "both", "logits"):
            # The slope of a root at 0 is decided in the spec rows.
            for n in (2, 3, 7, 24) if name == "std" else (1, 2, 3, 7, 24):
                x = run(kind, n)
                w = [rng.uniform(0.5, 2) for _ in range(len(f([mpf(v) for v in x])))]
                exact = [mpf(v) for v in x]
                values, slopes = f(exact), df(exact, [mpf(v) for v in w])
                # As JSON has no ∞: the largest double, which is not compared.
                rounded = [[min(max(float(v), -sys.float_info.max), sys.float_info.max) for v in c] for c in (values, slopes)]
                out[name].append({"x": x, "w": w, "f": rounded[0], "dx": rounded[1]})
    return out


def elementwise():
    out = {}
    for name, (f, df, *where) in UNARY.items():
        rows = []
        rng.seed(name)
        for x in points(*where):
            # Beside 2^1000 an argument of sin has 300 digits before the point.
            mp.dps = 400 if abs(x) > 1e15 or abs(x) < 1e-15 else 60
            values = [mp.mpmathify(g(mpf(x))) for g in (f, df)]
            if all(map(ordinary, values)):
                rows.append([x, *(float(v) for v in values)])
        out[name] = {key: column(rows, i) for i, key in enumerate(("x", "f", "dx"))}
    for name, (f, fa, fb, *where) in BINARY.items():
        rows = []
        rng.seed(name)
        for a, b in pairs(name, *where):
            mp.dps = 400
            values = [mp.mpmathify(g(mpf(a), mpf(b))) for g in (f, fa, fb)]
            if all(map(ordinary, values)):
                rows.append([a, b, *(float(v) for v in values)])
        out[name] = {key: column(rows, i) for i, key in enumerate(("x", "y", "f", "dx", "dy"))}
    return out


json.dump({"elementwise": elementwise, "runs": runs}[sys.argv[1]](), sys.stdout, separators=(",", ":"))
