"""Piecewise cubic interpolation whose slopes at the sites are weighted means of the neighbouring secants.

They are those of H. Akima, "A new method of interpolation and smooth curve fitting based on local procedures", J. ACM
17 (1970), and of the modification by C. Moler and C. Ionita, "Makima piecewise cubic interpolation" (2019).
"""

from __future__ import annotations

import math
from typing import Any, Final, Literal, overload

import numpy as np
import scipy.interpolate
from numpy.typing import NDArray

from pydezero.core.typed import has_variable
from pydezero.core.types import Array
from pydezero.core.variable import Variable, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.slopes import may_hold, no_slope
from pydezero.scipy.interpolate.cubic import column, hermite_coefficients
from pydezero.scipy.interpolate.piecewise import Extrapolate, PPoly, V
from pydezero.scipy.interpolate.places import checked_sites

__all__ = [
    "Akima1DInterpolator",
]

# What SciPy takes weights for zero at, relative to the largest.
_SMALL: Final = 1e-9


class Akima1DInterpolator(PPoly[V]):
    """The piecewise cubic function through the values y at sites x whose slopes follow the nearer of both secants.

    It is a `PPoly`, differentiated with respect to x, y and the places that it is called with; without `extrapolate` it
    is nan outside of the sites. As a function of y it has kinks where two neighbouring secants are equal, and there
    the weights have the derivative 0, the mean of those on either side. On a line both secants have the weight 1/2; at
    a corner where two lines meet, the slope by "akima" jumps with y, and has the derivative nan.

    Raises:
        NotImplementedError: there is no such method.
        ValueError: x does not increase; y does not fit, or is complex.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> Akima1DInterpolator([0.0, 1.0, 2.0], Variable(np.array([0.0, 1.0, 4.0])))(1.5)
    variable(2.25)
    """

    @overload
    def __init__(
        self: Akima1DInterpolator[Variable],
        x: Variable,
        y: Any,
        axis: int = ...,
        *,
        method: Literal["akima", "makima"] = ...,
        extrapolate: Extrapolate = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: Akima1DInterpolator[Variable],
        x: Any,
        y: Variable,
        axis: int = ...,
        *,
        method: Literal["akima", "makima"] = ...,
        extrapolate: Extrapolate = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: Akima1DInterpolator[NDArray[Any]],
        x: Any,
        y: Any,
        axis: int = ...,
        *,
        method: Literal["akima", "makima"] = ...,
        extrapolate: Extrapolate = ...,
    ) -> None: ...
    def __init__(self, x: Any, y: Any, axis: int = 0, *, method: Any = "akima", extrapolate: Any = None) -> None:
        name = "scipy.interpolate.Akima1DInterpolator"
        if not has_variable((x, y)):
            options = {} if extrapolate is None else {"extrapolate": extrapolate}  # SciPy 1.13 has no such parameter
            self._take(scipy.interpolate.Akima1DInterpolator(x, y, axis, method=method, **options))
            return
        if method not in ("akima", "makima"):
            raise NotImplementedError(f"{name}: method is {method!r}; it must be 'akima' or 'makima'")
        sites, values = checked_sites("Akima1DInterpolator", x, y, axis)
        if values.dtype.kind == "c":
            raise ValueError(f"{name}: y is complex; it must be real, such as np.real(y)")
        c = hermite_coefficients(sites, values, _slopes(sites, values, method == "makima"))
        self._set(c, sites, False if extrapolate is None else extrapolate, axis % values.ndim)


def _slopes(x: Array, y: Array, modified: bool) -> Array:
    """The slopes at the sites, along the first axis."""
    m = (y[1:] - y[:-1]) / column(x[1:] - x[:-1], y.ndim)
    if y.shape[0] == 2:
        return np.concatenate([m, m])
    for _ in range(2):  # two secants more at each end, that go on as the last two do
        m = np.concatenate([2 * m[:1] - m[1:2], m, 2 * m[-1:] - m[-2:-1]])
    changes = np.abs(m[1:] - m[:-1])
    if modified:
        changes = changes + 0.5 * np.abs(m[1:] + m[:-1])
    of_right, total = changes[:-2], changes[2:] + changes[:-2]
    left, right = m[1:-2], m[2:-1]
    known = undifferentiated(total)
    unknown = known <= _SMALL * np.max(known, initial=-math.inf)
    slope = left + where(unknown, 0.5, of_right / where(unknown, 1.0, total)) * (right - left)
    return slope if not may_hold(unknown) else where(unknown, _of_equal_secants(left, right), slope)


def _of_equal_secants(left: Array, right: Array) -> Array:
    """The slope where the weights of the secants are not known: at a corner it has no derivative."""
    mean = 0.5 * (left + right)
    corner = ~np.equal(left, right)
    return where(corner, undifferentiated(mean) + no_slope(mean, True), mean)
