"""Interpolation of values on a rectangular grid, whose points along each axis are at any distances."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeAlias, overload

import numpy as np
import scipy.interpolate
from numpy.typing import NDArray

from pydezero.core.typed import has_variable
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.slopes import may_hold
from pydezero.functions.indexing.indexing import getitem, take
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.functions.shapes.shape import astype
from pydezero.scipy.interpolate.bsplines import BSpline, basis
from pydezero.scipy.interpolate.cubic import hermite_coefficients
from pydezero.scipy.interpolate.interpolating import make_interp_spline
from pydezero.scipy.interpolate.monotone import monotone_slopes
from pydezero.scipy.interpolate.piecewise import Places, V
from pydezero.scipy.interpolate.places import at_places, in_double, known_values, pieces_at
from pydezero.scipy.operands import as_operand

__all__ = [
    "RegularGridInterpolator",
]

# For each element of a sum that a place is in, along one axis: its index, and its weight.
_Terms: TypeAlias = Sequence[tuple[Array, Array]]

# The degrees of the methods that are splines along each axis.
_DEGREES: Final = {
    "slinear": 1,
    "cubic": 3,
    "quintic": 5,
    "slinear_legacy": 1,
    "cubic_legacy": 3,
    "quintic_legacy": 5,
}
_METHODS: Final = ("linear", "nearest", "pchip", *_DEGREES)


class RegularGridInterpolator(Generic[V]):
    """A function of places in a space of several axes, interpolated between values on a rectangular grid.

    `points` has the points of the grid along each axis, which increase or decrease. `method` is "linear", "nearest",
    "slinear", "cubic", "quintic" or "pchip", in each axis. A place outside of the grid is an error, or with
    `bounds_error=False` its value is `fill_value`; where that is None, the function goes on as its outermost pieces.
    (In a trace no error depends on values: there it is nan.)

    It is differentiated with respect to the values, the places that it is called with, and `fill_value`. Where two
    pieces meet, the derivative with respect to the place is the mean of those of both. That of "nearest" is 0.

    With Variables as values the equations of the splines are solved directly, in each axis; SciPy's solver is
    iterative, with a tolerance. So `solver` and `solver_args` are for arrays alone.

    Attributes:
        grid: the points along each axis, in increasing order.
        values: the values, in the same order.
        method, bounds_error, fill_value: as they were given.

    Raises:
        TypeError: `points` has Variables; `solver` is given for values that are Variables.
        ValueError: there is no such method; `points` and `values` do not fit; "pchip" gets complex values.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> x, y = np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0])
    >>> f = RegularGridInterpolator((x, y), x[:, None] ** 2 + y)
    >>> f(Variable(np.array([[0.5, 1.0]])))
    variable([1.5])
    >>> grad(lambda p: f(p)[0])(np.array([0.5, 1.0]))
    array([1., 1.])
    """

    grid: tuple[NDArray[np.float64], ...]
    values: V
    method: str
    bounds_error: bool
    fill_value: Any  # a number or None, or a Variable
    _plain: Any  # the interpolator of SciPy of the same arrays, None where there are Variables

    @overload
    def __init__(
        self: RegularGridInterpolator[Variable],
        points: Sequence[Any],
        values: Variable,
        method: str = ...,
        bounds_error: bool = ...,
        fill_value: Operand | None = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: RegularGridInterpolator[NDArray[Any]],
        points: Sequence[Any],
        values: Any,
        method: str = ...,
        bounds_error: bool = ...,
        fill_value: Operand | None = ...,
        *,
        solver: Callable[..., Any] | None = ...,
        solver_args: dict[str, Any] | None = ...,
    ) -> None: ...
    def __init__(
        self,
        points: Any,
        values: Any,
        method: str = "linear",
        bounds_error: bool = True,
        fill_value: Any = np.nan,
        *,
        solver: Callable[..., Any] | None = None,
        solver_args: dict[str, Any] | None = None,
    ) -> None:
        name = "scipy.interpolate.RegularGridInterpolator"
        if has_variable((*points,)):
            raise TypeError(f"{name}: points has a Variable, but the function is not differentiated with respect to it")
        self.method, self.bounds_error, self.fill_value = method, bounds_error, fill_value
        self._plain = None
        if not has_variable((values, fill_value)):
            make: Any = scipy.interpolate.RegularGridInterpolator  # whose stubs have literals for the methods
            plain = make(points, values, method, bounds_error, fill_value, solver=solver, solver_args=solver_args)
            self._plain, self.grid, self.values = plain, plain.grid, plain.values
            return
        if solver is not None or solver_args:
            raise TypeError(f"{name}: solver is for values that are arrays; with Variables no iterative solver is used")
        _check_method(method)
        self.grid, self.values = _checked_grid(points, values)
        is_complex = self.values.dtype.kind == "c"
        if not is_complex and np.iscomplexobj(fill_value):
            raise ValueError(f"{name}: fill_value is complex, and values is real")
        if is_complex and method == "pchip":
            raise ValueError(f"{name}: values is complex; for the method 'pchip' it must be real")
        _check_lengths(self.grid, method)

    @overload
    def __call__(
        self, xi: Variable | tuple[Variable, ...], method: str | None = None, *, nu: Sequence[int] | None = None
    ) -> Variable: ...
    @overload
    def __call__(
        self, xi: Places | tuple[ArrayOrNumber, ...], method: str | None = None, *, nu: Sequence[int] | None = None
    ) -> V: ...
    def __call__(self, xi: Any, method: str | None = None, *, nu: Sequence[int] | None = None) -> Any:
        """The values at places xi, whose coordinates are along the last axis.

        `method` is for this call. `nu` has the orders of a partial derivative, one for each axis, of a spline.
        """
        if self._plain is not None and not has_variable(xi):
            return self._plain(xi, method, nu=nu)
        method = self.method if method is None else method
        _check_method(method)
        if nu is not None and (method not in _DEGREES or method.endswith("_legacy") or len(nu) != len(self.grid)):
            raise ValueError(
                f"scipy.interpolate.RegularGridInterpolator: nu is for the methods 'slinear', 'cubic' and 'quintic', "
                f"with one order for each axis; got {nu!r} for {method!r}"
            )
        places: Array = self._places(xi)
        front: tuple[int, ...] = places.shape[:-1]
        places = np.reshape(places, (-1, len(self.grid)))
        outside = self._outside(places)
        lost = np.isnan(undifferentiated(places))
        some_lost = may_hold(lost)
        if some_lost:  # a place that is nowhere counts as one of the grid, so that what is computed there is a number
            places = where(lost, np.array([p[0] for p in self.grid]), places)
        values: Array = self._interpolated(places, method, tuple(nu or (0,) * len(self.grid)))
        fill_value = np.nan if self.bounds_error else self.fill_value  # in a trace no error depends on values
        if fill_value is not None:
            values = where(_tall(outside, values), fill_value, values)
        if some_lost:
            values = where(_tall(np.any(lost, axis=-1), values), np.nan, values)
        values = np.reshape(values, (*front, *values.shape[1:]))
        in_its_dtype = method in ("nearest", "pchip") or method.endswith("_legacy")
        return astype(values, self.values.dtype) if in_its_dtype else values

    def _places(self, xi: Any) -> Array:
        """The places with their coordinates along the last axis; one place that is no tuple is in an array of one."""
        if isinstance(xi, tuple) and len(xi) > 1:
            places = np.stack(np.broadcast_arrays(*[in_double(x) for x in xi]), axis=-1)
        else:
            places = in_double(xi[0] if isinstance(xi, tuple) and xi else xi)
            if places.ndim == 1 and places.shape[0] % len(self.grid) == 0:
                places = np.reshape(places, (-1, len(self.grid)))
        if not places.ndim or places.shape[-1] != len(self.grid):
            raise ValueError(
                f"scipy.interpolate.RegularGridInterpolator: xi has the shape {places.shape}; along the last axis it "
                f"must have {len(self.grid)} coordinates"
            )
        return places

    def _outside(self, places: Array) -> Array:
        """A mask of the places that are outside of the grid.

        Raises:
            ValueError: a place is, where that is an error.
        """
        at = known_values(places)
        begin, end = np.array([p[0] for p in self.grid]), np.array([p[-1] for p in self.grid])
        if (
            self.bounds_error
            and type(at) is not Variable
            and (np.any(at < begin) or np.any(at > end) or np.any(np.isnan(at)))
        ):
            raise ValueError(
                "scipy.interpolate.RegularGridInterpolator: xi has a place outside of the grid, or nan; "
                "write bounds_error=False to get fill_value there"
            )
        place = undifferentiated(places)
        return np.any((place < begin) | (place > end), axis=-1)

    def _interpolated(self, places: Array, method: str, nu: tuple[int, ...]) -> Array:
        values: Array = in_double(self.values)
        _check_lengths(self.grid, method)
        if method == "pchip":
            return _by_pchip(self.grid, values, places)
        axes: list[_Terms]
        if method in ("linear", "nearest"):
            of_axis = _linear if method == "linear" else _nearest
            axes = [of_axis(p, places[:, i]) for i, p in enumerate(self.grid)]
            return _summed(values, axes)
        degree = _DEGREES[method]
        spline: Any = getattr(self._plain, "_spline", None)  # the coefficients that SciPy's solver has found
        if spline is not None and method == self.method:
            values, knots = spline.c, spline.t
        else:
            knots = []
            for axis, p in enumerate(self.grid):
                made: BSpline[Any] = make_interp_spline(p, values, degree, axis=axis)
                knots.append(np.asarray(made.t))
                c: Array = made.c
                values = np.moveaxis(c, 0, axis)
        axes = [_splined(t, degree, places[:, i], n) for i, (t, n) in enumerate(zip(knots, nu, strict=True))]
        return _summed(values, axes)


def _check_method(method: str) -> None:
    if method not in _METHODS:
        raise ValueError(
            f"scipy.interpolate.RegularGridInterpolator: method is {method!r}; it must be one of {', '.join(_METHODS)}"
        )


def _checked_grid(points: Any, values: Any) -> tuple[tuple[NDArray[np.float64], ...], Array]:
    """The points along each axis in increasing order, and the values in the same order.

    Raises:
        ValueError: there are other numbers of points than of values; points are neither in increasing nor in decreasing
            order.
    """
    name = "scipy.interpolate.RegularGridInterpolator"
    array: Array = as_operand(values)
    if type(array) is not Variable:
        array = np.array(array, array.dtype if array.dtype.kind in "fc" else float)
    grid = [np.array(p, float) for p in points]
    if len(grid) > array.ndim or any(p.shape != (n,) for p, n in zip(grid, array.shape, strict=False)):
        raise ValueError(
            f"{name}: values has the shape {array.shape}; for points of the shapes {[p.shape for p in grid]} it must "
            "begin with their lengths"
        )
    for axis, p in enumerate(grid):
        steps = np.diff(p)
        if not (np.all(steps > 0) or np.all(steps < 0)):
            raise ValueError(f"{name}: points along axis {axis} must increase, or decrease, from one to the next")
        if p.shape[0] > 1 and p[0] > p[-1]:
            grid[axis] = p[::-1]
            array = np.flip(array, axis)
    return tuple(grid), array


def _check_lengths(grid: Sequence[NDArray[Any]], method: str) -> None:
    if method in ("linear", "nearest"):
        return
    needed = _DEGREES.get(method, 3) + 1
    for axis, p in enumerate(grid):
        if p.shape[0] < needed:
            raise ValueError(
                f"scipy.interpolate.RegularGridInterpolator: there are {p.shape[0]} points along axis {axis}; the "
                f"method {method!r} needs {needed}"
            )


def _tall(x: Array, values: Array) -> Array:
    """A condition on places, for values of which there are several for each place."""
    return np.reshape(x, (-1, *(1,) * (values.ndim - 1)))


def _summed(values: Array, axes: Sequence[_Terms]) -> Array:
    """The sums over the elements of the grid that each place is in, of the value times the weights of all axes."""
    total: Array = 0
    for terms in itertools.product(*axes):
        weight: Array = 1.0
        for _, factor in terms:
            weight = weight * factor
        found = getitem(values, tuple([i for i, _ in terms]))
        total = total + found * _tall(weight, found)
    return total


def _linear(points: Array, at: Array) -> _Terms:
    if points.shape[0] == 1:
        return [(0 * nondifferentiable(np.searchsorted, points, undifferentiated(at)), 1.0 + 0 * at)]
    right, left = pieces_at(points, at)
    terms: list[tuple[Array, Array]] = []
    sides = [right] if left is None else [right, left]
    for i in sides:
        fraction = (at - take(points, i)) / (take(points, i + 1) - take(points, i))
        terms += [(i, (1 - fraction) / len(sides)), (i + 1, fraction / len(sides))]
    return terms


def _nearest(points: Array, at: Array) -> _Terms:
    place = undifferentiated(at)
    if points.shape[0] == 1:
        return [(0 * nondifferentiable(np.searchsorted, points, place), np.ones(1))]
    i, _ = pieces_at(points, place)
    fraction = (place - take(points, i)) / (take(points, i + 1) - take(points, i))
    return [(np.where(fraction <= 0.5, i, i + 1), np.ones(1))]


def _splined(t: Array, k: int, at: Array, nu: int) -> _Terms:
    """The B-splines that are not 0 at the places, with their derivatives nu."""
    right, left = pieces_at(t, at, k)
    first = right if left is None else np.minimum(right, left)
    # Where two pieces meet, of one more B-spline a derivative is not 0 on one side.
    count = k + 1 if left is None else k + 2
    index = first - k + np.arange(count)[:, np.newaxis]

    def weights(piece: Array, places: Array, knots: Array) -> Array:
        values = basis(knots, k, places, piece, nu)
        if count == k + 1:
            return values
        none = np.zeros((1, *places.shape))
        return np.where(np.equal(piece, first), np.concatenate([values, none]), np.concatenate([none, values]))

    found = at_places(weights, t, at, k)
    last = t.shape[0] - k - 2
    return [(np.clip(index[r], 0, last), found[r]) for r in range(count)]


def _by_pchip(grid: Sequence[Array], values: Array, places: Array) -> Array:
    """Interpolation in one axis after the other, from the last; from the second on each place has values of its own."""
    d = len(grid)
    values = np.moveaxis(values, d - 1, 0)
    found = at_places(lambda i, at, x: _cubic(x, values, i, at, None), grid[-1], places[:, -1])
    for axis in range(d - 2, -1, -1):
        folded = np.moveaxis(found, axis + 1, 0)
        own = np.arange(places.shape[0])

        def piece(i: Array, at: Array, x: Array, y: Array = folded, own: Array = own) -> Array:
            return _cubic(x, y, i, at, own)

        found = at_places(piece, grid[axis], places[:, axis])
    return found


def _cubic(x: Array, y: Array, i: Array, at: Array, own: Array | None) -> Array:
    """The value at each place of the monotone cubic function through y, or of that through its own y[:, own]."""
    c = hermite_coefficients(x, y, monotone_slopes(x, y))
    c = take(c, i, axis=1) if own is None else getitem(c, (slice(None), i, own))
    at = _tall(at - take(x, i), c[0])
    return ((c[0] * at + c[1]) * at + c[2]) * at + c[3]
