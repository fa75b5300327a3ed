"""The multivariate normal distribution, by `pydezero.scipy.stats`; the derivative by the covariance is symmetric."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero.core.variable import undifferentiated
from pydezero.scipy.stats import multivariate_normal as _of

# Any: NumPy's stubs know no Variable.


def logpdf(x: Any, mean: Any, cov: Any, allow_singular: bool = False) -> Any:
    """The logarithm of the density at vectors x, along the last axis.

    Raises:
        LinAlgError: the covariance is not positive definite, and not allowed to be singular; or it is singular and
            differentiated.
    """
    if not allow_singular and np.ndim(cov) == 2:
        np.linalg.cholesky(undifferentiated(cov))  # raises unless it is positive definite
    return _of.logpdf(x, mean, _symmetric(cov), allow_singular)


def pdf(x: Any, mean: Any, cov: Any, allow_singular: bool = False) -> Any:
    """The density at vectors x, along the last axis."""
    return np.exp(logpdf(x, mean, cov, allow_singular))


def entropy(mean: Any, cov: Any) -> Any:
    """The entropy, which does not depend on the mean."""
    return _of.entropy(mean, _symmetric(cov))


def _symmetric(cov: Any) -> Any:
    """A matrix made symmetric, because one triangle alone is read; numbers and vectors as they are."""
    return (cov + np.transpose(cov)) / 2 if np.ndim(cov) == 2 else cov
