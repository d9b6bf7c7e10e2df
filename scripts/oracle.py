"""Correctly rounded float32 results with what is left to the true value: oracles of another seed.

    python3 scripts/oracle.py --seed 7 OUT        writes a folder for `npm run accuracy -- --oracles OUT`
    python3 scripts/oracle.py --check DIR         computes points of a folder again, and compares
    python3 scripts/oracle.py --roots             prints roots of slopes and the series around them

Points of a function: a grid over all bit patterns, so that every exponent is there; random floats of the interval
where it is not trivial; the neighbours of roots, of ends of its domain, of overflow and underflow; and inputs whose
result lies next to the middle of two floats. The format is the one of tests/data/oracles (index.json, index2.json).

Every value is computed twice, with more and more digits, until the two agree. Needs mpmath and NumPy; with gmpy2,
which mpmath takes by itself, it is ten times as fast.
"""

import argparse
import gzip
import json
import math
import random
import struct
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from mpmath import mp, mpf

INF, NAN = math.inf, math.nan
NAN_BITS = 0x7FC00000


# ── Floats ───────────────────────────────────────────────────────────────────────────────────────


def bits_of(x):
    return struct.unpack("<I", struct.pack("<f", x))[0]


def float_of(bits):
    return struct.unpack("<f", struct.pack("<I", bits & 0xFFFFFFFF))[0]


def rounded(v):
    """Bits of the nearest float, and (v - float) in 65536ths of the float's ULP."""
    if isinstance(v, float):  # A special or an exact zero, with its sign.
        return (NAN_BITS if v != v else bits_of(v)), 0
    sign = 0x80000000 if v < 0 else 0
    # Not abs(v), which would round to the precision that is set here.
    _, mantissa, exponent, _ = v._mpf_
    mantissa, exponent = int(mantissa), int(exponent)
    top = exponent + mantissa.bit_length() - 1
    if top > 200:
        return sign | 0x7F800000, 0
    if top < -300:
        return sign, 0
    step = max(top - 23, -149)
    whole, rest, shift = split(mantissa, exponent - step)
    half = 1 << shift >> 1
    if shift and (rest > half or (rest == half and whole & 1)):
        whole, rest = whole + 1, rest - (1 << shift)
    if whole >> 24:  # The next power of two, whose ULP is twice as large.
        whole, step, shift = whole >> 1, step + 1, shift + 1
    if step + whole.bit_length() > 128:
        return sign | 0x7F800000, 0
    part = round(rest * 131072 / (1 << shift) / 2) if shift else 0
    part = max(-32767, min(32767, -part if sign else part))
    # A subnormal is its mantissa; a normal float has 1 less of it, and an exponent.
    return sign | (whole if whole < 1 << 23 else whole + ((step + 149) << 23)), part


def split(mantissa, shift):
    """mantissa * 2^shift as whole + rest / 2^n."""
    if shift >= 0:
        return mantissa << shift, 0, 0
    n = -shift
    return mantissa >> n, mantissa & ((1 << n) - 1), n


PRECISIONS = (100, 180, 400, 800, 1600)


def agreed(f, args, precisions=PRECISIONS):
    """f at the floats, from two computations that agree to 2^-60, or an exact zero or a special as a float."""
    before = None
    for precision in precisions:
        with mp.workprec(precision):
            v = f(*map(mpf, args)) if all(args) else f(*args)
            if isinstance(v, float):
                return v
            if before is not None and abs(v - before) <= abs(v) * mpf(2) ** -60 and v:
                return v
            before = v
    if v == 0:
        return 0.0
    raise ArithmeticError(f"no agreement at {args}")


# ── Functions ────────────────────────────────────────────────────────────────────────────────────
# They take mpf for ordinary numbers, and floats where one of them is ±0 or ±∞: `edge` decides those.


def edges(zero, plus, minus):
    """f(+0), f(+∞), f(−∞); f(−0) as a pair with f(+0)."""
    zeros = zero if isinstance(zero, tuple) else (zero, zero)

    def at(x):
        if x == 0:
            return zeros[0] if math.copysign(1, x) > 0 else zeros[1]
        return plus if x > 0 else minus

    return at


