"""erf, erfc, gammaln, digamma: what SciPy's users need most of scipy.special.

erf is a polynomial to 1 and 1 - erfc beyond (Cody, Math. Comp. 23, 1969); (1 + 2 x) exp(x ** 2) erfc(x) is a
polynomial of (x - 3) / (x + 3) (Shepherd and Laframboise, Math. Comp. 36, 1981). gammaln and digamma are Stirling's
series from 4 on (DLMF 5.11), polynomials about 2 and 1.5 with the recurrence below 4, and reflections for negative
numbers. There they pass through zeros, and err by a few units of the last place of 1.
"""

from __future__ import annotations

import math
from typing import Final

from pydezero.transforms.jit.vector_math.bits import (
    copysign,
    divide,
    fma,
    ordered_sum,
    product,
    quotient,
    scaled,
    select,
    two_sum,
)
from pydezero.transforms.jit.vector_math.exponentials import exp_parts
from pydezero.transforms.jit.vector_math.logarithms import log_parts
from pydezero.transforms.jit.vector_math.polynomials import (
    digamma_middle,
    digamma_rest,
    erf_rest,
    erfc_scaled,
    gammaln_middle,
    gammaln_rest,
)
from pydezero.transforms.jit.vector_math.trigonometric import cos_and_sin_of_pi

_HALF_LOG_2PI_LESS_HALF: Final = 0.4189385332046727
_HALF_LOG_2PI_LESS_HALF_LOW: Final = 1.6728209650585413e-17
_LOG_PI: Final = 1.1447298858494002
_LOG_PI_LOW: Final = 1.0265951162707826e-17
_ONE_LESS_EULER: Final = 0.42278433509846713
_PI: Final = 3.141592653589793
_SLOPE: Final = 0.9510558760318328  # of the line from the root of digamma to its value at 1.5
_SLOPE_LOW: Final = 4.330743078649653e-17
_ROOT: Final = 1.4616321449683622
_ROOT_LOW: Final = 9.549995429965697e-17


def _erfc_parts(x: float) -> tuple[float, float, int]:
    """A sum of two numbers and n, so that erfc(x) is the sum times 2 ** n, for 0.5 <= x <= 28."""
    square, lost = product(x, x)
    e, low, n = exp_parts(-square, -lost)
    factor = erfc_scaled((x - 3.0) / (x + 3.0))
    top, top_low = product(e, factor)
    below, lost = two_sum(2.0 * x, 1.0)
    y, rest = quotient(top, fma(low, factor, top_low), below, lost)
    return y, rest, n


def erf(x: float) -> float:
    """The error function."""
    size = abs(x)
    inside = select(size < 1.0, size, 0.0)
    near = fma(inside, erf_rest(inside * inside), inside)
    y, low, n = _erfc_parts(select(size < 1.0, 1.0, select(size > 7.0, 7.0, size)))
    total, lost = ordered_sum(1.0, -scaled(y, n))
    y = select(size < 1.0, near, total + (lost - scaled(low, n)))
    return select((x == 0.0) | (x != x), x, copysign(y, x))


def erfc(x: float) -> float:
    """1 - erf(x)."""
    size = abs(x)
    inside = select(size < 0.5, x, 0.0)
    total, lost = ordered_sum(1.0, -inside)
    near = total + fma(-inside, erf_rest(inside * inside), lost)
    y, low, n = _erfc_parts(select(size < 0.5, 1.0, select(size > 28.0, 28.0, size)))
    below, lost = ordered_sum(2.0, -scaled(y, n))
    far = select(x < 0.0, below + (lost - scaled(low, n)), scaled(y + low, n))
    y = select(size < 0.5, near, far)
    return select(x != x, x, y)


