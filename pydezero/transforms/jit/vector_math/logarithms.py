"""log, log2, log10, log1p, and what is made of them: logaddexp, log_expit.

x = 2 ** e * m with m in [sqrt(1/2), sqrt(2)), and log(m) = 2 arctanh(s) with s = (m - 1) / (m + 1) (Tang, ACM TOMS 16,
1990; Muller, Elementary Functions). s is computed with what its rounding has lost.
"""

from __future__ import annotations

import math
from typing import Final

from pydezero.transforms.jit.vector_math.bits import (
    ROUND,
    ROUND_BITS,
    divide,
    fma,
    from_bits,
    ordered_sum,
    power_of_two,
    product,
    scaled,
    select,
    to_bits,
    two_sum,
)
from pydezero.transforms.jit.vector_math.exponentials import clamped, exp_parts
from pydezero.transforms.jit.vector_math.polynomials import log_rest, log_second_rest

_LEAST_NORMAL: Final = 2.2250738585072014e-308
_SQRT_HALF_BITS: Final = 0x3FE6A09E667F3BCD
# log(2), log10(2) in a part with eleven zeros at its end, whose products with exponents are exact, and the rest
_LN2: Final = 0.6931471803691238
_LN2_LOW: Final = 1.9082149292705877e-10
_LOG10_2: Final = 0.3010299955494702
_LOG10_2_LOW: Final = 1.1451100898021838e-10
_PER_LN2: Final = 1.4426950408889634
_PER_LN2_LOW: Final = 2.0355273740931033e-17
_PER_LN10: Final = 0.4342944819032518
_PER_LN10_LOW: Final = 1.098319650216765e-17


def split(x: float) -> tuple[float, float]:
    """The exponent e and the rest m of x = 2 ** e * m, m in [sqrt(1/2), sqrt(2)), for positive x."""
    subnormal = x < _LEAST_NORMAL
    bits = to_bits(select(subnormal, x * 18014398509481984.0, x))
    e = (bits - _SQRT_HALF_BITS) >> 52
    m = from_bits(bits - (e << 52))
    return from_bits(e + ROUND_BITS) - ROUND - select(subnormal, 54.0, 0.0), m


def _ratio(m: float) -> tuple[float, float]:
    """(m - 1) / (m + 1), and what its rounding has lost."""
    f = m - 1.0  # exact
    d = 2.0 + f
    lost = f - (d - 2.0)
    inverse = 1.0 / d
    s = f * inverse
    return s, (fma(-s, d, f) - s * lost) * inverse


def log_of_mantissa(m: float) -> tuple[float, float]:
    """log(m) as a sum of two numbers, to 59 bits."""
    s, low = _ratio(m)
    z = s * s
    return 2.0 * s, fma(s * z, log_rest(z), 2.0 * low)


def log_parts(x: float) -> tuple[float, float]:
    """log(x) as a sum of two numbers, to 59 bits, for positive finite x."""
    e, m = split(x)
    high, low = log_of_mantissa(m)
    total, lost = ordered_sum(e * _LN2, high)
    return total, lost + fma(e, _LN2_LOW, low)


def long_log_parts(x: float) -> tuple[float, float]:
    """log(x) as a sum of two numbers, to 66 bits, for positive finite x."""
    e, m = split(x)
    s, low = _ratio(m)
    z, z_low = product(s, s)
    z_low = fma(2.0 * s, low, z_low)
    a, a_low = ordered_sum(0.6666666666666666, z * log_second_rest(z))
    a_low += 3.700743415417188e-17
    b, b_low = product(z, a)
    b_low += fma(z, a_low, z_low * a)
    c, c_low = product(s, b)
    c_low += fma(s, b_low, low * b)
    high, lost = ordered_sum(2.0 * s, c)
    low = lost + fma(2.0, low, c_low)
    total, lost = ordered_sum(e * _LN2, high)
    return ordered_sum(total, lost + fma(e, _LN2_LOW, low))


