"""Fourier transforms of short segments of a signal, which tell how its spectrum changes.

(A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 10.3.)
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.cascades import extended
from pydezero.scipy.signal.segments import Detrend, Scaling, Segments, Window, real_dtype, segments_of
from pydezero.scipy.signal.spectra import squared_size
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["spectrogram", "stft"]

Boundary: TypeAlias = Literal["even", "odd", "constant", "zeros"] | None
Spectra: TypeAlias = Literal["psd", "complex", "magnitude", "angle", "phase"]
Transforms: TypeAlias = Literal["spectrum", "psd"]

_SPECTRA: Final = ("psd", "complex", "magnitude", "angle", "phase")


@overload
def spectrogram(
    x: Variable,
    fs: float = 1.0,
    window: Window | Variable = ("tukey", 0.25),
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    mode: Spectra = "psd",
) -> tuple[NDArray[Any], NDArray[Any], Variable]: ...
@overload
def spectrogram(
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
    mode: Spectra = "psd",
) -> tuple[NDArray[Any], NDArray[Any], Variable]: ...
@overload
def spectrogram(
    x: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = ("tukey", 0.25),
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    mode: Spectra = "psd",
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.spectrogram)
def spectrogram(
    x: Any,
    fs: float = 1.0,
    window: Any = ("tukey", 0.25),
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    mode: Spectra = "psd",
) -> Any:
    """The frequencies, the times of the middles of the segments, and the spectrum of a signal at each.

    Args:
        x: the signal, along an axis.
        fs: the sampling frequency, a plain number.
        window: a factor for each element of a segment, as of `welch`.
        nperseg: the length of a segment, by default 256 or that of the window, and not more than that of x.
        noverlap: how many elements of two segments are the same, by default an eighth of them.
        nfft: the length of the transforms, before which zeros follow the segments.
        detrend: which trend is taken from a segment, as of `welch`; a function gets them along the axis.
        return_onesided: if so, and x is real, the frequencies are not negative.
        scaling: "density" or "spectrum", as of `welch`.
        axis: of x.
        mode: "psd", the squared sizes of the transforms, as of `welch`; or the transforms themselves ("complex"), their
            sizes ("magnitude"), their angles ("angle"), or these without jumps along the frequencies ("phase").

    Returns:
        The frequencies, the times, and the spectra: frequencies along the axis, times along a last one.

    Raises:
        ValueError: the window or a length does not fit, or scaling or mode is none of those.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> spectrogram(Variable(np.array([1.0, -1.0, 3.0, -3.0])), window="boxcar", nperseg=2)[2]
    variable([[ 0.  0.]
              [ 2. 18.]])
    """
    if mode not in _SPECTRA:
        raise ValueError(f"scipy.signal.spectrogram: mode must be one of {', '.join(_SPECTRA)}; got {mode!r}")
    x = as_operand(x)
    at = normalize_axis_index(axis, len(x.shape), "scipy.signal.spectrogram")
    if not x.size:
        return (np.zeros(x.shape),) * 3
    along = np.moveaxis(x, at, -1)
    segments = segments_of(
        "spectrogram",
        along.shape[-1],
        is_complex=x.dtype.kind == "c",
        fs=fs,
        window=window,
        nperseg=nperseg,
        noverlap=noverlap,
        nfft=nfft,
        onesided=return_onesided,
        overlap=8,
    )
    spectra = segments.transforms(along, _along_axis(detrend, axis))
    scale = segments.power_scale(scaling)
    if mode == "psd":
        spectra = squared_size(spectra) * in_dtype(scale * segments.doubled(), real_dtype(x.dtype))
    else:
        spectra = spectra * in_dtype(np.sqrt(scale), real_dtype(x.dtype))
    if mode == "magnitude":
        spectra = np.abs(spectra)
    elif mode in ("angle", "phase"):
        spectra = np.angle(spectra)
    if mode == "phase":
        spectra = np.unwrap(spectra, axis=-1)
    return segments.frequencies(), _times(segments, along.shape[-1]), np.moveaxis(spectra, -1, at)


@overload
def stft(
    x: Variable,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = False,
    return_onesided: bool = True,
    boundary: Boundary = "zeros",
    padded: bool = True,
    axis: int = -1,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], NDArray[Any], Variable]: ...
@overload
def stft(
    x: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nperseg: int | None = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = False,
    return_onesided: bool = True,
    boundary: Boundary = "zeros",
    padded: bool = True,
    axis: int = -1,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], NDArray[Any], Variable]: ...
@overload
def stft(
    x: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = "hann",
    nperseg: int | None = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = False,
    return_onesided: bool = True,
    boundary: Boundary = "zeros",
    padded: bool = True,
    axis: int = -1,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.stft)
def stft(
    x: Any,
    fs: float = 1.0,
    window: Any = "hann",
    nperseg: int | None = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = False,
    return_onesided: bool = True,
    boundary: Boundary = "zeros",
    padded: bool = True,
    axis: int = -1,
    scaling: Transforms = "spectrum",
) -> Any:
    """The frequencies, the times of the middles of the segments, and the Fourier transforms of the segments.

    Args:
        x: the signal, along an axis.
        fs: the sampling frequency, a plain number.
        window: a factor for each element of a segment, as of `welch`.
        nperseg: the length of a segment; that of x is used if it is less.
        noverlap: how many elements of two segments are the same, by default half of them.
        nfft: the length of the transforms, before which zeros follow the segments.
        detrend: which trend is taken from a segment, as of `spectrogram`.
        return_onesided: if so, and x is real, the frequencies are not negative.
        boundary: how x is extended at both ends by half a segment, so that each element is in the middle of one: by
            "zeros", by "constant" ends, as an "even" or an "odd" function, or not, None.
        padded: if so, zeros follow x, so that all elements are in a segment.
        axis: of x.
        scaling: "spectrum", in the unit of x, or "psd", in that of the root of a density.

    Returns:
        The frequencies, the times, and the transforms: frequencies along the axis, times along a last one.

    Raises:
        ValueError: the window or a length does not fit, or boundary or scaling is none of those.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> stft(Variable(np.array([1.0, -1.0, 3.0, -3.0])), window="boxcar", nperseg=2, noverlap=0, boundary=None)[2]
    variable([[0.+0.j 0.+0.j]
              [1.+0.j 3.+0.j]])
    """
    if boundary not in ("even", "odd", "constant", "zeros", None):
        raise ValueError(
            f"scipy.signal.stft: boundary must be 'even', 'odd', 'constant', 'zeros' or None, got {boundary!r}"
        )
    if scaling not in ("spectrum", "psd"):
        raise ValueError(f"scipy.signal.stft: scaling must be 'spectrum' or 'psd', got {scaling!r}")
    x = as_operand(x)
    at = normalize_axis_index(axis, len(x.shape), "scipy.signal.stft")
    if not x.size:
        return (np.zeros(x.shape),) * 3
    along = np.moveaxis(x, at, -1)
    segments = segments_of(
        "stft",
        along.shape[-1],
        is_complex=x.dtype.kind == "c",
        fs=fs,
        window=window,
        nperseg=nperseg,
        noverlap=noverlap,
        nfft=nfft,
        onesided=return_onesided,
    )
    if boundary == "zeros":
        along = _with_zeros(along, segments.length // 2, segments.length // 2)
    else:
        along = extended(along, boundary, 0 if boundary is None else segments.length // 2)
    if padded:
        along = _with_zeros(along, 0, -(along.shape[-1] - segments.length) % segments.step % segments.length)
    times = _times(segments, along.shape[-1])
    if boundary is not None:
        times = times - segments.length / 2 / segments.fs
    spectra = segments.transforms(along, _along_axis(detrend, axis))
    scale = np.sqrt(segments.power_scale("density" if scaling == "psd" else scaling))
    spectra = spectra * in_dtype(scale, real_dtype(x.dtype))
    return segments.frequencies(), times, np.moveaxis(spectra, -1, at)


def _with_zeros(x: Array, before: int, after: int) -> Array:
    """A signal with so many zeros more at the ends of the last axis."""
    return np.pad(x, [(0, 0)] * (len(x.shape) - 1) + [(before, after)])


def _times(segments: Segments, length: int) -> NDArray[Any]:
    """The times of the middles of the segments of a signal."""
    half = segments.length / 2
    return np.arange(half, length - half + 1, segments.step) / segments.fs


def _along_axis(detrend: Detrend, axis: int) -> Detrend:
    """A function of segments along an axis as one of segments along the last axis, where SciPy moves them."""
    if not callable(detrend) or axis == -1:
        return detrend
    return lambda cut: np.moveaxis(detrend(np.moveaxis(cut, -1, axis)), axis, -1)
