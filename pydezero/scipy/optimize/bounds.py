"""Bounds of an unknown: an element at a bound stays there, and the others solve the equation without bounds."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import scipy.optimize

from pydezero.core.typed import has_variable
from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric
from pydezero.functions.joining.nested import array
from pydezero.transforms.implicit.constants import constants

# The lower and the upper ends, each an array, a number, or a list with one for each element of the unknown.
Ends: TypeAlias = tuple[Any, Any] | None


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


def within(gradient: Array, x: Array, ends: tuple[Any, Any], held: Array) -> Array:
    """The equation for x: the gradient is zero, but at a bound that holds x, which is the bound there.

    Which bounds those are (`held` has -1 for a lower and 1 for an upper one) does not change with the parameters.
    """
    low, high = (_finite(end) for end in ends)
    return np.where(held < 0, x - low, np.where(held > 0, x - high, gradient))


def _finite(end: Any) -> Array:
    """The bounds, and zero where there is none."""
    end = end if is_numeric(end) else array(end)
    return np.where(np.isfinite(constants(end)), end, 0.0)