def at_edges(x: float, y: float) -> float:
    """y, a logarithm of x, or what it is where x is 0, negative or not finite."""
    y = select(x == math.inf, x, y)
    y = select(x == 0.0, -math.inf, y)
    return select(x >= 0.0, y, math.nan)


def log(x: float) -> float:
    """The natural logarithm."""
    e, m = split(x)
    return at_edges(x, _log_of_sum(e, m - 1.0))


def _log_of_sum(e: float, f: float) -> float:
    """E log(2) + log(1 + f)."""
    s = f / (2.0 + f)
    # log(1 + f) = f - (f ** 2 / 2 - s (f ** 2 / 2 + z log_rest(z))), by which f counts exactly
    z = s * s
    half_square = 0.5 * f * f
    rest = fma(s, fma(z, log_rest(z), half_square), e * _LN2_LOW)
    return fma(e, _LN2, f - (half_square - rest))


def log2(x: float) -> float:
    """The logarithm to base 2."""
    e, m = split(x)
    high, low = log_of_mantissa(m)
    high, low = ordered_sum(high, low)
    y, y_low = product(high, _PER_LN2)
    y_low += fma(high, _PER_LN2_LOW, low * _PER_LN2)
    total, lost = ordered_sum(e, y)
    return at_edges(x, total + (lost + y_low))


def log10(x: float) -> float:
    """The logarithm to base 10."""
    e, m = split(x)
    high, low = log_of_mantissa(m)
    high, low = ordered_sum(high, low)
    y, y_low = product(high, _PER_LN10)
    y_low += fma(high, _PER_LN10_LOW, low * _PER_LN10)
    total, lost = ordered_sum(e * _LOG10_2, y)
    return at_edges(x, total + (lost + fma(e, _LOG10_2_LOW, y_low)))


def log1p_parts(x: float, low: float) -> tuple[float, float]:
    """log(1 + x + low) as a sum of two numbers, for finite x > -1."""
    y, lost = two_sum(1.0, x)
    high, rest = log_parts(y)
    return two_sum(high, fma(divide(1.0, y), lost + low, rest))


def log1p(x: float) -> float:
    """log(1 + x)."""
    y, lost = two_sum(1.0, x)
    bits = to_bits(select(x < math.inf, y, 1.0))
    e = (bits - _SQRT_HALF_BITS) >> 52
    # What 1 + x has lost, in the scale of the mantissa
    f = (from_bits(bits - (e << 52)) - 1.0) + lost * power_of_two(-select(e > 1000, 1000, e))
    found = _log_of_sum(from_bits(e + ROUND_BITS) - ROUND, f)
    return select(abs(x) < 1e-17, x, at_edges(y, found))


def logaddexp(x: float, y: float) -> float:
    """log(exp(x) + exp(y))."""
    largest = select(x > y, x, y)
    difference, lost = two_sum(select(x > y, y, x), -largest)
    e, e_low, n = exp_parts(clamped(difference, -750.0, 0.0), select(difference > -750.0, lost, 0.0))
    high, low = log1p_parts(scaled(e, n), scaled(e_low, n))
    total, rest = two_sum(largest, high)
    result = select(abs(largest) == math.inf, largest, total + (rest + low))
    return select((x != x) | (y != y), math.nan, result)


def log_expit(x: float) -> float:
    """log(expit(x))."""
    e, e_low, n = exp_parts(clamped(-abs(x), -750.0, 0.0), 0.0)
    normal = select(n < -1000, -1000, n)
    high, low = log1p_parts(e * power_of_two(normal), e_low * power_of_two(normal))
    high, low = high * power_of_two(n - normal), low * power_of_two(n - normal)
    total, rest = two_sum(select(x < 0.0, x, 0.0), -high)
    return select(x > 750.0, -0.0, select(x == -math.inf, x, total + (rest - low)))
