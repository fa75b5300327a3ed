"""Signals of which the Fourier transforms of short segments are given.

The inverse is the signal whose transforms are the closest to the given ones: a sum of segments, over the sum of squared
windows (D. W. Griffin and J. S. Lim, "Signal estimation from modified short-time Fourier transform", 1984).
"""

from __future__ import annotations

from typing import Any, Final, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable
from pydezero.functions.fft.transforms import cropped_or_padded
from pydezero.functions.indexing.windows import add_windows
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.responses import check_rate
from pydezero.scipy.signal.segments import Window, real_dtype, window_of
from pydezero.scipy.signal.short_time import Transforms
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["istft"]

_LEAST: Final = 1e-10  # of the sum of squared windows, by which is divided


@overload
def istft(
    Zxx: Variable,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    input_onesided: bool = True,
    boundary: bool = True,
    time_axis: int = -1,
    freq_axis: int = -2,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], Variable]: ...
@overload
def istft(
    Zxx: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    input_onesided: bool = True,
    boundary: bool = True,
    time_axis: int = -1,
    freq_axis: int = -2,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], Variable]: ...
@overload
def istft(
    Zxx: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    input_onesided: bool = True,
    boundary: bool = True,
    time_axis: int = -1,
    freq_axis: int = -2,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.istft)
def istft(
    Zxx: Any,
    fs: float = 1.0,
    window: Any = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    input_onesided: bool = True,
    boundary: bool = True,
    time_axis: int = -1,
    freq_axis: int = -2,
    scaling: Transforms = "spectrum",
) -> Any:
    """The times, and the signal whose short-time Fourier transforms are the closest to those that are given.

    Args:
        Zxx: the transforms, as `stft` returns them.
        fs: the sampling frequency, a plain number.
        window: a factor for each element of a segment, that of `stft`.
        nperseg: the length of a segment, by default the even one that the number of frequencies tells.
        noverlap: how many elements of two segments are the same, by default half of them.
        nfft: the length of the transforms, by default as nperseg.
        input_onesided: whether the frequencies are those that are not negative, and the signal is real.
        boundary: whether the signal was extended by half a segment at both ends, which are left out.
        time_axis: the axis of Zxx with the segments.
        freq_axis: the axis of Zxx with the frequencies.
        scaling: that of `stft`.

    Returns:
        The times, and the signal, along the axis that times and frequencies leave. Where all windows are 0 so is the
        signal.

    Raises:
        ValueError: Zxx has less than two axes, the two are the same, the window or a length does not fit, or scaling is
            none of those.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> from pydezero.scipy.signal import stft
    >>> transforms = stft(Variable(np.array([1.0, 2.0, 4.0, 8.0])), nperseg=2)[2]
    >>> istft(transforms, nperseg=2)[1].data.round(6)
    array([1., 2., 4., 8.])
    """
    z = as_operand(Zxx)
    rate = check_rate("istft", fs)
    if len(z.shape) < 2 or scaling not in ("spectrum", "psd"):
        raise ValueError(
            f"scipy.signal.istft: Zxx must have two axes or more, got the shape {z.shape}; scaling must be 'spectrum' "
            f"or 'psd', got {scaling!r}"
        )
    time, frequency = (normalize_axis_index(i, len(z.shape), "scipy.signal.istft") for i in (time_axis, freq_axis))
    if time == frequency:
        raise ValueError(f"scipy.signal.istft: time_axis and freq_axis must differ, both are {time_axis}")
    z = np.moveaxis(z, (time, frequency), (-2, -1))
    full = 2 * (z.shape[-1] - 1) if input_onesided else z.shape[-1]
    length = full if nperseg is None else int(nperseg)
    is_odd = input_onesided and length == full + 1
    points = int(nfft) if nfft is not None else length if is_odd else full
    shared = length // 2 if noverlap is None else int(noverlap)
    if length < 1 or points < length or shared >= length:
        raise ValueError(
            f"scipy.signal.istft: nperseg, {length}, must be positive, not more than nfft, {points}, and more than "
            f"noverlap, {shared}"
        )
    elements = window_of("istft", window, length, length)
    cut = np.fft.irfft(z, points) if input_onesided else np.fft.ifft(z, points)
    elements = in_dtype(elements, real_dtype(cut.dtype))
    scale = np.sum(elements) if scaling == "spectrum" else np.sqrt(rate * np.sum(elements**2))
    cut = cropped_or_padded(cut, length, len(cut.shape) - 1) * (elements * scale)
    step = length - shared
    x = _added(cut, step)
    norm = _added(np.broadcast_to(elements**2, cut.shape[-2:]), step)
    if boundary:
        x, norm = x[..., length // 2 : -(length // 2)], norm[length // 2 : -(length // 2)]
    x = x / np.where(norm > _LEAST, norm, 1)
    x = np.moveaxis(x, -1, time - (frequency < time))
    return np.arange(x.shape[0]) / rate, x  # the times are as many as SciPy gives


def _added(cut: Array, step: int) -> Array:
    """The signal that is the sum of segments, of which each begins a step after the one before."""
    *outer, count, length = cut.shape
    shape = (*outer, length + (count - 1) * step)
    return add_windows(cut, shape, (length,), (len(shape) - 1,), (step,))
