"""Results for float64, correctly rounded from 60 digits:
python3 float64.py elementwise > float64.json && gzip -9n float64.json
python3 float64.py runs > float64-runs.json && gzip -9n float64-runs.json
python3 float64.py dense SEED POINTS DIR [FUNCTION …] for npm run accuracy -- --float64 DIR

{ function: { x: […], y: […] or nothing, f: […], dx: […], dy: […] or nothing, and beside each of these "rest of f": […], … } },
by the facade's names; a rest is what rounding took, in ULP. Points are drawn with a seed of the function's own: evenly over
an interval, evenly by exponent, and of some functions pairs that are nearly equal. Those whose result or slope is
subnormal, 0 or beyond the range are left out: edges are in the spec rows. Then those at which dense runs found formulas
furthest off, the present one or the one before.

Runs: { function: [{ x: […], w: […], f: […], dx: […] }, …] }, dx of Σ w f, over runs of ordinary numbers, of numbers that
are nearly equal, of huge ones, tiny ones, and both.

Dense: DIR/<function>.f64, columns of doubles as index.json names them: x and y; f, dx and dy; beside each of these what
the rounding took, in ULP. Points are of all magnitudes, and next to the edges of the pieces of which formulas are made.
NaN: not compared, since it is beyond a double, or no real number.
Needs mpmath (written with 1.3.0; with gmpy2 dense is some times faster).
"""

import json
import math
import os
import random
import sys
from array import array

from mpmath import mp, mpf

mp.dps = 60
rng = random.Random()
HALF, TWO = mpf(1) / 2, mpf(2)


def ndtr(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def log_ndtr(x):
    return mp.log1p(-ndtr(-x)) if x > 0 else mp.log(ndtr(x))


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


def sigmoid_slope(x):
    return sigmoid(x) * sigmoid(-x)


def elu(alpha, scale=1):
    return (
        lambda x: scale * (x if x > 0 else alpha * mp.expm1(x)),
        lambda x: scale * (1 if x > 0 else alpha * mp.exp(x)),
        (-40, 3),
        (-60, 10),
        "+-",
    )


def celu(alpha):
    a = mpf(alpha)
    return (
        lambda x: x if x > 0 else a * mp.expm1(x / a),
        lambda x: mpf(1) if x > 0 else mp.exp(x / a),
        (-40 * alpha, alpha),
        (-60, 10),
        "+-",
    )


SELU_ALPHA = mpf("1.6732632423543772848170429916717")
SELU_SCALE = mpf("1.0507009873554804934193349852946")

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
    "sigmoid": (sigmoid, sigmoid_slope, (-40, 40), (-30, 9), "+-"),
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
    "logNdtr": (log_ndtr, lambda x: mp.npdf(x) / ndtr(x), (-80, 37), (-30, 400), "+-"),
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
    "elu": elu(1),
    "selu": elu(SELU_ALPHA, SELU_SCALE),
    "celu": celu(1),
    "celu, alpha 0.3": celu(0.3),
    "celu, alpha 1000": celu(1000),
    "hardSwish": (lambda x: x * (x + 3) / 6, lambda x: (2 * x + 3) / 6, (-3, 3), (-60, 1), "+-"),
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
    "squaredDifference": (
        lambda a, b: (a - b) ** 2,
        lambda a, b: 2 * (a - b),
        lambda a, b: 2 * (b - a),
        (-9, 9),
        (-300, 300),
        "+-",
    ),
}


