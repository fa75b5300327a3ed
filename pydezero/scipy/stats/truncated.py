"""The normal distribution within two ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.stats

from pydezero.core.types import Array
from pydezero.scipy.special.definition import elementwise
from pydezero.scipy.special.error import ndtri_exp
from pydezero.scipy.special.ufuncs import special
from pydezero.scipy.stats.continuous import Continuous

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction

__all__ = ["truncnorm"]

_LOG_ROOT: Final = 0.5 * math.log(2 * math.pi)


def _log_probability(a: Array, b: Array) -> Array:
    """The logarithm of the probability of what is between a and b, from the left of the distribution if it can be."""
    mirrored = np.greater(a, 0)
    low, high = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
    of_low, of_high = special.log_ndtr(low), special.log_ndtr(high)
    with np.errstate(divide="ignore", invalid="ignore"):
        on_one_side = of_high + np.log(-np.expm1(of_low - of_high))
        outside = special.ndtr(low) + special.ndtr(-high)
        inside = 0.5 * (special.erf(high * math.sqrt(0.5)) - special.erf(low * math.sqrt(0.5)))
        around_zero = np.where(outside < 0.5, np.log1p(-outside), np.log(inside))
    return np.where(np.greater(high, 0), around_zero, on_one_side)


def _end_rule(t: Array, end: Array, out: Array) -> Array:
    """The density at an end, relative to the probability; zero at an infinite one."""
    infinite = np.isinf(end)
    finite, log = np.where(infinite, 0.0, end), np.where(infinite, 0.0, out)
    return t * np.where(infinite, 0.0, np.exp(-0.5 * finite * finite - _LOG_ROOT - log))


_log_between: BinaryFunction = elementwise(
    _log_probability,
    {"a": lambda t, x, out: -_end_rule(t, x, out), "b": lambda t, y, out: _end_rule(t, y, out)},
    "The logarithm of ndtr(b) - ndtr(a).",
    "truncnorm.log_between",
)


def _quantile(q: Array, a: Array, b: Array) -> Array:
    # From the end that is nearer to the middle of the normal distribution the probabilities have more digits.
    inside, mirrored = _log_between(a, b), np.greater(a, 0)
    outside = _log_between(-math.inf, np.where(mirrored, -b, a))
    part = np.log(np.where(mirrored, 1 - q, q))
    found = ndtri_exp(np.logaddexp(outside, part + inside))
    return np.where(mirrored, -found, found)


truncnorm: Final = Continuous(
    scipy.stats.truncnorm,
    {
        "logpdf": lambda y, a, b: -0.5 * (y * y) - _LOG_ROOT - _log_between(a, b),
        "cdf": lambda y, a, b: np.exp(_log_between(a, y) - _log_between(a, b)),
        "sf": lambda y, a, b: np.exp(_log_between(y, b) - _log_between(a, b)),
        "logcdf": lambda y, a, b: _log_between(a, y) - _log_between(a, b),
        "logsf": lambda y, a, b: _log_between(y, b) - _log_between(a, b),
        "ppf": _quantile,
        "isf": lambda q, a, b: -_quantile(q, -b, -a),
    },
    is_valid=lambda a, b: a < b,
    support=lambda a, b: (a, b),
)
