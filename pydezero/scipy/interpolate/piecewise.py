"""Piecewise polynomials, given by their coefficients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Generic, Literal, TypeAlias, TypeVar, overload

import numpy as np
import scipy.interpolate
from numpy.typing import NDArray

from pydezero.core.typed import has_variable
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.indexing.indexing import take
from pydezero.scipy.interpolate.places import (
    along_axis,
    at_places,
    check_increasing,
    extrapolated,
    in_double,
    in_period,
    kept,
)

__all__ = [
    "PPoly",
]

V = TypeVar("V", Variable, NDArray[Any])

Extrapolate: TypeAlias = bool | Literal["periodic"] | None

# Where a function is evaluated.
Places: TypeAlias = ArrayOrNumber | Sequence[float] | Sequence[Sequence[float]]


class PPoly(Generic[V]):
    """A function that is a polynomial between each two breakpoints x[i] and x[i + 1].

    It is the sum over m of `c[m, i] * (v - x[i])**(k - m)`, with k + 1 coefficients for each piece, and goes on beyond
    the breakpoints as its first and last piece. With `extrapolate=False` it is nan there, with "periodic" it repeats.

    It is differentiated with respect to c, x and the places that it is called with. Where two pieces meet the value is
    that of the piece on the right; the derivative with respect to the place is the mean of both, and that with respect
    to the breakpoint its negative.

    Attributes:
        c: the coefficients, of shape (k + 1, len(x) - 1, ...).
        x: the breakpoints.
        extrapolate: True, False or "periodic".
        axis: the axis of the result in the place of which the axes of the places are.

    Raises:
        ValueError: the coefficients do not fit the breakpoints; there are Variables, and x does not increase.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> p = PPoly(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([0.0, 1.0, 2.0]))
    >>> p(Variable(np.array([0.5, 1.5])))
    variable([0.5 2. ])
    >>> grad(p)(1.0)
    np.float64(1.5)
    """

    c: V
    x: V | NDArray[Any]
    extrapolate: bool | Literal["periodic"]
    axis: int
    _plain: Any  # the polynomial of SciPy of the same arrays, None where there are Variables

    @overload
    def __init__(
        self: PPoly[Variable], c: Variable, x: Operand, extrapolate: Extrapolate = ..., axis: int = ...
    ) -> None: ...
    @overload
    def __init__(
        self: PPoly[Variable], c: ArrayOrNumber, x: Variable, extrapolate: Extrapolate = ..., axis: int = ...
    ) -> None: ...
    @overload
    def __init__(
        self: PPoly[NDArray[Any]], c: ArrayOrNumber, x: ArrayOrNumber, extrapolate: Extrapolate = ..., axis: int = ...
    ) -> None: ...
    def __init__(self, c: Any, x: Any, extrapolate: Extrapolate = None, axis: int = 0) -> None:
        if not has_variable((c, x)):
            self._take(scipy.interpolate.PPoly(c, x, extrapolate, axis))
            return
        coefficients, breaks = kept(c), kept(x)
        if breaks.ndim != 1 or breaks.shape[0] < 2 or not 0 <= axis < coefficients.ndim - 1:
            raise ValueError(
                f"scipy.interpolate.PPoly: c of shape {coefficients.shape} and x of shape {breaks.shape} with "
                f"axis={axis} do not fit"
            )
        if axis:
            coefficients = np.moveaxis(coefficients, (axis, axis + 1), (0, 1))
        if coefficients.shape[0] < 1 or coefficients.shape[1] != breaks.shape[0] - 1:
            raise ValueError(
                f"scipy.interpolate.PPoly: c has the shape {coefficients.shape}; for {breaks.shape[0]} breakpoints it "
                f"must be (k + 1, {breaks.shape[0] - 1}, ...)"
            )
        check_increasing("PPoly", "x", breaks, strictly=False)
        self._set(coefficients, breaks, True if extrapolate is None else extrapolate, axis)

    def _take(self, plain: Any) -> None:
        """Be the same polynomial as one of SciPy's."""
        self._set(plain.c, plain.x, plain.extrapolate, plain.axis, plain)

    def _set(self, c: Any, x: Any, extrapolate: Any, axis: int, plain: Any = None) -> None:
        self.c, self.x, self.axis = c, x, axis
        self.extrapolate = extrapolate if extrapolate == "periodic" else bool(extrapolate)
        self._plain = plain

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
        breaks: Array = self.x
        check_increasing("PPoly", "x", breaks, strictly=False)  # SciPy takes decreasing ones, too
        places = in_double(x)
        if extrapolate == "periodic":
            places = in_period(places, breaks[0], breaks[-1])
        values = at_places(lambda i, at, of: self._piece(i, at - take(of, i), nu), breaks, places)
        if not extrapolate:
            values = extrapolated(values, places, breaks[0], breaks[-1])
        return along_axis(values, places.ndim, self.axis)

    def _piece(self, index: Array, at: Array, nu: int) -> Array:
        """The derivative nu of given pieces, by Horner's rule."""
        c: Array = self.c
        at = np.reshape(at, (*at.shape, *(1,) * (c.ndim - 2)))
        degree = c.shape[0] - 1
        if nu > degree:
            return 0 * take(c[0], index, axis=0) * at
        total: Array = 0
        for m in range(degree - nu + 1):
            total = total * at + math.perm(degree - m, nu) * take(c[m], index, axis=0)
        return total if degree > nu else total + 0 * at

    def derivative(self, nu: int = 1) -> PPoly[V]:
        """The derivative nu of the polynomial, as one; of a negative number the antiderivative."""
        if nu < 0:
            return self.antiderivative(-nu)
        if self._plain is not None:
            return _of_plain(self._plain.derivative(nu))
        c: Array = self.c
        degree = c.shape[0] - 1
        if nu > degree:
            return _made(0 * c[:1], self.x, self.extrapolate, self.axis)
        factors = np.array([math.perm(degree - m, nu) for m in range(degree - nu + 1)], float)
        return _made(_times(factors, c[: degree - nu + 1]), self.x, self.extrapolate, self.axis)

    def antiderivative(self, nu: int = 1) -> PPoly[V]:
        """The antiderivative nu of the polynomial, as one, which is continuous and 0 at x[0].

        That of a periodic one is not periodic, and is nan beyond the breakpoints.
        """
        if nu <= 0:
            return self.derivative(-nu)
        if self._plain is not None:
            return _of_plain(self._plain.antiderivative(nu))
        c: Array = self.c
        breaks: Array = self.x
        widths = breaks[1:] - breaks[:-1]
        widths = np.reshape(widths, (-1, *(1,) * (c.ndim - 2)))
        for _ in range(nu):
            degree = c.shape[0] - 1
            c = _times(1 / np.arange(degree + 1, 0, -1), c)
            total: Array = 0
            for m in range(degree + 1):
                total = (total + c[m]) * widths
            starts = np.cumsum(np.concatenate([0 * total[:1], total[:-1]]), axis=0)
            c = np.concatenate([c, starts[np.newaxis]])
        return _made(c, breaks, self.extrapolate != "periodic" and self.extrapolate, self.axis)

    @overload
    def integrate(self, a: Variable, b: Operand, extrapolate: Extrapolate = None) -> Variable: ...
    @overload
    def integrate(self, a: ArrayOrNumber, b: Variable, extrapolate: Extrapolate = None) -> Variable: ...
    @overload
    def integrate(self, a: ArrayOrNumber, b: ArrayOrNumber, extrapolate: Extrapolate = None) -> V: ...
    def integrate(self, a: Any, b: Any, extrapolate: Extrapolate = None) -> Any:
        """The integral from a to b, which are numbers."""
        if self._plain is not None and not has_variable((a, b)):
            return self._plain.integrate(a, b, extrapolate)
        extrapolate = self.extrapolate if extrapolate is None else extrapolate
        breaks: Array = self.x
        primitive = self.antiderivative()
        if self.axis:
            primitive = _made(primitive.c, primitive.x, primitive.extrapolate, 0)
        return integral(primitive, in_double(a), in_double(b), breaks[0], breaks[-1], extrapolate)

    def roots(self, discontinuity: bool = True, extrapolate: Extrapolate = None) -> Any:
        """The places where the value is 0, as SciPy finds them, of a polynomial without Variables.

        Raises:
            TypeError: there are Variables.
        """
        return self.solve(0.0, discontinuity, extrapolate)

    def solve(self, y: Any = 0.0, discontinuity: bool = True, extrapolate: Extrapolate = None) -> Any:
        """The places where the value is y, as SciPy finds them, of a polynomial without Variables.

        Raises:
            TypeError: there are Variables.
        """
        if self._plain is None or has_variable(y):
            raise TypeError(
                "scipy.interpolate.PPoly.solve: its places have no derivative here; find one with a solver that has, "
                "of pydezero.scipy.optimize"
            )
        return self._plain.solve(y, discontinuity, extrapolate)


