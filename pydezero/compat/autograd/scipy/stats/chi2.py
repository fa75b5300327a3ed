"""The chi-squared distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero.scipy.special import gammainc, gammaln, xlogy

# Any: NumPy's stubs know no Variable.


def logpdf(x: Any, df: Any) -> Any:
    """The logarithm of the density."""
    return xlogy(df / 2 - 1, x) - x / 2 - gammaln(df / 2) - df / 2 * np.log(2.0)


def pdf(x: Any, df: Any) -> Any:
    """The density."""
    return np.exp(logpdf(x, df))


def cdf(x: Any, df: Any) -> Any:
    """The probability of values up to x; it is differentiated with respect to x alone."""
    return gammainc(df / 2, x / 2)
