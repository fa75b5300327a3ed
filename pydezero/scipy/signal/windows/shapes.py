"""Windows whose width is a parameter (F. J. Harris, "On the use of windows for harmonic analysis", 1978)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from scipy.signal import windows

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signatures import as_in_scipy
from pydezero.scipy.special.bessel import i0

__all__ = ["gaussian", "general_gaussian", "kaiser"]


def _window(name: str, m: int, sym: bool, parameters: dict[str, Any], formula: Callable[..., Array]) -> Array:
    """A formula of the distances from the middle of a window, and of these parameters."""
    if int(m) != m or m < 0:
        raise ValueError(f"scipy.signal.windows.{name}: M is {m!r}; it must be an integer that is not negative")
    operands = {key: as_operand(x) for key, x in parameters.items()}
    for key, x in operands.items():
        if shape_of(x):
            raise ValueError(f"scipy.signal.windows.{name}: {key} has the shape {shape_of(x)}; it must be a number")
    count = int(m) if sym or m < 2 else int(m) + 1  # of a periodic window the last one is left out
    if count < 2:
        return np.ones(count) + sum(0 * x for x in operands.values())
    return formula(np.arange(count) - (count - 1) / 2, *operands.values())[: int(m)]


@overload
def gaussian(M: int, std: Variable, sym: bool = True) -> Variable: ...  # SciPy's name
@overload
def gaussian(M: int, std: ArrayOrNumber, sym: bool = True) -> NDArray[np.float64]: ...  # likewise
@as_in_scipy(windows.gaussian)
def gaussian(M: int, std: Any, sym: bool = True) -> Any:  # likewise
    """A Gaussian window of M elements, exp(-n^2 / (2 std^2)) at the distance n from its middle.

    It is symmetric, or with `sym=False` the first M elements of a symmetric one of M + 1, for spectra.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> gaussian(3, Variable(np.array(1.0)))
    variable([0.60653066 1.         0.60653066])
    """
    return _window("gaussian", M, sym, {"std": std}, lambda n, std: np.exp(-(n**2) / (2 * std**2)))


@overload
def general_gaussian(M: int, p: Variable, sig: Operand, sym: bool = True) -> Variable: ...  # likewise
@overload
def general_gaussian(M: int, p: ArrayOrNumber, sig: Variable, sym: bool = True) -> Variable: ...  # likewise
@overload
def general_gaussian(
    M: int,  # likewise
    p: ArrayOrNumber,
    sig: ArrayOrNumber,
    sym: bool = True,
) -> NDArray[np.float64]: ...
@as_in_scipy(windows.general_gaussian)
def general_gaussian(M: int, p: Any, sig: Any, sym: bool = True) -> Any:  # likewise
    """A window of M elements exp(-|n / sig|^(2 p) / 2), which for p = 1 is `gaussian`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> general_gaussian(3, 0.5, Variable(np.array(1.0)))
    variable([0.60653066 1.         0.60653066])
    """
    return _window(
        "general_gaussian", M, sym, {"p": p, "sig": sig}, lambda n, p, sig: np.exp(-(np.abs(n / sig) ** (2 * p)) / 2)
    )


@overload
def kaiser(M: int, beta: Variable, sym: bool = True) -> Variable: ...  # likewise
@overload
def kaiser(M: int, beta: ArrayOrNumber, sym: bool = True) -> NDArray[np.float64]: ...  # likewise
@as_in_scipy(windows.kaiser)
def kaiser(M: int, beta: Any, sym: bool = True) -> Any:  # likewise
    """A Kaiser window of M elements, I0(beta sqrt(1 - (n / a)^2)) / I0(beta) at the distance n from its middle, of a.

    `beta` is the trade between a narrow main lobe and low side lobes; `sym` is that of `gaussian`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> kaiser(3, Variable(np.array(0.0)))
    variable([1. 1. 1.])
    """
    return _window(
        "kaiser", M, sym, {"beta": beta}, lambda n, beta: i0(beta * np.sqrt(1 - (n / n[-1]) ** 2)) / i0(beta)
    )
