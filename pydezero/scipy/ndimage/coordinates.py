"""Interpolation of an array at given places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, overload

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.slopes import may_hold
from pydezero.functions.shapes.padding import pad
from pydezero.functions.shapes.shape import astype
from pydezero.scipy.ndimage.arguments import PAD_MODES, check_constant, floating
from pydezero.scipy.ndimage.splines import Spline, filter_p, gather_p
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signatures import as_in_scipy

__all__ = [
    "map_coordinates",
]

# How far SciPy continues the array before it is filtered, where the filter has no such ends.
_MARGIN: Final = 12


@overload
def map_coordinates(
    input: Variable,
    coordinates: Operand | Sequence[Any],
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: Operand = 0.0,
    prefilter: bool = True,
) -> Variable: ...
@overload
def map_coordinates(
    input: ArrayOrNumber,
    coordinates: Variable | Sequence[Variable],
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: Operand = 0.0,
    prefilter: bool = True,
) -> Variable: ...
@overload
def map_coordinates(
    input: ArrayOrNumber,
    coordinates: ArrayOrNumber | Sequence[ArrayOrNumber] | Sequence[Sequence[float]],
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: ArrayOrNumber = 0.0,
    prefilter: bool = True,
) -> NDArray[Any]: ...
@as_in_scipy(scipy.ndimage.map_coordinates)
def map_coordinates(
    input: Any,
    coordinates: Any,
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: Any = 0.0,
    prefilter: bool = True,
) -> Any:
    """The values of an array at places between its elements, by splines of the given order.

    `coordinates` has along its first axis one coordinate of the places for each axis of the input, or is a list of
    these; the result has the shape of the rest. `mode` says how the input goes on beyond its ends; with "constant" it
    is `cval` there. Without `prefilter` the input has the coefficients of the spline.

    It is differentiated with respect to the input, the coordinates and `cval`. Where two pieces of the spline meet,
    the derivative is the mean of both: with order 1 the slope at an element is that between its neighbours. With order
    0 the derivative with respect to the coordinates is 0. At the ends of the modes "constant" and "wrap", where the
    values jump, the derivative is that from within.

    Raises:
        TypeError: the input has integers, so that SciPy's result would be rounded; `output` is an array; the
            coordinates are complex.
        ValueError: `order` is not 0 to 5; the coordinates or `mode` do not fit.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> squares = np.array([0.0, 1.0, 4.0, 9.0])
    >>> map_coordinates(squares, Variable(np.array([[0.5, 2.5]])), order=1)
    variable([0.5 6.5])
    >>> grad(lambda u: map_coordinates(squares, u, order=1)[0])(np.array([[1.0]]))
    array([[2.]])
    """
    x, dtype = floating("map_coordinates", input, output)
    places = as_operand(coordinates)
    _check(x, places, order, mode)
    check_constant("map_coordinates", cval, x.dtype.kind == "c")
    u = astype(places, np.float64)
    values = astype(x, np.complex128 if x.dtype.kind == "c" else np.float64)
    margin = _MARGIN if prefilter and order > 1 and mode in ("nearest", "grid-constant") else 0
    if margin:
        values = _continued(values, margin, mode, cval)
    if prefilter and order > 1:
        for axis in range(values.ndim):
            values = bind(filter_p, values, axis=axis, order=order, mode=mode, transposed=False)
    shift, kind = margin, {"grid-mirror": "reflect", "grid-constant": "nearest"}.get(mode, mode)
    if mode == "grid-constant":  # beyond the ends there is nothing but the constant
        values = _continued(values, order + 1, mode, cval)
        shift += order + 1
    # A place that is nowhere counts as 0, so that what is computed there has a derivative.
    found = _found(u, x.shape, mode)
    lost = may_hold(~found)
    at = where(found, u, 0.0) if lost else u
    y = bind(gather_p, values, at + shift if shift else at, spline=Spline(order, kind), nu=(0,) * x.ndim)
    if lost:
        y = where(found, y, np.nan if kind == "nearest" else cval)
    return astype(y, dtype)


def _found(u: Array, shape: tuple[int, ...], mode: str) -> Array:
    """A mask of the places that are finite, and in the mode "constant" within the array."""
    if mode != "constant":
        return np.all(np.isfinite(u), axis=0)
    ends = np.reshape(np.asarray(shape) - 1, (-1, *(1,) * (u.ndim - 1)))
    return np.all((u >= 0) & (u <= ends), axis=0)


def _continued(x: Array, margin: int, mode: str, cval: Any) -> Array:
    return pad(x, margin, "edge") if mode == "nearest" else pad(x, margin, constant_values=cval)


def _check(x: Array, places: Array, order: int, mode: str) -> None:
    name = "scipy.ndimage.map_coordinates"
    if places.dtype.kind not in "biuf":
        raise TypeError(f"{name}: coordinates has the dtype {places.dtype}; it must be real")
    if order not in range(6):
        raise ValueError(f"{name}: order is {order!r}; it must be 0, 1, 2, 3, 4 or 5")
    if mode not in PAD_MODES:
        raise ValueError(f"{name}: mode is {mode!r}; it must be one of {', '.join(sorted(PAD_MODES))}")
    if not x.ndim or places.ndim < 2 or places.shape[0] != x.ndim:
        raise ValueError(
            f"{name}: coordinates has the shape {places.shape}; for an input of shape {x.shape} it must be "
            f"({x.ndim}, ...), with one axis more at least"
        )
