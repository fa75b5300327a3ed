"""The von Mises distribution, and the wrapped Cauchy distribution.

The derivative of its distribution function with respect to kappa is an incomplete moment of cos(x) - A under the
density, where A, the quotient of the Bessel functions I1 and I0 of kappa, is the mean of cos(x) (K. V. Mardia and P. E.
Jupp, "Directional Statistics", 2000, section 3.5.4); the derivatives of such a moment are others of the same family.
The distribution function of Variables is the moment of order 0. (SciPy's is an approximation for kappa above 50.)
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import scipy.special
import scipy.stats

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise, define
from pydezero.core.types import Array
from pydezero.scipy.special.bessel import i0e, i1e, ive
from pydezero.scipy.special.definition import elementwise
from pydezero.scipy.special.elementary import cosm1
from pydezero.scipy.special.log_moments import in_blocks, integral
from pydezero.scipy.stats.continuous import Continuous

__all__ = ["vonmises", "wrapcauchy"]

_DROP: Final = 40.0


def _log_density(y: Array, kappa: Array) -> Array:
    return kappa * cosm1(y) - math.log(2 * math.pi) - np.log(i0e(kappa))


def _density(y: Array, kappa: Array) -> Array:
    return np.exp(kappa * cosm1(y)) / (2 * math.pi * i0e(kappa))


def _mean(kappa: Array) -> Array:
    """The mean of the cosine."""
    return i1e(kappa) / i0e(kappa)


def _variance(kappa: Array) -> Array:
    """The variance of the cosine, which is the derivative of its mean."""
    return 0.5 * (1 + ive(2.0, kappa) / i0e(kappa)) - _mean(kappa) ** 2


def _moment(y: Array, kappa: Array, k: int) -> Array:
    """The k-th moment of cos(t) - A for t from 0 to y, or minus that of the rest of the half circle.

    The two differ by a number that no derivative depends on.
    """
    return in_blocks(lambda y, kappa, k: _signed_moment(y, kappa, k)[0], k, y, kappa)


def _probability(y: Array, kappa: Array) -> Array:
    """The distribution function, which grows by 1 in each turn."""
    return in_blocks(_probability_of_vectors, None, y, kappa)


def _probability_of_vectors(y: Array, kappa: Array, order: None) -> Array:
    found, angle, near = _signed_moment(y, kappa, 0)
    turns = np.round((y - angle) / (2 * math.pi))
    found = turns + (found + np.where(near, 0.5, np.greater(angle, 0)))
    return np.where(np.isinf(y), np.greater(y, 0), found)


def _signed_moment(y: Array, kappa: Array, k: int) -> tuple[Array, Array, Array]:
    """The moment from 0, or minus that of the rest; the angle of y; and where it is the moment from 0."""
    angle = np.remainder(y + math.pi, 2 * math.pi) - math.pi
    end = np.abs(angle)
    mean = scipy.special.i1e(kappa) / scipy.special.i0e(kappa)
    near = np.cos(end) > mean
    # Where the density has fallen by a factor of exp(-_DROP), from 0 or from the angle on.
    width = 2 * np.arcsin(np.sqrt(np.minimum(_DROP / (2 * kappa), 1)))
    low = np.where(near, 0, end)
    high = np.where(near, np.minimum(end, width), np.minimum(end + width, math.pi))
    found = integral(lambda t: (np.cos(t) - mean) ** k * np.exp(kappa * scipy.special.cosm1(t)), low, high)
    return np.sign(angle) * np.where(near, 1, -1) * found / (2 * math.pi * scipy.special.i0e(kappa)), angle, near


def _moment_rule_kappa(t: Array, x: Array, y: Array, k: int) -> Array:
    found = bind(_moment_p, x, y, k=k + 1)
    return t * (found - k * _variance(y) * bind(_moment_p, x, y, k=k - 1) if k else found)


_moment_p: Final[Elementwise] = define(
    Elementwise,
    "vonmises_moment",
    _moment,
    lambda t, x, y, k: t * _density(x, y) * ((np.cos(x) - _mean(y)) ** k if k else 1),
    _moment_rule_kappa,
)


_distribution_function = elementwise(
    _probability,
    {"x": lambda t, x, y: t * _density(x, y), "kappa": lambda t, x, y: t * bind(_moment_p, x, y, k=1)},
    "The distribution function of the von Mises distribution.",
    "vonmises.cdf",
)


def _quantile(q: Array, kappa: Array) -> Array:
    return scipy.stats.vonmises.ppf(q, kappa)


_quantile_function = elementwise(
    _quantile,
    {
        "q": lambda t, y, out: t / _density(out, y),
        "kappa": lambda t, y, out: -t * (bind(_moment_p, out, y, k=1) / _density(out, y)),
    },
    "The quantiles of the von Mises distribution.",
    "vonmises.ppf",
    keeps_dtype=False,
)

vonmises: Final = Continuous(
    scipy.stats.vonmises,
    {
        "logpdf": _log_density,
        "pdf": _density,
        "cdf": lambda y, kappa: _distribution_function(y, kappa),
        "sf": lambda y, kappa: _distribution_function(-y, kappa),
        "ppf": lambda q, kappa: _quantile_function(q, kappa),
        "isf": lambda q, kappa: -_quantile_function(q, kappa),
    },
    is_valid=lambda kappa: kappa >= 0,
)


def _of_wrapcauchy(y: Array, c: Array) -> Array:
    """The distribution function at the angle y, from 0 to a whole turn."""
    half = np.arctan((1 + c) / (1 - c) * np.tan(0.5 * y)) / math.pi
    return np.where(np.greater(y, math.pi), 1 + half, half)


def _wrapcauchy_quantile(q: Array, c: Array) -> Array:
    half = 2 * np.arctan((1 - c) / (1 + c) * np.tan(math.pi * q))
    return np.where(np.greater(q, 0.5), 2 * math.pi + half, half)


wrapcauchy: Final = Continuous(
    scipy.stats.wrapcauchy,
    {
        "logpdf": lambda y, c: np.log1p(-c * c) - math.log(2 * math.pi) - np.log((1 - c) ** 2 - 2 * c * cosm1(y)),
        "cdf": _of_wrapcauchy,
        "sf": lambda y, c: _of_wrapcauchy(2 * math.pi - y, c),
        "ppf": _wrapcauchy_quantile,
        "isf": lambda q, c: 2 * math.pi - _wrapcauchy_quantile(q, c),
    },
    is_valid=lambda c: (c > 0) & (c < 1),
    support=(0.0, 2 * math.pi),
)