ODD = (0.0, -0.0)


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return x + mp.log1p(mp.exp(-x)) if x > 0 else mp.log1p(mp.exp(x))


def ndtr(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def log_ndtr(x):
    return mp.log1p(-ndtr(-x)) if x > 0 else mp.log(ndtr(x))


def d_log_ndtr(x):
    return mp.npdf(x) / ndtr(x)


def inner(x):
    return 2 * mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)


def inner_slope(x):
    return 2 * mp.sqrt(2 / mp.pi) * (1 + mpf("0.134145") * x * x)


def d_mish(x):
    s = softplus(x)
    return mp.tanh(s) + x * sigmoid(x) / mp.cosh(s) ** 2


def d_gelu(x):
    return ndtr(x) + x * mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def d_gelu_tanh(x):
    u = inner(x)
    return sigmoid(u) * (1 + x * inner_slope(x) * sigmoid(-u))


def d_sigmoid(x):
    e = mp.exp(-abs(x))
    return e / (1 + e) ** 2


def logexpm1(x):
    return x + mp.log1p(-mp.exp(-x)) if x > 1 else mp.log(mp.expm1(x))


def log1mexp(x):
    return mp.log(-mp.expm1(x)) if x > -1 else mp.log1p(-mp.exp(x))


def inside(low, high, f):
    """NaN outside; an end is the float that `f` gives there."""
    return lambda x: f(x) if low <= x <= high else NAN


def ends(f, values):
    return lambda x: values[float(x)] if float(x) in values else f(x)


SCALE = "1.0507009873554804934193349852946"
ALPHA = "1.6732632423543772848170429916717"
MAX = 3.4028234663852886e38

