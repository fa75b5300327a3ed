"""The Poisson, binomial and negative binomial distributions, and those of one trial and of the first success.

Their distribution functions are incomplete gamma and beta functions (Abramowitz and Stegun 26.4.21, 26.5.24, 26.5.26),
and the probabilities are gamma and beta densities.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy.stats

from pydezero.core.types import Array
from pydezero.scipy.special.densities import beta_density, gamma_density
from pydezero.scipy.special.entropy import xlog1py, xlogy
from pydezero.scipy.special.gammas import betaln, gammaln
from pydezero.scipy.special.incomplete import betainc, betaincc, gammainc, gammaincc
from pydezero.scipy.stats.discrete import Discrete
from pydezero.scipy.stats.stable import log_beta, log_beta_rest, log_gamma, log_gamma_rest, log_rise

__all__ = [
    "bernoulli",
    "betabinom",
    "binom",
    "geom",
    "nbinom",
    "poisson",
]

poisson: Final = Discrete(
    scipy.stats.poisson,
    {
        "logpmf": lambda k, mu: xlogy(k, mu) - gammaln(k + 1) - mu,
        "pmf": lambda k, mu: gamma_density(k + 1, mu),
        "cdf": lambda k, mu: gammaincc(k + 1, mu),
        "sf": lambda k, mu: gammainc(k + 1, mu),
        "logcdf": lambda k, mu: log_gamma_rest(k + 1, mu),
        "logsf": lambda k, mu: log_gamma(k + 1, mu),
    },
    is_valid=lambda mu: mu >= 0,
)


def _binomial(k: Array, n: Array, p: Array) -> Array:
    return gammaln(n + 1) - (gammaln(k + 1) + gammaln(n - k + 1)) + xlogy(k, p) + xlog1py(n - k, -p)


binom: Final = Discrete(
    scipy.stats.binom,
    {
        "logpmf": _binomial,
        "pmf": lambda k, n, p: beta_density(k + 1, n - k + 1, p) / (n + 1),
        "cdf": lambda k, n, p: betaincc(k + 1, n - k, p),
        "sf": lambda k, n, p: betainc(k + 1, n - k, p),
        "logcdf": lambda k, n, p: log_beta_rest(k + 1, n - k, p),
        "logsf": lambda k, n, p: log_beta(k + 1, n - k, p),
    },
    is_valid=lambda n, p: (n >= 0) & np.equal(n, np.floor(n)) & (p >= 0) & (p <= 1),
    largest=lambda n, p: n,
    integers=("n", "loc"),
)


def _beta_binomial(k: Array, n: Array, a: Array, b: Array) -> Array:
    return betaln(k + a, n - k + b) - betaln(a, b) - np.log(n + 1) - betaln(n - k + 1, k + 1)


betabinom: Final = Discrete(
    scipy.stats.betabinom,
    {"logpmf": _beta_binomial, "pmf": lambda k, n, a, b: np.exp(_beta_binomial(k, n, a, b))},
    is_valid=lambda n, a, b: (n >= 0) & np.equal(n, np.floor(n)) & (a > 0) & (b > 0),
    largest=lambda n, a, b: n,
    integers=("n", "loc"),
)


def _negative_binomial(k: Array, n: Array, p: Array) -> Array:
    return gammaln(n + k) - gammaln(k + 1) - gammaln(n) + n * np.log(p) + xlog1py(k, -p)


nbinom: Final = Discrete(
    scipy.stats.nbinom,
    {
        "logpmf": _negative_binomial,
        "pmf": lambda k, n, p: beta_density(n, k + 1, p) * (p / (n + k)),
        "cdf": lambda k, n, p: betainc(n, k + 1, p),
        "sf": lambda k, n, p: betaincc(n, k + 1, p),
        "logcdf": lambda k, n, p: log_beta(n, k + 1, p),
        "logsf": lambda k, n, p: log_beta_rest(n, k + 1, p),
    },
    is_valid=lambda n, p: (n > 0) & (p > 0) & (p <= 1),
)

bernoulli: Final = Discrete(
    scipy.stats.bernoulli,
    {
        "logpmf": lambda k, p: xlogy(k, p) + xlog1py(1 - k, -p),
        "pmf": lambda k, p: np.where(np.equal(k, 1), p, 1 - p),
        "cdf": lambda k, p: 1 - p + 0 * k,
        "sf": lambda k, p: p + 0 * k,
        "logcdf": lambda k, p: np.log1p(-p) + 0 * k,
        "logsf": lambda k, p: np.log(p) + 0 * k,
    },
    is_valid=lambda p: (p >= 0) & (p <= 1),
    largest=lambda p: 1.0,
)

geom: Final = Discrete(
    scipy.stats.geom,
    {
        "logpmf": lambda k, p: np.log(p) + xlog1py(k - 1, -p),
        "pmf": lambda k, p: p * (1 - p) ** (k - 1),
        "cdf": lambda k, p: -np.expm1(k * np.log1p(-p)),
        "sf": lambda k, p: (1 - p) ** k,
        "logcdf": lambda k, p: log_rise(np.log(-k * np.log1p(-p))),
        "logsf": lambda k, p: k * np.log1p(-p),
    },
    is_valid=lambda p: (p > 0) & (p <= 1),
    smallest=1.0,
)
