"""Analog filters as digital ones, by the bilinear transform s = 2 fs (z - 1) / (z + 1).

(A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 7.2.2.)
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.functions.shapes.shape import in_double
from pydezero.scipy.operands import as_operand, check_given
from pydezero.scipy.signal.filters import Coefficients
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["bilinear"]


def _powers(order: int, fs: float) -> NDArray[np.float64]:
    """The coefficients by powers of 1/z of (2 fs (1 - 1/z))^i (1 + 1/z)^(order - i), a row for each i."""
    minus, plus = np.poly1d([-1.0, 1.0]), np.poly1d([1.0, 1.0])
    return np.stack([(2 * fs) ** i * (minus**i * plus ** (order - i)).coeffs[::-1] for i in range(order + 1)])


@overload
def bilinear(b: Variable, a: Variable | Coefficients, fs: float = 1.0) -> tuple[Variable, Variable]: ...
@overload
def bilinear(b: Coefficients, a: Variable, fs: float = 1.0) -> tuple[Variable, Variable]: ...
@overload
def bilinear(b: Coefficients, a: Coefficients, fs: float = 1.0) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.bilinear)
def bilinear(b: Any, a: Any, fs: float = 1.0) -> Any:
    """The digital filter of an analog one, with the same response at frequencies that are small against fs.

    Args:
        b: the coefficients of the numerator in s, that of the highest power first.
        a: the coefficients of the denominator, likewise.
        fs: how many samples there are in a unit of time.

    Returns:
        The coefficients of the numerator and the denominator in 1/z, of which a[0] is 1. (SciPy leaves out zeros at the
        front of b; here they stay, as the number of coefficients does not depend on their values.)

    Raises:
        TypeError: fs is a Variable.
        ValueError: b or a is no vector with elements.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> bilinear([1.0], Variable(np.array([1.0, 2.0])))[0]
    variable([0.25 0.25])
    """
    check_given("scipy.signal.bilinear", "fs", fs)
    numerator, denominator = (np.atleast_1d(as_operand(x)) for x in (b, a))
    for name, x in (("b", numerator), ("a", denominator)):
        if len(x.shape) != 1 or not x.shape[0]:
            raise ValueError(f"scipy.signal.bilinear: {name} must be a vector with elements, got the shape {x.shape}")
    powers = _powers(max(numerator.shape[0], denominator.shape[0]) - 1, fs)
    above, below = (_in_inverse(x, powers) for x in (numerator, denominator))
    return above / below[0], below / below[0]


def _in_inverse(x: Array, powers: NDArray[np.float64]) -> Array:
    return in_double(x)[::-1] @ powers[: x.shape[0]]
