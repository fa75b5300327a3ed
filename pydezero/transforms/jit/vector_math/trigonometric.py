"""sin, cos, tan and their inverses.

sin, cos and tan subtract a multiple of pi (tan: of pi / 2) in three parts, each product exact by fma (Cody and Waite,
Software Manual for the Elementary Functions, 1980; Shibata and Petrogalli, SLEEF, IEEE TPDS 31, 2020). They are right
for arguments up to `LIMIT`, and give nan beyond, where programs call the C library instead.
"""

from __future__ import annotations

import math
from typing import Final

from pydezero.transforms.jit.vector_math.bits import (
    ROUND,
    copysign,
    divide,
    floor,
    fma,
    from_bits,
    ordered_sum,
    power_of_two,
    product,
    quotient,
    select,
    sqrt,
    to_bits,
    two_sum,
)
from pydezero.transforms.jit.vector_math.polynomials import (
    arcsin_rest,
    arctan_rest,
    short_cos_rest,
    short_sin_rest,
    sin_rest,
)

LIMIT: Final = 1099511627776.0
"""2 ** 40: sin, cos and tan take no larger arguments."""

_LARGEST: Final = 1.7976931348623157e308
_HALF_PI: Final = 1.5707963267948966
_HALF_PI_2: Final = 6.123233995736766e-17
_HALF_PI_3: Final = -1.4973849048591698e-33
_QUARTER_PI: Final = 0.7853981633974483
_QUARTER_PI_2: Final = 3.061616997868383e-17
_PER_PI: Final = 0.3183098861837907
_PER_HALF_PI: Final = 0.6366197723675814
_TAN_PI_8: Final = 0.41421356237309503


def _less_half_pis(x: float, n: float) -> tuple[float, float]:
    """Returns x - n pi / 2 as a sum of two numbers, where it is at most 2."""
    r = fma(-n, _HALF_PI, x)
    t, t_low = product(n, _HALF_PI_2)
    # Where |r| < |t|, both have few digits, or what is lost is less than the last place of t.
    r, low = ordered_sum(r, -t)
    return r, fma(-n, _HALF_PI_3, low - t_low)


def _sin_of_parts(r: float, low: float) -> float:
    """sin(r + low) for |r| <= pi / 2."""
    z = r * r
    # What is lost counts by the cosine of r, to a few percent.
    return r + fma(r * z, sin_rest(z), low * fma(z, -0.4053, 1.0))


def _negated_if_odd(y: float, bits: int) -> float:
    return from_bits(to_bits(y) ^ ((bits & 1) << 63))


def sin(x: float) -> float:
    """The sine, for |x| <= LIMIT; nan beyond."""
    shifted = fma(x, _PER_PI, ROUND)
    r, low = _less_half_pis(x, 2.0 * (shifted - ROUND))
    y = _negated_if_odd(_sin_of_parts(r, low), to_bits(shifted))
    y = select(x == 0.0, x, y)
    return select(abs(x) <= LIMIT, y, math.nan)


def cos(x: float) -> float:
    """The cosine, for |x| <= LIMIT; nan beyond."""
    shifted = fma(x, _PER_PI, -0.5) + ROUND
    r, low = _less_half_pis(x, fma(2.0, shifted - ROUND, 1.0))
    y = _negated_if_odd(_sin_of_parts(r, low), to_bits(shifted) + 1)
    return select(abs(x) <= LIMIT, y, math.nan)


def tan(x: float) -> float:
    """The tangent, for |x| <= LIMIT; nan beyond."""
    shifted = fma(x, _PER_HALF_PI, ROUND)
    r, low = _less_half_pis(x, shifted - ROUND)
    z, z_low = product(r, r)
    z_low = fma(2.0 * r, low, z_low)
    s, s_low = ordered_sum(r, fma(r * z, short_sin_rest(z), low))
    c, c_low = ordered_sum(1.0, -0.5 * z)
    c, c_low = ordered_sum(c, c_low + fma(z * z, short_cos_rest(z), -0.5 * z_low))
    odd = (to_bits(shifted) & 1) == 1
    y, rest = quotient(select(odd, -c, s), select(odd, -c_low, s_low), select(odd, s, c), select(odd, s_low, c_low))
    y = select(x == 0.0, x, y + rest)
    return select(abs(x) <= LIMIT, y, math.nan)