# Points of dense runs at which a column was furthest off, before formulas had twice the digits and since.
FURTHEST = {
    "exp2": [[-0.7499999997910323], [-453.5354797215856]],
    "expm1": [[38.50000007322113]],
    "log1p": [[-0.49999993981709095], [-0.29358620393057777], [1023.9999997733872]],
    "sqrt": [[3.739622713046377e-09], [9.789561324732504e-10]],
    "rsqrt": [[6.066768492349573e-08], [3.104811611021813e-206], [2.5326571693361295]],
    "cbrt": [[-1.5653455445682436], [0.4100000000000031], [-1.8278609031745834]],
    "reciprocal": [[-1500.000000000078], [-0.7147889802457199]],
    "erf": [[-0.36787392009766257], [0.0008125504528202455]],
    "erfc": [[16.67491034272535], [10.038835108615594], [0.7853160797799007]],
    "tan": [[1787185.0134243048], [-4184452.258335459], [-5.147856981846721e+109], [2.745847995687976e+125], [-1.2813516731276712e+261], [3.3888793021306484e+47], [6.439851803989768e+106], [8.525896699133254e+82]],
    "asin": [[0.9918630023041692], [0.5042373840971985], [-0.990937714038852]],
    "acos": [[0.8437499999999996], [-0.5255464799928504], [0.8629741306865737]],
    "atan": [[3.924758966916885], [-0.6931472751512632], [3.9167281185601617]],
    "sinh": [[-14.916122637167177], [-20.00000000000002], [20.08770942820359]],
    "cosh": [[-37.10033462266952], [20.00000000008921], [-20.029608565628216]],
    "tanh": [[-0.24999886054138337], [-0.4383261294330336]],
    "asinh": [[0.25007904158528066], [-0.006002698854986065], [0.06248830693082746]],
    "acosh": [[1.0274247002639556], [1108.8740872389403], [1.414213562373097]],
    "atanh": [[0.0038983864316927894], [-0.6931220308733591], [0.693147180559884]],
    "sigmoid": [[-1.9986130514886433], [0.34481441352825953], [-708.8446476209409], [708.406409578684]],
    "logSigmoid": [[-0.34657359028082285], [1.1790556319677847], [708.399999998526]],
    "softplus": [[0.4142135623730954], [-1.3061258287901152], [-708.4000000000024]],
    "silu": [[-0.687500210130354], [-1.2784645000229675]],
    "mish": [[-0.2195598051295753], [-1.192435178422094], [-2.012800164381268e-308]],
    "logNdtr": [[1.6610820015018174e-06], [-6.647113468826406e-07], [-0.0039057929455106424], [4.158746744275244e-09]],
    "gelu": [[-1.6633578178374728], [-0.7518054349289729], [-2.5000000000163594], [-0.9183317504155681], [-0.7518046354349289], [-37.5], [-38.2], [-38.6]],
    "geluTanh": [[-21.143578797510937], [-21.516489701443945], [-21.22581992035313]],
    "softsign": [[-1023.9989439357131], [-1.0000003777077555], [-1.1766214520865276e+16], [-0.9750001237005247]],
    "tanhShrink": [[8.776888368245011e-05], [0.08672306265066787], [-0.2499981377262101], [-0.36787944247013216]],
    "log1mexp": [[-0.9750522683286099], [-1.1368199104126733], [-708.9999999917028]],
    "logexpm1": [[0.400000000078798], [0.2928932188126649]],
    "log1pmx": [[-0.6704696915066692], [4194303.9951248993], [1.55125577987952e-156], [1023.9886819959098]],
    "logit": [[0.2833776892945666], [0.1928001114339975], [0.160764792155127]],
    "xlogx": [[7.457089196183091], [1.3773753750074e-311]],
    "entr": [[0.9684348951766024]],
    "exprel": [[1.1975572823075638], [-1.1875000000072748], [-1499.9999999831082]],
    "logcosh": [[-0.03125000000000022], [0.2500000000475572], [-3.7858653794989065e-158]],
    "selu": [[-0.7262669200349559], [-11.010090167037536], [-3.4035491e-316], [-708.9998675845791]],
    "celu, alpha 0.3": [[-0.013352891617369793], [-212.51999972239184]],
    "celu, alpha 1000": [[-3.7434416667329247e-06]],
    "hardSwish": [[-0.5000000000000033], [1.2497807262572105]],
    "pow": [[0.3678794411915277, 733.4782141006167], [6.19964331680307e-131, 2.5000000000000213], [1.9999999972388307, 5.619094227367738e-05], [3.622369520813872e-133, 2.445870670114909]],
    "hypot": [[4202262.083090967, 183.69646260203604], [-0.06240049974815726, -2.143881472475228], [-8.834644996605613, -8.834644996605617], [-7.753652477286528, 2.4388043041894316], [-0.41000000000077097, -1.9910938668147171]],
    "atan2": [[1.9786845803924614e-09, -1.324e-321], [1.519e-320, 1.6923621694326811e-06], [-0.7539078997563493, -0.3315991873716052], [-2.7215608655035028e-06, -2.0000059163780173], [7.450599865705325e-09, 7.450597751007082e-09]],
    "logaddexp": [[-0.24999966492326434, -0.24999965112569708], [0.3465755805609114, 2.3168300084484024], [-4.998760448605285, -6.219464523958269], [-710.400000000008, -1.7180672581839902], [708.4001011369896, -1.4901161197575686e-08]],
    "logsubexp": [[-5.381519769428538e-09, 0.693147180559649], [0.6892042430722899, 7.637584617242506], [-0.7353168013540278, -1.8840847232730873], [-708.3999999999909, 0.0009634687105163232], [-0.06250000012922988, -708.9999999993211]],
    "xlogy": [[7.4888920183466015, 7.488886861100676], [5.341220316132e-312, 5.341220556357e-312], [15.225919632812811, 1.124666960326798]],
    "xlog1py": [[3.5891032091603154, 1.9981536929249444], [0.03077792176108009, 7.034830870031517], [1.303279601624421e-154, 1.3481082683441957e-154], [2.1265406379242737, 0.2763621246529934], [8.155021841645858, 7.17394361354152]],
    "relEntr": [[7.160807444570988, 7.158974496013146]],
    "klDiv": [[2.8201602479451555, 1.5000000023702156], [8.600255495928533, 6.000000000036689], [5.626099017379235e-294, 5.626099038081167e-294], [0.6007898379741343, 8.882582953869214]],
    "glu": [[31.100440110442392, -709.7799996274872], [1.5634945094701607, -1.1367107556970724], [1981.061284178349, 709.779708650204], [1.1874999999999998, -709.0001006586001], [-709.0000000046966, -709.0000000251044]],
    "swiglu": [[-0.6874999999999993, -31.310734756136], [-1.278464499999867, -1.2784644999998682], [-0.693147180559843, -0.6931471804657405], [-5.973151877595735e-309, -0.687889933307268], [-0.3465735914358978, -4.707058819067991e-308], [-715.6506543948624, -0.26521890217833366]],
    "div": [[1.6566327e-317, -7.523148710546397e-05], [-4194303.2855793927, 8.113641426687293]],
    "squaredDifference": [[40.00000000000082, -4.64405654769261], [2.3756543106652642e-142, -4.20885402869191e-142]],
    "log2": [[1.0474845035463327], [1.454468940350213]],
    "log10": [[1.4129840276889356], [1.7424907841767707]],
    "sin": [[3.857449606295365e+301], [8.146277464364358e+307], [-8.950244113154493e+244], [3.090266173645238e+163], [4.860031028650158e+154]],
    "cos": [[1.640438019704634e+272], [-6.14311543224487e+86], [2.7819174276430484e+167], [1.122348818070868e+278], [6.002860235185702e+303]],
    "elu": [[-709.0000000000086]],
    "celu": [[-708.7334098014837]],
}

