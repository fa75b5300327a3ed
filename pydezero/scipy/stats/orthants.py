"""The probability that all variables of a normal distribution lie below given bounds, as an operation.

By a bound the derivative is the density of its variable there, times the probability that the others lie below theirs
when it does: one of a normal distribution of one variable less. By a covariance it is the second derivative by the
bounds of the two variables, and by a variance half of that by its own (R. Plackett, "A reduction formula for normal
multivariate integrals", 1954). All of these are made of the operation again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from inspect import signature
from typing import Any, Final

import attrs
import numpy as np
import scipy.stats

from pydezero.core.operation import ArraySpec, Operation
from pydezero.core.types import Array
from pydezero.core.variable import shape_of
from pydezero.scipy.special.error import ndtr

__all__ = ["probability_below"]

_CDF: Final = scipy.stats.multivariate_normal.cdf

# Of three and more variables SciPy's quadrature is random: always with the same numbers, as far as SciPy takes them.
_IS_SEEDED: Final = "rng" in signature(_CDF).parameters


def probability_below(x: Array, cov: Array) -> Array:
    """The probability for the bounds in each row of x, of variables of mean 0 and a symmetric covariance."""
    count, dim = shape_of(x)
    if not dim:
        return np.ones(count)
    if dim == 1:
        return ndtr(x[:, 0] / np.sqrt(cov[0, 0]))
    found: Array = _BELOW(x, cov)
    return found


@attrs.frozen(eq=False)
class _Below(Operation):
    """From bounds, in rows, and a covariance to probabilities. The cotangent of the covariance is a lower triangle."""

    name = "multivariate_normal.cdf"

    def evaluate(self, values: Sequence[Array]) -> Array:
        x, cov = values
        count, dim = x.shape
        if not count or not np.all(np.isfinite(cov)):
            return np.full(count, np.nan)
        options: dict[str, Any] = {"rng": np.random.default_rng(0)} if _IS_SEEDED else {}
        return np.reshape(_CDF(x, np.zeros(dim), cov, allow_singular=True, **options), count)

    def pull(
        self,
        residual: Any,
        cotangents: Sequence[Array],
        specs: Sequence[ArraySpec],  # noqa: ARG002  # all arguments are doubles
    ) -> Sequence[Array]:
        x, cov = residual
        (g,) = cotangents
        slopes = _slopes(x, cov)
        return g[:, None] * slopes, np.sum(g[:, None, None] * _bends(x, cov, slopes), axis=0)

    def push_forward(self, values: Sequence[Array], tangents: Sequence[Array | None]) -> tuple[Array, Array | None]:
        x, cov = values
        of_x, of_cov = tangents
        slopes = _slopes(x, cov)
        parts = [] if of_x is None else [np.sum(slopes * of_x, axis=1)]
        if of_cov is not None:
            parts.append(np.sum(_bends(x, cov, slopes) * of_cov, axis=(1, 2)))
        return self(*values), sum(parts[1:], parts[0]) if parts else None

    def batch(self, batched: Sequence[bool], *values: Array) -> Array:
        x, cov = values
        if not batched[1]:
            size, count, dim = shape_of(x)
            return np.reshape(self(np.reshape(x, (size * count, dim)), cov), (size, count))
        found = [self(x[i] if batched[0] else x, cov[i]) for i in range(shape_of(cov)[0])]
        return np.stack(found) if found else np.zeros((0, shape_of(x)[-2]))


_BELOW: Final = _Below()


def _slopes(x: Array, cov: Array) -> Array:
    """The derivatives by each bound, in the columns of an array."""
    return np.stack([_density(x[:, i], cov[i, i]) * probability_below(*_given(x, cov, i)) for i in _places(x)], axis=1)


def _bends(x: Array, cov: Array, slopes: Array) -> Array:
    """The derivatives by each element of the lower triangle of the covariance, for each row of x."""
    rows = []
    dim = len(_places(x))
    for i in _places(x):
        bound, variance = _finite(x[:, i]), cov[i, i]
        mixed = _density(x[:, i], variance)[:, None] * _slopes(*_given(x, cov, i))
        own = -(bound * slopes[:, i] + mixed @ _others(cov[i], i)) / variance
        rows.append(np.concatenate([mixed[:, :i], 0.5 * own[:, None], np.zeros((shape_of(x)[0], dim - 1 - i))], axis=1))
    return np.stack(rows, axis=1)


def _given(x: Array, cov: Array, i: int) -> tuple[Array, Array]:
    """The bounds and the covariance of the other variables, where one is at its bound."""
    others = _others(cov[i], i)
    slope = others / cov[i, i]
    bounds = _others(x, i) - _finite(x[:, i])[:, None] * slope
    return bounds, _others(_others(cov, i).T, i) - slope[:, None] * others


def _others(x: Array, i: int) -> Array:
    """All but one along the last axis."""
    return np.concatenate([x[..., :i], x[..., i + 1 :]], axis=-1)


def _density(x: Array, variance: Array) -> Array:
    found = np.exp(-0.5 * _finite(x) ** 2 / variance) / np.sqrt(2 * math.pi * variance)
    return np.where(np.isinf(x), 0.0, found)


def _finite(x: Array) -> Array:
    """The bounds; 0 for those that are infinite, where the density is 0."""
    return np.where(np.isinf(x), 0.0, x)


def _places(x: Array) -> range:
    return range(shape_of(x)[1])