# name: (f, edges, interval where it is not trivial, points whose neighbours are looked at)
UNARY = {
    "exp": (mp.exp, edges(1.0, INF, 0.0), (-105, 90), (88.72284, -87.33655, -103.27893, -103.97208)),
    "exp2": (lambda x: mpf(2) ** x, edges(1.0, INF, 0.0), (-151, 129), (128, -126, -149, -150)),
    "expm1": (mp.expm1, edges(ODD, INF, -1.0), (-20, 90), (88.72284, -17.3287)),
    "log": (
        ends(inside(0, MAX, mp.log), {1.0: 0.0}),
        edges(-INF, INF, NAN),
        (0.25, 4),
        (1, 1.17549435e-38, MAX, 2, 0.5),
    ),
    "log2": (
        ends(inside(0, MAX, lambda x: mp.log(x) / mp.log(2)), {1.0: 0.0}),
        edges(-INF, INF, NAN),
        (0.25, 4),
        (1, 1.17549435e-38, MAX, 2, 0.5),
    ),
    "log10": (
        ends(inside(0, MAX, mp.log10), {1.0: 0.0}),
        edges(-INF, INF, NAN),
        (0.25, 4),
        (1, 10, 1000, 1e10, MAX),
    ),
    "log1p": (
        ends(inside(-1, MAX, mp.log1p), {-1.0: -INF}),
        edges(ODD, INF, NAN),
        (-1, 4),
        (-1, -0.5, 1, 1e-7, -1e-7, MAX),
    ),
    "sin": (mp.sin, edges(ODD, NAN, NAN), (-100, 100), (3.1415927, 6.2831855, 314.15927, 1.5707964, 1e22, 16367173 * 2.0**72)),
    "cos": (mp.cos, edges(1.0, NAN, NAN), (-100, 100), (1.5707964, 4.712389, 10.995574, 3.1415927, 1e22, 16367173 * 2.0**72)),
    "tan": (mp.tan, edges(ODD, NAN, NAN), (-20, 20), (1.5707964, 3.1415927, 4.712389, 0.7853982, 1e22, 16367173 * 2.0**72)),
    "tanh": (mp.tanh, edges(ODD, 1.0, -1.0), (-10, 10), (9.010913, -9.010913, 0.0004, 0.55)),
    "sinh": (mp.sinh, edges(ODD, INF, -INF), (-90, 90), (89.41599, -89.41599, 1, 0.0003)),
    "cosh": (mp.cosh, edges(1.0, INF, INF), (-90, 90), (89.41599, -89.41599, 0.0003)),
    "atan": (mp.atan, edges(ODD, math.atan(INF), -math.atan(INF)), (-8, 8), (1, -1, 0.41421357, 2.4142137, 0.0003)),
    "asin": (inside(-1, 1, mp.asin), edges(ODD, NAN, NAN), (-1, 1), (1, -1, 0.5, -0.5, 0.70710677)),
    "acos": (
        ends(inside(-1, 1, mp.acos), {1.0: 0.0}),
        edges(math.acos(0), NAN, NAN),
        (-1, 1),
        (1, -1, 0.5, -0.5, 0.70710677),
    ),
    "asinh": (mp.asinh, edges(ODD, INF, -INF), (-10, 10), (0.0003, 1, 4096, MAX)),
    "acosh": (ends(inside(1, MAX, mp.acosh), {1.0: 0.0}), edges(NAN, INF, NAN), (1, 20), (1, 2, 4096, MAX)),
    "atanh": (
        ends(inside(-1, 1, mp.atanh), {1.0: INF, -1.0: -INF}),
        edges(ODD, NAN, NAN),
        (-1, 1),
        (1, -1, 0.5, 0.0003),
    ),
    "sqrt": (inside(0, MAX, mp.sqrt), edges(ODD, INF, NAN), (0, 16), (1, 4, 1.17549435e-38, MAX)),
    "rsqrt": (
        inside(0, MAX, lambda x: 1 / mp.sqrt(x)),
        edges((INF, -INF), 0.0, NAN),
        (0, 16),
        (1, 4, 1.17549435e-38, MAX),
    ),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), edges(ODD, INF, -INF), (-16, 16), (1, 8, -27, 1.17549435e-38, MAX)),
    "reciprocal": (lambda x: 1 / x, edges((INF, -INF), 0.0, -0.0), (-16, 16), (1, 2.938736e-39, 8.5070587e37, MAX)),
    "sigmoid": (sigmoid, edges(0.5, 1.0, 0.0), (-105, 20), (-87.33655, -103.27893, -103.97208, 16.635532, 1e-7)),
    "log_sigmoid": (
        lambda x: -softplus(-x),
        edges(-math.log(2), -0.0, -INF),
        (-20, 105),
        (87.33655, 103.27893, 103.97208, -16.635532, 0.83),
    ),
    "softplus": (
        softplus,
        edges(math.log(2), INF, 0.0),
        (-105, 20),
        (-87.33655, -103.27893, -103.97208, 16.635532, -0.87),
    ),
    "logit": (
        ends(inside(0, 1, lambda x: mp.log(x / (1 - x))), {1.0: INF, 0.5: 0.0}),
        edges(-INF, NAN, NAN),
        (0, 1),
        (0.5, 1, 0.25, 1.17549435e-38),
    ),
    "erf": (mp.erf, edges(ODD, 1.0, -1.0), (-4, 4), (3.8325, 0.5562, 1, 2)),
    "erfc": (mp.erfc, edges(1.0, 0.0, 2.0), (-4, 10.1), (9.194549, 10.0545, -3.8325, 0.4769, 1, 2, 4, 6)),
    "gelu": (lambda x: x * ndtr(x), edges(ODD, INF, -0.0), (-14.5, 6), (-12.8, -13.5, -14.2, -0.7518, 5.5)),
    "gelu_tanh": (lambda x: x * sigmoid(inner(x)), edges(ODD, INF, -0.0), (-11, 6), (-10, -10.5, -0.7525, 5)),
    "silu": (lambda x: x * sigmoid(x), edges(ODD, INF, -0.0), (-109, 20), (-91.8, -104, -108.6, -1.2784645, 17)),
    "mish": (
        lambda x: x * mp.tanh(softplus(x)),
        edges(ODD, INF, -0.0),
        (-109, 20),
        (-91.8, -104, -108.6, -1.1924312, 9),
    ),
    "elu": (lambda x: mp.expm1(x) if x < 0 else x, edges(ODD, INF, -1.0), (-20, 2), (-17.3287, -0.25, -1e-4)),
    "selu": (
        lambda x: mpf(SCALE) * (mpf(ALPHA) * mp.expm1(x) if x < 0 else x),
        edges(ODD, INF, -1.7580993408473766),
        (-20, 2),
        (-17.3287, -0.25, -1e-4, 3.2386e38, 1.17549435e-38),
    ),
    "softsign": (lambda x: x / (1 + abs(x)), edges(ODD, 1.0, -1.0), (-16, 16), (1, -1, 1e-7, 1.6777216e7)),
    "log1mexp": (
        inside(-MAX, 0, log1mexp),
        edges(-INF, NAN, -0.0),
        (-105, 0),
        (-0.6931472, -87.33655, -103.97208, -1e-7),
    ),
    "logexpm1": (inside(0, MAX, logexpm1), edges((-INF, -INF), INF, NAN), (0, 20), (0.6931472, 1, 0.4, 16.635532)),
    "log1pmx": (
        ends(inside(-1, MAX, lambda x: mp.log1p(x) - x), {-1.0: -INF}),
        edges(0.0, -INF, NAN),
        (-1, 4),
        (-1, -0.5, 1, 0.02, 1e-19, 1e-22, 4e-23),
    ),
    "xlogx": (
        ends(inside(0, MAX, lambda x: x * mp.log(x)), {1.0: 0.0}),
        edges(0.0, INF, NAN),
        (0, 4),
        (1, 0.36787945, 1.17549435e-38, 4e36),
    ),
    "entr": (
        ends(lambda x: -x * mp.log(x) if x > 0 else -INF, {1.0: 0.0}),
        edges(0.0, -INF, -INF),
        (0, 4),
        (1, 0.36787945, 1.17549435e-38, 4e36),
    ),
    "exprel": (lambda x: mp.expm1(x) / x, edges(1.0, INF, 0.0), (-20, 93), (93.2, 88.72284, 1e-7, -1e-7)),
    "ndtr": (ndtr, edges(0.5, 1.0, 0.0), (-14.5, 6), (-12.7, -13, -14.1, 5.4, 0.6745)),
    "log_ndtr": (
        log_ndtr,
        edges(-math.log(2), -0.0, -INF),
        (-60, 14.5),
        (-16, -38.6, 12.8, 13.5, 14.1, 5.4, -1e-7, -2.6087635e19),
    ),
    "d_log_ndtr": (d_log_ndtr, edges(math.sqrt(2 / math.pi), 0.0, INF), (-60, 14.7), (-14, -16, 13, 14, 14.4, 14.6, -1e-7)),
    "d_sigmoid": (d_sigmoid, edges(0.25, 0.0, 0.0), (-105, 105), (87.33655, 103.27893, 103.97208, -103.97208)),
    "d_tanh": (
        lambda x: 4 * d_sigmoid(2 * x),
        edges(1.0, 0.0, 0.0),
        (-53, 53),
        (44.36, 52.3, -52.3, 9.01, 1e-4),
    ),
    "d_silu": (
        lambda x: sigmoid(x) * (1 + x * sigmoid(-x)),
        edges(0.5, 1.0, -0.0),
        (-109, 20),
        (-1.2784646, 1.2784646, -91.8, -108.6, 17),
    ),
    "d_mish": (d_mish, edges(mpf(3) / 5, 1.0, -0.0), (-109, 20), (-1.1924312, 1.1924312, -91.8, -108.6, 9)),
    "d_gelu": (d_gelu, edges(0.5, 1.0, -0.0), (-14.5, 6), (-0.75179154, -12.8, -14.2, 5.5)),
    "d_gelu_tanh": (d_gelu_tanh, edges(0.5, 1.0, -0.0), (-11, 6), (-0.7524614, -10, -10.5, 5)),
}

