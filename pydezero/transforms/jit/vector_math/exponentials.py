"""exp, exp2, expm1, and what is made of exp: expit.

The argument is reduced to x = n log(2) + r by two constants for log(2) (Cody and Waite, Software Manual for the
Elementary Functions, 1980; Tang, ACM TOMS 15, 1989), n being rounded by the addition of 1.5 * 2 ** 52. What the
roundings have lost is carried along, so that results err by little more than the last rounding.
"""

from __future__ import annotations

from typing import Final

from pydezero.transforms.jit.vector_math.bits import (
    ROUND,
    ROUND_BITS,
    fma,
    ordered_sum,
    power_of_two,
    scaled,
    select,
    to_bits,
    two_sum,
)
from pydezero.transforms.jit.vector_math.polynomials import exp_rest

PER_LN2: Final = 1.4426950408889634
LN2: Final = 0.6931471805599453
LN2_LOW: Final = 2.3190468138462996e-17


def exp_reduced(x: float, low: float) -> tuple[float, float, int]:
    """r, what r has lost, and n, of x + low = n log(2) + r, |r| <= log(2) / 2, for |x| < 800."""
    shifted = fma(x, PER_LN2, ROUND)
    n = shifted - ROUND
    r = fma(n, -LN2, x)  # exact
    rest = fma(n, -LN2_LOW, low)
    r, rest = ordered_sum(r, rest)
    return r, rest, to_bits(shifted) - ROUND_BITS


def exp_parts(x: float, low: float) -> tuple[float, float, int]:
    """A sum of two numbers and n, so that exp(x + low) is the sum times 2 ** n; for |x| < 800."""
    r, rest, n = exp_reduced(x, low)
    one_and_r, lost = ordered_sum(1.0, r)
    y, rest = ordered_sum(one_and_r, lost + fma(r * r, exp_rest(r), rest + r * rest))
    return y, rest, n


def _exp_of_small(r: float) -> float:
    """exp(r) for |r| <= log(2) / 2, by plain Horner."""
    return fma(fma(exp_rest(r), r, 1.0), r, 1.0)


def clamped(x: float, least: float, largest: float) -> float:
    """x, or the bound that it is beyond; nan stays nan."""
    x = select(x < least, least, x)
    return select(x > largest, largest, x)


def exp_scaled(x: float, low: float, shift: int) -> float:
    """exp(x + low) * 2 ** shift, for any x."""
    x = clamped(x, -750.0, 750.0)
    shifted = fma(x, PER_LN2, ROUND)
    n = shifted - ROUND
    r = fma(n, -LN2, x) + fma(n, -LN2_LOW, low)
    return scaled(_exp_of_small(r), to_bits(shifted) + (shift - ROUND_BITS))


def exp(x: float) -> float:
    """The exponential."""
    x = clamped(x, -750.0, 750.0)
    shifted = fma(x, PER_LN2, ROUND)
    n = shifted - ROUND
    r = fma(n, -LN2_LOW, fma(n, -LN2, x))
    return scaled(_exp_of_small(r), to_bits(shifted) - ROUND_BITS)


def exp2(x: float) -> float:
    """2 ** x."""
    x = clamped(x, -1080.0, 1030.0)
    shifted = x + ROUND
    r = x - (shifted - ROUND)
    return scaled(_exp_of_small(r * LN2), to_bits(shifted) - ROUND_BITS)


def quarter_expm1_parts(x: float) -> tuple[float, float]:
    """(exp(x) - 1) / 4 as a sum of two numbers, for -50 <= x <= 710.6; 4 times the largest is infinite."""
    r, rest, n = exp_reduced(x, 0.0)
    y, lost = ordered_sum(r, fma(r * r, exp_rest(r), rest + r * rest))
    power = power_of_two(n - 2)
    less_one, rest = two_sum(power, -0.25)
    total, error = ordered_sum(less_one, power * y)
    return total, error + fma(power, lost, rest)


def expm1(x: float) -> float:
    """exp(x) - 1."""
    y, low = quarter_expm1_parts(clamped(x, -50.0, 710.0))
    return select(abs(x) < 1e-20, x, 4.0 * (y + low))


def expit(x: float) -> float:
    """1 / (1 + exp(-x))."""
    e = exp(-abs(x))
    positive = x > 0.0
    top = select(positive, 1.0, e)
    below, lost = ordered_sum(1.0, e)
    y = top / below
    rest = fma(-y, lost, fma(-y, below, top))
    return fma(rest, select(positive, y, 1.0 - y), y)  # 1 / below is y or 1 - y
