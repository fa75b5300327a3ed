"""Splines in the basis of B-splines.

The basis is computed by the recurrence of Cox and de Boor (C. de Boor, "A practical guide to splines", 1978, chapter
X), for all places at once, from the k + 1 B-splines that are not 0 in the piece of each place.
"""

from __future__ import annotations

from operator import index
from typing import Any, Generic, Literal, overload

import numpy as np
import scipy.interpolate
from numpy.typing import NDArray

from pydezero.core.typed import has_variable
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.indexing.indexing import take
from pydezero.scipy.interpolate.cubic import column
from pydezero.scipy.interpolate.piecewise import Extrapolate, Places, V, integral
from pydezero.scipy.interpolate.places import (
    along_axis,
    at_places,
    check_increasing,
    extrapolated,
    in_double,
    in_period,
    kept,
    known_values,
)

__all__ = [
    "BSpline",
]


def basis(t: Array, k: int, places: Array, piece: Array, nu: int = 0) -> Array:
    """The derivatives nu of the B-splines piece - k to piece, along a first axis, at places in these pieces."""
    if nu > k:
        return 0 * basis(t, k, places, piece)
    if not k:
        return np.ones_like(places)[np.newaxis] if type(places) is not Variable else 0 * places[np.newaxis] + 1.0
    lower = basis(t, k - 1, places, piece, max(nu - 1, 0))
    steps = np.reshape(np.arange(1 - k, 1), (-1, *(1,) * len(places.shape)))
    begin, end = take(t, piece + steps), take(t, piece + steps + k)
    share = lower / (end - begin)
    none = np.zeros((1, *places.shape))
    if nu:
        return k * np.concatenate([none, share]) - k * np.concatenate([share, none])
    return np.concatenate([none, (places - begin) * share]) + np.concatenate([(end - places) * share, none])


