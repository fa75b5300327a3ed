"""The gamma, inverse gamma, chi-squared, exponential, beta and F distributions."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import scipy.stats

from pydezero.core.types import Array
from pydezero.scipy.special.densities import beta_density, gamma_density
from pydezero.scipy.special.entropy import xlog1py, xlogy
from pydezero.scipy.special.gammas import betaln, gammaln
from pydezero.scipy.special.incomplete import (
    betainc,
    betaincc,
    betainccinv,
    betaincinv,
    fdtr,
    fdtrc,
    fdtri,
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
    "f",
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
        "isf": lambda q, a: gammainccinv(a, q),
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
        "isf": lambda q, a: 1 / gammaincinv(a, q),
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
        "isf": lambda q, df: 2 * gammainccinv(0.5 * df, q),
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
        "isf": lambda q: -np.log(q),
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
        "isf": lambda q, a, b: betainccinv(a, b, q),
    },
    is_valid=lambda a, b: (a > 0) & (b > 0),
    support=(0.0, 1.0),
)


def _log_density_of_ratio(y: Array, dfn: Array, dfd: Array) -> Array:
    m, n = 0.5 * dfn, 0.5 * dfd
    return m * np.log(dfn) + n * np.log(dfd) + xlogy(m - 1, y) - (m + n) * np.log(dfd + dfn * y) - betaln(m, n)


def _log_of_ratio(y: Array, dfn: Array, dfd: Array, of_rest: bool) -> Array:
    """The logarithm of the distribution function, or of what is above, by the smaller one of the two shares."""
    share, rest = dfn * y / (dfd + dfn * y), dfd / (dfd + dfn * y)
    is_low = np.less(dfn * y, dfd)
    low, high = np.where(is_low, share, 0.5), np.where(is_low, 0.5, rest)
    of_low, of_high = (log_beta_rest, log_beta) if of_rest else (log_beta, log_beta_rest)
    return np.where(is_low, of_low(0.5 * dfn, 0.5 * dfd, low), of_high(0.5 * dfd, 0.5 * dfn, high))


def _upper_quantile_of_ratio(q: Array, dfn: Array, dfd: Array) -> Array:
    # Both shares have all their digits, of which 1 minus the other one would lose those far out.
    share, rest = betainccinv(0.5 * dfn, 0.5 * dfd, q), betaincinv(0.5 * dfd, 0.5 * dfn, q)
    return dfd * share / (dfn * rest)


# Abramowitz and Stegun 26.6.2: dfn y / (dfd + dfn y) has a beta distribution.
f: Final = Continuous(
    scipy.stats.f,
    {
        "logpdf": _log_density_of_ratio,
        "cdf": lambda y, dfn, dfd: fdtr(dfn, dfd, y),
        "sf": lambda y, dfn, dfd: fdtrc(dfn, dfd, y),
        "logcdf": lambda y, dfn, dfd: _log_of_ratio(y, dfn, dfd, False),
        "logsf": lambda y, dfn, dfd: _log_of_ratio(y, dfn, dfd, True),
        "ppf": lambda q, dfn, dfd: fdtri(dfn, dfd, q),
        "isf": _upper_quantile_of_ratio,
    },
    is_valid=lambda dfn, dfd: (dfn > 0) & (dfd > 0),
    support=_POSITIVE,
)
