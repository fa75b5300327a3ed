"""Analytic signals, of which the negative frequencies are left out, and the envelopes that their sizes are.

L. Cohen, "Time-Frequency Analysis" (1995), 2.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.typed import array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand
from pydezero.functions.fft.transforms import cropped_or_padded
from pydezero.functions.shapes.shape import in_dtype, normalize_axes
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.resampling import resample
from pydezero.scipy.signal.segments import real_dtype
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["envelope", "hilbert"]

Residual: TypeAlias = Literal["lowpass", "all"] | None


@array_function
@as_in_scipy(signal.hilbert)
def hilbert(x: Operand, N: int | None = None, axis: int = -1) -> Array:
    """The analytic signal: x, and i times its Hilbert transform, by Fourier transforms along an axis.

    Args:
        x: the signal, real.
        N: the length of the transforms: x is cropped, or zeros follow it.
        axis: of x.

    Raises:
        ValueError: x is complex, or N is not positive.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hilbert(Variable(np.array([1.0, 0.0, -1.0, 0.0])))
    variable([ 1.+0.j  0.+1.j -1.+0.j  0.-1.j])
    """
    y = as_operand(x)
    (axis,) = normalize_axes(axis, len(y.shape))
    length = y.shape[axis] if N is None else N
    if y.dtype.kind == "c" or length < 1:
        raise ValueError(
            f"scipy.signal.hilbert: x must be real, got {y.dtype}; the length of the transform must be positive, got "
            f"{length}"
        )
    half = np.fft.rfft(np.moveaxis(y, axis, -1), length)
    factors = np.ones(half.shape[-1], real_dtype(half.dtype))
    factors[1 : (length + 1) // 2] = 2
    return np.moveaxis(np.fft.ifft(half * factors, length), -1, axis)


def _of_arrays(*args: Any, **kwargs: Any) -> Any:
    """SciPy's own function, which it has since 1.16; ours for an older SciPy."""
    ours: Any = envelope
    return getattr(signal, "envelope", ours.__wrapped__)(*args, **kwargs)


@array_function
@as_in_scipy(_of_arrays)
def envelope(
    z: Operand,
    bp_in: tuple[int | None, int | None] = (1, None),
    *,
    n_out: int | None = None,
    squared: bool = False,
    residual: Residual = "lowpass",
    axis: int = -1,
) -> Array:
    """The envelope of a signal whose frequencies are in a band, and what the signal has outside of it.

    Args:
        z: the signal, along an axis.
        bp_in: where the band begins and ends, as indices of frequencies; None is for the lowest, or behind the highest.
        n_out: the length of the results, by default that of z.
        squared: whether the squared envelope is wanted, which has derivatives where it is 0.
        residual: which other frequencies are wanted besides: those below the band ("lowpass"), all, or None.
        axis: of z.

    Returns:
        The envelope and the residual, one after the other along a first axis; the envelope alone for residual=None.

    Raises:
        ValueError: z has no elements along the axis, the band or n_out does not fit, or there is no such residual.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = Variable(np.array([3.0, 1.0, -1.0, 1.0]))  # 1 and a cosine of the size 2
    >>> envelope(x)
    variable([[2. 2. 2. 2.]
              [1. 1. 1. 1.]])
    """
    y = as_operand(z)
    (axis,) = normalize_axes(axis, len(y.shape))
    length = y.shape[axis]
    points = length if n_out is None else n_out
    low, high = bp_in
    low, high = -(length // 2) if low is None else low, (length + 1) // 2 if high is None else high
    if residual not in ("lowpass", "all", None) or points < 1 or not -length // 2 <= low < high <= (length + 1) // 2:
        raise ValueError(
            f"scipy.signal.envelope: of a signal of length {length} the band must be within {-length // 2} and "
            f"{(length + 1) // 2}, got {bp_in}; n_out must be positive, got {points}; residual must be 'lowpass', "
            f"'all' or None, got {residual!r}"
        )
    y = np.moveaxis(y, axis, -1)
    spectrum = np.fft.fft(y) if y.dtype.kind == "c" else cropped_or_padded(np.fft.rfft(y), length, len(y.shape) - 1)
    factors = np.ones(length, real_dtype(spectrum.dtype))
    if y.dtype.kind != "c":
        factors[max(low, 1) if high > 0 else 0 : max(high, 0)] = 2
    band = spectrum * factors
    if low <= 0 < high:
        band = np.fft.fftshift(band, axes=-1)[..., low + length // 2 : high + length // 2]
    else:
        band = band[..., low:high]
    baseband = np.fft.ifft(band, points) * (points / length)
    found = np.real(baseband) ** 2 + np.imag(baseband) ** 2 if squared else np.abs(baseband)
    found = np.moveaxis(found, -1, axis)
    if residual is None:
        return found
    kept = in_dtype(_outside(length, low, high, residual), factors.dtype)
    return np.stack([found, np.moveaxis(_remainder(spectrum * kept, points, y.dtype), -1, axis)])


def _outside(length: int, low: int, high: int, residual: str) -> NDArray[Any]:
    """One for each frequency that the residual has, zero for the others."""
    kept = np.ones(length)
    if low <= 0 < high:
        kept[:high], kept[low:] = 0, 0
    else:
        kept[low:high] = 0
    if residual == "lowpass" and high > 0:
        kept[high : (length + 1) // 2] = 0
    elif residual == "lowpass":
        kept[low:], kept[: (length + 1) // 2] = 0, 0
    return kept


def _remainder(spectrum: Array, points: int, dtype: np.dtype[Any]) -> Array:
    """The signal of this dtype, of another length, that a spectrum has."""
    length = spectrum.shape[-1]
    if dtype.kind == "c":
        return resample(spectrum, points, axis=-1, domain="freq")
    factors = np.full(length, points / length, real_dtype(dtype))
    if points != length and min(points, length) % 2 == 0:
        factors[min(points, length) // 2] *= 2 if points < length else 0.5
    return np.fft.irfft((spectrum * factors)[..., : length // 2 + 1], points)