class BSpline(Generic[V]):
    """The spline of degree k that is the sum of B-splines with knots t, times coefficients c.

    It goes on beyond the interval from t[k] to t[-k - 1] as its first and last piece; with `extrapolate=False` it is
    nan there, with "periodic" it repeats.

    It is differentiated with respect to t, c and the places that it is called with. Where two pieces meet the value is
    that of the piece on the right; the derivative with respect to the place is the mean of both.

    Attributes:
        t: the knots.
        c: the coefficients, with the axis of interpolation first.
        k: the degree.
        extrapolate: True, False or "periodic".
        axis: the axis of the result in the place of which the axes of the places are.

    Raises:
        ValueError: k is negative; the knots decrease or are too few; there are too few coefficients.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> t = np.array([0.0, 1.0, 2.0, 3.0])
    >>> BSpline(t, Variable(np.array([1.0, 3.0])), 1)(1.25)
    variable(1.5)
    >>> grad(lambda c: BSpline(t, c, 1)(1.25))(np.array([1.0, 3.0]))
    array([0.75, 0.25])
    """

    t: V | NDArray[Any]
    c: V | NDArray[Any]
    k: int
    extrapolate: bool | Literal["periodic"]
    axis: int
    _plain: Any  # the spline of SciPy of the same arrays, None where there are Variables

    @overload
    def __init__(
        self: BSpline[Variable], t: Variable, c: Operand, k: int, extrapolate: Extrapolate = ..., axis: int = ...
    ) -> None: ...
    @overload
    def __init__(
        self: BSpline[Variable], t: ArrayOrNumber, c: Variable, k: int, extrapolate: Extrapolate = ..., axis: int = ...
    ) -> None: ...
    @overload
    def __init__(
        self: BSpline[NDArray[Any]],
        t: ArrayOrNumber,
        c: ArrayOrNumber,
        k: int,
        extrapolate: Extrapolate = ...,
        axis: int = ...,
    ) -> None: ...
    def __init__(self, t: Any, c: Any, k: int, extrapolate: Any = True, axis: int = 0) -> None:
        if not has_variable((t, c)):
            self._take(scipy.interpolate.BSpline(t, c, k, extrapolate, axis))
            return
        knots, coefficients = kept(t), kept(c)
        k = index(k)
        if k < 0 or knots.ndim != 1 or knots.shape[0] < 2 * k + 2:
            raise ValueError(
                f"scipy.interpolate.BSpline: t has the shape {knots.shape}; a spline of degree {k} needs at least "
                f"{2 * k + 2} knots in one axis"
            )
        needed = knots.shape[0] - k - 1
        if not -coefficients.ndim <= axis < coefficients.ndim or coefficients.shape[axis] < needed:
            raise ValueError(
                f"scipy.interpolate.BSpline: c has the shape {coefficients.shape}; along the axis {axis} it must have "
                f"{needed} elements"
            )
        check_increasing("BSpline", "t", knots, strictly=False)
        axis %= coefficients.ndim
        self._set(knots, np.moveaxis(coefficients, axis, 0), k, extrapolate, axis)

    def _take(self, plain: Any) -> None:
        """Be the same spline as one of SciPy's."""
        self._set(plain.t, plain.c, plain.k, plain.extrapolate, plain.axis, plain)

    def _set(self, t: Any, c: Any, k: int, extrapolate: Any, axis: int, plain: Any = None) -> None:
        self.t, self.c, self.k, self.axis = t, c, k, axis
        self.extrapolate = extrapolate if extrapolate == "periodic" else bool(extrapolate)
        self._plain = plain

    @property
    def tck(self) -> tuple[V | NDArray[Any], V | NDArray[Any], int]:
        """The knots, the coefficients and the degree."""
        return self.t, self.c, self.k

    @overload
    def __call__(self, x: Variable, nu: int = 0, extrapolate: Extrapolate = None) -> Variable: ...
    @overload
    def __call__(self, x: Places, nu: int = 0, extrapolate: Extrapolate = None) -> V: ...
    def __call__(self, x: Any, nu: int = 0, extrapolate: Extrapolate = None) -> Any:
        """The values at places x, or those of the derivative `nu`.

        The axes of x are in the place of the axis of interpolation. `extrapolate` is for this call.
        """
        if self._plain is not None and not has_variable(x):
            return self._plain(x, nu, extrapolate)
        extrapolate = self.extrapolate if extrapolate is None else extrapolate
        t: Array = self.t
        begin, end = self._ends()
        places = in_double(x)
        if extrapolate == "periodic":
            places = in_period(places, begin, end)
        values = at_places(lambda i, at, of: self._piece(i, at, of, nu), t, places, self.k)
        if not extrapolate:
            values = extrapolated(values, places, begin, end)
        return along_axis(values, places.ndim, self.axis)

    def _ends(self) -> tuple[Array, Array]:
        t: Array = self.t
        return t[self.k], t[t.shape[0] - self.k - 1]

    def _piece(self, piece: Array, places: Array, t: Array, nu: int) -> Array:
        c: Array = self.c
        steps = np.reshape(np.arange(-self.k, 1), (-1, *(1,) * places.ndim))
        weights: Array = basis(t, self.k, places, piece, nu)
        weights = np.reshape(weights, (*weights.shape, *(1,) * (c.ndim - 1)))
        return np.sum(weights * take(c, piece + steps, axis=0), axis=0)

    def derivative(self, nu: int = 1) -> BSpline[V]:
        """The derivative nu of the spline, as one; of a negative number the antiderivative.

        Raises:
            ValueError: nu is larger than the degree, or knots within the spline are equal so that it has a step.
        """
        if nu < 0:
            return self.antiderivative(-nu)
        if self._plain is not None:
            return like_scipys(self._plain.derivative(nu))
        if nu > self.k:
            raise ValueError(
                f"scipy.interpolate.BSpline.derivative: nu is {nu}; it must not exceed the degree {self.k}"
            )
        t, c, k = self._padded()
        for _ in range(nu):
            t, c, k = _differentiated(t, c, k)
        return spline_of(t, c, k, self.extrapolate, self.axis)

    def antiderivative(self, nu: int = 1) -> BSpline[V]:
        """The antiderivative nu of the spline, as one, which is 0 at t[k].

        That of a periodic one is not periodic, and is nan beyond its interval.
        """
        if nu < 0:
            return self.derivative(-nu)
        if self._plain is not None:
            return like_scipys(self._plain.antiderivative(nu))
        t, c, k = self._padded()
        for _ in range(nu):
            t, c, k = _integrated(t, c, k)
        return spline_of(t, c, k, self.extrapolate != "periodic" and self.extrapolate, self.axis)

    def _padded(self) -> tuple[Array, Array, int]:
        """Knots, coefficients and degree, with zeros after the coefficients until there are as many as knots."""
        t: Array = self.t
        c: Array = self.c
        missing = t.shape[0] - c.shape[0]
        return t, np.concatenate([c, np.zeros((missing, *c.shape[1:]))]) if missing > 0 else c, self.k

    @overload
    def integrate(self, a: Variable, b: Operand, extrapolate: Extrapolate = None) -> Variable: ...
    @overload
    def integrate(self, a: ArrayOrNumber, b: Variable, extrapolate: Extrapolate = None) -> Variable: ...
    @overload
    def integrate(self, a: ArrayOrNumber, b: ArrayOrNumber, extrapolate: Extrapolate = None) -> V: ...
    def integrate(self, a: Any, b: Any, extrapolate: Extrapolate = None) -> Any:
        """The integral from a to b, which are numbers; without `extrapolate` the spline is 0 beyond its interval."""
        if self._plain is not None and not has_variable((a, b)):
            return self._plain.integrate(a, b, extrapolate)
        extrapolate = self.extrapolate if extrapolate is None else extrapolate
        begin, end = self._ends()
        primitive = self.antiderivative()
        primitive = spline_of(primitive.t, primitive.c, primitive.k, primitive.extrapolate, 0)
        lower, upper = in_double(a), in_double(b)
        if not extrapolate:
            lower, upper = np.clip(lower, begin, end), np.clip(upper, begin, end)
        return integral(primitive, lower, upper, begin, end, extrapolate or True)