def _gammaln_parts(x: float) -> tuple[float, float]:
    """log(gamma(x)) as a sum of two numbers, for positive finite x."""
    large = x >= 4.0
    # Below 4 the recurrence leads to 2 + d with |d| <= 1/2: gamma(x) = gamma(2 + d) times p, or divided by it.
    twice = x > 3.5
    once = x > 2.5
    d = select(twice, x - 4.0, select(once, x - 3.0, select(x >= 1.5, x - 2.0, select(x >= 0.5, x - 1.0, x))))
    above = select(twice, (x - 1.0) * (x - 2.0), select(once, x - 1.0, 1.0))
    below = select(x >= 0.5, x, x + x * x)
    up = x >= 1.5
    high, low = log_parts(select(large, x, select(up, above, below)))
    high_signed, low_signed = select(up, high, -high), select(up, low, -low)
    d = select(large, 0.0, d)
    slope, slope_low = ordered_sum(_ONE_LESS_EULER, d * gammaln_middle(d))
    y, y_low = product(d, slope)
    near, near_low = two_sum(high_signed, y)
    near_low += fma(d, slope_low, y_low) + low_signed
    # Stirling: (x - 1/2) (log(x) - 1) + log(2 pi) / 2 - 1/2 + 1 / (12 x) - ...
    logarithm, lost = ordered_sum(high, -1.0)
    lost += low
    far, far_low = product(x - 0.5, logarithm)
    far_low = fma(x - 0.5, lost, far_low) + _HALF_LOG_2PI_LESS_HALF_LOW
    inverse = 1.0 / select(large, x, 4.0)
    constant, constant_low = ordered_sum(_HALF_LOG_2PI_LESS_HALF, inverse * gammaln_rest(inverse * inverse))
    far, lost = two_sum(far, constant)
    far_low += lost + constant_low
    return select(large, far, near), select(large, select(far < math.inf, far_low, 0.0), near_low)


def gammaln(x: float) -> float:
    """The logarithm of the size of the gamma function."""
    size = abs(x)
    usual = (size > 0.0) & (size < math.inf)
    high, low = _gammaln_parts(select(usual, size, 1.0))
    # gamma(x) gamma(-x) = -pi / (x sin(pi x))
    reflected = (x < -1e-20) & usual
    within = select(reflected, size, 0.5)
    _, sine = cos_and_sin_of_pi(within)
    sine = abs(sine)
    log_sine, log_sine_low = log_parts(select(sine == 0.0, 1.0, sine) * within)
    first, lost = ordered_sum(_LOG_PI, -log_sine)
    below, rest = two_sum(first, -high)
    y = select(reflected, below + (rest + (lost + (_LOG_PI_LOW - log_sine_low - low))), high + low)
    y = select(usual & ((reflected & (sine == 0.0)) == False), y, math.inf)  # noqa: E712  # SIMD has no `not`
    # For -inf it is what SciPy gives.
    return select((x != x) | (x == -math.inf), x, y)


def _digamma_parts(x: float) -> tuple[float, float]:
    """digamma(x) as a sum of two numbers, for positive finite x."""
    large = x >= 4.0
    twice = x > 3.0
    once = x > 2.0
    below = x < 1.0
    # The recurrence leads to y in [1, 2], and adds a fraction.
    y = select(twice, x - 2.0, select(once, x - 1.0, select(below, x + 1.0, x)))
    y = select(large, 1.0, y)
    top = select(twice, 2.0 * x - 3.0, select(once, 1.0, select(below, -1.0, 0.0)))
    both, both_low = product(x - 1.0, x - 2.0)
    bottom = select(twice, both, select(once, x - 1.0, x))
    fraction, fraction_low = quotient(top, 0.0, bottom, select(twice, both_low, 0.0))
    slope, slope_low = ordered_sum(_SLOPE, (y - 1.5) * digamma_middle(y - 1.5))
    middle, middle_low = product(y - _ROOT, slope)
    near, lost = two_sum(fraction, middle)
    fraction_low = select(
        abs(fraction) < math.inf,
        lost + (fraction_low + fma(-_ROOT_LOW, slope, fma(y - _ROOT, slope_low + _SLOPE_LOW, middle_low))),
        0.0,
    )
    high, low = log_parts(select(large, x, 4.0))
    inverse = 1.0 / select(large, x, 4.0)
    square = inverse * inverse
    far, far_lost = ordered_sum(high, -0.5 * inverse)
    far_lost += fma(-square, digamma_rest(square), low)
    return select(large, far, near), select(large, far_lost, fraction_low)


def digamma(x: float) -> float:
    """The derivative of gammaln."""
    size = abs(x)
    usual = (size > 0.0) & (size < math.inf)
    reflected = (x < 0.0) & usual
    within = select(reflected, size, 0.5)
    high, low = _digamma_parts(select(usual, select(reflected, 1.0 + size, x), 1.0))
    # digamma(-x) = digamma(1 + x) + pi cot(pi x)
    cosine, sine = cos_and_sin_of_pi(within)
    cotangent = _PI * divide(cosine, select(sine == 0.0, 1.0, sine))
    total, lost = two_sum(high, cotangent)
    below = total + select(abs(total) < math.inf, lost + low, 0.0)
    y = select(reflected, select(sine == 0.0, math.nan, below), high + low)
    y = select(x == 0.0, copysign(math.inf, -x), y)
    return select(usual | (x == 0.0), y, select(x == math.inf, x, math.nan))