def cos_and_sin_of_pi(x: float) -> tuple[float, float]:
    """cos(pi x) and sin(pi x)."""
    n = floor(x)
    above = x - n > 0.5
    r = select(above, (x - n) - 1.0, x - n)  # exact
    y, low = product(r, 2.0 * _HALF_PI)
    low = fma(r, 2.0 * _HALF_PI_2, low)
    half, lost = ordered_sum(_HALF_PI, -abs(y))
    lost += _HALF_PI_2 - copysign(1.0, y) * low
    sign = select((floor(0.5 * n) == 0.5 * n) != above, 1.0, -1.0)
    return sign * _sin_of_parts(half, lost), sign * _sin_of_parts(y, low)


def _arctan_of_ratio(y: float, x: float) -> tuple[float, float]:
    """arctan(y / x) as a sum of two numbers, for 0 <= y <= x, x > 0."""
    large = y > _TAN_PI_8 * x
    above, above_low = two_sum(y, -x)
    below, below_low = two_sum(y, x)
    t, low = quotient(
        select(large, above, y), select(large, above_low, 0.0), select(large, below, x), select(large, below_low, 0.0)
    )
    z = t * t
    rest = fma(t * z, arctan_rest(z), low)
    total, lost = ordered_sum(select(large, _QUARTER_PI, 0.0), t)
    return total, lost + (rest + select(large, _QUARTER_PI_2, 0.0))


def arctan(x: float) -> float:
    """The inverse tangent."""
    size = abs(x)
    swapped = size > 1.0
    finite = select(size > 1e300, 1e300, size)
    y, low = _arctan_of_ratio(select(swapped, 1.0, finite), select(swapped, finite, 1.0))
    total, lost = ordered_sum(_HALF_PI, -y)
    y = select(swapped, total + ((lost + _HALF_PI_2) - low), y + low)
    return select(x == 0.0, x, copysign(y, x))


def arctan2(y: float, x: float) -> float:
    """The angle of the point (x, y)."""
    a, b = abs(y), abs(x)
    both = (a == math.inf) & (b == math.inf)
    a, b = select(both, 1.0, a), select(both, 1.0, b)
    swapped = a > b
    large = select(swapped, a, b)
    small = select(large == math.inf, 0.0, select(swapped, b, a))
    # Far from overflow and underflow the parts that roundings have lost are exact.
    factor = select(large > 1e290, power_of_two(-100), select(large < 1e-250, power_of_two(200), 1.0))
    large = select(large > _LARGEST, _LARGEST, large) * factor
    small = small * factor
    angle, low = _arctan_of_ratio(small, select(large == 0.0, 1.0, large))
    base, base_low = ordered_sum(_HALF_PI, -angle)
    base_low += _HALF_PI_2 - low
    angle, low = select(swapped, base, angle), select(swapped, base_low, low)
    turned, turned_low = ordered_sum(2.0 * _HALF_PI, -angle)
    turned_low += 2.0 * _HALF_PI_2 - low
    left = copysign(1.0, x) < 0.0
    result = copysign(select(left, turned + turned_low, angle + low), y)
    return select((x != x) | (y != y), math.nan, result)


def _arcsin_by_half(size: float) -> tuple[float, float]:
    """The arcsin of size where it is at most 1/2, else of sqrt((1 - size) / 2), as a sum of two numbers."""
    large = size > 0.5
    half = 0.5 * (1.0 - size)  # exact where it is used
    root = sqrt(half)
    root_low = divide(0.5 * fma(-root, root, half), select(root == 0.0, 1.0, root))
    t, low = select(large, root, size), select(large, root_low, 0.0)
    z = select(large, half, size * size)
    return t, fma(t * z, arcsin_rest(z), low)


def arcsin(x: float) -> float:
    """The inverse sine."""
    size = abs(x)
    t, rest = _arcsin_by_half(size)
    total, lost = ordered_sum(_HALF_PI, -2.0 * t)
    y = select(size > 0.5, total + (lost + fma(-2.0, rest, _HALF_PI_2)), t + rest)
    y = select(x == 0.0, x, copysign(y, x))
    return select(size <= 1.0, y, math.nan)


def arccos(x: float) -> float:
    """The inverse cosine."""
    size = abs(x)
    t, rest = _arcsin_by_half(size)
    sign = copysign(1.0, x)
    middle, lost = ordered_sum(_HALF_PI, -sign * t)
    middle += lost + fma(-sign, rest, _HALF_PI_2)
    far, lost = ordered_sum(2.0 * _HALF_PI, -2.0 * t)
    far += lost + fma(-2.0, rest, 2.0 * _HALF_PI_2)
    y = select(size <= 0.5, middle, select(x > 0.0, 2.0 * (t + rest), far))
    return select(size <= 1.0, y, math.nan)