# Limits that are no floats: of these the float is asked, and what is left to the limit.
LIMITS = {
    ("atan", INF): lambda: mp.pi / 2,
    ("atan", -INF): lambda: -mp.pi / 2,
    ("acos", 0.0): lambda: mp.pi / 2,
    ("log_sigmoid", 0.0): lambda: -mp.log(2),
    ("softplus", 0.0): lambda: mp.log(2),
    ("log_ndtr", 0.0): lambda: -mp.log(2),
    ("d_log_ndtr", 0.0): lambda: mp.sqrt(2 / mp.pi),
    ("selu", -INF): lambda: -mpf(SCALE) * mpf(ALPHA),
}


def unary(name):
    f, edge, _, _ = UNARY[name]

    def value(x):
        if x != x:
            return NAN
        limit = LIMITS.get((name, float(x))) if x == 0 or not math.isfinite(x) else None
        if limit is not None:
            return limit()
        return edge(x) if x == 0 or not math.isfinite(x) else f(x)

    return value


def libm(exact, special):
    """C's rules where an argument is 0 or no number, digits elsewhere."""
    return lambda x, y: special(float(x), float(y)) if not (x and y and mp.isfinite(x) and mp.isfinite(y)) else exact(x, y)


def c_pow(x, y):
    odd = math.isfinite(y) and y == int(y) and int(y) % 2 == 1
    if x == 0 and y < 0:
        return math.copysign(INF, x) if odd else INF
    return math.pow(x, y)


