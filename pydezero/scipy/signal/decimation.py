"""Signals at a fraction of their sampling rate, of which the filter is designed by SciPy."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from scipy import signal

from pydezero.core.typed import array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand
from pydezero.functions.shapes.shape import normalize_axes
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.cascades import filtfilt, sosfilt, sosfiltfilt
from pydezero.scipy.signal.filters import lfilter
from pydezero.scipy.signal.polyphase import upfirdn
from pydezero.scipy.signal.resampling import resample_poly
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["decimate"]


@array_function
@as_in_scipy(signal.decimate)
def decimate(
    x: Operand,
    q: int,
    n: int | None = None,
    ftype: Any = "iir",
    axis: int = -1,
    zero_phase: bool = True,
) -> Array:
    """One element of q of a signal, from which a filter has taken the frequencies that the lower rate does not have.

    Args:
        x: the signal, along an axis.
        q: of how many elements one is left.
        n: the order of the filter: 8 by default for "iir", 20 q for "fir".
        ftype: "iir" for a Chebyshev filter, "fir" for one with a Hamming window, or a `scipy.signal.dlti`.
        axis: of x.
        zero_phase: whether nothing is shifted: a filter with an infinite response runs forward and backward.

    Raises:
        ValueError: ftype is none of those, or x is too short for the filter.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: decimate(x, 2, n=2, ftype="fir").sum())(np.ones(4)).round(3)
    array([0.908, 0.092, 0.908, 0.046])
    """
    y, q = as_operand(x), operator.index(q)
    (axis,) = normalize_axes(axis, len(y.shape))
    dtype = y.dtype if y.dtype.kind in "fc" and y.dtype != np.float16 else np.dtype(np.float64)
    kind, coefficients = _decimation(ftype, q, None if n is None else operator.index(n), dtype)
    length = y.shape[axis]
    if kind == "fir" and zero_phase:
        y = resample_poly(y, 1, q, axis, window=coefficients[0])
    elif kind == "fir":
        y = upfirdn(coefficients[0], y, 1, q, axis)[(slice(None),) * axis + (slice(-(-length // q)),)]
    elif kind == "sos":
        y = (sosfiltfilt if zero_phase else sosfilt)(coefficients[0], y, axis)
    else:
        b, a = coefficients
        y = (filtfilt if zero_phase else lfilter)(b, a, y, axis)
    return y if kind == "fir" else y[(slice(None),) * axis + (slice(None, None, q),)]


def _decimation(ftype: Any, q: int, n: int | None, dtype: np.dtype[Any]) -> tuple[str, list[Array]]:
    """What kind of filter ("fir", "sos" or "ba") there is, and its coefficients."""
    if isinstance(ftype, signal.dlti):
        roots, system = ftype.to_zpk(), ftype.to_tf()
        if not len(roots.poles):
            return "fir", [system.num / system.den]
        if np.any(np.iscomplex(roots.poles)) or np.iscomplex(roots.gain):
            return "ba", [system.num, system.den]
        return "sos", [np.asarray(signal.zpk2sos(roots.zeros, roots.poles, roots.gain), dtype)]
    if ftype == "fir":
        return "fir", [np.asarray(signal.firwin((20 * q if n is None else n) + 1, 1 / q, window="hamming"), dtype)]
    if ftype == "iir":
        return "sos", [np.asarray(signal.cheby1(8 if n is None else n, 0.05, 0.8 / q, output="sos"), dtype)]
    raise ValueError(f"scipy.signal.decimate: ftype must be 'iir', 'fir' or a dlti, got {ftype!r}")
