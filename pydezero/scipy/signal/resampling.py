"""Signals at another sampling rate: by their Fourier transform, or by a filter.

The Fourier transform is cut off, or zeros are put between its positive and negative frequencies; where its length is
even, the highest frequency stands for a positive and a negative one (A. V. Oppenheim and R. W. Schafer, "Discrete-Time
Signal Processing", 4.6 and 8).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.shapes.shape import in_dtype, normalize_axes
from pydezero.scipy.operands import as_operand, check_given
from pydezero.scipy.signal.polyphase import EXTENSIONS, Extension, length_of_result, upfirdn
from pydezero.scipy.signal.segments import Window, check_named, real_dtype
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["resample", "resample_poly"]

Domain: TypeAlias = Literal["time", "freq"]
Background: TypeAlias = Extension | Literal["mean", "median", "minimum", "maximum"]
Times: TypeAlias = NDArray[Any] | Sequence[float]
SpectralWindow: TypeAlias = Window | Callable[[NDArray[Any]], Any] | None

_BACKGROUNDS: Final[dict[str, Callable[..., Array]]] = {
    "maximum": np.max,
    "mean": np.mean,
    "median": np.median,
    "minimum": np.min,
}


@overload
def resample(
    x: Variable,
    num: int,
    t: None = None,
    axis: int = 0,
    window: SpectralWindow | Variable = None,
    domain: Domain = "time",
) -> Variable: ...
@overload
def resample(
    x: Variable,
    num: int,
    t: Times,
    axis: int = 0,
    window: SpectralWindow | Variable = None,
    domain: Domain = "time",
) -> tuple[Variable, NDArray[Any]]: ...
@overload
def resample(
    x: ArrayOrNumber, num: int, t: None = None, axis: int = 0, *, window: Variable, domain: Domain = "time"
) -> Variable: ...
@overload
def resample(
    x: ArrayOrNumber,
    num: int,
    t: None = None,
    axis: int = 0,
    window: SpectralWindow = None,
    domain: Domain = "time",
) -> NDArray[Any]: ...
@overload
def resample(
    x: ArrayOrNumber, num: int, t: Times, axis: int = 0, window: SpectralWindow = None, domain: Domain = "time"
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.resample)
def resample(x: Any, num: int, t: Any = None, axis: int = 0, window: Any = None, domain: Domain = "time") -> Any:
    """A periodic signal at another number of points, by its Fourier transform.

    Args:
        x: the signal, along an axis, or its Fourier transform.
        num: the number of points.
        t: the times of the elements of x, equally far apart, if those of the result are wanted.
        axis: of x.
        window: a factor for each frequency: a name, a tuple of a name and parameters, the factors in the order of
            `np.fft.fftfreq`, or a function of these frequencies.
        domain: whether x is the signal ("time") or its transform ("freq").

    Returns:
        The signal; where t is given, the signal and its times. That of a transform is complex.

    Raises:
        ValueError: the window has not as many factors as x has elements, num is not positive, or there is no such
            domain.
        TypeError: t is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> resample(Variable(np.array([1.0, 0.0, -1.0, 0.0])), 2)
    variable([ 1. -1.])
    """
    check_given("scipy.signal.resample", "t", t)
    x, num = as_operand(x), operator.index(num)
    (axis,) = normalize_axes(axis, len(x.shape))
    if domain not in ("time", "freq") or num < 1 or not x.shape[axis]:
        raise ValueError(
            f"scipy.signal.resample: domain must be 'time' or 'freq', got {domain!r}; num must be positive, got {num}; "
            f"x must have elements along the axis {axis}, got the shape {x.shape}"
        )
    along = np.moveaxis(x, axis, -1)
    length = along.shape[-1]
    factors = None if window is None else _factors(window, length)
    of_real = domain == "time" and x.dtype.kind != "c"
    if of_real:
        resampled = _resampled_real(along, num, factors)
    else:
        spectrum = np.fft.fft(along) if domain == "time" else along
        resampled = _inverse(spectrum if factors is None else spectrum * _like(factors, spectrum), num)
    found = np.moveaxis(resampled, -1, axis)
    return found if t is None else (found, t[0] + (t[1] - t[0]) * (length / num) * np.arange(num))


def _factors(window: Any, length: int) -> Array:
    """The factors of the frequencies, in the order of `np.fft.fftfreq`."""
    if callable(window) and type(window) is not Variable:
        return as_operand(window(np.fft.fftfreq(length)))
    if isinstance(window, str | tuple):
        check_named("resample", window)
        return np.fft.fftshift(signal.get_window(window, length))
    factors = as_operand(window)
    if factors.shape != (length,):
        raise ValueError(
            f"scipy.signal.resample: the window must have a factor for each of {length} frequencies, got the shape "
            f"{factors.shape}"
        )
    return factors


def _like(factors: Array, x: Array) -> Array:
    """Factors in the precision of an array."""
    return in_dtype(factors, real_dtype(x.dtype)) if factors.dtype.kind != "c" else factors


def _resampled_real(x: Array, num: int, factors: Array | None) -> Array:
    length, shorter = x.shape[-1], min(num, x.shape[-1])
    spectrum = np.fft.rfft(x)
    if factors is not None:
        count = spectrum.shape[-1]  # the frequencies that are not negative, with the mean of both factors
        both = (factors[1:count] + factors[::-1][: count - 1]) / 2
        spectrum = spectrum * _like(np.concatenate([factors[:1], both]), spectrum)
    scales = np.full(shorter // 2 + 1, num / length, real_dtype(x.dtype))
    if shorter % 2 == 0 and num != length:
        scales[-1] *= 2 if num < length else 0.5
    return np.fft.irfft(spectrum[..., : len(scales)] * scales, num)


def _inverse(spectrum: Array, num: int) -> Array:
    """The inverse Fourier transform of another length."""
    length = spectrum.shape[-1]
    shorter = min(num, length)
    half = shorter // 2
    positive, negative = spectrum[..., : half + 1], spectrum[..., length - (shorter - half - 1) :]
    if shorter % 2 == 0 and num != length:
        highest = spectrum[..., half : half + 1]
        if num < length:  # the negative one comes to the same place
            positive = np.concatenate(
                [positive[..., :half], highest + spectrum[..., length - half, np.newaxis]], axis=-1
            )
        else:
            positive = np.concatenate([positive[..., :half], highest / 2], axis=-1)
            negative = np.concatenate([highest / 2, negative], axis=-1)
    zeros = np.zeros((*spectrum.shape[:-1], num - positive.shape[-1] - negative.shape[-1]), spectrum.dtype)
    return np.fft.ifft(np.concatenate([positive, zeros, negative], axis=-1)) * (num / length)


@overload
def resample_poly(
    x: Variable,
    up: int,
    down: int,
    axis: int = 0,
    window: Window | Variable = ("kaiser", 5.0),
    padtype: Background = "constant",
    cval: Operand | None = None,
) -> Variable: ...
@overload
def resample_poly(
    x: ArrayOrNumber,
    up: int,
    down: int,
    axis: int = 0,
    *,
    window: Variable,
    padtype: Background = "constant",
    cval: Operand | None = None,
) -> Variable: ...
@overload
def resample_poly(
    x: ArrayOrNumber,
    up: int,
    down: int,
    axis: int = 0,
    window: Window = ("kaiser", 5.0),
    padtype: Background = "constant",
    cval: complex | None = None,
) -> NDArray[Any]: ...
@as_in_scipy(signal.resample_poly)
def resample_poly(
    x: Any,
    up: int,
    down: int,
    axis: int = 0,
    window: Any = ("kaiser", 5.0),
    padtype: Background = "constant",
    cval: Any = None,
) -> Any:
    """A signal at a sampling rate that is `up / down` times as high, by a filter between both.

    Args:
        x: the signal, along an axis.
        up: by how much the rate is multiplied.
        down: by how much it is divided.
        axis: of x.
        window: that of the filter, which cuts off what the lower rate does not have: a name or a tuple of a name and
            parameters; or the coefficients of a filter, a vector.
        padtype: how x is extended: as by `upfirdn`, or by its "mean", "median", "minimum" or "maximum".
        cval: the value for "constant", 0 by default.

    Raises:
        ValueError: up or down is no positive integer, the filter is no vector, there is no such padtype, or cval is
            given for another one.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> resample_poly(Variable(np.array([1.0, 2.0, 3.0])), 2, 1, window=[0.25, 0.5, 0.25], padtype="edge")
    variable([1.  1.5 2.  2.5 3.  3. ])
    """
    x = as_operand(x)
    (axis,) = normalize_axes(axis, len(x.shape))
    if int(up) != up or int(down) != down or up < 1 or down < 1:
        raise ValueError(f"scipy.signal.resample_poly: up and down must be positive integers, got {up} and {down}")
    if padtype not in EXTENSIONS and padtype not in _BACKGROUNDS:
        raise ValueError(
            f"scipy.signal.resample_poly: padtype must be one of {', '.join([*EXTENSIONS, *_BACKGROUNDS])}; got "
            f"{padtype!r}"
        )
    if cval is not None and padtype != "constant":
        raise ValueError(f"scipy.signal.resample_poly: cval is for padtype='constant', which is {padtype!r}")
    shared = math.gcd(int(up), int(down))
    up, down = int(up) // shared, int(down) // shared
    if up == down == 1:
        return x + 0
    taps, middle = _filter(window, up, down, x)
    length = x.shape[axis]
    wanted = -(-length * up // down)
    before = down - middle % down
    first = (middle + before) // down
    after = 0
    while length_of_result(taps.shape[0] + before + after, length, up, down) < first + wanted:
        after += 1
    taps = np.pad(taps, (before, after))
    if padtype in _BACKGROUNDS:
        level = _BACKGROUNDS[padtype](x, axis=axis, keepdims=True)
        y = upfirdn(taps, x - level, up, down, axis)
    else:
        level = None
        mode: Any = padtype  # an Extension
        y = upfirdn(taps, x, up, down, axis, mode, 0 if cval is None else cval)
    y = y[(slice(None),) * axis + (slice(first, first + wanted),)]
    return y if level is None else y + level


def _filter(window: Any, up: int, down: int, x: Array) -> tuple[Array, int]:
    """The coefficients of the filter, and which of them is in the middle."""
    if isinstance(window, str | tuple):
        check_named("resample_poly", window)
        rate = max(up, down)
        taps: Array = signal.firwin(20 * rate + 1, 1 / rate, window=window)
        if x.dtype.kind in "fc":
            taps = taps.astype(x.dtype)
    else:
        taps = as_operand(window)
        if len(taps.shape) != 1:
            raise ValueError(
                f"scipy.signal.resample_poly: window must be a name, a tuple of a name and parameters, or a vector, "
                f"got the shape {taps.shape}"
            )
    return taps * up, (taps.shape[0] - 1) // 2