def c_atan2(y, x):
    """A multiple of π/4, or a zero."""
    v = math.atan2(y, x)
    return mp.pi * round(4 * v / math.pi) / 4 if v and v == v else v


def exact_pow(x, y):
    if x == 1:
        return 1.0
    whole = y == mp.floor(y)
    if x < 0 and not whole:
        return NAN
    v = mp.exp(y * mp.log(abs(x)))
    return -v if x < 0 and int(y) % 2 else v


def xlog(log, least):
    def value(x, y):
        if x != x or y != y:
            return NAN
        if x == 0:
            return 0.0
        if y < least:
            return NAN
        if y == least:
            return -INF if x > 0 else INF
        one = 1 + least
        if y == one:
            return NAN if math.isinf(x) else float(x) * (float(y) if least else 0.0)
        if math.isinf(x) or math.isinf(y):
            return float(x) * (INF if y > one else -INF)
        return mpf(x) * log(mpf(y))

    return value


def beside_nothing(x, y):
    """e^-∞ adds nothing: the other one itself, with the sign of its zero."""
    return float(y if x < y else x)


def logaddexp(x, y):
    if x != x or y != y:
        return NAN
    if math.isinf(x) or math.isinf(y):
        return beside_nothing(x, y)
    high, low = mpf(max(x, y)), mpf(min(x, y))
    return high + mp.log1p(mp.exp(low - high))


def logsubexp(x, y):
    if x != x or y != y:
        return NAN
    if math.isinf(x) or math.isinf(y):
        return NAN if x == y == INF else beside_nothing(x, y)
    if x == y:
        return -INF
    high, low = mpf(max(x, y)), mpf(min(x, y))
    # 0 and what is lost beside it: 0, as in a sum.
    return high + log1mexp(low - high) if high or low > -200 else 0.0


BINARY = {
    "pow": libm(exact_pow, c_pow),
    "atan2": libm(mp.atan2, c_atan2),
    "hypot": libm(mp.hypot, math.hypot),
    "xlogy": xlog(mp.log, 0),
    "xlog1py": xlog(mp.log1p, -1),
    "logaddexp": logaddexp,
    "logsubexp": logsubexp,
}


def value_of(name, *args, precisions=PRECISIONS):
    f = unary(name) if name in UNARY else BINARY[name]
    if any(a != a or math.isinf(a) for a in args):
        with mp.workprec(200):
            return f(*args)
    return agreed(f, args, precisions)


def result_of(name, *args):
    """The float and its part. x/2 (1 + 2^-126) is one of two floats, which 180 bits do not tell."""
    bits, part = rounded(value_of(name, *args))
    if abs(part) < 32767:
        return bits, part
    return rounded(value_of(name, *args, precisions=PRECISIONS[2:]))


# ── Points ───────────────────────────────────────────────────────────────────────────────────────


