"""Trends that are removed, and polynomials that are fitted to a moving window: linear maps along an axis.

What `detrend` leaves is orthogonal to what it fits, so the map is its own transpose. The Savitzky-Golay filter is a
convolution (A. Savitzky and M. Golay, "Smoothing and differentiation of data by simplified least squares procedures",
1964), and at the ends the polynomial that fits the first or the last window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.bind import bind
from pydezero.core.primitive import Linear, define
from pydezero.core.typed import array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable
from pydezero.scipy import ndimage
from pydezero.scipy.operands import as_operand, not_differentiated, takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["detrend", "savgol_filter"]

Trend: TypeAlias = Literal["linear", "constant", "l", "c"]
Ends: TypeAlias = Literal["mirror", "constant", "nearest", "wrap", "interp"]


def _detrended(x: Array, axis: int, kind: Trend, bp: tuple[int, ...]) -> Array:
    if x.shape[axis] and not x.size:
        return np.empty_like(x)  # no example of a batch: SciPy needs one
    trend: Any = kind  # of which the stubs do not know the short names
    return np.asarray(signal.detrend(x, axis, trend, np.array(bp)))


def _detrend_rule(g: Array, axis: int, kind: Trend, bp: tuple[int, ...]) -> Array:
    return bind(_detrend_p, g, axis=axis, kind=kind, bp=bp)


_detrend_p: Final[Linear] = define(
    Linear,
    "detrend",
    _detrended,
    _detrend_rule,
    batch=lambda _, x, axis, kind, bp: bind(_detrend_p, x, axis=axis + 1, kind=kind, bp=bp),
)


@array_function
@as_in_scipy(signal.detrend)
@takes_lists
def detrend(data: Operand, axis: int = -1, type: Trend = "linear", bp: int | Sequence[int] | NDArray[Any] = 0) -> Array:
    """The data without the line, or with `type="constant"` the mean, that fits them along an axis.

    Args:
        data: the data.
        axis: along which there is a trend.
        type: of the trend: "linear" or "constant".
        bp: where a line ends and another begins, as indices along the axis.

    Raises:
        ValueError: `type` is none of those, or an index is negative or larger than the length of the axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> detrend(Variable(np.array([1.0, 2.0, 6.0])), type="constant")
    variable([-2. -1.  3.])
    """
    x = as_operand(data)
    axis = normalize_axis_index(axis, x.ndim, "scipy.signal.detrend")
    breaks = np.atleast_1d(as_operand(bp))
    if breaks.ndim != 1 or breaks.dtype.kind not in "iu" or np.any(breaks < 0):
        raise ValueError(f"scipy.signal.detrend: bp is {bp!r}; it must be an index that is not negative, or several")
    return bind(_detrend_p, x, axis=axis, kind=type, bp=tuple(breaks.tolist()))


@array_function
@as_in_scipy(signal.savgol_filter)
@takes_lists
def savgol_filter(
    x: Operand,
    window_length: int,
    polyorder: int,
    deriv: int = 0,
    delta: float = 1.0,
    axis: int = -1,
    mode: Ends = "interp",
    cval: float = 0.0,
) -> Array:
    """The values, or derivatives, of the polynomials that fit a window that moves along an axis, in its middle.

    Args:
        x: the data, real.
        window_length: how many elements a polynomial is fitted to.
        polyorder: the degree of the polynomials, less than that.
        deriv: which derivative of them, with respect to a coordinate with steps of `delta`.
        delta: the distance of the elements.
        axis: of x.
        mode: at the ends the polynomial of the first or the last window ("interp"), or how x is extended.
        cval: by which it is for "constant".

    Raises:
        ValueError: `mode` is none of those, the window is longer than the axis or not longer than `polyorder`, a count
            is no integer or negative, or x is complex.
        TypeError: `delta` is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> savgol_filter(Variable(np.array([0.0, 3.0, 0.0, 3.0])), 3, 1).data.round(6)
    array([1., 1., 2., 2.])
    """
    data: Array = as_operand(x)
    if mode not in ("mirror", "constant", "nearest", "wrap", "interp") or data.dtype.kind == "c":
        raise ValueError(
            f"scipy.signal.savgol_filter: mode is {mode!r} and x has the dtype {data.dtype}; x must be real, and mode "
            "'mirror', 'constant', 'nearest', 'wrap' or 'interp'"
        )
    _check_options(delta, window_length=window_length, polyorder=polyorder, deriv=deriv)
    data = data.astype(np.float64) if data.dtype != np.float32 else data
    axis = normalize_axis_index(axis, data.ndim, "scipy.signal.savgol_filter")
    length = data.shape[axis]
    shape = [window_length if i == axis else 1 for i in range(data.ndim)]
    weights = np.reshape(signal.savgol_coeffs(window_length, polyorder, deriv, delta), shape)
    if mode != "interp":
        return ndimage.convolve(data, weights, mode=mode, cval=cval)
    if window_length > length:
        raise ValueError(
            f"scipy.signal.savgol_filter: window_length is {window_length}, and the axis has {length} elements; for "
            "mode='interp' the window must not be longer"
        )
    along, half = np.moveaxis(data, axis, -1), window_length // 2
    convolved: Array = ndimage.convolve(data, weights, mode="constant")
    inside = np.moveaxis(convolved, axis, -1)[..., half : length - half]
    at_ends = [
        [signal.savgol_coeffs(window_length, polyorder, deriv, delta, pos=i, use="dot") for i in places]
        for places in (range(half), range(window_length - half, window_length))
    ]
    first, last = (np.reshape(np.array(rows, data.dtype), (half, window_length)).T for rows in at_ends)
    parts = along[..., :window_length] @ first, inside, along[..., length - window_length :] @ last
    return np.moveaxis(np.concatenate(parts, axis=-1), -1, axis)


def _check_options(delta: object, **counts: Any) -> None:
    for name, count in counts.items():
        if not isinstance(count, int | np.integer) or count < 0:
            raise ValueError(f"scipy.signal.savgol_filter: {name} is {count!r}; it must be an integer of at least 0")
    if isinstance(delta, Variable):
        raise TypeError(not_differentiated("scipy.signal.savgol_filter", "delta"))
