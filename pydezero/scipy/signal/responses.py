"""How digital filters respond to each frequency: their transfer functions on the unit circle.

With z = exp(1j w) the response is the quotient of the polynomials sum b[k] z**-k and sum a[k] z**-k (A. V. Oppenheim
and R. W. Schafer, "Discrete-Time Signal Processing", 5.2). On frequencies as far apart as those of a Fourier transform,
such a sum is one. The group delay is that of J. O. Smith, "Introduction to Digital Filters", "Numerical Computation of
Group Delay".
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.elementwise.slopes import may_hold, no_slope
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.operands import as_operand, check_given
from pydezero.scipy.signal.cascades import Sections, sections_of
from pydezero.scipy.signal.filters import Coefficients
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["freqz", "freqz_sos", "freqz_zpk", "group_delay", "sosfreqz"]

# How many frequencies, or which.
Frequencies: TypeAlias = int | ArrayOrNumber | Sequence[float] | None
Plot: TypeAlias = Callable[[Any, Any], object] | None
System: TypeAlias = Sequence[Variable | Coefficients]

_TURN: Final = 2 * np.pi


def check_rate(name: str, fs: Any) -> float:
    """The sampling frequency.

    Raises:
        TypeError: it is a Variable of a transform that differentiates.
        ValueError: it is no number.
    """
    check_given(f"scipy.signal.{name}", "fs", fs)
    if fs is None or np.ndim(fs):
        raise ValueError(f"scipy.signal.{name}: fs must be a number, got {fs!r}")
    return float(fs)


def count_of(worN: Any) -> int | None:
    """How many frequencies are asked for, if it is not said which."""
    if isinstance(worN, Variable | list | tuple) or np.ndim(worN):
        return None
    try:
        return operator.index(worN)
    except TypeError:
        return None


def _angles(name: str, worN: Any, whole: bool, fs: float, *, ends: bool = False) -> tuple[Array, int]:
    """The frequencies in radians, and of how many points the Fourier transform is that has them; 0 if there is none."""
    count = count_of(512 if worN is None else worN)
    if count is None:
        return np.atleast_1d(as_operand(worN)) * (_TURN / fs), 0
    if count < 0:
        raise ValueError(f"scipy.signal.{name}: the number of frequencies must not be negative, got {count}")
    ends = ends and not whole
    w = np.linspace(0, _TURN if whole else np.pi, count, endpoint=ends)
    return w, count if whole else 2 * (count - 1 if ends else count)


def _coefficients(*given: Any) -> list[Array]:
    """Coefficients along the first axis, in their common dtype, on which a Python number has no influence."""
    arrays = [np.atleast_1d(as_operand(c)) for c in given]
    for name, c in zip("ba", arrays, strict=True):
        if not c.shape[0]:
            raise ValueError(f"scipy.signal.freqz: {name} must have elements, got the shape {c.shape}")
    pairs = zip(given, arrays, strict=True)
    dtype = np.result_type(*[x if isinstance(x, int | float | complex) else c.dtype for x, c in pairs])
    return [in_dtype(c, dtype) for c in arrays]


def _polynomial(c: Array, w: Array, points: int = 0) -> Array:
    """The sum of c[k] exp(-1j w k) over k. The other axes of c broadcast with those of w."""
    if 0 < c.shape[0] <= points and (len(c.shape) == 1 or c.shape[-1] == 1):
        values = np.fft.fft(c, points, axis=0)[: w.shape[0]]
        return values if len(c.shape) == 1 else np.moveaxis(values[..., 0], 0, -1)
    powers = np.exp(-1j * w[..., np.newaxis] * np.arange(c.shape[0]))
    powers = in_dtype(powers, np.result_type(c.dtype, np.complex64))
    return np.einsum("...k,...k->...", np.moveaxis(c, 0, -1), powers)


@overload
def freqz(
    b: Variable,
    a: Variable | Coefficients = 1,
    worN: Frequencies = 512,
    whole: bool = False,
    plot: Plot = None,
    fs: float = _TURN,
    include_nyquist: bool = False,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqz(
    b: Coefficients,
    a: Variable,
    worN: Frequencies = 512,
    whole: bool = False,
    plot: Plot = None,
    fs: float = _TURN,
    include_nyquist: bool = False,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqz(
    b: Variable | Coefficients,
    a: Variable | Coefficients = 1,
    *,
    worN: Variable,
    whole: bool = False,
    plot: Plot = None,
    fs: float = _TURN,
    include_nyquist: bool = False,
) -> tuple[Variable, Variable]: ...
@overload
def freqz(
    b: Variable | Coefficients,
    a: Variable | Coefficients,
    worN: Variable,
    whole: bool = False,
    plot: Plot = None,
    fs: float = _TURN,
    include_nyquist: bool = False,
) -> tuple[Variable, Variable]: ...
@overload
def freqz(
    b: Coefficients,
    a: Coefficients = 1,
    worN: Frequencies = 512,
    whole: bool = False,
    plot: Plot = None,
    fs: float = _TURN,
    include_nyquist: bool = False,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.freqz)
def freqz(
    b: Any,
    a: Any = 1,
    worN: Any = 512,
    whole: bool = False,
    plot: Plot = None,
    fs: float = _TURN,
    include_nyquist: bool = False,
) -> Any:
    """The frequencies w, and the response of a digital filter to each: sum b[k] z**-k / sum a[k] z**-k.

    Args:
        b: the coefficients of the numerator, along the first axis; others broadcast with those of the frequencies.
        a: the coefficients of the denominator, in the same way.
        worN: how many frequencies, from 0 to half of fs, or the frequencies.
        whole: if so, they go to fs, where there are as many as worN says.
        plot: a function of the frequencies and the responses, which is called.
        fs: the sampling frequency, a plain number.
        include_nyquist: if so, the last of a number of frequencies is half of fs.

    Returns:
        The frequencies in the unit of fs, and the responses, which are complex.

    Raises:
        ValueError: b or a has no elements, fs is no number, or worN is negative.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqz(Variable(np.array([0.5, 0.5])), worN=2)[1]
    variable([1. +0.j  0.5-0.5j])
    """
    rate = check_rate("freqz", fs)
    b, a = _coefficients(b, a)
    w, points = _angles("freqz", worN, whole, rate, ends=include_nyquist)
    h = _polynomial(b, w, points) / _polynomial(a, w, points)
    w = w * (rate / _TURN)
    if plot is not None:
        plot(w, h)
    return w, h


@overload
def freqz_sos(
    sos: Variable, worN: Frequencies = 512, whole: bool = False, fs: float = _TURN
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqz_sos(
    sos: Variable | Sections, worN: Variable, whole: bool = False, fs: float = _TURN
) -> tuple[Variable, Variable]: ...
@overload
def freqz_sos(
    sos: Sections, worN: Frequencies = 512, whole: bool = False, fs: float = _TURN
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.sosfreqz)  # which freqz_sos, since SciPy 1.15, is another name of
def freqz_sos(sos: Any, worN: Any = 512, whole: bool = False, fs: float = _TURN) -> Any:
    """The frequencies, and the response to each of a digital filter in sections of second order.

    Args:
        sos: a row of six coefficients for each section, as of `sosfilt`.
        worN: how many frequencies, from 0 to half of fs, or the frequencies.
        whole: if so, they go to fs, where there are as many as worN says.
        fs: the sampling frequency, a plain number.

    Returns:
        The frequencies in the unit of fs, and the responses, which are complex.

    Raises:
        ValueError: sos is none that `sosfilt` takes, fs is no number, or worN is negative.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqz_sos(Variable(np.array([[0.5, 0.5, 0.0, 1.0, 0.0, 0.0]])), 2)[1]
    variable([1. +0.j  0.5-0.5j])
    """
    rate = check_rate("freqz_sos", fs)
    columns = np.expand_dims(sections_of("freqz_sos", sos).T, -1)
    w, points = _angles("freqz_sos", worN, whole, rate)
    h = _polynomial(columns[:3], w, points) / _polynomial(columns[3:], w, points)
    return w * (rate / _TURN), np.prod(h, axis=0)


sosfreqz = freqz_sos


def product_of_distances(x: Array, roots: Array) -> Array:
    """The product of the distances of each x from the roots, which are along the first axis."""
    return np.prod(x - np.reshape(roots, (*roots.shape, *(1,) * len(x.shape))), axis=0)


@overload
def freqz_zpk(
    z: Operand | Coefficients,
    p: Operand | Coefficients,
    k: Operand,
    worN: Variable,
    whole: bool = False,
    fs: float = _TURN,
) -> tuple[Variable, Variable]: ...
@overload
def freqz_zpk(
    z: Variable,
    p: Operand | Coefficients,
    k: Operand,
    worN: Frequencies = 512,
    whole: bool = False,
    fs: float = _TURN,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqz_zpk(
    z: Coefficients, p: Variable, k: Operand, worN: Frequencies = 512, whole: bool = False, fs: float = _TURN
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqz_zpk(
    z: Coefficients, p: Coefficients, k: Variable, worN: Frequencies = 512, whole: bool = False, fs: float = _TURN
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqz_zpk(
    z: Coefficients, p: Coefficients, k: complex, worN: Frequencies = 512, whole: bool = False, fs: float = _TURN
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.freqz_zpk)
def freqz_zpk(z: Any, p: Any, k: Any, worN: Any = 512, whole: bool = False, fs: float = _TURN) -> Any:
    """The frequencies, and the response to each of a digital filter of which zeros, poles and gain are given.

    Args:
        z: the zeros, a vector.
        p: the poles, a vector.
        k: the gain, a number.
        worN: how many frequencies, from 0 to half of fs, or the frequencies.
        whole: if so, they go to fs, where there are as many as worN says.
        fs: the sampling frequency, a plain number.

    Returns:
        The frequencies in the unit of fs, and the responses, which are complex.

    Raises:
        ValueError: fs is no number, or worN is negative.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqz_zpk(Variable(np.array([-1.0])), [0.0], 0.5, 2)[1].data.round(6)
    array([1. +0.j , 0.5-0.5j])
    """
    rate = check_rate("freqz_zpk", fs)
    w, _ = _angles("freqz_zpk", worN, whole, rate)
    x = np.exp(1j * w)
    zeros, poles = (np.atleast_1d(as_operand(r)) for r in (z, p))
    return w * (rate / _TURN), as_operand(k) * product_of_distances(x, zeros) / product_of_distances(x, poles)


@overload
def group_delay(system: System, w: Variable, whole: bool = False, fs: float = _TURN) -> tuple[Variable, Variable]: ...
@overload
def group_delay(
    system: tuple[Variable, Variable | Coefficients], w: Frequencies = 512, whole: bool = False, fs: float = _TURN
) -> tuple[NDArray[Any], Variable]: ...
@overload
def group_delay(
    system: tuple[Coefficients, Variable], w: Frequencies = 512, whole: bool = False, fs: float = _TURN
) -> tuple[NDArray[Any], Variable]: ...
@overload
def group_delay(
    system: tuple[Coefficients, Coefficients], w: Frequencies = 512, whole: bool = False, fs: float = _TURN
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.group_delay)
def group_delay(system: Any, w: Any = 512, whole: bool = False, fs: float = _TURN) -> Any:
    """The frequencies, and by how many samples a digital filter delays each: minus the slope of the phase.

    Args:
        system: the coefficients of numerator and denominator, as of `lfilter`.
        w: how many frequencies, from 0 to half of fs, or the frequencies.
        whole: if so, they go to fs, where there are as many as w says.
        fs: the sampling frequency, a plain number.

    Returns:
        The frequencies in the unit of fs, and the delays. Where the response is exactly 0 there is no delay: the result
        is 0 there, of which the derivative is nan, and a warning says so.

    Raises:
        ValueError: system is no pair of vectors, fs is no number, or w is negative.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> group_delay((Variable(np.array([1.0, 2.0, 1.0])), [1.0]), 2)[1]
    variable([1. 1.])
    """
    rate = check_rate("group_delay", fs)
    pair = [np.atleast_1d(as_operand(c)) for c in system]
    if len(pair) != 2 or any(len(c.shape) != 1 or not c.shape[0] for c in pair):
        raise ValueError(
            "scipy.signal.group_delay: system must be the vectors of coefficients of numerator and denominator, got "
            f"the shapes {[c.shape for c in pair]}"
        )
    b, a = pair
    angles, _ = _angles("group_delay", w, whole, rate)
    c = np.convolve(b, np.conjugate(a[::-1]))  # has the phase of the filter, but for a delay that is known
    below = _polynomial(c, angles)
    is_zero = np.equal(below, 0)
    _warn_of_zeros(is_zero, angles)
    ratio = _polynomial(c * np.arange(c.shape[0]).astype(c.dtype), angles) / np.where(is_zero, 1, below)
    delays = np.where(is_zero, 0, np.real(ratio) + (1 - a.shape[0]))
    if may_hold(is_zero):
        delays = delays + np.real(no_slope(below, is_zero))
    return angles * (rate / _TURN), delays


def _warn_of_zeros(is_zero: Array, w: Array) -> None:
    known = [undifferentiated(x) for x in (is_zero, w)]
    if Variable not in map(type, known) and np.any(known[0]):
        warnings.warn(
            f"scipy.signal.group_delay: the response is 0 at {known[1][known[0]].round(3).tolist()} radians, where "
            "there is no delay: the result is 0, and its derivative nan",
            stacklevel=4,
        )
