"""The multivariate normal distribution."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, ClassVar, Final, TypeVar, overload

import attrs
import numpy as np
import scipy.linalg
import scipy.stats
from numpy.linalg import LinAlgError
from numpy.typing import NDArray

from pydezero.core.typed import has_variable
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.scipy.linalg.solving import cholesky, solve_triangular
from pydezero.scipy.stats.arguments import found_true, real
from pydezero.scipy.stats.multivariate import FrozenMultivariate, Multivariate
from pydezero.scipy.stats.orthants import probability_below
from pydezero.scipy.stats.typed import Method, method

__all__ = ["multivariate_normal"]

_R = TypeVar("_R")

_LOG_2PI: Final = math.log(2 * math.pi)
_SMALL: Final = 1e6 * np.finfo(np.float64).eps  # SciPy's bound of eigenvalues that count as 0


def _parameters(mean: Array, cov: Array) -> tuple[int, Array, Array]:
    """The dimension, the mean as a vector and the covariance as a matrix, by SciPy's rules.

    Raises:
        ValueError: they do not fit.
    """
    shape = shape_of(cov)
    if mean is None:
        mean = np.zeros(shape[0] if len(shape) == 2 else 1)
    dim = math.prod(shape_of(mean))
    if dim == 1:
        return 1, np.reshape(mean, (1,)), np.reshape(cov, (1, 1))
    if len(shape) < 2:
        cov = cov * np.eye(dim) if not shape else np.diag(cov)
    if len(shape_of(mean)) != 1 or shape_of(cov) != (dim, dim):
        raise ValueError(
            f"scipy.stats.multivariate_normal: a mean of shape {shape_of(mean)} and a covariance of shape {shape} do "
            "not fit; of n variables they have the shapes (n,) and (n, n)"
        )
    return dim, mean, cov


def _differences(x: Array, mean: Array, cov: Array) -> tuple[int, Array, Array]:
    """The dimension, the points less the mean, of at least two axes, and the covariance.

    Raises:
        ValueError: they do not fit.
    """
    dim, mean, cov = _parameters(mean, cov)
    shape = shape_of(x)
    if len(shape) < 2:
        shape = (*shape, 1) if dim == 1 else (1, *shape)
        x = np.reshape(x, shape)
    if shape[-1] not in (1, dim):
        raise ValueError(
            f"scipy.stats.multivariate_normal: points of shape {shape} do not fit a mean of shape {(dim,)}"
        )
    return dim, x - mean, cov


def _probability(x: Array, mean: Array, cov: Array, allow_singular: bool) -> Array:  # as SciPy has it
    dim, difference, cov = _differences(x, mean, cov)
    _refuse_singular(cov, "the distribution function has no derivative")
    below = np.tril(cov, -1)
    found = probability_below(np.reshape(difference, (-1, dim)), np.tril(cov) + below.T)
    return np.squeeze(np.reshape(found, shape_of(difference)[:-1]))


def _log_density(x: Array, mean: Array, cov: Array, allow_singular: bool) -> Array:
    _, difference, cov = _differences(x, mean, cov)
    found = _of_factor(difference, cov) if type(cov) is Variable else _of_known(difference, cov, allow_singular)
    return np.squeeze(found)


def _of_known(difference: Array, cov: NDArray[np.float64], allow_singular: bool) -> Array:
    """The logarithm of the density for a covariance that is an array and may be singular."""
    values, vectors = scipy.linalg.eigh(cov)
    bound = _SMALL * np.max(np.abs(values))
    if np.min(values) < -bound:
        raise ValueError("scipy.stats.multivariate_normal: the covariance must be positive semidefinite")
    kept = values > bound
    if not allow_singular and not np.all(kept):
        raise LinAlgError("scipy.stats.multivariate_normal: the covariance is singular; allow_singular=True allows it")
    white = difference @ (vectors[:, kept] / np.sqrt(values[kept]))
    found = _of_squares(np.sum(white * white, axis=-1), np.sum(np.log(values[kept])), int(np.sum(kept)))
    if np.all(kept):
        return found
    outside = undifferentiated(difference) @ vectors[:, ~kept]
    return np.where(np.sum(outside * outside, axis=-1) < (1e3 * bound) ** 2, found, -np.inf)


def _of_factor(difference: Array, cov: Array) -> Array:
    """The logarithm of the density for a covariance that is a Variable, whose lower triangle is read."""
    factor = _factor(cov)
    dim = shape_of(cov)[0]
    shape = np.shape(difference)
    columns = np.reshape(np.moveaxis(difference, -1, 0), (dim, math.prod(shape[:-1])))
    white: Array = solve_triangular(factor, columns, lower=True)
    squares = np.reshape(np.sum(white * white, axis=0), shape[:-1])
    return _of_squares(squares, _log_determinant(factor), dim)


def _factor(cov: Array) -> Array:
    """The lower triangle of Cholesky of a covariance that is a Variable.

    Raises:
        LinAlgError: the covariance is singular by SciPy's measure.
    """
    _refuse_singular(cov, "the density has no derivative with respect to it")
    return cholesky(cov, lower=True)


def _refuse_singular(cov: Array, what: str) -> None:
    """Raise a LinAlgError if a covariance is singular by SciPy's measure."""
    values = np.linalg.eigvalsh(undifferentiated(cov))
    if found_true(np.min(values, axis=-1) <= _SMALL * np.max(np.abs(values), axis=-1)):
        known = "a Variable and " if type(cov) is Variable else ""
        raise LinAlgError(
            f"scipy.stats.multivariate_normal: the covariance is {known}singular, or not positive definite; "
            f"there {what}"
        )


