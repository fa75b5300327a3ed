"""The Laplace, logistic, uniform and Pareto distributions."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import scipy.stats

from pydezero.core.types import Array
from pydezero.scipy.special.elementary import expit, log_expit, logit
from pydezero.scipy.stats.continuous import Continuous
from pydezero.scipy.stats.stable import log_rise, parts

__all__ = [
    "laplace",
    "logistic",
    "pareto",
    "uniform",
]


def _of_laplace(y: Array) -> Array:
    low, high = parts(y)
    return 0.5 * (np.exp(low) - np.expm1(-high))


def _log_of_laplace(y: Array) -> Array:
    low, high = parts(y)
    return np.where(np.greater(y, 0), np.log1p(-0.5 * np.exp(-high)), low - math.log(2))


def _laplace_quantile(q: Array) -> Array:
    above = np.greater(q, 0.5)
    logarithm = np.log(2 * np.where(above, 1 - q, q))
    return np.where(above, -logarithm, logarithm)


laplace: Final = Continuous(
    scipy.stats.laplace,
    {
        "logpdf": lambda y: -np.abs(y) - math.log(2),
        "cdf": _of_laplace,
        "sf": lambda y: _of_laplace(-y),
        "logcdf": _log_of_laplace,
        "logsf": lambda y: _log_of_laplace(-y),
        "ppf": _laplace_quantile,
        "isf": lambda q: -_laplace_quantile(q),
    },
)

logistic: Final = Continuous(
    scipy.stats.logistic,
    {
        "logpdf": lambda y: log_expit(y) + log_expit(-y),
        "pdf": lambda y: expit(y) * expit(-y),
        "cdf": lambda y: expit(y),
        "sf": lambda y: expit(-y),
        "logcdf": lambda y: log_expit(y),
        "logsf": lambda y: log_expit(-y),
        "ppf": lambda q: logit(q),
        "isf": lambda q: -logit(q),
    },
)

uniform: Final = Continuous(
    scipy.stats.uniform,
    {
        "logpdf": lambda y: 0 * y,
        "cdf": lambda y: y,
        "ppf": lambda q: q,
        "isf": lambda q: 1 - q,
    },
    support=(0.0, 1.0),
)

pareto: Final = Continuous(
    scipy.stats.pareto,
    {
        "logpdf": lambda y, b: np.log(b) - (b + 1) * np.log(y),
        "cdf": lambda y, b: -np.expm1(-b * np.log(y)),
        "sf": lambda y, b: y**-b,
        "logcdf": lambda y, b: log_rise(np.log(b * np.log(y))),
        "logsf": lambda y, b: -b * np.log(y),
        "ppf": lambda q, b: np.exp(-np.log1p(-q) / b),
        "isf": lambda q, b: np.exp(-np.log(q) / b),
    },
    is_valid=lambda b: b > 0,
    support=(1.0, math.inf),
)
