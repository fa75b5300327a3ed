"""The Poisson distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero.scipy.special import gammaln, pdtr, xlogy

# Any: NumPy's stubs know no Variable.


def logpmf(k: Any, mu: Any) -> Any:
    """The logarithm of the probability of k, which is -inf where k is no integer."""
    return np.where(np.equal(k % 1, 0), xlogy(k, mu) - gammaln(k + 1) - mu, -np.inf)


def pmf(k: Any, mu: Any) -> Any:
    """The probability of k."""
    return np.exp(logpmf(k, mu))


def cdf(k: Any, mu: Any) -> Any:
    """The probability of values up to k."""
    return pdtr(np.floor(k), mu)
