"""How analog filters respond to each frequency: their transfer functions on the imaginary axis, in s = 1j w.

(A. V. Oppenheim and A. S. Willsky, "Signals and Systems", 9.)
"""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.filters import Coefficients
from pydezero.scipy.signal.responses import Frequencies, Plot, count_of, product_of_distances
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["freqs", "freqs_zpk"]


def _analog(name: str, worN: Any, kind: Literal["ba", "zp"], *of: Array) -> Array:
    """The frequencies, in radians; a number of them spreads around the zeros and poles."""
    count = count_of(200 if worN is None else worN)
    if count is None:
        return np.atleast_1d(as_operand(worN))
    known = [undifferentiated(x) for x in of]
    if Variable in map(type, known):
        raise TypeError(
            f"scipy.signal.{name}: a number of frequencies spreads around the zeros and poles, which are batched or "
            "traced; give the frequencies themselves for worN"
        )
    first, second = known
    return signal.findfreqs(first, second, count, kind)


@overload
def freqs(
    b: Variable, a: Variable | Coefficients, worN: Frequencies = 200, plot: Plot = None
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqs(
    b: Coefficients, a: Variable, worN: Frequencies = 200, plot: Plot = None
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqs(
    b: Variable | Coefficients, a: Variable | Coefficients, worN: Variable, plot: Plot = None
) -> tuple[Variable, Variable]: ...
@overload
def freqs(
    b: Coefficients, a: Coefficients, worN: Frequencies = 200, plot: Plot = None
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.freqs)
def freqs(b: Any, a: Any, worN: Any = 200, plot: Plot = None) -> Any:
    """The frequencies, and the response of an analog filter to each, in s = 1j w.

    Args:
        b: the coefficients of the numerator, that of the highest power first.
        a: the coefficients of the denominator, in the same way.
        worN: the frequencies in radians, or how many, which spread around the zeros and poles as SciPy chooses; their
            derivative is 0 then.
        plot: a function of the frequencies and the responses, which is called.

    Returns:
        The frequencies, and the responses, which are complex.

    Raises:
        TypeError: worN is a number, and b or a is batched or traced: which frequencies these are depends on them.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqs([1.0], Variable(np.array([1.0, 1.0])), [0.0, 1.0])[1]
    variable([1. +0.j  0.5-0.5j])
    """
    b, a = (np.atleast_1d(as_operand(c)) for c in (b, a))
    w = _analog("freqs", worN, "ba", b, a)
    h = np.polyval(b, 1j * w) / np.polyval(a, 1j * w)
    if plot is not None:
        plot(w, h)
    return w, h


@overload
def freqs_zpk(
    z: Operand | Coefficients, p: Operand | Coefficients, k: Operand, worN: Variable
) -> tuple[Variable, Variable]: ...
@overload
def freqs_zpk(
    z: Variable, p: Operand | Coefficients, k: Operand, worN: Frequencies = 200
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqs_zpk(z: Coefficients, p: Variable, k: Operand, worN: Frequencies = 200) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqs_zpk(
    z: Coefficients, p: Coefficients, k: Variable, worN: Frequencies = 200
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqs_zpk(
    z: Coefficients, p: Coefficients, k: complex, worN: Frequencies = 200
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.freqs_zpk)
def freqs_zpk(z: Any, p: Any, k: Any, worN: Any = 200) -> Any:
    """The frequencies, and the response to each of an analog filter of which zeros, poles and gain are given.

    Args:
        z: the zeros, a vector.
        p: the poles, a vector.
        k: the gain, a number.
        worN: the frequencies, or how many, as of `freqs`.

    Returns:
        The frequencies in radians, and the responses, which are complex.

    Raises:
        TypeError: worN is a number, and z or p is batched or traced: which frequencies these are depends on them.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqs_zpk([], Variable(np.array([-1.0])), 1.0, [0.0, 1.0])[1]
    variable([1. +0.j  0.5-0.5j])
    """
    zeros, poles = (np.atleast_1d(as_operand(r)) for r in (z, p))
    w = _analog("freqs_zpk", worN, "zp", zeros, poles)
    return w, as_operand(k) * product_of_distances(1j * w, zeros) / product_of_distances(1j * w, poles)
