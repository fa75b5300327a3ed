"""The Dirichlet distribution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import dirichlet as _scipys

from pydezero.compat.autograd.extend import notrace_primitive
from pydezero.scipy.special import gammaln, xlogy

# Any: NumPy's stubs know no Variable.


def logpdf(x: Any, alpha: Any) -> Any:
    """The logarithm of the density at x, whose first axis is as long as alpha."""
    exponents = np.reshape(alpha - 1, np.shape(alpha) + (1,) * (np.ndim(x) - 1))
    return np.sum(xlogy(exponents, x), axis=0) + gammaln(np.sum(alpha)) - np.sum(gammaln(alpha))


def pdf(x: Any, alpha: Any) -> Any:
    """The density at x, whose first axis is as long as alpha."""
    return np.exp(logpdf(x, alpha))


rvs: Callable[..., Any] = notrace_primitive(_scipys.rvs)
"""Random numbers, by SciPy; they are constants to derivatives."""