def _log_determinant(factor: Array) -> Array:
    return 2 * np.sum(np.log(np.diagonal(factor)))


def _of_squares(squares: Array, log_determinant: Array, rank: int) -> Array:
    return -0.5 * (squares + (log_determinant + rank * _LOG_2PI))


class FrozenMultivariateNormal(FrozenMultivariate[_R]):
    """A multivariate normal distribution with its parameters."""

    __slots__ = ()

    @overload
    def cdf(self, x: Variable, *, lower_limit: Operand | None = None) -> Variable: ...
    @overload
    def cdf(self, x: ArrayOrNumber, *, lower_limit: ArrayOrNumber | None = None) -> _R: ...
    @overload
    def cdf(self, x: ArrayOrNumber, *, lower_limit: Operand | None = None) -> Any: ...
    def cdf(self, x: Any, *, lower_limit: Any = None) -> Any:
        """The probability of points below x, and above the lower limit."""
        return self.distribution.cdf(x, **self.parameters, lower_limit=lower_limit)

    @overload
    def logcdf(self, x: Variable, *, lower_limit: Operand | None = None) -> Variable: ...
    @overload
    def logcdf(self, x: ArrayOrNumber, *, lower_limit: ArrayOrNumber | None = None) -> _R: ...
    @overload
    def logcdf(self, x: ArrayOrNumber, *, lower_limit: Operand | None = None) -> Any: ...
    def logcdf(self, x: Any, *, lower_limit: Any = None) -> Any:
        """The logarithm of `cdf`."""
        return self.distribution.logcdf(x, **self.parameters, lower_limit=lower_limit)

    def entropy(self) -> float | Variable:
        """The entropy."""
        entropy: float | Variable = self.distribution.entropy(self.parameters["mean"], self.parameters["cov"])
        return entropy


