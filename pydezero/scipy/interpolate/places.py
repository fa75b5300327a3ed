"""The pieces of a piecewise function that places are in, and what all such functions do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.slopes import may_hold
from pydezero.functions.indexing.indexing import take
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.functions.shapes import shape
from pydezero.scipy.operands import as_operand
from pydezero.transforms.rules.stop_gradient import stop_gradient


def in_double(x: Operand) -> Array:
    """An array or Variable in double precision, in which SciPy interpolates."""
    return shape.in_double(as_operand(x))


def kept(x: Operand) -> Array:
    """`in_double`, of an array as a copy, which nobody else can write into."""
    array = in_double(x)
    return array if type(array) is Variable else np.array(array)


def known_values(x: Array) -> Any:
    """The values of a Variable, under vmap those of all examples along a first axis; a Variable in a trace."""
    while type(x) is Variable and (x.node.has_one_value or not x.node.differentiates):
        x = x._value
    return x


def pieces_at(breaks: Array, places: Array, skip: int = 0) -> tuple[Array, Array | None]:
    """The piece that begins at or before each place, and the one that ends there: None if no place is where two meet.

    The first and the last piece go on beyond the breaks; `skip` pieces on either side have no places, nor have those
    between equal breaks, unless there are none to skip: then the last piece may be one.
    """
    points, at = undifferentiated(breaks[skip : breaks.shape[0] - skip]), undifferentiated(places)
    first = nondifferentiable(np.searchsorted, points, points[0], side="right") - 1
    last = points.shape[0] - 2 if not skip else nondifferentiable(np.searchsorted, points, points[-1], side="left") - 1
    right = np.clip(nondifferentiable(np.searchsorted, points, at, side="right") - 1, first, last)
    met = np.equal(take(points, right), at)
    if not may_hold(met):
        return right + skip, None
    left = np.clip(nondifferentiable(np.searchsorted, points, at, side="left") - 1, first, last)
    return right + skip, left + skip


def at_places(piece: Callable[[Array, Array, Array], Array], breaks: Array, places: Array, skip: int = 0) -> Array:
    """The values of a piecewise function at places: `piece(index, places, breaks)` computes those of given pieces.

    Where two pieces meet the value is that of the one on the right, and the derivative with respect to the distance of
    the place from the break is the mean of those of both. With respect to all else, of which the pieces may be made, it
    is that of the piece on the right.
    """
    right, left = pieces_at(breaks, places, skip)
    if left is None or Variable not in (type(breaks), type(places)):
        return piece(right, places, breaks)
    # At a break the distance is held by a place that moves with it.
    fixed = where(np.not_equal(left, right), take(breaks, right), stop_gradient(places))
    value, slopes = piece(right, fixed, breaks), piece(right, places, breaks)
    return 0.5 * value + 0.5 * slopes + 0.5 * (piece(left, places, breaks) - piece(left, fixed, breaks))


def extrapolated(values: Array, places: Array, begin: Array, end: Array) -> Array:
    """Values along the first axes, with nan for the places before the beginning and after the end."""
    inside = (places >= begin) & (places <= end)
    return where(np.reshape(inside, (*inside.shape, *(1,) * (values.ndim - inside.ndim))), values, np.nan)


def in_period(places: Array, begin: Array, end: Array) -> Array:
    """The places within the first period that the given ones stand for."""
    return begin + (places - begin) % (end - begin)


def along_axis(values: Array, ndim: int, axis: int) -> Array:
    """Values with the axes of the places first, of which there are ndim, with these in the place of an axis."""
    if not axis:
        return values
    rest = list(range(ndim, values.ndim))
    return np.transpose(values, [*rest[:axis], *range(ndim), *rest[axis:]])


def checked_sites(name: str, x: Operand, y: Operand, axis: int) -> tuple[Array, Array]:
    """The sites, and the values at them with the axis of interpolation first.

    Raises:
        ValueError: the sites are not real or do not increase; there are fewer than two; the values do not fit.
    """
    sites, values = kept(x), kept(y)
    if sites.dtype.kind == "c" or sites.ndim != 1 or sites.shape[0] < 2:
        raise ValueError(
            f"scipy.interpolate.{name}: x has the shape {sites.shape} and the dtype {sites.dtype}; it must be two or "
            "more real numbers in one axis"
        )
    if not -values.ndim <= axis < values.ndim or values.shape[axis] != sites.shape[0]:
        raise ValueError(
            f"scipy.interpolate.{name}: y has the shape {values.shape}; along the axis {axis} it must have as many "
            f"elements as x, {sites.shape[0]}"
        )
    check_increasing(name, "x", sites)
    known = known_values(values)
    if type(known) is not Variable and not np.all(np.isfinite(known)):
        raise ValueError(f"scipy.interpolate.{name}: y must be finite")
    return sites, np.moveaxis(values, axis, 0)


def check_increasing(name: str, parameter: str, x: Array, strictly: bool = True) -> None:
    """Raise unless the values of x, as far as they are known, are finite and increase."""
    known = known_values(x)
    if type(known) is Variable:
        return
    steps = np.diff(known)
    if not np.all(np.isfinite(known)) or np.any(steps <= 0 if strictly else steps < 0):
        raise ValueError(f"scipy.interpolate.{name}: {parameter} must be finite and increase from element to element")
