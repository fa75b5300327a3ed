"""Cross spectral densities of two signals, and how coherent these are.

They are means over segments like those of `welch` (J. S. Bendat and A. G. Piersol, "Random Data", 11).
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.segments import Detrend, Scaling, Window
from pydezero.scipy.signal.spectra import Average, density_of, squared_size, welch
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["coherence", "csd"]


@overload
def csd(
    x: Variable,
    y: Operand,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], Variable]: ...
@overload
def csd(
    x: ArrayOrNumber,
    y: Variable,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], Variable]: ...
@overload
def csd(
    x: ArrayOrNumber,
    y: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], Variable]: ...
@overload
def csd(
    x: ArrayOrNumber,
    y: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.csd)
def csd(
    x: Any,
    y: Any,
    fs: float = 1.0,
    window: Any = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> Any:
    """The frequencies, and the cross spectral density of two signals at each, by the method of Welch.

    That is a mean over segments of the products of the conjugate transform of x and the transform of y. Where one
    signal is shorter zeros follow it, and along the other axes they broadcast. The other arguments are as of `welch`.

    Returns:
        The frequencies in the unit of fs, and the densities, which are complex, along the axis.

    Raises:
        ValueError: what `welch` raises, or the signals do not broadcast.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = np.tile([1.0, -1.0], 4)
    >>> csd(Variable(x), -x, window="boxcar", nperseg=4)[1]
    variable([ 0.+0.j  0.+0.j -4.+0.j])
    """
    x, y = as_operand(x), as_operand(y)
    return density_of(
        "csd", x, y, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average
    )


@overload
def coherence(
    x: Variable,
    y: Operand,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    axis: int = -1,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def coherence(
    x: ArrayOrNumber,
    y: Variable,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    axis: int = -1,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def coherence(
    x: ArrayOrNumber,
    y: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    axis: int = -1,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def coherence(
    x: ArrayOrNumber,
    y: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    axis: int = -1,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.coherence)
def coherence(
    x: Any,
    y: Any,
    fs: float = 1.0,
    window: Any = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    axis: int = -1,
) -> Any:
    """The frequencies, and how coherent two signals are at each: |csd(x, y)|**2 / (welch(x) welch(y)), from 0 to 1.

    The arguments are those of `csd`, and so is what it raises.

    Returns:
        The frequencies in the unit of fs, and the coherences along the axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = np.array([1.0, 2.0, 4.0, 8.0])
    >>> coherence(Variable(x), -x, nperseg=2, detrend=False)[1].data.round(6)
    array([1., 1.])
    """
    x, y = as_operand(x), as_operand(y)
    dtype = np.result_type(x.dtype, y.dtype)  # or a real signal would have fewer frequencies than a complex one
    x, y = in_dtype(x, dtype), in_dtype(y, dtype)
    f, of_x = welch(x, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)
    _, of_y = welch(y, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)
    _, of_both = csd(x, y, fs, window, nperseg, noverlap, nfft, detrend, axis=axis)
    return f, squared_size(of_both) / of_x / of_y
