"""The Dirichlet and the Wishart distribution."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import scipy.stats

from pydezero.core.types import Array
from pydezero.core.variable import shape_of, undifferentiated
from pydezero.scipy.linalg.solving import cho_solve, cholesky
from pydezero.scipy.special.entropy import xlogy
from pydezero.scipy.special.gammas import gammaln, multigammaln
from pydezero.scipy.stats.arguments import found_true
from pydezero.scipy.stats.multivariate import Multivariate

__all__ = ["dirichlet", "wishart"]


def _log_of_dirichlet(x: Array, alpha: Array) -> Array:
    """The logarithm of the density at x, whose first axis is as long as alpha, or shorter by one."""
    (length,) = shape_of(alpha) if len(shape_of(alpha)) == 1 else (0,)
    if not length or not shape_of(x) or len(shape_of(x)) > 2 or shape_of(x)[0] not in (length, length - 1):
        raise ValueError(
            f"scipy.stats.dirichlet: alpha of shape {shape_of(alpha)} and x of shape {shape_of(x)} do not fit; for "
            "alpha of shape (n,) x has n rows, or n - 1 rows and 1 minus their sum is the last"
        )
    if shape_of(x)[0] < length:
        x = np.concatenate([x, 1 - np.sum(x, axis=0, keepdims=True)])
    powers = np.reshape(alpha - 1, (length, *(1,) * (len(shape_of(x)) - 1)))
    _check_simplex(undifferentiated(x), undifferentiated(powers))
    terms: Array = xlogy(powers, x)
    of_alpha: Array = gammaln(alpha)
    return np.squeeze(np.sum(terms, axis=0) + gammaln(np.sum(alpha)) - np.sum(of_alpha))


def _check_simplex(x: Array, powers: Array) -> None:
    """Raise the errors of SciPy's."""
    for condition, message in (
        (powers <= -1, "alpha must be positive"),
        ((x < 0) | (x > 1), "x must be between 0 and 1"),
        (np.equal(x, 0) & (powers < 0), "x must not be 0 where alpha is less than 1"),
        (np.abs(np.sum(x, axis=0) - 1) > 10e-10, "the sum of x must be 1"),
    ):
        if found_true(condition):
            raise ValueError(f"scipy.stats.dirichlet: {message}")


dirichlet: Final = Multivariate(
    scipy.stats.dirichlet,
    {
        "logpdf": _log_of_dirichlet,
        "pdf": lambda x, alpha: np.exp(_log_of_dirichlet(x, alpha)),
    },
    "dirichlet",
    ("alpha",),
)


def _square(x: Array, dim: int) -> Array:
    """Points as matrices, along the first two axes, by SciPy's rules."""
    shape = shape_of(x)
    if not shape:
        x = x * np.eye(dim)
    elif len(shape) == 1:
        x = np.reshape(x, (1, 1, *shape)) if dim == 1 else np.diag(x)
    shape = shape_of(x)
    if len(shape) not in (2, 3) or shape[:2] != (dim, dim):
        raise ValueError(f"scipy.stats.wishart: x of shape {shape} does not fit a scale of shape {(dim, dim)}")
    return np.reshape(x, (dim, dim, math.prod(shape[2:])))


def _log_of_wishart(x: Array, df: Array, scale: Array) -> Array:
    shape = shape_of(scale)
    if len(shape) < 2:
        scale = np.diag(scale) if shape else np.reshape(scale, (1, 1))
    dim = shape_of(scale)[0]
    if shape_of(scale) != (dim, dim) or shape_of(df):
        raise ValueError(f"scipy.stats.wishart: the scale of shape {shape} must be square, and df a number")
    if found_true(df <= dim - 1):
        raise ValueError(f"scipy.stats.wishart: df must be greater than {dim - 1} for a scale of shape {(dim, dim)}")
    x = _square(x, dim)
    factor: Array = cholesky(scale, lower=True)
    factors: Array = np.linalg.cholesky(np.moveaxis(x, -1, 0))  # an older SciPy takes no stacks
    count = shape_of(x)[-1]
    columns: Array = cho_solve((factor, True), np.reshape(x, (dim, dim * count)))
    solved = np.reshape(columns, (dim, dim, count))
    logs = 2 * np.sum(np.log(np.diagonal(factors, axis1=-2, axis2=-1)), axis=-1)
    constant = 0.5 * df * (dim * math.log(2) + 2 * np.sum(np.log(np.diagonal(factor)))) + multigammaln(0.5 * df, dim)
    return np.squeeze(0.5 * (df - dim - 1) * logs - 0.5 * np.trace(solved) - constant)


wishart: Final = Multivariate(
    scipy.stats.wishart,
    {
        "logpdf": _log_of_wishart,
        "pdf": lambda x, df, scale: np.exp(_log_of_wishart(x, df, scale)),
    },
    "wishart",
    ("df", "scale"),
)
