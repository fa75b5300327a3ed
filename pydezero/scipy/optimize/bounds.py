"""Bounds of an unknown: what is at one stays there, and what is not has the equation that it has without bounds."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from pydezero.core.typed import has_variable
from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric
from pydezero.functions.joining.nested import array
from pydezero.transforms.implicit.constants import constants

# The lower and the upper ends, each an array, a number, or a list with one for each element of the unknown.
Ends: TypeAlias = tuple[Any, Any] | None

NEAR: Final = 1e-5
"""How far from a bound, relative to 1 and the bound, a solver leaves what is at it."""


def ends_of_pairs(bounds: Any) -> Ends:
    """The ends of bounds as `minimize` takes them: pairs, or a `Bounds`."""
    if bounds is None:
        return None
    if isinstance(bounds, scipy.optimize.Bounds):
        return ends_of(bounds)
    pairs = list(bounds)
    lower = [-np.inf if low is None else low for low, _ in pairs]
    return lower, [np.inf if high is None else high for _, high in pairs]


def ends_of(bounds: Any) -> tuple[Any, Any]:
    """The ends of a `Bounds`, whose arrays may be broadcast ones, which NumPy does not like to be kept."""
    lower, upper = (x if type(x) is Variable else np.array(x) for x in (bounds.lb, bounds.ub))
    return lower, upper


def as_scipys(bounds: Any, ends: Ends, values: Ends) -> Any:
    """Bounds for SciPy: as they were given, or with the values of the ends if there are Variables among them."""
    if ends is None or values is None or not has_variable(ends):
        return bounds
    return scipy.optimize.Bounds(*values, getattr(bounds, "keep_feasible", False))


def is_near(x: NDArray[Any], end: NDArray[Any]) -> NDArray[np.bool]:
    """Which elements of plain values are so near to a finite bound that a solver may mean it."""
    finite = np.where(np.isfinite(end), end, 0.0)
    near: NDArray[np.bool] = np.isfinite(end) & (np.abs(x - finite) <= NEAR * (1 + np.abs(finite)))
    return near


def is_at(x: NDArray[Any], ends: tuple[Any, Any]) -> NDArray[np.bool]:
    """Which elements of plain values are at a bound."""
    near = [is_near(x, np.asarray(end)) for end in ends]
    found: NDArray[np.bool] = near[0] | near[1]
    return found


def within(gradient: Array, x: Array, ends: tuple[Any, Any]) -> Array:
    """The equation for x: the gradient is zero, but at a bound that it pushes against, where x is the bound.

    Which bounds those are does not change with the parameters.
    """
    low, is_low = _end(ends[0], gradient, x, 1)
    high, is_high = _end(ends[1], gradient, x, -1)
    return np.where(is_low, x - low, np.where(is_high, x - high, gradient))


def _end(end: Any, gradient: Array, x: Array, sign: int) -> tuple[Array, Array]:
    """The bounds, zero where there is none, and which of them are active."""
    end = end if is_numeric(end) else array(end)
    bound, slope, place = constants([end, sign * gradient, x])
    is_finite = np.isfinite(bound)
    end = np.where(is_finite, end, 0.0)
    distance = sign * (place - np.where(is_finite, bound, 0.0))
    # A method that stays inside ends where the distance is far below the slope, and not the other way round.
    is_near = (distance <= NEAR * (1 + np.abs(np.where(is_finite, bound, 0.0)))) & (slope > distance)
    return end, is_finite & ((distance <= 0) | is_near)
