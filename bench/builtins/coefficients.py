"""
Derives every table and polynomial of the built-in math functions (src/parser/builtins/math) and writes
src/parser/builtins/math/coefficients.ts. Needs mpmath. Run: python3 bench/builtins/coefficients.py

A polynomial is the interpolant of the exact function at the Chebyshev nodes of a segment, computed with 60
digits, its coefficients rounded to fixed point. Its argument t runs over [0, 1) in a segment. The script fails
when the rounded polynomial, evaluated as the hardware does (each product truncated), misses the exact function by
more than the bound that is given with it.
"""
import os
from mpmath import mp, mpf

mp.dps = 60
ONE = mpf(1)


def chebyshev_fit(f, degree):
    """Coefficients, lowest first, of the interpolant of f on [0, 1] at the degree + 1 Chebyshev nodes."""
    n = degree + 1
    nodes = [(1 + mp.cos(mp.pi * (2 * k + 1) / (2 * n))) / 2 for k in range(n)]
    # Newton's divided differences, expanded into powers.
    table = [f(x) for x in nodes]
    for step in range(1, n):
        for k in range(n - 1, step - 1, -1):
            table[k] = (table[k] - table[k - 1]) / (nodes[k] - nodes[k - step])
    powers = [mpf(0)] * n
    for k in range(n - 1, -1, -1):
        shifted = [mpf(0)] + powers[:-1]
        powers = [s - nodes[k] * p for s, p in zip(shifted, powers)]
        powers[0] += table[k]
    return powers


def evaluate(coefficients, t, width):
    """Horner's rule on integers as the hardware does it: t in units of 2^-width."""
    acc = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        acc = c + ((acc * t) >> width)
    return acc


def piecewise(name, f, low, high, segment_bits, degree, width, bound, bias=0, fraction=None):
    """Rows of coefficients, in units of 2^-fraction, of f on 2^segment_bits equal parts of [low, high)."""
    fraction = width - 2 if fraction is None else fraction
    count = 1 << segment_bits
    size = (mpf(high) - mpf(low)) / count
    rows, worst = [], mpf(0)
    for k in range(count):
        start = mpf(low) + k * size
        exact = lambda t: f(start + t * size)
        row = [int(mp.nint(c * mpf(2) ** fraction)) for c in chebyshev_fit(exact, degree)]
        # Every truncation takes half a unit on average.
        row[0] += bias + (1 if degree > 0 else 0)
        assert all(-(1 << (width - 1)) <= c < (1 << (width - 1)) for c in row), (name, k)
        for i in range(24):
            t = (2 * i + 1) * (1 << width) // 48
            value = evaluate(row, t, width)
            assert 0 <= value < (1 << (width - 1)), (name, k, value)
            error = abs(mpf(value) / mpf(2) ** fraction - exact(mpf(t) / mpf(2) ** width))
            worst = max(worst, error)
        rows.append(row)
    print(f"{name}: {count} x {degree + 1}, error 2^{float(mp.log(worst, 2)):.1f}")
    assert worst < mpf(2) ** bound, (name, worst)
    return rows


def symmetric(name, f, reach, degree, width, bound):
    """One polynomial on [-reach, reach] in tau = t 2^-width, |tau| < 1/2, where x = scale tau; signed Horner."""
    fraction = width - 2
    fit = chebyshev_fit(lambda t: f((2 * t - 1) * reach), degree)
    # Powers of (2t - 1) reach -> powers of x, then of tau by the caller's scale.
    n = degree + 1
    powers = [mpf(0)] * n
    for c in reversed(fit):
        # powers = powers * ((x / reach + 1) / 2) + c
        shifted = [mpf(0)] + powers[:-1]
        powers = [s / (2 * reach) + p / 2 for s, p in zip(shifted, powers)]
        powers[0] += c
    return powers, fraction


