"""The gamma, inverse gamma, chi-squared, exponential and beta distributions."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import scipy.stats

from pydezero.scipy.special.densities import beta_density, gamma_density
from pydezero.scipy.special.entropy import xlog1py, xlogy
from pydezero.scipy.special.gammas import betaln, gammaln
from pydezero.scipy.special.incomplete import (
    betainc,
    betaincc,
    betaincinv,
    gammainc,
    gammaincc,
    gammainccinv,
    gammaincinv,
)
from pydezero.scipy.stats.continuous import Continuous
from pydezero.scipy.stats.stable import log_beta, log_beta_rest, log_gamma, log_gamma_rest, log_rise

__all__ = [
    "beta",
    "chi2",
    "expon",
    "gamma",
    "invgamma",
]

_POSITIVE: Final = (0.0, math.inf)

gamma: Final = Continuous(
    scipy.stats.gamma,
    {
        "logpdf": lambda y, a: xlogy(a - 1, y) - y - gammaln(a),
        "pdf": lambda y, a: gamma_density(a, y),
        "cdf": lambda y, a: gammainc(a, y),
        "sf": lambda y, a: gammaincc(a, y),
        "logcdf": lambda y, a: log_gamma(a, y),
        "logsf": lambda y, a: log_gamma_rest(a, y),
        "ppf": lambda q, a: gammaincinv(a, q),
    },
    is_valid=lambda a: a > 0,
    support=_POSITIVE,
)

invgamma: Final = Continuous(
    scipy.stats.invgamma,
    {
        "logpdf": lambda y, a: -(a + 1) * np.log(y) - gammaln(a) - 1 / y,
        "pdf": lambda y, a: a * (a + 1) * gamma_density(a + 2, 1 / y),
        "cdf": lambda y, a: gammaincc(a, 1 / y),
        "sf": lambda y, a: gammainc(a, 1 / y),
        "logcdf": lambda y, a: log_gamma_rest(a, 1 / y),
        "logsf": lambda y, a: log_gamma(a, 1 / y),
        "ppf": lambda q, a: 1 / gammainccinv(a, q),
    },
    is_valid=lambda a: a > 0,
    support=_POSITIVE,
    has_ends=False,
)

chi2: Final = Continuous(
    scipy.stats.chi2,
    {
        "logpdf": lambda y, df: xlogy(0.5 * df - 1, y) - 0.5 * y - gammaln(0.5 * df) - (0.5 * math.log(2)) * df,
        "pdf": lambda y, df: 0.5 * gamma_density(0.5 * df, 0.5 * y),
        "cdf": lambda y, df: gammainc(0.5 * df, 0.5 * y),
        "sf": lambda y, df: gammaincc(0.5 * df, 0.5 * y),
        "logcdf": lambda y, df: log_gamma(0.5 * df, 0.5 * y),
        "logsf": lambda y, df: log_gamma_rest(0.5 * df, 0.5 * y),
        "ppf": lambda q, df: 2 * gammaincinv(0.5 * df, q),
    },
    is_valid=lambda df: df > 0,
    support=_POSITIVE,
)

expon: Final = Continuous(
    scipy.stats.expon,
    {
        "logpdf": lambda y: -y,
        "cdf": lambda y: -np.expm1(-y),
        "sf": lambda y: np.exp(-y),
        "logcdf": lambda y: log_rise(np.log(y)),
        "logsf": lambda y: -y,
        "ppf": lambda q: -np.log1p(-q),
    },
    support=_POSITIVE,
)

beta: Final = Continuous(
    scipy.stats.beta,
    {
        "logpdf": lambda y, a, b: xlog1py(b - 1, -y) + xlogy(a - 1, y) - betaln(a, b),
        "pdf": lambda y, a, b: beta_density(a, b, y),
        "cdf": lambda y, a, b: betainc(a, b, y),
        "sf": lambda y, a, b: betaincc(a, b, y),
        "logcdf": lambda y, a, b: log_beta(a, b, y),
        "logsf": lambda y, a, b: log_beta_rest(a, b, y),
        "ppf": lambda q, a, b: betaincinv(a, b, q),
    },
    is_valid=lambda a, b: (a > 0) & (b > 0),
    support=(0.0, 1.0),
)
