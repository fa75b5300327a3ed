"""The normal distribution within two ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.stats

from pydezero.core.types import Array
from pydezero.scipy.special.definition import elementwise
from pydezero.scipy.special.ufuncs import special
from pydezero.scipy.stats.continuous import Continuous

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction
    from pydezero.scipy.special.definition import TernaryFunction

__all__ = ["truncnorm"]

_LOG_ROOT: Final = 0.5 * math.log(2 * math.pi)


def _log_probability(a: Array, b: Array) -> Array:
    """The logarithm of the probability of what is between a and b, from the left of the distribution if it can be."""
    mirrored = np.greater(a, 0)
    low, high = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
    of_low, of_high = special.log_ndtr(low), special.log_ndtr(high)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Where both are -inf there is nothing between them.
        on_one_side = of_high + np.log(-np.expm1(np.where(np.isneginf(of_high), 0.0, of_low - of_high)))
        outside = special.ndtr(low) + special.ndtr(-high)
        inside = 0.5 * (special.erf(high * math.sqrt(0.5)) - special.erf(low * math.sqrt(0.5)))
        around_zero = np.where(outside < 0.5, np.log1p(-outside), np.log(inside))
    return np.where(np.greater(high, 0), around_zero, on_one_side)[()]


def _end_rule(t: Array, end: Array, out: Array) -> Array:
    """The density at an end, relative to the probability; zero at an infinite one."""
    infinite = np.isinf(end)
    finite, log = np.where(infinite, 0.0, end), np.where(infinite, 0.0, out)
    return t * np.where(infinite, 0.0, np.exp(-0.5 * finite * finite - _LOG_ROOT - log))[()]


_log_between: BinaryFunction = elementwise(
    _log_probability,
    {"a": lambda t, x, out: -_end_rule(t, x, out), "b": lambda t, y, out: _end_rule(t, y, out)},
    "The logarithm of ndtr(b) - ndtr(a).",
    "truncnorm.log_between",
)


def _share(y: Array, a: Array, b: Array) -> Array:
    return np.exp(_log_probability(a, y) - _log_probability(a, b))


def _rest(y: Array, a: Array, b: Array) -> Array:
    return np.exp(_log_probability(y, b) - _log_probability(a, b))


# As exponentials of differences they would have no derivative at the ends, and lose digits near them.
_below: TernaryFunction = elementwise(
    _share,
    {
        "y": lambda t, x, y, z: _end_rule(t, x, _log_between(y, z)),
        "a": lambda t, x, y, z: -_end_rule(t, y, _log_between(y, z)) * _above(x, y, z),
        "b": lambda t, y, z, out: -_end_rule(t, z, _log_between(y, z)) * out,
    },
    "The probability of what is below y.",
    "truncnorm.cdf",
)
_above: TernaryFunction = elementwise(
    _rest,
    {
        "y": lambda t, x, y, z: -_end_rule(t, x, _log_between(y, z)),
        "a": lambda t, y, z, out: _end_rule(t, y, _log_between(y, z)) * out,
        "b": lambda t, x, y, z: _end_rule(t, z, _log_between(y, z)) * _below(x, y, z),
    },
    "The probability of what is above y.",
    "truncnorm.sf",
)


def _point(q: Array, a: Array, b: Array) -> Array:
    # From the end that is nearer to the middle of the normal distribution the probabilities have more digits.
    mirrored = np.greater(a, 0)
    outside = _log_probability(-math.inf, np.where(mirrored, -b, a))
    with np.errstate(divide="ignore"):
        part = np.log(np.where(mirrored, 1 - q, q))
    # Rounding may make of a probability of 1 a larger one.
    found = special.ndtri_exp(np.minimum(np.logaddexp(outside, part + _log_probability(a, b)), 0.0))
    return np.where(mirrored, -found, found)


def _end_of_quantile(t: Array, share: Array, end: Array, point: Array) -> Array:
    """The share of the nearer end, times the density there over that at the point; zero where one is infinite."""
    infinite = np.isinf(end) | np.isinf(point)
    end, point = np.where(infinite, 0.0, end), np.where(infinite, 0.0, point)
    return t * np.where(infinite, 0.0, share * np.exp(0.5 * (point - end) * (point + end)))


_quantile: TernaryFunction = elementwise(
    _point,
    {
        "q": lambda t, y, z, out: t * np.exp(_log_between(y, z) + 0.5 * out * out + _LOG_ROOT),
        "a": lambda t, x, y, out: _end_of_quantile(t, 1 - x, y, out),
        "b": lambda t, x, z, out: _end_of_quantile(t, x, z, out),
    },
    "The point up to which the probability is q.",
    "truncnorm.ppf",
)


truncnorm: Final = Continuous(
    scipy.stats.truncnorm,
    {
        "logpdf": lambda y, a, b: -0.5 * (y * y) - _LOG_ROOT - _log_between(a, b),
        "cdf": lambda y, a, b: _below(y, a, b),
        "sf": lambda y, a, b: _above(y, a, b),
        "logcdf": lambda y, a, b: _log_between(a, y) - _log_between(a, b),
        "logsf": lambda y, a, b: _log_between(y, b) - _log_between(a, b),
        "ppf": lambda q, a, b: _quantile(q, a, b),
        "isf": lambda q, a, b: -_quantile(q, -b, -a),
    },
    is_valid=lambda a, b: a < b,
    support=lambda a, b: (a, b),
)
