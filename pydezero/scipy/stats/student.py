"""Student's t distribution, the Cauchy distribution and its half."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import scipy.stats

from pydezero.core.types import Array
from pydezero.functions.elementwise.slopes import may_hold
from pydezero.scipy.special.densities import log_half_step
from pydezero.scipy.special.incomplete import stdtr, stdtrit
from pydezero.scipy.special.tails import log_beta_tail
from pydezero.scipy.stats.continuous import Continuous
from pydezero.scipy.stats.distribution import Formula
from pydezero.scipy.stats.normal import norm
from pydezero.scipy.stats.stable import with_tail

__all__ = ["cauchy", "halfcauchy", "t"]


def _log_density(y: Array, df: Array) -> Array:
    half = 0.5 * df
    return log_half_step(half) - 0.5 * np.log(math.pi * df) - (half + 0.5) * np.log1p(y * y / df)


def _log_of_lower(y: Array, df: Array) -> Array:
    """The logarithm of the distribution function; its tail is half of one of a beta distribution."""

    def tail() -> Array:
        return log_beta_tail(0.5 * df, np.float64(0.5), df / (df + y * y)) - math.log(2)

    return with_tail(stdtr(df, y), stdtr(df, -y), tail)


def _or_normal(formulas: dict[str, Formula]) -> dict[str, Formula]:
    """Formulas of the t distribution that are those of the normal distribution where df is infinite."""

    def completed(formula: Formula, of_normal: Formula) -> Formula:
        def apply(y: Array, df: Array) -> Array:
            infinite = np.isinf(df)
            if not may_hold(infinite):
                return formula(y, df)
            return np.where(infinite, of_normal(y), formula(y, np.where(infinite, 1.0, df)))

        return apply

    return {name: completed(formula, norm.formulas[name]) for name, formula in formulas.items()}


def _quantile(q: Array, df: Array) -> Array:
    ends = np.logical_or(np.equal(q, 0), np.equal(q, 1))
    if not may_hold(ends):
        return stdtrit(df, q)
    # SciPy's stdtrit is inf at both ends, or nan in old versions; they are those of any unbounded distribution.
    inside: Array = stdtrit(df, np.where(ends, 0.5, q))
    return inside + np.where(ends, norm.formulas["ppf"](q), 0.0)


t: Final = Continuous(
    scipy.stats.t,
    _or_normal(
        {
            "logpdf": _log_density,
            "pdf": lambda y, df: np.exp(_log_density(y, df)),
            "cdf": lambda y, df: stdtr(df, y),
            "sf": lambda y, df: stdtr(df, -y),
            "logcdf": _log_of_lower,
            "logsf": lambda y, df: _log_of_lower(-y, df),
            "ppf": _quantile,
            "isf": lambda q, df: -_quantile(q, df),
        }
    ),
    is_valid=lambda df: df > 0,
)


def _cauchy_quantile(q: Array) -> Array:
    centred = q - 0.5
    middle = np.abs(centred) < 0.25
    end = np.where(np.greater(q, 0.5), 1 - q, -q)  # the distance from the nearer end, which has all digits
    return np.where(middle, np.tan(math.pi * centred), 1 / np.tan(math.pi * np.where(middle, 1, end)))


cauchy: Final = Continuous(
    scipy.stats.cauchy,
    {
        "logpdf": lambda y: -math.log(math.pi) - 2 * np.log(np.hypot(1.0, y)),
        "cdf": lambda y: np.arctan2(1.0, -y) / math.pi,
        "sf": lambda y: np.arctan2(1.0, y) / math.pi,
        "ppf": _cauchy_quantile,
        "isf": lambda q: -_cauchy_quantile(q),
    },
)


def _half_cauchy_quantile(q: Array) -> Array:
    low = np.less(q, 0.5)  # on either side the argument has all digits
    return np.where(
        low, np.tan(0.5 * math.pi * np.where(low, q, 0)), 1 / np.tan(0.5 * math.pi * np.where(low, 1, 1 - q))
    )


halfcauchy: Final = Continuous(
    scipy.stats.halfcauchy,
    {
        "logpdf": lambda y: math.log(2 / math.pi) - 2 * np.log(np.hypot(1.0, y)),
        "cdf": lambda y: np.arctan2(y, 1.0) * (2 / math.pi),
        "sf": lambda y: np.arctan2(1.0, y) * (2 / math.pi),
        "ppf": lambda q: _half_cauchy_quantile(q),
        "isf": lambda q: -_cauchy_quantile(0.5 * q),
    },
    support=(0.0, math.inf),
)
