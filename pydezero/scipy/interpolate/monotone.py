"""Piecewise cubic interpolation that rises and falls where the data do.

The slopes at the sites are those of F. N. Fritsch and J. Butland, "A method for constructing local monotone piecewise
cubic interpolants", SIAM J. Sci. Stat. Comput. 5 (1984); at the ends those of C. Moler, "Numerical computing with
Matlab" (2004), section 3.6. They have kinks in the values: the derivative there is the mean of those on either side,
in each secant by itself, and the second derivative is not known.
"""

from __future__ import annotations

from typing import Any, Final, overload

import numpy as np
import scipy.interpolate
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise, define, zero
from pydezero.core.typed import has_variable
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.slopes import may_hold, no_slope
from pydezero.scipy.interpolate.cubic import column, hermite_coefficients
from pydezero.scipy.interpolate.piecewise import Extrapolate, PPoly, V
from pydezero.scipy.interpolate.places import checked_sites

__all__ = [
    "PchipInterpolator",
]


def _zeros(x: Array, slope: Array) -> Array:
    return np.zeros_like(x + slope)


# Of an x that is 0 everywhere: 0, with the slope that is given, whose own derivative is not known.
_kink_p: Final[Elementwise] = define(Elementwise, "kink", _zeros, lambda t, x, y: t * (y + no_slope(x, True)), zero)


def _kink(x: Array, slope: Array, at: Array) -> Array:
    """The term that a derivative gets at a kink: 0, with a slope in x, which is 0 there."""
    return bind(_kink_p, where(at, x, 0.0), slope)


class PchipInterpolator(PPoly[V]):
    """The piecewise cubic function through the values y at sites x that rises and falls where they do.

    Its first derivative is continuous. It is a `PPoly`, differentiated with respect to x, y and the places that it is
    called with. As a function of y it has kinks where two values are equal, and where the slope at an end reaches a
    limit: the derivative there is the mean of those on either side, and the second derivative is nan.

    Raises:
        ValueError: x does not increase; y does not fit, or is complex.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> PchipInterpolator([0.0, 1.0, 2.0], Variable(np.array([0.0, 1.0, 1.0])))([0.5, 1.5])
    variable([0.6875 1.    ])
    """

    @overload
    def __init__(
        self: PchipInterpolator[Variable], x: Variable, y: Any, axis: int = ..., extrapolate: Extrapolate = ...
    ) -> None: ...
    @overload
    def __init__(
        self: PchipInterpolator[Variable], x: Any, y: Variable, axis: int = ..., extrapolate: Extrapolate = ...
    ) -> None: ...
    @overload
    def __init__(
        self: PchipInterpolator[NDArray[Any]], x: Any, y: Any, axis: int = ..., extrapolate: Extrapolate = ...
    ) -> None: ...
    def __init__(self, x: Any, y: Any, axis: int = 0, extrapolate: Any = None) -> None:
        if not has_variable((x, y)):
            self._take(scipy.interpolate.PchipInterpolator(x, y, axis, extrapolate))
            return
        sites, values = checked_sites("PchipInterpolator", x, y, axis)
        if values.dtype.kind == "c":
            raise ValueError("scipy.interpolate.PchipInterpolator: y is complex; it must be real, such as np.real(y)")
        c = hermite_coefficients(sites, values, monotone_slopes(sites, values))
        self._set(c, sites, True if extrapolate is None else extrapolate, axis % values.ndim)


def monotone_slopes(x: Array, y: Array) -> Array:
    """The slopes at the sites, along the first axis."""
    h = column(x[1:] - x[:-1], y.ndim)
    m = (y[1:] - y[:-1]) / h
    if y.shape[0] == 2:
        return np.concatenate([m, m])
    inner = _inner(m[:-1], m[1:], 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1])
    first, last = _outer(h[0], h[1], m[0], m[1]), _outer(h[-1], h[-2], m[-1], m[-2])
    return np.concatenate([first[np.newaxis], inner, last[np.newaxis]])


def _inner(m0: Array, m1: Array, w0: Array, w1: Array) -> Array:
    """The weighted harmonic mean of two secants; 0 where their signs differ."""
    alike = np.sign(m0) * np.sign(m1) > 0
    total = w0 + w1
    mean = total / (w0 / where(alike, m0, 1.0) + w1 / where(alike, m1, 1.0))
    slope = where(alike, mean, 0.0)
    level0, level1 = np.equal(m0, 0), np.equal(m1, 0)
    # Near a secant of 0 the slope is it times total / w on one side, and 0 on the other.
    if may_hold(level0):
        slope = slope + _kink(m0, where(level1, 0.0, 0.5 * total / w0), level0)
    if may_hold(level1):
        slope = slope + _kink(m1, where(level0, 0.0, 0.5 * total / w1), level1)
    return slope


def _outer(h0: Array, h1: Array, m0: Array, m1: Array) -> Array:
    """The slope at an end, of three points, kept to the sign of the first secant, and to three times that."""
    rising = (2 * h0 + h1) / (h0 + h1)
    d = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
    level, flat = np.equal(m0, 0), np.equal(d, 0)
    kept = np.equal(np.sign(d), np.sign(m0)) & ~level
    turns = ~np.equal(np.sign(m0), np.sign(m1))
    limited = kept & turns & (np.abs(d) > 3 * np.abs(m0))
    slope = where(limited, 3 * m0, where(kept, d, 0.0))
    if may_hold(level):
        both = level & np.equal(m1, 0)
        slope = slope + _kink(m0, where(both, rising, 1.5), level) + _kink(m1, 0.0, both)
    if may_hold(flat & ~level):
        slope = slope + _kink(d, 0.5, flat & ~level)
    at_limit = kept & turns & np.equal(np.abs(d), 3 * np.abs(m0))
    if may_hold(at_limit):
        slope = slope + _kink(3 * m0 - d, 0.5, at_limit)
    return slope