@attrs.frozen(eq=False)
class _MultivariateNormal(Multivariate):
    """The multivariate normal distribution, which has methods beside the density."""

    cdf: ClassVar[Method] = method(
        "cdf",
        "The probability of points below x, by SciPy's quadrature. Of three and more variables it is random, with an "
        "error of 1e-5, and so are the derivatives of four and more. `lower_limit` bounds the points from below.",
    )
    logcdf: ClassVar[Method] = method("logcdf", "The logarithm of `cdf`.")

    @overload
    def __call__(  # type: ignore[overload-overlap]  # arguments without Variables come first
        self, *args: ArrayOrNumber | None, **kwds: ArrayOrNumber | None
    ) -> FrozenMultivariateNormal[NDArray[np.float64]]: ...
    @overload
    def __call__(self, *args: Operand | None, **kwds: Operand | None) -> FrozenMultivariateNormal[Variable]: ...
    def __call__(self, *args: Operand | None, **kwds: Operand | None) -> FrozenMultivariateNormal[Any]:
        """The distribution with these parameters, whose methods take points alone.

        Raises:
            TypeError: a parameter is missing or unknown.
        """
        return FrozenMultivariateNormal(self, self.parameters(args, kwds))

    def function(self, name: str, x: Any, args: Sequence[Any], kwds: Mapping[str, Any]) -> Array:
        """The function of a name at points x; those below x and above a lower limit, by the points below each corner.

        Raises:
            TypeError: an argument is complex, or is not differentiated and a Variable.
        """
        if name not in ("cdf", "logcdf") or "lower_limit" not in kwds:
            return Multivariate.function(self, name, x, args, kwds)
        others = {key: value for key, value in kwds.items() if key != "lower_limit"}
        lower = kwds["lower_limit"]
        if lower is None:
            return Multivariate.function(self, name, x, args, others)
        if not has_variable([x, *args, *kwds.values()]):
            return Multivariate.function(self, name, x, args, kwds)
        x, lower = real(f"{self.name}.{name}", "x", x), real(f"{self.name}.{name}", "lower_limit", lower)
        dim = self._dimension(self.parameters(args, others))
        total: Array = np.float64(0.0)
        for corner in product((False, True), repeat=dim):
            at = np.where(np.array(corner) if dim > 1 else corner[0], lower, x)
            below = Multivariate.function(self, "cdf", at, args, others)
            total = total - below if sum(corner) % 2 else total + below
        return np.log(total) if name == "logcdf" else total

    def _dimension(self, values: Mapping[str, Any]) -> int:
        mean, cov = values["mean"], values["cov"]
        if isinstance(cov, scipy.stats.Covariance):
            cov = cov.covariance
        of = f"{self.name}.cdf"
        return _parameters(None if mean is None else real(of, "mean", mean), real(of, "cov", cov))[0]

    def by_formula(self, name: str, x: Any, values: Mapping[str, Any]) -> Array:
        """The function of a name at points x, for parameters by their names."""
        if isinstance(values["cov"], scipy.stats.Covariance):
            values = {**values, "cov": values["cov"].covariance, "allow_singular": True}
        return Multivariate.by_formula(self, name, x, values)

    @overload
    def entropy(self, mean: Operand | None = None, cov: Variable = ...) -> Variable: ...
    @overload
    def entropy(self, mean: ArrayOrNumber | None = None, cov: ArrayOrNumber = 1) -> float: ...
    def entropy(self, mean: Any = None, cov: Any = 1) -> Any:
        """The entropy, which does not depend on the mean."""
        if not has_variable([mean, cov]):
            return self.scipys.entropy(mean, cov)
        of = "multivariate_normal.entropy"
        dim, _, cov = _parameters(None if mean is None else real(of, "mean", mean), real(of, "cov", cov))
        log_determinant = _log_determinant(_factor(cov)) if type(cov) is Variable else np.linalg.slogdet(cov)[1]
        return 0.5 * (dim * (_LOG_2PI + 1) + log_determinant)


multivariate_normal: Final = _MultivariateNormal(
    scipy.stats.multivariate_normal,
    {
        "logpdf": _log_density,
        "pdf": lambda x, **parameters: np.exp(_log_density(x, **parameters)),
        "cdf": _probability,
        "logcdf": lambda x, **parameters: np.log(_probability(x, **parameters)),
    },
    "multivariate_normal",
    ("mean", "cov", "allow_singular"),
    {"mean": None, "cov": 1.0, "allow_singular": False},
    options=("allow_singular",),
)
