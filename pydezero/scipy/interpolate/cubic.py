"""Cubic splines, given by the values at sites, and by slopes there or by conditions at the ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, overload

import numpy as np
import scipy.interpolate
from numpy.typing import NDArray

from pydezero.core.typed import has_variable
from pydezero.core.types import Array
from pydezero.core.variable import Variable, shape_of
from pydezero.scipy.interpolate.piecewise import Extrapolate, PPoly, V
from pydezero.scipy.interpolate.places import checked_sites, in_double, known_values
from pydezero.scipy.linalg.banded import banded_solution

__all__ = [
    "CubicHermiteSpline",
    "CubicSpline",
]

# A name for both ends, or for each end a name or the order and the value of a derivative.
_Conditions: TypeAlias = str | tuple[Any, Any]


def hermite_coefficients(x: Array, y: Array, slopes: Array) -> Array:
    """The coefficients of the cubic polynomials with these values and slopes at the sites, along the first axis."""
    widths = column(x[1:] - x[:-1], y.ndim)
    secants = (y[1:] - y[:-1]) / widths
    bends = (slopes[:-1] + slopes[1:] - 2 * secants) / widths
    return np.stack([bends / widths, (secants - slopes[:-1]) / widths - bends, slopes[:-1], y[:-1]])


def column(x: Array, ndim: int) -> Array:
    """A vector along the first of so many axes."""
    return np.reshape(x, (-1, *(1,) * (ndim - 1)))


class CubicHermiteSpline(PPoly[V]):
    """The piecewise cubic function with the values y and the slopes dydx at sites x.

    It is a `PPoly`, differentiated with respect to x, y, dydx and the places that it is called with.

    Raises:
        ValueError: x does not increase; y or dydx do not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> CubicHermiteSpline([0.0, 1.0], Variable(np.array([0.0, 1.0])), [0.0, 0.0])(0.5)
    variable(0.5)
    """

    @overload
    def __init__(
        self: CubicHermiteSpline[Variable],
        x: Variable,
        y: Any,
        dydx: Any,
        axis: int = ...,
        extrapolate: Extrapolate = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: CubicHermiteSpline[Variable],
        x: Any,
        y: Variable,
        dydx: Any,
        axis: int = ...,
        extrapolate: Extrapolate = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: CubicHermiteSpline[Variable],
        x: Any,
        y: Any,
        dydx: Variable,
        axis: int = ...,
        extrapolate: Extrapolate = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: CubicHermiteSpline[NDArray[Any]],
        x: Any,
        y: Any,
        dydx: Any,
        axis: int = ...,
        extrapolate: Extrapolate = ...,
    ) -> None: ...
    def __init__(self, x: Any, y: Any, dydx: Any, axis: int = 0, extrapolate: Extrapolate = None) -> None:
        if not has_variable((x, y, dydx)):
            self._take(scipy.interpolate.CubicHermiteSpline(x, y, dydx, axis, extrapolate))
            return
        sites, values = checked_sites("CubicHermiteSpline", x, y, axis)
        slopes = in_double(dydx)
        if slopes.shape != shape_of(in_double(y)):
            raise ValueError(
                f"scipy.interpolate.CubicHermiteSpline: dydx has the shape {slopes.shape}; it must be that of y, "
                f"{shape_of(in_double(y))}"
            )
        c = hermite_coefficients(sites, values, np.moveaxis(slopes, axis, 0))
        self._set(c, sites, True if extrapolate is None else extrapolate, axis % values.ndim)


class CubicSpline(PPoly[V]):
    """The cubic spline through the values y at sites x: piecewise cubic, with two continuous derivatives.

    `bc_type` says what holds at the ends: "not-a-knot" (the first two pieces are one polynomial, and the last two),
    "periodic", "clamped" (the slope is 0), "natural" (the second derivative is 0), or for each end one of these or a
    pair of the order of a derivative, 1 or 2, and its value.

    It is a `PPoly`, differentiated with respect to x, y, the values of derivatives in `bc_type`, and the places that it
    is called with. The equations are those of C. de Boor, "A practical guide to splines" (1978).

    Raises:
        ValueError: x does not increase; y or `bc_type` do not fit.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> x = np.array([0.0, 1.0, 2.0, 3.0])
    >>> CubicSpline(x, Variable(x**2))(1.5)
    variable(2.25)
    >>> grad(lambda y: CubicSpline(x, y, bc_type="natural").integrate(0.0, 3.0))(x)
    array([0.4, 1.1, 1.1, 0.4])
    """

    @overload
    def __init__(
        self: CubicSpline[Variable],
        x: Variable,
        y: Any,
        axis: int = ...,
        bc_type: _Conditions = ...,
        extrapolate: Extrapolate = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: CubicSpline[Variable],
        x: Any,
        y: Variable,
        axis: int = ...,
        bc_type: _Conditions = ...,
        extrapolate: Extrapolate = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: CubicSpline[NDArray[Any]],
        x: Any,
        y: Any,
        axis: int = ...,
        bc_type: _Conditions = ...,
        extrapolate: Extrapolate = ...,
    ) -> None: ...
    def __init__(
        self, x: Any, y: Any, axis: int = 0, bc_type: Any = "not-a-knot", extrapolate: Extrapolate = None
    ) -> None:
        if not has_variable((x, y, bc_type)):
            self._take(scipy.interpolate.CubicSpline(x, y, axis, bc_type, extrapolate))
            return
        sites, values = checked_sites("CubicSpline", x, y, axis)
        ends = _ends(bc_type, values)
        if extrapolate is None:
            extrapolate = "periodic" if ends[0] == "periodic" else True
        slopes = _slopes(sites, values, ends)
        self._set(hermite_coefficients(sites, values, slopes), sites, extrapolate, axis % values.ndim)


# What holds at an end: a name, or the order and value of a derivative.
_End: TypeAlias = Any


def _ends(bc_type: Any, y: Array) -> tuple[_End, _End]:
    if isinstance(bc_type, str):
        bc_type = bc_type, bc_type
        first, last = known_values(y[0]), known_values(y[-1])
        known = Variable not in (type(first), type(last))
        if bc_type[0] == "periodic" and known and not np.allclose(first, last, rtol=1e-15, atol=1e-15):
            raise ValueError(
                "scipy.interpolate.CubicSpline: the first and the last element of y must be equal for "
                "bc_type='periodic'; make y as concatenate([z, z[:1]])"
            )
    elif len(bc_type) != 2 or any(isinstance(end, str) and end == "periodic" for end in bc_type):
        raise ValueError(
            f"scipy.interpolate.CubicSpline: bc_type is {bc_type!r}; it must be a name or a pair of conditions, "
            "of which none is 'periodic'"
        )
    return _end(bc_type[0], y), _end(bc_type[1], y)


def _end(condition: Any, y: Array) -> _End:
    if isinstance(condition, str):
        if condition in ("clamped", "natural"):
            return (1 if condition == "clamped" else 2), 0 * y[0]
        if condition in ("not-a-knot", "periodic"):
            return condition
    elif len(condition) == 2 and condition[0] in (1, 2):
        value = in_double(condition[1])
        if value.shape != y.shape[1:]:
            raise ValueError(
                f"scipy.interpolate.CubicSpline: bc_type has a value of shape {value.shape}; it must be {y.shape[1:]}"
            )
        return condition[0], value
    raise ValueError(
        f"scipy.interpolate.CubicSpline: bc_type has {condition!r}; it must be 'not-a-knot', 'periodic', 'clamped', "
        "'natural', or the order of a derivative, 1 or 2, and its value"
    )


def _slopes(x: Array, y: Array, ends: Sequence[_End]) -> Array:
    """The slopes at the sites, from the condition that the second derivative is continuous."""
    n = x.shape[0]
    h = x[1:] - x[:-1]
    tall = column(h, y.ndim)
    secants = (y[1:] - y[:-1]) / tall
    if n == 2:
        ends = [(1, secants[0]) if isinstance(end, str) else end for end in ends]
    if n == 3 and list(ends) == ["not-a-knot", "not-a-knot"]:
        return _slopes_of_parabola(h, secants)
    # Of each row of the matrix the elements left of the diagonal, on it, and right of it.
    inner = h[1:], 2 * (h[:-1] + h[1:]), h[:-1]
    right = 3 * (tall[1:] * secants[:-1] + tall[:-1] * secants[1:])
    if ends[0] == "periodic":
        return _periodic_slopes(h, tall, secants, inner, right)
    first, at_first = _row(h, tall, secants, ends[0], 1)
    last, at_last = _row(h[::-1], tall[::-1], secants[::-1], ends[1], -1)
    zero = np.zeros(1)
    ab = np.stack(
        [
            np.concatenate([zero, first[1:], inner[2]]),
            np.concatenate([first[:1], inner[1], last[:1]]),
            np.concatenate([inner[0], last[1:], zero]),
        ]
    )
    return banded_solution(ab, np.concatenate([at_first[np.newaxis], right, at_last[np.newaxis]]), 1, 1)


def _row(h: Array, tall: Array, secants: Array, end: _End, sign: int) -> tuple[Array, Array]:
    """The equation of an end, given widths and secants from there on: its two coefficients and its right side."""
    if end == "not-a-knot":
        both = h[0] + h[1]
        right = ((tall[0] + 2 * both) * tall[1] * secants[0] + tall[0] ** 2 * secants[1]) / both
        return np.stack([h[1], both]), right
    order, value = end
    if order == 1:
        return np.array([1.0, 0.0]), value + 0 * secants[0]
    return np.stack([2 * h[0], h[0]]), -0.5 * sign * value * tall[0] ** 2 + 3 * secants[0] * tall[0]


def _slopes_of_parabola(h: Array, secants: Array) -> Array:
    middle = (column(h[::-1], secants.ndim) * secants).sum(axis=0) / (h[0] + h[1])
    return np.stack([2 * secants[0] - middle, middle, 2 * secants[1] - middle])


def _periodic_slopes(h: Array, tall: Array, secants: Array, inner: tuple[Array, Array, Array], right: Array) -> Array:
    """The slopes of a periodic spline, of which the last is the first.

    The equations without the one before the last, u, are tridiagonal: their solution is a + u * b.
    """
    n = h.shape[0] + 1
    if n <= 3:
        mean = (secants / tall).sum(axis=0) / (1 / tall).sum(axis=0)
        return np.stack([mean] * n)
    below, diagonal, above = inner
    at_first = 3 * (tall[0] * secants[-1] + tall[-1] * secants[0])
    zero = np.zeros(1)
    ab = np.stack(
        [
            np.concatenate([zero, h[-1:], above[: n - 4]]),
            np.concatenate([2 * (h[-1:] + h[:1]), diagonal[: n - 3]]),
            np.concatenate([below[: n - 3], zero]),
        ]
    )
    a = banded_solution(ab, np.concatenate([at_first[np.newaxis], right[: n - 3]]), 1, 1)
    b = banded_solution(ab, np.concatenate([-h[:1], np.zeros(n - 4), -h[n - 4 : n - 3]]), 1, 1)
    of_u = 2 * (h[-1] + h[-2]) + h[-2] * b[0] + h[-1] * b[-1]
    u = (right[-1] - h[-2] * a[0] - h[-1] * a[-1]) / of_u
    others = a + column(b, a.ndim) * u
    return np.concatenate([others, u[np.newaxis], others[:1]])