def mix(h):
    h ^= h >> 16
    h = h * 0x85EBCA6B & 0xFFFFFFFF
    h ^= h >> 13
    h = h * 0xC2B2AE35 & 0xFFFFFFFF
    return h ^ h >> 16


def grid(seed, step):
    return [i << 16 | mix(i ^ seed) & 0xFFFF for i in range(0, 65536, step)]


def neighbours(x, reach):
    center = bits_of(x)
    return [center + k & 0xFFFFFFFF for k in range(-reach, reach + 1)]


SPECIALS = [bits_of(x) for x in (0.0, -0.0, INF, -INF, NAN, MAX, -MAX, 1.0, -1.0)] + [1, 0x80000001, 0x00800000, 0x80800000]


def in_ulps(v):
    """(result in units of its ULP, exponent of the ULP), or nothing when it is no normal float."""
    if isinstance(v, float) or v == 0:
        return None
    step = int(mp.floor(mp.log(abs(v), 2))) - 23
    return (v / mpf(2) ** step, step) if -149 <= step <= 103 else None


def halfway(name, rng, interval, count):
    """Inputs whose result is next to the middle of two floats: from a parabola through three, among 4096 floats."""
    k = np.arange(-2048, 2049, dtype=np.float64)
    found = []
    for _ in range(4 * count):
        if len(found) == count:
            break
        center = bits_of(rng.uniform(*interval))
        if not 0x00800000 + 4096 < center & 0x7FFFFFFF < 0x7F000000:
            continue
        at = [in_ulps(value_of(name, float_of(center + d))) for d in (-2048, 0, 2048)]
        if None in at or len({step for _, step in at}) > 1:
            continue
        (a, _), (b, _), (c, _) = at
        slope, bend = float(c - a) / 4096, float(a - 2 * b + c) / 2 / 2048**2
        part = float(b - mp.floor(b)) + slope * k + bend * k * k
        near = abs((part % 1) - 0.5)
        near[abs(slope + 2 * bend * k) < 2**-10] = 1  # Many floats with one result: nothing to find.
        best = int(np.argmin(near))
        if near[best] < 1:
            found.append(center + int(k[best]))
    return found


def extras(name, rng, sizes):
    _, _, interval, critical = UNARY[name]
    dense = [bits_of(rng.uniform(*interval)) for _ in range(sizes.dense)]
    near = [bits for x in critical for bits in neighbours(x, 32)]
    hard = halfway(name, rng, interval, sizes.hard)
    return SPECIALS + near + dense + hard, len(hard)


def as_float32(x):
    """The nearest float below the end of the range."""
    return float(np.float32(max(-MAX, min(MAX, x))))


def any_float(rng):
    return float_of(rng.getrandbits(32))


def some(rng, low, high, signed=False):
    x = as_float32(rng.uniform(1, 2) * 2.0 ** rng.uniform(low, high))
    return -x if signed and rng.random() < 0.5 else x


def near_float(rng, x, reach=2000):
    return float_of(bits_of(x) + rng.randint(-reach, reach))


def near_one(rng):
    return near_float(rng, 1.0 + rng.choice((-1, 1)) * 2.0 ** rng.uniform(-23, -1), 3)


def pow_pair(rng):
    x = rng.choice((some(rng, -125, 127), some(rng, -4, 4), near_one(rng)))
    if rng.random() < 0.2:
        return -x, float(rng.randint(-40, 40))
    goal = rng.uniform(-150, 129) if rng.random() < 0.7 else rng.choice((128, -126, -149, -150))
    log = math.log2(x) if x != 1 else 1.0
    return x, float_of(bits_of(max(-1e37, min(1e37, goal / log))))


def hypot_pair(rng):
    x = some(rng, -149, 127, True)
    return x, some(rng, 0, 1, True) * 2.0 ** rng.randint(-13, 13) * abs(x) if abs(x) < 1e33 else some(rng, 120, 127)


def logsub_pair(rng):
    x = some(rng, -20, 7, True)
    return x, near_float(rng, x, 2 ** rng.randint(1, 23)) if rng.random() < 0.6 else x + rng.uniform(-20, 20)