# Functions that cancel where their arguments are nearly equal.
NEAR = ("relEntr", "klDiv", "logaddexp", "logsubexp", "squaredDifference")


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


def logcumsumexp(x):
    return [logsumexp(x[: i + 1]) for i in range(len(x))]


def d_logcumsumexp(x, w):
    y = logcumsumexp(x)
    return [mp.fsum(w[j] * mp.exp(x[i] - y[j]) for j in range(i, len(x))) for i in range(len(x))]


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
    "logcumsumexp": (logcumsumexp, d_logcumsumexp),
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


def columns_of(binary):
    return ["x", "y"] + [c for f in ("f", "dx", "dy") for c in (f, f"rest of {f}")] if binary else ["x", "f", "rest of f", "dx", "rest of dx"]


def row(fs, x):
    """Arguments, values with what rounding took, and whether all are ordinary."""
    mp.dps = digits(x)
    values = [mp.mpmathify(f(*map(mpf, x))) for f in fs]
    return [*x, *(n for v in values for n in rounded(v))], all(map(ordinary, values))


def elementwise():
    out = {}
    for table, draw in ((UNARY, lambda name, *where: ([x] for x in points(*where))), (BINARY, lambda *all: map(list, pairs(*all)))):
        for name, (*fs, interval, exponents, signs) in table.items():
            rng.seed(name)
            rows = [r for r, usual in (row(fs, x) for x in draw(name, interval, exponents, signs)) if usual]
            found = [row(fs, x)[0] for x in FURTHEST.get(name, [])]
            rows += [r for r in found if not any(map(math.isnan, r))]
            # Thousandths are enough of a rest.
            names = columns_of(table is BINARY)
            out[name] = {c: [round(v, 3) for v in column(rows, i)] if c[:4] == "rest" else column(rows, i) for i, c in enumerate(names)}
    return out


# Where formulas change from one piece to the next, some of them times a parameter.
EDGES = (
    [2.0**-k for k in (2, 3, 4, 5, 8, 26, 27, 28, 53, 54)]
    + [0.35, 0.4, 0.41, 0.75, 0.84375, 0.975, 1.25, 1 / 0.35, 1.25 * 2**0.5, 2.4375, 0.0625, 0.6875, 1.1875]
    + [math.log(2), math.log(2) / 2, 1.5 * math.log(2), math.sqrt(2), math.sqrt(0.5), math.pi / 4, math.pi / 2, math.pi]
    + [math.sqrt(2) - 1, 1 - math.sqrt(0.5), 0.7525, 1.2784645, 1.1924, 1 / math.e, math.e]
    + [0.5, 1, 1.5, 2, 2.5, 3, 5, 6, 9, 18, 19, 20, 22, 26, 27, 28, 36, 37, 37.5, 38, 38.5, 39, 40, 56 * math.log(2)]
    + [700, 708.4, 709, 709.78, 710.4, 745.13, 750, 800, 1022, 1024, 1074, 1480, 1500, 1647098, 4194304]
)
# For functions that need thousands of digits beyond, and have nothing new there.
ENDS = {"erf": 3, "erfc": 6, "ndtr": 6, "gelu": 6, "geluTanh": 6}
PARAMETER = {"celu, alpha 0.3": 0.3, "celu, alpha 1000": 1000}


