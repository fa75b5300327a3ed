"""Filters of finite length, designed by windows: the ideal response, which is endless, times a window.

(A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 7.5.)
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.typed import has_variable
from pydezero.core.types import Array
from pydezero.core.variable import Variable, shape_of, undifferentiated
from pydezero.functions.shapes.shape import in_double
from pydezero.scipy.operands import as_operand, check_given
from pydezero.scipy.signal import windows
from pydezero.scipy.signal.design import Cutoff, CutoffOfVariables, check_frequencies
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["firwin"]

PassZero: TypeAlias = bool | Literal["bandpass", "lowpass", "highpass", "bandstop"]

_PASSES_ZERO: Final[dict[PassZero, bool]] = {
    True: True,
    False: False,
    "lowpass": True,
    "bandstop": True,
    "highpass": False,
    "bandpass": False,
}


def _taps(window: Any, count: int) -> Array:
    """The elements of a window, which may be the name and the Variables of one that is differentiated."""
    if not has_variable(window):
        return signal.get_window(window, count, fftbins=False)
    name, *parameters = window
    if name not in ("gaussian", "general_gaussian", "kaiser"):
        raise TypeError(f"scipy.signal.firwin: the window {name!r} is not differentiated with respect to parameters")
    taps: Array = getattr(windows, name)(count, *parameters)
    return taps


def _edges(numtaps: int, cutoff: Array, pass_zero: PassZero) -> Array:
    """The lower and upper ends of the bands that pass, in rows."""
    count = cutoff.shape[0]
    low = _PASSES_ZERO.get(pass_zero)
    if low is None:
        raise ValueError(f"scipy.signal.firwin: pass_zero is {pass_zero!r}; it must be one of {list(_PASSES_ZERO)}")
    is_one = {"lowpass": True, "highpass": True, "bandstop": False, "bandpass": False}.get(str(pass_zero))
    if is_one is not None and is_one != (count == 1):
        needed = "one cutoff" if is_one else "two cutoffs at least"
        raise ValueError(f"scipy.signal.firwin: {pass_zero!r} takes {needed}, got {count}")
    high = (count % 2 == 1) != low
    if high and numtaps % 2 == 0:
        raise ValueError(f"scipy.signal.firwin: the Nyquist frequency passes, so numtaps is odd; it is {numtaps}")
    return np.reshape(np.concatenate([np.zeros(int(low)), cutoff, np.ones(int(high))]), (-1, 2))


@overload
def firwin(
    numtaps: int,
    cutoff: CutoffOfVariables,
    *,
    width: float | None = None,
    window: Any = "hamming",
    pass_zero: PassZero = True,
    scale: bool = True,
    fs: float | None = None,
) -> Variable: ...
@overload
def firwin(
    numtaps: int,
    cutoff: Cutoff,
    *,
    width: float | None = None,
    window: Any = "hamming",
    pass_zero: PassZero = True,
    scale: bool = True,
    fs: float | None = None,
) -> NDArray[np.float64]: ...
@as_in_scipy(signal.firwin)
def firwin(
    numtaps: int,
    cutoff: Any,
    *,
    width: float | None = None,
    window: Any = "hamming",
    pass_zero: PassZero = True,
    scale: bool = True,
    fs: float | None = None,
) -> Any:
    """The coefficients of a filter of finite length and linear phase, by the window method.

    Args:
        numtaps: the number of coefficients.
        cutoff: the frequencies between the bands that pass and that do not, as parts of the Nyquist frequency, or in
            the units of `fs`: a number, or several, which rise.
        width: the width of the transitions, which chooses a Kaiser window in place of `window`.
        window: the name of a window, or a tuple of that and its parameters, which for "gaussian", "general_gaussian"
            and "kaiser" may be Variables.
        pass_zero: whether the frequency 0 passes, or a word that says so.
        scale: whether the gain in the middle of the first band is made 1.
        fs: how many samples there are in a unit of time.

    Raises:
        TypeError: width or fs is a Variable, or a parameter of another window.
        ValueError: a cutoff is not between 0 and the Nyquist frequency, or they do not rise, or an option does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> firwin(3, Variable(np.array(0.5)))
    variable([0.0462215 0.907557  0.0462215])
    """
    check_given("scipy.signal.firwin", "width", width)
    check_given("scipy.signal.firwin", "fs", fs)
    nyquist = 1.0 if fs is None else fs / 2
    frequencies = in_double(as_operand(cutoff))
    if len(shape_of(frequencies)) > 1 or not np.size(frequencies):
        raise ValueError(
            f"scipy.signal.firwin: cutoff has the shape {shape_of(frequencies)}; it must be a number or a vector"
        )
    frequencies = np.reshape(frequencies, (-1,))
    check_frequencies("firwin", "cutoff", frequencies, nyquist)
    rises = undifferentiated(np.diff(frequencies))
    if type(rises) is not Variable and np.any(rises <= 0):
        raise ValueError("scipy.signal.firwin: the frequencies cutoff must rise, each above the one before")
    if width is not None:
        window = "kaiser", signal.kaiser_beta(signal.kaiser_atten(numtaps, float(width) / nyquist))
    edges = _edges(numtaps, frequencies / nyquist, pass_zero)
    n = np.arange(numtaps) - (numtaps - 1) / 2
    below, above = (edges[:, i, np.newaxis] * np.sinc(edges[:, i, np.newaxis] * n) for i in (0, 1))
    taps = np.sum(above - below, axis=0) * _taps(window, numtaps)
    if not scale:
        return taps
    passes_zero = _PASSES_ZERO[pass_zero]
    passes_nyquist = not passes_zero and edges.shape[0] == 1 and frequencies.shape[0] == 1
    middle = 0.0 if passes_zero else 1.0 if passes_nyquist else np.mean(edges[0])
    return taps / np.sum(taps * np.cos(np.pi * n * middle))
