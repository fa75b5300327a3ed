"""The gamma distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero.scipy.special import gammainc, gammaln, xlogy

# Any: NumPy's stubs know no Variable.


def logpdf(x: Any, a: Any) -> Any:
    """The logarithm of the density."""
    return xlogy(a - 1, x) - x - gammaln(a)


def pdf(x: Any, a: Any) -> Any:
    """The density."""
    return np.exp(logpdf(x, a))


def cdf(x: Any, a: Any) -> Any:
    """The probability of values up to x; it is differentiated with respect to x alone."""
    return gammainc(a, x)
