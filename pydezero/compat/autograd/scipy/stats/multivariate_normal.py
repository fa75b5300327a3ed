"""The multivariate normal distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero.core.variable import undifferentiated

# Any: NumPy's stubs know no Variable.


def logpdf(x: Any, mean: Any, cov: Any, allow_singular: bool = False) -> Any:
    """The logarithm of the density at vectors x, along the last axis.

    A singular covariance, if it is allowed, is not differentiated: its rank would change.

    Raises:
        LinAlgError: the covariance is not positive definite, and not allowed to be singular.
    """
    difference = x - mean
    rank: Any = np.shape(cov)[-1]
    if allow_singular:
        precision, rank, log_determinant = _of_singular(undifferentiated(cov))
        squares = np.sum(difference @ precision * difference, axis=-1)
    else:
        np.linalg.cholesky(undifferentiated(cov))  # raises unless it is positive definite
        log_determinant = np.linalg.slogdet(cov)[1]
        squares = np.sum(difference * np.linalg.solve(cov, difference[..., None])[..., 0], axis=-1)
    return -0.5 * (squares + log_determinant + rank * np.log(2 * np.pi))


def _of_singular(cov: Any) -> tuple[Any, int, Any]:
    """The pseudo-inverse, the rank, and the logarithm of the product of the eigenvalues that are not 0."""
    eigenvalues = np.linalg.eigvalsh(cov)
    kept = eigenvalues[eigenvalues > 1e6 * np.finfo(float).eps * np.max(np.abs(eigenvalues))]
    return np.linalg.pinv(cov), len(kept), np.sum(np.log(kept))


def pdf(x: Any, mean: Any, cov: Any, allow_singular: bool = False) -> Any:
    """The density at vectors x, along the last axis."""
    return np.exp(logpdf(x, mean, cov, allow_singular))


def entropy(mean: Any, cov: Any) -> Any:  # noqa: ARG001  # SciPy's arguments
    """The entropy, which does not depend on the mean."""
    return 0.5 * np.linalg.slogdet(2 * np.pi * np.e * cov)[1]