def logadd_pair(rng):
    """Half of them next to e^x + e^y = 1, where the result is 0."""
    x = -some(rng, -22, 5)
    if rng.random() < 0.5:
        return x, near_float(rng, math.log(-math.expm1(x)), 64)
    return some(rng, -20, 7, True), some(rng, -20, 7, True)


PAIRS = {
    "pow": pow_pair,
    "atan2": lambda rng: (some(rng, -140, 126, True), some(rng, -140, 126, True)),
    "hypot": hypot_pair,
    "xlogy": lambda rng: (some(rng, -140, 126, True), rng.choice((near_one(rng), some(rng, -140, 126)))),
    "xlog1py": lambda rng: (
        some(rng, -140, 126, True),
        rng.choice((some(rng, -140, -1, True), some(rng, -10, 126), near_float(rng, -1.0) + 2**-24)),
    ),
    "logaddexp": logadd_pair,
    "logsubexp": logsub_pair,
}


def pairs(name, rng, count):
    """Drawn for the function, close in size, of any two bit patterns, and every two specials."""
    out = [(float_of(a), float_of(b)) for a in SPECIALS for b in SPECIALS]
    for i in range(count):
        if i % 4 == 3:
            out.append((any_float(rng), any_float(rng)))
        else:
            x, y = PAIRS[name](rng)
            out.append((as_float32(x), as_float32(y)))
    return out


# ── Files ────────────────────────────────────────────────────────────────────────────────────────

FORMAT = {
    "unary": "gzip of little-endian u32 n_extra; u32 extra[n_extra]; u32 result[n]; i16 part[n]; the grid's points come first",
    "binary": "gzip of little-endian u32 n; u32 x[n]; u32 y[n]; u32 result[n]; i16 part[n]; atan2 is (y, x)",
    "grid": "bits(i) = i << 16 | (mix(i ^ seed) & 0xffff), i = 0, grid_step, … below 65536; mix: murmur3's fmix32",
    "part": "true value = result + part / 65536 * ulp(result), ulp(result) = 2^max(exponent - 150, -149)",
    "halfway": "the last n_hard extras have results next to the middle of two floats",
}


def packed(*planes):
    return gzip.compress(b"".join(np.array(p, dtype=t).tobytes() for t, p in planes), 9, mtime=0)


def write_unary(name, out, seed, sizes):
    rng = random.Random(f"{seed} {name}")
    extra, hard = extras(name, rng, sizes)
    points = grid(seed, sizes.step) + extra
    results = [result_of(name, float_of(bits)) for bits in points]
    result, part = zip(*results)
    file = f"{name}.bin.gz"
    (out / file).write_bytes(
        packed(("<u4", [len(extra)]), ("<u4", extra), ("<u4", result), ("<i2", part))
    )
    return {"file": file, "n": len(points), "n_extra": len(extra), "n_hard": hard, "grid_step": sizes.step}


def write_binary(name, out, seed, sizes):
    rng = random.Random(f"{seed} {name}")
    points = pairs(name, rng, sizes.pairs)
    result, part = zip(*(result_of(name, x, y) for x, y in points))
    file = f"{name}.bin2.gz"
    x, y = ([bits_of(p[i]) for p in points] for i in (0, 1))
    (out / file).write_bytes(
        packed(("<u4", [len(points)]), ("<u4", x), ("<u4", y), ("<u4", result), ("<i2", part))
    )
    return {"file": file, "n": len(points)}


def write_one(name, out, seed, sizes):
    return (write_unary if name in UNARY else write_binary)(name, out, seed, sizes)


def write(out, seed, sizes, only, jobs):
    out.mkdir(parents=True, exist_ok=True)
    names = [name for name in [*UNARY, *BINARY] if not only or name in only]
    entries = {}
    with ProcessPoolExecutor(jobs) as pool:
        tasks = {name: pool.submit(write_one, name, out, seed, sizes) for name in names}
        for name, task in tasks.items():
            entries[name] = task.result()
            print(f"{name}: {entries[name]['n']} points", file=sys.stderr)
    for file, table in (("index.json", UNARY), ("index2.json", BINARY)):
        fns = {name: entry for name, entry in entries.items() if name in table}
        (out / file).write_text(json.dumps({"seed": seed, "format": FORMAT, "fns": fns}, indent=1) + "\n")


