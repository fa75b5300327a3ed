"""The distributions of extreme values: Gumbel's and Weibull's, of the largest and of the smallest."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import scipy.stats

from pydezero.core.types import Array
from pydezero.scipy.special.entropy import xlogy
from pydezero.scipy.stats.continuous import Continuous
from pydezero.scipy.stats.distribution import Formula
from pydezero.scipy.stats.stable import log_rise

__all__ = [
    "gumbel_l",
    "gumbel_r",
    "weibull_max",
    "weibull_min",
]

_MIRRORED: Final = {
    "logpdf": "logpdf",
    "pdf": "pdf",
    "cdf": "sf",
    "sf": "cdf",
    "logcdf": "logsf",
    "logsf": "logcdf",
}


def _mirrored(formulas: dict[str, Formula]) -> dict[str, Formula]:
    """The formulas of the distribution of -X."""

    def of_negative(formula: Formula) -> Formula:
        return lambda y, *shapes: formula(-y, *shapes)

    def negative(formula: Formula) -> Formula:
        return lambda q, *shapes: -formula(q, *shapes)

    found = {name: of_negative(formulas[of]) for name, of in _MIRRORED.items()}
    return {**found, "ppf": negative(formulas["isf"]), "isf": negative(formulas["ppf"])}


_GUMBEL: Final[dict[str, Formula]] = {
    "logpdf": lambda y: -y - np.exp(-y),
    "pdf": lambda y: np.exp(-y - np.exp(-y)),
    "cdf": lambda y: np.exp(-np.exp(-y)),
    "sf": lambda y: -np.expm1(-np.exp(-y)),
    "logcdf": lambda y: -np.exp(-y),
    "logsf": lambda y: log_rise(-y),
    "ppf": lambda q: -np.log(-np.log(q)),
    "isf": lambda q: -np.log(-np.log1p(-q)),
}


def _weibull_log_density(y: Array, c: Array) -> Array:
    return np.log(c) + xlogy(c - 1, y) - y**c


_WEIBULL: Final[dict[str, Formula]] = {
    "logpdf": _weibull_log_density,
    "pdf": lambda y, c: c * y ** (c - 1) * np.exp(-(y**c)),
    "cdf": lambda y, c: -np.expm1(-(y**c)),
    "sf": lambda y, c: np.exp(-(y**c)),
    "logcdf": lambda y, c: log_rise(c * np.log(y)),
    "logsf": lambda y, c: -(y**c),
    "ppf": lambda q, c: (-np.log1p(-q)) ** (1 / c),
    "isf": lambda q, c: (-np.log(q)) ** (1 / c),
}

gumbel_r: Final = Continuous(scipy.stats.gumbel_r, _GUMBEL)
gumbel_l: Final = Continuous(scipy.stats.gumbel_l, _mirrored(_GUMBEL))
weibull_min: Final = Continuous(scipy.stats.weibull_min, _WEIBULL, is_valid=lambda c: c > 0, support=(0.0, math.inf))
weibull_max: Final = Continuous(
    scipy.stats.weibull_max, _mirrored(_WEIBULL), is_valid=lambda c: c > 0, support=(-math.inf, 0.0)
)
