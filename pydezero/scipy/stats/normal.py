"""The normal, half-normal, log-normal and generalized normal distributions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.stats

from pydezero.core.types import Array
from pydezero.scipy.special.definition import elementwise
from pydezero.scipy.special.error import erf, erfinv, log_ndtr, ndtr, ndtri
from pydezero.scipy.special.gammas import gammaln
from pydezero.scipy.special.incomplete import gammaincc, gammainccinv
from pydezero.scipy.stats.continuous import Continuous

if TYPE_CHECKING:
    from pydezero.core.function_types import UnaryFunction

__all__ = [
    "gennorm",
    "halfnorm",
    "lognorm",
    "norm",
]

_LOG_ROOT: Final = 0.5 * math.log(2 * math.pi)


def _standard_log_density(y: Array) -> Array:
    return -0.5 * (y * y) - _LOG_ROOT


# One operation, because it is what most fits consist of.
_log_of_standard: UnaryFunction = elementwise(
    _standard_log_density, {"x": lambda t, x: t * -x}, "The density's logarithm.", "norm.logpdf"
)

norm: Final = Continuous(
    scipy.stats.norm,
    {
        "logpdf": lambda y: _log_of_standard(y),
        "cdf": lambda y: ndtr(y),
        "sf": lambda y: ndtr(-y),
        "logcdf": lambda y: log_ndtr(y),
        "logsf": lambda y: log_ndtr(-y),
        "ppf": lambda q: ndtri(q),
        "isf": lambda q: -ndtri(q),
    },
)


halfnorm: Final = Continuous(
    scipy.stats.halfnorm,
    {
        "logpdf": lambda y: -0.5 * (y * y) + (math.log(2) - _LOG_ROOT),
        "cdf": lambda y: erf(y * math.sqrt(0.5)),
        "sf": lambda y: 2 * ndtr(-y),
        "logsf": lambda y: log_ndtr(-y) + math.log(2),
        "ppf": lambda q: erfinv(q) * math.sqrt(2),
        "isf": lambda q: -ndtri(0.5 * q),
    },
    support=(0.0, math.inf),
)


def _log_density(y: Array, s: Array) -> Array:
    logarithm = np.log(y)
    standard = logarithm / s
    return -0.5 * (standard * standard) - _LOG_ROOT - np.log(s) - logarithm


lognorm: Final = Continuous(
    scipy.stats.lognorm,
    {
        "logpdf": _log_density,
        "cdf": lambda y, s: ndtr(np.log(y) / s),
        "sf": lambda y, s: ndtr(-np.log(y) / s),
        "logcdf": lambda y, s: log_ndtr(np.log(y) / s),
        "logsf": lambda y, s: log_ndtr(-np.log(y) / s),
        "ppf": lambda q, s: np.exp(s * ndtri(q)),
        "isf": lambda q, s: np.exp(-s * ndtri(q)),
    },
    is_valid=lambda s: s > 0,
    support=(0.0, math.inf),
    has_ends=False,
)


def _of_gennorm(y: Array, beta: Array) -> Array:
    tail = 0.5 * gammaincc(1 / beta, np.abs(y) ** beta)
    return np.where(np.greater(y, 0), 1 - tail, tail)


def _gennorm_quantile(q: Array, beta: Array) -> Array:
    above = np.greater(q, 0.5)
    size = gammainccinv(1 / beta, 2 * np.where(above, 1 - q, q)) ** (1 / beta)
    return np.where(above, size, -size)


gennorm: Final = Continuous(
    scipy.stats.gennorm,
    {
        "logpdf": lambda y, beta: np.log(0.5 * beta) - gammaln(1 / beta) - np.abs(y) ** beta,
        "cdf": _of_gennorm,
        "sf": lambda y, beta: _of_gennorm(-y, beta),
        "ppf": _gennorm_quantile,
        "isf": lambda q, beta: -_gennorm_quantile(q, beta),
    },
    is_valid=lambda beta: beta > 0,
)