def anywhere(name, low, high, signs):
    """One number: of any size, from the interval, or next to an edge."""
    kind = rng.random()
    if kind < 0.4:
        return rng.uniform(low, high)
    if kind < 0.7:
        edge = rng.choice(EDGES) * PARAMETER.get(name, 1)
        x = edge * (1 + rng.choice((-1, 1)) * rng.uniform(1, 2) * 2.0 ** rng.randint(-53, -3))
    else:
        exponent = rng.choice((rng.randint(-1074, 1023), rng.randint(-30, 10)))
        x = rng.uniform(1, 2) * 2.0**exponent
    return -x if signs == "-" or (signs == "+-" and rng.random() < 0.5) else x


def dense_points(name, binary, interval, signs, count):
    """Inside of the domain where it ends at a number, and where the function has been told from its limit."""
    top = 2.0 ** ENDS.get(name, 1023.9999 if name in WIDE else 11)
    out = []
    while len(out) < count:
        x = [anywhere(name, *interval, signs)]
        if binary:
            b = anywhere(name, *interval, signs)
            if rng.random() < 0.4:
                b = x[0] * (1 + rng.choice((-1, 1)) * rng.uniform(1, 2) * 2.0 ** rng.randint(-52, 1))
            x.append(b)
        if all(abs(v) <= top for v in x) and 0 not in x and inside(name, x):
            out.append(x)
    return out


# With something to tell at every size.
WIDE = (
    "log log2 log10 log1p sqrt rsqrt cbrt reciprocal sin cos tan atan asinh acosh softsign xlogx entr log1pmx pow hypot atan2 "
    "xlogy xlog1py relEntr klDiv glu swiglu div squaredDifference logaddexp logsubexp logcosh tanhShrink softplus logNdtr"
).split()
DOMAIN = {
    "log1p": lambda x: x > -1,
    "log1pmx": lambda x: x > -1,
    "asin": lambda x: abs(x) < 1,
    "acos": lambda x: abs(x) < 1,
    "atanh": lambda x: abs(x) < 1,
    "acosh": lambda x: x > 1,
    "logit": lambda x: 0 < x < 1,
    "hardSwish": lambda x: abs(x) < 3,
    "logaddexp": lambda x, y: x != y,
    "logsubexp": lambda x, y: x != y,
    **dict.fromkeys(("xlogy", "xlog1py", "relEntr", "klDiv"), lambda x, y: x > 0 and y > 0),
    # A power beyond all doubles has too many digits.
    "pow": lambda x, y: x > 0 and abs(y * math.log2(x)) < 1200,
}


def inside(name, x):
    return DOMAIN.get(name, lambda *x: True)(*x)


def digits(x):
    """What sums of numbers as far apart as these, or of their exponentials, may lose."""
    return int(60 + sum(2.2 * abs(math.log10(abs(v))) + 0.9 * min(abs(v), 1500) for v in x))


def rounded(v):
    """A double, and what rounding to it took, in ULP."""
    if v.imag != 0 or not abs(v) < mpf(2) ** 1024 * (1 - TWO**-54):
        return math.nan, math.nan
    # mpmath truncates to subnormals.
    y = float(v) if abs(v) >= mpf(2) ** -1022 else float(mp.nint(v * TWO**1074)) * 2.0**-1074
    return y, float((v - mpf(y)) / mpf(math.ulp(y)))


def dense(seed, count, folder, *only):
    os.makedirs(folder, exist_ok=True)
    file = os.path.join(folder, "index.json")
    index = json.load(open(file)) if os.path.exists(file) else {}
    for table in (UNARY, BINARY):
        binary = table is BINARY
        for name, (*fs, interval, _, signs) in table.items():
            if only and name not in only:
                continue
            rng.seed(f"{name} {seed}")
            rows = [row(fs, x)[0] for x in dense_points(name, binary, interval, signs, int(count))]
            columns = columns_of(binary)
            with open(os.path.join(folder, f"{name}.f64"), "wb") as out:
                for i in range(len(columns)):
                    array("d", column(rows, i)).tofile(out)
            index[name] = {"points": len(rows), "columns": columns}
            json.dump(index, open(file, "w"), indent=1)


if sys.argv[1] == "dense":
    dense(*sys.argv[2:])
else:
    json.dump({"elementwise": elementwise, "runs": runs}[sys.argv[1]](), sys.stdout, separators=(",", ":"))