# ── Checks of others ─────────────────────────────────────────────────────────────────────────────


def read(folder, name, entry, seed):
    data = gzip.decompress((folder / entry["file"]).read_bytes())
    (n,) = struct.unpack_from("<I", data)
    at = 4

    def plane(kind, count):
        nonlocal at
        values = np.frombuffer(data, dtype=kind, count=count, offset=at)
        at += values.nbytes
        return values.tolist()

    if name in BINARY:
        x, y = plane("<u4", n), plane("<u4", n)
        points = list(zip(x, y))
    else:
        points = [(bits,) for bits in grid(seed, entry.get("grid_step", 1)) + plane("<u4", n)]
    return points, plane("<u4", len(points)), plane("<i2", len(points))


def check_one(folder, name, entry, seed, every):
    points, results, parts = read(folder, name, entry, seed)
    wrong = []
    for i in range(0, len(points), every):
        args = [float_of(bits) for bits in points[i]]
        bits, part = result_of(name, *args)
        nan = bits & 0x7FFFFFFF > 0x7F800000 and results[i] & 0x7FFFFFFF > 0x7F800000
        if not nan and (bits != results[i] or abs(part - parts[i]) > 1):
            wrong.append(f"{name}{tuple(args)}: {float_of(results[i])} + {parts[i]}, here {float_of(bits)} + {part}")
    return len(range(0, len(points), every)), wrong


def check(folder, every, only, jobs):
    """Exit code 1 when a point differs."""
    bad = 0
    with ProcessPoolExecutor(jobs) as pool:
        tasks = {}
        for file in ("index.json", "index2.json"):
            index = json.loads((folder / file).read_text())
            for name, entry in index["fns"].items():
                if not only or name in only:
                    seed = index.get("seed", 0)
                    tasks[name] = pool.submit(check_one, folder, name, entry, seed, every)
        for name, task in tasks.items():
            count, wrong = task.result()
            print(f"{name}: {count} points, {len(wrong)} differ")
            for line in wrong[:8]:
                print(f"  {line}")
            bad += len(wrong)
    return 1 if bad else 0


def roots():
    slopes = {"dSilu": "d_silu", "dMish": "d_mish", "dGelu": "d_gelu", "dGeluTanh": "d_gelu_tanh"}
    mp.dps = 60
    for label, name in slopes.items():
        f, _, _, critical = UNARY[name]
        root = mp.findroot(f, mpf(critical[0]))
        high = float(root)
        series = [float(c) for c in mp.taylor(f, root, 5)][1:]
        print(label, [high, float(root - mpf(high))], series)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=Path, help="folder to write")
    parser.add_argument("--seed", type=int, help="which points; 0 to 2^32 - 1")
    parser.add_argument("--only", action="append", help="this function, may be given again")
    parser.add_argument("--jobs", type=int, help="processes, as many as processors if not given")
    parser.add_argument("--step", type=int, default=4, help="every how many-th of 65536 grid points, a power of 2 (4)")
    parser.add_argument("--dense", type=int, default=3000, help="random floats of the interval (3000)")
    parser.add_argument("--hard", type=int, default=512, help="halfway cases (512)")
    parser.add_argument("--pairs", type=int, default=6000, help="points of functions of two arguments (6000)")
    parser.add_argument("--check", type=Path, metavar="DIR", help="compute points of this folder again")
    parser.add_argument("--every", type=int, default=16, help="with --check: every how many-th point (16)")
    parser.add_argument("--roots", action="store_true", help="print roots of slopes, and series")
    args = parser.parse_args()
    if args.roots:
        return roots()
    if args.check:
        return check(args.check, args.every, args.only, args.jobs)
    if args.out is None or args.seed is None or not 0 <= args.seed < 2**32:
        parser.error("expected --seed N from 0 to 2^32 - 1, and a folder to write")
    if 65536 % args.step:
        parser.error("--step: expected a power of 2 up to 65536")
    return write(args.out, args.seed, args, args.only, args.jobs)


if __name__ == "__main__":
    sys.exit(main())
