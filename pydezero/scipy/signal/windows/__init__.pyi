# Made by `python -m tests.stubs`, not by hand.
"""The windows of `scipy.signal.windows` that have a parameter, which is differentiated, with SciPy's arguments."""

import numpy as np
from numpy.typing import NDArray
from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from typing import overload

__all__ = ["gaussian", "general_gaussian", "kaiser"]

@overload
def gaussian(M: int, std: Variable, sym: bool = True) -> Variable:
    """A Gaussian window of M elements, exp(-n^2 / (2 std^2)) at the distance n from its middle.

    It is symmetric, or with `sym=False` the first M elements of a symmetric one of M + 1, for spectra.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> gaussian(3, Variable(np.array(1.0)))
    variable([0.60653066 1.         0.60653066])
    """
    ...

@overload
def gaussian(M: int, std: ArrayOrNumber, sym: bool = True) -> NDArray[np.float64]: ...
@overload
def general_gaussian(M: int, p: Variable, sig: Operand, sym: bool = True) -> Variable:
    """A window of M elements exp(-|n / sig|^(2 p) / 2), which for p = 1 is `gaussian`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> general_gaussian(3, 0.5, Variable(np.array(1.0)))
    variable([0.60653066 1.         0.60653066])
    """
    ...

@overload
def general_gaussian(M: int, p: ArrayOrNumber, sig: Variable, sym: bool = True) -> Variable: ...
@overload
def general_gaussian(M: int, p: ArrayOrNumber, sig: ArrayOrNumber, sym: bool = True) -> NDArray[np.float64]: ...
@overload
def kaiser(M: int, beta: Variable, sym: bool = True) -> Variable:
    """A Kaiser window of M elements, I0(beta sqrt(1 - (n / a)^2)) / I0(beta) at the distance n from its middle, of a.

    `beta` is the trade between a narrow main lobe and low side lobes; `sym` is that of `gaussian`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> kaiser(3, Variable(np.array(0.0)))
    variable([1. 1. 1.])
    """
    ...

@overload
def kaiser(M: int, beta: ArrayOrNumber, sym: bool = True) -> NDArray[np.float64]: ...
