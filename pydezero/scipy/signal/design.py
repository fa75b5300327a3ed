"""Butterworth filters, designed as in SciPy: an analog filter of the cutoff 1 is moved, and mapped to a digital one.

Both steps act on zeros and poles (A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 7.2 and
appendix B), which are functions of the cutoff.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
from scipy import signal

from pydezero.core.bind import bind
from pydezero.core.primitive import Nondifferentiable, define
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.shapes.shape import in_double
from pydezero.scipy.operands import as_operand, check_given
from pydezero.scipy.signal.sections import sections_of
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["butter"]

# A number, or two for a band.
Cutoff: TypeAlias = ArrayOrNumber | Sequence[float]
CutoffOfVariables: TypeAlias = Variable | Sequence[Operand]

_BANDS: Final[dict[str, str]] = {
    **dict.fromkeys(("l", "lp", "low", "lowpass"), "low"),
    **dict.fromkeys(("h", "hp", "high", "highpass"), "high"),
    **dict.fromkeys(("bp", "band", "pass", "bandpass"), "band"),
    **dict.fromkeys(("bs", "bands", "stop", "bandstop"), "stop"),
}

# Of the digital filters: samples in a second, of which the frequency 1 is a half.
_RATE: Final = 2.0


def _refuse_frequencies(wn: Array, limit: float, message: str) -> Array:
    if not np.all(wn > 0) or not np.all(wn < limit):
        raise ValueError(message)
    return wn


_refuse_frequencies_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "refuse frequencies",
    _refuse_frequencies,
    None,
    batch=lambda _, wn, limit, message: bind(_refuse_frequencies_p, wn, limit=limit, message=message),
    checks=True,
)


def check_frequencies(function: str, parameter: str, frequencies: Array, limit: float) -> None:
    """Raise a ValueError unless all frequencies are between 0 and a limit, for each example of a batch."""
    message = f"scipy.signal.{function}: the frequencies {parameter} must be between 0 and {limit}, without both"
    bind(_refuse_frequencies_p, undifferentiated(frequencies), limit=limit, message=message)


def _as_frequencies(wn: Any, kind: str, analog: bool, fs: float | None) -> Array:
    """The cutoff as that of an analog filter: one number, or two for a band."""
    cutoff = in_double(as_operand(wn))
    count = 2 if kind in ("band", "stop") else 1
    if np.size(cutoff) != count:
        raise ValueError(
            f"scipy.signal.butter: Wn has the shape {shape_of(cutoff)}; for {kind!r} it must have {count} elements"
        )
    cutoff = np.reshape(cutoff, (2,) if count == 2 else ())
    nyquist = 1.0 if fs is None else fs / 2
    check_frequencies("butter", "Wn", cutoff, float("inf") if analog else nyquist)
    if analog:
        return cutoff
    cutoff = cutoff / nyquist
    return 2 * _RATE * np.tan(np.pi * cutoff / _RATE)


def _moved(z: Array, p: Array, k: float, kind: str, cutoff: Array) -> tuple[Array, Array, Array]:
    """Zeros, poles and gain of a low pass of the cutoff 1, moved to another cutoff or band."""
    more = len(p) - len(z)
    if kind == "low":
        return cutoff * z, cutoff * p, k * cutoff**more
    # The gain of a high pass at infinity, and of a band stop at 0, is that of the low pass at 0.
    inverted = k * np.real(np.prod(-z) / np.prod(-p))
    if kind == "high":
        return np.concatenate([cutoff / z, np.zeros(more)]), cutoff / p, inverted * np.ones_like(cutoff)
    width, middle = cutoff[1] - cutoff[0], np.sqrt(cutoff[0] * cutoff[1])
    if kind == "band":
        zeros = np.concatenate([_both(width * z / 2, middle), np.zeros(more)])
        return zeros, _both(width * p / 2, middle), k * width**more
    beside = 1j * middle * np.ones(more)
    zeros = np.concatenate([_both(width / 2 / z, middle), beside, -beside])
    return zeros, _both(width / 2 / p, middle), inverted * np.ones_like(width)


def _both(x: Array, middle: Array) -> Array:
    """The two roots s of s^2 - 2 x s + middle^2, for each x."""
    beside = np.sqrt(x.astype(np.complex128) ** 2 - middle**2)
    return np.concatenate([x + beside, x - beside])


def _digital(z: Array, p: Array, k: Array) -> tuple[Array, Array, Array]:
    """Zeros, poles and gain of the digital filter of an analog one, by the bilinear transform."""
    rate = 2 * _RATE
    zeros = np.concatenate([(rate + z) / (rate - z), -np.ones(p.shape[0] - z.shape[0])])
    return zeros, (rate + p) / (rate - p), k * np.real(np.prod(rate - z) / np.prod(rate - p))


Band: TypeAlias = Literal[
    "l", "lp", "low", "lowpass", "h", "hp", "high", "highpass",
    "bp", "band", "pass", "bandpass", "bs", "bands", "stop", "bandstop",
]  # fmt: skip


@overload
def butter(
    N: int,  # SciPy's name
    Wn: CutoffOfVariables,  # likewise
    btype: Band = "low",
    analog: bool = False,
    output: Literal["ba"] = "ba",
    fs: float | None = None,
) -> tuple[Variable, Variable]: ...
@overload
def butter(
    N: int,  # likewise
    Wn: CutoffOfVariables,  # likewise
    btype: Band = "low",
    analog: bool = False,
    *,
    output: Literal["sos"],
    fs: float | None = None,
) -> Variable: ...
@overload
def butter(
    N: int,  # likewise
    Wn: CutoffOfVariables,  # likewise
    btype: Band = "low",
    analog: bool = False,
    *,
    output: Literal["zpk"],
    fs: float | None = None,
) -> tuple[Variable, Variable, Variable]: ...
@overload
def butter(
    N: int,  # likewise
    Wn: Cutoff,  # likewise
    btype: Band = "low",
    analog: bool = False,
    output: Literal["ba", "sos", "zpk"] = "ba",
    fs: float | None = None,
) -> Any: ...
@as_in_scipy(signal.butter)
def butter(
    N: int,  # likewise
    Wn: Any,  # likewise
    btype: Any = "low",
    analog: bool = False,
    output: Literal["ba", "sos", "zpk"] = "ba",
    fs: float | None = None,
) -> Any:
    """A Butterworth filter, which has no ripples, of a cutoff that is differentiated.

    Args:
        N: the order.
        Wn: the cutoff frequency, where the gain is sqrt(1/2), or the two of a band: of a digital filter as a part of
            the Nyquist frequency, or in the units of `fs`; of an analog one in radians a second.
        btype: "lowpass", "highpass", "bandpass" or "bandstop".
        analog: whether the filter is analog.
        output: "ba" for the coefficients of the numerator and the denominator, "zpk" for zeros, poles and gain, "sos"
            for the sections of a digital filter of second order, which round least.
        fs: how many samples there are in a unit of time.

    Raises:
        TypeError: N or fs is a Variable.
        ValueError: a frequency is not between 0 and the Nyquist frequency, or an option is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> b, a = butter(1, Variable(np.array(0.25)))
    >>> a.round(6)
    variable([ 1.       -0.414214])
    """
    check_given("scipy.signal.butter", "N", N)
    check_given("scipy.signal.butter", "fs", fs)
    kind = _BANDS.get(str(btype).lower())
    if kind is None:
        raise ValueError(f"scipy.signal.butter: btype is {btype!r}; it must be one of {', '.join(_BANDS)}")
    if output not in ("ba", "sos", "zpk"):
        raise ValueError(f"scipy.signal.butter: output is {output!r}; it must be 'ba', 'sos' or 'zpk'")
    if analog and (output == "sos" or fs is not None):
        what = "of sections" if output == "sos" else "with a rate fs"
        raise ValueError(f"scipy.signal.butter: an analog filter {what} is not differentiated; leave it out")
    prototype = signal.buttap(N)
    zpk = _moved(*prototype, kind, _as_frequencies(Wn, kind, analog, fs))
    z, p, k = zpk if analog else _digital(*zpk)
    if output == "zpk":
        return z, p, k
    return sections_of(z, p, k) if output == "sos" else (np.atleast_1d(k * np.real(np.poly(z))), np.real(np.poly(p)))
