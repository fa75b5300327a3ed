"""The segments that a signal is cut into, and the Fourier transforms of them.

A trend is taken from each segment, it is multiplied by a window, and zeros fill it up to the length of the transform
(P. D. Welch, "The use of fast Fourier transform for the estimation of power spectra", 1967).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.typed import has_variable
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.functions.indexing.windows import windows
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.responses import check_rate
from pydezero.scipy.signal.smoothing import detrend as without_trend

__all__ = ["Detrend", "Scaling", "Segments", "Window", "check_named", "real_dtype", "segments_of", "window_of"]

# A name, a name with parameters, or the elements.
Window: TypeAlias = str | tuple[Any, ...] | ArrayOrNumber | list[float]
Detrend: TypeAlias = Literal["linear", "constant", False] | Callable[[Any], Any] | None
Scaling: TypeAlias = Literal["density", "spectrum"]


@attrs.frozen(eq=False)
class Segments:
    """How a signal is cut into segments, and what is done with each.

    Attributes:
        name: of the function that was called.
        fs: the sampling frequency.
        window: the elements of the window.
        step: from one segment to the next.
        nfft: the length of the Fourier transform.
        onesided: whether it is that of real segments, of which half is computed.
    """

    name: str
    fs: float
    window: Array
    step: int
    nfft: int
    onesided: bool

    @property
    def length(self) -> int:
        """Of a segment."""
        length: int = self.window.shape[0]
        return length

    def frequencies(self) -> NDArray[Any]:
        """Those of the Fourier transform."""
        found: NDArray[Any] = (np.fft.rfftfreq if self.onesided else np.fft.fftfreq)(self.nfft, 1 / self.fs)
        return found

    def power_scale(self, scaling: str) -> Array:
        """By what the squared size of a Fourier transform is multiplied to be a density, or a power, of the signal."""
        if scaling == "density":
            return 1.0 / (self.fs * np.sum(self.window**2))
        if scaling == "spectrum":
            return 1.0 / np.sum(self.window) ** 2
        raise ValueError(f"scipy.signal.{self.name}: scaling must be 'density' or 'spectrum', got {scaling!r}")

    def doubled(self) -> NDArray[Any]:
        """A factor for each frequency: two for those of which the negative ones are left out."""
        factors = np.ones(self.nfft // 2 + 1 if self.onesided else self.nfft)
        if self.onesided:
            factors[1 : (self.nfft + 1) // 2] = 2.0
        return factors

    def transforms(self, x: Array, detrend: Detrend) -> Array:
        """The transforms of the segments along the last axis of x, in the shape (..., segments, frequencies)."""
        cut = windows(x, (self.length,), (len(x.shape) - 1,), (self.step,), (1,))
        if callable(detrend):
            cut = detrend(cut)
        elif detrend:
            cut = without_trend(cut, type=detrend)
        cut = cut * in_dtype(self.window, real_dtype(cut.dtype))
        return np.fft.rfft(cut, self.nfft) if self.onesided else np.fft.fft(cut, self.nfft)


def real_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """That of the real part of the Fourier transform of an array."""
    return np.empty(0, np.result_type(dtype, np.complex64)).real.dtype


def segments_of(
    name: str,
    x_length: int,
    *,
    is_complex: bool,
    fs: float,
    window: Any,
    nperseg: Any,
    noverlap: Any,
    nfft: Any,
    onesided: bool,
    overlap: int = 2,
) -> Segments:
    """The segments that the arguments of a function ask for; `nperseg // overlap` elements overlap by default.

    Raises:
        TypeError: fs is a Variable, or a length is no integer.
        ValueError: a length does not fit, or the window is no vector of real numbers or has another length.
    """
    elements = window_of(name, window, None if nperseg is None else int(nperseg), x_length)
    length = elements.shape[0]
    shared = length // overlap if noverlap is None else int(noverlap)
    if shared >= length:
        raise ValueError(
            f"scipy.signal.{name}: noverlap must be less than the length of a segment, {length}; got {shared}"
        )
    points = length if nfft is None else int(nfft)
    if points < length:
        raise ValueError(
            f"scipy.signal.{name}: nfft must not be less than the length of a segment, {length}; got {points}"
        )
    return Segments(name, check_rate(name, fs), elements, length - shared, points, onesided and not is_complex)


def check_named(name: str, window: Any) -> None:
    """Raise a TypeError if there is a Variable among the parameters of a window that SciPy makes."""
    if has_variable(window):
        raise TypeError(
            f"scipy.signal.{name}: the parameters of the window {window[0]!r} have no derivative; compute its elements "
            "(pydezero.scipy.signal.windows does of some) and pass these as window"
        )


def window_of(name: str, window: Any, nperseg: int | None, longest: int) -> Array:
    """The elements of a window; one that has a name is at most as long as the signal.

    Raises:
        ValueError: the window is no vector of real numbers, is longer than the signal, or has not `nperseg` elements.
    """
    if isinstance(window, str | tuple):
        length = min(256 if nperseg is None else nperseg, longest)
        if length < 1:
            raise ValueError(f"scipy.signal.{name}: nperseg must be positive, got {nperseg}")
        check_named(name, window)
        return signal.get_window(window, length)
    elements = as_operand(window)
    if len(elements.shape) != 1 or not elements.shape[0] or elements.dtype.kind == "c":
        raise ValueError(
            f"scipy.signal.{name}: window must be a name, a tuple of a name and parameters, or a real vector; got the "
            f"shape {elements.shape} and the dtype {elements.dtype}"
        )
    length = elements.shape[0]
    if length > longest or length != (length if nperseg is None else nperseg):
        raise ValueError(
            f"scipy.signal.{name}: the window has {length} elements; it must have as many as nperseg, {nperseg}, and "
            f"not more than the signal, {longest}"
        )
    return elements