def log_tables(width, bits, degree, unit, bound):
    """inv[i], log2(1/inv[i]) and the polynomial log2(1 + t) / t, t scaled so that tau = t 2^(bits - 2)."""
    scale = 1 << (bits + 2)
    count = 1 << bits
    inverse, logs, reach = [], [], mpf(0)
    for i in range(count):
        left, right = ONE + mpf(i) / count, ONE + mpf(i + 1) / count
        inv = scale if i == 0 else scale // 2 if i == count - 1 else int(mp.nint(scale / ((left + right) / 2)))
        inverse.append(inv)
        logs.append(int(mp.nint(-mp.log(mpf(inv) / scale, 2) * mpf(2) ** unit)))
        reach = max(reach, abs(left * inv / scale - 1), abs(right * inv / scale - 1))
    f = lambda t: mp.log(1 + t, 2) / t if t else 1 / mp.ln(2)
    powers, fraction = symmetric("log2", f, reach, degree, width, bound)
    tau = mpf(2) ** (bits - 2)
    row = [int(mp.nint(c / tau**j * mpf(2) ** fraction)) for j, c in enumerate(powers)]
    worst = mpf(0)
    for i in range(-500, 501):
        t = reach * i / 500
        k = int(mp.floor(t * tau * mpf(2) ** width))
        if k == 0:
            continue
        x = mpf(k) / mpf(2) ** width / tau
        worst = max(worst, abs(mpf(evaluate(row, k, width)) / mpf(2) ** fraction - f(x)))
    print(f"log2: {count}, degree {degree}, reach {float(reach):.5f}, error 2^{float(mp.log(worst, 2)):.1f}")
    assert worst < mpf(2) ** bound and reach * tau < mpf(1) / 2
    return inverse, logs, row


# --- the functions

def sine_ratio(z):
    f = mp.sqrt(z)
    return mp.sin(mp.pi * f / 2) / f if z else mp.pi / 2


def cosine(z):
    return mp.cos(mp.pi * mp.sqrt(z) / 2)


def arcsine_ratio(z):
    return mp.asin(mp.sqrt(z)) / mp.sqrt(z) if z else ONE


def arctangent_ratio(t):
    return mp.atan(t) / t if t else ONE


def erf_ratio(x):
    return mp.erf(x) / x if x else 2 / mp.sqrt(mp.pi)


def erfcx(x):
    return mp.exp(x * x) * mp.erfc(x)


def exp_ratio(x):
    return mp.expm1(x) / x if x else ONE


def stirling(s):
    """(ln gamma(w) - (w - 1/2) ln w + w - ln(2 pi) / 2) w at w = 1 / s: 1/12 at 0."""
    if s < mpf(10) ** -3:
        return sum(mp.bernoulli(2 * k) / (2 * k * (2 * k - 1)) * s ** (2 * k - 2) for k in range(1, 12))
    w = 1 / s
    return (mp.loggamma(w) - (w - mpf(1) / 2) * mp.ln(w) + w - mp.ln(2 * mp.pi) / 2) * w


def gamma_ratio(w):
    """ln gamma(w) / ((w - 1)(w - 2)): positive on [1/2, 5/2]; no node is 1 or 2."""
    return mp.loggamma(w) / ((w - 1) * (w - 2))


def two_over_pi(pad, words, width):
    total = words * width
    with mp.workprec(total + 64):
        value = int(mp.floor(mpf(2) / mp.pi * mpf(2) ** (total - pad)))
    return [(value >> (total - (k + 1) * width)) & ((1 << width) - 1) for k in range(words)]


def real(value, bits):
    """Correctly rounded, as a hexadecimal literal of C."""
    precision = 24 if bits == 32 else 53
    mantissa, exponent = mp.frexp(value)
    whole = int(mp.nint(mantissa * mpf(2) ** precision))
    return f"0x{whole:x}p{exponent - precision}" + ("f" if bits == 32 else "")