def _differentiated(t: Array, c: Array, k: int) -> tuple[Array, Array, int]:
    gaps: Array = t[k + 1 : -1] - t[1 : -k - 1]
    known = known_values(gaps)
    if type(known) is not Variable and np.any(known == 0):
        raise ValueError("scipy.interpolate.BSpline.derivative: the spline has a step where knots are equal")
    steps: Array = (c[1 : -1 - k] - c[: -2 - k]) * k / column(gaps, c.ndim)
    return t[1:-1], np.concatenate([steps, np.zeros((k, *c.shape[1:]))]), k - 1


def _integrated(t: Array, c: Array, k: int) -> tuple[Array, Array, int]:
    gaps: Array = column(t[k + 1 :] - t[: -k - 1], c.ndim)
    sums: Array = np.cumsum(c[: -k - 1] * gaps, axis=0) / (k + 1)
    c = np.concatenate([0 * sums[:1], sums, *[sums[-1:]] * (k + 2)])
    return np.concatenate([t[:1], t, t[-1:]]), c, k + 1


def spline_of(t: Any, c: Any, k: int, extrapolate: Any, axis: int) -> BSpline[Any]:
    """A spline of knots and coefficients that fit."""
    made: BSpline[Any] = BSpline.__new__(BSpline)
    if has_variable((t, c)):
        made._set(t, c, k, extrapolate, axis)
    else:
        made._take(scipy.interpolate.BSpline.construct_fast(t, c, k, extrapolate, axis))
    return made


def like_scipys(plain: Any) -> BSpline[Any]:
    """The spline as one of SciPy's."""
    made: BSpline[Any] = BSpline.__new__(BSpline)
    made._take(plain)
    return made