def _times(factors: NDArray[Any], c: Array) -> Array:
    return np.reshape(factors, (-1, *(1,) * (c.ndim - 1))) * c


def _made(c: Any, x: Any, extrapolate: Any, axis: int) -> PPoly[Any]:
    """A polynomial of coefficients and breakpoints that fit."""
    made: PPoly[Any] = PPoly.__new__(PPoly)
    if has_variable((c, x)):
        made._set(c, x, extrapolate, axis)
    else:
        made._take(scipy.interpolate.PPoly.construct_fast(c, x, extrapolate, axis))
    return made


def _of_plain(plain: Any) -> PPoly[Any]:
    made: PPoly[Any] = PPoly.__new__(PPoly)
    made._take(plain)
    return made


def integral(primitive: Any, a: Array, b: Array, begin: Array, end: Array, extrapolate: Extrapolate) -> Array:
    """The integral from a to b by an antiderivative, which is given from the beginning to the end of a period."""
    if extrapolate != "periodic":
        return primitive(b, extrapolate=extrapolate) - primitive(a, extrapolate=extrapolate)
    whole = primitive(end) - primitive(begin)

    def up_to(v: Array) -> Array:
        return np.floor((v - begin) / (end - begin)) * whole + primitive(in_period(v, begin, end), extrapolate=True)

    return up_to(b) - up_to(a)