def tables(width):
    single = width == 32
    choose = lambda a, b: a if single else b
    p = lambda *args, **kw: piecewise(*args, width=width, **kw)
    inverse, logs, log_row = log_tables(width, choose(5, 7), choose(4, 7), choose(54, 115), choose(-29.4, -60.5))
    out = {
        "exp2": p("exp2", lambda u: mpf(2) ** u, 0, 1, choose(3, 6), choose(4, 6), bound=choose(-27, -59), bias=-3),
        "logInverse": inverse,
        "log2": log_row,
        "sine": p("sine", sine_ratio, 0, mpf(1) / 4, 0, choose(4, 8), bound=choose(-28, -59)),
        "cosine": p("cosine", cosine, 0, mpf(1) / 4, 0, choose(5, 9), bound=choose(-28, -59)),
        "arcsine": p("arcsine", arcsine_ratio, 0, mpf(1) / 2, choose(3, 5), choose(5, 8), bound=choose(-28, -58)),
        "arctangent": p("arctangent", arctangent_ratio, 0, 1, choose(3, 5), choose(5, 8), bound=choose(-28, -57)),
        "erf": p("erf", erf_ratio, 0, choose(4, 8), choose(4, 6), choose(5, 10), bound=choose(-28, -57)),
        "erfcx": p("erfcx", erfcx, 0, choose(16, 32), choose(6, 8), choose(5, 9), bound=choose(-26, -56)),
        "expm1": p("expm1", exp_ratio, -mpf(1) / 8, mpf(1) / 8, 0, choose(5, 11), bound=choose(-28, -60)),
        "stirling": p("stirling", stirling, 0, 1, choose(4, 6), choose(4, 8), bound=choose(-28, -55)),
        "gamma": p("gamma", gamma_ratio, mpf(1) / 2, mpf(5) / 2, choose(4, 6), choose(5, 9), bound=choose(-27, -57)),
        "twoOverPi": two_over_pi(choose(64, 96), choose(10, 21), width),
    }
    if single:
        out["logTable"] = logs
    else:
        out["logTableHigh"] = [v >> 64 for v in logs]
        out["logTableLow"] = [v & ((1 << 64) - 1) for v in logs]
    constant_bits = choose(40, 75)
    word = lambda value: int(mp.nint(value * mpf(2) ** width))
    ln2, ln10 = mp.ln(2), mp.ln(10)
    out["constants"] = {
        # Times 2^(constant_bits - 2): factors of exponents.
        "LOG2_E": int(mp.nint(mpf(2) ** (constant_bits - 2) / ln2)),
        "LOG2_10": int(mp.nint(mpf(2) ** (constant_bits - 2) * ln10 / ln2)),
        # Words: fractions times 2^width.
        "LN_2": word(ln2),
        "LOG10_2": word(ln2 / ln10),
        "THIRD": word(mpf(1) / 3),
        "LOG2_E_HALF": word(1 / ln2 / 2),
        "PI": real(mp.pi, width),
        "PI_2": real(mp.pi / 2, width),
        "PI_LOW": real(mp.pi - mpf(float_of(mp.pi, width)), width),
        "INV_PI": real(1 / mp.pi, width),
        "LN_PI": real(mp.ln(mp.pi), width),
        "STIRLING": real(mp.ln(2 * mp.pi) / 2 - mpf(1) / 2, width),
        # ln(2 pi) / 2 and 1 / ln 2 for tgamma, in its fixed point.
        "LOG2_ROOT_2PI": int(mp.nint(mp.log(2 * mp.pi, 2) / 2 * mpf(2) ** width)),
    }
    return out


def float_of(value, width):
    precision = 24 if width == 32 else 53
    mantissa, exponent = mp.frexp(value)
    return mp.nint(mantissa * mpf(2) ** precision) * mpf(2) ** (exponent - precision)


def number(value):
    return value if isinstance(value, str) else hex(value)


def typescript(value):
    """Rows of numbers are texts with spaces between them."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'{k}: "{number(v)}"' for k, v in value.items()) + "}"
    if isinstance(value[0], list):
        return "[" + ", ".join(typescript(v) for v in value) + "]"
    return '"' + " ".join(number(v) for v in value) + '"'


def main():
    path = os.path.join(os.path.dirname(__file__), "../../src/parser/builtins/math/coefficients.ts")
    text = [
        "// Written by bench/builtins/coefficients.py, which derives every number. Do not edit.",
        'import type { Coefficients } from "./format.js";',
        "",
    ]
    for name, width in (("singleCoefficients", 32), ("doubleCoefficients", 64)):
        print(name)
        fields = "".join(f"  {key}: {typescript(value)},\n" for key, value in tables(width).items())
        text.append(f"export const {name}: Coefficients = {{\n{fields}}};")
    with open(path, "w") as file:
        file.write("\n".join(text) + "\n")


main()
