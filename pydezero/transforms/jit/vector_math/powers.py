"""power, cbrt, hypot.

power is exp(y log(x)) with log(x) to 66 bits, as in Shibata and Petrogalli, SLEEF, IEEE TPDS 31, 2020.
"""

from __future__ import annotations

import math

from pydezero.transforms.jit.vector_math.bits import (
    ROUND,
    ROUND_BITS,
    copysign,
    floor,
    fma,
    power_of_two,
    product,
    scaled,
    select,
    sqrt,
    to_bits,
)
from pydezero.transforms.jit.vector_math.exponentials import exp_scaled
from pydezero.transforms.jit.vector_math.logarithms import long_log_parts, split
from pydezero.transforms.jit.vector_math.polynomials import cbrt_start


def power(x: float, y: float) -> float:
    """Returns x ** y, with the values at the edges that C's pow has."""
    size = abs(x)
    high, low = long_log_parts(size)
    p, p_low = product(y, high)
    p_low = fma(y, low, p_low)
    result = exp_scaled(p, select(abs(p) < 800.0, p_low, 0.0), 0)
    result = select(size == 0.0, select(y < 0.0, math.inf, 0.0), result)
    result = select(size == math.inf, select(y < 0.0, 0.0, math.inf), result)
    at_infinity = select(size == 1.0, 1.0, select((size > 1.0) == (y > 0.0), math.inf, 0.0))
    result = select(abs(y) == math.inf, at_infinity, result)
    whole = floor(y) == y
    odd = whole & (floor(0.5 * y) != 0.5 * y) & (abs(y) < math.inf)
    negative = copysign(1.0, x) < 0.0
    result = select(negative & odd, -result, result)
    # -0 and -inf have powers by any exponent.
    result = select((x < 0.0) & (x > -math.inf) & (whole == False), math.nan, result)  # noqa: E712  # SIMD has no `not`
    result = select((x != x) | (y != y), math.nan, result)
    return select((x == 1.0) | (y == 0.0), 1.0, result)


def cbrt(x: float) -> float:
    """The cube root."""
    size = abs(x)
    e, m = split(size)
    shifted = fma(e, 1.0 / 3.0, ROUND)
    third = shifted - ROUND
    m *= power_of_two(to_bits(fma(-3.0, third, e) + ROUND) - ROUND_BITS)
    y = cbrt_start(m)
    cube = y * y * y
    y *= (cube + 2.0 * m) / (2.0 * cube + m)  # Halley
    square, square_low = product(y, y)
    cube, cube_low = product(square, y)
    rest = (m - cube) - fma(square_low, y, cube_low)
    y = scaled(y + rest / (3.0 * square), to_bits(shifted) - ROUND_BITS)
    return select((x == 0.0) | (size == math.inf) | (x != x), x, copysign(y, x))


def hypot(x: float, y: float) -> float:
    """sqrt(x ** 2 + y ** 2), without overflow in between."""
    a, b = abs(x), abs(y)
    large, small = select(a > b, a, b), select(a > b, b, a)
    big, little = large > 1e150, large < 1e-140
    factor = select(big, power_of_two(-600), select(little, power_of_two(600), 1.0))
    back = select(big, power_of_two(600), select(little, power_of_two(-600), 1.0))
    large, small = large * factor, small * factor
    square, lost = product(large, large)
    root = sqrt(fma(small, small, square) + lost)
    result = select((x != x) | (y != y), math.nan, root * back)
    return select((a == math.inf) | (b == math.inf), math.inf, result)
