"""Spectral densities: means over segments of the squared sizes of their Fourier transforms.

P. D. Welch, "The use of fast Fourier transform for the estimation of power spectra" (1967). The bias of a median of the
segments is that of B. Allen et al., "FINDCHIRP" (2012), appendix B.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable
from pydezero.functions.fft.transforms import cropped_or_padded
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.segments import Detrend, Scaling, Window, real_dtype, segments_of
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["periodogram", "welch"]

Average: TypeAlias = Literal["mean", "median"]


@overload
def periodogram(
    x: Variable,
    fs: float = 1.0,
    window: Window | Variable | None = "boxcar",
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def periodogram(
    x: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def periodogram(
    x: ArrayOrNumber,
    fs: float = 1.0,
    window: Window | None = "boxcar",
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.periodogram)
def periodogram(
    x: Any,
    fs: float = 1.0,
    window: Any = "boxcar",
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
) -> Any:
    """The frequencies, and the spectral density of a signal at each: the squared size of its Fourier transform.

    Args:
        x: the signal, along an axis.
        fs: the sampling frequency, a plain number.
        window: a factor for each element: its name, a tuple of a name and parameters, or the factors.
        nfft: the length of the transform: x is cropped, or zeros follow it.
        detrend: which trend is taken from x: "constant", "linear", False for none, or a function of the signals along
            the last axis.
        return_onesided: if so, and x is real, the frequencies are not negative, and have the density of both.
        scaling: "density", in the unit of x squared by that of fs, or "spectrum", in the unit of x squared.
        axis: of x.

    Returns:
        The frequencies in the unit of fs, and the densities along the axis.

    Raises:
        ValueError: the window or a length does not fit, or scaling is none of those.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> periodogram(Variable(np.array([1.0, -1.0, 1.0, -1.0])))[1]
    variable([0. 0. 4.])
    """
    x = as_operand(x)
    axis = normalize_axis_index(axis, len(x.shape), "scipy.signal.periodogram")
    if not x.size:
        return np.zeros(x.shape), np.zeros(x.shape)
    length = x.shape[axis]
    if nfft is not None and nfft < length:
        x, length, nfft = cropped_or_padded(x, nfft, axis), nfft, None
    along: Any = welch  # of which the overloads tell arrays from Variables
    window = "boxcar" if window is None else window
    return along(x, fs, window, length, 0, nfft, detrend, return_onesided, scaling, axis)


@overload
def welch(
    x: Variable,
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
def welch(
    x: ArrayOrNumber,
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
def welch(
    x: ArrayOrNumber,
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
@as_in_scipy(signal.welch)
def welch(
    x: Any,
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
    """The frequencies, and the spectral density of a signal at each, by the method of Welch: a mean over segments.

    Args:
        x: the signal, along an axis.
        fs: the sampling frequency, a plain number.
        window: a factor for each element of a segment: a name, a tuple of a name and parameters, or the factors.
        nperseg: the length of a segment, by default 256 or that of the window, and not more than that of x.
        noverlap: how many elements of two segments are the same, by default half of them.
        nfft: the length of the transforms, before which zeros follow the segments.
        detrend: which trend is taken from a segment: "constant", "linear", False for none, or a function of the
            segments along the last axis.
        return_onesided: if so, and x is real, the frequencies are not negative, and have the density of both.
        scaling: "density", in the unit of x squared by that of fs, or "spectrum", in the unit of x squared.
        axis: of x.
        average: of the segments: the "mean" or the "median".

    Returns:
        The frequencies in the unit of fs, and the densities along the axis.

    Raises:
        ValueError: the window or a length does not fit, or scaling or average is none of those.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> welch(Variable(np.tile([1.0, -1.0], 4)), window="boxcar", nperseg=4)[1]
    variable([0. 0. 4.])
    """
    x = as_operand(x)
    return density_of(
        "welch", x, x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average
    )


def squared_size(z: Array) -> Array:
    """The squared sizes of complex numbers, which have derivatives also at 0."""
    return np.real(z) ** 2 + np.imag(z) ** 2


def density_of(
    name: str,
    x: Array,
    y: Array,
    fs: float,
    window: Any,
    nperseg: int | None,
    noverlap: int | None,
    nfft: int | None,
    detrend: Detrend,
    return_onesided: bool,
    scaling: Scaling,
    axis: int,
    average: Average,
) -> tuple[Array, Array]:
    """The frequencies and the spectral density; that of one signal, y is x, is real."""
    if average not in ("mean", "median"):
        raise ValueError(f"scipy.signal.{name}: average must be 'mean' or 'median', got {average!r}")
    axes = [normalize_axis_index(axis, len(z.shape), f"scipy.signal.{name}") for z in (x, y)]
    moved = [np.moveaxis(z, at, -1) for z, at in zip((x, y), axes, strict=True)]
    try:
        outer = np.broadcast_shapes(moved[0].shape[:-1], moved[1].shape[:-1])
    except ValueError:
        raise ValueError(
            f"scipy.signal.{name}: x and y must broadcast along all axes but {axis}, got {x.shape} and {y.shape}"
        ) from None
    lengths = [z.shape[-1] for z in moved]
    if not x.size or not y.size:
        empty = np.moveaxis(np.zeros((*outer, min(lengths))), -1, axis)
        return empty, empty
    segments = segments_of(
        name,
        max(lengths),
        is_complex="c" in (x.dtype.kind, y.dtype.kind),
        fs=fs,
        window=window,
        nperseg=nperseg,
        noverlap=noverlap,
        nfft=nfft,
        onesided=return_onesided,
    )
    padded = [cropped_or_padded(z, max(lengths), len(z.shape) - 1) for z in moved]
    of_x = segments.transforms(padded[0], detrend)
    products = squared_size(of_x) if y is x else np.conjugate(of_x) * segments.transforms(padded[1], detrend)
    density = _averaged(products, average)
    factors = segments.power_scale(scaling) * segments.doubled()
    density = density * in_dtype(factors, real_dtype(np.result_type(x.dtype, y.dtype)))
    return segments.frequencies(), np.moveaxis(density, -1, axis)


def _averaged(density: Array, average: Average) -> Array:
    """The mean or the median over the segments."""
    if average == "mean":
        return np.mean(density, axis=-2)
    count = density.shape[-2]
    even = 2 * np.arange(1, (count - 1) // 2 + 1)
    bias = float(1 + np.sum(1 / (even + 1) - 1 / even))
    if density.dtype.kind != "c":
        return np.median(density, axis=-2) / bias
    return (np.median(np.real(density), axis=-2) + 1j * np.median(np.imag(density), axis=-2)) / bias
