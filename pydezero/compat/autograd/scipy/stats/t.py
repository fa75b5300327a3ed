"""Student's t distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero.scipy.special import gammaln, stdtr

# Any: NumPy's stubs know no Variable.


def logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density."""
    y = (x - loc) / scale
    norm = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(np.pi * df) - np.log(scale)
    return norm - (df + 1) / 2 * np.log1p(y**2 / df)


def pdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density."""
    return np.exp(logpdf(x, df, loc, scale))


def cdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of values up to x; it is not differentiated with respect to df."""
    return stdtr(df, (x - loc) / scale)


def logcdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the probability of values up to x; it is not differentiated with respect to df."""
    return np.log(cdf(x, df, loc, scale))
