"""The beta distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero.scipy.special import betainc, betaln, xlog1py, xlogy

# Any: NumPy's stubs know no Variable.


def logpdf(x: Any, a: Any, b: Any) -> Any:
    """The logarithm of the density."""
    return xlogy(a - 1, x) + xlog1py(b - 1, -x) - betaln(a, b)


def pdf(x: Any, a: Any, b: Any) -> Any:
    """The density."""
    return np.exp(logpdf(x, a, b))


def cdf(x: Any, a: Any, b: Any) -> Any:
    """The probability of values up to x; it is differentiated with respect to x alone."""
    return betainc(a, b, x)
